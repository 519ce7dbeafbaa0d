//! Purpose: alerts that are sent: by `wrk` as fast as they are taken, or by ourselves in known numbers.

use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use serde_json::{Value, json};
use tokio::io::AsyncReadExt as _;

use crate::bot::{Bot, KEY};
use crate::process::{Spawn, ended_children_cpu_s};

/// Services that alerts are about.
pub(crate) const SERVICES: u64 = 200;
/// Connections, and alerts of one request, when alerts are sent in known numbers.
const CONNECTIONS: usize = 8;
const PER_REQUEST: u64 = 100;

/// A load of `wrk`.
#[derive(Clone, Copy)]
pub(crate) struct Wrk {
    pub(crate) connections: u32,
    pub(crate) per_request: u32,
    pub(crate) seconds: u32,
}

/// What came of it.
#[derive(Clone, Copy)]
pub(crate) struct Sent {
    /// Alerts whose acceptance was answered.
    pub(crate) alerts: f64,
    pub(crate) seconds: f64,
    pub(crate) p50_ms: f64,
    pub(crate) p99_ms: f64,
    /// CPU seconds of `wrk` itself.
    pub(crate) cpu_s: f64,
}

impl Sent {
    pub(crate) fn per_second(&self) -> f64 {
        self.alerts / self.seconds
    }
}

impl Wrk {
    /// Sends to a `bot` or an `alertmanager`. Every request must be taken.
    pub(crate) async fn send(self, to: &str, address: &str) -> Sent {
        let arguments = vec![
            "--threads=1".to_owned(),
            format!("--connections={}", self.connections),
            format!("--duration={}s", self.seconds),
            "--timeout=10s".to_owned(),
            format!("--script={}/examples/bench/load.lua", env!("CARGO_MANIFEST_DIR")),
            address.to_owned(),
            "--".to_owned(),
            to.to_owned(),
            self.per_request.to_string(),
            format!("{}x{}", self.connections, self.per_request),
            KEY.to_owned(),
        ];
        let before = ended_children_cpu_s();
        let spawn = Spawn { program: "wrk".into(), arguments, settings: Vec::new() };
        let mut child = spawn.start(Stdio::piped(), Stdio::inherit());
        let mut text = String::new();
        child.stdout.take().unwrap().read_to_string(&mut text).await.unwrap();
        assert!(child.wait().await.unwrap().success(), "wrk failed: {text}");
        let line = text.lines().find_map(|line| line.strip_prefix("result ")).expect("wrk's last line");
        let result: Value = serde_json::from_str(line).unwrap();
        let number = |name: &str| result[name].as_f64().unwrap();
        assert!(number("refused") + number("broken") < 1.0, "not every request was taken: {line}");
        Sent {
            alerts: number("requests") * f64::from(self.per_request),
            seconds: number("us") / 1e6,
            p50_ms: number("p50_us") / 1e3,
            p99_ms: number("p99_us") / 1e3,
            cpu_s: ended_children_cpu_s() - before,
        }
    }
}

/// The body of a webhook with these alerts.
pub(crate) fn body(alerts: &[Value]) -> Value {
    json!({
        "version": "4", "groupKey": "{}:{}", "truncatedAlerts": 0, "status": "firing", "receiver": "siaga",
        "groupLabels": {}, "commonLabels": {}, "commonAnnotations": {}, "externalURL": "http://alertmanager.example.com",
        "alerts": alerts,
    })
}

/// One alert, told apart by its fingerprint.
pub(crate) fn alert(fingerprint: &str, status: &str, severity: &str, service: &str) -> Value {
    let ends = if status == "firing" { "0001-01-01T00:00:00Z" } else { "2026-08-14T10:00:00Z" };
    json!({
        "status": status,
        "labels": {
            "alertname": "Slow", "severity": severity, "service": service, "instance": format!("host-{fingerprint}"),
        },
        "annotations": { "summary": format!("{service} answers slowly") },
        "startsAt": "2026-08-14T09:00:00Z", "endsAt": ends, "fingerprint": fingerprint,
        "generatorURL": "http://prometheus.example.com/graph?g0.expr=slow",
    })
}

/// Sends alerts with these numbers, evenly over the services, and waits until all are accepted.
pub(crate) async fn feed(bot: &Bot, numbers: std::ops::Range<u64>, status: &'static str) {
    let (next, end) = (Arc::new(AtomicU64::new(numbers.start)), numbers.end);
    let address = format!("{}/intake/alertmanager", bot.address());
    let senders: Vec<_> = (0..CONNECTIONS)
        .map(|_| {
            let (next, address) = (Arc::clone(&next), address.clone());
            let http = reqwest::Client::builder().no_proxy().build().unwrap();
            tokio::spawn(async move {
                loop {
                    let first = next.fetch_add(PER_REQUEST, Ordering::Relaxed);
                    if first >= end {
                        break;
                    }
                    let alerts: Vec<Value> = (first..end.min(first + PER_REQUEST))
                        .map(|number| {
                            alert(
                                &format!("{number:016x}"),
                                status,
                                "warning",
                                &format!("service-{}", number % SERVICES),
                            )
                        })
                        .collect();
                    let answer = http.post(&address).bearer_auth(KEY).json(&body(&alerts)).send().await.unwrap();
                    assert_eq!(answer.status().as_u16(), 202);
                }
            })
        })
        .collect();
    for sender in senders {
        sender.await.unwrap();
    }
}
