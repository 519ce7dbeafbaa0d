//! Purpose: what people do besides writing: begin to type, leave the guild and come back.

use serde_json::json;

use super::{Ask, Denied, Told, no};
use crate::{error, hub::Core};

pub(crate) fn typing(core: &mut Core, ask: &Ask) -> Told {
    let person = ask.person(core, "person")?;
    let channel = ask.channel(core, person.id)?;
    if !channel.holds_messages() {
        return Err(error::non_text_channel().into());
    }
    core.typing(person.id, &channel);
    Ok(json!({ "typing": channel.id }))
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
