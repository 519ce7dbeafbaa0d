//! Purpose: when the decider takes the next reports: at once while little comes; while much comes, after senders had their turn.
//!
//! The database has one writer. A sender waits for whatever transaction is under way, so many small ones of the decider cost
//! more than few large ones, and senders come first: what is accepted cannot be lost any more, and is decided a few milliseconds
//! later. People's actions and timers are never held up by this.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::time::Instant;

/// While senders are at work the decider rests so many times as long as its last turn took.
const REST_TIMES: u32 = 2;
/// It rests at least so long then, ...
const REST_LEAST: Duration = Duration::from_millis(5);
/// ... and never longer.
const REST_MOST: Duration = Duration::from_millis(50);
/// Reports decided in one transaction while senders are at work: their requests wait for it.
const BUSY_BATCH: i64 = 512;
/// Reports decided in one transaction otherwise, so that nobody who presses a button waits long.
const CALM_BATCH: i64 = 1_024;

/// Counts commits of the front door.
#[derive(Debug, Default)]
pub(crate) struct Accepts(AtomicU64);

impl Accepts {
    /// Reports were committed.
    pub(crate) fn committed(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }

    fn so_far(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// The decider's own pace.
#[derive(Debug, Default)]
pub(crate) struct Pace {
    last: Option<Last>,
}

#[derive(Clone, Copy, Debug)]
struct Last {
    ended: Instant,
    took: Duration,
    /// Commits of the front door when it ended.
    accepts: u64,
}

impl Pace {
    /// Until when reports are left alone; nothing: they may be decided now.
    pub(crate) fn rests_until(&self, accepts: &Accepts, now: Instant) -> Option<Instant> {
        let last = self.last.filter(|last| accepts.so_far() > last.accepts)?;
        let until = last.ended + (last.took * REST_TIMES).clamp(REST_LEAST, REST_MOST);
        (until > now).then_some(until)
    }

    /// How many reports one transaction takes.
    pub(crate) fn batch(&self, accepts: &Accepts) -> i64 {
        if self.last.is_some_and(|last| accepts.so_far() > last.accepts) { BUSY_BATCH } else { CALM_BATCH }
    }

    /// Reports were decided.
    pub(crate) fn decided(&mut self, began: Instant, ended: Instant, accepts: &Accepts) {
        self.last = Some(Last { ended, took: ended - began, accepts: accepts.so_far() });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: fn(u64) -> Duration = Duration::from_millis;

    #[test]
    fn the_first_report_is_decided_at_once() {
        let accepts = Accepts::default();
        accepts.committed();
        assert_eq!(Pace::default().rests_until(&accepts, Instant::now()), None);
    }

    #[test]
    fn while_senders_are_at_work_they_have_most_of_the_time() {
        let (accepts, mut pace, began) = (Accepts::default(), Pace::default(), Instant::now());
        pace.decided(began, began + MS(10), &accepts);
        assert_eq!(pace.rests_until(&accepts, began + MS(11)), None, "a backlog is decided without a break");
        accepts.committed();
        assert_eq!(pace.rests_until(&accepts, began + MS(11)), Some(began + MS(30)));
        assert_eq!(pace.batch(&accepts), BUSY_BATCH);
        assert_eq!(pace.rests_until(&accepts, began + MS(30)), None, "a rest ends");
        pace.decided(began, began + Duration::from_secs(5), &accepts);
        accepts.committed();
        let rest = pace.rests_until(&accepts, began + Duration::from_secs(5));
        assert_eq!(rest, Some(began + Duration::from_secs(5) + REST_MOST), "and is bounded");
    }
}
