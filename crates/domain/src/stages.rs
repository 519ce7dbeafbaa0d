//! Purpose: the way of a report through the rules, as one list that is read from top to bottom. Each stage lets the report go on
//! or stops it with what it does; where it stopped is stored with the report, and is what `/why` and a back-test read.

use serde::{Deserialize, Serialize};

use crate::episode::{Episode, KnownAlert, content};
use crate::incident::{
    AlertOutcome, Incident, IncidentStatus, Opening, fires_on, fires_on_at, flaps_on, join, late, not_silenced, open,
    repeat, resolve_alert, unreadable_again,
};
use crate::routing::{Routed, older_key, route};
use crate::setup::RoomKind;
use crate::{AlertReport, AlertStatus, Event, GroupKey, IncidentId, Timestamp, World};

/// A stage, by its name in the journal, in `/why` and in metrics.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// Is it news? A repetition, a late duplicate and the end of an alert go no further.
    Identify,
    /// Service, severity, group, policy, runbook.
    Route,
    /// A maintenance window of the service.
    Maintenance,
    /// A silence that matches.
    Silence,
    /// Another alert that explains this one.
    Inhibit,
    /// It goes on and off.
    Flap,
    /// An open incident of its group.
    Group,
    /// It fires on although a person ended its incident.
    FiresOn,
    /// A person is asked first.
    Candidate,
    /// A new incident.
    Open,
}

impl Stage {
    /// All of them, in order.
    pub const ALL: [Self; 10] = [
        Self::Identify,
        Self::Route,
        Self::Maintenance,
        Self::Silence,
        Self::Inhibit,
        Self::Flap,
        Self::Group,
        Self::FiresOn,
        Self::Candidate,
        Self::Open,
    ];

    /// Reads the name in the journal.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|stage| stage.as_str() == text)
    }

    /// Name for the journal, logs and metrics.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Identify => "identify",
            Self::Route => "route",
            Self::Maintenance => "maintenance",
            Self::Silence => "silence",
            Self::Inhibit => "inhibit",
            Self::Flap => "flap",
            Self::Group => "group",
            Self::FiresOn => "fires_on",
            Self::Candidate => "candidate",
            Self::Open => "open",
        }
    }
}

/// Why a stage stopped a report. It is stored with the report as a code with what its sentence needs, and never as a sentence: `/why`
/// makes that, in the language of whoever asks. A name that was stored once stays.
///
/// Source: Prometheus' Alertmanager, pull requests 102 (Grafana's copy) and 4971: why its deduplication stopped or sent could be
/// learned from a debugger only, until it gave its reason a name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Reason {
    /// It fires already in an open incident.
    Repetition,
    /// The end of this beginning was told.
    LateDuplicate {
        /// When.
        told_at: Timestamp,
    },
    /// It ended what fired.
    End,
    /// It ended what its sender told; others still say that it fires.
    OneSenderEnded {
        /// How many others.
        others: usize,
    },
    /// It ended alerts of its group that its body does not name.
    RestOfGroup {
        /// How many.
        alerts: usize,
    },
    /// An end of what nobody told to fire.
    NeverFired,
    /// An end of what was over.
    AlreadyOver {
        /// When its end was told; none when nobody told it.
        told_at: Option<Timestamp>,
    },
    /// The end of another beginning than the one that fires.
    OtherBeginning {
        /// When began what fires.
        fires_since: Option<Timestamp>,
    },
    /// An open incident of its group took it in.
    OpenIncident,
    /// The drill it belongs to is over.
    DrillOver,
    /// A person ended its incident, and that was not long ago.
    EndedByPerson {
        /// When it opens the incident again.
        opens_at: Timestamp,
    },
    /// A person ended its incident, and it fired on for too long: the incident is open again.
    FiredOn,
    /// It fires again so soon after its incident was over that it is the same one.
    Flaps,
    /// A silence holds it back.
    Silenced {
        /// Which.
        silence: u32,
        /// Whose, as shown.
        by: String,
        /// Until when, as it was then.
        until: Timestamp,
    },
    /// A person is asked first.
    Question,
    /// A person was asked, and said no.
    Declined {
        /// Who.
        by: String,
    },
}

