//! Purpose: what is done with hostile input: one function per target, bytes in, a panic when a promise is broken.
//!
//! The fuzzers in `fuzz_targets` call these for as long as one likes; `tests/hostile` calls them on the committed corpus and
//! on a bounded number of mutations of it, as part of `cargo test`.

#![allow(clippy::unwrap_used, clippy::panic, unreachable_pub, reason = "whoever breaks a promise must be seen")]

mod configuration;
mod inert;
pub mod inputs;
mod intake;
mod people;
mod shown;
mod stored;
mod world;

/// A target.
pub type Body = fn(&[u8]);

/// All targets by name, as `cargo fuzz run` knows them.
pub const TARGETS: [(&str, Body); 16] = [
    ("alertmanager", intake::alertmanager),
    ("card", shown::card),
    ("chat_line", intake::chat_line),
    ("commands", stored::commands),
    ("configuration", configuration::whole),
    ("custom_id", people::custom_id),
    ("gateway", people::gateway),
    ("json_mapping", intake::json_mapping),
    ("link", people::link),
    ("matcher", configuration::matcher),
    ("outside", shown::outside),
    ("runbook", configuration::runbook),
    ("scenario", configuration::scenario),
    ("stored", stored::stored),
    ("times", people::times),
    ("words", shown::words),
];

/// Runs a target by name.
pub fn run(name: &str, data: &[u8]) {
    let (_, body) = TARGETS.iter().find(|(known, _)| *known == name).unwrap_or_else(|| panic!("no target {name}"));
    body(data);
}
