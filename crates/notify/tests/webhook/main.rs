//! Purpose: what leaves as a webhook, what a receiver's own library says of it, and what each answer means.
//!
//! The Python environment is made by `scripts/test`; without it the test of the library is left out, which it says and which passes,
//! unless `SIAGA_REQUIRE` names `webhook`.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stderr, reason = "tests")]

#[allow(dead_code, unreachable_pub, reason = "shared by several test files")]
#[path = "../support/mod.rs"]
mod support;

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use domain::{Outcome, ReasonCode, WayId};
use engine::Clock;
use notify::{Contact, Message, Notifier};
use serde_json::{Value, json};
use support::{budi, notifier, page, refused, sentence};
use tokio::net::TcpListener;

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
const WEBHOOK: WayId = ways::webhook::WEBHOOK.id;
const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

/// A receiver that answers each webhook with this status and these headers, and keeps them.
#[derive(Clone)]
struct Receiver {
    status: u16,
    headers: &'static [(&'static str, &'static str)],
    taken: Arc<Mutex<Vec<(HeaderMap, String)>>>,
    port: u16,
}

impl Receiver {
    async fn start(status: u16, headers: &'static [(&'static str, &'static str)]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let receiver = Self { status, headers, taken: Arc::default(), port };
        let app = Router::new().fallback(take).with_state(receiver.clone());
        tokio::spawn(async move { axum::serve(listener, app).await });
        receiver
    }

    fn notifier(&self) -> Notifier {
        at(&format!("http://127.0.0.1:{}/topic-of-budi?s3cret=1#{SECRET}", self.port))
    }

    fn taken(&self) -> Vec<(HeaderMap, String)> {
        self.taken.lock().unwrap().clone()
    }
}

fn at(address: &str) -> Notifier {
    notifier(None, Contact::from([(WEBHOOK, address.into())]))
}

async fn take(State(receiver): State<Receiver>, headers: HeaderMap, body: Bytes) -> Response {
    receiver.taken.lock().unwrap().push((headers, String::from_utf8(body.to_vec()).unwrap()));
    if receiver.status == 0 {
        std::future::pending::<()>().await;
    }
    let mut answer = StatusCode::from_u16(receiver.status).unwrap().into_response();
    for (name, value) in receiver.headers {
        answer.headers_mut().insert(*name, value.parse().unwrap());
    }
    answer
}

async fn send(notifier: &Notifier, message: &Message) -> Outcome<String> {
    notifier.send(&budi(), WEBHOOK, message).await
}

/// A Python that knows the library. When it is required and not here, the test fails.
fn python() -> Option<PathBuf> {
    for python in [Path::new(ROOT).join(".test-parts/venv/bin/python"), PathBuf::from("python3")] {
        let mut asked = Command::new(&python);
        asked.args(["-c", "import standardwebhooks"]).stdout(Stdio::null()).stderr(Stdio::null());
        if asked.status().is_ok_and(|status| status.success()) {
            return Some(python);
        }
    }
    let required = std::env::var_os("SIAGA_REQUIRE").unwrap_or_default();
    let is_required = required.to_string_lossy().split([',', ' ']).any(|name| name == "webhook");
    assert!(!is_required, "SIAGA_REQUIRE names webhook, but no Python with standardwebhooks can be found");
    eprintln!("left out: no Python with standardwebhooks can be found (scripts/test --only webhook installs it)");
    None
}

/// What the library says.
fn verified(python: &Path, secret: &str, headers: &HeaderMap, body: &str) -> Value {
    let script = Path::new(ROOT).join("crates/notify/tests/webhook/verify.py");
    let mut process = Command::new(python).arg(script).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let headers: serde_json::Map<String, Value> =
        headers.iter().map(|(name, value)| (name.to_string(), value.to_str().unwrap().into())).collect();
    let asked = json!({ "secret": secret, "headers": headers, "body": body });
    writeln!(process.stdin.take().unwrap(), "{asked}").unwrap();
    serde_json::from_slice(&process.wait_with_output().unwrap().stdout).unwrap()
}

#[tokio::test]
async fn the_library_of_a_receiver_takes_what_we_sign_and_nothing_else() {
    let Some(python) = python() else { return };
    let receiver = Receiver::start(204, &[]).await;
    let message = Message { at: Clock::system().now(), title: "Größe – 日本 \"x\"".into(), ..page() };
    let sent = send(&receiver.notifier(), &message).await;
    assert_eq!(sent, Outcome::Confirmed("The webhook was taken (status 204).".into()));
    let (headers, body) = receiver.taken().pop().unwrap();
    let read = verified(&python, SECRET, &headers, &body);
    assert_eq!(read["read"]["data"]["title"], message.title);
    let other = verified(&python, "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", &headers, &body);
    assert_eq!(other, json!({ "refused": "No matching signature found" }));
    let changed = verified(&python, SECRET, &headers, &body.replace("page", "notice"));
    assert_eq!(changed, json!({ "refused": "No matching signature found" }));
    let mut again = headers.clone();
    again.insert("webhook-id", "another".parse().unwrap());
    assert_eq!(verified(&python, SECRET, &again, &body), json!({ "refused": "No matching signature found" }));
}

