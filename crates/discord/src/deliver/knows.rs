//! Purpose: what a delivery asks whoever planned the effect: the engine, or a rehearsal that has none.

use std::pin::Pin;
use std::sync::Arc;

use domain::incident::{EventAt, Outage};
use domain::{
    ChatMessageId, ChatRoleId, ChatUserId, Incident, IncidentId, PageId, PageVia, PersonId, Timestamp, World,
};
use engine::{ActError, Engine, Objects};

use crate::people::{Asked, People};

/// What comes later.
pub(crate) type Later<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// What a delivery asks.
pub(crate) trait Knows: Send + Sync + 'static {
    /// The configuration, and what people changed at run time.
    fn world(&self) -> World;
    /// Now, by the domain clock.
    fn now(&self) -> Timestamp;
    /// What Discord gave us for another incident; none when that cannot be found out.
    fn objects(&self, incident: IncidentId) -> Later<'_, Option<Objects>>;
    /// The pages that a direct message to a person at this instant tells, worst first.
    fn told_by(&self, person: &PersonId, at: Timestamp) -> Vec<(Arc<Incident>, PageId)>;
    /// A message rang somebody, and told so many pages.
    fn rang(&self, via: PageVia, pages: usize);
    /// The last time when Discord could not be reached.
    fn last_outage(&self) -> Option<Outage>;
    /// Everything that happened in an incident.
    fn timeline(&self, incident: IncidentId) -> Later<'_, Result<Vec<EventAt>, ActError>>;
    /// A card is deleted by ourselves, to put a new one in its place.
    fn replaces(&self, card: ChatMessageId);
    /// It was not deleted: Discord refused.
    fn keeps(&self, card: ChatMessageId);
    /// Looks now for somebody whose account is not known.
    fn account<'a>(&'a self, person: &'a PersonId) -> Later<'a, Asked>;
    /// The roles somebody has; none when that cannot be found out.
    fn roles<'a>(&'a self, person: &'a PersonId) -> Later<'a, Option<Vec<ChatRoleId>>>;
    /// The account somebody was pinned to, whether the configuration knows them or not.
    fn pinned<'a>(&'a self, person: &'a PersonId) -> Later<'a, Option<ChatUserId>>;
}

/// The engine of a bot that runs.
pub(super) struct Running {
    pub(super) engine: Engine,
    pub(super) people: People,
}

impl Knows for Running {
    fn world(&self) -> World {
        self.engine.world()
    }

    fn now(&self) -> Timestamp {
        self.engine.now()
    }

    fn objects(&self, incident: IncidentId) -> Later<'_, Option<Objects>> {
        Box::pin(async move { self.engine.objects(incident).await.ok() })
    }

    fn told_by(&self, person: &PersonId, at: Timestamp) -> Vec<(Arc<Incident>, PageId)> {
        self.engine.told_by(person, PageVia::Direct, at)
    }

    fn rang(&self, via: PageVia, pages: usize) {
        self.engine.rang(via, pages);
    }

    fn last_outage(&self) -> Option<Outage> {
        self.engine.last_outage()
    }

    fn timeline(&self, incident: IncidentId) -> Later<'_, Result<Vec<EventAt>, ActError>> {
        Box::pin(self.engine.timeline(incident))
    }

    fn replaces(&self, card: ChatMessageId) {
        self.engine.replaces(card);
    }

    fn keeps(&self, card: ChatMessageId) {
        self.engine.keeps(card);
    }

    fn account<'a>(&'a self, person: &'a PersonId) -> Later<'a, Asked> {
        Box::pin(self.people.ask(person))
    }

    fn roles<'a>(&'a self, person: &'a PersonId) -> Later<'a, Option<Vec<ChatRoleId>>> {
        Box::pin(self.people.roles(person))
    }

    fn pinned<'a>(&'a self, person: &'a PersonId) -> Later<'a, Option<ChatUserId>> {
        Box::pin(async move {
            let pins = self.engine.pins().await.unwrap_or_default();
            pins.into_iter().find(|pin| pin.person == *person).map(|pin| pin.user)
        })
    }
}
