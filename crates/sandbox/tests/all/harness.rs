//! A started sandbox, bots that call it, people who act in it.

use std::time::Duration;

use flate2::{Decompress, FlushDecompress};
use futures_util::{SinkExt, StreamExt};
use reqwest::Method;
use sandbox::{Limits, Options, Sandbox};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, tungstenite::Message};

use crate::{conformance, control_api};

/// How long anything may take before a story fails.
const PATIENCE: Duration = Duration::from_secs(10);

pub struct Town {
    pub sandbox: Sandbox,
    http: reqwest::Client,
}

impl Town {
    pub async fn start() -> Self {
        Self::with(Options { limits: Limits::unlimited(), ..Options::default() }).await
    }

    pub async fn with(options: Options) -> Self {
        let sandbox = sandbox::start(options).await.unwrap();
        Self { sandbox, http: reqwest::Client::builder().no_proxy().timeout(PATIENCE).build().unwrap() }
    }

    pub fn bot(&self, name: &str) -> Bot {
        let account = self.sandbox.bot(name).unwrap();
        Bot {
            token: account.token,
            id: account.id.to_string(),
            api: format!("{}/v10", self.sandbox.api_url()),
            gateway: self.sandbox.gateway_url(),
            http: self.http.clone(),
        }
    }

    pub fn channel(&self, name: &str) -> String {
        self.sandbox.channel(name).unwrap().to_string()
    }

    pub fn person(&self, username: &str) -> String {
        self.sandbox.people().into_iter().find(|person| person.username == username).unwrap().id.to_string()
    }

    pub fn guild_id(&self) -> String {
        self.sandbox.guild_id().to_string()
    }

    /// Everything that is not privileged, and message content.
    pub fn intents(&self) -> u64 {
        1 | 1 << 5 | 1 << 9 | 1 << 10 | 1 << 11 | 1 << 12 | 1 << 13 | 1 << 15
    }

    pub async fn get(&self, path: &str) -> Reply {
        let response = self.http.get(format!("{}{path}", self.sandbox.base_url())).send().await.unwrap();
        Reply::read(response).await
    }

    pub async fn control(&self, method: Method, path: &str, body: Value) -> Reply {
        let mut request = self.http.request(method.clone(), format!("{}/control{path}", self.sandbox.base_url()));
        if !body.is_null() {
            request = request.json(&body);
        }
        let reply = Reply::read(request.send().await.unwrap()).await;
        control_api::check(&method, &format!("/control{path}"), &reply);
        reply
    }

    /// Looks at the control API; it must answer.
    pub async fn look(&self, path: &str) -> Value {
        self.control(Method::GET, path, Value::Null).await.ok(200)
    }

    /// Somebody does something; it must be allowed.
    pub async fn act(&self, person: &str, what: &str, body: Value) -> Value {
        self.control(Method::POST, &format!("/people/{person}/{what}"), body).await.ok(200)
    }

    /// Somebody tries something that is refused. Gives the sentence.
    pub async fn refused(&self, person: &str, what: &str, body: Value) -> String {
        let reply = self.control(Method::POST, &format!("/people/{person}/{what}"), body).await;
        assert!((400..500).contains(&reply.status), "{reply:?}");
        reply.body["error"].as_str().unwrap().to_owned()
    }

    /// Somebody writes into a channel. Gives the message.
    pub async fn says(&self, person: &str, channel: &str, content: &str) -> Value {
        self.act(person, "messages", json!({ "channel": channel, "content": content })).await["message"].clone()
    }

    /// What became of an interaction.
    pub async fn outcome(&self, interaction: &Value) -> Value {
        self.look(&format!("/interactions/{}?wait_ms=8000", interaction["interaction"].as_str().unwrap())).await
    }

    pub async fn advance(&self, ms: u64) {
        self.control(Method::POST, "/clock", json!({ "advance_ms": ms })).await.ok(200);
    }
}

#[derive(Debug)]
pub struct Reply {
    pub status: u16,
    pub headers: reqwest::header::HeaderMap,
    pub body: Value,
    pub text: String,
}

impl Reply {
    async fn read(response: reqwest::Response) -> Self {
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let text = response.text().await.unwrap();
        let body = serde_json::from_str(&text).unwrap_or(Value::Null);
        Self { status, headers, body, text }
    }

