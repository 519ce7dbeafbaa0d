//! Purpose: `/alerts quality`: which alerts lack what.

use discord::data::{Context, Error};

use crate::options::Desk;

/// How good the alerts are
#[poise::command(
    slash_command,
    subcommands("quality"),
    subcommand_required,
    description_localized("id", "Seberapa baik alert-nya"),
    install_context = "Guild",
    interaction_context = "Guild"
)]
pub(crate) async fn alerts(_cx: Context<'_>) -> Result<(), Error> {
    Ok(())
}

/// Alerts that lack most, and what to add to them
#[poise::command(slash_command, description_localized("id", "Alert yang kurang lengkap dan cara melengkapinya"))]
async fn quality(cx: Context<'_>) -> Result<(), Error> {
    let desk = Desk::new(cx);
    desk.answer(desk.data.alert_quality(&desk.asker)).await
}
