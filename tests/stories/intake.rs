//! What senders are told, and that nothing is lost.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use std::ops::RangeInclusive;
use std::time::Duration;

use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::harness::alert::payload;
use crate::harness::{Story, story};

async fn told(s: &Story, integration: &str, key: Option<&str>, body: &[u8]) -> String {
    let (status, answer) = s.post_raw(integration, key, body.to_vec()).await;
    format!("{status} {}", answer["error"].as_str().unwrap_or(&answer.to_string()))
}

#[test]
fn bad_requests_are_refused_with_a_sentence_and_leave_nothing_behind() {
    story(async |s| {
        let key = Some(s.key.clone());
        let key = key.as_deref();
        let good = payload("firing", &[s.alert("checkout").critical().wire("firing")]).to_string().into_bytes();
        assert_snapshot!(told(s, "alertmanager", None, &good).await, @"401 The key is wrong or missing. Send it as a bearer token, as the password of basic authentication, or as ?key=.");
        assert_snapshot!(told(s, "alertmanager", Some("guessed"), &good).await, @"401 The key is wrong or missing. Send it as a bearer token, as the password of basic authentication, or as ?key=.");
        assert_snapshot!(told(s, "nagios", key, &good).await, @"404 There is no integration at this address. The log of the bot lists the configured ones.");
        assert_snapshot!(told(s, "support-chat", key, &good).await, @"404 There is no integration at this address. The log of the bot lists the configured ones.");
        assert_snapshot!(told(s, "alertmanager", key, b" ").await, @"400 The body is empty.");
        assert_snapshot!(told(s, "alertmanager", key, &vec![b' '; 16_777_217]).await, @"413 The body is larger than 16 MiB. Send fewer alerts at once (Alertmanager: max_alerts).");
        s.settled().await;
        assert_eq!(s.bot().engine.totals().await.unwrap().accepted, 0);
        assert_eq!(s.everything().await, "");
    });
}

/// 413 and 400 are final for most senders: what is refused is lost. Source: prometheus/alertmanager, `notify.Retrier`, and 2,500
/// alerts with long texts in one group.
/// Trial 3.
pub(crate) fn one_body_of_thousands_of_alerts_opens_one_incident_and_pages_once() {
    story(async |s| {
        let alerts: Vec<Value> = (0..2_500)
            .map(|number| {
                let mut alert = s.alert("orders").critical().numbered(number).wire("firing");
                alert["annotations"]["description"] = json!("One of the order workers does not answer. ".repeat(12));
                alert
            })
            .collect();
        let body = payload("firing", &alerts);
        assert!(body.to_string().len() > 1_700_000);
        assert_eq!(s.post_intake(&body).await, (202, json!({ "accepted": 2_500 })));
        s.settled().await;
        let card = s.card("INC-1").await;
        assert!(card.contains("**Alerts** 2,500 firing") && card.len() < 3_000, "{card}");
        let rings = s.phone("budi").await;
        assert_eq!(rings.matches("rings DM: ").count(), 1, "{rings}");
        assert_eq!(s.bot().engine.totals().await.unwrap().incidents, 1);
        s.read_all().await;
    });
}

