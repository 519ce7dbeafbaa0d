//! Purpose: the connection: never to another host, not too often, and without what Discord refuses.

use std::time::Duration;

use axum::Json;
use axum::routing::get;
use discord::gateway::{self, GatewayError, Settings};
use discord::rest::{Base, Client};
use sandbox::Guild;
use secrecy::SecretString;
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use crate::world::{World, text};

/// A server that knows one route.
async fn server(gateway: Value) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let routes =
        axum::Router::new().route("/api/v10/gateway/bot", get(move || std::future::ready(Json(gateway.clone()))));
    tokio::spawn(async move { axum::serve(listener, routes).await });
    address
}

fn settings(base: &str) -> Settings {
    let (token, base) = (SecretString::from("a.b.c"), Base::Sandbox(base.to_owned()));
    let rest = Client::new(discord::rest::Settings::new(token.clone(), base.clone())).unwrap();
    Settings::new(token, base, rest, commands::all())
}

fn limit(remaining: u32) -> Value {
    json!({ "total": 1000, "remaining": remaining, "reset_after": 3_600_000, "max_concurrency": 1 })
}

#[tokio::test]
async fn a_sandbox_that_names_another_host_is_refused_before_anything_is_sent() {
    let world = World::start().await;
    let address =
        server(json!({ "url": "wss://gateway.discord.gg", "shards": 1, "session_start_limit": limit(1000) })).await;
    let run = gateway::run(settings(&address), world.engine.clone(), world.directory.clone(), CancellationToken::new());
    assert_eq!(run.await, Err(GatewayError::ForeignHost { host: "gateway.discord.gg".into() }));
    world.end().await;
}

#[tokio::test]
async fn a_dead_sandbox_is_waited_for_and_never_leads_to_discord() {
    let world = World::start().await;
    // A port that was free a moment ago: nobody listens.
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let (settings, shutdown) = (settings(&address), CancellationToken::new());
    let connected = settings.connected.subscribe();
    let run = gateway::run(settings, world.engine.clone(), world.directory.clone(), shutdown.clone());
    let run = tokio::spawn(run);
    // The client library, which would fall back to Discord's address, is not even made before ours is known.
    tokio::time::timeout(Duration::from_secs(2), async {
        let mut connected = connected;
        connected.wait_for(|connected| *connected).await.map(|_| ())
    })
    .await
    .unwrap_err();
    assert!(!run.is_finished());
    shutdown.cancel();
    assert_eq!(run.await.unwrap(), Ok(()));
    world.end().await;
}

#[tokio::test]
async fn no_session_is_started_when_few_starts_are_left() {
    let world = World::start().await;
    let address =
        server(json!({ "url": "wss://gateway.discord.gg", "shards": 1, "session_start_limit": limit(49) })).await;
    let run = gateway::run(settings(&address), world.engine.clone(), world.directory.clone(), CancellationToken::new());
    let error = run.await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "only 49 of today's 1000 session starts are left, and at 0 Discord resets the token: find out what restarts \
         the bot, then start it again (the count is renewed in 60 minutes)"
    );
    world.end().await;
}

#[tokio::test]
async fn without_the_contents_of_messages_everything_else_works() {
    let mut guild = Guild::default();
    let bot = guild.bots.iter_mut().find(|bot| bot.name == "siaga").unwrap();
    bot.message_content = false;
    let world = World::with(guild).await;
    let connected = world.connect().await;
    let help = world.slash("tono", "help", json!({})).await;
    assert!(text(&help).contains("Siaga"), "{help}");
    world.engine.settled().await;
    let ops = world.channel("sre-ops");
    let messages = world.get(&format!("channels/{ops}/messages?as={}", world.person("budi"))).await;
    let told = messages["messages"].to_string();
    assert!(told.contains("Message Content is switched off"), "{told}");
    connected.stop().await;
    world.end().await;
}

#[tokio::test]
async fn a_cut_connection_is_resumed_and_a_reset_one_begins_anew() {
    let world = World::start().await;
    let connected = world.connect().await;
    for what in [json!({ "do": "cut" }), json!({ "do": "reconnect" })] {
        world.post("gateway/siaga", what.clone()).await;
        let mut answered = false;
        for _ in 0..50 {
            let body = json!({ "channel": world.channel("general"), "command": "help", "options": {} });
            let started = world.post(&format!("people/{}/slash", world.person("tono")), body).await;
            let id = started["interaction"].as_str().unwrap().to_owned();
            let answer = world.get(&format!("interactions/{id}?wait_ms=500")).await;
            if answer["state"] == "answered" {
                answered = true;
                break;
            }
        }
        assert!(answered, "after {what}");
    }
    connected.stop().await;
    world.end().await;
}

#[tokio::test]
async fn a_rejected_token_ends_with_a_sentence() {
    let world = World::start().await;
    let mut settings = world.settings();
    settings.token = SecretString::from("not.the.token");
    let run = gateway::run(settings, world.engine.clone(), world.directory.clone(), CancellationToken::new());
    assert_eq!(run.await, Err(GatewayError::TokenRejected));
    world.end().await;
}

#[tokio::test]
async fn a_client_that_spins_after_a_close_code_is_left_behind() {
    let world = World::start().await;
    let shutdown = CancellationToken::new();
    let settings = world.settings();
    let mut connected = settings.connected.subscribe();
    let run = gateway::run(settings, world.engine.clone(), world.directory.clone(), shutdown.clone());
    let run = tokio::spawn(run);
    connected.wait_for(|connected| *connected).await.unwrap();
    world.post("gateway/siaga", json!({ "do": "close", "code": 4010 })).await;
    tokio::time::timeout(Duration::from_secs(20), async {
        connected.wait_for(|connected| !*connected).await.unwrap();
        connected.wait_for(|connected| *connected).await.unwrap();
    })
    .await
    .unwrap();
    shutdown.cancel();
    assert_eq!(run.await.unwrap(), Ok(()));
    world.end().await;
}

#[tokio::test]
async fn a_gateway_that_ends_every_session_at_once_is_given_up_before_it_costs_the_token() {
    let world = World::start().await;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let gateway = json!({ "url": format!("ws://{address}/gw"), "shards": 1, "session_start_limit": limit(1000) });
    let routes = axum::Router::new()
        .route("/api/v10/gateway/bot", get(move || std::future::ready(Json(gateway.clone()))))
        // The client library asks here, and gets no address: ours must count.
        .route(
            "/gw",
            get(|upgrade: axum::extract::ws::WebSocketUpgrade| async { upgrade.on_upgrade(sharding_required) }),
        );
    tokio::spawn(async move { axum::serve(listener, routes).await });
    let settings = settings(&format!("http://{address}"));
    let run = gateway::run(settings, world.engine.clone(), world.directory.clone(), CancellationToken::new());
    assert_eq!(run.await, Err(GatewayError::NoSession { attempts: 3 }));
    world.end().await;
}

/// Says hello, and closes with 4011 once the client has introduced itself.
async fn sharding_required(mut socket: axum::extract::ws::WebSocket) {
    use axum::extract::ws::{CloseFrame, Message};
    let hello = json!({ "op": 10, "d": { "heartbeat_interval": 41_250 } }).to_string();
    socket.send(Message::Text(hello.into())).await.unwrap();
    let _ = socket.recv().await;
    let _ = socket.send(Message::Close(Some(CloseFrame { code: 4011, reason: "Sharding required.".into() }))).await;
}
