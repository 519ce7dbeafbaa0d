//! Purpose: Discord's faults, one story each and mixed at random: every one ends in the right room, or in a failure that
//! people see and understand, with the next way to them taken. The table is docs/faults.md.

mod answers;
mod gateway;
mod limits;
mod mixed;
mod outage;
mod people;

use serde_json::{Value, json};

use crate::harness::Story;

/// Where messages are made.
const MESSAGES: &str = "/channels/{channel_id}/messages";

impl Story {
    /// Something goes wrong around the bot, now.
    async fn trouble(&self, order: &Value) {
        self.control.post("/trouble", order).await;
    }

    /// Somebody with every permission deletes a channel or thread: a place as in `Story::place`.
    async fn deletes_place(&self, place: &str) {
        let channel = self.place("dewi", place).await;
        self.trouble(&json!({ "do": "delete_channel", "channel": channel })).await;
    }

    /// A channel is made, with the rights of the bot that made the others.
    async fn makes_channel(&self, name: &str) {
        let url = format!("{}/api/v10/guilds/{}/channels", self.sandbox.base_url(), self.sandbox.guild_id());
        let token = format!("Bot {}", self.sandbox.bot("siaga").expect("our bot").token);
        let request = reqwest::Client::new().post(url).header("Authorization", token);
        let answer = request.json(&json!({ "name": name, "type": 0 })).send().await.expect("an answer");
        assert!(answer.status().is_success(), "{answer:?}");
    }

    /// Somebody with every permission deletes the newest message of a place that holds this text.
    async fn deletes_message(&self, place: &str, text: &str) {
        let channel = self.place("dewi", place).await;
        let messages = self.control.messages("dewi", &channel).await;
        let found = messages.iter().rev().find(|message| message.to_string().contains(text)).expect("such a message");
        self.trouble(&json!({ "do": "delete_message", "message": found["id"] })).await;
    }

    /// Which of the messages of a place, as Discord keeps them, hold this text.
    async fn positions(&self, place: &str, text: &str) -> Vec<usize> {
        let channel = self.place("dewi", place).await;
        let messages = self.control.messages("dewi", &channel).await;
        let holds = |(number, message): (usize, &Value)| message.to_string().contains(text).then_some(number);
        messages.iter().enumerate().filter_map(holds).collect()
    }
}
