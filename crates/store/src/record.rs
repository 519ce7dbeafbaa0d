//! Purpose: what a decision adds to the record of incidents and to the counters over alerting rules.

use std::collections::BTreeMap;

use domain::{IncidentId, Timestamp};
use serde_json::{Value, json};

use crate::bulk::Bulk;
use crate::dialect::{field, rows};
use crate::{Batch, Result, millis};

/// Bytes of one text that are looked through. A note that repeats for days must not make each further decision slower.
const TEXT_BYTES: usize = 64 * 1024;

/// What is remembered of an incident. It is the whole of it: what is not in the newest record of an incident is no longer so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// Number.
    pub incident: IncidentId,
    /// Title.
    pub title: String,
    /// Service.
    pub service: Option<String>,
    /// Who is hurt and how.
    pub impact: Option<String>,
    /// An exercise.
    pub drill: bool,
    /// The incident that goes on in its place.
    pub merged_into: Option<IncidentId>,
    /// Name of what noticed it first.
    pub detected_by: Option<String>,
    /// From the beginning of the trouble to its detection.
    pub detect_lag_ms: Option<i64>,
    /// When somebody first had it.
    pub acknowledged_at: Option<Timestamp>,
    /// When it was over.
    pub resolved_at: Option<Timestamp>,
    /// What fixed it.
    pub fixed: Option<String>,
    /// What caused it.
    pub cause: Option<String>,
    /// What was written meanwhile: notes and updates.
    pub notes: String,
    /// When its postmortem is due; none when there is none to write, or no more.
    pub postmortem_due: Option<Timestamp>,
    /// What it opened with; some only at the opening, and kept from then on.
    pub labels: Option<Vec<(String, String)>>,
    /// What was promised.
    pub action_items: Vec<ActionRow>,
}

/// Something promised after an incident.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActionRow {
    /// Number within the incident.
    pub number: u32,
    /// What.
    pub what: String,
    /// Who.
    pub owner: Option<String>,
    /// Until when.
    pub due: Option<Timestamp>,
    /// Since when it is done.
    pub done: Option<Timestamp>,
}

/// An alert was looked at: what its rule lacks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleCheck {
    /// The integration that sent it.
    pub integration: String,
    /// The alerting rule it came from.
    pub rule: String,
    /// Where the rule can be changed.
    pub url: Option<String>,
    /// Names of what it lacks; empty is good.
    pub gaps: Vec<&'static str>,
    /// When.
    pub at: Timestamp,
}

/// Everything of a batch that belongs to the record.
#[derive(Clone, Debug, Default)]
pub(crate) struct Records {
    incidents: BTreeMap<u32, Value>,
    labels: Vec<Value>,
    actions: BTreeMap<u32, Vec<Value>>,
    rules: BTreeMap<(String, String), RuleSum>,
}

#[derive(Clone, Debug, Default)]
struct RuleSum {
    seen: i64,
    good: i64,
    last_ms: i64,
    url: Option<String>,
    gaps: BTreeMap<&'static str, i64>,
}

