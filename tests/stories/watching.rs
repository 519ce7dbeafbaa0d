//! Siaga watches itself: metrics, an outside watch that is pinged while all is well, an alarm on other ways when it is not.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stderr, reason = "tests")]

use std::collections::BTreeMap;
use std::io::Write as _;
use std::process::{Command, Stdio};
use std::time::Duration;

use discord::probe::Times;
use domain::setup::Watch;
use insta::assert_snapshot;
use secrecy::SecretString;
use serde_json::{Value, json};

use crate::harness::outside_watch::OutsideWatch;
use crate::harness::phone::PushServer;
use crate::harness::{Options, Story, story, story_with};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");
const RULES: &str = include_str!("../../examples/prometheus/siaga.rules.yml");

fn with_a_watch(options: &mut Options, watch: &OutsideWatch, phone: &PushServer) {
    // Long enough for a busy machine: only what a story is about may be an alarm.
    options.setup.watch = Some(Watch {
        url_env: Some("SIAGA_WATCH_URL".into()),
        every: Duration::from_millis(100),
        page_stuck: Duration::from_secs(2),
        journal_old: Duration::from_secs(60),
        gateway_away: Duration::from_secs(60),
        alarm: vec!["rina".into()],
    });
    options.outside.watches.insert("SIAGA_WATCH_URL".into(), SecretString::from(watch.address()));
    let rina = options.setup.people.get_mut(&"rina".into()).unwrap();
    rina.addresses.insert(ways::ntfy::NTFY.id, domain::setup::Address::Variable("NTFY_RINA".into()));
    options.outside.variables.insert("NTFY_RINA".into(), SecretString::from(phone.topic("rina")));
}

/// All samples by name and labels.
async fn metrics(s: &Story) -> BTreeMap<String, f64> {
    let text = metrics_text(s).await;
    let samples = text.lines().filter(|line| !line.starts_with('#'));
    samples
        .filter_map(|line| line.rsplit_once(' '))
        .map(|(name, value)| (name.to_owned(), value.parse().unwrap()))
        .collect()
}

async fn metrics_text(s: &Story) -> String {
    let url = format!("http://{}/metrics", s.bot().intake);
    s.control.http.get(url).send().await.unwrap().text().await.unwrap()
}

async fn watch_part(s: &Story) -> (bool, String) {
    let url = format!("http://{}/readyz", s.bot().intake);
    let body: Value = s.control.http.get(url).send().await.unwrap().json().await.unwrap();
    let part = body["parts"].as_array().unwrap().iter().find(|part| part["name"] == "watch").unwrap().clone();
    (part["ok"].as_bool().unwrap(), part["sentence"].as_str().unwrap().to_owned())
}

fn told(message: &Value) -> String {
    format!("{}\n{}", message["title"].as_str().unwrap(), message["message"].as_str().unwrap())
}

async fn pinged_again(s: &Story, watch: &OutsideWatch) {
    let before = watch.pings();
    s.until("the watch is pinged", async || watch.pings() > before + 1).await;
}

