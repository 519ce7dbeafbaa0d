//! Purpose: runbooks as private answers. Their Markdown is written by the owners of the configuration and is kept.

use domain::runbook::Runbook;
use domain::setup::Language;
use domain::{Incident, Timestamp};

use crate::list::grouped;
use crate::say::say;
use crate::text::name;
use crate::{PastIncident, cut, escape, length, link};

/// Discord's limit for a message.
const LIMIT: usize = 2_000;
/// Past incidents that are named.
const SHOWN_PAST: usize = 3;
/// A review older than this is worth a word.
const STALE_AFTER_DAYS: i64 = 180;

/// Found runbooks, and past incidents with the same words.
pub fn runbook_list(query: &str, found: &[&Runbook], past: &[PastIncident], lang: Language) -> String {
    let past = past_incidents(past, lang);
    let limit = LIMIT - past.as_ref().map_or(0, |past| length(past) + 1);
    let runbooks = runbooks(query, found, limit, lang);
    match past {
        Some(past) => format!("{runbooks}\n{past}"),
        None => runbooks,
    }
}

/// Three lines at most, so that the runbooks keep the most of a message.
fn past_incidents(past: &[PastIncident], lang: Language) -> Option<String> {
    let lines: Vec<String> = past.iter().take(SHOWN_PAST).map(|past| format!("- {}", past_line(past, lang))).collect();
    (!lines.is_empty()).then(|| format!("{}\n{}", say!(lang, "runbook-past"), lines.join("\n")))
}

fn past_line(past: &PastIncident, lang: Language) -> String {
    let title = cut(&crate::text::title(&past.title, lang), 100);
    match &past.fixed {
        Some(how) => {
            let how = cut(&escape(how), 150);
            say!(lang, "runbook-past-fixed", incident = past.id.label(), title = title, how = how)
        }
        None => say!(lang, "runbook-past-line", incident = past.id.label(), title = title),
    }
}

fn runbooks(query: &str, found: &[&Runbook], limit: usize, lang: Language) -> String {
    if found.is_empty() {
        return say!(lang, "runbook-none", query = name(query));
    }
    let mut text = say!(lang, "runbook-found", number = found.len(), shown = grouped(found.len(), lang));
    for (index, runbook) in found.iter().enumerate() {
        let what = format!("{}: {}", name(&runbook.name), cut(&escape(&runbook.title), 150));
        let what = match &runbook.owner {
            Some(owner) => say!(lang, "text-owner", what = what, owner = name(owner)),
            None => what,
        };
        let line = format!("\n- {what}");
        if length(&text) + length(&line) + 60 > limit {
            let more = say!(lang, "text-more", shown = grouped(found.len() - index, lang));
            return format!("{text}\n{more}");
        }
        text.push_str(&line);
    }
    text
}

/// A runbook's text, and the past incidents in which it was used. Its Markdown is ours and is kept.
pub fn runbook_show(runbook: &Runbook, used: &[PastIncident], now: Timestamp, lang: Language) -> String {
    let mut facts: Vec<String> = Vec::new();
    facts.extend(runbook.owner.as_deref().map(|owner| say!(lang, "runbook-owner", owner = name(owner))));
    facts.push(match runbook.reviewed {
        None => say!(lang, "runbook-never-reviewed"),
        Some(date) => {
            let today = now.to_zoned(jiff::tz::TimeZone::UTC).date();
            let days = date.until(today).map_or(0, |span| i64::from(span.get_days()));
            if days > STALE_AFTER_DAYS {
                say!(lang, "runbook-reviewed-long-ago", date = date.to_string())
            } else {
                say!(lang, "runbook-reviewed", date = date.to_string())
            }
        }
    });
    facts.extend(runbook.url.as_deref().and_then(|url| link(&say!(lang, "runbook-full-text"), url)));
    let head = format!("**{}**\n{}", cut(&escape(&runbook.title), 200), facts.join(" · "));
    let head = cut(&head, 900);
    let used: Vec<String> = used.iter().take(SHOWN_PAST).map(|past| past_line(past, lang)).collect();
    let head = match used.is_empty() {
        true => head,
        false => format!("{head}\n{}", say!(lang, "runbook-used", incidents = used.join("; "))),
    };
    let body = runbook.body.trim();
    cut(&format!("{head}\n{body}"), LIMIT)
}

/// No runbook covers this incident; the sender's own address, if it gave one.
pub fn runbook_missing(incident: &Incident, lang: Language) -> String {
    let id = incident.id.label();
    match incident.runbook_url.as_deref().and_then(|url| link(&say!(lang, "runbook-of-sender"), url)) {
        Some(link) => say!(lang, "runbook-missing-link", incident = id, link = link),
        None => say!(lang, "runbook-missing", incident = id),
    }
}

/// How a runbook is named among the links of a card.
pub fn runbook_link(runbook: Option<&Runbook>, url: Option<&str>, lang: Language) -> Option<String> {
    let linked = url.and_then(|url| link(&say!(lang, "runbook-link"), url));
    // A runbook without an address is named: the button below shows it.
    linked.or_else(|| Some(say!(lang, "runbook-named", title = escape(&cut(&runbook?.title, 60)))))
}
