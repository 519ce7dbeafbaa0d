//! What cannot be decided or delivered: it is seen by a person, put aside, and holds up nobody.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use std::time::Duration;

use domain::setup::Person;
use insta::assert_snapshot;
use secrecy::SecretString;
use serde_json::{Value, json};

use crate::harness::phone::PushServer;
use crate::harness::{Options, Story, story, story_with};

const MESSAGES: &str = "/channels/{channel_id}/messages";

/// A wait of thirty thousand years: no configuration can say it, and reckoning with it is a mistake of ours.
fn with_a_mistake(setup: &mut domain::Setup) {
    let steps = &mut setup.escalations.get_mut("payments").unwrap().steps;
    steps.iter_mut().for_each(|step| step.wait = Duration::from_secs(1_000_000_000_000));
}

/// Error ids differ from run to run.
fn plain(text: &str) -> String {
    regex::Regex::new(r"e-[0-9a-z]+").unwrap().replace_all(text, "e-[id]").into_owned()
}

async fn calls(s: &Story, part: &str) -> usize {
    let calls = s.control.get("/calls").await;
    let calls: Vec<Value> = calls["calls"].as_array().cloned().unwrap_or_default();
    calls.iter().filter(|call| call["method"] == "POST" && call.to_string().contains(part)).count()
}

