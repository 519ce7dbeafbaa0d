//! People who do not work on it know what is going on.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use insta::assert_snapshot;
use serde_json::json;

use crate::harness::story;

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
          Next update in (minutes) (30, 45m or 2h; empty: none is promised) = 30
        "#);
        let told =
            s.budi().fills(&[Some("payments fail for most customers"), Some("rolling back 4.2"), Some("45m")]).await;
        assert_snapshot!(told, @"Siaga (private): Update 1 is posted. The next one is due [in 45 min].");
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
        Siaga (silent): SEV-1 INC-1 Checkout errors 12 % #INC-1 Checkout errors 12 %: Update 1 · Budi · We know: payments fail for most customers. We do: rolling back 4.2. Next update [in 45 min].
        ");
        assert_snapshot!(s.card("INC-1").await, @"
        Siaga (silent, pinned):
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
          Next update in (minutes) (30, 45m or 2h; empty: none is promised) = 30
        "#);
        let told = self.budi().fills(&[None, Some("watching"), Some("soon")]).await;
        assert_snapshot!(told, @r#"Siaga (private): "soon" is not a duration. Write minutes, like `30`, or `45m`, `2h`."#);
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
        assert_snapshot!(s.thread("INC-1").await, @"Siaga: (its card)");
        s.rina().slash_in("room INC-1", "/ack", json!({})).await.done();
        assert_snapshot!(s.phone("sari").await, @"(quiet)");
        assert_snapshot!(s.sari().slash("/follow", json!({ "incident": "INC-1", "stop": true })).await, @"Siaga (private): You no longer follow INC-1.");
        assert_snapshot!(s.news("INC-1").await, @"(nothing)");
        s.read_all().await;
    });
}
