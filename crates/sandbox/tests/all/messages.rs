//! Stories about messages: nonces, mentions, files, pins, reactions, paging.

use serde_json::json;

use crate::harness::Town;

#[tokio::test]
async fn the_same_nonce_makes_one_message_only_within_its_window() {
    let town = Town::start().await;
    let (siaga, general) = (town.bot("siaga"), town.channel("general"));
    let body = json!({ "content": "page", "nonce": "k1", "enforce_nonce": true });
    let first = siaga.say(&general, body.clone()).await;
    let second = siaga.say(&general, body.clone()).await;
    assert_eq!(first["id"], second["id"]);
    assert_eq!(second["nonce"], "k1");
    // Another author, another message; another channel, the same.
    assert_ne!(town.bot("author").say(&general, body.clone()).await["id"], first["id"]);
    assert_eq!(siaga.say(&town.channel("support"), body.clone()).await["id"], first["id"]);
    // Without enforcement a nonce is only an echo.
    assert_ne!(siaga.say(&general, json!({ "content": "page", "nonce": "k1" })).await["id"], first["id"]);
    town.advance(200_000).await;
    assert_ne!(siaga.say(&general, body).await["id"], first["id"]);
}

#[tokio::test]
async fn a_nonce_of_a_deleted_message_makes_no_new_one() {
    let town = Town::start().await;
    let (siaga, general) = (town.bot("siaga"), town.channel("general"));
    let body = json!({ "content": "page", "nonce": 7, "enforce_nonce": true });
    let first = siaga.say(&general, body.clone()).await;
    siaga.delete(&format!("/channels/{general}/messages/{}", first["id"].as_str().unwrap())).await.ok(204);
    siaga.post(&format!("/channels/{general}/messages"), body).await.refused(404, 10008);
}

#[tokio::test]
async fn the_nonce_is_told_in_the_answer_and_the_event_and_never_again() {
    let town = Town::start().await;
    let (siaga, general) = (town.bot("siaga"), town.channel("general"));
    let mut socket = siaga.connect(town.intents()).await;
    socket.expect("GUILD_CREATE").await;
    let sent = siaga.say(&general, json!({ "content": "x", "nonce": "n" })).await;
    assert_eq!(socket.expect("MESSAGE_CREATE").await["nonce"], "n");
    let read = siaga.get(&format!("/channels/{general}/messages/{}", sent["id"].as_str().unwrap())).await.ok(200);
    assert!(read.get("nonce").is_none());
}

/// Who is notified of a message of the bot with this content and these allowed mentions: usernames and kinds.
async fn notified(town: &Town, bot: &str, body: serde_json::Value) -> Vec<(String, String)> {
    town.bot(bot).say(&town.channel("general"), body).await;
    let mut told = Vec::new();
    for person in ["budi", "rina", "sari"] {
        for one in
            town.look(&format!("/people/{person}/notifications?after=0")).await["notifications"].as_array().unwrap()
        {
            told.push((person.to_owned(), one["kind"].as_str().unwrap().to_owned()));
        }
    }
    told
}

