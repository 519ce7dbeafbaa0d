//! Purpose: how an incident begins, by an alert or by a person.

use serde::{Deserialize, Serialize};

use super::paging::{Caller, page_id, paged};
use super::{Access, Actor, Event, Opener, PageReason, Refusal};
use crate::detection::Detection;
use crate::escalation::Position;
use crate::quality;
use crate::routing::{Reasons, Routed, ServiceWhy, Why, policy_why};
use crate::{AlertOrigin, AlertReport, Drill, Link, Severity, Timestamp, World};

/// Characters of a title.
pub const TITLE_LIMIT: usize = 200;
/// Characters of an impact sentence.
pub const IMPACT_LIMIT: usize = 500;

/// What an incident opens from.
#[derive(Clone, Debug)]
pub enum Opening<'a> {
    /// An alert, sorted.
    Alert {
        /// The report.
        report: &'a AlertReport,
        /// Where it goes.
        routed: &'a Routed,
    },
    /// A person's word.
    Person {
        /// Who.
        by: Actor,
        /// One line.
        title: String,
        /// Service, if known.
        service: Option<String>,
        /// Severity.
        severity: Severity,
        /// Who is hurt and how.
        impact: Option<String>,
        /// Link to the message it was opened from.
        link: Option<String>,
        /// It is a drill.
        drill: Option<&'a Drill>,
    },
}

/// An opening that waits for a responder's yes, because it would page and whoever asked may not. Stored as JSON: fields are
/// only ever added.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AskedOpening {
    /// Who asked.
    pub by: Actor,
    /// One line.
    pub title: String,
    /// Service, if known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service: Option<String>,
    /// Severity.
    pub severity: Severity,
    /// Who is affected and how.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub impact: Option<String>,
    /// Link to the message it was opened from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
}

/// The first facts of an incident.
///
/// # Errors
/// A [`Refusal`] when a person's words cannot be used. An alert is never refused.
pub(crate) fn open(opening: &Opening<'_>, world: &World, now: Timestamp) -> Result<Vec<Event>, Refusal> {
    let mut events = match opening {
        Opening::Alert { report, routed } => by_alert(report, routed, world),
        Opening::Person { by, title, service, severity, impact, link, drill } => {
            if let Some(drill) = drill {
                check_drill(by, drill, world)?;
            }
            let opened = by_person(by, title, service.as_deref(), *severity, impact.as_deref(), world)?;
            vec![with_origin(opened, link.as_deref(), *drill)]
        }
    };
    let Some(Event::Opened { severity, policy, drill, service, .. }) = events.first() else { return Ok(events) };
    if world.setup().severity_plan(*severity).page {
        let (policy, drill, service) = (policy.clone(), drill.clone(), service.clone());
        let caller = Caller { world, now, service: service.as_deref(), drill: drill.as_ref(), pages: 0 };
        let step = caller.start(policy.as_deref(), &[]);
        let reaches = step.iter().any(|event| matches!(event, Event::Escalated { .. }));
        match drill {
            // The policy knows nobody who takes part: then everybody who does is called, or there would be no drill.
            Some(drill) if !reaches => events.extend(call_participants(&drill, opening, world)),
            Some(_) | None => events.extend(step),
        }
    }
    Ok(events)
}

/// Who may start a drill, with whom, and of what.
fn check_drill(by: &Actor, drill: &Drill, world: &World) -> Result<(), Refusal> {
    if by.access < Access::Responder {
        return Err(world.setup().not_allowed(Access::Responder));
    }
    if drill.participants.is_empty() {
        return Err(Refusal::NoParticipants);
    }
    if let Some(stranger) = drill.participants.iter().find(|person| !world.setup().people.contains_key(*person)) {
        return Err(Refusal::UnknownPerson { name: stranger.as_str().to_owned() });
    }
    match &drill.scenario {
        Some(name) if world.setup().scenario(name).is_none() => Err(Refusal::NoSuchScenario {
            name: name.clone(),
            known: world.setup().scenarios.iter().map(|scenario| scenario.name.clone()).collect(),
        }),
        Some(_) | None => Ok(()),
    }
}

fn call_participants(drill: &Drill, opening: &Opening<'_>, world: &World) -> Vec<Event> {
    let reason = match opening {
        Opening::Person { by, .. } => PageReason::ByHand { by: by.clone(), reason: "drill".to_owned() },
        Opening::Alert { .. } => PageReason::named("drill".to_owned(), Position::START),
    };
    let people = (1..).zip(&drill.participants);
    people.map(|(offset, person)| paged(world, page_id(0, offset), person.clone(), reason.clone())).collect()
}

