//! Purpose: a sandbox, the program as somebody at a terminal starts it, and a look at everything that is in the sandbox.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::process::{Output, Stdio};
use std::time::Duration;

use sandbox::{Guild, Limits, Rate, Sandbox};
use serde_json::{Value, json};
use tokio::process::{Child, Command};

/// What the program is told of the server.
pub(crate) const CONFIG: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/crash/siaga.toml");
/// How long a bot may take to be there.
const START: Duration = Duration::from_secs(60);
/// Permissions that the install link asks for, as the sandbox and as Discord's settings pages name them.
pub(crate) const INVITED: [(&str, &str); 12] = [
    ("MANAGE_CHANNELS", "Manage Channels"),
    ("ADD_REACTIONS", "Add Reactions"),
    ("VIEW_CHANNEL", "View Channel"),
    ("SEND_MESSAGES", "Send Messages"),
    ("EMBED_LINKS", "Embed Links"),
    ("ATTACH_FILES", "Attach Files"),
    ("READ_MESSAGE_HISTORY", "Read Message History"),
    ("MENTION_EVERYONE", "Mention @everyone, @here, and All Roles"),
    ("MANAGE_THREADS", "Manage Threads"),
    ("CREATE_PUBLIC_THREADS", "Create Public Threads"),
    ("SEND_MESSAGES_IN_THREADS", "Send Messages in Threads"),
    ("PIN_MESSAGES", "Pin Messages"),
];

/// A sandbox and a folder for the program.
pub(crate) struct World {
    pub(crate) sandbox: Sandbox,
    pub(crate) folder: tempfile::TempDir,
    http: reqwest::Client,
    before: BTreeMap<String, BTreeSet<String>>,
}

/// What the program said.
pub(crate) struct Said {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

/// The sample server, in which everybody may look and the bot has what the link asks for, without these; and what makes a private
/// place possible.
pub(crate) fn guild_without(missing: &[&str]) -> Guild {
    let mut guild = Guild::default();
    let has = |name: &&str| !missing.contains(name);
    // What everybody may do, the bot may do, too.
    guild.everyone = Some(["VIEW_CHANNEL"].into_iter().filter(has).map(str::to_owned).collect());
    let bot = guild.bots.iter_mut().find(|bot| bot.name == "siaga").unwrap();
    let asked = INVITED.iter().map(|(name, _)| *name).chain(["MANAGE_ROLES"]);
    bot.permissions = asked.filter(has).map(str::to_owned).collect();
    guild
}

impl World {
    pub(crate) async fn start() -> Self {
        Self::of(guild_without(&[])).await
    }

    pub(crate) async fn of(guild: Guild) -> Self {
        // The program paces itself; what the sandbox allows has stories of its own.
        let limits = Limits { buckets: Vec::new(), other: Rate::per_seconds(50, 1), ..Limits::default() };
        let options = sandbox::Options { guild, limits, ..sandbox::Options::default() };
        let sandbox = sandbox::start(options).await.unwrap();
        let http = reqwest::Client::builder().no_proxy().timeout(Duration::from_secs(60)).build().unwrap();
        let folder = tempfile::tempdir().unwrap();
        let mut world = Self { sandbox, folder, http, before: BTreeMap::new() };
        world.before = world.everything().await;
        world
    }

    pub(crate) fn database(&self) -> PathBuf {
        self.folder.path().join("siaga.db")
    }

    pub(crate) fn report(&self) -> PathBuf {
        self.folder.path().join("siaga-rehearsal.json")
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = self.program("rehearse");
        command.args(args).env("SIAGA_CONFIG", CONFIG);
        command
    }

    /// Any verb of the program.
    pub(crate) fn program(&self, verb: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_siaga"));
        command.arg(verb).current_dir(self.folder.path()).env_clear();
        command.env("DISCORD_TOKEN", self.sandbox.bot("siaga").unwrap().token);
        command.env("SIAGA_DISCORD", self.sandbox.base_url()).env("NO_COLOR", "1");
        command.env("SIAGA_DATABASE", self.database()).env("SIAGA_KEY_ALERTMANAGER", "key-of-the-rehearsal");
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
        command
    }

    /// Starts `siaga rehearse` and waits for nothing.
    pub(crate) fn begin(&self, args: &[&str]) -> Child {
        self.command(args).spawn().unwrap()
    }

    /// Runs it to its end.
    pub(crate) async fn rehearse(&self, args: &[&str]) -> Said {
        let ended = tokio::time::timeout(Duration::from_secs(300), self.command(args).output()).await;
        self.said(ended.expect("the rehearsal ends").unwrap())
    }

    /// What an ended process said.
    pub(crate) fn said(&self, output: Output) -> Said {
        let folder = self.folder.path().display().to_string();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).replace(&folder, "[folder]");
        Said { code: output.status.code(), out: text(&output.stdout), err: text(&output.stderr) }
    }

