//! Purpose: the ways to people outside Discord, as this test plays them: a push server and a mail server on 127.0.0.1 that take
//! everything and remember it.

use std::sync::{Arc, Mutex, PoisonError};

use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

use crate::ledger::now_ms;
use crate::world::text;

/// Whoever has a phone with ntfy.
pub(crate) const BY_PUSH: &str = "rina";
/// Whoever is reached by mail.
pub(crate) const BY_MAIL: &str = "agus";

/// One message that arrived outside Discord.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Arrived {
    /// For whom.
    pub(crate) person: &'static str,
    /// What tells a repetition from a second message: the `sequence_id`, or the `Message-ID`.
    pub(crate) id: String,
    /// Its title or subject.
    pub(crate) title: String,
    /// The rest of its text.
    pub(crate) body: String,
    pub(crate) at_ms: i64,
}

impl Arrived {
    /// One message for many incidents.
    pub(crate) fn is_for_many(&self) -> bool {
        self.title.contains(" incidents wait for you")
    }
}

/// Both servers; they end when dropped.
pub(crate) struct Outside {
    push: u16,
    mail: u16,
    arrived: Arc<Mutex<Vec<Arrived>>>,
    servers: Vec<JoinHandle<()>>,
}

impl Outside {
    pub(crate) async fn start() -> Self {
        let arrived: Arc<Mutex<Vec<Arrived>>> = Arc::default();
        let (push, pushes) = listener().await;
        let (mail, mails) = listener().await;
        let (for_pushes, for_mails) = (Arc::clone(&arrived), Arc::clone(&arrived));
        let servers = vec![
            tokio::spawn(async move {
                while let Ok((stream, _)) = pushes.accept().await {
                    let arrived = Arc::clone(&for_pushes);
                    tokio::spawn(async move { take_push(stream, &arrived).await });
                }
            }),
            tokio::spawn(async move {
                while let Ok((stream, _)) = mails.accept().await {
                    let arrived = Arc::clone(&for_mails);
                    tokio::spawn(async move { take_mail(stream, &arrived).await });
                }
            }),
        ];
        Self { push, mail, arrived, servers }
    }

    /// The variables of the bot that lead here.
    pub(crate) fn variables(&self) -> Vec<(&'static str, String)> {
        vec![
            ("NTFY_CRASH", format!("http://127.0.0.1:{}/{BY_PUSH}", self.push)),
            ("SIAGA_SMTP", format!("smtp://127.0.0.1:{}", self.mail)),
            ("SIAGA_MAIL_FROM", "siaga@example.com".to_owned()),
        ]
    }

    /// Everything so far, repetitions included.
    pub(crate) fn arrived(&self) -> Vec<Arrived> {
        self.arrived.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Drop for Outside {
    fn drop(&mut self) {
        self.servers.iter().for_each(JoinHandle::abort);
    }
}

async fn listener() -> (u16, TcpListener) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    (listener.local_addr().expect("it is bound").port(), listener)
}

fn remember(arrived: &Mutex<Vec<Arrived>>, one: Arrived) {
    arrived.lock().unwrap_or_else(PoisonError::into_inner).push(one);
}

/// ntfy's "publish as JSON": one request on each connection.
async fn take_push(stream: TcpStream, arrived: &Mutex<Vec<Arrived>>) -> Option<()> {
    let mut stream = BufReader::new(stream);
    let mut length = 0;
    loop {
        let mut line = String::new();
        stream.read_line(&mut line).await.ok().filter(|read| *read > 0)?;
        let Some((name, value)) = line.trim().split_once(':') else {
            if line.trim().is_empty() {
                break;
            }
            continue;
        };
        if name.eq_ignore_ascii_case("content-length") {
            length = value.trim().parse().ok()?;
        }
    }
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await.ok()?;
    let message: Value = serde_json::from_slice(&body).ok()?;
    let said = |part: &str| text(&message[part]).to_owned();
    let (id, title, body) = (said("sequence_id"), said("title"), said("message"));
    remember(arrived, Arrived { person: BY_PUSH, id, title, body, at_ms: now_ms() });
    let answer = json!({ "id": "m1", "time": 1, "event": "message", "topic": message["topic"] }).to_string();
    let head = format!("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n", answer.len());
    stream.write_all(format!("{head}connection: close\r\n\r\n{answer}").as_bytes()).await.ok()
}

/// As much of SMTP as one mail needs.
async fn take_mail(stream: TcpStream, arrived: &Mutex<Vec<Arrived>>) -> Option<()> {
    let mut stream = BufReader::new(stream);
    stream.write_all(b"220 crash ESMTP\r\n").await.ok()?;
    loop {
        let mut line = String::new();
        stream.read_line(&mut line).await.ok().filter(|read| *read > 0)?;
        let verb = line.split_whitespace().next().unwrap_or_default().to_ascii_uppercase();
        let answer = match verb.as_str() {
            "DATA" => {
                stream.write_all(b"354 go on\r\n").await.ok()?;
                remember(arrived, mail(&mut stream).await?);
                "250 taken"
            }
            "QUIT" => "221 bye",
            _ => "250 crash",
        };
        stream.write_all(format!("{answer}\r\n").as_bytes()).await.ok()?;
        if verb == "QUIT" {
            return Some(());
        }
    }
}

/// Reads a whole mail: `Message-ID` and `Subject`, and its text, of which a long line comes in parts that end with `=`.
async fn mail(stream: &mut BufReader<TcpStream>) -> Option<Arrived> {
    let (mut id, mut title, mut body) = (String::new(), String::new(), String::new());
    let mut in_headers = true;
    loop {
        let mut line = String::new();
        stream.read_line(&mut line).await.ok().filter(|read| *read > 0)?;
        let line = line.trim_end();
        if line == "." {
            return Some(Arrived { person: BY_MAIL, id, title, body, at_ms: now_ms() });
        }
        if !in_headers {
            body += &line.strip_suffix('=').map_or_else(|| format!("{line}\n"), str::to_owned);
            continue;
        }
        in_headers = !line.is_empty();
        match line.split_once(": ") {
            Some(("Message-ID", value)) => id = value.to_owned(),
            Some(("Subject", value)) => title = value.to_owned(),
            Some(_) | None => {}
        }
    }
}
