//! Every other route once, so that its answer is checked against Discord's own file.

use serde_json::json;

use crate::harness::Town;

#[tokio::test]
async fn every_route_answers_in_discords_shapes() {
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
async fn commands_are_made_changed_and_deleted_one_by_one() {
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
async fn plain_webhooks_post_under_their_own_name() {
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
