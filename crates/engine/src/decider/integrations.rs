//! Purpose: what becomes of alerts whose integration is not configured any more: nothing will be heard of them, so they end with a
//! sentence in their incidents; and which open incidents another configuration touches.

use std::collections::BTreeMap;
use std::sync::Arc;

use domain::{Fact, IncidentId, Input, IntegrationName, Setup};
use tracing::info;

use super::Decider;
use crate::action::ActError;
use crate::handle::{Engine, Shared};
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
    async fn integrations_not_in(&self, setup: &Setup) -> store::Result<Vec<IntegrationName>> {
        let mut found = self.store.firing_integrations().await?;
        found.retain(|name| !OURS.contains(&name.as_str()) && setup.integration(name.as_str()).is_none());
        Ok(found)
    }
}

/// Why another configuration touches an open incident.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TouchedWhy {
    /// Its policy is gone: the escalation goes on as it was started.
    PolicyGone(String),
    /// Its service is gone.
    ServiceGone(String),
    /// An integration of its alerts is gone: so many of them count as over.
    IntegrationGone(IntegrationName, usize),
}

/// An open incident that another configuration touches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Touched {
    /// Which.
    pub incident: IncidentId,
    /// Its title.
    pub title: String,
    /// Why, in the order of [`TouchedWhy`]; never empty.
    pub why: Vec<TouchedWhy>,
}

impl Engine {
    /// Which open incidents a configuration touches that is not in use yet, and why. Changes nothing.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn touched_by(&self, setup: &Setup) -> Result<Vec<Touched>, ActError> {
        let failed = |error: store::StoreError| self.failed(&error);
        let mut alerts: BTreeMap<IncidentId, Vec<TouchedWhy>> = BTreeMap::new();
        for integration in self.shared.integrations_not_in(setup).await.map_err(failed)? {
            for (id, count) in self.shared.store.incidents_of(&integration).await.map_err(failed)? {
                alerts.entry(id).or_default().push(TouchedWhy::IntegrationGone(integration.clone(), count));
            }
        }
        let old = self.setup();
        let mut touched = Vec::new();
        for incident in self.shared.book.open() {
            let mut why = Vec::new();
            let policy = incident.policy_in_use();
            let is_gone = |name: &&str| old.escalations.contains_key(*name) && !setup.escalations.contains_key(*name);
            why.extend(policy.filter(is_gone).map(|policy| TouchedWhy::PolicyGone(policy.to_owned())));
            let is_gone = |name: &&str| old.service(name).is_some() && setup.service(name).is_none();
            let service = incident.service.as_deref().filter(is_gone);
            why.extend(service.map(|service| TouchedWhy::ServiceGone(service.to_owned())));
            why.extend(alerts.remove(&incident.id).unwrap_or_default());
            if !why.is_empty() {
                touched.push(Touched { incident: incident.id, title: incident.title.clone(), why });
            }
        }
        Ok(touched)
    }
}
