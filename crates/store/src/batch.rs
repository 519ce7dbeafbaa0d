//! Purpose: one decision (or many) written in one transaction: state, timeline, timers, effects, journal marks.

use domain::incident::EventAt;
use domain::stages::{Reason, Stage};
use domain::{
    DedupKey, Incident, IncidentId, IntegrationName, PlannedEffect, Subject, Timer, TimerChange, TimerKind, Timestamp,
};
use serde_json::{Value, json};
use sqlx::Connection as _;

use crate::alerts::{ALERTS, AlertRow, AlertsEnded, alert_row};
use crate::bulk::Bulk;
use crate::dialect::{field, rows};
use crate::values::{Bound, Many};
use crate::{BEGIN, Result, STORED_VERSION, Store, millis, millis_after, signed, write_point};

/// What became of an accepted report.
#[derive(Clone, Debug)]
pub struct JournalMark {
    /// Row.
    pub id: i64,
    /// Name of the outcome.
    pub outcome: &'static str,
    /// The incident it went to.
    pub incident: Option<IncidentId>,
    /// The stage that stopped it, or that it opened an incident; none when it could not be decided.
    pub stage: Option<Stage>,
    /// Why that stage stopped it.
    pub reason: Option<Reason>,
}

/// A mark as it is written.
#[derive(Clone, Debug)]
struct MarkRow {
    mark: JournalMark,
    reason: Option<String>,
}

/// The searchable side of an incident.
pub type IncidentRow = Value;

/// Everything one transaction writes.
#[derive(Clone, Debug, Default)]
pub struct Batch {
    incidents: std::collections::BTreeMap<u32, IncidentRow>,
    events: Vec<Value>,
    timers_set: std::collections::BTreeMap<(Subject, TimerKind), i64>,
    timers_gone: std::collections::BTreeSet<(Subject, TimerKind)>,
    pub(crate) effects: Vec<Value>,
    alerts: std::collections::BTreeMap<DedupKey, AlertRow>,
    alerts_moved: Vec<Value>,
    alerts_ended: AlertsEnded,
    integrations_gone: Vec<Value>,
    journal: Vec<MarkRow>,
    objects_gone: Vec<(Subject, String)>,
    interaction: Option<u64>,
    pub(crate) records: crate::record::Records,
    pub(crate) storms: crate::storms::StormRows,
    pub(crate) asked: crate::asked::AskedRows,
    pub(crate) chat: crate::chat::ChatRows,
    clock: Option<crate::ClockChange>,
}

