//! Purpose: how much waits, where, and since when. Read often, so every part of it is answered by a small index.

use domain::{Lane, Timestamp};

use crate::{Result, Store, instant};

/// What waits.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Vitals {
    /// Reports accepted since the database was made.
    pub accepted: i64,
    /// Of them not decided yet.
    pub undecided: i64,
    /// When the oldest of these was accepted, by the domain clock.
    pub undecided_since: Option<Timestamp>,
    /// Rows of the outbox that wait, by lane; lanes without any are left out.
    pub lanes: Vec<(Lane, i64, Timestamp)>,
    /// When the oldest page that waits was planned.
    pub page_since: Option<Timestamp>,
    /// Dead letters.
    pub dead: i64,
    /// When the next timer is due, by the domain clock.
    pub next_timer: Option<Timestamp>,
}

// Rows are never deleted and numbers never reused, so the last number is the count. The first that waits has waited longest: to
// compare all of them would read all of them.
const JOURNAL: &str = "SELECT COALESCE((SELECT MAX(id) FROM journal), 0),
    (SELECT COUNT(*) FROM journal WHERE outcome IS NULL),
    (SELECT received_ms FROM journal WHERE outcome IS NULL ORDER BY id LIMIT 1)";
const LANES: &str =
    "SELECT lane, COUNT(*), MIN(planned_ms) FROM outbox WHERE state IN ('planned', 'sent') GROUP BY lane ORDER BY lane";
const DEAD: &str = "SELECT COUNT(*) FROM outbox WHERE state = 'dead'";

impl Store {
    /// What waits now.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn vitals(&self) -> Result<Vitals> {
        let (accepted, undecided, since): (i64, i64, Option<i64>) =
            sqlx::query_as(JOURNAL).fetch_one(&self.read).await?;
        let lanes: Vec<(i64, i64, i64)> = sqlx::query_as(LANES).fetch_all(&self.read).await?;
        let lanes: Vec<_> =
            lanes.into_iter().map(|(lane, count, since)| (Lane::from_rank(lane), count, instant(since))).collect();
        Ok(Vitals {
            accepted,
            undecided,
            undecided_since: since.map(instant),
            page_since: lanes.iter().find(|(lane, ..)| *lane == Lane::Page).map(|(.., since)| *since),
            lanes,
            dead: sqlx::query_scalar(DEAD).fetch_one(&self.read).await?,
            next_timer: self.next_timer().await?,
        })
    }
}
