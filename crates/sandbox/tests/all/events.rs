//! What a bot hears when members come and go, roles and channels move, messages vanish in bulk: and who hears nothing.

use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{Bot, Socket, Town};

/// Members, moderation, webhooks, messages, reactions, typing: all that is not a direct message.
const ALL: u64 = 1 | 1 << 1 | 1 << 2 | 1 << 5 | 1 << 9 | 1 << 10 | 1 << 11 | 1 << 15;

/// The observer, who hears everything; its first two events are over.
async fn listen(town: &Town, intents: u64) -> (Bot, Socket) {
    let bot = town.bot("observer");
    let mut socket = bot.connect(intents).await;
    socket.expect("GUILD_CREATE").await;
    (bot, socket)
}

fn names(events: &[Value]) -> Vec<&str> {
    events.iter().filter_map(|event| event["t"].as_str()).collect()
}

#[tokio::test]
async fn members_who_leave_are_gone_from_threads_roles_and_lists_until_they_come_back() {
    let town = Town::start().await;
    let (bot, mut socket) = listen(&town, ALL).await;
    let (guild, budi) = (town.guild_id(), town.person("budi"));
    let thread = bot
        .post(&format!("/channels/{}/threads", town.channel("general")), json!({ "name": "t", "type": 12 }))
        .await
        .ok(201);
    let thread = thread["id"].as_str().unwrap();
    bot.put(&format!("/channels/{thread}/thread-members/{budi}"), Value::Null).await.ok(204);
    town.act("budi", "leave", json!({})).await;
    let left = socket.expect_where("THREAD_MEMBERS_UPDATE", |data| data["removed_member_ids"] != json!([])).await;
    assert_eq!(left["removed_member_ids"], json!([budi]));
    let removed = socket.expect("GUILD_MEMBER_REMOVE").await;
    assert_eq!((&removed["user"]["id"], &removed["guild_id"]), (&json!(budi), &json!(guild)));
    bot.get(&format!("/guilds/{guild}/members/{budi}")).await.refused(404, 10007);
    bot.put(&format!("/channels/{thread}/thread-members/{budi}"), Value::Null).await.refused(404, 10013);
    assert_eq!(bot.get(&format!("/guilds/{guild}/members?limit=100")).await.ok(200).as_array().unwrap().len(), 15);
    // The account is still there, but shares no server with the bot.
    bot.get(&format!("/users/{budi}")).await.ok(200);
    let dm = bot.post("/users/@me/channels", json!({ "recipient_id": budi })).await.ok(200);
    let dm = dm["id"].as_str().unwrap();
    bot.post(&format!("/channels/{dm}/messages"), json!({ "content": "x" })).await.refused(403, 50278);
    town.refused("budi", "messages", json!({ "channel": "general", "content": "x" })).await;
    assert!(town.refused("dewi", "leave", json!({})).await.contains("owner"));

    town.act("budi", "join", json!({})).await;
    let joined = socket.expect("GUILD_MEMBER_ADD").await;
    assert_eq!((&joined["user"]["id"], &joined["roles"]), (&json!(budi), &json!([])));
    bot.say(dm, json!({ "content": "welcome back" })).await;
    town.refused("budi", "join", json!({})).await;
}

#[tokio::test]
async fn whoever_is_called_otherwise_or_new_is_told_to_those_who_listen_to_members() {
    let town = Town::start().await;
    let (bot, mut socket) = listen(&town, ALL).await;
    let guild = town.guild_id();
    let search = async |query: &str| {
        let found = bot.get(&format!("/guilds/{guild}/members/search?query={query}&limit=1000")).await.ok(200);
        let names =
            found.as_array().unwrap().iter().map(|member| member["user"]["username"].as_str().unwrap().to_owned());
        names.collect::<Vec<_>>()
    };
    town.act("budi", "names", json!({ "username": "budi.two", "nick": "Pak Budi" })).await;
    let told = socket.expect("GUILD_MEMBER_UPDATE").await;
    assert_eq!((&told["user"]["username"], &told["nick"]), (&json!("budi.two"), &json!("Pak Budi")));
    // A display name is free for all, a user name is free when its owner gave it up.
    town.act("lina", "names", json!({ "name": "Budi" })).await;
    assert!(town.refused("lina", "names", json!({ "username": "rina" })).await.contains("taken"));
    assert!(town.refused("lina", "names", json!({ "username": "Budi" })).await.contains("small letters"));
    let new = town.control(Method::POST, "/people", json!({ "username": "budi", "roles": ["sre"] })).await.ok(200);
    let joined = socket.expect("GUILD_MEMBER_ADD").await;
    assert_eq!((&joined["user"]["id"], &joined["user"]["username"]), (&new["person"], &json!("budi")));
    assert_eq!(joined["roles"].as_array().unwrap().len(), 1);
    let mut found = search("Budi").await;
    found.sort();
    assert_eq!(found, ["budi", "budi.two", "lina"]);
    town.control(Method::POST, "/people", json!({ "username": "budi" })).await.refused_status(409);
}

