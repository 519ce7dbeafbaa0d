//! Purpose: what is known of alerts, by dedup key: only those a decision asks about are read.

use domain::incident::KnownAlert;
use domain::{DedupKey, IncidentId};

use crate::dialect::rows;
use crate::reads::number;
use crate::{Result, Store, encode};

const KNOWN: &str =
    concat!("SELECT a.dedup_key, a.firing, a.incident FROM ", rows!(), " CROSS JOIN alerts a ON a.dedup_key = r.value");

impl Store {
    /// What is known of these alerts; those nobody heard of are left out.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn known_alerts(&self, keys: &[&DedupKey]) -> Result<Vec<(DedupKey, KnownAlert)>> {
        if keys.is_empty() {
            return Ok(Vec::new());
        }
        let found: Vec<(String, i64, Option<i64>)> =
            sqlx::query_as(KNOWN).bind(encode(&keys)?).fetch_all(&self.read).await?;
        let known = found.into_iter().map(|(key, firing, incident)| {
            let incident = incident.map(|of| IncidentId(number(of)));
            (DedupKey(key), KnownAlert { firing: firing == 1, incident })
        });
        Ok(known.collect())
    }
}