    /// Waits until the running bot says so of itself.
    pub(crate) async fn until(&self, port: u16, is_so: impl Fn(&Value) -> bool) {
        let (url, deadline) = (format!("http://127.0.0.1:{port}/readyz"), tokio::time::Instant::now() + START);
        loop {
            let health: Value = match self.http.get(&url).send().await {
                Ok(response) => response.json().await.unwrap_or_default(),
                Err(_) => Value::Null,
            };
            if is_so(&health) {
                return;
            }
            assert!(tokio::time::Instant::now() < deadline, "the bot does not get there: {health}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    pub(crate) async fn get(&self, path: &str) -> Value {
        let url = format!("{}/control{path}", self.sandbox.base_url());
        self.http.get(url).send().await.unwrap().json().await.unwrap()
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Value {
        let url = format!("{}/control{path}", self.sandbox.base_url());
        let response = self.http.post(url).json(body).send().await.unwrap();
        let ok = response.status().is_success();
        let told: Value = response.json().await.unwrap();
        assert!(ok, "{path} {body}: {told}");
        told
    }

    pub(crate) async fn fault(&self, order: &Value) -> String {
        self.post("/faults", order).await["fault"].as_str().unwrap().to_owned()
    }

    /// Waits until a call runs into the fault.
    pub(crate) async fn held(&self, fault: &str) {
        let found = self.get(&format!("/faults/{fault}?wait_ms=60000")).await;
        assert_eq!(found["state"], "held");
    }

    pub(crate) async fn clear_faults(&self) {
        let url = format!("{}/control/faults", self.sandbox.base_url());
        self.http.delete(url).send().await.unwrap();
    }

    /// Every channel, category and thread, and the messages of the bot in each, also in direct messages.
    async fn everything(&self) -> BTreeMap<String, BTreeSet<String>> {
        let world = self.get("/world").await;
        let mut all = BTreeMap::new();
        for list in ["channels", "threads"] {
            for channel in world[list].as_array().unwrap() {
                let name = format!("{} {}", text(&channel["name"]), text(&channel["id"]));
                all.insert(name, self.written(text(&channel["id"]), "dewi").await);
            }
        }
        for person in ["budi", "rina"] {
            let seen = self.get(&format!("/people/{person}/channels")).await;
            for dm in seen["dms"].as_array().unwrap() {
                let written = self.written(text(&dm["id"]), person).await;
                if !written.is_empty() {
                    all.insert(format!("direct messages of {person}"), written);
                }
            }
        }
        all
    }

    async fn written(&self, channel: &str, reader: &str) -> BTreeSet<String> {
        let found = self.get(&format!("/channels/{channel}/messages?as={reader}&limit=200")).await;
        let messages = found["messages"].as_array().cloned().unwrap_or_default();
        let bot = |message: &&Value| message["author"]["bot"] == true;
        messages.iter().filter(bot).map(|message| format!("{} {}", message["id"], message["content"])).collect()
    }

    /// What is there that was not there before anybody rehearsed.
    pub(crate) async fn left_over(&self) -> Vec<String> {
        let mut left = Vec::new();
        for (channel, messages) in self.everything().await {
            match self.before.get(&channel) {
                None => left.push(channel),
                Some(before) => left.extend(messages.difference(before).map(|more| format!("{channel}: {more}"))),
            }
        }
        left
    }

    /// Nothing is there that was not there before, and nothing is written down any more.
    pub(crate) async fn nothing_is_left(&self) {
        let left = self.left_over().await;
        assert!(left.is_empty(), "left over: {left:#?}");
        assert!(!self.folder.path().join("siaga.rehearsal").exists(), "something is still written down");
    }

    /// Names of channels that a person sees.
    pub(crate) async fn channels_of(&self, person: &str) -> BTreeSet<String> {
        let (world, seen) = (self.get("/world").await, self.get(&format!("/people/{person}/channels")).await);
        let sees = |channel: &&Value| seen["channels"].as_array().unwrap().contains(&channel["id"]);
        world["channels"].as_array().unwrap().iter().filter(sees).map(|one| text(&one["name"]).to_owned()).collect()
    }

    /// How often people's phones rang.
    pub(crate) async fn rung(&self) -> BTreeMap<String, usize> {
        let mut rung = BTreeMap::new();
        for person in self.sandbox.people() {
            let found = self.get(&format!("/people/{}/notifications", person.username)).await;
            let count = found["notifications"].as_array().map_or(0, Vec::len);
            if count > 0 {
                rung.insert(person.username, count);
            }
        }
        rung
    }

    /// Calls of the bot: method, route, path, status.
    pub(crate) async fn calls(&self) -> Vec<Value> {
        self.get("/calls").await["calls"].as_array().cloned().unwrap_or_default()
    }
}

impl Said {
    /// What it printed as JSON.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|_| panic!("no JSON: {}{}", self.out, self.err))
    }

    /// Rows that do not work: effect, message, what to change.
    pub(crate) fn wrong(&self) -> Vec<(String, String, String)> {
        let json = self.json();
        let rows = json["effects"].as_array().unwrap().iter();
        rows.filter(|row| row["ok"] == false)
            .map(|row| (text(&row["effect"]).into(), text(&row["message"]).into(), text(&row["change"]).into()))
            .collect()
    }

    /// Effects that were not tried.
    pub(crate) fn not_tried(&self) -> Vec<String> {
        let json = self.json();
        let rows = json["effects"].as_array().unwrap().iter();
        rows.filter(|row| row["ok"].is_null()).map(|row| text(&row["effect"]).to_owned()).collect()
    }
}

pub(crate) fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// SIGINT, SIGTERM or SIGKILL.
pub(crate) async fn signal(child: &Child, name: &str) {
    let pid = child.id().expect("it runs").to_string();
    let sent = Command::new("kill").args(["-s", name, &pid]).status().await.unwrap();
    assert!(sent.success());
}

/// A fault on a call of the bot.
pub(crate) fn on_call(method: &str, route: &str, nth: u64, at: &str, act: &str) -> Value {
    json!({ "method": method, "route": route, "nth": nth, "at": at, "do": act, "bot": "siaga" })
}
