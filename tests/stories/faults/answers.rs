//! Purpose: answers that are wrong, late or lost: what was applied is found, what was not is done, each once.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use std::time::Duration;

use domain::setup::Language;
use domain::{Effect, Outcome, ReasonCode};
use insta::assert_snapshot;
use serde_json::{Value, json};
use store::{Attempt, LetterState, Store};

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
    assert_eq!(s.count("room INC-1", "Opened because ").await, 1);
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

/// The post whose answer was lost left a quarter of an hour ago, so nobody remembers its nonce. Answers its row.
async fn lost_long_ago(s: &Story) -> i64 {
    let store = Store::open(&s.database()).await.unwrap();
    let letters = store.letters(u32::MAX).await.unwrap();
    let is_lost = |letter: &&store::Letter| {
        letter.state == LetterState::Sent && matches!(letter.effect, Ok(Effect::Post { seq: 1.., .. }))
    };
    let lost = letters.iter().find(is_lost).expect("a post that was sent and has no answer");
    let rendered = lost.rendered.as_deref().expect("what it left with is kept");
    let left = lost.sent_at.unwrap() - jiff::SignedDuration::from_mins(15);
    let surely_not = Outcome::NotYet { reason: ReasonCode::NotThere.because(""), retry_in: Duration::ZERO };
    let attempt = Attempt { row: lost.id, number: 1, may_be_outside: false };
    store.outbox_settle(attempt, &surely_not, left).await.unwrap();
    store.outbox_sent(lost.id, lost.channel, Some(rendered), left).await.unwrap();
    store.close().await;
    s.control.advance(Duration::from_secs(600)).await;
    lost.id
}

/// Plain posts are found by their text (ADR 5). What was rendered is kept until the answer is there, so a reload, a rename or a new
/// version in between changes neither what is looked for nor what is sent.
#[test]
fn a_post_whose_answer_was_lost_is_known_by_its_text_although_it_would_be_another_one_by_now() {
    story(async |s| {
        s.checkout_breaks().await;
        s.read_all().await;
        let order =
            json!({ "method": "POST", "route": MESSAGES, "contains": "acknowledged", "at": "applied", "do": "hold" });
        let fault = s.fault(&order).await;
        s.budi().press("Acknowledge").await.done();
        s.held(&fault).await;
        s.stop_bot().await;
        s.release(&fault).await;
        let row = lost_long_ago(s).await;
        s.setup.language = Language::Id;
        s.start_bot().await;
        s.ready().await;
        s.settled().await;
        assert_eq!(s.count("room INC-1", "Rina will not be paged").await, 1);
        assert_eq!(s.count("room INC-1", "Rina tidak akan dipanggil").await, 0);
        let letter = s.bot().store.letter(row).await.unwrap().unwrap();
        assert_eq!((letter.state, letter.rendered), (LetterState::Confirmed, None));
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

/// The thread was started and the answer lost; then somebody deletes the card that carries it. In Discord the thread stays,
/// without its card.
#[test]
fn a_thread_whose_card_is_deleted_before_its_answer_came_is_not_started_twice() {
    const THREADS: &str = "/channels/{channel_id}/messages/{message_id}/threads";
    story(async |s| {
        let drop = |at: &str, count: u32| json!({ "bot": "siaga", "method": "POST", "route": THREADS, "do": "drop", "at": at, "count": count });
        s.fault(&drop("applied", 1)).await;
        s.fault(&drop("received", 20)).await;
        s.alert("checkout").critical().sent("firing").await;
        s.until("the thread is there", async || !s.rooms().await.is_empty()).await;
        s.deletes_message("#incidents", "INC-1 · SEV-1").await;
        s.until("the new card is there", async || s.count("#incidents", "INC-1 · SEV-1").await == 1).await;
        s.clear_faults().await;
        s.settled().await;
        assert_eq!(s.rooms().await, ["#inc-1-checkout", "INC-1 Checkout errors 12 %"]);
        s.read_all().await;
    });
}
