//! Purpose: what a message says, for people who read it elsewhere: names in place of ids, what other bots wrote, what was forwarded, and
//! the names of its files. The address of a file ends after a day; the link to the message, which stands beside this, does not.

use std::collections::HashMap;

use domain::{ChatChannelId, ChatUserId};
use serenity::model::channel::{Attachment, Embed, Message};
use serenity::model::user::User;

use crate::directory::Directory;

/// The text of a message with names in place of ids, then what it brings: its embeds, what was forwarded with it, its files. Empty when
/// there is nothing of these.
pub fn said(message: &Message, directory: &Directory) -> String {
    let people: HashMap<u64, String> =
        message.mentions.iter().map(|user| (user.id.get(), shown(user).to_owned())).collect();
    let mut parts = vec![named(message.content.trim(), &people, directory)];
    parts.extend(
        message.embeds.iter().filter(|embed| !is_preview(embed)).map(|embed| embedded(embed, &people, directory)),
    );
    for forwarded in &message.message_snapshots {
        let people = forwarded.mentions.iter().map(|user| (user.id.get(), shown(user).to_owned())).collect();
        parts.push(named(forwarded.content.trim(), &people, directory));
        let embeds = forwarded.embeds.iter().filter(|embed| !is_preview(embed));
        parts.extend(embeds.map(|embed| embedded(embed, &people, directory)));
        parts.push(files(&forwarded.attachments));
    }
    parts.push(files(&message.attachments));
    parts.push(message.sticker_items.iter().map(|sticker| sticker.name.as_str()).collect::<Vec<_>>().join(", "));
    parts.retain(|part| !part.is_empty());
    parts.join(" ")
}

/// What Discord shows of a link; the link stands in the text already.
fn is_preview(embed: &Embed) -> bool {
    embed.kind.as_deref().is_some_and(|kind| kind != "rich")
}

/// What another bot wrote: alerts of Grafana, Alertmanager or Sentry have no other text.
fn embedded(embed: &Embed, people: &HashMap<u64, String>, directory: &Directory) -> String {
    let texts = [embed.title.as_deref(), embed.description.as_deref()].into_iter().flatten().map(str::to_owned);
    let fields = embed.fields.iter().map(|field| format!("{}: {}", field.name, field.value));
    let small = [embed.author.as_ref().map(|author| &author.name), embed.footer.as_ref().map(|footer| &footer.text)];
    let small = small.into_iter().flatten().cloned();
    let texts: Vec<String> =
        texts.chain(fields).chain(small).map(|text| named(text.trim(), people, directory)).collect();
    texts.join(" · ")
}

fn files(attachments: &[Attachment]) -> String {
    attachments.iter().map(|file| file.filename.as_str()).collect::<Vec<_>>().join(", ")
}

fn shown(user: &User) -> &str {
    let nick = user.member.as_ref().and_then(|member| member.nick.as_deref());
    nick.or(user.global_name.as_deref()).unwrap_or(&user.name)
}

/// `<@1>` becomes `@Rina`, `<@&2>` `@sre`, `<#3>` `#support`, `</ack:4>` `/ack`, `<:shipit:5>` `:shipit:`. What nobody can name is called
/// unknown, as Discord does: a number means nothing to whoever reads it.
pub fn named(text: &str, people: &HashMap<u64, String>, directory: &Directory) -> String {
    let mut named = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(open) = rest.find('<') {
        named.push_str(&rest[..open]);
        let from = &rest[open..];
        let mention = from.find('>').and_then(|close| Some((close, name_of(&from[1..close], people, directory)?)));
        if let Some((close, name)) = mention {
            named.push_str(&name);
            rest = &from[close + 1..];
        } else {
            named.push('<');
            rest = &from[1..];
        }
    }
    named.push_str(rest);
    named
}

