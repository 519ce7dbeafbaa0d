//! Purpose: people act: write, edit, react, press, choose, fill in forms. What Discord's own client would not let them do is refused.

use base64::{Engine, prelude::BASE64_STANDARD};
use serde_json::{Value, json};

use super::{Ask, Denied, Told, gone, no, view};
use crate::{
    actions::{interactions::Doing, messages::Post},
    error,
    hub::Core,
    id::Id,
    permissions,
    rest::{body::guess_type, messages::asleep, reactions::emoji},
    validate::{
        components,
        message::{self, Form, Upload},
    },
    world::{Channel, Key, Message, Read, Table, User, mentions, render},
};

pub(crate) fn read(core: &mut Core, ask: &Ask) -> Told {
    let person = ask.person(core, "person")?;
    let channel = ask.channel(core, person.id)?;
    let last = core
        .world
        .messages
        .get(&channel.id)
        .and_then(|messages| messages.last_key_value())
        .map_or(Id(0), |(id, _)| *id);
    core.world
        .reads
        .insert((person.id, channel.id), Read { person: person.id, channel: channel.id, last, mentions: 0 });
    core.world.dirty.insert(Key(Table::Read, person.id, channel.id));
    Ok(json!({ "read": last }))
}

pub(crate) fn post(core: &mut Core, ask: &Ask) -> Told {
    let person = ask.person(core, "person")?;
    let channel = writable(core, ask, &person)?;
    let files = uploads(ask)?;
    let content =
        if files.is_empty() { ask.text("content")? } else { ask.body["content"].as_str().unwrap_or_default() };
    let mut form = json!({ "content": content });
    if !files.is_empty() {
        form["attachments"] = ask.body["files"]
            .as_array()
            .into_iter()
            .flatten()
            .enumerate()
            .map(|(number, file)| json!({ "id": number, "filename": file["filename"], "description": file["description"] }))
            .collect();
    }
    if let Some(reply_to) = ask.body.get("reply_to").filter(|id| !id.is_null()) {
        form["message_reference"] = json!({ "message_id": reply_to });
    }
    let draft = message::check(&form, files, Form::Create, false, core.limits.attachment_bytes)?;
    if draft.is_empty() {
        return Err(error::empty_message().into());
    }
    core.may_post(person.id, &channel, &draft)?;
    if let Some((_, target)) = draft.reference
        && core.world.message(channel.id, target).is_none()
    {
        return Err(gone("There is no such message to reply to."));
    }
    let id = core.post(Post::plain(person.id, channel.id, draft));
    shown(core, channel.id, id, person.id)
}

/// The files of `files`: each with `filename`, `base64` and, when wanted, `content_type` and `description`.
pub(crate) fn uploads(ask: &Ask) -> Result<Vec<Upload>, Denied> {
    ask.body["files"].as_array().into_iter().flatten().zip(0..).map(|(file, number)| upload(file, number)).collect()
}

/// One file as JSON has it.
fn upload(file: &Value, number: u64) -> Result<Upload, Denied> {
    let filename = file["filename"].as_str().filter(|name| !name.is_empty());
    let filename = filename.ok_or_else(|| no("Each file needs a `filename`."))?.to_owned();
    let data = file["base64"].as_str().and_then(|text| BASE64_STANDARD.decode(text).ok());
    let bytes = data.ok_or_else(|| no(format!("The `base64` of {filename} cannot be decoded.")))?;
    let content_type = file["content_type"].as_str().filter(|kind| !kind.is_empty());
    let content_type = content_type.unwrap_or_else(|| guess_type(&filename)).to_owned();
    Ok(Upload { number, filename, content_type, bytes })
}

/// The channel to write in; a bot's id or name opens the DM with it.
fn writable(core: &mut Core, ask: &Ask, person: &User) -> Result<Channel, Denied> {
    let text = ask.text("channel")?;
    if let Some(name) = text.strip_prefix('@') {
        let bot = core.bot_named(name)?;
        let dm = core.dm_between(person.id, bot);
        return core.world.channels.get(&dm).cloned().ok_or_else(|| gone("The DM is gone."));
    }
    ask.channel(core, person.id)
}

fn shown(core: &Core, channel: Id, id: Id, person: Id) -> Told {
    let message = core.world.message(channel, id).ok_or_else(|| gone("The message is gone."))?;
    Ok(json!({ "message": view::shown(core, message, person) }))
}

/// A message that the person can see.
fn visible(core: &Core, ask: &Ask, person: &User) -> Result<(Channel, Message), Denied> {
    let id = ask.id("message")?;
    let message =
        core.world.find_message(id).filter(|message| message.ephemeral_for.is_none_or(|only| only == person.id));
    let channel = message
        .and_then(|message| core.world.channels.get(&message.channel_id))
        .filter(|channel| permissions::sees(&core.world, person.id, channel));
    match (channel, message) {
        (Some(channel), Some(message)) => Ok((channel.clone(), message.clone())),
        _ => Err(gone("There is no such message that this person can see.")),
    }
}

