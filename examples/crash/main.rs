//! Purpose: the crash test: a bot lives through a day of its work while it is killed again and again; then what people see is
//! compared with what was accepted. `scripts/crash-test` builds and runs it; docs/guarantees.md says what it proves.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program for a terminal, and a test"
)]

mod check;
mod history;
mod killer;
mod known;
mod ledger;
mod outside;
mod people;
mod points;
mod process;
mod prove;
mod random;
mod report;
mod round;
mod seen;
mod stories;
mod workload;
mod world;

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

use clap::{Parser, ValueEnum};
use tokio::task::JoinSet;

use history::{History, Line};

/// Kills the bot again and again and compares what was accepted with what Discord shows.
#[derive(Parser)]
pub(crate) struct Args {
    /// How often the bot is ended, half of it by SIGKILL and half by SIGTERM; with --resume all runs together
    #[arg(long, default_value_t = 20)]
    kills: usize,
    /// The database
    #[arg(long, value_enum, default_value_t = Engine::Sqlite)]
    engine: Engine,
    /// The first round's seed; each further round has the next one. A round is repeated by its own seed and its kills
    #[arg(long)]
    seed: Option<u64>,
    /// Kills of one round, in a world of its own
    #[arg(long, default_value_t = 10)]
    round: usize,
    /// Rounds at once
    #[arg(long, default_value_t = 4)]
    at_once: usize,
    /// Adds this run to the others in this file (JSON lines)
    #[arg(long)]
    resume: Option<PathBuf>,
    /// Dies at each write point in turn instead; needs a binary with the feature `crash-points`
    #[arg(long)]
    points: bool,
    /// Passings of each write point at which the bot dies, at most
    #[arg(long, default_value_t = 2)]
    passings: usize,
    /// With --points: only points whose names hold this
    #[arg(long)]
    only: Option<String>,
    /// Shows that bots broken on purpose are caught; needs a binary with the feature `broken`
    #[arg(long)]
    prove: bool,
    /// The program under test
    #[arg(long)]
    binary: PathBuf,
    /// Where logs and records of a round with a violation are kept
    #[arg(long, default_value = "target/crash")]
    keep: PathBuf,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Engine {
    Sqlite,
}

#[tokio::main]
async fn main() -> ExitCode {
    let args = Args::parse();
    let Engine::Sqlite = args.engine;
    let began = Instant::now();
    let good = if args.prove {
        prove::run(&args).await
    } else if args.points {
        points::run(&args).await
    } else {
        kills(&args, began).await
    };
    if good { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

async fn kills(args: &Args, began: Instant) -> bool {
    let mut history = History::read(args.resume.as_deref());
    let mut seed =
        args.seed.or_else(|| history.next_seed()).unwrap_or_else(|| ledger::now_ms().unsigned_abs() % 1_000_000);
    let first = seed;
    let mut planned = history.kills();
    let mut rounds = JoinSet::new();
    loop {
        while rounds.len() < args.at_once.max(1) && planned < args.kills {
            let kills = args.round.clamp(1, args.kills - planned);
            planned += kills;
            let (binary, keep, own) = (args.binary.clone(), args.keep.clone(), seed);
            seed += 1;
            rounds.spawn(async move { round::run(&binary, &keep, own, kills).await });
        }
        let Some(done) = rounds.join_next().await else { break };
        let line: Line = match done {
            Ok(line) => line,
            Err(error) => {
                eprintln!("a round broke off: {error}");
                return false;
            }
        };
        eprintln!("{}", line.told(began.elapsed()));
        history.add(line);
    }
    println!("{}", history.done());
    println!("{}", history.ends());
    println!(
        "kills {}, lost {}, doubled {}, unrung {}, seed {first}",
        history.kills(),
        history.lost(),
        history.doubled(),
        history.unrung()
    );
    history.lost() + history.doubled() + history.unrung() == 0
}
