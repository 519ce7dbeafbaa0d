//! What must keep happening and what follows when it does not; and alerts from any other monitor, read by expressions.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use std::time::Duration;

use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::harness::{CONFIG, Story, setup_of, setup_with_heartbeats, story, story_with};

/// A story of a shop that tells of its orders.
fn shop_story(body: impl AsyncFnOnce(&mut Story)) {
    story_with(|options| options.setup = setup_with_heartbeats(CONFIG), body);
}

async fn beat(s: &Story, name: &str) -> String {
    let url = format!("http://{}/heartbeat/{name}", s.bot().intake);
    let response = s.control.http.post(url).body("one more order").send().await.unwrap();
    let status = response.status().as_u16();
    let answer: Value = response.json().await.unwrap();
    s.settled().await;
    format!("{status} {}", answer["error"].as_str().unwrap_or(&answer.to_string()))
}

#[test]
fn orders_stop_and_somebody_is_paged_and_the_next_order_ends_the_alert() {
    shop_story(async |s| {
        assert_snapshot!(beat(s, "orders").await, @r#"200 {"heartbeat":"orders","next_before":"2026-03-01T20:15:00Z"}"#);
        s.advance(4).await;
        assert_snapshot!(beat(s, "orders").await, @r#"200 {"heartbeat":"orders","next_before":"2026-03-01T20:19:00Z"}"#);
        s.advance(4).await;
        assert_eq!(s.bot().engine.totals().await.unwrap().accepted, 0);
        s.advance(1).await;
        assert_snapshot!(s.card("INC-1").await, @"
        Siaga (silent):
          | INC-1 · SEV-2 · TRIGGERED
          | **No orders for 5 minutes**
          | **Impact** Nothing was heard of orders for 5m; the last time was 2 Mar 03:14:00 WIB.
          | **Service** orders (owner Payments)
          | **Started** [now] ([2 Mar 03:19])
          | **Alerts** 1 firing · silent for 5m
          | **Commander** nobody yet: `/commander`
          | **Paged** Budi, [now] · next Rina [in 5 min]
          | **Known by** a monitor of ours, 5 minutes after it began
          | **Missing** the alert names no runbook
          [Acknowledge] [Can't take it] [Runbook] [Triage] [Silence]
        ");
        assert_snapshot!(s.thread("INC-1").await, @"
        Siaga: @Budi SEV-2 INC-1 No orders for 5 minutes. Tap to answer.
          [Acknowledge] [Can't take it] [Runbook]
        Siaga: (its card)
        Siaga (silent): Opened because severity=critical on orders.
          [Why] [Runbook]
        ");
        assert_snapshot!(s.phone("budi").await, @"
        rings #INC-1 No orders for 5 minutes: @Budi SEV-2 INC-1 No orders for 5 minutes. Tap to answer.
        rings DM: SEV-2 INC-1 No orders for 5 minutes. Tap to answer.
        ");
        s.budi().press("Acknowledge").await.done();
        s.read_all().await;

        // Silence goes on: nothing is accepted twice.
        s.advance(20).await;
        assert_eq!(s.bot().engine.totals().await.unwrap().accepted, 1);
        beat(s, "orders").await;
        assert_snapshot!(s.news("INC-1").await, @"
        Siaga (silent): All alerts resolved. It stays open until somebody resolves it.
          [Resolve] [Keep open]
        ");
        let totals = s.bot().engine.totals().await.unwrap();
        assert_eq!((totals.accepted, totals.firing, totals.incidents), (2, 0, 1));

        // And it watches on.
        s.advance(5).await;
        assert_eq!(s.bot().engine.totals().await.unwrap().firing, 1);
        s.read_all().await;
    });
}

#[test]
fn a_heartbeat_that_never_beat_is_silent_after_its_time() {
    shop_story(async |s| {
        s.pass(Duration::from_secs(5 * 60)).await;
        let card = s.card("INC-1").await;
        assert!(card.contains("**Impact** Nothing was heard of orders for 5m, and never before."), "{card}");
        s.read_all().await;
    });
}

#[test]
fn an_unknown_heartbeat_is_refused() {
    shop_story(async |s| {
        assert_snapshot!(beat(s, "ordres").await, @"404 No heartbeat has this name. [[heartbeats]] in the configuration lists them.");
        assert_snapshot!(beat(s, "..%2Fintake").await, @"404 No heartbeat has this name. [[heartbeats]] in the configuration lists them.");
    });
}

#[test]
fn a_restart_extends_a_silence_by_the_time_nobody_watched_and_a_silent_one_stays_firing() {
    shop_story(async |s| {
        beat(s, "orders").await;
        s.stop_bot().await;
        s.pass(Duration::from_secs(3 * 60 * 60)).await;
        s.start_bot().await;
        s.ready().await;
        s.advance(4).await;
        assert_eq!(s.bot().engine.totals().await.unwrap().accepted, 0);
        s.advance(1).await;
        assert_eq!(s.bot().engine.totals().await.unwrap().firing, 1);
        s.read_all().await;
        s.restart().await;
        s.advance(6).await;
        let totals = s.bot().engine.totals().await.unwrap();
        assert_eq!((totals.accepted, totals.firing, totals.incidents), (1, 1, 1));
        beat(s, "orders").await;
        assert_eq!(s.bot().engine.totals().await.unwrap().firing, 0);
        s.read_all().await;
    });
}

/// Healthchecks-like monitors lose a daily job that way: each deploy restarts the watcher, and each restart began the wait anew.
#[test]
fn restarts_do_not_put_off_a_silence() {
    shop_story(async |s| {
        beat(s, "orders").await;
        for _ in 0..4 {
            s.advance(1).await;
            s.restart().await;
            s.ready().await;
        }
        assert_eq!(s.bot().engine.totals().await.unwrap().accepted, 0);
        s.advance(1).await;
        assert_eq!(s.bot().engine.totals().await.unwrap().firing, 1);
        s.read_all().await;
    });
}

#[test]
fn a_heartbeat_that_is_removed_while_it_is_silent_ends_its_alert() {
    shop_story(async |s| {
        s.pass(Duration::from_secs(5 * 60)).await;
        assert_eq!(s.bot().engine.totals().await.unwrap().firing, 1);
        let mut setup = s.setup.clone();
        setup.heartbeats.clear();
        s.bot().engine.swap_setup(setup.clone());
        s.settled().await;
        assert_eq!(s.bot().engine.totals().await.unwrap().firing, 0);
        assert_snapshot!(beat(s, "orders").await, @"404 No heartbeat has this name. [[heartbeats]] in the configuration lists them.");
        // Put back, it has its whole time.
        s.bot().engine.swap_setup(s.setup.clone());
        s.settled().await;
        s.pass(Duration::from_secs(4 * 60)).await;
        assert_eq!(s.bot().engine.totals().await.unwrap().accepted, 2);
        s.pass(Duration::from_secs(60)).await;
        assert_eq!(s.bot().engine.totals().await.unwrap().firing, 1);
        // Removed while the bot is away, it ends at the start.
        s.setup = setup;
        s.restart().await;
        s.settled().await;
        assert_eq!(s.bot().engine.totals().await.unwrap().firing, 0);
        s.read_all().await;
    });
}

/// A payload of the examples, to the integration that reads it.
async fn kuma(s: &Story, payload: &str) -> String {
    let file = format!("{}/examples/payloads/uptime-kuma-{payload}.json", env!("CARGO_MANIFEST_DIR"));
    let (status, answer) = s.post_raw("uptime-kuma", Some(&s.key), std::fs::read(file).unwrap()).await;
    s.settled().await;
    format!("{status} {answer}")
}

#[test]
fn uptime_kuma_opens_an_incident_and_ends_its_alert() {
    story(async |s| {
        assert_snapshot!(kuma(s, "test").await, @r#"202 {"accepted":0,"skipped":1}"#);
        assert_eq!(s.bot().engine.totals().await.unwrap().accepted, 0);
        assert_snapshot!(kuma(s, "down").await, @r#"202 {"accepted":1}"#);
        assert_snapshot!(s.card("INC-1").await, @"
        Siaga (silent):
          | INC-1 · SEV-1 · TRIGGERED
          | **Shop is down**
          | **Impact** connect ECONNREFUSED 203.0.113.7:443
          | **Service** checkout (owner Payments)
          | **Started** [now] ([2 Mar 03:10])
          | **Alerts** 1 firing
          | **Commander** nobody yet: `/commander`
          | **Paged** Budi, [now] · next Rina [in 5 min]
          | **Room** #inc-1-checkout
          | **Links** Runbook Checkout errors · [Dashboard](https://grafana.example.com/d/checkout) · [Source](https://shop.example.com/)
          [Acknowledge] [Can't take it] [Runbook] [Triage] [Silence]
        ");
        kuma(s, "down").await;
        assert_eq!(s.bot().engine.totals().await.unwrap().incidents, 1);
        s.read_all().await;
        kuma(s, "up").await;
        assert_snapshot!(s.news("room INC-1").await, @"
        Siaga (silent): All alerts resolved. Nobody had taken it, so it closes by itself [in 10 min] unless you keep it open.
          [Resolve] [Keep open]
        ");
        assert_eq!(s.bot().engine.totals().await.unwrap().firing, 0);
        s.read_all().await;
    });
}

#[test]
fn a_looping_expression_becomes_an_unmapped_incident_that_says_so() {
    let looping = CONFIG
        .replace("title = \"body.monitor.name", "title = \"range(99999) | map('string') | join ~ body.monitor.name");
    story_with(
        |options| options.setup = setup_of(&looping),
        async |s| {
            assert_snapshot!(kuma(s, "down").await, @r#"202 {"accepted":1}"#);
            assert_snapshot!(s.card("INC-1").await, @r"
            Siaga (silent):
              | INC-1 · SEV-3 · TRIGGERED
              | **Unmapped payload from uptime-kuma: \[Shop\] \[🔴 Down\] connect ECONNREFUSED 203.0.113.7:443**
              | **Impact** The payload could not be read: title (siaga.toml:[line]) cannot be evaluated: it takes too many steps.
              | **Started** [now] ([2 Mar 03:10])
              | **Alerts** 1 firing
              | **Commander** nobody yet: `/commander`
              | **Paged** Agus, [now] · next Dewi [in 5 min]
              | **Missing** the alert names no severity, value, service or runbook
              [Acknowledge] [Can't take it] [Runbook] [Triage] [Silence]
            ");
            s.read_all().await;
        },
    );
}

#[test]
fn a_json_integration_refuses_an_empty_body_and_whoever_has_no_key() {
    story(async |s| {
        let refused = s.post_raw("uptime-kuma", Some(&s.key), b"\n".to_vec()).await;
        assert_snapshot!(format!("{refused:?}"), @r#"(400, Object {"error": String("The body is empty.")})"#);
        let (status, _) = s.post_raw("uptime-kuma", None, json!({ "a": 1 }).to_string().into_bytes()).await;
        assert_eq!(status, 401);
    });
}

/// What `when` leaves out, and what nobody can read, is looked up afterwards: in the metrics and in the database.
#[test]
fn what_became_no_alert_and_what_nobody_could_read_can_be_looked_up() {
    story(async |s| {
        let skipped =
            json!({ "monitor": null, "heartbeat": null, "msg": "Siaga Testing", "password": "hunter2" }).to_string();
        for _ in 0..2 {
            let answer = s.post_raw("uptime-kuma", Some(&s.key), skipped.clone().into_bytes()).await;
            assert_eq!(answer, (202, json!({ "accepted": 0, "skipped": 1 })));
        }
        s.post_raw("uptime-kuma", Some(&s.key), b"Shop is DOWN".to_vec()).await;
        s.settled().await;
        let metrics = s.control.http.get(format!("http://{}/metrics", s.bot().intake)).send().await.unwrap();
        let metrics = metrics.text().await.unwrap();
        for line in [
            "siaga_bodies_skipped_total{integration=\"uptime-kuma\"} 2",
            "siaga_bodies_unmapped_total{integration=\"uptime-kuma\"} 1",
        ] {
            assert!(metrics.contains(line), "{line}: {metrics}");
        }
        let database = s.database();
        let kept = async || {
            let store = store::Store::open_to_read(&database).await.unwrap();
            let rows = store.bodies().await.unwrap();
            store.close().await;
            rows
        };
        s.until("both are written down", async || {
            kept()
                .await
                .iter()
                .map(|row| (row.kind.as_str(), row.number))
                .collect::<std::collections::BTreeSet<_>>()
                .is_superset(&[("skipped", 2), ("unmapped", 1)].into())
        })
        .await;
        let kept = kept().await;
        let skipped = kept.iter().find(|row| row.kind == store::BodyKind::Skipped).unwrap();
        assert!(
            skipped.text.contains("\"msg\":\"Siaga Testing\"") && !skipped.text.contains("hunter2"),
            "{}",
            skipped.text
        );
        let unmapped = kept.iter().find(|row| row.kind == store::BodyKind::Unmapped).unwrap();
        assert_eq!(unmapped.text, "Unmapped payload from uptime-kuma: Shop is DOWN");
        s.read_all().await;
    });
}
