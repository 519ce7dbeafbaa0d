//! Purpose: what the decider is told, and what others see of it: people's actions, facts the engine found out by itself, how it
//! is, and how late timers are.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{PoisonError, RwLock};
use std::time::Duration;

pub(crate) use domain::Fact;
use domain::incident::LostWhy;
use domain::{ChatChannelId, ChatMessageId, IncidentId, Thing};
use tokio::sync::{mpsc, oneshot};

use crate::action::{ActError, Action, ActionOutcome};
use crate::chat::LineChange;
use crate::handle::{Engine, Shared};

/// Actions that may wait for the decider.
const QUEUE: usize = 1_024;

/// The decider as everybody else sees it.
pub(crate) struct Decisions {
    inputs: mpsc::Sender<ForDecider>,
    /// Held from a commit until what it decided is in the book: rows of the outbox are judged by nothing older than themselves.
    pub(crate) publishing: tokio::sync::RwLock<()>,
    idle: AtomicBool,
    trouble: RwLock<Option<String>>,
    /// Timers decided since the process began, and how late they were together, in milliseconds.
    timers: (AtomicU64, AtomicU64),
}

impl Decisions {
    /// The decider's side of it is what it is told.
    pub(crate) fn new() -> (Self, mpsc::Receiver<ForDecider>) {
        let (inputs, queue) = mpsc::channel(QUEUE);
        let decisions = Self {
            inputs,
            publishing: tokio::sync::RwLock::new(()),
            idle: AtomicBool::new(false),
            trouble: RwLock::new(None),
            timers: (AtomicU64::new(0), AtomicU64::new(0)),
        };
        (decisions, queue)
    }

    /// The decider rests, or goes on.
    pub(crate) fn rests(&self, idle: bool) {
        self.idle.store(idle, Ordering::SeqCst);
    }

    /// Whether it rests and nobody has anything to say.
    pub(crate) fn are_quiet(&self) -> bool {
        self.idle.load(Ordering::SeqCst) && self.inputs.capacity() == self.inputs.max_capacity()
    }

    /// What holds the decider up.
    pub(crate) fn trouble(&self) -> Option<String> {
        self.trouble.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Something holds the decider up, or nothing any more.
    pub(crate) fn set_trouble(&self, trouble: Option<String>) {
        *self.trouble.write().unwrap_or_else(PoisonError::into_inner) = trouble;
    }

    /// A timer is about to be decided, so late.
    pub(crate) fn timer_fires(&self, late: Duration) {
        self.timers.0.fetch_add(1, Ordering::Relaxed);
        self.timers.1.fetch_add(u64::try_from(late.as_millis()).unwrap_or(u64::MAX), Ordering::Relaxed);
    }

    /// Timers decided since the process began, and how late they were together.
    pub(crate) fn timers(&self) -> (u64, Duration) {
        (self.timers.0.load(Ordering::Relaxed), Duration::from_millis(self.timers.1.load(Ordering::Relaxed)))
    }
}

/// The channel and message by which something in Discord was known.
pub(crate) type Spot = (ChatChannelId, Option<ChatMessageId>);

/// What the decider is told.
pub(crate) enum ForDecider {
    Act(Box<Action>, oneshot::Sender<Result<ActionOutcome, ActError>>),
    Learned {
        incident: IncidentId,
        fact: Fact,
        /// Where the thing was that is gone.
        gone: Option<Spot>,
        told: oneshot::Sender<store::Result<()>>,
    },
    /// A message of a watched channel was deleted or changed.
    ChatChanged {
        message: ChatMessageId,
        change: LineChange,
        told: oneshot::Sender<store::Result<()>>,
    },
    /// The machine's clock was set by so much.
    ClockSet {
        by: jiff::SignedDuration,
        told: oneshot::Sender<store::Result<()>>,
    },
}

/// A fact was not taken in: whoever found it out must leave it to be found out again.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NotLearned {
    /// The database failed.
    #[error(transparent)]
    Database(#[from] store::StoreError),
    /// The engine stops, and the decider had no time for it.
    #[error("the engine stops; it is found out again at the next start")]
    Stopping,
}

impl NotLearned {
    /// The database's own error; none when the engine stops.
    pub(crate) const fn database(&self) -> Option<&store::StoreError> {
        match self {
            Self::Database(error) => Some(error),
            Self::Stopping => None,
        }
    }
}

impl Engine {
    /// Does what a person asks.
    ///
    /// # Errors
    /// [`ActError`]; then nothing was changed.
    pub async fn act(&self, action: Action) -> Result<ActionOutcome, ActError> {
        let (answer, answered) = oneshot::channel();
        let sent = self.shared.decisions.inputs.send(ForDecider::Act(Box::new(action), answer)).await;
        match sent {
            Ok(()) => match answered.await {
                Ok(result) => result,
                Err(_) => Err(self.failed("the decider stopped")),
            },
            Err(_) => Err(self.failed("the decider is not running")),
        }
    }
}

impl Shared {
    /// Hands a fact to the decider and waits until it is written.
    pub(crate) async fn learn(&self, incident: IncidentId, fact: Fact) -> Result<(), NotLearned> {
        self.learn_of(incident, fact, None).await
    }

    /// The same for a thing that is gone from where it was.
    pub(crate) async fn learn_gone(
        &self,
        incident: IncidentId,
        (thing, why): (Thing, LostWhy),
        was: Spot,
    ) -> Result<(), NotLearned> {
        self.learn_of(incident, Fact::ThingGone { thing, why }, Some(was)).await
    }

    /// Has the decider follow the machine's clock, which was set by so much.
    pub(crate) async fn take_over(&self, by: jiff::SignedDuration) -> Result<(), NotLearned> {
        let (told, answer) = oneshot::channel();
        let sent = self.decisions.inputs.send(ForDecider::ClockSet { by, told }).await;
        sent.map_err(|_| NotLearned::Stopping)?;
        Ok(answer.await.map_err(|_| NotLearned::Stopping)??)
    }

    /// Has the decider take in that a message of a watched channel was deleted or changed.
    pub(crate) async fn line_changed(&self, message: ChatMessageId, change: LineChange) -> Result<(), NotLearned> {
        let (told, answer) = oneshot::channel();
        let sent = self.decisions.inputs.send(ForDecider::ChatChanged { message, change, told }).await;
        sent.map_err(|_| NotLearned::Stopping)?;
        Ok(answer.await.map_err(|_| NotLearned::Stopping)??)
    }

    async fn learn_of(&self, incident: IncidentId, fact: Fact, gone: Option<Spot>) -> Result<(), NotLearned> {
        let (told, answer) = oneshot::channel();
        let sent = self.decisions.inputs.send(ForDecider::Learned { incident, fact, gone, told }).await;
        sent.map_err(|_| NotLearned::Stopping)?;
        Ok(answer.await.map_err(|_| NotLearned::Stopping)??)
    }
}
