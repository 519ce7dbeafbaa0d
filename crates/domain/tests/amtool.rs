//! Purpose: matchers say what Alertmanager says, by its own word: two hundred random trees of routes, each decided by `amtool` and by us.
//!
//! A tree is a list of rules, of which the first that matches counts: what is below a route comes before it, with its conditions. What
//! we refuse with a sentence is left out; what we take Alertmanager must take, too, and decide alike. `amtool` is taken from
//! the path (Debian package `prometheus-alertmanager`); without it the test says so and passes, unless `SIAGA_REQUIRE` names
//! `alertmanager`.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, clippy::print_stderr, reason = "tests")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use domain::{Labels, Matcher};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};

const TREES: usize = 200;
/// Alerts that each tree is asked about.
const ALERTS: usize = 4;

const NAMES: [&str; 5] = ["severity", "team", "service", "env", "alertname"];
/// What labels say, and what conditions ask for.
const VALUES: [&str; 28] = [
    "",
    "critical",
    "Critical",
    "warning",
    "db",
    "db-1",
    "a db",
    "adb",
    "a,b",
    "a b",
    "x\ny",
    "x",
    "xy",
    "é",
    "É",
    "日本",
    "٤٢",
    "42",
    "4.2",
    "\"q\"",
    "back\\slash",
    "{x}",
    "[a]",
    "]x",
    "team=db",
    "critical,team=db",
    "a_b",
    "aa",
];
/// Parts of expressions, with those that libraries read differently.
const PARTS: [&str; 62] = [
    "db",
    "critical",
    "x",
    "a",
    "é",
    "日",
    ".",
    ".*",
    ".+",
    ".?",
    "[a-z]+",
    "[^a-z]+",
    "[^x]",
    r"\d+",
    r"\D+",
    r"\w+",
    r"\W",
    r"\W+",
    r"\s",
    r"\S+",
    r"[\d.]+",
    r"[^\d]+",
    r"[\w-]+",
    r"[^\w]+",
    r"[^\s]+",
    r"[\s\S]*",
    "[[:alpha:]]+",
    "[[:^alpha:]]",
    "[[:word:]]+",
    "[]x]+",
    "[a-]",
    "[^]]+",
    "(?i)CRITICAL",
    "(?i)É",
    "(?s).*",
    "(?s:x.y)",
    "(?m)x$",
    "(?i:DB)",
    "(?-s).*",
    "(?U)a+",
    "^db",
    "x$",
    r"\bdb\b",
    r"\bé",
    r"é\b",
    r"\Bdb",
    r"\Ax",
    r"y\z",
    "(a|b)?",
    "(?:db|x)+",
    "(?P<n>db)",
    "a{2}",
    "a{1,}",
    r"\pL+",
    r"\p{L}",
    r"\PL",
    r"\p{Greek}",
    r"\x{e9}",
    r"\xe9",
    r"\n",
    r"\.",
    r"\Q.\E",
];
/// Whole conditions that are written in ways of their own.
const ODD: [&str; 17] = [
    "severity=critical,team=db",
    r#"severity="critical",team="db""#,
    r#"{severity="critical"}"#,
    "{severity=critical,team=db}",
    "severity = critical",
    r#"severity="critical" "#,
    r#" severity =~ "crit.*""#,
    "severity=~crit.*",
    "severity!=critical",
    "severity!~crit.*",
    r#"severity=~"[a&&b]""#,
    r#"severity=~"[[a]""#,
    r#"severity=~"(?x)a b""#,
    r#"severity=~"a{1001}""#,
    r#"severity=~"critical|""#,
    "team='db'",
    "severity==critical",
];

/// A route: its conditions and the routes below it.
#[derive(Clone, Debug)]
struct Route {
    matchers: Vec<String>,
    below: Vec<Route>,
}

fn amtool() -> Option<PathBuf> {
    #[allow(clippy::disallowed_methods, reason = "a test that needs a program looks for it")]
    let (path, required) = (std::env::var_os("PATH")?, std::env::var("SIAGA_REQUIRE").unwrap_or_default());
    let found = std::env::split_paths(&path).map(|folder| folder.join("amtool")).find(|file| file.is_file());
    let is_required = required.split([',', ' ']).any(|name| name == "alertmanager");
    assert!(found.is_some() || !is_required, "SIAGA_REQUIRE names alertmanager, but amtool cannot be found");
    if found.is_none() {
        eprintln!("left out: amtool cannot be found (Debian package prometheus-alertmanager)");
    }
    found
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n"))
}

/// A condition as somebody writes it.
fn matcher() -> impl Strategy<Value = String> {
    let name = || proptest::sample::select(NAMES.to_vec());
    let value = || proptest::sample::select(VALUES.to_vec());
    let parts = || proptest::collection::vec(proptest::sample::select(PARTS.to_vec()), 1..4);
    let plain =
        (name(), proptest::sample::select(vec!["=", "!="]), value(), 0..4).prop_map(|(name, operator, value, bare)| {
            match bare {
                0 => format!("{name}{operator}{value}"),
                _ => format!("{name}{operator}{}", quoted(value)),
            }
        });
    let expression = (name(), proptest::sample::select(vec!["=~", "!~"]), parts(), parts(), any::<bool>(), 0..5)
        .prop_map(|(name, operator, one, other, either, written)| {
            let (one, other) = (one.concat(), other.concat());
            let expression = if either { format!("{one}|{other}") } else { one };
            match written {
                // As people write it: only what must be is escaped, and `\d` stays `\d`.
                0 | 1 => format!("{name}{operator}\"{}\"", expression.replace('"', "\\\"")),
                2 => format!("{name}{operator}{expression}"),
                _ => format!("{name}{operator}{}", quoted(&expression)),
            }
        });
    let odd = proptest::sample::select(ODD.to_vec()).prop_map(str::to_owned);
    prop_oneof![4 => plain, 8 => expression, 1 => odd]
}