fn name_of(mention: &str, people: &HashMap<u64, String>, directory: &Directory) -> Option<String> {
    if let Some(id) = mention.strip_prefix("@&") {
        let id: u64 = id.parse().ok()?;
        let role = directory.roles.iter().find(|(_, role)| role.0 == id).map(|(name, _)| name.as_str());
        return Some(format!("@{}", role.unwrap_or("unknown-role")));
    }
    if let Some(id) = mention.strip_prefix('#') {
        let place = directory.places.get(&ChatChannelId(id.parse().ok()?)).map(|place| place.name.as_str());
        return Some(format!("#{}", place.unwrap_or("unknown")));
    }
    // A command somebody wrote, and an emoji of the server.
    if let Some((command, id)) = mention.strip_prefix('/').and_then(|command| command.rsplit_once(':')) {
        return id.parse::<u64>().ok().map(|_| format!("/{command}"));
    }
    if let Some((emoji, id)) =
        mention.strip_prefix("a:").or(mention.strip_prefix(':')).and_then(|one| one.split_once(':'))
    {
        return id.parse::<u64>().ok().map(|_| format!(":{emoji}:"));
    }
    let id: u64 = mention.strip_prefix('@')?.trim_start_matches('!').parse().ok()?;
    let configured = || {
        let person = directory.person_of(ChatUserId(id))?;
        Some(directory.name(person))
    };
    Some(format!("@{}", people.get(&id).map(String::as_str).or_else(configured).unwrap_or("unknown-user")))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use domain::{ChatRoleId, PersonId};
    use serde_json::{Value, json};

    use super::*;
    use crate::directory::{PlaceKind, ServerPlace};

    fn directory() -> Directory {
        let place = ServerPlace { kind: PlaceKind::Text, name: "support".into() };
        Directory {
            roles: [("sre".to_owned(), ChatRoleId(2))].into(),
            places: [(ChatChannelId(3), place)].into(),
            people: [(PersonId::from("budi"), (ChatUserId(7), "Budi".to_owned()))].into(),
            ..Directory::default()
        }
    }

    fn user(id: &str, name: &str) -> Value {
        json!({ "id": id, "username": name, "discriminator": "0", "global_name": name, "avatar": null })
    }

    fn message(more: Value) -> Message {
        let mut message = json!({
            "id": "10", "channel_id": "11", "author": user("1", "Rina"), "content": "", "type": 0, "tts": false,
            "timestamp": "2026-12-01T03:00:00.000000+00:00", "edited_timestamp": null, "mention_everyone": false,
            "mentions": [], "mention_roles": [], "attachments": [], "embeds": [], "pinned": false, "flags": 0,
        });
        message.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        serde_json::from_value(message).unwrap()
    }

    fn file(name: &str) -> Value {
        json!({ "id": "20", "filename": name, "size": 5, "url": "https://cdn.example.com/a", "proxy_url": "https://cdn.example.com/a" })
    }

    #[test]
    fn ids_are_names_and_what_nobody_knows_is_called_unknown() {
        let content = "<@1> <@!7> <@8> <@&2> <@&9> <#3> <#4> </ack:5> <:shipit:6> a < b > c <@x> <t:1790000000:R>";
        let message = message(json!({ "content": content, "mentions": [user("1", "Rina")] }));
        let expected = "@Rina @Budi @unknown-user @sre @unknown-role #support #unknown /ack :shipit: a < b > c <@x> <t:1790000000:R>";
        assert_eq!(said(&message, &directory()), expected);
    }

    #[test]
    fn what_other_bots_wrote_and_what_was_forwarded_is_read() {
        let rich = json!({
            "type": "rich", "title": "Disk 91 %", "description": "on <#3>",
            "fields": [{ "name": "host", "value": "db-1", "inline": true }],
        });
        let preview = json!({ "type": "link", "title": "A page about disks" });
        let bot = message(json!({ "embeds": [rich, preview] }));
        assert_eq!(said(&bot, &directory()), "Disk 91 % · on #support · host: db-1");
        let forwarded = json!({ "message": {
            "content": "the gateway refuses our key, <@7>", "timestamp": "2026-12-01T02:50:00.000000+00:00",
            "edited_timestamp": null, "mentions": [], "mention_roles": [], "attachments": [file("graph.png")],
            "embeds": [], "type": 0, "flags": 0,
        }});
        let forward = message(json!({ "message_snapshots": [forwarded] }));
        assert_eq!(said(&forward, &directory()), "the gateway refuses our key, @Budi graph.png");
        let files = message(json!({ "content": "look", "attachments": [file("a.png"), file("trace.txt")] }));
        assert_eq!(said(&files, &directory()), "look a.png, trace.txt");
        assert_eq!(said(&message(json!({})), &directory()), "");
    }
}
