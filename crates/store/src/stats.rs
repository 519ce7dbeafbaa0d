//! Purpose: counters: which alerting rules lack most, how incidents were noticed, how fast they were had and over, what is due.

use domain::{IncidentId, Severity, Timestamp};

use crate::dialect::list;
use crate::reads::{number, severity_of_rank};
use crate::{ActionRow, Result, Store, instant, listed, millis};

/// An alerting rule that lacks something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleLine {
    /// The integration that sends it.
    pub integration: String,
    /// Its name there.
    pub rule: String,
    /// How many of its alerts were looked at.
    pub seen: i64,
    /// How many of them lacked nothing.
    pub good: i64,
    /// What was lacking, and how often; most often first.
    pub gaps: Vec<(String, i64)>,
    /// Where the rule can be changed.
    pub url: Option<String>,
    /// When one was looked at last.
    pub last: Timestamp,
}

/// A way incidents were noticed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DetectionLine {
    /// Name of what noticed first.
    pub detected_by: String,
    /// How many incidents.
    pub count: i64,
    /// From the beginning of the trouble to its detection, in the middle; none when it is known of none.
    pub median_lag_ms: Option<i64>,
}

/// How incidents went.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stats {
    /// How many opened.
    pub incidents: i64,
    /// How many of them somebody had.
    pub acknowledged: i64,
    /// How many of them are over.
    pub resolved: i64,
    /// From the opening to the acknowledgement, on average.
    pub mean_acknowledge_ms: Option<i64>,
    /// The same in the middle.
    pub median_acknowledge_ms: Option<i64>,
    /// From the opening to the end, on average.
    pub mean_resolve_ms: Option<i64>,
    /// The same in the middle.
    pub median_resolve_ms: Option<i64>,
}

/// Something promised that is not done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenAction {
    /// After which incident.
    pub incident: IncidentId,
    /// Its title.
    pub title: String,
    /// What.
    pub action: ActionRow,
}

/// A postmortem that is to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PostmortemDue {
    /// Of which incident.
    pub incident: IncidentId,
    /// Its title.
    pub title: String,
    /// Its severity.
    pub severity: Severity,
    /// Its service.
    pub service: Option<String>,
    /// Until when.
    pub due: Timestamp,
}

// What a rule lacks counts once per alert, so a rule that fires often comes before one that lacks more and fires seldom.
const WORST: &str = "SELECT r.integration, r.rule, r.seen, r.good, r.url, r.last_ms
    FROM (SELECT integration, rule, SUM(count) AS lacking FROM alert_rule_gaps GROUP BY integration, rule) g
    JOIN alert_rules r ON r.integration = g.integration AND r.rule = g.rule
    ORDER BY g.lacking DESC, r.last_ms DESC, r.integration, r.rule LIMIT $1";
const CHECKED: &str = "SELECT COALESCE(SUM(seen), 0) FROM alert_rules";
const GAPS: &str =
    "SELECT gap, count FROM alert_rule_gaps WHERE integration = $1 AND rule = $2 ORDER BY count DESC, gap";
const DETECTED: &str = concat!(
    "SELECT detected_by, COUNT(*), ",
    list!("detect_lag_ms"),
    " FROM incidents WHERE opened_ms >= $1 AND drill = 0 AND merged_into IS NULL AND detected_by IS NOT NULL
    GROUP BY detected_by ORDER BY COUNT(*) DESC, detected_by"
);
const TIMES: &str = concat!(
    "SELECT COUNT(*), COALESCE(SUM(CASE WHEN status IN ('resolved', 'closed') THEN 1 ELSE 0 END), 0), ",
    list!("acknowledged_ms - opened_ms"),
    ", ",
    list!("CASE WHEN status IN ('resolved', 'closed') THEN resolved_ms - opened_ms END"),
    " FROM incidents WHERE opened_ms >= $1 AND drill = 0 AND merged_into IS NULL"
);
const ACTIONS: &str = "SELECT a.incident, i.title, a.number, a.what, a.owner, a.due_ms
    FROM action_items a JOIN incidents i ON i.number = a.incident WHERE a.done_ms IS NULL
    ORDER BY a.due_ms IS NULL, a.due_ms, a.incident, a.number LIMIT $1";
const POSTMORTEMS: &str = "SELECT number, title, severity, service, postmortem_due_ms FROM incidents
    WHERE postmortem_due_ms IS NOT NULL ORDER BY postmortem_due_ms, number";
const LABELS: &str = "SELECT label, value FROM incident_labels WHERE incident = $1 ORDER BY label, value";

