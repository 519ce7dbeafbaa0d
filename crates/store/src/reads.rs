//! Purpose: look-ups: what a start needs, one incident, lists, timers.

use domain::incident::EventAt;
use domain::{
    ChatChannelId, ChatMessageId, ChatUserId, Incident, IncidentId, Severity, Subject, Timer, TimerKind, Timestamp,
};

use crate::dialect::rows;
use crate::{Result, Store, StoreError, encode, instant, millis, signed, unsigned};

/// What the decider holds in memory, read at start.
#[derive(Clone, Debug, Default)]
pub struct Resume {
    /// Incidents that are not over, by number.
    pub open: Vec<Incident>,
    /// Number of the newest incident.
    pub last_number: u32,
}

/// A line of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IncidentLine {
    /// Number.
    pub id: IncidentId,
    /// Title.
    pub title: String,
    /// Severity.
    pub severity: Severity,
    /// Name of the status.
    pub status: String,
    /// Service.
    pub service: Option<String>,
    /// When it opened.
    pub opened_at: Timestamp,
}

/// Which incidents a list shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListFilter {
    /// Not over.
    Open,
    /// All, newest first.
    Recent,
}

/// What became of a journal row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JournalOutcome {
    /// Name of the outcome; none while undecided.
    pub outcome: Option<String>,
    /// The incident it went to.
    pub incident: Option<IncidentId>,
}

const OPEN: &str =
    "SELECT number FROM incidents WHERE status IN ('triggered', 'acknowledged', 'mitigated') ORDER BY number";
const EVENTS_OF_MANY: &str = concat!(
    "SELECT t.subject, t.seq, t.at_ms, t.event FROM ",
    rows!(),
    " CROSS JOIN timeline t ON t.subject = 'inc:' || r.value ORDER BY r.value, t.seq"
);
const EVENTS: &str = "SELECT subject, seq, at_ms, event FROM timeline WHERE subject = $1 ORDER BY seq";
// A part of the primary key.
const SUBJECTS: &str = "SELECT DISTINCT subject FROM timeline WHERE subject >= $1 AND subject < $2 ORDER BY subject";
const EVENT: &str = "SELECT subject, seq, at_ms, event FROM timeline WHERE subject = $1 AND seq = $2";
const LAST_NUMBER: &str = "SELECT COALESCE(MAX(number), 0) FROM incidents";
const DUE: &str = "SELECT subject, kind, due_ms FROM timers WHERE due_ms <= $1 ORDER BY due_ms, subject LIMIT $2";
const NEXT_DUE: &str = "SELECT MIN(due_ms) FROM timers";
const LIST_OPEN: &str = "SELECT number, title, severity, status, service, opened_ms FROM incidents
    WHERE status IN ('triggered', 'acknowledged', 'mitigated') ORDER BY severity, number LIMIT $1";
const LIST_RECENT: &str =
    "SELECT number, title, severity, status, service, opened_ms FROM incidents ORDER BY number DESC LIMIT $1";
// All that have the words are read once, from the oldest open one on; asking for each open one anew whether it has them takes
// seconds when a thousand are open. The plus keeps the few open ones the side that is walked.
const LIST_OPEN_FOUND: &str = "SELECT number, title, severity, status, service, opened_ms FROM incidents
    WHERE status IN ('triggered', 'acknowledged', 'mitigated') AND +number IN (
        SELECT rowid FROM incident_search WHERE incident_search MATCH $2 AND rowid >=
            (SELECT MIN(number) FROM incidents WHERE status IN ('triggered', 'acknowledged', 'mitigated')))
    ORDER BY severity, number LIMIT $1";
const LIST_FOUND: &str = concat!(
    "SELECT i.number, i.title, i.severity, i.status, i.service, i.opened_ms FROM ",
    rows!(),
    " CROSS JOIN incidents i ON i.number = r.value ORDER BY r.key"
);
const OPENED_SINCE: &str = "SELECT COUNT(*) FROM incidents WHERE opened_by = $1 AND opened_ms > $2";
const OUTCOME: &str = "SELECT outcome, incident FROM journal WHERE id = $1";
const TOTALS: &str =
    "SELECT (SELECT COALESCE(MAX(id), 0) FROM journal), (SELECT COUNT(*) FROM journal WHERE outcome IS NULL),
    (SELECT COUNT(*) FROM incidents), (SELECT COUNT(*) FROM alerts WHERE firing = 1)";
const PAGES: &str = "SELECT COUNT(*) FROM outbox WHERE lane = 0 AND state = 'confirmed' AND message IS NOT NULL";
const HIGH_WATER: &str = "SELECT message FROM high_water WHERE channel = $1";
const SET_HIGH_WATER: &str = "INSERT INTO high_water (channel, message) VALUES ($1, $2)
    ON CONFLICT (channel) DO UPDATE SET message = excluded.message WHERE high_water.message < excluded.message";
