//! Purpose: the stakeholders' message: what is broken, for whom, who works on it, when they hear more.

use domain::incident::{Incident, IncidentStatus};

use super::{name, post};
use crate::time::relative;
use crate::{StatusFacts, cut, escape};

pub(crate) fn status_headline(incident: &Incident) -> String {
    post::named(incident)
}

pub(crate) fn status_lines(facts: &StatusFacts<'_>) -> Vec<(&'static str, String)> {
    let incident = facts.incident;
    let mut lines = vec![("State", state(incident))];
    if let Some(impact) = &incident.impact {
        lines.push(("Impact", cut(&escape(impact), 600)));
    }
    if let Some(service) = &incident.service {
        lines.push(("Service", name(service)));
    }
    lines.push(("Since", relative(incident.opened_at)));
    if let Some(update) = incident.updates.last() {
        let know = super::sentence(&update.know, 600);
        let doing = super::sentence(&update.doing, 600);
        lines.push(("Last update", format!("{}: {know} We do: {doing}", relative(update.at))));
    }
    if incident.status.is_open() {
        lines.push(("Next update", incident.next_update.map_or_else(|| "not promised".to_owned(), relative)));
    }
    if let Some(resolved) = super::card::resolved(incident) {
        lines.push(("Resolved", resolved));
    }
    if let Some(thread) = facts.thread {
        lines.push(("Follow", format!("<#{thread}>")));
    }
    lines
}

fn state(incident: &Incident) -> String {
    let severity = incident.severity;
    let who = incident.commander.as_ref().or(incident.acknowledged.as_ref().map(|(holder, _)| holder));
    match incident.status {
        IncidentStatus::Triggered if incident.open_pages().next().is_some() => {
            format!("{severity}, open. People are being called.")
        }
        IncidentStatus::Triggered => format!("{severity}, open. Nobody has it yet."),
        IncidentStatus::Acknowledged => match who {
            Some(who) => format!("{severity}, open. {} works on it.", name(&who.name)),
            None => format!("{severity}, open. People work on it."),
        },
        IncidentStatus::Mitigated => format!("{severity}. The impact is over, the cause is not."),
        IncidentStatus::Resolved | IncidentStatus::Closed => format!("{severity}, resolved."),
    }
}
