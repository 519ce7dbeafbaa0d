//! Purpose: turn Alertmanager's webhook, version 4, into alert reports. Example payload below.
//!
//! Source: Alertmanager documentation, "Configuration", `<webhook_config>`.

// {
//   "version": "4",
//   "groupKey": "{}:{alertname=\"CheckoutErrors\"}",
//   "truncatedAlerts": 0,                        how many alerts `max_alerts` left out
//   "status": "firing",                          of the group: for an alert without a status of its own; `resolved` says of
//                                                those that were left out, too, that they are over
//   "receiver": "siaga",
//   "groupLabels": { "alertname": "CheckoutErrors" },
//   "commonLabels": { .. }, "commonAnnotations": { .. },
//   "externalURL": "http://alertmanager:9093",   which Alertmanager: replicas may have one each
//   "alerts": [
//     {
//       "status": "firing",                      firing or resolved
//       "labels": { "alertname": "CheckoutErrors", "severity": "critical", "service": "checkout" },
//       "annotations": {
//         "summary": "Checkout errors 12 %",
//         "description": "One in eight payments fails.",
//         "value": "12 %",
//         "dashboard": "https://grafana.example.com/d/checkout",
//         "runbook_url": "https://runbooks.example.com/checkout"
//       },
//       "startsAt": "2026-08-14T03:10:00Z",
//       "endsAt": "0001-01-01T00:00:00Z",        this date means none, also in startsAt; while it fires, a guess
//       "generatorURL": "http://prometheus:9090/graph?g0.expr=..",
//       "fingerprint": "5ef77f1f8a3ecfdd"        hash of the labels, the same while the alert lives
//     }
//   ]
// }

use std::borrow::Cow;

use domain::{AlertOrigin, AlertReport, AlertStatus, DedupKey, IntegrationName, Link, Sender, Timestamp};
use serde_json::{Map, Value};

use crate::read::Body;
use crate::unmapped::Broken;
use crate::{Parsed, clean, key, read, unmapped};

/// Labels shown in the title of an alert that has neither a summary nor a name.
const LABELS_IN_TITLE: usize = 3;
/// Characters of a sender's own address.
const SENDER_CHARS: usize = 200;

/// Reads a webhook body.
///
/// Fields we do not know and other versions are tolerated. A body of an unknown shape becomes one unmapped report; an
/// alert that is broken in itself becomes one too, and the others go on. An empty list of alerts is a valid body that
/// says nothing: no reports. A body that is no JSON becomes one unmapped report with the place of the mistake.
///
/// When the sender left alerts out (`truncatedAlerts`), every report of the body says so in its last line: whichever
/// of them is shown to people, they learn that there is more. When the group is over, one more report says that those are,
/// too. Source: prometheus/alertmanager, pull request 2274: `max_alerts` cuts the list of a group, and nobody names the rest.
pub fn parse(integration: &IntegrationName, body: &[u8]) -> Parsed {
    parse_as(integration, body, &|report, _, _| report)
}

/// What a sender with the same format makes different of a report; it sees the alert and the body as they were sent.
pub(crate) type Dialect<'a> = dyn Fn(AlertReport, &Map<String, Value>, &Value) -> AlertReport + 'a;

