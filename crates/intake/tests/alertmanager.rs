//! Purpose: what Alertmanager sends, and what we make of it.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use domain::{AlertReport, AlertStatus, IntegrationName};
use intake::{NotJson, Parsed, alertmanager};
use proptest::prelude::*;
use serde_json::{Value, json};

fn sample(name: &str) -> Vec<u8> {
    let file = format!("{}/../../examples/payloads/alertmanager-{name}.json", env!("CARGO_MANIFEST_DIR"));
    std::fs::read(file).unwrap()
}

fn parse_bytes(body: &[u8]) -> Parsed {
    alertmanager::parse(&IntegrationName::from("alertmanager"), body)
}

fn parse(body: &Value) -> Vec<AlertReport> {
    parse_bytes(body.to_string().as_bytes()).reports
}

fn one(alert: Value) -> AlertReport {
    let mut reports = parse(&json!({ "version": "4", "alerts": [alert] }));
    assert_eq!(reports.len(), 1, "{reports:?}");
    reports.remove(0)
}

#[test]
fn the_samples_read_as_people_expect() {
    for name in ["checkout-critical", "checkout-resolved", "search-warning", "group-of-three", "unknown-shape"] {
        let parsed = parse_bytes(&sample(name));
        insta::assert_json_snapshot!(name, parsed.reports);
    }
}

#[test]
fn the_resolved_sample_is_about_the_same_alert_as_the_firing_one() {
    let firing = parse_bytes(&sample("checkout-critical")).reports.remove(0);
    let resolved = parse_bytes(&sample("checkout-resolved")).reports.remove(0);
    assert_eq!(firing.dedup_key.as_str(), "v1:alertmanager:5ef77f1f8a3ecfdd");
    assert_eq!(firing.dedup_key, resolved.dedup_key);
    assert_eq!((firing.status, resolved.status), (AlertStatus::Firing, AlertStatus::Resolved));
}

#[test]
fn the_title_is_the_first_text_a_person_understands() {
    let cases = [
        (
            json!({ "labels": { "alertname": "Down" }, "annotations": { "summary": "Shop is down", "title": "x" } }),
            "Shop is down",
        ),
        (
            json!({ "labels": { "alertname": "Down" }, "annotations": { "summary": " \u{200b}", "title": "Shop" } }),
            "Shop",
        ),
        (json!({ "labels": { "alertname": "Down" }, "annotations": null }), "Down"),
        (json!({ "labels": { "job": "shop", "zone": 3 } }), "Alert from alertmanager: job shop, zone 3"),
        (json!({ "fingerprint": "aa" }), "Alert from alertmanager"),
        (json!({ "annotations": { "summary": "Only words" } }), "Only words"),
        (json!({ "annotations": { "summary": "Line one\nline \u{202e}two" } }), "Line one line two"),
    ];
    for (mut alert, expected) in cases {
        alert["status"] = "firing".into();
        assert_eq!(one(alert.clone()).title, expected, "{alert}");
    }
    let long = one(json!({ "status": "firing", "annotations": { "summary": "x".repeat(5_000) } }));
    assert!(long.title.ends_with('…') && long.title.chars().count() == 256);
}

#[test]
fn an_alert_without_fingerprint_is_recognized_by_its_labels() {
    let first = one(json!({ "status": "firing", "labels": { "a": "1", "b": "2" }, "annotations": { "summary": "x" } }));
    let again = one(json!({ "status": "resolved", "labels": { "b": "2", "a": "1", "c": "" }, "fingerprint": "" }));
    let other = one(json!({ "status": "firing", "labels": { "a": "12", "b": "" } }));
    assert_eq!(first.dedup_key, again.dedup_key);
    assert_ne!(first.dedup_key, other.dedup_key);
}

#[test]
fn the_year_one_means_no_time() {
    let none = one(json!({ "status": "firing", "fingerprint": "a", "startsAt": "0001-01-01T00:00:00Z" }));
    assert_eq!(none.starts_at, None);
    let wrong = one(json!({ "status": "firing", "fingerprint": "a", "startsAt": "yesterday" }));
    assert_eq!(wrong.starts_at, None);
    let local = one(json!({ "status": "firing", "fingerprint": "a", "startsAt": "2026-08-14T10:00:00+07:00" }));
    assert_eq!(local.starts_at, Some("2026-08-14T03:00:00Z".parse().unwrap()));
}