    /// The body of an answer with this status.
    #[track_caller]
    pub fn ok(self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", self.text);
        self.body
    }

    /// A refusal with this status and Discord's code.
    #[track_caller]
    pub fn refused(self, status: u16, code: u64) -> Value {
        assert_eq!((self.status, self.body["code"].as_u64()), (status, Some(code)), "{}", self.text);
        self.body
    }

    /// A refusal with this status, whatever its code.
    #[track_caller]
    pub fn refused_status(self, status: u16) {
        assert_eq!(self.status, status, "{}", self.text);
    }

    pub fn header(&self, name: &str) -> String {
        self.headers.get(name).map(|value| value.to_str().unwrap().to_owned()).unwrap_or_default()
    }
}

#[derive(Clone)]
pub struct Bot {
    pub token: String,
    pub id: String,
    pub api: String,
    pub gateway: String,
    http: reqwest::Client,
}

impl Bot {
    pub async fn send(&self, request: reqwest::RequestBuilder, method: &str, path: &str) -> Reply {
        let reply =
            Reply::read(request.header("authorization", format!("Bot {}", self.token)).send().await.unwrap()).await;
        conformance::check(method, path, &reply);
        reply
    }

    pub fn request(&self, method: &str, path: &str) -> reqwest::RequestBuilder {
        self.http.request(method.parse().unwrap(), format!("{}{path}", self.api))
    }

    pub async fn call(&self, method: &str, path: &str, body: Value) -> Reply {
        let mut request = self.request(method, path);
        if !body.is_null() {
            request = request.json(&body);
        }
        self.send(request, method, path).await
    }

    pub async fn get(&self, path: &str) -> Reply {
        self.call("GET", path, Value::Null).await
    }

    pub async fn post(&self, path: &str, body: Value) -> Reply {
        self.call("POST", path, body).await
    }

    pub async fn put(&self, path: &str, body: Value) -> Reply {
        self.call("PUT", path, body).await
    }

    pub async fn patch(&self, path: &str, body: Value) -> Reply {
        self.call("PATCH", path, body).await
    }

    pub async fn delete(&self, path: &str) -> Reply {
        self.call("DELETE", path, Value::Null).await
    }

    /// Posts a message that must be accepted.
    pub async fn say(&self, channel: &str, body: Value) -> Value {
        self.post(&format!("/channels/{channel}/messages"), body).await.ok(200)
    }

    /// Answers an interaction as it came over the gateway.
    pub async fn answer(&self, interaction: &Value, body: Value) -> Reply {
        let (id, token) = (interaction["id"].as_str().unwrap(), interaction["token"].as_str().unwrap());
        self.post(&format!("/interactions/{id}/{token}/callback"), body).await
    }

    /// The path of an interaction's messages.
    pub fn hook(&self, interaction: &Value) -> String {
        format!("/webhooks/{}/{}", self.id, interaction["token"].as_str().unwrap())
    }

    /// Registers commands for the guild.
    pub async fn register(&self, guild: &str, commands: Value) -> Value {
        self.put(&format!("/applications/{}/guilds/{guild}/commands", self.id), commands).await.ok(200)
    }

    /// A websocket that has said nothing yet.
    pub async fn socket(&self) -> Socket {
        self.socket_with("").await
    }

    /// A websocket whose frames come as one zlib stream.
    pub async fn compressed_socket(&self) -> Socket {
        self.socket_with("&compress=zlib-stream").await
    }

    async fn socket_with(&self, query: &str) -> Socket {
        let (stream, _) =
            tokio_tungstenite::connect_async(format!("{}/?v=10&encoding=json{query}", self.gateway)).await.unwrap();
        let inflate = (!query.is_empty()).then(|| Decompress::new(true));
        let mut socket = Socket { stream, inflate, binary: 0, seq: Value::Null, session: String::new() };
        let hello = socket.frame().await;
        assert_eq!(hello["op"], 10);
        socket
    }

    pub async fn connect(&self, intents: u64) -> Socket {
        let mut socket = self.socket().await;
        socket.send(self.identify(intents)).await;
        socket
    }

