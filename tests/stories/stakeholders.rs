//! People who do not work on it know what is going on.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use domain::setup::StatusLines;
use insta::assert_snapshot;
use serde_json::json;

use crate::harness::{story, story_with};

#[test]
fn an_update_reaches_the_thread_the_status_channel_and_the_card() {
    story(async |s| {
        s.checkout_breaks().await;
        s.budi().press("Acknowledge").await.done();
        s.read_all().await;
        assert_snapshot!(s.budi().press("Update").await, @r#"
        form "Update INC-1"
          What we know*
          What we do*
          Next update (30 (minutes), 2h, 14:00, tomorrow morning; empty: none is promised) = 30
        "#);
        let told =
            s.budi().fills(&[Some("payments fail for most customers"), Some("rolling back 4.2"), Some("45m")]).await;
        assert_snapshot!(told, @"
        Siaga (private): Update 1 is posted. The next one is due [in 45 min].
          [Impact is over]
        ");
        assert_snapshot!(s.news("INC-1").await, @"Siaga (silent): Update 1 · Budi · We know: payments fail for most customers. We do: rolling back 4.2. Next update [in 45 min].");
        assert_snapshot!(s.channel("#incident-status").await, @r"
        Siaga (silent):
          | INC-1 Checkout errors 12 %
          | **State** SEV-1, open. Budi works on it.
          | **Service** checkout
          | **Since** [now]
          | **Last update** [now]: payments fail for most customers. We do: rolling back 4.2.
          | **Next update** [in 45 min]
          | **Follow** #INC-1 Checkout errors 12 %
          | INC-1 status
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
          | **Updates** 1 · last [now] · next [in 45 min]
          | **Room** #inc-1-checkout
          | **Links** Runbook Checkout errors · [Dashboard](https://grafana.example.com/d/checkout) · [Source](https://prometheus.example.com/graph)
          | **Missing** the alert names no description
          [Update] [Resolve] [More] [Silence]
        ");
        s.slash_update_again().await;
        s.read_all().await;
    });
}

impl crate::harness::Story {
    /// The second form remembers what is known.
    async fn slash_update_again(&self) {
        self.advance(5).await;
        assert_snapshot!(self.budi().slash_in("room INC-1", "/update", json!({})).await, @r#"
        form "Update INC-1"
          What we know* = payments fail for most customers
          What we do*
          Next update (30 (minutes), 2h, 14:00, tomorrow morning; empty: none is promised) = 30
        "#);
        let told = self.budi().fills(&[None, Some("watching"), Some("soon")]).await;
        assert_snapshot!(told, @r#"
        Siaga (private):
          "soon" can mean more than one time. Say when: `30m`, `2h`, `15:00` or `tomorrow 09:00`.
          | What you typed: What we know
          | ```
          | payments fail for most customers
          | ```
          | What you typed: What we do
          | ```
          | watching
          | ```
          | What you typed: Next update
          | ```
          | soon
          | ```
          [Edit again]
        "#);
    }
}

#[test]
fn an_update_that_was_promised_and_does_not_come_reminds_whoever_commands() {
    story(async |s| {
        s.checkout_breaks().await;
        s.budi().press("Acknowledge").await.done();
        s.rina().slash_in("room INC-1", "/commander", json!({})).await.done();
        s.budi().press("Update").await.done();
        s.budi().fills(&[Some("payments fail"), Some("rolling back"), Some("10")]).await.done();
        s.advance(9).await;
        s.read_all().await;
        s.advance(1).await;
        assert_snapshot!(s.news("room INC-1").await, @"Siaga: @Rina, the promised update is due. `/update` writes it.");
        assert_snapshot!(s.phone("rina").await, @"rings #inc-1-checkout: @Rina, the promised update is due. `/update` writes it.");
        s.advance(5).await;
        assert_snapshot!(s.news("room INC-1").await, @"(nothing)");
    });
}

#[test]
fn following_puts_the_thread_into_ones_list_and_pages_nobody() {
    story(async |s| {
        s.checkout_breaks().await;
        s.read_all().await;
        assert_snapshot!(s.sari().slash("/follow", json!({ "incident": "INC-1" })).await, @"Siaga (private): You follow INC-1: its thread is in your list. `/follow stop:True` ends it.");
        assert_snapshot!(s.thread("INC-1").await, @"
        Siaga: (its card)
        Siaga (silent): What is known: Checkout errors 12 %. SEV-1, since [now].
          Service: checkout (owner Payments)
          Budi is being paged. Updates follow here.
        ");
        s.rina().slash_in("room INC-1", "/ack", json!({})).await.done();
        assert_snapshot!(s.phone("sari").await, @"(quiet)");
        assert_snapshot!(s.sari().slash("/follow", json!({ "incident": "INC-1", "stop": true })).await, @"Siaga (private): You no longer follow INC-1.");
        assert_snapshot!(s.news("INC-1").await, @"(nothing)");
        s.read_all().await;
    });
}

/// Ten incidents that somebody has, in the order of their numbers.
async fn ten(s: &crate::harness::Story) {
    for number in 0..10 {
        s.alert(&format!("shop{number}")).warning().saying(&format!("Shop {number} is slow")).fires().await;
    }
}

#[test]
fn ten_incidents_with_two_updates_each_are_twenty_messages_in_the_status_channel() {
    story(async |s| {
        ten(s).await;
        for number in 1..=10 {
            let incident = json!({ "incident": format!("INC-{number}") });
            for know in ["orders are slow", "it is the cache"] {
                s.agus().slash("/update", incident.clone()).await.done();
                s.agus().fills(&[Some(know), Some("restarting it"), Some("30")]).await.done();
            }
            s.agus().slash("/resolve", incident).await.done();
            s.agus().fills(&[Some("restarted the cache")]).await.done();
        }
        s.settled().await;
        assert_eq!(s.count("#incident-status", "INC-").await, 20);
        assert_eq!(s.count("#incident-status", "restarted the cache").await, 20, "each message, and each line");
        assert_snapshot!(s.channel("#incident-status").await.lines().filter(|line| line.contains("INC-7")).collect::<Vec<_>>().join("\n"), @"
          | INC-7 Shop 6 is slow
          | **Follow** #INC-7 Shop 6 is slow
          | INC-7 status
        Siaga (silent): INC-7 resolved after 0 seconds: restarted the cache.
        ");
        s.read_all().await;
    });
}

#[test]
fn what_is_merged_or_was_none_never_reads_as_resolved() {
    story(async |s| {
        s.checkout_breaks().await;
        s.alert("orders").critical().saying("Orders fail").fires().await;
        s.alert("login").critical().saying("Login fails").fires().await;
        s.read_all().await;
        let asked = s.budi().slash("/incident merge", json!({ "incident": "INC-2", "into": "INC-1" })).await;
        s.budi().sure(asked).await.done();
        s.settled().await;
        s.budi().slash("/triage", json!({ "incident": "INC-3" })).await.done();
        s.budi().press("Not an incident").await.done();
        s.budi().fills(&[Some("it was a load test")]).await.done();
        s.settled().await;
        assert_snapshot!(s.channel("#incident-status").await, @"
        Siaga (silent):
          | INC-1 Checkout errors 12 %
          | **State** SEV-1, open. People are being called.
          | **Service** checkout
          | **Since** [now]
          | **Next update** not promised
          | **Follow** #INC-1 Checkout errors 12 %
          | INC-1 status
        Siaga (silent):
          | INC-2 Orders fail
          | **State** Continues as INC-1. Ended [03:10].
          | **Service** orders
          | **Since** [now]
          | **Follow** #INC-1 Checkout errors 12 %
          | INC-2 status
        Siaga (silent):
          | INC-3 Login fails
          | **State** Was a false alarm. Ended [03:10].
          | **Service** login
          | **Since** [now]
          | **Follow** #INC-3 Login fails
          | INC-3 status
        Siaga (silent): INC-2 continues as INC-1.
        Siaga (silent): INC-3 was a false alarm.
        ");
        s.read_all().await;
    });
}

#[test]
fn an_update_that_is_overdue_is_said_where_stakeholders_read() {
    story(async |s| {
        s.checkout_breaks().await;
        s.budi().press("Acknowledge").await.done();
        s.budi().press("Update").await.done();
        s.budi().fills(&[Some("payments fail"), Some("rolling back"), Some("10")]).await.done();
        s.advance(22).await;
        assert_snapshot!(s.channel("#incident-status").await, @"
        Siaga (silent):
          | INC-1 Checkout errors 12 %
          | **State** SEV-1, open. Budi works on it.
          | **Service** checkout
          | **Since** [22 min ago]
          | **Last update** [22 min ago]: payments fail. We do: rolling back.
          | **Next update** overdue: it was due [12 min ago]
          | **Follow** #INC-1 Checkout errors 12 %
          | INC-1 status
        ");
        s.budi().slash("/update", json!({ "incident": "INC-1" })).await.done();
        s.budi().fills(&[None, Some("watching"), Some("30")]).await.done();
        s.settled().await;
        s.read_all().await;
        // What was promised is not promised any more by what stands.
        s.budi().slash("/resolve", json!({ "incident": "INC-1" })).await.done();
        s.budi().fills(&[Some("rolled back 4.2")]).await.done();
        s.settled().await;
        assert_snapshot!(s.thread("INC-1").await, @"
        Siaga: (its card)
        Siaga (silent): What is known: Checkout errors 12 %. SEV-1, since [22 min ago].
          Service: checkout (owner Payments)
          Budi is being paged. Updates follow here.
        Siaga (silent): Update 1 · Budi · We know: payments fail. We do: rolling back. Next update [12 min ago].
        Siaga (silent): Update 2 · Budi · We know: payments fail. We do: watching.
        Siaga (silent): Resolved after 22 minutes by Budi: rolled back 4.2. `/postmortem` is due [in 72 h].
        ");
        assert_snapshot!(s.channel("#incident-status").await, @"
        Siaga (silent):
          | INC-1 Checkout errors 12 %
          | **State** SEV-1, resolved. Ended [03:32].
          | **Service** checkout
          | **Since** [22 min ago]
          | **Last update** [now]: payments fail. We do: watching.
          | **Resolved** after 22 minutes by Budi: rolled back 4.2
          | **Follow** #INC-1 Checkout errors 12 %
          | INC-1 status
        Siaga (silent): INC-1 resolved after 22 minutes: rolled back 4.2.
        ");
        s.slash_reopens().await;
        s.read_all().await;
    });
}

impl crate::harness::Story {
    async fn slash_reopens(&self) {
        self.budi().slash("/incident reopen", json!({ "incident": "INC-1", "reason": "it fails again" })).await.done();
        self.settled().await;
        assert_snapshot!(self.news("#incident-status").await, @"Siaga (silent): INC-1 is open again: it fails again.");
    }
}

#[test]
fn every_line_stands_in_the_status_channel_where_that_is_wanted() {
    story_with(
        |options| options.setup.discord.status_lines = StatusLines::All,
        async |s| {
            s.checkout_breaks().await;
            s.budi().press("Acknowledge").await.done();
            s.budi().press("Update").await.done();
            s.budi().fills(&[Some("payments fail"), Some("rolling back"), Some("10")]).await.done();
            s.advance(11).await;
            s.budi().slash("/mitigate", json!({ "incident": "INC-1", "how": "rolled back 4.2" })).await.done();
            s.budi().slash("/mitigate", json!({ "incident": "INC-1", "undo": true })).await.done();
            s.budi().slash("/resolve", json!({ "incident": "INC-1" })).await.done();
            s.budi().fills(&[Some("rolled back 4.1, too")]).await.done();
            s.settled().await;
            let lines = s.channel("#incident-status").await;
            assert_snapshot!(lines.lines().filter(|line| line.starts_with("Siaga (silent): INC")).collect::<Vec<_>>().join("\n"), @"
            Siaga (silent): INC-1 update 1: payments fail. We do: rolling back.
            Siaga (silent): INC-1: the promised update is overdue, it was due [1 min ago].
            Siaga (silent): INC-1: the impact is over, the cause is not fixed yet. What was done: rolled back 4.2.
            Siaga (silent): INC-1: the impact is not over after all.
            Siaga (silent): INC-1 resolved after 11 minutes: rolled back 4.1, too.
            ");
            s.read_all().await;
        },
    );
}

#[test]
fn the_thread_beside_a_channel_says_at_once_what_is_known() {
    story(async |s| {
        s.checkout_breaks().await;
        assert_snapshot!(s.thread("INC-1").await, @"
        Siaga: (its card)
        Siaga (silent): What is known: Checkout errors 12 %. SEV-1, since [now].
          Service: checkout (owner Payments)
          Budi is being paged. Updates follow here.
        ");
        s.read_all().await;
    });
}

#[test]
fn the_impact_is_over_and_the_cause_is_not() {
    story(async |s| {
        s.checkout_breaks().await;
        s.budi().press("Acknowledge").await.done();
        s.budi().press("Update").await.done();
        s.read_all().await;
        assert_snapshot!(s.budi().fills(&[Some("payments fail"), Some("rolling back"), Some("30")]).await, @"
        Siaga (private): Update 1 is posted. The next one is due [in 30 min].
          [Impact is over]
        ");
        assert_snapshot!(s.budi().press("Impact is over").await, @"
        Siaga (private): Stakeholders read that the impact of INC-1 is over and the cause is not fixed yet. It stays open: `/resolve` ends it.
          [Undo]
        ");
        s.settled().await;
        assert_snapshot!(s.news("room INC-1").await, @"
        Siaga (silent): Update 1 · Budi · We know: payments fail. We do: rolling back. Next update [in 30 min].
        Siaga (silent): Budi: the impact is over after 0 seconds. The cause is not fixed yet: the incident stays open.
        ");
        assert_snapshot!(s.channel("#incident-status").await, @"
        Siaga (silent):
          | INC-1 Checkout errors 12 %
          | **State** SEV-1, open. The impact is over, the cause is not fixed yet. Budi works on it.
          | **Service** checkout
          | **Since** [now]
          | **Last update** [now]: payments fail. We do: rolling back.
          | **Next update** [in 30 min]
          | **Impact over** [now] by Budi
          | **Follow** #INC-1 Checkout errors 12 %
          | INC-1 status
        ");
        assert_snapshot!(s.card("INC-1").await, @"
        Siaga (silent):
          | INC-1 · SEV-1 · MITIGATED
          | **Checkout errors 12 %**
          | **Service** checkout (owner Payments)
          | **Started** [now] ([2 Mar 03:10])
          | **Alerts** 1 firing
          | **Commander** nobody yet: `/commander`
          | **Has it** Budi, since [now]
          | **Updates** 1 · last [now] · next [in 30 min]
          | **Room** #inc-1-checkout
          | **Links** Runbook Checkout errors · [Dashboard](https://grafana.example.com/d/checkout) · [Source](https://prometheus.example.com/graph)
          | **Missing** the alert names no description
          [Update] [Resolve] [More] [Silence]
        ");
        assert_snapshot!(s.rina().slash("/mitigate", json!({ "incident": "INC-1" })).await, @"Siaga (private): Budi said [now] that the impact of INC-1 is over. `/mitigate undo:True` takes that back, `/resolve` ends the incident.");
        // The promise goes on, and nobody is called: somebody has it.
        s.advance(30).await;
        assert_snapshot!(s.news("room INC-1").await, @"
        Siaga: @Budi, are you still on it? Without an answer escalation goes on [in 5 min].
          [Still on it]
        Siaga: @Budi, the promised update is due. `/update` writes it.
        ");
        assert_snapshot!(s.phone("rina").await, @"(quiet)");
        s.read_all().await;
        // It was not over after all.
        assert_snapshot!(s.rina().slash("/mitigate", json!({ "incident": "INC-1", "undo": true })).await, @"Siaga (private): Taken back: stakeholders read that INC-1 is open as before.");
        s.settled().await;
        assert_snapshot!(s.news("INC-1").await, @"Siaga (silent): Rina: the impact is not over after all.");
        assert_snapshot!(s.rina().slash("/mitigate", json!({ "incident": "INC-1", "undo": true })).await, @"Siaga (private): Nobody says that the impact of INC-1 is over. `/mitigate` says so.");
        s.read_all().await;
    });
}

#[test]
fn whoever_says_that_the_impact_is_over_has_what_nobody_had_and_what_fires_after_a_calm_takes_it_back() {
    story(async |s| {
        s.checkout_breaks().await;
        assert_snapshot!(s.rina().slash("/mitigate", json!({ "incident": "INC-1", "how": "traffic goes elsewhere" })).await, @"
        Siaga (private): Stakeholders read that the impact of INC-1 is over and the cause is not fixed yet. It stays open: `/resolve` ends it. You have it.
          [Undo]
        ");
        s.settled().await;
        s.advance(6).await;
        assert_snapshot!(s.phone("agus").await, @"(quiet)");
        assert!(
            s.channel("#incident-status")
                .await
                .contains("The impact is over, the cause is not fixed yet. Rina works on it.")
        );
        s.checkout_recovers().await;
        s.advance(1).await;
        s.checkout_breaks().await;
        s.settled().await;
        let stands = s.channel("#incident-status").await;
        assert!(stands.contains("SEV-1, open. Rina works on it."), "{stands}");
        s.read_all().await;
    });
}

#[test]
fn whoever_follows_hears_of_it_as_they_chose() {
    story(async |s| {
        s.checkout_breaks().await;
        s.budi().press("Acknowledge").await.done();
        let follows = |how: &str| json!({ "incident": "INC-1", "notify": how });
        assert_snapshot!(s.sari().slash("/follow", follows("direct message: each update, and the end")).await, @"Siaga (private): You get a direct message with each update of INC-1, and when it ends. `/follow stop:True` ends it.");
        assert_snapshot!(s.agus().slash("/follow", follows("direct message: only the end")).await, @"Siaga (private): You get one direct message when INC-1 ends. `/follow stop:True` ends it.");
        s.budi().slash("/update", json!({ "incident": "INC-1" })).await.done();
        s.budi().fills(&[Some("payments fail"), Some("rolling back"), Some("30")]).await.done();
        s.settled().await;
        assert_snapshot!(s.direct("sari").await, @"
        Siaga: INC-1 update 1: payments fail. We do: rolling back.
          INC-1 Checkout errors 12 % #INC-1 Checkout errors 12 %
        ");
        assert_snapshot!(s.direct("agus").await, @"(nothing)");
        s.budi().slash("/resolve", json!({ "incident": "INC-1" })).await.done();
        s.budi().fills(&[Some("rolled back 4.2")]).await.done();
        s.settled().await;
        assert_snapshot!(s.direct("sari").await, @"
        Siaga: INC-1 update 1: payments fail. We do: rolling back.
          INC-1 Checkout errors 12 % #INC-1 Checkout errors 12 %
        Siaga: INC-1 resolved after 0 seconds: rolled back 4.2.
          INC-1 Checkout errors 12 % #INC-1 Checkout errors 12 %
        ");
        assert_snapshot!(s.direct("agus").await, @"
        Siaga: INC-1 resolved after 0 seconds: rolled back 4.2.
          INC-1 Checkout errors 12 % #INC-1 Checkout errors 12 %
        ");
        assert_snapshot!(s.phone("sari").await, @"
        rings DM: INC-1 update 1: payments fail. We do: rolling back.
        rings DM: INC-1 resolved after 0 seconds: rolled back 4.2.
        ");
        s.read_all().await;
    });
}

#[test]
fn whoever_follows_and_takes_no_direct_messages_is_addressed_in_the_thread_and_who_left_hears_nothing() {
    story(async |s| {
        s.checkout_breaks().await;
        s.budi().press("Acknowledge").await.done();
        let follows = json!({ "incident": "INC-1", "notify": "direct message: only the end" });
        s.sari().slash("/follow", follows.clone()).await.done();
        s.agus().slash("/follow", follows).await.done();
        s.sari().closes_direct_messages().await;
        s.goes_away("agus").await;
        s.settled().await;
        s.read_all().await;
        s.budi().slash("/resolve", json!({ "incident": "INC-1" })).await.done();
        s.budi().fills(&[Some("rolled back 4.2")]).await.done();
        s.settled().await;
        assert_snapshot!(s.news("INC-1").await, @"
        Siaga: @Sari INC-1 resolved after 0 seconds: rolled back 4.2.
          INC-1 Checkout errors 12 % #INC-1 Checkout errors 12 %
        Siaga (silent): Resolved after 0 seconds by Budi: rolled back 4.2. `/postmortem` is due [in 72 h].
        ");
        assert_snapshot!(s.direct("agus").await, @"(nothing)");
        s.read_all().await;
    });
}
