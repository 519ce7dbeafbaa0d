//! Purpose: names and topics of threads and channels, and the names of people.

use domain::setup::Language;
use domain::{Incident, PersonId};

use super::limits;
use crate::directory::Directory;

impl words::Names for Directory {
    fn person(&self, person: &PersonId) -> String {
        self.name(person).to_owned()
    }
}

/// `INC-8`, and for a drill `INC-8 DRILL`.
fn label(incident: &Incident, lang: Language) -> String {
    match incident.drill {
        Some(_) => format!("{} {}", incident.id.label(), words::drill_mark(lang)),
        None => incident.id.label(),
    }
}

/// Name of the public thread: `INC-8 Checkout errors 12 %`. Holds no status, so it never has to be changed.
pub fn thread_name(incident: &Incident, lang: Language) -> String {
    words::cut(&words::plain(&format!("{} {}", label(incident, lang), incident.title)), limits::CHANNEL_NAME)
}

/// Name of the channel for the work: `inc-8-checkout`, from the service, else the title.
pub fn channel_name(incident: &Incident, lang: Language) -> String {
    let source = incident.service.as_deref().filter(|service| !slug(service).is_empty()).unwrap_or(&incident.title);
    let drill = incident.drill.as_ref().map(|_| format!("{}-", slug(&words::drill_mark(lang)))).unwrap_or_default();
    let mut name = format!("inc-{}-{drill}{}", incident.id, slug(source));
    name.truncate(name.trim_end_matches('-').len());
    name
}

/// Topic of the channel for the work until its receipt is written. `marker` is how the channel is found again; it stands last and is never
/// cut.
pub fn channel_topic(incident: &Incident, marker: &str, lang: Language) -> String {
    let room = limits::CHANNEL_TOPIC.saturating_sub(words::length(marker) + 3);
    format!("{} · {marker}", words::cut(&words::channel_topic(incident, lang), room))
}

/// Topic of the channel for the work from then on: for people.
pub fn people_topic(incident: &Incident, lang: Language) -> String {
    words::cut(&words::channel_topic(incident, lang), limits::CHANNEL_TOPIC)
}

/// Lower-case letters, digits and single hyphens; at most 40 characters.
fn slug(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars().flat_map(char::to_lowercase) {
        if c.is_ascii_alphanumeric() {
            out.push(c);
        } else if !out.is_empty() && !out.ends_with('-') {
            out.push('-');
        }
        if out.len() >= 40 {
            break;
        }
    }
    out.truncate(out.trim_end_matches('-').len());
    out
}
