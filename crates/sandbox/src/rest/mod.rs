//! Purpose: REST version 10: finds the route, checks token and limits, answers as Discord does.

pub(crate) mod channels;
pub(crate) mod commands;
pub(crate) mod guilds;
pub(crate) mod interactions;
pub(crate) mod messages;
pub(crate) mod routes;
pub(crate) mod threads;
pub(crate) mod users;
pub(crate) mod webhooks;

use std::{collections::HashMap, sync::Arc, time::Instant};

use axum::{
    body::{Body, Bytes},
    extract::{Extension, FromRequest, Multipart, State},
    http::{HeaderMap, HeaderName, HeaderValue, Request, Response, StatusCode, header},
};
use serde_json::{Value, json};

use crate::{
    clock,
    control::faults::{Act, Hit, When},
    error::{self, Refusal},
    hub::{Core, Hub},
    id::Id,
    limits::Standing,
    server::Line,
    validate::message::Upload,
};
use routes::{Auth, Route};

/// Largest request. Source: Discord docs, "Uploading Files".
const REQUEST_BYTES: usize = 25 * 1024 * 1024;

/// One REST call, ready for its handler.
pub(crate) struct Call {
    pub(crate) params: Vec<(&'static str, String)>,
    pub(crate) query: HashMap<String, String>,
    pub(crate) body: Value,
    pub(crate) files: Vec<Upload>,
    /// The bot that calls; only routes that need a token can rely on it.
    pub(crate) bot: Id,
    pub(crate) reason: Option<String>,
    pub(crate) gateway: String,
}

/// What a handler answers with.
pub(crate) enum Reply {
    Json(u16, Value),
    Empty,
}

pub(crate) type Answer = Result<Reply, Refusal>;

pub(crate) fn ok(body: Value) -> Answer {
    Ok(Reply::Json(200, body))
}

pub(crate) fn done() -> Answer {
    Ok(Reply::Empty)
}

impl Call {
    /// A part of the path, as written.
    pub(crate) fn text(&self, name: &str) -> &str {
        self.params.iter().find(|(key, _)| *key == name).map_or("", |(_, value)| value)
    }

    /// A part of the path as an id. Errors: Discord's form error for a malformed snowflake.
    pub(crate) fn id(&self, name: &str) -> Result<Id, Refusal> {
        self.text(name).parse().map_err(|_| {
            error::Problems::one(name, "NUMBER_TYPE_COERCE", format!("Value \"{}\" is not snowflake.", self.text(name)))
        })
    }

    pub(crate) fn flag(&self, name: &str) -> bool {
        self.query.get(name).is_some_and(|value| matches!(value.to_ascii_lowercase().as_str(), "1" | "true"))
    }

    /// A number of the query within bounds.
    pub(crate) fn number(&self, name: &str, default: u64, min: u64, max: u64) -> Result<usize, Refusal> {
        let Some(text) = self.query.get(name) else { return Ok(usize::try_from(default).unwrap_or(usize::MAX)) };
        match text.parse::<u64>() {
            Ok(number) if (min..=max).contains(&number) => Ok(usize::try_from(number).unwrap_or(usize::MAX)),
            Ok(number) if number < min => Err(error::Problems::one(
                name,
                "NUMBER_TYPE_MIN",
                format!("int value should be greater than or equal to {min}."),
            )),
            Ok(_) => Err(error::Problems::one(
                name,
                "NUMBER_TYPE_MAX",
                format!("int value should be less than or equal to {max}."),
            )),
            Err(_) => Err(error::Problems::one(name, "NUMBER_TYPE_COERCE", "Value is not int.")),
        }
    }

