//! Purpose: one sandbox with one bot and one ledger, and the ways into it: alerts over HTTP, people and faults by the control API.

use std::path::Path;
use std::time::Duration;

use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::sync::Mutex;
use tokio::time::{Instant, sleep};

use crate::ledger::{Deed, End, Report, Shared, What, now_ms};
use crate::process::{Bot, BotSettings, KEY, Sandbox, free_port, part};

/// How long something that must happen in the end may take.
const PATIENCE: Duration = Duration::from_secs(120);
/// Between two tries of somebody who insists.
const AGAIN: Duration = Duration::from_millis(50);
/// How long a person waits for an answer; Discord says after 3 s that there is none.
const ANSWER_MS: u32 = 20_000;

/// One world.
pub(crate) struct World {
    pub(crate) sandbox: Sandbox,
    pub(crate) settings: BotSettings,
    pub(crate) ledger: Shared,
    pub(crate) http: reqwest::Client,
    /// None while the bot is down.
    pub(crate) bot: Mutex<Option<Bot>>,
    pub(crate) folder: TempDir,
}

impl World {
    pub(crate) async fn start(binary: &Path, broken: Option<&str>) -> Self {
        let sandbox = Sandbox::start(binary).await;
        let folder = tempfile::tempdir().expect("a folder for the database");
        let settings = BotSettings {
            binary: binary.to_owned(),
            folder: folder.path().to_owned(),
            port: free_port(),
            token: sandbox.token("siaga").to_owned(),
            discord: sandbox.base.clone(),
            broken: broken.map(str::to_owned),
        };
        let http = reqwest::Client::builder().no_proxy().timeout(Duration::from_secs(30)).build().unwrap();
        Self { sandbox, settings, ledger: Shared::default(), http, bot: Mutex::new(None), folder }
    }

    // ---- the bot ----

    /// Starts the bot and waits for nothing.
    pub(crate) async fn spawn(&self, crash_at: Option<&str>) {
        *self.bot.lock().await = Some(self.settings.spawn(crash_at));
    }

    /// Waits until clicks reach it.
    pub(crate) async fn connected(&self) -> bool {
        match self.bot.lock().await.as_mut() {
            Some(bot) => bot.connected(&self.http).await,
            None => false,
        }
    }

    /// Takes note of a death and of how it came.
    pub(crate) async fn died(&self, how: String) {
        self.ledger.open().kills.push((now_ms(), how));
        *self.bot.lock().await = None;
    }

    /// Whether nothing waits in the bot's outbox.
    pub(crate) async fn delivered(&self) -> bool {
        let bot = self.bot.lock().await;
        let Some(bot) = bot.as_ref() else { return false };
        let health = bot.health(&self.http).await.unwrap_or_default();
        part(&health, "outbox")["sentence"].as_str().is_some_and(|sentence| sentence.starts_with("0 waiting"))
    }

    // ---- alerts ----

    /// One request with these alerts, each a name, a service, a severity and whether it fires. True for a 2xx.
    pub(crate) async fn post(&self, alerts: &[(&str, &str, &str, bool)]) -> bool {
        let alerts: Vec<Value> = alerts
            .iter()
            .map(|(name, service, severity, firing)| {
                json!({
                    "status": if *firing { "firing" } else { "resolved" },
                    "labels": { "alertname": name, "severity": severity, "service": service },
                    "annotations": { "summary": format!("{name} is bad") },
                    "startsAt": "2026-08-14T09:00:00Z", "endsAt": "0001-01-01T00:00:00Z", "generatorURL": "",
                    "fingerprint": name,
                })
            })
            .collect();
        let body = json!({
            "version": "4", "groupKey": "{}", "truncatedAlerts": 0, "status": "firing", "receiver": "siaga",
            "groupLabels": {}, "commonLabels": {}, "commonAnnotations": {},
            "externalURL": "http://alertmanager.example.com", "alerts": alerts,
        });
        let address = format!("{}/intake/alertmanager", self.settings.address());
        let sent = self.http.post(address).bearer_auth(KEY).json(&body).send().await;
        sent.is_ok_and(|response| response.status().is_success())
    }

    /// Reports changes until they are accepted, as Alertmanager does; what was not accepted before may be there or not.
    pub(crate) async fn insist(&self, alerts: &[(&str, &str, &str, bool)]) {
        let deadline = Instant::now() + PATIENCE;
        while !self.post(alerts).await {
            if Instant::now() > deadline {
                self.ledger.open().accidents.push(format!("{alerts:?} are not accepted for two minutes"));
                return;
            }
            sleep(AGAIN).await;
        }
        let mut ledger = self.ledger.open();
        ledger.reports.extend(alerts.iter().map(|(name, _, _, firing)| Report {
            alert: (*name).to_owned(),
            firing: *firing,
            accepted: true,
        }));
    }

    /// Reports a new alert once, whatever comes back.
    pub(crate) async fn once(&self, alert: (&str, &str, &str, bool)) {
        let accepted = self.post(&[alert]).await;
        self.ledger.open().reports.push(Report { alert: alert.0.to_owned(), firing: alert.3, accepted });
    }

    // ---- the control API ----

    pub(crate) async fn look(&self, path: &str) -> Value {
        let request = self.http.get(format!("{}/control{path}", self.sandbox.base));
        request.send().await.unwrap().json().await.unwrap()
    }

