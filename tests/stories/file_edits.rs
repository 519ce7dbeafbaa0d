//! The operator edits the file in mid-incident: nobody is left unrung because of what it says, or no longer says.
//!
//! Others leave a page with a user who was deleted (grafana/oncall issue 4343, pull request 2954), or do not let go of a schedule as
//! long as an open incident names it (PagerDuty/terraform-provider-pagerduty issue 642); and a chain that reached its end is silent
//! (ustream/openduty issue 51, grafana/oncall issue 3760).
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use insta::assert_snapshot;
use serde_json::json;
use siaga::reload::ReloadReport;

use crate::harness::{CONFIG, Story, configuration, setup_of, story, story_with};

/// The sample as a file in which everybody reads English.
fn english(s: &Story, change: impl FnOnce(String) -> String) -> std::path::PathBuf {
    configuration(s, |text| change(text).replace("language = \"id\"", "language = \"en\""))
}

async fn reloads(s: &Story, change: impl FnOnce(String) -> String) -> ReloadReport {
    let file = english(s, change);
    let before = s.bot().check(&file).await;
    let report = s.bot().reload(&file).await;
    assert!(report.taken, "{report:?}");
    assert_eq!((&before.touched, &before.ended), (&report.touched, &report.ended), "the check says the same");
    s.settled().await;
    report
}

async fn rings(s: &Story, person: &str) -> usize {
    s.phone(person).await.lines().filter(|line| line.starts_with("rings")).count()
}

/// Takes a person out of `[people]`, schedules and steps.
fn without(person: &str) -> impl FnOnce(String) -> String {
    let person = person.to_owned();
    move |text| {
        let lines: Vec<&str> = text.lines().filter(|line| !line.starts_with(&format!("{person} = "))).collect();
        let quoted = format!("\"{person}\"");
        lines.join("\n").replace(&format!("{quoted}, "), "").replace(&format!(", {quoted}"), "")
    }
}

/// Begins with the sample as a file, so that what comes next differs from it in one thing.
async fn with_the_sample(s: &Story) {
    let file = english(s, |text| text);
    assert!(s.bot().reload(&file).await.taken);
    s.operators_read("The new configuration is in use", 1).await;
    s.read_all().await;
}

/// The first step names Budi, so that no schedule gives his page on.
fn named(text: &str) -> String {
    text.replace("page = \"on-call:payments\", wait = \"5m\"", "page = \"budi\", wait = \"5m\"")
}

#[test]
fn who_is_taken_out_of_the_file_while_called_gives_way_to_the_next_step_at_once() {
    story_with(
        |options| options.setup = setup_of(&named(CONFIG)),
        async |s| {
            s.checkout_breaks().await;
            assert_eq!((rings(s, "budi").await, rings(s, "rina").await), (2, 0));
            // What the file puts into the place of the step that is called is called.
            let report = reloads(s, without("budi")).await;
            assert_snapshot!(report.touched.join("\n"), @"INC-1 Checkout errors 12 %: budi is called for it and is not in the file any more: rina is called");
            s.until("Rina is rung", async || rings(s, "rina").await >= 2).await;
            s.until("the room reads why", async || s.count("room INC-1", "no longer in the configuration").await >= 1)
                .await;
            let why = s.sari().slash("/why", json!({ "incident": "INC-1" })).await.to_string();
            assert!(why.contains("no longer in the configuration"), "{why}");
            s.rina().press_in("DM", "Acknowledge").await.done();
            s.read_all().await;
        },
    );
}

#[test]
fn who_has_it_and_is_taken_out_of_the_file_has_it_no_more_and_the_policy_goes_on() {
    story(async |s| {
        with_the_sample(s).await;
        s.checkout_breaks().await;
        s.budi().press("Acknowledge").await.done();
        s.read_all().await;
        let report = reloads(s, without("budi")).await;
        assert_snapshot!(report.touched.join("\n"), @"INC-1 Checkout errors 12 %: Budi has it and is not in the file any more, so nobody has it: rina is called");
        s.until("Rina is rung", async || rings(s, "rina").await >= 2).await;
        assert!(s.card("INC-1").await.contains("TRIGGERED"), "{}", s.card("INC-1").await);
        s.until("the room reads why", async || s.count("room INC-1", "so nobody has it now").await == 1).await;
        // It is decided once, also after a restart.
        s.setup = setup_of(&without("budi")(CONFIG.to_owned()));
        s.restart().await;
        s.settled().await;
        assert_eq!(s.count("room INC-1", "so nobody has it now").await, 1);
        s.read_all().await;
    });
}

#[test]
fn who_is_called_otherwise_in_the_file_keeps_what_they_have_and_is_called_under_the_new_name() {
    story_with(
        |options| options.setup = setup_of(&named(CONFIG)),
        async |s| {
            s.checkout_breaks().await;
            let renamed = |text: String| {
                named(&text)
                    .replace("budi = { discord", "budi-s = { discord")
                    .replace("\"budi\", \"rina\"", "\"budi-s\", \"rina\"")
                    .replace("page = \"budi\"", "page = \"budi-s\"")
            };
            let report = reloads(s, renamed).await;
            assert_snapshot!(report.touched.join("\n"), @"INC-1 Checkout errors 12 %: budi is called for it and is budi-s now: budi-s is called");
            s.until("Budi is rung again", async || rings(s, "budi").await >= 3).await;
            assert!(!s.phone("rina").await.contains("INC-1"), "{}", s.phone("rina").await);
            s.budi().press_in("DM", "Acknowledge").await.done();
            s.read_all().await;
            // Whoever has it keeps it when they are renamed.
            let report = reloads(s, |text| named(&text)).await;
            assert_eq!(report.touched, Vec::<String>::new());
            assert!(s.card("INC-1").await.contains("ACKNOWLEDGED"), "{}", s.card("INC-1").await);
            s.read_all().await;
        },
    );
}

