//! Pages by a signed webhook: one arrives, is answered by its link, and can be told when it comes twice.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use domain::setup::{Address, Person};
use insta::assert_snapshot;
use secrecy::SecretString;
use serde_json::json;
use ways::webhook::WEBHOOK;

use crate::harness::hook::Receiver;
use crate::harness::{Options, story_with};
use crate::outside::link;

/// Budi is called by a webhook, and phones can reach us.
fn with_webhook(options: &mut Options, receiver: &Receiver) {
    options.setup.public_url = Some("https://siaga.example.com".into());
    let budi = options.setup.people.get_mut(&"budi".into()).unwrap();
    budi.addresses.insert(WEBHOOK.id, Address::Variable("WEBHOOK_BUDI".into()));
    budi.contacts = Person::usual_contacts([WEBHOOK.usual()]);
    options.outside.variables.insert("WEBHOOK_BUDI".into(), SecretString::from(receiver.setting()));
}

#[test]
fn a_page_reaches_a_webhook_once_more_under_the_same_id_after_a_lost_answer_and_its_link_acknowledges() {
    let receiver = Receiver::start(1);
    let hook = receiver.clone();
    story_with(
        |options| with_webhook(options, &receiver),
        async move |s| {
            s.checkout_breaks().await;
            assert!(hook.got().is_empty());
            s.advance(1).await;
            s.until("the webhook", async || !hook.got().is_empty()).await;
            s.advance(1).await;
            s.until("the webhook once more", async || hook.got().len() > 1).await;
            s.settled().await;
            let got = hook.got();
            assert_eq!(got.len(), 2, "{got:?}");
            assert_eq!(got[0].0, got[1].0, "the receiver knows it by its id");
            let mut page = got[1].1.clone();
            let url = page["data"]["acknowledge_url"].as_str().unwrap().to_owned();
            let token = url.strip_prefix("https://siaga.example.com/a/").unwrap();
            page["data"]["acknowledge_url"] = json!("https://siaga.example.com/a/TOKEN");
            let room = page["data"]["room_url"].as_str().unwrap();
            assert!(room.starts_with("https://discord.com/channels/"), "{room}");
            page["data"]["room_url"] = json!("ROOM");
            page["timestamp"] = json!("NOW");
            let expected = json!({
                "type": "page",
                "timestamp": "NOW",
                "data": {
                    "incident": "INC-1",
                    "severity": "SEV-1",
                    "incidents": [{ "incident": "INC-1", "severity": "SEV-1" }],
                    "title": "SEV-1 INC-1 Checkout errors 12 %",
                    "lines": ["You are step 1 of the policy payments.", "First: check payment-gateway"],
                    "room_url": "ROOM",
                    "acknowledge_url": "https://siaga.example.com/a/TOKEN",
                    "urgent": true,
                },
            });
            assert_eq!(page, expected);

            let pressed = link(s, reqwest::Method::POST, token).await;
            assert_snapshot!(format!("{pressed:?}"), @r#"(200, "You have INC-1 | Nobody else is paged for it. Go on in its room in Discord.")"#);
            s.settled().await;
            assert!(s.card("INC-1").await.contains("ACKNOWLEDGED"));
            assert_snapshot!(s.news("room INC-1").await, @"
            Siaga (silent, pinned): (the card)
            Siaga: Budi was paged [03:10]. SEV-1 INC-1 Checkout errors 12 %
            Siaga (silent): Opened because severity=critical on checkout. First step: check payment-gateway.
              [Why] [Runbook]
            Siaga (silent): Budi did not answer here, so the page also went out by webhook.
            Siaga (silent): Budi acknowledged, [03:12]. Rina will not be paged.
            ");
            s.advance(10).await;
            assert_eq!(hook.got().len(), 2);
            s.read_all().await;
        },
    );
}

#[test]
fn a_test_page_by_webhook_says_that_it_is_none() {
    let receiver = Receiver::start(0);
    let hook = receiver.clone();
    story_with(
        |options| with_webhook(options, &receiver),
        async move |s| {
            assert_snapshot!(s.dewi().slash_in("#sre", "/siaga test-page", json!({ "person": "budi" })).await, @"
            Siaga (private): Test page to Budi:
              - the mention: arrived
              - the direct message: arrived
              - webhook: arrived
            ");
            let got = hook.got();
            assert_eq!(got.len(), 1);
            assert_eq!((&got[0].1["type"], &got[0].1["data"]["incident"]), (&json!("notice"), &json!(null)));
            s.read_all().await;
        },
    );
}
