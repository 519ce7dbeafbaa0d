//! Purpose: accepted input: written in bulk before the sender gets an answer, read in order by the decider.

use domain::{AlertReport, Timestamp};

use crate::dialect::rows;
use crate::{Result, Store, StoreError, instant, millis, write_point};

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

const APPEND: &str = concat!(
    "INSERT INTO journal (received_ms, report) SELECT $2, r.value FROM ",
    rows!(),
    " WHERE true ORDER BY r.key RETURNING id"
);
const UNDECIDED: &str = "SELECT id, received_ms, report FROM journal WHERE outcome IS NULL ORDER BY id LIMIT $1";
const ONE: &str = "SELECT id, received_ms, report FROM journal WHERE id = $1";

impl Store {
    /// Appends reports in one statement and one commit; answers the number of each, in order.
    ///
    /// # Errors
    /// When the database fails; then none was accepted.
    pub async fn append_journal(&self, reports: &[AlertReport], now: Timestamp) -> Result<Vec<i64>> {
        let texts: Vec<String> = reports.iter().map(crate::encode).collect::<Result<_>>()?;
        let array = serde_json::to_string(&texts).map_err(StoreError::Encode)?;
        write_point!("accept:writing");
        let mut ids: Vec<i64> = sqlx::query_scalar(APPEND).bind(array).bind(millis(now)).fetch_all(&self.write).await?;
        write_point!("accept:written");
        ids.sort_unstable();
        Ok(ids)
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
