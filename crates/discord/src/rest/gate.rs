//! Purpose: the queue before the limits: who waits, who goes next, who is told at once that it would take too long.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, Once, PoisonError, Weak};
use std::time::Duration;

use tokio::sync::{Notify, oneshot};
use tokio::time::{Instant, sleep_until, timeout_at};

use domain::Lane;

use super::clock::{Offset, unix_ms};
use super::failure::{NotSent, Reason};
use super::limits::{Limits, Verdict};
use super::permit::Permit;
use super::route::{Route, Target};
use super::stats::Counters;
use super::wire::Wire;

/// Everything the clones of one client share.
pub(super) struct Shared {
    pub(super) wire: Wire,
    queueing: Queueing,
    state: Mutex<State>,
    bell: Arc<Notify>,
    driver: Once,
}

/// How lower lanes are kept from starving.
#[derive(Debug, Clone, Copy)]
pub(super) struct Queueing {
    pub(super) overdue_after: Duration,
    pub(super) tithe: u32,
}

pub(super) struct State {
    pub(super) limits: Limits,
    pub(super) offset: Offset,
    pub(super) counters: Counters,
    waiters: BTreeMap<(Lane, u64), Waiter>,
    next_number: u64,
    /// Grants since the last tithe that overtook an overdue request of a lower lane.
    overtaken: u32,
    wake_at: Option<Instant>,
}

struct Waiter {
    route: Route,
    target: Target,
    since: Instant,
    /// What it had waited elsewhere before.
    before: Duration,
    deadline: Instant,
    tell: oneshot::Sender<Result<Permit, NotSent>>,
}

impl Waiter {
    fn waited(&self, now: Instant) -> Duration {
        now.duration_since(self.since) + self.before
    }

    fn verdict(&self, limits: &Limits, lane: Lane, whole_governor: bool, now: Instant) -> Verdict {
        limits.verdict(&self.target, lane, self.route.gives_way, whole_governor, now)
    }
}

/// A waiter's key and what to tell it.
type Hopeless = ((Lane, u64), NotSent);

/// What to advise when no limit gives a time.
const SOON: Duration = Duration::from_millis(250);

