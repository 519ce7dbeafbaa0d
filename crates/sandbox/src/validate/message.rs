//! Purpose: the form of a message: create, edit, interaction answer, webhook.

use serde_json::{Value, json};

use super::{components, embeds};
use crate::{
    error::{self, Problems, Refusal},
    id::Id,
    world::flags,
};

/// A file that came with the form.
#[derive(Clone, Debug)]
pub(crate) struct Upload {
    /// The number in `files[n]`.
    pub(crate) number: u64,
    pub(crate) filename: String,
    pub(crate) content_type: String,
    pub(crate) bytes: Vec<u8>,
}

/// A checked message form. `None` means that the form did not say.
#[derive(Clone, Debug, Default)]
pub(crate) struct Draft {
    pub(crate) content: Option<String>,
    pub(crate) embeds: Option<Vec<Value>>,
    pub(crate) components: Option<Vec<Value>>,
    pub(crate) flags: Option<u64>,
    pub(crate) tts: bool,
    pub(crate) allowed: Option<Value>,
    pub(crate) nonce: Option<Value>,
    pub(crate) enforce_nonce: bool,
    /// Channel (when given) and message that this one refers to.
    pub(crate) reference: Option<(Option<Id>, Id)>,
    pub(crate) fail_if_gone: bool,
    /// A forward, not a reply.
    pub(crate) forward: bool,
    /// Attachments that an edit keeps; `None` keeps all.
    pub(crate) keep_attachments: Option<Vec<Id>>,
    /// Names and descriptions of new files.
    pub(crate) attachment_notes: Vec<Value>,
    pub(crate) files: Vec<Upload>,
}

/// Which form it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    Create,
    Edit,
    Answer,
}

/// Text limit of a message. Source: Discord docs (the OpenAPI file says 4,000, which is for paying people).
const CONTENT: usize = 2_000;
const COMPONENT_TEXT: usize = 4_000;

impl Draft {
    pub(crate) fn text(content: &str) -> Self {
        Self { content: Some(content.to_owned()), ..Self::default() }
    }

    pub(crate) fn nonce_text(&self) -> Option<String> {
        match self.nonce.as_ref()? {
            Value::String(text) => Some(text.clone()),
            other => Some(other.to_string()),
        }
    }

    /// The content and the texts of components: all that can mention somebody.
    pub(crate) fn all_text(&self) -> String {
        let mut text = self.content.clone().unwrap_or_default();
        for component in self.components.iter().flatten() {
            components::texts(component, &mut |part| {
                text.push('\n');
                text.push_str(part);
            });
        }
        text
    }

    pub(crate) fn is_v2(&self) -> bool {
        self.flags.unwrap_or(0) & flags::IS_COMPONENTS_V2 != 0
    }

    /// Nothing in it that a reader could see.
    pub(crate) fn is_empty(&self) -> bool {
        self.content.as_deref().unwrap_or("").trim().is_empty()
            && self.embeds.as_ref().is_none_or(Vec::is_empty)
            && self.components.as_ref().is_none_or(Vec::is_empty)
            && self.files.is_empty()
            && !self.forward
    }
}

