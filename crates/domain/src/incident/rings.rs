//! Purpose: told once is not known now. Whom it rings when something comes to an incident that is open already: the decision
//! table of `docs/rules.md`, and nothing but it.
//!
//! Elsewhere everything after the first page was silence: an acknowledged alert group takes in whatever comes (grafana/oncall
//! issue 4754: the scope grew, the chain went on with the old payload), and what somebody took at night is forgotten
//! (issue 1792). Of several alerts in one notice only the first was told, and the rest was lost (rcourtman/Pulse issue 1683).

use super::flap::goes_on_waiting;
use super::hold::hold_over;
use super::paging::{first_step, page_id, paged, same_step, unwilling, wait_of};
use super::{AckCheck, Actor, AskedWhy, Event, HoldOverWhy, Incident, PageReason};
use crate::setup::SeverityPlan;
use crate::{Severity, Timestamp, World};

/// What comes to an open incident that pages, or does from now on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Comes<'a> {
    /// One more alert, while others fire.
    Further {
        /// It is milder than the incident, or was part of it before.
        lesser: bool,
    },
    /// An alert that is worse than the incident.
    Worse,
    /// What nobody could read, with a text of its own: it may be worse, and nobody knows.
    Unreadable,
    /// An alert, where none fired any more.
    FiresAfterCalm,
    /// An alert that was part of it before, soon after that.
    FiresAgainSoon,
    /// An alert between two flaps.
    Flaps,
    /// A person raised the severity.
    Raised(&'a Actor),
    /// Another incident is part of it now.
    Merged {
        /// Nobody had the other one.
        untaken: bool,
        /// It was worse.
        worse: bool,
        /// Something fires in it.
        fires: bool,
    },
}

/// Where an incident stands, for the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State<'a> {
    /// Its policy calls people.
    Ringing,
    /// Somebody has it.
    Held(&'a Actor),
    /// Nobody has it, and nobody is left to page.
    Unanswered,
    /// Nobody has it, nobody is called: it was calm, or paged nobody until now.
    Idle,
}

fn state(incident: &Incident) -> State<'_> {
    if let Some((holder, _)) = &incident.acknowledged {
        State::Held(holder)
    } else if incident.escalates() {
        State::Ringing
    } else if incident.unanswered.as_ref().is_some_and(|unanswered| !unanswered.by_hand) {
        State::Unanswered
    } else {
        State::Idle
    }
}

/// Whom it rings. `incident` is as it was before, `severity` the one it has from now on; the caller has looked that it pages.
pub(crate) fn rings(
    incident: &Incident,
    comes: Comes<'_>,
    severity: Severity,
    world: &World,
    now: Timestamp,
) -> Vec<Event> {
    let ask = |holder, why| ask_holder(incident, holder, why, severity, world, now);
    if let Some(held) = &incident.held_back {
        // What is silenced does not come here: an alert that does is one that no silence holds back.
        let why = match comes {
            Comes::Further { .. }
            | Comes::Unreadable
            | Comes::FiresAfterCalm
            | Comes::FiresAgainSoon
            | Comes::Flaps => HoldOverWhy::NotSilenced,
            Comes::Worse => HoldOverWhy::Worse,
            Comes::Raised(_) if world.silences().cover(&held.silences, severity) => return Vec::new(),
            Comes::Raised(_) => HoldOverWhy::Raised,
            Comes::Merged { untaken: false, worse: false, fires: false } => return Vec::new(),
            Comes::Merged { .. } => HoldOverWhy::Merged,
        };
        return hold_over(incident, why, severity, world, now);
    }
    match (state(incident), comes) {
        // Whoever is called is called already, and the policy goes on.
        (State::Ringing, _) => Vec::new(),
        (State::Held(_), Comes::Further { .. }) => Vec::new(),
        // Whoever was asked, or called to the end of the policy, when it began to flap is not rung by each flap.
        (State::Held(_) | State::Unanswered, Comes::Flaps) => Vec::new(),
        (State::Held(holder), Comes::Worse) => ask(holder, AskedWhy::Worse),
        (State::Held(holder), Comes::Unreadable) => ask(holder, AskedWhy::Unreadable),
        (State::Held(holder), Comes::FiresAfterCalm | Comes::FiresAgainSoon) => ask(holder, AskedWhy::FiresAgain),
        // Who raises it is awake.
        (State::Held(holder), Comes::Raised(by)) if by.user == holder.user => limit(incident, severity, world),
        (State::Held(holder), Comes::Raised(_)) => ask(holder, AskedWhy::Raised),
        (State::Held(holder), Comes::Merged { untaken, worse, fires }) => {
            // Merging never turns a ringing into silence.
            let wakes = (untaken && (fires || !incident.rests())) || worse;
            if wakes || (fires && incident.rests()) { ask(holder, AskedWhy::Merged) } else { Vec::new() }
        }
        // The end is told again in any case; what is no news calls nobody anew.
        (State::Unanswered, Comes::Further { lesser: true }) => Vec::new(),
        (State::Unanswered, Comes::Merged { untaken: false, worse: false, .. }) => Vec::new(),
        (
            State::Unanswered,
            Comes::Further { lesser: false }
            | Comes::Worse
            | Comes::Unreadable
            | Comes::FiresAfterCalm
            | Comes::FiresAgainSoon
            | Comes::Raised(_)
            | Comes::Merged { .. },
        ) => first_step(incident, &unwilling(incident), world, now),
        (State::Idle, Comes::Merged { untaken, worse, fires }) => {
            if untaken || worse || fires {
                again(incident, world, now)
            } else {
                Vec::new()
            }
        }
        (State::Idle, Comes::FiresAgainSoon) => {
            goes_on_waiting(incident, world, now).unwrap_or_else(|| again(incident, world, now))
        }
        (
            State::Idle,
            Comes::Further { .. }
            | Comes::Worse
            | Comes::Unreadable
            | Comes::FiresAfterCalm
            | Comes::Flaps
            | Comes::Raised(_),
        ) => again(incident, world, now),
    }
}

