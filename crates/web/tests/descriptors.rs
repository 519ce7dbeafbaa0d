//! Purpose: the front door when the system gives no more file descriptors. Alone in its process, because the limit is the
//! process's.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

#[allow(dead_code, unreachable_pub, reason = "shared by several test files")]
mod support;

use std::time::Duration;

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use support::{KEY, Server, bearer, sample};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpSocket;
use web::Limits;

/// Files that this process has open.
fn open_files() -> u64 {
    u64::try_from(std::fs::read_dir("/proc/self/fd").unwrap().count()).unwrap()
}

#[tokio::test]
async fn an_alert_is_accepted_when_silent_connections_took_the_last_file_descriptor() {
    let sample = sample("checkout-critical");
    let long = Duration::from_secs(600);
    // As if the limit had been guessed too high: more places than files.
    let limits = Limits { head: long, idle: long, per_address: 1_000, reserve: 0, ..Limits::of(1_000) };
    let server = Server::start_with_limits(limits).await;
    // The clients are in this process, too, and have their files before these become scarce.
    let mut sockets: Vec<TcpSocket> = (0..61).map(|_| TcpSocket::new_v4().unwrap()).collect();
    let sender = sockets.pop().unwrap();
    let most = open_files() + 30;
    setrlimit(Resource::Nofile, Rlimit { current: Some(most), ..getrlimit(Resource::Nofile) }).unwrap();
    let mut silent = Vec::new();
    for socket in sockets {
        let mut stream = socket.connect(([127, 0, 0, 1], server.port).into()).await.unwrap();
        stream.write_all(b"POST /intake/alertmanager HTTP/1.1\r\n").await.unwrap();
        silent.push(stream);
    }
    let sender = sender.connect(([127, 0, 0, 1], server.port).into()).await.unwrap();
    let key = bearer(KEY);
    let answer = server.send_over(sender, "POST", "/intake/alertmanager", &key, &sample);
    let answer = tokio::time::timeout(Duration::from_secs(10), answer).await;
    assert_eq!(answer.expect("an answer, although nobody left").status, 202);
    assert_eq!(server.kept().len(), 1);
    drop(silent);
}