#[tokio::test]
async fn a_category_that_is_renamed_keeps_what_is_in_it() {
    let town = Town::start().await;
    let (bot, mut socket) = listen(&town, ALL).await;
    let category = town.channel("Incidents");
    let rename = json!({ "do": "rename_channel", "channel": category, "name": "Old incidents" });
    town.control(Method::POST, "/trouble", rename).await.ok(200);
    let told = socket.expect("CHANNEL_UPDATE").await;
    assert_eq!((&told["id"], &told["name"], &told["type"]), (&json!(category), &json!("Old incidents"), &json!(4)));
    let inside = bot.get(&format!("/channels/{}", town.channel("incidents"))).await.ok(200);
    assert_eq!(inside["parent_id"], json!(category));
}

#[tokio::test]
async fn without_the_members_intent_nobody_hears_who_comes_and_goes() {
    let town = Town::start().await;
    let (_, mut socket) = listen(&town, ALL & !(1 << 1) & !(1 << 2)).await;
    town.act("lina", "leave", json!({})).await;
    town.act("lina", "join", json!({})).await;
    town.act("lina", "names", json!({ "username": "lina.two", "name": "L", "nick": "Lin" })).await;
    assert_eq!(socket.drain().await, Vec::<Value>::new());
}

#[tokio::test]
async fn a_bot_that_is_sent_away_hears_of_it_and_is_shut_out() {
    let town = Town::start().await;
    let (author, guild) = (town.bot("author"), town.guild_id());
    let monitor = town.bot("shop-monitor");
    let mut socket = monitor.connect(1 | 1 << 9).await;
    socket.expect("GUILD_CREATE").await;
    author.delete(&format!("/guilds/{guild}/members/{}", monitor.id)).await.ok(204);
    assert_eq!(socket.expect("GUILD_DELETE").await, json!({ "id": guild }));
    monitor.get(&format!("/guilds/{guild}/roles")).await.refused(403, 50001);
    monitor.get(&format!("/channels/{}", town.channel("general"))).await.refused(403, 50001);
    assert_eq!(monitor.get("/users/@me/guilds").await.ok(200), json!([]));
    town.says("budi", "general", "unheard").await;
    assert_eq!(socket.drain().await, Vec::<Value>::new());
    // A fresh session of it has no guild.
    let mut socket = monitor.connect(1).await;
    assert_eq!(socket.expect("READY").await["guilds"], json!([]));
    monitor.delete(&format!("/users/@me/guilds/{guild}")).await.refused(404, 10004);
}

