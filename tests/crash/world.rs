//! Purpose: one sandbox and one bot; alerts, clicks and faults go in, and what people see in Discord comes out, counted.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::time::{Instant, sleep};

use crate::processes::{BotProcess, BotSettings, KEY, SandboxProcess, free_port};

/// How long the world may take to be right.
const PATIENCE: Duration = Duration::from_secs(60);
/// Between two looks at the world: a look is a dozen calls, and the sandbox allows 50 in a second.
const LOOK: Duration = Duration::from_millis(400);
/// No call of the bot for so long means that nothing more comes.
const QUIET: Duration = Duration::from_millis(1_500);
/// People who can be paged.
const PEOPLE: [&str; 2] = ["budi", "rina"];

/// What there is, each with how often: `INC-1 card`, `INC-1 rings budi by dm`.
pub(crate) type Tally = BTreeMap<String, usize>;

/// What should be there, each once.
pub(crate) fn once<const N: usize>(names: [&str; N]) -> Tally {
    names.into_iter().map(|name| (name.to_owned(), 1)).collect()
}

/// What a thread incident shows when it opened and paged Budi.
pub(crate) fn opened() -> Tally {
    once([
        "INC-1 card",
        "INC-1 thread",
        "INC-1 why",
        "INC-1 page in the room",
        "INC-1 rings budi by mention",
        "INC-1 page by dm to budi",
        "INC-1 rings budi by dm",
    ])
}

/// One test's world.
pub(crate) struct World {
    pub(crate) sandbox: SandboxProcess,
    pub(crate) http: reqwest::Client,
    pub(crate) settings: BotSettings,
    pub(crate) bot: Option<BotProcess>,
    _folder: TempDir,
}

/// Somebody who sends alerts.
#[derive(Clone)]
pub(crate) struct Sender {
    http: reqwest::Client,
    address: String,
}

impl Sender {
    /// Hands in an alert; `None` when there was no answer.
    pub(crate) async fn try_fire(&self, service: &str, severity: &str, name: &str) -> Option<u16> {
        let body = json!({
            "version": "4", "groupKey": "{}", "truncatedAlerts": 0, "status": "firing", "receiver": "siaga",
            "groupLabels": {}, "commonLabels": {}, "commonAnnotations": {}, "externalURL": "http://alertmanager.example.com",
            "alerts": [{
                "status": "firing",
                "labels": { "alertname": name, "severity": severity, "service": service },
                "annotations": { "summary": format!("{name} of {service}") },
                "startsAt": "2026-08-14T09:00:00Z", "endsAt": "0001-01-01T00:00:00Z", "generatorURL": "",
                "fingerprint": format!("{service}-{name}"),
            }],
        });
        let sent = self.http.post(&self.address).bearer_auth(KEY).json(&body).send().await;
        sent.ok().map(|response| response.status().as_u16())
    }

    /// Hands in an alert until it is accepted, as Alertmanager does.
    pub(crate) async fn insist(&self, service: &str, severity: &str, name: &str) {
        let deadline = Instant::now() + PATIENCE;
        while self.try_fire(service, severity, name).await != Some(202) {
            assert!(Instant::now() < deadline, "{name} of {service} is not accepted");
            sleep(Duration::from_millis(20)).await;
        }
    }
}

impl World {
    /// A sandbox, and a bot that is connected to it.
    pub(crate) async fn start() -> Self {
        Self::start_with(None).await
    }

    /// The same with a configuration of the test's own.
    pub(crate) async fn start_with(config: Option<&str>) -> Self {
        let sandbox = SandboxProcess::start().await;
        let folder = tempfile::tempdir().unwrap();
        let settings = BotSettings {
            folder: folder.path().to_owned(),
            port: free_port(),
            token: sandbox.token("siaga").to_owned(),
            discord: sandbox.base.clone(),
        };
        let http = reqwest::Client::builder().no_proxy().timeout(Duration::from_secs(70)).build().unwrap();
        if let Some(config) = config {
            std::fs::write(settings.own_config(), config).unwrap();
        }
        let mut world = Self { sandbox, http, settings, bot: None, _folder: folder };
        world.restart().await;
        world
    }

    /// Starts the bot and waits until clicks reach it.
    pub(crate) async fn restart(&mut self) {
        self.spawn();
        let http = self.http.clone();
        self.bot_mut().connected(&http).await;
    }

