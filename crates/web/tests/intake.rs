//! Purpose: what a sender of alerts is answered.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

#[allow(dead_code, unreachable_pub, reason = "shared by several test files")]
mod support;

use std::io::Write;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use domain::AlertStatus;
use serde_json::json;
use support::{KEY, Server, bearer, read_answer, sample};
use tokio::io::AsyncWriteExt;
use web::{BODY_BYTES, Unavailable};

#[tokio::test]
async fn an_alert_is_accepted_once_it_is_kept() {
    let server = Server::start().await;
    let answer = server.post(&sample("checkout-critical")).await;
    assert_eq!((answer.status, answer.body), (202, json!({ "accepted": 1 })));
    let kept = server.kept();
    assert_eq!(kept.len(), 1);
    assert_eq!(kept[0].title, "Checkout errors 12 %");
    assert_eq!(kept[0].integration.as_str(), "alertmanager");
}

#[tokio::test]
async fn every_alert_of_a_group_is_accepted_with_its_own_status() {
    let server = Server::start().await;
    let answer = server.post(&sample("group-of-three")).await;
    assert_eq!(answer.body, json!({ "accepted": 3 }));
    let statuses: Vec<AlertStatus> = server.kept().iter().map(|report| report.status).collect();
    assert_eq!(statuses, [AlertStatus::Firing, AlertStatus::Firing, AlertStatus::Resolved]);
}

#[tokio::test]
async fn json_of_an_unknown_shape_is_accepted_and_visible() {
    let server = Server::start().await;
    let answer = server.post(&sample("unknown-shape")).await;
    assert_eq!((answer.status, answer.body), (202, json!({ "accepted": 1 })));
    assert!(server.kept()[0].unmapped.as_deref().unwrap().contains("disk.full"));
}

