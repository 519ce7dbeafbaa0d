//! Purpose: one person, many incidents: one ring. The first page rings at once; what comes to the same person within a minute, while
//! something of theirs waits for an answer, is told by one message on each way, at most a minute later, and the wait of each incident
//! counts from the ring that names it.
//!
//! Elsewhere a limit of one notification a minute let the wait run on, so that the policy passed somebody who had heard nothing
//! (target/goalert issue 2778), or bundled without regard to what was worse (grafana/oncall pull request 4457 keeps a bundle for
//! each importance for that reason).

use std::collections::BTreeSet;

use super::{Event, Incident, Page};
use crate::episode::whole_millis;
use crate::{PageId, PageVia, PersonId, Severity, Timestamp, World};

/// Within which time pages to the same person are one ring, by the configuration of now; at most a minute.
fn one_ring(world: &World) -> jiff::SignedDuration {
    jiff::SignedDuration::try_from(world.setup().routing.ring_together).unwrap_or(LONGEST)
}

/// The longest that can be configured: what was rung longer ago says nothing.
pub const LONGEST: jiff::SignedDuration = jiff::SignedDuration::from_secs(60);

/// Whoever answers everything is rung at once for what comes next, but so often within the time of one ring; then that time
/// holds for them, too. More is no longer news to whoever answers, and nobody can read it.
const QUICK_RINGS: usize = 5;

/// A message that rings somebody, or will.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ring {
    /// When.
    pub at: Timestamp,
    /// How bad the incident is that it names.
    pub severity: Severity,
    /// What became of it.
    pub answer: Answer,
}

/// Whether somebody answered what rang.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// It waits for an answer.
    Waits,
    /// A person answered it, or took it from whoever was rung.
    Given,
    /// It went away by itself: nothing says that they heard it.
    Nobody,
}

/// When the messages of a person's pages on this way ring, as far as the incident knows. None: the way does not reach them, so
/// nothing is told by one message together.
pub fn rings_of(incident: &Incident, person: &PersonId, via: PageVia) -> Option<Vec<Ring>> {
    let own: Vec<_> = incident.pages.iter().filter(|page| page.person == *person).collect();
    if own.iter().any(|page| is_closed(incident, page, via)) {
        return None;
    }
    let ring = |page: &&Page| {
        let at = match page.contacts.iter().find(|contact| contact.via == via) {
            // Pages that an older version decided name no ways.
            None if via != PageVia::Direct && !page.ways.contains(&via) => return None,
            None => page.at,
            Some(contact) if contact.done || page.end.is_none() => contact.due,
            Some(_) => return None,
        };
        // Waits are kept in whole milliseconds, and so is the instant of a ring: two pages of one ring name the same.
        Some(Ring { at: whole_millis(at), severity: incident.severity, answer: answer(incident, page) })
    };
    Some(own.iter().filter_map(ring).collect())
}

/// Whether a way does not reach the person of a page.
fn is_closed(incident: &Incident, page: &Page, via: PageVia) -> bool {
    incident.contact_failed.contains(&(page.id, via))
        || (via == PageVia::Direct && (incident.direct_failed.contains(&page.id) || incident.left.contains(&page.id)))
}

fn answer(incident: &Incident, page: &Page) -> Answer {
    let by_a_person = incident.acknowledged.is_some()
        || incident.resolution.as_ref().is_some_and(|resolution| resolution.by.is_some());
    match &page.end {
        None if incident.status.is_open() => Answer::Waits,
        None => Answer::Given,
        Some((end, _)) if end.end().unanswered && !by_a_person => Answer::Nobody,
        Some(_) => Answer::Given,
    }
}