    /// Starts the bot and waits for nothing.
    pub(crate) fn spawn(&mut self) {
        assert!(self.bot.is_none(), "the bot already runs");
        self.bot = Some(self.settings.spawn());
    }

    /// Waits until the bot accepts alerts.
    pub(crate) async fn accepting(&mut self) {
        let http = self.http.clone();
        self.bot_mut().accepting(&http).await;
    }

    /// SIGKILL.
    pub(crate) async fn kill(&mut self) {
        self.bot.take().unwrap().kill().await;
        // Whenever it dies, nothing it has made is open to others.
        for file in ["siaga.db", "siaga.db-wal", "siaga.db-shm", "siaga.lock"] {
            let about = std::fs::metadata(self.settings.folder.join(file));
            let mode = about.map_or(0, |about| std::os::unix::fs::PermissionsExt::mode(&about.permissions()));
            assert_eq!(mode & 0o077, 0, "{file}");
        }
    }

    fn bot_mut(&mut self) -> &mut BotProcess {
        self.bot.as_mut().unwrap()
    }

    // ---- alerts ----

    pub(crate) fn sender(&self) -> Sender {
        Sender { http: self.http.clone(), address: format!("{}/intake/alertmanager", self.settings.address()) }
    }

    /// Hands in an alert that must be accepted.
    pub(crate) async fn fire(&self, service: &str, severity: &str, name: &str) {
        assert_eq!(self.sender().try_fire(service, severity, name).await, Some(202));
    }

    // ---- the control API ----

    async fn control(&self, method: reqwest::Method, path: &str, body: &Value) -> Value {
        let request = self.http.request(method, format!("{}/control{path}", self.sandbox.base));
        let request = if body.is_null() { request } else { request.json(body) };
        let response = request.send().await.unwrap();
        let status = response.status();
        let answer: Value = response.json().await.unwrap();
        assert!(status.is_success(), "the sandbox refused {path}: {answer}");
        answer
    }

    pub(crate) async fn look(&self, path: &str) -> Value {
        self.control(reqwest::Method::GET, path, &Value::Null).await
    }

    async fn order(&self, path: &str, body: &Value) -> Value {
        self.control(reqwest::Method::POST, path, body).await
    }

    /// The next such call of the bot will be held: at `received` before, at `applied` after it took effect.
    pub(crate) async fn hold(&self, call: (&str, &str), contains: Option<&str>, at: &str) -> String {
        let (method, route) = call;
        let fault = json!({
            "method": method, "route": route, "bot": "siaga", "contains": contains, "nth": 1, "count": 1, "at": at, "do": "hold",
        });
        self.order("/faults", &fault).await["fault"].as_str().unwrap().to_owned()
    }

    /// Waits until the call is there and held.
    pub(crate) async fn held(&self, fault: &str) {
        let state = self.look(&format!("/faults/{fault}?wait_ms=30000")).await["state"].clone();
        assert_eq!(state, "held", "fault {fault} was never met\n{}", self.log());
    }

    pub(crate) async fn release(&self, fault: &str) {
        self.order(&format!("/faults/{fault}/release"), &json!({})).await;
    }

    /// Kills the bot while a call is held, lets the call go into nothing and starts the bot again.
    pub(crate) async fn kill_while_held(&mut self, fault: &str) {
        self.held(fault).await;
        self.kill().await;
        self.release(fault).await;
        self.restart().await;
    }

    /// Presses a button of the incident's card; the interaction.
    pub(crate) async fn press(&self, person: &str, verb: &str) -> String {
        let (message, custom_id) = self.button(verb).await;
        let pressed = json!({ "message": message, "custom_id": custom_id });
        let answer = self.order(&format!("/people/{person}/press"), &pressed).await;
        answer["interaction"].as_str().unwrap().to_owned()
    }

    /// Waits for a button of the card of INC-1.
    pub(crate) async fn button(&self, verb: &str) -> (String, String) {
        let wanted = format!("v1:{verb}:1:card");
        let deadline = Instant::now() + PATIENCE;
        loop {
            let messages = self.look("/channels/incidents/messages?as=dewi").await;
            let found = list(&messages["messages"]).find(|message| custom_ids(message).any(|id| id == wanted));
            if let Some(message) = found {
                return (text(&message["id"]).to_owned(), wanted);
            }
            assert!(Instant::now() < deadline, "no button {wanted} in {messages}\n{}", self.log());
            sleep(LOOK).await;
        }
    }

