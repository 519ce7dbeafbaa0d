//! Purpose: accept: reports that arrive together are committed together, then every sender gets its answer.

use std::iter::Peekable;
use std::sync::Arc;

use tokio::sync::mpsc;
use tracing::error;

use crate::handle::{AcceptRequest, Accepted, Shared};

/// Requests committed together.
const GROUP_COMMIT: usize = 1_024;
/// Reports committed together, unless one request has more: while these are written, others are read and answered.
const GROUP_REPORTS: usize = 1_024;

/// Commits what arrived together, then answers.
pub(crate) async fn accept_all(shared: Arc<Shared>, mut requests: mpsc::Receiver<AcceptRequest>) {
    let mut arrived = Vec::new();
    while requests.recv_many(&mut arrived, GROUP_COMMIT).await > 0 {
        let mut rest = arrived.drain(..).peekable();
        while rest.peek().is_some() {
            commit(&shared, group(&mut rest)).await;
        }
    }
}

/// The next requests that are committed together.
fn group(rest: &mut Peekable<impl Iterator<Item = AcceptRequest>>) -> Vec<AcceptRequest> {
    let (mut group, mut reports) = (Vec::new(), 0);
    while let Some(request) = rest.next_if(|next| reports == 0 || reports + next.count <= GROUP_REPORTS) {
        reports += request.count;
        group.push(request);
    }
    group
}

async fn commit(shared: &Shared, mut waiting: Vec<AcceptRequest>) {
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
    for AcceptRequest { count, answer, .. } in waiting {
        let accepted = next.map(|first| Accepted { first, count }).ok_or_else(|| shared.unavailable(fault));
        next = next.map(|first| first.saturating_add_unsigned(count as u64));
        // A sender that hung up has lost its answer, not its alert.
        let _ = answer.send(accepted);
    }
    shared.accepted.committed();
    shared.journal_bell.notify_one();
}
