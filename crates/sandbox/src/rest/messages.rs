//! Purpose: messages, pins and reactions over REST.

use std::ops::Bound;

use serde_json::{Value, json};

use super::{Answer, Call, done, ok};
use crate::{
    actions::messages::Post,
    clock,
    error::{self, Problems, Refusal},
    hub::{Core, intents},
    id::Id,
    limits::Rate,
    permissions,
    validate::message::{self, Form},
    world::{
        Channel, Message, flags, mentions,
        render::{self, Viewer},
    },
};

/// Edits of messages older than this have their own limit (30046).
const OLD_MS: u64 = 3_600_000;

/// Older messages cannot be deleted in bulk.
const BULK_MS: u64 = 14 * 86_400_000;

/// The channel of the path, if the bot sees it.
pub(crate) fn seen(core: &Core, call: &Call) -> Result<Channel, Refusal> {
    let id = call.id("channel_id")?;
    let channel = core.world.channels.get(&id).ok_or_else(error::unknown_channel)?;
    if permissions::sees(&core.world, call.bot, channel) { Ok(channel.clone()) } else { Err(error::missing_access()) }
}

pub(crate) fn need(core: &Core, bot: Id, channel: &Channel, bits: u64) -> Result<(), Refusal> {
    if permissions::in_channel(&core.world, bot, channel) & bits == bits {
        Ok(())
    } else {
        Err(error::missing_permissions())
    }
}

/// A message as this bot may read it: without the Message Content intent much of it is empty.
pub(crate) fn as_read(core: &Core, bot: Id, channel: &Channel, message: &Message) -> Value {
    let mut body = core.world.message_json(message, Viewer(bot));
    let allowed = core
        .world
        .users
        .get(&bot)
        .and_then(|user| user.bot.as_ref())
        .is_some_and(|bot| bot.privileged & intents::MESSAGE_CONTENT != 0);
    if !allowed {
        render::strip_content(&mut body, bot, channel.is_dm());
    }
    body
}

pub(super) fn message(core: &Core, call: &Call, channel: &Channel) -> Result<Message, Refusal> {
    let id = call.id("message_id")?;
    core.world
        .message(channel.id, id)
        .filter(|message| message.ephemeral_for.is_none())
        .cloned()
        .ok_or_else(error::unknown_message)
}

pub(crate) fn list(core: &mut Core, call: Call) -> Answer {
    let channel = seen(core, &call)?;
    if !channel.holds_messages() {
        return Err(error::non_text_channel());
    }
    let limit = call.number("limit", 50, 1, 100)?;
    let (before, after, around) = (call.snowflake("before")?, call.snowflake("after")?, call.snowflake("around")?);
    if permissions::in_channel(&core.world, call.bot, &channel) & permissions::READ_MESSAGE_HISTORY == 0 {
        return ok(json!([]));
    }
    let empty = std::collections::BTreeMap::new();
    let all = core.world.messages.get(&channel.id).unwrap_or(&empty);
    let public = |message: &&Message| message.ephemeral_for.is_none();
    let mut found: Vec<&Message> = if let Some(around) = around {
        let mut older: Vec<&Message> =
            all.range(..around).rev().map(|(_, message)| message).filter(public).take(limit / 2).collect();
        older.reverse();
        let newer =
            all.range(around..).map(|(_, message)| message).filter(public).take(limit - older.len().min(limit / 2));
        older.extend(newer);
        older.reverse();
        older
    } else if let Some(after) = after {
        let mut newer: Vec<&Message> = all
            .range((Bound::Excluded(after), Bound::Unbounded))
            .map(|(_, message)| message)
            .filter(public)
            .take(limit)
            .collect();
        newer.reverse();
        newer
    } else {
        all.range(..before.unwrap_or(Id(u64::MAX)))
            .rev()
            .map(|(_, message)| message)
            .filter(public)
            .take(limit)
            .collect()
    };
    found.truncate(limit);
    ok(found.into_iter().map(|message| as_read(core, call.bot, &channel, message)).collect())
}

pub(crate) fn get(core: &mut Core, call: Call) -> Answer {
    let channel = seen(core, &call)?;
    need(core, call.bot, &channel, permissions::READ_MESSAGE_HISTORY)?;
    let message = message(core, &call, &channel)?;
    ok(as_read(core, call.bot, &channel, &message))
}

