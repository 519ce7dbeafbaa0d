//! Purpose: the private message of triage: two questions, what would happen, and the ways out.

use std::sync::Arc;

use domain::setup::Language;
use domain::triage::{Impact, Preview, Urgency};
use domain::{Incident, Severity};
use serde_json::{Value, json};
use words::{Button, Choice, Names, TriageQuestion};

use super::{buttons, limits, private};
use crate::custom_id::{Chosen, CustomId, TriageId, TriageStep};

/// The questions, with what was chosen so far; below them what it would do. `seen` is the severity under which the
/// person pressed Confirm, when another one is true by now.
pub fn triage(
    incident: &Incident,
    chosen: Chosen,
    preview: Option<&Preview>,
    seen: Option<Severity>,
    names: &dyn Names,
    lang: Language,
) -> Value {
    let id = |step| CustomId::Triage(TriageId { incident: incident.id, chosen, step });
    let impacts = Impact::ALL
        .map(|impact| option(&words::impact_choice(impact, lang), impact.as_str(), chosen.impact == Some(impact)));
    let urgencies = Urgency::ALL.map(|urgency| {
        option(&words::urgency_choice(urgency, lang), urgency.as_str(), chosen.urgency == Some(urgency))
    });
    // Confirm comes with the preview: nobody confirms what they have not read.
    let confirm = preview.map(|_| {
        let step = TriageStep::Confirm { seen: incident.severity };
        buttons::button(Button::Confirm, buttons::PRIMARY, &id(step), lang)
    });
    let ways_out = [
        buttons::button(Button::NoIncident, buttons::SECONDARY, &id(TriageStep::Dismiss), lang),
        buttons::button(Button::Merge, buttons::SECONDARY, &id(TriageStep::Merge), lang),
    ];
    let rows = [
        select(&id(TriageStep::Impact), TriageQuestion::Impact, &impacts, lang),
        select(&id(TriageStep::Urgency), TriageQuestion::Urgency, &urgencies, lang),
        json!({ "type": 1, "components": confirm.into_iter().chain(ways_out).collect::<Vec<_>>() }),
    ];
    private(&words::triage(incident, preview, seen, names, lang), &json!(rows))
}

/// The open incidents it can be merged into, in the order given, and the way back.
pub fn merge_choice(incident: &Incident, chosen: Chosen, others: &[Arc<Incident>], lang: Language) -> Value {
    let id = |step| CustomId::Triage(TriageId { incident: incident.id, chosen, step });
    let options: Vec<Value> = others
        .iter()
        .take(limits::SELECT_OPTIONS)
        .map(|other| {
            let label = words::incident_choice(other.id, other.severity, &other.title);
            option(&Choice { label, hint: words::merge_hint(other, lang) }, &other.id.to_string(), false)
        })
        .collect();
    let mut rows = Vec::new();
    if !options.is_empty() {
        rows.push(select(&id(TriageStep::Into), TriageQuestion::Into, &options, lang));
    }
    let back = buttons::button(Button::Back, buttons::SECONDARY, &id(TriageStep::Back), lang);
    rows.push(json!({ "type": 1, "components": [back] }));
    private(&words::triage_merge(incident, options.len(), lang), &json!(rows))
}

fn select(id: &CustomId, question: TriageQuestion, options: &[Value], lang: Language) -> Value {
    json!({
        "type": 1,
        "components": [{
            "type": 3,
            "custom_id": id.to_string(),
            "placeholder": words::cut(&words::triage_question(question, lang), limits::SELECT_PLACEHOLDER),
            "options": options,
        }],
    })
}

fn option(choice: &Choice, value: &str, chosen: bool) -> Value {
    json!({
        "label": words::cut(&choice.label, limits::OPTION_TEXT),
        "description": words::cut(&choice.hint, limits::OPTION_TEXT),
        "value": value,
        "default": chosen,
    })
}
