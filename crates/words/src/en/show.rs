//! Purpose: catch me up: what an incident is, who has it, what was tried, what is next; and lists of incidents.

use domain::incident::{Event, EventAt, Incident};
use domain::{IncidentId, Severity};

use super::{PART, grouped, name, person, sentence, title};
use crate::time::{clock, relative};
use crate::{ListHeading, ListLine, Names, ShowFacts, cut, escape, length, link, plain};

/// Discord's limit for a message.
const LIMIT: usize = 2_000;
/// Latest entries of the timeline that are shown.
const SHOWN_ENTRIES: usize = 8;

pub(crate) fn incident_show(facts: &ShowFacts<'_>, names: &dyn Names) -> String {
    let incident = facts.incident;
    let mut head = vec![
        format!("**{}**", super::card::card_headline(incident)),
        title(&incident.title),
        format!(
            "Impact: {}",
            incident.impact.as_deref().map_or_else(|| "not stated.".to_owned(), |impact| sentence(impact, 300))
        ),
        who_has_it(incident),
    ];
    if let Some(alerts) = super::card::alert_counts(incident) {
        head.push(format!("Alerts: {alerts}."));
    }
    let mut tail = vec![format!("Next: {}", next(facts, names))];
    let mut links: Vec<String> = facts.room.map(|room| format!("<#{room}>")).into_iter().collect();
    links.extend(
        incident
            .links
            .iter()
            .take(3)
            .filter_map(|known| link(&known.label, &known.url))
            .filter(|link| length(link) < 150),
    );
    links
        .extend(incident.runbook_url.as_deref().and_then(|url| link("Runbook", url)).filter(|link| length(link) < 150));
    if !links.is_empty() {
        tail.push(format!("Links: {}", links.join(" · ")));
    }
    // What was tried gets the room that is left; the latest entries win.
    let fixed: usize = head.iter().chain(&tail).map(|line| length(line) + 1).sum();
    let tried = tried(facts.timeline, LIMIT.saturating_sub(fixed + 40), names);
    let tried =
        if tried.is_empty() { vec!["Tried: nothing is noted yet. `/note` adds to it.".to_owned()] } else { tried };
    let lines: Vec<String> = head.into_iter().chain(tried).chain(tail).collect();
    cut(&lines.join("\n"), LIMIT)
}

pub(crate) fn incident_why(facts: &ShowFacts<'_>, names: &dyn Names) -> String {
    let incident = facts.incident;
    let mut lines = vec![format!(
        "{} opened {}: {}.",
        incident.id.label(),
        relative(incident.opened_at),
        super::post::why(&incident.why)
    )];
    lines.push(match &incident.policy {
        Some(policy) => format!("Whom it pages: the policy {}.", name(policy)),
        None => "Whom it pages: nobody, no escalation policy covers it.".to_owned(),
    });
    for entry in facts.timeline.iter().filter(|entry| explains(&entry.event)).take(12) {
        lines.push(format!("{} {}", clock(entry.at), cut(&super::entry::entry(entry, names), 200)));
    }
    cut(&lines.join("\n"), LIMIT)
}