pub(crate) fn create(core: &mut Core, call: Call) -> Answer {
    let id = call.id("channel_id")?;
    let channel = core.world.channels.get(&id).cloned().ok_or_else(error::unknown_channel)?;
    if !permissions::sees(&core.world, call.bot, &channel) {
        return Err(error::missing_access());
    }
    let draft = message::check(&call.body, call.files, Form::Create, false, core.limits.attachment_bytes)?;
    core.may_post(call.bot, &channel, &draft)?;
    if draft.is_empty() {
        return Err(error::empty_message());
    }
    if let Some(earlier) = core.by_nonce(call.bot, &draft) {
        let earlier = earlier?;
        let found = core.world.find_message(earlier).ok_or_else(error::unknown_message)?;
        let mut body = core.world.message_json(found, Viewer(call.bot));
        body["nonce"] = json!(draft.nonce);
        return ok(body);
    }
    let mut draft = draft;
    if let Some((of, target)) = draft.reference {
        let of = of.unwrap_or(channel.id);
        let known = core.world.message(of, target).is_some_and(|message| message.ephemeral_for.is_none());
        if !known && draft.fail_if_gone {
            return Err(Problems::one("message_reference", "MESSAGE_REFERENCE_UNKNOWN_MESSAGE", "Unknown message"));
        }
        if !known {
            draft.reference = None;
        }
    }
    let nonce = draft.nonce.clone();
    let made = core.post(Post::plain(call.bot, channel.id, draft));
    let message = core.world.message(channel.id, made).ok_or_else(error::unknown_message)?;
    let mut body = core.world.message_json(message, Viewer(call.bot));
    if let Some(nonce) = nonce {
        body["nonce"] = nonce;
    }
    ok(body)
}

pub(crate) fn edit(core: &mut Core, call: Call) -> Answer {
    let channel = seen(core, &call)?;
    let before = message(core, &call, &channel)?;
    asleep(&channel)?;
    let draft = message::check(
        &call.body,
        call.files,
        Form::Edit,
        before.flags & flags::IS_COMPONENTS_V2 != 0,
        core.limits.attachment_bytes,
    )?;
    let own = before.author_id == call.bot && before.webhook.is_none_or(|_| before.application_id == Some(call.bot));
    if !own {
        let only_flags = draft.flags.is_some()
            && draft.content.is_none()
            && draft.embeds.is_none()
            && draft.components.is_none()
            && draft.files.is_empty();
        if !only_flags {
            return Err(error::not_author());
        }
        need(core, call.bot, &channel, permissions::MANAGE_MESSAGES)?;
    }
    if core.world.now_ms().saturating_sub(before.created_ms) > OLD_MS {
        let rate: Rate = core.limits.old_edit;
        core.meter.take_hidden(format!("old/{}/{}", call.bot, channel.id), rate, 30046)?;
    }
    let leaves_nothing = draft.content.as_deref().unwrap_or(&before.content).is_empty()
        && draft.embeds.as_ref().unwrap_or(&before.embeds).is_empty()
        && draft.components.as_ref().unwrap_or(&before.components).is_empty()
        && draft.files.is_empty()
        && draft.keep_attachments.as_ref().map_or(before.attachments.is_empty(), Vec::is_empty);
    if leaves_nothing {
        return Err(error::empty_message());
    }
    let becomes_v2 = draft.is_v2();
    if becomes_v2 && let Some(message) = core.world.message_mut(channel.id, before.id) {
        message.flags |= flags::IS_COMPONENTS_V2;
    }
    core.edit_message(channel.id, before.id, draft, mentions::Default::All);
    let after = core.world.message(channel.id, before.id).ok_or_else(error::unknown_message)?;
    ok(core.world.message_json(after, Viewer(call.bot)))
}

/// Archived threads are for reading only.
pub(crate) fn asleep(channel: &Channel) -> Result<(), Refusal> {
    if channel.thread.as_ref().is_some_and(|thread| thread.archived) { Err(error::thread_archived()) } else { Ok(()) }
}

pub(crate) fn delete(core: &mut Core, call: Call) -> Answer {
    let channel = seen(core, &call)?;
    let message = message(core, &call, &channel)?;
    if message.author_id != call.bot {
        if channel.is_dm() {
            return Err(error::dm_only_actions());
        }
        need(core, call.bot, &channel, permissions::MANAGE_MESSAGES)?;
        let about = json!({ "channel_id": channel.id, "count": "1" });
        core.audit_about(72, call.bot, message.author_id, call.reason.as_deref(), json!([]), about);
    }
    core.delete_message(channel.id, message.id);
    done()
}

