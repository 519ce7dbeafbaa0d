//! Purpose: who is paged by a step of a policy, and what comes after it.

use std::time::Duration;

use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

use crate::setup::{AtEnd, ChatName, EscalationPolicy, PageTarget};
use crate::{Drill, PersonId};

/// Between the policy's end and telling it again, if the policy does not say otherwise.
pub const AGAIN_AFTER: Duration = Duration::from_secs(15 * 60);
/// Longest time between two tellings that nobody has it.
pub const AGAIN_AT_MOST: SignedDuration = SignedDuration::from_hours(1);

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
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
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

/// A policy as it was when an escalation started: what the configuration says later changes nothing of it. Only people are looked
/// up when they are rung. Stored as JSON with the event that starts it: fields are only ever added.
///
/// Grafana OnCall does the same and calls it a snapshot (grafana/oncall issue 3138); what it had to mend later was a snapshot
/// that named a deleted user (pull request 2954), which is why targets that vanished have a rule of their own here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EscalationPlan {
    /// Name of the policy.
    pub policy: String,
    /// In order.
    pub steps: Vec<PlanStep>,
    /// How often the steps are repeated after the first round.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub repeat: u32,
    /// How long an acknowledgement holds without a sign of life, in milliseconds, if the policy says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ack_timeout_ms: Option<u64>,
    /// Channel that is told of the end; the incident's room if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end_post: Option<ChatName>,
    /// Role that is mentioned at the end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end_mention: Option<ChatName>,
    /// Who is called at the end; none: everybody whom the steps name, unless a role is mentioned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end_page: Option<Vec<PageTarget>>,
    /// After how many milliseconds the end is told again for the first time.
    pub again_ms: u64,
}

/// One step of a plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanStep {
    /// Paged together.
    pub targets: Vec<PageTarget>,
    /// Wait before the next step, in milliseconds.
    pub wait_ms: u64,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it so")]
const fn is_zero(number: &u32) -> bool {
    *number == 0
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

impl PlanStep {
    /// Wait before the next step.
    pub fn wait(&self) -> SignedDuration {
        SignedDuration::from_millis(i64::try_from(self.wait_ms).unwrap_or(i64::MAX / 4))
    }
}

impl EscalationPlan {
    /// The policy as it is now.
    pub fn of(policy: &EscalationPolicy) -> Self {
        let steps = policy.steps.iter();
        let end = policy.at_end.as_ref();
        Self {
            policy: policy.name.clone(),
            steps: steps.map(|step| PlanStep { targets: step.targets.clone(), wait_ms: millis(step.wait) }).collect(),
            repeat: policy.repeat,
            ack_timeout_ms: policy.ack_timeout.map(millis),
            end_post: end.and_then(|end| end.post.clone()),
            end_mention: end.and_then(|end| end.mention.clone()),
            end_page: end.and_then(|end| end.page.clone()),
            again_ms: millis(end.and_then(|end| end.again).unwrap_or(AGAIN_AFTER)),
        }
    }

    /// The step after `position`: the next one, the first of another round, or none at the policy's end.
    pub fn after(&self, position: Position) -> Option<Position> {
        if position.step + 1 < self.steps.len() {
            Some(Position { step: position.step + 1, ..position })
        } else if position.round < self.repeat {
            Some(Position { round: position.round + 1, step: 0 })
        } else {
            None
        }
    }

    /// Whether its end calls people, besides a role that is mentioned.
    pub fn end_calls(&self) -> bool {
        self.end_page.as_ref().map_or(self.end_mention.is_none(), |targets| !targets.is_empty())
    }

    /// What happens when nobody answered.
    pub fn at_end(&self) -> AtEnd {
        AtEnd {
            post: self.end_post.clone(),
            mention: self.end_mention.clone(),
            page: self.end_page.clone(),
            again: Some(Duration::from_millis(self.again_ms)),
        }
    }

    /// How long it is until the end is told once more, when it has been told `times` times: twice as long each time, up to an
    /// hour.
    pub fn again_after(&self, times: u32) -> SignedDuration {
        again_after(Duration::from_millis(self.again_ms), times)
    }
}

/// Twice as long each time, up to an hour; never shorter than the first time.
pub fn again_after(first: Duration, times: u32) -> SignedDuration {
    let first = SignedDuration::try_from(first).unwrap_or(AGAIN_AT_MOST);
    let doubled = (1..times.min(16)).fold(first, |wait, _| if wait < AGAIN_AT_MOST { wait * 2 } else { wait });
    doubled.min(AGAIN_AT_MOST.max(first))
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
        wait: SignedDuration,
        /// Schedules met on the way that had nobody on call.
        gaps: Vec<String>,
    },
    /// Nobody is left.
    End {
        /// Schedules met on the way that had nobody on call.
        gaps: Vec<String>,
    },
}
