//! Purpose: the world's records as Discord writes them on the wire.

use serde_json::{Map, Value, json};

use super::{Channel, Interaction, Message, Role, User, World, flags};
use crate::{clock::iso, id::Id, permissions};

/// Who will read what is written: reactions say `me`, addresses are signed for nobody.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Viewer(pub(crate) Id);

/// Colors a message author's client would show; Discord sends them in two places.
fn colors(color: u32) -> Value {
    json!({ "primary_color": color, "secondary_color": null, "tertiary_color": null })
}

pub(crate) fn user(user: &User) -> Value {
    let mut body = json!({
        "id": user.id, "username": user.username, "global_name": user.name, "discriminator": "0", "avatar": null,
        "public_flags": 0, "flags": 0, "banner": null, "accent_color": null, "avatar_decoration_data": null,
        "collectibles": null, "primary_guild": null,
    });
    if user.bot.is_some() {
        body["bot"] = json!(true);
        // Bots have a four-digit number in old accounts; new ones have "0" like people.
    }
    body
}

pub(crate) fn role(role: &Role) -> Value {
    let mut body = json!({
        "id": role.id, "name": role.name, "description": null, "permissions": role.permissions.to_string(), "position": role.position,
        "color": role.color, "colors": colors(role.color), "hoist": role.hoist, "managed": role.bot.is_some(),
        "mentionable": role.mentionable, "icon": null, "unicode_emoji": null, "flags": 0,
    });
    if let Some(bot) = role.bot {
        body["tags"] = json!({ "bot_id": bot });
    }
    body
}

/// A member without its user, as in MESSAGE_CREATE.
pub(crate) fn partial_member(user: &User) -> Value {
    json!({
        "avatar": null, "banner": null, "communication_disabled_until": user.timeout_until_ms.map(iso), "flags": 0, "joined_at": iso(user.joined_ms),
        "nick": user.nick, "pending": false, "premium_since": null, "roles": user.roles, "mute": false, "deaf": false,
    })
}

pub(crate) fn member(of: &User) -> Value {
    let mut body = partial_member(of);
    body["user"] = user(of);
    body
}

impl World {
    pub(crate) fn user_json(&self, id: Id) -> Value {
        self.users.get(&id).map_or_else(
            || json!({ "id": id, "username": "deleted", "global_name": null, "discriminator": "0", "avatar": null, "public_flags": 0, "flags": 0, "primary_guild": null }),
            user,
        )
    }

    pub(crate) fn roles_json(&self) -> Vec<Value> {
        self.roles.values().map(role).collect()
    }

    /// The guild without its channels and members, as REST gives it.
    pub(crate) fn guild_json(&self) -> Value {
        json!({
            "id": self.meta.guild_id, "name": self.meta.guild_name, "icon": null, "description": null, "home_header": null,
            "splash": null, "discovery_splash": null, "features": [], "banner": null, "owner_id": self.meta.owner_id,
            "application_id": null, "region": "us-west", "afk_channel_id": null, "afk_timeout": 300, "system_channel_id": null,
            "system_channel_flags": 0, "widget_enabled": false, "widget_channel_id": null, "verification_level": 0,
            "roles": self.roles_json(), "default_message_notifications": 1, "mfa_level": 0, "explicit_content_filter": 0,
            "max_presences": null, "max_members": 500_000, "max_stage_video_channel_users": 50, "max_video_channel_users": 25,
            "vanity_url_code": null, "premium_tier": 0, "premium_subscription_count": 0, "preferred_locale": self.meta.locale,
            "rules_channel_id": null, "safety_alerts_channel_id": null, "public_updates_channel_id": null,
            "premium_progress_bar_enabled": false, "nsfw": false, "nsfw_level": 0, "emojis": [], "stickers": [], "incidents_data": null,
        })
    }

