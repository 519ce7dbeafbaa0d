//! Purpose: an outside watch of the story's own: it counts who pings it.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Counts pings at one secret address.
#[derive(Clone)]
pub(crate) struct OutsideWatch {
    address: String,
    pings: Arc<AtomicUsize>,
}

impl OutsideWatch {
    /// Listens on a free port of this machine, until the process ends.
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}/ping/a-secret", listener.local_addr().unwrap());
        let watch = Self { address, pings: Arc::default() };
        let own = watch.clone();
        std::thread::spawn(move || {
            for mut stream in listener.incoming().flatten() {
                let mut part = [0_u8; 4096];
                let read = stream.read(&mut part).unwrap_or(0);
                let known = part[..read].starts_with(b"GET /ping/a-secret ");
                own.pings.fetch_add(usize::from(known), Ordering::SeqCst);
                let status = if known { "200 OK" } else { "404 Not Found" };
                let answer = format!("HTTP/1.1 {status}\r\ncontent-length: 2\r\nconnection: close\r\n\r\nOK");
                let _ = stream.write_all(answer.as_bytes());
            }
        });
        watch
    }

    /// The secret address.
    pub(crate) fn address(&self) -> String {
        self.address.clone()
    }

    /// How often it was pinged.
    pub(crate) fn pings(&self) -> usize {
        self.pings.load(Ordering::SeqCst)
    }
}
