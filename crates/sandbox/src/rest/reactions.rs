//! Purpose: reactions over REST.

use super::{
    Answer, Call, done,
    messages::{asleep, message, need, seen},
    ok,
};
use crate::{
    error::{self, Refusal},
    hub::Core,
    id::Id,
    permissions,
};

/// A unicode emoji, or `name:id`; anything else is unknown.
pub(crate) fn emoji(text: &str) -> Result<String, Refusal> {
    let custom = text.split_once(':').is_some_and(|(name, id)| !name.is_empty() && id.parse::<Id>().is_ok());
    let unicode =
        !text.is_empty() && text.chars().count() <= 12 && !text.is_ascii() && !text.chars().any(char::is_alphabetic);
    if custom || unicode { Ok(text.to_owned()) } else { Err(error::unknown_emoji()) }
}

pub(crate) fn react(core: &mut Core, call: Call) -> Answer {
    let channel = seen(core, &call)?;
    need(core, call.bot, &channel, permissions::READ_MESSAGE_HISTORY)?;
    let message = message(core, &call, &channel)?;
    asleep(&channel)?;
    let emoji = emoji(call.text("emoji_name"))?;
    if !message.reactions.iter().any(|reaction| reaction.emoji == emoji) {
        need(core, call.bot, &channel, permissions::ADD_REACTIONS)?;
        if message.reactions.len() >= 20 {
            return Err(error::too_many_reactions());
        }
    }
    core.react(call.bot, channel.id, message.id, &emoji, true);
    done()
}

pub(crate) fn unreact(core: &mut Core, call: Call) -> Answer {
    let channel = seen(core, &call)?;
    let message = message(core, &call, &channel)?;
    let emoji = emoji(call.text("emoji_name"))?;
    core.react(call.bot, channel.id, message.id, &emoji, false);
    done()
}

pub(crate) fn unreact_other(core: &mut Core, call: Call) -> Answer {
    let channel = seen(core, &call)?;
    let message = message(core, &call, &channel)?;
    need(core, call.bot, &channel, permissions::MANAGE_MESSAGES)?;
    let emoji = emoji(call.text("emoji_name"))?;
    core.react(call.id("user_id")?, channel.id, message.id, &emoji, false);
    done()
}

pub(crate) fn reactions(core: &mut Core, call: Call) -> Answer {
    let channel = seen(core, &call)?;
    need(core, call.bot, &channel, permissions::READ_MESSAGE_HISTORY)?;
    let message = message(core, &call, &channel)?;
    let emoji = emoji(call.text("emoji_name"))?;
    let limit = call.number("limit", 25, 1, 100)?;
    let after = call.snowflake("after")?.unwrap_or_default();
    let mut users: Vec<Id> = message
        .reactions
        .iter()
        .filter(|reaction| reaction.emoji == emoji)
        .flat_map(|reaction| reaction.users.iter().copied())
        .filter(|user| *user > after)
        .collect();
    users.sort_unstable();
    ok(users.into_iter().take(limit).map(|user| core.world.user_json(user)).collect())
}

pub(crate) fn clear_reactions(core: &mut Core, call: Call) -> Answer {
    let channel = seen(core, &call)?;
    let found = message(core, &call, &channel)?;
    need(core, call.bot, &channel, permissions::MANAGE_MESSAGES)?;
    core.clear_reactions(channel.id, found.id, None);
    done()
}

pub(crate) fn clear_emoji(core: &mut Core, call: Call) -> Answer {
    let channel = seen(core, &call)?;
    let found = message(core, &call, &channel)?;
    need(core, call.bot, &channel, permissions::MANAGE_MESSAGES)?;
    let emoji = emoji(call.text("emoji_name"))?;
    core.clear_reactions(channel.id, found.id, Some(&emoji));
    done()
}
