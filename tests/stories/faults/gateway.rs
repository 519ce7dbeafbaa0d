//! Purpose: the connection over which Discord tells us what people do goes wrong in each of its ways: what people do counts, once,
//! and what was said meanwhile is read by its id.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use std::time::Duration;

use insta::assert_snapshot;
use serde_json::json;

use crate::harness::{Story, story, story_with};

/// Lines that were accepted from chat or intake.
async fn accepted(s: &Story) -> i64 {
    s.bot().engine.totals().await.unwrap().accepted
}

/// Somebody writes a line that concerns us, without waiting for the bot to read it.
async fn says(s: &Story, content: &str) {
    let channel = s.place("sari", "#support").await;
    s.control.post("/people/sari/messages", &json!({ "channel": channel, "content": content })).await;
}

/// The connection was broken in this way: clicks work again, and a line that was written meanwhile is read, once.
fn goes_on_after(order: serde_json::Value) {
    story(async move |s| {
        s.search_is_slow().await;
        let before = accepted(s).await;
        s.cut_gateway(&order).await;
        says(s, "checkout is down").await;
        s.until("the line is read", async || accepted(s).await == before + 1).await;
        s.agus().press("Acknowledge").await.done();
        assert_eq!(s.count("INC-1", "Agus acknowledged").await, 1);
        assert_eq!(s.count("#support", "Is this an incident?").await, 1);
        assert_eq!(accepted(s).await, before + 1);
        s.read_all().await;
    });
}

#[test]
fn after_a_cut_connection_everything_goes_on() {
    goes_on_after(json!({ "do": "cut" }));
}

#[test]
fn after_discord_asks_for_another_connection_everything_goes_on() {
    goes_on_after(json!({ "do": "reconnect" }));
}

#[test]
fn after_a_session_that_can_go_on_is_called_invalid_everything_goes_on() {
    goes_on_after(json!({ "do": "invalid", "resumable": true }));
}

#[test]
fn after_a_session_is_over_a_new_one_goes_on() {
    goes_on_after(json!({ "do": "invalid", "resumable": false }));
}

#[test]
fn a_connection_on_which_no_heartbeat_is_answered_is_left_for_another_and_nothing_is_missed() {
    story_with(
        |options| options.limits.heartbeat = Duration::from_millis(500),
        async |s| {
            s.search_is_slow().await;
            let before = accepted(s).await;
            s.steer_gateway(&json!({ "do": "silence" })).await;
            says(s, "checkout is down").await;
            s.until("the line is read over another connection", async || accepted(s).await == before + 1).await;
            s.agus().press("Acknowledge").await.done();
            assert_eq!(s.count("INC-1", "Agus acknowledged").await, 1);
            assert_eq!(accepted(s).await, before + 1);
            s.read_all().await;
        },
    );
}

#[test]
fn a_session_that_discord_does_not_want_is_begun_anew() {
    story(async |s| {
        // The client library never yields after this close code; that is noticed and told.
        s.expect_error("The gateway client spins");
        s.expect_error("InvalidShardData");
        s.search_is_slow().await;
        let before = accepted(s).await;
        s.cut_gateway(&json!({ "do": "close", "code": 4010 })).await;
        says(s, "checkout is down").await;
        s.until("the line is read", async || accepted(s).await == before + 1).await;
        s.agus().press("Acknowledge").await.done();
        s.read_all().await;
    });
}

#[test]
fn events_that_come_twice_count_once() {
    story(async |s| {
        s.search_is_slow().await;
        let before = accepted(s).await;
        s.steer_gateway(&json!({ "do": "duplicate", "count": 1_000 })).await;
        s.sari().says("#support", "checkout is down").await;
        s.agus().press("Acknowledge").await.done();
        s.agus().slash_in("INC-1", "/note", json!({ "text": "once" })).await.done();
        s.budi().press("Open incident").await.done();
        assert_eq!(accepted(s).await, before + 1);
        assert_eq!(s.count("INC-1", "Agus acknowledged").await, 1);
        assert_eq!(s.count("INC-1", "Note by Agus: once").await, 1);
        assert_snapshot!(s.rooms().await.join("\n"), @"INC-1 Search answers in 2.4 s");
        s.read_all().await;
    });
}

#[test]
fn events_in_the_wrong_order_count_all() {
    story(async |s| {
        s.search_is_slow().await;
        let before = accepted(s).await;
        s.steer_gateway(&json!({ "do": "reorder", "count": 50, "for_ms": 300 })).await;
        for line in ["checkout is down", "login is down", "cart is down", "checkout is very down"] {
            says(s, line).await;
        }
        s.agus().press("Acknowledge").await.done();
        s.until("what concerns us is read", async || accepted(s).await >= before + 3).await;
        s.settled().await;
        // Read as they came; each is there, and each thing is asked about once.
        let asked = s.channel("#support").await;
        assert_eq!(asked.matches("Is this an incident?").count(), 2, "{asked}");
        for line in ["checkout is down", "login is down"] {
            assert_eq!(asked.matches(&format!("reply to \"{line}\"")).count(), 1, "{asked}");
        }
        assert_eq!(accepted(s).await, before + 3);
        assert_eq!(s.count("INC-1", "Agus acknowledged").await, 1);
        s.read_all().await;
    });
}

#[test]
fn events_that_come_late_count() {
    story(async |s| {
        s.search_is_slow().await;
        let before = accepted(s).await;
        s.steer_gateway(&json!({ "do": "delay", "for_ms": 800 })).await;
        says(s, "checkout is down").await;
        s.agus().press("Acknowledge").await.done();
        s.until("the line is read", async || accepted(s).await == before + 1).await;
        assert_eq!(s.count("INC-1", "Agus acknowledged").await, 1);
        s.read_all().await;
    });
}

#[test]
fn what_was_said_while_no_session_existed_is_read_by_its_id_in_order_and_once() {
    story(async |s| {
        let before = accepted(s).await;
        s.sari().says("#support", "good morning").await;
        // No address of the gateway, no connection: lines come meanwhile.
        s.fault(&json!({ "route": "/gateway/bot", "do": "status", "status": 503, "count": 2 })).await;
        s.steer_gateway(&json!({ "do": "invalid", "resumable": false })).await;
        for number in 0..3 {
            s.machine_writes("shop-monitor", "#sre", &format!("FIRING: queue {number} grows")).await;
        }
        says(s, "checkout is down").await;
        s.until("all four are read", async || accepted(s).await == before + 4).await;
        s.settled().await;
        assert_snapshot!(s.rooms().await.join("\n"), @"
        INC-1 queue 0 grows
        INC-2 queue 1 grows
        INC-3 queue 2 grows
        ");
        assert_eq!(s.count("#support", "Is this an incident?").await, 1);
        s.restart().await;
        s.settled().await;
        assert_eq!(accepted(s).await, before + 4);
        s.read_all().await;
    });
}

impl Story {
    /// Another bot writes, and nobody waits for ours to read it.
    async fn machine_writes(&self, bot: &str, place: &str, content: &str) {
        let account = self.sandbox.bot(bot).unwrap();
        let channel = self.place("dewi", place).await;
        let url = format!("{}/v10/channels/{channel}/messages", self.sandbox.api_url());
        let request = self.control.http.post(url).header("Authorization", format!("Bot {}", account.token));
        let response = request.json(&json!({ "content": content })).send().await.unwrap();
        assert!(response.status().is_success());
    }
}