/// Two to a hundred messages at once, none older than two weeks. What is not there is passed over.
pub(crate) fn bulk_delete(core: &mut Core, call: Call) -> Answer {
    let channel = seen(core, &call)?;
    if channel.is_dm() {
        return Err(error::dm_only_actions());
    }
    need(core, call.bot, &channel, permissions::MANAGE_MESSAGES)?;
    let Ok(mut ids) = serde_json::from_value::<Vec<Id>>(call.body["messages"].clone()) else {
        return Err(Problems::one(
            "messages",
            "LIST_TYPE_CONVERT",
            "Could not interpret value as a list of snowflakes.",
        ));
    };
    let mut problems = Problems::default();
    problems.count("messages", ids.len(), 2, 100);
    problems.finish()?;
    let oldest = core.world.now_ms().saturating_sub(BULK_MS);
    if ids.iter().any(|id| id.created_ms() < oldest) {
        return Err(error::bulk_too_old());
    }
    ids.sort_unstable();
    ids.retain(|id| core.world.message(channel.id, *id).is_some_and(|message| message.ephemeral_for.is_none()));
    ids.dedup();
    for id in &ids {
        core.remove_message(channel.id, *id);
    }
    if !ids.is_empty() {
        let data = json!({ "ids": ids, "channel_id": channel.id, "guild_id": core.world.meta.guild_id });
        core.tell_channel("MESSAGE_DELETE_BULK", &channel, intents::GUILD_MESSAGES, data);
        let about = json!({ "count": ids.len().to_string() });
        core.audit_about(73, call.bot, channel.id, call.reason.as_deref(), json!([]), about);
    }
    done()
}

fn pin_or_unpin(core: &mut Core, call: &Call, pin: bool) -> Answer {
    let channel = seen(core, call)?;
    if !channel.is_dm() {
        need(core, call.bot, &channel, permissions::PIN_MESSAGES)?;
    }
    asleep(&channel)?;
    let message = message(core, call, &channel)?;
    if !matches!(message.kind, 0 | 19 | 20 | 23 | 21) {
        return Err(error::system_message());
    }
    let pinned = core
        .world
        .messages
        .get(&channel.id)
        .map_or(0, |messages| messages.values().filter(|message| message.pinned_ms.is_some()).count());
    if pin && message.pinned_ms.is_none() && pinned >= core.limits.pins {
        return Err(error::too_many_pins());
    }
    core.pin(call.bot, channel.id, message.id, pin);
    if !channel.is_dm() {
        let about = json!({ "channel_id": channel.id, "message_id": message.id });
        core.audit_about(
            if pin { 74 } else { 75 },
            call.bot,
            message.author_id,
            call.reason.as_deref(),
            json!([]),
            about,
        );
    }
    done()
}

pub(crate) fn pin(core: &mut Core, call: Call) -> Answer {
    pin_or_unpin(core, &call, true)
}

pub(crate) fn unpin(core: &mut Core, call: Call) -> Answer {
    pin_or_unpin(core, &call, false)
}

/// Pinned messages, the newest pin first.
fn pinned(core: &Core, channel: &Channel) -> Vec<Message> {
    let mut found: Vec<Message> = core
        .world
        .messages
        .get(&channel.id)
        .into_iter()
        .flat_map(|messages| messages.values())
        .filter(|message| message.pinned_ms.is_some())
        .cloned()
        .collect();
    found.sort_by_key(|message| (std::cmp::Reverse(message.pinned_ms), std::cmp::Reverse(message.id)));
    found
}

pub(crate) fn pins(core: &mut Core, call: Call) -> Answer {
    let channel = seen(core, &call)?;
    let limit = call.number("limit", 50, 1, 50)?;
    if permissions::in_channel(&core.world, call.bot, &channel) & permissions::READ_MESSAGE_HISTORY == 0 {
        return ok(json!({ "items": [], "has_more": false }));
    }
    let before = call.query.get("before").and_then(|text| clock::parse_iso(text)).unwrap_or(u64::MAX);
    let found: Vec<Message> =
        pinned(core, &channel).into_iter().filter(|message| message.pinned_ms < Some(before)).collect();
    let items: Vec<Value> =
        found.iter().take(limit).map(|message| json!({ "pinned_at": message.pinned_ms.map(clock::iso), "message": as_read(core, call.bot, &channel, message) })).collect();
    ok(json!({ "items": items, "has_more": found.len() > limit }))
}

pub(crate) fn old_pins(core: &mut Core, call: Call) -> Answer {
    let channel = seen(core, &call)?;
    if permissions::in_channel(&core.world, call.bot, &channel) & permissions::READ_MESSAGE_HISTORY == 0 {
        return ok(json!([]));
    }
    ok(pinned(core, &channel).iter().take(50).map(|message| as_read(core, call.bot, &channel, message)).collect())
}
