//! Purpose: `/triage`: how bad is it, by two questions anybody can answer.

use discord::custom_id::Chosen;
use discord::data::{Context, Error};

use crate::choose::incidents;
use crate::options::Desk;

/// Two questions: how bad is it, and what follows
#[poise::command(
    slash_command,
    description_localized("id", "Dua pertanyaan: seberapa parah, lalu akibatnya"),
    install_context = "Guild",
    interaction_context = "Guild"
)]
pub(crate) async fn triage(
    cx: Context<'_>,
    #[description = "Which incident, if not the one of this room"]
    #[description_localized("id", "Insiden mana, kalau bukan milik channel ini")]
    #[autocomplete = "incidents"]
    incident: Option<String>,
) -> Result<(), Error> {
    let desk = Desk::new(cx);
    desk.answer(async {
        let id = desk.number(incident.as_deref()).await?;
        desk.data.triage(id, Chosen::default(), &desk.asker).await
    })
    .await
}
