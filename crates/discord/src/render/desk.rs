//! Purpose: the lists behind `[More]`: whom to page, how bad it is, who commands. Whoever is on call now stands first, oneself last, and
//! each by the name people know.

use domain::setup::Language;
use domain::{ChatUserId, Incident, Setup, Severity};
use serde_json::{Value, json};
use words::DeskQuestion;

use super::forms::{Input, field, modal};
use super::{buttons, limits, private};
use crate::custom_id::{CustomId, Form, Pick, Spot, Verb};
use domain::incident::TEXT_LIMIT;
use words::FormText;

/// Somebody who can be chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// Their account.
    pub user: ChatUserId,
    /// As people know them.
    pub name: String,
    /// Schedules on which they are on call now.
    pub on_call: Vec<String>,
    /// It is whoever asks.
    pub is_asker: bool,
}

/// A list of people.
pub(crate) fn people(pick: Pick, incident: &Incident, people: &[Candidate], lang: Language) -> Value {
    let options: Vec<Value> = people
        .iter()
        .take(limits::SELECT_OPTIONS)
        .map(|one| {
            let mut option = json!({
                "label": words::cut(&words::plain(&one.name), limits::OPTION_TEXT),
                "value": one.user.0.to_string(),
            });
            if one.is_asker {
                option["description"] = json!(words::desk_yourself(lang));
            } else if !one.on_call.is_empty() {
                option["description"] = json!(words::desk_on_call(&one.on_call, lang));
            }
            option
        })
        .collect();
    list(pick, incident, &options, lang)
}

/// A list of the severities it does not have, the worst first.
pub(crate) fn severities(incident: &Incident, setup: &Setup, lang: Language) -> Value {
    let is_known = |severity: &Severity| setup.severities.is_empty() || setup.severities.contains_key(severity);
    let others = Severity::ALL.into_iter().filter(is_known).filter(|severity| *severity != incident.severity);
    let options: Vec<Value> = others
        .map(|severity| {
            let mut option = json!({ "label": severity.to_string(), "value": severity.to_string() });
            let means = setup.severities.get(&severity).map(|plan| words::plain(&plan.means)).unwrap_or_default();
            if !means.is_empty() {
                option["description"] = json!(words::cut(&means, limits::OPTION_TEXT));
            }
            option
        })
        .collect();
    list(Pick::Severity, incident, &options, lang)
}

fn list(pick: Pick, incident: &Incident, options: &[Value], lang: Language) -> Value {
    let question = match pick {
        Pick::Page => DeskQuestion::Page,
        Pick::Severity => DeskQuestion::Severity,
        Pick::Commander => DeskQuestion::Commander,
    };
    let text = words::desk_question(question, incident, lang);
    let select = json!({
        "type": 3,
        "custom_id": CustomId::Pick { pick, incident: incident.id }.to_string(),
        "placeholder": words::cut(&text, limits::SELECT_PLACEHOLDER),
        "options": options,
    });
    let rows = if options.is_empty() { json!([]) } else { json!([{ "type": 1, "components": [select] }]) };
    private(&text, &rows)
}

/// The question before the next step of the policy is taken, and the button that says whom it pages.
pub(crate) fn escalate(incident: &Incident, people: &[String], lang: Language) -> Value {
    let escaped: Vec<String> = people.iter().map(|name| words::escape(name)).collect();
    let plain: Vec<String> = people.iter().map(|name| words::plain(name)).collect();
    let id = CustomId::Button { verb: Verb::EscalateNow, incident: incident.id, spot: Spot::Answer };
    let button = buttons::labelled(&words::desk_escalate_button(&plain, lang), buttons::PRIMARY, &id);
    private(&words::desk_escalate(incident, &escaped, lang), &buttons::rows(vec![button]))
}

/// What somebody is paged for: the `data` of a modal response.
pub(crate) fn page_form(incident: &Incident, user: ChatUserId, lang: Language) -> Value {
    modal(
        &words::form_title(FormText::PageTitle, incident.id, lang),
        Form::Page(incident.id, user),
        vec![Input::long(field::REASON, &words::form(FormText::PageReason, lang), TEXT_LIMIT)],
    )
}

/// A note: the `data` of a modal response.
pub(crate) fn note_form(incident: &Incident, lang: Language) -> Value {
    modal(
        &words::form_title(FormText::NoteTitle, incident.id, lang),
        Form::Note(incident.id),
        vec![Input::long(field::NOTE, &words::form(FormText::NoteText, lang), TEXT_LIMIT)],
    )
}
