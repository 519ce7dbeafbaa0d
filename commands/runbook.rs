//! Purpose: `/runbook search` and `/runbook show`.

use discord::data::{Context, Error};

use crate::choose::runbooks;
use crate::options::Desk;

/// Find and read runbooks
#[poise::command(
    slash_command,
    subcommands("search", "show"),
    subcommand_required,
    description_localized("id", "Cari dan baca runbook"),
    install_context = "Guild",
    interaction_context = "Guild"
)]
pub(crate) async fn runbook(_cx: Context<'_>) -> Result<(), Error> {
    Ok(())
}

/// Find runbooks and past incidents by words
#[poise::command(slash_command, description_localized("id", "Cari runbook dan insiden lama dengan kata"))]
async fn search(
    cx: Context<'_>,
    #[description = "Words that must occur"]
    #[description_localized("id", "Kata yang harus ada")]
    #[max_length = 100]
    query: String,
) -> Result<(), Error> {
    let desk = Desk::new(cx);
    desk.answer(desk.data.runbooks_with(&query, &desk.asker)).await
}

/// Read a runbook
#[poise::command(slash_command, description_localized("id", "Baca runbook"))]
async fn show(
    cx: Context<'_>,
    #[description = "Its name"]
    #[description_localized("id", "Namanya")]
    #[max_length = 100]
    #[autocomplete = "runbooks"]
    name: String,
) -> Result<(), Error> {
    let desk = Desk::new(cx);
    desk.answer(desk.data.runbook_named(&name, &desk.asker)).await
}