#[test]
fn two_people_whose_accounts_were_swapped_are_called_as_the_file_says() {
    story(async |s| {
        with_the_sample(s).await;
        s.checkout_breaks().await;
        assert_eq!((rings(s, "budi").await, rings(s, "rina").await), (2, 0));
        let report = reloads(s, |text| {
            text.replace("budi = { discord = \"budi\"", "budi = { discord = \"RINA\"")
                .replace("rina = { discord = \"rina\"", "rina = { discord = \"budi\"")
                .replace("\"RINA\"", "\"rina\"")
        })
        .await;
        assert_snapshot!(report.touched.join("\n"), @"INC-1 Checkout errors 12 %: budi is called for it and has another Discord account now: budi is called");
        // The one whom the schedule means is the account rina.
        s.until("the account rina is rung", async || rings(s, "rina").await >= 2).await;
        s.rina().press_in("DM", "Acknowledge").await.done();
        s.read_all().await;
    });
}

#[test]
fn what_a_file_ends_and_leaves_is_said_before_and_after_in_the_same_words() {
    story(async |s| {
        with_the_sample(s).await;
        s.alert("search").critical().saying("Search is down").fires().await;
        s.read_all().await;
        s.dewi().slash("/oncall take", json!({ "schedule": "payments", "for": "4h" })).await.done();
        s.settled().await;
        s.read_all().await;
        let report = reloads(s, |text| {
            let text = text.replace("{ page = \"dewi\", wait = \"10m\" },", "");
            let text = without("dewi")(text);
            let lines: Vec<&str> = text.lines().filter(|line| !line.starts_with("SEV-2")).collect();
            lines.join("\n").replace("severity = \"SEV-2\"", "severity = \"SEV-1\"").replace("\"SEV-2\"", "\"SEV-3\"")
        })
        .await;
        let ended = report.ended.join("\n");
        assert!(
            ended.starts_with("override 1: dewi would be on call for payments until Mon 2026-03-02 07:1"),
            "{ended}"
        );
        assert!(ended.ends_with("(Asia/Jakarta); it ends, because dewi is not in the file any more"), "{ended}");
        assert_snapshot!(report.touched.join("\n"), @"INC-1 Search is down: its severity SEV-2 is gone, and calls people as it did; step 2 of its policy platform stands for nobody now: the next one is called in its place");
        s.settled().await;
        s.read_all().await;
    });
}

#[test]
fn a_reload_that_changes_nothing_is_no_news_and_one_that_does_says_what() {
    story(async |s| {
        with_the_sample(s).await;
        let before = s.channel("#sre-ops").await;
        let report = reloads(s, |text| text).await;
        assert_eq!(report.changes, Vec::<String>::new());
        s.settled().await;
        assert_eq!(s.channel("#sre-ops").await, before);
        let report =
            reloads(s, |text| text.replace("page = true, update_every = \"1h\"", "page = true, update_every = \"2h\""))
                .await;
        assert_snapshot!(report.changes.join("\n"), @"severity SEV-2: update_every 1h -> 2h");
        s.operators_read("The new configuration is in use", 2).await;
        assert!(
            s.channel("#sre-ops").await.contains("severity SEV-2: update\\_every 1h"),
            "{}",
            s.channel("#sre-ops").await
        );
        s.read_all().await;
    });
}

#[test]
fn the_end_of_a_policy_rings_everybody_on_it_where_the_file_says_nothing_else() {
    story_with(
        |options| {
            let policy = options.setup.escalations.get_mut("payments").unwrap();
            policy.at_end = None;
            policy.steps.truncate(2);
        },
        async |s| {
            s.checkout_breaks().await;
            s.advance(5).await;
            assert_eq!((rings(s, "budi").await, rings(s, "rina").await), (2, 2));
            s.advance(5).await;
            s.until("both are rung at the end", async || rings(s, "budi").await == 4 && rings(s, "rina").await == 4)
                .await;
            s.until("the room reads it", async || s.count("room INC-1", "Paged once more: Budi and Rina.").await == 1)
                .await;
            s.advance(15).await;
            s.until("and when it is told again", async || rings(s, "rina").await == 6).await;
            let why = s.sari().slash("/why", json!({ "incident": "INC-1" })).await.to_string();
            assert!(why.contains("paged once more, because nobody answered"), "{why}");
            s.rina().press_in("DM", "Acknowledge").await.done();
            s.advance(20).await;
            assert_eq!(rings(s, "rina").await, 6);
            s.read_all().await;
        },
    );
}

#[test]
fn who_reads_only_the_beginning_of_what_is_printed_breaks_nothing() {
    use std::process::{Command, Stdio};
    story(async |s| {
        std::fs::write(s.file("siaga.toml"), CONFIG).unwrap();
        for verb in [["check", "siaga.toml"], ["check", "nowhere.toml"]] {
            let mut command = Command::new(env!("CARGO_BIN_EXE_siaga"));
            command.args(verb).current_dir(s.folder()).env_clear().stdin(Stdio::null());
            let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
            // Whoever read is gone before the first line comes.
            drop(child.stdout.take());
            let done = child.wait_with_output().unwrap();
            let said = String::from_utf8_lossy(&done.stderr).into_owned();
            assert!(!said.contains("panicked"), "{said}");
            assert_ne!(done.status.code(), Some(101), "{said}");
        }
    });
}
