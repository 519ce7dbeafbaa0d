//! Purpose: people and other bots act, by name, through the sandbox. Buttons are pressed by the label people read.

use std::fmt;

use domain::{ChatChannelId, ChatMessageId};
use serde_json::{Map, Value, json};

use super::Story;
use super::control::list;
use super::view::{self, text};

/// Somebody of the sample server.
#[derive(Clone, Copy)]
pub(crate) struct Person<'a> {
    pub(super) story: &'a Story,
    pub(super) name: &'static str,
}

/// A button as it was on a message once.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    message: String,
    custom_id: String,
}

impl Seen {
    /// The press, as the sandbox takes it.
    pub(crate) fn wire(&self) -> Value {
        json!({ "message": self.message, "custom_id": self.custom_id })
    }
}

/// What came back to the person who asked.
#[must_use = "read what people are told, or say `.done()`"]
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    text: String,
    failed: bool,
}

impl Answer {
    /// It worked; its words are the matter of another story.
    pub(crate) fn done(self) {
        assert!(!self.failed, "{}", self.text);
    }
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl Person<'_> {
    /// Presses the newest button with this label that the person sees anywhere, then waits until all is settled.
    pub(crate) async fn press(&self, label: &str) -> Answer {
        let button = self.button(label).await;
        self.press_seen(&button).await
    }

    /// Presses the newest button with this label in one place: `#incidents`, `INC-1` (the thread), `room INC-1`, `DM`.
    pub(crate) async fn press_in(&self, place: &str, label: &str) -> Answer {
        let place = self.story.place(self.name, place).await;
        let button = self.find_button(&[place], label).await;
        self.press_seen(&button).await
    }

    /// Says yes to what a command or button asked before it pages or ends something: its first button, or its form as it stands.
    pub(crate) async fn sure(&self, asked: Answer) -> Answer {
        let text = asked.to_string();
        if text.trim_start().starts_with("form ") {
            return self.fills(&[None]).await;
        }
        let buttons = text.lines().last().unwrap_or_default();
        match buttons.split_once('[').and_then(|(_, rest)| rest.split_once(']')) {
            Some((label, _)) => self.press(label).await,
            None => panic!("nothing was asked: {text}"),
        }
    }

    /// Presses a button that was seen before, whatever the message looks like now.
    pub(crate) async fn press_seen(&self, button: &Seen) -> Answer {
        self.interact("press", &button.wire()).await
    }

    /// The newest button with this label, to be pressed later.
    pub(crate) async fn button(&self, label: &str) -> Seen {
        self.find_button(&self.places().await, label).await
    }

    /// Every button of an incident that stands before this person, by what it carries. One that stands twice is there once.
    pub(crate) async fn standing(&self) -> Vec<(String, Seen)> {
        let mut all = std::collections::BTreeMap::new();
        for place in self.places().await {
            for message in self.story.control.messages(self.name, &place).await {
                if !message["ephemeral_for"].is_null() {
                    continue;
                }
                for (_, custom_id) in view::buttons(&message) {
                    let seen = Seen { message: text(&message["id"]), custom_id: custom_id.clone() };
                    all.insert(custom_id, seen);
                }
            }
        }
        all.into_iter().collect()
    }

    /// Everything the person can read.
    async fn places(&self) -> Vec<String> {
        let own = self.story.control.get(&format!("/people/{}/channels", self.name)).await;
        let channels = list(&own["channels"]).into_iter().chain(list(&own["threads"])).map(|id| text(&id));
        channels.chain(list(&own["dms"]).iter().map(|dm| text(&dm["id"]))).collect()
    }

    async fn find_button(&self, places: &[String], label: &str) -> Seen {
        let mut newest: Option<(u64, String)> = None;
        for place in places {
            for message in self.story.control.messages(self.name, place).await {
                let id: u64 = text(&message["id"]).parse().unwrap_or_default();
                let button = view::buttons(&message).into_iter().find(|(name, _)| name == label);
                if let Some((_, custom_id)) = button
                    && newest.as_ref().is_none_or(|(known, _)| id > *known)
                {
                    newest = Some((id, custom_id));
                }
            }
        }
        match newest {
            Some((id, custom_id)) => Seen { message: id.to_string(), custom_id },
            None => panic!("{} sees no button [{label}]\n\n{}", self.name, self.story.everything().await),
        }
    }

