//! Grafana's alerts: a series that is gone ends nothing, and a rule that sees nothing pages under its own name.
//!
//! What happened to others: an end is told while devices are offline, because their series is gone (grafana/grafana 105571, 57115);
//! alerts of rules without data are all named alike, and are sorted with difficulty (101936).
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use std::time::Duration;

use serde_json::{Value, json};

use crate::episodes::{outcomes, shows};
use crate::harness::{CONFIG, Story, setup_of, story_with};

const GRAFANA: &str = r#"[[integrations]]
name = "grafana"
kind = "grafana"
key_env = "SIAGA_KEY_ALERTMANAGER"

"#;

/// A story with a Grafana that sends alerts.
fn with_grafana(tell: impl AsyncFnOnce(&mut Story)) {
    let text = CONFIG.replacen("[[integrations]]", &format!("{GRAFANA}[[integrations]]"), 1);
    story_with(move |options| options.setup = setup_of(&text), tell);
}

async fn sends(s: &Story, body: Vec<u8>) {
    let (code, answer) = s.post_raw("grafana", Some(&s.key), body).await;
    assert_eq!(code, 202, "{answer}");
    s.settled().await;
}

/// One of the payloads that people find in the examples.
async fn sends_example(s: &Story, name: &str) {
    let file = format!("{}/examples/payloads/grafana-{name}.json", env!("CARGO_MANIFEST_DIR"));
    sends(s, std::fs::read(file).unwrap()).await;
}

async fn rings(s: &Story, person: &str) -> usize {
    s.phone(person).await.lines().filter(|line| line.starts_with("rings")).count()
}

#[test]
fn a_series_that_is_gone_ends_nothing_and_ends_with_its_incident() {
    with_grafana(async |s| {
        sends_example(s, "firing").await;
        shows(s, &["**Checkout takes 3.2 s**", "**Alerts** 1 firing · A 3.22, C 1", "Panel"]).await;
        sends_example(s, "missing-series").await;
        assert_eq!(outcomes(s).await, "opened, repeated");
        shows(s, &["TRIGGERED", "**Alerts** 1 firing · no longer measured"]).await;
        // Nobody answers: the policy goes on.
        let before = rings(s, "rina").await;
        s.advance(5).await;
        assert!(rings(s, "rina").await > before, "{}", s.phone("rina").await);
        s.budi().press("Acknowledge").await.done();
        s.budi().slash_in("INC-1", "/resolve", json!({})).await.done();
        let answer = s.budi().fills(&[Some("restarted")]).await.to_string();
        assert!(!answer.contains("still fire"), "{answer}");
        s.advance(70).await;
        assert!(s.bot().engine.open_incidents().is_empty());
        // Its series comes again and is over at last: nothing is left to end.
        sends_example(s, "missing-series").await;
        sends_example(s, "resolved").await;
        assert_eq!(outcomes(s).await, "opened, repeated, nothing_firing, nothing_firing");
        s.read_all().await;
    });
}

#[test]
fn an_end_behind_a_series_that_was_gone_is_an_end() {
    with_grafana(async |s| {
        sends_example(s, "firing").await;
        sends_example(s, "missing-series").await;
        sends_example(s, "resolved").await;
        assert_eq!(outcomes(s).await, "opened, repeated, resolved");
        shows(s, &["**Alerts** 1 resolved"]).await;
        s.read_all().await;
    });
}

#[test]
fn a_series_that_is_gone_of_what_never_fired_opens_nothing() {
    with_grafana(async |s| {
        sends_example(s, "missing-series").await;
        assert_eq!(outcomes(s).await, "nothing_firing");
        assert_eq!(s.bot().engine.totals().await.unwrap().firing, 0);
        s.read_all().await;
    });
}

#[test]
fn what_a_person_ended_and_is_not_measured_any_more_does_not_come_back() {
    with_grafana(async |s| {
        sends_example(s, "firing").await;
        s.budi().press("Acknowledge").await.done();
        s.budi().slash_in("INC-1", "/resolve", json!({})).await.done();
        s.budi().fills(&[Some("restarted")]).await.done();
        sends_example(s, "missing-series").await;
        s.advance(70).await;
        assert!(s.bot().engine.open_incidents().is_empty());
        assert_eq!(s.bot().engine.totals().await.unwrap().firing, 0);
        s.read_all().await;
    });
}

