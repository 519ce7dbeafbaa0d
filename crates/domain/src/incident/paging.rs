//! Purpose: start, continue and stop the escalation of an incident.

use super::{Event, Incident, IncidentStatus, Page, PageEnd, PageReason, StopReason, plan_now};
use crate::escalation::{AGAIN_AFTER, EscalationPlan, LeftOut, Position, Reach, again_after};
use crate::{Drill, PageId, PersonId, Timestamp, World};

/// A page, with the ways that follow as long as nobody answers.
pub(super) fn paged(world: &World, page: PageId, person: PersonId, reason: PageReason) -> Event {
    let (contacts, ways, account) = (world.ways_later(&person), world.ways_at_once(&person), world.account(&person));
    Event::Paged { page, person, reason, contacts, ways, account }
}

/// The number of the `offset`-th new page of an incident that has `pages` pages.
pub(super) fn page_id(pages: usize, offset: usize) -> PageId {
    PageId(u32::try_from(pages + offset).unwrap_or(u32::MAX))
}

/// An incident that looks for people, or one that is about to open.
pub(super) struct Caller<'a> {
    pub(super) world: &'a World,
    pub(super) now: Timestamp,
    pub(super) service: Option<&'a str>,
    pub(super) drill: Option<&'a Drill>,
    /// Pages it has.
    pub(super) pages: usize,
}

/// Whether a step starts an escalation: then its plan is frozen with it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Freeze {
    /// By the plan as it is now.
    Now,
    /// It has one.
    Already,
}

impl<'a> Caller<'a> {
    pub(super) fn of(incident: &'a Incident, world: &'a World, now: Timestamp) -> Self {
        let (service, drill) = (incident.service.as_deref(), incident.drill.as_ref());
        Self { world, now, service, drill, pages: incident.pages.len() }
    }

    /// Starts the escalation by a policy as it is now; its end if there is none.
    pub(super) fn start(&self, policy: Option<&str>, unwilling: &[PersonId]) -> Vec<Event> {
        match plan_now(policy, self.service, self.world.setup()) {
            Some(plan) => self.take(&plan, Freeze::Now, Some(Position::START), unwilling),
            None => {
                let again_at = Some(self.now + again_after(AGAIN_AFTER, 1));
                let policy = policy.map(str::to_owned);
                vec![Event::EscalationEnded { policy, gaps: Vec::new(), plan: None, again_at }]
            }
        }
    }

    /// Takes the step at `position` (or the first after it that reaches somebody); the plan's end if there is none.
    pub(super) fn take(
        &self,
        plan: &EscalationPlan,
        freeze: Freeze,
        position: Option<Position>,
        unwilling: &[PersonId],
    ) -> Vec<Event> {
        let frozen = || (freeze == Freeze::Now).then(|| Box::new(plan.clone()));
        let left_out = LeftOut { unwilling, drill: self.drill };
        let reach = position.map_or(Reach::End { gaps: Vec::new() }, |position| {
            self.world.step_from(plan, self.service, position, left_out, self.now)
        });
        match reach {
            Reach::End { gaps } => {
                let again_at = Some(self.now + plan.again_after(1));
                let policy = Some(plan.policy.clone());
                let mut events = vec![Event::EscalationEnded { policy, gaps, plan: frozen(), again_at }];
                events.extend(self.end(plan, left_out));
                events
            }
            Reach::Step { position, people, wait, gaps } => {
                let (policy, due) = (plan.policy.clone(), self.now + wait);
                let mut events = vec![Event::Escalated { policy, position, due, gaps, plan: frozen() }];
                let targets = self.world.targets_of(plan, position.step, self.service);
                events.extend((1..).zip(people).map(|(offset, person)| {
                    let schedule = self.world.schedule_of(&targets, &person, self.now);
                    let reason = PageReason::step(plan.policy.clone(), position, schedule, self.world, self.now);
                    paged(self.world, page_id(self.pages, offset), person, reason)
                }));
                events
            }
        }
    }

    /// Who is called at the end of a plan.
    fn end(&self, plan: &EscalationPlan, left_out: LeftOut<'_>) -> Vec<Event> {
        let people = self.world.people_at_end(plan, self.service, left_out, self.now);
        let page = |(offset, (person, schedule)): (usize, (PersonId, Option<String>))| {
            let reason = PageReason::end_of(plan.policy.clone(), schedule, self.world, self.now);
            paged(self.world, page_id(self.pages, offset), person, reason)
        };
        (1..).zip(people).map(page).collect()
    }
}