/// Adds what shows who knew first, and whether it is a drill.
fn with_origin(mut opened: Event, link: Option<&str>, of_drill: Option<&Drill>) -> Event {
    if let Event::Opened { detected, drill, .. } = &mut opened {
        *detected = Some(Detection::of_person(link));
        *drill = of_drill.cloned();
    }
    opened
}

fn by_alert(report: &AlertReport, routed: &Routed, world: &World) -> Vec<Event> {
    let dashboard =
        routed.service.as_deref().and_then(|name| world.setup().service(name)).and_then(|s| s.dashboard.clone());
    let mut links = report.links.clone();
    if let Some(url) = dashboard
        && !links.iter().any(|link| link.label == "Dashboard")
    {
        links.insert(0, Link { label: "Dashboard".to_owned(), url });
    }
    vec![
        Event::Opened {
            title: report.title.clone(),
            impact: impact(report),
            service: routed.service.clone(),
            owner: routed.owner.clone(),
            severity: routed.severity,
            room: world.setup().severity_plan(routed.severity).room,
            opener: Opener::Alert { integration: report.integration.0.clone() },
            why: routed.why.clone(),
            group_key: Some(routed.group_key.clone()),
            links,
            runbook: routed.runbook.clone(),
            runbook_url: report.runbook_url.clone(),
            missing: quality::check(report, routed),
            policy: routed.escalation.clone(),
            labels: report.labels.clone(),
            reasons: Some(routed.reasons.clone()),
            detected: Some(Detection::of_report(report)),
            drill: report.drill.clone(),
        },
        Event::AlertFired {
            dedup_key: report.dedup_key.clone(),
            title: report.title.clone(),
            again: false,
            value: report.value.clone(),
            endless: world.setup().is_endless(report),
        },
    ]
}

/// What the sender says of the harm. A chat line that says what the title says is no impact of its own.
pub(super) fn impact(report: &AlertReport) -> Option<String> {
    let said = |body: &&String| match report.origin {
        AlertOrigin::Chat { .. } => !body.contains(&report.title),
        AlertOrigin::Http => **body != report.title,
    };
    report.body.as_ref().filter(said).cloned()
}

fn by_person(
    by: &Actor,
    title: &str,
    service: Option<&str>,
    severity: Severity,
    impact: Option<&str>,
    world: &World,
) -> Result<Event, Refusal> {
    let title = super::decide::text("title", title, TITLE_LIMIT)?;
    let impact = impact.map(|text| super::decide::text("impact", text, IMPACT_LIMIT)).transpose()?;
    if !world.setup().severities.is_empty() && !world.setup().severities.contains_key(&severity) {
        let known = world.setup().severities.keys().copied().collect();
        return Err(Refusal::SeverityNotConfigured { severity, known });
    }
    let configured = match service {
        None => None,
        Some(name) => Some(world.setup().service(name).ok_or_else(|| Refusal::NoSuchService {
            name: name.to_owned(),
            known: world.setup().services.iter().map(|service| service.name.clone()).collect(),
        })?),
    };
    let labels = configured
        .map(|service| crate::Labels::from([("service".to_owned(), service.name.clone())]))
        .unwrap_or_default();
    let room = world.setup().severity_plan(severity).room;
    Ok(Event::Opened {
        title,
        impact,
        service: configured.map(|service| service.name.clone()),
        owner: configured.and_then(|service| service.owner.clone()),
        severity,
        // A person who opens an incident wants a place to talk.
        room: room.max(crate::setup::RoomKind::Thread),
        opener: Opener::Person { by: by.clone() },
        why: Why::Person { name: by.name.clone() },
        group_key: None,
        links: configured
            .and_then(|service| service.dashboard.clone())
            .map(|url| Link { label: "Dashboard".to_owned(), url })
            .into_iter()
            .collect(),
        runbook: crate::runbook::find(&world.setup().runbooks, &labels).map(|runbook| runbook.name.clone()),
        runbook_url: None,
        missing: Vec::new(),
        policy: world.setup().escalation_for(service).map(|policy| policy.name.clone()),
        labels,
        reasons: Some(Reasons {
            service: if service.is_some() { ServiceWhy::Person } else { ServiceWhy::None },
            policy: policy_why(world.setup(), service),
            ..Reasons::default()
        }),
        detected: None,
        drill: None,
    })
}