const INCIDENTS: &str = concat!(
    "INSERT INTO incidents (number, title, severity, status, service, group_key, opened_by, opened_ms, changed_ms, last_seq) SELECT ",
    field!("n"), ", ", field!("title"), ", ", field!("severity"), ", ", field!("status"), ", ", field!("service"), ", ",
    field!("group_key"), ", ", field!("opened_by"), ", ", field!("opened"), ", ", field!("changed"), ", ", field!("seq"),
    " FROM ", rows!(),
    " WHERE true ON CONFLICT (number) DO UPDATE SET title = excluded.title, severity = excluded.severity, status = excluded.status,
      service = excluded.service, opened_ms = excluded.opened_ms, changed_ms = excluded.changed_ms, last_seq = excluded.last_seq"
);
const EVENTS: &str = concat!(
    "INSERT INTO timeline (subject, seq, at_ms, version, event) SELECT ",
    field!("s"),
    ", ",
    field!("seq"),
    ", ",
    field!("at"),
    ", $2, ",
    field!("event"),
    " FROM ",
    rows!(),
    " WHERE true"
);
const TIMERS_SET: &str = concat!(
    "INSERT INTO timers (subject, kind, due_ms, set_ms) SELECT ",
    field!("s"),
    ", ",
    field!("kind"),
    ", ",
    field!("due"),
    ", $2 FROM ",
    rows!(),
    " WHERE true ON CONFLICT (subject, kind) DO UPDATE SET due_ms = excluded.due_ms, set_ms = excluded.set_ms"
);
const TIMERS_GONE: &str = concat!(
    "DELETE FROM timers WHERE (subject, kind) IN (SELECT ",
    field!("s"),
    ", ",
    field!("kind"),
    " FROM ",
    rows!(),
    ")"
);
// A waiting row with the same supersede key will show the state of then: a second one is unnecessary.
const EFFECTS: &str = concat!(
    "INSERT INTO outbox (key, subject, lane, version, effect, supersede, order_key, carrier, planned_ms, not_before_ms) SELECT ",
    field!("key"),
    ", ",
    field!("s"),
    ", ",
    field!("lane"),
    ", $2, ",
    field!("effect"),
    ", ",
    field!("supersede"),
    ", ",
    field!("order"),
    ", ",
    field!("carrier"),
    ", $3, COALESCE(",
    field!("at"),
    ", $3) FROM ",
    rows!(),
    " WHERE NOT EXISTS (SELECT 1 FROM outbox w WHERE w.state = 'planned' AND w.supersede = ",
    field!("supersede"),
    ") ORDER BY r.key ON CONFLICT (key) DO NOTHING"
);
// Those that are over stay where they were: nothing about them is decided any more.
const INTEGRATIONS_GONE: &str = concat!(
    "UPDATE alerts SET firing = 0, ended = 'removed', changed_ms = $2 FROM (SELECT ",
    field!("from"),
    " AS first, ",
    field!("until"),
    " AS past FROM ",
    rows!(),
    ") m WHERE alerts.dedup_key >= m.first AND alerts.dedup_key < m.past AND alerts.firing = 1"
);
const ALERTS_MOVED: &str = concat!(
    "UPDATE alerts SET incident = m.goes, ended = NULL FROM (SELECT ",
    field!("n"),
    " AS n, ",
    field!("goes"),
    " AS goes FROM ",
    rows!(),
    ") m WHERE alerts.incident = m.n AND alerts.firing = 1"
);
const JOURNAL: Many = Many {
    before: "UPDATE journal SET decided_ms = ?, outcome = m.column2, incident = m.column3, stage = m.column4, reason = m.column5 FROM ",
    columns: 5,
    after: " WHERE journal.id = m.column1",
};
const OBJECT_GONE: &str = "DELETE FROM objects WHERE subject = $1 AND name = $2";
const INTERACTION: &str = "INSERT INTO interactions (id, at_ms) VALUES ($1, $2) ON CONFLICT (id) DO NOTHING";

impl Batch {
    /// True when nothing would be written.
    pub fn is_empty(&self) -> bool {
        self.incidents.is_empty()
            && self.events.is_empty()
            && self.effects.is_empty()
            && self.alerts.is_empty()
            && self.alerts_moved.is_empty()
            && self.integrations_gone.is_empty()
            && self.journal.is_empty()
            && self.timers_set.is_empty()
            && self.timers_gone.is_empty()
            && self.objects_gone.is_empty()
            && self.interaction.is_none()
            && self.records.is_empty()
            && self.storms.is_empty()
            && self.asked.is_empty()
            && self.chat.is_empty()
            && self.clock.is_none()
    }

    /// Whether something leaves because of it.
    pub fn has_effects(&self) -> bool {
        !self.effects.is_empty()
    }

    /// Adds new events of an incident; `after` has them applied.
    ///
    /// # Errors
    /// When an event cannot be written as JSON.
    pub fn events(&mut self, after: &Incident, events: &[EventAt]) -> Result<()> {
        let opened_by = match &after.opener {
            domain::Opener::Person { by } => Some(signed(by.user.0)),
            domain::Opener::Alert { .. } => None,
        };
        self.incidents.insert(
            after.id.0,
            json!({
                "n": after.id.0, "title": after.title, "severity": severity_rank(after.severity),
                "status": after.status.as_str(), "service": after.service, "group_key": after.group_key,
                "opened_by": opened_by, "opened": millis(after.opened_at), "changed": millis(after.changed_at),
                "seq": after.last_seq,
            }),
        );
        self.alerts_ended.events(after.id, events);
        self.events_of(&after.id.into(), events)
    }

