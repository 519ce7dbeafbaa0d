//! Purpose: sort a firing alert: its service, its severity, its group, its policy, its runbook, each with the reason.

use crate::labels::{all_match, describe};
use crate::runbook;
use crate::setup::{Setup, SourceRef};
use crate::{AlertReport, GroupKey, IncidentId, Severity};

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
    /// Why the rest.
    pub reasons: Reasons,
}

/// Why an alert went where it went, besides its severity: what `/why` answers.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Reasons {
    /// How the service was found.
    pub service: ServiceWhy,
    /// The label values that made the group, `service=checkout`; empty when the alert's name or the alert itself did.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub grouped_by: Vec<String>,
    /// How the policy was found.
    pub policy: PolicyWhy,
    /// The rule that came nearest to deciding otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nearest: Option<Nearest>,
    /// Conditions of the runbook that was found.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub runbook: Option<String>,
    /// The incident that the same alert was in before, when its sender never told the end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub never_ended: Option<IncidentId>,
}

/// How the service of an alert was found.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ServiceWhy {
    /// An entry of `[[services]]` matched.
    Matched {
        /// Its conditions as text.
        conditions: String,
        /// Where it stands.
        source: SourceRef,
    },
    /// The label `service`, which no entry knows.
    Label,
    /// A person chose it.
    Person,
    /// Nothing names one.
    #[default]
    None,
}

/// How the escalation policy was found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PolicyWhy {
    /// The service names it.
    Service,
    /// `[routing]` names it for services that name none.
    Routing,
    /// There is none.
    #[default]
    None,
}

/// A rule that came near to deciding otherwise.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Nearest {
    /// Number of the rule, from 1.
    pub number: u32,
    /// Its conditions as text.
    pub conditions: String,
    /// Where it stands.
    pub source: SourceRef,
    /// What it would have made.
    pub severity: Severity,
    /// The condition that did not hold, and the label's value; none when it matches, too, but comes later.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failed: Option<(String, String)>,
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
    /// The alert says it in our own words: its label `severity` is `SEV-1`.
    SeverityLabel,
    /// The payload's shape is unknown.
    Unmapped,
}

/// Sorts an alert.
pub fn route(setup: &Setup, report: &AlertReport) -> Routed {
    let mut labels = report.labels.clone();
    let configured = configured(setup, &labels);
    let service = configured
        .map(|service| service.name.clone())
        .or_else(|| labels.get("service").filter(|name| !name.is_empty()).cloned());
    // Rules, grouping and runbooks see the service that was found, not the sender's spelling of it.
    if let Some(service) = &service {
        labels.insert("service".to_owned(), service.clone());
    }
    let (severity, why) = severity(setup, report, &labels);
    let service_why = match configured {
        Some(service) => {
            ServiceWhy::Matched { conditions: describe(&service.matchers), source: service.source.clone() }
        }
        None if service.is_some() => ServiceWhy::Label,
        None => ServiceWhy::None,
    };
    let runbook = runbook::find(&setup.runbooks, &labels);
    let reasons = Reasons {
        service: service_why,
        grouped_by: if report.unmapped.is_some() { Vec::new() } else { grouped_by(setup, &labels) },
        policy: policy_why(setup, service.as_deref()),
        nearest: nearest(setup, &why, severity, &labels),
        runbook: runbook.map(|runbook| describe(&runbook.matchers)),
        never_ended: None,
    };
    let group_key = group_key(setup, report, &labels);
    Routed {
        owner: configured.and_then(|service| service.owner.clone()),
        escalation: setup.escalation_for(service.as_deref()).map(|policy| policy.name.clone()),
        runbook: runbook.map(|runbook| runbook.name.clone()),
        group_key: report.drill.as_ref().map_or(group_key.clone(), |drill| drill.group_key(&group_key)),
        service,
        severity,
        why,
        reasons,
    }
}

/// The first service whose conditions hold, whatever the case of the label `service`: people write `Checkout` at a sentence's begin.
fn configured<'a>(setup: &'a Setup, labels: &crate::Labels) -> Option<&'a crate::setup::Service> {
    let folded = labels.get("service").filter(|written| setup.service(written).is_none()).and_then(|written| {
        let lower = written.to_lowercase();
        let same = |name: &&String| name.chars().flat_map(char::to_lowercase).eq(lower.chars());
        let own = setup.services.iter().map(|service| &service.name).find(same).cloned();
        let folded = own.unwrap_or(lower);
        // Each alert comes here: what is written as it is known is not copied.
        (folded != *written).then(|| {
            let mut labels = labels.clone();
            labels.insert("service".to_owned(), folded);
            labels
        })
    });
    let holds = |service: &crate::setup::Service, labels| all_match(&service.matchers, labels);
    setup.services.iter().find(|one| holds(one, labels) || folded.as_ref().is_some_and(|folded| holds(one, folded)))
}

/// How the policy of a service (or of alerts without one) is found.
pub fn policy_why(setup: &Setup, service: Option<&str>) -> PolicyWhy {
    let named = service.and_then(|name| setup.service(name)).is_some_and(|service| service.escalation.is_some());
    if named {
        PolicyWhy::Service
    } else if setup.routing.escalation.is_some() {
        PolicyWhy::Routing
    } else {
        PolicyWhy::None
    }
}

