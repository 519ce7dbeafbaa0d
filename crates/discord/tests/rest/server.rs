//! Purpose: a real HTTP server on loopback that stands for Discord and answers by script.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::IntoResponse;
use discord::rest::{Base, Client, Settings};
use tokio::net::TcpListener;
use tokio::sync::Semaphore;

/// One request as it arrived.
#[derive(Debug, Clone)]
pub(crate) struct Seen {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Seen {
    pub(crate) fn is(&self, method: &str, path: &str) -> bool {
        self.method == method && self.path == format!("/api/v10{path}")
    }
}

/// What the script answers.
#[derive(Clone)]
pub(crate) struct Reply {
    status: u16,
    headers: Vec<(&'static str, String)>,
    body: String,
    hold: Option<Arc<Semaphore>>,
}

pub(crate) fn ok() -> Reply {
    Reply { status: 200, headers: Vec::new(), body: r#"{"id":"1"}"#.into(), hold: None }
}

pub(crate) fn status(status: u16, body: &str) -> Reply {
    Reply { status, body: body.into(), ..ok() }
}

/// A 429 as Discord writes it.
pub(crate) fn limited(scope: &str, wait: f64) -> Reply {
    let body =
        format!(r#"{{"message":"You are being rate limited.","retry_after":{wait},"global":{}}}"#, scope == "global");
    status(429, &body).with("x-ratelimit-scope", scope).with("retry-after", wait.ceil())
}

impl Reply {
    pub(crate) fn with(mut self, name: &'static str, value: impl ToString) -> Self {
        self.headers.push((name, value.to_string()));
        self
    }

    pub(crate) fn bucket(self, name: &str, limit: u32, remaining: u32, reset_after: f64) -> Self {
        self.with("x-ratelimit-bucket", name)
            .with("x-ratelimit-limit", limit)
            .with("x-ratelimit-remaining", remaining)
            .with("x-ratelimit-reset-after", reset_after)
    }

    /// Answers only when the semaphore gives a permit.
    pub(crate) fn held_by(mut self, gate: &Arc<Semaphore>) -> Self {
        self.hold = Some(gate.clone());
        self
    }
}

type Script = Box<dyn FnMut(&Seen) -> Reply + Send>;

struct Inner {
    seen: Vec<Seen>,
    script: Script,
}

/// The server; stops with the test's runtime.
#[derive(Clone)]
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    inner: Arc<Mutex<Inner>>,
}

impl Server {
    pub(crate) async fn start(script: impl FnMut(&Seen) -> Reply + Send + 'static) -> Self {
        let inner = Arc::new(Mutex::new(Inner { seen: Vec::new(), script: Box::new(script) }));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let app = Router::new().fallback(answer).with_state(inner.clone());
        tokio::spawn(async move { axum::serve(listener, app).await });
        Self { address, inner }
    }

    pub(crate) fn settings(&self) -> Settings {
        settings(self.address)
    }

    pub(crate) fn client(&self) -> Client {
        Client::new(self.settings()).unwrap()
    }

    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.inner.lock().unwrap().seen.clone()
    }

    pub(crate) fn bodies(&self) -> Vec<String> {
        self.seen().into_iter().map(|seen| seen.body.trim_matches('"').to_owned()).collect()
    }
}

pub(crate) const TOKEN: &str = "s3cr3t.t0ken";

pub(crate) fn settings(address: SocketAddr) -> Settings {
    Settings::new(TOKEN.to_owned().into(), Base::Sandbox(format!("http://{address}")))
}

async fn answer(State(inner): State<Arc<Mutex<Inner>>>, request: Request) -> impl IntoResponse {
    let (parts, body) = request.into_parts();
    let body: Bytes = axum::body::to_bytes(body, usize::MAX).await.unwrap();
    let seen = Seen {
        method: parts.method.to_string(),
        path: parts.uri.to_string(),
        headers: parts.headers,
        body: String::from_utf8(body.to_vec()).unwrap(),
    };
    let reply = {
        let mut inner = inner.lock().unwrap();
        inner.seen.push(seen.clone());
        (inner.script)(&seen)
    };
    if let Some(gate) = &reply.hold {
        gate.acquire().await.unwrap().forget();
    }
    let mut headers = HeaderMap::new();
    for (name, value) in reply.headers {
        headers.insert(name, value.parse().unwrap());
    }
    (StatusCode::from_u16(reply.status).unwrap(), headers, reply.body)
}

/// Waits until something is true; fails after ten seconds.
pub(crate) async fn until(what: &str, mut true_now: impl FnMut() -> bool) {
    let patience = async {
        while !true_now() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), patience).await.unwrap_or_else(|_| panic!("never: {what}"));
}