#[test]
fn only_web_addresses_become_links_and_runbooks() {
    let report = one(json!({
        "status": "firing",
        "fingerprint": "a",
        "generatorURL": "javascript:alert(1)",
        "annotations": { "dashboard": "https://grafana.example.com/d/x", "runbook": "file:///etc/passwd" },
    }));
    assert_eq!(report.links.len(), 1);
    assert_eq!(report.links[0].label, "Dashboard");
    assert_eq!(report.runbook_url, None);
}

#[test]
fn an_alert_without_a_status_has_that_of_its_group() {
    let body =
        json!({ "status": "resolved", "alerts": [{ "fingerprint": "a" }, { "fingerprint": "b", "status": "firing" }] });
    let statuses: Vec<AlertStatus> = parse(&body).iter().map(|report| report.status).collect();
    assert_eq!(statuses, [AlertStatus::Resolved, AlertStatus::Firing]);
}

#[test]
fn a_broken_alert_is_visible_and_the_others_go_on() {
    let reports = parse(&json!({ "alerts": [
        { "status": "firing", "fingerprint": "a" },
        { "status": "melting", "fingerprint": "b" },
        { "status": "firing", "labels": "no" },
        7,
        ["firing", null, null, null, null, "d"],
        { "status": "firing" },
        { "status": "resolved", "fingerprint": "c" },
    ] }));
    let seen: Vec<(Option<&str>, Option<&str>)> =
        reports.iter().map(|report| (report.unmapped.as_deref(), report.body.as_deref())).collect();
    insta::assert_debug_snapshot!(seen);
    assert!(
        reports
            .iter()
            .filter(|r| r.unmapped.is_some())
            .all(|r| r.title.starts_with("Unmapped payload from alertmanager"))
    );
}

#[test]
fn a_body_full_of_nonsense_becomes_few_reports() {
    let same = parse(&json!({ "alerts": vec![0; 1_000] }));
    assert_eq!(same.len(), 1);
    let different = parse(&json!({ "alerts": (0..1_000).collect::<Vec<_>>() }));
    assert_eq!(different.len(), 11);
    assert_eq!(different[10].body.as_deref(), Some("990 more alerts of this payload could not be read."));
}

#[test]
fn alerts_the_sender_left_out_are_visible_on_every_report() {
    let parsed = parse_bytes(&sample("group-of-three"));
    assert_eq!(parsed.truncated, 4);
    for report in &parsed.reports {
        let last = report.body.as_deref().unwrap().lines().last().unwrap();
        assert_eq!(last, "4 more alerts of this group were left out by the sender (max_alerts).");
    }
    let none_left = parse(&json!({ "alerts": [], "truncatedAlerts": 2 }));
    assert!(none_left[0].unmapped.is_some());
}

