//! Purpose: what a message says, for people who read it elsewhere: names in place of ids, and the names of its files.

use domain::ChatChannelId;
use serenity::model::channel::Message;

use crate::directory::Directory;

/// The text of a message with names in place of ids; a message without text is said by its first embed, one that only brings files
/// by their names. Empty when there is nothing of these.
pub fn said(message: &Message, directory: &Directory) -> String {
    let text =
        Some(message.content.trim()).filter(|text| !text.is_empty()).map(|text| with_names(text, message, directory));
    let embed = || message.embeds.iter().find_map(|embed| embed.title.clone().or_else(|| embed.description.clone()));
    let files: Vec<&str> = message.attachments.iter().map(|file| file.filename.as_str()).collect();
    let parts = [text.or_else(embed), Some(files.join(", "))];
    let parts: Vec<String> = parts.into_iter().flatten().filter(|part| !part.is_empty()).collect();
    parts.join(" ")
}

/// `<@1>` becomes `@Rina`, `<@&2>` `@sre`, `<#3>` `#support`. What nobody can name stays as it is.
fn with_names(text: &str, message: &Message, directory: &Directory) -> String {
    let mut named = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(open) = rest.find('<') {
        named.push_str(&rest[..open]);
        let from = &rest[open..];
        let mention = from.find('>').and_then(|close| Some((close, name_of(&from[1..close], message, directory)?)));
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

fn name_of(mention: &str, message: &Message, directory: &Directory) -> Option<String> {
    if let Some(id) = mention.strip_prefix("@&") {
        let id: u64 = id.parse().ok()?;
        let (name, _) = directory.roles.iter().find(|(_, role)| role.0 == id)?;
        return Some(format!("@{name}"));
    }
    if let Some(id) = mention.strip_prefix('#') {
        let place = directory.places.get(&ChatChannelId(id.parse().ok()?))?;
        return Some(format!("#{}", place.name));
    }
    let id: u64 = mention.strip_prefix('@')?.trim_start_matches('!').parse().ok()?;
    let user = message.mentions.iter().find(|user| user.id.get() == id)?;
    let nick = user.member.as_ref().and_then(|member| member.nick.as_deref());
    Some(format!("@{}", nick.or(user.global_name.as_deref()).unwrap_or(&user.name)))
}
