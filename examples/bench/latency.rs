//! Purpose: one alert at a time: how soon people see it, what a start takes, which calls an incident makes (`scripts/bench`).
//!
//! Everything is read from the sandbox's log of calls, from `/proc` and from the clock; nothing inside the bot is asked for it.

use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio::time::sleep;

use crate::bot::{Bot, KEY, Start, release};
use crate::options::Options;
use crate::process::{Usage, now_us, temporary, usage};
use crate::sandbox::Sandbox;
use crate::table::percentile;

/// Alerts per run whose way is timed.
const ALERTS: usize = 30;
/// Between two of them: Discord lets a bot write five messages in five seconds into one channel, so that each of these
/// incidents opens without waiting for a limit.
const APART: Duration = Duration::from_millis(1_150);
/// Runs it, each time with a fresh sandbox and a fresh database.
pub(crate) async fn measure(options: &Options) {
    let mut runs = Vec::new();
    for number in options.each_run() {
        runs.push(run(number).await);
    }
    report(&runs);
}

/// What one run found.
struct Run {
    /// From the start of the process, with a database that is made.
    first_start: Begun,
    /// The same with the database of the run.
    next_start: Begun,
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
struct Begun {
    /// Until alerts are accepted.
    accepting: f64,
    /// Until commands and buttons answer.
    connected: f64,
}

impl Begun {
    fn of(bot: &Bot) -> Self {
        let ms = |time: Duration| time.as_secs_f64() * 1_000.0;
        Self { accepting: ms(bot.accepting), connected: ms(bot.ready) }
    }
}

async fn run(number: usize) -> Run {
    let folder = temporary(&format!("latency-{number}"));
    let sandbox = Sandbox::start(&folder, false).await;
    let began = Instant::now();
    let bot = start(&folder, &sandbox).await;
    let (port, first_start) = (bot.port, Begun::of(&bot));
    sandbox.quiet().await;
    let start_calls = names(&sandbox.calls().await);
    let idle = bot.usage();

    let story = story(&sandbox, port).await;
    let after_story = bot.usage();
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
    let after_all = bot.usage();
    let (sandbox_usage, seconds) = (usage(&sandbox.child), began.elapsed().as_secs_f64());
    bot.stop().await;
    let bot = start(&folder, &sandbox).await;
    let next_start = Begun::of(&bot);
    bot.stop().await;
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

async fn start(folder: &Path, sandbox: &Sandbox) -> Bot {
    Start { program: release(), folder, more: Vec::new() }.start(sandbox).await
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

#[allow(clippy::cast_precision_loss, reason = "differences of seconds")]
pub(crate) fn ms_between(from: u64, to: u64) -> f64 {
    (to as i64 - from as i64) as f64 / 1_000.0
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
    let binary = std::fs::metadata(release()).map(|data| data.len()).unwrap_or(0);
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
