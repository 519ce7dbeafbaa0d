//! Purpose: members are sent away, banned and put into time-out over REST.

use serde_json::{Value, json};

use super::{
    Answer, Call, done,
    guilds::{here, need},
    ok,
};
use crate::{
    clock,
    error::{self, Problems, Refusal},
    hub::Core,
    id::Id,
    permissions,
    world::User,
};

/// The longest time-out. Source: Discord docs, "Modify Guild Member".
const LONGEST_MS: u64 = 28 * 86_400_000;

/// Whoever stands below the bot.
fn below(core: &Core, call: &Call, bit: u64) -> Result<Id, Refusal> {
    here(core, call)?;
    need(core, call, bit)?;
    let id = call.id("user_id")?;
    if core.world.member(id).is_some() && core.rank(call.bot) <= core.rank(id) {
        return Err(error::missing_permissions());
    }
    Ok(id)
}

/// What an edit of a member says about its time-out: nothing, an end, or that it is over.
pub(super) fn timeout(core: &Core, call: &Call, of: &User) -> Result<Option<Option<u64>>, Refusal> {
    let Some(value) = call.body.get("communication_disabled_until") else { return Ok(None) };
    need(core, call, permissions::MODERATE_MEMBERS)?;
    let protected = permissions::in_guild(&core.world, of.id) & permissions::ADMINISTRATOR != 0;
    if core.rank(call.bot) <= core.rank(of.id) || (protected && !value.is_null()) {
        return Err(error::missing_permissions());
    }
    let Some(text) = value.as_str() else { return Ok(Some(None)) };
    let Some(until) = clock::parse_iso(text) else {
        return Err(Problems::one(
            "communication_disabled_until",
            "DATE_TIME_TYPE_PARSE",
            format!("Could not parse {text}. Should be ISO8601."),
        ));
    };
    let now = core.world.now_ms();
    if until > now + LONGEST_MS {
        return Err(Problems::one(
            "communication_disabled_until",
            "INVALID_COMMUNICATION_DISABLED_TIMESTAMP",
            "Timeout length must be less than 28 days.",
        ));
    }
    Ok(Some((until > now).then_some(until)))
}

pub(crate) fn kick(core: &mut Core, call: Call) -> Answer {
    let id = below(core, &call, permissions::KICK_MEMBERS)?;
    if !core.leave_guild(id) {
        return Err(error::unknown_member());
    }
    core.audit(20, call.bot, id, call.reason.as_deref(), json!([]));
    done()
}

/// The bot leaves the guild by itself.
pub(crate) fn leave(core: &mut Core, call: Call) -> Answer {
    if call.id("guild_id")? != core.world.meta.guild_id || !core.leave_guild(call.bot) {
        return Err(error::unknown_guild());
    }
    done()
}

fn ban_json(core: &Core, user: Id, reason: Option<&String>) -> Value {
    json!({ "user": core.world.user_json(user), "reason": reason })
}

pub(crate) fn bans(core: &mut Core, call: Call) -> Answer {
    here(core, &call)?;
    need(core, &call, permissions::BAN_MEMBERS)?;
    let limit = call.number("limit", 1_000, 1, 1_000)?;
    let (after, before) = (call.snowflake("after")?.unwrap_or_default(), call.snowflake("before")?);
    ok(core
        .world
        .meta
        .bans
        .iter()
        .filter(|(user, _)| **user > after && before.is_none_or(|before| **user < before))
        .take(limit)
        .map(|(user, reason)| ban_json(core, *user, reason.as_ref()))
        .collect())
}

pub(crate) fn get_ban(core: &mut Core, call: Call) -> Answer {
    here(core, &call)?;
    need(core, &call, permissions::BAN_MEMBERS)?;
    let id = call.id("user_id")?;
    let reason = core.world.meta.bans.get(&id).ok_or_else(error::unknown_ban)?;
    ok(ban_json(core, id, reason.as_ref()))
}

pub(crate) fn ban(core: &mut Core, call: Call) -> Answer {
    let id = below(core, &call, permissions::BAN_MEMBERS)?;
    if !core.world.users.contains_key(&id) {
        return Err(error::unknown_user());
    }
    if id == core.world.meta.owner_id || id == call.bot {
        return Err(error::missing_permissions());
    }
    let seconds = call.body["delete_message_seconds"].as_u64().unwrap_or(0);
    if seconds > 604_800 {
        return Err(Problems::one(
            "delete_message_seconds",
            "NUMBER_TYPE_MAX",
            "int value should be less than or equal to 604800.",
        ));
    }
    core.leave_guild(id);
    core.world.meta.bans.insert(id, call.reason.clone());
    core.announce_ban("GUILD_BAN_ADD", id);
    let since = core.world.now_ms().saturating_sub(seconds * 1_000);
    let theirs: Vec<(Id, Id)> = core
        .world
        .messages
        .values()
        .flat_map(|messages| messages.range(Id::at_ms(since)..).map(|(_, message)| message))
        .filter(|message| seconds > 0 && message.author_id == id)
        .map(|message| (message.channel_id, message.id))
        .collect();
    for (channel, message) in theirs {
        core.delete_message(channel, message);
    }
    core.audit(22, call.bot, id, call.reason.as_deref(), json!([]));
    done()
}

pub(crate) fn unban(core: &mut Core, call: Call) -> Answer {
    here(core, &call)?;
    need(core, &call, permissions::BAN_MEMBERS)?;
    let id = call.id("user_id")?;
    core.world.meta.bans.remove(&id).ok_or_else(error::unknown_ban)?;
    core.announce_ban("GUILD_BAN_REMOVE", id);
    core.audit(23, call.bot, id, call.reason.as_deref(), json!([]));
    done()
}