    /// Chooses the option whose label begins so, in the newest select that asks this.
    pub(crate) async fn choose_in(&self, question: &str, label: &str) -> Answer {
        let mut newest: Option<(u64, Value)> = None;
        for place in self.places().await {
            for message in self.story.control.messages(self.name, &place).await {
                let id: u64 = text(&message["id"]).parse().unwrap_or_default();
                let select = view::selects(&message).into_iter().find(|select| select.question == question);
                let option = select.as_ref().and_then(|select| {
                    select.options.iter().find(|(known, _, _)| known.starts_with(label)).map(|(_, value, _)| value)
                });
                if let (Some(select), Some(value)) = (&select, option)
                    && newest.as_ref().is_none_or(|(known, _)| id > *known)
                {
                    let body = json!({ "message": id.to_string(), "custom_id": select.custom_id, "values": [value] });
                    newest = Some((id, body));
                }
            }
        }
        match newest {
            Some((_, body)) => self.interact("select", &body).await,
            None => panic!("{} sees no {label} in {question}\n\n{}", self.name, self.story.everything().await),
        }
    }

    /// Types a slash command in #general.
    pub(crate) async fn slash(&self, command: &str, options: Value) -> Answer {
        self.slash_in("#general", command, options).await
    }

    /// Types a slash command in a place.
    pub(crate) async fn slash_in(&self, place: &str, command: &str, options: Value) -> Answer {
        let channel = self.story.place(self.name, place).await;
        let command = command.trim_start_matches('/');
        let options = self.choose(command, options).await;
        self.interact("slash", &json!({ "channel": channel, "command": command, "options": options })).await
    }

    /// Choices are picked by the name people see; what is sent is the value behind it.
    async fn choose(&self, command: &str, mut options: Value) -> Value {
        let commands = self.story.control.get(&format!("/commands?as={}", self.name)).await;
        let mut level = list(&commands["commands"]);
        for word in command.split(' ') {
            let found = level.into_iter().find(|one| one["name"] == word && one["type"].as_u64() != Some(3));
            level = found.map(|found| list(&found["options"])).unwrap_or_default();
        }
        for option in level {
            let name = text(&option["name"]);
            let choice = list(&option["choices"]).into_iter().find(|choice| choice["name"] == options[&name]);
            if let Some(choice) = choice {
                options[&name] = choice["value"].clone();
            }
        }
        options
    }

    /// What is suggested while the person types into an option: shown text and value.
    pub(crate) async fn suggestions(&self, command: &str, focused: &str, typed: &str) -> String {
        let channel = self.story.place(self.name, "#general").await;
        let command = command.trim_start_matches('/');
        let body = json!({ "channel": channel, "command": command, "options": { focused: typed }, "focused": focused });
        let found = self.story.control.post(&format!("/people/{}/autocomplete", self.name), &body).await;
        let lines = list(&found["choices"]);
        let lines: Vec<String> =
            lines.iter().map(|choice| format!("{} -> {}", text(&choice["name"]), text(&choice["value"]))).collect();
        lines.join("\n")
    }

    /// Chooses an entry in the menu of a message.
    pub(crate) async fn menu(&self, entry: &str, place: &str, message: &str) -> Answer {
        let channel = self.story.place(self.name, place).await;
        self.interact("menu", &json!({ "channel": channel, "name": entry, "message": message })).await
    }

    /// Fills in the form that was opened last, top to bottom; `None` leaves a field as it is.
    pub(crate) async fn fills(&self, texts: &[Option<&str>]) -> Answer {
        let form = self.story.forms.borrow_mut().remove(self.name);
        let form = form.unwrap_or_else(|| panic!("no form is open before {}", self.name));
        let fields: Map<String, Value> = view::inputs(&form)
            .iter()
            .zip(texts)
            .filter_map(|(input, text)| Some((view::text(&input["custom_id"]), json!((*text)?))))
            .collect();
        self.interact("submit", &json!({ "modal": form["id"], "fields": fields })).await
    }

    /// Writes a message and waits until the bot has read it, if it reads there. Answers the message's id.
    pub(crate) async fn says(&self, place: &str, content: &str) -> String {
        let channel = self.story.place(self.name, place).await;
        let body = json!({ "channel": channel, "content": content });
        let said = self.story.control.post(&format!("/people/{}/messages", self.name), &body).await;
        let message = text(&said["message"]["id"]);
        self.story.heard(place, &channel, &message).await;
        message
    }

