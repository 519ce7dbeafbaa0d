//! Purpose: selects and buttons on the private message of triage. Each edits the message it stands on.

use domain::triage::{Impact, Urgency};
use domain::{IncidentId, Refusal};
use serenity::model::application::ComponentInteractionDataKind;

use crate::actor::Asker;
use crate::answer::Replier;
use crate::custom_id::{Chosen, Form, TriageId, TriageStep};
use crate::data::Data;
use crate::render;

/// Takes a choice in, or does what was chosen.
pub(super) async fn step(
    data: &Data,
    replier: Replier,
    asker: &Asker,
    id: TriageId,
    sent: &ComponentInteractionDataKind,
) {
    let TriageId { incident, chosen, step } = id;
    let replier = replier.replacing();
    match step {
        TriageStep::Impact => match value(sent).and_then(Impact::parse) {
            Some(impact) => {
                let chosen = Chosen { impact: Some(impact), ..chosen };
                replier.answer(data.triage(incident, chosen, asker)).await;
            }
            None => replier.refuse(Refusal::StaleButton).await,
        },
        TriageStep::Urgency => match value(sent).and_then(Urgency::parse) {
            Some(urgency) => {
                let chosen = Chosen { urgency: Some(urgency), ..chosen };
                replier.answer(data.triage(incident, chosen, asker)).await;
            }
            None => replier.refuse(Refusal::StaleButton).await,
        },
        TriageStep::Confirm { seen } => {
            match data.in_time(asker, data.lowers_by_triage(incident, chosen, seen, asker)).await {
                Ok(Some(form)) => replier.form(&form).await,
                Ok(None) => replier.answer(data.confirm_triage(incident, chosen, seen, asker)).await,
                Err(error) => replier.answer(std::future::ready(Err(error))).await,
            }
        }
        TriageStep::Dismiss => {
            match data.in_time(asker, data.open_for(asker, incident, Form::Dismiss(incident).needs())).await {
                Ok(incident) => {
                    replier.form(&render::dismiss_form(&incident, &data.names(), data.language(asker))).await;
                }
                Err(error) => replier.answer(std::future::ready(Err(error))).await,
            }
        }
        TriageStep::Merge => replier.answer(data.merge_page(incident, chosen, asker)).await,
        TriageStep::Into => match value(sent).and_then(|number| number.parse().ok()) {
            Some(number) => replier.answer(data.ask_merge(incident, IncidentId(number), asker)).await,
            None => replier.refuse(Refusal::StaleButton).await,
        },
        TriageStep::Back => replier.answer(data.triage(incident, chosen, asker)).await,
    }
}

/// What was chosen in a select.
pub(crate) fn value(sent: &ComponentInteractionDataKind) -> Option<&str> {
    match sent {
        ComponentInteractionDataKind::StringSelect { values } => values.first().map(String::as_str),
        _ => None,
    }
}
