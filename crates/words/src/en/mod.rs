//! Purpose: English. Every sentence says the state, who, and the next step; short, without emoji.

pub(crate) mod answer;
pub(crate) mod candidate;
pub(crate) mod card;
pub(crate) mod entry;
pub(crate) mod form;
pub(crate) mod help;
pub(crate) mod notice;
pub(crate) mod page;
pub(crate) mod post;
pub(crate) mod refusal;
pub(crate) mod runbook;
pub(crate) mod show;
pub(crate) mod status;

use domain::Incident;
use domain::incident::Missing;
use domain::setup::Language;

use crate::text::{PART, name, person, sentence};

fn title(text: &str) -> String {
    crate::text::title(text, Language::En)
}

fn heading(incident: &Incident) -> String {
    crate::text::heading(incident, Language::En)
}

/// `3 alerts`, `1 alert`, `10,000 alerts`
fn count(number: usize, one: &str, many: &str) -> String {
    format!("{} {}", grouped(number), if number == 1 { one } else { many })
}

fn grouped(number: usize) -> String {
    crate::list::grouped(number, Language::En)
}

fn and(items: &[String]) -> String {
    crate::list::and(items, Language::En)
}

fn or(items: &[String]) -> String {
    crate::list::or(items, Language::En)
}

mod duration {
    pub(super) fn duration(duration: jiff::SignedDuration) -> String {
        crate::duration(duration, domain::setup::Language::En)
    }
}

fn missing_word(missing: Missing) -> &'static str {
    match missing {
        Missing::Service => "service",
        Missing::Owner => "owner",
        Missing::Runbook => "runbook",
        Missing::Value => "value",
    }
}
