//! Purpose: a page that does not arrive: its next way goes out at once, and when no way is left, the next step does.

use super::decide::applied;
use std::collections::BTreeSet;

use super::paging::{next_step_by_hand, unless_somebody_is_called};
use super::timers::{HolderGone, expire, expired, tell_again};
use super::{ContactWhy, Event, EventAt, Incident, IncidentStatus, Page, Unseen};
use crate::{ChatUserId, PageId, PageVia, PersonId, Timestamp, World};

/// A page was refused for good on one of its ways. Each is taken in once.
pub(crate) fn page_undelivered(
    incident: &Incident,
    page: PageId,
    via: PageVia,
    reason: &str,
    world: &World,
    now: Timestamp,
) -> Vec<Event> {
    if incident.contact_failed.contains(&(page, via)) {
        return Vec::new();
    }
    let Some(page) = incident.page(page) else { return Vec::new() };
    let reason = Some(reason.to_owned());
    let failed = Event::ContactFailed { page: page.id, person: page.person.clone(), via, reason, unseen: None };
    let mut events = vec![failed];
    events.extend(instead(incident, page, via, world, now));
    events
}

/// The mention stands where the person does not see it: it makes no sound for them, though Discord took it. Taken in once.
///
/// Elsewhere only the channel, which they do not read, was told to invite them (grafana/oncall pull request 1144 sends a direct message
/// instead; Netflix/dispatch issue 1724: named as responsible, and not in the channel).
pub(crate) fn room_unseen(
    incident: &Incident,
    page: PageId,
    unseen: Unseen,
    world: &World,
    now: Timestamp,
) -> Vec<Event> {
    let known = incident.contact_failed.contains(&(page, PageVia::Room));
    let Some(page) = incident.page(page).filter(|page| !known && page.end.is_none()) else { return Vec::new() };
    let (person, via, reason) = (page.person.clone(), PageVia::Room, Some("they do not see the room".to_owned()));
    let mut events = vec![Event::ContactFailed { page: page.id, person, via, reason, unseen: Some(unseen) }];
    events.extend(instead(incident, page, via, world, now));
    events
}

/// Whoever has it is no member of the server any more: they cannot answer, so they do not have it any more, and its policy goes on.
///
/// Elsewhere what somebody has stays theirs until somebody else looks (keephq/keep issue 639: an alert fires again, and is still assigned
/// to whoever is not around).
pub(crate) fn holder_left(incident: &Incident, user: ChatUserId, world: &World, now: Timestamp) -> Vec<Event> {
    let theirs = incident.acknowledged.as_ref().is_some_and(|(holder, _)| holder.user == user);
    if !theirs || !incident.status.is_open() {
        return Vec::new();
    }
    // What is silenced rings nobody: at its end the policy begins anew.
    if incident.held_back.is_some() {
        return vec![expired(incident, HolderGone::Left)];
    }
    expire(incident, HolderGone::Left, world, now)
}

/// A person takes no direct messages. Taken in once.
pub(crate) fn direct_message_refused(incident: &Incident, page: PageId, world: &World, now: Timestamp) -> Vec<Event> {
    if incident.direct_failed.contains(&page) {
        return Vec::new();
    }
    let Some(page) = incident.page(page) else { return Vec::new() };
    let (person, via) = (page.person.clone(), PageVia::Direct);
    let mut events = vec![Event::ContactFailed { page: page.id, person, via, reason: None, unseen: None }];
    events.extend(instead(incident, page, PageVia::Direct, world, now));
    events
}

/// The ways that Discord carries.
const DISCORD: [PageVia; 2] = [PageVia::Room, PageVia::Direct];

/// Open pages of a person that Discord carries, on a way that has not failed.
fn carried<'a>(incident: &'a Incident, person: &PersonId, world: &World) -> Vec<&'a Page> {
    let in_discord = |page: &Page| {
        let failed = |via| {
            incident.contact_failed.contains(&(page.id, via))
                || (via == PageVia::Direct && incident.direct_failed.contains(&page.id))
        };
        ways(page, world).any(|via| DISCORD.contains(&via) && !failed(via))
    };
    incident.open_pages().filter(|page| page.person == *person && in_discord(page)).collect()
}

