//! Purpose: webhooks: those of interactions (follow-ups, `@original`) and plain incoming ones.

use serde_json::{Value, json};

use super::{
    Answer, Call, done,
    messages::{need, seen},
    ok, threads,
};
use crate::{
    actions::messages::Post,
    error::{self, Problems, Refusal},
    hub::{Core, intents},
    id::{Id, stable_text},
    permissions,
    validate::message::{self, Form},
    world::{FORUM, Message, TEXT, Table, Webhook, mentions, render::Viewer},
};

fn shown(core: &Core, webhook: &Webhook) -> Value {
    json!({
        "id": webhook.id, "type": 1, "application_id": null, "avatar": null, "channel_id": webhook.channel_id, "guild_id": core.world.meta.guild_id,
        "name": webhook.name, "token": webhook.token, "user": core.world.user_json(webhook.creator),
        "url": format!("{}/api/webhooks/{}/{}", core.world.base, webhook.id, webhook.token),
    })
}

pub(crate) fn list(core: &mut Core, call: Call) -> Answer {
    let channel = seen(core, &call)?;
    need(core, call.bot, &channel, permissions::MANAGE_WEBHOOKS)?;
    ok(core
        .world
        .webhooks
        .values()
        .filter(|webhook| webhook.channel_id == channel.id)
        .map(|webhook| shown(core, webhook))
        .collect())
}

pub(crate) fn of_guild(core: &mut Core, call: Call) -> Answer {
    super::guilds::here(core, &call)?;
    super::guilds::need(core, &call, permissions::MANAGE_WEBHOOKS)?;
    ok(core.world.webhooks.values().map(|webhook| shown(core, webhook)).collect())
}

pub(crate) fn create(core: &mut Core, call: Call) -> Answer {
    let channel = seen(core, &call)?;
    need(core, call.bot, &channel, permissions::MANAGE_WEBHOOKS)?;
    if channel.kind != TEXT && channel.kind != FORUM {
        return Err(error::wrong_channel_type());
    }
    let name = call.body["name"].as_str().unwrap_or("").trim().to_owned();
    let mut problems = Problems::default();
    problems.length("name", &name, 1, 80);
    problems.finish()?;
    if core.world.webhooks.values().filter(|webhook| webhook.channel_id == channel.id).count() >= 15 {
        return Err(Refusal::new(400, 30007, "Maximum number of webhooks reached (15)"));
    }
    let id = core.world.next_id();
    let webhook = Webhook {
        id,
        channel_id: channel.id,
        creator: call.bot,
        name,
        token: stable_text(&format!("webhook/{id}"), 68),
    };
    let body = shown(core, &webhook);
    core.world.webhooks.insert(id, webhook);
    changed(core, id);
    ok(body)
}

fn changed(core: &mut Core, id: Id) {
    core.world.mark(Table::Webhook, id);
    if let Some(channel) =
        core.world.webhooks.get(&id).and_then(|webhook| core.world.channels.get(&webhook.channel_id)).cloned()
    {
        let data = json!({ "guild_id": core.world.meta.guild_id, "channel_id": channel.id });
        core.tell_channel("WEBHOOKS_UPDATE", &channel, intents::GUILD_WEBHOOKS, data);
    }
}

fn own(core: &Core, call: &Call) -> Result<Webhook, Refusal> {
    let webhook = core.world.webhooks.get(&call.id("webhook_id")?).cloned().ok_or_else(error::unknown_webhook)?;
    let channel = core.world.channels.get(&webhook.channel_id).ok_or_else(error::unknown_webhook)?;
    need(core, call.bot, channel, permissions::MANAGE_WEBHOOKS)?;
    Ok(webhook)
}

pub(crate) fn get(core: &mut Core, call: Call) -> Answer {
    let webhook = own(core, &call)?;
    ok(shown(core, &webhook))
}

