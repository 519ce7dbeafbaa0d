//! Purpose: the door to the journal: reports that arrive together are committed together, then every sender gets its answer.

use std::sync::Arc;
use std::time::Duration;

use domain::{AlertReport, DatabaseFault};
use tokio::sync::{Notify, mpsc, oneshot};
use tracing::error;

use crate::handle::{Engine, Shared};
use crate::pace::Accepts;

/// Requests that may wait for the group commit before senders are told to come back.
const QUEUE: usize = 4_096;
/// What a sender is told when the database cannot take more.
const COME_BACK: Duration = Duration::from_secs(5);
/// Reports committed together, give or take a request: while these are written, others are read and answered.
const GROUP_REPORTS: usize = 1_024;

/// Where reports come in.
pub(crate) struct JournalDoor {
    requests: mpsc::Sender<AcceptRequest>,
    /// How often reports were committed.
    pub(crate) commits: Accepts,
    /// Rung when journal rows were committed.
    pub(crate) bell: Notify,
}

impl JournalDoor {
    /// The door, and the requests that come through it.
    pub(crate) fn new() -> (Self, mpsc::Receiver<AcceptRequest>) {
        let (requests, queue) = mpsc::channel(QUEUE);
        (Self { requests, commits: Accepts::default(), bell: Notify::new() }, queue)
    }
}

pub(crate) struct AcceptRequest {
    pub(crate) entries: Vec<store::Entry>,
    /// How many they are.
    pub(crate) count: usize,
    pub(crate) answer: oneshot::Sender<Result<Accepted, Unavailable>>,
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

impl Engine {
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
        self.shared
            .door
            .requests
            .try_send(AcceptRequest { count: entries.len(), entries, answer })
            .map_err(|_| busy())?;
        match tokio::time::timeout(self.shared.patience.accept, answered).await {
            Ok(answered) => answered.unwrap_or_else(|_| Err(busy())),
            // They may still be written; nothing is promised, and what is sent twice is the same alert.
            Err(_) => {
                // Whoever waited before may have found out meanwhile what is wrong; then it is not slowness.
                let fault = self.shared.database_trouble().map_or(DatabaseFault::Slow, |trouble| trouble.fault);
                if fault == DatabaseFault::Slow {
                    self.shared.database_fault(fault);
                    self.shared.database.bell.notify_one();
                }
                Err(self.shared.unavailable(Some(fault)))
            }
        }
    }
}

impl Shared {
    /// What a sender is told when nothing was accepted.
    pub(crate) fn unavailable(&self, fault: Option<DatabaseFault>) -> Unavailable {
        let reason = fault.map(words::database_refusal);
        let reason = reason.unwrap_or_else(|| "the database cannot take it now".to_owned());
        Unavailable { retry_after: COME_BACK, reason }
    }
}

/// Commits what arrived together, then answers.
pub(crate) async fn accept_all(shared: Arc<Shared>, mut requests: mpsc::Receiver<AcceptRequest>) {
    while let Some(first) = requests.recv().await {
        commit(&shared, first, &mut requests).await;
    }
}

/// Commits a request and those that arrive until the database is free for it.
async fn commit(shared: &Shared, first: AcceptRequest, requests: &mut mpsc::Receiver<AcceptRequest>) {
    let mut waiting = vec![first];
    let gather = || {
        let mut entries = std::mem::take(&mut waiting[0].entries);
        while entries.len() < GROUP_REPORTS
            && let Ok(mut next) = requests.try_recv()
        {
            entries.append(&mut next.entries);
            waiting.push(next);
        }
        entries
    };
    let written = shared.store.append_journal(gather, shared.clock.now()).await;
    let fault = match &written {
        Ok(_) => None,
        Err(error) => {
            let fault = shared.database_failed(error);
            if fault.is_none() {
                error!("{} bodies of reports could not be accepted: {error}", waiting.len());
            }
            fault
        }
    };
    let mut next = written.ok().map(|numbers| numbers.start);
    for AcceptRequest { count, answer, .. } in waiting {
        let accepted = next.map(|first| Accepted { first, count }).ok_or_else(|| shared.unavailable(fault));
        next = next.map(|first| first.saturating_add_unsigned(count as u64));
        // A sender that hung up has lost its answer, not its alert.
        let _ = answer.send(accepted);
    }
    shared.door.commits.committed();
    shared.door.bell.notify_one();
}
