//! Purpose: `/follow`: follow an incident without working on it.

use discord::data::{Context, Error};
use domain::Command;

use crate::choose::incidents;
use crate::options::Desk;

/// Follow an incident without working on it
#[poise::command(
    slash_command,
    description_localized("id", "Ikuti insiden tanpa menanganinya"),
    install_context = "Guild",
    interaction_context = "Guild"
)]
pub(crate) async fn follow(
    cx: Context<'_>,
    #[description = "Stop following"]
    #[description_localized("id", "Berhenti mengikuti")]
    stop: Option<bool>,
    #[description = "Which incident, if not the one of this room"]
    #[description_localized("id", "Insiden mana, jika bukan milik ruang ini")]
    #[autocomplete = "incidents"]
    incident: Option<String>,
) -> Result<(), Error> {
    let desk = Desk::new(cx);
    let user = desk.asker.user;
    let command = if stop == Some(true) { Command::Unfollow { user } } else { Command::Follow { user } };
    desk.act(incident.as_deref(), command).await
}
