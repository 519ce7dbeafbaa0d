//! Purpose: application commands over REST: global and of the guild.

use serde_json::{Map, Value, json};

use super::{Answer, Call, Reply, done, ok};
use crate::{
    error::{self, Problems, Refusal},
    hub::Core,
    id::Id,
    validate,
    world::{Command, Table},
};

/// Whose commands and where: the application must be the bot's own.
fn scope(core: &Core, call: &Call) -> Result<bool, Refusal> {
    let application = call.id("application_id")?;
    if !core.world.is_bot(application) {
        return Err(error::unknown_application());
    }
    if application != call.bot {
        return Err(Refusal::new(403, 20012, "You are not authorized to perform this action on this application"));
    }
    if call.text("guild_id").is_empty() {
        return Ok(false);
    }
    if call.id("guild_id")? == core.world.meta.guild_id { Ok(true) } else { Err(error::missing_access()) }
}

fn of(core: &Core, bot: Id, guild: bool) -> impl Iterator<Item = &Command> {
    core.world.commands.values().filter(move |command| command.application_id == bot && command.guild == guild)
}

pub(crate) fn list(core: &mut Core, call: Call) -> Answer {
    let guild = scope(core, &call)?;
    let with = call.flag("with_localizations");
    ok(of(core, call.bot, guild).map(|command| shown(&command.body, with)).collect())
}

/// A list leaves translations out unless asked for, those of options and choices too.
fn shown(body: &Value, with_localizations: bool) -> Value {
    let mut body = body.clone();
    if !with_localizations {
        untranslate(&mut body);
    }
    body
}

fn untranslate(part: &mut Value) {
    let Some(object) = part.as_object_mut() else { return };
    object.remove("name_localizations");
    object.remove("description_localizations");
    for key in ["options", "choices"] {
        object.get_mut(key).and_then(Value::as_array_mut).into_iter().flatten().for_each(untranslate);
    }
}

fn one(core: &Core, call: &Call) -> Result<Command, Refusal> {
    let guild = scope(core, call)?;
    let id = call.id("command_id")?;
    of(core, call.bot, guild).find(|command| command.id == id).cloned().ok_or_else(error::unknown_command)
}

pub(crate) fn get(core: &mut Core, call: Call) -> Answer {
    let command = one(core, &call)?;
    ok(command.body)
}

/// Writes a checked command down, under an old id or a new one, and gives it with whether it is new.
fn save(core: &mut Core, bot: Id, guild: bool, parts: Map<String, Value>, id: Option<Id>) -> (Value, bool) {
    let kind = parts.get("type").and_then(Value::as_u64).and_then(|kind| u8::try_from(kind).ok()).unwrap_or(1);
    let name = parts.get("name").and_then(Value::as_str).unwrap_or("").to_owned();
    let same = of(core, bot, guild)
        .find(|command| id.map_or(command.name == name && command.kind == kind, |id| command.id == id))
        .cloned();
    let same_parts = |command: &Command| {
        parts.iter().all(|(key, value)| command.body.get(key) == Some(value))
            && command.body.get("options").is_some() == parts.contains_key("options")
    };
    if let Some(command) = same.as_ref().filter(|command| same_parts(command)) {
        return (command.body.clone(), false);
    }
    let version = core.world.next_id();
    let id = same.as_ref().map_or_else(|| core.world.next_id(), |command| command.id);
    let mut body = json!({ "id": id, "application_id": bot, "version": version });
    crate::world::render::merge(&mut body, Value::Object(parts));
    if guild {
        body["guild_id"] = json!(core.world.meta.guild_id);
        if let Some(object) = body.as_object_mut() {
            object.remove("dm_permission");
            object.entry("contexts").or_insert(Value::Null);
        }
    } else {
        let dm = body.get("contexts").and_then(Value::as_array).is_none_or(|contexts| contexts.contains(&json!(1)));
        if let Some(object) = body.as_object_mut() {
            object.entry("contexts").or_insert(Value::Null);
            object.entry("dm_permission").or_insert(json!(dm));
        }
    }
    core.world.commands.insert(id, Command { id, application_id: bot, guild, kind, name, body: body.clone() });
    core.world.mark(Table::Command, id);
    (body, same.is_none())
}

/// How many commands of a kind there may be. Source: Discord docs, "Registering a Command".
fn room(kind: u64) -> usize {
    if kind == 1 { 100 } else { 15 }
}