/// Changes name and channel. `may_move`: by token only the name changes.
fn change_webhook(core: &mut Core, call: &Call, before: &Webhook, may_move: bool) -> Result<Value, Refusal> {
    let mut after = before.clone();
    if let Some(name) = call.body["name"].as_str() {
        let mut problems = Problems::default();
        problems.length("name", name.trim(), 1, 80);
        problems.finish()?;
        after.name = name.trim().to_owned();
    }
    if let Some(id) = call.body.get("channel_id").filter(|id| may_move && !id.is_null()) {
        let id: Option<Id> = serde_json::from_value(id.clone()).ok();
        let channel = id.and_then(|id| core.world.channels.get(&id)).ok_or_else(error::unknown_channel)?;
        need(core, call.bot, channel, permissions::MANAGE_WEBHOOKS)?;
        if channel.kind != TEXT && channel.kind != FORUM {
            return Err(error::wrong_channel_type());
        }
        after.channel_id = channel.id;
        // The channel that it leaves hears of it, too.
        changed(core, before.id);
    }
    core.world.webhooks.insert(after.id, after.clone());
    changed(core, after.id);
    Ok(shown(core, &after))
}

pub(crate) fn edit(core: &mut Core, call: Call) -> Answer {
    let webhook = own(core, &call)?;
    ok(change_webhook(core, &call, &webhook, true)?)
}

pub(crate) fn edit_by_token(core: &mut Core, call: Call) -> Answer {
    let webhook = plain(core, &call)?;
    let mut body = change_webhook(core, &call, &webhook, false)?;
    if let Some(object) = body.as_object_mut() {
        object.remove("user");
    }
    ok(body)
}

pub(crate) fn delete(core: &mut Core, call: Call) -> Answer {
    let webhook = own(core, &call)?;
    changed(core, webhook.id);
    core.world.webhooks.remove(&webhook.id);
    done()
}

/// A plain webhook by its token.
fn plain(core: &Core, call: &Call) -> Result<Webhook, Refusal> {
    let webhook = core.world.webhooks.get(&call.id("webhook_id")?).cloned().ok_or_else(error::unknown_webhook)?;
    if webhook.token == call.text("webhook_token") { Ok(webhook) } else { Err(error::invalid_webhook_token()) }
}

pub(crate) fn get_by_token(core: &mut Core, call: Call) -> Answer {
    let webhook = plain(core, &call)?;
    let mut body = shown(core, &webhook);
    if let Some(object) = body.as_object_mut() {
        object.remove("user");
    }
    ok(body)
}

pub(crate) fn delete_by_token(core: &mut Core, call: Call) -> Answer {
    let webhook = plain(core, &call)?;
    changed(core, webhook.id);
    core.world.webhooks.remove(&webhook.id);
    done()
}

/// A follow-up, or a message of a plain webhook.
pub(crate) fn execute(core: &mut Core, call: Call) -> Answer {
    let id = call.id("webhook_id")?;
    if core.world.is_bot(id) {
        let interaction = core.by_webhook_token(id, call.text("webhook_token"))?;
        let message = core.follow_up(interaction, &call.body, call.files)?;
        let found = core.world.find_message(message).ok_or_else(error::unknown_message)?;
        return ok(core.world.message_json(found, Viewer(id)));
    }
    let webhook = plain(core, &call)?;
    let forum = core.world.channels.get(&webhook.channel_id).is_some_and(|channel| channel.kind == FORUM);
    let thread_name = call.body["thread_name"].as_str().map(str::trim).filter(|name| !name.is_empty());
    let channel = match call.snowflake("thread_id")? {
        Some(_) if thread_name.is_some() => return Err(error::webhook_one_thread()),
        None if forum && thread_name.is_none() => return Err(error::webhook_needs_thread()),
        Some(thread) => core
            .world
            .channels
            .get(&thread)
            .filter(|thread| thread.parent_id == Some(webhook.channel_id))
            .map(|thread| thread.id)
            .ok_or_else(error::unknown_channel)?,
        None => webhook.channel_id,
    };
    let wait = call.flag("wait");
    let name = call.body["username"].as_str().unwrap_or(&webhook.name).to_owned();
    let mut draft = message::check(&call.body, call.files, Form::Create, false, core.limits.attachment_bytes)?;
    (draft.nonce, draft.reference) = (None, None);
    if draft.is_empty() {
        return Err(error::empty_message());
    }
    let (channel, id) = match thread_name.filter(|_| forum) {
        Some(name) => {
            let id = threads::post_of_webhook(core, &call.body, webhook.channel_id, webhook.id, name)?;
            (id, Some(id))
        }
        None => (channel, None),
    };
    let made = core.post(Post {
        id,
        webhook: Some((webhook.id, name)),
        default: mentions::Default::UsersOnly,
        ..Post::plain(webhook.id, channel, draft)
    });
    if !wait {
        return done();
    }
    let message = core.world.message(channel, made).ok_or_else(error::unknown_message)?;
    ok(core.world.message_json(message, Viewer(webhook.id)))
}