/// The stages between routing and opening, in order. One without a rule of its own costs nothing: it is not called.
pub const STAGES: [(Stage, Option<StageRule>); 7] = [
    (Stage::Maintenance, None),
    (Stage::Silence, Some(silenced)),
    (Stage::Inhibit, None),
    (Stage::Flap, Some(flaps)),
    (Stage::Group, Some(group)),
    (Stage::FiresOn, Some(still_fires)),
    (Stage::Candidate, Some(candidate)),
];

/// The rule of one stage.
pub type StageRule = fn(&Passage<'_>) -> Step;

/// What a stage decides.
#[derive(Clone, Debug, PartialEq)]
pub enum Step {
    /// The next stage looks at it.
    Continue,
    /// It goes no further: why, what it does, and the events that brings.
    Stop(Reason, AlertOutcome, Vec<Event>),
}

/// What the decider knows when a report comes up.
pub trait Known {
    /// The alert with the report's dedup key.
    fn alert(&self, report: &AlertReport) -> Option<&KnownAlert>;
    /// The open incident of a group.
    fn open_group(&self, group_key: &GroupKey) -> Option<&Incident>;
    /// An incident by number, if it is held in memory.
    fn incident(&self, id: IncidentId) -> Option<&Incident>;
}

/// A firing alert that is news, on its way.
pub struct Passage<'a> {
    report: &'a AlertReport,
    known: &'a dyn Known,
    world: &'a World,
    now: Timestamp,
    /// A person said yes to it.
    approved: bool,
    /// What was known of its alert before.
    alert: Option<&'a KnownAlert>,
    /// Where it goes.
    routed: &'a Routed,
}

/// What a report does, and where that was decided.
#[derive(Clone, Debug, PartialEq)]
pub struct Verdict {
    /// The stage that stopped it, or that it opened an incident.
    pub stage: Stage,
    /// Why; none when nothing stopped it.
    pub reason: Option<Reason>,
    /// What it does.
    pub outcome: AlertOutcome,
    /// Where it goes; none when it stopped before it was routed.
    pub routed: Option<Routed>,
    /// The silence that holds it back, also when it fires in an incident already.
    pub silence: Option<u32>,
}

/// Decides what a report does: `identify`, `route`, then [`STAGES`], then `open`. `approved` is true when a person said yes to a
/// candidate.
pub(crate) fn decide_alert(
    report: &AlertReport,
    known: &dyn Known,
    approved: bool,
    world: &World,
    now: Timestamp,
) -> (Verdict, Vec<Event>) {
    let alert = known.alert(report);
    if let Step::Stop(reason, outcome, events) = identify(report, alert, known, world, now) {
        let repeats = matches!(outcome, AlertOutcome::Repeats { .. });
        let silence = if repeats { holding(report, world) } else { None };
        return (Verdict { stage: Stage::Identify, reason: Some(reason), outcome, routed: None, silence }, events);
    }
    let routed = route(world.setup(), report);
    let passage = Passage { report, known, world, now, approved, alert, routed: &routed };
    let stopped = STAGES.into_iter().find_map(|(stage, rule)| match rule?(&passage) {
        Step::Continue => None,
        Step::Stop(reason, outcome, events) => Some((stage, Some(reason), outcome, events)),
    });
    let (stage, reason, outcome, events) = stopped.unwrap_or_else(|| {
        let mut events = open(&Opening::Alert { report, routed: &routed }, world, now).unwrap_or_default();
        // The same alert fired before, and nobody told that it was over.
        if let (Some(before), Some(Event::Opened { reasons: Some(reasons), .. })) =
            (alert.filter(|alert| alert.fires()), events.first_mut())
        {
            reasons.never_ended = before.incident;
        }
        (Stage::Open, None, AlertOutcome::Opens, events)
    });
    let silence = match outcome {
        AlertOutcome::Silenced { silence } => Some(silence),
        _ => None,
    };
    (Verdict { stage, reason, outcome, routed: Some(routed), silence }, events)
}

