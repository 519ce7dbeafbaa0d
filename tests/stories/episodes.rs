//! Episodes: what fires and ends, told apart by its beginning; and a repetition is read.
//!
//! What happened to others: replicas of one Alertmanager tell the same firing again after its end (prometheus/alertmanager 2447,
//! 4008); an end comes for what was never told to fire (891); `max_alerts` leaves the end of a group's rest unsaid (pull request
//! 2274); whoever resolves what still fires is surprised by the next alert (grafana/oncall 5392); senders that never say that it is
//! over (grafana/oncall 2335).
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use std::time::Duration;

use insta::assert_snapshot;
use serde_json::json;

use crate::harness::alert::payload;
use crate::harness::{CONFIG, Story, setup_of, story, story_with};

pub(crate) const ONE: &str = "2026-03-01T20:09:00Z";
pub(crate) const TWO: &str = "2026-03-01T20:09:30Z";
pub(crate) const WEEK_LATER: &str = "2026-03-08T21:00:00Z";

/// What became of all reports, in order.
pub(crate) async fn outcomes(s: &Story) -> String {
    s.settled().await;
    let mut names = Vec::new();
    for row in 1.. {
        match s.bot().store.journal_outcome(row).await.unwrap() {
            Some(found) => names.push(found.outcome.unwrap_or_default()),
            None => break,
        }
    }
    names.join(", ")
}

/// How often a person's direct messages rang.
async fn rings(s: &Story, person: &str) -> usize {
    s.phone(person).await.matches("rings DM").count()
}

/// What the card says.
pub(crate) async fn shows(s: &Story, lines: &[&str]) {
    let card = s.card("INC-1").await;
    for line in lines {
        assert!(card.contains(line), "{line} is not on\n{card}");
    }
}

pub(crate) fn orders(s: &Story) -> crate::harness::alert::Alert<'_> {
    s.alert("orders").critical().fingerprint("aa01").saying("Orders fail").began(ONE)
}

/// Two Prometheus servers see it begin seconds apart, and their Alertmanager keeps the older beginning once it knows both
/// (prometheus/alertmanager, `types.Alert.Merge`): its only word of the end must not be taken for that of something else.
#[test]
fn an_end_that_names_an_older_beginning_of_the_same_firing_ends_it() {
    story(async |s| {
        orders(s).began(TWO).fires().await;
        s.pass(Duration::from_secs(60)).await;
        orders(s).resolves().await;
        assert_eq!(outcomes(s).await, "opened, resolved");
        assert_eq!(s.bot().engine.totals().await.unwrap().firing, 0);
        s.read_all().await;
    });
}

#[test]
fn what_fires_on_opens_its_incident_again_after_an_hour_without_a_word_of_its_sender() {
    story(async |s| {
        let first = || s.alert("orders").critical().began(ONE);
        first().fires().await;
        s.alert("orders").critical().numbered(2).saying("Orders are slow").fires().await;
        s.budi().press("Acknowledge").await.done();
        s.budi().slash_in("INC-1", "/resolve", json!({})).await.done();
        assert_snapshot!(s.budi().fills(&[Some("restarted")]).await, @"Siaga (private): Resolved after 0 seconds. 2 alerts still fire: they open this again after 1 hour, unless their end comes.");
        let why = s.budi().slash("/why", json!({ "incident": "INC-1" })).await.to_string();
        assert!(
            why.contains("2 alerts still fire: their sender never told us they were over. They reopen this [in 1 h]."),
            "{why}"
        );
        s.read_all().await;
        s.advance(30).await;
        // A repetition changes nothing.
        first().fires().await;
        s.advance(29).await;
        assert_snapshot!(s.news("INC-1").await, @"(nothing)");
        let before = rings(s, "budi").await;
        s.advance(1).await;
        let news = s.news("INC-1").await;
        assert!(
            news.contains("It is open again: 2 alerts still fire, and their sender never told us they were over."),
            "{news}"
        );
        assert_eq!(rings(s, "budi").await, before + 1);
        let why = s.budi().slash("/why", json!({ "incident": "INC-1" })).await.to_string();
        assert!(why.contains("Reopened: 2 alerts still fire, and their sender never told us they were over."), "{why}");
        s.read_all().await;
    });
}