    /// How a click ended for the person.
    pub(crate) async fn interaction(&self, id: &str, wait_ms: u32) -> Value {
        self.look(&format!("/interactions/{id}?wait_ms={wait_ms}")).await
    }

    /// Calls the bot made: method and route.
    pub(crate) async fn calls(&self) -> Vec<String> {
        let calls = self.look("/calls").await;
        let ours = list(&calls["calls"]).filter(|call| call["bot"] == "siaga");
        ours.map(|call| format!("{} {}", text(&call["method"]), text(&call["route"]))).collect()
    }

    /// Messages the bot has sent to the only thread, answered or not.
    pub(crate) async fn messages_sent_to_thread(&self) -> usize {
        let active = self.discord(&format!("/guilds/{}/threads/active", self.sandbox.guild)).await;
        let path = format!("/channels/{}/messages", text(&active["threads"][0]["id"]));
        let calls = self.look("/calls").await;
        list(&calls["calls"]).filter(|call| call["method"] == "POST" && call["path"] == path.as_str()).count()
    }

    // ---- what Discord shows ----

    /// Waits until the world is exactly this, and stays so when nothing more is on its way.
    pub(crate) async fn becomes(&mut self, expected: &Tally) {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let seen = self.tally().await;
            if seen == *expected {
                break;
            }
            assert!(
                Instant::now() < deadline,
                "what Discord shows is not what it should be\n{}\n{}",
                difference(&seen, expected),
                self.log()
            );
            sleep(LOOK).await;
        }
        self.settle().await;
        let seen = self.tally().await;
        assert!(seen == *expected, "more came afterwards\n{}\n{}", difference(&seen, expected), self.log());
    }

    /// Waits until this is there, whatever else is.
    pub(crate) async fn becomes_at_least(&self, expected: &Tally) {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let seen = self.tally().await;
            if expected.iter().all(|(name, count)| seen.get(name).is_some_and(|seen| seen >= count)) {
                return;
            }
            assert!(Instant::now() < deadline, "something is missing\n{}\n{}", difference(&seen, expected), self.log());
            sleep(LOOK).await;
        }
    }

    /// Waits until nothing more is on its way: the outbox is empty and the bot makes no calls.
    pub(crate) async fn settle(&mut self) {
        let http = self.http.clone();
        self.bot_mut().delivered(&http).await;
        let deadline = Instant::now() + PATIENCE;
        let (mut count, mut since) = (self.calls().await.len(), Instant::now());
        while since.elapsed() < QUIET {
            assert!(Instant::now() < deadline, "the bot never rests\n{}", self.log());
            sleep(LOOK).await;
            let now = self.calls().await.len();
            if now != count {
                (count, since) = (now, Instant::now());
            }
        }
    }

    /// The text of the card of an incident.
    pub(crate) async fn card_of(&self, label: &str) -> String {
        let incidents = self.channels().await.remove("incidents").unwrap();
        let messages = self.messages(&incidents).await;
        let found =
            messages.iter().find(|message| text(&message["embeds"][0]["title"]).starts_with(&format!("{label} ")));
        found.map(|card| text(&card["embeds"][0]["description"]).to_owned()).unwrap_or_default()
    }

    /// Everything the bot made, counted by what it is.
    pub(crate) async fn tally(&self) -> Tally {
        let mut tally = Tally::new();
        let mut count = |what: String| *tally.entry(what).or_default() += 1;
        let mut rooms = Vec::new();
        for channel in list(&self.discord(&format!("/guilds/{}/channels", self.sandbox.guild)).await) {
            // By its name: its topic is for people as soon as its receipt is written.
            if let Some(rest) = text(&channel["name"]).strip_prefix("inc-") {
                let label = format!("INC-{}", rest.split('-').next().unwrap_or_default());
                count(format!("{label} channel"));
                rooms.push((text(&channel["id"]).to_owned(), label));
            }
        }
        let active = self.discord(&format!("/guilds/{}/threads/active", self.sandbox.guild)).await;
        for thread in list(&active["threads"]) {
            let label = text(&thread["name"]).split(' ').next().unwrap().to_owned();
            count(format!("{label} thread"));
            rooms.push((text(&thread["id"]).to_owned(), label));
        }
        let channels = self.channels().await;
        for name in ["incidents", "incident-status", "sre-ops"] {
            rooms.push((channels[name].clone(), format!("#{name}")));
        }
        for (id, room) in &rooms {
            for message in self.messages(id).await.iter().filter(|message| message["type"] == 0) {
                count(what_it_is(message, room));
            }
        }
        for person in PEOPLE {
            for dm in list(&self.look(&format!("/people/{person}/channels")).await["dms"]) {
                let messages = self.look(&format!("/channels/{}/messages?as={person}", text(&dm["id"]))).await;
                for message in list(&messages["messages"]) {
                    count(format!("{} page by dm to {person}", label_in(text(&message["content"]))));
                }
            }
            let rung = self.look(&format!("/people/{person}/notifications")).await;
            for notice in list(&rung["notifications"]).filter(|notice| notice["silent"] == false) {
                count(format!("{} rings {person} by {}", label_in(text(&notice["text"])), text(&notice["kind"])));
            }
        }
        tally
    }

    async fn channels(&self) -> BTreeMap<String, String> {
        let channels = self.discord(&format!("/guilds/{}/channels", self.sandbox.guild)).await;
        list(&channels).map(|channel| (text(&channel["name"]).to_owned(), text(&channel["id"]).to_owned())).collect()
    }

    async fn messages(&self, channel: &str) -> Vec<Value> {
        let messages = self.discord(&format!("/channels/{channel}/messages?limit=100")).await;
        list(&messages).cloned().collect()
    }

    /// Reads as a bot that only watches; waits when it reads too fast.
    async fn discord(&self, path: &str) -> Value {
        let token = format!("Bot {}", self.sandbox.token("observer"));
        loop {
            let request = self.http.get(format!("{}/api/v10{path}", self.sandbox.base)).header("Authorization", &token);
            let response = request.send().await.unwrap();
            let status = response.status();
            let body: Value = response.json().await.unwrap();
            if status.as_u16() == 429 {
                sleep(Duration::from_secs_f64(body["retry_after"].as_f64().unwrap())).await;
                continue;
            }
            assert!(status.is_success(), "{path}: {body}");
            return body;
        }
    }

    /// The end of the bot's log, for a test that failed.
    pub(crate) fn log(&self) -> String {
        let log = std::fs::read_to_string(self.settings.log()).unwrap_or_default();
        let lines: Vec<&str> = log.lines().collect();
        format!("--- the bot's log ---\n{}", lines[lines.len().saturating_sub(120)..].join("\n"))
    }
}