    /// GUILD_CREATE for one bot: only what it can see.
    pub(crate) fn guild_create(&self, bot: Id, all_members: bool) -> Value {
        let mut body = self.guild_json();
        let visible = |channel: &&Channel| permissions::sees(self, bot, channel);
        let own = self.users.get(&bot);
        let members: Vec<Value> = self.members().filter(|user| all_members || user.id == bot).map(member).collect();
        let extra = json!({
            "joined_at": own.map(|user| iso(user.joined_ms)), "large": false, "unavailable": false, "member_count": self.members().count(),
            "voice_states": [], "members": members,
            "channels": self.channels.values().filter(|channel| !channel.is_dm() && !channel.is_thread()).filter(visible).map(|channel| self.channel_json(channel, None)).collect::<Vec<_>>(),
            "threads": self.channels.values().filter(|channel| channel.thread.as_ref().is_some_and(|thread| !thread.archived)).filter(visible).map(|channel| self.channel_json(channel, Some(bot))).collect::<Vec<_>>(),
            "presences": [], "stage_instances": [], "guild_scheduled_events": [], "soundboard_sounds": [],
        });
        merge(&mut body, extra);
        body
    }

    /// A channel, thread or DM. `viewer`: whose thread membership (`member`) is told, when somebody's is.
    pub(crate) fn channel_json(&self, channel: &Channel, viewer: Option<Id>) -> Value {
        if channel.is_dm() {
            let others = channel
                .recipients
                .iter()
                .filter(|id| Some(**id) != viewer)
                .map(|id| self.user_json(*id))
                .collect::<Vec<_>>();
            return json!({ "id": channel.id, "type": 1, "last_message_id": channel.last_message_id, "flags": 0, "last_pin_timestamp": channel.last_pin_ms.map(iso), "recipients": others });
        }
        let mut body = json!({
            "id": channel.id, "type": channel.kind, "guild_id": self.meta.guild_id, "name": channel.name, "flags": channel.flags,
            "parent_id": channel.parent_id, "last_message_id": channel.last_message_id, "rate_limit_per_user": channel.slow_mode_s,
        });
        if channel.last_pin_ms.is_some() {
            body["last_pin_timestamp"] = json!(channel.last_pin_ms.map(iso));
        }
        let more = match &channel.thread {
            Some(thread) => {
                let mut more = json!({
                    "owner_id": thread.owner_id, "message_count": thread.message_count, "member_count": thread.members.len().min(50),
                    "total_message_sent": thread.total_sent, "applied_tags": thread.applied_tags,
                    "thread_metadata": {
                        "archived": thread.archived, "archive_timestamp": iso(thread.archive_ms), "auto_archive_duration": thread.auto_archive_min,
                        "locked": thread.locked, "create_timestamp": iso(thread.created_ms),
                    },
                });
                if channel.kind == super::PRIVATE_THREAD {
                    more["thread_metadata"]["invitable"] = json!(thread.invitable);
                }
                if let Some(joined) =
                    viewer.and_then(|viewer| thread.members.get(&viewer).map(|joined| (viewer, joined)))
                {
                    more["member"] =
                        json!({ "id": channel.id, "user_id": joined.0, "join_timestamp": iso(*joined.1), "flags": 1 });
                }
                more
            }
            None => {
                let overwrites: Vec<Value> = channel
                    .overwrites
                    .iter()
                    .map(|one| json!({ "id": one.id, "type": one.kind, "allow": one.allow.to_string(), "deny": one.deny.to_string() }))
                    .collect();
                let mut more = json!({ "position": channel.position, "permission_overwrites": overwrites, "nsfw": channel.nsfw, "topic": channel.topic });
                if let Some(minutes) = channel.auto_archive_min {
                    more["default_auto_archive_duration"] = json!(minutes);
                }
                if channel.kind == super::FORUM {
                    more["available_tags"] = channel
                        .tags
                        .iter()
                        .map(|tag| json!({ "id": tag.id, "name": tag.name, "moderated": tag.moderated, "emoji_id": null, "emoji_name": tag.emoji_name }))
                        .collect();
                    more["default_reaction_emoji"] = Value::Null;
                    more["default_sort_order"] = json!(channel.sort_order);
                    more["default_forum_layout"] = json!(0);
                }
                if channel.kind == super::VOICE {
                    merge(&mut more, json!({ "bitrate": 64_000, "user_limit": 0, "rtc_region": null }));
                }
                more
            }
        };
        merge(&mut body, more);
        body
    }

