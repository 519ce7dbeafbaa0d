//! Purpose: what people see of the ready examples, and how mistakes are told.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use std::path::{Path, PathBuf};

use domain::Setup;
use insta::assert_snapshot;

use super::{TryArgs, integration_of, payload, show, silence};
use crate::cli::{Mistakes, Output};

const CONFIG: &str = include_str!("../../examples/siaga.toml");
const RUNBOOK: (&str, &str) = ("checkout-errors.md", include_str!("../../runbooks/checkout-errors.md"));

fn setup() -> Setup {
    config::from_text("siaga.toml", CONFIG, &[RUNBOOK]).unwrap_or_else(|problems| panic!("{problems}")).setup
}

fn now() -> domain::Timestamp {
    "2026-03-02T03:10:00+07:00".parse().unwrap()
}

fn tried(integration: &str, file: &Path) -> anyhow::Result<String> {
    let setup = setup();
    let args = TryArgs {
        file: file.to_owned(),
        integration: Some(integration.to_owned()),
        heartbeat: None,
        header: Vec::new(),
        config: None,
        output: Output::Text,
    };
    let integration = integration_of(&setup, integration, Path::new("siaga.toml"))?;
    let tried = payload(&setup, integration, &args, now())?;
    // Lines of the sample move with its comments.
    let lines: Vec<String> = show::text(&tried, &setup, false)
        .lines()
        .map(|line| match line.split_once("siaga.toml:") {
            Some((before, _)) => format!("{before}siaga.toml:[line]"),
            None => line.to_owned(),
        })
        .collect();
    Ok(lines.join("\n"))
}

fn sample(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/payloads").join(name)
}

fn written(folder: &tempfile::TempDir, text: &str) -> PathBuf {
    let file = folder.path().join("input");
    std::fs::write(&file, text).unwrap();
    file
}

#[test]
fn a_payload_is_shown_with_its_route() {
    assert_snapshot!(tried("uptime-kuma", &sample("uptime-kuma-down.json")).unwrap(), @r#"
    1 alert from uptime-kuma (json).

    1. Shop is down
       Status    firing
       Key       v1:uptime-kuma:7
       Value     connect ECONNREFUSED 203.0.113.7:443
       Text      connect ECONNREFUSED 203.0.113.7:443
       Labels    integration="uptime-kuma"
                 monitor="Shop"
                 service="checkout"
                 severity="critical"
                 type="http"
       Began     2 Mar 2026 03:10:00 WIB
       Service   checkout (matches service=~"checkout|cart"), owner Payments
       Severity  SEV-1, Most customers cannot pay
       Why       rule 1 of routing (severity="critical", service="checkout"), siaga.toml:[line]
       Group     v1:service=checkout
       Room      a card in #incidents with a thread on it, and a channel for the work
       Policy    payments
       Pages     now: budi
                 after 5m: rina
                 after 10m: dewi, agus
                 at the end: #sre is told, with @sre-lead
       Runbook   checkout-errors (Checkout errors)
       Links     Dashboard: https://grafana.example.com/d/checkout
                 Source: https://shop.example.com/
       Missing   nothing
    "#);
    assert_snapshot!(tried("uptime-kuma", &sample("uptime-kuma-up.json")).unwrap(), @r#"
    1 alert from uptime-kuma (json).

    1. Shop is up
       Status    resolved
       Key       v1:uptime-kuma:7
       Value     42 ms
       Text      200 - OK
       Labels    integration="uptime-kuma"
                 monitor="Shop"
                 service="checkout"
                 severity="critical"
                 type="http"
       Began     2 Mar 2026 03:15:00 WIB
       Route     it ends the alert with this key; nothing opens and nobody is paged
    "#);
    assert_snapshot!(tried("uptime-kuma", &sample("uptime-kuma-test.json")).unwrap(), @"No alert from uptime-kuma (json): its `when` is false.");
    let group = tried("alertmanager", &sample("alertmanager-group-of-three.json")).unwrap();
    assert!(group.starts_with("3 alerts from alertmanager (alertmanager), 4 more left out."), "{group}");
    assert!(group.contains("(joins the incident of alert 1)"), "{group}");
}

#[test]
fn a_line_of_chat_is_shown_with_its_route() {
    let folder = tempfile::tempdir().unwrap();
    assert_snapshot!(tried("support-chat", &written(&folder, "checkout is down again\n")).unwrap(), @r#"
    1 alert from support-chat (chat).

    1. Users report checkout trouble
       Status    firing
       Key       v1:support-chat:5fbe80cb59d196c12caec1b6a0591e3e
       Text      checkout is down again
       Labels    channel="support"
                 service="checkout"
       Began     2 Mar 2026 03:10:00 WIB
       Asks      people are asked in the channel before anything opens
       Service   checkout (matches service=~"checkout|cart"), owner Payments
       Severity  SEV-4, No customer feels it
       Why       support-chat says so, siaga.toml:[line]
       Group     v1:service=checkout
       Room      a line in #incidents
       Policy    payments
       Pages     nobody: SEV-4 pages nobody
       Runbook   checkout-errors (Checkout errors)
       Links     Dashboard: https://grafana.example.com/d/checkout
       Missing   nothing
    "#);
    assert_snapshot!(tried("support-chat", &written(&folder, "good morning")).unwrap(), @"No alert from support-chat (chat): `match` does not match the line.");
}

#[test]
fn the_silence_of_a_heartbeat_is_shown_with_its_route() {
    let setup = setup();
    let tried = silence(&setup, "orders", Path::new("siaga.toml"), now()).unwrap();
    let text = show::text(&tried, &setup, false);
    assert!(text.starts_with("1 alert from the silence of orders.\n\n1. No orders for 5 minutes\n"), "{text}");
    assert!(text.contains("Nothing was heard of orders for 5m; the last time was 2 Mar 03:05:00 WIB."), "{text}");
    let json = show::json(&tried);
    assert_eq!(json["alerts"][0]["route"]["severity"], "SEV-2");
    assert_eq!(json["alerts"][0]["report"]["dedup_key"], "v1:heartbeat:orders");
}

#[test]
fn what_cannot_be_used_is_a_mistake() {
    let folder = tempfile::tempdir().unwrap();
    let failed = |integration: &str, file: &Path| tried(integration, file).unwrap_err().is::<Mistakes>();
    assert!(failed("uptime-kuna", &sample("uptime-kuma-down.json")), "an unknown integration");
    assert!(failed("uptime-kuma", &written(&folder, "{ \"a\":")), "no JSON");
    assert!(failed("uptime-kuma", &folder.path().join("missing")), "no file");
    assert!(silence(&setup(), "order", Path::new("siaga.toml"), now()).is_err_and(|error| error.is::<Mistakes>()));
}
