//! Purpose: what is known of alerts, by dedup key: only those a decision asks about are read.

use std::time::Duration;

use domain::episode::{Episode, EpisodeEnd, KnownAlert, SEEN_REPEATING, STALE_AFTER, ToldEnd};
use domain::incident::EventAt;
use domain::{AlertReport, DedupKey, Event, IncidentId, IntegrationName, Timestamp};
use futures_util::TryStreamExt as _;
use serde_json::{Value, json};
use sqlx::sqlite::SqliteRow;
use sqlx::{FromRow, Row as _};

use crate::bulk::Bulk;
use crate::dialect::{field, rows};
use crate::reads::number;
use crate::values::{Bound, Many};
use crate::{Result, Store, encode, instant, millis};

/// What is known of an alert after a decision.
#[derive(Clone, Debug)]
pub struct AlertRow {
    /// Which alert.
    pub dedup_key: DedupKey,
    /// Its title.
    pub title: String,
    /// Its sender's group, as a number.
    pub group: Option<i64>,
    /// What is known of it.
    pub alert: KnownAlert,
}

/// An alert that fires, with what a decision about it needs.
#[derive(Clone, Debug, PartialEq)]
pub struct FiringAlert {
    /// Which alert.
    pub dedup_key: DedupKey,
    /// Its title.
    pub title: String,
    /// What is known of it.
    pub alert: KnownAlert,
}

/// The columns of [`Known`].
macro_rules! known {
    () => {
        "a.dedup_key, a.title, a.firing, a.incident, a.starts_ms, a.sender, a.beside, a.ended, a.told_starts_ms, a.told_sender,
         a.told_ms, a.endless, a.content, a.report, a.heard_ms, a.every_ms, a.repeated, a.silence"
    };
}

const KNOWN: &str = concat!("SELECT ", known!(), " FROM ", rows!(), " CROSS JOIN alerts a ON a.dedup_key = r.value");
const OF_INCIDENT: &str = concat!(
    "SELECT ",
    known!(),
    " FROM alerts a WHERE a.incident = $1 AND a.firing = 1 AND a.endless = 0 AND a.silence IS NULL ORDER BY a.heard_ms DESC, a.dedup_key LIMIT $2"
);
const BESIDE: &str =
    concat!("SELECT ", known!(), " FROM alerts a WHERE a.incident = $1 AND a.firing = 1 AND a.beside IS NOT NULL");
const COUNT_OF_INCIDENT: &str = "SELECT COUNT(*) FROM alerts WHERE incident = $1 AND firing = 1 AND endless = 0";
const FIRING_OF_INCIDENT: &str = "SELECT COUNT(*) FROM alerts WHERE incident = $1 AND firing = 1";
// Seldom asked: those that fire are few enough to be looked at one by one, and no index is kept up for it in a storm.
const OF_GROUP: &str = concat!(
    "SELECT ",
    known!(),
    " FROM alerts a INDEXED BY alerts_of_incident WHERE a.firing = 1 AND a.sender_group = $1 ORDER BY a.dedup_key"
);

// The range of an integration's keys is a part of the primary key.
const UNHEARD: &str = "SELECT dedup_key, title FROM alerts
    WHERE dedup_key >= $1 AND dedup_key < $2 AND firing = 1 AND endless = 1 AND COALESCE(heard_ms, changed_ms) <= $3
    ORDER BY dedup_key LIMIT $4";
const FIRING_OF: &str = concat!(
    "SELECT ",
    known!(),
    " FROM alerts a WHERE a.dedup_key >= $1 AND a.dedup_key < $2 AND a.firing = 1 ORDER BY a.dedup_key LIMIT $3"
);
// Those that fire are few enough to be looked at one by one.
const SENDERS: &str = "SELECT DISTINCT substr(dedup_key, 4, instr(substr(dedup_key, 4), ':') - 1)
    FROM alerts INDEXED BY alerts_of_incident WHERE firing = 1 AND dedup_key LIKE 'v1:%:%'";
const COUNT_BY_INCIDENT: &str = "SELECT incident, COUNT(*) FROM alerts
    WHERE dedup_key >= $1 AND dedup_key < $2 AND firing = 1 GROUP BY incident";
const STALE: &str = "SELECT incident, COUNT(*) FROM alerts INDEXED BY alerts_of_incident
    WHERE firing = 1 AND repeated >= $1 AND heard_ms + $2 * every_ms <= $3 GROUP BY incident";