pub(crate) fn incident_list(heading: ListHeading, lines: &[ListLine<'_>]) -> String {
    if lines.is_empty() {
        return match heading {
            ListHeading::Open => "No incident is open. `/incident open` opens one.",
            ListHeading::Recent => "There has been no incident yet. `/incident open` opens one.",
            ListHeading::Mine => "You have no open incident. `/incident list` shows all.",
        }
        .to_owned();
    }
    let count = super::count(lines.len(), "incident", "incidents");
    let mut text = match heading {
        ListHeading::Open => format!("Open: {count}, worst first"),
        ListHeading::Recent => format!("Latest: {count}"),
        ListHeading::Mine => format!("Yours: {count}"),
    };
    for (index, line) in lines.iter().enumerate() {
        let line = list_line(line);
        let rest = lines.len() - index;
        if length(&text) + length(&line) + 60 > LIMIT {
            text.push_str(&format!("\nand {} more; `query` narrows the list", grouped(rest)));
            break;
        }
        text.push('\n');
        text.push_str(&line);
    }
    text
}

pub(crate) fn incident_choice(id: IncidentId, severity: Severity, title: &str) -> String {
    cut(&plain(&format!("{} · {severity} · {title}", id.label())), 100)
}

fn list_line(line: &ListLine<'_>) -> String {
    let when = match line.resolved_at {
        Some(at) => format!("resolved {}", relative(at)),
        None => relative(line.opened_at),
    };
    let status = if line.resolved_at.is_some() {
        String::new()
    } else {
        format!(" · {}", super::card::status_word(line.status))
    };
    let holder = line.holder.map(|holder| format!(" · {}", name(holder))).unwrap_or_default();
    let room = line.room.map(|room| format!(" · <#{room}>")).unwrap_or_default();
    format!("{} · {} · {}{status}{holder} · {when}{room}", line.id.label(), line.severity, cut(&title(line.title), 120))
}

fn who_has_it(incident: &Incident) -> String {
    if let Some(resolved) = super::card::resolved(incident) {
        return format!("Resolved {resolved}.");
    }
    let commander = incident.commander.as_ref().map(|commander| format!(" {} commands.", name(&commander.name)));
    match super::card::holder(incident) {
        Some(holder) => format!("Has it: {holder}.{}", commander.unwrap_or_default()),
        None => format!("Has it: nobody. `/ack` takes it.{}", commander.unwrap_or_default()),
    }
}

fn tried(timeline: &[EventAt], room: usize, names: &dyn Names) -> Vec<String> {
    let entries: Vec<&EventAt> = timeline.iter().filter(|entry| is_work(&entry.event)).collect();
    let mut lines: Vec<String> = Vec::new();
    let mut used = 0;
    for entry in entries.iter().rev().take(SHOWN_ENTRIES) {
        let line = format!("- {} {}", clock(entry.at), cut(&super::entry::entry(entry, names), 300));
        used += length(&line) + 1;
        if used > room {
            break;
        }
        lines.push(line);
    }
    if lines.is_empty() {
        return lines;
    }
    let hidden = entries.len() - lines.len();
    lines.push(if hidden == 0 { "Tried:".to_owned() } else { format!("Tried ({} earlier):", grouped(hidden)) });
    lines.reverse();
    lines
}

/// What people did, as opposed to what the bot did.
fn is_work(event: &Event) -> bool {
    match event {
        Event::Noted { .. }
        | Event::UpdatePosted { .. }
        | Event::SeverityChanged { .. }
        | Event::CommanderSet { .. }
        | Event::Acknowledged { .. }
        | Event::AckWithdrawn { .. }
        | Event::AckExpired
        | Event::Resolved { .. }
        | Event::Reopened { .. } => true,
        Event::Opened { .. }
        | Event::AlertFired { .. }
        | Event::AlertResolved { .. }
        | Event::AllAlertsResolved
        | Event::KeptOpen { .. }
        | Event::Escalated { .. }
        | Event::EscalationEnded { .. }
        | Event::EscalationStopped { .. }
        | Event::EscalationResumed { .. }
        | Event::Paged { .. }
        | Event::PageEnded { .. }
        | Event::DirectMessageFailed { .. }
        | Event::AckQuestioned { .. }
        | Event::StillOnIt { .. }
        | Event::UpdateOverdue
        | Event::Followed { .. }
        | Event::Unfollowed { .. } => false,
    }
}

/// What explains who was called and how bad it is said to be.
fn explains(event: &Event) -> bool {
    match event {
        Event::Escalated { .. }
        | Event::EscalationEnded { .. }
        | Event::EscalationStopped { .. }
        | Event::EscalationResumed { .. }
        | Event::Paged { .. }
        | Event::PageEnded { .. }
        | Event::DirectMessageFailed { .. }
        | Event::SeverityChanged { .. }
        | Event::Acknowledged { .. }
        | Event::AckExpired
        | Event::AckWithdrawn { .. } => true,
        Event::Opened { .. }
        | Event::AlertFired { .. }
        | Event::AlertResolved { .. }
        | Event::AllAlertsResolved
        | Event::KeptOpen { .. }
        | Event::AckQuestioned { .. }
        | Event::StillOnIt { .. }
        | Event::CommanderSet { .. }
        | Event::UpdatePosted { .. }
        | Event::UpdateOverdue
        | Event::Noted { .. }
        | Event::Followed { .. }
        | Event::Unfollowed { .. }
        | Event::Resolved { .. }
        | Event::Reopened { .. } => false,
    }
}

fn next(facts: &ShowFacts<'_>, names: &dyn Names) -> String {
    let incident = facts.incident;
    if !incident.status.is_open() {
        return "nothing; if it happens again, `/incident open`.".to_owned();
    }
    let mut parts = Vec::new();
    if let Some((who, at)) = &facts.next {
        parts.push(format!("{} is paged {}.", person(who, names), relative(*at)));
    }
    if let Some(at) = incident.next_update {
        parts.push(format!("Update due {}.", relative(at)));
    }
    if incident.all_alerts_resolved() {
        parts.push("All alerts are resolved: `/resolve` ends it.".to_owned());
    }
    if let Some((title, Some(step))) = facts.runbook {
        parts.push(format!("Runbook {}, step 1: {}", cut(&escape(title), 100), sentence(step, PART / 4)));
    }
    if parts.is_empty() {
        parts.push(if incident.acknowledged.is_some() {
            "`/update` tells the others.".to_owned()
        } else {
            "`/ack` takes it.".to_owned()
        });
    }
    parts.join(" ")
}
