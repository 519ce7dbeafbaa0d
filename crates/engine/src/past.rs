//! Purpose: past incidents for whoever looks for help: by words, and by the runbook that was used.

use std::sync::Arc;

use domain::{Incident, IncidentId};

use crate::action::ActError;
use crate::handle::Engine;
use crate::reads::IncidentFilter;
use crate::record::RUNBOOK;

/// So many hits of a search are looked at: among them are open ones and drills.
const LOOKED_AT: u32 = 12;

impl Engine {
    /// Incidents that are over and have all words of a query, best first. No drills, nothing that was merged or dismissed.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn past_with(&self, query: &str, limit: usize) -> Result<Vec<Arc<Incident>>, ActError> {
        let lines = self.list(IncidentFilter::Recent, Some(query), LOOKED_AT).await?;
        self.past(lines.into_iter().map(|line| line.id), limit).await
    }

    /// Incidents that are over and had a runbook, newest first. Those that opened before this was kept are not found.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn past_with_runbook(&self, name: &str, limit: usize) -> Result<Vec<Arc<Incident>>, ActError> {
        let found = self.shared.store.with_label(RUNBOOK, name, LOOKED_AT).await;
        let found = found.map_err(|error| self.shared.failed(&error))?;
        self.past(found.into_iter(), limit).await
    }

    async fn past(&self, ids: impl Iterator<Item = IncidentId>, limit: usize) -> Result<Vec<Arc<Incident>>, ActError> {
        let mut past = Vec::new();
        for id in ids {
            if past.len() == limit {
                break;
            }
            let found = self.incident(id).await?;
            past.extend(found.filter(|incident| {
                incident.resolution.is_some() && incident.drill.is_none() && incident.merged_into.is_none()
            }));
        }
        Ok(past)
    }
}
