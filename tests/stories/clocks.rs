//! The machine's clock is set, forward and back, while Siaga runs and while it does not: every wait lasts as long as it would have.
//!
//! What such a clock did to others: schedulers that computed a sleep from two readings of it stood still for as long as it had
//! been set back (quartznet #1508; dbader schedule #323: no job for twelve hours); a timer that was armed in the future waited
//! for years (systemd #43116); recurring jobs all ran at once when it was set forward (sidekiq-scheduler #283); Grafana's rules
//! followed a wrong clock until the next restart (grafana #43031). In `tests/clocks` the same is done to real processes.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use std::time::Duration;

use domain::{IncidentId, TimerKind};
use insta::assert_snapshot;
use jiff::SignedDuration;
use serde_json::{Value, json};
use store::{Batch, Store};

use crate::harness::{CONFIG, Story, setup_with_heartbeats, story, story_with};

const HOUR: SignedDuration = SignedDuration::from_hours(1);

/// How often Rina, the second step of the policy, was rung by direct message.
async fn rina(s: &Story) -> usize {
    s.phone("rina").await.matches("rings DM").count()
}

#[test]
fn a_clock_set_back_by_two_hours_delays_no_step_and_everybody_is_told_why_the_times_changed() {
    story(async |s| {
        s.checkout_breaks().await;
        s.advance(3).await;
        s.read_all().await;
        s.machine_clock_is_set(-(HOUR * 2)).await;
        assert_snapshot!(s.news("#sre-ops").await, @"Siaga (silent): The clock of Siaga's machine was set back by 2 hours. Waits and escalations follow the time that really passed, so nothing is late because of it. Look after the machine's time (NTP).");
        assert_snapshot!(s.card("INC-1").await, @"
        Siaga (silent):
          | INC-1 · SEV-1 · TRIGGERED
          | **Checkout errors 12 %**
          | **Service** checkout (owner Payments)
          | **Started** [3 min ago] ([2 Mar 01:10])
          | **Alerts** 1 firing
          | **Commander** nobody yet: `/commander`
          | **Paged** Budi, [3 min ago] · next Rina [in 2 min]
          | **Room** #inc-1-checkout
          | **Links** Runbook Checkout errors · [Dashboard](https://grafana.example.com/d/checkout) · [Source](https://prometheus.example.com/graph)
          | **Missing** the alert names no description
          [Acknowledge] [Can't take it] [Runbook] [Triage] [Silence]
        ");
        s.advance(1).await;
        assert_eq!(rina(s).await, 0);
        s.advance(1).await;
        assert_eq!(rina(s).await, 1);
        assert_snapshot!(s.budi().slash_in("room INC-1", "/incident show", json!({})).await, @"
        Siaga (private): **INC-1 · SEV-1 · TRIGGERED**
          Checkout errors 12 %
          Impact: not stated.
          Has it: nobody. `/ack` takes it.
          Alerts: 1 firing.
          Known first by a monitor of ours ([evidence](https://prometheus.example.com/graph)).
          Tried: nothing is noted yet. `/note` adds to it.
          Next: Dewi and Agus are paged [in 5 min]. Runbook Checkout errors, step 1: check payment-gateway.
          Links: #inc-1-checkout · [Dashboard](https://grafana.example.com/d/checkout) · [Source](https://prometheus.example.com/graph)
          [Acknowledge] [Resolve] [Runbook] [Page someone] [Severity] [Triage] [Commander] [Note] [Escalate] [Silence] [Edit] [Merge]
        ");
        let ready = s.control.http.get(format!("http://{}/readyz", s.bot().intake)).send().await.unwrap();
        assert_eq!(ready.status(), 200);
        let ready: Value = ready.json().await.unwrap();
        let clock = ready["parts"].as_array().unwrap().iter().find(|part| part["name"] == "clock").unwrap();
        assert_snapshot!(clock.to_string(), @r#"{"name":"clock","ok":true,"sentence":"the machine's clock was set back by 2 hours; every wait lasts as long as it would have (at 2026-03-01 18:13:00 UTC)"}"#);
        s.read_all().await;
    });
}

#[test]
fn a_clock_set_forward_by_two_hours_rings_nobody_early() {
    story(async |s| {
        s.checkout_breaks().await;
        s.advance(3).await;
        s.machine_clock_is_set(HOUR * 2).await;
        assert_eq!(rina(s).await, 0);
        s.advance(1).await;
        assert_eq!(rina(s).await, 0);
        s.advance(1).await;
        assert_eq!(rina(s).await, 1);
        s.read_all().await;
    });
}

#[test]
fn a_clock_that_is_set_all_the_time_changes_no_wait() {
    story(async |s| {
        s.checkout_breaks().await;
        for minute in 0..4 {
            for by in [HOUR * 2, -(HOUR * 3), SignedDuration::from_millis(-20), SignedDuration::from_secs(5)] {
                s.machine_clock_is_set(by).await;
            }
            s.advance(1).await;
            assert_eq!(rina(s).await, 0, "after {minute} minutes");
        }
        s.advance(1).await;
        assert_eq!(rina(s).await, 1);
        // Whatever it reads, no entry of the timeline lies before the one in front of it.
        let timeline = s.bot().engine.timeline(IncidentId(1)).await.unwrap();
        assert!(timeline.is_sorted_by_key(|entry| entry.at));
        s.read_all().await;
    });
}

#[test]
fn a_machine_that_was_two_days_ahead_pages_in_time_after_it_was_set_right_while_nobody_lived_through_it() {
    story(async |s| {
        s.checkout_breaks().await;
        s.advance(3).await;
        s.stop_bot().await;
        s.machine_clock_is_set(-(HOUR * 48)).await;
        s.pass(Duration::from_secs(60)).await;
        s.start_bot().await;
        s.ready().await;
        s.settled().await;
        assert_eq!(rina(s).await, 0);
        s.advance(1).await;
        assert_eq!(rina(s).await, 1);
        s.read_all().await;
    });
}

#[test]
fn the_same_on_another_machine_whose_clock_is_behind_what_was_written() {
    story(async |s| {
        s.checkout_breaks().await;
        s.advance(3).await;
        s.stop_bot().await;
        // Nothing tells how long it was away: what was written last counts as written at this moment.
        s.another_machine(s.now() - HOUR * 48);
        s.start_bot().await;
        s.ready().await;
        s.settled().await;
        s.advance(4).await;
        assert_eq!(rina(s).await, 0);
        s.advance(1).await;
        assert_eq!(rina(s).await, 1);
        s.read_all().await;
    });
}

#[test]
fn a_machine_that_was_two_days_behind_rings_nobody_early_after_it_was_set_right() {
    story(async |s| {
        s.checkout_breaks().await;
        s.advance(3).await;
        s.stop_bot().await;
        s.machine_clock_is_set(HOUR * 48).await;
        s.start_bot().await;
        s.ready().await;
        s.settled().await;
        assert_eq!(rina(s).await, 0);
        s.advance(2).await;
        assert_eq!(rina(s).await, 1);
        s.read_all().await;
    });
}

#[test]
fn a_step_whose_timer_was_lost_is_taken_all_the_same() {
    story(async |s| {
        s.checkout_breaks().await;
        s.stop_bot().await;
        let store = Store::open(&s.database()).await.unwrap();
        let mut batch = Batch::default();
        batch.timer_done(&IncidentId(1).into(), TimerKind::EscalationStep);
        store.commit(&batch, s.now(), s.now()).await.unwrap();
        store.close().await;
        s.start_bot().await;
        s.ready().await;
        s.advance(5).await;
        assert_eq!(rina(s).await, 1);
        s.read_all().await;
    });
}

#[test]
fn a_heartbeat_is_silent_after_its_time_and_not_because_the_clock_was_set() {
    story_with(
        |options| options.setup = setup_with_heartbeats(CONFIG),
        async |s| {
            let url = format!("http://{}/heartbeat/orders", s.bot().intake);
            assert_eq!(s.control.http.post(url).send().await.unwrap().status(), 200);
            s.settled().await;
            s.advance(2).await;
            s.machine_clock_is_set(HOUR * 2).await;
            assert_eq!(s.bot().engine.totals().await.unwrap().accepted, 0);
            s.machine_clock_is_set(-(HOUR * 5)).await;
            s.advance(2).await;
            assert_eq!(s.bot().engine.totals().await.unwrap().accepted, 0);
            s.advance(1).await;
            assert_eq!(s.bot().engine.totals().await.unwrap().accepted, 1);
            s.read_all().await;
        },
    );
}
