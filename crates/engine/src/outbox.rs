//! Purpose: bring effects outside, each once: by lane and age, several at a time, one after another within an order.

use std::collections::{BTreeSet, HashSet};
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::sync::atomic::Ordering;
use std::sync::{Arc, PoisonError};
use std::time::{Duration, Instant};

use domain::setup::RoomKind;
use domain::{ChatChannelId, Effect, Incident, Lane, PageVia, Place, Subject, Timestamp};
use futures_util::FutureExt as _;
use store::{Finish, OutboxRow, OutboxState, Waiting};
use tokio::task::JoinSet;
use tracing::{debug, error, info};

use crate::deliver::{Deliver, Gate, Job, Outcome};
use crate::handle::{Shared, base36};
use crate::objects::{ObjectKind, Objects};
use crate::poison::{Failed, guarded, said};
use crate::settle::{dead_key, settle};
use crate::stop::Phases;

/// Effects on their way at once, pages not counted.
const AT_ONCE: usize = 12;
/// Pages on their way at once, besides the others.
const PAGES_AT_ONCE: usize = 16;
/// Rows read at once.
const LOOK_AT: usize = 256;
/// Rows looked at in one turn: many may wait for something that does not exist yet, and those behind them need not.
const LOOK_AT_MOST: usize = 4_096;
/// How long a page waits for its room before it goes to the incidents channel.
pub(crate) const PAGE_PATIENCE: jiff::SignedDuration = jiff::SignedDuration::from_secs(5);
/// How long other posts wait for a room of their own before they take the next best.
pub(crate) const POST_PATIENCE: jiff::SignedDuration = jiff::SignedDuration::from_secs(15);
/// The worker looks at the database at least this often.
const POLL: Duration = Duration::from_secs(2);
/// Rows that wait for something to exist are looked at again after this.
const NEED_POLL: Duration = Duration::from_millis(200);
/// Wait after a failure of the database, or while the other side is not there.
const TROUBLE_WAIT: Duration = Duration::from_millis(250);

pub(crate) struct Outbox<D> {
    shared: Arc<Shared>,
    deliver: Arc<D>,
    installation: String,
    /// Shortest time between two edits of the same card.
    edit_pause: Duration,
    tasks: JoinSet<i64>,
    busy: HashSet<i64>,
    busy_pages: BTreeSet<i64>,
    phases: Phases,
}

impl<D: Deliver> Outbox<D> {
    pub(crate) fn new(
        shared: Arc<Shared>,
        deliver: Arc<D>,
        installation: String,
        edit_pause: Duration,
        phases: Phases,
    ) -> Self {
        Self {
            shared,
            deliver,
            installation,
            edit_pause,
            tasks: JoinSet::new(),
            busy: HashSet::new(),
            busy_pages: BTreeSet::new(),
            phases,
        }
    }

    /// Runs until the engine closes; deliveries on their way are then awaited, until they are to be left. Answers how many
    /// were left.
    pub(crate) async fn run(mut self) -> usize {
        let Phases { closing, leave, .. } = self.phases.clone();
        while !closing.is_cancelled() {
            let pause = match self.turn().await {
                Ok(pause) => pause,
                Err(error) => {
                    match self.shared.database_failed(&error) {
                        // That is said once, by whoever looks after the database.
                        Some(_) => debug!("The outbox waits for the database: {error}"),
                        None => error!("The outbox is held up: {error}"),
                    }
                    TROUBLE_WAIT
                }
            };
            self.shared.in_flight.store(self.busy.len(), Ordering::SeqCst);
            self.shared.turn();
            let shared = Arc::clone(&self.shared);
            tokio::select! {
                () = shared.outbox_bell.notified() => {}
                Some(done) = self.tasks.join_next(), if !self.tasks.is_empty() => self.finished(done),
                () = tokio::time::sleep(pause) => {}
                () = closing.cancelled() => {}
            }
            while let Some(done) = self.tasks.try_join_next() {
                self.finished(done);
            }
        }
        let mut left = 0;
        loop {
            tokio::select! {
                biased;
                done = self.tasks.join_next() => match done {
                    Some(done) => self.finished(done),
                    None => return left,
                },
                () = leave.cancelled(), if left == 0 => left = self.tasks.len(),
            }
        }
    }

