//! Purpose: how an attempt ended, written down: confirmed, later, dropped, or a dead letter that people are told of.

use std::sync::Arc;
use std::time::Duration;

use domain::incident::{CategoryTrouble, LostWhy};
use domain::plan::channel_made;
use domain::{Effect, PageVia, PlannedEffect, Reason, ReasonCode, Subject, Thing, Timestamp};
use store::{Attempt, Filed, ObjectRow};
use tracing::{debug, error, info, warn};

use crate::dead_letters::tell_dead_letter;
use crate::decisions::{Fact, NotLearned};
use crate::deliver::{Job, LostSurface, Outcome, Receipt};
use crate::handle::Shared;
use crate::lost::{self, Lost};
use crate::storms::board_pause;

/// How an attempt ended, as it is written down: what was missing is dealt with by then.
type Written = domain::Outcome<Filed>;

/// Wait before a row is tried in what was made anew for it.
const AT_ONCE: Duration = Duration::from_millis(100);

/// Writes how an attempt ended. If that cannot be written, or what was found out cannot be decided any more, the row stays as
/// it is and is looked at again.
pub(crate) async fn settle(shared: &Arc<Shared>, job: &Job, outcome: Outcome, edit_pause: Duration) {
    let kind = job.effect.kind();
    let wire = shared.wire.now();
    let written = match outcome {
        Outcome::Confirmed(receipt) => confirmed(shared, job, *receipt, edit_pause, wire).await,
        Outcome::NotYet { reason, retry_in } => {
            debug!(outbox.row = job.row, "{kind} waits: {reason}");
            write(shared, attempt(job), Written::NotYet { reason, retry_in }, wire).await
        }
        Outcome::Unknown { reason, .. } if given_up(shared, job) => {
            let text = format!("given up after {} attempts; it may have arrived: {reason}", job.attempt);
            dead(shared, job, ReasonCode::TooManyAttempts.because(text), true, wire).await
        }
        Outcome::Unknown { reason, retry_in } => {
            info!(outbox.row = job.row, attempt = job.attempt, "{kind} may be outside, looking again: {reason}");
            write(shared, attempt(job), Written::Unknown { reason, retry_in }, wire).await
        }
        Outcome::Lost(LostSurface::Gone { kind: thing, object, why, reason }) => {
            match lost::row(shared, job, thing, &object, why).await {
                Ok(Lost::TryAgain) => {
                    info!(outbox.row = job.row, "{kind} waits for its {thing} to be made anew: {reason}");
                    // Where the earlier attempt went is gone, and what it made with it.
                    let anew = Attempt { may_be_outside: false, ..attempt(job) };
                    write(shared, anew, Written::NotYet { reason, retry_in: AT_ONCE }, wire).await
                }
                Ok(Lost::NotNeeded) => {
                    debug!(outbox.row = job.row, "{kind} dropped: {reason}");
                    write(shared, attempt(job), Written::Dropped { reason }, wire).await
                }
                Ok(Lost::TooOften) => {
                    let text = format!("its {thing} was deleted too often to be made anew: {reason}");
                    dead(shared, job, reason.code.because(text), false, wire).await
                }
                Err(error) => Err(error),
            }
        }
        Outcome::Lost(LostSurface::NoChannel { why }) => no_channel(shared, job, why, wire).await,
        Outcome::Dropped { reason } => {
            debug!(outbox.row = job.row, "{kind} dropped: {reason}");
            write(shared, attempt(job), Written::Dropped { reason }, wire).await
        }
        Outcome::Refused { reason } => dead(shared, job, reason, job.sent_at.is_some(), wire).await,
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
    shared.deliveries.ring();
}

const fn attempt(job: &Job) -> Attempt {
    Attempt { row: job.row, number: job.attempt, may_be_outside: job.sent_at.is_some() }
}

async fn write(shared: &Shared, attempt: Attempt, outcome: Written, wire: Timestamp) -> Result<(), NotLearned> {
    shared.store.outbox_settle(attempt, &outcome, wire).await?;
    Ok(())
}

/// Nobody would keep a channel private, so there is none: the thread hears of it. Operators were told of a category that is not there;
/// that it is full is found out here, and told once a day.
async fn no_channel(shared: &Arc<Shared>, job: &Job, why: LostWhy, wire: Timestamp) -> Result<(), NotLearned> {
    if let Some(incident) = job.effect.incident() {
        warn!(incident.number = incident.0, "{} gets no channel: {why:?}", incident.label());
        shared.learn(incident, Fact::ChannelRefused { why: why.clone() }).await?;
    }
    if let LostWhy::NoCategory { category: Some(category), trouble: CategoryTrouble::Full } = &why {
        let day = wire.to_zoned(jiff::tz::TimeZone::UTC).date();
        let text = words::category_full(category, shared.setup().language);
        shared.tell_operators_once(&format!("category-full:{day}:{category}"), text).await;
    }
    let reason = ReasonCode::NoCategory.because("no channel is made without its category: the thread is the room");
    write(shared, attempt(job), Written::Dropped { reason }, wire).await
}

/// Whether it has been tried for so long, on a Discord that is there, that trying once more is only noise.
fn given_up(shared: &Shared, job: &Job) -> bool {
    let patience = jiff::SignedDuration::try_from(shared.patience.give_up_after).unwrap_or(jiff::SignedDuration::MAX);
    job.attempt >= shared.patience.tries && shared.wire.now().duration_since(job.planned_at) >= patience
}

/// Gives a row up: nothing tries it again until a person says so, and people are told.
async fn dead(
    shared: &Arc<Shared>,
    job: &Job,
    reason: Reason,
    may_be_outside: bool,
    wire: Timestamp,
) -> Result<(), NotLearned> {
    if let Effect::Operators { text, everybody: false } = &job.effect {
        warn!(outbox.row = job.row, "Operators cannot be told where they should be ({reason}): everybody is");
        let everybody = Effect::Operators { text: text.clone(), everybody: true };
        let again = PlannedEffect::once(format!("everybody:{}", job.row), everybody);
        shared.store.outbox_put(&again, wire).await?;
        let reason = reason.code.because(format!("told in the incidents channel instead: {reason}"));
        return write(shared, attempt(job), Written::Dropped { reason }, wire).await;
    }
    // They left while it was on its way: that is told already, and what goes on instead has gone on.
    if let Effect::Page { incident, page, via: PageVia::Room | PageVia::Direct, .. } = &job.effect
        && shared.book.incident(*incident).is_some_and(|incident| incident.left.contains(page))
    {
        return write(shared, attempt(job), Written::Dropped { reason }, wire).await;
    }
    let of = job.effect.incident().map(|id| format!(" of {}", id.label())).unwrap_or_default();
    warn!(
        outbox.row = job.row,
        outbox.reason = reason.code.as_str(),
        "{}{of} is a dead letter: {reason}",
        job.effect.kind()
    );
    if let Effect::Page { incident, page, via, .. } = &job.effect {
        // The room hears of it, and the next way goes out, before the row ends: a crash in between only does it again.
        let fact = Fact::ContactFailed { page: *page, via: *via, reason: reason.text.clone() };
        shared.learn(*incident, fact).await?;
    }
    if let Effect::Channel { incident } = job.effect {
        let why = LostWhy::Refused { reason: reason.text.clone() };
        shared.learn(incident, Fact::ChannelRefused { why }).await?;
    }
    // Also the operators hear of it before the row ends: a crash in between tells it again, under the same key.
    tell_dead_letter(shared, job.row, job.planned_at, &job.effect, &reason).await;
    write(shared, Attempt { may_be_outside, ..attempt(job) }, Written::Refused { reason }, wire).await
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
            let gone = |kind: &Thing| job.objects.contains_key(kind) && !now.contains_key(kind);
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
    let channel = Thing::Channel.to_string();
    let made_channel = matches!(job.effect, Effect::Channel { .. }) && rows.iter().any(|row| row.name == channel);
    let filed = Filed {
        message: own.and_then(|object| Some((object.channel, object.message?))),
        objects: rows,
        shown_seq: shown.or(job.board.as_ref().map(|board| board.revision)),
        again_at: wire + pause,
        then: incident.filter(|_| made_channel).map(channel_made).into_iter().collect(),
        code: direct_failed.map(|_| ReasonCode::CannotSendDirect),
    };
    if is_board {
        shared.storms.delivered(wire);
    }
    write(shared, attempt(job), Written::Confirmed(filed), wire).await?;
    if let Some(id) = incident {
        for (kind, object) in &objects {
            if matches!(kind, Thing::Thread | Thing::Channel) {
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

fn object_row(subject: &Subject, kind: Thing, object: &crate::ObjectRef) -> ObjectRow {
    ObjectRow {
        subject: subject.clone(),
        name: kind.to_string(),
        channel: object.channel,
        message: object.message,
        digest: object.digest.clone(),
        touched_at: object.touched_at,
    }
}
