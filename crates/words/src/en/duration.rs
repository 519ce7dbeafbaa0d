//! Purpose: durations in words.

use jiff::SignedDuration;

pub(crate) fn duration(duration: SignedDuration) -> String {
    let seconds = duration.as_secs().max(0);
    let (days, hours, minutes) = (seconds / 86_400, seconds / 3_600 % 24, seconds / 60 % 60);
    match (days, hours, minutes) {
        (0, 0, 0) => unit(seconds, "second"),
        (0, 0, _) => unit(minutes, "minute"),
        (0, _, 0) => unit(hours, "hour"),
        (0, _, _) => format!("{} {}", unit(hours, "hour"), unit(minutes, "minute")),
        (_, 0, _) => unit(days, "day"),
        (_, _, _) => format!("{} {}", unit(days, "day"), unit(hours, "hour")),
    }
}

fn unit(number: i64, name: &str) -> String {
    format!("{number} {name}{}", if number == 1 { "" } else { "s" })
}
