//! Purpose: the outbox as people see it: what waits, what is dead, and what a person decides about a dead letter.
//!
//! Rows that wait belong to the worker of the running bot. A dead one belongs to nobody, so another process may take it by
//! one statement that finds it dead: whoever comes second finds it changed and does nothing.

use domain::{ChatChannelId, Effect, IncidentId, Lane, PageVia, ReasonCode, Subject, Timestamp};
use sqlx::Connection as _;

use crate::{BEGIN, Result, Store, instant, millis, unsigned, write_point};

/// A row of the outbox that is not delivered.
#[derive(Clone, Debug)]
pub struct Letter {
    /// Its number.
    pub id: i64,
    /// What; `Err` carries the stored text when it cannot be read.
    pub effect: std::result::Result<Effect, String>,
    /// Order of delivery.
    pub lane: Lane,
    /// Whose it is.
    pub subject: Option<Subject>,
    /// Where it stands.
    pub state: LetterState,
    /// When it was planned.
    pub planned_at: Timestamp,
    /// When it may be tried next, if it waits.
    pub not_before: Timestamp,
    /// Attempts so far.
    pub attempts: u32,
    /// When the last request that may have been applied left.
    pub sent_at: Option<Timestamp>,
    /// When it was given up.
    pub finished_at: Option<Timestamp>,
    /// Why it is not delivered.
    pub reason: Option<String>,
    /// The same as it is decided by; none for what died before there were codes.
    pub reason_code: Option<ReasonCode>,
    /// On which way it goes to a person, if it is a page.
    pub carrier: Option<PageVia>,
    /// The channel a request went to.
    pub channel: Option<ChatChannelId>,
    /// What the row says, as it is stored.
    pub stored: String,
    /// The body that a request left with, if it is to be the same each time and the row is not delivered.
    pub rendered: Option<String>,
}

/// Where a row stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LetterState {
    /// Not tried, or surely not applied.
    Planned,
    /// Sent; the answer is not known.
    Sent,
    /// Given up: a person decides.
    Dead,
    /// Delivered.
    Confirmed,
    /// Not needed.
    Dropped,
}

impl LetterState {
    const ALL: [Self; 5] = [Self::Planned, Self::Sent, Self::Dead, Self::Confirmed, Self::Dropped];

    /// Name in the database, and for programs.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Planned => "planned",
            Self::Sent => "sent",
            Self::Dead => "dead",
            Self::Confirmed => "confirmed",
            Self::Dropped => "dropped",
        }
    }
}

const LIST: &str =
    "SELECT id, effect, lane, subject, state, planned_ms, not_before_ms, attempts, sent_ms, finished_ms, reason, reason_code, carrier, channel, rendered
    FROM outbox WHERE state IN ('planned', 'sent', 'dead') ORDER BY state <> 'dead', lane, id LIMIT $1";
const ONE: &str =
    "SELECT id, effect, lane, subject, state, planned_ms, not_before_ms, attempts, sent_ms, finished_ms, reason, reason_code, carrier, channel, rendered
    FROM outbox WHERE id = $1";
// What may have left is looked for before it is sent again, so it goes back to where it was.
const RETRY: &str = "UPDATE outbox SET state = CASE WHEN sent_ms IS NULL THEN 'planned' ELSE 'sent' END, planned_ms = $2, not_before_ms = $2,
    attempts = 0, finished_ms = NULL, rendered = CASE WHEN sent_ms IS NOT NULL THEN rendered END, reason = $3, reason_code = NULL
    WHERE id = $1 AND state = 'dead'";
const DEAD_OF: &str =
    "SELECT id, effect FROM outbox WHERE state = 'dead' AND reason_code = $1 AND finished_ms > $2 ORDER BY id";
const DROP: &str =
    "UPDATE outbox SET state = 'dropped', finished_ms = $2, reason = 'dropped by a person', reason_code = NULL
    WHERE id = $1 AND state = 'dead'";
const DROP_WAITING: &str =
    "UPDATE outbox SET state = 'dropped', finished_ms = $2, reason = 'dropped by a person', reason_code = NULL
    WHERE id = $1 AND state IN ('planned', 'sent')";
const STUCK: &str =
    "SELECT DISTINCT subject FROM outbox WHERE state IN ('planned', 'sent') AND lane = 0 AND planned_ms < $1
    AND carrier IN ('room', 'direct') AND subject IS NOT NULL";

/// Cards of incidents that page, on their way since before then.
const CARDS: &str =
    "SELECT DISTINCT subject FROM outbox WHERE state IN ('planned', 'sent') AND lane = 1 AND planned_ms < $1
    AND supersede LIKE 'card:%' AND subject IS NOT NULL";

#[derive(sqlx::FromRow)]
struct Row {
    id: i64,
    effect: String,
    lane: i64,
    subject: Option<String>,
    state: String,
    planned_ms: i64,
    not_before_ms: i64,
    attempts: i64,
    sent_ms: Option<i64>,
    finished_ms: Option<i64>,
    reason: Option<String>,
    reason_code: Option<String>,
    carrier: Option<String>,
    channel: Option<i64>,
    rendered: Option<String>,
}