/// As [`parse`], in the dialect of a sender.
pub(crate) fn parse_as(integration: &IntegrationName, body: &[u8], dialect: &Dialect<'_>) -> Parsed {
    let (text, json) = match read::body(body) {
        Body::Json(text, json) => (text, json),
        Body::Text(text, mistake) => return unmapped::not_json(integration, &text, mistake),
    };
    // Lenient: another field of a wrong type is treated where it is used.
    let Some(alerts) = json.get("alerts").and_then(Value::as_array) else {
        let report = unmapped::report(integration, &text, &json, &[]);
        return Parsed { reports: vec![report], ..Parsed::default() };
    };

    let truncated = json.get("truncatedAlerts").and_then(Value::as_u64).unwrap_or(0);
    let notices = truncation_notice(truncated);
    let group_status = json.get("status").and_then(read_status);
    let sender = read_sender(integration, &json);
    let rest =
        rest_of_group(integration, &sender).filter(|_| truncated > 0 && group_status == Some(AlertStatus::Resolved));
    if alerts.is_empty() && truncated > 0 && rest.is_none() {
        let report = unmapped::report(integration, &text, &json, &notices);
        return Parsed { reports: vec![report], truncated, ..Parsed::default() };
    }

    let mut reports = Vec::with_capacity(alerts.len());
    let mut broken = Broken::default();
    for alert in alerts {
        match read_alert(integration, alert, (group_status, &sender), &notices) {
            Ok(report) => reports.push(match alert.as_object() {
                Some(alert) => dialect(report, alert, &json),
                None => report,
            }),
            Err(reason) => reports.extend(broken.take(integration, alert, reason, &notices)),
        }
    }
    reports.extend(broken.rest(integration, &text, &json, &notices));
    // Behind those that have a name in the body: they end by their own word.
    reports.extend(rest);
    Parsed { reports, truncated, ..Parsed::default() }
}

/// Who sent the body; its group by a key of ours, because the sender's may be long.
fn read_sender(integration: &IntegrationName, body: &Value) -> Sender {
    let text = |field: &str| body.get(field).and_then(Value::as_str).filter(|text| !text.is_empty());
    Sender {
        url: text("externalURL").map(|url| clean::line(url, SENDER_CHARS)),
        group: text("groupKey").map(|group| key::from_parts(integration, "group", [group]).0),
        ..Sender::default()
    }
}

/// The report that all alerts of a group are over that have no report of their own.
fn rest_of_group(integration: &IntegrationName, sender: &Sender) -> Option<AlertReport> {
    let group = sender.group.as_deref()?;
    Some(AlertReport {
        integration: integration.clone(),
        dedup_key: key::from_parts(integration, "rest of group", [group]),
        status: AlertStatus::Resolved,
        title: "The rest of a group of alerts is over".to_owned(),
        body: None,
        labels: domain::Labels::new(),
        value: None,
        links: Vec::new(),
        runbook_url: None,
        starts_at: None,
        origin: AlertOrigin::Http,
        severity: None,
        candidate: false,
        unmapped: None,
        drill: None,
        sender: Some(Sender { rest_is_over: true, ..sender.clone() }),
    })
}

/// Names and values: none when they are missing, and not readable when they are something else.
fn names_and_values<'a>(alert: &'a Map<String, Value>, field: &str) -> Option<Option<&'a Map<String, Value>>> {
    match alert.get(field) {
        None | Some(Value::Null) => Some(None),
        Some(Value::Object(found)) => Some(Some(found)),
        Some(_) => None,
    }
}

