//! Purpose: a sandbox with people in it, and the bot connected to it.

use std::sync::Arc;
use std::time::Duration;

use discord::deliver::DiscordDelivery;
use discord::directory_load::{self, Loaded, SharedDirectory};
use discord::gateway::{self, GatewayError};
use discord::rest::{Base, Client, Settings};
use engine::{Clock, Engine, Running, StopBudget};
use sandbox::{Guild, Sandbox};
use secrecy::SecretString;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

pub(crate) const CONFIG: &str = r##"
version = 1
language = "en"
timezone = "Asia/Jakarta"

[discord]
server = "Toko Kita"
incidents = "#incidents"
status = "#incident-status"
operators = "#sre-ops"
category = "Incidents"
access = { responder = "@sre", admin = "@sre-lead" }

[[integrations]]
name = "support-chat"
kind = "chat"
channels = ["#support"]
match = '(?i)(?P<service>checkout|login).*(down|error)'
title = "Users report {service} trouble"
severity = "SEV-3"

[[integrations]]
name = "cart-chat"
kind = "chat"
channels = ["#support"]
match = '(?i)(?P<service>cart).*broken'
severity = "SEV-3"
candidate = true

[[integrations]]
name = "order-chat"
kind = "chat"
channels = ["#support"]
match = '(?i)(?P<service>orders).*late'
severity = "SEV-4"

[people]
budi = { discord = "budi" }
rina = { discord = "rina", language = "en" }

[[schedules]]
name = "payments"
people = ["rina"]
handoff = "Monday 09:00"

[[escalations]]
name = "payments"
steps = [{ page = "on-call:payments", wait = "5m" }, { page = "budi", wait = "5m" }]

[[services]]
name = "checkout"
match = ['service="checkout"']
owner = "Payments"
escalation = "payments"

[severities]
SEV-1 = { means = "Most cannot pay", room = "channel", page = true, update_every = "30m" }
SEV-3 = { means = "Degraded", room = "thread", page = true }
SEV-4 = { means = "No customer impact", room = "line", page = false }

[routing]
group_by = ["service"]
escalation = "payments"
rules = [{ match = [], severity = "SEV-3" }]
"##;

const RUNBOOK: &str =
    "+++\ntitle = \"Checkout errors\"\nmatch = ['service=\"checkout\"']\n+++\n\n1. Check payment-gateway\n";

/// Everything that runs.
pub(crate) struct World {
    pub(crate) sandbox: Sandbox,
    pub(crate) engine: Engine,
    pub(crate) directory: SharedDirectory,
    pub(crate) rest: Client,
    http: reqwest::Client,
    running: Running,
    _folder: TempDir,
}

/// A connected gateway.
pub(crate) struct Connected {
    shutdown: CancellationToken,
    run: JoinHandle<Result<(), GatewayError>>,
}

impl Connected {
    pub(crate) async fn stop(self) {
        self.shutdown.cancel();
        self.run.await.unwrap().unwrap();
    }
}

impl World {
    pub(crate) async fn start() -> Self {
        Self::with(Guild::default()).await
    }

    pub(crate) async fn with(mut guild: Guild) -> Self {
        // Everybody reads English here; other languages have stories of their own.
        guild.people.iter_mut().for_each(|person| "en-US".clone_into(&mut person.locale));
        let sandbox = sandbox::start(sandbox::Options { guild, ..sandbox::Options::default() }).await.unwrap();
        let token = sandbox.bot("siaga").unwrap().token;
        let rest = Client::new(Settings::new(SecretString::from(token), Base::Sandbox(sandbox.base_url()))).unwrap();
        let setup = config::from_text("siaga.toml", CONFIG, &[("checkout.md", RUNBOOK)]);
        let setup = setup.unwrap_or_else(|problems| panic!("{problems:?}")).setup;
        let loaded: Loaded = directory_load::load(&rest, &setup, &[]).await.unwrap();
        let directory = SharedDirectory::new(&loaded);
        let folder = tempfile::tempdir().unwrap();
        let store = store::Store::open(&folder.path().join("siaga.db")).await.unwrap();
        let options = engine::Options {
            clock: Clock::system(),
            installation: "testin".into(),
            edit_pause: Duration::from_millis(1),
            patience: engine::Patience::default(),
        };
        let (client, known) = (rest.clone(), directory.clone());
        let deliver = |engine, installation| Arc::new(DiscordDelivery::new(client, known, engine, installation));
        let (engine, running) = engine::start(store, setup, options, deliver).await.unwrap();
        Self { sandbox, engine, directory, rest, http: reqwest::Client::new(), running, _folder: folder }
    }

