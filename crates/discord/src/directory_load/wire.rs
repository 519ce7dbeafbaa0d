//! Purpose: the parts of Discord's objects that the directory looks at. Unknown fields are ignored.

use serde::{Deserialize, Deserializer};

/// Channel types. Source: Discord docs, "Channel Types".
pub(super) const TEXT: u8 = 0;
pub(super) const CATEGORY: u8 = 4;
pub(super) const ANNOUNCEMENT: u8 = 5;

#[derive(Debug, Deserialize)]
pub(super) struct Application {
    #[serde(deserialize_with = "number")]
    pub(super) id: u64,
    #[serde(default)]
    flags: Option<u64>,
}

impl Application {
    /// False when the intent Message Content is switched off. Source: Discord docs, "Application Flags".
    pub(super) fn may_read_messages(&self) -> bool {
        const MESSAGE_CONTENT: u64 = 1 << 18 | 1 << 19;
        self.flags.is_none_or(|flags| flags & MESSAGE_CONTENT != 0)
    }
}

#[derive(Debug, Deserialize)]
pub(super) struct GuildBrief {
    #[serde(deserialize_with = "number")]
    pub(super) id: u64,
    pub(super) name: String,
}

#[derive(Debug, Deserialize)]
pub(super) struct Guild {
    pub(super) name: String,
    #[serde(deserialize_with = "number")]
    pub(super) owner_id: u64,
}

#[derive(Debug, Deserialize)]
pub(super) struct Channel {
    #[serde(deserialize_with = "number")]
    pub(super) id: u64,
    #[serde(rename = "type")]
    pub(super) kind: u8,
    #[serde(default)]
    pub(super) name: Option<String>,
    #[serde(default)]
    pub(super) permission_overwrites: Vec<Overwrite>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub(crate) struct Overwrite {
    #[serde(deserialize_with = "number")]
    pub(crate) id: u64,
    /// 0 is a role, 1 a member.
    #[serde(rename = "type")]
    pub(crate) kind: u8,
    #[serde(deserialize_with = "number")]
    pub(crate) allow: u64,
    #[serde(deserialize_with = "number")]
    pub(crate) deny: u64,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Role {
    #[serde(deserialize_with = "number")]
    pub(crate) id: u64,
    pub(crate) name: String,
    #[serde(deserialize_with = "number")]
    pub(crate) permissions: u64,
    #[serde(default)]
    pub(crate) mentionable: bool,
    #[serde(default)]
    pub(crate) managed: bool,
    #[serde(default)]
    pub(crate) position: i64,
}

#[derive(Debug, Deserialize)]
pub(crate) struct User {
    #[serde(deserialize_with = "number")]
    pub(crate) id: u64,
    pub(crate) username: String,
    #[serde(default)]
    pub(crate) global_name: Option<String>,
    #[serde(default)]
    pub(crate) bot: bool,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Member {
    #[serde(default)]
    pub(crate) user: Option<User>,
    #[serde(default)]
    pub(crate) nick: Option<String>,
    #[serde(default)]
    roles: Vec<Id>,
}

impl Member {
    pub(crate) fn roles(&self) -> Vec<u64> {
        self.roles.iter().map(|role| role.0).collect()
    }

    /// The name people see: nickname, display name, user name.
    pub(crate) fn shown_name(&self) -> &str {
        let user = self.user.as_ref();
        self.nick
            .as_deref()
            .or_else(|| user.and_then(|user| user.global_name.as_deref()))
            .or_else(|| user.map(|user| user.username.as_str()))
            .unwrap_or("somebody")
    }
}

#[derive(Debug, Deserialize)]
struct Id(#[serde(deserialize_with = "number")] u64);

/// Ids and permissions are numbers in strings.
pub(crate) fn number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Either {
        Text(String),
        Number(u64),
    }
    match Either::deserialize(deserializer)? {
        Either::Text(text) => text.parse().map_err(serde::de::Error::custom),
        Either::Number(number) => Ok(number),
    }
}
