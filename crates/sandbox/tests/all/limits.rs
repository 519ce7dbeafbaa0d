//! Stories about rate limits: headers, buckets, the global limit, limits that no header tells.

use sandbox::{Limits, Options, Rate};
use serde_json::json;

use crate::harness::Town;

async fn town(limits: Limits) -> Town {
    Town::with(Options { limits, ..Options::default() }).await
}

#[tokio::test]
async fn every_answer_tells_its_bucket() {
    let town = town(Limits::default()).await;
    let siaga = town.bot("siaga");
    let path = format!("/channels/{}/messages", town.channel("general"));
    let first = siaga.post(&path, json!({ "content": "x" })).await;
    assert_eq!(
        (first.header("x-ratelimit-limit"), first.header("x-ratelimit-remaining")),
        ("5".to_owned(), "4".to_owned())
    );
    assert_eq!(first.header("via"), "1.1 google");
    assert!(first.header("x-ratelimit-reset-after").parse::<f64>().unwrap() <= 5.0);
    assert!(first.header("x-ratelimit-reset").parse::<f64>().unwrap() > 1.7e9);
    // Another channel counts apart, under the same bucket name.
    let other = siaga.post(&format!("/channels/{}/messages", town.channel("support")), json!({ "content": "x" })).await;
    assert_eq!(
        (other.header("x-ratelimit-remaining"), other.header("x-ratelimit-bucket")),
        ("4".to_owned(), first.header("x-ratelimit-bucket"))
    );
    for _ in 0..4 {
        siaga.post(&path, json!({ "content": "x" })).await.ok(200);
    }
    let refused = siaga.post(&path, json!({ "content": "x" })).await;
    assert_eq!(
        (refused.status, refused.header("x-ratelimit-scope"), refused.header("x-ratelimit-remaining")),
        (429, "user".to_owned(), "0".to_owned())
    );
    assert_eq!((&refused.body["global"], refused.body["retry_after"].as_f64().unwrap() > 0.0), (&json!(false), true));
    assert!(!refused.header("retry-after").is_empty() && refused.header("via") == "1.1 google");
    // Each bot has its own.
    town.bot("author").post(&path, json!({ "content": "x" })).await.ok(200);
}

#[tokio::test]
async fn the_global_limit_is_told_apart() {
    let limits = Limits { global: Rate::per_seconds(3, 60), ..Limits::unlimited() };
    let town = town(limits).await;
    let siaga = town.bot("siaga");
    for _ in 0..3 {
        siaga.get("/users/@me").await.ok(200);
    }
    let refused = siaga.get("/users/@me").await;
    assert_eq!(
        (refused.status, refused.header("x-ratelimit-global"), refused.header("x-ratelimit-scope")),
        (429, "true".to_owned(), "global".to_owned())
    );
    assert_eq!(refused.body["global"], true);
}

#[tokio::test]
async fn interaction_answers_do_not_count() {
    let limits = Limits { global: Rate::per_seconds(2, 60), ..Limits::default() };
    let town = town(limits).await;
    let siaga = town.bot("siaga");
    siaga.register(&town.guild_id(), json!([{ "name": "ack", "description": "d" }])).await;
    siaga.get("/users/@me").await.ok(200);
    siaga.get("/users/@me").await.refused_status(429);
    let mut socket = siaga.connect(1).await;
    socket.expect("GUILD_CREATE").await;
    for _ in 0..8 {
        town.act("budi", "slash", json!({ "channel": "general", "command": "ack" })).await;
        let interaction = socket.expect("INTERACTION_CREATE").await;
        siaga.answer(&interaction, json!({ "type": 4, "data": { "content": "x" } })).await.ok(204);
        siaga.post(&siaga.hook(&interaction), json!({ "content": "y" })).await.ok(200);
    }
}

#[tokio::test]
async fn renames_run_out_while_the_header_says_there_is_room() {
    let limits = Limits { rename: Rate::per_seconds(2, 600), ..Limits::unlimited() };
    let town = town(limits).await;
    let (siaga, general) = (town.bot("siaga"), town.channel("general"));
    let path = format!("/channels/{general}");
    for name in ["a", "b"] {
        siaga.patch(&path, json!({ "name": name })).await.ok(200);
    }
    let refused = siaga.patch(&path, json!({ "name": "c" })).await;
    assert_eq!(refused.status, 429);
    assert!(refused.header("x-ratelimit-remaining").parse::<u32>().unwrap() > 0);
    assert!(refused.body["retry_after"].as_f64().unwrap() > 500.0);
    // The topic counts apart, and other changes do not count.
    siaga.patch(&path, json!({ "topic": "t" })).await.ok(200);
    siaga.patch(&path, json!({ "rate_limit_per_user": 5 })).await.ok(200);
    siaga.patch(&path, json!({ "name": "b", "topic": "u" })).await.ok(200);
    siaga.patch(&path, json!({ "topic": "v" })).await.refused_status(429);
}

#[tokio::test]
async fn old_messages_are_edited_slowly() {
    let limits = Limits { old_edit: Rate::per_seconds(1, 600), ..Limits::unlimited() };
    let town = town(limits).await;
    let (siaga, general) = (town.bot("siaga"), town.channel("general"));
    let sent = siaga.say(&general, json!({ "content": "card" })).await;
    let path = format!("/channels/{general}/messages/{}", sent["id"].as_str().unwrap());
    for text in ["a", "b"] {
        siaga.patch(&path, json!({ "content": text })).await.ok(200);
    }
    town.advance(3_700_000).await;
    siaga.patch(&path, json!({ "content": "c" })).await.ok(200);
    let refused = siaga.patch(&path, json!({ "content": "d" })).await;
    assert_eq!((refused.status, &refused.body["code"]), (429, &json!(30046)));
}

#[tokio::test]
async fn the_date_header_follows_the_domain_clock() {
    let at_ms = 1_795_379_531_123;
    let town = Town::with(Options {
        clock: sandbox::Clock::Frozen { at_ms },
        limits: Limits::unlimited(),
        ..Options::default()
    })
    .await;
    let siaga = town.bot("siaga");
    assert_eq!(siaga.get("/users/@me").await.header("date"), "Sun, 22 Nov 2026 20:32:11 GMT");
    let sent = siaga.say(&town.channel("general"), json!({ "content": "x" })).await;
    assert_eq!(sent["timestamp"], "2026-11-22T20:32:11.123000+00:00");
    assert_eq!(sent["id"].as_str().unwrap().parse::<u64>().unwrap() >> 22, at_ms - 1_420_070_400_000);
    town.advance(60_000).await;
    assert_eq!(siaga.get("/users/@me").await.header("date"), "Sun, 22 Nov 2026 20:33:11 GMT");
    let clock = async |what| town.control(reqwest::Method::POST, "/clock", what).await.ok(200);
    assert_eq!(clock(json!({ "frozen": true })).await["now"], at_ms + 60_000);
    // Let go, it runs on from there: nothing goes back.
    let running = clock(json!({ "frozen": false })).await;
    assert_eq!((&running["frozen"], running["now"].as_u64() >= Some(at_ms + 60_000)), (&json!(false), true));
    let stopped = clock(json!({ "frozen": true, "advance_ms": 5 })).await["now"].clone();
    assert_eq!(town.look("/clock").await["now"], stopped);
    let back = town.control(reqwest::Method::POST, "/clock", json!({ "set_ms": 1 })).await;
    assert_eq!(back.status, 400);
}
