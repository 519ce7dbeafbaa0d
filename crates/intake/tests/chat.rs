//! Purpose: what people and other bots write in watched channels, and what we make of it.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use domain::setup::ChatRule;
use domain::{
    AlertOrigin, AlertReport, AlertStatus, ChatChannelId, ChatMessageId, ChatUserId, IntegrationName, Severity,
};
use intake::{ChatLine, EmbedText, chat};
use proptest::prelude::*;

fn rule(pattern: &str) -> ChatRule {
    ChatRule {
        channels: vec![],
        pattern: regex::Regex::new(pattern).unwrap(),
        title: None,
        severity: None,
        candidate: false,
        resolved_words: vec!["resolved".to_owned(), "up".to_owned(), "pulih".to_owned()],
        threads: false,
        authors: vec![],
    }
}

fn line(text: &str) -> ChatLine {
    ChatLine {
        text: text.to_owned(),
        embeds: vec![],
        channel: ChatChannelId(11),
        channel_name: Some("support".to_owned()),
        parent: None,
        message: ChatMessageId(22),
        author: "Rina".to_owned(),
        author_id: ChatUserId(33),
        user_name: "rina".to_owned(),
        by_bot: false,
        at: "2026-08-14T03:10:00Z".parse().unwrap(),
    }
}

fn read_all(rule: &ChatRule, line: &ChatLine) -> Vec<AlertReport> {
    chat::read(rule, &IntegrationName::from("support-chat"), line)
}

/// Of a message that says one thing.
fn read(rule: &ChatRule, line: &ChatLine) -> Option<AlertReport> {
    let mut reports = read_all(rule, line);
    assert!(reports.len() <= 1, "{reports:?}");
    reports.pop()
}

fn must_read(rule: &ChatRule, text: &str) -> AlertReport {
    read(rule, &line(text)).unwrap_or_else(|| panic!("no match: {text}"))
}

const COMPLAINT: &str = r"(?i)(?P<service>checkout|login).*(down|error)";

#[test]
fn a_complaint_becomes_a_report() {
    let rule = ChatRule {
        title: Some("Users report {service} trouble".to_owned()),
        severity: Some(Severity::Sev4),
        candidate: true,
        ..rule(COMPLAINT)
    };
    insta::assert_json_snapshot!(read(&rule, &line("hi all,\nis checkout down again? @everyone\nthanks")));
    assert_eq!(read(&rule, &line("lunch?")), None);
    assert_eq!(read(&rule, &line("")), None);
}

#[test]
fn without_a_template_the_title_is_the_title_group_or_else_the_matched_line() {
    assert_eq!(must_read(&rule(COMPLAINT), "hi\nlogin shows an error \nbye").title, "login shows an error");
    let titled = rule(r"ALARM (?P<title>[^|]*)");
    assert_eq!(must_read(&titled, "ALARM Disk full | db-1").title, "Disk full");
    assert_eq!(must_read(&titled, "ALARM | db-1").title, "ALARM | db-1", "an empty title group is no title");
}

#[test]
fn a_template_is_filled_once_and_shows_the_names_it_does_not_know() {
    let rule = ChatRule { title: Some("{host}: {what} {nope} {".to_owned()), ..rule(r"(?P<host>\S+) (?P<what>.*)") };
    assert_eq!(must_read(&rule, "db-1 says {host}").title, "db-1: says {host} {nope} {");
}

#[test]
fn only_a_severity_of_ours_overrules_the_one_of_the_rule() {
    let rule = ChatRule { severity: Some(Severity::Sev3), ..rule(r"^\[(?P<severity>[^\]]*)\] (?P<title>.*)") };
    let cases = [
        ("[SEV-1] a", Severity::Sev1, Some("SEV-1")),
        ("[sev2] a", Severity::Sev2, Some("sev2")),
        ("[critical] a", Severity::Sev3, Some("critical")),
        ("[1] a", Severity::Sev3, Some("1")),
        ("[SEV-9] a", Severity::Sev3, Some("SEV-9")),
        ("[] a", Severity::Sev3, None),
    ];
    for (text, severity, label) in cases {
        let report = must_read(&rule, text);
        assert_eq!(report.severity, Some(severity), "{text}");
        assert_eq!(report.labels.get("severity").map(String::as_str), label, "{text}");
    }
}

