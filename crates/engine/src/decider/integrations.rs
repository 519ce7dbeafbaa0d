//! Purpose: what becomes of alerts whose integration is not configured any more: nothing will be heard of them, so they end with a
//! sentence in their incidents.

use std::sync::Arc;

use domain::{Fact, Input, IntegrationName, Setup};
use tracing::info;

use super::Decider;
use crate::handle::Shared;
use crate::work::Work;

/// What stands for an integration and is none: heartbeats end their alerts themselves, drills theirs, and what could not be
/// decided has no sender.
const OURS: [&str; 3] = [domain::heartbeat::INTEGRATION, "drill", "journal"];

impl Decider {
    /// Once for each configuration, when everything that was accepted before is decided: alerts of integrations that it does not know
    /// end. False when there was nothing to do.
    pub(super) async fn integrations_gone(&mut self) -> store::Result<bool> {
        let setup = self.shared.setup();
        if self.integrations_by.as_ref().is_some_and(|by| Arc::ptr_eq(by, &setup)) {
            return Ok(false);
        }
        for integration in self.shared.integrations_not_in(&setup).await? {
            self.integration_gone(&integration).await?;
        }
        self.integrations_by = Some(setup);
        Ok(true)
    }

    /// All alerts of one, in one transaction.
    async fn integration_gone(&self, integration: &IntegrationName) -> store::Result<()> {
        let mut work = Work::new(&self.shared);
        for (id, alerts) in self.shared.store.incidents_of(integration).await? {
            let Some(incident) = self.shared.incident(id).await? else { continue };
            let fact = Fact::IntegrationRemoved { integration: integration.clone(), alerts };
            let events = work.decide(&Input::Fact { incident: &incident, fact: &fact }).of_one().unwrap_or_default();
            work.add(Some(&incident), id, events)?;
        }
        work.batch.integration_gone(integration);
        info!(integration = %integration, "The alerts of {integration} end: it is not configured any more");
        work.commit(&self.shared).await?;
        Ok(())
    }
}

impl Shared {
    /// Integrations of which alerts fire and which a configuration does not know.
    pub(crate) async fn integrations_not_in(&self, setup: &Setup) -> store::Result<Vec<IntegrationName>> {
        let mut found = self.store.firing_integrations().await?;
        found.retain(|name| !OURS.contains(&name.as_str()) && setup.integration(name.as_str()).is_none());
        Ok(found)
    }
}
