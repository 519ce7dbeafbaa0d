//! Purpose: what a report does to the incident it reaches: opens, joins, repeats, resolves. Which one it reaches is decided by the
//! stages (`stages.rs`).

use super::decide::applied;
use super::flap::{calm, calm_now, fires_again_soon, nobody_is_called};
use super::paging::first_step;
use super::rings::{Comes, rings};
use super::timers::resolved;
use super::{AlertCounts, CardChange, Event, Incident, IncidentStatus, Opener};
use crate::episode::KnownAlert;
use crate::routing::Routed;
use crate::setup::{RoomKind, Setup};
use crate::{AlertReport, DedupKey, IncidentId, IntegrationName, Severity, Timestamp, World};

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
    /// Is known to fire in an open incident: what is new is only what it says.
    Repeats {
        /// The incident it is part of.
        incident: IncidentId,
    },
    /// Fires on although a person ended its incident, for less than `still_firing_after`.
    StillFires {
        /// The incident, which it opens again.
        incident: IncidentId,
    },
    /// Has fired on for too long since a person ended its incident: it opens it again.
    Reopens {
        /// The incident.
        incident: IncidentId,
    },
    /// Tells again what was told to be over.
    Late {
        /// The incident it was part of.
        incident: Option<IncidentId>,
    },
    /// Ends what one sender told; another one still says that it fires.
    EndsOne {
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
    /// A silence holds it back until it ends.
    Silenced {
        /// Which.
        silence: u32,
    },
}

impl AlertOutcome {
    /// An incident was opened.
    const OPENED: &'static str = "opened";
    /// It joined an open one.
    const JOINED: &'static str = "joined";
    /// It opened one again.
    const REOPENED: &'static str = "reopened";

    /// Whether an outcome of this name calls somebody.
    pub fn rings(name: &str) -> bool {
        [Self::OPENED, Self::JOINED, Self::REOPENED].contains(&name)
    }

    /// Name for the journal, logs and metrics.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Opens => Self::OPENED,
            Self::Joins { .. } => Self::JOINED,
            Self::Repeats { .. } => "repeated",
            Self::StillFires { .. } => "still_fires",
            Self::Reopens { .. } => Self::REOPENED,
            Self::Late { .. } => "late",
            Self::EndsOne { .. } => "ended_one",
            Self::Resolves { .. } => "resolved",
            Self::NothingFiring => "nothing_firing",
            Self::Asks => "asked",
            Self::Silenced { .. } => "silenced",
        }
    }
}

/// What a firing alert adds to an open incident.
pub(crate) fn join(
    incident: &Incident,
    report: &AlertReport,
    alert: Option<&KnownAlert>,
    routed: &Routed,
    world: &World,
    now: Timestamp,
) -> Vec<Event> {
    let was_in = alert.and_then(|alert| alert.incident);
    let again = was_in.is_some_and(|id| id == incident.id || incident.absorbed.contains(&id));
    let endless = world.setup().is_endless(report);
    let fired = if incident.alerts.would_name(&report.dedup_key) {
        let (dedup_key, title, value) = (report.dedup_key.clone(), report.title.clone(), report.value.clone());
        Event::AlertFired { dedup_key, title, again, value, endless }
    } else {
        let (new, fires_again) = (usize::from(!again), usize::from(again));
        let counts = AlertCounts { new, again: fires_again, resolved: 0, endless: usize::from(endless) };
        Event::AlertsCounted { counts }
    };
    // First that it flaps: then each return is counted, and not said one by one.
    let begins = fires_again_soon(incident, incident.quiet_since, world.setup(), now);
    let soon = begins.is_some();
    let mut events: Vec<Event> = begins.into_iter().chain([fired]).collect();
    let raised = raise(incident, routed, again, &report.title, world);
    let comes = if raised.is_some() {
        Comes::Worse
    } else if incident.quiet_since.is_some() {
        match (incident.flaps(), soon && again) {
            (Some(_), _) => Comes::Flaps,
            (None, true) => Comes::FiresAgainSoon,
            (None, false) => Comes::FiresAfterCalm,
        }
    } else if report.unmapped.is_some() {
        Comes::Unreadable
    } else {
        Comes::Further { lesser: again || incident.severity.is_worse_than(routed.severity) }
    };
    // What somebody judged to be milder calls people as that does.
    let judged = again && raised.is_none() && incident.lowered_from.is_some();
    let severity = if judged { incident.severity } else { routed.severity };
    events.extend(raised);
    events.extend(call(incident, severity, comes, world, now));
    events
}

/// A worse severity raises the incident. An alert that a person knew when they lowered it does so only when it is worse than what they
/// lowered it from: who said why at 3 a.m. is not overruled by the next repetition, a minute later.
fn raise(incident: &Incident, routed: &Routed, known: bool, title: &str, world: &World) -> Option<Event> {
    let to = routed.severity;
    let judged = incident.lowered_from.filter(|_| known).unwrap_or(incident.severity);
    to.is_worse_than(judged.min(incident.severity)).then(|| Event::SeverityChanged {
        from: incident.severity,
        to,
        by: None,
        reason: Some(title.to_owned()),
        room: incident.room.max(world.setup().severity_plan(to).room),
        why: Some(routed.why.clone()),
    })
}

