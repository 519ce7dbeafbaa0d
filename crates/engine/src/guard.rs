//! Purpose: somebody is responsible at every instant. Each minute, and at each start, every open incident is asked who that is;
//! where nobody is, it is mended, operators are told, and it is counted. Nothing should ever be found here.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use domain::incident::{Responsibility, responsibility};
use domain::{Event, Fact, IncidentId, Input, Timestamp};
use tokio::time::Instant;
use tracing::error;

use crate::handle::{Engine, Shared};
use crate::poison::{Failed, guarded};
use crate::work::Work;

/// Between two looks.
const EVERY: Duration = Duration::from_secs(60);

/// When the guard looked.
#[derive(Debug, Default)]
pub(crate) struct Guard {
    looked: Option<Instant>,
    /// What an older version started has its policy frozen.
    frozen: bool,
}

/// How often nobody was responsible, since the process began.
pub(crate) type Unheld = AtomicU64;

impl Guard {
    /// Looks if it is time. The caller has found no timer due at `now`: then an instant that passed has nobody behind it.
    /// Answers whether it did.
    pub(crate) async fn look(&mut self, shared: &Arc<Shared>, now: Timestamp) -> store::Result<bool> {
        if !self.frozen {
            for incident in shared.book.open() {
                write(shared, incident.id, &Fact::FirstSeen).await?;
            }
            self.frozen = true;
        }
        if self.looked.is_some_and(|looked| looked.elapsed() < EVERY) {
            return Ok(false);
        }
        self.looked = Some(Instant::now());
        let world = shared.world();
        for incident in shared.book.open() {
            if responsibility(&incident, &world, now) != Responsibility::Nobody {
                continue;
            }
            let label = incident.id.label();
            error!(incident.number = incident.id.0, "Nobody was responsible for {label}: the guard calls for help");
            shared.unheld.fetch_add(1, Ordering::Relaxed);
            write(shared, incident.id, &Fact::Unheld).await?;
        }
        Ok(true)
    }
}

/// Adds what is decided about an incident, with a line for the operators when it mends something.
async fn write(shared: &Arc<Shared>, id: IncidentId, fact: &Fact) -> store::Result<()> {
    let done = guarded(shared, async {
        let Some(incident) = shared.incident(id).await? else { return Ok(()) };
        let mut work = Work::new(shared);
        let events = work.decide(&Input::Fact { incident: &incident, fact }).of_one().unwrap_or_default();
        if events.contains(&Event::FoundUnheld) {
            let text = words::unheld(&incident, work.world.setup().language);
            let key = format!("unheld:{id}:{}", incident.last_seq);
            work.tell_operators(key, text);
        }
        work.add(Some(&incident), id, events)?;
        work.commit(shared).await.map(|_| ())
    });
    match done.await {
        Ok(()) => Ok(()),
        Err(Failed::Database(error)) => Err(error),
        Err(Failed::Poison(why)) => {
            let error_id = shared.error_id();
            error!(error.id = error_id, "The guard could not mend {}: {why}", id.label());
            Ok(())
        }
    }
}

impl Engine {
    /// How often the guard found that nobody was responsible for an incident, since the process began.
    pub fn unheld_found(&self) -> u64 {
        self.shared.unheld.load(Ordering::Relaxed)
    }
}
