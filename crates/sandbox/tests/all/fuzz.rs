//! Random nonsense, the same in every run: never a 500, never a panic, and the sandbox still answers.

use serde_json::{Value, json};

use crate::harness::Town;

/// A small generator of numbers (xorshift), so that a failure can be repeated.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % sides
    }

    fn word(&mut self) -> String {
        const WORDS: &[&str] = &[
            "content",
            "embeds",
            "components",
            "type",
            "custom_id",
            "flags",
            "nonce",
            "enforce_nonce",
            "allowed_mentions",
            "parse",
            "users",
            "message_reference",
            "message_id",
            "attachments",
            "fields",
            "name",
            "value",
            "footer",
            "text",
            "image",
            "url",
            "style",
            "label",
            "options",
            "op",
            "d",
            "token",
            "intents",
            "shard",
            "seq",
            "session_id",
            "presence",
            "poll",
            "title",
            "author",
            "color",
            "emoji",
            "messages",
            "id",
            "position",
            "parent_id",
            "permission_overwrites",
            "roles",
            "nick",
            "communication_disabled_until",
            "archived",
            "applied_tags",
            "available_tags",
            "query",
            "user_ids",
            "guild_id",
            "thread_name",
            "message",
            "allow",
            "recipient_id",
        ];
        WORDS[usize::try_from(self.roll(WORDS.len() as u64)).unwrap()].to_owned()
    }

    fn value(&mut self, depth: u32) -> Value {
        match self.roll(if depth == 0 { 6 } else { 9 }) {
            0 => Value::Null,
            1 => json!(self.roll(2) == 0),
            2 => json!(self.roll(20)),
            3 => json!(-1.5e300),
            4 => json!(self.word()),
            5 => json!("💥<@1><@&2>`".repeat(usize::try_from(self.roll(300)).unwrap())),
            6 => (0..self.roll(5)).map(|_| self.value(depth - 1)).collect(),
            _ => {
                let mut object = serde_json::Map::new();
                for _ in 0..self.roll(7) {
                    object.insert(self.word(), self.value(depth - 1));
                }
                Value::Object(object)
            }
        }
    }
}

#[tokio::test]
async fn nonsense_in_messages_is_refused_and_never_breaks_anything() {
    let town = Town::start().await;
    let (siaga, general, guild) = (town.bot("siaga"), town.channel("general"), town.guild_id());
    let sent = siaga.say(&general, json!({ "content": "x" })).await;
    let mut dice = Dice(0x5eed);
    for round in 0..600 {
        let body = dice.value(5);
        let reply = match round % 6 {
            0 | 1 => siaga.post(&format!("/channels/{general}/messages"), body).await,
            2 => siaga.patch(&format!("/channels/{general}/messages/{}", sent["id"].as_str().unwrap()), body).await,
            3 => siaga.put(&format!("/applications/{}/commands", siaga.id), body).await,
            4 => siaga.post(&format!("/guilds/{guild}/channels"), body).await,
            _ => siaga.post(&format!("/channels/{general}/threads"), body).await,
        };
        assert!(reply.status < 500, "{}", reply.text);
    }
    siaga.get(&format!("/channels/{general}/messages?limit=100")).await.ok(200);
    siaga.get(&format!("/guilds/{guild}/channels")).await.ok(200);
}

/// What stands in a path: something that is there, or nonsense.
fn filling(dice: &mut Dice, name: &str, known: &[(&str, Vec<String>)]) -> String {
    let real = known.iter().find(|(key, _)| *key == name).map(|(_, ids)| ids.as_slice()).unwrap_or_default();
    let sides = 4 * real.len() as u64 + 4;
    match usize::try_from(dice.roll(sides)).unwrap() {
        0 => "1".to_owned(),
        1 => "18446744073709551616".to_owned(),
        2 => "%F0%9F%92%A5".to_owned(),
        3 => dice.word(),
        other => real[(other - 4) % real.len()].clone(),
    }
}

