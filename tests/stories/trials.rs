//! Trials of the field: what senders, people and configurations did elsewhere, each with what is right here. One table, so that
//! nobody has to look for them; what people read meanwhile is in their snapshots. The sources are named with the rules, in
//! `episodes.rs` and `judgement.rs` beside this.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use std::time::Duration;

use insta::assert_snapshot;
use serde_json::json;

use crate::chat::{
    each_line_of_a_message_that_matches_is_an_alert_of_its_own,
    many_who_say_the_same_are_asked_about_once_and_read_what_became_of_it,
};
use crate::commands::a_picture_and_a_mention_are_noted_as_people_see_them;
use crate::departures::somebody_who_leaves_while_the_bot_runs_is_not_waited_for;
use crate::episodes::{ONE, TWO, WEEK_LATER, orders, outcomes, shows};
use crate::harness::{CONFIG, Story, configuration, setup_of, story, story_with};
use crate::intake::{
    a_body_that_is_no_json_is_shown_with_the_place_of_the_mistake_once,
    one_body_of_thousands_of_alerts_opens_one_incident_and_pages_once,
};
use crate::judgement::steps;
use crate::names::a_private_category_that_is_renamed_makes_no_room_public_and_operators_are_told_once;
use crate::rotation::a_third_person_in_the_rotation_changes_nobodys_shift_before_the_handoff_and_whoever_it_concerns_is_told;
use crate::unreachable::a_thread_that_is_closed_and_locked_is_opened_again_and_everything_goes_on_in_it;

/// Number of the trial, and its story.
const TRIALS: [(u8, fn()); 18] = [
    (1, what_nobody_told_the_end_of_opens_again_when_it_begins_anew),
    (2, a_late_word_of_a_replica_rings_nobody_and_opens_nothing),
    (3, one_body_of_thousands_of_alerts_opens_one_incident_and_pages_once),
    (6, a_worse_repetition_raises_opens_the_thread_and_pages),
    (8, a_body_that_is_no_json_is_shown_with_the_place_of_the_mistake_once),
    (9, somebody_who_leaves_while_the_bot_runs_is_not_waited_for),
    (11, a_thread_that_is_closed_and_locked_is_opened_again_and_everything_goes_on_in_it),
    (12, what_flaps_rings_the_first_person_once_and_the_next_one_in_time_and_has_one_line),
    (13, a_worse_alert_rings_whoever_has_the_incident_and_without_a_sign_the_policy_goes_on),
    (14, a_third_person_in_the_rotation_changes_nobodys_shift_before_the_handoff_and_whoever_it_concerns_is_told),
    (15, a_policy_that_is_renamed_while_it_calls_people_goes_on),
    (18, a_picture_and_a_mention_are_noted_as_people_see_them),
    (21, an_end_before_its_beginning_opens_nothing),
    (22, a_worse_alert_begins_a_policy_anew_that_reached_its_end),
    (23, when_one_of_two_cannot_take_it_the_other_one_still_has_time),
    (24, a_private_category_that_is_renamed_makes_no_room_public_and_operators_are_told_once),
    (25, each_line_of_a_message_that_matches_is_an_alert_of_its_own),
    (26, many_who_say_the_same_are_asked_about_once_and_read_what_became_of_it),
];

#[test]
fn what_happened_to_others_ends_well_here() {
    for (number, tells) in TRIALS {
        let told = std::panic::catch_unwind(tells);
        assert!(told.is_ok(), "trial {number}");
    }
}

/// How often a person's phone made a sound by a direct message.
async fn rings_direct(s: &Story, person: &str) -> usize {
    s.phone(person).await.matches("rings DM").count()
}

/// How often it made a sound at all.
async fn rings(s: &Story, person: &str) -> usize {
    s.phone(person).await.lines().filter(|line| line.starts_with("rings")).count()
}

