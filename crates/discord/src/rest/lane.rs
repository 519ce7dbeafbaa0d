//! Purpose: the lanes of outbound requests, from the most to the least urgent.

/// How urgent a request is. The order of the variants is the order of service; `crate::rest` says how lower lanes are
/// kept from starving.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Lane {
    /// Somebody has to wake up.
    Page,
    /// A new incident card or its thread.
    Card,
    /// A post in a room or to stakeholders.
    Update,
    /// A change of something already shown.
    Edit,
    /// Reconciliation, pins, archiving, look-ups nobody waits for.
    Housekeeping,
}

impl Lane {
    /// All lanes in order of service.
    pub const ALL: [Self; 5] = [Self::Page, Self::Card, Self::Update, Self::Edit, Self::Housekeeping];

    /// The name for metrics and logs.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Page => "page",
            Self::Card => "card",
            Self::Update => "update",
            Self::Edit => "edit",
            Self::Housekeeping => "housekeeping",
        }
    }
}
