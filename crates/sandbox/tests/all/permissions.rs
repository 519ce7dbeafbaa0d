//! Who may do what, by the documented algorithm and the permission that each deed needs. The plain bot has what everybody
//! has; the author bot gives and takes with overwrites.

use serde_json::{Value, json};

use crate::harness::{Bot, Town};

const MANAGE_MESSAGES: u64 = 1 << 13;
const READ_MESSAGE_HISTORY: u64 = 1 << 16;
const MENTION_EVERYONE: u64 = 1 << 17;
const MANAGE_THREADS: u64 = 1 << 34;
const CREATE_PUBLIC_THREADS: u64 = 1 << 35;
const CREATE_PRIVATE_THREADS: u64 = 1 << 36;
const SEND_MESSAGES: u64 = 1 << 11;
const SEND_MESSAGES_IN_THREADS: u64 = 1 << 38;
const ATTACH_FILES: u64 = 1 << 15;
const EMBED_LINKS: u64 = 1 << 14;
const VIEW_CHANNEL: u64 = 1 << 10;
const PIN_MESSAGES: u64 = 1 << 51;

struct Place {
    town: Town,
    author: Bot,
    plain: Bot,
}

impl Place {
    async fn start() -> Self {
        let town = Town::start().await;
        let (author, plain) = (town.bot("author"), town.bot("shop-monitor"));
        Self { town, author, plain }
    }

    /// Gives and takes bits of the plain bot in a channel.
    async fn set(&self, channel: &str, allow: u64, deny: u64) {
        let body = json!({ "type": 1, "allow": allow.to_string(), "deny": deny.to_string() });
        self.author.put(&format!("/channels/{channel}/permissions/{}", self.plain.id), body).await.ok(204);
    }

    async fn thread(&self, by: &Bot, channel: &str, kind: u8) -> String {
        let body = json!({ "name": "t", "type": kind });
        let made = by.post(&format!("/channels/{channel}/threads"), body).await.ok(201);
        made["id"].as_str().unwrap().to_owned()
    }
}

#[tokio::test]
async fn a_channel_that_is_denied_allows_nothing_else() {
    let place = Place::start().await;
    let general = place.town.channel("general");
    place.set(&general, SEND_MESSAGES | MANAGE_MESSAGES, VIEW_CHANNEL).await;
    place.plain.get(&format!("/channels/{general}")).await.refused(403, 50001);
    place.plain.post(&format!("/channels/{general}/messages"), json!({ "content": "x" })).await.refused(403, 50001);
    // Administrators pass every overwrite.
    let admin = json!({ "type": 1, "allow": "0", "deny": VIEW_CHANNEL.to_string() });
    let overwrite = format!("/channels/{general}/permissions/{}", place.author.id);
    place.author.put(&overwrite, admin).await.ok(204);
    place.author.get(&format!("/channels/{general}")).await.ok(200);
}

#[tokio::test]
async fn a_role_that_allows_counts_more_than_a_role_that_denies_and_a_member_most() {
    let place = Place::start().await;
    let (guild, general) = (place.town.guild_id(), place.town.channel("general"));
    let say =
        async || place.plain.post(&format!("/channels/{general}/messages"), json!({ "content": "x" })).await.status;
    let mut roles = Vec::new();
    for name in ["no", "yes"] {
        let role = place.author.post(&format!("/guilds/{guild}/roles"), json!({ "name": name })).await.ok(200);
        let id = role["id"].as_str().unwrap().to_owned();
        place.author.put(&format!("/guilds/{guild}/members/{}/roles/{id}", place.plain.id), Value::Null).await.ok(204);
        roles.push(id);
    }
    let role = async |id: &str, allow: u64, deny: u64| {
        let body = json!({ "type": 0, "allow": allow.to_string(), "deny": deny.to_string() });
        place.author.put(&format!("/channels/{general}/permissions/{id}"), body).await.ok(204);
    };
    role(&roles[0], 0, SEND_MESSAGES).await;
    assert_eq!(say().await, 403);
    role(&roles[1], SEND_MESSAGES, 0).await;
    assert_eq!(say().await, 200);
    place.set(&general, 0, SEND_MESSAGES).await;
    assert_eq!(say().await, 403);
}

