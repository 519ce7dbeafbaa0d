//! Purpose: what is wrong with the database: for senders, for health, for operators when it is over.

use domain::setup::Language;
use domain::{DatabaseFault, Timestamp};
use jiff::tz::TimeZone;

use crate::say::say;

/// What is wrong and what to do about it.
pub fn database_fault(fault: DatabaseFault, lang: Language) -> String {
    match fault {
        DatabaseFault::Busy => say!(lang, "database-busy"),
        DatabaseFault::Full => say!(lang, "database-full"),
        DatabaseFault::ReadOnly => say!(lang, "database-read-only"),
        DatabaseFault::Damaged => say!(lang, "database-damaged"),
        DatabaseFault::Slow => say!(lang, "database-slow"),
        DatabaseFault::Unreachable => say!(lang, "database-unreachable"),
    }
}

/// Why nothing was accepted, for the answer to a sender: part of an English sentence, because it is for programs.
pub fn database_refusal(fault: DatabaseFault) -> String {
    let lang = Language::En;
    match fault {
        DatabaseFault::Busy => say!(lang, "database-refusal-busy"),
        DatabaseFault::Full => say!(lang, "database-refusal-full"),
        DatabaseFault::ReadOnly => say!(lang, "database-refusal-read-only"),
        DatabaseFault::Damaged => say!(lang, "database-refusal-damaged"),
        DatabaseFault::Slow => say!(lang, "database-refusal-slow"),
        DatabaseFault::Unreachable => say!(lang, "database-refusal-unreachable"),
    }
}

/// For the operators: the database works again.
pub fn database_back(fault: DatabaseFault, since: Timestamp, timezone: &TimeZone, lang: Language) -> String {
    let what = match fault {
        DatabaseFault::Busy => say!(lang, "database-was-busy"),
        DatabaseFault::Full => say!(lang, "database-was-full"),
        DatabaseFault::ReadOnly => say!(lang, "database-was-read-only"),
        DatabaseFault::Damaged => say!(lang, "database-was-damaged"),
        DatabaseFault::Slow => say!(lang, "database-was-slow"),
        DatabaseFault::Unreachable => say!(lang, "database-was-unreachable"),
    };
    say!(lang, "database-back", what = what, since = since.to_zoned(timezone.clone()).strftime("%H:%M").to_string())
}
