//! Purpose: the sandbox as a process, and its control API: what the bot called, whom it rang, and hands that press.

use std::fmt::Write as _;
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::Child;
use tokio::time::sleep;

use crate::bot::release;
use crate::process::Spawn;

/// No call for so long means that nothing more comes.
const QUIET: Duration = Duration::from_millis(2_000);

pub(crate) struct Sandbox {
    pub(crate) child: Child,
    pub(crate) base: String,
    pub(crate) http: reqwest::Client,
    line: Value,
}

impl Sandbox {
    /// Starts one; with its documented limits, or with limits that are never reached.
    pub(crate) async fn start(folder: &Path, unlimited: bool) -> Self {
        let mut arguments = ["sandbox", "--listen", "127.0.0.1:0", "--output", "json"].map(str::to_owned).to_vec();
        if unlimited {
            let file = folder.join("limits.toml");
            std::fs::write(&file, lifted()).unwrap();
            arguments.extend(["--limits".to_owned(), file.display().to_string()]);
        }
        let spawn = Spawn { program: release(), arguments, settings: Vec::new() };
        let mut child = spawn.start(Stdio::piped(), Stdio::null());
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let line: Value = serde_json::from_str(&lines.next_line().await.unwrap().unwrap()).unwrap();
        let base = line["control"].as_str().unwrap().trim_end_matches("/control").to_owned();
        Self { child, base, http: reqwest::Client::builder().no_proxy().build().unwrap(), line }
    }

    pub(crate) fn token(&self, bot: &str) -> String {
        let found = self.line["bots"].as_array().unwrap().iter().find(|one| one["name"] == bot).unwrap();
        found["token"].as_str().unwrap().to_owned()
    }

    async fn get(&self, path: &str) -> Value {
        let answer = self.http.get(format!("{}/control{path}", self.base)).send().await.unwrap();
        answer.json().await.unwrap()
    }

    async fn post(&self, path: &str, body: &Value) -> Value {
        let answer = self.http.post(format!("{}/control{path}", self.base)).json(body).send().await.unwrap();
        let status = answer.status();
        let answer: Value = answer.json().await.unwrap();
        assert!(status.is_success(), "the sandbox refused {path}: {answer}");
        answer
    }

    /// Everything the bot has called, in the order of arrival.
    pub(crate) async fn calls(&self) -> Vec<Value> {
        let mut calls = self.get("/calls").await["calls"].take().as_array().cloned().unwrap_or_default();
        calls.retain(|call| call["bot"] == "siaga");
        calls.sort_by_key(|call| call["arrived_us"].as_u64());
        calls
    }

    /// Waits until the bot makes no more calls.
    pub(crate) async fn quiet(&self) {
        let (mut count, mut since) = (usize::MAX, Instant::now());
        while since.elapsed() < QUIET {
            let now = self.calls().await.len();
            if now != count {
                (count, since) = (now, Instant::now());
            }
            sleep(Duration::from_millis(100)).await;
        }
    }

    /// Everybody's mentions that made a sound.
    async fn mentions(&self) -> Vec<(String, u64)> {
        let mut found = Vec::new();
        for person in ["agus", "rina", "dewi", "budi"] {
            let rung = self.get(&format!("/people/{person}/notifications")).await;
            for notice in rung["notifications"].as_array().into_iter().flatten() {
                if notice["kind"] == "mention" && notice["silent"] == false {
                    found.push((person.to_owned(), notice["at"].as_u64().unwrap_or(0)));
                }
            }
        }
        found
    }

    /// When the first mention rang at or after this moment, in milliseconds.
    pub(crate) async fn first_mention_after(&self, ms: u64) -> u64 {
        self.mentions().await.into_iter().map(|(_, at)| at).filter(|at| *at >= ms).min().expect("a page rings")
    }

    /// Who was paged.
    pub(crate) async fn paged(&self) -> String {
        self.mentions().await.into_iter().next().expect("somebody was paged").0
    }

    /// Presses a button in the incidents channel and waits for the answer.
    pub(crate) async fn press(&self, person: &str, custom_id: &str) -> Value {
        let messages = self.get(&format!("/channels/incidents/messages?as={person}")).await;
        let messages = messages["messages"].as_array().unwrap();
        let message = messages.iter().find(|message| message["components"].to_string().contains(custom_id)).unwrap();
        let pressed = json!({ "message": message["id"], "custom_id": custom_id });
        self.answer(self.post(&format!("/people/{person}/press"), &pressed).await).await
    }