pub(crate) const ALERTS: Many = Many {
    before: "INSERT INTO alerts (dedup_key, firing, incident, title, starts_ms, sender, beside, ended, told_starts_ms, told_sender,
      told_ms, endless, content, sender_group, report, heard_ms, every_ms, repeated, silence, changed_ms, seen)
      SELECT m.column1, m.column2, m.column3, m.column4, m.column5, m.column6, m.column7, m.column8, m.column9, m.column10,
      m.column11, m.column12, m.column13, m.column14, m.column15, m.column16, m.column17, m.column18, m.column19, ?, 1 FROM ",
    columns: 19,
    after: " WHERE m.column1 IS NOT NULL ON CONFLICT (dedup_key) DO UPDATE SET firing = excluded.firing, incident = excluded.incident,
      title = excluded.title, starts_ms = excluded.starts_ms, sender = excluded.sender, beside = excluded.beside,
      ended = excluded.ended, told_starts_ms = excluded.told_starts_ms, told_sender = excluded.told_sender,
      told_ms = excluded.told_ms, endless = excluded.endless, content = excluded.content, sender_group = excluded.sender_group,
      report = excluded.report, heard_ms = excluded.heard_ms, every_ms = excluded.every_ms, repeated = excluded.repeated, silence = excluded.silence,
      seen = alerts.seen + 1, changed_ms = excluded.changed_ms",
};
// A person ended their incident: those whose sender never tells are over with it, the others fire on.
const ENDED: &str = concat!(
    "UPDATE alerts SET ended = CASE WHEN endless = 1 THEN 'incident' ELSE m.how END,
      firing = CASE WHEN endless = 1 THEN 0 ELSE firing END
      FROM (SELECT ",
    field!("n"),
    " AS n, ",
    field!("how"),
    " AS how FROM ",
    rows!(),
    ") m WHERE alerts.incident = m.n AND alerts.firing = 1"
);

// With the last report of each, by which it is decided anew.
macro_rules! with_report {
    ($filter:literal) => {
        concat!("SELECT ", known!(), ", j.report AS said FROM alerts a ", $filter)
    };
}
const FIRING: &str =
    with_report!("INDEXED BY alerts_of_incident LEFT JOIN journal j ON j.id = a.report WHERE a.firing = 1");
const SILENCED: &str = with_report!(
    "INDEXED BY alerts_silenced LEFT JOIN journal j ON j.id = a.report WHERE a.silence IS NOT NULL AND a.firing = 1
     ORDER BY a.dedup_key"
);
const SILENCED_COUNT: &str = "SELECT silence, incident, COUNT(*) FROM alerts INDEXED BY alerts_silenced
    WHERE silence IS NOT NULL AND firing = 1 GROUP BY silence, incident";

/// An alert that fires, with the last report that said so; none when that cannot be read.
#[derive(Clone, Debug, PartialEq)]
pub struct ReportedAlert {
    /// The alert.
    pub firing: FiringAlert,
    /// What its sender said last.
    pub report: Option<AlertReport>,
}

/// Alerts that fire and that a silence holds back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SilencedCount {
    /// Which silence.
    pub silence: u32,
    /// The incident they are part of, if they are.
    pub incident: Option<IncidentId>,
    /// How many.
    pub alerts: usize,
}

/// Ends of incidents that their alerts take part in.
#[derive(Clone, Debug, Default)]
pub(crate) struct AlertsEnded(std::collections::BTreeMap<u32, Option<EpisodeEnd>>);

impl AlertsEnded {
    /// Takes in what happened to an incident.
    pub(crate) fn events(&mut self, incident: IncidentId, events: &[EventAt]) {
        for entry in events {
            match &entry.event {
                Event::Resolved { .. } | Event::Dismissed { .. } => self.0.insert(incident.0, Some(EpisodeEnd::Person)),
                Event::Reopened { .. } => self.0.insert(incident.0, None),
                _ => None,
            };
        }
    }

    pub(crate) fn write(&self, bulk: &mut Bulk) -> Result<()> {
        let row =
            |(incident, how): (&u32, &Option<EpisodeEnd>)| json!({ "n": incident, "how": how.map(EpisodeEnd::as_str) });
        let rows: Vec<Value> = self.0.iter().map(row).collect();
        bulk.add(ENDED, &rows, &[])
    }
}

pub(crate) fn alert_row(query: Bound, row: &AlertRow) -> Bound {
    let AlertRow { dedup_key, title, group, alert } = row;
    let incident = alert.incident.map(|id| i64::from(id.0));
    let first = alert.firing.first();
    let ms = |at: Option<Timestamp>| at.map(millis);
    let beside = alert.firing.get(1..).filter(|more| !more.is_empty()).map(|more| {
        let more: Vec<Value> = more.iter().map(|episode| json!([episode.sender, ms(episode.starts_at)])).collect();
        Value::from(more).to_string()
    });
    let told = alert.told_end;
    query
        .bind(dedup_key.0.clone())
        .bind(i64::from(alert.fires()))
        .bind(incident)
        .bind(title.clone())
        .bind(ms(first.and_then(|episode| episode.starts_at)))
        .bind(first.map_or(0, |episode| episode.sender))
        .bind(beside)
        .bind(alert.ended.map(EpisodeEnd::as_str))
        .bind(ms(told.and_then(|told| told.episode.starts_at)))
        .bind(told.map(|told| told.episode.sender))
        .bind(ms(told.map(|told| told.at)))
        .bind(i64::from(alert.endless))
        .bind(alert.content)
        .bind(*group)
        .bind(alert.report)
        .bind(ms(alert.heard_at))
        .bind(alert.every.map(|every| i64::try_from(every.as_millis()).unwrap_or(i64::MAX)))
        .bind(i64::from(alert.repeated))
        .bind(alert.silence.map(i64::from))
}

