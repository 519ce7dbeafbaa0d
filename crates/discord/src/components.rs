//! Purpose: buttons and forms. Everything they need stands in their `custom_id`, so they work after any restart; the
//! same click is done once, by the id of its interaction.

pub(crate) mod again;
mod desk;
mod forms;
mod item;
mod postmortem;
mod triage;

use domain::incident::severity_with_room;
use domain::{Access, Command, IncidentId, Refusal};
use engine::{ActError, IncidentRef, Request};
use serenity::model::application::ComponentInteraction;

use crate::actor::Asker;
use crate::answer::Replier;
use crate::custom_id::{Chosen, CustomId, Form, Verb};
use crate::data::Data;
use crate::keep;
use crate::nouns;
use crate::render;
use crate::sure;

pub(crate) use forms::Fields;
pub(crate) use forms::{duration, submit};
pub(crate) use postmortem::{close_postmortem, date, minutes};
pub(crate) use triage::value;

/// Does what a button asks for and answers.
pub(crate) async fn press(data: &Data, replier: Replier, interaction: &ComponentInteraction) {
    let asker = Asker::from(interaction);
    match CustomId::parse(&interaction.data.custom_id) {
        Some(CustomId::Button { verb, incident, spot: _ }) => button(data, replier, &asker, verb, incident).await,
        Some(CustomId::Candidate { journal, open }) => {
            replier.answer(data.act(&asker, Request::Candidate { journal, open })).await;
        }
        Some(CustomId::Asked { asked, open }) => replier.answer(data.act(&asker, Request::Asked { asked, open })).await,
        Some(CustomId::Noun(id)) => nouns::press(data, replier, &asker, id).await,
        Some(CustomId::Postmortem { part, incident }) => {
            postmortem::press(data, replier, &asker, interaction, part, incident).await;
        }
        Some(CustomId::Item { incident, number, act }) => {
            item::press(data, replier, &asker, interaction, (incident, number), act).await;
        }
        Some(CustomId::Keep { channel, message }) => {
            keep::chosen(data, replier, &asker, interaction, (channel, message)).await;
        }
        Some(CustomId::Again { filled, form }) => {
            again::press(data, replier, &asker, interaction, filled, form).await;
        }
        Some(CustomId::Pick { pick, incident }) => {
            desk::pick(data, replier, &asker, (pick, incident), &interaction.data.kind).await;
        }
        Some(CustomId::Triage(id)) => triage::step(data, replier, &asker, id, &interaction.data.kind).await,
        Some(CustomId::Sure(id)) => sure::press(data, replier, &asker, id).await,
        // No button carries the id of a form; anything else is older or newer than we are.
        Some(CustomId::Form(_)) | None => replier.refuse(Refusal::StaleButton).await,
    }
}

async fn button(data: &Data, replier: Replier, asker: &Asker, verb: Verb, incident: IncidentId) {
    let act = |command| data.act(asker, Request::Incident { which: IncidentRef::Number(incident), command });
    match verb {
        Verb::Acknowledge => replier.answer(act(Command::Acknowledge)).await,
        Verb::AcknowledgeAll => replier.answer(data.act(asker, Request::AcknowledgeAll { called_by: None })).await,
        Verb::UndoAll => {
            replier.replacing().answer(data.undo_all(incident, asker)).await;
        }
        Verb::Decline => replier.answer(act(Command::Decline)).await,
        Verb::KeepOpen => replier.answer(act(Command::KeepOpen)).await,
        Verb::StillOnIt => replier.answer(act(Command::StillOnIt)).await,
        // It stands on a private answer, which no longer is true.
        Verb::Mitigate => replier.answer(act(Command::Mitigate { how: None })).await,
        Verb::Undo => replier.replacing().answer(data.undo_acknowledgement(incident, asker)).await,
        Verb::UndoDecline => replier.replacing().answer(act(Command::Acknowledge)).await,
        Verb::UndoDismiss => replier.replacing().answer(act(Command::UndoDismiss)).await,
        Verb::Unmitigate => replier.replacing().answer(act(Command::WithdrawMitigation)).await,
        Verb::Silence | Verb::Silenced => nouns::silence::press_on_incident(data, replier, asker, incident).await,
        Verb::Room => raise(data, &replier, asker, incident).await,
        Verb::Runbook => replier.answer(data.runbook_of(incident, asker)).await,
        Verb::Postmortem => replier.answer(data.postmortem(incident, asker)).await,
        Verb::Page
        | Verb::Severity
        | Verb::Commander
        | Verb::TakeCommand
        | Verb::Note
        | Verb::Edit
        | Verb::Escalate
        | Verb::EscalateNow => desk::press(data, replier, asker, verb, incident).await,
        Verb::Why => replier.answer(data.why(incident, asker)).await,
        Verb::More => replier.answer(data.show(incident, asker)).await,
        Verb::Triage => replier.answer(data.triage(incident, Chosen::default(), asker)).await,
        Verb::Update | Verb::Resolve => open_form(data, replier, asker, verb, incident).await,
    }
}

/// A form must be the first response; it is shown to whoever may send it.
async fn open_form(data: &Data, replier: Replier, asker: &Asker, verb: Verb, id: IncidentId) {
    let language = data.language(asker);
    let form = if verb == Verb::Resolve { Form::Resolve(id) } else { Form::Update(id) };
    match data.in_time(asker, data.open_for(asker, id, form.needs())).await {
        Ok(incident) if verb == Verb::Resolve => replier.form(&render::resolve_form(&incident, language)).await,
        Ok(incident) => replier.form(&render::update_form(&incident, &data.engine.setup(), language)).await,
        Err(error) => replier.answer(std::future::ready(Err(error))).await,
    }
}

/// Gives an incident that is only a line a room: the mildest severity that has one.
async fn raise(data: &Data, replier: &Replier, asker: &Asker, id: IncidentId) {
    let to = async {
        let incident = data.open_for(asker, id, Access::Responder).await?;
        severity_with_room(&incident, &data.engine.setup()).ok_or(ActError::Refused(Refusal::NoThread { id }))
    };
    match data.in_time(asker, to).await {
        Ok(to) => {
            let which = std::future::ready(Ok(IncidentRef::Number(id)));
            sure::severity(data, replier, asker, which, to, None).await;
        }
        Err(error) => replier.answer(std::future::ready(Err(error))).await,
    }
}
