//! Purpose: `/follow`: follow an incident without working on it.

use discord::data::{Context, Error};
use domain::Command;
use domain::incident::FollowHow;

use crate::choose::incidents;
use crate::options::Desk;

/// How somebody wants to hear of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, poise::ChoiceParameter)]
pub(crate) enum Notify {
    #[name = "thread: it is in your list"]
    #[name_localized("id", "thread: ada di daftarmu")]
    Thread,
    #[name = "direct message: each update, and the end"]
    #[name_localized("id", "direct message: tiap update, dan akhirnya")]
    Direct,
    #[name = "direct message: only the end"]
    #[name_localized("id", "direct message: hanya akhirnya")]
    Ends,
}

impl From<Notify> for FollowHow {
    fn from(notify: Notify) -> Self {
        match notify {
            Notify::Thread => Self::Thread,
            Notify::Direct => Self::Direct,
            Notify::Ends => Self::Ends,
        }
    }
}

/// Follow an incident without working on it
#[poise::command(
    slash_command,
    description_localized("id", "Ikuti insiden tanpa menanganinya"),
    install_context = "Guild",
    interaction_context = "Guild"
)]
pub(crate) async fn follow(
    cx: Context<'_>,
    #[description = "Stop following"]
    #[description_localized("id", "Berhenti mengikuti")]
    stop: Option<bool>,
    #[description = "How you hear of it: thread or direct message"]
    #[description_localized("id", "Caranya: di daftarmu, atau direct message")]
    notify: Option<Notify>,
    #[description = "Which incident, if not the one of this room"]
    #[description_localized("id", "Insiden mana, kalau bukan milik channel ini")]
    #[autocomplete = "incidents"]
    incident: Option<String>,
) -> Result<(), Error> {
    let desk = Desk::new(cx);
    let user = desk.asker.user;
    let how = notify.map(FollowHow::from).unwrap_or_default();
    let command = if stop == Some(true) { Command::Unfollow { user } } else { Command::Follow { user, how } };
    desk.act(incident.as_deref(), command).await
}
