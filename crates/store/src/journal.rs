//! Purpose: accepted input: written in bulk before the sender gets an answer, read in order by the decider.

use domain::{AlertReport, Timestamp};

use crate::values::{self, Bound, Many};
use sqlx::Connection as _;

use crate::{BEGIN, Result, Store, StoreError, instant, millis, write_point};

/// One accepted report that is not decided yet.
#[derive(Clone, Debug)]
pub struct JournalRow {
    /// Its number; also the order.
    pub id: i64,
    /// When it was accepted.
    pub received_at: Timestamp,
    /// The report; `Err` carries the stored text when it cannot be read.
    pub report: std::result::Result<AlertReport, String>,
}

/// Bytes of a common report, so that its text need not grow.
const ENTRY_BYTES: usize = 1_024;

/// A report as the journal keeps it. Whoever has the report makes it, so that the one writer has less to do.
#[derive(Clone, Debug)]
pub struct Entry(String);

impl Entry {
    /// Writes a report down.
    ///
    /// # Errors
    /// When it cannot be written as JSON.
    pub fn of(report: &AlertReport) -> Result<Self> {
        let mut text = Vec::with_capacity(ENTRY_BYTES);
        serde_json::to_writer(&mut text, report).map_err(StoreError::Encode)?;
        String::from_utf8(text).map(Self).map_err(|error| StoreError::Encode(serde::de::Error::custom(error)))
    }
}

// Rows of one transaction get numbers without a gap, in order; the last one is all that must come back.
const APPEND: Many = Many {
    before: "INSERT INTO journal (received_ms, report) SELECT ?, m.column1 FROM ",
    columns: 1,
    after: " WHERE m.column1 IS NOT NULL",
};
const UNDECIDED: &str = "SELECT id, received_ms, report FROM journal WHERE outcome IS NULL ORDER BY id LIMIT $1";
const ONE: &str = "SELECT id, received_ms, report FROM journal WHERE id = $1";

impl Store {
    /// Appends reports in one commit; answers their numbers, in order. They are asked for when the writer is free, so that those
    /// that arrive meanwhile are among them.
    ///
    /// # Errors
    /// When the database fails; then none was accepted.
    pub async fn append_journal(
        &self,
        entries: impl FnOnce() -> Vec<Entry> + Send,
        now: Timestamp,
    ) -> Result<std::ops::Range<i64>> {
        let mut writer = self.write.lock_first().await?;
        let entries = entries();
        let count = i64::try_from(entries.len()).unwrap_or(i64::MAX);
        let (in_one, now) = (entries.len() <= values::MOST, millis(now));
        let entry = |query: Bound, Entry(report)| query.bind(report);
        write_point!("accept:writing");
        let written = if in_one {
            // A statement alone is a transaction.
            APPEND.execute(&mut writer, now, entries, entry).await?
        } else {
            let mut tx = writer.begin_with(BEGIN).await?;
            let written = APPEND.execute(&mut tx, now, entries, entry).await?;
            tx.commit().await?;
            written
        };
        write_point!("accept:written");
        let end = written.map_or(0, |written| written.last_insert_rowid()) + 1;
        Ok(end - count..end)
    }

    /// The oldest undecided rows.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn undecided(&self, limit: i64) -> Result<Vec<JournalRow>> {
        let rows: Vec<(i64, i64, String)> = sqlx::query_as(UNDECIDED).bind(limit).fetch_all(&self.read).await?;
        Ok(rows.into_iter().map(row).collect())
    }

    /// One row by its number, decided or not.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn journal_row(&self, id: i64) -> Result<Option<JournalRow>> {
        let found: Option<(i64, i64, String)> = sqlx::query_as(ONE).bind(id).fetch_optional(&self.read).await?;
        Ok(found.map(row))
    }
}

fn row((id, received_ms, text): (i64, i64, String)) -> JournalRow {
    JournalRow { id, received_at: instant(received_ms), report: serde_json::from_str(&text).map_err(|_| text) }
}
