//! Purpose: what comes back from a form.

use std::time::Duration;

use domain::typed_time::{self, BadTime};
use domain::{ChatChannelId, ChatMessageId, Command, IncidentId, Refusal, Timestamp};
use engine::{ActError, IncidentRef, Opened, Request};
use jiff::tz::TimeZone;
use serenity::model::application::{ActionRowComponent, ModalInteraction};

use super::again::is_on_refusal;
use super::{again, desk, item, postmortem};
use crate::actor::Asker;
use crate::answer::{Outcome, Replier};
use crate::custom_id::{Chosen, CustomId, Form};
use crate::data::Data;
use crate::nouns;
use crate::render::{self, field};

/// Does what a form says and answers.
pub(crate) async fn submit(data: &Data, replier: Replier, interaction: &ModalInteraction) {
    let asker = Asker::from(interaction);
    let fields = Fields::of(interaction);
    let replier = if is_on_refusal(interaction.message.as_deref()) { replier.replacing() } else { replier };
    let what = match CustomId::parse(&interaction.data.custom_id) {
        Some(CustomId::Form(Form::Update(incident))) => update(data, &asker, &fields, incident),
        Some(CustomId::Form(Form::Resolve(incident))) => {
            Ok(on(incident, Command::Resolve { fixed: fields.text(field::FIXED) }))
        }
        Some(CustomId::Form(Form::Dismiss(incident))) => {
            // It was asked for by the private message of triage, which no longer is true.
            let command = Command::Dismiss { reason: fields.text(field::REASON) };
            return replier.replacing().answer(data.act(&asker, on(incident, command))).await;
        }
        Some(CustomId::Form(Form::Severity(incident, to))) => {
            // A list on a private answer is done with.
            let replier = if interaction.message.is_some() { replier.replacing() } else { replier };
            let command = Command::SetSeverity { to, reason: fields.filled(field::REASON) };
            return replier.answer(data.act(&asker, on(incident, command))).await;
        }
        Some(CustomId::Form(Form::TriageLower(incident, impact, urgency, seen))) => {
            // It came from the private message of triage.
            let (chosen, reason) =
                (Chosen { impact: Some(impact), urgency: Some(urgency) }, fields.text(field::REASON));
            let lowered = data.lower_by_triage(incident, chosen, seen, &reason, &asker);
            return replier.replacing().answer(lowered).await;
        }
        Some(CustomId::Form(form @ (Form::Page(..) | Form::Note(_)))) => {
            // A choice on a private answer is done with; a note leaves what it was written beside.
            let replaces = interaction.message.is_some() && !matches!(form, Form::Note(_));
            let replier = if replaces { replier.replacing() } else { replier };
            return replier.answer(desk::submit(data, &asker, &fields, form)).await;
        }
        Some(CustomId::Form(Form::Noun(form))) => {
            // It was asked for by a private answer, which no longer is true.
            let replier = if interaction.message.is_some() { replier.replacing() } else { replier };
            return replier.answer(data.act(&asker, nouns::submitted(&fields, form))).await;
        }
        Some(CustomId::Form(Form::Open { channel, message })) => {
            open(data, &fields, ChatChannelId(channel), ChatMessageId(message))
        }
        Some(CustomId::Form(Form::Correct(incident))) => {
            return replier.answer(correct(data, &asker, &fields, incident)).await;
        }
        Some(CustomId::Form(Form::Item(incident, number))) => {
            // It came from the page of the item, which shows what came of it.
            let replier = if interaction.message.is_some() { replier.replacing() } else { replier };
            return replier.answer(item::submit(data, &asker, &fields, incident, number)).await;
        }
        Some(CustomId::Form(
            form @ (Form::Write(incident)
            | Form::ActionItem(incident)
            | Form::Proof(incident)
            | Form::Knew(incident, _)),
        )) => {
            // The form came from the work page, which shows what came of it.
            let replier = if interaction.message.is_some() { replier.replacing() } else { replier };
            return replier
                .answer(postmortem::submit(data, &asker, (&fields, &again::typed(data, interaction)), form, incident))
                .await;
        }
        Some(
            CustomId::Button { .. }
            | CustomId::Candidate { .. }
            | CustomId::Asked { .. }
            | CustomId::Noun(_)
            | CustomId::Again { .. }
            | CustomId::Keep { .. }
            | CustomId::Item { .. }
            | CustomId::Pick { .. }
            | CustomId::Triage(_)
            | CustomId::Sure(_)
            | CustomId::Postmortem { .. },
        )
        | None => Err(Refusal::StaleButton),
    };
    match what {
        Ok(what) => replier.answer(data.act(&asker, what)).await,
        Err(refusal) => replier.answer(std::future::ready(Err(ActError::Refused(refusal)))).await,
    }
}

