//! Purpose: the machine's clock was set: what the tables hold of time beside the timelines moves with it, and what the clock said
//! last is remembered, all in the transaction of the decision.

use domain::{Timer, TimerKind, Timestamp};
use sqlx::{Sqlite, Transaction};

use crate::{Result, Store, instant};

/// Under this name `meta` keeps what the clock said last.
const NAME: &str = "clock";

const REMEMBER: &str =
    "INSERT INTO meta (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value";
const HEARTBEATS: &str = "UPDATE heartbeats SET last_ms = last_ms + $1, since_ms = since_ms + $1";
// When each was heard of, and when its end was told. The beginnings are by the sender's clock.
const ALERTS: &str = "UPDATE alerts SET heard_ms = heard_ms + $1, told_ms = told_ms + $1, changed_ms = changed_ms + $1
    WHERE firing = 1 OR told_ms IS NOT NULL";
const WATCHED: &str = "UPDATE heartbeat_watch SET until_ms = until_ms + $1";
const OUTBOX: &str =
    "UPDATE outbox SET planned_ms = planned_ms + $1, not_before_ms = not_before_ms + $1, sent_ms = sent_ms + $1
    WHERE state IN ('planned', 'sent')";
const TIMERS: &str = "SELECT subject, kind, due_ms, set_ms FROM timers ORDER BY subject, kind";

/// The clock in one transaction.
#[derive(Clone, Debug, Default)]
pub struct ClockChange {
    /// What it says, as the engine writes it.
    pub reading: String,
    /// By how many milliseconds the domain clock was set; negative is back.
    pub by_ms: i64,
    /// The same of the clock of the outbox: only between two processes.
    pub wire_by_ms: i64,
}

impl ClockChange {
    pub(crate) async fn write(&self, tx: &mut Transaction<'_, Sqlite>) -> Result<()> {
        sqlx::query(REMEMBER).bind(NAME).bind(&self.reading).execute(&mut **tx).await?;
        for (sql, by) in
            [(HEARTBEATS, self.by_ms), (WATCHED, self.by_ms), (ALERTS, self.by_ms), (OUTBOX, self.wire_by_ms)]
        {
            if by != 0 {
                sqlx::query(sql).bind(by).execute(&mut **tx).await?;
            }
        }
        Ok(())
    }
}

impl Store {
    /// What the clock said last, as the engine wrote it; none in a database from before that was kept.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn clock_reading(&self) -> Result<Option<String>> {
        self.meta(NAME).await
    }

    /// The clock says this now; nothing was set.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn clock_reads(&self, reading: &str) -> Result<()> {
        self.meta_replace(NAME, reading).await
    }

    /// All timers, each with the instant it was set at. Kinds of newer versions are left out.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn timers(&self) -> Result<Vec<(Timer, Timestamp)>> {
        let rows: Vec<(String, String, i64, i64)> = sqlx::query_as(TIMERS).fetch_all(&self.read).await?;
        let timer = |(subject, kind, due, set): (String, String, i64, i64)| {
            let timer = Timer { subject: subject.parse().ok()?, kind: TimerKind::parse(&kind)?, due: instant(due) };
            Some((timer, instant(set)))
        };
        Ok(rows.into_iter().filter_map(timer).collect())
    }
}