#[tokio::test]
async fn nonsense_to_every_route_is_answered_in_discords_shapes() {
    let town = Town::start().await;
    let (author, general, guild) = (town.bot("author"), town.channel("general"), town.guild_id());
    let text = |value: &Value| value["id"].as_str().unwrap().to_owned();
    let message = text(&author.say(&general, json!({ "content": "x" })).await);
    let thread = json!({ "name": "t", "type": 11 });
    let thread = text(&author.post(&format!("/channels/{general}/threads"), thread).await.ok(201));
    let hook = author.post(&format!("/channels/{general}/webhooks"), json!({ "name": "h" })).await.ok(200);
    let command = json!([{ "name": "c", "description": "d" }]);
    let command = text(&author.register(&guild, command).await[0]);
    let role = text(&author.post(&format!("/guilds/{guild}/roles"), json!({ "name": "r" })).await.ok(200));
    let people = vec![town.person("tono"), town.person("budi"), author.id.clone(), "@me".to_owned()];
    let channels = vec![general.clone(), thread, town.channel("ideas"), town.channel("Incidents")];
    let known = [
        ("guild_id", vec![guild.clone()]),
        ("channel_id", channels),
        ("message_id", vec![message]),
        ("user_id", people.clone()),
        ("overwrite_id", [people, vec![role.clone()]].concat()),
        ("role_id", vec![role]),
        ("application_id", vec![author.id.clone()]),
        ("command_id", vec![command]),
        ("webhook_id", vec![text(&hook), author.id.clone()]),
        ("webhook_token", vec![hook["token"].as_str().unwrap().to_owned()]),
        ("emoji_name", vec!["%F0%9F%91%8D".to_owned()]),
    ];
    let words = ["limit", "before", "after", "around", "sort_order", "tag", "has", "with_counts", "wait", "thread_id"];
    let mut dice = Dice(0xfeed);
    for (method, template) in sandbox::routes() {
        for _ in 0..10 {
            let parts: Vec<String> = template
                .split('/')
                .map(|part| match part.strip_prefix('{').and_then(|part| part.strip_suffix('}')) {
                    Some(name) => filling(&mut dice, name, &known),
                    None => part.to_owned(),
                })
                .collect();
            let mut path = parts.join("/");
            // What all the rest needs stays.
            if method == "DELETE" && (path == format!("/channels/{general}") || template.starts_with("/users/@me")) {
                continue;
            }
            if dice.roll(2) == 0 {
                let key = words[usize::try_from(dice.roll(words.len() as u64)).unwrap()];
                path = format!("{path}?{key}={}", filling(&mut dice, "message_id", &known));
            }
            let body = if method == "GET" { Value::Null } else { dice.value(4) };
            let reply = author.call(method, &path, body).await;
            assert!(reply.status < 500, "{method} {path}: {}", reply.text);
        }
    }
    author.get(&format!("/channels/{general}/messages?limit=100")).await.ok(200);
    author.connect(town.intents()).await.expect("GUILD_CREATE").await;
}

#[tokio::test]
async fn nonsense_to_the_control_api_is_refused_with_a_sentence() {
    let town = Town::start().await;
    let mut dice = Dice(0xc0de);
    let acts = [
        "read",
        "messages",
        "reactions",
        "press",
        "select",
        "slash",
        "menu",
        "submit",
        "dms",
        "typing",
        "archive",
        "join",
    ];
    for round in 0..200_usize {
        let mut body = dice.value(3);
        if let Some(object) = body.as_object_mut() {
            object.insert("channel".to_owned(), json!("general"));
            object.insert("content".to_owned(), dice.value(1));
        }
        let path = format!("/people/budi/{}", acts[round % acts.len()]);
        let reply = town.control(reqwest::Method::POST, &path, body).await;
        assert!(reply.status < 500, "{path}: {}", reply.text);
        assert!(reply.status == 200 || reply.body["error"].is_string(), "{path}: {}", reply.text);
    }
    town.says("budi", "general", "still here").await;
}

#[tokio::test]
async fn nonsense_on_the_gateway_closes_and_never_breaks_anything() {
    let town = Town::start().await;
    let siaga = town.bot("siaga");
    let mut dice = Dice(0xbad5eed);
    for round in 0..300_u64 {
        let mut socket = if round % 3 == 0 { siaga.compressed_socket().await } else { siaga.socket().await };
        if round % 5 == 0 {
            socket.send(siaga.identify(town.intents())).await;
        }
        let mut payload = dice.value(4);
        if round % 2 == 0 {
            payload = json!({ "op": dice.roll(12), "d": payload });
        }
        if round % 7 == 0 {
            // Clients send text; what is no JSON is no frame, compressed or not.
            socket.send_bytes(&[0x78, 0x9c, 0xff, 0x00, 0xff]).await;
        }
        socket.send(payload).await;
        socket.send_text("{\"op\":1,\"d\":null}").await;
        drop(socket);
    }
    for mut socket in [siaga.socket().await, siaga.compressed_socket().await] {
        socket.send(siaga.identify(town.intents())).await;
        socket.expect("GUILD_CREATE").await;
    }
}
