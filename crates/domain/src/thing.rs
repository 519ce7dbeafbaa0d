//! Purpose: the things of a subject in Discord: what was made once and is edited, written in, or deleted later.

use crate::{PageId, PageVia};

/// A thing in Discord. Its key is what the database and the timeline hold: `card`, `page:3:direct`, `board`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Thing {
    /// The card in the incidents channel.
    Card,
    /// The public thread on the card.
    Thread,
    /// The channel for the work.
    Channel,
    /// The card in the channel for the work, with which it begins.
    RoomCard,
    /// The stakeholders' message.
    Status,
    /// The message of a page.
    Page(PageId, PageVia),
    /// The board of a storm.
    Board,
}

crate::key::keys!(Thing, NoThing, "thing in Discord", {
    Card = "card",
    Thread = "thread",
    Channel = "channel",
    RoomCard = "room_card",
    Status = "status",
    Page(page, via) = "page",
    Board = "board",
});

impl Thing {
    /// The page it is the message of, and on which way; none when it is something else.
    pub const fn page(self) -> Option<(PageId, PageVia)> {
        match self {
            Self::Page(page, via) => Some((page, via)),
            Self::Card | Self::Thread | Self::Channel | Self::RoomCard | Self::Status | Self::Board => None,
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn a_key_names_its_thing_and_nothing_else_does() {
        let page = Thing::Page(PageId(3), PageVia::Direct);
        for thing in [Thing::Card, Thing::Thread, Thing::Channel, Thing::RoomCard, Thing::Status, page, Thing::Board] {
            assert_eq!(thing.to_string().parse::<Thing>().unwrap(), thing);
        }
        assert_eq!(page.to_string(), "page:3:direct");
        for no in ["", "cards", "page:3", "page:3:Fax", "page:x:room", "board:2"] {
            assert!(no.parse::<Thing>().is_err(), "{no}");
        }
    }
}
