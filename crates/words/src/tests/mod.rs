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

/// How an engineering team in Jakarta writes: the field's words stay as they are, and everybody is `kamu`. What a translator would
/// write instead reads like a form of the tax office at 3 a.m.
#[test]
fn indonesian_is_what_a_team_writes() {
    const NOT: [&str; 28] = [
        "anda",
        "bila",
        "melalui",
        "mengapa",
        "ruang",
        "kanal",
        "utas",
        "peringatan",
        "komandan",
        "pemangku",
        "keparahan",
        "surel",
        "badai",
        "linimasa",
        "dipanggil",
        "memanggil",
        "pulih",
        "panggil",
        "petugas",
        "sebutan",
        "keadaan",
        "batalkan",
        "menyala",
        "kegentingan",
        "tinjauan",
        "obrolan",
        "templat",
        "sematan",
    ];
    let here = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let in_folder = |folder: &str| std::fs::read_dir(here.join(folder)).unwrap().map(|file| file.unwrap().path());
    let is_bookish = |said: &str| {
        let said = said.to_lowercase();
        let mut words = said.split(|letter: char| !letter.is_alphanumeric());
        said.contains("pesan langsung") || words.any(|word| NOT.contains(&word.trim_end_matches("nya")))
    };
    let mut found = Vec::new();
    for path in in_folder("locales/id") {
        let text = std::fs::read_to_string(&path).unwrap();
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            // The key of a message is English.
            if is_bookish(line.split_once(" = ").map_or(line, |(_, said)| said)) {
                found.push(format!("{}: {line}", path.file_name().unwrap().to_string_lossy()));
            }
        }
    }
    for path in in_folder("../../commands") {
        let source = if path.is_file() { std::fs::read_to_string(&path).unwrap() } else { continue };
        let said = source.split("_localized(\"id\", \"").skip(1).filter_map(|rest| rest.split_once('"'));
        found.extend(said.filter(|(said, _)| is_bookish(said)).map(|(said, _)| format!("{}: {said}", path.display())));
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}
