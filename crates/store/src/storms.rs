//! Purpose: storms: which one runs, what was folded into it, and what its board says. Written in the transaction of the
//! decision that folded it, as the whole of it, so that no crash and no repetition counts an alert twice.

use std::collections::BTreeMap;
use std::time::Duration;

use domain::storm::{Board, BoardLine, BoardTotals, Running, Standing, StormRules, Storms};
use domain::{IncidentId, PlannedEffect, Severity, Timestamp};
use serde_json::{Value, json};

use crate::batch::severity_rank;
use crate::bulk::Bulk;
use crate::dialect::{field, rows};
use crate::reads::{number, severity_of_rank};
use crate::{Batch, Result, Store, instant, millis, millis_after};

/// What a board says of one incident.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StormIncident {
    /// Which storm.
    pub storm: u32,
    /// Which incident.
    pub incident: IncidentId,
    /// How bad it is.
    pub severity: Severity,
    /// Where it stands.
    pub standing: Standing,
    /// Alerts folded into it.
    pub alerts: u32,
    /// Of them firing.
    pub firing: u32,
}

/// What a start needs to know of storms.
#[derive(Clone, Debug, Default)]
pub struct StormResume {
    /// The one that runs, and the newest number.
    pub storms: Storms,
    /// When alerts opened incidents lately, and how bad these are; those of a storm are left out.
    pub openings: Vec<(Timestamp, Severity)>,
}

/// What one transaction writes about storms.
#[derive(Clone, Debug, Default)]
pub(crate) struct StormRows {
    storm: Option<Value>,
    incidents: BTreeMap<u32, Value>,
}

const STORM: &str = concat!(
    "INSERT INTO storms (number, began_ms, last_ms, due_ms, ended_ms, rooms, within_ms, quiet_ms, alerts) SELECT ",
    field!("n"),
    ", ",
    field!("began"),
    ", ",
    field!("last"),
    ", ",
    field!("due"),
    ", ",
    field!("ended"),
    ", ",
    field!("rooms"),
    ", ",
    field!("within"),
    ", ",
    field!("quiet"),
    ", ",
    field!("alerts"),
    " FROM ",
    rows!(),
    " WHERE true ON CONFLICT (number) DO UPDATE SET began_ms = excluded.began_ms, last_ms = excluded.last_ms, due_ms = excluded.due_ms,
      ended_ms = excluded.ended_ms, alerts = excluded.alerts, revision = storms.revision + 1"
);
const INCIDENTS: &str = concat!(
    "INSERT INTO storm_incidents (storm, incident, severity, standing, alerts, firing) SELECT ",
    field!("storm"),
    ", ",
    field!("n"),
    ", ",
    field!("severity"),
    ", ",
    field!("standing"),
    ", ",
    field!("alerts"),
    ", ",
    field!("firing"),
    " FROM ",
    rows!(),
    " WHERE true ON CONFLICT (storm, incident) DO UPDATE SET severity = excluded.severity, standing = excluded.standing,
      alerts = excluded.alerts, firing = excluded.firing"
);
const RUNNING: &str =
    "SELECT number, began_ms, last_ms, due_ms, alerts FROM storms WHERE ended_ms IS NULL ORDER BY number DESC LIMIT 1";
const LAST: &str = "SELECT COALESCE(MAX(number), 0), COALESCE(MAX(ended_ms), 0) FROM storms";
const OPENINGS: &str =
    "SELECT opened_ms, severity FROM incidents i WHERE opened_ms > $1 AND opened_by IS NULL AND drill = 0
    AND NOT EXISTS (SELECT 1 FROM storm_incidents s WHERE s.incident = i.number) ORDER BY opened_ms";
const BOARD: &str = "SELECT began_ms, ended_ms, rooms, within_ms, quiet_ms, revision FROM storms WHERE number = $1";
const TOTALS: &str = "SELECT COALESCE(SUM(s.alerts), 0), COALESCE(SUM(s.firing), 0),
    COALESCE(SUM(CASE WHEN s.standing = 'unfolded' THEN s.alerts ELSE 0 END), 0), COUNT(*),
    COALESCE(SUM(CASE WHEN s.standing = 'folded' THEN 1 ELSE 0 END), 0),
    COALESCE(SUM(CASE WHEN s.standing = 'over' THEN 1 ELSE 0 END), 0),
    COALESCE(SUM(CASE WHEN s.standing = 'unfolded' THEN 1 ELSE 0 END), 0), COUNT(DISTINCT i.service)
    FROM storm_incidents s JOIN incidents i ON i.number = s.incident WHERE s.storm = $1";
const BY_SEVERITY: &str = "SELECT severity, COUNT(*) FROM storm_incidents WHERE storm = $1 AND standing = 'folded'
    GROUP BY severity ORDER BY severity";
const WORST: &str = "SELECT s.incident, i.title, i.service, s.severity, s.alerts, s.firing FROM storm_incidents s
    JOIN incidents i ON i.number = s.incident WHERE s.storm = $1 AND s.standing = 'folded'
    ORDER BY s.severity, s.alerts DESC, s.incident LIMIT $2";
const COUNTS: &str =
    "SELECT COALESCE(SUM(CASE WHEN ended_ms IS NULL THEN 1 ELSE 0 END), 0), COALESCE(SUM(alerts), 0) FROM storms";

type BoardTuple = (i64, Option<i64>, i64, i64, i64, i64);
type TotalsTuple = (i64, i64, i64, i64, i64, i64, i64, i64);
type WorstTuple = (i64, String, Option<String>, i64, i64, i64);

