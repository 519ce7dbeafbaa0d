//! Purpose: the last bodies of each integration that became no alert, or that nobody could read: for whoever looks why.

use domain::Timestamp;
use sqlx::Connection as _;

use crate::{BEGIN, Result, Store, instant, millis};

/// Bodies of one kind that are kept for one integration.
pub const BODIES_KEPT: u32 = 20;

/// What became of a body, or of a part of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum BodyKind {
    /// By the word of the configuration it is no alert.
    Skipped,
    /// Nobody could read it: it is an alert that shows what was sent.
    Unmapped,
    /// A line of chat that matched; whoever wrote it is none of the rule's authors.
    Refused,
}

impl BodyKind {
    /// Its name in the database and in metrics.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Skipped => "skipped",
            Self::Unmapped => "unmapped",
            Self::Refused => "refused",
        }
    }

    fn parse(text: &str) -> Self {
        [Self::Skipped, Self::Refused].into_iter().find(|kind| kind.as_str() == text).unwrap_or(Self::Unmapped)
    }
}

/// One of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BodyRow {
    /// Whose it was.
    pub integration: String,
    /// What became of it.
    pub kind: BodyKind,
    /// The how manyth of its kind.
    pub number: i64,
    /// When it came.
    pub at: Timestamp,
    /// What it said, with secrets taken out.
    pub text: String,
}

const NEWEST: &str = "SELECT coalesce(max(number), 0) FROM bodies WHERE integration = $1 AND kind = $2";
const ADD: &str = "INSERT INTO bodies (integration, kind, number, at_ms, text) VALUES ($1, $2, $3, $4, $5)";
const TOO_OLD: &str = "SELECT number FROM bodies WHERE integration = $1 AND kind = $2
    ORDER BY number DESC LIMIT 1 OFFSET $3";
const FORGET: &str = "DELETE FROM bodies WHERE integration = $1 AND kind = $2 AND number <= $3";
const ALL: &str = "SELECT integration, kind, number, at_ms, text FROM bodies ORDER BY at_ms DESC, number DESC";

impl Store {
    /// Keeps a body, and says that `count` of its kind came since the last one that was kept.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn keep_body(
        &self,
        integration: &str,
        kind: BodyKind,
        count: u64,
        text: &str,
        now: Timestamp,
    ) -> Result<()> {
        let mut writer = self.write.lock().await?;
        let mut tx = writer.begin_with(BEGIN).await?;
        let newest: i64 = sqlx::query_scalar(NEWEST).bind(integration).bind(kind.as_str()).fetch_one(&mut *tx).await?;
        let number = newest.saturating_add(i64::try_from(count).unwrap_or(i64::MAX));
        let add = sqlx::query(ADD).bind(integration).bind(kind.as_str()).bind(number).bind(millis(now)).bind(text);
        add.execute(&mut *tx).await?;
        let oldest = sqlx::query_scalar(TOO_OLD).bind(integration).bind(kind.as_str()).bind(i64::from(BODIES_KEPT));
        let oldest: Option<i64> = oldest.fetch_optional(&mut *tx).await?;
        if let Some(oldest) = oldest {
            sqlx::query(FORGET).bind(integration).bind(kind.as_str()).bind(oldest).execute(&mut *tx).await?;
        }
        tx.commit().await?;
        Ok(())
    }

    /// All that are kept, newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn bodies(&self) -> Result<Vec<BodyRow>> {
        let rows: Vec<(String, String, i64, i64, String)> = sqlx::query_as(ALL).fetch_all(&self.read).await?;
        let row = |(integration, kind, number, at_ms, text): (String, String, i64, i64, String)| BodyRow {
            integration,
            kind: BodyKind::parse(&kind),
            number,
            at: instant(at_ms),
            text,
        };
        Ok(rows.into_iter().map(row).collect())
    }
}
