//! Purpose: payloads nobody could read become reports that people see, with secrets taken out.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use domain::{AlertOrigin, AlertReport, AlertStatus, IntegrationName, Labels};
use regex::Regex;
use serde_json::Value;

use crate::{NotJson, Parsed, clean, key};

/// The `alertname` of unmapped reports, so that they are grouped and can be routed.
const ALERT_NAME: &str = "UnmappedPayload";

/// Most alerts of one body that become unmapped reports of their own; the rest of them shares one more.
const UNMAPPED_PER_BODY: usize = 10;

/// Parts of field names whose values are never kept.
const SECRET_NAMES: [&str; 10] = [
    "password",
    "passwd",
    "passphrase",
    "_pass",
    "basic_auth",
    "secret",
    "token",
    "authorization",
    "api_key",
    "apikey",
];

/// What stands in a secret's place.
const REMOVED: &str = "(removed: looks like a secret)";

/// Names under which senders say what it is about, in the order in which they are looked for.
const TELLING_NAMES: [&str; 8] = ["title", "summary", "subject", "message", "msg", "text", "name", "description"];

/// Of what was sent, so many characters stand in the title: two different payloads look different in a list.
const GIST_CHARS: usize = 100;

/// Fields in the title of a payload in which no name tells what it is about.
const FIRST_FIELDS: usize = 3;

/// Characters shown before and behind a mistake.
const NEAR_CHARS: usize = 20;

/// A value behind the name of a secret, in a text of any shape: `password=x`, `"api_key": "x"`, `Authorization: Bearer x`.
static SECRETS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let names = SECRET_NAMES.map(|name| name.replace('_', "[-_]?")).join("|");
    Regex::new(&format!(
        r#"(?i)([\w-]*(?:{names})[\w-]*["']?\s*[:=]\s*)("[^"\n]*"|(?:(?:bearer|basic)\s+)?[^\s"&,;]+)"#
    ))
    .ok()
});

/// The one report of a body that is no JSON: its text, and where the mistake is.
pub(crate) fn not_json(integration: &IntegrationName, text: &str, mistake: NotJson) -> Parsed {
    let shown = match &*SECRETS {
        Some(secrets) => secrets.replace_all(text, format!("$1{REMOVED}")),
        None => text.into(),
    };
    // What is near the mistake may be what was taken out.
    let near = if shown == text { near(text, &mistake) } else { None };
    let near = near.map(|near| format!(", near `{near}`")).unwrap_or_default();
    let notice = format!("The payload could not be read: {mistake}{near}.");
    let mut report = report(integration, &shown, &Value::Null, &[notice]);
    report.dedup_key = key::from_parts(integration, "unmapped", [text]);
    Parsed { reports: vec![report], not_json: Some(mistake), ..Parsed::default() }
}

/// What stands around a mistake, on one line.
fn near(text: &str, mistake: &NotJson) -> Option<String> {
    let line = text.lines().nth(mistake.line.checked_sub(1)?)?;
    let at = line.char_indices().take_while(|(byte, _)| *byte < mistake.column).count();
    let start = at.saturating_sub(NEAR_CHARS);
    let near: String = line.chars().skip(start).take(2 * NEAR_CHARS).collect();
    let near = clean::line(&near.replace('`', "'"), 2 * NEAR_CHARS);
    (!near.is_empty()).then_some(near)
}

/// What a payload is about, by a name that tells it, here or one level deeper, else its first fields; of a text its first line.
fn gist(text: &str, payload: &Value) -> Option<String> {
    let told = |fields: &Value| {
        let named = TELLING_NAMES.iter().filter_map(|name| fields.get(name)?.as_str());
        named.map(|text| clean::line(text, GIST_CHARS)).find(|text| !text.is_empty())
    };
    let first = |fields: &serde_json::Map<String, Value>| {
        let short = |(name, field): (&String, &Value)| match field {
            Value::String(text) => Some(format!("{name} {text}")),
            Value::Number(_) | Value::Bool(_) => Some(format!("{name} {field}")),
            Value::Null | Value::Array(_) | Value::Object(_) => None,
        };
        let first: Vec<String> = fields.iter().filter_map(short).take(FIRST_FIELDS).collect();
        Some(clean::line(&first.join(", "), GIST_CHARS)).filter(|text| !text.is_empty())
    };
    match payload {
        Value::Object(fields) => told(payload).or_else(|| fields.values().find_map(told)).or_else(|| first(fields)),
        Value::Null => text.lines().map(|line| clean::line(line, GIST_CHARS)).find(|line| !line.is_empty()),
        _ => None,
    }
}

