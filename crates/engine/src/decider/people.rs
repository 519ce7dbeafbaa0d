//! Purpose: people of the configuration while incidents are open: which account each of them is, and what becomes of pages and
//! acknowledgements of whoever it does not know any more, or knows otherwise.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use domain::incident::EscalationState;
use domain::{Fact, Input, Setup};
use tracing::{error, info};

use super::Decider;
use crate::poison::{Failed, guarded};
use crate::work::Work;

/// By which configuration, and by which state of the accounts.
type By = (Arc<Setup>, u64);

impl Decider {
    /// At the start, with each configuration, and when somebody is matched with an account: who is who, before anything else is
    /// decided. Answers by what open incidents are to be looked at.
    pub(super) async fn keep_accounts(&self) -> store::Result<Option<By>> {
        let (setup, pinned) = (self.shared.setup(), self.shared.pinned.load(Ordering::Relaxed));
        if self.people_by.as_ref().is_some_and(|(by, seen)| Arc::ptr_eq(by, &setup) && *seen == pinned) {
            return Ok(None);
        }
        let pins = self.shared.store.pins().await?;
        let (accounts, renamed) = (domain::people::accounts(&setup, &pins), domain::people::renamed(&setup, &pins));
        let world = self.shared.world();
        if *world.accounts() != accounts || *world.renamed() != renamed {
            self.shared.take_changes(&world.with_accounts(accounts).with_renamed(renamed));
        }
        Ok(Some((setup, pinned)))
    }

    /// What that changes for open incidents, one after the other: one that cannot be decided holds up no other.
    pub(super) async fn keep_people(&mut self, by: By) -> store::Result<()> {
        let shared = Arc::clone(&self.shared);
        for open in shared.book.open() {
            let done = guarded(&shared, async {
                let mut work = Work::new(&shared);
                let fact = Fact::PeopleChanged;
                let events = work.decide(&Input::Fact { incident: &open, fact: &fact }).of_one().unwrap_or_default();
                if events.is_empty() {
                    // Somebody else may be next by this configuration.
                    let run = open.escalation.as_ref().filter(|_| !open.is_folded());
                    if run.is_some_and(|run| matches!(run.state, EscalationState::Running { .. })) {
                        work.card_shows(open.id);
                        work.commit(&shared).await?;
                    }
                    return Ok(());
                }
                info!(
                    incident.number = open.id.0,
                    "People of {} are not in the configuration as they were",
                    open.id.label()
                );
                work.add(Some(&open), open.id, events)?;
                work.commit(&shared).await.map(|_| ())
            });
            match done.await {
                Ok(()) => {}
                Err(Failed::Database(error)) => return Err(error),
                Err(Failed::Poison(why)) => {
                    let (error_id, label) = (shared.error_id(), open.id.label());
                    error!(error.id = error_id, "What the configuration changes for {label} was not decided: {why}");
                }
            }
        }
        self.people_by = Some(by);
        Ok(())
    }
}
