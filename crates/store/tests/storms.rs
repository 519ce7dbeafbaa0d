//! Storms: what a decision says of one is written as the whole of it, so writing it again counts nothing twice.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use domain::storm::{Running, Standing, StormRules};
use domain::{Effect, IncidentId, Lane, Outcome, PlannedEffect, Severity, Timestamp};
use store::{Attempt, Batch, Filed, Store, StormIncident, Waiting};

const ANY: Waiting = Waiting { up_to: Lane::LAST, outside_only: false, after: None, limit: 10 };

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_772_395_800 + second).unwrap()
}

async fn fresh() -> (tempfile::TempDir, Store) {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("siaga.db")).await.unwrap();
    (folder, store)
}

fn running(alerts: u64, last: i64) -> Running {
    Running { number: 1, began: at(0), last: at(last), due: at(last + 300), alerts }
}

fn row(incident: u32, standing: Standing, alerts: u32, firing: u32) -> StormIncident {
    let severity = if incident == 2 { Severity::Sev4 } else { Severity::Sev5 };
    StormIncident { storm: 1, incident: IncidentId(incident), severity, standing, alerts, firing }
}

/// The same decision as often as it is written.
async fn decided(store: &Store, times: usize, storm: &Running, rows: &[StormIncident]) {
    for _ in 0..times {
        let mut batch = Batch::default();
        batch.storm(storm, None, &StormRules::default());
        rows.iter().for_each(|row| batch.storm_incident(row));
        store.commit(&batch, storm.last, storm.last).await.unwrap();
    }
}

async fn incidents(store: &Store, numbers: std::ops::RangeInclusive<u32>) {
    use domain::incident::{Access, Actor, EventAt, Incident, Opener};
    for number in numbers {
        let by = Actor { user: domain::ChatUserId(1), name: "Budi".into(), person: None, access: Access::Admin };
        let event = domain::Event::Opened {
            title: format!("Incident {number}"),
            impact: None,
            service: Some(if number < 3 { "orders".into() } else { "mail".into() }),
            owner: None,
            severity: Severity::Sev5,
            room: domain::setup::RoomKind::Line,
            opener: Opener::Person { by },
            why: domain::routing::Why::NoRule,
            group_key: None,
            links: Vec::new(),
            runbook: None,
            runbook_url: None,
            missing: Vec::new(),
            policy: None,
            labels: domain::Labels::new(),
            reasons: None,
            detected: None,
            drill: None,
        };
        let first = EventAt { seq: 1, at: at(0), event };
        let incident = Incident::from_opened(IncidentId(number), &first).unwrap();
        let mut batch = Batch::default();
        batch.events(&incident, &[first]).unwrap();
        store.commit(&batch, at(0), at(0)).await.unwrap();
    }
}

#[tokio::test]
async fn a_decision_that_is_written_twice_counts_once() {
    let (_folder, store) = fresh().await;
    incidents(&store, 1..=4).await;
    decided(&store, 1, &running(3, 10), &[row(1, Standing::Folded, 2, 2), row(2, Standing::Folded, 1, 1)]).await;
    let more = [row(1, Standing::Over, 5, 0), row(3, Standing::Unfolded, 7, 0), row(4, Standing::Folded, 40, 30)];
    decided(&store, 3, &running(53, 20), &more).await;
    let board = store.board(1, 12).await.unwrap().unwrap();
    let totals = board.totals;
    assert_eq!((totals.alerts, totals.firing, totals.alerts_over(), totals.alerts_unfolded), (53, 31, 15, 7));
    assert_eq!((totals.incidents, totals.open, totals.over, totals.unfolded, totals.services), (4, 2, 1, 1, 2));
    assert_eq!(board.by_severity, [(Severity::Sev4, 1), (Severity::Sev5, 1)]);
    let worst: Vec<u32> = board.worst.iter().map(|line| line.id.0).collect();
    assert_eq!(worst, [2, 4], "the worse severity first, however few its alerts");
    assert_eq!(store.storm_counts().await.unwrap(), (1, 53));
    assert_eq!(store.board(2, 12).await.unwrap(), None);
    store.close().await;
}

#[tokio::test]
async fn a_start_finds_the_storm_that_runs_and_a_number_is_never_used_again() {
    let (_folder, store) = fresh().await;
    assert_eq!(store.storms(at(0)).await.unwrap().storms.running, None);
    decided(&store, 1, &running(3, 10), &[row(1, Standing::Folded, 3, 3)]).await;
    let found = store.storms(at(0)).await.unwrap().storms;
    assert_eq!((found.running, found.last_number), (Some(running(3, 10)), 1));
    let mut batch = Batch::default();
    batch.storm(&running(3, 10), Some(at(310)), &StormRules::default());
    store.commit(&batch, at(310), at(310)).await.unwrap();
    let found = store.storms(at(0)).await.unwrap().storms;
    assert_eq!((found.running, found.last_number), (None, 1));
    assert_eq!(store.storm_counts().await.unwrap(), (0, 3));
    store.close().await;
}

#[tokio::test]
async fn a_board_that_was_sent_with_old_counts_waits_again_and_never_before_its_time() {
    let (_folder, store) = fresh().await;
    let board = |key: &str| PlannedEffect {
        effect: Effect::Board { storm: 1 },
        lane: Lane::Card,
        key: key.to_owned(),
        supersede: Some("storm:1".into()),
        order: Some("storm:1".into()),
    };
    let mut batch = Batch::default();
    batch.storm(&running(1, 0), None, &StormRules::default());
    batch.effect_not_before(&board("storm:1:a"), at(3)).unwrap();
    store.commit(&batch, at(0), at(0)).await.unwrap();
    assert!(store.outbox_waiting(at(2), ANY).await.unwrap().is_empty());
    let rows = store.outbox_waiting(at(3), ANY).await.unwrap();
    let shown = store.board(1, 12).await.unwrap().unwrap().revision;
    // More is folded while it is on its way; the row that waits stands for that, too.
    let mut batch = Batch::default();
    batch.storm(&running(2, 4), None, &StormRules::default());
    batch.effect_not_before(&board("storm:1:b"), at(6)).unwrap();
    store.commit(&batch, at(4), at(4)).await.unwrap();
    let shown_as = |shown| {
        let (message, objects, then) = (None, Vec::new(), Vec::new());
        Outcome::Confirmed(Filed { message, objects, shown_seq: Some(shown), again_at: at(7), then, code: None })
    };
    let attempt = |row| Attempt { row, number: 1, may_be_outside: false };
    assert!(store.outbox_settle(attempt(rows[0].id), &shown_as(shown), at(4)).await.unwrap(), "there is news");
    assert!(store.outbox_waiting(at(6), ANY).await.unwrap().is_empty());
    let rows = store.outbox_waiting(at(7), ANY).await.unwrap();
    assert_eq!(rows.len(), 1);
    assert!(!store.outbox_settle(attempt(rows[0].id), &shown_as(shown + 1), at(7)).await.unwrap());
    assert_eq!(store.outbox_counts().await.unwrap().waiting, 0);
    store.close().await;
}
