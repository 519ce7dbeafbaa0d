//! Purpose: `/siaga status` and `/siaga test-page`: whether the bot works, and whether pages reach people.

use discord::data::{Context, Error};
use domain::{Access, PersonId, Refusal};
use serenity::builder::CreateAutocompleteResponse;

use crate::choose::{configuration, nothing, response};
use crate::options::Desk;
use crate::page;

/// How the bot is, and whether pages reach people
#[poise::command(
    slash_command,
    subcommands("status", "test_page"),
    subcommand_required,
    description_localized("id", "Status bot, dan apakah page sampai"),
    install_context = "Guild",
    interaction_context = "Guild"
)]
pub(crate) async fn siaga(_cx: Context<'_>) -> Result<(), Error> {
    Ok(())
}

/// How the bot is, and the last 30 days of incidents
#[poise::command(slash_command, description_localized("id", "Status bot, dan insiden 30 hari terakhir"))]
async fn status(cx: Context<'_>) -> Result<(), Error> {
    let desk = Desk::new(cx);
    desk.answer(desk.data.status(&desk.asker)).await
}

/// Send a person a test page on each of their ways
#[poise::command(
    slash_command,
    rename = "test-page",
    description_localized("id", "Kirim page uji ke seseorang lewat semua jalurnya")
)]
async fn test_page(
    cx: Context<'_>,
    #[description = "Who gets it"]
    #[description_localized("id", "Siapa yang menerimanya")]
    #[max_length = 100]
    #[autocomplete = "people"]
    person: String,
) -> Result<(), Error> {
    let desk = Desk::new(cx);
    desk.answer(async {
        let by = desk.data.actor(&desk.asker).await?;
        desk.data.engine.reader(&by).has(Access::Admin)?;
        let found = page::person_named(&desk.data.engine.setup(), &desk.data.directory.get(), &person);
        let found: PersonId = found.ok_or(Refusal::UnknownPerson { name: person })?;
        desk.data.test_page(&desk.asker, &found).await
    })
    .await
}

/// People of the configuration.
async fn people(cx: Context<'_>, partial: &str) -> CreateAutocompleteResponse {
    let Some(setup) = configuration(cx).await else { return nothing() };
    let directory = cx.framework.user_data.directory.get();
    response(partial, setup.people.keys().map(|person| (format!("@{}", directory.name(person)), person.to_string())))
}
