//! Purpose: the question whether a chat line is an incident.

use domain::chat_note::{ChatNote, NoteState};
use domain::setup::Language;
use domain::{ChatChannelId, IncidentId, Severity};

use crate::say::say;
use crate::text::{name, room_link, then, title};

/// Asks whether a chat line is an incident.
pub fn candidate_question(text: &str, lang: Language) -> String {
    say!(lang, "candidate-question", title = title(text, lang))
}

/// So many names are said; the others are counted.
const NAMES: usize = 10;

/// What a message under chat lines says now.
pub fn chat_note(note: &ChatNote, room: Option<ChatChannelId>, lang: Language) -> String {
    let by = note.by.as_deref().unwrap_or_default();
    let several = note.people.len() > 1;
    let first = match (note.state, note.incident) {
        (NoteState::Asking, _) => candidate_question(&note.title, lang),
        (NoteState::Withdrawn, _) => say!(lang, "candidate-withdrawn"),
        (NoteState::Over, _) => say!(lang, "candidate-over", title = title(&note.title, lang)),
        (NoteState::Declined, _) | (NoteState::Opened | NoteState::Known, None) => {
            candidate_settled(None, None, by, lang)
        }
        (NoteState::Opened, Some(incident)) if several => {
            let (incident, who) = (incident.label(), name(by));
            match room.map(room_link) {
                Some(room) => {
                    say!(lang, "candidate-known-opened-room", incident = incident, who = who, room = room)
                }
                None => say!(lang, "candidate-known-opened", incident = incident, who = who),
            }
        }
        (NoteState::Opened, incident) => candidate_settled(incident, room, by, lang),
        (NoteState::Known, Some(incident)) => known(incident, room, lang),
    };
    then(first, several.then(|| people(&note.people, lang)))
}

/// A line is about an open incident.
pub fn known(incident: IncidentId, room: Option<ChatChannelId>, lang: Language) -> String {
    match room.map(room_link) {
        Some(room) => say!(lang, "candidate-known-room", incident = incident.label(), room = room),
        None => say!(lang, "candidate-known", incident = incident.label()),
    }
}

/// Who says so.
fn people(all: &[String], lang: Language) -> String {
    let names: Vec<String> = all.iter().take(NAMES).map(|one| name(one)).collect();
    let names = names.join(", ");
    match all.len().saturating_sub(NAMES) {
        0 => say!(lang, "candidate-people", people = all.len(), names = names),
        more => say!(lang, "candidate-people-more", people = all.len(), names = names, more = more),
    }
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
