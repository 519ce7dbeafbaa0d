//! Purpose: storms as the decider keeps them: what is folded, when the board is shown anew, and the end. What a decision
//! changes becomes part of its transaction.

use std::collections::BTreeSet;
use std::sync::{PoisonError, RwLock};
use std::time::Duration;

use domain::incident::{EventAt, Incident};
use domain::storm::{self, Admission, Board, Running, Standing, StormEvent, StormRules, Storms, UnfoldWhy};
use domain::{Effect, Event, IncidentId, PlannedEffect, Setup, Subject, Timer, TimerChange, TimerKind, Timestamp};
use store::{Batch, StormIncident, StormResume};
use tracing::info;

use crate::action::ActError;
use crate::book::Changes;
use crate::handle::{Engine, Shared};

/// Incidents that a board names.
pub(crate) const SHOWN: u32 = 12;

/// What is known of storms between two decisions. Only the decider changes it.
#[derive(Debug)]
pub(crate) struct StormKeeper {
    kept: RwLock<Kept>,
    /// When a board was last brought outside, by the wire clock.
    delivered: RwLock<Option<Timestamp>>,
    /// Shortest time between two edits of a board.
    pause: Duration,
}

#[derive(Clone, Debug, Default)]
struct Kept {
    storms: Storms,
    /// When the board was last planned to be shown, by the wire clock.
    shown_at: Option<Timestamp>,
}

impl StormKeeper {
    /// What the database knows, at the start.
    pub(crate) fn resume(resume: StormResume, setup: &Setup, edit_pause: Duration) -> Self {
        let mut storms = resume.storms;
        let folds = |severity| !setup.severity_plan(severity).page;
        storms.openings = resume.openings.iter().filter(|(_, severity)| folds(*severity)).map(|(at, _)| *at).collect();
        let kept = RwLock::new(Kept { storms, shown_at: None });
        Self { kept, delivered: RwLock::default(), pause: board_pause(edit_pause) }
    }

    /// A board is outside.
    pub(crate) fn delivered(&self, wire: Timestamp) {
        *self.delivered.write().unwrap_or_else(PoisonError::into_inner) = Some(wire);
    }

