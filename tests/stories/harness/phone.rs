//! A push server of the story's own, written from ntfy's documentation: it takes JSON at its root and keeps what came.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

/// What arrived at the phones.
#[derive(Clone)]
pub(crate) struct PushServer {
    address: String,
    got: Arc<Mutex<Vec<Value>>>,
}

impl PushServer {
    /// Listens on a free port of this machine, until the process ends.
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let server = Self { address, got: Arc::default() };
        let own = server.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                own.answer(stream);
            }
        });
        server
    }

    /// The address of a topic.
    pub(crate) fn topic(&self, name: &str) -> String {
        format!("{}/{name}", self.address)
    }

    /// Messages of a topic, in order.
    pub(crate) fn messages(&self, topic: &str) -> Vec<Value> {
        self.got.lock().unwrap().iter().filter(|message| message["topic"] == topic).cloned().collect()
    }

    /// The address of the button on the last message of a topic: everything from its last slash on is the token.
    pub(crate) fn token(&self, topic: &str) -> String {
        let last = self.messages(topic).pop().expect("a push message");
        let url = last["actions"][0]["url"].as_str().expect("a button with an address").to_owned();
        url.rsplit('/').next().unwrap().to_owned()
    }

    fn answer(&self, mut stream: TcpStream) {
        let mut bytes = Vec::new();
        let body = loop {
            let mut part = [0_u8; 4096];
            let Ok(read @ 1..) = stream.read(&mut part) else { return };
            bytes.extend_from_slice(&part[..read]);
            let text = String::from_utf8_lossy(&bytes).into_owned();
            let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
            let length = head.lines().find_map(|line| {
                let (name, value) = line.split_once(':')?;
                name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse::<usize>().unwrap())
            });
            if body.len() >= length.unwrap_or(0) {
                break body.to_owned();
            }
        };
        let message: Value = serde_json::from_str(&body).unwrap_or(Value::Null);
        let known = message["topic"].is_string();
        let answer = match known {
            true => json!({ "id": "m1", "time": 1, "event": "message", "topic": message["topic"] }).to_string(),
            false => json!({ "code": 40024, "http": 400, "error": "topic invalid" }).to_string(),
        };
        self.got.lock().unwrap().push(message);
        let status = if known { "200 OK" } else { "400 Bad Request" };
        let length = answer.len();
        let head = format!("HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-length: {length}");
        let _ = stream.write_all(format!("{head}\r\nconnection: close\r\n\r\n{answer}").as_bytes());
    }
}
