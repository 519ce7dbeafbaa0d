//! Purpose: the front door under strangers: how long an alert takes while hundreds of connections send nothing, or a byte a
//! second (`scripts/bench strangers`).

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpSocket, TcpStream};
use tokio::task::JoinSet;
use tokio::time::sleep;

use crate::bot::{Bot, KEY, Start, release};
use crate::load::{alert, body};
use crate::options::Options;
use crate::process::temporary;
use crate::sandbox::Sandbox;
use crate::table::{head, percentile, row, spread};

/// Connections that send nothing, and that send a byte a second.
const SILENT: u32 = 400;
const SLOW: u32 = 100;
/// Between two bytes of a slow one.
const BYTE: Duration = Duration::from_secs(1);
/// A connection that was closed is opened again after so long.
const AGAIN: Duration = Duration::from_millis(20);
/// Alerts of a run, one after the other, and how far apart: together longer than a head may take, so that strangers are
/// closed and come again.
const ALERTS: u64 = 1_000;
const APART: Duration = Duration::from_millis(15);

/// Where strangers come from.
#[derive(Clone, Copy, PartialEq, Eq)]
enum From {
    Nowhere,
    /// 250 addresses, none of them the sender's.
    Everywhere,
    /// The sender's own, as behind one router.
    TheSendersAddress,
}

struct Run {
    fresh: Vec<f64>,
    kept: Vec<f64>,
    reconnects: f64,
    evicted: f64,
    slow: f64,
    rss_mb: f64,
    cpu_s: f64,
}

const WORLDS: [(u32, From); 5] = [
    (1_024, From::Nowhere),
    (1_024, From::Everywhere),
    (1_024, From::TheSendersAddress),
    (256, From::Everywhere),
    (256, From::TheSendersAddress),
];

pub(crate) async fn measure(options: &Options) {
    let alerts = if options.quick { 100 } else { ALERTS };
    let mut worlds: Vec<Vec<Run>> = WORLDS.iter().map(|_| Vec::new()).collect();
    for number in options.each_run() {
        for ((files, from), runs) in WORLDS.into_iter().zip(&mut worlds) {
            let run = run(number, files, from, alerts).await;
            eprintln!("  {files} files, {}: p99 {:.1} ms", name(from), percentile(&run.fresh, 99.0));
            runs.push(run);
        }
    }
    report(&worlds);
}

fn name(from: From) -> &'static str {
    match from {
        From::Nowhere => "none",
        From::Everywhere => "250 other addresses",
        From::TheSendersAddress => "the sender's address",
    }
}

async fn run(number: usize, files: u32, from: From, alerts: u64) -> Run {
    let folder = temporary(&format!("strangers-{number}-{files}"));
    let sandbox = Sandbox::start(&folder, true).await;
    let program = limited(&folder, files);
    let bot = Start { program, folder: &folder, more: Vec::new() }.start(&sandbox).await;
    let (reconnects, mut strangers) = (Arc::new(AtomicU64::new(0)), JoinSet::new());
    if from != From::Nowhere {
        for number in 0..SILENT + SLOW {
            let address = match from {
                From::Everywhere => format!("127.0.{}.{}", 1 + number / 125, 1 + number % 125),
                _ => "127.0.0.1".to_owned(),
            };
            strangers.spawn(stranger(address, bot.port, number >= SILENT, Arc::clone(&reconnects)));
        }
        sleep(Duration::from_secs(2)).await;
    }
    let cpu = bot.usage().cpu_s;
    let client = || reqwest::Client::builder().no_proxy();
    let (fresh, kept) = (client().pool_max_idle_per_host(0).build().unwrap(), client().build().unwrap());
    let mut found =
        Run { fresh: vec![], kept: vec![], reconnects: 0.0, evicted: 0.0, slow: 0.0, rss_mb: 0.0, cpu_s: 0.0 };
    for number in 0..alerts {
        found.fresh.push(sent(&bot, &fresh, 2 * number).await);
        found.kept.push(sent(&bot, &kept, 2 * number + 1).await);
        sleep(APART).await;
    }
    let closed = bot.by_label("siaga_http_connections_closed_total", "why").await;
    found.evicted = closed["evicted"];
    found.slow = closed["slow"];
    #[allow(clippy::cast_precision_loss, reason = "small numbers")]
    let again = reconnects.load(Ordering::Relaxed) as f64;
    found.reconnects = again;
    found.rss_mb = bot.usage().rss_mb();
    found.cpu_s = bot.usage().cpu_s - cpu;
    strangers.shutdown().await;
    bot.stop().await;
    found
}

