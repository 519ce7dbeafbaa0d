//! Purpose: the engine as everybody else sees it: accept, act, read.

use std::collections::{BTreeSet, HashMap};
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;

pub(crate) use domain::Fact;
use domain::incident::{EventAt, LostWhy, Thing};
use domain::{
    AlertReport, ChatChannelId, ChatMessageId, ChatUserId, Effect, Incident, IncidentId, Lane, Setup, Subject,
    Timestamp, World,
};
use store::{ListFilter, Store};
use tokio::sync::{Notify, mpsc, oneshot, watch};
use tokio_util::task::TaskTracker;
use tracing::error;

use crate::action::{ActError, Action, ActionOutcome};
use crate::book::Book;
use crate::clock::Clock;
use crate::database::DatabaseTrouble;
use crate::drills::Drills;
use crate::heartbeats::Heartbeats;
use crate::objects::{ObjectKind, ObjectRef, Objects};
use crate::pace::Accepts;
use crate::settle::Told;
use crate::start::Patience;
use crate::storms::StormKeeper;

pub use store::IncidentLine;

/// Requests that may wait for the group commit before senders are told to come back.
pub(crate) const ACCEPT_QUEUE: usize = 4_096;
/// Actions that may wait for the decider.
pub(crate) const ACTION_QUEUE: usize = 1_024;
/// What a sender is told when the database cannot take more.
pub(crate) const COME_BACK: Duration = Duration::from_secs(5);

/// The engine. Cheap to clone.
#[derive(Clone)]
pub struct Engine {
    pub(crate) shared: Arc<Shared>,
}

pub(crate) struct Shared {
    pub(crate) store: Store,
    pub(crate) book: Book,
    /// Held from a commit until what it decided is in the book: rows of the outbox are judged by nothing older than themselves.
    pub(crate) publishing: tokio::sync::RwLock<()>,
    /// The configuration, and what people changed at run time.
    pub(crate) world: RwLock<World>,
    pub(crate) clock: Clock,
    pub(crate) wire: WireClock,
    pub(crate) accepts: mpsc::Sender<AcceptRequest>,
    pub(crate) inputs: mpsc::Sender<ForDecider>,
    pub(crate) accepted: Accepts,
    /// Rung when journal rows were committed.
    pub(crate) journal_bell: Notify,
    /// Rung when effects were committed, or something they wait for came into being.
    pub(crate) outbox_bell: Notify,
    pub(crate) heartbeats: Heartbeats,
    pub(crate) storms: StormKeeper,
    pub(crate) drills: Drills,
    pub(crate) decider_idle: AtomicBool,
    pub(crate) in_flight: AtomicUsize,
    /// Counts turns of the decider and of the outbox; whoever waits for quiet watches it.
    pub(crate) turns: watch::Sender<u64>,
    pub(crate) decider_trouble: RwLock<Option<String>>,
    /// What is wrong with the database.
    pub(crate) database: RwLock<Option<DatabaseTrouble>>,
    /// Rung when it should be looked at now.
    pub(crate) database_bell: Notify,
    /// How long effects are tried, and how long senders wait.
    pub(crate) patience: Patience,
    /// Attempts at each row since the process began.
    pub(crate) tries: Mutex<HashMap<i64, u32>>,
    /// Timers decided since the process began, and how late they were together, in milliseconds.
    pub(crate) timers: (AtomicU64, AtomicU64),
    /// Dead letters that operators were told of lately.
    pub(crate) told: Mutex<Told>,
    /// Cards we are about to delete ourselves: their end is no news.
    pub(crate) replacing: Mutex<BTreeSet<ChatMessageId>>,
    /// Permissions change just now; a look at what they make possible follows.
    pub(crate) permissions_changing: AtomicBool,
    pub(crate) errors: AtomicU64,
    /// Incidents whose channel Discord refused: nobody waits for it. Forgotten by a restart, which only waits again.
    pub(crate) without_channel: Mutex<BTreeSet<IncidentId>>,
    /// Since when Discord cannot be reached, by the domain clock.
    pub(crate) discord_down: RwLock<Option<Timestamp>>,
    /// Incidents that opened and whose past is still to be looked up.
    pub(crate) opened: mpsc::UnboundedSender<IncidentId>,
    /// How many of them there are.
    pub(crate) looking_back: AtomicUsize,
    /// What is written down beside everything else; a stop waits for it.
    pub(crate) background: TaskTracker,
}