    /// `None` when it is refused.
    pub(crate) async fn order(&self, path: &str, body: &Value) -> Option<Value> {
        let request = self.http.post(format!("{}/control{path}", self.sandbox.base)).json(body);
        let response = request.send().await.ok()?;
        if !response.status().is_success() {
            return None;
        }
        response.json().await.ok()
    }

    pub(crate) async fn forget_fault(&self, fault: &str) {
        let _ = self.http.delete(format!("{}/control/faults/{fault}", self.sandbox.base)).send().await;
    }

    // ---- people ----

    /// Numbers of the incidents whose cards there are.
    pub(crate) async fn incidents(&self) -> Vec<u32> {
        let seen = self.look("/channels/incidents/messages?as=rina&limit=200").await;
        list(&seen["messages"]).filter_map(card_number).collect()
    }

    /// Somebody does something to an incident; written down with how it ended. None when there was nothing to press.
    pub(crate) async fn deed(&self, person: &str, incident: u32, what: What, by_button: bool) -> Option<End> {
        let began_ms = now_ms();
        let label = format!("INC-{incident}");
        let first = match (&what, by_button) {
            (What::Acknowledge, true) => self.press(person, incident, "ack").await?,
            (What::Acknowledge, false) => self.slash(person, "ack", json!({ "incident": label })).await?,
            (What::Note(text), _) => self.slash(person, "note", json!({ "text": text, "incident": label })).await?,
            (What::Update(_), _) => self.slash(person, "update", json!({ "incident": label })).await?,
            (What::Resolve(_), true) => self.press(person, incident, "resolve").await?,
            (What::Resolve(_), false) => self.slash(person, "resolve", json!({ "incident": label })).await?,
        };
        let mut answer = self.answer(&first).await;
        let fields = match &what {
            What::Update(text) => Some(json!({ "know": text, "doing": "looking" })),
            What::Resolve(text) => Some(json!({ "fixed": text })),
            What::Acknowledge | What::Note(_) => None,
        };
        if let Some(fields) = fields
            && answer["modal"].is_object()
        {
            let sent =
                self.order(&format!("/people/{person}/submit"), &json!({ "modal": first, "fields": fields })).await?;
            answer = self.answer(text(&sent["interaction"])).await;
        }
        let said = text(&answer["message"]["content"]);
        let yes = match &what {
            What::Acknowledge => said.starts_with("You have it."),
            What::Note(_) => said.starts_with("Noted in the timeline"),
            What::Update(_) => said.starts_with("Update "),
            What::Resolve(_) => said.starts_with("Resolved after") || said.contains(" is resolved."),
        };
        let end = match text(&answer["state"]) {
            "answered" if yes => End::Done,
            "answered" => End::Refused(said.to_owned()),
            // Also a deferred answer that never came.
            _ => End::Unanswered,
        };
        let mut ledger = self.ledger.open();
        if said.contains("It is logged as") {
            ledger.accidents.push(format!("{person} was told of an error: {said}"));
        }
        let (person, ended_ms) = (person.to_owned(), now_ms());
        ledger.deeds.push(Deed { person, incident, what, began_ms, ended_ms, end: end.clone() });
        Some(end)
    }

    async fn slash(&self, person: &str, command: &str, options: Value) -> Option<String> {
        let typed = json!({ "channel": "general", "command": command, "options": options });
        let sent = self.order(&format!("/people/{person}/slash"), &typed).await?;
        sent["interaction"].as_str().map(str::to_owned)
    }

    async fn press(&self, person: &str, incident: u32, verb: &str) -> Option<String> {
        let custom_id = format!("v1:{verb}:{incident}:card");
        let seen = self.look(&format!("/channels/incidents/messages?as={person}&limit=200")).await;
        let message = list(&seen["messages"]).find(|message| custom_ids(message).any(|id| id == custom_id))?;
        let pressed = json!({ "message": message["id"], "custom_id": custom_id });
        let sent = self.order(&format!("/people/{person}/press"), &pressed).await?;
        sent["interaction"].as_str().map(str::to_owned)
    }

    async fn answer(&self, interaction: &str) -> Value {
        self.look(&format!("/interactions/{interaction}?wait_ms={ANSWER_MS}")).await
    }

    /// The record of an incident as somebody gets it: the JSON file of `/incident export`.
    pub(crate) async fn record(&self, incident: u32) -> Option<Value> {
        let asked = self.slash("rina", "incident export", json!({ "incident": format!("INC-{incident}") })).await?;
        let answer = self.answer(&asked).await;
        let file = list(&answer["message"]["attachments"]).find(|file| {
            std::path::Path::new(text(&file["filename"])).extension().is_some_and(|kind| kind == "json")
        })?;
        let url = text(&file["url"]);
        let url = url.find("/cdn/").map_or_else(|| url.to_owned(), |at| format!("{}{}", self.sandbox.base, &url[at..]));
        self.http.get(url).send().await.ok()?.json().await.ok()
    }
}

/// The number of the incident whose card this is: a card has a button in every state.
pub(crate) fn card_number(message: &Value) -> Option<u32> {
    custom_ids(message).find_map(|id| match id.split(':').collect::<Vec<_>>().as_slice() {
        ["v1", _, number, "card"] => number.parse().ok(),
        _ => None,
    })
}

/// Ids of the buttons of a message.
pub(crate) fn custom_ids(message: &Value) -> impl Iterator<Item = &str> {
    let rows = list(&message["components"]);
    rows.flat_map(|row| list(&row["components"])).filter_map(|component| component["custom_id"].as_str())
}

pub(crate) fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

pub(crate) fn text(value: &Value) -> &str {
    value.as_str().unwrap_or("")
}
