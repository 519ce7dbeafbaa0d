//! Purpose: the entry "Add to timeline" in the menu of a message, in an incident's room or anywhere else.

use discord::data::{Context, Error};
use serenity::model::channel::Message;

use crate::options::Desk;

/// Keep this message in the timeline
#[poise::command(
    context_menu_command = "Add to timeline",
    name_localized("id", "Catat di timeline"),
    install_context = "Guild",
    interaction_context = "Guild"
)]
pub(crate) async fn add_to_timeline(cx: Context<'_>, message: Message) -> Result<(), Error> {
    let desk = Desk::new(cx);
    desk.answer(desk.data.keep(&message, &desk.asker)).await
}
