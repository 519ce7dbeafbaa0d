//! Stories about the state file: nothing that was answered is forgotten.

use sandbox::{Limits, Options, StartError, StateError};
use serde_json::json;

use crate::harness::Town;

fn options(folder: &tempfile::TempDir) -> Options {
    Options { state: Some(folder.path().join("world.jsonl")), limits: Limits::unlimited(), ..Options::default() }
}

#[tokio::test]
async fn everything_is_there_again_after_a_restart_on_another_port() {
    let folder = tempfile::tempdir().unwrap();
    let town = Town::with(options(&folder)).await;
    let (siaga, incidents) = (town.bot("siaga"), town.channel("incidents"));
    siaga.register(&town.guild_id(), json!([{ "name": "ack", "description": "d" }])).await;
    let body = json!({ "content": "INC-1", "nonce": "k", "enforce_nonce": true, "embeds": [{ "title": "card" }] });
    let sent = siaga.say(&incidents, body.clone()).await;
    let id = sent["id"].as_str().unwrap().to_owned();
    siaga.post(&format!("/channels/{incidents}/messages/{id}/threads"), json!({ "name": "inc-1" })).await.ok(201);
    siaga.put(&format!("/channels/{incidents}/messages/pins/{id}"), json!({})).await.ok(204);
    let form = reqwest::multipart::Form::new()
        .part("files[0]", reqwest::multipart::Part::bytes(b"LOG".to_vec()).file_name("a.txt"));
    let path = format!("/channels/{id}/messages");
    siaga.send(siaga.request("POST", &path).multipart(form), "POST", &path).await.ok(200);
    town.says("budi", &id, &format!("<@{}>", town.person("rina"))).await;
    town.advance(5_000).await;
    let before = siaga.get(&format!("/channels/{id}/messages")).await.ok(200);
    let text = std::fs::read_to_string(folder.path().join("world.jsonl")).unwrap();
    assert!(!text.contains(&town.sandbox.addr().port().to_string()) && !text.contains("127.0.0.1"));
    town.sandbox.shutdown().await;

    let town = Town::with(options(&folder)).await;
    let siaga = town.bot("siaga");
    let after = siaga.get(&format!("/channels/{id}/messages")).await.ok(200);
    assert_eq!(before.as_array().unwrap().len(), after.as_array().unwrap().len());
    let url = after.as_array().unwrap().iter().find_map(|message| message["attachments"][0]["url"].as_str()).unwrap();
    assert_eq!(town.get(url.strip_prefix(&town.sandbox.base_url()).unwrap()).await.text, "LOG");
    // Nonces are remembered, threads stay one per message, commands stay registered.
    assert_eq!(siaga.say(&incidents, body).await["id"], id);
    siaga
        .post(&format!("/channels/{incidents}/messages/{id}/threads"), json!({ "name": "x" }))
        .await
        .refused(400, 160004);
    assert_eq!(siaga.get(&format!("/channels/{incidents}/pins")).await.ok(200)[0]["id"], id);
    town.act("budi", "slash", json!({ "channel": "general", "command": "ack" })).await;
    assert_eq!(town.look("/people/rina/notifications").await["notifications"][0]["kind"], "mention");
}

#[tokio::test]
async fn what_was_answered_is_in_the_file_already() {
    let folder = tempfile::tempdir().unwrap();
    let town = Town::with(options(&folder)).await;
    let general = town.channel("general");
    let sent = town.bot("siaga").say(&general, json!({ "content": "answered" })).await;
    // A copy taken now is what a killed process leaves behind.
    let copy = folder.path().join("copy.jsonl");
    std::fs::copy(folder.path().join("world.jsonl"), &copy).unwrap();
    let other = Town::with(Options { state: Some(copy), ..options(&folder) }).await;
    let read = other.bot("siaga").get(&format!("/channels/{general}/messages")).await.ok(200);
    assert_eq!(read[0]["id"], sent["id"]);
    // New ids are higher than every old one.
    let next = other.bot("siaga").say(&general, json!({ "content": "next" })).await;
    let number = |message: &serde_json::Value| message["id"].as_str().unwrap().parse::<u64>().unwrap();
    assert!(number(&next) > number(&sent));
}

#[tokio::test]
async fn a_half_written_last_line_is_dropped() {
    let folder = tempfile::tempdir().unwrap();
    let town = Town::with(options(&folder)).await;
    let general = town.channel("general");
    town.says("budi", &general, "kept").await;
    town.sandbox.shutdown().await;
    let path = folder.path().join("world.jsonl");
    let mut text = std::fs::read_to_string(&path).unwrap();
    text.push_str("{\"table\":\"message\",\"id\":\"1\",\"va");
    std::fs::write(&path, text).unwrap();
    let town = Town::with(options(&folder)).await;
    let read = town.bot("siaga").get(&format!("/channels/{general}/messages")).await.ok(200);
    assert_eq!(read[0]["content"], "kept");
    town.sandbox.shutdown().await;
    std::fs::write(&path, "nonsense\n").unwrap();
    assert!(matches!(
        sandbox::start(options(&folder)).await.err(),
        Some(StartError::State(StateError::Line { line: 1, .. }))
    ));
}

#[tokio::test]
async fn one_file_serves_one_sandbox() {
    let folder = tempfile::tempdir().unwrap();
    let first = sandbox::start(options(&folder)).await.unwrap();
    assert!(matches!(sandbox::start(options(&folder)).await.err(), Some(StartError::State(StateError::InUse(_)))));
    first.shutdown().await;
    sandbox::start(options(&folder)).await.unwrap().shutdown().await;
}

#[tokio::test]
async fn a_full_channel_forgets_its_oldest_messages() {
    let limits = Limits { messages_per_channel: 3, ..Limits::unlimited() };
    let town = Town::with(Options { limits, ..Options::default() }).await;
    for number in 0..5 {
        town.says("budi", &town.channel("general"), &number.to_string()).await;
    }
    let read = town.bot("siaga").get(&format!("/channels/{}/messages", town.channel("general"))).await.ok(200);
    assert_eq!(
        read.as_array().unwrap().iter().map(|message| message["content"].as_str().unwrap()).collect::<Vec<_>>(),
        ["4", "3", "2"]
    );
}
