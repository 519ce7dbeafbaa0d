//! Purpose: a practiced incident. It is marked everywhere, pages only who takes part, and never counts.

use serde::{Deserialize, Serialize};

use crate::incident::{Incident, Page};
use crate::{GroupKey, IncidentId, PersonId, Timestamp};

/// What makes an incident a drill.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Drill {
    /// Who takes part; nobody else is paged.
    pub participants: Vec<PersonId>,
    /// Name of the scenario, if it came from one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scenario: Option<String>,
    /// On a report: the drill it belongs to. It joins that one, whatever else is open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub incident: Option<IncidentId>,
}

impl Drill {
    /// A drill's alerts never meet real ones: their groups live in a space of their own.
    #[must_use]
    pub fn group_key(&self, real: &GroupKey) -> GroupKey {
        match self.incident {
            Some(incident) => GroupKey(format!("drill:{}:{}", incident.0, real.0)),
            None => GroupKey(format!("drill:{}", real.0)),
        }
    }
}

/// How a drill went.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DrillReport {
    /// How long until somebody had it, in milliseconds.
    pub acknowledged_after_ms: Option<i64>,
    /// How long it lasted, in milliseconds.
    pub lasted_ms: i64,
    /// Who commanded.
    pub commander: Option<String>,
    /// Updates that were promised and came in time, and those that were late.
    pub updates: (usize, usize),
    /// Pages that nobody answered.
    pub unanswered: usize,
}

/// How a drill that ends at `at` went. A promise is kept when an update, or the end, came before it ran out. A page is
/// unanswered when nobody answered it and somebody else had to be paged, or nobody ever answered.
pub(crate) fn report(incident: &Incident, at: Timestamp) -> DrillReport {
    let first_page = incident.pages.first().map_or(incident.opened_at, |page| page.at);
    let acknowledged_after = incident.acknowledged.as_ref().map(|(_, since)| since.duration_since(first_page));
    let promised = incident.updates.iter().zip(incident.updates.iter().skip(1));
    let (in_time, late) = promised
        .filter_map(|(one, next)| Some(next.at <= one.next?))
        .fold((0, 0), |(in_time, late), kept| if kept { (in_time + 1, late) } else { (in_time, late + 1) });
    let late = late + incident.updates.last().and_then(|last| last.next).filter(|next| *next < at).map_or(0, |_| 1);
    let went_on = |page: &Page| incident.pages.iter().any(|other| other.at > page.at);
    DrillReport {
        acknowledged_after_ms: acknowledged_after.and_then(|after| i64::try_from(after.as_millis()).ok()),
        lasted_ms: i64::try_from(at.duration_since(incident.opened_at).as_millis()).unwrap_or(i64::MAX),
        commander: incident.commander.as_ref().map(|commander| commander.name.clone()),
        updates: (in_time, late),
        unanswered: incident
            .pages
            .iter()
            .filter(|page| match &page.end {
                None => true,
                Some((how, end)) => how.end().unanswered && (*end == at || went_on(page)),
            })
            .count(),
    }
}
