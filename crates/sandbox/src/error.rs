//! Purpose: refusals in Discord's own words: HTTP status, JSON error code, message, nested form errors.

use serde_json::{Map, Value, json};

/// What a REST call is refused with.
#[derive(Debug, Clone)]
pub(crate) struct Refusal {
    pub(crate) status: u16,
    pub(crate) code: u64,
    pub(crate) message: String,
    pub(crate) errors: Option<Value>,
    /// Set for 429 answers: seconds to wait and whose limit it is.
    pub(crate) wait: Option<Wait>,
    /// The message is a page of a proxy, sent instead of JSON.
    pub(crate) html: bool,
}

/// The 429 part of a refusal.
#[derive(Debug, Clone)]
pub(crate) struct Wait {
    pub(crate) retry_after_s: f64,
    pub(crate) global: bool,
    pub(crate) scope: &'static str,
}

impl Refusal {
    pub(crate) fn new(status: u16, code: u64, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into(), errors: None, wait: None, html: false }
    }

    pub(crate) fn limited(code: u64, retry_after_s: f64, global: bool, scope: &'static str) -> Self {
        let message = if code == 0 {
            "You are being rate limited."
        } else {
            "Maximum number of edits to messages older than 1 hour reached. Try again later"
        };
        Self { wait: Some(Wait { retry_after_s, global, scope }), ..Self::new(429, code, message) }
    }

    pub(crate) fn body(&self) -> Value {
        let mut body = json!({ "message": self.message, "code": self.code });
        if let Some(errors) = &self.errors {
            body["errors"] = errors.clone();
        }
        if let Some(wait) = &self.wait {
            body["retry_after"] = json!(wait.retry_after_s);
            body["global"] = json!(wait.global);
            if self.code == 0
                && let Some(object) = body.as_object_mut()
            {
                object.remove("code");
            }
        }
        body
    }
}

