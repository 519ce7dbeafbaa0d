//! Purpose: what people see: the world, their channels, messages, pins, notifications, and how interactions went.

use serde_json::{Value, json};

use super::{Ask, Denied, Told, gone};
use crate::{
    hub::Core,
    id::Id,
    permissions,
    world::{Channel, Message, Progress, User, render::Viewer},
};

fn account(user: &User) -> Value {
    let mut body = json!({ "id": user.id, "username": user.username, "name": user.shown_name(), "roles": user.roles, "bot": user.bot.is_some(), "dms_closed": user.dms_closed, "left": user.left, "locale": user.locale });
    if user.bot.is_some() {
        body["application_id"] = json!(user.id);
    }
    body
}

pub(crate) fn world(core: &mut Core, _: &Ask) -> Told {
    let world = &core.world;
    let mut roles: Vec<_> = world.roles.values().collect();
    roles.sort_by_key(|role| std::cmp::Reverse((role.position, role.id)));
    let mut channels: Vec<&Channel> =
        world.channels.values().filter(|channel| !channel.is_dm() && !channel.is_thread()).collect();
    channels.sort_by_key(|channel| (channel.position, channel.id));
    Ok(json!({
        "guild": { "id": world.meta.guild_id, "name": world.meta.guild_name, "owner_id": world.meta.owner_id },
        "now": world.now_ms(), "seq": world.meta.seq,
        "roles": roles.iter().map(|role| json!({ "id": role.id, "name": role.name, "color": role.color, "position": role.position })).collect::<Vec<_>>(),
        "people": world.people().map(account).collect::<Vec<_>>(),
        "bots": world.bots().map(|(bot, _)| account(bot)).collect::<Vec<_>>(),
        "channels": channels.iter().map(|channel| json!({
            "id": channel.id, "type": channel.kind, "name": channel.name, "topic": channel.topic, "parent_id": channel.parent_id, "position": channel.position,
            "private": hidden(world.meta.guild_id, channel), "flags": channel.flags,
            "available_tags": channel.tags.iter().map(|tag| json!({ "id": tag.id, "name": tag.name, "moderated": tag.moderated, "emoji_name": tag.emoji_name })).collect::<Vec<_>>(),
        })).collect::<Vec<_>>(),
        "threads": world.channels.values().filter_map(|channel| channel.thread.as_ref().map(|thread| json!({
            "id": channel.id, "type": channel.kind, "name": channel.name, "parent_id": channel.parent_id, "archived": thread.archived,
            "locked": thread.locked, "message_count": thread.message_count, "owner_id": thread.owner_id, "applied_tags": thread.applied_tags,
        }))).collect::<Vec<_>>(),
    }))
}

/// Whether everybody's view of a channel was taken away.
fn hidden(guild: Id, channel: &Channel) -> bool {
    channel.overwrites.iter().any(|one| one.id == guild && one.deny & permissions::VIEW_CHANNEL != 0)
}

pub(crate) fn channels(core: &mut Core, ask: &Ask) -> Told {
    let person = ask.person(core, "person")?;
    let world = &core.world;
    let seen: Vec<&Channel> =
        world.channels.values().filter(|channel| permissions::sees(world, person.id, channel)).collect();
    let (mut unread, mut mentions) = (json!({}), json!({}));
    for channel in &seen {
        let read = world.reads.get(&(person.id, channel.id));
        let last = read.map_or(Id(0), |read| read.last);
        let joined = channel.thread.as_ref().is_none_or(|thread| thread.members.contains_key(&person.id));
        let fresh = world.messages.get(&channel.id).map_or(0, |messages| {
            messages
                .range((std::ops::Bound::Excluded(last), std::ops::Bound::Unbounded))
                .filter(|(_, message)| message.author_id != person.id && message.ephemeral_for.is_none())
                .count()
        });
        if fresh > 0 && joined {
            unread[channel.id.to_string()] = json!(fresh);
        }
        if let Some(count) = read.map(|read| read.mentions).filter(|count| *count > 0) {
            mentions[channel.id.to_string()] = json!(count);
        }
    }
    let dms: Vec<Value> = seen
        .iter()
        .filter(|channel| channel.is_dm())
        .filter_map(|channel| {
            let other = channel.recipients.iter().find(|id| **id != person.id).and_then(|id| world.users.get(id))?;
            Some(json!({ "id": channel.id, "with": { "id": other.id, "name": other.shown_name() } }))
        })
        .collect();
    Ok(json!({
        "channels": seen.iter().filter(|channel| !channel.is_dm() && !channel.is_thread()).map(|channel| channel.id).collect::<Vec<_>>(),
        "threads": seen.iter().filter(|channel| channel.is_thread()).map(|channel| channel.id).collect::<Vec<_>>(),
        "dms": dms, "unread": unread, "mentions": mentions,
        "may": seen.iter().map(|channel| (channel.id.to_string(), json!(permissions::to_write(world, person.id, channel).to_string()))).collect::<serde_json::Map<_, _>>(),
    }))
}

/// A message as the page gets it.
pub(crate) fn shown(core: &Core, message: &Message, person: Id) -> Value {
    let mut body = core.world.message_json(message, Viewer(person));
    if let Some(person) = message.ephemeral_for {
        body["ephemeral_for"] = json!(person);
    }
    body
}

