//! Purpose: what pages or ends something, before it does: the question, and what its button says.

use domain::incident::Incident;
use domain::postmortem::AskedWhenClosing;
use domain::setup::Language;
use domain::triage::Preview;
use domain::{IncidentId, PersonId, Severity};
use jiff::SignedDuration;

use crate::list::and;
use crate::say::say;
use crate::text::{person, sentence, then};
use crate::{Names, cut, duration};

/// Characters of the names on a button: Discord allows 80 for all of it, and a phone shows far less.
const ON_BUTTON: usize = 40;
/// Characters of all dependents together.
const UNITS: usize = 700;

/// "Raise INC-3 from SEV-4 to SEV-3?", and what that would do.
pub fn sure_raise(incident: &Incident, preview: &Preview, names: &dyn Names, lang: Language) -> String {
    let (id, from, to) = (incident.id.label(), preview.from.to_string(), preview.to.to_string());
    let effects = crate::triage::effects(incident, preview, names, lang);
    format!("{}\n{effects}", say!(lang, "sure-raise", incident = id, from = from, to = to))
}

/// "Raise to SEV-3 (pages Rina)".
pub fn raise_button(preview: &Preview, names: &dyn Names, lang: Language) -> String {
    let severity = preview.to.to_string();
    match who(&preview.pages, names, lang) {
        Some(who) => say!(lang, "sure-button-raise-pages", severity = severity, who = who),
        None => say!(lang, "sure-button-raise", severity = severity),
    }
}

/// The same on a card, which stands for hours while who is on call changes: the question behind it names them.
pub fn raise_card_button(to: Severity, pages: bool, lang: Language) -> String {
    let severity = to.to_string();
    if pages {
        say!(lang, "sure-button-raise-people", severity = severity)
    } else {
        say!(lang, "sure-button-raise", severity = severity)
    }
}

/// "Merge INC-9 into INC-8? INC-9 ends, its alerts and followers go on there."
pub fn sure_merge(from: &Incident, into: &Incident, preview: &Preview, names: &dyn Names, lang: Language) -> String {
    let of = |incident: &Incident| crate::incident_choice(incident.id, incident.severity, &incident.title);
    let asked = say!(lang, "sure-merge", incident = from.id.label(), into = into.id.label());
    let pages = who(&preview.pages, names, lang).map(|who| say!(lang, "sure-merge-pages", who = who));
    let stops = who(&preview.stops, names, lang).map(|who| say!(lang, "sure-merge-stops", who = who));
    let lines = [from, into].map(|incident| crate::escape(&cut(&of(incident), 200)));
    format!("{}\n{}", then(then(asked, pages), stops), lines.join("\n"))
}

/// "Merge into INC-8 (pages Rina)".
pub fn merge_button(into: IncidentId, preview: &Preview, names: &dyn Names, lang: Language) -> String {
    let into = into.label();
    match who(&preview.pages, names, lang) {
        Some(who) => say!(lang, "sure-button-merge-pages", into = into, who = who),
        None => say!(lang, "sure-button-merge", into = into),
    }
}

/// "You have had INC-8 for 12 minutes. Give it back? That pages Budi now."
pub fn sure_give_back(
    incident: IncidentId,
    after: SignedDuration,
    pages: &[PersonId],
    names: &dyn Names,
    lang: Language,
) -> String {
    let asked = say!(lang, "sure-give-back", incident = incident.label(), after = duration(after, lang));
    then(asked, who(pages, names, lang).map(|who| say!(lang, "sure-give-back-pages", who = who)))
}

/// "Give it back (pages Budi)".
pub fn give_back_button(pages: &[PersonId], names: &dyn Names, lang: Language) -> String {
    match who(pages, names, lang) {
        Some(who) => say!(lang, "sure-button-give-back-pages", who = who),
        None => say!(lang, "sure-button-give-back"),
    }
}

/// "Undo (pages Budi)".
pub fn undo_button(pages: &[PersonId], names: &dyn Names, lang: Language) -> String {
    match who(pages, names, lang) {
        Some(who) => say!(lang, "sure-button-undo-pages", who = who),
        None => say!(lang, "button-undo"),
    }
}

/// Whoever pressed Can't take it by mistake has it.
pub fn undo_decline_button(lang: Language) -> String {
    say!(lang, "sure-button-undo-decline")
}

/// What whoever closes a postmortem says with it: who knew first, and that nothing else was hit.
pub fn sure_close(asked: AskedWhenClosing<'_>, lang: Language) -> String {
    let knew = asked.knew.map(|knew| say!(lang, "sure-close-knew", by = crate::known_by(knew.by, lang)));
    let units: Vec<String> = asked.clear.iter().map(|unit| crate::text::name(unit)).collect();
    let clear = (!units.is_empty()).then(|| say!(lang, "sure-close-clear", units = cut(&and(&units, lang), UNITS)));
    let lines = [Some(say!(lang, "sure-close")), knew, clear];
    lines.into_iter().flatten().collect::<Vec<_>>().join("\n")
}

/// The way out of a question.
pub fn leave_button(lang: Language) -> String {
    say!(lang, "sure-button-no")
}

/// What somebody reads who took the way out.
pub fn nothing_changed(lang: Language) -> String {
    say!(lang, "sure-nothing")
}

/// Title of the form that asks why a severity changes.
pub fn severity_form_title(incident: IncidentId, preview: &Preview, lang: Language) -> String {
    let (incident, to) = (incident.label(), preview.to.to_string());
    if preview.lowers() {
        say!(lang, "sure-form-lower", incident = incident, to = to)
    } else {
        say!(lang, "sure-form-raise", incident = incident, to = to)
    }
}

/// Label of its field: what it pages or stops is said where one types.
pub fn severity_form_label(preview: &Preview, names: &dyn Names, lang: Language) -> String {
    let (pages, stops) = (who(&preview.pages, names, lang), who(&preview.stops, names, lang));
    match (pages, stops) {
        (Some(who), _) => say!(lang, "sure-form-pages", who = who),
        (None, Some(who)) => say!(lang, "sure-form-stops", who = who),
        (None, None) => say!(lang, "sure-form-why"),
    }
}

/// Label of the form that closes it as no incident: whose pages that stops, or who is working on it.
pub fn dismiss_form_label(incident: &Incident, names: &dyn Names, lang: Language) -> String {
    let mut called: Vec<PersonId> = Vec::new();
    for page in incident.open_pages() {
        if !called.contains(&page.person) {
            called.push(page.person.clone());
        }
    }
    match (who(&called, names, lang), &incident.acknowledged) {
        (Some(who), _) => say!(lang, "sure-form-stops", who = who),
        (None, Some((holder, _))) => {
            say!(lang, "sure-form-has-it", who = cut(&crate::plain(&holder.name), ON_BUTTON))
        }
        (None, None) => say!(lang, "form-dismiss-reason"),
    }
}

/// An example in its field.
pub fn severity_form_hint(lang: Language) -> String {
    say!(lang, "sure-form-hint")
}

/// A reason that was typed for something that has to be asked once more.
pub fn typed_reason(reason: &str, lang: Language) -> String {
    say!(lang, "sure-typed", reason = sentence(reason, 800))
}

fn who(people: &[PersonId], names: &dyn Names, lang: Language) -> Option<String> {
    let people: Vec<String> = people.iter().map(|who| crate::plain(&person(who, names))).collect();
    (!people.is_empty()).then(|| cut(&and(&people, lang), ON_BUTTON))
}
