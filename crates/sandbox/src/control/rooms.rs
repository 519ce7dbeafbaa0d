//! Purpose: people start, close and find threads and forum posts, pin, type, and open direct messages.
//!
//! The rules are Discord's, so each act goes through the handler that bots' REST calls go through, with the person as caller.

use std::collections::HashMap;

use serde_json::{Value, json};

use super::{Ask, Denied, Told, gone, no, people::uploads, view};
use crate::{
    error::Refusal,
    hub::Core,
    id::Id,
    permissions,
    rest::{Answer, Call, Reply, channels, messages, threads},
    world::{Channel, FORUM, User},
};

/// The call that a bot would make, made by a person.
fn call(person: Id, params: Vec<(&'static str, String)>, body: Value) -> Call {
    Call { params, query: HashMap::new(), body, files: Vec::new(), bot: person, reason: None, gateway: String::new() }
}

/// The answer of a handler, with a sentence that a person understands where Discord's is made for bots.
fn told(answer: Answer, forbidden: &str) -> Told {
    match answer {
        Ok(Reply::Json(_, body)) => Ok(body),
        Ok(Reply::Empty) => Ok(json!({})),
        Err(Refusal { code: 50_001 | 50_013, .. }) => Err(Denied(403, forbidden.to_owned())),
        Err(refusal) => Err(refusal.into()),
    }
}

/// The channel that a path or body names, as a thread when `thread` is wanted.
fn place(core: &Core, ask: &Ask) -> Result<(User, Channel), Denied> {
    let person = ask.person(core, "person")?;
    let channel = ask.channel(core, person.id)?;
    Ok((person, channel))
}

/// Starts a thread: from a message, on its own, or as a post in a forum.
pub(crate) fn start(core: &mut Core, ask: &Ask) -> Told {
    let (person, parent) = place(core, ask)?;
    let mut body = json!({ "name": ask.text("name")? });
    let channel = ("channel_id", parent.id.to_string());
    if ask.body["message"].is_string() {
        let message = ("message_id", ask.id("message")?.to_string());
        let made = threads::from_message(core, call(person.id, vec![channel, message], body));
        return Ok(json!({ "thread": told(made, "This person may not start threads here.")? }));
    }
    if parent.kind == FORUM {
        body["message"] = json!({ "content": ask.body["content"].as_str().unwrap_or_default() });
        body["applied_tags"] = ask.body.get("tags").cloned().unwrap_or_else(|| json!([]));
    } else {
        body["type"] = json!(if ask.body["private"] == true { 12 } else { 11 });
    }
    let files = uploads(ask)?;
    let mut made = call(person.id, vec![channel], body);
    made.files = files;
    Ok(json!({ "thread": told(threads::create(core, made), "This person may not start threads here.")? }))
}

/// Closes, reopens, locks or renames a thread, or gives a post other tags.
pub(crate) fn change(core: &mut Core, ask: &Ask) -> Told {
    let (person, thread) = place(core, ask)?;
    if !thread.is_thread() {
        return Err(no("That is a channel, not a thread."));
    }
    let mut body = json!({});
    for (name, key) in [("archived", "archived"), ("locked", "locked"), ("name", "name"), ("tags", "applied_tags")] {
        if let Some(value) = ask.body.get(name).filter(|value| !value.is_null()) {
            body[key] = value.clone();
        }
    }
    let edited = channels::edit(core, call(person.id, vec![("channel_id", thread.id.to_string())], body));
    Ok(json!({ "thread": told(edited, "Only who started a thread, or manages threads, may change it.")? }))
}

/// Pins a message, or takes the pin away (`pinned: false`).
pub(crate) fn pin(core: &mut Core, ask: &Ask) -> Told {
    let (person, channel) = place(core, ask)?;
    let params = vec![("channel_id", channel.id.to_string()), ("message_id", ask.id("message")?.to_string())];
    let asked = call(person.id, params, Value::Null);
    let done = if ask.body["pinned"] == false { messages::unpin(core, asked) } else { messages::pin(core, asked) };
    told(done, "This person may not pin messages here.")
}

/// Opens the direct message between two accounts.
pub(crate) fn direct(core: &mut Core, ask: &Ask) -> Told {
    let person = ask.person(core, "person")?;
    let name = ask.text("with")?;
    let other = core
        .world
        .users
        .values()
        .find(|user| user.id.to_string() == name || user.username == name.trim_start_matches('@'))
        .map(|user| user.id)
        .ok_or_else(|| gone(format!("There is nobody {name:?}.")))?;
    if other == person.id {
        return Err(no("Nobody writes direct messages to themselves."));
    }
    Ok(json!({ "channel": core.dm_between(person.id, other) }))
}

/// The posts of a forum (or threads of a channel) that somebody sees, each with its first message; the liveliest first.
pub(crate) fn posts(core: &mut Core, ask: &Ask) -> Told {
    let person = ask.person(core, "as")?;
    let parent = ask.channel(core, person.id)?;
    let mut found: Vec<&Channel> = core
        .world
        .channels
        .values()
        .filter(|thread| thread.is_thread() && thread.parent_id == Some(parent.id))
        .filter(|thread| permissions::sees(&core.world, person.id, thread))
        .collect();
    found.sort_by_key(|thread| std::cmp::Reverse((thread.thread.as_ref().map(|one| one.active_ms), thread.id)));
    let posts: Vec<Value> = found
        .into_iter()
        .map(|thread| {
            // A post's first message lives in it, the one a thread was started from in the channel.
            let first = core.world.message(thread.id, thread.id).or_else(|| core.world.message(parent.id, thread.id));
            json!({
                "thread": core.world.channel_json(thread, Some(person.id)),
                "active": thread.thread.as_ref().map(|one| one.active_ms),
                "first": first.map(|message| view::shown(core, message, person.id)),
            })
        })
        .collect();
    Ok(json!({ "posts": posts }))
}

/// Who reacted to a message, by emoji.
pub(crate) fn reactions(core: &mut Core, ask: &Ask) -> Told {
    let person = ask.person(core, "as")?;
    let channel = ask.channel(core, person.id)?;
    let message = core
        .world
        .message(channel.id, ask.id("message")?)
        .filter(|message| message.ephemeral_for.is_none_or(|only| only == person.id))
        .ok_or_else(|| gone("There is no such message in this channel."))?;
    Ok(json!({
        "reactions": message.reactions.iter().map(|one| json!({ "emoji": one.emoji, "users": one.users })).collect::<Vec<_>>(),
    }))
}
