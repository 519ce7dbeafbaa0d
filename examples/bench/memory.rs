//! Purpose: memory after so many alerts, all of them still firing or all resolved (`scripts/bench memory`).

use std::time::{Duration, Instant};

use tokio::time::sleep;

use crate::bot::{Start, release};
use crate::load::feed;
use crate::options::Options;
use crate::process::temporary;
use crate::sandbox::Sandbox;
use crate::table::{head, row, spread};

/// Alerts after which memory is read.
const STEPS: [u64; 3] = [10_000, 100_000, 1_000_000];
const QUICK_STEPS: [u64; 2] = [1_000, 10_000];
/// Alerts that resolve before the next ones fire, when all resolve.
const WAVE: u64 = 10_000;
/// So long after the last decision memory is read.
const CALM: Duration = Duration::from_secs(2);
const DRAIN_AT_MOST: Duration = Duration::from_secs(1_800);

/// Read at one step.
#[derive(Clone, Copy)]
struct Read {
    rss_mb: f64,
    peak_mb: f64,
    /// Reports decided per second since the step before, from the first that is sent to the last that is decided.
    decided_per_s: f64,
    /// CPU of the bot per report, in microseconds.
    cpu_us: f64,
    database_mb: f64,
}

pub(crate) async fn measure(options: &Options) {
    let steps: &[u64] = if options.quick { &QUICK_STEPS } else { &STEPS };
    let mut found: [Vec<Vec<Read>>; 2] = [Vec::new(), Vec::new()];
    for number in options.each_run() {
        for (resolved, found) in [false, true].into_iter().zip(&mut found) {
            found.push(run(number, resolved, steps).await);
        }
    }
    head(
        &["alerts"],
        &["VmRSS (MB)", "most ever (MB)", "reports decided/s", "CPU of the bot per report (us)", "database (MB)"],
    );
    for (what, runs) in ["firing", "fired and resolved"].into_iter().zip(&found) {
        for (at, count) in steps.iter().enumerate() {
            let of = |figure: fn(&Read) -> f64| spread(&runs.iter().map(|run| figure(&run[at])).collect::<Vec<_>>());
            row(&[
                format!("{count}, {what}"),
                of(|read| read.rss_mb),
                of(|read| read.peak_mb),
                of(|read| read.decided_per_s),
                of(|read| read.cpu_us),
                of(|read| read.database_mb),
            ]);
        }
    }
}

#[allow(clippy::cast_precision_loss, reason = "counts and sizes")]
async fn run(number: usize, resolved: bool, steps: &[u64]) -> Vec<Read> {
    let folder = temporary(&format!("memory-{number}"));
    let sandbox = Sandbox::start(&folder, true).await;
    let bot = Start { program: release(), folder: &folder, more: Vec::new() }.start(&sandbox).await;
    let (mut done, mut reads) = (0, Vec::new());
    for step in steps {
        let (began, cpu, before) = (Instant::now(), bot.usage().cpu_s, bot.progress().await.decided);
        while done < *step {
            let end = if resolved { (*step).min(done + WAVE) } else { *step };
            feed(&bot, done..end, "firing").await;
            if resolved {
                feed(&bot, done..end, "resolved").await;
            }
            done = end;
        }
        let (_, left) = bot.drained(DRAIN_AT_MOST).await;
        assert!(left.waiting < 1.0, "{} reports are not decided", left.waiting);
        let (seconds, decided) = (began.elapsed().as_secs_f64(), left.decided - before);
        let cpu_us = (bot.usage().cpu_s - cpu) / decided * 1e6;
        let firing = bot.metric("siaga_alerts_firing").await;
        assert!((firing - if resolved { 0.0 } else { *step as f64 }).abs() < 0.5, "{firing} alerts fire");
        sleep(CALM).await;
        let usage = bot.usage();
        let files =
            ["siaga.db", "siaga.db-wal"].map(|name| std::fs::metadata(folder.join(name)).map_or(0, |it| it.len()));
        let read = Read {
            rss_mb: usage.rss_mb(),
            peak_mb: usage.peak_mib * 1.048_576,
            decided_per_s: decided / seconds,
            cpu_us,
            database_mb: files.iter().sum::<u64>() as f64 / 1e6,
        };
        eprintln!("  {step} alerts: {:.0} MB, {:.0} reports decided/s", read.rss_mb, read.decided_per_s);
        reads.push(read);
    }
    bot.stop().await;
    reads
}
