//! Purpose: bot and sandbox as processes of their own: started, killed without a warning, never left behind.

use std::fs::OpenOptions;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};
use tokio::time::{Instant, sleep};

/// What senders show.
pub(crate) const KEY: &str = "key-of-the-crash-test";
/// How long a process may take to be there.
const START: Duration = Duration::from_secs(60);
/// How long the machine may take to load a program, beside other work.
const LOADED: Duration = Duration::from_secs(1);
/// Between two looks.
const LOOK: Duration = Duration::from_millis(50);

/// `siaga sandbox`; ends when dropped.
pub(crate) struct Sandbox {
    _child: Child,
    pub(crate) base: String,
    pub(crate) guild: String,
    line: Value,
}

impl Sandbox {
    pub(crate) async fn start(binary: &Path) -> Self {
        let limits = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/crash/limits.toml");
        let mut child = Command::new(binary)
            .args(["sandbox", "--listen", "127.0.0.1:0", "--output", "json", "--limits"])
            .arg(limits)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .expect("the sandbox starts");
        let mut lines = BufReader::new(child.stdout.take().expect("it is piped")).lines();
        let line = tokio::time::timeout(START, lines.next_line()).await.expect("the sandbox takes too long");
        let line: Value = serde_json::from_str(&line.unwrap().expect("the sandbox ended")).unwrap();
        let base = line["control"].as_str().unwrap().trim_end_matches("/control").to_owned();
        Self { _child: child, base, guild: line["guild"].as_str().unwrap().to_owned(), line }
    }

    pub(crate) fn token(&self, bot: &str) -> &str {
        let mut bots = self.line["bots"].as_array().unwrap().iter();
        bots.find(|one| one["name"] == bot).and_then(|one| one["token"].as_str()).unwrap()
    }
}

/// Everything `siaga run` needs, the same at each start.
#[derive(Clone)]
pub(crate) struct BotSettings {
    pub(crate) binary: PathBuf,
    pub(crate) folder: PathBuf,
    pub(crate) port: u16,
    pub(crate) token: String,
    pub(crate) discord: String,
    /// Variables that lead outside Discord.
    pub(crate) outside: Vec<(&'static str, String)>,
    /// What makes the bot a broken one, for the test of the test.
    pub(crate) broken: Option<String>,
}

impl BotSettings {
    pub(crate) fn address(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    pub(crate) fn log(&self) -> PathBuf {
        self.folder.join("bot.log")
    }

    /// The configuration, a copy that a story may change.
    pub(crate) fn config(&self) -> PathBuf {
        self.folder.join("siaga.toml")
    }

    /// Puts the configuration of the crash test where the bot reads it.
    pub(crate) fn write_config(&self, change: impl FnOnce(String) -> String) {
        let original = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/crash/siaga.toml");
        let text = std::fs::read_to_string(original).expect("the configuration of the crash test");
        let new = self.folder.join("siaga.toml.new");
        std::fs::write(&new, change(text)).expect("the folder of a world can be written");
        // At once, because a bot may start at any moment.
        std::fs::rename(new, self.config()).expect("the folder of a world can be written");
    }

    fn command(&self, args: &[&str], crash_at: Option<&str>) -> Command {
        let mut command = Command::new(&self.binary);
        command
            .args(args)
            .env("DISCORD_TOKEN", &self.token)
            .env("SIAGA_DISCORD", &self.discord)
            .env("SIAGA_CONFIG", self.config())
            .env("SIAGA_DATABASE", self.folder.join("siaga.db"))
            .env("SIAGA_LISTEN", format!("127.0.0.1:{}", self.port))
            .env("SIAGA_KEY_ALERTMANAGER", KEY)
            .env("SIAGA_LOG", "info,engine=debug,discord=debug")
            .env("NO_COLOR", "1")
            .envs(self.outside.iter().map(|(name, value)| (*name, value)));
        if let Some(at) = crash_at {
            command.env("SIAGA_CRASH_AT", at);
        }
        if let Some(broken) = &self.broken {
            command.env("SIAGA_BROKEN", broken);
        }
        command.stdin(Stdio::null()).kill_on_drop(true);
        command
    }

    fn log_file(&self) -> std::fs::File {
        OpenOptions::new().create(true).append(true).open(self.log()).expect("the log can be written")
    }

    /// Runs a command of the program beside the bot; what it says, or `None` when it was killed or failed, and which of both.
    pub(crate) async fn beside(&self, args: &[&str], crash_at: Option<&str>) -> (Option<Value>, bool) {
        use std::os::unix::process::ExitStatusExt;
        let ended = self.command(args, crash_at).output().await.expect("the program starts");
        self.log_file().write_all(&ended.stderr).expect("the log can be written");
        let said = ended.status.success().then(|| serde_json::from_slice(&ended.stdout).unwrap_or_default());
        (said, ended.status.signal() == Some(9))
    }

    /// Starts the process and waits for nothing. `crash_at` is for a build with the feature `crash-points`.
    pub(crate) fn spawn(&self, crash_at: Option<&str>) -> Bot {
        let mut command = self.command(&["run"], crash_at);
        command.stdout(Stdio::null()).stderr(self.log_file());
        Bot { child: command.spawn().expect("the bot starts"), address: self.address(), began: Instant::now() }
    }
}

/// How a process ended.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Status(std::process::ExitStatus);

impl Status {
    /// By SIGKILL.
    pub(crate) fn killed(self) -> bool {
        use std::os::unix::process::ExitStatusExt;
        self.0.signal() == Some(9)
    }

