//! Purpose: effects on their way out and what Discord gave back: planned, sent, then confirmed, dropped or dead.

use std::time::Duration;

use domain::incident::EventAt;
use domain::{
    ChatChannelId, ChatMessageId, Effect, IncidentId, Lane, Outcome, PlannedEffect, Reason, ReasonCode, Subject,
    Timestamp,
};
use serde_json::json;
use sqlx::{Connection as _, SqliteConnection};

use crate::dialect::{field, rows};
use crate::{
    BEGIN, Result, STORED_VERSION, Store, StoreError, instant, millis, old_posts, signed, unsigned, write_point,
};

/// State of a row that is not finished.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OutboxState {
    /// Not tried, or surely not applied.
    Planned,
    /// Sent; the answer is not known.
    Sent,
}

/// A row that waits.
#[derive(Clone, Debug)]
pub struct OutboxRow {
    /// Its number; also the order within a lane.
    pub id: i64,
    /// What; `Err` carries the stored text when it cannot be read.
    pub effect: std::result::Result<Effect, String>,
    /// Order of delivery.
    pub lane: Lane,
    /// Whose it is.
    pub subject: Option<Subject>,
    /// Planned or sent.
    pub state: OutboxState,
    /// When it was planned, by the wire clock.
    pub planned_at: Timestamp,
    /// Attempts so far.
    pub attempts: u32,
    /// When the last request that may have been applied left.
    pub sent_at: Option<Timestamp>,
    /// The channel that request went to, when it was about a message.
    pub sent_to: Option<ChatChannelId>,
    /// Key of the order it stands in.
    pub order_key: Option<String>,
    /// What a post of an earlier release says: it held its text's parts itself and not the number of an event.
    pub said: Vec<EventAt>,
    /// The body that a request left with: a repetition leaves with the same, whatever changed meanwhile.
    pub rendered: Option<String>,
}

/// Which of the rows that wait are asked for.
#[derive(Clone, Copy, Debug)]
pub struct Waiting {
    /// Up to this lane.
    pub up_to: Lane,
    /// Only pages that do not go by Discord.
    pub outside_only: bool,
    /// Those after this one in the order of delivery.
    pub after: Option<(Lane, i64)>,
    /// At most so many.
    pub limit: usize,
}

/// A thing of a subject, as stored.
#[derive(Clone, Debug)]
pub struct ObjectRow {
    /// Incident.
    pub subject: Subject,
    /// Name of the thing.
    pub name: String,
    /// Channel.
    pub channel: ChatChannelId,
    /// Message, when it is one.
    pub message: Option<ChatMessageId>,
    /// Digest of what it shows.
    pub digest: Option<String>,
    /// When it was created or last edited.
    pub touched_at: Timestamp,
}

/// An attempt at a row.
#[derive(Clone, Copy, Debug)]
pub struct Attempt {
    /// The row.
    pub row: i64,
    /// Its number, from 1.
    pub number: u32,
    /// An earlier one may have been applied: the row is looked for before it is tried again.
    pub may_be_outside: bool,
}

/// What is written with a row that is outside.
#[derive(Clone, Debug)]
pub struct Filed {
    /// Where, when it is a message of its own.
    pub message: Option<(ChatChannelId, ChatMessageId)>,
    /// Things that exist now.
    pub objects: Vec<ObjectRow>,
    /// Number of the incident's last event (or the storm's revision) that was shown: when there are newer ones and the row
    /// shows the state of now, it waits again instead.
    pub shown_seq: Option<u32>,
    /// Until when it then waits.
    pub again_at: Timestamp,
    /// What follows from it, in the same transaction.
    pub then: Vec<PlannedEffect>,
    /// What did not work all the same.
    pub code: Option<ReasonCode>,
}

/// How many rows are in which state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OutboxCounts {
    /// Planned or sent.
    pub waiting: i64,
    /// Dead letters.
    pub dead: i64,
    /// When the oldest waiting one was planned.
    pub oldest_ms: Option<i64>,
}

const WAITING: &str =
    "SELECT o.id, o.effect, o.lane, o.subject, o.state, o.planned_ms, o.attempts, o.sent_ms, o.channel, o.order_key, o.rendered
    FROM outbox o WHERE o.state IN ('planned', 'sent') AND o.lane <= $3 AND (o.lane, o.id) > ($4, $5) AND o.not_before_ms <= $1
    AND (NOT $6 OR o.carrier NOT IN ('room', 'direct'))
    AND (o.order_key IS NULL OR NOT EXISTS (SELECT 1 FROM outbox e
         WHERE e.order_key = o.order_key AND e.id < o.id AND e.state IN ('planned', 'sent')))
    ORDER BY o.lane, o.id LIMIT $2";
