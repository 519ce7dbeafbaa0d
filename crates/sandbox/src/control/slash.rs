//! Purpose: slash commands, autocomplete and context menus as Discord's client sends them.

use base64::{Engine, prelude::BASE64_STANDARD};
use serde_json::{Map, Value, json};

use super::{Ask, Denied, Told, gone, no, people};
use crate::{
    actions::interactions::Doing,
    hub::Core,
    id::Id,
    permissions,
    validate::message::Upload,
    world::{Channel, Command, User, render, render::Viewer},
};

/// Whether a person is offered a command (in a channel, when one is given).
fn offered(core: &Core, person: &User, command: &Command, channel: Option<&Channel>) -> bool {
    let dm = channel.is_some_and(Channel::is_dm);
    let bits = channel.map_or_else(
        || permissions::in_guild(&core.world, person.id),
        |channel| permissions::in_channel(&core.world, person.id, channel),
    );
    let wanted = command.body["default_member_permissions"].as_str().and_then(|text| text.parse::<u64>().ok());
    let allowed = dm
        || wanted
            .is_none_or(|wanted| bits & permissions::ADMINISTRATOR != 0 || (wanted != 0 && bits & wanted == wanted));
    let place = command.body["contexts"].as_array().is_none_or(|contexts| contexts.contains(&json!(u8::from(dm))));
    let there =
        !dm || (!command.guild && channel.is_some_and(|channel| channel.recipients.contains(&command.application_id)));
    allowed && place && there && bits & permissions::USE_APPLICATION_COMMANDS != 0
}

pub(crate) fn commands(core: &mut Core, ask: &Ask) -> Told {
    let person = ask.person(core, "as")?;
    let found: Vec<&Value> = core
        .world
        .commands
        .values()
        .filter(|command| offered(core, &person, command, None))
        .map(|command| &command.body)
        .collect();
    Ok(json!({ "commands": found }))
}

/// The pieces of "incident open": the command, then subcommand group and subcommand.
struct Chosen {
    command: Command,
    path: Vec<Value>,
    /// Options that can be filled in.
    options: Vec<Value>,
}

fn choose(core: &Core, ask: &Ask, person: &User, channel: &Channel) -> Result<Chosen, Denied> {
    let text = ask.text("command")?;
    let mut words = text.trim_start_matches('/').split_whitespace();
    let name = words.next().unwrap_or("");
    let command = core
        .world
        .commands
        .values()
        .filter(|command| command.kind == 1 && command.name == name && offered(core, person, command, Some(channel)))
        .max_by_key(|command| command.guild)
        .cloned()
        .ok_or_else(|| gone(format!("There is no command /{name} here.")))?;
    let mut options: Vec<Value> = command.body["options"].as_array().cloned().unwrap_or_default();
    let mut path = Vec::new();
    for word in words {
        let next = options
            .iter()
            .find(|option| matches!(option["type"].as_u64(), Some(1 | 2)) && option["name"] == word)
            .cloned();
        let next = next.ok_or_else(|| gone(format!("/{text} is not a command: {word:?} is unknown.")))?;
        options = next["options"].as_array().cloned().unwrap_or_default();
        path.push(next);
    }
    if options.iter().any(|option| matches!(option["type"].as_u64(), Some(1 | 2))) {
        let names: Vec<&str> = options.iter().filter_map(|option| option["name"].as_str()).collect();
        return Err(no(format!("/{text} needs a subcommand: {}.", names.join(", "))));
    }
    Ok(Chosen { command, path, options })
}

/// Puts the filled-in options into their subcommand.
fn nest(path: &[Value], filled: Vec<Value>) -> Vec<Value> {
    path.iter()
        .rev()
        .fold(filled, |inner, one| vec![json!({ "name": one["name"], "type": one["type"], "options": inner })])
}

fn place(core: &Core, ask: &Ask) -> Result<(User, Channel), Denied> {
    let person = ask.person(core, "person")?;
    let channel = ask.channel(core, person.id)?;
    if !channel.holds_messages() {
        return Err(no("Commands are typed in channels with messages."));
    }
    if channel.thread.as_ref().is_some_and(|thread| thread.archived) {
        return Err(no("Thread is archived"));
    }
    Ok((person, channel))
}

fn payload(core: &Core, command: &Command, options: Vec<Value>, resolved: Value) -> Value {
    let mut data = json!({ "id": command.id, "name": command.name, "type": command.kind });
    if command.guild {
        data["guild_id"] = json!(core.world.meta.guild_id);
    }
    if !options.is_empty() {
        data["options"] = json!(options);
    }
    if resolved.as_object().is_some_and(|resolved| !resolved.is_empty()) {
        data["resolved"] = resolved;
    }
    data
}