    /// By SIGTERM, before it could ask for it.
    pub(crate) fn terminated(self) -> bool {
        use std::os::unix::process::ExitStatusExt;
        self.0.signal() == Some(15)
    }

    /// By itself, and all was well.
    pub(crate) fn success(self) -> bool {
        self.0.success()
    }
}

impl std::fmt::Display for Status {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

/// `siaga run`; killed when dropped.
pub(crate) struct Bot {
    child: Child,
    address: String,
    began: Instant,
}

impl Bot {
    pub(crate) fn id(&self) -> Option<u32> {
        self.child.id()
    }

    /// It cannot have asked for signals yet: it is being loaded.
    pub(crate) fn is_new(&self) -> bool {
        self.began.elapsed() < LOADED
    }

    /// SIGKILL: no handler runs, nothing is written down on the way out.
    pub(crate) async fn kill(&mut self) {
        let _ = self.child.start_kill();
        let _ = self.child.wait().await;
    }

    /// SIGTERM: it stops as it should.
    pub(crate) async fn terminate(&mut self) {
        if let Some(id) = self.id() {
            let _ = Command::new("kill").args(["-TERM", &id.to_string()]).status().await;
        }
    }

    /// Waits for the end of the process; `None` when it lives on. `Some(true)` when a SIGKILL ended it.
    pub(crate) async fn ended(&mut self, within: Duration) -> Option<bool> {
        self.status(within).await.map(|status| status.killed())
    }

    /// Waits for the end of the process, and says how it ended; `None` when it lives on.
    pub(crate) async fn status(&mut self, within: Duration) -> Option<Status> {
        tokio::time::timeout(within, self.child.wait()).await.ok()?.ok().map(Status)
    }

    /// What `/readyz` says, if it says something.
    pub(crate) async fn health(&self, http: &reqwest::Client) -> Option<Value> {
        http.get(format!("{}/readyz", self.address)).send().await.ok()?.json().await.ok()
    }

    /// Waits until the gateway is connected; false when that takes too long or the process is gone.
    pub(crate) async fn connected(&mut self, http: &reqwest::Client) -> bool {
        let deadline = Instant::now() + START;
        while Instant::now() < deadline {
            if self.child.try_wait().ok().flatten().is_some() {
                return false;
            }
            if let Some(health) = self.health(http).await
                && part(&health, "gateway")["ok"] == true
            {
                return true;
            }
            sleep(LOOK).await;
        }
        false
    }
}

/// One part of a health report.
pub(crate) fn part<'a>(health: &'a Value, name: &str) -> &'a Value {
    health["parts"].as_array().and_then(|parts| parts.iter().find(|part| part["name"] == name)).unwrap_or(&Value::Null)
}

/// A port that is free now.
pub(crate) fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}
