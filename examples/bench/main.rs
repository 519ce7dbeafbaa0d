//! Purpose: how fast and how big the bot is, measured from outside: `scripts/bench` builds and runs this.
//!
//! Bot and sandbox are release processes of their own. Everything is read from the sandbox's log of calls, from `/proc`
//! and from the clock; nothing inside the bot is asked or changed for it.
#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::print_stderr, reason = "a program for a terminal")]

mod process;
mod sandbox;

use std::path::PathBuf;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio::time::sleep;

use process::{Usage, free_port, spawn, usage};
use sandbox::Sandbox;

/// Runs unless the first argument says how many, each with a fresh sandbox and a fresh database.
const RUNS: usize = 5;
/// Alerts per run whose way is timed.
const ALERTS: usize = 30;
/// Between two of them: Discord lets a bot write five messages in five seconds into one channel, so that each of these
/// incidents opens without waiting for a limit.
const APART: Duration = Duration::from_millis(1_150);
/// What senders show.
const KEY: &str = "key-of-the-benchmark";

#[tokio::main]
async fn main() {
    let count = std::env::args().nth(1).map_or(RUNS, |count| count.parse().expect("the argument is how many runs"));
    let mut runs = Vec::new();
    for number in 1..=count {
        eprintln!("run {number} of {count} ...");
        runs.push(run().await);
    }
    report(&runs);
}