#[tokio::test]
async fn bans_keep_people_out_and_are_lifted() {
    let town = Town::start().await;
    let (bot, mut socket) = listen(&town, ALL).await;
    let (guild, tono) = (town.guild_id(), town.person("tono"));
    let said = town.says("tono", "general", "spam").await;
    let ban = bot
        .request("PUT", &format!("/guilds/{guild}/bans/{tono}"))
        .header("x-audit-log-reason", "too%20loud")
        .json(&json!({ "delete_message_seconds": 3600 }));
    bot.send(ban, "PUT", &format!("/guilds/{guild}/bans/{tono}")).await.ok(204);
    assert_eq!(socket.expect("GUILD_BAN_ADD").await["user"]["id"], tono);
    assert_eq!(socket.expect("MESSAGE_DELETE").await["id"], said["id"]);
    let entry = socket.expect("GUILD_AUDIT_LOG_ENTRY_CREATE").await;
    assert_eq!((&entry["action_type"], &entry["reason"]), (&json!(22), &json!("too loud")));
    let bans = bot.get(&format!("/guilds/{guild}/bans")).await.ok(200);
    assert_eq!((&bans[0]["user"]["id"], &bans[0]["reason"]), (&json!(tono), &json!("too loud")));
    bot.get(&format!("/guilds/{guild}/bans/{tono}")).await.ok(200);
    town.refused("tono", "join", json!({})).await;
    bot.delete(&format!("/guilds/{guild}/bans/{tono}")).await.ok(204);
    socket.expect("GUILD_BAN_REMOVE").await;
    bot.get(&format!("/guilds/{guild}/bans/{tono}")).await.refused(404, 10026);
    town.act("tono", "join", json!({})).await;
    // The owner, and whoever stands higher, cannot be sent away.
    bot.put(&format!("/guilds/{guild}/bans/{}", town.person("dewi")), json!({})).await.refused(403, 50013);
    town.bot("shop-monitor").put(&format!("/guilds/{guild}/bans/{tono}"), json!({})).await.refused(403, 50013);
    bot.put(&format!("/guilds/{guild}/bans/{tono}"), json!({ "delete_message_seconds": 604_801 }))
        .await
        .refused(400, 50035);
}

#[tokio::test]
async fn a_time_out_leaves_reading_only_until_it_is_over() {
    let noon = sandbox::Clock::Frozen { at_ms: 1_800_014_400_000 };
    let town =
        Town::with(sandbox::Options { limits: sandbox::Limits::unlimited(), clock: noon, ..Default::default() }).await;
    let author = town.bot("author");
    let member = format!("/guilds/{}/members/{}", town.guild_id(), town.person("tono"));
    let until = json!({ "communication_disabled_until": null });
    author.patch(&member, until).await.ok(200);
    author.patch(&member, json!({ "communication_disabled_until": "soon" })).await.refused(400, 50035);
    author.patch(&member, json!({ "communication_disabled_until": "2999-01-01T00:00:00Z" })).await.refused(400, 50035);
    let in_a_minute = "2027-01-15T12:01:00+00:00";
    let shown = author.patch(&member, json!({ "communication_disabled_until": in_a_minute })).await.ok(200);
    assert!(shown["communication_disabled_until"].as_str().unwrap().starts_with("2027-01-15T12:01:00"));
    town.refused("tono", "messages", json!({ "channel": "general", "content": "x" })).await;
    town.advance(61_000).await;
    town.says("tono", "general", "back again").await;
}

#[tokio::test]
async fn messages_are_deleted_in_bulk_by_rules() {
    let town = Town::start().await;
    let (bot, mut socket) = listen(&town, ALL).await;
    let general = town.channel("general");
    let path = format!("/channels/{general}/messages/bulk-delete");
    let old = bot.say(&general, json!({ "content": "old" })).await["id"].clone();
    town.advance(14 * 86_400_000 + 1_000).await;
    let mut ids = Vec::new();
    for number in 0..3 {
        ids.push(bot.say(&general, json!({ "content": number.to_string() })).await["id"].clone());
    }
    bot.post(&path, json!({ "messages": [ids[0]] })).await.refused(400, 50035);
    bot.post(&path, json!({ "messages": [old, ids[0]] })).await.refused(400, 50034);
    bot.post(&path, json!({ "messages": "all" })).await.refused(400, 50035);
    town.bot("shop-monitor").post(&path, json!({ "messages": ids })).await.refused(403, 50013);
    // What is not there is passed over, what is named twice counts once.
    let unknown = "9223372036854775807";
    bot.post(&path, json!({ "messages": [ids[0], ids[1], ids[1], unknown] })).await.ok(204);
    let gone = socket.expect("MESSAGE_DELETE_BULK").await;
    assert_eq!((&gone["ids"], &gone["channel_id"]), (&json!([ids[0], ids[1]]), &json!(general)));
    let left = bot.get(&format!("/channels/{general}/messages")).await.ok(200);
    assert_eq!((left.as_array().unwrap().len(), &left[0]["id"]), (2, &ids[2]));
}