fn blind(name: &str, rule: &str, status: &str, reason: &str) -> Vec<u8> {
    let alert = json!({
        "status": status, "fingerprint": format!("{name}{rule}"), "startsAt": "2026-03-01T20:09:00Z",
        "labels": { "alertname": name, "rulename": rule }, "values": Value::Null,
        "annotations": { "summary": format!("{rule}: [no value]"), "grafana_state_reason": reason },
    });
    json!({ "status": status, "orgId": 1, "externalURL": "https://grafana.example.com/", "alerts": [alert] })
        .to_string()
        .into_bytes()
}

#[test]
fn rules_that_see_nothing_page_and_are_grouped_by_rule() {
    with_grafana(async |s| {
        sends(s, blind("DatasourceNoData", "Orders per minute", "firing", "NoData")).await;
        assert!(rings(s, "agus").await > 0, "{}", s.phone("agus").await);
        shows(s, &["**No data: Orders per minute**"]).await;
        s.pass(Duration::from_secs(60)).await;
        sends(s, blind("DatasourceError", "Search latency", "firing", "Error")).await;
        assert_eq!(s.bot().engine.totals().await.unwrap().incidents, 2);
        let card = s.card("INC-2").await;
        assert!(card.contains("Query fails: Search latency"), "{card}");
        // Data comes again: that is how such an alert ends.
        sends(s, blind("DatasourceNoData", "Orders per minute", "resolved", "MissingSeries")).await;
        assert_eq!(outcomes(s).await, "opened, opened, resolved");
        s.read_all().await;
    });
}

/// A rule that is paused, deleted or changed (provisioning does that at night) has its state thrown away, and Grafana tells an end that
/// nobody measured (grafana/grafana, pull request 103996): the incident closed itself, and whoever was called slept on.
#[test]
fn a_rule_that_is_paused_or_changed_ends_nothing() {
    let alert = |status: &str, reason: &str| {
        let alert = json!({
            "status": status, "fingerprint": "c6eadffa33fcdf37", "startsAt": "2026-03-01T20:10:00Z",
            "labels": { "alertname": "Checkout is slow", "service": "checkout", "severity": "critical" },
            "annotations": { "summary": "Checkout takes 3.2 s", "grafana_state_reason": reason }, "values": { "A": 4.5 },
        });
        json!({ "status": status, "orgId": 1, "externalURL": "https://grafana.example.com/", "alerts": [alert] })
            .to_string()
            .into_bytes()
    };
    with_grafana(async |s| {
        for (reason, because) in [
            ("Paused", "somebody paused its rule"),
            ("Updated", "its rule was changed"),
            ("RuleDeleted", "its rule was deleted"),
        ] {
            sends(s, alert("firing", "")).await;
            sends(s, alert("resolved", reason)).await;
            shows(s, &["TRIGGERED", "**Alerts** 1 firing · no longer measured", because]).await;
        }
        // Nobody has it: the next one is called.
        let before = rings(s, "rina").await;
        s.advance(5).await;
        assert!(rings(s, "rina").await > before, "{}", s.phone("rina").await);
        // After a change the rule counts from the beginning, and fires as the same alert.
        sends(s, alert("firing", "")).await;
        shows(s, &["**Alerts** 1 firing · 4.5"]).await;
        assert_eq!(s.bot().engine.totals().await.unwrap().incidents, 1);
        sends(s, alert("resolved", "")).await;
        shows(s, &["**Alerts** 1 resolved"]).await;
        s.read_all().await;
    });
}

#[test]
fn a_test_of_the_contact_point_is_over_with_its_incident() {
    // Its end is never told: an incident of it would come back an hour after somebody closed it, every hour.
    with_grafana(async |s| {
        let test = json!({
            "receiver": "test", "status": "firing", "orgId": 1, "version": "1", "externalURL": "https://grafana.example.com/",
            "alerts": [{
                "status": "firing", "labels": { "alertname": "TestAlert", "instance": "Grafana" },
                "annotations": { "summary": "Notification test" }, "startsAt": "2026-03-02T02:10:00Z",
                "endsAt": "0001-01-01T00:00:00Z", "generatorURL": "", "fingerprint": "57c6d9296de2ad39",
                "valueString": "[ metric='foo' labels={instance=bar} value=10 ]"
            }]
        });
        sends(s, serde_json::to_vec(&test).unwrap()).await;
        shows(s, &["TRIGGERED · Notification test"]).await;
        s.agus().slash("/resolve", json!({ "incident": "INC-1" })).await.done();
        let answer = s.agus().fills(&[Some("it was a test")]).await.to_string();
        assert!(!answer.contains("still fire"), "{answer}");
        s.advance(70).await;
        assert!(s.bot().engine.open_incidents().is_empty());
        s.read_all().await;
    });
}