/// The rule before the one that decided with the fewest conditions that did not hold, if only one did not; else the
/// next one after it that holds, too, and would have made another severity.
fn nearest(setup: &Setup, why: &Why, severity: Severity, labels: &crate::Labels) -> Option<Nearest> {
    let decided = match why {
        Why::Rule { number, .. } => *number,
        Why::NoRule => u32::MAX,
        Why::Integration { .. } | Why::Person { .. } | Why::SeverityLabel | Why::Unmapped => return None,
    };
    let entry = |number, rule: &crate::setup::RoutingRule, failed| Nearest {
        number,
        conditions: describe(&rule.matchers),
        source: rule.source.clone(),
        severity: rule.severity,
        failed,
    };
    let rules = || (1..).zip(&setup.routing.rules).filter(|(_, rule)| rule.severity != severity);
    let missed = rules().take_while(|(number, _)| *number < decided).find_map(|(number, rule)| {
        let mut failed = rule.matchers.iter().filter(|matcher| !matcher.matches(labels));
        match (failed.next(), failed.next()) {
            (Some(one), None) => {
                let had = labels.get(one.label()).cloned().unwrap_or_default();
                Some(entry(number, rule, Some((one.to_string(), had))))
            }
            _ => None,
        }
    });
    missed.or_else(|| {
        rules()
            .skip_while(|(number, _)| *number <= decided)
            .find(|(_, rule)| all_match(&rule.matchers, labels))
            .map(|(number, rule)| entry(number, rule, None))
    })
}

/// `label=value` of the `group_by` labels the alert has.
fn grouped_by(setup: &Setup, labels: &crate::Labels) -> Vec<String> {
    setup
        .routing
        .group_by
        .iter()
        .filter_map(|name| labels.get(name).filter(|v| !v.is_empty()).map(|value| format!("{name}={value}")))
        .collect()
}

fn severity(setup: &Setup, report: &AlertReport, labels: &crate::Labels) -> (Severity, Why) {
    if let Some(severity) = report.severity {
        let source = setup.integration(report.integration.as_str()).map(|i| i.source.clone());
        return (severity, Why::Integration { name: report.integration.0.clone(), source });
    }
    if report.unmapped.is_some() {
        return (UNMATCHED, Why::Unmapped);
    }
    // A sender that says it in our own words means it: unless a rule asks for the label, that is the severity, as it is for a chat
    // line that says so.
    let own = labels.get("severity").filter(|text| is_ours(text)).and_then(|text| text.trim().parse().ok());
    let own = own.filter(|severity| setup.severities.contains_key(severity));
    for (number, rule) in (1..).zip(&setup.routing.rules) {
        if all_match(&rule.matchers, labels) {
            let asks = rule.matchers.iter().any(|matcher| matcher.label() == "severity");
            if let Some(severity) = own.filter(|_| !asks) {
                return (severity, Why::SeverityLabel);
            }
            let why = Why::Rule { number, conditions: describe(&rule.matchers), source: rule.source.clone() };
            return (rule.severity, why);
        }
    }
    own.map_or((UNMATCHED, Why::NoRule), |severity| (severity, Why::SeverityLabel))
}

/// `SEV-1`, in any case: no other word is a severity of ours.
fn is_ours(text: &str) -> bool {
    text.trim().get(..3).is_some_and(|start| start.eq_ignore_ascii_case("sev"))
}

/// The values of the `group_by` labels; without any of them the alert's name, else the alert itself.
fn group_key(setup: &Setup, report: &AlertReport, labels: &crate::Labels) -> GroupKey {
    if report.unmapped.is_some() {
        return GroupKey(format!("v1:unmapped={}", report.integration));
    }
    let pairs: Vec<String> = grouped_by(setup, labels).into_iter().map(parted).collect();
    match pairs.first() {
        // A label may be called as what stands for something else here.
        Some(first) if first.starts_with("unmapped=") || first.starts_with("alert=") => {
            return GroupKey(format!("v1:\\{}", pairs.join(",")));
        }
        Some(_) => return GroupKey(format!("v1:{}", pairs.join(","))),
        None => {}
    }
    match labels.get("alertname").filter(|name| !name.is_empty()) {
        Some(name) => GroupKey(format!("v1:alertname={}", parted(name.clone()))),
        None => GroupKey(format!("v1:alert={}", report.dedup_key)),
    }
}

/// A comma within a value is not one between two: `{service="a,env=b"}` is not `{service="a",env="b"}`. Values without one look as they
/// always did, so that what is open keeps its group.
fn parted(pair: String) -> String {
    if pair.contains(['\\', ',']) { pair.replace('\\', "\\\\").replace(',', "\\,") } else { pair }
}

/// The key that an older release gave to the group of these values, where it is another one: several groups may have had it.
pub(crate) fn older_key(key: &GroupKey) -> Option<GroupKey> {
    if !key.0.contains('\\') {
        return None;
    }
    let mut older = String::with_capacity(key.0.len());
    let mut letters = key.0.chars();
    while let Some(letter) = letters.next() {
        older.extend(if letter == '\\' { letters.next() } else { Some(letter) });
    }
    // In front of a name that stands for something else, the mark stands for nothing.
    Some(GroupKey(older))
}
