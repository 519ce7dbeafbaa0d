//! Purpose: what senders and people say becomes alert reports.
//!
//! One file per source. Nothing here does I/O, reads a clock or keeps state: bytes and lines go in, [`domain::AlertReport`]s
//! come out. Every text from outside passes through [`clean`] before it is put into a report, and what cannot be read is
//! handed on as an unmapped report: nothing accepted is ever dropped in silence.

pub mod alertmanager;
pub mod chat;
pub mod clean;
pub mod grafana;
pub mod json;
mod key;
mod markdown;
mod read;
mod unmapped;

pub use chat::{ChatLine, EmbedText};
pub use read::form;

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
    /// What the first of them said, with secrets taken out.
    pub skipped_texts: Vec<String>,
    /// Where the body stops being JSON. Its text is then the one report, unmapped: a sender that is told "no" drops the alert.
    pub not_json: Option<NotJson>,
}

/// Where a body stops being JSON. The message never quotes the body.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("it is not JSON: {message} at line {line}, column {column}")]
pub struct NotJson {
    /// Line of the mistake, from 1.
    pub line: usize,
    /// Column of the mistake in bytes, from 1; 0 when the line is empty.
    pub column: usize,
    /// What was expected there.
    pub message: String,
}
