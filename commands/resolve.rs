//! Purpose: `/resolve`: it is over. It opens a form, which comes back through the form router.

use discord::custom_id::Form;
use discord::data::{Context, Error};
use discord::render;

use crate::choose::incidents;
use crate::options::Desk;

/// End an incident and say what fixed it
#[poise::command(
    slash_command,
    description_localized("id", "Selesaikan insiden: tulis apa solusinya"),
    install_context = "Guild",
    interaction_context = "Guild"
)]
pub(crate) async fn resolve(
    cx: Context<'_>,
    #[description = "Which incident, if not the one of this room"]
    #[description_localized("id", "Insiden mana, kalau bukan milik channel ini")]
    #[autocomplete = "incidents"]
    incident: Option<String>,
) -> Result<(), Error> {
    let desk = Desk::new(cx);
    let language = desk.data.language(&desk.asker);
    desk.form(incident.as_deref(), Form::Resolve, |incident| render::resolve_form(incident, language)).await
}
