//! Purpose: another configuration, while people are called and while somebody has it: whoever it does not know any more is not waited
//! for, and whoever it knows otherwise is called as it says.
//!
//! Elsewhere a notice goes on to a user who was deleted (grafana/oncall pull request 2954 mended a snapshot of a policy that named
//! one; issue 4343: a swap with a deleted user notifies nobody and cannot be taken back), or the schedule cannot be changed as long as
//! an open incident names it (PagerDuty/terraform-provider-pagerduty issue 642), so that operators close incidents to get on.

use std::collections::BTreeMap;

use super::decide::applied;
use super::paging::{call_at_end, page_id, paged, step_instead, unless_somebody_is_called, unwilling};
use super::rings::ask_holder;
use super::timers::{HolderGone, expire, expired};
use super::undelivered::may_reach;
use super::{Actor, AskedWhy, Event, Incident, IncidentStatus, Page, PageEnd, PageReason, PersonWhy};
use crate::{PageId, PersonId, Timestamp, World};

/// What a configuration changes for whoever is called and whoever has it. Decides nothing where nothing changed, so that it may be
/// asked at each start and with each configuration.
pub(crate) fn people_changed(incident: &Incident, world: &World, now: Timestamp) -> Vec<Event> {
    if !incident.status.is_open() {
        return Vec::new();
    }
    let mut events = pages_follow(incident, world);
    let after = applied(incident, &events, now);
    if events.is_empty() {
        events.extend(holder_follows(&after, world, now));
        return events;
    }
    let reached = |page: &Page| may_reach(&after, page, world);
    if after.status == IncidentStatus::Triggered && after.escalates() && !after.step_pages().any(reached) {
        let rings = after.open_pages().any(reached);
        events.extend(unless_somebody_is_called(step_instead(&after, world, now), rings));
    }
    // At the end of the policy nobody is waited for who could still answer: whoever is on it now is called at once.
    if after.acknowledged.is_none() && !after.escalates() && !after.open_pages().any(reached) {
        events.extend(call_at_end(&after, world, now));
    }
    events.extend(holder_follows(&after, world, now));
    events
}

/// What the configuration says of whoever a page is for; none: what it said when they were called.
fn why(page: &Page, world: &World) -> Option<PersonWhy> {
    if !world.setup().people.contains_key(&page.person) {
        let same = page.account.and_then(|account| world.person_of(account));
        return Some(same.map_or(PersonWhy::Removed, |to| PersonWhy::Renamed { to: to.clone() }));
    }
    if let (Some(was), Some(is)) = (page.account, world.account(&page.person))
        && was != is
    {
        return Some(PersonWhy::Account);
    }
    let theirs = |via| {
        let later = world.ways_later(&page.person);
        world.ways_at_once(&page.person).contains(&via) || later.iter().any(|(way, _)| *way == via)
    };
    let mut of_page = page.ways.iter().copied().chain(page.contacts.iter().map(|contact| contact.via));
    (!page.ways.is_empty() && !of_page.any(theirs)).then_some(PersonWhy::Ways)
}

/// Pages of whoever is not known any more end; whoever is known otherwise is called as the configuration says.
fn pages_follow(incident: &Incident, world: &World) -> Vec<Event> {
    let mut changed: BTreeMap<&PersonId, (PersonWhy, Vec<&Page>)> = BTreeMap::new();
    for page in incident.open_pages() {
        if let Some(why) = why(page, world) {
            changed.entry(&page.person).or_insert_with(|| (why, Vec::new())).1.push(page);
        }
    }
    let is_changed =
        |page: &Page| changed.get(&page.person).is_some_and(|(_, pages)| pages.iter().any(|own| own.id == page.id));
    let cannot = unwilling(incident);
    let (mut events, mut offset) = (Vec::new(), 0);
    for (person, (why, pages)) in &changed {
        let ids: Vec<PageId> = pages.iter().map(|page| page.id).collect();
        let to = match why {
            PersonWhy::Removed => None,
            PersonWhy::Renamed { to } => Some(to),
            PersonWhy::Account | PersonWhy::Ways => Some(*person),
        };
        events.push(Event::PersonChanged { person: (*person).clone(), pages: ids.clone(), why: why.clone() });
        let end = to.map_or(PageEnd::Removed, |to| PageEnd::HandedOver { to: to.clone() });
        events.extend(ids.into_iter().map(|page| Event::PageEnded { page, end: end.clone() }));
        let called = |to: &PersonId| incident.open_pages().any(|page| page.person == *to && !is_changed(page));
        let callable =
            |to: &&PersonId| world.may_be_called(to, incident.drill.as_ref()) && !cannot.contains(*to) && !called(to);
        // For what they were called for last, on which the policy waits.
        if let (Some(to), Some(last)) = (to.filter(callable), pages.last()) {
            offset += 1;
            events.push(paged(world, page_id(incident.pages.len(), offset), to.clone(), last.reason.clone()));
        }
    }
    events
}

/// Whoever has it and is not known any more does not have it; whoever is another account now is asked.
fn holder_follows(incident: &Incident, world: &World, now: Timestamp) -> Vec<Event> {
    let Some((holder, _)) = &incident.acknowledged else { return Vec::new() };
    // Somebody who was never in `[people]` acts by their role, and does so still.
    let Some(person) = &holder.person else { return Vec::new() };
    if world.person_of(holder.user).is_some() {
        return Vec::new();
    }
    if !world.setup().people.contains_key(person) {
        // What is silenced rings nobody: at its end the policy begins anew.
        if incident.held_back.is_some() {
            return vec![expired(incident, HolderGone::Removed)];
        }
        return expire(incident, HolderGone::Removed, world, now);
    }
    if world.account(person).is_none() || !asks(incident, holder, world) {
        return Vec::new();
    }
    ask_holder(incident, holder, AskedWhy::Account, incident.severity, world, now)
}

/// Whether a holder who is another account now is to be asked: once, and only what rings.
fn asks(incident: &Incident, holder: &Actor, world: &World) -> bool {
    let asked = |page: &Page| {
        Some(&page.person) == holder.person.as_ref()
            && matches!(page.reason, PageReason::Holder { why: AskedWhy::Account })
    };
    incident.pages(world.setup())
        && !incident.rests()
        && incident.held_back.is_none()
        && !incident.pages.iter().any(asked)
}
