//! Purpose: channels over REST: make, change, delete, overwrites, typing.

use serde_json::{Value, json};

use super::{
    Answer, Call, Reply, done,
    messages::{need, seen},
    ok, threads,
};
use crate::{
    actions::threads::known_tags,
    error::{self, Problems, Refusal},
    hub::Core,
    id::Id,
    permissions,
    world::{ANNOUNCEMENT, CATEGORY, Channel, FORUM, Overwrite, TEXT, Table, Tag, VOICE},
};

pub(crate) fn get(core: &mut Core, call: Call) -> Answer {
    let channel = seen(core, &call)?;
    ok(core.world.channel_json(&channel, Some(call.bot)))
}

fn bits(value: &Value) -> u64 {
    value.as_u64().or_else(|| value.as_str().and_then(|text| text.parse().ok())).unwrap_or(0)
}

/// Overwrites of a form. A bot can only give or take what it holds itself.
fn overwrites(core: &Core, bot: Id, list: &Value, held: u64) -> Result<Vec<Overwrite>, Refusal> {
    let mut made = Vec::new();
    for (index, one) in list.as_array().into_iter().flatten().enumerate() {
        let path = format!("permission_overwrites.{index}");
        let Ok(id) = serde_json::from_value::<Id>(one["id"].clone()) else {
            return Err(Problems::one(&format!("{path}.id"), "BASE_TYPE_REQUIRED", "This field is required"));
        };
        let kind = one["type"]
            .as_u64()
            .or_else(|| one["type"].as_str().map(|kind| u64::from(kind == "member" || kind == "1")));
        let kind = kind.unwrap_or_else(|| u64::from(core.world.users.contains_key(&id)));
        if kind == 0 && !core.world.roles.contains_key(&id) {
            return Err(error::unknown_role());
        }
        if kind == 1 && !core.world.users.contains_key(&id) {
            return Err(error::unknown_user());
        }
        made.push(Overwrite {
            id,
            kind: u8::try_from(kind).unwrap_or(0),
            allow: bits(&one["allow"]),
            deny: bits(&one["deny"]),
        });
    }
    if made.len() > 100 {
        return Err(Problems::one("permission_overwrites", "BASE_TYPE_MAX_LENGTH", "Must be 100 or fewer in length."));
    }
    let named = made.iter().fold(0, |all, one| all | one.allow | one.deny);
    if named & !held != 0 && permissions::in_guild(&core.world, bot) & permissions::ADMINISTRATOR == 0 {
        return Err(error::missing_permissions());
    }
    Ok(made)
}

/// The fields that a new channel and an edit share.
fn check_fields(body: &Value, kind: u8, problems: &mut Problems) {
    if let Some(topic) = body["topic"].as_str() {
        problems.length("topic", topic, 0, if kind == FORUM { 4_096 } else { 1_024 });
    }
    threads::check_times(body, problems);
    let tags = body["available_tags"].as_array().map_or(0, Vec::len);
    problems.count("available_tags", tags, 0, 20);
    for (index, tag) in body["available_tags"].as_array().into_iter().flatten().enumerate() {
        problems.length(&format!("available_tags.{index}.name"), tag["name"].as_str().unwrap_or(""), 1, 20);
    }
}

/// Text channels have names without capitals and spaces, as Discord makes them.
fn channel_name(kind: u8, name: &str) -> String {
    match kind {
        TEXT | ANNOUNCEMENT | FORUM => name.trim().to_lowercase().split_whitespace().collect::<Vec<_>>().join("-"),
        _ => name.trim().to_owned(),
    }
}

fn tags(core: &mut Core, list: &Value) -> Vec<Tag> {
    list.as_array()
        .into_iter()
        .flatten()
        .map(|tag| Tag {
            id: serde_json::from_value(tag["id"].clone()).unwrap_or_else(|_| core.world.next_id()),
            name: tag["name"].as_str().unwrap_or("").to_owned(),
            moderated: tag["moderated"].as_bool().unwrap_or(false),
            emoji_name: tag["emoji_name"].as_str().map(str::to_owned),
        })
        .collect()
}

