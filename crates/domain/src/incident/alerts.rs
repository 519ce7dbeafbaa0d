//! Purpose: what a report does to the incident it reaches: opens, joins, repeats, resolves. Which one it reaches is decided by the
//! stages (`stages.rs`).

use super::paging::{same_step, stop};
use super::timers::{closes_at, resolved};
use super::{AlertCounts, EscalationState, Event, Incident, IncidentStatus, PageEnd, StopReason};
use crate::routing::Routed;
use crate::setup::RoomKind;
use crate::{AlertReport, IncidentId, Timestamp, World};

/// What is known of an alert before a report about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KnownAlert {
    /// It fires.
    pub firing: bool,
    /// The incident it was last part of.
    pub incident: Option<IncidentId>,
}

/// What a report does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AlertOutcome {
    /// Opens an incident.
    Opens,
    /// Joins an open incident of its group.
    Joins {
        /// Which.
        incident: IncidentId,
    },
    /// Is known to fire: nothing new.
    Repeats {
        /// The incident it is part of.
        incident: Option<IncidentId>,
    },
    /// Ends the alert.
    Resolves {
        /// The incident it was part of.
        incident: IncidentId,
    },
    /// Resolves an alert that is not known to fire: nothing to do.
    NothingFiring,
    /// A person is asked before anything opens.
    Asks,
}

impl AlertOutcome {
    /// Name for the journal, logs and metrics.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Opens => "opened",
            Self::Joins { .. } => "joined",
            Self::Repeats { .. } => "repeated",
            Self::Resolves { .. } => "resolved",
            Self::NothingFiring => "nothing_firing",
            Self::Asks => "asked",
        }
    }
}

/// What a firing alert adds to an open incident.
pub(crate) fn join(
    incident: &Incident,
    report: &AlertReport,
    alert: Option<KnownAlert>,
    routed: &Routed,
    world: &World,
    now: Timestamp,
) -> Vec<Event> {
    let was_in = alert.and_then(|alert| alert.incident);
    let again = was_in.is_some_and(|id| id == incident.id || incident.absorbed.contains(&id));
    let fired = if incident.alerts.would_name(&report.dedup_key) {
        Event::AlertFired { dedup_key: report.dedup_key.clone(), title: report.title.clone(), again }
    } else {
        let counts = AlertCounts { new: usize::from(!again), again: usize::from(again), resolved: 0 };
        Event::AlertsCounted { counts }
    };
    let mut events = vec![fired];
    let mut pages = world.setup().severity_plan(incident.severity).page;
    if routed.severity.is_worse_than(incident.severity) {
        let plan = world.setup().severity_plan(routed.severity);
        pages = plan.page;
        events.push(Event::SeverityChanged {
            from: incident.severity,
            to: routed.severity,
            by: None,
            reason: Some(report.title.clone()),
            room: incident.room.max(plan.room),
        });
    }
    // Nobody has it: whoever would be paged for it is paged, unless an escalation already runs or has ended.
    let idle = match &incident.escalation {
        None => true,
        Some(run) => match run.state {
            EscalationState::Stopped => true,
            EscalationState::Running { .. } | EscalationState::Ended => false,
        },
    };
    if pages && idle && incident.status == IncidentStatus::Triggered {
        events.extend(same_step(incident, world, now));
    }
    events
}

/// What the end of an alert adds to its incident.
pub(crate) fn resolve_alert(incident: &Incident, report: &AlertReport, world: &World, now: Timestamp) -> Vec<Event> {
    let mut events = vec![if incident.alerts.names(&report.dedup_key) {
        Event::AlertResolved { dedup_key: report.dedup_key.clone() }
    } else {
        Event::AlertsCounted { counts: AlertCounts { resolved: 1, ..AlertCounts::default() } }
    }];
    // This one fires until now, and is counted.
    let others_fire = incident.alerts.firing() > 1;
    if others_fire || !incident.status.is_open() {
        return events;
    }
    events.push(Event::AllAlertsResolved { closes_at: closes_at(incident, now) });
    if incident.status == IncidentStatus::Triggered {
        events.extend(stop(incident, StopReason::AllAlertsResolved, &PageEnd::NotNeeded));
    }
    if incident.room == RoomKind::Line {
        events.push(resolved(incident, None, None, world, now));
    }
    events
}