pub(crate) fn run(core: &mut Core, ask: &Ask) -> Told {
    let (person, channel) = place(core, ask)?;
    let chosen = choose(core, ask, &person, &channel)?;
    let given = given(ask, &chosen)?;
    let mut resolved = json!({});
    let mut filled = Vec::new();
    for option in &chosen.options {
        let name = option["name"].as_str().unwrap_or("");
        match given.get(name).filter(|value| !value.is_null()) {
            Some(value) => {
                let value = if option["type"] == 11 {
                    attach(core, &channel, name, value, &mut resolved)?
                } else {
                    check_value(core, option, value, person.id, &mut resolved)?
                };
                filled.push(json!({ "name": name, "type": option["type"], "value": value }));
            }
            None if option["required"] == true => return Err(no(format!("The option `{name}` is required."))),
            None => {}
        }
    }
    let data = payload(core, &chosen.command, nest(&chosen.path, filled), resolved);
    let id = core.interact(Doing {
        kind: 2,
        application: chosen.command.application_id,
        person: person.id,
        channel: channel.id,
        data,
        source: None,
        trigger: None,
    });
    Ok(json!({ "interaction": id }))
}

/// A file that comes with a command: `{"filename", "content_type", "base64"}`.
fn attach(core: &mut Core, channel: &Channel, option: &str, value: &Value, resolved: &mut Value) -> Told {
    let wrong = || no(format!("The option `{option}` takes a file: `filename`, `content_type` and `base64`."));
    let text = |key: &str| value[key].as_str().ok_or_else(wrong);
    let bytes = BASE64_STANDARD.decode(text("base64")?).map_err(|_| wrong())?;
    if bytes.len() > core.limits.attachment_bytes {
        return Err(no("The file is too large."));
    }
    let content_type = text("content_type")?.to_owned();
    let upload = Upload { number: 0, filename: text("filename")?.to_owned(), content_type, bytes };
    let stored = core.store_files(vec![upload], &[]);
    let one = stored.first().ok_or_else(wrong)?;
    // Like all that is not a message's, its address is an ephemeral one.
    resolved["attachments"][one.id.to_string()] = core.world.attachment_json(channel.id, one, true);
    Ok(json!(one.id))
}

/// The options given, all of them known.
fn given(ask: &Ask, chosen: &Chosen) -> Result<Map<String, Value>, Denied> {
    let given = ask.body["options"].as_object().cloned().unwrap_or_default();
    match given.keys().find(|key| !chosen.options.iter().any(|option| option["name"] == key.as_str())) {
        Some(stranger) => Err(no(format!("The command has no option `{stranger}`."))),
        None => Ok(given),
    }
}

fn among_choices(option: &Value, value: &Value) -> bool {
    option["choices"].as_array().is_none_or(|choices| choices.iter().any(|choice| choice["value"] == *value))
}

/// Checks a value against its option, as the client does before sending, and gives it as it is sent.
fn check_value(core: &Core, option: &Value, value: &Value, person: Id, resolved: &mut Value) -> Result<Value, Denied> {
    let name = option["name"].as_str().unwrap_or("");
    let wrong = |what: &str| no(format!("The option `{name}` takes {what}."));
    let within = |number: f64| {
        option["min_value"].as_f64().is_none_or(|min| number >= min)
            && option["max_value"].as_f64().is_none_or(|max| number <= max)
    };
    let checked = match option["type"].as_u64().unwrap_or(0) {
        3 => {
            let text = value.as_str().ok_or_else(|| wrong("a text"))?;
            let length = u64::try_from(text.chars().count()).unwrap_or(u64::MAX);
            let (min, max) =
                (option["min_length"].as_u64().unwrap_or(1), option["max_length"].as_u64().unwrap_or(6_000));
            if !(min..=max).contains(&length) {
                return Err(wrong(&format!("{min} to {max} characters")));
            }
            json!(text)
        }
        4 => {
            let number = value
                .as_i64()
                .or_else(|| value.as_str().and_then(|text| text.parse().ok()))
                .ok_or_else(|| wrong("a whole number"))?;
            #[allow(clippy::cast_precision_loss, reason = "the client sends at most 53 bits")]
            if !within(number as f64) {
                return Err(wrong("a number within its bounds"));
            }
            json!(number)
        }
        5 => json!(value.as_bool().ok_or_else(|| wrong("true or false"))?),
        10 => {
            let number = value
                .as_f64()
                .or_else(|| value.as_str().and_then(|text| text.parse().ok()))
                .ok_or_else(|| wrong("a number"))?;
            if !within(number) {
                return Err(wrong("a number within its bounds"));
            }
            json!(number)
        }
        kind @ 6..=9 => {
            let text = value.as_str().ok_or_else(|| wrong("an id"))?;
            let (select, id) = match kind {
                6 => (5, core.world.users.values().find(|user| user.username == text).map(|user| user.id)),
                7 => (
                    8,
                    core.world
                        .channels
                        .values()
                        .find(|channel| channel.name == text.trim_start_matches('#'))
                        .map(|channel| channel.id),
                ),
                8 => (6, core.world.roles.values().find(|role| role.name == text).map(|role| role.id)),
                _ => (7, None),
            };
            let id = id.map_or_else(|| text.to_owned(), |id| id.to_string());
            people::resolve(core, select, &id, person, resolved)?;
            if let Some(types) = option["channel_types"].as_array()
                && !types.contains(&resolved["channels"][&id]["type"])
            {
                return Err(wrong("another kind of channel"));
            }
            json!(id)
        }
        _ => return Err(no(format!("The option `{name}` is of a kind that the sandbox cannot fill in."))),
    };
    if among_choices(option, &checked) { Ok(checked) } else { Err(wrong("one of its choices")) }
}