#[tokio::test]
async fn threads_have_their_own_permission_to_write() {
    let place = Place::start().await;
    let general = place.town.channel("general");
    let thread = place.thread(&place.author, &general, 11).await;
    let write = async |channel: &str| {
        place.plain.post(&format!("/channels/{channel}/messages"), json!({ "content": "x" })).await.status
    };
    place.set(&general, 0, SEND_MESSAGES).await;
    assert_eq!((write(&general).await, write(&thread).await), (403, 200));
    place.set(&general, 0, SEND_MESSAGES_IN_THREADS).await;
    assert_eq!((write(&general).await, write(&thread).await), (200, 403));
}

#[tokio::test]
async fn each_kind_of_thread_needs_its_own_permission_and_a_forum_post_that_of_a_message() {
    let place = Place::start().await;
    let (general, ideas) = (place.town.channel("general"), place.town.channel("ideas"));
    let message = place.author.say(&general, json!({ "content": "x" })).await["id"].as_str().unwrap().to_owned();
    let start = async |kind: u8| {
        let body = json!({ "name": "t", "type": kind });
        place.plain.post(&format!("/channels/{general}/threads"), body).await.status
    };
    place.set(&general, 0, CREATE_PUBLIC_THREADS).await;
    assert_eq!((start(11).await, start(12).await), (403, 201));
    let from = format!("/channels/{general}/messages/{message}/threads");
    place.plain.post(&from, json!({ "name": "t" })).await.refused(403, 50013);
    place.set(&general, 0, CREATE_PRIVATE_THREADS).await;
    assert_eq!((start(11).await, start(12).await), (201, 403));

    let post = json!({ "name": "p", "message": { "content": "x" } });
    place.set(&ideas, 0, CREATE_PUBLIC_THREADS).await;
    place.plain.post(&format!("/channels/{ideas}/threads"), post.clone()).await.ok(201);
    place.set(&ideas, 0, SEND_MESSAGES).await;
    place.plain.post(&format!("/channels/{ideas}/threads"), post).await.refused(403, 50013);
}

#[tokio::test]
async fn private_threads_are_seen_by_their_members_and_by_who_manages_threads() {
    let place = Place::start().await;
    let general = place.town.channel("general");
    let thread = place.thread(&place.author, &general, 12).await;
    let path = format!("/channels/{thread}");
    place.plain.get(&path).await.refused(403, 50001);
    place.set(&general, MANAGE_THREADS, 0).await;
    place.plain.get(&path).await.ok(200);
    place.set(&general, 0, 0).await;
    let member = format!("{path}/thread-members/{}", place.plain.id);
    place.author.put(&member, Value::Null).await.ok(204);
    // Who is in it already is added again without a word.
    place.author.put(&member, Value::Null).await.ok(204);
    place.plain.get(&path).await.ok(200);
    place.author.delete(&member).await.ok(204);
    place.plain.get(&path).await.refused(403, 50001);
}

#[tokio::test]
async fn who_began_a_thread_may_rename_and_archive_it_and_others_need_a_permission() {
    let place = Place::start().await;
    let general = place.town.channel("general");
    let (own, other) =
        (place.thread(&place.plain, &general, 11).await, place.thread(&place.author, &general, 11).await);
    let edit = async |thread: &str, body: Value| place.plain.patch(&format!("/channels/{thread}"), body).await.status;
    assert_eq!(edit(&own, json!({ "name": "n" })).await, 200);
    assert_eq!(edit(&own, json!({ "locked": true })).await, 403);
    assert_eq!(edit(&other, json!({ "name": "n" })).await, 403);
    assert_eq!(edit(&other, json!({ "archived": true })).await, 403);
    assert_eq!(edit(&own, json!({ "archived": true })).await, 200);
    place.set(&general, MANAGE_THREADS, 0).await;
    assert_eq!(edit(&other, json!({ "archived": true, "locked": true })).await, 200);
}

#[tokio::test]
async fn pinning_needs_its_own_permission() {
    let place = Place::start().await;
    let general = place.town.channel("general");
    let message = place.author.say(&general, json!({ "content": "x" })).await["id"].as_str().unwrap().to_owned();
    for path in [format!("/channels/{general}/messages/pins/{message}"), format!("/channels/{general}/pins/{message}")]
    {
        place.set(&general, MANAGE_MESSAGES, 0).await;
        place.plain.put(&path, Value::Null).await.refused(403, 50013);
        place.set(&general, PIN_MESSAGES, 0).await;
        place.plain.put(&path, Value::Null).await.ok(204);
        place.plain.delete(&path).await.ok(204);
    }
}

