//! Purpose: what Discord gave us for a subject: the card, thread, channel, status message and pages of an incident, the board of a storm.

use std::collections::BTreeMap;

use domain::{ChatChannelId, ChatMessageId, Thing, Timestamp};

/// Where a thing is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ObjectRef {
    /// The channel or thread it is in, or which it is.
    pub channel: ChatChannelId,
    /// The message, when it is one.
    pub message: Option<ChatMessageId>,
    /// Digest of what it shows, to leave out edits that change nothing.
    pub digest: Option<String>,
    /// When it was last created or edited, by the domain clock.
    pub touched_at: Timestamp,
}

/// The things of one subject.
pub type Objects = BTreeMap<Thing, ObjectRef>;