/// Asks for choices while an option is being typed. Gives the interaction.
pub(crate) fn autocomplete(core: &mut Core, ask: &Ask) -> Result<Id, Denied> {
    let (person, channel) = place(core, ask)?;
    let chosen = choose(core, ask, &person, &channel)?;
    let given = given(ask, &chosen)?;
    let focused = ask.text("focused")?;
    if !chosen.options.iter().any(|option| option["name"] == focused && option["autocomplete"] == true) {
        return Err(no(format!("The option `{focused}` has no autocomplete.")));
    }
    let mut filled = Vec::new();
    for option in &chosen.options {
        let name = option["name"].as_str().unwrap_or("");
        if name == focused {
            // What is being typed is sent as text, whatever the option's type.
            let typed = given
                .get(name)
                .map_or_else(String::new, |value| value.as_str().map_or_else(|| value.to_string(), str::to_owned));
            filled.push(json!({ "name": name, "type": option["type"], "value": typed, "focused": true }));
        } else if let Some(value) = given.get(name).filter(|value| !value.is_null()) {
            filled.push(json!({ "name": name, "type": option["type"], "value": value }));
        }
    }
    let data = payload(core, &chosen.command, nest(&chosen.path, filled), json!({}));
    Ok(core.interact(Doing {
        kind: 4,
        application: chosen.command.application_id,
        person: person.id,
        channel: channel.id,
        data,
        source: None,
        trigger: None,
    }))
}

/// A context menu on a message or on somebody.
pub(crate) fn menu(core: &mut Core, ask: &Ask) -> Told {
    let (person, channel) = place(core, ask)?;
    let name = ask.text("name")?;
    let kind = if ask.body["message"].is_string() { 3 } else { 2 };
    let command = core
        .world
        .commands
        .values()
        .filter(|command| {
            command.kind == kind && command.name == name && offered(core, &person, command, Some(&channel))
        })
        .max_by_key(|command| command.guild)
        .cloned()
        .ok_or_else(|| gone(format!("There is no menu entry {name:?} here.")))?;
    let mut resolved = json!({});
    let target = if kind == 3 {
        let id = ask.id("message")?;
        let message = core
            .world
            .message(channel.id, id)
            .filter(|message| message.ephemeral_for.is_none_or(|only| only == person.id))
            .ok_or_else(|| gone("There is no such message in this channel."))?;
        // The target comes with its content, whatever the intents.
        resolved["messages"][id.to_string()] = core.world.message_json(message, Viewer(command.application_id));
        id
    } else {
        let text = ask.text("user")?;
        let user = core
            .world
            .users
            .values()
            .find(|user| user.id.to_string() == text || user.username == text)
            .ok_or_else(|| gone(format!("There is nobody {text:?}.")))?;
        resolved["users"][user.id.to_string()] = render::user(user);
        if !channel.is_dm() {
            let mut member = render::partial_member(user);
            member["permissions"] = json!(permissions::in_channel(&core.world, user.id, &channel).to_string());
            resolved["members"][user.id.to_string()] = member;
        }
        user.id
    };
    let mut data = payload(core, &command, Vec::new(), resolved);
    data["target_id"] = json!(target);
    let id = core.interact(Doing {
        kind: 2,
        application: command.application_id,
        person: person.id,
        channel: channel.id,
        data,
        source: None,
        trigger: None,
    });
    Ok(json!({ "interaction": id }))
}
