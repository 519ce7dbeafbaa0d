//! Purpose: the wire itself: what was surely not sent, what is in doubt, what never leaves, what never shows.

use std::process::Command;
use std::time::Duration;

use discord::rest::{
    Base, Body, BuildError, ChannelId, Client, Failure, File, GuildId, Lane, MessageId, Response, Route, Settings,
};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use crate::server::{Server, TOKEN, limited, ok, settings, status};

fn post() -> Route {
    Route::create_message(ChannelId(77_001))
}

async fn send(client: &Client, body: Body) -> Result<Response, Failure> {
    client.permit(Lane::Page, &post(), Duration::from_secs(20)).await.unwrap().send(body, Some("op 7: é")).await
}

/// A server that reads one whole request, writes this much of an answer, and cuts the connection.
async fn cut_after(answer: &'static str) -> (Client, tokio::task::JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let client = Client::new(settings(listener.local_addr().unwrap())).unwrap();
    let seen = tokio::spawn(async move {
        let (mut socket, _) = listener.accept().await.unwrap();
        let mut seen = Vec::new();
        while !seen.ends_with(b"}") {
            assert_ne!(socket.read_buf(&mut seen).await.unwrap(), 0);
        }
        socket.write_all(answer.as_bytes()).await.unwrap();
        String::from_utf8(seen).unwrap()
    });
    (client, seen)
}

#[tokio::test]
async fn a_request_carries_what_discord_demands() {
    let server = Server::start(|_| ok()).await;
    let response = send(&server.client(), Body::Json(json!({ "content": "hi" }))).await.unwrap();
    assert_eq!(response.id(), Some(1));
    let seen = server.seen().remove(0);
    assert!(seen.is("POST", "/channels/77001/messages"), "{seen:?}");
    assert_eq!(seen.body, r#"{"content":"hi"}"#);
    assert_eq!(seen.headers["authorization"], format!("Bot {TOKEN}"));
    assert_eq!(seen.headers["content-type"], "application/json");
    assert_eq!(seen.headers["x-audit-log-reason"], "op%207%3A%20%C3%A9");
    let agent = seen.headers["user-agent"].to_str().unwrap();
    assert!(agent.starts_with("DiscordBot (https://") && agent.ends_with(&format!(", {})", env!("CARGO_PKG_VERSION"))));
}

#[tokio::test]
async fn files_travel_beside_the_document_each_under_its_number() {
    let server = Server::start(|_| ok()).await;
    let file = |name: &str, kind, text: &str| File { name: name.into(), kind, bytes: text.as_bytes().to_vec() };
    let files =
        vec![file("inc-7.md", "text/markdown; charset=utf-8", "# é"), file("inc-7.json", "application/json", "{}")];
    send(&server.client(), Body::Files { json: json!({ "content": "hi" }), files }).await.unwrap();
    let seen = server.seen().remove(0);
    assert!(seen.headers["content-type"].to_str().unwrap().starts_with("multipart/form-data; boundary="));
    let body = seen.body.replace("\r\n", "\n");
    for part in [
        "name=\"payload_json\"\nContent-Type: application/json\n\n{\"content\":\"hi\"}\n",
        "name=\"files[0]\"; filename=\"inc-7.md\"\nContent-Type: text/markdown; charset=utf-8\n\n# é\n",
        "name=\"files[1]\"; filename=\"inc-7.json\"\nContent-Type: application/json\n\n{}\n",
    ] {
        assert!(body.contains(part), "{body}");
    }
}

#[tokio::test]
async fn a_put_without_a_body_says_that_its_length_is_zero() {
    let server = Server::start(|_| status(204, "")).await;
    let pin = Route::pin_message(ChannelId(1), MessageId(2));
    let permit = server.client().permit(Lane::Housekeeping, &pin, Duration::ZERO).await.unwrap();
    assert_eq!(permit.send(Body::Empty, None).await.unwrap().body, Value::Null);
    assert_eq!(server.seen()[0].headers["content-length"], "0");
}

#[tokio::test]
async fn a_refused_connection_is_not_sent() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let client = Client::new(settings(listener.local_addr().unwrap())).unwrap();
    drop(listener);
    let failure = send(&client, Body::Empty).await.unwrap_err();
    assert!(matches!(failure, Failure::NotSent { retry_after: Duration::ZERO, .. }), "{failure}");
    assert!(!failure.may_have_been_applied());
    assert!(failure.to_string().starts_with("POST /channels/{channel_id}/messages: not sent"), "{failure}");
    // The place is free again at once.
    drop(client.permit(Lane::Page, &post(), Duration::ZERO).await.unwrap());
}

#[tokio::test]
async fn a_connection_cut_after_the_request_was_read_is_ambiguous() {
    for answer in ["", "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"id\":", "HTTP/1.1 200 OK\r\nContent-Le"] {
        let (client, seen) = cut_after(answer).await;
        let failure = send(&client, Body::Json(json!({ "a": 1 }))).await.unwrap_err();
        assert!(matches!(failure, Failure::Ambiguous { .. }), "{failure}");
        assert!(failure.may_have_been_applied());
        assert_eq!(seen.await.unwrap().matches("POST").count(), 1);
        assert_eq!(client.stats().in_flight, 0);
    }
}

