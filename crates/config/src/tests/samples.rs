//! Purpose: the samples load, the reference is true, files on disk are read.

use std::path::Path;
use std::time::Duration;

use domain::setup::{ChatName, IntegrationKind, PageTarget, RoomKind};
use domain::{Labels, PersonId, Severity};

use super::SMALL;
use crate::keys::SECTIONS;
use crate::{from_text, load, reference};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap()
}

#[test]
fn the_sample_configuration_loads_without_a_warning() {
    let loaded = load(&root().join("examples/siaga.toml"), &|_| Some("key".into())).unwrap_or_else(|e| panic!("{e}"));
    assert!(loaded.warnings.is_empty(), "{}", loaded.warnings);
    let setup = loaded.setup;
    assert_eq!(setup.discord.operators, Some(ChatName::Name("sre-ops".into())));
    let rooms: Vec<_> =
        setup.severities.iter().map(|(severity, plan)| (severity.label(), plan.room, plan.page)).collect();
    assert_eq!(
        rooms,
        [
            ("SEV-1", RoomKind::Channel, true),
            ("SEV-2", RoomKind::Thread, true),
            ("SEV-3", RoomKind::Thread, true),
            ("SEV-4", RoomKind::Line, false),
        ]
    );
    let payments = setup.escalation_for(Some("checkout")).unwrap();
    assert_eq!(payments.steps[0].targets, [PageTarget::OnCall("payments".into())]);
    assert_eq!(payments.steps[2].targets.len(), 2);
    assert_eq!(payments.ack_timeout, Some(Duration::from_secs(1800)));
    assert_eq!(setup.escalation_for(None).unwrap().name, "platform");
    assert_eq!(setup.people[&PersonId::from("budi")].discord, ChatName::Name("budi".into()));
    let first = &setup.routing.rules[0];
    assert_eq!((first.source.file.as_str(), first.severity), ("siaga.toml", Severity::Sev1));
    let text = std::fs::read_to_string(root().join("examples/siaga.toml")).unwrap();
    assert!(text.lines().nth(first.source.line as usize - 1).unwrap().contains("SEV-1"));
}

#[test]
fn the_sample_runbooks_say_which_alerts_they_are_for() {
    let loaded = load(&root().join("examples/siaga.toml"), &|_| Some("key".into())).unwrap();
    let names: Vec<_> = loaded.setup.runbooks.iter().map(|runbook| runbook.name.as_str()).collect();
    assert_eq!(names, ["checkout-errors", "database-failover", "search-latency"]);
    let labels = Labels::from([("service".into(), "checkout".into())]);
    let runbook = domain::runbook::find(&loaded.setup.runbooks, &labels).unwrap();
    assert_eq!(runbook.first_step(), Some("check payment-gateway"));
    assert_eq!(runbook.reviewed, Some(jiff::civil::date(2026, 8, 1)));
}

#[test]
fn a_key_that_nobody_has_set_is_a_warning() {
    let loaded = load(&root().join("examples/siaga.toml"), &|_| None).unwrap();
    let warnings: Vec<_> = loaded.warnings.iter().map(|warning| warning.message.as_str()).collect();
    let expected = ["SIAGA_KEY_ALERTMANAGER", "SIAGA_KEY_UPTIME_KUMA"]
        .map(|name| format!("the environment variable {name} is not set: its alerts will be refused"));
    assert_eq!(warnings, expected);
}

