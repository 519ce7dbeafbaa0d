//! Purpose: what somebody sees who opens or presses the link of a page, and what programs see that read metrics.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

#[allow(dead_code, unreachable_pub, reason = "shared by several test files")]
mod support;

use std::sync::{Arc, Mutex};

use serde_json::json;
use support::Server;
use web::{LinkPage, Metric, MetricKind};

const TOKEN: &str = "AQAAAAcAAAABAGmDh9BidWRp_r5m3J2k-Q8mWqUeWQ";
const BROWSER: &str = "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8\r\n";

async fn server_with_link() -> Server {
    let server = Server::start().await;
    let page = LinkPage {
        status: 200,
        language: "en",
        title: "INC-7: Checkout errors <script>alert(1)</script>".into(),
        lines: vec!["Budi, you are paged.".into(), "\"a\" & 'b'".into()],
        button: Some("Acknowledge <now>".into()),
    };
    server.journal.links.lock().unwrap().insert(TOKEN.to_owned(), page);
    server
}

fn pressed(server: &Server) -> Vec<String> {
    server.journal.pressed.lock().unwrap().clone()
}

#[tokio::test]
async fn opening_a_link_shows_one_button_and_acknowledges_nothing() {
    let server = server_with_link().await;
    let target = format!("/a/{TOKEN}");
    for method in ["GET", "HEAD"] {
        let answer = server.send(method, &target, BROWSER, b"").await;
        assert_eq!(answer.status, 200);
        assert_eq!(answer.header("content-type"), ["text/html; charset=utf-8"]);
    }
    let answer = server.send("GET", &target, BROWSER, b"").await;
    assert_eq!(answer.text.matches("<form method=\"post\">").count(), 1);
    assert!(answer.text.contains("<button type=\"submit\">Acknowledge &lt;now&gt;</button>"));
    assert_eq!(pressed(&server), Vec::<String>::new());
}

#[tokio::test]
async fn what_an_alert_says_stays_text() {
    let server = server_with_link().await;
    let answer = server.send("GET", &format!("/a/{TOKEN}"), BROWSER, b"").await;
    assert!(!answer.text.contains("<script"));
    assert!(answer.text.contains("<h1>INC-7: Checkout errors &lt;script&gt;alert(1)&lt;/script&gt;</h1>"));
    assert!(answer.text.contains("<p>&quot;a&quot; &amp; &#39;b&#39;</p>"));
    assert!(!answer.text.contains(TOKEN), "a saved page is no key");
}

#[tokio::test]
async fn the_page_is_kept_nowhere_and_tells_nobody_its_address() {
    let server = server_with_link().await;
    for (method, headers) in [("GET", BROWSER), ("POST", BROWSER), ("POST", "")] {
        let answer = server.send(method, &format!("/a/{TOKEN}"), headers, b"").await;
        assert_eq!(answer.header("cache-control"), ["no-store"]);
        assert_eq!(answer.header("referrer-policy"), ["no-referrer"]);
        assert_eq!(answer.header("x-robots-tag"), ["noindex"]);
        assert_eq!(answer.header("x-content-type-options"), ["nosniff"]);
        assert_eq!(
            answer.header("content-security-policy"),
            [
                "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
            ]
        );
    }
}

#[tokio::test]
async fn pressing_in_a_browser_acknowledges_and_shows_a_page_without_a_button() {
    let server = server_with_link().await;
    let form = format!("{BROWSER}Content-Type: application/x-www-form-urlencoded\r\n");
    let answer = server.send("POST", &format!("/a/{TOKEN}"), &form, b"").await;
    assert_eq!((answer.status, pressed(&server)), (200, vec![TOKEN.to_owned()]));
    assert!(answer.text.contains("<h1>You have it</h1>"));
    assert!(!answer.text.contains("<form"));
}

#[tokio::test]
async fn the_button_of_a_push_message_is_answered_in_json() {
    let server = server_with_link().await;
    for accept in ["", "Accept: */*\r\n", "Accept: application/json\r\n"] {
        let answer = server.send("POST", &format!("/a/{TOKEN}"), accept, b"").await;
        assert_eq!(answer.status, 200);
        assert_eq!(answer.body, json!({ "title": "You have it", "lines": ["Budi, you are paged.", "\"a\" & 'b'"] }));
        assert_eq!(answer.header("access-control-allow-origin"), ["*"]);
    }
    assert_eq!(pressed(&server).len(), 3);
}

#[tokio::test]
async fn a_wrong_link_is_told_so_and_does_nothing() {
    let server = server_with_link().await;
    for target in ["/a/x", "/a/%00", "/a/%ff", "/a/..%2f..", &format!("/a/{}", "A".repeat(4_000))] {
        let opened = server.send("GET", target, BROWSER, b"").await;
        assert_eq!((opened.status, opened.text.contains("<form")), (404, false), "{target}");
        let pressed = server.send("POST", target, "", b"").await;
        assert_eq!((pressed.status, &pressed.body["title"]), (404, &json!("This link is not complete")), "{target}");
    }
    assert_eq!(pressed(&server), Vec::<String>::new());
}

#[tokio::test]
async fn a_link_is_only_opened_and_pressed() {
    let server = server_with_link().await;
    for method in ["PUT", "DELETE", "PATCH", "OPTIONS"] {
        let answer = server.send(method, &format!("/a/{TOKEN}"), "", b"").await;
        assert_eq!(answer.status, 405, "{method}");
        assert_eq!(answer.header("allow"), ["GET, HEAD, POST"]);
    }
    assert_eq!(pressed(&server), Vec::<String>::new());
}

#[tokio::test]
async fn a_link_is_never_in_the_log() {
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing_subscriber::filter::LevelFilter::TRACE)
        .with_writer({
            let log = log.clone();
            move || log.clone()
        })
        .finish();
    let _guard = tracing::subscriber::set_default(subscriber);
    let server = server_with_link().await;
    for method in ["GET", "POST", "PUT"] {
        for target in [format!("/a/{TOKEN}"), format!("/a/{TOKEN}/more"), format!("/intake/x?key={TOKEN}")] {
            server.send(method, &target, "", b"").await;
        }
    }
    let written = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    assert!(!written.contains(TOKEN), "{written}");
    assert!(written.contains("is not configured"), "the log is read at all: {written}");
}

#[tokio::test]
async fn metrics_are_read_by_prometheus() {
    let server = Server::start().await;
    *server.journal.metrics.lock().unwrap() = vec![Metric {
        name: "siaga_outbox_waiting",
        help: "Effects that wait.",
        kind: MetricKind::Gauge,
        samples: vec![(vec![("kind", "page".to_owned())], 4.0)],
    }];
    let answer = server.get("/metrics").await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("content-type"), ["text/plain; version=0.0.4; charset=utf-8"]);
    let expected = "# HELP siaga_outbox_waiting Effects that wait.\n# TYPE siaga_outbox_waiting gauge\nsiaga_outbox_waiting{kind=\"page\"} 4\n";
    assert_eq!(answer.text, expected);
    assert_eq!(server.send("POST", "/metrics", "", b"").await.status, 405);
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
