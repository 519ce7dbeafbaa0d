//! Purpose: HTTP. Senders hand in alerts, people press the link of a page, operators and load balancers ask how we are.
//!
//! Nothing is decided here: a request is checked, read by `intake` and given to the [`Front`]. Addresses are never
//! logged, because a sender's key or a person's link may be part of one. Answers are JSON and every refusal is
//! `{"error": "one sentence"}`, but for the pages of links and the metrics.

mod answer;
mod front;
mod health;
mod heartbeat_endpoint;
mod intake_endpoint;
mod key;
mod link;
mod metrics;
mod page;

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::{get, post};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

pub use front::{
    Accepted, Front, Health, HeartbeatKey, IntegrationKey, Kind, LinkPage, Metric, MetricKind, Part, Sample,
    Unavailable,
};
pub use intake_endpoint::{BODY_BYTES, READ_TIMEOUT};

/// How long running requests may go on after the shutdown began, unless the [`App`] says otherwise.
pub const SHUTDOWN_GRACE: Duration = Duration::from_secs(10);

/// What the handlers work with.
#[derive(Debug)]
pub struct App<F> {
    front: Arc<F>,
    shutdown_grace: Duration,
}

impl<F: Front> App<F> {
    /// An application in front of `front`.
    pub fn new(front: Arc<F>) -> Self {
        Self { front, shutdown_grace: SHUTDOWN_GRACE }
    }

    /// Replaces [`SHUTDOWN_GRACE`].
    #[must_use]
    pub fn with_shutdown_grace(self, shutdown_grace: Duration) -> Self {
        Self { shutdown_grace, ..self }
    }
}

impl<F> Clone for App<F> {
    fn clone(&self) -> Self {
        Self { front: Arc::clone(&self.front), shutdown_grace: self.shutdown_grace }
    }
}

/// All addresses we answer.
pub fn router<F: Front>(app: App<F>) -> Router {
    Router::new()
        .route("/intake/{integration}", post(intake_endpoint::take::<F>).fallback(intake_endpoint::post_only))
        .route("/heartbeat/{name}", heartbeat_endpoint::route())
        .route("/a/{token}", get(link::show::<F>).post(link::press::<F>).fallback(link::get_or_post))
        .route("/metrics", get(metrics::show::<F>).fallback(metrics::get_only))
        .route("/livez", get(health::live).fallback(health::get_only))
        .route("/readyz", get(health::ready::<F>).fallback(health::get_only))
        .fallback(nothing_here)
        .with_state(app)
}

/// Serves until `shutdown`; then takes no new connections and lets running requests end, for at most
/// [`SHUTDOWN_GRACE`].
///
/// # Errors
/// When the listener cannot be served.
pub async fn serve<F: Front>(listener: TcpListener, app: App<F>, shutdown: CancellationToken) -> std::io::Result<()> {
    let shutdown_grace = app.shutdown_grace;
    let server = axum::serve(listener, router(app)).with_graceful_shutdown(shutdown.clone().cancelled_owned());
    let patience = async {
        shutdown.cancelled().await;
        tokio::time::sleep(shutdown_grace).await;
    };
    tokio::select! {
        served = server.into_future() => served,
        () = patience => {
            tracing::warn!("Some HTTP requests did not end in time; their connections are closed.");
            Ok(())
        }
    }
}

async fn nothing_here() -> Response {
    answer::refusal(StatusCode::NOT_FOUND, "There is nothing at this address. Alerts go to POST /intake/{integration}.")
}
