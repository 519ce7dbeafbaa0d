//! Purpose: whole files with many mistakes, as people and programs see them.

use proptest::prelude::*;

use super::{SMALL, found, load};
use crate::from_text;

#[test]
fn the_smallest_configuration_is_accepted() {
    assert_eq!(found(load(SMALL)), [""; 0]);
}

const A_DOZEN: &str = r##"version = 2
langauge = "en"
timezone = "Jakarta"

[discord]
incidents = "@incidents"
acces = { responder = "@sre" }

[[integrations]]
name = "Alert Manager"
kind = "alertmanger"

[[integrations]]
name = "support"
kind = "chat"
channels = ["#support"]
match = '(?P<service>checkout|login.*'
title = "Trouble with {servce}"

[people]
budi = { discord = "budi", language = "in" }
rina = {}

[[schedules]]
name = "payments"
people = ["budi", "rnia"]
handoff = "Monday 9"

[[escalations]]
name = "payments"
steps = [
  { page = "on-call:paymnets", wait = "5" },
  { page = "payments", wait = "2d" },
  { page = ["rina", "@sre"], wait = 5 },
]

[[services]]
name = "checkout"
match = ['service~"checkout"']
escalation = "payment"
dashboard = "grafana.example.com"

[severities]
SEV-1 = { means = "Most cannot pay", room = "chanel", page = "yes" }
SEV-9 = { means = "?", page = true }
SEV-2 = { means = "Many affected", page = true }

[routing]
rules = [
  { match = [], severity = "SEV-2" },
  { match = ['severity="critical"'], severity = "SEV-3" },
]

[discord.access]
responder = "@sre"
"##;

