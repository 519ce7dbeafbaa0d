//! Purpose: a case for each check: what is changed, and what is then reported.

use super::{SMALL, found, load};
use crate::from_text;

/// What is reported when a part of a faultless text is replaced: for each case the new part and the problems.
fn told(cases: &[(&str, &str)]) -> String {
    const FULL: &str = r##"version = 1
[discord]
incidents = "#incidents"
[[integrations]]
name = "alertmanager"
kind = "alertmanager"
key_env = "KEY"
[[integrations]]
name = "chat"
kind = "chat"
channels = ["#support"]
match = '(?P<status>up|down) (?P<what>.*)'
[people]
budi = { discord = "budi" }
rina = { discord = "rina" }
[[schedules]]
name = "payments"
people = ["budi", "rina"]
[[escalations]]
name = "payments"
steps = [{ page = "on-call:payments", wait = "5m" }]
[[services]]
name = "checkout"
escalation = "payments"
[[services]]
name = "search"
[severities]
SEV-1 = { means = "Bad", page = true }
SEV-3 = { means = "Degraded", page = false }
[routing]
escalation = "payments"
rules = [
  { match = ['severity="critical"'], severity = "SEV-1" },
  { match = [], severity = "SEV-3" },
]
[discord.access]
responder = "@sre"
"##;
    let mut told = String::new();
    for (old, new) in cases {
        assert!(FULL.contains(old), "{old}");
        let problems = found(load(&FULL.replacen(old, new, 1)));
        told.push_str(&format!("{}\n", new.trim().replace('\n', "\n  ")));
        told.extend(problems.iter().map(|problem| format!("    -> {problem}\n")));
    }
    told
}

#[test]
fn the_text_that_the_cases_change_is_faultless() {
    assert!(!told(&[("version = 1", "version = 1")]).contains("->"));
}