#[test]
fn the_same_complaint_twice_is_one_alert() {
    let rule = ChatRule { title: Some("Users report {service} trouble".to_owned()), ..rule(COMPLAINT) };
    let first = must_read(&rule, "checkout is down");
    assert_eq!(first.dedup_key, must_read(&rule, "Checkout gives me an ERROR").dedup_key);
    assert_ne!(first.dedup_key, must_read(&rule, "login is down").dedup_key);
}

#[test]
fn the_line_that_says_it_is_over_means_the_open_alert() {
    let plain = rule(r"(?i)^(?P<service>\w+) is (?P<status>down|up)");
    let keyed = rule(r"(?P<status>FIRING|RESOLVED) \[(?P<dedup_key>[^\]]+)\] (?P<title>.*)");
    let template = ChatRule { title: Some("{service} {status}".to_owned()), ..plain.clone() };
    let cases = [
        (&plain, "checkout is DOWN", "checkout is UP"),
        (&template, "checkout is down", "checkout is up"),
        (&keyed, "FIRING [db-1/disk] Disk 97 %", "RESOLVED [db-1/disk] Disk 60 %"),
    ];
    for (rule, down, up) in cases {
        let (down, up) = (must_read(rule, down), must_read(rule, up));
        assert_eq!((down.status, up.status), (AlertStatus::Firing, AlertStatus::Resolved));
        assert_eq!(down.dedup_key, up.dedup_key, "{} / {}", down.title, up.title);
    }
    assert_eq!(must_read(&keyed, "FIRING [db-1/disk] x").dedup_key.as_str(), "v1:support-chat:db-1/disk");
}

#[test]
fn every_group_that_is_not_empty_becomes_a_label() {
    let rule = rule(r"(?P<service>\w+) on (?P<host>\S+)(?: in (?P<region>\w+))?(?: at (?P<value>\d+ %))?");
    let report = must_read(&rule, "disk on db-1 at 97 %");
    let labels: Vec<(&str, &str)> = report.labels.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert_eq!(labels, [("channel", "support"), ("host", "db-1"), ("service", "disk"), ("value", "97 %")]);
    assert_eq!(report.value.as_deref(), Some("97 %"));
}

#[test]
fn the_embeds_of_other_bots_are_read_after_the_text() {
    let embed = EmbedText {
        title: Some("[FIRING] Disk full".to_owned()),
        description: Some("[FIRING] second".to_owned()),
        fields: vec![("Host".to_owned(), "db-1".to_owned())],
        url: Some("https://grafana.example.com/d/disk".to_owned()),
        author: Some("Uptime of shop.example.com".to_owned()),
        footer: Some("rule 17".to_owned()),
    };
    let message = ChatLine { embeds: vec![EmbedText::default(), embed], ..line("see below") };
    let by_title = read(&rule(r"^\[(?P<status>FIRING)\] (?P<title>.*)"), &message).unwrap();
    assert_eq!(by_title.title, "Disk full");
    assert_eq!(by_title.links[0].url, "https://grafana.example.com/d/disk");
    let by_field = read(&rule(r"^Host: (?P<host>.*)"), &message).unwrap();
    assert_eq!(by_field.labels["host"], "db-1");
    let by_author = read(&rule(r"^Uptime of (?P<host>.*)"), &message).unwrap();
    assert_eq!(by_author.labels["host"], "shop.example.com");
    let by_footer = read(&rule(r"^rule (?P<rule>\d+)"), &message).unwrap();
    assert_eq!(by_footer.labels["rule"], "17");
    let by_text = read(&rule("below|Disk"), &message).unwrap();
    assert_eq!(by_text.title, "see below");
    assert!(by_text.links.is_empty());
}

#[test]
fn hidden_characters_neither_hide_a_word_nor_reach_anybody() {
    let author = ChatLine { author: "Ri\u{202e}na\n".to_owned(), ..line("check\u{200b}out is \u{202e}down") };
    let report = read(&rule(COMPLAINT), &author).unwrap();
    assert_eq!(report.title, "checkout is down");
    let AlertOrigin::Chat { author, .. } = report.origin else { panic!("from chat") };
    assert_eq!(author, "Rina");
}

