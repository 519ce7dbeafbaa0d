//! Purpose: tell Discord our commands, and learn their ids for clickable mentions.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::data::Command;
use crate::directory_load::{LoadError, SharedDirectory};
use crate::rest::{ApplicationId, Client, Failure, GuildId, Lane, Route};

/// Registers the commands in the home server, replacing all others, and keeps their ids in the directory. Safe to
/// repeat. Errors: the caller tries again; until then the commands of the last time stay.
pub async fn register(rest: &Client, directory: &SharedDirectory, commands: &[Command]) -> Result<(), LoadError> {
    let unreachable = |reason: String| LoadError::Unreachable(reason);
    let guild = directory.get().guild.ok_or_else(|| unreachable("the home server is not known yet".to_owned()))?;
    let route = Route::overwrite_guild_commands(ApplicationId(directory.home().application), GuildId(guild.0));
    let permit = rest.permit(Lane::Housekeeping, &route, Duration::from_secs(30)).await;
    let permit = permit.map_err(|error| unreachable(error.to_string()))?;
    let response = permit.send(registration(commands).into(), None).await.map_err(|failure| match failure {
        Failure::TokenRejected { .. } => LoadError::TokenRejected,
        other => unreachable(other.to_string()),
    })?;
    let registered: Vec<Registered> = response.parse().map_err(|error| unreachable(error.to_string()))?;
    let ids = ids(&registered);
    tracing::info!(commands = registered.len(), "Registered the commands");
    directory.change(|directory| directory.commands = ids);
    Ok(())
}

/// The exact body of the registration, without members that say nothing.
#[must_use]
pub fn registration(commands: &[Command]) -> Value {
    let mut list = json!(poise::builtins::create_application_commands(commands));
    for entry in list.as_array_mut().into_iter().flatten() {
        prune(entry);
        localize_menu(entry, commands);
    }
    list
}

/// The framework registers the names of menu entries in one language only.
fn localize_menu(entry: &mut Value, commands: &[Command]) {
    let Some(fields) = entry.as_object_mut() else { return };
    if matches!(fields.get("type").and_then(Value::as_u64), None | Some(1)) {
        return;
    }
    let name = fields.get("name").and_then(Value::as_str).unwrap_or_default();
    let menu = commands.iter().find(|command| command.context_menu_name.as_deref() == Some(name));
    let Some(names) = menu.map(|command| &command.name_localizations).filter(|names| !names.is_empty()) else { return };
    let names: Map<String, Value> =
        names.iter().map(|(locale, name)| (locale.to_string(), Value::from(name.as_ref()))).collect();
    fields.insert("name_localizations".to_owned(), Value::Object(names));
}

fn prune(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            fields.values_mut().for_each(prune);
            fields.retain(|_, field| match field {
                Value::Null => false,
                Value::Array(list) => !list.is_empty(),
                Value::Object(inner) => !inner.is_empty(),
                Value::Bool(_) | Value::Number(_) | Value::String(_) => true,
            });
        }
        Value::Array(list) => list.iter_mut().for_each(prune),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[derive(Debug, Deserialize)]
struct Registered {
    id: String,
    name: String,
    /// 1 is a slash command.
    #[serde(default = "slash", rename = "type")]
    kind: u8,
    #[serde(default)]
    options: Vec<RegisteredOption>,
}

#[derive(Debug, Deserialize)]
struct RegisteredOption {
    name: String,
    /// 1 is a subcommand, 2 a group of them.
    #[serde(rename = "type")]
    kind: u8,
    #[serde(default)]
    options: Vec<RegisteredOption>,
}

fn slash() -> u8 {
    1
}

/// Ids by full name: a subcommand is mentioned by the id of its root.
fn ids(registered: &[Registered]) -> BTreeMap<String, u64> {
    fn walk(name: &str, id: u64, options: &[RegisteredOption], ids: &mut BTreeMap<String, u64>) {
        let below: Vec<_> = options.iter().filter(|option| matches!(option.kind, 1 | 2)).collect();
        if below.is_empty() {
            ids.insert(name.to_owned(), id);
        }
        for option in below {
            walk(&format!("{name} {}", option.name), id, &option.options, ids);
        }
    }
    let mut all = BTreeMap::new();
    for command in registered.iter().filter(|command| command.kind == 1) {
        if let Ok(id) = command.id.parse() {
            walk(&command.name, id, &command.options, &mut all);
        }
    }
    all
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn ids_are_kept_by_full_name_and_menu_entries_have_none() {
        let registered: Vec<Registered> = serde_json::from_value(json!([
            { "id": "7", "name": "ack", "type": 1, "options": [{ "name": "incident", "type": 3 }] },
            { "id": "8", "name": "incident", "options": [{ "name": "open", "type": 1 }, { "name": "list", "type": 1 }] },
            { "id": "9", "name": "Open incident", "type": 3 },
        ]))
        .unwrap();
        let expected = [("ack".to_owned(), 7), ("incident list".to_owned(), 8), ("incident open".to_owned(), 8)].into();
        assert_eq!(ids(&registered), expected);
    }
}