impl Batch {
    /// A storm as it is after this decision.
    pub fn storm(&mut self, storm: &Running, ended: Option<Timestamp>, rules: &StormRules) {
        self.storms.storm = Some(json!({
            "n": storm.number, "began": millis(storm.began), "last": millis(storm.last), "due": millis_after(storm.due),
            "ended": ended.map(millis), "rooms": rules.rooms, "alerts": storm.alerts,
            "within": i64::try_from(rules.within.as_millis()).unwrap_or(i64::MAX),
            "quiet": i64::try_from(rules.quiet.as_millis()).unwrap_or(i64::MAX),
        }));
    }

    /// An incident of the storm as it is after this decision.
    pub fn storm_incident(&mut self, row: &StormIncident) {
        let StormIncident { storm, incident, severity, standing, alerts, firing } = *row;
        let value = json!({
            "storm": storm, "n": incident.0, "severity": severity_rank(severity), "standing": standing.as_str(),
            "alerts": alerts, "firing": firing,
        });
        self.storms.incidents.insert(incident.0, value);
    }

    /// Adds a planned effect that does not leave before an instant of the wire clock.
    ///
    /// # Errors
    /// When the effect cannot be written as JSON.
    pub fn effect_not_before(&mut self, planned: &PlannedEffect, at: Timestamp) -> Result<()> {
        let known = self.effects.len();
        self.effects(std::slice::from_ref(planned))?;
        for effect in self.effects.iter_mut().skip(known) {
            effect["at"] = json!(millis(at));
        }
        Ok(())
    }
}

impl StormRows {
    pub(crate) fn is_empty(&self) -> bool {
        self.storm.is_none() && self.incidents.is_empty()
    }

    pub(crate) fn write(&self, to: &mut Bulk) -> Result<()> {
        to.add(STORM, &self.storm, &[])?;
        to.add(INCIDENTS, self.incidents.values(), &[])
    }
}

impl Store {
    /// What a start needs to know: the storm that runs, and what opened after `since`.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn storms(&self, since: Timestamp) -> Result<StormResume> {
        let running: Option<(i64, i64, i64, i64, i64)> = sqlx::query_as(RUNNING).fetch_optional(&self.read).await?;
        let (last_number, ended_ms): (i64, i64) = sqlx::query_as(LAST).fetch_one(&self.read).await?;
        let since = millis(since).max(ended_ms);
        let openings: Vec<(i64, i64)> = sqlx::query_as(OPENINGS).bind(since).fetch_all(&self.read).await?;
        let running = running.map(|(known, began, last, due, alerts)| Running {
            number: number(known),
            began: instant(began),
            last: instant(last),
            due: instant(due),
            alerts: count(alerts),
        });
        let storms = Storms { running, last_number: number(last_number), ..Storms::default() };
        let openings = openings.into_iter().map(|(at, rank)| (instant(at), severity_of_rank(rank))).collect();
        Ok(StormResume { storms, openings })
    }

    /// What a storm's board says now, with at most `shown` of its incidents; none when there is no such storm.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn board(&self, storm: u32, shown: u32) -> Result<Option<Board>> {
        // One transaction: the counts, the lines and the revision must be of the same instant.
        let mut tx = self.read.begin().await?;
        let storm_id = i64::from(storm);
        let found: Option<BoardTuple> = sqlx::query_as(BOARD).bind(storm_id).fetch_optional(&mut *tx).await?;
        let Some((began, ended, rooms, within, quiet, revision)) = found else { return Ok(None) };
        let totals: TotalsTuple = sqlx::query_as(TOTALS).bind(storm_id).fetch_one(&mut *tx).await?;
        let by_severity: Vec<(i64, i64)> = sqlx::query_as(BY_SEVERITY).bind(storm_id).fetch_all(&mut *tx).await?;
        let worst: Vec<WorstTuple> =
            sqlx::query_as(WORST).bind(storm_id).bind(i64::from(shown)).fetch_all(&mut *tx).await?;
        tx.commit().await?;
        let (alerts, firing, alerts_unfolded, incidents, open, over, unfolded, services) = totals;
        Ok(Some(Board {
            number: storm,
            began: instant(began),
            ended: ended.map(instant),
            rooms: number(rooms),
            within: Duration::from_millis(count(within)),
            quiet: Duration::from_millis(count(quiet)),
            revision: number(revision),
            totals: BoardTotals {
                alerts: count(alerts),
                firing: count(firing),
                alerts_unfolded: count(alerts_unfolded),
                incidents: count(incidents),
                open: count(open),
                over: count(over),
                unfolded: count(unfolded),
                services: count(services),
            },
            by_severity: by_severity.into_iter().map(|(rank, many)| (severity_of_rank(rank), count(many))).collect(),
            worst: worst.into_iter().map(line).collect(),
        }))
    }

    /// Storms that run, and alerts folded since the database was made.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn storm_counts(&self) -> Result<(i64, i64)> {
        Ok(sqlx::query_as(COUNTS).fetch_one(&self.read).await?)
    }
}

fn line((incident, title, service, rank, alerts, firing): WorstTuple) -> BoardLine {
    let (id, severity) = (IncidentId(number(incident)), severity_of_rank(rank));
    BoardLine { id, title, service, severity, alerts: count(alerts), firing: count(firing) }
}

fn count(value: i64) -> u64 {
    u64::try_from(value).unwrap_or_default()
}
