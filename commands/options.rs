//! Purpose: what commands have in common: which incident is meant, acting on it, and the types of options.

use discord::actor::Asker;
use discord::answer::{Outcome, Replier};
use discord::custom_id::Form;
use discord::data::{Context, Data, Error};
use discord::mentions;
use discord::render::Typed;
use domain::{IncidentId, Refusal};
use engine::{ActError, IncidentRef, Request};
use serenity::model::application::ResolvedValue;
use serenity::model::user::User;

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
        let replier = Replier::command(http, cx.interaction, data.language(&asker)).keeping(typed(cx));
        Self { data, asker, replier }
    }

    /// The incident that is meant: the option, else the one whose room this is.
    pub(crate) async fn which(&self, option: Option<&str>) -> Result<IncidentRef, ActError> {
        let Some(text) = option else { return Ok(IncidentRef::Place(self.asker.channel)) };
        if let Some(id) = IncidentId::parse(text) {
            return Ok(IncidentRef::Number(id));
        }
        // Suggestions are not enforced by Discord: people also type a part of the title.
        let wanted = text.trim().to_lowercase();
        let by = self.data.actor(&self.asker).await?;
        let reader = self.data.engine.reader(&by);
        reader.may_read()?;
        let open = reader.open_incidents();
        let mut hits = open.iter().filter(|incident| incident.title.to_lowercase().contains(&wanted));
        match (hits.next(), hits.next()) {
            (Some(one), None) if !wanted.is_empty() => Ok(IncidentRef::Number(one.id)),
            _ => Err(Refusal::WhichIncident.into()),
        }
    }

    /// The incident that is meant; none: outside any room, the only one that waits for whoever types. (Whoever has just been woken types
    /// three letters in whatever channel is open.)
    pub(crate) async fn which_or_only(&self, option: Option<&str>) -> Result<Option<IncidentRef>, ActError> {
        let which = self.which(option).await?;
        if option.is_some() {
            return Ok(Some(which));
        }
        match self.data.number(which).await {
            Err(ActError::Refused(Refusal::WhichIncident)) => {}
            Err(error) => return Err(error),
            Ok(_) => return Ok(Some(which)),
        }
        let by = self.data.actor(&self.asker).await?;
        let open = self.data.engine.reader(&by).open_incidents();
        let waits = open.iter().filter(|one| by.person.as_ref().is_some_and(|person| one.waits_for(person, None)));
        if waits.count() == 1 { Ok(None) } else { Err(Refusal::WhichIncident.into()) }
    }

    /// The incident that is meant, as a number.
    pub(crate) async fn number(&self, option: Option<&str>) -> Result<IncidentId, ActError> {
        let which = self.which(option).await?;
        self.data.number(which).await
    }

    /// A text with names in place of the ids that Discord makes of `@Rina` and `#support`.
    pub(crate) fn named(&self, cx: Context<'_>, text: &str) -> String {
        let resolved = &cx.interaction.data.resolved;
        let shown = |user: &User| user.global_name.as_deref().unwrap_or(&user.name).to_owned();
        let people = resolved.users.iter().map(|(id, user)| (id.get(), shown(user))).collect();
        mentions::named(text, &people, &self.data.directory.get())
    }

    /// Acts on an incident and answers.
    pub(crate) async fn act(&self, option: Option<&str>, command: domain::Command) -> Result<(), Error> {
        self.answer(async {
            let which = self.which(option).await?;
            self.data.act(&self.asker, Request::Incident { which, command }).await
        })
        .await
    }

    /// Answers with what the work comes to.
    pub(crate) async fn answer(&self, work: impl Future<Output = Outcome>) -> Result<(), Error> {
        self.replier.answer(work).await;
        Ok(())
    }

    /// Opens a form about an open incident for whoever may send it; otherwise says why not.
    pub(crate) async fn form(
        &self,
        option: Option<&str>,
        form: impl FnOnce(IncidentId) -> Form,
        body: impl FnOnce(&domain::Incident) -> serde_json::Value,
    ) -> Result<(), Error> {
        let work = async {
            let id = self.number(option).await?;
            self.data.open_for(&self.asker, id, form(id).needs()).await
        };
        match self.data.in_time(&self.asker, work).await {
            Ok(incident) => self.replier.form(&body(&incident)).await,
            Err(error) => self.replier.answer(std::future::ready(Err(error))).await,
        }
        Ok(())
    }
}

/// Options that are easily typed once more are not given back with a refusal.
const SHORT: usize = 30;

/// The longer texts of a command. On a phone nothing of it is left once it was sent.
fn typed(cx: Context<'_>) -> Typed {
    let texts = cx.args.iter().filter_map(|option| match option.value {
        ResolvedValue::String(text) if words::length(text) > SHORT => Some((option.name.to_owned(), text.to_owned())),
        _ => None,
    });
    Typed::free(texts.collect())
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
