//! Purpose: until when something lasts, as people type it: a local time or a length, with the hour that exists twice and the one that
//! does not.

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::{AmbiguousOffset, Offset, TimeZone};

use crate::Timestamp;

/// An end as people type it: exactly one of both.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct End {
    /// A local time of the zone it is read in: `23:00`, `tomorrow 09:00`, `2026-12-01 09:00`.
    pub until: Option<String>,
    /// How long: `2h`, `1d`.
    pub lasts: Option<String>,
}

/// An instant as people meant it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Until {
    /// When.
    pub at: Timestamp,
    /// The clock changes at that time.
    pub clock: Option<ClockChange>,
}

/// What a change of the clock does to a local time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ClockChange {
    /// It exists twice: the later one is meant, so that nobody is left uncovered.
    Twice {
        /// `02:30`
        local: String,
        /// Offset of the one that is meant: `+01:00`.
        offset: String,
    },
    /// It does not exist: the time after the change is meant.
    Skipped {
        /// `02:30`
        local: String,
        /// What the clock shows then: `03:30`.
        becomes: String,
        /// `+02:00`
        offset: String,
    },
}

/// Why a time is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BadTime {
    /// Until when was not said, or twice.
    OneEnd,
    /// It cannot be read.
    Unreadable {
        /// What was typed.
        text: String,
    },
    /// It has passed.
    Passed {
        /// It.
        at: Timestamp,
    },
}

/// Reads until when, from `now` on.
pub(crate) fn read_time(end: &End, zone: &TimeZone, now: Timestamp) -> Result<Until, BadTime> {
    let local = now.to_zoned(zone.clone());
    let until = match (end.until.as_deref(), end.lasts.as_deref()) {
        (Some(text), None) => read_local(text, zone, now)?,
        (None, Some(text)) => {
            let unreadable = || BadTime::Unreadable { text: text.to_owned() };
            let span: jiff::Span = in_english(text).parse().map_err(|_| unreadable())?;
            // "-9m" is readable, and no length.
            if span.signum() < 1 {
                return Err(unreadable());
            }
            let at = local.checked_add(span).map_err(|_| unreadable())?.timestamp();
            Until { at, clock: None }
        }
        (None, None) | (Some(_), Some(_)) => return Err(BadTime::OneEnd),
    };
    if until.at <= now {
        return Err(BadTime::Passed { at: until.at });
    }
    Ok(until)
}

/// `2 jam` and `1 hari` are said in English for the reader of spans.
fn in_english(text: &str) -> String {
    let words = [("jam", "hours"), ("menit", "minutes"), ("hari", "days"), ("minggu", "weeks")];
    words.iter().fold(text.trim().to_lowercase(), |text, (word, known)| text.replace(word, known))
}

/// Reads a local time: `23:00` is the next one, `tomorrow 09:00`, `2026-12-01 09:00`.
fn read_local(text: &str, zone: &TimeZone, now: Timestamp) -> Result<Until, BadTime> {
    let unreadable = || BadTime::Unreadable { text: text.to_owned() };
    let typed = text.trim().to_lowercase();
    let mut words: Vec<&str> = typed.split_whitespace().collect();
    // As programs write it: `2026-12-01T09:00`.
    if let [one] = words.as_slice()
        && let Some((date, time)) = one.split_once('t').filter(|(date, _)| date.parse::<Date>().is_ok())
    {
        words = vec![date, time];
    }
    let today = now.to_zoned(zone.clone()).date();
    let tomorrow = || today.tomorrow().map_err(|_| unreadable());
    let at = |date: Date, time: &str| {
        let time: Time = time.replace('.', ":").parse().map_err(|_| unreadable())?;
        resolve(DateTime::from_parts(date, time), zone).ok_or_else(unreadable)
    };
    match words.as_slice() {
        [time] => match at(today, time)? {
            until if until.at > now => Ok(until),
            _ => at(tomorrow()?, time),
        },
        ["today", time] | ["hari", "ini", time] => at(today, time),
        ["tomorrow" | "besok", time] => at(tomorrow()?, time),
        [date, time] => at(date.parse().map_err(|_| unreadable())?, time),
        _ => Err(unreadable()),
    }
}

/// The instant of a local time. Of two the later, so that nobody is left uncovered; one that does not exist is moved forward by
/// what the clock skips. (grafana/oncall issue 5247: an hour nobody covered when summer time ended.)
fn resolve(local: DateTime, zone: &TimeZone) -> Option<Until> {
    let ambiguous = zone.to_ambiguous_zoned(local);
    let change = ambiguous.offset();
    let zoned = match change {
        AmbiguousOffset::Fold { .. } => ambiguous.later(),
        AmbiguousOffset::Unambiguous { .. } | AmbiguousOffset::Gap { .. } => ambiguous.compatible(),
    }
    .ok()?;
    let shown = |time: Time| time.strftime("%H:%M").to_string();
    let clock = match change {
        AmbiguousOffset::Unambiguous { .. } => None,
        AmbiguousOffset::Fold { after, .. } => {
            Some(ClockChange::Twice { local: shown(local.time()), offset: offset(after) })
        }
        AmbiguousOffset::Gap { .. } => Some(ClockChange::Skipped {
            local: shown(local.time()),
            becomes: shown(zoned.time()),
            offset: offset(zoned.offset()),
        }),
    };
    Some(Until { at: zoned.timestamp(), clock })
}

/// `+01:00`
fn offset(offset: Offset) -> String {
    let minutes = offset.seconds() / 60;
    let sign = if minutes < 0 { '-' } else { '+' };
    format!("{sign}{:02}:{:02}", minutes.abs() / 60, minutes.abs() % 60)
}