pub(crate) fn edit(core: &mut Core, ask: &Ask) -> Told {
    let person = ask.person(core, "person")?;
    let (channel, message) = visible(core, ask, &person)?;
    if message.author_id != person.id {
        return Err(Denied(403, "People edit their own messages only.".to_owned()));
    }
    asleep(&channel)?;
    let draft = message::check(
        &json!({ "content": ask.text("content")? }),
        Vec::new(),
        Form::Edit,
        false,
        core.limits.attachment_bytes,
    )?;
    if draft.is_empty() {
        return Err(error::empty_message().into());
    }
    core.edit_message(channel.id, message.id, draft, mentions::Default::All);
    shown(core, channel.id, message.id, person.id)
}

pub(crate) fn delete(core: &mut Core, ask: &Ask) -> Told {
    let person = ask.person(core, "person")?;
    let (channel, message) = visible(core, ask, &person)?;
    let manages = permissions::in_channel(&core.world, person.id, &channel) & permissions::MANAGE_MESSAGES != 0
        && !channel.is_dm();
    // An ephemeral answer is dismissed by the one who sees it.
    if message.author_id != person.id && !manages && message.ephemeral_for != Some(person.id) {
        return Err(Denied(403, "People delete their own messages only.".to_owned()));
    }
    core.delete_message(channel.id, message.id);
    Ok(json!({ "deleted": message.id }))
}

pub(crate) fn react(core: &mut Core, ask: &Ask) -> Told {
    let person = ask.person(core, "person")?;
    let (channel, message) = visible(core, ask, &person)?;
    asleep(&channel)?;
    let emoji = emoji(ask.text("emoji")?)?;
    let has = message.reactions.iter().any(|reaction| reaction.emoji == emoji && reaction.users.contains(&person.id));
    let known = message.reactions.iter().any(|reaction| reaction.emoji == emoji);
    if !has && !known && permissions::in_channel(&core.world, person.id, &channel) & permissions::ADD_REACTIONS == 0 {
        return Err(error::missing_permissions().into());
    }
    // Like the client: the same emoji again takes it away.
    core.react(person.id, channel.id, message.id, &emoji, !has);
    shown(core, channel.id, message.id, person.id)
}

/// The component of a message, and the application that gets the interaction.
fn component(core: &Core, ask: &Ask, person: &User) -> Result<(Channel, Message, Value, Id), Denied> {
    let (channel, message) = visible(core, ask, person)?;
    let custom_id = ask.text("custom_id")?;
    let found = components::find(&message.components, custom_id)
        .ok_or_else(|| gone(format!("The message has no component {custom_id:?}.")))?;
    if found["disabled"] == true {
        return Err(no("That component is disabled."));
    }
    let application = message.application_id.unwrap_or(message.author_id);
    if !core.world.is_bot(application) {
        return Err(no("Nobody answers this component."));
    }
    Ok((channel, message, found, application))
}

pub(crate) fn press(core: &mut Core, ask: &Ask) -> Told {
    let person = ask.person(core, "person")?;
    let (channel, message, found, application) = component(core, ask, &person)?;
    if found["type"] != 2 {
        return Err(no("That is not a button."));
    }
    let data = json!({ "component_type": 2, "custom_id": found["custom_id"], "id": found["id"] });
    let id = core.interact(Doing {
        kind: 3,
        application,
        person: person.id,
        channel: channel.id,
        data,
        source: Some(message.id),
        trigger: None,
    });
    Ok(json!({ "interaction": id }))
}

pub(crate) fn select(core: &mut Core, ask: &Ask) -> Told {
    let person = ask.person(core, "person")?;
    let (channel, message, found, application) = component(core, ask, &person)?;
    let kind = found["type"].as_u64().unwrap_or(0);
    if !matches!(kind, 3 | 5..=8) {
        return Err(no("That is not a select menu."));
    }
    let values: Vec<String> =
        serde_json::from_value(ask.body["values"].clone()).map_err(|_| no("`values` is a list of texts."))?;
    let (min, max) = (found["min_values"].as_u64().unwrap_or(1), found["max_values"].as_u64().unwrap_or(1));
    if !(min..=max).contains(&u64::try_from(values.len()).unwrap_or(u64::MAX)) {
        return Err(no(format!("Choose {min} to {max} values.")));
    }
    let mut data =
        json!({ "component_type": kind, "custom_id": found["custom_id"], "id": found["id"], "values": values });
    if kind == 3 {
        for value in &values {
            if !found["options"]
                .as_array()
                .is_some_and(|options| options.iter().any(|option| option["value"] == value.as_str()))
            {
                return Err(no(format!("{value:?} is not among the options.")));
            }
        }
    } else {
        let mut resolved = json!({});
        for value in &values {
            resolve(core, kind, value, person.id, &mut resolved)?;
        }
        data["resolved"] = resolved;
    }
    let id = core.interact(Doing {
        kind: 3,
        application,
        person: person.id,
        channel: channel.id,
        data,
        source: Some(message.id),
        trigger: None,
    });
    Ok(json!({ "interaction": id }))
}

