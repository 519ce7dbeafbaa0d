//! Purpose: what Grafana sends, and what we make of it.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use domain::setup::Grafana;
use domain::{AlertReport, AlertStatus, IntegrationName};
use intake::grafana::parse;
use serde_json::{Value, json};

fn grafana(blind_severity: Option<&str>) -> Grafana {
    Grafana { keys: Vec::new(), blind_severity: blind_severity.map(str::to_owned) }
}

fn read(body: &[u8], blind_severity: Option<&str>) -> AlertReport {
    let mut reports = parse(&IntegrationName::from("grafana"), &grafana(blind_severity), body).reports;
    assert_eq!(reports.len(), 1, "{reports:?}");
    reports.remove(0)
}

fn sample(name: &str) -> AlertReport {
    let file = format!("{}/../../examples/payloads/grafana-{name}.json", env!("CARGO_MANIFEST_DIR"));
    read(&std::fs::read(file).unwrap(), None)
}

fn alert(alert: &Value) -> AlertReport {
    read(json!({ "status": "firing", "orgId": 3, "alerts": [alert] }).to_string().as_bytes(), None)
}

#[test]
fn the_samples_read_as_people_expect() {
    for name in ["firing", "resolved", "missing-series", "no-data", "query-fails"] {
        insta::assert_json_snapshot!(name, sample(name));
    }
}

#[test]
fn a_series_that_is_gone_is_no_end_and_a_blind_rule_that_sees_again_is_one() {
    let (firing, gone) = (sample("firing"), sample("missing-series"));
    assert_eq!((gone.dedup_key.clone(), gone.status), (firing.dedup_key, AlertStatus::Firing));
    assert!(gone.has_no_end() && gone.is_lost_from_sight());
    assert_eq!(gone.value.as_deref(), Some("no longer measured"));
    for (reason, because) in
        [("Paused", "paused its rule"), ("Updated", "rule was changed"), ("RuleDeleted", "rule was deleted")]
    {
        let alert = alert(&json!({
            "status": "resolved", "fingerprint": "aa", "labels": { "alertname": "Orders" },
            "annotations": { "grafana_state_reason": reason },
        }));
        assert!(alert.is_lost_from_sight() && alert.status == AlertStatus::Firing, "{reason}");
        assert!(alert.body.unwrap().contains(because), "{reason}");
    }
    let sees_again = alert(&json!({
        "status": "resolved", "fingerprint": "aa",
        "labels": { "alertname": "DatasourceNoData", "rulename": "Orders" },
        "annotations": { "grafana_state_reason": "MissingSeries" },
    }));
    assert_eq!((sees_again.status, sees_again.has_no_end()), (AlertStatus::Resolved, false));
    assert_eq!(sees_again.title, "No data: Orders");
}

#[test]
fn two_blind_rules_are_two_things_with_their_own_names() {
    let named = |name: &str, rule: &str| {
        alert(&json!({ "status": "firing", "fingerprint": rule, "labels": { "alertname": name, "rulename": rule } }))
    };
    let (one, other) = (named("DatasourceNoData", "Orders"), named("DatasourceError", "Search"));
    assert_eq!((one.title.as_str(), one.labels["alertname"].as_str()), ("No data: Orders", "Orders"));
    assert_eq!((other.title.as_str(), other.labels["alertname"].as_str()), ("Query fails: Search", "Search"));
    assert_eq!(one.labels["severity"], "critical");
    // What it says of its values is a template that nobody filled in.
    let unfilled = json!({
        "status": "firing", "fingerprint": "aa", "labels": { "alertname": "DatasourceNoData", "rulename": "Orders" },
        "valueString": "[ var='A' labels={} value=null ]",
    });
    assert_eq!(alert(&unfilled).value, None);
    // The name is not always replaced: then the reason says it.
    let kept = alert(&json!({
        "status": "firing", "fingerprint": "aa", "labels": { "alertname": "Orders", "severity": "warning" },
        "annotations": { "summary": "Orders: [no value]", "grafana_state_reason": "NoData, KeepLast" },
    }));
    assert_eq!((kept.title.as_str(), kept.labels["severity"].as_str()), ("No data: Orders", "warning"));
    assert!(kept.body.unwrap().contains("Orders: [no value]"));
}

#[test]
fn what_a_blind_rule_is_worth_can_be_configured() {
    let body = json!({ "status": "firing", "alerts": [{
        "status": "firing", "fingerprint": "aa", "labels": { "alertname": "DatasourceError", "severity": "critical" },
    }] });
    let report = read(body.to_string().as_bytes(), Some("warning"));
    assert_eq!(report.labels["severity"], "warning");
    // Nothing names the rule: the sender's own word stays.
    assert_eq!(report.title, "DatasourceError");
}

#[test]
fn values_are_short_and_older_versions_have_a_text() {
    let value = |values: Value, text: &str| {
        alert(&json!({ "status": "firing", "fingerprint": "aa", "values": values, "valueString": text })).value
    };
    let shown = |values: Value| value(values, "").unwrap();
    assert_eq!(shown(json!({ "B": 44.239_437_54, "C": 1 })), "B 44.24, C 1");
    assert_eq!(shown(json!({ "A": 0.000_012_3 })), "1.230e-5");
    assert_eq!(shown(json!({ "A": 0.0 })), "0");
    assert_eq!(shown(json!({ "A": 1, "B": 2, "C": 3, "D": 4, "E": 5 })), "A 1, B 2, C 3, D 4, …");
    assert_eq!(value(Value::Null, "[ var='B' value=44.2 ]").unwrap(), "[ var='B' value=44.2 ]");
    assert_eq!(value(json!("broken"), ""), None);
}

#[test]
fn organizations_of_one_grafana_are_two_senders() {
    let sender = |org: u64| {
        let body = json!({ "status": "firing", "orgId": org, "externalURL": "https://grafana.example.com/", "alerts": [
            { "status": "firing", "fingerprint": "aa" },
        ] });
        read(body.to_string().as_bytes(), None).sender_number()
    };
    assert_ne!(sender(1), sender(2));
}
