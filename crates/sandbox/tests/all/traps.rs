//! Details that broke a client when they were wrong: each has a story here, or in the module that its comment names.
//! (RESUMED with an object, member chunks with their nonce, the fields of GUILD_CREATE, heartbeats before Identify and
//! compressed frames: `gateway`. Rate limits: `limits`.)

use serde_json::{Value, json};

use crate::harness::{Bot, Town};

#[tokio::test]
async fn the_content_type_is_exactly_json_and_a_204_has_no_body() {
    let town = Town::start().await;
    let (siaga, general) = (town.bot("siaga"), town.channel("general"));
    for reply in [
        siaga.get("/users/@me").await,
        siaga.get("/nothing").await,
        siaga.post(&format!("/channels/{general}/messages"), json!({})).await,
    ] {
        assert_eq!(reply.header("content-type"), "application/json");
    }
    let typing = siaga.post(&format!("/channels/{general}/typing"), json!({})).await;
    assert_eq!((typing.status, typing.text.as_str(), typing.header("content-type")), (204, "", String::new()));
}

#[tokio::test]
async fn a_429_of_each_scope_looks_like_discords_and_not_like_a_proxys() {
    let town = Town::start().await;
    let siaga = town.bot("siaga");
    for (scope, global) in [("user", false), ("shared", false), ("global", true)] {
        let fault = json!({ "do": "status", "status": 429, "retry_after": 1.25, "scope": scope });
        town.control("POST".parse().unwrap(), "/faults", fault).await.ok(200);
        let reply = siaga.get("/users/@me").await;
        assert_eq!((reply.status, reply.header("via")), (429, "1.1 google".to_owned()));
        assert_eq!((&reply.body["retry_after"], &reply.body["global"]), (&json!(1.25), &json!(global)));
        assert_eq!(
            (reply.header("retry-after"), reply.header("x-ratelimit-scope")),
            ("2".to_owned(), scope.to_owned())
        );
        assert_eq!(reply.header("x-ratelimit-global"), if global { "true" } else { "" });
    }
}

#[tokio::test]
async fn ready_and_guild_create_follow_each_other_and_the_shard_is_echoed() {
    let town = Town::start().await;
    let siaga = town.bot("siaga");
    let mut socket = siaga.socket().await;
    let mut identify = siaga.identify(town.intents());
    identify["d"]["shard"] = json!([0, 1]);
    socket.send(identify).await;
    let ready = socket.frame().await;
    assert_eq!((&ready["t"], &ready["s"], &ready["op"]), (&json!("READY"), &json!(1), &json!(0)));
    let data = &ready["d"];
    assert_eq!((&data["v"], &data["shard"]), (&json!(10), &json!([0, 1])));
    assert_eq!(data["guilds"], json!([{ "id": town.guild_id(), "unavailable": true }]));
    assert_eq!(data["resume_gateway_url"], town.sandbox.gateway_url());
    assert_eq!((&data["application"]["id"], data["application"]["flags"].is_u64()), (&json!(siaga.id), true));
    assert_eq!((&data["user"]["discriminator"], &data["user"]["bot"]), (&json!("0"), &json!(true)));
    let guild = socket.frame().await;
    assert_eq!(
        (&guild["t"], &guild["s"], &guild["d"]["unavailable"]),
        (&json!("GUILD_CREATE"), &json!(2), &json!(false))
    );
    // A shard that does not carry the guild hears nothing of it.
    let mut other = siaga.socket().await;
    let mut identify = siaga.identify(town.intents());
    let carries = town.guild_id().parse::<u64>().unwrap() >> 22 & 1;
    identify["d"]["shard"] = json!([1 - carries, 2]);
    other.send(identify).await;
    assert_eq!(other.expect("READY").await["guilds"], json!([]));
    assert_eq!(other.drain().await, Vec::<Value>::new());
}

