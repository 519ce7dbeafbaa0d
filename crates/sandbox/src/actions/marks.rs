//! Purpose: what hangs on messages: reactions, pins, and the notifications on people's phones.

use serde_json::json;

use crate::{
    actions::messages::Post,
    hub::{Core, intents},
    id::Id,
    permissions,
    validate::message::Draft,
    world::{
        Channel, Key, Notification, Reaction, Read, Table,
        mentions::{self, Mentioned},
        render,
    },
};

impl Core {
    /// Who is notified: people that a message mentions and who can see it, and the other side of a DM.
    pub(crate) fn notify(&mut self, channel_id: Id, message_id: Id, mentioned: &Mentioned, silent: bool) {
        let (Some(channel), Some(message)) =
            (self.world.channels.get(&channel_id).cloned(), self.world.message(channel_id, message_id).cloned())
        else {
            return;
        };
        let text = mentions::plain(&self.world, &message.content);
        let from = message.webhook_name.clone().unwrap_or_else(|| {
            self.world.users.get(&message.author_id).map_or_else(String::new, |user| user.shown_name().to_owned())
        });
        let told: Vec<(Id, &str)> = self
            .world
            .people()
            .filter(|person| person.id != message.author_id && permissions::sees(&self.world, person.id, &channel))
            .filter_map(|person| {
                let kind = if channel.is_dm() {
                    "dm"
                } else if mentioned.users.contains(&person.id) {
                    "mention"
                } else if mentioned.roles.iter().any(|role| person.roles.contains(role)) {
                    "role"
                } else if mentioned.everyone {
                    "everyone"
                } else {
                    return None;
                };
                Some((person.id, kind))
            })
            .collect();
        for (person, kind) in told {
            let notification = Notification {
                seq: 0,
                at: message.created_ms,
                person,
                channel: channel_id,
                message: message_id,
                kind: kind.to_owned(),
                silent,
                text: text.clone(),
                from: from.clone(),
            };
            let read = self.world.reads.entry((person, channel_id)).or_insert(Read {
                person,
                channel: channel_id,
                last: Id(0),
                mentions: 0,
            });
            read.mentions += 1;
            self.world.dirty.insert(Key(Table::Read, person, channel_id));
            let mut told = serde_json::to_value(&notification).unwrap_or_default();
            // The event and the notification share one number.
            told["seq"] = json!(self.world.meta.seq + 1);
            let seq = self.tell_page("notification", json!({ "person": person, "notification": told }));
            self.world.notifications.insert(Id(seq), Notification { seq, ..notification });
            self.world.mark(Table::Notification, Id(seq));
            if self.world.notifications.len() > self.limits.kept
                && let Some((gone, _)) = self.world.notifications.pop_first()
            {
                self.world.mark(Table::Notification, gone);
            }
        }
    }

    /// Adds or takes away one reaction; nothing happens when it is so already.
    pub(crate) fn react(&mut self, user: Id, channel_id: Id, id: Id, emoji: &str, add: bool) {
        let Some(channel) = self.world.channels.get(&channel_id).cloned() else { return };
        let member = self.world.users.get(&user).map(render::member);
        let Some(message) = self.world.message_mut(channel_id, id) else { return };
        let author = message.author_id;
        let slot = message.reactions.iter().position(|reaction| reaction.emoji == emoji);
        let has = slot.is_some_and(|slot| message.reactions[slot].users.contains(&user));
        match (add, has, slot) {
            (true, false, Some(slot)) => message.reactions[slot].users.push(user),
            (true, false, None) => message.reactions.push(Reaction { emoji: emoji.to_owned(), users: vec![user] }),
            (false, true, Some(slot)) => {
                message.reactions[slot].users.retain(|one| *one != user);
                message.reactions.retain(|reaction| !reaction.users.is_empty());
            }
            _ => return,
        }
        let mut data = json!({ "user_id": user, "channel_id": channel_id, "message_id": id, "emoji": render::emoji_json(emoji), "burst": false, "type": 0 });
        self.tell_page(
            "reaction",
            json!({ "channel": channel_id, "message": id, "user": user, "emoji": emoji, "added": add }),
        );
        if !channel.is_dm() {
            data["guild_id"] = json!(self.world.meta.guild_id);
            if add {
                data["member"] = json!(member);
            }
        }
        if add {
            data["message_author_id"] = json!(author);
        }
        let intent = if channel.is_dm() { intents::DIRECT_MESSAGE_REACTIONS } else { intents::GUILD_MESSAGE_REACTIONS };
        self.tell_channel(if add { "MESSAGE_REACTION_ADD" } else { "MESSAGE_REACTION_REMOVE" }, &channel, intent, data);
    }

