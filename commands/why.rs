//! Purpose: `/why`: the reasons behind an incident, or behind what an alert did or did not.

use discord::data::{Context, Error};

use crate::choose::{alerts, incidents};
use crate::options::Desk;

/// Why it opened, why so severe, why these people
#[poise::command(
    slash_command,
    description_localized("id", "Kenapa dibuka, separah ini, dan mem-page mereka"),
    install_context = "Guild",
    interaction_context = "Guild"
)]
pub(crate) async fn why(
    cx: Context<'_>,
    #[description = "Which incident, if not the one of this room"]
    #[description_localized("id", "Insiden mana, kalau bukan milik channel ini")]
    #[autocomplete = "incidents"]
    incident: Option<String>,
    #[description = "Words of an alert's title, or a report's number"]
    #[description_localized("id", "Kata judul sebuah alert, atau nomor laporan")]
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
