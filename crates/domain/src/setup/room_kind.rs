//! Purpose: what kind of room an incident gets.

/// What kind of room an incident gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RoomKind {
    /// A line in the incidents channel, no thread.
    Line,
    /// A public thread on the card.
    Thread,
    /// A thread for stakeholders and a channel for the work.
    Channel,
}
