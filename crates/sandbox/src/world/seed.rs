//! Purpose: makes the first world out of a guild file. The same file gives the same ids and tokens everywhere.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use base64::{Engine, prelude::BASE64_STANDARD_NO_PAD};

use super::{Bot, CATEGORY, Channel, FORUM, Meta, Overwrite, Role, TEXT, Tag, User, World};
use crate::{
    clock::Clock,
    guild::{ChannelType, Guild},
    id::{Id, stable_hash, stable_text},
    permissions,
};

/// Seeded ids are spread over this year (2024): long before anything that happens in a sandbox.
const SEED_MS: u64 = 1_704_067_200_000;
const SEED_SPREAD_MS: u64 = 365 * 86_400_000;

/// The permissions that a private channel grants to its roles.
const PRIVATE: u64 = permissions::VIEW_CHANNEL;

struct Seeder {
    used: BTreeSet<Id>,
}

impl Seeder {
    fn id(&mut self, kind: &str, name: &str) -> Id {
        let hash = stable_hash(&format!("{kind}/{name}"));
        let mut id = Id(Id::at_ms(SEED_MS + hash % SEED_SPREAD_MS).0 | (hash >> 44 & 0x3f_ffff));
        while !self.used.insert(id) {
            id.0 += 1;
        }
        id
    }
}

fn bits(names: &[String]) -> u64 {
    names.iter().filter_map(|name| permissions::bit(name)).fold(0, |all, bit| all | bit)
}

/// A bot token in Discord's form: the id in base64, then two parts that mean nothing here.
pub(crate) fn token(id: Id, name: &str) -> String {
    format!(
        "{}.{}.{}",
        BASE64_STANDARD_NO_PAD.encode(id.to_string()),
        stable_text(&format!("stamp/{name}"), 6),
        stable_text(&format!("token/{name}"), 38)
    )
}

impl World {
    /// The world at its beginning.
    pub(crate) fn seed(guild: &Guild, clock: Clock, base: String, ring: usize) -> Self {
        let mut seeder = Seeder { used: BTreeSet::new() };
        let guild_id = seeder.id("guild", &guild.name);
        let mut world = Self {
            base,
            meta: Meta {
                guild_id,
                guild_name: guild.name.clone(),
                owner_id: Id(0),
                locale: guild.locale.clone(),
                last_id: Id::at_ms(SEED_MS + SEED_SPREAD_MS + 1),
                clock: clock.into(),
                seq: 0,
                bans: BTreeMap::new(),
            },
            roles: BTreeMap::new(),
            users: BTreeMap::new(),
            channels: BTreeMap::new(),
            messages: BTreeMap::new(),
            commands: BTreeMap::new(),
            interactions: BTreeMap::new(),
            nonces: BTreeMap::new(),
            by_nonce: HashMap::new(),
            webhooks: BTreeMap::new(),
            audit: BTreeMap::new(),
            reads: BTreeMap::new(),
            notifications: BTreeMap::new(),
            files: BTreeMap::new(),
            dirty: BTreeSet::new(),
            ring,
        };
        world.seed_roles(guild, &mut seeder);
        world.seed_users(guild, &mut seeder);
        world.seed_channels(guild, &mut seeder);
        world.dirty.extend(world.all_keys());
        world
    }

    fn role_id(&self, name: &str) -> Option<Id> {
        self.roles.values().find(|role| role.name == name && role.bot.is_none()).map(|role| role.id)
    }

    fn seed_roles(&mut self, guild: &Guild, seeder: &mut Seeder) {
        let everyone = guild.everyone.as_ref().map_or(permissions::EVERYONE, |names| bits(names));
        let guild_id = self.meta.guild_id;
        let role = |id, name: &str, color, position, permissions, mentionable| Role {
            id,
            name: name.to_owned(),
            color,
            position,
            permissions,
            hoist: false,
            mentionable,
            bot: None,
        };
        self.roles.insert(guild_id, role(guild_id, "@everyone", 0, 0, everyone, false));
        for (index, seed) in guild.roles.iter().rev().enumerate() {
            let id = seeder.id("role", &seed.name);
            let position = i64::try_from(index).unwrap_or(0) + 1;
            self.roles
                .insert(id, role(id, &seed.name, seed.color, position, bits(&seed.permissions), seed.mentionable));
        }
    }

