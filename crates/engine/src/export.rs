//! Purpose: the record of an incident as JSON for programs. Its shape is in docs/export.md; fields are only ever added.

use domain::incident::{Event, EventAt, Incident, Similar};
use domain::postmortem::{ActionItem, Collateral, Proof};
use domain::{Detection, IncidentId, IncidentStatus, Severity, Timestamp};
use serde::Serialize;

/// Version of the shape. It would change if a field were taken away or got another meaning.
const VERSION: u32 = 1;

#[derive(Serialize)]
struct Export<'a> {
    version: u32,
    incident: Facts<'a>,
    timeline: Vec<&'a serde_json::value::RawValue>,
    #[serde(skip_serializing_if = "is_zero")]
    entries_left_out: usize,
}

#[derive(Serialize)]
struct Facts<'a> {
    number: u32,
    label: String,
    title: &'a str,
    severity: Severity,
    status: IncidentStatus,
    drill: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    service: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    owner: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    impact: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    commander: Option<&'a str>,
    opened_at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    acknowledged_at: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    resolved_at: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fixed: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    detection: Option<&'a Detection>,
    #[serde(skip_serializing_if = "Option::is_none")]
    runbook: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    merged_into: Option<IncidentId>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    similar: &'a [Similar],
    postmortem: Learned<'a>,
}

#[derive(Serialize)]
struct Learned<'a> {
    closed: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    due: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    closed_at: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    core_problem: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    root_cause: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    lessons: Option<&'a str>,
    collateral: &'a std::collections::BTreeMap<String, Collateral>,
    action_items: &'a [ActionItem],
    #[serde(skip_serializing_if = "Option::is_none")]
    proof: Option<&'a Proof>,
}

#[derive(Serialize)]
struct Entry<'a> {
    seq: u32,
    at: Timestamp,
    event: &'a Event,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "as serde calls it")]
fn is_zero(number: &usize) -> bool {
    *number == 0
}

/// The record as one line of JSON, at most about `limit` bytes: entries of the timeline that do not fit are counted in
/// `entries_left_out`.
#[must_use]
pub fn record_json(incident: &Incident, timeline: &[EventAt], limit: usize) -> String {
    let mut used = 64 * 1024;
    let entries = timeline.iter().filter_map(|entry| {
        let entry = Entry { seq: entry.seq, at: entry.at, event: &entry.event };
        serde_json::value::to_raw_value(&entry).ok()
    });
    let kept: Vec<Box<serde_json::value::RawValue>> = entries
        .take_while(|entry| {
            used += entry.get().len() + 1;
            used <= limit
        })
        .collect();
    let postmortem = &incident.postmortem;
    let export = Export {
        version: VERSION,
        incident: Facts {
            number: incident.id.0,
            label: incident.id.label(),
            title: &incident.title,
            severity: incident.severity,
            status: incident.status,
            drill: incident.drill.is_some(),
            service: incident.service.as_deref(),
            owner: incident.owner.as_deref(),
            impact: incident.impact.as_deref(),
            commander: incident.commander.as_ref().map(|commander| commander.name.as_str()),
            opened_at: incident.opened_at,
            acknowledged_at: incident.first_acknowledged_at,
            resolved_at: incident.resolution.as_ref().map(|resolution| resolution.at),
            fixed: incident.resolution.as_ref().and_then(|resolution| resolution.fixed.as_deref()),
            detection: incident.detected.as_ref(),
            runbook: incident.runbook.as_deref(),
            merged_into: incident.merged_into,
            similar: &incident.similar,
            postmortem: Learned {
                closed: postmortem.closed.is_some(),
                due: postmortem.due,
                closed_at: postmortem.closed.as_ref().map(|(_, at)| *at),
                core_problem: postmortem.core_problem.as_deref(),
                root_cause: postmortem.root_cause.as_deref(),
                lessons: postmortem.lessons.as_deref(),
                collateral: &postmortem.collateral,
                action_items: &postmortem.action_items,
                proof: postmortem.proof.as_ref(),
            },
        },
        entries_left_out: timeline.len() - kept.len(),
        timeline: kept.iter().map(Box::as_ref).collect(),
    };
    // All of it was read from JSON or is a number or text: it can be written.
    serde_json::to_string(&export).unwrap_or_default() + "\n"
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn opened() -> (Incident, Vec<EventAt>) {
        let opened = serde_json::json!({
            "kind": "opened", "title": "Checkout errors", "service": "checkout", "owner": null, "severity": "SEV-1",
            "room": "thread", "opener": { "kind": "alert", "integration": "alertmanager" }, "why": { "kind": "no_rule" },
            "group_key": null, "links": [], "runbook": null, "runbook_url": null, "missing": [], "policy": null,
        });
        let first = EventAt { seq: 1, at: Timestamp::UNIX_EPOCH, event: serde_json::from_value(opened).unwrap() };
        let mut events = vec![first.clone()];
        let note = |seq| {
            let noted = serde_json::json!({
                "kind": "noted", "by": { "user": 11, "name": "Budi", "access": "responder" }, "text": "x".repeat(1_000),
            });
            EventAt { seq, at: Timestamp::UNIX_EPOCH, event: serde_json::from_value(noted).unwrap() }
        };
        events.extend((2..=200).map(note));
        (Incident::replay(IncidentId(7), events.iter().cloned()).unwrap(), events)
    }

    #[test]
    fn what_does_not_fit_is_counted_and_the_rest_is_whole() {
        let (incident, events) = opened();
        let read =
            |limit| -> serde_json::Value { serde_json::from_str(&record_json(&incident, &events, limit)).unwrap() };
        let whole = read(usize::MAX);
        assert_eq!(whole["version"], 1);
        assert_eq!(whole["timeline"].as_array().unwrap().len(), 200);
        assert_eq!(whole["timeline"][0]["event"]["kind"], "opened");
        assert!(whole.get("entries_left_out").is_none());
        let short = record_json(&incident, &events, 128 * 1024);
        assert!(short.len() <= 128 * 1024);
        let short = read(128 * 1024);
        let kept = short["timeline"].as_array().unwrap().len();
        assert!(kept > 10, "{kept}");
        assert_eq!(short["entries_left_out"], 200 - kept);
    }
}
