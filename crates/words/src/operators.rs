//! Purpose: lines for the bot's operators. They are stored as text and made inert as a whole when they are shown, so
//! nothing is escaped here.

use domain::setup::Language;
use domain::{Effect, IncidentId};

use crate::say::say;

/// An effect was refused for good.
pub fn undelivered(effect: &Effect, reason: &str, lang: Language) -> String {
    let what = effect_word(effect, lang);
    match effect.incident().map(IncidentId::label) {
        Some(incident) => say!(lang, "operators-undelivered-of", what = what, incident = incident, reason = reason),
        None => say!(lang, "operators-undelivered", what = what, reason = reason),
    }
}

/// A report that should be asked about came from where nobody can be asked.
pub fn candidate_without_line(journal: i64, title: &str, lang: Language) -> String {
    say!(lang, "operators-candidate-without-line", row = journal.to_string(), title = title)
}

/// A row of the journal could be neither decided nor shown as an unmapped alert.
pub fn undecided(journal: i64, error_id: &str, lang: Language) -> String {
    say!(lang, "operators-undecided", row = journal.to_string(), error = error_id)
}

/// A new configuration has mistakes; `first` is the first one with its place.
pub fn configuration_refused(mistakes: usize, first: &str, lang: Language) -> String {
    say!(lang, "operators-configuration-refused", mistakes = mistakes, first = first)
}

/// A new configuration was read.
pub fn configuration_taken(lang: Language) -> String {
    say!(lang, "operators-configuration-taken")
}

/// A new configuration names a variable for the key of a sender, and the process does not have it.
pub fn key_missing(variable: &str, lang: Language) -> String {
    say!(lang, "operators-key-missing", variable = variable)
}

/// The connection that brings commands and buttons ended.
pub fn gateway_lost(reason: &str, lang: Language) -> String {
    say!(lang, "operators-gateway-lost", reason = reason)
}

/// Discord does not give the bot the contents of messages.
pub fn content_refused(lang: Language) -> String {
    say!(lang, "operators-content-refused")
}

fn effect_word(effect: &Effect, lang: Language) -> String {
    match effect {
        Effect::Card { .. } => say!(lang, "operators-what-card"),
        Effect::Thread { .. } => say!(lang, "operators-what-thread"),
        Effect::Channel { .. } => say!(lang, "operators-what-channel"),
        Effect::Pin { .. } => say!(lang, "operators-what-pin"),
        Effect::Unpin { .. } => say!(lang, "operators-what-unpin"),
        Effect::Post { .. } => say!(lang, "operators-what-post"),
        Effect::Page { .. } => say!(lang, "operators-what-page"),
        Effect::PageSettled { .. } => say!(lang, "operators-what-page-settled"),
        Effect::Status { .. } => say!(lang, "operators-what-status"),
        Effect::Member { .. } => say!(lang, "operators-what-member"),
        Effect::Candidate { .. } => say!(lang, "operators-what-candidate"),
        Effect::CandidateSettled { .. } => say!(lang, "operators-what-candidate-settled"),
        Effect::Operators { .. } => say!(lang, "operators-what-notice"),
        Effect::Record { .. } => say!(lang, "operators-what-record"),
    }
}
