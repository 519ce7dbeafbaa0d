//! Purpose: the things of a subject in Discord: what was made once and is edited, written in, or deleted later.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

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
    /// The stakeholders' message.
    Status,
    /// The message of a page.
    Page(PageId, PageVia),
    /// The board of a storm.
    Board,
}

impl fmt::Display for Thing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Card => f.write_str("card"),
            Self::Thread => f.write_str("thread"),
            Self::Channel => f.write_str("channel"),
            Self::Status => f.write_str("status"),
            Self::Page(page, via) => write!(f, "page:{page}:{}", via.as_str()),
            Self::Board => f.write_str("board"),
        }
    }
}

/// A text that is no key of a thing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no thing in Discord")]
pub struct NoThing(String);

impl FromStr for Thing {
    type Err = NoThing;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let none = || NoThing(text.to_owned());
        let words: Vec<&str> = text.split(':').collect();
        match words.as_slice() {
            ["card"] => Ok(Self::Card),
            ["thread"] => Ok(Self::Thread),
            ["channel"] => Ok(Self::Channel),
            ["status"] => Ok(Self::Status),
            ["page", number, way] => {
                let via = PageVia::parse(way).ok_or_else(none)?;
                Ok(Self::Page(PageId(number.parse().map_err(|_| none())?), via))
            }
            ["board"] => Ok(Self::Board),
            _ => Err(none()),
        }
    }
}

impl Serialize for Thing {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Thing {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn a_key_names_its_thing_and_nothing_else_does() {
        let page = Thing::Page(PageId(3), PageVia::Direct);
        for thing in [Thing::Card, Thing::Thread, Thing::Channel, Thing::Status, page, Thing::Board] {
            assert_eq!(thing.to_string().parse::<Thing>().unwrap(), thing);
        }
        assert_eq!(page.to_string(), "page:3:direct");
        for no in ["", "cards", "page:3", "page:3:fax", "page:x:room", "board:2"] {
            assert!(no.parse::<Thing>().is_err(), "{no}");
        }
    }
}
