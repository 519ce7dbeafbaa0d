//! Purpose: what operators and load balancers are answered, and how the server ends.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

#[allow(dead_code, unreachable_pub, reason = "shared by several test files")]
mod support;

use std::time::Duration;

use serde_json::json;
use support::{KEY, Server, bearer, read_answer, sample};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use web::Part;

#[tokio::test]
async fn the_process_is_alive_even_when_it_is_not_ready() {
    let server = Server::start().await;
    *server.journal.broken.lock().unwrap() =
        Some(Part { name: "gateway".into(), ok: false, sentence: "Not connected for 40 s.".into() });
    let answer = server.get("/livez").await;
    assert_eq!((answer.status, answer.body), (200, json!({ "alive": true })));
}

#[tokio::test]
async fn ready_tells_its_parts() {
    let server = Server::start().await;
    let answer = server.get("/readyz").await;
    assert_eq!(answer.status, 200);
    let database = json!({ "name": "database", "ok": true, "sentence": "Answers in 1 ms." });
    assert_eq!(answer.body, json!({ "ready": true, "parts": [database] }));
    assert_eq!(answer.header("cache-control"), ["no-store"]);
}

#[tokio::test]
async fn not_ready_says_which_part_is_not() {
    let server = Server::start().await;
    *server.journal.broken.lock().unwrap() =
        Some(Part { name: "gateway".into(), ok: false, sentence: "Not connected for 40 s.".into() });
    let answer = server.get("/readyz").await;
    assert_eq!(answer.status, 503);
    assert_eq!(answer.body["ready"], false);
    assert_eq!(answer.body["parts"][1]["sentence"], "Not connected for 40 s.");
}

#[tokio::test]
async fn every_other_address_is_not_found_in_json() {
    let server = Server::start().await;
    for target in
        ["/", "/intake", "/intake/", "/intake/a/b", "/a", "/a/", "/a/b/c", "/metrics/", "/livez/", "/%2e%2e/etc/passwd"]
    {
        for method in ["GET", "POST"] {
            let answer = server.send(method, target, "", b"").await;
            assert_eq!(answer.status, 404, "{method} {target}");
            assert!(answer.error().starts_with("There is nothing at this address."));
        }
    }
}

#[tokio::test]
async fn health_is_only_read() {
    let server = Server::start().await;
    for target in ["/livez", "/readyz"] {
        let answer = server.send("POST", target, "", b"").await;
        assert_eq!((answer.status, answer.error()), (405, "Health is read with GET."));
        assert_eq!(server.send("HEAD", target, "", b"").await.status, 200);
    }
}

#[tokio::test]
async fn a_request_that_began_before_the_shutdown_is_still_answered() {
    let server = Server::start().await;
    let body = sample("checkout-critical");
    let mut stream = server.connect().await;
    let head = format!(
        "POST /intake/alertmanager HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: {}\r\n{}\r\n",
        body.len(),
        bearer(KEY)
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    // The server asks for the body: it is inside the handler now.
    let mut go_on = [0; 25];
    stream.read_exact(&mut go_on).await.unwrap();
    assert_eq!(&go_on, b"HTTP/1.1 100 Continue\r\n\r\n");

    server.shutdown.cancel();
    stream.write_all(&body).await.unwrap();
    assert_eq!(read_answer(&mut stream).await.status, 202);
    assert_eq!(server.kept().len(), 1);
    tokio::time::timeout(Duration::from_secs(5), server.task).await.expect("the server ends").unwrap().unwrap();
}

#[tokio::test]
async fn a_connection_that_never_ends_does_not_hold_up_the_shutdown() {
    let server = Server::start_with_grace(Duration::from_millis(50)).await;
    let mut stream = server.connect().await;
    let head = format!(
        "POST /intake/alertmanager HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 10\r\n{}\r\n",
        bearer(KEY)
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut go_on = [0; 25];
    stream.read_exact(&mut go_on).await.unwrap();
    server.shutdown.cancel();
    tokio::time::timeout(Duration::from_secs(5), server.task).await.expect("the server ends").unwrap().unwrap();
}
