//! Purpose: the question whether a chat line is an incident.

use domain::setup::Language;
use domain::{ChatChannelId, IncidentId};

use crate::say::say;
use crate::text::{name, room_link, title};

/// Asks whether a chat line is an incident.
pub fn candidate_question(text: &str, lang: Language) -> String {
    say!(lang, "candidate-question", title = title(text, lang))
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
