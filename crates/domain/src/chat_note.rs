//! Purpose: one message of ours under the lines that people write about the same thing: it asks once, counts them, and says what
//! became of it.

use crate::{ChatChannelId, IncidentId, Timestamp};

/// Where such a message stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoteState {
    /// People are asked whether it is an incident.
    Asking,
    /// They said yes.
    Opened,
    /// They said no.
    Declined,
    /// Nobody says so any more: their lines were deleted or changed before somebody answered.
    Withdrawn,
    /// A line said that it is over before somebody answered.
    Over,
    /// It asks nothing: an open incident is about it.
    Known,
}

impl NoteState {
    /// All of them.
    const ALL: [Self; 6] = [Self::Asking, Self::Opened, Self::Declined, Self::Withdrawn, Self::Over, Self::Known];

    /// Name in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Asking => "asking",
            Self::Opened => "opened",
            Self::Declined => "declined",
            Self::Withdrawn => "withdrawn",
            Self::Over => "over",
            Self::Known => "known",
        }
    }

    /// Reads that name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == text)
    }
}

/// Such a message as it is now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChatNote {
    /// Key of the outbox row that posts it.
    pub key: String,
    /// What the lines are about: the group whose incident they would join.
    pub about: String,
    /// Where it stands.
    pub state: NoteState,
    /// Journal row of its first line: what its buttons belong to.
    pub journal: i64,
    /// What the incident would be called.
    pub title: String,
    /// Where it stands in Discord.
    pub channel: ChatChannelId,
    /// When the first line came.
    pub at: Timestamp,
    /// The incident.
    pub incident: Option<IncidentId>,
    /// Who answered.
    pub by: Option<String>,
    /// Who says so, each once, in the order of their lines.
    pub people: Vec<String>,
}
