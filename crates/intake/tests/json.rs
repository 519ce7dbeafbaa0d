//! JSON of any shape: the ready examples, each rule of the mapping, and what happens to expressions that go wrong.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use std::path::Path;
use std::sync::Arc;

use domain::mapping::JsonMapping;
use domain::setup::IntegrationKind;
use domain::{AlertReport, AlertStatus, IntegrationName};
use insta::assert_snapshot;
use intake::json::{Envelope, ITEMS, parse};
use intake::{NotJson, Parsed};
use serde_json::{Value, json};

const SMALL: &str = r##"version = 1
[discord]
incidents = "#incidents"
[severities]
SEV-3 = { means = "Degraded", page = false }
[routing]
rules = [{ match = [], severity = "SEV-3" }]
"##;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap()
}

fn mapping_of(toml: &str) -> (IntegrationName, Arc<JsonMapping>) {
    let loaded = config::from_text("siaga.toml", &format!("{SMALL}{toml}"), &[]);
    let loaded = loaded.unwrap_or_else(|problems| panic!("{}", problems.render(false)));
    let integration = loaded.setup.integrations.into_iter().next().unwrap();
    let IntegrationKind::Json(mapping) = integration.kind else { panic!("not of kind json") };
    (integration.name, mapping)
}

/// A mapping with these lines on top of `dedup_key` and `title`.
fn lines(lines: &str) -> (IntegrationName, Arc<JsonMapping>) {
    let (mut dedup_key, mut title) = ("dedup_key = \"body.id\"\n", "title = \"body.name\"\n");
    for line in lines.lines() {
        if line.starts_with("dedup_key") {
            dedup_key = "";
        } else if line.starts_with("title") {
            title = "";
        }
    }
    mapping_of(&format!(
        "[[integrations]]\nname = \"any\"\nkind = \"json\"\nkey_env = \"KEY\"\n{dedup_key}{title}{lines}\n"
    ))
}

fn read((name, mapping): &(IntegrationName, Arc<JsonMapping>), body: &Value) -> Parsed {
    parse(name, mapping, body.to_string().as_bytes(), &Envelope::default())
}

fn one(mapping: &(IntegrationName, Arc<JsonMapping>), body: &Value) -> AlertReport {
    let parsed = read(mapping, body);
    assert_eq!((parsed.reports.len(), parsed.skipped), (1, 0), "{parsed:?}");
    parsed.reports.into_iter().next().unwrap()
}

fn shown(report: &AlertReport) -> String {
    serde_json::to_string_pretty(report).unwrap()
}

/// A ready example with one of its payloads.
fn example(name: &str, payload: &str) -> Parsed {
    let text = std::fs::read_to_string(root().join(format!("examples/integrations/{name}.toml"))).unwrap();
    let body = std::fs::read(root().join(format!("examples/payloads/{name}-{payload}.json"))).unwrap();
    let (name, mapping) = mapping_of(&text);
    parse(&name, &mapping, &body, &Envelope::default())
}

