//! Purpose: flapping is a state of an incident. What fires again soon after it was calm is the same thing: the wait of the step goes
//! on through it, whoever was called for the step is not rung twice, and it is over when it has stayed calm for long enough.
//!
//! Elsewhere each firing began the chain anew, so that the first person was rung all night and the second one never (notification
//! chains that start again with each new alert group), flap detection swallowed the end so that nobody knew how it stands now
//! (nagioscore issue 91), or acted in moments at which nothing fired (kibana issue 150115).

use super::paging::stop;
use super::timers::closes_at;
use super::{EscalationState, Event, Incident, PageEnd, PageReason, StopReason};
use crate::escalation::{LeftOut, Reach};
use crate::setup::Setup;
use crate::{PersonId, Timestamp, World};

/// How an incident flaps, or flapped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Flap {
    /// The event with which it began: what is said of it is edited.
    pub seq: u32,
    /// Since when: it was calm for the first time.
    pub since: Timestamp,
    /// How often it fired again.
    pub times: u32,
    /// When it fired again last.
    pub last: Timestamp,
    /// How long it has to stay calm before it is over.
    pub calm: jiff::SignedDuration,
    /// When it was over.
    pub over_at: Option<Timestamp>,
}

impl Flap {
    /// From the first time it was calm to the last time it fired again.
    pub fn lasted(&self) -> jiff::SignedDuration {
        self.last.duration_since(self.since)
    }
}

/// How long an incident has to stay calm before it is over, by the configuration of now.
pub(super) fn calm(setup: &Setup) -> jiff::SignedDuration {
    jiff::SignedDuration::try_from(setup.routing.flap_calm).unwrap_or(super::AUTO_RESOLVE_AFTER)
}

impl Incident {
    /// How it flaps; none while it does not.
    pub fn flaps(&self) -> Option<&Flap> {
        self.flap.as_ref().filter(|flap| flap.over_at.is_none())
    }

    /// Nothing fires, and that is no mere moment between two flaps.
    pub fn rests(&self) -> bool {
        self.quiet_since.is_some() && self.flaps().is_none()
    }

    /// When it stops to flap, if nothing fires until then.
    pub(super) fn flap_over_at(&self) -> Option<Timestamp> {
        let (since, flap) = (self.quiet_since?, self.flaps()?);
        self.status.is_open().then_some(since + flap.calm)
    }

    pub(super) fn flaps_again(&mut self, at: Timestamp) {
        let returns = self.quiet_since.is_some() || !self.status.is_open();
        if let Some(flap) = self.flap.as_mut().filter(|flap| returns && flap.over_at.is_none()) {
            flap.times += 1;
            flap.last = at;
        }
    }

    pub(super) fn flap_ends(&mut self, at: Timestamp) {
        if let Some(flap) = self.flap.as_mut().filter(|flap| flap.over_at.is_none()) {
            flap.over_at = Some(at);
        }
    }
}

/// It fires again so soon after it was calm that it flaps. Nothing when that is known.
pub(crate) fn fires_again_soon(
    incident: &Incident,
    since: Option<Timestamp>,
    setup: &Setup,
    now: Timestamp,
) -> Option<Event> {
    let (since, calm) = (since?, calm(setup));
    let soon = now < since + calm && incident.flaps().is_none();
    let calm_ms = i64::try_from(calm.as_millis()).unwrap_or(i64::MAX);
    soon.then_some(Event::FlapBegan { since, calm_ms })
}

/// The same alert fires again before the wait of the step was over: who was called for it still is, and is not rung a second time.
/// None when the wait was over, or the step would call others now: then it is taken again.
pub(super) fn goes_on_waiting(incident: &Incident, world: &World, now: Timestamp) -> Option<Vec<Event>> {
    let run = incident.escalation.as_ref().filter(|run| run.state == EscalationState::Stopped)?;
    let plan = run.plan.as_ref()?;
    let of_step = |reason: &PageReason| reason.call().step.is_some_and(|(_, position)| position == run.position);
    let pages: Vec<_> = incident.pages.iter().skip(run.pages_before).filter(|page| of_step(&page.reason)).collect();
    let pages: Vec<_> = pages.into_iter().filter(|page| matches!(page.end, Some((PageEnd::NotNeeded, _)))).collect();
    let due = pages.iter().map(|page| page.at).max()? + plan.steps.get(run.position.step)?.wait();
    let unwilling = super::paging::unwilling(incident);
    let left_out = LeftOut { unwilling: &unwilling, drill: incident.drill.as_ref() };
    let called: Vec<&PersonId> = pages.iter().map(|page| &page.person).collect();
    let same = match world.step_from(plan, incident.service.as_deref(), run.position, left_out, now) {
        Reach::Step { position, people, .. } => {
            position == run.position && people.len() == called.len() && people.iter().all(|one| called.contains(&one))
        }
        Reach::End { .. } => false,
    };
    let reached = pages.iter().any(|page| super::undelivered::may_reach(incident, page, world));
    if due <= now || !same || !reached {
        return None;
    }
    let mut events: Vec<Event> = pages.iter().map(|page| Event::PageReopened { page: page.id }).collect();
    events.push(Event::EscalationResumed { due });
    Some(events)
}

/// It has stayed calm for so long that it does not flap any more.
pub(super) fn over(incident: &Incident, now: Timestamp) -> Vec<Event> {
    let Some(flap) = incident.flaps().filter(|_| incident.flap_over_at().is_some_and(|at| at <= now)) else {
        return Vec::new();
    };
    let lasted_ms = i64::try_from(flap.lasted().as_millis()).unwrap_or(i64::MAX);
    let mut events = vec![Event::FlapOver { times: flap.times, lasted_ms }];
    events.extend(nobody_is_called(incident));
    events
}

/// Nothing of it fires any more: nobody is called for it, and nobody is asked whether they are still on it.
pub(super) fn nobody_is_called(incident: &Incident) -> Vec<Event> {
    if incident.acknowledged.is_none() || incident.room == crate::setup::RoomKind::Line {
        return stop(incident, StopReason::AllAlertsResolved, &PageEnd::NotNeeded);
    }
    let asked = incident.open_pages().filter(|page| page.reason.call().asks_holder);
    asked.map(|page| Event::PageEnded { page: page.id, end: PageEnd::NotNeeded }).collect()
}

/// When the last alert ends now: what is said of the end.
pub(super) fn calm_now(incident: &Incident, world: &World, now: Timestamp) -> Event {
    Event::AllAlertsResolved { closes_at: closes_at(incident, world.setup(), now) }
}
