//! Purpose: `/why`: the reasons behind an incident, or behind what an alert did or did not.

use discord::data::{Context, Error};

use crate::choose::{alerts, incidents};
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
    #[description = "An alert, for why it rang or did not: words of its title, or a report's number"]
    #[description_localized("id", "Alert, kenapa mem-page atau tidak: kata-kata judulnya, atau nomor laporan")]
    #[autocomplete = "alerts"]
    #[max_length = 200]
    alert: Option<String>,
) -> Result<(), Error> {
    let desk = Desk::new(cx);
    desk.answer(async {
        if let Some(alert) = alert.as_deref().filter(|typed| !typed.trim().is_empty()) {
            return desk.data.why_alert(alert, &desk.asker).await;
        }
        let id = desk.number(incident.as_deref()).await?;
        desk.data.why(id, &desk.asker).await
    })
    .await
}
