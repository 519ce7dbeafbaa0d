//! Purpose: what leaves for an ntfy server, and what each of its answers means. The receiver here is written from ntfy's
//! documentation (<https://docs.ntfy.sh/publish/>): it refuses what a server refuses.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

#[allow(dead_code, unreachable_pub, reason = "shared by several test files")]
mod support;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::{Json, Router};
use domain::{Outcome, ReasonCode, WayId};
use notify::{Contact, Notifier};
use serde_json::{Value, json};
use support::{budi, notifier, page, refused, sentence};
use tokio::io::AsyncReadExt;
use tokio::net::TcpListener;

const NTFY: WayId = ways::ntfy::NTFY.id;
const EMAIL: WayId = ways::email::EMAIL.id;

/// How the receiver behaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mood {
    /// Takes what is right, from whoever shows `Authorization` as below if that is given.
    Well(Option<&'static str>),
    /// Answers this status, with `Retry-After` if it is above zero.
    Status(u16, u32),
    Silent,
    /// Says yes to everything, as a web page does.
    WebPage,
    /// Says yes with another topic.
    OtherTopic,
}

#[derive(Clone)]
struct Receiver {
    mood: Mood,
    taken: Arc<Mutex<Vec<Value>>>,
    port: u16,
}

impl Receiver {
    async fn start(mood: Mood) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let receiver = Self { mood, taken: Arc::default(), port: listener.local_addr().unwrap().port() };
        let app = Router::new().fallback(publish).with_state(receiver.clone());
        tokio::spawn(async move { axum::serve(listener, app).await });
        receiver
    }

    fn notifier(&self, login: &str, end: &str) -> Notifier {
        notifier(None, contact(&format!("http://{login}127.0.0.1:{}/topic-of-budi{end}", self.port)))
    }

    fn taken(&self) -> Vec<Value> {
        self.taken.lock().unwrap().clone()
    }
}

fn contact(address: &str) -> Contact {
    Contact::from([(NTFY, address.into())])
}

fn error(status: u16, text: &str) -> Response {
    let body = Json(json!({ "code": u32::from(status) * 100 + 1, "http": status, "error": text }));
    (StatusCode::from_u16(status).unwrap(), body).into_response()
}

async fn publish(State(receiver): State<Receiver>, uri: axum::http::Uri, headers: HeaderMap, body: Bytes) -> Response {
    let login = match receiver.mood {
        Mood::Well(login) => login,
        Mood::Status(status, 0) => return error(status, "no"),
        Mood::Status(status, seconds) => {
            return ([("retry-after", seconds.to_string())], error(status, "later")).into_response();
        }
        Mood::Silent => std::future::pending().await,
        Mood::WebPage => return "<html>hello</html>".into_response(),
        Mood::OtherTopic => return Json(json!({ "id": "x", "event": "message", "topic": "other" })).into_response(),
    };
    let shown = headers.get("authorization").map(|value| value.to_str().unwrap());
    let in_query = uri.query().is_some_and(|query| query == "auth=QmVhcmVyIHRrX2FiYw");
    if login.is_some() && shown != login && !in_query {
        return error(401, "unauthorized");
    }
    if uri.path() != "/" || body.len() > 16_384 {
        return error(400, "a body of at most 16 KiB is published to the root");
    }
    let message: Value = serde_json::from_slice(&body).unwrap();
    let text = |value: &Value, name: &str| value[name].as_str().unwrap_or_default().to_owned();
    let topic = text(&message, "topic");
    let is_topic = |c: char| c.is_ascii_alphanumeric() || "-_".contains(c);
    let actions = message["actions"].as_array().cloned().unwrap_or_default();
    let is_action = |action: &Value| {
        ["view", "http", "broadcast"].contains(&text(action, "action").as_str())
            && !text(action, "label").is_empty()
            && text(action, "url").starts_with("http")
    };
    let is_right = (1..=64).contains(&topic.len())
        && topic.chars().all(is_topic)
        && message["priority"].as_i64().is_some_and(|priority| (1..=5).contains(&priority))
        && text(&message, "message").len() <= 4_096
        && text(&message, "sequence_id").chars().all(is_topic)
        && actions.len() <= 3
        && actions.iter().all(is_action);
    if !is_right {
        return error(400, "invalid request");
    }
    receiver.taken.lock().unwrap().push(message.clone());
    let (title, message) = (&message["title"], &message["message"]);
    let published = json!({
        "id": "hwQ2YpKdmg", "time": 1_635_528_741, "event": "message", "topic": topic, "title": title, "message": message
    });
    Json(published).into_response()
}

async fn send(notifier: &Notifier) -> Outcome<String> {
    notifier.send(&budi(), NTFY, &page()).await
}

