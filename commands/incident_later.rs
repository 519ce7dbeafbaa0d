//! Purpose: `/incident edit`, `/incident merge` and `/incident reopen`: one that says something wrong, two that are one, and one that was
//! not over.

use discord::custom_id::Form;
use discord::data::{Context, Error};
use discord::render;
use domain::Command;

use crate::choose::{all_incidents, finished_incidents, incidents};
use crate::options::Desk;

/// Merge into another incident; its alerts move
#[poise::command(slash_command, description_localized("id", "Gabungkan ke insiden lain: alert-nya ikut pindah"))]
pub(crate) async fn merge(
    cx: Context<'_>,
    #[description = "The incident that goes on"]
    #[description_localized("id", "Insiden yang dilanjutkan")]
    #[autocomplete = "incidents"]
    into: String,
    #[description = "The incident that ends, if not this room's"]
    #[description_localized("id", "Insiden yang berakhir, kalau bukan channel ini")]
    #[autocomplete = "incidents"]
    incident: Option<String>,
) -> Result<(), Error> {
    let desk = Desk::new(cx);
    desk.answer(async {
        let from = desk.number(incident.as_deref()).await?;
        let into = desk.number(Some(&into)).await?;
        desk.data.ask_merge(from, into, &desk.asker).await
    })
    .await
}

/// Open an incident again that was not over
#[poise::command(slash_command, description_localized("id", "Buka kembali insiden yang ternyata belum selesai"))]
pub(crate) async fn reopen(
    cx: Context<'_>,
    #[description = "Why it is not over"]
    #[description_localized("id", "Kenapa belum selesai")]
    #[max_length = 1500]
    reason: String,
    #[description = "Which incident, if not the one of this room"]
    #[description_localized("id", "Insiden mana, kalau bukan milik channel ini")]
    #[autocomplete = "finished_incidents"]
    incident: Option<String>,
) -> Result<(), Error> {
    Desk::new(cx).act(incident.as_deref(), Command::Reopen { reason }).await
}

/// Correct its title, impact or service
#[poise::command(slash_command, description_localized("id", "Koreksi judul, dampak, atau layanannya"))]
pub(crate) async fn edit(
    cx: Context<'_>,
    #[description = "Which incident, if not the one of this room"]
    #[description_localized("id", "Insiden mana, kalau bukan milik channel ini")]
    #[autocomplete = "all_incidents"]
    incident: Option<String>,
) -> Result<(), Error> {
    let desk = Desk::new(cx);
    let work = async {
        let id = desk.number(incident.as_deref()).await?;
        let by = desk.data.actor(&desk.asker).await?;
        desk.data.engine.reader(&by).incident_for(id, Form::Correct(id).needs()).await
    };
    match desk.data.in_time(&desk.asker, work).await {
        Ok(incident) => desk.replier.form(&render::correct_form(&incident, desk.data.language(&desk.asker))).await,
        Err(error) => desk.replier.answer(std::future::ready(Err(error))).await,
    }
    Ok(())
}
