//! Purpose: how much waits and for how long: for metrics, and for whoever watches us.

use std::time::Duration;

use domain::{Lane, Timestamp};

use crate::action::ActError;
use crate::handle::{Engine, Shared};

/// What waits, and for how long.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Vitals {
    /// Reports accepted since the database was made.
    pub accepted: i64,
    /// Of them decided.
    pub decided: i64,
    /// Of them not decided yet.
    pub undecided: i64,
    /// How long the oldest of these has waited.
    pub undecided_for: Duration,
    /// Each lane of the outbox.
    pub lanes: Vec<LaneVitals>,
    /// How long the oldest page has been on its way.
    pub page_for: Duration,
    /// Dead letters.
    pub dead: i64,
    /// How late the next timer is already.
    pub timer_overdue: Duration,
    /// Timers decided since the process began.
    pub timers: u64,
    /// How late they were together.
    pub timers_late: Duration,
}

/// What waits in one lane.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LaneVitals {
    /// Which.
    pub lane: Lane,
    /// How much.
    pub waiting: i64,
    /// How long the oldest has waited.
    pub oldest: Duration,
}

impl Engine {
    /// What waits now.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn vitals(&self) -> Result<Vitals, ActError> {
        let shared = &self.shared;
        let stored = shared.store.vitals().await.map_err(|error| match shared.database_failed(&error) {
            // That is said once, by whoever looks after the database.
            Some(_) => ActError::Failed { error_id: "database".to_owned() },
            None => shared.failed(&error),
        })?;
        let (now, wire) = (shared.clock.now(), shared.wire.now());
        let lane = |lane: Lane| {
            let found = stored.lanes.iter().find(|(known, ..)| *known == lane);
            let (waiting, oldest) = found.map_or((0, Duration::ZERO), |(_, count, at)| (*count, since(*at, wire)));
            LaneVitals { lane, waiting, oldest }
        };
        let (timers, timers_late) = shared.decisions.timers();
        Ok(Vitals {
            accepted: stored.accepted,
            decided: stored.accepted - stored.undecided,
            undecided: stored.undecided,
            undecided_for: stored.undecided_since.map(|at| since(at, now)).unwrap_or_default(),
            lanes: Lane::ALL.into_iter().map(lane).collect(),
            page_for: stored.page_since.map(|at| since(at, wire)).unwrap_or_default(),
            dead: stored.dead,
            timer_overdue: stored.next_timer.map(|due| since(due, now)).unwrap_or_default(),
            timers,
            timers_late,
        })
    }
}

impl Shared {
    /// A timer is about to be decided.
    pub(crate) fn timer_fires(&self, due: Timestamp) {
        self.decisions.timer_fires(since(due, self.clock.now()));
    }
}

/// How long ago; nothing when it is still to come.
fn since(at: Timestamp, now: Timestamp) -> Duration {
    Duration::try_from(now.duration_since(at)).unwrap_or_default()
}
