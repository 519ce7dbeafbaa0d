//! Purpose: `/incident open`, `/incident list`, `/incident show` and `/incident export`; the others of `/incident` are
//! beside it.

use discord::data::{Context, Error};
use engine::{Opened, Request};
use words::ListHeading;

use crate::choose::{all_incidents, incidents, services};
use crate::incident_later::{edit, merge, reopen};
use crate::options::{Desk, Severity};

/// Open, list, show and merge incidents
#[poise::command(
    slash_command,
    subcommands("open", "list", "show", "edit", "merge", "reopen", "export"),
    subcommand_required,
    description_localized("id", "Buka, daftar, lihat, dan gabungkan insiden"),
    install_context = "Guild",
    interaction_context = "Guild"
)]
pub(crate) async fn incident(_cx: Context<'_>) -> Result<(), Error> {
    Ok(())
}

/// Open an incident: a room, and on-call is paged
#[poise::command(slash_command, description_localized("id", "Buka insiden: channel dibuat dan on-call di-page"))]
async fn open(
    cx: Context<'_>,
    #[description = "What is broken, in one line"]
    #[description_localized("id", "Apa yang rusak, dalam satu baris")]
    #[max_length = 200]
    title: String,
    #[description = "The service that is broken"]
    #[description_localized("id", "Layanan yang rusak")]
    #[autocomplete = "services"]
    service: Option<String>,
    #[description = "How bad it is, if you know"]
    #[description_localized("id", "Seberapa parah, kalau tahu")]
    severity: Option<Severity>,
    #[description = "Who is affected, and how"]
    #[description_localized("id", "Siapa yang terdampak dan bagaimana")]
    #[max_length = 500]
    impact: Option<String>,
) -> Result<(), Error> {
    let desk = Desk::new(cx);
    let what =
        Request::Open(Opened { title, service, severity: severity.map(Into::into), impact, link: None, drill: None });
    desk.answer(desk.data.act(&desk.asker, what)).await
}

/// Which incidents are listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, poise::ChoiceParameter)]
enum Filter {
    #[name = "open"]
    #[name_localized("id", "terbuka")]
    Open,
    #[name = "recent"]
    #[name_localized("id", "terbaru")]
    Recent,
    #[name = "mine"]
    #[name_localized("id", "milik saya")]
    Mine,
}

/// List incidents
#[poise::command(slash_command, description_localized("id", "Daftar insiden"))]
async fn list(
    cx: Context<'_>,
    #[description = "Open ones (usual), the latest ones, or yours"]
    #[description_localized("id", "Yang terbuka (biasa), terbaru, atau milik kamu")]
    filter: Option<Filter>,
    #[description = "A number, or words of title, fix, notes"]
    #[description_localized("id", "Nomor, atau kata dari judul, solusi, catatan")]
    #[max_length = 100]
    query: Option<String>,
) -> Result<(), Error> {
    let desk = Desk::new(cx);
    let heading = match filter {
        // Who looks for words looks for what happened, not only for what is open.
        None if query.as_deref().is_some_and(|query| !query.trim().is_empty()) => ListHeading::Found,
        None | Some(Filter::Open) => ListHeading::Open,
        Some(Filter::Recent) => ListHeading::Recent,
        Some(Filter::Mine) => ListHeading::Mine,
    };
    desk.answer(desk.data.list(heading, query.as_deref(), &desk.asker)).await
}

/// Catch up: impact, holder, what was tried, next
#[poise::command(slash_command, description_localized("id", "Ringkasan: dampak, siapa, yang dicoba, berikutnya"))]
async fn show(
    cx: Context<'_>,
    #[description = "Which incident, if not the one of this room"]
    #[description_localized("id", "Insiden mana, kalau bukan milik channel ini")]
    #[autocomplete = "incidents"]
    incident: Option<String>,
) -> Result<(), Error> {
    let desk = Desk::new(cx);
    desk.answer(async {
        let id = desk.number(incident.as_deref()).await?;
        desk.data.show(id, &desk.asker).await
    })
    .await
}

/// The record as files: Markdown and JSON
#[poise::command(slash_command, description_localized("id", "Catatan lengkap sebagai file Markdown dan JSON"))]
async fn export(
    cx: Context<'_>,
    #[description = "Which incident, if not the one of this room"]
    #[description_localized("id", "Insiden mana, kalau bukan milik channel ini")]
    #[autocomplete = "all_incidents"]
    incident: Option<String>,
) -> Result<(), Error> {
    let desk = Desk::new(cx);
    desk.answer(async {
        let id = desk.number(incident.as_deref()).await?;
        desk.data.export(id, &desk.asker).await
    })
    .await
}
