//! Purpose: bring effects outside, each once: by lane and age, several at a time, one after another within an order.

use std::collections::{BTreeSet, HashMap};
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::sync::Arc;
use std::time::{Duration, Instant};

use domain::{ChatChannelId, Effect, Lane, Reason, ReasonCode, Subject, Timestamp};
use futures_util::FutureExt as _;
use store::{OutboxRow, Waiting};
use tokio::task::JoinSet;
use tracing::{debug, error, info};

use crate::deliver::{Deliver, Gate, Job, Outcome};
use crate::handle::Shared;
use crate::load::{Loaded, load};
use crate::objects::Objects;
use crate::poison::{Failed, guarded, own_fault, put_row_aside, said};
use crate::settle::settle;
use crate::stop::Phases;

/// Effects of a lane on their way at once. Each has places of its own: hundreds of cards that wait for one channel would else take
/// all of them, and what is written in other rooms would wait for the last card. Discord takes five messages in five seconds in one
/// channel, so what goes to the one that all incidents share needs no more places than that.
const fn places(lane: Lane) -> usize {
    match lane {
        Lane::Page => 16,
        Lane::Card => 8,
        Lane::Update | Lane::Edit => 6,
        Lane::Housekeeping => 3,
        Lane::Shown => 6,
        Lane::Told => 4,
    }
}

/// Rows read at once.
const LOOK_AT: usize = 256;
/// Rows looked at in one turn: many may wait for something that does not exist yet, and those behind them need not.
const LOOK_AT_MOST: usize = 4_096;
/// The worker looks at the database at least this often.
const POLL: Duration = Duration::from_secs(2);
/// What is to go within this is waited for where it has to go first.
const SOON: Duration = Duration::from_secs(5);
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
    busy: HashMap<i64, Lane>,
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
        Self { shared, deliver, installation, edit_pause, tasks: JoinSet::new(), busy: HashMap::new(), phases }
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
            self.shared.deliveries.are_on_their_way(self.busy.len());
            self.shared.turn();
            let shared = Arc::clone(&self.shared);
            tokio::select! {
                () = shared.deliveries.rung() => {}
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
            }
            // A panic in a delivery: which one is not known, so all are looked at again; each is safe to repeat.
            Err(error) => {
                error!("A delivery panicked: {error}");
                if self.tasks.is_empty() {
                    self.busy.clear();
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
            let from = after.map_or(Lane::Page, |(lane, _): (Lane, i64)| lane);
            let left = Lane::ALL.into_iter().filter(|lane| *lane >= from);
            for full in left.take_while(|lane| self.is_full(*lane)) {
                after = after.max(Some((full, i64::MAX)));
            }
            let up_to = if outside_only { Lane::Page } else { Lane::LAST };
            let which = Waiting { up_to, outside_only, after, limit: LOOK_AT };
            let rows = self.shared.store.outbox_waiting(wire, which).await?;
            let Some(last) = rows.last() else { break };
            let (next, all) = ((last.lane, last.id), rows.len() < LOOK_AT);
            (after, looked_at) = (Some(next), looked_at + rows.len());
            // A row can be read a moment before the book knows its incident's news, and would be judged by what was before.
            drop(self.shared.decisions.publishing.read().await);
            let things = self.things_of(&rows).await?;
            for row in rows {
                // Pages come first, also within a room: what happened meanwhile waits for its mentions.
                if let Ok(Effect::Outage { incident, .. }) = &row.effect
                    && self.shared.store.outbox_mentions_wait(&Subject::Incident(*incident), wire + SOON).await?
                {
                    waits = true;
                    continue;
                }
                let objects = row.subject.as_ref().and_then(|subject| things.get(subject)).cloned();
                waits |= self.look_at(row, objects.unwrap_or_default(), wire).await?;
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

    /// What Discord gave us for those that there is a place for: read at once, because much may wait, and each bell rings for all of it.
    async fn things_of(&self, rows: &[OutboxRow]) -> store::Result<HashMap<Subject, Objects>> {
        let subjects = rows.iter().filter(|row| self.admits(row)).filter_map(|row| row.subject.as_ref());
        let subjects: BTreeSet<String> = subjects.map(ToString::to_string).collect();
        self.shared.objects_of(&subjects.into_iter().collect::<Vec<_>>()).await
    }

    /// Looks at one row: it is admitted, loaded and launched, unless it cannot go now. True when it waits for something that does
    /// not exist yet.
    async fn look_at(&mut self, row: OutboxRow, objects: Objects, wire: Timestamp) -> store::Result<bool> {
        if !self.admits(&row) {
            return Ok(false);
        }
        let shared = Arc::clone(&self.shared);
        let (id, planned_at, effect) = (row.id, row.planned_at, row.effect.clone());
        let load = load(&shared, &self.installation, self.discord_is_there(), (row, objects), wire);
        match guarded(&shared, load).await {
            Ok(Loaded::Ready(job)) => {
                self.launch(*job);
                Ok(false)
            }
            Ok(Loaded::Waits) => Ok(true),
            Ok(Loaded::Ended) => Ok(false),
            Err(Failed::Database(error)) => Err(error),
            Err(Failed::Poison(why)) => {
                put_row_aside(&shared, id, planned_at, effect.ok(), &why, wire).await?;
                Ok(false)
            }
        }
    }

    fn is_full(&self, lane: Lane) -> bool {
        self.busy.values().filter(|busy| **busy == lane).count() >= places(lane)
    }

    /// Whether there is a place for it, and it is not on its way already.
    fn admits(&self, row: &OutboxRow) -> bool {
        !self.is_full(row.lane) && !self.busy.contains_key(&row.id) && !self.phases.closing.is_cancelled()
    }

    /// Brings it on its way; how that ends is written by the task itself.
    fn launch(&mut self, job: Job) {
        self.busy.insert(job.row, job.lane);
        self.shared.deliveries.are_on_their_way(self.busy.len());
        let (shared, deliver, edit_pause) = (Arc::clone(&self.shared), Arc::clone(&self.deliver), self.edit_pause);
        let leave = self.phases.leave.clone();
        self.tasks.spawn(async move {
            let gate = RowGate { shared: &shared, job: &job };
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
                Outcome::Refused { reason: own_fault(&error_id) }
            });
            settle(&shared, &job, outcome, edit_pause).await;
            job.row
        });
    }
}

struct RowGate<'a> {
    shared: &'a Shared,
    job: &'a Job,
}

impl Gate for RowGate<'_> {
    fn about_to_send<'a>(
        &'a self,
        to: Option<ChatChannelId>,
        rendered: Option<&'a str>,
    ) -> Pin<Box<dyn Future<Output = Result<(), Reason>> + Send + 'a>> {
        let database = |error: store::StoreError| ReasonCode::Database.because(error.to_string());
        Box::pin(async move {
            // It may have waited for a limit since it was asked for: a page that was answered meanwhile rings nobody.
            if let Some(id) = self.job.effect.incident() {
                let incident = self.shared.incident(id).await.map_err(database)?;
                let wanted = self.job.effect.still_wanted(incident.as_deref(), &self.job.said);
                wanted.map_err(|why| ReasonCode::NotWanted.because(why))?;
            }
            let wire = self.shared.wire.now();
            self.shared.store.outbox_sent(self.job.row, to, rendered, wire).await.map_err(database)
        })
    }
}
