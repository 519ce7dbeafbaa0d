//! Purpose: `/severity`: raise or lower. What pages somebody or stops a page is asked once, and lowering asks why.

use discord::data::{Context, Error};
use discord::sure;

use crate::choose::incidents;
use crate::options::{Desk, Severity};

/// Raise the severity, or lower it with a reason
#[poise::command(
    slash_command,
    description_localized("id", "Naikkan severity, atau turunkan dengan alasan"),
    install_context = "Guild",
    interaction_context = "Guild"
)]
pub(crate) async fn severity(
    cx: Context<'_>,
    #[description = "SEV-1 is the worst"]
    #[description_localized("id", "SEV-1 yang terparah")]
    level: Severity,
    #[description = "Why; needed to lower it"]
    #[description_localized("id", "Kenapa; perlu untuk menurunkan")]
    #[max_length = 1500]
    reason: Option<String>,
    #[description = "Which incident, if not the one of this room"]
    #[description_localized("id", "Insiden mana, kalau bukan milik channel ini")]
    #[autocomplete = "incidents"]
    incident: Option<String>,
) -> Result<(), Error> {
    let desk = Desk::new(cx);
    let which = desk.which(incident.as_deref());
    sure::severity(desk.data, &desk.replier, &desk.asker, which, level.into(), reason).await;
    Ok(())
}
