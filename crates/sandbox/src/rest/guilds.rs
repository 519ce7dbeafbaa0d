//! Purpose: the guild, its roles and members over REST.

use serde_json::{Value, json};

use super::{Answer, Call, done, moderation, ok};
use crate::{
    error::{self, Problems, Refusal},
    hub::Core,
    id::Id,
    permissions,
    world::{Role, Table, render},
};

pub(super) fn here(core: &Core, call: &Call) -> Result<(), Refusal> {
    if call.id("guild_id")? != core.world.meta.guild_id {
        return Err(error::unknown_guild());
    }
    // A bot that was put out of the guild has nothing to do in it.
    if core.world.member(call.bot).is_some() { Ok(()) } else { Err(error::missing_access()) }
}

pub(super) fn need(core: &Core, call: &Call, bit: u64) -> Result<(), Refusal> {
    if permissions::in_guild(&core.world, call.bot) & bit == bit { Ok(()) } else { Err(error::missing_permissions()) }
}

pub(crate) fn guild(core: &mut Core, call: Call) -> Answer {
    here(core, &call)?;
    let mut body = core.world.guild_json();
    if call.flag("with_counts") {
        body["approximate_member_count"] = json!(core.world.members().count());
        body["approximate_presence_count"] = json!(core.world.members().count());
    }
    ok(body)
}

/// Name and language can be changed; what else the form holds stays as it is.
pub(crate) fn edit_guild(core: &mut Core, call: Call) -> Answer {
    here(core, &call)?;
    need(core, &call, permissions::MANAGE_GUILD)?;
    let mut problems = Problems::default();
    if let Some(name) = call.body["name"].as_str() {
        problems.length("name", name.trim(), 2, 100);
    }
    problems.finish()?;
    if let Some(name) = call.body["name"].as_str() {
        core.world.meta.guild_name = name.trim().to_owned();
    }
    if let Some(locale) = call.body["preferred_locale"].as_str() {
        core.world.meta.locale = locale.to_owned();
    }
    core.world.mark(Table::Meta, Id(0));
    let shown = core.world.guild_json();
    core.tell_guild("GUILD_UPDATE", crate::hub::intents::GUILDS, shown.clone());
    core.tell_page("world", json!({}));
    core.audit(1, call.bot, core.world.meta.guild_id, call.reason.as_deref(), json!([]));
    ok(shown)
}

pub(crate) fn channels(core: &mut Core, call: Call) -> Answer {
    here(core, &call)?;
    // Discord lists every channel, also those that the bot cannot read.
    let mut all: Vec<_> =
        core.world.channels.values().filter(|channel| !channel.is_thread() && !channel.is_dm()).collect();
    all.sort_by_key(|channel| (channel.position, channel.id));
    ok(all.into_iter().map(|channel| core.world.channel_json(channel, Some(call.bot))).collect())
}

pub(crate) fn roles(core: &mut Core, call: Call) -> Answer {
    here(core, &call)?;
    ok(json!(core.world.roles_json()))
}

pub(crate) fn role(core: &mut Core, call: Call) -> Answer {
    here(core, &call)?;
    let id = call.id("role_id")?;
    core.world.roles.get(&id).map(render::role).ok_or_else(error::unknown_role).and_then(ok)
}

fn permission_bits(core: &Core, call: &Call) -> Result<Option<u64>, Refusal> {
    let Some(value) = call.body.get("permissions").filter(|value| !value.is_null()) else { return Ok(None) };
    let Some(bits) = value.as_u64().or_else(|| value.as_str().and_then(|text| text.parse().ok())) else {
        return Err(Problems::one("permissions", "NUMBER_TYPE_COERCE", "Value is not int."));
    };
    if bits & !permissions::in_guild(&core.world, call.bot) & permissions::ALL != 0 {
        Err(error::missing_permissions())
    } else {
        Ok(Some(bits & permissions::ALL))
    }
}

