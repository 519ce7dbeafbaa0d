//! Every sentence, written out: a change of words shows in review.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod answers;
mod fixture;
mod incident;
mod insight;
mod learned;
mod posts;
mod reasons;
mod storms;
mod wrong;

use std::fmt::Write as _;

use domain::setup::Language;

/// Checks in both languages; the snapshots of the second have `@id` in their names.
fn in_both(check: impl Fn(Language)) {
    check(Language::En);
    let mut indonesian = insta::Settings::clone_current();
    indonesian.set_snapshot_suffix("id");
    indonesian.bind(|| check(Language::Id));
}

/// Commands there are; a sentence that names another one sends people nowhere.
const COMMANDS: &[&str] = &[
    "ack",
    "alerts quality",
    "commander",
    "drill end",
    "drill start",
    "escalate",
    "follow",
    "help",
    "incident export",
    "incident list",
    "incident merge",
    "incident open",
    "incident reopen",
    "incident show",
    "note",
    "oncall",
    "page",
    "postmortem",
    "mitigate",
    "resolve",
    "runbook search",
    "runbook show",
    "severity",
    "silence create",
    "silence end",
    "silence extend",
    "silence list",
    "silence show",
    "siaga status",
    "siaga test-page",
    "triage",
    "update",
    "why",
];

/// Cases as `name: sentence`, one below the other.
fn table<S: AsRef<str>>(cases: impl IntoIterator<Item = (&'static str, S)>) -> String {
    let mut out = String::new();
    for (case, text) in cases {
        let text = text.as_ref();
        assert!(crate::length(text) <= 2_000, "{case} is longer than a message");
        for named in text.split("`/").skip(1) {
            let known = |command: &str| named.strip_prefix(command).is_some_and(|rest| rest.starts_with(['`', ' ']));
            assert!(COMMANDS.iter().any(|command| known(command)), "{case} names a command that is not there: {named}");
        }
        let separator = if text.contains('\n') { "\n" } else { " " };
        writeln!(out, "[{case}]{separator}{text}").unwrap();
    }
    out
}
