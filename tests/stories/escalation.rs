//! Nobody answers: one step after the other, to the loud end.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use insta::assert_snapshot;
use serde_json::json;

use crate::harness::{story, story_with};

#[test]
fn when_nobody_answers_every_step_is_taken_and_the_end_is_loud() {
    story(async |s| {
        s.checkout_breaks().await;
        s.advance(4).await;
        assert_snapshot!(s.phone("rina").await, @"(quiet)");
        s.advance(1).await;
        assert_snapshot!(s.phone("rina").await, @r"
        rings #inc-1-checkout: @Rina SEV-1 INC-1 Checkout errors 12 %. Tap to answer.
        rings DM: SEV-1 INC-1 Checkout errors 12 %. Tap to answer.
        ");
        s.advance(5).await;
        assert_snapshot!(s.phone("dewi").await, @r"
        rings #inc-1-checkout: @Dewi SEV-1 INC-1 Checkout errors 12 %. Tap to answer.
        rings DM: SEV-1 INC-1 Checkout errors 12 %. Tap to answer.
        ");
        assert_snapshot!(s.phone("agus").await, @r"
        rings #inc-1-checkout: @Agus SEV-1 INC-1 Checkout errors 12 %. Tap to answer.
        rings DM: SEV-1 INC-1 Checkout errors 12 %. Tap to answer.
        ");
        assert_snapshot!(s.card("INC-1").await, @"
        Siaga (silent):
          | INC-1 · SEV-1 · TRIGGERED
          | **Checkout errors 12 %**
          | **Service** checkout (owner Payments)
          | **Started** [10 min ago] ([2 Mar 03:10])
          | **Alerts** 1 firing
          | **Commander** nobody yet: `/commander`
          | **Paged** Budi, Rina, Dewi and Agus, [now]
          | **Room** #inc-1-checkout
          | **Links** Runbook Checkout errors · [Dashboard](https://grafana.example.com/d/checkout) · [Source](https://prometheus.example.com/graph)
          | **Missing** the alert names no description
          [Acknowledge] [Can't take it] [Runbook] [Triage] [Silence]
        ");
        s.advance(10).await;
        assert_snapshot!(s.channel("#sre").await, @"Siaga: @sre-lead SEV-1 INC-1 Checkout errors 12 % #inc-1-checkout: Nobody has this, and nobody is left to page on the policy payments. Take it with `/ack`, or page somebody with `/page`.");
        assert_snapshot!(s.phone("dewi").await, @"
        rings #inc-1-checkout: @Dewi SEV-1 INC-1 Checkout errors 12 %. Tap to answer.
        rings DM: SEV-1 INC-1 Checkout errors 12 %. Tap to answer.
        rings #sre: @sre-lead SEV-1 INC-1 Checkout errors 12 % #inc-1-checkout: Nobody has this, and nobody is left to page on the policy payments. Take it with `/ack`, or page somebody with `/page`.
        ");
        assert_snapshot!(s.phone("sari").await, @"(quiet)");
        assert_snapshot!(s.card("INC-1").await, @"
        Siaga (silent):
          | INC-1 · SEV-1 · TRIGGERED
          | **Checkout errors 12 %**
          | **Service** checkout (owner Payments)
          | **Started** [20 min ago] ([2 Mar 03:10])
          | **Alerts** 1 firing
          | **Commander** nobody yet: `/commander`
          | **Paged** Budi, Rina, Dewi and Agus, [10 min ago] · nobody is left to page
          | **Room** #inc-1-checkout
          | **Links** Runbook Checkout errors · [Dashboard](https://grafana.example.com/d/checkout) · [Source](https://prometheus.example.com/graph)
          | **Missing** the alert names no description
          [Acknowledge] [Can't take it] [Runbook] [Triage] [Silence]
        ");
        assert_snapshot!(s.news("room INC-1").await, @"
        Siaga (silent, pinned): (the card)
        Siaga: @Budi SEV-1 INC-1 Checkout errors 12 %. Tap to answer.
          [Acknowledge] [Can't take it] [Runbook]
        Siaga (silent): Opened because severity=critical on checkout. First step: check payment-gateway.
          [Why] [Runbook]
        Siaga: @Rina SEV-1 INC-1 Checkout errors 12 %. Tap to answer.
          [Acknowledge] [Can't take it] [Runbook]
        Siaga: @Agus SEV-1 INC-1 Checkout errors 12 %. Tap to answer.
          [Acknowledge] [Can't take it] [Runbook]
        Siaga: @Dewi SEV-1 INC-1 Checkout errors 12 %. Tap to answer.
          [Acknowledge] [Can't take it] [Runbook]
        ");
        // And it is told again, each time after twice the time, up to an hour.
        s.advance(120).await;
        assert_snapshot!(s.news("#sre").await, @"
        Siaga: @sre-lead SEV-1 INC-1 Checkout errors 12 % #inc-1-checkout: Nobody has had this for 15 minutes, and nobody is left to page. Take it with `/ack`, or page somebody with `/page`.
        Siaga: @sre-lead SEV-1 INC-1 Checkout errors 12 % #inc-1-checkout: Nobody has had this for 45 minutes, and nobody is left to page. Take it with `/ack`, or page somebody with `/page`.
        Siaga: @sre-lead SEV-1 INC-1 Checkout errors 12 % #inc-1-checkout: Nobody has had this for 1 hour 45 minutes, and nobody is left to page. Take it with `/ack`, or page somebody with `/page`.
        ");
        s.read_all().await;
    });
}

#[test]
fn a_policy_may_begin_again_before_its_end() {
    story(async |s| {
        s.search_is_slow().await;
        s.advance(30).await;
        assert_snapshot!(s.phone("agus").await, @r"
        rings #INC-1 Search answers in 2.4 s: @Agus SEV-3 INC-1 Search answers in 2.4 s. Tap to answer.
        rings DM: SEV-3 INC-1 Search answers in 2.4 s. Tap to answer.
        rings #INC-1 Search answers in 2.4 s: @Agus SEV-3 INC-1 Search answers in 2.4 s. Tap to answer.
        rings DM: SEV-3 INC-1 Search answers in 2.4 s. Tap to answer.
        ");
        assert_snapshot!(s.phone("dewi").await, @"
        rings #INC-1 Search answers in 2.4 s: @Dewi SEV-3 INC-1 Search answers in 2.4 s. Tap to answer.
        rings DM: SEV-3 INC-1 Search answers in 2.4 s. Tap to answer.
        rings #INC-1 Search answers in 2.4 s: @Dewi SEV-3 INC-1 Search answers in 2.4 s. Tap to answer.
        rings DM: SEV-3 INC-1 Search answers in 2.4 s. Tap to answer.
        rings #sre: @sre-lead SEV-3 INC-1 Search answers in 2.4 s #INC-1 Search answers in 2.4 s: Nobody has this, and nobody is left to page on the policy platform. Take it with `/ack`, or page somebody with `/page`.
        ");
        assert_snapshot!(s.thread("INC-1").await, @"
        Siaga: @Agus SEV-3 INC-1 Search answers in 2.4 s. Tap to answer.
          [Acknowledge] [Can't take it] [Runbook]
        Siaga: (its card)
        Siaga (silent): Opened because severity=warning on search. First step: Look at the number of searches per second: twice as many as last week is a crawler or a campaign.
          [Why] [Runbook]
        Siaga: @Dewi SEV-3 INC-1 Search answers in 2.4 s. Tap to answer.
          [Acknowledge] [Can't take it] [Runbook]
        Siaga: @Agus SEV-3 INC-1 Search answers in 2.4 s. Tap to answer.
          [Acknowledge] [Can't take it] [Runbook]
        Siaga: @Dewi SEV-3 INC-1 Search answers in 2.4 s. Tap to answer.
          [Acknowledge] [Can't take it] [Runbook]
        ");
        s.read_all().await;
    });
}

#[test]
fn when_nobody_is_on_call_the_next_step_is_taken_at_once_and_the_room_is_told() {
    story_with(
        |options| options.setup.schedules.get_mut("payments").unwrap().people.clear(),
        async |s| {
            s.checkout_breaks().await;
            assert_snapshot!(s.room("INC-1").await, @"
            Siaga (silent, pinned): (the card)
            Siaga: @Rina SEV-1 INC-1 Checkout errors 12 %. Tap to answer.
              [Acknowledge] [Can't take it] [Runbook]
            Siaga (silent): Opened because severity=critical on checkout. First step: check payment-gateway.
              [Why] [Runbook]
            Siaga (silent): Nobody is on call for payments, so the next step was taken at once.
            ");
            assert_snapshot!(s.phone("rina").await, @r"
            rings #inc-1-checkout: @Rina SEV-1 INC-1 Checkout errors 12 %. Tap to answer.
            rings DM: SEV-1 INC-1 Checkout errors 12 %. Tap to answer.
            ");
            s.read_all().await;
        },
    );
}

#[test]
fn one_person_who_is_paged_for_two_incidents_hears_of_both() {
    story(async |s| {
        s.checkout_breaks().await;
        s.alert("orders").critical().fires().await;
        assert_snapshot!(s.phone("budi").await, @r"
        rings #inc-1-checkout: @Budi SEV-1 INC-1 Checkout errors 12 %. Tap to answer.
        rings DM: SEV-1 INC-1 Checkout errors 12 %. Tap to answer.
        silent #INC-2 Something is wrong with orders: @Budi SEV-2 INC-2 Something is wrong with orders. Tap to answer.
        ");
        // Within a minute it is one more ring, when that is over.
        s.advance(1).await;
        let phone = s.phone("budi").await;
        assert!(phone.contains("rings DM: SEV-2 INC-2 Something is wrong with orders. Tap to answer."), "{phone}");
        s.read_all().await;
    });
}

#[test]
fn alerts_of_one_service_are_one_incident_and_one_page() {
    story(async |s| {
        s.checkout_breaks().await;
        s.alert("checkout").warning().numbered(2).saying("Queue of payments grows").fires().await;
        s.alert("checkout").critical().numbered(3).saying("Payment gateway times out").fires().await;
        assert_snapshot!(s.card("INC-1").await, @"
        Siaga (silent):
          | INC-1 · SEV-1 · TRIGGERED
          | **Checkout errors 12 %**
          | **Service** checkout (owner Payments)
          | **Started** [now] ([2 Mar 03:10])
          | **Alerts** 3 firing
          | - Checkout errors 12 %
          | - Queue of payments grows · 12 %
          | - Payment gateway times out · 12 %
          | **Commander** nobody yet: `/commander`
          | **Paged** Budi, [now] · next Rina [in 5 min]
          | **Room** #inc-1-checkout
          | **Links** Runbook Checkout errors · [Dashboard](https://grafana.example.com/d/checkout) · [Source](https://prometheus.example.com/graph)
          | **Missing** the alert names no description
          [Acknowledge] [Can't take it] [Runbook] [Triage] [Silence]
        ");
        assert_snapshot!(s.phone("budi").await, @r"
        rings #inc-1-checkout: @Budi SEV-1 INC-1 Checkout errors 12 %. Tap to answer.
        rings DM: SEV-1 INC-1 Checkout errors 12 %. Tap to answer.
        ");
        assert_eq!(s.bot().engine.totals().await.unwrap().incidents, 1);
        s.read_all().await;
    });
}

#[test]
fn a_worse_alert_raises_the_severity_and_opens_the_channel() {
    story(async |s| {
        s.alert("checkout").warning().numbered(2).saying("Queue of payments grows").fires().await;
        s.read_all().await;
        s.checkout_breaks().await;
        assert_snapshot!(s.rooms().await.join("\n"), @r"
        #inc-1-checkout
        INC-1 Queue of payments grows
        ");
        assert_snapshot!(s.card("INC-1").await, @"
        Siaga (silent):
          | INC-1 · SEV-1 · TRIGGERED
          | **Queue of payments grows**
          | **Service** checkout (owner Payments)
          | **Started** [now] ([2 Mar 03:10])
          | **Alerts** 2 firing
          | - Checkout errors 12 %
          | - Queue of payments grows · 12 %
          | **Commander** nobody yet: `/commander`
          | **Paged** Budi, [now] · next Rina [in 5 min]
          | **Room** #inc-1-checkout
          | **Links** Runbook Checkout errors · [Dashboard](https://grafana.example.com/d/checkout) · [Source](https://prometheus.example.com/graph)
          | **Missing** the alert names no description
          [Acknowledge] [Can't take it] [Runbook] [Triage] [Silence]
        ");
        s.read_all().await;
    });
}

#[test]
fn a_page_that_is_still_on_its_way_out_is_dropped_when_somebody_acknowledges() {
    story(async |s| {
        s.checkout_breaks().await;
        s.advance(4).await;
        s.read_all().await;
        // Discord takes no messages when Rina's page is due.
        let busy = json!({
            "method": "POST", "route": "/channels/{channel_id}/messages", "bot": "siaga",
            "do": "status", "status": 429, "retry_after": 1.0, "scope": "shared", "count": 1_000,
        });
        s.fault(&busy).await;
        s.due_without_waiting(60).await;
        s.until("Rina's page is tried", async || s.calls_refused().await > 0).await;
        s.budi().slash_in("room INC-1", "/ack", json!({})).await.done();
        s.clear_faults().await;
        s.settled().await;
        assert_snapshot!(s.phone("rina").await, @"(quiet)");
        assert_snapshot!(s.news("room INC-1").await, @"Siaga (silent): Budi acknowledged, [03:15]. Dewi will not be paged.");
        s.read_all().await;
    });
}
