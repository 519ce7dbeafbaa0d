//! Somebody leaves the server: no mention reaches them, so they are not waited for; and they may come back.
//!
//! Others page accounts that are gone (Grafana OnCall issues 1503 and 4936; target/goalert issue 4548: a step that reaches nobody
//! still waits out its time).
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use std::time::Duration;

use discord::people::Times;
use domain::setup::{PageTarget, Step};

use crate::harness::phone::PushServer;
use crate::harness::{Options, Story, story, story_with};
use crate::outside::with_phone;

/// The bot looks often at whoever is called.
fn soon(options: &mut Options) {
    options.people = Times {
        pins: Duration::from_millis(50),
        unknown: Duration::from_millis(100),
        everybody: Duration::from_secs(3_600),
        called: Duration::from_millis(100),
    };
}

fn steps(options: &mut Options, policy: &str, steps: &[&[&str]]) {
    let targets = |people: &[&str]| people.iter().map(|one| PageTarget::Person((*one).into())).collect();
    options.setup.escalations.get_mut(policy).unwrap().steps =
        steps.iter().map(|people| Step { targets: targets(people), wait: Duration::from_secs(300) }).collect();
}

async fn rings(s: &Story, person: &str) -> usize {
    s.phone(person).await.lines().filter(|line| line.starts_with("rings")).count()
}

const GONE: &str = "left the server: no mention and no direct message reaches them.";

/// Trial 9.
pub(crate) fn somebody_who_leaves_while_the_bot_runs_is_not_waited_for() {
    // Nothing is set for the story: the bot looks at whoever is called by itself, and time does not pass.
    story(async |s| {
        s.goes_away("budi").await;
        s.checkout_breaks().await;
        s.until("Rina is rung", async || rings(s, "rina").await == 2).await;
        s.until("the room reads why", async || s.count("room INC-1", GONE).await == 1).await;
        s.operators_read("budi cannot be paged: the account budi is not a member of the server", 1).await;
        s.settled().await;
        let told = s.sari().slash("/incident show", serde_json::json!({ "incident": "INC-1" })).await.to_string();
        assert!(told.contains("INC-1"), "{told}");
        s.rina().press_in("DM", "Acknowledge").await.done();
        s.read_all().await;
    });
}

#[test]
fn somebody_who_leaves_in_the_middle_of_being_rung_is_not_waited_for() {
    story_with(soon, async |s| {
        s.checkout_breaks().await;
        assert_eq!(rings(s, "budi").await, 2);
        s.pass(Duration::from_secs(30)).await;
        assert_eq!(rings(s, "rina").await, 0);
        s.goes_away("budi").await;
        s.until("Rina is rung", async || rings(s, "rina").await == 2).await;
        s.settled().await;
        assert_eq!(s.count("room INC-1", GONE).await, 1);
        // What went on is the policy: the step after her comes when her wait is over, not before.
        s.pass(Duration::from_secs(280)).await;
        assert_eq!(rings(s, "dewi").await, 0);
        s.pass(Duration::from_secs(30)).await;
        assert_eq!(rings(s, "dewi").await, 2);
        s.read_all().await;
    });
}

#[test]
fn another_one_of_the_same_step_who_is_there_keeps_the_whole_wait() {
    let both = |options: &mut Options| {
        soon(options);
        steps(options, "payments", &[&["budi", "rina"], &["dewi"]]);
    };
    story_with(both, async |s| {
        s.goes_away("budi").await;
        s.checkout_breaks().await;
        s.until("the room reads why", async || s.count("room INC-1", GONE).await == 1).await;
        s.settled().await;
        assert_eq!((rings(s, "rina").await, rings(s, "dewi").await), (2, 0));
        s.advance(5).await;
        assert_eq!(rings(s, "dewi").await, 2);
        s.read_all().await;
    });
}

#[test]
fn other_ways_still_go_and_go_at_once() {
    let server = PushServer::start();
    let phone = server.clone();
    story_with(
        |options| {
            with_phone(options, &server);
            soon(options);
        },
        async move |s| {
            s.goes_away("budi").await;
            s.checkout_breaks().await;
            // Otherwise the push message comes after a minute.
            s.until("the push message", async || !phone.messages("budi").is_empty()).await;
            s.settled().await;
            assert_eq!(s.count("room INC-1", GONE).await, 1);
            assert_eq!(rings(s, "rina").await, 0, "Budi's phone rings");
            s.advance(5).await;
            assert_eq!(rings(s, "rina").await, 2);
            s.read_all().await;
        },
    );
}

#[test]
fn when_a_whole_policy_left_its_end_is_told_and_operators_read_it() {
    let two = |options: &mut Options| {
        soon(options);
        steps(options, "payments", &[&["budi"], &["rina"]]);
    };
    story_with(two, async |s| {
        s.goes_away("budi").await;
        s.goes_away("rina").await;
        s.checkout_breaks().await;
        s.until("the end is told", async || s.count("#sre", "nobody is left to page").await == 1).await;
        s.operators_read("budi cannot be paged", 1).await;
        s.operators_read("rina cannot be paged", 1).await;
        s.settled().await;
        assert_eq!(s.count("room INC-1", GONE).await, 2);
        // It is told again: nobody is responsible, and everybody who must know is being told.
        s.advance(15).await;
        assert!(s.count("#sre", "INC-1").await >= 2, "{}", s.channel("#sre").await);
        s.read_all().await;
    });
}

#[test]
fn who_comes_back_is_called_again() {
    story_with(soon, async |s| {
        let budi = s.id_of("budi").await;
        s.goes_away("budi").await;
        s.checkout_breaks().await;
        s.until("Rina is rung", async || rings(s, "rina").await == 2).await;
        s.operators_read("budi cannot be paged", 1).await;
        s.rina().press_in("DM", "Acknowledge").await.done();
        s.comes_back(&budi).await;
        s.operators_read("budi is found", 1).await;
        s.settled().await;
        s.read_all().await;
        let before = rings(s, "budi").await;
        s.alert("stock").critical().fires().await;
        s.settled().await;
        assert!(s.card("INC-2").await.contains("TRIGGERED"), "{}", s.card("INC-2").await);
        assert_eq!(rings(s, "budi").await, before + 2, "{}", s.phone("budi").await);
        assert_eq!(s.count("room INC-1", GONE).await, 1);
        s.read_all().await;
    });
}