#[test]
fn an_alert_that_cannot_be_decided_becomes_an_unmapped_one_with_its_error_id_and_the_rest_goes_on() {
    story_with(
        |options| with_a_mistake(&mut options.setup),
        async |s| {
            s.expect_error("panic");
            s.expect_error("could not be decided");
            let alerts = [
                s.alert("search").warning().wire("firing"),
                s.alert("checkout").critical().wire("firing"),
                s.alert("login").warning().wire("firing"),
            ];
            let (status, _) = s.post_intake(&crate::harness::alert::payload("firing", &alerts)).await;
            assert_eq!(status, 202);
            s.settled().await;
            let rooms: Vec<String> = s.rooms().await.iter().map(|name| plain(name)).collect();
            assert_snapshot!(rooms.join("\n"), @"
            INC-1 Search answers in 2.4 s
            INC-2 Unmapped input (journal row 2, e-[id])
            INC-3 Login errors 4 %
            ");
            assert_snapshot!(plain(&s.card("INC-2").await), @"
            Siaga (silent):
              | INC-2 · SEV-3 · TRIGGERED
              | **Unmapped input (journal row 2, e-[id])**
              | **Started** [now] ([2 Mar 03:10])
              | **Alerts** 1 firing
              | **Commander** nobody yet: `/commander`
              | **Paged** Agus, [now] · next Dewi [in 6 min]
              | **Missing** the alert names no severity, value, description, service or runbook
              [Acknowledge] [Can't take it] [Runbook] [Triage] [Silence]
            ");
            assert_eq!(s.bot().engine.totals().await.unwrap().undecided, 0);
            s.read_all().await;
        },
    );
}

#[test]
fn a_step_that_cannot_be_decided_is_told_to_the_operators_and_everything_else_goes_on() {
    // A policy goes on as it was when it began, so the mistake is there from the beginning, in the steps after the first.
    let later = |options: &mut Options| {
        let first = options.setup.escalations["payments"].steps[0].wait;
        with_a_mistake(&mut options.setup);
        options.setup.escalations.get_mut("payments").unwrap().steps[0].wait = first;
    };
    story_with(later, async |s| {
        s.checkout_breaks().await;
        s.read_all().await;
        for part in ["panic", "A timer of INC-1 could not be decided", "Failed as e-"] {
            s.expect_error(part);
        }
        let said = s.budi().slash_in("room INC-1", "/escalate", json!({})).await;
        assert_snapshot!(plain(&said.to_string()), @"Siaga (private): That did not work; nothing was changed. Try once more. It is logged as `e-[id]`.");
        s.advance(5).await;
        assert_snapshot!(plain(&s.news("#sre-ops").await), @r"Siaga (silent): The next escalation step of INC-1 was due and could not be decided (e-[id]). Look after INC-1 yourself: \`/incident show\`, and \`/page\` if somebody is needed. The log says more.");
        // Whoever decides is still there.
        s.search_is_slow().await;
        s.budi().slash_in("room INC-1", "/ack", json!({})).await.done();
        assert!(s.card("INC-1").await.contains("ACKNOWLEDGED"));
        s.read_all().await;
    });
}

#[test]
fn a_message_that_discord_refuses_is_tried_once_and_waits_as_a_dead_letter_until_a_person_decides() {
    story(async |s| {
        s.checkout_breaks().await;
        s.read_all().await;
        let refused = json!({ "method": "POST", "route": MESSAGES, "contains": "acknowledged", "do": "status", "status": 403, "count": 1_000 });
        s.fault(&refused).await;
        let before = calls(s, MESSAGES).await;
        s.budi().press("Acknowledge").await.done();
        s.settled().await;
        assert_snapshot!(s.news("#sre-ops").await, @r"Siaga (silent): Could not deliver post of INC-1: POST /channels/{channel\_id}/messages: refused with 403 (code 0): 403: Forbidden. Siaga does not try again by itself: find the cause with \`siaga doctor\`, then \`siaga outbox retry 16\`.");
        // One attempt at the post, one at the line for the operators.
        assert_eq!(calls(s, MESSAGES).await - before, 2);

        let listed = s.siaga(&["outbox", "list"]).await;
        assert!(listed.ok);
        assert_snapshot!(listed.text(), @"
        1 dead letter: nothing tries them until you say so.
             16  post of INC-1 [age] old  refused            POST /channels/{channel_id}/messages: refused with 403 (code 0): 403: Forbidden
        Mend the cause (`siaga doctor`), then `siaga outbox retry ROW` or `--all`; `drop ROW` puts one aside.
        ");
        let rows = s.siaga(&["outbox", "list", "--dead", "--output", "json"]).await.json();
        let row = rows[0]["row"].to_string();
        assert_eq!(
            (rows.as_array().unwrap().len(), &rows[0]["state"], &rows[0]["kind"]),
            (1, &json!("dead"), &json!("post"))
        );
        assert_eq!((&rows[0]["reason_code"], &rows[0]["carrier"]), (&json!("refused"), &json!(null)));
        assert_snapshot!(s.siaga(&["outbox", "show", &row]).await.text(), @r#"
        Row 16: post of INC-1
          state     dead: nothing tries it until `siaga outbox retry 16`; `siaga outbox drop 16` puts it aside
          planned   [time] ([age] ago)
          attempts  1
          ended     [time] ([age] ago)
          reason    POST /channels/{channel_id}/messages: refused with 403 (code 0): 403: Forbidden
          code      refused
          content   {"kind":"post","incident":1,"seq":5,"place":"room"}
          text      Budi acknowledged, <t:1772395800:t>. Rina will not be paged.
        "#);
        assert_snapshot!(s.siaga(&["outbox", "show", "999"]).await.text(), @"siaga: the outbox has no row 999: `siaga outbox list` shows what is not delivered");
        assert_snapshot!(s.siaga(&["outbox", "retry", "1"]).await.text(), @"siaga: row 1 is delivered: there is nothing to retry");

        // The cause is not mended: it is dead again after one more attempt, and is told again.
        assert_snapshot!(s.siaga(&["outbox", "retry", &row]).await.text(), @"Row 16 is tried again; `siaga outbox show 16` says how it went.");
        s.until("it is dead again", async || {
            s.bot().engine.health().await.parts[1].sentence.contains("0 waiting, 1 dead")
        })
        .await;
        s.settled().await;
        assert_eq!(calls(s, MESSAGES).await - before, 4);
        s.read_all().await;

        s.clear_faults().await;
        assert_eq!(
            s.siaga(&["outbox", "retry", "--all", "--output", "json"]).await.json(),
            json!({ "retry": [rows[0]["row"]] })
        );
        s.until("it is delivered", async || s.bot().engine.health().await.parts[1].ok).await;
        s.settled().await;
        assert_snapshot!(s.news("room INC-1").await, @"Siaga (silent): Budi acknowledged, [03:10]. Rina will not be paged.");
        assert_snapshot!(s.siaga(&["outbox", "list"]).await.text(), @"Everything is delivered.");
        assert_snapshot!(s.siaga(&["outbox", "drop", &row]).await.text(), @"siaga: row 16 is delivered: there is nothing to drop");
        s.read_all().await;
    });
}

#[test]
fn a_dead_letter_that_is_dropped_is_never_delivered() {
    story(async |s| {
        s.checkout_breaks().await;
        s.fault(&json!({ "method": "POST", "route": MESSAGES, "contains": "acknowledged", "do": "status", "status": 403, "count": 1_000 })).await;
        s.budi().press("Acknowledge").await.done();
        s.settled().await;
        s.read_all().await;
        s.clear_faults().await;
        let row = s.siaga(&["outbox", "list", "--output", "json"]).await.json()[0]["row"].to_string();
        assert_snapshot!(s.siaga(&["outbox", "drop", &row]).await.text().replace(&row, "[row]"), @"Row [row] is put aside.");
        assert_snapshot!(s.siaga(&["outbox", "retry", &row]).await.text().replace(&row, "[row]"), @"siaga: row [row] was put aside: there is nothing to retry");
        s.restart().await;
        assert_eq!(s.news("room INC-1").await, "(nothing)");
        s.read_all().await;
    });
}

#[test]
fn a_message_that_makes_discord_fail_is_given_up_after_a_few_attempts_with_longer_and_longer_waits() {
    story_with(
        |options| {
            options.patience.tries = 4;
            options.patience.give_up_after = Duration::from_secs(1);
        },
        async |s| {
            s.expect_dead_letters(1);
            s.checkout_breaks().await;
            s.read_all().await;
            s.fault(&json!({ "method": "POST", "route": MESSAGES, "contains": "acknowledged", "do": "status", "status": 500, "count": 4 })).await;
            let before = calls(s, MESSAGES).await;
            s.budi().press("Acknowledge").await.done();
            s.settled().await;
            assert_snapshot!(s.news("#sre-ops").await, @r"Siaga (silent): Could not deliver post of INC-1: given up after 4 attempts; it may have arrived: POST /channels/{channel\_id}/messages: Discord failed with 500 (code 0): 500: Internal Server Error. Siaga does not try again by itself: find the cause with \`siaga doctor\`, then \`siaga outbox retry 16\`.");
            assert_eq!(calls(s, MESSAGES).await - before, 5, "four attempts and the line");
            s.read_all().await;
        },
    );
}

#[test]
fn operators_who_cannot_be_told_in_their_channel_are_told_where_everybody_reads() {
    story(async |s| {
        let refused = |contains: &str, count: u32| json!({ "method": "POST", "route": MESSAGES, "contains": contains, "do": "status", "status": 403, "count": count });
        s.checkout_breaks().await;
        s.expect_dead_letters(1);
        s.read_all().await;
        s.fault(&refused("Budi acknowledged", 1)).await;
        s.fault(&refused("Could not deliver", 1)).await;
        s.budi().press("Acknowledge").await.done();
        s.settled().await;
        assert_eq!(s.news("#sre-ops").await, "(nothing)");
        assert_snapshot!(s.news("#incidents").await, @r"Siaga (silent): Could not deliver post of INC-1: POST /channels/{channel\_id}/messages: refused with 403 (code 0): 403: Forbidden. Siaga does not try again by itself: find the cause with \`siaga doctor\`, then \`siaga outbox retry 16\`.");
        s.read_all().await;
    });
}

fn with_phone(options: &mut Options, server: &PushServer) {
    let budi = options.setup.people.get_mut(&"budi".into()).unwrap();
    budi.addresses.insert(ways::ntfy::NTFY.id, domain::setup::Address::Variable("NTFY_BUDI".into()));
    budi.contacts = Person::usual_contacts([ways::ntfy::NTFY.usual()]);
    options.outside.variables.insert("NTFY_BUDI".into(), SecretString::from(server.topic("budi")));
}

#[test]
fn a_page_that_discord_refuses_goes_to_the_phone_at_once_and_the_room_is_told() {
    let server = PushServer::start();
    let phone = server.clone();
    story_with(
        |options| with_phone(options, &server),
        async move |s| {
            s.expect_dead_letters(1);
            let mention = format!("<@{}>", s.id_of("budi").await);
            s.fault(
                &json!({ "method": "POST", "route": MESSAGES, "contains": mention, "do": "status", "status": 403 }),
            )
            .await;
            s.checkout_breaks().await;
            assert_eq!(phone.messages("budi").len(), 1);
            assert_snapshot!(s.room("INC-1").await, @r"
            Siaga (silent, pinned): (the card)
            Siaga (silent): Opened because severity=critical on checkout. First step: check payment-gateway.
              [Why] [Runbook]
            Siaga (silent): The page to Budi by the mention did not arrive: POST /channels/{channel\_id}/messages: refused with 403 (code 0): 403: Forbidden. Use another way to reach them if it is urgent.
            Siaga (silent): The page to Budi did not arrive on another way, so it went out by ntfy at once.
            ");
            s.budi().press("Acknowledge").await.done();
            s.read_all().await;
        },
    );
}

#[test]
fn when_no_way_to_a_person_is_left_the_next_step_is_paged_at_once() {
    story(async |s| {
        s.expect_dead_letters(1);
        let budi = s.id_of("budi").await;
        s.budi().closes_direct_messages().await;
        s.fault(&json!({ "method": "POST", "route": MESSAGES, "contains": format!("<@{budi}>"), "do": "status", "status": 403 })).await;
        s.checkout_breaks().await;
        assert_snapshot!(s.room("INC-1").await, @r"
        Siaga (silent, pinned): (the card)
        Siaga: @Rina SEV-1 INC-1 Checkout errors 12 %. Tap to answer.
          [Acknowledge] [Can't take it] [Runbook]
        Siaga (silent): Opened because severity=critical on checkout. First step: check payment-gateway.
          [Why] [Runbook]
        Siaga (silent): Budi was paged here, but the direct message was not delivered. Use another way to reach them if it is urgent.
        Siaga (silent): The page to Budi by the mention did not arrive: POST /channels/{channel\_id}/messages: refused with 403 (code 0): 403: Forbidden. Use another way to reach them if it is urgent.
        ");
        s.read_all().await;
    });
}

#[test]
fn a_page_that_does_not_get_out_on_discord_reaches_the_phone_although_discord_is_there() {
    let server = PushServer::start();
    let phone = server.clone();
    story_with(
        |options| {
            with_phone(options, &server);
            options.patience.page_stuck = Duration::from_millis(500);
        },
        async move |s| {
            let refused = json!({ "method": "POST", "route": MESSAGES, "contains": "Tap to answer", "do": "status", "status": 429, "retry_after": 3.0, "scope": "shared" });
            s.fault(&refused).await;
            s.alert("checkout").critical().sent("firing").await;
            s.until("the push message", async || !phone.messages("budi").is_empty()).await;
            s.settled().await;
            assert_snapshot!(s.room("INC-1").await, @"
            Siaga (silent, pinned): (the card)
            Siaga: @Budi SEV-1 INC-1 Checkout errors 12 %. Tap to answer.
              [Acknowledge] [Can't take it] [Runbook]
            Siaga (silent): Opened because severity=critical on checkout. First step: check payment-gateway.
              [Why] [Runbook]
            Siaga (silent): The page to Budi does not get out on Discord, so it went out by ntfy at once.
            ");
            assert_eq!(phone.messages("budi").len(), 1);
            s.read_all().await;
        },
    );
}

#[test]
fn many_dead_letters_are_a_few_lines_and_a_number() {
    story_with(
        |options| options.patience.tell_within = Duration::from_secs(12),
        async |s| {
            s.expect_dead_letters(8);
            s.fault(&json!({ "method": "POST", "route": MESSAGES, "contains": "Opened because ", "do": "status", "status": 403, "count": 8 })).await;
            let alerts: Vec<Value> =
                (0..8).map(|number| s.alert(&format!("service-{number}")).warning().wire("firing")).collect();
            assert_eq!(s.post_intake(&crate::harness::alert::payload("firing", &alerts)).await.0, 202);
            s.settled().await;
            s.until("the rest is told", async || s.channel("#sre-ops").await.contains("siaga outbox list")).await;
            s.settled().await;
            let told = s.channel("#sre-ops").await;
            assert_eq!(told.matches("Could not deliver post of INC-").count(), 5, "{told}");
            assert_snapshot!(told.lines().last().unwrap(), @r"Siaga (silent): 3 more messages could not be delivered. \`siaga outbox list\` shows what and why.");
            s.read_all().await;
        },
    );
}

#[test]
fn a_row_that_waits_is_dropped_only_while_no_bot_runs() {
    story(async |s| {
        s.fault(&json!({ "method": "POST", "route": MESSAGES, "contains": "Opened because ", "do": "status", "status": 503, "count": 1000 })).await;
        s.alert("search").warning().sent("firing").await;
        let waiting = async || {
            let rows = s.siaga(&["outbox", "list", "--output", "json"]).await.json();
            let post = rows.as_array().unwrap().iter().find(|row| row["kind"] == "post");
            post.map(|post| post["row"].to_string())
        };
        s.until("it waits", async || waiting().await.is_some()).await;
        let row = waiting().await.unwrap();
        assert_snapshot!(s.siaga(&["outbox", "drop", &row]).await.text().replace(&row, "[row]"), @"siaga: row [row] still waits and is the running bot's: stop the bot first, or wait until it is delivered");
        assert_snapshot!(s.siaga(&["outbox", "retry", &row]).await.text().replace(&row, "[row]"), @"siaga: row [row] still waits: the bot tries it by itself");
        s.stop_bot().await;
        assert_snapshot!(s.siaga(&["outbox", "drop", &row]).await.text().replace(&row, "[row]"), @"Row [row] is put aside.");
        s.clear_faults().await;
        s.start_bot().await;
        s.ready().await;
        s.settled().await;
        assert!(!s.thread("INC-1").await.contains("Opened because "));
        s.read_all().await;
    });
}