/// What one run found.
struct Run {
    /// From the start of the process, with a database that is made.
    first_start: Start,
    /// The same with the database of the run.
    next_start: Start,
    /// Milliseconds from sending an alert to its 202.
    accepted: Vec<f64>,
    /// Milliseconds from sending an alert to the arrival of the first Discord call about it.
    sent_to_call: Vec<f64>,
    /// Milliseconds from the 202 to the arrival of the first Discord call; negative when the call came first.
    accepted_to_call: Vec<f64>,
    /// Milliseconds from sending an alert to the mention that rings a phone.
    sent_to_ring: Vec<f64>,
    idle: Usage,
    after_story: Usage,
    after_all: Usage,
    sandbox: Usage,
    seconds: f64,
    start_calls: Vec<String>,
    story: Vec<(&'static str, Vec<String>)>,
}

/// Milliseconds from the start of the process.
#[derive(Clone, Copy)]
struct Start {
    /// Until alerts are accepted.
    accepting: f64,
    /// Until commands and buttons answer.
    connected: f64,
}

async fn run() -> Run {
    let folder = std::env::temp_dir().join(format!("siaga-bench-{}-{}", std::process::id(), now_us()));
    std::fs::create_dir_all(&folder).unwrap();
    let sandbox = Sandbox::start().await;
    let port = free_port();
    let mut settings = vec![
        ("DISCORD_TOKEN", sandbox.token("siaga")),
        ("SIAGA_DISCORD", sandbox.base.clone()),
        ("SIAGA_CONFIG", format!("{}/examples/siaga.toml", env!("CARGO_MANIFEST_DIR"))),
        ("SIAGA_DATABASE", folder.join("siaga.db").display().to_string()),
        ("SIAGA_LISTEN", format!("127.0.0.1:{port}")),
        ("SIAGA_KEY_ALERTMANAGER", KEY.to_owned()),
    ];
    settings.push(("NO_COLOR", "1".to_owned()));
    let began = Instant::now();
    let (mut bot, first_start) = start_bot(&settings, port, &folder).await;
    sandbox.quiet().await;
    let start_calls = names(&sandbox.calls().await);
    let idle = usage(&bot);

    let story = story(&sandbox, port).await;
    let after_story = usage(&bot);
    let (mut accepted, mut sent_to_call, mut accepted_to_call, mut sent_to_ring) = (vec![], vec![], vec![], vec![]);
    for number in 0..ALERTS {
        let service = format!("bench-{number}");
        let sent_us = now_us();
        send(&sandbox, port, &service, "firing").await;
        let accepted_us = now_us();
        sleep(APART).await;
        let calls = sandbox.calls().await;
        let first = calls.iter().filter_map(|call| call["arrived_us"].as_u64()).filter(|at| *at >= sent_us).min();
        let first = first.expect("an incident makes calls");
        accepted.push(ms_between(sent_us, accepted_us));
        sent_to_call.push(ms_between(sent_us, first));
        accepted_to_call.push(ms_between(accepted_us, first));
        let rang = sandbox.first_mention_after(sent_us / 1_000).await;
        sent_to_ring.push(ms_between(sent_us, rang * 1_000));
    }
    sandbox.quiet().await;
    let after_all = usage(&bot);
    let (sandbox_usage, seconds) = (usage(&sandbox.child), began.elapsed().as_secs_f64());
    bot.kill().await.unwrap();
    let (mut bot, next_start) = start_bot(&settings, port, &folder).await;
    bot.kill().await.unwrap();
    std::fs::remove_dir_all(&folder).unwrap();
    Run {
        first_start,
        next_start,
        accepted,
        sent_to_call,
        accepted_to_call,
        sent_to_ring,
        idle,
        after_story,
        after_all,
        sandbox: sandbox_usage,
        seconds,
        start_calls,
        story,
    }
}

/// Starts the bot and times it.
async fn start_bot(
    settings: &[(&'static str, String)],
    port: u16,
    folder: &std::path::Path,
) -> (tokio::process::Child, Start) {
    let log = std::fs::File::create(folder.join("bot.log")).unwrap();
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let began = Instant::now();
    let child = spawn(&["run"], settings, std::process::Stdio::null(), log.into());
    let mut accepting = None;
    loop {
        let health = http.get(format!("http://127.0.0.1:{port}/readyz")).send().await;
        if let Ok(health) = health {
            let status = health.status();
            accepting = accepting.or_else(|| Some(began.elapsed()));
            let health: Value = health.json().await.unwrap_or_default();
            let parts = health["parts"].as_array().map(Vec::as_slice).unwrap_or_default();
            if status.is_success() && parts.iter().any(|part| part["name"] == "gateway" && part["ok"] == true) {
                break;
            }
        }
        assert!(began.elapsed() < Duration::from_secs(60), "the bot does not start");
        sleep(Duration::from_millis(2)).await;
    }
    let ms = |time: Duration| time.as_secs_f64() * 1_000.0;
    (child, Start { accepting: ms(accepting.unwrap_or_default()), connected: ms(began.elapsed()) })
}

/// One incident from alert to resolution; the calls of each chapter.
async fn story(sandbox: &Sandbox, port: u16) -> Vec<(&'static str, Vec<String>)> {
    let mut chapters = Vec::new();
    let mut done = sandbox.calls().await.len();
    let mut chapter = async |title: &'static str| {
        sandbox.quiet().await;
        let calls = names(&sandbox.calls().await[done..]);
        done += calls.len();
        chapters.push((title, calls));
    };
    send(sandbox, port, "search", "firing").await;
    chapter("an alert: a thread opens, one person is paged").await;
    let person = sandbox.paged().await;
    sandbox.press(&person, "v1:ack:1:card").await;
    chapter("the person presses Acknowledge").await;
    send(sandbox, port, "search", "resolved").await;
    chapter("the alert is resolved").await;
    let form = sandbox.press(&person, "v1:resolve:1:card").await;
    sandbox.fill(&person, &form, "the index was rebuilt").await;
    chapter("the person presses Resolve and fills in the form").await;
    chapters
}

/// Sends an alert as Alertmanager does and waits until it is accepted.
async fn send(sandbox: &Sandbox, port: u16, service: &str, status: &str) {
    let body = json!({
        "version": "4", "groupKey": "{}", "truncatedAlerts": 0, "status": status, "receiver": "siaga",
        "groupLabels": {}, "commonLabels": {}, "commonAnnotations": {}, "externalURL": "http://alertmanager.example.com",
        "alerts": [{
            "status": status,
            "labels": { "alertname": "Slow", "severity": "warning", "service": service, "env": "production" },
            "annotations": { "summary": format!("{service} answers slowly"), "value": "2.4 s" },
            "startsAt": "2026-08-14T09:00:00Z", "endsAt": "0001-01-01T00:00:00Z", "generatorURL": "",
            "fingerprint": service,
        }],
    });
    let address = format!("http://127.0.0.1:{port}/intake/alertmanager");
    let answer = sandbox.http.post(address).bearer_auth(KEY).json(&body).send().await.unwrap();
    assert_eq!(answer.status().as_u16(), 202);
}

fn names(calls: &[Value]) -> Vec<String> {
    let text = |value: &Value| value.as_str().unwrap_or("").to_owned();
    calls.iter().map(|call| format!("{} {}", text(&call["method"]), text(&call["route"]))).collect()
}

/// The real time in microseconds, as the sandbox writes it.
#[allow(clippy::disallowed_methods, reason = "two processes are compared by the machine's clock")]
fn now_us() -> u64 {
    let elapsed = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    u64::try_from(elapsed.as_micros()).unwrap()
}

#[allow(clippy::cast_precision_loss, reason = "differences of seconds")]
fn ms_between(from: u64, to: u64) -> f64 {
    (to as i64 - from as i64) as f64 / 1_000.0
}

/// The value at or below which so many percent lie (nearest rank).
#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "small numbers"
)]
fn percentile(values: &[f64], percent: f64) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted[((percent / 100.0 * sorted.len() as f64).ceil() as usize).clamp(1, sorted.len()) - 1]
}

