//! Purpose: accepted input: written in bulk before the sender gets an answer, read in order by the decider.

use domain::{AlertReport, Timestamp};

use crate::dialect::rows;
use crate::{Result, Store, instant, millis, write_point};

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

/// A report as the journal keeps it. Whoever has the report makes it, so that the one writer has less to do.
#[derive(Clone, Debug)]
pub struct Entry(String);

impl Entry {
    /// Writes a report down.
    ///
    /// # Errors
    /// When it cannot be written as JSON.
    pub fn of(report: &AlertReport) -> Result<Self> {
        crate::encode(report).map(Self)
    }
}

// Rows of one statement get numbers without a gap; the last one is all that must come back.
const APPEND: &str = concat!(
    "INSERT INTO journal (received_ms, report) SELECT $2, r.value FROM ",
    rows!(),
    " WHERE true ORDER BY r.key"
);
const UNDECIDED: &str = "SELECT id, received_ms, report FROM journal WHERE outcome IS NULL ORDER BY id LIMIT $1";
const ONE: &str = "SELECT id, received_ms, report FROM journal WHERE id = $1";

impl Store {
    /// Appends reports in one statement and one commit; answers their numbers, in order.
    ///
    /// # Errors
    /// When the database fails; then none was accepted.
    pub async fn append_journal<'a>(
        &self,
        entries: impl IntoIterator<Item = &'a Entry>,
        now: Timestamp,
    ) -> Result<std::ops::Range<i64>> {
        // They are JSON already: an array of them is made without reading them again.
        let (mut array, mut count) = (String::from("["), 0);
        for Entry(report) in entries {
            array.push_str(if count == 0 { "" } else { "," });
            array.push_str(report);
            count += 1;
        }
        array.push(']');
        write_point!("accept:writing");
        let written = sqlx::query(APPEND).bind(array).bind(millis(now)).execute(&self.write).await?;
        write_point!("accept:written");
        let end = written.last_insert_rowid() + 1;
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
