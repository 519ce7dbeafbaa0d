//! Purpose: the stakeholders' message: what is broken, for whom, who works on it, when they hear more.

use domain::incident::{Incident, IncidentStatus};
use domain::setup::Language;

use crate::say::say;
use crate::text::{name, named, room_link, sentence, then};
use crate::time::{clock, relative};
use crate::{StatusFacts, cut, escape};

/// First line of the stakeholders' message.
pub fn status_headline(incident: &Incident, lang: Language) -> String {
    named(incident, lang)
}

/// Lines of the stakeholders' message: label and text.
pub fn status_lines(facts: &StatusFacts<'_>, lang: Language) -> Vec<(String, String)> {
    let incident = facts.incident;
    let mut lines = vec![(say!(lang, "status-label-state"), state(incident, lang))];
    if let Some(impact) = &incident.impact {
        lines.push((say!(lang, "status-label-impact"), cut(&escape(impact), 600)));
    }
    if let Some(service) = &incident.service {
        lines.push((say!(lang, "status-label-service"), name(service)));
    }
    lines.push((say!(lang, "status-label-since"), relative(incident.opened_at)));
    if let Some(update) = incident.updates.last() {
        let (know, doing) = (sentence(&update.know, 600), sentence(&update.doing, 600));
        let last = say!(lang, "status-last-update", at = relative(update.at), know = know, doing = doing);
        lines.push((say!(lang, "status-label-last-update"), last));
    }
    if incident.status.is_open() {
        let next = match (incident.update_overdue, incident.next_update) {
            (Some(due), _) => say!(lang, "status-overdue", due = relative(due)),
            (None, Some(next)) => relative(next),
            (None, None) => say!(lang, "status-not-promised"),
        };
        lines.push((say!(lang, "status-label-next-update"), next));
    }
    if let Some(mitigated) = incident.mitigated.as_ref().filter(|_| incident.status.is_open()) {
        let by = say!(lang, "status-mitigated-by", at = relative(mitigated.at), who = name(&mitigated.by.name));
        let how = mitigated.how.as_ref().map(|how| sentence(how, 600));
        lines
            .push((say!(lang, "status-label-mitigated"), how.map_or_else(|| by.clone(), |how| format!("{by}: {how}"))));
    }
    if let Some(resolved) = crate::card::resolved(incident, lang) {
        lines.push((say!(lang, "status-label-resolved"), resolved));
    }
    // Whoever follows what was merged goes on reading where it goes on.
    if let Some(thread) = facts.other_room.or(facts.thread) {
        lines.push((say!(lang, "status-label-follow"), room_link(thread)));
    }
    lines
}

fn state(incident: &Incident, lang: Language) -> String {
    let severity = incident.severity.to_string();
    let who = incident.commander.as_ref().or(incident.acknowledged.as_ref().map(|(holder, _)| holder));
    let ended = || clock(incident.ended_at.unwrap_or(incident.changed_at));
    if incident.status.is_open() && incident.mitigated.is_some() {
        let works = match who {
            Some(who) => say!(lang, "status-works", who = name(&who.name)),
            None => say!(lang, "status-nobody-now"),
        };
        return then(say!(lang, "status-mitigated", severity = severity), Some(works));
    }
    match incident.status {
        IncidentStatus::Triggered if incident.held_back.is_some() => {
            let until = incident.held_back.as_ref().map(|held| relative(held.until)).unwrap_or_default();
            say!(lang, "status-silenced", severity = severity, until = until)
        }
        // Whoever was called and did not answer until the end of the policy is not being called any more.
        IncidentStatus::Triggered if incident.unanswered.is_none() && incident.open_pages().next().is_some() => {
            say!(lang, "status-calling", severity = severity)
        }
        IncidentStatus::Triggered => say!(lang, "status-nobody", severity = severity),
        IncidentStatus::Acknowledged | IncidentStatus::Mitigated => match who {
            Some(who) => say!(lang, "status-somebody", severity = severity, who = name(&who.name)),
            None => say!(lang, "status-people", severity = severity),
        },
        IncidentStatus::Resolved | IncidentStatus::Closed => {
            if let Some(into) = incident.merged_into {
                return say!(lang, "status-merged", incident = into.label(), at = ended());
            }
            match &incident.dismissed {
                Some(_) => say!(lang, "status-dismissed", at = ended()),
                None => say!(lang, "status-resolved", severity = severity, at = ended()),
            }
        }
    }
}