/// One kind of samples of a run.
type Samples = fn(&Run) -> &[f64];
/// One figure of a run.
type Figure = fn(&Run) -> f64;

/// Prints everything as Markdown.
fn report(runs: &[Run]) {
    println!("| | {} | all |", (1..=runs.len()).map(|n| format!("run {n}")).collect::<Vec<_>>().join(" | "));
    println!("|---|{}---:|", "---:|".repeat(runs.len()));
    let times: [(&str, Samples); 4] = [
        ("alert sent -> 202", |run| &run.accepted),
        ("alert sent -> first Discord call arrives", |run| &run.sent_to_call),
        ("202 -> first Discord call arrives", |run| &run.accepted_to_call),
        ("alert sent -> the mention rings", |run| &run.sent_to_ring),
    ];
    for (what, of) in times {
        for percent in [50.0, 99.0] {
            let cells: Vec<String> = runs.iter().map(|run| format!("{:.1}", percentile(of(run), percent))).collect();
            let all: Vec<f64> = runs.iter().flat_map(|run| of(run).to_vec()).collect();
            println!("| {what}, p{percent} (ms) | {} | {:.1} |", cells.join(" | "), percentile(&all, percent));
        }
    }
    let rows: [(&str, Figure); 12] = [
        ("first start -> alerts are accepted (ms)", |run| run.first_start.accepting),
        ("first start -> ready, gateway connected (ms)", |run| run.first_start.connected),
        ("next start -> alerts are accepted (ms)", |run| run.next_start.accepting),
        ("next start -> ready, gateway connected (ms)", |run| run.next_start.connected),
        ("memory of the bot when idle (VmRSS, MiB)", |run| run.idle.rss_mib),
        ("memory after the story (VmRSS, MiB)", |run| run.after_story.rss_mib),
        ("memory with all incidents open (VmRSS, MiB)", |run| run.after_all.rss_mib),
        ("most memory ever (VmHWM, MiB)", |run| run.after_all.peak_mib),
        ("CPU of the bot, start to the end of the story (s)", |run| run.after_story.cpu_s),
        ("CPU of the bot, whole run (s)", |run| run.after_all.cpu_s),
        ("CPU of the sandbox, whole run (s)", |run| run.sandbox.cpu_s),
        ("length of the run (s)", |run| run.seconds),
    ];
    for (what, of) in rows {
        let values: Vec<f64> = runs.iter().map(of).collect();
        let cells: Vec<String> = values.iter().map(|value| number(*value)).collect();
        println!("| {what} | {} | {} |", cells.join(" | "), number(percentile(&values, 50.0)));
    }
    println!("\nThe last column is over all samples for p50 and p99, and the middle of the runs otherwise.");
    println!("{ALERTS} alerts per run, each its own incident with thread and page, {} ms apart.", APART.as_millis());
    let Some(last) = runs.last() else { return };
    println!("\nDiscord calls of a start: {}", last.start_calls.len());
    print_calls(&last.start_calls);
    let total: usize = last.story.iter().map(|(_, calls)| calls.len()).sum();
    println!("\nDiscord calls of one incident: {total}");
    for (title, calls) in &last.story {
        println!("\n{title}: {}", calls.len());
        print_calls(calls);
    }
    let binary = std::fs::metadata(binary()).map(|data| data.len()).unwrap_or(0);
    println!("\nThe binary has {binary} bytes.");
}

fn number(value: f64) -> String {
    if value >= 100.0 { format!("{value:.0}") } else { format!("{value:.2}") }
}

fn print_calls(calls: &[String]) {
    let mut at = 0;
    while at < calls.len() {
        let same = calls[at..].iter().take_while(|call| **call == calls[at]).count();
        let times = if same > 1 { format!(" ({same} times)") } else { String::new() };
        println!("  {}{times}", calls[at]);
        at += same;
    }
}

/// The binary that was built together with this program.
fn binary() -> PathBuf {
    let own = std::env::current_exe().unwrap();
    own.parent().and_then(|folder| folder.parent()).unwrap().join("siaga")
}
