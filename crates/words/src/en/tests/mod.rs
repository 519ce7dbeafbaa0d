//! Every sentence, written out: a change of words shows in review.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod answers;
mod fixture;
mod incident;
mod posts;

use std::fmt::Write as _;

/// Cases as `name: sentence`, one below the other.
fn table<S: AsRef<str>>(cases: impl IntoIterator<Item = (&'static str, S)>) -> String {
    let mut out = String::new();
    for (case, text) in cases {
        let text = text.as_ref();
        assert!(crate::length(text) <= 2_000, "{case} is longer than a message");
        let separator = if text.contains('\n') { "\n" } else { " " };
        writeln!(out, "[{case}]{separator}{text}").unwrap();
    }
    out
}