macro_rules! refusals {
    ($($name:ident = $status:literal, $code:literal, $message:literal;)*) => {
        $(#[doc = $message] pub(crate) fn $name() -> Refusal { Refusal::new($status, $code, $message) })*
    };
}

refusals! {
    unauthorized = 401, 0, "401: Unauthorized";
    not_found = 404, 0, "404: Not Found";
    wrong_method = 405, 0, "405: Method Not Allowed";
    bad_json = 400, 50109, "The request body contains invalid JSON.";
    unknown_application = 404, 10002, "Unknown Application";
    unknown_channel = 404, 10003, "Unknown Channel";
    unknown_guild = 404, 10004, "Unknown Guild";
    unknown_member = 404, 10007, "Unknown Member";
    unknown_message = 404, 10008, "Unknown Message";
    unknown_overwrite = 404, 10009, "Unknown Permission Overwrite";
    unknown_role = 404, 10011, "Unknown Role";
    unknown_user = 404, 10013, "Unknown User";
    unknown_emoji = 400, 10014, "Unknown Emoji";
    unknown_webhook = 404, 10015, "Unknown Webhook";
    unknown_interaction = 404, 10062, "Unknown interaction";
    unknown_command = 404, 10063, "Unknown application command";
    too_many_pins = 400, 30003, "Maximum number of pins reached (250)";
    too_many_channels = 400, 30013, "Maximum number of guild channels reached (500)";
    too_many_reactions = 400, 30010, "Maximum number of reactions reached (20)";
    too_many_attachments = 400, 30015, "Maximum number of attachments in a message reached (10)";
    too_many_thread_members = 400, 30033, "Maximum number of thread participants has been reached (1000)";
    too_many_commands = 400, 30032, "Maximum number of application commands reached (100)";
    body_too_large = 413, 40005, "Request entity too large";
    already_acknowledged = 400, 40060, "Interaction has already been acknowledged.";
    tag_required = 400, 40067, "A tag is required to create a forum post in this channel";
    forum_needs_thread = 400, 40058, "Cannot message this channel until a thread is created";
    missing_access = 403, 50001, "Missing Access";
    dm_only_actions = 403, 50003, "Cannot execute action on a DM channel";
    not_author = 403, 50005, "Cannot edit a message authored by another user";
    empty_message = 400, 50006, "Cannot send an empty message";
    cannot_message_user = 403, 50007, "Cannot send messages to this user";
    non_text_channel = 400, 50008, "Cannot send messages in a non-text channel";
    missing_permissions = 403, 50013, "Missing Permissions";
    no_mutual_guild = 403, 50278, "Cannot send messages to this user due to having no mutual guilds";
    bulk_too_old = 400, 50034, "You can only bulk delete messages that are under 14 days old.";
    unknown_ban = 404, 10026, "Unknown Ban";
    webhook_needs_thread = 400, 220_001, "Webhooks posted to forum channels must have a thread_name or thread_id";
    webhook_one_thread = 400, 220_002, "Webhooks posted to forum channels cannot have both a thread_name and thread_id";
    system_message = 403, 50021, "Cannot execute action on a system message";
    wrong_channel_type = 400, 50024, "Cannot execute action on this channel type";
    invalid_webhook_token = 401, 50027, "Invalid Webhook Token";
    invalid_role = 400, 50028, "Invalid role";
    thread_archived = 400, 50083, "Thread is archived";
    thread_exists = 400, 160004, "A thread has already been created for this message";
    thread_locked = 400, 160005, "Thread is locked";
    too_many_threads = 400, 160006, "Maximum number of active threads reached";
    internal = 500, 0, "500: Internal Server Error";
}

/// Collects the mistakes of one form so that all of them are told at once.
#[derive(Default)]
pub(crate) struct Problems {
    root: Map<String, Value>,
}

impl Problems {
    /// Adds a mistake at a path such as `embeds.0.title`; an empty path is the form itself.
    pub(crate) fn add(&mut self, path: &str, code: &str, message: impl Into<String>) {
        let mut at = &mut self.root;
        for part in path.split('.').filter(|part| !part.is_empty()) {
            let entry = at.entry(part).or_insert_with(|| json!({}));
            if !entry.is_object() {
                *entry = json!({});
            }
            match entry {
                Value::Object(object) => at = object,
                _ => return,
            }
        }
        if let Value::Array(list) = at.entry("_errors").or_insert_with(|| json!([])) {
            list.push(json!({ "code": code, "message": message.into() }));
        }
    }

    pub(crate) fn required(&mut self, path: &str) {
        self.add(path, "BASE_TYPE_REQUIRED", "This field is required");
    }

    pub(crate) fn choices(&mut self, path: &str, allowed: &str) {
        self.add(path, "BASE_TYPE_CHOICES", format!("Value must be one of {{{allowed}}}."));
    }

    /// Checks a text's length in characters.
    pub(crate) fn length(&mut self, path: &str, text: &str, min: usize, max: usize) {
        let length = text.chars().count();
        if length > max || length < min {
            if min == 0 {
                self.add(path, "BASE_TYPE_MAX_LENGTH", format!("Must be {max} or fewer in length."));
            } else {
                self.add(path, "BASE_TYPE_BAD_LENGTH", format!("Must be between {min} and {max} in length."));
            }
        }
    }

    /// Checks a list's length.
    pub(crate) fn count(&mut self, path: &str, length: usize, min: usize, max: usize) {
        if length > max || length < min {
            if min == 0 {
                self.add(path, "BASE_TYPE_MAX_LENGTH", format!("Must be {max} or fewer in length."));
            } else {
                self.add(path, "BASE_TYPE_BAD_LENGTH", format!("Must be between {min} and {max} in length."));
            }
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.root.is_empty()
    }

    /// The refusal, or nothing when there is nothing to tell.
    pub(crate) fn finish(self) -> Result<(), Refusal> {
        if self.is_empty() {
            return Ok(());
        }
        let mut errors = Value::Object(self.root);
        innermost(&mut errors);
        Err(Refusal { errors: Some(errors), ..Refusal::new(400, 50035, "Invalid Form Body") })
    }

    /// A refusal with one mistake.
    pub(crate) fn one(path: &str, code: &str, message: impl Into<String>) -> Refusal {
        let mut problems = Self::default();
        problems.add(path, code, message);
        Refusal { errors: Some(Value::Object(problems.root)), ..Refusal::new(400, 50035, "Invalid Form Body") }
    }
}

/// Discord tells the mistakes of a list or of its entries, never both: the entries count.
fn innermost(errors: &mut Value) {
    let Some(object) = errors.as_object_mut() else { return };
    if object.len() > 1 {
        object.remove("_errors");
    }
    object.iter_mut().filter(|(key, _)| *key != "_errors").for_each(|(_, inner)| innermost(inner));
}
