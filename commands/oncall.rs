//! Purpose: `/oncall`: who is on call now, and who is on call in another's place for a time.

use std::collections::BTreeSet;

use discord::answer::Answer;
use discord::data::{Context, Error};
use discord::render;
use domain::oncall::{OnCall, OnCallRequest};
use domain::setup::Language;
use domain::typed_time::End;
use domain::{Actor, PersonId, Refusal};
use engine::ActError;
use serenity::builder::CreateAutocompleteResponse;

use crate::choose::{configuration, nothing, response, services};
use crate::options::Desk;
use crate::page::person_named;

/// Who is on call, and overrides
#[poise::command(
    slash_command,
    subcommands("show", "take", "give", "end"),
    subcommand_required,
    description_localized("id", "Siapa yang on-call, dan penggantinya"),
    install_context = "Guild",
    interaction_context = "Guild"
)]
pub(crate) async fn oncall(_cx: Context<'_>) -> Result<(), Error> {
    Ok(())
}

/// Who is on call, until when, and who is next
#[poise::command(slash_command, description_localized("id", "Siapa on-call, sampai kapan, dan siapa berikutnya"))]
async fn show(
    cx: Context<'_>,
    #[description = "Whom a page for this service would reach"]
    #[description_localized("id", "Siapa yang akan di-page untuk layanan ini")]
    #[max_length = 100]
    #[autocomplete = "services"]
    service: Option<String>,
) -> Result<(), Error> {
    let desk = Desk::new(cx);
    desk.answer(async {
        let by = desk.data.actor(&desk.asker).await?;
        desk.data.engine.reader(&by).may_read()?;
        match service {
            Some(name) => of_service(&desk, name.trim()).map(Into::into).map_err(ActError::Refused),
            None => Ok(of_everybody(&desk, &by)),
        }
    })
    .await
}

/// Take over on-call yourself, from now on
#[poise::command(slash_command, description_localized("id", "Ambil alih on-call, dari sekarang"))]
async fn take(
    cx: Context<'_>,
    #[description = "Which schedule"]
    #[description_localized("id", "Jadwal yang mana")]
    #[max_length = 100]
    #[autocomplete = "schedules"]
    schedule: String,
    #[description = "Until when, in the schedule's zone: 23:00, tomorrow 09:00, 2026-12-01 09:00"]
    #[description_localized("id", "Sampai kapan, dalam zona jadwal: 23:00, besok 09:00, 2026-12-01 09:00")]
    #[max_length = 50]
    until: Option<String>,
    #[description = "Or for how long: 2h, 1d"]
    #[description_localized("id", "Atau berapa lama: 2h, 1d")]
    #[rename = "for"]
    #[max_length = 50]
    lasts: Option<String>,
) -> Result<(), Error> {
    ask(cx, |_| OnCallRequest::Take { schedule, end: End { until, lasts } }).await
}

/// Ask somebody to take over on-call from you
#[poise::command(slash_command, description_localized("id", "Minta seseorang mengambil alih on-call darimu"))]
async fn give(
    cx: Context<'_>,
    #[description = "Who is asked"]
    #[description_localized("id", "Siapa yang diminta")]
    #[max_length = 100]
    #[autocomplete = "people"]
    person: String,
    #[description = "Until when, in the schedule's zone: 23:00, tomorrow 09:00, 2026-12-01 09:00"]
    #[description_localized("id", "Sampai kapan, dalam zona jadwal: 23:00, besok 09:00, 2026-12-01 09:00")]
    #[max_length = 50]
    until: String,
    #[description = "Which schedule, if you are on call on several"]
    #[description_localized("id", "Jadwal yang mana, kalau ada beberapa")]
    #[max_length = 100]
    #[autocomplete = "schedules"]
    schedule: Option<String>,
) -> Result<(), Error> {
    let end = End { until: Some(until), lasts: None };
    ask(cx, |desk| {
        let (setup, directory) = (desk.data.engine.setup(), desk.data.directory.get());
        // Whom nobody knows is refused after access, by the engine.
        let person = person_named(&setup, &directory, &person).unwrap_or_else(|| PersonId::from(person.trim()));
        OnCallRequest::Give { person, schedule, end }
    })
    .await
}