    fn read(&self) -> Kept {
        self.kept.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// Shortest time between two edits of a board: other cards of the channel are edited, too, and Discord takes fewer edits of
/// old messages than of others.
pub(crate) const fn board_pause(edit_pause: Duration) -> Duration {
    edit_pause.saturating_mul(2)
}

/// What one transaction changes about storms.
#[derive(Debug)]
pub(crate) struct StormWork {
    kept: Kept,
    pause: Duration,
    running_before: Option<u32>,
    /// Incidents of the running storm that changed.
    touched: BTreeSet<IncidentId>,
    /// The storm that is over.
    ended: Option<Running>,
    /// The clock was set.
    clock_moved: bool,
}

impl StormWork {
    pub(crate) fn new(keeper: &StormKeeper) -> Self {
        let kept = keeper.read();
        let running_before = kept.storms.running.map(|running| running.number);
        Self { kept, pause: keeper.pause, running_before, touched: BTreeSet::new(), ended: None, clock_moved: false }
    }

    /// An alert opens an incident: whether it gets a room, or a place on the board. Its events are made to say so.
    pub(crate) fn opens(&mut self, events: &mut Vec<Event>, setup: &Setup, now: Timestamp) {
        if !events.first().is_some_and(|opened| storm::may_fold(opened, setup)) {
            return;
        }
        if let Admission::Folded(by) = self.kept.storms.admit(&setup.storm, now) {
            events.insert(1, Event::Folded { by });
        }
    }

    /// An alert joins an incident that was folded into a storm that is over: it comes before people now, as if it opened.
    pub(crate) fn joins(&mut self, incident: &Incident, events: &mut Vec<Event>, setup: &Setup, now: Timestamp) {
        let left = incident.fold.as_ref().filter(|fold| !self.kept.storms.runs(fold.by.storm));
        if left.is_none() || !incident.is_folded() || storm::unfolding(incident, events).is_some() {
            return;
        }
        let first = match self.kept.storms.admit(&setup.storm, now) {
            Admission::Folded(by) => Event::Folded { by },
            Admission::Room => Event::Unfolded { why: UnfoldWhy::AfterStorm, by: None },
        };
        events.insert(0, first);
    }

    /// An incident changed; `before` is what had been folded into it.
    pub(crate) fn saw(&mut self, before: Option<(u32, u32)>, after: &Incident, rules: &StormRules, now: Timestamp) {
        let Some((storm, alerts)) = folded_so_far(after).filter(|(storm, _)| self.kept.storms.runs(*storm)) else {
            return;
        };
        let known = before.filter(|(of, _)| *of == storm).map_or(0, |(_, alerts)| alerts);
        self.kept.storms.folded(alerts.saturating_sub(known), rules, now);
        self.touched.insert(after.id);
    }

    /// The machine's clock was set by so much.
    pub(crate) fn clock_moves(&mut self, by: jiff::SignedDuration) {
        self.kept.storms.clock_moves(by);
        self.clock_moved = true;
    }

    /// The storm that runs, and when it is over if nothing more is folded.
    pub(crate) fn ends_at(&self) -> Option<(u32, Timestamp)> {
        self.kept.storms.running.map(|running| (running.number, running.due))
    }

    /// The time for the end has come, unless more was folded meanwhile.
    pub(crate) fn due(&mut self, batch: &mut Batch, now: Timestamp) {
        match self.kept.storms.running {
            Some(running) if running.due > now => batch.timers(&[ends_at(&running)]),
            Some(_) => self.ended = self.kept.storms.over(now),
            None => {}
        }
    }

    /// Everything that changed becomes part of the transaction.
    pub(crate) fn write_down(
        &mut self,
        batch: &mut Batch,
        changes: &Changes,
        shared: &Shared,
        rules: &StormRules,
        (now, wire): (Timestamp, Timestamp),
    ) -> store::Result<()> {
        let Some(running) = self.ended.or(self.kept.storms.running) else { return Ok(()) };
        if self.touched.is_empty() && self.ended.is_none() && !self.clock_moved {
            return Ok(());
        }
        for incident in self.touched.iter().filter_map(|id| changes.incidents.get(id)) {
            batch.storm_incident(&row(incident, running.number));
        }
        let storm = running.number;
        if self.running_before != Some(storm) {
            let within_ms = i64::try_from(rules.within.as_millis()).unwrap_or(i64::MAX);
            let event = StormEvent::Began { rooms: rules.rooms, within_ms };
            batch.events_of(&Subject::Storm(storm), &[EventAt { seq: 1, at: running.began, event }])?;
        }
        if self.ended.is_some() {
            let event = StormEvent::Over { alerts: running.alerts };
            batch.events_of(&Subject::Storm(storm), &[EventAt { seq: 2, at: now, event }])?;
        }
        batch.storm(&running, self.ended.map(|_| now), rules);
        let delivered = *shared.storms.delivered.read().unwrap_or_else(PoisonError::into_inner);
        let at = self.board_at(wire, delivered);
        let name = format!("storm:{storm}");
        let key = format!("{name}:{}:{}", running.alerts, changes_key(changes, self.ended.is_some(), wire));
        let board = PlannedEffect::once(key, Effect::Board { storm }).of_now(name.clone());
        batch.effect_not_before(&board, at)?;
        if self.ended.is_some() {
            let (effect, key) = (Effect::StormOver { storm }, format!("{name}:over"));
            let over = PlannedEffect::once(key, effect).behind(Some(name));
            batch.effect_not_before(&over, at)
        } else {
            batch.timers(&[ends_at(&running)]);
            Ok(())
        }
    }

    /// When the board may be shown anew: at once, but never sooner than a pause after the time before.
    fn board_at(&mut self, wire: Timestamp, delivered: Option<Timestamp>) -> Timestamp {
        let pause = jiff::SignedDuration::try_from(self.pause).unwrap_or(jiff::SignedDuration::ZERO);
        let at = match self.kept.shown_at {
            // It will be shown then, with this in it.
            Some(shown) if shown > wire => shown,
            // It may have waited for a limit longer than it was planned to.
            planned => planned.max(delivered).map_or(wire, |last| wire.max(last + pause)),
        };
        self.kept.shown_at = Some(at);
        at
    }

    /// The transaction is written: this is what is known from now on.
    pub(crate) fn publish(self, keeper: &StormKeeper) {
        if let Some(running) = self.kept.storms.running.filter(|running| self.running_before != Some(running.number)) {
            info!(storm.number = running.number, "Storm {} begins: what pages nobody is folded", running.number);
        }
        if let Some(ended) = self.ended {
            info!(
                storm.number = ended.number,
                storm.alerts = ended.alerts,
                "Storm {} is over: alerts folded: {}",
                ended.number,
                ended.alerts
            );
        }
        *keeper.kept.write().unwrap_or_else(PoisonError::into_inner) = self.kept;
    }
}

/// The storm an incident was folded into, and how many alerts with it.
pub(crate) fn folded_so_far(incident: &Incident) -> Option<(u32, u32)> {
    incident.fold.as_ref().map(|fold| (fold.by.storm, fold.alerts))
}

fn ends_at(storm: &Running) -> TimerChange {
    let subject = Subject::Storm(storm.number);
    TimerChange::Set(Timer { subject, kind: TimerKind::Due, due: storm.due })
}

/// What makes the key of a board's row its own: the transaction it is planned in.
fn changes_key(changes: &Changes, ended: bool, wire: Timestamp) -> String {
    let events: u64 = changes.incidents.values().map(|incident| u64::from(incident.last_seq)).sum();
    format!("{}:{events}:{ended}", wire.as_nanosecond())
}

fn row(incident: &Incident, storm: u32) -> StormIncident {
    let fold = incident.fold.as_ref();
    let standing = incident.standing().unwrap_or(Standing::Unfolded);
    let firing = match standing {
        Standing::Folded | Standing::Over => incident.alert_counts().0,
        Standing::Unfolded => 0,
    };
    StormIncident {
        storm,
        incident: incident.id,
        severity: incident.severity,
        standing,
        alerts: fold.map_or(0, |fold| fold.alerts),
        firing: u32::try_from(firing).unwrap_or(u32::MAX),
    }
}

impl Shared {
    /// What a storm's board says now.
    pub(crate) async fn board(&self, storm: u32) -> store::Result<Option<Board>> {
        self.store.board(storm, SHOWN).await
    }
}

impl Engine {
    /// Storms that run, and alerts folded since the database was made.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn storm_counts(&self) -> Result<(i64, i64), ActError> {
        self.shared.store.storm_counts().await.map_err(|error| self.failed(&error))
    }
}
