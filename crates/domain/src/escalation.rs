//! Purpose: who is paged by a step of a policy, and what comes after it.

use std::time::Duration;

use crate::setup::EscalationPolicy;
use crate::{Drill, PersonId};

/// Whom a step pages, and what was wrong with its targets.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StepPeople {
    /// People to page, without repetition, in order.
    pub people: Vec<PersonId>,
    /// Schedules that had nobody on call.
    pub gaps: Vec<String>,
}

/// Who is left out when a step looks for people.
#[derive(Clone, Copy, Debug, Default)]
pub struct LeftOut<'a> {
    /// People who said they cannot take it, or whose phone rings already.
    pub unwilling: &'a [PersonId],
    /// In a drill everybody who does not take part.
    pub drill: Option<&'a Drill>,
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

/// What [`crate::World::step_from`] found.
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
