//! Purpose: what pages or ends something is asked once before it happens, and says whom. A severity is lowered with a reason,
//! wherever that is asked for; what somebody typed already stands in the form.

use std::sync::Arc;

use domain::setup::RoomKind;
use domain::triage::{Preview, preview_give_back, preview_merge, preview_severity};
use domain::{Actor, Command, Incident, IncidentId, Refusal, Severity};
use engine::{ActError, IncidentRef, Request};

use crate::actor::Asker;
use crate::answer::{Answer, Outcome, Replier};
use crate::components;
use crate::custom_id::{SureId, SureStep};
use crate::data::Data;
use crate::render;

/// Changes a severity: at once when that pages nobody and stops nothing, else asks first. Nothing was answered before: a form must
/// be the first response.
pub async fn severity(
    data: &Data,
    replier: &Replier,
    asker: &Asker,
    which: impl Future<Output = Result<IncidentRef, ActError>>,
    to: Severity,
    reason: Option<String>,
) {
    let work = async {
        let id = data.number(which.await?).await?;
        data.severity_on_paper(asker, id, to).await
    };
    let (incident, preview) = match data.in_time(asker, work).await {
        Ok(found) => found,
        Err(error) => return replier.answer(std::future::ready(Err(error))).await,
    };
    let (names, lang) = (data.names(), data.language(asker));
    let typed = reason.as_deref().filter(|reason| !reason.trim().is_empty());
    let quiet = preview.pages.is_empty() && preview.stops.is_empty();
    if !quiet && typed.is_some() || preview.lowers() && typed.is_none() {
        return replier.form(&render::severity_form(incident.id, &preview, typed, &names, lang)).await;
    }
    if !quiet {
        let asked = render::sure_raise(&incident, &preview, &names, lang);
        return replier.answer(std::future::ready(Ok(Answer::Message(asked)))).await;
    }
    let command = Command::SetSeverity { to, reason };
    let which = IncidentRef::Number(incident.id);
    replier.answer(data.act(asker, Request::Incident { which, command })).await;
}

/// Does what the button of such a question says; its private message is replaced.
pub(crate) async fn press(data: &Data, replier: Replier, asker: &Asker, id: SureId) {
    let SureId { incident, step } = id;
    let replier = replier.replacing();
    let act = |command| data.act(asker, Request::Incident { which: IncidentRef::Number(incident), command });
    match step {
        SureStep::Raise { to, seen } => replier.answer(data.raise(asker, incident, to, seen)).await,
        SureStep::Merge { into } => {
            let what = Request::Merge { which: IncidentRef::Number(incident), into };
            replier.answer(data.act(asker, what)).await;
        }
        SureStep::GiveBack => replier.answer(act(Command::WithdrawAck)).await,
        SureStep::Close => replier.answer(components::close_postmortem(data, asker, incident)).await,
        SureStep::Leave => {
            let left = async {
                data.actor(asker).await?;
                Ok(words::nothing_changed(data.language(asker)).into())
            };
            replier.answer(left).await;
        }
    }
}

impl Data {
    /// What another severity would do.
    pub(crate) async fn severity_on_paper(
        &self,
        asker: &Asker,
        id: IncidentId,
        to: Severity,
    ) -> Result<(Arc<Incident>, Preview), ActError> {
        let by = self.actor(asker).await?;
        let incident = self.engine.reader(&by).incident(id).await?;
        let world = self.engine.world();
        let preview = preview_severity(&incident, &by, to, &world, self.engine.now())?;
        let preview = self.as_it_comes(&incident, preview);
        Ok((incident, preview))
    }

    /// No channel is promised that will not be made.
    pub(crate) fn as_it_comes(&self, incident: &Incident, mut preview: Preview) -> Preview {
        let setup = self.engine.setup();
        let category = setup.discord.category.as_ref().map(|name| self.directory.get().category(name).is_ok());
        if preview.opens == Some(RoomKind::Channel) && category != Some(true) {
            preview.opens = (!incident.has_thread()).then_some(RoomKind::Thread);
        }
        preview
    }

    /// Raises, unless the severity the person saw is no longer true: then they look once more.
    async fn raise(&self, asker: &Asker, id: IncidentId, to: Severity, seen: Severity) -> Outcome {
        let (incident, preview) = self.severity_on_paper(asker, id, to).await?;
        if preview.lowers() {
            // Somebody raised it further meanwhile: a late yes lowers nothing.
            return Err(Refusal::SameSeverity { id, severity: incident.severity }.into());
        }
        if incident.severity != seen {
            return Ok(Answer::Message(render::sure_raise(&incident, &preview, &self.names(), self.language(asker))));
        }
        let command = Command::SetSeverity { to, reason: None };
        self.act(asker, Request::Incident { which: IncidentRef::Number(id), command }).await
    }

    /// The question before two incidents become one.
    ///
    /// # Errors
    /// The refusal that merging would meet, or the database failed.
    pub async fn ask_merge(&self, id: IncidentId, into: IncidentId, asker: &Asker) -> Outcome {
        let by = self.actor(asker).await?;
        let reader = self.engine.reader(&by);
        let (from, into) = (reader.incident(id).await?, reader.incident(into).await?);
        let preview = preview_merge(&from, &into, &by, &self.engine.world(), self.engine.now())?;
        Ok(Answer::Message(render::sure_merge(&from, &into, &preview, &self.names(), self.language(asker))))
    }

    /// Takes an acknowledgement back: at once in the minute after it, later by a question that says whom it pages.
    pub(crate) async fn undo_acknowledgement(&self, id: IncidentId, asker: &Asker) -> Outcome {
        let by = self.actor(asker).await?;
        let incident = self.engine.reader(&by).incident(id).await?;
        let now = self.engine.now();
        let held = incident.acknowledged.as_ref().map(|(_, since)| now.duration_since(*since));
        if let Some(held) = held.filter(|held| *held > domain::incident::UNDO_FOR) {
            let pages = preview_give_back(&incident, &by, &self.engine.world(), now)?.pages;
            let question = render::sure_give_back(id, held, &pages, &self.names(), self.language(asker));
            return Ok(Answer::Message(question));
        }
        let command = Command::WithdrawAck;
        self.act(asker, Request::Incident { which: IncidentRef::Number(id), command }).await
    }

    /// Takes back what was acknowledged together, in the minute after it.
    pub(crate) async fn undo_all(&self, with: IncidentId, asker: &Asker) -> Outcome {
        let by = self.actor(asker).await?;
        let incident = self.engine.reader(&by).incident(with).await?;
        let held = incident.acknowledged.as_ref().map(|(_, since)| self.engine.now().duration_since(*since));
        if held.is_some_and(|held| held > domain::incident::UNDO_FOR) {
            return Err(Refusal::UndoOver { id: with }.into());
        }
        self.act(asker, Request::WithdrawAll { with }).await
    }

    /// Whom it pages to take a dismissal back.
    pub(crate) fn undo_dismiss_pages(&self, incident: &Incident, by: &Actor) -> Vec<domain::PersonId> {
        let world = self.engine.world();
        let undone = domain::triage::preview_undo_dismiss(incident, by, &world, self.engine.now());
        undone.map(|preview| preview.pages).unwrap_or_default()
    }
}
