//! What a heartbeat is told, and what counts as a beat.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

#[allow(dead_code, unreachable_pub, reason = "shared by several test files")]
mod support;

use std::time::Duration;

use serde_json::json;
use support::{KEY, Server, bearer};
use web::Unavailable;

fn beats(server: &Server) -> Vec<String> {
    server.journal.beats.lock().unwrap().clone()
}

#[tokio::test]
async fn get_and_post_are_beats_and_say_when_the_next_is_due() {
    let server = Server::start().await;
    for method in ["GET", "POST"] {
        let answer = server.send(method, "/heartbeat/orders", "", b"whatever { comes").await;
        assert_eq!(answer.status, 200, "{method}");
        assert_eq!(answer.body, json!({ "heartbeat": "orders", "next_before": "2026-03-02T03:15:00Z" }));
        assert_eq!(answer.header("cache-control"), ["no-store"]);
    }
    assert_eq!(beats(&server), ["orders", "orders"]);
}

#[tokio::test]
async fn other_methods_are_no_beats() {
    let server = Server::start().await;
    for method in ["HEAD", "PUT", "DELETE"] {
        let answer = server.send(method, "/heartbeat/orders", "", b"").await;
        assert_eq!(answer.status, 405, "{method}");
        assert_eq!(answer.header("allow"), ["GET, POST"], "{method}");
    }
    assert_eq!(beats(&server), [""; 0]);
}

#[tokio::test]
async fn an_unknown_name_and_a_wrong_key_are_refused_with_a_sentence() {
    let server = Server::start().await;
    let unknown = server.send("POST", "/heartbeat/ordres", "", b"").await;
    assert_eq!(
        (unknown.status, unknown.error()),
        (404, "No heartbeat has this name. [[heartbeats]] in the configuration lists them.")
    );
    for (name, key) in [("backup", ""), ("backup", "guessed"), ("unset", ""), ("unset", KEY)] {
        let answer = server.send("POST", &format!("/heartbeat/{name}"), &bearer(key), b"").await;
        assert_eq!(answer.status, 401, "{name} {key}");
        assert!(answer.error().starts_with("The key is wrong or missing."), "{}", answer.error());
    }
    assert_eq!(beats(&server), [""; 0]);
    assert_eq!(server.send("GET", "/heartbeat/backup", &bearer(KEY), b"").await.status, 200);
    assert_eq!(beats(&server), ["backup"]);
}

#[tokio::test]
async fn a_watchdog_that_is_resolved_is_no_beat_and_one_that_fires_is() {
    let server = Server::start().await;
    let webhook = |status: &str| json!({ "version": "4", "status": status, "alerts": [{ "status": status }] });
    let resolved = server.send("POST", "/heartbeat/orders", "", webhook("resolved").to_string().as_bytes()).await;
    assert_eq!(resolved.status, 200);
    assert_eq!(
        resolved.body,
        json!({ "heartbeat": "orders", "ignored": "Alertmanager says that the alert is resolved; that is no beat." })
    );
    assert_eq!(beats(&server), [""; 0]);
    for body in [webhook("firing"), json!({ "status": "resolved" }), json!(["resolved"])] {
        let answer = server.send("POST", "/heartbeat/orders", "", body.to_string().as_bytes()).await;
        assert!(answer.body["next_before"].is_string(), "{body}: {}", answer.body);
    }
    assert_eq!(beats(&server).len(), 3);
}

#[tokio::test]
async fn a_beat_that_cannot_be_kept_is_asked_for_again() {
    let server = Server::start().await;
    let unavailable = Unavailable { retry_after: Duration::from_secs(5), reason: "the database is busy".into() };
    *server.journal.refuse_with.lock().unwrap() = Some(unavailable);
    let answer = server.send("GET", "/heartbeat/orders", "", b"").await;
    assert_eq!(answer.status, 503);
    assert_eq!(answer.header("retry-after"), ["5"]);
    assert_eq!(answer.error(), "The beat was not kept: the database is busy. Send it again in 5 seconds.");
}
