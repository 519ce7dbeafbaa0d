//! Lines of chat become alerts: people are asked first, machines are believed, we never listen to ourselves.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use std::time::Duration;

use domain::{Event, IncidentId};
use insta::assert_snapshot;
use serde_json::json;

use crate::episodes::{outcomes, shows};
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
        assert_snapshot!(s.budi().press("Open incident").await, @"Siaga (private): INC-1 is open as SEV-4. Nobody is paged; `/page` pages somebody.");
        assert_snapshot!(s.channel("#support").await, @r#"
        Sari: Checkout is down, twelve tickets
        Siaga (silent, reply to "Checkout is down, twelve tickets"): Budi opened INC-1.
        "#);
        assert_snapshot!(s.channel("#incidents").await, @"
        Siaga (silent): INC-1 · SEV-4 · TRIGGERED · Users report Checkout trouble · checkout (owner Payments) · [now]
          [Raise to SEV-3 (pages people)] [Triage] [Silence]
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
        Siaga (silent, reply to "login shows an error again"): Marked as not an incident by Budi.
        "#);
        assert_eq!(s.bot().engine.totals().await.unwrap().incidents, 0);
    });
}

/// Two things of one service: the question stands until both are over.
#[test]
fn a_question_whose_lines_all_say_that_it_is_over_asks_no_more() {
    let config = CONFIG
        .replace("RESOLVED): (?P<title>.+)$'", "RESOLVED): (?P<title>(?P<service>\\w+) .+)$'")
        .replace("resolved = [\"resolved\"]", "resolved = [\"resolved\"]\ncandidate = true");
    story_with(
        move |options| options.setup = setup_of(&config),
        async |s| {
            let says = async |line: &str| {
                s.machine_posts("shop-monitor", "#sre", &json!({ "content": line })).await;
                s.settled().await;
            };
            says("FIRING: search slow").await;
            says("FIRING: search down").await;
            says("RESOLVED: search slow").await;
            assert!(s.channel("#sre").await.contains("[Open incident]"), "{}", s.channel("#sre").await);
            says("RESOLVED: search down").await;
            s.until("it asks no more", async || !s.channel("#sre").await.contains("[Open incident]")).await;
            assert_snapshot!(s.channel("#sre").await, @r#"
            Shop-monitor: FIRING: search slow
            Siaga (silent, reply to "FIRING: search slow"): It was over before somebody answered: search slow
            Shop-monitor: FIRING: search down
            Shop-monitor: RESOLVED: search slow
            Shop-monitor: RESOLVED: search down
            "#);
            // The next time is asked about anew.
            says("FIRING: search slow").await;
            assert_eq!(s.channel("#sre").await.matches("[Open incident]").count(), 1, "{}", s.channel("#sre").await);
            assert_eq!(outcomes(s).await, "asked, asked, nothing_firing, nothing_firing, asked");
            s.read_all().await;
        },
    );
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
        Siaga (silent):
          | INC-1 · SEV-3 · TRIGGERED
          | **stock service slow**
          | **Started** [now] ([2 Mar 03:10])
          | **Alerts** 1 firing
          | **Commander** nobody yet: `/commander`
          | **Paged** Agus, [now] · next Dewi [in 5 min]
          [Acknowledge] [Can't take it] [Runbook] [Triage] [Silence]
        ");
        assert_snapshot!(s.thread("INC-1").await, @"
        Siaga: @Agus SEV-3 INC-1 stock service slow. Tap to answer.
          [Acknowledge] [Can't take it] [Runbook]
        Siaga: (its card)
        Siaga (silent): Opened because shop-monitor reported it.
          [Why] [Runbook]
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
        Siaga (silent):
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

/// Trial 25, and a digest of two alerts: each line that matches is an alert of its own, once, whatever Markdown is around it.
pub(crate) fn each_line_of_a_message_that_matches_is_an_alert_of_its_own() {
    story(async |s| {
        let link = "FIRING: stock service slow\n<https://grafana.example.com/d/stock>";
        s.machine_posts("shop-monitor", "#sre", &json!({ "content": link })).await;
        assert_eq!(s.rooms().await, ["INC-1 stock service slow"]);
        let two = "2 alerts\n**FIRING:** search slow\n> **FIRING:** `mail` slow\n**FIRING:** search slow";
        s.machine_posts("shop-monitor", "#sre", &json!({ "content": two })).await;
        assert_eq!(s.rooms().await, ["INC-1 stock service slow", "INC-2 search slow", "INC-3 mail slow"]);
        let over = "## RESOLVED: search slow\n- RESOLVED: mail slow";
        s.machine_posts("shop-monitor", "#sre", &json!({ "content": over })).await;
        assert_eq!(outcomes(s).await, "opened, opened, opened, resolved, resolved");
        s.read_all().await;
    });
}

#[test]
fn a_service_is_the_configured_one_whatever_its_case() {
    let text = CONFIG.replace(
        "match = '^(?P<status>FIRING|RESOLVED): (?P<title>.+)$'",
        "match = '^(?P<status>FIRING|RESOLVED): (?P<title>(?P<service>\\w+) .+)$'",
    );
    story_with(
        move |options| options.setup = setup_of(&text),
        async |s| {
            s.machine_posts("shop-monitor", "#sre", &json!({ "content": "FIRING: Checkout is slow" })).await;
            let card = s.card("INC-1").await;
            assert!(card.contains("**Service** checkout"), "{card}");
            s.read_all().await;
        },
    );
}

/// Who writes about the checkout, one after the other.
const CUSTOMERS: [&str; 8] = ["sari", "dewi", "agus", "putri", "joko", "maya", "tono", "wati"];

/// Trial 26. Each line asked a question of its own; after the yes seven of them stood with live buttons.
pub(crate) fn many_who_say_the_same_are_asked_about_once_and_read_what_became_of_it() {
    story(async |s| {
        for (nth, name) in CUSTOMERS.into_iter().enumerate() {
            s.person(name).says("#support", &format!("checkout is down for me, try {nth}")).await;
        }
        let asked = s.channel("#support").await;
        assert_eq!(asked.matches("Is this an incident?").count(), 1, "{asked}");
        assert!(asked.contains("8 people say so: Sari, Dewi, Agus, Putri, Joko, Maya, Tono, Wati."), "{asked}");
        assert_snapshot!(s.phone("sari").await, @"(quiet)");
        assert_snapshot!(s.budi().press("Open incident").await, @"Siaga (private): INC-1 is open as SEV-4. Nobody is paged; `/page` pages somebody.");
        let said = s.channel("#support").await;
        let known = "Known: INC-1, opened by Budi. 8 people say so: Sari, Dewi, Agus, Putri, Joko, Maya, Tono, Wati.";
        assert!(said.contains(known), "{said}");
        assert!(!said.contains("[Open incident]"), "{said}");
        assert_eq!(s.bot().engine.totals().await.unwrap().incidents, 1);
        // While it is open, nothing is asked: who writes reads that it is known, in one message for some minutes.
        s.person("hendra").says("#support", "Checkout shows an error").await;
        s.person("lina").says("#support", "checkout and login down?").await;
        s.person("hendra").says("#support", "still down: checkout is down").await;
        let said = s.channel("#support").await;
        assert_eq!(said.matches("Known: INC-1. 2 people say so: Hendra, Lina.").count(), 1, "{said}");
        assert_eq!(said.matches("Is this an incident?").count(), 0, "{said}");
        assert_eq!(s.bot().engine.totals().await.unwrap().incidents, 1);
        assert_snapshot!(s.phone("hendra").await, @"(quiet)");
        s.read_all().await;
    });
}

#[test]
fn a_no_answers_everybody_and_what_comes_later_asks_anew() {
    story(async |s| {
        s.sari().says("#support", "checkout is down").await;
        s.agus().says("#support", "checkout down here, too").await;
        s.budi().press("Not an incident").await.done();
        let said = s.channel("#support").await;
        assert!(said.contains("Marked as not an incident by Budi. 2 people say so: Sari, Agus."), "{said}");
        assert_eq!(outcomes(s).await, "declined, declined");
        s.sari().says("#support", "checkout is down once more").await;
        assert_eq!(s.channel("#support").await.matches("[Open incident]").count(), 1);
        s.read_all().await;
    });
}

/// What `authors` of the monitor's rule is.
fn only(authors: &str) -> String {
    CONFIG.replace("resolved = [\"resolved\"]", &format!("resolved = [\"resolved\"]\nauthors = {authors}"))
}

#[test]
fn a_rule_for_one_bot_is_not_everybodys_resolved() {
    story_with(
        |options| options.setup = setup_of(&only("[\"shop-monitor\"]")),
        async |s| {
            s.machine_posts("shop-monitor", "#sre", &json!({ "content": "FIRING: stock service slow" })).await;
            s.agus().says("#sre", "RESOLVED: stock service slow").await;
            s.agus().says("#sre", "FIRING: my coffee is cold").await;
            assert_eq!(outcomes(s).await, "opened");
            s.machine_posts("shop-monitor", "#sre", &json!({ "content": "RESOLVED: stock service slow" })).await;
            assert_eq!(outcomes(s).await, "opened, resolved");
            s.read_all().await;
        },
    );
}

#[test]
fn authors_are_bots_and_whoever_has_a_role() {
    story_with(
        |options| options.setup = setup_of(&only("[\"bots\", \"@sre\"]")),
        async |s| {
            s.machine_posts("shop-monitor", "#sre", &json!({ "content": "FIRING: stock service slow" })).await;
            s.sari().says("#sre", "RESOLVED: stock service slow").await;
            assert_eq!(outcomes(s).await, "opened");
            s.agus().says("#sre", "RESOLVED: stock service slow").await;
            assert_eq!(outcomes(s).await, "opened, resolved");
            s.read_all().await;
        },
    );
}

/// A bot's message, as it stands now.
async fn machine_edits(s: &crate::harness::Story, message: &str, content: &str) {
    let channel = s.place("dewi", "#sre").await;
    let path = format!("/channels/{channel}/messages/{message}");
    s.bot_calls("shop-monitor", "PATCH", &path, &json!({ "content": content })).await;
}

/// A person's message, as it stands now.
async fn edits(s: &crate::harness::Story, person: &str, message: &str, content: &str) {
    let path = format!("/people/{person}/messages/{message}/edit");
    s.control.post(&path, &json!({ "content": content })).await;
}

#[test]
fn a_message_that_is_edited_into_an_alert_and_into_its_end_is_followed() {
    story(async |s| {
        let message = s.machine_posts("shop-monitor", "#sre", &json!({ "content": "stock service: looking" })).await;
        assert_eq!(s.bot().engine.totals().await.unwrap().accepted, 0);
        machine_edits(s, &message, "**FIRING:** stock service slow\nsince 03:10").await;
        s.until("the edit is read", async || s.bot().engine.totals().await.unwrap().accepted == 1).await;
        s.settled().await;
        // It says more about the same alert, and the card says what it says now.
        machine_edits(s, &message, "**FIRING:** stock service very slow\nsince 03:10, 4 of 6 nodes").await;
        s.until("the change is read", async || s.bot().engine.totals().await.unwrap().accepted == 2).await;
        s.settled().await;
        shows(s, &["**stock service very slow**", "**Alerts** 1 firing"]).await;
        machine_edits(s, &message, "**RESOLVED:** stock service very slow, for 12 minutes").await;
        s.until("the end is read", async || s.bot().engine.totals().await.unwrap().accepted == 3).await;
        s.settled().await;
        assert_eq!(outcomes(s).await, "opened, repeated, resolved");
        s.read_all().await;
    });
}

/// What was edited and deleted while nobody looked was never found: an alert did not ring, and one that was over went on.
#[test]
fn what_was_changed_while_the_bot_was_away_is_found_at_the_start() {
    story(async |s| {
        let history = s.machine_posts("shop-monitor", "#sre", &json!({ "content": "search: looking" })).await;
        let slow = s.machine_posts("shop-monitor", "#sre", &json!({ "content": "FIRING: stock service slow" })).await;
        let (asked, stays) = (s.sari().says("#support", "checkout is down").await, "login shows an error");
        s.agus().says("#support", stays).await;
        s.stop_bot().await;
        s.pass(Duration::from_secs(60)).await;
        machine_edits(s, &history, "FIRING: search slow").await;
        machine_edits(s, &slow, "RESOLVED: stock service slow").await;
        s.sari().deletes("#support", &asked).await;
        s.start_bot().await;
        s.ready().await;
        s.until("the changes are read", async || s.bot().engine.totals().await.unwrap().accepted == 5).await;
        s.until("nobody says so", async || s.channel("#support").await.contains("Nobody says so any more")).await;
        s.settled().await;
        assert_eq!(outcomes(s).await, "opened, asked, asked, opened, resolved");
        assert_eq!(s.channel("#support").await.matches("[Open incident]").count(), 1);
        // Whatever was read is not read again, at no start.
        s.restart().await;
        s.agus().says("#sre", "FIRING: mail slow").await;
        s.until("the line is read", async || s.bot().engine.totals().await.unwrap().accepted == 6).await;
        s.settled().await;
        assert_eq!(outcomes(s).await, "opened, asked, asked, opened, resolved, opened");
        s.read_all().await;
    });
}

#[test]
fn an_alert_that_another_message_ended_does_not_fire_again_when_its_first_message_is_changed() {
    story(async |s| {
        let message =
            s.machine_posts("shop-monitor", "#sre", &json!({ "content": "FIRING: stock service slow" })).await;
        s.machine_posts("shop-monitor", "#sre", &json!({ "content": "RESOLVED: stock service slow" })).await;
        machine_edits(s, &message, "FIRING: stock service slow\n(see the wiki)").await;
        s.machine_posts("shop-monitor", "#sre", &json!({ "content": "FIRING: mail slow" })).await;
        assert_eq!(outcomes(s).await, "opened, resolved, opened");
        s.restart().await;
        s.machine_posts("shop-monitor", "#sre", &json!({ "content": "RESOLVED: mail slow" })).await;
        assert_eq!(outcomes(s).await, "opened, resolved, opened, resolved");
        s.read_all().await;
    });
}

/// A digest whose line is edited: the question about another line of it stays the one that was asked.
#[test]
fn of_a_message_that_is_changed_only_what_it_says_no_more_is_withdrawn() {
    story(async |s| {
        let both = s.sari().says("#support", "checkout is down\nlogin is down").await;
        assert_eq!(s.channel("#support").await.matches("[Open incident]").count(), 2);
        edits(s, "sari", &both, "checkout is down\nlogin works").await;
        let said = async || s.channel("#support").await;
        s.until("one is withdrawn", async || said().await.contains("Nobody says so any more")).await;
        s.settled().await;
        assert_eq!(said().await.matches("Is this an incident?").count(), 1, "{}", said().await);
        assert_eq!(said().await.matches("Nobody says so any more").count(), 1, "{}", said().await);
        s.read_all().await;
    });
}

#[test]
fn a_word_that_a_person_mends_in_an_old_message_is_no_alert_and_a_bots_old_message_is_one() {
    story(async |s| {
        let old = s.agus().says("#sre", "FIRNG: stock service slow").await;
        let board = s.machine_posts("shop-monitor", "#sre", &json!({ "content": "all calm" })).await;
        s.pass(Duration::from_secs(25 * 3_600)).await;
        edits(s, "agus", &old, "FIRING: stock service slow").await;
        machine_edits(s, &board, "FIRING: search slow").await;
        s.until("the board is read", async || s.bot().engine.totals().await.unwrap().accepted >= 1).await;
        s.settled().await;
        assert_eq!(s.rooms().await, ["INC-1 search slow"]);
        s.read_all().await;
    });
}

/// Nothing said that the line was gone: whoever looked for the evidence found a dead link.
#[test]
fn a_line_that_is_deleted_after_the_answer_stands_in_the_timeline_and_the_room_reads_when_nobody_says_so_any_more() {
    story(async |s| {
        let first = s.sari().says("#support", "checkout is down").await;
        let second = s.agus().says("#support", "checkout down here, too").await;
        s.budi().press("Open incident").await.done();
        s.sari().deletes("#support", &first).await;
        let gone = async || {
            let timeline = s.bot().engine.timeline(IncidentId(1)).await.unwrap();
            timeline.iter().filter(|entry| matches!(entry.event, Event::ChatLineGone { .. })).count()
        };
        s.until("it stands there", async || gone().await == 1).await;
        edits(s, "agus", &second, "sorry, it was my wifi").await;
        s.until("nobody says so", async || gone().await == 2).await;
        let show = s.budi().slash("/incident show", json!({ "incident": "INC-1" })).await.to_string();
        assert!(show.contains("No other message says so. That does not end it"), "{show}");
        s.budi().slash("/incident export", json!({ "incident": "INC-1" })).await.done();
        let record = s.files("budi", "#general").await[0].1.clone();
        for line in [
            "in which Sari reported *Users report checkout trouble* was deleted.",
            "in which Agus reported",
            "was edited and no longer says so",
        ] {
            assert!(record.contains(line), "{line} is not in\n{record}");
        }
        // What is an incident stays one.
        assert!(s.channel("#incidents").await.contains("TRIGGERED"));
        // A monitor's line: the room reads it.
        let message =
            s.machine_posts("shop-monitor", "#sre", &json!({ "content": "FIRING: stock service slow" })).await;
        s.read_all().await;
        let path = format!("/channels/{}/messages/{message}", s.place("dewi", "#sre").await);
        s.bot_calls("shop-monitor", "DELETE", &path, &serde_json::Value::Null).await;
        s.until("the room reads it", async || s.thread("INC-2").await.contains("was deleted")).await;
        let room = s.thread("INC-2").await;
        assert!(
            room.contains("(silent): The message in which shop-monitor reported *stock service slow* was deleted."),
            "{room}"
        );
        assert!(room.contains("No other message says so. That does not end it: it stays firing"), "{room}");
        s.read_all().await;
    });
}

#[test]
fn whoever_asks_learns_why_a_line_is_no_alert() {
    story_with(
        |options| options.setup = setup_of(&only("[\"shop-monitor\"]")),
        async |s| {
            let refused = s.agus().says("#sre", "FIRING: stock service slow").await;
            assert_eq!(s.bot().engine.totals().await.unwrap().accepted, 0);
            let why = async || s.budi().slash("/why", json!({ "alert": "stock slow" })).await.to_string();
            s.until("it is kept", async || why().await.contains("authors")).await;
            let said = why().await;
            assert!(
                said.contains("shop-monitor") && said.contains("Agus in #sre: FIRING: stock service slow"),
                "{said}"
            );
            // By the message itself, as people copy its link.
            let link = async |message: &str| {
                let channel = s.place("agus", "#sre").await;
                let guild = s.sandbox.guild_id();
                let link = format!("https://discord.com/channels/{guild}/{channel}/{message}");
                s.budi().slash("/why", json!({ "alert": link })).await.to_string()
            };
            let said = link(&refused).await;
            assert!(said.contains("none of its `authors`"), "{said}");
            let taken = s.machine_posts("shop-monitor", "#sre", &json!({ "content": "FIRING: mail slow" })).await;
            let said = link(&taken).await;
            assert!(said.contains("It fires, in INC-1"), "{said}");
            let metrics = s.control.http.get(format!("http://{}/metrics", s.bot().intake)).send().await.unwrap();
            let metrics = metrics.text().await.unwrap();
            assert!(metrics.contains("siaga_chat_lines_refused_total{integration=\"shop-monitor\"} 1"), "{metrics}");
            s.read_all().await;
        },
    );
}

/// Other bots build their messages of components; these have neither text nor embeds, and were read as empty.
#[test]
fn a_message_made_of_components_is_read_like_its_text() {
    story(async |s| {
        let text = json!({ "type": 10, "content": "**FIRING:** stock service slow" });
        let container = json!({ "type": 17, "components": [{ "type": 10, "content": "# Monitor" }, text] });
        let message = json!({ "flags": 32_768, "components": [container] });
        s.machine_posts("shop-monitor", "#sre", &message).await;
        s.until("it is read", async || s.bot().engine.totals().await.unwrap().accepted == 1).await;
        s.settled().await;
        assert_eq!(s.rooms().await, ["INC-1 stock service slow"]);
        s.stop_bot().await;
        let over =
            json!({ "flags": 32_768, "components": [{ "type": 10, "content": "RESOLVED: stock service slow" }] });
        s.machine_posts("shop-monitor", "#sre", &over).await;
        s.start_bot().await;
        s.ready().await;
        s.until("its end is read", async || s.bot().engine.totals().await.unwrap().accepted == 2).await;
        s.settled().await;
        assert_eq!(outcomes(s).await, "opened, resolved");
        s.read_all().await;
    });
}

#[test]
fn a_line_that_is_deleted_before_anybody_answers_is_counted_no_more() {
    story(async |s| {
        let first = s.sari().says("#support", "checkout is down").await;
        let second = s.agus().says("#support", "checkout down here, too").await;
        s.sari().deletes("#support", &first).await;
        let live = async || s.channel("#support").await;
        s.until("one of two is gone", async || !live().await.contains("people say so")).await;
        assert!(live().await.contains("[Open incident]"));
        s.agus().deletes("#support", &second).await;
        s.until("nobody says so", async || live().await.contains("Nobody says so any more")).await;
        s.settled().await;
        let said = live().await;
        assert!(!said.contains("[Open incident]"), "{said}");
        // What is an incident stays one.
        let third = s.sari().says("#support", "checkout is down, really").await;
        s.budi().press("Open incident").await.done();
        s.sari().deletes("#support", &third).await;
        s.settled().await;
        assert!(s.channel("#support").await.contains("Budi opened INC-1."));
        assert!(s.channel("#incidents").await.contains("TRIGGERED"));
        s.read_all().await;
    });
}

#[test]
fn threads_of_a_watched_channel_are_read_if_asked_for() {
    let text = CONFIG.replace("resolved = [\"resolved\"]", "resolved = [\"resolved\"]\nthreads = true");
    story_with(
        move |options| options.setup = setup_of(&text),
        async |s| {
            let thread = async |place: &str, name: &str| {
                let channel = s.place("agus", place).await;
                let body = json!({ "channel": channel, "name": name });
                let made = s.control.post("/people/agus/threads", &body).await;
                made["thread"]["id"].as_str().unwrap().to_owned()
            };
            let (inside, support) = (thread("#sre", "stock").await, thread("#support", "stock").await);
            s.agus().says(&support, "FIRING: nobody reads this").await;
            s.agus().says(&inside, "FIRING: stock service slow").await;
            s.until("the thread is read", async || s.bot().engine.totals().await.unwrap().incidents == 1).await;
            s.settled().await;
            // What is said in the thread of the incident never is an alert.
            s.agus().says("INC-1", "FIRING: stock service slow, still").await;
            s.agus().says(&inside, "RESOLVED: stock service slow").await;
            s.until("the end is read", async || s.bot().engine.totals().await.unwrap().accepted == 2).await;
            s.settled().await;
            assert_eq!(outcomes(s).await, "opened, resolved");
            s.read_all().await;
        },
    );
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