    /// Deletes a message of their own.
    pub(crate) async fn deletes(&self, place: &str, message: &str) {
        let channel = self.story.place(self.name, place).await;
        let path = format!("/people/{}/messages/{message}/delete", self.name);
        self.story.control.post(&path, &json!({ "channel": channel })).await;
    }

    /// Whether the person takes direct messages.
    pub(crate) async fn closes_direct_messages(&self) {
        self.story.control.post(&format!("/people/{}/dms", self.name), &json!({ "closed": true })).await;
    }

    pub(super) async fn interact(&self, how: &str, body: &Value) -> Answer {
        let answer = self.story.control.interact(&format!("/people/{}/{how}", self.name), body).await;
        if !self.story.held.get() {
            self.story.settled().await;
        }
        let view_names = self.story.names().await;
        let view = view::View { names: &view_names, now: self.story.now() };
        let failed = answer["state"] == "failed";
        let text = if failed {
            format!("(failed) {}", text(&answer["error"]))
        } else if answer["modal"].is_object() {
            self.story.forms.borrow_mut().insert(self.name, answer["modal"].clone());
            view.form(&answer["modal"])
        } else if answer["message"].is_object() {
            view.message(&answer["message"])
        } else {
            format!("(no words: {})", answer["kind"].as_str().unwrap_or("nothing"))
        };
        Answer { failed: failed || text.contains("That did not work"), text }
    }
}

impl Story {
    pub(crate) fn budi(&self) -> Person<'_> {
        self.person("budi")
    }

    pub(crate) fn rina(&self) -> Person<'_> {
        self.person("rina")
    }

    /// Somebody of support: a member, no responder.
    pub(crate) fn sari(&self) -> Person<'_> {
        self.person("sari")
    }

    pub(crate) fn agus(&self) -> Person<'_> {
        self.person("agus")
    }

    pub(crate) fn dewi(&self) -> Person<'_> {
        self.person("dewi")
    }

    pub(crate) fn person(&self, name: &'static str) -> Person<'_> {
        Person { story: self, name }
    }

    /// A bot of the server calls Discord's API; answers what came back.
    pub(crate) async fn bot_calls(&self, bot: &str, method: &str, path: &str, body: &Value) -> Value {
        let account = self.sandbox.bot(bot).unwrap_or_else(|| panic!("the sample server has no bot {bot}"));
        let url = format!("{}/v10{path}", self.sandbox.api_url());
        let request = self.control.http.request(method.parse().unwrap(), url);
        let request = request.header("Authorization", format!("Bot {}", account.token));
        let request = if body.is_null() { request } else { request.json(body) };
        let response = request.send().await.unwrap();
        let (status, answer) = (response.status(), response.text().await.unwrap());
        assert!(status.is_success(), "{method} {path}: {answer}");
        serde_json::from_str(&answer).unwrap_or(Value::Null)
    }

    /// The id of a role.
    pub(crate) async fn role_id(&self, name: &str) -> String {
        let roles =
            self.bot_calls("author", "GET", &format!("/guilds/{}/roles", self.sandbox.guild_id()), &Value::Null).await;
        let found = list(&roles).into_iter().find(|role| role["name"] == name);
        found.map(|role| text(&role["id"])).unwrap_or_else(|| panic!("there is no role {name}"))
    }

    /// Another bot of the server writes; answers the message's id.
    pub(crate) async fn machine_posts(&self, bot: &str, place: &str, body: &Value) -> String {
        let account = self.sandbox.bot(bot).unwrap_or_else(|| panic!("the sample server has no bot {bot}"));
        let channel = self.place("dewi", place).await;
        let url = format!("{}/v10/channels/{channel}/messages", self.sandbox.api_url());
        let request = self.control.http.post(url).header("Authorization", format!("Bot {}", account.token)).json(body);
        let response = request.send().await.unwrap();
        assert!(response.status().is_success(), "{bot} may not post: {}", response.text().await.unwrap());
        let message = text(&response.json::<Value>().await.unwrap()["id"]);
        self.heard(place, &channel, &message).await;
        message
    }

    /// Waits until the bot has read a line, if it reads the place, and until all that follows is outside.
    async fn heard(&self, place: &str, channel: &str, message: &str) {
        let (channel, message): (u64, u64) = (channel.parse().unwrap(), message.parse().unwrap());
        if self.bot.is_some() && self.listens(channel, place.trim_start_matches('#')) {
            self.read_up_to(ChatChannelId(channel), ChatMessageId(message)).await;
            self.settled().await;
        }
    }
}
