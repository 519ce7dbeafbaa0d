//! Purpose: what is measured, how often and how long.

use std::path::PathBuf;

/// What is measured.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum What {
    Latency,
    Burst,
    Door,
    Memory,
    Start,
    Storm,
    Strangers,
}

pub(crate) struct Options {
    pub(crate) what: What,
    pub(crate) runs: usize,
    /// Shorter and smaller: to see that the program works, not how fast.
    pub(crate) quick: bool,
    /// A bot whose commits can be slowed down.
    pub(crate) slow: Option<PathBuf>,
}

impl Options {
    pub(crate) fn read(mut arguments: impl Iterator<Item = String>) -> Self {
        let mut options = Self { what: What::Latency, runs: 5, quick: false, slow: None };
        while let Some(argument) = arguments.next() {
            let mut value = || arguments.next().unwrap_or_else(|| panic!("{argument} needs a value"));
            match argument.as_str() {
                "latency" => options.what = What::Latency,
                "burst" => options.what = What::Burst,
                "door" => options.what = What::Door,
                "memory" => options.what = What::Memory,
                "start" => options.what = What::Start,
                "strangers" => options.what = What::Strangers,
                "storm" => options.what = What::Storm,
                "--runs" => options.runs = value().parse().expect("--runs says how many"),
                "--slow" => options.slow = Some(value().into()),
                "--quick" => options.quick = true,
                other => panic!("the benchmark does not know {other}"),
            }
        }
        if options.quick {
            options.runs = 1;
        }
        options
    }

    /// Counts the runs, and tells whoever waits.
    pub(crate) fn each_run(&self) -> impl Iterator<Item = usize> + use<> {
        let runs = self.runs;
        (1..=runs).inspect(move |number| eprintln!("run {number} of {runs} ..."))
    }
}
