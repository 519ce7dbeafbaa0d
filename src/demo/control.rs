//! Purpose: the sandbox's control API as the demo uses it: act as a person, read what a person sees.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context, bail};
use reqwest::Client;
use serde_json::{Value, json};

use super::people::components;

/// Milliseconds to wait for an answer to a click: Discord's three seconds and a little.
const ANSWER_MS: u64 = 4_000;

/// The control API of one sandbox.
#[derive(Clone)]
pub(super) struct Control {
    http: Client,
    base: String,
    /// Who began which interaction, in order; whether it sent a form.
    begun: Arc<Mutex<Vec<(String, String, bool)>>>,
}

/// What people saw, counted in the sandbox.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Seen {
    /// Threads on cards, and created channels.
    pub(super) rooms: usize,
    /// Mentions that rang a phone.
    pub(super) pages: usize,
    /// Cards, or pages, that are there twice.
    pub(super) duplicates: usize,
}

impl Control {
    pub(super) fn new(base: &str) -> anyhow::Result<Self> {
        Ok(Self { http: Client::builder().no_proxy().build()?, base: format!("{base}/control"), begun: Arc::default() })
    }

    pub(super) async fn get(&self, path: &str) -> anyhow::Result<Value> {
        answer(self.http.get(format!("{}{path}", self.base)).send().await, path).await
    }

    async fn post(&self, path: &str, body: &Value) -> anyhow::Result<Value> {
        answer(self.http.post(format!("{}{path}", self.base)).json(body).send().await, path).await
    }

    /// A person presses a button; what the bot answered.
    pub(super) async fn press(&self, person: &str, message: &str, custom_id: &str) -> anyhow::Result<Value> {
        let body = json!({ "message": message, "custom_id": custom_id });
        self.interact(person, "press", &body).await
    }

    /// A person writes a message.
    pub(super) async fn say(&self, person: &str, channel: &str, content: &str) -> anyhow::Result<Value> {
        self.post(&format!("/people/{person}/messages"), &json!({ "channel": channel, "content": content })).await
    }

    /// A person does something that the bot answers; what it answered.
    pub(super) async fn interact(&self, person: &str, how: &str, body: &Value) -> anyhow::Result<Value> {
        let begun = self.post(&format!("/people/{person}/{how}"), body).await?;
        let id = begun["interaction"].as_str().context("the sandbox named no interaction")?;
        self.begun.lock().unwrap_or_else(PoisonError::into_inner).push((
            person.to_owned(),
            id.to_owned(),
            how == "submit",
        ));
        self.get(&format!("/interactions/{id}?wait_ms={ANSWER_MS}")).await
    }

    /// Ids of the interactions a person began here, and which of them sent a form.
    pub(super) fn interactions_of(&self, person: &str) -> BTreeMap<String, bool> {
        let begun = self.begun.lock().unwrap_or_else(PoisonError::into_inner);
        begun.iter().filter(|(by, ..)| by == person).map(|(_, id, form)| (id.clone(), *form)).collect()
    }

    /// Ids of people by user name.
    pub(super) async fn people(&self) -> anyhow::Result<BTreeMap<String, String>> {
        let world = self.get("/world").await?;
        let people = world["people"].as_array().cloned().unwrap_or_default();
        Ok(people.iter().filter_map(|p| Some((text(&p["username"])?, text(&p["id"])?))).collect())
    }

    /// Every channel and thread a person sees, direct messages too: id and name, in the order of the page.
    pub(super) async fn places(&self, person: &str) -> anyhow::Result<Vec<(String, String)>> {
        let world = self.get("/world").await?;
        let own = self.get(&format!("/people/{person}/channels")).await?;
        let mut names = BTreeMap::new();
        for list in ["channels", "threads"] {
            for place in world[list].as_array().into_iter().flatten() {
                if let (Some(id), Some(name)) = (text(&place["id"]), text(&place["name"])) {
                    let mark = if list == "threads" { "thread " } else { "#" };
                    names.insert(id, format!("{mark}{name}"));
                }
            }
        }
        let mut places = Vec::new();
        for list in ["channels", "threads"] {
            for id in own[list].as_array().into_iter().flatten().filter_map(Value::as_str) {
                let name = names.get(id).cloned().unwrap_or_else(|| id.to_owned());
                places.push((id.to_owned(), name));
            }
        }
        for dm in own["dms"].as_array().into_iter().flatten() {
            if let Some(id) = text(&dm["id"]) {
                places.push((id, "direct message".to_owned()));
            }
        }
        Ok(places)
    }

    /// Messages of a place as a person sees them, oldest first.
    pub(super) async fn messages(&self, person: &str, place: &str) -> anyhow::Result<Vec<Value>> {
        let found = self.get(&format!("/channels/{place}/messages?as={person}&limit=100")).await?;
        Ok(found["messages"].as_array().cloned().unwrap_or_default())
    }

    /// Counts rooms, pages and whatever is there twice.
    pub(super) async fn seen(&self, you: &str) -> anyhow::Result<Seen> {
        let mut seen = Seen::default();
        let world = self.get("/world").await?;
        seen.rooms = world["threads"].as_array().map_or(0, Vec::len);
        let mut cards: BTreeMap<String, usize> = BTreeMap::new();
        for (place, name) in self.places(you).await? {
            if name == "#incidents" {
                for message in self.messages(you, &place).await? {
                    let ids = components(&message);
                    let mut ids = ids.iter().filter_map(|component| component["custom_id"].as_str());
                    if let Some(card) = ids.find(|id| id.ends_with(":card")).and_then(|id| id.split(':').nth(2)) {
                        *cards.entry(card.to_owned()).or_default() += 1;
                    }
                }
            }
            if name.starts_with("#inc-") {
                seen.rooms += 1;
            }
        }
        seen.duplicates += cards.values().map(|count| count - 1).sum::<usize>();
        for person in self.people().await?.values() {
            let rung = self.get(&format!("/people/{person}/notifications")).await?;
            let mut pages: BTreeMap<String, usize> = BTreeMap::new();
            for notice in rung["notifications"].as_array().into_iter().flatten() {
                if notice["silent"] == json!(false) && notice["kind"] == json!("mention") {
                    seen.pages += 1;
                    let key = format!("{} {}", notice["channel"], notice["text"]);
                    *pages.entry(key).or_default() += 1;
                }
            }
            seen.duplicates += pages.values().map(|count| count - 1).sum::<usize>();
        }
        Ok(seen)
    }
}

fn text(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned)
}

async fn answer(sent: reqwest::Result<reqwest::Response>, path: &str) -> anyhow::Result<Value> {
    let response = sent.with_context(|| format!("the sandbox does not answer {path}"))?;
    let status = response.status();
    let body: Value = response.json().await.unwrap_or(Value::Null);
    if !status.is_success() {
        bail!("the sandbox refused {path}: {}", body["error"].as_str().unwrap_or(status.as_str()));
    }
    Ok(body)
}
