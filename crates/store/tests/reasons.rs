//! Purpose: why an attempt ended as it did is kept as a code that is decided by, beside the text that people read.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::time::Duration;

use domain::{ChatChannelId, Effect, IncidentId, Lane, Outcome, PageId, PageVia, PlannedEffect, ReasonCode, Timestamp};
use sqlx::sqlite::{SqliteConnectOptions, SqlitePool};
use store::{Attempt, Filed, LetterState, ObjectRow, Store, Waiting};

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_770_000_000 + second).unwrap()
}

const fn attempt(row: i64, number: u32) -> Attempt {
    Attempt { row, number, may_be_outside: false }
}

fn planned(key: &str, effect: Effect) -> PlannedEffect {
    let lane = if effect.carrier().is_some() { Lane::Page } else { Lane::Update };
    PlannedEffect { effect, lane, key: key.to_owned(), supersede: None, order: None }
}

fn page(via: PageVia) -> PlannedEffect {
    let (incident, page, person) = (IncidentId(1), PageId(1), "budi".into());
    planned(&format!("page:{}", via.as_str()), Effect::Page { incident, page, person, via })
}

async fn fresh() -> (tempfile::TempDir, Store) {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("siaga.db")).await.unwrap();
    (folder, store)
}

/// What `siaga outbox list` reads of a row.
async fn told(store: &Store, row: i64) -> (LetterState, Option<&'static str>, Option<&'static str>, u32) {
    let letter = store.letter(row).await.unwrap().unwrap();
    let code = letter.reason_code.map(ReasonCode::as_str);
    let carrier = letter.carrier.map(|via| ["room", "direct"].into_iter().find(|name| *name == via.as_str()).unwrap());
    (letter.state, code, carrier, letter.attempts)
}

#[tokio::test]
async fn rows_that_died_before_there_were_codes_have_theirs_and_pages_their_way() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("siaga.db");
    let pool =
        SqlitePool::connect_with(SqliteConnectOptions::new().filename(&path).create_if_missing(true)).await.unwrap();
    sqlx::migrate!("../../migrations/sqlite").run_to(11, &pool).await.unwrap();
    let page = r#"{"kind":"page","incident":1,"page":1,"person":"budi","via":"direct"}"#;
    let settled = r#"{"kind":"page_settled","incident":1,"page":1,"via":"room"}"#;
    let card = r#"{"kind":"card","incident":1}"#;
    for (id, effect, state, reason) in [
        (
            1,
            page,
            "dead",
            Some("POST /channels/{channel_id}/messages: refused with 403 (code 50013): Missing Permissions"),
        ),
        (2, card, "dead", Some("PATCH /x: refused with 403 (code 50001): Missing Access")),
        (3, card, "dead", Some("given up after 10 attempts; it may have arrived: no answer")),
        (4, page, "dead", Some("rina is not a member of the server")),
        (5, card, "dead", Some("its card was deleted too often to be made anew: refused with 404 (code 10008)")),
        (6, "{no JSON", "dead", Some("a fault in Siaga (e-12ab); the log says more")),
        (7, page, "dead", Some("The ntfy server does not let us write to this topic (status 403).")),
        (8, settled, "planned", None),
        (9, card, "planned", Some("refused with 403 (code 50013): it waits all the same")),
    ] {
        sqlx::query(
            "INSERT INTO outbox (id, key, incident, lane, version, effect, state, planned_ms, not_before_ms, finished_ms, reason)
             VALUES ($1, 'k' || $1, 1, 0, 1, $2, $3, $4, $4, $4, $5)",
        )
        .bind(id)
        .bind(effect)
        .bind(state)
        .bind(at(0).as_millisecond())
        .bind(reason)
        .execute(&pool)
        .await
        .unwrap();
    }
    pool.close().await;
    let store = Store::open(&path).await.unwrap();
    let mut rows = Vec::new();
    for row in 1..=9 {
        let (_, code, carrier, _) = told(&store, row).await;
        rows.push((code, carrier));
    }
    assert_eq!(
        rows,
        [
            (Some("missing_permission"), Some("direct")),
            (Some("missing_permission"), None),
            (Some("too_many_attempts"), None),
            (Some("unknown_member"), Some("direct")),
            (Some("gone"), None),
            (Some("fault"), None),
            (None, Some("direct")),
            (None, None),
            (None, None),
        ]
    );
    // What a grant brings back is found by the code, and only for a while.
    let refused = store.dead_letters_of(ReasonCode::MissingPermission, at(-1)).await.unwrap();
    assert_eq!(refused.iter().map(|(row, _)| *row).collect::<Vec<_>>(), [1, 2]);
    assert_eq!(store.dead_letters_of(ReasonCode::MissingPermission, at(0)).await.unwrap(), []);
}

