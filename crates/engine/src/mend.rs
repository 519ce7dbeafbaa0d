//! Purpose: what was to happen later follows from the state of now, whatever became of the clock or of a row: at each start every
//! timer is compared with what its incident wants, and everything that waits is brought to the clock of now.
//!
//! Others audit escalations from outside and send an alarm when one stopped (Grafana OnCall, `check_escalation_finished_task`,
//! after steps that a restart had lost: oncall #1206). Here the state says what comes next, so a lost row is set again.

use std::collections::BTreeMap;
use std::sync::Arc;

use domain::incident::{CLOCK_TOLERANCE, clock_set, set_back, timers};
use domain::{Incident, Subject, Timer, TimerChange, TimerKind, Timestamp};
use jiff::SignedDuration;
use store::{Batch, ClockChange};
use tracing::{error, info, warn};

use crate::clock::Reading;
use crate::handle::Shared;
use crate::work::Work;

/// A timer whose decision said nothing although its state wants it is tried again after so long.
const TRY_AGAIN: SignedDuration = SignedDuration::from_secs(5);

impl Work {
    /// After a timer was decided its incident has exactly the timers it wants.
    pub(crate) fn timers_as_wanted(&mut self, after: &Incident, fired: TimerKind, says_something: bool) {
        for (kind, due) in timers(after) {
            let mut due = due;
            if kind == fired && !says_something && due <= self.now {
                error!(
                    incident.number = after.id.0,
                    timer.kind = kind.as_str(),
                    "A timer of {} is due and nothing happened; it is tried again",
                    after.id.label()
                );
                due = self.now.checked_add(TRY_AGAIN).unwrap_or(due);
            }
            self.batch.timers(&[TimerChange::Set(Timer { subject: after.id.into(), kind, due })]);
        }
    }

    /// The machine's clock was set: everything that waits is moved with it, in this transaction. `reading` is what the clock says
    /// from then on. An incident that was written later still moves by more.
    fn clock_is_set(
        &mut self,
        shared: &Shared,
        by: SignedDuration,
        wire_by: SignedDuration,
        reading: &Reading,
    ) -> store::Result<()> {
        self.now = reading.now;
        let is_set = by.abs() >= CLOCK_TOLERANCE;
        if is_set {
            self.storms.clock_moves(by);
            self.nouns_move(i64::try_from(by.as_millis()).unwrap_or(0))?;
        }
        for incident in shared.book.open() {
            let moved = if is_set { by } else { SignedDuration::ZERO };
            let last = incident.changed_at.checked_add(moved).unwrap_or(incident.changed_at);
            let moved = moved.saturating_add(set_back(last, self.now).unwrap_or(SignedDuration::ZERO));
            if moved.abs() >= CLOCK_TOLERANCE {
                self.add(Some(&incident), incident.id, vec![clock_set(moved)])?;
            }
        }
        if is_set {
            let text = words::clock_set(by, self.world.setup().language);
            let key = format!("clock:{}:{}", reading.wire.as_millisecond(), by.as_millis());
            self.tell_operators(key, text);
        }
        let ms = |by: SignedDuration| {
            let matters = by.abs() >= CLOCK_TOLERANCE;
            if matters { i64::try_from(by.as_millis()).unwrap_or(0) } else { 0 }
        };
        let (by_ms, wire_by_ms) = (ms(by), ms(wire_by));
        if by_ms != 0 || wire_by_ms != 0 || !self.batch.is_empty() {
            self.batch.clock(ClockChange { reading: reading.written(), by_ms, wire_by_ms });
        }
        Ok(())
    }
}

impl Shared {
    /// Follows the machine's clock, which was set by so much. Only the decider does this: between two decisions.
    pub(crate) async fn follow_clock(&self, by: SignedDuration) -> store::Result<()> {
        let mut heartbeats = self.heartbeats.hold().await;
        let mut work = Work::new(self);
        let mut reading = self.clock.reading();
        reading.now = reading.now.checked_add(by).unwrap_or(reading.now);
        work.clock_is_set(self, by, SignedDuration::ZERO, &reading)?;
        work.commit(self).await?;
        self.clock.set(by);
        heartbeats.clock_moves(by);
        drop(heartbeats);
        self.clock_was_set(by);
        Ok(())
    }
}

