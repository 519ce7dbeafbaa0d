//! Purpose: `GET` and `POST /heartbeat/{name}`, where what must keep happening is heard of.
//!
//! A body is not looked at, with one exception: Alertmanager sends its always-firing `Watchdog` alert here as a webhook,
//! and when it says that this alert is resolved, that is the opposite of a beat.

use std::net::IpAddr;
use std::time::{Duration, Instant};

use axum::Json;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, Request, State};
use axum::http::{Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, get};
use intake::clean;
use serde::Deserialize;
use serde_json::json;

use crate::body::{self, BEAT_BYTES};
use crate::intake_endpoint::{LOGGED_NAME_CHARS, wrong_key};
use crate::visitor::Visitor;
use crate::{App, Front, answer, key};

/// How long a body may take. It is Alertmanager's webhook or nothing we look at, and a heartbeat may have no key, so anybody
/// may be sending it.
const READ_TIMEOUT: Duration = Duration::from_secs(10);

/// The address of one heartbeat. A `HEAD` is refused: who only looks whether there is something must not keep it alive.
pub(crate) fn route<F: Front>() -> MethodRouter<App<F>> {
    get(take::<F>).post(take::<F>).head(get_or_post).fallback(get_or_post)
}

async fn take<F: Front>(
    State(app): State<App<F>>,
    name: Result<Path<String>, PathRejection>,
    request: Request,
) -> Response {
    let name = name.map(|Path(name)| name).unwrap_or_default();
    let client = app.client(request.extensions(), request.headers());
    let Some(heartbeat) = app.front.heartbeat(&name) else { return unknown(&app, client, &name) };
    let (head, body) = request.into_parts();
    if heartbeat.key.as_ref().is_some_and(|expected| !key::is_shown(expected, &head.headers, &head.uri)) {
        return wrong_key(&app, client, &format!("heartbeat {}", heartbeat.name));
    }
    if heartbeat.key.is_some()
        && let Some(visitor) = head.extensions.get::<Visitor>()
    {
        visitor.place.showed_a_key(client);
    }
    if head.method == Method::POST {
        // A body that is too large, too slow or broken says nothing, but somebody is there.
        let body = body::read(&head.headers, body, BEAT_BYTES, READ_TIMEOUT).await;
        if body.is_ok_and(|body| says_resolved(&body.bytes)) {
            let sentence = "Alertmanager says that the alert is resolved; that is no beat.";
            return Json(json!({ "heartbeat": heartbeat.name, "ignored": sentence })).into_response();
        }
    }
    match app.front.beat(&heartbeat.name).await {
        Ok(Some(next)) => {
            let body = json!({ "heartbeat": heartbeat.name, "next_before": next.to_string() });
            ([(header::CACHE_CONTROL, "no-store")], Json(body)).into_response()
        }
        Ok(None) => unknown(&app, client, &name),
        Err(unavailable) => {
            tracing::error!(
                heartbeat.name = heartbeat.name,
                "A beat of {} could not be kept and must be sent again: {}.",
                heartbeat.name,
                unavailable.reason
            );
            answer::try_again("The beat was not kept", "it", &unavailable)
        }
    }
}

/// Whether a body is Alertmanager's webhook with the news that its alerts are resolved.
fn says_resolved(body: &[u8]) -> bool {
    #[derive(Deserialize)]
    struct Webhook {
        status: String,
        #[serde(rename = "alerts")]
        _alerts: Vec<serde::de::IgnoredAny>,
    }
    serde_json::from_slice::<Webhook>(body).is_ok_and(|webhook| webhook.status.eq_ignore_ascii_case("resolved"))
}

fn unknown<F: Front>(app: &App<F>, client: IpAddr, name: &str) -> Response {
    let name = clean::line(name, LOGGED_NAME_CHARS);
    let what = format!("named the heartbeat {name:?}, which is not configured");
    if app.strangers.wrong_name(client, what, Instant::now()) {
        tracing::warn!(client.address = %client, "A request named the heartbeat {name:?}, which is not configured.");
    }
    answer::refusal(
        StatusCode::NOT_FOUND,
        "No heartbeat has this name. [[heartbeats]] in the configuration lists them.",
    )
}

async fn get_or_post() -> Response {
    let refusal = answer::refusal(StatusCode::METHOD_NOT_ALLOWED, "A heartbeat is sent with GET or POST.");
    ([(header::ALLOW, "GET, POST")], refusal).into_response()
}
