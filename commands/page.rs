//! Purpose: `/page`: call a person, whoever is on call for a service, or whoever is on call on a schedule.

use discord::actor::Asker;
use discord::data::{Context, Error};
use discord::directory::Directory;
use domain::setup::PageTarget;
use domain::{ChatUserId, Command, PersonId, Refusal, Setup};
use engine::Request;
use serenity::builder::CreateAutocompleteResponse;

use crate::choose::{configuration, incidents, nothing, response};
use crate::options::Desk;

/// Page a person, or who is on call for something
#[poise::command(
    slash_command,
    description_localized("id", "Page orang, atau on-call layanan atau jadwal"),
    install_context = "Guild",
    interaction_context = "Guild"
)]
pub(crate) async fn page(
    cx: Context<'_>,
    #[description = "A person, a service or a schedule"]
    #[description_localized("id", "Orang, layanan, atau jadwal")]
    #[max_length = 100]
    #[autocomplete = "targets"]
    target: String,
    #[description = "What you need them for; they read it first"]
    #[description_localized("id", "Untuk apa; ini yang pertama mereka baca")]
    #[max_length = 1500]
    reason: String,
    #[description = "Which incident, if not the one of this room"]
    #[description_localized("id", "Insiden mana, kalau bukan milik channel ini")]
    #[autocomplete = "incidents"]
    incident: Option<String>,
) -> Result<(), Error> {
    let desk = Desk::new(cx);
    desk.answer(async {
        let by = desk.data.actor(&desk.asker).await?;
        // Who may not read does not learn who can be paged.
        desk.data.engine.reader(&by).may_read()?;
        let (asked, targets) = meant(&desk.data.engine.setup(), &desk.data.directory.get(), &target)?;
        let which = desk.which(incident.as_deref()).await?;
        let command = Command::Page { targets, asked, reason };
        desk.data.act(&desk.asker, Request::Incident { which, command }).await
    })
    .await
}

const PERSON: &str = "person:";
const SERVICE: &str = "service:";
const SCHEDULE: &str = "schedule:";

/// People, services that have a policy, schedules. The value says which of the three it is.
async fn targets(cx: Context<'_>, partial: &str) -> CreateAutocompleteResponse {
    let Some(setup) = configuration(cx).await else { return nothing() };
    let directory = cx.framework.user_data.directory.get();
    // Whoever is on call now first, whoever types last, by the names people know; somebody without an account last of all.
    let asker = Asker::from(cx.interaction);
    let language = cx.framework.user_data.language(&asker);
    let known = cx.framework.user_data.candidates(&asker).into_iter().filter_map(|one| {
        let person = directory.person_of(one.user)?.clone();
        let shown = match one.on_call.as_slice() {
            [] => one.name,
            schedules => format!("{} · {}", one.name, words::desk_on_call(schedules, language)),
        };
        Some((shown, format!("{PERSON}{person}")))
    });
    let unknown = setup.people.keys().filter(|person| directory.user(person).is_none());
    let unknown = unknown.map(|person| (person.to_string(), format!("{PERSON}{person}")));
    let people = known.chain(unknown);
    let services = setup.services.iter().filter(|service| setup.escalation_for(Some(&service.name)).is_some());
    let services = services.map(|service| (service.name.clone(), format!("{SERVICE}{}", service.name)));
    let schedules = setup.schedules.keys().map(|name| (format!("on-call:{name}"), format!("{SCHEDULE}{name}")));
    response(partial, people.chain(services).chain(schedules))
}

/// Whom a text means: a suggestion, a mention, a name. A person wins over a service, a service over a schedule.
fn meant(setup: &Setup, directory: &Directory, text: &str) -> Result<(String, Vec<PageTarget>), Refusal> {
    let text = text.trim();
    let found = if let Some(key) = text.strip_prefix(PERSON) {
        (key, person(setup, directory, key))
    } else if let Some(name) = text.strip_prefix(SERVICE) {
        (name, service(setup, name))
    } else if let Some(name) = text.strip_prefix(SCHEDULE).or_else(|| text.strip_prefix("on-call:")) {
        (name, schedule(setup, name))
    } else {
        let name = text.strip_prefix('@').unwrap_or(text);
        let any = person(setup, directory, name).or_else(|| service(setup, name)).or_else(|| schedule(setup, name));
        (name, any)
    };
    match found {
        (asked, Some(targets)) => Ok((asked.to_owned(), targets)),
        (asked, None) => Err(Refusal::NoSuchTarget { target: asked.to_owned() }),
    }
}

fn person(setup: &Setup, directory: &Directory, text: &str) -> Option<Vec<PageTarget>> {
    person_named(setup, directory, text).map(|person| vec![PageTarget::Person(person)])
}

/// Somebody of the configuration: by key, mention or shown name.
pub(crate) fn person_named(setup: &Setup, directory: &Directory, text: &str) -> Option<PersonId> {
    let text = text.trim().trim_start_matches(PERSON);
    if let Some((person, _)) = setup.people.get_key_value(&PersonId::from(text)) {
        return Some(person.clone());
    }
    if let Some(user) = mentioned(text) {
        return directory.person_of(user).cloned();
    }
    let text = text.strip_prefix('@').unwrap_or(text);
    let wanted = text.to_lowercase();
    let mut hits = setup
        .people
        .keys()
        .filter(|person| person.as_str().to_lowercase() == wanted || directory.name(person).to_lowercase() == wanted);
    match (hits.next(), hits.next()) {
        (Some(person), None) => Some(person.clone()),
        _ => None,
    }
}

/// `<@123>`, `<@!123>`.
fn mentioned(text: &str) -> Option<ChatUserId> {
    let id = text.trim_start_matches('<').trim_start_matches('@').trim_start_matches('!').strip_suffix('>')?;
    id.parse().ok().map(ChatUserId)
}

fn service(setup: &Setup, name: &str) -> Option<Vec<PageTarget>> {
    let service = setup.services.iter().find(|service| service.name.eq_ignore_ascii_case(name))?;
    let first = setup.escalation_for(Some(&service.name))?.steps.first()?;
    Some(first.targets.clone())
}

fn schedule(setup: &Setup, name: &str) -> Option<Vec<PageTarget>> {
    let name = setup.schedules.keys().find(|known| known.eq_ignore_ascii_case(name))?;
    Some(vec![PageTarget::OnCall(name.clone())])
}
