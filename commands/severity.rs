//! Purpose: `/severity`: raise or lower; lowering needs a reason.

use discord::data::{Context, Error};
use domain::Command;

use crate::choose::incidents;
use crate::options::{Desk, Severity};

/// Raise or lower the severity; lowering needs a reason
#[poise::command(
    slash_command,
    description_localized("id", "Naikkan atau turunkan tingkat keparahan; menurunkan perlu alasan"),
    install_context = "Guild",
    interaction_context = "Guild"
)]
pub(crate) async fn severity(
    cx: Context<'_>,
    #[description = "SEV-1 is the worst"]
    #[description_localized("id", "SEV-1 yang terparah")]
    level: Severity,
    #[description = "Why; needed to lower it"]
    #[description_localized("id", "Mengapa; perlu untuk menurunkan")]
    #[max_length = 1500]
    reason: Option<String>,
    #[description = "Which incident, if not the one of this room"]
    #[description_localized("id", "Insiden mana, jika bukan milik ruang ini")]
    #[autocomplete = "incidents"]
    incident: Option<String>,
) -> Result<(), Error> {
    Desk::new(cx).act(incident.as_deref(), Command::SetSeverity { to: level.into(), reason }).await
}
