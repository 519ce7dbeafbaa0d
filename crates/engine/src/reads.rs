//! Purpose: what the engine can be asked: incidents, lists, timelines, rooms. Nothing here changes anything.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use domain::incident::{EventAt, Outage, by_todays_clock};
use domain::{
    ChatChannelId, ChatMessageId, ChatUserId, Incident, IncidentId, PageId, PageVia, PersonId, Subject, Timestamp,
};
use store::{ListFilter, ObjectRow};

use crate::action::ActError;
use crate::handle::{Engine, Shared};
use crate::objects::{ObjectRef, Objects};

pub use store::IncidentLine;

/// Which incidents a list shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IncidentFilter {
    /// Not over.
    Open,
    /// All, newest first.
    Recent,
    /// Not over, and held, commanded or followed by this user, or paged to them.
    Mine(ChatUserId),
}

/// Counts since the database was made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// Reports accepted.
    pub accepted: i64,
    /// Of them not decided yet.
    pub undecided: i64,
    /// Incidents.
    pub incidents: i64,
    /// Alerts that fire.
    pub firing: i64,
    /// Messages of pages that were delivered.
    pub page_messages: i64,
}

impl Engine {
    /// The incident whose thread or channel this is, however long it has been over.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn place(&self, channel: ChatChannelId) -> Result<Option<IncidentId>, ActError> {
        self.shared.place(channel).await.map_err(|error| self.failed(&error))
    }

    /// Whether this is a thread or channel in which we may write: of an incident that is open or was lately.
    pub fn works_in(&self, channel: ChatChannelId) -> bool {
        self.shared.book.place(channel).is_some()
    }

    /// Incidents that are not over.
    pub fn open_incidents(&self) -> Vec<Arc<Incident>> {
        self.shared.book.open()
    }

    /// The pages that a ring of a person at this instant tells on this way, worst first.
    pub fn told_by(&self, person: &PersonId, via: PageVia, at: Timestamp) -> Vec<(Arc<Incident>, PageId)> {
        self.shared.book.told_by(person, via, at, self.shared.discord.last())
    }

    /// Messages that rang people since the start, and the pages that they told, by way.
    pub fn rings(&self) -> BTreeMap<PageVia, (u64, u64)> {
        self.shared.deliveries.rings()
    }

    /// The last time when Discord could not be reached, if it was not long ago.
    pub fn last_outage(&self) -> Option<Outage> {
        self.shared.discord.last()
    }

    /// An incident, open or over.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn incident(&self, id: IncidentId) -> Result<Option<Arc<Incident>>, ActError> {
        self.shared.incident(id).await.map_err(|error| self.failed(&error))
    }

    /// Incidents that have all words of a query. A number also finds the incident that has it, whatever the filter: it stands
    /// first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn list(
        &self,
        filter: IncidentFilter,
        query: Option<&str>,
        limit: u32,
    ) -> Result<Vec<IncidentLine>, ActError> {
        let numbered = match query.and_then(domain::ids::number_alone) {
            Some(id) => self.incident(id).await?,
            None => None,
        };
        let mut lines = self.list_of(filter, query, limit).await?;
        if let Some(incident) = numbered {
            lines.retain(|line| line.id != incident.id);
            lines.insert(0, line_of(&incident));
            lines.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        }
        Ok(lines)
    }

    async fn list_of(
        &self,
        filter: IncidentFilter,
        query: Option<&str>,
        limit: u32,
    ) -> Result<Vec<IncidentLine>, ActError> {
        let stored = match filter {
            IncidentFilter::Recent => ListFilter::Recent,
            IncidentFilter::Open | IncidentFilter::Mine(_) => ListFilter::Open,
        };
        let mut lines = self
            .shared
            .store
            .list(stored, query.unwrap_or("").trim(), limit)
            .await
            .map_err(|error| self.failed(&error))?;
        if let IncidentFilter::Mine(user) = filter {
            lines.retain(|line| self.shared.book.incident(line.id).is_some_and(|incident| concerns(&incident, user)));
        }
        Ok(lines)
    }

    /// What happened in an incident, in order, by the clock as it is now.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn timeline(&self, id: IncidentId) -> Result<Vec<EventAt>, ActError> {
        let stored = self.shared.store.timeline(id).await.map_err(|error| self.failed(&error))?;
        Ok(by_todays_clock(stored))
    }

    /// What Discord gave us for an incident.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn objects(&self, id: IncidentId) -> Result<Objects, ActError> {
        self.shared.objects(&id.into()).await.map_err(|error| self.failed(&error))
    }

    /// The last message handled in a watched channel.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn high_water(&self, channel: ChatChannelId) -> Result<Option<ChatMessageId>, ActError> {
        self.shared.store.high_water(channel).await.map_err(|error| self.failed(&error))
    }

    /// From when on changes of messages in a watched channel are news: from now on, when nobody has said so yet.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn chat_changes_from(&self, channel: ChatChannelId) -> Result<Option<Timestamp>, ActError> {
        let known = self.shared.store.chat_changes_from(channel).await.map_err(|error| self.failed(&error))?;
        if known.is_none() {
            let set = self.shared.store.set_chat_changes_from(channel, self.now()).await;
            set.map_err(|error| self.failed(&error))?;
        }
        Ok(known)
    }

    /// Messages of a watched channel from this one on that told of something, as far as nobody deleted or changed them.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn told_in_channel(
        &self,
        channel: ChatChannelId,
        from: ChatMessageId,
    ) -> Result<Vec<ChatMessageId>, ActError> {
        self.shared.store.told_in_channel(channel, from).await.map_err(|error| self.failed(&error))
    }

    /// Counts since the database was made.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn totals(&self) -> Result<Totals, ActError> {
        let (accepted, undecided, incidents, firing, page_messages) =
            self.shared.store.totals().await.map_err(|error| self.failed(&error))?;
        Ok(Totals { accepted, undecided, incidents, firing, page_messages })
    }

    /// Alerts that fire and were not heard of for three of their sender's intervals, as of the last look.
    pub fn alerts_stale(&self) -> usize {
        self.shared.quiet_senders.stale()
    }
}