pub(crate) fn create(core: &mut Core, call: Call) -> Answer {
    if call.id("guild_id")? != core.world.meta.guild_id {
        return Err(error::unknown_guild());
    }
    let body = &call.body;
    let held = permissions::in_guild(&core.world, call.bot);
    let parent = parent(core, body)?;
    let held = parent.as_ref().map_or(held, |parent| permissions::in_channel(&core.world, call.bot, parent));
    if held & permissions::MANAGE_CHANNELS == 0 {
        return Err(error::missing_permissions());
    }
    let kind = body["type"].as_u64().unwrap_or(0);
    let mut problems = Problems::default();
    let Some(kind) =
        u8::try_from(kind).ok().filter(|kind| matches!(*kind, TEXT | VOICE | CATEGORY | ANNOUNCEMENT | FORUM))
    else {
        return Err(Problems::one("type", "BASE_TYPE_CHOICES", "Value must be one of {0, 2, 4, 5, 15}."));
    };
    let name = body["name"].as_str().map(|name| channel_name(kind, name));
    match &name {
        Some(name) => problems.length("name", name, 1, 100),
        None => problems.required("name"),
    }
    check_fields(body, kind, &mut problems);
    problems.finish()?;
    let list = body.get("permission_overwrites").filter(|list| !list.is_null());
    let own = list.map(|list| overwrites(core, call.bot, list, held)).transpose()?;
    if own.as_ref().is_some_and(|own| !own.is_empty()) && held & permissions::MANAGE_ROLES == 0 {
        return Err(error::missing_permissions());
    }
    let others = core.world.channels.values().filter(|channel| !channel.is_thread() && !channel.is_dm());
    let last = others.clone().map(|channel| channel.position).max().unwrap_or(0);
    if others.count() >= core.limits.channels {
        return Err(error::too_many_channels());
    }
    let siblings = parent.as_ref().map_or(0, |parent| {
        core.world.channels.values().filter(|channel| channel.parent_id == Some(parent.id)).count()
    });
    if siblings >= core.limits.channels_per_category {
        return Err(Problems::one(
            "parent_id",
            "CHANNEL_PARENT_MAX_CHANNELS",
            format!("Maximum number of channels in category reached ({})", core.limits.channels_per_category),
        ));
    }
    let id = core.world.next_id();
    let tags = tags(core, &body["available_tags"]);
    let channel = Channel {
        id,
        kind,
        name: name.unwrap_or_default(),
        topic: body["topic"].as_str().map(str::to_owned),
        parent_id: parent.as_ref().map(|parent| parent.id),
        position: body["position"].as_i64().unwrap_or(last + 1),
        nsfw: body["nsfw"].as_bool().unwrap_or(false),
        slow_mode_s: body["rate_limit_per_user"].as_u64().and_then(|value| u32::try_from(value).ok()).unwrap_or(0),
        // Without overwrites of its own a channel starts with those of its category.
        overwrites: own.unwrap_or_else(|| parent.map(|parent| parent.overwrites).unwrap_or_default()),
        tags,
        auto_archive_min: body["default_auto_archive_duration"].as_u64(),
        flags: body["flags"].as_u64().unwrap_or(0) & 1 << 4,
        ..Channel::default()
    };
    core.world.channels.insert(id, channel);
    core.world.mark(Table::Channel, id);
    core.announce_channel("CHANNEL_CREATE", id);
    core.audit(
        10,
        call.bot,
        id,
        call.reason.as_deref(),
        json!([{ "key": "name", "new_value": core.world.channels.get(&id).map(|channel| channel.name.clone()) }]),
    );
    let made = core.world.channels.get(&id).ok_or_else(error::unknown_channel)?;
    Ok(Reply::Json(201, core.world.channel_json(made, Some(call.bot))))
}

