//! Purpose: threads over REST: start, list, join, leave.

use serde_json::{Value, json};

use super::{
    Answer, Call, Reply, done,
    messages::{asleep, need, seen},
    ok,
};
use crate::{
    actions::{
        messages::Post,
        threads::{NewThread, known_tags, members_json},
    },
    clock,
    error::{self, Problems, Refusal},
    hub::Core,
    id::Id,
    permissions,
    validate::message::{self, Draft, Form},
    world::{
        ANNOUNCEMENT, ANNOUNCEMENT_THREAD, Channel, FORUM, PRIVATE_THREAD, PUBLIC_THREAD, TEXT, flags, render::Viewer,
    },
};

/// Name, idle time and slow mode of a new thread.
struct Basics {
    name: String,
    auto_archive_min: u64,
    slow_mode_s: u32,
}

/// Checks what an edit or a new thread says about idle time and slow mode.
pub(crate) fn check_times(body: &Value, problems: &mut Problems) {
    if let Some(value) = body.get("auto_archive_duration").filter(|value| !value.is_null())
        && !matches!(value.as_u64(), Some(60 | 1440 | 4320 | 10080))
    {
        problems.choices("auto_archive_duration", "60, 1440, 4320, 10080");
    }
    if let Some(value) = body.get("rate_limit_per_user").filter(|value| !value.is_null())
        && value.as_u64().is_none_or(|value| value > 21_600)
    {
        problems.add("rate_limit_per_user", "NUMBER_TYPE_MAX", "int value should be less than or equal to 21600.");
    }
}

fn basics(body: &Value, parent: &Channel) -> Result<Basics, Refusal> {
    let mut problems = Problems::default();
    let name = body["name"].as_str().map(|name| name.trim().to_owned());
    match &name {
        Some(name) => problems.length("name", name, 1, 100),
        None => problems.required("name"),
    }
    check_times(body, &mut problems);
    problems.finish()?;
    Ok(Basics {
        name: name.unwrap_or_default(),
        auto_archive_min: body["auto_archive_duration"].as_u64().or(parent.auto_archive_min).unwrap_or(4_320),
        slow_mode_s: body["rate_limit_per_user"].as_u64().and_then(|value| u32::try_from(value).ok()).unwrap_or(0),
    })
}

fn room(core: &Core) -> Result<(), Refusal> {
    if core.active_threads() >= core.limits.active_threads { Err(error::too_many_threads()) } else { Ok(()) }
}

pub(crate) fn from_message(core: &mut Core, call: Call) -> Answer {
    let parent = seen(core, &call)?;
    if !matches!(parent.kind, TEXT | ANNOUNCEMENT) {
        return Err(error::wrong_channel_type());
    }
    need(core, call.bot, &parent, permissions::CREATE_PUBLIC_THREADS | permissions::READ_MESSAGE_HISTORY)?;
    let id = call.id("message_id")?;
    let message = core
        .world
        .message(parent.id, id)
        .filter(|message| message.ephemeral_for.is_none())
        .ok_or_else(error::unknown_message)?;
    if message.flags & flags::HAS_THREAD != 0 || core.world.channels.contains_key(&id) {
        return Err(error::thread_exists());
    }
    if !matches!(message.kind, 0 | 19 | 20 | 23) {
        return Err(error::system_message());
    }
    let basics = basics(&call.body, &parent)?;
    room(core)?;
    let kind = if parent.kind == ANNOUNCEMENT { ANNOUNCEMENT_THREAD } else { PUBLIC_THREAD };
    core.thread_from_message(NewThread {
        id,
        kind,
        name: basics.name,
        parent: parent.id,
        owner: call.bot,
        auto_archive_min: basics.auto_archive_min,
        slow_mode_s: basics.slow_mode_s,
        invitable: true,
        tags: Vec::new(),
    });
    core.audit(110, call.bot, id, call.reason.as_deref(), json!([]));
    created(core, call.bot, id, None)
}

