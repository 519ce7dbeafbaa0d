//! Purpose: `/silence`: alerts that ring nobody for a time.

use discord::data::{Context, Error};
use domain::silence::SilenceRequest;
use domain::typed_time::End;
use engine::nouns::SilenceView;
use serenity::builder::CreateAutocompleteResponse;
use words::SilenceFacts;

use crate::choose::{configuration, nothing, response};
use crate::options::{Desk, Severity};

/// Alerts that ring nobody for a time
#[poise::command(
    slash_command,
    subcommands("create", "list", "show", "extend", "end"),
    subcommand_required,
    description_localized("id", "Alert yang untuk sementara tidak mem-page"),
    install_context = "Guild",
    interaction_context = "Guild"
)]
pub(crate) async fn silence(_cx: Context<'_>) -> Result<(), Error> {
    Ok(())
}

/// Hold alerts back; shows which before you confirm
#[poise::command(slash_command, description_localized("id", "Tahan alert; ditunjukkan dulu apa saja"))]
async fn create(
    cx: Context<'_>,
    #[description = "Conditions: service=\"checkout\", alertname=~\"High.*\""]
    #[description_localized("id", "Kondisi: service=\"checkout\", alertname=~\"High.*\"")]
    #[rename = "match"]
    #[max_length = 1000]
    matchers: String,
    #[description = "Why"]
    #[description_localized("id", "Alasan")]
    #[max_length = 1000]
    reason: String,
    #[description = "For how long: 2h, 1d"]
    #[description_localized("id", "Berapa lama: 2h, 1d")]
    #[rename = "for"]
    #[max_length = 50]
    lasts: Option<String>,
    #[description = "Or until when: 08:00, tomorrow 09:00, 2026-12-01 09:00"]
    #[description_localized("id", "Atau sampai kapan: 08:00, besok 09:00, 2026-12-01 09:00")]
    #[max_length = 50]
    until: Option<String>,
    #[description = "What is worse than this still rings"]
    #[description_localized("id", "Yang lebih parah dari ini tetap mem-page")]
    severity: Option<Severity>,
) -> Result<(), Error> {
    let severity = severity.map(Into::into);
    ask(cx, SilenceRequest::Propose { matchers, end: End { until, lasts }, reason, severity }).await
}

/// What is silenced now, by whom and until when
#[poise::command(slash_command, description_localized("id", "Yang di-silence sekarang: siapa, sampai kapan"))]
async fn list(cx: Context<'_>) -> Result<(), Error> {
    let desk = Desk::new(cx);
    desk.answer(async {
        let by = desk.data.actor(&desk.asker).await?;
        let all = desk.data.engine.reader(&by).silences().await?;
        let facts: Vec<SilenceFacts<'_>> = all.iter().map(facts).collect();
        Ok(words::silence_list(&facts, desk.data.language(&desk.asker)).into())
    })
    .await
}

/// One silence: what it holds and has held back
#[poise::command(slash_command, description_localized("id", "Satu silence: yang ditahannya kini dan sebelumnya"))]
async fn show(
    cx: Context<'_>,
    #[description = "Which silence, by number"]
    #[description_localized("id", "Silence yang mana, dengan nomor")]
    #[max_length = 100]
    #[autocomplete = "running"]
    silence: String,
) -> Result<(), Error> {
    let desk = Desk::new(cx);
    desk.answer(async {
        let by = desk.data.actor(&desk.asker).await?;
        let found = desk.data.engine.reader(&by).silence(number(&silence)).await?;
        let lang = desk.data.language(&desk.asker);
        Ok(match &found {
            Some(found) => words::silence_show(&facts(found), lang).into(),
            None => {
                let world = desk.data.engine.world();
                let known: Vec<u32> = world.silences().running().map(|own| own.number).collect();
                words::no_silence(number(&silence), &known, lang).into()
            }
        })
    })
    .await
}

/// Let a silence hold longer
#[poise::command(slash_command, description_localized("id", "Perpanjang silence"))]
async fn extend(
    cx: Context<'_>,
    #[description = "Which silence, by number"]
    #[description_localized("id", "Silence yang mana, dengan nomor")]
    #[max_length = 100]
    #[autocomplete = "running"]
    silence: String,
    #[description = "How much longer: 2h, 1d"]
    #[description_localized("id", "Berapa lama lagi: 2h, 1d")]
    #[rename = "for"]
    #[max_length = 50]
    lasts: Option<String>,
    #[description = "Or until when: 08:00, tomorrow 09:00, 2026-12-01 09:00"]
    #[description_localized("id", "Atau sampai kapan: 08:00, besok 09:00, 2026-12-01 09:00")]
    #[max_length = 50]
    until: Option<String>,
) -> Result<(), Error> {
    ask(cx, SilenceRequest::Extend { number: number(&silence), end: End { until, lasts } }).await
}

/// End a silence early: what still fires rings
#[poise::command(slash_command, description_localized("id", "Akhiri silence: yang masih firing mem-page"))]
async fn end(
    cx: Context<'_>,
    #[description = "Which silence, by number"]
    #[description_localized("id", "Silence yang mana, dengan nomor")]
    #[max_length = 100]
    #[autocomplete = "running"]
    silence: String,
    #[description = "When it ends: 30m, 14:00; without it, now"]
    #[description_localized("id", "Kapan berakhir: 30m, 14:00; tanpa ini, sekarang")]
    #[max_length = 50]
    at: Option<String>,
) -> Result<(), Error> {
    let number = number(&silence);
    ask(cx, at.map_or(SilenceRequest::End { number }, |end| SilenceRequest::Shorten { number, end })).await
}

async fn ask(cx: Context<'_>, request: SilenceRequest) -> Result<(), Error> {
    let desk = Desk::new(cx);
    desk.answer(async { desk.data.act(&desk.asker, request.into()).await }).await
}

/// Silences that hold, for whoever may read: `Silence 3: service="checkout"`.
async fn running(cx: Context<'_>, partial: &str) -> CreateAutocompleteResponse {
    if configuration(cx).await.is_none() {
        return nothing();
    }
    let data = cx.framework.user_data;
    let (world, lang) = (data.engine.world(), data.engine.setup().language);
    let choices = world.silences().running().map(|own| (words::silence_choice(own, lang), own.number.to_string()));
    response(partial, choices)
}

/// People type `3`, or what the list says: `Silence 3`. Nothing has the number 0.
fn number(typed: &str) -> u32 {
    let digits: String =
        typed.chars().skip_while(|one| !one.is_ascii_digit()).take_while(char::is_ascii_digit).collect();
    digits.parse().unwrap_or(0)
}

fn facts(view: &SilenceView) -> SilenceFacts<'_> {
    SilenceFacts {
        silence: &view.silence,
        firing: view.firing,
        by_others: view.by_others,
        titles: &view.titles,
        incidents: &view.incidents,
    }
}
