//! Purpose: storms: when so much opens that rooms would help nobody, incidents that page nobody are folded into one board.
//!
//! What is counted: an alert, each time it begins to fire in an incident that is folded then. A repeated report of an alert
//! that fires is the same alert; one that fires again after its end is a new one. Drills neither fold nor count.

use std::collections::VecDeque;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::incident::{Actor, Event, Incident};
use crate::setup::{Setup, SourceRef};
use crate::{IncidentId, Severity, Timestamp};

/// When a storm begins and ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StormRules {
    /// More new incidents than this that page nobody, opened by alerts within `within`, begin a storm; 0 means never.
    pub rooms: u32,
    /// See `rooms`.
    pub within: Duration,
    /// A storm ends when no alert was folded for so long.
    pub quiet: Duration,
    /// Where it is configured; none for the usual values.
    pub source: Option<SourceRef>,
}

impl Default for StormRules {
    fn default() -> Self {
        Self { rooms: 10, within: Duration::from_secs(60), quiet: Duration::from_secs(300), source: None }
    }
}

/// By which threshold an incident was folded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FoldedBy {
    /// Number of the storm.
    pub storm: u32,
    /// More incidents than this opened...
    pub rooms: u32,
    /// ...within so many milliseconds.
    pub within_ms: i64,
    /// Where that is configured; none for the usual values.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<SourceRef>,
}

/// An incident's part in a storm.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fold {
    /// By which threshold.
    pub by: FoldedBy,
    /// Alerts that began to fire in it while it was folded.
    pub alerts: u32,
    /// Since when it has a card or a room like any other.
    pub unfolded: Option<Timestamp>,
}

/// Why a folded incident gets what any other has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UnfoldWhy {
    /// It pages people now.
    Pages,
    /// Somebody looks after it.
    Person,
    /// An alert fires in it after the storm was over.
    AfterStorm,
    /// There is something to say for which a place is needed.
    Reminder,
}

/// What happens to a storm.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum StormEvent {
    /// It began.
    Began {
        /// Incidents that page nobody got a room until then.
        rooms: u32,
        /// Within which time, in milliseconds.
        within_ms: i64,
    },
    /// It was quiet for long enough.
    Over {
        /// Alerts that were folded.
        alerts: u64,
    },
}

/// A storm that runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Running {
    /// Its number.
    pub number: u32,
    /// When it began.
    pub began: Timestamp,
    /// When an alert was folded last.
    pub last: Timestamp,
    /// When it ends if nothing more is folded.
    pub due: Timestamp,
    /// Alerts folded so far.
    pub alerts: u64,
}

/// What the decider knows of storms.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Storms {
    /// The one that runs.
    pub running: Option<Running>,
    /// Number of the newest.
    pub last_number: u32,
    /// When the latest incidents that page nobody opened, oldest first; only those that still count.
    pub openings: VecDeque<Timestamp>,
}

/// What becomes of an incident that pages nobody and that an alert would bring before people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Admission {
    /// It gets its card and room.
    Room,
    /// The storm's board shows it.
    Folded(FoldedBy),
}

impl Storms {
    /// Decides about one more incident that pages nobody; may begin a storm.
    pub fn admit(&mut self, rules: &StormRules, now: Timestamp) -> Admission {
        if rules.rooms == 0 {
            return Admission::Room;
        }
        if self.running.is_none() {
            let within = signed(rules.within);
            self.openings.push_back(now);
            while self.openings.front().is_some_and(|first| now.duration_since(*first) >= within) {
                self.openings.pop_front();
            }
            if u32::try_from(self.openings.len()).unwrap_or(u32::MAX) <= rules.rooms {
                return Admission::Room;
            }
            self.openings.clear();
            self.last_number += 1;
            let due = now + signed(rules.quiet);
            self.running = Some(Running { number: self.last_number, began: now, last: now, due, alerts: 0 });
        }
        Admission::Folded(FoldedBy {
            storm: self.last_number,
            rooms: rules.rooms,
            within_ms: i64::try_from(rules.within.as_millis()).unwrap_or(i64::MAX),
            source: rules.source.clone(),
        })
    }

    /// Alerts were folded.
    pub fn folded(&mut self, alerts: u32, rules: &StormRules, now: Timestamp) {
        if let Some(running) = self.running.as_mut().filter(|_| alerts > 0) {
            running.last = now;
            running.due = now + signed(rules.quiet);
            running.alerts += u64::from(alerts);
        }
    }

    /// The storm that is over by now.
    pub fn over(&mut self, now: Timestamp) -> Option<Running> {
        self.running.take_if(|running| running.due <= now)
    }

