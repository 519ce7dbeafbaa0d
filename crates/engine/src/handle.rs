//! Purpose: the engine as everybody else holds it, and what its parts share. What it can be asked is in `reads`, what people do in
//! `decisions`, how reports come in in `accept`.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use domain::{ChatChannelId, ChatMessageId, Setup, Timestamp, World};
use store::Store;
use tokio::sync::watch;
use tokio_util::task::TaskTracker;
use tracing::error;

use crate::accept::JournalDoor;
use crate::action::ActError;
use crate::bodies::Bodies;
use crate::book::Book;
use crate::clock::{Clock, WireClock};
use crate::clock_watch::ClockNews;
use crate::database::DatabaseHealth;
use crate::decisions::Decisions;
use crate::deliveries::Deliveries;
use crate::drills::Drills;
use crate::episodes::QuietSenders;
use crate::flaps::FlapCounts;
use crate::guard::Unheld;
use crate::heartbeats::Heartbeats;
use crate::look_back::PastLookups;
use crate::outage::DiscordReach;
use crate::start::Patience;
use crate::storms::StormKeeper;

/// The engine. Cheap to clone.
#[derive(Clone)]
pub struct Engine {
    pub(crate) shared: Arc<Shared>,
}

/// What the engine's parts share: each owner knows one thing.
pub(crate) struct Shared {
    pub(crate) store: Store,
    /// What the decider holds in memory.
    pub(crate) book: Book,
    /// The configuration, and what people changed at run time.
    pub(crate) world: RwLock<World>,
    pub(crate) clock: Clock,
    pub(crate) wire: WireClock,
    pub(crate) door: JournalDoor,
    pub(crate) decisions: Decisions,
    pub(crate) deliveries: Deliveries,
    pub(crate) heartbeats: Heartbeats,
    /// Bodies that became no alert, or that nobody could read.
    pub(crate) bodies: Bodies,
    /// When alerts that nobody tells of were looked for.
    pub(crate) quiet_senders: QuietSenders,
    pub(crate) storms: StormKeeper,
    pub(crate) drills: Drills,
    pub(crate) past: PastLookups,
    pub(crate) database: DatabaseHealth,
    /// What is known of the machine's clock.
    pub(crate) clock_news: RwLock<ClockNews>,
    pub(crate) discord: DiscordReach,
    /// How long effects are tried, and how long senders wait.
    pub(crate) patience: Patience,
    /// Counts turns of the decider and of the outbox; whoever waits for quiet watches it.
    pub(crate) turns: watch::Sender<u64>,
    /// Counts changes of who is which account in Discord.
    pub(crate) pinned: AtomicU64,
    /// Counts errors that people were told of.
    pub(crate) errors: AtomicU64,
    /// How often the guard found nobody responsible.
    pub(crate) unheld: Unheld,
    /// What went on and off since the start.
    pub(crate) flaps: FlapCounts,
    /// What is written down beside everything else; a stop waits for it.
    pub(crate) background: TaskTracker,
}

impl Engine {
    /// The configuration.
    pub fn setup(&self) -> Arc<Setup> {
        self.shared.setup()
    }

    /// The configuration, and what people changed at run time: who is on call, who can be reached.
    pub fn world(&self) -> World {
        self.shared.world()
    }

    /// Replaces the configuration; what is decided from now on follows the new one. What people changed stays.
    pub fn swap_setup(&self, setup: Setup) {
        let mut world = self.shared.world.write().unwrap_or_else(PoisonError::into_inner);
        *world = world.with_setup(setup);
        drop(world);
        // What it changes about who is on call is decided now, and not when something else happens.
        self.shared.door.bell.notify_one();
        self.shared.heartbeats.ring();
        // The decider looks at once what it changes about who is on call.
        self.shared.door.bell.notify_one();
    }

    /// The domain clock.
    pub fn clock(&self) -> &Clock {
        &self.shared.clock
    }

    /// Now, by the domain clock.
    pub fn now(&self) -> Timestamp {
        self.shared.clock.now()
    }

    /// Remembers the last message handled in a watched channel.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn set_high_water(&self, channel: ChatChannelId, message: ChatMessageId) -> Result<(), ActError> {
        self.shared.store.set_high_water(channel, message).await.map_err(|error| self.failed(&error))
    }

    /// The outbox may go on: the other side became reachable.
    pub fn wake_outbox(&self) {
        self.shared.deliveries.ring();
    }

    pub(crate) fn failed(&self, error: &(impl std::fmt::Display + ?Sized)) -> ActError {
        self.shared.failed(error)
    }
}

impl Shared {
    /// Replaces what people changed at run time; answers what it was. The configuration stays.
    pub(crate) fn take_changes(&self, of: &World) -> World {
        let mut world = self.world.write().unwrap_or_else(PoisonError::into_inner);
        let changed = world.with_changes_of(of);
        std::mem::replace(&mut *world, changed)
    }

    /// Logs an error under an id that a person can quote.
    pub(crate) fn failed(&self, error: &(impl std::fmt::Display + ?Sized)) -> ActError {
        let error_id = self.error_id();
        error!(error.id = error_id, "Failed as {error_id}: {error}");
        ActError::Failed { error_id }
    }

    pub(crate) fn error_id(&self) -> String {
        let count = self.errors.fetch_add(1, Ordering::Relaxed);
        let seed = u64::try_from(self.wire.now().as_millisecond()).unwrap_or(0).wrapping_mul(31).wrapping_add(count);
        format!("e-{}", base36(seed % 1_679_616))
    }

    pub(crate) fn setup(&self) -> Arc<Setup> {
        self.world().shared_setup()
    }

    pub(crate) fn world(&self) -> World {
        self.world.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn turn(&self) {
        self.turns.send_modify(|count| *count += 1);
    }
}

/// A number in letters and digits, for short ids.
pub(crate) fn base36(mut number: u64) -> String {
    const DIGITS: &[u8; 36] = b"0123456789abcdefghijklmnopqrstuvwxyz";
    let mut text = Vec::new();
    loop {
        text.push(DIGITS[usize::try_from(number % 36).unwrap_or(0)]);
        number /= 36;
        if number == 0 {
            break;
        }
    }
    text.reverse();
    String::from_utf8(text).unwrap_or_default()
}
