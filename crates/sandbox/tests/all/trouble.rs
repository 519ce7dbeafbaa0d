//! Stories about trouble around a bot: its gateway, its permissions, its token, its process, a proxy in the way.

use std::{os::unix::process::ExitStatusExt, process::Stdio, time::Duration};

use reqwest::Method;
use sandbox::{Limits, Options, Rate};
use serde_json::{Value, json};

use crate::harness::{Socket, Town};

async fn fault(town: &Town, fault: Value) -> String {
    town.control(Method::POST, "/faults", fault).await.ok(200)["fault"].as_str().unwrap().to_owned()
}

async fn gateway(town: &Town, what: Value) {
    town.control(Method::POST, "/gateway/siaga", what).await.ok(200);
}

async fn trouble(town: &Town, what: Value) {
    town.control(Method::POST, "/trouble", what).await.ok(200);
}

/// The texts of the next messages, in the order in which they come.
async fn hears(socket: &mut Socket, count: usize) -> Vec<String> {
    let mut heard = Vec::new();
    for _ in 0..count {
        heard.push(socket.expect("MESSAGE_CREATE").await["content"].as_str().unwrap().to_owned());
    }
    heard
}

#[tokio::test]
async fn events_come_twice_or_in_the_wrong_order() {
    let town = Town::start().await;
    let mut socket = town.bot("siaga").connect(town.intents()).await;
    socket.expect("GUILD_CREATE").await;
    gateway(&town, json!({ "do": "duplicate" })).await;
    town.says("budi", "general", "a").await;
    town.says("budi", "general", "b").await;
    assert_eq!(hears(&mut socket, 3).await, ["a", "a", "b"]);
    gateway(&town, json!({ "do": "reorder", "for_ms": 60_000 })).await;
    for text in ["c", "d", "e"] {
        town.says("budi", "general", text).await;
    }
    assert_eq!(hears(&mut socket, 3).await, ["d", "c", "e"]);
    // An event that nothing overtakes comes all the same.
    gateway(&town, json!({ "do": "reorder", "for_ms": 50 })).await;
    town.says("budi", "general", "f").await;
    assert_eq!(hears(&mut socket, 1).await, ["f"]);
}

#[tokio::test]
async fn events_come_late_and_in_order() {
    let town = Town::start().await;
    let mut socket = town.bot("siaga").connect(town.intents()).await;
    socket.expect("GUILD_CREATE").await;
    gateway(&town, json!({ "do": "delay", "for_ms": 60_000 })).await;
    town.says("budi", "general", "a").await;
    town.says("budi", "general", "b").await;
    assert!(socket.drain().await.is_empty());
    gateway(&town, json!({ "do": "flush" })).await;
    assert_eq!(hears(&mut socket, 2).await, ["a", "b"]);
    gateway(&town, json!({ "do": "delay", "for_ms": 100 })).await;
    town.says("budi", "general", "c").await;
    assert_eq!(hears(&mut socket, 1).await, ["c"]);
}

#[tokio::test]
async fn a_silent_connection_is_healed_by_a_resume() {
    let town = Town::start().await;
    let siaga = town.bot("siaga");
    let mut socket = siaga.connect(town.intents()).await;
    socket.expect("GUILD_CREATE").await;
    let (session, seq) = (socket.session.clone(), socket.seq.clone());
    gateway(&town, json!({ "do": "silence" })).await;
    town.says("budi", "general", "unheard").await;
    socket.send(json!({ "op": 1, "d": null })).await;
    assert!(tokio::time::timeout(Duration::from_millis(300), socket.frame()).await.is_err(), "it plays dead");
    let mut next = siaga.socket().await;
    next.send(json!({ "op": 6, "d": { "token": siaga.token, "session_id": session, "seq": seq } })).await;
    assert_eq!(hears(&mut next, 1).await, ["unheard"]);
    next.expect("RESUMED").await;
    assert!(next.drain().await.is_empty());
}