/// End an override now: the rotation goes on
#[poise::command(slash_command, description_localized("id", "Akhiri penggantian sekarang: rotasi berjalan lagi"))]
async fn end(
    cx: Context<'_>,
    #[description = "Which schedule, if several have one"]
    #[description_localized("id", "Jadwal yang mana, kalau ada beberapa")]
    #[max_length = 100]
    #[autocomplete = "schedules"]
    schedule: Option<String>,
) -> Result<(), Error> {
    ask(cx, |_| OnCallRequest::End { schedule }).await
}

async fn ask(cx: Context<'_>, request: impl FnOnce(&Desk<'_>) -> OnCallRequest) -> Result<(), Error> {
    let desk = Desk::new(cx);
    desk.answer(async { desk.data.act(&desk.asker, request(&desk).into()).await }).await
}

async fn schedules(cx: Context<'_>, partial: &str) -> CreateAutocompleteResponse {
    let Some(setup) = configuration(cx).await else { return nothing() };
    response(partial, setup.schedules.keys().map(|name| (name.clone(), name.clone())))
}

async fn people(cx: Context<'_>, partial: &str) -> CreateAutocompleteResponse {
    let Some(setup) = configuration(cx).await else { return nothing() };
    let directory = cx.framework.user_data.directory.get();
    let shown = setup.people.keys().map(|person| (format!("@{}", directory.name(person)), person.as_str().to_owned()));
    response(partial, shown)
}

/// Who is on call on each schedule; whoever may end an override gets a button for it.
fn of_everybody(desk: &Desk<'_>, by: &Actor) -> Answer {
    let (world, now) = (desk.data.engine.world(), desk.data.engine.now());
    let (names, language) = (desk.data.names(), desk.data.language(&desk.asker));
    if world.setup().schedules.is_empty() {
        return words::no_schedules(language).into();
    }
    let answers: Vec<_> =
        world.setup().schedules.keys().map(|schedule| (schedule, world.on_call(schedule, now))).collect();
    let mut lines: Vec<String> =
        answers.iter().map(|(schedule, answer)| words::on_call(schedule, answer, &names, language)).collect();
    // Whoever is on call, and whoever takes over then.
    let people = answers.iter().flat_map(|(_, answer)| match answer {
        OnCall::Person { person, next, .. } => vec![person, next],
        OnCall::Gap => Vec::new(),
    });
    lines.extend(unreached(desk, people.collect(), language));
    let holding = world.setup().schedules.keys().filter_map(|schedule| {
        let own = world.overrides().holding(world.setup(), schedule, now)?;
        own.may_end(by).then_some((own.number, schedule.as_str()))
    });
    let holding: Vec<(u32, &str)> = holding.collect();
    let text = lines.join("\n");
    if holding.is_empty() {
        return text.into();
    }
    Answer::Message(render::private(&text, &discord::nouns::end_components(&holding, language)))
}

fn of_service(desk: &Desk<'_>, name: &str) -> Result<String, Refusal> {
    let (world, now) = (desk.data.engine.world(), desk.data.engine.now());
    let setup = world.setup();
    let (names, language) = (desk.data.names(), desk.data.language(&desk.asker));
    let service = setup.service(name).ok_or_else(|| Refusal::NoSuchService {
        name: name.to_owned(),
        known: setup.services.iter().map(|service| service.name.clone()).collect(),
    })?;
    let policy = setup.escalation_for(Some(&service.name));
    let policy = policy.ok_or_else(|| Refusal::NobodyOnCall { target: service.name.clone() })?;
    let people: Vec<_> = policy.steps.iter().map(|step| world.people_of(&step.targets, now).people).collect();
    let mut lines = vec![words::escalation_steps(policy, &world, now, &names, language)];
    lines.extend(unreached(desk, people.iter().flatten().collect(), language));
    Ok(lines.join("\n"))
}

/// Whom of these Discord does not reach, one line each.
fn unreached(desk: &Desk<'_>, people: BTreeSet<&PersonId>, language: Language) -> Vec<String> {
    let (directory, names) = (desk.data.directory.get(), desk.data.names());
    let known = people.into_iter().filter_map(|person| Some((person, directory.unreached.get(person)?)));
    known.map(|(person, why)| words::on_call_unreached(person, why, &names, language)).collect()
}
