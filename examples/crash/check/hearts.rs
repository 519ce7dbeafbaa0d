//! Purpose: the heartbeat: each silence is an alert once, and the next beat ends it.

use super::{Kind, Verdict};
use crate::ledger::Ledger;
use crate::seen::Seen;
use crate::world::{list, text};

/// The alert of its silence.
pub(super) const KEY: &str = "v1:heartbeat:orders";
/// How long it may be silent, with a little for clocks that are read at different times.
const SILENT_MS: i64 = 9_900;
/// How much longer it may take until that is known: a bot that was killed may give it its whole time again.
const KNOWN_MS: i64 = 10_000;

/// Silences and ends in turn, not more of them than it was silent, and the last word is what is true now.
pub(super) fn hearts(ledger: &Ledger, seen: &Seen, now_ms: i64, verdict: &mut Verdict) {
    let mut told: Vec<(Option<jiff::Timestamp>, u32, u64, bool)> = Vec::new();
    for (incident, shown) in &seen.incidents {
        for entry in list(&shown.record["timeline"]).filter(|entry| entry["event"]["dedup_key"] == KEY) {
            let kind = text(&entry["event"]["kind"]);
            let at = text(&entry["at"]).parse().ok();
            if kind == "alert_fired" || kind == "alert_resolved" {
                told.push((at, *incident, entry["seq"].as_u64().unwrap_or(0), kind == "alert_fired"));
            }
        }
    }
    told.sort_unstable();
    let states: Vec<bool> = told.iter().map(|(.., firing)| *firing).collect();
    if states.iter().enumerate().any(|(place, firing)| *firing != place.is_multiple_of(2)) {
        verdict.add(Kind::Doubled, None, format!("the heartbeat does not fall silent and end in turn: {told:?}"));
    }
    let beats = &ledger.beats;
    let ends = beats.accepted.iter().map(|(began, _)| *began).chain([beats.forgotten.unwrap_or(now_ms)]);
    let begins = std::iter::once(beats.since_ms).chain(beats.accepted.iter().map(|(_, ended)| *ended));
    let gaps: Vec<(i64, i64)> = begins.zip(ends).filter(|(from, to)| to - from > SILENT_MS).collect();
    let certain = gaps.iter().filter(|(from, to)| to - alive_since(ledger, *from, *to) > SILENT_MS + KNOWN_MS).count();
    let silences = states.iter().filter(|firing| **firing).count();
    let sentence = || format!("{silences} silences of the heartbeat instead of {certain} to {}: {told:?}", gaps.len());
    if silences > gaps.len() {
        verdict.add(Kind::Doubled, None, sentence());
    }
    // The one that goes on may be known a moment later.
    let goes_on = beats.over && beats.forgotten.is_none();
    let last = beats.accepted.last().map_or(beats.since_ms, |(_, ended)| *ended);
    let silent_ms = now_ms - alive_since(ledger, last, now_ms);
    if silences < certain {
        verdict.add(Kind::Lost, None, sentence());
    }
    let firing = states.last() == Some(&true);
    verdict.goes_on |= goes_on && !firing && silent_ms <= SILENT_MS + KNOWN_MS;
    if firing && (beats.forgotten.is_some() || now_ms - last < SILENT_MS) {
        verdict.add(Kind::Lost, None, format!("the end of the heartbeat's silence is not recorded: {told:?}"));
    }
}

/// Since when, within a time, the bot that lives at its end has lived: a start after a kill may give a heartbeat its whole time again.
fn alive_since(ledger: &Ledger, from: i64, to: i64) -> i64 {
    let within = |at: &i64| (from..to).contains(at);
    let started = ledger.starts.iter().copied().filter(within).max().unwrap_or(from);
    // Killed and not back yet.
    let down = ledger.kills.iter().any(|(at, _)| within(at) && *at > started);
    if down { to } else { started }
}