fn color(body: &Value) -> Option<u32> {
    body["color"]
        .as_u64()
        .or_else(|| body["colors"]["primary_color"].as_u64())
        .and_then(|color| u32::try_from(color).ok())
}

fn check_role(body: &Value) -> Result<(), Refusal> {
    let mut problems = Problems::default();
    if let Some(name) = body["name"].as_str() {
        problems.length("name", name, 0, 100);
    }
    if color(body).is_some_and(|color| color > 0xff_ffff) {
        problems.add("color", "NUMBER_TYPE_MAX", "int value should be less than or equal to 16777215.");
    }
    problems.finish()
}

pub(crate) fn create_role(core: &mut Core, call: Call) -> Answer {
    here(core, &call)?;
    need(core, &call, permissions::MANAGE_ROLES)?;
    check_role(&call.body)?;
    if core.world.roles.len() >= 250 {
        return Err(Refusal::new(400, 30005, "Maximum number of guild roles reached (250)"));
    }
    let everyone = core.world.roles.get(&core.world.meta.guild_id).map_or(0, |role| role.permissions);
    let bits = permission_bits(core, &call)?.unwrap_or(everyone);
    let id = core.world.next_id();
    let body = &call.body;
    // A new role stands right above @everyone; the others move up.
    for role in core.world.roles.values_mut().filter(|role| role.position > 0) {
        role.position += 1;
    }
    let moved: Vec<Id> = core.world.roles.keys().copied().collect();
    moved.into_iter().for_each(|role| core.world.mark(Table::Role, role));
    let role = Role {
        id,
        name: body["name"].as_str().unwrap_or("new role").to_owned(),
        color: color(body).unwrap_or(0),
        position: 1,
        permissions: bits,
        hoist: body["hoist"].as_bool().unwrap_or(false),
        mentionable: body["mentionable"].as_bool().unwrap_or(false),
        bot: None,
    };
    let shown = render::role(&role);
    core.world.roles.insert(id, role);
    core.announce_role("GUILD_ROLE_CREATE", id);
    core.audit(30, call.bot, id, call.reason.as_deref(), json!([]));
    ok(shown)
}

/// A role that the bot may change: below its own highest, and not managed.
fn changeable(core: &Core, call: &Call) -> Result<Id, Refusal> {
    need(core, call, permissions::MANAGE_ROLES)?;
    let id = call.id("role_id")?;
    let role = core.world.roles.get(&id).ok_or_else(error::unknown_role)?;
    if core.rank(call.bot) <= role.position { Err(error::missing_permissions()) } else { Ok(id) }
}

pub(crate) fn edit_role(core: &mut Core, call: Call) -> Answer {
    here(core, &call)?;
    let id = changeable(core, &call)?;
    check_role(&call.body)?;
    let bits = permission_bits(core, &call)?;
    let body = &call.body;
    let Some(role) = core.world.roles.get_mut(&id) else { return Err(error::unknown_role()) };
    if let Some(name) = body["name"].as_str() {
        role.name = name.to_owned();
    }
    if let Some(color) = color(body) {
        role.color = color;
    }
    if let Some(bits) = bits {
        role.permissions = bits;
    }
    if let Some(hoist) = body["hoist"].as_bool() {
        role.hoist = hoist;
    }
    if let Some(mentionable) = body["mentionable"].as_bool() {
        role.mentionable = mentionable;
    }
    let shown = render::role(role);
    core.announce_role("GUILD_ROLE_UPDATE", id);
    core.audit(31, call.bot, id, call.reason.as_deref(), json!([]));
    ok(shown)
}