const INCIDENTS: &str = concat!(
    "UPDATE incidents SET drill = m.drill, merged_into = m.merged, detected_by = m.detected, detect_lag_ms = m.lag,
      acknowledged_ms = m.acknowledged, resolved_ms = m.resolved, fixed = m.fixed, postmortem_due_ms = m.postmortem,
      open_actions = m.actions FROM (SELECT ",
    field!("n"),
    " AS n, ",
    field!("drill"),
    " AS drill, ",
    field!("merged"),
    " AS merged, ",
    field!("detected"),
    " AS detected, ",
    field!("lag"),
    " AS lag, ",
    field!("acknowledged"),
    " AS acknowledged, ",
    field!("resolved"),
    " AS resolved, ",
    field!("fixed"),
    " AS fixed, ",
    field!("postmortem"),
    " AS postmortem, ",
    field!("actions"),
    " AS actions FROM ",
    rows!(),
    ") m WHERE incidents.number = m.n"
);
// Most events of an incident change none of its words, and comparing is cheaper than indexing them again.
const SEARCH: &str = concat!(
    "INSERT OR REPLACE INTO incident_search (rowid, title, service, impact, fixed, cause, notes) SELECT ",
    field!("n"),
    ", ",
    field!("title"),
    ", ",
    field!("service"),
    ", ",
    field!("impact"),
    ", ",
    field!("fixed"),
    ", ",
    field!("cause"),
    ", ",
    field!("notes"),
    " FROM ",
    rows!(),
    " WHERE NOT EXISTS (SELECT 1 FROM incident_search s WHERE s.rowid = ",
    field!("n"),
    " AND s.title IS ",
    field!("title"),
    " AND s.service IS ",
    field!("service"),
    " AND s.impact IS ",
    field!("impact"),
    " AND s.fixed IS ",
    field!("fixed"),
    " AND s.cause IS ",
    field!("cause"),
    " AND s.notes IS ",
    field!("notes"),
    ")"
);
const LABELS: &str = concat!(
    "INSERT INTO incident_labels (incident, label, value) SELECT ",
    field!("n"),
    ", ",
    field!("label"),
    ", ",
    field!("value"),
    " FROM ",
    rows!(),
    " WHERE true ON CONFLICT (incident, label, value) DO NOTHING"
);
const ACTIONS_GONE: &str =
    concat!("DELETE FROM action_items WHERE incident IN (SELECT ", field!("n"), " FROM ", rows!(), ")");
const ACTIONS: &str = concat!(
    "INSERT INTO action_items (incident, number, what, owner, due_ms, done_ms) SELECT ",
    field!("n"),
    ", ",
    field!("number"),
    ", ",
    field!("what"),
    ", ",
    field!("owner"),
    ", ",
    field!("due"),
    ", ",
    field!("done"),
    " FROM ",
    rows!(),
    " WHERE true ON CONFLICT (incident, number) DO UPDATE SET what = excluded.what, owner = excluded.owner,
      due_ms = excluded.due_ms, done_ms = excluded.done_ms"
);
const RULES: &str = concat!(
    "INSERT INTO alert_rules (integration, rule, seen, good, last_ms, url) SELECT ",
    field!("integration"), ", ", field!("rule"), ", ", field!("seen"), ", ", field!("good"), ", ", field!("last"), ", ",
    field!("url"), " FROM ", rows!(),
    " WHERE true ON CONFLICT (integration, rule) DO UPDATE SET seen = alert_rules.seen + excluded.seen,
      good = alert_rules.good + excluded.good, last_ms = excluded.last_ms, url = COALESCE(excluded.url, alert_rules.url)"
);
const GAPS: &str = concat!(
    "INSERT INTO alert_rule_gaps (integration, rule, gap, count) SELECT ",
    field!("integration"),
    ", ",
    field!("rule"),
    ", ",
    field!("gap"),
    ", ",
    field!("count"),
    " FROM ",
    rows!(),
    " WHERE true ON CONFLICT (integration, rule, gap) DO UPDATE SET count = alert_rule_gaps.count + excluded.count"
);

impl Record {
    /// An incident of which nothing but its title is known.
    pub fn new(incident: IncidentId, title: impl Into<String>) -> Self {
        Self {
            incident,
            title: title.into(),
            service: None,
            impact: None,
            drill: false,
            merged_into: None,
            detected_by: None,
            detect_lag_ms: None,
            acknowledged_at: None,
            resolved_at: None,
            fixed: None,
            cause: None,
            notes: String::new(),
            postmortem_due: None,
            labels: None,
            action_items: Vec::new(),
        }
    }
}

impl Batch {
    /// Adds what is remembered of an incident; the last record of an incident wins. The incident itself comes with
    /// [`Batch::events`], in this batch or before.
    pub fn record(&mut self, record: Record) {
        let n = record.incident.0;
        let open = record.action_items.iter().filter(|item| item.done.is_none()).count();
        self.records.incidents.insert(
            n,
            json!({
                "n": n, "title": shortened(&record.title), "service": record.service, "impact": record.impact.as_deref().map(shortened),
                "drill": i64::from(record.drill), "merged": record.merged_into.map(|id| id.0), "detected": record.detected_by,
                "lag": record.detect_lag_ms, "acknowledged": record.acknowledged_at.map(millis),
                "resolved": record.resolved_at.map(millis), "fixed": record.fixed.as_deref().map(shortened),
                "cause": record.cause.as_deref().map(shortened), "notes": shortened(&record.notes),
                "postmortem": record.postmortem_due.map(millis), "actions": open,
            }),
        );
        let labels = record.labels.unwrap_or_default();
        self.records
            .labels
            .extend(labels.into_iter().map(|(label, value)| json!({ "n": n, "label": label, "value": value })));
        let actions = record.action_items.into_iter().map(|item| {
            json!({
                "n": n, "number": item.number, "what": item.what, "owner": item.owner, "due": item.due.map(millis),
                "done": item.done.map(millis),
            })
        });
        self.records.actions.insert(n, actions.collect());
    }

    /// Counts an alert that was looked at.
    pub fn alert_checked(&mut self, check: RuleCheck) {
        let sum = self.records.rules.entry((check.integration, check.rule)).or_default();
        sum.seen += 1;
        sum.good += i64::from(check.gaps.is_empty());
        sum.last_ms = sum.last_ms.max(millis(check.at));
        sum.url = check.url.or(sum.url.take());
        let gaps: std::collections::BTreeSet<&'static str> = check.gaps.into_iter().collect();
        for gap in gaps {
            *sum.gaps.entry(gap).or_default() += 1;
        }
    }
}

impl Records {
    pub(crate) fn is_empty(&self) -> bool {
        self.incidents.is_empty() && self.rules.is_empty()
    }

    /// Adds everything; the incidents themselves come before.
    pub(crate) fn write(&self, to: &mut Bulk) -> Result<()> {
        to.add(INCIDENTS, self.incidents.values(), &[])?;
        to.add(SEARCH, self.incidents.values(), &[])?;
        to.add(LABELS, &self.labels, &[])?;
        let recorded: Vec<Value> = self.actions.keys().map(|n| json!({ "n": n })).collect();
        to.add(ACTIONS_GONE, &recorded, &[])?;
        to.add(ACTIONS, self.actions.values().flatten(), &[])?;
        let (mut rules, mut gaps) = (Vec::new(), Vec::new());
        for ((integration, rule), sum) in &self.rules {
            rules.push(json!({
                "integration": integration, "rule": rule, "seen": sum.seen, "good": sum.good, "last": sum.last_ms, "url": sum.url,
            }));
            gaps.extend(
                sum.gaps.iter().map(
                    |(gap, count)| json!({ "integration": integration, "rule": rule, "gap": gap, "count": count }),
                ),
            );
        }
        to.add(RULES, &rules, &[])?;
        to.add(GAPS, &gaps, &[])
    }
}

/// The beginning of a text, if it is too long.
fn shortened(text: &str) -> &str {
    &text[..text.floor_char_boundary(TEXT_BYTES)]
}
