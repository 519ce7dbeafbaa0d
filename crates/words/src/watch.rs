//! Purpose: what Siaga says of itself when it is not well: to operators, and to people on other ways.

use std::time::Duration;

use domain::DatabaseFault;
use domain::setup::Language;

use crate::database::database_fault;
use crate::say::say;

/// Why Siaga is not well.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unwell {
    /// The database cannot be used.
    Database(DatabaseFault),
    /// Discord cannot be reached.
    DiscordDown(Duration),
    /// A page has been on its way for so long.
    PageStuck(Duration),
    /// An accepted report waits for its decision.
    JournalOld(Duration),
    /// Commands and buttons do not answer.
    GatewayAway(Duration),
}

/// What is wrong, in one sentence or two.
pub fn unwell(why: Unwell, lang: Language) -> String {
    match why {
        Unwell::Database(fault) => database_fault(fault, lang),
        Unwell::DiscordDown(time) => say!(lang, "watch-discord-down", time = spoken(time, lang)),
        Unwell::PageStuck(time) => say!(lang, "watch-page-stuck", time = spoken(time, lang)),
        Unwell::JournalOld(time) => say!(lang, "watch-journal-old", time = spoken(time, lang)),
        Unwell::GatewayAway(time) => say!(lang, "watch-gateway-away", time = spoken(time, lang)),
    }
}

/// For the operators: the outside watch is not pinged any more.
pub fn watch_held_back(why: &[Unwell], lang: Language) -> String {
    let why: Vec<String> = why.iter().map(|why| unwell(*why, lang)).collect();
    say!(lang, "watch-held-back", why = why.join(" "))
}

/// For the operators: it is pinged again.
pub fn watch_well_again(lang: Language) -> String {
    say!(lang, "watch-well-again")
}

/// An alarm on other ways: title and lines.
pub fn alarm(why: &[Unwell], lang: Language) -> (String, Vec<String>) {
    let mut lines: Vec<String> = why.iter().map(|why| unwell(*why, lang)).collect();
    lines.push(say!(lang, "watch-alarm-what-to-do"));
    (say!(lang, "watch-alarm-title"), lines)
}

/// That the alarm is over: title and lines.
pub fn alarm_over(lang: Language) -> (String, Vec<String>) {
    (say!(lang, "watch-alarm-over-title"), vec![say!(lang, "watch-alarm-over")])
}

/// Why somebody gets an alarm.
pub fn alarm_footer(lang: Language) -> String {
    say!(lang, "watch-alarm-footer")
}

fn spoken(time: Duration, lang: Language) -> String {
    crate::duration(jiff::SignedDuration::try_from(time).unwrap_or(jiff::SignedDuration::MAX), lang)
}
