//! Purpose: bring effects outside, each once: by lane and age, several at a time, one after another within an order.

use std::collections::{BTreeSet, HashSet};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use domain::setup::RoomKind;
use domain::{ChatChannelId, Effect, Incident, IncidentId, Lane, PageVia, Place, Timestamp};
use store::{Finish, ObjectRow, OutboxRow, OutboxState};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use tracing::{debug, error, info, warn};

use crate::deliver::{Deliver, Gate, Job, Outcome, Receipt};
use crate::handle::{Fact, Shared, base36};
use crate::objects::{ObjectKind, Objects};

/// Effects on their way at once, pages not counted.
const AT_ONCE: usize = 12;
/// Pages on their way at once, besides the others.
const PAGES_AT_ONCE: usize = 16;
/// Rows looked at in one turn.
const LOOK_AT: i64 = 256;
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
}

impl<D: Deliver> Outbox<D> {
    pub(crate) fn new(shared: Arc<Shared>, deliver: Arc<D>, installation: String, edit_pause: Duration) -> Self {
        Self {
            shared,
            deliver,
            installation,
            edit_pause,
            tasks: JoinSet::new(),
            busy: HashSet::new(),
            busy_pages: BTreeSet::new(),
        }
    }

    /// Runs until told to stop; requests on their way are then awaited.
    pub(crate) async fn run(mut self, stop: CancellationToken) {
        while !stop.is_cancelled() {
            let pause = match self.turn().await {
                Ok(pause) => pause,
                Err(error) => {
                    warn!("The outbox waits for the database: {error}");
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
                () = stop.cancelled() => {}
            }
            while let Some(done) = self.tasks.try_join_next() {
                self.finished(done);
            }
        }
        while let Some(done) = self.tasks.join_next().await {
            self.finished(done);
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
        let wire = self.shared.wire.now();
        let rows = self.shared.store.outbox_waiting(wire, LOOK_AT).await?;
        let mut waits = false;
        for row in rows {
            if self.busy.contains(&row.id) {
                continue;
            }
            let page = row.lane == Lane::Page;
            let others = self.busy.len() - self.busy_pages.len();
            if (page && self.busy_pages.len() >= PAGES_AT_ONCE) || (!page && others >= AT_ONCE) {
                continue;
            }
            waits |= !self.start(row, wire).await?;
        }
        if waits {
            return Ok(NEED_POLL);
        }
        let next = self.shared.store.outbox_next_at(wire).await?;
        let until = next.map(|next| Duration::try_from(next.duration_since(wire)).unwrap_or_default());
        Ok(until.unwrap_or(POLL).min(POLL))
    }

    /// Starts one row; false when it waits for something that does not exist yet.
    async fn start(&mut self, row: OutboxRow, wire: Timestamp) -> store::Result<bool> {
        let effect = match row.effect {
            Ok(effect) => effect,
            Err(text) => {
                error!("Outbox row {} cannot be read: {text}", row.id);
                self.shared
                    .store
                    .outbox_finish(row.id, &Finish::Dead, "the stored effect cannot be read", wire)
                    .await?;
                return Ok(true);
            }
        };
        let on_discord = !matches!(effect, Effect::Page { via: PageVia::Ntfy | PageVia::Email, .. });
        if (on_discord && self.shared.discord_is_down()) || !self.deliver.ready(&effect) {
            return Ok(false);
        }
        let incident = match row.incident {
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
        let mut objects = match row.incident {
            Some(id) => self.shared.objects(id).await?,
            None => Objects::new(),
        };
        if let Effect::CandidateSettled { question, .. } = &effect {
            self.candidate_object(question, &mut objects).await?;
        }
        let waited = wire.duration_since(row.planned_at);
        let no_channel = row.incident.is_some_and(|id| self.shared.is_without_channel(id));
        if !has_what_it_needs(&effect, incident.as_deref(), &objects, waited, no_channel) {
            return Ok(false);
        }
        let claimed = match row.incident {
            Some(id) if row.sent_at.is_some() => self.shared.store.claimed_messages(id).await?,
            _ => Vec::new(),
        };
        let job = Job {
            row: row.id,
            effect,
            lane: row.lane,
            nonce: format!("{}{}", self.installation, base36(u64::try_from(row.id).unwrap_or(0))),
            incident,
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
        let (shared, deliver, edit_pause) = (Arc::clone(&self.shared), Arc::clone(&self.deliver), self.edit_pause);
        self.tasks.spawn(async move {
            let gate = RowGate { shared: &shared, row: job.row };
            let outcome = deliver.deliver(&job, &gate).await;
            settle(&shared, &job, outcome, edit_pause).await;
            job.row
        });
        Ok(true)
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
        | Effect::CandidateSettled { .. }
        | Effect::Operators { .. } => true,
    }
}

struct RowGate<'a> {
    shared: &'a Shared,
    row: i64,
}

impl Gate for RowGate<'_> {
    fn about_to_send(
        &self,
        to: Option<ChatChannelId>,
    ) -> Pin<Box<dyn Future<Output = Result<(), String>> + Send + '_>> {
        Box::pin(async move {
            let wire = self.shared.wire.now();
            self.shared.store.outbox_sent(self.row, to, wire).await.map_err(|error| error.to_string())
        })
    }
}

/// Writes how an attempt ended. If that cannot be written, the row stays "sent" and is looked at again.
async fn settle(shared: &Arc<Shared>, job: &Job, outcome: Outcome, edit_pause: Duration) {
    let kind = job.effect.kind();
    let wire = shared.wire.now();
    let store = &shared.store;
    let later =
        |wait: Duration| wire + jiff::SignedDuration::try_from(wait).unwrap_or(jiff::SignedDuration::from_secs(1));
    let written = match outcome {
        Outcome::Confirmed(receipt) => confirmed(shared, job, *receipt, edit_pause, wire).await,
        Outcome::NotYet { reason, retry_in } if job.sent_at.is_some() => {
            debug!(outbox.row = job.row, "{kind} waits: {reason}");
            store.outbox_look_later(job.row, later(retry_in), &reason).await
        }
        Outcome::NotYet { reason, retry_in } => {
            debug!(outbox.row = job.row, "{kind} waits: {reason}");
            store.outbox_later(job.row, later(retry_in), &reason).await
        }
        Outcome::Unknown { reason, retry_in } => {
            info!(outbox.row = job.row, attempt = job.attempt, "{kind} may be outside, looking again: {reason}");
            store.outbox_look_later(job.row, later(retry_in), &reason).await
        }
        Outcome::Dropped { reason } => {
            debug!(outbox.row = job.row, "{kind} dropped: {reason}");
            store.outbox_finish(job.row, &Finish::Dropped, &reason, wire).await.map(|_| ())
        }
        Outcome::Refused { reason } => {
            let of = job.effect.incident().map(|id| format!(" of {}", id.label())).unwrap_or_default();
            warn!(outbox.row = job.row, "{kind}{of} is a dead letter: {reason}");
            let ended = store.outbox_finish(job.row, &Finish::Dead, &reason, wire).await.map(|_| ());
            if let Effect::Channel { incident } = job.effect {
                shared.goes_without_channel(incident);
            }
            if let Effect::Page { incident, page, person, via: via @ (PageVia::Ntfy | PageVia::Email) } = &job.effect {
                let (page, person, via) = (*page, person.clone(), *via);
                let fact = Fact::ContactFailed { page, person, via, reason: reason.clone() };
                if let Err(error) = shared.learn(*incident, fact).await {
                    error!("The room could not be told that a page did not arrive: {error}");
                }
            }
            if !matches!(job.effect, Effect::Operators { .. }) {
                let lang = shared.setup().language;
                shared.tell_operators(words::undelivered(&job.effect, &reason, lang)).await;
            }
            ended
        }
    };
    if let Err(error) = written {
        error!(outbox.row = job.row, "The end of a delivery could not be written: {error}");
    }
    shared.outbox_bell.notify_one();
}

async fn confirmed(
    shared: &Arc<Shared>,
    job: &Job,
    receipt: Receipt,
    edit_pause: Duration,
    wire: Timestamp,
) -> store::Result<()> {
    let Receipt { objects, message, direct_failed, warning } = receipt;
    let incident = job.effect.incident();
    if let Some(warning) = warning {
        warn!(outbox.row = job.row, "{}: {warning}", job.effect.kind());
    }
    let own =
        message.or_else(|| objects.iter().map(|(_, object)| object.clone()).find(|object| object.message.is_some()));
    let rows = match incident {
        Some(id) => objects.iter().map(|(kind, object)| object_row(id, *kind, object)).collect(),
        None => Vec::new(),
    };
    let pause = jiff::SignedDuration::try_from(edit_pause).unwrap_or(jiff::SignedDuration::ZERO);
    if let (Some(id), Some((page, person))) = (incident, direct_failed) {
        // The room hears of a closed door before the row ends: a crash in between only asks again.
        shared.learn(id, Fact::DirectFailed { page, person }).await?;
    }
    let finish = Finish::Confirmed {
        message: own.and_then(|object| Some((object.channel, object.message?))),
        objects: rows,
        shown_seq: job.incident.as_ref().map(|incident| incident.last_seq),
        again_at: wire + pause,
    };
    shared.store.outbox_finish(job.row, &finish, "", wire).await?;
    if let Some(id) = incident {
        for (kind, object) in &objects {
            if matches!(kind, ObjectKind::Thread | ObjectKind::Channel) {
                shared.book.add_place(object.channel, id);
            }
        }
        info!(
            outbox.row = job.row,
            incident.number = id.0,
            effect.kind = job.effect.kind(),
            attempt = job.attempt,
            "Delivered {} for {}",
            job.effect.kind(),
            id.label()
        );
    }
    Ok(())
}

fn object_row(incident: IncidentId, kind: ObjectKind, object: &crate::ObjectRef) -> ObjectRow {
    ObjectRow {
        incident,
        name: kind.to_string(),
        channel: object.channel,
        message: object.message,
        digest: object.digest.clone(),
        touched_at: object.touched_at,
    }
}
