//! Purpose: how the engine ends: in phases, within one budget of the monotonic clock, so that nothing it has learned is lost.
//!
//! 1. *Nothing new.* The outbox starts no delivery, no timer and no report is decided any more, the watches end.
//! 2. *What is on its way ends.* Deliveries finish, and requests of senders and people that are inside are answered. What
//!    a delivery found out (a closed door, a refusal) is decided, because its row ends only after that.
//! 3. *What takes too long is left.* A delivery that has no answer by then is dropped like in a crash: its row stays
//!    `planned` or `sent`, and the next start looks for it.
//! 4. *The decider ends*, after everybody who could tell it something. A fact that did not get to it leaves its row open, so
//!    that the next start finds it out again.
//!
//! Whatever hangs is cut off at the end of its phase: a process that ends in time is worth more than a tidy one, because what
//! runs it kills what does not (Docker after 10 s), and the database is right at every moment.

use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinHandle;
use tokio::time::{Instant, timeout_at};
use tokio_util::sync::CancellationToken;
use tracing::warn;

use crate::handle::Shared;

/// When each phase of a stop is over at the latest, by the monotonic clock.
#[derive(Clone, Copy, Debug)]
pub struct StopBudget {
    /// When it began.
    pub began: Instant,
    /// Requests of senders and people that were inside.
    pub doors: Instant,
    /// Deliveries on their way.
    pub deliveries: Instant,
    /// What deliveries found out.
    pub learned: Instant,
    /// The decider.
    pub decisions: Instant,
    /// Everything.
    pub end: Instant,
}

impl StopBudget {
    /// The budget of a stop that begins now: 8 s in total, with half a second of it for the end of the process itself.
    #[must_use]
    pub fn from_now() -> Self {
        let began = Instant::now();
        let after = |millis| began + Duration::from_millis(millis);
        Self {
            began,
            doors: after(3_000),
            deliveries: after(5_500),
            learned: after(6_500),
            decisions: after(7_000),
            end: after(7_500),
        }
    }
}

/// How a stop went.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stopped {
    /// Deliveries without an answer: the next start looks for them.
    pub left: usize,
    /// What did not end in its time and was cut off.
    pub cut_off: Vec<&'static str>,
}

/// The phases, as those see them who have to follow.
#[derive(Clone, Debug, Default)]
pub(crate) struct Phases {
    /// Nothing new.
    pub(crate) closing: CancellationToken,
    /// What is still on its way is left.
    pub(crate) leave: CancellationToken,
    /// Nobody has anything more to say.
    pub(crate) end: CancellationToken,
}

/// The engine's tasks.
pub struct Running {
    /// Those that only look: they end at the first word.
    pub(crate) watches: Vec<(&'static str, JoinHandle<()>)>,
    pub(crate) outbox: JoinHandle<usize>,
    pub(crate) acceptor: JoinHandle<()>,
    pub(crate) decider: JoinHandle<()>,
    pub(crate) phases: Phases,
    pub(crate) shared: Arc<Shared>,
}

impl Running {
    /// Stops. `doors` ends when nobody is inside any more who may hand in alerts or act; it keeps to the budget by itself.
    pub async fn stop(self, doors: impl Future<Output = ()>, budget: StopBudget) -> Stopped {
        let Self { watches, mut outbox, acceptor, decider, phases, shared } = self;
        let mut stopped = Stopped::default();
        phases.closing.cancel();
        let deliveries = async {
            let ended = match timeout_at(budget.deliveries, &mut outbox).await {
                Ok(ended) => Some(ended),
                Err(_) => {
                    phases.leave.cancel();
                    timeout_at(budget.learned, &mut outbox).await.ok()
                }
            };
            ended.map(Result::unwrap_or_default)
        };
        let ((), left) = tokio::join!(doors, deliveries);
        match left {
            Some(left) => stopped.left = left,
            None => {
                outbox.abort();
                stopped.cut_off.push("deliveries");
            }
        }
        for (name, task) in watches {
            end(name, task, budget.learned, &mut stopped).await;
        }
        // Notices and deletions that somebody is about to write down.
        shared.background.close();
        if timeout_at(budget.learned, shared.background.wait()).await.is_err() {
            stopped.cut_off.push("notices");
        }
        phases.end.cancel();
        end("decider", decider, budget.decisions, &mut stopped).await;
        end("acceptor", acceptor, budget.decisions, &mut stopped).await;
        if timeout_at(budget.end, shared.store.close()).await.is_err() {
            stopped.cut_off.push("database");
        }
        for name in &stopped.cut_off {
            warn!("The {name} did not end in time and was cut off; the next start goes on from the database");
        }
        stopped
    }
}

/// Waits for the end of a task, and cuts it off when its time is over.
async fn end(name: &'static str, mut task: JoinHandle<()>, by: Instant, stopped: &mut Stopped) {
    // A task that panicked has already been logged by the runtime; stopping goes on.
    if timeout_at(by, &mut task).await.is_err() {
        task.abort();
        stopped.cut_off.push(name);
    }
}
