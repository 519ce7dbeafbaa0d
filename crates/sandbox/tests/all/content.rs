//! Stories about the Message Content intent: what a bot without it does not get, over REST and gateway.

use serde_json::json;

use crate::harness::Town;

#[tokio::test]
async fn a_bot_without_the_intent_reads_empty_messages() {
    let town = Town::start().await;
    let (plain, general) = (town.bot("shop-monitor"), town.channel("general"));
    let mut socket = plain.connect(1 | 1 << 9).await;
    socket.expect("GUILD_CREATE").await;
    let said = town.says("budi", &general, "secret").await;
    assert_eq!(socket.expect("MESSAGE_CREATE").await["content"], "");
    let path = format!("/channels/{general}/messages/{}", said["id"].as_str().unwrap());
    assert_eq!(plain.get(&path).await.ok(200)["content"], "");
    assert_eq!(town.bot("siaga").get(&path).await.ok(200)["content"], "secret");
}

#[tokio::test]
async fn a_session_that_did_not_ask_for_the_intent_reads_empty_messages() {
    let town = Town::start().await;
    let siaga = town.bot("siaga");
    let mut socket = siaga.connect(1 | 1 << 9).await;
    socket.expect("GUILD_CREATE").await;
    town.says("budi", &town.channel("general"), "secret").await;
    assert_eq!(socket.expect("MESSAGE_CREATE").await["content"], "");
}

#[tokio::test]
async fn own_messages_mentions_replies_and_direct_messages_are_always_readable() {
    let town = Town::start().await;
    let (plain, general) = (town.bot("shop-monitor"), town.channel("general"));
    let mut socket = plain.connect(1 | 1 << 9 | 1 << 12).await;
    socket.expect("GUILD_CREATE").await;
    let own = plain.say(&general, json!({ "content": "mine", "components": [{ "type": 1, "components": [{ "type": 2, "style": 1, "label": "x", "custom_id": "v1:x" }] }] })).await;
    let heard = socket.expect("MESSAGE_CREATE").await;
    assert_eq!(
        (&heard["content"], &heard["components"][0]["components"][0]["custom_id"]),
        (&json!("mine"), &json!("v1:x"))
    );
    town.says("budi", &general, &format!("<@{}> for you", plain.id)).await;
    assert!(socket.expect("MESSAGE_CREATE").await["content"].as_str().unwrap().contains("for you"));
    town.act("budi", "messages", json!({ "channel": general, "content": "answer", "reply_to": own["id"] })).await;
    assert_eq!(socket.expect("MESSAGE_CREATE").await["content"], "answer");
    town.act("budi", "messages", json!({ "channel": "@shop-monitor", "content": "between us" })).await;
    assert_eq!(socket.expect("MESSAGE_CREATE").await["content"], "between us");
    // A reply to somebody else hides both texts.
    let other = town.says("rina", &general, "hidden").await;
    socket.expect("MESSAGE_CREATE").await;
    town.act("budi", "messages", json!({ "channel": general, "content": "hidden too", "reply_to": other["id"] })).await;
    let heard = socket.expect("MESSAGE_CREATE").await;
    assert_eq!((&heard["content"], &heard["referenced_message"]["content"]), (&json!(""), &json!("")));
}

#[tokio::test]
async fn the_target_of_a_message_command_comes_with_its_content() {
    let town = Town::start().await;
    let (plain, general) = (town.bot("shop-monitor"), town.channel("general"));
    plain.register(&town.guild_id(), json!([{ "name": "Add to timeline", "type": 3 }])).await;
    let mut socket = plain.connect(1).await;
    socket.expect("GUILD_CREATE").await;
    let said = town.says("budi", &general, "it broke").await;
    town.act("rina", "menu", json!({ "channel": general, "name": "Add to timeline", "message": said["id"] })).await;
    let interaction = socket.expect("INTERACTION_CREATE").await;
    let target = interaction["data"]["target_id"].as_str().unwrap();
    assert_eq!(interaction["data"]["resolved"]["messages"][target]["content"], "it broke");
}