#[test]
fn it_opens_again_after_a_restart_too_and_not_when_the_end_came() {
    story(async |s| {
        s.alert("orders").critical().fires().await;
        s.alert("search").warning().fires().await;
        s.budi().slash_in("INC-1", "/resolve", json!({})).await.done();
        s.budi().fills(&[Some("restarted")]).await.done();
        s.budi().slash_in("INC-2", "/resolve", json!({})).await.done();
        s.budi().fills(&[Some("restarted")]).await.done();
        s.alert("search").warning().resolves().await;
        s.restart().await;
        s.advance(61).await;
        let open: Vec<String> = s.bot().engine.open_incidents().iter().map(|open| open.id.label()).collect();
        assert_eq!(open, ["INC-1"]);
        s.read_all().await;
    });
}

#[test]
fn what_was_dismissed_and_fires_on_opens_a_new_incident_that_names_the_old() {
    story(async |s| {
        s.alert("orders").critical().fires().await;
        s.budi().press("Triage").await.done();
        s.budi().press("Not an incident").await.done();
        s.budi().fills(&[Some("a planned test")]).await.done();
        s.advance(61).await;
        let open: Vec<String> = s.bot().engine.open_incidents().iter().map(|open| open.id.label()).collect();
        assert_eq!(open, ["INC-2"]);
        let why = s.budi().slash("/why", json!({ "incident": "INC-2" })).await.to_string();
        assert!(why.contains("The same alert was in INC-1 before"), "{why}");
        let timeline = s.budi().slash("/incident show", json!({ "incident": "INC-1" })).await.to_string();
        assert!(timeline.contains("Its alerts still fire: they go on in INC-2."), "{timeline}");
        s.read_all().await;
    });
}

#[test]
fn two_senders_stand_beside_each_other_and_the_alert_is_over_when_both_say_so() {
    story(async |s| {
        orders(s).from("http://east:9093").fires().await;
        orders(s).from("http://west:9093").began(TWO).fires().await;
        orders(s).from("http://east:9093").resolves().await;
        assert_eq!(outcomes(s).await, "opened, repeated, ended_one");
        assert_eq!(s.bot().engine.totals().await.unwrap().firing, 1);
        orders(s).from("http://west:9093").began(TWO).resolves().await;
        assert_eq!(outcomes(s).await, "opened, repeated, ended_one, resolved");
        assert_eq!(s.bot().engine.totals().await.unwrap().firing, 0);
        s.read_all().await;
    });
}

