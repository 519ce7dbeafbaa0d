//! Purpose: people take away in mid-incident what Siaga made, what it may do, and how they are reached.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use insta::assert_snapshot;
use serde_json::json;

use super::MESSAGES;
use crate::harness::{WHAT_IS_KNOWN, in_any_order, story};

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
        Siaga (silent):
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
          [Update] [Resolve] [More] [Silence]
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
        Siaga (silent): The card of this incident was deleted. A new one stands in the incidents channel.
        Siaga (silent): Agus acknowledged, [03:10]. Dewi will not be paged.
        ");
        assert_snapshot!(s.card("INC-1").await, @"
        Siaga (silent):
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
          [Update] [Resolve] [More] [Silence]
        ");
        s.read_all().await;
    });
}

#[test]
fn a_card_that_is_deleted_before_its_lost_answer_is_looked_for_is_made_anew() {
    story(async |s| {
        let order =
            json!({ "method": "POST", "route": MESSAGES, "contains": "INC-1 · SEV-3", "at": "applied", "do": "hold" });
        let fault = s.fault(&order).await;
        s.alert("search").warning().sent("firing").await;
        s.held(&fault).await;
        s.deletes_message("#incidents", "INC-1 · SEV-3").await;
        s.release(&fault).await;
        s.settled().await;
        assert_eq!(s.count("#incidents", "\"INC-1 · SEV-3").await, 1);
        assert_eq!(s.rooms().await, ["INC-1 Search answers in 2.4 s"]);
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
        Siaga (silent):
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
          [Update] [Resolve] [More] [Silence]
        ");
        s.read_all().await;
    });
}

