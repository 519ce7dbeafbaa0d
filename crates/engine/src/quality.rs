//! Purpose: which alerting rules lack most. Counted as alerts are decided; drills never count.

use crate::action::ActError;
use crate::handle::Engine;

pub use store::RuleLine;

/// How good the alerts are that came so far.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AlertQuality {
    /// Rules that lack something, worst first.
    pub worst: Vec<RuleLine>,
    /// How many alerts were looked at, good ones included.
    pub seen: i64,
}

impl Engine {
    /// The alerting rules that lack most, at most `limit` of them.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn worst_rules(&self, limit: u32) -> Result<AlertQuality, ActError> {
        let store = &self.shared.store;
        let worst = store.worst_rules(limit).await.map_err(|error| self.failed(&error))?;
        let seen = store.alerts_checked().await.map_err(|error| self.failed(&error))?;
        Ok(AlertQuality { worst, seen })
    }
}
