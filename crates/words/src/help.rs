//! Purpose: help that fits one screen.

use domain::setup::Language;

use crate::list::or;
use crate::say::say;
use crate::{Button, button};

const TOPICS: [&str; 7] = ["paged", "open", "run", "stakeholders", "on-call", "runbooks", "access"];

/// Topics of the help, for autocompletion. Like the names of commands they are the same in every language.
pub fn help_topics() -> &'static [&'static str] {
    &TOPICS
}

/// Help: one screen for a newcomer, or a topic. None when there is no such topic.
pub fn help(topic: Option<&str>, lang: Language) -> Option<String> {
    let topic = topic.unwrap_or_default().trim().to_lowercase();
    Some(match topic.as_str() {
        "" => {
            let topics = or(&TOPICS.map(str::to_owned), lang);
            let (take, decline) = (button(Button::Acknowledge, lang), button(Button::Decline, lang));
            say!(lang, "help-start", acknowledge = take, decline = decline, topics = topics)
        }
        "paged" => {
            let (take, decline) = (button(Button::Acknowledge, lang), button(Button::Decline, lang));
            let undo = button(Button::Undo, lang);
            say!(lang, "help-paged", acknowledge = take, decline = decline, undo = undo)
        }
        "open" => say!(lang, "help-open"),
        "run" => say!(lang, "help-run"),
        "stakeholders" => say!(lang, "help-stakeholders"),
        "on-call" | "oncall" => say!(lang, "help-on-call"),
        "runbooks" | "runbook" => say!(lang, "help-runbooks", runbook = button(Button::Runbook, lang)),
        "access" => say!(lang, "help-access"),
        _ => return None,
    })
}
