//! Purpose: what Discord gave us for a subject: the card, thread, channel, status message and pages of an incident, the board of a storm.

use std::collections::BTreeMap;
use std::fmt;

use domain::{ChatChannelId, ChatMessageId, PageId, PageVia, Timestamp};

/// Which thing of a subject.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ObjectKind {
    /// The card in the incidents channel.
    Card,
    /// The public thread on the card.
    Thread,
    /// The channel for the work.
    Channel,
    /// The stakeholders' message.
    Status,
    /// The message of a page.
    Page(PageId, PageVia),
    /// The board of a storm.
    Board,
}

impl fmt::Display for ObjectKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Card => f.write_str("card"),
            Self::Thread => f.write_str("thread"),
            Self::Channel => f.write_str("channel"),
            Self::Status => f.write_str("status"),
            Self::Board => f.write_str("board"),
            Self::Page(page, via) => write!(f, "page:{page}:{}", via.as_str()),
        }
    }
}

impl ObjectKind {
    /// Reads the name in the database.
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "card" => Some(Self::Card),
            "thread" => Some(Self::Thread),
            "channel" => Some(Self::Channel),
            "status" => Some(Self::Status),
            "board" => Some(Self::Board),
            _ => {
                let (number, via) = text.strip_prefix("page:")?.split_once(':')?;
                Some(Self::Page(PageId(number.parse().ok()?), PageVia::parse(via)?))
            }
        }
    }
}

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
pub type Objects = BTreeMap<ObjectKind, ObjectRef>;
