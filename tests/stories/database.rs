//! The database has trouble: senders are told before anything is promised, health says what is wrong, it goes on by itself.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use std::io::{Seek as _, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::time::Duration;

use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::harness::alert::payload;
use crate::harness::{PATIENCE, Story, story, story_with};
use siaga::app::Bot;

/// What a sender is told.
async fn post(s: &Story, service: &str) -> (u16, Option<String>, String) {
    let body = payload("firing", &[s.alert(service).warning().wire("firing")]).to_string();
    let url = format!("http://{}/intake/alertmanager", s.bot().intake);
    let answer = s.control.http.post(url).bearer_auth(&s.key).body(body).send().await.unwrap();
    let retry = answer.headers().get("retry-after").map(|value| value.to_str().unwrap().to_owned());
    (answer.status().as_u16(), retry, answer.text().await.unwrap())
}

/// Status of `/readyz`, and what it says of the database.
async fn ready(s: &Story) -> (u16, String) {
    let answer = s.control.http.get(format!("http://{}/readyz", s.bot().intake)).send().await.unwrap();
    let status = answer.status().as_u16();
    let body: Value = answer.json().await.unwrap();
    (status, body["parts"][0]["sentence"].as_str().unwrap().to_owned())
}

async fn well_again(s: &Story) {
    s.until("the database can be used again", async || s.bot().engine.database_trouble().is_none()).await;
    // Which is told a moment after it is so.
    let told = async || s.count("#sre-ops", "nothing that was accepted is lost").await == 1;
    s.until("operators read it", told).await;
    s.settled().await;
}

/// After the trouble: the sender comes back, as it was told, and everything is there once.
async fn everything_is_there(s: &Story, services: &[&str]) {
    for service in services {
        assert_eq!(post(s, service).await.0, 202);
    }
    s.settled().await;
    assert_eq!(s.rooms().await.len(), services.len());
    assert_eq!(ready(s).await, (200, "reachable".to_owned()));
}

