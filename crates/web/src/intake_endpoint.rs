//! Purpose: `POST /intake/{integration}`, where senders hand in alerts.
//!
//! Order: who is it for, may they, read at most 1 MiB, parse, commit, 202. Nobody without a key makes us read a body,
//! and nothing is answered with 202 that is not committed.

use std::net::IpAddr;
use std::time::{Duration, Instant};

use axum::Json;
use axum::body::{Body, Bytes};
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures_util::StreamExt as _;
use intake::{BadBody, alertmanager, clean, json};
use serde_json::json;

use crate::front::{Answered, IntegrationKey, Kind, Unavailable};
use crate::visitor::Visitor;
use crate::{App, Front, answer, key};

/// Largest body we take, in bytes.
pub const BODY_BYTES: usize = 1024 * 1024;

/// How long a sender may take to send its body.
pub const READ_TIMEOUT: Duration = Duration::from_secs(30);

/// How much of a body that is too large is read and thrown away, in bytes: a sender that is still writing would not
/// see our answer. A larger one has its connection closed.
const DISCARDED_BYTES: usize = 8 * BODY_BYTES;

/// Longest unknown name in the log, in characters.
pub(crate) const LOGGED_NAME_CHARS: usize = 64;

/// Takes one body of alerts. 202 `{"accepted": n}` says that they are committed.
pub(crate) async fn take<F: Front>(
    State(app): State<App<F>>,
    integration: Result<Path<String>, PathRejection>,
    request: Request,
) -> Response {
    let name = integration.map(|Path(name)| name).unwrap_or_default();
    let client = app.client(request.extensions(), request.headers());
    let known = app.door.knows(client);
    let Some(integration) = app.front.integration(&name) else {
        app.front.answered(Answered { integration: None, status: StatusCode::NOT_FOUND.as_u16(), known });
        return unknown_integration(&app, client, &name);
    };
    let name = integration.name.clone();
    let answer = taken(&app, client, integration, request).await;
    app.front.answered(Answered { integration: Some(&name), status: answer.status().as_u16(), known });
    answer
}

async fn taken<F: Front>(app: &App<F>, client: IpAddr, integration: IntegrationKey, request: Request) -> Response {
    let (head, body) = request.into_parts();
    if !key::is_shown(&integration.key, &head.headers, &head.uri) {
        return wrong_key(app, client, &format!("integration {}", integration.name));
    }
    if let Some(visitor) = head.extensions.get::<Visitor>() {
        visitor.place.showed_a_key(client);
    }
    let body = match read_body(&head.headers, body, READ_TIMEOUT).await {
        Ok(body) => body,
        Err(reason) => return unread(&integration, &reason),
    };
    let intake::Parsed { reports, skipped, truncated: _ } = match parse(&integration, &head, &body) {
        Ok(parsed) => parsed,
        Err(bad) => return bad_body(&integration, &bad),
    };
    if reports.is_empty() {
        return accepted(0, skipped);
    }
    match app.front.accept(reports).await {
        Ok(committed) => {
            tracing::debug!(
                integration.name = %integration.name,
                journal.first = committed.first,
                "Accepted {} alerts from integration {}.",
                committed.count,
                integration.name
            );
            accepted(committed.count, skipped)
        }
        Err(unavailable) => try_again(&integration, &unavailable),
    }
}

/// Any method but POST.
pub(crate) async fn post_only<F: Front>(
    State(app): State<App<F>>,
    integration: Result<Path<String>, PathRejection>,
) -> Response {
    let integration = integration.ok().and_then(|Path(name)| app.front.integration(&name));
    app.front.answered(Answered {
        integration: integration.as_ref().map(|integration| &integration.name),
        status: StatusCode::METHOD_NOT_ALLOWED.as_u16(),
        known: false,
    });
    let refusal = answer::refusal(
        StatusCode::METHOD_NOT_ALLOWED,
        "Alerts are sent to this address with POST. There is nothing to read here.",
    );
    ([(header::ALLOW, "POST")], refusal).into_response()
}

fn parse(integration: &IntegrationKey, head: &Parts, body: &[u8]) -> Result<intake::Parsed, BadBody> {
    match &integration.kind {
        Kind::Alertmanager => alertmanager::parse(&integration.name, body),
        Kind::Json(mapping) => json::parse(&integration.name, mapping, body, &envelope(head)),
    }
}

/// Headers and parameters, for expressions. A header that is no text is left out.
fn envelope(head: &Parts) -> json::Envelope {
    let header = |(name, value): (&HeaderName, &HeaderValue)| Some((name.to_string(), value.to_str().ok()?.to_owned()));
    let query = axum::extract::Query::<Vec<(String, String)>>::try_from_uri(&head.uri).map(|query| query.0);
    json::Envelope { headers: head.headers.iter().filter_map(header).collect(), query: query.unwrap_or_default() }
}

/// Why a body was not read.
pub(crate) enum Unread {
    BrokenOff,
    TooLarge,
    TooSlow,
}