    pub(crate) fn snowflake(&self, name: &str) -> Result<Option<Id>, Refusal> {
        self.query
            .get(name)
            .map(|text| {
                text.parse().map_err(|_| {
                    error::Problems::one(name, "NUMBER_TYPE_COERCE", format!("Value \"{text}\" is not snowflake."))
                })
            })
            .transpose()
    }
}

/// `ANY /api/...`.
pub(crate) async fn serve(
    State(hub): State<Arc<Hub>>,
    Extension(line): Extension<Line>,
    request: Request<Body>,
) -> Response<Body> {
    let (started, arrived_us) = (Instant::now(), clock::wire_us());
    let (parts, body) = request.into_parts();
    let method = parts.method.as_str().to_owned();
    let path = parts.uri.path().to_owned();
    let inside = path.strip_prefix("/api").unwrap_or(&path);
    let inside = inside.strip_prefix("/v10").or_else(|| inside.strip_prefix("/v9")).unwrap_or(inside);
    let found = routes::find(&method, inside);
    let token = parts
        .headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.strip_prefix("Bot "))
        .map(str::to_owned);
    let bot = hub.look(|core| {
        token
            .as_deref()
            .and_then(|token| core.world.bot_by_token(token))
            .or_else(|| found.as_ref().ok().and_then(|(_, params)| caller_by_path(core, params)))
    });
    let template = found.as_ref().map_or("", |(route, _)| route.template);

    let reason = parts.headers.get("x-audit-log-reason").and_then(|value| value.to_str().ok()).map(percent_decode);
    let query = parts.uri.query().map(parse_query).unwrap_or_default();
    let form = read_body(Request::from_parts(parts, body)).await;
    let hit = hub.change(|core| {
        let name = bot.and_then(|bot| core.world.users.get(&bot)).map(|user| user.username.clone());
        core.faults.hit(&method, template, name.as_deref(), form.as_ref().ok().map(|(body, _)| body))
    });

    let (mut response, status) =
        match (hit.as_ref().filter(|hit| hit.at == When::Received).map(|hit| (hit, hit.act.clone())), found) {
            (Some((hit, act)), _) => match play(&hub, hit, act, bot, &method, template).await {
                Some(response) => response,
                None => return dropped(&line),
            },
            (None, Err(refusal)) => hub.change(|core| refuse(core, &refusal, None)),
            (None, Ok((route, params))) => {
                let call = form.map(|(body, files)| Call {
                    params,
                    query,
                    body,
                    files,
                    bot: bot.unwrap_or_default(),
                    reason,
                    gateway: hub.gateway.clone(),
                });
                hub.change(|core| run(core, route, call, bot))
            }
        };
    let bot_name = hub.change(|core| {
        let name = bot.and_then(|bot| core.world.users.get(&bot)).map(|user| user.username.clone());
        let ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
        let at = core.world.now_ms();
        core.log_call(json!({ "at": at, "arrived_us": arrived_us, "method": method, "route": template, "path": inside, "status": status, "ms": ms, "bot": name }));
        name
    });
    tracing::debug!(%method, route = template, status, bot = bot_name.as_deref().unwrap_or("-"), "REST call");
    if let Some(hit) = hit.filter(|hit| hit.at == When::Applied) {
        match play(&hub, &hit, hit.act.clone(), bot, &method, template).await {
            Some((other, _)) => response = other,
            None => return dropped(&line),
        }
    }
    response
}

