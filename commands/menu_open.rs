//! Purpose: the entry "Open incident" in the menu of a message: a form, filled in with its first line. Works without
//! the intent for message contents, because the interaction carries the message.

use discord::custom_id::Form;
use discord::data::{Context, Error};
use discord::render::{self, Prefill};
use domain::{ChatChannelId, ChatMessageId};
use serenity::model::channel::Message;

use crate::options::Desk;

/// Open an incident from this message
#[poise::command(
    context_menu_command = "Open incident",
    name_localized("id", "Buka insiden"),
    install_context = "Guild",
    interaction_context = "Guild"
)]
pub(crate) async fn open_incident(cx: Context<'_>, message: Message) -> Result<(), Error> {
    let desk = Desk::new(cx);
    let language = desk.data.language(&desk.asker);
    let title = first_line(&message);
    let prefill = Prefill { title: &title, service: None };
    let (channel, id) = (ChatChannelId(message.channel_id.get()), ChatMessageId(message.id.get()));
    let may = async {
        let by = desk.data.actor(&desk.asker).await?;
        desk.data.engine.reader(&by).has(Form::Open { channel: channel.0, message: id.0 }.needs())
    };
    match desk.data.in_time(&desk.asker, may).await {
        Ok(()) => desk.replier.form(&render::open_form(channel, id, prefill, language)).await,
        Err(error) => desk.replier.answer(std::future::ready(Err(error))).await,
    }
    Ok(())
}

/// The first line of the text, else the title of the first embed: other bots write there.
fn first_line(message: &Message) -> String {
    let line = message.content.lines().map(str::trim).find(|line| !line.is_empty());
    let embed = || message.embeds.iter().find_map(|embed| embed.title.as_deref().or(embed.description.as_deref()));
    line.or_else(embed).unwrap_or_default().to_owned()
}
