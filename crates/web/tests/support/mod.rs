//! Purpose: a running server and a small HTTP client that sees every byte.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use domain::{AlertReport, IntegrationName, Timestamp};
use secrecy::SecretString;
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use web::{
    Accepted, Answered, App, Door, Front, Health, HeartbeatKey, IntegrationKey, Kind, Limits, LinkPage, Metric, Part,
    Unavailable,
};

pub const KEY: &str = "correct horse & battery+staple";

/// Stands where the journal stands: keeps what it was given.
#[derive(Debug, Default)]
pub struct Journal {
    pub kept: Mutex<Vec<AlertReport>>,
    pub refuse_with: Mutex<Option<Unavailable>>,
    pub broken: Mutex<Option<Part>>,
    /// What is said about each link; the others do not exist.
    pub links: Mutex<BTreeMap<String, LinkPage>>,
    /// Links that were pressed.
    pub pressed: Mutex<Vec<String>>,
    pub metrics: Mutex<Vec<Metric>>,
    pub beats: Mutex<Vec<String>>,
    /// Addresses of proxies.
    pub proxies: Mutex<Vec<IpAddr>>,
    /// What was answered at the intake.
    pub answered: Mutex<Vec<String>>,
}

/// For a sender that can do nothing but GET.
fn takes_get() -> domain::mapping::JsonMapping {
    let expression = |text: &str| domain::mapping::Expression {
        text: text.to_owned(),
        source: domain::setup::SourceRef { file: "siaga.toml".into(), line: 1 },
    };
    domain::mapping::JsonMapping {
        keys: Vec::new(),
        takes_get: true,
        each: None,
        when: None,
        dedup_key: expression("body.id"),
        title: expression("body.title"),
        status: None,
        severity: None,
        service: None,
        description: None,
        value: None,
        url: None,
        runbook_url: None,
        starts_at: None,
        notice: None,
        labels: BTreeMap::new(),
    }
}

impl Front for Journal {
    fn integration(&self, name: &str) -> Option<IntegrationKey> {
        if name == "ping" {
            let kind = Kind::Json(std::sync::Arc::new(takes_get()));
            return Some(IntegrationKey { name: name.into(), kind, key: SecretString::from(KEY).into() });
        }
        let key = match name {
            "alertmanager" => KEY,
            "keyless" => "",
            _ => return None,
        };
        Some(IntegrationKey { name: name.into(), kind: Kind::Alertmanager, key: SecretString::from(key).into() })
    }

    fn integration_names(&self) -> Vec<IntegrationName> {
        vec!["alertmanager".into(), "keyless".into()]
    }

    async fn accept(&self, reports: Vec<AlertReport>) -> Result<Accepted, Unavailable> {
        if let Some(unavailable) = self.refuse_with.lock().unwrap().clone() {
            return Err(unavailable);
        }
        let mut kept = self.kept.lock().unwrap();
        let accepted = Accepted { first: i64::try_from(kept.len()).unwrap() + 1, count: reports.len() };
        kept.extend(reports);
        Ok(accepted)
    }

    fn heartbeat(&self, name: &str) -> Option<HeartbeatKey> {
        let key = match name {
            "orders" => None,
            "backup" => Some(SecretString::from(KEY).into()),
            "unset" => Some(SecretString::from("").into()),
            _ => return None,
        };
        Some(HeartbeatKey { name: name.into(), key })
    }

    async fn beat(&self, name: &str) -> Result<Option<Timestamp>, Unavailable> {
        if let Some(unavailable) = self.refuse_with.lock().unwrap().clone() {
            return Err(unavailable);
        }
        self.beats.lock().unwrap().push(name.to_owned());
        Ok(Some("2026-03-02T03:15:00Z".parse().unwrap()))
    }

    async fn health(&self) -> Health {
        let broken = self.broken.lock().unwrap().clone();
        let database = Part { name: "database".into(), ok: true, sentence: "Answers in 1 ms.".into() };
        Health { ready: broken.is_none(), parts: [Some(database), broken].into_iter().flatten().collect() }
    }

    async fn link_page(&self, token: &str) -> LinkPage {
        let nothing = || LinkPage {
            status: 404,
            language: "en",
            title: "This link is not complete".into(),
            lines: vec!["Open it again from the message it came with.".into()],
            button: None,
        };
        self.links.lock().unwrap().get(token).cloned().unwrap_or_else(nothing)
    }

    async fn press_link(&self, token: &str) -> LinkPage {
        let page = self.link_page(token).await;
        if page.status != 200 {
            return page;
        }
        self.pressed.lock().unwrap().push(token.to_owned());
        LinkPage { title: "You have it".into(), button: None, ..page }
    }

    fn is_proxy(&self, address: IpAddr) -> bool {
        self.proxies.lock().unwrap().contains(&address)
    }

    fn answered(&self, answered: Answered<'_>) {
        let Answered { integration, status, known } = answered;
        let name = integration.map_or("-", |name| name.as_str());
        let known = if known { " known" } else { "" };
        self.answered.lock().unwrap().push(format!("{name} {status}{known}"));
    }

