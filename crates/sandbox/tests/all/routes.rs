//! Every other route once, so that its answer is checked against Discord's own file.

use serde_json::json;

use crate::harness::Town;

#[tokio::test]
pub async fn every_route_answers_in_discords_shapes() {
    let town = Town::start().await;
    let (siaga, author, guild, general) =
        (town.bot("siaga"), town.bot("author"), town.guild_id(), town.channel("general"));
    for path in [
        "/gateway".to_owned(),
        "/gateway/bot".to_owned(),
        "/users/@me".to_owned(),
        "/users/@me/guilds".to_owned(),
        format!("/users/{}", town.person("budi")),
        "/oauth2/applications/@me".to_owned(),
        "/applications/@me".to_owned(),
        format!("/guilds/{guild}"),
        format!("/guilds/{guild}?with_counts=true"),
        format!("/guilds/{guild}/channels"),
        format!("/guilds/{guild}/threads/active"),
        format!("/guilds/{guild}/roles"),
        format!("/guilds/{guild}/roles/{guild}"),
        format!("/guilds/{guild}/members/search?query=bu"),
        format!("/guilds/{guild}/members/{}", siaga.id),
        format!("/channels/{general}"),
        format!("/channels/{general}/messages/pins"),
        format!("/channels/{general}/pins"),
        format!("/channels/{}", town.channel("ideas")),
        format!("/channels/{}", town.channel("Incidents")),
        format!("/channels/{general}/threads/archived/private"),
        format!("/channels/{general}/users/@me/threads/archived/private"),
        format!("/applications/{}/commands", siaga.id),
        format!("/applications/{}/guilds/{guild}/commands", siaga.id),
        format!("/applications/{}/guilds/{guild}/commands/permissions", siaga.id),
    ] {
        siaga.get(&path).await.ok(200);
    }
    town.bot("observer").get(&format!("/guilds/{guild}/members?limit=100")).await.ok(200);
    siaga.get(&format!("/guilds/{guild}/members?limit=100")).await.refused(403, 50001);
    siaga.post(&format!("/channels/{general}/typing"), json!({})).await.ok(204);
    siaga.patch(&format!("/guilds/{guild}/members/@me"), json!({ "nick": "Siaga" })).await.ok(200);
    author.patch(&format!("/guilds/{guild}/members/{}", town.person("tono")), json!({ "nick": "T" })).await.ok(200);
    let sent = siaga.say(&general, json!({ "content": "x" })).await;
    author.delete(&format!("/channels/{general}/messages/{}/reactions", sent["id"].as_str().unwrap())).await.ok(204);
    let category =
        siaga.post(&format!("/guilds/{guild}/channels"), json!({ "name": "Rooms", "type": 4 })).await.ok(201);
    for kind in [0, 2, 5, 15] {
        siaga
            .post(
                &format!("/guilds/{guild}/channels"),
                json!({ "name": "x", "type": kind, "parent_id": category["id"] }),
            )
            .await
            .ok(201);
    }
    siaga.post(&format!("/guilds/{guild}/channels"), json!({ "name": "x", "type": 99 })).await.refused(400, 50035);
    siaga.post(&format!("/guilds/{guild}/channels"), json!({ "name": "" })).await.refused(400, 50035);
    siaga
        .post(&format!("/guilds/{guild}/channels"), json!({ "name": "x", "topic": "x".repeat(1_025) }))
        .await
        .refused(400, 50035);
    let made = author.post(&format!("/guilds/{guild}/roles"), json!({ "name": "x" })).await.ok(200);
    author.delete(&format!("/guilds/{guild}/roles/{}", made["id"].as_str().unwrap())).await.ok(204);
}

#[tokio::test]
pub async fn commands_are_made_changed_and_deleted_one_by_one() {
    let town = Town::start().await;
    let siaga = town.bot("siaga");
    for base in [
        format!("/applications/{}/commands", siaga.id),
        format!("/applications/{}/guilds/{}/commands", siaga.id, town.guild_id()),
    ] {
        let body = json!({ "name": "ack", "description": "d", "name_localizations": { "id": "terima" }, "options": [
            { "type": 3, "name": "t", "description": "d", "choices": [{ "name": "x", "value": "y" }] },
            { "type": 4, "name": "n", "description": "d", "min_value": 1 }, { "type": 5, "name": "b", "description": "d" },
            { "type": 7, "name": "c", "description": "d", "channel_types": [0] }, { "type": 10, "name": "f", "description": "d" } ] });
        let made = siaga.post(&base, body.clone()).await.ok(201);
        siaga.post(&base, body).await.ok(200);
        let one = format!("{base}/{}", made["id"].as_str().unwrap());
        assert_eq!(siaga.get(&one).await.ok(200)["name"], "ack");
        assert_eq!(siaga.patch(&one, json!({ "description": "e" })).await.ok(200)["description"], "e");
        siaga.delete(&one).await.ok(204);
        siaga.get(&one).await.refused(404, 10063);
    }
}