pub(crate) fn delete_role(core: &mut Core, call: Call) -> Answer {
    here(core, &call)?;
    let id = changeable(core, &call)?;
    if id == core.world.meta.guild_id || core.world.roles.get(&id).is_some_and(|role| role.bot.is_some()) {
        return Err(error::invalid_role());
    }
    core.world.roles.remove(&id);
    core.world.mark(Table::Role, id);
    let holders: Vec<Id> =
        core.world.users.values().filter(|user| user.roles.contains(&id)).map(|user| user.id).collect();
    for holder in holders {
        if let Some(user) = core.world.users.get_mut(&holder) {
            user.roles.retain(|role| *role != id);
        }
        core.announce_member(holder);
    }
    let data = json!({ "guild_id": core.world.meta.guild_id, "role_id": id });
    core.tell_guild("GUILD_ROLE_DELETE", crate::hub::intents::GUILDS, data);
    core.tell_page("world", json!({}));
    core.audit(32, call.bot, id, call.reason.as_deref(), json!([]));
    done()
}

pub(crate) fn member(core: &mut Core, call: Call) -> Answer {
    here(core, &call)?;
    let id = call.id("user_id")?;
    // Discord tells an account that is no member from one that does not exist (any more).
    let refusal = if core.world.users.contains_key(&id) { error::unknown_member } else { error::unknown_user };
    core.world.member(id).map(render::member).ok_or_else(refusal).and_then(ok)
}

pub(crate) fn members(core: &mut Core, call: Call) -> Answer {
    here(core, &call)?;
    let allowed = core
        .world
        .users
        .get(&call.bot)
        .and_then(|user| user.bot.as_ref())
        .is_some_and(|bot| bot.privileged & crate::hub::intents::GUILD_MEMBERS != 0);
    if !allowed {
        return Err(error::missing_access());
    }
    let limit = call.number("limit", 1, 1, 1_000)?;
    let after = call.snowflake("after")?.unwrap_or_default();
    ok(core.world.members().filter(|user| user.id > after).take(limit).map(render::member).collect())
}

pub(crate) fn search_members(core: &mut Core, call: Call) -> Answer {
    here(core, &call)?;
    let Some(query) = call.query.get("query").map(|query| query.to_lowercase()) else {
        return Err(Problems::one("query", "BASE_TYPE_REQUIRED", "This field is required"));
    };
    let limit = call.number("limit", 1, 1, 1_000)?;
    let fits = |text: &str| text.to_lowercase().starts_with(&query);
    ok(core
        .world
        .members()
        .filter(|user| {
            fits(&user.username) || user.nick.as_deref().is_some_and(fits) || user.name.as_deref().is_some_and(fits)
        })
        .take(limit)
        .map(render::member)
        .collect())
}

pub(crate) fn edit_me(core: &mut Core, call: Call) -> Answer {
    here(core, &call)?;
    need(core, &call, permissions::CHANGE_NICKNAME)?;
    let bot = call.bot;
    nickname(core, &call, bot)?;
    core.announce_member(bot);
    core.world.users.get(&bot).map(render::member).ok_or_else(error::unknown_member).and_then(ok)
}

fn nickname(core: &mut Core, call: &Call, user: Id) -> Result<(), Refusal> {
    let Some(nick) = call.body.get("nick") else { return Ok(()) };
    let nick = nick.as_str().unwrap_or("").trim().to_owned();
    if nick.chars().count() > 32 {
        return Err(Problems::one("nick", "BASE_TYPE_MAX_LENGTH", "Must be 32 or fewer in length."));
    }
    if let Some(user) = core.world.users.get_mut(&user) {
        user.nick = Some(nick).filter(|nick| !nick.is_empty());
    }
    Ok(())
}