/// The bot as a process that may open so many files.
fn limited(folder: &Path, files: u32) -> PathBuf {
    let (script, siaga) = (folder.join("siaga-limited"), release());
    std::fs::write(&script, format!("#!/bin/sh\nulimit -n {files}\nexec '{}' \"$@\"\n", siaga.display())).unwrap();
    std::fs::set_permissions(&script, std::fs::Permissions::from_mode(0o755)).unwrap();
    script
}

/// Milliseconds until an alert was accepted.
async fn sent(bot: &Bot, http: &reqwest::Client, number: u64) -> f64 {
    let alerts = [alert(&format!("{number:016x}"), "firing", "info", "search")];
    let (address, began) = (format!("{}/intake/alertmanager", bot.address()), Instant::now());
    let answer = http.post(address).bearer_auth(KEY).json(&body(&alerts)).send().await.unwrap();
    assert_eq!(answer.status().as_u16(), 202);
    answer.bytes().await.unwrap();
    began.elapsed().as_secs_f64() * 1_000.0
}

/// Connects, keeps the place as long as it can, and comes again.
async fn stranger(address: String, port: u16, slow: bool, reconnects: Arc<AtomicU64>) {
    loop {
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind(format!("{address}:0").parse().unwrap()).unwrap();
        if let Ok(stream) = socket.connect(([127, 0, 0, 1], port).into()).await {
            stay(stream, slow).await;
        }
        reconnects.fetch_add(1, Ordering::Relaxed);
        sleep(AGAIN).await;
    }
}

async fn stay(mut stream: TcpStream, slow: bool) {
    let mut byte = [0; 1];
    for letter in "POST /intake/alertmanager HTTP/1.1\r\nX-Slow: ".bytes().chain(std::iter::repeat(b'x')) {
        if slow && stream.write_all(&[letter]).await.is_err() {
            return;
        }
        if tokio::time::timeout(BYTE, stream.read(&mut byte)).await.is_ok() {
            return;
        }
    }
}

/// One figure of a run.
type Figure = fn(&Run) -> f64;

fn report(worlds: &[Vec<Run>]) {
    println!(
        "{SILENT} silent and {SLOW} slow connections; each that is closed comes again after {} ms.\n",
        AGAIN.as_millis()
    );
    head(
        &["files (ulimit -n)", "strangers from"],
        &[
            "alert on a new connection, p50 (ms)",
            "p99",
            "most",
            "on a kept connection, p50 (ms)",
            "p99",
            "strangers that came again",
            "evicted",
            "too slow",
            "memory (VmRSS, MB)",
            "CPU (s)",
        ],
    );
    let figures: [Figure; 10] = [
        |run| percentile(&run.fresh, 50.0),
        |run| percentile(&run.fresh, 99.0),
        |run| percentile(&run.fresh, 100.0),
        |run| percentile(&run.kept, 50.0),
        |run| percentile(&run.kept, 99.0),
        |run| run.reconnects,
        |run| run.evicted,
        |run| run.slow,
        |run| run.rss_mb,
        |run| run.cpu_s,
    ];
    for ((files, from), runs) in WORLDS.into_iter().zip(worlds) {
        let mut line = vec![files.to_string(), name(from).to_owned()];
        line.extend(figures.map(|figure| spread(&runs.iter().map(figure).collect::<Vec<_>>())));
        row(&line);
    }
}