#[test]
fn uptime_kuma_goes_down_and_up() {
    let down = example("uptime-kuma", "down").reports.remove(0);
    assert_snapshot!(shown(&down), @r#"
    {
      "integration": "uptime-kuma",
      "dedup_key": "v1:uptime-kuma:7",
      "status": "firing",
      "title": "Shop is down",
      "body": "connect ECONNREFUSED 203.0.113.7:443",
      "labels": {
        "integration": "uptime-kuma",
        "monitor": "Shop",
        "service": "checkout",
        "severity": "critical",
        "type": "http"
      },
      "value": "connect ECONNREFUSED 203.0.113.7:443",
      "links": [
        {
          "label": "Source",
          "url": "https://shop.example.com/"
        }
      ],
      "starts_at": "2026-03-01T20:10:00.123Z",
      "origin": {
        "kind": "http"
      },
      "candidate": false
    }
    "#);
    let up = example("uptime-kuma", "up").reports.remove(0);
    assert_eq!((up.status, up.dedup_key), (AlertStatus::Resolved, down.dedup_key));
    assert_eq!((up.title.as_str(), up.value.as_deref()), ("Shop is up", Some("42 ms")));
    let test = example("uptime-kuma", "test");
    assert_eq!((test.reports.len(), test.skipped), (0, 1), "its test message is no alert");
}

// Source: louislam/uptime-kuma, `Notification.send` of certificates has no monitor and no heartbeat; with the form preset all of it
// is one field of a form.
#[test]
fn a_certificate_that_runs_out_is_a_notice_of_its_own() {
    let notice = example("uptime-kuma", "certificate").reports.remove(0);
    assert_eq!((notice.status, notice.has_no_end()), (AlertStatus::Firing, true));
    assert_eq!(
        notice.title,
        "[Shop][https://shop.example.com/] server certificate shop.example.com will expire in 14 days"
    );
    assert_eq!(notice.labels["severity"], "warning");
    let text = std::fs::read_to_string(root().join("examples/integrations/uptime-kuma.toml")).unwrap();
    let (name, mapping) = mapping_of(&text);
    let read = |payload: &Value| {
        let body = intake::form(&[("data".to_owned(), payload.to_string())]);
        parse(&name, &mapping, &body, &Envelope::default())
    };
    let later = read(&json!({ "heartbeat": null, "monitor": null,
        "msg": "[Shop][https://shop.example.com/] server certificate shop.example.com will expire in 7 days" }));
    assert_eq!(later.reports[0].dedup_key, notice.dedup_key, "the same notice, a week later");
    let other = read(
        &json!({ "heartbeat": null, "monitor": null, "msg": "[Blog] server certificate x will expire in 7 days" }),
    );
    assert_ne!(other.reports[0].dedup_key, notice.dedup_key);
    let down = example("uptime-kuma", "down").reports.remove(0);
    assert!(!down.has_no_end());
}

#[test]
fn a_tag_is_a_word_and_tags_may_be_missing() {
    let text = std::fs::read_to_string(root().join("examples/integrations/healthchecks.toml")).unwrap();
    let mapping = mapping_of(&text);
    let severity = |tags: Value| {
        let body =
            json!({ "code": "1", "name": "backup", "status": "down", "tags": tags, "now": "2026-03-01T20:10:00Z" });
        one(&mapping, &body).labels["severity"].clone()
    };
    assert_eq!(severity("prod critical".into()), "critical");
    assert_eq!(severity("noncritical critical-path".into()), "warning");
    assert_eq!(severity("".into()), "warning");
    assert_eq!(severity(Value::Null), "warning");
}

#[test]
fn words_of_other_senders_that_mean_over() {
    let mapping = lines("status = \"body.state\"");
    let status = |state: &str| one(&mapping, &json!({ "id": 1, "name": "x", "state": state })).status;
    for over in ["clear", "Cleared", "INACTIVE", "completed", "succeeded", "restored", "fixed"] {
        assert_eq!(status(over), AlertStatus::Resolved, "{over}");
    }
    for fires in ["active", "incomplete", "unclear", "not ok", "down", "fail"] {
        assert_eq!(status(fires), AlertStatus::Firing, "{fires}");
    }
}

#[test]
fn healthchecks_goes_down_and_up() {
    let down = example("healthchecks", "down").reports.remove(0);
    assert_snapshot!(shown(&down), @r#"
    {
      "integration": "healthchecks",
      "dedup_key": "v1:healthchecks:3c1169a0-7b50-11e6-9b3e-3e4ad1c0ffee",
      "status": "firing",
      "title": "nightly backup did not report in time",
      "labels": {
        "check": "nightly backup",
        "integration": "healthchecks",
        "service": "database",
        "severity": "critical"
      },
      "value": "down",
      "links": [
        {
          "label": "Source",
          "url": "https://healthchecks.io/checks/3c1169a0-7b50-11e6-9b3e-3e4ad1c0ffee/details/"
        }
      ],
      "starts_at": "2026-03-01T20:10:00Z",
      "origin": {
        "kind": "http"
      },
      "candidate": false
    }
    "#);
    let up = example("healthchecks", "up").reports.remove(0);
    assert_eq!((up.status, up.dedup_key), (AlertStatus::Resolved, down.dedup_key));
    assert_eq!(up.title, "nightly backup runs again");
}

#[test]
fn a_list_becomes_one_alert_for_each_item() {
    let mapping = lines(
        "each = \"body.alerts\"\nwhen = \"item.real\"\ndedup_key = \"item.id\"\ntitle = \"item.name ~ ' on ' ~ body.host\"\nlabels = { host = \"body.host\", port = \"item.port\" }",
    );
    let parsed = read(
        &mapping,
        &json!({ "host": "db-3", "alerts": [
            { "id": 1, "name": "Disk full", "real": true, "port": 5432 },
            { "id": 2, "name": "Drill", "real": false },
            { "id": 3, "name": "No port", "real": true },
            { "name": "No id", "real": true },
        ] }),
    );
    assert_eq!(parsed.skipped, 1);
    let told: Vec<String> = parsed
        .reports
        .iter()
        .map(|r| format!("{} | {} | {:?} | {}", r.dedup_key, r.title, r.labels, r.body.as_deref().unwrap_or("-")))
        .collect();
    assert_snapshot!(told.join("\n"), @r#"
    v1:any:1 | Disk full on db-3 | {"host": "db-3", "integration": "any", "port": "5432"} | -
    v1:any:3 | No port on db-3 | {"host": "db-3", "integration": "any"} | -
    v1:any:bebf21e8f7fe60bd759cd7c7d990d03c | Unmapped payload from any: No id | {"alertname": "UnmappedPayload", "integration": "any"} | One alert of the payload could not be read: dedup_key (siaga.toml:14) gives nothing.
    "#);
}

#[test]
fn more_items_than_are_kept_are_told_of() {
    let mapping = lines("each = \"body\"\ndedup_key = \"item\"\ntitle = \"'Number ' ~ item\"");
    let parsed = read(&mapping, &Value::from_iter(0..ITEMS + 3));
    assert_eq!((parsed.reports.len(), parsed.truncated), (ITEMS, 3));
    assert!(
        parsed
            .reports
            .iter()
            .all(|report| { report.body.as_deref() == Some("3 more alerts came in the same body and are not kept.") })
    );
}

#[test]
fn a_status_is_over_by_a_few_words_and_firing_by_all_others() {
    let mapping = lines("status = \"body.status\"");
    for over in [
        json!("resolved"),
        json!(" OK "),
        json!("Up"),
        json!("recovered"),
        json!("closed"),
        json!(false),
        json!(0),
        json!("0"),
    ] {
        let report = one(&mapping, &json!({ "id": 1, "name": "x", "status": over }));
        assert_eq!(report.status, AlertStatus::Resolved, "{over}");
    }
    for firing in
        [json!("firing"), json!("down"), json!("unheard of"), json!(true), json!(1), json!(null), json!(""), json!([])]
    {
        let report = one(&mapping, &json!({ "id": 1, "name": "x", "status": firing }));
        assert_eq!(report.status, AlertStatus::Firing, "{firing}");
    }
    assert_eq!(one(&mapping, &json!({ "id": 1, "name": "x" })).status, AlertStatus::Firing);
}

#[test]
fn an_instant_is_rfc_3339_or_seconds_or_milliseconds() {
    let mapping = lines("starts_at = \"body.at\"");
    let at = |at: Value| {
        one(&mapping, &json!({ "id": 1, "name": "x", "at": at })).starts_at.map(|at| at.to_string()).unwrap_or_default()
    };
    for (sent, expected) in [
        (json!("2026-03-02T03:10:00+07:00"), "2026-03-01T20:10:00Z"),
        (json!(1_772_395_800), "2026-03-01T20:10:00Z"),
        (json!("1772395800"), "2026-03-01T20:10:00Z"),
        (json!(1_772_395_800_500_i64), "2026-03-01T20:10:00.5Z"),
        (json!(1_772_395_800.25), "2026-03-01T20:10:00.25Z"),
        (json!(0), ""),
        (json!(-5), ""),
        (json!(1e300), ""),
        (json!("yesterday"), ""),
        (json!("NaN"), ""),
        (json!(null), ""),
        (json!({}), ""),
    ] {
        assert_eq!(at(sent.clone()), expected, "{sent}");
    }
}

#[test]
fn what_goes_wrong_becomes_an_unmapped_alert_that_says_what() {
    let cases = [
        ("title = \"body.a.b.c\"", json!({ "id": 1, "a": {} })),
        ("title = \"body.name + 1\"", json!({ "id": 1, "name": [] })),
        ("title = \"body\"", json!({ "id": 1 })),
        ("dedup_key = \"body.nothing\"", json!({ "id": 1, "name": "x" })),
        ("dedup_key = \"'  \\u200b '\"", json!({ "id": 1, "name": "x" })),
        ("value = \"range(100000) | map('string') | join\"", json!({ "id": 1, "name": "x" })),
        ("value = \"range(100000) | list | length\"", json!({ "id": 1, "name": "x" })),
        ("value = \"'x' * 10000000\"", json!({ "id": 1, "name": "x" })),
        ("value = \"body.x | tojson\"", json!({ "id": 1, "name": "x", "x": "y".repeat(200_000) })),
        ("when = \"body.nothing\"", json!({ "id": 1, "name": "x" })),
        ("each = \"body.name\"", json!({ "id": 1, "name": "x" })),
        ("each = \"body.nothing\"", json!({ "id": 1, "name": "x" })),
        ("each = \"body\"\ndedup_key = \"item.a.b\"", json!([1, 1, 2])),
    ];
    let mut told = String::new();
    for (text, body) in cases {
        told.push_str(&format!("{text}\n"));
        for report in read(&lines(text), &body).reports {
            assert!(report.unmapped.is_some(), "{text}: {report:?}");
            assert!(report.title.starts_with("Unmapped payload from any"), "{}", report.title);
            assert_eq!(report.status, AlertStatus::Firing);
            told.push_str(&format!("    -> {}\n", report.body.unwrap()));
        }
    }
    assert_snapshot!(told, @r#"
    title = "body.a.b.c"
        -> The payload could not be read: title (siaga.toml:13) cannot be evaluated: "body.a.b" is undefined.
    title = "body.name + 1"
        -> The payload could not be read: title (siaga.toml:13) cannot be evaluated: tried to use + operator on unsupported types sequence and number.
    title = "body"
        -> The payload could not be read: title (siaga.toml:13) gives a table, not a text.
    dedup_key = "body.nothing"
        -> The payload could not be read: dedup_key (siaga.toml:13) gives nothing.
    dedup_key = "'  \u200b '"
        -> The payload could not be read: dedup_key (siaga.toml:13) gives nothing.
    value = "range(100000) | map('string') | join"
        -> The payload could not be read: value (siaga.toml:14) cannot be evaluated: it takes too many steps.
    value = "range(100000) | list | length"
        -> The payload could not be read: value (siaga.toml:14) cannot be evaluated: it takes too many steps.
    value = "'x' * 10000000"
        -> The payload could not be read: value (siaga.toml:14) cannot be evaluated: it takes too many steps.
    value = "body.x | tojson"
        -> The payload could not be read: value (siaga.toml:14) cannot be evaluated: it takes too many steps.
    when = "body.nothing"
        -> The payload could not be read: when (siaga.toml:14) gives nothing.
    each = "body.name"
        -> The payload could not be read: each (siaga.toml:14) gives a text, not a list.
    each = "body.nothing"
        -> The payload could not be read: each (siaga.toml:14) gives nothing, not a list.
    each = "body"
    dedup_key = "item.a.b"
        -> One alert of the payload could not be read: dedup_key (siaga.toml:14) cannot be evaluated: "item.a" is undefined.
        -> One alert of the payload could not be read: dedup_key (siaga.toml:14) cannot be evaluated: "item.a" is undefined.
    "#);
}

#[test]
fn an_item_that_takes_too_many_steps_ends_the_reading_and_the_rest_is_told_of() {
    let mapping =
        lines("each = \"body\"\ndedup_key = \"item\"\ntitle = \"item if item < 2 else range(100000) | list\"");
    let parsed = read(&mapping, &Value::from_iter(0..500));
    let told: Vec<&str> = parsed.reports.iter().map(|r| r.body.as_deref().unwrap_or(r.title.as_str())).collect();
    assert_snapshot!(told.join("\n"), @"
    0
    1
    One alert of the payload could not be read: title (siaga.toml:14) cannot be evaluated: it takes too many steps.
    497 more alerts of this payload could not be read.
    ");
}

#[test]
fn a_title_that_gives_nothing_is_no_reason_to_lose_the_alert() {
    assert_eq!(one(&lines(""), &json!({ "id": 7 })).title, "Alert from any");
}

#[test]
fn secrets_and_keys_cannot_be_mapped() {
    let mapping = lines(
        "description = \"body | tojson ~ headers | tojson ~ query | tojson\"\nlabels = { from = \"headers['x-from']\", page = \"query.page\" }",
    );
    let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let envelope = Envelope {
        headers: vec![pair("Authorization", "Bearer s3cret"), pair("X-From", "kuma"), pair("cookie", "s3cret")],
        query: vec![pair("key", "s3cret"), pair("page", "2")],
    };
    let body = json!({ "id": 1, "name": "x", "basic_auth_user": "s3cret", "deep": [{ "api-token": "s3cret" }] });
    let (name, mapping) = &mapping;
    let parsed = parse(name, mapping, body.to_string().as_bytes(), &envelope);
    let report = shown(&parsed.reports[0]);
    assert!(!report.contains("s3cret"), "{report}");
    assert_eq!((parsed.reports[0].labels["from"].as_str(), parsed.reports[0].labels["page"].as_str()), ("kuma", "2"));
    // Nor does an unmapped one show them.
    let broken = lines("title = \"body.a.b\"");
    let report = shown(&one(&broken, &body));
    assert!(!report.contains("s3cret") && report.contains("looks like a secret"), "{report}");
}

#[test]
fn what_is_no_json_is_one_unmapped_alert_with_its_place() {
    let (name, mapping) = lines("");
    // A template pasted a text with quotes.
    let body = br#"{"code":"3c11","name":"nightly "full" backup","status":"down"}"#;
    let parsed = parse(&name, &mapping, body, &Envelope::default());
    let NotJson { line, column, .. } = parsed.not_json.unwrap();
    assert_eq!((line, column), (1, 33));
    let [report] = parsed.reports.as_slice() else { panic!("{:?}", parsed.reports) };
    assert_eq!(
        report.title,
        r#"Unmapped payload from any: {"code":"3c11","name":"nightly "full" backup","status":"down"}"#
    );
    assert_eq!(report.unmapped.as_deref(), std::str::from_utf8(body).ok());
    assert_eq!(
        report.body.as_deref(),
        Some(
            r#"The payload could not be read: it is not JSON: expected `,` or `}` at line 1, column 33, near `","name":"nightly "full" backup","status`."#
        )
    );
    // The same text is the same alert, another one is another.
    let again = |body: &[u8]| parse(&name, &mapping, body, &Envelope::default()).reports.remove(0).dedup_key;
    assert_eq!(again(body), report.dedup_key);
    assert_ne!(again(b"DOWN: search"), again(b"DOWN: orders"));
}

#[test]
fn a_secret_in_a_text_that_is_no_json_is_not_shown() {
    let (name, mapping) = lines("");
    for body in [
        r#"{"name":"shop","basic_auth_pass":"hunter2",,}"#,
        "name=shop&password=hunter2&state=down",
        "shop is down\nAuthorization: Bearer hunter2\napi-key: 'hunter2'",
    ] {
        let report = parse(&name, &mapping, body.as_bytes(), &Envelope::default()).reports.remove(0);
        let shown = serde_json::to_string(&report).unwrap();
        assert!(!shown.contains("hunter2") && shown.contains("shop"), "{shown}");
    }
}

#[test]
fn texts_are_cleaned_and_cut() {
    let mapping =
        lines("description = \"body.text\"\nvalue = \"body.text\"\nurl = \"body.url\"\nrunbook_url = \"body.url\"");
    let long = "a\u{202e}b".repeat(5_000);
    let report = one(&mapping, &json!({ "id": long, "name": long, "text": long, "url": "javascript:alert(1)" }));
    assert_eq!(report.title.chars().count(), intake::clean::TITLE_CHARS);
    assert_eq!(report.body.unwrap().chars().count(), intake::clean::BODY_CHARS);
    assert_eq!(report.value.unwrap().chars().count(), intake::clean::VALUE_CHARS);
    assert!(!report.title.contains('\u{202e}'));
    assert_eq!(report.dedup_key.as_str().len(), "v1:any:".len() + 32);
    assert_eq!((report.links.len(), report.runbook_url), (0, None));
}