impl Shared {
    pub(super) fn new(wire: Wire, queueing: Queueing, limits: Limits) -> Self {
        let state = State {
            limits,
            offset: Offset::default(),
            counters: Counters::default(),
            waiters: BTreeMap::new(),
            next_number: 0,
            overtaken: 0,
            wake_at: None,
        };
        Self { wire, queueing, state: Mutex::new(state), bell: Arc::new(Notify::new()), driver: Once::new() }
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for this request's turn, at most `give_up_after`.
    pub(super) async fn permit(
        self: &Arc<Self>,
        lane: Lane,
        route: &Route,
        before: Duration,
        give_up_after: Duration,
    ) -> Result<Permit, NotSent> {
        self.driver.call_once(|| {
            tokio::spawn(drive(Arc::downgrade(self), self.bell.clone()));
        });
        let (tell, told) = oneshot::channel();
        let now = Instant::now();
        let deadline = now + give_up_after.min(Duration::from_secs(24 * 3600));
        let key = {
            let mut state = self.lock();
            let target = route.target(unix_ms() + state.offset.ms());
            let key = (lane, state.next_number);
            state.next_number += 1;
            state.waiters.insert(key, Waiter { route: route.clone(), target, since: now, before, deadline, tell });
            key
        };
        let _leave = LeaveQueue { shared: self, key };
        self.pump();
        let mut told = told;
        match timeout_at(deadline, &mut told).await {
            Ok(Ok(outcome)) => outcome,
            Ok(Err(_)) => Err(NotSent { retry_after: SOON, reason: Reason::Governor }),
            Err(_) => self.timed_out(key, told).await,
        }
    }

    /// The deadline passed: leaves the queue, unless the answer was given in the same moment.
    async fn timed_out(
        &self,
        key: (Lane, u64),
        told: oneshot::Receiver<Result<Permit, NotSent>>,
    ) -> Result<Permit, NotSent> {
        let now = Instant::now();
        let verdict = {
            let mut state = self.lock();
            let left = state.waiters.remove(&key);
            left.map(|waiter| waiter.verdict(&state.limits, key.0, false, now))
        };
        match verdict {
            None => told.await.unwrap_or(Err(NotSent { retry_after: SOON, reason: Reason::Governor })),
            Some(Verdict::Go) => Err(NotSent { retry_after: SOON, reason: Reason::Governor }),
            Some(Verdict::Until(at, reason) | Verdict::Held(Some(at), reason)) => {
                Err(NotSent { retry_after: at.saturating_duration_since(now), reason })
            }
            Some(Verdict::Held(None, reason)) => Err(NotSent { retry_after: SOON, reason }),
        }
    }

    /// Lets through whoever may go, tells those who would wait too long, and sets the next time to look.
    pub(super) fn pump(self: &Arc<Self>) {
        let mut told = Vec::new();
        {
            let mut state = self.lock();
            let now = Instant::now();
            state.limits.age(now);
            while let Some(key) = state.next(self.queueing, now) {
                let Some(waiter) = state.waiters.remove(&key) else {
                    break;
                };
                let reserved = state.limits.reserve(&waiter.target, now);
                state.counters.granted(key.0, now.duration_since(waiter.since));
                let permit = Permit::new(self.clone(), waiter.route, waiter.target, reserved);
                told.push((waiter.tell, Ok(permit)));
            }
            let (hopeless, wake_at) = state.review(now);
            for (key, refusal) in hopeless {
                if let Some(waiter) = state.waiters.remove(&key) {
                    told.push((waiter.tell, Err(refusal)));
                }
            }
            if state.wake_at != wake_at {
                state.wake_at = wake_at;
                self.bell.notify_one();
            }
        }
        // Not under the lock: a permit that nobody takes any more gives its place back, which comes here again.
        for (tell, outcome) in told {
            drop(tell.send(outcome));
        }
    }
}

impl Drop for Shared {
    fn drop(&mut self) {
        self.bell.notify_one();
    }
}

impl State {
    /// Who goes next: the first of the highest lane that may go; or, when overdue requests of lower lanes have been
    /// overtaken often enough, the one of them that has waited longest.
    fn next(&mut self, queueing: Queueing, now: Instant) -> Option<(Lane, u64)> {
        let overdue = |waiter: &Waiter| waiter.waited(now) >= queueing.overdue_after;
        if self.overtaken + 1 >= queueing.tithe {
            let tithe = self
                .waiters
                .iter()
                .filter(|(key, waiter)| {
                    key.0 != Lane::Page
                        && overdue(waiter)
                        && waiter.verdict(&self.limits, key.0, true, now) == Verdict::Go
                })
                .min_by_key(|(_, waiter)| Reverse(waiter.waited(now)))
                .map(|(key, _)| *key);
            if tithe.is_some() {
                self.overtaken = 0;
                return tithe;
            }
        }
        let key = *self
            .waiters
            .iter()
            .find(|(key, waiter)| waiter.verdict(&self.limits, key.0, false, now) == Verdict::Go)?
            .0;
        let overtakes = Lane::ALL.into_iter().filter(|lane| *lane > key.0).any(|lane| {
            self.waiters.range((lane, 0)..=(lane, u64::MAX)).next().is_some_and(|(_, waiter)| overdue(waiter))
        });
        self.overtaken = if overtakes { self.overtaken.saturating_add(1) } else { 0 };
        Some(key)
    }

    /// Who waits for something later than its deadline, and when the next change by time alone is due.
    fn review(&self, now: Instant) -> (Vec<Hopeless>, Option<Instant>) {
        let (mut hopeless, mut wake_at) = (Vec::new(), None::<Instant>);
        for (key, waiter) in &self.waiters {
            let at = match waiter.verdict(&self.limits, key.0, false, now) {
                Verdict::Until(at, reason) if at > waiter.deadline || reason == Reason::TokenRejected => {
                    hopeless.push((*key, NotSent { retry_after: at.duration_since(now), reason }));
                    continue;
                }
                Verdict::Until(at, _) => Some(at),
                Verdict::Held(at, _) => at,
                Verdict::Go => None,
            };
            wake_at = match (wake_at, at) {
                (Some(old), Some(new)) => Some(old.min(new)),
                (old, new) => old.or(new),
            };
        }
        (hopeless, wake_at)
    }

    pub(super) fn waiting(&self, lane: Lane) -> usize {
        self.waiters.range((lane, 0)..=(lane, u64::MAX)).count()
    }
}

/// A caller that stops waiting leaves the queue.
struct LeaveQueue<'a> {
    shared: &'a Shared,
    key: (Lane, u64),
}

impl Drop for LeaveQueue<'_> {
    fn drop(&mut self) {
        let left = self.shared.lock().waiters.remove(&self.key);
        drop(left);
    }
}

/// Looks again whenever time alone may have opened a way; ends with the client.
async fn drive(shared: Weak<Shared>, bell: Arc<Notify>) {
    loop {
        let Some(wake_at) = shared.upgrade().map(|shared| shared.lock().wake_at) else {
            return;
        };
        let Some(wake_at) = wake_at else {
            bell.notified().await;
            continue;
        };
        tokio::select! {
            () = sleep_until(wake_at) => {
                let Some(shared) = shared.upgrade() else { return };
                shared.lock().wake_at = None;
                shared.pump();
            }
            () = bell.notified() => {}
        }
    }
}
