//! Purpose: `/help`: one screen for a newcomer, or one topic.

use discord::data::{Context, Error};

use crate::choose::topics;
use crate::options::Desk;

/// What Siaga does and what you can type
#[poise::command(
    slash_command,
    description_localized("id", "Apa yang Siaga lakukan, dan apa yang bisa diketik"),
    install_context = "Guild",
    interaction_context = "Guild"
)]
pub(crate) async fn help(
    cx: Context<'_>,
    #[description = "A topic"]
    #[description_localized("id", "Sebuah topik")]
    #[max_length = 50]
    #[autocomplete = "topics"]
    topic: Option<String>,
) -> Result<(), Error> {
    let desk = Desk::new(cx);
    let language = desk.data.language(&desk.asker);
    // An unknown topic leads to the first screen, which lists the topics.
    let text = words::help(topic.as_deref(), language).or_else(|| words::help(None, language)).unwrap_or_default();
    desk.answer(async { Ok(text.into()) }).await
}
