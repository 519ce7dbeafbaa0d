//! Purpose: starts `server.py` and reads what it prints.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncBufReadExt, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
const DEADLINE: Duration = Duration::from_secs(30);

/// A running server; it ends with this value.
pub(crate) struct Server {
    lines: Lines<BufReader<ChildStdout>>,
    port: u64,
    _process: Child,
}

/// A mail as it arrived.
pub(crate) struct Mail {
    pub(crate) login: Option<String>,
    pub(crate) from: String,
    pub(crate) to: Vec<String>,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) kinds: Vec<String>,
    pub(crate) text: String,
    pub(crate) html: String,
    pub(crate) raw: String,
}

impl Mail {
    pub(crate) fn header(&self, name: &str) -> Vec<&str> {
        let named = self.headers.iter().filter(|(header, _)| header.eq_ignore_ascii_case(name));
        named.map(|(_, value)| value.as_str()).collect()
    }
}

/// A Python that knows aiosmtpd. When it is required and not here, the test fails.
async fn python() -> Option<PathBuf> {
    for python in [Path::new(ROOT).join(".test-parts/venv/bin/python"), PathBuf::from("python3")] {
        let mut asked = Command::new(&python);
        asked.args(["-c", "import aiosmtpd"]).stdout(Stdio::null()).stderr(Stdio::null());
        if asked.status().await.is_ok_and(|status| status.success()) {
            return Some(python);
        }
    }
    let required = std::env::var_os("SIAGA_REQUIRE").unwrap_or_default();
    let is_required = required.to_string_lossy().split([',', ' ']).any(|name| name == "smtp");
    assert!(!is_required, "SIAGA_REQUIRE names smtp, but no Python with aiosmtpd can be found");
    eprintln!("left out: no Python with aiosmtpd can be found (scripts/test --only smtp installs it)");
    None
}

impl Server {
    /// A server on a free port; `None` if it is left out.
    pub(crate) async fn start() -> Option<Self> {
        let python = python().await?;
        let mut process = Command::new(python)
            .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/smtp/server.py"))
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let mut server = Self { lines, port: 0, _process: process };
        server.port = server.line().await["port"].as_u64().unwrap();
        Some(server)
    }

    /// Its address for somebody who signs in like this (`user:password@`).
    pub(crate) fn address(&self, login: &str, end: &str) -> String {
        format!("smtp://{login}127.0.0.1:{}{end}", self.port)
    }

    /// The next mail.
    pub(crate) async fn mail(&mut self) -> Mail {
        let line = self.line().await;
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let texts = |value: &Value| value.as_array().unwrap().iter().map(text).collect::<Vec<String>>();
        let headers = line["headers"].as_array().unwrap().iter().map(texts);
        Mail {
            login: line["login"].as_str().map(str::to_owned),
            from: text(&line["from"]),
            to: texts(&line["to"]),
            headers: headers.map(|pair| (pair[0].clone(), pair[1].clone())).collect(),
            kinds: texts(&line["kinds"]),
            text: text(&line["text"]),
            html: text(&line["html"]),
            raw: text(&line["raw"]),
        }
    }

    async fn line(&mut self) -> Value {
        let line = tokio::time::timeout(DEADLINE, self.lines.next_line()).await.expect("a line in time");
        serde_json::from_str(&line.unwrap().expect("the server goes on")).unwrap()
    }
}
