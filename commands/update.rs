//! Purpose: `/update`: tell stakeholders. It opens a form, which comes back through the form router.

use discord::custom_id::Form;
use discord::data::{Context, Error};
use discord::render;

use crate::choose::incidents;
use crate::options::Desk;

/// Tell stakeholders what we know and do
#[poise::command(
    slash_command,
    description_localized("id", "Beri kabar ke stakeholder"),
    install_context = "Guild",
    interaction_context = "Guild"
)]
pub(crate) async fn update(
    cx: Context<'_>,
    #[description = "Which incident, if not the one of this room"]
    #[description_localized("id", "Insiden mana, kalau bukan milik channel ini")]
    #[autocomplete = "incidents"]
    incident: Option<String>,
) -> Result<(), Error> {
    let desk = Desk::new(cx);
    let language = desk.data.language(&desk.asker);
    desk.form(incident.as_deref(), Form::Update, |incident| {
        render::update_form(incident, &desk.data.engine.setup(), language)
    })
    .await
}
