//! Purpose: turn Grafana's webhook into alert reports. Its format is Alertmanager's with more in it, and with a few words that mean
//! something else. Example payload below.
//!
//! Source: Grafana documentation, "Configure the webhook notifier for Alerting" and "Stale alert instances (MissingSeries)".

// {
//   "receiver": "siaga", "status": "firing", "orgId": 1,
//   "alerts": [
//     {
//       "status": "firing",
//       "labels": {
//         "alertname": "High CPU usage",           DatasourceNoData or DatasourceError when the rule is blind:
//         "rulename": "High CPU usage",            then this is its name
//         "grafana_folder": "Shop", "team": "blue"
//       },
//       "annotations": {
//         "summary": "..", "description": "..", "runbook_url": "..",
//         "grafana_state_reason": "MissingSeries", NoData, Error, MissingSeries, Paused, RuleDeleted, ..
//         "Error": "failed to execute query A"
//       },
//       "startsAt": "2021-10-12T09:51:03.157076+02:00", "endsAt": "0001-01-01T00:00:00Z",
//       "values": { "B": 44.23943737541908, "C": 1 },          null when the rule is blind
//       "valueString": "[ var='B' labels={} value=44.2 ]",     older versions have only this
//       "generatorURL": "https://grafana.example.com/alerting/1afz29v7z/edit",
//       "dashboardURL": "", "panelURL": "", "silenceURL": "..", "imageURL": "..",
//       "fingerprint": "c6eadffa33fcdf37"
//     }
//   ],
//   "externalURL": "https://grafana.example.com/", "version": "1", "title": "[FIRING:1] ..", "state": "alerting", "message": ".."
// }

use domain::setup::Grafana;
use domain::{AlertReport, AlertStatus, IntegrationName, Link, Sender};
use serde_json::{Map, Value};

use crate::alertmanager::{as_text, parse_as};
use crate::{Parsed, clean};

/// Names under which a rule without data, or whose query fails, sends an alert of its own.
const BLIND_NAMES: [&str; 2] = [NO_DATA, "DatasourceError"];
const NO_DATA: &str = "DatasourceNoData";
/// Label and annotation that say why an alert is in its state.
const STATE_REASON: &str = "grafana_state_reason";
/// Reasons for which Grafana tells an end although nobody measured one.
const NOT_MEASURED: [(&str, &str); 4] = [
    ("MissingSeries", "it gets no data for it any more"),
    ("Paused", "somebody paused its rule"),
    ("RuleDeleted", "its rule was deleted"),
    ("Updated", "its rule was changed, and counts from the beginning"),
];
/// Severity of a blind rule that says none.
const BLIND_SEVERITY: &str = "critical";
/// Labels of the notification that the button `Test` of a contact point sends. Nobody ever tells its end.
/// Source: grafana/grafana, `pkg/services/ngalert/notifier/receivers.go`, the labels of a test alert.
const TEST: [(&str, &str); 2] = [("alertname", "TestAlert"), ("instance", "Grafana")];
/// Values of one alert that are shown.
const VALUES: usize = 4;

/// Reads a webhook body.
///
/// A rule that has no data, or whose query fails, is a monitor that sees nothing: its alert carries the rule's name, not
/// `DatasourceNoData`, so that two blind rules are two things, and it has a severity. Sources: grafana/grafana, issues 39711 (no data
/// arrives as an error of another name), 101936 (the name is not always replaced: the reason says it, too).
///
/// An alert whose series is gone (`MissingSeries`) is told as resolved, while nobody knows whether it is; so it is when its rule is
/// paused, deleted or changed (provisioning does that at night), because its state is thrown away then (pull request 103996). It fires
/// on, says so, and ends with its incident. Source: grafana/grafana, issues 105571 and 57115. The alert of a blind rule ends that way
/// when data comes again or the rule is mended, and that is an end.
pub fn parse(integration: &IntegrationName, grafana: &Grafana, body: &[u8]) -> Parsed {
    parse_as(integration, body, &|report, alert, body| read(grafana, report, alert, body))
}

