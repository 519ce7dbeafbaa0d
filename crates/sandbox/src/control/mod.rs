//! Purpose: the control API under `/control`: what the chat page and tests see and do. JSON, loopback only.

pub(crate) mod calls;
pub(crate) mod conduct;
pub(crate) mod events;
pub(crate) mod faults;
pub(crate) mod people;
pub(crate) mod rights;
pub(crate) mod rooms;
pub(crate) mod signal;
pub(crate) mod slash;
pub(crate) mod steer;
pub(crate) mod trouble;
pub(crate) mod view;
pub(crate) mod wire;

use std::{collections::HashMap, sync::Arc, time::Duration};

use axum::{
    Router,
    body::{Body, Bytes},
    extract::{Path, Query, Request, State},
    http::{HeaderMap, Response, StatusCode, header},
    middleware::{self, Next},
    response::IntoResponse,
    routing::{delete, get, post},
};
use serde_json::{Value, json};

use crate::{
    error::Refusal,
    hub::{Core, Hub},
    id::Id,
    world::{Channel, User},
};

/// Why something is refused: a status and one clear sentence.
#[derive(Debug)]
pub(crate) struct Denied(pub(crate) u16, pub(crate) String);

pub(crate) type Told = Result<Value, Denied>;

/// Refused, with a sentence.
pub(crate) fn no(sentence: impl Into<String>) -> Denied {
    Denied(400, sentence.into())
}

/// Not there, with a sentence.
pub(crate) fn gone(sentence: impl Into<String>) -> Denied {
    Denied(404, sentence.into())
}

impl From<Refusal> for Denied {
    fn from(refusal: Refusal) -> Self {
        let details = refusal.errors.as_ref().map(|errors| format!(" {errors}")).unwrap_or_default();
        Self(if refusal.status < 500 { refusal.status.max(400) } else { 400 }, format!("{}{details}", refusal.message))
    }
}

/// One call of the control API.
pub(crate) struct Ask {
    pub(crate) path: HashMap<String, String>,
    pub(crate) query: HashMap<String, String>,
    pub(crate) body: Value,
}

impl Ask {
    pub(crate) fn id(&self, name: &str) -> Result<Id, Denied> {
        let text = self
            .path
            .get(name)
            .or_else(|| self.query.get(name))
            .map(String::as_str)
            .or_else(|| self.body[name].as_str())
            .unwrap_or("");
        text.parse().map_err(|_| no(format!("`{name}` needs an id, not {text:?}.")))
    }

    pub(crate) fn text(&self, name: &str) -> Result<&str, Denied> {
        self.body[name].as_str().ok_or_else(|| no(format!("`{name}` is missing.")))
    }

    pub(crate) fn number(&self, name: &str) -> Option<u64> {
        self.query.get(name)?.parse().ok()
    }

    /// Somebody named in the path or the query (`as`), by id or username.
    pub(crate) fn person(&self, core: &Core, name: &str) -> Result<User, Denied> {
        let text = self.path.get(name).or_else(|| self.query.get(name)).map_or("", String::as_str);
        core.world
            .people()
            .find(|person| person.id.to_string() == text || person.username == text)
            .cloned()
            .ok_or_else(|| gone(format!("There is no person {text:?}.")))
    }

    /// A channel that the person sees, by id or name.
    pub(crate) fn channel(&self, core: &Core, person: Id) -> Result<Channel, Denied> {
        let text = self.path.get("channel").map(String::as_str).or_else(|| self.body["channel"].as_str()).unwrap_or("");
        let named = text.strip_prefix('#').unwrap_or(text);
        core.world
            .channels
            .values()
            .filter(|channel| crate::permissions::sees(&core.world, person, channel))
            .find(|channel| channel.id.to_string() == text || (channel.name == named && !named.is_empty()))
            .cloned()
            .ok_or_else(|| gone(format!("There is no channel {text:?} that this person can see.")))
    }
}

type Act = fn(&mut Core, &Ask) -> Told;

/// Wraps an act in HTTP.
async fn run(
    hub: Arc<Hub>,
    act: Act,
    path: HashMap<String, String>,
    query: HashMap<String, String>,
    body: Bytes,
) -> Response<Body> {
    let body = if body.is_empty() { Value::Null } else { serde_json::from_slice(&body).unwrap_or(Value::Null) };
    told(hub.change(|core| act(core, &Ask { path, query, body })))
}

