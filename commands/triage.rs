//! Purpose: `/triage`: how bad is it, by two questions anybody can answer.

use discord::custom_id::Chosen;
use discord::data::{Context, Error};

use crate::choose::incidents;
use crate::options::Desk;

/// Say how bad it is by two questions; see what would happen before you confirm
#[poise::command(
    slash_command,
    description_localized("id", "Nilai seberapa parah dengan dua pertanyaan; lihat akibatnya sebelum konfirmasi"),
    install_context = "Guild",
    interaction_context = "Guild"
)]
pub(crate) async fn triage(
    cx: Context<'_>,
    #[description = "Which incident, if not the one of this room"]
    #[description_localized("id", "Insiden mana, jika bukan milik ruang ini")]
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