#[test]
fn without_the_incidents_channel_people_are_paged_all_the_same_and_the_rest_comes_when_it_is_there_again() {
    story(async |s| {
        s.search_is_slow().await;
        s.read_all().await;
        s.deletes_place("#incidents").await;
        s.alert("checkout").critical().sent("firing").await;
        s.until("a phone rings", async || s.phone("budi").await.contains("DM: SEV-1 INC-2")).await;
        s.until("operators are told", async || s.count("#sre-ops", "was deleted").await == 1).await;
        assert_snapshot!(s.news("#sre-ops").await, @"Siaga (silent): The channel #incidents was deleted or renamed, so what belongs there waits. People are paged all the same. Give a channel that name again (or correct siaga.toml): what waits comes by itself.");
        s.makes_channel("incidents").await;
        s.until("the cards stand in the new channel", async || s.count("#incidents", "TRIGGERED").await == 2).await;
        s.settled().await;
        assert_snapshot!(s.rooms().await.join("\n"), @"
        #inc-2-checkout
        INC-1 Search answers in 2.4 s
        INC-2 Checkout errors 12 %
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
        Siaga (silent): What is known: Checkout errors 12 %. SEV-1, since [5 min ago].
          Service: checkout (owner Payments)
          Budi is being paged. Updates follow here.
        Siaga (silent): The channel of this incident was deleted, so the work goes on here in the thread. Nothing of the timeline is lost: `/incident show`.
        Siaga (silent): Budi acknowledged, [03:10]. Rina will not be paged.
        ");
        assert_snapshot!(s.rooms().await.join("\n"), @"INC-1 Checkout errors 12 %");
        assert_snapshot!(s.card("INC-1").await, @"
        Siaga (silent):
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
          [Update] [Resolve] [More] [Silence]
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
        Siaga (silent): What is known: Checkout errors 12 %. SEV-1, since [5 min ago].
          Service: checkout (owner Payments)
          Budi is being paged. Updates follow here.
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
        assert_snapshot!(s.news("#sre-ops").await, @r"Siaga (silent): Could not deliver card of INC-1: its card was deleted too often to be made anew: PATCH /channels/{channel\_id}/messages/{message\_id}: refused with 404 (code 10008): Unknown Message. Siaga does not try again by itself: find the cause with \`siaga doctor\`, then \`siaga outbox retry 12\`.");
        assert_snapshot!(s.news("INC-1").await, @"Siaga (silent): Agus acknowledged, [03:10]. Dewi will not be paged.");
        s.read_all().await;
    });
}

#[test]
fn a_card_that_discord_did_not_let_us_replace_is_missed_when_somebody_deletes_it() {
    story(async |s| {
        s.search_is_slow().await;
        s.read_all().await;
        let route = "/channels/{channel_id}/messages/{message_id}";
        s.fault(&json!({ "method": "DELETE", "route": route, "do": "status", "status": 403, "code": 50013, "message": "Missing Permissions" })).await;
        s.deletes_place("INC-1").await;
        s.until("the new thread is given up", async || {
            s.bot().engine.health().await.parts[1].sentence.contains("1 dead")
        })
        .await;
        s.clear_faults().await;
        s.deletes_message("#incidents", "INC-1 · SEV-3").await;
        s.until("the card stands anew", async || s.count("#incidents", "INC-1 · SEV-3").await == 1).await;
        assert!(s.siaga(&["outbox", "retry", "--all"]).await.ok);
        s.until("it has its thread", async || s.bot().engine.health().await.parts[1].ok).await;
        s.settled().await;
        let told = s.thread("INC-1").await;
        assert!(told.contains("The card of this incident was deleted."), "{told}");
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
        let told = s.thread("INC-1").await;
        let mut lines: Vec<_> = told.lines().collect();
        // Two deliveries find out beside each other that card and thread are gone.
        lines[4..].sort_unstable();
        assert_snapshot!(lines.join("\n"), @"
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
        // What stakeholders read goes out beside what the room reads: here both stand in the thread, in either order.
        assert_snapshot!(in_any_order(&s.thread("INC-1").await.replace(WHAT_IS_KNOWN, "")), @r"
        Siaga (silent): Discord gave this incident no channel of its own, so the work goes on here in the thread. The reason: POST /guilds/{guild\_id}/channels: refused with 400 (code 30013): Maximum number of server channels reached (500).
        Siaga (silent): Opened because severity=critical on checkout. First step: check payment-gateway.
          [Why] [Runbook]
        Siaga: (its card)
        Siaga: @Budi SEV-1 INC-1 Checkout errors 12 %. Tap to answer.
          [Acknowledge] [Can't take it] [Runbook]
        ");
        assert_snapshot!(s.channel("#sre-ops").await, @r"Siaga (silent): Could not deliver channel of INC-1: POST /guilds/{guild\_id}/channels: refused with 400 (code 30013): Maximum number of server channels reached (500). Siaga does not try again by itself: find the cause with \`siaga doctor\`, then \`siaga outbox retry 3\`.");
        assert_snapshot!(s.phone("budi").await, @"
        rings #INC-1 Checkout errors 12 %: @Budi SEV-1 INC-1 Checkout errors 12 %. Tap to answer.
        rings DM: SEV-1 INC-1 Checkout errors 12 %. Tap to answer.
        ");
        s.read_all().await;
    });
}

#[test]
fn what_a_lost_permission_refused_is_told_and_comes_by_itself_when_it_is_granted_again() {
    story(async |s| {
        s.search_is_slow().await;
        s.read_all().await;
        let permissions = json!(["SEND_MESSAGES_IN_THREADS", "SEND_MESSAGES"]);
        s.trouble(&json!({ "do": "revoke", "bot": "siaga", "permissions": permissions, "channel": "incidents" })).await;
        s.agus().press("Acknowledge").await.done();
        s.agus().slash_in("INC-1", "/note", json!({ "text": "looking at it" })).await.done();
        assert_snapshot!(s.news("INC-1").await, @"(nothing)");
        assert_snapshot!(s.news("#sre-ops").await, @r"
        Siaga (silent): Could not deliver post of INC-1: POST /channels/{channel\_id}/messages: refused with 403 (code 50013): Missing Permissions. Siaga lacks a permission: \`siaga doctor\` says which. When it is granted, Siaga tries row 7 again by itself.
        Siaga (silent): Could not deliver post of INC-1: POST /channels/{channel\_id}/messages: refused with 403 (code 50013): Missing Permissions. Siaga lacks a permission: \`siaga doctor\` says which. When it is granted, Siaga tries row 11 again by itself.
        ");
        // Each change of permissions is a reason to try again, also the one that took it away: it is told once.
        s.until("health counts both", async || {
            s.bot().engine.health().await.parts.iter().any(|part| part.sentence == "0 waiting, 2 dead letters")
        })
        .await;
        s.trouble(&json!({ "do": "grant", "bot": "siaga", "permissions": permissions, "channel": "incidents" })).await;
        s.until("what was refused is in the thread", async || s.count("INC-1", "looking at it").await == 1).await;
        s.settled().await;
        assert_snapshot!(s.news("INC-1").await, @"
        Siaga (silent): Agus acknowledged, [03:10]. Dewi will not be paged.
        Siaga (silent): Note by Agus: looking at it
        ");
        s.read_all().await;
    });
}

#[test]
fn a_page_that_a_lost_permission_refuses_takes_the_next_step_and_operators_read_why() {
    story(async |s| {
        s.checkout_breaks().await;
        s.read_all().await;
        let permissions = json!(["SEND_MESSAGES"]);
        s.trouble(&json!({ "do": "revoke", "bot": "siaga", "permissions": permissions, "channel": s.place("dewi", "room INC-1").await })).await;
        s.advance(5).await;
        assert_snapshot!(s.phone("rina").await, @"rings DM: SEV-1 INC-1 Checkout errors 12 %. Tap to answer.");
        let told = s.news("#sre-ops").await;
        assert_eq!(told.matches("Could not deliver page of INC-1").count(), 1, "{told}");
        assert!(told.contains("lacks a permission"), "{told}");
        s.rina().press_in("DM", "Acknowledge").await.done();
        s.trouble(&json!({ "do": "grant", "bot": "siaga", "permissions": permissions, "channel": s.place("dewi", "room INC-1").await })).await;
        s.until("what was refused is in the room", async || s.count("room INC-1", "Rina acknowledged").await == 1)
            .await;
        s.settled().await;
        assert_snapshot!(s.news("room INC-1").await, @r"
        Siaga (silent): The page to Rina by the mention did not arrive: POST /channels/{channel\_id}/messages: refused with 403 (code 50013): Missing Permissions. Use another way to reach them if it is urgent.
        Siaga (silent): Rina acknowledged, [03:15]. Dewi will not be paged.
        ");
        assert_snapshot!(s.phone("rina").await, @"rings DM: SEV-1 INC-1 Checkout errors 12 %. Tap to answer.");
        s.read_all().await;
    });
}
