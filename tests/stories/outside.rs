//! Pages outside Discord: push messages, the link that acknowledges, and an outage of Discord.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use std::time::Duration;

use discord::probe::Times;
use domain::PageVia;
use domain::setup::{ContactRule, Person};
use insta::assert_snapshot;
use secrecy::SecretString;
use serde_json::{Value, json};

use crate::harness::phone::PushServer;
use crate::harness::{Options, Story, story_with};

/// Budi has a phone with ntfy, and phones can reach us.
pub(crate) fn with_phone(options: &mut Options, server: &PushServer) {
    options.setup.public_url = Some("https://siaga.example.com".into());
    let budi = options.setup.people.get_mut(&"budi".into()).unwrap();
    budi.addresses.insert(ways::ntfy::NTFY.id, domain::setup::Address::Variable("NTFY_BUDI".into()));
    budi.contacts = Person::usual_contacts([ways::ntfy::NTFY.usual()]);
    options.outside.variables.insert("NTFY_BUDI".into(), SecretString::from(server.topic("budi")));
}

pub(crate) async fn link(s: &Story, method: reqwest::Method, token: &str) -> (u16, String) {
    let url = format!("http://{}/a/{token}", s.bot().intake);
    let request = s.control.http.request(method, url).header("accept", "application/json, text/plain");
    let response = request.send().await.unwrap();
    let status = response.status().as_u16();
    let text = response.text().await.unwrap();
    let said: Value = serde_json::from_str(&text).unwrap_or(Value::String(text));
    match said {
        Value::Object(said) => {
            let lines: Vec<&str> = said["lines"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
            (status, format!("{} | {}", said["title"].as_str().unwrap(), lines.join(" ")))
        }
        other => (status, other.as_str().unwrap_or_default().to_owned()),
    }
}

#[test]
fn an_unanswered_page_reaches_the_phone_and_its_link_acknowledges_once() {
    let server = PushServer::start();
    let phone = server.clone();
    story_with(
        |options| with_phone(options, &server),
        async move |s| {
            s.checkout_breaks().await;
            assert!(phone.messages("budi").is_empty());
            s.advance(1).await;
            s.until("the push message", async || !phone.messages("budi").is_empty()).await;
            s.settled().await;
            let message = phone.messages("budi").pop().unwrap();
            assert_snapshot!(format!("{}\n{}", message["title"].as_str().unwrap(), message["message"].as_str().unwrap()), @"
            SEV-1 INC-1 Checkout errors 12 %
            You are step 1 of the policy payments.
            First: check payment-gateway

            Siaga pages you because nobody has INC-1 yet.
            ");
            assert_eq!(message["priority"], 5);
            assert_snapshot!(s.news("room INC-1").await, @"
            Siaga (silent, pinned): (the card)
            Siaga: @Budi SEV-1 INC-1 Checkout errors 12 %. Tap to answer.
              [Acknowledge] [Can't take it] [Runbook]
            Siaga (silent): Opened because severity=critical on checkout. First step: check payment-gateway.
              [Why] [Runbook]
            Siaga (silent): Budi did not answer here, so the page also went out by ntfy.
            ");

            // Looking changes nothing: chat programs look at every link.
            let token = phone.token("budi");
            let (status, page) = link(s, reqwest::Method::GET, &token).await;
            assert_eq!(status, 200);
            assert!(page.contains("Do you take INC-1?") && page.contains("<form method=\"post\""), "{page}");
            assert_eq!(link(s, reqwest::Method::HEAD, &token).await.0, 200);
            assert!(s.card("INC-1").await.contains("TRIGGERED"));

            let pressed = link(s, reqwest::Method::POST, &token).await;
            assert_snapshot!(format!("{pressed:?}"), @r#"(200, "You have INC-1 | Nobody else is paged for it. Go on in its room in Discord.")"#);
            s.settled().await;
            assert_snapshot!(s.news("room INC-1").await, @"Siaga (silent): Budi acknowledged, [03:11]. Rina will not be paged.");
            assert!(s.card("INC-1").await.contains("ACKNOWLEDGED"));
            let again = link(s, reqwest::Method::POST, &token).await;
            assert_snapshot!(format!("{again:?}"), @r#"(200, "You have INC-1 already | Nobody else is paged for it. Go on in its room in Discord.")"#);

            // Somebody else's, a broken one, one that is too old.
            let mut foreign = token.clone();
            foreign.replace_range(3..4, if &token[3..4] == "A" { "B" } else { "A" });
            let foreign = link(s, reqwest::Method::POST, &foreign).await;
            assert_snapshot!(format!("{foreign:?}"), @r#"(403, "This link is not ours | Open the newest page on your phone, or use /ack in Discord. Links are often cut off when they are copied.")"#);
            let cut_off = link(s, reqwest::Method::POST, &token[..10]).await;
            assert_snapshot!(format!("{cut_off:?}"), @r#"(404, "This link is not ours | Open the newest page on your phone, or use /ack in Discord. Links are often cut off when they are copied.")"#);
            s.budi().slash_in("room INC-1", "/resolve", json!({})).await.done();
            s.budi().fills(&[Some("rolled back")]).await.done();
            let over = link(s, reqwest::Method::POST, &token).await;
            assert_snapshot!(format!("{over:?}"), @r#"(200, "INC-1 is over | Nothing is left to do here.")"#);
            s.pass(Duration::from_secs(25 * 3_600)).await;
            let expired = link(s, reqwest::Method::POST, &token).await;
            assert_snapshot!(format!("{expired:?}"), @r#"(410, "This link has expired | It was good until 2026-03-03 03:10 WIB. /ack in Discord takes INC-1.")"#);
            s.read_all().await;
        },
    );
}

#[test]
fn a_page_that_is_answered_in_discord_never_reaches_the_phone() {
    let server = PushServer::start();
    let phone = server.clone();
    story_with(
        |options| with_phone(options, &server),
        async move |s| {
            s.checkout_breaks().await;
            s.budi().press("Acknowledge").await.done();
            s.advance(10).await;
            assert!(phone.messages("budi").is_empty());
            s.read_all().await;
        },
    );
}

#[test]
fn a_phone_that_cannot_be_reached_is_told_to_the_room() {
    let server = PushServer::start();
    story_with(
        |options| {
            with_phone(options, &server);
            let budi = options.setup.people.get_mut(&"budi".into()).unwrap();
            budi.contacts
                .push(ContactRule { via: PageVia::Way(ways::email::EMAIL.id), after: Duration::from_secs(60) });
        },
        async move |s| {
            s.expect_dead_letters(1);
            s.checkout_breaks().await;
            s.read_all().await;
            s.advance(1).await;
            assert_snapshot!(s.news("room INC-1").await, @"
            Siaga (silent): Budi did not answer here, so the page also went out by ntfy.
            Siaga (silent): Budi did not answer here, so the page also went out by email.
            Siaga (silent): The page to Budi by email did not arrive: This person has no mail address in the settings. Use another way to reach them if it is urgent.
            ");
            s.read_all().await;
        },
    );
}

#[test]
fn without_discord_the_phone_rings_at_once_and_the_room_opens_later_with_one_message() {
    let server = PushServer::start();
    let phone = server.clone();
    story_with(
        |options| {
            with_phone(options, &server);
            let quick = Duration::from_millis(50);
            options.probe = Times { connected: quick, in_doubt: quick, patience: Duration::from_secs(2), failures: 3 };
        },
        async move |s| {
            s.search_is_slow().await;
            s.read_all().await;
            s.fault(&json!({ "bot": "siaga", "do": "status", "status": 502, "count": 1_000_000 })).await;
            s.until("the outage is known", async || s.bot().engine.discord_down_since().is_some()).await;
            // Alerts are taken all the same, and whoever looks is told.
            let health = s.control.http.get(format!("http://{}/readyz", s.bot().intake)).send().await.unwrap();
            assert_eq!(health.status().as_u16(), 200);
            assert!(health.text().await.unwrap().contains("cannot be reached since"));
            s.alert("checkout").critical().sent("firing").await;
            s.until("the push message", async || !phone.messages("budi").is_empty()).await;
            let (status, _) = link(s, reqwest::Method::POST, &phone.token("budi")).await;
            assert_eq!(status, 200);
            // What happens meanwhile in a room that exists already becomes one message.
            for number in 2..5 {
                s.alert("search").warning().numbered(number).sent("firing").await;
            }
            s.clear_faults().await;
            s.until("Discord is back", async || s.bot().engine.discord_down_since().is_none()).await;
            s.settled().await;
            assert!(s.card("INC-2").await.contains("ACKNOWLEDGED"));
            assert_snapshot!(s.news("room INC-2").await, @"
            Siaga (silent, pinned): (the card)
            Siaga (silent): Discord could not be reached from [03:10] on. Meanwhile:
              - Opened because severity=critical on checkout. First step: check payment-gateway.
              - Discord could not be reached, so the page to Budi went out by ntfy.
              - Budi acknowledged, [03:10]. Rina will not be paged.
            ");
            assert_eq!(phone.messages("budi").len(), 1);
            s.read_all().await;
        },
    );
}

#[test]
fn an_admin_proves_each_way_to_a_person() {
    let server = PushServer::start();
    let phone = server.clone();
    story_with(
        |options| with_phone(options, &server),
        async move |s| {
            assert_snapshot!(s.dewi().slash_in("#sre", "/siaga test-page", json!({ "person": "budi" })).await, @"
            Siaga (private): Test page to Budi:
              - the mention: arrived
              - the direct message: arrived
              - ntfy: arrived
            ");
            assert_eq!(phone.messages("budi").len(), 1);
            assert_snapshot!(s.phone("budi").await, @"
            rings #sre: @Budi, this is a test page from Dewi. Nothing is broken, and you don't need to answer.
            rings DM: @Budi, this is a test page from Dewi. Nothing is broken, and you don't need to answer.
            ");
            assert_snapshot!(s.budi().slash_in("#sre", "/siaga test-page", json!({ "person": "rina" })).await, @"Siaga (private): Only admins can do this: ask an admin of this server for the role @sre-lead.");
            assert_snapshot!(s.dewi().slash_in("#sre", "/siaga test-page", json!({ "person": "nobody" })).await, @"Siaga (private): nobody is not in the configuration, so no page reaches them. Add them to [people].");
            s.read_all().await;
        },
    );
}

#[test]
fn the_bot_says_how_it_is_and_who_knew_first() {
    story_with(
        |_| {},
        async move |s| {
            s.checkout_breaks().await;
            s.budi().press("Acknowledge").await.done();
            s.advance(20).await;
            s.budi().slash_in("room INC-1", "/resolve", json!({})).await.done();
            s.budi().fills(&[Some("rolled back")]).await.done();
            s.read_all().await;
            assert_snapshot!(s.dewi().slash_in("#sre", "/siaga status", json!({})).await, @"
            Siaga (private): database: ok, reachable
              outbox: ok, 0 waiting, 0 dead letters
              decider: ok, running
              clock: ok, keeps time
              discord: ok, can be reached
              Open: no incident.
              Last 30 days: one incident.
              We knew first in 1 of 1 (100%).
              Known first by: a monitor of ours 1.
              Somebody had it after 0 seconds (median).
              It was over after 20 minutes (median).
              Postmortems to write: INC-1.
            ");
            let url = format!("http://{}/metrics", s.bot().intake);
            let text = s.control.http.get(url).send().await.unwrap().text().await.unwrap();
            let told: Vec<&str> = text.lines().filter(|line| line.starts_with("siaga_detected_first")).collect();
            assert_snapshot!(told.join("\n"), @r#"
            siaga_detected_first{by="monitor"} 1
            siaga_detected_first{by="teammate"} 0
            siaga_detected_first{by="user_report"} 0
            siaga_detected_first{by="outside"} 0
            siaga_detected_first_ratio 1
            "#);
        },
    );
}
