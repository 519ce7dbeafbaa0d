//! What was read in watched channels: what a message told of, since when, and what nobody says any more.
#![allow(clippy::unwrap_used, reason = "tests")]

use domain::{ChatChannelId, ChatMessageId, ChatUserId, DedupKey, Timestamp};
use sqlx::sqlite::{SqliteConnectOptions, SqlitePoolOptions};
use store::{Batch, ChatLineRow, Store};

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_772_395_800 + second).unwrap()
}

fn line(message: u64, alert: &str, author: &str, said: i64) -> ChatLineRow {
    ChatLineRow {
        message: ChatMessageId(message),
        dedup_key: DedupKey(alert.to_owned()),
        channel: ChatChannelId(5),
        author: ChatUserId(1),
        author_name: author.to_owned(),
        journal: i64::try_from(message).unwrap(),
        note: None,
        resolved: false,
        said_at: at(said),
    }
}

async fn write(store: &Store, fill: impl FnOnce(&mut Batch)) {
    let mut batch = Batch::default();
    fill(&mut batch);
    assert!(store.commit(&batch, at(0), at(0)).await.unwrap());
}

#[tokio::test]
async fn of_a_message_only_what_it_says_no_more_is_gone() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("siaga.db")).await.unwrap();
    write(&store, |batch| {
        batch.chat_line(line(10, "v1:a:1", "Sari", 1));
        batch.chat_line(line(10, "v1:a:2", "Sari", 1));
        batch.chat_line(line(11, "v1:a:1", "Agus", 2));
    })
    .await;
    let told = async |message| {
        let lines = store.chat_lines_of(ChatMessageId(message)).await.unwrap();
        lines.into_iter().map(|line| (line.dedup_key.0, line.author, line.said_elsewhere)).collect::<Vec<_>>()
    };
    let row = |alert: &str, author: &str, elsewhere| (alert.to_owned(), author.to_owned(), elsewhere);
    assert_eq!(told(10).await, [row("v1:a:1", "Sari", true), row("v1:a:2", "Sari", false)]);
    write(&store, |batch| batch.chat_line_gone(ChatMessageId(10), DedupKey("v1:a:1".to_owned()))).await;
    assert_eq!(told(10).await, [row("v1:a:2", "Sari", false)]);
    assert_eq!(told(11).await, [row("v1:a:1", "Agus", false)]);
    let from = async |message| store.told_in_channel(ChatChannelId(5), ChatMessageId(message)).await.unwrap();
    assert_eq!(from(0).await, [ChatMessageId(10), ChatMessageId(11)]);
    assert_eq!(from(11).await, [ChatMessageId(11)]);
    // It says so again: in the place it had, since now.
    write(&store, |batch| batch.chat_line(line(10, "v1:a:1", "Sari", 9))).await;
    assert_eq!(store.chat_lines_of(ChatMessageId(10)).await.unwrap()[0].said_at, at(9));
}

#[tokio::test]
async fn what_was_read_before_has_no_time_and_changes_are_news_from_the_first_look_on() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("siaga.db");
    let options = SqliteConnectOptions::new().filename(&path).create_if_missing(true);
    let pool = SqlitePoolOptions::new().connect_with(options).await.unwrap();
    sqlx::migrate!("../../migrations/sqlite").run_to(20, &pool).await.unwrap();
    sqlx::query("INSERT INTO high_water (channel, message) VALUES (5, 10)").execute(&pool).await.unwrap();
    let line = "INSERT INTO chat_lines (message, dedup_key, channel, author, author_name, journal) VALUES (10, 'v1:a:1', 5, 1, 'Sari', 3)";
    sqlx::query(line).execute(&pool).await.unwrap();
    pool.close().await;

    let store = Store::open(&path).await.unwrap();
    assert_eq!(store.chat_lines_of(ChatMessageId(10)).await.unwrap()[0].said_at, Timestamp::UNIX_EPOCH);
    let channel = ChatChannelId(5);
    assert_eq!(store.chat_changes_from(channel).await.unwrap(), None);
    store.set_chat_changes_from(channel, at(1)).await.unwrap();
    store.set_chat_changes_from(channel, at(2)).await.unwrap();
    store.set_high_water(channel, ChatMessageId(12)).await.unwrap();
    assert_eq!(store.chat_changes_from(channel).await.unwrap(), Some(at(1)));
    assert_eq!(store.chat_changes_from(ChatChannelId(6)).await.unwrap(), None);
}