/// The end of an alert that fires ends it; one that fires in an open incident is a repetition; what was told to be over and is told
/// to fire once more comes late.
fn identify(
    report: &AlertReport,
    alert: Option<&KnownAlert>,
    known: &dyn Known,
    world: &World,
    now: Timestamp,
) -> Step {
    // Grafana calls it an end; of what does not fire there is nothing to lose.
    if report.is_lost_from_sight() && !alert.is_some_and(|alert| fires_in_the_open(alert, known)) {
        let reason = alert.map_or(Reason::NeverFired, |alert| nothing_ends(alert, &[]));
        return Step::Stop(reason, AlertOutcome::NothingFiring, Vec::new());
    }
    let Some(alert) = alert else {
        return match report.status {
            AlertStatus::Resolved => Step::Stop(Reason::NeverFired, AlertOutcome::NothingFiring, Vec::new()),
            AlertStatus::Firing => Step::Continue,
        };
    };
    let incident = alert.incident.and_then(|id| known.incident(id));
    match report.status {
        AlertStatus::Resolved => ends(report, alert, incident, world, now),
        AlertStatus::Firing => {
            if let Some(told_at) = alert.late_since(report, now) {
                let events = incident.map_or_else(Vec::new, |incident| late(incident, report));
                let outcome = AlertOutcome::Late { incident: alert.incident };
                return Step::Stop(Reason::LateDuplicate { told_at }, outcome, events);
            }
            let open = incident.filter(|incident| alert.fires() && incident.status.is_open());
            open.map_or(Step::Continue, |incident| {
                // Routing is asked only when there is something new: a storm of plain repetitions costs nothing.
                let mut events = Vec::new();
                let silenced = holding(report, world).is_some();
                if alert.content != Some(content(report)) {
                    events = repeat(incident, report, &route(world.setup(), report), silenced, world, now);
                }
                if report.unmapped.is_some() && alert.was_quiet(now) && !silenced {
                    events.extend(unreadable_again(incident, incident.severity, world, now));
                }
                let rings = events.iter().any(|event| matches!(event, Event::HoldOver { .. }));
                if incident.held_back.is_some() && !silenced && !rings {
                    events.extend(not_silenced(incident, incident.severity, world, now));
                }
                if alert.content.is_none() {
                    // An older release did not write down what it said.
                    events.retain(|event| !matches!(event, Event::AlertChanged { .. }));
                }
                Step::Stop(Reason::Repetition, AlertOutcome::Repeats { incident: incident.id }, events)
            })
        }
    }
}

/// Whether it fires, and its incident is open.
fn fires_in_the_open(alert: &KnownAlert, known: &dyn Known) -> bool {
    let incident = alert.incident.and_then(|id| known.incident(id));
    alert.fires() && incident.is_some_and(|incident| incident.status.is_open())
}

/// What an end does: nothing when nothing fires of what it ends.
fn ends(report: &AlertReport, alert: &KnownAlert, incident: Option<&Incident>, world: &World, now: Timestamp) -> Step {
    let after = alert.firing_after(report);
    match alert.incident {
        Some(id) if alert.fires() && after.is_empty() => {
            let events = incident.map_or_else(Vec::new, |incident| resolve_alert(incident, report, world, now));
            Step::Stop(Reason::End, AlertOutcome::Resolves { incident: id }, events)
        }
        incident if after.len() < alert.firing.len() && !after.is_empty() => {
            let reason = Reason::OneSenderEnded { others: after.len() };
            Step::Stop(reason, AlertOutcome::EndsOne { incident }, Vec::new())
        }
        Some(_) | None => Step::Stop(nothing_ends(alert, &after), AlertOutcome::NothingFiring, Vec::new()),
    }
}

/// Why an end ends nothing.
fn nothing_ends(alert: &KnownAlert, after: &[Episode]) -> Reason {
    match (alert.firing.first(), after) {
        (None, _) => Reason::AlreadyOver { told_at: alert.told_end.map(|told| told.at) },
        // It fired in no incident that is known.
        (Some(_), []) => Reason::End,
        (Some(first), _) => Reason::OtherBeginning { fires_since: first.starts_at },
    }
}

/// The silence that holds an alert back. Routing is asked only while there is a silence.
fn holding(report: &AlertReport, world: &World) -> Option<u32> {
    world.silences().holding(report, || route(world.setup(), report))
}

