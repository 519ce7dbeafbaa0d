//! Purpose: what Discord shows, compared with what was meant.

use serde_json::Value;

use crate::directory_load::permissions as bits;

/// Messages with this flag make no sound. Source: Discord docs, "Message Flags".
const SUPPRESS_NOTIFICATIONS: u64 = 1 << 12;

/// What is different, and the permission that makes the difference, if one does.
pub(super) type Difference = (String, u64);

/// Looks for what a message lacks. `meant` is the body as it was sent, `files` what went with it (name, bytes).
pub(super) fn message(meant: &Value, files: &[(String, usize)], got: &Value, bot: u64) -> Option<Difference> {
    let differs = |what: &str| Some((what.to_owned(), 0));
    if id(&got["author"]) != Some(bot) {
        return differs("it is not the bot's own");
    }
    let (wanted, shown) = (list(&meant["embeds"]), list(&got["embeds"]));
    if !wanted.is_empty() && shown.is_empty() {
        return Some(("Discord dropped the embed".to_owned(), bits::EMBED_LINKS));
    }
    for (wanted, shown) in wanted.iter().zip(shown) {
        for part in ["title", "description"] {
            if text(&wanted[part]) != text(&shown[part]) {
                return differs(&format!("the embed's {part} is not what was sent"));
            }
        }
        if wanted["color"] != shown["color"] || text(&wanted["footer"]["text"]) != text(&shown["footer"]["text"]) {
            return differs("the embed's color or footer is not what was sent");
        }
    }
    if !meant["content"].is_null() && text(&meant["content"]) != text(&got["content"]) {
        return differs("the text is not what was sent");
    }
    if !meant["components"].is_null() && buttons(meant) != buttons(got) {
        return differs("the buttons are not what was sent");
    }
    let users = mentioned(meant, "users", "<@");
    let seen: Vec<u64> = list(&got["mentions"]).iter().filter_map(id).collect();
    if users.iter().any(|user| !seen.contains(user)) {
        return differs("Discord did not take the mention");
    }
    if seen.iter().any(|user| !users.contains(user)) || got["mention_everyone"] == true {
        return differs("Discord mentions somebody who was not meant");
    }
    let roles = mentioned(meant, "roles", "<@&");
    let seen: Vec<u64> = list(&got["mention_roles"]).iter().filter_map(number).collect();
    if roles.iter().any(|role| !seen.contains(role)) {
        return Some(("Discord did not take the mention of the role".to_owned(), bits::MENTION_EVERYONE));
    }
    let silent = meant["flags"].as_u64().unwrap_or(0) & SUPPRESS_NOTIFICATIONS;
    if got["flags"].as_u64().unwrap_or(0) & silent != silent {
        return differs("it is not silent");
    }
    if meant["message_reference"].is_object()
        && meant["message_reference"]["message_id"] != got["message_reference"]["message_id"]
    {
        return differs("it is no reply");
    }
    let shown: Vec<(String, u64)> = list(&got["attachments"])
        .iter()
        .map(|file| (text(&file["filename"]).to_owned(), file["size"].as_u64().unwrap_or(0)))
        .collect();
    let sent: Vec<(String, u64)> =
        files.iter().map(|(name, size)| (name.clone(), u64::try_from(*size).unwrap_or(0))).collect();
    if shown != sent {
        return Some(("the files are not what was sent".to_owned(), bits::ATTACH_FILES));
    }
    None
}

/// The first of these fields that is not as meant.
pub(super) fn fields(meant: &[(&str, Value)], got: &Value) -> Option<Difference> {
    let wrong = meant.iter().find(|(path, wanted)| got.pointer(path).unwrap_or(&Value::Null) != wanted)?;
    Some((format!("{} is not what was meant", wrong.0.trim_start_matches('/').replace('/', ".")), 0))
}

/// Overwrites, whatever their order.
pub(super) fn overwrites(channel: &Value) -> Vec<(u64, u64, u64)> {
    let mut all: Vec<(u64, u64, u64)> = list(&channel["permission_overwrites"])
        .iter()
        .filter_map(|one| Some((id(one)?, number(&one["allow"])?, number(&one["deny"])?)))
        .collect();
    all.sort_unstable();
    all
}

/// Ids that a text names and `allowed_mentions` lets through.
fn mentioned(meant: &Value, kind: &str, mark: &str) -> Vec<u64> {
    let content = text(&meant["content"]);
    let allowed = list(&meant["allowed_mentions"][kind]).iter().filter_map(number);
    allowed.filter(|id| content.contains(&format!("{mark}{id}>"))).collect()
}

fn buttons(message: &Value) -> Vec<(&str, &str)> {
    let rows = list(&message["components"]).iter();
    rows.flat_map(|row| list(&row["components"]))
        .map(|button| (text(&button["label"]), text(&button["custom_id"])))
        .collect()
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

/// Discord takes blanks at the ends away.
fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default().trim()
}

fn id(value: &Value) -> Option<u64> {
    number(&value["id"])
}

fn number(value: &Value) -> Option<u64> {
    value.as_u64().or_else(|| value.as_str()?.parse().ok())
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn each_thing_that_discord_may_drop_is_missed() {
        let meant = json!({
            "content": "<@5> <@&6> come", "flags": 4096, "embeds": [{ "title": "T", "color": 1, "footer": { "text": "f" } }],
            "components": [{ "components": [{ "label": "Yes", "custom_id": "v1:x" }] }],
            "allowed_mentions": { "parse": [], "users": ["5"], "roles": ["6"] }, "message_reference": { "message_id": "9" },
        });
        let got = json!({
            "author": { "id": "7" }, "content": "<@5> <@&6> come", "flags": 4096, "mentions": [{ "id": "5" }],
            "mention_roles": ["6"], "embeds": [{ "title": "T", "color": 1, "footer": { "text": "f" }, "type": "rich" }],
            "components": [{ "id": 1, "components": [{ "id": 2, "label": "Yes", "custom_id": "v1:x" }] }],
            "attachments": [{ "filename": "a.md", "size": 3 }], "message_reference": { "message_id": "9" },
        });
        let files = [("a.md".to_owned(), 3)];
        assert_eq!(message(&meant, &files, &got, 7), None);
        let changed = |pointer: &str, value: Value| {
            let mut other = got.clone();
            *other.pointer_mut(pointer).unwrap() = value;
            message(&meant, &files, &other, 7)
        };
        for (pointer, value, bit) in [
            ("/embeds", json!([]), bits::EMBED_LINKS),
            ("/embeds/0/title", json!("S"), 0),
            ("/embeds/0/color", json!(2), 0),
            ("/content", json!(""), 0),
            ("/components", json!([]), 0),
            ("/mentions", json!([]), 0),
            ("/mentions", json!([{ "id": "5" }, { "id": "8" }]), 0),
            ("/mention_roles", json!([]), bits::MENTION_EVERYONE),
            ("/flags", json!(0), 0),
            ("/author/id", json!("8"), 0),
            ("/message_reference/message_id", json!("8"), 0),
            ("/attachments", json!([]), bits::ATTACH_FILES),
        ] {
            let found = changed(pointer, value);
            assert_eq!(found.map(|(_, bit)| bit), Some(bit), "{pointer}");
        }
    }
}