#[tokio::test]
async fn reactions_go_all_at_once_or_by_emoji() {
    let town = Town::start().await;
    let (bot, mut socket) = listen(&town, ALL).await;
    let general = town.channel("general");
    let sent = bot.say(&general, json!({ "content": "x" })).await;
    let message = sent["id"].as_str().unwrap();
    for (person, emoji) in [("budi", "👍"), ("rina", "👍"), ("rina", "🚀")] {
        town.act(person, "reactions", json!({ "channel": "general", "message": message, "emoji": emoji })).await;
    }
    let path = format!("/channels/{general}/messages/{message}/reactions");
    bot.delete(&format!("{path}/%F0%9F%91%8D")).await.ok(204);
    assert_eq!(socket.expect("MESSAGE_REACTION_REMOVE_EMOJI").await["emoji"], json!({ "id": null, "name": "👍" }));
    let left = bot.get(&format!("/channels/{general}/messages/{message}")).await.ok(200);
    assert_eq!(
        (left["reactions"].as_array().unwrap().len(), &left["reactions"][0]["emoji"]["name"]),
        (1, &json!("🚀"))
    );
    bot.delete(&path).await.ok(204);
    assert_eq!(socket.expect("MESSAGE_REACTION_REMOVE_ALL").await["message_id"], message);
    town.bot("shop-monitor").delete(&path).await.refused(403, 50013);
}

#[tokio::test]
async fn a_bot_that_comes_to_see_a_channel_gets_its_threads() {
    let town = Town::start().await;
    let (author, monitor) = (town.bot("author"), town.bot("shop-monitor"));
    let private = town.channel("sre-private");
    let thread = author.post(&format!("/channels/{private}/threads"), json!({ "name": "t", "type": 11 })).await.ok(201);
    let mut socket = monitor.connect(1).await;
    let guild = socket.expect("GUILD_CREATE").await;
    assert!(!guild["channels"].as_array().unwrap().iter().any(|channel| channel["id"] == private.as_str()));
    let overwrite = format!("/channels/{private}/permissions/{}", monitor.id);
    author.put(&overwrite, json!({ "type": 1, "allow": "1024", "deny": "0" })).await.ok(204);
    assert_eq!(socket.expect("CHANNEL_CREATE").await["id"], private.as_str());
    let sync = socket.expect("THREAD_LIST_SYNC").await;
    assert_eq!((&sync["channel_ids"], &sync["threads"][0]["id"]), (&json!([private]), &thread["id"]));
    author.delete(&overwrite).await.ok(204);
    assert_eq!(socket.expect("CHANNEL_DELETE").await["id"], private.as_str());
}

#[tokio::test]
async fn a_bot_that_is_added_to_a_thread_hears_of_thread_and_membership() {
    let town = Town::start().await;
    let (author, siaga) = (town.bot("author"), town.bot("siaga"));
    let general = town.channel("general");
    let thread = author.post(&format!("/channels/{general}/threads"), json!({ "name": "t", "type": 12 })).await.ok(201);
    let mut socket = siaga.connect(1).await;
    socket.expect("GUILD_CREATE").await;
    let members = format!("/channels/{}/thread-members/{}", thread["id"].as_str().unwrap(), siaga.id);
    author.put(&members, Value::Null).await.ok(204);
    let came = socket.expect("THREAD_CREATE").await;
    assert_eq!((&came["id"], came["newly_created"].is_null()), (&thread["id"], true));
    assert_eq!(socket.expect("THREAD_MEMBER_UPDATE").await["user_id"], siaga.id);
}

