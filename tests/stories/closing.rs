//! The end: alerts recover, people resolve.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use insta::assert_snapshot;
use serde_json::json;

use crate::harness::story;

#[test]
fn an_incident_that_nobody_took_closes_ten_minutes_after_its_last_alert() {
    story(async |s| {
        s.checkout_breaks().await;
        s.advance(2).await;
        s.read_all().await;
        s.checkout_recovers().await;
        assert_snapshot!(s.news("room INC-1").await, @r"
        Siaga (silent): All alerts resolved. Nobody had taken it, so it closes by itself [in 10 min] unless you keep it open.
          [Resolve] [Keep open]
        ");
        s.advance(9).await;
        assert_snapshot!(s.phone("rina").await, @"(quiet)");
        assert_snapshot!(s.card("INC-1").await, @"
        Siaga (silent):
          | INC-1 · SEV-1 · TRIGGERED
          | **Checkout errors 12 %**
          | **Service** checkout (owner Payments)
          | **Started** [11 min ago] ([2 Mar 03:10])
          | **Alerts** 1 resolved
          | **Commander** nobody yet: `/commander`
          | **Room** #inc-1-checkout
          | **Links** Runbook Checkout errors · [Dashboard](https://grafana.example.com/d/checkout) · [Source](https://prometheus.example.com/graph)
          | **Missing** the alert names no description
          [Resolve] [Keep open]
        ");
        s.advance(1).await;
        assert_snapshot!(s.news("room INC-1").await, @"
        Siaga (silent): Resolved after 12 minutes: all alerts resolved and nobody had taken it. `/postmortem` is due [in 72 h].
          [Postmortem]
        ");
        assert_snapshot!(s.news("INC-1").await, @"Siaga (silent): Resolved after 12 minutes: all alerts resolved and nobody had taken it. `/postmortem` is due [in 72 h].");
        assert_snapshot!(s.card("INC-1").await, @"
        Siaga (silent):
          | INC-1 · SEV-1 · RESOLVED
          | **Checkout errors 12 %**
          | **Service** checkout (owner Payments)
          | **Started** [12 min ago] ([2 Mar 03:10])
          | **Alerts** 1 resolved
          | **Resolved** after 12 minutes
          | **Room** #inc-1-checkout
          | **Links** Runbook Checkout errors · [Dashboard](https://grafana.example.com/d/checkout) · [Source](https://prometheus.example.com/graph)
          | **Missing** the alert names no description
          [More]
        ");
        assert_snapshot!(s.channel("#incident-status").await, @"
        Siaga (silent):
          | INC-1 Checkout errors 12 %
          | **State** SEV-1, resolved. Ended [03:22].
          | **Service** checkout
          | **Since** [12 min ago]
          | **Resolved** after 12 minutes
          | **Follow** #INC-1 Checkout errors 12 %
          | INC-1 status
        Siaga (silent): INC-1 resolved after 12 minutes: all alerts resolved.
        ");
    });
}

#[test]
fn an_incident_that_somebody_has_never_closes_by_itself() {
    story(async |s| {
        s.search_is_slow().await;
        s.agus().press("Acknowledge").await.done();
        s.alert("search").warning().resolves().await;
        s.advance(30).await;
        assert_snapshot!(s.card("INC-1").await, @"
        Siaga (silent):
          | INC-1 · SEV-3 · ACKNOWLEDGED
          | **Search answers in 2.4 s**
          | **Service** search (owner Platform)
          | **Started** [30 min ago] ([2 Mar 03:10])
          | **Alerts** 1 resolved
          | **Commander** nobody yet: `/commander`
          | **Has it** Agus, since [30 min ago]
          | **Room** #INC-1 Search answers in 2.4 s
          | **Links** [Runbook](https://wiki.example.com/search-latency) · [Dashboard](https://grafana.example.com/d/search) · [Source](https://prometheus.example.com/graph)
          | **Missing** the alert names no description
          [Resolve] [Keep open]
        ");
        s.read_all().await;
    });
}

#[test]
fn a_person_may_keep_it_open() {
    story(async |s| {
        s.search_is_slow().await;
        s.alert("search").warning().resolves().await;
        s.read_all().await;
        assert_snapshot!(s.agus().press("Keep open").await, @"Siaga (private): INC-1 stays open. `/resolve` ends it.");
        s.advance(30).await;
        assert_snapshot!(s.news("INC-1").await, @"Siaga (silent): Agus keeps it open. `/resolve` ends it.");
        assert_snapshot!(s.card("INC-1").await, @"
        Siaga (silent):
          | INC-1 · SEV-3 · TRIGGERED
          | **Search answers in 2.4 s**
          | **Service** search (owner Platform)
          | **Started** [30 min ago] ([2 Mar 03:10])
          | **Alerts** 1 resolved
          | **Commander** nobody yet: `/commander`
          | **Room** #INC-1 Search answers in 2.4 s
          | **Links** [Runbook](https://wiki.example.com/search-latency) · [Dashboard](https://grafana.example.com/d/search) · [Source](https://prometheus.example.com/graph)
          | **Missing** the alert names no description
          [Acknowledge] [Runbook] [Triage]
        ");
    });
}

#[test]
fn an_alert_that_fires_again_meanwhile_stays_in_its_incident() {
    story(async |s| {
        s.search_is_slow().await;
        s.agus().press("Acknowledge").await.done();
        s.alert("search").warning().resolves().await;
        s.advance(5).await;
        s.read_all().await;
        s.search_is_slow().await;
        // Whoever has it is asked: told once is not known now.
        assert_snapshot!(s.news("INC-1").await, @"
        Siaga: @Agus SEV-3 INC-1 Search answers in 2.4 s. Still yours?
          You have it, and an alert fires again. If it is still yours, acknowledge once more.
          [Acknowledge] [Can't take it] [Runbook]
        Siaga (silent): An alert fires again ([03:15]). If that goes on, this line counts it.
        Siaga (silent): @Agus, still yours? You are asked because an alert fires again. Without an answer escalation goes on [in 5 min].
          [Still on it]
        ");
        assert_snapshot!(s.card("INC-1").await, @"
        Siaga (silent):
          | INC-1 · SEV-3 · ACKNOWLEDGED
          | **Search answers in 2.4 s**
          | **Service** search (owner Platform)
          | **Started** [5 min ago] ([2 Mar 03:10])
          | **Alerts** 1 firing
          | **Flaps** fired again at [03:15]
          | **Commander** nobody yet: `/commander`
          | **Has it** Agus, since [5 min ago]
          | **Paged** Agus, [now]
          | **Room** #INC-1 Search answers in 2.4 s
          | **Links** [Runbook](https://wiki.example.com/search-latency) · [Dashboard](https://grafana.example.com/d/search) · [Source](https://prometheus.example.com/graph)
          | **Missing** the alert names no description
          [Update] [Resolve] [More] [Silence]
        ");
        assert!(s.direct("agus").await.contains("You have it, and an alert fires again. If it is still yours"));
        assert_eq!(s.bot().engine.totals().await.unwrap().incidents, 1);
    });
}

#[test]
fn resolving_asks_what_fixed_it_and_tells_everybody() {
    story(async |s| {
        s.checkout_breaks().await;
        s.budi().press("Acknowledge").await.done();
        s.checkout_recovers().await;
        s.advance(21).await;
        s.read_all().await;
        assert_snapshot!(s.budi().press("Resolve").await, @r#"
        form "Resolve INC-1"
          What fixed it?* (Rolled back 4.2)
        "#);
        assert_snapshot!(s.budi().fills(&[Some("rolled back 4.2")]).await, @"Siaga (private): Resolved after 21 minutes.");
        assert_snapshot!(s.news("room INC-1").await, @"
        Siaga (silent): Resolved after 21 minutes by Budi: rolled back 4.2. `/postmortem` is due [in 72 h].
          [Postmortem]
        ");
        assert_snapshot!(s.news("INC-1").await, @"Siaga (silent): Resolved after 21 minutes by Budi: rolled back 4.2. `/postmortem` is due [in 72 h].");
        assert_snapshot!(s.card("INC-1").await, @"
        Siaga (silent):
          | INC-1 · SEV-1 · RESOLVED
          | **Checkout errors 12 %**
          | **Service** checkout (owner Payments)
          | **Started** [21 min ago] ([2 Mar 03:10])
          | **Alerts** 1 resolved
          | **Has it** Budi
          | **Resolved** after 21 minutes by Budi: rolled back 4.2
          | **Room** #inc-1-checkout
          | **Links** Runbook Checkout errors · [Dashboard](https://grafana.example.com/d/checkout) · [Source](https://prometheus.example.com/graph)
          | **Missing** the alert names no description
          [More]
        ");
        assert_snapshot!(s.channel("#incident-status").await, @"
        Siaga (silent):
          | INC-1 Checkout errors 12 %
          | **State** SEV-1, resolved. Ended [03:31].
          | **Service** checkout
          | **Since** [21 min ago]
          | **Resolved** after 21 minutes by Budi: rolled back 4.2
          | **Follow** #INC-1 Checkout errors 12 %
          | INC-1 status
        Siaga (silent): INC-1 resolved after 21 minutes: rolled back 4.2.
        ");
        s.advance(60).await;
        assert_snapshot!(s.phone("rina").await, @"(quiet)");
    });
}

#[test]
fn resolving_while_alerts_fire_warns_before_and_after() {
    story(async |s| {
        s.checkout_breaks().await;
        s.alert("checkout").critical().numbered(2).saying("Payment gateway times out").fires().await;
        s.read_all().await;
        assert_snapshot!(s.budi().slash_in("room INC-1", "/resolve", json!({})).await, @r#"
        form "Resolve INC-1"
          What fixed it? 2 alerts still fire* (Rolled back 4.2)
        "#);
        assert_snapshot!(s.budi().fills(&[Some("they fixed the gateway")]).await, @"Siaga (private): Resolved after 0 seconds. 2 alerts still fire: they open this again after 1 hour, unless their end comes.");
        assert_snapshot!(s.budi().slash_in("room INC-1", "/resolve", json!({})).await, @"Siaga (private): INC-1 is already resolved. If it happens again, `/incident open` opens a new one.");
        s.read_all().await;
        // The alerts end later; nobody is troubled again.
        s.checkout_recovers().await;
        assert_snapshot!(s.news("room INC-1").await, @"(nothing)");
    });
}
