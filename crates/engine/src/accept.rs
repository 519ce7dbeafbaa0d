//! Purpose: accept: reports that arrive together are committed together, then every sender gets its answer.

use std::sync::Arc;

use domain::AlertReport;
use tokio::sync::mpsc;
use tracing::error;

use crate::handle::{AcceptRequest, Accepted, Shared};

/// Requests committed together.
const GROUP_COMMIT: usize = 1_024;

/// Commits what arrived together in one statement, then answers.
pub(crate) async fn accept_all(shared: Arc<Shared>, mut requests: mpsc::Receiver<AcceptRequest>) {
    let mut waiting = Vec::new();
    while requests.recv_many(&mut waiting, GROUP_COMMIT).await > 0 {
        let reports: Vec<AlertReport> = waiting.iter().flat_map(|request| request.reports.iter().cloned()).collect();
        let written = shared.store.append_journal(&reports, shared.clock.now()).await;
        let fault = match &written {
            Ok(_) => None,
            Err(error) => {
                let fault = shared.database_failed(error);
                if fault.is_none() {
                    error!("{} reports could not be accepted: {error}", reports.len());
                }
                fault
            }
        };
        let mut ids = written.as_deref().unwrap_or_default().iter().copied();
        for request in waiting.drain(..) {
            let count = request.reports.len();
            let first = ids.next();
            if count > 1 {
                ids.nth(count - 2);
            }
            let answer = first.map(|first| Accepted { first, count }).ok_or_else(|| shared.unavailable(fault));
            // A sender that hung up has lost its answer, not its alert.
            let _ = request.answer.send(answer);
        }
        shared.journal_bell.notify_one();
    }
}
