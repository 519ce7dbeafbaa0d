//! Told once is not known now: whom it rings when something comes to an incident that is open already, and that somebody is
//! responsible at every instant. The rules are docs/rules.md; the cases are what people reported of other systems.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use std::time::Duration;

use domain::incident::{EventAt, Incident, StopReason};
use domain::setup::{PageTarget, Step};
use domain::{Event, IncidentId};
use insta::assert_snapshot;
use serde_json::json;

use crate::harness::{Options, Story, story, story_with};

/// How often a phone made a sound.
async fn rings(s: &Story, person: &str) -> usize {
    s.phone(person).await.lines().filter(|line| line.starts_with("rings")).count()
}

/// The steps of a policy: who is paged together, five minutes each.
pub(crate) fn steps(options: &mut Options, policy: &str, steps: &[&[&str]]) {
    let targets = |people: &[&str]| people.iter().map(|one| PageTarget::Person((*one).into())).collect();
    options.setup.escalations.get_mut(policy).unwrap().steps =
        steps.iter().map(|people| Step { targets: targets(people), wait: Duration::from_secs(300) }).collect();
}

#[test]
fn whoever_has_it_gives_a_sign_and_keeps_it() {
    story(async |s| {
        s.search_is_slow().await;
        s.agus().press("Acknowledge").await.done();
        s.alert("search").critical().numbered(2).saying("Search is down").fires().await;
        s.agus().press("Acknowledge").await.done();
        s.advance(20).await;
        assert_eq!(rings(s, "dewi").await, 0);
        assert!(s.card("INC-1").await.contains("ACKNOWLEDGED"));
        assert_eq!(s.count("INC-1", "is coming to help").await, 0, "nobody helps: it is theirs");
        s.read_all().await;
    });
}

#[test]
fn what_fires_again_after_it_was_calm_rings_whoever_has_it() {
    story(async |s| {
        s.search_is_slow().await;
        s.agus().press("Acknowledge").await.done();
        s.alert("search").warning().resolves().await;
        let before = rings(s, "agus").await;
        s.advance(5).await;
        s.search_is_slow().await;
        assert!(rings(s, "agus").await > before, "{}", s.phone("agus").await);
        assert_eq!(rings(s, "dewi").await, 0);
        s.advance(5).await;
        assert_eq!(rings(s, "dewi").await, 2, "no sign");
        s.read_all().await;
    });
}

#[test]
fn the_end_of_a_policy_is_told_again_until_somebody_has_it() {
    story(async |s| {
        s.checkout_breaks().await;
        s.advance(20).await;
        let told = async || s.channel("#sre").await.matches("INC-1").count();
        let once = told().await;
        s.advance(14).await;
        assert_eq!(told().await, once);
        s.advance(1).await;
        assert_eq!(told().await, 2 * once);
        s.advance(30).await;
        assert_eq!(told().await, 3 * once);
        s.rina().press("Acknowledge").await.done();
        s.advance(25).await;
        assert_eq!(told().await, 3 * once);
        s.read_all().await;
    });
}

#[test]
fn the_end_is_not_told_while_somebody_of_the_last_step_is_called() {
    story_with(
        |options| steps(options, "payments", &[&["budi", "rina"]]),
        async |s| {
            s.checkout_breaks().await;
            s.budi().press("Can't take it").await.done();
            assert_eq!(s.count("#sre", "nobody is left to page").await, 0);
            s.rina().press("Acknowledge").await.done();
            s.advance(20).await;
            assert_eq!(s.count("#sre", "nobody is left to page").await, 0);
            s.read_all().await;
        },
    );
}

#[test]
fn a_helper_who_cannot_come_moves_no_policy() {
    story(async |s| {
        s.checkout_breaks().await;
        s.budi()
            .slash_in("room INC-1", "/page", json!({ "target": "dewi", "reason": "knows the gateway" }))
            .await
            .done();
        s.dewi().press("Can't take it").await.done();
        assert_eq!(rings(s, "rina").await, 0);
        s.advance(5).await;
        assert_eq!(rings(s, "rina").await, 2);
        s.read_all().await;
    });
}

#[test]
fn undo_begins_the_step_again_at_once() {
    story(async |s| {
        s.checkout_breaks().await;
        s.budi().press("Acknowledge").await.done();
        let before = rings(s, "budi").await;
        s.budi().press("Undo").await.done();
        assert_eq!(rings(s, "budi").await, before + 2);
        s.advance(5).await;
        assert_eq!(rings(s, "rina").await, 2);
        s.read_all().await;
    });
}

#[test]
fn when_the_person_on_call_left_the_server_the_next_step_is_taken_within_seconds() {
    story(async |s| {
        s.goes_away("budi").await;
        s.restart().await;
        s.operators_read("budi cannot be paged: the account budi is not a member of the server", 1).await;
        s.expect_dead_letters(2);
        s.checkout_breaks().await;
        assert_eq!(rings(s, "rina").await, 2, "{}", s.everything().await);
        s.settled().await;
        s.read_all().await;
    });
}

#[test]
fn whoever_has_what_no_longer_fires_is_asked_to_close_it() {
    story(async |s| {
        s.search_is_slow().await;
        s.agus().press("Acknowledge").await.done();
        s.alert("search").warning().resolves().await;
        s.read_all().await;
        let before = rings(s, "agus").await;
        s.advance(9).await;
        assert_eq!(rings(s, "agus").await, before);
        s.advance(1).await;
        assert_eq!(rings(s, "agus").await, before + 1, "{}", s.phone("agus").await);
        assert_snapshot!(s.news("INC-1").await, @r"
        Siaga: @Agus, no alert has fired since [10 min ago]. Is it over?
          [Resolve] [Keep open]
        ");
        s.advance(60).await;
        assert_eq!(rings(s, "agus").await, before + 2);
        s.read_all().await;
    });
}

/// A timeline that no rule of ours leads to: nobody has it, nobody is called.
#[test]
fn an_incident_for_which_nobody_is_responsible_calls_the_fallback_policy_and_tells_operators() {
    story(async |s| {
        s.checkout_breaks().await;
        let incident = s.bot().engine.incident(IncidentId(1)).await.unwrap().unwrap();
        s.stop_bot().await;
        let store = store::Store::open(&s.database()).await.unwrap();
        let mut after = Incident::clone(&incident);
        let stopped = Event::EscalationStopped { reason: StopReason::Acknowledged };
        let entry = EventAt { seq: after.last_seq + 1, at: s.now(), event: stopped };
        after.apply(&entry);
        let mut batch = store::Batch::default();
        batch.events(&after, &[entry]).unwrap();
        store.commit(&batch, s.now(), s.now()).await.unwrap();
        store.close().await;
        s.expect_error("Nobody was responsible for INC-1");
        s.start_bot().await;
        s.ready().await;
        s.until("Agus is called", async || rings(s, "agus").await == 2).await;
        s.until("operators read it", async || s.count("#sre-ops", "nobody was responsible").await == 1).await;
        assert_eq!(s.bot().engine.unheld_found(), 1);
        s.settled().await;
        s.read_all().await;
    });
}