#[test]
fn an_empty_list_of_alerts_says_nothing() {
    let parsed = parse_bytes(br#"{"version":"4","status":"firing","alerts":[]}"#);
    assert_eq!(parsed, Parsed::default());
}

#[test]
fn json_of_an_unknown_shape_is_visible_and_the_same_body_is_the_same_alert() {
    for body in ["{}", "[]", "null", "7", "\"firing\"", r#"{"alerts":null}"#, r#"{"alerts":{"a":1}}"#, "[[],null,null]"]
    {
        let parsed = parse_bytes(body.as_bytes());
        assert_eq!(parsed.reports.len(), 1, "{body}");
        assert_eq!(parsed.reports[0].unmapped.as_deref(), Some(body));
        assert_eq!(parsed.reports[0].status, AlertStatus::Firing);
        assert_eq!(parse_bytes(body.as_bytes()), parsed);
    }
    let (a, b) = (parse_bytes(b"{}"), parse_bytes(b"[]"));
    assert_ne!(a.reports[0].dedup_key, b.reports[0].dedup_key);
}

#[test]
fn a_long_unknown_body_is_cut_visibly() {
    let body = json!({ "text": "x".repeat(100_000) });
    let raw = parse(&body)[0].unmapped.clone().unwrap();
    assert!(raw.len() < 17_000);
    assert!(raw.ends_with("(cut: 16384 of 100011 bytes shown)"), "{}", &raw[16_380..]);
}

#[test]
fn what_is_not_json_is_one_unmapped_alert_with_its_place() {
    let cases: [(&[u8], usize, usize, &str); 4] = [
        (b"", 1, 0, "EOF while parsing a value"),
        (b"status=firing", 1, 1, "expected value"),
        (b"{\n  \"alerts\": [,]\n}", 2, 14, "expected value"),
        (b"{} {}", 1, 4, "trailing characters"),
    ];
    for (body, at_line, at_column, expected) in cases {
        let parsed = parse_bytes(body);
        let NotJson { line, column, message } = parsed.not_json.unwrap();
        assert_eq!(parsed.reports.len(), 1);
        assert_eq!((line, column, message.as_str()), (at_line, at_column, expected), "{body:?}");
    }
}

#[test]
fn an_alert_with_half_an_emoji_or_a_number_without_end_is_not_lost() {
    let body = br#"{ "alerts": [{ "status": "firing", "labels": { "alertname": "Down\ud83d" }, "annotations": { "value": 1e400 } }] }"#;
    let report = parse_bytes(body).reports.remove(0);
    assert_eq!((report.title.as_str(), report.value.as_deref()), ("Down\u{fffd}", Some("1e400")));
    let latin1 = b"{\"alerts\":[{\"status\":\"firing\",\"labels\":{\"alertname\":\"Caf\xe9\"}}]}";
    assert_eq!(parse_bytes(latin1).reports[0].title, "Caf\u{fffd}");
}

#[test]
fn json_without_end_becomes_an_unmapped_report() {
    let deep = format!("{{\"alerts\":{}{}}}", "[".repeat(10_000), "]".repeat(10_000));
    let report = parse_bytes(deep.as_bytes()).reports.remove(0);
    assert_eq!(report.title, "Unmapped payload from alertmanager: (20011 bytes of JSON, nested too deep to be read)");
    assert_eq!(report.unmapped.as_deref(), Some("(20011 bytes of JSON, nested too deep to be read)"));
}

#[test]
fn labels_beyond_the_bound_are_counted_visibly() {
    let mut labels: serde_json::Map<String, Value> = (0..100).map(|n| (format!("l{n}"), "x".into())).collect();
    labels.insert("severity".to_owned(), "critical".into());
    labels.insert(String::new(), "nameless".into());
    let report = one(json!({ "status": "firing", "labels": labels }));
    assert_eq!(report.labels.len(), 64);
    assert_eq!(report.labels["severity"], "critical");
    assert_eq!(report.body.as_deref(), Some("37 more labels were sent and are not kept."));
}

/// JSON of any shape, with the field names we read sprinkled in.
fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        "\\PC{0,12}|(?s).{0,12}|firing|resolved|https?://\\PC{0,12}|0001-01-01T00:00:00Z".prop_map(Value::from),
    ];
    let name = prop_oneof![
        "alerts|status|labels|annotations|summary|startsAt|generatorURL|fingerprint|truncatedAlerts|alertname",
        "\\PC{0,6}",
    ];
    leaf.prop_recursive(4, 48, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::btree_map(name.clone(), inner, 0..6)
                .prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn no_bytes_make_the_parser_panic(body in prop::collection::vec(any::<u8>(), 0..400)) {
        let _ = parse_bytes(&body);
    }

    #[test]
    fn no_cut_or_changed_sample_makes_the_parser_panic(cut in 0_usize..3_000, at in 0_usize..3_000, byte in any::<u8>()) {
        let mut body = sample("group-of-three");
        body.truncate(cut);
        if let Some(place) = body.get_mut(at) {
            *place = byte;
        }
        let _ = parse_bytes(&body);
    }

    #[test]
    fn every_listed_alert_is_seen_and_every_other_json_is_one_unmapped_report(body in any_json()) {
        let parsed = parse_bytes(body.to_string().as_bytes());
        match body.get("alerts").and_then(Value::as_array) {
            Some(alerts) if !alerts.is_empty() => prop_assert!((1..=alerts.len()).contains(&parsed.reports.len())),
            Some(_) => {}
            None => prop_assert!(parsed.reports.len() == 1 && parsed.reports[0].unmapped.is_some()),
        }
        for report in &parsed.reports {
            prop_assert!(!report.title.is_empty());
            prop_assert!(report.dedup_key.as_str().starts_with("v1:alertmanager:"));
            // What the journal keeps can be read back.
            let stored = serde_json::to_string(report).unwrap();
            prop_assert_eq!(&serde_json::from_str::<AlertReport>(&stored).unwrap(), report);
        }
    }
}