    pub(crate) fn thread_member_json(&self, thread: Id, user: Id, joined: u64, with_member: bool) -> Value {
        let mut body = json!({ "id": thread, "user_id": user, "join_timestamp": iso(joined), "flags": 1 });
        if with_member && let Some(of) = self.users.get(&user) {
            body["member"] = member(of);
        }
        body
    }

    /// A message as REST and the gateway give it, before the message content intent has its say.
    pub(crate) fn message_json(&self, message: &Message, viewer: Viewer) -> Value {
        let mut body = self.bare_message(message, viewer);
        if let Some((channel, Some(target))) = message.reference
            && matches!(message.kind, 19 | 21)
        {
            body["referenced_message"] =
                self.message(channel, target).map_or(Value::Null, |target| self.bare_message(target, viewer));
        }
        body
    }

    fn bare_message(&self, message: &Message, viewer: Viewer) -> Value {
        let attachments: Vec<Value> = message
            .attachments
            .iter()
            .map(|one| self.attachment_json(message.channel_id, one, message.ephemeral_for.is_some()))
            .collect();
        let author = match (message.webhook, &message.webhook_name) {
            (Some(webhook), Some(name)) if message.application_id.is_none() => json!({
                "id": webhook, "username": name, "global_name": null, "discriminator": "0000", "avatar": null, "bot": true,
                "public_flags": 0, "flags": 0, "primary_guild": null,
            }),
            _ => self.user_json(message.author_id),
        };
        let mut body = json!({
            "id": message.id, "channel_id": message.channel_id, "type": message.kind, "content": message.content, "author": author,
            "timestamp": iso(message.created_ms), "edited_timestamp": message.edited_ms.map(iso), "tts": message.tts,
            "mention_everyone": message.mention_everyone, "mentions": message.mentions.iter().map(|id| self.user_json(*id)).collect::<Vec<_>>(),
            "mention_roles": message.mention_roles, "attachments": attachments, "embeds": self.embeds_json(message), "components": message.components,
            "pinned": message.pinned_ms.is_some(), "flags": message.flags,
        });
        if let Some(webhook) = message.webhook {
            body["webhook_id"] = json!(webhook);
        }
        if let Some(application) = message.application_id {
            body["application_id"] = json!(application);
        }
        if let Some(metadata) = &message.interaction_metadata {
            body["interaction_metadata"] = metadata.clone();
        }
        if let Some(position) = message.position {
            body["position"] = json!(position);
        }
        if let Some((channel, target)) = message.reference {
            let mut reference = json!({ "type": 0, "channel_id": channel });
            if let Some(target) = target {
                reference["message_id"] = json!(target);
            }
            if self.channels.get(&channel).is_none_or(|channel| !channel.is_dm()) {
                reference["guild_id"] = json!(self.meta.guild_id);
            }
            body["message_reference"] = reference;
        }
        if !message.reactions.is_empty() {
            body["reactions"] = message
                .reactions
                .iter()
                .map(|reaction| {
                    json!({
                        "emoji": emoji_json(&reaction.emoji), "count": reaction.users.len(), "count_details": { "burst": 0, "normal": reaction.users.len() },
                        "burst_colors": [], "me_burst": false, "me": reaction.users.contains(&viewer.0), "burst_me": false, "burst_count": 0,
                    })
                })
                .collect();
        }
        if message.flags & flags::HAS_THREAD != 0
            && let Some(thread) = self.channels.get(&message.id)
        {
            body["thread"] = self.channel_json(thread, None);
        }
        body
    }

