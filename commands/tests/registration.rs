//! Purpose: what Discord receives, and the reference made from it, as a whole.
#![allow(clippy::unwrap_used, clippy::panic, missing_docs, reason = "tests")]

use std::path::Path;

#[test]
fn the_registration_is_exactly_this() {
    insta::assert_json_snapshot!(commands::registration());
}

#[test]
fn the_registration_fits_what_discord_takes() {
    let registration = commands::registration();
    let entries = registration.as_array().unwrap();
    assert!(entries.len() <= 100);
    for entry in entries {
        assert_eq!(entry["contexts"], serde_json::json!([0]), "{}", entry["name"]);
        assert_eq!(entry["integration_types"], serde_json::json!([0]), "{}", entry["name"]);
        assert!(entry.get("default_member_permissions").is_none(), "our own policy decides: {}", entry["name"]);
        let slash = entry.get("type").is_none_or(|kind| kind == 1);
        check(entry, slash);
    }
}

/// A phone shows one line of it. Options may be longer: some say how a time is written.
const ON_A_PHONE: usize = 49;

/// Names 1 to 32, descriptions 1 to 100 in every language and of commands on one line, 25 options, required ones first.
fn check(entry: &serde_json::Value, described: bool) {
    let length = |text: &serde_json::Value| text.as_str().unwrap_or_default().chars().count();
    assert!((1..=32).contains(&length(&entry["name"])), "{entry}");
    if described {
        let is_option = entry["type"].as_u64().is_some_and(|kind| kind > 2);
        let most = if is_option { 100 } else { ON_A_PHONE };
        assert!((1..=most).contains(&length(&entry["description"])), "{entry}");
        let localized = &entry["description_localizations"]["id"];
        assert!((1..=most).contains(&length(localized)), "none, or too long, in Indonesian: {entry}");
    }
    let options = entry["options"].as_array().cloned().unwrap_or_default();
    assert!(options.len() <= 25);
    let required: Vec<bool> = options.iter().map(|option| option["required"] == true).collect();
    assert!(required.is_sorted_by(|a, b| a >= b), "{entry}");
    for option in &options {
        check(option, true);
    }
}

#[test]
fn the_reference_says_what_is_registered() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/commands.md");
    let now = commands::reference();
    #[expect(clippy::disallowed_methods, reason = "a switch of this test only")]
    if std::env::var("UPDATE_DOCS").is_ok() {
        std::fs::write(&path, &now).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(kept == now, "docs/commands.md is not current: UPDATE_DOCS=1 cargo test -p commands writes it anew");
}

/// Every option in which people type a text of their own, and how long the rules let it be.
fn texts(entry: &serde_json::Value, before: &str, found: &mut Vec<(String, u64)>) {
    let name = format!("{before}{}", entry["name"].as_str().unwrap());
    for option in entry["options"].as_array().into_iter().flatten() {
        match option["type"].as_u64() {
            Some(1 | 2) => texts(option, &format!("{name} "), found),
            Some(3) if option["choices"].as_array().is_none_or(Vec::is_empty) && option["autocomplete"] != true => {
                let most = option["max_length"].as_u64();
                let path = format!("{name}: {}", option["name"].as_str().unwrap());
                found.push((path.clone(), most.unwrap_or_else(|| panic!("{path} has no max_length"))));
            }
            _ => {}
        }
    }
}

/// A client that lets somebody type more than the rules take lets them type it for nothing.
#[test]
fn what_can_be_typed_is_as_long_as_the_rules_take() {
    use domain::incident::{IMPACT_LIMIT, TEXT_LIMIT, TITLE_LIMIT};
    let mut found = Vec::new();
    for entry in commands::registration().as_array().unwrap() {
        texts(entry, "", &mut found);
    }
    let rules = [
        ("incident open: title", TITLE_LIMIT),
        ("incident open: impact", IMPACT_LIMIT),
        ("incident reopen: reason", TEXT_LIMIT),
        ("severity: reason", TEXT_LIMIT),
        ("page: reason", TEXT_LIMIT),
        ("note: text", TEXT_LIMIT),
        ("mitigate: how", TEXT_LIMIT),
        ("silence create: match", domain::silence::TEXT_LIMIT),
        ("silence create: reason", domain::silence::TEXT_LIMIT),
        ("drill start: title", TITLE_LIMIT),
        ("drill end: fixed", TEXT_LIMIT),
    ];
    for (path, limit) in rules {
        let most = found.iter().find(|(known, _)| known == path).map(|(_, most)| *most);
        assert_eq!(most, u64::try_from(limit).ok(), "{path} in {found:?}");
    }
    // All others are looked up or read as a time, and none of these is long.
    for (path, most) in &found {
        assert!(
            *most <= 500 || rules.iter().any(|(known, _)| known == path),
            "{path} takes {most}: say what its rule is"
        );
    }
}
