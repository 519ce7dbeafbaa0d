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

#[tokio::test]
async fn nonsense_on_the_gateway_closes_and_never_breaks_anything() {
    let town = Town::start().await;
    let siaga = town.bot("siaga");
    let mut dice = Dice(0xbad5eed);
    for round in 0..200_u64 {
        let mut socket = siaga.socket().await;
        let mut payload = dice.value(4);
        if round % 2 == 0 {
            payload = json!({ "op": dice.roll(12), "d": payload });
        }
        socket.send(payload).await;
        socket.send_text("{\"op\":1,\"d\":null}").await;
        drop(socket);
    }
    let mut socket = siaga.connect(town.intents()).await;
    socket.expect("READY").await;
}
