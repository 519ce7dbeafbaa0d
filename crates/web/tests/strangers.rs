//! Purpose: what strangers at the front door cost a sender: nothing. And what they are told.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

#[allow(dead_code, unreachable_pub, reason = "shared by several test files")]
mod support;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use support::{Answer, KEY, Server, bearer, read_answer, sample};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use web::{Door, Limits};

/// Long enough that no test meets it by waiting.
const LONG: Duration = Duration::from_secs(600);

fn patient(total: usize) -> Limits {
    Limits { head: LONG, idle: LONG, idle_sender: LONG, ..Limits::of(total) }
}

/// Waits until the other side closes the connection.
async fn is_closed(stream: &mut TcpStream) {
    let mut rest = Vec::new();
    // A reset is an end, too.
    let _ = tokio::time::timeout(Duration::from_secs(20), stream.read_to_end(&mut rest)).await.expect("it is closed");
}

/// Sends a request that keeps the connection open, and reads as much of its answer as says how it ended.
async fn ask(stream: &mut TcpStream, head: &str, body: &[u8]) -> String {
    let head = format!("{head}\r\nHost: x\r\nContent-Length: {}\r\n\r\n", body.len());
    stream.write_all(head.as_bytes()).await.unwrap();
    stream.write_all(body).await.unwrap();
    let mut text = String::new();
    while !text.contains("\r\n\r\n") || !text.ends_with('}') {
        let mut part = [0; 1024];
        let read = stream.read(&mut part).await.unwrap();
        assert!(read > 0, "closed after {text:?}");
        text.push_str(std::str::from_utf8(&part[..read]).unwrap());
    }
    text.split(' ').nth(1).unwrap().to_owned()
}

fn intake() -> String {
    format!("POST /intake/alertmanager HTTP/1.1\r\n{}", bearer(KEY).trim_end())
}

#[tokio::test]
async fn an_alert_is_accepted_while_silent_connections_want_every_place() {
    let server = Server::start_with_limits(patient(24)).await;
    let mut silent = Vec::new();
    for number in 0..100 {
        silent.push(server.connect_from(&format!("127.0.1.{number}")).await);
    }
    // Some come from the sender's own address and some are in the middle of their first line.
    for _ in 0..50 {
        let mut stream = server.connect().await;
        stream.write_all(b"POST /intake/alertmana").await.unwrap();
        silent.push(stream);
    }
    assert_eq!(server.post(&sample("checkout-critical")).await.status, 202);
    assert_eq!(server.kept().len(), 1);
    drop(silent);
}

#[tokio::test]
async fn a_connection_over_which_alerts_came_outlives_any_number_of_strangers() {
    let server = Server::start_with_limits(patient(16)).await;
    let mut sender = server.connect().await;
    assert_eq!(ask(&mut sender, &intake(), &sample("checkout-critical")).await, "202");
    let mut strangers = Vec::new();
    for round in 0..4 {
        for number in 0..50 {
            strangers.push(server.connect_from(&format!("127.0.{round}.{}", number + 1)).await);
        }
        assert_eq!(ask(&mut sender, &intake(), &sample("search-warning")).await, "202");
    }
    assert_eq!(server.kept().len(), 5);
}

