//! Purpose: many waiting posts become one: after an outage a room gets one message.

use domain::{Effect, IncidentId, Place, PlannedEffect, Post, Timestamp};

use sqlx::Connection as _;

use crate::{BEGIN, Result, STORED_VERSION, Store, millis, write_point};

/// Posts of one room that wait, with their rows, in order.
pub type WaitingPosts = (IncidentId, Place, Vec<(i64, Post)>);

const WAITING_POSTS: &str = "SELECT id, effect FROM outbox
    WHERE state = 'planned' AND sent_ms IS NULL AND supersede IS NULL AND subject IS NOT NULL ORDER BY id";
const DROP: &str = "UPDATE outbox SET state = 'dropped', finished_ms = $2, reason = $3 WHERE id = $1 AND state = 'planned' AND sent_ms IS NULL";
const PUT: &str = "INSERT INTO outbox (key, subject, lane, version, effect, order_key, planned_ms, not_before_ms)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $7) ON CONFLICT (key) DO NOTHING";

impl Store {
    /// Posts to rooms and threads that were never sent, by room.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn waiting_posts(&self) -> Result<Vec<WaitingPosts>> {
        let rows: Vec<(i64, String)> = sqlx::query_as(WAITING_POSTS).fetch_all(&self.read).await?;
        let mut rooms: Vec<WaitingPosts> = Vec::new();
        for (id, text) in rows {
            // What cannot be read stays where it is; the outbox says so when its turn comes.
            let Ok(Effect::Post { incident, place: place @ (Place::Room | Place::Thread), post }) =
                serde_json::from_str(&text)
            else {
                continue;
            };
            match rooms.iter_mut().find(|(known, at, _)| *known == incident && *at == place) {
                Some((_, _, posts)) => posts.push((id, post)),
                None => rooms.push((incident, place, vec![(id, post)])),
            }
        }
        Ok(rooms)
    }

    /// Ends rows that were never sent and puts one effect in their place, in one transaction.
    ///
    /// # Errors
    /// When the database fails; then nothing has changed.
    pub async fn outbox_replace(
        &self,
        rows: &[i64],
        planned: &PlannedEffect,
        reason: &str,
        wire: Timestamp,
    ) -> Result<()> {
        write_point!("gather:writing");
        let mut writer = self.write.lock().await?;
        let mut tx = writer.begin_with(BEGIN).await?;
        for id in rows {
            sqlx::query(DROP).bind(id).bind(millis(wire)).bind(reason).execute(&mut *tx).await?;
        }
        sqlx::query(PUT)
            .bind(&planned.key)
            .bind(planned.effect.subject().map(|subject| subject.to_string()))
            .bind(planned.lane.rank())
            .bind(STORED_VERSION)
            .bind(crate::encode(&planned.effect)?)
            .bind(&planned.order)
            .bind(millis(wire))
            .execute(&mut *tx)
            .await?;
        write_point!("gather:in-transaction");
        tx.commit().await?;
        write_point!("gather:written");
        Ok(())
    }
}
