//! Purpose: every identifier as its own type, so that two of them cannot be swapped.

use std::fmt;

use serde::{Deserialize, Serialize};

macro_rules! number_id {
    ($(#[$doc:meta])* $name:ident, $inner:ty) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub $inner);
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}", self.0)
            }
        }
    };
}

macro_rules! text_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub String);
        impl $name {
            /// The text inside.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }
        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self(text.to_owned())
            }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

number_id!(
    /// The number of an incident in its home server; people see it as `INC-7`.
    IncidentId, u32
);
number_id!(
    /// The number of a page inside one incident, from 1.
    PageId, u32
);
number_id!(
    /// A Discord user.
    ChatUserId, u64
);
number_id!(
    /// A Discord channel or thread.
    ChatChannelId, u64
);
number_id!(
    /// A Discord message.
    ChatMessageId, u64
);
number_id!(
    /// A Discord role.
    ChatRoleId, u64
);
number_id!(
    /// A Discord server (guild).
    GuildId, u64
);

impl IncidentId {
    /// What people read: `INC-7`.
    pub fn label(self) -> String {
        format!("INC-{}", self.0)
    }

    /// Reads `INC-7`, `inc-7`, `#7` or `7`.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let lower = text.to_ascii_lowercase();
        let digits = lower.strip_prefix("inc-").or_else(|| lower.strip_prefix('#')).unwrap_or(&lower);
        // Autocompleted values may carry the title behind the number.
        let digits = digits.split([' ', '·']).next().unwrap_or(digits);
        digits.parse().ok().filter(|n| *n > 0).map(Self)
    }
}

/// The incident a text names if it is a number and nothing else: `INC-7` or `7`, and no sentence that begins with one.
pub fn number_alone(text: &str) -> Option<IncidentId> {
    IncidentId::parse(text).filter(|_| !text.trim().contains(char::is_whitespace))
}

text_id!(
    /// A person of the configuration (`[people]`), for example `budi`.
    PersonId
);
text_id!(
    /// A configured sender of alerts (`[[integrations]]`).
    IntegrationName
);
text_id!(
    /// Says that two reports are about the same alert; versioned: `v1:<integration>:<key or hash>`.
    DedupKey
);
text_id!(
    /// Says which alerts are handled together; versioned: `v1:<label>=<value>,..`.
    GroupKey
);

#[cfg(test)]
mod tests {
    use super::{IncidentId, number_alone};

    #[test]
    fn an_incident_number_is_read_however_people_type_it() {
        for text in ["INC-7", "inc-7", "#7", "7", " 7 ", "INC-7 · Checkout errors"] {
            assert_eq!(IncidentId::parse(text), Some(IncidentId(7)), "{text}");
        }
        for text in ["", "INC-", "seven", "0", "-1"] {
            assert_eq!(IncidentId::parse(text), None, "{text}");
        }
        assert_eq!(number_alone(" inc-7 "), Some(IncidentId(7)));
        assert_eq!(number_alone("500 errors"), None);
    }
}
