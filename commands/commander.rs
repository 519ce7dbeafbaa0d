//! Purpose: `/commander`: say who coordinates.

use discord::actor;
use discord::data::{Context, Error};
use domain::Command;
use engine::Request;
use serenity::model::user::User;

use crate::choose::incidents;
use crate::options::Desk;

/// Say who coordinates; you, if you name nobody
#[poise::command(
    slash_command,
    description_localized("id", "Tentukan Incident Commander; kosong: kamu sendiri"),
    install_context = "Guild",
    interaction_context = "Guild"
)]
pub(crate) async fn commander(
    cx: Context<'_>,
    #[description = "Who coordinates from now on"]
    #[description_localized("id", "Siapa yang memimpin mulai sekarang")]
    person: Option<User>,
    #[description = "Which incident, if not the one of this room"]
    #[description_localized("id", "Insiden mana, kalau bukan milik channel ini")]
    #[autocomplete = "incidents"]
    incident: Option<String>,
) -> Result<(), Error> {
    let desk = Desk::new(cx);
    desk.answer(async {
        let commander = match &person {
            None => desk.data.actor(&desk.asker).await?,
            // The interaction carries the member: nothing has to be asked for.
            Some(user) => actor::other(desk.data, user, cx.interaction.data.resolved.members.get(&user.id))?,
        };
        let which = desk.which(incident.as_deref()).await?;
        let command = Command::SetCommander { commander };
        desk.data.act(&desk.asker, Request::Incident { which, command }).await
    })
    .await
}
