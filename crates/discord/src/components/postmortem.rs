//! Purpose: the controls of the postmortem's work page. Each press edits the page in place and says on top what came of it;
//! what a form held and could not be taken is shown again.

use std::sync::Arc;

use domain::incident::Refusal;
use domain::postmortem::{Collateral, Proof};
use domain::{Command, Incident, IncidentId, KnownBy};
use engine::{ActError, IncidentRef, Request};
use jiff::civil::Date;
use serenity::model::application::{ActionRowComponent, ComponentInteraction, ComponentInteractionDataKind};
use words::FormText;

use super::forms::Fields;
use crate::actor::Asker;
use crate::answer::{Outcome, Replier};
use crate::custom_id::{CustomId, Form, Part};
use crate::data::Data;
use crate::render::{self, Typed, field};

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
                if read(data, &replier, asker, Form::Knew(id, by), id).await.is_some() {
                    replier.form(&render::knew_form(id, by, lang)).await;
                }
            }
            None => replier.refuse(Refusal::StaleButton).await,
        },
        Part::Draft => replier.answer(data.record(id, asker)).await,
        Part::Close => {
            replier.replacing().answer(deed(data, asker, id, Ok(Command::ClosePostmortem), Vec::new())).await
        }
        Part::Affected | Part::Clear => {
            let what = if part == Part::Affected { Collateral::Affected } else { Collateral::Clear };
            let offered = options(interaction, part, id);
            let work = async {
                let incident = data.reviewed(id, asker).await?;
                deed(data, asker, id, Ok(checked(&incident, what, values, &offered)), Vec::new()).await
            };
            replier.replacing().answer(work).await;
        }
        Part::Done => match values.first().and_then(|number| number.parse().ok()) {
            Some(number) => {
                let command = Ok(Command::FinishActionItem { number });
                replier.replacing().answer(deed(data, asker, id, command, Vec::new())).await;
            }
            None => replier.refuse(Refusal::StaleButton).await,
        },
    }
}

/// Does what a form of the page says; comes to the page.
pub(super) async fn submit(data: &Data, asker: &Asker, fields: &Fields, form: Form, id: IncidentId) -> Outcome {
    let typed = |all: &[(FormText, &str)]| -> Vec<Typed> {
        all.iter().map(|(label, name)| Typed { field: *label, text: fields.text(name) }).collect()
    };
    let (command, typed) = match form {
        Form::Write(_) => (
            Ok(Command::WritePostmortem {
                core_problem: fields.text(field::CORE),
                root_cause: fields.text(field::ROOT),
                lessons: fields.text(field::LESSONS),
            }),
            typed(&[
                (FormText::WriteCore, field::CORE),
                (FormText::WriteRoot, field::ROOT),
                (FormText::WriteLessons, field::LESSONS),
            ]),
        ),
        Form::ActionItem(_) => {
            let today = data.engine.now().to_zoned(data.engine.setup().timezone.clone()).date();
            let due = date(&fields.text(field::DUE), today);
            let command = due.map(|due| Command::AddActionItem {
                what: fields.text(field::WHAT),
                owner: fields.text(field::OWNER),
                due,
            });
            let labels = [
                (FormText::ActionWhat, field::WHAT),
                (FormText::ActionOwner, field::OWNER),
                (FormText::ActionDue, field::DUE),
            ];
            (command, typed(&labels))
        }
        Form::Proof(_) => {
            let proof = match (fields.filled(field::CHANGED), fields.filled(field::REFUSED)) {
                (Some(url), None) => Ok(Command::GiveProof(Proof::Changed { url })),
                (None, Some(reason)) => Ok(Command::GiveProof(Proof::Refused { reason })),
                (Some(_), Some(_)) | (None, None) => Err(Refusal::ProofNeeded { id }),
            };
            (proof, typed(&[(FormText::ProofChanged, field::CHANGED), (FormText::ProofRefused, field::REFUSED)]))
        }
        Form::Knew(_, known_by) => {
            let lag_minutes = fields.filled(field::MINUTES).map(|text| minutes(&text)).transpose();
            let link = fields.filled(field::LINK);
            let command = lag_minutes.map(|lag_minutes| Command::ConfirmDetection { known_by, lag_minutes, link });
            (command, typed(&[(FormText::KnewMinutes, field::MINUTES), (FormText::KnewLink, field::LINK)]))
        }
        Form::Update(_) | Form::Resolve(_) | Form::Dismiss(_) | Form::Noun(_) | Form::Open { .. } => {
            (Err(Refusal::StaleButton), Vec::new())
        }
    };
    deed(data, asker, id, command, typed).await
}