pub(crate) struct AcceptRequest {
    pub(crate) entries: Vec<store::Entry>,
    /// How many they are.
    pub(crate) count: usize,
    pub(crate) answer: oneshot::Sender<Result<Accepted, Unavailable>>,
}

/// The channel and message by which something in Discord was known.
pub(crate) type Spot = (ChatChannelId, Option<ChatMessageId>);

pub(crate) enum ForDecider {
    Act(Box<Action>, oneshot::Sender<Result<ActionOutcome, ActError>>),
    Learned {
        incident: IncidentId,
        fact: Fact,
        /// Where the thing was that is gone.
        gone: Option<Spot>,
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

/// Reports that are in the journal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Accepted {
    /// Number of the first.
    pub first: i64,
    /// How many.
    pub count: usize,
}

/// Nothing was accepted; the sender should try again.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not accepted: {reason}")]
pub struct Unavailable {
    /// When to come back.
    pub retry_after: Duration,
    /// Why, without details of the inside.
    pub reason: String,
}

/// Which incidents a list shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IncidentFilter {
    /// Not over.
    Open,
    /// All, newest first.
    Recent,
    /// Not over, and held, commanded or followed by this user, or paged to them.
    Mine(ChatUserId),
}

/// One part of the health.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// Its name.
    pub name: &'static str,
    /// Whether it works.
    pub ok: bool,
    /// A sentence.
    pub sentence: String,
}

/// Whether the engine works.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Health {
    /// Its parts.
    pub parts: Vec<Part>,
}

