//! Stories about tokens, permissions and what is not there.

use serde_json::json;

use crate::harness::Town;

#[tokio::test]
async fn a_wrong_token_is_refused() {
    let town = Town::start().await;
    let mut stranger = town.bot("siaga");
    stranger.token = "nonsense".to_owned();
    let body = stranger.get("/users/@me").await.refused(401, 0);
    assert_eq!(body["message"], "401: Unauthorized");
    assert_eq!(stranger.get("/gateway").await.status, 200);
}

#[tokio::test]
async fn what_is_not_there_is_told_by_its_kind() {
    let town = Town::start().await;
    let (siaga, general) = (town.bot("siaga"), town.channel("general"));
    siaga.get("/channels/1").await.refused(404, 10003);
    siaga.post("/channels/1/messages", json!({ "content": "x" })).await.refused(404, 10003);
    siaga.get(&format!("/channels/{general}/messages/1")).await.refused(404, 10008);
    siaga.get("/guilds/1").await.refused(404, 10004);
    // No such account; one that is not on this server is an unknown member (10007).
    siaga.get(&format!("/guilds/{}/members/1", town.guild_id())).await.refused(404, 10013);
    siaga.get(&format!("/guilds/{}/roles/1", town.guild_id())).await.refused(404, 10011);
    siaga.get("/users/1").await.refused(404, 10013);
    siaga.get("/channels/word").await.refused(400, 50035);
    siaga.get("/nowhere").await.refused(404, 0);
    siaga.patch("/users/1", json!({})).await.refused(405, 0);
}

#[tokio::test]
async fn a_channel_that_a_bot_cannot_see_is_closed_to_it() {
    let town = Town::start().await;
    let (siaga, hidden) = (town.bot("siaga"), town.channel("sre-private"));
    siaga.get(&format!("/channels/{hidden}")).await.refused(403, 50001);
    siaga.get(&format!("/channels/{hidden}/messages")).await.refused(403, 50001);
    siaga.post(&format!("/channels/{hidden}/messages"), json!({ "content": "x" })).await.refused(403, 50001);
    town.bot("author").say(&hidden, json!({ "content": "administrators see everything" })).await;
    let mut socket = siaga.connect(town.intents()).await;
    let guild = socket.expect("GUILD_CREATE").await;
    assert!(!guild["channels"].as_array().unwrap().iter().any(|channel| channel["id"] == hidden.as_str()));
    town.bot("author").say(&hidden, json!({ "content": "nobody else hears this" })).await;
    assert_eq!(socket.drain().await.len(), 0);
}

#[tokio::test]
async fn a_plain_bot_may_only_do_what_everybody_may() {
    let town = Town::start().await;
    let (plain, general) = (town.bot("shop-monitor"), town.channel("general"));
    let sent = plain.say(&general, json!({ "content": "disk full" })).await;
    let id = sent["id"].as_str().unwrap();
    plain.put(&format!("/channels/{general}/messages/pins/{id}"), json!({})).await.refused(403, 50013);
    plain.post(&format!("/guilds/{}/channels", town.guild_id()), json!({ "name": "x" })).await.refused(403, 50013);
    plain.patch(&format!("/channels/{general}"), json!({ "name": "x" })).await.refused(403, 50013);
    plain.delete(&format!("/channels/{general}")).await.refused(403, 50013);
    plain.get(&format!("/guilds/{}/audit-logs", town.guild_id())).await.refused(403, 50013);
    let other = town.bot("author").say(&general, json!({ "content": "mine" })).await;
    plain.delete(&format!("/channels/{general}/messages/{}", other["id"].as_str().unwrap())).await.refused(403, 50013);
}

#[tokio::test]
async fn overwrites_follow_everyone_then_roles_then_the_member() {
    let town = Town::start().await;
    let (author, plain) = (town.bot("author"), town.bot("shop-monitor"));
    let room = town.channel("support");
    let send = (1_u64 << 11).to_string();
    let say = async || plain.post(&format!("/channels/{room}/messages"), json!({ "content": "x" })).await;
    say().await.ok(200);
    let set = async |id: &str, kind: u8, allow: &str, deny: &str| {
        author
            .put(&format!("/channels/{room}/permissions/{id}"), json!({ "type": kind, "allow": allow, "deny": deny }))
            .await
            .ok(204);
    };
    set(&town.guild_id(), 0, "0", &send).await;
    say().await.refused(403, 50013);
    set(&plain.id, 1, &send, "0").await;
    say().await.ok(200);
    author.delete(&format!("/channels/{room}/permissions/{}", plain.id)).await.ok(204);
    say().await.refused(403, 50013);
    author.delete(&format!("/channels/{room}/permissions/{}", plain.id)).await.refused(404, 10009);
}