    fn finished(&mut self, done: Result<i64, tokio::task::JoinError>) {
        match done {
            Ok(id) => {
                self.busy.remove(&id);
                self.busy_pages.remove(&id);
            }
            // A panic in a delivery: which one is not known, so all are looked at again; each is safe to repeat.
            Err(error) => {
                error!("A delivery panicked: {error}");
                if self.tasks.is_empty() {
                    self.busy.clear();
                    self.busy_pages.clear();
                }
            }
        }
    }

    /// Starts what may go now; answers how long to rest if nothing rings.
    async fn turn(&mut self) -> store::Result<Duration> {
        // Nothing leaves that cannot be written down first.
        if self.shared.database_trouble().is_some() {
            return Ok(TROUBLE_WAIT);
        }
        let (wire, began) = (self.shared.wire.now(), Instant::now());
        // What goes by Discord waits until it is there.
        let outside_only = !self.discord_is_there();
        let (mut waits, mut looked_at, mut after) = (outside_only, 0, None);
        while looked_at < LOOK_AT_MOST {
            // Rows for which there is no place are not looked at: much may wait, and each bell rings for all of it.
            if self.busy_pages.len() >= PAGES_AT_ONCE {
                after = after.max(Some((Lane::Page, i64::MAX)));
            }
            let full = self.busy.len() - self.busy_pages.len() >= AT_ONCE;
            let up_to = if full || outside_only { Lane::Page } else { Lane::Housekeeping };
            let which = Waiting { up_to, outside_only, after, limit: LOOK_AT };
            let rows = self.shared.store.outbox_waiting(wire, which).await?;
            let Some(last) = rows.last() else { break };
            let (next, all) = ((last.lane, last.id), rows.len() < LOOK_AT);
            (after, looked_at) = (Some(next), looked_at + rows.len());
            // A row can be read a moment before the book knows its incident's news, and would be judged by what was before.
            drop(self.shared.publishing.read().await);
            for row in rows {
                waits |= self.look_at(row, wire).await?;
            }
            if all {
                break;
            }
        }
        if waits {
            // Looking at thousands of rows must not become the only thing it does.
            return Ok(NEED_POLL.max(began.elapsed() * 4));
        }
        let next = self.shared.store.outbox_next_at(wire).await?;
        let until = next.map(|next| Duration::try_from(next.duration_since(wire)).unwrap_or_default());
        Ok(until.unwrap_or(POLL).min(POLL))
    }

    fn discord_is_there(&self) -> bool {
        !self.shared.discord_is_down() && self.deliver.knows_discord()
    }

    /// Starts the row if there is a place for it and it may go; true when it waits for something that does not exist yet.
    async fn look_at(&mut self, row: OutboxRow, wire: Timestamp) -> store::Result<bool> {
        let page = row.lane == Lane::Page;
        let others = self.busy.len() - self.busy_pages.len();
        let no_place = if page { self.busy_pages.len() >= PAGES_AT_ONCE } else { others >= AT_ONCE };
        if no_place || self.busy.contains(&row.id) || self.phases.closing.is_cancelled() {
            return Ok(false);
        }
        let shared = Arc::clone(&self.shared);
        let (id, planned_at, kind) = (row.id, row.planned_at, row.effect.clone());
        match guarded(&shared, self.start(row, wire)).await {
            Ok(started) => Ok(!started),
            Err(Failed::Database(error)) => Err(error),
            Err(Failed::Poison(why)) => {
                self.put_aside(id, planned_at, kind.ok(), &why, wire).await?;
                Ok(false)
            }
        }
    }

