//! Purpose: what a rehearsal writes down before it makes something, so that whoever comes after a crash finds and deletes it.

use serde::{Deserialize, Serialize};

/// One line of what was made. Written before the request leaves, and again when its answer is there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "entry", rename_all = "snake_case")]
pub enum Entry {
    /// A rehearsal begins.
    Began {
        /// The server.
        guild: u64,
        /// What its channels have in their names.
        token: String,
        /// When, in milliseconds since 1970.
        at_ms: i64,
    },
    /// A channel or category is about to be made.
    MakingChannel,
    /// A message is about to be sent.
    Sending {
        /// Where to.
        channel: u64,
    },
    /// A channel, category or thread is there.
    Channel {
        /// Its id.
        id: u64,
    },
    /// A message is there.
    Message {
        /// Where.
        channel: u64,
        /// Its id.
        id: u64,
    },
}

/// Where entries are kept. What was noted is on the disk when it returns.
pub trait Ledger: Send + Sync + 'static {
    /// Writes an entry down. `Err` is a sentence; then nothing is made.
    ///
    /// # Errors
    /// When it cannot be written.
    fn note(&self, entry: &Entry) -> Result<(), String>;
}