fn created(core: &Core, bot: Id, id: Id, starter: Option<Value>) -> Answer {
    let thread = core.world.channels.get(&id).ok_or_else(error::unknown_channel)?;
    let mut body = core.world.channel_json(thread, Some(bot));
    if let Some(starter) = starter {
        body["message"] = starter;
    }
    Ok(Reply::Json(201, body))
}

/// Three bodies: a public thread, a private thread, a forum post.
pub(crate) fn create(core: &mut Core, call: Call) -> Answer {
    let parent = seen(core, &call)?;
    if parent.kind == FORUM {
        return forum_post(core, call, &parent);
    }
    if !matches!(parent.kind, TEXT | ANNOUNCEMENT) {
        return Err(error::wrong_channel_type());
    }
    let basics = basics(&call.body, &parent)?;
    let kind = match call.body.get("type").filter(|kind| !kind.is_null()) {
        // The default is a private thread; Discord says that it will become an error.
        None => PRIVATE_THREAD,
        Some(kind) => match kind.as_u64() {
            Some(10) if parent.kind == ANNOUNCEMENT => ANNOUNCEMENT_THREAD,
            Some(11) if parent.kind == TEXT => PUBLIC_THREAD,
            Some(12) if parent.kind == TEXT => PRIVATE_THREAD,
            _ => return Err(Problems::one("type", "BASE_TYPE_CHOICES", "Value must be one of {10, 11, 12}.")),
        },
    };
    let bit =
        if kind == PRIVATE_THREAD { permissions::CREATE_PRIVATE_THREADS } else { permissions::CREATE_PUBLIC_THREADS };
    need(core, call.bot, &parent, bit)?;
    room(core)?;
    let id = core.world.next_id();
    core.create_thread(NewThread {
        id,
        kind,
        name: basics.name.clone(),
        parent: parent.id,
        owner: call.bot,
        auto_archive_min: basics.auto_archive_min,
        slow_mode_s: basics.slow_mode_s,
        invitable: call.body["invitable"].as_bool().unwrap_or(true),
        tags: Vec::new(),
    });
    if kind != PRIVATE_THREAD {
        // The parent shows a line that leads to the thread.
        core.post(Post { kind: 18, ..Post::plain(call.bot, parent.id, Draft::text(&basics.name)) });
    }
    core.audit(110, call.bot, id, call.reason.as_deref(), json!([]));
    created(core, call.bot, id, None)
}

fn forum_post(core: &mut Core, call: Call, forum: &Channel) -> Answer {
    need(core, call.bot, forum, permissions::SEND_MESSAGES)?;
    let basics = basics(&call.body, forum)?;
    let Some(tags) = known_tags(forum, &call.body["applied_tags"]) else {
        return Err(Problems::one("applied_tags", "CHANNEL_INVALID_TAG", "Unknown tag"));
    };
    if tags.len() > 5 {
        return Err(Problems::one("applied_tags", "BASE_TYPE_MAX_LENGTH", "Must be 5 or fewer in length."));
    }
    let manages = permissions::in_channel(&core.world, call.bot, forum) & permissions::MANAGE_THREADS != 0;
    if !manages && forum.tags.iter().any(|tag| tag.moderated && tags.contains(&tag.id)) {
        return Err(error::missing_permissions());
    }
    if forum.flags & 1 << 4 != 0 && tags.is_empty() {
        return Err(error::tag_required());
    }
    let Some(message) = call.body.get("message").filter(|message| message.is_object()) else {
        return Err(Problems::one("message", "BASE_TYPE_REQUIRED", "This field is required"));
    };
    // A starter has no nonce: that is not supported for forum posts.
    let mut draft = message::check(message, call.files, Form::Create, false, core.limits.attachment_bytes)?;
    (draft.nonce, draft.enforce_nonce, draft.reference) = (None, false, None);
    if draft.is_empty() {
        return Err(error::empty_message());
    }
    room(core)?;
    let id = core.world.next_id();
    core.create_thread(NewThread {
        id,
        kind: PUBLIC_THREAD,
        name: basics.name,
        parent: forum.id,
        owner: call.bot,
        auto_archive_min: basics.auto_archive_min,
        slow_mode_s: basics.slow_mode_s,
        invitable: true,
        tags,
    });
    if let Some(forum) = core.world.channel_mut(forum.id) {
        forum.last_message_id = Some(id);
    }
    core.post(Post { id: Some(id), ..Post::plain(call.bot, id, draft) });
    core.audit(110, call.bot, id, call.reason.as_deref(), json!([]));
    let starter = core.world.message(id, id).map(|message| core.world.message_json(message, Viewer(call.bot)));
    created(core, call.bot, id, starter)
}

