//! Purpose: what people do besides writing: begin to type, call themselves something else, come into the guild, leave it and
//! come back.

use serde_json::json;

use super::{Ask, Denied, Told, gone, no};
use crate::{
    error,
    hub::Core,
    world::{Table, User},
};

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

/// Somebody who was never here makes an account and comes in.
pub(crate) fn arrive(core: &mut Core, ask: &Ask) -> Told {
    let username = ask.text("username")?.to_owned();
    free(core, &username)?;
    let role = |name: &serde_json::Value| {
        let name = name.as_str().unwrap_or_default();
        let found = core.world.roles.values().find(|role| role.name == name && role.bot.is_none());
        found.map(|role| role.id).ok_or_else(|| gone(format!("There is no role {name:?}.")))
    };
    let roles = ask.body["roles"].as_array().into_iter().flatten().map(role).collect::<Result<Vec<_>, _>>()?;
    let id = core.world.next_id();
    let user = User {
        id,
        username,
        name: ask.body["name"].as_str().map(str::to_owned),
        nick: None,
        locale: ask.body["locale"].as_str().unwrap_or("en-US").to_owned(),
        roles,
        joined_ms: 0,
        dms_closed: false,
        bot: None,
        left: true,
        timeout_until_ms: None,
    };
    core.world.users.insert(id, user);
    core.world.mark(Table::User, id);
    core.join_guild(id);
    Ok(json!({ "person": id }))
}

/// Calls themselves something else. Everybody may take any display name and nickname; a user name has one owner, and whoever
/// gives one up cannot keep others from taking it. Bots hear of it by GUILD_MEMBER_UPDATE, if they listen to members.
/// Source: Discord docs, "Guild Member Update" ("will also fire when the user object of a guild member changes").
pub(crate) fn names(core: &mut Core, ask: &Ask) -> Told {
    let person = ask.person(core, "person")?;
    let text = |key: &str| ask.body.get(key).map(|value| value.as_str().unwrap_or_default().trim().to_owned());
    let (username, name, nick) = (text("username"), text("name"), text("nick"));
    if let Some(username) = username.as_ref().filter(|username| **username != person.username) {
        free(core, username)?;
    }
    if [&name, &nick].into_iter().flatten().any(|text| text.chars().count() > 32) {
        return Err(no("Names have at most 32 characters."));
    }
    if let Some(user) = core.world.users.get_mut(&person.id) {
        if let Some(username) = username {
            user.username = username;
        }
        if let Some(name) = name {
            user.name = Some(name).filter(|name| !name.is_empty());
        }
        if let Some(nick) = nick {
            user.nick = Some(nick).filter(|nick| !nick.is_empty());
        }
    }
    core.announce_member(person.id);
    core.tell_page("world", json!({}));
    Ok(json!({ "person": person.id }))
}

/// Whether somebody may have this user name. Source: Discord's help pages, "Usernames": 2 to 32 small letters, digits, dots and
/// underscores, no two dots in a row.
fn free(core: &Core, username: &str) -> Result<(), Denied> {
    let good = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '.' || c == '_';
    if !(2..=32).contains(&username.len()) || !username.chars().all(good) || username.contains("..") {
        return Err(no("A user name has 2 to 32 small letters, digits, `.` and `_`, and no two dots in a row."));
    }
    if core.world.users.values().any(|user| user.username == username) {
        return Err(Denied(409, "Username is already taken.".to_owned()));
    }
    Ok(())
}
