//! Purpose: times as people type them: what a change of the clock does to one, and why one is none.

use domain::setup::Language;
use domain::typed_time::{BadTime, ClockChange};

use crate::say::say;
use crate::text::name;
use crate::time::{TimeStyle, timestamp};

/// The time of a clock that changes, in words.
pub(crate) fn clock_change(change: &ClockChange, lang: Language) -> String {
    match change {
        ClockChange::Twice { local, offset } => {
            say!(lang, "on-call-clock-twice", local = local.as_str(), offset = offset.as_str())
        }
        ClockChange::Skipped { local, becomes, offset } => {
            let (local, becomes, offset) = (local.as_str(), becomes.as_str(), offset.as_str());
            say!(lang, "on-call-clock-skipped", local = local, becomes = becomes, offset = offset)
        }
    }
}

/// Why a time is none.
pub(crate) fn bad_time(why: &BadTime, lang: Language) -> String {
    match why {
        BadTime::OneEnd => say!(lang, "on-call-one-end"),
        BadTime::Unreadable { text } => say!(lang, "on-call-unreadable", text = name(text)),
        BadTime::Vague { text } => say!(lang, "refusal-vague-time", text = name(text)),
        BadTime::Passed { at } => say!(lang, "on-call-passed", until = timestamp(*at, TimeStyle::DateTime)),
    }
}
