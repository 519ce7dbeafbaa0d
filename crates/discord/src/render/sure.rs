//! Purpose: the question before something pages or ends. The button says what it does; the way out stands beside it.

use domain::setup::Language;
use domain::triage::{Impact, Preview, Urgency};
use domain::{Incident, IncidentId, PersonId, Severity};
use jiff::SignedDuration;
use serde_json::Value;
use words::Names;

use super::forms::{Input, field, modal};
use super::{buttons, private};
use crate::custom_id::{CustomId, Form, SureId, SureStep};

/// Before the severity is raised.
pub fn sure_raise(incident: &Incident, preview: &Preview, names: &dyn Names, lang: Language) -> Value {
    let step = SureStep::Raise { to: preview.to, seen: preview.from };
    let text = words::sure_raise(incident, preview, names, lang);
    question(&text, &words::raise_button(preview, names, lang), incident.id, step, lang)
}

/// Before two incidents become one.
pub fn sure_merge(from: &Incident, into: &Incident, preview: &Preview, names: &dyn Names, lang: Language) -> Value {
    let text = words::sure_merge(from, into, preview, names, lang);
    let label = words::merge_button(into.id, preview, names, lang);
    question(&text, &label, from.id, SureStep::Merge { into: into.id }, lang)
}

/// Before somebody gives back what they have had for a while.
pub fn sure_give_back(
    id: IncidentId,
    after: SignedDuration,
    pages: &[PersonId],
    names: &dyn Names,
    lang: Language,
) -> Value {
    let text = words::sure_give_back(id, after, pages, names, lang);
    question(&text, &words::give_back_button(pages, names, lang), id, SureStep::GiveBack, lang)
}

fn question(text: &str, label: &str, incident: IncidentId, step: SureStep, lang: Language) -> Value {
    let id = |step| CustomId::Sure(SureId { incident, step });
    let yes = buttons::labelled(label, buttons::PRIMARY, &id(step));
    let no = buttons::labelled(&words::leave_button(lang), buttons::SECONDARY, &id(SureStep::Leave));
    private(text, &buttons::rows(vec![yes, no]))
}

/// The form that asks why a severity changes: the `data` of a modal response. `typed` stands in it already.
pub fn severity_form(
    incident: IncidentId,
    preview: &Preview,
    typed: Option<&str>,
    names: &dyn Names,
    lang: Language,
) -> Value {
    reason_form(incident, Form::Severity(incident, preview.to), preview, typed, names, lang)
}

/// The same, when two answers of triage lower it.
pub fn triage_lower_form(
    incident: IncidentId,
    (impact, urgency, seen): (Impact, Urgency, Severity),
    preview: &Preview,
    names: &dyn Names,
    lang: Language,
) -> Value {
    reason_form(incident, Form::TriageLower(incident, impact, urgency, seen), preview, None, names, lang)
}

fn reason_form(
    incident: IncidentId,
    form: Form,
    preview: &Preview,
    typed: Option<&str>,
    names: &dyn Names,
    lang: Language,
) -> Value {
    let reason =
        Input::long(field::REASON, &words::severity_form_label(preview, names, lang), domain::incident::TEXT_LIMIT)
            .placeholder(&words::severity_form_hint(lang))
            .lines(typed);
    let reason = if preview.lowers() { reason } else { reason.optional() };
    modal(&words::severity_form_title(incident, preview, lang), form, vec![reason])
}