impl Shared {
    pub(crate) async fn incident(&self, id: IncidentId) -> store::Result<Option<Arc<Incident>>> {
        if let Some(incident) = self.book.incident(id) {
            return Ok(Some(incident));
        }
        let events = self.store.timeline(id).await?;
        let incident = Incident::replay(id, events).map(Arc::new);
        Ok(incident)
    }

    /// The incident whose thread or channel this is: most people write where work goes on, and the rest is looked up.
    pub(crate) async fn place(&self, channel: ChatChannelId) -> store::Result<Option<IncidentId>> {
        match self.book.place(channel) {
            Some(id) => Ok(Some(id)),
            None => self.store.incident_of_room(channel).await,
        }
    }

    pub(crate) async fn objects(&self, subject: &Subject) -> store::Result<Objects> {
        let rows = self.store.objects(subject).await?;
        Ok(rows.into_iter().filter_map(|row| Some(object(row)?.1)).collect())
    }

    /// The things of several subjects.
    pub(crate) async fn objects_of(&self, subjects: &[String]) -> store::Result<HashMap<Subject, Objects>> {
        let mut found: HashMap<Subject, Objects> = HashMap::new();
        for (subject, (thing, place)) in self.store.objects_of(subjects).await?.into_iter().filter_map(object) {
            found.entry(subject).or_default().insert(thing, place);
        }
        Ok(found)
    }
}

fn object(row: ObjectRow) -> Option<(Subject, (domain::Thing, ObjectRef))> {
    let (channel, message, digest, touched_at) = (row.channel, row.message, row.digest, row.touched_at);
    Some((row.subject, (row.name.parse().ok()?, ObjectRef { channel, message, digest, touched_at })))
}

fn line_of(incident: &Incident) -> IncidentLine {
    IncidentLine {
        id: incident.id,
        title: incident.title.clone(),
        severity: incident.severity,
        status: incident.status.as_str().to_owned(),
        service: incident.service.clone(),
        opened_at: incident.opened_at,
    }
}

fn concerns(incident: &Incident, user: ChatUserId) -> bool {
    let is = |actor: &domain::Actor| actor.user == user;
    incident.acknowledged.as_ref().is_some_and(|(holder, _)| is(holder))
        || incident.commander.as_ref().is_some_and(is)
        || incident.followers.contains(&user)
        || matches!(&incident.opener, domain::Opener::Person { by } if is(by))
}
