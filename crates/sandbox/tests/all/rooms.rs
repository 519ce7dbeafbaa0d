//! Stories about people who start threads and posts, upload, pin, type, and about looking at what bots were sent and may do.

use serde_json::json;

use crate::harness::Town;

#[tokio::test]
async fn people_start_and_close_threads_and_posts() {
    let town = Town::start().await;
    let said = town.says("budi", &town.channel("general"), "checkout is slow").await;
    let from_message = json!({ "channel": "general", "message": said["id"], "name": "Slow checkout" });
    let thread = town.act("rina", "threads", from_message.clone()).await["thread"].clone();
    assert_eq!((&thread["id"], &thread["type"]), (&said["id"], &json!(11)));
    town.refused("rina", "threads", from_message).await;

    let forum = &town.look("/world").await["channels"].as_array().unwrap().clone();
    let forum = forum.iter().find(|channel| channel["name"] == "ideas").unwrap();
    let tag = &forum["available_tags"][0]["id"];
    let post = json!({ "channel": "ideas", "name": "Dark mode", "content": "For the shop", "tags": [tag] });
    let post = town.act("wati", "threads", post).await["thread"].clone();
    assert_eq!(post["applied_tags"], json!([tag]));
    let posts = town.look("/channels/ideas/posts?as=budi").await;
    assert_eq!(
        (&posts["posts"][0]["thread"]["id"], &posts["posts"][0]["first"]["content"]),
        (&post["id"], &json!("For the shop"))
    );

    let at = format!("threads/{}", post["id"].as_str().unwrap());
    town.refused("tono", &at, json!({ "archived": true })).await;
    let closed = town.act("wati", &at, json!({ "archived": true })).await;
    assert_eq!(closed["thread"]["thread_metadata"]["archived"], true);
    town.act("tono", &at, json!({ "archived": false })).await;

    let hidden = town.act("budi", "threads", json!({ "channel": "sre", "name": "Quietly", "private": true })).await;
    let id = hidden["thread"]["id"].as_str().unwrap();
    assert!(town.look("/people/budi/channels").await["threads"].as_array().unwrap().contains(&json!(id)));
    assert!(!town.look("/people/wati/channels").await["threads"].as_array().unwrap().contains(&json!(id)));
}

#[tokio::test]
async fn people_upload_files() {
    let town = Town::start().await;
    let file = json!({ "filename": "why.txt", "base64": "aGVsbG8=", "description": "the reason" });
    let said = town.act("budi", "messages", json!({ "channel": "general", "content": "", "files": [file] })).await;
    let attachment = &said["message"]["attachments"][0];
    assert_eq!((&attachment["size"], &attachment["description"]), (&json!(5), &json!("the reason")));
    assert_eq!(attachment["content_type"], "text/plain; charset=utf-8");
    let broken = json!({ "channel": "general", "files": [{ "filename": "x", "base64": "?" }] });
    assert_eq!(town.refused("budi", "messages", broken).await, "The `base64` of x cannot be decoded.");
}

#[tokio::test]
async fn people_pin_type_open_direct_messages_and_see_who_reacted() {
    let town = Town::start().await;
    let said = town.says("budi", &town.channel("general"), "read this").await;
    let pin = json!({ "channel": "general", "message": said["id"] });
    assert_eq!(town.refused("budi", "pins", pin.clone()).await, "This person may not pin messages here.");
    town.act("rina", "pins", pin).await;
    assert_eq!(town.look("/channels/general/pins?as=budi").await["messages"][0]["id"], said["id"]);
    town.act("rina", "pins", json!({ "channel": "general", "message": said["id"], "pinned": false })).await;
    assert_eq!(town.look("/channels/general/pins?as=budi").await["messages"], json!([]));

    town.act("sari", "reactions", json!({ "message": said["id"], "emoji": "👀" })).await;
    let who = town.look(&format!("/channels/general/reactions/{}?as=budi", said["id"].as_str().unwrap())).await;
    assert_eq!(who["reactions"], json!([{ "emoji": "👀", "users": [town.person("sari")] }]));

    town.act("budi", "typing", json!({ "channel": "general" })).await;
    town.refused("wati", "typing", json!({ "channel": "sre-private" })).await;
    let direct = town.act("budi", "dm", json!({ "with": "siaga" })).await["channel"].clone();
    assert_eq!(town.act("budi", "dm", json!({ "with": "siaga" })).await["channel"], direct);
    town.refused("budi", "dm", json!({ "with": "budi" })).await;
}

#[tokio::test]
async fn messages_are_read_from_any_place() {
    let town = Town::start().await;
    let general = town.channel("general");
    let mut ids = Vec::new();
    for number in 0..10 {
        ids.push(town.says("budi", &general, &number.to_string()).await["id"].as_str().unwrap().to_owned());
    }
    let read = async |query: String| {
        let found = town.look(&format!("/channels/general/messages?as=rina&{query}")).await;
        let words: String =
            found["messages"].as_array().unwrap().iter().map(|message| message["content"].as_str().unwrap()).collect();
        (words, found["older"].as_bool().unwrap(), found["newer"].as_bool().unwrap())
    };
    assert_eq!(read("limit=3".to_owned()).await, ("789".to_owned(), true, false));
    assert_eq!(read(format!("limit=3&before={}", ids[3])).await, ("012".to_owned(), false, true));
    assert_eq!(read(format!("limit=3&after={}", ids[6])).await, ("789".to_owned(), true, false));
    assert_eq!(read(format!("limit=4&around={}", ids[5])).await, ("3456".to_owned(), true, true));
}

#[tokio::test]
async fn what_the_gateway_sent_can_be_looked_at() {
    let town = Town::start().await;
    let wire = town.bot("siaga").connect(town.intents()).await;
    town.says("budi", &town.channel("general"), "hello").await;
    let events = town.look("/gateway/events").await["events"].as_array().unwrap().clone();
    let names: Vec<&str> = events.iter().map(|event| event["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["READY", "GUILD_CREATE", "MESSAGE_CREATE"]);
    assert_eq!((&events[2]["bot"], &events[2]["data"]["content"]), (&json!("siaga"), &json!("hello")));
    let session = events[0]["session"].as_str().unwrap();
    let later = town.look(&format!("/gateway/events?after={session}:2")).await;
    assert_eq!(later["events"].as_array().unwrap().len(), 1);
    drop(wire);
}

#[tokio::test]
async fn what_a_bot_may_do_can_be_looked_at() {
    let town = Town::start().await;
    let (author, siaga, general) = (town.bot("author"), town.bot("siaga"), town.channel("general"));
    let rights = town.look("/bots/siaga/permissions").await;
    assert!(rights["permissions"].as_array().unwrap().contains(&json!("PIN_MESSAGES")));
    assert_eq!(rights["denied"], json!([]));
    let deny = json!({ "type": 1, "allow": "0", "deny": "2048" });
    author.put(&format!("/channels/{general}/permissions/{}", siaga.id), deny).await.ok(204);
    let rights = town.look("/bots/siaga/permissions").await;
    assert_eq!(rights["denied"], json!([{ "channel": general, "permissions": ["SEND_MESSAGES"] }]));
}