fn what_nobody_told_the_end_of_opens_again_when_it_begins_anew() {
    story(async |s| {
        orders(s).fires().await;
        s.budi().press("Acknowledge").await.done();
        assert_snapshot!(s.budi().slash_in("INC-1", "/resolve", json!({})).await, @r#"
        form "Resolve INC-1"
          What fixed it? 1 alert still fires* (Rolled back 4.2)
        "#);
        assert_snapshot!(s.budi().fills(&[Some("restarted")]).await, @"Siaga (private): Resolved after 0 seconds. 1 alert still fires: it opens this again after 1 hour, unless its end comes.");
        s.advance(1).await;
        let before = rings_direct(s, "budi").await;
        orders(s).began(WEEK_LATER).fires().await;
        assert_eq!(outcomes(s).await, "opened, opened");
        assert_eq!(rings_direct(s, "budi").await, before + 1);
        let why = s.budi().slash("/why", json!({ "incident": "INC-2" })).await.to_string();
        assert!(why.contains("The same alert was in INC-1 before, and its sender never told us it was over."), "{why}");
        s.read_all().await;
    });
}

fn a_late_word_of_a_replica_rings_nobody_and_opens_nothing() {
    story(async |s| {
        let alert = || s.alert("checkout").critical().fingerprint("bb02").began(ONE);
        alert().fires().await;
        alert().resolves().await;
        alert().from("http://am-1:9093").fires().await;
        alert().from("http://am-1:9093").resolves().await;
        assert_eq!(outcomes(s).await, "opened, resolved, late, nothing_firing");
        assert_eq!(s.bot().engine.totals().await.unwrap().incidents, 1);
        assert_eq!(rings_direct(s, "budi").await, 1);
        let why = s.budi().slash("/why", json!({ "incident": "INC-1" })).await.to_string();
        assert!(why.contains("1 report came again after its alert was over. It paged nobody."), "{why}");
        s.read_all().await;
    });
}

fn a_worse_repetition_raises_opens_the_thread_and_pages() {
    let queue = r#"
[[integrations]]
name = "queue"
kind = "json"
key_env = "SIAGA_KEY_ALERTMANAGER"
dedup_key = "body.id"
title = "body.text"
status = "body.status"
severity = "body.level"
service = "'orders'"
value = "body.value"

"#;
    let text = CONFIG.replacen("[[integrations]]", &format!("{}[[integrations]]", queue.trim_start()), 1);
    story_with(
        move |options| options.setup = setup_of(&text),
        async |s| {
            let says = async |body: serde_json::Value| {
                let (code, answer) = s.post_raw("queue", Some(&s.key), body.to_string().into_bytes()).await;
                assert_eq!(code, 202, "{answer}");
                s.settled().await;
            };
            let level = |level: &str, text: &str, value: &str, status: &str| json!({ "id": 9001, "level": level, "text": text, "value": value, "status": status });
            says(level("info", "Queue age 4 min", "180 waiting", "firing")).await;
            assert_snapshot!(s.card("INC-1").await, @"
            Siaga (silent): INC-1 · SEV-4 · TRIGGERED · Queue age 4 min · orders (owner Payments) · [now]
              [Raise to SEV-3 (pages people)] [Triage] [Silence]
            ");
            says(level("critical", "Queue age 31 min", "9,000 waiting", "firing")).await;
            assert_eq!(s.rooms().await, ["INC-1 Queue age 31 min"]);
            assert_eq!(rings_direct(s, "budi").await, 1);
            shows(s, &["INC-1 · SEV-2 · TRIGGERED", "**Queue age 31 min**", "**Alerts** 1 firing · 9,000 waiting"])
                .await;
            let told = s.thread("INC-1").await;
            assert!(told.contains("from SEV-4 to SEV-2"), "{told}");
            // Milder again: shown, and lowers nothing by itself.
            says(level("info", "Queue age 3 min", "12 waiting", "firing")).await;
            shows(s, &["INC-1 · SEV-2 · TRIGGERED", "**Queue age 3 min**", "**Alerts** 1 firing · 12 waiting"]).await;
            says(level("info", "Queue age 0 min", "0 waiting", "ok")).await;
            assert_eq!(outcomes(s).await, "opened, repeated, repeated, resolved");
            assert_eq!(rings_direct(s, "budi").await, 1);
            s.read_all().await;
        },
    );
}

/// grafana/oncall issue 1792: somebody acknowledges at night, forgets it, and what comes to the same group is silent.
fn a_worse_alert_rings_whoever_has_the_incident_and_without_a_sign_the_policy_goes_on() {
    story(async |s| {
        s.search_is_slow().await;
        s.agus().press("Acknowledge").await.done();
        s.advance(40).await;
        s.read_all().await;
        let before = rings(s, "agus").await;
        s.alert("search").critical().numbered(2).saying("Search is down").fires().await;
        assert_snapshot!(s.news("INC-1").await, @"
        Siaga: @Agus SEV-2 INC-1 Search answers in 2.4 s. Still yours?
          You have it, and a worse alert joined. If it is still yours, acknowledge once more.
          [Acknowledge] [Can't take it] [Runbook]
        Siaga (silent): An alert raised the severity from SEV-3 to SEV-2. Reason: Search is down.
        Siaga (silent): @Agus, still yours? You are asked because a worse alert joined. Without an answer escalation goes on [in 5 min].
          [Still on it]
        ");
        assert_eq!(
            rings(s, "agus").await,
            before + 2,
            "mention, direct message; the question beside them is silent: {}",
            s.phone("agus").await
        );
        s.advance(4).await;
        assert_eq!(rings(s, "dewi").await, 0);
        s.advance(1).await;
        assert_eq!(rings(s, "dewi").await, 2, "{}", s.phone("dewi").await);
        s.read_all().await;
    });
}

/// grafana/oncall pull request 2954 mended a frozen chain that named somebody deleted; issue 3138 says why it is frozen at all.
fn a_policy_that_is_renamed_while_it_calls_people_goes_on() {
    story(async |s| {
        let file = configuration(s, |text| text);
        assert!(s.bot().reload(&file).await.taken);
        s.checkout_breaks().await;
        s.advance(1).await;
        let file = configuration(s, |text| {
            let text = text.replace("name = \"payments\"\nsteps", "name = \"money\"\nsteps");
            text.replace("escalation = \"payments\"", "escalation = \"money\"")
        });
        let report = s.bot().reload(&file).await;
        assert!(report.taken, "{report:?}");
        s.advance(3).await;
        assert_eq!(rings(s, "rina").await, 0);
        s.advance(1).await;
        assert_eq!(rings(s, "rina").await, 2, "{}", s.phone("rina").await);
        assert!(s.card("INC-1").await.contains("next "), "{}", s.card("INC-1").await);
        // Its end is told where the policy said so when it began.
        s.advance(15).await;
        s.until("the end is told", async || s.count("#sre", "nobody is left to page").await == 1).await;
        s.until("operators read of the reloads", async || s.count("#sre-ops", "is in use").await == 2).await;
        s.settled().await;
        s.read_all().await;
    });
}

fn an_end_before_its_beginning_opens_nothing() {
    story(async |s| {
        orders(s).resolves().await;
        orders(s).fires().await;
        assert_eq!(outcomes(s).await, "nothing_firing, late");
        assert_eq!(s.bot().engine.totals().await.unwrap().incidents, 0);
        assert_eq!(rings_direct(s, "budi").await, 0);
        orders(s).began(TWO).fires().await;
        assert_eq!(outcomes(s).await, "nothing_firing, late, opened");
        s.read_all().await;
    });
}

/// Others stop at the policy's end until somebody looks (grafana/oncall issue 1206: noticed five hours later).
fn a_worse_alert_begins_a_policy_anew_that_reached_its_end() {
    story(async |s| {
        s.alert("checkout").warning().numbered(2).saying("Queue of payments grows").fires().await;
        s.advance(20).await;
        assert_eq!(s.count("#sre", "nobody is left to page").await, 1);
        let before = rings(s, "budi").await;
        s.checkout_breaks().await;
        assert_eq!(rings(s, "budi").await, before + 2, "{}", s.phone("budi").await);
        let before = rings(s, "rina").await;
        s.advance(5).await;
        assert_eq!(rings(s, "rina").await, before + 2);
        s.read_all().await;
    });
}

fn when_one_of_two_cannot_take_it_the_other_one_still_has_time() {
    story_with(
        |options| steps(options, "payments", &[&["budi", "rina"], &["dewi"]]),
        async |s| {
            s.checkout_breaks().await;
            s.budi().press("Can't take it").await.done();
            s.pass(Duration::from_secs(20)).await;
            assert_eq!(rings(s, "dewi").await, 0);
            s.rina().press("Can't take it").await.done();
            assert_eq!(rings(s, "dewi").await, 2, "{}", s.phone("dewi").await);
            s.dewi().press("Can't take it").await.done();
            assert_eq!(s.count("#sre", "nobody is left to page").await, 1);
            s.read_all().await;
        },
    );
}

/// Elsewhere each beginning of a flapping alert rang the first person anew, and nobody else ever.
fn what_flaps_rings_the_first_person_once_and_the_next_one_in_time_and_has_one_line() {
    story(async |s| {
        let began = s.now();
        for _ in 0..12 {
            s.alert("checkout").critical().saying("Checkout errors 12 %").fires().await;
            s.pass(Duration::from_secs(4)).await;
            s.alert("checkout").critical().resolves().await;
            s.pass(Duration::from_secs(4)).await;
        }
        assert_eq!(s.bot().engine.totals().await.unwrap().incidents, 1);
        assert_eq!(rings_direct(s, "budi").await, 1, "{}", s.phone("budi").await);
        assert_eq!(rings_direct(s, "rina").await, 0);
        let in_the_room = s.channel("#inc-1-checkout").await;
        assert_eq!(in_the_room.matches("Flaps: 11 times in").count(), 1, "{in_the_room}");
        assert_eq!(in_the_room.matches("fires again").count(), 0, "{in_the_room}");
        assert_eq!(s.bot().engine.flaps(), engine::Flaps { began: 1, returned: 10, now: 1 });
        // Whoever opens the direct message can still answer it.
        assert!(s.direct("budi").await.contains("[Acknowledge]"), "{}", s.direct("budi").await);
        while s.now().duration_since(began).as_secs() < 305 {
            s.pass(Duration::from_secs(15)).await;
        }
        assert_eq!(rings_direct(s, "rina").await, 1, "in time, though nothing fires in this moment");
        assert_eq!(rings_direct(s, "budi").await, 1);
        s.advance(10).await;
        let in_the_room = s.channel("#inc-1-checkout").await;
        assert_eq!(in_the_room.matches("Flapped: 11 times in").count(), 1, "{in_the_room}");
        assert_eq!(s.bot().engine.flaps().now, 0);
        assert!(s.card("INC-1").await.contains("RESOLVED"));
        assert!(!s.direct("budi").await.contains("[Acknowledge]"));
        s.read_all().await;
    });
}