    fn seed_users(&mut self, guild: &Guild, seeder: &mut Seeder) {
        for person in &guild.people {
            let id = seeder.id("user", &person.username);
            let user = User {
                id,
                username: person.username.clone(),
                name: Some(person.name.clone()),
                nick: None,
                locale: person.locale.clone(),
                roles: person.roles.iter().filter_map(|role| self.role_id(role)).collect(),
                joined_ms: SEED_MS + SEED_SPREAD_MS,
                dms_closed: person.dms_closed,
                bot: None,
                left: false,
                timeout_until_ms: None,
            };
            self.users.insert(id, user);
            if guild.owner.as_ref().is_none_or(|owner| *owner == person.username) && self.meta.owner_id == Id(0) {
                self.meta.owner_id = id;
            }
        }
        // Bots stand above the people's roles, so that one with MANAGE_ROLES can hand those out.
        let above = i64::try_from(guild.roles.len()).unwrap_or(0);
        for (index, seed) in guild.bots.iter().enumerate() {
            let id = seeder.id("user", &seed.name);
            let role_id = seeder.id("bot role", &seed.name);
            let administrator = if seed.administrator { permissions::ADMINISTRATOR } else { 0 };
            let role = Role {
                id: role_id,
                name: seed.name.clone(),
                color: 0,
                position: above + 1 + i64::try_from(guild.bots.len() - index).unwrap_or(0),
                permissions: bits(&seed.permissions) | administrator,
                hoist: false,
                mentionable: false,
                bot: Some(id),
            };
            self.roles.insert(role_id, role);
            let privileged = (u64::from(seed.guild_members) << 1)
                | (u64::from(seed.presences) << 8)
                | (u64::from(seed.message_content) << 15);
            let user = User {
                id,
                username: seed.name.clone(),
                name: None,
                nick: None,
                locale: "en-US".to_owned(),
                roles: vec![role_id],
                joined_ms: SEED_MS + SEED_SPREAD_MS,
                dms_closed: false,
                bot: Some(Bot {
                    token: seed.token.clone().unwrap_or_else(|| token(id, &seed.name)),
                    privileged,
                    resets: 0,
                }),
                left: false,
                timeout_until_ms: None,
            };
            self.users.insert(id, user);
        }
    }

    fn seed_channels(&mut self, guild: &Guild, seeder: &mut Seeder) {
        let mut categories = BTreeMap::new();
        for (index, seed) in guild.channels.iter().enumerate() {
            let (kind, word) = match seed.kind {
                ChannelType::Text => (TEXT, "channel"),
                ChannelType::Category => (CATEGORY, "category"),
                ChannelType::Forum => (FORUM, "channel"),
            };
            let id = seeder.id(word, &seed.name);
            if kind == CATEGORY {
                categories.insert(seed.name.clone(), id);
            }
            let mut overwrites = Vec::new();
            if seed.private {
                overwrites.push(Overwrite { id: self.meta.guild_id, kind: 0, allow: 0, deny: PRIVATE });
                for name in &seed.roles {
                    let role = self.roles.values().find(|role| role.name == *name).map(|role| role.id);
                    overwrites.extend(role.map(|id| Overwrite { id, kind: 0, allow: PRIVATE, deny: 0 }));
                }
            }
            let tags = seed.tags.iter().map(|name| Tag {
                id: seeder.id("tag", &format!("{}/{name}", seed.name)),
                name: name.clone(),
                moderated: false,
                emoji_name: None,
            });
            let channel = Channel {
                id,
                kind,
                name: seed.name.clone(),
                topic: seed.topic.clone(),
                position: i64::try_from(index).unwrap_or(0),
                flags: u64::from(seed.require_tag) << 4,
                overwrites,
                tags: tags.collect(),
                ..Channel::default()
            };
            self.channels.insert(id, channel);
        }
        // A category may stand below the channels that name it.
        for seed in &guild.channels {
            let Some(parent) = seed.category.as_ref().and_then(|name| categories.get(name)).copied() else { continue };
            if let Some(channel) =
                self.channels.values_mut().find(|channel| channel.name == seed.name && channel.kind != CATEGORY)
            {
                channel.parent_id = Some(parent);
            }
        }
    }
}
