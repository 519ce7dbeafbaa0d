//! Purpose: what people learn from an incident: who knew first, why it happened, what else was hit, what follows from it.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::decide::text;
use super::{Actor, Event, Incident, IncidentStatus, Refusal, TEXT_LIMIT};
use crate::detection::{Detection, Evidence, KnownBy};
use crate::postmortem::{self, ActionItem, Collateral, Proof};
use crate::{PersonId, Timestamp, World};

/// Characters of an action item.
pub const ACTION_LIMIT: usize = 300;
/// When people are reminded of work by direct message, in their zone: nobody is woken for it.
const DECENT_HOUR: i8 = 9;

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
    owner: Option<&Actor>,
    due: Date,
    world: &World,
    now: Timestamp,
) -> Result<Vec<Event>, Refusal> {
    let what = text("what is to be done", what, ACTION_LIMIT)?;
    let owner = owner.unwrap_or(by);
    check_due(owner.person.as_ref(), due, world, now)?;
    let item = ActionItem {
        number: incident.postmortem.last_item.saturating_add(1),
        what,
        owner: owner.name.clone(),
        account: Some(owner.user),
        person: owner.person.clone(),
        due,
        done: None,
        remind: reminders(owner.person.as_ref(), due, world, now),
        reminded: false,
    };
    Ok(vec![Event::ActionItemAdded { by: by.clone(), item }])
}

/// What is another one of an action item.
pub(super) struct ItemChange<'a> {
    pub(super) what: Option<&'a str>,
    pub(super) owner: Option<&'a Actor>,
    pub(super) due: Option<Date>,
}

/// Work that is another one, somebody else's, or due on another day. Whoever has it is reminded anew.
pub(super) fn change_action_item(
    incident: &Incident,
    by: &Actor,
    number: u32,
    change: &ItemChange<'_>,
    world: &World,
    now: Timestamp,
) -> Result<Vec<Event>, Refusal> {
    let known = open_item(incident, number)?;
    let mut item = known.clone();
    if let Some(what) = change.what {
        item.what = text("what is to be done", what, ACTION_LIMIT)?;
    }
    if let Some(owner) = change.owner {
        item.owner.clone_from(&owner.name);
        item.account = Some(owner.user);
        item.person.clone_from(&owner.person);
    }
    if let Some(due) = change.due.filter(|due| *due != known.due) {
        check_due(item.person.as_ref(), due, world, now)?;
        item.due = due;
        item.reminded = false;
    }
    if (item.due, item.account) != (known.due, known.account) {
        item.remind = reminders(item.person.as_ref(), item.due, world, now);
    }
    if item == *known {
        return Err(Refusal::NothingToCorrect { id: incident.id });
    }
    Ok(vec![Event::ActionItemChanged { by: by.clone(), item }])
}

/// Work that was none.
pub(super) fn delete_action_item(incident: &Incident, by: &Actor, number: u32) -> Result<Vec<Event>, Refusal> {
    open_item(incident, number)?;
    Ok(vec![Event::ActionItemDeleted { by: by.clone(), number }])
}

fn open_item(incident: &Incident, number: u32) -> Result<&ActionItem, Refusal> {
    let item = incident.postmortem.action_items.iter().find(|item| item.number == number && item.done.is_none());
    item.ok_or(Refusal::NoSuchActionItem { id: incident.id, number })
}

fn check_due(owner: Option<&PersonId>, due: Date, world: &World, now: Timestamp) -> Result<(), Refusal> {
    let today = now.to_zoned(world.setup().zone_of(owner).clone()).date();
    if due < today { Err(Refusal::DateInThePast { date: due }) } else { Ok(()) }
}

/// The day before and on the day, in the morning where its owner lives, as far as that is to come. (Teams whose reminders came by the
/// clock of the server, or at weekends, filtered them out or turned them off: monzo/response pull request 109.)
fn reminders(owner: Option<&PersonId>, due: Date, world: &World, now: Timestamp) -> Vec<Timestamp> {
    let zone = world.setup().zone_of(owner);
    let morning = |day: Date| Some(day.at(DECENT_HOUR, 0, 0, 0).to_zoned(zone.clone()).ok()?.timestamp());
    let mornings = [due.yesterday().ok(), Some(due)].into_iter().flatten().filter_map(morning);
    mornings.filter(|at| *at > now).collect()
}

/// Work that is done.
pub(super) fn finish_action_item(incident: &Incident, by: &Actor, number: u32) -> Result<Vec<Event>, Refusal> {
    open_item(incident, number)?;
    Ok(vec![Event::ActionItemDone { by: by.clone(), number }])
}

/// Why it cannot come back unseen.
pub(super) fn proof(by: &Actor, proof: &Proof) -> Result<Vec<Event>, Refusal> {
    let proof = match proof {
        Proof::Changed { url: address } => Proof::Changed { url: url(address)? },
        Proof::Refused { reason } => Proof::Refused { reason: text("why nothing was changed", reason, TEXT_LIMIT)? },
    };
    Ok(vec![Event::ProofGiven { by: by.clone(), proof }])
}

/// The postmortem is complete. Who `confirms` says with it what [`postmortem::asked_when_closing`] asks.
pub(super) fn close(incident: &Incident, by: &Actor, confirms: bool, world: &World) -> Result<Vec<Event>, Refusal> {
    let id = incident.id;
    match incident.status {
        IncidentStatus::Resolved => {}
        IncidentStatus::Closed => return Err(closed(incident)),
        IncidentStatus::Triggered | IncidentStatus::Acknowledged | IncidentStatus::Mitigated => {
            return Err(Refusal::NotOver { id });
        }
    }
    let missing = postmortem::gaps(incident, world.setup());
    let mut events = Vec::new();
    if !missing.is_empty() {
        let asked = confirms.then(|| postmortem::asked_when_closing(incident, &missing)).flatten();
        let Some(asked) = asked else { return Err(Refusal::PostmortemIncomplete { id, missing }) };
        if !asked.clear.is_empty() {
            let mut found = incident.postmortem.collateral.clone();
            found.extend(asked.clear.iter().map(|unit| (unit.clone(), Collateral::Clear)));
            events.push(Event::CollateralChecked { by: by.clone(), found });
        }
        if let Some(known) = asked.knew {
            let detection = Detection { confirmed: true, ..known.clone() };
            events.push(Event::DetectionConfirmed { by: by.clone(), detection });
        }
    }
    events.push(Event::PostmortemClosed { by: by.clone() });
    Ok(events)
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
