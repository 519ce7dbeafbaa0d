//! Purpose: two incidents that are one. Alerts and followers move, pages of the one that ends stop, and the room says
//! where it goes on.

use super::decide::{applied, check_access_to};
use super::hold::hold_back;
use super::paging::stop;
use super::rings::{Comes, rings};
use super::{Access, Actor, Event, Incident, IncidentStatus, PageEnd, Refusal, StopReason};
use crate::{Timestamp, World};

/// What a merge decides about both.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Merge {
    /// New facts of the one that ends.
    pub(crate) from: Vec<Event>,
    /// New facts of the one that goes on.
    pub(crate) into: Vec<Event>,
}

/// Merges `from` into `into`.
///
/// # Errors
/// Into itself, into or from one that is over, a drill and a real one, or somebody who may not.
pub(crate) fn merge(
    from: &Incident,
    into: &Incident,
    by: &Actor,
    world: &World,
    now: Timestamp,
) -> Result<Merge, Refusal> {
    check_access_to(from, by, Access::Responder, world.setup())?;
    // Who was paged for the one that ends is no responder of the one that goes on by that.
    check_access_to(into, by, Access::Responder, world.setup())?;
    if from.id == into.id {
        return Err(Refusal::MergeIntoItself { id: from.id });
    }
    if !from.status.is_open() {
        return Err(super::decide::over(from));
    }
    if !into.status.is_open() {
        return Err(Refusal::MergeTargetOver { id: into.id });
    }
    if from.drill.is_some() != into.drill.is_some() {
        return Err(Refusal::MergeDrill { id: from.id, into: into.id });
    }
    let mut ends = vec![Event::MergedInto { into: into.id, by: by.clone() }];
    ends.extend(stop(from, StopReason::Merged, &PageEnd::NotNeeded));

    let mut goes_on = vec![Event::Absorbed {
        from: from.id,
        title: from.title.clone(),
        by: by.clone(),
        alerts: from.alerts.named().map(|(key, alert)| (key.clone(), alert.clone())).collect(),
        more: from.alerts.unnamed(),
        group_keys: from.group_keys().cloned().collect(),
    }];
    let followers = from.followers.iter().filter(|user| !into.followers.contains(user));
    let follows = |user: &crate::ChatUserId| from.follows(*user).unwrap_or_default();
    goes_on.extend(followers.map(|user| Event::Followed { user: *user, how: follows(user) }));
    if from.severity.is_worse_than(into.severity) {
        goes_on.push(Event::SeverityChanged {
            from: into.severity,
            to: from.severity,
            by: Some(by.clone()),
            reason: Some(from.id.label()),
            room: into.room.max(from.room),
            why: None,
        });
    }
    let severity = from.severity.min(into.severity);
    let pages = from.pages(world.setup()) || into.pages(world.setup()) || world.setup().severity_plan(severity).page;
    if pages || into.held_back.is_some() {
        // What is silenced stays so: its owner is responsible for it.
        let silenced = from.held_back.is_some();
        // What fires here is not silenced, and nobody was called for it before it got this severity.
        let is_first_to_page = !into.pages(world.setup()) && into.alerts.firing() > 0 && into.held_back.is_none();
        let comes = Comes::Merged {
            // Whoever was called for the one that ends is not forgotten.
            untaken: from.status == IncidentStatus::Triggered
                && from.pages(world.setup())
                && !is_calm(from)
                && !silenced,
            // Also one that is calm brings its severity to what fires here.
            worse: from.severity.is_worse_than(into.severity)
                && (!is_calm(from) || into.quiet_since.is_none())
                && (!silenced || is_first_to_page),
            fires: from.alerts.firing() > 0 && !silenced,
        };
        goes_on.extend(rings(into, comes, severity, world, now));
        if let (Some(own), Some(other)) = (&into.held_back, &from.held_back) {
            let both = own.silences.union(&other.silences).copied().collect();
            goes_on.extend(hold_back(into, &both, world));
        }
    }
    // What fires from now on is what is silenced: it is held back here as it was there, or somebody hears of it.
    if let Some(held) = from.held_back.as_ref().filter(|_| into.alerts.firing() == 0) {
        let after = applied(into, &goes_on, now);
        let holds = hold_back(&after, &held.silences, world);
        if holds.is_empty() && after.pages(world.setup()) && after.held_back.is_none() {
            let comes = Comes::Merged { untaken: true, worse: false, fires: true };
            goes_on.extend(rings(into, comes, severity, world, now));
        }
        goes_on.extend(holds);
    }
    Ok(Merge { from: ends, into: goes_on })
}

/// Nothing of it fires, and nobody is called for it.
fn is_calm(incident: &Incident) -> bool {
    incident.quiet_since.is_some() && !incident.escalates() && incident.unanswered.is_none()
}
