//! Purpose: `/ack`: take an incident.

use discord::data::{Context, Error};
use domain::Command;
use engine::Request;

use crate::choose::{ALL, incidents_to_take};
use crate::options::Desk;

/// Take an incident: nobody else is paged for it
#[poise::command(
    slash_command,
    description_localized("id", "Tangani insiden: tidak ada lagi yang di-page"),
    install_context = "Guild",
    interaction_context = "Guild"
)]
pub(crate) async fn ack(
    cx: Context<'_>,
    #[description = "Which incident, if not the one of this room"]
    #[description_localized("id", "Insiden mana, kalau bukan milik channel ini")]
    #[autocomplete = "incidents_to_take"]
    incident: Option<String>,
) -> Result<(), Error> {
    let desk = Desk::new(cx);
    if incident.as_deref() == Some(ALL) {
        return desk.answer(desk.data.act(&desk.asker, Request::AcknowledgeAll { called_by: None })).await;
    }
    desk.answer(async {
        let what = match desk.which_or_only(incident.as_deref()).await? {
            Some(which) => Request::Incident { which, command: Command::Acknowledge },
            // Its answer names it.
            None => Request::AcknowledgeAll { called_by: None },
        };
        desk.data.act(&desk.asker, what).await
    })
    .await
}
