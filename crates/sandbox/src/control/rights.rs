//! Purpose: what bots may do: by their own role, and where a channel denies them something.

use serde_json::json;

use super::{Ask, Told};
use crate::{hub::Core, permissions};

/// `GET /control/bots/{bot}/permissions`: names of the permissions that a bot's role gives, and what channels deny it.
pub(crate) fn rights(core: &mut Core, ask: &Ask) -> Told {
    let bot = core.bot_named(ask.path.get("bot").map_or("", String::as_str))?;
    let bits = core.world.roles.values().find(|role| role.bot == Some(bot)).map_or(0, |role| role.permissions);
    let names = |bits: u64| {
        permissions::NAMES.iter().filter(|(_, bit)| bits & bit != 0).map(|(name, _)| *name).collect::<Vec<_>>()
    };
    let denied: Vec<_> = core
        .world
        .channels
        .values()
        .flat_map(|channel| channel.overwrites.iter().map(move |one| (channel, one)))
        .filter(|(_, one)| one.id == bot && one.deny != 0)
        .map(|(channel, one)| json!({ "channel": channel.id, "permissions": names(one.deny) }))
        .collect();
    Ok(json!({ "permissions": names(bits), "denied": denied }))
}