impl Store {
    /// What is not delivered: the dead first, then what waits, in the order of delivery.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn letters(&self, limit: u32) -> Result<Vec<Letter>> {
        let rows: Vec<Row> = sqlx::query_as(LIST).bind(i64::from(limit)).fetch_all(&self.read).await?;
        Ok(rows.into_iter().map(letter).collect())
    }

    /// One row, whatever became of it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn letter(&self, id: i64) -> Result<Option<Letter>> {
        let row: Option<Row> = sqlx::query_as(ONE).bind(id).fetch_optional(&self.read).await?;
        Ok(row.map(letter))
    }

    /// Incidents with a page that has been on its way to Discord since before then.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn pages_stuck(&self, before: Timestamp) -> Result<Vec<IncidentId>> {
        let rows: Vec<String> = sqlx::query_scalar(STUCK).bind(millis(before)).fetch_all(&self.read).await?;
        Ok(rows.iter().filter_map(|key| key.parse::<Subject>().ok()?.incident()).collect())
    }

    /// Incidents that page somebody and whose first card has been on its way since before then.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn cards_waiting(&self, before: Timestamp) -> Result<Vec<IncidentId>> {
        let rows: Vec<String> = sqlx::query_scalar(CARDS).bind(millis(before)).fetch_all(&self.read).await?;
        Ok(rows.iter().filter_map(|key| key.parse::<Subject>().ok()?.incident()).collect())
    }

    /// A dead letter waits again, as if it were new. False when it is not dead.
    ///
    /// # Errors
    /// When the database fails; then nothing was changed.
    pub async fn letter_retry(&self, id: i64, now: Timestamp) -> Result<bool> {
        write_point!("letter:writing", "retry");
        let retry = sqlx::query(RETRY).bind(id).bind(millis(now)).bind("asked for again by a person");
        let done = retry.execute(&mut *self.write.lock().await?).await?;
        write_point!("letter:written", "retry");
        Ok(done.rows_affected() > 0)
    }

    /// Dead letters that failed for this since then, with what they are; those that cannot be read are left out.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn dead_letters_of(&self, code: ReasonCode, since: Timestamp) -> Result<Vec<(i64, Effect)>> {
        let found = sqlx::query_as(DEAD_OF).bind(code.as_str()).bind(millis(since));
        let found: Vec<(i64, String)> = found.fetch_all(&self.read).await?;
        Ok(found.into_iter().filter_map(|(id, effect)| Some((id, serde_json::from_str(&effect).ok()?))).collect())
    }

    /// Dead letters wait again because their cause is over. Answers which; those that a person took meanwhile are not among
    /// them.
    ///
    /// # Errors
    /// When the database fails; then nothing was changed.
    pub async fn letters_again(&self, rows: &[i64], why: &str, now: Timestamp) -> Result<Vec<i64>> {
        write_point!("letter:writing", "permitted");
        let mut writer = self.write.lock().await?;
        let mut tx = writer.begin_with(BEGIN).await?;
        let mut again = Vec::new();
        for row in rows {
            let done = sqlx::query(RETRY).bind(row).bind(millis(now)).bind(why).execute(&mut *tx).await?;
            if done.rows_affected() > 0 {
                again.push(*row);
            }
        }
        tx.commit().await?;
        write_point!("letter:written", "permitted");
        Ok(again)
    }

    /// A dead letter is put aside for good. False when it is not dead.
    ///
    /// # Errors
    /// When the database fails; then nothing was changed.
    pub async fn letter_drop(&self, id: i64, now: Timestamp) -> Result<bool> {
        write_point!("letter:writing", "drop");
        let done = sqlx::query(DROP).bind(id).bind(millis(now)).execute(&mut *self.write.lock().await?).await?;
        write_point!("letter:written", "drop");
        Ok(done.rows_affected() > 0)
    }

    /// A row that waits is put aside. Only while no bot runs: the row is its worker's.
    ///
    /// # Errors
    /// When the database fails; then nothing was changed.
    pub async fn letter_drop_waiting(&self, id: i64, now: Timestamp) -> Result<bool> {
        write_point!("letter:writing", "drop-waiting");
        let done = sqlx::query(DROP_WAITING).bind(id).bind(millis(now)).execute(&mut *self.write.lock().await?).await?;
        write_point!("letter:written", "drop-waiting");
        Ok(done.rows_affected() > 0)
    }
}

fn letter(row: Row) -> Letter {
    let state = LetterState::ALL.into_iter().find(|state| state.as_str() == row.state);
    Letter {
        id: row.id,
        effect: serde_json::from_str(&row.effect).map_err(|_| row.effect.clone()),
        lane: Lane::from_rank(row.lane),
        subject: row.subject.and_then(|key| key.parse().ok()),
        state: state.unwrap_or(LetterState::Dropped),
        planned_at: instant(row.planned_ms),
        not_before: instant(row.not_before_ms),
        attempts: u32::try_from(row.attempts).unwrap_or(u32::MAX),
        sent_at: row.sent_ms.map(instant),
        finished_at: row.finished_ms.map(instant),
        reason: row.reason.filter(|reason| !reason.is_empty()),
        reason_code: row.reason_code.as_deref().and_then(ReasonCode::parse),
        carrier: row.carrier.as_deref().and_then(PageVia::parse),
        channel: row.channel.map(|id| ChatChannelId(unsigned(id))),
        stored: row.effect,
        rendered: row.rendered,
    }
}
