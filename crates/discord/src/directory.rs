//! Purpose: who and where: names of the configuration resolved to Discord's ids.

use std::collections::BTreeMap;

use domain::incident::CategoryTrouble;
use domain::setup::ChatName;
use domain::{ChatChannelId, ChatRoleId, ChatUserId, GuildId, PersonId};

pub use crate::directory_load::SharedDirectory;

/// What a channel that the configuration can name is. In this order they take a name that several have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PlaceKind {
    /// A text channel.
    Text,
    /// An announcement channel.
    Announcement,
    /// A category.
    Category,
}

/// A text channel or category of the home server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerPlace {
    /// What it is.
    pub kind: PlaceKind,
    /// Its name, without `#`.
    pub name: String,
}

/// Everything a name of the configuration stands for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Directory {
    /// The home server.
    pub guild: Option<GuildId>,
    /// The bot's own user.
    pub bot: Option<ChatUserId>,
    /// Text channels and categories by name, without `#`. Made from `places`, where those are known.
    pub channels: BTreeMap<String, ChatChannelId>,
    /// Text channels and categories as the server has them, those of one name too.
    pub places: BTreeMap<ChatChannelId, ServerPlace>,
    /// Roles by name, without `@`.
    pub roles: BTreeMap<String, ChatRoleId>,
    /// Configured people: Discord user and the name shown.
    pub people: BTreeMap<PersonId, (ChatUserId, String)>,
    /// The names shown of people who were known, and are no members any more or are looked for again.
    pub names_before: BTreeMap<PersonId, String>,
    /// Configured people whom Discord does not reach, or not everywhere, as of the last look.
    pub unreached: BTreeMap<PersonId, words::Unreached>,
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

    /// The category a name stands for. Never a guess: what is made in a wrong one may be open to everybody.
    ///
    /// # Errors
    /// Why there is none.
    pub fn category(&self, name: &ChatName) -> Result<ChatChannelId, CategoryTrouble> {
        let categories = self.places.iter().filter(|(_, place)| place.kind == PlaceKind::Category);
        let mut found = categories.filter(|(id, place)| match name {
            ChatName::Id(wanted) => id.0 == *wanted,
            ChatName::Name(name) => place.name == *name,
        });
        match (found.next(), found.next()) {
            (Some((id, _)), None) => Ok(*id),
            (None, _) => Err(CategoryTrouble::Missing),
            (Some(_), Some(_)) => Err(CategoryTrouble::Several),
        }
    }

    /// How many categories have this name.
    pub fn categories(&self, name: &str) -> usize {
        self.places.values().filter(|place| place.kind == PlaceKind::Category && place.name == name).count()
    }

    /// The server has these places, and no others.
    pub(crate) fn set_places(&mut self, places: BTreeMap<ChatChannelId, ServerPlace>) {
        self.places = places;
        self.name_channels();
    }

    /// A place has this name now.
    pub(crate) fn place_is(&mut self, id: ChatChannelId, place: ServerPlace) {
        self.places.insert(id, place);
        self.name_channels();
    }

    /// A place is gone.
    pub(crate) fn place_gone(&mut self, id: ChatChannelId) {
        self.places.remove(&id);
        self.name_channels();
    }

    /// Where a category has the name of a text channel, the text channel counts; of two text channels with one name, the
    /// older one.
    fn name_channels(&mut self) {
        let mut sorted: Vec<_> = self.places.iter().collect();
        sorted.sort_by_key(|(id, place)| (place.kind, **id));
        self.channels.clear();
        for (id, place) in sorted {
            self.channels.entry(place.name.clone()).or_insert(*id);
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
        let before = || self.names_before.get(person).map_or(person.as_str(), String::as_str);
        self.people.get(person).map_or_else(before, |(_, name)| name.as_str())
    }

    /// The configured person behind a Discord user.
    pub fn person_of(&self, user: ChatUserId) -> Option<&PersonId> {
        self.people.iter().find(|(_, (known, _))| *known == user).map(|(person, _)| person)
    }
}
