//! Purpose: the controls of the postmortem's work page. Each press edits the page in place and says on top what came of it;
//! what a form held and could not be taken is shown again.

use std::sync::Arc;

use domain::incident::Refusal;
use domain::postmortem::{self, Collateral, Proof};
use domain::typed_time::{self, BadTime};
use domain::{Command, Incident, IncidentId, IncidentStatus, KnownBy, Timestamp};
use engine::{ActError, IncidentRef, Request};
use jiff::ToSpan;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serenity::model::application::{ActionRowComponent, ComponentInteraction, ComponentInteractionDataKind};

use super::forms::{Fields, no_length};
use super::item;
use crate::actor::Asker;
use crate::answer::{Answer, Outcome, Replier};
use crate::custom_id::{CustomId, Form, Part};
use crate::data::Data;
use crate::render::{self, Typed, field};

/// Days until the action item is due that is written with the rest; its page changes that.
const ITEM_DUE: i64 = 14;

/// Does what a control of the page asks for.
pub(super) async fn press(
    data: &Data,
    replier: Replier,
    asker: &Asker,
    interaction: &ComponentInteraction,
    part: Part,
    id: IncidentId,
) {
    let values = match &interaction.data.kind {
        ComponentInteractionDataKind::StringSelect { values } => values.as_slice(),
        _ => &[],
    };
    let lang = data.language(asker);
    match part {
        Part::Write => {
            if let Some(incident) = read(data, &replier, asker, Form::Write(id), id).await {
                replier.form(&render::write_form(&incident, lang)).await;
            }
        }
        Part::Proof => {
            if let Some(incident) = read(data, &replier, asker, Form::Proof(id), id).await {
                replier.form(&render::proof_form(&incident, lang)).await;
            }
        }
        Part::ActionItem => {
            if read(data, &replier, asker, Form::ActionItem(id), id).await.is_some() {
                replier.form(&render::action_item_form(id, lang)).await;
            }
        }
        Part::Knew => match values.first().and_then(|by| KnownBy::parse(by)) {
            Some(by) => {
                if let Some(incident) = read(data, &replier, asker, Form::Knew(id, by), id).await {
                    replier.form(&render::knew_form(&incident, by, lang)).await;
                }
            }
            None => replier.refuse(Refusal::StaleButton).await,
        },
        Part::Draft => replier.answer(data.record(id, asker)).await,
        Part::Close => replier.replacing().answer(close(data, asker, id)).await,
        Part::Affected | Part::Clear => {
            let what = if part == Part::Affected { Collateral::Affected } else { Collateral::Clear };
            let offered = options(interaction, part, id);
            let work = async {
                let incident = data.reviewed(id, asker).await?;
                deed(data, asker, id, Ok(checked(&incident, what, values, &offered)), None).await
            };
            replier.replacing().answer(work).await;
        }
        Part::Items => match values.first().and_then(|number| number.parse().ok()) {
            Some(number) => replier.replacing().answer(item::page(data, asker, id, number, None, false)).await,
            None => replier.refuse(Refusal::StaleButton).await,
        },
    }
}

/// Does what a form of the page says; comes to the page.
pub(super) async fn submit(
    data: &Data,
    asker: &Asker,
    (fields, typed): (&Fields, &Typed),
    form: Form,
    id: IncidentId,
) -> Outcome {
    let command = match form {
        Form::Write(_) => {
            let today = data.engine.now().to_zoned(data.zone(asker)).date();
            let due = today.checked_add(ITEM_DUE.days()).unwrap_or(today);
            let proof = fields.filled(field::PREVENTION).map(|text| prevention(&text, id)).transpose();
            proof.map(|proof| Command::WritePostmortem {
                core_problem: fields.text(field::CORE),
                root_cause: fields.text(field::ROOT),
                lessons: fields.text(field::LESSONS),
                item: fields.filled(field::WHAT).map(|what| (what, due)),
                proof,
            })
        }
        Form::ActionItem(_) => {
            let due = date(&fields.text(field::DUE), &data.zone(asker), data.engine.now());
            match due {
                Ok(due) => return item::add(data, asker, (fields.text(field::WHAT), due), typed, id).await,
                Err(refusal) => Err(refusal),
            }
        }
        Form::Proof(_) => match (fields.filled(field::CHANGED), fields.filled(field::REFUSED)) {
            (Some(url), None) => Ok(Command::GiveProof(Proof::Changed { url })),
            (None, Some(reason)) => Ok(Command::GiveProof(Proof::Refused { reason })),
            (Some(_), Some(_)) | (None, None) => Err(Refusal::ProofNeeded { id }),
        },
        Form::Knew(_, known_by) => {
            let lag_minutes = fields.filled(field::MINUTES).map(|text| minutes(&text)).transpose();
            let link = fields.filled(field::LINK);
            lag_minutes.map(|lag_minutes| Command::ConfirmDetection { known_by, lag_minutes, link })
        }
        Form::Update(_)
        | Form::Resolve(_)
        | Form::Dismiss(_)
        | Form::Page(..)
        | Form::Severity(..)
        | Form::Note(_)
        | Form::TriageLower(..)
        | Form::Noun(_)
        | Form::Item(..)
        | Form::Correct(_)
        | Form::Open { .. } => Err(Refusal::StaleButton),
    };
    deed(data, asker, id, command, Some(typed)).await
}

