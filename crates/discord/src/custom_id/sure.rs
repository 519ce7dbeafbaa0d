//! Purpose: the `custom_id`s of questions that are asked before something pages or ends: `v1:sure:7:raise:SEV-3:SEV-4`.

use std::fmt;

use domain::{IncidentId, Severity};

/// A button of such a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SureId {
    /// Which incident.
    pub incident: IncidentId,
    /// What it does.
    pub step: SureStep,
}

/// What a button of such a question does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SureStep {
    /// Raises the severity.
    Raise {
        /// To this one.
        to: Severity,
        /// From the one the person saw: when it is another one by now, they look once more.
        seen: Severity,
    },
    /// Merges it.
    Merge {
        /// Into this one.
        into: IncidentId,
    },
    /// Gives it back.
    GiveBack,
    /// Closes the postmortem, and says with it what was asked.
    Close,
    /// Leaves it as it is.
    Leave,
}

impl fmt::Display for SureId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "v1:sure:{}:", self.incident)?;
        match self.step {
            SureStep::Raise { to, seen } => write!(f, "raise:{to}:{seen}"),
            SureStep::Merge { into } => write!(f, "merge:{into}"),
            SureStep::GiveBack => f.write_str("give-back"),
            SureStep::Close => f.write_str("close"),
            SureStep::Leave => f.write_str("leave"),
        }
    }
}

impl SureId {
    /// Reads what stands behind `v1:sure:`.
    pub(super) fn parse(incident: &str, step: &[&str]) -> Option<Self> {
        let step = match step {
            ["raise", to, seen] => SureStep::Raise { to: to.parse().ok()?, seen: seen.parse().ok()? },
            ["merge", into] => SureStep::Merge { into: IncidentId(into.parse().ok()?) },
            ["give-back"] => SureStep::GiveBack,
            ["close"] => SureStep::Close,
            ["leave"] => SureStep::Leave,
            _ => return None,
        };
        Some(Self { incident: IncidentId(incident.parse().ok()?), step })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::custom_id::{CustomId, LIMIT};

    #[test]
    fn every_answer_is_read_back_and_fits() {
        let steps = [
            SureStep::Raise { to: Severity::Sev1, seen: Severity::Sev5 },
            SureStep::Merge { into: IncidentId(u32::MAX) },
            SureStep::GiveBack,
            SureStep::Close,
            SureStep::Leave,
        ];
        for step in steps {
            let id = CustomId::Sure(SureId { incident: IncidentId(u32::MAX), step });
            let text = id.to_string();
            assert!(text.len() <= LIMIT, "{text}");
            assert_eq!(CustomId::parse(&text), Some(id), "{text}");
        }
        for text in ["v1:sure:7", "v1:sure:7:raise:SEV-3", "v1:sure:7:raise:bad:SEV-3", "v1:sure:x:leave"] {
            assert_eq!(CustomId::parse(text), None, "{text}");
        }
    }
}