/// Pages that are about to happen, of an incident that is as bad as `severity`: whoever was rung a moment ago is told of them
/// together with the others, unless this is worse than all they were rung for. `rung` says what is known of somebody's rings on a
/// way; none when it does not reach them. While Discord is `down`, what would follow later on other ways goes out now.
pub fn tell_together(
    events: &mut [Event],
    severity: Severity,
    world: &World,
    rung: impl Fn(&PersonId, PageVia) -> Option<Vec<Ring>>,
    down: bool,
    now: Timestamp,
) {
    let (one_ring, now) = (one_ring(world), whole_millis(now));
    let mut waits = jiff::SignedDuration::ZERO;
    for event in events.iter_mut() {
        let Event::Paged { person, contacts, reason, ways, .. } = event else { continue };
        // Who pages somebody by hand means now.
        if reason.call().by.is_some() {
            continue;
        }
        let with = |via, at| rings_with(&rung(person, via)?, severity, one_ring, at);
        // What follows later is told with what is told then.
        for (via, wait_ms) in contacts.iter_mut() {
            if down && !via.is_discord() {
                *wait_ms = 0;
            }
            let at = now + jiff::SignedDuration::from_millis(i64::try_from(*wait_ms).unwrap_or(i64::MAX));
            if via.is_bundled()
                && let Some(until) = with(*via, at)
            {
                *wait_ms = millis(until.duration_since(now));
            }
        }
        // Until the first message that makes a sound; none: in the room they are rung as ever.
        let mut first = None;
        for via in ways.iter().copied().filter(|via| via.is_bundled()) {
            let wait = with(via, now).map_or(jiff::SignedDuration::ZERO, |until| until.duration_since(now));
            if wait > jiff::SignedDuration::ZERO {
                contacts.push((via, millis(wait)));
            }
            first = Some(first.map_or(wait, |first: jiff::SignedDuration| first.min(wait)));
        }
        waits = waits.max(first.unwrap_or_default());
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

fn millis(wait: jiff::SignedDuration) -> u64 {
    u64::try_from(wait.as_millis()).unwrap_or(0)
}

/// With which ring a page is told that would ring at `now`; none: it rings then.
fn rings_with(rings: &[Ring], severity: Severity, one_ring: jiff::SignedDuration, now: Timestamp) -> Option<Timestamp> {
    let recent = || rings.iter().filter(|ring| ring.at <= now && ring.at + one_ring > now);
    let last = recent().map(|ring| ring.at).max()?;
    let worst = recent().map(|ring| ring.severity).min()?;
    if severity.is_worse_than(worst) {
        return None;
    }
    // Bundling is for whoever has something that waits. Who answered everything has the phone in the hand.
    let waits = rings.iter().any(|ring| ring.answer == Answer::Waits)
        || recent().any(|ring| ring.answer == Answer::Nobody)
        || recent().map(|ring| ring.at).collect::<BTreeSet<_>>().len() >= QUICK_RINGS;
    if !waits {
        return None;
    }
    let next = rings.iter().map(|ring| ring.at).filter(|at| *at > now && *at <= now + one_ring).min();
    Some(next.unwrap_or(last + one_ring))
}

/// With which ring the message of a page on this way was decided to be told; none when it was to have one of its own.
pub fn told_together(incident: &Incident, page: PageId, via: PageVia) -> Option<Timestamp> {
    let page = incident.page(page).filter(|_| via.is_bundled())?;
    let later = page.contacts.iter().find(|contact| contact.via == via);
    later.map(|contact| whole_millis(contact.due))
}

/// The last time when Discord could not be reached: what was to ring there meanwhile is one ring when it is back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outage {
    /// Since when.
    pub since: Timestamp,
    /// When it was back, in whole milliseconds.
    pub back: Timestamp,
}

impl Outage {
    /// One that is over now.
    #[must_use]
    pub fn over(since: Timestamp, now: Timestamp) -> Self {
        Self { since, back: whole_millis(now) }
    }

    /// When something rings that was to ring at this instant.
    #[must_use]
    pub fn moved(self, at: Timestamp, via: PageVia) -> Timestamp {
        if via.is_discord() && self.since < at && at <= self.back { self.back } else { at }
    }
}

/// With which ring the message of a page on this way is told, as it came to be; none when it has one of its own.
pub fn ring_of(incident: &Incident, page: PageId, via: PageVia, outage: Option<Outage>) -> Option<Timestamp> {
    let decided = told_together(incident, page, via);
    let known = incident.page(page).filter(|_| via.is_bundled())?;
    let at = decided.unwrap_or_else(|| whole_millis(known.at));
    let moved = outage.map_or(at, |outage| outage.moved(at, via));
    (decided.is_some() || moved != at).then_some(moved)
}

/// Whether a page that would have rung at once is told with the next ring: its mention in the room makes no sound.
pub fn rings_later(incident: &Incident, page: PageId, outage: Option<Outage>) -> bool {
    let Some(known) = incident.page(page) else { return false };
    // A way that failed rings nobody; the room says so with a sound.
    let rings = |via: &PageVia| !is_closed(incident, known, *via);
    let mut bundled = bundled_at_once(known).filter(rings).peekable();
    bundled.peek().is_some() && bundled.all(|via| ring_of(incident, page, via, outage).is_some())
}

/// The ways that ring a page's person as soon as it is decided, but the room. Pages that an older version decided name no ways.
fn bundled_at_once(page: &Page) -> impl Iterator<Item = PageVia> {
    let older: &[PageVia] = if page.ways.is_empty() { &[PageVia::Direct] } else { &[] };
    page.ways.iter().chain(older).copied().filter(|via| via.is_bundled())
}

/// The page of an incident that a person's ring at this instant tells on this way.
pub fn told_by(
    incident: &Incident,
    person: &PersonId,
    via: PageVia,
    at: Timestamp,
    outage: Option<Outage>,
) -> Option<PageId> {
    let own = incident.pages.iter().filter(|page| page.person == *person);
    let mut told = own.filter(|page| ring_of(incident, page.id, via, outage) == Some(at));
    let told_now = |page: &&Page| match &page.end {
        None => true,
        // What ended before Discord was back was never told there.
        Some((_, ended)) if outage.is_some_and(|outage| outage.back == at && via.is_discord()) => *ended > at,
        Some(_) => page.contacts.iter().any(|contact| contact.via == via && contact.done),
    };
    told.find(told_now).map(|page| page.id)
}

impl Incident {
    /// Whether a page rings its person elsewhere than in the room, as far as is known.
    pub fn rings_elsewhere(&self, page: PageId) -> bool {
        let Some(page) = self.page(page) else { return false };
        bundled_at_once(page).any(|via| !is_closed(self, page, via))
    }

    /// Whether a page waits for this person that was decided until then; none: whenever it was.
    pub fn waits_for(&self, person: &PersonId, called_by: Option<Timestamp>) -> bool {
        self.status.is_open()
            && self
                .open_pages()
                .any(|page| page.person == *person && called_by.is_none_or(|called_by| page.at <= called_by))
    }
}
