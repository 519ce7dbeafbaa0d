//! Purpose: the one entrance of people. What somebody may read is decided here, what somebody may do in [`Engine::act`]; for
//! commands, menus, buttons, selects, forms, suggestions and links alike. Handlers ask and show the answer; they decide nothing.

use std::sync::Arc;

use domain::incident::{EventAt, check_access_to};
use domain::{Access, Actor, Command, Incident, IncidentId, Refusal, Setup};
use store::BodyRow;

use crate::action::{ActError, IncidentRef};
use crate::handle::{Engine, Shared};
use crate::health::Health;
use crate::objects::Objects;
use crate::quality::AlertQuality;
use crate::reads::{IncidentFilter, IncidentLine};
use crate::reasons::{DecidedReport, FoundAlert, HeardAlert};
use crate::report::Report;

/// The engine as one person sees it.
#[derive(Clone, Copy)]
pub struct Reader<'a> {
    pub(crate) engine: &'a Engine,
    by: &'a Actor,
}

impl Engine {
    /// The engine as this person sees it.
    #[must_use]
    pub const fn reader<'a>(&'a self, by: &'a Actor) -> Reader<'a> {
        Reader { engine: self, by }
    }

    /// The incident of a place, or by its number, without reading it.
    ///
    /// # Errors
    /// [`Refusal::WhichIncident`] outside an incident's room, or the database fails.
    pub async fn number(&self, which: IncidentRef) -> Result<IncidentId, ActError> {
        match which {
            IncidentRef::Number(id) => Ok(id),
            IncidentRef::Place(channel) => Ok(self.place(channel).await?.ok_or(Refusal::WhichIncident)?),
        }
    }
}

impl Shared {
    /// Whether somebody may look at what belongs to no single incident: lists, runbooks, who is on call. While an incident
    /// for which they were paged is open, they need these as responders do.
    pub(crate) fn may_read(&self, by: &Actor) -> bool {
        by.access >= Access::Read
            || by.person.as_ref().is_some_and(|person| self.book.open().iter().any(|open| open.was_paged(person)))
    }

    /// What somebody is told of a number that no incident has: who may not read does not learn which ones there are.
    pub(crate) fn no_such_incident(&self, by: &Actor, id: IncidentId) -> Refusal {
        if self.may_read(by) { Refusal::NoSuchIncident { id } } else { self.setup().not_allowed(Access::Read) }
    }
}