const CHANGES_FROM: &str = "SELECT changes_from_ms FROM high_water WHERE channel = $1";
const SET_CHANGES_FROM: &str =
    "UPDATE high_water SET changes_from_ms = $1 WHERE channel = $2 AND changes_from_ms IS NULL";

type EventTuple = (String, i64, i64, String);

/// Incidents whose events are read at once: those of all together would be much more than what is made of them.
const READ_AT_ONCE: usize = 256;
type LineTuple = (i64, String, i64, String, Option<String>, i64);

impl Store {
    /// Everything the decider holds in memory.
    ///
    /// # Errors
    /// When the database fails or an event cannot be read.
    pub async fn resume(&self) -> Result<Resume> {
        let mut open: Vec<Incident> = Vec::new();
        let numbers: Vec<i64> = sqlx::query_scalar(OPEN).fetch_all(&self.read).await?;
        for numbers in numbers.chunks(READ_AT_ONCE) {
            let rows = sqlx::query_as::<_, EventTuple>(EVENTS_OF_MANY).bind(encode(&numbers)?);
            for row in rows.fetch_all(&self.read).await? {
                let Some(id) = subject_of(&row.0).and_then(|subject| subject.incident()) else { continue };
                let entry = event(row)?;
                match open.last_mut() {
                    Some(incident) if incident.id == id => incident.apply(&entry),
                    _ => open.extend(Incident::from_opened(id, &entry)),
                }
            }
        }
        let last: i64 = sqlx::query_scalar(LAST_NUMBER).fetch_one(&self.read).await?;
        Ok(Resume { open, last_number: number(last) })
    }

    /// The timeline of an incident; empty when there is none.
    ///
    /// # Errors
    /// When the database fails or an event cannot be read.
    pub async fn timeline(&self, incident: IncidentId) -> Result<Vec<EventAt>> {
        self.events(&incident.into()).await
    }

    /// What happened to a subject, in order; empty when there is no such subject.
    ///
    /// # Errors
    /// When the database fails or an event cannot be read.
    pub async fn events<E: serde::de::DeserializeOwned>(&self, subject: &Subject) -> Result<Vec<EventAt<E>>> {
        let rows: Vec<EventTuple> = sqlx::query_as(EVENTS).bind(subject.to_string()).fetch_all(&self.read).await?;
        rows.into_iter().map(event).collect()
    }

