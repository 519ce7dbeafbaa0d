//! Purpose: scenarios: where they are read from, and what people see for each mistake in one.

use std::time::Duration;

use domain::scenario::{DemoAct, DemoPerson};

use super::{SMALL, found};
use crate::{from_text, load, load_scenario};

const FINE: &str = r##"title = "Checkout fails"
severity = "SEV-3"
[[alerts]]
name = "CheckoutErrors"
title = "Checkout errors 12 %"
labels = { severity = "critical" }
fires = ["0s", "2m"]
resolves = "1m"
copies = 2
[[messages]]
at = "30s"
by = "sari"
channel = "#support"
says = "Customers cannot pay"
[[demo]]
at = "1m"
who = "paged"
press = "Acknowledge"
[[demo]]
at = "1m"
who = "budi"
slash = "/note"
options = { text = "Rolled back" }
"##;

#[test]
fn a_scenario_says_what_happens_and_when() {
    let loaded = from_text("siaga.toml", SMALL, &[("scenarios/checkout.toml", FINE)]).unwrap();
    assert!(loaded.warnings.is_empty(), "{}", loaded.warnings);
    let scenario = loaded.setup.scenario("checkout").unwrap();
    let alert = &scenario.alerts[0];
    assert_eq!((alert.fires.len(), alert.resolves[0], alert.copies), (2, Duration::from_secs(60), 2));
    assert_eq!(alert.labels["alertname"], "CheckoutErrors");
    assert_eq!(scenario.messages[0].channel, "support");
    assert_eq!(scenario.demo[0].who, Some(DemoPerson::Paged));
    assert!(matches!(&scenario.demo[1].act, Some(DemoAct::Slash { command, .. }) if command == "note"));
}

#[test]
fn each_mistake_in_a_scenario_has_its_place() {
    let cases = [
        ("title = \"Checkout fails\"", "titel = \"Checkout fails\""),
        ("severity = \"SEV-3\"", "severity = \"SEV-1\""),
        ("severity = \"SEV-3\"", "service = \"checkout\""),
        ("fires = [\"0s\", \"2m\"]", "fires = [\"0s\", \"2\"]"),
        ("fires = [\"0s\", \"2m\"]", "fires = []"),
        ("fires = [\"0s\", \"2m\"]", "firse = \"0s\""),
        ("fires = [\"0s\", \"2m\"]", "fires = \"2m\""),
        ("copies = 2", "copies = 9"),
        ("channel = \"#support\"", "channel = \"@support\""),
        ("channel = \"#support\"", "channel = \"100000000000000003\""),
        ("press = \"Acknowledge\"", "press = \"Acknowledge\"\nchoose = \"SEV-1\""),
        ("press = \"Acknowledge\"", "form = [\"x\"]"),
        ("who = \"budi\"\n", ""),
        ("slash = \"/note\"\n", "press = \"Note\"\n"),
        ("at = \"1m\"\nwho = \"budi\"", "at = \"30s\"\nwho = \"budi\""),
    ];
    let mut told = String::new();
    for (old, new) in cases {
        assert!(FINE.contains(old), "{old}");
        let result = from_text("siaga.toml", SMALL, &[("scenarios/checkout.toml", &FINE.replacen(old, new, 1))]);
        assert!(result.is_err(), "{new}");
        told.push_str(&format!("{}\n", new.trim().replace('\n', "\n  ")));
        told.extend(found(result).iter().map(|problem| format!("    -> {problem}\n")));
    }
    insta::assert_snapshot!(told, @r##"
    titel = "Checkout fails"
        -> 1:1 unknown key `titel` in a scenario | did you mean `title`?
        -> 1:1 a scenario lacks `title` | add `title = "Checkout fails"`
    severity = "SEV-1"
        -> 2:12 SEV-1 is not described in [severities]
    service = "checkout"
        -> 2:11 no service is named `checkout` | declare it in [[services]]
    fires = ["0s", "2"]
        -> 7:16 `2` is not a duration | which unit? "2s", "2m" or "2h"
    fires = []
        -> 3:1 the alert `CheckoutErrors` never fires | write fires = "0s"
    firse = "0s"
        -> 3:1 [[alerts]] of a scenario lacks `fires` | add `fires = "20s"`
        -> 7:1 unknown key `firse` in [[alerts]] of a scenario | did you mean `fires`?
    fires = "2m"
        -> 8:12 the alert `CheckoutErrors` is over before it fires
    copies = 9
        -> 9:10 the number must be 1 to 5
    channel = "@support"
        -> 13:11 expected a channel, found the role `@support` | a channel begins with `#`
    channel = "100000000000000003"
        -> 13:11 a scenario names channels, so that it fits every server | write it like "#support"
    press = "Acknowledge"
      choose = "SEV-1"
        -> 15:1 one step does one thing | write a second [[demo]] with the same `at`
    form = ["x"]
        -> 15:1 nothing is done here | add `press`, `choose` or `slash`, or only `tell`

        -> 19:1 nobody does this | add `who = "budi"`
    press = "Note"
        -> 23:11 `options` belong to a command | add `slash = "note"`
    at = "30s"
      who = "budi"
        -> 20:6 this is earlier than the step before it | write the steps in their order
    "##);
}

#[test]
fn the_folder_of_scenarios_is_read_with_the_configuration() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("siaga.toml");
    std::fs::write(&path, format!("{SMALL}[drills]\n")).unwrap();
    let problems = load(&path, &|_| None).unwrap_err();
    insta::assert_debug_snapshot!(found(Err(problems)), @r#"
    [
        "16:1 cannot read the scenario folder `scenarios`: it does not exist | the folder is relative to this file; create it, or remove [drills]",
        "16:1 the folder `scenarios` has no scenarios",
    ]
    "#);
    std::fs::create_dir(folder.path().join("scenarios")).unwrap();
    let empty = load(&path, &|_| None);
    insta::assert_debug_snapshot!(found(empty), @r#"
    [
        "16:1 the folder `scenarios` has no scenarios",
    ]
    "#);
    let file = folder.path().join("scenarios/a.toml");
    std::fs::write(&file, "title = \"A\"\nabuot = \"B\"\n").unwrap();
    let problems = load(&path, &|_| None).unwrap_err();
    let shown = problems.to_string().replace(&folder.path().display().to_string(), "FOLDER");
    insta::assert_snapshot!(shown, @r#"
    warning: nothing happens in the scenario `a`
     --> FOLDER/scenarios/a.toml:1:1
      |
    1 | title = "A"
      | ^
      |
      = help: add [[alerts]] or [[messages]]

    error: unknown key `abuot` in a scenario
     --> FOLDER/scenarios/a.toml:2:1
      |
    2 | abuot = "B"
      | ^^^^^
      |
      = help: did you mean `about`?

    1 error, 1 warning
    "#);
    let setup = from_text("siaga.toml", SMALL, &[]).unwrap().setup;
    assert_eq!(load_scenario(&file, &setup).unwrap_err().errors(), 1);
    std::fs::write(&file, FINE).unwrap();
    assert_eq!(load_scenario(&file, &setup).unwrap().name, "a");
}

#[test]
fn the_scenarios_that_come_along_are_faultless() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples");
    let setup = load(&folder.join("siaga.toml"), &|_| Some("key".into())).unwrap().setup;
    let names: Vec<&str> = setup.scenarios.iter().map(|scenario| scenario.name.as_str()).collect();
    assert_eq!(names, ["checkout-outage", "noisy-neighbour", "stock-runs-dry"]);
    assert!(setup.scenarios.iter().all(|scenario| scenario.about.is_some() && scenario.service.is_some()));
}
