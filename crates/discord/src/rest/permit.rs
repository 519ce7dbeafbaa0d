//! Purpose: a reserved place: held while the caller writes "sent" to its database, then used once or given back.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use tokio::time::Instant;

use domain::Lane;

use super::answer::{self, Response};
use super::clock::unix_ms;
use super::failure::{Failure, Reason};
use super::gate::Shared;
use super::limits::{BucketKey, Verdict};
use super::route::{Route, RouteName, Target};
use super::wire::WireError;

/// A place in the request's bucket and in the governor. Use it soon: while it is held, others wait. Dropping it
/// gives the place back; dropping the future of [`Permit::send`] counts as an ambiguous failure.
#[must_use = "an unused permit holds a place that others wait for"]
pub struct Permit {
    shared: Arc<Shared>,
    route: Route,
    target: Target,
    reserved: BucketKey,
    phase: Phase,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    Held,
    Sending,
    Done,
}

/// What a request carries.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Body {
    /// Nothing (GET, DELETE, most PUT).
    #[default]
    Empty,
    /// A JSON document.
    Json(Value),
    /// A JSON document with files beside it, as multipart.
    Files {
        /// The document.
        json: Value,
        /// In the order in which the document counts them.
        files: Vec<File>,
    },
}

/// A file on its way.
#[derive(Clone, PartialEq, Eq)]
pub struct File {
    /// As people see it.
    pub name: String,
    /// Media type.
    pub kind: &'static str,
    /// What is in it.
    pub bytes: Vec<u8>,
}

/// Without the content, which would fill a log.
impl fmt::Debug for File {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("File").field("name", &self.name).field("bytes", &self.bytes.len()).finish_non_exhaustive()
    }
}

impl From<Value> for Body {
    fn from(json: Value) -> Self {
        Self::Json(json)
    }
}

impl Permit {
    pub(super) fn new(shared: Arc<Shared>, route: Route, target: Target, reserved: BucketKey) -> Self {
        Self { shared, route, target, reserved, phase: Phase::Held }
    }

    /// The route this permit is for.
    #[must_use]
    pub fn route(&self) -> RouteName {
        self.route.name()
    }

    /// Sends the request once, without any retry, within the client's time-out. `audit_reason` appears in the guild's
    /// audit log (cut at 512 encoded characters). Errors: see [`Failure`].
    pub async fn send(mut self, body: Body, audit_reason: Option<&str>) -> Result<Response, Failure> {
        let route = self.route.name();
        self.begin()?;
        let (sent_at, sent_ms) = (Instant::now(), unix_ms());
        tracing::trace!(target: "siaga::write_point", point = "rest:leaving", of = %route);
        let exchanged = self.shared.wire.exchange(&self.route, body, audit_reason).await;
        tracing::trace!(target: "siaga::write_point", point = "rest:answered", of = %route);
        let received_ms = unix_ms();
        let outcome = match exchanged {
            Ok(reply) => {
                let (heard, outcome) = answer::read(route, reply.status, &reply.headers, reply.body.as_deref());
                let mut state = self.shared.lock();
                if let Some(date) = reply.headers.get("date").and_then(|date| date.to_str().ok()) {
                    state.offset.learn(date, sent_ms, received_ms);
                }
                state.limits.learn(&self.reserved, &self.target, &heard, Instant::now());
                outcome
            }
            Err(WireError { written, reason }) => {
                self.shared.lock().limits.unheard(&self.reserved, written, Instant::now());
                Err(if written {
                    Failure::Ambiguous { route, status: None, reason }
                } else {
                    Failure::NotSent { route, retry_after: Duration::ZERO, reason }
                })
            }
        };
        self.shared.lock().counters.ended(route, &outcome);
        self.phase = Phase::Done;
        self.shared.pump();
        log(route, &outcome, sent_at.elapsed());
        outcome
    }

    /// The permit becomes a request, unless everything was stopped since it was given.
    fn begin(&mut self) -> Result<(), Failure> {
        let route = self.route.name();
        let now = Instant::now();
        let mut state = self.shared.lock();
        match state.limits.stop(Lane::Page, now) {
            None => {}
            Some(Verdict::Until(_, Reason::TokenRejected)) => {
                return Err(Failure::TokenRejected { route });
            }
            Some(Verdict::Until(at, reason)) => {
                let retry_after = at.saturating_duration_since(now);
                return Err(Failure::NotSent { route, retry_after, reason: format!("stopped meanwhile ({reason:?})") });
            }
            Some(Verdict::Go | Verdict::Held(..)) => {}
        }
        state.limits.sending(now);
        state.counters.started(route);
        drop(state);
        self.phase = Phase::Sending;
        Ok(())
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        let now = Instant::now();
        match self.phase {
            Phase::Held => self.shared.lock().limits.give_back(&self.reserved, now),
            Phase::Sending => {
                let mut state = self.shared.lock();
                state.limits.unheard(&self.reserved, true, now);
                state.counters.abandoned(self.route.name());
            }
            Phase::Done => return,
        }
        self.shared.pump();
    }
}

impl fmt::Debug for Permit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Permit").field("route", &self.route).field("phase", &self.phase).finish_non_exhaustive()
    }
}

fn log(route: RouteName, outcome: &Result<Response, Failure>, took: Duration) {
    let duration_ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
    match outcome {
        Ok(response) => {
            tracing::debug!(%route, status = response.status, duration_ms, "Discord answered {route}");
        }
        Err(Failure::TokenRejected { .. }) => {
            tracing::error!(%route, duration_ms, "Discord rejected the bot token; nothing more will be sent");
        }
        Err(failure) => tracing::debug!(%route, duration_ms, "{failure}"),
    }
}
