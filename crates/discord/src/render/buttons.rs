//! Purpose: buttons: their names, what they ask for, and the rows they stand in.

use domain::IncidentId;
use domain::setup::Language;
use serde_json::{Value, json};
use words::Button;

use super::limits;
use crate::custom_id::{CustomId, Spot, Verb};

/// One row with the buttons of an incident, in this order.
pub(super) fn row(verbs: &[Verb], incident: IncidentId, spot: Spot, lang: Language) -> Value {
    row_with(verbs, incident, spot, lang, |_| None)
}

/// The same with other words on some of them.
pub(super) fn row_with(
    verbs: &[Verb],
    incident: IncidentId,
    spot: Spot,
    lang: Language,
    label: impl Fn(Verb) -> Option<String>,
) -> Value {
    let buttons: Vec<Value> = verbs
        .iter()
        .take(limits::BUTTONS_IN_ROW)
        .map(|verb| {
            let label = label(*verb).unwrap_or_else(|| word(*verb, lang));
            labelled(&label, style(*verb), &CustomId::Button { verb: *verb, incident, spot })
        })
        .collect();
    rows(buttons)
}

/// The two answers to the question whether a chat line is an incident.
pub(super) fn candidate(journal: i64, lang: Language) -> Value {
    rows(vec![
        button(Button::OpenIncident, PRIMARY, &CustomId::Candidate { journal, open: true }, lang),
        button(Button::NotAnIncident, SECONDARY, &CustomId::Candidate { journal, open: false }, lang),
    ])
}

pub(super) fn asked(asked: u64, lang: Language) -> Value {
    rows(vec![
        button(Button::OpenIncident, PRIMARY, &CustomId::Asked { asked, open: true }, lang),
        button(Button::NotAnIncident, SECONDARY, &CustomId::Asked { asked, open: false }, lang),
    ])
}

pub(crate) const PRIMARY: u8 = 1;
pub(crate) const SECONDARY: u8 = 2;
pub(crate) const SUCCESS: u8 = 3;
pub(crate) const DANGER: u8 = 4;

pub(crate) fn rows(buttons: Vec<Value>) -> Value {
    if buttons.is_empty() { json!([]) } else { json!([{ "type": 1, "components": buttons }]) }
}

pub(super) fn button(word: Button, style: u8, id: &CustomId, lang: Language) -> Value {
    labelled(&words::button(word, lang), style, id)
}

/// A button with these words on it.
pub(crate) fn labelled(label: &str, style: u8, id: &CustomId) -> Value {
    json!({
        "type": 2,
        "style": style,
        "label": words::cut(label, limits::BUTTON_LABEL),
        "custom_id": id.to_string(),
    })
}

fn word(verb: Verb, lang: Language) -> String {
    let word = match verb {
        Verb::Acknowledge => Button::Acknowledge,
        Verb::AcknowledgeAll => Button::AcknowledgeAll,
        Verb::Decline => Button::Decline,
        Verb::Runbook => Button::Runbook,
        Verb::Update => Button::Update,
        Verb::Mitigate => Button::Mitigate,
        Verb::Resolve => Button::Resolve,
        Verb::Page => Button::PageSomeone,
        Verb::Severity => Button::Severity,
        Verb::Commander => Button::Commander,
        Verb::TakeCommand => Button::TakeCommand,
        Verb::Note => Button::Note,
        Verb::Edit => Button::Edit,
        Verb::Escalate | Verb::EscalateNow => Button::Escalate,
        Verb::Why => Button::Why,
        Verb::More => Button::More,
        Verb::KeepOpen => Button::KeepOpen,
        Verb::Undo | Verb::UndoAll | Verb::UndoDismiss | Verb::Unmitigate => Button::Undo,
        Verb::StillOnIt => Button::StillOnIt,
        Verb::UndoDecline => return words::undo_decline_button(lang),
        // Where the severity is not known that gives it one.
        Verb::Room => Button::Triage,
        Verb::Postmortem => Button::Postmortem,
        Verb::Triage => Button::Triage,
        Verb::Silence => Button::Silence,
        Verb::Silenced => Button::Silenced,
    };
    words::button(word, lang)
}

const fn style(verb: Verb) -> u8 {
    match verb {
        Verb::EscalateNow | Verb::Acknowledge | Verb::AcknowledgeAll | Verb::Update | Verb::StillOnIt => PRIMARY,
        Verb::Resolve => SUCCESS,
        Verb::Decline
        | Verb::Runbook
        | Verb::Page
        | Verb::Severity
        | Verb::Commander
        | Verb::TakeCommand
        | Verb::Note
        | Verb::Edit
        | Verb::Escalate
        | Verb::Why
        | Verb::More
        | Verb::KeepOpen
        | Verb::Mitigate
        | Verb::Unmitigate
        | Verb::Undo
        | Verb::UndoAll
        | Verb::UndoDecline
        | Verb::UndoDismiss
        | Verb::Room
        | Verb::Triage
        | Verb::Silence
        | Verb::Silenced
        | Verb::Postmortem => SECONDARY,
    }
}
