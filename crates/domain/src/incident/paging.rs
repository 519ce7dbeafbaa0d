//! Purpose: start, continue and stop the escalation of an incident.

use super::{Context, EscalationState, Event, Incident, PageEnd, PageReason, StopReason};
use crate::escalation::{Position, Reach, reachable};
use crate::{PageId, PersonId};

/// Takes the step at `position` (or the first after it that reaches somebody); the policy's end if there is none.
/// `pages` is the number of pages the incident already has.
pub(super) fn take_step(
    cx: &Context<'_>,
    policy_name: Option<&str>,
    position: Option<Position>,
    unwilling: &[PersonId],
    pages: usize,
) -> Vec<Event> {
    let policy = policy_name.and_then(|name| cx.setup.escalations.get(name));
    let ended = |gaps| vec![Event::EscalationEnded { policy: policy_name.map(str::to_owned), gaps }];
    let (Some(policy), Some(position)) = (policy, position) else { return ended(Vec::new()) };
    match reachable(cx.setup, policy, position, cx.now, unwilling) {
        Reach::End { gaps } => ended(gaps),
        Reach::Step { position, people, wait, gaps } => {
            let due = cx.now + jiff::SignedDuration::try_from(wait).unwrap_or(jiff::SignedDuration::MAX / 2);
            let mut events = vec![Event::Escalated { policy: policy.name.clone(), position, due, gaps }];
            events.extend((1..).zip(people).map(|(offset, person)| Event::Paged {
                page: page_id(pages, offset),
                person,
                reason: PageReason::Step { policy: policy.name.clone(), position },
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
pub(super) fn next_step(incident: &Incident, cx: &Context<'_>) -> Vec<Event> {
    step_without(incident, cx, &unwilling(incident))
}

/// The next step that reaches somebody who was not called yet: a person whose phone rings already is no further help.
pub(super) fn next_step_by_hand(incident: &Incident, cx: &Context<'_>) -> Vec<Event> {
    let mut not_again = unwilling(incident);
    not_again.extend(incident.open_pages().map(|page| page.person.clone()));
    step_without(incident, cx, &not_again)
}

fn step_without(incident: &Incident, cx: &Context<'_>, not_again: &[PersonId]) -> Vec<Event> {
    let position = match &incident.escalation {
        None => Some(Position::START),
        Some(run) => {
            cx.setup.escalations.get(&run.policy).and_then(|policy| crate::escalation::after(policy, run.position))
        }
    };
    take_step(cx, incident.policy_in_use(), position, not_again, incident.pages.len())
}

/// The step the incident stands at, once more; from the start if it never escalated.
pub(super) fn same_step(incident: &Incident, cx: &Context<'_>) -> Vec<Event> {
    let position = incident.escalation.as_ref().map_or(Position::START, |run| run.position);
    take_step(cx, incident.policy_in_use(), Some(position), &unwilling(incident), incident.pages.len())
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
        .filter(|page| matches!(page.end, Some((PageEnd::Declined, _))))
        .map(|page| page.person.clone())
        .collect()
}
