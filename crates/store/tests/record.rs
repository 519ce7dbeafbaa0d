//! Purpose: the record of incidents is found whatever is typed, and the counters count what they say.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use domain::incident::EventAt;
use domain::routing::Why;
use domain::setup::RoomKind;
use domain::{Access, Actor, ChatUserId, Event, Incident, IncidentId, Opener, Severity, Timestamp};
use store::{ActionRow, Batch, DetectionLine, ListFilter, Probe, Record, RuleCheck, Stats, Store};

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_770_000_000 + second).unwrap()
}

async fn open() -> (tempfile::TempDir, Store) {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("siaga.db")).await.unwrap();
    (folder, store)
}

fn person() -> Actor {
    Actor { user: ChatUserId(7), name: "Budi".into(), person: Some("budi".into()), access: Access::Open }
}

fn opening(title: &str, second: i64) -> EventAt {
    let event = Event::Opened {
        title: title.into(),
        impact: None,
        service: Some("checkout".into()),
        owner: None,
        severity: Severity::Sev2,
        room: RoomKind::Thread,
        opener: Opener::Person { by: person() },
        why: Why::Person { name: "Budi".into() },
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
    EventAt { seq: 1, at: at(second), event }
}

/// Writes an incident that opened at second 0 and its record; `over` resolves it after a minute.
async fn write(store: &Store, record: Record, over: bool) {
    let first = opening(&record.title, 0);
    let mut incident = Incident::from_opened(record.incident, &first).unwrap();
    let mut events = vec![first];
    if over {
        let event = Event::Resolved {
            by: Some(person()),
            fixed: record.fixed.clone(),
            postmortem_due: None,
            report: None,
            fires_on_at: None,
        };
        let last = EventAt { seq: 2, at: at(60), event };
        incident.apply(&last);
        events.push(last);
    }
    let mut batch = Batch::default();
    batch.events(&incident, &events).unwrap();
    batch.record(record);
    assert!(store.commit(&batch, at(1), at(1)).await.unwrap());
}

/// Writes only the record of an incident that is there.
async fn again(store: &Store, record: Record) {
    let mut batch = Batch::default();
    batch.record(record);
    assert!(!batch.is_empty());
    assert!(store.commit(&batch, at(2), at(2)).await.unwrap());
}

fn record(number: u32, title: &str) -> Record {
    Record { service: Some("checkout".into()), ..Record::new(IncidentId(number), title) }
}

async fn found(store: &Store, query: &str) -> Vec<u32> {
    store.search(query, 10).await.unwrap().iter().map(|found| found.id.0).collect()
}

fn labels(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(label, value)| ((*label).to_owned(), (*value).to_owned())).collect()
}

#[tokio::test]
async fn incidents_from_before_the_record_are_found_with_what_fixed_them() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("siaga.db");
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(&path).create_if_missing(true);
    let pool = sqlx::SqlitePool::connect_with(options).await.unwrap();
    sqlx::migrate!("../../migrations/sqlite").run_to(1, &pool).await.unwrap();
    sqlx::raw_sql(
        r#"INSERT INTO incidents (number, title, severity, status, service, group_key, opened_by, opened_ms, changed_ms, last_seq)
           VALUES (1, 'Zahlungen fallen aus', 1, 'resolved', 'checkout', NULL, 7, 1770000000000, 1770000090000, 3),
                  (2, 'Search is slow', 2, 'triggered', NULL, NULL, NULL, 1770000000000, 1770000000000, 1);
           INSERT INTO timeline (incident, seq, at_ms, version, event)
           VALUES (1, 2, 1770000030000, 1, '{"kind":"acknowledged"}'),
                  (1, 3, 1770000090000, 1, '{"kind":"resolved","by":null,"fixed":"Rolled back 4.2"}');"#,
    )
    .execute(&pool)
    .await
    .unwrap();
    pool.close().await;
    let store = Store::open(&path).await.unwrap();
    assert_eq!(found(&store, "zahlungen").await, [1]);
    assert_eq!(found(&store, "rolled 4.2").await, [1]);
    assert_eq!(found(&store, "slow").await, [2]);
    assert_eq!(store.list(ListFilter::Recent, "", 10).await.unwrap().len(), 2);
    let stats = store.stats(at(-1)).await.unwrap();
    assert_eq!((stats.mean_acknowledge_ms, stats.mean_resolve_ms), (Some(30_000), Some(90_000)));
    let probe = Probe { exclude: IncidentId(2), labels: &[], ignore: &[], text: "Zahlungen langsam" };
    assert_eq!(store.similar(probe, 3).await.unwrap()[0].fixed.as_deref(), Some("Rolled back 4.2"));
}