impl Reader<'_> {
    /// Refuses whoever may not look at what belongs to no single incident.
    ///
    /// # Errors
    /// [`Refusal::NotAllowed`].
    pub fn may_read(&self) -> Result<(), ActError> {
        if self.engine.shared.may_read(self.by) {
            return Ok(());
        }
        Err(self.engine.setup().not_allowed(Access::Read).into())
    }

    /// Refuses whoever has less than this, whatever they were paged for.
    ///
    /// # Errors
    /// [`Refusal::NotAllowed`].
    pub fn has(&self, needs: Access) -> Result<(), ActError> {
        if self.by.access >= needs { Ok(()) } else { Err(self.engine.setup().not_allowed(needs).into()) }
    }

    /// The configuration as far as people may read it: services, runbooks, schedules, people who can be paged.
    ///
    /// # Errors
    /// [`Refusal::NotAllowed`].
    pub fn configuration(&self) -> Result<Arc<Setup>, ActError> {
        self.may_read()?;
        Ok(self.engine.setup())
    }

    /// An incident, open or over.
    ///
    /// # Errors
    /// They may not read it, it does not exist, or the database fails.
    pub async fn incident(&self, id: IncidentId) -> Result<Arc<Incident>, ActError> {
        self.incident_for(id, Access::Read).await
    }

    /// An incident, for whoever may do this to it: asked before a form is shown that would be refused in the end.
    ///
    /// # Errors
    /// They may not, it does not exist, or the database fails.
    pub async fn incident_to(&self, id: IncidentId, command: &Command) -> Result<Arc<Incident>, ActError> {
        self.incident_for(id, command.needs()).await
    }

    /// An incident, for whoever has this access to it.
    ///
    /// # Errors
    /// They have not, it does not exist, or the database fails.
    pub async fn incident_for(&self, id: IncidentId, needs: Access) -> Result<Arc<Incident>, ActError> {
        let Some(incident) = self.engine.incident(id).await? else {
            return Err(self.engine.shared.no_such_incident(self.by, id).into());
        };
        self.check(&incident, needs)?;
        Ok(incident)
    }

    /// Whether they have this access to an incident that is at hand.
    ///
    /// # Errors
    /// [`Refusal::NotAllowed`].
    pub fn check(&self, incident: &Incident, needs: Access) -> Result<(), Refusal> {
        check_access_to(incident, self.by, needs, &self.engine.setup())
    }

    /// The incident of a place, or by its number, without reading it.
    ///
    /// # Errors
    /// [`Refusal::WhichIncident`] outside an incident's room, or the database fails.
    pub async fn number(&self, which: IncidentRef) -> Result<IncidentId, ActError> {
        self.engine.number(which).await
    }

    /// Incidents that are not over and that they may read.
    #[must_use]
    pub fn open_incidents(&self) -> Vec<Arc<Incident>> {
        let mut open = self.engine.open_incidents();
        open.retain(|incident| self.check(incident, Access::Read).is_ok());
        open
    }

    /// Incidents that have all words of a query, as [`Engine::list`]; without access to read, those they were paged for.
    ///
    /// # Errors
    /// They may read none, or the database fails.
    pub async fn list(
        &self,
        filter: IncidentFilter,
        query: Option<&str>,
        limit: u32,
    ) -> Result<Vec<IncidentLine>, ActError> {
        self.may_read()?;
        let mut lines = self.engine.list(filter, query, limit).await?;
        if self.by.access < Access::Read {
            let mut own = Vec::new();
            for line in lines {
                if let Some(incident) = self.engine.incident(line.id).await?
                    && self.check(&incident, Access::Read).is_ok()
                {
                    own.push(line);
                }
            }
            lines = own;
        }
        Ok(lines)
    }

    /// What happened in an incident, in order.
    ///
    /// # Errors
    /// As for [`Reader::incident`].
    pub async fn timeline(&self, id: IncidentId) -> Result<Vec<EventAt>, ActError> {
        self.incident(id).await?;
        self.engine.timeline(id).await
    }

    /// What Discord gave us for an incident.
    ///
    /// # Errors
    /// As for [`Reader::incident`].
    pub async fn objects(&self, id: IncidentId) -> Result<Objects, ActError> {
        self.incident(id).await?;
        self.engine.objects(id).await
    }

    /// Incidents that are over with all words of a query.
    ///
    /// # Errors
    /// They may not read, or the database fails.
    pub async fn past_with(&self, query: &str, limit: usize) -> Result<Vec<Arc<Incident>>, ActError> {
        self.may_read()?;
        Ok(self.readable(self.engine.past_with(query, limit).await?))
    }

    /// Incidents that are over and had a runbook. Empty for whoever may not read them.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn past_with_runbook(&self, name: &str, limit: usize) -> Result<Vec<Arc<Incident>>, ActError> {
        Ok(self.readable(self.engine.past_with_runbook(name, limit).await?))
    }

    fn readable(&self, mut past: Vec<Arc<Incident>>) -> Vec<Arc<Incident>> {
        past.retain(|incident| self.check(incident, Access::Read).is_ok());
        past
    }

    /// The alerting rules that lack most.
    ///
    /// # Errors
    /// They may not read, or the database fails.
    pub async fn worst_rules(&self, limit: u32) -> Result<AlertQuality, ActError> {
        self.may_read()?;
        self.engine.worst_rules(limit).await
    }

    /// Alerts of the last reports with all these words.
    ///
    /// # Errors
    /// They may not read, or the database fails.
    pub async fn heard_alerts(&self, words: &str) -> Result<Vec<HeardAlert>, ActError> {
        self.may_read()?;
        self.engine.heard_alerts(words).await
    }

    /// What an alert's last reports did, and why; by the number of a report, or by words of its title.
    ///
    /// # Errors
    /// They may not read, or the database fails.
    pub async fn alert_history(&self, typed: &str) -> Result<FoundAlert, ActError> {
        self.may_read()?;
        self.engine.alert_history(typed).await
    }

    /// What came lately with all these words and is no alert, because the configuration says so; newest first.
    ///
    /// # Errors
    /// They may not read, or the database fails.
    pub async fn no_alerts(&self, typed: &str) -> Result<Vec<BodyRow>, ActError> {
        self.may_read()?;
        self.engine.no_alerts(typed).await
    }

    /// The last report that came to an incident and rang nobody, and how many of its alerts several senders tell.
    ///
    /// # Errors
    /// As for [`Reader::incident`].
    pub async fn held_back(&self, id: IncidentId) -> Result<(Option<DecidedReport>, usize), ActError> {
        self.incident(id).await?;
        self.engine.held_back(id).await
    }

    /// How the bot is and how incidents went.
    ///
    /// # Errors
    /// They are no admin, or the database fails.
    pub async fn status(&self) -> Result<(Health, Report), ActError> {
        self.has(Access::Admin)?;
        Ok((self.engine.health().await, self.engine.report().await?))
    }
}