#[tokio::test]
pub async fn plain_webhooks_post_under_their_own_name() {
    let town = Town::start().await;
    let (author, general) = (town.bot("author"), town.channel("general"));
    let hook = author.post(&format!("/channels/{general}/webhooks"), json!({ "name": "Alerts" })).await.ok(200);
    author.get(&format!("/channels/{general}/webhooks")).await.ok(200);
    let (id, token) = (hook["id"].as_str().unwrap(), hook["token"].as_str().unwrap());
    let path = format!("/webhooks/{id}/{token}");
    author.get(&format!("/webhooks/{id}")).await.ok(200);
    author.get(&path).await.ok(200);
    author.post(&path, json!({ "content": "x" })).await.ok(204);
    let sent = author
        .post(&format!("{path}?wait=true"), json!({ "content": "@everyone fire", "username": "Disk" }))
        .await
        .ok(200);
    assert_eq!(
        (&sent["author"]["username"], &sent["webhook_id"], &sent["mention_everyone"]),
        (&json!("Disk"), &json!(id), &json!(false))
    );
    let at = format!("{path}/messages/{}", sent["id"].as_str().unwrap());
    author.patch(&at, json!({ "content": "out" })).await.ok(200);
    author.get(&at).await.ok(200);
    author.delete(&at).await.ok(204);
    author.get(&format!("/webhooks/{id}/wrong")).await.refused(401, 50027);
    author.delete(&path).await.ok(204);
    author.get(&path).await.refused(404, 10015);
    town.bot("siaga").post(&format!("/channels/{general}/webhooks"), json!({ "name": "x" })).await.refused(403, 50013);
}

#[tokio::test]
pub async fn messages_and_threads_go_through_every_route() {
    let town = Town::start().await;
    let (author, general, ideas) = (town.bot("author"), town.channel("general"), town.channel("ideas"));
    let (budi, base) = (town.person("budi"), format!("/channels/{general}"));
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    let sent = text(&author.say(&general, json!({ "content": "card" })).await["id"]);
    let message = format!("{base}/messages/{sent}");
    author.get(&format!("{base}/messages?limit=5")).await.ok(200);
    author.get(&message).await.ok(200);
    author.patch(&message, json!({ "content": "card, changed" })).await.ok(200);
    for pins in [format!("{base}/messages/pins/{sent}"), format!("{base}/pins/{sent}")] {
        author.put(&pins, json!(null)).await.ok(204);
        author.delete(&pins).await.ok(204);
    }
    let mark = format!("{message}/reactions/%F0%9F%91%80");
    author.put(&format!("{mark}/@me"), json!(null)).await.ok(204);
    town.act("budi", "reactions", json!({ "channel": "general", "message": sent, "emoji": "👀" })).await;
    author.get(&mark).await.ok(200);
    author.delete(&format!("{mark}/{budi}")).await.ok(204);
    author.delete(&format!("{mark}/@me")).await.ok(204);

    let thread = author.post(&format!("{message}/threads"), json!({ "name": "inc-1" })).await.ok(201);
    let members = format!("/channels/{}/thread-members", text(&thread["id"]));
    author.delete(&format!("{members}/@me")).await.ok(204);
    author.put(&format!("{members}/@me"), json!(null)).await.ok(204);
    author.put(&format!("{members}/{budi}"), json!(null)).await.ok(204);
    // The list needs the members intent.
    author.get(&members).await.refused(403, 50001);
    town.bot("observer").get(&members).await.ok(200);
    author.get(&format!("{members}/{budi}?with_member=true")).await.ok(200);
    author.delete(&format!("{members}/{budi}")).await.ok(204);
    author.post(&format!("{base}/threads"), json!({ "name": "open", "type": 11 })).await.ok(201);
    author.post(&format!("{base}/threads"), json!({ "name": "closed", "type": 12 })).await.ok(201);
    let post = author
        .post(&format!("/channels/{ideas}/threads"), json!({ "name": "idea", "message": { "content": "x" } }))
        .await
        .ok(201);
    author.patch(&format!("/channels/{}", text(&post["id"])), json!({ "archived": true })).await.ok(200);
    author.get(&format!("/channels/{ideas}/threads/archived/public")).await.ok(200);
    author.delete(&message).await.ok(204);

    let overwrite = format!("{base}/permissions/{budi}");
    author.put(&overwrite, json!({ "type": 1, "allow": "1024" })).await.ok(204);
    author.delete(&overwrite).await.ok(204);
    author.patch(&base, json!({ "topic": "what is it about" })).await.ok(200);
    author.delete(&format!("/channels/{}", text(&post["id"]))).await.ok(200);
    author.get(&format!("/guilds/{}/audit-logs", town.guild_id())).await.ok(200);
    let dm = author.post("/users/@me/channels", json!({ "recipient_id": budi })).await.ok(200);
    author.say(&text(&dm["id"]), json!({ "content": "psst" })).await;
}