fn parent(core: &Core, body: &Value) -> Result<Option<Channel>, Refusal> {
    let Some(id) = body.get("parent_id").filter(|id| !id.is_null()) else { return Ok(None) };
    let id: Option<Id> = serde_json::from_value(id.clone()).ok();
    let found = id.and_then(|id| core.world.channels.get(&id));
    match found {
        Some(channel) if channel.kind == CATEGORY => Ok(Some(channel.clone())),
        Some(_) => Err(Problems::one("parent_id", "CHANNEL_PARENT_INVALID_TYPE", "Not a category")),
        None => Err(Problems::one("parent_id", "CHANNEL_PARENT_INVALID", "Category does not exist")),
    }
}

pub(crate) fn edit(core: &mut Core, call: Call) -> Answer {
    let before = seen(core, &call)?;
    if before.is_dm() {
        return Err(error::dm_only_actions());
    }
    if before.is_thread() { edit_thread(core, &call, before) } else { edit_channel(core, &call, before) }
}

/// Renames and topic edits have a limit of their own that no header tells.
fn hidden_limits(core: &mut Core, call: &Call, before: &Channel) -> Result<(), Refusal> {
    let rate = core.limits.rename;
    if call.body["name"].as_str().is_some_and(|name| name != before.name) {
        core.meter.take_hidden(format!("name/{}/{}", call.bot, before.id), rate, 0)?;
    }
    if call.body.get("topic").is_some_and(|topic| topic.as_str().unwrap_or("") != before.topic.as_deref().unwrap_or(""))
        && !before.is_thread()
    {
        core.meter.take_hidden(format!("topic/{}/{}", call.bot, before.id), rate, 0)?;
    }
    Ok(())
}

fn edit_channel(core: &mut Core, call: &Call, before: Channel) -> Answer {
    need(core, call.bot, &before, permissions::MANAGE_CHANNELS)?;
    let body = &call.body;
    let mut problems = Problems::default();
    let name = body["name"].as_str().map(|name| channel_name(before.kind, name));
    if let Some(name) = &name {
        problems.length("name", name, 1, 100);
    }
    check_fields(body, before.kind, &mut problems);
    problems.finish()?;
    let held = permissions::in_channel(&core.world, call.bot, &before);
    let list = body.get("permission_overwrites").filter(|list| !list.is_null());
    if list.is_some() && held & permissions::MANAGE_ROLES == 0 {
        return Err(error::missing_permissions());
    }
    let own = list.map(|list| overwrites(core, call.bot, list, held)).transpose()?;
    let new_parent = if body.get("parent_id").is_some() { Some(parent(core, body)?) } else { None };
    hidden_limits(core, call, &before)?;
    let tags = body.get("available_tags").filter(|list| list.is_array()).map(|list| tags(core, list));
    let saw = core.bots_seeing(&before);
    let Some(channel) = core.world.channel_mut(before.id) else { return Err(error::unknown_channel()) };
    if let Some(name) = name {
        channel.name = name;
    }
    if let Some(topic) = body.get("topic") {
        channel.topic = topic.as_str().filter(|topic| !topic.is_empty()).map(str::to_owned);
    }
    if let Some(parent) = new_parent {
        channel.parent_id = parent.map(|parent| parent.id);
    }
    if let Some(position) = body["position"].as_i64() {
        channel.position = position;
    }
    if let Some(nsfw) = body["nsfw"].as_bool() {
        channel.nsfw = nsfw;
    }
    if let Some(slow) = body["rate_limit_per_user"].as_u64() {
        channel.slow_mode_s = u32::try_from(slow).unwrap_or(0);
    }
    if let Some(minutes) = body["default_auto_archive_duration"].as_u64() {
        channel.auto_archive_min = Some(minutes);
    }
    if let Some(flags) = body["flags"].as_u64() {
        channel.flags = flags & 1 << 4;
    }
    if let Some(own) = own {
        channel.overwrites = own;
    }
    if let Some(tags) = tags {
        channel.tags = tags;
    }
    core.announce_sight(before.id, &saw);
    core.audit(11, call.bot, before.id, call.reason.as_deref(), json!([]));
    let after = core.world.channels.get(&before.id).ok_or_else(error::unknown_channel)?;
    ok(core.world.channel_json(after, Some(call.bot)))
}

