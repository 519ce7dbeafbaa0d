//! Purpose: the world as data: guild, people, channels, messages and what hangs on them. No locks, no network.

pub(crate) mod mentions;
pub(crate) mod render;
pub(crate) mod seed;
pub(crate) mod tables;

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{clock::DomainClock, id::Id};

pub(crate) const TEXT: u8 = 0;
pub(crate) const DM: u8 = 1;
pub(crate) const VOICE: u8 = 2;
pub(crate) const CATEGORY: u8 = 4;
pub(crate) const ANNOUNCEMENT: u8 = 5;
pub(crate) const ANNOUNCEMENT_THREAD: u8 = 10;
pub(crate) const PUBLIC_THREAD: u8 = 11;
pub(crate) const PRIVATE_THREAD: u8 = 12;
pub(crate) const FORUM: u8 = 15;

/// Message flags. Source: Discord docs, "Message Flags".
pub(crate) mod flags {
    pub(crate) const SUPPRESS_EMBEDS: u64 = 1 << 2;
    pub(crate) const HAS_THREAD: u64 = 1 << 5;
    pub(crate) const EPHEMERAL: u64 = 1 << 6;
    pub(crate) const LOADING: u64 = 1 << 7;
    pub(crate) const SUPPRESS_NOTIFICATIONS: u64 = 1 << 12;
    pub(crate) const IS_COMPONENTS_V2: u64 = 1 << 15;
}

/// Everything there is, in tables. A change is recorded under its [`Key`], so that it can be written down.
pub(crate) struct World {
    /// `http://host:port`, never stored.
    pub(crate) base: String,
    pub(crate) meta: Meta,
    pub(crate) roles: BTreeMap<Id, Role>,
    pub(crate) users: BTreeMap<Id, User>,
    pub(crate) channels: BTreeMap<Id, Channel>,
    pub(crate) messages: BTreeMap<Id, BTreeMap<Id, Message>>,
    pub(crate) commands: BTreeMap<Id, Command>,
    pub(crate) interactions: BTreeMap<Id, Interaction>,
    pub(crate) nonces: BTreeMap<Id, Nonce>,
    /// Author and nonce to the last message made with it; derived from `nonces`.
    pub(crate) by_nonce: HashMap<(Id, String), Id>,
    pub(crate) webhooks: BTreeMap<Id, Webhook>,
    pub(crate) audit: BTreeMap<Id, Value>,
    pub(crate) reads: BTreeMap<(Id, Id), Read>,
    pub(crate) notifications: BTreeMap<Id, Notification>,
    pub(crate) files: BTreeMap<Id, Arc<StoredFile>>,
    /// What changed since it was last written down.
    pub(crate) dirty: BTreeSet<Key>,
    /// Messages kept per channel; the oldest go first.
    pub(crate) ring: usize,
}

