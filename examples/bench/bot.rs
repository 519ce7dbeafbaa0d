//! Purpose: the bot as a process: started, asked how far it is, and how big it has become.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use serde_json::Value;
use tokio::process::Child;
use tokio::time::sleep;

use crate::process::{Spawn, Usage, free_port, usage};
use crate::sandbox::Sandbox;

/// The sample configuration wants an order each five minutes.
const BEAT: Duration = Duration::from_secs(60);
/// What senders show.
pub(crate) const KEY: &str = "key-of-the-benchmark";

pub(crate) struct Bot {
    pub(crate) child: Child,
    pub(crate) port: u16,
    /// From the start of the process until alerts are accepted, and until commands answer.
    pub(crate) accepting: Duration,
    pub(crate) ready: Duration,
    http: reqwest::Client,
}

/// How far the bot is.
#[derive(Clone, Copy)]
pub(crate) struct Progress {
    pub(crate) accepted: f64,
    pub(crate) decided: f64,
    pub(crate) waiting: f64,
}

/// How a bot is started.
pub(crate) struct Start<'a> {
    pub(crate) program: PathBuf,
    pub(crate) folder: &'a Path,
    pub(crate) more: Vec<(&'static str, String)>,
}

/// One whose pages of one person ring together, as they do by default, and whose services `worst-*` are SEV-1.
pub(crate) struct Together<'a>(Start<'a>);

impl<'a> Start<'a> {
    /// The same with pages that ring together.
    pub(crate) const fn together(self) -> Together<'a> {
        Together(self)
    }

    /// Starts it and waits until it is ready. Each page rings by itself: one person is paged for everything here, and how long a
    /// ring waits for others is no speed of ours.
    pub(crate) async fn start(self, sandbox: &Sandbox) -> Bot {
        self.start_with("[routing]\n", "[routing]\nring_together = \"0s\"\n", sandbox).await
    }

    async fn start_with(self, text: &str, instead: &str, sandbox: &Sandbox) -> Bot {
        let port = free_port();
        let mut settings = vec![
            ("DISCORD_TOKEN", sandbox.token("siaga")),
            ("SIAGA_DISCORD", sandbox.base.clone()),
            ("SIAGA_CONFIG", config(self.folder, text, instead)),
            ("SIAGA_DATABASE", self.folder.join("siaga.db").display().to_string()),
            ("SIAGA_LISTEN", format!("127.0.0.1:{port}")),
            ("SIAGA_KEY_ALERTMANAGER", KEY.to_owned()),
            // The sample names this one, too; without it the bot is not ready.
            ("SIAGA_KEY_UPTIME_KUMA", KEY.to_owned()),
            ("NO_COLOR", "1".to_owned()),
        ];
        settings.extend(self.more);
        let log = std::fs::File::create(self.folder.join("bot.log")).unwrap();
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        let began = Instant::now();
        let child = Spawn { program: self.program, arguments: vec!["run".to_owned()], settings }
            .start(Stdio::null(), log.into());
        let mut accepting = None;
        loop {
            if let Ok(health) = http.get(format!("http://127.0.0.1:{port}/readyz")).send().await {
                let status = health.status();
                accepting = accepting.or_else(|| Some(began.elapsed()));
                let health: Value = health.json().await.unwrap_or_default();
                let parts = health["parts"].as_array().map(Vec::as_slice).unwrap_or_default();
                if status.is_success() && parts.iter().any(|part| part["name"] == "gateway" && part["ok"] == true) {
                    break;
                }
            }
            assert!(began.elapsed() < Duration::from_secs(120), "the bot does not start");
            sleep(Duration::from_millis(2)).await;
        }
        // The sample configuration waits for orders; a long run without them would have an alert of its own. Ends with the bot.
        let (beats, order) = (http.clone(), format!("http://127.0.0.1:{port}/heartbeat/orders"));
        tokio::spawn(async move {
            while beats.get(&order).send().await.is_ok() {
                sleep(BEAT).await;
            }
        });
        Bot { child, port, accepting: accepting.unwrap_or_default(), ready: began.elapsed(), http }
    }
}

impl Bot {
    pub(crate) fn address(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    pub(crate) fn usage(&self) -> Usage {
        usage(&self.child)
    }

    /// A sum over the samples of a metric.
    pub(crate) async fn metric(&self, name: &str) -> f64 {
        sum(&self.metrics().await, name)
    }

    async fn metrics(&self) -> String {
        let answer = self.http.get(format!("{}/metrics", self.address())).send().await.unwrap();
        answer.text().await.unwrap()
    }

    /// The samples of a metric by the value of a label.
    pub(crate) async fn by_label(&self, name: &str, label: &str) -> BTreeMap<String, f64> {
        let (text, label) = (self.metrics().await, format!("{label}=\""));
        let samples = text.lines().filter(|line| line.starts_with(name)).filter_map(|line| {
            let value = line.split_once(&label)?.1.split_once('"')?.0.to_owned();
            Some((value, line.rsplit_once(' ')?.1.parse().ok()?))
        });
        samples.collect()
    }

    pub(crate) async fn progress(&self) -> Progress {
        let text = self.metrics().await;
        Progress {
            accepted: sum(&text, "siaga_alerts_accepted_total"),
            decided: sum(&text, "siaga_alerts_decided_total"),
            waiting: sum(&text, "siaga_journal_waiting"),
        }
    }

    /// Waits until everything accepted is decided, at most so long; how long it took, and what is still left.
    pub(crate) async fn drained(&self, at_most: Duration) -> (Duration, Progress) {
        let began = Instant::now();
        loop {
            let progress = self.progress().await;
            if progress.waiting < 1.0 || began.elapsed() > at_most {
                return (began.elapsed(), progress);
            }
            sleep(Duration::from_millis(50)).await;
        }
    }

    pub(crate) async fn stop(mut self) {
        self.child.kill().await.unwrap();
    }
}

fn sum(metrics: &str, name: &str) -> f64 {
    let samples =
        metrics.lines().filter_map(|line| line.strip_prefix(name)).filter(|rest| rest.starts_with([' ', '{']));
    samples.filter_map(|rest| rest.rsplit_once(' ')?.1.parse::<f64>().ok()).sum()
}

impl Together<'_> {
    pub(crate) async fn start(self, sandbox: &Sandbox) -> Bot {
        let first = "  { match = ['severity=\"critical\"', 'service=\"checkout\"'], severity = \"SEV-1\" },\n";
        let worst = first.replace("=\"checkout\"", "=~\"checkout|worst-.*\"");
        self.0.start_with(first, &worst, sandbox).await
    }
}

/// The sample configuration, with one text in it replaced.
fn config(folder: &Path, replaced: &str, instead: &str) -> String {
    let examples = format!("{}/examples", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(format!("{examples}/siaga.toml")).unwrap();
    let text = text
        .replace("\"../runbooks\"", &format!("\"{examples}/../runbooks\""))
        .replace("\"scenarios\"", &format!("\"{examples}/scenarios\""));
    assert!(text.contains(replaced), "the sample configuration has {replaced}");
    let text = text.replace(replaced, instead);
    let file = folder.join("siaga.toml");
    std::fs::write(&file, text).unwrap();
    file.display().to_string()
}

/// The binary that was built together with this program.
pub(crate) fn release() -> PathBuf {
    let own = std::env::current_exe().unwrap();
    own.parent().and_then(|folder| folder.parent()).unwrap().join("siaga")
}
