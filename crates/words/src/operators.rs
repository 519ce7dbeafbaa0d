//! Purpose: lines for the bot's operators. They are stored as text and made inert as a whole when they are shown, so
//! nothing is escaped here.

use std::time::Duration;

use domain::setup::Language;
use domain::{Effect, Incident, IncidentId, Subject, TimerKind};

use crate::cut;
use crate::list::grouped;
use crate::say::say;
use crate::text::title;

/// An effect was refused for good. `row` is its number in the outbox.
pub fn undelivered(row: i64, effect: &Effect, reason: &str, lang: Language) -> String {
    let (what, row, reason) = (effect_word(effect, lang), row.to_string(), sentence_end(reason));
    match effect.incident().map(IncidentId::label) {
        Some(incident) => {
            say!(lang, "operators-undelivered-of", what = what, incident = incident, reason = reason, row = row)
        }
        None => say!(lang, "operators-undelivered", what = what, reason = reason, row = row),
    }
}

/// The category in which channels are made takes no more of them.
pub fn category_full(category: &str, lang: Language) -> String {
    say!(lang, "operators-category-full", category = category)
}

/// An effect was refused because Siaga lacks a permission; it is tried again by itself when permissions change.
pub fn not_permitted(row: i64, effect: &Effect, reason: &str, lang: Language) -> String {
    let (what, row, reason) = (effect_word(effect, lang), row.to_string(), sentence_end(reason));
    match effect.incident().map(IncidentId::label) {
        Some(incident) => {
            say!(lang, "operators-not-permitted-of", what = what, incident = incident, reason = reason, row = row)
        }
        None => say!(lang, "operators-not-permitted", what = what, reason = reason, row = row),
    }
}

/// A row of the outbox could not even be read.
pub fn undelivered_unreadable(row: i64, reason: &str, lang: Language) -> String {
    say!(lang, "operators-undelivered-unreadable", reason = sentence_end(reason), row = row.to_string())
}

/// So many more effects were refused for good than were told one by one.
pub fn undelivered_more(count: u64, lang: Language) -> String {
    say!(lang, "operators-undelivered-more", count = i64::try_from(count).unwrap_or(i64::MAX))
}

/// What was due in a subject could not be decided.
pub fn timer_failed(subject: &Subject, kind: TimerKind, error_id: &str, lang: Language) -> String {
    let what = match kind {
        TimerKind::Due => match subject {
            Subject::Storm(_) => return say!(lang, "operators-storm-failed", error = error_id),
            _ => say!(lang, "operators-due-own"),
        },
        TimerKind::EscalationStep | TimerKind::EndAgain => say!(lang, "operators-due-escalation"),
        TimerKind::AckTimeout | TimerKind::AckGrace => say!(lang, "operators-due-ack"),
        TimerKind::UpdateDue => say!(lang, "operators-due-update"),
        TimerKind::AutoResolve | TimerKind::FlapCalm => say!(lang, "operators-due-auto-resolve"),
        TimerKind::Contact => say!(lang, "operators-due-contact"),
        TimerKind::FiresOn => say!(lang, "operators-due-fires-on"),
        TimerKind::PostmortemDue | TimerKind::ActionItemDue | TimerKind::AskToClose => {
            say!(lang, "operators-due-reminder")
        }
    };
    say!(lang, "operators-timer-failed", what = what, incident = subject.label(), error = error_id)
}

/// The guard found an incident for which nobody was responsible.
pub fn unheld(incident: &Incident, lang: Language) -> String {
    say!(lang, "operators-unheld", incident = incident.id.label(), title = title(&incident.title, lang))
}

/// The machine's clock was set by so much; negative is back.
pub fn clock_set(by: jiff::SignedDuration, lang: Language) -> String {
    let length = crate::clock_step(by, lang);
    if by.is_negative() {
        say!(lang, "operators-clock-back", by = length)
    } else {
        say!(lang, "operators-clock-forward", by = length)
    }
}

