//! Purpose: English. Every sentence says the state, who, and the next step; short, without emoji.

pub(crate) mod answer;
pub(crate) mod candidate;
pub(crate) mod card;
pub(crate) mod duration;
pub(crate) mod entry;
pub(crate) mod form;
pub(crate) mod help;
pub(crate) mod notice;
pub(crate) mod on_call;
pub(crate) mod page;
pub(crate) mod post;
pub(crate) mod refusal;
pub(crate) mod runbook;
pub(crate) mod show;
pub(crate) mod status;
#[cfg(test)]
mod tests;

use domain::incident::Missing;
use domain::{Incident, PersonId};

use crate::{Names, cut, escape};

/// Longest outside text inside a sentence that has others beside it.
const PART: usize = 850;

/// A name: escaped and never long.
fn name(name: &str) -> String {
    cut(&escape(name), 64)
}

fn person(person: &PersonId, names: &dyn Names) -> String {
    name(&names.person(person))
}

/// Outside text as a sentence: inert, not longer than `limit`, with a mark at its end.
fn sentence(text: &str, limit: usize) -> String {
    let text = cut(&escape(text), limit);
    if text.is_empty() || text.ends_with(['.', '!', '?', '…', ':', ';']) { text } else { format!("{text}.") }
}

/// A title never vanishes, whatever it was made of.
fn title(text: &str) -> String {
    let text = cut(&escape(text), 300);
    if text.is_empty() { "(no title)".to_owned() } else { text }
}

/// `SEV-1 INC-8 Checkout errors 12 %`
fn heading(incident: &Incident) -> String {
    format!("{} {} {}", incident.severity, incident.id.label(), title(&incident.title))
}

/// `3 alerts`, `1 alert`, `10,000 alerts`
fn count(number: usize, one: &str, many: &str) -> String {
    format!("{} {}", grouped(number), if number == 1 { one } else { many })
}

/// `9,997`
fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// `Rina`, `Rina and Budi`, `Rina, Budi and Ana`
fn and(items: &[String]) -> String {
    match items {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// `Rina`, `Rina or Budi`, `Rina, Budi or Ana`
fn or(items: &[String]) -> String {
    match items {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} or {last}", first.join(", ")),
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