const NEXT_AT: &str = "SELECT MIN(not_before_ms) FROM outbox WHERE state IN ('planned', 'sent') AND not_before_ms > $1";
const MENTIONS: &str =
    "SELECT EXISTS (SELECT 1 FROM outbox WHERE subject = $1 AND carrier = 'room' AND state IN ('planned', 'sent')
    AND not_before_ms <= $2)";
const SENT: &str =
    "UPDATE outbox SET state = 'sent', channel = CASE WHEN sent_ms IS NULL THEN $3 ELSE channel END, sent_ms = COALESCE(sent_ms, $2),
    rendered = COALESCE(rendered, $4), attempts = attempts + 1 WHERE id = $1 AND state IN ('planned', 'sent')";
// A request that left has counted its attempt already.
const LATER: &str =
    "UPDATE outbox SET state = 'planned', not_before_ms = $2, reason = $3, reason_code = $4, sent_ms = NULL, rendered = NULL,
    attempts = CASE WHEN attempts < $5 THEN $5 ELSE attempts END WHERE id = $1 AND state IN ('planned', 'sent')";
const LOOK_LATER: &str = "UPDATE outbox SET state = 'sent', not_before_ms = $2, reason = $3, reason_code = $4,
    attempts = CASE WHEN attempts < $5 THEN $5 ELSE attempts END WHERE id = $1 AND state IN ('planned', 'sent')";
const CONFIRM: &str = "UPDATE outbox SET finished_ms = $2, channel = $3, message = $4, reason = NULL, reason_code = $7,
    state = CASE WHEN supersede IS NOT NULL AND $5 IS NOT NULL
                      AND (EXISTS (SELECT 1 FROM incidents i WHERE i.last_seq > $5
                                   AND i.number = CASE WHEN subject LIKE 'inc:%' THEN CAST(substr(subject, 5) AS INTEGER) END)
                           OR EXISTS (SELECT 1 FROM storms s WHERE s.revision > $5
                                   AND s.number = CASE WHEN subject LIKE 'storm:%' THEN CAST(substr(subject, 7) AS INTEGER) END))
                      AND NOT EXISTS (SELECT 1 FROM outbox w WHERE w.supersede = outbox.supersede AND w.state = 'planned' AND w.id <> outbox.id)
                 THEN 'planned' ELSE 'confirmed' END,
    not_before_ms = $6, sent_ms = NULL, rendered = NULL
    WHERE id = $1 RETURNING state";
const FIRST_AGAIN: &str = "UPDATE outbox SET attempts = 0 WHERE id = $1";
const END: &str = "UPDATE outbox SET state = $2, finished_ms = $3, reason = $4, reason_code = $6,
    sent_ms = CASE WHEN $5 THEN NULL ELSE sent_ms END, rendered = CASE WHEN $2 = 'dead' THEN rendered END WHERE id = $1";
const OBJECTS_PUT: &str = concat!(
    "INSERT INTO objects (subject, name, channel, message, digest, touched_ms) SELECT ",
    field!("s"),
    ", ",
    field!("name"),
    ", ",
    field!("channel"),
    ", ",
    field!("message"),
    ", ",
    field!("digest"),
    ", ",
    field!("touched"),
    " FROM ",
    rows!(),
    " WHERE true ON CONFLICT (subject, name) DO UPDATE SET channel = excluded.channel, message = excluded.message,
      digest = excluded.digest, touched_ms = excluded.touched_ms"
);
const OBJECTS: &str = "SELECT subject, name, channel, message, digest, touched_ms FROM objects WHERE subject = $1";
const OBJECTS_OF: &str = concat!(
    "SELECT subject, name, channel, message, digest, touched_ms FROM objects WHERE subject IN (SELECT r.value FROM ",
    rows!(),
    ")"
);
const ROOMS: &str = "SELECT o.subject, o.name, o.channel, o.message, o.digest, o.touched_ms FROM objects o WHERE o.name IN ('thread', 'channel')";
const INCIDENT_OF_ROOM: &str = "SELECT subject FROM objects WHERE channel = $1 AND name IN ('thread', 'channel')";
const OWNER_OF_MESSAGE: &str =
    "SELECT subject, name FROM objects WHERE message = $1 AND name IN ('card', 'room_card', 'status')";
