//! Purpose: one sandbox with one bot and one ledger, and the ways into it: alerts over HTTP, people and faults by the control API.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::PoisonError;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::sync::Mutex;
use tokio::time::{Instant, sleep};

use crate::ledger::{Away, Report, Shared, now_ms};
use crate::outside::Outside;
use crate::process::{Bot, BotSettings, KEY, Sandbox, free_port, part};

/// How long something that must happen in the end may take.
const PATIENCE: Duration = Duration::from_secs(120);
/// How long somebody looks for a card.
const CARD: Duration = Duration::from_secs(20);
/// Between two tries of somebody who insists.
const AGAIN: Duration = Duration::from_millis(50);
/// Between two beats; a beat within a second of the one before counts as the same.
const BEAT: Duration = Duration::from_millis(1_500);

/// One world.
pub(crate) struct World {
    pub(crate) sandbox: Sandbox,
    pub(crate) settings: BotSettings,
    pub(crate) ledger: Shared,
    pub(crate) http: reqwest::Client,
    /// None while the bot is down.
    pub(crate) bot: Mutex<Option<Bot>>,
    pub(crate) folder: TempDir,
    pub(crate) outside: Outside,
    /// Whether the heartbeat is to be heard of.
    pub(crate) beating: AtomicBool,
    /// Where programs beside the bot die.
    crash_at: Mutex<Option<String>>,
    /// Whether each alert fires, and how often it has begun: each time it has a later beginning, as a real sender says.
    begun: std::sync::Mutex<BTreeMap<String, (bool, u32)>>,
}

impl World {
    pub(crate) async fn start(binary: &Path, broken: Option<&str>) -> Self {
        let sandbox = Sandbox::start(binary).await;
        let outside = Outside::start().await;
        let folder = tempfile::tempdir().expect("a folder for the database");
        let settings = BotSettings {
            binary: binary.to_owned(),
            folder: folder.path().to_owned(),
            port: free_port(),
            token: sandbox.token("siaga").to_owned(),
            discord: sandbox.base.clone(),
            outside: outside.variables(),
            broken: broken.map(str::to_owned),
        };
        settings.write_config(|text| text);
        let http = reqwest::Client::builder().no_proxy().timeout(Duration::from_secs(30)).build().unwrap();
        let (ledger, bot, beating) = (Shared::default(), Mutex::new(None), AtomicBool::new(true));
        ledger.open().beats.since_ms = now_ms();
        let (crash_at, begun) = (Mutex::new(None), std::sync::Mutex::default());
        Self { sandbox, settings, ledger, http, bot, folder, outside, beating, crash_at, begun }
    }

    // ---- the bot ----

    /// Starts the bot and waits for nothing.
    pub(crate) async fn spawn(&self, crash_at: Option<&str>) {
        *self.bot.lock().await = Some(self.settings.spawn(crash_at));
        self.ledger.open().starts.push(now_ms());
    }

    /// What is started beside the bot from now on dies at this point, too.
    pub(crate) async fn crash_at(&self, at: &str) {
        *self.crash_at.lock().await = Some(at.to_owned());
    }

    /// Runs a command of the program beside the bot, once more if it died. None when it does not succeed.
    pub(crate) async fn beside(&self, args: &[&str]) -> Option<Value> {
        let mut at = self.crash_at.lock().await;
        let (said, killed) = self.settings.beside(args, at.as_deref()).await;
        if !killed {
            return said;
        }
        self.ledger.open().kills.push((now_ms(), format!("siaga {} at {:?}", args.join(" "), at.take())));
        self.settings.beside(args, None).await.0
    }

    /// Whether the bot says that Discord is away; None when it says nothing.
    pub(crate) async fn is_away(&self) -> Option<bool> {
        let bot = self.bot.lock().await;
        let health = bot.as_ref()?.health(&self.http).await?;
        Some(health.to_string().contains("cannot be reached since"))
    }

    /// Waits until clicks reach it.
    pub(crate) async fn connected(&self) -> bool {
        match self.bot.lock().await.as_mut() {
            Some(bot) => bot.connected(&self.http).await,
            None => false,
        }
    }

    /// The file is another one from now on, and a bot that listens is told so.
    pub(crate) async fn reload(&self, change: impl FnOnce(String) -> String) {
        self.settings.write_config(change);
        let bot = self.bot.lock().await;
        let Some(bot) = bot.as_ref() else { return };
        let health = bot.health(&self.http).await.unwrap_or_default();
        if let Some(id) = bot.id().filter(|_| part(&health, "gateway")["ok"] == true) {
            self.ledger.open().reloads.push(now_ms());
            let _ = tokio::process::Command::new("kill").args(["-HUP", &id.to_string()]).status().await;
        }
    }

    /// Somebody leaves the server, or comes back.
    pub(crate) async fn is_member(&self, person: &'static str, is_one: bool) {
        let at_ms = now_ms();
        let what = if is_one { "join" } else { "leave" };
        if self.order(&format!("/people/{person}/{what}"), &json!({})).await.is_some() {
            let mut ledger = self.ledger.open();
            goes(&mut ledger.away, person, !is_one, at_ms);
        }
    }

