//! Purpose: the question whether a chat line is an incident.

use domain::setup::Language;
use domain::{ChatChannelId, IncidentId, Severity};

use crate::say::say;
use crate::text::{name, room_link, title};

/// Asks whether a chat line is an incident.
pub fn candidate_question(text: &str, lang: Language) -> String {
    say!(lang, "candidate-question", title = title(text, lang))
}

/// Asks responders whether an incident that would page, and that somebody else wants to open, is to be opened.
pub fn opening_question(who: &str, severity: Severity, text: &str, lang: Language) -> String {
    say!(
        lang,
        "candidate-opening-question",
        who = name(who),
        severity = severity.to_string(),
        title = title(text, lang)
    )
}

/// A responder said yes to it: for the timeline.
pub fn opening_confirmed(who: &str, lang: Language) -> String {
    say!(lang, "candidate-opening-confirmed", who = who)
}

/// How that question was answered.
pub fn candidate_settled(
    incident: Option<IncidentId>,
    room: Option<ChatChannelId>,
    by: &str,
    lang: Language,
) -> String {
    let who = name(by);
    match (incident.map(|id| id.label()), room.map(room_link)) {
        (Some(incident), Some(room)) => {
            say!(lang, "candidate-opened-room", who = who, incident = incident, room = room)
        }
        (Some(incident), None) => say!(lang, "candidate-opened", who = who, incident = incident),
        (None, _) => say!(lang, "candidate-declined", who = who),
    }
}