/// Counts since the database was made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// Reports accepted.
    pub accepted: i64,
    /// Of them not decided yet.
    pub undecided: i64,
    /// Incidents.
    pub incidents: i64,
    /// Alerts that fire.
    pub firing: i64,
    /// Messages of pages that were delivered.
    pub page_messages: i64,
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
        self.shared.heartbeats.ring();
    }

    /// The domain clock.
    pub fn clock(&self) -> &Clock {
        &self.shared.clock
    }

    /// Now, by the domain clock.
    pub fn now(&self) -> Timestamp {
        self.shared.clock.now()
    }

    /// Puts reports into the journal; when it answers, they are on the disk.
    ///
    /// # Errors
    /// [`Unavailable`] when the database cannot take them; then none was accepted.
    pub async fn accept(&self, reports: Vec<AlertReport>) -> Result<Accepted, Unavailable> {
        if reports.is_empty() {
            return Ok(Accepted { first: 0, count: 0 });
        }
        // Here and not by the one writer: many do this at once.
        let entries: store::Result<Vec<_>> = reports.iter().map(store::Entry::of).collect();
        let entries = entries.map_err(|error| {
            tracing::error!("{} reports cannot be written down: {error}", reports.len());
            self.shared.unavailable(None)
        })?;
        let (answer, answered) = oneshot::channel();
        let busy = || Unavailable { retry_after: COME_BACK, reason: "too much is waiting".to_owned() };
        self.shared.accepts.try_send(AcceptRequest { count: entries.len(), entries, answer }).map_err(|_| busy())?;
        match tokio::time::timeout(self.shared.patience.accept, answered).await {
            Ok(answered) => answered.unwrap_or_else(|_| Err(busy())),
            // They may still be written; nothing is promised, and what is sent twice is the same alert.
            Err(_) => {
                // Whoever waited before may have found out meanwhile what is wrong; then it is not slowness.
                let fault = self.shared.database_trouble().map_or(store::Fault::Slow, |trouble| trouble.fault);
                if fault == store::Fault::Slow {
                    self.shared.database_fault(fault);
                    self.shared.database_bell.notify_one();
                }
                Err(self.shared.unavailable(Some(fault)))
            }
        }
    }

    /// Does what a person asks.
    ///
    /// # Errors
    /// [`ActError`]; then nothing was changed.
    pub async fn act(&self, action: Action) -> Result<ActionOutcome, ActError> {
        let (answer, answered) = oneshot::channel();
        let sent = self.shared.inputs.send(ForDecider::Act(Box::new(action), answer)).await;
        match sent {
            Ok(()) => match answered.await {
                Ok(result) => result,
                Err(_) => Err(self.failed("the decider stopped")),
            },
            Err(_) => Err(self.failed("the decider is not running")),
        }
    }

    /// The incident whose thread or channel this is.
    pub fn place(&self, channel: ChatChannelId) -> Option<IncidentId> {
        self.shared.book.place(channel)
    }

    /// Incidents that are not over.
    pub fn open_incidents(&self) -> Vec<Arc<Incident>> {
        self.shared.book.open()
    }

    /// An incident, open or over.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn incident(&self, id: IncidentId) -> Result<Option<Arc<Incident>>, ActError> {
        self.shared.incident(id).await.map_err(|error| self.failed(&error))
    }

    /// Incidents that have all words of a query. A number also finds the incident that has it, whatever the filter: it stands
    /// first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn list(
        &self,
        filter: IncidentFilter,
        query: Option<&str>,
        limit: u32,
    ) -> Result<Vec<IncidentLine>, ActError> {
        let numbered = match query.and_then(domain::ids::number_alone) {
            Some(id) => self.incident(id).await?,
            None => None,
        };
        let mut lines = self.list_of(filter, query, limit).await?;
        if let Some(incident) = numbered {
            lines.retain(|line| line.id != incident.id);
            lines.insert(0, line_of(&incident));
            lines.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        }
        Ok(lines)
    }

    async fn list_of(
        &self,
        filter: IncidentFilter,
        query: Option<&str>,
        limit: u32,
    ) -> Result<Vec<IncidentLine>, ActError> {
        let stored = match filter {
            IncidentFilter::Recent => ListFilter::Recent,
            IncidentFilter::Open | IncidentFilter::Mine(_) => ListFilter::Open,
        };
        let mut lines = self
            .shared
            .store
            .list(stored, query.unwrap_or("").trim(), limit)
            .await
            .map_err(|error| self.failed(&error))?;
        if let IncidentFilter::Mine(user) = filter {
            lines.retain(|line| self.shared.book.incident(line.id).is_some_and(|incident| concerns(&incident, user)));
        }
        Ok(lines)
    }

    /// What happened in an incident, in order.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn timeline(&self, id: IncidentId) -> Result<Vec<EventAt>, ActError> {
        self.shared.store.timeline(id).await.map_err(|error| self.failed(&error))
    }

    /// What Discord gave us for an incident.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn objects(&self, id: IncidentId) -> Result<Objects, ActError> {
        self.shared.objects(&id.into()).await.map_err(|error| self.failed(&error))
    }

    /// The last message handled in a watched channel.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn high_water(&self, channel: ChatChannelId) -> Result<Option<ChatMessageId>, ActError> {
        self.shared.store.high_water(channel).await.map_err(|error| self.failed(&error))
    }

    /// Remembers the last message handled in a watched channel.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn set_high_water(&self, channel: ChatChannelId, message: ChatMessageId) -> Result<(), ActError> {
        self.shared.store.set_high_water(channel, message).await.map_err(|error| self.failed(&error))
    }

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

    /// The outbox may go on: the other side became reachable.
    pub fn wake_outbox(&self) {
        self.shared.outbox_bell.notify_one();
    }

    /// Whether the engine works.
    pub async fn health(&self) -> Health {
        let trouble = self.database_trouble().map(|trouble| Part {
            name: "database",
            ok: false,
            sentence: format!(
                "{} (since {})",
                self.shared.database_sentence(trouble.fault),
                trouble.since.strftime("%Y-%m-%d %H:%M UTC")
            ),
        });
        let database = match self.shared.store.outbox_counts().await {
            Ok(counts) => {
                let dead = Part {
                    name: "outbox",
                    ok: counts.dead == 0,
                    sentence: format!("{} waiting, {} dead letters", counts.waiting, counts.dead),
                };
                let works = Part { name: "database", ok: true, sentence: "reachable".to_owned() };
                vec![trouble.unwrap_or(works), dead]
            }
            Err(error) => {
                let sentence =
                    error.fault().map_or_else(|| error.to_string(), |fault| self.shared.database_sentence(fault));
                vec![trouble.unwrap_or(Part { name: "database", ok: false, sentence })]
            }
        };
        let trouble = self.shared.decider_trouble.read().unwrap_or_else(PoisonError::into_inner).clone();
        let decider =
            Part { name: "decider", ok: trouble.is_none(), sentence: trouble.unwrap_or_else(|| "running".to_owned()) };
        let down = self.discord_down_since();
        let discord = Part {
            name: "discord",
            ok: down.is_none(),
            sentence: down.map_or_else(
                || "can be reached".to_owned(),
                |since| format!("cannot be reached since {}", since.strftime("%Y-%m-%d %H:%M UTC")),
            ),
        };
        Health { parts: database.into_iter().chain([decider, discord]).collect() }
    }

    /// Counts since the database was made.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn totals(&self) -> Result<Totals, ActError> {
        let (accepted, undecided, incidents, firing, page_messages) =
            self.shared.store.totals().await.map_err(|error| self.failed(&error))?;
        Ok(Totals { accepted, undecided, incidents, firing, page_messages })
    }

    /// Waits until everything accepted is decided and everything decided is outside. Timers that are not due do not count.
    pub async fn settled(&self) {
        let mut turns = self.shared.turns.subscribe();
        loop {
            turns.mark_unchanged();
            if self.is_quiet().await {
                return;
            }
            if turns.changed().await.is_err() {
                return;
            }
        }
    }

    async fn is_quiet(&self) -> bool {
        let shared = &self.shared;
        let due = shared.store.next_timer().await.ok().flatten().is_some_and(|due| due <= shared.clock.now());
        !due && shared.heartbeats.is_quiet(&self.setup(), shared.clock.now())
            && shared.drills.is_quiet(shared.clock.now())
            && shared.decider_idle.load(Ordering::SeqCst)
            && shared.in_flight.load(Ordering::SeqCst) == 0
            && shared.looking_back.load(Ordering::SeqCst) == 0
            && shared.store.totals().await.is_ok_and(|(_, undecided, ..)| undecided == 0)
            && shared.store.outbox_counts().await.is_ok_and(|counts| counts.waiting == 0)
            && shared.inputs.capacity() == shared.inputs.max_capacity()
    }

    pub(crate) fn failed(&self, error: &(impl std::fmt::Display + ?Sized)) -> ActError {
        self.shared.failed(error)
    }
}

