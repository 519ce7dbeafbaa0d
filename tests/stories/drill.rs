//! Drills: marked everywhere, loud only for who takes part, and never counted.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use domain::Timestamp;
use insta::assert_snapshot;
use serde_json::json;
use store::{Probe, Store};

use crate::harness::story;

#[test]
fn a_drill_pages_only_who_takes_part_and_says_so_everywhere() {
    story(async |s| {
        let options = json!({ "scenario": "checkout-outage", "people": "budi, Dewi" });
        assert_snapshot!(s.budi().slash("/drill start", options).await, @"Siaga (private): INC-1 is open as SEV-1. Budi is paged. It is a drill: only those who take part are paged, and stakeholders hear nothing. `/drill end` ends it.");
        assert_snapshot!(s.card("INC-1").await, @"
        Siaga (silent):
          | INC-1 · SEV-1 · TRIGGERED · DRILL
          | **Checkout fails for most customers**
          | **Service** checkout (owner Payments)
          | **Started** [now] ([2 Mar 03:10])
          | **Alerts** 2 firing
          | - Cart times out for 8 % of requests
          | - Checkout errors 12 %
          | **Commander** nobody yet: `/commander`
          | **Paged** Budi, [now] · next Dewi [in 5 min]
          | **Room** #inc-1-drill-checkout
          | **Links** Runbook Checkout errors · [Dashboard](https://grafana.example.com/d/checkout)
          | **Known by** a teammate
          [Acknowledge] [Can't take it] [Runbook] [Triage]
        ");
        assert_snapshot!(s.room("INC-1").await, @"
        Siaga (silent, pinned): (the card)
        Siaga: @Budi DRILL SEV-1 INC-1 Checkout fails for most customers. Tap to answer.
          [Acknowledge] [Can't take it] [Runbook]
        Siaga (silent): Budi opened it. First step: check payment-gateway.
          [Why] [Runbook]
        ");
        assert_snapshot!(s.thread("INC-1").await, @"
        Siaga: (its card)
        Siaga (silent): What is known: Checkout fails for most customers. SEV-1, since [now].
          Service: checkout (owner Payments)
          Budi is being paged. Updates follow here.
        ");
        assert_snapshot!(s.rooms().await.join("\n"), @"
        #inc-1-drill-checkout
        INC-1 DRILL Checkout fails for most customers
        ");
        assert_snapshot!(s.direct("budi").await, @"
        Siaga: DRILL SEV-1 INC-1 Checkout fails for most customers. Tap to answer.
          Why you: step 1 of the policy payments.
          First: check payment-gateway.
          [Acknowledge] [Can't take it] [Runbook]
        ");
        assert_snapshot!(s.rina().slash("/incident list", json!({})).await, @"
        Siaga (private): Open: 1 incident, worst first
          INC-1 · SEV-1 · DRILL · Checkout fails for most customers · triggered · [now] · #inc-1-drill-checkout
        ");
        assert_snapshot!(s.budi().suggestions("/ack", "incident", "drill").await, @"INC-1 · SEV-1 · DRILL · Checkout fails for most customers -> INC-1");
        // Rina is the next step, and does not take part: Dewi, of the step after it, is called instead.
        s.advance(5).await;
        assert_snapshot!(s.phone("rina").await, @"(quiet)");
        assert_snapshot!(s.phone("dewi").await, @"
        rings #inc-1-drill-checkout: @Dewi DRILL SEV-1 INC-1 Checkout fails for most customers. Tap to answer.
        rings DM: DRILL SEV-1 INC-1 Checkout fails for most customers. Tap to answer.
        ");
        assert_snapshot!(s.rina().slash_in("room INC-1", "/page", json!({ "target": "agus", "reason": "Help" })).await, @"Siaga (private): This is a drill, and agus does not take part. `/page` pages those who do.");
        // The loud end is for nobody else either.
        s.advance(30).await;
        assert_snapshot!(s.phone("agus").await, @"(quiet)");
        assert_snapshot!(s.phone("rina").await, @"(quiet)");
        assert_snapshot!(s.channel("#sre").await, @"(nothing)");
        assert_snapshot!(s.channel("#incident-status").await, @"(nothing)");
        s.read_all().await;
    });
}

#[test]
fn a_scenario_is_played_into_the_room_and_the_end_says_how_it_went() {
    story(async |s| {
        let options = json!({ "scenario": "stock-runs-dry", "people": "@budi", "title": "Autumn drill" });
        s.budi().slash("/drill start", options).await.done();
        assert_snapshot!(s.thread("INC-1").await, @"
        Siaga: @Budi DRILL SEV-3 INC-1 Autumn drill. Tap to answer.
          [Acknowledge] [Can't take it] [Runbook]
        Siaga: (its card)
        Siaga (silent): Budi opened it.
          [Why] [Runbook]
        Siaga (silent): Note by sari (#support): Customers say checkout shows an error: everything is out of stock
        ");
        s.read_all().await;
        s.budi().press("Acknowledge").await.done();
        s.advance(5).await;
        assert_snapshot!(s.news("room INC-1").await, @"
        Siaga (silent, pinned): (the card)
        Siaga: @Budi DRILL SEV-1 INC-1 Autumn drill. Still yours?
          You have it, and a worse alert joined. If it is still yours, acknowledge once more.
          [Acknowledge] [Can't take it] [Runbook]
        Siaga (silent): An alert raised the severity from SEV-3 to SEV-1. Reason: No orders for 5 minutes.
        Siaga (silent): So far, in #INC-1 DRILL Autumn drill:
          - [03:10] sari (#support): Customers say checkout shows an error: everything is out of stock
          - [03:10] Budi acknowledged.
        Siaga (silent): @Budi, still yours? You are asked because a worse alert joined. Without an answer escalation goes on [in 4 min].
          [Still on it]
        Siaga (silent): Note by sari (#general): Should we put a notice on the shop's front page?
        ");
        s.budi().slash_in("room INC-1", "/commander", json!({})).await.done();
        s.budi().press("Update").await.done();
        s.budi().fills(&[Some("nothing can be bought"), Some("importing the old list"), Some("5")]).await.done();
        assert_snapshot!(s.channel("#incident-status").await, @"(nothing)");
        s.advance(9).await;
        s.read_all().await;
        assert_snapshot!(s.budi().slash_in("room INC-1", "/drill end", json!({ "fixed": "imported the old list" })).await, @"Siaga (private): Resolved after 14 minutes.");
        assert_snapshot!(s.news("room INC-1").await, @"
        Siaga (silent): Resolved after 14 minutes by Budi: imported the old list.
          (files: inc-1.md, inc-1.json)
        Siaga (silent): DRILL INC-1 over after 14 minutes. Somebody had it after 0 seconds. Commander: Budi. Updates in time: 0 of 1. Every page was answered.
        ");
        s.read_all().await;
        // What was still to come does not come.
        s.advance(30).await;
        assert_snapshot!(s.news("room INC-1").await, @"(nothing)");
        assert_eq!(s.bot().engine.totals().await.unwrap().firing, 0);
    });
}

#[test]
fn a_real_alert_meets_no_drill_and_they_are_never_merged() {
    story(async |s| {
        s.dewi().slash("/drill start", json!({ "scenario": "checkout-outage" })).await.done();
        s.checkout_breaks().await;
        assert_snapshot!(s.rooms().await.join("\n"), @"
        #inc-1-drill-checkout
        #inc-2-checkout
        INC-1 DRILL Checkout fails for most customers
        INC-2 Checkout errors 12 %
        ");
        assert_snapshot!(s.phone("budi").await, @"
        rings #inc-2-checkout: @Budi SEV-1 INC-2 Checkout errors 12 %. Tap to answer.
        rings DM: SEV-1 INC-2 Checkout errors 12 %. Tap to answer.
        ");
        assert_snapshot!(s.budi().slash_in("room INC-2", "/drill end", json!({})).await, @"Siaga (private): INC-2 is not a drill. `/resolve` ends it.");
        let merge = engine::Action {
            interaction: None,
            by: domain::Actor {
                user: domain::ChatUserId(1),
                name: "Budi".into(),
                person: None,
                access: domain::Access::Admin,
            },
            request: engine::Request::Merge {
                which: engine::IncidentRef::Number(domain::IncidentId(1)),
                into: domain::IncidentId(2),
            },
        };
        let refused = s.bot().engine.act(merge).await.unwrap_err();
        assert!(matches!(refused, engine::ActError::Refused(domain::Refusal::MergeDrill { .. })), "{refused}");
        s.read_all().await;
    });
}

#[test]
fn a_drill_is_never_counted() {
    story(async |s| {
        s.budi().slash("/drill start", json!({ "scenario": "checkout-outage" })).await.done();
        s.budi().press("Acknowledge").await.done();
        s.budi().slash_in("room INC-1", "/drill end", json!({})).await.done();
        s.read_all().await;
        s.stop_bot().await;
        let store = Store::open(&s.database()).await.unwrap();
        let ever = Timestamp::UNIX_EPOCH;
        assert_eq!(store.stats(ever).await.unwrap(), store::Stats::default());
        assert_eq!(store.worst_rules(10).await.unwrap(), []);
        assert_eq!(store.detection_counts(ever).await.unwrap(), []);
        let labels = [("service".to_owned(), "checkout".to_owned())];
        let probe = Probe {
            exclude: domain::IncidentId(9),
            labels: &labels,
            ignore: &[],
            text: "Checkout fails for most customers",
        };
        assert_eq!(store.similar(probe, 3).await.unwrap(), []);
        store.close().await;
        s.start_bot().await;
        s.ready().await;
        // A real incident of the same service remembers no drill.
        s.checkout_breaks().await;
        assert!(!s.room("INC-2").await.contains("INC-1"));
        s.read_all().await;
    });
}

#[test]
fn after_a_restart_the_rest_of_a_scenario_comes_at_its_time() {
    story(async |s| {
        s.budi().slash("/drill start", json!({ "scenario": "noisy-neighbour" })).await.done();
        s.budi().press("Acknowledge").await.done();
        s.advance(1).await;
        s.restart().await;
        s.read_all().await;
        s.advance(2).await;
        assert_snapshot!(s.news("INC-1").await, @"
        Siaga (silent): All alerts resolved. It stays open until somebody resolves it.
        Siaga: @Budi DRILL SEV-3 INC-1 Search is slow, again and again. Still yours?
          You have it, and an alert fires again. If it is still yours, acknowledge once more.
          [Acknowledge] [Can't take it] [Runbook]
        Siaga (silent): An alert fires again ([03:13]). If that goes on, this line counts it.
        Siaga (silent): @Budi, still yours? You are asked because an alert fires again. Without an answer escalation goes on [in 5 min].
          [Still on it]
        ");
        s.budi().slash("/drill end", json!({ "incident": "INC-1" })).await.done();
        s.read_all().await;
    });
}

#[test]
fn what_cannot_be_practiced_is_refused_with_what_to_do() {
    story(async |s| {
        assert_snapshot!(s.budi().slash("/drill start", json!({})).await, @r#"Siaga (private): The field "title" is empty. Write something and send it again."#);
        assert_snapshot!(s.budi().slash("/drill start", json!({ "scenario": "chekout-outage" })).await, @"Siaga (private): No scenario is called chekout-outage. There are: checkout-outage, noisy-neighbour and stock-runs-dry.");
        assert_snapshot!(s.budi().slash("/drill start", json!({ "title": "x", "people": "budi, tono" })).await, @"Siaga (private): tono is not in the configuration, so no page reaches them. Add them to [people].");
        assert_snapshot!(s.budi().slash("/drill start", json!({ "title": "x", "people": " , " })).await, @"Siaga (private): A drill needs somebody who takes part. Name people in the option `people`.");
        assert_snapshot!(s.sari().slash("/drill start", json!({ "title": "x" })).await, @"Siaga (private): Only responders can do this: ask an admin of this server for the role @sre.");
        assert_snapshot!(s.budi().slash("/drill end", json!({})).await, @"Siaga (private): Which incident? Use the command in its room, or choose one with the option `incident`.");
        assert_snapshot!(s.budi().suggestions("/drill start", "scenario", "check").await, @"checkout-outage · Checkout fails for most customers -> checkout-outage");
        assert_snapshot!(s.budi().suggestions("/drill start", "people", "budi, de").await, @"budi, Dewi · dewi -> budi, dewi");
    });
}
