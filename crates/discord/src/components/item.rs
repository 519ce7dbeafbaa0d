//! Purpose: the page of one action item: who has it, chosen from the server's people; what it is and until when; done; deleted.

use std::sync::Arc;

use domain::incident::Refusal;
use domain::postmortem::ActionItem;
use domain::{Access, Command, Incident, IncidentId};
use engine::{ActError, IncidentRef, Request};
use jiff::civil::Date;
use serenity::model::application::{ComponentInteraction, ComponentInteractionDataKind};

use super::forms::Fields;
use super::postmortem::{date, deed};
use crate::actor::{self, Asker};
use crate::answer::{Answer, Outcome, Replier};
use crate::custom_id::ItemAct;
use crate::data::Data;
use crate::render::{self, Typed, field};

/// Does what a control of the page asks for.
pub(super) async fn press(
    data: &Data,
    replier: Replier,
    asker: &Asker,
    interaction: &ComponentInteraction,
    (id, number): (IncidentId, u32),
    act: ItemAct,
) {
    let command =
        match act {
            ItemAct::Owner => {
                return replier.replacing_when_done().answer(give(data, asker, interaction, id, number)).await;
            }
            ItemAct::Edit => {
                // A form must be the first response.
                return match data.in_time(asker, read(data, asker, id)).await.and_then(|incident| {
                    Ok(render::change_item_form(id, open(&incident, number)?, data.language(asker)))
                }) {
                    Ok(form) => replier.form(&form).await,
                    Err(error) => replier.answer(std::future::ready(Err(error))).await,
                };
            }
            ItemAct::Delete => return replier.replacing().answer(page(data, asker, id, number, None, true)).await,
            ItemAct::Back => return replier.replacing().answer(data.postmortem(id, asker)).await,
            ItemAct::Done => Command::FinishActionItem { number },
            ItemAct::DeleteSure => Command::DeleteActionItem { number },
        };
    replier.replacing().answer(deed(data, asker, id, Ok(command), None)).await;
}

/// Gives it to whoever was chosen.
async fn give(data: &Data, asker: &Asker, interaction: &ComponentInteraction, id: IncidentId, number: u32) -> Outcome {
    let ComponentInteractionDataKind::UserSelect { values } = &interaction.data.kind else {
        return Err(Refusal::StaleButton.into());
    };
    let resolved = &interaction.data.resolved;
    let user = values.first().and_then(|user| resolved.users.get(user)).ok_or(Refusal::NotAPerson)?;
    let owner = actor::other(data, user, resolved.members.get(&user.id))?;
    change(data, asker, id, Command::ChangeActionItem { number, what: None, owner: Some(owner), due: None }).await
}

/// What comes back from the form that changes it.
pub(super) async fn submit(data: &Data, asker: &Asker, fields: &Fields, id: IncidentId, number: u32) -> Outcome {
    let incident = read(data, asker, id).await?;
    let item = open(&incident, number)?;
    // The day it has may have passed; who leaves it does not choose it anew.
    let typed = fields.text(field::DUE);
    let due =
        if typed == item.due.to_string() { None } else { Some(date(&typed, &data.zone(asker), data.engine.now())?) };
    change(
        data,
        asker,
        id,
        Command::ChangeActionItem { number, what: Some(fields.text(field::WHAT)), owner: None, due },
    )
    .await
}

async fn change(data: &Data, asker: &Asker, id: IncidentId, command: Command) -> Outcome {
    let Command::ChangeActionItem { number, .. } = command else { return Err(Refusal::StaleButton.into()) };
    let said = data.act_in_words(asker, Request::Incident { which: IncidentRef::Number(id), command }).await?;
    page(data, asker, id, number, Some(&said), false).await
}

/// Adds one; comes to its page, where its owner is chosen.
pub(super) async fn add(
    data: &Data,
    asker: &Asker,
    (what, due): (String, Date),
    typed: &Typed,
    id: IncidentId,
) -> Outcome {
    let command = Command::AddActionItem { what, owner: None, due };
    match data.act_in_words(asker, Request::Incident { which: IncidentRef::Number(id), command }).await {
        Ok(said) => {
            let number = read(data, asker, id).await?.postmortem.last_item;
            page(data, asker, id, number, Some(&said), false).await
        }
        Err(ActError::Refused(refusal)) => deed(data, asker, id, Err(refusal), Some(typed)).await,
        Err(error) => Err(error),
    }
}

/// The page, for whoever may change it.
pub(super) async fn page(
    data: &Data,
    asker: &Asker,
    id: IncidentId,
    number: u32,
    notice: Option<&str>,
    sure: bool,
) -> Outcome {
    let incident = read(data, asker, id).await?;
    let item = open(&incident, number)?;
    Ok(Answer::Message(render::action_item(&incident, item, notice, sure, data.language(asker))))
}

async fn read(data: &Data, asker: &Asker, id: IncidentId) -> Result<Arc<Incident>, ActError> {
    let by = data.actor(asker).await?;
    data.engine.reader(&by).incident_for(id, Access::Responder).await
}

/// The item, if it is still to be done.
pub(super) fn open(incident: &Incident, number: u32) -> Result<&ActionItem, Refusal> {
    let item = incident.postmortem.action_items.iter().find(|item| item.number == number && item.done.is_none());
    item.ok_or(Refusal::NoSuchActionItem { id: incident.id, number })
}