/// The thread of a forum post that a webhook begins; its message follows.
pub(crate) fn post_of_webhook(
    core: &mut Core,
    body: &Value,
    forum: Id,
    webhook: Id,
    name: &str,
) -> Result<Id, Refusal> {
    let forum = core.world.channels.get(&forum).cloned().ok_or_else(error::unknown_channel)?;
    let mut form = json!({ "name": name });
    form["applied_tags"] = body["applied_tags"].clone();
    let basics = basics(&form, &forum)?;
    let Some(tags) = known_tags(&forum, &form["applied_tags"]).filter(|tags| tags.len() <= 5) else {
        return Err(Problems::one("applied_tags", "CHANNEL_INVALID_TAG", "Unknown tag"));
    };
    if forum.flags & 1 << 4 != 0 && tags.is_empty() {
        return Err(error::tag_required());
    }
    room(core)?;
    let id = core.world.next_id();
    core.create_thread(NewThread {
        id,
        kind: PUBLIC_THREAD,
        name: basics.name,
        parent: forum.id,
        owner: webhook,
        auto_archive_min: basics.auto_archive_min,
        slow_mode_s: basics.slow_mode_s,
        invitable: true,
        tags,
    });
    if let Some(forum) = core.world.channel_mut(forum.id) {
        forum.last_message_id = Some(id);
    }
    Ok(id)
}

pub(crate) fn active(core: &mut Core, call: Call) -> Answer {
    if call.id("guild_id")? != core.world.meta.guild_id {
        return Err(error::unknown_guild());
    }
    let mut threads: Vec<&Channel> = core
        .world
        .channels
        .values()
        .filter(|channel| {
            channel.thread.as_ref().is_some_and(|thread| !thread.archived)
                && permissions::sees(&core.world, call.bot, channel)
        })
        .collect();
    threads.sort_by_key(|thread| std::cmp::Reverse(thread.id));
    ok(listing(core, call.bot, &threads, None))
}

fn listing(core: &Core, bot: Id, threads: &[&Channel], has_more: Option<bool>) -> Value {
    let members: Vec<Value> = threads
        .iter()
        .filter_map(|channel| {
            channel
                .thread
                .as_ref()
                .and_then(|thread| thread.members.get(&bot))
                .map(|joined| core.world.thread_member_json(channel.id, bot, *joined, false))
        })
        .collect();
    let mut body = json!({ "threads": threads.iter().map(|thread| core.world.channel_json(thread, None)).collect::<Vec<_>>(), "members": members, "has_more": false });
    if let Some(has_more) = has_more {
        body["has_more"] = json!(has_more);
    }
    body
}

enum Archived {
    Public,
    Private,
    Mine,
}

fn archived(core: &Core, call: &Call, which: &Archived) -> Answer {
    let parent = seen(core, call)?;
    need(core, call.bot, &parent, permissions::READ_MESSAGE_HISTORY)?;
    if matches!(which, Archived::Private) {
        need(core, call.bot, &parent, permissions::MANAGE_THREADS)?;
    }
    let limit = call.number("limit", 50, 1, 100)?;
    let before = call
        .query
        .get("before")
        .and_then(|text| clock::parse_iso(text).or_else(|| text.parse::<Id>().ok().map(Id::created_ms)))
        .unwrap_or(u64::MAX);
    let mut found: Vec<&Channel> = core
        .world
        .channels
        .values()
        .filter(|channel| {
            channel.parent_id == Some(parent.id)
                && (channel.kind == PRIVATE_THREAD) != matches!(which, Archived::Public)
        })
        .filter(|channel| {
            channel.thread.as_ref().is_some_and(|thread| {
                thread.archived
                    && thread.archive_ms < before
                    && (!matches!(which, Archived::Mine) || thread.members.contains_key(&call.bot))
            })
        })
        .collect();
    found.sort_by_key(|channel| std::cmp::Reverse(channel.thread.as_ref().map(|thread| thread.archive_ms)));
    let more = found.len() > limit;
    found.truncate(limit);
    ok(listing(core, call.bot, &found, Some(more)))
}