/// Whom Discord is to reach now: whether they are still members matters.
pub fn called_in_discord(incident: &Incident, world: &World) -> Vec<PersonId> {
    let people: BTreeSet<&PersonId> = incident.open_pages().map(|page| &page.person).collect();
    people.into_iter().filter(|person| !carried(incident, person, world).is_empty()).cloned().collect()
}

/// A person is no member of the server any more: a mention makes no sound for them, whatever Discord answered when it was sent.
/// Taken in once for each page. Other ways go on; if none is left, the next step is called.
pub(crate) fn person_left(incident: &Incident, person: &PersonId, world: &World, now: Timestamp) -> Vec<Event> {
    let pages = carried(incident, person, world);
    let Some(last) = pages.last().map(|page| page.id) else { return Vec::new() };
    let left = Event::PersonLeft { person: person.clone(), pages: pages.iter().map(|page| page.id).collect() };
    let mut after = incident.clone();
    after.apply(&EventAt { seq: incident.last_seq + 1, at: now.max(incident.changed_at), event: left.clone() });
    let mut events = vec![left];
    // Each page takes its own next way; the next step is called once for all of them.
    for page in pages.iter().filter_map(|page| after.page(page.id)) {
        let instead = instead(&after, page, PageVia::Direct, world, now);
        let is_way = matches!(instead.as_slice(), [Event::Contacted { .. }]);
        if is_way || page.id == last {
            events.extend(instead);
        }
    }
    events
}

/// What happens instead of the way that failed.
fn instead(incident: &Incident, page: &Page, failed: PageVia, world: &World, now: Timestamp) -> Vec<Event> {
    if page.end.is_some() || !incident.status.is_open() {
        return Vec::new();
    }
    let over = |via| has_failed(incident, page, via, (page.id, failed));
    let waiting = page.contacts.iter().filter(|contact| !contact.done && !over(contact.via));
    if let Some(next) = waiting.min_by_key(|contact| contact.due) {
        let (person, why) = (page.person.clone(), ContactWhy::Undelivered);
        return vec![Event::Contacted { page: page.id, person, via: next.via, why }];
    }
    let just_now = (page.id, failed);
    let silent = |page: &Page| ways(page, world).all(|via| has_failed(incident, page, via, just_now));
    if incident.escalates() && incident.status == IncidentStatus::Triggered && incident.step_pages().all(silent) {
        let rings = incident.open_pages().any(|page| !silent(page));
        return unless_somebody_is_called(next_step_by_hand(incident, world, now), rings);
    }
    if !incident.open_pages().any(|page| !silent(page)) { told_at_once(incident, now) } else { Vec::new() }
}

/// Nobody who was paged by hand can be reached, and no policy waits: the room need not wait either.
pub(super) fn told_at_once(incident: &Incident, now: Timestamp) -> Vec<Event> {
    let waits = incident.unanswered.as_ref().is_some_and(|unanswered| unanswered.by_hand && unanswered.told == 0);
    if waits { tell_again(incident, now) } else { Vec::new() }
}

/// These events end an acknowledgement. Whoever was paged by hand meanwhile is waited for only if one of them can be reached.
pub(super) fn told_unless_somebody_rings(
    incident: &Incident,
    events: &[Event],
    world: &World,
    now: Timestamp,
) -> Vec<Event> {
    let after = applied(incident, events, now);
    let rings = after.open_pages().any(|page| may_reach(&after, page, world));
    // What is held back rings nobody, and begins anew at its end.
    if rings || after.held_back.is_some() { Vec::new() } else { told_at_once(&after, now) }
}

/// Whether a page may still reach its person: one of its ways has not failed.
pub(super) fn may_reach(incident: &Incident, page: &Page, world: &World) -> bool {
    let failed = |via| {
        incident.contact_failed.contains(&(page.id, via))
            || (via == PageVia::Direct && incident.direct_failed.contains(&page.id))
    };
    ways(page, world).any(|via| !failed(via))
}

fn has_failed(incident: &Incident, page: &Page, via: PageVia, just_now: (PageId, PageVia)) -> bool {
    (page.id, via) == just_now
        || incident.contact_failed.contains(&(page.id, via))
        || (via == PageVia::Direct && incident.direct_failed.contains(&page.id))
}

/// Every way on which a page goes out sooner or later.
fn ways(page: &Page, world: &World) -> impl Iterator<Item = PageVia> {
    let at_once = world.ways_at_once(&page.person);
    at_once.into_iter().chain(page.contacts.iter().map(|contact| contact.via))
}
