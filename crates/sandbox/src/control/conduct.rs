//! Purpose: what people do besides writing: begin to type, put a thread away, leave the guild and come back.

use serde_json::json;

use super::{Ask, Denied, Told, no};
use crate::{error, hub::Core, permissions};

pub(crate) fn typing(core: &mut Core, ask: &Ask) -> Told {
    let person = ask.person(core, "person")?;
    let channel = ask.channel(core, person.id)?;
    if !channel.holds_messages() {
        return Err(error::non_text_channel().into());
    }
    core.typing(person.id, &channel);
    Ok(json!({ "typing": channel.id }))
}

/// Archives a thread, or wakes it; `locked` needs the permission for it.
pub(crate) fn archive(core: &mut Core, ask: &Ask) -> Told {
    let person = ask.person(core, "person")?;
    let channel = ask.channel(core, person.id)?;
    let Some(thread) = &channel.thread else { return Err(no("That is not a thread.")) };
    let archived = ask.body["archived"].as_bool().unwrap_or(true);
    let locked = ask.body["locked"].as_bool();
    let bits = permissions::to_write(&core.world, person.id, &channel);
    let manages = bits & permissions::MANAGE_THREADS != 0;
    let wakes = !archived && !thread.locked && bits & permissions::SEND_MESSAGES_IN_THREADS != 0;
    let own = thread.owner_id == person.id && !thread.locked;
    if !(manages || (locked.is_none() && (own || wakes))) {
        return Err(Denied(403, "Missing Permissions".to_owned()));
    }
    core.put_away(channel.id, archived, locked);
    Ok(json!({ "archived": archived }))
}

pub(crate) fn leave(core: &mut Core, ask: &Ask) -> Told {
    let person = ask.person(core, "person")?;
    if core.leave_guild(person.id) {
        Ok(json!({ "left": true }))
    } else {
        Err(no("The owner cannot leave, and who has left is gone already."))
    }
}

/// Comes back; whoever is banned stays out.
pub(crate) fn join(core: &mut Core, ask: &Ask) -> Told {
    let person = ask.person(core, "person")?;
    if core.world.meta.bans.contains_key(&person.id) {
        return Err(Denied(403, "The user is banned from this guild.".to_owned()));
    }
    if core.join_guild(person.id) { Ok(json!({ "left": false })) } else { Err(no("They are in the guild already.")) }
}
