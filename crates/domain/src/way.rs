//! Purpose: on which way a page goes: Discord's two by name, every other by its id. Which others there are, the domain does not know.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The longest id: a page and its way stand in 16 bytes, and are copied everywhere.
const LONGEST: usize = 11;

/// The id of a way outside Discord, as the database holds it: 1 to 11 small letters, digits and underscores, beginning with a letter.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct WayId {
    /// Filled with zeros, so that comparing it is comparing texts.
    bytes: [u8; LONGEST],
}

impl WayId {
    /// Reads an id; none when the text cannot be one. Discord's ways are none of these.
    #[must_use]
    pub const fn new(text: &str) -> Option<Self> {
        let from = text.as_bytes();
        if from.is_empty() || from.len() > LONGEST || is(from, ROOM) || is(from, DIRECT) {
            return None;
        }
        let mut bytes = [0; LONGEST];
        let mut at = 0;
        while at < from.len() {
            let good = from[at].is_ascii_lowercase() || (at > 0 && (from[at].is_ascii_digit() || from[at] == b'_'));
            if !good {
                return None;
            }
            bytes[at] = from[at];
            at += 1;
        }
        Some(Self { bytes })
    }

    /// The id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        let end = self.bytes.iter().position(|byte| *byte == 0).unwrap_or(LONGEST);
        // What it was made of was checked to be letters, digits and underscores.
        std::str::from_utf8(&self.bytes[..end]).unwrap_or_default()
    }
}

const fn is(text: &[u8], name: &str) -> bool {
    let name = name.as_bytes();
    let mut at = 0;
    while at < text.len() && at < name.len() && text[at] == name[at] {
        at += 1;
    }
    at == text.len() && at == name.len()
}

impl fmt::Display for WayId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for WayId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// On which way a page goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PageVia {
    /// A mention in the room.
    Room,
    /// A direct message.
    Direct,
    /// A way outside Discord.
    Way(WayId),
}

const ROOM: &str = "room";
const DIRECT: &str = "direct";

impl PageVia {
    /// True when Discord carries it.
    #[must_use]
    pub const fn is_discord(self) -> bool {
        match self {
            Self::Room | Self::Direct => true,
            Self::Way(_) => false,
        }
    }

    /// Whether it makes a sound of its own and can tell many pages by one message.
    #[must_use]
    pub const fn is_bundled(self) -> bool {
        match self {
            Self::Room => false,
            Self::Direct | Self::Way(_) => true,
        }
    }

    /// Which way outside Discord it is; none when Discord carries it.
    #[must_use]
    pub const fn way(self) -> Option<WayId> {
        match self {
            Self::Room | Self::Direct => None,
            Self::Way(way) => Some(way),
        }
    }

    /// Name in the database, in keys, and for programs.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Room => ROOM,
            Self::Direct => DIRECT,
            Self::Way(way) => way.as_str(),
        }
    }

    /// Reads the name; none when it can be no way's.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        match name {
            ROOM => Some(Self::Room),
            DIRECT => Some(Self::Direct),
            other => WayId::new(other).map(Self::Way),
        }
    }
}

impl fmt::Display for PageVia {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for PageVia {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for PageVia {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        Self::parse(&name).ok_or_else(|| serde::de::Error::custom(format_args!("`{name}` is no way of a page")))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::{PageVia, WayId};

    #[test]
    fn a_way_is_written_as_it_is_read() {
        for name in ["room", "direct", "ntfy", "email", "webhook", "a", "a_23456789z"] {
            let via = PageVia::parse(name).unwrap();
            assert_eq!(via.to_string(), name);
            let json = serde_json::to_string(&via).unwrap();
            assert_eq!(json, format!("\"{name}\""));
            assert_eq!(serde_json::from_str::<PageVia>(&json).unwrap(), via);
            assert_eq!(via.is_discord(), via.way().is_none());
        }
        assert!(PageVia::parse("email") < PageVia::parse("ntfy") && PageVia::parse("a") < PageVia::parse("a_"));
        assert_eq!(std::mem::size_of::<crate::Thing>(), 16, "it is copied everywhere");
    }

    #[test]
    fn what_is_no_name_is_no_way() {
        for no in ["", "Ntfy", "nt-fy", "nt fy", "1st", "_a", "ntfy\0", "ñ", "a_234567890z", "a:b"] {
            assert_eq!(PageVia::parse(no), None, "{no}");
            assert!(serde_json::from_value::<PageVia>(no.into()).is_err(), "{no}");
        }
        assert_eq!((WayId::new("room"), WayId::new("direct")), (None, None));
        assert!(WayId::new("rooms").is_some() && WayId::new("roo").is_some());
    }
}
