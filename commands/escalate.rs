//! Purpose: `/escalate`: page the next step of the policy now.

use discord::data::{Context, Error};
use domain::Command;

use crate::choose::incidents;
use crate::options::Desk;

/// Page the next person of the escalation policy now
#[poise::command(
    slash_command,
    description_localized("id", "Page langkah eskalasi berikutnya sekarang"),
    install_context = "Guild",
    interaction_context = "Guild"
)]
pub(crate) async fn escalate(
    cx: Context<'_>,
    #[description = "Which incident, if not the one of this room"]
    #[description_localized("id", "Insiden mana, kalau bukan milik channel ini")]
    #[autocomplete = "incidents"]
    incident: Option<String>,
) -> Result<(), Error> {
    Desk::new(cx).act(incident.as_deref(), Command::Escalate).await
}