fn route() -> impl Strategy<Value = Route> {
    let matchers = || proptest::collection::vec(matcher(), 0..3);
    let leaf = matchers().prop_map(|matchers| Route { matchers, below: Vec::new() });
    leaf.prop_recursive(2, 8, 3, move |inner| {
        (matchers(), proptest::collection::vec(inner, 0..3)).prop_map(|(matchers, below)| Route { matchers, below })
    })
}

fn alert() -> impl Strategy<Value = Labels> {
    let label = |name: &'static str| {
        proptest::option::weighted(0.7, proptest::sample::select(VALUES.to_vec()))
            .prop_map(move |value| Some((name.to_owned(), value?.to_owned())))
    };
    NAMES.map(label).into_iter().collect::<Vec<_>>().prop_map(|labels| labels.into_iter().flatten().collect())
}

/// Alertmanager's configuration for the trees, and our rules in their order, each with the name of its receiver.
fn written(routes: &[Route], path: &str, above: &[Matcher], rules: &mut Vec<(Vec<Matcher>, String)>) -> Vec<Value> {
    let mut all = Vec::new();
    for (place, route) in routes.iter().enumerate() {
        let name = format!("{path}-{place}");
        let mut own = above.to_vec();
        own.extend(route.matchers.iter().map(|text| Matcher::parse(text).unwrap()));
        let below = written(&route.below, &name, &own, rules);
        rules.push((own, name.clone()));
        all.push(json!({ "receiver": name, "matchers": route.matchers, "routes": below }));
    }
    all
}

fn config(routes: &[Value], receivers: impl Iterator<Item = String>) -> String {
    let receivers: Vec<Value> = receivers.map(|name| json!({ "name": name })).collect();
    json!({ "route": { "receiver": "root", "routes": routes }, "receivers": receivers }).to_string()
}

/// What `amtool` says of an alert; an error when it does not take the file.
fn asked(amtool: &Path, file: &Path, labels: &Labels) -> Result<String, String> {
    let mut command = Command::new(amtool);
    command.args(["config", "routes", "test"]).arg(format!("--config.file={}", file.display()));
    command.args(labels.iter().map(|(name, value)| format!("{name}={}", quoted(value))));
    let output = command.output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    if output.status.success() { Ok(said) } else { Err(String::from_utf8_lossy(&output.stderr).trim().to_owned()) }
}

/// Takes out of a tree what we refuse.
fn keep(route: &mut Route, is_taken: &mut impl FnMut(&str) -> bool) {
    route.matchers.retain(|text| is_taken(text));
    route.below.iter_mut().for_each(|route| keep(route, is_taken));
}

#[test]
fn two_hundred_random_trees_of_routes_are_decided_as_alertmanager_decides_them() {
    let Some(amtool) = amtool() else { return };
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("alertmanager.yml");
    let mut runner = TestRunner::new(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() });
    let (mut refused, mut taken): (BTreeMap<String, String>, BTreeSet<String>) = Default::default();
    let (mut asked_about, mut at_root) = (0, 0);
    let mut wrong = Vec::new();
    for _ in 0..TREES {
        let mut routes = proptest::collection::vec(route(), 1..5).new_tree(&mut runner).unwrap().current();
        let mut is_taken = |text: &str| match Matcher::parse(text) {
            Ok(_) => {
                taken.insert(text.to_owned());
                true
            }
            Err(why) => {
                refused.insert(text.to_owned(), why.to_string());
                false
            }
        };
        routes.iter_mut().for_each(|route| keep(route, &mut is_taken));
        let mut rules = Vec::new();
        let written = written(&routes, "route", &[], &mut rules);
        let receivers = rules.iter().map(|(_, name)| name.clone()).chain(std::iter::once("root".to_owned()));
        let text = config(&written, receivers);
        std::fs::write(&file, &text).unwrap();
        for _ in 0..ALERTS {
            let labels = alert().new_tree(&mut runner).unwrap().current();
            let own = rules.iter().find(|(matchers, _)| matchers.iter().all(|matcher| matcher.matches(&labels)));
            let own = own.map_or("root", |(_, name)| name.as_str());
            // Also when we take what it does not read.
            let said = asked(&amtool, &file, &labels).unwrap_or_else(|error| panic!("{error}: {text}"));
            asked_about += 1;
            at_root += usize::from(said == "root");
            if said != own {
                wrong.push(format!("{labels:?}: Alertmanager {said}, we {own}: {text}"));
            }
        }
    }
    println!(
        "{TREES} trees, {asked_about} alerts ({at_root} at the root); conditions: {} compared, {} refused: {refused:#?}",
        taken.len(),
        refused.len()
    );
    assert!(wrong.is_empty(), "{} differ: {wrong:#?}", wrong.len());
    assert!(taken.len() > refused.len() && at_root * 2 < asked_about, "too little is compared");
}