#[tokio::test]
async fn a_proxy_answers_and_the_network_is_slow() {
    let town = Town::start().await;
    let (siaga, general) = (town.bot("siaga"), town.channel("general"));
    fault(&town, json!({ "do": "html" })).await;
    let page = town.get("/api/v10/users/@me").await;
    assert_eq!(
        (page.status, page.header("content-type"), page.header("via")),
        (502, "text/html; charset=UTF-8".to_owned(), String::new())
    );
    assert!(page.text.contains("<h1>502 Bad Gateway</h1>"));
    let began = std::time::Instant::now();
    fault(&town, json!({ "do": "delay", "delay_ms": 200, "at": "applied" })).await;
    siaga.say(&general, json!({ "content": "slow" })).await;
    assert!(began.elapsed() >= Duration::from_millis(200));
    fault(
        &town,
        json!({ "do": "status", "status": 400, "code": 40005, "message": "Request entity too large", "files": true }),
    )
    .await;
    siaga.say(&general, json!({ "content": "without files" })).await;
    let form =
        reqwest::multipart::Form::new().part("files[0]", reqwest::multipart::Part::bytes(vec![1]).file_name("a.png"));
    let path = format!("/channels/{general}/messages");
    let refused = siaga.send(siaga.request("POST", &path).multipart(form), "POST", &path).await;
    refused.refused(400, 40005);
    let list = town.look("/faults").await;
    assert_eq!(list["faults"].as_array().unwrap().iter().map(|one| &one["state"]).collect::<Vec<_>>(), ["done"; 3]);
}

#[tokio::test]
async fn permissions_channels_and_dms_change_under_a_bot() {
    let town = Town::start().await;
    let (siaga, general) = (town.bot("siaga"), town.channel("general"));
    let path = format!("/channels/{general}/messages");
    trouble(&town, json!({ "do": "revoke", "bot": "siaga", "permissions": ["SEND_MESSAGES"], "channel": "general" }))
        .await;
    siaga.post(&path, json!({ "content": "x" })).await.refused(403, 50013);
    siaga.say(&town.channel("support"), json!({ "content": "x" })).await;
    trouble(&town, json!({ "do": "grant", "bot": "siaga", "permissions": ["SEND_MESSAGES"], "channel": "general" }))
        .await;
    let sent = siaga.say(&general, json!({ "content": "x" })).await;
    // At the second call that fits, the channel of the call goes before it is looked at.
    fault(&town, json!({ "do": "trouble", "trouble": { "do": "delete_message", "message": "@path" }, "method": "PATCH", "nth": 2 })).await;
    let message = format!("{path}/{}", sent["id"].as_str().unwrap());
    siaga.patch(&message, json!({ "content": "y" })).await.ok(200);
    siaga.patch(&message, json!({ "content": "z" })).await.refused(404, 10008);
    fault(
        &town,
        json!({ "do": "trouble", "trouble": { "do": "delete_channel", "channel": "@path" }, "at": "applied" }),
    )
    .await;
    siaga.say(&general, json!({ "content": "last words" })).await;
    siaga.get(&path).await.refused(404, 10003);
    let dm = siaga.post("/users/@me/channels", json!({ "recipient_id": town.person("budi") })).await.ok(200);
    let dm = format!("/channels/{}/messages", dm["id"].as_str().unwrap());
    trouble(&town, json!({ "do": "dms", "person": "budi", "closed": true })).await;
    siaga.post(&dm, json!({ "content": "x" })).await.refused(403, 50007);
    // What cannot be done is told where faults are listed.
    let id =
        fault(&town, json!({ "do": "trouble", "trouble": { "do": "delete_channel", "channel": "nowhere" } })).await;
    siaga.get("/users/@me").await.ok(200);
    let list = town.look("/faults").await;
    let mine = list["faults"].as_array().unwrap().iter().find(|one| one["fault"] == id).unwrap();
    assert!(mine["problem"].as_str().unwrap().contains("nowhere"));
}

#[tokio::test]
async fn a_token_is_reset() {
    let town = Town::start().await;
    let siaga = town.bot("siaga");
    let mut socket = siaga.connect(town.intents()).await;
    socket.expect("READY").await;
    trouble(&town, json!({ "do": "reset_token", "bot": "siaga" })).await;
    assert_eq!(socket.end().await, Some(4004));
    siaga.get("/users/@me").await.refused_status(401);
    assert_eq!(siaga.connect(1).await.end().await, Some(4004));
    town.bot("siaga").get("/users/@me").await.ok(200);
}