    /// Adds new events of any subject.
    ///
    /// # Errors
    /// When an event cannot be written as JSON.
    pub fn events_of<E: serde::Serialize>(&mut self, subject: &Subject, events: &[EventAt<E>]) -> Result<()> {
        let subject = subject.to_string();
        for entry in events {
            self.events.push(json!({
                "s": subject, "seq": entry.seq, "at": millis(entry.at), "event": crate::encode(&entry.event)?,
            }));
        }
        Ok(())
    }

    /// Adds planned effects.
    ///
    /// # Errors
    /// When an effect cannot be written as JSON.
    pub fn effects(&mut self, effects: &[PlannedEffect]) -> Result<()> {
        for planned in effects {
            let replaced = planned.supersede.as_ref().and_then(|name| {
                self.effects.iter().position(|known| known["supersede"].as_str() == Some(name.as_str()))
            });
            if replaced.is_some() {
                continue;
            }
            self.effects.push(json!({
                "key": planned.key, "s": planned.effect.subject(), "lane": planned.lane.rank(),
                "effect": crate::encode(&planned.effect)?, "supersede": planned.supersede, "order": planned.order,
                "carrier": planned.effect.carrier(),
            }));
        }
        Ok(())
    }

    /// Adds changes of timers; the last change of a timer wins.
    pub fn timers(&mut self, changes: &[TimerChange]) {
        for change in changes {
            match change {
                TimerChange::Set(Timer { subject, kind, due }) => {
                    let timer = (subject.clone(), *kind);
                    self.timers_gone.remove(&timer);
                    self.timers_set.insert(timer, millis_after(*due));
                }
                TimerChange::Cancel(subject, kind) => self.timer_done(subject, *kind),
            }
        }
    }

    /// The clock was set, or only looked at.
    pub fn clock(&mut self, change: crate::ClockChange) {
        self.clock = Some(change);
    }

    /// A timer fired or is no longer wanted.
    pub fn timer_done(&mut self, subject: &Subject, kind: TimerKind) {
        let timer = (subject.clone(), kind);
        self.timers_set.remove(&timer);
        self.timers_gone.insert(timer);
    }

    /// Adds what is known of an alert.
    pub fn alert(&mut self, alert: AlertRow) {
        self.alerts.insert(alert.dedup_key.clone(), alert);
    }

    /// The alerts of an incident that fire are part of another one from now on.
    pub fn alerts_move(&mut self, from: IncidentId, into: IncidentId) {
        self.alerts_moved.push(json!({ "n": from.0, "goes": into.0 }));
    }

    /// All alerts of an integration that fire are over: it is not configured any more.
    pub fn integration_gone(&mut self, integration: &IntegrationName) {
        let (from, until) = (format!("v1:{integration}:"), format!("v1:{integration};"));
        self.integrations_gone.push(json!({ "from": from, "until": until }));
    }

    /// Alerts of an incident that fire are part of none from now on: a silence holds them back.
    pub fn alerts_leave(&mut self, from: IncidentId) {
        self.alerts_moved.push(json!({ "n": from.0, "goes": null }));
    }

    /// Adds what became of an accepted report.
    ///
    /// # Errors
    /// When its reason cannot be written as JSON.
    pub fn journal(&mut self, mark: JournalMark) -> Result<()> {
        let reason = mark.reason.as_ref().map(crate::encode).transpose()?;
        self.journal.push(MarkRow { mark, reason });
        Ok(())
    }

    /// A thing of a subject is not in Discord any more.
    pub fn object_gone(&mut self, subject: &Subject, name: String) {
        self.objects_gone.push((subject.clone(), name));
    }

