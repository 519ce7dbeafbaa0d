//! Somebody who was paged answers: takes it, cannot take it, gives it back, falls asleep.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use insta::assert_snapshot;
use serde_json::json;

use crate::harness::story;

/// Who would be next takes it: they are not told that they will not be paged.
#[test]
fn whoever_would_be_next_and_takes_it_is_spared_nothing() {
    story(async |s| {
        s.checkout_breaks().await;
        assert_snapshot!(s.rina().slash_in("room INC-1", "/ack", json!({})).await, @"
        Siaga (private): You have it. First: check payment-gateway.
          [Update] [Take command] [Note] [Runbook] [Undo]
        ");
        assert_eq!(s.count("room INC-1", "will not be paged").await, 0);
        s.read_all().await;
    });
}

/// Sari has no role: what is offered to her is what she may do.
#[test]
fn whoever_may_only_read_is_offered_no_button_that_would_be_refused() {
    story(async |s| {
        s.checkout_breaks().await;
        let shown = s.sari().slash("/incident show", json!({ "incident": "INC-1" })).await.to_string();
        assert!(
            shown.contains("[Runbook]") && !shown.contains("[Acknowledge]") && !shown.contains("[Resolve]"),
            "{shown}"
        );
        let shown = s.agus().slash("/incident show", json!({ "incident": "INC-1" })).await.to_string();
        assert!(shown.contains("[Acknowledge] [Resolve]"), "{shown}");
        s.read_all().await;
    });
}

/// Took it after everybody had been called: the policy is not what there is to say.
#[test]
fn why_of_what_somebody_took_at_the_end_does_not_say_that_nobody_is_left() {
    story(async |s| {
        s.checkout_breaks().await;
        s.advance(30).await;
        let why = async || s.sari().slash("/why", json!({ "incident": "INC-1" })).await.to_string();
        assert!(why().await.contains("The policy is at its end"), "{}", why().await);
        s.rina().press("Acknowledge").await.done();
        assert!(!why().await.contains("The policy is at its end"), "{}", why().await);
        s.read_all().await;
    });
}

#[test]
fn acknowledging_in_the_room_settles_every_page_and_spares_the_next_person() {
    story(async |s| {
        s.checkout_breaks().await;
        s.read_all().await;
        assert_snapshot!(s.budi().press_in("room INC-1", "Acknowledge").await, @"
        Siaga (private): You have it. Rina will not be paged. First: check payment-gateway.
          [Update] [Take command] [Note] [Runbook] [Undo]
        ");
        assert_snapshot!(s.room("INC-1").await, @"
        Siaga (silent, pinned): (the card)
        Siaga: Budi was paged [03:10]. SEV-1 INC-1 Checkout errors 12 %
        Siaga (silent): Opened because severity=critical on checkout. First step: check payment-gateway.
          [Why] [Runbook]
        Siaga (silent): Budi acknowledged, [03:10]. Rina will not be paged.
        ");
        assert_snapshot!(s.direct("budi").await, @r"
        Siaga: Acknowledged by Budi [03:10]. SEV-1 INC-1 Checkout errors 12 %
          https://discord.com/channels/guild/#inc-1-checkout
        ");
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
        s.advance(25).await;
        assert_snapshot!(s.phone("rina").await, @"(quiet)");
        assert_snapshot!(s.news("room INC-1").await, @"(nothing)");
    });
}

#[test]
fn acknowledging_in_the_direct_message_does_the_same() {
    story(async |s| {
        s.checkout_breaks().await;
        s.read_all().await;
        assert_snapshot!(s.budi().press_in("DM", "Acknowledge").await, @"
        Siaga (private): You have it. Rina will not be paged. First: check payment-gateway.
          [Update] [Take command] [Note] [Runbook] [Undo]
        ");
        assert_snapshot!(s.news("room INC-1").await, @"Siaga (silent): Budi acknowledged, [03:10]. Rina will not be paged.");
        assert_snapshot!(s.direct("budi").await, @r"
        Siaga: Acknowledged by Budi [03:10]. SEV-1 INC-1 Checkout errors 12 %
          https://discord.com/channels/guild/#inc-1-checkout
        ");
        s.advance(25).await;
        assert_snapshot!(s.phone("rina").await, @"(quiet)");
    });
}

/// Whoever has just been woken types it in whatever channel is open.
#[test]
fn outside_any_room_ack_takes_the_only_one_that_waits() {
    story(async |s| {
        s.checkout_breaks().await;
        s.search_is_slow().await;
        assert_snapshot!(s.budi().slash_in("#general", "/ack", json!({})).await, @"
        Siaga (private): You have it: INC-1. Rina will not be paged.
          [INC-1] [Undo]
        ");
        assert!(s.card("INC-1").await.contains("**Has it** Budi"));
        assert!(s.card("INC-2").await.contains("TRIGGERED"));
        // It is his now, and nothing else waits for him.
        assert_snapshot!(s.budi().slash_in("#general", "/ack", json!({})).await, @"Siaga (private): Which incident? Use the command in its room, or choose one with the option `incident`.");
        s.read_all().await;
    });
}

#[test]
fn acknowledging_by_command_works_in_the_room_and_anywhere_with_a_number() {
    story(async |s| {
        s.checkout_breaks().await;
        s.search_is_slow().await;
        s.read_all().await;
        // Nothing waits for Rina yet.
        assert_snapshot!(s.rina().slash("/ack", json!({})).await, @"Siaga (private): Which incident? Use the command in its room, or choose one with the option `incident`.");
        assert_snapshot!(s.budi().slash_in("room INC-1", "/ack", json!({})).await, @"
        Siaga (private): You have it. Rina will not be paged. First: check payment-gateway.
          [Update] [Take command] [Note] [Runbook] [Undo]
        ");
        assert_snapshot!(s.agus().slash("/ack", json!({ "incident": "INC-2" })).await, @"
        Siaga (private): You have it. Dewi will not be paged. First: Look at the number of searches per second: twice as many as last week is a crawler or a campaign.
          [Update] [Note] [Runbook] [Undo]
        ");
        assert_snapshot!(s.agus().slash("/ack", json!({ "incident": "INC-7" })).await, @"Siaga (private): There is no INC-7. `/incident list` shows what there is.");
        assert_snapshot!(s.agus().slash("/ack", json!({ "incident": "the big one" })).await, @"Siaga (private): Which incident? Use the command in its room, or choose one with the option `incident`.");
        s.read_all().await;
    });
}

#[test]
fn the_second_to_acknowledge_is_told_who_has_it() {
    story(async |s| {
        s.checkout_breaks().await;
        s.budi().press("Acknowledge").await.done();
        s.advance(2).await;
        assert_snapshot!(s.rina().slash_in("room INC-1", "/ack", json!({})).await, @"Siaga (private): Budi has INC-1 since [2 min ago]. To help, write in its room; to page more people, use `/page`.");
        assert_snapshot!(s.budi().slash_in("room INC-1", "/ack", json!({})).await, @"Siaga (private): You already have INC-1. `/update` tells the others, `/resolve` ends it.");
        s.read_all().await;
    });
}

#[test]
fn whoever_cannot_take_it_is_spared_and_the_next_person_is_paged_at_once() {
    story(async |s| {
        s.checkout_breaks().await;
        s.read_all().await;
        assert_snapshot!(s.budi().press_in("DM", "Can't take it").await, @"
        Siaga (private): Noted. Rina is paged now. You don't need to do anything.
          [More] [Undo: I have it]
        ");
        assert_snapshot!(s.news("room INC-1").await, @r"
        Siaga: @Rina SEV-1 INC-1 Checkout errors 12 %. Tap to answer.
          [Acknowledge] [Can't take it] [Runbook]
        Siaga (silent): Budi cannot take it. Rina is paged now.
        ");
        assert_snapshot!(s.direct("budi").await, @r"
        Siaga: Budi cannot take it, [03:10]. SEV-1 INC-1 Checkout errors 12 %
          https://discord.com/channels/guild/#inc-1-checkout
        ");
        assert_snapshot!(s.phone("rina").await, @r"
        rings #inc-1-checkout: @Rina SEV-1 INC-1 Checkout errors 12 %. Tap to answer.
        rings DM: SEV-1 INC-1 Checkout errors 12 %. Tap to answer.
        ");
        assert_snapshot!(s.direct("rina").await, @r"
        Siaga: SEV-1 INC-1 Checkout errors 12 %. Tap to answer.
          Why you: step 2 of the policy payments.
          First: check payment-gateway.
          Room: https://discord.com/channels/guild/#inc-1-checkout
          [Acknowledge] [Can't take it] [Runbook]
        ");
        assert_snapshot!(s.card("INC-1").await, @"
        Siaga (silent):
          | INC-1 · SEV-1 · TRIGGERED
          | **Checkout errors 12 %**
          | **Service** checkout (owner Payments)
          | **Started** [now] ([2 Mar 03:10])
          | **Alerts** 1 firing
          | **Commander** nobody yet: `/commander`
          | **Paged** Rina, [now] · next Dewi and Agus [in 5 min]
          | **Room** #inc-1-checkout
          | **Links** Runbook Checkout errors · [Dashboard](https://grafana.example.com/d/checkout) · [Source](https://prometheus.example.com/graph)
          | **Missing** the alert names no description
          [Acknowledge] [Can't take it] [Runbook] [Triage] [Silence]
        ");
    });
}

#[test]
fn an_answer_can_be_taken_back_and_escalation_goes_on() {
    story(async |s| {
        s.checkout_breaks().await;
        s.budi().press("Acknowledge").await.done();
        s.advance(2).await;
        s.read_all().await;
        assert_snapshot!(s.budi().press("Undo").await, @"
        Siaga (private): You have had INC-1 for 2 minutes. Give it back? That pages Budi now.
          [Give it back (pages Budi)] [Leave it as it is]
        ");
        assert_snapshot!(s.budi().press("Give it back (pages Budi)").await, @"Siaga (private): You no longer have INC-1. Budi is paged now.");
        assert_snapshot!(s.news("room INC-1").await, @r"
        Siaga: @Budi SEV-1 INC-1 Checkout errors 12 %. Tap to answer.
          [Acknowledge] [Can't take it] [Runbook]
        Siaga (silent): Budi gave it back. Nobody has it now. `/ack` takes it.
        ");
        s.advance(4).await;
        assert_snapshot!(s.phone("rina").await, @"(quiet)");
        s.advance(1).await;
        assert_snapshot!(s.phone("rina").await, @r"
        rings #inc-1-checkout: @Rina SEV-1 INC-1 Checkout errors 12 %. Tap to answer.
        rings DM: SEV-1 INC-1 Checkout errors 12 %. Tap to answer.
        ");
        s.read_all().await;
    });
}

#[test]
fn whoever_has_it_and_is_silent_is_asked_and_keeps_it_by_answering() {
    story(async |s| {
        s.search_is_slow().await;
        s.agus().press("Acknowledge").await.done();
        s.advance(59).await;
        s.read_all().await;
        s.advance(1).await;
        assert_snapshot!(s.news("INC-1").await, @r"
        Siaga: @Agus, are you still on it? Without an answer escalation goes on [in 5 min].
          [Still on it]
        ");
        assert_snapshot!(s.phone("agus").await, @r"
        rings #INC-1 Search answers in 2.4 s: @Agus SEV-3 INC-1 Search answers in 2.4 s. Tap to answer.
        rings DM: SEV-3 INC-1 Search answers in 2.4 s. Tap to answer.
        rings #INC-1 Search answers in 2.4 s: @Agus, are you still on it? Without an answer escalation goes on [in 5 min].
        ");
        s.advance(4).await;
        assert_snapshot!(s.agus().press("Still on it").await, @"Siaga (private): Good. INC-1 stays yours.");
        s.advance(30).await;
        assert_snapshot!(s.phone("dewi").await, @"(quiet)");
        assert_snapshot!(s.card("INC-1").await, @"
        Siaga (silent):
          | INC-1 · SEV-3 · ACKNOWLEDGED
          | **Search answers in 2.4 s**
          | **Service** search (owner Platform)
          | **Started** [1 h 34 min ago] ([2 Mar 03:10])
          | **Alerts** 1 firing
          | **Commander** nobody yet: `/commander`
          | **Has it** Agus, since [1 h 34 min ago]
          | **Room** #INC-1 Search answers in 2.4 s
          | **Links** [Runbook](https://wiki.example.com/search-latency) · [Dashboard](https://grafana.example.com/d/search) · [Source](https://prometheus.example.com/graph)
          | **Missing** the alert names no description
          [Update] [Resolve] [More] [Silence]
        ");
    });
}

#[test]
fn whoever_has_it_and_falls_asleep_loses_it_to_the_next_person() {
    story(async |s| {
        s.search_is_slow().await;
        s.agus().press("Acknowledge").await.done();
        s.advance(60).await;
        s.read_all().await;
        s.advance(5).await;
        assert_snapshot!(s.news("INC-1").await, @r"
        Siaga: @Dewi SEV-3 INC-1 Search answers in 2.4 s. Tap to answer.
          [Acknowledge] [Can't take it] [Runbook]
        Siaga (silent): Agus did not answer, so nobody has it now. `/ack` takes it.
        ");
        assert_snapshot!(s.phone("dewi").await, @r"
        rings #INC-1 Search answers in 2.4 s: @Dewi SEV-3 INC-1 Search answers in 2.4 s. Tap to answer.
        rings DM: SEV-3 INC-1 Search answers in 2.4 s. Tap to answer.
        ");
        assert_snapshot!(s.card("INC-1").await, @"
        Siaga (silent):
          | INC-1 · SEV-3 · TRIGGERED
          | **Search answers in 2.4 s**
          | **Service** search (owner Platform)
          | **Started** [1 h 5 min ago] ([2 Mar 03:10])
          | **Alerts** 1 firing
          | **Commander** nobody yet: `/commander`
          | **Paged** Dewi, [now] · next Agus [in 10 min]
          | **Room** #INC-1 Search answers in 2.4 s
          | **Links** [Runbook](https://wiki.example.com/search-latency) · [Dashboard](https://grafana.example.com/d/search) · [Source](https://prometheus.example.com/graph)
          | **Missing** the alert names no description
          [Acknowledge] [Can't take it] [Runbook] [Triage] [Silence]
        ");
        // What he was asked is answered: nothing of it can be pressed any more.
        assert_eq!(s.count("INC-1", "v1:still:1").await, 0);
        s.read_all().await;
    });
}

#[test]
fn a_button_of_a_state_that_has_passed_says_so() {
    story(async |s| {
        s.checkout_breaks().await;
        s.budi().press("Acknowledge").await.done();
        let undo = s.budi().button("Undo").await;
        s.budi().slash_in("room INC-1", "/resolve", json!({})).await.done();
        s.budi().fills(&[Some("restarted")]).await.done();
        assert_snapshot!(s.budi().press_seen(&undo).await, @"Siaga (private): INC-1 is already resolved. If it happens again, `/incident open` opens a new one.");
        s.read_all().await;
    });
}
