//! Purpose: how a JSON payload of any shape becomes alerts: one expression for each part, as the configuration has them.

use std::collections::BTreeMap;

use crate::setup::{KeyPlace, SourceRef};

/// An expression (Jinja's, as minijinja reads them) over a payload. The `config` crate has proven its syntax.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expression {
    /// As written.
    pub text: String,
    /// Where it stands.
    pub source: SourceRef,
}

/// What of a payload is what of an alert.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JsonMapping {
    /// Where the sender's key is: one place, or two while the key is changed.
    pub keys: Vec<KeyPlace>,
    /// Whether a GET is taken, too: what stands in the address is then the body.
    pub takes_get: bool,
    /// The list of which each item is an alert; the payload is one alert if absent.
    pub each: Option<Expression>,
    /// Whether it is an alert at all.
    pub when: Option<Expression>,
    /// Which alert it is.
    pub dedup_key: Expression,
    /// One line a person reads first.
    pub title: Expression,
    /// Firing or resolved; firing if absent.
    pub status: Option<Expression>,
    /// Label `severity`.
    pub severity: Option<Expression>,
    /// Label `service`.
    pub service: Option<Expression>,
    /// Longer text.
    pub description: Option<Expression>,
    /// The measured value.
    pub value: Option<Expression>,
    /// Link to the alert at its sender.
    pub url: Option<Expression>,
    /// Address of the runbook.
    pub runbook_url: Option<Expression>,
    /// When the condition began.
    pub starts_at: Option<Expression>,
    /// Whether nobody will tell its end; its sender tells it if absent.
    pub notice: Option<Expression>,
    /// Further labels.
    pub labels: BTreeMap<String, Expression>,
}
