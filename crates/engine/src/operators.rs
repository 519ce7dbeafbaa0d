//! Purpose: lines for the bot's operators, through the outbox like everything else.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use domain::{Effect, PlannedEffect};
use tracing::error;

use crate::handle::{Engine, Shared};

impl Engine {
    /// Posts a line for the bot's operators, through the outbox.
    pub fn tell_operators(&self, text: String) {
        let shared = Arc::clone(&self.shared);
        self.shared.background.spawn(async move { shared.tell_operators(text).await });
    }

    /// The same, once for each key, however often it is said.
    pub fn tell_operators_once(&self, key: String, text: String) {
        let shared = Arc::clone(&self.shared);
        tokio::spawn(async move { shared.tell_operators_once(&key, text).await });
    }
}

impl Shared {
    /// Tells it, each time anew.
    pub(crate) async fn tell_operators(&self, text: String) {
        let wire = self.wire.now();
        let key = format!("operators:{}:{}", wire.as_millisecond(), self.errors.fetch_add(1, Ordering::Relaxed));
        self.tell_operators_once(&key, text).await;
    }

    /// Tells it once for each key, however often it is said.
    pub(crate) async fn tell_operators_once(&self, key: &str, text: String) {
        let wire = self.wire.now();
        let effect = Effect::Operators { text, everybody: false };
        let notice = PlannedEffect::once(key.to_owned(), effect);
        if let Err(error) = self.store.outbox_put(&notice, wire).await {
            error!("A notice for the operators could not be kept: {error}");
        }
        self.deliveries.ring();
    }
}