/// Acts, and comes to the page with what came of it on top. Without access there is no page, only the refusal.
async fn deed(
    data: &Data,
    asker: &Asker,
    id: IncidentId,
    command: Result<Command, Refusal>,
    typed: Vec<Typed>,
) -> Outcome {
    let lang = data.language(asker);
    let done = match command {
        Ok(command) => data.act_in_words(asker, Request::Incident { which: IncidentRef::Number(id), command }).await,
        Err(refusal) => Err(refusal.into()),
    };
    let (notice, typed) = match &done {
        Ok(said) => (said.clone(), Vec::new()),
        Err(ActError::Refused(refusal)) => (words::refusal(refusal, lang), typed),
        Err(ActError::Failed { error_id }) => (words::failed(error_id, lang), typed),
    };
    match (data.postmortem_after(id, asker, Some(&notice), &typed).await, done) {
        (Ok(page), _) => Ok(page),
        // The first reason explains more than the second.
        (Err(_), Err(first)) => Err(first),
        (Err(second), Ok(_)) => Err(second),
    }
}

/// The incident a form is filled from, in time and for whoever may send it; else says why not.
async fn read(data: &Data, replier: &Replier, asker: &Asker, form: Form, id: IncidentId) -> Option<Arc<Incident>> {
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

/// Minutes as people type them: `12`, `1h 30m`, `0`.
pub(crate) fn minutes(text: &str) -> Result<u32, Refusal> {
    let wrong = || Refusal::BadDuration { text: text.to_owned() };
    if let Ok(minutes) = text.parse() {
        return Ok(minutes);
    }
    let read: jiff::SignedDuration = text.parse().map_err(|_| wrong())?;
    u32::try_from(read.as_mins()).map_err(|_| wrong())
}

/// Reads `2026-12-31`, `14d`, `2 weeks`, `in 2 weeks`, `dalam 2 minggu`.
pub(crate) fn date(text: &str, today: Date) -> Result<Date, Refusal> {
    let wrong = || Refusal::BadDate { text: text.to_owned() };
    let text = text.trim().to_lowercase();
    if let Ok(date) = text.parse() {
        return Ok(date);
    }
    let text = ["in ", "dalam "].iter().find_map(|begin| text.strip_prefix(begin)).unwrap_or(&text);
    let words = [("hari", "days"), ("minggu", "weeks"), ("bulan", "months"), ("tahun", "years")];
    let text = words.iter().fold(text.to_owned(), |text, (word, known)| text.replace(word, known));
    let span: jiff::Span = text.parse().map_err(|_| wrong())?;
    today.checked_add(span).map_err(|_| wrong())
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn people_say_until_when_as_a_day_or_a_stretch_of_time() {
        let today: Date = "2026-03-02".parse().unwrap();
        for (text, day) in [
            ("2026-12-31", "2026-12-31"),
            ("14d", "2026-03-16"),
            ("in 2 weeks", "2026-03-16"),
            ("2 weeks", "2026-03-16"),
            ("In 1 month", "2026-04-02"),
            ("dalam 2 minggu", "2026-03-16"),
            ("3 hari", "2026-03-05"),
        ] {
            assert_eq!(date(text, today).unwrap().to_string(), day, "{text}");
        }
        for text in ["", "soon", "31.12.2026", "2026-02-30", "in 99999999 weeks", "in"] {
            assert!(matches!(date(text, today), Err(Refusal::BadDate { .. })), "{text}");
        }
    }

    #[test]
    fn people_say_how_much_later_in_minutes_or_with_a_unit() {
        assert_eq!(minutes("12"), Ok(12));
        assert_eq!(minutes("0"), Ok(0));
        assert_eq!(minutes("1h 30m"), Ok(90));
        for text in ["soon", "-5", "-5m", "99999999999"] {
            assert!(minutes(text).is_err(), "{text}");
        }
    }
}
