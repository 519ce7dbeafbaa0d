//! Purpose: what is wrong with the database, as everybody sees it: known from the first failure on, over when a write
//! succeeds. Nobody else has to ask: senders are told at once, the outbox rests, health says it.

use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use domain::{DatabaseFault, Timestamp};
use store::StoreError;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use tracing::{error, info, warn};

use crate::handle::{Engine, Shared};

/// Between two looks while all is well: a look takes the lock and writes nothing.
const CALM: Duration = Duration::from_secs(5);
/// Between two looks while something is wrong.
const IN_TROUBLE: Duration = Duration::from_millis(500);

/// What is wrong with the database, and since when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DatabaseTrouble {
    /// What.
    pub fault: DatabaseFault,
    /// Since when, by the domain clock.
    pub since: Timestamp,
}

/// How the database is.
#[derive(Debug, Default)]
pub(crate) struct DatabaseHealth {
    trouble: RwLock<Option<DatabaseTrouble>>,
    /// Rung when it should be looked at now.
    pub(crate) bell: Notify,
}

impl Engine {
    /// What is wrong with the database, if anything is.
    pub fn database_trouble(&self) -> Option<DatabaseTrouble> {
        self.shared.database_trouble()
    }
}

impl Shared {
    pub(crate) fn database_trouble(&self) -> Option<DatabaseTrouble> {
        *self.database.trouble.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes in that the database failed; answers what is wrong with it, if it is the database's own condition.
    pub(crate) fn database_failed(&self, error: &StoreError) -> Option<DatabaseFault> {
        let fault = error.fault()?;
        self.database_fault(fault);
        Some(fault)
    }

    /// Takes in a fault; a new one is logged once.
    pub(crate) fn database_fault(&self, fault: DatabaseFault) {
        let mut known = self.database.trouble.write().unwrap_or_else(PoisonError::into_inner);
        match *known {
            Some(trouble) if trouble.fault == fault => {}
            Some(trouble) => *known = Some(DatabaseTrouble { fault, ..trouble }),
            None => {
                *known = Some(DatabaseTrouble { fault, since: self.clock.now() });
                drop(known);
                error!(
                    database.fault = fault.as_str(),
                    "The database cannot be used: {}",
                    self.database_sentence(fault)
                );
            }
        }
    }

    /// The sentence for a fault, in English: it is for the log and for programs.
    pub(crate) fn database_sentence(&self, fault: DatabaseFault) -> String {
        words::database_fault(fault, domain::setup::Language::En)
    }

    /// A write succeeded.
    async fn database_works(&self) {
        let over = self.database.trouble.write().unwrap_or_else(PoisonError::into_inner).take();
        let Some(DatabaseTrouble { fault, since }) = over else { return };
        info!(database.fault = fault.as_str(), "The database can be used again");
        self.door.bell.notify_one();
        self.deliveries.ring();
        let setup = self.setup();
        let text = words::database_back(fault, since, &setup.timezone, setup.language);
        self.tell_operators(text).await;
    }
}

/// Looks whether the database takes writes, until told to stop.
pub(crate) async fn watch(shared: Arc<Shared>, stop: CancellationToken) {
    while !stop.is_cancelled() {
        let trouble = shared.database_trouble();
        let looked = match trouble {
            None => shared.store.can_write().await,
            // A full disk lets a lock be taken: only what is written proves anything.
            Some(_) => shared.store.prove_write(shared.wire.now()).await,
        };
        match looked {
            Ok(()) if trouble.is_some() => shared.database_works().await,
            Ok(()) => {}
            Err(error) => {
                if shared.database_failed(&error).is_none() {
                    warn!("The look at the database failed: {error}");
                }
            }
        }
        let pause = if shared.database_trouble().is_some() { IN_TROUBLE } else { CALM };
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            () = shared.database.bell.notified() => {}
            () = stop.cancelled() => {}
        }
    }
}
