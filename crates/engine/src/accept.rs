//! Purpose: accept: reports that arrive together are committed together, then every sender gets its answer.

use std::sync::Arc;

use tokio::sync::mpsc;
use tracing::error;

use crate::handle::{AcceptRequest, Accepted, Shared};

/// Reports committed together, give or take a request: while these are written, others are read and answered.
const GROUP_REPORTS: usize = 1_024;

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
    shared.accepted.committed();
    shared.journal_bell.notify_one();
}
