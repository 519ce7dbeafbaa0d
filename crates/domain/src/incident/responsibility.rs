//! Purpose: who is responsible now. Every open incident that pages is exactly one of these, and each of their instants has a
//! timer: then there is no moment at which nobody has it and nobody will be told.

use serde::Serialize;

use super::paging::{Caller, page_id, paged};
use super::timers::{again_at, asks_to_close_at, auto_resolve_at};
use super::undelivered::may_reach;
use super::{ACK_GRACE, AckCheck, Actor, EscalationState, Event, Incident, Opener, PageReason};
use crate::escalation::{AGAIN_AFTER, again_after};
use crate::{PersonId, Timestamp, World};

/// An instant may be so old before nobody is behind it: whoever decides has other things to decide, too.
const LATE: jiff::SignedDuration = jiff::SignedDuration::from_mins(1);

/// Who is responsible for an open incident, and until when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum Responsibility {
    /// Somebody has it.
    Held {
        /// Who.
        by: Actor,
        /// When they are asked whether that is still so, or have to have answered.
        until: Timestamp,
    },
    /// People are called.
    Ringing {
        /// Whom at least one way may still reach.
        reached: Vec<PersonId>,
        /// When the next one is called, or the room is told that nobody answered.
        due: Timestamp,
    },
    /// Nobody has it, and nobody is left to page.
    Unanswered {
        /// When that is told again.
        again_at: Timestamp,
    },
    /// All that fires is silenced.
    HeldBack {
        /// Who owns the silence that ends first.
        owner: Actor,
        /// When that ends: whatever still fires rings then.
        until: Timestamp,
    },
    /// Nothing fires any more.
    Calm {
        /// When it closes by itself, or whoever has it is asked to close it.
        closes_or_asks_at: Timestamp,
    },
    /// It is over, or calls nobody: a line, say.
    NotPaging,
    /// Nobody, and nobody will be told. This must not be: the guard mends it and tells operators.
    Nobody,
}

impl Responsibility {
    /// When it changes by itself.
    pub const fn instant(&self) -> Option<Timestamp> {
        match self {
            Self::Held { until: at, .. }
            | Self::Ringing { due: at, .. }
            | Self::Unanswered { again_at: at }
            | Self::HeldBack { until: at, .. }
            | Self::Calm { closes_or_asks_at: at } => Some(*at),
            Self::NotPaging | Self::Nobody => None,
        }
    }

    /// Name for logs and exports.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Held { .. } => "held",
            Self::Ringing { .. } => "ringing",
            Self::Unanswered { .. } => "unanswered",
            Self::HeldBack { .. } => "held_back",
            Self::Calm { .. } => "calm",
            Self::NotPaging => "not_paging",
            Self::Nobody => "nobody",
        }
    }
}

/// Who is responsible for an incident at an instant. Ask when no timer is due: an instant that passed and changed nothing has
/// nobody behind it.
pub fn responsibility(incident: &Incident, world: &World, now: Timestamp) -> Responsibility {
    let found = by_state(incident, world);
    match found.instant() {
        Some(at) if at + LATE < now => Responsibility::Nobody,
        Some(_) | None => found,
    }
}

fn by_state(incident: &Incident, world: &World) -> Responsibility {
    if !incident.status.is_open() {
        return Responsibility::NotPaging;
    }
    let by_hand = incident.open_pages().next().is_some();
    let nobody = if incident.pages_people || by_hand { Responsibility::Nobody } else { Responsibility::NotPaging };
    let calm = incident.rests();
    let calm_until = |at: Option<Timestamp>| {
        at.map_or_else(|| nobody.clone(), |closes_or_asks_at| Responsibility::Calm { closes_or_asks_at })
    };
    if let Some(held) = &incident.held_back {
        let first = world.silences().first_to_end(&held.silences);
        return first.map_or(nobody, |(own, until)| Responsibility::HeldBack { owner: own.by.clone(), until });
    }
    if let Some((holder, _)) = &incident.acknowledged {
        return match incident.ack_check {
            _ if calm => calm_until(asks_to_close_at(incident)),
            Some(AckCheck::Ask { at: until } | AckCheck::Grace { until }) => {
                Responsibility::Held { by: holder.clone(), until }
            }
            None => nobody,
        };
    }
    let reached = || -> Vec<PersonId> {
        let pages = incident.open_pages().filter(|page| may_reach(incident, page, world));
        pages.map(|page| page.person.clone()).collect()
    };
    if let Some(EscalationState::Running { due }) = incident.escalation.as_ref().map(|run| run.state) {
        return Responsibility::Ringing { reached: reached(), due };
    }
    match (&incident.unanswered, again_at(incident)) {
        (Some(unanswered), Some(due)) if unanswered.by_hand && unanswered.told == 0 => {
            Responsibility::Ringing { reached: reached(), due }
        }
        (Some(_), Some(again_at)) => Responsibility::Unanswered { again_at },
        (Some(_), None) | (None, _) if calm => {
            calm_until(auto_resolve_at(incident).or_else(|| asks_to_close_at(incident)))
        }
        // Between two flaps nobody is called only where nobody was: it is over when that lasts.
        (Some(_), None) | (None, _) if incident.quiet_since.is_some() => calm_until(incident.flap_over_at()),
        (Some(_), None) | (None, _) => nobody,
    }
}

/// What the guard does about an incident for which nobody is responsible: whoever has it is asked; else the policy for services
/// that name none is called. A drill answers to whoever started it: nobody outside hears of it.
pub(crate) fn mend(incident: &Incident, world: &World, now: Timestamp) -> Vec<Event> {
    let mut events = vec![Event::FoundUnheld];
    if let Some((holder, _)) = &incident.acknowledged {
        events.push(match incident.quiet_since.filter(|_| incident.rests()) {
            Some(since) => {
                let again_at = now + again_after(AGAIN_AFTER, 3);
                Event::AskedToClose { whom: Some(holder.clone()), since, again_at }
            }
            None => Event::AckQuestioned { until: now + ACK_GRACE, why: None, holder: Some(holder.clone()) },
        });
        return events;
    }
    let Some(drill) = &incident.drill else {
        let fallback = world.setup().routing.escalation.as_deref();
        events.extend(Caller::of(incident, world, now).start(fallback, &[]));
        return events;
    };
    let again_at = Some(now + again_after(AGAIN_AFTER, 1));
    events.push(Event::EscalationEnded { policy: None, gaps: Vec::new(), plan: None, again_at });
    let starter = match &incident.opener {
        Opener::Person { by } => by.person.clone().filter(|person| world.may_be_called(person, Some(drill))),
        Opener::Alert { .. } => None,
    };
    let people = starter.map_or_else(|| drill.participants.clone(), |starter| vec![starter]);
    events.extend(
        (1..)
            .zip(people)
            .map(|(offset, person)| paged(world, page_id(incident.pages.len(), offset), person, PageReason::Guard)),
    );
    events
}

/// The policy of an open escalation that an older version started is frozen when this version first sees it.
pub(crate) fn freeze(incident: &Incident, world: &World) -> Vec<Event> {
    let started = incident.escalation.as_ref().is_some_and(|run| run.plan.is_none());
    let plan = incident.plan_now(world.setup()).filter(|_| started && incident.status.is_open());
    plan.map(|plan| Event::PlanFrozen { plan: Box::new(plan) }).into_iter().collect()
}
