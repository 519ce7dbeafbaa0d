//! Purpose: a message of Discord as the rules of watched channels read it: its text, that of what it forwards, and that of components,
//! which serenity does not know.

use domain::{ChatChannelId, ChatMessageId, ChatUserId, Timestamp};
use intake::chat::{ChatLine, EmbedText};
use serenity::model::channel::{Message, MessageFlags};

use crate::rest::unix_ms_of;

/// A message, and the texts of its components, which serenity does not know.
pub(crate) struct Written {
    pub(crate) message: Message,
    pub(crate) texts: Vec<String>,
}

/// Reads a message as Discord's REST gives it.
pub(crate) fn written(value: serde_json::Value) -> Result<Written, serde_json::Error> {
    let mut texts = Vec::new();
    text_displays(&value["components"], &mut texts);
    Ok(Written { message: serde_json::from_value(value)?, texts })
}

/// Texts of a message that is made of components, from top to bottom. Discord docs, "Component Reference": a text display is of
/// type 10, and stands alone, in a container or beside something in a section.
fn text_displays(components: &serde_json::Value, texts: &mut Vec<String>) {
    for component in components.as_array().into_iter().flatten() {
        if component["type"] == 10
            && let Some(text) = component["content"].as_str()
        {
            texts.push(text.to_owned());
        }
        text_displays(&component["components"], texts);
    }
}

/// When somebody changed a message.
pub(crate) fn changed_at(message: &Message) -> Option<Timestamp> {
    let at = message.edited_timestamp?;
    let ms = at.unix_timestamp().saturating_mul(1_000) + i64::from(at.nanosecond() / 1_000_000);
    Timestamp::from_millisecond(ms).ok()
}

/// Whether nothing of a message is there: nobody can write one that holds nothing at all. In a session without the intent for it
/// Discord leaves out `content`, `embeds`, `attachments`, `components`, `poll` (Discord docs, Gateway, "Message Content Intent");
/// in one that has it the message is made of components that serenity does not know (not even the flag that says so).
pub(crate) fn is_bare(message: &Message) -> bool {
    let loading = message.flags.is_some_and(|flags| flags.contains(MessageFlags::LOADING));
    message.content.is_empty()
        && message.embeds.is_empty()
        && message.attachments.is_empty()
        && message.components.is_empty()
        && message.poll.is_none()
        && message.sticker_items.is_empty()
        && message.message_snapshots.is_empty()
        && message.activity.is_none()
        && !loading
}

/// What a message says, as the rules read it.
pub(crate) fn line_of(message: &Message, texts: &[String], channel_name: Option<&str>) -> ChatLine {
    // What is forwarded is said by whoever forwards it. Discord leaves the message itself empty then.
    let forwarded =
        message.message_snapshots.first().filter(|_| message.content.is_empty() && message.embeds.is_empty());
    let (text, embeds) = match forwarded {
        Some(snapshot) => (&snapshot.content, &snapshot.embeds),
        None => (&message.content, &message.embeds),
    };
    let nick = message.member.as_ref().and_then(|member| member.nick.as_deref());
    let author = nick.or(message.author.global_name.as_deref()).unwrap_or(&message.author.name);
    ChatLine {
        text: if text.is_empty() { texts.join("\n") } else { text.clone() },
        embeds: embeds
            .iter()
            .map(|embed| EmbedText {
                title: embed.title.clone(),
                description: embed.description.clone(),
                fields: embed.fields.iter().map(|field| (field.name.clone(), field.value.clone())).collect(),
                url: embed.url.clone(),
                author: embed.author.as_ref().map(|author| author.name.clone()),
                footer: embed.footer.as_ref().map(|footer| footer.text.clone()),
            })
            .collect(),
        channel: ChatChannelId(message.channel_id.get()),
        channel_name: channel_name.map(str::to_owned),
        parent: None,
        message: ChatMessageId(message.id.get()),
        author: author.to_owned(),
        author_id: ChatUserId(message.author.id.get()),
        user_name: message.author.name.clone(),
        by_bot: message.author.bot,
        at: Timestamp::from_millisecond(unix_ms_of(message.id.get())).unwrap_or_default(),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn line(own: Value) -> ChatLine {
        let mut message = json!({
            "id": "1577092534360866816", "channel_id": "7", "type": 0, "content": "", "tts": false, "mention_everyone": false,
            "mentions": [], "mention_roles": [], "attachments": [], "embeds": [], "pinned": false,
            "timestamp": "2026-11-30T22:42:41Z", "edited_timestamp": null,
            "author": { "id": "5", "username": "shop-monitor", "discriminator": "0000", "avatar": null, "bot": true },
        });
        let fields = message.as_object_mut().unwrap();
        fields.extend(own.as_object().unwrap().clone());
        let found = written(message).unwrap();
        line_of(&found.message, &found.texts, Some("sre"))
    }

    /// What Discord documents of forwards: the message itself is empty, and the text stands in a snapshot.
    #[test]
    fn what_is_forwarded_is_said_by_whoever_forwards_it() {
        let snapshot = json!({
            "type": 0, "content": "FIRING: stock service slow", "embeds": [{ "title": "Stock" }], "attachments": [],
            "timestamp": "2026-11-30T22:40:00Z", "edited_timestamp": null, "mentions": [], "mention_roles": [], "flags": 0,
        });
        let forward = json!({
            "message_reference": { "type": 1, "channel_id": "8", "message_id": "9" },
            "message_snapshots": [{ "message": snapshot }],
        });
        let line = line(forward);
        assert_eq!((line.text.as_str(), line.user_name.as_str()), ("FIRING: stock service slow", "shop-monitor"));
        assert_eq!(line.embeds[0].title.as_deref(), Some("Stock"));
    }

    #[test]
    fn texts_of_components_are_the_text_from_top_to_bottom() {
        let section =
            json!({ "type": 9, "components": [{ "type": 10, "content": "two" }], "accessory": { "type": 11 } });
        let container =
            json!({ "type": 17, "components": [{ "type": 10, "content": "one" }, section, { "type": 14 }] });
        let of_components = json!({ "flags": 32_768, "components": [container, { "type": 10, "content": "three" }] });
        assert_eq!(line(of_components).text, "one\ntwo\nthree");
        assert_eq!(line(json!({ "content": "plain", "components": [{ "type": 10, "content": "x" }] })).text, "plain");
    }
}
