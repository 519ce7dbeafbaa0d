//! Purpose: heartbeats: when each was last heard of, and its silence, which goes into the journal in the same transaction,
//! so that no crash reports it twice or forgets it.

use domain::{AlertReport, Timestamp};
use sqlx::{Connection as _, Sqlite, Transaction};

use crate::{BEGIN, Result, Store, instant, millis, write_point};

/// What is known of a heartbeat.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeartbeatRow {
    /// Its name.
    pub name: String,
    /// Its last beat, if there was one.
    pub last: Option<Timestamp>,
    /// What its silence counts from; none in a database from before that was kept, until watching begins.
    pub since: Option<Timestamp>,
    /// Its silence was reported.
    pub silent: bool,
}

const ALL: &str = "SELECT name, last_ms, since_ms, silent FROM heartbeats ORDER BY name";
const WATCHED: &str = "INSERT INTO heartbeat_watch (id, until_ms) VALUES (1, $1)
    ON CONFLICT (id) DO UPDATE SET until_ms = excluded.until_ms";
// A database from before this was counted has no mark: then each has its whole time once more. A clock that went back adds none.
const EXTEND: &str = "UPDATE heartbeats SET since_ms = min($1, coalesce(
        coalesce(since_ms, last_ms) + (SELECT max(0, $1 - until_ms) FROM heartbeat_watch), $1))
    WHERE silent = 0";
const BEAT: &str = "INSERT INTO heartbeats (name, last_ms, since_ms) VALUES ($1, $2, $2)
    ON CONFLICT (name) DO UPDATE SET last_ms = max(coalesce(heartbeats.last_ms, 0), excluded.last_ms),
        since_ms = excluded.since_ms";
const HEARD: &str = "UPDATE heartbeats SET silent = 0 WHERE name = $1 AND silent = 1";
const KNOWN: &str = "INSERT INTO heartbeats (name, since_ms) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING";
const SILENT: &str = "UPDATE heartbeats SET silent = 1 WHERE name = $1 AND silent = 0";
const FORGET: &str = "DELETE FROM heartbeats WHERE name = $1 RETURNING silent";
const REPORT: &str = "INSERT INTO journal (received_ms, report) VALUES ($1, $2)";

impl Store {
    /// Watching begins at `now`: all heartbeats that are known, configured or not. What their silence counts from is extended by
    /// the time nobody watched: beats sent meanwhile are lost, which is no evidence of silence.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn resume_heartbeats(&self, now: Timestamp) -> Result<Vec<HeartbeatRow>> {
        let mut writer = self.write.lock().await?;
        let mut tx = writer.begin_with(BEGIN).await?;
        sqlx::query(EXTEND).bind(millis(now)).execute(&mut *tx).await?;
        sqlx::query(WATCHED).bind(millis(now)).execute(&mut *tx).await?;
        tx.commit().await?;
        drop(writer);
        self.heartbeats().await
    }

    /// All heartbeats that are known, configured or not.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn heartbeats(&self) -> Result<Vec<HeartbeatRow>> {
        let rows: Vec<(String, Option<i64>, Option<i64>, bool)> = sqlx::query_as(ALL).fetch_all(&self.read).await?;
        let row = |(name, last_ms, since_ms, silent): (String, Option<i64>, Option<i64>, bool)| HeartbeatRow {
            name,
            last: last_ms.map(instant),
            since: since_ms.map(instant),
            silent,
        };
        Ok(rows.into_iter().map(row).collect())
    }

    /// Heartbeats were watched until now.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn heartbeats_watched(&self, until: Timestamp) -> Result<()> {
        let mut writer = self.write.lock().await?;
        sqlx::query(WATCHED).bind(millis(until)).execute(&mut *writer).await?;
        Ok(())
    }

    /// It is watched from `since` on, if it was not known.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn heartbeat_known(&self, name: &str, since: Timestamp) -> Result<()> {
        let mut writer = self.write.lock().await?;
        sqlx::query(KNOWN).bind(name).bind(millis(since)).execute(&mut *writer).await?;
        Ok(())
    }

    /// It was heard of. If its silence had been reported, `over` is accepted with it; answers whether it was.
    ///
    /// # Errors
    /// When the database fails; then nothing was written.
    pub async fn heartbeat_heard(&self, name: &str, at: Timestamp, over: &AlertReport) -> Result<bool> {
        write_point!("heartbeat:writing", "heard");
        let mut writer = self.write.lock().await?;
        let mut tx = writer.begin_with(BEGIN).await?;
        sqlx::query(BEAT).bind(name).bind(millis(at)).execute(&mut *tx).await?;
        let was_silent = sqlx::query(HEARD).bind(name).execute(&mut *tx).await?.rows_affected() > 0;
        if was_silent {
            accept(&mut tx, over, at).await?;
        }
        write_point!("heartbeat:in-transaction", "heard");
        tx.commit().await?;
        write_point!("heartbeat:written", "heard");
        Ok(was_silent)
    }

    /// It is silent: `report` is accepted, once for each silence. Answers whether it was now.
    ///
    /// # Errors
    /// When the database fails; then nothing was written.
    pub async fn heartbeat_silent(&self, name: &str, at: Timestamp, report: &AlertReport) -> Result<bool> {
        write_point!("heartbeat:writing", "silent");
        let mut writer = self.write.lock().await?;
        let mut tx = writer.begin_with(BEGIN).await?;
        sqlx::query(KNOWN).bind(name).bind(millis(at)).execute(&mut *tx).await?;
        let is_new = sqlx::query(SILENT).bind(name).execute(&mut *tx).await?.rows_affected() > 0;
        if is_new {
            accept(&mut tx, report, at).await?;
        }
        write_point!("heartbeat:in-transaction", "silent");
        tx.commit().await?;
        write_point!("heartbeat:written", "silent");
        Ok(is_new)
    }

    /// It is no longer configured. If its silence had been reported, `over` is accepted; answers whether it was.
    ///
    /// # Errors
    /// When the database fails; then nothing was written.
    pub async fn heartbeat_forget(&self, name: &str, at: Timestamp, over: &AlertReport) -> Result<bool> {
        write_point!("heartbeat:writing", "forget");
        let mut writer = self.write.lock().await?;
        let mut tx = writer.begin_with(BEGIN).await?;
        let silent: Option<bool> = sqlx::query_scalar(FORGET).bind(name).fetch_optional(&mut *tx).await?;
        let was_silent = silent == Some(true);
        if was_silent {
            accept(&mut tx, over, at).await?;
        }
        write_point!("heartbeat:in-transaction", "forget");
        tx.commit().await?;
        write_point!("heartbeat:written", "forget");
        Ok(was_silent)
    }
}

async fn accept(tx: &mut Transaction<'_, Sqlite>, report: &AlertReport, at: Timestamp) -> Result<()> {
    sqlx::query(REPORT).bind(millis(at)).bind(crate::encode(report)?).execute(&mut **tx).await?;
    Ok(())
}