#[tokio::test]
async fn guild_user_roles_and_channels_change_and_everybody_hears() {
    let town = Town::start().await;
    let (bot, mut socket) = listen(&town, ALL).await;
    let guild = town.guild_id();
    let path = format!("/guilds/{guild}");
    bot.patch(&path, json!({ "name": "Toko Kami", "preferred_locale": "id" })).await.ok(200);
    let told = socket.expect("GUILD_UPDATE").await;
    assert_eq!((&told["name"], &told["preferred_locale"]), (&json!("Toko Kami"), &json!("id")));
    bot.patch(&path, json!({ "name": "x" })).await.refused(400, 50035);
    town.bot("shop-monitor").patch(&path, json!({ "name": "Mine" })).await.refused(403, 50013);

    bot.patch("/users/@me", json!({ "username": "watcher" })).await.ok(200);
    assert_eq!(socket.expect("USER_UPDATE").await["username"], "watcher");
    bot.patch("/users/@me", json!({ "username": "budi" })).await.refused(400, 50035);

    let roles = bot.get(&format!("{path}/roles")).await.ok(200);
    let role = |name: &str| {
        roles.as_array().unwrap().iter().find(|role| role["name"] == name).map(|role| role["id"].clone()).unwrap()
    };
    let moved = bot.patch(&format!("{path}/roles"), json!([{ "id": role("support"), "position": 3 }])).await.ok(200);
    let position = |name: &str| {
        moved.as_array().unwrap().iter().find(|role| role["name"] == name).map(|role| role["position"].clone()).unwrap()
    };
    assert!(position("support").as_i64() > position("sre").as_i64());
    socket.expect("GUILD_ROLE_UPDATE").await;
    bot.patch(&format!("{path}/roles"), json!([{ "id": guild, "position": 3 }])).await.refused(400, 50028);
    bot.patch(&format!("{path}/roles"), json!([{ "id": "1", "position": 3 }])).await.refused(404, 10011);
    bot.patch(&format!("{path}/roles"), json!([{ "id": role("siaga"), "position": 1 }])).await.refused(403, 50013);

    let general = town.channel("general");
    let body =
        json!([{ "id": general, "position": 9, "parent_id": town.channel("Incidents"), "lock_permissions": true }]);
    bot.patch(&format!("{path}/channels"), body).await.ok(204);
    let channel = socket.expect("CHANNEL_UPDATE").await;
    assert_eq!((&channel["position"], &channel["parent_id"]), (&json!(9), &json!(town.channel("Incidents"))));
    bot.patch(&format!("{path}/channels"), json!([{ "id": "1" }])).await.refused(404, 10003);
    bot.patch(&format!("{path}/channels"), json!({})).await.refused(400, 50035);
}

#[tokio::test]
async fn typing_of_people_is_heard_by_who_asked_for_it() {
    let town = Town::start().await;
    let (_, mut socket) = listen(&town, ALL).await;
    let mut deaf = town.bot("author").connect(1 | 1 << 9).await;
    deaf.expect("GUILD_CREATE").await;
    town.act("rina", "typing", json!({ "channel": "general" })).await;
    let typing = socket.expect("TYPING_START").await;
    assert_eq!(
        (&typing["user_id"], &typing["member"]["user"]["username"]),
        (&json!(town.person("rina")), &json!("rina"))
    );
    assert_eq!(names(&deaf.drain().await), Vec::<&str>::new());
    assert!(town.refused("rina", "typing", json!({ "channel": "ideas" })).await.contains("non-text"));
}

#[tokio::test]
async fn people_put_threads_away_and_wake_them() {
    let town = Town::start().await;
    let (bot, mut socket) = listen(&town, ALL).await;
    let general = town.channel("general");
    let thread = bot.post(&format!("/channels/{general}/threads"), json!({ "name": "t", "type": 11 })).await.ok(201);
    let change = format!("threads/{}", thread["id"].as_str().unwrap());
    assert!(town.refused("budi", &change, json!({ "archived": true })).await.contains("manages threads"));
    town.act("rina", &change, json!({ "archived": true, "locked": true })).await;
    let told = socket.expect("THREAD_UPDATE").await;
    assert_eq!(
        (&told["thread_metadata"]["archived"], &told["thread_metadata"]["locked"]),
        (&json!(true), &json!(true))
    );
    town.refused("budi", &change, json!({ "archived": false })).await;
    town.act("rina", &change, json!({ "archived": false, "locked": false })).await;
    town.act("rina", &change, json!({ "archived": true })).await;
    town.act("budi", &change, json!({ "archived": false })).await;
    assert!(town.refused("rina", "threads/general", json!({ "archived": true })).await.contains("not a thread"));
}

