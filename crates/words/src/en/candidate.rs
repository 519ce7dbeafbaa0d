//! Purpose: the question whether a chat line is an incident.

use domain::{ChatChannelId, IncidentId};

use super::{name, title};

pub(crate) fn candidate_question(text: &str) -> String {
    format!("Is this an incident? It would be called: {}", title(text))
}

pub(crate) fn candidate_settled(incident: Option<IncidentId>, room: Option<ChatChannelId>, by: &str) -> String {
    match incident {
        Some(id) => {
            let room = room.map(|room| format!(": <#{room}>")).unwrap_or_else(|| ".".to_owned());
            format!("{} opened {}{room}", name(by), id.label())
        }
        None => format!("Not an incident, says {}.", name(by)),
    }
}