fn told(result: Told) -> Response<Body> {
    let (status, body) = match result {
        Ok(body) => (200, body),
        Err(Denied(status, sentence)) => (status, json!({ "error": sentence })),
    };
    (
        StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_REQUEST),
        [(header::CONTENT_TYPE, "application/json")],
        body.to_string(),
    )
        .into_response()
}

macro_rules! act {
    ($act:path) => {
        |State(hub): State<Arc<Hub>>,
         Path(path): Path<HashMap<String, String>>,
         Query(query): Query<HashMap<String, String>>,
         body: Bytes| run(hub, $act, path, query, body)
    };
}

/// All of `/control`.
pub(crate) fn routes(hub: &Arc<Hub>) -> Router<Arc<Hub>> {
    Router::new()
        .route("/control/openapi.json", get(openapi))
        .route("/control/world", get(act!(view::world)))
        .route("/control/people/{person}/channels", get(act!(view::channels)))
        .route("/control/people/{person}/read", post(act!(people::read)))
        .route("/control/people/{person}/notifications", get(act!(view::notifications)))
        .route("/control/people/{person}/messages", post(act!(people::post)))
        .route("/control/people/{person}/messages/{message}/edit", post(act!(people::edit)))
        .route("/control/people/{person}/messages/{message}/delete", post(act!(people::delete)))
        .route("/control/people/{person}/reactions", post(act!(people::react)))
        .route("/control/people/{person}/press", post(act!(people::press)))
        .route("/control/people/{person}/select", post(act!(people::select)))
        .route("/control/people/{person}/slash", post(act!(slash::run)))
        .route("/control/people/{person}/autocomplete", post(autocomplete))
        .route("/control/people/{person}/menu", post(act!(slash::menu)))
        .route("/control/people/{person}/submit", post(act!(people::submit)))
        .route("/control/people/{person}/dms", post(act!(people::dms)))
        .route("/control/people/{person}/typing", post(act!(conduct::typing)))
        .route("/control/people", post(act!(conduct::arrive)))
        .route("/control/people/{person}/names", post(act!(conduct::names)))
        .route("/control/people/{person}/leave", post(act!(conduct::leave)))
        .route("/control/people/{person}/join", post(act!(conduct::join)))
        .route("/control/people/{person}/dm", post(act!(rooms::direct)))
        .route("/control/people/{person}/threads", post(act!(rooms::start)))
        .route("/control/people/{person}/threads/{channel}", post(act!(rooms::change)))
        .route("/control/people/{person}/pins", post(act!(rooms::pin)))
        .route("/control/channels/{channel}/messages", get(act!(view::messages)))
        .route("/control/channels/{channel}/pins", get(act!(view::pins)))
        .route("/control/channels/{channel}/posts", get(act!(rooms::posts)))
        .route("/control/channels/{channel}/reactions/{message}", get(act!(rooms::reactions)))
        .route("/control/bots/{bot}/permissions", get(act!(rights::rights)))
        .route("/control/commands", get(act!(slash::commands)))
        .route("/control/interactions/{interaction}", get(interaction))
        .route("/control/events", get(events::stream))
        .route("/control/calls", get(act!(calls::list)))
        .route("/control/calls/{call}", get(act!(calls::one)))
        .route("/control/gateway", get(act!(steer::sessions)))
        .route("/control/gateway/events", get(act!(wire::events)))
        .route("/control/gateway/{bot}", post(act!(steer::gateway)))
        .route(
            "/control/faults",
            post(act!(steer::order_fault)).get(act!(steer::faults)).delete(act!(steer::clear_faults)),
        )
        .route("/control/faults/{fault}", get(fault).delete(act!(steer::remove_fault)))
        .route("/control/faults/{fault}/release", post(act!(steer::release_fault)))
        .route("/control/trouble", post(act!(steer::trouble)))
        .route("/control/clock", post(act!(steer::clock)).get(act!(steer::time)))
        .route("/control/{*rest}", delete(unknown).get(unknown).post(unknown))
        .layer(middleware::from_fn_with_state(Arc::clone(hub), guard))
}

/// `GET /control/openapi.json`.
async fn openapi() -> Response<Body> {
    ([(header::CONTENT_TYPE, "application/json")], include_str!("../../control.openapi.json")).into_response()
}

async fn unknown() -> Response<Body> {
    told(Err(gone("There is no such control call.")))
}

