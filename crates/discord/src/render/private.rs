//! Purpose: private answers: seen by one person, with the buttons that make sense now.

use domain::setup::Language;
use domain::{ChatUserId, Incident, IncidentId, IncidentStatus};
use serde_json::{Value, json};

use super::{buttons, limits};
use crate::custom_id::{CustomId, Spot, Verb};

/// A private answer: the `data` of a response that only the person who asked sees.
pub fn private(content: &str, components: &Value) -> Value {
    json!({
        "content": words::cut(content, limits::CONTENT),
        "components": components,
        "allowed_mentions": { "parse": [] },
        "flags": limits::EPHEMERAL,
    })
}

/// Under who is on call in another's place: an end for each, by its number and schedule.
pub fn end_components(overrides: &[(u32, &str)], lang: Language) -> Value {
    let several = overrides.len() > 1;
    let buttons = overrides.iter().take(limits::BUTTONS_IN_ROW).map(|(number, schedule)| {
        let label = words::end_override(several.then_some(*schedule), lang);
        labelled(&label, buttons::SECONDARY, &CustomId::EndOverride { number: *number, sure: false })
    });
    buttons::rows(buttons.collect())
}

/// Under the question whether they mean it.
pub(crate) fn sure_to_end(number: u32, lang: Language) -> Value {
    let label = words::end_override_now(lang);
    buttons::rows(vec![labelled(&label, buttons::DANGER, &CustomId::EndOverride { number, sure: true })])
}

fn labelled(label: &str, style: u8, id: &CustomId) -> Value {
    json!({
        "type": 2, "style": style, "label": words::cut(label, limits::BUTTON_LABEL), "custom_id": id.to_string(),
    })
}

/// Under "You have it.": Undo.
pub fn acknowledged_components(incident: IncidentId, lang: Language) -> Value {
    buttons::row(&[Verb::Undo], incident, Spot::Answer, lang)
}

/// Under `/incident show` and More: what this person can do now.
pub fn more_components(incident: &Incident, viewer: ChatUserId, lang: Language) -> Value {
    let holds = incident.acknowledged.as_ref().is_some_and(|(holder, _)| holder.user == viewer);
    let quiet = incident.quiet_since.is_some() && !incident.kept_open;
    let verbs: &[Verb] = match incident.status {
        IncidentStatus::Resolved | IncidentStatus::Closed => &[Verb::Runbook],
        IncidentStatus::Triggered if quiet => &[Verb::Resolve, Verb::KeepOpen, Verb::Runbook],
        IncidentStatus::Triggered => &[Verb::Acknowledge, Verb::Resolve, Verb::Runbook],
        IncidentStatus::Acknowledged | IncidentStatus::Mitigated if holds => {
            &[Verb::Update, Verb::Resolve, Verb::Runbook, Verb::Undo]
        }
        IncidentStatus::Acknowledged | IncidentStatus::Mitigated => &[Verb::Update, Verb::Resolve, Verb::Runbook],
    };
    buttons::row(verbs, incident.id, Spot::Answer, lang)
}