/// One record of one table. Messages and read marks need two ids.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Key(pub(crate) Table, pub(crate) Id, pub(crate) Id);

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Table {
    Meta,
    Role,
    User,
    Channel,
    File,
    Message,
    Command,
    Interaction,
    Nonce,
    Webhook,
    Audit,
    Read,
    Notification,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Meta {
    pub(crate) guild_id: Id,
    pub(crate) guild_name: String,
    pub(crate) owner_id: Id,
    pub(crate) locale: String,
    pub(crate) last_id: Id,
    pub(crate) clock: DomainClock,
    /// Sequence of control events, calls and notifications.
    pub(crate) seq: u64,
    /// Who is banned, and why.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) bans: BTreeMap<Id, Option<String>>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Role {
    pub(crate) id: Id,
    pub(crate) name: String,
    pub(crate) color: u32,
    pub(crate) position: i64,
    pub(crate) permissions: u64,
    pub(crate) hoist: bool,
    pub(crate) mentionable: bool,
    /// The bot that a managed role belongs to.
    pub(crate) bot: Option<Id>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct User {
    pub(crate) id: Id,
    pub(crate) username: String,
    pub(crate) name: Option<String>,
    pub(crate) nick: Option<String>,
    pub(crate) locale: String,
    pub(crate) roles: Vec<Id>,
    pub(crate) joined_ms: u64,
    pub(crate) dms_closed: bool,
    pub(crate) bot: Option<Bot>,
    /// Has left the guild: an account still, no member.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) left: bool,
    /// Until when a member may only look on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) timeout_until_ms: Option<u64>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Bot {
    pub(crate) token: String,
    /// Privileged intents that are switched on for it.
    pub(crate) privileged: u64,
    /// How often its token was reset.
    #[serde(default)]
    pub(crate) resets: u32,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Overwrite {
    pub(crate) id: Id,
    /// 0 role, 1 member.
    pub(crate) kind: u8,
    pub(crate) allow: u64,
    pub(crate) deny: u64,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Tag {
    pub(crate) id: Id,
    pub(crate) name: String,
    pub(crate) moderated: bool,
    pub(crate) emoji_name: Option<String>,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Channel {
    pub(crate) id: Id,
    pub(crate) kind: u8,
    pub(crate) name: String,
    pub(crate) topic: Option<String>,
    pub(crate) parent_id: Option<Id>,
    pub(crate) position: i64,
    pub(crate) nsfw: bool,
    pub(crate) slow_mode_s: u32,
    pub(crate) flags: u64,
    pub(crate) overwrites: Vec<Overwrite>,
    pub(crate) last_message_id: Option<Id>,
    pub(crate) last_pin_ms: Option<u64>,
    pub(crate) recipients: Vec<Id>,
    pub(crate) tags: Vec<Tag>,
    pub(crate) auto_archive_min: Option<u64>,
    pub(crate) sort_order: Option<u64>,
    pub(crate) thread: Option<Thread>,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Thread {
    pub(crate) owner_id: Id,
    pub(crate) archived: bool,
    pub(crate) locked: bool,
    pub(crate) invitable: bool,
    pub(crate) auto_archive_min: u64,
    /// When the archive state last changed.
    pub(crate) archive_ms: u64,
    pub(crate) created_ms: u64,
    pub(crate) active_ms: u64,
    pub(crate) message_count: u64,
    pub(crate) total_sent: u64,
    pub(crate) applied_tags: Vec<Id>,
    /// Member and when they joined.
    pub(crate) members: BTreeMap<Id, u64>,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Message {
    pub(crate) id: Id,
    pub(crate) channel_id: Id,
    pub(crate) author_id: Id,
    pub(crate) kind: u8,
    pub(crate) content: String,
    pub(crate) created_ms: u64,
    pub(crate) edited_ms: Option<u64>,
    pub(crate) flags: u64,
    pub(crate) tts: bool,
    pub(crate) embeds: Vec<Value>,
    pub(crate) components: Vec<Value>,
    pub(crate) attachments: Vec<Attachment>,
    pub(crate) mentions: Vec<Id>,
    pub(crate) mention_roles: Vec<Id>,
    pub(crate) mention_everyone: bool,
    pub(crate) pinned_ms: Option<u64>,
    /// The message this one answers or was made from: channel and message.
    pub(crate) reference: Option<(Id, Option<Id>)>,
    pub(crate) reactions: Vec<Reaction>,
    pub(crate) application_id: Option<Id>,
    pub(crate) interaction: Option<Id>,
    pub(crate) interaction_metadata: Option<Value>,
    pub(crate) webhook: Option<Id>,
    pub(crate) webhook_name: Option<String>,
    /// The only person who sees an ephemeral answer.
    pub(crate) ephemeral_for: Option<Id>,
    pub(crate) position: Option<u64>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Reaction {
    /// A unicode emoji, or `name:id`.
    pub(crate) emoji: String,
    pub(crate) users: Vec<Id>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Attachment {
    pub(crate) id: Id,
    pub(crate) filename: String,
    pub(crate) description: Option<String>,
    pub(crate) content_type: String,
    pub(crate) size: u64,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct StoredFile {
    pub(crate) content_type: String,
    #[serde(with = "base64_bytes")]
    pub(crate) bytes: Vec<u8>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Command {
    pub(crate) id: Id,
    pub(crate) application_id: Id,
    pub(crate) guild: bool,
    pub(crate) kind: u8,
    pub(crate) name: String,
    /// The command as it is answered.
    pub(crate) body: Value,
}

/// How far the answer to an interaction is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Progress {
    Waiting,
    Deferred,
    Answered,
    Failed,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Interaction {
    pub(crate) id: Id,
    pub(crate) application_id: Id,
    /// 2 command, 3 component, 4 autocomplete, 5 modal submit.
    pub(crate) kind: u8,
    pub(crate) token: String,
    pub(crate) person: Id,
    pub(crate) channel_id: Id,
    pub(crate) data: Value,
    /// The message whose component was used.
    pub(crate) source: Option<Id>,
    /// The interaction that showed the submitted modal.
    pub(crate) trigger: Option<Id>,
    pub(crate) progress: Progress,
    /// message, deferred, update, modal or autocomplete; empty before an answer.
    pub(crate) answer: String,
    /// The message `@original` means.
    pub(crate) original: Option<Id>,
    pub(crate) follow_ups: Vec<Id>,
    pub(crate) ephemeral: bool,
    pub(crate) modal: Option<Value>,
    /// Whether a shown modal has been submitted.
    pub(crate) submitted: bool,
    pub(crate) choices: Vec<Value>,
    pub(crate) created_ms: u64,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Nonce {
    pub(crate) author_id: Id,
    pub(crate) nonce: String,
    pub(crate) channel_id: Id,
    pub(crate) message_id: Id,
    pub(crate) at_ms: u64,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Webhook {
    pub(crate) id: Id,
    pub(crate) channel_id: Id,
    pub(crate) creator: Id,
    pub(crate) name: String,
    pub(crate) token: String,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Read {
    pub(crate) person: Id,
    pub(crate) channel: Id,
    pub(crate) last: Id,
    pub(crate) mentions: u64,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Notification {
    pub(crate) seq: u64,
    pub(crate) at: u64,
    pub(crate) person: Id,
    pub(crate) channel: Id,
    pub(crate) message: Id,
    pub(crate) kind: String,
    pub(crate) silent: bool,
    pub(crate) text: String,
    pub(crate) from: String,
}

impl Channel {
    pub(crate) fn is_dm(&self) -> bool {
        self.kind == DM
    }

    pub(crate) fn is_thread(&self) -> bool {
        self.thread.is_some()
    }

    /// Whether messages can be posted into it directly.
    pub(crate) fn holds_messages(&self) -> bool {
        matches!(self.kind, TEXT | DM | VOICE | ANNOUNCEMENT | ANNOUNCEMENT_THREAD | PUBLIC_THREAD | PRIVATE_THREAD)
    }
}

impl User {
    pub(crate) fn shown_name(&self) -> &str {
        self.nick.as_deref().or(self.name.as_deref()).unwrap_or(&self.username)
    }
}

impl World {
    pub(crate) fn now_ms(&self) -> u64 {
        self.meta.clock.now_ms()
    }

    /// A new snowflake, higher than every one before it.
    pub(crate) fn next_id(&mut self) -> Id {
        let id = Id(Id::at_ms(self.now_ms()).0.max(self.meta.last_id.0 + 1));
        self.meta.last_id = id;
        self.dirty.insert(Key(Table::Meta, Id(0), Id(0)));
        id
    }

    /// A new number for control events, calls and notifications.
    pub(crate) fn next_seq(&mut self) -> u64 {
        self.meta.seq += 1;
        self.meta.seq
    }

    pub(crate) fn mark(&mut self, table: Table, id: Id) {
        self.dirty.insert(Key(table, id, Id(0)));
    }

    pub(crate) fn message(&self, channel: Id, message: Id) -> Option<&Message> {
        self.messages.get(&channel)?.get(&message)
    }

    /// A message to change; the change is written down.
    pub(crate) fn message_mut(&mut self, channel: Id, message: Id) -> Option<&mut Message> {
        let found = self.messages.get_mut(&channel)?.get_mut(&message)?;
        self.dirty.insert(Key(Table::Message, channel, message));
        Some(found)
    }

    /// A channel to change; the change is written down.
    pub(crate) fn channel_mut(&mut self, id: Id) -> Option<&mut Channel> {
        let found = self.channels.get_mut(&id)?;
        self.dirty.insert(Key(Table::Channel, id, Id(0)));
        Some(found)
    }

    /// An interaction to change; the change is written down.
    pub(crate) fn interaction_mut(&mut self, id: Id) -> Option<&mut Interaction> {
        let found = self.interactions.get_mut(&id)?;
        self.dirty.insert(Key(Table::Interaction, id, Id(0)));
        Some(found)
    }

    /// Remembers which message a nonce made.
    pub(crate) fn remember_nonce(&mut self, nonce: Nonce) {
        let id = nonce.message_id;
        self.by_nonce.insert((nonce.author_id, nonce.nonce.clone()), id);
        self.nonces.insert(id, nonce);
        self.mark(Table::Nonce, id);
    }

    /// Forgets a nonce, by the message that it made.
    pub(crate) fn forget_nonce(&mut self, id: Id) {
        let Some(nonce) = self.nonces.remove(&id) else { return };
        let key = (nonce.author_id, nonce.nonce);
        if self.by_nonce.get(&key) == Some(&id) {
            self.by_nonce.remove(&key);
        }
        self.mark(Table::Nonce, id);
    }

    /// Finds a message by its id alone.
    pub(crate) fn find_message(&self, message: Id) -> Option<&Message> {
        self.messages.values().find_map(|channel| channel.get(&message))
    }

    /// Accounts that are in the guild.
    pub(crate) fn members(&self) -> impl Iterator<Item = &User> {
        self.users.values().filter(|user| !user.left)
    }

    /// An account, if it is in the guild.
    pub(crate) fn member(&self, id: Id) -> Option<&User> {
        self.users.get(&id).filter(|user| !user.left)
    }

    pub(crate) fn bot_by_token(&self, token: &str) -> Option<Id> {
        self.users.values().find(|user| user.bot.as_ref().is_some_and(|bot| bot.token == token)).map(|user| user.id)
    }

    pub(crate) fn bots(&self) -> impl Iterator<Item = (&User, &Bot)> {
        self.users.values().filter_map(|user| user.bot.as_ref().map(|bot| (user, bot)))
    }

    pub(crate) fn people(&self) -> impl Iterator<Item = &User> {
        self.users.values().filter(|user| user.bot.is_none())
    }

    pub(crate) fn is_bot(&self, id: Id) -> bool {
        self.users.get(&id).is_some_and(|user| user.bot.is_some())
    }
}

mod base64_bytes {
    use base64::{Engine, prelude::BASE64_STANDARD};
    use serde::{Deserialize, Deserializer, Serializer, de};

    pub(super) fn serialize<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&BASE64_STANDARD.encode(bytes))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
        BASE64_STANDARD.decode(String::deserialize(deserializer)?).map_err(de::Error::custom)
    }
}