#[tokio::test]
async fn a_page_rings_and_is_acknowledged_with_one_tap() {
    let receiver = Receiver::start(Mood::Well(None)).await;
    let sent = send(&receiver.notifier("", "")).await;
    assert_eq!(sent, Outcome::Confirmed("The ntfy server has taken it as hwQ2YpKdmg.".into()));
    let taken = receiver.taken();
    let message = &taken[0];
    assert_eq!((&message["topic"], &message["priority"]), (&json!("topic-of-budi"), &json!(5)));
    assert_eq!(message["title"], "SEV-2 INC-7: Checkout errors above 5%");
    assert_eq!(
        message["message"],
        "Checkout is failing since 03:12.\nIf you do not answer by 03:20, Rina is paged.\n\n\
         You get this because you are on call for payments."
    );
    assert_eq!(message["click"], "https://discord.com/channels/1/2");
    let action = json!({
        "action": "http", "label": "Acknowledge", "url": "https://siaga.example.com/a/AQAAtoken", "method": "POST",
        "clear": true
    });
    assert_eq!(message["actions"], json!([action]));
}

#[tokio::test]
async fn a_repetition_replaces_what_was_sent() {
    let receiver = Receiver::start(Mood::Well(None)).await;
    let notifier = receiver.notifier("", "");
    let mut other = page();
    other.id.push('2');
    for message in [page(), page(), other] {
        notifier.send(&budi(), NTFY, &message).await;
    }
    let names: Vec<Value> = receiver.taken().iter().map(|message| message["sequence_id"].clone()).collect();
    assert_eq!(names[0], names[1]);
    assert_ne!(names[0], names[2]);
}

#[tokio::test]
async fn what_is_no_page_does_not_wake_anybody_and_opens_the_link_if_there_is_no_room() {
    let receiver = Receiver::start(Mood::Well(None)).await;
    let mut message = page();
    (message.urgent, message.room_url, message.footer) = (false, None, None);
    assert!(matches!(receiver.notifier("", "").send(&budi(), NTFY, &message).await, Outcome::Confirmed(_)));
    let taken = receiver.taken();
    assert_eq!((&taken[0]["priority"], &taken[0]["tags"]), (&json!(3), &json!([])));
    assert_eq!(taken[0]["click"], "https://siaga.example.com/a/AQAAtoken");
}

#[tokio::test]
async fn what_alerts_say_fits_and_stays_one_line() {
    let receiver = Receiver::start(Mood::Well(None)).await;
    let mut message = page();
    message.title = format!("a\r\nb\u{2028}c {}", "ä".repeat(5_000));
    message.lines = vec!["\"\n\\".into(), "漢".repeat(20_000)];
    message.acknowledge.as_mut().unwrap().label = "x\n".repeat(500);
    assert!(matches!(receiver.notifier("", "").send(&budi(), NTFY, &message).await, Outcome::Confirmed(_)));
    let taken = receiver.taken();
    assert!(taken[0]["title"].as_str().unwrap().starts_with("a b c ää"));
    assert!(taken[0]["title"].as_str().unwrap().ends_with("ä…"));
    assert!(taken[0]["message"].as_str().unwrap().starts_with("\" \\\n漢"));
}

#[tokio::test]
async fn the_server_sees_who_we_are() {
    for (login, end, shown) in [
        ("user:s3cret%21@", "", "Basic dXNlcjpzM2NyZXQh"),
        (":tk_abc@", "", "Bearer tk_abc"),
        ("", "?auth=QmVhcmVyIHRrX2FiYw", "in the query"),
    ] {
        let receiver = Receiver::start(Mood::Well(Some(shown))).await;
        let sent = send(&receiver.notifier(login, end)).await;
        assert!(matches!(sent, Outcome::Confirmed(_)), "{sent:?}");
    }
    let receiver = Receiver::start(Mood::Well(Some("Bearer tk_abc"))).await;
    let sent = send(&receiver.notifier(":tk_wrong@", "")).await;
    assert!(matches!(sent, Outcome::Refused { .. }));
    assert_eq!(sentence(&sent), "The ntfy server does not let us write to this topic (status 401).");
}

#[tokio::test]
async fn each_answer_means_what_it_can_mean() {
    let not_yet = |seconds| Some(Duration::from_secs(seconds));
    for (status, after, retry) in [(429, 7, not_yet(7)), (429, 0, not_yet(15)), (503, 999_999, not_yet(3_600))] {
        let sent = send(&Receiver::start(Mood::Status(status, after)).await.notifier("", "")).await;
        let Outcome::NotYet { retry_in, .. } = &sent else { panic!("{status}: {sent:?}") };
        assert_eq!(Some(*retry_in), retry);
        assert_eq!(sentence(&sent), format!("The ntfy server asked us to try later (status {status})."));
    }
    for status in [400, 401, 403, 404, 405, 413, 301, 307] {
        let sent = send(&Receiver::start(Mood::Status(status, 0)).await.notifier("", "")).await;
        assert!(matches!(sent, Outcome::Refused { .. }), "{status}: {sent:?}");
        assert!(sentence(&sent).contains(&format!("status {status}")));
    }
    for status in [500, 502, 504] {
        let sent = send(&Receiver::start(Mood::Status(status, 0)).await.notifier("", "")).await;
        assert!(matches!(sent, Outcome::Unknown { .. }), "{status}: {sent:?}");
        sentence(&sent);
    }
}

