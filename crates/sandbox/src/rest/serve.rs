//! Purpose: one REST call from its arrival to its answer: faults, token, limits, handler, headers, log.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Instant,
};

use axum::{
    body::Body,
    extract::{Extension, State},
    http::{HeaderMap, HeaderName, HeaderValue, Request, Response, StatusCode, header},
};
use serde_json::{Value, json};

use super::{
    Answer, Call, Reply, body, parse_query, percent_decode,
    routes::{self, Auth, Params, Route},
};
use crate::{
    clock,
    control::{
        faults::{Act, Hit, Instead, Seen, When},
        trouble::Place,
    },
    error::{self, Refusal},
    hub::{Core, Hub},
    id::Id,
    meter::Standing,
    server::Line,
    validate::message::Upload,
};

/// `ANY /api/...`.
pub(crate) async fn serve(
    State(hub): State<Arc<Hub>>,
    Extension(line): Extension<Line>,
    request: Request<Body>,
) -> Response<Body> {
    let asked = Asked::read(request).await;
    let taken = hub.change(|core| match asked.hit(core) {
        Some(hit) if hit.at == When::Received => {
            core.trouble_of(&hit, &asked);
            Err(hit)
        }
        hit => Ok((run(core, &asked), hit)),
    });
    let ((mut response, _), hit) = match taken {
        Ok(taken) => taken,
        Err(hit) => match play(&hub, &hit, &asked, &line).await {
            Played::GoOn => (hub.change(|core| run(core, &asked)), None),
            Played::Answer(answer) => (hub.change(|core| core.answer_instead(&answer, &asked)), None),
            Played::Nothing => return dropped(&line),
        },
    };
    if let Some(hit) = hit {
        hub.change(|core| core.trouble_of(&hit, &asked));
        match play(&hub, &hit, &asked, &line).await {
            Played::GoOn => {}
            Played::Answer(answer) => (response, _) = hub.change(|core| core.answer_instead(&answer, &asked)),
            Played::Nothing => return dropped(&line),
        }
    }
    response
}

/// Body and files of a call, or why they cannot be read.
type Form = Result<(Value, Vec<Upload>), Refusal>;

/// A call as it arrived.
struct Asked {
    started: Instant,
    arrived_us: u64,
    method: String,
    /// The path without `/api` and version.
    path: String,
    found: Result<(&'static Route, Params), Refusal>,
    token: Option<String>,
    reason: Option<String>,
    query: HashMap<String, String>,
    /// Taken by the handler.
    form: Mutex<Option<Form>>,
}

impl Asked {
    async fn read(request: Request<Body>) -> Self {
        let (started, arrived_us) = (Instant::now(), clock::wire_us());
        let (parts, body) = request.into_parts();
        let method = parts.method.as_str().to_owned();
        let whole = parts.uri.path();
        let inside = whole.strip_prefix("/api").unwrap_or(whole);
        let path = inside.strip_prefix("/v10").or_else(|| inside.strip_prefix("/v9")).unwrap_or(inside).to_owned();
        let text = |name: &str| parts.headers.get(name).and_then(|value| value.to_str().ok());
        let token = text("authorization").and_then(|value| value.strip_prefix("Bot ")).map(str::to_owned);
        let reason = text("x-audit-log-reason").map(percent_decode);
        let query = parts.uri.query().map(parse_query).unwrap_or_default();
        let found = routes::find(&method, &path);
        let form = body::read(Request::from_parts(parts, body)).await;
        Self { started, arrived_us, method, path, found, token, reason, query, form: Mutex::new(Some(form)) }
    }

    fn template(&self) -> &'static str {
        self.found.as_ref().map_or("", |(route, _)| route.template)
    }