fn role(world: &serde_json::Value, name: &str) -> String {
    let roles = world["roles"].as_array().unwrap();
    roles.iter().find(|role| role["name"] == name).unwrap()["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn allowed_mentions_decide_whose_phone_rings() {
    let town = Town::start().await;
    let world = town.look("/world").await;
    let (budi, sre) = (town.person("budi"), role(&world, "sre"));
    let text = format!("<@{budi}> <@&{sre}> @everyone");
    let owned = |list: &[(&str, &str)]| {
        list.iter().map(|(who, kind)| ((*who).to_owned(), (*kind).to_owned())).collect::<Vec<_>>()
    };
    let none = json!({ "content": text, "allowed_mentions": { "parse": [] } });
    assert_eq!(notified(&town, "siaga", none).await, owned(&[]));
    let one = json!({ "content": text, "allowed_mentions": { "parse": [], "users": [budi] } });
    assert_eq!(notified(&town, "siaga", one).await, owned(&[("budi", "mention")]));
    let town = Town::start().await;
    let roles = json!({ "content": text, "allowed_mentions": { "roles": [sre] } });
    assert_eq!(notified(&town, "siaga", roles).await, owned(&[("budi", "role"), ("rina", "role")]));
    let town = Town::start().await;
    let all = notified(&town, "siaga", json!({ "content": text })).await;
    assert_eq!(all, owned(&[("budi", "mention"), ("rina", "role"), ("sari", "everyone")]));
}

#[tokio::test]
async fn without_the_permission_only_mentionable_roles_are_mentioned() {
    let town = Town::start().await;
    let world = town.look("/world").await;
    let (lead, sre) = (role(&world, "sre-lead"), role(&world, "sre"));
    let body = json!({ "content": format!("@everyone <@&{lead}>") });
    assert_eq!(notified(&town, "shop-monitor", body).await, []);
    let body = json!({ "content": format!("<@&{sre}>") });
    assert_eq!(notified(&town, "shop-monitor", body).await.len(), 2);
}

#[tokio::test]
async fn a_silent_message_is_marked_silent() {
    let town = Town::start().await;
    let body = json!({ "content": format!("<@{}> quiet\nsecond line", town.person("budi")), "flags": 1 << 12 });
    town.bot("siaga").say(&town.channel("general"), body).await;
    let told = town.look("/people/budi/notifications?after=0").await["notifications"][0].clone();
    assert_eq!((&told["silent"], &told["text"]), (&json!(true), &json!("@Budi quiet")));
}

#[tokio::test]
async fn a_person_who_cannot_see_the_channel_is_not_notified() {
    let town = Town::start().await;
    let body = json!({ "content": format!("<@{}>", town.person("sari")) });
    town.bot("author").say(&town.channel("sre-private"), body).await;
    assert_eq!(town.look("/people/sari/notifications?after=0").await["notifications"], json!([]));
}

#[tokio::test]
async fn files_are_kept_and_served_again() {
    let town = Town::start().await;
    let (siaga, general) = (town.bot("siaga"), town.channel("general"));
    let payload = json!({ "content": "log", "attachments": [{ "id": 0, "description": "the log" }],
        "embeds": [{ "title": "plot", "image": { "url": "attachment://plot.png" } }] });
    let form = reqwest::multipart::Form::new().text("payload_json", payload.to_string()).part(
        "files[0]",
        reqwest::multipart::Part::bytes(b"PNG".to_vec()).file_name("plot.png").mime_str("image/png").unwrap(),
    );
    let path = format!("/channels/{general}/messages");
    let sent = siaga.send(siaga.request("POST", &path).multipart(form), "POST", &path).await.ok(200);
    assert_eq!(sent["attachments"][0]["description"], "the log");
    let url = sent["attachments"][0]["url"].as_str().unwrap();
    assert_eq!(sent["embeds"][0]["image"]["url"], url);
    let file = town.get(url.strip_prefix(&town.sandbox.base_url()).unwrap()).await;
    assert_eq!((file.text.as_str(), file.header("content-type").as_str()), ("PNG", "image/png"));
    // An edit that names no attachment drops it.
    let edited = siaga
        .patch(&format!("{path}/{}", sent["id"].as_str().unwrap()), json!({ "attachments": [], "embeds": [] }))
        .await
        .ok(200);
    assert_eq!(edited["attachments"], json!([]));
}

#[tokio::test]
async fn messages_are_read_in_pages_newest_first() {
    let town = Town::start().await;
    let (siaga, general) = (town.bot("siaga"), town.channel("general"));
    let mut ids = Vec::new();
    for number in 0..5 {
        ids.push(
            siaga.say(&general, json!({ "content": number.to_string() })).await["id"].as_str().unwrap().to_owned(),
        );
    }
    let read = async |query: &str| {
        let page = siaga.get(&format!("/channels/{general}/messages{query}")).await.ok(200);
        page.as_array()
            .unwrap()
            .iter()
            .map(|message| message["content"].as_str().unwrap().to_owned())
            .collect::<String>()
    };
    assert_eq!(read("").await, "43210");
    assert_eq!(read("?limit=2").await, "43");
    assert_eq!(read(&format!("?before={}", ids[3])).await, "210");
    // After: the oldest that follow, still newest first.
    assert_eq!(read(&format!("?after={}&limit=2", ids[0])).await, "21");
    assert_eq!(read(&format!("?around={}&limit=3", ids[2])).await, "321");
    siaga.get(&format!("/channels/{general}/messages?limit=101")).await.refused(400, 50035);
}

#[tokio::test]
async fn pins_are_listed_newest_first_and_have_an_end() {
    let town = Town::with(sandbox::Options {
        limits: sandbox::Limits { pins: 2, ..sandbox::Limits::unlimited() },
        ..sandbox::Options::default()
    })
    .await;
    let (siaga, general) = (town.bot("siaga"), town.channel("general"));
    let mut socket = siaga.connect(town.intents()).await;
    socket.expect("GUILD_CREATE").await;
    let mut ids = Vec::new();
    for name in ["one", "two", "three"] {
        ids.push(siaga.say(&general, json!({ "content": name })).await["id"].as_str().unwrap().to_owned());
        town.advance(1_000).await;
    }
    siaga.put(&format!("/channels/{general}/pins/{}", ids[0]), json!({})).await.ok(204);
    socket.expect("CHANNEL_PINS_UPDATE").await;
    assert_eq!(
        socket.expect_where("MESSAGE_CREATE", |message| message["type"] == 6).await["message_reference"]["message_id"],
        ids[0]
    );
    town.advance(1_000).await;
    siaga.put(&format!("/channels/{general}/messages/pins/{}", ids[1]), json!({})).await.ok(204);
    siaga.put(&format!("/channels/{general}/messages/pins/{}", ids[1]), json!({})).await.ok(204);
    siaga.put(&format!("/channels/{general}/messages/pins/{}", ids[2]), json!({})).await.refused(400, 30003);
    let old = siaga.get(&format!("/channels/{general}/pins")).await.ok(200);
    assert_eq!((&old[0]["content"], &old[1]["content"]), (&json!("two"), &json!("one")));
    let page = siaga.get(&format!("/channels/{general}/messages/pins?limit=1")).await.ok(200);
    assert_eq!((&page["items"][0]["message"]["content"], &page["has_more"]), (&json!("two"), &json!(true)));
    siaga.delete(&format!("/channels/{general}/messages/pins/{}", ids[1])).await.ok(204);
}

#[tokio::test]
async fn reactions_count_once_per_account() {
    let town = Town::start().await;
    let (siaga, general) = (town.bot("siaga"), town.channel("general"));
    let mut socket = siaga.connect(town.intents()).await;
    let sent = siaga.say(&general, json!({ "content": "x" })).await;
    let at = format!("/channels/{general}/messages/{}/reactions", sent["id"].as_str().unwrap());
    siaga.put(&format!("{at}/%F0%9F%91%80/@me"), json!({})).await.ok(204);
    siaga.put(&format!("{at}/%F0%9F%91%80/@me"), json!({})).await.ok(204);
    town.act("budi", "reactions", json!({ "channel": general, "message": sent["id"], "emoji": "👀" })).await;
    assert_eq!(
        socket.expect_where("MESSAGE_REACTION_ADD", |event| event["user_id"] == town.person("budi")).await["emoji"]["name"],
        "👀"
    );
    let read = siaga.get(&format!("/channels/{general}/messages/{}", sent["id"].as_str().unwrap())).await.ok(200);
    assert_eq!((&read["reactions"][0]["count"], &read["reactions"][0]["me"]), (&json!(2), &json!(true)));
    assert_eq!(siaga.get(&format!("{at}/%F0%9F%91%80")).await.ok(200).as_array().unwrap().len(), 2);
    siaga.delete(&format!("{at}/%F0%9F%91%80/@me")).await.ok(204);
    siaga.put(&format!("{at}/word/@me"), json!({})).await.refused(400, 10014);
}

#[tokio::test]
async fn an_edit_reaches_everybody_and_keeps_what_it_does_not_name() {
    let town = Town::start().await;
    let (siaga, general) = (town.bot("siaga"), town.channel("general"));
    let mut socket = siaga.connect(town.intents()).await;
    let sent = siaga.say(&general, json!({ "content": "old", "embeds": [{ "title": "card" }] })).await;
    let at = format!("/channels/{general}/messages/{}", sent["id"].as_str().unwrap());
    let edited = siaga.patch(&at, json!({ "content": "new" })).await.ok(200);
    assert_eq!((&edited["content"], &edited["embeds"][0]["title"]), (&json!("new"), &json!("card")));
    assert_eq!(socket.expect("MESSAGE_UPDATE").await["content"], "new");
    siaga.patch(&at, json!({ "content": "", "embeds": [] })).await.refused(400, 50006);
    town.bot("author").patch(&at, json!({ "content": "mine" })).await.refused(403, 50005);
}
