//! Purpose: what a mistake of ours must not do: stop the work. Whatever fails on its own is told to people under an error id
//! and put aside; the rest goes on.

use std::any::Any;
use std::panic::AssertUnwindSafe;

use domain::{Effect, Outcome, Reason, ReasonCode, Timer, Timestamp};
use futures_util::FutureExt as _;
use store::{Attempt, StoreError};
use tracing::error;

use crate::dead_letters::dead_key;
use crate::handle::Shared;
use crate::work::Work;

/// Why something could not be done.
#[derive(Debug)]
pub(crate) enum Failed {
    /// The database is at fault: wait for it and do the same again.
    Database(StoreError),
    /// Doing it again would fail again.
    Poison(String),
}

impl Failed {
    /// Sorts an error of the store.
    pub(crate) fn of(shared: &Shared, error: StoreError) -> Self {
        match shared.database_failed(&error) {
            Some(_) => Self::Database(error),
            None => Self::Poison(error.to_string()),
        }
    }
}

/// Does something; a panic in it is an error like any other.
pub(crate) async fn guarded<T>(shared: &Shared, work: impl Future<Output = store::Result<T>>) -> Result<T, Failed> {
    match AssertUnwindSafe(work).catch_unwind().await {
        Ok(Ok(done)) => Ok(done),
        Ok(Err(error)) => Err(Failed::of(shared, error)),
        Err(panic) => Err(Failed::Poison(said(&*panic))),
    }
}

/// What a panic said.
pub(crate) fn said(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
    format!("panic: {}", text.unwrap_or("without a word"))
}

/// A timer that cannot be decided is put aside, and people are told, because what it was for does not happen.
pub(crate) async fn put_timer_aside(shared: &Shared, timer: &Timer, why: &str) -> store::Result<()> {
    let error_id = shared.error_id();
    error!(
        error.id = error_id,
        subject = %timer.subject,
        timer.kind = timer.kind.as_str(),
        "A timer of {} could not be decided ({error_id}): {why}",
        timer.subject.label()
    );
    let mut work = Work::new(shared);
    work.batch.timer_done(&timer.subject, timer.kind);
    let text = words::timer_failed(&timer.subject, timer.kind, &error_id, work.world.setup().language);
    let key = format!("timer:{}:{}:{}:failed", timer.subject, timer.kind.as_str(), timer.due.as_millisecond());
    work.tell_operators(key, text);
    work.commit(shared).await?;
    Ok(())
}

/// A row of the outbox that cannot even be looked at is a dead letter: tried again it would fail again, and the others wait.
pub(crate) async fn put_row_aside(
    shared: &Shared,
    row: i64,
    planned_at: Timestamp,
    effect: Option<Effect>,
    why: &str,
    wire: Timestamp,
) -> store::Result<()> {
    let error_id = shared.error_id();
    error!(error.id = error_id, outbox.row = row, "Outbox row {row} cannot be delivered ({error_id}): {why}");
    let reason = own_fault(&error_id);
    let text = match &effect {
        Some(effect) => words::undelivered(row, effect, &reason.text, shared.setup().language),
        None => words::undelivered_unreadable(row, &reason.text, shared.setup().language),
    };
    // As for other dead letters: told first, so that no crash in between makes it silent.
    shared.tell_operators_once(&dead_key(row, planned_at), text).await;
    let attempt = Attempt { row, number: 0, may_be_outside: true };
    shared.store.outbox_settle(attempt, &Outcome::Refused { reason }, wire).await?;
    Ok(())
}

/// What people read of a fault of ours.
pub(crate) fn own_fault(error_id: &str) -> Reason {
    ReasonCode::Fault.because(format!("a fault in Siaga ({error_id}); the log says more"))
}
