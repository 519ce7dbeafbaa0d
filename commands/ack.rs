//! Purpose: `/ack`: take an incident.

use discord::data::{Context, Error};
use domain::Command;

use crate::choose::incidents;
use crate::options::Desk;

/// Take an incident: nobody else is paged for it
#[poise::command(
    slash_command,
    description_localized("id", "Tangani insiden: tidak ada lagi yang dipanggil"),
    install_context = "Guild",
    interaction_context = "Guild"
)]
pub(crate) async fn ack(
    cx: Context<'_>,
    #[description = "Which incident, if not the one of this room"]
    #[description_localized("id", "Insiden mana, jika bukan milik ruang ini")]
    #[autocomplete = "incidents"]
    incident: Option<String>,
) -> Result<(), Error> {
    Desk::new(cx).act(incident.as_deref(), Command::Acknowledge).await
}