    /// Somebody is banned, or may come back and does.
    pub(crate) async fn is_banned(&self, person: &'static str, is_banned: bool) {
        let at_ms = now_ms();
        let world = self.look("/world").await;
        let id = list(&world["people"]).find(|one| one["username"] == person).map(|one| text(&one["id"]).to_owned());
        let address = format!(
            "{}/api/v10/guilds/{}/bans/{}",
            self.sandbox.base,
            self.sandbox.guild,
            id.expect("they are one of the server's people")
        );
        let request = if is_banned { self.http.put(address).json(&json!({})) } else { self.http.delete(address) };
        let token = format!("Bot {}", self.sandbox.token("observer"));
        let done = request.header("Authorization", token).send().await;
        if !done.is_ok_and(|response| response.status().is_success()) {
            self.ledger.open().accidents.push(format!("the sandbox takes no ban of {person}"));
        } else if is_banned {
            let mut ledger = self.ledger.open();
            ledger.banned += 1;
            goes(&mut ledger.away, person, true, at_ms);
        } else {
            self.is_member(person, true).await;
        }
    }

    /// Somebody takes direct messages, or none.
    pub(crate) async fn takes_direct_messages(&self, person: &'static str, takes: bool) {
        let at_ms = now_ms();
        if self.order(&format!("/people/{person}/dms"), &json!({ "closed": !takes })).await.is_some() {
            let mut ledger = self.ledger.open();
            goes(&mut ledger.closed, person, !takes, at_ms);
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
                    "startsAt": self.beginning(name, *firing), "endsAt": "0001-01-01T00:00:00Z", "generatorURL": "",
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

    /// A sender that says of what fires that it began later: the same alert, told once more.
    pub(crate) async fn begins_later(&self, alert: (&str, &str, &str, bool)) {
        if let Some((true, times)) = self.begun.lock().unwrap_or_else(PoisonError::into_inner).get_mut(alert.0) {
            *times += 1;
        }
        self.insist(&[alert]).await;
    }

    /// When the episode began that a report is about.
    fn beginning(&self, name: &str, firing: bool) -> String {
        let mut begun = self.begun.lock().unwrap_or_else(PoisonError::into_inner);
        let (fires, times) = begun.entry(name.to_owned()).or_default();
        if firing && !*fires {
            *times += 1;
        }
        *fires = firing;
        format!("2026-08-14T09:{:02}:{:02}Z", *times / 60, *times % 60)
    }

    /// Reports changes until they are accepted, as Alertmanager does; what was not accepted before may be there or not.
    pub(crate) async fn insist(&self, alerts: &[(&str, &str, &str, bool)]) {
        let (deadline, began_ms) = (Instant::now() + PATIENCE, now_ms());
        while !self.post(alerts).await {
            if Instant::now() > deadline {
                self.ledger.open().accidents.push(format!("{alerts:?} are not accepted for two minutes"));
                return;
            }
            sleep(AGAIN).await;
        }
        let ended_ms = now_ms();
        let mut ledger = self.ledger.open();
        ledger.reports.extend(alerts.iter().map(|alert| reported(*alert, true, began_ms, ended_ms)));
    }

    /// Reports a new alert once, whatever comes back.
    pub(crate) async fn once(&self, alert: (&str, &str, &str, bool)) {
        let began_ms = now_ms();
        let accepted = self.post(&[alert]).await;
        self.ledger.open().reports.push(reported(alert, accepted, began_ms, now_ms()));
    }

    /// Lets the heartbeat be heard of for as long as it should be; never ends.
    pub(crate) async fn heart(&self) {
        loop {
            if self.beating.load(Ordering::SeqCst) {
                let began_ms = now_ms();
                let sent = self.http.post(format!("{}/heartbeat/orders", self.settings.address())).send().await;
                if sent.is_ok_and(|response| response.status().is_success()) {
                    self.ledger.open().beats.accepted.push((began_ms, now_ms()));
                }
            }
            sleep(BEAT).await;
        }
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

    // ---- what people see ----

    /// Numbers of the incidents whose cards there are, without those that nobody looks after.
    pub(crate) async fn incidents(&self) -> Vec<u32> {
        let seen = self.look("/channels/incidents/messages?as=rina&limit=200").await;
        let left_alone = |message: &&Value| message["embeds"].to_string().contains(crate::workload::NIGHT);
        list(&seen["messages"]).filter(|message| !left_alone(message)).filter_map(card_number).collect()
    }

    /// The incident whose card names a service, within some seconds.
    pub(crate) async fn incident_of(&self, service: &str) -> Option<u32> {
        let deadline = Instant::now() + CARD;
        while Instant::now() < deadline {
            let seen = self.look("/channels/incidents/messages?as=rina&limit=200").await;
            let named = |message: &&Value| message["embeds"].to_string().contains(service);
            if let Some(number) = list(&seen["messages"]).filter(named).find_map(card_number) {
                return Some(number);
            }
            sleep(AGAIN * 6).await;
        }
        None
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

/// Takes note that somebody goes, or comes back.
fn goes(times: &mut Vec<Away>, person: &'static str, goes: bool, at_ms: i64) {
    if goes {
        times.push(Away { person, left_ms: at_ms, back_ms: None });
    } else if let Some(away) = times.iter_mut().rfind(|away| away.person == person) {
        away.back_ms = Some(now_ms());
    }
}

fn reported(alert: (&str, &str, &str, bool), accepted: bool, began_ms: i64, ended_ms: i64) -> Report {
    let (name, service, severity, firing) = alert;
    let (alert, service, severity) = (name.to_owned(), service.to_owned(), severity.to_owned());
    Report { alert, firing, accepted, service, severity, began_ms, ended_ms }
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