#[tokio::test]
async fn messages_of_the_guild_are_searched() {
    let town = Town::start().await;
    let (author, guild) = (town.bot("author"), town.guild_id());
    town.says("budi", "general", "the checkout is slow today").await;
    let second = town.says("rina", "support", "Checkout works: https://example.org/").await;
    town.says("rina", "sre-private", "checkout in private").await;
    let search = async |bot: &Bot, query: &str| bot.get(&format!("/guilds/{guild}/messages/search?{query}")).await;
    let found = search(&author, "content=CHECKOUT&limit=2").await.ok(200);
    assert_eq!((&found["total_results"], found["messages"].as_array().unwrap().len()), (&json!(3), 2));
    let found = search(&author, "content=checkout%20works&has=link&sort_order=asc").await.ok(200);
    assert_eq!((&found["messages"][0][0]["id"], &found["messages"][0][0]["hit"]), (&second["id"], &json!(true)));
    let by = format!("author_id={}&channel_id={}", town.person("budi"), town.channel("general"));
    assert_eq!(search(&author, &by).await.ok(200)["total_results"], 1);
    // Who does not see a channel finds nothing in it; who has no message content does not search.
    assert_eq!(search(&town.bot("siaga"), "content=checkout").await.ok(200)["total_results"], 2);
    search(&town.bot("shop-monitor"), "content=checkout").await.refused(403, 50001);
    search(&author, "limit=26").await.refused(400, 50035);
    search(&author, "author_id=nobody").await.refused(400, 50035);
}

#[tokio::test]
async fn threads_of_a_channel_are_searched() {
    let town = Town::start().await;
    let (siaga, ideas) = (town.bot("siaga"), town.channel("ideas"));
    let forum = siaga.get(&format!("/channels/{ideas}")).await.ok(200);
    let tag = |index: usize| forum["available_tags"][index]["id"].as_str().unwrap();
    let post = async |name: &str, tags: Value| {
        let body = json!({ "name": name, "applied_tags": tags, "message": { "content": name } });
        siaga.post(&format!("/channels/{ideas}/threads"), body).await.ok(201)["id"].clone()
    };
    let (till, oven) =
        (post("A better till", json!([tag(0)])).await, post("A better oven", json!([tag(0), tag(1)])).await);
    let search = async |query: String| siaga.get(&format!("/channels/{ideas}/threads/search?{query}")).await.ok(200);
    let found = search("name=better&sort_by=creation_time&sort_order=asc".to_owned()).await;
    assert_eq!((&found["threads"][0]["id"], &found["threads"][1]["id"]), (&till, &oven));
    assert_eq!((&found["first_messages"][0]["content"], &found["has_more"]), (&json!("A better till"), &json!(false)));
    let both = search(format!("tag={},{}&tag_setting=match_all", tag(0), tag(1))).await;
    assert_eq!((&both["total_results"], &both["threads"][0]["id"]), (&json!(1), &oven));
    siaga.patch(&format!("/channels/{}", till.as_str().unwrap()), json!({ "archived": true })).await.ok(200);
    assert_eq!(search("archived=true".to_owned()).await["threads"][0]["id"], till);
    siaga.get(&format!("/channels/{}/threads/search", town.channel("Incidents"))).await.refused(400, 50024);
}

#[tokio::test]
async fn webhooks_move_are_renamed_and_write_into_forums() {
    let town = Town::start().await;
    let (bot, mut socket) = listen(&town, ALL).await;
    let (general, support, ideas) = (town.channel("general"), town.channel("support"), town.channel("ideas"));
    let hook = bot.post(&format!("/channels/{general}/webhooks"), json!({ "name": "A" })).await.ok(200);
    socket.expect("WEBHOOKS_UPDATE").await;
    let id = hook["id"].as_str().unwrap();
    let moved = bot.patch(&format!("/webhooks/{id}"), json!({ "name": "B", "channel_id": support })).await.ok(200);
    assert_eq!((&moved["name"], &moved["channel_id"]), (&json!("B"), &json!(support)));
    let told = [socket.expect("WEBHOOKS_UPDATE").await, socket.expect("WEBHOOKS_UPDATE").await];
    assert_eq!(told.map(|data| data["channel_id"].clone()), [json!(general), json!(support)]);
    let token = hook["token"].as_str().unwrap();
    let body = json!({ "name": "C", "channel_id": general });
    let kept = bot.patch(&format!("/webhooks/{id}/{token}"), body).await.ok(200);
    assert_eq!((&kept["name"], &kept["channel_id"]), (&json!("C"), &json!(support)));
    bot.patch(&format!("/webhooks/{id}"), json!({ "name": "" })).await.refused(400, 50035);
    let of_guild = bot.get(&format!("/guilds/{}/webhooks", town.guild_id())).await.ok(200);
    assert_eq!(of_guild[0]["id"], id);

    let forum = bot.post(&format!("/channels/{ideas}/webhooks"), json!({ "name": "Ideas" })).await.ok(200);
    let path = format!("/webhooks/{}/{}?wait=true", forum["id"].as_str().unwrap(), forum["token"].as_str().unwrap());
    bot.post(&path, json!({ "content": "x" })).await.refused(400, 220_001);
    let made = bot.post(&path, json!({ "content": "x", "thread_name": "From a hook" })).await.ok(200);
    assert_eq!(made["id"], made["channel_id"]);
    let both = format!("{path}&thread_id={}", made["id"].as_str().unwrap());
    bot.post(&both, json!({ "content": "x", "thread_name": "y" })).await.refused(400, 220_002);
    bot.post(&both, json!({ "content": "x" })).await.ok(200);
}