/// A firing report that shows what was sent. `payload` is what `text` reads as; `notices` say what could not be read.
pub(crate) fn report(integration: &IntegrationName, text: &str, payload: &Value, notices: &[String]) -> AlertReport {
    // Only a payload with a secret in it is written anew; all others stay as they were sent.
    let without = without_secrets(payload);
    let shown = without.as_ref().map(|payload| format!("{payload:#}"));
    let title = match gist(text, without.as_ref().unwrap_or(payload)) {
        Some(gist) => format!("Unmapped payload from {integration}: {gist}"),
        None => format!("Unmapped payload from {integration}"),
    };
    AlertReport {
        integration: integration.clone(),
        dedup_key: key::from_parts(integration, "unmapped", [text]),
        status: AlertStatus::Firing,
        title: clean::line(&title, clean::TITLE_CHARS),
        body: clean::body_with_notices(None, notices),
        labels: Labels::from([
            ("alertname".to_owned(), ALERT_NAME.to_owned()),
            ("integration".to_owned(), clean::line(integration.as_str(), clean::LABEL_VALUE_CHARS)),
        ]),
        value: None,
        links: Vec::new(),
        runbook_url: None,
        starts_at: None,
        origin: AlertOrigin::Http,
        severity: None,
        candidate: false,
        unmapped: Some(clean::raw(shown.as_deref().unwrap_or(text))),
        drill: None,
        sender: None,
    }
}

/// The payload with the values of secret fields replaced, or nothing when it has none.
fn without_secrets(payload: &Value) -> Option<Value> {
    let mut copy = payload.clone();
    (redact(&mut copy) > 0).then_some(copy)
}

/// Replaces the values of secret fields and says how many there were.
pub(crate) fn redact(value: &mut Value) -> usize {
    match value {
        Value::Array(items) => items.iter_mut().map(redact).sum(),
        Value::Object(fields) => fields.iter_mut().map(redact_field).sum(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => 0,
    }
}

fn redact_field((name, field): (&String, &mut Value)) -> usize {
    let name = name.to_ascii_lowercase().replace('-', "_");
    if !field.is_null() && SECRET_NAMES.iter().any(|secret| name.contains(secret)) {
        *field = Value::from(REMOVED);
        1
    } else {
        redact(field)
    }
}

/// Alerts of one body that could not be read. Equal ones are one report, and their number is bounded: a body full of
/// nonsense must not become a million reports.
#[derive(Default)]
pub(crate) struct Broken {
    seen: BTreeSet<String>,
    shared: usize,
}

impl Broken {
    pub(crate) fn take(
        &mut self,
        integration: &IntegrationName,
        alert: &Value,
        reason: &str,
        notices: &[String],
    ) -> Option<AlertReport> {
        let text = alert.to_string();
        if self.seen.contains(&text) {
            return None;
        }
        if self.seen.len() == UNMAPPED_PER_BODY {
            self.shared += 1;
            return None;
        }
        let mut lines = vec![format!("One alert of the payload could not be read: {reason}.")];
        lines.extend_from_slice(notices);
        let made = report(integration, &text, alert, &lines);
        self.seen.insert(text);
        Some(made)
    }

    /// So many more are told of together.
    pub(crate) fn share(&mut self, count: usize) {
        self.shared += count;
    }

    pub(crate) fn rest(
        self,
        integration: &IntegrationName,
        text: &str,
        json: &Value,
        notices: &[String],
    ) -> Option<AlertReport> {
        if self.shared == 0 {
            return None;
        }
        let mut lines = vec![format!("{} more alerts of this payload could not be read.", self.shared)];
        lines.extend_from_slice(notices);
        Some(report(integration, text, json, &lines))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn secrets_are_taken_out_of_an_unmapped_payload() {
        let payload = json!({
            "monitor": { "name": "shop", "basic_auth_pass": "hunter2", "headers": [{ "X-Api-Key": "abc" }, { "token": "def" }] },
            "password": null,
            "compass": "north",
        });
        let report = report(&"kuma".into(), &payload.to_string(), &payload, &[]);
        let shown = report.unmapped.unwrap();
        assert!(!shown.contains("hunter2") && !shown.contains("abc") && !shown.contains("def"), "{shown}");
        assert!(shown.contains("shop") && shown.contains("north"), "{shown}");
    }

    #[test]
    fn a_payload_without_secrets_stays_as_it_was_sent() {
        let report = report(&"am".into(), "{ \"a\" :  1 }", &json!({ "a": 1 }), &[]);
        assert_eq!(report.unmapped.as_deref(), Some("{ \"a\" :  1 }"));
        assert_eq!(report.title, "Unmapped payload from am: a 1");
    }
}
