//! Purpose: Alertmanager as a process: the peer that alerts are sent to in turn.

use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use tokio::process::Child;
use tokio::time::sleep;

use crate::process::{Spawn, Usage, free_port, usage};

/// Groups as the bot does, and tells nobody.
const CONFIG: &str = "route:\n  receiver: nobody\n  group_by: [service]\nreceivers:\n  - name: nobody\n";

pub(crate) struct Alertmanager {
    child: Child,
    port: u16,
}

impl Alertmanager {
    pub(crate) async fn start(folder: &Path) -> Self {
        let (port, file) = (free_port(), folder.join("alertmanager.yml"));
        std::fs::write(&file, CONFIG).unwrap();
        let arguments = vec![
            format!("--config.file={}", file.display()),
            format!("--storage.path={}", folder.join("alertmanager").display()),
            format!("--web.listen-address=127.0.0.1:{port}"),
            "--cluster.listen-address=".to_owned(),
            "--log.level=error".to_owned(),
        ];
        let spawn = Spawn { program: "prometheus-alertmanager".into(), arguments, settings: Vec::new() };
        let child = spawn.start(Stdio::null(), Stdio::null());
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        let began = Instant::now();
        while !http
            .get(format!("http://127.0.0.1:{port}/-/ready"))
            .send()
            .await
            .is_ok_and(|it| it.status().is_success())
        {
            assert!(began.elapsed() < Duration::from_secs(30), "Alertmanager does not start");
            sleep(Duration::from_millis(20)).await;
        }
        Self { child, port }
    }

    pub(crate) fn address(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    pub(crate) fn usage(&self) -> Usage {
        usage(&self.child)
    }

    pub(crate) async fn stop(mut self) {
        self.child.kill().await.unwrap();
    }
}
