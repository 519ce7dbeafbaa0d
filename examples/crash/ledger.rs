//! Purpose: the ledger: what was answered with a 2xx and what people did, written down by the driver alone.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

/// A change of an alert that was reported.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Report {
    /// Its name; no other alert has it.
    pub(crate) alert: String,
    /// Whether it fires from now on.
    pub(crate) firing: bool,
    /// Whether a 2xx came back. Without one it may be there or not, but not twice.
    pub(crate) accepted: bool,
    /// What is broken; empty for what people write.
    pub(crate) service: String,
    /// How bad it is, as its sender says.
    pub(crate) severity: String,
    /// When it was sent first.
    pub(crate) began_ms: i64,
    /// When its answer came.
    pub(crate) ended_ms: i64,
}

/// What somebody did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum What {
    Acknowledge,
    /// Somebody else is called, for a reason.
    Page(&'static str, String),
    Note(String),
    Update(String),
    Resolve(String),
    /// "Can't take it."
    Decline,
    /// Another severity, for a reason.
    Severity(&'static str, String),
    /// It goes on in another incident.
    Merge(u32),
    /// It was not over, for a reason.
    Reopen(String),
}

impl What {
    /// In one word.
    pub(crate) const fn word(&self) -> &'static str {
        match self {
            Self::Acknowledge => "acknowledge",
            Self::Page(..) => "page",
            Self::Note(_) => "note",
            Self::Update(_) => "update",
            Self::Resolve(_) => "resolve",
            Self::Decline => "decline",
            Self::Severity(..) => "severity",
            Self::Merge(_) => "merge",
            Self::Reopen(_) => "reopen",
        }
    }
}

/// How it ended for them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// The bot said yes.
    Done,
    /// The bot said something else.
    Refused(String),
    /// "The application did not respond": it may have happened or not, but not twice.
    Unanswered,
}

/// One thing somebody did to an incident.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Deed {
    pub(crate) person: String,
    pub(crate) incident: u32,
    pub(crate) what: What,
    pub(crate) began_ms: i64,
    pub(crate) ended_ms: i64,
    pub(crate) end: End,
}

/// A line that somebody wrote in a watched channel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Line {
    /// Its message.
    pub(crate) id: u64,
    /// The name of the alert it is, if somebody says that it is one.
    pub(crate) alert: String,
    /// The bot had shown before that it listens.
    pub(crate) certain: bool,
    /// What somebody answered: whether it is an incident, and how that ended.
    pub(crate) answer: Option<(bool, End)>,
}

/// What was heard of the heartbeat.
#[derive(Clone, Debug, Default)]
pub(crate) struct Beats {
    /// When the world began.
    pub(crate) since_ms: i64,
    /// When each that was answered with a 2xx left, and when its answer came.
    pub(crate) accepted: Vec<(i64, i64)>,
    /// Nothing more will be heard of it.
    pub(crate) over: bool,
    /// Since when it is not configured any more.
    pub(crate) forgotten: Option<i64>,
}

/// Everything.
#[derive(Clone, Debug, Default)]
pub(crate) struct Ledger {
    pub(crate) reports: Vec<Report>,
    pub(crate) deeds: Vec<Deed>,
    pub(crate) lines: Vec<Line>,
    pub(crate) beats: Beats,
    /// Words of posts that Discord refuses: the operators read of each.
    pub(crate) refused: Vec<String>,
    /// Words of posts that a person put aside for good.
    pub(crate) put_aside: Vec<String>,
    /// When the bot was started.
    pub(crate) starts: Vec<i64>,
    /// How long each end after SIGTERM took, in milliseconds.
    pub(crate) stops_ms: Vec<u64>,
    /// When the bot was killed or had stopped, and how that came.
    pub(crate) kills: Vec<(i64, String)>,
    /// What must not happen at all: a bot that ends by itself, an error that a person was shown.
    pub(crate) accidents: Vec<String>,
}

impl Ledger {
    /// How often the bot said yes to what.
    pub(crate) fn done(&self) -> BTreeMap<&'static str, usize> {
        let deeds = self.deeds.iter().filter(|deed| deed.end == End::Done).map(|deed| deed.what.word());
        let answers = self.lines.iter().filter_map(|line| match &line.answer {
            Some((is_one, End::Done)) => Some(if *is_one { "line is one" } else { "line is none" }),
            Some(_) | None => None,
        });
        let mut done = BTreeMap::new();
        deeds.chain(answers).for_each(|word| *done.entry(word).or_default() += 1);
        done
    }
}

/// The ledger as its writers share it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Shared(Arc<Mutex<Ledger>>);

impl Shared {
    pub(crate) fn open(&self) -> MutexGuard<'_, Ledger> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Now, in milliseconds since 1970: the sandbox dates messages by the same clock.
#[expect(clippy::disallowed_methods, reason = "the driver lives by the machine's clock")]
pub(crate) fn now_ms() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}
