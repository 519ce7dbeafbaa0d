//! Purpose: `/oncall`: who is on call now; for a service, whom a page would reach.

use discord::data::{Context, Error};
use domain::Refusal;
use engine::ActError;

use crate::choose::services;
use crate::options::Desk;

/// Who is on call, until when, and who is next
#[poise::command(
    slash_command,
    description_localized("id", "Siapa petugas siaga, sampai kapan, dan siapa berikutnya"),
    install_context = "Guild",
    interaction_context = "Guild"
)]
pub(crate) async fn oncall(
    cx: Context<'_>,
    #[description = "Whom a page for this service would reach"]
    #[description_localized("id", "Siapa yang akan dipanggil untuk layanan ini")]
    #[max_length = 100]
    #[autocomplete = "services"]
    service: Option<String>,
) -> Result<(), Error> {
    let desk = Desk::new(cx);
    desk.answer(async {
        let by = desk.data.actor(&desk.asker).await?;
        desk.data.engine.reader(&by).may_read()?;
        let answer = match service {
            Some(name) => of_service(&desk, name.trim()),
            None => Ok(of_everybody(&desk)),
        };
        answer.map(Into::into).map_err(ActError::Refused)
    })
    .await
}

fn of_everybody(desk: &Desk<'_>) -> String {
    let (world, now) = (desk.data.engine.world(), desk.data.engine.now());
    let (names, language) = (desk.data.names(), desk.data.language(&desk.asker));
    if world.setup().schedules.is_empty() {
        return words::no_schedules(language);
    }
    let lines: Vec<String> = world
        .setup()
        .schedules
        .keys()
        .map(|schedule| words::on_call(schedule, &world.on_call(schedule, now), &names, language))
        .collect();
    lines.join("\n")
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
    Ok(words::escalation_steps(policy, &world, now, &names, language))
}