const MONITOR: &str = r"^(?P<status>FIRING|RESOLVED): (?P<title>.+)$";

/// What a message says, each alert with its body behind it.
fn said(text: &str) -> Vec<String> {
    let reports = read_all(&rule(MONITOR), &line(text));
    let of = |report: &AlertReport| {
        let body = report.body.as_deref().map(|body| format!(" ({})", body.replace('\n', " / "))).unwrap_or_default();
        let status = if report.status == AlertStatus::Firing { "firing" } else { "resolved" };
        format!("{status}: {}{body}", report.title)
    };
    reports.iter().map(of).collect()
}

/// prometheus/alertmanager issue 1116, and each bot whose message has a link below its first line: an expression with `^` and `$`
/// is written for the line that people see.
#[test]
fn each_line_that_matches_is_an_alert_of_its_own() {
    let cases: [(&str, &[&str]); 8] = [
        (
            "FIRING: stock service slow\nhttps://grafana.example.com/d/1",
            &["firing: stock service slow (FIRING: stock service slow / https://grafana.example.com/d/1)"],
        ),
        (
            "2 alerts\nFIRING: stock slow\nsince 03:10\nFIRING: search slow",
            &[
                "firing: stock slow (2 alerts / FIRING: stock slow / since 03:10)",
                "firing: search slow (FIRING: search slow)",
            ],
        ),
        ("FIRING: stock slow\nFIRING: stock slow", &["firing: stock slow (FIRING: stock slow)"]),
        (
            "FIRING: stock slow\nRESOLVED: stock slow",
            &["firing: stock slow (FIRING: stock slow)", "resolved: stock slow (RESOLVED: stock slow)"],
        ),
        ("**FIRING:** stock slow", &["firing: stock slow (**FIRING:** stock slow)"]),
        ("> - `FIRING`: **stock slow**", &["firing: stock slow (> - `FIRING`: **stock slow**)"]),
        ("```\nFIRING: stock slow\n```", &["firing: stock slow (``` / FIRING: stock slow / ```)"]),
        ("all is well\nnothing FIRING: here", &[]),
    ];
    for (text, wanted) in cases {
        assert_eq!(said(text), wanted, "{text}");
    }
    let key = |text: &str| must_read(&rule(MONITOR), text).dedup_key;
    assert_eq!(key("**FIRING: stock slow**"), key("# RESOLVED: stock slow"));
}

#[test]
fn what_matches_only_across_lines_is_still_one_alert() {
    let across = rule(r"(?s)(?P<title>Problem: [^\n]+).*Severity: (?P<level>\w+)");
    for text in ["Problem: stock slow\nHost: db-1\nSeverity: High", "**Problem: stock slow**\n__Severity:__ High"] {
        let report = must_read(&across, text);
        assert_eq!((report.title.as_str(), report.labels["level"].as_str()), ("Problem: stock slow", "High"), "{text}");
        assert_eq!(report.body.as_deref(), Some(text));
    }
}

#[test]
fn each_embed_is_read_for_itself() {
    let embed = |title: &str| EmbedText { title: Some(title.to_owned()), ..EmbedText::default() };
    let message =
        ChatLine { embeds: vec![embed("FIRING: stock slow"), embed("FIRING: mail slow")], ..line("2 alerts") };
    let titles: Vec<String> = read_all(&rule(MONITOR), &message).into_iter().map(|report| report.title).collect();
    assert_eq!(titles, ["stock slow", "mail slow"]);
}

proptest! {
    #[test]
    fn no_line_makes_the_reader_panic(text in "(?s).{0,60}", title in proptest::option::of("(?s).{0,20}|\\{service\\}{0,2}.{0,9}")) {
        let rule = ChatRule { title, ..rule(r"(?s)(?P<service>.*?)(?P<status>\s.?)?(?P<title>.{0,3})$") };
        for report in read_all(&rule, &line(&text)) {
            prop_assert!(!report.title.is_empty());
            prop_assert!(report.labels.values().all(|value| !value.is_empty()));
        }
    }
}