    pub fn identify(&self, intents: u64) -> Value {
        json!({ "op": 2, "d": { "token": self.token, "intents": intents, "properties": { "os": "linux", "browser": "test", "device": "test" }, "compress": true,
            "presence": { "status": "online", "since": { "secs_since_epoch": 1, "nanos_since_epoch": 0 }, "afk": false, "activities": [] } } })
    }
}

pub struct Socket {
    stream: WebSocketStream<MaybeTlsStream<TcpStream>>,
    /// The context of a compressed connection.
    inflate: Option<Decompress>,
    /// Binary frames so far.
    pub binary: usize,
    pub seq: Value,
    pub session: String,
}

impl Socket {
    pub async fn send(&mut self, payload: Value) {
        self.stream.send(Message::text(payload.to_string())).await.unwrap();
    }

    pub async fn send_text(&mut self, text: &str) {
        self.stream.send(Message::text(text)).await.unwrap();
    }

    pub async fn send_bytes(&mut self, bytes: &[u8]) {
        self.stream.send(Message::binary(bytes.to_vec())).await.unwrap();
    }

    /// A frame's JSON. On a compressed connection all frames are parts of one stream; elsewhere a binary one stands alone.
    fn unpack(&mut self, message: Message) -> Value {
        if self.inflate.is_some() {
            assert!(message.is_binary(), "text on a compressed connection");
        }
        let Message::Binary(packed) = message else {
            return serde_json::from_str(message.to_text().unwrap()).unwrap();
        };
        self.binary += 1;
        let mut alone = Decompress::new(true);
        let stream = match &mut self.inflate {
            Some(stream) => {
                assert!(packed.ends_with(&[0, 0, 0xff, 0xff]), "a message ends in a flush");
                stream
            }
            None => &mut alone,
        };
        let mut out = Vec::with_capacity(1 << 20);
        stream.decompress_vec(&packed, &mut out, FlushDecompress::Sync).unwrap();
        serde_json::from_slice(&out).unwrap()
    }

    /// The next message: a frame, or why the connection ended.
    async fn next(&mut self) -> Result<Value, Option<u16>> {
        loop {
            match tokio::time::timeout(PATIENCE, self.stream.next()).await.expect("the gateway stays silent") {
                Some(Ok(message @ (Message::Text(_) | Message::Binary(_)))) => {
                    let frame = self.unpack(message);
                    if !frame["s"].is_null() {
                        self.seq = frame["s"].clone();
                    }
                    if frame["t"] == "READY" {
                        self.session = frame["d"]["session_id"].as_str().unwrap().to_owned();
                    }
                    return Ok(frame);
                }
                Some(Ok(Message::Close(frame))) => return Err(frame.map(|frame| frame.code.into())),
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return Err(None),
            }
        }
    }

    pub async fn frame(&mut self) -> Value {
        self.next().await.unwrap()
    }

    /// Skips to the next event of this name and gives its data.
    pub async fn expect(&mut self, name: &str) -> Value {
        self.expect_where(name, |_| true).await
    }

    pub async fn expect_where(&mut self, name: &str, fits: impl Fn(&Value) -> bool) -> Value {
        loop {
            let frame = self.frame().await;
            if frame["t"] == name && fits(&frame["d"]) {
                return frame["d"].clone();
            }
        }
    }

    pub async fn op(&mut self, op: u64) -> Value {
        loop {
            let frame = self.frame().await;
            if frame["op"] == op {
                return frame;
            }
        }
    }

    /// Names of the events up to the heartbeat's answer: everything sent so far has arrived then.
    pub async fn drain(&mut self) -> Vec<Value> {
        self.send(json!({ "op": 1, "d": self.seq })).await;
        let mut events = Vec::new();
        loop {
            let frame = self.frame().await;
            if frame["op"] == 11 {
                return events;
            }
            events.push(frame);
        }
    }

    /// How the connection ends: a close code, or nothing when it was cut.
    pub async fn end(&mut self) -> Option<u16> {
        loop {
            if let Err(code) = self.next().await {
                return code;
            }
        }
    }

    pub async fn close(mut self, code: u16) {
        let frame = tokio_tungstenite::tungstenite::protocol::CloseFrame { code: code.into(), reason: "".into() };
        self.stream.send(Message::Close(Some(frame))).await.unwrap();
        while let Some(Ok(_)) = self.stream.next().await {}
    }
}
