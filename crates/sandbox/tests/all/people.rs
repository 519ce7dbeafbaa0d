//! Stories about the control API as the chat page uses it.

use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::Town;

#[tokio::test]
async fn people_see_their_channels_and_what_is_unread() {
    let town = Town::start().await;
    let (general, hidden) = (town.channel("general"), town.channel("sre-private"));
    town.says("rina", &general, &format!("<@{}> hello", town.person("budi"))).await;
    let seen = town.look("/people/budi/channels").await;
    assert_eq!((&seen["unread"][&general], &seen["mentions"][&general]), (&json!(1), &json!(1)));
    assert!(!seen["channels"].as_array().unwrap().contains(&json!(hidden)));
    assert!(town.look("/people/dewi/channels").await["channels"].as_array().unwrap().contains(&json!(hidden)));
    town.act("budi", "read", json!({ "channel": general })).await;
    let seen = town.look("/people/budi/channels").await;
    assert_eq!((&seen["unread"], &seen["mentions"]), (&json!({}), &json!({})));
    let world = town.look("/world").await;
    assert_eq!((world["people"].as_array().unwrap().len(), world["bots"].as_array().unwrap().len()), (12, 4));
}

#[tokio::test]
async fn people_edit_and_delete_their_own_messages_only() {
    let town = Town::start().await;
    let said = town.says("budi", &town.channel("general"), "tpyo").await;
    let at = format!("messages/{}", said["id"].as_str().unwrap());
    let edited = town.act("budi", &format!("{at}/edit"), json!({ "content": "typo" })).await;
    assert_eq!(edited["message"]["content"], "typo");
    town.refused("sari", &format!("{at}/edit"), json!({ "content": "x" })).await;
    town.refused("sari", &format!("{at}/delete"), json!({})).await;
    town.act("budi", &format!("{at}/delete"), json!({})).await;
    town.refused("budi", &format!("{at}/delete"), json!({})).await;
    town.refused("budi", "messages", json!({ "channel": "general", "content": "x".repeat(2_001) })).await;
    town.refused("budi", "messages", json!({ "channel": "sre-private", "content": "x" })).await;
}

#[tokio::test]
async fn other_origins_and_names_are_kept_out() {
    let town = Town::start().await;
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let url = format!("{}/control/world", town.sandbox.base_url());
    let status =
        async |name: &str, value: &str| http.get(&url).header(name, value).send().await.unwrap().status().as_u16();
    assert_eq!(status("origin", "http://evil.example").await, 403);
    assert_eq!(status("origin", "null").await, 403);
    assert_eq!(status("host", "evil.example").await, 403);
    assert_eq!(status("host", "localhost:80").await, 200);
    assert_eq!(status("origin", &town.sandbox.base_url()).await, 200);
}

#[tokio::test]
async fn the_stream_tells_everything_after_a_number() {
    let town = Town::start().await;
    town.says("budi", &town.channel("general"), "one").await;
    let mut response = reqwest::Client::builder()
        .no_proxy()
        .build()
        .unwrap()
        .get(format!("{}/control/events?after=0", town.sandbox.base_url()))
        .send()
        .await
        .unwrap();
    assert!(response.headers()["content-type"].to_str().unwrap().starts_with("text/event-stream"));
    let mut text = String::new();
    while !text.contains("two") {
        if text.contains("one") && !text.contains("said") {
            town.says("budi", &town.channel("general"), "said two").await;
        }
        text.push_str(str::from_utf8(&response.chunk().await.unwrap().unwrap()).unwrap());
    }
    let first: Value = text
        .lines()
        .find_map(|line| line.strip_prefix("data:"))
        .map(|data| serde_json::from_str(data).unwrap())
        .unwrap();
    assert_eq!((&first["kind"], &first["message"]["content"]), (&json!("message_create"), &json!("one")));
    assert!(text.contains(&format!("id: {}", first["seq"])) || text.contains(&format!("id:{}", first["seq"])));
}

#[tokio::test]
async fn calls_are_listed_with_their_routes() {
    let town = Town::start().await;
    town.bot("siaga").say(&town.channel("general"), json!({ "content": "x" })).await;
    let calls = town.look("/calls?after=0").await;
    let call = &calls["calls"][0];
    assert_eq!(
        (&call["method"], &call["route"], &call["status"], &call["bot"]),
        (&json!("POST"), &json!("/channels/{channel_id}/messages"), &json!(200), &json!("siaga"))
    );
    assert_eq!(town.control(Method::GET, "/nothing", Value::Null).await.status, 404);
    assert_eq!(town.control(Method::GET, "/people/nobody/channels", Value::Null).await.status, 404);
}

#[tokio::test]
async fn pins_and_commands_are_shown() {
    let town = Town::start().await;
    let (siaga, general) = (town.bot("siaga"), town.channel("general"));
    siaga.register(&town.guild_id(), json!([{ "name": "ack", "description": "d" }, { "name": "admin", "description": "d", "default_member_permissions": "0" }])).await;
    let sent = siaga.say(&general, json!({ "content": "card" })).await;
    siaga.put(&format!("/channels/{general}/pins/{}", sent["id"].as_str().unwrap()), json!({})).await.ok(204);
    assert_eq!(town.look(&format!("/channels/{general}/pins?as=budi")).await["messages"][0]["content"], "card");
    assert_eq!(town.look("/commands?as=budi").await["commands"].as_array().unwrap().len(), 1);
    assert_eq!(town.look("/commands?as=dewi").await["commands"].as_array().unwrap().len(), 2);
}
