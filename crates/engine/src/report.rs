//! Purpose: how incidents went lately: what `/siaga status` and the metrics tell.

use domain::{IncidentId, KnownBy};
pub use store::Stats;

use crate::action::ActError;
use crate::handle::Engine;

/// Days that are looked at.
const DAYS: i64 = 30;
/// Open action items that are counted one by one.
const ACTION_ITEMS: u32 = 1_000;

/// How incidents went lately. Drills and merged incidents do not count.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Incidents that are open now.
    pub open: usize,
    /// Counts and times of the last 30 days.
    pub stats: Stats,
    /// Who knew first in the last 30 days, how often, and how much later we knew in the middle, in milliseconds.
    pub known_first: Vec<(KnownBy, i64, Option<i64>)>,
    /// Postmortems that are due or will be.
    pub postmortems: Vec<IncidentId>,
    /// Action items that are not done.
    pub action_items: usize,
}

impl Engine {
    /// How incidents went lately.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn report(&self) -> Result<Report, ActError> {
        let since = self.now() - jiff::SignedDuration::from_hours(24 * DAYS);
        let store = &self.shared.store;
        let failed = |error: store::StoreError| self.shared.failed(&error);
        let known = store.detection_counts(since).await.map_err(failed)?;
        Ok(Report {
            open: self.open_incidents().len(),
            stats: store.stats(since).await.map_err(failed)?,
            known_first: known
                .into_iter()
                .filter_map(|line| Some((KnownBy::parse(&line.detected_by)?, line.count, line.median_lag_ms)))
                .collect(),
            postmortems: store.postmortems_due().await.map_err(failed)?.into_iter().map(|due| due.incident).collect(),
            action_items: store.open_action_items(ACTION_ITEMS).await.map_err(failed)?.len(),
        })
    }
}