#[test]
fn while_another_program_holds_the_lock_senders_are_told_to_come_back() {
    story(async |s| {
        s.expect_error("The database cannot be used: Another program holds the lock");
        assert_eq!(post(s, "search").await.0, 202);
        s.settled().await;
        s.read_all().await;
        let other = store::Store::open_beside(&s.database()).await.unwrap();
        s.expect_error("database is locked");
        let held = other.hold().await.unwrap();
        assert_snapshot!(format!("{:?}", post(s, "login").await), @r#"(503, Some("5"), "{\"error\":\"The alerts were not accepted: the database is locked by another program. Send them again in 5 seconds.\"}")"#);
        assert_snapshot!(format!("{:?}", ready(s).await), @r#"(503, "Another program holds the lock of the database, so nothing can be written. Alerts are refused with 503 and senders send them again. Find the program (an SQLite shell, a copy job) and end it; Siaga goes on by itself. (since 2026-03-01 20:10 UTC)")"#);
        // Whoever presses a button is told, too, and nothing is half done.
        assert!(s.agus().press("Acknowledge").await.to_string().contains("That did not work"));
        drop(held);
        other.close().await;
        well_again(s).await;
        assert_snapshot!(s.news("#sre-ops").await, @"Siaga (silent): The database can be written again. Since 03:10 another program held its lock, and alerts were refused with 503; senders send them again, and nothing that was accepted is lost.");
        everything_is_there(s, &["search", "login"]).await;
        s.agus().press("Acknowledge").await.done();
        s.read_all().await;
    });
}

#[test]
fn a_full_disk_refuses_alerts_and_loses_nothing_that_was_accepted() {
    story(async |s| {
        s.expect_error("The database cannot be used: The disk of the database is full");
        assert_eq!(post(s, "search").await.0, 202);
        s.settled().await;
        s.bot().store.bound_pages(Some(1)).await.unwrap();
        // Pages that happen to be free are used up first.
        let mut accepted = vec!["search".to_owned()];
        let refused = loop {
            let service = format!("service-{}", accepted.len());
            let answer = post(s, &service).await;
            if answer.0 != 202 {
                break answer;
            }
            accepted.push(service);
            assert!(accepted.len() < 1_000, "the disk is never full");
        };
        assert_snapshot!(format!("{refused:?}"), @r#"(503, Some("5"), "{\"error\":\"The alerts were not accepted: the disk is full. Send them again in 5 seconds.\"}")"#);
        assert_snapshot!(format!("{:?}", ready(s).await), @r#"(503, "The disk of the database is full, so nothing can be written. Alerts are refused with 503 and senders send them again. Make room; Siaga goes on by itself. (since 2026-03-01 20:10 UTC)")"#);
        // Reading goes on.
        assert!(s.siaga(&["export", "INC-1"]).await.ok);
        s.bot().store.bound_pages(None).await.unwrap();
        well_again(s).await;
        let totals = s.bot().engine.totals().await.unwrap();
        assert_eq!((totals.accepted, totals.undecided), (i64::try_from(accepted.len()).unwrap(), 0));
        assert!(s.news("#sre-ops").await.contains("the disk was full"));
        accepted.push("login".to_owned());
        everything_is_there(s, &accepted.iter().map(String::as_str).collect::<Vec<_>>()).await;
        s.read_all().await;
    });
}

#[test]
fn a_file_that_can_only_be_read_refuses_alerts_until_it_can_be_written() {
    story(async |s| {
        s.expect_error("The database cannot be used: The database is read-only");
        s.bot().store.refuse_changes(true).await.unwrap();
        assert_snapshot!(format!("{:?}", post(s, "search").await), @r#"(503, Some("5"), "{\"error\":\"The alerts were not accepted: the database is read-only. Send them again in 5 seconds.\"}")"#);
        assert_snapshot!(format!("{:?}", ready(s).await), @r#"(503, "The database is read-only. Alerts are refused with 503 and senders send them again. Give the user that runs Siaga the right to write the file and its folder; Siaga goes on by itself. (since 2026-03-01 20:10 UTC)")"#);
        s.bot().store.refuse_changes(false).await.unwrap();
        well_again(s).await;
        s.read_all().await;
        everything_is_there(s, &["search"]).await;
        s.read_all().await;
    });
}

#[test]
fn a_slow_disk_makes_senders_come_back_and_what_was_written_late_counts_once() {
    story_with(
        |options| options.patience.accept = Duration::from_millis(300),
        async |s| {
            s.expect_error("The database cannot be used: The database answers too slowly");
            let other = store::Store::open_beside(&s.database()).await.unwrap();
            let held = other.hold().await.unwrap();
            assert_snapshot!(format!("{:?}", post(s, "search").await), @r#"(503, Some("5"), "{\"error\":\"The alerts were not accepted: the database is too slow. Send them again in 5 seconds.\"}")"#);
            drop(held);
            other.close().await;
            well_again(s).await;
            s.read_all().await;
            // The first one was written after all; the second is the same alert.
            everything_is_there(s, &["search"]).await;
            assert_eq!(s.bot().engine.totals().await.unwrap().accepted, 2);
            s.read_all().await;
        },
    );
}

#[test]
fn a_damaged_file_is_refused_at_the_start_with_what_to_do_and_the_backup_brings_everything_back() {
    story(async |s| {
        s.checkout_breaks().await;
        s.budi().press("Acknowledge").await.done();
        s.read_all().await;
        let backup = s.file("backup.db");
        let name = backup.display().to_string();
        let said = s.siaga(&["backup", &name]).await;
        assert!(said.ok, "{}", said.err);
        assert_snapshot!(said.text(), @"
        [folder]/backup.db is a whole copy of [folder]/siaga.db (1 MiB), checked.
        Keep it on another machine; docs/backup.md says how to restore it.
        ");
        assert_eq!(backup.metadata().unwrap().permissions().mode() & 0o777, 0o600);
        assert!(!s.file("backup.db.partial").exists());
        assert_snapshot!(s.siaga(&["backup", &name]).await.text(), @"siaga: [folder]/backup.db is there already: a backup never overwrites anything, choose another name");
        let before = s.siaga(&["export", "INC-1", "--format", "json"]).await.out;
        s.stop_bot().await;

        // A torn page in the middle, as after a disk that lost a write.
        let database = s.database();
        let whole = std::fs::read(&database).unwrap();
        let mut file = std::fs::OpenOptions::new().write(true).open(&database).unwrap();
        file.seek(std::io::SeekFrom::Start(4_096 * 3)).unwrap();
        file.write_all(&[0x5a; 4_096 * 3]).unwrap();
        drop(file);
        assert_snapshot!(refused(s).await, @"the database [folder]/siaga.db is damaged ([what SQLite found]): keep the file, and put the newest backup in its place; docs/backup.md says how");
        assert!(!s.siaga(&["doctor"]).await.ok);
        assert_snapshot!(database_line(&s.siaga(&["doctor"]).await.out), @"FIX  database: the database [folder]/siaga.db is damaged ([what SQLite found]): keep the file, and put the newest backup in its place; docs/backup.md says how");
        // The end is missing.
        std::fs::write(&database, &whole[..whole.len() / 2]).unwrap();
        assert_snapshot!(refused(s).await, @"the database [folder]/siaga.db is damaged (database disk image is malformed): keep the file, and put the newest backup in its place; docs/backup.md says how");
        // Something else altogether.
        std::fs::write(&database, "not a database at all, but long enough to be looked at as one. ".repeat(200))
            .unwrap();
        assert_snapshot!(refused(s).await, @"the database [folder]/siaga.db is damaged (file is not a database): keep the file, and put the newest backup in its place; docs/backup.md says how");

        // docs/backup.md: a fresh folder, the copy, start.
        for leftover in ["siaga.db", "siaga.db-wal", "siaga.db-shm"] {
            let _ = std::fs::remove_file(s.file(leftover));
        }
        std::fs::copy(&backup, &database).unwrap();
        s.start_bot().await;
        s.ready().await;
        s.settled().await;
        assert_eq!(s.siaga(&["export", "INC-1", "--format", "json"]).await.out, before);
        s.budi().slash_in("room INC-1", "/note", json!({ "text": "restored" })).await.done();
        s.checkout_recovers().await;
        s.read_all().await;
    });
}

/// Why the bot does not start.
async fn refused(s: &Story) -> String {
    let parts = s.parts().await;
    let started = tokio::time::timeout(PATIENCE, Bot::start(parts)).await.unwrap();
    let Err(error) = started else { panic!("it starts on a damaged database") };
    found(&format!("{error:#}").replace(&s.folder().display().to_string(), "[folder]"))
}

/// Numbers of pages change with every table.
fn found(text: &str) -> String {
    regex::Regex::new(r"Tree \d+ page .*? code \d+").unwrap().replace_all(text, "[what SQLite found]").into_owned()
}

fn database_line(text: &str) -> String {
    let lines = text.lines().filter(|line| line.contains("database"));
    found(&lines.collect::<Vec<_>>().join("\n"))
}

#[test]
fn a_file_without_the_right_to_write_is_refused_at_the_start() {
    story(async |s| {
        s.stop_bot().await;
        std::fs::set_permissions(s.database(), std::fs::Permissions::from_mode(0o400)).unwrap();
        assert_snapshot!(refused(s).await, @"the database [folder]/siaga.db cannot be written: give the user that runs siaga the right to write it and its folder");
        std::fs::set_permissions(s.database(), std::fs::Permissions::from_mode(0o600)).unwrap();
        s.start_bot().await;
        s.ready().await;
    });
}

#[test]
fn doctor_asks_the_running_bot_what_is_wrong() {
    story(async |s| {
        s.expect_error("The database cannot be used");
        let listen = s.bot().intake.to_string();
        let at = [("SIAGA_LISTEN", listen.as_str())];
        assert_snapshot!(about_the_bot(&s.siaga_with(&["doctor"], &at).await.out), @"
        ok   database: [folder]/siaga.db is in use by process [id]
        ok   bot.database: reachable
        ok   bot.decider: running
        ok   bot.clock: keeps time
        ok   bot.discord: can be reached
        ok   bot.keys: each sender that needs a key has one
        ok   bot.gateway: connected
        FIX  token: DISCORD_TOKEN is not set: create a bot in the Discord developer portal
        ");
        s.bot().store.refuse_changes(true).await.unwrap();
        s.until("it is known", async || s.bot().engine.database_trouble().is_some()).await;
        let said = s.siaga_with(&["doctor"], &at).await;
        assert!(!said.ok);
        assert_snapshot!(about_the_bot(&said.out), @"
        ok   database: [folder]/siaga.db is in use by process [id]
        FIX  bot.database: The database is read-only. Alerts are refused with 503 and senders send them again. Give the user that runs Siaga the right to write the file and its folder; Siaga goes on by itself. (since [time])
        ok   bot.decider: running
        ok   bot.clock: keeps time
        ok   bot.discord: can be reached
        ok   bot.keys: each sender that needs a key has one
        ok   bot.gateway: connected
        FIX  token: DISCORD_TOKEN is not set: create a bot in the Discord developer portal
        ");
        s.bot().store.refuse_changes(false).await.unwrap();
        well_again(s).await;
        s.read_all().await;
    });
}

fn about_the_bot(text: &str) -> String {
    let process = regex::Regex::new(r"process \d+").unwrap();
    let since = regex::Regex::new(r"since [0-9: -]+ UTC").unwrap();
    let lines = text.lines().filter(|line| line.contains("database") || line.contains("bot"));
    let text = lines.collect::<Vec<_>>().join("\n");
    since.replace_all(&process.replace_all(&text, "process [id]"), "since [time]").into_owned()
}
