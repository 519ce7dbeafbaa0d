//! Stories about the gateway: identify, resume, close codes, heartbeats.

use std::time::Duration;

use reqwest::Method;
use sandbox::{Limits, Options};
use serde_json::json;

use crate::harness::Town;

#[tokio::test]
async fn a_heartbeat_before_identify_is_answered() {
    let town = Town::start().await;
    let mut socket = town.bot("siaga").socket().await;
    socket.send(json!({ "op": 1, "d": null })).await;
    assert_eq!(socket.frame().await["op"], 11);
}

#[tokio::test]
async fn the_addresses_point_back_at_the_sandbox() {
    let town = Town::with(Options::default()).await;
    let siaga = town.bot("siaga");
    assert_eq!(siaga.get("/gateway").await.ok(200)["url"], town.sandbox.gateway_url());
    assert_eq!(siaga.get("/gateway/bot").await.ok(200)["session_start_limit"]["remaining"], 1000);
    let mut socket = siaga.connect(town.intents()).await;
    assert_eq!(socket.expect("READY").await["resume_gateway_url"], town.sandbox.gateway_url());
    assert_eq!(siaga.get("/gateway/bot").await.ok(200)["session_start_limit"]["remaining"], 999);
}

#[tokio::test]
async fn wrong_identifies_close_with_their_codes() {
    let town = Town::start().await;
    let plain = town.bot("shop-monitor");
    let mut wrong = plain.identify(1);
    wrong["d"]["token"] = json!("nonsense");
    let mut no_shard = plain.identify(1);
    no_shard["d"]["shard"] = json!([2, 1]);
    let cases = [
        (wrong, 4004),
        (plain.identify(1 << 40), 4013),
        (plain.identify(1 << 15), 4014),
        (plain.identify(1 << 1), 4014),
        (no_shard, 4010),
        (json!({ "op": 3, "d": {} }), 4003),
        (json!({ "op": 99, "d": {} }), 4001),
        (json!({ "op": "x" }), 4002),
        (json!({ "op": 1, "d": "x".repeat(4_096) }), 4002),
    ];
    for (payload, code) in cases {
        let mut socket = plain.socket().await;
        socket.send(payload.clone()).await;
        assert_eq!(socket.end().await, Some(code), "{payload}");
    }
    let mut socket = plain.socket().await;
    socket.send_text("{not json").await;
    assert_eq!(socket.end().await, Some(4002));
    let mut socket = plain.connect(1).await;
    socket.expect("READY").await;
    socket.send(plain.identify(1)).await;
    assert_eq!(socket.end().await, Some(4005));
}

#[tokio::test]
async fn intents_choose_the_events() {
    let town = Town::start().await;
    let siaga = town.bot("siaga");
    let mut quiet = siaga.connect(1).await;
    let mut loud = siaga.connect(town.intents()).await;
    quiet.expect("GUILD_CREATE").await;
    loud.expect("GUILD_CREATE").await;
    town.says("budi", &town.channel("general"), "hello").await;
    loud.expect("MESSAGE_CREATE").await;
    assert_eq!(quiet.drain().await.len(), 0);
    let mut none = siaga.connect(0).await;
    none.expect("READY").await;
    assert_eq!(none.drain().await.len(), 0);
}

#[tokio::test]
async fn a_guild_comes_with_everything_clients_insist_on() {
    let town = Town::start().await;
    let mut socket = town.bot("siaga").connect(town.intents()).await;
    let ready = socket.expect("READY").await;
    assert_eq!(ready["guilds"], json!([{ "id": town.guild_id(), "unavailable": true }]));
    assert_eq!(ready["application"]["id"], town.bot("siaga").id);
    let guild = socket.expect("GUILD_CREATE").await;
    for field in [
        "owner_id",
        "verification_level",
        "default_message_notifications",
        "explicit_content_filter",
        "roles",
        "emojis",
        "stickers",
        "features",
        "mfa_level",
        "system_channel_flags",
        "premium_tier",
        "preferred_locale",
        "nsfw_level",
        "premium_progress_bar_enabled",
        "joined_at",
        "large",
        "member_count",
        "voice_states",
        "members",
        "channels",
        "threads",
        "presences",
        "stage_instances",
        "guild_scheduled_events",
    ] {
        assert!(!guild[field].is_null(), "{field}");
    }
    assert!(guild["roles"].as_array().unwrap().iter().any(|role| role["id"] == town.guild_id()));
    assert_eq!(guild["members"][0]["user"]["id"], town.bot("siaga").id);
    assert_eq!(guild["unavailable"], false);
}

