//! Purpose: whether the process is up (`/livez`) and whether it can do its work (`/readyz`).

use axum::Json;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::{App, Front, answer};

/// The process is up; says nothing about its parts, so that a database that is down does not restart it.
pub(crate) async fn live() -> Response {
    ([(header::CACHE_CONTROL, "no-store")], Json(json!({ "alive": true }))).into_response()
}

/// Whether alerts can be accepted and handled, with the parts: 200 or 503.
pub(crate) async fn ready<F: Front>(State(app): State<App<F>>) -> Response {
    let health = app.front.health().await;
    let status = if health.ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    let body = json!({ "ready": health.ready, "parts": health.parts });
    (status, [(header::CACHE_CONTROL, "no-store")], Json(body)).into_response()
}

/// Any method but GET and HEAD.
pub(crate) async fn get_only() -> Response {
    let refusal = answer::refusal(StatusCode::METHOD_NOT_ALLOWED, "Health is read with GET.");
    ([(header::ALLOW, "GET, HEAD")], refusal).into_response()
}
