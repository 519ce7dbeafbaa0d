//! Purpose: one person, many incidents: one ring. The first page rings at once; what comes to the same person within a minute is
//! told by one direct message, at most a minute later, and the wait of each incident counts from the ring that names it.
//!
//! Elsewhere a limit of one notification a minute let the wait run on, so that the policy passed somebody who had heard nothing
//! (target/goalert issue 2778), or bundled without regard to what was worse (grafana/oncall pull request 4457 keeps a bundle for
//! each importance for that reason).

use super::{Event, Incident};
use crate::episode::whole_millis;
use crate::{PageId, PageVia, PersonId, Severity, Timestamp, World};

/// Within which time pages to the same person are one ring, by the configuration of now; at most a minute.
fn one_ring(world: &World) -> jiff::SignedDuration {
    jiff::SignedDuration::try_from(world.setup().routing.ring_together).unwrap_or(LONGEST)
}

/// The longest that can be configured: what was rung longer ago says nothing.
pub const LONGEST: jiff::SignedDuration = jiff::SignedDuration::from_secs(60);

/// A direct message that rings somebody, or will.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ring {
    /// When.
    pub at: Timestamp,
    /// How bad the incident is that it names.
    pub severity: Severity,
}

/// When the direct messages of a person's pages ring, as far as the incident knows. None: they take no direct messages, so nothing
/// is told by one together.
pub fn rings_of(incident: &Incident, person: &PersonId) -> Option<Vec<Ring>> {
    let own: Vec<_> = incident.pages.iter().filter(|page| page.person == *person).collect();
    if own.iter().any(|page| incident.direct_failed.contains(&page.id) || incident.left.contains(&page.id)) {
        return None;
    }
    let ring = |page: &&super::Page| {
        let later = page.contacts.iter().find(|contact| contact.via == PageVia::Direct);
        let at = match later {
            None => page.at,
            Some(contact) if contact.done || page.end.is_none() => contact.due,
            Some(_) => return None,
        };
        // Waits are kept in whole milliseconds, and so is the instant of a ring: two pages of one ring name the same.
        Some(Ring { at: whole_millis(at), severity: incident.severity })
    };
    Some(own.iter().filter_map(ring).collect())
}

/// Pages that are about to happen, of an incident that is as bad as `severity`: whoever was rung within the last minute gets their
/// direct message together with the others, unless this is worse than all they were rung for. `rung` says what is known of somebody's
/// rings; none when they take no direct messages.
pub fn tell_together(
    events: &mut [Event],
    severity: Severity,
    world: &World,
    rung: impl Fn(&PersonId) -> Option<Vec<Ring>>,
    now: Timestamp,
) {
    let mut waits = jiff::SignedDuration::ZERO;
    for event in events.iter_mut() {
        let Event::Paged { person, contacts, reason, .. } = event else { continue };
        // Who pages somebody by hand means now.
        if reason.call().by.is_some() || !world.ways_at_once(person).contains(&PageVia::Direct) {
            continue;
        }
        let Some(rings) = rung(person) else { continue };
        let now = whole_millis(now);
        let Some(until) = rings_with(&rings, severity, one_ring(world), now) else { continue };
        let wait = until.duration_since(now);
        let wait_ms = u64::try_from(wait.as_millis()).unwrap_or(0);
        if wait_ms > 0 {
            contacts.push((PageVia::Direct, wait_ms));
            waits = waits.max(wait);
        }
    }
    if waits.is_zero() {
        return;
    }
    // What waits for an answer counts from the ring.
    for event in events {
        match event {
            Event::Escalated { due, .. } => *due += waits,
            Event::AckQuestioned { until, .. } => *until += waits,
            _ => {}
        }
    }
}

/// With which ring a page is told; none: it rings at once.
fn rings_with(rings: &[Ring], severity: Severity, one_ring: jiff::SignedDuration, now: Timestamp) -> Option<Timestamp> {
    let recent = || rings.iter().filter(|ring| ring.at <= now && ring.at + one_ring > now);
    let last = recent().map(|ring| ring.at).max()?;
    let worst = recent().map(|ring| ring.severity).min()?;
    if severity.is_worse_than(worst) {
        return None;
    }
    let next = rings.iter().map(|ring| ring.at).filter(|at| *at > now && *at <= now + one_ring).min();
    Some(next.unwrap_or(last + one_ring))
}

/// When the direct message of a page tells it together with others; none when it has one of its own.
pub fn told_together(incident: &Incident, page: PageId, world: &World) -> Option<Timestamp> {
    let page = incident.page(page)?;
    let at_once = world.ways_at_once(&page.person).contains(&PageVia::Direct);
    let later = page.contacts.iter().find(|contact| at_once && contact.via == PageVia::Direct);
    later.map(|contact| whole_millis(contact.due))
}

/// The pages of an incident that a person's ring at this instant tells.
pub fn told_by(incident: &Incident, person: &PersonId, at: Timestamp, world: &World) -> Option<PageId> {
    let own = incident.pages.iter().filter(|page| page.person == *person);
    let mut told = own.filter(|page| told_together(incident, page.id, world) == Some(at));
    let told_now = |page: &&super::Page| {
        page.end.is_none() || page.contacts.iter().any(|contact| contact.via == PageVia::Direct && contact.done)
    };
    told.find(told_now).map(|page| page.id)
}