/// Whom it rings, if it pages: before, or from now on.
fn call(incident: &Incident, severity: Severity, comes: Comes<'_>, world: &World, now: Timestamp) -> Vec<Event> {
    let severity = severity.min(incident.severity);
    let pages = incident.pages(world.setup()) || world.setup().severity_plan(severity).page;
    // What is held back is so no longer, also where that rings nobody.
    if pages || incident.held_back.is_some() { rings(incident, comes, severity, world, now) } else { Vec::new() }
}

/// An alert of it fires that no silence holds back any more.
pub(crate) fn not_silenced(incident: &Incident, severity: Severity, world: &World, now: Timestamp) -> Vec<Event> {
    call(incident, severity, Comes::Further { lesser: false }, world, now)
}

/// What a repetition adds to the open incident it is part of: nothing when it says what it said before. What is milder is shown and
/// lowers nothing by itself; what is worse raises, and pages as a further alert would, unless it is silenced.
pub(crate) fn repeat(
    incident: &Incident,
    report: &AlertReport,
    routed: &Routed,
    silenced: bool,
    world: &World,
    now: Timestamp,
) -> Vec<Event> {
    let mut events = Vec::new();
    let named = incident.alerts.named().find(|(key, _)| **key == report.dedup_key).map(|(_, brief)| brief);
    if let Some(before) = named {
        let by_alert = matches!(incident.opener, Opener::Alert { .. });
        let leads = by_alert && incident.lead.as_ref() == Some(&report.dedup_key);
        // What a person corrected stays; the rest of the card goes on saying what the alert says.
        let leads = leads && (incident.title_corrected || incident.title == before.title);
        let card = leads.then(|| {
            Box::new(CardChange {
                impact: super::opening::impact(report),
                links: report.links.clone(),
                labels: report.labels.clone(),
                runbook_url: report.runbook_url.clone(),
            })
        });
        let (dedup_key, title, value) = (report.dedup_key.clone(), report.title.clone(), report.value.clone());
        let endless = Some(world.setup().is_endless(report)).filter(|endless| *endless != before.endless);
        events.push(Event::AlertChanged { dedup_key, title, value, card, endless });
    }
    if let Some(raised) = raise(incident, routed, true, &report.title, world) {
        events.push(raised);
        // What the silence was made for stays silenced while all else is.
        if !silenced || incident.held_back.is_none() {
            events.extend(call(incident, routed.severity, Comes::Worse, world, now));
        }
    }
    events
}

/// The same text that nobody could read comes again after it was quiet for a while: whatever it tells began anew.
pub(crate) fn unreadable_again(incident: &Incident, severity: Severity, world: &World, now: Timestamp) -> Vec<Event> {
    call(incident, severity, Comes::Unreadable, world, now)
}

/// A message that told of an alert is gone, or says nothing of it any more. That ends nothing: who deletes a line may only tidy up.
pub(crate) fn chat_line_gone(incident: &Incident, alert: &DedupKey, who: &str, deleted: bool, last: bool) -> Event {
    let named = incident.alerts.named().find(|(key, _)| *key == alert).map(|(_, brief)| brief);
    let fires = named.is_some_and(|brief| brief.firing);
    Event::ChatLineGone {
        who: who.to_owned(),
        title: named.map_or_else(|| incident.title.clone(), |brief| brief.title.clone()),
        deleted,
        fires_on: last && fires && incident.status.is_open(),
    }
}

/// A report that came again after its end was told is a line of the timeline while the alert has a name there.
pub(crate) fn late(incident: &Incident, report: &AlertReport) -> Vec<Event> {
    let named = incident.alerts.names(&report.dedup_key);
    named.then(|| Event::AlertLate { dedup_key: report.dedup_key.clone() }).into_iter().collect()
}

/// When alerts that still fire open an incident again that a person ends now; none when none will.
pub(super) fn fires_on_from(incident: &Incident, world: &World, now: Timestamp) -> Option<Timestamp> {
    let mut after = incident.alerts.clone();
    after.end_endless();
    let fires = after.firing() > 0 && incident.drill.is_none();
    let wait = jiff::SignedDuration::try_from(world.setup().routing.still_firing_after);
    fires.then(|| now.checked_add(wait.unwrap_or(jiff::SignedDuration::MAX)).unwrap_or(Timestamp::MAX))
}