/// Before anything is decided: finds out whether the clock was set since the last process, and mends the timers.
pub(crate) async fn at_start(shared: &Shared) -> store::Result<()> {
    let reading = shared.clock.reading();
    let before = shared.store.clock_reading().await?.as_deref().and_then(Reading::read);
    let none = (SignedDuration::ZERO, SignedDuration::ZERO);
    let (by, wire_by) = before.map_or(none, |before| before.set_until(&reading));
    // The clock of the outbox is the real one, also beside a clock that is moved by hand.
    let wire_by = if shared.clock.is_manual() { SignedDuration::ZERO } else { wire_by };
    let mut work = Work::new(shared);
    work.clock_is_set(shared, by, wire_by, &reading)?;
    if work.batch.is_empty() {
        shared.store.clock_reads(&reading.written()).await?;
    } else {
        info!(
            clock.set_by_ms = i64::try_from(by.as_millis()).unwrap_or_default(),
            clock.incidents = work.changes.incidents.len(),
            "The clock was set since the last start: what waits is moved with it"
        );
        work.commit(shared).await?;
        if by.abs() >= CLOCK_TOLERANCE {
            shared.clock_was_set(by);
        }
    }
    mend_timers(shared).await
}

/// Brings the rows of timers to what the states want.
async fn mend_timers(shared: &Shared) -> store::Result<()> {
    let now = shared.clock.now();
    let mut wanted: BTreeMap<(Subject, TimerKind), Timestamp> = BTreeMap::new();
    let open = shared.book.open();
    for incident in &open {
        wanted.extend(timers(incident).into_iter().map(|(kind, due)| ((incident.id.into(), kind), due)));
    }
    let storm = crate::storms::StormWork::new(&shared.storms).ends_at();
    wanted.extend(storm.map(|(storm, due)| ((Subject::Storm(storm), TimerKind::Due), due)));
    let mut changes = Vec::new();
    let mut from_the_future = Vec::new();
    for (timer, set_at) in shared.store.timers().await? {
        let Timer { subject, kind, due } = timer.clone();
        // The decider sets these before its first turn.
        if subject.keeps_own_timers() {
            continue;
        }
        let incident = subject.incident();
        let is_open = incident.is_some_and(|id| shared.book.incident(id).is_some_and(|known| known.status.is_open()));
        if let Some(want) = wanted.remove(&(subject.clone(), kind)) {
            // Rows are in whole milliseconds.
            if want.duration_since(due).abs() > SignedDuration::from_millis(1) {
                said("was set for another time", &timer, Some(want));
                changes.push(TimerChange::Set(Timer { due: want, ..timer }));
            }
        } else if is_open || !matches!(kind, TimerKind::PostmortemDue | TimerKind::ActionItemDue | TimerKind::FiresOn) {
            said("is not wanted by anything", &timer, None);
            changes.push(TimerChange::Cancel(subject, kind));
        } else if set_back(set_at, now).is_some() {
            from_the_future.extend(incident);
        }
    }
    for ((subject, kind), due) in wanted {
        let timer = Timer { subject, kind, due };
        said("was missing", &timer, Some(due));
        changes.push(TimerChange::Set(timer));
    }
    if !changes.is_empty() {
        let mut batch = Batch::default();
        batch.timers(&changes);
        shared.store.commit(&batch, now, shared.wire.now()).await?;
    }
    #[cfg(feature = "broken")]
    if crate::broken::STEPS_LOST.load(std::sync::atomic::Ordering::Relaxed) {
        let mut batch = Batch::default();
        let steps = open.iter().map(|incident| TimerChange::Cancel(incident.id.into(), TimerKind::EscalationStep));
        batch.timers(&steps.collect::<Vec<_>>());
        shared.store.commit(&batch, now, shared.wire.now()).await?;
    }
    // Those that are over remind of their postmortem; few are from the future, and each is read for it.
    from_the_future.dedup();
    for id in from_the_future {
        let Some(incident) = shared.incident(id).await? else { continue };
        let Some(by) = set_back(incident.changed_at, now) else { continue };
        let mut work = Work::new(shared);
        work.add(Some(&Arc::clone(&incident)), id, vec![clock_set(by)])?;
        work.commit(shared).await?;
    }
    Ok(())
}

fn said(what: &'static str, timer: &Timer, wanted: Option<Timestamp>) {
    let whose = timer.subject.label();
    let then = wanted.map_or_else(|| "it is taken away".to_owned(), |due| format!("it is set for {due}"));
    warn!(
        subject = %timer.subject,
        timer.kind = timer.kind.as_str(),
        "The timer {} of {whose} {what}: {then}",
        timer.kind.as_str()
    );
}