/// A template that pasted a text with quotes: the sender never learns of it, and its DOWN must be heard.
/// Trial 8.
pub(crate) fn a_body_that_is_no_json_is_shown_with_the_place_of_the_mistake_once() {
    story(async |s| {
        let key = Some(s.key.clone());
        let broken = br#"{"code":"3c11","name":"nightly "full" backup","status":"down"}"#;
        for _ in 0..3 {
            assert_eq!(told(s, "alertmanager", key.as_deref(), broken).await, r#"202 {"accepted":1}"#);
        }
        s.settled().await;
        assert_snapshot!(s.card("INC-1").await, @r#"
        Siaga (silent):
          | INC-1 · SEV-3 · TRIGGERED
          | **Unmapped payload from alertmanager: {"code":"3c11","name":"nightly "full" backup","status":"down"}**
          | **Impact** The payload could not be read: it is not JSON: expected \`,\` or \`}\` at line 1, column 33, near \`","name":"nightly "full" backup","status\`.
          | **Started** [now] ([2 Mar 03:10])
          | **Alerts** 1 firing
          | **Commander** nobody yet: `/commander`
          | **Paged** Agus, [now] · next Dewi [in 5 min]
          | **Missing** the alert names no severity, value, service or runbook
          [Acknowledge] [Can't take it] [Runbook] [Triage] [Silence]
        "#);
        // Another text is another alert: the DOWN of a second check must not vanish behind that of the first.
        assert_eq!(told(s, "alertmanager", key.as_deref(), b"DOWN search").await, r#"202 {"accepted":1}"#);
        s.settled().await;
        let card = s.card("INC-1").await;
        assert!(card.contains("**Alerts** 2 firing") && card.contains("alertmanager: DOWN search"), "{card}");
        assert_eq!(s.bot().engine.totals().await.unwrap().incidents, 1);
        s.read_all().await;
    });
}

/// Somebody has the first body nobody could read; the DOWN of another check must not vanish in it.
#[test]
fn another_body_nobody_could_read_rings_whoever_has_the_first_and_the_same_one_does_not() {
    story(async |s| {
        let rings = async || s.phone("agus").await.matches("rings").count();
        let key = Some(s.key.clone());
        told(s, "alertmanager", key.as_deref(), b"Backup DOWN").await;
        s.settled().await;
        s.agus().press("Acknowledge").await.done();
        let before = rings().await;
        for _ in 0..3 {
            told(s, "alertmanager", key.as_deref(), b"Backup DOWN").await;
        }
        s.settled().await;
        assert_eq!(rings().await, before);
        told(s, "alertmanager", key.as_deref(), b"Payments DOWN").await;
        s.settled().await;
        assert!(rings().await > before, "{}", s.phone("agus").await);
        assert_snapshot!(s.news("INC-1").await, @"
        Siaga: Agus was paged [03:10]. SEV-3 INC-1 Unmapped payload from alertmanager: Backup DOWN
        Siaga: (its card)
        Siaga (silent): Opened because something arrived that could not be read.
          [Why] [Runbook]
        Siaga (silent): Agus acknowledged, [03:10]. Dewi will not be paged.
        Siaga: @Agus SEV-3 INC-1 Unmapped payload from alertmanager: Backup DOWN. Still yours?
          You have it, and something else came that nobody could read. If it is still yours, acknowledge once more.
          [Acknowledge] [Can't take it] [Runbook]
        Siaga (silent): @Agus, still yours? You are asked because something else came that nobody could read. Without an answer escalation goes on [in 5 min].
          [Still on it]
        ");
        s.agus().press("Still on it").await.done();
        s.read_all().await;
    });
}

#[test]
fn json_of_an_unknown_shape_is_kept_and_shown_as_unmapped() {
    story(async |s| {
        let (status, answer) =
            s.post_intake(&json!({ "monitor": "nagios", "host": "db-3", "state": "CRITICAL" })).await;
        assert_eq!((status, answer), (202, json!({ "accepted": 1 })));
        s.settled().await;
        assert_snapshot!(s.card("INC-1").await, @"
        Siaga (silent):
          | INC-1 · SEV-3 · TRIGGERED
          | **Unmapped payload from alertmanager: host db-3, monitor nagios, state CRITICAL**
          | **Started** [now] ([2 Mar 03:10])
          | **Alerts** 1 firing
          | **Commander** nobody yet: `/commander`
          | **Paged** Agus, [now] · next Dewi [in 5 min]
          | **Missing** the alert names no severity, value, description, service or runbook
          [Acknowledge] [Can't take it] [Runbook] [Triage] [Silence]
        ");
        assert_snapshot!(s.thread("INC-1").await, @"
        Siaga: @Agus SEV-3 INC-1 Unmapped payload from alertmanager: host db-3, monitor nagios, state CRITICAL. Tap to answer.
          [Acknowledge] [Can't take it] [Runbook]
        Siaga: (its card)
        Siaga (silent): Opened because something arrived that could not be read.
          [Why] [Runbook]
        ");
        s.read_all().await;
    });
}

#[test]
fn an_alert_with_holes_opens_an_incident_that_says_what_is_missing() {
    story(async |s| {
        let bare = json!({ "status": "firing", "labels": {}, "annotations": {} });
        assert_eq!(s.post_intake(&payload("firing", &[bare])).await.0, 202);
        s.settled().await;
        assert_snapshot!(s.channel("#incidents").await, @"
        Siaga (silent):
          | INC-1 · SEV-3 · TRIGGERED
          | **Unmapped payload from alertmanager: status firing**
          | **Impact** One alert of the payload could not be read: it has no labels, no summary and no fingerprint.
          | **Started** [now] ([2 Mar 03:10])
          | **Alerts** 1 firing
          | **Commander** nobody yet: `/commander`
          | **Paged** Agus, [now] · next Dewi [in 5 min]
          | **Missing** the alert names no severity, value, service or runbook
          [Acknowledge] [Can't take it] [Runbook] [Triage] [Silence]
        ");
        s.read_all().await;
    });
}

#[test]
fn a_key_is_taken_as_a_password_or_in_the_address_too() {
    story(async |s| {
        let body = payload("firing", &[s.alert("stock").wire("firing")]).to_string();
        let url = format!("http://{}/intake/alertmanager", s.bot().intake);
        let basic =
            s.control.http.post(&url).basic_auth("siaga", Some(&s.key)).body(body.clone()).send().await.unwrap();
        assert_eq!(basic.status(), 202);
        let query = s.control.http.post(format!("{url}?key={}", s.key)).body(body).send().await.unwrap();
        assert_eq!(query.status(), 202);
        s.settled().await;
        assert_eq!(s.bot().engine.totals().await.unwrap().incidents, 1);
        s.read_all().await;
    });
}

#[test]
fn ten_alerts_at_once_are_all_there() {
    story(async |s| {
        let alerts: Vec<Value> = (1..=10)
            .map(|number| s.alert("stock").numbered(number).saying(&format!("Shelf {number} is empty")).wire("firing"))
            .collect();
        let (status, answer) = s.post_intake(&payload("firing", &alerts)).await;
        assert_eq!((status, answer), (202, json!({ "accepted": 10 })));
        s.settled().await;
        assert_snapshot!(s.channel("#incidents").await, @"
        Siaga (silent): INC-1 · SEV-4 · TRIGGERED · Shelf 1 is empty · orders (owner Payments) · 10 firing · [now]
          [Raise to SEV-3 (pages people)] [Triage] [Silence]
        ");
        assert_eq!(s.bot().engine.totals().await.unwrap().firing, 10);
    });
}

/// Alerts about shards of the search, in one request.
async fn shards(s: &Story, status: &str, numbers: RangeInclusive<u32>) {
    let alert = |number| s.alert("search").warning().numbered(number).saying(&format!("Shard {number} is slow"));
    let alerts: Vec<Value> = numbers.map(|number| alert(number).wire(status)).collect();
    assert_eq!(s.post_intake(&payload(status, &alerts)).await.0, 202);
    s.settled().await;
}

#[test]
fn of_hundreds_of_alerts_the_first_have_names_and_all_are_counted() {
    story(async |s| {
        shards(s, "firing", 1..=300).await;
        // Named and nameless ones end, and some come back: after a restart, too, each is known.
        shards(s, "resolved", 41..=240).await;
        s.restart().await;
        // A firing of the same beginning would come late.
        s.pass(Duration::from_secs(1)).await;
        shards(s, "firing", 231..=250).await;
        let card = s.channel("#incidents").await;
        let of_alerts =
            |text: &str| text.split_once("**Alerts**").unwrap().1.lines().take(5).collect::<Vec<_>>().join("\n");
        assert_snapshot!(of_alerts(&card), @"
        110 firing · 190 resolved
         | - Shard 1 is slow · 2.4 s
         | - Shard 10 is slow · 2.4 s
         | - Shard 11 is slow · 2.4 s
         | - and 297 more
        ");
        let exported = s.siaga(&["export", "INC-1", "--format", "json"]).await;
        let exported: Value = serde_json::from_str(&exported.out).unwrap();
        let counted =
            exported["timeline"].as_array().unwrap().iter().filter(|entry| entry["event"]["kind"] == "alerts_counted");
        let counted: Vec<String> = counted.map(|entry| entry["event"].to_string()).collect();
        assert_snapshot!(counted.join("\n"), @r#"
        {"again":0,"kind":"alerts_counted","new":236,"resolved":0}
        {"again":0,"kind":"alerts_counted","new":0,"resolved":176}
        "#);
        shards(s, "resolved", 1..=300).await;
        assert_snapshot!(of_alerts(&s.channel("#incidents").await), @"
        all 300 resolved
         | - Shard 1 is slow · 2.4 s (resolved)
         | - Shard 10 is slow · 2.4 s (resolved)
         | - Shard 11 is slow · 2.4 s (resolved)
         | - and 297 more
        ");
        s.read_all().await;
    });
}

#[test]
fn health_says_what_works() {
    story(async |s| {
        for path in ["/livez", "/readyz"] {
            let response = s.control.http.get(format!("http://{}{path}", s.bot().intake)).send().await.unwrap();
            assert_eq!(response.status(), 200, "{path}");
        }
        let ready = s.control.http.get(format!("http://{}/readyz", s.bot().intake)).send().await.unwrap();
        assert_snapshot!(ready.text().await.unwrap(), @r#"{"parts":[{"name":"database","ok":true,"sentence":"reachable"},{"name":"outbox","ok":true,"sentence":"0 waiting, 0 dead letters"},{"name":"decider","ok":true,"sentence":"running"},{"name":"clock","ok":true,"sentence":"keeps time"},{"name":"discord","ok":true,"sentence":"can be reached"},{"name":"keys","ok":true,"sentence":"each sender that needs a key has one"},{"name":"gateway","ok":true,"sentence":"connected"}],"ready":true}"#);
    });
}