#[tokio::test]
async fn the_program_of_before_runs_on_the_new_schema_and_what_it_writes_is_found() {
    let (folder, store) = open().await;
    store.close().await;
    let path = folder.path().join("siaga.db");
    let pool = sqlx::SqlitePool::connect(&format!("sqlite://{}", path.display())).await.unwrap();
    // The statement of the release before.
    const BEFORE: &str = "INSERT INTO incidents (number, title, severity, status, service, group_key, opened_by, opened_ms, changed_ms, last_seq)
        VALUES (5, $1, 1, 'triggered', 'checkout', NULL, NULL, 1, 1, 1)
        ON CONFLICT (number) DO UPDATE SET title = excluded.title, changed_ms = excluded.changed_ms";
    for title in ["Old words", "Changed words"] {
        sqlx::query(BEFORE).bind(title).execute(&pool).await.unwrap();
    }
    pool.close().await;
    let store = Store::open(&path).await.unwrap();
    assert_eq!(found(&store, "changed").await, [5]);
    assert!(found(&store, "old").await.is_empty());
}

#[tokio::test]
async fn nothing_that_is_typed_is_an_error() {
    let (_folder, store) = open().await;
    write(&store, record(1, "Checkout errors: NEAR miss (payment-gateway) über 12 %"), false).await;
    let long = "checkout ".repeat(445);
    let endless = "x".repeat(4_000);
    let alike = "a-".repeat(2_000);
    let table: &[(&str, bool)] = &[
        ("checkout", true),
        ("CHECK", true),
        ("errors checkout", true),
        ("checkout nothing", false),
        ("payment-gateway", true),
        ("uber", true),
        ("ÜBER", true),
        ("12 %", true),
        ("NEAR", true),
        ("near(checkout errors, 2)", false),
        ("checkout AND errors", false),
        ("NOT checkout", false),
        ("title:checkout", false),
        ("-checkout", true),
        ("^checkout", true),
        ("check*", true),
        ("*", false),
        ("\"", false),
        ("\"checkout", true),
        ("checkout\"\"\" errors\"", true),
        ("'; DROP TABLE incidents; --", false),
        ("(((", false),
        ("{title} : checkout", false),
        ("checkout + errors", true),
        ("🚒", false),
        ("🚒 checkout 🚒", true),
        ("checkout\0errors", true),
        ("\u{301}\u{300}", false),
        ("ⓐ", false),
        ("ⓐ checkout", true),
        ("checkout ⓐ", true),
        ("", false),
        ("   ", false),
        (&long, true),
        (&endless, false),
        (&alike, false),
    ];
    for (query, expected) in table {
        assert_eq!(!found(&store, query).await.is_empty(), *expected, "{query:?}");
        for filter in [ListFilter::Open, ListFilter::Recent] {
            let listed = store.list(filter, query, 10).await.unwrap();
            assert_eq!(!listed.is_empty(), *expected || query.trim().is_empty(), "{filter:?} {query:?}");
        }
        let probe =
            Probe { exclude: IncidentId(9), labels: &labels(&[("a", query), (query, "b")]), ignore: &[], text: query };
        store.similar(probe, 5).await.unwrap();
    }
}