/// A text without its full stop: another sentence follows.
fn sentence_end(text: &str) -> &str {
    text.trim_end().trim_end_matches('.')
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

/// A new configuration names what is not there, or what could not be looked up; `first` is the first reason.
pub fn configuration_not_usable(reasons: usize, first: &str, lang: Language) -> String {
    say!(lang, "operators-configuration-not-usable", reasons = reasons, first = first)
}

/// Changes that are named in one notice; more are counted.
const CHANGES: usize = 8;

/// A new configuration was read, and what it changes, each as `siaga reload` says it.
pub fn configuration_taken(changes: &[&String], lang: Language) -> String {
    let mut lines = vec![say!(lang, "operators-configuration-taken")];
    lines.extend(changes.iter().take(CHANGES).map(|change| format!("- {}", cut(change, 200))));
    let more = changes.len().saturating_sub(CHANGES);
    if more > 0 {
        lines.push(say!(lang, "operators-configuration-more", number = more));
    }
    lines.join("\n")
}

/// A new configuration names a variable for the key of a sender, and the process does not have it.
pub fn key_missing(variable: &str, lang: Language) -> String {
    say!(lang, "operators-key-missing", variable = variable)
}

/// A file that holds the key of a sender cannot be used.
pub fn key_file_missing(file: &str, lang: Language) -> String {
    say!(lang, "operators-key-file-missing", file = file)
}

/// The connection that brings commands and buttons ended.
pub fn gateway_lost(reason: &str, lang: Language) -> String {
    say!(lang, "operators-gateway-lost", reason = reason)
}

/// Discord does not give the bot the contents of messages.
pub fn content_refused(lang: Language) -> String {
    say!(lang, "operators-content-refused")
}

/// What kind of thing it is, in one word or two.
pub fn effect_word(effect: &Effect, lang: Language) -> String {
    match effect {
        Effect::Card { .. } => say!(lang, "operators-what-card"),
        Effect::Thread { .. } => say!(lang, "operators-what-thread"),
        Effect::Channel { .. } => say!(lang, "operators-what-channel"),
        Effect::RoomCard { .. } => say!(lang, "operators-what-room-card"),
        Effect::Topic { .. } => say!(lang, "operators-what-topic"),
        Effect::Pin { .. } => say!(lang, "operators-what-pin"),
        Effect::Unpin { .. } => say!(lang, "operators-what-unpin"),
        Effect::Post { .. } | Effect::PostEdited { .. } | Effect::Outage { .. } => say!(lang, "operators-what-post"),
        Effect::Page { .. } => say!(lang, "operators-what-page"),
        Effect::PageSettled { .. } => say!(lang, "operators-what-page-settled"),
        Effect::Status { .. } => say!(lang, "operators-what-status"),
        Effect::Admit { .. } => say!(lang, "operators-what-admit"),
        Effect::FollowerTold { .. } => say!(lang, "operators-what-follower"),
        Effect::ItemTold { .. } => say!(lang, "operators-what-item-told"),
        Effect::Member { .. } => say!(lang, "operators-what-member"),
        Effect::Candidate { .. } => say!(lang, "operators-what-candidate"),
        Effect::OpeningAsked { .. } => say!(lang, "operators-what-opening-asked"),
        Effect::Known { .. } | Effect::NoteShows { .. } => say!(lang, "operators-what-note"),
        Effect::CandidateSettled { .. } => say!(lang, "operators-what-candidate-settled"),
        Effect::Operators { .. } => say!(lang, "operators-what-notice"),
        Effect::Record { .. } => say!(lang, "operators-what-record"),
        Effect::Board { .. } => say!(lang, "operators-what-board"),
        Effect::StormOver { .. } => say!(lang, "operators-what-storm-over"),
        Effect::Said { .. } => say!(lang, "operators-what-said"),
        Effect::Question { .. } => say!(lang, "operators-what-question"),
        Effect::Role { .. } => say!(lang, "operators-what-role"),
    }
}

/// A channel of the configuration was deleted or renamed while the bot runs.
pub fn channel_missing(channel: &str, lang: Language) -> String {
    say!(lang, "operators-channel-missing", channel = channel)
}

/// Why a body was refused at the intake.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum IntakeRefusal {
    /// The key was wrong or missing.
    Key,
    /// It was empty, or broke off.
    Unreadable,
    /// It was larger than is taken.
    TooLarge,
    /// It did not arrive whole in time.
    TooSlow,
    /// The database could not take it.
    NotKept,
}

/// Nothing that came to an integration was taken for so long: how often for which reason, and what to do about each.
pub fn intake_refused(integration: &str, time: Duration, by: &[(IntakeRefusal, u64)], lang: Language) -> String {
    let reasons: Vec<String> = by
        .iter()
        .map(|(reason, count)| {
            let number = usize::try_from(*count).unwrap_or(usize::MAX);
            let shown = grouped(number, lang);
            match reason {
                IntakeRefusal::Key => say!(lang, "operators-intake-key", number = number, shown = shown),
                IntakeRefusal::Unreadable => say!(lang, "operators-intake-unreadable", number = number, shown = shown),
                IntakeRefusal::TooLarge => say!(lang, "operators-intake-too-large", number = number, shown = shown),
                IntakeRefusal::TooSlow => say!(lang, "operators-intake-too-slow", number = number, shown = shown),
                IntakeRefusal::NotKept => say!(lang, "operators-intake-not-kept", number = number, shown = shown),
            }
        })
        .collect();
    let time = crate::duration(jiff::SignedDuration::try_from(time).unwrap_or(jiff::SignedDuration::MAX), lang);
    say!(lang, "operators-intake-refused", integration = integration, time = time, reasons = reasons.join(" "))
}

/// What comes to an integration is taken again.
pub fn intake_heard(integration: &str, lang: Language) -> String {
    say!(lang, "operators-intake-heard", integration = integration)
}
