//! Alerts open rooms: what everybody sees, and whose phone rings.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::harness::control::list;
use crate::harness::story;

/// Stakeholders read what is so: nobody is being called once the policy is at its end, or while it is silenced.
#[test]
fn stakeholders_do_not_read_that_people_are_called_when_nobody_is() {
    story(async |s| {
        s.checkout_breaks().await;
        assert!(s.channel("#incident-status").await.contains("SEV-1, open. People are being called."));
        s.advance(30).await;
        s.until("the policy is at its end", async || {
            s.channel("#incident-status").await.contains("SEV-1, open. Nobody has it yet.")
        })
        .await;
        let asked = s.agus().press_in("#incidents", "Silence").await.to_string();
        assert!(asked.contains("[2 hours]"), "{asked}");
        s.agus().press("2 hours").await.done();
        s.settled().await;
        let status = s.channel("#incident-status").await;
        assert!(status.contains("SEV-1, open. Its alerts are silenced; that ends"), "{status}");
        s.read_all().await;
    });
}

#[test]
fn a_critical_checkout_alert_opens_a_card_a_thread_and_a_channel_and_pages_the_on_call_person_once() {
    story(async |s| {
        s.checkout_breaks().await;
        assert_snapshot!(s.card("INC-1").await, @"
        Siaga (silent):
          | INC-1 · SEV-1 · TRIGGERED
          | **Checkout errors 12 %**
          | **Service** checkout (owner Payments)
          | **Started** [now] ([2 Mar 03:10])
          | **Alerts** 1 firing
          | **Commander** nobody yet: `/commander`
          | **Paged** Budi, [now] · next Rina [in 5 min]
          | **Room** #inc-1-checkout
          | **Links** Runbook Checkout errors · [Dashboard](https://grafana.example.com/d/checkout) · [Source](https://prometheus.example.com/graph)
          | **Missing** the alert names no description
          [Acknowledge] [Can't take it] [Runbook] [Triage] [Silence]
        ");
        assert_snapshot!(s.thread("INC-1").await, @"
        Siaga: (its card)
        Siaga (silent): What is known: Checkout errors 12 %. SEV-1, since [now].
          Service: checkout (owner Payments)
          Budi is being paged. Updates follow here.
        ");
        assert_snapshot!(s.room("INC-1").await, @"
        Siaga (silent, pinned): (the card)
        Siaga: @Budi SEV-1 INC-1 Checkout errors 12 %. Tap to answer.
          [Acknowledge] [Can't take it] [Runbook]
        Siaga (silent): Opened because severity=critical on checkout. First step: check payment-gateway.
          [Why] [Runbook]
        ");
        assert_snapshot!(s.phone("budi").await, @r"
        rings #inc-1-checkout: @Budi SEV-1 INC-1 Checkout errors 12 %. Tap to answer.
        rings DM: SEV-1 INC-1 Checkout errors 12 %. Tap to answer.
        ");
        assert_snapshot!(s.direct("budi").await, @r"
        Siaga: SEV-1 INC-1 Checkout errors 12 %. Tap to answer.
          Why you: step 1 of the policy payments.
          First: check payment-gateway.
          [Acknowledge] [Can't take it] [Runbook]
        ");
        assert_snapshot!(s.channel("#incident-status").await, @r"
        Siaga (silent):
          | INC-1 Checkout errors 12 %
          | **State** SEV-1, open. People are being called.
          | **Service** checkout
          | **Since** [now]
          | **Next update** not promised
          | **Follow** #INC-1 Checkout errors 12 %
          | INC-1 status
        ");
        assert_snapshot!(s.phone("rina").await, @"(quiet)");
        assert_snapshot!(s.channel("#incidents").await, @"
        Siaga (silent):
          | INC-1 · SEV-1 · TRIGGERED
          | **Checkout errors 12 %**
          | **Service** checkout (owner Payments)
          | **Started** [now] ([2 Mar 03:10])
          | **Alerts** 1 firing
          | **Commander** nobody yet: `/commander`
          | **Paged** Budi, [now] · next Rina [in 5 min]
          | **Room** #inc-1-checkout
          | **Links** Runbook Checkout errors · [Dashboard](https://grafana.example.com/d/checkout) · [Source](https://prometheus.example.com/graph)
          | **Missing** the alert names no description
          [Acknowledge] [Can't take it] [Runbook] [Triage] [Silence]
        ");
    });
}

#[test]
fn a_warning_opens_a_thread() {
    story(async |s| {
        s.search_is_slow().await;
        assert_snapshot!(s.rooms().await.join("\n"), @"INC-1 Search answers in 2.4 s");
        assert_snapshot!(s.card("INC-1").await, @"
        Siaga (silent):
          | INC-1 · SEV-3 · TRIGGERED
          | **Search answers in 2.4 s**
          | **Service** search (owner Platform)
          | **Started** [now] ([2 Mar 03:10])
          | **Alerts** 1 firing
          | **Commander** nobody yet: `/commander`
          | **Paged** Agus, [now] · next Dewi [in 5 min]
          | **Links** [Runbook](https://wiki.example.com/search-latency) · [Dashboard](https://grafana.example.com/d/search) · [Source](https://prometheus.example.com/graph)
          | **Missing** the alert names no description
          [Acknowledge] [Can't take it] [Runbook] [Triage] [Silence]
        ");
        assert_snapshot!(s.thread("INC-1").await, @"
        Siaga: @Agus SEV-3 INC-1 Search answers in 2.4 s. Tap to answer.
          [Acknowledge] [Can't take it] [Runbook]
        Siaga: (its card)
        Siaga (silent): Opened because severity=warning on search. First step: Look at the number of searches per second: twice as many as last week is a crawler or a campaign.
          [Why] [Runbook]
        ");
        s.read_all().await;
    });
}

#[test]
fn any_other_severity_is_one_line_and_pages_nobody() {
    story(async |s| {
        s.alert("stock").fires().await;
        assert_snapshot!(s.channel("#incidents").await, @"
        Siaga (silent): INC-1 · SEV-4 · TRIGGERED · Something is wrong with stock · orders (owner Payments) · [now]
          [Raise to SEV-3 (pages people)] [Triage] [Silence]
        ");
        assert_snapshot!(s.rooms().await.join("\n"), @"");
    });
}

#[test]
fn a_repeated_alert_changes_nothing() {
    story(async |s| {
        s.checkout_breaks().await;
        let before = s.everything().await;
        for _ in 0..3 {
            s.checkout_breaks().await;
        }
        assert_eq!(s.everything().await, before);
        s.read_all().await;
    });
}

#[test]
fn the_end_of_an_alert_reaches_the_room() {
    story(async |s| {
        s.checkout_breaks().await;
        s.budi().press("Acknowledge").await.done();
        s.advance(7).await;
        s.read_all().await;
        s.checkout_recovers().await;
        assert_snapshot!(s.room("INC-1").await, @"
        Siaga (silent, pinned): (the card)
        Siaga: Budi was paged [03:10]. SEV-1 INC-1 Checkout errors 12 %
        Siaga (silent): Opened because severity=critical on checkout. First step: check payment-gateway.
          [Why] [Runbook]
        Siaga (silent): Budi acknowledged, [03:10]. Rina will not be paged.
        Siaga (silent): All alerts resolved. It stays open until somebody resolves it.
          [Resolve] [Keep open]
        ");
        assert_snapshot!(s.card("INC-1").await, @"
        Siaga (silent):
          | INC-1 · SEV-1 · ACKNOWLEDGED
          | **Checkout errors 12 %**
          | **Service** checkout (owner Payments)
          | **Started** [7 min ago] ([2 Mar 03:10])
          | **Alerts** 1 resolved
          | **Commander** nobody yet: `/commander`
          | **Has it** Budi, since [7 min ago]
          | **Room** #inc-1-checkout
          | **Links** Runbook Checkout errors · [Dashboard](https://grafana.example.com/d/checkout) · [Source](https://prometheus.example.com/graph)
          | **Missing** the alert names no description
          [Resolve] [Keep open]
        ");
    });
}

#[test]
fn a_command_in_the_room_of_an_incident_that_was_over_before_the_bot_started_still_knows_it() {
    story(async |s| {
        s.search_is_slow().await;
        s.agus().press("Acknowledge").await.done();
        s.agus().press("Resolve").await.done();
        s.agus().fills(&[Some("restarted")]).await.done();
        s.restart().await;
        s.settled().await;
        // Nothing of it is held: its room is looked up.
        assert!(s.bot().engine.open_incidents().is_empty());
        let shown = s.agus().slash_in("INC-1", "/incident show", json!({})).await.to_string();
        assert!(shown.contains("INC-1") && shown.contains("Search answers in 2.4 s"), "{shown}");
        s.agus().slash_in("INC-1", "/incident reopen", json!({ "reason": "it is slow again" })).await.done();
        assert_eq!(s.count("#incidents", "INC-1 · SEV-3").await, 1);
        s.read_all().await;
    });
}

/// Posts wake a thread that somebody closed; an edit in it is refused (50083).
#[test]
fn a_page_in_a_thread_that_somebody_closed_and_locked_says_who_answered() {
    story(async |s| {
        s.search_is_slow().await;
        let thread = s.place("rina", "INC-1").await;
        s.control.post(&format!("/people/rina/threads/{thread}"), &json!({ "archived": true, "locked": true })).await;
        // The post that somebody has it would wake the thread before.
        let later = json!({
            "bot": "siaga", "method": "POST", "route": "/channels/{channel_id}/messages", "contains": "acknowledged",
            "do": "delay", "delay_ms": 2_000,
        });
        s.fault(&later).await;
        s.agus().press_in("#incidents", "Acknowledge").await.done();
        s.settled().await;
        let calls = list(&s.control.get("/calls").await["calls"]);
        let is_opening = |call: &&Value| call["method"] == "PATCH" && call["route"] == "/channels/{channel_id}";
        assert_eq!(calls.iter().filter(is_opening).count(), 1, "it is opened again");
        assert_eq!(calls.iter().filter(|call| call["status"] == 400).count(), 1, "the edit before that");
        assert_eq!(s.count("#sre-ops", "Could not deliver").await, 0, "{}", s.channel("#sre-ops").await);
        s.read_all().await;
    });
}
