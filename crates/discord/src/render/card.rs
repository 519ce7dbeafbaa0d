//! Purpose: the card of an incident. In every status it carries a button, so that it can be found again by it.

use domain::incident::{Incident, IncidentStatus};
use domain::setup::{Language, RoomKind};
use domain::{Setup, Severity};
use serde_json::{Value, json};
use words::CardFacts;

use super::{RenderContext, buttons, description, limits};
use crate::custom_id::{Spot, Verb};

/// Links shown on a card.
const SHOWN_LINKS: usize = 5;

/// The card as it is now.
pub fn card(cx: &RenderContext<'_>) -> Value {
    let Some(incident) = cx.incident else { return Value::Null };
    let (content, embeds) = match incident.room {
        RoomKind::Line => (words::cut(&words::card_line(incident, cx.lang()), limits::CONTENT), json!([])),
        RoomKind::Thread | RoomKind::Channel => (String::new(), json!([embed(incident, cx)])),
    };
    json!({
        "content": content,
        "embeds": embeds,
        "components": buttons::row(&verbs(incident), incident.id, Spot::Card, cx.lang()),
        "allowed_mentions": { "parse": [] },
        "flags": limits::SUPPRESS_NOTIFICATIONS,
    })
}

fn embed(incident: &Incident, cx: &RenderContext<'_>) -> Value {
    let facts = CardFacts {
        incident,
        next: cx.next_page(),
        room: cx.room(),
        links: links(incident, cx.setup(), cx.lang()),
        evidence: super::evidence(incident, cx.directory),
    };
    let title = words::cut(&words::escape(&incident.title), 300);
    let lines = description(&words::card_lines(&facts, cx.directory, cx.lang()));
    let text = if title.is_empty() { lines } else { format!("**{title}**\n{lines}") };
    json!({
        "title": words::cut(&words::card_headline(incident, cx.lang()), limits::EMBED_TITLE),
        "description": words::cut(&text, limits::EMBED_DESCRIPTION),
        "color": color(incident),
    })
}

/// At most three buttons, by what can be done now; a fourth as long as nobody has said how bad it is, because whoever
/// looks first should need no command for that. It goes with the first triage or acknowledgement.
///
/// While alerts fire, what fires can be silenced, and what is silenced made longer or ended: last, because it is no answer.
fn verbs(incident: &Incident) -> Vec<Verb> {
    let fires = incident.status.is_open() && incident.alerts.firing() > 0;
    let silence = if incident.held_back.is_some() { Verb::Silenced } else { Verb::Silence };
    let silence = (fires && incident.drill.is_none()).then_some(silence);
    actions(incident).iter().copied().chain(silence).collect()
}

fn actions(incident: &Incident) -> &'static [Verb] {
    match (incident.status, incident.room) {
        (IncidentStatus::Resolved | IncidentStatus::Closed, _) => &[Verb::More],
        (IncidentStatus::Triggered, RoomKind::Line) if incident.triaged.is_none() => &[Verb::Room, Verb::Triage],
        (_, RoomKind::Line) => &[Verb::Room],
        _ if incident.rests() && !incident.kept_open => &[Verb::Resolve, Verb::KeepOpen],
        (IncidentStatus::Triggered, _) if incident.triaged.is_none() => {
            &[Verb::Acknowledge, Verb::Decline, Verb::Runbook, Verb::Triage]
        }
        (IncidentStatus::Triggered, _) => &[Verb::Acknowledge, Verb::Decline, Verb::Runbook],
        (IncidentStatus::Acknowledged | IncidentStatus::Mitigated, _) => &[Verb::Update, Verb::Resolve, Verb::More],
    }
}

/// The color repeats what the first line says.
pub(super) fn color(incident: &Incident) -> u32 {
    if !incident.status.is_open() {
        return 0x12_B7_6A;
    }
    match incident.severity {
        Severity::Sev1 => 0xD9_2D_20,
        Severity::Sev2 => 0xF7_90_09,
        Severity::Sev3 => 0xEA_AA_08,
        Severity::Sev4 => 0x2E_90_FA,
        Severity::Sev5 => 0x98_A2_B3,
    }
}

/// The runbook first, then what the alert and the service brought.
fn links(incident: &Incident, setup: &Setup, lang: Language) -> Vec<String> {
    let ours = incident.runbook.as_ref().and_then(|name| setup.runbooks.iter().find(|runbook| runbook.name == *name));
    let address = ours.and_then(|runbook| runbook.url.as_deref()).or(incident.runbook_url.as_deref());
    let mut links: Vec<String> = words::runbook_link(ours, address, lang).into_iter().collect();
    for known in &incident.links {
        let link = words::link(&words::cut(&words::plain(&known.label), 40), &known.url);
        links.extend(link.filter(|link| !links.contains(link)));
    }
    links.truncate(SHOWN_LINKS);
    // Long addresses must not push the lines out that people need.
    let mut room = 1_200_usize;
    links.retain(|link| match room.checked_sub(words::length(link)) {
        Some(left) => {
            room = left;
            true
        }
        None => false,
    });
    links
}
