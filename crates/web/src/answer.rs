//! Purpose: the shape of every answer.

use axum::Json;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::front::Unavailable;

/// A refusal with one sentence: `{"error": ".."}`.
pub(crate) fn refusal(status: StatusCode, sentence: &str) -> Response {
    (status, Json(json!({ "error": sentence }))).into_response()
}

/// 503 with the time to wait: `The alerts were not accepted: the database is busy. Send them again in 5 seconds.`
pub(crate) fn try_again(what: &str, it: &str, unavailable: &Unavailable) -> Response {
    // Rounded up: a sender that comes a moment too early is refused again.
    let seconds = unavailable.retry_after.as_millis().div_ceil(1_000).max(1);
    let unit = if seconds == 1 { "second" } else { "seconds" };
    let sentence = format!("{what}: {}. Send {it} again in {seconds} {unit}.", unavailable.reason);
    let refusal = refusal(StatusCode::SERVICE_UNAVAILABLE, &sentence);
    ([(header::RETRY_AFTER, seconds.to_string())], refusal).into_response()
}
