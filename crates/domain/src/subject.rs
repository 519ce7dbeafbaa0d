//! Purpose: what has a life of its own: an incident, a storm, an override of who is on call. Each has events, timers, things in
//! Discord and rows of the outbox under one text key, so that a new noun needs no table of its own for them.

use crate::IncidentId;

/// Whose something is. Its key is what the database holds: `inc:8`, `storm:2`, `override:3`, `handoff:payments`, `silence:4`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Subject {
    /// Something people respond to.
    Incident(IncidentId),
    /// Many incidents at once, by number.
    Storm(u32),
    /// Somebody is on call in another's place, by number.
    Override(u32),
    /// Who is on call on a schedule changes, by the schedule's name.
    Handoff(String),
    /// Alerts that ring nobody for a time, by number.
    Silence(u32),
}

impl Subject {
    /// The incident, if it is one.
    pub const fn incident(&self) -> Option<IncidentId> {
        match self {
            Self::Incident(id) => Some(*id),
            _ => None,
        }
    }

    /// Its timers are set by its own rules before the decider's first turn, not with those of incidents and storms.
    pub const fn keeps_own_timers(&self) -> bool {
        !matches!(self, Self::Incident(_) | Self::Storm(_))
    }

    /// As people see it in logs and exports: `INC-8`, otherwise the key.
    pub fn label(&self) -> String {
        match self {
            Self::Incident(id) => id.label(),
            _ => self.to_string(),
        }
    }
}

impl From<IncidentId> for Subject {
    fn from(id: IncidentId) -> Self {
        Self::Incident(id)
    }
}

crate::key::keys!(Subject, NoSubject, "subject", {
    Incident(number) = "inc",
    Storm(number) = "storm",
    Override(number) = "override",
    Handoff(schedule) = "handoff",
    Silence(number) = "silence",
});

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn a_key_names_its_subject_and_nothing_else_does() {
        for subject in [
            Subject::Incident(IncidentId(8)),
            Subject::Storm(2),
            Subject::Override(3),
            Subject::Handoff("pay:ments".to_owned()),
            Subject::Silence(4),
        ] {
            assert_eq!(subject.to_string().parse::<Subject>().unwrap(), subject);
        }
        assert_eq!(Subject::Incident(IncidentId(8)).to_string(), "inc:8");
        for no in ["8", "inc:", "inc:-1", "storm:two", "quiet:1"] {
            assert!(no.parse::<Subject>().is_err(), "{no}");
        }
    }
}