#[test]
fn names_that_do_not_exist_are_found() {
    let told = told(&[
        ("steps = [{ page = \"on-call:payments\"", "steps = [{ page = \"on-call:pay\""),
        ("people = [\"budi\", \"rina\"]", "people = [\"budi\", \"tono\"]"),
        ("page = \"on-call:payments\"", "page = \"payments\""),
        ("page = \"on-call:payments\"", "page = \"@sre\""),
        ("escalation = \"payments\"\n[[services]]", "escalation = \"paiments\"\n[[services]]"),
        ("[routing]\nescalation = \"payments\"", "[routing]\nescalation = \"x\""),
        ("severity = \"SEV-1\"", "severity = \"SEV-2\""),
        ("channels = [", "severity = \"SEV-4\"\nchannels = ["),
    ]);
    insta::assert_snapshot!(told, @r##"
    steps = [{ page = "on-call:pay"
        -> 21:28 no schedule is named `pay` | did you mean "payments"?
    people = ["budi", "tono"]
        -> 18:19 no person is named `tono` | known: budi, rina; or declare it in [people]
    page = "payments"
        -> 21:19 `payments` is a schedule, not a person | did you mean "on-call:payments"?
    page = "@sre"
        -> 21:19 a page goes to people, not to roles | name a person or "on-call:" and a schedule; a role can be told at the end: at_end = { mention = "@..." }
    escalation = "paiments"
      [[services]]
        -> 24:14 no escalation is named `paiments` | did you mean "payments"?
    [routing]
      escalation = "x"
        -> 31:14 no escalation is named `x` | known: payments; or declare it in [[escalations]]
    severity = "SEV-2"
        -> 33:49 SEV-2 is not described in [severities] | add SEV-2 = { means = "...", room = "thread", page = false }
    severity = "SEV-4"
      channels = [
        -> 11:12 SEV-4 is not described in [severities] | add SEV-4 = { means = "...", room = "thread", page = false }
    "##);
}

#[test]
fn a_time_without_a_word_is_for_senders_that_never_say_over() {
    let told = told(&[
        ("kind = \"alertmanager\"", "kind = \"alertmanager\"\nresolve_after = \"2h\""),
        ("kind = \"alertmanager\"", "kind = \"alertmanager\"\nresolves = false\nresolve_after = \"2h\""),
        ("kind = \"alertmanager\"", "kind = \"alertmanager\"\nresolves = false"),
    ]);
    assert_eq!(told.matches("->").count(), 1, "{told}");
    assert!(told.contains("`resolve_after` has no effect: this sender says when an alert is over"), "{told}");
}

#[test]
fn a_dependent_may_be_a_business_unit_but_not_a_mistyped_service() {
    let told = told(&[
        ("name = \"search\"", "name = \"search\"\ndependents = [\"customer-care\", \"checkout\"]"),
        ("name = \"search\"", "name = \"search\"\ndependents = [\"chekout\"]"),
        ("name = \"search\"", "name = \"search\"\ndependents = [\"search\"]"),
    ]);
    insta::assert_snapshot!(told, @r##"
    name = "search"
      dependents = ["customer-care", "checkout"]
    name = "search"
      dependents = ["chekout"]
        -> 27:15 no service is named `chekout` | did you mean "checkout"? A business unit may have any name
    name = "search"
      dependents = ["search"]
        -> 27:15 a service does not depend on itself
    "##);
}

#[test]
fn a_page_that_reaches_nobody_is_an_error() {
    let told = told(&[
        ("[routing]\nescalation = \"payments\"", "[routing]"),
        ("steps = [{ page = \"on-call:payments\", wait = \"5m\" }]", "steps = []"),
        ("page = \"on-call:payments\"", "page = []"),
        ("people = [\"budi\", \"rina\"]", "people = []"),
    ]);
    insta::assert_snapshot!(told, @r##"
    [routing]
        -> 25:1 a SEV-1 alert of search would page nobody | add `escalation = "payments"` to this service or to [routing]
        -> 30:1 a SEV-1 alert without a service would page nobody | add `escalation = "payments"` to [routing]
    steps = []
        -> 21:9 an escalation without steps would page nobody | add a step: { page = "on-call:...", wait = "5m" }
    page = []
        -> 21:19 this step pages nobody | name a person or "on-call:" and a schedule
    people = []
        -> 18:10 a schedule needs at least one person
    "##);
    let text = format!("{}[discord.access]\nresponder = \"@sre\"", SMALL.split("escalation = ").next().unwrap());
    insta::assert_debug_snapshot!(found(load(&text)), @r##"
    [
        "6:1 a SEV-3 alert without a service would page nobody | describe whom to page in [[escalations]] and add `escalation = \"...\"` to [routing]",
    ]
    "##);
}

#[test]
fn a_file_in_which_nobody_is_paged_is_not_called_fine() {
    let told = told(&[
        ("page = true", "page = false"),
        ("severity = \"SEV-1\"", "severity = \"SEV-3\""),
        ("[routing]\n", "SEV-2 = { means = \"Worse\", page = true }\n[routing]\n"),
        (
            "[routing]\n",
            "SEV-2 = { means = \"Worse\", page = true }\n[triage]\nmany = [\"SEV-1\", \"SEV-2\", \"SEV-3\"]\n[routing]\n",
        ),
        ("(?P<what>", "(?P<severity>"),
        (
            "[routing]\n",
            "SEV-2 = { means = \"Worse\", page = true }\n[[heartbeats]]\nname = \"orders\"\nevery = \"5m\"\nsays = \"No orders\"\nseverity = \"SEV-2\"\n[routing]\n",
        ),
    ]);
    insta::assert_snapshot!(told, @r#"
    page = false
        -> 27:1 no severity pages anybody: whatever happens, nobody is woken | set page = true at the worst ones, and say in [[escalations]] whom to page
    severity = "SEV-3"
        -> 27:1 no alert pages anybody: only SEV-1 pages, and no rule gives that | let a rule give it: { match = ['severity="critical"'], severity = "SEV-1" }
        -> 28:1 no alert gets SEV-1: no rule, heartbeat or chat rule gives it | add a rule to [routing] that gives SEV-1; if only people choose it, name it in [triage]; or remove it
    SEV-2 = { means = "Worse", page = true }
      [routing]
        -> 30:1 no alert gets SEV-2: no rule, heartbeat or chat rule gives it | add a rule to [routing] that gives SEV-2; if only people choose it, name it in [triage]; or remove it
    SEV-2 = { means = "Worse", page = true }
      [triage]
      many = ["SEV-1", "SEV-2", "SEV-3"]
      [routing]
    (?P<severity>
    SEV-2 = { means = "Worse", page = true }
      [[heartbeats]]
      name = "orders"
      every = "5m"
      says = "No orders"
      severity = "SEV-2"
      [routing]
    "#);
}

#[test]
fn a_person_whom_no_way_reaches_is_found_before_a_page_is() {
    let text = SMALL.replace(
        "{ discord = \"budi\" }",
        "{ discord = \"budi\", ntfy_env = \"NTFY_BUDI\", email = \"budi@example.com\", contact = [{ by = \"ntfy\" }, { by = \"email\", after = \"1m\" }] }",
    );
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("siaga.toml");
    std::fs::write(&path, &text).unwrap();
    insta::assert_debug_snapshot!(found(crate::load(&path, &|_| None)), @r#"
    [
        "10:1 no page reaches budi: NTFY_BUDI is not set, SIAGA_SMTP is not set | set what is missing, or add { by = \"mention\" } to `contact`",
        "10:39 the environment variable NTFY_BUDI is not set: no push message reaches budi | set it to the address of an ntfy topic",
        "10:60 the environment variable SIAGA_SMTP is not set: no mail reaches budi | mails need SIAGA_SMTP and SIAGA_MAIL_FROM: .env.example explains both",
    ]
    "#);
    // One way that works is a way; what is closed is said all the same.
    insta::assert_debug_snapshot!(found(crate::load(&path, &|name| (name == "NTFY_BUDI").then(|| "set".to_owned()))), @r#"
    [
        "10:60 the environment variable SIAGA_SMTP is not set: no mail reaches budi | mails need SIAGA_SMTP and SIAGA_MAIL_FROM: .env.example explains both",
    ]
    "#);
    // Nobody pages Rina, so nothing is lost with her.
    let text = text.replace(
        "[people]",
        "[people]\nrina = { discord = \"rina\", ntfy_env = \"NTFY_RINA\", contact = [{ by = \"ntfy\" }] }",
    );
    std::fs::write(&path, &text).unwrap();
    insta::assert_debug_snapshot!(found(crate::load(&path, &|name| (name != "NTFY_RINA").then(|| "set".to_owned()))), @r#"
    [
        "10:39 the environment variable NTFY_RINA is not set: no push message reaches rina | set it to the address of an ntfy topic",
    ]
    "#);
}

#[test]
fn a_key_is_in_one_place_or_in_two_while_it_is_changed() {
    let told = told(&[
        ("key_env = \"KEY\"", "key_env = [\"KEY_NEW\", \"KEY\"]"),
        ("key_env = \"KEY\"", "key_file = \"alertmanager.key\""),
        ("key_env = \"KEY\"", "key_env = \"KEY\"\nkey_file = \"alertmanager.key\""),
        ("key_env = \"KEY\"", "key_env = [\"A\", \"B\", \"C\"]"),
        ("key_env = \"KEY\"", "key_env = [\"A\", \"A\"]"),
        ("key_env = \"KEY\"", "key_env = []"),
        (
            "incidents = \"#incidents\"",
            "incidents = \"#incidents\"\nallowed_hosts = [\"https://proxy.example.com\", \"proxy.example.com\"]",
        ),
    ]);
    insta::assert_snapshot!(told, @r##"
    key_env = ["KEY_NEW", "KEY"]
    key_file = "alertmanager.key"
    key_env = "KEY"
      key_file = "alertmanager.key"
    key_env = ["A", "B", "C"]
        -> 7:22 3 keys at a time: at most 2 are taken | the new key and the one before it; remove the older ones
    key_env = ["A", "A"]
        -> 7:17 this place is named twice | name it once
    key_env = []
        -> 7:11 `key_env` names no key | name one, or two while the key is changed
    incidents = "#incidents"
      allowed_hosts = ["https://proxy.example.com", "proxy.example.com"]
        -> 4:18 `https://proxy.example.com` is no host | write the host alone, without https:// and port: "discord-proxy.example.com"
    "##);
}

#[test]
fn a_key_file_is_read_as_one_line_and_never_shown() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    let (path, key) = (folder.path().join("siaga.toml"), folder.path().join("keys/alertmanager"));
    let integration =
        "[[integrations]]\nname = \"alertmanager\"\nkind = \"alertmanager\"\nkey_file = \"keys/alertmanager\"\n";
    std::fs::write(&path, format!("{SMALL}{integration}")).unwrap();
    std::fs::create_dir(folder.path().join("keys")).unwrap();
    let mut told = Vec::new();
    for (text, mode) in [
        (None, 0),
        (Some(""), 0o600),
        (Some("one\ntwo\n"), 0o600),
        (Some("hunter2\r\n"), 0o666),
        (Some("hunter2\n"), 0o644),
    ] {
        if let Some(text) = text {
            std::fs::write(&key, text).unwrap();
            std::fs::set_permissions(&key, std::fs::Permissions::from_mode(mode)).unwrap();
        }
        told.extend(
            found(crate::load(&path, &|_| None))
                .into_iter()
                .map(|line| line.replace(&folder.path().display().to_string(), "FOLDER")),
        );
    }
    insta::assert_debug_snapshot!(told, @r#"
    [
        "19:12 the key file FOLDER/keys/alertmanager cannot be read: it does not exist; its alerts will be refused | one line, a long random text, that the user who runs siaga may read",
        "19:12 the key file FOLDER/keys/alertmanager is empty; its alerts will be refused | one line, a long random text, that the user who runs siaga may read",
        "19:12 the key file FOLDER/keys/alertmanager has more than one line; its alerts will be refused | one line, a long random text, that the user who runs siaga may read",
        "19:12 others may write the key file FOLDER/keys/alertmanager, so its key is not taken (chmod 600 FOLDER/keys/alertmanager); its alerts will be refused | one line, a long random text, that the user who runs siaga may read",
        "19:12 everybody on this machine may read the key in FOLDER/keys/alertmanager | chmod 600 FOLDER/keys/alertmanager",
    ]
    "#);
    assert!(!told.concat().contains("hunter2"));
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o640)).unwrap();
    assert_eq!(found(crate::load(&path, &|_| None)), [""; 0]);
    assert_eq!(crate::read_key(&key).unwrap(), "hunter2");
}

#[test]
fn rules_and_services_that_never_match_are_found() {
    let told = told(&[
        ("  { match = ['severity", "  { match = [], severity = \"SEV-3\" },\n  { match = ['severity"),
        ("  { match = [],", "  { match = ['a=\"b\"', 'severity=\"critical\"'],"),
        (
            "  { match = ['severity=\"critical\"']",
            "  { match = ['severity=~\"critical|page\"'], severity = \"SEV-1\" },\n  { match = ['severity=\"critical\"']",
        ),
        ("match = ['severity=\"critical\"']", "match = ['severity=\"critical\"', 'severity=\"page\"']"),
        ("name = \"search\"", "name = \"search\"\nmatch = ['service=\"checkout\"', 'env=\"prod\"']"),
        ("name = \"search\"", "name = \"search\"\nmatch = []"),
    ]);
    insta::assert_snapshot!(told, @r#"
    { match = [], severity = "SEV-3" },
        { match = ['severity
        -> 27:1 no alert pages anybody: only SEV-1 pages, and no rule gives that | let a rule give it: { match = ['severity="critical"'], severity = "SEV-1" }
        -> 28:1 no alert gets SEV-1: no rule, heartbeat or chat rule gives it | add a rule to [routing] that gives SEV-1; if only people choose it, name it in [triage]; or remove it
        -> 34:3 this rule can never match | the rule in line 33 matches everything; put the narrower rule first
        -> 35:3 this rule can never match | the rule in line 33 matches everything; put the narrower rule first
    { match = ['a="b"', 'severity="critical"'],
        -> 30:1 no rule is for the rest: an alert that no rule matches gets SEV-3 | end the list with { match = [], severity = "SEV-4" }
        -> 34:3 this rule can never match | the rule in line 33 matches all of its alerts; put the narrower rule first
    { match = ['severity=~"critical|page"'], severity = "SEV-1" },
        { match = ['severity="critical"']
        -> 34:3 this rule can never match | the rule in line 33 matches all of its alerts; put the narrower rule first
    match = ['severity="critical"', 'severity="page"']
        -> 27:1 no alert pages anybody: only SEV-1 pages, and no rule gives that | let a rule give it: { match = ['severity="critical"'], severity = "SEV-1" }
        -> 28:1 no alert gets SEV-1: no rule, heartbeat or chat rule gives it | add a rule to [routing] that gives SEV-1; if only people choose it, name it in [triage]; or remove it
        -> 33:3 this rule can never match | no alert has severity="critical" and severity="page"; write two rules, or one with =~
    name = "search"
      match = ['service="checkout"', 'env="prod"']
        -> 25:1 no alert can be of search | checkout stands earlier and takes all of its alerts; put the narrower service first
    name = "search"
      match = []
        -> 27:9 an empty list would make every alert one of this service | remove `match`: then the label `service` decides
    "#);
}

#[test]
fn a_name_or_person_listed_twice_is_an_error() {
    let told = told(&[
        ("name = \"chat\"", "name = \"alertmanager\""),
        ("name = \"search\"", "name = \"checkout\""),
        ("discord = \"rina\"", "discord = \"@budi\""),
        ("SEV-3 = {", "sev1 = { means = \"Again\", page = true }\nSEV-3 = {"),
        (
            "[[services]]\nname = \"checkout\"",
            "[[escalations]]\nname = \"spare\"\nsteps = [{ page = \"budi\" }]\n[[services]]\nname = \"checkout\"",
        ),
    ]);
    insta::assert_snapshot!(told, @r##"
    name = "alertmanager"
        -> 9:8 a second integration is named `alertmanager` | the first is in line 5
    name = "checkout"
        -> 26:8 a second service is named `checkout` | the first is in line 23
    discord = "@budi"
        -> 15:1 rina and budi are the same Discord user | a person is listed once
    sev1 = { means = "Again", page = true }
      SEV-3 = {
        -> 29:1 SEV-1 is described twice
    [[escalations]]
      name = "spare"
      steps = [{ page = "budi" }]
      [[services]]
      name = "checkout"
        -> 23:8 nothing uses the escalation `spare` | name it in a service or in [routing], or remove it
    "##);
}

#[test]
fn durations_are_texts_within_bounds() {
    let wrong = ["\"5\"", "5", "\"1d\"", "\"9s\"", "\"25h\"", "\"soon\"", "\"-5m\""];
    insta::assert_snapshot!(wrong.map(|wait| told(&[("\"5m\"", wait)])).concat(), @r##"
    "5"
        -> 21:46 `5` is not a duration | which unit? "5s", "5m" or "5h"
    5
        -> 21:46 expected a text, found a whole number | write it in quotes and with its unit: "5s", "5m" or "5h"
    "1d"
        -> 21:46 `1d` is not a duration | use hours, minutes and seconds: a day is "24h" (days are not all equally long)
    "9s"
        -> 21:46 `9s` is out of range | the least is "10s", the most "24h"
    "25h"
        -> 21:46 `25h` is out of range | the least is "10s", the most "24h"
    "soon"
        -> 21:46 `soon` is not a duration | write it like "90s", "5m" or "1h30m"
    "-5m"
        -> 21:46 `-5m` is out of range | the least is "10s", the most "24h"
    "##);
    for wait in ["10s", "90s", "1h30m", "1h 30m", "24h", "2 hours"] {
        assert!(!told(&[("5m", wait)]).contains("->"), "{wait}");
    }
}

#[test]
fn single_values_say_what_they_should_be() {
    let told = told(&[
        ("\"#incidents\"", "\"#Big Incidents\""),
        ("\"#incidents\"", "\"\""),
        ("\"#incidents\"", "112233445566778899"),
        ("discord = \"budi\"", "discord = \"budi#0001\""),
        ("budi = { discord = \"budi\" }", "budi = \"budi\""),
        ("{ discord = \"budi\" }", "{ discord = \"budi\", language = \"id-ID\" }"),
        ("version = 1", "version = 1\ntimezone = \"WIB\""),
        ("version = 1", "version = 1\ntimezone = \"Asia/Jakrta\""),
        ("version = 1", "version = 1\ntimezone = \"makassar\""),
        ("version = 1", "version = 1\ntimezone = \"xyzzy\""),
        ("people = [", "handoff = \"Senin 09:00\"\npeople = ["),
        ("people = [", "handoff = \"Wendesday 09:00\"\npeople = ["),
        ("people = [", "handoff = \"Monday 24:00\"\npeople = ["),
        ("people = [", "handoff = \"09:00\"\npeople = ["),
        ("name = \"search\"", "name = \"search\"\ndashboard = \"ftp://x\""),
        ("name = \"search\"", "name = \"search\"\nmatch = ['service']"),
        ("name = \"search\"", "name = \"search\"\nmatch = ['service=~\"(\"']"),
        ("name = \"search\"", "name = \"search\"\nmatch = 'service=\"a\"'"),
        ("key_env = \"KEY\"", "key_env = \"hunter2\""),
        ("key_env = \"KEY\"", "key = \"hunter2\""),
        ("(?P<what>.*)'", "(?P<what>.*)'\ntitle = \"{wat} is bad\""),
        ("(?P<what>.*)'", "(?P<what>.*)'\ntitle = \"{what\""),
        ("(?P<status>up|down) (?P<what>.*)", "a{999999}"),
        ("(?P<status>up|down) (?P<what>.*)", ".*"),
        ("'(?P<status>up|down) (?P<what>.*)'", "'x'\nresolved = [\"ok\"]"),
        ("channels = [\"#support\"]", "channels = []"),
        ("kind = \"chat\"", ""),
        ("wait = \"5m\" }]", "wait = \"5m\" }]\nrepeat = 11"),
        ("[routing]\n", "[routing]\ngroup_by = \"service\"\n"),
        ("page = false", "page = 0"),
        ("[[services]]\nname = \"checkout\"\nescalation = \"payments\"\n[[services]]", "[services]"),
    ]);
    insta::assert_snapshot!(told, @r##"
    "#Big Incidents"
        -> 3:13 Discord's channel names have no capitals and no spaces | did you mean "#big-incidents"?
    ""
        -> 3:13 this name is empty | a name, or Discord's id in quotes
    112233445566778899
        -> 3:13 expected a text, found a whole number | write it in quotes: "112233445566778899"
    discord = "budi#0001"
        -> 14:20 Discord's user names have no #number any more | did you mean "budi"?
    budi = "budi"
        -> 14:8 expected a table, found a text | write { discord = "budi", ... }
    { discord = "budi", language = "id-ID" }
        -> 14:39 `id-ID` is not a language | one of: en, id
    version = 1
      timezone = "WIB"
        -> 2:12 no time zone is named `WIB` | did you mean "Asia/Jakarta"?
    version = 1
      timezone = "Asia/Jakrta"
        -> 2:12 no time zone is named `Asia/Jakrta` | did you mean "Asia/Jakarta"?
    version = 1
      timezone = "makassar"
        -> 2:12 no time zone is named `makassar` | did you mean "Asia/Makassar"?
    version = 1
      timezone = "xyzzy"
        -> 2:12 no time zone is named `xyzzy` | use an IANA name like "Asia/Jakarta" or "UTC"
    handoff = "Senin 09:00"
      people = [
        -> 18:11 `Senin` is not a day of the week | write it in English, like "Monday 09:00"
    handoff = "Wendesday 09:00"
      people = [
        -> 18:11 `Wendesday` is not a day of the week | did you mean "Wednesday 09:00"?
    handoff = "Monday 24:00"
      people = [
        -> 18:11 `24:00` is not a time of day | hours and minutes, 00:00 to 23:59
    handoff = "09:00"
      people = [
        -> 18:11 `09:00` is not a day and a time | write it like "Monday 09:00"
    name = "search"
      dashboard = "ftp://x"
        -> 27:13 this address cannot be opened | it begins with https:// or http:// and has no spaces
    name = "search"
      match = ['service']
        -> 27:10 `service` is not a matcher: a matcher looks like name="value", with =, !=, =~ or !~ | for example 'severity="critical"'
    name = "search"
      match = ['service=~"("']
        -> 27:10 `service=~"("` is not a matcher: the regular expression does not compile: unclosed group
    name = "search"
      match = 'service="a"'
        -> 27:9 expected a list, found a text | write ['service="a"']
    key_env = "hunter2"
        -> 7:11 this is not the name of an environment variable | capitals, digits and `_`, like SIAGA_KEY_ALERTMANAGER; put the key itself into that variable, never into this file
    key = "hunter2"
        -> 4:1 [[integrations]] of kind alertmanager lacks `key_env` | add `key_env = "SIAGA_KEY_ALERTMANAGER"`
        -> 7:1 unknown key `key` in [[integrations]] of kind alertmanager | did you mean `key_env`?
    (?P<what>.*)'
      title = "{wat} is bad"
        -> 13:10 `match` has no group named `wat` | did you mean `{what}`?
    (?P<what>.*)'
      title = "{what"
        -> 13:10 this brace is not closed
    a{999999}
        -> 12:9 this regular expression is too large | use smaller repetitions, like {0,20}
    .*
        -> 12:9 this expression matches every line, the empty one too | anchor it or ask for a word that only alerts have
    'x'
      resolved = ["ok"]
        -> 13:12 `resolved` has no effect: `match` has no group named `status` | name the word that tells: (?P<status>...)
    channels = []
        -> 11:12 this rule watches no channel | add one: ["#support"]

        -> 8:1 [[integrations]] lacks `kind` (a text) | the kind is alertmanager, grafana, json or chat
    wait = "5m" }]
      repeat = 11
        -> 22:10 the number must be 0 to 10
    [routing]
      group_by = "service"
        -> 31:12 expected a list, found a text | write ["service"]
    page = 0
        -> 29:38 expected true or false, found a whole number
    [services]
        -> 22:1 expected a list of tables, found one table | write the header with two brackets: [[...]]
    "##);
}

#[test]
fn front_matter_mistakes_carry_their_line() {
    let mut told = String::new();
    for text in [
        "+++\nmatch = ['service']\n+++\n- Look",
        "+++\nreviewed = \"2026-08-01\"\n+++\n- Look",
        "+++\ntitle = \"A\"\nurl = \"wiki\"\n+++\n- Look",
        "+++\ntitle = \"A\n+++\n- Look",
        "+++\ntitle = \"A\"\n- Look",
        "---\ntitle: A\ntags: [a]\n---\n- Look",
        "---\ntitle: A\nreviewed: soon\n---\n- Look",
        "+++\ntitle = \"A\"\n+++\n",
    ] {
        let problems = found(from_text("siaga.toml", SMALL, &[("a.md", text)]));
        told.push_str(&format!("{}\n    -> {}\n", text.escape_debug(), problems.join("\n    -> ")));
    }
    insta::assert_snapshot!(told, @r##"
    +++\nmatch = [\'service\']\n+++\n- Look
        -> 2:10 `service` is not a matcher: a matcher looks like name="value", with =, !=, =~ or !~ | for example 'severity="critical"'
    +++\nreviewed = \"2026-08-01\"\n+++\n- Look
        -> 2:12 expected a date, found a text | write it without quotes: 2026-08-01
    +++\ntitle = \"A\"\nurl = \"wiki\"\n+++\n- Look
        -> 3:7 this address cannot be opened | it begins with https:// or http:// and has no spaces
    +++\ntitle = \"A\n+++\n- Look
        -> 2:11 invalid basic string, expected `"` | texts stand in quotes: "...", or '...' when the text itself has quotes or backslashes
    +++\ntitle = \"A\"\n- Look
        -> 1:1 the front matter does not end | close it with a line `+++`
    ---\ntitle: A\ntags: [a]\n---\n- Look
        -> 3:1 between `---` lines only `title`, `owner`, `reviewed` and `url` are read | use TOML between `+++` lines: match = ['service="checkout"']
    ---\ntitle: A\nreviewed: soon\n---\n- Look
        -> 3:11 expected a date | write it like 2026-08-01
    +++\ntitle = \"A\"\n+++\n
        -> 1:1 the runbook `a` says nothing | write what to do first as a list item, or give a `url`
    "##);
    for text in [
        "# Title\n\n- Look",
        "---\ntitle: \"A\"\nowner: Payments\nreviewed: 2026-08-01\n---\n- Look",
        "+++\r\ntitle = \"A\"\r\n+++\r\n- Look",
    ] {
        let loaded = from_text("siaga.toml", SMALL, &[("a.md", text)]).unwrap();
        assert_eq!(loaded.setup.runbooks[0].first_step(), Some("Look"), "{text}");
    }
}

#[test]
fn heartbeats_are_checked() {
    let told = told(&[
        (
            "[people]",
            "[[heartbeats]]\nname = \"orders\"\nevery = \"5m\"\nsays = \"No orders\"\nlabels = { team = \"shop\" }\n[people]",
        ),
        ("[people]", "[[heartbeats]]\nname = \"Orders\"\nevery = 5\n[people]"),
        (
            "[people]",
            "[[heartbeats]]\nname = \"orders\"\nevery = \"1s\"\nsays = \"\"\nservice = \"chekout\"\nseverity = \"SEV-4\"\nrunbook = \"wiki\"\nkey_env = \"key\"\nlabels = { severity = \"x\", heartbeat = \"y\", a = 1 }\n[people]",
        ),
        (
            "[people]",
            "[[heartbeats]]\nname = \"a\"\nevery = \"5m\"\nsays = \"x\"\n[[heartbeats]]\nname = \"a\"\nevry = \"5m\"\nsays = \"x\"\n[people]",
        ),
        ("name = \"alertmanager\"", "name = \"heartbeat\""),
    ]);
    insta::assert_snapshot!(told, @r#"
    [[heartbeats]]
      name = "orders"
      every = "5m"
      says = "No orders"
      labels = { team = "shop" }
      [people]
    [[heartbeats]]
      name = "Orders"
      every = 5
      [people]
        -> 13:1 [[heartbeats]] lacks `says` | add `says = "No orders for 5 minutes"`
        -> 14:8 `Orders` cannot be part of an address | use lower-case letters, digits, `-` and `_`, at most 64
        -> 15:9 expected a text, found a whole number | write it in quotes and with its unit: "5s", "5m" or "5h"
    [[heartbeats]]
      name = "orders"
      every = "1s"
      says = ""
      service = "chekout"
      severity = "SEV-4"
      runbook = "wiki"
      key_env = "key"
      labels = { severity = "x", heartbeat = "y", a = 1 }
      [people]
        -> 15:9 `1s` is out of range | the least is "10s", the most "168h"
        -> 16:8 this text is empty
        -> 17:11 no service is named `chekout` | did you mean "checkout"?
        -> 19:11 this address cannot be opened | it begins with https:// or http:// and has no spaces
        -> 20:11 this is not the name of an environment variable | capitals, digits and `_`, like SIAGA_KEY_ALERTMANAGER; put the key itself into that variable, never into this file
        -> 21:12 the label `severity` is given by the heartbeat itself | write `severity` beside `labels`
        -> 21:28 the label `heartbeat` is given by the heartbeat itself | its value is the heartbeat's name
        -> 21:49 expected a text, found a whole number | write it in quotes: "1"
    [[heartbeats]]
      name = "a"
      every = "5m"
      says = "x"
      [[heartbeats]]
      name = "a"
      evry = "5m"
      says = "x"
      [people]
        -> 17:1 [[heartbeats]] lacks `every` | add `every = "5m"`
        -> 18:8 a second heartbeat is named `a` | the first is in line 14
        -> 19:1 unknown key `evry` in [[heartbeats]] | did you mean `every`?
    name = "heartbeat"
        -> 5:8 `heartbeat` is the name under which [[heartbeats]] report | give the integration another name
    "#);
}

#[test]
fn expressions_are_proven_to_be_readable() {
    let json = |lines: &str| {
        format!(
            "name = \"other\"\nkind = \"json\"\nkey_env = \"KEY\"\n{lines}\n[[integrations]]\nname = \"chat\"\nkind = \"chat\""
        )
    };
    let good = "dedup_key = \"body.id\"\ntitle = \"body.name\"\n";
    let cases = [
        json(good),
        json("dedup_key = \"body.id\""),
        json(&format!("{good}severity = \"critical\"")),
        json(&format!("{good}value = 'body.value ~ '")),
        json(&format!("{good}value = \"{{{{ body.value }}}} ms\"")),
        json(&format!("{good}value = \"bdy.value | lower\"")),
        json(&format!("{good}value = \"item.value\"")),
        json(&format!("{good}value = \"body.value | lowr\"")),
        json(&format!("{good}value = \"\"")),
        json(&format!("{good}each = \"body.alerts\"\nvalue = \"item.value\"")),
        json(&format!("{good}each = \"item\"")),
        json(&format!("{good}labels = {{ host = \"body.\", severity = \"body.s\", integration = \"'x'\", a = 1 }}")),
        json(&format!("{good}chanels = [\"#a\"]")),
    ];
    let cases: Vec<(&str, &str)> = cases.iter().map(|new| ("name = \"chat\"\nkind = \"chat\"", new.as_str())).collect();
    insta::assert_snapshot!(told(&cases), @r##"
    name = "other"
      kind = "json"
      key_env = "KEY"
      dedup_key = "body.id"
      title = "body.name"
      
      [[integrations]]
      name = "chat"
      kind = "chat"
    name = "other"
      kind = "json"
      key_env = "KEY"
      dedup_key = "body.id"
      [[integrations]]
      name = "chat"
      kind = "chat"
        -> 8:1 [[integrations]] of kind json lacks `title` | add `title = "body.monitor.name ~ ' is down'"`
    name = "other"
      kind = "json"
      key_env = "KEY"
      dedup_key = "body.id"
      title = "body.name"
      severity = "critical"
      [[integrations]]
      name = "chat"
      kind = "chat"
        -> 14:13 nothing is named `critical` here | known: body, headers, query, and item with `each`; a text stands in quotes: "'critical'"
    name = "other"
      kind = "json"
      key_env = "KEY"
      dedup_key = "body.id"
      title = "body.name"
      value = 'body.value ~ '
      [[integrations]]
      name = "chat"
      kind = "chat"
        -> 14:21 this expression cannot be read: unexpected end of input, expected expression | an expression is like "body.monitor.name" or "'down' if body.up == false else 'up'"
    name = "other"
      kind = "json"
      key_env = "KEY"
      dedup_key = "body.id"
      title = "body.name"
      value = "{{ body.value }} ms"
      [[integrations]]
      name = "chat"
      kind = "chat"
        -> 14:9 this is a template, not an expression | write names without braces and join with `~`: "body.monitor.name ~ ' is down'"; a fixed text stands in quotes of its own: "'critical'"
    name = "other"
      kind = "json"
      key_env = "KEY"
      dedup_key = "body.id"
      title = "body.name"
      value = "bdy.value | lower"
      [[integrations]]
      name = "chat"
      kind = "chat"
        -> 14:10 nothing is named `bdy` here | did you mean `body`?
    name = "other"
      kind = "json"
      key_env = "KEY"
      dedup_key = "body.id"
      title = "body.name"
      value = "item.value"
      [[integrations]]
      name = "chat"
      kind = "chat"
        -> 14:10 nothing is named `item` here | give `each` a list: then `item` is one of it
    name = "other"
      kind = "json"
      key_env = "KEY"
      dedup_key = "body.id"
      title = "body.name"
      value = "body.value | lowr"
      [[integrations]]
      name = "chat"
      kind = "chat"
        -> 14:9 this expression cannot work: filter lowr is unknown | filters, tests and functions are minijinja's: default, join, lower, replace, split, tojson, ...
    name = "other"
      kind = "json"
      key_env = "KEY"
      dedup_key = "body.id"
      title = "body.name"
      value = ""
      [[integrations]]
      name = "chat"
      kind = "chat"
        -> 14:9 this text is empty
    name = "other"
      kind = "json"
      key_env = "KEY"
      dedup_key = "body.id"
      title = "body.name"
      each = "body.alerts"
      value = "item.value"
      [[integrations]]
      name = "chat"
      kind = "chat"
    name = "other"
      kind = "json"
      key_env = "KEY"
      dedup_key = "body.id"
      title = "body.name"
      each = "item"
      [[integrations]]
      name = "chat"
      kind = "chat"
        -> 14:9 nothing is named `item` here | give `each` a list: then `item` is one of it
    name = "other"
      kind = "json"
      key_env = "KEY"
      dedup_key = "body.id"
      title = "body.name"
      labels = { host = "body.", severity = "body.s", integration = "'x'", a = 1 }
      [[integrations]]
      name = "chat"
      kind = "chat"
        -> 14:24 this expression cannot be read: unexpected end of input, expected identifier or integer | an expression is like "body.monitor.name" or "'down' if body.up == false else 'up'"
        -> 14:28 the label `severity` is not given here | write `severity` beside `labels`
        -> 14:49 the label `integration` is not given here | it is always the integration's name
        -> 14:74 expected a text, found a whole number | write it in quotes: "1"
    name = "other"
      kind = "json"
      key_env = "KEY"
      dedup_key = "body.id"
      title = "body.name"
      chanels = ["#a"]
      [[integrations]]
      name = "chat"
      kind = "chat"
        -> 14:1 unknown key `chanels` in [[integrations]] of kind json | known keys: name, kind, key_env, key_file, get, each, when, dedup_key, title, status, severity, service, description, value, url, runbook_url, starts_at, labels, notice, resolves, resolve_after
    "##);
}

#[test]
fn a_watch_names_a_variable_and_people_who_exist() {
    let told = told(&[
        ("[routing]", "[watch]\nurl_env = \"SIAGA_WATCH_URL\"\nalarm = [\"rina\"]\n[routing]"),
        ("[routing]", "[watch]\nurl = \"https://hc-ping.com/1\"\n[routing]"),
        ("[routing]", "[watch]\nurl_env = \"https://hc-ping.com/1\"\n[routing]"),
        ("[routing]", "[watch]\nevery = \"1s\"\nalarm = [\"rini\"]\n[routing]"),
    ]);
    insta::assert_snapshot!(told, @r#"
    [watch]
      url_env = "SIAGA_WATCH_URL"
      alarm = ["rina"]
      [routing]
    [watch]
      url = "https://hc-ping.com/1"
      [routing]
        -> 31:1 unknown key `url` in [watch] | did you mean `url_env`?
    [watch]
      url_env = "https://hc-ping.com/1"
      [routing]
        -> 31:11 this is not the name of an environment variable | capitals, digits and `_`, like SIAGA_KEY_ALERTMANAGER; put the key itself into that variable, never into this file
    [watch]
      every = "1s"
      alarm = ["rini"]
      [routing]
        -> 31:9 `1s` is out of range | the least is "10s", the most "1h"
        -> 32:10 no person is named `rini` | did you mean "rina"?
    "#);
}

#[test]
fn a_display_name_and_a_channel_without_a_category_are_told() {
    let told = told(&[
        (r#"budi = { discord = "budi" }"#, r#"budi = { discord = "Budi" }"#),
        (r#"rina = { discord = "rina" }"#, r#"rina = { discord = "Rina Putri" }"#),
        (r#"SEV-1 = { means = "Bad", page = true }"#, r#"SEV-1 = { means = "Bad", room = "channel", page = true }"#),
    ]);
    for part in [
        "nobody can have the Discord user name `Budi`",
        "did you mean \"budi\"?",
        "nobody can have the Discord user name `Rina Putri`",
        "SEV-1 gets no channel: [discord] names no category, and outside one everybody would see it",
    ] {
        assert!(told.contains(part), "{part}\n{told}");
    }
}

#[test]
fn without_a_category_the_thread_is_the_room() {
    use domain::setup::RoomKind;
    let room = |text: &str| {
        let text = text.replace("page = true }", "room = \"channel\", page = true }");
        load(&text).unwrap().setup.severities.values().map(|plan| plan.room).next()
    };
    assert_eq!(room(SMALL), Some(RoomKind::Thread));
    let with_category = SMALL.replacen("[discord]", "[discord]\ncategory = \"Incidents\"", 1);
    assert_eq!(room(&with_category), Some(RoomKind::Channel));
}

#[test]
fn proxies_are_addresses_or_networks_and_never_everybody() {
    let web = |proxies: &str| format!("version = 1\nweb = {{ proxies = {proxies} }}");
    let good = web(r#"["127.0.0.1", "10.9.8.7/8", "fd00::/8", "::1"]"#);
    let bad = [r#"["proxy.example.com"]"#, r#"["10.0.0.0/40"]"#, r#"["0.0.0.0/0", "::/0"]"#, r#""127.0.0.1""#].map(web);
    let cases: Vec<(&str, &str)> =
        std::iter::once(&good).chain(&bad).map(|text| ("version = 1", text.as_str())).collect();
    insta::assert_snapshot!(told(&cases), @r#"
    version = 1
      web = { proxies = ["127.0.0.1", "10.9.8.7/8", "fd00::/8", "::1"] }
    version = 1
      web = { proxies = ["proxy.example.com"] }
        -> 2:20 `proxy.example.com` is neither an address nor a network | for example 127.0.0.1, 10.0.0.0/8 or fd00::/8; names are not looked up
    version = 1
      web = { proxies = ["10.0.0.0/40"] }
        -> 2:20 `10.0.0.0/40` is neither an address nor a network | for example 127.0.0.1, 10.0.0.0/8 or fd00::/8; names are not looked up
    version = 1
      web = { proxies = ["0.0.0.0/0", "::/0"] }
        -> 2:20 `0.0.0.0/0` is everybody: anybody could say that they are somebody else | name the addresses of your proxies only
        -> 2:33 `::/0` is everybody: anybody could say that they are somebody else | name the addresses of your proxies only
    version = 1
      web = { proxies = "127.0.0.1" }
        -> 2:19 expected a list, found a text | write ["127.0.0.1"]
    "#);
    let setup = from_text("siaga.toml", &SMALL.replacen("version = 1", &good, 1), &[]).unwrap().setup;
    let proxies: Vec<String> = setup.proxies.iter().map(ToString::to_string).collect();
    assert_eq!(proxies, ["127.0.0.1/32", "10.0.0.0/8", "fd00::/8", "::1/128"]);
}

#[test]
fn a_file_without_responders_is_warned_and_a_list_of_nobody_is_an_error() {
    let access = "[discord.access]\nresponder = \"@sre\"";
    let told = told(&[
        (access, ""),
        (access, "[discord.access]\nadmin = \"@sre-lead\""),
        ("responder = \"@sre\"", "responder = [\"@sre\", \"@dba\"]\nread = \"@everyone\""),
        ("responder = \"@sre\"", "responder = []"),
        ("responder = \"@sre\"", "responder = [\"@sre\", \"#sre\", 5]"),
        ("responder = \"@sre\"", "responder = \"@sre\"\nadmin = \"@everyone\""),
    ]);
    insta::assert_snapshot!(told, @r##"

        -> 2:1 without `access.responder` only admins of the server can act | name the role of those who respond: access = { responder = "@sre" }; whoever is paged responds to that incident in any case
    [discord.access]
      admin = "@sre-lead"
        -> 36:1 without `access.responder` only admins of the server can act | name the role of those who respond: access = { responder = "@sre" }; whoever is paged responds to that incident in any case
    responder = ["@sre", "@dba"]
      read = "@everyone"
    responder = []
        -> 37:13 `responder` names no role | name a role, or leave the key out
    responder = ["@sre", "#sre", 5]
        -> 37:22 expected a role, found the channel `#sre` | a role begins with `@`
        -> 37:30 expected a text, found a whole number | write it in quotes: "5"
    responder = "@sre"
      admin = "@everyone"
        -> 38:9 everyone is never a role here | name the role of those who respond, like "@sre"
    "##);
}
