//! People correct what is wrong: title, impact and service; who has an action item, what it is and until when; and messages are kept in
//! the timeline from anywhere.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use std::time::Duration;

use insta::assert_snapshot;
use serde_json::json;

use crate::harness::{Story, story};

const ROOM: &str = "room INC-1";
const OWNER: &str = "Owner: choose somebody";
const ITEMS: &str = "Action items: change, tick off, delete";

#[test]
fn title_impact_and_service_are_corrected_and_nobody_is_paged() {
    story(async |s| {
        s.search_is_slow().await;
        s.agus().press("Acknowledge").await.done();
        s.read_all().await;
        assert_snapshot!(s.agus().slash_in("INC-1", "/incident edit", json!({})).await, @r#"
        form "Edit INC-1"
          Title* = Search answers in 2.4 s
          Impact: who is affected, and how
          Service (Its name in the configuration; changing it pages nobody) = search
        "#);
        let texts = [Some("Search finds nothing"), Some("Customers see empty lists"), Some("checkout")];
        assert_snapshot!(s.agus().fills(&texts).await, @"Siaga (private): INC-1 is corrected. Its escalation goes on as it was; `/page` reaches whoever owns the service now.");
        assert_snapshot!(s.news("INC-1").await, @"Siaga (silent): Agus corrected: Title: Search finds nothing. Impact: Customers see empty lists. Service: checkout (owner Payments).");
        let card = s.everything().await;
        assert!(card.contains("Search finds nothing") && card.contains("Customers see empty lists"), "{card}");
        assert_snapshot!(s.phone("budi").await, @"(quiet)");
        // The alert says its own words again: what a person wrote stays.
        s.search_is_slow().await;
        s.agus().slash_in("INC-1", "/incident edit", json!({})).await.done();
        assert_snapshot!(s.agus().fills(&[None, None, None]).await, @"
        Siaga (private):
          Nothing was changed: INC-1 says all of that already.
          | What you typed: Title
          | ```
          | Search finds nothing
          | ```
          | What you typed: Impact: who is affected, and how
          | ```
          | Customers see empty lists
          | ```
          | What you typed: Service
          | ```
          | checkout
          | ```
          [Edit again]
        ");
        s.agus().slash_in("INC-1", "/incident edit", json!({})).await.done();
        assert_snapshot!(s.agus().fills(&[None, None, Some("the moon")]).await, @"
        Siaga (private):
          No service is called the moon. `/incident open` knows checkout, login, search, orders, database.
          | What you typed: Title
          | ```
          | Search finds nothing
          | ```
          | What you typed: Impact: who is affected, and how
          | ```
          | Customers see empty lists
          | ```
          | What you typed: Service
          | ```
          | the moon
          | ```
          [Edit again]
        ");
        s.read_all().await;
    });
}

/// Checkout was rolled back; there is work left.
async fn with_an_item(s: &Story) {
    s.checkout_breaks().await;
    s.budi().press("Acknowledge").await.done();
    s.budi().slash_in(ROOM, "/resolve", json!({})).await.done();
    s.budi().fills(&[Some("rolled back")]).await.done();
    s.budi().press_in(ROOM, "Postmortem").await.done();
    s.budi().press_in(ROOM, "Add action item").await.done();
    s.budi().fills(&[Some("Alert before a key ends"), Some("in 3 days")]).await.done();
}

#[test]
fn an_action_item_gets_an_owner_who_is_reminded_in_the_morning_before_and_on_the_day() {
    story(async |s| {
        with_an_item(s).await;
        assert_snapshot!(s.budi().picks(ROOM, OWNER, "rina").await, @"
        Siaga (private):
          Action item 1 of INC-1 is changed.
          | Action item 1 of INC-1: Alert before a key ends. Owner: Rina, due 2026-03-05. The owner is reminded by direct message the day before and on the day.
          [Done] [Edit] [Delete] [Back]
        ");
        s.read_all().await;
        // Until the morning before it is due nothing comes.
        s.pass(Duration::from_secs(40 * 3_600)).await;
        s.read_all().await;
        s.pass(Duration::from_secs(24 * 3_600)).await;
        assert_snapshot!(s.direct("rina").await, @"
        Siaga (silent): Budi gave you an action item of INC-1 Checkout errors 12 %: Alert before a key ends. Due 2026-03-05. `/postmortem` changes it or ticks it off.
        Siaga: SEV-1 INC-1 Checkout errors 12 %. Tap to answer.
          Why you: step 1 of the policy payments.
          First: check payment-gateway.
          Room: https://discord.com/channels/guild/#inc-1-checkout
          [Acknowledge] [Can't take it] [Runbook]
        Siaga: SEV-1 INC-1 Checkout errors 12 %. Tap to answer.
          Why you: step 2 of the policy payments.
          First: check payment-gateway.
          Room: https://discord.com/channels/guild/#inc-1-checkout
          [Acknowledge] [Can't take it] [Runbook]
        Siaga (silent): Due tomorrow, from INC-1 Checkout errors 12 %: Alert before a key ends. `/postmortem` ticks it off.
        ");
        s.pass(Duration::from_secs(24 * 3_600)).await;
        assert_snapshot!(s.direct("rina").await, @"
        Siaga (silent): Budi gave you an action item of INC-1 Checkout errors 12 %: Alert before a key ends. Due 2026-03-05. `/postmortem` changes it or ticks it off.
        Siaga: SEV-1 INC-1 Checkout errors 12 %. Tap to answer.
          Why you: step 1 of the policy payments.
          First: check payment-gateway.
          Room: https://discord.com/channels/guild/#inc-1-checkout
          [Acknowledge] [Can't take it] [Runbook]
        Siaga: SEV-1 INC-1 Checkout errors 12 %. Tap to answer.
          Why you: step 2 of the policy payments.
          First: check payment-gateway.
          Room: https://discord.com/channels/guild/#inc-1-checkout
          [Acknowledge] [Can't take it] [Runbook]
        Siaga (silent): Due tomorrow, from INC-1 Checkout errors 12 %: Alert before a key ends. `/postmortem` ticks it off.
        Siaga (silent): Due today, from INC-1 Checkout errors 12 %: Alert before a key ends. `/postmortem` ticks it off.
        ");
        s.read_all().await;
        // Done: nobody is reminded of it after the day.
        s.rina().slash_in(ROOM, "/postmortem", json!({})).await.done();
        s.rina().chooses(ROOM, ITEMS, &["1. Alert before a key ends"]).await.done();
        s.rina().press_in(ROOM, "Done").await.done();
        s.pass(Duration::from_secs(48 * 3_600)).await;
        let later = s.everything().await;
        assert!(!later.contains("Action item 1 is due"), "{later}");
        s.read_all().await;
    });
}

#[test]
fn an_action_item_is_changed_and_deleted() {
    story(async |s| {
        with_an_item(s).await;
        assert_snapshot!(s.budi().press_in(ROOM, "Edit").await, @r#"
        form "Action item of INC-1"
          What to do* = Alert before a key ends
          Due date* (2026-12-31, Friday or in 2 weeks) = 2026-03-05
        "#);
        assert_snapshot!(s.budi().fills(&[Some("Alert 14 days before a key ends"), Some("Friday")]).await, @"
        Siaga (private):
          Action item 1 of INC-1 is changed.
          | Action item 1 of INC-1: Alert 14 days before a key ends. Owner: Budi, due 2026-03-06. The owner is reminded by direct message the day before and on the day.
          [Done] [Edit] [Delete] [Back]
        ");
        assert_snapshot!(s.budi().press_in(ROOM, "Delete").await, @"
        Siaga (private):
          | Action item 1 of INC-1: Alert 14 days before a key ends. Owner: Budi, due 2026-03-06. The owner is reminded by direct message the day before and on the day.
          [Done] [Edit] [Delete it] [Back]
        ");
        let page = s.budi().press_in(ROOM, "Delete it").await.to_string();
        assert!(
            page.contains("Action item 1 of INC-1 is deleted.") && page.contains("**Action items** missing"),
            "{page}"
        );
        // Its number is not given again.
        s.budi().press_in(ROOM, "Add action item").await.done();
        let second = s.budi().fills(&[Some("Write it down"), Some("besok")]).await.to_string();
        assert!(second.contains("Action item 2 of INC-1 is noted."), "{second}");
        s.read_all().await;
    });
}

#[test]
fn a_message_of_any_channel_is_kept_in_the_timeline_that_is_chosen() {
    story(async |s| {
        s.search_is_slow().await;
        s.checkout_breaks().await;
        let rina = s.id_of("rina").await;
        let line = s.sari().says("#general", &format!("<@{rina}> search finds nothing since 03:00, see <#1>")).await;
        s.read_all().await;
        assert_snapshot!(s.agus().menu("Add to timeline", "#general", &line).await, @"
        Siaga (private):
          Which incident does this belong to?
          | ```
          | Sari: @Rina search finds nothing since 03:00, see #unknown
          | ```
          {Choose an incident: INC-2 · SEV-1 · Checkout errors 12 % · INC-1 · SEV-3 · Search answers in 2.4 s}
        ");
        assert_snapshot!(s.agus().choose_in("Choose an incident", "INC-1").await, @"Siaga (private): Noted in the timeline of INC-1.");
        assert_snapshot!(s.news("INC-1").await, @r"Siaga (silent): Note by Agus: Sari: \@Rina search finds nothing since 03:00, see #unknown ([message](https://discord.com/channels/guild/#general/[id]))");
        s.read_all().await;
    });
}
