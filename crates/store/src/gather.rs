//! Purpose: rows that were never sent are looked through, and some of them give way to one other.

use domain::{Effect, PlannedEffect, Reason, Timestamp};
use sqlx::Connection as _;

use crate::outbox::put;
use crate::{BEGIN, Result, Store, millis, write_point};

const NEVER_SENT: &str = "SELECT id, effect FROM outbox
    WHERE state = 'planned' AND sent_ms IS NULL AND supersede IS NULL AND subject IS NOT NULL ORDER BY subject, id";
const DROP: &str = "UPDATE outbox SET state = 'dropped', finished_ms = $2, reason = $3, reason_code = $4
    WHERE id = $1 AND state = 'planned' AND sent_ms IS NULL";

impl Store {
    /// Effects of incidents that wait, were never sent and stay as they are, by incident, in order. What cannot be read is left
    /// out; the outbox says so when its turn comes.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn outbox_never_sent(&self) -> Result<Vec<(i64, Effect)>> {
        let rows: Vec<(i64, String)> = sqlx::query_as(NEVER_SENT).fetch_all(&self.read).await?;
        Ok(rows.into_iter().filter_map(|(id, text)| Some((id, serde_json::from_str(&text).ok()?))).collect())
    }

    /// Ends rows that were never sent and puts one effect in their place, in one transaction.
    ///
    /// # Errors
    /// When the database fails; then nothing has changed.
    pub async fn outbox_replace(
        &self,
        rows: &[i64],
        planned: &PlannedEffect,
        reason: &Reason,
        wire: Timestamp,
    ) -> Result<()> {
        write_point!("gather:writing");
        let mut writer = self.write.lock().await?;
        let mut tx = writer.begin_with(BEGIN).await?;
        for id in rows {
            let drop = sqlx::query(DROP).bind(id).bind(millis(wire)).bind(&reason.text).bind(reason.code.as_str());
            drop.execute(&mut *tx).await?;
        }
        put(&mut tx, planned, wire).await?;
        write_point!("gather:in-transaction");
        tx.commit().await?;
        write_point!("gather:written");
        Ok(())
    }
}