/// Everybody on the policy that is at its end is called once more, in place of their page of the time before. Who cannot take it is
/// called only when nobody else is there: better them than nobody.
///
/// Elsewhere a chain that reached its end is silent for ever unless somebody thought of a last step that begins it anew
/// (grafana/oncall issue 3760; ustream/openduty issue 51: how often before it gives up?).
pub(super) fn call_at_end(incident: &Incident, world: &World, now: Timestamp) -> Vec<Event> {
    let at_end = incident.unanswered.as_ref().is_some_and(|unanswered| !unanswered.by_hand);
    let run = incident.escalation.as_ref().filter(|_| at_end && incident.held_back.is_none());
    let Some(plan) = run.and_then(|run| run.plan.clone()).or_else(|| run.and(incident.plan_now(world.setup()))) else {
        return Vec::new();
    };
    let (caller, cannot) = (Caller::of(incident, world, now), unwilling(incident));
    let drill = incident.drill.as_ref();
    let mut called = caller.end(&plan, LeftOut { unwilling: &cannot, drill });
    if called.is_empty() {
        called = caller.end(&plan, LeftOut { unwilling: &[], drill });
    }
    let is_called =
        |who: &PersonId| called.iter().any(|event| matches!(event, Event::Paged { person, .. } if person == who));
    let before = incident.open_pages().filter(|page| matches!(page.reason, PageReason::End { .. }));
    let over = before.filter(|page| is_called(&page.person)).map(|page| {
        let to = page.person.clone();
        Event::PageEnded { page: page.id, end: PageEnd::HandedOver { to } }
    });
    over.collect::<Vec<_>>().into_iter().chain(called).collect()
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
    let caller = Caller::of(incident, world, now);
    let Some(run) = &incident.escalation else { return caller.start(incident.policy_in_use(), not_again) };
    let Some(plan) = incident.plan_in_use(world.setup()) else {
        return caller.start(incident.policy_in_use(), not_again);
    };
    let freeze = if run.plan.is_some() { Freeze::Already } else { Freeze::Now };
    caller.take(&plan, freeze, plan.after(run.position), not_again)
}

/// Whoever the step it stands at means now, in place of somebody who is not known any more; else the next step that reaches
/// somebody. Whose phone rings already is no further help.
pub(super) fn step_instead(incident: &Incident, world: &World, now: Timestamp) -> Vec<Event> {
    let mut not_again = unwilling(incident);
    not_again.extend(incident.open_pages().map(|page| page.person.clone()));
    let Some(run) = &incident.escalation else { return Vec::new() };
    let Some(plan) = incident.plan_in_use(world.setup()) else { return Vec::new() };
    let freeze = if run.plan.is_some() { Freeze::Already } else { Freeze::Now };
    Caller::of(incident, world, now).take(&plan, freeze, Some(run.position), &not_again)
}

/// The first step, as if nobody had been called yet, by the policy as it is now.
pub(super) fn first_step(incident: &Incident, unwilling: &[PersonId], world: &World, now: Timestamp) -> Vec<Event> {
    Caller::of(incident, world, now).start(incident.policy_in_use(), unwilling)
}

/// The step the incident stands at, once more; from the start if it never escalated.
pub(super) fn same_step(incident: &Incident, world: &World, now: Timestamp) -> Vec<Event> {
    let unwilling = unwilling(incident);
    match incident.escalation.as_ref().and_then(|run| Some((run.position, run.plan.as_ref()?))) {
        Some((position, plan)) => {
            Caller::of(incident, world, now).take(plan, Freeze::Already, Some(position), &unwilling)
        }
        None => first_step(incident, &unwilling, world, now),
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
    let by_schedule = |page: &&Page| page.person == *from && page.reason.call().schedule == Some(schedule);
    let mut called = incident.open_pages().any(|page| page.person == *to);
    let (mut events, mut offset) = (Vec::new(), 0);
    for page in incident.open_pages().filter(by_schedule) {
        events.push(Event::PageEnded { page: page.id, end: PageEnd::HandedOver { to: to.clone() } });
        if !std::mem::replace(&mut called, true) {
            offset += 1;
            let reason = page.reason.by_schedule(schedule, world, now);
            events.push(paged(world, page_id(incident.pages.len(), offset), to.clone(), reason));
        }
    }
    events
}

/// How long the step the incident stands at waits for an answer.
pub(super) fn wait_of(incident: &Incident, world: &World) -> jiff::SignedDuration {
    let plan = incident.plan_in_use(world.setup());
    let step = incident.escalation.as_ref().map_or(0, |run| run.position.step);
    plan.and_then(|plan| plan.steps.get(step).map(crate::escalation::PlanStep::wait)).unwrap_or(super::ACK_GRACE)
}

/// The next step instead of one in which nobody is called any more. The end is not told while somebody else is called: then the
/// wait of the step decides.
pub(super) fn unless_somebody_is_called(events: Vec<Event>, rings: bool) -> Vec<Event> {
    let ends = !events.iter().any(|event| matches!(event, Event::Escalated { .. }));
    if ends && rings { Vec::new() } else { events }
}

/// Ends open pages and stops an escalation that runs or waits at its end.
pub(super) fn stop(incident: &Incident, reason: StopReason, end: &PageEnd) -> Vec<Event> {
    let mut events = Vec::new();
    let lowered = match reason {
        StopReason::SeverityLowered => incident.pages_people,
        StopReason::Acknowledged
        | StopReason::Resolved
        | StopReason::AllAlertsResolved
        | StopReason::Dismissed
        | StopReason::Merged
        | StopReason::Silenced => false,
    };
    if incident.escalates() || lowered {
        events.push(Event::EscalationStopped { reason });
    }
    events.extend(incident.open_pages().map(|page| Event::PageEnded { page: page.id, end: end.clone() }));
    events
}

/// People who said they cannot take it.
pub(crate) fn unwilling(incident: &Incident) -> Vec<PersonId> {
    incident
        .pages
        .iter()
        .filter(|page| page.end.as_ref().is_some_and(|(end, _)| end.end().declined))
        .map(|page| page.person.clone())
        .collect()
}
