//! Purpose: text from outside as a part of a sentence: inert, bounded, never nothing.

use domain::setup::Language;
use domain::triage::{Impact, Urgency};
use domain::{ChatChannelId, Incident, PersonId};

use crate::say::say;
use crate::{Names, cut, escape, terms};

/// Longest outside text inside a sentence that has others beside it.
pub(crate) const PART: usize = 850;

/// A name: escaped and never long.
pub(crate) fn name(name: &str) -> String {
    cut(&escape(name), 64)
}

pub(crate) fn person(person: &PersonId, names: &dyn Names) -> String {
    name(&names.person(person))
}

/// Outside text as a sentence: inert, not longer than `limit`, with a mark at its end.
pub(crate) fn sentence(text: &str, limit: usize) -> String {
    let text = cut(&escape(text), limit);
    if text.is_empty() || text.ends_with(['.', '!', '?', '…', ':', ';']) { text } else { format!("{text}.") }
}

/// Why somebody paged somebody: what they typed, or the domain's own word for `/escalate`.
pub(crate) fn page_reason(text: &str, limit: usize, lang: Language) -> String {
    if text == "escalated" { sentence(&say!(lang, "text-escalated"), limit) } else { sentence(text, limit) }
}

/// Why a severity changed: what a person typed, or the two answers of triage, which the domain writes as a reason.
pub(crate) fn change_reason(text: &str, limit: usize, lang: Language) -> String {
    let answers = || {
        let (impact, urgency) = text.strip_prefix("impact: ")?.split_once(", urgency: ")?;
        let (impact, urgency) = (Impact::parse(impact)?, Urgency::parse(urgency)?);
        Some(format!("{}, {}", terms::impact(impact, lang), terms::urgency(urgency, lang)))
    };
    sentence(&answers().unwrap_or_else(|| text.to_owned()), limit)
}

/// A title never vanishes, whatever it was made of.
pub(crate) fn title(text: &str, lang: Language) -> String {
    let text = cut(&escape(text), 300);
    if text.is_empty() { say!(lang, "text-no-title") } else { text }
}

/// `SEV-1 INC-8 Checkout errors 12 %`
pub(crate) fn heading(incident: &Incident, lang: Language) -> String {
    format!("{}{} {} {}", drill(incident, lang), incident.severity, incident.id.label(), title(&incident.title, lang))
}

/// `INC-8 Checkout errors 12 %`, for sentences that name an incident; `DRILL INC-8 Checkout errors 12 %` of a drill.
pub(crate) fn named(incident: &Incident, lang: Language) -> String {
    format!("{}{}", drill(incident, lang), format_args!("{} {}", incident.id.label(), title(&incident.title, lang)))
}

/// What stands before whatever names a drill.
fn drill(incident: &Incident, lang: Language) -> String {
    incident.drill.as_ref().map(|_| format!("{} ", say!(lang, "card-drill"))).unwrap_or_default()
}

/// Two sentences, the second if there is one.
pub(crate) fn then(first: String, second: Option<String>) -> String {
    match second {
        Some(second) => format!("{first} {second}"),
        None => first,
    }
}

/// A room as people click on it.
pub(crate) fn room_link(room: ChatChannelId) -> String {
    format!("<#{room}>")
}
