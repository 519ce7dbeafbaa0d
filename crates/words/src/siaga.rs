//! Purpose: how the bot itself is, and whether a page reaches a person.

use domain::setup::Language;
use domain::{IncidentId, KnownBy, PageVia};
use jiff::SignedDuration;

use crate::list::grouped;
use crate::say::say;
use crate::text::name;
use crate::{cut, escape, terms};

/// What `/siaga status` tells.
#[derive(Clone, Debug, Default)]
pub struct StatusReport {
    /// Parts: name, whether it works, a sentence.
    pub parts: Vec<(String, bool, String)>,
    /// Open incidents.
    pub open: usize,
    /// Alerts that fire and were not heard of for three of their sender's intervals.
    pub stale: usize,
    /// Incidents of the last 30 days, drills and merged ones left out.
    pub month: usize,
    /// Who knew first, how often.
    pub known_first: Vec<(KnownBy, usize)>,
    /// From opening to somebody who has it, in the middle.
    pub median_acknowledge: Option<SignedDuration>,
    /// From opening to the end, in the middle.
    pub median_resolve: Option<SignedDuration>,
    /// Postmortems that are not closed.
    pub postmortems: Vec<IncidentId>,
    /// Action items that are not done.
    pub action_items: usize,
}

/// How the bot is.
pub fn siaga_status(report: &StatusReport, lang: Language) -> String {
    let mut lines: Vec<String> = report
        .parts
        .iter()
        .map(|(part, ok, sentence)| {
            let state = if *ok { say!(lang, "siaga-ok") } else { say!(lang, "siaga-not-ok") };
            say!(lang, "siaga-part", name = name(part), state = state, sentence = cut(&escape(sentence), 200))
        })
        .collect();
    lines.push(say!(lang, "siaga-open", number = report.open, count = grouped(report.open, lang)));
    if report.stale > 0 {
        lines.push(say!(lang, "siaga-stale", number = report.stale, count = grouped(report.stale, lang)));
    }
    lines.push(say!(lang, "siaga-month", number = report.month, count = grouped(report.month, lang)));
    let all: usize = report.known_first.iter().map(|(_, count)| count).sum();
    if all > 0 {
        let us: usize = report.known_first.iter().filter(|(by, _)| by.is_us()).map(|(_, count)| count).sum();
        lines.push(say!(lang, "siaga-first", us = us, all = all, percent = us * 100 / all));
        let each: Vec<String> = report
            .known_first
            .iter()
            .map(|(by, count)| say!(lang, "siaga-first-one", who = terms::known_by(*by, lang), number = *count))
            .collect();
        lines.push(say!(lang, "siaga-first-by", list = each.join(", ")));
    }
    let span = |span: SignedDuration| crate::duration(span, lang);
    lines.extend(report.median_acknowledge.map(|median| say!(lang, "siaga-acknowledged", median = span(median))));
    lines.extend(report.median_resolve.map(|median| say!(lang, "siaga-resolved", median = span(median))));
    if !report.postmortems.is_empty() {
        let list: Vec<String> = report.postmortems.iter().take(20).map(|id| id.label()).collect();
        lines.push(say!(lang, "siaga-postmortems", list = list.join(", ")));
    }
    if report.action_items > 0 {
        lines.push(say!(lang, "siaga-actions", number = report.action_items));
    }
    lines.join("\n")
}

/// What a test page says where people read it in Discord. `mention` is heard, so it stands as it is.
pub fn test_page_content(mention: &str, by: &str, lang: Language) -> String {
    say!(lang, "siaga-test-content", who = mention, by = name(by))
}

/// On which ways a test page arrived; `Err` says why not.
pub fn test_page_result(who: &str, results: &[(PageVia, Result<(), String>)], lang: Language) -> String {
    let mut lines = vec![say!(lang, "siaga-test-heading", who = name(who))];
    for (via, result) in results {
        let via = terms::via(*via, lang);
        lines.push(match result {
            Ok(()) => say!(lang, "siaga-test-arrived", via = via),
            Err(reason) => say!(lang, "siaga-test-failed", via = via, reason = cut(&escape(reason), 300)),
        });
    }
    lines.join("\n- ")
}

/// Why a test page did not reach somebody in Discord.
pub fn test_page_not_a_member(lang: Language) -> String {
    say!(lang, "siaga-test-no-member")
}

/// Discord's own refusal.
pub fn test_page_refused(reason: &str, lang: Language) -> String {
    say!(lang, "siaga-test-refused", reason = cut(&escape(reason), 200))
}
