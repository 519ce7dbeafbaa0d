//! Purpose: how fast and how big the bot is, measured from outside: `scripts/bench` builds and runs this.
//!
//! Bot, sandbox and whatever sends alerts are release processes of their own. `docs/benchmarks.md` says what each line means.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program for a terminal"
)]

mod bot;
mod burst;
mod door;
mod latency;
mod load;
mod memory;
mod options;
mod peer;
mod process;
mod sandbox;
mod start;
mod storm;
mod storm_report;
mod strangers;
mod table;

use options::{Options, What};

#[tokio::main]
async fn main() {
    let options = Options::read(std::env::args().skip(1));
    match options.what {
        What::Latency => latency::measure(&options).await,
        What::Door => door::measure(&options).await,
        What::Memory => memory::measure(&options).await,
        What::Burst => burst::measure(&options).await,
        What::Storm => storm::measure(&options).await,
        What::Strangers => strangers::measure(&options).await,
        What::Start => start::measure(&options).await,
    }
}