#[tokio::test]
async fn a_head_that_does_not_arrive_whole_ends_its_connection_however_busy_it_looks() {
    let limits = Limits { head: Duration::from_millis(300), ..patient(16) };
    let server = Server::start_with_limits(limits).await;
    let (mut silent, mut slow) = (server.connect().await, server.connect().await);
    let (mut slow_reads, mut slow_writes) = slow.split();
    let trickle = async {
        // A byte every now and then, for ever.
        while slow_writes.write_all(b"P").await.is_ok() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    let ends = async {
        let mut rest = Vec::new();
        let _ = slow_reads.read_to_end(&mut rest).await;
    };
    tokio::time::timeout(Duration::from_secs(20), async {
        tokio::select! { () = trickle => {} () = ends => {} }
    })
    .await
    .expect("the slow one ends");
    is_closed(&mut silent).await;
}

#[tokio::test]
async fn an_idle_connection_of_a_stranger_ends_soon_and_one_of_a_sender_does_not() {
    let limits = Limits { idle: Duration::from_millis(100), ..patient(16) };
    let server = Server::start_with_limits(limits).await;
    let (mut sender, mut stranger) = (server.connect().await, server.connect().await);
    assert_eq!(ask(&mut sender, &intake(), &sample("checkout-critical")).await, "202");
    assert_eq!(ask(&mut stranger, "GET /livez HTTP/1.1", b"").await, "200");
    is_closed(&mut stranger).await;
    assert_eq!(ask(&mut sender, &intake(), &sample("search-warning")).await, "202");
}

#[tokio::test]
async fn a_giant_head_is_refused() {
    let server = Server::start().await;
    let giant = format!("X-Padding: {}\r\n", "x".repeat(64 * 1024));
    let mut stream = server.connect().await;
    let head = format!("GET /livez HTTP/1.1\r\nHost: x\r\n{giant}\r\n");
    // It may be refused while we are still writing.
    let _ = stream.write_all(head.as_bytes()).await;
    let mut answer = vec![0; 12];
    stream.read_exact(&mut answer).await.unwrap();
    assert_eq!(answer, b"HTTP/1.1 431");
}

async fn guess(server: &Server, from: &str, headers: &str) -> Answer {
    let stream = server.connect_from(from).await;
    let headers = format!("{headers}{}", bearer("guessed"));
    server.send_over(stream, "POST", "/intake/alertmanager", &headers, b"{}").await
}

#[tokio::test]
async fn many_wrong_keys_are_told_to_wait_and_a_right_one_from_the_same_address_is_taken() {
    let server = Server::start_with_limits(Limits { wrong_keys: 3, ..patient(16) }).await;
    for _ in 0..3 {
        assert_eq!(guess(&server, "127.0.0.1", "").await.status, 401);
    }
    let answer = guess(&server, "127.0.0.1", "").await;
    assert_eq!(answer.status, 429);
    assert_eq!(
        answer.error(),
        "Too many wrong keys came from this address within a minute. A request with the right key is taken at any time."
    );
    let seconds: u64 = answer.header("retry-after")[0].parse().unwrap();
    assert!((1..=60).contains(&seconds), "{seconds}");

    assert_eq!(server.post(&sample("checkout-critical")).await.status, 202, "a sender behind the same address");
    assert_eq!(guess(&server, "127.0.0.2", "").await.status, 401, "another address is not blamed");
    let beat = server.send("POST", "/heartbeat/backup", &bearer("guessed"), b"").await;
    assert_eq!(beat.status, 429, "a key is a key, whatever for");
    assert_eq!(
        *server.journal.answered.lock().unwrap(),
        [
            "alertmanager 401",
            "alertmanager 401",
            "alertmanager 401",
            "alertmanager 429",
            "alertmanager 202",
            "alertmanager 401"
        ]
    );
}

#[tokio::test]
async fn only_a_proxy_that_is_named_says_whom_a_request_comes_from() {
    let server = Server::start_with_limits(Limits { wrong_keys: 1, ..patient(16) }).await;
    let forwarded = |list: &str| format!("X-Forwarded-For: {list}\r\n");
    // Nobody is named: the header is air, so a guesser cannot be somebody else each time.
    assert_eq!(guess(&server, "127.0.0.1", &forwarded("198.51.100.1")).await.status, 401);
    assert_eq!(guess(&server, "127.0.0.1", &forwarded("198.51.100.2")).await.status, 429);

    server.journal.proxies.lock().unwrap().push("127.0.0.9".parse().unwrap());
    assert_eq!(guess(&server, "127.0.0.9", &forwarded("198.51.100.1")).await.status, 401);
    assert_eq!(guess(&server, "127.0.0.9", &forwarded("198.51.100.1")).await.status, 429);
    assert_eq!(guess(&server, "127.0.0.9", &forwarded("198.51.100.2")).await.status, 401);
    assert_eq!(
        guess(&server, "127.0.0.9", &forwarded("203.0.113.50, 198.51.100.2")).await.status,
        429,
        "what the sender wrote before it counts for nothing"
    );
    assert_eq!(
        guess(&server, "127.0.0.1", &forwarded("198.51.100.9")).await.status,
        429,
        "who is no proxy is not believed"
    );
}

#[tokio::test]
async fn connections_of_a_named_proxy_are_not_limited_by_address() {
    let limits = patient(64);
    let server = Server::start_with_limits(limits).await;
    server.journal.proxies.lock().unwrap().push("127.0.0.9".parse().unwrap());
    let mut kept = Vec::new();
    for _ in 0..limits.per_address * 3 {
        kept.push(server.connect_from("127.0.0.9").await);
    }
    // Past the grace of newcomers.
    tokio::time::sleep(Duration::from_millis(1_100)).await;
    kept.push(server.connect_from("127.0.0.9").await);
    for stream in &mut kept {
        assert_eq!(ask(stream, "GET /livez HTTP/1.1", b"").await, "200");
    }
}

#[tokio::test]
async fn who_has_delivered_is_known_by_address() {
    let server = Server::start().await;
    assert_eq!(server.post(&sample("checkout-critical")).await.status, 202);
    assert_eq!(server.post(b"").await.status, 400);
    guess(&server, "127.0.0.1", "").await;
    guess(&server, "127.0.0.7", "").await;
    server.send("POST", "/intake/nagios", "", b"").await;
    server.send("GET", "/intake/alertmanager", "", b"").await;
    assert_eq!(
        *server.journal.answered.lock().unwrap(),
        [
            "alertmanager 202",
            "alertmanager 400 known",
            "alertmanager 401 known",
            "alertmanager 401",
            "- 404 known",
            "alertmanager 405"
        ]
    );
}

#[tokio::test]
async fn links_apart_are_not_at_the_main_address_and_nothing_else_is_at_theirs() {
    let main = Server::start_with(web::App::with_links_apart).await;
    for method in ["GET", "POST"] {
        assert_eq!(main.send(method, "/a/token", "", b"").await.status, 404);
        assert_eq!(
            main.send(method, "/a/token", "", b"").await.error().split('.').next(),
            Some("There is nothing at this address")
        );
    }
    assert_eq!(main.post(&sample("checkout-critical")).await.status, 202);

    let links = Server::start_links_alone().await;
    let shown = links.get("/a/token").await;
    assert!(
        shown.body["title"].is_null() && shown.text.contains("This link is not complete")
            || shown.body["title"] == "This link is not complete"
    );
    assert_eq!(links.get("/livez").await.status, 200);
    for target in ["/intake/alertmanager", "/heartbeat/orders", "/metrics", "/readyz", "/"] {
        for method in ["GET", "POST"] {
            let answer = links.send(method, target, &bearer(KEY), b"{}").await;
            assert_eq!(answer.status, 404, "{method} {target}");
            assert_eq!(answer.error(), "There is nothing at this address. Open the link as it stands in the message.");
        }
    }
    assert!(links.kept().is_empty() && links.journal.beats.lock().unwrap().is_empty());
}

#[tokio::test]
async fn a_stop_takes_nothing_new_and_does_not_wait_for_who_is_silent() {
    let server = Server::start_with(|app| app.with_shutdown_grace(LONG).with_door(Door::new(patient(16)))).await;
    let (mut silent, mut idle) = (server.connect().await, server.connect().await);
    assert_eq!(ask(&mut idle, &intake(), &sample("checkout-critical")).await, "202");
    let mut slow = server.connect().await;
    let body = sample("search-warning");
    let head = format!("{}\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: {}\r\n\r\n", intake(), body.len());
    slow.write_all(head.as_bytes()).await.unwrap();
    let mut go_on = [0; 25];
    slow.read_exact(&mut go_on).await.unwrap();

    server.shutdown.cancel();
    is_closed(&mut silent).await;
    is_closed(&mut idle).await;
    let refused = TcpStream::connect(("127.0.0.1", server.port)).await;
    assert!(refused.is_err(), "nobody listens any more");
    slow.write_all(&body).await.unwrap();
    assert_eq!(read_answer(&mut slow).await.status, 202);
    tokio::time::timeout(Duration::from_secs(20), server.task).await.expect("the server ends").unwrap().unwrap();
    assert_eq!(server.journal.kept.lock().unwrap().len(), 2);
}

/// Keeps what is logged.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl std::io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn a_guesser_has_one_line_in_the_log_for_keys_and_one_for_names() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt().with_writer(move || writer.clone()).with_ansi(false).finish();
    let guard = tracing::subscriber::set_default(subscriber);
    let server = Server::start().await;
    for number in 0..30 {
        guess(&server, "127.0.0.1", "").await;
        server.send("POST", &format!("/intake/name-{number}"), "", b"{}").await;
    }
    guess(&server, "127.0.0.3", "").await;
    drop(guard);
    let text = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    let lines: Vec<&str> = text.lines().filter(|line| line.contains("WARN")).collect();
    assert_eq!(lines.len(), 3, "one for keys and one for names: {text}");
    assert!(lines[1].contains("the integration \"name-0\", which is not configured"), "{text}");
    assert!(lines[0].contains("integration alertmanager came with a wrong key or none"), "{text}");
    assert!(lines[0].contains("client.address=127.0.0.1") && lines[2].contains("client.address=127.0.0.3"), "{text}");
}
