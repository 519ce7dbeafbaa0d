//! Purpose: what the messages that show an incident have to say of it: where it stands, how bad it is, what fires, who is called and
//! who is next, who has it, what can be done. One function of the state and the world, so that what people read can be compared with
//! what is so (`tests/stories/harness/shown.rs`, `domain/tests/incidents/claims.rs`).
//!
//! Elsewhere messages were written as something happened, and stood beside each other in disagreement: somebody answered on another
//! way, the message did not know, and others went to work again (target/goalert issue 19); a message listed as firing what was over
//! (prometheus/alertmanager issue 1986); a priority was raised in one channel and stood unchanged in the other
//! (DFE-Digital/slack-incident-bot issue 60); buttons stayed that did nothing any more (denoland/clawpatrol issue 595).

use super::{Actor, EscalationState, Incident, IncidentStatus};
use crate::setup::{RoomKind, Setup};
use crate::{PersonId, Severity, Timestamp, World};

/// Whom the policy calls next, if nobody answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NextPage {
    /// Everybody whom the step means.
    pub people: Vec<PersonId>,
    /// When.
    pub at: Timestamp,
}

/// Something that can be done with an incident now, and is not refused to a responder whom it concerns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Offer {
    /// Take it.
    Acknowledge,
    /// Say that one cannot take it; for whoever is called.
    Decline,
    /// Read the runbook.
    Runbook,
    /// Say how bad it is.
    Triage,
    /// Tell stakeholders.
    Update,
    /// End it.
    Resolve,
    /// Keep it open although nothing fires.
    KeepOpen,
    /// Read all of it.
    More,
    /// Give a line a room.
    Room,
    /// Silence what fires.
    Silence,
    /// Make what silences it longer, or end it.
    Silenced,
}

/// What a card has to say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claims {
    /// Status.
    pub status: IncidentStatus,
    /// Severity.
    pub severity: Severity,
    /// Alerts that fire.
    pub firing: usize,
    /// Alerts that are over.
    pub resolved: usize,
    /// Who has it, while it is open.
    pub holder: Option<Actor>,
    /// Who is called and has not answered, each once.
    pub called: Vec<PersonId>,
    /// Whom the policy calls next.
    pub next: Option<NextPage>,
    /// The policy is at its end, and nobody has it.
    pub nobody_left: bool,
    /// The buttons, in order.
    pub offers: Vec<Offer>,
}

/// What the card of an incident has to say now.
pub fn claims(incident: &Incident, world: &World) -> Claims {
    let open = incident.status.is_open();
    let mut called: Vec<PersonId> = Vec::new();
    for page in incident.open_pages().filter(|_| open) {
        if !called.contains(&page.person) {
            called.push(page.person.clone());
        }
    }
    let (firing, resolved) = alerts_shown(incident);
    Claims {
        status: incident.status,
        severity: incident.severity,
        firing,
        resolved,
        holder: incident.acknowledged.as_ref().filter(|_| open).map(|(holder, _)| holder.clone()),
        called,
        next: next_page(incident, world),
        nobody_left: nobody_left(incident),
        offers: offers(incident, world.setup()),
    }
}

/// How many alerts fire and are over, as people read it: those of what was merged are counted where it goes on, and of a drill that is
/// over nobody will tell an end.
pub fn alerts_shown(incident: &Incident) -> (usize, usize) {
    let (firing, resolved) = incident.alert_counts();
    match (incident.merged_into, incident.status.is_open(), &incident.drill) {
        (Some(_), ..) => (0, 0),
        (None, false, Some(_)) => (0, firing + resolved),
        (None, ..) => (firing, resolved),
    }
}

/// Whom the policy calls next, and when; none when its end comes next, or it does not go on.
pub fn next_page(incident: &Incident, world: &World) -> Option<NextPage> {
    let run = incident.escalation.as_ref().filter(|_| incident.status.is_open() && incident.acknowledged.is_none())?;
    let EscalationState::Running { due } = run.state else { return None };
    let people = world.next_people(incident, due);
    (!people.is_empty()).then_some(NextPage { people, at: due })
}

/// The policy is at its end, and nobody has it. What is calm or held back since is told otherwise.
pub fn nobody_left(incident: &Incident) -> bool {
    incident.status.is_open()
        && incident.acknowledged.is_none()
        && incident.unanswered.as_ref().is_some_and(|unanswered| !unanswered.by_hand)
}

/// What can be done from the card: at most three things, by where it stands; a fourth as long as nobody has said how bad it is,
/// because whoever looks first should need no command for that. It goes with the first triage or acknowledgement.
///
/// While alerts fire, what fires can be silenced, and what is silenced made longer or ended: last, because it is no answer.
fn offers(incident: &Incident, setup: &Setup) -> Vec<Offer> {
    use Offer::{Acknowledge, Decline, KeepOpen, More, Resolve, Room, Runbook, Silence, Silenced, Triage, Update};
    let called = incident.open_pages().next().is_some();
    let untriaged = incident.triaged.is_none();
    let mut offers = match (incident.status, incident.room) {
        (IncidentStatus::Resolved | IncidentStatus::Closed, _) => vec![More],
        (status, RoomKind::Line) => {
            let triage = (status == IncidentStatus::Triggered && untriaged).then_some(Triage);
            severity_with_room(incident, setup).map(|_| Room).into_iter().chain(triage).collect()
        }
        _ if incident.rests() && !incident.kept_open => vec![Resolve, KeepOpen],
        (IncidentStatus::Triggered, _) => {
            let parts = [Some(Acknowledge), called.then_some(Decline), Some(Runbook), untriaged.then_some(Triage)];
            parts.into_iter().flatten().collect()
        }
        (IncidentStatus::Acknowledged | IncidentStatus::Mitigated, _) => vec![Update, Resolve, More],
    };
    if offers.is_empty() {
        offers.push(More);
    }
    if incident.status.is_open() && incident.alerts.firing() > 0 && incident.drill.is_none() {
        offers.push(if incident.held_back.is_some() { Silenced } else { Silence });
    }
    offers
}

/// The mildest severity worse than that of now that has a room.
pub fn severity_with_room(incident: &Incident, setup: &Setup) -> Option<Severity> {
    // Where none is configured each of them is taken.
    let is_known = |severity: &Severity| setup.severities.is_empty() || setup.severities.contains_key(severity);
    let with_room = Severity::ALL.into_iter().filter(is_known).filter(|severity| {
        severity.is_worse_than(incident.severity) && setup.severity_plan(*severity).room != RoomKind::Line
    });
    with_room.max()
}