fn on(incident: IncidentId, command: Command) -> Request {
    Request::Incident { which: IncidentRef::Number(incident), command }
}

fn update(data: &Data, asker: &Asker, fields: &Fields, incident: IncidentId) -> Result<Request, Refusal> {
    let (zone, now) = (data.zone(asker), data.engine.now());
    let next_in = fields.filled(field::NEXT).map(|text| duration(&text, &zone, now)).transpose()?;
    let command = Command::PostUpdate { know: fields.text(field::KNOW), doing: fields.text(field::DOING), next_in };
    Ok(on(incident, command))
}

/// What the person changed; what they left as it was shown stays as it is, also where it was shown shortened.
async fn correct(data: &Data, asker: &Asker, fields: &Fields, id: IncidentId) -> Outcome {
    let by = data.actor(asker).await?;
    let incident = data.engine.reader(&by).incident_for(id, Form::Correct(id).needs()).await?;
    let form = render::correct_form(&incident, data.language(asker));
    let changed = |name| Some(fields.text(name)).filter(|text| text != render::shown(&form, name).trim());
    let command = Command::Correct {
        title: changed(field::TITLE),
        impact: changed(field::IMPACT),
        service: changed(field::SERVICE),
    };
    data.act(asker, on(id, command)).await
}

fn open(data: &Data, fields: &Fields, channel: ChatChannelId, message: ChatMessageId) -> Result<Request, Refusal> {
    let setup = data.engine.setup();
    let severity = fields
        .filled(field::SEVERITY)
        .map(|text| {
            let known = setup.severities.keys().copied().collect();
            text.parse().map_err(|_| Refusal::NotASeverity { text, known })
        })
        .transpose()?;
    Ok(Request::Open(Opened {
        title: fields.text(field::TITLE),
        service: fields.filled(field::SERVICE),
        severity,
        impact: fields.filled(field::IMPACT),
        link: data.message_url(channel, message),
        drill: None,
    }))
}

/// How long until what people type: `30` (minutes), `2h`, `half an hour`, `14:00`, `besok pagi`. At most a week.
pub(crate) fn duration(text: &str, zone: &TimeZone, now: Timestamp) -> Result<Duration, Refusal> {
    const WEEK: Duration = Duration::from_secs(7 * 24 * 3_600);
    let read = typed_time::wait(text, zone, now).map_err(|why| no_length(why, text))?;
    if read > WEEK { Err(Refusal::BadDuration { text: text.to_owned() }) } else { Ok(read) }
}

/// Why a length is none.
pub(super) fn no_length(why: BadTime, text: &str) -> Refusal {
    match why {
        BadTime::Vague { text } => Refusal::VagueTime { text },
        BadTime::Passed { at } => Refusal::TimePassed { at },
        BadTime::Unreadable { .. } | BadTime::OneEnd => Refusal::BadDuration { text: text.to_owned() },
    }
}

/// What stands in the fields of a form.
#[derive(Debug)]
pub(crate) struct Fields(Vec<(String, String)>);

impl Fields {
    pub(crate) fn of(interaction: &ModalInteraction) -> Self {
        let inputs = interaction.data.components.iter().flat_map(|row| &row.components);
        let fields = inputs.filter_map(|input| match input {
            ActionRowComponent::InputText(input) => Some((input.custom_id.clone(), input.value.clone()?)),
            _ => None,
        });
        Self(fields.collect())
    }

    #[cfg(test)]
    pub(crate) fn from(fields: Vec<(String, String)>) -> Self {
        Self(fields)
    }

    /// Every field with what stands in it.
    pub(crate) fn all(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, text)| (name.as_str(), text.as_str()))
    }

    pub(crate) fn text(&self, name: &str) -> String {
        self.filled(name).unwrap_or_default()
    }

    /// The trimmed text, if there is any.
    pub(super) fn filled(&self, name: &str) -> Option<String> {
        let (_, text) = self.0.iter().find(|(known, _)| known == name)?;
        Some(text.trim()).filter(|text| !text.is_empty()).map(str::to_owned)
    }
}
