//! Purpose: what HTTP needs from the rest of the program.

use std::time::Duration;

use domain::{AlertReport, IntegrationName};
use secrecy::SecretString;

/// The way in: knows the configured integrations, accepts reports, tells how we are.
pub trait Front: Send + Sync + 'static {
    /// The integration with this name, if it is configured and speaks HTTP.
    fn integration(&self, name: &str) -> Option<IntegrationKey>;

    /// Names of all integrations that speak HTTP; only logged, to help an operator who mistyped an address.
    fn integration_names(&self) -> Vec<IntegrationName> {
        Vec::new()
    }

    /// Accepts reports. When this answers `Ok`, they are committed.
    fn accept(&self, reports: Vec<AlertReport>) -> impl Future<Output = Result<Accepted, Unavailable>> + Send;

    /// How we are.
    fn health(&self) -> impl Future<Output = Health> + Send;
}

/// A configured sender that speaks HTTP.
#[derive(Clone, Debug)]
pub struct IntegrationKey {
    /// Its name.
    pub name: IntegrationName,
    /// What it sends.
    pub kind: Kind,
    /// What it must show. An empty key lets nobody in.
    pub key: SecretString,
}

/// What a sender over HTTP sends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Alertmanager's webhook, version 4.
    Alertmanager,
}

/// Where accepted reports are in the journal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Accepted {
    /// Journal number of the first report.
    pub first: i64,
    /// How many were accepted.
    pub count: usize,
}

/// Reports could not be accepted; the sender should try again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unavailable {
    /// How long the sender should wait.
    pub retry_after: Duration,
    /// Why, as a phrase for the sender's log: `the database is busy`.
    pub reason: String,
}

/// How we are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Health {
    /// Whether alerts can be accepted and handled.
    pub ready: bool,
    /// The parts it is made of.
    pub parts: Vec<Part>,
}

/// How one part is.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Part {
    /// Its name: `database`.
    pub name: String,
    /// Whether it works.
    pub ok: bool,
    /// One sentence for people.
    pub sentence: String,
}
