//! Purpose: durations in words.

use domain::setup::Language;
use jiff::SignedDuration;

use crate::say::say;

/// By how much a clock was set, without its direction, to the nearest second: "2 days", where a duration would count whole days
/// and find that a millisecond is missing.
pub fn clock_step(by: SignedDuration, lang: Language) -> String {
    let half = SignedDuration::from_millis(500);
    duration(by.abs().saturating_add(half), lang)
}

/// A duration: "21 minutes", "1 hour 5 minutes". To the nearest of what it names: what is due in 29 minutes and 58 seconds is due in
/// 30 minutes.
pub fn duration(duration: SignedDuration, lang: Language) -> String {
    let nearest = |of: i64, seconds: i64| seconds.saturating_add(of / 2) / of * of;
    let seconds = match duration.as_secs().max(0) {
        seconds @ ..60 => seconds,
        seconds @ 60..86_370 => nearest(60, seconds),
        seconds => nearest(3_600, seconds),
    };
    let days = || say!(lang, "duration-days", number = seconds / 86_400);
    let hours = || say!(lang, "duration-hours", number = seconds / 3_600 % 24);
    let minutes = || say!(lang, "duration-minutes", number = seconds / 60 % 60);
    match (seconds / 86_400, seconds / 3_600 % 24, seconds / 60 % 60) {
        (0, 0, 0) => say!(lang, "duration-seconds", number = seconds),
        (0, 0, _) => minutes(),
        (0, _, 0) => hours(),
        (0, _, _) => say!(lang, "duration-two", long = hours(), short = minutes()),
        (_, 0, _) => days(),
        (_, _, _) => say!(lang, "duration-two", long = days(), short = hours()),
    }
}