#[test]
fn the_end_of_a_cut_group_ends_what_it_does_not_name_and_its_firing_does_not() {
    story(async |s| {
        let alerts: Vec<_> = (1..=5).map(|number| s.alert("stock").numbered(number).wire("firing")).collect();
        let sent = async |status: &str, truncated: u64, group: &str, alerts: &[serde_json::Value]| {
            let mut body = payload(status, alerts);
            body["truncatedAlerts"] = json!(truncated);
            body["groupKey"] = json!(group);
            assert_eq!(s.post_intake(&body).await.0, 202);
            s.settled().await;
        };
        sent("firing", 0, "{}:{a}", &alerts[..4]).await;
        sent("firing", 0, "{}:{b}", &alerts[4..]).await;
        sent("firing", 2, "{}:{a}", &alerts[..2]).await;
        assert_eq!(s.bot().engine.totals().await.unwrap().firing, 5);
        let over: Vec<_> = (1..=2).map(|number| s.alert("stock").numbered(number).wire("resolved")).collect();
        sent("resolved", 2, "{}:{a}", &over).await;
        assert_eq!(s.bot().engine.totals().await.unwrap().firing, 1);
        assert_snapshot!(s.card("INC-1").await, @"
        Siaga (silent): INC-1 · SEV-4 · TRIGGERED · Something is wrong with stock · orders (owner Payments) · 1 firing · 4 resolved · [now]
          [Raise to SEV-3 (pages people)] [Triage] [Silence]
        ");
        s.read_all().await;
    });
}

#[test]
fn alerts_of_a_sender_that_never_says_over_end_with_the_incident() {
    story(async |s| {
        let odd = json!({ "monitor": "nagios", "host": "db-3", "state": "CRITICAL" });
        assert_eq!(s.post_intake(&odd).await.0, 202);
        s.settled().await;
        s.agus().press("Acknowledge").await.done();
        s.agus().slash_in("INC-1", "/resolve", json!({})).await.done();
        assert_snapshot!(s.agus().fills(&[Some("told the owner")]).await, @"Siaga (private): Resolved after 0 seconds.");
        assert_eq!(s.bot().engine.totals().await.unwrap().firing, 0);
        s.pass(Duration::from_secs(2 * 3_600)).await;
        assert_eq!(s.bot().engine.open_incidents().len(), 0);
        // The same again is news.
        assert_eq!(s.post_intake(&odd).await.0, 202);
        assert_eq!(outcomes(s).await, "opened, opened");
        s.read_all().await;
    });
}

#[test]
fn a_sender_that_never_says_over_may_have_its_alerts_end_for_want_of_a_word() {
    let text = CONFIG.replacen(
        "kind = \"alertmanager\"\n",
        "kind = \"alertmanager\"\nresolves = false\nresolve_after = \"2h\"\n",
        1,
    );
    story_with(
        move |options| options.setup = setup_of(&text),
        async |s| {
            s.alert("search").warning().fires().await;
            s.agus().press("Acknowledge").await.done();
            s.pass(Duration::from_secs(3_600)).await;
            s.alert("search").warning().fires().await;
            s.pass(Duration::from_secs(3_600)).await;
            assert_eq!(s.bot().engine.totals().await.unwrap().firing, 1);
            s.pass(Duration::from_secs(3_600)).await;
            assert_eq!(outcomes(s).await, "opened, repeated, resolved");
            assert_eq!(s.bot().engine.totals().await.unwrap().firing, 0);
            s.agus().slash_in("INC-1", "/resolve", json!({})).await.done();
            s.agus().fills(&[Some("it was the crawler")]).await.done();
            // After an expiry a repetition is news at once.
            s.alert("search").warning().fires().await;
            assert_eq!(outcomes(s).await, "opened, repeated, resolved, opened");
            s.read_all().await;
        },
    );
}

#[test]
fn an_alert_whose_sender_fell_silent_is_stale_and_stays_open() {
    story(async |s| {
        let repeat = async || s.alert("search").warning().fires().await;
        repeat().await;
        for _ in 0..2 {
            s.advance(5).await;
            repeat().await;
        }
        s.read_all().await;
        s.advance(14).await;
        assert_eq!(s.bot().engine.alerts_stale(), 0);
        s.advance(2).await;
        assert_eq!(s.bot().engine.alerts_stale(), 1);
        let card = s.card("INC-1").await;
        assert!(card.contains("**Alerts** 1 firing · 1 not heard from lately"), "{card}");
        let status = s.dewi().slash("/siaga status", json!({})).await.to_string();
        assert!(status.contains("1 alert has not been heard from for three of its sender's intervals"), "{status}");
        let why = s.budi().slash("/why", json!({ "incident": "INC-1" })).await.to_string();
        assert!(
            why.contains("1 alert has not been heard from for three of its intervals. That ends nothing."),
            "{why}"
        );
        repeat().await;
        s.advance(1).await;
        let card = s.card("INC-1").await;
        assert!(card.contains("**Alerts** 1 firing\n"), "{card}");
        assert_eq!(s.bot().engine.open_incidents().len(), 1);
        s.read_all().await;
    });
}

#[test]
fn why_tells_where_a_report_stopped_in_the_room_and_by_the_alerts_name_outside() {
    story(async |s| {
        orders(s).from("http://east:9093").fires().await;
        s.advance(2).await;
        orders(s).from("http://east:9093").resolves().await;
        s.advance(2).await;
        orders(s).from("http://west:9093").fires().await;
        assert_eq!(outcomes(s).await, "opened, resolved, late");
        assert_snapshot!(s.budi().slash("/why", json!({ "alert": "orders FAIL" })).await, @"
        Siaga (private): **Orders fail** · alertmanager, report 3
          It is over: its end was told [2 min ago].
          - [now] stopped at *late duplicate*: the end of this beginning was told at [03:12]. It rang nobody and opened nothing.
          - [2 min ago] stopped at *end*: it ended the alert of INC-1.
          - [4 min ago] it opened INC-1.
        ");
        assert_snapshot!(s.budi().suggestions("/why", "alert", "fail").await, @"Orders fail · alertmanager -> #3");
        // The number of an earlier report tells what that one did.
        assert_snapshot!(s.budi().slash("/why", json!({ "alert": "#1" })).await, @"
        Siaga (private): **Orders fail** · alertmanager, report 1
          It is over: its end was told [2 min ago].
          - [4 min ago] it opened INC-1.
        ");
        assert_snapshot!(s.budi().slash("/why", json!({ "alert": "the moon" })).await, @"Siaga (private): No alert of the last reports has “the moon” in its title, and no report has this number.");
        let room = s.budi().slash_in("INC-1", "/why", json!({})).await.to_string();
        assert!(room.contains("*late duplicate*"), "{room}");
        s.restart().await;
        let again = s.budi().slash("/why", json!({ "alert": "#3" })).await.to_string();
        assert!(again.contains("stopped at *late duplicate*"), "{again}");
        s.read_all().await;
    });
}

#[test]
fn an_alert_that_two_senders_tell_says_so() {
    story(async |s| {
        orders(s).from("http://east:9093").fires().await;
        orders(s).from("http://west:9093").began(TWO).fires().await;
        assert_snapshot!(s.budi().slash("/why", json!({ "alert": "orders" })).await, @"
        Siaga (private): **Orders fail** · alertmanager, report 2
          It fires, in INC-1.
          2 senders report it, each with its own start. It is over when all of them say so.
          - [now] stopped at *repetition*: it fired in INC-1 already.
          - [now] it opened INC-1.
        ");
        let room = s.budi().slash("/why", json!({ "incident": "INC-1" })).await.to_string();
        assert!(room.contains("1 alert comes from several senders"), "{room}");
        orders(s).from("http://east:9093").resolves().await;
        let room = s.budi().slash("/why", json!({ "incident": "INC-1" })).await.to_string();
        assert!(!room.contains("comes from several senders"), "{room}");
        assert!(room.contains("*one of several senders*"), "{room}");
        s.read_all().await;
    });
}

#[test]
fn an_alert_that_opened_nothing_yet_or_for_long_says_what_it_waits_for() {
    story(async |s| {
        orders(s).fires().await;
        s.budi().press("Acknowledge").await.done();
        s.budi().slash_in("INC-1", "/resolve", json!({})).await.done();
        s.budi().fills(&[Some("restarted")]).await.done();
        s.advance(5).await;
        orders(s).fires().await;
        assert_snapshot!(s.budi().slash("/why", json!({ "alert": "orders" })).await, @"
        Siaga (private): **Orders fail** · alertmanager, report 2
          It fires, although a person ended INC-1.
          - [now] stopped at *ended by a person*: a person ended INC-1. If it still fires, it opens it again [in 55 min].
          - [5 min ago] it opened INC-1.
        ");
        s.read_all().await;
    });
}