    /// The rows of statements before those about alerts, and after them.
    fn rows(&self, now: Timestamp, wire: Timestamp) -> Result<(Bulk, Bulk)> {
        let timer = |((subject, kind), due): (&(Subject, TimerKind), Option<&i64>)| json!({ "s": subject, "kind": kind.as_str(), "due": due });
        let set: Vec<Value> = self.timers_set.iter().map(|(key, due)| timer((key, Some(due)))).collect();
        let gone: Vec<Value> = self.timers_gone.iter().map(|key| timer((key, None))).collect();
        let mut before = Bulk::default();
        before.add(INCIDENTS, self.incidents.values(), &[])?;
        before.add(EVENTS, &self.events, &[STORED_VERSION])?;
        self.records.write(&mut before)?;
        self.storms.write(&mut before)?;
        before.add(TIMERS_GONE, &gone, &[])?;
        before.add(TIMERS_SET, &set, &[millis(now)])?;
        let mut after = Bulk::default();
        after.add(INTEGRATIONS_GONE, &self.integrations_gone, &[millis(now)])?;
        self.alerts_ended.write(&mut after)?;
        after.add(ALERTS_MOVED, &self.alerts_moved, &[])?;
        after.add(EFFECTS, &self.effects, &[STORED_VERSION, millis(wire)])?;
        Ok((before, after))
    }

    /// The interaction this decision answers.
    pub fn interaction(&mut self, id: u64) {
        self.interaction = Some(id);
    }
}

impl Store {
    /// Writes a batch in one transaction. `now` is the domain clock, `wire` the machine's: the outbox lives by the latter.
    /// Answers false, having written nothing, when the batch's interaction had been handled before.
    ///
    /// # Errors
    /// When the database fails; then nothing was written.
    pub async fn commit(&self, batch: &Batch, now: Timestamp, wire: Timestamp) -> Result<bool> {
        let (rows, more_rows) = batch.rows(now, wire)?;
        write_point!("decide:writing");
        #[cfg(feature = "broken")]
        self.mark_apart(batch, now).await?;
        let mut writer = self.write.lock().await?;
        let mut tx = writer.begin_with(BEGIN).await?;
        if let Some(id) = batch.interaction {
            let done = sqlx::query(INTERACTION).bind(signed(id)).bind(millis(now)).execute(&mut *tx).await?;
            if done.rows_affected() == 0 {
                tx.rollback().await?;
                return Ok(false);
            }
        }
        rows.execute(&mut tx).await?;
        ALERTS.execute(&mut tx, millis(now), batch.alerts.values(), alert_row).await?;
        more_rows.execute(&mut tx).await?;
        JOURNAL.execute(&mut tx, millis(now), &batch.journal, mark_row).await?;
        for (subject, name) in &batch.objects_gone {
            sqlx::query(OBJECT_GONE).bind(subject.to_string()).bind(name).execute(&mut *tx).await?;
        }
        batch.asked.write(&mut tx, now).await?;
        batch.chat.write(&mut tx).await?;
        if let Some(clock) = &batch.clock {
            clock.write(&mut tx).await?;
        }
        write_point!("decide:in-transaction");
        tx.commit().await?;
        write_point!("decide:written");
        Ok(true)
    }

    /// Marks reports as decided in a transaction of their own: the fault `MARK_APART`.
    #[cfg(feature = "broken")]
    async fn mark_apart(&self, batch: &Batch, now: Timestamp) -> Result<()> {
        if !batch.journal.is_empty() && crate::broken::MARK_APART.load(std::sync::atomic::Ordering::Relaxed) {
            let mut writer = self.write.lock().await?;
            let mut tx = writer.begin_with(BEGIN).await?;
            JOURNAL.execute(&mut tx, millis(now), &batch.journal, mark_row).await?;
            tx.commit().await?;
            write_point!("decide:marked-apart");
        }
        Ok(())
    }
}

fn mark_row(query: Bound, MarkRow { mark, reason }: &MarkRow) -> Bound {
    let incident = mark.incident.map(|id| i64::from(id.0));
    let query = query.bind(mark.id).bind(mark.outcome).bind(incident);
    query.bind(mark.stage.map(Stage::as_str)).bind(reason.clone())
}

/// Order of severities in the database: 1 is the worst.
pub(crate) const fn severity_rank(severity: domain::Severity) -> i64 {
    match severity {
        domain::Severity::Sev1 => 1,
        domain::Severity::Sev2 => 2,
        domain::Severity::Sev3 => 3,
        domain::Severity::Sev4 => 4,
        domain::Severity::Sev5 => 5,
    }
}
