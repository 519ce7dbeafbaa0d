//! Purpose: answers that are wrong, late or lost: what was applied is found, what was not is done, each once.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use insta::assert_snapshot;
use serde_json::{Value, json};

use super::MESSAGES;
use crate::harness::{Story, story};

const CREATIONS: [&str; 3] =
    [MESSAGES, "/channels/{channel_id}/messages/{message_id}/threads", "/guilds/{guild_id}/channels"];

/// A fault for each request of the bot that makes something; the first of each kind runs into it.
async fn each_creation(s: &Story, fault: &Value) {
    for route in CREATIONS {
        let mut order = fault.clone();
        (order["method"], order["route"], order["bot"]) = (json!("POST"), json!(route), json!("siaga"));
        s.fault(&order).await;
    }
}

/// The incident as it must look whatever was answered on the way.
async fn all_is_there_once(s: &Story) {
    assert_eq!(s.rooms().await, ["#inc-1-checkout", "INC-1 Checkout errors 12 %"]);
    assert_eq!(s.count("#incidents", "INC-1 · SEV-1").await, 1);
    assert_eq!(s.count("room INC-1", "Why: rule 1").await, 1);
    assert_eq!(s.count("#incident-status", "INC-1 status").await, 1);
    // Once in the room there was at the time, once by direct message.
    let rings = s.phone("budi").await;
    assert_eq!(rings.matches(": @Budi SEV-1 INC-1").count(), 1, "{rings}");
    assert_eq!(rings.matches("rings DM: SEV-1 INC-1").count(), 1, "{rings}");
    assert_eq!(rings.lines().count(), 2, "{rings}");
    s.read_all().await;
}

#[test]
fn the_page_of_a_proxy_before_anything_is_applied_delays_and_loses_nothing() {
    story(async |s| {
        each_creation(s, &json!({ "do": "html", "status": 502, "count": 2 })).await;
        s.checkout_breaks().await;
        all_is_there_once(s).await;
    });
}

#[test]
fn the_page_of_a_proxy_after_it_was_applied_doubles_nothing() {
    story(async |s| {
        each_creation(s, &json!({ "do": "html", "status": 504, "at": "applied" })).await;
        s.checkout_breaks().await;
        all_is_there_once(s).await;
    });
}

#[test]
fn the_page_of_a_proxy_that_finds_us_too_fast_is_a_limit_on_everything() {
    story(async |s| {
        let page = json!({ "bot": "siaga", "method": "POST", "route": MESSAGES, "do": "html", "status": 429, "retry_after": 1.0 });
        s.fault(&page).await;
        s.checkout_breaks().await;
        assert_eq!(s.calls_refused().await, 1, "it does not say for whom, so all others wait, too");
        all_is_there_once(s).await;
    });
}

#[test]
fn an_error_of_discord_after_it_was_applied_doubles_nothing() {
    story(async |s| {
        each_creation(s, &json!({ "do": "status", "status": 500, "at": "applied" })).await;
        s.checkout_breaks().await;
        all_is_there_once(s).await;
    });
}

#[test]
fn a_request_that_never_arrives_is_made_again() {
    story(async |s| {
        each_creation(s, &json!({ "do": "drop", "count": 2 })).await;
        s.checkout_breaks().await;
        all_is_there_once(s).await;
    });
}

#[test]
fn an_answer_that_comes_after_our_patience_counts_as_lost_and_doubles_nothing() {
    story(async |s| {
        // Ten seconds are our patience.
        s.fault(&json!({ "method": "POST", "route": MESSAGES, "contains": "Why you", "at": "applied", "do": "delay", "delay_ms": 10_500 })).await;
        s.search_is_slow().await;
        assert_eq!(s.count("#incidents", "INC-1 · SEV-3").await, 1);
        assert_eq!(s.phone("agus").await.lines().count(), 2);
        assert_eq!(s.direct("agus").await.matches("Why you").count(), 1);
        s.read_all().await;
    });
}

#[test]
fn edits_and_pins_that_go_wrong_end_with_the_right_card() {
    story(async |s| {
        s.search_is_slow().await;
        for (method, route) in [
            ("PATCH", "/channels/{channel_id}/messages/{message_id}"),
            ("DELETE", "/channels/{channel_id}/messages/pins/{message_id}"),
        ] {
            let order = |what: Value| {
                let mut order = what;
                (order["method"], order["route"], order["bot"]) = (json!(method), json!(route), json!("siaga"));
                order
            };
            s.fault(&order(json!({ "do": "html" }))).await;
            s.fault(&order(json!({ "do": "drop", "at": "applied" }))).await;
            s.fault(&order(json!({ "do": "status", "status": 503 }))).await;
            s.fault(&order(json!({ "do": "status", "status": 429, "retry_after": 0.3, "scope": "shared" }))).await;
        }
        s.agus().press("Acknowledge").await.done();
        s.agus().slash_in("INC-1", "/resolve", json!({})).await.done();
        s.agus().fills(&[Some("restarted")]).await.done();
        assert_snapshot!(s.card("INC-1").await, @"
        Siaga (silent):
          | INC-1 · SEV-3 · RESOLVED
          | **Search answers in 2.4 s**
          | **Service** search (owner Platform)
          | **Started** [now] ([2 Mar 03:10])
          | **Alerts** 1 firing
          | **Has it** Agus
          | **Resolved** after 0 seconds by Agus: restarted
          | **Room** #INC-1 Search answers in 2.4 s
          | **Links** [Runbook](https://wiki.example.com/search-latency) · [Dashboard](https://grafana.example.com/d/search) · [Source](https://prometheus.example.com/graph)
          | **Missing** the alert names no description
          [More]
        ");
        assert_snapshot!(s.direct("agus").await, @"
        Siaga: Acknowledged by Agus [03:10]. SEV-3 INC-1 Search answers in 2.4 s
          https://discord.com/channels/guild/#INC-1 Search answers in 2.4 s
        ");
        s.read_all().await;
    });
}