#[test]
fn all_mistakes_are_shown_at_once_each_with_its_place() {
    let problems = load(A_DOZEN).unwrap_err();
    insta::assert_snapshot!(problems, @r##"
    error: this Siaga reads version 1 of the format only
     --> siaga.toml:1:11
      |
    1 | version = 2
      |           ^

    error: unknown key `langauge` in the top level
     --> siaga.toml:2:1
      |
    2 | langauge = "en"
      | ^^^^^^^^
      |
      = help: did you mean `language`?

    error: no time zone is named `Jakarta`
     --> siaga.toml:3:12
      |
    3 | timezone = "Jakarta"
      |            ^^^^^^^^^
      |
      = help: did you mean "Asia/Jakarta"?

    error: expected a channel, found the role `@incidents`
     --> siaga.toml:6:13
      |
    6 | incidents = "@incidents"
      |             ^^^^^^^^^^^^
      |
      = help: a channel begins with `#`

    error: unknown key `acces` in [discord]
     --> siaga.toml:7:1
      |
    7 | acces = { responder = "@sre" }
      | ^^^^^
      |
      = help: did you mean `access`?

    error: `Alert Manager` cannot be part of an address
      --> siaga.toml:10:8
       |
    10 | name = "Alert Manager"
       |        ^^^^^^^^^^^^^^^
       |
       = help: use lower-case letters, digits, `-` and `_`, at most 64

    error: `alertmanger` is not a kind of integration
      --> siaga.toml:11:8
       |
    11 | kind = "alertmanger"
       |        ^^^^^^^^^^^^^
       |
       = help: did you mean "alertmanager"?

    error: the regular expression does not compile: unclosed group
      --> siaga.toml:17:10
       |
    17 | match = '(?P<service>checkout|login.*'
       |          ^

    error: `in` is not a language
      --> siaga.toml:21:39
       |
    21 | budi = { discord = "budi", language = "in" }
       |                                       ^^^^
       |
       = help: one of: en, id

    error: [people] lacks `discord`
      --> siaga.toml:22:8
       |
    22 | rina = {}
       |        ^^
       |
       = help: add `discord = "budi"`

    error: no person is named `rnia`
      --> siaga.toml:26:19
       |
    26 | people = ["budi", "rnia"]
       |                   ^^^^^^
       |
       = help: did you mean "rina"?

    error: `9` is not a time of day
      --> siaga.toml:27:11
       |
    27 | handoff = "Monday 9"
       |           ^^^^^^^^^^
       |
       = help: hours and minutes, 00:00 to 23:59

    error: no schedule is named `paymnets`
      --> siaga.toml:32:21
       |
    32 |   { page = "on-call:paymnets", wait = "5" },
       |                     ^^^^^^^^
       |
       = help: did you mean "payments"?

    error: `5` is not a duration
      --> siaga.toml:32:39
       |
    32 |   { page = "on-call:paymnets", wait = "5" },
       |                                       ^^^
       |
       = help: which unit? "5s", "5m" or "5h"

    error: `payments` is a schedule, not a person
      --> siaga.toml:33:12
       |
    33 |   { page = "payments", wait = "2d" },
       |            ^^^^^^^^^^
       |
       = help: did you mean "on-call:payments"?

    error: `2d` is not a duration
      --> siaga.toml:33:31
       |
    33 |   { page = "payments", wait = "2d" },
       |                               ^^^^
       |
       = help: use hours, minutes and seconds: a day is "24h" (days are not all equally long)

    error: a page goes to people, not to roles
      --> siaga.toml:34:21
       |
    34 |   { page = ["rina", "@sre"], wait = 5 },
       |                     ^^^^^^
       |
       = help: name a person or "on-call:" and a schedule; a role can be told at the end: at_end = { mention = "@..." }

    error: expected a text, found a whole number
      --> siaga.toml:34:37
       |
    34 |   { page = ["rina", "@sre"], wait = 5 },
       |                                     ^
       |
       = help: write it in quotes and with its unit: "5s", "5m" or "5h"

    error: `service~"checkout"` is not a matcher: a matcher looks like name="value", with =, !=, =~ or !~
      --> siaga.toml:39:10
       |
    39 | match = ['service~"checkout"']
       |          ^^^^^^^^^^^^^^^^^^^^
       |
       = help: did you mean 'service=~"checkout"'?

    error: no escalation is named `payment`
      --> siaga.toml:40:14
       |
    40 | escalation = "payment"
       |              ^^^^^^^^^
       |
       = help: did you mean "payments"?

    error: this address cannot be opened
      --> siaga.toml:41:13
       |
    41 | dashboard = "grafana.example.com"
       |             ^^^^^^^^^^^^^^^^^^^^^
       |
       = help: it begins with https:// or http:// and has no spaces

    error: `chanel` is not a room
      --> siaga.toml:44:45
       |
    44 | SEV-1 = { means = "Most cannot pay", room = "chanel", page = "yes" }
       |                                             ^^^^^^^^
       |
       = help: did you mean "channel"?

    error: expected true or false, found a text
      --> siaga.toml:44:62
       |
    44 | SEV-1 = { means = "Most cannot pay", room = "chanel", page = "yes" }
       |                                                              ^^^^^

    error: `SEV-9` is not a severity
      --> siaga.toml:45:1
       |
    45 | SEV-9 = { means = "?", page = true }
       | ^^^^^
       |
       = help: severities are SEV-1 (worst) to SEV-5

    error: a SEV-2 alert without a service would page nobody
      --> siaga.toml:48:1
       |
    48 | [routing]
       | ^^^^^^^^^
       |
       = help: add `escalation = "payments"` to [routing]

    warning: this rule can never match
      --> siaga.toml:51:3
       |
    51 |   { match = ['severity="critical"'], severity = "SEV-3" },
       |   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
       |
       = help: the rule in line 50 matches everything; put the narrower rule first

    error: SEV-3 is not described in [severities]
      --> siaga.toml:51:49
       |
    51 |   { match = ['severity="critical"'], severity = "SEV-3" },
       |                                                 ^^^^^^^
       |
       = help: add SEV-3 = { means = "...", room = "thread", page = false }

    26 errors, 1 warning
    "##);
}

#[test]
fn mistakes_are_data_too() {
    let problems = load(&SMALL.replace("incidents =", "incidnts =")).unwrap_err();
    insta::assert_json_snapshot!(problems, @r##"
    [
      {
        "file": "siaga.toml",
        "line": 2,
        "column": 1,
        "message": "[discord] lacks `incidents`",
        "help": "add `incidents = \"#incidents\"`",
        "severity": "error"
      },
      {
        "file": "siaga.toml",
        "line": 3,
        "column": 1,
        "message": "unknown key `incidnts` in [discord]",
        "help": "did you mean `incidents`?",
        "severity": "error"
      }
    ]
    "##);
}

#[test]
fn every_syntax_error_is_reported_once() {
    let text = "version = 1\nlanguage = \"en\n[discord]\nincidents \"#a\"\n";
    insta::assert_snapshot!(load(text).unwrap_err(), @r##"
    error: invalid basic string, expected `"`
     --> siaga.toml:2:15
      |
    2 | language = "en
      |               ^
      |
      = help: texts stand in quotes: "...", or '...' when the text itself has quotes or backslashes

    error: key with no value, expected `=`
     --> siaga.toml:4:11
      |
    4 | incidents "#a"
      |           ^

    2 errors
    "##);
}

#[test]
fn a_file_that_is_no_toml_is_refused_briefly_and_fast() {
    for junk in ["=\n".repeat(20_000), "[".repeat(20_000), "a={".repeat(5_000)] {
        let problems = load(&junk).unwrap_err();
        assert!((1..=50).contains(&problems.len()));
    }
    let names = load("日本 = 1").unwrap_err();
    assert_eq!(names.iter().next().unwrap().help.as_deref(), Some("a name with other characters stands in quotes"));
}

#[test]
fn a_key_given_twice_does_not_hide_other_mistakes() {
    let text = SMALL.replace("version = 1", "version = 1\nversion = 1").replace("means", "meens");
    insta::assert_debug_snapshot!(found(load(&text)), @r##"
    [
        "2:1 duplicate key | a key or table may be given once; join the two",
        "6:9 [severities] lacks `means` | add `means = \"Most cannot pay\"`",
        "6:11 unknown key `meens` in [severities] | did you mean `means`?",
    ]
    "##);
}

/// Pieces of configurations, so that random texts reach past the parser.
fn pieces() -> impl Strategy<Value = String> {
    let lines: Vec<&'static str> = A_DOZEN.lines().chain(SMALL.lines()).collect();
    let line = prop_oneof![4 => prop::sample::select(lines).prop_map(str::to_owned), 1 => "\\PC{0,30}"];
    prop::collection::vec(line, 0..30).prop_map(|lines| lines.join("\n"))
}

proptest! {
    #[test]
    fn no_text_makes_the_loader_panic(text in "(?s).{0,200}", pieces in pieces(), cut in 0_usize..2000) {
        let mut half = A_DOZEN.to_owned();
        half.truncate(half.floor_char_boundary(cut));
        for config in [&text, &pieces, &format!("{half}{text}")] {
            let book = format!("+++\n{config}\n+++\n{text}");
            if let Err(problems) = from_text("siaga.toml", config, &[("a.md", &book), ("b.md", &text)]) {
                prop_assert!(problems.errors() > 0);
                let _ = (problems.render(true), problems.render(false));
            }
        }
    }
}
