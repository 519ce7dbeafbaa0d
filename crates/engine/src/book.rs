//! Purpose: what the decider holds in memory: incidents, groups, rooms. The database is the truth; a start
//! rebuilds all of it. Only the decider changes incidents; everybody may read. Alerts are too many: those a decision asks about
//! are read for it.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use domain::episode::KnownAlert;
use domain::incident::{LONGEST_RING, Outage, told_by};
use domain::stages::Known;
use domain::{
    AlertReport, ChatChannelId, DedupKey, GroupKey, Incident, IncidentId, PageId, PageVia, PersonId, Timestamp,
};
use store::Resume;

/// Incidents that are over and still held, so that their last effects need no look-up.
const FINISHED_KEPT: usize = 256;

/// Incidents with pages of the last minutes, for whoever decides whether a further page rings by itself. Apart from the book, which
/// is held while reports are decided.
pub(crate) type Paging = Arc<Mutex<BTreeMap<IncidentId, Arc<Incident>>>>;

/// So many are kept before the old ones are let go.
const PAGING_KEPT: usize = 1_024;

#[derive(Debug, Default)]
pub(crate) struct Book {
    inner: RwLock<Inner>,
    paging: Paging,
}

#[derive(Debug, Default)]
pub(crate) struct Inner {
    pub(crate) incidents: BTreeMap<IncidentId, Arc<Incident>>,
    groups: HashMap<GroupKey, IncidentId>,
    /// Rooms of the incidents above; those of others are looked up in the database.
    places: HashMap<ChatChannelId, IncidentId>,
    pub(crate) last_number: u32,
}

impl Book {
    pub(crate) fn resume(resume: Resume, rooms: impl IntoIterator<Item = (ChatChannelId, IncidentId)>) -> Self {
        let mut inner = Inner { last_number: resume.last_number, ..Inner::default() };
        for incident in resume.open {
            inner.put(Arc::new(incident));
        }
        let rooms = rooms.into_iter().filter(|(_, id)| inner.incidents.contains_key(id));
        inner.places = rooms.collect();
        let book = Self { inner: RwLock::new(inner), paging: Paging::default() };
        let open: Vec<_> = book.open();
        open.iter().for_each(|incident| book.pages(incident));
        book
    }

    pub(crate) fn read(&self) -> RwLockReadGuard<'_, Inner> {
        self.inner.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Inner> {
        self.inner.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// See [`Paging`].
    pub(crate) fn paging(&self) -> Paging {
        Arc::clone(&self.paging)
    }

    fn pages(&self, incident: &Arc<Incident>) {
        let last = |incident: &Incident| incident.pages.iter().map(|page| page.at).max();
        let Some(newest) = last(incident) else { return };
        let mut paging = self.paging.lock().unwrap_or_else(PoisonError::into_inner);
        paging.insert(incident.id, Arc::clone(incident));
        if paging.len() > PAGING_KEPT {
            let old = newest - LONGEST_RING * 2;
            paging.retain(|_, known| last(known).is_some_and(|at| at > old));
        }
    }

    /// The pages that a ring of a person at this instant tells on this way, worst first.
    pub(crate) fn told_by(
        &self,
        person: &PersonId,
        via: PageVia,
        at: Timestamp,
        outage: Option<Outage>,
    ) -> Vec<(Arc<Incident>, PageId)> {
        let book = self.read();
        let told = book
            .incidents
            .values()
            .filter_map(|incident| told_by(incident, person, via, at, outage).map(|page| (Arc::clone(incident), page)));
        let mut told: Vec<_> = told.collect();
        told.sort_by_key(|(incident, _)| (incident.severity, incident.id));
        told
    }

    pub(crate) fn incident(&self, id: IncidentId) -> Option<Arc<Incident>> {
        self.read().incidents.get(&id).cloned()
    }

    pub(crate) fn open(&self) -> Vec<Arc<Incident>> {
        self.read().incidents.values().filter(|incident| incident.status.is_open()).cloned().collect()
    }

    pub(crate) fn place(&self, channel: ChatChannelId) -> Option<IncidentId> {
        self.read().places.get(&channel).copied()
    }

    pub(crate) fn add_place(&self, channel: ChatChannelId, id: IncidentId) {
        let mut inner = self.write();
        if inner.incidents.contains_key(&id) {
            inner.places.insert(channel, id);
        }
    }

    /// Holds an incident that was read from the database.
    pub(crate) fn hold(&self, incident: Arc<Incident>) {
        self.write().put(incident);
    }

    /// Makes a committed decision visible.
    pub(crate) fn publish(&self, changes: Changes) {
        let mut inner = self.write();
        inner.last_number = inner.last_number.max(changes.last_number);
        // Those that end first: what another one took over from them stays with it.
        let (open, over): (Vec<_>, Vec<_>) =
            changes.incidents.into_values().partition(|incident| incident.status.is_open());
        for incident in over.into_iter().chain(open) {
            self.pages(&incident);
            inner.put(incident);
        }
    }
}

impl Inner {
    /// The open incident that alerts of a group join.
    pub(crate) fn open_in_group(&self, key: &GroupKey) -> Option<IncidentId> {
        let id = self.groups.get(key)?;
        self.incidents.get(id).filter(|incident| incident.status.is_open()).map(|incident| incident.id)
    }