pub(crate) fn archived_public(core: &mut Core, call: Call) -> Answer {
    archived(core, &call, &Archived::Public)
}

pub(crate) fn archived_private(core: &mut Core, call: Call) -> Answer {
    archived(core, &call, &Archived::Private)
}

pub(crate) fn archived_mine(core: &mut Core, call: Call) -> Answer {
    archived(core, &call, &Archived::Mine)
}

fn thread(core: &Core, call: &Call) -> Result<Channel, Refusal> {
    let channel = seen(core, call)?;
    if channel.is_thread() { Ok(channel) } else { Err(error::wrong_channel_type()) }
}

pub(crate) fn members(core: &mut Core, call: Call) -> Answer {
    let channel = thread(core, &call)?;
    // List Thread Members needs the Guild Members intent.
    let allowed = core
        .world
        .users
        .get(&call.bot)
        .and_then(|user| user.bot.as_ref())
        .is_some_and(|bot| bot.privileged & crate::hub::intents::GUILD_MEMBERS != 0);
    if !allowed {
        return Err(error::missing_access());
    }
    ok(json!(members_json(core, &channel, call.flag("with_member"))))
}

pub(crate) fn member(core: &mut Core, call: Call) -> Answer {
    let channel = thread(core, &call)?;
    let user = if call.text("user_id") == "@me" { call.bot } else { call.id("user_id")? };
    let joined =
        channel.thread.as_ref().and_then(|thread| thread.members.get(&user)).ok_or_else(error::unknown_member)?;
    ok(core.world.thread_member_json(channel.id, user, *joined, call.flag("with_member")))
}

pub(crate) fn join(core: &mut Core, call: Call) -> Answer {
    let channel = thread(core, &call)?;
    asleep(&channel)?;
    core.join_thread(channel.id, &[call.bot]);
    done()
}

pub(crate) fn leave(core: &mut Core, call: Call) -> Answer {
    let channel = thread(core, &call)?;
    asleep(&channel)?;
    core.leave_thread(channel.id, call.bot);
    done()
}

pub(crate) fn add_member(core: &mut Core, call: Call) -> Answer {
    let channel = thread(core, &call)?;
    asleep(&channel)?;
    if permissions::to_write(&core.world, call.bot, &channel) & permissions::SEND_MESSAGES_IN_THREADS == 0 {
        return Err(error::missing_permissions());
    }
    let user = call.id("user_id")?;
    let target = core.world.member(user).ok_or_else(error::unknown_user)?.id;
    let thread = channel.thread.as_ref().ok_or_else(error::wrong_channel_type)?;
    if thread.members.contains_key(&target) {
        return done();
    }
    if thread.members.len() >= core.limits.thread_members {
        return Err(error::too_many_thread_members());
    }
    let parent = channel.parent_id.and_then(|parent| core.world.channels.get(&parent));
    if !parent.is_some_and(|parent| permissions::sees(&core.world, target, parent)) {
        return Err(error::missing_access());
    }
    core.join_thread(channel.id, &[target]);
    done()
}

pub(crate) fn remove_member(core: &mut Core, call: Call) -> Answer {
    let channel = thread(core, &call)?;
    asleep(&channel)?;
    let thread = channel.thread.as_ref().ok_or_else(error::wrong_channel_type)?;
    if !(channel.kind == PRIVATE_THREAD && thread.owner_id == call.bot) {
        need(core, call.bot, &channel, permissions::MANAGE_THREADS)?;
    }
    core.leave_thread(channel.id, call.id("user_id")?);
    done()
}
