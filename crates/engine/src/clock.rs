//! Purpose: the domain clock, injected. Timers, escalation and what people read follow it; time-outs and rate limits do not.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use domain::Timestamp;
use tokio::sync::watch;

/// A clock that is either the machine's or moved by hand.
#[derive(Clone, Debug)]
pub struct Clock {
    manual: Option<Arc<Manual>>,
}

#[derive(Debug)]
struct Manual {
    now: Mutex<Timestamp>,
    moved: watch::Sender<u64>,
}

impl Clock {
    /// The machine's clock.
    pub const fn system() -> Self {
        Self { manual: None }
    }

    /// A clock that stands still until [`Clock::advance`].
    pub fn manual(start: Timestamp) -> Self {
        Self { manual: Some(Arc::new(Manual { now: Mutex::new(start), moved: watch::Sender::new(0) })) }
    }

    /// Now.
    pub fn now(&self) -> Timestamp {
        match &self.manual {
            #[expect(clippy::disallowed_methods, reason = "the one place that reads the machine's clock")]
            None => Timestamp::now(),
            Some(manual) => *manual.now.lock().unwrap_or_else(std::sync::PoisonError::into_inner),
        }
    }

    /// Moves a manual clock; a system clock ignores it.
    pub fn advance(&self, by: Duration) {
        if let Some(manual) = &self.manual {
            let by = jiff::SignedDuration::try_from(by).unwrap_or(jiff::SignedDuration::ZERO);
            let mut now = manual.now.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            *now += by;
            drop(now);
            manual.moved.send_modify(|count| *count += 1);
        }
    }

    /// Waits until the clock shows what is next; for ever if nothing is.
    pub(crate) async fn wait_for(&self, next: Option<Timestamp>) {
        match next {
            Some(due) => self.wait_until(due).await,
            None => std::future::pending().await,
        }
    }

    /// Waits until the clock shows `due`. A manual clock waits until it is moved that far.
    pub async fn wait_until(&self, due: Timestamp) {
        let Some(manual) = &self.manual else {
            let wait = due.duration_since(self.now());
            tokio::time::sleep(Duration::try_from(wait).unwrap_or_default()).await;
            return;
        };
        let mut moved = manual.moved.subscribe();
        while self.now() < due {
            if moved.changed().await.is_err() {
                return;
            }
        }
    }
}

/// The machine's time, never going back: where the outbox and receipts live.
#[derive(Clone, Debug)]
pub(crate) struct WireClock {
    start: Timestamp,
    began: tokio::time::Instant,
}

impl WireClock {
    pub(crate) fn new() -> Self {
        Self { start: Clock::system().now(), began: tokio::time::Instant::now() }
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.start + jiff::SignedDuration::try_from(self.began.elapsed()).unwrap_or(jiff::SignedDuration::ZERO)
    }
}