/// Reads the body whole, within `at_most`.
pub(crate) async fn read_body(headers: &HeaderMap, body: Body, at_most: Duration) -> Result<Bytes, Unread> {
    let announced = headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<usize>().ok());
    if announced.is_some_and(|length| length > DISCARDED_BYTES) {
        return Err(Unread::TooLarge);
    }
    let reading = async {
        let mut kept = Vec::with_capacity(announced.unwrap_or(0).min(BODY_BYTES));
        let mut seen_bytes: usize = 0;
        let mut chunks = body.into_data_stream();
        while let Some(chunk) = chunks.next().await {
            let chunk = chunk.map_err(|_| Unread::BrokenOff)?;
            seen_bytes = seen_bytes.saturating_add(chunk.len());
            if seen_bytes > DISCARDED_BYTES {
                break;
            }
            if seen_bytes <= BODY_BYTES {
                kept.extend_from_slice(&chunk);
            }
        }
        if seen_bytes > BODY_BYTES { Err(Unread::TooLarge) } else { Ok(Bytes::from(kept)) }
    };
    tokio::time::timeout(at_most, reading).await.unwrap_or(Err(Unread::TooSlow))
}

fn unread(integration: &IntegrationKey, reason: &Unread) -> Response {
    let (status, sentence) = match reason {
        Unread::BrokenOff => (StatusCode::BAD_REQUEST, "The body could not be read: the connection broke off."),
        Unread::TooLarge => (
            StatusCode::PAYLOAD_TOO_LARGE,
            "The body is larger than 1 MiB. Send fewer alerts at once (Alertmanager: max_alerts).",
        ),
        Unread::TooSlow => (StatusCode::REQUEST_TIMEOUT, "The body did not arrive within 30 seconds."),
    };
    tracing::warn!(
        integration.name = %integration.name,
        "A body for integration {} was refused. {sentence}",
        integration.name
    );
    answer::refusal(status, sentence)
}

/// What is kept, and how much of the body was no alert.
fn accepted(count: usize, skipped: u64) -> Response {
    let mut answer = json!({ "accepted": count });
    if skipped > 0 {
        answer["skipped"] = skipped.into();
    }
    (StatusCode::ACCEPTED, Json(answer)).into_response()
}

/// The names that exist are told to the operator only.
fn unknown_integration<F: Front>(app: &App<F>, client: IpAddr, name: &str) -> Response {
    let name = clean::line(name, LOGGED_NAME_CHARS);
    let what = format!("named the integration {name:?}, which is not configured");
    if app.strangers.wrong_name(client, what, Instant::now()) {
        let names: Vec<String> = app.front.integration_names().iter().map(ToString::to_string).collect();
        tracing::warn!(
            integration.known = names.join(", "),
            client.address = %client,
            "A request named the integration {name:?}, which is not configured."
        );
    }
    answer::refusal(
        StatusCode::NOT_FOUND,
        "There is no integration at this address. The log of the bot lists the configured ones.",
    )
}

/// Refuses a wrong key to `what`; after too many of one address with 429, and logged by address.
pub(crate) fn wrong_key<F: Front>(app: &App<F>, client: IpAddr, what: &str) -> Response {
    let said = format!("came to {what} with a wrong key or none");
    let verdict = app.strangers.wrong_key(client, app.door.limits().wrong_keys, said, Instant::now());
    if verdict.log {
        tracing::warn!(
            client.address = %client,
            "A request to {what} came with a wrong key or none and was refused."
        );
    }
    if let Some(wait) = verdict.wait {
        let seconds = wait.as_millis().div_ceil(1_000).max(1);
        let refusal = answer::refusal(
            StatusCode::TOO_MANY_REQUESTS,
            "Too many wrong keys came from this address within a minute. A request with the right key is taken at any time.",
        );
        return ([(header::RETRY_AFTER, seconds.to_string())], refusal).into_response();
    }
    let mut refusal = answer::refusal(
        StatusCode::UNAUTHORIZED,
        "The key is wrong or missing. Send it as a bearer token, as the password of basic authentication, or as ?key=.",
    );
    for challenge in ["Bearer realm=\"intake\"", "Basic realm=\"intake\", charset=\"UTF-8\""] {
        refusal.headers_mut().append(header::WWW_AUTHENTICATE, HeaderValue::from_static(challenge));
    }
    refusal
}

fn bad_body(integration: &IntegrationKey, bad: &BadBody) -> Response {
    let BadBody::NotJson { line, column, message } = bad;
    tracing::warn!(
        integration.name = %integration.name,
        "A body for integration {} was refused: it is not JSON.",
        integration.name
    );
    let sentence = format!("The body is not JSON: {message} at line {line}, column {column}.");
    (StatusCode::BAD_REQUEST, Json(json!({ "error": sentence, "line": line, "column": column }))).into_response()
}

fn try_again(integration: &IntegrationKey, unavailable: &Unavailable) -> Response {
    tracing::warn!(
        integration.name = %integration.name,
        "Alerts of integration {} could not be accepted and must be sent again: {}.",
        integration.name,
        unavailable.reason
    );
    answer::try_again("The alerts were not accepted", "them", unavailable)
}
