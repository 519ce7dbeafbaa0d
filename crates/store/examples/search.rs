//! Purpose: how fast the record answers when it is long: `scripts/bench search` builds and runs this.
//!
//! Fills a new database with incidents the way a decision writes them, then measures searches, similar incidents, the scan
//! that lists used before there was an index, and what the record adds to a decision. The same seed, the same texts.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "a program for a terminal"
)]

use std::time::Instant;

use domain::incident::EventAt;
use domain::routing::Why;
use domain::setup::RoomKind;
use domain::{Event, Incident, IncidentId, Opener, Severity, Timestamp};
use store::{ActionRow, Batch, ListFilter, Probe, Record, Store};

/// Incidents unless the first argument says how many.
const INCIDENTS: u32 = 100_000;
/// Incidents of one transaction while filling.
const CHUNK: u32 = 2_000;
/// Look-ups of each sort.
const LOOKUPS: usize = 2_000;
/// Of the searches every so many is done by scanning too; no multiple of the number of kinds, so that some of each are.
const SCANNED: usize = 6;
/// Times the counters are read.
const STATS: usize = 20;
/// Decisions that are timed.
const DECISIONS: u32 = 200;

const SERVICES: [&str; 40] = [
    "checkout",
    "payment-gateway",
    "search",
    "login",
    "catalog",
    "cart",
    "invoices",
    "shipping",
    "notifications",
    "reports",
    "profile",
    "pricing",
    "inventory",
    "orders",
    "refunds",
    "recommendations",
    "images",
    "media",
    "chat",
    "billing",
    "scheduler",
    "webhooks",
    "exports",
    "imports",
    "analytics",
    "ledger",
    "fraud",
    "sessions",
    "edge",
    "dns",
    "mail",
    "sms",
    "maps",
    "reviews",
    "vouchers",
    "loyalty",
    "warehouse",
    "couriers",
    "taxes",
    "audit",
];
const SYMPTOMS: [&str; 12] = [
    "errors above 5 %",
    "answers slowly",
    "is not reachable",
    "queue grows",
    "disk almost full",
    "certificate expires",
    "memory climbs",
    "replica lags behind",
    "jobs are late",
    "too many timeouts",
    "no data since 10 minutes",
    "restarts in a loop",
];
const NOTES: [&str; 12] = [
    "looked at the dashboard, errors began with the deploy",
    "the connection pool is exhausted",
    "rolling back the release",
    "restarted two pods, no change",
    "the database primary has high load",
    "customers report failed payments",
    "the vendor confirms an outage on their status page",
    "scaled out to twelve instances",
    "traffic shifted to the other zone",
    "the cache was cold after the restart",
    "a migration holds a lock",
    "errors are going down, watching",
];
const FIXES: [&str; 8] = [
    "rolled back the release",
    "raised the connection pool",
    "restarted the workers",
    "renewed the certificate",
    "failed over to the replica",
    "cleaned old files from the disk",
    "switched the feature flag off",
    "the vendor fixed it",
];
const ALERTS: [&str; 8] = [
    "HighErrorRate",
    "SlowRequests",
    "TargetDown",
    "QueueGrows",
    "DiskWillFill",
    "CertificateExpires",
    "MemoryClimbs",
    "ReplicaLag",
];
const COMMON: [&str; 6] =
    ["incident", "incident production", "errors", "incident the", "the release", "the database primary"];
const HOSTILE: [&str; 10] = [
    "\"",
    "NEAR(incident errors, 2)",
    "title:incident OR *",
    "'; DROP TABLE incidents; --",
    "🚒🚒🚒",
    "((((",
    "a* b* c* d* e*",
    "-incident ^errors",
    "incident incident incident the the the errors in production is not",
    "{title service} : \"x",
];

// What lists did before: the title and service of every incident are read.
const SCAN: &str = "SELECT number, title, severity, status, service, opened_ms FROM incidents
    WHERE $1 = '' OR instr(lower(title || ' ' || COALESCE(service, '')), lower($1)) > 0 ORDER BY number DESC LIMIT $2";

/// Numbers that are the same in each run (SplitMix64).
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) % limit as u64) as usize
    }

    fn of<'a>(&mut self, list: &[&'a str]) -> &'a str {
        list[self.below(list.len())]
    }
}

/// A host of which few incidents speak.
fn host(number: usize) -> String {
    format!("node{:04x}", number.wrapping_mul(40_503) % 30_000)
}

fn instant(number: u32, second: i64) -> Timestamp {
    Timestamp::from_second(1_600_000_000 + i64::from(number) * 900 + second).unwrap()
}

fn labels(dice: &mut Dice, service: &str) -> Vec<(String, String)> {
    let pairs = [
        ("alertname", dice.of(&ALERTS)),
        ("service", service),
        ("env", if dice.below(10) == 0 { "staging" } else { "production" }),
        ("severity", "critical"),
        ("cluster", ["jakarta-1", "jakarta-2", "singapore-1"][dice.below(3)]),
    ];
    pairs.iter().map(|(label, value)| ((*label).to_owned(), (*value).to_owned())).collect()
}

