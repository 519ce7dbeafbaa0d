//! Purpose: when an incident opens, look for past ones that look like it. Beside the decider, so that nobody waits for it.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use domain::incident::Similar;
use domain::{Incident, IncidentId};
use store::Probe;
use tokio::sync::mpsc;
use tracing::warn;

use crate::decisions::{Fact, NotLearned};
use crate::handle::Shared;
use crate::record::labels_of;

/// Past incidents that are shown.
const SHOWN: u32 = 3;
/// After a start, incidents that opened so lately are looked at: the process may have died before it did.
const LATELY: jiff::SignedDuration = jiff::SignedDuration::from_mins(5);
/// Labels that say nothing about what is broken.
const SAY_NOTHING: [&str; 4] = ["severity", "priority", "urgency", "prometheus"];

/// Incidents that opened and whose past is still to be looked up.
pub(crate) struct PastLookups {
    wanted: mpsc::UnboundedSender<IncidentId>,
    /// How many of them there are.
    running: AtomicUsize,
}

impl PastLookups {
    /// The incidents that are asked about come out at the other end.
    pub(crate) fn new() -> (Self, mpsc::UnboundedReceiver<IncidentId>) {
        let (wanted, queue) = mpsc::unbounded_channel();
        (Self { wanted, running: AtomicUsize::new(0) }, queue)
    }

    /// Nobody waits for one.
    pub(crate) fn is_quiet(&self) -> bool {
        self.running.load(Ordering::SeqCst) == 0
    }
}

impl Shared {
    /// Asks for a look at the past of incidents that just opened.
    pub(crate) fn look_back(&self, opened: Vec<IncidentId>) {
        for id in opened {
            self.past.running.fetch_add(1, Ordering::SeqCst);
            if self.past.wanted.send(id).is_err() {
                self.past.running.fetch_sub(1, Ordering::SeqCst);
            }
        }
    }
}

/// Incidents whose look at the past may have been lost with the last process. Looking twice says it once.
pub(crate) fn unfinished(shared: &Shared) -> Vec<IncidentId> {
    let since = shared.clock.now() - LATELY;
    let open = shared.book.open().into_iter();
    let open = open.filter(|incident| !incident.is_folded());
    open.filter(|incident| incident.opened_at >= since && incident.similar.is_empty() && incident.drill.is_none())
        .map(|incident| incident.id)
        .collect()
}

/// Looks back for each incident that opens, one after another.
pub(crate) async fn look_back(shared: Arc<Shared>, mut opened: mpsc::UnboundedReceiver<IncidentId>) {
    while let Some(id) = opened.recv().await {
        if let Err(error) = one(&shared, id).await {
            warn!("Past incidents like {} could not be looked up: {error}", id.label());
        }
        shared.past.running.fetch_sub(1, Ordering::SeqCst);
        shared.turn();
    }
}

async fn one(shared: &Shared, id: IncidentId) -> Result<(), NotLearned> {
    let Some(incident) = shared.incident(id).await? else { return Ok(()) };
    let found = similar_to(shared, &incident).await?;
    if found.is_empty() { Ok(()) } else { shared.learn(id, Fact::SimilarFound(found)).await }
}

/// Past incidents that look like this one, most similar first.
pub(crate) async fn similar_to(shared: &Shared, incident: &Incident) -> store::Result<Vec<Similar>> {
    let labels = labels_of(incident);
    let probe = Probe { exclude: incident.id, labels: &labels, ignore: &SAY_NOTHING, text: &incident.title };
    let found = shared.store.similar(probe, SHOWN).await?;
    let similar = found.into_iter().map(|past| Similar {
        id: past.id,
        title: past.title,
        fixed: past.fixed,
        shared_labels: past.shared_labels,
        unfinished: past.open_actions.into_iter().map(|action| action.what).collect(),
    });
    Ok(similar.collect())
}
