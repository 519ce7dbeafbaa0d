//! Purpose: snowflake ids, the only identifiers on Discord's wire.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// First millisecond of Discord's own epoch (2015-01-01T00:00:00Z). Source: Discord docs, "Snowflakes".
pub(crate) const DISCORD_EPOCH_MS: u64 = 1_420_070_400_000;

/// A snowflake: 42 bits of milliseconds since Discord's epoch, then 22 bits that make it unique. A string on the wire.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Id(
    /// The number itself.
    pub u64,
);

impl Id {
    /// The lowest id of a moment. `ms`: milliseconds since the Unix epoch; moments before Discord's epoch count as its start.
    pub(crate) fn at_ms(ms: u64) -> Self {
        Self(ms.saturating_sub(DISCORD_EPOCH_MS) << 22)
    }

    /// When the id was made, in milliseconds since the Unix epoch.
    pub fn created_ms(self) -> u64 {
        (self.0 >> 22) + DISCORD_EPOCH_MS
    }
}

impl fmt::Display for Id {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

impl FromStr for Id {
    type Err = std::num::ParseIntError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse().map(Self)
    }
}

impl Serialize for Id {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Id {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl de::Visitor<'_> for Visitor {
            type Value = Id;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a snowflake")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Id, E> {
                text.parse().map_err(E::custom)
            }

            fn visit_u64<E: de::Error>(self, number: u64) -> Result<Id, E> {
                Ok(Id(number))
            }
        }
        deserializer.deserialize_any(Visitor)
    }
}

/// A stable 64-bit hash (FNV-1a): seeded ids and tokens must be the same on every machine and in every version.
pub(crate) fn stable_hash(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3))
}

/// A token-like text of `length` characters, always the same for the same `seed`.
pub(crate) fn stable_text(seed: &str, length: usize) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut text = String::with_capacity(length);
    let mut round = 0_u32;
    while text.len() < length {
        // The hash alone changes too little from round to round; mixed (splitmix64) it looks like a token.
        let mut bits = stable_hash(&format!("{seed}/{round}"));
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        bits ^= bits >> 31;
        for _ in 0..10 {
            if text.len() == length {
                break;
            }
            text.push(char::from(ALPHABET[usize::try_from(bits & 63).unwrap_or(0)]));
            bits >>= 6;
        }
        round += 1;
    }
    text
}
