//! Purpose: the card: everything on it is current, or says since when it is not.

use domain::incident::{Incident, IncidentStatus, Page};

use super::{and, grouped, missing_word, name, or, person, title};
use crate::time::{TimeStyle, relative, timestamp};
use crate::{CardFacts, Names, cut, escape};

/// Alert titles shown on a card; the others are counted.
const SHOWN_ALERTS: usize = 3;

pub(crate) fn card_headline(incident: &Incident) -> String {
    format!("{} · {} · {}", incident.id.label(), incident.severity, status_word(incident.status).to_uppercase())
}

pub(crate) fn card_lines(facts: &CardFacts<'_>, names: &dyn Names) -> Vec<(&'static str, String)> {
    let incident = facts.incident;
    let mut lines: Vec<(&'static str, String)> = Vec::new();
    let mut line = |label, text: Option<String>| {
        if let Some(text) = text.filter(|text| !text.is_empty()) {
            lines.push((label, text));
        }
    };
    line("Impact", incident.impact.as_deref().map(|impact| cut(&escape(impact), 600)));
    line("Service", service(incident));
    line(
        "Started",
        Some(format!("{} ({})", relative(incident.opened_at), timestamp(incident.opened_at, TimeStyle::DateTime))),
    );
    line("Alerts", alerts(incident));
    line("Commander", commander(incident));
    line("Has it", holder(incident));
    line("Paged", paged(facts, names));
    line("Updates", updates(incident));
    line("Resolved", resolved(incident));
    line("Room", facts.room.map(|room| format!("<#{room}>")));
    line("Links", Some(facts.links.join(" · ")));
    let missing: Vec<String> = incident.missing.iter().map(|missing| missing_word(*missing).to_owned()).collect();
    line("Missing", (!missing.is_empty()).then(|| format!("the alert names no {}", or(&missing))));
    lines
}

pub(crate) fn card_line(incident: &Incident) -> String {
    let holder = match &incident.acknowledged {
        Some((holder, _)) if incident.status.is_open() => format!(" · {}", name(&holder.name)),
        Some(_) | None => String::new(),
    };
    let service = service(incident).map(|service| format!(" · {service}")).unwrap_or_default();
    let since = match &incident.resolution {
        Some(resolution) => relative(resolution.at),
        None => relative(incident.opened_at),
    };
    let alerts = if incident.alerts.len() > 1 { alert_counts(incident) } else { None };
    let alerts = alerts.map(|alerts| format!(" · {alerts}")).unwrap_or_default();
    format!("{} · {}{service}{alerts}{holder} · {since}", card_headline(incident), title(&incident.title))
}

pub(crate) fn status_word(status: IncidentStatus) -> &'static str {
    match status {
        IncidentStatus::Triggered => "triggered",
        IncidentStatus::Acknowledged => "acknowledged",
        IncidentStatus::Mitigated => "mitigated",
        IncidentStatus::Resolved => "resolved",
        IncidentStatus::Closed => "closed",
    }
}

pub(super) fn service(incident: &Incident) -> Option<String> {
    let service = name(incident.service.as_deref()?);
    Some(match &incident.owner {
        Some(owner) => format!("{service} (owner {})", name(owner)),
        None => service,
    })
}

/// `3 firing · 1 resolved`
pub(super) fn alert_counts(incident: &Incident) -> Option<String> {
    match incident.alert_counts() {
        (0, 0) => None,
        (firing, 0) => Some(format!("{} firing", grouped(firing))),
        (0, 1) => Some("1 resolved".to_owned()),
        (0, resolved) => Some(format!("all {} resolved", grouped(resolved))),
        (firing, resolved) => Some(format!("{} firing · {} resolved", grouped(firing), grouped(resolved))),
    }
}

/// The counts, and below them the first titles; those that fire come first.
fn alerts(incident: &Incident) -> Option<String> {
    let mut text = alert_counts(incident)?;
    if incident.alerts.len() == 1 {
        return Some(text);
    }
    let firing = incident.alerts.values().filter(|alert| alert.firing);
    let resolved = incident.alerts.values().filter(|alert| !alert.firing);
    for alert in firing.chain(resolved).take(SHOWN_ALERTS) {
        let state = if alert.firing { "" } else { " (resolved)" };
        let title = cut(&title(&alert.title), 120);
        text.push_str(&format!("\n- {title}{state}"));
    }
    let more = incident.alerts.len().saturating_sub(SHOWN_ALERTS);
    if more > 0 {
        text.push_str(&format!("\n- and {} more", grouped(more)));
    }
    Some(text)
}

fn commander(incident: &Incident) -> Option<String> {
    match &incident.commander {
        Some(commander) => Some(name(&commander.name)),
        None if incident.status.is_open() => Some("nobody yet: `/commander`".to_owned()),
        None => None,
    }
}

pub(super) fn holder(incident: &Incident) -> Option<String> {
    let (holder, at) = incident.acknowledged.as_ref()?;
    Some(if incident.status.is_open() {
        format!("{}, since {}", name(&holder.name), relative(*at))
    } else {
        name(&holder.name)
    })
}

/// `Budi, 1 minute ago · next Rina in 4 minutes`
fn paged(facts: &CardFacts<'_>, names: &dyn Names) -> Option<String> {
    let incident = facts.incident;
    if !incident.status.is_open() {
        return None;
    }
    let open: Vec<&Page> = incident.open_pages().collect();
    let mut parts = Vec::new();
    if let Some(latest) = open.iter().map(|page| page.at).max() {
        let mut people: Vec<String> = Vec::new();
        for page in &open {
            let who = person(&page.person, names);
            if !people.contains(&who) {
                people.push(who);
            }
        }
        parts.push(format!("{}, {}", cut(&and(&people), 300), relative(latest)));
    }
    if let Some((next, at)) = &facts.next {
        parts.push(format!("next {} {}", person(next, names), relative(*at)));
    } else if incident.acknowledged.is_none()
        && let Some(ended) = &incident.escalation
        && ended.state == domain::incident::EscalationState::Ended
    {
        parts.push("nobody is left to page".to_owned());
    }
    (!parts.is_empty()).then(|| parts.join(" · "))
}

fn updates(incident: &Incident) -> Option<String> {
    let last = incident.updates.last()?;
    let next = incident.next_update.map(|next| format!(" · next {}", relative(next))).unwrap_or_default();
    Some(format!("{} · last {}{next}", incident.updates.len(), relative(last.at)))
}

pub(super) fn resolved(incident: &Incident) -> Option<String> {
    let resolution = incident.resolution.as_ref()?;
    let after = super::duration::duration(resolution.at.duration_since(incident.opened_at));
    let by = resolution.by.as_ref().map(|by| format!(" by {}", name(&by.name))).unwrap_or_default();
    let fixed = match &resolution.fixed {
        Some(fixed) => format!(": {}", cut(&escape(fixed), 600)),
        None => String::new(),
    };
    Some(format!("after {after}{by}{fixed}"))
}
