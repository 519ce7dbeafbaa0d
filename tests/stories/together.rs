//! One person, many incidents: one ring. The rules are in docs/rules.md.
//!
//! Elsewhere a limit of messages let the wait run on unheard (target/goalert issue 2778); bundles name what they hold and ask for
//! one answer (grafana/oncall pull request 4457).
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use std::time::Duration;

use discord::probe::Times;
use insta::assert_snapshot;
use reqwest::Method;
use serde_json::json;

use crate::harness::phone::PushServer;
use crate::harness::{Options, Story, story_with};
use crate::outside::{link, with_phone};

/// Whatever has no service of its own calls the policy of the payments team.
fn payments(options: &mut Options) {
    options.setup.routing.escalation = Some("payments".to_owned());
}

async fn breaks(s: &Story, service: &str) {
    s.alert(service).critical().saying(&format!("{service} is down")).fires().await;
}

async fn rings(s: &Story, person: &str) -> usize {
    s.phone(person).await.lines().filter(|line| line.starts_with("rings DM")).count()
}

/// Sounds of any kind.
async fn sounds(s: &Story, person: &str) -> usize {
    s.phone(person).await.lines().filter(|line| line.starts_with("rings")).count()
}

#[test]
fn what_breaks_within_a_minute_is_one_more_ring_that_names_all_of_it_and_takes_one_answer() {
    story_with(payments, async |s| {
        for service in ["mail", "maps", "news", "pets"] {
            breaks(s, service).await;
        }
        assert_eq!(rings(s, "budi").await, 1, "the first one at once: {}", s.phone("budi").await);
        let at_once = sounds(s, "budi").await;
        s.pass(Duration::from_secs(59)).await;
        assert_eq!(sounds(s, "budi").await, at_once, "in rooms the mention stands and is silent");
        s.pass(Duration::from_secs(1)).await;
        assert_eq!(rings(s, "budi").await, 2, "{}", s.phone("budi").await);
        assert_eq!(sounds(s, "budi").await, at_once + 1);
        assert_snapshot!(s.direct("budi").await, @"
        Siaga: SEV-2 INC-1 mail is down. Tap to answer.
          Why you: step 1 of the policy payments.
          [Acknowledge] [Can't take it] [Runbook]
        Siaga: 3 incidents wait for you:
          - SEV-2 INC-2 maps is down
          - SEV-2 INC-3 news is down
          - SEV-2 INC-4 pets is down
          [Acknowledge all] [Acknowledge INC-2] [Acknowledge INC-3] [Acknowledge INC-4]
        ");
        // Each wait counts from the ring that named it.
        s.pass(Duration::from_secs(245)).await;
        assert_eq!(s.card("INC-1").await.matches("Rina").count(), 1, "{}", s.card("INC-1").await);
        assert_eq!(rings(s, "rina").await, 1, "INC-1 only");
        s.pass(Duration::from_secs(30)).await;
        let answer = s.budi().press("Acknowledge all").await.to_string();
        assert!(answer.contains("You have all 4: INC-1, INC-2, INC-3, INC-4."), "{answer}");
        for incident in ["INC-2", "INC-3", "INC-4"] {
            let card = s.card(incident).await;
            assert!(card.contains("ACKNOWLEDGED") && card.contains("Budi"), "{card}");
        }
        assert!(s.direct("budi").await.contains("Nothing here waits for you any more"), "{}", s.direct("budi").await);
        assert_eq!(rings(s, "budi").await, 2, "an edit rings nobody");
        s.advance(10).await;
        assert_eq!(rings(s, "rina").await, 1, "nobody is called for what somebody has: {}", s.phone("rina").await);
        s.read_all().await;
    });
}

#[test]
fn what_is_worse_rings_at_once() {
    story_with(payments, async |s| {
        breaks(s, "mail").await;
        s.checkout_breaks().await;
        assert_eq!(rings(s, "budi").await, 2);
        breaks(s, "maps").await;
        assert_eq!(rings(s, "budi").await, 2);
        s.advance(1).await;
        assert_eq!(rings(s, "budi").await, 3, "a single one reads as any page");
        assert!(s.direct("budi").await.contains("SEV-2 INC-3 maps is down. Tap to answer."));
        s.read_all().await;
    });
}

#[test]
fn undo_takes_back_all_that_was_taken_together() {
    story_with(payments, async |s| {
        for service in ["mail", "maps", "news"] {
            breaks(s, service).await;
        }
        s.advance(1).await;
        s.budi().press("Acknowledge all").await.done();
        assert!(s.card("INC-1").await.contains("ACKNOWLEDGED"), "all that waits, not only what this message names");
        assert_snapshot!(s.budi().press("Undo").await, @"Siaga (private): Undone: INC-1, INC-2, INC-3. Escalation starts over.");
        for incident in ["INC-1", "INC-2", "INC-3"] {
            assert!(s.card(incident).await.contains("TRIGGERED"), "{}", s.card(incident).await);
        }
        s.read_all().await;
    });
}

#[test]
fn a_restart_in_between_sends_it_once() {
    story_with(payments, async |s| {
        for service in ["mail", "maps", "news"] {
            breaks(s, service).await;
        }
        s.pass(Duration::from_secs(30)).await;
        s.restart().await;
        s.pass(Duration::from_secs(30)).await;
        assert_eq!(rings(s, "budi").await, 2, "{}", s.phone("budi").await);
        s.restart().await;
        s.budi().press("Acknowledge INC-2").await.done();
        assert!(s.direct("budi").await.contains("Acknowledge INC-3"), "{}", s.direct("budi").await);
        assert!(!s.direct("budi").await.contains("[Acknowledge INC-2]"), "{}", s.direct("budi").await);
        assert_eq!(rings(s, "budi").await, 2);
        s.read_all().await;
    });
}

#[test]
fn what_was_over_before_a_restart_leaves_what_waits_in_the_message() {
    story_with(payments, async |s| {
        for service in ["mail", "maps", "news"] {
            breaks(s, service).await;
        }
        s.advance(1).await;
        let order = json!({ "bot": "siaga", "method": "PATCH", "contains": "INC-3", "do": "hold" });
        let fault = s.fault(&order).await;
        s.budi().slash("/resolve", json!({ "incident": "INC-2" })).await.done();
        s.budi().fills(&[Some("restarted")]).await.done();
        s.held(&fault).await;
        s.stop_bot().await;
        s.release(&fault).await;
        s.start_bot().await;
        s.ready().await;
        s.settled().await;
        let direct = s.direct("budi").await;
        assert!(direct.contains("[Acknowledge INC-3]") && !direct.contains("[Acknowledge INC-2]"), "{direct}");
        s.read_all().await;
    });
}

#[test]
fn who_takes_no_direct_messages_is_rung_in_each_room() {
    story_with(payments, async |s| {
        s.budi().closes_direct_messages().await;
        for service in ["mail", "maps", "news"] {
            breaks(s, service).await;
        }
        s.advance(1).await;
        assert_eq!(sounds(s, "budi").await, 3, "{}", s.phone("budi").await);
        s.read_all().await;
    });
}

#[test]
fn ack_offers_all_that_waits_first_and_takes_it_and_undo_is_over_after_a_minute() {
    story_with(payments, async |s| {
        for service in ["mail", "maps", "news"] {
            breaks(s, service).await;
        }
        assert_snapshot!(s.budi().suggestions("ack", "incident", "").await, @"
        All 3 that wait for you -> all
        INC-3 · SEV-2 · news is down -> INC-3
        INC-2 · SEV-2 · maps is down -> INC-2
        INC-1 · SEV-2 · mail is down -> INC-1
        ");
        let offered = s.rina().suggestions("ack", "incident", "").await;
        assert!(offered.starts_with("INC-3"), "nothing waits for her: {offered}");
        // Before the ring that tells two of them: whoever looks by themselves need not wait for it.
        let taken = s.budi().slash("ack", json!({ "incident": "all" })).await.to_string();
        assert!(taken.contains("You have all 3: INC-1, INC-2, INC-3.") && taken.contains("[Undo]"), "{taken}");
        s.advance(2).await;
        assert_eq!(rings(s, "budi").await, 1, "what was taken rings nobody: {}", s.phone("budi").await);
        assert_snapshot!(s.budi().press("Undo").await, @"Siaga (private): That was more than a minute ago, or somebody else did it. `/incident show incident:INC-1` says what can be done now.");
        let nothing = s.rina().slash("ack", json!({ "incident": "all" })).await.to_string();
        assert!(!nothing.contains("You have"), "nothing waits for her: {nothing}");
        assert!(s.card("INC-1").await.contains("ACKNOWLEDGED"), "{}", s.card("INC-1").await);
        s.read_all().await;
    });
}

#[test]
fn whoever_answered_everything_is_rung_at_once_for_what_comes_next() {
    story_with(payments, async |s| {
        breaks(s, "mail").await;
        s.budi().press("Acknowledge").await.done();
        s.pass(Duration::from_secs(5)).await;
        breaks(s, "maps").await;
        assert_eq!(rings(s, "budi").await, 2, "nothing else waits for them: {}", s.phone("budi").await);
        // As long as this one waits, the next ones wait for each other.
        breaks(s, "news").await;
        assert_eq!(rings(s, "budi").await, 2);
        s.advance(1).await;
        assert_eq!(rings(s, "budi").await, 3);
        s.read_all().await;
    });
}

#[test]
fn what_goes_away_by_itself_and_comes_back_as_something_else_rings_once_a_minute_still() {
    story_with(payments, async |s| {
        for service in ["mail", "maps", "news"] {
            breaks(s, service).await;
            s.alert(service).critical().saying(&format!("{service} is down")).resolves().await;
            s.pass(Duration::from_secs(10)).await;
        }
        assert_eq!(rings(s, "budi").await, 1, "nothing says that they heard it: {}", s.phone("budi").await);
        s.read_all().await;
    });
}

#[test]
fn whoever_answers_thirty_in_a_minute_one_by_one_is_rung_at_once_for_the_first_five() {
    story_with(payments, async |s| {
        for number in 1..=30 {
            breaks(s, &format!("service-{number}")).await;
            let incident = json!({ "incident": format!("INC-{number}") });
            s.budi().slash("ack", incident).await.done();
            s.pass(Duration::from_secs(1)).await;
        }
        s.advance(2).await;
        assert_eq!(rings(s, "budi").await, 5, "the others were answered before their ring: {}", s.phone("budi").await);
        s.read_all().await;
    });
}

#[test]
fn a_phone_gets_one_message_for_many_and_its_link_takes_all_of_them() {
    let server = PushServer::start();
    let phone = server.clone();
    story_with(
        |options| {
            payments(options);
            with_phone(options, &server);
        },
        async move |s| {
            for number in 1..=25 {
                breaks(s, &format!("service-{number}")).await;
            }
            s.advance(1).await;
            s.until("the first push message", async || phone.messages("budi").len() == 1).await;
            s.advance(1).await;
            s.until("the second push message", async || phone.messages("budi").len() == 2).await;
            s.settled().await;
            let message = phone.messages("budi").pop().unwrap();
            let shown = |name: &str| message[name].as_str().unwrap_or_default().to_owned();
            assert_eq!(shown("title"), "24 incidents wait for you, the worst is SEV-2 INC-2 service-2 is down");
            let lines: Vec<String> = shown("message").lines().map(str::to_owned).collect();
            assert_eq!(lines.len(), 21, "{lines:?}");
            assert_eq!(lines[19], "SEV-2 INC-21 service-21 is down");
            assert_eq!(lines[20], "And 4 more: /incident list in Discord.");
            assert_eq!(message["actions"][0]["label"], "Acknowledge all");
            let (status, asked) = link(s, Method::GET, &phone.token("budi")).await;
            assert!(status == 200 && asked.contains("Do you take all 25 that wait for you?"), "{asked}");
            // What called them later is not taken by a link that went out before.
            s.pass(Duration::from_secs(2)).await;
            breaks(s, "later").await;
            let (status, taken) = link(s, Method::POST, &phone.token("budi")).await;
            assert!(status == 200 && taken.starts_with("You have all 25: INC-1, INC-2,"), "{taken}");
            s.settled().await;
            assert!(s.card("INC-25").await.contains("ACKNOWLEDGED"), "{}", s.card("INC-25").await);
            assert!(s.card("INC-26").await.contains("TRIGGERED"), "{}", s.card("INC-26").await);
            let (status, again) = link(s, Method::POST, &phone.token("budi")).await;
            assert!(status == 200 && again.contains("already"), "{again}");
            assert_eq!(phone.messages("budi").len(), 2);
            s.read_all().await;
        },
    );
}

#[test]
fn after_ten_minutes_without_discord_thirty_incidents_are_one_ring() {
    story_with(
        |options| {
            payments(options);
            let quick = Duration::from_millis(50);
            options.probe = Times { connected: quick, in_doubt: quick, patience: Duration::from_secs(5), failures: 3 };
        },
        async move |s| {
            s.fault(&json!({ "bot": "siaga", "do": "html", "status": 503, "count": 1_000_000 })).await;
            s.until("the outage is known", async || s.bot().engine.discord_down_since().is_some()).await;
            s.due_without_waiting(1).await;
            for number in 1..=30 {
                let service = format!("service-{number}");
                s.alert(&service).critical().saying(&format!("{service} is down")).sent("firing").await;
            }
            for _ in 0..4 {
                s.due_without_waiting(60).await;
                s.until("what became due is decided", async || {
                    s.bot().store.next_timer().await.unwrap().is_none_or(|due| due > s.now())
                })
                .await;
            }
            s.clear_faults().await;
            s.until("Discord is back", async || s.bot().engine.discord_down_since().is_none()).await;
            // The cards stand one by one, as Discord takes them.
            for card in ["INC-15 ·", "INC-30 ·"] {
                s.until("the cards stand", async || s.channel("#incidents").await.contains(card)).await;
            }
            s.settled().await;
            assert_eq!(sounds(s, "budi").await, 1, "{}", s.phone("budi").await);
            let direct = s.direct("budi").await;
            assert!(direct.starts_with("Siaga: 30 incidents wait for you:"), "{direct}");
            s.budi().press("Acknowledge all").await.done();
            for incident in ["INC-1", "INC-30"] {
                assert!(s.card(incident).await.contains("ACKNOWLEDGED"), "{}", s.card(incident).await);
            }
            assert_eq!(sounds(s, "budi").await, 1, "an edit rings nobody");
            s.read_all().await;
        },
    );
}
