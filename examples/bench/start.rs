//! Purpose: a long history: how soon a bot is ready that has much stored, and what an alert costs beside ten million others
//! (`scripts/bench start`).
//!
//! A bot writes a short history; `crates/store/examples/fill.rs` makes it long by copying the bot's own rows.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use serde_json::json;
use tokio::time::sleep;

use crate::bot::{Bot, KEY, Start, release};
use crate::load::{alert, body};
use crate::options::Options;
use crate::process::{Spawn, Temporary, temporary};
use crate::sandbox::Sandbox;
use crate::table::{head, row, spread};

/// Incidents of the short history, and how often it is copied.
const INCIDENTS: u64 = 100;
const COPIES: u64 = 1_000;
const QUICK: (u64, u64) = (4, 20);
/// Alerts of each incident where a start is measured, and where the cost of one more is.
const ALERTS: u64 = 10;
const MORE_ALERTS: u64 = 100;
/// Alerts that are sent to a bot with so many stored, and their services.
const SENT: u64 = 20_000;
const SERVICES: u64 = 200;
const DRAIN_AT_MOST: Duration = Duration::from_secs(600);
/// Alerts stored, where the cost of one more is measured.
const FEW: u64 = 10_000;
const MANY: u64 = 10_000_000;
const QUICK_MANY: u64 = 40_000;

pub(crate) async fn measure(options: &Options) {
    let folder = temporary("start");
    let sandbox = Sandbox::start(&folder, true).await;
    let (incidents, copies) = if options.quick { QUICK } else { (INCIDENTS, COPIES) };
    starts(options, &folder, &sandbox, incidents, copies).await;
    println!();
    costs(options, &folder, &sandbox, incidents).await;
}

async fn starts(options: &Options, folder: &Path, sandbox: &Sandbox, incidents: u64, copies: u64) {
    eprintln!("writing a history ...");
    let empty = temporary("start-empty");
    let over = temporary("start-over");
    history(&over, sandbox, incidents, ALERTS, false).await;
    let open = copied(&over);
    history(&open, sandbox, 1, ALERTS, true).await;
    fill(folder, &over, copies).await;
    fill(folder, &open, copies).await;
    let worlds = [
        ("nothing", &empty),
        (&*format!("{} incidents, all over", incidents * copies), &over),
        (&*format!("{} incidents, {copies} of them open", (incidents + 1) * copies), &open),
    ];
    let mut found: Vec<Vec<[f64; 3]>> = worlds.iter().map(|_| Vec::new()).collect();
    for _ in options.each_run() {
        for ((_, world), found) in worlds.iter().zip(&mut found) {
            let bot = start(world, sandbox).await;
            let ms = |time: Duration| time.as_secs_f64() * 1_000.0;
            found.push([ms(bot.accepting), ms(bot.ready), bot.usage().rss_mb()]);
            bot.stop().await;
        }
    }
    head(&["stored"], &["alerts are accepted after (ms)", "ready, gateway connected (ms)", "memory then (VmRSS, MB)"]);
    for ((name, _), runs) in worlds.iter().zip(&found) {
        let mut cells = vec![(*name).to_owned()];
        cells.extend((0..3).map(|figure| spread(&runs.iter().map(|run| run[figure]).collect::<Vec<_>>())));
        row(&cells);
    }
}

/// The same alerts beside few stored ones and beside many, in turn within each run.
async fn costs(options: &Options, folder: &Path, sandbox: &Sandbox, incidents: u64) {
    eprintln!("writing a history ...");
    let many_alerts = if options.quick { QUICK_MANY } else { MANY };
    let sent = if options.quick { SENT / 10 } else { SENT };
    let few = temporary("cost-few");
    history(&few, sandbox, FEW.min(incidents * MORE_ALERTS) / MORE_ALERTS, MORE_ALERTS, false).await;
    let many = copied(&few);
    let stored = FEW.min(incidents * MORE_ALERTS);
    fill(folder, &many, many_alerts / stored - 1).await;
    let mut found = [Vec::new(), Vec::new()];
    let mut ratios = [Vec::new(), Vec::new()];
    for number in options.each_run() {
        let beside_few = cost(&few, sandbox, number, sent).await;
        let beside_many = cost(&many, sandbox, number, sent).await;
        for (at, ratios) in ratios.iter_mut().enumerate() {
            ratios.push(beside_many[at] / beside_few[at]);
        }
        found[0].push(beside_few);
        found[1].push(beside_many);
    }
    head(
        &["stored alerts"],
        &["time per alert, sent to decided (us)", "CPU of the bot per alert (us)", "memory (VmRSS, MB)"],
    );
    for (stored, runs) in [stored, many_alerts].into_iter().zip(&found) {
        let mut cells = vec![stored.to_string()];
        cells.extend((0..3).map(|figure| spread(&runs.iter().map(|run| run[figure]).collect::<Vec<_>>())));
        row(&cells);
    }
    row(&["ratio".to_owned(), spread(&ratios[0]), spread(&ratios[1]), String::new()]);
}