#[tokio::test]
async fn a_file_comes_with_a_command() {
    let town = Town::start().await;
    let siaga = town.bot("siaga");
    let option = json!({ "type": 11, "name": "proof", "description": "d", "required": true });
    siaga.register(&town.guild_id(), json!([{ "name": "show", "description": "d", "options": [option] }])).await;
    let mut socket = siaga.connect(1).await;
    socket.expect("GUILD_CREATE").await;
    let file = json!({ "filename": "a b.txt", "content_type": "text/plain", "base64": "aGVsbG8=" });
    let ask = json!({ "channel": "general", "command": "show", "options": { "proof": file } });
    town.act("budi", "slash", ask).await;
    let came = socket.expect("INTERACTION_CREATE").await;
    let id = came["data"]["options"][0]["value"].as_str().unwrap();
    let resolved = &came["data"]["resolved"]["attachments"][id];
    assert_eq!((&resolved["filename"], &resolved["size"]), (&json!("a_b.txt"), &json!(5)));
    let path = resolved["url"].as_str().unwrap().strip_prefix(&town.sandbox.base_url()).unwrap().to_owned();
    assert_eq!(town.get(&path).await.text, "hello");
    for wrong in [json!("proof.txt"), json!({ "filename": "x", "content_type": "text/plain", "base64": "?" })] {
        let ask = json!({ "channel": "general", "command": "show", "options": { "proof": wrong } });
        assert!(town.refused("budi", "slash", ask).await.contains("takes a file"));
    }
}

#[tokio::test]
async fn members_are_asked_for_by_number_or_text_and_the_missing_are_named() {
    let town = Town::start().await;
    let (_, mut socket) = listen(&town, ALL).await;
    let number = |text: String| json!(text.parse::<u64>().unwrap());
    let (guild, budi, unknown) = (number(town.guild_id()), number(town.person("budi")), json!("1"));
    socket.send(json!({ "op": 8, "d": { "guild_id": guild, "user_ids": [budi, unknown], "nonce": "n" } })).await;
    let chunk = socket.expect("GUILD_MEMBERS_CHUNK").await;
    assert_eq!((&chunk["members"][0]["user"]["username"], &chunk["not_found"]), (&json!("budi"), &json!(["1"])));
    socket.send(json!({ "op": 8, "d": { "guild_id": [town.guild_id()], "query": "nobody", "limit": 0 } })).await;
    let chunk = socket.expect("GUILD_MEMBERS_CHUNK").await;
    assert_eq!((&chunk["members"], &chunk["chunk_count"]), (&json!([]), &json!(1)));
}

#[tokio::test]
async fn who_has_left_stays_away_over_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let options = || sandbox::Options {
        limits: sandbox::Limits::unlimited(),
        state: Some(folder.path().join("world.jsonl")),
        ..sandbox::Options::default()
    };
    let town = Town::with(options()).await;
    town.act("lina", "leave", json!({})).await;
    let tono = format!("/guilds/{}/bans/{}", town.guild_id(), town.person("tono"));
    town.bot("author").put(&tono, json!({})).await.ok(204);
    town.sandbox.shutdown().await;
    let town = Town::with(options()).await;
    town.bot("author").get(&tono).await.ok(200);
    town.control(Method::POST, "/people/tono/join", json!({})).await.refused_status(403);
    town.act("lina", "join", json!({})).await;
}