    fn put(&mut self, incident: Arc<Incident>) {
        for key in incident.group_keys() {
            if incident.status.is_open() {
                self.groups.insert(key.clone(), incident.id);
            } else if self.groups.get(key) == Some(&incident.id) {
                self.groups.remove(key);
            }
        }
        self.incidents.insert(incident.id, incident);
        self.forget_finished();
    }

    fn forget_finished(&mut self) {
        // Open ones are few beside the bound; counting is cheap only while the map is small.
        if self.incidents.len() <= FINISHED_KEPT {
            return;
        }
        let finished: Vec<IncidentId> =
            self.incidents.iter().filter(|(_, i)| !i.status.is_open()).map(|(id, _)| *id).collect();
        let surplus = finished.len().saturating_sub(FINISHED_KEPT);
        if surplus == 0 {
            return;
        }
        for id in finished.into_iter().take(surplus) {
            self.incidents.remove(&id);
        }
        let Self { incidents, places, .. } = self;
        places.retain(|_, id| incidents.contains_key(id));
    }
}

/// What one transaction changes, on top of the book.
#[derive(Debug, Default)]
pub(crate) struct Changes {
    pub(crate) incidents: BTreeMap<IncidentId, Arc<Incident>>,
    pub(crate) alerts: HashMap<DedupKey, KnownAlert>,
    pub(crate) groups: HashMap<GroupKey, IncidentId>,
    pub(crate) last_number: u32,
}

impl Changes {
    pub(crate) fn put(&mut self, incident: Arc<Incident>) {
        // One that ends gives its groups away only if nobody took them over in the same decision.
        for key in incident.group_keys().filter(|_| incident.status.is_open()) {
            self.groups.insert(key.clone(), incident.id);
        }
        self.incidents.insert(incident.id, incident);
    }
}

/// The book as it will be when the changes are committed.
pub(crate) struct Overlay<'a> {
    pub(crate) book: &'a Inner,
    /// Alerts as they were before.
    pub(crate) known: &'a HashMap<DedupKey, KnownAlert>,
    pub(crate) changes: &'a Changes,
}

impl Known for Overlay<'_> {
    fn alert(&self, report: &AlertReport) -> Option<&KnownAlert> {
        let key = &report.dedup_key;
        self.changes.alerts.get(key).or_else(|| self.known.get(key))
    }

    fn open_group(&self, group_key: &GroupKey) -> Option<&Incident> {
        let id = self.changes.groups.get(group_key).or_else(|| self.book.groups.get(group_key))?;
        self.incident(*id).filter(|incident| incident.status.is_open())
    }

    fn incident(&self, id: IncidentId) -> Option<&Incident> {
        self.changes.incidents.get(&id).or_else(|| self.book.incidents.get(&id)).map(AsRef::as_ref)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use domain::incident::EventAt;
    use domain::{Event, Severity, Timestamp};
    use serde_json::json;

    use super::*;

    fn opened(number: u32) -> Incident {
        let event = json!({
            "kind": "opened", "title": "Search is slow", "service": null, "owner": null, "severity": Severity::Sev3,
            "room": "thread", "opener": { "kind": "alert", "integration": "am" },
            "why": { "kind": "no_rule" }, "group_key": null, "links": [], "runbook": null,
            "runbook_url": null, "missing": [], "policy": null,
        });
        let event: Event = serde_json::from_value(event).unwrap();
        let first = EventAt { seq: 1, at: Timestamp::UNIX_EPOCH, event };
        Incident::from_opened(IncidentId(number), &first).unwrap()
    }

    fn publish(book: &Book, incident: Incident) {
        let mut changes = Changes { last_number: incident.id.0, ..Changes::default() };
        changes.put(Arc::new(incident));
        book.publish(changes);
    }

    #[test]
    fn rooms_of_incidents_that_are_over_are_held_for_a_bounded_while_and_those_of_open_ones_always() {
        let book = Book::default();
        publish(&book, opened(1));
        book.add_place(ChatChannelId(1), IncidentId(1));
        for number in 2..3_000 {
            let mut incident = opened(number);
            publish(&book, incident.clone());
            book.add_place(ChatChannelId(u64::from(number)), IncidentId(number));
            incident.status = domain::IncidentStatus::Closed;
            publish(&book, incident);
        }
        assert_eq!(book.read().places.len(), FINISHED_KEPT + 1);
        assert_eq!(book.read().incidents.len(), FINISHED_KEPT + 1);
        assert_eq!(book.place(ChatChannelId(1)), Some(IncidentId(1)));
        assert_eq!(book.place(ChatChannelId(2_999)), Some(IncidentId(2_999)));
        assert_eq!(book.place(ChatChannelId(2)), None);
        // What is delivered late for one that is not held any more is in the database.
        book.add_place(ChatChannelId(2), IncidentId(2));
        assert_eq!(book.place(ChatChannelId(2)), None);
    }
}
