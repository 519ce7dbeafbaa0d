//! Purpose: the two clocks. The domain clock dates what people see and can be moved; the wire clock is always real.

use std::time::{SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

/// How the domain clock starts. It dates snowflakes, messages, the nonce window, interaction tokens and thread archiving.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Clock {
    /// Follows the real time (and can be moved ahead later).
    #[default]
    Real,
    /// Stands still at this moment, in milliseconds since the Unix epoch, until it is moved.
    Frozen {
        /// Milliseconds since the Unix epoch.
        at_ms: u64,
    },
}

/// The domain clock as it runs; kept in the state file.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, PartialEq, Eq)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(crate) enum DomainClock {
    Real { ahead_ms: u64 },
    Frozen { at_ms: u64 },
}

impl From<Clock> for DomainClock {
    fn from(clock: Clock) -> Self {
        match clock {
            Clock::Real => Self::Real { ahead_ms: 0 },
            Clock::Frozen { at_ms } => Self::Frozen { at_ms },
        }
    }
}

impl DomainClock {
    pub(crate) fn now_ms(self) -> u64 {
        match self {
            Self::Real { ahead_ms } => wire_ms() + ahead_ms,
            Self::Frozen { at_ms } => at_ms,
        }
    }

    /// Stops the clock where it stands, or lets it run on from there (never behind the real time).
    pub(crate) fn freeze(&mut self, frozen: bool) {
        let now = self.now_ms();
        *self = match (*self, frozen) {
            (Self::Real { .. }, true) => Self::Frozen { at_ms: now },
            (Self::Frozen { at_ms }, false) => Self::Real { ahead_ms: at_ms.saturating_sub(wire_ms()) },
            (unchanged, _) => unchanged,
        };
    }

    pub(crate) fn is_frozen(self) -> bool {
        matches!(self, Self::Frozen { .. })
    }

    /// Moves the clock ahead. The caller has refused to go backwards.
    pub(crate) fn advance(&mut self, by_ms: u64) {
        match self {
            Self::Real { ahead_ms: value } | Self::Frozen { at_ms: value } => *value = value.saturating_add(by_ms),
        }
    }
}

/// The real time in milliseconds since the Unix epoch.
pub(crate) fn wire_ms() -> u64 {
    wire_us() / 1_000
}

/// The real time in microseconds since the Unix epoch.
#[allow(clippy::disallowed_methods, reason = "the one place that reads the real clock")]
pub(crate) fn wire_us() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |elapsed| u64::try_from(elapsed.as_micros()).unwrap_or(u64::MAX))
}

/// Year, month, day of a day counted from 1970-01-01 (proleptic Gregorian calendar).
fn civil(days: i64) -> (i64, u32, u32) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_shifted = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_shifted + 2) / 5 + 1;
    let month = if month_shifted < 10 { month_shifted + 3 } else { month_shifted - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, u32::try_from(month).unwrap_or(1), u32::try_from(day).unwrap_or(1))
}

fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let month_shifted = (month + 9) % 12;
    let day_of_year = (153 * month_shifted + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

/// ISO 8601 as Discord writes it: `2026-11-22T20:45:31.123000+00:00`.
pub(crate) fn iso(ms: u64) -> String {
    let seconds = ms / 1000;
    let (year, month, day) = civil(i64::try_from(seconds / 86_400).unwrap_or(0));
    let of_day = seconds % 86_400;
    format!(
        "{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}.{:03}000+00:00",
        of_day / 3600,
        of_day / 60 % 60,
        of_day % 60,
        ms % 1000
    )
}

/// The `Date` header's form: `Sun, 22 Nov 2026 20:45:31 GMT`.
pub(crate) fn http_date(ms: u64) -> String {
    const DAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
    const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let seconds = ms / 1000;
    let days = seconds / 86_400;
    let (year, month, day) = civil(i64::try_from(days).unwrap_or(0));
    let of_day = seconds % 86_400;
    format!(
        "{}, {day:02} {} {year:04} {:02}:{:02}:{:02} GMT",
        DAYS[usize::try_from(days % 7).unwrap_or(0)],
        MONTHS[usize::try_from(month).unwrap_or(1).saturating_sub(1).min(11)],
        of_day / 3600,
        of_day / 60 % 60,
        of_day % 60
    )
}

/// Reads an ISO 8601 timestamp (`Z` or a numeric offset) as milliseconds since the Unix epoch; `None` when it is not one.
pub(crate) fn parse_iso(text: &str) -> Option<u64> {
    let bytes = text.as_bytes();
    if !text.is_ascii()
        || bytes.len() < 19
        || bytes[4] != b'-'
        || bytes[7] != b'-'
        || !matches!(bytes[10], b'T' | b't' | b' ')
    {
        return None;
    }
    let number = |from: usize, to: usize| text.get(from..to)?.parse::<i64>().ok();
    let (month, day) = (number(5, 7)?, number(8, 10)?);
    if !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    let mut seconds = days_from_civil(number(0, 4)?, month, day) * 86_400
        + number(11, 13)? * 3600
        + number(14, 16)? * 60
        + number(17, 19)?;
    let rest = &text[19..];
    let (fraction, zone) = match rest.strip_prefix('.') {
        Some(after) => after.split_at(after.find(|c: char| !c.is_ascii_digit()).unwrap_or(after.len())),
        None => ("", rest),
    };
    let milliseconds = format!("{fraction:0<3}").get(..3)?.parse::<i64>().ok()?;
    if !matches!(zone, "" | "Z" | "z") {
        let sign = match zone.as_bytes()[0] {
            b'+' => 1,
            b'-' => -1,
            _ => return None,
        };
        let hours: i64 = zone.get(1..3)?.parse().ok()?;
        let minutes: i64 = zone.get(zone.len().checked_sub(2)?..)?.parse().ok()?;
        seconds -= sign * (hours * 3600 + minutes * 60);
    }
    u64::try_from(seconds * 1000 + milliseconds).ok()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn timestamps_are_written_and_read_back_the_same() {
        assert_eq!(iso(1_795_379_531_123), "2026-11-22T20:32:11.123000+00:00");
        assert_eq!(parse_iso("2026-11-22T20:32:11.123000+00:00"), Some(1_795_379_531_123));
        assert_eq!(parse_iso("2026-11-22T22:32:11.123+02:00"), Some(1_795_379_531_123));
        assert_eq!(parse_iso("2026-11-22T20:32:11Z"), Some(1_795_379_531_000));
        assert_eq!(parse_iso("yesterday"), None);
        assert_eq!(http_date(1_795_379_531_123), "Sun, 22 Nov 2026 20:32:11 GMT");
        assert_eq!(iso(1_709_164_800_000), "2024-02-29T00:00:00.000000+00:00");
    }
}
