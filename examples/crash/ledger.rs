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

/// From when to when somebody waited for an answer, and how that ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Asked {
    pub(crate) began_ms: i64,
    pub(crate) ended_ms: i64,
    pub(crate) end: End,
}

/// Something that somebody began and that ends by itself: a silence, or being on call in another's place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Term {
    pub(crate) by: String,
    /// How it began.
    pub(crate) yes: Asked,
    /// When it ends by itself: not before, and not after. A proposal counts from when it was made, and not from the yes to it.
    pub(crate) until_ms: (i64, i64),
    /// It ends so long after somebody asked for it instead.
    pub(crate) longer: Vec<(Asked, i64)>,
    /// Somebody ended it.
    pub(crate) over: Option<Asked>,
}

impl Term {
    /// From when to when it may hold; none when it surely never does.
    pub(crate) fn may(&self) -> Option<(i64, i64)> {
        let began = !matches!(self.yes.end, End::Refused(_));
        began.then(|| (self.yes.began_ms, self.ends().1))
    }

    /// From when to when it holds for sure.
    pub(crate) fn surely(&self) -> Option<(i64, i64)> {
        (self.yes.end == End::Done).then(|| (self.yes.ended_ms, self.ends().0))
    }

    /// When it ends: not before, and not after.
    pub(crate) fn ends(&self) -> (i64, i64) {
        let (mut first, mut last) = self.until_ms;
        for (asked, more_ms) in &self.longer {
            match asked.end {
                End::Done => (first, last) = (asked.began_ms + more_ms, asked.ended_ms + more_ms),
                End::Unanswered => last = last.max(asked.ended_ms + more_ms),
                End::Refused(_) => {}
            }
        }
        match &self.over {
            Some(Asked { began_ms, ended_ms, end: End::Done }) => (first.min(*began_ms), last.min(*ended_ms)),
            Some(Asked { began_ms, end: End::Unanswered, .. }) => (first.min(*began_ms), last),
            Some(Asked { end: End::Refused(_), .. }) | None => (first, last),
        }
    }
}

/// A silence of all alerts of one service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Silence {
    pub(crate) number: u32,
    pub(crate) service: String,
    /// The worst that it holds back, as the checker ranks severities.
    pub(crate) worst: u8,
    pub(crate) term: Term,
}

/// Somebody was no member of the server (they left, or were banned), or took no direct messages, from when to when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Away {
    pub(crate) person: &'static str,
    pub(crate) left_ms: i64,
    /// None: they did not come back yet.
    pub(crate) back_ms: Option<i64>,
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
    pub(crate) silences: Vec<Silence>,
    /// Who was on call in another's place on the schedule that there is.
    pub(crate) overrides: Vec<Term>,
    pub(crate) away: Vec<Away>,
    /// How many of these were banned.
    pub(crate) banned: usize,
    /// Who took no direct messages: a mention still reaches them.
    pub(crate) closed: Vec<Away>,
    /// When the configuration was written anew and the bot told so.
    pub(crate) reloads: Vec<i64>,
    /// How many threads somebody closed.
    pub(crate) locked: usize,
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
        let terms = self.silences.iter().map(|silence| ("silence", &silence.term));
        let terms = terms.chain(self.overrides.iter().map(|term| ("override", term)));
        let terms = terms.filter(|(_, term)| term.yes.end == End::Done).map(|(word, _)| word);
        let away = self.away.iter().map(|_| "departure");
        let reloads = self.reloads.iter().map(|_| "reload");
        let closed = self.closed.iter().map(|_| "direct messages closed");
        let mut done = BTreeMap::from([("thread closed", self.locked), ("ban", self.banned)]);
        deeds
            .chain(answers)
            .chain(terms)
            .chain(away)
            .chain(closed)
            .chain(reloads)
            .for_each(|word| *done.entry(word).or_default() += 1);
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