    /// Fills the first field of a form and waits for the answer.
    pub(crate) async fn fill(&self, person: &str, form: &Value, text: &str) {
        let modal = &form["modal"];
        let field = modal["components"][0]["components"][0]["custom_id"].as_str().unwrap();
        let filled = json!({ "modal": modal["id"], "fields": { field: text } });
        self.answer(self.post(&format!("/people/{person}/submit"), &filled).await).await;
    }

    /// Types a command and waits for the answer.
    pub(crate) async fn slash(&self, person: &str, command: &str, options: Value) -> Value {
        let typed = json!({ "channel": "sre-ops", "command": command, "options": options });
        self.answer(self.post(&format!("/people/{person}/slash"), &typed).await).await
    }

    /// What rang at this person's phone after the one with this number, with the number of the last.
    pub(crate) async fn rang(&self, person: &str, after: &mut u64) -> Vec<Value> {
        let path = format!("/people/{person}/notifications?after={after}");
        let found = self.get(&path).await["notifications"].take().as_array().cloned().unwrap_or_default();
        *after = found.iter().filter_map(|one| one["seq"].as_u64()).max().unwrap_or(*after);
        found
    }

    /// The calls of the bot after the one with this number, with the number of the last.
    pub(crate) async fn calls_after(&self, after: &mut u64) -> Vec<Value> {
        let found = self.get(&format!("/calls?after={after}")).await["calls"].take();
        let mut found = found.as_array().cloned().unwrap_or_default();
        *after = found.iter().filter_map(|one| one["seq"].as_u64()).max().unwrap_or(*after);
        found.retain(|call| call["bot"] == "siaga");
        found
    }

    /// The card with this word in it, by number.
    pub(crate) async fn card_of(&self, word: &str) -> String {
        let found = self.get("/channels/incidents/messages?as=agus&limit=50").await;
        let messages = found["messages"].as_array().cloned().unwrap_or_default();
        let card = messages.iter().find(|message| message["embeds"].to_string().contains(word));
        card.and_then(|card| card["id"].as_str()).expect("a card").to_owned()
    }

    /// What the message behind a notification says; on a phone it is cut.
    pub(crate) async fn text_of(&self, person: &str, notice: &Value) -> String {
        let channel = notice["channel"].as_str().map_or_else(|| notice["channel"].to_string(), str::to_owned);
        let found = self.get(&format!("/channels/{channel}/messages?as={person}&limit=200")).await;
        let messages = found["messages"].as_array().cloned().unwrap_or_default();
        let message = messages.iter().find(|message| message["id"] == notice["message"]);
        let text = message.unwrap_or(notice);
        text["content"].as_str().or(notice["text"].as_str()).unwrap_or_default().to_owned()
    }

    /// The newest message of a channel.
    pub(crate) async fn newest(&self, channel: &str) -> u64 {
        let found = self.get(&format!("/channels/{channel}/messages?as=agus&limit=1")).await;
        found["messages"][0]["id"].as_str().and_then(|id| id.parse().ok()).unwrap_or_default()
    }

    /// The messages of a channel after this one, oldest first, with the last of them.
    pub(crate) async fn messages_after(&self, channel: &str, after: &mut u64) -> Vec<Value> {
        let path = format!("/channels/{channel}/messages?as=agus&limit=200&after={after}");
        let found = self.get(&path).await["messages"].take().as_array().cloned().unwrap_or_default();
        let last = found.iter().filter_map(|one| one["id"].as_str()?.parse().ok()).max();
        *after = last.unwrap_or(*after);
        found
    }

    async fn answer(&self, interaction: Value) -> Value {
        let id = interaction["interaction"].as_str().unwrap();
        let answer = self.get(&format!("/interactions/{id}?wait_ms=4000")).await;
        assert_eq!(answer["state"], "answered");
        answer
    }
}

/// A limits file in which no rate is ever reached.
fn lifted() -> String {
    let never = "{ calls = 4000000000, per = \"1s\" }";
    let mut text = format!("global = {never}\nother = {never}\nrename = {never}\nold_edit = {never}\n");
    for bucket in sandbox::Limits::default().buckets {
        let (method, route) = (bucket.method, bucket.route);
        let bucket =
            format!("\n[[bucket]]\nmethod = \"{method}\"\nroute = \"{route}\"\ncalls = 4000000000\nper = \"1s\"");
        writeln!(text, "{bucket}").unwrap();
    }
    text
}
