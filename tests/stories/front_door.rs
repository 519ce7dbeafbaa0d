//! The front door under strangers, and an intake that says what it refuses.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use std::time::Duration;

use insta::assert_snapshot;

use crate::harness::alert::payload;
use crate::harness::phone::PushServer;
use crate::harness::{Story, story, story_with};
use crate::outside::with_phone;

async fn metric(s: &Story, name: &str) -> String {
    let url = format!("http://{}/metrics", s.bot().intake);
    let text = s.control.http.get(url).send().await.unwrap().text().await.unwrap();
    text.lines().filter(|line| line.starts_with(name)).collect::<Vec<_>>().join("\n")
}

async fn alert_with(s: &Story, key: &str) -> u16 {
    let body = payload("firing", &[s.alert("stock").wire("firing")]).to_string().into_bytes();
    s.post_raw("alertmanager", Some(key), body).await.0
}

async fn operators(s: &Story, part: &str) -> String {
    s.until("the operators are told", async || s.channel("#sre-ops").await.contains(part)).await;
    s.settled().await;
    s.channel("#sre-ops").await
}

#[test]
fn operators_are_told_once_that_nothing_of_an_integration_is_taken_and_once_that_it_is_again() {
    story(async |s| {
        // As Alertmanager tries: at once and after each group_interval.
        for _ in 0..2 {
            assert_eq!(alert_with(s, "the key of last year").await, 401);
            s.pass(Duration::from_secs(300)).await;
        }
        assert_snapshot!(s.channel("#sre-ops").await, @"(nothing)");
        for _ in 0..3 {
            assert_eq!(alert_with(s, "the key of last year").await, 401);
        }
        assert_snapshot!(operators(s, "alertmanager").await, @"Siaga (silent): For 10 minutes nothing that came to the integration alertmanager was taken, so its alerts do not arrive. 3 requests had a wrong key or none: give its sender the key of this integration.");
        s.pass(Duration::from_secs(3_600)).await;
        assert_eq!(alert_with(s, "the key of last year").await, 401);
        let key = s.key.clone();
        assert_eq!(alert_with(s, &key).await, 202);
        assert_snapshot!(operators(s, "again").await, @r"
        Siaga (silent): For 10 minutes nothing that came to the integration alertmanager was taken, so its alerts do not arrive. 3 requests had a wrong key or none: give its sender the key of this integration.
        Siaga (silent): What comes to the integration alertmanager is taken again.
        ");
        s.read_all().await;
    });
}

#[test]
fn a_single_body_that_was_refused_is_told_after_ten_minutes() {
    story(async |s| {
        let key = s.key.clone();
        assert_eq!(s.post_raw("alertmanager", Some(&key), b" ".to_vec()).await.0, 400);
        s.pass(Duration::from_secs(600)).await;
        assert_snapshot!(operators(s, "alertmanager").await, @"Siaga (silent): For 10 minutes nothing that came to the integration alertmanager was taken, so its alerts do not arrive. 1 body was empty or broke off: look at the sender's template.");
    });
}

#[test]
fn answers_of_the_intake_are_counted_by_integration_and_made_up_names_together() {
    story(async |s| {
        let key = s.key.clone();
        assert_eq!(alert_with(s, &key).await, 202);
        assert_eq!(alert_with(s, "guessed").await, 401);
        assert_eq!(s.post_raw("alertmanager", Some(&key), vec![b' '; 16 * 1024 * 1024 + 1]).await.0, 413);
        assert_eq!(s.post_raw("alertmanager", Some(&key), b"".to_vec()).await.0, 400);
        for number in 0..9 {
            assert_eq!(s.post_raw(&format!("made-up-{number}"), None, b"{}".to_vec()).await.0, 404);
        }
        assert_snapshot!(metric(s, "siaga_intake_answers_total").await, @r#"
        siaga_intake_answers_total{integration="(unknown)",answer="404"} 9
        siaga_intake_answers_total{integration="alertmanager",answer="202"} 1
        siaga_intake_answers_total{integration="alertmanager",answer="400"} 1
        siaga_intake_answers_total{integration="alertmanager",answer="401"} 1
        siaga_intake_answers_total{integration="alertmanager",answer="413"} 1
        "#);
        let connections = metric(s, "siaga_http_connections{").await;
        assert!(
            connections.contains(r#"of="senders"} "#) && connections.contains(r#"of="strangers"} "#),
            "{connections}"
        );
        s.settled().await;
        s.read_all().await;
    });
}

#[test]
fn links_at_an_address_of_their_own_acknowledge_and_alerts_do_not_come_in_there() {
    let server = PushServer::start();
    let phone = server.clone();
    story_with(
        |options| {
            with_phone(options, &server);
            options.links_apart = true;
        },
        async move |s| {
            s.checkout_breaks().await;
            s.advance(1).await;
            s.until("the push message", async || !phone.messages("budi").is_empty()).await;
            s.settled().await;
            let (main, links) = (s.bot().intake, s.bot().links);
            assert_ne!(main, links);
            let token = phone.token("budi");
            let pressed =
                async |at| s.control.http.post(format!("http://{at}/a/{token}")).send().await.unwrap().status();
            assert_eq!(pressed(main).await, 404);
            assert!(!s.card("INC-1").await.contains("ACKNOWLEDGED"));
            let alerts = s.control.http.post(format!("http://{links}/intake/alertmanager?key={}", s.key)).body("{}");
            assert_eq!(alerts.send().await.unwrap().status(), 404);
            assert_eq!(pressed(links).await, 200);
            s.settled().await;
            assert!(s.card("INC-1").await.contains("ACKNOWLEDGED"));
            s.read_all().await;
        },
    );
}
