//! Purpose: runbooks as private answers. Their Markdown is written by the owners of the configuration and is kept.

use domain::runbook::Runbook;
use domain::{Incident, Timestamp};

use super::{count, grouped, name};
use crate::{cut, escape, length, link};

/// Discord's limit for a message.
const LIMIT: usize = 2_000;
/// A review older than this is worth a word.
const STALE_AFTER_DAYS: i64 = 180;

pub(crate) fn runbook_list(query: &str, found: &[&Runbook]) -> String {
    if found.is_empty() {
        return format!("No runbook holds {}. `/runbook search` takes fewer words too.", name(query));
    }
    let mut text = format!("{}; `/runbook show` opens one:", count(found.len(), "runbook", "runbooks"));
    for (index, runbook) in found.iter().enumerate() {
        let owner = runbook.owner.as_deref().map(|owner| format!(" (owner {})", name(owner))).unwrap_or_default();
        let line = format!("\n- {}: {}{owner}", name(&runbook.name), cut(&escape(&runbook.title), 150));
        if length(&text) + length(&line) + 60 > LIMIT {
            text.push_str(&format!("\nand {} more", grouped(found.len() - index)));
            break;
        }
        text.push_str(&line);
    }
    text
}

pub(crate) fn runbook_show(runbook: &Runbook, now: Timestamp) -> String {
    let mut facts: Vec<String> = Vec::new();
    facts.extend(runbook.owner.as_deref().map(|owner| format!("owner {}", name(owner))));
    facts.push(match runbook.reviewed {
        None => "never reviewed".to_owned(),
        Some(date) => {
            let today = now.to_zoned(jiff::tz::TimeZone::UTC).date();
            let days = date.until(today).map_or(0, |span| i64::from(span.get_days()));
            let stale = if days > STALE_AFTER_DAYS { ", may be out of date" } else { "" };
            format!("reviewed {date}{stale}")
        }
    });
    facts.extend(runbook.url.as_deref().and_then(|url| link("full text", url)));
    let head = format!("**{}**\n{}", cut(&escape(&runbook.title), 200), facts.join(" · "));
    let head = cut(&head, 900);
    let body = runbook.body.trim();
    cut(&format!("{head}\n{body}"), LIMIT)
}

pub(crate) fn runbook_missing(incident: &Incident) -> String {
    match incident.runbook_url.as_deref().and_then(|url| link("the sender's runbook", url)) {
        Some(link) => format!("{} has {link}. `/runbook search` finds others.", incident.id.label()),
        None => format!("No runbook covers {}. `/runbook search` finds others by words.", incident.id.label()),
    }
}
