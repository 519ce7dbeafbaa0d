//! Purpose: what the database promises: accepted is kept, a decision is whole or nothing, an effect is planned once.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use std::time::Duration;

use domain::episode::{Episode, EpisodeEnd, KnownAlert, ToldEnd};
use domain::incident::EventAt;
use domain::routing::Why;
use domain::setup::RoomKind;
use domain::stages::{Reason, Stage};
use domain::{
    Access, Actor, AlertOrigin, AlertReport, AlertStatus, ChatChannelId, ChatMessageId, ChatUserId, DedupKey, Effect,
    Event, Incident, IncidentId, Labels, Lane, Opener, Outcome, PlannedEffect, ReasonCode, Severity, Timer,
    TimerChange, TimerKind, Timestamp,
};
use store::{
    AlertRow, Attempt, Batch, ClockChange, Entry, Filed, JournalMark, ObjectRow, OpenError, OutboxState, Store, Waiting,
};

const ANY: Waiting = Waiting { up_to: Lane::LAST, outside_only: false, after: None, limit: 10 };

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_770_000_000 + second).unwrap()
}

/// The first attempt at a row.
const fn first(row: i64) -> Attempt {
    Attempt { row, number: 1, may_be_outside: false }
}

async fn open() -> (tempfile::TempDir, Store) {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("siaga.db")).await.unwrap();
    (folder, store)
}

fn mark(id: i64, outcome: &'static str, incident: Option<IncidentId>) -> JournalMark {
    JournalMark { id, outcome, incident, stage: Some(Stage::Open), reason: None }
}

fn entry(key: &str) -> Entry {
    Entry::of(&report(key)).unwrap()
}

fn report(key: &str) -> AlertReport {
    AlertReport {
        integration: "am".into(),
        dedup_key: DedupKey(key.to_owned()),
        status: AlertStatus::Firing,
        title: "Errors \"quoted\" 🚒".to_owned(),
        body: None,
        labels: Labels::from([("service".to_owned(), "checkout".to_owned())]),
        value: None,
        links: Vec::new(),
        runbook_url: None,
        starts_at: None,
        origin: AlertOrigin::Http,
        severity: None,
        candidate: false,
        unmapped: None,
        drill: None,
        sender: None,
    }
}