    pub(crate) fn settings(&self) -> gateway::Settings {
        let token = SecretString::from(self.sandbox.bot("siaga").unwrap().token);
        gateway::Settings::new(token, Base::Sandbox(self.sandbox.base_url()), self.rest.clone(), commands::all())
    }

    /// Registers the commands and connects.
    pub(crate) async fn connect(&self) -> Connected {
        gateway::register(&self.rest, &self.directory, &commands::all()).await.unwrap();
        let settings = self.settings();
        let mut connected: watch::Receiver<bool> = settings.connected.subscribe();
        let shutdown = CancellationToken::new();
        let run = gateway::run(settings, self.engine.clone(), self.directory.clone(), shutdown.clone());
        let run = tokio::spawn(run);
        tokio::time::timeout(Duration::from_secs(20), connected.wait_for(|connected| *connected))
            .await
            .unwrap()
            .unwrap();
        Connected { shutdown, run }
    }

    pub(crate) async fn end(self) {
        self.running.stop(std::future::ready(()), StopBudget::from_now()).await;
        self.sandbox.shutdown().await;
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Value {
        let url = format!("{}/control/{path}", self.sandbox.base_url());
        let response = self.http.post(url).json(&body).send().await.unwrap();
        let status = response.status();
        let answer: Value = response.json().await.unwrap();
        assert!(status.is_success(), "{path} {body}: {answer}");
        answer
    }

    pub(crate) async fn get(&self, path: &str) -> Value {
        let url = format!("{}/control/{path}", self.sandbox.base_url());
        self.http.get(url).send().await.unwrap().json().await.unwrap()
    }

    pub(crate) fn person(&self, name: &str) -> String {
        self.sandbox.people().into_iter().find(|person| person.username == name).unwrap().id.to_string()
    }

    pub(crate) fn channel(&self, name: &str) -> String {
        self.sandbox.channel(name).unwrap().to_string()
    }

    /// The answer to an interaction, once it is final.
    pub(crate) async fn answer(&self, started: &Value) -> Value {
        let id = started["interaction"].as_str().unwrap();
        let answer = self.get(&format!("interactions/{id}?wait_ms=5000")).await;
        assert_eq!(answer["state"], "answered", "{answer}");
        answer
    }

    /// A slash command in #general.
    pub(crate) async fn slash(&self, person: &str, command: &str, options: Value) -> Value {
        self.slash_in(person, &self.channel("general"), command, options).await
    }

    pub(crate) async fn slash_in(&self, person: &str, channel: &str, command: &str, options: Value) -> Value {
        let body = json!({ "channel": channel, "command": command, "options": options });
        let started = self.post(&format!("people/{}/slash", self.person(person)), body).await;
        self.answer(&started).await
    }

    /// Presses the button whose `custom_id` starts like this under a message.
    pub(crate) async fn press(&self, person: &str, message: &Value, prefix: &str) -> Value {
        let buttons =
            message["components"].as_array().unwrap().iter().flat_map(|row| row["components"].as_array().unwrap());
        let ids: Vec<&str> = buttons.map(|button| button["custom_id"].as_str().unwrap()).collect();
        let id = ids.iter().find(|id| id.starts_with(prefix)).unwrap_or_else(|| panic!("no {prefix} in {ids:?}"));
        let body = json!({ "message": message["id"], "custom_id": id });
        let started = self.post(&format!("people/{}/press", self.person(person)), body).await;
        self.answer(&started).await
    }

    pub(crate) async fn submit(&self, person: &str, answer: &Value, fields: Value) -> Value {
        let body = json!({ "modal": answer["modal"]["id"], "fields": fields });
        let started = self.post(&format!("people/{}/submit", self.person(person)), body).await;
        self.answer(&started).await
    }

    /// Messages of a channel, newest last.
    pub(crate) async fn messages(&self, channel: &str, person: &str) -> Vec<Value> {
        let path = format!("channels/{}/messages?as={}", self.channel(channel), self.person(person));
        self.get(&path).await["messages"].as_array().unwrap().clone()
    }

    /// Waits for something that follows by itself.
    pub(crate) async fn until(&self, what: &str, holds: impl Fn() -> bool) {
        let mut look = tokio::time::interval(Duration::from_millis(10));
        let found = async {
            while !holds() {
                look.tick().await;
            }
        };
        tokio::time::timeout(Duration::from_secs(10), found).await.unwrap_or_else(|_| panic!("never: {what}"));
    }
}

/// What an answer says.
pub(crate) fn text(answer: &Value) -> &str {
    answer["message"]["content"].as_str().unwrap_or_else(|| panic!("no text in {answer}"))
}