/// Adds what an id stands for to `resolved`. `kind`: of the select menu (5 user, 6 role, 7 both, 8 channel).
pub(crate) fn resolve(core: &Core, kind: u64, value: &str, person: Id, resolved: &mut Value) -> Result<(), Denied> {
    let id: Id = value.parse().map_err(|_| no(format!("{value:?} is not an id.")))?;
    if matches!(kind, 5 | 7)
        && let Some(user) = core.world.users.get(&id)
    {
        resolved["users"][value] = render::user(user);
        let mut member = render::partial_member(user);
        member["permissions"] = json!(permissions::in_guild(&core.world, id).to_string());
        resolved["members"][value] = member;
        return Ok(());
    }
    if matches!(kind, 6 | 7)
        && let Some(role) = core.world.roles.get(&id)
    {
        resolved["roles"][value] = render::role(role);
        return Ok(());
    }
    if kind == 8
        && let Some(channel) =
            core.world.channels.get(&id).filter(|channel| permissions::sees(&core.world, person, channel))
    {
        let mut body = core.world.channel_json(channel, None);
        body["permissions"] = json!(permissions::in_channel(&core.world, person, channel).to_string());
        resolved["channels"][value] = body;
        return Ok(());
    }
    Err(gone(format!("Nothing of that kind has the id {value}.")))
}

/// Fills in a form.
pub(crate) fn submit(core: &mut Core, ask: &Ask) -> Told {
    let person = ask.person(core, "person")?;
    let trigger = ask.id("modal")?;
    let Some(shown) =
        core.world.interactions.get(&trigger).filter(|interaction| interaction.person == person.id).cloned()
    else {
        return Err(gone("There is no such form before this person."));
    };
    let Some(modal) = shown.modal.clone() else { return Err(gone("There is no such form before this person.")) };
    if shown.submitted {
        return Err(no("That form has been sent already."));
    }
    let fields = ask.body["fields"].as_object().cloned().unwrap_or_default();
    let mut known = Vec::new();
    let mut rows = Vec::new();
    for row in modal["components"].as_array().into_iter().flatten() {
        rows.push(filled(row, &fields, &mut known)?);
    }
    if let Some(stranger) = fields.keys().find(|key| !known.contains(*key)) {
        return Err(no(format!("The form has no field {stranger:?}.")));
    }
    if let Some(interaction) = core.world.interaction_mut(trigger) {
        interaction.submitted = true;
    }
    let data = json!({ "custom_id": modal["custom_id"], "components": rows });
    // A form that a button opened still belongs to the button's message.
    let id = core.interact(Doing {
        kind: 5,
        application: shown.application_id,
        person: person.id,
        channel: shown.channel_id,
        data,
        source: shown.source,
        trigger: Some(trigger),
    });
    Ok(json!({ "interaction": id }))
}

fn filled(
    component: &Value,
    fields: &serde_json::Map<String, Value>,
    known: &mut Vec<String>,
) -> Result<Value, Denied> {
    let mut body = json!({ "type": component["type"], "id": component["id"] });
    if let Some(inner) = component["components"].as_array() {
        body["components"] = inner.iter().map(|one| filled(one, fields, known)).collect::<Result<_, _>>()?;
        return Ok(body);
    }
    if component["component"].is_object() {
        body["component"] = filled(&component["component"], fields, known)?;
        return Ok(body);
    }
    let Some(custom_id) = component["custom_id"].as_str() else { return Ok(body) };
    known.push(custom_id.to_owned());
    body["custom_id"] = json!(custom_id);
    let required = component["required"].as_bool().unwrap_or(true);
    if component["type"] != 4 {
        let values = match fields.get(custom_id) {
            Some(Value::Array(values)) => values.clone(),
            Some(one) => vec![one.clone()],
            None => Vec::new(),
        };
        if required && values.is_empty() {
            return Err(no(format!("The field {custom_id:?} is required.")));
        }
        body["values"] = json!(values);
        return Ok(body);
    }
    let text =
        fields.get(custom_id).or_else(|| component.get("value")).and_then(Value::as_str).unwrap_or("").to_owned();
    let length = u64::try_from(text.chars().count()).unwrap_or(u64::MAX);
    if required && text.trim().is_empty() {
        return Err(no(format!("The field {custom_id:?} is required.")));
    }
    let max = component["max_length"].as_u64().unwrap_or(4_000);
    let min = component["min_length"].as_u64().unwrap_or(0);
    if length > max || (length < min && !text.is_empty()) {
        return Err(no(format!("The field {custom_id:?} takes {min} to {max} characters, not {length}.")));
    }
    body["value"] = json!(text);
    Ok(body)
}

pub(crate) fn dms(core: &mut Core, ask: &Ask) -> Told {
    let person = ask.person(core, "person")?;
    let closed = ask.body["closed"].as_bool().ok_or_else(|| no("`closed` is true or false."))?;
    core.close_dms(person.id, closed);
    Ok(json!({ "closed": closed }))
}