#[tokio::test]
async fn a_cut_session_resumes_and_hears_what_it_missed_in_order() {
    let town = Town::start().await;
    let (siaga, general) = (town.bot("siaga"), town.channel("general"));
    let mut socket = siaga.connect(town.intents()).await;
    socket.expect("GUILD_CREATE").await;
    town.says("budi", &general, "one").await;
    socket.expect("MESSAGE_CREATE").await;
    let (seq, session) = (socket.seq.clone(), socket.session.clone());
    town.control(Method::POST, "/gateway/siaga", json!({ "do": "cut" })).await.ok(200);
    assert_eq!(socket.end().await, None);
    town.says("budi", &general, "two").await;
    town.says("budi", &general, "three").await;
    let mut socket = siaga.socket().await;
    socket.send(json!({ "op": 6, "d": { "token": siaga.token, "session_id": session, "seq": seq } })).await;
    let missed: Vec<_> =
        [socket.frame().await, socket.frame().await].iter().map(|frame| frame["d"]["content"].clone()).collect();
    assert_eq!(missed, [json!("two"), json!("three")]);
    let resumed = socket.frame().await;
    assert_eq!((&resumed["t"], resumed["d"].is_object()), (&json!("RESUMED"), true));
    town.says("budi", &general, "four").await;
    assert_eq!(socket.expect("MESSAGE_CREATE").await["content"], "four");
}

#[tokio::test]
async fn a_goodbye_or_an_unknown_session_cannot_be_resumed() {
    let town = Town::start().await;
    let siaga = town.bot("siaga");
    let mut socket = siaga.connect(town.intents()).await;
    socket.expect("GUILD_CREATE").await;
    let session = socket.session.clone();
    socket.close(1000).await;
    for session in [session, "unknown".to_owned()] {
        let mut socket = siaga.socket().await;
        socket.send(json!({ "op": 6, "d": { "token": siaga.token, "session_id": session, "seq": 1 } })).await;
        assert_eq!(socket.frame().await["d"], false);
        // The same connection may identify after that.
        socket.send(siaga.identify(1)).await;
        socket.expect("READY").await;
    }
}

#[tokio::test]
async fn a_resume_from_the_future_or_from_too_long_ago_fails() {
    let limits = Limits { replay: 2, ..Limits::unlimited() };
    let town = Town::with(Options { limits, ..Options::default() }).await;
    let siaga = town.bot("siaga");
    let mut socket = siaga.connect(town.intents()).await;
    socket.expect("GUILD_CREATE").await;
    let session = socket.session.clone();
    town.control(Method::POST, "/gateway/siaga", json!({ "do": "close", "code": 4000 })).await.ok(200);
    assert_eq!(socket.end().await, Some(4000));
    let mut socket = siaga.socket().await;
    socket.send(json!({ "op": 6, "d": { "token": siaga.token, "session_id": session, "seq": 99 } })).await;
    assert_eq!(socket.end().await, Some(4007));
    for number in 0..5 {
        town.says("budi", &town.channel("general"), &number.to_string()).await;
    }
    let mut socket = siaga.socket().await;
    socket.send(json!({ "op": 6, "d": { "token": siaga.token, "session_id": session, "seq": 2 } })).await;
    assert_eq!(socket.frame().await["op"], 9);
}

#[tokio::test]
async fn orders_reach_the_connected_session() {
    let town = Town::start().await;
    let siaga = town.bot("siaga");
    let order = async |body| town.control(Method::POST, "/gateway/siaga", body).await;
    assert_eq!(order(json!({ "do": "cut" })).await.status, 409);
    let mut socket = siaga.connect(town.intents()).await;
    socket.expect("GUILD_CREATE").await;
    let sessions = town.look("/gateway").await;
    assert_eq!(
        (&sessions["sessions"][0]["bot"], &sessions["sessions"][0]["connected"]),
        (&json!("siaga"), &json!(true))
    );
    order(json!({ "do": "reconnect" })).await.ok(200);
    socket.op(7).await;
    order(json!({ "do": "invalid", "resumable": true })).await.ok(200);
    assert_eq!(socket.op(9).await["d"], true);
    // The session is gone from the connection, and is resumed on it.
    town.says("budi", "general", "meanwhile").await;
    let resume = json!({ "op": 6, "d": { "token": siaga.token, "session_id": socket.session.clone(), "seq": socket.seq.clone() } });
    socket.send(resume).await;
    assert_eq!(socket.frame().await["d"]["content"], "meanwhile");
    assert_eq!(socket.frame().await["t"], "RESUMED");
    order(json!({ "do": "invalid" })).await.ok(200);
    assert_eq!(socket.op(9).await["d"], false);
    socket.send(siaga.identify(1)).await;
    socket.expect("READY").await;
}

