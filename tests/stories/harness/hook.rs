//! A receiver of webhooks of the story's own, written from Standard Webhooks: it keeps what came
//! signed. That signatures are right is shown by a receiver's own library in the tests of `notify`.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

/// The secret that the receiver made.
const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

/// What arrived.
#[derive(Clone)]
pub(crate) struct Receiver {
    address: String,
    /// How many are taken without an answer.
    lost: Arc<Mutex<u32>>,
    got: Arc<Mutex<Vec<(String, Value)>>>,
}

impl Receiver {
    /// Listens on a free port of this machine, until the process ends. The first `lost` are taken, and the answers do not come.
    pub(crate) fn start(lost: u32) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}/page?of=budi", listener.local_addr().unwrap());
        let receiver = Self { address, lost: Arc::new(Mutex::new(lost)), got: Arc::default() };
        let own = receiver.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                own.answer(stream);
            }
        });
        receiver
    }

    /// What stands in the variable.
    pub(crate) fn setting(&self) -> String {
        format!("{}#{SECRET}", self.address)
    }

    /// The id of each webhook and what it said, in order.
    pub(crate) fn got(&self) -> Vec<(String, Value)> {
        self.got.lock().unwrap().clone()
    }

    fn answer(&self, mut stream: TcpStream) {
        let mut bytes = Vec::new();
        let (head, body) = loop {
            let mut part = [0_u8; 4096];
            let Ok(read @ 1..) = stream.read(&mut part) else { return };
            bytes.extend_from_slice(&part[..read]);
            let text = String::from_utf8_lossy(&bytes).into_owned();
            let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
            if body.len() >= header(head, "content-length").parse().unwrap_or(0) {
                break (head.to_owned(), body.to_owned());
            }
        };
        assert!(head.starts_with("POST /page?of=budi HTTP/1.1\r\n"), "{head}");
        let (id, signature) = (header(&head, "webhook-id"), header(&head, "webhook-signature"));
        let is_good = !id.is_empty() && signature.starts_with("v1,") && !head.contains("whsec_");
        if is_good {
            self.got.lock().unwrap().push((id, serde_json::from_str(&body).unwrap_or(json!(null))));
        }
        let mut lost = self.lost.lock().unwrap();
        if *lost > 0 {
            *lost -= 1;
            return;
        }
        let status = if is_good { "204 No Content" } else { "401 Unauthorized" };
        let _ = stream.write_all(format!("HTTP/1.1 {status}\r\nconnection: close\r\n\r\n").as_bytes());
    }
}

fn header(head: &str, name: &str) -> String {
    let mut lines = head.lines().filter_map(|line| line.split_once(':'));
    lines
        .find(|(known, _)| known.eq_ignore_ascii_case(name))
        .map(|(_, value)| value.trim().to_owned())
        .unwrap_or_default()
}
