//! Purpose: remembers what Discord answered: the shapes of all answers, and the last one that was a refusal.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::Value;

use super::shapes::Shapes;
use crate::rest::{Answered, Tap};

/// Longest message of Discord that is kept.
const MESSAGE: usize = 200;

/// A refusal as Discord told it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) code: Option<u64>,
    pub(super) message: String,
}

/// Remembers answers. Clones share it.
#[derive(Clone, Debug, Default)]
pub struct Recorder(Arc<Mutex<Memory>>);

#[derive(Debug, Default)]
struct Memory {
    shapes: Shapes,
    refused: Option<Answer>,
}

impl Recorder {
    /// What to give to the REST client.
    #[must_use]
    pub fn tap(&self) -> Tap {
        let own = self.clone();
        Tap::new(move |answered| own.hear(answered))
    }

    /// The shapes of all answers so far.
    #[must_use]
    pub fn shapes(&self) -> Shapes {
        self.memory().shapes.clone()
    }

    fn memory(&self) -> MutexGuard<'_, Memory> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn hear(&self, answered: Answered<'_>) {
        let mut memory = self.memory();
        memory.shapes.add(&answered.route.to_string(), answered.status, answered.headers, answered.body);
        if answered.status >= 400 {
            let json: Value = answered.body.and_then(|body| serde_json::from_slice(body).ok()).unwrap_or_default();
            let message = json["message"].as_str().unwrap_or("an answer that is not Discord's");
            memory.refused = Some(Answer {
                status: answered.status,
                code: json["code"].as_u64(),
                message: message.chars().take(MESSAGE).collect(),
            });
        }
    }

    /// Forgets the last refusal.
    pub(super) fn forget(&self) {
        self.memory().refused = None;
    }

    /// The last refusal since [`Recorder::forget`].
    pub(super) fn refused(&self) -> Option<Answer> {
        self.memory().refused.clone()
    }
}
