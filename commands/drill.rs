//! Purpose: `/drill start` and `/drill end`: practice an incident. Only who takes part is paged, and nothing is counted.

use discord::data::{Context, Error};
use discord::directory::Directory;
use domain::{Access, Command, Drill, PersonId, Refusal, Setup};
use engine::{IncidentRef, Opened, Request};
use serenity::builder::CreateAutocompleteResponse;

use crate::choose::{configuration, incidents, nothing, response, services};
use crate::options::{Desk, Severity};
use crate::page::person_named;

/// Practice an incident
#[poise::command(
    slash_command,
    subcommands("start", "end"),
    subcommand_required,
    description_localized("id", "Latihan insiden"),
    install_context = "Guild",
    interaction_context = "Guild"
)]
pub(crate) async fn drill(_cx: Context<'_>) -> Result<(), Error> {
    Ok(())
}

/// Start a drill: only who takes part is paged
#[poise::command(slash_command, description_localized("id", "Mulai latihan: hanya yang ikut yang di-page"))]
async fn start(
    cx: Context<'_>,
    #[description = "What happens in it; empty: only the incident"]
    #[description_localized("id", "Skenarionya; kosong: hanya insidennya")]
    #[max_length = 100]
    #[autocomplete = "scenarios"]
    scenario: Option<String>,
    #[description = "Its title, if not the scenario's"]
    #[description_localized("id", "Judulnya, kalau bukan judul skenario")]
    #[max_length = 200]
    title: Option<String>,
    #[description = "The service that is broken, if not the scenario's"]
    #[description_localized("id", "Layanan yang rusak, kalau bukan dari skenario")]
    #[autocomplete = "services"]
    service: Option<String>,
    #[description = "How bad it is, if not as in the scenario"]
    #[description_localized("id", "Seberapa parah, kalau bukan seperti di skenario")]
    severity: Option<Severity>,
    #[description = "Who takes part, comma-separated; empty: only you"]
    #[description_localized("id", "Siapa yang ikut, dipisah koma; kosong: hanya kamu")]
    #[max_length = 500]
    #[autocomplete = "people"]
    people: Option<String>,
) -> Result<(), Error> {
    let desk = Desk::new(cx);
    desk.answer(async {
        let by = desk.data.actor(&desk.asker).await?;
        desk.data.engine.reader(&by).has(Access::Responder)?;
        let setup = desk.data.engine.setup();
        let name = scenario.as_deref().map(str::trim);
        let script = name.map(|name| setup.scenario(name).ok_or_else(|| no_scenario(&setup, name))).transpose()?;
        let participants = match &people {
            Some(people) => named(&setup, &desk.data.directory.get(), people)?,
            None => by.person.into_iter().collect(),
        };
        let opened = Opened {
            title: title.or_else(|| script.map(|script| script.title.clone())).unwrap_or_default(),
            service: service.or_else(|| script.and_then(|script| script.service.clone())),
            severity: severity.map(Into::into).or_else(|| script.and_then(|script| script.severity)),
            impact: None,
            link: None,
            drill: Some(Drill { participants, scenario: name.map(str::to_owned), incident: None }),
        };
        desk.data.act(&desk.asker, Request::Open(opened)).await
    })
    .await
}

/// End a drill; the room reads how it went
#[poise::command(slash_command, description_localized("id", "Akhiri latihan; channel membaca hasilnya"))]
async fn end(
    cx: Context<'_>,
    #[description = "What ended it, if there is something to say"]
    #[description_localized("id", "Apa yang mengakhirinya, kalau perlu")]
    #[max_length = 1500]
    fixed: Option<String>,
    #[description = "Which drill, if not the one of this room"]
    #[description_localized("id", "Latihan mana, kalau bukan milik channel ini")]
    #[autocomplete = "incidents"]
    incident: Option<String>,
) -> Result<(), Error> {
    let desk = Desk::new(cx);
    desk.answer(async {
        let id = desk.number(incident.as_deref()).await?;
        if desk.data.open_for(&desk.asker, id, Access::Responder).await?.drill.is_none() {
            return Err(Refusal::NotADrill { id }.into());
        }
        let fixed = fixed.unwrap_or_else(|| words::drill_ended(desk.data.engine.setup().language));
        let what = Request::Incident { which: IncidentRef::Number(id), command: Command::Resolve { fixed } };
        desk.data.act(&desk.asker, what).await
    })
    .await
}

fn no_scenario(setup: &Setup, name: &str) -> Refusal {
    let known = setup.scenarios.iter().map(|scenario| scenario.name.clone()).collect();
    Refusal::NoSuchScenario { name: name.to_owned(), known }
}

/// Scenarios by title; the value is the name.
async fn scenarios(cx: Context<'_>, partial: &str) -> CreateAutocompleteResponse {
    let Some(setup) = configuration(cx).await else { return nothing() };
    let shown = setup.scenarios.iter().map(|one| (format!("{} · {}", one.name, one.title), one.name.clone()));
    response(partial, shown)
}

/// The names before the last comma stay; the last one is completed.
async fn people(cx: Context<'_>, partial: &str) -> CreateAutocompleteResponse {
    let Some(setup) = configuration(cx).await else { return nothing() };
    let directory = cx.framework.user_data.directory.get();
    let (before, last) = partial.rsplit_once(',').unwrap_or(("", partial));
    let before: Vec<&str> = split(before).collect();
    let people = setup.people.keys().filter(|person| !before.contains(&person.as_str()));
    let choices = people.map(|person| {
        let name = directory.name(person);
        let with = |last: &str| before.iter().copied().chain([last]).collect::<Vec<_>>().join(", ");
        let shown = if name == person.as_str() { with(name) } else { with(&format!("{name} · {person}")) };
        (shown, with(person.as_str()))
    });
    response(last, choices)
}

/// People as they are typed: mentions or names with commas between; mentions may also stand side by side.
fn split(text: &str) -> impl Iterator<Item = &str> {
    text.split(',')
        .flat_map(|part| {
            let mentions = part.trim().starts_with('<');
            part.split(move |c: char| mentions && c.is_whitespace())
        })
        .map(str::trim)
        .filter(|name| !name.is_empty())
}

/// Who is meant, everybody once.
fn named(setup: &Setup, directory: &Directory, text: &str) -> Result<Vec<PersonId>, Refusal> {
    let mut people = Vec::new();
    for name in split(text) {
        let found = person_named(setup, directory, name.strip_prefix('@').unwrap_or(name));
        let person = found.ok_or_else(|| Refusal::UnknownPerson { name: name.to_owned() })?;
        if !people.contains(&person) {
            people.push(person);
        }
    }
    Ok(people)
}

#[cfg(test)]
mod tests {
    use super::split;

    #[test]
    fn people_are_typed_with_commas_or_mentioned_side_by_side() {
        let cases = [
            ("budi, rina", vec!["budi", "rina"]),
            ("Budi Santoso ,, rina,", vec!["Budi Santoso", "rina"]),
            ("<@1> <@!2>, dewi", vec!["<@1>", "<@!2>", "dewi"]),
            (" ", vec![]),
        ];
        for (text, expected) in cases {
            assert_eq!(split(text).collect::<Vec<_>>(), expected, "{text}");
        }
    }
}
