//! Purpose: the front door: alerts accepted and durable per second, beside Alertmanager, which keeps nothing; and what is left to
//! decide when the load ends (`scripts/bench door`).

use std::path::Path;
use std::time::{Duration, Instant};

use crate::bot::{Start, release};
use crate::load::{Sent, Wrk};
use crate::options::Options;
use crate::peer::Alertmanager;
use crate::process::{temporary, usage};
use crate::sandbox::Sandbox;
use crate::table::{head, row, short, spread};

/// Connections and alerts per request of each load.
const LOADS: [(u32, u32); 6] = [(8, 1), (8, 10), (8, 100), (64, 1), (64, 10), (64, 100)];
/// A backlog is watched no longer.
const DRAIN_AT_MOST: Duration = Duration::from_secs(120);
/// What a commit of the slowed bot takes more, in milliseconds.
const SLOWER_MS: u32 = 5;

/// One load on both, in one run.
struct Pair {
    bot: Bot,
    peer: Peer,
}

struct Bot {
    sent: Sent,
    /// Decided while the load ran, and left when it ended.
    decided: f64,
    backlog: f64,
    drain: Duration,
    not_drained: f64,
    rss_mb: f64,
    peak_mb: f64,
    cpu: f64,
    sandbox_cpu: f64,
}

struct Peer {
    sent: Sent,
    rss_mb: f64,
    cpu: f64,
}

pub(crate) async fn measure(options: &Options) {
    println!("### Commits as fast as this disk is\n");
    table(options, &release(), &[]).await;
    if let Some(slow) = &options.slow {
        println!("\n### {SLOWER_MS} ms added to each commit\n");
        table(options, slow, &[("SIAGA_COMMIT_MS", SLOWER_MS.to_string())]).await;
    }
}

async fn table(options: &Options, program: &Path, more: &[(&'static str, String)]) {
    let seconds = if options.quick { 1 } else { 4 };
    let mut cells: Vec<Vec<Pair>> = LOADS.iter().map(|_| Vec::new()).collect();
    for number in options.each_run() {
        for ((connections, per_request), cell) in LOADS.into_iter().zip(&mut cells) {
            let load = Wrk { connections, per_request, seconds };
            let bot = on_bot(program, more, load, number).await;
            let peer = on_peer(load, number).await;
            eprintln!(
                "  {connections} connections, {per_request} per request: {} and {} alerts/s, {} left, drained in {} s",
                short(bot.sent.per_second()),
                short(peer.sent.per_second()),
                short(bot.backlog),
                short(bot.drain.as_secs_f64())
            );
            cell.push(Pair { bot, peer });
        }
    }
    report(&cells);
}

async fn on_bot(program: &Path, more: &[(&'static str, String)], load: Wrk, run: usize) -> Bot {
    let folder = temporary(&format!("door-{run}"));
    let sandbox = Sandbox::start(&folder, true).await;
    let bot = Start { program: program.to_path_buf(), folder: &folder, more: more.to_vec() }.start(&sandbox).await;
    let (before, sandbox_before) = (bot.usage(), usage(&sandbox.child));
    let began = Instant::now();
    let sent = load.send("bot", &bot.address()).await;
    let seconds = began.elapsed().as_secs_f64();
    let end = bot.progress().await;
    let after = bot.usage();
    let sandbox_after = usage(&sandbox.child);
    // What was answered is there; a request that wrk gave up at the end may be there too.
    assert!(end.accepted >= sent.alerts, "{} of {} answered alerts are in the database", end.accepted, sent.alerts);
    let (drain, left) = bot.drained(DRAIN_AT_MOST).await;
    let found = Bot {
        sent,
        decided: end.decided / seconds,
        backlog: end.waiting,
        drain,
        not_drained: left.waiting,
        rss_mb: bot.usage().rss_mb(),
        peak_mb: bot.usage().peak_mib * 1.048_576,
        cpu: (after.cpu_s - before.cpu_s) / seconds,
        sandbox_cpu: (sandbox_after.cpu_s - sandbox_before.cpu_s) / seconds,
    };
    bot.stop().await;
    found
}

async fn on_peer(load: Wrk, run: usize) -> Peer {
    let folder = temporary(&format!("door-peer-{run}"));
    let peer = Alertmanager::start(&folder).await;
    let before = peer.usage();
    let began = Instant::now();
    let sent = load.send("alertmanager", &peer.address()).await;
    let after = peer.usage();
    let found =
        Peer { sent, rss_mb: after.rss_mb(), cpu: (after.cpu_s - before.cpu_s) / began.elapsed().as_secs_f64() };
    peer.stop().await;
    found
}

fn report(cells: &[Vec<Pair>]) {
    let of = |cell: &[Pair], figure: fn(&Pair) -> f64| spread(&cell.iter().map(figure).collect::<Vec<_>>());
    let loads = || LOADS.iter().map(|(connections, per)| vec![connections.to_string(), per.to_string()]);
    let first = ["connections", "alerts per request"];
    head(
        &first,
        &[
            "bot, alerts/s",
            "Alertmanager, alerts/s",
            "ratio",
            "bot, request p50 (ms)",
            "p99",
            "Alertmanager p50",
            "p99",
        ],
    );
    for (mut line, cell) in loads().zip(cells) {
        line.push(of(cell, |it| it.bot.sent.per_second()));
        line.push(of(cell, |it| it.peer.sent.per_second()));
        line.push(of(cell, |it| it.bot.sent.per_second() / it.peer.sent.per_second()));
        line.push(of(cell, |it| it.bot.sent.p50_ms));
        line.push(of(cell, |it| it.bot.sent.p99_ms));
        line.push(of(cell, |it| it.peer.sent.p50_ms));
        line.push(of(cell, |it| it.peer.sent.p99_ms));
        row(&line);
    }
    println!();
    head(
        &first,
        &["decided/s during the load", "backlog at its end", "drained in (s)", "decided/s then", "not drained"],
    );
    for (mut line, cell) in loads().zip(cells) {
        line.push(of(cell, |it| it.bot.decided));
        line.push(of(cell, |it| it.bot.backlog));
        line.push(of(cell, |it| it.bot.drain.as_secs_f64()));
        line.push(of(cell, |it| (it.bot.backlog - it.bot.not_drained) / it.bot.drain.as_secs_f64().max(0.01)));
        line.push(of(cell, |it| it.bot.not_drained));
        row(&line);
    }
    println!();
    head(
        &first,
        &[
            "CPU of the bot (cores)",
            "sandbox",
            "wrk",
            "CPU of Alertmanager",
            "wrk",
            "bot, drained (VmRSS, MB)",
            "most ever",
            "Alertmanager (MB)",
        ],
    );
    for (mut line, cell) in loads().zip(cells) {
        line.push(of(cell, |it| it.bot.cpu));
        line.push(of(cell, |it| it.bot.sandbox_cpu));
        line.push(of(cell, |it| it.bot.sent.cpu_s / it.bot.sent.seconds));
        line.push(of(cell, |it| it.peer.cpu));
        line.push(of(cell, |it| it.peer.sent.cpu_s / it.peer.sent.seconds));
        line.push(of(cell, |it| it.bot.rss_mb));
        line.push(of(cell, |it| it.bot.peak_mb));
        line.push(of(cell, |it| it.peer.rss_mb));
        row(&line);
    }
}
