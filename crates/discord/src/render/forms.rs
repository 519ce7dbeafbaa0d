//! Purpose: forms. Text inputs stand in action rows, because the values of newer components are lost on the way back.

use domain::incident::{IMPACT_LIMIT, TEXT_LIMIT, TITLE_LIMIT};
use domain::setup::Language;
use domain::{ChatChannelId, ChatMessageId, Incident, Setup};
use serde_json::{Value, json};
use words::{FormText, Names};

use super::limits;
use crate::custom_id::{CustomId, Form};
use crate::nouns;

/// `custom_id`s of the fields.
pub mod field {
    /// What we know.
    pub const KNOW: &str = "know";
    /// What we do.
    pub const DOING: &str = "doing";
    /// Next update in.
    pub const NEXT: &str = "next";
    /// What fixed it.
    pub const FIXED: &str = "fixed";
    /// What is broken.
    pub const TITLE: &str = "title";
    /// Who is affected, and how.
    pub const IMPACT: &str = "impact";
    /// Service.
    pub const SERVICE: &str = "service";
    /// Why.
    pub const REASON: &str = "reason";
    /// What happened or was found.
    pub const NOTE: &str = "note";
    /// What is silenced.
    pub const MATCHERS: &str = "matchers";
    /// Until when, or for how long.
    pub const UNTIL: &str = "until";
    /// Severity.
    pub const SEVERITY: &str = "severity";
    /// Core problem.
    pub const CORE: &str = "core";
    /// Root cause.
    pub const ROOT: &str = "root";
    /// Lessons.
    pub const LESSONS: &str = "lessons";
    /// What is to be done.
    pub const WHAT: &str = "what";
    /// Until when.
    pub const DUE: &str = "due";
    /// Link to what was changed.
    pub const CHANGED: &str = "changed";
    /// A link to what was changed, or why nothing was.
    pub const PREVENTION: &str = "prevention";
    /// Why nothing was changed.
    pub const REFUSED: &str = "refused";
    /// How much later we knew.
    pub const MINUTES: &str = "minutes";
    /// What shows it.
    pub const LINK: &str = "link";
}

/// What is known when a form to open an incident is shown.
#[derive(Clone, Copy, Debug, Default)]
pub struct Prefill<'a> {
    /// One line, as it was written.
    pub title: &'a str,
    /// Service, if known.
    pub service: Option<&'a str>,
}

/// The form of `/update`: the `data` of a modal response.
pub fn update_form(incident: &Incident, setup: &Setup, lang: Language) -> Value {
    let last = incident.updates.last();
    let every = setup.severity_plan(incident.severity).update_every;
    let minutes = every.map(|every| (every.as_secs() / 60).to_string());
    modal(
        &words::form_title(FormText::UpdateTitle, incident.id, lang),
        Form::Update(incident.id),
        vec![
            // The impact is what stakeholders know until somebody tells them more.
            Input::long(field::KNOW, &words::form(FormText::UpdateKnow, lang), TEXT_LIMIT)
                .value(last.map(|update| update.know.as_str()).or(incident.impact.as_deref())),
            Input::long(field::DOING, &words::form(FormText::UpdateDoing, lang), TEXT_LIMIT),
            Input::short(field::NEXT, &words::form(FormText::UpdateNext, lang), 50)
                .optional()
                .value(minutes.as_deref())
                .placeholder(&words::form(FormText::UpdateNextHint, lang)),
        ],
    )
}

/// The form of `/resolve`: the `data` of a modal response. Its label warns while alerts fire.
pub fn resolve_form(incident: &Incident, lang: Language) -> Value {
    // What was said to be done is most often what fixed it.
    let mitigated = incident.mitigated.as_ref().and_then(|mitigated| mitigated.how.as_deref());
    let doing = mitigated.or(incident.updates.last().map(|update| update.doing.as_str()));
    modal(
        &words::form_title(FormText::ResolveTitle, incident.id, lang),
        Form::Resolve(incident.id),
        vec![
            Input::long(field::FIXED, &words::resolve_label(incident, lang), TEXT_LIMIT)
                .lines(doing)
                .placeholder(&words::form(FormText::ResolveHint, lang)),
        ],
    )
}

/// The form of `/incident edit`: the `data` of a modal response.
pub fn correct_form(incident: &Incident, lang: Language) -> Value {
    modal(
        &words::form_title(FormText::CorrectTitle, incident.id, lang),
        Form::Correct(incident.id),
        vec![
            Input::short(field::TITLE, &words::form(FormText::CorrectWhat, lang), TITLE_LIMIT)
                .value(Some(&incident.title)),
            Input::long(field::IMPACT, &words::form(FormText::CorrectImpact, lang), IMPACT_LIMIT)
                .optional()
                .lines(incident.impact.as_deref()),
            Input::short(field::SERVICE, &words::form(FormText::CorrectService, lang), 100)
                .optional()
                .value(incident.service.as_deref())
                .placeholder(&words::form(FormText::CorrectServiceHint, lang)),
        ],
    )
}

/// What stands in a field of a form when it opens.
pub(crate) fn shown<'a>(form: &'a Value, name: &str) -> &'a str {
    let rows = form["components"].as_array().into_iter().flatten();
    let mut inputs = rows.flat_map(|row| row["components"].as_array().into_iter().flatten());
    let input = inputs.find(|input| input["custom_id"] == name);
    input.and_then(|input| input["value"].as_str()).unwrap_or_default()
}

/// The form that closes it as no incident: the `data` of a modal response. Its label names whose pages stop, or who has it.
pub fn dismiss_form(incident: &Incident, names: &dyn Names, lang: Language) -> Value {
    modal(
        &words::form_title(FormText::DismissTitle, incident.id, lang),
        Form::Dismiss(incident.id),
        vec![
            Input::long(field::REASON, &words::dismiss_form_label(incident, names, lang), TEXT_LIMIT)
                .placeholder(&words::form(FormText::DismissHint, lang)),
        ],
    )
}