#[tokio::test]
async fn silence_until_the_time_out_is_ambiguous() {
    let gate = std::sync::Arc::new(tokio::sync::Semaphore::new(0));
    let server = Server::start(move |_| ok().held_by(&gate)).await;
    let mut settings = server.settings();
    settings.timeout = Duration::from_secs(1);
    let client = Client::new(settings).unwrap();
    let failure = send(&client, Body::Empty).await.unwrap_err();
    assert!(matches!(failure, Failure::Ambiguous { status: None, .. }), "{failure}");
    assert_eq!(server.seen().len(), 1);
}

#[tokio::test]
async fn a_proxys_page_does_not_break_the_client() {
    let page = "<html><title>502 Bad Gateway</title></html>";
    for (reply, ambiguous) in [(status(502, page), true), (status(200, page), true), (status(403, page), false)] {
        let server = Server::start(move |_| reply.clone().with("content-type", "text/html")).await;
        let failure = send(&server.client(), Body::Empty).await.unwrap_err();
        assert_eq!(matches!(failure, Failure::Ambiguous { .. }), ambiguous, "{failure}");
        assert_eq!(failure.code(), None);
    }
    let server = Server::start(|_| status(503, r#"{"message":"overloaded","code":130000}"#)).await;
    let failure = send(&server.client(), Body::Empty).await.unwrap_err();
    assert!(matches!(failure, Failure::Server { status: 503, code: Some(130_000), .. }), "{failure}");
    assert!(failure.may_have_been_applied());
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let elsewhere = Server::start(|_| ok()).await;
    let target = format!("http://{}/api/v10/users/@me", elsewhere.address);
    let server = Server::start(move |_| status(307, "").with("location", &target)).await;
    let failure = send(&server.client(), Body::Empty).await.unwrap_err();
    assert!(matches!(failure, Failure::Refused { status: 307, .. }), "{failure}");
    assert!(elsewhere.seen().is_empty());
}

/// Started again as a process of its own, because the proxy's address is read from the environment.
#[tokio::test]
async fn a_proxy_of_the_environment_sees_nothing_of_a_sandbox() {
    let server = Server::start(|_| ok()).await;
    if std::env::var_os("REST_TEST_CHILD").is_some() {
        send(&server.client(), Body::Empty).await.unwrap();
        assert_eq!(server.seen().len(), 1);
        return;
    }
    let proxy = format!("http://{}", server.address);
    let name = "wire::a_proxy_of_the_environment_sees_nothing_of_a_sandbox";
    let child = tokio::task::spawn_blocking(move || {
        Command::new(std::env::current_exe().unwrap())
            .args(["--exact", name])
            .envs(["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"].map(|name| (name, proxy.clone())))
            .env("NO_PROXY", "")
            .env("no_proxy", "")
            .env("REST_TEST_CHILD", "1")
            .output()
            .unwrap()
    });
    let child = child.await.unwrap();
    assert!(child.status.success(), "{}", String::from_utf8_lossy(&child.stdout));
    assert!(String::from_utf8_lossy(&child.stdout).contains("1 passed"));
    assert!(server.seen().is_empty());
}

#[tokio::test]
async fn the_token_and_the_ids_show_nowhere() {
    let server = Server::start(|seen| match seen.body.as_str() {
        "1" => status(400, r#"{"message":"Invalid Form Body","code":50035}"#),
        "2" => limited("user", 0.01),
        "3" => status(500, "<html>"),
        _ => ok(),
    })
    .await;
    let client = server.client();
    let search = Route::search_members(GuildId(1), "Rina", 5);
    let permit = client.permit(Lane::Page, &search, Duration::ZERO).await.unwrap();
    let mut shown = format!("{:?} {client:?} {permit:?} {search:?}", server.settings());
    drop(permit);
    for body in 1..=3 {
        let failure = send(&client, Body::Json(json!(body))).await.unwrap_err();
        shown.push_str(&format!("{failure} {failure:?}"));
    }
    let broken = Client::new(Settings::new(format!("{TOKEN}\n{TOKEN}").into(), Base::Discord)).unwrap_err();
    assert_eq!(broken, BuildError::Token);
    shown.push_str(&format!("{broken} {broken:?} {:?}", client.stats()));
    for secret in [TOKEN, "s3cr3t", "Rina", "127.0.0.1:/", "/77001/", "Bot "] {
        assert!(!shown.contains(secret), "{secret} in {shown}");
    }
}

#[tokio::test]
async fn discords_clock_is_learned_from_its_answers() {
    let ahead = Duration::from_secs(3600);
    let server = Server::start(move |_| {
        #[expect(clippy::disallowed_methods, reason = "the test plays a server whose clock is an hour ahead")]
        let date = jiff::Timestamp::now() + ahead;
        ok().with("date", date.strftime("%a, %d %b %Y %H:%M:%S GMT"))
    })
    .await;
    let client = server.client();
    assert_eq!(client.discord_now_offset_ms(), 0);
    send(&client, Body::Empty).await.unwrap();
    let offset = client.discord_now_offset_ms();
    assert!((offset - 3_600_000).abs() < 15_000, "{offset}");
}