    async fn metrics(&self) -> Vec<Metric> {
        self.metrics.lock().unwrap().clone()
    }
}

/// A server on a free port.
pub struct Server {
    pub journal: Arc<Journal>,
    pub shutdown: CancellationToken,
    pub task: JoinHandle<std::io::Result<()>>,
    pub port: u16,
}

pub struct Answer {
    pub status: u16,
    pub head: String,
    /// The body as it came.
    pub text: String,
    /// The body, if it is JSON.
    pub body: Value,
}

impl Answer {
    pub fn header(&self, name: &str) -> Vec<&str> {
        let of_line = |line: &'_ str| line.split_once(':').is_some_and(|(n, _)| n.eq_ignore_ascii_case(name));
        self.head.lines().filter(|line| of_line(line)).map(|line| line.split_once(':').unwrap().1.trim()).collect()
    }

    pub fn error(&self) -> &str {
        self.body["error"].as_str().unwrap()
    }
}

impl Server {
    pub async fn start() -> Self {
        Self::start_with(|app| app).await
    }

    pub async fn start_with_grace(grace: Duration) -> Self {
        Self::start_with(|app| app.with_shutdown_grace(grace)).await
    }

    pub async fn start_with_limits(limits: Limits) -> Self {
        Self::start_with(|app| app.with_door(Door::new(limits))).await
    }

    pub async fn start_with(change: impl FnOnce(App<Journal>) -> App<Journal>) -> Self {
        let journal = Arc::new(Journal::default());
        let listener = web::listen("127.0.0.1:0".parse().unwrap()).unwrap();
        let port = listener.local_addr().unwrap().port();
        let shutdown = CancellationToken::new();
        let app = change(App::new(Arc::clone(&journal)));
        let task = tokio::spawn(web::serve(listener, app, shutdown.clone()));
        Self { journal, shutdown, task, port }
    }

    /// The address of links alone, beside a main address without them.
    pub async fn start_links_alone() -> Self {
        let journal = Arc::new(Journal::default());
        let listener = web::listen("127.0.0.1:0".parse().unwrap()).unwrap();
        let port = listener.local_addr().unwrap().port();
        let shutdown = CancellationToken::new();
        let app = App::new(Arc::clone(&journal)).with_links_apart();
        let task = tokio::spawn(web::serve_links(listener, app, Door::new(Limits::of(16)), shutdown.clone()));
        Self { journal, shutdown, task, port }
    }

    pub fn kept(&self) -> Vec<AlertReport> {
        self.journal.kept.lock().unwrap().clone()
    }

    pub async fn connect(&self) -> TcpStream {
        TcpStream::connect(("127.0.0.1", self.port)).await.unwrap()
    }

    /// From another address of this machine.
    pub async fn connect_from(&self, address: &str) -> TcpStream {
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind(format!("{address}:0").parse().unwrap()).unwrap();
        socket.connect(([127, 0, 0, 1], self.port).into()).await.unwrap()
    }

    /// Sends a request with these headers (each ends in a line break) and reads the whole answer.
    pub async fn send(&self, method: &str, target: &str, headers: &str, body: &[u8]) -> Answer {
        self.send_over(self.connect().await, method, target, headers, body).await
    }

    /// The same over a connection of the caller.
    pub async fn send_over(
        &self,
        mut stream: TcpStream,
        method: &str,
        target: &str,
        headers: &str,
        body: &[u8],
    ) -> Answer {
        let length = body.len();
        let head = format!(
            "{method} {target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: {length}\r\n{headers}\r\n"
        );
        stream.write_all(head.as_bytes()).await.unwrap();
        stream.write_all(body).await.unwrap();
        read_answer(&mut stream).await
    }

    /// Posts to the intake with the right key.
    pub async fn post(&self, body: &[u8]) -> Answer {
        self.send("POST", "/intake/alertmanager", &bearer(KEY), body).await
    }

    pub async fn get(&self, target: &str) -> Answer {
        self.send("GET", target, "", b"").await
    }
}

pub async fn read_answer(stream: &mut TcpStream) -> Answer {
    let mut bytes = Vec::new();
    let reading = stream.read_to_end(&mut bytes);
    tokio::time::timeout(Duration::from_secs(20), reading).await.expect("an answer in time").unwrap();
    let text = String::from_utf8(bytes).unwrap();
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    Answer {
        status: head.split(' ').nth(1).unwrap().parse().unwrap(),
        head: head.to_owned(),
        body: serde_json::from_str(body).unwrap_or_default(),
        text: body.to_owned(),
    }
}

pub fn bearer(key: &str) -> String {
    format!("Authorization: Bearer {key}\r\n")
}

pub fn sample(name: &str) -> Vec<u8> {
    let file = format!("{}/../../examples/payloads/alertmanager-{name}.json", env!("CARGO_MANIFEST_DIR"));
    std::fs::read(file).unwrap()
}
