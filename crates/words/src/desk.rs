//! Purpose: what `[More]` asks: whom to page, how bad it is, who commands.

use domain::incident::Incident;
use domain::setup::Language;

use crate::list::and;
use crate::say::say;
use crate::{cut, plain};

/// What is chosen from a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeskQuestion {
    /// Whom to page.
    Page,
    /// How bad it is.
    Severity,
    /// Who coordinates.
    Commander,
}

/// The question above a list. At most 150 characters, because it stands in the list, too.
pub fn desk_question(question: DeskQuestion, incident: &Incident, lang: Language) -> String {
    let id = incident.id.label();
    match question {
        DeskQuestion::Page => say!(lang, "desk-page", incident = id),
        DeskQuestion::Severity => {
            say!(lang, "desk-severity", incident = id, severity = incident.severity.to_string())
        }
        DeskQuestion::Commander => say!(lang, "desk-commander", incident = id),
    }
}

/// Behind the name of somebody who is on call now. Plain text.
pub fn desk_on_call(schedules: &[String], lang: Language) -> String {
    let schedules: Vec<String> = schedules.iter().map(|schedule| plain(schedule)).collect();
    cut(&say!(lang, "desk-on-call", schedules = and(&schedules, lang)), 100)
}

/// Behind one's own name. Plain text.
pub fn desk_yourself(lang: Language) -> String {
    say!(lang, "desk-yourself")
}

/// Asked once before the next step of the policy is taken.
pub fn desk_escalate(incident: &Incident, people: &[String], lang: Language) -> String {
    let id = incident.id.label();
    match people {
        [] => say!(lang, "desk-escalate", incident = id),
        people => say!(lang, "desk-escalate-to", incident = id, who = and(people, lang)),
    }
}

/// The button that does it: it says whom it pages. Plain text.
pub fn desk_escalate_button(people: &[String], lang: Language) -> String {
    match people {
        [] => say!(lang, "desk-escalate-button"),
        people => say!(lang, "desk-escalate-button-to", who = cut(&and(people, lang), 60)),
    }
}
