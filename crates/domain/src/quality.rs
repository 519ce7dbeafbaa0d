//! Purpose: is it a good alarm? Three criteria: *escalated* (how dangerous, how fast), *informative* (a team that does
//! not own it understands it), *actionable* (there is something to do). What lacks stands on the card and is counted.

use serde::{Deserialize, Serialize};

use crate::routing::Routed;
use crate::{AlertOrigin, AlertReport};

/// What a good alert would have stated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Missing {
    /// No service.
    Service,
    /// No owner.
    Owner,
    /// No runbook, ours or the sender's.
    Runbook,
    /// No measured value.
    Value,
    /// How bad it is.
    Severity,
    /// How fast somebody must look: neither a label `urgency` or `priority` nor a severity word that says it.
    Urgency,
    /// A sentence instead of the rule's name.
    Title,
    /// What it means for whom: a description.
    Meaning,
}

/// What makes a good alarm.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Criterion {
    /// Severity and urgency are stated.
    Escalated,
    /// Title, value, meaning, service and owner are stated.
    Informative,
    /// A runbook or a next step is stated.
    Actionable,
}

impl Missing {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Severity,
        Self::Urgency,
        Self::Title,
        Self::Value,
        Self::Meaning,
        Self::Service,
        Self::Owner,
        Self::Runbook,
    ];

    /// Name in the database and in metrics.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Service => "service",
            Self::Owner => "owner",
            Self::Runbook => "runbook",
            Self::Value => "value",
            Self::Severity => "severity",
            Self::Urgency => "urgency",
            Self::Title => "title",
            Self::Meaning => "meaning",
        }
    }

    /// Reads the name in the database.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|missing| missing.as_str() == text)
    }

    /// Which criterion it belongs to.
    pub const fn criterion(self) -> Criterion {
        match self {
            Self::Severity | Self::Urgency => Criterion::Escalated,
            Self::Title | Self::Value | Self::Meaning | Self::Service | Self::Owner => Criterion::Informative,
            Self::Runbook => Criterion::Actionable,
        }
    }
}

/// Severity words that also say how fast somebody must look.
const URGENT_WORDS: [&str; 19] = [
    "critical",
    "page",
    "emergency",
    "fatal",
    "disaster",
    "error",
    "major",
    "high",
    "urgent",
    "warning",
    "warn",
    "average",
    "minor",
    "medium",
    "ticket",
    "low",
    "info",
    "information",
    "none",
];

/// What the alert lacks, criterion by criterion. Lines of chat are people's words and are not judged.
pub fn check(report: &AlertReport, routed: &Routed) -> Vec<Missing> {
    if matches!(report.origin, AlertOrigin::Chat { .. }) {
        return Vec::new();
    }
    let label = |name: &str| report.labels.get(name).map(|value| value.trim()).filter(|value| !value.is_empty());
    let severity = label("severity");
    let says_urgency = severity.is_some_and(|word| {
        let word = word.to_ascii_lowercase();
        URGENT_WORDS.contains(&word.as_str()) || word.parse::<crate::Severity>().is_ok() || is_priority(&word)
    });
    let stated = label("urgency").or_else(|| label("priority")).is_some();
    let is_name = label("alertname").is_some_and(|name| name == report.title);
    let lacks = |missing: Missing| match missing {
        Missing::Severity => severity.is_none() && report.severity.is_none(),
        // Without any severity one line about it is enough.
        Missing::Urgency => severity.is_some() && !says_urgency && !stated,
        Missing::Title => is_name,
        Missing::Value => report.value.is_none(),
        Missing::Meaning => report.body.as_ref().is_none_or(|body| *body == report.title),
        Missing::Service => routed.service.is_none(),
        Missing::Owner => routed.service.is_some() && routed.owner.is_none(),
        Missing::Runbook => routed.runbook.is_none() && report.runbook_url.is_none(),
    };
    Missing::ALL.into_iter().filter(|missing| lacks(*missing)).collect()
}

/// `P1` to `P5`.
fn is_priority(word: &str) -> bool {
    word.strip_prefix('p').is_some_and(|digit| digit.len() == 1 && digit.chars().all(|c| c.is_ascii_digit()))
}

/// Which rule at the sender made the alert: what has to be mended there.
pub fn rule_of(report: &AlertReport) -> String {
    let name = report.labels.get("alertname").filter(|name| !name.is_empty());
    name.cloned().unwrap_or_else(|| report.integration.0.clone())
}