    pub(crate) fn attachment_json(&self, channel: Id, one: &super::Attachment, ephemeral: bool) -> Value {
        let folder = if ephemeral { "ephemeral-attachments" } else { "attachments" };
        let url = format!("{}/cdn/{folder}/{channel}/{}/{}?ex=7fffffff&is=0&hm=0", self.base, one.id, one.filename);
        let mut body = json!({ "id": one.id, "filename": one.filename, "size": one.size, "url": url, "proxy_url": url, "content_type": one.content_type });
        if let Some(description) = &one.description {
            body["description"] = json!(description);
        }
        if ephemeral {
            body["ephemeral"] = json!(true);
        }
        body
    }

    /// Embeds with `attachment://` addresses resolved; what is stored never holds the server's own address.
    fn embeds_json(&self, message: &Message) -> Vec<Value> {
        if message.flags & flags::SUPPRESS_EMBEDS != 0 {
            return Vec::new();
        }
        let mut embeds = message.embeds.clone();
        for embed in &mut embeds {
            for part in ["image", "thumbnail"] {
                if let Some(name) = embed[part]["url"].as_str().and_then(|url| url.strip_prefix("attachment://"))
                    && let Some(found) = message.attachments.iter().find(|one| one.filename == name)
                {
                    let url =
                        self.attachment_json(message.channel_id, found, message.ephemeral_for.is_some())["url"].clone();
                    embed[part]["url"] = url.clone();
                    embed[part]["proxy_url"] = url;
                }
            }
        }
        embeds
    }

    /// The `application` object of a bot, as its owner sees it.
    pub(crate) fn application_json(&self, bot: &User) -> Value {
        json!({
            "id": bot.id, "name": bot.username, "icon": null, "description": "", "type": null, "bot": user(bot), "summary": "",
            "bot_public": true, "bot_require_code_grant": false, "verify_key": crate::id::stable_text(&bot.username, 64).to_lowercase().replace(['-', '_'], "0"),
            "flags": self.application_flags(bot), "flags_new": self.application_flags(bot).to_string(), "redirect_uris": [], "interactions_endpoint_url": null, "role_connections_verification_url": null,
            "owner": self.user_json(self.meta.owner_id), "approximate_guild_count": 1, "approximate_user_install_count": 0,
            "approximate_user_authorization_count": 0, "explicit_content_filter": 0, "team": null, "eligible_oauth2_scopes": [],
            "integration_types_config": { "0": { "oauth2_install_params": { "scopes": ["applications.commands", "bot"], "permissions": "0" } } },
        })
    }

    /// "Limited" flags (below the review threshold) of the privileged intents that are switched on.
    pub(crate) fn application_flags(&self, bot: &User) -> u64 {
        let privileged = bot.bot.as_ref().map_or(0, |bot| bot.privileged);
        (privileged >> 8 & 1) << 13 | (privileged >> 1 & 1) << 15 | (privileged >> 15 & 1) << 19
    }

    /// INTERACTION_CREATE.
    pub(crate) fn interaction_json(&self, interaction: &Interaction) -> Value {
        let Some(person) = self.users.get(&interaction.person) else { return Value::Null };
        let bot = interaction.application_id;
        let channel = self.channels.get(&interaction.channel_id);
        let dm = channel.is_some_and(Channel::is_dm);
        let mut body = json!({
            "id": interaction.id, "application_id": bot, "type": interaction.kind, "token": interaction.token, "version": 1,
            "channel_id": interaction.channel_id, "data": interaction.data, "locale": person.locale, "entitlements": [],
            "entitlement_sku_ids": [], "attachment_size_limit": 10_485_760, "context": if dm { 1 } else { 0 },
            "authorizing_integration_owners": { "0": if dm { json!("0") } else { json!(self.meta.guild_id) } },
            "app_permissions": channel.map_or(0, |channel| permissions::in_channel(self, bot, channel)).to_string(),
        });
        if let Some(channel) = channel {
            body["channel"] = self.channel_json(channel, Some(bot));
            if !dm {
                body["channel"]["permissions"] =
                    json!(permissions::in_channel(self, interaction.person, channel).to_string());
            }
        }
        if dm {
            body["user"] = user(person);
        } else {
            body["guild_id"] = json!(self.meta.guild_id);
            body["guild_locale"] = json!(self.meta.locale);
            body["guild"] = json!({ "id": self.meta.guild_id, "locale": self.meta.locale, "features": [] });
            let mut member = member(person);
            member["permissions"] =
                json!(channel.map_or(0, |channel| permissions::in_channel(self, person.id, channel)).to_string());
            body["member"] = member;
        }
        if let Some(source) = interaction.source.and_then(|source| self.message(interaction.channel_id, source)) {
            body["message"] = self.message_json(source, Viewer(bot));
            if source.ephemeral_for.is_none() && !dm {
                // Messages inside interactions carry no guild id on Discord's wire either; the interaction's own counts.
                body["message"]["channel_id"] = json!(interaction.channel_id);
            }
        }
        body
    }

