//! Purpose: what storms were like, as a table.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::Value;

use crate::storm::Paged;
use crate::table::{head, percentile, row, short, spread};

/// What one run found.
pub(crate) struct Run {
    pub(crate) calm: Vec<Paged>,
    pub(crate) stormy: Vec<Paged>,
    /// From each request of the storm to its 202.
    pub(crate) accepted_ms: Vec<f64>,
    /// Not decided when the storm ended, and how long that took then.
    pub(crate) backlog: f64,
    pub(crate) drain: Duration,
    pub(crate) not_drained: f64,
    /// Rows of the outbox when the storm ended.
    pub(crate) outbox_waiting: f64,
    /// Calls while all was calm, and from the start of the storm on.
    pub(crate) calm_calls: Vec<Value>,
    pub(crate) calls: Vec<Value>,
    /// 429 by scope, by the bot's own count.
    pub(crate) rate_limited: BTreeMap<String, f64>,
    pub(crate) seconds: f64,
    /// Bot and sandbox, in cores.
    pub(crate) cpu: (f64, f64),
    pub(crate) rss_mb: f64,
    pub(crate) dead: f64,
}

/// One kind of times of an alert that somebody was paged for.
type Time = fn(&Paged) -> Option<f64>;
/// One figure of a run.
type Figure = fn(&Run) -> f64;

pub(crate) fn report(runs: &[Run]) {
    let columns: Vec<String> =
        (1..=runs.len()).map(|number| format!("run {number}")).chain(["all".to_owned()]).collect();
    head(&[""], &columns.iter().map(String::as_str).collect::<Vec<_>>());
    let times: [(&str, Time); 3] = [
        ("202 -> a phone rings", |paged| paged.first_ms),
        ("202 -> the mention in the room", |paged| paged.room_ms),
        ("/ack typed -> answered", |paged| paged.ack_ms),
    ];
    for (what, time) in times {
        for (when, of) in [("calm", calm as fn(&Run) -> &[Paged]), ("storm", stormy)] {
            let samples: Vec<Vec<f64>> = runs.iter().map(|run| of(run).iter().filter_map(time).collect()).collect();
            samples_row(&format!("{what}, {when}"), &samples);
            let missing = runs.iter().flat_map(of).filter(|paged| time(paged).is_none()).count();
            if missing > 0 {
                row(&[format!("{what}, {when}: never seen, all runs"), missing.to_string()]);
            }
        }
    }
    samples_row("request of the storm -> 202", &runs.iter().map(|run| run.accepted_ms.clone()).collect::<Vec<_>>());
    let figures: [(&str, Figure); 13] = [
        ("not decided when the storm ended", |run| run.backlog),
        ("decided after (s)", |run| run.drain.as_secs_f64()),
        ("not decided then", |run| run.not_drained),
        ("messages that waited when the storm ended", |run| run.outbox_waiting),
        ("dead letters", |run| run.dead),
        ("calls while calm", |run| count(run.calm_calls.len())),
        ("calls from the storm on", |run| count(run.calls.len())),
        ("most calls within one second", |run| busiest(&run.calls)),
        ("429 answers", |run| {
            count(run.calls.iter().chain(&run.calm_calls).filter(|call| call["status"] == 429).count())
        }),
        ("CPU of the bot (cores)", |run| run.cpu.0),
        ("CPU of the sandbox (cores)", |run| run.cpu.1),
        ("memory of the bot (VmRSS, MB)", |run| run.rss_mb),
        ("length of the storm, last page included (s)", |run| run.seconds),
    ];
    for (what, figure) in figures {
        let values: Vec<f64> = runs.iter().map(figure).collect();
        let mut cells = vec![what.to_owned()];
        cells.extend(values.iter().map(|value| short(*value)));
        cells.push(spread(&values));
        row(&cells);
    }
    let mut scopes: BTreeMap<&str, f64> = BTreeMap::new();
    for (scope, count) in runs.iter().flat_map(|run| &run.rate_limited) {
        *scopes.entry(scope).or_default() += count;
    }
    println!("\n429 answers by scope, all runs, by the bot's count: {scopes:?}");
    println!("\n429 answers by path, all runs:");
    let all = runs.iter().flat_map(|run| run.calm_calls.iter().chain(&run.calls));
    by_place(all.filter(|call| call["status"] == 429), "path");
    println!("\nCalls of the last storm:");
    by_place(runs.last().iter().flat_map(|run| &run.calls), "route");
}

/// Counts calls by where they went.
fn by_place<'a>(calls: impl Iterator<Item = &'a Value>, place: &str) {
    let mut places: BTreeMap<String, usize> = BTreeMap::new();
    for call in calls {
        let text = |name: &str| call[name].as_str().unwrap_or("").to_owned();
        *places.entry(format!("{} {}", text("method"), text(place))).or_default() += 1;
    }
    for (place, count) in places {
        println!("  {count:5} {place}");
    }
}

fn calm(run: &Run) -> &[Paged] {
    &run.calm
}

fn stormy(run: &Run) -> &[Paged] {
    &run.stormy
}

/// Two lines: p50 and p99 of each run and of all samples.
fn samples_row(what: &str, runs: &[Vec<f64>]) {
    let all = runs.concat();
    for percent in [50.0, 99.0] {
        let of =
            |samples: &[f64]| if samples.is_empty() { "-".to_owned() } else { short(percentile(samples, percent)) };
        let mut cells = vec![format!("{what}, p{percent} (ms)")];
        cells.extend(runs.iter().map(|run| of(run)));
        cells.push(of(&all));
        row(&cells);
    }
}

/// The most calls that arrived within one second, of those that Discord counts for its 50 per second.
fn busiest(calls: &[Value]) -> f64 {
    let counted = calls.iter().filter(|call| {
        let route = call["route"].as_str().unwrap_or("");
        !route.starts_with("/interactions/") && !route.starts_with("/webhooks/")
    });
    let mut arrived: Vec<u64> = counted.filter_map(|call| call["arrived_us"].as_u64()).collect();
    arrived.sort_unstable();
    let within = |at: usize| arrived[at..].partition_point(|later| *later < arrived[at] + 1_000_000);
    count((0..arrived.len()).map(within).max().unwrap_or(0))
}

#[allow(clippy::cast_precision_loss, reason = "counts of calls")]
fn count(number: usize) -> f64 {
    number as f64
}