#[tokio::test]
async fn sequence_numbers_rise_by_one_and_other_frames_have_none() {
    let town = Town::start().await;
    let siaga = town.bot("siaga");
    let mut socket = siaga.connect(town.intents()).await;
    let mut last = 0;
    socket.expect_where("READY", |_| true).await;
    socket.expect("GUILD_CREATE").await;
    for _ in 0..3 {
        town.says("budi", "general", "x").await;
        socket.expect("MESSAGE_CREATE").await;
        let seq = socket.seq.as_u64().unwrap();
        assert_eq!(seq, if last == 0 { 3 } else { last + 1 });
        last = seq;
    }
    socket.send(json!({ "op": 1, "d": last })).await;
    let ack = socket.frame().await;
    assert_eq!((&ack["op"], &ack["s"], &ack["t"]), (&json!(11), &Value::Null, &Value::Null));
}

#[tokio::test]
async fn presence_in_identify_is_taken_in_every_form_that_clients_send() {
    let town = Town::start().await;
    let siaga = town.bot("siaga");
    for presence in [
        json!({ "since": 91_879_201, "activities": [{ "name": "x", "type": 0 }], "status": "online", "afk": false }),
        json!({ "since": null, "activities": [], "status": "dnd", "afk": false }),
        json!({ "since": { "secs_since_epoch": 1, "nanos_since_epoch": 0 }, "game": { "name": "x" }, "status": "idle" }),
        json!({ "since": 0.0, "game": null, "status": "invisible", "afk": true }),
        Value::Null,
    ] {
        let mut identify = siaga.identify(1);
        identify["d"]["presence"] = presence.clone();
        let mut socket = siaga.socket().await;
        socket.send(identify).await;
        socket.expect("READY").await;
        // The same form is taken later, too, and answered with nothing.
        socket.send(json!({ "op": 3, "d": presence })).await;
        socket.send(json!({ "op": 4, "d": { "guild_id": town.guild_id(), "channel_id": null } })).await;
        socket.expect("GUILD_CREATE").await;
        assert_eq!(socket.drain().await, Vec::<Value>::new());
    }
}

#[tokio::test]
async fn the_gateway_answers_with_and_without_a_slash() {
    let town = Town::start().await;
    let base = town.sandbox.gateway_url();
    for address in [format!("{base}?v=10"), format!("{base}/?v=10&encoding=json"), base.clone(), format!("{base}/")] {
        let (mut stream, _) = tokio_tungstenite::connect_async(&address).await.unwrap();
        let hello = futures_util::StreamExt::next(&mut stream).await.unwrap().unwrap();
        let hello: Value = serde_json::from_str(hello.to_text().unwrap()).unwrap();
        assert_eq!((&hello["op"], hello["d"]["heartbeat_interval"].is_u64()), (&json!(10), true), "{address}");
    }
}

#[tokio::test]
async fn the_application_has_what_clients_insist_on() {
    let town = Town::start().await;
    for path in ["/applications/@me", "/oauth2/applications/@me"] {
        let application = town.bot("siaga").get(path).await.ok(200);
        for field in
            ["bot_public", "bot_require_code_grant", "verify_key", "owner", "description", "flags", "id", "name"]
        {
            assert!(!application[field].is_null(), "{path}: {field}");
        }
        assert!(application.as_object().unwrap().contains_key("icon"), "{path}: icon");
    }
}

/// A bot with one command and whatever interaction comes next.
async fn asked(town: &Town, contexts: Value) -> (Bot, Value, crate::harness::Socket) {
    let siaga = town.bot("siaga");
    let command = json!([{ "name": "ask", "description": "d", "contexts": contexts }]);
    siaga.put(&format!("/applications/{}/commands", siaga.id), command).await.ok(200);
    let mut socket = siaga.connect(town.intents()).await;
    socket.expect("GUILD_CREATE").await;
    town.act("budi", "slash", json!({ "channel": "general", "command": "ask" })).await;
    let interaction = socket.expect("INTERACTION_CREATE").await;
    (siaga, interaction, socket)
}