#[test]
fn the_outside_watch_is_pinged_while_all_is_well_and_an_outage_stops_it_and_alarms_people() {
    let (watch, phone) = (OutsideWatch::start(), PushServer::start());
    story_with(
        |options| {
            with_a_watch(options, &watch, &phone);
            let quick = Duration::from_millis(50);
            options.probe = Times { connected: quick, in_doubt: quick, patience: Duration::from_secs(2), failures: 3 };
        },
        async |s| {
            pinged_again(s, &watch).await;
            assert_eq!(watch_part(s).await, (true, "pinged 0 seconds ago".to_owned()));
            assert!(phone.messages("rina").is_empty());
            s.fault(&json!({ "bot": "siaga", "do": "status", "status": 502, "count": 1_000_000 })).await;
            // The outage lasts longer than the configuration allows, by the domain clock.
            s.until("the outage is known", async || s.bot().engine.discord_down_since().is_some()).await;
            s.due_without_waiting(5).await;
            s.until("the alarm", async || !phone.messages("rina").is_empty()).await;
            let message = phone.messages("rina").pop().unwrap();
            assert_snapshot!(told(&message), @"
            Siaga is not well: pages may not arrive
            Discord has not been reachable for 5 seconds.
            Watch the monitoring yourself until this is over. On the machine of the bot, `siaga doctor` says what to do.

            You get this because [watch] alarm names you.
            ");
            assert_eq!(message["priority"], 5);
            let before = watch.pings();
            s.until("it was held back", async || {
                metrics(s).await["siaga_watch_pings_total{result=\"held_back\"}"] >= 3.0
            })
            .await;
            assert!(watch.pings() <= before + 1);
            assert_snapshot!(format!("{:?}", watch_part(s).await), @r#"(false, "not pinged: Discord has not been reachable for 5 seconds.")"#);
            assert_eq!(metrics(s).await["siaga_discord_reachable"], 0.0);

            s.clear_faults().await;
            pinged_again(s, &watch).await;
            s.until("the end of the alarm", async || phone.messages("rina").len() == 2).await;
            assert_snapshot!(told(&phone.messages("rina")[1]), @"
            Siaga is well again
            Pages go out again. What waited is delivered now.

            You get this because [watch] alarm names you.
            ");
            s.settled().await;
            assert_snapshot!(s.news("#sre-ops").await, @r"
            Siaga (silent): The outside watch is not pinged, so it will call people: Discord has not been reachable for 5 seconds. \`siaga doctor\` says what to do.
            Siaga (silent): All is well again; the outside watch is pinged.
            ");
            s.read_all().await;
        },
    );
}

#[test]
fn a_page_that_is_stuck_stops_the_pings_and_alarms_people_on_another_way() {
    let (watch, phone) = (OutsideWatch::start(), PushServer::start());
    story_with(
        |options| with_a_watch(options, &watch, &phone),
        async |s| {
            s.fault(&json!({ "method": "POST", "route": "/channels/{channel_id}/messages", "contains": "Tap to answer", "do": "status", "status": 429, "retry_after": 6.0, "scope": "shared" })).await;
            s.alert("checkout").critical().sent("firing").await;
            s.until("the alarm", async || !phone.messages("rina").is_empty()).await;
            assert!(told(&phone.messages("rina")[0]).contains("A page has been on its way to Discord for"));
            let now = metrics(s).await;
            assert!(now["siaga_page_oldest_undelivered_seconds"] > 0.2, "{now:?}");
            assert!(now["siaga_outbox_waiting{lane=\"page\"}"] >= 1.0);
            assert!(now["siaga_discord_rate_limited_total{scope=\"shared\"}"] >= 1.0);
            s.settled().await;
            pinged_again(s, &watch).await;
            s.budi().press("Acknowledge").await.done();
            s.until("the end of the alarm", async || phone.messages("rina").len() == 2).await;
            assert_eq!(metrics(s).await["siaga_page_oldest_undelivered_seconds"], 0.0);
            s.settled().await;
            s.read_all().await;
        },
    );
}

#[test]
fn commands_that_do_not_answer_stop_the_pings() {
    let (watch, phone) = (OutsideWatch::start(), PushServer::start());
    story_with(
        |options| {
            with_a_watch(options, &watch, &phone);
            options.setup.watch.as_mut().unwrap().gateway_away = Duration::from_millis(300);
        },
        async |s| {
            pinged_again(s, &watch).await;
            // Each session ends as soon as it has begun.
            s.until("the alarm", async || {
                let _ = s.control.try_post("/gateway/siaga", &json!({ "do": "invalid", "resumable": false })).await;
                !phone.messages("rina").is_empty() && metrics(s).await["siaga_gateway_away_seconds"] > 0.3
            })
            .await;
            assert!(told(&phone.messages("rina")[0]).contains("Commands and buttons have not answered for"));
            pinged_again(s, &watch).await;
            s.settled().await;
            s.read_all().await;
        },
    );
}

#[test]
fn alerts_that_wait_too_long_for_their_decision_stop_the_pings() {
    let (watch, phone) = (OutsideWatch::start(), PushServer::start());
    story_with(
        |options| with_a_watch(options, &watch, &phone),
        async |s| {
            s.expect_error("The database cannot be used");
            pinged_again(s, &watch).await;
            s.bot().store.bound_pages(Some(1)).await.unwrap();
            let mut number = 0;
            while s
                .post_intake(&crate::harness::alert::payload(
                    "firing",
                    &[s.alert(&format!("service-{number}")).warning().wire("firing")],
                ))
                .await
                .0
                == 202
            {
                number += 1;
            }
            s.until("the alarm", async || !phone.messages("rina").is_empty()).await;
            assert!(told(&phone.messages("rina")[0]).contains("The disk of the database is full"));
            s.due_without_waiting(120).await;
            let now = metrics(s).await;
            assert_eq!(now["siaga_database_up"], 0.0);
            assert!(now["siaga_journal_waiting"] >= 1.0 && now["siaga_journal_oldest_seconds"] >= 120.0, "{now:?}");
            assert_eq!(
                now["siaga_alerts_accepted_total"] - now["siaga_alerts_decided_total"],
                now["siaga_journal_waiting"]
            );
            s.bot().store.bound_pages(None).await.unwrap();
            s.clear_faults().await;
            s.until("it works again", async || s.bot().engine.database_trouble().is_none()).await;
            s.settled().await;
            pinged_again(s, &watch).await;
            let now = metrics(s).await;
            assert_eq!((now["siaga_journal_waiting"], now["siaga_journal_oldest_seconds"]), (0.0, 0.0));
            assert!(now["siaga_timers_fired_total"] == 0.0);
            s.read_all().await;
        },
    );
}

#[test]
fn metrics_are_as_prometheus_wants_them_and_all_of_the_documentation() {
    story(async |s| {
        s.checkout_breaks().await;
        s.advance(6).await;
        s.budi().press("Acknowledge").await.done();
        s.checkout_recovers().await;
        s.budi().slash_in("room INC-1", "/resolve", json!({})).await.done();
        s.budi().fills(&[Some("rolled back")]).await.done();
        let text = metrics_text(s).await;
        for row in siaga::metrics::reference().lines().filter(|line| line.starts_with("| `siaga_")) {
            let name = row.split('`').nth(1).unwrap();
            assert!(text.contains(&format!("# TYPE {name} ")), "{name} is in the documentation only");
        }
        assert!(metrics(s).await["siaga_timers_fired_total"] >= 1.0);
        promtool(&["check", "metrics"], Some(&text));
        s.read_all().await;
    });
}

#[test]
fn the_example_of_alert_rules_names_metrics_that_exist() {
    let known = siaga::metrics::reference();
    let names = regex::Regex::new(r"\bsiaga_[a-z_]+").unwrap();
    for name in names.find_iter(RULES) {
        assert!(known.contains(&format!("`{}`", name.as_str())), "{} is no metric", name.as_str());
    }
    promtool(&["check", "rules", &format!("{ROOT}/examples/prometheus/siaga.rules.yml")], None);
    promtool(&["test", "rules", &format!("{ROOT}/examples/prometheus/siaga.rules.test.yml")], None);
}

/// Prometheus's own look, where its tools are installed.
fn promtool(args: &[&str], input: Option<&str>) {
    let started =
        Command::new("promtool").args(args).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
    let Ok(mut child) = started else {
        eprintln!("promtool is not installed, so only our own checks were made");
        return;
    };
    child.stdin.take().unwrap().write_all(input.unwrap_or_default().as_bytes()).unwrap();
    let said = child.wait_with_output().unwrap();
    let text = format!("{}{}", String::from_utf8_lossy(&said.stdout), String::from_utf8_lossy(&said.stderr));
    assert!(said.status.success(), "promtool {}: {text}", args.join(" "));
}
