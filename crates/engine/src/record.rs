//! Purpose: what of an incident is kept for those who search, count and compare.

use domain::postmortem::ActionItem;
use domain::{Incident, Timestamp};
use store::{ActionRow, Record};

/// The whole record of an incident as it is now. Its labels are kept from the opening on.
pub(crate) fn record_of(incident: &Incident, opening: bool) -> Record {
    let detected = incident.detected.as_ref();
    let lag = detected.and_then(|detected| detected.lag(incident.opened_at));
    let postmortem = &incident.postmortem;
    let cause = [&postmortem.core_problem, &postmortem.root_cause, &postmortem.lessons];
    let cause: Vec<&str> = cause.into_iter().flatten().map(String::as_str).collect();
    Record {
        incident: incident.id,
        title: incident.title.clone(),
        service: incident.service.clone(),
        impact: incident.impact.clone(),
        drill: incident.drill.is_some(),
        merged_into: incident.merged_into,
        detected_by: detected.map(|detected| detected.by.as_str().to_owned()),
        detect_lag_ms: lag.and_then(|lag| i64::try_from(lag.as_millis()).ok()),
        acknowledged_at: incident.first_acknowledged_at,
        resolved_at: incident.resolution.as_ref().map(|resolution| resolution.at),
        fixed: incident.resolution.as_ref().and_then(|resolution| resolution.fixed.clone()),
        cause: (!cause.is_empty()).then(|| cause.join("\n")),
        notes: incident.notes.join("\n"),
        postmortem_due: postmortem.due.filter(|_| postmortem.closed.is_none()),
        labels: opening.then(|| kept_labels(incident)),
        action_items: postmortem.action_items.iter().map(action_row).collect(),
    }
}

/// Under this label an incident is found by its runbook; not among those that make incidents similar.
pub(crate) const RUNBOOK: &str = "siaga.runbook";

fn kept_labels(incident: &Incident) -> Vec<(String, String)> {
    let runbook = incident.runbook.iter().map(|runbook| (RUNBOOK.to_owned(), runbook.clone()));
    let own = labels_of(incident).into_iter().filter(|(label, _)| label != RUNBOOK);
    own.chain(runbook).collect()
}

/// Labels of the alert, with the service as we call it.
pub(crate) fn labels_of(incident: &Incident) -> Vec<(String, String)> {
    let mut labels = incident.labels.clone();
    if let Some(service) = &incident.service {
        labels.insert("service".to_owned(), service.clone());
    }
    labels.into_iter().collect()
}

fn action_row(item: &ActionItem) -> ActionRow {
    ActionRow {
        number: item.number,
        what: item.what.clone(),
        owner: Some(item.owner.clone()),
        due: end_of(item.due),
        done: item.done,
    }
}

fn end_of(date: jiff::civil::Date) -> Option<Timestamp> {
    Some(date.tomorrow().ok()?.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp())
}