/// A silence that matches holds it back, and at its end it passes here again.
fn silenced(passage: &Passage<'_>) -> Step {
    let silences = passage.world.silences();
    let held = silences.holding(passage.report, || passage.routed.clone());
    let held = held.and_then(|number| silences.get(number)).and_then(|own| Some((own, own.until()?)));
    held.map_or(Step::Continue, |(own, until)| {
        let reason = Reason::Silenced { silence: own.number, by: own.by.name.clone(), until };
        Step::Stop(reason, AlertOutcome::Silenced { silence: own.number }, Vec::new())
    })
}

/// A line is over with its alerts at once: one that fires again soon after is the same incident.
fn flaps(passage: &Passage<'_>) -> Step {
    let Passage { report, known, world, now, alert, routed, .. } = *passage;
    let over = alert.and_then(|alert| alert.incident).and_then(|id| known.incident(id));
    let by_itself = |incident: &&Incident| {
        let untouched = incident.merged_into.is_none() && incident.drill.is_none() && incident.fold.is_none();
        untouched && incident.status == IncidentStatus::Resolved && incident.room == RoomKind::Line
    };
    let ended = |incident: &Incident| {
        let own = incident.resolution.as_ref().filter(|resolution| resolution.by.is_none());
        own.map(|resolution| resolution.at).filter(|_| incident.group_keys().any(|key| *key == routed.group_key))
    };
    let is_drill = report.drill.is_some() || known.open_group(&routed.group_key).is_some();
    let Some(incident) = over.filter(by_itself).filter(|_| !is_drill) else { return Step::Continue };
    let Some(events) = flaps_on(incident, ended(incident), (report, alert, routed), world, now) else {
        return Step::Continue;
    };
    Step::Stop(Reason::Flaps, AlertOutcome::Reopens { incident: incident.id }, events)
}

/// It joins the open incident of its group. A drill's own alerts come to it, and to nothing when it is over.
fn group(passage: &Passage<'_>) -> Step {
    let Passage { report, known, world, now, alert, routed, .. } = *passage;
    let joins = |incident: &Incident| {
        let events = join(incident, report, alert, routed, world, now);
        Step::Stop(Reason::OpenIncident, AlertOutcome::Joins { incident: incident.id }, events)
    };
    if let Some(drill) = report.drill.as_ref().and_then(|drill| drill.incident) {
        let open = known.incident(drill).filter(|incident| incident.status.is_open());
        let over = || Step::Stop(Reason::DrillOver, AlertOutcome::NothingFiring, Vec::new());
        return open.map_or_else(over, joins);
    }
    known.open_group(&routed.group_key).or_else(|| opened_by_older(known, routed)).map_or(Step::Continue, joins)
}

/// An incident that an older release opened for the same values: it is theirs when it says so itself, because other values had the
/// same key.
fn opened_by_older<'a>(known: &'a dyn Known, routed: &Routed) -> Option<&'a Incident> {
    let incident = known.open_group(&older_key(&routed.group_key)?)?;
    let values = incident.reasons.as_ref().map(|reasons| &reasons.grouped_by)?;
    (*values == routed.reasons.grouped_by).then_some(incident)
}

/// A person ended its incident, and its sender goes on as if nothing had happened: for a while that is one thing to know, then the
/// incident goes on. A later beginning is news at once.
fn still_fires(passage: &Passage<'_>) -> Step {
    let Passage { report, known, world, now, alert, .. } = *passage;
    let Some(alert) = alert.filter(|alert| alert.fires() && !alert.is_new_episode(report)) else {
        return Step::Continue;
    };
    let Some(incident) = alert.incident.and_then(|id| known.incident(id)) else { return Step::Continue };
    let opens_at = fires_on_at(incident, world.setup());
    if now < opens_at {
        let outcome = AlertOutcome::StillFires { incident: incident.id };
        return Step::Stop(Reason::EndedByPerson { opens_at }, outcome, Vec::new());
    }
    let events = fires_on(incident, incident.still_firing().max(1), world, now);
    if events.is_empty() {
        return Step::Continue;
    }
    Step::Stop(Reason::FiredOn, AlertOutcome::Reopens { incident: incident.id }, events)
}

/// Where people may be wrong, a person is asked before anything opens.
fn candidate(passage: &Passage<'_>) -> Step {
    if passage.report.candidate && !passage.approved {
        Step::Stop(Reason::Question, AlertOutcome::Asks, Vec::new())
    } else {
        Step::Continue
    }
}
