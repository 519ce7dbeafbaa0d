//! Purpose: the card of an incident. In every status it carries a button, so that it can be found again by it.

use domain::incident::{Claims, Incident, Offer, claims, severity_with_room};
use domain::setup::{Language, RoomKind};
use domain::{ChatChannelId, Setup, Severity};
use serde_json::{Value, json};
use words::CardFacts;

use super::{RenderContext, buttons, description, limits};
use crate::custom_id::{Spot, Verb};

/// Links shown on a card.
const SHOWN_LINKS: usize = 5;

/// The card as it is now.
pub fn card(cx: &RenderContext<'_>) -> Value {
    card_in(cx, cx.room())
}

/// The same where people work: it does not lead to where it stands.
pub fn room_card(cx: &RenderContext<'_>) -> Value {
    card_in(cx, None)
}

fn card_in(cx: &RenderContext<'_>, room: Option<ChatChannelId>) -> Value {
    let Some(incident) = cx.incident else { return Value::Null };
    let claims = claims(incident, cx.world);
    let (content, embeds) = match incident.room {
        RoomKind::Line => (words::cut(&words::card_line(incident, &claims, cx.lang()), limits::CONTENT), json!([])),
        RoomKind::Thread | RoomKind::Channel => (String::new(), json!([embed(incident, &claims, room, cx)])),
    };
    let verbs: Vec<Verb> = claims.offers.iter().copied().map(verb).collect();
    json!({
        "content": content,
        "embeds": embeds,
        "components": buttons::row_with(&verbs, incident.id, Spot::Card, cx.lang(), |verb| raise(verb, incident, cx)),
        "allowed_mentions": { "parse": [] },
        "flags": limits::SUPPRESS_NOTIFICATIONS,
    })
}

fn embed(incident: &Incident, claims: &Claims, room: Option<ChatChannelId>, cx: &RenderContext<'_>) -> Value {
    let facts = CardFacts {
        incident,
        claims,
        room,
        other_room: cx.other_room,
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

/// What gives a line a room says which severity that is, and whether it pages.
fn raise(verb: Verb, incident: &Incident, cx: &RenderContext<'_>) -> Option<String> {
    let to = severity_with_room(incident, cx.setup()).filter(|_| verb == Verb::Room)?;
    Some(words::raise_card_button(to, cx.setup().severity_plan(to).page, cx.lang()))
}

/// The button for something that can be done.
const fn verb(offer: Offer) -> Verb {
    match offer {
        Offer::Acknowledge => Verb::Acknowledge,
        Offer::Decline => Verb::Decline,
        Offer::Runbook => Verb::Runbook,
        Offer::Triage => Verb::Triage,
        Offer::Update => Verb::Update,
        Offer::Resolve => Verb::Resolve,
        Offer::KeepOpen => Verb::KeepOpen,
        Offer::More => Verb::More,
        Offer::Room => Verb::Room,
        Offer::Silence => Verb::Silence,
        Offer::Silenced => Verb::Silenced,
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