/// The application whose interaction or webhook a path names: these calls carry no bot token.
fn caller_by_path(core: &Core, params: &[(&'static str, String)]) -> Option<Id> {
    let value = |name: &str| params.iter().find(|(key, _)| *key == name).map(|(_, value)| value.as_str());
    if let Some(interaction) = value("interaction_id") {
        return core.world.interactions.get(&interaction.parse().ok()?).map(|interaction| interaction.application_id);
    }
    value("webhook_id")?.parse().ok().filter(|id| core.world.is_bot(*id))
}

/// An answer that never leaves: the connection is closed instead.
fn dropped(line: &Line) -> Response<Body> {
    line.cut();
    Response::new(Body::empty())
}

/// Does what a fault says. Nothing means that the connection is to be dropped.
async fn play(
    hub: &Arc<Hub>,
    hit: &Hit,
    act: Act,
    bot: Option<Id>,
    method: &str,
    template: &str,
) -> Option<(Response<Body>, u16)> {
    match act {
        Act::Drop => None,
        Act::Hold => {
            let mut changed = hub.changed.subscribe();
            while !hub.look(|core| core.faults.released(hit.fault)) {
                tokio::select! {
                    () = hub.stop.cancelled() => break,
                    _ = changed.changed() => {}
                }
            }
            hub.change(|core| core.faults.finish(hit.fault));
            None
        }
        Act::Status { status, retry_after_s, scope } => Some(hub.change(|core| {
            let refusal = if status == 429 {
                Refusal::limited(0, retry_after_s, scope == "global", scope)
            } else {
                Refusal::new(
                    status,
                    0,
                    format!(
                        "{status}: {}",
                        StatusCode::from_u16(status)
                            .ok()
                            .and_then(|status| status.canonical_reason())
                            .unwrap_or("Error")
                    ),
                )
            };
            let standing = core
                .meter
                .take_bucket(
                    &bot.unwrap_or_default().to_string(),
                    method,
                    template,
                    "",
                    core.limits.bucket(method, template),
                )
                .0;
            refuse(core, &refusal, Some(&standing))
        })),
    }
}

/// Token, limits, handler: everything under one lock.
fn run(core: &mut Core, route: &Route, call: Result<Call, Refusal>, bot: Option<Id>) -> (Response<Body>, u16) {
    if core.broken {
        return refuse(core, &error::internal(), None);
    }
    if route.auth == Auth::Bot && bot.is_none() {
        return refuse(core, &error::unauthorized(), None);
    }
    let owner = bot.map_or_else(|| "nobody".to_owned(), |bot| bot.to_string());
    let major = call.as_ref().map(|call| routes::major(&call.params)).unwrap_or_default();
    let by_interaction = call.as_ref().is_ok_and(|call| caller_by_path(core, &call.params).is_some());
    let exempt = route.auth == Auth::Interaction || (route.auth == Auth::Webhook && by_interaction);
    let rate = if exempt { core.limits.other } else { core.limits.bucket(route.method, route.template) };
    if let Some(bot) = bot.filter(|_| !exempt) {
        let global = core.limits.global;
        if let Err(refusal) = core.meter.take_global(bot, global) {
            return refuse(core, &refusal, None);
        }
    }
    let (standing, allowed) = core.meter.take_bucket(&owner, route.method, route.template, &major, rate);
    if let Err(refusal) = allowed
        && !exempt
    {
        return refuse(core, &refusal, Some(&standing));
    }
    match call.and_then(|call| (route.handler)(core, call)) {
        Ok(Reply::Json(status, body)) => (respond(core, status, Some(&body), Some(&standing), None), status),
        Ok(Reply::Empty) => (respond(core, 204, None, Some(&standing), None), 204),
        Err(refusal) => refuse(core, &refusal, Some(&standing)),
    }
}

fn refuse(core: &Core, refusal: &Refusal, standing: Option<&Standing>) -> (Response<Body>, u16) {
    (respond(core, refusal.status, Some(&refusal.body()), standing, Some(refusal)), refusal.status)
}

fn respond(
    core: &Core,
    status: u16,
    body: Option<&Value>,
    standing: Option<&Standing>,
    refusal: Option<&Refusal>,
) -> Response<Body> {
    let mut response = Response::new(body.map_or_else(Body::empty, |body| Body::from(body.to_string())));
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let headers = response.headers_mut();
    if body.is_some() {
        // Exactly this: one client does not read JSON that names a character set.
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    }
    headers.insert(header::VIA, HeaderValue::from_static("1.1 google"));
    put(headers, header::DATE, &clock::http_date(core.world.now_ms()));
    if let Some(standing) = standing {
        put(headers, HeaderName::from_static("x-ratelimit-limit"), &standing.limit.to_string());
        put(headers, HeaderName::from_static("x-ratelimit-remaining"), &standing.remaining.to_string());
        put(headers, HeaderName::from_static("x-ratelimit-reset"), &format!("{:.3}", standing.reset_at_s));
        put(headers, HeaderName::from_static("x-ratelimit-reset-after"), &format!("{:.3}", standing.reset_after_s));
        put(headers, HeaderName::from_static("x-ratelimit-bucket"), &standing.bucket);
    }
    if let Some(wait) = refusal.and_then(|refusal| refusal.wait.as_ref()) {
        put(headers, header::RETRY_AFTER, &format!("{}", wait.retry_after_s.ceil()));
        put(headers, HeaderName::from_static("x-ratelimit-scope"), wait.scope);
        if wait.global {
            put(headers, HeaderName::from_static("x-ratelimit-global"), "true");
        }
    }
    response
}

fn put(headers: &mut HeaderMap, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(name, value);
    }
}

/// The JSON body and the files. `null` when there is no body.
async fn read_body(request: Request<Body>) -> Result<(Value, Vec<Upload>), Refusal> {
    let kind =
        request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("").to_owned();
    if kind.starts_with("multipart/form-data") {
        return read_multipart(request).await;
    }
    let bytes: Bytes =
        axum::body::to_bytes(request.into_body(), REQUEST_BYTES).await.map_err(|_| error::body_too_large())?;
    if bytes.is_empty() {
        return Ok((Value::Null, Vec::new()));
    }
    serde_json::from_slice(&bytes).map(|body| (body, Vec::new())).map_err(|_| error::bad_json())
}

async fn read_multipart(request: Request<Body>) -> Result<(Value, Vec<Upload>), Refusal> {
    let mut form = Multipart::from_request(request, &()).await.map_err(|_| error::bad_json())?;
    let (mut body, mut files, mut total) = (json!({}), Vec::new(), 0);
    while let Some(field) = form.next_field().await.map_err(|_| error::bad_json())? {
        let name = field.name().unwrap_or("").to_owned();
        let filename = field.file_name().map(str::to_owned);
        let kind = field.content_type().map(str::to_owned);
        let bytes = field.bytes().await.map_err(|_| error::bad_json())?;
        total += bytes.len();
        if total > REQUEST_BYTES {
            return Err(error::body_too_large());
        }
        if name == "payload_json" {
            body = serde_json::from_slice(&bytes).map_err(|_| error::bad_json())?;
        } else if let Some(filename) = filename {
            let digits: String = name.chars().filter(char::is_ascii_digit).collect();
            let number = digits.parse().unwrap_or(u64::try_from(files.len()).unwrap_or(0));
            let content_type = kind.unwrap_or_else(|| guess_type(&filename).to_owned());
            files.push(Upload { number, filename, content_type, bytes: bytes.to_vec() });
        } else if let (Value::Object(object), Ok(text)) = (&mut body, String::from_utf8(bytes.to_vec())) {
            object.entry(name).or_insert(Value::String(text));
        }
    }
    Ok((body, files))
}

fn guess_type(filename: &str) -> &'static str {
    match filename.rsplit_once('.').map(|(_, end)| end.to_ascii_lowercase()).as_deref() {
        Some("png") => "image/png",
        Some("jpg" | "jpeg") => "image/jpeg",
        Some("gif") => "image/gif",
        Some("webp") => "image/webp",
        Some("txt" | "log" | "md") => "text/plain; charset=utf-8",
        Some("json") => "application/json",
        Some("csv") => "text/csv; charset=utf-8",
        _ => "application/octet-stream",
    }
}

/// Reads a query string; the last of two equal names counts.
pub(crate) fn parse_query(query: &str) -> HashMap<String, String> {
    query
        .split('&')
        .filter(|part| !part.is_empty())
        .map(|part| {
            let (name, value) = part.split_once('=').unwrap_or((part, ""));
            (percent_decode(&name.replace('+', " ")), percent_decode(&value.replace('+', " ")))
        })
        .collect()
}

/// `%C3%A9` and the like as text; what is not valid stays as it is.
pub(crate) fn percent_decode(text: &str) -> String {
    percent_encoding::percent_decode_str(text).decode_utf8_lossy().into_owned()
}
