//! Purpose: the entry "Add to timeline" in the menu of a message in an incident's room.

use discord::data::{Context, Error};
use discord::mentions;
use domain::incident::TEXT_LIMIT;
use domain::{ChatChannelId, ChatMessageId, Command};
use serenity::model::channel::Message;

use crate::options::Desk;

/// Keep this message in the timeline
#[poise::command(
    context_menu_command = "Add to timeline",
    name_localized("id", "Catat di lini masa"),
    install_context = "Guild",
    interaction_context = "Guild"
)]
pub(crate) async fn add_to_timeline(cx: Context<'_>, message: Message) -> Result<(), Error> {
    let desk = Desk::new(cx);
    let link = desk.data.message_url(ChatChannelId(message.channel_id.get()), ChatMessageId(message.id.get()));
    let text = mentions::said(&message, &desk.data.directory.get());
    let who = message.author.global_name.as_deref().unwrap_or(&message.author.name);
    let text = if text.is_empty() { String::new() } else { words::cut(&format!("{who}: {text}"), TEXT_LIMIT) };
    desk.act(None, Command::Note { text, link }).await
}
