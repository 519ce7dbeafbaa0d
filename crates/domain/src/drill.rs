//! Purpose: a practiced incident. It is marked everywhere, pages only who takes part, and never counts.

use serde::{Deserialize, Serialize};

use crate::{GroupKey, PersonId};

/// What makes an incident a drill.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Drill {
    /// Who takes part; nobody else is paged.
    pub participants: Vec<PersonId>,
    /// Name of the scenario, if it came from one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scenario: Option<String>,
}

impl Drill {
    /// A drill's alerts never meet real ones: their groups live in a space of their own.
    #[must_use]
    pub fn group_key(&self, real: &GroupKey) -> GroupKey {
        GroupKey(format!("drill:{}", real.0))
    }
}
