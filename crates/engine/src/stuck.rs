//! Purpose: pages that do not get out although Discord can be reached: after a while they take all other ways.

use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;
use tracing::warn;

use crate::decisions::{Fact, NotLearned};
use crate::handle::Shared;

/// Looks at least this seldom, and never more often than [`OFTEN`].
const SELDOM: Duration = Duration::from_secs(5);
/// See [`SELDOM`].
const OFTEN: Duration = Duration::from_millis(200);

/// Looks until told to stop.
pub(crate) async fn watch(shared: Arc<Shared>, stop: CancellationToken) {
    let pause = (shared.patience.page_stuck / 4).clamp(OFTEN, SELDOM);
    loop {
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            () = stop.cancelled() => return,
        }
        // An outage has a way of its own, and without the database nothing can be decided.
        if shared.discord_is_down() || shared.database_trouble().is_some() {
            continue;
        }
        if let Err(error) = look(&shared).await
            && error.database().is_some_and(|error| shared.database_failed(error).is_none())
        {
            warn!("Pages on their way could not be looked at: {error}");
        }
    }
}

async fn look(shared: &Shared) -> Result<(), NotLearned> {
    let patience = jiff::SignedDuration::try_from(shared.patience.page_stuck).unwrap_or(jiff::SignedDuration::MAX);
    let before = shared.wire.now().checked_sub(patience).unwrap_or(domain::Timestamp::MIN);
    for id in shared.store.pages_stuck(before).await? {
        let Some(incident) = shared.incident(id).await? else { continue };
        let waits = incident.open_pages().any(|page| page.contacts.iter().any(|contact| !contact.done));
        if waits {
            warn!("Pages of {} do not get out on Discord: all other ways are taken", id.label());
            shared.learn(id, Fact::PagesStuck).await?;
        }
    }
    Ok(())
}