#[tokio::test]
async fn too_many_identifies_reset_the_token() {
    let limits = Limits { identify_per_day: 2, ..Limits::unlimited() };
    let town = Town::with(Options { limits, ..Options::default() }).await;
    let siaga = town.bot("siaga");
    let mut first = siaga.connect(1).await;
    first.expect("READY").await;
    siaga.connect(1).await.expect("READY").await;
    assert_eq!(siaga.get("/gateway/bot").await.ok(200)["session_start_limit"]["remaining"], 0);
    assert_eq!(siaga.connect(1).await.end().await, Some(4004));
    assert_eq!(first.end().await, Some(4004));
    let bots = town.look("/gateway").await["bots"].clone();
    assert_eq!(bots.as_array().unwrap().iter().find(|bot| bot["bot"] == "siaga").unwrap()["token_resets"], 1);
}

#[tokio::test]
async fn too_many_invalid_requests_end_in_a_ban() {
    let limits =
        Limits { invalid_requests: Rate::per_seconds(3, 60), ban: Duration::from_millis(300), ..Limits::unlimited() };
    let town = Town::with(Options { limits, ..Options::default() }).await;
    let (siaga, secret) = (town.bot("shop-monitor"), town.channel("sre-private"));
    for _ in 0..4 {
        siaga.get(&format!("/channels/{secret}")).await.refused(403, 50001);
    }
    let banned = siaga
        .request("GET", "/users/@me")
        .header("authorization", format!("Bot {}", siaga.token))
        .send()
        .await
        .unwrap();
    assert_eq!((banned.status().as_u16(), banned.headers().get("via").is_none()), (429, true));
    assert_eq!(banned.text().await.unwrap(), "error code: 1015");
    town.bot("siaga").get("/users/@me").await.ok(200);
    tokio::time::sleep(Duration::from_millis(350)).await;
    siaga.get("/users/@me").await.ok(200);
}

#[tokio::test]
async fn a_process_is_killed_at_the_moment_of_a_call() {
    let town = Town::start().await;
    let (siaga, general) = (town.bot("siaga"), town.channel("general"));
    for at in ["received", "applied", "answered"] {
        let mut victim = tokio::process::Command::new("sleep").arg("60").stdin(Stdio::null()).spawn().unwrap();
        fault(&town, json!({ "do": "signal", "pid": victim.id(), "at": at, "method": "POST", "contains": "\"content\":\"now\"" })).await;
        siaga.say(&general, json!({ "content": "before" })).await;
        assert!(victim.try_wait().unwrap().is_none(), "it still runs");
        siaga.say(&general, json!({ "content": "now" })).await;
        let ended = tokio::time::timeout(Duration::from_secs(5), victim.wait()).await.unwrap().unwrap();
        assert_eq!(ended.signal(), Some(9), "{at}");
    }
    for pid in [0, 1, i64::from(std::process::id())] {
        let refused = town.control(Method::POST, "/faults", json!({ "do": "signal", "pid": pid })).await;
        assert_eq!(refused.status, 400, "{pid}");
    }
    let refused = town.control(Method::POST, "/faults", json!({ "do": "drop", "at": "answered" })).await;
    assert!(refused.body["error"].as_str().unwrap().contains("signal"));
}

#[tokio::test]
async fn a_call_is_shown_with_what_was_sent_and_answered() {
    let town = Town::start().await;
    let (siaga, general) = (town.bot("siaga"), town.channel("general"));
    siaga.say(&general, json!({ "content": "x" })).await;
    let calls = town.look("/calls").await;
    let seq = calls["calls"].as_array().unwrap().last().unwrap()["seq"].clone();
    let call = town.look(&format!("/calls/{seq}")).await;
    assert_eq!(
        (&call["request"]["content"], &call["answer"]["content"], &call["status"]),
        (&json!("x"), &json!("x"), &json!(200))
    );
    assert_eq!(town.control(Method::GET, "/calls/999999", Value::Null).await.status, 404);
}
