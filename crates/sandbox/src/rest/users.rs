//! Purpose: gateway addresses, the bot itself, users, DMs.

use serde_json::{Value, json};

use super::{Answer, Call, ok};
use crate::{error, hub::Core, id::Id, permissions, world::render};

pub(crate) fn gateway(_: &mut Core, call: Call) -> Answer {
    ok(json!({ "url": call.gateway }))
}

pub(crate) fn gateway_bot(core: &mut Core, call: Call) -> Answer {
    let used = core.identifies.iter().filter(|(bot, _)| *bot == call.bot).count();
    let first = core
        .identifies
        .iter()
        .filter(|(bot, _)| *bot == call.bot)
        .map(|(_, at)| at.elapsed().as_millis())
        .max()
        .unwrap_or(0);
    let total = usize::try_from(core.limits.identify_per_day).unwrap_or(usize::MAX);
    let day_ms: u128 = 86_400_000;
    ok(json!({
        "url": call.gateway, "shards": 1,
        "session_start_limit": {
            "total": total, "remaining": total.saturating_sub(used), "max_concurrency": core.limits.identify_per_5s.max(1),
            "reset_after": if used == 0 { 0 } else { u64::try_from(day_ms.saturating_sub(first)).unwrap_or(0) },
        },
    }))
}

pub(crate) fn me(core: &mut Core, call: Call) -> Answer {
    let mut body = core.world.user_json(call.bot);
    render::merge(
        &mut body,
        json!({ "mfa_enabled": true, "locale": "en-US", "premium_type": 0, "email": null, "verified": true, "bio": "" }),
    );
    ok(body)
}

/// A bot renames itself: USER_UPDATE for itself, GUILD_MEMBER_UPDATE for those who listen to members.
pub(crate) fn edit_me(core: &mut Core, call: Call) -> Answer {
    if let Some(name) = call.body.get("username").filter(|name| !name.is_null()) {
        let Some(name) = name.as_str().map(str::trim).filter(|name| (2..=32).contains(&name.chars().count())) else {
            return Err(error::Problems::one(
                "username",
                "BASE_TYPE_BAD_LENGTH",
                "Must be between 2 and 32 in length.",
            ));
        };
        if core.world.users.values().any(|user| user.username == name && user.id != call.bot) {
            return Err(error::Problems::one("username", "USERNAME_ALREADY_TAKEN", "Username is already taken."));
        }
        if let Some(user) = core.world.users.get_mut(&call.bot) {
            user.username = name.to_owned();
        }
        let shown = core.world.user_json(call.bot);
        core.tell_bot("USER_UPDATE", call.bot, 0, shown);
        core.announce_member(call.bot);
    }
    me(core, call)
}

pub(crate) fn user(core: &mut Core, call: Call) -> Answer {
    let id = call.id("user_id")?;
    core.world.users.get(&id).map(render::user).ok_or_else(error::unknown_user).and_then(ok)
}

pub(crate) fn application(core: &mut Core, call: Call) -> Answer {
    core.world
        .users
        .get(&call.bot)
        .map(|bot| core.world.application_json(bot))
        .ok_or_else(error::unknown_application)
        .and_then(ok)
}

pub(crate) fn my_guilds(core: &mut Core, call: Call) -> Answer {
    if core.world.member(call.bot).is_none() {
        return ok(json!([]));
    }
    let bits = permissions::in_guild(&core.world, call.bot);
    let mut guild = json!({
        "id": core.world.meta.guild_id, "name": core.world.meta.guild_name, "icon": null, "banner": null, "owner": false,
        "permissions": bits.to_string(), "features": [],
    });
    if call.flag("with_counts") {
        guild["approximate_member_count"] = json!(core.world.members().count());
        guild["approximate_presence_count"] = json!(core.world.members().count());
    }
    ok(json!([guild]))
}

/// Opens (or finds) the DM with somebody.
pub(crate) fn create_dm(core: &mut Core, call: Call) -> Answer {
    let wanted = call.body.get("recipient_id").or_else(|| call.body["recipients"].get(0)).filter(|id| !id.is_null());
    let Some(wanted) = wanted else {
        return Err(error::Problems::one("recipient_id", "BASE_TYPE_REQUIRED", "This field is required"));
    };
    let Ok(person) = serde_json::from_value::<Id>(wanted.clone()) else {
        return Err(error::Problems::one(
            "recipient_id",
            "NUMBER_TYPE_COERCE",
            format!("Value {wanted} is not snowflake."),
        ));
    };
    let Some(user) = core.world.users.get(&person) else { return Err(error::unknown_user()) };
    if user.bot.is_some() || person == call.bot {
        return Err(error::cannot_message_user());
    }
    let id = core.dm_between(call.bot, person);
    let body =
        core.world.channels.get(&id).map_or(Value::Null, |channel| core.world.channel_json(channel, Some(call.bot)));
    ok(body)
}