fn read(grafana: &Grafana, report: AlertReport, alert: &Map<String, Value>, body: &Value) -> AlertReport {
    let annotation = |name: &str| alert.get("annotations")?.get(name).and_then(as_text);
    let reason =
        annotation(STATE_REASON).map(std::borrow::Cow::into_owned).or_else(|| report.labels.get(STATE_REASON).cloned());
    let reason = reason.as_deref().unwrap_or_default();
    let name = report.labels.get("alertname").map(String::as_str).unwrap_or_default();
    let (own_name, fires) = (BLIND_NAMES.contains(&name), report.status == AlertStatus::Firing);
    let no_data = name == NO_DATA || (!own_name && has(reason, "NoData"));
    let blind = own_name || (fires && (has(reason, "NoData") || has(reason, "Error")));
    let lost_sight = NOT_MEASURED.iter().find(|(why, _)| !fires && !own_name && has(reason, why));

    let mut report = with_links(report, alert);
    // What a rule without data says of its values is a template that nobody filled in.
    report.value = report.value.or_else(|| values(alert).filter(|_| !blind));
    // Organizations of one Grafana have one address.
    if let (Some(sender), Some(org)) = (&mut report.sender, body.get("orgId").and_then(Value::as_u64)) {
        sender.url = sender.url.take().map(|url| format!("{url}?orgId={org}"));
    }
    if blind {
        let error = annotation("Error").or_else(|| annotation("error")).filter(|_| fires);
        report = is_blind(grafana, report, no_data, error.as_deref());
    }
    if fires && TEST.iter().all(|(label, value)| report.labels.get(*label).is_some_and(|own| own == value)) {
        report.sender = Some(Sender { no_end: true, ..report.sender.unwrap_or_default() });
    }
    if let Some((why, because)) = lost_sight {
        let note =
            format!("Grafana reports this as resolved because {because} ({why}). Whether it is over, nobody knows.");
        report.body = clean::body_with_notices(report.body.as_deref(), &[note]);
        report.value = Some("no longer measured".to_owned());
        report.status = AlertStatus::Firing;
        report.sender = Some(Sender { lost_sight: true, ends_at: None, ..report.sender.unwrap_or_default() });
    }
    report
}

/// A reason may come with others: `NoData, KeepLast`.
fn has(reasons: &str, reason: &str) -> bool {
    reasons.split(',').any(|one| one.trim().eq_ignore_ascii_case(reason))
}

/// The alert that a rule sees nothing.
fn is_blind(grafana: &Grafana, mut report: AlertReport, no_data: bool, error: Option<&str>) -> AlertReport {
    let rule = report.labels.get("rulename").or_else(|| report.labels.get("alertname")).cloned();
    let rule = rule.filter(|name| !BLIND_NAMES.contains(&name.as_str()));
    let kind = if no_data { "No data" } else { "Query fails" };
    let own = report.title.clone();
    if let Some(rule) = rule {
        report.title = clean::line(&format!("{kind}: {rule}"), clean::TITLE_CHARS);
        report.labels.insert("alertname".to_owned(), rule);
    }
    report.labels.insert("blind".to_owned(), if no_data { "no-data" } else { "error" }.to_owned());
    let mut notices = vec![format!("The rule sees nothing, so nothing it watches can alert. It says: {own}")];
    notices.extend(error.map(|error| format!("Error: {error}")));
    report.body = clean::body_with_notices(report.body.as_deref(), &notices);
    let severity = match &grafana.blind_severity {
        Some(severity) => Some(severity.clone()),
        None if report.labels.contains_key("severity") => None,
        None => Some(BLIND_SEVERITY.to_owned()),
    };
    if let Some(severity) = severity {
        report.labels.insert("severity".to_owned(), severity);
    }
    report
}

/// The links that lead to what is wrong come first.
fn with_links(mut report: AlertReport, alert: &Map<String, Value>) -> AlertReport {
    let link = |label: &str, field: &str| {
        let url = alert.get(field).and_then(as_text);
        url.as_deref().and_then(clean::http_url).map(|url| Link { label: label.to_owned(), url })
    };
    let own: Vec<Link> = [
        link("Dashboard", "dashboardURL"),
        link("Panel", "panelURL"),
        link("Picture", "imageURL"),
        link("Silence in Grafana", "silenceURL"),
    ]
    .into_iter()
    .flatten()
    .collect();
    let has_dashboard = own.iter().any(|link| link.label == "Dashboard");
    let sent = std::mem::take(&mut report.links);
    let (dashboards, others): (Vec<Link>, Vec<Link>) = sent.into_iter().partition(|link| link.label == "Dashboard");
    report.links = dashboards.into_iter().filter(|_| !has_dashboard).chain(own).chain(others).collect();
    report
}

/// What was measured: `B 44.24, C 1`; without names when there is one.
fn values(alert: &Map<String, Value>) -> Option<String> {
    let measured: Vec<(&String, String)> = match alert.get("values").and_then(Value::as_object) {
        Some(values) => values.iter().filter_map(|(name, value)| Some((name, short(value.as_f64()?)))).collect(),
        None => Vec::new(),
    };
    let text = match measured.as_slice() {
        [] => alert.get("valueString").and_then(as_text)?.into_owned(),
        [(_, value)] => value.clone(),
        several => {
            let shown = several.iter().take(VALUES).map(|(name, value)| format!("{name} {value}"));
            let mut shown = shown.collect::<Vec<_>>().join(", ");
            if several.len() > VALUES {
                shown.push_str(", …");
            }
            shown
        }
    };
    Some(clean::line(&text, clean::VALUE_CHARS)).filter(|text| !text.is_empty())
}

/// A number as people read it: at most two digits behind the point, more only when it is tiny.
fn short(number: f64) -> String {
    let text = if number != 0.0 && number.abs() < 0.01 { format!("{number:.3e}") } else { format!("{number:.2}") };
    match text.contains('e') {
        true => text,
        false => text.trim_end_matches('0').trim_end_matches('.').to_owned(),
    }
}
