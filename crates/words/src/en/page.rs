//! Purpose: pages: the one line on a lock screen, what stands below it, and how they ended.

use domain::Incident;
use domain::incident::{Page, PageEnd, PageReason};

use super::{heading, name, person, sentence};
use crate::time::clock;
use crate::{Button, Names};

pub(crate) fn page_line(incident: &Incident, mention: Option<&str>) -> String {
    let mention = mention.map(|mention| format!("{mention} ")).unwrap_or_default();
    let heading = heading(incident);
    let stop = if heading.ends_with(['.', '!', '?', '…']) { "" } else { "." };
    format!("{mention}{heading}{stop} Tap to answer.")
}

pub(crate) fn page_details(
    incident: &Incident,
    page: &Page,
    first_step: Option<&str>,
    room_url: Option<&str>,
) -> Vec<String> {
    let mut lines = Vec::new();
    lines.push(match &page.reason {
        PageReason::Step { policy, position } => {
            let round = if position.round == 0 { String::new() } else { format!(", round {}", position.round + 1) };
            format!("Why you: step {}{round} of the policy {}.", position.step + 1, name(policy))
        }
        PageReason::ByHand { by, reason } => format!("Why you: {} asks: {}", name(&by.name), sentence(reason, 400)),
    });
    if let Some(impact) = &incident.impact {
        lines.push(format!("Impact: {}", sentence(impact, 300)));
    }
    if let Some(step) = first_step {
        lines.push(format!("First: {}", sentence(step, 300)));
    }
    if let Some(url) = room_url {
        lines.push(format!("Room: {url}"));
    }
    lines
}

pub(crate) fn page_settled_line(incident: &Incident, page: &Page, names: &dyn Names) -> String {
    let heading = heading(incident);
    match &page.end {
        Some((PageEnd::Acknowledged { by }, at)) => format!("Acknowledged by {} {}. {heading}", name(by), clock(*at)),
        Some((PageEnd::Declined, at)) => {
            format!("{} cannot take it, {}. {heading}", person(&page.person, names), clock(*at))
        }
        Some((PageEnd::NotNeeded, at)) => format!("No longer needed since {}. {heading}", clock(*at)),
        None => page_line(incident, Some(&person(&page.person, names))),
    }
}

pub(crate) fn button(button: Button) -> &'static str {
    match button {
        Button::Acknowledge => "Acknowledge",
        Button::Decline => "Can't take it",
        Button::Runbook => "Runbook",
        Button::Update => "Update",
        Button::Resolve => "Resolve",
        Button::More => "More",
        Button::KeepOpen => "Keep open",
        Button::Undo => "Undo",
        Button::StillOnIt => "Still on it",
        Button::Room => "Open a room",
        Button::OpenIncident => "Open incident",
        Button::NotAnIncident => "Not an incident",
    }
}