/// Where a message of a webhook is, for interactions and for plain webhooks alike.
fn target(core: &Core, call: &Call, which: &str) -> Result<(Option<Id>, Id, Id), Refusal> {
    let id = call.id("webhook_id")?;
    if core.world.is_bot(id) {
        let interaction = core.by_webhook_token(id, call.text("webhook_token"))?;
        let (channel, message) = core.interaction_message(interaction, which)?;
        return Ok((Some(interaction), channel, message));
    }
    let webhook = plain(core, call)?;
    let message: Option<&Message> = which
        .parse()
        .ok()
        .and_then(|message: Id| core.world.find_message(message))
        .filter(|message| message.webhook == Some(webhook.id));
    message.map(|message| (None, message.channel_id, message.id)).ok_or_else(error::unknown_message)
}

fn read(core: &Core, call: &Call, which: &str) -> Answer {
    let (_, channel, message) = target(core, call, which)?;
    let message = core.world.message(channel, message).ok_or_else(error::unknown_message)?;
    ok(core.world.message_json(message, Viewer(call.id("webhook_id")?)))
}

fn change(core: &mut Core, call: Call, which: &str) -> Answer {
    let (interaction, channel, message) = target(core, &call, which)?;
    let viewer = Viewer(call.id("webhook_id")?);
    match interaction {
        Some(interaction) => _ = core.edit_answer(interaction, which, &call.body, call.files)?,
        None => {
            let draft = message::check(&call.body, call.files, Form::Edit, false, core.limits.attachment_bytes)?;
            core.edit_message(channel, message, draft, mentions::Default::UsersOnly);
        }
    }
    let message = core.world.message(channel, message).ok_or_else(error::unknown_message)?;
    ok(core.world.message_json(message, viewer))
}

fn remove(core: &mut Core, call: &Call, which: &str) -> Answer {
    let (_, channel, message) = target(core, call, which)?;
    core.delete_message(channel, message);
    done()
}

pub(crate) fn get_original(core: &mut Core, call: Call) -> Answer {
    read(core, &call, "@original")
}

pub(crate) fn edit_original(core: &mut Core, call: Call) -> Answer {
    change(core, call, "@original")
}

pub(crate) fn delete_original(core: &mut Core, call: Call) -> Answer {
    remove(core, &call, "@original")
}

pub(crate) fn get_message(core: &mut Core, call: Call) -> Answer {
    let which = call.text("message_id").to_owned();
    read(core, &call, &which)
}

pub(crate) fn edit_message(core: &mut Core, call: Call) -> Answer {
    let which = call.text("message_id").to_owned();
    change(core, call, &which)
}

pub(crate) fn delete_message(core: &mut Core, call: Call) -> Answer {
    let which = call.text("message_id").to_owned();
    remove(core, &call, &which)
}
