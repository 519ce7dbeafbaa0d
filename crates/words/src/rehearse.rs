//! Purpose: what a rehearsal on the real server shows in Discord: that it is one, whose it is, and that it goes away.

use domain::setup::Language;

use crate::say::say;
use crate::text::name;

/// Title of the incident that a rehearsal shows.
pub fn rehearsal_title(lang: Language) -> String {
    say!(lang, "rehearsal-title")
}

/// Topic of the channels a rehearsal makes, before their marker.
pub fn rehearsal_topic(who: &str, lang: Language) -> String {
    say!(lang, "rehearsal-topic", who = name(who))
}

/// What stands wherever a rehearsal has to say something. `label` is the number of its incident, by which it is found again.
pub fn rehearsal_line(label: &str, who: &str, lang: Language) -> String {
    say!(lang, "rehearsal-line", incident = label, who = name(who))
}
