//! Heartbeats: a silence goes into the journal once, its end goes there with the beat.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use domain::heartbeat::gone;
use domain::{AlertReport, AlertStatus, Timestamp};
use store::{HeartbeatRow, Store};

fn at(minute: i64) -> Timestamp {
    Timestamp::from_second(1_772_395_800 + minute * 60).unwrap()
}

fn firing() -> AlertReport {
    AlertReport { status: AlertStatus::Firing, ..gone("orders") }
}

async fn statuses(store: &Store) -> Vec<AlertStatus> {
    store.undecided(100).await.unwrap().into_iter().map(|row| row.report.unwrap().status).collect()
}

#[tokio::test]
async fn a_silence_is_reported_once_and_ends_once() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("siaga.db")).await.unwrap();
    assert!(!store.heartbeat_heard("orders", at(0), &gone("orders")).await.unwrap());
    assert!(store.heartbeat_silent("orders", at(5), &firing()).await.unwrap());
    assert!(!store.heartbeat_silent("orders", at(6), &firing()).await.unwrap());
    let row = |silent, last, since| HeartbeatRow {
        name: "orders".into(),
        last: Some(at(last)),
        since: Some(at(since)),
        silent,
    };
    assert_eq!(store.heartbeats().await.unwrap(), [row(true, 0, 0)]);
    assert!(store.heartbeat_heard("orders", at(9), &gone("orders")).await.unwrap());
    assert!(!store.heartbeat_heard("orders", at(8), &gone("orders")).await.unwrap());
    assert_eq!(store.heartbeats().await.unwrap(), [row(false, 9, 8)], "the last beat never goes back");
    assert_eq!(statuses(&store).await, [AlertStatus::Firing, AlertStatus::Resolved]);
    store.close().await;
}

#[tokio::test]
async fn a_silent_heartbeat_that_is_forgotten_ends_its_alert() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("siaga.db")).await.unwrap();
    assert!(store.heartbeat_silent("orders", at(5), &firing()).await.unwrap(), "it never beat");
    assert!(store.heartbeat_forget("orders", at(6), &gone("orders")).await.unwrap());
    assert!(!store.heartbeat_forget("orders", at(7), &gone("orders")).await.unwrap());
    assert_eq!(store.heartbeats().await.unwrap(), []);
    assert_eq!(statuses(&store).await, [AlertStatus::Firing, AlertStatus::Resolved]);
    store.close().await;
}

#[tokio::test]
async fn a_silence_is_extended_by_the_time_nobody_watched_and_no_more() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("siaga.db")).await.unwrap();
    let since = async |now| store.resume_heartbeats(at(now)).await.unwrap()[0].since;
    store.heartbeat_heard("orders", at(0), &gone("orders")).await.unwrap();
    assert_eq!(since(1).await, Some(at(1)), "a database without a mark: its whole time");
    store.heartbeat_heard("orders", at(2), &gone("orders")).await.unwrap();
    store.heartbeats_watched(at(10)).await.unwrap();
    assert_eq!(since(13).await, Some(at(5)), "three minutes without us");
    assert_eq!(since(13).await, Some(at(5)), "the same three are not counted again");
    assert_eq!(since(9).await, Some(at(5)), "a clock that goes back adds nothing");
    assert_eq!(since(500).await, Some(at(496)), "but the time without us always counts");
    store.close().await;
}
