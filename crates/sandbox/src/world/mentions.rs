//! Purpose: who a message mentions, by its text, by `allowed_mentions` and by what its author may mention.

use serde_json::Value;

use super::{Channel, World};
use crate::{id::Id, permissions};

/// Whom a message mentions in the end.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Mentioned {
    pub(crate) users: Vec<Id>,
    pub(crate) roles: Vec<Id>,
    pub(crate) everyone: bool,
}

/// What is mentioned when `allowed_mentions` does not say. Source: Discord docs, "Allowed Mentions".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Default {
    /// Normal messages: everything.
    All,
    /// Interaction answers and webhooks: users only.
    UsersOnly,
}

/// The ids between `<@` (or `<@&`) and `>`, and whether everybody is called. Text in code does not mention.
fn scan(text: &str) -> (Vec<Id>, Vec<Id>, bool) {
    let mut plain = String::new();
    for (index, part) in text.split("```").enumerate() {
        if index % 2 == 0 {
            plain.extend(part.split('`').step_by(2).flat_map(|piece| [piece, " "]));
        }
    }
    let (mut users, mut roles) = (Vec::new(), Vec::new());
    for piece in plain.split("<@").skip(1) {
        let Some((inner, _)) = piece.split_once('>') else { continue };
        let (list, digits) = match inner.strip_prefix('&') {
            Some(digits) => (&mut roles, digits),
            None => (&mut users, inner.strip_prefix('!').unwrap_or(inner)),
        };
        if let Ok(id) = digits.parse::<Id>()
            && !list.contains(&id)
        {
            list.push(id);
        }
    }
    (users, roles, plain.contains("@everyone") || plain.contains("@here"))
}

fn ids(list: &Value) -> Vec<Id> {
    list.as_array().into_iter().flatten().filter_map(|id| serde_json::from_value(id.clone()).ok()).collect()
}

/// Works out the mentions of a text. `allowed`: the `allowed_mentions` given; `replied_to`: author of the message answered.
pub(crate) fn resolve(
    world: &World,
    author: Id,
    channel: &Channel,
    text: &str,
    allowed: Option<&Value>,
    default: Default,
    replied_to: Option<Id>,
) -> Mentioned {
    let (mut users, mut roles, mut everyone) = scan(text);
    let may_mention_all =
        channel.is_dm() || permissions::in_channel(world, author, channel) & permissions::MENTION_EVERYONE != 0;
    let mut ping_reply = true;
    match allowed {
        Some(allowed) => {
            let parses =
                |kind: &str| allowed["parse"].as_array().is_some_and(|list| list.iter().any(|entry| entry == kind));
            if !parses("users") {
                let named = ids(&allowed["users"]);
                users.retain(|id| named.contains(id));
            }
            if !parses("roles") {
                let named = ids(&allowed["roles"]);
                roles.retain(|id| named.contains(id));
            }
            everyone &= parses("everyone");
            ping_reply = allowed["replied_user"].as_bool().unwrap_or(false);
        }
        None if default == Default::UsersOnly => {
            roles.clear();
            everyone = false;
        }
        None => {}
    }
    users.retain(|id| if channel.is_dm() { channel.recipients.contains(id) } else { world.member(*id).is_some() });
    roles.retain(|id| {
        !channel.is_dm()
            && *id != world.meta.guild_id
            && world.roles.get(id).is_some_and(|role| role.mentionable || may_mention_all)
    });
    everyone &= may_mention_all && !channel.is_dm();
    if let Some(target) = replied_to.filter(|target| ping_reply && *target != author && !users.contains(target)) {
        users.push(target);
    }
    Mentioned { users, roles, everyone }
}

/// A text with its mentions as names, as a lock screen shows it: the first line only.
pub(crate) fn plain(world: &World, text: &str) -> String {
    let line = text.lines().find(|line| !line.trim().is_empty()).unwrap_or("");
    let mut out = String::new();
    let mut rest = line;
    while let Some(start) = rest.find('<') {
        out.push_str(&rest[..start]);
        rest = &rest[start..];
        let name = rest.find('>').and_then(|end| {
            let inner = &rest[1..end];
            let name = if let Some(role) = inner.strip_prefix("@&") {
                world.roles.get(&role.parse().ok()?).map(|role| format!("@{}", role.name))
            } else if let Some(user) = inner.strip_prefix('@') {
                world
                    .users
                    .get(&user.trim_start_matches('!').parse().ok()?)
                    .map(|user| format!("@{}", user.shown_name()))
            } else if let Some(channel) = inner.strip_prefix('#') {
                world.channels.get(&channel.parse().ok()?).map(|channel| format!("#{}", channel.name))
            } else {
                None
            };
            name.map(|name| (name, end))
        });
        match name {
            Some((name, end)) => {
                out.push_str(&name);
                rest = &rest[end + 1..];
            }
            None => {
                out.push('<');
                rest = &rest[1..];
            }
        }
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn text_in_code_mentions_nobody() {
        let (users, roles, everyone) = scan("`<@1>` <@2> ```\n<@3> @everyone``` <@&4> <@!2>");
        assert_eq!((users, roles, everyone), (vec![Id(2)], vec![Id(4)], false));
        assert!(scan("hello @here").2);
    }
}
