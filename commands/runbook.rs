//! Purpose: `/runbook search` and `/runbook show`.

use discord::data::{Context, Error};
use domain::{Refusal, runbook as books};
use engine::ActError;

use crate::choose::runbooks;
use crate::options::Desk;

/// Find and read runbooks
#[poise::command(
    slash_command,
    subcommands("search", "show"),
    subcommand_required,
    description_localized("id", "Cari dan baca panduan penanganan"),
    install_context = "Guild",
    interaction_context = "Guild"
)]
pub(crate) async fn runbook(_cx: Context<'_>) -> Result<(), Error> {
    Ok(())
}

/// Find runbooks by words
#[poise::command(slash_command, description_localized("id", "Cari panduan penanganan dengan kata"))]
async fn search(
    cx: Context<'_>,
    #[description = "Words that must occur"]
    #[description_localized("id", "Kata yang harus ada")]
    #[max_length = 100]
    query: String,
) -> Result<(), Error> {
    let desk = Desk::new(cx);
    let (setup, language) = (desk.data.engine.setup(), desk.data.language(&desk.asker));
    let text = words::runbook_list(&query, &books::search(&setup.runbooks, &query), language);
    desk.answer(async { Ok(text.into()) }).await
}

/// Read a runbook
#[poise::command(slash_command, description_localized("id", "Baca panduan penanganan"))]
async fn show(
    cx: Context<'_>,
    #[description = "Its name"]
    #[description_localized("id", "Namanya")]
    #[max_length = 100]
    #[autocomplete = "runbooks"]
    name: String,
) -> Result<(), Error> {
    let desk = Desk::new(cx);
    let (setup, language) = (desk.data.engine.setup(), desk.data.language(&desk.asker));
    let found = setup.runbooks.iter().find(|runbook| runbook.name == name.trim());
    let outcome = match found {
        Some(runbook) => Ok(words::runbook_show(runbook, desk.data.engine.now(), language).into()),
        None => Err(ActError::Refused(Refusal::NoSuchRunbook { name })),
    };
    desk.answer(async { outcome }).await
}
