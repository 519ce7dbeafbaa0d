//! Purpose: how an attempt ended, written down: confirmed, later, dropped, or a dead letter that people are told of.

use std::collections::{BTreeSet, VecDeque};
use std::sync::atomic::Ordering;
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use domain::incident::LostWhy;
use domain::{Effect, Lane, Subject, Timestamp};
use store::{Finish, ObjectRow};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tracing::{debug, error, info, warn};

use crate::deliver::{Job, Outcome, Receipt};
use crate::handle::{Engine, Fact, NotLearned, Shared};
use crate::lost::{self, Lost};
use crate::objects::ObjectKind;
use crate::storms::board_pause;

/// Dead letters that are told one by one within [`Patience::tell_within`](crate::Patience); the rest become one line.
const TELL_ONE_BY_ONE: usize = 5;

/// Wait before a row is tried in what was made anew for it.
const AT_ONCE: Duration = Duration::from_millis(100);

/// Which dead letters the operators have been told of lately.
#[derive(Debug, Default)]
pub(crate) struct Told {
    lately: VecDeque<Instant>,
    untold: u64,
    /// Rows that we tried again by ourselves: people know of them already.
    again: BTreeSet<i64>,
}

/// Writes how an attempt ended. If that cannot be written, or what was found out cannot be decided any more, the row stays as
/// it is and is looked at again.
pub(crate) async fn settle(shared: &Arc<Shared>, job: &Job, outcome: Outcome, edit_pause: Duration) {
    let kind = job.effect.kind();
    let wire = shared.wire.now();
    let store = &shared.store;
    let later =
        |wait: Duration| wire + jiff::SignedDuration::try_from(wait).unwrap_or(jiff::SignedDuration::from_secs(1));
    let written = match outcome {
        Outcome::Confirmed(receipt) => confirmed(shared, job, *receipt, edit_pause, wire).await,
        Outcome::NotYet { reason, retry_in } if job.sent_at.is_some() => {
            debug!(outbox.row = job.row, "{kind} waits: {reason}");
            store.outbox_look_later(job.row, later(retry_in), &reason).await.map_err(NotLearned::from)
        }
        Outcome::NotYet { reason, retry_in } => {
            debug!(outbox.row = job.row, "{kind} waits: {reason}");
            store.outbox_later(job.row, later(retry_in), &reason).await.map_err(NotLearned::from)
        }
        Outcome::Unknown { reason, .. } if given_up(shared, job) => {
            let tries = tries_of(shared, job.row);
            dead(shared, job, &format!("given up after {tries} attempts; it may have arrived: {reason}"), true, wire)
                .await
        }
        Outcome::Unknown { reason, retry_in } => {
            info!(outbox.row = job.row, attempt = job.attempt, "{kind} may be outside, looking again: {reason}");
            store.outbox_look_later(job.row, later(retry_in), &reason).await.map_err(NotLearned::from)
        }
        Outcome::Gone { kind: thing, object, replaced, reason } => {
            match lost::row(shared, job, thing, &object, replaced).await {
                Ok(Lost::TryAgain) => {
                    info!(outbox.row = job.row, "{kind} waits for its {thing} to be made anew: {reason}");
                    store.outbox_later(job.row, later(AT_ONCE), &reason).await.map_err(NotLearned::from)
                }
                Ok(Lost::NotNeeded) => {
                    debug!(outbox.row = job.row, "{kind} dropped: {reason}");
                    store
                        .outbox_finish(job.row, &Finish::Dropped, &reason, wire)
                        .await
                        .map(|_| ())
                        .map_err(NotLearned::from)
                }
                Ok(Lost::TooOften) => {
                    let reason = format!("its {thing} was deleted too often to be made anew: {reason}");
                    dead(shared, job, &reason, false, wire).await
                }
                Err(error) => Err(error),
            }
        }
        Outcome::NoChannel { why } => without_channel(shared, job, why, wire).await,
        Outcome::Dropped { reason } => {
            debug!(outbox.row = job.row, "{kind} dropped: {reason}");
            store.outbox_finish(job.row, &Finish::Dropped, &reason, wire).await.map(|_| ()).map_err(NotLearned::from)
        }
        Outcome::Refused { reason } => dead(shared, job, &reason, job.sent_at.is_some(), wire).await,
    };
    match written {
        Ok(()) => {}
        Err(NotLearned::Stopping) => {
            info!(outbox.row = job.row, "{kind} ends after the next start: {}", NotLearned::Stopping)
        }
        Err(NotLearned::Database(error)) if shared.database_failed(&error).is_some() => {}
        Err(NotLearned::Database(error)) => {
            error!(outbox.row = job.row, "The end of a delivery could not be written: {error}");
        }
    }
    shared.outbox_bell.notify_one();
}