/// Reads and checks the form. `v2`: an edit of a message that has Components V2 already. `max_bytes`: of one attachment.
pub(crate) fn check(
    body: &Value,
    files: Vec<Upload>,
    form: Form,
    v2: bool,
    max_bytes: usize,
) -> Result<Draft, Refusal> {
    let Some(object) = body.as_object() else {
        return Err(Problems::one("", "BASE_TYPE_BAD_TYPE", "Only dictionaries may be used in a dictionary type"));
    };
    let mut problems = Problems::default();
    let mut draft = Draft { fail_if_gone: true, ..Draft::default() };
    let given = |key: &str| object.get(key).filter(|value| !value.is_null());
    // A `null` in an edit empties the field; elsewhere it is as if it were not there.
    let emptied = |key: &str| form != Form::Create && object.get(key).is_some_and(Value::is_null);

    match given("content") {
        Some(Value::String(text)) => {
            problems.length("content", text, 0, CONTENT);
            draft.content = Some(text.trim().to_owned());
        }
        Some(Value::Number(number)) => draft.content = Some(number.to_string()),
        Some(_) => problems.add("content", "STRING_TYPE_CONVERT", "Could not interpret value as string."),
        None if emptied("content") => draft.content = Some(String::new()),
        None => {}
    }
    if let Some(value) = given("flags") {
        match value.as_u64() {
            Some(value) => draft.flags = Some(value),
            None => problems.add("flags", "NUMBER_TYPE_COERCE", "Value is not int."),
        }
    }
    let allowed_flags = match form {
        Form::Create => flags::SUPPRESS_EMBEDS | flags::SUPPRESS_NOTIFICATIONS | flags::IS_COMPONENTS_V2,
        Form::Edit => {
            flags::SUPPRESS_EMBEDS
                | flags::IS_COMPONENTS_V2
                | flags::HAS_THREAD
                | flags::EPHEMERAL
                | flags::SUPPRESS_NOTIFICATIONS
        }
        Form::Answer => {
            flags::SUPPRESS_EMBEDS | flags::EPHEMERAL | flags::SUPPRESS_NOTIFICATIONS | flags::IS_COMPONENTS_V2
        }
    };
    draft.flags = draft.flags.map(|set| set & allowed_flags);
    let v2 = v2 || draft.is_v2();

    match given("embeds") {
        Some(Value::Array(list)) => draft.embeds = Some(embeds::check(list, &mut problems)),
        Some(_) => problems.add("embeds", "LIST_TYPE_CONVERT", "Could not interpret value as list."),
        None if emptied("embeds") => draft.embeds = Some(Vec::new()),
        // The single `embed` of old clients.
        None => {
            draft.embeds = given("embed")
                .filter(|embed| embed.is_object())
                .map(|embed| embeds::check(std::slice::from_ref(embed), &mut problems))
        }
    }
    match given("components") {
        Some(Value::Array(list)) => draft.components = Some(components::check(list, v2, &mut problems)),
        Some(_) => problems.add("components", "LIST_TYPE_CONVERT", "Could not interpret value as list."),
        None if emptied("components") => draft.components = Some(Vec::new()),
        None => {}
    }
    if v2 {
        for field in ["content", "embeds", "poll", "sticker_ids"] {
            let used = match given(field) {
                Some(Value::String(text)) => !text.is_empty(),
                Some(Value::Array(list)) => !list.is_empty(),
                Some(_) => true,
                None => false,
            };
            if used {
                problems.add(
                    field,
                    "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2",
                    format!("The '{field}' field cannot be used when using MessageFlags.IS_COMPONENTS_V2"),
                );
            }
        }
        if draft.all_text().chars().count() > COMPONENT_TEXT {
            problems.add(
                "components",
                "COMPONENT_MAX_TOTAL_TEXT_LENGTH",
                format!("The total text of all components must be {COMPONENT_TEXT} or fewer in length."),
            );
        }
    }
    check_nonce(&mut draft, given("nonce"), &mut problems);
    draft.enforce_nonce = given("enforce_nonce").and_then(Value::as_bool).unwrap_or(false);
    draft.tts = given("tts").and_then(Value::as_bool).unwrap_or(false);
    if let Some(allowed) = given("allowed_mentions") {
        check_allowed_mentions(allowed, &mut problems);
        draft.allowed = Some(allowed.clone());
    }
    if let Some(reference) = given("message_reference") {
        let id = |key: &str| reference.get(key).and_then(|id| serde_json::from_value::<Id>(id.clone()).ok());
        match id("message_id") {
            Some(message) => draft.reference = Some((id("channel_id"), message)),
            None => problems.required("message_reference.message_id"),
        }
        draft.fail_if_gone = reference["fail_if_not_exists"].as_bool().unwrap_or(true);
        draft.forward = reference["type"] == 1;
    }
    let too_many = check_files(&mut draft, given("attachments"), files, form, max_bytes)?;
    problems.finish()?;
    if too_many {
        return Err(error::too_many_attachments());
    }
    Ok(draft)
}

fn check_nonce(draft: &mut Draft, nonce: Option<&Value>, problems: &mut Problems) {
    match nonce {
        Some(Value::String(text)) => {
            problems.length("nonce", text, 0, 25);
            draft.nonce = Some(json!(text));
        }
        Some(Value::Number(number)) if number.is_i64() || number.is_u64() => draft.nonce = Some(json!(number)),
        Some(_) => problems.add("nonce", "NONCE_TYPE_INVALID", "Nonce must be a string or an integer."),
        None => {}
    }
}

fn check_allowed_mentions(allowed: &Value, problems: &mut Problems) {
    let parse: Vec<&str> = allowed["parse"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    for (index, kind) in parse.iter().enumerate() {
        if !matches!(*kind, "users" | "roles" | "everyone") {
            problems.choices(&format!("allowed_mentions.parse.{index}"), "'users', 'roles', 'everyone'");
        }
    }
    for kind in ["users", "roles"] {
        let count = allowed[kind].as_array().map_or(0, Vec::len);
        problems.count(&format!("allowed_mentions.{kind}"), count, 0, 100);
        if count > 0 && parse.contains(&kind) {
            problems.add(
                "allowed_mentions",
                "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE",
                format!("parse:[\"{kind}\"] and {kind}: [ids...] are mutually exclusive."),
            );
        }
    }
}

/// Files and what is said about them. Gives whether there are too many.
fn check_files(
    draft: &mut Draft,
    attachments: Option<&Value>,
    files: Vec<Upload>,
    form: Form,
    max_bytes: usize,
) -> Result<bool, Refusal> {
    if files.iter().any(|file| file.bytes.len() > max_bytes) {
        return Err(error::body_too_large());
    }
    let mut kept = 0;
    if let Some(list) = attachments.and_then(Value::as_array) {
        draft.attachment_notes = list.clone();
        if form == Form::Edit {
            let is_new = |note: &Value| {
                files.iter().any(|file| {
                    note["id"] == file.number || note["id"].as_str().is_some_and(|id| id == file.number.to_string())
                })
            };
            let keep: Vec<Id> = list
                .iter()
                .filter(|note| !is_new(note))
                .filter_map(|note| serde_json::from_value(note["id"].clone()).ok())
                .collect();
            kept = keep.len();
            draft.keep_attachments = Some(keep);
        }
    }
    let too_many = files.len() + kept > 10;
    draft.files = files;
    Ok(too_many)
}