/// When alerts that still fire open an incident again that is over. Incidents of older releases did not write it down.
pub(crate) fn fires_on_at(incident: &Incident, setup: &Setup) -> Timestamp {
    let since = incident.resolution.as_ref().map_or(incident.changed_at, |resolution| resolution.at);
    let wait = jiff::SignedDuration::try_from(setup.routing.still_firing_after);
    let by_now = || since.checked_add(wait.unwrap_or(jiff::SignedDuration::MAX)).unwrap_or(Timestamp::MAX);
    incident.fires_on_at.unwrap_or_else(by_now)
}

/// An incident that a person ended goes on, because alerts of it fire on: the policy begins anew. Nothing when it cannot: it was
/// closed, and a new one opens in its place.
pub(crate) fn fires_on(incident: &Incident, alerts: usize, world: &World, now: Timestamp) -> Vec<Event> {
    if incident.status != IncidentStatus::Resolved || incident.merged_into.is_some() {
        return Vec::new();
    }
    let mut events = vec![Event::Reopened { by: None, reason: None, fired_on: Some(alerts) }];
    if incident.pages(world.setup()) {
        events.extend(first_step(incident, &[], world, now));
    }
    events
}

/// An incident that ended by itself goes on, because its alert fires again soon after. None when that is not soon.
pub(crate) fn flaps_on(
    incident: &Incident,
    ended: Option<Timestamp>,
    (report, alert, routed): (&AlertReport, Option<&KnownAlert>, &Routed),
    world: &World,
    now: Timestamp,
) -> Option<Vec<Event>> {
    let soon = ended.is_some_and(|at| now < at + calm(world.setup()));
    let mut events = Vec::new();
    events.extend(fires_again_soon(incident, ended.filter(|_| soon), world.setup(), now));
    events.push(Event::Reopened { by: None, reason: None, fired_on: None });
    let after = applied(incident, &events, now);
    events.extend(join(&after, report, alert, routed, world, now));
    soon.then_some(events)
}

/// What an incident that is over loses when an alert of it that still fires goes on in another one: it no longer waits for its end.
/// `into` is none when a silence holds it back.
pub(crate) fn leaves(
    from: &Incident,
    alert: &DedupKey,
    into: Option<IncidentId>,
    silence: Option<u32>,
) -> Option<Event> {
    if from.status.is_open() || Some(from.id) == into {
        return None;
    }
    Some(if from.alerts.names(alert) {
        Event::WentOn { dedup_key: Some(alert.clone()), alerts: 1, into, silence }
    } else {
        Event::AlertsCounted { counts: AlertCounts { resolved: 1, ..AlertCounts::default() } }
    })
}

/// Alerts that fire on after their incident was ended go on in another open incident of their group.
pub(crate) fn goes_on_here(incident: &Incident, alerts: usize, world: &World, now: Timestamp) -> Vec<Event> {
    let mut events = vec![Event::AlertsCounted { counts: AlertCounts { new: alerts, ..AlertCounts::default() } }];
    let calm = incident.quiet_since.is_some();
    let comes = if calm { Comes::FiresAfterCalm } else { Comes::Further { lesser: false } };
    events.extend(call(incident, incident.severity, comes, world, now));
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
    if !others_fire && incident.status.is_open() {
        events.extend(calms(incident, world, now));
    }
    events
}

/// An integration is not configured any more: what it told to fire ends here, because nothing will be heard of it. In an incident
/// that is over it only is not waited for any more.
pub(crate) fn integration_removed(
    incident: &Incident,
    integration: &IntegrationName,
    alerts: usize,
    world: &World,
    now: Timestamp,
) -> Vec<Event> {
    let prefix = format!("v1:{integration}:");
    let fires = incident.alerts.named().filter(|(key, brief)| brief.firing && key.0.starts_with(&prefix));
    let named: Vec<DedupKey> = fires.map(|(key, _)| key.clone()).collect();
    let alerts = alerts.max(named.len());
    if !incident.status.is_open() {
        let unnamed = AlertCounts { resolved: alerts - named.len(), ..AlertCounts::default() };
        let mut events: Vec<Event> = named.into_iter().map(|dedup_key| Event::AlertResolved { dedup_key }).collect();
        if !unnamed.is_empty() {
            events.push(Event::AlertsCounted { counts: unnamed });
        }
        return events;
    }
    let others_fire = incident.alerts.firing() > alerts;
    let mut events = vec![Event::IntegrationRemoved { integration: integration.to_string(), alerts, named }];
    if !others_fire {
        events.extend(calms(incident, world, now));
    }
    events
}

/// The last alert of an open incident is over.
fn calms(incident: &Incident, world: &World, now: Timestamp) -> Vec<Event> {
    let mut events = vec![calm_now(incident, world, now)];
    // A line is over with its alerts, and nobody who was paged by hand for it need come. What flaps may fire again any moment:
    // whoever is called still is.
    if incident.flaps().is_none() || incident.room == RoomKind::Line {
        events.extend(nobody_is_called(incident));
    }
    if incident.room == RoomKind::Line {
        events.push(resolved(incident, None, None, world, now));
    }
    events
}
