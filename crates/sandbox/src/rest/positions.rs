//! Purpose: channels and roles change places.

use serde_json::{Value, json};

use super::{
    Answer, Call, done,
    guilds::{here, need},
    ok,
};
use crate::{
    error::{self, Problems, Refusal},
    hub::Core,
    id::Id,
    permissions,
    world::CATEGORY,
};

/// The list of a form: ids with what is said about each.
fn list(body: &Value) -> Result<Vec<(Id, &Value)>, Refusal> {
    let Some(list) = body.as_array() else {
        return Err(Problems::one("", "LIST_TYPE_CONVERT", "Could not interpret value as list."));
    };
    list.iter()
        .enumerate()
        .map(|(index, one)| {
            serde_json::from_value(one["id"].clone())
                .map(|id| (id, one))
                .map_err(|_| Problems::one(&format!("{index}.id"), "NUMBER_TYPE_COERCE", "Value is not snowflake."))
        })
        .collect()
}

pub(crate) fn channels(core: &mut Core, call: Call) -> Answer {
    here(core, &call)?;
    need(core, &call, permissions::MANAGE_CHANNELS)?;
    let wanted = list(&call.body)?;
    for (id, one) in &wanted {
        let known = |id: &Id| core.world.channels.get(id).filter(|channel| !channel.is_thread() && !channel.is_dm());
        known(id).ok_or_else(error::unknown_channel)?;
        if let Some(parent) = one.get("parent_id").filter(|parent| !parent.is_null()) {
            let parent: Option<Id> = serde_json::from_value(parent.clone()).ok();
            if parent.and_then(|parent| known(&parent)).is_none_or(|parent| parent.kind != CATEGORY) {
                return Err(Problems::one("parent_id", "CHANNEL_PARENT_INVALID", "Category does not exist"));
            }
        }
    }
    for (id, one) in wanted {
        let parent: Option<Id> = serde_json::from_value(one["parent_id"].clone()).ok();
        let taken_over = one["lock_permissions"]
            .as_bool()
            .filter(|lock| *lock)
            .and_then(|_| core.world.channels.get(&parent?).map(|parent| parent.overwrites.clone()));
        let Some(before) = core.world.channels.get(&id).cloned() else { continue };
        let saw = core.bots_seeing(&before);
        let Some(channel) = core.world.channel_mut(id) else { continue };
        if let Some(position) = one["position"].as_i64() {
            channel.position = position;
        }
        if one.get("parent_id").is_some() && channel.kind != CATEGORY {
            channel.parent_id = parent;
        }
        if let Some(overwrites) = taken_over {
            channel.overwrites = overwrites;
        }
        core.announce_sight(id, &saw);
    }
    done()
}

/// Clients send the whole list, with what does not move. Roles at or above the bot's own must stay where they are.
pub(crate) fn roles(core: &mut Core, call: Call) -> Answer {
    here(core, &call)?;
    need(core, &call, permissions::MANAGE_ROLES)?;
    let wanted = list(&call.body)?;
    if wanted.iter().any(|(id, _)| !core.world.roles.contains_key(id)) {
        return Err(error::unknown_role());
    }
    let asked = |id: Id| wanted.iter().rev().find(|(one, _)| *one == id).and_then(|(_, one)| one["position"].as_i64());
    let ordered = |position: &dyn Fn(Id, i64) -> i64| {
        let mut all: Vec<(i64, Id)> =
            core.world.roles.values().map(|role| (position(role.id, role.position), role.id)).collect();
        all.sort_unstable();
        all.into_iter().map(|(_, id)| id).collect::<Vec<Id>>()
    };
    let before = ordered(&|_, now| now);
    let after = ordered(&|id, now| asked(id).unwrap_or(now));
    if after.first() != Some(&core.world.meta.guild_id) {
        return Err(error::invalid_role());
    }
    let rank = core.rank(call.bot);
    let above = core.world.roles.values().filter(|role| role.position >= rank).count();
    if before.iter().rev().take(above).ne(after.iter().rev().take(above)) {
        return Err(error::missing_permissions());
    }
    for (position, id) in after.into_iter().enumerate() {
        let position = i64::try_from(position).unwrap_or(i64::MAX);
        let moved = before.iter().position(|one| *one == id).and_then(|old| i64::try_from(old).ok()) != Some(position);
        if let Some(role) = core.world.roles.get_mut(&id).filter(|role| role.position != position) {
            role.position = position;
            core.announce_role("GUILD_ROLE_UPDATE", id);
        }
        if moved {
            core.audit(31, call.bot, id, call.reason.as_deref(), json!([]));
        }
    }
    ok(json!(core.world.roles_json()))
}
