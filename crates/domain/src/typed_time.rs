//! Purpose: times as people type them, in English and Indonesian: how long (`30`, `2h`, `half an hour`, `setengah jam`), when (`14:00`,
//! `besok pagi`, `Monday 9 am`), until which day (`in 2 weeks`, `minggu depan`). One reader for commands and forms, so that what is
//! understood in one place is understood in all. What could mean several times (`soon`, `at 3`, `nanti`) is not guessed: it is asked
//! about. With the hour that exists twice and the one that does not.

mod spoken;

use std::time::Duration;

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::{AmbiguousOffset, Offset, TimeZone};
use jiff::{Span, Unit};

use self::spoken::{Day, Spoken, read};
use crate::Timestamp;

/// An end as people type it: exactly one of both.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct End {
    /// When, in the zone it is read in: `23:00`, `tomorrow 09:00`, `2026-12-01 09:00`.
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
    /// It can be read in more than one way: `soon`, `at 3`.
    Vague {
        /// What was typed.
        text: String,
    },
    /// It has passed.
    Passed {
        /// It.
        at: Timestamp,
    },
}

/// When a day is named without an hour, and nobody should be woken.
const DECENT_HOUR: i8 = 9;

/// How long until then: `30` are minutes; `45m`, `half an hour`, `1 jam 30 menit`, `14:00`, `besok pagi`.
///
/// # Errors
/// It cannot be read, could mean several times, or has passed.
pub fn wait(text: &str, zone: &TimeZone, now: Timestamp) -> Result<Duration, BadTime> {
    let length = match read(text)? {
        Spoken::Number(minutes) => Span::new().try_minutes(minutes),
        Spoken::Length(span) => Ok(span),
        Spoken::At { day, time } => {
            let at = instant(text, day, time, zone, now)?.at;
            let wait = Duration::try_from(at.duration_since(now)).ok();
            return wait.filter(|wait| !wait.is_zero()).ok_or(BadTime::Passed { at });
        }
    };
    let wait = Duration::try_from(after(now, zone, length, text)?.duration_since(now)).ok();
    wait.filter(|wait| !wait.is_zero()).ok_or_else(|| BadTime::Unreadable { text: text.to_owned() })
}

/// How many minutes a length has: `12`, `1h 30m`, `setengah jam`, `0`.
///
/// # Errors
/// It cannot be read, is a time of the day, or could mean several lengths.
pub fn minutes(text: &str) -> Result<u32, BadTime> {
    let unreadable = || BadTime::Unreadable { text: text.to_owned() };
    let minutes = match read(text)? {
        Spoken::Number(minutes) => minutes,
        Spoken::Length(span) => {
            // A month has no length; nobody notices a failure a month late.
            let total = span.total((Unit::Minute, jiff::SpanRelativeTo::days_are_24_hours()));
            let total = total.map_err(|_| unreadable())?;
            #[expect(
                clippy::cast_possible_truncation,
                reason = "it is cut to whole minutes, and the next line bounds it"
            )]
            let whole = total.floor() as i64;
            whole
        }
        Spoken::At { .. } => return Err(unreadable()),
    };
    u32::try_from(minutes).map_err(|_| unreadable())
}

/// Which day: `2026-12-31`, `14d`, `in 2 weeks`, `besok`, `Friday`, `31 December`.
///
/// # Errors
/// It cannot be read, or names an hour that has passed.
pub fn day(text: &str, zone: &TimeZone, now: Timestamp) -> Result<Date, BadTime> {
    let unreadable = || BadTime::Unreadable { text: text.to_owned() };
    let today = now.to_zoned(zone.clone()).date();
    match read(text)? {
        // A day of this month, or so many days? A length says its unit.
        Spoken::Number(_) => Err(BadTime::Vague { text: text.to_owned() }),
        Spoken::Length(span) => Ok(after(now, zone, Ok(span), text)?.to_zoned(zone.clone()).date()),
        Spoken::At { day: Some(day), time: None } => day.on_or_after(today).ok_or_else(unreadable),
        Spoken::At { day, time } => Ok(instant(text, day, time, zone, now)?.at.to_zoned(zone.clone()).date()),
    }
}

/// Reads until when, from `now` on.
pub(crate) fn read_time(end: &End, zone: &TimeZone, now: Timestamp) -> Result<Until, BadTime> {
    let until = match (end.until.as_deref(), end.lasts.as_deref()) {
        (Some(text), None) | (None, Some(text)) => read_either(text, zone, now)?,
        (None, None) | (Some(_), Some(_)) => return Err(BadTime::OneEnd),
    };
    if until.at <= now {
        return Err(BadTime::Passed { at: until.at });
    }
    Ok(until)
}

/// People write a length where a time is asked for, and the other way round. Only a bare number is neither.
fn read_either(text: &str, zone: &TimeZone, now: Timestamp) -> Result<Until, BadTime> {
    match read(text)? {
        Spoken::Number(_) => Err(BadTime::Unreadable { text: text.to_owned() }),
        Spoken::Length(span) => Ok(Until { at: after(now, zone, Ok(span), text)?, clock: None }),
        Spoken::At { day, time } => instant(text, day, time, zone, now),
    }
}

/// The instant after a length: days are those of the calendar there.
fn after(now: Timestamp, zone: &TimeZone, span: Result<Span, jiff::Error>, text: &str) -> Result<Timestamp, BadTime> {
    let unreadable = || BadTime::Unreadable { text: text.to_owned() };
    let span = span.map_err(|_| unreadable())?;
    Ok(now.to_zoned(zone.clone()).checked_add(span).map_err(|_| unreadable())?.timestamp())
}

/// The instant of a day and a time: without a day the next such time, without a time a decent hour of the day.
fn instant(
    text: &str,
    day: Option<Day>,
    time: Option<Time>,
    zone: &TimeZone,
    now: Timestamp,
) -> Result<Until, BadTime> {
    let unreadable = || BadTime::Unreadable { text: text.to_owned() };
    let today = now.to_zoned(zone.clone()).date();
    let at = |date: Date, time: Time| resolve(DateTime::from_parts(date, time), zone).ok_or_else(unreadable);
    match (day, time) {
        (None, None) => Err(unreadable()),
        (None, Some(time)) => match at(today, time)? {
            until if until.at > now => Ok(until),
            _ => at(today.tomorrow().map_err(|_| unreadable())?, time),
        },
        // "Today" alone is any time of it.
        (Some(Day::Ahead(0)), None) => Err(BadTime::Vague { text: text.to_owned() }),
        (Some(day), time) => {
            let time = time.or_else(|| Time::new(DECENT_HOUR, 0, 0, 0).ok()).ok_or_else(unreadable)?;
            if let Day::Weekday(weekday) = day
                && today.weekday() == weekday
            {
                let until = at(today, time)?;
                if until.at > now {
                    return Ok(until);
                }
            }
            at(day.on_or_after(today).ok_or_else(unreadable)?, time)
        }
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
