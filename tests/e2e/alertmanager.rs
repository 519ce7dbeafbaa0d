//! Alertmanager groups, notifies and resolves; people see one incident.

use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use insta::assert_snapshot;
use siaga::settings::variable;
use tokio::net::TcpListener;
use tokio::process::{Child, Command};

use crate::harness::{CONFIG, Story, setup_with_heartbeats, story, story_with};

const SERVER: &str = "prometheus-alertmanager";
const TOOL: &str = "amtool";

/// A running Alertmanager that sends to a story's bot; it ends with this value.
struct Alertmanager {
    url: String,
    _process: Child,
}

fn on_path(program: &str) -> Option<PathBuf> {
    let path = variable("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(program)).find(|file| file.is_file())
}

/// Whether the programs are here. When they are required and are not, the test fails.
fn is_here() -> bool {
    let missing: Vec<&str> = [SERVER, TOOL].into_iter().filter(|program| on_path(program).is_none()).collect();
    if missing.is_empty() {
        return true;
    }
    let required = variable("SIAGA_REQUIRE").unwrap_or_default();
    let is_required = required.split([',', ' ']).any(|name| name == "alertmanager");
    let missing = missing.join(" and ");
    assert!(!is_required, "SIAGA_REQUIRE names alertmanager, but {missing} cannot be found");
    eprintln!("left out: {missing} cannot be found (Debian package prometheus-alertmanager)");
    false
}

impl Alertmanager {
    async fn start(s: &Story) -> Self {
        Self::start_with(s, &format!(
            "route:\n  receiver: siaga\n  group_by: [service]\n  group_wait: 1s\n  group_interval: 1s\n  repeat_interval: 1h\n\
             receivers:\n  - name: siaga\n    webhook_configs:\n      - url: http://{}/intake/alertmanager\n        send_resolved: true\n\
             \u{20}       http_config:\n          authorization: {{ type: Bearer, credentials: {} }}\n",
            s.bot().intake,
            s.key,
        ))
        .await
    }

    /// An Alertmanager whose always-firing alert is a heartbeat, told again every second.
    async fn start_as_heartbeat(s: &Story, heartbeat: &str) -> Self {
        Self::start_with(
            s,
            &format!(
                "route:\n  receiver: siaga\n  group_wait: 1s\n  group_interval: 1s\n  repeat_interval: 1s\n\
             receivers:\n  - name: siaga\n    webhook_configs:\n      - url: http://{}/heartbeat/{heartbeat}\n",
                s.bot().intake,
            ),
        )
        .await
    }

    async fn start_with(s: &Story, config: &str) -> Self {
        let file = s.file("alertmanager.yml");
        std::fs::write(&file, config).unwrap();
        // The port is free at this moment; nobody but us takes ports here by number.
        let address = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
        let process = Command::new(SERVER)
            .arg(format!("--config.file={}", file.display()))
            .arg(format!("--storage.path={}", s.file("alertmanager").display()))
            .arg(format!("--web.listen-address={address}"))
            .arg("--cluster.listen-address=")
            .arg("--log.level=warn")
            .stdin(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let url = format!("http://{address}");
        let ready = format!("{url}/-/ready");
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        s.until("Alertmanager is ready", async || {
            http.get(&ready).send().await.is_ok_and(|response| response.status().is_success())
        })
        .await;
        Self { url, _process: process }
    }

    /// No alert is known to it.
    async fn is_silent(&self) -> bool {
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        let alerts = http.get(format!("{}/api/v2/alerts", self.url)).send().await.unwrap();
        alerts.json::<serde_json::Value>().await.unwrap().as_array().is_some_and(Vec::is_empty)
    }

    /// `amtool alert add`; with an end in the past it resolves.
    async fn add(&self, name: &str, summary: &str, is_over: bool) {
        let mut command = Command::new(TOOL);
        command
            .args(["alert", "add", name, "severity=critical", "service=checkout"])
            .arg(format!("--annotation=summary={summary}"))
            .arg(format!("--alertmanager.url={}", self.url));
        if is_over {
            let now = engine::Clock::system().now();
            command.arg(format!("--end={}", (now - jiff::SignedDuration::from_secs(1)).strftime("%Y-%m-%dT%H:%M:%SZ")));
        }
        let output = command.output().await.unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
}

#[test]
fn alertmanager_fires_groups_and_resolves_and_people_see_one_incident() {
    if !is_here() {
        return;
    }
    story(async |s| {
        let alertmanager = Alertmanager::start(s).await;
        alertmanager.add("CheckoutErrors", "Checkout errors 12 %", false).await;
        alertmanager.add("PaymentTimeouts", "Payment gateway times out", false).await;
        s.until("both alerts are accepted", async || s.bot().engine.totals().await.unwrap().firing == 2).await;
        s.settled().await;
        assert_eq!(s.bot().engine.totals().await.unwrap().incidents, 1);
        assert_eq!(s.rooms().await, ["#inc-1-checkout", "INC-1 Checkout errors 12 %"]);
        assert_eq!(s.phone("budi").await.lines().count(), 2, "one page, in the room and directly");
        let card = s.card("INC-1").await;
        assert!(card.contains("**Alerts** 2 firing"), "{card}");
        s.budi().press("Acknowledge").await.done();
        s.read_all().await;

        // An end has whole seconds, and one before the beginning is the end of something else.
        tokio::time::sleep(Duration::from_millis(2_100)).await;

        // One is over: nothing is said. Both are over: the room hears it.
        alertmanager.add("CheckoutErrors", "Checkout errors 12 %", true).await;
        s.until("the first end is accepted", async || s.bot().engine.totals().await.unwrap().firing == 1).await;
        s.settled().await;
        assert_snapshot!(s.news("room INC-1").await, @"(nothing)");
        alertmanager.add("PaymentTimeouts", "Payment gateway times out", true).await;
        s.until("the second end is accepted", async || s.bot().engine.totals().await.unwrap().firing == 0).await;
        s.settled().await;
        assert_snapshot!(s.news("room INC-1").await, @r"
        Siaga (silent): All alerts resolved. It stays open until somebody resolves it.
          [Resolve] [Keep open]
        ");
        let card = s.card("INC-1").await;
        assert!(card.contains("**Alerts** all 2 resolved"), "{card}");
        assert_eq!(s.bot().engine.totals().await.unwrap().incidents, 1);
    });
}

#[test]
fn alertmanager_repeats_what_was_refused_while_the_bot_was_away() {
    if !is_here() {
        return;
    }
    story(async |s| {
        let alertmanager = Alertmanager::start(s).await;
        let address = s.bot().intake;
        s.stop_bot().await;
        alertmanager.add("CheckoutErrors", "Checkout errors 12 %", false).await;
        // Long enough for a first, refused attempt; Alertmanager tries again by itself.
        tokio::time::sleep(Duration::from_millis(1_500)).await;
        s.start_bot_at(address).await;
        s.ready().await;
        s.until("the alert is accepted", async || s.bot().engine.totals().await.unwrap().firing == 1).await;
        s.settled().await;
        assert_eq!(s.rooms().await, ["#inc-1-checkout", "INC-1 Checkout errors 12 %"]);
        s.read_all().await;
    });
}

#[test]
fn alertmanagers_watchdog_is_a_heartbeat_and_its_end_is_an_alert() {
    if !is_here() {
        return;
    }
    story_with(
        |options| options.setup = setup_with_heartbeats(CONFIG),
        async |s| {
            let alertmanager = Alertmanager::start_as_heartbeat(s, "orders").await;
            let store = store::Store::open(&s.database()).await.unwrap();
            let heard_now = async || store.heartbeats().await.unwrap().iter().any(|row| row.last == Some(s.now()));
            alertmanager.add("Watchdog", "Alerts can be sent", false).await;
            // It is told again and again, so it outlives its time.
            for _ in 0..3 {
                s.until("the heartbeat is heard", heard_now).await;
                s.pass(Duration::from_secs(4 * 60)).await;
            }
            assert_eq!(s.bot().engine.totals().await.unwrap().accepted, 0);

            // The news that the watchdog is over is no beat.
            s.until("the heartbeat is heard", heard_now).await;
            alertmanager.add("Watchdog", "Alerts can be sent", true).await;
            s.until("Alertmanager has nothing to tell", async || alertmanager.is_silent().await).await;
            s.pass(Duration::from_secs(5 * 60)).await;
            assert_eq!(s.bot().engine.totals().await.unwrap().firing, 1);
            let card = s.card("INC-1").await;
            assert!(card.contains("**No orders for 5 minutes**"), "{card}");
            store.close().await;
            s.read_all().await;
        },
    );
}