/// What each of these alerts costs: microseconds, microseconds of CPU; and the memory afterwards.
#[allow(clippy::cast_precision_loss, reason = "small numbers")]
async fn cost(world: &Path, sandbox: &Sandbox, run: usize, sent: u64) -> [f64; 3] {
    let bot = start(world, sandbox).await;
    let (began, cpu) = (Instant::now(), bot.usage().cpu_s);
    for first in (0..sent).step_by(100) {
        let service = format!("cost-{run}-{}", first / 100 % SERVICES);
        let alerts: Vec<_> = (first..first + 100)
            .map(|number| alert(&format!("{run:08x}{number:08x}"), "firing", "warning", &service))
            .collect();
        send(&bot, sandbox, &alerts).await;
    }
    let (_, left) = bot.drained(DRAIN_AT_MOST).await;
    assert!(left.waiting < 1.0, "{} reports are not decided", left.waiting);
    let (seconds, usage) = (began.elapsed().as_secs_f64(), bot.usage());
    bot.stop().await;
    [seconds / sent as f64 * 1e6, (usage.cpu_s - cpu) / sent as f64 * 1e6, usage.rss_mb()]
}

async fn start(world: &Path, sandbox: &Sandbox) -> Bot {
    Start { program: release(), folder: world, more: Vec::new() }.start(sandbox).await
}

/// Has a bot write incidents: all over, or all open and acknowledged.
async fn history(folder: &Path, sandbox: &Sandbox, incidents: u64, alerts: u64, open: bool) {
    let bot = start(folder, sandbox).await;
    let before = bot.metric("siaga_incidents_total").await;
    let kind = if open { "open" } else { "over" };
    for status in if open { vec!["firing"] } else { vec!["firing", "resolved"] } {
        for incident in 0..incidents {
            let service = format!("{kind}-c0de0000-{incident}");
            let alerts: Vec<_> = (0..alerts)
                .map(|number| {
                    alert(&format!("c0de0000-{kind}-{incident:04x}{number:04x}"), status, "warning", &service)
                })
                .collect();
            send(&bot, sandbox, &alerts).await;
        }
        bot.drained(DRAIN_AT_MOST).await;
    }
    let total = bot.metric("siaga_incidents_total").await - before;
    #[allow(clippy::cast_precision_loss, reason = "small numbers")]
    let wanted = incidents as f64;
    assert!((total - wanted).abs() < 0.5, "{total} incidents opened");
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a count")]
    let first = before as u64 + 1;
    for number in first..first + incidents {
        let which = json!({ "incident": format!("INC-{number}") });
        if open {
            sandbox.slash("agus", "ack", which).await;
        } else {
            let form = sandbox.slash("agus", "resolve", which).await;
            sandbox.fill("agus", &form, "the index was rebuilt").await;
        }
    }
    let open_now = bot.metric("siaga_incidents_open").await;
    assert!((open_now - if open { wanted } else { 0.0 }).abs() < 0.5, "{open_now} incidents are open");
    let began = Instant::now();
    while bot.metric("siaga_outbox_waiting").await > 0.5 {
        assert!(began.elapsed() < DRAIN_AT_MOST, "the outbox does not become empty");
        sleep(Duration::from_millis(100)).await;
    }
    bot.stop().await;
}

async fn send(bot: &Bot, sandbox: &Sandbox, alerts: &[serde_json::Value]) {
    let address = format!("{}/intake/alertmanager", bot.address());
    let answer = sandbox.http.post(address).bearer_auth(KEY).json(&body(alerts)).send().await.unwrap();
    assert_eq!(answer.status().as_u16(), 202);
}

/// The files of a bot that has ended.
fn copied(world: &Path) -> Temporary {
    let copy = temporary("start-copy");
    for name in ["siaga.db", "siaga.db-wal"] {
        if world.join(name).exists() {
            std::fs::copy(world.join(name), copy.join(name)).unwrap();
        }
    }
    copy
}

async fn fill(folder: &Path, world: &Path, copies: u64) {
    let program: PathBuf = std::env::current_exe().unwrap().with_file_name("fill");
    let arguments = vec![world.join("siaga.db").display().to_string(), copies.to_string()];
    let log = std::fs::File::create(folder.join("fill.log")).unwrap();
    let mut child = Spawn { program, arguments, settings: Vec::new() }.start(log.into(), Stdio::inherit());
    assert!(child.wait().await.unwrap().success(), "the history could not be made longer");
    // What the kernel holds back of it would be written while the bot is measured, and in the bot's name.
    std::fs::File::open(world.join("siaga.db")).unwrap().sync_all().unwrap();
}