    /// Subjects of a kind to which something happened, by their keys.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn subjects(&self, kind: &str) -> Result<Vec<Subject>> {
        let query = sqlx::query_scalar(SUBJECTS).bind(format!("{kind}:")).bind(format!("{kind};"));
        let found: Vec<String> = query.fetch_all(&self.read).await?;
        Ok(found.iter().filter_map(|key| key.parse().ok()).collect())
    }

    /// Some events of an incident, in the order in which they are asked for. One that is not there is left out.
    ///
    /// # Errors
    /// When the database fails or an event cannot be read.
    pub async fn events_at(&self, incident: IncidentId, seqs: &[u32]) -> Result<Vec<EventAt>> {
        let mut events = Vec::new();
        for seq in seqs {
            let row = sqlx::query_as(EVENT).bind(Subject::Incident(incident).to_string()).bind(i64::from(*seq));
            let row: Option<EventTuple> = row.fetch_optional(&self.read).await?;
            events.extend(row.map(event).transpose()?);
        }
        Ok(events)
    }

    /// Timers that are due, oldest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn due_timers(&self, now: Timestamp, limit: i64) -> Result<Vec<Timer>> {
        let rows: Vec<(String, String, i64)> =
            sqlx::query_as(DUE).bind(millis(now)).bind(limit).fetch_all(&self.read).await?;
        Ok(rows
            .into_iter()
            .filter_map(|(subject, kind, due)| {
                Some(Timer { subject: subject_of(&subject)?, kind: TimerKind::parse(&kind)?, due: instant(due) })
            })
            .collect())
    }

    /// When the next timer is due.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn next_timer(&self) -> Result<Option<Timestamp>> {
        let due: Option<i64> = sqlx::query_scalar(NEXT_DUE).fetch_one(&self.read).await?;
        Ok(due.map(instant))
    }

    /// Incidents that have all words of the query, the last one perhaps only begun; an empty query has no words to find.
    /// Open ones come worst first. All of them come newest first, and best first when there is a query.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn list(&self, filter: ListFilter, query: &str, limit: u32) -> Result<Vec<IncidentLine>> {
        let lines = |rows: Vec<LineTuple>| Ok(rows.into_iter().map(line).collect());
        if query.trim().is_empty() {
            let sql = match filter {
                ListFilter::Open => LIST_OPEN,
                ListFilter::Recent => LIST_RECENT,
            };
            return lines(sqlx::query_as(sql).bind(i64::from(limit)).fetch_all(&self.read).await?);
        }
        match filter {
            ListFilter::Open => {
                let Some(expression) = crate::search::all_words(query) else { return Ok(Vec::new()) };
                let found = sqlx::query_as(LIST_OPEN_FOUND).bind(i64::from(limit)).bind(expression);
                lines(found.fetch_all(&self.read).await?)
            }
            ListFilter::Recent => {
                let found: Vec<u32> = self.search(query, limit).await?.iter().map(|found| found.id.0).collect();
                lines(sqlx::query_as(LIST_FOUND).bind(encode(&found)?).fetch_all(&self.read).await?)
            }
        }
    }

    /// How many incidents a person opened since then.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn opened_since(&self, user: ChatUserId, since: Timestamp) -> Result<i64> {
        Ok(sqlx::query_scalar(OPENED_SINCE).bind(signed(user.0)).bind(millis(since)).fetch_one(&self.read).await?)
    }

    /// What became of a journal row; none when there is no such row.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn journal_outcome(&self, id: i64) -> Result<Option<JournalOutcome>> {
        let found: Option<(Option<String>, Option<i64>)> =
            sqlx::query_as(OUTCOME).bind(id).fetch_optional(&self.read).await?;
        Ok(found
            .map(|(outcome, incident)| JournalOutcome { outcome, incident: incident.map(|n| IncidentId(number(n))) }))
    }

    /// Reports accepted, of them undecided, incidents, firing alerts, pages delivered.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn totals(&self) -> Result<(i64, i64, i64, i64, i64)> {
        let (accepted, undecided, incidents, firing): (i64, i64, i64, i64) =
            sqlx::query_as(TOTALS).fetch_one(&self.read).await?;
        let pages: i64 = sqlx::query_scalar(PAGES).fetch_one(&self.read).await?;
        Ok((accepted, undecided, incidents, firing, pages))
    }

    /// The last message handled in a watched channel.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn high_water(&self, channel: ChatChannelId) -> Result<Option<ChatMessageId>> {
        let found: Option<i64> =
            sqlx::query_scalar(HIGH_WATER).bind(signed(channel.0)).fetch_optional(&self.read).await?;
        Ok(found.map(|id| ChatMessageId(unsigned(id))))
    }

    /// From when on changes of messages in a watched channel are news; none when nobody has said so yet.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn chat_changes_from(&self, channel: ChatChannelId) -> Result<Option<Timestamp>> {
        let found: Option<Option<i64>> =
            sqlx::query_scalar(CHANGES_FROM).bind(signed(channel.0)).fetch_optional(&self.read).await?;
        Ok(found.flatten().map(crate::instant))
    }

    /// Says so, once for each channel that has a last message.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn set_chat_changes_from(&self, channel: ChatChannelId, at: Timestamp) -> Result<()> {
        let set = sqlx::query(SET_CHANGES_FROM).bind(crate::millis(at)).bind(signed(channel.0));
        set.execute(&mut *self.write.lock().await?).await?;
        Ok(())
    }

    /// Remembers the last message handled in a watched channel; never goes back.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn set_high_water(&self, channel: ChatChannelId, message: ChatMessageId) -> Result<()> {
        crate::write_point!("seen-message:writing");
        sqlx::query(SET_HIGH_WATER)
            .bind(signed(channel.0))
            .bind(signed(message.0))
            .execute(&mut *self.write.lock().await?)
            .await?;
        crate::write_point!("seen-message:written");
        Ok(())
    }
}

pub(crate) fn number(value: i64) -> u32 {
    u32::try_from(value).unwrap_or(0)
}

fn subject_of(key: &str) -> Option<Subject> {
    key.parse().ok()
}

fn event<E: serde::de::DeserializeOwned>((subject, seq, at_ms, text): EventTuple) -> Result<EventAt<E>> {
    let event = serde_json::from_str(&text).map_err(|source| StoreError::Unreadable {
        what: "event",
        id: format!("{}/{seq}", subject_of(&subject).map_or(subject.clone(), |subject| subject.label())),
        source,
    })?;
    Ok(EventAt { seq: number(seq), at: instant(at_ms), event })
}

fn line((id, title, severity, status, service, opened_ms): LineTuple) -> IncidentLine {
    IncidentLine {
        id: IncidentId(number(id)),
        title,
        severity: severity_of_rank(severity),
        status,
        service,
        opened_at: instant(opened_ms),
    }
}

pub(crate) fn severity_of_rank(rank: i64) -> Severity {
    let known = usize::try_from(rank - 1).ok().and_then(|rank| Severity::ALL.get(rank).copied());
    known.unwrap_or(Severity::Sev5)
}