pub(crate) fn create(core: &mut Core, call: Call) -> Answer {
    let guild = scope(core, &call)?;
    let mut problems = Problems::default();
    let parts = validate::commands::check(&call.body, "", &mut problems);
    problems.finish()?;
    let kind = parts.get("type").and_then(Value::as_u64).unwrap_or(1);
    let (same_kind, known) = of(core, call.bot, guild)
        .filter(|command| u64::from(command.kind) == kind)
        .fold((0, false), |(count, known), command| {
            (count + 1, known || parts.get("name") == Some(&json!(command.name)))
        });
    if !known && same_kind >= room(kind) {
        return Err(error::too_many_commands());
    }
    let (body, new) = save(core, call.bot, guild, parts, None);
    core.tell_page("commands", json!({}));
    Ok(Reply::Json(if new { 201 } else { 200 }, body))
}

pub(crate) fn replace(core: &mut Core, call: Call) -> Answer {
    let guild = scope(core, &call)?;
    let Some(list) = call.body.as_array() else {
        return Err(Problems::one("", "LIST_TYPE_CONVERT", "Could not interpret value as list."));
    };
    let mut problems = Problems::default();
    let mut checked = Vec::new();
    let mut seen = std::collections::HashSet::new();
    for (index, body) in list.iter().enumerate() {
        let parts = validate::commands::check(body, &index.to_string(), &mut problems);
        if !seen.insert(format!("{:?}/{:?}", parts.get("type"), parts.get("name"))) {
            problems.add(
                &index.to_string(),
                "APPLICATION_COMMANDS_DUPLICATE_NAME",
                "Application command names must be unique",
            );
        }
        checked.push(parts);
    }
    problems.finish()?;
    for kind in 1..=3_u64 {
        if checked.iter().filter(|parts| parts.get("type") == Some(&json!(kind))).count() > room(kind) {
            return Err(error::too_many_commands());
        }
    }
    let made: Vec<Value> = checked.into_iter().map(|parts| save(core, call.bot, guild, parts, None).0).collect();
    let keep: Vec<Id> = made.iter().filter_map(|body| body["id"].as_str()?.parse().ok()).collect();
    let gone: Vec<Id> = of(core, call.bot, guild).map(|command| command.id).filter(|id| !keep.contains(id)).collect();
    for id in gone {
        core.world.commands.remove(&id);
        core.world.mark(Table::Command, id);
    }
    core.tell_page("commands", json!({}));
    ok(json!(made))
}

pub(crate) fn edit(core: &mut Core, call: Call) -> Answer {
    let before = one(core, &call)?;
    let mut form = before.body.clone();
    crate::world::render::merge(&mut form, call.body.clone());
    form["type"] = json!(before.kind);
    let mut problems = Problems::default();
    let parts = validate::commands::check(&form, "", &mut problems);
    problems.finish()?;
    if of(core, call.bot, before.guild).any(|other| {
        other.id != before.id && other.kind == before.kind && parts.get("name") == Some(&json!(other.name))
    }) {
        return Err(Problems::one(
            "name",
            "APPLICATION_COMMANDS_DUPLICATE_NAME",
            "Application command names must be unique",
        ));
    }
    let (body, _) = save(core, call.bot, before.guild, parts, Some(before.id));
    core.tell_page("commands", json!({}));
    ok(body)
}

pub(crate) fn delete(core: &mut Core, call: Call) -> Answer {
    let command = one(core, &call)?;
    core.world.commands.remove(&command.id);
    core.world.mark(Table::Command, command.id);
    core.tell_page("commands", json!({}));
    done()
}

pub(crate) fn all_permissions(core: &mut Core, call: Call) -> Answer {
    scope(core, &call)?;
    ok(json!([]))
}

pub(crate) fn permissions(core: &mut Core, call: Call) -> Answer {
    scope(core, &call)?;
    // Nobody has changed who sees this command.
    Err(Refusal::new(404, 10066, "Unknown application command permissions"))
}

pub(crate) fn set_permissions(core: &mut Core, call: Call) -> Answer {
    scope(core, &call)?;
    // A bot token cannot change them; only an administrator in the server's settings can.
    Err(Refusal::new(403, 20001, "Bots cannot use this endpoint"))
}
