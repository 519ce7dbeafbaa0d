//! Purpose: what senders and people say becomes alert reports.
//!
//! One file per source. Nothing here does I/O, reads a clock or keeps state: bytes and lines go in, [`domain::AlertReport`]s
//! come out. Every text from outside passes through [`clean`] before it is put into a report, and what cannot be read is
//! handed on as an unmapped report: nothing accepted is ever dropped in silence.

pub mod alertmanager;
pub mod chat;
pub mod clean;
pub mod json;
mod key;
mod read;
mod unmapped;

pub use chat::{ChatLine, EmbedText};

use domain::AlertReport;

/// What one accepted body says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parsed {
    /// One report per alert, in the order of the body. Empty when the body lists no alerts.
    pub reports: Vec<AlertReport>,
    /// How many alerts the sender says it left out. The body of every report says so too.
    pub truncated: u64,
    /// How many parts of the body are no alerts, by the word of the configuration.
    pub skipped: u64,
}

/// Why a body could not be taken at all. A body that is JSON is always taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadBody {
    /// The bytes are not JSON. The message never quotes the body.
    #[error("the body is not JSON: {message} at line {line}, column {column}")]
    NotJson {
        /// Line of the mistake, from 1.
        line: usize,
        /// Column of the mistake in bytes, from 1; 0 when the line is empty.
        column: usize,
        /// What was expected there.
        message: String,
    },
}