pub(crate) fn edit_member(core: &mut Core, call: Call) -> Answer {
    here(core, &call)?;
    let id = call.id("user_id")?;
    let Some(before) = core.world.member(id).cloned() else { return Err(error::unknown_member()) };
    let timeout = moderation::timeout(core, &call, &before)?;
    if call.body.get("nick").is_some() {
        need(core, &call, permissions::MANAGE_NICKNAMES)?;
        if core.rank(call.bot) <= core.rank(id) {
            return Err(error::missing_permissions());
        }
    }
    if let Some(roles) = call.body.get("roles").filter(|roles| roles.is_array()) {
        need(core, &call, permissions::MANAGE_ROLES)?;
        let wanted: Vec<Id> = serde_json::from_value(roles.clone())
            .map_err(|_| Problems::one("roles", "NUMBER_TYPE_COERCE", "Value is not snowflake."))?;
        for role in wanted
            .iter()
            .filter(|role| !before.roles.contains(role))
            .chain(before.roles.iter().filter(|role| !wanted.contains(role)))
        {
            grantable(core, call.bot, *role)?;
        }
        if let Some(user) = core.world.users.get_mut(&id) {
            user.roles = wanted;
        }
    }
    nickname(core, &call, id)?;
    if let (Some(until), Some(user)) = (timeout, core.world.users.get_mut(&id)) {
        user.timeout_until_ms = until;
    }
    core.announce_member(id);
    core.audit(24, call.bot, id, call.reason.as_deref(), json!([]));
    core.world.users.get(&id).map(render::member).ok_or_else(error::unknown_member).and_then(ok)
}

fn grantable(core: &Core, bot: Id, role: Id) -> Result<(), Refusal> {
    let found = core.world.roles.get(&role).ok_or_else(error::unknown_role)?;
    if found.bot.is_some() || role == core.world.meta.guild_id {
        return Err(error::invalid_role());
    }
    if core.rank(bot) <= found.position { Err(error::missing_permissions()) } else { Ok(()) }
}

fn change_role(core: &mut Core, call: &Call, add: bool) -> Answer {
    here(core, call)?;
    need(core, call, permissions::MANAGE_ROLES)?;
    let (user, role) = (call.id("user_id")?, call.id("role_id")?);
    if core.world.member(user).is_none() {
        return Err(error::unknown_member());
    }
    grantable(core, call.bot, role)?;
    if let Some(user) = core.world.users.get_mut(&user) {
        user.roles.retain(|one| *one != role);
        if add {
            user.roles.push(role);
        }
    }
    core.announce_member(user);
    core.audit(25, call.bot, user, call.reason.as_deref(), json!([]));
    done()
}

pub(crate) fn add_role(core: &mut Core, call: Call) -> Answer {
    change_role(core, &call, true)
}

pub(crate) fn remove_role(core: &mut Core, call: Call) -> Answer {
    change_role(core, &call, false)
}

pub(crate) fn audit_logs(core: &mut Core, call: Call) -> Answer {
    here(core, &call)?;
    need(core, &call, permissions::VIEW_AUDIT_LOG)?;
    let limit = call.number("limit", 50, 1, 100)?;
    let action = call.query.get("action_type").and_then(|text| text.parse::<u64>().ok());
    let (user, before) = (call.snowflake("user_id")?, call.snowflake("before")?.unwrap_or(Id(u64::MAX)));
    let after = call.snowflake("after")?;
    let fits = |entry: &Value| {
        action.is_none_or(|action| entry["action_type"] == action)
            && user.is_none_or(|user| entry["user_id"] == user.to_string().as_str())
    };
    let entries: Vec<Value> = match after {
        Some(after) => core
            .world
            .audit
            .range((std::ops::Bound::Excluded(after), std::ops::Bound::Excluded(before)))
            .map(|(_, entry)| entry.clone())
            .filter(fits)
            .take(limit)
            .collect(),
        None => {
            core.world.audit.range(..before).rev().map(|(_, entry)| entry.clone()).filter(fits).take(limit).collect()
        }
    };
    let mut users: Vec<Id> = entries.iter().filter_map(|entry| entry["user_id"].as_str()?.parse().ok()).collect();
    users.sort_unstable();
    users.dedup();
    ok(json!({
        "audit_log_entries": entries, "users": users.into_iter().map(|user| core.world.user_json(user)).collect::<Vec<_>>(), "integrations": [],
        "webhooks": [], "guild_scheduled_events": [], "threads": [], "application_commands": [], "auto_moderation_rules": [],
    }))
}