    /// Starts one row; false when it waits for something that does not exist yet.
    async fn start(&mut self, row: OutboxRow, wire: Timestamp) -> store::Result<bool> {
        let effect = match row.effect {
            Ok(effect) => effect,
            Err(text) => {
                let why = format!("the stored effect cannot be read: {text}");
                self.put_aside(row.id, row.planned_at, None, &why, wire).await?;
                return Ok(true);
            }
        };
        let on_discord = !matches!(effect, Effect::Page { via: PageVia::Ntfy | PageVia::Email, .. });
        if on_discord && !self.discord_is_there() {
            return Ok(false);
        }
        let incident = match row.subject.as_ref().and_then(Subject::incident) {
            Some(id) => self.shared.incident(id).await?,
            None => None,
        };
        let unwanted = effect.still_wanted(incident.as_deref()).err();
        if let Some(reason) = unwanted
            && row.state == OutboxState::Planned
        {
            debug!(outbox.row = row.id, "Dropped {}: {reason}", effect.kind());
            self.shared.store.outbox_finish(row.id, &Finish::Dropped, reason, wire).await?;
            self.shared.outbox_bell.notify_one();
            return Ok(true);
        }
        let mut objects = match &row.subject {
            Some(subject) => self.shared.objects(subject).await?,
            None => Objects::new(),
        };
        if let Effect::CandidateSettled { question, .. } = &effect {
            self.candidate_object(question, &mut objects).await?;
        }
        let board = match effect.storm() {
            Some(storm) => self.shared.board(storm).await?,
            None => None,
        };
        let waited = wire.duration_since(row.planned_at);
        let no_channel = incident.as_ref().is_some_and(|incident| self.shared.is_without_channel(incident.id));
        if !has_what_it_needs(&effect, incident.as_deref(), &objects, waited, no_channel) {
            return Ok(false);
        }
        let claimed = match &row.subject {
            Some(subject) if row.sent_at.is_some() => self.shared.store.claimed_messages(subject).await?,
            _ => Vec::new(),
        };
        let job = Job {
            row: row.id,
            effect,
            lane: row.lane,
            nonce: format!("{}{}", self.installation, base36(u64::try_from(row.id).unwrap_or(0))),
            incident,
            board,
            objects,
            planned_at: row.planned_at,
            attempt: row.attempts + 1,
            sent_at: row.sent_at,
            sent_to: row.sent_to,
            unwanted,
            claimed,
            now: wire,
        };
        self.busy.insert(row.id);
        if row.lane == Lane::Page {
            self.busy_pages.insert(row.id);
        }
        self.shared.in_flight.store(self.busy.len(), Ordering::SeqCst);
        *self.shared.tries.lock().unwrap_or_else(PoisonError::into_inner).entry(row.id).or_default() += 1;
        let (shared, deliver, edit_pause) = (Arc::clone(&self.shared), Arc::clone(&self.deliver), self.edit_pause);
        let leave = self.phases.leave.clone();
        self.tasks.spawn(async move {
            let gate = RowGate { shared: &shared, row: job.row, effect: &job.effect };
            let delivered = tokio::select! {
                biased;
                delivered = AssertUnwindSafe(deliver.deliver(&job, &gate)).catch_unwind() => delivered,
                // The row says whether a request has left, as after a crash: the next start knows what to do with it.
                () = leave.cancelled() => {
                    info!(outbox.row = job.row, "{} has no answer yet and is left to the next start", job.effect.kind());
                    return job.row;
                }
            };
            let outcome = delivered.unwrap_or_else(|panic| {
                let error_id = shared.error_id();
                error!(error.id = error_id, outbox.row = job.row, "A delivery failed ({error_id}): {}", said(&*panic));
                Outcome::Refused { reason: format!("a fault in Siaga ({error_id}); the log says more") }
            });
            settle(&shared, &job, outcome, edit_pause).await;
            job.row
        });
        Ok(true)
    }

