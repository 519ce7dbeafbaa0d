//! Purpose: HTTP. Senders hand in alerts, people press the link of a page, operators and load balancers ask how we are.
//!
//! Nothing is decided here: a request is checked, read by `intake` and given to the [`Front`]. What was asked
//! for (path and query) is never logged, because a sender's key or a person's link may be part of it. Answers are JSON and
//! every refusal is `{"error": "one sentence"}`, but for the pages of links and the metrics.

mod answer;
mod body;
mod door;
mod front;
mod health;
mod heartbeat_endpoint;
mod intake_endpoint;
mod key;
mod link;
mod metrics;
mod page;
mod serve;
mod strangers;
mod visitor;

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::http::{Extensions, HeaderMap, StatusCode};
use axum::response::Response;
use axum::routing::{any, get};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

pub use body::BODY_BYTES;
pub use door::{Door, DoorStats, Limits};
pub use front::{
    Accepted, Answered, Front, Health, HeartbeatKey, IntegrationKey, Kind, LinkPage, Metric, MetricKind, Part, Sample,
    Unavailable, Unusual,
};
pub use intake_endpoint::READ_TIMEOUT;
pub use key::{KeyUsed, SenderKeys};
pub use serve::listen;

/// How long running requests may go on after the shutdown began, unless the [`App`] says otherwise.
pub const SHUTDOWN_GRACE: Duration = Duration::from_secs(10);

/// What the handlers work with.
#[derive(Debug)]
pub struct App<F> {
    front: Arc<F>,
    shutdown_grace: Duration,
    door: Door,
    strangers: Arc<strangers::Strangers>,
    links_apart: bool,
}

impl<F: Front> App<F> {
    /// An application in front of `front`, with as many places as this process may open files.
    pub fn new(front: Arc<F>) -> Self {
        let door = Door::new(Limits::of_this_process());
        Self { front, shutdown_grace: SHUTDOWN_GRACE, door, strangers: Arc::default(), links_apart: false }
    }

    /// Replaces [`SHUTDOWN_GRACE`].
    #[must_use]
    pub fn with_shutdown_grace(self, shutdown_grace: Duration) -> Self {
        Self { shutdown_grace, ..self }
    }

    /// Replaces the places of the main address.
    #[must_use]
    pub fn with_door(self, door: Door) -> Self {
        Self { door, ..self }
    }

    /// Links are served by [`serve_links`] and not at the main address.
    #[must_use]
    pub fn with_links_apart(self) -> Self {
        Self { links_apart: true, ..self }
    }

    /// Whom a request comes from.
    pub(crate) fn client(&self, extensions: &Extensions, headers: &HeaderMap) -> IpAddr {
        let peer = extensions.get::<visitor::Visitor>().map(|visitor| visitor.peer);
        // Only a request that did not come over a connection of ours has no visitor.
        let peer = peer.unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED));
        visitor::client(peer, headers, |address| self.front.is_proxy(address))
    }
}

impl<F> Clone for App<F> {
    fn clone(&self) -> Self {
        Self {
            front: Arc::clone(&self.front),
            shutdown_grace: self.shutdown_grace,
            door: self.door.clone(),
            strangers: Arc::clone(&self.strangers),
            links_apart: self.links_apart,
        }
    }
}

/// All addresses we answer; without those of links if these are apart.
pub fn router<F: Front>(app: App<F>) -> Router {
    let links = if app.links_apart { Router::new() } else { links() };
    Router::new()
        .route("/intake/{integration}", any(intake_endpoint::take::<F>))
        .route("/heartbeat/{name}", heartbeat_endpoint::route())
        .merge(links)
        .route("/metrics", get(metrics::show::<F>).fallback(metrics::get_only))
        .route("/livez", get(health::live).fallback(health::get_only))
        .route("/readyz", get(health::ready::<F>).fallback(health::get_only))
        .fallback(nothing_here)
        .with_state(app)
}

/// What the address of links alone answers: links, and whether the process is up.
pub fn links_router<F: Front>(app: App<F>) -> Router {
    links().route("/livez", get(health::live).fallback(health::get_only)).fallback(no_link_here).with_state(app)
}

fn links<F: Front>() -> Router<App<F>> {
    Router::new().route("/a/{token}", get(link::show::<F>).post(link::press::<F>).fallback(link::get_or_post))
}

/// Serves until `shutdown`; then takes no new connections at once, lets requests that are being answered end, and closes
/// what has not ended after the grace of the [`App`]. When this returns, no handler runs any more.
///
/// # Errors
/// None today; a listener that cannot take a connection tries again.
pub async fn serve<F: Front>(listener: TcpListener, app: App<F>, shutdown: CancellationToken) -> std::io::Result<()> {
    let (door, router) = (app.door.clone(), router(app.clone()));
    serve::run(listener, app, door, router, shutdown).await;
    Ok(())
}

/// Serves links alone, with places of their own, as [`serve`] does the main address.
///
/// # Errors
/// As [`serve`].
pub async fn serve_links<F: Front>(
    listener: TcpListener,
    app: App<F>,
    door: Door,
    shutdown: CancellationToken,
) -> std::io::Result<()> {
    let router = links_router(app.clone());
    serve::run(listener, app, door, router, shutdown).await;
    Ok(())
}

async fn nothing_here() -> Response {
    answer::refusal(StatusCode::NOT_FOUND, "There is nothing at this address. Alerts go to POST /intake/{integration}.")
}

async fn no_link_here() -> Response {
    answer::refusal(
        StatusCode::NOT_FOUND,
        "There is nothing at this address. Open the link as it stands in the message.",
    )
}
