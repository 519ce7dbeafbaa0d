//! Purpose: payloads nobody could read become reports that people see, with secrets taken out.

use std::collections::BTreeSet;

use domain::{AlertOrigin, AlertReport, AlertStatus, IntegrationName, Labels};
use serde_json::Value;

use crate::{clean, key};

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

/// A firing report that shows what was sent. `payload` is what `text` reads as; `notices` say what could not be read.
pub(crate) fn report(integration: &IntegrationName, text: &str, payload: &Value, notices: &[String]) -> AlertReport {
    // Only a payload with a secret in it is written anew; all others stay as they were sent.
    let shown = without_secrets(payload).map(|payload| format!("{payload:#}"));
    AlertReport {
        integration: integration.clone(),
        dedup_key: key::from_parts(integration, "unmapped", [text]),
        status: AlertStatus::Firing,
        title: clean::line(&format!("Unmapped payload from {integration}"), clean::TITLE_CHARS),
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
        *field = Value::from("(removed: looks like a secret)");
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
        assert_eq!(report.title, "Unmapped payload from am");
    }
}
