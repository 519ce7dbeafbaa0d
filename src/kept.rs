//! Purpose: the configuration that was last in use stays in the database. A process that ends while somebody edits the file, or whose
//! file is gone, starts again with it: nobody is left unrung for want of a comma. What is wrong with the file is said until it is
//! whole. (A bad template was silent on
//! reload and kept every Alertmanager from starting a month later, when its machines were drained: prometheus/alertmanager issue 2372.
//! A rule that cannot be parsed keeps a restarted vmalert down while the running one goes on: VictoriaMetrics issue 5478.)

use std::path::Path;
use std::sync::{Arc, PoisonError, RwLock};

use anyhow::Context as _;
use domain::Timestamp;
use serde::{Deserialize, Serialize};
use store::Store;
use tracing::warn;

use crate::lock::DatabaseLock;

/// Under this name the database keeps it.
const NAME: &str = "configuration";

/// A configuration that was in use.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    /// Since when.
    pub since: Timestamp,
    /// The file, and its runbooks and scenarios.
    pub sources: config::Sources,
}

/// What was in use last, when a database is there that nobody else uses.
///
/// # Errors
/// When the database is used by another process or cannot be read.
pub async fn read(database: &Path) -> anyhow::Result<Option<Kept>> {
    if !database.exists() {
        return Ok(None);
    }
    let lock = DatabaseLock::take(database)?;
    let store = Store::open(database).await?;
    let kept = store.meta(NAME).await;
    store.close().await;
    drop(lock);
    let Some(text) = kept? else { return Ok(None) };
    serde_json::from_str(&text).context("what the database keeps of the last configuration cannot be read").map(Some)
}

/// Keeps what is in use from now on; what is kept already keeps its beginning.
pub(crate) async fn keep(store: &Store, sources: &config::Sources, now: Timestamp) {
    let kept = async {
        let before = store.meta(NAME).await?;
        let before = before.and_then(|text| serde_json::from_str::<Kept>(&text).ok());
        if before.is_some_and(|before| before.sources == *sources) {
            return anyhow::Ok(());
        }
        let text = serde_json::to_string(&Kept { since: now, sources: sources.clone() })?;
        Ok(store.meta_replace(NAME, &text).await?)
    };
    if let Err(error) = kept.await {
        warn!("The configuration in use could not be kept for a start while its file has mistakes: {error:#}");
    }
}

/// What is wrong with the file while another configuration is in use, as `/readyz` shows it.
#[derive(Clone, Debug, Default)]
pub struct FileState(Arc<RwLock<Option<String>>>);

impl FileState {
    /// Another one is in use than the file says.
    pub fn wrong(&self, sentence: String) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Some(sentence);
    }

    /// What the file says is in use.
    pub fn right(&self) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = None;
    }

    pub(crate) fn trouble(&self) -> Option<String> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
