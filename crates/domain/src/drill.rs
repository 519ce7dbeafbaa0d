//! Purpose: a practiced incident. It is marked everywhere, pages only who takes part, and never counts.

use serde::{Deserialize, Serialize};

use crate::{GroupKey, IncidentId, PersonId};

/// What makes an incident a drill.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Drill {
    /// Who takes part; nobody else is paged.
    pub participants: Vec<PersonId>,
    /// Name of the scenario, if it came from one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scenario: Option<String>,
    /// On a report: the drill it belongs to. It joins that one, whatever else is open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub incident: Option<IncidentId>,
}

impl Drill {
    /// A drill's alerts never meet real ones: their groups live in a space of their own.
    #[must_use]
    pub fn group_key(&self, real: &GroupKey) -> GroupKey {
        match self.incident {
            Some(incident) => GroupKey(format!("drill:{}:{}", incident.0, real.0)),
            None => GroupKey(format!("drill:{}", real.0)),
        }
    }
}
