//! Stories about starting, stopping and looking around.

use serde_json::json;

use crate::harness::Town;

#[tokio::test]
async fn a_bot_logs_in_sees_the_guild_and_says_hello() {
    let town = Town::start().await;
    let siaga = town.bot("siaga");
    let mut socket = siaga.connect(town.intents()).await;
    let ready = socket.expect("READY").await;
    assert_eq!(ready["user"]["username"], "siaga");
    let guild = socket.expect("GUILD_CREATE").await;
    assert_eq!(guild["name"], "Toko Kita");
    let sent = siaga
        .post(&format!("/channels/{}/messages", town.channel("general")), json!({ "content": "hello" }))
        .await
        .ok(200);
    let heard = socket.expect("MESSAGE_CREATE").await;
    assert_eq!(heard["id"], sent["id"]);
    assert_eq!(heard["guild_id"], town.guild_id());
}

#[tokio::test]
async fn a_taken_port_is_told_apart_from_other_failures() {
    let town = Town::start().await;
    let again = sandbox::start(sandbox::Options { listen: town.sandbox.addr(), ..sandbox::Options::default() }).await;
    assert!(matches!(again.err(), Some(sandbox::StartError::PortInUse(_))));
}

#[tokio::test]
async fn the_port_is_free_after_a_shutdown() {
    let town = Town::start().await;
    let mut socket = town.bot("siaga").connect(town.intents()).await;
    socket.expect("READY").await;
    let address = town.sandbox.addr();
    town.sandbox.shutdown().await;
    let again = sandbox::start(sandbox::Options { listen: address, ..sandbox::Options::default() }).await.unwrap();
    again.shutdown().await;
}

#[tokio::test]
async fn ids_and_tokens_of_the_default_guild_never_change() {
    let (one, other) = (Town::start().await, Town::start().await);
    assert_eq!(one.bot("siaga").token, other.bot("siaga").token);
    assert_eq!(one.channel("incidents"), other.channel("incidents"));
    assert_eq!(one.bot("siaga").token, "MTI2MzI1MDc0OTMzNzg0MTQ5MA.3DWbvX.XOdGZbIOmcI8agdIgi3vKoDdBy5A8hzsTRcEKA");
}

#[tokio::test]
async fn the_page_comes_with_a_strict_policy() {
    let town = Town::start().await;
    let page = town.get("/").await;
    assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
    assert!(page.header("content-security-policy").starts_with("default-src 'self'"));
    assert_eq!(town.get("/page/app.js").await.status, 200);
    assert_eq!(town.get("/page/secret").await.status, 404);
}
