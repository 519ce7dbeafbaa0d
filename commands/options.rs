//! Purpose: what commands have in common: which incident is meant, acting on it, and the types of options.

use discord::actor::Asker;
use discord::answer::{Outcome, Replier};
use discord::data::{Context, Data, Error};
use domain::{IncidentId, Refusal};
use engine::{ActError, What, Which};

/// A command at work: who asked, and how to answer.
pub(crate) struct Desk<'a> {
    pub(crate) data: &'a Data,
    pub(crate) asker: Asker,
    pub(crate) replier: Replier,
}

impl<'a> Desk<'a> {
    pub(crate) fn new(cx: Context<'a>) -> Self {
        let (data, asker) = (cx.framework.user_data, Asker::from(cx.interaction));
        let http = &cx.framework.serenity_context.http;
        let replier = Replier::command(http, cx.interaction, data.language(&asker));
        Self { data, asker, replier }
    }

    /// The incident that is meant: the option, else the one whose room this is.
    pub(crate) fn which(&self, option: Option<&str>) -> Result<Which, Refusal> {
        let Some(text) = option else { return Ok(Which::Place(self.asker.channel)) };
        if let Some(id) = IncidentId::parse(text) {
            return Ok(Which::Number(id));
        }
        // Suggestions are not enforced by Discord: people also type a part of the title.
        let wanted = text.trim().to_lowercase();
        let open = self.data.engine.open_incidents();
        let mut hits = open.iter().filter(|incident| incident.title.to_lowercase().contains(&wanted));
        match (hits.next(), hits.next()) {
            (Some(one), None) if !wanted.is_empty() => Ok(Which::Number(one.id)),
            _ => Err(Refusal::WhichIncident),
        }
    }

    /// Acts on an incident and answers.
    pub(crate) async fn act(&self, option: Option<&str>, command: domain::Command) -> Result<(), Error> {
        self.answer(async {
            let which = self.which(option)?;
            self.data.act(&self.asker, What::Incident { which, command }).await
        })
        .await
    }

    /// Answers with what the work comes to.
    pub(crate) async fn answer(&self, work: impl Future<Output = Outcome>) -> Result<(), Error> {
        self.replier.answer(work).await;
        Ok(())
    }

    /// Opens a form about an open incident, made from memory; otherwise says why not.
    pub(crate) async fn form(
        &self,
        option: Option<&str>,
        form: impl FnOnce(&domain::Incident) -> serde_json::Value,
    ) -> Result<(), Error> {
        let id = self.which(option).and_then(|which| self.data.number(which));
        match id.map(|id| (id, self.data.open_incident(id))) {
            Ok((_, Some(incident))) => self.replier.form(&form(&incident)).await,
            Ok((id, None)) => self.replier.answer(async { Err(self.data.not_open(id).await) }).await,
            Err(refusal) => self.replier.answer(async { Err(ActError::Refused(refusal)) }).await,
        }
        Ok(())
    }
}

/// A severity to choose from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, poise::ChoiceParameter)]
pub(crate) enum Severity {
    #[name = "SEV-1"]
    Sev1,
    #[name = "SEV-2"]
    Sev2,
    #[name = "SEV-3"]
    Sev3,
    #[name = "SEV-4"]
    Sev4,
    #[name = "SEV-5"]
    Sev5,
}

impl From<Severity> for domain::Severity {
    fn from(severity: Severity) -> Self {
        match severity {
            Severity::Sev1 => Self::Sev1,
            Severity::Sev2 => Self::Sev2,
            Severity::Sev3 => Self::Sev3,
            Severity::Sev4 => Self::Sev4,
            Severity::Sev5 => Self::Sev5,
        }
    }
}