impl Shared {
    /// Logs an error under an id that a person can quote.
    pub(crate) fn failed(&self, error: &(impl std::fmt::Display + ?Sized)) -> ActError {
        let error_id = self.error_id();
        error!(error.id = error_id, "Failed as {error_id}: {error}");
        ActError::Failed { error_id }
    }

    /// What a sender is told when nothing was accepted.
    pub(crate) fn unavailable(&self, fault: Option<store::Fault>) -> Unavailable {
        let reason = fault.map(|fault| words::database_refusal(crate::database::fault_in_words(fault)));
        let reason = reason.unwrap_or_else(|| "the database cannot take it now".to_owned());
        Unavailable { retry_after: COME_BACK, reason }
    }

    pub(crate) fn error_id(&self) -> String {
        let count = self.errors.fetch_add(1, Ordering::Relaxed);
        let seed = u64::try_from(self.wire.now().as_millisecond()).unwrap_or(0).wrapping_mul(31).wrapping_add(count);
        format!("e-{}", base36(seed % 1_679_616))
    }

    pub(crate) async fn incident(&self, id: IncidentId) -> store::Result<Option<Arc<Incident>>> {
        if let Some(incident) = self.book.incident(id) {
            return Ok(Some(incident));
        }
        let events = self.store.timeline(id).await?;
        let incident = Incident::replay(id, events).map(Arc::new);
        Ok(incident)
    }