    /// A row that cannot even be looked at is a dead letter: tried again it would fail again, and the others wait.
    async fn put_aside(
        &self,
        row: i64,
        planned_at: Timestamp,
        effect: Option<Effect>,
        why: &str,
        wire: Timestamp,
    ) -> store::Result<()> {
        let error_id = self.shared.error_id();
        error!(error.id = error_id, outbox.row = row, "Outbox row {row} cannot be delivered ({error_id}): {why}");
        let reason = format!("a fault in Siaga ({error_id}); the log says more");
        let text = match &effect {
            Some(effect) => words::undelivered(row, effect, &reason, self.shared.setup().language),
            None => words::undelivered_unreadable(row, &reason, self.shared.setup().language),
        };
        // As for other dead letters: told first, so that no crash in between makes it silent.
        self.shared.tell_operators_once(&dead_key(row, planned_at), text).await;
        self.shared.store.outbox_finish(row, &Finish::Dead { may_be_there: true }, &reason, wire).await?;
        Ok(())
    }

    /// The question about a chat line belongs to no incident; its message is the receipt of its own row.
    async fn candidate_object(&self, question: &str, objects: &mut Objects) -> store::Result<()> {
        if let Some((channel, message)) = self.shared.store.receipt_of(question).await? {
            let object =
                crate::ObjectRef { channel, message: Some(message), digest: None, touched_at: self.shared.wire.now() };
            objects.insert(ObjectKind::Card, object);
        }
        Ok(())
    }
}

/// Whether everything an effect stands on exists, or has been waited for long enough.
fn has_what_it_needs(
    effect: &Effect,
    incident: Option<&Incident>,
    objects: &Objects,
    waited: jiff::SignedDuration,
    no_channel: bool,
) -> bool {
    let has = |kind: &ObjectKind| objects.contains_key(kind);
    let room = || match incident.map(|incident| incident.room) {
        Some(RoomKind::Channel) => {
            has(&ObjectKind::Channel) || ((no_channel || waited > POST_PATIENCE) && has(&ObjectKind::Thread))
        }
        Some(RoomKind::Thread | RoomKind::Line) | None => has(&ObjectKind::Thread),
    };
    match effect {
        Effect::Thread { .. } | Effect::Pin { .. } | Effect::Unpin { .. } => has(&ObjectKind::Card),
        Effect::Member { .. } => has(&ObjectKind::Thread),
        Effect::Record { .. } => room(),
        // It says where to follow, so it waits a little for the thread.
        Effect::Status { .. } => {
            has(&ObjectKind::Thread) || incident.is_some_and(|i| !i.has_thread()) || waited > PAGE_PATIENCE
        }
        Effect::Post { place, .. } => match place {
            Place::Room => room(),
            Place::Thread => has(&ObjectKind::Thread),
            Place::PolicyEnd => room() || waited > PAGE_PATIENCE,
            Place::Status => true,
        },
        // A page never waits long for decoration.
        Effect::Page { via: PageVia::Room, .. } => room() || waited > PAGE_PATIENCE,
        Effect::Page { via: PageVia::Direct | PageVia::Ntfy | PageVia::Email, .. }
        | Effect::Card { .. }
        | Effect::Channel { .. }
        | Effect::PageSettled { .. }
        | Effect::Candidate { .. }
        | Effect::OpeningAsked { .. }
        | Effect::CandidateSettled { .. }
        | Effect::Operators { .. }
        | Effect::Board { .. }
        | Effect::StormOver { .. } => true,
    }
}

struct RowGate<'a> {
    shared: &'a Shared,
    row: i64,
    effect: &'a Effect,
}

impl Gate for RowGate<'_> {
    fn about_to_send(
        &self,
        to: Option<ChatChannelId>,
    ) -> Pin<Box<dyn Future<Output = Result<(), String>> + Send + '_>> {
        Box::pin(async move {
            // It may have waited for a limit since it was asked for: a page that was answered meanwhile rings nobody.
            if let Some(id) = self.effect.incident() {
                let incident = self.shared.incident(id).await.map_err(|error| error.to_string())?;
                self.effect.still_wanted(incident.as_deref()).map_err(str::to_owned)?;
            }
            let wire = self.shared.wire.now();
            self.shared.store.outbox_sent(self.row, to, wire).await.map_err(|error| error.to_string())
        })
    }
}