#[tokio::test]
async fn the_way_of_a_page_is_kept_when_it_is_planned_and_only_those_outside_go_while_discord_is_away() {
    let (_folder, store) = fresh().await;
    let ntfy = PageVia::parse("ntfy").unwrap();
    let email = PageVia::parse("email").unwrap();
    for via in [PageVia::Room, PageVia::Direct, ntfy, email] {
        store.outbox_put(&page(via), at(0)).await.unwrap();
    }
    store.outbox_put(&planned("pin", Effect::Pin { incident: IncidentId(1) }), at(0)).await.unwrap();
    let which = Waiting { up_to: Lane::LAST, outside_only: true, after: None, limit: 10 };
    let rows = store.outbox_waiting(at(1), which).await.unwrap();
    let ways: Vec<_> = rows.iter().map(|row| row.effect.as_ref().unwrap().carrier().unwrap()).collect();
    assert_eq!(ways, [ntfy, email]);
    assert_eq!(store.pages_stuck(at(1)).await.unwrap(), [IncidentId(1)]);
    assert_eq!(told(&store, 5).await, (LetterState::Planned, None, None, 0));
}

#[tokio::test]
async fn each_end_of_an_attempt_is_written_with_its_code_and_each_attempt_is_counted_once() {
    let (_folder, store) = fresh().await;
    store.outbox_put(&page(PageVia::Room), at(0)).await.unwrap();
    let limited = Outcome::NotYet { reason: ReasonCode::Limited.because("429"), retry_in: Duration::from_secs(2) };
    store.outbox_settle(attempt(1, 1), &limited, at(1)).await.unwrap();
    assert_eq!(told(&store, 1).await, (LetterState::Planned, Some("limited"), Some("room"), 1));
    // A request that left is counted when it leaves, not again when it is known how it ended.
    store.outbox_sent(1, Some(ChatChannelId(5)), None, at(3)).await.unwrap();
    store.outbox_settle(attempt(1, 2), &limited, at(3)).await.unwrap();
    assert_eq!(told(&store, 1).await, (LetterState::Planned, Some("limited"), Some("room"), 2));
    let lost = Outcome::Unknown { reason: ReasonCode::Unanswered.because("no answer"), retry_in: Duration::ZERO };
    store.outbox_settle(attempt(1, 3), &lost, at(5)).await.unwrap();
    assert_eq!(told(&store, 1).await, (LetterState::Sent, Some("unanswered"), Some("room"), 3));
    let refused = Outcome::Refused { reason: ReasonCode::MissingPermission.because("403") };
    store.outbox_settle(Attempt { may_be_outside: true, ..attempt(1, 4) }, &refused, at(6)).await.unwrap();
    assert_eq!(told(&store, 1).await, (LetterState::Dead, Some("missing_permission"), Some("room"), 3));
    // Tried again by ourselves it begins anew; a person who was first keeps what they decided.
    assert_eq!(store.letters_again(&[1, 99], "permissions changed", at(7)).await.unwrap(), [1]);
    assert_eq!(told(&store, 1).await, (LetterState::Planned, None, Some("room"), 0));
    assert_eq!(store.letters_again(&[1], "permissions changed", at(8)).await.unwrap(), Vec::<i64>::new());
    let unwanted = Outcome::Dropped { reason: ReasonCode::NotWanted.because("answered") };
    store.outbox_settle(attempt(1, 1), &unwanted, at(9)).await.unwrap();
    assert_eq!(told(&store, 1).await, (LetterState::Dropped, Some("not_wanted"), Some("room"), 0));
}

#[tokio::test]
async fn what_follows_from_a_receipt_is_written_with_it_and_a_page_that_met_a_closed_door_says_so() {
    let (_folder, store) = fresh().await;
    store.outbox_put(&page(PageVia::Direct), at(0)).await.unwrap();
    let object = ObjectRow {
        subject: IncidentId(1).into(),
        name: "channel".into(),
        channel: ChatChannelId(44),
        message: None,
        digest: None,
        touched_at: at(1),
    };
    let filed = Filed {
        message: None,
        objects: vec![object],
        shown_seq: None,
        again_at: at(1),
        then: vec![domain::plan::channel_made(IncidentId(1))],
        code: Some(ReasonCode::CannotSendDirect),
    };
    let confirmed = Outcome::Confirmed(filed);
    assert!(!store.outbox_settle(attempt(1, 1), &confirmed, at(1)).await.unwrap());
    assert_eq!(told(&store, 1).await, (LetterState::Confirmed, Some("cannot_send_direct"), Some("direct"), 0));
    let card = store.letter(2).await.unwrap().unwrap();
    assert_eq!(card.effect.unwrap(), Effect::Card { incident: IncidentId(1) });
    // A room that is long over is still found by where it is, and a card is no room.
    assert_eq!(store.incident_of_room(ChatChannelId(44)).await.unwrap(), Some(IncidentId(1)));
    assert_eq!(store.incident_of_room(ChatChannelId(45)).await.unwrap(), None);
}
