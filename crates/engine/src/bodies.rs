//! Purpose: what senders sent that became no alert, or that nobody could read, is counted, and the last of it kept, beside the way of
//! the alerts: no sender waits for it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use store::BodyKind;
use tokio::time::Instant;
use tracing::warn;

use crate::handle::{Engine, Shared};

/// Of one integration and kind one body is written in so long: a sender most of whose bodies are no alerts must not keep the database
/// busy. The rest is counted.
const APART: Duration = Duration::from_secs(1);

type Key = (String, BodyKind);

/// What was seen since the start.
#[derive(Debug, Default)]
pub(crate) struct Bodies(Mutex<BTreeMap<Key, Seen>>);

#[derive(Debug, Default)]
struct Seen {
    total: u64,
    /// Not written yet: how many, and the text of the last.
    waiting: u64,
    text: String,
    written: Option<Instant>,
    scheduled: bool,
}

impl Bodies {
    fn state(&self) -> MutexGuard<'_, BTreeMap<Key, Seen>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Engine {
    /// Parts of a body became no alert, or could not be read. `text` is what the last of them said.
    pub fn body_seen(&self, integration: &str, kind: BodyKind, count: u64, text: String) {
        let key = (integration.to_owned(), kind);
        let mut state = self.shared.bodies.state();
        let seen = state.entry(key.clone()).or_default();
        seen.total = seen.total.saturating_add(count);
        seen.waiting = seen.waiting.saturating_add(count);
        seen.text = text;
        if !seen.scheduled {
            seen.scheduled = true;
            let at = seen.written.map(|written| written + APART);
            self.shared.background.spawn(write(Arc::clone(&self.shared), key, at));
        }
    }

    /// How many there were since the start, by integration and kind.
    pub fn bodies_seen(&self) -> Vec<(String, BodyKind, u64)> {
        let state = self.shared.bodies.state();
        state.iter().map(|((integration, kind), seen)| (integration.clone(), *kind, seen.total)).collect()
    }
}

async fn write(shared: Arc<Shared>, key: Key, at: Option<Instant>) {
    if let Some(at) = at {
        tokio::time::sleep_until(at).await;
    }
    let (count, text) = {
        let mut state = shared.bodies.state();
        let seen = state.entry(key.clone()).or_default();
        seen.scheduled = false;
        seen.written = Some(Instant::now());
        (std::mem::take(&mut seen.waiting), std::mem::take(&mut seen.text))
    };
    let (integration, kind) = &key;
    if let Err(error) = shared.store.keep_body(integration, *kind, count, &text, shared.clock.now()).await {
        // It is told with what it means, once, by whoever looks after the database.
        if shared.database_failed(&error).is_none() {
            warn!(integration.name = integration, "A body of {integration} could not be kept for looking at: {error}");
        }
    }
}
