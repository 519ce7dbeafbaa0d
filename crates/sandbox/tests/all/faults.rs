//! Stories about faults on order: what a bot must survive.

use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{Bot, Town};

async fn order(town: &Town, fault: Value) -> String {
    town.control(Method::POST, "/faults", fault).await.ok(200)["fault"].as_str().unwrap().to_owned()
}

/// Posts a message; whether an answer came.
async fn post(bot: &Bot, channel: &str, content: &str) -> Result<u16, reqwest::Error> {
    let request = bot
        .request("POST", &format!("/channels/{channel}/messages"))
        .header("authorization", format!("Bot {}", bot.token));
    request.json(&json!({ "content": content })).send().await.map(|response| response.status().as_u16())
}

async fn texts(bot: &Bot, channel: &str) -> Vec<String> {
    let read = bot.get(&format!("/channels/{channel}/messages")).await.ok(200);
    read.as_array().unwrap().iter().rev().map(|message| message["content"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn an_answer_gets_lost_after_the_message_was_made() {
    let town = Town::start().await;
    let (siaga, general) = (town.bot("siaga"), town.channel("general"));
    let fault = order(&town, json!({ "method": "POST", "route": "/channels/{channel_id}/messages", "bot": "siaga", "nth": 2, "at": "applied", "do": "drop" })).await;
    assert_eq!(post(&siaga, &general, "one").await.unwrap(), 200);
    assert_eq!(town.look(&format!("/faults/{fault}")).await["state"], "armed");
    assert_eq!(post(&town.bot("author"), &general, "other").await.unwrap(), 200);
    assert!(post(&siaga, &general, "two").await.is_err());
    assert_eq!(post(&siaga, &general, "three").await.unwrap(), 200);
    assert_eq!(texts(&siaga, &general).await, ["one", "other", "two", "three"]);
    assert_eq!(town.look(&format!("/faults/{fault}?wait_ms=1000")).await["state"], "done");
}

#[tokio::test]
async fn a_call_gets_lost_before_anything_is_made() {
    let town = Town::start().await;
    let (siaga, general) = (town.bot("siaga"), town.channel("general"));
    order(&town, json!({ "method": "POST", "do": "drop", "at": "received" })).await;
    assert!(post(&siaga, &general, "lost").await.is_err());
    assert_eq!(texts(&siaga, &general).await, Vec::<String>::new());
}

#[tokio::test]
async fn a_held_call_waits_for_its_release() {
    let town = Town::start().await;
    let (siaga, general) = (town.bot("siaga"), town.channel("general"));
    let fault = order(&town, json!({ "method": "POST", "at": "applied", "do": "hold" })).await;
    let (caller, there) = (siaga.clone(), general.clone());
    let call = tokio::spawn(async move { post(&caller, &there, "held").await.is_err() });
    assert_eq!(town.look(&format!("/faults/{fault}?wait_ms=5000")).await["state"], "held");
    assert_eq!(texts(&siaga, &general).await, ["held"]);
    town.control(Method::POST, &format!("/faults/{fault}/release"), json!({})).await.ok(200);
    assert!(call.await.unwrap());
    assert_eq!(town.look(&format!("/faults/{fault}?wait_ms=5000")).await["state"], "done");
}

#[tokio::test]
async fn statuses_come_on_order() {
    let town = Town::start().await;
    let (siaga, general) = (town.bot("siaga"), town.channel("general"));
    order(&town, json!({ "do": "status", "status": 503, "count": 2, "at": "applied" })).await;
    assert_eq!(post(&siaga, &general, "a").await.unwrap(), 503);
    assert_eq!(post(&siaga, &general, "b").await.unwrap(), 503);
    assert_eq!(post(&siaga, &general, "c").await.unwrap(), 200);
    assert_eq!(texts(&siaga, &general).await, ["a", "b", "c"]);
    order(&town, json!({ "do": "status", "status": 429, "retry_after": 2.5, "scope": "shared" })).await;
    let refused = siaga.get("/users/@me").await;
    assert_eq!(
        (refused.status, refused.header("x-ratelimit-scope"), &refused.body["retry_after"]),
        (429, "shared".to_owned(), &json!(2.5))
    );
    order(&town, json!({ "do": "status", "status": 429, "scope": "global" })).await;
    assert_eq!(siaga.get("/users/@me").await.header("x-ratelimit-global"), "true");
}

#[tokio::test]
async fn faults_are_called_off() {
    let town = Town::start().await;
    order(&town, json!({ "do": "drop", "count": 100 })).await;
    town.control(Method::DELETE, "/faults", Value::Null).await.ok(200);
    town.bot("siaga").get("/users/@me").await.ok(200);
    for nonsense in [
        json!({ "do": "sing" }),
        json!({ "do": "status" }),
        json!({ "do": "drop", "nth": 0 }),
        json!({ "do": "drop", "colour": 1 }),
    ] {
        assert_eq!(town.control(Method::POST, "/faults", nonsense).await.status, 400);
    }
}
