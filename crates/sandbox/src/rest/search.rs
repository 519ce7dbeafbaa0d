//! Purpose: messages of the guild and threads of a channel are searched.

use serde_json::{Value, json};

use super::{
    Answer, Call,
    guilds::here,
    messages::{as_read, need, seen},
    ok,
};
use crate::{
    error::{self, Problems, Refusal},
    hub::{Core, intents},
    id::Id,
    permissions,
    world::{ANNOUNCEMENT, Channel, FORUM, Message, TEXT},
};

/// Page and bounds that both searches share.
struct Page {
    limit: usize,
    offset: usize,
    min: Id,
    max: Id,
    ascending: bool,
}

fn page(call: &Call) -> Result<Page, Refusal> {
    Ok(Page {
        limit: call.number("limit", 25, 1, 25)?,
        offset: call.number("offset", 0, 0, 9_975)?,
        min: call.snowflake("min_id")?.unwrap_or_default(),
        max: call.snowflake("max_id")?.unwrap_or(Id(u64::MAX)),
        ascending: call.query.get("sort_order").is_some_and(|order| order == "asc"),
    })
}

/// Ids of the query, with commas between them.
fn ids(call: &Call, name: &str) -> Result<Vec<Id>, Refusal> {
    let Some(text) = call.query.get(name) else { return Ok(Vec::new()) };
    text.split(',')
        .map(|id| {
            id.parse()
                .map_err(|_| Problems::one(name, "NUMBER_TYPE_COERCE", format!("Value \"{id}\" is not snowflake.")))
        })
        .collect()
}

/// Whether a text has all words asked for.
fn has_words(text: &str, wanted: Option<&String>) -> bool {
    let text = text.to_lowercase();
    wanted.is_none_or(|wanted| wanted.to_lowercase().split_whitespace().all(|word| text.contains(word)))
}

fn has(message: &Message, what: &str) -> bool {
    let (what, wanted) = what.strip_prefix('-').map_or((what, true), |what| (what, false));
    let file_of = |kind: &str| message.attachments.iter().any(|one| one.content_type.starts_with(kind));
    let found = match what {
        "link" => message.content.contains("http://") || message.content.contains("https://"),
        "embed" => !message.embeds.is_empty(),
        "file" => !message.attachments.is_empty(),
        "image" => file_of("image/"),
        "video" => file_of("video/"),
        "sound" => file_of("audio/"),
        // Stickers, polls and forwarded snapshots are not there.
        _ => false,
    };
    found == wanted
}

/// `GET /guilds/{guild_id}/messages/search`.
pub(crate) fn messages(core: &mut Core, call: Call) -> Answer {
    here(core, &call)?;
    let allowed = core.world.member(call.bot).and_then(|user| user.bot.as_ref());
    if allowed.is_none_or(|bot| bot.privileged & intents::MESSAGE_CONTENT == 0) {
        return Err(error::missing_access());
    }
    let page = page(&call)?;
    let (authors, channels, mentions) = (ids(&call, "author_id")?, ids(&call, "channel_id")?, ids(&call, "mentions")?);
    let given = |name: &str| call.query.contains_key(name).then(|| call.flag(name));
    let (pinned, everyone) = (given("pinned"), given("mention_everyone"));
    let readable = |channel: &&Channel| {
        let bits = permissions::in_channel(&core.world, call.bot, channel);
        !channel.is_dm()
            && bits & permissions::READ_MESSAGE_HISTORY != 0
            && (channels.is_empty() || channels.contains(&channel.id))
    };
    let mut found: Vec<(&Channel, &Message)> = core
        .world
        .channels
        .values()
        .filter(readable)
        .filter_map(|channel| core.world.messages.get(&channel.id).map(|messages| (channel, messages)))
        .flat_map(|(channel, messages)| messages.values().map(move |message| (channel, message)))
        .filter(|(_, message)| {
            message.ephemeral_for.is_none()
                && (page.min..=page.max).contains(&message.id)
                && has_words(&message.content, call.query.get("content"))
                && (authors.is_empty() || authors.contains(&message.author_id))
                && (mentions.is_empty() || mentions.iter().any(|id| message.mentions.contains(id)))
                && pinned.is_none_or(|pinned| message.pinned_ms.is_some() == pinned)
                && everyone.is_none_or(|everyone| message.mention_everyone == everyone)
                && call.query.get("has").is_none_or(|list| list.split(',').all(|what| has(message, what)))
        })
        .collect();
    found.sort_by_key(|(_, message)| message.id);
    if !page.ascending {
        found.reverse();
    }
    let total = found.len();
    let shown: Vec<_> = found.into_iter().skip(page.offset).take(page.limit).collect();
    let messages: Vec<Value> = shown
        .iter()
        .map(|(channel, message)| {
            let mut body = as_read(core, call.bot, channel, message);
            body["hit"] = json!(true);
            json!([body])
        })
        .collect();
    let mut threads: Vec<&Channel> = shown.iter().map(|(channel, _)| *channel).filter(|one| one.is_thread()).collect();
    threads.sort_by_key(|thread| thread.id);
    threads.dedup_by_key(|thread| thread.id);
    ok(json!({
        "messages": messages, "doing_deep_historical_index": false, "total_results": total,
        "threads": threads.iter().map(|thread| core.world.channel_json(thread, None)).collect::<Vec<_>>(),
        "members": memberships(core, call.bot, &threads),
    }))
}

