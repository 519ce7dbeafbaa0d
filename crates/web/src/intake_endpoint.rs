//! Purpose: `POST /intake/{integration}`, where senders hand in alerts.
//!
//! Order: who is it for, may they, read at most 16 MiB, parse, commit, 202. Nobody without a key makes us read a body,
//! nothing is answered with 202 that is not committed, and what nobody can read is committed as an unmapped alert.

use std::net::IpAddr;
use std::time::{Duration, Instant};

use axum::Json;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use intake::{alertmanager, clean, grafana, json};
use serde_json::json;

use crate::body::{self, BODY_BYTES, Unread};
use crate::front::{Answered, IntegrationKey, Kind, Unavailable, Unusual};
use crate::visitor::Visitor;
use crate::{App, Front, answer, key};

/// How long a sender may take to send its body.
pub const READ_TIMEOUT: Duration = Duration::from_secs(30);

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
    let integration = app.front.integration(&name);
    // Programs that preview links send GET and HEAD: neither says anything unless the configuration wants that.
    let takes_get = integration.as_ref().is_some_and(takes_get);
    if request.method() != Method::POST && !(takes_get && request.method() == Method::GET) {
        let integration = integration.as_ref().map(|integration| &integration.name);
        let status = StatusCode::METHOD_NOT_ALLOWED.as_u16();
        app.front.answered(Answered { integration, status, known: false });
        return wrong_method(takes_get);
    }
    let Some(integration) = integration else {
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
    if head.method == Method::GET {
        let body = body_of_address(&head);
        if body.is_empty() {
            return empty(&integration);
        }
        return decided(app, &integration, &head, &body).await;
    }
    let read = match body::read(&head.headers, body, BODY_BYTES, READ_TIMEOUT).await {
        Ok(body) => body.into_text(&head.headers).await,
        Err(reason) => Err(reason),
    };
    // Held until it is committed: a large body has the place of large bodies so long.
    let body = match read {
        Ok(body) => body,
        Err(reason) => return unread(&integration, &reason),
    };
    if body.bytes.trim_ascii().is_empty() {
        return empty(&integration);
    }
    decided(app, &integration, &head, &body.bytes).await
}

/// What a body becomes, committed.
async fn decided<F: Front>(app: &App<F>, integration: &IntegrationKey, head: &Parts, body: &[u8]) -> Response {
    let intake::Parsed { reports, skipped, skipped_texts, truncated: _, not_json } = parse(integration, head, body);
    let unmapped: Vec<&str> =
        reports.iter().filter(|report| report.unmapped.is_some()).map(|report| report.title.as_str()).collect();
    if skipped > 0 || !unmapped.is_empty() {
        let skipped_texts = &skipped_texts;
        app.front.unusual(Unusual { integration: &integration.name, skipped, skipped_texts, unmapped: &unmapped });
    }
    if let Some(mistake) = not_json {
        tracing::warn!(
            integration.name = %integration.name,
            "A body for integration {} is shown as an unmapped alert: {mistake}.",
            integration.name
        );
    }
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
        Err(unavailable) => try_again(integration, &unavailable),
    }
}

/// Whether the configuration says that a GET is an alert.
fn takes_get(integration: &IntegrationKey) -> bool {
    match &integration.kind {
        Kind::Alertmanager | Kind::Grafana(_) => false,
        Kind::Json(mapping) => mapping.takes_get,
    }
}

fn wrong_method(takes_get: bool) -> Response {
    let refusal = answer::refusal(
        StatusCode::METHOD_NOT_ALLOWED,
        "Alerts are sent to this address with POST. There is nothing to read here.",
    );
    ([(header::ALLOW, if takes_get { "GET, POST" } else { "POST" })], refusal).into_response()
}

/// The body of a GET: what stands in its address, without the key.
fn body_of_address(head: &Parts) -> Vec<u8> {
    let mut query = envelope(head).query;
    query.retain(|(name, _)| name != "key");
    if query.is_empty() { Vec::new() } else { intake::form(&query) }
}

fn parse(integration: &IntegrationKey, head: &Parts, body: &[u8]) -> intake::Parsed {
    match &integration.kind {
        Kind::Alertmanager => alertmanager::parse(&integration.name, body),
        Kind::Grafana(grafana) => grafana::parse(&integration.name, grafana, body),
        Kind::Json(mapping) => json::parse(&integration.name, mapping, body, &envelope(head)),
    }
}

/// Headers and parameters, for expressions. A header that is no text is left out.
fn envelope(head: &Parts) -> json::Envelope {
    let header = |(name, value): (&HeaderName, &HeaderValue)| Some((name.to_string(), value.to_str().ok()?.to_owned()));
    let query = axum::extract::Query::<Vec<(String, String)>>::try_from_uri(&head.uri).map(|query| query.0);
    json::Envelope { headers: head.headers.iter().filter_map(header).collect(), query: query.unwrap_or_default() }
}

/// It says nothing, so nothing is lost; a sender that is told so can be mended.
fn empty(integration: &IntegrationKey) -> Response {
    let sentence = "The body is empty.";
    tracing::warn!(integration.name = %integration.name, "A body for integration {} was refused. {sentence}", integration.name);
    answer::refusal(StatusCode::BAD_REQUEST, sentence)
}

fn unread(integration: &IntegrationKey, reason: &Unread) -> Response {
    let (status, sentence) = match reason {
        Unread::BrokenOff => (StatusCode::BAD_REQUEST, "The body could not be read: the connection broke off."),
        Unread::TooLarge => (
            StatusCode::PAYLOAD_TOO_LARGE,
            "The body is larger than 16 MiB. Send fewer alerts at once (Alertmanager: max_alerts).",
        ),
        Unread::TooSlow => (StatusCode::REQUEST_TIMEOUT, "The body did not arrive within 30 seconds."),
        Unread::Busy => {
            let (retry_after, reason) = (Duration::from_secs(1), "other large bodies are being taken".to_owned());
            return try_again(integration, &Unavailable { retry_after, reason });
        }
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

fn try_again(integration: &IntegrationKey, unavailable: &Unavailable) -> Response {
    tracing::warn!(
        integration.name = %integration.name,
        "Alerts of integration {} could not be accepted and must be sent again: {}.",
        integration.name,
        unavailable.reason
    );
    answer::try_again("The alerts were not accepted", "them", unavailable)
}
