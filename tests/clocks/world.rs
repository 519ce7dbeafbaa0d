//! Purpose: one sandbox, and one bot whose wall clock is a file; alerts go in, and whose phone rang when comes out.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs::OpenOptions;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::Mutex;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use serde_json::{Value, json};
use siaga::settings::variable;
use tempfile::TempDir;
use tokio::process::{Child, Command};
use tokio::time::{Instant, sleep};

use crate::processes::{KEY, SandboxProcess, free_port};

/// How long the first step waits.
const WAIT_MS: u64 = 10_000;
/// How much later the second step may ring: sixty pages of a debug build on a machine that does other things too.
const TOLERANCE_MS: u64 = 25_000;
/// How long anything may take.
const PATIENCE: Duration = Duration::from_secs(90);
const LOOK: Duration = Duration::from_millis(200);

const CONFIG: &str = r##"
version  = 1
language = "en"
timezone = "UTC"

[discord]
server    = "Toko Kita"
incidents = "#incidents"
operators = "#sre-ops"
category  = "Incidents"
access    = { responder = "@sre", admin = "@sre-lead" }

[[integrations]]
name = "alertmanager"
kind = "alertmanager"
key_env = "SIAGA_KEY_ALERTMANAGER"

[people]
budi = { discord = "budi" }
rina = { discord = "rina" }

[[escalations]]
name = "quick"
steps = [{ page = "budi", wait = "10s" }, { page = "rina", wait = "30m" }]

[severities]
SEV-3 = { means = "Slower or worse than it should be", room = "thread", page = true }

[routing]
ring_together = "0s"
group_by = ["service"]
escalation = "quick"
rules = [{ match = [], severity = "SEV-3" }]
"##;

/// Discord's limits are another test's subject.
const LIMITS: &str = "messages_per_channel = 1000000\nglobal = { calls = 100000, per = \"1s\" }\n\
    [[bucket]]\nmethod = \"POST\"\nroute = \"/channels/{channel_id}/messages\"\ncalls = 100000\nper = \"1s\"\n";

/// The library. When it is required and not here, the test fails.
pub(crate) fn library() -> Option<PathBuf> {
    let parts = Path::new(env!("CARGO_MANIFEST_DIR")).join(".test-parts/faketime/usr/lib");
    let found = [parts, PathBuf::from("/usr/lib")].into_iter().find_map(|folder| {
        let machines = std::fs::read_dir(folder).ok()?;
        let files = machines.flatten().map(|machine| machine.path().join("faketime/libfaketimeMT.so.1"));
        files.into_iter().find(|file| file.is_file())
    });
    if found.is_none() {
        let required = variable("SIAGA_REQUIRE").unwrap_or_default();
        let is_required = required.split([',', ' ']).any(|name| name == "faketime");
        assert!(!is_required, "SIAGA_REQUIRE names faketime, but libfaketimeMT.so.1 cannot be found");
        eprintln!("left out: libfaketimeMT.so.1 cannot be found (Debian package faketime)");
    }
    found
}

pub(crate) struct World {
    sandbox: SandboxProcess,
    http: reqwest::Client,
    library: PathBuf,
    folder: TempDir,
    port: u16,
    bot: Option<Child>,
    /// How far the bot's wall clock is from the true time, in milliseconds.
    ahead: AtomicI64,
    /// When an incident's alert was handed in, by the sandbox's clock, by service.
    fired: Mutex<BTreeMap<String, u64>>,
}

