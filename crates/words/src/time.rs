//! Purpose: instants that every reader sees in their own zone and language.

use domain::Timestamp;

/// How an instant is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TimeStyle {
    /// `03:12`
    Time,
    /// `03:12:45`
    Seconds,
    /// `22 November 2026 03:12`
    DateTime,
    /// `Sunday, 22 November 2026 03:12`
    WeekdayTime,
    /// `22 November 2026`
    Date,
    /// `in 4 minutes`, `2 hours ago`
    Relative,
}

/// Discord's mark for an instant, to the second: `<t:1790000000:R>`.
pub fn timestamp(at: Timestamp, style: TimeStyle) -> String {
    let letter = match style {
        TimeStyle::Time => 't',
        TimeStyle::Seconds => 'T',
        TimeStyle::DateTime => 'f',
        TimeStyle::WeekdayTime => 'F',
        TimeStyle::Date => 'D',
        TimeStyle::Relative => 'R',
    };
    format!("<t:{}:{letter}>", at.as_second())
}

pub(crate) fn relative(at: Timestamp) -> String {
    timestamp(at, TimeStyle::Relative)
}

pub(crate) fn clock(at: Timestamp) -> String {
    timestamp(at, TimeStyle::Time)
}
