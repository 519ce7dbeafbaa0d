//! Purpose: the guild file (TOML) from which a world is seeded. Mistakes are told all at once, by name.

use serde::Deserialize;

use crate::permissions;

/// A guild as its file describes it. Ids and tokens are derived from the names, so that they never change between runs.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Guild {
    /// The guild's name.
    pub name: String,
    /// Username of the owner, who may do everything; the first person when it is not given.
    pub owner: Option<String>,
    /// The guild's language, sent as `guild_locale`. Default `en-US`.
    #[serde(default = "english")]
    pub locale: String,
    /// Permission names that everybody has. Default: those of a new server.
    pub everyone: Option<Vec<String>>,
    /// Roles, highest first.
    #[serde(default)]
    pub roles: Vec<RoleSeed>,
    /// People who use the chat page.
    #[serde(default)]
    pub people: Vec<PersonSeed>,
    /// Channels and categories, in the order shown.
    #[serde(default)]
    pub channels: Vec<ChannelSeed>,
    /// Bots and what they are allowed to do.
    #[serde(default)]
    pub bots: Vec<BotSeed>,
}

/// A role.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RoleSeed {
    /// Its name.
    pub name: String,
    /// Its color as a number, `0xRRGGBB`. Default none.
    #[serde(default)]
    pub color: u32,
    /// Whether everybody may mention it. Default no.
    #[serde(default)]
    pub mentionable: bool,
    /// Permission names it adds.
    #[serde(default)]
    pub permissions: Vec<String>,
}

/// A person.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PersonSeed {
    /// Username: lower case, unique.
    pub username: String,
    /// Name as shown.
    pub name: String,
    /// Names of the roles they have.
    #[serde(default)]
    pub roles: Vec<String>,
    /// Their language, sent as `locale` of interactions. Default `en-US`.
    #[serde(default = "english")]
    pub locale: String,
    /// Whether they refuse direct messages from bots. Default no.
    #[serde(default)]
    pub dms_closed: bool,
}

/// What kind of channel.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum ChannelType {
    /// Messages.
    #[default]
    Text,
    /// Holds other channels.
    Category,
    /// Posts, each a thread.
    Forum,
}

/// A channel.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChannelSeed {
    /// Its name.
    pub name: String,
    /// Its kind. Default text.
    #[serde(default, rename = "type")]
    pub kind: ChannelType,
    /// Its topic.
    pub topic: Option<String>,
    /// Name of the category it belongs to.
    pub category: Option<String>,
    /// Whether only the named roles (and administrators) see it. Default no.
    #[serde(default)]
    pub private: bool,
    /// Roles (or bots) that see a private channel.
    #[serde(default)]
    pub roles: Vec<String>,
    /// Tags of a forum.
    #[serde(default)]
    pub tags: Vec<String>,
    /// Whether a post of a forum must have a tag. Default no.
    #[serde(default)]
    pub require_tag: bool,
}

/// A bot account.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BotSeed {
    /// Username.
    pub name: String,
    /// Its token. Default: derived from the name.
    pub token: Option<String>,
    /// Whether it may do everything. Default no.
    #[serde(default)]
    pub administrator: bool,
    /// Permission names of its role.
    #[serde(default)]
    pub permissions: Vec<String>,
    /// Whether the Message Content intent is switched on for it. Default no.
    #[serde(default)]
    pub message_content: bool,
    /// Whether the Guild Members intent is switched on for it. Default no.
    #[serde(default)]
    pub guild_members: bool,
    /// Whether the Presence intent is switched on for it. Default no.
    #[serde(default)]
    pub presences: bool,
}

fn english() -> String {
    "en-US".to_owned()
}

/// The guild file cannot be used; the text says why, with every mistake found.
#[derive(Debug, thiserror::Error)]
#[error("the guild file cannot be used: {0}")]
pub struct GuildError(String);

impl Default for Guild {
    fn default() -> Self {
        Self::from_toml(include_str!("../guild.toml")).expect("the embedded guild is checked by a test")
    }
}

impl Guild {
    /// Reads a guild file. Errors: not TOML, unknown fields, unknown names of roles, people, categories or permissions.
    pub fn from_toml(text: &str) -> Result<Self, GuildError> {
        let guild: Self = toml::from_str(text).map_err(|error| GuildError(error.to_string()))?;
        let mistakes = guild.mistakes();
        if mistakes.is_empty() { Ok(guild) } else { Err(GuildError(mistakes.join("; "))) }
    }

    fn mistakes(&self) -> Vec<String> {
        let mut found = Vec::new();
        let is_role = |name: &String| self.roles.iter().any(|role| role.name == *name);
        let is_bot = |name: &String| self.bots.iter().any(|bot| bot.name == *name);
        if let Some(owner) = &self.owner
            && !self.people.iter().any(|person| person.username == *owner)
        {
            found.push(format!("owner {owner:?} is not among the people"));
        }
        if self.people.is_empty() {
            found.push("a guild needs at least one person".to_owned());
        }
        for person in &self.people {
            for role in person.roles.iter().filter(|role| !is_role(role)) {
                found.push(format!("{} has the unknown role {role:?}", person.username));
            }
        }
        for channel in &self.channels {
            if let Some(category) = &channel.category
                && !self.channels.iter().any(|other| other.kind == ChannelType::Category && other.name == *category)
            {
                found.push(format!("channel {} names the unknown category {category:?}", channel.name));
            }
            for role in channel.roles.iter().filter(|role| !is_role(role) && !is_bot(role)) {
                found.push(format!("channel {} names the unknown role {role:?}", channel.name));
            }
        }
        let lists = self
            .roles
            .iter()
            .map(|role| (&role.name, &role.permissions))
            .chain(self.bots.iter().map(|bot| (&bot.name, &bot.permissions)));
        for (owner, names) in lists {
            for name in names.iter().filter(|name| permissions::bit(name).is_none()) {
                found.push(format!("{owner} names the unknown permission {name:?}"));
            }
        }
        for name in self.everyone.iter().flatten().filter(|name| permissions::bit(name).is_none()) {
            found.push(format!("everyone names the unknown permission {name:?}"));
        }
        let mut names: Vec<&String> =
            self.people.iter().map(|person| &person.username).chain(self.bots.iter().map(|bot| &bot.name)).collect();
        names.sort();
        for pair in names.windows(2).filter(|pair| pair[0] == pair[1]) {
            found.push(format!("the name {:?} is used twice", pair[0]));
        }
        found
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn the_embedded_guild_is_valid() {
        assert_eq!(Guild::default().name, "Toko Kita");
    }

    #[test]
    fn every_mistake_is_told_by_name() {
        let text = "name = \"X\"\nowner = \"nobody\"\n[[people]]\nusername = \"a\"\nname = \"A\"\nroles = [\"ghost\"]\n[[bots]]\nname = \"a\"\npermissions = [\"FLY\"]";
        let told = Guild::from_toml(text).unwrap_err().to_string();
        for part in ["nobody", "ghost", "FLY", "used twice"] {
            assert!(told.contains(part), "{told}");
        }
        assert!(Guild::from_toml("name = \"X\"\ncolour = 1").is_err());
    }
}