#[tokio::test]
async fn without_history_nothing_old_is_read() {
    let place = Place::start().await;
    let general = place.town.channel("general");
    let message = place.author.say(&general, json!({ "content": "x" })).await["id"].as_str().unwrap().to_owned();
    place.set(&general, 0, READ_MESSAGE_HISTORY).await;
    assert_eq!(place.plain.get(&format!("/channels/{general}/messages")).await.ok(200), json!([]));
    assert_eq!(place.plain.get(&format!("/channels/{general}/pins")).await.ok(200), json!([]));
    place.plain.get(&format!("/channels/{general}/messages/{message}")).await.refused(403, 50013);
    let reply = json!({ "content": "x", "message_reference": { "message_id": message } });
    place.plain.post(&format!("/channels/{general}/messages"), reply).await.refused(403, 50013);
}

#[tokio::test]
async fn files_and_embeds_need_theirs() {
    let place = Place::start().await;
    let general = place.town.channel("general");
    place.set(&general, 0, ATTACH_FILES | EMBED_LINKS).await;
    let path = format!("/channels/{general}/messages");
    let file = reqwest::multipart::Part::bytes(b"x".to_vec()).file_name("x.txt");
    let form = reqwest::multipart::Form::new().part("files[0]", file);
    let request = place.plain.request("POST", &path).multipart(form);
    place.plain.send(request, "POST", &path).await.refused(403, 50013);
    // Embeds are left out without a word, as Discord does.
    let sent = place.plain.say(&general, json!({ "content": "x", "embeds": [{ "title": "t" }] })).await;
    assert_eq!(sent["embeds"], json!([]));
}

#[tokio::test]
async fn roles_are_paged_when_they_are_mentionable_or_the_bot_may_mention_all() {
    let place = Place::start().await;
    let (guild, general) = (place.town.guild_id(), place.town.channel("general"));
    let roles = place.plain.get(&format!("/guilds/{guild}/roles")).await.ok(200);
    let id = |name: &str| {
        roles.as_array().unwrap().iter().find(|role| role["name"] == name).unwrap()["id"].as_str().unwrap().to_owned()
    };
    let (sre, lead) = (id("sre"), id("sre-lead"));
    let text = json!({ "content": format!("<@&{sre}> <@&{lead}> @everyone @here") });
    let said = place.plain.say(&general, text.clone()).await;
    assert_eq!((&said["mention_roles"], &said["mention_everyone"]), (&json!([sre]), &json!(false)));
    place.set(&general, MENTION_EVERYONE, 0).await;
    let said = place.plain.say(&general, text).await;
    assert_eq!((&said["mention_roles"], &said["mention_everyone"]), (&json!([sre, lead]), &json!(true)));
}

#[tokio::test]
async fn mentions_are_worked_out_anew_when_a_message_is_edited() {
    let place = Place::start().await;
    let general = place.town.channel("general");
    let (budi, rina) = (place.town.person("budi"), place.town.person("rina"));
    let named = |message: &Value| -> Vec<String> {
        message["mentions"].as_array().unwrap().iter().map(|user| user["id"].as_str().unwrap().to_owned()).collect()
    };
    let body = json!({ "content": format!("<@{budi}> <@{rina}>"), "allowed_mentions": { "users": [budi] } });
    let said = place.plain.say(&general, body).await;
    assert_eq!(named(&said), [budi.as_str()]);
    let path = format!("/channels/{general}/messages/{}", said["id"].as_str().unwrap());
    let edited = place.plain.patch(&path, json!({ "content": format!("now <@{rina}>") })).await.ok(200);
    assert_eq!(named(&edited), [rina.as_str()]);
    let edited = place.plain.patch(&path, json!({ "allowed_mentions": { "parse": [] } })).await.ok(200);
    assert_eq!(named(&edited), Vec::<String>::new());
    let both = json!({ "content": "x", "allowed_mentions": { "parse": ["users"], "users": [budi] } });
    place.plain.post(&format!("/channels/{general}/messages"), both).await.refused(400, 50035);
}