impl World {
    /// A sandbox, and everything for a bot whose clock is so many milliseconds ahead.
    pub(crate) async fn start(library: &Path, ahead_ms: i64) -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("siaga.toml"), CONFIG).unwrap();
        let limits = folder.path().join("limits.toml");
        std::fs::write(&limits, LIMITS).unwrap();
        let sandbox = SandboxProcess::start_with(&[OsStr::new("--limits"), limits.as_os_str()]).await;
        let world = Self {
            sandbox,
            http: reqwest::Client::builder().no_proxy().timeout(Duration::from_secs(60)).build().unwrap(),
            library: library.to_owned(),
            folder,
            port: free_port(),
            bot: None,
            ahead: AtomicI64::new(0),
            fired: Mutex::default(),
        };
        world.clock_steps(ahead_ms);
        world
    }

    /// Somebody sets the machine's clock.
    pub(crate) fn clock_steps(&self, by_ms: i64) {
        let ahead = self.ahead.fetch_add(by_ms, Ordering::SeqCst) + by_ms;
        let text = format!("{}{}.{:03}\n", if ahead < 0 { '-' } else { '+' }, ahead.abs() / 1_000, ahead.abs() % 1_000);
        // Never half a file.
        let (fresh, file) = (self.folder.path().join("clock.new"), self.folder.path().join("clock"));
        std::fs::write(&fresh, text).unwrap();
        std::fs::rename(&fresh, &file).unwrap();
    }

    /// Starts the bot and waits until the gateway is connected.
    pub(crate) async fn restart(&mut self) {
        let folder = self.folder.path();
        let log = OpenOptions::new().create(true).append(true).open(folder.join("bot.log")).unwrap();
        let child = Command::new(env!("CARGO_BIN_EXE_siaga"))
            .arg("run")
            .env("LD_PRELOAD", &self.library)
            .env("FAKETIME_TIMESTAMP_FILE", folder.join("clock"))
            .env("FAKETIME_NO_CACHE", "1")
            .env("FAKETIME_DONT_FAKE_MONOTONIC", "1")
            .env("DONT_FAKE_MONOTONIC", "1")
            .env("DISCORD_TOKEN", self.sandbox.token("siaga"))
            .env("SIAGA_DISCORD", &self.sandbox.base)
            .env("SIAGA_CONFIG", folder.join("siaga.toml"))
            .env("SIAGA_DATABASE", folder.join("siaga.db"))
            .env("SIAGA_LISTEN", format!("127.0.0.1:{}", self.port))
            .env("SIAGA_KEY_ALERTMANAGER", KEY)
            .env("SIAGA_LOG", "info,engine=debug")
            .env("NO_COLOR", "1")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        self.bot = Some(child);
        let deadline = Instant::now() + PATIENCE;
        loop {
            let health = self.health().await;
            if health.contains(r#""name":"gateway","ok":true"#) {
                return;
            }
            assert!(Instant::now() < deadline, "the bot does not get there: {health}\n{}", self.log());
            sleep(LOOK).await;
        }
    }

    /// SIGKILL.
    pub(crate) async fn kill(&mut self) {
        let mut bot = self.bot.take().unwrap();
        bot.start_kill().unwrap();
        bot.wait().await.unwrap();
    }

    /// What `/readyz` says.
    pub(crate) async fn health(&self) -> String {
        match self.http.get(format!("http://127.0.0.1:{}/readyz", self.port)).send().await {
            Ok(response) => response.text().await.unwrap_or_default(),
            Err(error) => error.to_string(),
        }
    }

    /// So many incidents open, one soon after the other, and each rings Budi.
    pub(crate) async fn fire(&self, incidents: u32) {
        for number in 1..=incidents {
            let service = format!("s{number}");
            let body = json!({
                "version": "4", "groupKey": "{}", "truncatedAlerts": 0, "status": "firing", "receiver": "siaga",
                "groupLabels": {}, "commonLabels": {}, "commonAnnotations": {},
                "externalURL": "http://alertmanager.example.com",
                "alerts": [{
                    "status": "firing",
                    "labels": { "alertname": "Slow", "severity": "warning", "service": service },
                    "annotations": { "summary": format!("{service} is slow") },
                    "startsAt": "2026-08-14T09:00:00Z", "endsAt": "0001-01-01T00:00:00Z", "generatorURL": "",
                    "fingerprint": service,
                }],
            });
            let now = self.look("/clock").await["now"].as_u64().unwrap();
            self.fired.lock().unwrap().insert(service, now);
            let url = format!("http://127.0.0.1:{}/intake/alertmanager", self.port);
            let sent = self.http.post(url).bearer_auth(KEY).json(&body).send().await.unwrap();
            assert_eq!(sent.status().as_u16(), 202);
        }
        let deadline = Instant::now() + PATIENCE;
        while self.rang("budi").await.len() < usize::try_from(incidents).unwrap() {
            assert!(Instant::now() < deadline, "not every incident rings Budi\n{}", self.log());
            sleep(LOOK).await;
        }
    }

    /// Rina is rung for each incident, not before the wait of the first step is over and not much later.
    pub(crate) async fn all_rang_in_time(&self) {
        let fired = self.fired.lock().unwrap().clone();
        let deadline = Instant::now() + Duration::from_millis(WAIT_MS + TOLERANCE_MS);
        let mut rang = self.rang("rina").await;
        while rang.len() < fired.len() && Instant::now() < deadline {
            sleep(LOOK).await;
            rang = self.rang("rina").await;
        }
        let mut wrong = Vec::new();
        for (service, fired) in &fired {
            match rang.get(service) {
                None => wrong.push(format!("{service} stopped")),
                Some(at) if at.saturating_sub(*fired) < WAIT_MS => {
                    wrong.push(format!("{service} rang after {} ms", at.saturating_sub(*fired)));
                }
                Some(at) if at - fired > WAIT_MS + TOLERANCE_MS => {
                    wrong.push(format!("{service} rang only after {} ms", at - fired));
                }
                Some(_) => {}
            }
        }
        assert!(wrong.is_empty(), "{} of {}: {}\n{}", wrong.len(), fired.len(), wrong.join(", "), self.log());
    }

    /// When a person's phone rang first for each service, by the sandbox's clock.
    async fn rang(&self, person: &str) -> BTreeMap<String, u64> {
        let found = self.look(&format!("/people/{person}/notifications")).await;
        let notices = found["notifications"].as_array().unwrap();
        let mut rang = BTreeMap::new();
        for notice in notices.iter().filter(|notice| notice["silent"] == false) {
            let words = notice["text"].as_str().unwrap().split_whitespace().collect::<Vec<_>>();
            let service = words.windows(2).find(|pair| pair[1] == "is").map(|pair| pair[0].to_owned());
            if let Some(service) = service {
                rang.entry(service).or_insert(notice["at"].as_u64().unwrap());
            }
        }
        rang
    }

    async fn look(&self, path: &str) -> Value {
        let url = format!("{}/control{path}", self.sandbox.base);
        self.http.get(url).send().await.unwrap().json().await.unwrap()
    }

    fn log(&self) -> String {
        let log = std::fs::read_to_string(self.folder.path().join("bot.log")).unwrap_or_default();
        let lines: Vec<&str> = log.lines().filter(|line| !line.contains("DEBUG")).collect();
        format!("--- the bot's log ---\n{}", lines[lines.len().saturating_sub(80)..].join("\n"))
    }
}
