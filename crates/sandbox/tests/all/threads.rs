//! Stories about threads and forum posts.

use serde_json::{Value, json};

use crate::harness::{Bot, Town};

async fn card(town: &Town, bot: &Bot) -> (String, String) {
    let incidents = town.channel("incidents");
    let sent = bot.say(&incidents, json!({ "content": "INC-1" })).await;
    (incidents, sent["id"].as_str().unwrap().to_owned())
}

async fn thread(town: &Town, bot: &Bot) -> String {
    let (incidents, message) = card(town, bot).await;
    let made = bot
        .post(
            &format!("/channels/{incidents}/messages/{message}/threads"),
            json!({ "name": "inc-1", "auto_archive_duration": 60 }),
        )
        .await
        .ok(201);
    made["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_thread_has_its_messages_id_and_there_is_one_only() {
    let town = Town::start().await;
    let siaga = town.bot("siaga");
    let mut socket = siaga.connect(town.intents()).await;
    let (incidents, message) = card(&town, &siaga).await;
    let path = format!("/channels/{incidents}/messages/{message}/threads");
    let made = siaga.post(&path, json!({ "name": "inc-1", "auto_archive_duration": 10080 })).await.ok(201);
    assert_eq!((&made["id"], &made["type"], &made["owner_id"]), (&json!(message), &json!(11), &json!(siaga.id)));
    let created = socket.expect("THREAD_CREATE").await;
    assert_eq!((&created["id"], &created["newly_created"]), (&json!(message), &json!(true)));
    assert_eq!(socket.expect_where("MESSAGE_UPDATE", |update| update["id"] == message.as_str()).await["flags"], 1 << 5);
    siaga.post(&path, json!({ "name": "again" })).await.refused(400, 160004);
    assert_eq!(siaga.get(&format!("/channels/{message}")).await.ok(200)["name"], "inc-1");
    let active = siaga.get(&format!("/guilds/{}/threads/active", town.guild_id())).await.ok(200);
    assert_eq!((&active["threads"][0]["id"], &active["members"][0]["user_id"]), (&json!(message), &json!(siaga.id)));
    let read = siaga.get(&format!("/channels/{incidents}/messages/{message}")).await.ok(200);
    assert_eq!(read["thread"]["id"], message);
}

#[tokio::test]
async fn a_thread_without_a_type_is_private() {
    let town = Town::start().await;
    let siaga = town.bot("siaga");
    let path = format!("/channels/{}/threads", town.channel("incidents"));
    let made = siaga.post(&path, json!({ "name": "quiet" })).await.ok(201);
    assert_eq!(made["type"], 12);
    let id = made["id"].as_str().unwrap();
    town.bot("shop-monitor").get(&format!("/channels/{id}")).await.refused(403, 50001);
    siaga.put(&format!("/channels/{id}/thread-members/{}", town.bot("shop-monitor").id), json!({})).await.ok(204);
    town.bot("shop-monitor").get(&format!("/channels/{id}")).await.ok(200);
    let public = siaga.post(&path, json!({ "name": "loud", "type": 11 })).await.ok(201);
    assert_eq!(public["type"], 11);
    siaga.post(&path, json!({ "name": "", "type": 11 })).await.refused(400, 50035);
    siaga.post(&path, json!({ "name": "x", "type": 11, "auto_archive_duration": 5 })).await.refused(400, 50035);
}

#[tokio::test]
async fn an_archived_thread_is_for_reading_until_somebody_writes() {
    let town = Town::start().await;
    let siaga = town.bot("siaga");
    let id = thread(&town, &siaga).await;
    let sent = siaga.say(&id, json!({ "content": "x" })).await;
    let at = format!("/channels/{id}/messages/{}", sent["id"].as_str().unwrap());
    siaga.patch(&format!("/channels/{id}"), json!({ "archived": true })).await.ok(200);
    siaga.patch(&at, json!({ "content": "y" })).await.refused(400, 50083);
    siaga.put(&format!("{at}/reactions/%F0%9F%91%80/@me"), json!({})).await.refused(400, 50083);
    siaga
        .put(&format!("/channels/{id}/messages/pins/{}", sent["id"].as_str().unwrap()), json!({}))
        .await
        .refused(400, 50083);
    siaga.patch(&format!("/channels/{id}"), json!({ "name": "other" })).await.refused(400, 50083);
    assert_eq!(town.refused("budi", "slash", json!({ "channel": id, "command": "x" })).await, "Thread is archived");
    let listed = siaga.get(&format!("/channels/{}/threads/archived/public", town.channel("incidents"))).await.ok(200);
    assert_eq!(listed["threads"][0]["id"], id);
    siaga.say(&id, json!({ "content": "awake" })).await;
    let read = siaga.get(&format!("/channels/{id}")).await.ok(200);
    assert_eq!(read["thread_metadata"]["archived"], false);
}

#[tokio::test]
async fn a_locked_thread_is_open_to_its_managers_only() {
    let town = Town::start().await;
    let siaga = town.bot("siaga");
    let id = thread(&town, &siaga).await;
    town.says("budi", &id, "before").await;
    siaga.patch(&format!("/channels/{id}"), json!({ "locked": true })).await.ok(200);
    assert_eq!(town.refused("budi", "messages", json!({ "channel": id, "content": "x" })).await, "Thread is locked");
    town.says("rina", &id, "leads manage threads").await;
    siaga.patch(&format!("/channels/{id}"), json!({ "locked": true, "archived": true })).await.ok(200);
    town.bot("shop-monitor")
        .post(&format!("/channels/{id}/messages"), json!({ "content": "x" }))
        .await
        .refused(400, 50083);
    town.bot("shop-monitor").patch(&format!("/channels/{id}"), json!({ "archived": false })).await.refused(403, 50013);
}

#[tokio::test]
async fn threads_fall_asleep_by_the_domain_clock() {
    let town = Town::start().await;
    let siaga = town.bot("siaga");
    let mut socket = siaga.connect(town.intents()).await;
    let id = thread(&town, &siaga).await;
    town.advance(59 * 60_000).await;
    town.says("budi", &id, "still here").await;
    town.advance(59 * 60_000).await;
    assert_eq!(siaga.get(&format!("/channels/{id}")).await.ok(200)["thread_metadata"]["archived"], false);
    town.advance(2 * 60_000).await;
    assert_eq!(siaga.get(&format!("/channels/{id}")).await.ok(200)["thread_metadata"]["archived"], true);
    socket.expect_where("THREAD_UPDATE", |thread| thread["thread_metadata"]["archived"] == true).await;
}

#[tokio::test]
async fn writing_and_being_mentioned_makes_a_member() {
    let town = Town::start().await;
    let (siaga, observer) = (town.bot("siaga"), town.bot("observer"));
    let id = thread(&town, &siaga).await;
    town.says("budi", &id, &format!("<@{}> look", town.person("rina"))).await;
    let members = observer.get(&format!("/channels/{id}/thread-members")).await.ok(200);
    let ids: Vec<&str> = members.as_array().unwrap().iter().map(|member| member["user_id"].as_str().unwrap()).collect();
    assert!(ids.contains(&town.person("budi").as_str()) && ids.contains(&town.person("rina").as_str()));
    siaga.get(&format!("/channels/{id}/thread-members")).await.refused(403, 50001);
    siaga.get(&format!("/channels/{id}/thread-members/{}", town.person("rina"))).await.ok(200);
    siaga.get(&format!("/channels/{id}/thread-members/{}", town.person("sari"))).await.refused(404, 10007);
    siaga.delete(&format!("/channels/{id}/thread-members/{}", town.person("rina"))).await.ok(204);
    siaga.delete(&format!("/channels/{id}/thread-members/@me")).await.ok(204);
    siaga.put(&format!("/channels/{id}/thread-members/@me"), json!({})).await.ok(204);
}

#[tokio::test]
async fn a_forum_takes_posts_and_no_messages() {
    let town = Town::start().await;
    let (siaga, author, ideas) = (town.bot("siaga"), town.bot("author"), town.channel("ideas"));
    siaga.post(&format!("/channels/{ideas}/messages"), json!({ "content": "x" })).await.refused(400, 40058);
    let forum = siaga.get(&format!("/channels/{ideas}")).await.ok(200);
    let tag = forum["available_tags"][0]["id"].clone();
    let path = format!("/channels/{ideas}/threads");
    let post = json!({ "name": "an idea", "applied_tags": [tag], "message": { "content": "what if", "nonce": "n" } });
    let made = siaga.post(&path, post).await.ok(201);
    assert_eq!((&made["id"], &made["message"]["id"]), (&made["message"]["channel_id"], &made["id"]));
    siaga
        .post(&path, json!({ "name": "x", "applied_tags": ["1"], "message": { "content": "x" } }))
        .await
        .refused(400, 50035);
    siaga.post(&path, json!({ "name": "x", "message": {} })).await.refused(400, 50006);
    author.patch(&format!("/channels/{ideas}"), json!({ "flags": 16 })).await.ok(200);
    siaga.post(&path, json!({ "name": "x", "message": { "content": "x" } })).await.refused(400, 40067);
    let edited = siaga
        .patch(&format!("/channels/{}", made["id"].as_str().unwrap()), json!({ "applied_tags": [] }))
        .await
        .ok(200);
    assert_eq!(edited["applied_tags"], json!([]));
}

#[tokio::test]
async fn the_number_of_active_threads_has_an_end() {
    let limits = sandbox::Limits { active_threads: 1, ..sandbox::Limits::unlimited() };
    let town = Town::with(sandbox::Options { limits, ..sandbox::Options::default() }).await;
    let siaga = town.bot("siaga");
    thread(&town, &siaga).await;
    siaga
        .post(&format!("/channels/{}/threads", town.channel("incidents")), json!({ "name": "x", "type": 11 }))
        .await
        .refused(400, 160006);
}

#[tokio::test]
async fn deleting_a_channel_deletes_its_threads() {
    let town = Town::start().await;
    let siaga = town.bot("siaga");
    let mut socket = siaga.connect(town.intents()).await;
    let id = thread(&town, &siaga).await;
    let gone: Value = siaga.delete(&format!("/channels/{}", town.channel("incidents"))).await.ok(200);
    assert_eq!(gone["name"], "incidents");
    assert_eq!(socket.expect("THREAD_DELETE").await["id"], id);
    socket.expect("CHANNEL_DELETE").await;
    siaga.get(&format!("/channels/{id}")).await.refused(404, 10003);
}