#[tokio::test]
async fn a_bot_cannot_grant_what_it_does_not_hold() {
    let town = Town::start().await;
    let siaga = town.bot("siaga");
    let overwrite = json!({ "name": "room", "permission_overwrites": [{ "id": town.guild_id(), "type": 0, "allow": (1_u64 << 2).to_string(), "deny": "0" }] });
    siaga.post(&format!("/guilds/{}/channels", town.guild_id()), overwrite).await.refused(403, 50013);
    let fine = json!({ "name": "Room One", "topic": "inc:1", "permission_overwrites": [{ "id": town.guild_id(), "type": 0, "deny": (1_u64 << 10).to_string() },
        { "id": siaga.id, "type": 1, "allow": (1_u64 << 10).to_string() }] });
    let room = siaga.post(&format!("/guilds/{}/channels", town.guild_id()), fine).await.ok(201);
    assert_eq!(room["name"], "room-one");
    town.bot("shop-monitor").get(&format!("/channels/{}", room["id"].as_str().unwrap())).await.refused(403, 50001);
}

#[tokio::test]
async fn roles_are_handed_out_below_ones_own_rank_only() {
    let town = Town::start().await;
    let (siaga, guild) = (town.bot("siaga"), town.guild_id());
    let roles = siaga.get(&format!("/guilds/{guild}/roles")).await.ok(200);
    let id = |name: &str| {
        roles.as_array().unwrap().iter().find(|role| role["name"] == name).unwrap()["id"].as_str().unwrap().to_owned()
    };
    let at = format!("/guilds/{guild}/members/{}/roles", town.person("tono"));
    siaga.put(&format!("{at}/{}", id("sre")), json!({})).await.ok(204);
    let member = siaga.get(&format!("/guilds/{guild}/members/{}", town.person("tono"))).await.ok(200);
    assert_eq!(member["roles"], json!([id("sre")]));
    siaga.put(&format!("{at}/{}", id("author")), json!({})).await.refused(400, 50028);
    siaga.delete(&format!("/guilds/{guild}/roles/{}", id("siaga"))).await.refused(403, 50013);
    let made =
        siaga.post(&format!("/guilds/{guild}/roles"), json!({ "name": "on-call", "mentionable": true })).await.ok(200);
    siaga
        .patch(&format!("/guilds/{guild}/roles/{}", made["id"].as_str().unwrap()), json!({ "name": "duty" }))
        .await
        .ok(200);
}

#[tokio::test]
async fn the_audit_log_remembers_the_reason() {
    let town = Town::start().await;
    let (siaga, guild) = (town.bot("siaga"), town.guild_id());
    let path = format!("/guilds/{guild}/channels");
    let request = siaga.request("POST", &path).header("x-audit-log-reason", "op%3D42").json(&json!({ "name": "room" }));
    let room = siaga.send(request, "POST", &path).await.ok(201);
    let log = siaga.get(&format!("/guilds/{guild}/audit-logs?action_type=10")).await.ok(200);
    assert_eq!(
        (&log["audit_log_entries"][0]["reason"], &log["audit_log_entries"][0]["target_id"]),
        (&json!("op=42"), &room["id"])
    );
}

#[tokio::test]
async fn a_direct_message_needs_somebody_who_wants_it() {
    let town = Town::start().await;
    let siaga = town.bot("siaga");
    let dm = siaga.post("/users/@me/channels", json!({ "recipient_id": town.person("budi") })).await.ok(200);
    let again = siaga.post("/users/@me/channels", json!({ "recipient_id": town.person("budi") })).await.ok(200);
    assert_eq!(dm["id"], again["id"]);
    siaga.say(dm["id"].as_str().unwrap(), json!({ "content": "psst" })).await;
    assert_eq!(town.look("/people/budi/notifications").await["notifications"][0]["kind"], "dm");
    town.act("budi", "dms", json!({ "closed": true })).await;
    siaga
        .post(&format!("/channels/{}/messages", dm["id"].as_str().unwrap()), json!({ "content": "x" }))
        .await
        .refused(403, 50007);
    siaga.post("/users/@me/channels", json!({ "recipient_id": "1" })).await.refused(404, 10013);
}