const CLAIMED: &str = "SELECT message FROM outbox WHERE subject = $1 AND message IS NOT NULL";
const COUNTS: &str = "SELECT (SELECT COUNT(*) FROM outbox WHERE state IN ('planned', 'sent')), (SELECT COUNT(*) FROM outbox WHERE state = 'dead'),
    (SELECT MIN(planned_ms) FROM outbox WHERE state IN ('planned', 'sent'))";
const PUT: &str =
    "INSERT INTO outbox (key, subject, lane, version, effect, supersede, order_key, carrier, planned_ms, not_before_ms)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9) ON CONFLICT (key) DO NOTHING";
const RECEIPT_OF_KEY: &str = "SELECT channel, message FROM outbox WHERE key = $1 AND message IS NOT NULL";

type WaitingTuple =
    (i64, String, i64, Option<String>, String, i64, i64, Option<i64>, Option<i64>, Option<String>, Option<String>);
type ObjectTuple = (String, String, i64, Option<i64>, Option<String>, i64);

impl Store {
    /// Rows that may be tried now, by lane and age; of each order key only the oldest.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn outbox_waiting(&self, wire: Timestamp, which: Waiting) -> Result<Vec<OutboxRow>> {
        let (lane, id) = which.after.map_or((-1, 0), |(lane, id)| (lane.rank(), id));
        let rows = sqlx::query_as(WAITING)
            .bind(millis(wire))
            .bind(i64::try_from(which.limit).unwrap_or(i64::MAX))
            .bind(which.up_to.rank())
            .bind(lane)
            .bind(id)
            .bind(which.outside_only);
        let rows: Vec<WaitingTuple> = rows.fetch_all(&self.read).await?;
        Ok(rows.into_iter().map(outbox_row).collect())
    }

    /// When the next row that is held back may be tried.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn outbox_next_at(&self, wire: Timestamp) -> Result<Option<Timestamp>> {
        let next: Option<i64> = sqlx::query_scalar(NEXT_AT).bind(millis(wire)).fetch_one(&self.read).await?;
        Ok(next.map(instant))
    }

    /// Whether pages wait, or are on their way, that mention people in a room of this subject and are to go until then.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn outbox_mentions_wait(&self, subject: &Subject, until: Timestamp) -> Result<bool> {
        let (subject, until) = (subject.to_string(), millis(until));
        let waits: i64 = sqlx::query_scalar(MENTIONS).bind(subject).bind(until).fetch_one(&self.read).await?;
        Ok(waits != 0)
    }

    /// A request for this row is about to leave, to this channel when it creates a message, and with this body when that is to be
    /// the same each time.
    ///
    /// # Errors
    /// When the database fails; then the request must not leave.
    pub async fn outbox_sent(
        &self,
        id: i64,
        to: Option<ChatChannelId>,
        rendered: Option<&str>,
        wire: Timestamp,
    ) -> Result<()> {
        let to = to.map(|channel| signed(channel.0));
        write_point!("sent:writing");
        sqlx::query(SENT)
            .bind(id)
            .bind(millis(wire))
            .bind(to)
            .bind(rendered)
            .execute(&mut *self.write.lock().await?)
            .await?;
        #[cfg(feature = "broken")]
        if crate::broken::RECEIPT_FIRST.load(std::sync::atomic::Ordering::Relaxed) {
            sqlx::query("UPDATE outbox SET state = 'confirmed' WHERE id = $1")
                .bind(id)
                .execute(&mut *self.write.lock().await?)
                .await?;
        }
        write_point!("sent:written");
        Ok(())
    }

    /// Writes how an attempt ended, together with what was given back and what follows. True when the row waits again because
    /// there is news.
    ///
    /// # Errors
    /// When the database fails; the row stays as it is and will be looked at again.
    pub async fn outbox_settle(&self, attempt: Attempt, outcome: &Outcome<Filed>, wire: Timestamp) -> Result<bool> {
        let after = |wait: Duration| wire.checked_add(wait).unwrap_or(Timestamp::MAX);
        match outcome {
            Outcome::Confirmed(filed) => return self.confirm(attempt.row, filed, wire).await,
            Outcome::NotYet { reason, retry_in } if !attempt.may_be_outside => {
                write_point!("later:writing");
                self.wait(LATER, attempt, reason, after(*retry_in)).await?;
                write_point!("later:written");
            }
            Outcome::NotYet { reason, retry_in } | Outcome::Unknown { reason, retry_in } => {
                // To wait until a lost request is surely over is no attempt: the next wait does not become longer by it.
                let waited = matches!(outcome, Outcome::NotYet { .. });
                let attempt = Attempt { number: attempt.number.saturating_sub(u32::from(waited)), ..attempt };
                write_point!("look-later:writing");
                self.wait(LOOK_LATER, attempt, reason, after(*retry_in)).await?;
                write_point!("look-later:written");
            }
            Outcome::Refused { reason } => self.end(attempt, "dead", reason, wire).await?,
            Outcome::Dropped { reason } => self.end(attempt, "dropped", reason, wire).await?,
            Outcome::Lost(nothing) => match *nothing {},
        }
        Ok(false)
    }

    async fn wait(&self, how: &'static str, attempt: Attempt, reason: &Reason, until: Timestamp) -> Result<()> {
        sqlx::query(how)
            .bind(attempt.row)
            .bind(millis(until))
            .bind(&reason.text)
            .bind(reason.code.as_str())
            .bind(i64::from(attempt.number))
            .execute(&mut *self.write.lock().await?)
            .await?;
        Ok(())
    }

    async fn end(&self, attempt: Attempt, state: &'static str, reason: &Reason, wire: Timestamp) -> Result<()> {
        write_point!("receipt:writing", state);
        let mut writer = self.write.lock().await?;
        let mut tx = writer.begin_with(BEGIN).await?;
        sqlx::query(END)
            .bind(attempt.row)
            .bind(state)
            .bind(millis(wire))
            .bind(&reason.text)
            .bind(state == "dead" && !attempt.may_be_outside)
            .bind(reason.code.as_str())
            .execute(&mut *tx)
            .await?;
        write_point!("receipt:in-transaction", state);
        tx.commit().await?;
        write_point!("receipt:written", state);
        Ok(())
    }

    async fn confirm(&self, id: i64, filed: &Filed, wire: Timestamp) -> Result<bool> {
        let Filed { message, objects, shown_seq, again_at, then, code } = filed;
        write_point!("receipt:writing", "confirmed");
        let mut writer = self.write.lock().await?;
        let mut tx = writer.begin_with(BEGIN).await?;
        if !objects.is_empty() {
            let array: Vec<_> = objects
                .iter()
                .map(|object| {
                    json!({
                        "s": object.subject, "name": object.name, "channel": signed(object.channel.0),
                        "message": object.message.map(|m| signed(m.0)), "digest": object.digest,
                        "touched": millis(object.touched_at),
                    })
                })
                .collect();
            let array = serde_json::to_string(&array).map_err(StoreError::Encode)?;
            sqlx::query(OBJECTS_PUT).bind(array).execute(&mut *tx).await?;
        }
        for planned in then {
            put(&mut tx, planned, wire).await?;
        }
        let state: String = sqlx::query_scalar(CONFIRM)
            .bind(id)
            .bind(millis(wire))
            .bind(message.map(|(channel, _)| signed(channel.0)))
            .bind(message.map(|(_, message)| signed(message.0)))
            .bind(shown_seq.map(i64::from))
            .bind(millis(*again_at))
            .bind(code.map(ReasonCode::as_str))
            .fetch_one(&mut *tx)
            .await?;
        let again = state == "planned";
        if again {
            sqlx::query(FIRST_AGAIN).bind(id).execute(&mut *tx).await?;
        }
        write_point!("receipt:in-transaction", "confirmed");
        tx.commit().await?;
        write_point!("receipt:written", "confirmed");
        Ok(again)
    }

    /// Plans an effect outside any decision (a notice for operators).
    ///
    /// # Errors
    /// When the database fails.
    pub async fn outbox_put(&self, planned: &PlannedEffect, wire: Timestamp) -> Result<()> {
        write_point!("notice:writing");
        put(&mut *self.write.lock().await?, planned, wire).await?;
        write_point!("notice:written");
        Ok(())
    }

    /// The message a finished row made.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn receipt_of(&self, key: &str) -> Result<Option<(ChatChannelId, ChatMessageId)>> {
        let found: Option<(i64, i64)> = sqlx::query_as(RECEIPT_OF_KEY).bind(key).fetch_optional(&self.read).await?;
        Ok(found.map(|(channel, message)| (ChatChannelId(unsigned(channel)), ChatMessageId(unsigned(message)))))
    }

    /// The things of a subject.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn objects(&self, subject: &Subject) -> Result<Vec<ObjectRow>> {
        let rows: Vec<ObjectTuple> = sqlx::query_as(OBJECTS).bind(subject.to_string()).fetch_all(&self.read).await?;
        Ok(rows.into_iter().filter_map(object_row).collect())
    }

    /// The things of several subjects, read at once.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn objects_of(&self, subjects: &[String]) -> Result<Vec<ObjectRow>> {
        if subjects.is_empty() {
            return Ok(Vec::new());
        }
        let rows: Vec<ObjectTuple> =
            sqlx::query_as(OBJECTS_OF).bind(crate::encode(&subjects)?).fetch_all(&self.read).await?;
        Ok(rows.into_iter().filter_map(object_row).collect())
    }

    /// All threads and channels, with whose they are.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn rooms(&self) -> Result<Vec<ObjectRow>> {
        let rows: Vec<ObjectTuple> = sqlx::query_as(ROOMS).fetch_all(&self.read).await?;
        Ok(rows.into_iter().filter_map(object_row).collect())
    }

    /// The incident whose thread or channel this is.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn incident_of_room(&self, channel: ChatChannelId) -> Result<Option<IncidentId>> {
        let found: Option<String> =
            sqlx::query_scalar(INCIDENT_OF_ROOM).bind(signed(channel.0)).fetch_optional(&self.read).await?;
        Ok(found.and_then(|key| key.parse::<Subject>().ok()?.incident()))
    }

    /// The incident whose card or stakeholders' message this is, and the name of the thing.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn owner_of_message(&self, message: ChatMessageId) -> Result<Option<(IncidentId, String)>> {
        let found: Option<(String, String)> =
            sqlx::query_as(OWNER_OF_MESSAGE).bind(signed(message.0)).fetch_optional(&self.read).await?;
        Ok(found.and_then(|(subject, name)| Some((subject.parse::<Subject>().ok()?.incident()?, name))))
    }

    /// Messages that are receipts of rows of this subject.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn claimed_messages(&self, subject: &Subject) -> Result<Vec<ChatMessageId>> {
        let rows: Vec<i64> = sqlx::query_scalar(CLAIMED).bind(subject.to_string()).fetch_all(&self.read).await?;
        Ok(rows.into_iter().map(|id| ChatMessageId(unsigned(id))).collect())
    }

    /// How many rows wait or are dead.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn outbox_counts(&self) -> Result<OutboxCounts> {
        let (waiting, dead, oldest_ms): (Option<i64>, Option<i64>, Option<i64>) =
            sqlx::query_as(COUNTS).fetch_one(&self.read).await?;
        Ok(OutboxCounts { waiting: waiting.unwrap_or(0), dead: dead.unwrap_or(0), oldest_ms })
    }
}