/// A row as it is read.
struct Known(FiringAlert);

impl FromRow<'_, SqliteRow> for Known {
    fn from_row(row: &SqliteRow) -> sqlx::Result<Self> {
        let at = |column: &str| row.try_get::<Option<i64>, _>(column).map(|ms| ms.map(instant));
        let mut firing = Vec::new();
        if row.try_get::<i64, _>("firing")? == 1 {
            firing.push(Episode { sender: row.try_get("sender")?, starts_at: at("starts_ms")? });
            let beside: Option<String> = row.try_get("beside")?;
            let more: Vec<(i64, Option<i64>)> =
                beside.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default();
            firing.extend(more.into_iter().map(|(sender, ms)| Episode { sender, starts_at: ms.map(instant) }));
        }
        let told_by: Option<i64> = row.try_get("told_sender")?;
        let told_end = match (told_by, at("told_ms")?) {
            (Some(sender), Some(told)) => {
                Some(ToldEnd { episode: Episode { sender, starts_at: at("told_starts_ms")? }, at: told })
            }
            _ => None,
        };
        let ended: Option<String> = row.try_get("ended")?;
        let every: Option<i64> = row.try_get("every_ms")?;
        Ok(Self(FiringAlert {
            dedup_key: DedupKey(row.try_get("dedup_key")?),
            title: row.try_get("title")?,
            alert: KnownAlert {
                firing,
                incident: row.try_get::<Option<i64>, _>("incident")?.map(|of| IncidentId(number(of))),
                ended: ended.as_deref().and_then(EpisodeEnd::parse),
                told_end,
                endless: row.try_get::<i64, _>("endless")? == 1,
                content: row.try_get("content")?,
                heard_at: at("heard_ms")?,
                every: every.and_then(|ms| u64::try_from(ms).ok()).map(Duration::from_millis),
                repeated: u32::try_from(row.try_get::<i64, _>("repeated")?).unwrap_or(u32::MAX),
                report: row.try_get("report")?,
                silence: row.try_get::<Option<i64>, _>("silence")?.map(number),
            },
        }))
    }
}

/// A row with what its sender said last.
struct Reported(ReportedAlert);

impl FromRow<'_, SqliteRow> for Reported {
    fn from_row(row: &SqliteRow) -> sqlx::Result<Self> {
        let Known(firing) = Known::from_row(row)?;
        let said: Option<String> = row.try_get("said")?;
        let report = said.and_then(|text| serde_json::from_str(&text).ok());
        Ok(Self(ReportedAlert { firing, report }))
    }
}