    /// TYPING_START.
    pub(crate) fn typing(&mut self, user: Id, channel: &Channel) {
        let mut data = json!({ "channel_id": channel.id, "user_id": user, "timestamp": self.world.now_ms() / 1_000 });
        if !channel.is_dm() {
            data["guild_id"] = json!(self.world.meta.guild_id);
            data["member"] = json!(self.world.users.get(&user).map(render::member));
        }
        let intent = if channel.is_dm() { intents::DIRECT_MESSAGE_TYPING } else { intents::GUILD_MESSAGE_TYPING };
        self.tell_channel("TYPING_START", channel, intent, data);
        self.tell_page("typing", json!({ "channel": channel.id, "user": user }));
    }

    /// Takes all reactions of a message away, or all with one emoji.
    pub(crate) fn clear_reactions(&mut self, channel_id: Id, id: Id, emoji: Option<&str>) {
        let Some(channel) = self.world.channels.get(&channel_id).cloned() else { return };
        let Some(message) = self.world.message_mut(channel_id, id) else { return };
        message.reactions.retain(|reaction| emoji.is_some_and(|emoji| reaction.emoji != emoji));
        let mut data = json!({ "channel_id": channel_id, "message_id": id });
        if !channel.is_dm() {
            data["guild_id"] = json!(self.world.meta.guild_id);
        }
        let name = match emoji {
            Some(emoji) => {
                data["emoji"] = render::emoji_json(emoji);
                "MESSAGE_REACTION_REMOVE_EMOJI"
            }
            None => "MESSAGE_REACTION_REMOVE_ALL",
        };
        let intent = if channel.is_dm() { intents::DIRECT_MESSAGE_REACTIONS } else { intents::GUILD_MESSAGE_REACTIONS };
        self.tell_channel(name, &channel, intent, data);
        self.tell_page("reaction", json!({ "channel": channel_id, "message": id, "emoji": emoji, "added": false }));
    }

    /// Pins or unpins; pinning writes a line into the channel, as Discord does.
    pub(crate) fn pin(&mut self, user: Id, channel_id: Id, id: Id, pin: bool) {
        let now = self.world.now_ms();
        let Some(message) = self.world.message_mut(channel_id, id) else { return };
        if message.pinned_ms.is_some() == pin {
            return;
        }
        message.pinned_ms = pin.then_some(now);
        if let Some(channel) = self.world.channel_mut(channel_id).filter(|_| pin) {
            channel.last_pin_ms = Some(now);
        }
        let Some(channel) = self.world.channels.get(&channel_id).cloned() else { return };
        let mut data =
            json!({ "channel_id": channel_id, "last_pin_timestamp": channel.last_pin_ms.map(crate::clock::iso) });
        if !channel.is_dm() {
            data["guild_id"] = json!(self.world.meta.guild_id);
        }
        self.tell_channel(
            "CHANNEL_PINS_UPDATE",
            &channel,
            if channel.is_dm() { intents::DIRECT_MESSAGES } else { intents::GUILDS },
            data,
        );
        self.announce_message("MESSAGE_UPDATE", channel_id, id, None);
        self.tell_page("pins_update", json!({ "channel": channel_id }));
        if pin {
            let draft = Draft { reference: Some((Some(channel_id), id)), ..Draft::default() };
            self.post(Post { kind: 6, ..Post::plain(user, channel_id, draft) });
        }
    }
}