#[test]
fn what_is_left_out_has_the_documented_default() {
    let text = SMALL.to_owned()
        + r##"
[[integrations]]
name = "chat"
kind = "chat"
channels = ["#a"]
match = "(?P<status>up|down)"
[[schedules]]
name = "a"
people = ["budi"]
[[escalations]]
name = "a"
steps = [{ page = "budi" }]
[[services]]
name = "checkout"
escalation = "a"
[runbooks]
"##;
    let loaded = from_text("siaga.toml", &text, &[("a.md", "Call Budi.")]).unwrap();
    assert!(loaded.warnings.is_empty(), "{}", loaded.warnings);
    let setup = loaded.setup;
    let IntegrationKind::Chat(rule) = &setup.integrations[0].kind else { panic!() };
    assert_eq!(rule.resolved_words, ["resolved", "recovered", "ok"]);
    assert!(!rule.candidate);
    let schedule = &setup.schedules["a"];
    assert_eq!(schedule.handoff_day, jiff::civil::Weekday::Monday);
    assert_eq!(schedule.handoff_time, jiff::civil::time(9, 0, 0, 0));
    assert_eq!(schedule.timezone, jiff::tz::TimeZone::UTC);
    let policy = &setup.escalations["a"];
    assert_eq!((policy.repeat, policy.ack_timeout, policy.steps[0].wait), (0, None, Duration::from_secs(300)));
    assert_eq!(setup.severity_plan(Severity::Sev3).room, RoomKind::Thread);
    assert_eq!(setup.routing.group_by, ["service"]);
    assert_eq!(domain::labels::describe(&setup.services[0].matchers), "service=\"checkout\"");
    assert_eq!(setup.runbooks[0].title, "a");
}

#[test]
fn the_reference_in_the_documentation_is_the_table_that_the_reader_uses() {
    let path = root().join("docs/configuration.md");
    #[allow(clippy::disallowed_methods, reason = "a switch of this test, not a setting")]
    let update = std::env::var("UPDATE_DOCS").is_ok_and(|value| value == "1");
    if update {
        std::fs::write(&path, reference()).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap();
    assert!(written == reference(), "docs/configuration.md is old: UPDATE_DOCS=1 cargo test -p config");
}

#[test]
fn every_key_is_in_the_reference_and_every_required_one_in_the_sample() {
    let reference = reference();
    let files = ["siaga.toml", "scenarios/checkout-outage.toml", "scenarios/stock-runs-dry.toml"];
    let files = files.map(|file| std::fs::read_to_string(root().join("examples").join(file)).unwrap());
    let sample = files.concat();
    for section in SECTIONS {
        for key in section.keys {
            assert!(reference.contains(&format!("| `{}` |", key.name)), "{} of {}", key.name, section.name);
            assert!(!key.about.is_empty() && key.about.ends_with('.'), "{} of {}", key.name, section.name);
            if key.need == crate::keys::Need::Required {
                assert!(sample.contains(key.name), "the sample lacks {} of {}", key.name, section.name);
            }
        }
    }
}

#[test]
fn a_file_that_is_not_there_says_how_to_get_one() {
    let problems = load(Path::new("no/such/siaga.toml"), &|_| None).unwrap_err();
    insta::assert_snapshot!(problems, @r##"
    error: cannot read no/such/siaga.toml: it does not exist
    --> no/such/siaga.toml
     = help: `siaga init` writes one; SIAGA_CONFIG names another

    1 error
    "##);
}

#[test]
fn mistakes_in_runbooks_carry_the_place_in_their_file() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("runbooks")).unwrap();
    std::fs::write(folder.path().join("siaga.toml"), format!("{SMALL}[runbooks]\n")).unwrap();
    std::fs::write(folder.path().join("runbooks/a.md"), "+++\ntitel = \"A\"\n+++\n- Look").unwrap();
    std::fs::write(folder.path().join("runbooks/b.md"), [b'a', b'\n', b'b', 0xff]).unwrap();
    std::fs::write(folder.path().join("runbooks/README.md"), "+++\nnot read").unwrap();
    let problems = load(&folder.path().join("siaga.toml"), &|_| None).unwrap_err();
    let shown = problems.to_string().replace(&folder.path().display().to_string(), "FOLDER");
    insta::assert_snapshot!(shown, @r##"
    error: unknown key `titel` in front matter of runbooks
     --> FOLDER/runbooks/a.md:2:1
      |
    2 | titel = "A"
      | ^^^^^
      |
      = help: did you mean `title`?

    error: this byte is not UTF-8
    --> FOLDER/runbooks/b.md:2:2
     = help: save the file as UTF-8

    2 errors
    "##);
}