#[tokio::test]
async fn a_title_comes_before_a_note_and_the_newer_before_the_older() {
    let (_folder, store) = open().await;
    let noted = Record { notes: "we looked at the certificate and it was fine".into(), ..record(4, "Login fails") };
    write(&store, noted, true).await;
    write(&store, record(1, "Certificate expired"), true).await;
    write(&store, record(2, "Certificate expired"), true).await;
    let caused = Record { cause: Some("certificate".into()), ..record(3, "Login fails") };
    write(&store, caused, false).await;
    let order = found(&store, "certificate").await;
    assert_eq!(order, [2, 1, 3, 4]);
    let scores = store.search("certificate", 10).await.unwrap();
    assert!(scores.windows(2).all(|pair| pair[0].score >= pair[1].score), "{scores:?}");
    let recent = store.list(ListFilter::Recent, "certificate", 2).await.unwrap();
    assert_eq!(recent.iter().map(|line| line.id.0).collect::<Vec<_>>(), [2, 1]);
    let still_open = store.list(ListFilter::Open, "certificate", 10).await.unwrap();
    assert_eq!(still_open.iter().map(|line| line.id.0).collect::<Vec<_>>(), [3]);
}

#[tokio::test]
async fn the_newest_record_of_an_incident_is_the_one_that_is_found() {
    let (_folder, store) = open().await;
    let first = Record {
        notes: "restarted the scheduler".into(),
        labels: Some(labels(&[("env", "production")])),
        ..record(1, "Jobs are late")
    };
    write(&store, first.clone(), false).await;
    again(&store, first.clone()).await;
    assert_eq!(found(&store, "scheduler").await, [1]);
    again(&store, Record { labels: None, notes: "disk was full".into(), title: "Jobs stopped".into(), ..first }).await;
    assert_eq!(found(&store, "disk stopped").await, [1]);
    for gone in ["scheduler", "late"] {
        assert!(found(&store, gone).await.is_empty(), "{gone}");
    }
    assert_eq!(store.labels_of(IncidentId(1)).await.unwrap(), labels(&[("env", "production")]));
    assert!(store.labels_of(IncidentId(2)).await.unwrap().is_empty());
}

#[tokio::test]
async fn similar_means_the_same_labels_then_the_same_words_and_only_what_is_over_and_was_real() {
    let (_folder, store) = open().await;
    let with =
        |number, title: &str, pairs: &[(&str, &str)]| Record { labels: Some(labels(pairs)), ..record(number, title) };
    let both: &[(&str, &str)] = &[("service", "checkout"), ("alertname", "HighErrors"), ("severity", "critical")];
    let fixed = Record {
        fixed: Some("raised the pool".into()),
        resolved_at: Some(at(60)),
        action_items: vec![
            ActionRow {
                number: 1,
                what: "alert on pool".into(),
                owner: Some("rina".into()),
                due: Some(at(9)),
                done: None,
            },
            ActionRow { number: 2, what: "write runbook".into(), owner: None, due: None, done: Some(at(8)) },
        ],
        ..with(1, "Errors in checkout", both)
    };
    write(&store, fixed, true).await;
    write(&store, with(2, "Something else", &both[..1]), true).await;
    write(&store, with(3, "Pool exhausted", &both[..1]), true).await;
    write(&store, Record { drill: true, ..with(4, "Errors in checkout", both) }, true).await;
    write(&store, Record { merged_into: Some(IncidentId(1)), ..with(5, "Errors in checkout", both) }, true).await;
    write(&store, with(6, "Errors in checkout", both), false).await;
    write(&store, with(7, "Errors in checkout", both), true).await;
    write(&store, with(8, "Unrelated", &[("severity", "critical")]), true).await;
    write(&store, with(9, "Pool of workers is empty", &[]), true).await;
    let probe = Probe {
        exclude: IncidentId(7),
        labels: &labels(both),
        ignore: &["severity"],
        text: "Connection pool exhausted",
    };
    let similar = store.similar(probe, 10).await.unwrap();
    let order: Vec<(u32, u32)> = similar.iter().map(|line| (line.id.0, line.shared_labels)).collect();
    assert_eq!(order, [(1, 2), (3, 1), (2, 1), (9, 0)]);
    assert_eq!(similar[0].fixed.as_deref(), Some("raised the pool"));
    assert_eq!(similar[0].resolved_at, Some(at(60)));
    assert_eq!(similar[0].open_actions.iter().map(|item| item.what.as_str()).collect::<Vec<_>>(), ["alert on pool"]);
    assert_eq!(store.similar(probe, 1).await.unwrap().len(), 1);
}

