//! Purpose: what HTTP needs from the rest of the program.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use domain::mapping::JsonMapping;
use domain::setup::Grafana;
use domain::{AlertReport, IntegrationName, Timestamp};

use crate::key::SenderKeys;

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

    /// The heartbeat with this name, if it is configured.
    fn heartbeat(&self, name: &str) -> Option<HeartbeatKey>;

    /// A heartbeat was heard of. When this answers `Ok`, that is kept; the time is that of the next beat at the latest,
    /// none when it is no longer configured.
    fn beat(&self, name: &str) -> impl Future<Output = Result<Option<Timestamp>, Unavailable>> + Send;

    /// How we are.
    fn health(&self) -> impl Future<Output = Health> + Send;

    /// What the page of an acknowledge link says. Reading only: programs that preview links fetch it, too.
    fn link_page(&self, token: &str) -> impl Future<Output = LinkPage> + Send;

    /// The button of an acknowledge link was pressed; says what that did. People press twice: that must be as good as once.
    fn press_link(&self, token: &str) -> impl Future<Output = LinkPage> + Send;

    /// Whether this is the address of a proxy that the operator named: it hands on requests of others and says whose they are.
    fn is_proxy(&self, _address: IpAddr) -> bool {
        false
    }

    /// A request to the intake was answered.
    fn answered(&self, _answered: Answered<'_>) {}

    /// Parts of a body that is being taken became no alert, or could not be read.
    fn unusual(&self, _body: Unusual<'_>) {}

    /// What is measured.
    fn metrics(&self) -> impl Future<Output = Vec<Metric>> + Send;
}

/// A configured sender that speaks HTTP.
#[derive(Clone, Debug)]
pub struct IntegrationKey {
    /// Its name.
    pub name: IntegrationName,
    /// What it sends.
    pub kind: Kind,
    /// What it must show.
    pub key: SenderKeys,
}

/// Something that must keep happening, and what it must show.
#[derive(Clone, Debug)]
pub struct HeartbeatKey {
    /// Its name.
    pub name: String,
    /// What it must show; none lets everybody in.
    pub key: Option<SenderKeys>,
}

/// What a sender over HTTP sends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Alertmanager's webhook, version 4.
    Alertmanager,
    /// Grafana's webhook.
    Grafana(Grafana),
    /// JSON of any shape, read by expressions.
    Json(Arc<JsonMapping>),
}

/// What of a body is not an alert as it should be.
#[derive(Clone, Copy, Debug)]
pub struct Unusual<'a> {
    /// Whose it is.
    pub integration: &'a IntegrationName,
    /// How many parts of it are no alerts by the word of the configuration.
    pub skipped: u64,
    /// What the first of those said.
    pub skipped_texts: &'a [String],
    /// Titles of the reports that nobody could read.
    pub unmapped: &'a [&'a str],
}

/// A request to the intake, and its answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Answered<'a> {
    /// The integration it was for; none when no integration has the name.
    pub integration: Option<&'a IntegrationName>,
    /// The status of the answer: 202, or why it was refused.
    pub status: u16,
    /// Whether it came from an address that has delivered with a right key within a day.
    pub known: bool,
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

/// A page about one acknowledge link. All texts are final and in one language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkPage {
    /// The status of the answer: 200, 403, 404, 410 or 503.
    pub status: u16,
    /// The language of the texts: `en`.
    pub language: &'static str,
    /// The title: what this is about, or what happened.
    pub title: String,
    /// The text, one paragraph each.
    pub lines: Vec<String>,
    /// What is written on the button; without it there is nothing to press.
    pub button: Option<String>,
}

/// Something measured, with all its samples.
#[derive(Clone, Debug, PartialEq)]
pub struct Metric {
    /// Its name: `siaga_pages_total`.
    pub name: &'static str,
    /// What it counts and in which unit, as a sentence.
    pub help: &'static str,
    /// Whether it can fall.
    pub kind: MetricKind,
    /// Values by labels.
    pub samples: Vec<Sample>,
}

/// Labels and their value.
pub type Sample = (Vec<(&'static str, String)>, f64);

/// Whether a metric can fall.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MetricKind {
    /// It rises and falls.
    Gauge,
    /// It only rises, and begins anew when the process does.
    Counter,
}