type RuleTuple = (String, String, i64, i64, Option<String>, i64);
type ActionTuple = (i64, String, i64, String, Option<String>, Option<i64>);
type PostmortemTuple = (i64, String, i64, Option<String>, i64);

impl Store {
    /// Alerting rules that lack something, most first; a rule that fires often counts more.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn worst_rules(&self, limit: u32) -> Result<Vec<RuleLine>> {
        let rows: Vec<RuleTuple> = sqlx::query_as(WORST).bind(i64::from(limit)).fetch_all(&self.read).await?;
        let mut lines = Vec::with_capacity(rows.len());
        for (integration, rule, seen, good, url, last) in rows {
            let gaps = sqlx::query_as(GAPS).bind(&integration).bind(&rule).fetch_all(&self.read).await?;
            lines.push(RuleLine { integration, rule, seen, good, gaps, url, last: instant(last) });
        }
        Ok(lines)
    }

    /// How many alerts were looked at, good ones included.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn alerts_checked(&self) -> Result<i64> {
        Ok(sqlx::query_scalar(CHECKED).fetch_one(&self.read).await?)
    }

    /// How the incidents that opened since then were noticed, most often first. Drills and merged ones do not count.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn detection_counts(&self, since: Timestamp) -> Result<Vec<DetectionLine>> {
        let rows: Vec<(String, i64, String)> =
            sqlx::query_as(DETECTED).bind(millis(since)).fetch_all(&self.read).await?;
        let line = |(detected_by, count, lags): (String, i64, String)| {
            Ok(DetectionLine { detected_by, count, median_lag_ms: median(known(&lags)?) })
        };
        rows.into_iter().map(line).collect()
    }

    /// How the incidents that opened since then went. Drills and merged ones do not count.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn stats(&self, since: Timestamp) -> Result<Stats> {
        let (incidents, resolved, acknowledge, resolve): (i64, i64, String, String) =
            sqlx::query_as(TIMES).bind(millis(since)).fetch_one(&self.read).await?;
        let (acknowledge, resolve) = (known(&acknowledge)?, known(&resolve)?);
        Ok(Stats {
            incidents,
            acknowledged: count(acknowledge.len()),
            resolved,
            mean_acknowledge_ms: mean(&acknowledge),
            median_acknowledge_ms: median(acknowledge),
            mean_resolve_ms: mean(&resolve),
            median_resolve_ms: median(resolve),
        })
    }

    /// What was promised and is not done: what is due first comes first, what has no date last.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn open_action_items(&self, limit: u32) -> Result<Vec<OpenAction>> {
        let rows: Vec<ActionTuple> = sqlx::query_as(ACTIONS).bind(i64::from(limit)).fetch_all(&self.read).await?;
        let line = |(incident, title, item, what, owner, due): ActionTuple| OpenAction {
            incident: IncidentId(number(incident)),
            title,
            action: ActionRow { number: number(item), what, owner, due: due.map(instant), done: None },
        };
        Ok(rows.into_iter().map(line).collect())
    }

    /// Postmortems that are to be written, the most urgent first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn postmortems_due(&self) -> Result<Vec<PostmortemDue>> {
        let rows: Vec<PostmortemTuple> = sqlx::query_as(POSTMORTEMS).fetch_all(&self.read).await?;
        let line = |(incident, title, severity, service, due): PostmortemTuple| PostmortemDue {
            incident: IncidentId(number(incident)),
            title,
            severity: severity_of_rank(severity),
            service,
            due: instant(due),
        };
        Ok(rows.into_iter().map(line).collect())
    }

    /// The labels an incident opened with.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn labels_of(&self, incident: IncidentId) -> Result<Vec<(String, String)>> {
        Ok(sqlx::query_as(LABELS).bind(i64::from(incident.0)).fetch_all(&self.read).await?)
    }
}

/// The times of a list that are known.
fn known(list: &str) -> Result<Vec<i64>> {
    Ok(listed::<Option<i64>>("times", list)?.into_iter().flatten().collect())
}

fn count(length: usize) -> i64 {
    i64::try_from(length).unwrap_or(i64::MAX)
}

fn mean(values: &[i64]) -> Option<i64> {
    let sum: i128 = values.iter().map(|value| i128::from(*value)).sum();
    sum.checked_div(i128::try_from(values.len()).ok()?).and_then(|mean| i64::try_from(mean).ok())
}

/// The middle one; of two in the middle what lies between them.
fn median(mut values: Vec<i64>) -> Option<i64> {
    values.sort_unstable();
    let upper = *values.get(values.len() / 2)?;
    let lower = values[(values.len() - 1) / 2];
    Some(i64::midpoint(lower, upper))
}