/// Plans an effect; one that was planned before stays as it is.
pub(crate) async fn put(to: &mut SqliteConnection, planned: &PlannedEffect, wire: Timestamp) -> Result<()> {
    let PlannedEffect { effect, lane, key, supersede, order } = planned;
    sqlx::query(PUT)
        .bind(key)
        .bind(effect.subject().map(|subject| subject.to_string()))
        .bind(lane.rank())
        .bind(STORED_VERSION)
        .bind(crate::encode(effect)?)
        .bind(supersede)
        .bind(order)
        .bind(effect.carrier().map(|via| via.to_string()))
        .bind(millis(wire))
        .execute(to)
        .await?;
    Ok(())
}

fn outbox_row(row: WaitingTuple) -> OutboxRow {
    let (id, effect, lane, subject, state, planned_ms, attempts, sent_ms, channel, order_key, rendered) = row;
    let (effect, said) = match old_posts::read(&effect) {
        Some((effect, said)) => (Ok(effect), said),
        None => (serde_json::from_str(&effect).map_err(|_| effect), Vec::new()),
    };
    OutboxRow {
        id,
        effect,
        lane: Lane::from_rank(lane),
        subject: subject.and_then(|key| key.parse().ok()),
        state: if state == "sent" { OutboxState::Sent } else { OutboxState::Planned },
        planned_at: instant(planned_ms),
        attempts: u32::try_from(attempts).unwrap_or(u32::MAX),
        sent_at: sent_ms.map(instant),
        sent_to: sent_ms.and(channel).map(|id| ChatChannelId(unsigned(id))),
        order_key,
        said,
        rendered,
    }
}

fn object_row((subject, name, channel, message, digest, touched_ms): ObjectTuple) -> Option<ObjectRow> {
    Some(ObjectRow {
        subject: subject.parse().ok()?,
        name,
        channel: ChatChannelId(unsigned(channel)),
        message: message.map(|id| ChatMessageId(unsigned(id))),
        digest,
        touched_at: instant(touched_ms),
    })
}