/// Nobody would keep a channel private, so there is none: the thread hears of it, and operators were told of the category.
async fn without_channel(shared: &Arc<Shared>, job: &Job, why: LostWhy, wire: Timestamp) -> Result<(), NotLearned> {
    if let Some(incident) = job.effect.incident() {
        warn!(incident.number = incident.0, "{} gets no channel: {why:?}", incident.label());
        shared.goes_without_channel(incident);
        shared.learn(incident, Fact::ChannelRefused { why }).await?;
    }
    let reason = "no channel is made without its category: the thread is the room";
    shared.store.outbox_finish(job.row, &Finish::Dropped, reason, wire).await?;
    Ok(())
}

/// Whether it has been tried for so long, on a Discord that is there, that trying once more is only noise.
fn given_up(shared: &Shared, job: &Job) -> bool {
    let patience = jiff::SignedDuration::try_from(shared.patience.give_up_after).unwrap_or(jiff::SignedDuration::MAX);
    tries_of(shared, job.row) >= shared.patience.tries && shared.wire.now().duration_since(job.planned_at) >= patience
}

fn tries_of(shared: &Shared, row: i64) -> u32 {
    shared.tries.lock().unwrap_or_else(PoisonError::into_inner).get(&row).copied().unwrap_or(0)
}

/// Gives a row up: nothing tries it again until a person says so, and people are told.
async fn dead(
    shared: &Arc<Shared>,
    job: &Job,
    reason: &str,
    may_be_there: bool,
    wire: Timestamp,
) -> Result<(), NotLearned> {
    shared.tries.lock().unwrap_or_else(PoisonError::into_inner).remove(&job.row);
    if let Effect::Operators { text, everybody: false } = &job.effect {
        warn!(outbox.row = job.row, "Operators cannot be told where they should be ({reason}): everybody is");
        let again = Effect::Operators { text: text.clone(), everybody: true };
        shared.store.outbox_put(&format!("everybody:{}", job.row), &again, Lane::Update, wire).await?;
        let reason = format!("told in the incidents channel instead: {reason}");
        shared.store.outbox_finish(job.row, &Finish::Dropped, &reason, wire).await?;
        return Ok(());
    }
    let of = job.effect.incident().map(|id| format!(" of {}", id.label())).unwrap_or_default();
    warn!(outbox.row = job.row, "{}{of} is a dead letter: {reason}", job.effect.kind());
    if let Effect::Page { incident, page, via, .. } = &job.effect {
        // The room hears of it, and the next way goes out, before the row ends: a crash in between only does it again.
        let fact = Fact::ContactFailed { page: *page, via: *via, reason: reason.to_owned() };
        shared.learn(*incident, fact).await?;
    }
    if let Effect::Channel { incident } = job.effect {
        shared.goes_without_channel(incident);
        let why = LostWhy::Refused { reason: reason.to_owned() };
        shared.learn(incident, Fact::ChannelRefused { why }).await?;
    }
    // Also the operators hear of it before the row ends: a crash in between tells it again, under the same key.
    tell_dead_letter(shared, job.row, job.planned_at, &job.effect, reason).await;
    shared.store.outbox_finish(job.row, &Finish::Dead { may_be_there }, reason, wire).await?;
    Ok(())
}

/// One line for the operators; when there are many, the rest become one.
async fn tell_dead_letter(shared: &Shared, row: i64, planned_at: Timestamp, effect: &Effect, reason: &str) {
    // Discord does not take lines for operators: another one would not arrive either.
    if matches!(effect, Effect::Operators { .. }) {
        return;
    }
    let alone = {
        let mut told = shared.told.lock().unwrap_or_else(PoisonError::into_inner);
        if told.again.remove(&row) {
            return;
        }
        let now = Instant::now();
        told.lately.retain(|at| now.duration_since(*at) < shared.patience.tell_within);
        let alone = told.lately.len() < TELL_ONE_BY_ONE;
        if alone {
            told.lately.push_back(now)
        } else {
            told.untold += 1
        }
        alone
    };
    if alone {
        let lang = shared.setup().language;
        let text = match store::waits_for_permission(effect, reason) {
            true => words::not_permitted(row, effect, reason, lang),
            false => words::undelivered(row, effect, reason, lang),
        };
        shared.tell_operators_once(&dead_key(row, planned_at), text).await;
    }
}

/// Names the line about a dead letter: a row that a person tries again, and that dies again, is told of again.
pub(crate) fn dead_key(row: i64, planned_at: Timestamp) -> String {
    format!("dead:{row}:{}", planned_at.as_millisecond())
}

