//! Purpose: accept: reports that arrive together are committed together, then every sender gets its answer.

use std::sync::Arc;

use tokio::sync::mpsc;
use tracing::error;

use crate::handle::{AcceptRequest, Accepted, Shared};

/// Requests committed together.
const GROUP_COMMIT: usize = 1_024;

/// Commits what arrived together in one statement, then answers.
pub(crate) async fn accept_all(shared: Arc<Shared>, mut requests: mpsc::Receiver<AcceptRequest>) {
    let mut waiting = Vec::new();
    while requests.recv_many(&mut waiting, GROUP_COMMIT).await > 0 {
        let entries = waiting.iter_mut().flat_map(|request| std::mem::take(&mut request.entries)).collect();
        let written = shared.store.append_journal(entries, shared.clock.now()).await;
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
        for AcceptRequest { count, answer, .. } in waiting.drain(..) {
            let accepted = next.map(|first| Accepted { first, count }).ok_or_else(|| shared.unavailable(fault));
            next = next.map(|first| first.saturating_add_unsigned(count as u64));
            // A sender that hung up has lost its answer, not its alert.
            let _ = answer.send(accepted);
        }
        shared.accepted.committed();
        shared.journal_bell.notify_one();
    }
}