#[tokio::test]
async fn of_a_label_that_all_have_only_the_newest_are_looked_at() {
    let (_folder, store) = open().await;
    for number in 1..=210 {
        let production = Record { labels: Some(labels(&[("env", "production")])), ..record(number, "t") };
        write(&store, production, true).await;
    }
    let probe = Probe { exclude: IncidentId(500), labels: &labels(&[("env", "production")]), ignore: &[], text: "" };
    let similar = store.similar(probe, 1_000).await.unwrap();
    let numbers: Vec<u32> = similar.iter().map(|line| line.id.0).collect();
    assert_eq!((numbers.len(), numbers[0], numbers[199]), (200, 210, 11));
}

#[tokio::test]
async fn what_was_promised_is_listed_by_date_until_it_is_done_or_taken_back() {
    let (_folder, store) = open().await;
    let item = |number, due: Option<i64>, done: Option<i64>| ActionRow {
        number,
        what: format!("item {number}"),
        owner: None,
        due: due.map(at),
        done: done.map(at),
    };
    let with = |items: Vec<ActionRow>, postmortem: Option<i64>| Record {
        action_items: items,
        postmortem_due: postmortem.map(at),
        ..record(1, "Checkout errors")
    };
    write(&store, with(vec![item(1, None, None), item(2, Some(20), None), item(3, Some(10), None)], Some(50)), true)
        .await;
    write(&store, Record { postmortem_due: Some(at(40)), ..record(2, "Search is slow") }, true).await;
    let open = |items: Vec<store::OpenAction>| items.iter().map(|item| item.action.number).collect::<Vec<_>>();
    assert_eq!(open(store.open_action_items(10).await.unwrap()), [3, 2, 1]);
    assert_eq!(open(store.open_action_items(1).await.unwrap()), [3]);
    let due: Vec<u32> = store.postmortems_due().await.unwrap().iter().map(|line| line.incident.0).collect();
    assert_eq!(due, [2, 1]);
    again(&store, with(vec![item(2, Some(20), Some(15)), item(1, Some(5), None)], None)).await;
    assert_eq!(open(store.open_action_items(10).await.unwrap()), [1]);
    assert_eq!(store.postmortems_due().await.unwrap().len(), 1);
}