fn edit_thread(core: &mut Core, call: &Call, before: Channel) -> Answer {
    let body = &call.body;
    let thread = before.thread.clone().unwrap_or_default();
    let manages = permissions::in_channel(&core.world, call.bot, &before) & permissions::MANAGE_THREADS != 0;
    let owns = thread.owner_id == call.bot;
    let (archive, lock) = (body["archived"].as_bool(), body["locked"].as_bool());
    let wakes = archive == Some(false) && thread.archived;
    let only_wakes =
        body.as_object().is_some_and(|object| object.iter().all(|(key, value)| value.is_null() || key == "archived"))
            && wakes;
    if !manages {
        let unlocks = lock.is_some_and(|lock| lock != thread.locked);
        let may_wake = only_wakes
            && !thread.locked
            && permissions::to_write(&core.world, call.bot, &before) & permissions::SEND_MESSAGES_IN_THREADS != 0;
        let restricted = unlocks || thread.locked || body["rate_limit_per_user"].as_u64().is_some();
        if !may_wake && (!owns || restricted) {
            return Err(error::missing_permissions());
        }
    }
    // An archived thread changes only by waking it, or together with waking it.
    let changes_something = body.as_object().is_some_and(|object| {
        object.iter().any(|(key, value)| !value.is_null() && !matches!(key.as_str(), "archived" | "locked"))
    });
    if thread.archived && !wakes && changes_something {
        return Err(error::thread_archived());
    }
    let mut problems = Problems::default();
    let name = body["name"].as_str().map(|name| name.trim().to_owned());
    if let Some(name) = &name {
        problems.length("name", name, 1, 100);
    }
    threads::check_times(body, &mut problems);
    problems.finish()?;
    let forum = before
        .parent_id
        .and_then(|parent| core.world.channels.get(&parent))
        .filter(|parent| parent.kind == FORUM)
        .cloned();
    let tags = match (body.get("applied_tags").filter(|tags| tags.is_array()), &forum) {
        (Some(wanted), Some(forum)) => {
            let Some(tags) = known_tags(forum, wanted) else {
                return Err(Problems::one("applied_tags", "CHANNEL_INVALID_TAG", "Unknown tag"));
            };
            if tags.len() > 5 {
                return Err(Problems::one("applied_tags", "BASE_TYPE_MAX_LENGTH", "Must be 5 or fewer in length."));
            }
            Some(tags)
        }
        _ => None,
    };
    if wakes && core.active_threads() >= core.limits.active_threads {
        return Err(error::too_many_threads());
    }
    hidden_limits(core, call, &before)?;
    let renamed = name.as_ref().filter(|name| **name != before.name).cloned();
    let now = core.world.now_ms();
    let Some(channel) = core.world.channel_mut(before.id) else { return Err(error::unknown_channel()) };
    if let Some(name) = name {
        channel.name = name;
    }
    if let Some(slow) = body["rate_limit_per_user"].as_u64() {
        channel.slow_mode_s = u32::try_from(slow).unwrap_or(0);
    }
    if let Some(flags) = body["flags"].as_u64() {
        channel.flags = flags & 1 << 1;
    }
    if let Some(thread) = &mut channel.thread {
        if let Some(archived) = archive.filter(|archived| *archived != thread.archived) {
            thread.archived = archived;
            thread.archive_ms = now;
            thread.active_ms = now;
        }
        if let Some(locked) = lock {
            thread.locked = locked;
        }
        if let Some(minutes) = body["auto_archive_duration"].as_u64() {
            thread.auto_archive_min = minutes;
            thread.archive_ms = now;
        }
        if let Some(invitable) = body["invitable"].as_bool() {
            thread.invitable = invitable;
        }
        if let Some(tags) = tags {
            thread.applied_tags = tags;
        }
    }
    core.announce_thread(before.id);
    if let Some(name) = renamed.filter(|_| archive != Some(true)) {
        core.post(crate::actions::messages::Post {
            kind: 4,
            ..crate::actions::messages::Post::plain(call.bot, before.id, crate::validate::message::Draft::text(&name))
        });
    }
    core.audit(111, call.bot, before.id, call.reason.as_deref(), json!([]));
    let after = core.world.channels.get(&before.id).ok_or_else(error::unknown_channel)?;
    ok(core.world.channel_json(after, Some(call.bot)))
}

