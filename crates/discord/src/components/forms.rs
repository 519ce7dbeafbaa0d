//! Purpose: what comes back from a form.

use std::time::Duration;

use domain::{ChatChannelId, ChatMessageId, Command, IncidentId, Refusal};
use engine::{ActError, IncidentRef, Opened, Request};
use serenity::model::application::{ActionRowComponent, ModalInteraction};

use super::postmortem;
use crate::actor::Asker;
use crate::answer::Replier;
use crate::custom_id::{CustomId, Form};
use crate::data::Data;
use crate::nouns;
use crate::render::field;

/// Does what a form says and answers.
pub(crate) async fn submit(data: &Data, replier: Replier, interaction: &ModalInteraction) {
    let asker = Asker::from(interaction);
    let fields = Fields::of(interaction);
    let what = match CustomId::parse(&interaction.data.custom_id) {
        Some(CustomId::Form(Form::Update(incident))) => update(&fields, incident),
        Some(CustomId::Form(Form::Resolve(incident))) => {
            Ok(on(incident, Command::Resolve { fixed: fields.text(field::FIXED) }))
        }
        Some(CustomId::Form(Form::Dismiss(incident))) => {
            // It was asked for by the private message of triage, which no longer is true.
            let command = Command::Dismiss { reason: fields.text(field::REASON) };
            return replier.replacing().answer(data.act(&asker, on(incident, command))).await;
        }
        Some(CustomId::Form(Form::Noun(form))) => {
            // It was asked for by a private answer, which no longer is true.
            let replier = if interaction.message.is_some() { replier.replacing() } else { replier };
            return replier.answer(data.act(&asker, nouns::submitted(&fields, form))).await;
        }
        Some(CustomId::Form(Form::Open { channel, message })) => {
            open(data, &fields, ChatChannelId(channel), ChatMessageId(message))
        }
        Some(CustomId::Form(
            form @ (Form::Write(incident)
            | Form::ActionItem(incident)
            | Form::Proof(incident)
            | Form::Knew(incident, _)),
        )) => {
            // The form came from the work page, which shows what came of it.
            let replier = if interaction.message.is_some() { replier.replacing() } else { replier };
            return replier.answer(postmortem::submit(data, &asker, &fields, form, incident)).await;
        }
        Some(
            CustomId::Button { .. }
            | CustomId::Candidate { .. }
            | CustomId::Asked { .. }
            | CustomId::Noun(_)
            | CustomId::Triage(_)
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

fn update(fields: &Fields, incident: IncidentId) -> Result<Request, Refusal> {
    let next_in = fields.filled(field::NEXT).map(|text| duration(&text)).transpose()?;
    let command = Command::PostUpdate { know: fields.text(field::KNOW), doing: fields.text(field::DOING), next_in };
    Ok(on(incident, command))
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

/// Reads `30` (minutes), `45m`, `2h`, `1h 30m`, `90 minutes`. At most a week.
pub(crate) fn duration(text: &str) -> Result<Duration, Refusal> {
    const WEEK: Duration = Duration::from_secs(7 * 24 * 3_600);
    let minutes = text.parse::<u64>().ok().and_then(|minutes| minutes.checked_mul(60)).map(Duration::from_secs);
    let read = minutes.or_else(|| Duration::try_from(text.parse::<jiff::SignedDuration>().ok()?).ok());
    read.filter(|read| !read.is_zero() && *read <= WEEK).ok_or_else(|| Refusal::BadDuration { text: text.to_owned() })
}

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

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn people_say_when_in_minutes_or_with_a_unit() {
        for (text, minutes) in
            [("30", 30), ("45m", 45), ("2h", 120), ("1h 30m", 90), ("90 minutes", 90), ("1 hour", 60)]
        {
            assert_eq!(duration(text).unwrap(), Duration::from_secs(minutes * 60), "{text}");
        }
        for text in ["soon", "0", "-5", "-5m", "400h", "99999999999999999999"] {
            assert_eq!(duration(text), Err(Refusal::BadDuration { text: text.into() }), "{text}");
        }
    }
}