#[tokio::test]
async fn a_web_page_that_says_yes_has_not_taken_it() {
    for mood in [Mood::WebPage, Mood::OtherTopic] {
        let sent = send(&Receiver::start(mood).await.notifier("", "")).await;
        assert_eq!(sent, refused(ReasonCode::Misconfigured, "What answers at the ntfy address is not an ntfy server."));
    }
}

#[tokio::test]
async fn nobody_there_means_surely_not_sent() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}/topic-of-budi", listener.local_addr().unwrap());
    drop(listener);
    let sent = send(&notifier(None, contact(&address))).await;
    assert!(matches!(sent, Outcome::NotYet { .. }), "{sent:?}");
    assert_eq!(sentence(&sent), "The ntfy server could not be reached.");
}

#[tokio::test]
async fn a_server_without_the_encryption_we_asked_for_gets_nothing() {
    let receiver = Receiver::start(Mood::Well(None)).await;
    let address = format!("https://:s3cret@127.0.0.1:{}/topic-of-budi", receiver.port);
    let sent = send(&notifier(None, contact(&address))).await;
    assert!(matches!(sent, Outcome::Refused { .. }), "{sent:?}");
    assert!(sentence(&sent).starts_with("No encrypted connection to the ntfy server"));
    assert_eq!(receiver.taken(), Vec::<Value>::new());
}

#[tokio::test]
async fn a_server_that_never_answers_leaves_us_in_doubt() {
    let receiver = Receiver::start(Mood::Silent).await;
    let sent = send(&receiver.notifier("", "").with_timeout(Duration::from_secs(1))).await;
    assert!(matches!(sent, Outcome::Unknown { .. }), "{sent:?}");
    assert_eq!(sentence(&sent), "The ntfy server did not answer in time.");
}

#[tokio::test]
async fn a_server_that_hangs_up_after_reading_leaves_us_in_doubt() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}/topic-of-budi", listener.local_addr().unwrap());
    let server = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut read = Vec::new();
        while !read.ends_with(b"}") {
            stream.read_buf(&mut read).await.unwrap();
        }
    });
    let sent = send(&notifier(None, contact(&address))).await;
    assert!(matches!(sent, Outcome::Unknown { .. }), "{sent:?}");
    assert_eq!(sentence(&sent), "The connection to the ntfy server broke before it answered.");
    server.await.unwrap();
}

#[tokio::test]
async fn what_is_wrong_with_the_settings_is_said_and_closes_only_its_way() {
    let bad = Contact::from([(NTFY, "https://ntfy.sh/".into()), (EMAIL, "budi".into())]);
    let notifier = notifier(None, bad);
    let sentences: Vec<&str> = notifier.problems().iter().map(|problem| problem.sentence).collect();
    assert_eq!(
        sentences,
        [
            "No mail server is in the settings.",
            "The ntfy address ends in no topic: it is one to 64 letters, digits, dashes and underscores after the last slash.",
            "The mail address is none: it is written name@example.com, in plain letters.",
        ]
    );
    for way in [NTFY, EMAIL] {
        assert!(!notifier.reaches(&budi(), way));
        assert!(matches!(notifier.send(&budi(), way, &page()).await, Outcome::Refused { .. }));
    }
    let unknown = notifier.send(&"rina".into(), NTFY, &page()).await;
    assert_eq!(sentence(&unknown), "This person has no ntfy topic in the settings.");
}

#[tokio::test]
async fn contacts_change_without_a_restart() {
    let receiver = Receiver::start(Mood::Well(None)).await;
    let notifier = notifier(None, Contact::default());
    assert!(!notifier.reaches(&budi(), NTFY));
    let address = format!("http://127.0.0.1:{}/new-topic", receiver.port);
    notifier.set_contacts(&BTreeMap::from([(budi(), contact(&address))]));
    assert!(notifier.reaches(&budi(), NTFY));
    assert!(matches!(send(&notifier).await, Outcome::Confirmed(_)));
    assert_eq!(receiver.taken()[0]["topic"], "new-topic");
}

#[test]
fn secrets_are_not_shown_by_debugging() {
    let settings = notify::Settings {
        variables: support::variables(Some("smtps://user:s3cret@mail.example.com")),
        contacts: BTreeMap::from([(budi(), contact("https://:s3cret@ntfy.sh/topic-of-budi"))]),
    };
    let shown = format!("{settings:?} {:?} {:?}", Notifier::new(&settings), page());
    assert!(!shown.contains("s3cret") && !shown.contains("topic-of-budi") && !shown.contains("AQAAtoken"), "{shown}");
}