/// The step it stood at, or, if its policy was at its end, the policy anew.
fn again(incident: &Incident, world: &World, now: Timestamp) -> Vec<Event> {
    let ended = incident.escalation.as_ref().is_some_and(|run| run.state == super::EscalationState::Ended);
    if ended { first_step(incident, &unwilling(incident), world, now) } else { same_step(incident, world, now) }
}

/// Rings the holder on the ways of their pages, and asks for a sign within the wait of the step. Whoever is being asked because
/// of something else is asked once: the earlier end counts.
pub(super) fn ask_holder(
    incident: &Incident,
    holder: &Actor,
    why: AskedWhy,
    severity: Severity,
    world: &World,
    now: Timestamp,
) -> Vec<Event> {
    let asked = |page: &super::Page| page.reason.call().asks_holder;
    let pending = match incident.ack_check {
        Some(AckCheck::Grace { until }) if !incident.rests() => Some(until),
        Some(AckCheck::Grace { .. } | AckCheck::Ask { .. }) | None => None,
    };
    if pending.is_some() && incident.open_pages().any(asked) {
        return Vec::new();
    }
    let until = now + wait_of(incident, world);
    let until = pending.map_or(until, |pending| pending.min(until));
    let mut events = limit(incident, severity, world);
    // Somebody without an entry in `[people]` hears the question in the room.
    let known = holder.person.as_ref().filter(|person| world.setup().people.contains_key(*person));
    events.extend(
        known.map(|person| paged(world, page_id(incident.pages.len(), 1), person.clone(), PageReason::Holder { why })),
    );
    events.push(Event::AckQuestioned { until, why: Some(why), holder: Some(holder.clone()) });
    events
}

/// It pages from now on, so an acknowledgement that held for ever does so no longer.
fn limit(incident: &Incident, severity: Severity, world: &World) -> Vec<Event> {
    if incident.ack_holds.is_some() && incident.pages_people {
        Vec::new()
    } else {
        limited(incident, severity, world, true)
    }
}

/// Somebody is paged by hand: whoever has it for ever is asked, too, some day.
pub(super) fn limit_of_page_by_hand(incident: &Incident, world: &World) -> Vec<Event> {
    let for_ever = incident.acknowledged.is_some() && incident.ack_holds.is_none();
    if for_ever { limited(incident, incident.severity, world, false) } else { Vec::new() }
}

fn limited(incident: &Incident, severity: Severity, world: &World, pages: bool) -> Vec<Event> {
    let holds_ms = holds_ms(incident, severity, world).or_else(|| {
        SeverityPlan::usual_ack_timeout(severity, true).and_then(|usual| i64::try_from(usual.as_millis()).ok())
    });
    holds_ms.map(|holds_ms| Event::AckLimited { holds_ms, pages }).into_iter().collect()
}

/// How long an acknowledgement holds: as the plan says, else as the severity does. None: for ever.
pub(super) fn holds_ms(incident: &Incident, severity: Severity, world: &World) -> Option<i64> {
    let plan = incident.plan_in_use(world.setup()).and_then(|plan| plan.ack_timeout_ms);
    let by_severity = || {
        let usual = world.setup().severity_plan(severity).ack_timeout.or_else(|| {
            // A severity that was removed pages as it did.
            SeverityPlan::usual_ack_timeout(severity, incident.pages_people)
        });
        usual.and_then(|timeout| u64::try_from(timeout.as_millis()).ok())
    };
    plan.or_else(by_severity).and_then(|millis| i64::try_from(millis).ok())
}