impl Store {
    /// What is known of these alerts; those nobody heard of are left out.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn known_alerts(&self, keys: &[&DedupKey]) -> Result<Vec<(DedupKey, KnownAlert)>> {
        if keys.is_empty() {
            return Ok(Vec::new());
        }
        let found: Vec<Known> = sqlx::query_as(KNOWN).bind(encode(&keys)?).fetch_all(&self.read).await?;
        Ok(found.into_iter().map(|Known(found)| (found.dedup_key, found.alert)).collect())
    }

    /// How many alerts of an incident fire.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn firing_count(&self, incident: IncidentId) -> Result<usize> {
        let id = i64::from(incident.0);
        let count: i64 = sqlx::query_scalar(FIRING_OF_INCIDENT).bind(id).fetch_one(&self.read).await?;
        Ok(usize::try_from(count).unwrap_or(0))
    }

    /// Alerts of an incident that fire and whose sender tells ends: how many, and of those that no silence holds back the one heard of
    /// last.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn firing_of(&self, incident: IncidentId) -> Result<(usize, Option<FiringAlert>)> {
        let id = i64::from(incident.0);
        let count: i64 = sqlx::query_scalar(COUNT_OF_INCIDENT).bind(id).fetch_one(&self.read).await?;
        let last: Option<Known> = sqlx::query_as(OF_INCIDENT).bind(id).bind(1).fetch_optional(&self.read).await?;
        Ok((usize::try_from(count).unwrap_or(0), last.map(|Known(found)| found)))
    }

    /// Looks at every alert that fires, one after the other: there may be very many.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn each_firing(&self, mut look: impl FnMut(ReportedAlert) + Send) -> Result<()> {
        let mut rows = sqlx::query_as::<_, Reported>(FIRING).fetch(&self.read);
        while let Some(Reported(found)) = rows.try_next().await? {
            look(found);
        }
        Ok(())
    }

    /// Alerts that fire and that a silence holds back, with what they said last.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn silenced(&self) -> Result<Vec<ReportedAlert>> {
        let found: Vec<Reported> = sqlx::query_as(SILENCED).fetch_all(&self.read).await?;
        Ok(found.into_iter().map(|Reported(found)| found).collect())
    }

    /// How many alerts each silence holds back, by incident.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn silenced_counts(&self) -> Result<Vec<SilencedCount>> {
        let found: Vec<(i64, Option<i64>, i64)> = sqlx::query_as(SILENCED_COUNT).fetch_all(&self.read).await?;
        let count = |(silence, incident, alerts): (i64, Option<i64>, i64)| SilencedCount {
            silence: number(silence),
            incident: incident.map(|incident| IncidentId(number(incident))),
            alerts: usize::try_from(alerts).unwrap_or(0),
        };
        Ok(found.into_iter().map(count).collect())
    }

    /// Alerts of an incident that several senders tell to fire, each with a beginning of its own.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn told_by_several(&self, incident: IncidentId) -> Result<usize> {
        let found: Vec<Known> = sqlx::query_as(BESIDE).bind(i64::from(incident.0)).fetch_all(&self.read).await?;
        Ok(found.iter().filter(|Known(found)| found.alert.beginnings() > 1).count())
    }

    /// Alerts of a sender's group that fire.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn firing_in_group(&self, group: i64) -> Result<Vec<FiringAlert>> {
        let found: Vec<Known> = sqlx::query_as(OF_GROUP).bind(group).fetch_all(&self.read).await?;
        Ok(found.into_iter().map(|Known(found)| found).collect())
    }

    /// Alerts of an integration that tells no ends of which nothing was heard since then: key and title.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn unheard_since(
        &self,
        integration: &IntegrationName,
        since: Timestamp,
        limit: u32,
    ) -> Result<Vec<(DedupKey, String)>> {
        let (from, until) = (format!("v1:{integration}:"), format!("v1:{integration};"));
        let query = sqlx::query_as(UNHEARD).bind(from).bind(until).bind(millis(since)).bind(i64::from(limit));
        let found: Vec<(String, String)> = query.fetch_all(&self.read).await?;
        Ok(found.into_iter().map(|(key, title)| (DedupKey(key), title)).collect())
    }

    /// Integrations, and what stands for one, of which alerts fire.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn firing_integrations(&self) -> Result<Vec<IntegrationName>> {
        let found: Vec<String> = sqlx::query_scalar(SENDERS).fetch_all(&self.read).await?;
        Ok(found.into_iter().map(IntegrationName).collect())
    }

    /// Alerts of an integration that fire, with or without an incident.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn firing_from(&self, integration: &IntegrationName, limit: u32) -> Result<Vec<FiringAlert>> {
        let (from, until) = (format!("v1:{integration}:"), format!("v1:{integration};"));
        let query = sqlx::query_as(FIRING_OF).bind(from).bind(until).bind(i64::from(limit));
        let found: Vec<Known> = query.fetch_all(&self.read).await?;
        Ok(found.into_iter().map(|Known(found)| found).collect())
    }

    /// In which incidents alerts of an integration fire, and how many.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn incidents_of(&self, integration: &IntegrationName) -> Result<Vec<(IncidentId, usize)>> {
        let (from, until) = (format!("v1:{integration}:"), format!("v1:{integration};"));
        let query = sqlx::query_as(COUNT_BY_INCIDENT).bind(from).bind(until);
        let found: Vec<(Option<i64>, i64)> = query.fetch_all(&self.read).await?;
        let count = |(incident, count): (Option<i64>, i64)| {
            Some((IncidentId(number(incident?)), usize::try_from(count).unwrap_or(0)))
        };
        Ok(found.into_iter().filter_map(count).collect())
    }

    /// How many alerts of each incident are stale: their sender was seen repeating them, and has been silent for three of its
    /// intervals.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn stale(&self, now: Timestamp) -> Result<Vec<(IncidentId, usize)>> {
        let query =
            sqlx::query_as(STALE).bind(i64::from(SEEN_REPEATING)).bind(i64::from(STALE_AFTER)).bind(millis(now));
        let found: Vec<(Option<i64>, i64)> = query.fetch_all(&self.read).await?;
        let count = |(incident, count): (Option<i64>, i64)| {
            Some((IncidentId(number(incident?)), usize::try_from(count).unwrap_or(0)))
        };
        Ok(found.into_iter().filter_map(count).collect())
    }
}