    pub(crate) async fn objects(&self, subject: &Subject) -> store::Result<Objects> {
        let rows = self.store.objects(subject).await?;
        Ok(rows
            .into_iter()
            .filter_map(|row| {
                let kind = ObjectKind::parse(&row.name)?;
                let (channel, message, digest, touched_at) = (row.channel, row.message, row.digest, row.touched_at);
                Some((kind, ObjectRef { channel, message, digest, touched_at }))
            })
            .collect())
    }

    pub(crate) fn setup(&self) -> Arc<Setup> {
        self.world().shared_setup()
    }

    pub(crate) fn world(&self) -> World {
        self.world.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) async fn tell_operators(&self, text: String) {
        let wire = self.wire.now();
        let key = format!("operators:{}:{}", wire.as_millisecond(), self.errors.fetch_add(1, Ordering::Relaxed));
        self.tell_operators_once(&key, text).await;
    }

    /// Tells it once for each key, however often it is said.
    pub(crate) async fn tell_operators_once(&self, key: &str, text: String) {
        let wire = self.wire.now();
        let effect = Effect::Operators { text, everybody: false };
        if let Err(error) = self.store.outbox_put(key, &effect, Lane::Update, wire).await {
            error!("A notice for the operators could not be kept: {error}");
        }
        self.outbox_bell.notify_one();
    }

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

    async fn learn_of(&self, incident: IncidentId, fact: Fact, gone: Option<Spot>) -> Result<(), NotLearned> {
        let (told, answer) = oneshot::channel();
        let sent = self.inputs.send(ForDecider::Learned { incident, fact, gone, told }).await;
        sent.map_err(|_| NotLearned::Stopping)?;
        Ok(answer.await.map_err(|_| NotLearned::Stopping)??)
    }

    pub(crate) fn discord_is_down(&self) -> bool {
        self.discord_down.read().unwrap_or_else(PoisonError::into_inner).is_some()
    }

    pub(crate) fn goes_without_channel(&self, id: IncidentId) {
        self.without_channel.lock().unwrap_or_else(PoisonError::into_inner).insert(id);
    }

    pub(crate) fn is_without_channel(&self, id: IncidentId) -> bool {
        self.without_channel.lock().unwrap_or_else(PoisonError::into_inner).contains(&id)
    }

    pub(crate) fn turn(&self) {
        self.turns.send_modify(|count| *count += 1);
    }
}

fn line_of(incident: &Incident) -> IncidentLine {
    IncidentLine {
        id: incident.id,
        title: incident.title.clone(),
        severity: incident.severity,
        status: incident.status.as_str().to_owned(),
        service: incident.service.clone(),
        opened_at: incident.opened_at,
    }
}

fn concerns(incident: &Incident, user: ChatUserId) -> bool {
    let is = |actor: &domain::Actor| actor.user == user;
    incident.acknowledged.as_ref().is_some_and(|(holder, _)| is(holder))
        || incident.commander.as_ref().is_some_and(is)
        || incident.followers.contains(&user)
        || matches!(&incident.opener, domain::Opener::Person { by } if is(by))
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
