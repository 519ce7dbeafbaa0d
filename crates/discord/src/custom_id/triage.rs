//! Purpose: the `custom_id`s of triage. What was chosen so far is part of each, so the private message has no memory:
//! `v1:triage:7:most:now:confirm:SEV-3`.

use std::fmt;

use domain::triage::{Impact, Urgency};
use domain::{IncidentId, Severity};

/// What was chosen so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Chosen {
    /// How many are affected.
    pub impact: Option<Impact>,
    /// How fast it must end.
    pub urgency: Option<Urgency>,
}

/// A select or button on the private message of triage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TriageId {
    /// Which incident.
    pub incident: IncidentId,
    /// What was chosen before.
    pub chosen: Chosen,
    /// What this one does.
    pub step: TriageStep,
}

/// What a select or button of triage does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TriageStep {
    /// Chooses the impact.
    Impact,
    /// Chooses the urgency.
    Urgency,
    /// Makes it so.
    Confirm {
        /// The severity the person saw: when it is another one by now, they look once more.
        seen: Severity,
    },
    /// Opens the form that closes it as no incident.
    Dismiss,
    /// Shows the incidents it can be merged into.
    Merge,
    /// Chooses the incident that goes on.
    Into,
    /// Back to the questions.
    Back,
}

/// Stands for a question that is not answered yet.
const OPEN: &str = "-";

impl fmt::Display for TriageId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let impact = self.chosen.impact.map_or(OPEN, Impact::as_str);
        let urgency = self.chosen.urgency.map_or(OPEN, Urgency::as_str);
        write!(f, "v1:triage:{}:{impact}:{urgency}:", self.incident)?;
        match self.step {
            TriageStep::Impact => f.write_str("impact"),
            TriageStep::Urgency => f.write_str("urgency"),
            TriageStep::Confirm { seen } => write!(f, "confirm:{seen}"),
            TriageStep::Dismiss => f.write_str("dismiss"),
            TriageStep::Merge => f.write_str("merge"),
            TriageStep::Into => f.write_str("into"),
            TriageStep::Back => f.write_str("back"),
        }
    }
}

impl TriageId {
    /// Reads what stands behind `v1:triage:`.
    pub(super) fn parse(incident: &str, impact: &str, urgency: &str, step: &[&str]) -> Option<Self> {
        let chosen = Chosen {
            impact: if impact == OPEN { None } else { Some(Impact::parse(impact)?) },
            urgency: if urgency == OPEN { None } else { Some(Urgency::parse(urgency)?) },
        };
        let step = match step {
            ["impact"] => TriageStep::Impact,
            ["urgency"] => TriageStep::Urgency,
            ["confirm", seen] => TriageStep::Confirm { seen: seen.parse().ok()? },
            ["dismiss"] => TriageStep::Dismiss,
            ["merge"] => TriageStep::Merge,
            ["into"] => TriageStep::Into,
            ["back"] => TriageStep::Back,
            _ => return None,
        };
        Some(Self { incident: IncidentId(incident.parse().ok()?), chosen, step })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::custom_id::{CustomId, LIMIT};

    #[test]
    fn every_choice_is_read_back_and_fits() {
        let steps = [
            TriageStep::Impact,
            TriageStep::Urgency,
            TriageStep::Confirm { seen: Severity::Sev5 },
            TriageStep::Dismiss,
            TriageStep::Merge,
            TriageStep::Into,
            TriageStep::Back,
        ];
        let impacts = Impact::ALL.into_iter().map(Some).chain([None]);
        for impact in impacts {
            for urgency in Urgency::ALL.into_iter().map(Some).chain([None]) {
                for step in steps {
                    let chosen = Chosen { impact, urgency };
                    let id = CustomId::Triage(TriageId { incident: IncidentId(u32::MAX), chosen, step });
                    let text = id.to_string();
                    assert!(text.len() <= LIMIT, "{text}");
                    assert_eq!(CustomId::parse(&text), Some(id), "{text}");
                }
            }
        }
        for text in ["v1:triage:7:most:now", "v1:triage:7:most:soon:back", "v1:triage:7:-:-:confirm:bad"] {
            assert_eq!(CustomId::parse(text), None, "{text}");
        }
    }
}