/// Somebody who looks, and a channel they see.
fn look(core: &Core, ask: &Ask) -> Result<(User, Channel), Denied> {
    let person = ask.person(core, "as")?;
    let channel = ask.channel(core, person.id)?;
    Ok((person, channel))
}

pub(crate) fn messages(core: &mut Core, ask: &Ask) -> Told {
    let (person, channel) = look(core, ask)?;
    let limit = usize::try_from(ask.number("limit").unwrap_or(50).clamp(1, 200)).unwrap_or(50);
    let before = ask.number("before").map_or(Id(u64::MAX), Id);
    let after = ask.number("after").map(Id);
    let around = ask.number("around").map(Id);
    if permissions::in_channel(&core.world, person.id, &channel) & permissions::READ_MESSAGE_HISTORY == 0 {
        return Ok(json!({ "messages": [], "older": false, "newer": false }));
    }
    let empty = std::collections::BTreeMap::new();
    let all = core.world.messages.get(&channel.id).unwrap_or(&empty);
    let own = |message: &&Message| message.ephemeral_for.is_none_or(|only| only == person.id);
    let older = |end: Id, limit: usize| {
        let mut found: Vec<&Message> =
            all.range(..end).rev().map(|(_, message)| message).filter(own).take(limit).collect();
        found.reverse();
        found
    };
    let newer = |from: std::ops::Bound<Id>, limit: usize| {
        all.range((from, std::ops::Bound::Unbounded)).map(|(_, message)| message).filter(own).take(limit)
    };
    let found: Vec<&Message> = match (around, after) {
        (Some(around), _) => {
            let mut found = older(around, limit / 2);
            found.extend(newer(std::ops::Bound::Included(around), limit - limit / 2));
            found
        }
        (None, Some(after)) => newer(std::ops::Bound::Excluded(after), limit).collect(),
        (None, None) => older(before, limit),
    };
    // Whether there is more beyond what is given, so that nobody has to guess from its length.
    let first = found.first().map_or(before, |message| message.id);
    let last = found.last().map_or(Id(u64::MAX), |message| message.id);
    let (older, newer) = (!older(first, 1).is_empty(), newer(std::ops::Bound::Excluded(last), 1).next().is_some());
    Ok(json!({
        "messages": found.into_iter().map(|message| shown(core, message, person.id)).collect::<Vec<_>>(),
        "older": older, "newer": newer,
    }))
}

pub(crate) fn pins(core: &mut Core, ask: &Ask) -> Told {
    let (person, channel) = look(core, ask)?;
    let mut found: Vec<&Message> = core
        .world
        .messages
        .get(&channel.id)
        .into_iter()
        .flat_map(|messages| messages.values())
        .filter(|message| message.pinned_ms.is_some())
        .collect();
    found.sort_by_key(|message| std::cmp::Reverse(message.pinned_ms));
    Ok(json!({ "messages": found.into_iter().map(|message| shown(core, message, person.id)).collect::<Vec<_>>() }))
}

pub(crate) fn notifications(core: &mut Core, ask: &Ask) -> Told {
    let person = ask.person(core, "person")?;
    let after = Id(ask.number("after").unwrap_or(0) + 1);
    let found: Vec<Value> = core
        .world
        .notifications
        .range(after..)
        .filter(|(_, notification)| notification.person == person.id)
        .map(|(_, one)| {
            json!({ "seq": one.seq, "at": one.at, "channel": one.channel, "message": one.message, "kind": one.kind, "silent": one.silent, "text": one.text, "from": one.from })
        })
        .collect();
    Ok(json!({ "notifications": found }))
}

/// How an interaction stands. `only_final`: nothing while it still waits for its answer or for what a deferred answer becomes.
pub(crate) fn interaction(core: &Core, id: Id, only_final: bool) -> Option<Told> {
    let Some(interaction) = core.world.interactions.get(&id) else {
        return Some(Err(gone("There is no such interaction.")));
    };
    if only_final && matches!(interaction.progress, Progress::Waiting | Progress::Deferred) {
        return None;
    }
    let mut body = json!({ "state": interaction.progress });
    if interaction.progress == Progress::Failed {
        body["error"] = json!("The application did not respond");
    }
    if !interaction.answer.is_empty() {
        body["kind"] = json!(interaction.answer);
    }
    let message = interaction.original.and_then(|original| core.world.message(interaction.channel_id, original));
    if let Some(message) = message {
        body["message"] = shown(core, message, interaction.person);
        body["ephemeral"] = json!(message.ephemeral_for.is_some());
    }
    if !interaction.follow_ups.is_empty() {
        body["follow_ups"] = interaction
            .follow_ups
            .iter()
            .filter_map(|id| core.world.message(interaction.channel_id, *id))
            .map(|message| shown(core, message, interaction.person))
            .collect();
        // The first visible content of an update or a deferred update is its follow-up.
        if message.is_none() {
            body["message"] = body["follow_ups"][0].clone();
        }
    }
    if let Some(modal) = &interaction.modal {
        body["modal"] = modal.clone();
    }
    if interaction.kind == 4 {
        body["choices"] = json!(interaction.choices);
    }
    Some(Ok(body))
}
