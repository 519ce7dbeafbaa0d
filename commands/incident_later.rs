//! Purpose: `/incident merge` and `/incident reopen`: two that are one, and one that was not over.

use discord::data::{Context, Error};
use domain::Command;
use engine::Request;

use crate::choose::{finished_incidents, incidents};
use crate::options::Desk;

/// Merge an incident into another one: its alerts and followers move there
#[poise::command(
    slash_command,
    description_localized("id", "Gabungkan insiden ke insiden lain: peringatan dan pengikutnya pindah ke sana")
)]
pub(crate) async fn merge(
    cx: Context<'_>,
    #[description = "The incident that goes on"]
    #[description_localized("id", "Insiden yang dilanjutkan")]
    #[autocomplete = "incidents"]
    into: String,
    #[description = "The incident that ends, if not the one of this room"]
    #[description_localized("id", "Insiden yang berakhir, jika bukan milik ruang ini")]
    #[autocomplete = "incidents"]
    incident: Option<String>,
) -> Result<(), Error> {
    let desk = Desk::new(cx);
    desk.answer(async {
        let which = desk.which(incident.as_deref()).await?;
        let into = desk.number(Some(&into)).await?;
        desk.data.act(&desk.asker, Request::Merge { which, into }).await
    })
    .await
}

/// Open an incident again that was not over
#[poise::command(slash_command, description_localized("id", "Buka kembali insiden yang ternyata belum selesai"))]
pub(crate) async fn reopen(
    cx: Context<'_>,
    #[description = "Why it is not over"]
    #[description_localized("id", "Mengapa belum selesai")]
    #[max_length = 1500]
    reason: String,
    #[description = "Which incident, if not the one of this room"]
    #[description_localized("id", "Insiden mana, jika bukan milik ruang ini")]
    #[autocomplete = "finished_incidents"]
    incident: Option<String>,
) -> Result<(), Error> {
    Desk::new(cx).act(incident.as_deref(), Command::Reopen { reason }).await
}