fn memberships(core: &Core, bot: Id, threads: &[&Channel]) -> Vec<Value> {
    threads
        .iter()
        .filter_map(|channel| {
            let joined = channel.thread.as_ref()?.members.get(&bot)?;
            Some(core.world.thread_member_json(channel.id, bot, *joined, false))
        })
        .collect()
}

/// `GET /channels/{channel_id}/threads/search`.
pub(crate) fn threads(core: &mut Core, call: Call) -> Answer {
    let parent = seen(core, &call)?;
    if !matches!(parent.kind, TEXT | ANNOUNCEMENT | FORUM) {
        return Err(error::wrong_channel_type());
    }
    need(core, call.bot, &parent, permissions::READ_MESSAGE_HISTORY)?;
    let page = page(&call)?;
    let tags = ids(&call, "tag")?;
    let all_tags = call.query.get("tag_setting").is_some_and(|setting| setting == "match_all");
    let archived = call.query.contains_key("archived").then(|| call.flag("archived"));
    let by = call.query.get("sort_by").map_or("last_message_time", String::as_str);
    let mut found: Vec<(&Channel, u64)> = core
        .world
        .channels
        .values()
        .filter(|channel| channel.parent_id == Some(parent.id) && permissions::sees(&core.world, call.bot, channel))
        .filter_map(|channel| channel.thread.as_ref().map(|thread| (channel, thread)))
        .filter(|(channel, thread)| {
            let tagged = |tag: &Id| thread.applied_tags.contains(tag);
            (page.min..=page.max).contains(&channel.id)
                && archived.is_none_or(|archived| thread.archived == archived)
                && has_words(&channel.name, call.query.get("name"))
                && (tags.is_empty() || if all_tags { tags.iter().all(tagged) } else { tags.iter().any(tagged) })
        })
        .map(|(channel, thread)| {
            let key = match by {
                "creation_time" => channel.id.0,
                "archive_time" => thread.archive_ms,
                _ => thread.active_ms,
            };
            (channel, key)
        })
        .collect();
    found.sort_by_key(|(channel, key)| (*key, channel.id));
    if !page.ascending {
        found.reverse();
    }
    let total = found.len();
    let shown: Vec<&Channel> =
        found.into_iter().map(|(channel, _)| channel).skip(page.offset).take(page.limit).collect();
    let starters: Vec<Value> = shown
        .iter()
        .filter_map(|thread| {
            let place = if parent.kind == FORUM { thread.id } else { parent.id };
            let message = core.world.message(place, thread.id)?;
            Some(as_read(core, call.bot, thread, message))
        })
        .collect();
    ok(json!({
        "threads": shown.iter().map(|thread| core.world.channel_json(thread, None)).collect::<Vec<_>>(),
        "members": memberships(core, call.bot, &shown), "has_more": page.offset + shown.len() < total,
        "first_messages": starters, "total_results": total,
    }))
}