#[tokio::test]
async fn interactions_have_every_field_that_clients_insist_on() {
    let town = Town::start().await;
    let (_, interaction, _) = asked(&town, json!([0])).await;
    for field in [
        "id",
        "application_id",
        "type",
        "token",
        "version",
        "channel_id",
        "guild_id",
        "data",
        "locale",
        "guild_locale",
        "entitlements",
        "attachment_size_limit",
        "app_permissions",
        "context",
        "authorizing_integration_owners",
    ] {
        assert!(!interaction[field].is_null(), "{field}");
    }
    let channel = &interaction["channel"];
    assert_eq!(
        (&channel["id"], &channel["name"], &channel["type"]),
        (&interaction["channel_id"], &json!("general"), &json!(0))
    );
    assert!(interaction["member"]["permissions"].is_string() && interaction["app_permissions"].is_string());
    assert!(interaction["member"]["roles"].is_array() && interaction["user"].is_null());
}

#[tokio::test]
async fn unknown_and_misplaced_fields_are_tolerated() {
    let town = Town::start().await;
    let (siaga, interaction, _) = asked(&town, json!([0])).await;
    let data = json!({ "content": "x", "enforce_nonce": false, "nonce": null, "made_up": [1], "tts": false });
    siaga.answer(&interaction, json!({ "type": 4, "data": data, "other": {} })).await.ok(204);
    let general = town.channel("general");
    siaga
        .say(&general, json!({ "content": "x", "sticker_ids": [], "username": "nobody", "made_up": { "a": 1 } }))
        .await;
    siaga.say(&general, json!({ "content": "x", "embeds": [{ "title": "t", "type": "rich", "made_up": 1 }] })).await;
}

#[tokio::test]
async fn yes_and_no_in_addresses_are_written_in_every_way() {
    let town = Town::start().await;
    let (author, general) = (town.bot("author"), town.channel("general"));
    let hook = author.post(&format!("/channels/{general}/webhooks"), json!({ "name": "h" })).await.ok(200);
    let path = format!("/webhooks/{}/{}", hook["id"].as_str().unwrap(), hook["token"].as_str().unwrap());
    for (yes, status) in [("1", 200), ("true", 200), ("True", 200), ("0", 204), ("false", 204), ("False", 204)] {
        assert_eq!(author.post(&format!("{path}?wait={yes}"), json!({ "content": "x" })).await.status, status, "{yes}");
    }
    for (yes, kept) in [("1", true), ("True", true), ("False", false)] {
        let (siaga, interaction, _) = asked(&town, json!([0])).await;
        let (id, token) = (interaction["id"].as_str().unwrap(), interaction["token"].as_str().unwrap());
        let reply = siaga
            .post(
                &format!("/interactions/{id}/{token}/callback?with_response={yes}"),
                json!({ "type": 4, "data": { "content": "x" } }),
            )
            .await;
        assert_eq!((reply.status == 200, reply.body["resource"].is_object()), (kept, kept), "{yes}");
    }
}

#[tokio::test]
async fn refusals_have_discords_envelope() {
    let town = Town::start().await;
    let (mut siaga, general) = (town.bot("siaga"), town.channel("general"));
    let form = siaga
        .post(
            &format!("/channels/{general}/messages"),
            json!({ "content": "x".repeat(2_001), "embeds": [{}, { "title": "t".repeat(257) }] }),
        )
        .await
        .refused(400, 50035);
    assert_eq!(form["message"], "Invalid Form Body");
    let told = &form["errors"]["embeds"]["1"]["title"]["_errors"][0];
    assert_eq!(told["code"], "BASE_TYPE_MAX_LENGTH");
    assert_eq!(told["message"], "Must be 256 or fewer in length.");
    assert!(form["errors"]["content"]["_errors"][0]["message"].is_string());
    siaga.token = "wrong".to_owned();
    let reply = siaga.get("/users/@me").await;
    assert_eq!((reply.status, reply.body), (401, json!({ "message": "401: Unauthorized", "code": 0 })));
}

#[tokio::test]
async fn ids_and_bits_are_texts() {
    let town = Town::start().await;
    let mut socket = town.bot("observer").connect(town.intents() | 1 << 1).await;
    let guild = socket.expect("GUILD_CREATE").await;
    fn look(value: &Value, key: &str) {
        match value {
            Value::Object(object) => object.iter().for_each(|(key, value)| look(value, key)),
            Value::Array(list) => list.iter().for_each(|value| look(value, key)),
            Value::Number(number) => {
                let is_id = key == "id" || key.ends_with("_id") || key.ends_with("_ids");
                assert!(!is_id && !matches!(key, "permissions" | "allow" | "deny"), "{key}: {number}");
            }
            Value::Null | Value::Bool(_) | Value::String(_) => {}
        }
    }
    look(&guild, "");
    look(&town.says("budi", "general", "hello").await, "");
}