#[tokio::test]
async fn a_body_that_lists_no_alerts_is_accepted_and_keeps_nothing() {
    let server = Server::start().await;
    let answer = server.post(br#"{"version":"4","alerts":[]}"#).await;
    assert_eq!((answer.status, answer.body), (202, json!({ "accepted": 0 })));
    assert!(server.kept().is_empty());
}

#[tokio::test]
async fn the_key_is_taken_as_bearer_token_as_basic_password_or_from_the_query() {
    let server = Server::start().await;
    let basic = |user: &str| format!("Authorization: Basic {}\r\n", STANDARD.encode(format!("{user}:{KEY}")));
    let cases = [
        ("", bearer(KEY)),
        ("", format!("authorization: bearer  {KEY}\r\n")),
        ("", basic("alertmanager")),
        ("", basic("")),
        ("?key=correct+horse+%26+battery%2Bstaple", String::new()),
        ("?a=b&key=correct%20horse%20%26%20battery%2Bstaple", "Authorization: Bearer of-a-proxy\r\n".to_owned()),
    ];
    for (query, headers) in cases {
        let target = format!("/intake/alertmanager{query}");
        let answer = server.send("POST", &target, &headers, &sample("search-warning")).await;
        assert_eq!(answer.status, 202, "{query} {headers}");
    }
    assert_eq!(server.kept().len(), 6);
}

#[tokio::test]
async fn a_wrong_or_missing_key_is_refused_and_nothing_is_kept() {
    let server = Server::start().await;
    let cases = [
        ("", String::new()),
        ("", bearer("wrong")),
        ("", bearer(&KEY[1..])),
        ("", bearer("")),
        ("", format!("Authorization: {KEY}\r\n")),
        ("", format!("Authorization: Basic {}\r\n", STANDARD.encode(format!("{KEY}:")))),
        ("", "Authorization: Basic !!!\r\n".to_owned()),
        ("?key=", String::new()),
        ("?key=wrong", String::new()),
        ("?key=%ff", String::new()),
        ("?other=correct+horse+%26+battery%2Bstaple", String::new()),
    ];
    for (query, headers) in cases {
        let target = format!("/intake/alertmanager{query}");
        let answer = server.send("POST", &target, &headers, &sample("checkout-critical")).await;
        assert_eq!(answer.status, 401, "{query} {headers}");
        assert_eq!(answer.header("www-authenticate").len(), 2);
        assert!(answer.error().starts_with("The key is wrong or missing."), "{}", answer.body);
    }
    assert!(server.kept().is_empty());
}

#[tokio::test]
async fn an_integration_without_a_key_lets_nobody_in() {
    let server = Server::start().await;
    for (query, headers) in [("", String::new()), ("?key=", String::new()), ("", bearer("")), ("", bearer(KEY))] {
        let answer = server.send("POST", &format!("/intake/keyless{query}"), &headers, b"{}").await;
        assert_eq!(answer.status, 401);
    }
    assert!(server.kept().is_empty());
}

#[tokio::test]
async fn an_unknown_integration_is_not_found_and_no_name_is_given_away() {
    let server = Server::start().await;
    for target in ["/intake/grafana", "/intake/%ff", "/intake/alertmanager%00", "/intake/Alertmanager"] {
        let answer = server.send("POST", target, &bearer(KEY), b"{}").await;
        assert_eq!(answer.status, 404, "{target}");
        assert!(!answer.error().contains("alertmanager"), "{}", answer.error());
    }
}

#[tokio::test]
async fn a_body_over_sixteen_mebibytes_is_refused_and_one_of_just_that_size_is_taken() {
    let server = Server::start().await;
    let mut body = sample("checkout-critical");
    body.resize(BODY_BYTES, b' ');
    assert_eq!(server.post(&body).await.status, 202);
    body.push(b' ');
    let answer = server.post(&body).await;
    assert_eq!(answer.status, 413);
    assert!(answer.error().contains("16 MiB"));
    assert_eq!(server.kept().len(), 1);
}

#[tokio::test]
async fn a_body_of_unknown_length_has_the_same_bound() {
    let server = Server::start().await;
    let mut stream = server.connect().await;
    let head = format!(
        "POST /intake/alertmanager HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n{}\r\n",
        bearer(KEY)
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    for _ in 0..257 {
        stream.write_all(format!("10000\r\n{}\r\n", " ".repeat(0x10000)).as_bytes()).await.unwrap();
    }
    stream.write_all(b"0\r\n\r\n").await.unwrap();
    assert_eq!(read_answer(&mut stream).await.status, 413);
}

#[tokio::test]
async fn an_announced_giant_is_refused_before_it_is_sent() {
    let server = Server::start().await;
    let mut stream = server.connect().await;
    let head =
        format!("POST /intake/alertmanager HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999\r\n{}\r\n", bearer(KEY));
    stream.write_all(head.as_bytes()).await.unwrap();
    assert_eq!(read_answer(&mut stream).await.status, 413);
}

#[tokio::test]
async fn a_body_that_is_not_json_is_kept_as_an_unmapped_alert_and_an_empty_one_is_refused() {
    let server = Server::start().await;
    let answer = server.post(b"{\n  \"alerts\": [,]\n}").await;
    assert_eq!((answer.status, answer.body), (202, json!({ "accepted": 1 })));
    assert_eq!(server.kept().len(), 1);
    let answer = server.post(b" \n").await;
    assert_eq!((answer.status, answer.error()), (400, "The body is empty."));
    assert_eq!(server.kept().len(), 1);
}

#[tokio::test]
async fn when_nothing_can_be_kept_the_sender_learns_when_to_come_again() {
    let server = Server::start().await;
    let unavailable = Unavailable { retry_after: Duration::from_millis(4_200), reason: "the database is busy".into() };
    *server.journal.refuse_with.lock().unwrap() = Some(unavailable);
    let answer = server.post(&sample("checkout-critical")).await;
    assert_eq!(answer.status, 503);
    assert_eq!(answer.header("retry-after"), ["5"]);
    assert_eq!(answer.error(), "The alerts were not accepted: the database is busy. Send them again in 5 seconds.");

    *server.journal.refuse_with.lock().unwrap() = None;
    assert_eq!(server.post(&sample("checkout-critical")).await.status, 202);
}

#[tokio::test]
async fn the_intake_is_written_to_and_not_read() {
    let server = Server::start().await;
    for target in ["/intake/alertmanager", "/intake/unknown"] {
        for method in ["GET", "PUT", "DELETE"] {
            let answer = server.send(method, target, "", b"").await;
            assert_eq!(answer.status, 405, "{method} {target}");
            assert_eq!(answer.header("allow"), ["POST"]);
            assert!(answer.error().contains("POST"));
        }
    }
}

#[tokio::test]
async fn a_get_is_an_alert_only_where_the_configuration_says_so() {
    let server = Server::start().await;
    let key = "key=correct+horse+%26+battery%2Bstaple";
    let target = format!("/intake/ping?id=7&title=Disk+full&{key}");
    assert_eq!(server.send("GET", &target, "", b"").await.status, 202);
    {
        let kept = server.kept();
        assert_eq!((kept.len(), kept[0].title.as_str()), (1, "Disk full"));
        assert!(!format!("{:?}", kept[0]).contains("horse"), "the key is no part of it");
    }
    // A preview has no key, or asks with HEAD; a key alone says nothing.
    assert_eq!(server.send("GET", "/intake/ping?id=7&title=x", "", b"").await.status, 401);
    assert_eq!(server.send("HEAD", &target, "", b"").await.status, 405);
    assert_eq!(server.send("GET", &format!("/intake/ping?{key}"), "", b"").await.status, 400);
    let answer = server.send("PUT", &target, "", b"").await;
    assert_eq!((answer.status, answer.header("allow")), (405, vec!["GET, POST"]));
    assert_eq!(server.send("GET", &format!("/intake/alertmanager?{key}"), "", b"").await.status, 405);
    assert_eq!(server.kept().len(), 1);
}

/// Collects everything that is logged on this thread.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test(flavor = "current_thread")]
async fn no_key_and_no_body_is_ever_logged_and_the_configured_names_are() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_writer(move || writer.clone())
        .with_ansi(false)
        .finish();
    let guard = tracing::subscriber::set_default(subscriber);
    let server = Server::start().await;
    let secret = "s3cr3t-in-the-query";
    for target in ["/intake/alertmanager", "/intake/grafana", "/elsewhere", "/readyz"] {
        for method in ["POST", "GET"] {
            server.send(method, &format!("{target}?key={secret}"), &bearer("s3cr3t-in-a-header"), b"s3cr3t body").await;
        }
    }
    server.post(b"s3cr3t not JSON").await;
    server.send("POST", "/intake/alertmanager?key=correct+horse+%26+battery%2Bstaple", "", b"{}").await;
    drop(guard);

    let text = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    assert!(text.contains("came with a wrong key or none"), "{text}");
    assert!(text.contains("which is not configured") && text.contains("alertmanager, keyless"), "{text}");
    assert!(!text.contains("s3cr3t") && !text.contains("correct") && !text.contains("staple"), "{text}");
}
