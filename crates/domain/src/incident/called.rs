//! Purpose: why somebody is paged, and how a page ends, each in one table: what follows from it anywhere in the rules. A new reason or
//! end gets its row here and its words in `words/called.rs`. Stored as JSON: variants and fields are only ever added.

use serde::{Deserialize, Serialize};

use super::{Actor, AskedWhy};
use crate::escalation::Position;
use crate::oncall::{InsteadOf, OnCall};
use crate::{PersonId, Timestamp, World};

/// Why somebody is paged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum PageReason {
    /// A step of a policy.
    Step {
        /// Policy.
        policy: String,
        /// Which step.
        position: Position,
        /// The schedule on which the person is on call; none when the step names the person.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        schedule: Option<String>,
        /// Set when the person is on call there in another's place.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        instead_of: Option<InsteadOf>,
    },
    /// A person asked for it.
    ByHand {
        /// Who asked.
        by: Actor,
        /// Why.
        reason: String,
    },
    /// The person has it, and is asked whether that is still so.
    Holder {
        /// What happened.
        why: AskedWhy,
    },
    /// The policy is at its end and nobody has it: who is on it is called once more.
    End {
        /// Policy.
        policy: String,
        /// The schedule on which the person is on call; none when the policy names the person.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        schedule: Option<String>,
        /// Set when the person is on call there in another's place.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        instead_of: Option<InsteadOf>,
    },
    /// Nobody was responsible: the guard calls whom it finds.
    Guard,
}

/// How a page ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum PageEnd {
    /// Somebody has the incident.
    Acknowledged {
        /// Who.
        by: String,
    },
    /// The person cannot take it.
    Declined {
        /// Who.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        person: Option<PersonId>,
        /// Who is paged instead.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        next: Option<PersonId>,
    },
    /// The incident is over or no longer worth a page.
    NotNeeded,
    /// Everything it was about is silenced.
    Silenced {
        /// Who silenced it, as shown.
        by: String,
        /// Until when.
        until: Timestamp,
    },
    /// Somebody else is on call now, and is paged; or the same person is called anew.
    HandedOver {
        /// Who.
        to: PersonId,
    },
    /// The person is not in the configuration any more.
    Removed,
}

/// What a reason means to others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Call<'a> {
    /// The person who asked for it; none: the bot did.
    pub by: Option<&'a Actor>,
    /// The step of the policy that takes it.
    pub step: Option<(&'a str, Position)>,
    /// The schedule by which it is this person.
    pub schedule: Option<&'a str>,
    /// In whose place they are on call there.
    pub instead_of: Option<&'a InsteadOf>,
    /// They have the incident, and are asked whether that is still so.
    pub asks_holder: bool,
    /// The policy is at its end.
    pub at_end: bool,
}

impl PageReason {
    /// Its row in the table. Exhaustive on purpose.
    pub fn call(&self) -> Call<'_> {
        let none = Call { by: None, step: None, schedule: None, instead_of: None, asks_holder: false, at_end: false };
        match self {
            Self::Step { policy, position, schedule, instead_of } => Call {
                step: Some((policy, *position)),
                schedule: schedule.as_deref(),
                instead_of: instead_of.as_ref(),
                ..none
            },
            Self::ByHand { by, .. } => Call { by: Some(by), ..none },
            Self::Holder { .. } => Call { asks_holder: true, ..none },
            Self::End { schedule, instead_of, .. } => {
                Call { schedule: schedule.as_deref(), instead_of: instead_of.as_ref(), at_end: true, ..none }
            }
            Self::Guard => none,
        }
    }

    /// A step of a policy that names the person.
    pub(crate) const fn named(policy: String, position: Position) -> Self {
        Self::Step { policy, position, schedule: None, instead_of: None }
    }

    /// A step of a policy, which names the person, or a schedule on which they are on call now.
    pub(crate) fn step(
        policy: String,
        position: Position,
        schedule: Option<String>,
        world: &World,
        now: Timestamp,
    ) -> Self {
        let instead_of = instead_of(schedule.as_deref(), world, now);
        Self::Step { policy, position, schedule, instead_of }
    }

    /// The end of a policy, which names the person, or a schedule on which they are on call now.
    pub(crate) fn end_of(policy: String, schedule: Option<String>, world: &World, now: Timestamp) -> Self {
        let instead_of = instead_of(schedule.as_deref(), world, now);
        Self::End { policy, schedule, instead_of }
    }

    /// The same, for whoever is on call on a schedule now.
    pub(crate) fn by_schedule(&self, schedule: &str, world: &World, now: Timestamp) -> Self {
        let by = Some(schedule.to_owned());
        match self {
            Self::Step { policy, position, .. } => Self::step(policy.clone(), *position, by, world, now),
            Self::End { policy, .. } => Self::end_of(policy.clone(), by, world, now),
            Self::ByHand { .. } | Self::Holder { .. } | Self::Guard => self.clone(),
        }
    }
}

/// In whose place somebody is on call on a schedule.
fn instead_of(schedule: Option<&str>, world: &World, now: Timestamp) -> Option<InsteadOf> {
    match world.on_call(schedule?, now) {
        OnCall::Person { instead_of, .. } => instead_of,
        OnCall::Gap => None,
    }
}

/// What the end of a page means to others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct End {
    /// It is said in the room.
    pub said: bool,
    /// A person answered it with yes.
    pub has_it: bool,
    /// A person answered it with no.
    pub declined: bool,
    /// Nobody answered it: it is over with the incident, or because the next step was called.
    pub unanswered: bool,
}

impl PageEnd {
    /// Its row in the table. Exhaustive on purpose.
    pub const fn end(&self) -> End {
        let row = End { said: false, has_it: false, declined: false, unanswered: false };
        match self {
            // Whoever has it says so by a post of their own; a helper does not.
            Self::Acknowledged { .. } => End { said: true, has_it: true, ..row },
            Self::Declined { .. } => End { said: true, declined: true, ..row },
            Self::NotNeeded => End { unanswered: true, ..row },
            // Neither happens to a drill, which is what asks for it.
            Self::Silenced { .. } | Self::HandedOver { .. } => row,
            Self::Removed => row,
        }
    }

    /// An instant in it.
    pub(crate) const fn instant(&mut self) -> Option<&mut Timestamp> {
        match self {
            Self::Silenced { until, by: _ } => Some(until),
            Self::Acknowledged { by: _ }
            | Self::Declined { person: _, next: _ }
            | Self::NotNeeded
            | Self::Removed
            | Self::HandedOver { to: _ } => None,
        }
    }
}
