//! Purpose: sort a firing alert: its service, its severity, its group, its policy, its runbook, each with the reason.

use crate::labels::{all_match, describe};
use crate::runbook;
use crate::setup::{Setup, SourceRef};
use crate::{AlertReport, GroupKey, Severity};

/// Severity of an alert that no rule matches: visible in a thread, because nobody decided that it is harmless.
pub const UNMATCHED: Severity = Severity::Sev3;

/// Where an alert goes and why.
#[derive(Clone, Debug, PartialEq)]
pub struct Routed {
    /// Configured service, or the label `service` as sent.
    pub service: Option<String>,
    /// Team that owns the service.
    pub owner: Option<String>,
    /// Severity.
    pub severity: Severity,
    /// Alerts with the same key share an incident.
    pub group_key: GroupKey,
    /// Name of the escalation policy.
    pub escalation: Option<String>,
    /// Name of the runbook.
    pub runbook: Option<String>,
    /// Why this severity.
    pub why: Why,
}

/// Why an incident opened with its severity.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Why {
    /// A routing rule matched.
    Rule {
        /// Number of the rule, from 1.
        number: u32,
        /// Its conditions as text.
        conditions: String,
        /// Where it stands.
        source: SourceRef,
    },
    /// No routing rule matched.
    NoRule,
    /// The integration fixes the severity.
    Integration {
        /// Its name.
        name: String,
        /// Where it stands.
        source: Option<SourceRef>,
    },
    /// A person opened it.
    Person {
        /// As shown.
        name: String,
    },
    /// The payload's shape is unknown.
    Unmapped,
}

/// Sorts an alert.
pub fn route(setup: &Setup, report: &AlertReport) -> Routed {
    let mut labels = report.labels.clone();
    let configured = setup.services.iter().find(|service| all_match(&service.matchers, &labels));
    let service = configured
        .map(|service| service.name.clone())
        .or_else(|| labels.get("service").filter(|name| !name.is_empty()).cloned());
    // Rules, grouping and runbooks see the service that was found, not the sender's spelling of it.
    if let Some(service) = &service {
        labels.insert("service".to_owned(), service.clone());
    }
    let (severity, why) = severity(setup, report, &labels);
    Routed {
        owner: configured.and_then(|service| service.owner.clone()),
        escalation: setup.escalation_for(service.as_deref()).map(|policy| policy.name.clone()),
        runbook: runbook::find(&setup.runbooks, &labels).map(|runbook| runbook.name.clone()),
        group_key: group_key(setup, report, &labels),
        service,
        severity,
        why,
    }
}

fn severity(setup: &Setup, report: &AlertReport, labels: &crate::Labels) -> (Severity, Why) {
    if let Some(severity) = report.severity {
        let source = setup.integration(report.integration.as_str()).map(|i| i.source.clone());
        return (severity, Why::Integration { name: report.integration.0.clone(), source });
    }
    if report.unmapped.is_some() {
        return (UNMATCHED, Why::Unmapped);
    }
    for (number, rule) in (1..).zip(&setup.routing.rules) {
        if all_match(&rule.matchers, labels) {
            let why = Why::Rule { number, conditions: describe(&rule.matchers), source: rule.source.clone() };
            return (rule.severity, why);
        }
    }
    (UNMATCHED, Why::NoRule)
}

/// The values of the `group_by` labels; without any of them the alert's name, else the alert itself.
fn group_key(setup: &Setup, report: &AlertReport, labels: &crate::Labels) -> GroupKey {
    let pairs: Vec<String> = setup
        .routing
        .group_by
        .iter()
        .filter_map(|name| labels.get(name).filter(|v| !v.is_empty()).map(|value| format!("{name}={value}")))
        .collect();
    if report.unmapped.is_some() {
        return GroupKey(format!("v1:unmapped={}", report.integration));
    }
    if !pairs.is_empty() {
        return GroupKey(format!("v1:{}", pairs.join(",")));
    }
    match labels.get("alertname").filter(|name| !name.is_empty()) {
        Some(name) => GroupKey(format!("v1:alertname={name}")),
        None => GroupKey(format!("v1:alert={}", report.dedup_key)),
    }
}
