//! Purpose: Discord says "not so fast", in each of its ways: nothing is lost or doubled, only what is limited waits, and a page
//! that waits is asked once more whether anybody wants it.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use std::time::Duration;

use insta::assert_snapshot;
use serde_json::{Value, json};

use super::MESSAGES;
use crate::harness::{Story, story, story_with};

/// The incident as it must look whatever was refused on the way.
async fn all_is_there(s: &Story) {
    assert_eq!(s.rooms().await, ["INC-1 Search answers in 2.4 s"]);
    assert_eq!(s.count("#incidents", "INC-1 · SEV-3").await, 1);
    assert_eq!(s.count("INC-1", "Opened because ").await, 1);
    let rings = s.phone("agus").await;
    assert_eq!(rings.matches(": @Agus SEV-3 INC-1").count(), 1, "{rings}");
    assert_eq!(rings.matches("rings DM: SEV-3 INC-1").count(), 1, "{rings}");
    assert_eq!(rings.lines().count(), 2, "{rings}");
    s.agus().press("Acknowledge").await.done();
    assert_eq!(s.count("INC-1", "Agus acknowledged").await, 1);
    s.read_all().await;
}

fn limited(scope: &str, route: &str) -> Value {
    json!({ "bot": "siaga", "method": "POST", "route": route, "do": "status", "status": 429, "retry_after": 0.3, "scope": scope, "count": 2 })
}

#[test]
fn a_limit_of_the_bots_own_delays_what_it_concerns_and_loses_nothing() {
    story(async |s| {
        for route in [MESSAGES, "/channels/{channel_id}/messages/{message_id}/threads", "/users/@me/channels"] {
            s.fault(&limited("user", route)).await;
        }
        s.search_is_slow().await;
        assert!(s.calls_refused().await >= 3);
        all_is_there(s).await;
    });
}

#[test]
fn a_limit_that_is_shared_with_others_delays_what_it_concerns_and_loses_nothing() {
    story(async |s| {
        for route in [MESSAGES, "/channels/{channel_id}/messages/{message_id}/threads", "/users/@me/channels"] {
            s.fault(&limited("shared", route)).await;
        }
        s.search_is_slow().await;
        assert!(s.calls_refused().await >= 3);
        all_is_there(s).await;
    });
}

/// Five messages in five seconds are let into a channel: without a place left over, the card would be the sixth.
#[test]
fn lines_of_alerts_that_page_nobody_leave_a_place_for_the_card_of_one_that_does() {
    story(async |s| {
        for service in ["mail", "maps", "news", "pets", "quiz", "rent", "seas", "taxi"] {
            s.alert(service).saying(&format!("{service} is slower")).sent("firing").await;
        }
        s.until("some lines stand there", async || s.count("#incidents", "is slower").await >= 3).await;
        s.alert("search").warning().fires().await;
        let (lines, card) =
            (s.positions("#incidents", "is slower").await, s.positions("#incidents", "INC-9 · SEV-3").await);
        // Three lines in each window, and the card in the first or, on a slow machine, the second.
        assert_eq!(lines.len(), 8);
        assert!([vec![3], vec![6]].contains(&card), "{card:?} among {lines:?}");
        s.read_all().await;
    });
}

/// Discord takes five messages in five seconds in a channel, so what stakeholders read of three hundred incidents takes five minutes,
/// and so do their cards. Nobody who works in a room waits for any of it.
#[test]
fn hundreds_of_messages_for_the_channel_that_all_incidents_share_hold_up_no_room() {
    story_with(
        |options| {
            let every = Some(Duration::from_secs(3_600));
            options.setup.severities.values_mut().for_each(|plan| plan.update_every = every);
        },
        async |s| {
            s.checkout_breaks().await;
            let many: Vec<_> =
                (0..300).map(|number| s.alert(&format!("shop{number}")).warning().wire("firing")).collect();
            assert_eq!(s.post_intake(&crate::harness::alert::payload("firing", &many)).await.0, 202);
            s.until("stakeholders read of some", async || s.count("#incident-status", "INC-").await > 10).await;
            let room = s.place("budi", "room INC-1").await;
            for note in ["first", "second", "third"] {
                let began = std::time::Instant::now();
                let options = json!({ "incident": "INC-1", "text": note });
                let body = json!({ "channel": room, "command": "note", "options": options });
                s.control.interact("/people/budi/slash", &body).await;
                s.until("it stands in the room", async || s.count("room INC-1", &format!(": {note}")).await == 1).await;
                assert!(began.elapsed() < Duration::from_secs(5), "a note came after {:?}", began.elapsed());
            }
            let told = s.count("#incident-status", "INC-").await;
            assert!(told < 100, "{told} of 300 are told: nothing was waiting");
            s.stop_bot().await;
            s.read_all().await;
        },
    );
}

#[test]
fn a_global_limit_stops_everything_for_its_time_and_pages_go_first_afterwards() {
    story(async |s| {
        s.fault(&json!({ "bot": "siaga", "do": "status", "status": 429, "retry_after": 0.7, "scope": "global" })).await;
        s.search_is_slow().await;
        assert_eq!(s.calls_refused().await, 1, "the first 429 stops all others");
        all_is_there(s).await;
    });
}

#[test]
fn a_hidden_limit_holds_back_only_what_it_is_about() {
    story(async |s| {
        s.checkout_breaks().await;
        s.budi().press("Acknowledge").await.done();
        // Discord lets a card that is older than an hour be edited three times in six seconds, and its headers do not say so.
        s.pass(Duration::from_secs(62 * 60)).await;
        s.read_all().await;
        for number in 2..9 {
            s.alert("checkout").critical().numbered(number).sent("firing").await;
            s.until("it is decided", async || s.bot().engine.totals().await.unwrap().undecided == 0).await;
        }
        s.settled().await;
        assert!(s.calls_refused().await <= 2, "each window of a hidden limit is run into once at most");
        assert!(s.card("INC-1").await.contains("8 firing"), "{}", s.card("INC-1").await);
        s.read_all().await;
    });
}

#[test]
fn a_page_that_waited_on_its_way_is_not_sent_when_it_was_answered_meanwhile() {
    story(async |s| {
        // The attempt has begun and waits for the way to Agus, while he answers in the room.
        let fault = s
            .fault(&json!({ "method": "POST", "route": "/users/@me/channels", "at": "applied", "do": "delay", "delay_ms": 5_000 }))
            .await;
        s.alert("search").warning().sent("firing").await;
        let met = async || s.control.get(&format!("/faults/{fault}")).await["state"] == "done";
        s.until("the direct message is on its way", met).await;
        s.until("he is paged in the room", async || s.everything().await.contains("@Agus SEV-3 INC-1")).await;
        s.agus().slash("/ack", json!({ "incident": "INC-1" })).await.done();
        s.settled().await;
        assert_snapshot!(s.phone("agus").await, @"rings #INC-1 Search answers in 2.4 s: @Agus SEV-3 INC-1 Search answers in 2.4 s. Tap to answer.");
        assert_snapshot!(s.direct("agus").await, @"(nothing)");
        s.read_all().await;
    });
}
