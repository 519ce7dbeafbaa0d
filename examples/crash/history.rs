//! Purpose: runs that add up: each finished round is a line of JSON in the file of `--resume`.

use std::collections::BTreeMap;
use std::fs::OpenOptions;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::{Value, json};

/// One finished round.
#[derive(Clone, Debug, Default)]
pub(crate) struct Line {
    pub(crate) seed: u64,
    /// Ends of the bot.
    pub(crate) kills: usize,
    /// Those of them that SIGTERM began.
    pub(crate) stops: usize,
    /// How long the longest of these took, in milliseconds.
    pub(crate) slowest_ms: u64,
    pub(crate) lost: usize,
    pub(crate) doubled: usize,
    pub(crate) unrung: usize,
    /// How often somebody had to be called.
    pub(crate) owed: usize,
    /// The same by why; not kept in the file.
    pub(crate) owed_for: BTreeMap<&'static str, usize>,
    pub(crate) alerts: usize,
    pub(crate) deeds: usize,
    pub(crate) incidents: usize,
    /// Pages that arrived outside Discord.
    pub(crate) outside: usize,
    /// How often the bot said yes to what; not kept in the file.
    pub(crate) done: BTreeMap<&'static str, usize>,
}

impl Line {
    /// For the person who waits.
    pub(crate) fn told(&self, after: Duration) -> String {
        format!(
            "{:>5} s  seed {}: {} kills ({} by SIGTERM, at most {} ms), {} reports of alerts, {} deeds, {} incidents, {} times somebody had to be called: lost {}, doubled {}, unrung {}",
            after.as_secs(),
            self.seed,
            self.kills,
            self.stops,
            self.slowest_ms,
            self.alerts,
            self.deeds,
            self.incidents,
            self.owed,
            self.lost,
            self.doubled,
            self.unrung
        )
    }

    fn json(&self) -> Value {
        json!({
            "seed": self.seed, "kills": self.kills, "lost": self.lost, "doubled": self.doubled, "alerts": self.alerts,
            "deeds": self.deeds, "incidents": self.incidents, "outside": self.outside, "stops": self.stops,
            "slowest_ms": self.slowest_ms, "unrung": self.unrung, "owed": self.owed,
        })
    }

    fn read(line: &str) -> Option<Self> {
        let line: Value = serde_json::from_str(line).ok()?;
        let number = |name: &str| line[name].as_u64().and_then(|number| usize::try_from(number).ok()).unwrap_or(0);
        Some(Self {
            seed: line["seed"].as_u64()?,
            kills: number("kills"),
            stops: number("stops"),
            slowest_ms: line["slowest_ms"].as_u64().unwrap_or(0),
            lost: number("lost"),
            doubled: number("doubled"),
            unrung: number("unrung"),
            owed: number("owed"),
            owed_for: BTreeMap::new(),
            alerts: number("alerts"),
            deeds: number("deeds"),
            incidents: number("incidents"),
            outside: number("outside"),
            done: BTreeMap::new(),
        })
    }
}

/// All rounds, those of earlier runs included.
pub(crate) struct History {
    file: Option<PathBuf>,
    lines: Vec<Line>,
}

impl History {
    /// A file that is not there yet is an empty history.
    pub(crate) fn read(file: Option<&Path>) -> Self {
        let text = file.and_then(|file| std::fs::read_to_string(file).ok()).unwrap_or_default();
        Self { file: file.map(Path::to_owned), lines: text.lines().filter_map(Line::read).collect() }
    }

    pub(crate) fn add(&mut self, line: Line) {
        if let Some(file) = &self.file {
            let mut file = OpenOptions::new().create(true).append(true).open(file).expect("the file of --resume");
            writeln!(file, "{}", line.json()).expect("the file of --resume can be written");
        }
        self.lines.push(line);
    }

    /// How often the bots of this run said yes to what, and how many pages arrived outside Discord.
    pub(crate) fn done(&self) -> String {
        let done = added(self.lines.iter().map(|line| &line.done));
        let why = added(self.lines.iter().map(|line| &line.owed_for));
        let outside: usize = self.lines.iter().map(|line| line.outside).sum();
        let owed: usize = self.lines.iter().map(|line| line.owed).sum();
        format!("pages outside Discord {outside}; done: {done}\nsomebody had to be called {owed} times: {why}")
    }

    pub(crate) fn next_seed(&self) -> Option<u64> {
        self.lines.iter().map(|line| line.seed + 1).max()
    }

    pub(crate) fn kills(&self) -> usize {
        self.lines.iter().map(|line| line.kills).sum()
    }

    /// How often the bot was ended in which way.
    pub(crate) fn ends(&self) -> String {
        let stops: usize = self.lines.iter().map(|line| line.stops).sum();
        let slowest_ms = self.lines.iter().map(|line| line.slowest_ms).max().unwrap_or(0);
        format!("ends: SIGKILL {}, SIGTERM {stops}, the slowest of these took {slowest_ms} ms", self.kills() - stops)
    }

    pub(crate) fn lost(&self) -> usize {
        self.lines.iter().map(|line| line.lost).sum()
    }

    pub(crate) fn doubled(&self) -> usize {
        self.lines.iter().map(|line| line.doubled).sum()
    }

    pub(crate) fn unrung(&self) -> usize {
        self.lines.iter().map(|line| line.unrung).sum()
    }
}

/// Numbers of the same words, added.
fn added<'a>(all: impl Iterator<Item = &'a BTreeMap<&'static str, usize>>) -> String {
    let mut sum: BTreeMap<&str, usize> = BTreeMap::new();
    all.flatten().for_each(|(word, count)| *sum.entry(word).or_default() += count);
    let words: Vec<String> = sum.iter().map(|(word, count)| format!("{word} {count}")).collect();
    words.join(", ")
}
