//! Purpose: start, continue and stop the escalation of an incident.

use super::{EscalationState, Event, Incident, IncidentStatus, Page, PageEnd, PageReason, StopReason};
use crate::escalation::{LeftOut, Position, Reach};
use crate::oncall::{InsteadOf, OnCall};
use crate::{PageId, PersonId, Timestamp, World};

/// A page, with the ways that follow as long as nobody answers.
pub(super) fn paged(world: &World, page: PageId, person: PersonId, reason: PageReason) -> Event {
    let contacts = world.ways_later(&person);
    Event::Paged { page, person, reason, contacts }
}

/// Takes the step at `position` (or the first after it that reaches somebody); the policy's end if there is none.
/// `pages` is the number of pages the incident already has.
pub(super) fn take_step(
    world: &World,
    now: Timestamp,
    policy_name: Option<&str>,
    position: Option<Position>,
    left_out: LeftOut<'_>,
    pages: usize,
) -> Vec<Event> {
    let policy = policy_name.and_then(|name| world.setup().escalations.get(name));
    let ended = |gaps| vec![Event::EscalationEnded { policy: policy_name.map(str::to_owned), gaps }];
    let (Some(policy), Some(position)) = (policy, position) else { return ended(Vec::new()) };
    match world.step_from(policy, position, left_out, now) {
        Reach::End { gaps } => ended(gaps),
        Reach::Step { position, people, wait, gaps } => {
            let due = now + jiff::SignedDuration::try_from(wait).unwrap_or(jiff::SignedDuration::MAX / 2);
            let mut events = vec![Event::Escalated { policy: policy.name.clone(), position, due, gaps }];
            let targets = policy.steps.get(position.step).map(|step| step.targets.as_slice()).unwrap_or_default();
            events.extend((1..).zip(people).map(|(offset, person)| {
                let schedule = world.schedule_of(targets, &person, now);
                let instead_of = schedule.as_deref().and_then(|name| instead_of(world, name, now));
                let reason = PageReason::Step { policy: policy.name.clone(), position, schedule, instead_of };
                paged(world, page_id(pages, offset), person, reason)
            }));
            events
        }
    }
}

/// The number of the `offset`-th new page of an incident that has `pages` pages.
pub(super) fn page_id(pages: usize, offset: usize) -> PageId {
    PageId(u32::try_from(pages + offset).unwrap_or(u32::MAX))
}

/// The step after the one the incident stands at.
pub(super) fn next_step(incident: &Incident, world: &World, now: Timestamp) -> Vec<Event> {
    step_without(incident, world, now, &unwilling(incident))
}

/// The next step that reaches somebody who was not called yet: a person whose phone rings already is no further help.
pub(super) fn next_step_by_hand(incident: &Incident, world: &World, now: Timestamp) -> Vec<Event> {
    let mut not_again = unwilling(incident);
    not_again.extend(incident.open_pages().map(|page| page.person.clone()));
    step_without(incident, world, now, &not_again)
}

fn step_without(incident: &Incident, world: &World, now: Timestamp, not_again: &[PersonId]) -> Vec<Event> {
    let position = match &incident.escalation {
        None => Some(Position::START),
        Some(run) => {
            world.setup().escalations.get(&run.policy).and_then(|policy| crate::escalation::after(policy, run.position))
        }
    };
    let left_out = LeftOut { unwilling: not_again, drill: incident.drill.as_ref() };
    take_step(world, now, incident.policy_in_use(), position, left_out, incident.pages.len())
}

/// The first step of the policy, as if nobody had been called yet.
pub(super) fn first_step(incident: &Incident, world: &World, now: Timestamp) -> Vec<Event> {
    step_at(incident, Position::START, &[], world, now)
}

/// Takes the step at `position`.
pub(super) fn step_at(
    incident: &Incident,
    position: Position,
    unwilling: &[PersonId],
    world: &World,
    now: Timestamp,
) -> Vec<Event> {
    let left_out = LeftOut { unwilling, drill: incident.drill.as_ref() };
    take_step(world, now, incident.policy_in_use(), Some(position), left_out, incident.pages.len())
}

/// The step the incident stands at, once more; from the start if it never escalated.
pub(super) fn same_step(incident: &Incident, world: &World, now: Timestamp) -> Vec<Event> {
    let position = incident.escalation.as_ref().map_or(Position::START, |run| run.position);
    step_at(incident, position, &unwilling(incident), world, now)
}

/// In whose place somebody is on call on a schedule.
fn instead_of(world: &World, schedule: &str, now: Timestamp) -> Option<InsteadOf> {
    match world.on_call(schedule, now) {
        OnCall::Person { instead_of, .. } => instead_of,
        OnCall::Gap => None,
    }
}

/// Another person is on call on a schedule than before: what the one before was paged for by it, and nobody has, goes to the new
/// one. Once: who was paged for it already, or cannot take it, is not called again.
pub fn hand_over(
    incident: &Incident,
    schedule: &str,
    from: &PersonId,
    to: &PersonId,
    world: &World,
    now: Timestamp,
) -> Vec<Event> {
    let unanswered = incident.status == IncidentStatus::Triggered && world.may_be_called(to, incident.drill.as_ref());
    if !unanswered || unwilling(incident).contains(to) {
        return Vec::new();
    }
    let by_schedule = |page: &&Page| match &page.reason {
        PageReason::Step { schedule: by, .. } => page.person == *from && by.as_deref() == Some(schedule),
        PageReason::ByHand { .. } => false,
    };
    let mut called = incident.open_pages().any(|page| page.person == *to);
    let (mut events, mut offset) = (Vec::new(), 0);
    for page in incident.open_pages().filter(by_schedule) {
        events.push(Event::PageEnded { page: page.id, end: PageEnd::HandedOver { to: to.clone() } });
        let PageReason::Step { policy, position, .. } = &page.reason else { continue };
        if !std::mem::replace(&mut called, true) {
            offset += 1;
            let reason = PageReason::Step {
                policy: policy.clone(),
                position: *position,
                schedule: Some(schedule.to_owned()),
                instead_of: instead_of(world, schedule, now),
            };
            events.push(paged(world, page_id(incident.pages.len(), offset), to.clone(), reason));
        }
    }
    events
}

/// Ends open pages and stops a running escalation.
pub(super) fn stop(incident: &Incident, reason: StopReason, end: &PageEnd) -> Vec<Event> {
    let mut events = Vec::new();
    let running = incident.escalation.as_ref().is_some_and(|run| matches!(run.state, EscalationState::Running { .. }));
    if running {
        events.push(Event::EscalationStopped { reason });
    }
    events.extend(incident.open_pages().map(|page| Event::PageEnded { page: page.id, end: end.clone() }));
    events
}

/// People who said they cannot take it.
pub(super) fn unwilling(incident: &Incident) -> Vec<PersonId> {
    incident
        .pages
        .iter()
        .filter(|page| matches!(page.end, Some((PageEnd::Declined { .. }, _))))
        .map(|page| page.person.clone())
        .collect()
}
