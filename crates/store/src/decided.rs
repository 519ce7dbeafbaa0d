//! Purpose: what became of accepted reports, as people ask for it: by words of an alert's title, by alert, by incident.
//!
//! No index is kept up for it: whoever asks, asks about the last hours, and a storm pays for every index.

use domain::episode::KnownAlert;
use domain::stages::{Reason, Stage};
use domain::{AlertReport, DedupKey, IncidentId, Timestamp};
use sqlx::sqlite::SqliteRow;
use sqlx::{FromRow, Row as _};

use crate::reads::number;
use crate::{Result, Store, instant};

/// So many of the last reports are looked through for those of an alert.
const LOOKED_AT: i64 = 20_000;
/// And so many while somebody types.
const LOOKED_AT_TYPING: i64 = 5_000;

/// A report that was decided.
#[derive(Clone, Debug)]
pub struct DecidedReport {
    /// Its number in the journal.
    pub id: i64,
    /// When it was accepted.
    pub received_at: Timestamp,
    /// The report; none when it cannot be read.
    pub report: Option<AlertReport>,
    /// Name of what became of it.
    pub outcome: String,
    /// The incident it went to.
    pub incident: Option<IncidentId>,
    /// The stage that stopped it; none when it could not be decided, or an older version decided it.
    pub stage: Option<Stage>,
    /// Why that stage stopped it.
    pub reason: Option<Reason>,
}

/// An alert that a report was about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeardAlert {
    /// Number of the last report about it.
    pub report: i64,
    /// Which alert.
    pub dedup_key: DedupKey,
    /// Which integration told it.
    pub integration: String,
    /// Its title.
    pub title: String,
}

/// Number, key, integration and title of a report.
type HeardRow = (i64, Option<String>, Option<String>, Option<String>);

macro_rules! decided {
    () => {
        "SELECT id, received_ms, report, outcome, incident, stage, reason FROM journal "
    };
}

// A text that is no JSON belongs to no alert.
const HEARD: &str = "SELECT id, report ->> 'dedup_key' AS dedup_key, report ->> 'integration' AS integration, report ->> 'title' AS title
    FROM journal WHERE outcome IS NOT NULL AND json_valid(report) ORDER BY id DESC LIMIT $1";
const BY_NUMBER: &str = concat!(decided!(), "WHERE id = $1 AND outcome IS NOT NULL");
const OF_ALERT: &str = concat!(
    decided!(),
    "WHERE id > (SELECT COALESCE(MAX(id), 0) FROM journal) - $1 AND outcome IS NOT NULL
      AND CASE WHEN json_valid(report) THEN report ->> 'dedup_key' = $2 END
      ORDER BY id DESC LIMIT $3"
);
// Where somebody might have expected that it rings.
const HELD_BACK: &str = concat!(
    decided!(),
    "WHERE id > (SELECT COALESCE(MAX(id), 0) FROM journal) - $1 AND incident = $2
      AND outcome IN ('late', 'still_fires', 'ended_one') ORDER BY id DESC LIMIT 1"
);

impl FromRow<'_, SqliteRow> for DecidedReport {
    fn from_row(row: &SqliteRow) -> sqlx::Result<Self> {
        let report: String = row.try_get("report")?;
        let (stage, reason): (Option<String>, Option<String>) = (row.try_get("stage")?, row.try_get("reason")?);
        Ok(Self {
            id: row.try_get("id")?,
            received_at: instant(row.try_get("received_ms")?),
            report: serde_json::from_str(&report).ok(),
            outcome: row.try_get("outcome")?,
            incident: row.try_get::<Option<i64>, _>("incident")?.map(|id| IncidentId(number(id))),
            // What a newer version wrote is told by its outcome alone.
            stage: stage.as_deref().and_then(Stage::parse),
            reason: reason.and_then(|text| serde_json::from_str(&text).ok()),
        })
    }
}

impl Store {
    /// Alerts of the last reports whose title has all these words, the one heard of last first, each once.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn heard_alerts(&self, words: &str, limit: usize) -> Result<Vec<HeardAlert>> {
        let words: Vec<String> = words.split_whitespace().map(str::to_lowercase).collect();
        let query = sqlx::query_as(HEARD).bind(LOOKED_AT_TYPING);
        let rows: Vec<HeardRow> = query.fetch_all(&self.read).await?;
        let mut seen = std::collections::HashSet::new();
        let mut found = Vec::new();
        for (report, key, integration, title) in rows {
            let (Some(key), Some(title)) = (key, title) else { continue };
            let lower = title.to_lowercase();
            if words.iter().all(|word| lower.contains(word)) && seen.insert(key.clone()) {
                let integration = integration.unwrap_or_default();
                found.push(HeardAlert { report, dedup_key: DedupKey(key), integration, title });
                if found.len() == limit {
                    break;
                }
            }
        }
        Ok(found)
    }

    /// A decided report by its number.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn decided_report(&self, id: i64) -> Result<Option<DecidedReport>> {
        Ok(sqlx::query_as(BY_NUMBER).bind(id).fetch_optional(&self.read).await?)
    }

    /// The last decided reports of an alert, newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn decided_reports_of(&self, alert: &DedupKey, limit: u32) -> Result<Vec<DecidedReport>> {
        let query = sqlx::query_as(OF_ALERT).bind(LOOKED_AT).bind(alert.0.clone()).bind(i64::from(limit));
        Ok(query.fetch_all(&self.read).await?)
    }

    /// The last report that came to an incident and rang nobody although it said that something fires, or ended only a part.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn last_held_back(&self, incident: IncidentId) -> Result<Option<DecidedReport>> {
        let query = sqlx::query_as(HELD_BACK).bind(LOOKED_AT).bind(i64::from(incident.0));
        Ok(query.fetch_optional(&self.read).await?)
    }

    /// What is known of one alert.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn known_alert(&self, alert: &DedupKey) -> Result<Option<KnownAlert>> {
        Ok(self.known_alerts(&[alert]).await?.into_iter().next().map(|(_, known)| known))
    }
}