/// Tells, once a minute, how many dead letters were not told one by one.
pub(crate) async fn tell_the_rest(shared: Arc<Shared>, stop: CancellationToken) {
    loop {
        tokio::select! {
            () = tokio::time::sleep(shared.patience.tell_within) => {}
            () = stop.cancelled() => return,
        }
        let count = std::mem::take(&mut shared.told.lock().unwrap_or_else(PoisonError::into_inner).untold);
        if count > 0 {
            shared.tell_operators(words::undelivered_more(count, shared.setup().language)).await;
        }
    }
}

/// Dead letters older than this are left to people when permissions change.
const REFUSED_LATELY: jiff::SignedDuration = jiff::SignedDuration::from_hours(24);
/// Permissions are changed in several steps: they are waited for.
const STEPS: Duration = Duration::from_secs(1);

impl Engine {
    /// Permissions changed: what was refused for the lack of one is tried again, each once.
    pub async fn permissions_changed(&self) {
        if self.shared.permissions_changing.swap(true, Ordering::SeqCst) {
            return;
        }
        tokio::time::sleep(STEPS).await;
        self.shared.permissions_changing.store(false, Ordering::SeqCst);
        let wire = self.shared.wire.now();
        let since = wire.checked_sub(REFUSED_LATELY).unwrap_or(Timestamp::MIN);
        match self.shared.store.letters_retry_refused(since, wire).await {
            Ok(rows) if rows.is_empty() => {}
            Ok(rows) => {
                info!("Permissions changed: {} dead letters are tried again", rows.len());
                self.shared.told.lock().unwrap_or_else(PoisonError::into_inner).again = rows.into_iter().collect();
                self.shared.outbox_bell.notify_one();
            }
            Err(error) => warn!("What was refused could not be tried again: {error}"),
        }
    }
}

async fn confirmed(
    shared: &Arc<Shared>,
    job: &Job,
    receipt: Receipt,
    edit_pause: Duration,
    wire: Timestamp,
) -> Result<(), NotLearned> {
    let Receipt { objects, message, direct_failed, warning } = receipt;
    let incident = job.effect.incident();
    if let Some(warning) = warning {
        warn!(outbox.row = job.row, "{}: {warning}", job.effect.kind());
    }
    let own =
        message.or_else(|| objects.iter().map(|(_, object)| object.clone()).find(|object| object.message.is_some()));
    let rows = match job.effect.subject() {
        Some(subject) => {
            let now = shared.objects(&subject).await?;
            // What was edited and deleted in the same moment is gone: it must not come back as if it were there.
            let gone = |kind: &ObjectKind| job.objects.contains_key(kind) && !now.contains_key(kind);
            objects
                .iter()
                .filter(|(kind, _)| !gone(kind))
                .map(|(kind, object)| object_row(&subject, *kind, object))
                .collect()
        }
        None => Vec::new(),
    };
    let is_board = matches!(job.effect, Effect::Board { .. });
    let pause = if is_board { board_pause(edit_pause) } else { edit_pause };
    let pause = jiff::SignedDuration::try_from(pause).unwrap_or(jiff::SignedDuration::ZERO);
    if let (Some(id), Some(page)) = (incident, direct_failed) {
        // The room hears of a closed door before the row ends: a crash in between only asks again.
        shared.learn(id, Fact::DirectFailed { page }).await?;
    }
    let shown = job.incident.as_ref().map(|incident| incident.last_seq);
    let finish = Finish::Confirmed {
        message: own.and_then(|object| Some((object.channel, object.message?))),
        objects: rows,
        shown_seq: shown.or(job.board.as_ref().map(|board| board.revision)),
        again_at: wire + pause,
    };
    if is_board {
        shared.storms.delivered(wire);
    }
    shared.store.outbox_finish(job.row, &finish, "", wire).await?;
    shared.tries.lock().unwrap_or_else(PoisonError::into_inner).remove(&job.row);
    if let Some(id) = incident {
        for (kind, object) in &objects {
            if matches!(kind, ObjectKind::Thread | ObjectKind::Channel) {
                shared.book.add_place(object.channel, id);
            }
        }
        info!(
            outbox.row = job.row,
            incident.number = id.0,
            effect.kind = job.effect.kind(),
            attempt = job.attempt,
            "Delivered {} for {}",
            job.effect.kind(),
            id.label()
        );
    }
    Ok(())
}

fn object_row(subject: &Subject, kind: ObjectKind, object: &crate::ObjectRef) -> ObjectRow {
    ObjectRow {
        subject: subject.clone(),
        name: kind.to_string(),
        channel: object.channel,
        message: object.message,
        digest: object.digest.clone(),
        touched_at: object.touched_at,
    }
}
