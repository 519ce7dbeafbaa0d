//! Purpose: the ledger: what was answered with a 2xx and what people did, written down by the driver alone.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

/// A change of an alert that was reported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Report {
    /// Its name; no other alert has it.
    pub(crate) alert: String,
    /// Whether it fires from now on.
    pub(crate) firing: bool,
    /// Whether a 2xx came back. Without one it may be there or not, but not twice.
    pub(crate) accepted: bool,
}

/// What somebody did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum What {
    Acknowledge,
    Note(String),
    Update(String),
    Resolve(String),
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

/// Everything.
#[derive(Clone, Debug, Default)]
pub(crate) struct Ledger {
    pub(crate) reports: Vec<Report>,
    pub(crate) deeds: Vec<Deed>,
    /// When the bot was killed, and how that came.
    pub(crate) kills: Vec<(i64, String)>,
    /// What must not happen at all: a bot that ends by itself, an error that a person was shown.
    pub(crate) accidents: Vec<String>,
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