#[tokio::test]
async fn a_thread_from_a_message_is_told_with_flag_update_and_newness() {
    let town = Town::start().await;
    let (siaga, general) = (town.bot("siaga"), town.channel("general"));
    let mut socket = siaga.connect(town.intents()).await;
    socket.expect("GUILD_CREATE").await;
    let card = siaga.say(&general, json!({ "content": "card" })).await;
    let path = format!("/channels/{general}/messages/{}/threads", card["id"].as_str().unwrap());
    let thread = siaga.post(&path, json!({ "name": "t" })).await.ok(201);
    assert_eq!((&thread["id"], &thread["guild_id"]), (&card["id"], &json!(town.guild_id())));
    let told = socket.expect("THREAD_CREATE").await;
    assert_eq!((&told["id"], &told["newly_created"]), (&card["id"], &json!(true)));
    let changed = socket.expect("MESSAGE_UPDATE").await;
    assert_eq!((changed["flags"].as_u64().unwrap() & 1 << 5, &changed["thread"]["id"]), (1 << 5, &card["id"]));
    siaga.post(&path, json!({ "name": "again" })).await.refused(400, 160_004);
}

#[tokio::test]
async fn ephemeral_messages_are_told_to_their_application_without_a_guild() {
    let town = Town::start().await;
    let (siaga, interaction, mut socket) = asked(&town, json!([0])).await;
    let mut other = town.bot("author").connect(town.intents()).await;
    other.expect("GUILD_CREATE").await;
    let data = json!({ "content": "psst", "flags": 64 });
    siaga.answer(&interaction, json!({ "type": 4, "data": data })).await.ok(204);
    let told = socket.expect("MESSAGE_CREATE").await;
    assert_eq!((&told["content"], &told["guild_id"], &told["member"]), (&json!("psst"), &Value::Null, &Value::Null));
    assert_eq!(told["flags"].as_u64().unwrap() & 64, 64);
    assert_eq!(other.drain().await, Vec::<Value>::new());
    // It can be reached by the interaction's token only.
    let path = format!("/channels/{}/messages/{}", town.channel("general"), told["id"].as_str().unwrap());
    siaga.get(&path).await.refused(404, 10008);
    siaga.get(&format!("{}/messages/@original", siaga.hook(&interaction))).await.ok(200);
}

#[tokio::test]
async fn archived_threads_refuse_edits_reactions_and_commands_with_50083() {
    let town = Town::start().await;
    let (siaga, general) = (town.bot("siaga"), town.channel("general"));
    let made = siaga.post(&format!("/channels/{general}/threads"), json!({ "name": "t", "type": 11 })).await.ok(201);
    let thread = made["id"].as_str().unwrap();
    let message = siaga.say(thread, json!({ "content": "x" })).await["id"].as_str().unwrap().to_owned();
    let (siaga, _, _) = asked(&town, json!([0])).await;
    siaga.patch(&format!("/channels/{thread}"), json!({ "archived": true })).await.ok(200);
    let at = format!("/channels/{thread}/messages/{message}");
    siaga.patch(&at, json!({ "content": "y" })).await.refused(400, 50083);
    siaga.put(&format!("{at}/reactions/%F0%9F%91%8D/@me"), Value::Null).await.refused(400, 50083);
    siaga.patch(&format!("/channels/{thread}"), json!({ "name": "n" })).await.refused(400, 50083);
    siaga.put(&format!("/channels/{thread}/thread-members/@me"), Value::Null).await.refused(400, 50083);
    let typed = town.refused("budi", "slash", json!({ "channel": thread, "command": "ask" })).await;
    assert!(typed.contains("archived"), "{typed}");
    // Writing wakes it, and everything goes again.
    siaga.say(thread, json!({ "content": "z" })).await;
    siaga.patch(&at, json!({ "content": "y" })).await.ok(200);
}
