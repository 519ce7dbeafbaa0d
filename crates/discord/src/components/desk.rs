//! Purpose: what `[More]` offers besides the buttons of the card: page somebody, another severity, a commander, a note, the next step of
//! the policy. Whoever has the phone in one hand at 3 a.m. types no command; what pages somebody is asked once.

use domain::setup::PageTarget;
use domain::{ChatUserId, Command, IncidentId, Refusal};
use engine::{ActError, IncidentRef, Request};
use serenity::model::application::ComponentInteractionDataKind;

use super::{Fields, value};
use crate::actor::Asker;
use crate::answer::{Answer, Outcome, Replier};
use crate::custom_id::{Form, Pick, Verb};
use crate::data::Data;
use crate::render::{self, desk, field};
use crate::sure;

/// Asks what a button of the desk needs to know, or does it.
pub(super) async fn press(data: &Data, replier: Replier, asker: &Asker, verb: Verb, id: IncidentId) {
    match verb {
        Verb::Note => {
            let language = data.language(asker);
            match data.in_time(asker, data.open_for(asker, id, Form::Note(id).needs())).await {
                Ok(incident) => replier.form(&desk::note_form(&incident, language)).await,
                Err(error) => replier.answer(std::future::ready(Err(error))).await,
            }
        }
        Verb::Edit => {
            let language = data.language(asker);
            match data.in_time(asker, data.open_for(asker, id, Form::Correct(id).needs())).await {
                Ok(incident) => replier.form(&render::correct_form(&incident, language)).await,
                Err(error) => replier.answer(std::future::ready(Err(error))).await,
            }
        }
        Verb::TakeCommand => {
            let taken = async {
                let commander = data.actor(asker).await?;
                act(data, asker, id, Command::SetCommander { commander }).await
            };
            replier.answer(taken).await;
        }
        Verb::EscalateNow => replier.replacing().answer(act(data, asker, id, Command::Escalate)).await,
        other => replier.answer(ask(data, asker, other, id)).await,
    }
}

async fn ask(data: &Data, asker: &Asker, verb: Verb, id: IncidentId) -> Outcome {
    let incident = data.open_for(asker, id, Form::Note(id).needs()).await?;
    let language = data.language(asker);
    Ok(Answer::Message(match verb {
        Verb::Severity => desk::severities(&incident, &data.engine.setup(), language),
        Verb::Escalate => {
            let world = data.engine.world();
            let names = data.names();
            let next = domain::incident::next_page(&incident, &world);
            let people = next.map(|next| next.people.iter().map(&names).collect::<Vec<_>>()).unwrap_or_default();
            desk::escalate(&incident, &people, language)
        }
        Verb::Commander => desk::people(Pick::Commander, &incident, &data.candidates(asker), language),
        _ => desk::people(Pick::Page, &incident, &data.candidates(asker), language),
    }))
}

/// Takes a choice in: what pages somebody is asked for its reason, and that is the question whether it is meant.
pub(super) async fn pick(
    data: &Data,
    replier: Replier,
    asker: &Asker,
    (pick, id): (Pick, IncidentId),
    sent: &ComponentInteractionDataKind,
) {
    let language = data.language(asker);
    let chosen = value(sent).unwrap_or_default();
    let user = || chosen.parse().map(ChatUserId).ok();
    let user = match pick {
        Pick::Page => user(),
        // What it pages or ends is asked first, there as by the command.
        Pick::Severity => {
            return match chosen.parse() {
                Ok(to) => {
                    let which = std::future::ready(Ok(IncidentRef::Number(id)));
                    sure::severity(data, &replier.replacing(), asker, which, to, None).await;
                }
                Err(_) => replier.refuse(Refusal::StaleButton).await,
            };
        }
        Pick::Commander => {
            return match user() {
                Some(user) => replier.replacing().answer(commander(data, asker, id, user)).await,
                None => replier.refuse(Refusal::StaleButton).await,
            };
        }
    };
    let Some(user) = user else { return replier.refuse(Refusal::StaleButton).await };
    match data.in_time(asker, data.open_for(asker, id, Form::Page(id, user).needs())).await {
        Ok(incident) => replier.form(&desk::page_form(&incident, user, language)).await,
        Err(error) => replier.answer(std::future::ready(Err(error))).await,
    }
}

async fn commander(data: &Data, asker: &Asker, id: IncidentId, user: ChatUserId) -> Outcome {
    // Who may not do it is told before anybody is looked up.
    data.open_for(asker, id, Form::Note(id).needs()).await?;
    let commander = data.actor_of(asker, user).await?;
    act(data, asker, id, Command::SetCommander { commander }).await
}

/// Does what a form of the desk says.
pub(super) async fn submit(data: &Data, asker: &Asker, fields: &Fields, form: Form) -> Outcome {
    // Who may not do it any more reads that, and nothing of what was meant.
    if let Form::Note(id) | Form::Page(id, _) = form {
        data.open_for(asker, id, form.needs()).await?;
    }
    match form {
        Form::Note(id) => {
            let text = fields.text(field::NOTE);
            act(data, asker, id, Command::Note { text, link: None }).await
        }
        Form::Page(id, user) => {
            let person = data.directory.get().person_of(user).cloned();
            let asked = user.0.to_string();
            let person = person.ok_or(ActError::Refused(Refusal::NoSuchTarget { target: asked }))?;
            let asked = data.directory.get().name(&person).to_owned();
            let targets = vec![PageTarget::Person(person)];
            let command = Command::Page { targets, asked, reason: fields.text(field::REASON) };
            act(data, asker, id, command).await
        }
        _ => Err(Refusal::StaleButton.into()),
    }
}

async fn act(data: &Data, asker: &Asker, id: IncidentId, command: Command) -> Outcome {
    data.act(asker, Request::Incident { which: IncidentRef::Number(id), command }).await
}