    /// The machine's clock was set by so much: what is counted from moves with it.
    pub fn clock_moves(&mut self, by: jiff::SignedDuration) {
        let running =
            self.running.iter_mut().flat_map(|Running { began, last, due, number: _, alerts: _ }| [began, last, due]);
        for at in running.chain(&mut self.openings) {
            *at = at.checked_add(by).unwrap_or(*at);
        }
    }

    /// Whether this is the storm that runs.
    pub fn runs(&self, storm: u32) -> bool {
        self.running.is_some_and(|running| running.number == storm)
    }
}

/// Whether an incident that has just opened may be folded: it pages nobody and is no drill.
pub fn may_fold(opened: &Event, setup: &Setup) -> bool {
    let Event::Opened { severity, drill, .. } = opened else { return false };
    drill.is_none() && !setup.severity_plan(*severity).page
}

/// The `Unfolded` that must come before these events of a folded incident; none when it stays folded.
pub fn unfolding(incident: &Incident, events: &[Event]) -> Option<Event> {
    if !incident.is_folded()
        || events.iter().any(|event| matches!(event, Event::Unfolded { .. } | Event::Folded { .. }))
    {
        return None;
    }
    let why = events.iter().filter_map(|event| event.meaning().unfolds).min_by_key(|why| match why {
        UnfoldWhy::Pages => 0,
        UnfoldWhy::Person => 1,
        UnfoldWhy::AfterStorm => 2,
        UnfoldWhy::Reminder => 3,
    })?;
    let by: Option<Actor> = events.iter().find_map(Event::actor).cloned();
    Some(Event::Unfolded { why, by })
}

/// Where an incident of a storm stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// Open, shown by the board only.
    Folded,
    /// It was over without ever having had a card.
    Over,
    /// It has what any other incident has.
    Unfolded,
}

impl Standing {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Folded, Self::Over, Self::Unfolded];

    /// Name in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Folded => "folded",
            Self::Over => "over",
            Self::Unfolded => "unfolded",
        }
    }
}

impl Incident {
    /// Whether only a storm's board shows it.
    pub fn is_folded(&self) -> bool {
        self.fold.as_ref().is_some_and(|fold| fold.unfolded.is_none())
    }

    /// Where it stands in its storm; none when it never was in one.
    pub fn standing(&self) -> Option<Standing> {
        let fold = self.fold.as_ref()?;
        Some(match fold.unfolded {
            Some(_) => Standing::Unfolded,
            // It goes on in another one, which has a card.
            None if self.merged_into.is_some() => Standing::Unfolded,
            None if self.status.is_open() => Standing::Folded,
            None => Standing::Over,
        })
    }
}

/// An incident on a board.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BoardLine {
    /// Which.
    pub id: IncidentId,
    /// Its title.
    pub title: String,
    /// Its service.
    pub service: Option<String>,
    /// Its severity.
    pub severity: Severity,
    /// Alerts folded into it.
    pub alerts: u64,
    /// Of them firing.
    pub firing: u64,
}

/// What a board says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Board {
    /// Number of the storm.
    pub number: u32,
    /// When it began.
    pub began: Timestamp,
    /// When it was over.
    pub ended: Option<Timestamp>,
    /// By which threshold it began.
    pub rooms: u32,
    /// See `rooms`.
    pub within: Duration,
    /// How long it must be quiet to end.
    pub quiet: Duration,
    /// Grows with each change of what the board says.
    pub revision: u32,
    /// Counts over all its incidents.
    pub totals: BoardTotals,
    /// Incidents that are folded and open, by severity, worst first.
    pub by_severity: Vec<(Severity, u64)>,
    /// The worst of those that are folded and open: by severity, then by alerts.
    pub worst: Vec<BoardLine>,
}

/// Counts over all incidents of a storm. Alerts are firing, over, or in incidents that have rooms; incidents are open,
/// over, or unfolded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BoardTotals {
    /// Alerts folded.
    pub alerts: u64,
    /// Of them firing, in incidents that are folded.
    pub firing: u64,
    /// Of them in incidents that have been unfolded since.
    pub alerts_unfolded: u64,
    /// Incidents.
    pub incidents: u64,
    /// Of them open and folded.
    pub open: u64,
    /// Of them over.
    pub over: u64,
    /// Of them with a card of their own since.
    pub unfolded: u64,
    /// Different services.
    pub services: u64,
}

impl BoardTotals {
    /// Alerts that are over, in incidents that are folded.
    pub const fn alerts_over(&self) -> u64 {
        self.alerts.saturating_sub(self.firing).saturating_sub(self.alerts_unfolded)
    }
}

fn signed(time: Duration) -> jiff::SignedDuration {
    jiff::SignedDuration::try_from(time).unwrap_or(jiff::SignedDuration::MAX / 4)
}