/// An incident that just opened, with its events.
fn opened(number: u32) -> (Incident, Vec<EventAt>) {
    let by = Actor { user: ChatUserId(7), name: "Budi".into(), person: Some("budi".into()), access: Access::Open };
    let event = Event::Opened {
        title: "Checkout errors".into(),
        impact: None,
        service: Some("checkout".into()),
        owner: None,
        severity: Severity::Sev2,
        room: RoomKind::Thread,
        opener: Opener::Person { by: by.clone() },
        why: Why::Person { name: by.name.clone() },
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
    let mut incident = Incident::from_opened(IncidentId(number), &first).unwrap();
    let second = EventAt { seq: 2, at: at(1), event: Event::Noted { by, text: "it's 12 %".into(), link: None } };
    incident.apply(&second);
    (incident, vec![first, second])
}

fn planned(key: &str, effect: Effect, supersede: Option<&str>, order: Option<&str>) -> PlannedEffect {
    let (supersede, order) = (supersede.map(str::to_owned), order.map(str::to_owned));
    PlannedEffect { effect, lane: Lane::Card, key: key.to_owned(), supersede, order }
}

fn card(key: &str) -> PlannedEffect {
    planned(key, Effect::Card { incident: IncidentId(1) }, Some("card:1"), Some("card:1"))
}

async fn decide(store: &Store, effects: &[PlannedEffect]) {
    let (incident, events) = opened(1);
    let mut batch = Batch::default();
    batch.events(&incident, &events).unwrap();
    batch.effects(effects).unwrap();
    assert!(store.commit(&batch, at(1), at(1)).await.unwrap());
}

async fn more_effects(store: &Store, effects: &[PlannedEffect]) {
    let mut batch = Batch::default();
    batch.effects(effects).unwrap();
    assert!(store.commit(&batch, at(2), at(2)).await.unwrap());
}

fn alert(fires: bool, incident: Option<IncidentId>) -> KnownAlert {
    let firing = fires.then_some(Episode { sender: 0, starts_at: None }).into_iter().collect();
    KnownAlert { firing, incident, ..KnownAlert::default() }
}

fn row(key: &str, fires: bool, of: u32) -> AlertRow {
    let alert = alert(fires, Some(IncidentId(of)));
    AlertRow { dedup_key: DedupKey(key.into()), title: "t".into(), group: None, alert }
}

#[tokio::test]
async fn what_is_known_of_an_alert_is_read_as_it_was_written() {
    let (_folder, store) = open().await;
    let alert = KnownAlert {
        firing: vec![
            Episode { sender: 7, starts_at: Some(at(1)) },
            Episode { sender: -8, starts_at: None },
            Episode { sender: 9, starts_at: Some(at(3)) },
        ],
        incident: Some(IncidentId(2)),
        ended: Some(EpisodeEnd::Person),
        told_end: Some(ToldEnd { episode: Episode { sender: 7, starts_at: Some(at(0)) }, at: at(2) }),
        endless: true,
        content: Some(i64::MIN),
        heard_at: Some(at(4)),
        every: Some(Duration::from_secs(300)),
        repeated: 3,
        report: Some(12),
        silence: Some(3),
    };
    let mut batch = Batch::default();
    batch.alert(AlertRow { dedup_key: DedupKey("k".into()), title: "t".into(), group: Some(5), alert: alert.clone() });
    store.commit(&batch, at(4), at(4)).await.unwrap();
    let key = DedupKey("k".into());
    assert_eq!(store.known_alerts(&[&key]).await.unwrap(), [(key, alert.clone())]);
    let in_group = store.firing_in_group(5).await.unwrap();
    assert_eq!(in_group.into_iter().map(|found| found.alert).collect::<Vec<_>>(), [alert]);
    assert_eq!(store.firing_in_group(6).await.unwrap(), []);
    // Its sender never tells: it is not one that fires on.
    assert_eq!(store.firing_of(IncidentId(2)).await.unwrap(), (0, None));
}

#[tokio::test]
async fn accepted_reports_are_there_in_order_after_a_new_start() {
    let (folder, store) = open().await;
    let ids = store.append_journal(|| vec![entry("a"), entry("b")], at(0)).await.unwrap();
    let more = store.append_journal(|| vec![entry("c")], at(1)).await.unwrap();
    store.close().await;
    let store = Store::open(&folder.path().join("siaga.db")).await.unwrap();
    let rows = store.undecided(10).await.unwrap();
    assert_eq!(rows.iter().map(|row| row.id).collect::<Vec<_>>(), ids.chain(more).collect::<Vec<_>>());
    assert_eq!(rows[0].report.as_ref().unwrap(), &report("a"));
    let mut batch = Batch::default();
    batch.journal(mark(rows[0].id, "opened", Some(IncidentId(3)))).unwrap();
    store.commit(&batch, at(2), at(2)).await.unwrap();
    assert_eq!(store.undecided(10).await.unwrap().len(), 2);
    let outcome = store.journal_outcome(rows[0].id).await.unwrap().unwrap();
    assert_eq!((outcome.outcome.as_deref(), outcome.incident), (Some("opened"), Some(IncidentId(3))));
}

#[tokio::test]
async fn where_a_report_stopped_is_read_back_as_it_was_decided() {
    let (_folder, store) = open().await;
    let titled = |key: &str, title: &str| Entry::of(&AlertReport { title: title.to_owned(), ..report(key) }).unwrap();
    let reports = || {
        let (one, two) = (titled("a", "Orders FAIL on db-1"), titled("b", "Orders are slow"));
        vec![one.clone(), two, one.clone(), one]
    };
    store.append_journal(reports, at(0)).await.unwrap();
    let late = Reason::LateDuplicate { told_at: at(-60) };
    let mut batch = Batch::default();
    batch.journal(mark(1, "opened", Some(IncidentId(3)))).unwrap();
    batch.journal(mark(2, "opened", Some(IncidentId(4)))).unwrap();
    let stopped = |id, outcome, reason: &Reason| JournalMark {
        stage: Some(Stage::Identify),
        reason: Some(reason.clone()),
        ..mark(id, outcome, Some(IncidentId(3)))
    };
    batch.journal(stopped(3, "late", &late)).unwrap();
    store.commit(&batch, at(1), at(1)).await.unwrap();
    // The fourth is not decided: nobody can be told why.
    assert!(store.decided_report(4).await.unwrap().is_none());
    let of = store.decided_reports_of(&DedupKey("a".into()), 10).await.unwrap();
    let read: Vec<_> = of.iter().map(|row| (row.id, row.stage, row.reason.clone())).collect();
    assert_eq!(read, [(3, Some(Stage::Identify), Some(late.clone())), (1, Some(Stage::Open), None)]);
    let last = store.last_held_back(IncidentId(3)).await.unwrap().unwrap();
    assert_eq!((last.id, last.outcome.as_str(), last.reason), (3, "late", Some(late)));
    assert!(store.last_held_back(IncidentId(4)).await.unwrap().is_none());
    let heard = async |words: &str| {
        let found = store.heard_alerts(words, 25).await.unwrap();
        found.into_iter().map(|alert| (alert.report, alert.dedup_key.0)).collect::<Vec<_>>()
    };
    assert_eq!(heard("").await, [(3, "a".to_owned()), (2, "b".to_owned())]);
    assert_eq!(heard("orders  fail").await, [(3, "a".to_owned())]);
    assert_eq!(heard("moon").await, []);
}

#[tokio::test]
async fn reports_of_before_and_of_a_newer_version_are_read_too() {
    let (folder, store) = open().await;
    store.append_journal(|| vec![entry("a"), entry("a"), entry("b")], at(0)).await.unwrap();
    store.close().await;
    let path = folder.path().join("siaga.db");
    let raw = sqlx::SqlitePool::connect(&format!("sqlite://{}", path.display())).await.unwrap();
    for sql in [
        "UPDATE journal SET outcome = 'late', incident = 2 WHERE id = 1",
        r#"UPDATE journal SET outcome = 'dreamt', stage = 'dream', reason = '{"code":"dream"}' WHERE id = 2"#,
        "UPDATE journal SET outcome = 'failed', report = 'no { json' WHERE id = 3",
    ] {
        sqlx::query(sql).execute(&raw).await.unwrap();
    }
    raw.close().await;
    let store = Store::open(&path).await.unwrap();
    let of = store.decided_reports_of(&DedupKey("a".into()), 10).await.unwrap();
    let read: Vec<_> = of.iter().map(|row| (row.outcome.as_str(), row.stage, row.reason.clone())).collect();
    assert_eq!(read, [("dreamt", None, None), ("late", None, None)]);
    assert!(store.decided_report(3).await.unwrap().unwrap().report.is_none());
    assert_eq!(store.heard_alerts("", 25).await.unwrap().len(), 1);
}

#[tokio::test]
async fn as_many_reports_as_come_are_numbered_and_decided_in_order() {
    let (_folder, store) = open().await;
    let mut all = 0;
    for count in [1, 2, 5, 63, 65, 256, 257, 1_000] {
        let key = |number: i64| format!("k{number:05}");
        let entries = (0..count).map(|number| entry(&key(all + number))).collect();
        assert_eq!(store.append_journal(|| entries, at(0)).await.unwrap(), all + 1..all + count + 1);
        let rows = store.undecided(2_000).await.unwrap();
        let mut batch = Batch::default();
        for row in &rows {
            let report = row.report.as_ref().unwrap();
            assert_eq!(report.dedup_key.0, key(row.id - 1));
            let incident = Some(IncidentId(u32::try_from(row.id % 7).unwrap() + 1));
            let (dedup_key, title) = (report.dedup_key.clone(), report.title.clone());
            batch.alert(AlertRow { dedup_key, title, group: None, alert: alert(row.id % 2 == 0, incident) });
            batch.journal(mark(row.id, "joined", incident)).unwrap();
        }
        assert_eq!(i64::try_from(rows.len()).unwrap(), count);
        assert!(store.commit(&batch, at(1), at(1)).await.unwrap());
        assert!(store.undecided(1).await.unwrap().is_empty(), "all {count} are decided");
        let last = &rows[rows.len() - 1];
        let incident = Some(IncidentId(u32::try_from(last.id % 7).unwrap() + 1));
        let outcome = store.journal_outcome(last.id).await.unwrap().unwrap();
        assert_eq!((outcome.outcome.as_deref(), outcome.incident), (Some("joined"), incident));
        let key = DedupKey(key(last.id - 1));
        let known = alert(last.id % 2 == 0, incident);
        assert_eq!(store.known_alerts(&[&key]).await.unwrap(), [(key, known)]);
        all += count;
    }
}

#[tokio::test]
async fn a_start_finds_open_incidents_firing_alerts_and_timers() {
    let (_folder, store) = open().await;
    let (incident, events) = opened(4);
    let mut batch = Batch::default();
    batch.events(&incident, &events).unwrap();
    let known = |firing| row("k", firing, incident.id.0);
    batch.alert(known(true));
    let timer = Timer { subject: incident.id.into(), kind: TimerKind::UpdateDue, due: at(60) };
    batch.timers(&[TimerChange::Set(timer.clone())]);
    store.commit(&batch, at(1), at(1)).await.unwrap();
    let resume = store.resume().await.unwrap();
    assert_eq!(resume.last_number, 4);
    assert_eq!(resume.open, std::slice::from_ref(&incident));
    let (key, nobody) = (DedupKey("k".into()), DedupKey("unheard of".into()));
    let here = alert(true, Some(incident.id));
    assert_eq!(store.known_alerts(&[&key, &nobody]).await.unwrap(), [(key.clone(), here)]);
    assert_eq!(store.due_timers(at(59), 10).await.unwrap(), []);
    assert_eq!(store.due_timers(at(60), 10).await.unwrap(), [timer]);
    let mut batch = Batch::default();
    batch.alert(known(false));
    batch.timer_done(&incident.id.into(), TimerKind::UpdateDue);
    store.commit(&batch, at(61), at(61)).await.unwrap();
    assert_eq!(store.known_alerts(&[&key]).await.unwrap(), [(key, alert(false, Some(incident.id)))]);
    assert_eq!(store.next_timer().await.unwrap(), None);
}

#[tokio::test]
async fn alerts_that_fire_move_with_a_merged_incident_and_no_others() {
    let (_folder, store) = open().await;
    let mut batch = Batch::default();
    for alert in [row("fires", true, 1), row("over", false, 1), row("other", true, 2), row("there", true, 3)] {
        batch.alert(alert);
    }
    store.commit(&batch, at(0), at(0)).await.unwrap();
    let mut batch = Batch::default();
    batch.alerts_move(IncidentId(1), IncidentId(3));
    store.commit(&batch, at(1), at(1)).await.unwrap();
    let keys = ["fires", "over", "other", "there"].map(DedupKey::from);
    let mut known = store.known_alerts(&keys.each_ref()).await.unwrap();
    known.sort_by(|one, two| one.0.0.cmp(&two.0.0));
    let of: Vec<_> = known.into_iter().map(|(key, alert)| (key.0, alert.incident.unwrap().0)).collect();
    assert_eq!(of, [("fires".into(), 3), ("other".into(), 2), ("over".into(), 1), ("there".into(), 3)]);
}

#[tokio::test]
async fn a_timer_is_never_taken_before_its_time() {
    let (_folder, store) = open().await;
    let (incident, _) = opened(1);
    let due = at(60) + Duration::from_micros(656);
    let timer = Timer { subject: incident.id.into(), kind: TimerKind::EscalationStep, due };
    let mut batch = Batch::default();
    batch.timers(&[TimerChange::Set(timer.clone())]);
    store.commit(&batch, at(50), at(50)).await.unwrap();
    assert_eq!(store.due_timers(due - Duration::from_micros(1), 10).await.unwrap(), []);
    let taken = store.due_timers(at(60) + Duration::from_millis(1), 10).await.unwrap();
    assert!(taken.iter().all(|timer| timer.due >= due) && taken.len() == 1, "{taken:?}");
}

#[tokio::test]
async fn a_timer_says_when_it_was_set_and_a_clock_that_was_set_moves_what_waits_to_leave() {
    let (_folder, store) = open().await;
    let (incident, events) = opened(1);
    let timer = Timer { subject: incident.id.into(), kind: TimerKind::EscalationStep, due: at(360) };
    let mut batch = Batch::default();
    batch.events(&incident, &events).unwrap();
    batch.timers(&[TimerChange::Set(timer.clone())]);
    store.commit(&batch, at(60), at(60)).await.unwrap();
    assert_eq!(store.timers().await.unwrap(), [(timer, at(60))]);
    let effect = Effect::Operators { text: "t".into(), everybody: false };
    store.outbox_put(&planned("waits", effect, None, None), at(60)).await.unwrap();
    store.heartbeat_known("orders", at(50)).await.unwrap();
    assert_eq!(store.clock_reading().await.unwrap(), None);
    // It was a minute ahead; the next process finds it right.
    assert_eq!(store.outbox_waiting(at(0), ANY).await.unwrap().len(), 0);
    let mut batch = Batch::default();
    batch.clock(ClockChange { reading: "now".into(), by_ms: -60_000, wire_by_ms: -60_000 });
    store.commit(&batch, at(0), at(0)).await.unwrap();
    assert_eq!(store.outbox_waiting(at(0), ANY).await.unwrap().len(), 1);
    assert_eq!(store.heartbeats().await.unwrap()[0].since, Some(at(-10)));
    assert_eq!(store.clock_reading().await.unwrap().as_deref(), Some("now"));
}

#[tokio::test]
async fn an_interaction_delivered_twice_is_done_once() {
    let (_folder, store) = open().await;
    let (incident, events) = opened(1);
    let mut batch = Batch::default();
    batch.events(&incident, &events).unwrap();
    batch.interaction(99);
    assert!(store.commit(&batch, at(1), at(1)).await.unwrap());
    let mut again = Batch::default();
    again.effects(&[card("again")]).unwrap();
    again.interaction(99);
    assert!(!store.commit(&again, at(2), at(2)).await.unwrap());
    assert_eq!(store.outbox_counts().await.unwrap().waiting, 0, "nothing of the second one was written");
}

#[tokio::test]
async fn a_decision_that_cannot_be_written_whole_is_not_written_at_all() {
    let (_folder, store) = open().await;
    decide(&store, &[]).await;
    let (incident, events) = opened(1);
    let mut twice = Batch::default();
    twice.effects(&[card("new")]).unwrap();
    twice.events(&incident, &events).unwrap();
    assert!(store.commit(&twice, at(2), at(2)).await.is_err(), "the timeline has these entries already");
    assert_eq!(store.outbox_counts().await.unwrap().waiting, 0);
}

#[tokio::test]
async fn a_waiting_card_makes_the_next_one_unnecessary_but_a_sent_one_does_not() {
    let (_folder, store) = open().await;
    decide(&store, &[card("c1")]).await;
    more_effects(&store, &[card("c2")]).await;
    let rows = store.outbox_waiting(at(5), ANY).await.unwrap();
    assert_eq!(rows.len(), 1);
    store.outbox_sent(rows[0].id, None, None, at(5)).await.unwrap();
    more_effects(&store, &[card("c3")]).await;
    let rows = store.outbox_waiting(at(5), ANY).await.unwrap();
    assert_eq!(rows.len(), 1, "the second waits for the first");
    assert_eq!(rows[0].state, OutboxState::Sent);
    assert_eq!(store.outbox_counts().await.unwrap().waiting, 2);
}

#[tokio::test]
async fn a_card_that_showed_an_old_state_waits_again_and_one_that_showed_the_newest_is_done() {
    let (_folder, store) = open().await;
    decide(&store, &[card("c1")]).await;
    let row = store.outbox_waiting(at(5), ANY).await.unwrap().remove(0);
    let shown = |seq| {
        Outcome::Confirmed(Filed {
            message: Some((ChatChannelId(1), ChatMessageId(2))),
            objects: vec![ObjectRow {
                subject: IncidentId(1).into(),
                name: "card".into(),
                channel: ChatChannelId(1),
                message: Some(ChatMessageId(2)),
                digest: None,
                touched_at: at(5),
            }],
            shown_seq: Some(seq),
            again_at: at(7),
            then: Vec::new(),
            code: None,
        })
    };
    assert!(store.outbox_settle(first(row.id), &shown(1), at(5)).await.unwrap(), "the incident is at 2");
    assert!(store.outbox_waiting(at(6), ANY).await.unwrap().is_empty());
    assert_eq!(store.outbox_next_at(at(6)).await.unwrap(), Some(at(7)));
    assert!(!store.outbox_settle(first(row.id), &shown(2), at(7)).await.unwrap());
    assert_eq!(store.outbox_counts().await.unwrap().waiting, 0);
    assert_eq!(store.objects(&IncidentId(1).into()).await.unwrap().len(), 1);
    assert_eq!(store.claimed_messages(&IncidentId(1).into()).await.unwrap(), [ChatMessageId(2)]);
}

#[tokio::test]
async fn the_same_effect_planned_twice_is_one_row_and_lanes_go_in_order() {
    let (_folder, store) = open().await;
    let page = |key: &str| PlannedEffect {
        lane: Lane::Page,
        ..planned(key, Effect::Pin { incident: IncidentId(1) }, None, None)
    };
    decide(&store, &[planned("a", Effect::Thread { incident: IncidentId(1) }, None, None), page("p")]).await;
    more_effects(&store, &[page("p")]).await;
    let rows = store.outbox_waiting(at(5), ANY).await.unwrap();
    assert_eq!(rows.iter().map(|row| row.lane).collect::<Vec<_>>(), [Lane::Page, Lane::Card]);
}

#[tokio::test]
async fn a_lost_answer_keeps_the_time_of_the_first_attempt() {
    let (_folder, store) = open().await;
    decide(&store, &[card("c1")]).await;
    let id = store.outbox_waiting(at(5), ANY).await.unwrap()[0].id;
    store.outbox_sent(id, None, Some("first"), at(5)).await.unwrap();
    let no_answer =
        Outcome::Unknown { reason: ReasonCode::Unanswered.because("no answer"), retry_in: Duration::from_secs(3) };
    store.outbox_settle(first(id), &no_answer, at(5)).await.unwrap();
    store.outbox_sent(id, None, Some("second"), at(9)).await.unwrap();
    let row = store.outbox_waiting(at(9), ANY).await.unwrap().remove(0);
    assert_eq!((row.state, row.sent_at, row.attempts), (OutboxState::Sent, Some(at(5)), 2));
    assert_eq!(row.rendered.as_deref(), Some("first"), "and what it left with");
    let refused = Outcome::Refused { reason: ReasonCode::MissingPermission.because("refused") };
    store.outbox_settle(Attempt { number: 2, ..first(id) }, &refused, at(10)).await.unwrap();
    assert_eq!(store.outbox_counts().await.unwrap().dead, 1);
}

#[tokio::test]
async fn a_database_of_a_newer_version_is_refused_in_one_sentence() {
    let (folder, store) = open().await;
    store.close().await;
    let path = folder.path().join("siaga.db");
    let pool = sqlx::SqlitePool::connect(&format!("sqlite://{}", path.display())).await.unwrap();
    sqlx::query("INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) VALUES (9999, 'future', 1, x'00', 0)")
        .execute(&pool)
        .await
        .unwrap();
    pool.close().await;
    let refused = Store::open(&path).await.unwrap_err();
    assert!(matches!(refused, OpenError::Newer { version: 9999, .. }), "{refused}");
    assert!(refused.to_string().contains("written by a newer version of siaga"), "{refused}");
}

#[tokio::test]
async fn who_only_reads_needs_no_lock_migrates_nothing_and_writes_nothing() {
    let (folder, store) = open().await;
    let path = folder.path().join("siaga.db");
    store.meta_replace("installation", "abcdef").await.unwrap();
    let reader = Store::open_to_read(&path).await.unwrap();
    assert_eq!(reader.meta("installation").await.unwrap().as_deref(), Some("abcdef"));
    reader.meta_replace("installation", "ghijkl").await.unwrap_err();
    // What is written meanwhile is seen.
    store.meta_replace("installation", "mnopqr").await.unwrap();
    assert_eq!(reader.meta("installation").await.unwrap().as_deref(), Some("mnopqr"));
    reader.close().await;
    store.close().await;
    Store::open_to_read(&path).await.unwrap().close().await;
    let missing = Store::open_to_read(&folder.path().join("none.db")).await.unwrap_err();
    assert!(missing.to_string().starts_with("there is no database at "), "{missing}");
    let pool = sqlx::SqlitePool::connect(&format!("sqlite://{}", path.display())).await.unwrap();
    sqlx::query("DELETE FROM _sqlx_migrations WHERE version > 1").execute(&pool).await.unwrap();
    let older = Store::open_to_read(&path).await.unwrap_err();
    assert!(matches!(older, OpenError::Older { version: 1, .. }), "{older}");
    sqlx::query("INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) VALUES (9999, 'future', 1, x'00', 0)")
        .execute(&pool)
        .await
        .unwrap();
    pool.close().await;
    let newer = Store::open_to_read(&path).await.unwrap_err();
    assert!(matches!(newer, OpenError::Newer { version: 9999, .. }), "{newer}");
}

#[tokio::test]
async fn the_high_water_mark_of_a_channel_never_goes_back() {
    let (_folder, store) = open().await;
    let channel = ChatChannelId(5);
    store.set_high_water(channel, ChatMessageId(10)).await.unwrap();
    store.set_high_water(channel, ChatMessageId(9)).await.unwrap();
    assert_eq!(store.high_water(channel).await.unwrap(), Some(ChatMessageId(10)));
}

#[tokio::test]
async fn lists_find_by_title_or_service_and_openings_are_counted_by_person() {
    let (_folder, store) = open().await;
    decide(&store, &[]).await;
    for (query, expected) in [("", 1), ("CHECKOUT", 1), ("errors", 1), ("100 %", 0), ("'", 0)] {
        let found = store.list(store::ListFilter::Open, query, 10).await.unwrap();
        assert_eq!(found.len(), expected, "{query}");
    }
    assert_eq!(store.opened_since(ChatUserId(7), at(-1)).await.unwrap(), 1);
    assert_eq!(store.opened_since(ChatUserId(7), at(0)).await.unwrap(), 0);
    assert_eq!(store.opened_since(ChatUserId(8), at(-1)).await.unwrap(), 0);
}

#[tokio::test]
async fn a_backup_beside_a_writer_is_of_one_moment_and_leaves_nothing_behind_when_it_fails() {
    let (folder, store) = open().await;
    let writer = {
        let store = store.clone();
        tokio::spawn(async move {
            for number in 0..300 {
                store
                    .append_journal(|| vec![entry(&format!("a{number}")), entry(&format!("b{number}"))], at(0))
                    .await
                    .unwrap();
            }
        })
    };
    let mut last = 0;
    for number in 0..5 {
        let file = folder.path().join(format!("copy-{number}.db"));
        store.backup(&file).await.unwrap();
        let copy = Store::open(&file).await.unwrap();
        let (accepted, ..) = copy.totals().await.unwrap();
        assert!(accepted % 2 == 0 && accepted >= last, "a pair is written at once: {accepted}, before {last}");
        last = accepted;
        copy.close().await;
        assert!(matches!(store.backup(&file).await, Err(store::BackupError::Exists { .. })));
    }
    writer.await.unwrap();
    let nowhere = folder.path().join("no-such-folder/copy.db");
    assert!(matches!(store.backup(&nowhere).await, Err(store::BackupError::File { .. })));
    let left = std::fs::read_dir(folder.path())
        .unwrap()
        .filter(|entry| entry.as_ref().unwrap().file_name().to_string_lossy().ends_with(".partial"));
    assert_eq!(left.count(), 0);
}