/// One alert, or the reason why it cannot be read.
fn read_alert(
    integration: &IntegrationName,
    alert: &Value,
    (group_status, sender): (Option<AlertStatus>, &Sender),
    notices: &[String],
) -> Result<AlertReport, &'static str> {
    let shape = alert
        .as_object()
        .and_then(|alert| Some((alert, names_and_values(alert, "labels")?, names_and_values(alert, "annotations")?)));
    let (alert, labels, annotations) =
        shape.ok_or("it is not an object with labels and annotations as names and values")?;
    let status = match alert.get("status") {
        None | Some(Value::Null) => group_status,
        Some(status) => read_status(status),
    }
    .ok_or("its status is neither firing nor resolved")?;

    let mut sent_labels: Vec<(&str, Cow<'_, str>)> =
        labels.into_iter().flatten().filter_map(|(name, value)| Some((name.as_str(), as_text(value)?))).collect();
    // A key is made of them: their order must not depend on how JSON objects happen to be kept.
    sent_labels.sort_unstable_by_key(|(name, _)| *name);
    let annotation = |names: &[&str]| {
        let found = |name: &&str| annotations?.get(*name).and_then(as_text).filter(|text| clean::is_seen(text));
        names.iter().find_map(found)
    };
    let clean::CleanLabels { labels, left_out } =
        clean::labels(sent_labels.iter().map(|(name, value)| (*name, value.as_ref())));

    let title = annotation(&["summary", "title"])
        .or_else(|| labels.get("alertname").map(|name| Cow::Owned(name.clone())))
        .or_else(|| (!labels.is_empty()).then(|| describe(integration, &labels).into()));
    let fingerprint = alert.get("fingerprint").and_then(as_text);
    let Some(title) = title.or_else(|| fingerprint.as_ref().map(|_| format!("Alert from {integration}").into())) else {
        return Err("it has no labels, no summary and no fingerprint");
    };
    let title = clean::line(&title, clean::TITLE_CHARS);

    let mut notices = notices.to_vec();
    if left_out > 0 {
        notices.push(format!("{left_out} more labels were sent and are not kept."));
    }
    let time = |field: &str| alert.get(field).and_then(Value::as_str).and_then(read_time);
    let link = |label: &str, url: Option<Cow<'_, str>>| {
        url.as_deref().and_then(clean::http_url).map(|url| Link { label: label.to_owned(), url })
    };

    Ok(AlertReport {
        integration: integration.clone(),
        dedup_key: dedup_key(integration, fingerprint.as_deref(), &sent_labels, &title),
        status,
        body: clean::body_with_notices(annotation(&["description", "message"]).as_deref(), &notices),
        title,
        labels,
        value: annotation(&["value"]).map(|value| clean::line(&value, clean::VALUE_CHARS)),
        links: [
            link("Dashboard", annotation(&["dashboard", "dashboard_url"])),
            link("Source", alert.get("generatorURL").and_then(as_text)),
        ]
        .into_iter()
        .flatten()
        .collect(),
        runbook_url: annotation(&["runbook_url", "runbook"]).as_deref().and_then(clean::http_url),
        starts_at: time("startsAt"),
        origin: AlertOrigin::Http,
        severity: None,
        candidate: false,
        unmapped: None,
        drill: None,
        sender: Some(Sender { ends_at: time("endsAt").filter(|_| status == AlertStatus::Resolved), ..sender.clone() }),
    })
}

/// Alertmanager repeats alerts, firing and resolved; the same key makes the second report one about the same alert.
fn dedup_key(
    integration: &IntegrationName,
    fingerprint: Option<&str>,
    sent_labels: &[(&str, Cow<'_, str>)],
    title: &str,
) -> DedupKey {
    match fingerprint {
        Some(fingerprint) => key::from_sender(integration, fingerprint),
        // The labels as sent, sorted by name: cleaning must not make two alerts one.
        None if !sent_labels.is_empty() => {
            key::from_parts(integration, "labels", sent_labels.iter().flat_map(|(name, value)| [*name, value.as_ref()]))
        }
        None => key::from_parts(integration, "title", [title]),
    }
}

fn read_status(status: &Value) -> Option<AlertStatus> {
    let status = status.as_str()?;
    if status.eq_ignore_ascii_case("firing") {
        Some(AlertStatus::Firing)
    } else if status.eq_ignore_ascii_case("resolved") {
        Some(AlertStatus::Resolved)
    } else {
        None
    }
}

/// An instant; `0001-01-01T00:00:00Z` is how Go writes "none", and nothing that is reported to us began before 1970.
fn read_time(text: &str) -> Option<Timestamp> {
    text.parse().ok().filter(|at| *at > Timestamp::UNIX_EPOCH)
}

/// The text of a value; none when it is empty. Numbers and truth values come from templates without quotes.
pub(crate) fn as_text(value: &Value) -> Option<Cow<'_, str>> {
    match value {
        Value::Null => None,
        Value::String(text) => (!text.is_empty()).then_some(Cow::Borrowed(text)),
        Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => Some(value.to_string().into()),
    }
}

fn describe(integration: &IntegrationName, labels: &domain::Labels) -> String {
    let named: Vec<String> =
        labels.iter().take(LABELS_IN_TITLE).map(|(name, value)| format!("{name} {value}")).collect();
    format!("Alert from {integration}: {}", named.join(", "))
}

fn truncation_notice(truncated: u64) -> Vec<String> {
    match truncated {
        0 => Vec::new(),
        1 => vec!["1 more alert of this group was left out by the sender (max_alerts).".to_owned()],
        n => vec![format!("{n} more alerts of this group were left out by the sender (max_alerts).")],
    }
}
