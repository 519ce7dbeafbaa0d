//! Purpose: the only SQL. Journal, timeline, alerts, timers, outbox and what Discord gave us.
//!
//! One writer connection, a few readers. Every statement is a named constant in the file that uses it; bulk rows travel as
//! one JSON parameter (those of every report as plain values), so a batch costs few statements whatever its size.

mod alerts;
mod asked;
mod backup;
mod batch;
mod bodies;
#[cfg(feature = "broken")]
pub mod broken;
mod bulk;
mod chat;
mod clock;
mod decided;
mod dialect;
mod fault;
mod gather;
mod heartbeats;
mod journal;
mod letters;
mod old_posts;
mod open;
mod outbox;
mod people;
pub mod private;
mod reads;
mod record;
mod search;
mod similar;
#[cfg(feature = "slow-commits")]
pub mod slow;
mod stats;
mod storms;
mod values;
mod vitals;
mod write_point;
mod writer;

pub use alerts::{AlertRow, FiringAlert, ReportedAlert, SilencedCount};
pub use asked::Asked;
pub use backup::BackupError;
pub use batch::{Batch, IncidentRow, JournalMark};
pub use bodies::{BODIES_KEPT, BodyKind, BodyRow};
pub use chat::{ChatLineRow, ToldLine};
pub use clock::ClockChange;
pub use decided::{DecidedReport, HeardAlert};
pub use heartbeats::HeartbeatRow;
pub use journal::{Entry, JournalRow};
pub use letters::{Letter, LetterState};
pub use open::{Held, OpenError, Store};
pub use outbox::{Attempt, Filed, ObjectRow, OutboxCounts, OutboxRow, OutboxState, Waiting};
pub use people::Changed;
pub use reads::{IncidentLine, JournalOutcome, ListFilter, Resume};
pub use record::{ActionRow, Record, RuleCheck};
pub use search::Found;
pub use similar::{Probe, Similar};
pub use stats::{DetectionLine, OpenAction, PostmortemDue, RuleLine, Stats};
pub use storms::{StormIncident, StormResume};
pub use vitals::Vitals;
pub(crate) use write_point::write_point;

/// The database said no, or could not be reached.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// From the driver.
    #[error("database: {0}")]
    Database(#[from] sqlx::Error),
    /// A stored JSON text could not be read: written by a newer version, or damaged.
    #[error("stored {what} {id} cannot be read: {source}")]
    Unreadable {
        /// Table.
        what: &'static str,
        /// Key of the row.
        id: String,
        /// Why.
        source: serde_json::Error,
    },
    /// A value could not be written as JSON.
    #[error("cannot write as JSON: {0}")]
    Encode(serde_json::Error),
}

/// Result of the store.
pub type Result<T> = std::result::Result<T, StoreError>;

/// A transaction that writes takes the lock at its beginning: one that takes it later can be refused half-way.
const BEGIN: &str = "BEGIN IMMEDIATE";

/// Version written beside every stored event and effect.
pub const STORED_VERSION: i64 = 1;

fn millis(at: domain::Timestamp) -> i64 {
    at.as_millisecond()
}

/// The first millisecond that is not before `at`. A timer that is taken a part of a millisecond early would find that it is
/// not due yet, and would be gone.
fn millis_after(at: domain::Timestamp) -> i64 {
    let millis = at.as_millisecond();
    if instant(millis) < at { millis + 1 } else { millis }
}

fn instant(millis: i64) -> domain::Timestamp {
    domain::Timestamp::from_millisecond(millis).unwrap_or(domain::Timestamp::UNIX_EPOCH)
}

fn encode(value: &impl serde::Serialize) -> Result<String> {
    serde_json::to_string(value).map_err(StoreError::Encode)
}

/// Reads what [`dialect::list`] or [`dialect::pairs`] made.
fn listed<T: serde::de::DeserializeOwned>(what: &'static str, text: &str) -> Result<Vec<T>> {
    serde_json::from_str(text).map_err(|source| StoreError::Unreadable { what, id: "list".to_owned(), source })
}

/// Discord's ids are unsigned 64-bit numbers below 2^63; the database has signed ones.
fn signed(id: u64) -> i64 {
    i64::try_from(id).unwrap_or(i64::MAX)
}

fn unsigned(id: i64) -> u64 {
    u64::try_from(id).unwrap_or_default()
}