#[tokio::test]
async fn the_rule_that_lacks_most_and_fires_most_is_the_worst() {
    let (_folder, store) = open().await;
    assert_eq!(store.alerts_checked().await.unwrap(), 0);
    let check = |rule: &str, url: Option<&str>, gaps: &[&'static str], second| RuleCheck {
        integration: "am".into(),
        rule: rule.into(),
        url: url.map(str::to_owned),
        gaps: gaps.to_vec(),
        at: at(second),
    };
    let mut batch = Batch::default();
    batch.alert_checked(check("Seldom", None, &["runbook", "owner", "value"], 1));
    for second in 1..=3 {
        batch.alert_checked(check("Often", Some("https://example.com/often"), &["runbook"], second));
    }
    batch.alert_checked(check("Good", None, &[], 1));
    store.commit(&batch, at(3), at(3)).await.unwrap();
    let mut batch = Batch::default();
    batch.alert_checked(check("Often", None, &["runbook", "owner", "owner"], 9));
    batch.alert_checked(check("Often", None, &[], 8));
    store.commit(&batch, at(9), at(9)).await.unwrap();
    let worst = store.worst_rules(10).await.unwrap();
    assert_eq!(worst.iter().map(|line| line.rule.as_str()).collect::<Vec<_>>(), ["Often", "Seldom"]);
    assert_eq!((worst[0].seen, worst[0].good, worst[0].last), (5, 1, at(9)));
    assert_eq!(worst[0].gaps, [("runbook".to_owned(), 4), ("owner".to_owned(), 1)]);
    assert_eq!(worst[0].url.as_deref(), Some("https://example.com/often"));
    assert_eq!(store.worst_rules(1).await.unwrap().len(), 1);
    assert_eq!(store.alerts_checked().await.unwrap(), 7);
}

#[tokio::test]
async fn drills_and_merged_incidents_do_not_count() {
    let (_folder, store) = open().await;
    let went = |number, by: Option<&str>, lag, acknowledged: Option<i64>, resolved: Option<i64>| Record {
        detected_by: by.map(str::to_owned),
        detect_lag_ms: lag,
        acknowledged_at: acknowledged.map(at),
        resolved_at: resolved.map(at),
        ..record(number, "Checkout errors")
    };
    write(&store, went(1, Some("alert"), Some(1_000), Some(10), Some(60)), true).await;
    write(&store, went(2, Some("alert"), Some(4_000), Some(20), Some(120)), true).await;
    write(&store, went(3, Some("alert"), None, Some(60), None), false).await;
    write(&store, went(4, Some("customer"), None, None, None), false).await;
    write(&store, Record { drill: true, ..went(5, Some("alert"), Some(9_000), Some(99), Some(99)) }, true).await;
    let merged = Record { merged_into: Some(IncidentId(1)), ..went(6, Some("alert"), Some(9_000), Some(99), Some(99)) };
    write(&store, merged, true).await;
    let line = |by: &str, count, median_lag_ms| DetectionLine { detected_by: by.into(), count, median_lag_ms };
    assert_eq!(
        store.detection_counts(at(-1)).await.unwrap(),
        [line("alert", 3, Some(2_500)), line("customer", 1, None)]
    );
    assert!(store.detection_counts(at(1)).await.unwrap().is_empty());
    let expected = Stats {
        incidents: 4,
        acknowledged: 3,
        resolved: 2,
        mean_acknowledge_ms: Some(30_000),
        median_acknowledge_ms: Some(20_000),
        mean_resolve_ms: Some(90_000),
        median_resolve_ms: Some(90_000),
    };
    assert_eq!(store.stats(at(-1)).await.unwrap(), expected);
    assert_eq!(store.stats(at(1)).await.unwrap(), Stats::default());
    assert_eq!(found(&store, "checkout").await.len(), 6, "they are found all the same");
}

#[tokio::test]
async fn incidents_are_found_by_a_label_newest_first_and_drills_are_none_of_them() {
    let (_folder, store) = open().await;
    let with = |number| Record { labels: Some(labels(&[("siaga.runbook", "checkout")])), ..record(number, "Checkout") };
    write(&store, with(1), true).await;
    write(&store, Record { drill: true, ..with(2) }, true).await;
    write(&store, record(3, "Checkout"), true).await;
    write(&store, with(4), true).await;
    let found = |limit| store.with_label("siaga.runbook", "checkout", limit);
    assert_eq!(found(10).await.unwrap(), [IncidentId(4), IncidentId(1)]);
    assert_eq!(found(1).await.unwrap(), [IncidentId(4)]);
    assert_eq!(store.with_label("siaga.runbook", "other", 10).await.unwrap(), []);
}
