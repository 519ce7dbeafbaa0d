//! Purpose: `/why`: the reasons behind an incident.

use discord::data::{Context, Error};

use crate::choose::incidents;
use crate::options::Desk;

/// Why it opened, why this severity, and why these people were paged
#[poise::command(
    slash_command,
    description_localized("id", "Mengapa dibuka, mengapa separah ini, dan mengapa orang-orang ini dipanggil"),
    install_context = "Guild",
    interaction_context = "Guild"
)]
pub(crate) async fn why(
    cx: Context<'_>,
    #[description = "Which incident, if not the one of this room"]
    #[description_localized("id", "Insiden mana, jika bukan milik ruang ini")]
    #[autocomplete = "incidents"]
    incident: Option<String>,
) -> Result<(), Error> {
    let desk = Desk::new(cx);
    desk.answer(async {
        let id = desk.number(incident.as_deref()).await?;
        desk.data.why(id, &desk.asker).await
    })
    .await
}
