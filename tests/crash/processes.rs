//! Purpose: the sandbox and the bot as processes of their own: started, killed without a warning, never left behind.

use std::ffi::OsStr;
use std::fs::{File, OpenOptions};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};
use tokio::time::{Instant, sleep};

/// The binary under test.
const BINARY: &str = env!("CARGO_BIN_EXE_siaga");
/// What senders show.
pub(crate) const KEY: &str = "key-of-the-kill-tests";
/// How long a process may take to be there.
const START: Duration = Duration::from_secs(60);
/// Between two looks.
const LOOK: Duration = Duration::from_millis(50);

/// `siaga sandbox`; ends when dropped.
pub(crate) struct SandboxProcess {
    child: Child,
    pub(crate) base: String,
    pub(crate) guild: String,
    line: Value,
}

impl SandboxProcess {
    pub(crate) async fn start() -> Self {
        Self::start_with(&[]).await
    }

    /// With more arguments.
    pub(crate) async fn start_with(more: &[&OsStr]) -> Self {
        let mut child = Command::new(BINARY)
            .args(["sandbox", "--listen", "127.0.0.1:0", "--output", "json"])
            .args(more)
            .env("NO_COLOR", "1")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let line = tokio::time::timeout(START, lines.next_line()).await.expect("the sandbox takes too long").unwrap();
        let line: Value = serde_json::from_str(&line.expect("the sandbox ended")).unwrap();
        let base = line["control"].as_str().unwrap().trim_end_matches("/control").to_owned();
        Self { child, base, guild: line["guild"].as_str().unwrap().to_owned(), line }
    }

    /// SIGKILL.
    pub(crate) async fn kill(mut self) {
        self.child.start_kill().unwrap();
        self.child.wait().await.unwrap();
    }

    pub(crate) fn token(&self, bot: &str) -> &str {
        self.named("bots", bot)["token"].as_str().unwrap()
    }

    pub(crate) fn person(&self, name: &str) -> &str {
        self.named("people", name)["id"].as_str().unwrap()
    }

    fn named(&self, list: &str, name: &str) -> &Value {
        self.line[list].as_array().unwrap().iter().find(|one| one["name"] == name).unwrap()
    }
}

/// Everything `siaga run` needs, the same at each start.
pub(crate) struct BotSettings {
    pub(crate) folder: PathBuf,
    pub(crate) port: u16,
    pub(crate) token: String,
    pub(crate) discord: String,
}

/// `siaga run`; killed when dropped.
pub(crate) struct BotProcess {
    child: Child,
    address: String,
}

impl BotSettings {
    pub(crate) fn address(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    pub(crate) fn log(&self) -> PathBuf {
        self.folder.join("bot.log")
    }

    /// The configuration: one that the test wrote into the folder, else that of the kill tests.
    pub(crate) fn config(&self) -> PathBuf {
        let own = self.own_config();
        if own.exists() { own } else { Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/crash/siaga.toml") }
    }

    /// Where a test writes a configuration of its own.
    pub(crate) fn own_config(&self) -> PathBuf {
        self.folder.join("siaga.toml")
    }

    /// Runs a command of the program beside the bot: exit code, standard output, standard error.
    pub(crate) async fn beside(&self, args: &[&str]) -> (Option<i32>, String, String) {
        let ended = Command::new(BINARY)
            .args(args)
            .env("SIAGA_DATABASE", self.folder.join("siaga.db"))
            .env("SIAGA_LOG", "warn")
            .env("NO_COLOR", "1")
            .stdin(Stdio::null())
            .kill_on_drop(true)
            .output()
            .await
            .unwrap();
        let folder = self.folder.display().to_string();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).replace(&folder, "FOLDER");
        (ended.status.code(), text(&ended.stdout), text(&ended.stderr))
    }

    /// Starts the process and waits for nothing.
    pub(crate) fn spawn(&self) -> BotProcess {
        let log: File = OpenOptions::new().create(true).append(true).open(self.log()).unwrap();
        let child = Command::new(BINARY)
            .arg("run")
            .env("DISCORD_TOKEN", &self.token)
            .env("SIAGA_DISCORD", &self.discord)
            .env("SIAGA_CONFIG", self.config())
            .env("SIAGA_DATABASE", self.folder.join("siaga.db"))
            .env("SIAGA_LISTEN", format!("127.0.0.1:{}", self.port))
            .env("SIAGA_KEY_ALERTMANAGER", KEY)
            .env("SIAGA_LOG", "info,engine=debug,discord=debug")
            .env("NO_COLOR", "1")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        BotProcess { child, address: self.address() }
    }
}

impl BotProcess {
    /// SIGKILL: no handler runs, nothing is written down on the way out.
    pub(crate) async fn kill(mut self) {
        self.child.start_kill().unwrap();
        self.child.wait().await.unwrap();
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.id().unwrap()
    }

    /// Sends it a signal by name.
    pub(crate) async fn signal(&self, name: &str) {
        let sent = Command::new("kill").args([&format!("-{name}"), &self.id().to_string()]).status().await.unwrap();
        assert!(sent.success());
    }

    /// Waits for its end: the exit code. `None` when it lives on.
    pub(crate) async fn ended(&mut self, within: Duration) -> Option<i32> {
        tokio::time::timeout(within, self.child.wait()).await.ok()?.unwrap().code()
    }

    /// Waits until it takes no connections any more.
    pub(crate) async fn closed(&self) {
        let address = self.address.trim_start_matches("http://").to_owned();
        let deadline = Instant::now() + START;
        while tokio::net::TcpStream::connect(&address).await.is_ok() {
            assert!(Instant::now() < deadline, "the door stays open");
            sleep(LOOK).await;
        }
    }

    /// Waits until alerts are accepted.
    pub(crate) async fn accepting(&mut self, http: &reqwest::Client) {
        self.until(http, |_| true).await;
    }

    /// Waits until the gateway is connected too.
    pub(crate) async fn connected(&mut self, http: &reqwest::Client) {
        self.until(http, |health| part(health, "gateway")["ok"] == true).await;
    }

    /// Waits until nothing is on its way outside.
    pub(crate) async fn delivered(&mut self, http: &reqwest::Client) {
        self.until(http, |health| part(health, "outbox")["sentence"] == "0 waiting, 0 dead letters").await;
    }

    async fn until(&mut self, http: &reqwest::Client, is_so: impl Fn(&Value) -> bool) {
        let deadline = Instant::now() + START;
        let mut last = Value::Null;
        loop {
            if let Some(ended) = self.child.try_wait().unwrap() {
                panic!("the bot ended by itself: {ended}");
            }
            if let Ok(response) = http.get(format!("{}/readyz", self.address)).send().await {
                last = response.json().await.unwrap_or_default();
                if is_so(&last) {
                    return;
                }
            }
            assert!(Instant::now() < deadline, "the bot does not get there: {last}");
            sleep(LOOK).await;
        }
    }
}

fn part<'a>(health: &'a Value, name: &str) -> &'a Value {
    health["parts"].as_array().and_then(|parts| parts.iter().find(|part| part["name"] == name)).unwrap_or(&Value::Null)
}

/// A port that is free now.
pub(crate) fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}
