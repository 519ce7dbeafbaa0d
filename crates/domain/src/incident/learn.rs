//! Purpose: what people learn from an incident: who knew first, why it happened, what else was hit, what follows from it.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::decide::text;
use super::{Actor, Event, Incident, IncidentStatus, Refusal, TEXT_LIMIT};
use crate::detection::{Detection, Evidence, KnownBy};
use crate::postmortem::{self, ActionItem, Collateral, Proof};
use crate::{Timestamp, World};

/// Characters of an action item.
pub const ACTION_LIMIT: usize = 300;
/// Characters of the name of an owner.
pub const OWNER_LIMIT: usize = 100;

/// Who knew first. `lag_minutes` is how much later we knew; `link` shows it, else what was known stays.
pub(super) fn detection(
    incident: &Incident,
    by: &Actor,
    known_by: KnownBy,
    lag_minutes: Option<u32>,
    link: Option<&str>,
) -> Result<Vec<Event>, Refusal> {
    let known = incident.detected.as_ref();
    let since = match lag_minutes {
        Some(minutes) => Some(incident.opened_at - jiff::SignedDuration::from_mins(i64::from(minutes))),
        None => known.and_then(|known| known.since),
    };
    let evidence = match link.map(str::trim).filter(|link| !link.is_empty()) {
        Some(link) => Some(Evidence::Link { url: url(link)? }),
        None => known.and_then(|known| known.evidence.clone()),
    };
    let detection = Detection { by: known_by, since, evidence, confirmed: true };
    Ok(vec![Event::DetectionConfirmed { by: by.clone(), detection }])
}

/// Core problem, root cause, lessons.
pub(super) fn write(
    incident: &Incident,
    by: &Actor,
    core_problem: &str,
    root_cause: &str,
    lessons: &str,
) -> Result<Vec<Event>, Refusal> {
    let core_problem = text("core problem", core_problem, TEXT_LIMIT)?;
    let root_cause = text("root cause", root_cause, TEXT_LIMIT)?;
    let lessons = text("lessons", lessons, TEXT_LIMIT)?;
    if postmortem::says_the_same(&core_problem, &root_cause) {
        return Err(Refusal::SameAsCoreProblem { id: incident.id });
    }
    Ok(vec![Event::PostmortemWritten { by: by.clone(), core_problem, root_cause, lessons }])
}

/// What was found at dependents. Naming one twice means that it is affected: doubt goes upwards.
pub(super) fn collateral(
    incident: &Incident,
    by: &Actor,
    affected: &[String],
    clear: &[String],
    world: &World,
) -> Result<Vec<Event>, Refusal> {
    let known = postmortem::dependents(world.setup(), incident.service.as_deref());
    let mut found = BTreeMap::new();
    let marked = clear.iter().map(|unit| (unit, Collateral::Clear));
    for (unit, what) in marked.chain(affected.iter().map(|unit| (unit, Collateral::Affected))) {
        if !known.contains(unit) {
            return Err(Refusal::NoSuchDependent { name: unit.clone(), known });
        }
        found.insert(unit.clone(), what);
    }
    Ok(vec![Event::CollateralChecked { by: by.clone(), found }])
}

/// Work that follows.
pub(super) fn add_action_item(
    incident: &Incident,
    by: &Actor,
    what: &str,
    owner: &str,
    due: Date,
    world: &World,
    now: Timestamp,
) -> Result<Vec<Event>, Refusal> {
    let what = text("what is to be done", what, ACTION_LIMIT)?;
    let owner = text("owner", owner, OWNER_LIMIT)?;
    let today = now.to_zoned(world.setup().timezone.clone()).date();
    if due < today {
        return Err(Refusal::DateInThePast { date: due });
    }
    let number = u32::try_from(incident.postmortem.action_items.len()).unwrap_or(u32::MAX - 1) + 1;
    let item = ActionItem { number, what, owner, due, done: None, reminded: false };
    Ok(vec![Event::ActionItemAdded { by: by.clone(), item }])
}

/// Work that is done.
pub(super) fn finish_action_item(incident: &Incident, by: &Actor, number: u32) -> Result<Vec<Event>, Refusal> {
    let item = incident.postmortem.action_items.iter().find(|item| item.number == number);
    match item {
        Some(item) if item.done.is_none() => Ok(vec![Event::ActionItemDone { by: by.clone(), number }]),
        Some(_) | None => Err(Refusal::NoSuchActionItem { id: incident.id, number }),
    }
}

/// Why it cannot come back unseen.
pub(super) fn proof(by: &Actor, proof: &Proof) -> Result<Vec<Event>, Refusal> {
    let proof = match proof {
        Proof::Changed { url: address } => Proof::Changed { url: url(address)? },
        Proof::Refused { reason } => Proof::Refused { reason: text("why nothing was changed", reason, TEXT_LIMIT)? },
    };
    Ok(vec![Event::ProofGiven { by: by.clone(), proof }])
}

/// The postmortem is complete.
pub(super) fn close(incident: &Incident, by: &Actor, world: &World) -> Result<Vec<Event>, Refusal> {
    let id = incident.id;
    match incident.status {
        IncidentStatus::Resolved => {}
        IncidentStatus::Closed => return Err(closed(incident)),
        IncidentStatus::Triggered | IncidentStatus::Acknowledged | IncidentStatus::Mitigated => {
            return Err(Refusal::NotOver { id });
        }
    }
    let missing = postmortem::gaps(incident, world.setup());
    if missing.is_empty() {
        Ok(vec![Event::PostmortemClosed { by: by.clone() }])
    } else {
        Err(Refusal::PostmortemIncomplete { id, missing })
    }
}

/// Whether something may still be added to what was learned.
pub(super) fn check_not_closed(incident: &Incident) -> Result<(), Refusal> {
    if incident.status == IncidentStatus::Closed { Err(closed(incident)) } else { Ok(()) }
}

/// Why nothing more can be said about it.
pub(super) fn closed(incident: &Incident) -> Refusal {
    match incident.merged_into {
        Some(into) => Refusal::Merged { id: incident.id, into },
        None => Refusal::AlreadyClosed { id: incident.id },
    }
}

fn url(text: &str) -> Result<String, Refusal> {
    let text = text.trim();
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    let good = rest.is_some_and(|rest| !rest.is_empty() && !rest.starts_with('/'))
        && text.len() <= 500
        && !text.chars().any(|c| c.is_whitespace() || c.is_control() || matches!(c, '<' | '>' | '"' | '`'));
    if good { Ok(text.to_owned()) } else { Err(Refusal::NotALink { text: text.chars().take(100).collect() }) }
}