#[tokio::test]
async fn a_client_that_stops_beating_is_closed() {
    let limits = Limits { heartbeat: Duration::from_millis(100), ..Limits::unlimited() };
    let town = Town::with(Options { limits, ..Options::default() }).await;
    let mut socket = town.bot("siaga").connect(1).await;
    assert_eq!(socket.end().await, Some(4009));
}

#[tokio::test]
async fn too_many_frames_close_the_connection() {
    let limits = Limits { frames_per_minute: 5, ..Limits::unlimited() };
    let town = Town::with(Options { limits, ..Options::default() }).await;
    let mut socket = town.bot("siaga").socket().await;
    for _ in 0..6 {
        socket.send(json!({ "op": 1, "d": null })).await;
    }
    assert_eq!(socket.end().await, Some(4008));
}

#[tokio::test]
async fn members_are_sent_in_chunks_that_echo_the_nonce() {
    let town = Town::start().await;
    let observer = town.bot("observer");
    let mut socket = observer.connect(1 | 1 << 1).await;
    let guild = socket.expect("GUILD_CREATE").await;
    assert_eq!(guild["members"].as_array().unwrap().len(), 16);
    socket
        .send(json!({ "op": 8, "d": { "guild_id": town.guild_id(), "query": "bu", "limit": 5, "nonce": "n" } }))
        .await;
    let chunk = socket.expect("GUILD_MEMBERS_CHUNK").await;
    assert_eq!(
        (&chunk["members"][0]["user"]["username"], &chunk["nonce"], &chunk["chunk_count"]),
        (&json!("budi"), &json!("n"), &json!(1))
    );
}

#[tokio::test]
async fn identifying_too_often_is_refused_when_asked_for() {
    let limits = Limits { identify_per_5s: 1, ..Limits::unlimited() };
    let town = Town::with(Options { limits, ..Options::default() }).await;
    town.bot("siaga").connect(1).await.expect("READY").await;
    let mut second = town.bot("siaga").connect(1).await;
    assert_eq!(second.frame().await["op"], 9);
}

#[tokio::test]
async fn a_compressed_connection_is_one_stream_from_hello_to_resume() {
    let town = Town::start().await;
    let (siaga, general) = (town.bot("siaga"), town.channel("general"));
    let mut socket = siaga.compressed_socket().await;
    socket.send(siaga.identify(town.intents())).await;
    socket.expect("GUILD_CREATE").await;
    for number in 0..50 {
        let text = format!("{number} {}", "lorem ipsum ".repeat(number));
        town.says("budi", &general, &text).await;
        assert_eq!(socket.expect("MESSAGE_CREATE").await["content"], text.trim());
    }
    assert!(socket.binary >= 53, "{}", socket.binary);
    let (seq, session) = (socket.seq.clone(), socket.session.clone());
    town.control(Method::POST, "/gateway/siaga", json!({ "do": "cut" })).await.ok(200);
    assert_eq!(socket.end().await, None);
    town.says("budi", &general, "missed").await;
    // A new connection has a new context.
    let mut socket = siaga.compressed_socket().await;
    socket.send(json!({ "op": 6, "d": { "token": siaga.token, "session_id": session, "seq": seq } })).await;
    assert_eq!(socket.frame().await["d"]["content"], "missed");
    assert_eq!(socket.frame().await["t"], "RESUMED");
}

#[tokio::test]
async fn identify_may_ask_for_single_compressed_payloads() {
    let town = Town::start().await;
    let siaga = town.bot("siaga");
    let mut identify = siaga.identify(town.intents());
    for (wanted, binary) in [(true, 1), (false, 0)] {
        identify["d"]["compress"] = json!(wanted);
        let mut socket = siaga.socket().await;
        socket.send(identify.clone()).await;
        socket.expect("GUILD_CREATE").await;
        town.says("budi", "general", "short ones stay text").await;
        socket.expect("MESSAGE_CREATE").await;
        assert_eq!(socket.binary, binary);
    }
    // Transport compression counts more: nothing is compressed twice.
    let mut socket = siaga.compressed_socket().await;
    socket.send(siaga.identify(town.intents())).await;
    socket.expect("GUILD_CREATE").await;
}

#[tokio::test]
async fn compressions_that_are_not_there_mean_text() {
    let town = Town::start().await;
    let siaga = town.bot("siaga");
    for query in ["&compress=zstd-stream", "&compress=", "&compress=💥"] {
        let (mut stream, _) = tokio_tungstenite::connect_async(format!("{}?v=10{query}", siaga.gateway)).await.unwrap();
        assert!(futures_util::StreamExt::next(&mut stream).await.unwrap().unwrap().is_text());
    }
}
