//! Purpose: what a person reads privately of what was learned: the postmortem, the record, runbooks and where they were used.

use std::sync::Arc;

use domain::runbook::{self, Runbook};
use domain::setup::Language;
use domain::{Access, Actor, Incident, IncidentId, Refusal};
use engine::{ActError, Action, Request};
use words::PastIncident;

use crate::actor::Asker;
use crate::answer::{Answer, Outcome};
use crate::data::Data;
use crate::record;
use crate::render::{self, Typed};

/// Past incidents that are named.
const PAST: usize = 3;

impl Data {
    /// The work page of a postmortem.
    ///
    /// # Errors
    /// No such incident, no responder, or the database failed.
    pub async fn postmortem(&self, id: IncidentId, asker: &Asker) -> Outcome {
        self.postmortem_after(id, asker, None, None).await
    }

    /// The work page after a press: what came of it, and what could not be taken.
    pub(crate) async fn postmortem_after(
        &self,
        id: IncidentId,
        asker: &Asker,
        notice: Option<&str>,
        typed: Option<&Typed>,
    ) -> Outcome {
        let incident = self.reviewed(id, asker).await?;
        let (setup, lang) = (self.engine.setup(), self.language(asker));
        Ok(Answer::Message(render::postmortem(&incident, &setup, notice, typed, lang)))
    }

    /// Acts and says in words what came of it.
    pub(crate) async fn act_in_words(&self, asker: &Asker, what: Request) -> Result<String, ActError> {
        let by = self.actor(asker).await?;
        let done = self.engine.act(Action { interaction: Some(asker.interaction), by, request: what }).await?;
        Ok(self.in_words(&done, self.language(asker)))
    }

    /// Runbooks with all words of a query, and past incidents with them.
    ///
    /// # Errors
    /// The database failed.
    pub async fn runbooks_with(&self, query: &str, asker: &Asker) -> Outcome {
        let by = self.actor(asker).await?;
        let reader = self.engine.reader(&by);
        let (setup, past) = (reader.configuration()?, reader.past_with(query, PAST).await?);
        let found = runbook::search(&setup.runbooks, query);
        Ok(words::runbook_list(query, &found, &in_short(&past), self.language(asker)).into())
    }

    /// A runbook by its name.
    ///
    /// # Errors
    /// No such runbook, or the database failed.
    pub async fn runbook_named(&self, name: &str, asker: &Asker) -> Outcome {
        let by = self.actor(asker).await?;
        let setup = self.engine.reader(&by).configuration()?;
        let found = setup.runbooks.iter().find(|runbook| runbook.name == name.trim());
        let runbook = found.ok_or_else(|| Refusal::NoSuchRunbook { name: name.to_owned() })?;
        Ok(self.runbook_in_words(runbook, &by, self.language(asker)).await?.into())
    }

    /// A runbook, and where it was used.
    pub(crate) async fn runbook_in_words(
        &self,
        runbook: &Runbook,
        by: &Actor,
        lang: Language,
    ) -> Result<String, ActError> {
        let used = self.engine.reader(by).past_with_runbook(&runbook.name, PAST).await?;
        Ok(words::runbook_show(runbook, &in_short(&used), self.engine.now(), lang))
    }

    /// The record for whoever works on the postmortem: until it is closed, a draft as Markdown.
    ///
    /// # Errors
    /// No such incident, no responder, or the database failed.
    pub async fn record(&self, id: IncidentId, asker: &Asker) -> Outcome {
        let incident = self.reviewed(id, asker).await?;
        let by = self.actor(asker).await?;
        let timeline = self.engine.reader(&by).timeline(id).await?;
        let (setup, directory, lang) = (self.engine.setup(), self.directory.get(), self.language(asker));
        let draft = incident.postmortem.closed.is_none();
        let files = if draft {
            vec![record::markdown(&incident, &timeline, &setup, &directory, lang)]
        } else {
            record::files(&incident, &timeline, &setup, &directory, lang)
        };
        Ok(Answer::Files(words::record_answer(id, draft, lang), files))
    }

    /// The record as both files, as far as it goes.
    ///
    /// # Errors
    /// No such incident, or the database failed.
    pub async fn export(&self, id: IncidentId, asker: &Asker) -> Outcome {
        let by = self.actor(asker).await?;
        let reader = self.engine.reader(&by);
        let (incident, timeline) = (reader.incident(id).await?, reader.timeline(id).await?);
        let (setup, directory, lang) = (self.engine.setup(), self.directory.get(), self.language(asker));
        let files = record::files(&incident, &timeline, &setup, &directory, lang);
        Ok(Answer::Files(words::record_answer(id, false, lang), files))
    }

    /// The incident, for whoever may work on its postmortem: responders, and who was paged for it.
    pub(crate) async fn reviewed(&self, id: IncidentId, asker: &Asker) -> Result<Arc<Incident>, ActError> {
        let by = self.actor(asker).await?;
        self.engine.reader(&by).incident_for(id, Access::Responder).await
    }
}

fn in_short(past: &[Arc<Incident>]) -> Vec<PastIncident> {
    let short = past.iter().map(|incident| PastIncident {
        id: incident.id,
        title: incident.title.clone(),
        fixed: incident.resolution.as_ref().and_then(|resolution| resolution.fixed.clone()),
    });
    short.collect()
}