/// Closes it. When all that lacks can be said with one press, that is asked on the page.
async fn close(data: &Data, asker: &Asker, id: IncidentId) -> Outcome {
    let incident = data.reviewed(id, asker).await?;
    let setup = data.engine.setup();
    let missing = postmortem::gaps(&incident, &setup);
    match postmortem::asked_when_closing(&incident, &missing).filter(|_| !missing.is_empty()) {
        Some(asked) if incident.status == IncidentStatus::Resolved => {
            Ok(Answer::Message(render::postmortem_sure(&incident, &setup, asked, data.language(asker))))
        }
        _ => deed(data, asker, id, Ok(Command::ClosePostmortem { confirms: false }), None).await,
    }
}

/// Closes it, and says with it what was asked.
pub(crate) async fn close_postmortem(data: &Data, asker: &Asker, id: IncidentId) -> Outcome {
    deed(data, asker, id, Ok(Command::ClosePostmortem { confirms: true }), None).await
}

/// A link to what was changed, or the reason why nothing was. Which of the two a mixture is nobody can tell.
fn prevention(text: &str, id: IncidentId) -> Result<Proof, Refusal> {
    let is_link = |word: &str| word.starts_with("https://") || word.starts_with("http://");
    match text.split_whitespace().collect::<Vec<_>>().as_slice() {
        [word] if is_link(word) => Ok(Proof::Changed { url: (*word).to_owned() }),
        words if words.iter().any(|word| is_link(word)) => Err(Refusal::ProofNeeded { id }),
        _ => Ok(Proof::Refused { reason: text.to_owned() }),
    }
}

/// Acts, and comes to the page with what came of it on top. Without access there is no page, only the refusal.
pub(super) async fn deed(
    data: &Data,
    asker: &Asker,
    id: IncidentId,
    command: Result<Command, Refusal>,
    typed: Option<&Typed>,
) -> Outcome {
    let lang = data.language(asker);
    let done = match command {
        Ok(command) => data.act_in_words(asker, Request::Incident { which: IncidentRef::Number(id), command }).await,
        Err(refusal) => Err(refusal.into()),
    };
    let (notice, typed) = match &done {
        Ok(said) => (said.clone(), None),
        Err(ActError::Refused(refusal)) => (words::refusal(refusal, lang), typed),
        Err(ActError::Failed { error_id }) => (words::failed(error_id, lang), typed),
    };
    match (data.postmortem_after(id, asker, Some(&notice), typed).await, done) {
        (Ok(page), _) => Ok(page),
        // The first reason explains more than the second.
        (Err(_), Err(first)) => Err(first),
        (Err(second), Ok(_)) => Err(second),
    }
}

/// The incident a form is filled from, in time and for whoever may send it; else says why not.
pub(super) async fn read(
    data: &Data,
    replier: &Replier,
    asker: &Asker,
    form: Form,
    id: IncidentId,
) -> Option<Arc<Incident>> {
    let work = async {
        let by = data.actor(asker).await?;
        data.engine.reader(&by).incident_for(id, form.needs()).await
    };
    match data.in_time(asker, work).await {
        Ok(incident) => Some(incident),
        Err(error) => {
            replier.answer(std::future::ready(Err(error))).await;
            None
        }
    }
}

/// What a menu offered, as the person saw it.
fn options(interaction: &ComponentInteraction, part: Part, incident: IncidentId) -> Vec<String> {
    let wanted = CustomId::Postmortem { part, incident }.to_string();
    let rows = interaction.message.components.iter().flat_map(|row| &row.components);
    let mut menus = rows.filter_map(|component| match component {
        ActionRowComponent::SelectMenu(menu) if menu.custom_id.as_deref() == Some(wanted.as_str()) => Some(menu),
        _ => None,
    });
    menus.next().map(|menu| menu.options.iter().map(|option| option.value.clone()).collect()).unwrap_or_default()
}

/// What is known of all dependents after a choice in one menu: chosen ones are so, what the menu offered and nobody chose is
/// not so any more, and the rest stays.
fn checked(incident: &Incident, what: Collateral, chosen: &[String], offered: &[String]) -> Command {
    let mut found = incident.postmortem.collateral.clone();
    found.retain(|unit, known| *known != what || !offered.contains(unit));
    found.extend(chosen.iter().map(|unit| (unit.clone(), what)));
    let of = |wanted: Collateral| {
        found.iter().filter(|(_, known)| **known == wanted).map(|(unit, _)| unit.clone()).collect()
    };
    Command::CheckCollateral { affected: of(Collateral::Affected), clear: of(Collateral::Clear) }
}

/// Minutes as people type them: `12`, `1h 30m`, `setengah jam`, `0`.
pub(crate) fn minutes(text: &str) -> Result<u32, Refusal> {
    typed_time::minutes(text).map_err(|why| no_length(why, text))
}

/// A day as people type it: `2026-12-31`, `in 2 weeks`, `Jumat`.
pub(crate) fn date(text: &str, zone: &TimeZone, now: Timestamp) -> Result<Date, Refusal> {
    typed_time::day(text, zone, now).map_err(|why| match why {
        BadTime::Vague { text } => Refusal::VagueTime { text },
        BadTime::Passed { at } => Refusal::TimePassed { at },
        BadTime::Unreadable { .. } | BadTime::OneEnd => Refusal::BadDate { text: text.to_owned() },
    })
}