/// The form that opens an incident from a message: the `data` of a modal response.
pub fn open_form(channel: ChatChannelId, message: ChatMessageId, prefill: Prefill<'_>, lang: Language) -> Value {
    modal(
        &words::form(FormText::OpenTitle, lang),
        Form::Open { channel: channel.0, message: message.0 },
        vec![
            Input::short(field::TITLE, &words::form(FormText::OpenWhat, lang), TITLE_LIMIT).value(Some(prefill.title)),
            Input::long(field::IMPACT, &words::form(FormText::OpenImpact, lang), IMPACT_LIMIT).optional(),
            Input::short(field::SERVICE, &words::form(FormText::OpenService, lang), 100)
                .optional()
                .value(prefill.service),
            Input::short(field::SEVERITY, &words::form(FormText::OpenSeverity, lang), 10)
                .optional()
                .placeholder(&words::form(FormText::OpenSeverityHint, lang)),
        ],
    )
}

/// The fields of each form, in their order, with what they are called.
pub(crate) fn fields(form: Form, lang: Language) -> Vec<(&'static str, String)> {
    let all: &[(&'static str, FormText)] = match form {
        Form::Update(_) => &[
            (field::KNOW, FormText::UpdateKnow),
            (field::DOING, FormText::UpdateDoing),
            (field::NEXT, FormText::UpdateNext),
        ],
        Form::Resolve(_) => &[(field::FIXED, FormText::ResolveFixed)],
        Form::Dismiss(_) => &[(field::REASON, FormText::DismissReason)],
        Form::Note(_) => &[(field::NOTE, FormText::NoteText)],
        Form::Page(..) => &[(field::REASON, FormText::PageReason)],
        Form::Severity(..) | Form::TriageLower(..) => &[(field::REASON, FormText::SeverityReason)],
        Form::Write(_) => &[
            (field::CORE, FormText::WriteCore),
            (field::ROOT, FormText::WriteRoot),
            (field::LESSONS, FormText::WriteLessons),
            (field::WHAT, FormText::WriteItem),
            (field::PREVENTION, FormText::WritePrevention),
        ],
        Form::ActionItem(_) | Form::Item(..) => {
            &[(field::WHAT, FormText::ActionWhat), (field::DUE, FormText::ActionDue)]
        }
        Form::Correct(_) => &[
            (field::TITLE, FormText::CorrectWhat),
            (field::IMPACT, FormText::CorrectImpact),
            (field::SERVICE, FormText::CorrectService),
        ],
        Form::Proof(_) => &[(field::CHANGED, FormText::ProofChanged), (field::REFUSED, FormText::ProofRefused)],
        Form::Knew(..) => &[(field::MINUTES, FormText::KnewMinutes), (field::LINK, FormText::KnewLink)],
        Form::Open { .. } => &[
            (field::TITLE, FormText::OpenWhat),
            (field::IMPACT, FormText::OpenImpact),
            (field::SERVICE, FormText::OpenService),
            (field::SEVERITY, FormText::OpenSeverity),
        ],
        Form::Noun(noun) => return nouns::form_fields(noun, lang),
    };
    all.iter().map(|(name, label)| (*name, words::form(*label, lang))).collect()
}

pub(crate) fn modal(title: &str, form: Form, inputs: Vec<Input>) -> Value {
    let rows: Vec<Value> = inputs.into_iter().map(|input| json!({ "type": 1, "components": [input.json()] })).collect();
    json!({
        "custom_id": CustomId::Form(form).to_string(),
        "title": words::cut(title, limits::MODAL_TITLE),
        "components": rows,
    })
}

pub(crate) struct Input {
    id: &'static str,
    label: String,
    long: bool,
    required: bool,
    max: usize,
    value: Option<String>,
    placeholder: Option<String>,
}

impl Input {
    pub(crate) fn short(id: &'static str, label: &str, max: usize) -> Self {
        Self { id, label: label.to_owned(), long: false, required: true, max, value: None, placeholder: None }
    }

    pub(crate) fn long(id: &'static str, label: &str, max: usize) -> Self {
        Self { long: true, ..Self::short(id, label, max) }
    }

    pub(crate) fn optional(mut self) -> Self {
        self.required = false;
        self
    }

    pub(crate) fn value(mut self, value: Option<&str>) -> Self {
        let value = value.map(words::plain).filter(|value| !value.is_empty());
        self.value = value.map(|value| words::cut(&value, self.max.min(limits::INPUT_TEXT)));
        self
    }

    /// Like [`Input::value`], with its line breaks.
    pub(crate) fn lines(mut self, value: Option<&str>) -> Self {
        let value = value.filter(|value| !value.trim().is_empty());
        self.value = value.map(|value| words::cut(value, self.max.min(limits::INPUT_TEXT)));
        self
    }

    pub(crate) fn placeholder(mut self, text: &str) -> Self {
        self.placeholder = Some(words::cut(text, limits::INPUT_PLACEHOLDER));
        self
    }

    fn json(self) -> Value {
        let mut input = json!({
            "type": 4,
            "custom_id": self.id,
            "style": if self.long { 2 } else { 1 },
            "label": words::cut(&self.label, limits::INPUT_LABEL),
            "required": self.required,
            "max_length": self.max.min(limits::INPUT_TEXT),
        });
        if let Some(value) = self.value {
            input["value"] = Value::String(value);
        }
        if let Some(placeholder) = self.placeholder {
            input["placeholder"] = Value::String(placeholder);
        }
        input
    }
}