fn what_it_is(message: &Value, room: &str) -> String {
    let content = text(&message["content"]);
    if let Some(label) = custom_ids(message).find_map(card_of) {
        return format!("{label} card");
    }
    if room == "#incident-status" {
        return format!("{} status", label_in(&message.to_string()));
    }
    if content.starts_with("Opened because ") {
        return format!("{room} why");
    }
    if content.starts_with("What is known: ") {
        return format!("{room} known");
    }
    if content.contains(" acknowledged, <t:") {
        return format!("{room} acknowledged");
    }
    if content.contains("SEV-") && content.contains("INC-") {
        return format!("{} page in the room", label_in(content));
    }
    format!("{room} something else: {content}")
}

fn card_of(custom_id: &str) -> Option<String> {
    match custom_id.split(':').collect::<Vec<_>>().as_slice() {
        ["v1", _, number, "card"] => Some(format!("INC-{number}")),
        _ => None,
    }
}

/// The first incident a text names.
fn label_in(content: &str) -> String {
    let Some(at) = content.find("INC-") else { return format!("nothing ({content})") };
    let digits: String = content[at + 4..].chars().take_while(char::is_ascii_digit).collect();
    format!("INC-{digits}")
}

fn difference(seen: &Tally, expected: &Tally) -> String {
    let names: std::collections::BTreeSet<&String> = seen.keys().chain(expected.keys()).collect();
    let count = |tally: &Tally, name: &String| tally.get(name).copied().unwrap_or(0);
    let lines = names.into_iter().filter(|name| count(seen, name) != count(expected, name));
    lines.map(|name| format!("  {name}: {} instead of {}\n", count(seen, name), count(expected, name))).collect()
}

fn custom_ids(message: &Value) -> impl Iterator<Item = &str> {
    let rows = list(&message["components"]);
    rows.flat_map(|row| list(&row["components"])).filter_map(|component| component["custom_id"].as_str())
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or("")
}
