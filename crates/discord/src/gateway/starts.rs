//! Purpose: a crash loop must not use up the session starts of a day, because at the last one Discord resets the token. Starts in
//! a row without a stable session are counted, and after a few of them each waits its turn.

use std::pin::Pin;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

/// Starts in a row that wait for nothing: an operator who tries something, an update, a machine that starts anew.
const FREE: u32 = 5;
/// The wait of the first start after those; doubles.
const FIRST: Duration = Duration::from_secs(1);

/// Remembers starts over the life of the process.
pub trait Starts: Send + Sync {
    /// A session is about to be started; how many were started in a row before, without one of them becoming stable.
    fn begin(&self) -> Pin<Box<dyn Future<Output = u32> + Send + '_>>;

    /// A session is stable: the count begins anew.
    fn stable(&self) -> Pin<Box<dyn Future<Output = ()> + Send + '_>>;
}

/// Remembers as long as the process lives.
#[derive(Debug, Default)]
pub(super) struct InMemory(AtomicU32);

impl Starts for InMemory {
    fn begin(&self) -> Pin<Box<dyn Future<Output = u32> + Send + '_>> {
        Box::pin(async { self.0.fetch_add(1, Ordering::SeqCst) })
    }

    fn stable(&self) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        Box::pin(async { self.0.store(0, Ordering::SeqCst) })
    }
}

/// What Discord still gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Budget {
    pub(super) remaining: u32,
    /// Starts that must be left.
    pub(super) reserve: u32,
    /// Until the count is renewed.
    pub(super) reset_after: Duration,
}

/// How long a start waits after so many in a row that did not become stable: twice as long each time, but never longer than
/// what makes the rest of the day's starts last for the rest of the day.
pub(super) fn wait(before: u32, budget: Budget) -> Duration {
    let Some(beyond) = before.checked_sub(FREE) else { return Duration::ZERO };
    let pace = budget.reset_after / budget.remaining.saturating_sub(budget.reserve).max(1);
    FIRST.saturating_mul(1 << beyond.min(20)).min(pace)
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: Duration = Duration::from_hours(24);

    #[test]
    fn a_few_starts_are_free_then_each_waits_longer() {
        let budget = Budget { remaining: 1_000, reserve: 50, reset_after: DAY };
        let waits: Vec<u64> = [0, 4, 5, 6, 7, 11, 12, 500].map(|before| wait(before, budget).as_secs()).to_vec();
        assert_eq!(waits, [0, 0, 1, 2, 4, 64, 90, 90]);
    }

    #[test]
    fn a_crash_loop_cannot_use_up_the_day() {
        let mut left = DAY;
        let mut budget = Budget { remaining: 1_000, reserve: 50, reset_after: DAY };
        for before in 0.. {
            let waited = wait(before, budget);
            let Some(rest) = left.checked_sub(waited + Duration::from_millis(300)) else { break };
            left = rest;
            budget = Budget { remaining: budget.remaining - 1, reset_after: left, ..budget };
            if budget.remaining < budget.reserve {
                break;
            }
        }
        assert!(budget.remaining >= budget.reserve && left < Duration::from_mins(10), "{budget:?}, {left:?} left");
    }

    #[test]
    fn a_server_that_gives_a_million_starts_holds_nobody_up() {
        let budget = Budget { remaining: 1_000_000, reserve: 50, reset_after: DAY };
        assert!(wait(1_000, budget) < Duration::from_millis(100));
    }
}
