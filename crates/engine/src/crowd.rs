//! Purpose: many incidents that page wait for their cards, because Discord takes few messages at once: one line in the incidents
//! channel says which, worst first, so that whoever looks there knows before the cards stand.

use std::sync::Arc;
use std::time::Duration;

use domain::{Effect, Incident, Lane, PlannedEffect, Timestamp};
use tokio_util::sync::CancellationToken;
use tracing::warn;

use crate::handle::Shared;

/// How often it is looked.
const LOOK: Duration = Duration::from_secs(1);
/// A card that has waited so long does not stand at once.
const WAITED: jiff::SignedDuration = jiff::SignedDuration::from_secs(3);
/// From so many on: fewer stand within the next five seconds, and the line would only take the place of one of them.
const MANY: usize = 6;
/// The next line comes no sooner.
const APART: jiff::SignedDuration = jiff::SignedDuration::from_secs(60);

/// Looks until told to stop.
pub(crate) async fn watch(shared: Arc<Shared>, stop: CancellationToken) {
    let mut last = None;
    loop {
        tokio::select! {
            () = tokio::time::sleep(LOOK) => {}
            () = stop.cancelled() => return,
        }
        let now = shared.wire.now();
        if last.is_some_and(|at| now.duration_since(at) < APART) || shared.discord_is_down() {
            continue;
        }
        match look(&shared, now).await {
            Ok(true) => last = Some(now),
            Ok(false) => {}
            Err(error) if shared.database_failed(&error).is_some() => {}
            Err(error) => warn!("Cards that wait could not be looked at: {error}"),
        }
    }
}

/// Says it when there are many. True when it did.
async fn look(shared: &Shared, now: Timestamp) -> store::Result<bool> {
    let before = now.checked_sub(WAITED).unwrap_or(Timestamp::MIN);
    let waiting = shared.store.cards_waiting(before).await?;
    if waiting.len() < MANY {
        return Ok(false);
    }
    let open = shared.book.open();
    let pages = |incident: &&Arc<Incident>| waiting.contains(&incident.id) && incident.open_pages().next().is_some();
    let mut waits: Vec<&Arc<Incident>> = open.iter().filter(pages).collect();
    let Some(newest) = waits.iter().map(|incident| incident.id).max().filter(|_| waits.len() >= MANY) else {
        return Ok(false);
    };
    waits.sort_by_key(|incident| (incident.severity, incident.id));
    let waits: Vec<&Incident> = waits.into_iter().map(|incident| &**incident).collect();
    let text = words::crowd(&waits, shared.setup().language);
    // Before the cards it tells of. A restart says it again at most for others.
    let line = PlannedEffect::once(format!("crowd:{newest}"), Effect::Operators { text, everybody: true });
    shared.store.outbox_put(&line.in_lane(Lane::Page), now).await?;
    shared.deliveries.ring();
    Ok(true)
}
