//! Purpose: what an incident costs the person who answers it, counted in the sandbox's own records.

use anyhow::Context as _;
use serde_json::{Value, json};

use super::control::Control;

/// Where Discord's ids begin to count.
const DISCORD_EPOCH_MS: u64 = 1_420_070_400_000;
/// Types of messages that say something: plain ones and answers to interactions.
const SAYS_SOMETHING: [u64; 3] = [0, 19, 20];
const BOT: &str = "siaga";

/// Somebody who answers, from the page on.
#[derive(Clone, Debug)]
pub(super) struct Responder {
    pub(super) id: String,
    pub(super) name: String,
    /// When the phone rang, in milliseconds of Discord's clock.
    pub(super) paged_ms: u64,
}

/// What it took from the page to the end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Figures {
    pub(super) who: String,
    /// Messages in the incident's room and to this person alone.
    pub(super) read: usize,
    /// Buttons, choices and commands.
    pub(super) acts: usize,
    /// Forms filled in and sent.
    pub(super) forms: usize,
    /// Requests of the bot to Discord, answers to interactions included.
    pub(super) calls: usize,
}

impl Figures {
    pub(super) fn sentence(&self) -> String {
        format!(
            "From the page to the end: {} messages for {} to read, {} clicks and typed commands ({} forms sent), {} Discord REST calls.",
            self.read, self.who, self.acts, self.forms, self.calls
        )
    }
}

impl Control {
    /// The first person whose phone rang for a page.
    pub(super) async fn first_paged(&self) -> anyhow::Result<Option<Responder>> {
        let rung = self.rung().await?;
        Ok(rung.into_iter().min_by_key(|one| one.paged_ms))
    }

    /// The last person whose phone rang for a page.
    pub(super) async fn last_paged(&self) -> anyhow::Result<Option<Responder>> {
        let rung = self.rung().await?;
        Ok(rung.into_iter().max_by_key(|one| one.paged_ms))
    }

    /// Everybody whose phone a page rang, once for each time.
    async fn rung(&self) -> anyhow::Result<Vec<Responder>> {
        let mut rung = Vec::new();
        for (username, id) in self.people().await? {
            let name = super::narrator::capitalized(&username);
            let found = self.get(&format!("/people/{id}/notifications")).await?;
            for notice in found["notifications"].as_array().into_iter().flatten() {
                if notice["silent"] == json!(false)
                    && (notice["kind"] == json!("mention") || notice["kind"] == json!("dm"))
                {
                    let paged_ms = notice["at"].as_u64().unwrap_or_default();
                    rung.push(Responder { id: id.clone(), name: name.clone(), paged_ms });
                }
            }
        }
        Ok(rung)
    }

    /// Discord's clock, in milliseconds.
    pub(super) async fn now_ms(&self) -> anyhow::Result<u64> {
        self.get("/clock").await?["now"].as_u64().context("the sandbox tells no time")
    }

    /// Counts what happened from the page until `end_ms`.
    pub(super) async fn figures(&self, who: &Responder, end_ms: u64) -> anyhow::Result<Figures> {
        let during = |at: u64| (who.paged_ms..=end_ms).contains(&at);
        let calls = self.get("/calls").await?;
        let calls: Vec<&Value> = calls["calls"]
            .as_array()
            .into_iter()
            .flatten()
            .filter(|call| call["bot"] == json!(BOT) && call["at"].as_u64().is_some_and(during))
            .collect();
        let mine = self.interactions_of(&who.id);
        // Each act counts by the bot's answer to it: what was not answered did not happen.
        let answered = |call: &&Value| {
            let path = call["path"].as_str()?.strip_suffix("/callback")?;
            mine.get(path.split('/').skip_while(|part| *part != "interactions").nth(1)?).copied()
        };
        let (forms, acts): (Vec<bool>, Vec<bool>) = calls.iter().filter_map(answered).partition(|form| *form);
        let mut read = 0;
        for (place, name) in self.places(&who.id).await? {
            // The thread of an incident that has a channel is for those who follow.
            let works_here = name.starts_with("#inc-") || name == "direct message" || self.is_room(&name).await?;
            for message in self.messages(&who.id, &place).await? {
                let id: u64 = message["id"].as_str().and_then(|id| id.parse().ok()).unwrap_or_default();
                let private = !message["ephemeral_for"].is_null();
                let says = message["type"].as_u64().is_some_and(|kind| SAYS_SOMETHING.contains(&kind));
                let by_bot = message["author"]["username"] == json!(BOT);
                if says && by_bot && (works_here || private) && during((id >> 22) + DISCORD_EPOCH_MS) {
                    read += 1;
                }
            }
        }
        Ok(Figures { who: who.name.clone(), read, acts: acts.len(), forms: forms.len(), calls: calls.len() })
    }

    /// Whether a thread is the place of work: its incident has no channel.
    async fn is_room(&self, name: &str) -> anyhow::Result<bool> {
        let Some(number) = name.strip_prefix("thread INC-").and_then(|rest| rest.split(' ').next()) else {
            return Ok(false);
        };
        let channel = format!("inc-{number}-");
        let world = self.get("/world").await?;
        let channels = world["channels"].as_array().into_iter().flatten();
        Ok(!channels.into_iter().any(|one| one["name"].as_str().is_some_and(|name| name.starts_with(&channel))))
    }
}
