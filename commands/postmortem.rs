//! Purpose: `/postmortem`: the work page of what is learned.

use discord::data::{Context, Error};

use crate::choose::all_incidents;
use crate::options::Desk;

/// Write down what was learned, and what is missing
#[poise::command(
    slash_command,
    description_localized("id", "Tulis apa yang dipelajari, dan apa yang kurang"),
    install_context = "Guild",
    interaction_context = "Guild"
)]
pub(crate) async fn postmortem(
    cx: Context<'_>,
    #[description = "Which incident, if not the one of this room"]
    #[description_localized("id", "Insiden mana, kalau bukan milik channel ini")]
    #[autocomplete = "all_incidents"]
    incident: Option<String>,
) -> Result<(), Error> {
    let desk = Desk::new(cx);
    desk.answer(async {
        let id = desk.number(incident.as_deref()).await?;
        desk.data.postmortem(id, &desk.asker).await
    })
    .await
}