#[tokio::test]
pub async fn roles_and_answers_go_through_every_route() {
    let town = Town::start().await;
    let (author, guild) = (town.bot("author"), town.guild_id());
    let role = author.post(&format!("/guilds/{guild}/roles"), json!({ "name": "on call" })).await.ok(200);
    let role = role["id"].as_str().unwrap();
    author.patch(&format!("/guilds/{guild}/roles/{role}"), json!({ "name": "on-call" })).await.ok(200);
    let held = format!("/guilds/{guild}/members/{}/roles/{role}", town.person("budi"));
    author.put(&held, json!(null)).await.ok(204);
    author.delete(&held).await.ok(204);
    let hook =
        author.post(&format!("/channels/{}/webhooks", town.channel("general")), json!({ "name": "x" })).await.ok(200);
    author.delete(&format!("/webhooks/{}", hook["id"].as_str().unwrap())).await.ok(204);

    author
        .put(&format!("/applications/{}/commands", author.id), json!([{ "name": "where", "description": "d" }]))
        .await
        .ok(200);
    author.register(&guild, json!([{ "name": "ack", "description": "d" }])).await;
    let mut socket = author.connect(town.intents()).await;
    socket.expect("GUILD_CREATE").await;
    town.act("budi", "slash", json!({ "channel": "general", "command": "ack" })).await;
    let interaction = socket.expect("INTERACTION_CREATE").await;
    author.answer(&interaction, json!({ "type": 4, "data": { "content": "yours" } })).await.ok(204);
    let original = format!("{}/messages/@original", author.hook(&interaction));
    author.get(&original).await.ok(200);
    author.patch(&original, json!({ "content": "really yours" })).await.ok(200);
    author.delete(&original).await.ok(204);
}

#[tokio::test]
pub async fn the_guild_is_kept_in_order_through_every_route() {
    let town = Town::start().await;
    let (author, guild, general) = (town.bot("author"), town.guild_id(), town.channel("general"));
    let base = format!("/guilds/{guild}");
    author.patch("/users/@me", json!({ "username": "writer" })).await.ok(200);
    author.patch(&base, json!({ "name": "Toko Kami" })).await.ok(200);
    author.patch(&format!("{base}/channels"), json!([{ "id": general, "position": 3 }])).await.ok(204);
    let role = author.post(&format!("{base}/roles"), json!({ "name": "x" })).await.ok(200);
    author.patch(&format!("{base}/roles"), json!([{ "id": role["id"], "position": 1 }])).await.ok(200);
    author.delete(&format!("{base}/members/{}", town.person("tono"))).await.ok(204);
    let ban = format!("{base}/bans/{}", town.person("sari"));
    author.put(&ban, json!({})).await.ok(204);
    author.get(&ban).await.ok(200);
    author.get(&format!("{base}/bans")).await.ok(200);
    author.delete(&ban).await.ok(204);

    let mut sent = Vec::new();
    for text in ["disk full", "disk fine", "checkout"] {
        sent.push(author.say(&general, json!({ "content": text })).await["id"].clone());
    }
    let found = author.get(&format!("{base}/messages/search?content=disk")).await.ok(200);
    assert_eq!(found["total_results"], 2);
    let first = format!("/channels/{general}/messages/{}", sent[0].as_str().unwrap());
    author.put(&format!("{first}/reactions/%F0%9F%91%80/@me"), json!(null)).await.ok(204);
    author.delete(&format!("{first}/reactions/%F0%9F%91%80")).await.ok(204);
    author.post(&format!("/channels/{general}/messages/bulk-delete"), json!({ "messages": sent[..2] })).await.ok(204);
    author.post(&format!("/channels/{general}/threads"), json!({ "name": "disk", "type": 11 })).await.ok(201);
    author.get(&format!("/channels/{general}/threads/search?name=disk")).await.ok(200);

    let hook = author.post(&format!("/channels/{general}/webhooks"), json!({ "name": "x" })).await.ok(200);
    let (id, token) = (hook["id"].as_str().unwrap(), hook["token"].as_str().unwrap());
    author.get(&format!("{base}/webhooks")).await.ok(200);
    author.patch(&format!("/webhooks/{id}"), json!({ "name": "y" })).await.ok(200);
    author.patch(&format!("/webhooks/{id}/{token}"), json!({ "name": "z" })).await.ok(200);
    author.delete(&format!("/users/@me/guilds/{guild}")).await.ok(204);
    author.get(&base).await.refused(403, 50001);
}
