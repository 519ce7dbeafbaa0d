//! Purpose: `/note`: keep something in the timeline.

use discord::data::{Context, Error};
use domain::Command;

use crate::choose::incidents;
use crate::options::Desk;

/// Keep something in the timeline
#[poise::command(
    slash_command,
    description_localized("id", "Catat sesuatu dalam timeline"),
    install_context = "Guild",
    interaction_context = "Guild"
)]
pub(crate) async fn note(
    cx: Context<'_>,
    #[description = "What happened or was found"]
    #[description_localized("id", "Apa yang terjadi atau ditemukan")]
    #[max_length = 1500]
    text: String,
    #[description = "Which incident, if not the one of this room"]
    #[description_localized("id", "Insiden mana, kalau bukan milik channel ini")]
    #[autocomplete = "incidents"]
    incident: Option<String>,
) -> Result<(), Error> {
    let desk = Desk::new(cx);
    let text = desk.named(cx, &text);
    desk.act(incident.as_deref(), Command::Note { text, link: None }).await
}