/// An incident as it is after its end, with its two events and its record; every hundredth is still open.
fn incident(dice: &mut Dice, number: u32) -> (Incident, Vec<EventAt>, Record) {
    let (service, id) = (dice.of(&SERVICES), IncidentId(number));
    let title = format!("Incident: {service} {} on {}", dice.of(&SYMPTOMS), host(dice.below(30_000)));
    let event = Event::Opened {
        title: title.clone(),
        impact: None,
        service: Some(service.to_owned()),
        owner: None,
        severity: Severity::Sev2,
        room: RoomKind::Thread,
        opener: Opener::Alert { integration: "am".to_owned() },
        why: Why::Person { name: "Budi".to_owned() },
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
    let mut events = vec![EventAt { seq: 1, at: instant(number, 0), event }];
    let mut incident = Incident::from_opened(id, &events[0]).unwrap();
    let fixed = dice.of(&FIXES).to_owned();
    let over = !number.is_multiple_of(100);
    if over {
        let event = Event::Resolved {
            by: None,
            fixed: Some(fixed.clone()),
            postmortem_due: None,
            report: None,
            fires_on_at: None,
        };
        events.push(EventAt { seq: 2, at: instant(number, 600), event });
        incident.apply(&events[1]);
    }
    let notes: Vec<String> =
        (0..2 + dice.below(8)).map(|_| format!("{} ({})", dice.of(&NOTES), host(dice.below(30_000)))).collect();
    let action = ActionRow { number: 1, what: "write the runbook".to_owned(), owner: None, due: None, done: None };
    let record = Record {
        service: Some(service.to_owned()),
        impact: Some(format!("customers of {service} see failures in production")),
        drill: number.is_multiple_of(50),
        detected_by: Some("alert".to_owned()),
        detect_lag_ms: Some(60_000),
        acknowledged_at: Some(instant(number, 60)),
        resolved_at: over.then(|| instant(number, 600)),
        fixed: over.then_some(fixed),
        cause: Some(dice.of(&NOTES).to_owned()),
        notes: notes.join("\n"),
        labels: Some(labels(dice, service)),
        action_items: if number.is_multiple_of(20) { vec![action] } else { Vec::new() },
        ..Record::new(id, title)
    };
    (incident, events, record)
}

async fn fill(store: &Store, dice: &mut Dice, count: u32) {
    let mut number = 1;
    while number <= count {
        let mut batch = Batch::default();
        for _ in 0..CHUNK.min(count + 1 - number) {
            let (incident, events, record) = incident(dice, number);
            batch.events(&incident, &events).unwrap();
            batch.record(record);
            number += 1;
        }
        store.commit(&batch, instant(number, 0), instant(number, 0)).await.unwrap();
    }
}

/// Kinds of searches, in the order of [`query`].
const KINDS: [&str; 5] = ["rare words", "common words", "common and rare", "prefixes", "hostile text"];

fn query(dice: &mut Dice, kind: usize) -> String {
    let service = dice.of(&SERVICES);
    match kind {
        0 => host(dice.below(30_000)),
        1 => dice.of(&COMMON).to_owned(),
        2 => format!("incident {service} {}", host(dice.below(30_000))),
        3 => service[..1 + dice.below(5).min(service.len() - 1)].to_owned(),
        _ if dice.below(20) == 0 => "incident errors \"in* -production (".repeat(114),
        _ => dice.of(&HOSTILE).to_owned(),
    }
}

/// Prints one line of the table.
fn line(what: &str, times: &[f64], found: usize) {
    let mut sorted = times.to_vec();
    sorted.sort_by(f64::total_cmp);
    let at =
        |percent: f64| sorted[((percent / 100.0 * sorted.len() as f64).ceil() as usize).clamp(1, sorted.len()) - 1];
    println!("| {what} | {} | {found} | {:.2} | {:.2} | {:.2} |", sorted.len(), at(50.0), at(99.0), at(100.0));
}

fn ms(since: Instant) -> f64 {
    since.elapsed().as_secs_f64() * 1_000.0
}

#[tokio::main]
async fn main() {
    let count = std::env::args().nth(1).map_or(INCIDENTS, |count| count.parse().expect("the argument is a number"));
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("siaga.db");
    let store = Store::open(&path).await.unwrap();
    let mut dice = Dice(1);
    let began = Instant::now();
    fill(&store, &mut dice, count).await;
    let build = if cfg!(debug_assertions) { "debug" } else { "release" };
    println!("{build} build; {count} incidents written in {:.1} s\n", began.elapsed().as_secs_f64());
    println!("| | look-ups | that found something | p50 (ms) | p99 (ms) | max (ms) |\n|---|---:|---:|---:|---:|---:|");
    searches(&store, &path, &mut dice).await;
    similar(&store, &mut dice, count).await;
    counters(&store).await;
    decisions(&store, &mut dice, count).await;
    store.close().await;
    let size = std::fs::metadata(&path).unwrap().len() as f64 / 1_048_576.0;
    let pool = sqlx::SqlitePool::connect(&format!("sqlite://{}", path.display())).await.unwrap();
    let words: i64 = sqlx::query_scalar("SELECT SUM(pgsize) FROM dbstat WHERE name LIKE 'incident_search%'")
        .fetch_one(&pool)
        .await
        .unwrap();
    println!(
        "\nThe database has {size:.0} MiB, of which the words of the incidents take {:.0} MiB.",
        words as f64 / 1_048_576.0
    );
}

async fn searches(store: &Store, path: &std::path::Path, dice: &mut Dice) {
    let queries: Vec<(usize, String)> =
        (0..LOOKUPS).map(|at| (at % KINDS.len(), query(dice, at % KINDS.len()))).collect();
    let mut taken = Vec::new();
    for (kind, text) in &queries {
        let began = Instant::now();
        let found = store.search(text, 20).await.unwrap();
        taken.push((*kind, ms(began), !found.is_empty()));
    }
    let pick = |kind: Option<usize>| {
        let rows = taken.iter().filter(move |row| kind.is_none_or(|kind| kind == row.0));
        (rows.clone().map(|row| row.1).collect::<Vec<f64>>(), rows.filter(|row| row.2).count())
    };
    for (kind, name) in KINDS.iter().enumerate() {
        let (times, found) = pick(Some(kind));
        line(&format!("search, {name}"), &times, found);
    }
    let (times, found) = pick(None);
    line("search, all", &times, found);
    let pool = sqlx::SqlitePool::connect(&format!("sqlite://{}", path.display())).await.unwrap();
    let (mut times, mut found) = (Vec::new(), 0);
    for (_, text) in queries.iter().step_by(SCANNED) {
        let began = Instant::now();
        let rows = sqlx::query(SCAN).bind(text).bind(20).fetch_all(&pool).await.unwrap();
        times.push(ms(began));
        found += usize::from(!rows.is_empty());
    }
    line("the same by reading all titles, as before", &times, found);
    pool.close().await;
    let (mut times, mut found) = (Vec::new(), 0);
    for (_, text) in queries.iter().step_by(SCANNED) {
        let began = Instant::now();
        let rows = store.list(ListFilter::Open, text, 20).await.unwrap();
        times.push(ms(began));
        found += usize::from(!rows.is_empty());
    }
    line("the same among open incidents", &times, found);
}

async fn similar(store: &Store, dice: &mut Dice, count: u32) {
    let (mut times, mut found) = (Vec::new(), 0);
    for at in 0..LOOKUPS {
        let service = dice.of(&SERVICES);
        let labels = labels(dice, service);
        let text = match at % 4 {
            0 => format!("Incident: {service} {} on {}", dice.of(&SYMPTOMS), host(dice.below(30_000))),
            1 => format!("{service} {}", dice.of(&SYMPTOMS)),
            2 => "incident in production, the customers see errors of the release".to_owned(),
            _ => query(dice, 4),
        };
        let exclude = IncidentId(1 + dice.below(count as usize) as u32);
        // Every fifth was opened by a person and has no labels.
        let labels = if at % 5 == 0 { &[][..] } else { &labels[..] };
        let began = Instant::now();
        let lines = store.similar(Probe { exclude, labels, ignore: &["severity"], text: &text }, 5).await.unwrap();
        times.push(ms(began));
        found += usize::from(!lines.is_empty());
    }
    line("similar incidents", &times, found);
}

/// The counters over all incidents.
async fn counters(store: &Store) {
    let (mut stats, mut detection) = (Vec::new(), Vec::new());
    for _ in 0..STATS {
        let began = Instant::now();
        assert!(store.stats(Timestamp::UNIX_EPOCH).await.unwrap().incidents > 0);
        stats.push(ms(began));
        let began = Instant::now();
        assert!(!store.detection_counts(Timestamp::UNIX_EPOCH).await.unwrap().is_empty());
        detection.push(ms(began));
    }
    line("counters over all incidents ever", &stats, STATS);
    line("how all incidents ever were noticed", &detection, STATS);
}

/// What the record adds to a decision that opens an incident.
async fn decisions(store: &Store, dice: &mut Dice, count: u32) {
    for (what, with) in [("decision without its record", false), ("decision with its record", true)] {
        let mut times = Vec::new();
        for number in 1..=DECISIONS {
            let number = count + number + if with { DECISIONS } else { 0 };
            let (incident, events, record) = incident(dice, number);
            let mut batch = Batch::default();
            batch.events(&incident, &events).unwrap();
            if with {
                batch.record(record);
            }
            let began = Instant::now();
            store.commit(&batch, instant(number, 0), instant(number, 0)).await.unwrap();
            times.push(ms(began));
        }
        line(what, &times, times.len());
    }
}
