//! One person, many incidents: one ring. The rules are in docs/rules.md.
//!
//! Elsewhere a limit of messages let the wait run on unheard (target/goalert issue 2778); bundles name what they hold and ask for
//! one answer (grafana/oncall pull request 4457).
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use std::time::Duration;

use insta::assert_snapshot;

use crate::harness::{Options, Story, story_with};

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
        assert_snapshot!(s.budi().press("Undo").await, @"Siaga (private): Taken back: INC-1, INC-2, INC-3. Their steps begin again.");
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
