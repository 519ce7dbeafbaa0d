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
    let row = |silent, minute| HeartbeatRow { name: "orders".into(), last: Some(at(minute)), silent };
    assert_eq!(store.heartbeats().await.unwrap(), [row(true, 0)]);
    assert!(store.heartbeat_heard("orders", at(9), &gone("orders")).await.unwrap());
    assert!(!store.heartbeat_heard("orders", at(8), &gone("orders")).await.unwrap());
    assert_eq!(store.heartbeats().await.unwrap(), [row(false, 9)], "the last beat never goes back");
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
