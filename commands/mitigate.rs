//! Purpose: `/mitigate`: the impact is over, the cause is not.

use discord::data::{Context, Error};
use domain::Command;

use crate::choose::incidents;
use crate::options::Desk;

/// The impact is over, the cause is not
#[poise::command(
    slash_command,
    description_localized("id", "Dampaknya teratasi, penyebabnya belum"),
    install_context = "Guild",
    interaction_context = "Guild"
)]
pub(crate) async fn mitigate(
    cx: Context<'_>,
    #[description = "What ended the impact; stakeholders read it"]
    #[description_localized("id", "Apa yang mengatasi dampaknya; dibaca stakeholder")]
    #[max_length = 1500]
    how: Option<String>,
    #[description = "The impact is not over after all"]
    #[description_localized("id", "Ternyata dampaknya belum teratasi")]
    undo: Option<bool>,
    #[description = "Which incident, if not the one of this room"]
    #[description_localized("id", "Insiden mana, kalau bukan milik channel ini")]
    #[autocomplete = "incidents"]
    incident: Option<String>,
) -> Result<(), Error> {
    let command = if undo == Some(true) { Command::WithdrawMitigation } else { Command::Mitigate { how } };
    Desk::new(cx).act(incident.as_deref(), command).await
}
