//! Purpose: people take away in mid-incident what Siaga made, what it may do, and how they are reached.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use insta::assert_snapshot;
use serde_json::json;

use crate::harness::story;

#[test]
fn a_card_that_somebody_deletes_stands_anew_and_the_room_is_told() {
    story(async |s| {
        s.checkout_breaks().await;
        s.read_all().await;
        s.deletes_message("#incidents", "INC-1 · SEV-1").await;
        s.until("the card stands anew", async || s.count("#incidents", "INC-1 · SEV-1").await == 1).await;
        s.settled().await;
        assert_snapshot!(s.news("room INC-1").await, @"Siaga (silent): The card of this incident was deleted. A new one stands in the incidents channel.");
        s.budi().press("Acknowledge").await.done();
        assert_snapshot!(s.card("INC-1").await, @"
        Siaga (silent, pinned):
          | INC-1 · SEV-1 · ACKNOWLEDGED
          | **Checkout errors 12 %**
          | **Service** checkout (owner Payments)
          | **Started** [now] ([2 Mar 03:10])
          | **Alerts** 1 firing
          | **Commander** nobody yet: `/commander`
          | **Has it** Budi, since [now]
          | **Room** #inc-1-checkout
          | **Links** Runbook Checkout errors · [Dashboard](https://grafana.example.com/d/checkout) · [Source](https://prometheus.example.com/graph)
          | **Missing** the alert names no description
          [Update] [Resolve] [More]
        ");
        assert_snapshot!(s.rooms().await.join("\n"), @"
        #inc-1-checkout
        INC-1 Checkout errors 12 %
        ");
        s.read_all().await;
    });
}

#[test]
fn a_card_that_is_deleted_while_no_event_tells_of_it_is_found_out_by_its_next_edit() {
    story(async |s| {
        s.search_is_slow().await;
        s.read_all().await;
        s.stop_bot().await;
        s.deletes_message("#incidents", "INC-1 · SEV-3").await;
        s.start_bot().await;
        s.ready().await;
        s.agus().slash_in("INC-1", "/ack", json!({})).await.done();
        assert_eq!(s.count("#incidents", "INC-1 · SEV-3").await, 1);
        assert_snapshot!(s.news("INC-1").await, @"
        Siaga (silent): Agus acknowledged, [03:10]. Dewi will not be paged.
        Siaga (silent): The card of this incident was deleted. A new one stands in the incidents channel.
        ");
        assert_snapshot!(s.card("INC-1").await, @"
        Siaga (silent, pinned):
          | INC-1 · SEV-3 · ACKNOWLEDGED
          | **Search answers in 2.4 s**
          | **Service** search (owner Platform)
          | **Started** [now] ([2 Mar 03:10])
          | **Alerts** 1 firing
          | **Commander** nobody yet: `/commander`
          | **Has it** Agus, since [now]
          | **Room** #INC-1 Search answers in 2.4 s
          | **Links** [Runbook](https://wiki.example.com/search-latency) · [Dashboard](https://grafana.example.com/d/search) · [Source](https://prometheus.example.com/graph)
          | **Missing** the alert names no description
          [Update] [Resolve] [More]
        ");
        s.read_all().await;
    });
}

#[test]
fn a_thread_that_somebody_deletes_is_made_anew_with_its_card_and_says_why() {
    story(async |s| {
        s.search_is_slow().await;
        s.read_all().await;
        s.deletes_place("INC-1").await;
        s.until("the thread is made anew", async || s.rooms().await == ["INC-1 Search answers in 2.4 s"]).await;
        s.settled().await;
        assert_snapshot!(s.thread("INC-1").await, @"
        Siaga: (its card)
        Siaga (silent): The thread of this incident was deleted. This is the new one. Nothing of the timeline is lost: `/incident show`.
        ");
        assert_eq!(s.count("#incidents", "INC-1 · SEV-3").await, 1);
        // Everything works in it.
        s.agus().press("Acknowledge").await.done();
        s.agus().slash_in("INC-1", "/note", json!({ "text": "looking at it" })).await.done();
        assert_snapshot!(s.thread("INC-1").await, @"
        Siaga: (its card)
        Siaga (silent): The thread of this incident was deleted. This is the new one. Nothing of the timeline is lost: `/incident show`.
        Siaga (silent): Agus acknowledged, [03:10]. Dewi will not be paged.
        Siaga (silent): Note by Agus: looking at it
        ");
        assert_snapshot!(s.channel("#incidents").await, @"
        Siaga: pinned a message
        Siaga (silent, pinned):
          | INC-1 · SEV-3 · ACKNOWLEDGED
          | **Search answers in 2.4 s**
          | **Service** search (owner Platform)
          | **Started** [now] ([2 Mar 03:10])
          | **Alerts** 1 firing
          | **Commander** nobody yet: `/commander`
          | **Has it** Agus, since [now]
          | **Room** #INC-1 Search answers in 2.4 s
          | **Links** [Runbook](https://wiki.example.com/search-latency) · [Dashboard](https://grafana.example.com/d/search) · [Source](https://prometheus.example.com/graph)
          | **Missing** the alert names no description
          [Update] [Resolve] [More]
        Siaga: pinned a message
        ");
        s.read_all().await;
    });
}

#[test]
fn the_channel_of_an_incident_that_somebody_deletes_leaves_the_thread_and_the_thread_says_so() {
    story(async |s| {
        s.checkout_breaks().await;
        s.read_all().await;
        s.deletes_place("room INC-1").await;
        s.until("the thread is told", async || s.thread("INC-1").await.contains("was deleted")).await;
        s.budi().press("Acknowledge").await.done();
        s.advance(5).await;
        assert_snapshot!(s.thread("INC-1").await, @"
        Siaga: (its card)
        Siaga (silent): The channel of this incident was deleted, so the work goes on here in the thread. Nothing of the timeline is lost: `/incident show`.
        Siaga (silent): Budi acknowledged, [03:10]. Rina will not be paged.
        ");
        assert_snapshot!(s.rooms().await.join("\n"), @"INC-1 Checkout errors 12 %");
        assert_snapshot!(s.card("INC-1").await, @"
        Siaga (silent, pinned):
          | INC-1 · SEV-1 · ACKNOWLEDGED
          | **Checkout errors 12 %**
          | **Service** checkout (owner Payments)
          | **Started** [5 min ago] ([2 Mar 03:10])
          | **Alerts** 1 firing
          | **Commander** nobody yet: `/commander`
          | **Has it** Budi, since [5 min ago]
          | **Room** #INC-1 Checkout errors 12 %
          | **Links** Runbook Checkout errors · [Dashboard](https://grafana.example.com/d/checkout) · [Source](https://prometheus.example.com/graph)
          | **Missing** the alert names no description
          [Update] [Resolve] [More]
        ");
        s.read_all().await;
    });
}

#[test]
fn a_page_that_finds_its_room_deleted_rings_in_the_new_one() {
    story(async |s| {
        s.checkout_breaks().await;
        s.read_all().await;
        s.stop_bot().await;
        s.deletes_place("room INC-1").await;
        s.start_bot().await;
        s.ready().await;
        s.advance(5).await;
        assert_snapshot!(s.phone("rina").await, @"
        rings #INC-1 Checkout errors 12 %: @Rina SEV-1 INC-1 Checkout errors 12 %. Tap to answer.
        rings DM: SEV-1 INC-1 Checkout errors 12 %. Tap to answer.
        ");
        assert_snapshot!(s.thread("INC-1").await, @"
        Siaga: (its card)
        Siaga: @Rina SEV-1 INC-1 Checkout errors 12 %. Tap to answer.
          [Acknowledge] [Can't take it] [Runbook]
        Siaga (silent): The channel of this incident was deleted, so the work goes on here in the thread. Nothing of the timeline is lost: `/incident show`.
        ");
        s.read_all().await;
    });
}

#[test]
fn a_card_that_is_deleted_again_and_again_is_given_up_and_people_are_told() {
    story(async |s| {
        s.search_is_slow().await;
        for _ in 0..3 {
            s.deletes_message("#incidents", "INC-1 · SEV-3").await;
            s.until("the card stands anew", async || s.count("#incidents", "INC-1 · SEV-3").await == 1).await;
            s.settled().await;
        }
        s.read_all().await;
        s.deletes_message("#incidents", "INC-1 · SEV-3").await;
        s.expect_dead_letters(1);
        s.agus().slash_in("INC-1", "/ack", json!({})).await.done();
        assert_eq!(s.count("#incidents", "INC-1 · SEV-3").await, 0);
        assert_snapshot!(s.news("#sre-ops").await, @r"Siaga (silent): Could not deliver card of INC-1: its card was deleted too often to be made anew: PATCH /channels/{channel\_id}/messages/{message\_id}: refused with 404 (code 10008): Unknown Message. Siaga does not try again by itself: find the cause with \`siaga doctor\`, then \`siaga outbox retry 16\`.");
        assert_snapshot!(s.news("INC-1").await, @"Siaga (silent): Agus acknowledged, [03:10]. Dewi will not be paged.");
        s.read_all().await;
    });
}

#[test]
fn what_is_tidied_up_after_an_incident_does_not_come_back() {
    story(async |s| {
        s.search_is_slow().await;
        s.agus().press("Acknowledge").await.done();
        s.agus().press("Resolve").await.done();
        s.agus().fills(&[Some("restarted")]).await.done();
        s.read_all().await;
        s.deletes_place("INC-1").await;
        s.deletes_message("#incidents", "INC-1 · SEV-3").await;
        s.restart().await;
        s.settled().await;
        assert_snapshot!(s.rooms().await.join("\n"), @"");
        assert_eq!(s.count("#incidents", "INC-1 · SEV-3").await, 0);
        // It is needed again: it has a place again.
        s.agus().slash("/incident reopen", json!({ "incident": "INC-1", "reason": "it is slow again" })).await.done();
        assert_snapshot!(s.rooms().await.join("\n"), @"INC-1 Search answers in 2.4 s");
        assert_eq!(s.count("#incidents", "INC-1 · SEV-3").await, 1);
        assert_snapshot!(s.thread("INC-1").await, @"
        Siaga: @Agus SEV-3 INC-1 Search answers in 2.4 s. Tap to answer.
          [Acknowledge] [Can't take it] [Runbook]
        Siaga: (its card)
        Siaga (silent): Agus opened it again. Reason: it is slow again.
        Siaga (silent): The card of this incident was deleted. A new one stands in the incidents channel.
        Siaga (silent): The thread of this incident was deleted. This is the new one. Nothing of the timeline is lost: `/incident show`.
        ");
        s.read_all().await;
    });
}

#[test]
fn a_deleted_stakeholders_message_stands_anew() {
    story(async |s| {
        s.checkout_breaks().await;
        s.deletes_message("#incident-status", "INC-1 status").await;
        s.until("it stands anew", async || s.count("#incident-status", "INC-1 status").await == 1).await;
        s.budi().press("Acknowledge").await.done();
        assert_eq!(s.count("#incident-status", "INC-1 status").await, 1);
        assert!(s.channel("#incident-status").await.contains("Budi works on it"));
        s.read_all().await;
    });
}

#[test]
fn a_server_that_is_full_of_channels_leaves_the_thread_and_the_thread_says_why() {
    story(async |s| {
        s.expect_dead_letters(1);
        s.fault(&json!({ "method": "POST", "route": "/guilds/{guild_id}/channels", "do": "status", "status": 400, "code": 30013, "message": "Maximum number of server channels reached (500)" })).await;
        s.checkout_breaks().await;
        assert_snapshot!(s.rooms().await.join("\n"), @"INC-1 Checkout errors 12 %");
        assert_snapshot!(s.thread("INC-1").await, @r#"
        Siaga: @Budi SEV-1 INC-1 Checkout errors 12 %. Tap to answer.
          [Acknowledge] [Can't take it] [Runbook]
        Siaga: (its card)
        Siaga (silent): Why: rule 1 of routing (severity="critical", service="checkout"), siaga.toml:[line]. Runbook Checkout errors, step 1: check payment-gateway.
        Siaga (silent): Discord gave this incident no channel of its own, so the work goes on here in the thread. The reason: POST /guilds/{guild\_id}/channels: refused with 400 (code 30013): Maximum number of server channels reached (500).
        "#);
        assert_snapshot!(s.channel("#sre-ops").await, @r"Siaga (silent): Could not deliver channel of INC-1: POST /guilds/{guild\_id}/channels: refused with 400 (code 30013): Maximum number of server channels reached (500). Siaga does not try again by itself: find the cause with \`siaga doctor\`, then \`siaga outbox retry 3\`.");
        assert_snapshot!(s.phone("budi").await, @"
        rings #INC-1 Checkout errors 12 %: @Budi SEV-1 INC-1 Checkout errors 12 %. Tap to answer.
        rings DM: SEV-1 INC-1 Checkout errors 12 %. Tap to answer.
        ");
        s.read_all().await;
    });
}