/// Against pages of other origins and names that point here: only the sandbox's own page and tools may come in.
async fn guard(State(_): State<Arc<Hub>>, request: Request, next: Next) -> Response<Body> {
    let headers = request.headers();
    let host = header_text(headers, &header::HOST);
    let name = host
        .rsplit_once(':')
        .filter(|(_, port)| port.chars().all(|c| c.is_ascii_digit()))
        .map_or(host, |(name, _)| name);
    let literal = name.trim_start_matches('[').trim_end_matches(']').parse::<std::net::IpAddr>().is_ok();
    let origin = headers.get(header::ORIGIN).map(|origin| origin.to_str().unwrap_or("unreadable"));
    let foreign = origin.is_some_and(|origin| origin != format!("http://{host}"));
    if !(literal || name == "localhost") || foreign {
        return told(Err(Denied(403, "The control API answers only its own page and local tools.".to_owned())));
    }
    next.run(request).await
}

fn header_text<'a>(headers: &'a HeaderMap, name: &header::HeaderName) -> &'a str {
    headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or("")
}

/// Waits until `ready` gives something, at most `wait_ms`, and then takes what `anyway` gives.
pub(crate) async fn wait_for<T>(
    hub: &Arc<Hub>,
    wait_ms: u64,
    ready: impl Fn(&Core) -> Option<T>,
    anyway: impl Fn(&Core) -> T,
) -> T {
    let mut changed = hub.changed.subscribe();
    let deadline = tokio::time::Instant::now() + Duration::from_millis(wait_ms.min(600_000));
    loop {
        if let Some(found) = hub.look(&ready) {
            return found;
        }
        tokio::select! {
            () = tokio::time::sleep_until(deadline) => return hub.look(&anyway),
            () = hub.stop.cancelled() => return hub.look(&anyway),
            _ = changed.changed() => {}
        }
    }
}

/// `GET /control/interactions/{id}?wait_ms=`.
async fn interaction(
    State(hub): State<Arc<Hub>>,
    Path(path): Path<HashMap<String, String>>,
    Query(query): Query<HashMap<String, String>>,
) -> Response<Body> {
    let Some(id) = path.get("interaction").and_then(|text| text.parse::<Id>().ok()) else {
        return told(Err(no("An interaction is named by its id.")));
    };
    let wait_ms = query.get("wait_ms").and_then(|text| text.parse().ok()).unwrap_or(0);
    told(
        wait_for(
            &hub,
            wait_ms,
            |core| view::interaction(core, id, true),
            |core| view::interaction(core, id, false).unwrap_or_else(|| Err(gone("There is no such interaction."))),
        )
        .await,
    )
}

/// `GET /control/faults/{id}?wait_ms=`: waits until a call is held or the fault is done.
async fn fault(
    State(hub): State<Arc<Hub>>,
    Path(path): Path<HashMap<String, String>>,
    Query(query): Query<HashMap<String, String>>,
) -> Response<Body> {
    let id = path.get("fault").and_then(|text| text.parse().ok()).unwrap_or(0);
    let wait_ms = query.get("wait_ms").and_then(|text| text.parse().ok()).unwrap_or(0);
    let state = |core: &Core| {
        core.faults.state(id).map(|state| json!({ "state": state })).ok_or_else(|| gone("There is no such fault."))
    };
    told(wait_for(&hub, wait_ms, |core| (core.faults.state(id) != Some("armed")).then(|| state(core)), state).await)
}

/// `POST /control/people/{person}/autocomplete`: asks the application and waits for its choices.
async fn autocomplete(
    State(hub): State<Arc<Hub>>,
    Path(path): Path<HashMap<String, String>>,
    body: Bytes,
) -> Response<Body> {
    let body = serde_json::from_slice(&body).unwrap_or(Value::Null);
    let ask = Ask { path, query: HashMap::new(), body };
    let id = match hub.change(|core| slash::autocomplete(core, &ask)) {
        Ok(id) => id,
        Err(denied) => return told(Err(denied)),
    };
    let wait_ms = u64::try_from(hub.limits.first_response.as_millis()).unwrap_or(3_000) + 500;
    let choices = |core: &Core| match core.world.interactions.get(&id) {
        Some(interaction) if interaction.progress == crate::world::Progress::Answered => {
            Some(Ok(json!({ "choices": interaction.choices })))
        }
        Some(interaction) if interaction.progress == crate::world::Progress::Waiting => None,
        _ => Some(Err(Denied(408, "Loading options failed: the application did not respond.".to_owned()))),
    };
    told(
        wait_for(&hub, wait_ms, choices, |_| {
            Err(Denied(408, "Loading options failed: the application did not respond.".to_owned()))
        })
        .await,
    )
}
