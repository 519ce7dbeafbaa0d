//! Purpose: who and where: names of the configuration resolved to Discord's ids.

use std::collections::BTreeMap;

use domain::setup::ChatName;
use domain::{ChatChannelId, ChatRoleId, ChatUserId, GuildId, PersonId};

pub use crate::directory_load::SharedDirectory;

/// Everything a name of the configuration stands for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Directory {
    /// The home server.
    pub guild: Option<GuildId>,
    /// The bot's own user.
    pub bot: Option<ChatUserId>,
    /// Text channels and categories by name, without `#`.
    pub channels: BTreeMap<String, ChatChannelId>,
    /// Roles by name, without `@`.
    pub roles: BTreeMap<String, ChatRoleId>,
    /// Configured people: Discord user and the name shown.
    pub people: BTreeMap<PersonId, (ChatUserId, String)>,
    /// Ids of slash commands by full name (`incident open`), for clickable mentions.
    pub commands: BTreeMap<String, u64>,
}

impl Directory {
    /// The channel (or category) a name stands for.
    pub fn channel(&self, name: &ChatName) -> Option<ChatChannelId> {
        match name {
            ChatName::Id(id) => Some(ChatChannelId(*id)),
            ChatName::Name(name) => self.channels.get(name).copied(),
        }
    }

    /// The role a name stands for.
    pub fn role(&self, name: &ChatName) -> Option<ChatRoleId> {
        match name {
            ChatName::Id(id) => Some(ChatRoleId(*id)),
            ChatName::Name(name) => self.roles.get(name).copied(),
        }
    }

    /// The Discord user of a person.
    pub fn user(&self, person: &PersonId) -> Option<ChatUserId> {
        self.people.get(person).map(|(user, _)| *user)
    }

    /// The name shown for a person: Discord's display name, else the configured key.
    pub fn name<'a>(&'a self, person: &'a PersonId) -> &'a str {
        self.people.get(person).map_or(person.as_str(), |(_, name)| name.as_str())
    }

    /// The configured person behind a Discord user.
    pub fn person_of(&self, user: ChatUserId) -> Option<&PersonId> {
        self.people.iter().find(|(_, (known, _))| *known == user).map(|(person, _)| person)
    }
}
