//! Purpose: who is paged by a step of a policy, and what comes after it.

use std::time::Duration;

use crate::oncall::{OnCall, on_call_at};
use crate::setup::{EscalationPolicy, PageTarget, Setup};
use crate::{Incident, PersonId, Timestamp};

/// Whom a step pages, and what was wrong with its targets.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StepPeople {
    /// People to page, without repetition, in order.
    pub people: Vec<PersonId>,
    /// Schedules that had nobody on call.
    pub gaps: Vec<String>,
}

/// Whom targets mean at an instant.
pub fn people_of(setup: &Setup, targets: &[PageTarget], at: Timestamp) -> StepPeople {
    let mut step = StepPeople::default();
    for target in targets {
        let person = match target {
            PageTarget::Person(person) => Some(person.clone()),
            PageTarget::OnCall(name) => match setup.schedules.get(name).map(|s| on_call_at(s, at)) {
                Some(OnCall::Person { person, .. }) => Some(person),
                Some(OnCall::Gap) | None => {
                    step.gaps.push(name.clone());
                    None
                }
            },
        };
        if let Some(person) = person
            && !step.people.contains(&person)
        {
            step.people.push(person);
        }
    }
    step
}

/// A position in a policy: which round, which step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Position {
    /// Round, from 0.
    pub round: u32,
    /// Step, from 0.
    pub step: usize,
}

impl Position {
    /// The first step of the first round.
    pub const START: Self = Self { round: 0, step: 0 };
}

/// The step after `position`: the next one, the first of another round, or none at the policy's end.
pub fn after(policy: &EscalationPolicy, position: Position) -> Option<Position> {
    if position.step + 1 < policy.steps.len() {
        Some(Position { step: position.step + 1, ..position })
    } else if position.round < policy.repeat {
        Some(Position { round: position.round + 1, step: 0 })
    } else {
        None
    }
}

/// The first step at or after `position` that reaches somebody, with the gaps met on the way there.
/// A gap never swallows a page: the next step is taken at once and the gap is told.
pub fn reachable(
    setup: &Setup,
    policy: &EscalationPolicy,
    position: Position,
    at: Timestamp,
    may_page: &dyn Fn(&PersonId) -> bool,
) -> Reach {
    let mut gaps = Vec::new();
    let mut next = Some(position);
    while let Some(position) = next {
        let Some(step) = policy.steps.get(position.step) else { break };
        let mut found = people_of(setup, &step.targets, at);
        found.people.retain(|person| may_page(person));
        for gap in found.gaps {
            if !gaps.contains(&gap) {
                gaps.push(gap);
            }
        }
        if !found.people.is_empty() {
            return Reach::Step { position, people: found.people, wait: step.wait, gaps };
        }
        next = after(policy, position);
    }
    Reach::End { gaps }
}

/// What [`reachable`] found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reach {
    /// A step with people.
    Step {
        /// Which one.
        position: Position,
        /// Whom it pages.
        people: Vec<PersonId>,
        /// How long it waits for an answer.
        wait: Duration,
        /// Schedules met on the way that had nobody on call.
        gaps: Vec<String>,
    },
    /// Nobody is left.
    End {
        /// Schedules met on the way that had nobody on call.
        gaps: Vec<String>,
    },
}

/// The person the policy of an incident would page after the step it stands at, for texts like "next Rina in 4 minutes".
pub fn next_person(incident: &Incident, setup: &Setup, at: Timestamp) -> Option<PersonId> {
    let run = incident.escalation.as_ref()?;
    let policy = setup.escalations.get(&run.policy)?;
    match reachable(setup, policy, after(policy, run.position)?, at, &|person| incident.may_page(person)) {
        Reach::Step { people, .. } => people.into_iter().next(),
        Reach::End { .. } => None,
    }
}
