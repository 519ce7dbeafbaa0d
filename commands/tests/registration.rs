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

/// Names 1 to 32, descriptions 1 to 100 in every language, 25 options, required ones first.
fn check(entry: &serde_json::Value, described: bool) {
    let length = |text: &serde_json::Value| text.as_str().unwrap_or_default().chars().count();
    assert!((1..=32).contains(&length(&entry["name"])), "{entry}");
    if described {
        assert!((1..=100).contains(&length(&entry["description"])), "{entry}");
        let localized = &entry["description_localizations"]["id"];
        assert!((1..=100).contains(&length(localized)), "no Indonesian for {}", entry["name"]);
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
