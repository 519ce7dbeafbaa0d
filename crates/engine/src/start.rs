//! Purpose: start and stop the engine.

use std::sync::atomic::AtomicU64;
use std::sync::{Arc, RwLock};
use std::time::Duration;

use domain::{Setup, World};
use store::{Store, StoreError};
use tokio::sync::watch;
use tokio_util::task::TaskTracker;
use tracing::warn;

use crate::accept::{JournalDoor, accept_all};
use crate::bodies::Bodies;
use crate::book::Book;
use crate::clock::{Clock, WireClock};
use crate::clock_watch::{self, ClockNews};
use crate::database::DatabaseHealth;
use crate::decider::Decider;
use crate::decisions::Decisions;
use crate::deliver::Deliver;
use crate::deliveries::Deliveries;
use crate::drills::{self, Drills};
use crate::episodes::{self, QuietSenders};
use crate::flaps::FlapCounts;
use crate::handle::{Engine, Shared};
use crate::heartbeats::{self, Heartbeats};
use crate::look_back::{PastLookups, look_back, unfinished};
use crate::outage::DiscordReach;
use crate::outbox::Outbox;
use crate::stop::{Phases, Running};
use crate::storms::StormKeeper;
use crate::{crowd, database, dead_letters, mend, outage, stuck};

/// How long things are waited for before somebody is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Patience {
    /// How long a sender waits for the commit of its alerts.
    pub accept: Duration,
    /// Attempts without a usable answer after which an effect is given up, if also `give_up_after` has passed.
    pub tries: u32,
    /// How long an effect is tried at least before it is given up.
    pub give_up_after: Duration,
    /// How long a page may be on its way to Discord before other ways are taken.
    pub page_stuck: Duration,
    /// Within this time a few dead letters are told one by one; the rest become one line.
    pub tell_within: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            // Alertmanager gives up after ten seconds.
            accept: Duration::from_secs(8),
            tries: 10,
            give_up_after: Duration::from_secs(900),
            page_stuck: Duration::from_secs(30),
            tell_within: Duration::from_secs(60),
        }
    }
}

/// How the engine runs.
#[derive(Clone, Debug)]
pub struct Options {
    /// The domain clock.
    pub clock: Clock,
    /// Six letters that tell this installation's messages from another's; kept in the database by the first start.
    pub installation: String,
    /// Shortest time between two edits of the same card.
    pub edit_pause: Duration,
    /// How long things are waited for.
    pub patience: Patience,
}

/// The engine cannot start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The database cannot be read.
    #[error("cannot read the database: {0}")]
    Store(#[from] StoreError),
}

/// Starts the engine on a database: reads what is open, then decides and delivers until stopped.
///
/// # Errors
/// [`StartError`] when the database cannot be read.
pub async fn start<D: Deliver>(
    store: Store,
    setup: Setup,
    mut options: Options,
    deliver: impl FnOnce(Engine, String) -> Arc<D>,
) -> Result<(Engine, Running), StartError> {
    options.clock = options.clock.steady();
    let installation = store.meta_or_set("installation", &options.installation).await?;
    let resume = store.resume().await?;
    let (down_before, last_outage) = (outage::down_before(&store).await?, outage::last_before(&store).await?);
    let rooms: Vec<_> =
        store.rooms().await?.into_iter().filter_map(|room| Some((room.channel, room.subject.incident()?))).collect();
    // What they count from is looked at when it is known whether the clock was set meanwhile.
    let heartbeats = Heartbeats::resume(Vec::new(), options.clock.now());
    let within = jiff::SignedDuration::try_from(setup.storm.within).unwrap_or(jiff::SignedDuration::ZERO);
    let storms = StormKeeper::resume(store.storms(options.clock.now() - within).await?, &setup, options.edit_pause);
    let (door, accept_requests) = JournalDoor::new();
    let (decisions, input_queue) = Decisions::new();
    let (past, past_wanted) = PastLookups::new();
    let shared = Arc::new(Shared {
        store: store.clone(),
        book: Book::resume(resume, rooms),
        world: RwLock::new(World::new(setup)),
        clock: options.clock,
        wire: WireClock,
        door,
        decisions,
        deliveries: Deliveries::default(),
        heartbeats,
        bodies: Bodies::default(),
        quiet_senders: QuietSenders::default(),
        storms,
        drills: Drills::default(),
        past,
        database: DatabaseHealth::default(),
        clock_news: RwLock::new(ClockNews::default()),
        discord: DiscordReach::new(down_before, last_outage),
        patience: options.patience,
        turns: watch::Sender::new(0),
        pinned: AtomicU64::new(0),
        errors: AtomicU64::new(0),
        unheld: AtomicU64::new(0),
        flaps: FlapCounts::default(),
        background: TaskTracker::new(),
    });
    shared.stored_nouns().await?;
    mend::at_start(&shared).await?;
    let now = shared.clock.now();
    shared.heartbeats.begin(store.resume_heartbeats(now).await?, now).await;
    let engine = Engine { shared: Arc::clone(&shared) };
    let phases = Phases::default();
    let deliver = deliver(engine.clone(), installation.clone());
    let acceptor = {
        let (shared, end) = (Arc::clone(&shared), phases.end.clone());
        tokio::spawn(async move {
            tokio::select! {
                () = accept_all(shared, accept_requests) => {}
                () = end.cancelled() => {}
            }
        })
    };
    let closing = phases.closing.clone();
    let historian = {
        let (shared, closing) = (Arc::clone(&shared), closing.clone());
        tokio::spawn(async move {
            tokio::select! {
                () = look_back(shared, past_wanted) => {}
                () = closing.cancelled() => {}
            }
        })
    };
    shared.look_back(unfinished(&shared));
    let decider = tokio::spawn(Decider::new(Arc::clone(&shared), input_queue, phases.clone()).run());
    if down_before.is_some() {
        // The process before may have ended between knowing it and telling all incidents of it.
        let own = Arc::clone(&shared);
        shared.background.spawn(async move {
            if let Err(error) = own.pages_take_other_ways().await {
                warn!("Pages could not take other ways yet: {error}");
            }
        });
    }
    let heartbeats = tokio::spawn(heartbeats::watch(Arc::clone(&shared), closing.clone()));
    let quiet = tokio::spawn(episodes::watch(engine.clone(), closing.clone()));
    let drills = tokio::spawn(drills::play(engine.clone(), closing.clone()));
    let database = tokio::spawn(database::watch(Arc::clone(&shared), closing.clone()));
    let clock = tokio::spawn(clock_watch::watch(Arc::clone(&shared), closing.clone()));
    let stuck = tokio::spawn(stuck::watch(Arc::clone(&shared), closing.clone()));
    let crowd = tokio::spawn(crowd::watch(Arc::clone(&shared), closing.clone()));
    let teller = tokio::spawn(dead_letters::flush_suppressed(Arc::clone(&shared), closing));
    let watches = vec![
        ("look at the past", historian),
        ("heartbeats", heartbeats),
        ("look for silent alerts", quiet),
        ("drills", drills),
        ("look at the database", database),
        ("look at the clock", clock),
        ("look at stuck pages", stuck),
        ("look at cards that wait", crowd),
        ("summary of dead letters", teller),
    ];
    let outbox = Outbox::new(Arc::clone(&shared), deliver, installation, options.edit_pause, phases.clone());
    let outbox = tokio::spawn(outbox.run());
    Ok((engine, Running { watches, outbox, acceptor, decider, phases, shared }))
}
