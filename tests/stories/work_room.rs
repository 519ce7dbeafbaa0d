//! The room of the worst incidents: it begins with the card, says in people's words why it is there, and all that is done is at hand.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use insta::assert_snapshot;
use serde_json::json;

use crate::harness::control::list;
use crate::harness::view::text;
use crate::harness::{Story, story};

/// The topic of the channel of an incident.
async fn topic(s: &Story, label: &str) -> String {
    let world = s.control.get("/world").await;
    let start = format!("{}-", label.to_lowercase());
    let channel = list(&world["channels"]).into_iter().find(|channel| text(&channel["name"]).starts_with(&start));
    text(&channel.unwrap()["topic"])
}

#[test]
fn the_channel_of_an_incident_begins_with_its_card_and_its_topic_is_for_people() {
    story(async |s| {
        s.checkout_breaks().await;
        assert_snapshot!(s.room("INC-1").await, @"
        Siaga (silent, pinned): (the card)
        Siaga: @Budi SEV-1 INC-1 Checkout errors 12 %. Tap to answer.
          [Acknowledge] [Can't take it] [Runbook]
        Siaga (silent): Opened because severity=critical on checkout. First step: check payment-gateway.
          [Why] [Runbook]
        ");
        assert_snapshot!(s.room_card("INC-1").await, @"
        Siaga (silent, pinned):
          | INC-1 · SEV-1 · TRIGGERED
          | **Checkout errors 12 %**
          | **Service** checkout (owner Payments)
          | **Started** [now] ([2 Mar 03:10])
          | **Alerts** 1 firing
          | **Commander** nobody yet: `/commander`
          | **Paged** Budi, [now] · next Rina [in 5 min]
          | **Links** Runbook Checkout errors · [Dashboard](https://grafana.example.com/d/checkout) · [Source](https://prometheus.example.com/graph)
          | **Missing** the alert names no description
          [Acknowledge] [Can't take it] [Runbook] [Triage] [Silence]
        ");
        assert_snapshot!(topic(s, "INC-1").await, @"SEV-1 · Checkout errors 12 % · owner Payments");
        assert_snapshot!(s.agus().press_in("room INC-1", "Why").await, @r#"
        Siaga (private): **INC-1 · SEV-1 · TRIGGERED** Checkout errors 12 %
          Opened [now] by an alert of alertmanager.
          SEV-1: rule 1 of routing (severity="critical", service="checkout"), siaga.toml:[line]. It looked at service="checkout", severity="critical".
          Nearest: rule 2 (severity="critical") at siaga.toml:[line] also matches and would have made it SEV-2; the first match wins.
          Pages by the policy payments, which the service names.
          - Budi, [03:10]: on call for payments, step 1 of payments. No answer yet. Delivered: the mention and the direct message.
          Service checkout: service=\~"checkout\|cart" matches, siaga.toml:[line].
          Alerts with service=checkout join it while it is open.
          Known first by a monitor of ours ([evidence](https://prometheus.example.com/graph)).
          Runbook checkout-errors: service=\~"checkout\|cart" matches.
          Messages are silent except pages, "still on it?", overdue reminders and the end of a policy.
        "#);
        // The card in the room has its buttons, and shows what they did.
        s.budi().press_in("room INC-1", "Acknowledge").await.done();
        s.settled().await;
        assert!(s.room_card("INC-1").await.contains("ACKNOWLEDGED"));
        assert_snapshot!(topic(s, "INC-1").await, @"SEV-1 · Checkout errors 12 % · owner Payments");
        assert_snapshot!(s.room("INC-1").await, @"
        Siaga (silent, pinned): (the card)
        Siaga: Budi was paged [03:10]. SEV-1 INC-1 Checkout errors 12 %
        Siaga (silent): Opened because severity=critical on checkout. First step: check payment-gateway.
          [Why] [Runbook]
        Siaga (silent): Budi acknowledged, [03:10]. Rina will not be paged.
        ");
        s.read_all().await;
    });
}

#[test]
fn a_card_that_somebody_deletes_in_the_room_is_made_anew_there() {
    story(async |s| {
        s.checkout_breaks().await;
        let room = s.place("dewi", "room INC-1").await;
        let cards = async || {
            let messages = s.control.messages("dewi", &room).await;
            let titled = |message: &&serde_json::Value| text(&message["embeds"][0]["title"]).starts_with("INC-1 ");
            messages.iter().filter(titled).map(|message| text(&message["id"])).collect::<Vec<_>>()
        };
        let before = cards().await;
        assert_eq!(before.len(), 1);
        let path = format!("/channels/{room}/messages/{}", before[0]);
        s.bot_calls("author", "DELETE", &path, &serde_json::Value::Null).await;
        // The next change finds that it is gone.
        s.budi().press_in("DM", "Acknowledge").await.done();
        s.until("it is there again", async || cards().await.first().is_some_and(|card| *card != before[0])).await;
        s.settled().await;
        assert_eq!(cards().await.len(), 1);
        s.read_all().await;
    });
}

#[test]
fn a_raise_from_a_thread_to_a_channel_says_so_in_the_thread_and_brings_along_what_is_known() {
    story(async |s| {
        s.search_is_slow().await;
        s.agus().press_in("INC-1", "Acknowledge").await.done();
        s.agus().slash_in("INC-1", "/note", json!({ "text": "Twice as many searches as last week" })).await.done();
        s.agus()
            .slash_in("INC-1", "/severity", json!({ "level": "SEV-1", "reason": "All of search is down" }))
            .await
            .done();
        s.settled().await;
        assert_snapshot!(s.room("INC-1").await, @"
        Siaga (silent, pinned): (the card)
        Siaga (silent): Agus raised the severity from SEV-3 to SEV-1. Reason: All of search is down.
        Siaga (silent): So far, in #INC-1 Search answers in 2.4 s:
          - [03:10] Agus acknowledged.
          - [03:10] Agus: Twice as many searches as last week
        ");
        assert_snapshot!(s.thread("INC-1").await, @"
        Siaga: Agus was paged [03:10]. SEV-3 INC-1 Search answers in 2.4 s
        Siaga: (its card)
        Siaga (silent): Opened because severity=warning on search. First step: Look at the number of searches per second: twice as many as last week is a crawler or a campaign.
          [Why] [Runbook]
        Siaga (silent): Agus acknowledged, [03:10]. Dewi will not be paged.
        Siaga (silent): Note by Agus: Twice as many searches as last week
        Siaga (silent): Agus raised the severity from SEV-3 to SEV-1. The work goes on in #inc-1-search; updates still come here.
        ");
        s.read_all().await;
    });
}

#[test]
fn more_offers_what_a_responder_does_and_lists_put_whoever_is_on_call_first() {
    story(async |s| {
        s.checkout_breaks().await;
        s.budi().press_in("room INC-1", "Acknowledge").await.done();
        s.settled().await;
        assert_snapshot!(s.budi().press_in("room INC-1", "More").await, @"
        Siaga (private): **INC-1 · SEV-1 · ACKNOWLEDGED**
          Checkout errors 12 %
          Impact: not stated.
          Has it: Budi, since [now].
          Alerts: 1 firing.
          Known first by a monitor of ours ([evidence](https://prometheus.example.com/graph)).
          Tried:
          - [03:10] Budi acknowledged.
          Next: Update due [in 30 min]. Runbook Checkout errors, step 1: check payment-gateway.
          Links: #inc-1-checkout · [Dashboard](https://grafana.example.com/d/checkout) · [Source](https://prometheus.example.com/graph)
          [Update] [Impact is over] [Resolve] [Runbook] [Page someone] [Severity] [Triage] [Commander] [Note] [Escalate] [Silence] [Edit] [Merge] [Undo]
        ");
        assert_snapshot!(s.budi().press("Page someone").await, @"
        Siaga (private): Whom to page for INC-1?
          {Whom to page for INC-1?: Agus · Dewi · Rina · Sari · Budi}
        ");
        assert_snapshot!(s.budi().choose_in("Whom to page for INC-1?", "Agus").await, @r#"
        form "Page for INC-1"
          What you need them for*
        "#);
        assert_snapshot!(s.budi().fills(&[Some("Search is affected, too")]).await, @"Siaga (private): Agus is paged for INC-1. The room shows the answer.");
        s.budi().press_in("room INC-1", "More").await.done();
        assert_snapshot!(s.budi().press("Severity").await, @"
        Siaga (private): INC-1 is SEV-1. What is it?
          {INC-1 is SEV-1. What is it?: SEV-2 · SEV-3 · SEV-4}
        ");
        assert_snapshot!(s.budi().choose_in("INC-1 is SEV-1. What is it?", "SEV-2").await, @r#"
        form "Lower INC-1 to SEV-2"
          Why?* (Only the crawler is slow)
        "#);
        s.budi().fills(&[Some("Half of them can pay")]).await.done();
        s.budi().press_in("room INC-1", "More").await.done();
        s.budi().press("Commander").await.done();
        s.budi().choose_in("Who is the commander of INC-1?", "Rina").await.done();
        s.budi().press_in("room INC-1", "More").await.done();
        s.budi().press("Note").await.done();
        s.budi().fills(&[Some("Rolled back 4.2")]).await.done();
        s.budi().press_in("room INC-1", "More").await.done();
        s.budi().press("Escalate").await.done();
        let room = s.room("INC-1").await;
        for said in ["from SEV-1 to SEV-2", "Commander: @Rina", "Rolled back 4.2"] {
            assert!(room.contains(said), "{said}: {room}");
        }
        s.read_all().await;
    });
}