pub(crate) fn delete(core: &mut Core, call: Call) -> Answer {
    let channel = seen(core, &call)?;
    let shown = core.world.channel_json(&channel, Some(call.bot));
    if channel.is_dm() {
        // Closing a DM deletes nothing.
        return ok(shown);
    }
    need(
        core,
        call.bot,
        &channel,
        if channel.is_thread() { permissions::MANAGE_THREADS } else { permissions::MANAGE_CHANNELS },
    )?;
    core.audit(
        if channel.is_thread() { 112 } else { 12 },
        call.bot,
        channel.id,
        call.reason.as_deref(),
        json!([{ "key": "name", "old_value": channel.name }]),
    );
    core.delete_channel(channel.id);
    ok(shown)
}

/// Whom an overwrite is about, as the audit log says it.
fn about_overwrite(core: &Core, one: &Overwrite) -> Value {
    let mut about = json!({ "id": one.id, "type": one.kind.to_string() });
    if let Some(role) = core.world.roles.get(&one.id).filter(|_| one.kind == 0) {
        about["role_name"] = json!(role.name);
    }
    about
}

pub(crate) fn set_overwrite(core: &mut Core, call: Call) -> Answer {
    let channel = seen(core, &call)?;
    if channel.is_thread() || channel.is_dm() {
        return Err(error::wrong_channel_type());
    }
    need(core, call.bot, &channel, permissions::MANAGE_ROLES)?;
    let mut form = json!({ "id": call.id("overwrite_id")? });
    for part in ["type", "allow", "deny"] {
        form[part] = call.body[part].clone();
    }
    let held = permissions::in_channel(&core.world, call.bot, &channel);
    let made = overwrites(core, call.bot, &json!([form]), held)?;
    let saw = core.bots_seeing(&channel);
    let about = made.first().map_or(Value::Null, |one| about_overwrite(core, one));
    let known = channel.overwrites.iter().any(|one| made.iter().any(|new| new.id == one.id));
    if let Some(channel) = core.world.channel_mut(channel.id) {
        for one in made {
            channel.overwrites.retain(|other| other.id != one.id);
            channel.overwrites.push(one);
        }
    }
    core.announce_sight(channel.id, &saw);
    core.audit_about(if known { 14 } else { 13 }, call.bot, channel.id, call.reason.as_deref(), json!([]), about);
    done()
}

pub(crate) fn delete_overwrite(core: &mut Core, call: Call) -> Answer {
    let channel = seen(core, &call)?;
    need(core, call.bot, &channel, permissions::MANAGE_ROLES)?;
    let id = call.id("overwrite_id")?;
    let Some(gone) = channel.overwrites.iter().find(|one| one.id == id) else {
        return Err(error::unknown_overwrite());
    };
    let about = about_overwrite(core, gone);
    let saw = core.bots_seeing(&channel);
    if let Some(channel) = core.world.channel_mut(channel.id) {
        channel.overwrites.retain(|one| one.id != id);
    }
    core.announce_sight(channel.id, &saw);
    core.audit_about(15, call.bot, channel.id, call.reason.as_deref(), json!([]), about);
    done()
}

pub(crate) fn typing(core: &mut Core, call: Call) -> Answer {
    let channel = seen(core, &call)?;
    if !channel.holds_messages() {
        return Err(error::non_text_channel());
    }
    core.typing(call.bot, &channel);
    done()
}
