//! Lines of chat become alerts: people are asked first, machines are believed, we never listen to ourselves.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use insta::assert_snapshot;
use serde_json::json;

use crate::harness::{CONFIG, setup_of, story, story_with};

#[test]
fn a_line_of_a_person_asks_first_and_opens_with_one_tap() {
    story(async |s| {
        s.sari().says("#support", "Checkout is down, twelve tickets").await;
        assert_snapshot!(s.news("#support").await, @r#"
        Sari: Checkout is down, twelve tickets
        Siaga (silent, reply to "Checkout is down, twelve tickets"): Is this an incident? It would be called: Users report Checkout trouble
          [Open incident] [Not an incident]
        "#);
        assert_snapshot!(s.phone("sari").await, @"(quiet)");
        assert_snapshot!(s.budi().press("Open incident").await, @"Siaga (private): INC-1 is open as SEV-4. Nobody is paged; `/page` calls somebody.");
        assert_snapshot!(s.channel("#support").await, @r#"
        Sari: Checkout is down, twelve tickets
        Siaga (silent, reply to "Checkout is down, twelve tickets"): Budi opened INC-1.
        "#);
        assert_snapshot!(s.channel("#incidents").await, @"
        Siaga (silent): INC-1 · SEV-4 · TRIGGERED · Users report Checkout trouble · Checkout · [now]
          [Open a room] [Triage] [Silence]
        ");
    });
}

#[test]
fn a_declined_question_is_closed_and_opens_nothing() {
    story(async |s| {
        s.sari().says("#support", "login shows an error again").await;
        assert_snapshot!(s.budi().press("Not an incident").await, @"Siaga (private): Not an incident. The question is settled; nothing was opened.");
        assert_snapshot!(s.channel("#support").await, @r#"
        Sari: login shows an error again
        Siaga (silent, reply to "login shows an error again"): Not an incident, says Budi.
        "#);
        assert_eq!(s.bot().engine.totals().await.unwrap().incidents, 0);
    });
}

#[test]
fn a_line_that_no_rule_matches_is_left_alone() {
    story(async |s| {
        s.sari().says("#support", "good morning").await;
        s.sari().says("#general", "Checkout is down").await;
        s.sari().says("#support", "how do I log in?").await;
        assert_eq!(s.bot().engine.totals().await.unwrap().accepted, 0);
    });
}

#[test]
fn another_bots_lines_open_and_end_an_incident() {
    story(async |s| {
        s.machine_posts("shop-monitor", "#sre", &json!({ "content": "FIRING: stock service slow" })).await;
        assert_snapshot!(s.card("INC-1").await, @"
        Siaga (silent, pinned):
          | INC-1 · SEV-3 · TRIGGERED
          | **stock service slow**
          | **Started** [now] ([2 Mar 03:10])
          | **Alerts** 1 firing
          | **Commander** nobody yet: `/commander`
          | **Paged** Agus, [now] · next Dewi [in 5 min]
          [Acknowledge] [Can't take it] [Runbook] [Triage] [Silence]
        ");
        assert_snapshot!(s.thread("INC-1").await, @r"
        Siaga: @Agus SEV-3 INC-1 stock service slow. Tap to answer.
          [Acknowledge] [Can't take it] [Runbook]
        Siaga: (its card)
        Siaga (silent): Why: the integration shop-monitor says so, siaga.toml:[line].
        ");
        s.machine_posts("shop-monitor", "#sre", &json!({ "content": "FIRING: stock service slow" })).await;
        assert_eq!(s.bot().engine.totals().await.unwrap().incidents, 1);
        s.agus().press("Acknowledge").await.done();
        s.read_all().await;
        s.machine_posts("shop-monitor", "#sre", &json!({ "content": "RESOLVED: stock service slow" })).await;
        assert_snapshot!(s.news("INC-1").await, @r"
        Siaga (silent): All alerts resolved. It stays open until somebody resolves it.
          [Resolve] [Keep open]
        ");
    });
}

#[test]
fn the_embed_of_another_bot_is_read_like_its_text() {
    story(async |s| {
        let embed = json!({ "embeds": [{ "title": "FIRING: mail queue grows", "description": "4,000 wait", "url": "https://mail.example.com" }] });
        s.machine_posts("shop-monitor", "#sre", &embed).await;
        assert_snapshot!(s.card("INC-1").await, @"
        Siaga (silent, pinned):
          | INC-1 · SEV-3 · TRIGGERED
          | **mail queue grows**
          | **Started** [now] ([2 Mar 03:10])
          | **Alerts** 1 firing
          | **Commander** nobody yet: `/commander`
          | **Paged** Agus, [now] · next Dewi [in 5 min]
          | **Links** [Source](https://mail.example.com)
          [Acknowledge] [Can't take it] [Runbook] [Triage] [Silence]
        ");
        s.read_all().await;
    });
}

/// A rule that would match nearly everything we say about checkout, in all places where we say it.
fn listening_everywhere() -> String {
    let places = r##"["#sre", "#incidents", "#incident-status", "#sre-ops", "#inc-1-checkout"]"##;
    CONFIG
        .replace(r##"channels = ["#sre"]"##, &format!("channels = {places}"))
        .replace("match = '^(?P<status>FIRING|RESOLVED): (?P<title>.+)$'", "match = '(?i)(?P<title>.*checkout.*)'")
        .replace("resolved = [\"resolved\"]", "")
}

#[test]
fn what_we_say_ourselves_and_what_is_said_in_rooms_is_never_a_source() {
    story_with(
        |options| options.setup = setup_of(&listening_everywhere()),
        async |s| {
            s.checkout_breaks().await;
            // The loud end is said in a watched channel.
            s.advance(25).await;
            s.budi().says("INC-1", "checkout is still down").await;
            s.budi().says("room INC-1", "checkout is still down").await;
            s.budi().says("#incidents", "checkout is still down").await;
            s.bot().engine.tell_operators("checkout is mentioned".to_owned());
            s.until("the operators are told", async || s.channel("#sre-ops").await.contains("checkout")).await;
            s.settled().await;
            // This one counts, and shows that all before it have been heard.
            s.budi().says("#sre", "checkout of the old shop is down").await;
            let totals = s.bot().engine.totals().await.unwrap();
            assert_eq!((totals.accepted, totals.incidents), (2, 2));
            s.read_all().await;
        },
    );
}