    fn form<R>(&self, act: impl FnOnce(&mut Option<Form>) -> R) -> R {
        act(&mut self.form.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// The bot that calls, by its token or by the interaction or webhook that the path names.
    fn bot(&self, core: &Core) -> Option<Id> {
        let by_token = self.token.as_deref().and_then(|token| core.world.bot_by_token(token));
        by_token.or_else(|| self.found.as_ref().ok().and_then(|(_, params)| caller_by_path(core, params)))
    }

    /// The fault that this call runs into, if any.
    fn hit(&self, core: &mut Core) -> Option<Hit> {
        if core.faults.is_empty() {
            return None;
        }
        let name = self.bot(core).and_then(|bot| core.world.users.get(&bot)).map(|user| user.username.clone());
        self.form(|form| {
            let (body, files) = match form {
                Some(Ok((body, files))) => (Some(&*body), !files.is_empty()),
                Some(Err(_)) | None => (None, false),
            };
            core.faults.hit(&Seen { method: &self.method, route: self.template(), bot: name.as_deref(), body, files })
        })
    }
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

/// What a fault makes of a call.
enum Played {
    GoOn,
    /// This answer instead of the real one.
    Answer(Instead),
    /// No answer at all.
    Nothing,
}

/// Does what a fault says.
async fn play(hub: &Arc<Hub>, hit: &Hit, asked: &Asked, line: &Line) -> Played {
    match &hit.act {
        Act::Drop => {
            hub.change(|core| core.log_call(asked, 0, None));
            Played::Nothing
        }
        Act::Hold => {
            let mut changed = hub.changed.subscribe();
            while !hub.look(|core| core.faults.released(hit.fault)) {
                tokio::select! {
                    () = hub.stop.cancelled() => break,
                    _ = changed.changed() => {}
                }
            }
            hub.change(|core| {
                core.log_call(asked, 0, None);
                core.faults.finish(hit.fault);
            });
            Played::Nothing
        }
        Act::Delay(how_long) => {
            tokio::select! {
                () = hub.stop.cancelled() => {}
                () = tokio::time::sleep(*how_long) => {}
            }
            Played::GoOn
        }
        Act::Answer(instead) => Played::Answer(instead.clone()),
        Act::Signal(signal) if hit.at == When::Answered => {
            line.after_answer(*signal);
            Played::GoOn
        }
        Act::Signal(signal) => {
            signal.send();
            Played::GoOn
        }
        Act::Trouble(_) => Played::GoOn,
    }
}

/// Token, limits, handler: everything under one lock, and the call's line in the log.
fn run(core: &mut Core, asked: &Asked) -> Answered {
    let bot = asked.bot(core);
    let form = asked.form(Option::take).unwrap_or_else(|| Ok((Value::Null, Vec::new())));
    let sent = form.as_ref().ok().map(|(body, _)| body.to_string());
    let (reply, standing) = decide(core, asked, bot, form);
    if let Some(bot) = bot
        && let Err(refusal) = &reply
    {
        core.count_invalid(bot, refusal);
    }
    let answered = match &reply {
        Ok(Reply::Json(status, body)) => respond(core, *status, Some(body.to_string()), standing.as_ref(), None),
        Ok(Reply::Empty) => respond(core, 204, None, standing.as_ref(), None),
        Err(refusal) => refuse(core, refusal, standing.as_ref()),
    };
    core.log_call(asked, answered.0.status().as_u16(), Some((sent.unwrap_or_default(), answered.1.clone())));
    answered
}

fn decide(core: &mut Core, asked: &Asked, bot: Option<Id>, form: Form) -> (Answer, Option<Standing>) {
    let (route, params) = match &asked.found {
        Ok(found) => found,
        Err(refusal) => return (Err(refusal.clone()), None),
    };
    if core.broken {
        return (Err(error::internal()), None);
    }
    if route.auth == Auth::Bot && bot.is_none() {
        return (Err(error::unauthorized()), None);
    }
    if let Some(banned) = bot.and_then(|bot| core.meter.banned(bot)) {
        return (Err(banned), None);
    }
    let owner = bot.map_or_else(|| "nobody".to_owned(), |bot| bot.to_string());
    let by_interaction =
        matches!(route.auth, Auth::Interaction | Auth::Webhook) && caller_by_path(core, params).is_some();
    let exempt = route.auth == Auth::Interaction || by_interaction;
    let rate = if exempt { core.limits.other } else { core.limits.bucket(route.method, route.template) };
    if let Some(bot) = bot.filter(|_| !exempt) {
        let global = core.limits.global;
        if let Err(refusal) = core.meter.take_global(bot, global) {
            return (Err(refusal), None);
        }
    }
    let major = routes::major(params);
    let (standing, allowed) = core.meter.take_bucket(&owner, route.method, route.template, &major, rate);
    if let Err(refusal) = allowed
        && !exempt
    {
        return (Err(refusal), Some(standing));
    }
    let reply = form.and_then(|(body, files)| {
        let call = Call {
            params: params.clone(),
            query: asked.query.clone(),
            body,
            files,
            bot: bot.unwrap_or_default(),
            reason: asked.reason.clone(),
            gateway: core.gateway.clone(),
        };
        (route.handler)(core, call)
    });
    (reply, Some(standing))
}

impl Core {
    /// Counts a refusal against the bot's invalid requests. Source: Discord docs, "Invalid Request Limit".
    fn count_invalid(&mut self, bot: Id, refusal: &Refusal) {
        let shared = refusal.wait.as_ref().is_some_and(|wait| wait.scope == "shared");
        if matches!(refusal.status, 401 | 403 | 429) && !shared && !refusal.html {
            let (rate, ban) = (self.limits.invalid_requests, self.limits.ban);
            self.meter.count_invalid(bot, rate, ban);
        }
    }

    /// The answer of a fault.
    fn answer_instead(&mut self, instead: &Instead, asked: &Asked) -> Answered {
        let refusal = instead.refusal();
        let owner = self.bot_name_or_nobody(asked);
        let (method, template) = (asked.method.as_str(), asked.template());
        let rate = self.limits.bucket(method, template);
        let standing = self.meter.take_bucket(&owner, method, template, "", rate).0;
        let answered = refuse(self, &refusal, Some(&standing));
        self.log_call(asked, refusal.status, Some((String::new(), answered.1.clone())));
        answered
    }

    /// The trouble that a fault brings, if it is one.
    fn trouble_of(&mut self, hit: &Hit, asked: &Asked) {
        let Act::Trouble(trouble) = &hit.act else { return };
        let params = asked.found.as_ref().map(|(_, params)| params.as_slice()).unwrap_or_default();
        let value = |name: &str| params.iter().find(|(key, _)| *key == name).map(|(_, value)| value.as_str());
        let place = Place { channel: value("channel_id"), message: value("message_id") };
        if let Err(denied) = self.make_trouble(trouble, place) {
            tracing::warn!(fault = hit.fault, reason = denied.1, "A fault could not do what was ordered");
            self.faults.failed(hit.fault, denied.1);
        }
    }

    fn bot_name_or_nobody(&self, asked: &Asked) -> String {
        asked.bot(self).map_or_else(|| "nobody".to_owned(), |bot| bot.to_string())
    }

    /// Writes down a call, with what was sent and answered when it is known. Status 0: it got no answer.
    fn log_call(&mut self, asked: &Asked, status: u16, bodies: Option<(String, String)>) {
        let name = asked.bot(self).and_then(|bot| self.world.users.get(&bot)).map(|user| user.username.clone());
        tracing::debug!(
            method = asked.method,
            route = asked.template(),
            status,
            bot = name.as_deref().unwrap_or("-"),
            "REST call"
        );
        let ms = u64::try_from(asked.started.elapsed().as_millis()).unwrap_or(u64::MAX);
        let line = json!({
            "at": self.world.now_ms(), "arrived_us": asked.arrived_us, "method": asked.method, "route": asked.template(),
            "path": asked.path, "status": status, "ms": ms, "bot": name,
        });
        let seq = self.tell_page("call", line.clone());
        let (request, answer) = bodies.unwrap_or_default();
        let kept = self.limits.kept;
        self.calls.add(seq, line, request, answer, kept);
    }
}

/// A response, and its body as text.
type Answered = (Response<Body>, String);

fn refuse(core: &Core, refusal: &Refusal, standing: Option<&Standing>) -> Answered {
    let text = if refusal.html { refusal.message.clone() } else { refusal.body().to_string() };
    respond(core, refusal.status, Some(text), standing, Some(refusal))
}

fn respond(
    core: &Core,
    status: u16,
    text: Option<String>,
    standing: Option<&Standing>,
    refusal: Option<&Refusal>,
) -> Answered {
    // A proxy's page knows neither Discord's headers nor its JSON.
    let html = refusal.is_some_and(|refusal| refusal.html);
    let text = text.unwrap_or_default();
    let mut response = Response::new(Body::from(text.clone()));
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let headers = response.headers_mut();
    if html {
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=UTF-8"));
    } else if status != 204 {
        // Exactly this: one client does not read JSON that names a character set.
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    }
    if !html {
        headers.insert(header::VIA, HeaderValue::from_static("1.1 google"));
    }
    put(headers, header::DATE, &clock::http_date(core.world.now_ms()));
    if let Some(standing) = standing.filter(|_| !html) {
        put(headers, HeaderName::from_static("x-ratelimit-limit"), &standing.limit.to_string());
        put(headers, HeaderName::from_static("x-ratelimit-remaining"), &standing.remaining.to_string());
        put(headers, HeaderName::from_static("x-ratelimit-reset"), &format!("{:.3}", standing.reset_at_s));
        put(headers, HeaderName::from_static("x-ratelimit-reset-after"), &format!("{:.3}", standing.reset_after_s));
        put(headers, HeaderName::from_static("x-ratelimit-bucket"), &standing.bucket);
    }
    if let Some(wait) = refusal.and_then(|refusal| refusal.wait.as_ref()) {
        put(headers, header::RETRY_AFTER, &format!("{}", wait.retry_after_s.ceil()));
        if !html {
            put(headers, HeaderName::from_static("x-ratelimit-scope"), wait.scope);
        }
        if wait.global && !html {
            put(headers, HeaderName::from_static("x-ratelimit-global"), "true");
        }
    }
    (response, text)
}

fn put(headers: &mut HeaderMap, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(name, value);
    }
}