#[tokio::test]
async fn a_page_says_what_is_wrong_where_people_are_and_how_it_is_answered() {
    let receiver = Receiver::start(200, &[]).await;
    for minutes in [0, 1] {
        let message = Message { at: page().at + jiff::SignedDuration::from_mins(minutes), ..page() };
        assert!(matches!(send(&receiver.notifier(), &message).await, Outcome::Confirmed(_)));
    }
    let [(first, body), (again, _)] = <[_; 2]>::try_from(receiver.taken()).unwrap();
    let expected = json!({
        "type": "page",
        "timestamp": "2026-03-01T20:12:00Z",
        "data": {
            "incident": "INC-7",
            "severity": "SEV-2",
            "incidents": [{ "incident": "INC-7", "severity": "SEV-2" }],
            "title": "SEV-2 INC-7: Checkout errors above 5%",
            "lines": ["Checkout is failing since 03:12.", "If you do not answer by 03:20, Rina is paged."],
            "room_url": "https://discord.com/channels/1/2",
            "acknowledge_url": "https://siaga.example.com/a/AQAAtoken",
            "urgent": true,
        },
    });
    assert_eq!(serde_json::from_str::<Value>(&body).unwrap(), expected);
    assert_eq!(first["content-type"], "application/json");
    assert_eq!(first["webhook-timestamp"], "1772395920");
    assert_eq!(first["webhook-id"], again["webhook-id"], "a repetition is the same webhook");
    assert_ne!(first["webhook-timestamp"], again["webhook-timestamp"], "or receivers would refuse it as too old");
    assert_ne!(first["webhook-signature"], again["webhook-signature"]);
    // What the documents show is what leaves.
    let documented = std::fs::read_to_string(Path::new(ROOT).join("docs/pages.md")).unwrap();
    let example = documented.split("```json\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
    let example: Value = serde_json::from_str(example).unwrap();
    let keys = |value: &Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!((keys(&example), keys(&example["data"])), (keys(&expected), keys(&expected["data"])));
}

#[tokio::test]
async fn what_alerts_say_stays_in_its_place_and_within_what_receivers_take() {
    let receiver = Receiver::start(200, &[]).await;
    let long =
        Message { title: "x\r\n".repeat(500), lines: vec!["\u{202e}ä".repeat(5_000); 40], about: vec![], ..page() };
    assert!(matches!(send(&receiver.notifier(), &long).await, Outcome::Confirmed(_)));
    let (_, body) = receiver.taken().pop().unwrap();
    assert!(body.len() < 20_000, "{} bytes", body.len());
    let said: Value = serde_json::from_str(&body).unwrap();
    assert_eq!((&said["type"], &said["data"]["incident"]), (&json!("notice"), &json!(null)));
    assert!(!body.contains("\\r") && !body.contains('\u{202e}'));
}

#[tokio::test]
async fn each_answer_means_what_it_says() {
    const LATER: &[(&str, &str)] = &[("retry-after", "7")];
    const ELSEWHERE: &[(&str, &str)] = &[("location", "/elsewhere")];
    let misconfigured = |sentence: &str| refused(ReasonCode::Misconfigured, sentence);
    for (status, headers, expected) in [
        (299, &[][..], Outcome::Confirmed("The webhook was taken (status 299).".into())),
        (410, &[], misconfigured("The receiver of the webhook is gone for good (status 410).")),
        (404, &[], misconfigured("Nothing takes webhooks at this address (status 404).")),
        (401, &[], misconfigured("The receiver does not take our webhooks: is the secret its own (status 401)?")),
        (
            307,
            ELSEWHERE,
            misconfigured("The receiver of the webhook has another address than the settings say (status 307)."),
        ),
        (400, &[], refused(ReasonCode::Refused, "The receiver did not accept the webhook (status 400).")),
        (429, LATER, later(429, 7)),
        (503, LATER, later(503, 7)),
        (503, &[], later(503, 15)),
        (500, &[], lost("The receiver of the webhook failed (status 500).")),
        (504, &[], lost("The receiver of the webhook failed (status 504).")),
    ] {
        let receiver = Receiver::start(status, headers).await;
        let sent = send(&receiver.notifier(), &page()).await;
        sentence(&sent);
        assert_eq!(sent, expected, "{status}");
        assert_eq!(
            receiver.taken().len(),
            1,
            "{status}: no redirect is followed, and nothing is repeated behind our back"
        );
    }
}

fn later(status: u16, seconds: u64) -> Outcome<String> {
    let why = format!("The receiver of the webhook asked us to try later (status {status}).");
    Outcome::NotYet { reason: ReasonCode::Limited.because(why), retry_in: Duration::from_secs(seconds) }
}

fn lost(sentence: &str) -> Outcome<String> {
    Outcome::Unknown { reason: ReasonCode::Unanswered.because(sentence), retry_in: Duration::from_secs(15) }
}

#[tokio::test]
async fn no_answer_leaves_us_in_doubt_and_nobody_there_does_not() {
    let receiver = Receiver::start(0, &[]).await;
    let quick = receiver.notifier().with_timeout(Duration::from_millis(300));
    assert_eq!(send(&quick, &page()).await, lost("The receiver of the webhook did not answer in time."));
    let free = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port();
    let sent = send(&at(&format!("http://127.0.0.1:{free}/#{SECRET}")), &page()).await;
    let reason = ReasonCode::Unreachable.because("The receiver of the webhook could not be reached.");
    assert_eq!(sent, Outcome::NotYet { reason, retry_in: Duration::from_secs(15) });
}

#[tokio::test]
async fn an_address_without_a_secret_closes_the_way() {
    let notifier = at("https://example.com/topic-of-budi");
    let problems = notifier.problems();
    assert_eq!(problems.len(), 1);
    let sentence =
        "The webhook address has no secret behind it: add # and the receiver's secret, which begins with whsec_.";
    assert_eq!(problems[0].sentence, sentence);
    assert!(!notifier.reaches(&budi(), WEBHOOK));
    assert_eq!(send(&notifier, &page()).await, refused(ReasonCode::Misconfigured, sentence));
}
