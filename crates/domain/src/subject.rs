//! Purpose: what has a life of its own: an incident, a storm, an override of who is on call. Each has events, timers, things in
//! Discord and rows of the outbox under one text key, so that a new noun needs no table of its own for them.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

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

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Incident(id) => write!(f, "inc:{id}"),
            Self::Storm(number) => write!(f, "storm:{number}"),
            Self::Override(number) => write!(f, "override:{number}"),
            Self::Handoff(schedule) => write!(f, "handoff:{schedule}"),
            Self::Silence(number) => write!(f, "silence:{number}"),
        }
    }
}

/// A text that is no key of a subject.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no subject")]
pub struct NoSubject(String);

impl FromStr for Subject {
    type Err = NoSubject;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let none = || NoSubject(text.to_owned());
        let (kind, name) = text.split_once(':').ok_or_else(none)?;
        let number = || name.parse().map_err(|_| none());
        match kind {
            "inc" => Ok(Self::Incident(IncidentId(number()?))),
            "storm" => Ok(Self::Storm(number()?)),
            "override" => Ok(Self::Override(number()?)),
            "handoff" => Ok(Self::Handoff(name.to_owned())),
            "silence" => Ok(Self::Silence(number()?)),
            _ => Err(none()),
        }
    }
}

impl Serialize for Subject {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Subject {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

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