    /// `interaction_metadata` of a message that answers an interaction.
    pub(crate) fn interaction_metadata(&self, interaction: &Interaction) -> Value {
        let dm = self.channels.get(&interaction.channel_id).is_some_and(Channel::is_dm);
        let mut body = json!({
            "id": interaction.id, "type": interaction.kind, "user": self.user_json(interaction.person),
            "authorizing_integration_owners": { "0": if dm { json!("0") } else { json!(self.meta.guild_id) } },
        });
        match interaction.kind {
            3 => body["interacted_message_id"] = json!(interaction.source),
            5 => {
                let trigger = interaction.trigger.and_then(|id| self.interactions.get(&id));
                body["triggering_interaction_metadata"] =
                    trigger.map_or(Value::Null, |trigger| self.interaction_metadata(trigger));
            }
            _ => {
                if let Some(target) = interaction.data["target_id"].as_str() {
                    if interaction.data["type"] == 3 {
                        body["target_message_id"] = json!(target);
                    } else if let Ok(target) = target.parse() {
                        body["target_user"] = self.user_json(target);
                    }
                }
            }
        }
        body
    }
}

/// An emoji of a reaction: unicode, or `name:id`.
pub(crate) fn emoji_json(emoji: &str) -> Value {
    match emoji.split_once(':') {
        Some((name, id)) => json!({ "id": id, "name": name }),
        None => json!({ "id": null, "name": emoji }),
    }
}

/// Takes away what a bot without the message content intent does not get, unless an exception applies: its own messages,
/// direct messages, and messages that mention it. Source: Discord docs, "Message Content Intent".
pub(crate) fn strip_content(message: &mut Value, bot: Id, in_dm: bool) {
    let id = bot.to_string();
    let own = message["author"]["id"] == id.as_str() || message["application_id"] == id.as_str();
    let mentioned =
        message["mentions"].as_array().is_some_and(|mentions| mentions.iter().any(|user| user["id"] == id.as_str()));
    if let Some(referenced) = message.get_mut("referenced_message").filter(|referenced| referenced.is_object()) {
        strip_content(referenced, bot, in_dm);
    }
    if own || mentioned || in_dm {
        return;
    }
    let Some(object) = message.as_object_mut() else { return };
    if object.contains_key("content") {
        object.insert("content".to_owned(), json!(""));
    }
    for list in ["embeds", "attachments", "components"] {
        if object.contains_key(list) {
            object.insert(list.to_owned(), json!([]));
        }
    }
    object.remove("poll");
}

/// Puts the members of one object into another.
pub(crate) fn merge(into: &mut Value, from: Value) {
    if let (Value::Object(into), Value::Object(from)) = (into, from) {
        into.extend(from);
    }
}

/// An object without its `null` members: clients send those for "not given".
pub(crate) fn without_nulls(object: &Map<String, Value>) -> Map<String, Value> {
    object.iter().filter(|(_, value)| !value.is_null()).map(|(key, value)| (key.clone(), value.clone())).collect()
}
