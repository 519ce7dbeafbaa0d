//! Purpose: what time does to an incident: which timers a state has, and what happens when one is due.

use super::alerts::{fires_on, fires_on_from};
use super::paging::{call_at_end, first_step, next_step, stop, unwilling};
use super::undelivered::told_unless_somebody_rings;
use super::{
    AckCheck, Actor, Contact, ContactWhy, EscalationState, Event, Incident, IncidentStatus, Page, PageEnd, StopReason,
};
use crate::escalation::again_after;
use crate::postmortem::ActionItem;
use crate::setup::Setup;
use crate::{TimerKind, Timestamp, World};

/// How long the holder of a silent acknowledgement has to answer.
pub const ACK_GRACE: jiff::SignedDuration = jiff::SignedDuration::from_mins(5);
/// How long all alerts stay resolved before an incident that nobody took closes by itself.
pub const AUTO_RESOLVE_AFTER: jiff::SignedDuration = jiff::SignedDuration::from_mins(10);
/// How long somebody's "keep it open" lasts before they are asked again.
pub const KEPT_OPEN_FOR: jiff::SignedDuration = jiff::SignedDuration::from_hours(4);
/// Longest time between two questions whether to close what no longer fires; the first two are an hour apart.
pub const CLOSE_ASK_AT_MOST: jiff::SignedDuration = jiff::SignedDuration::from_hours(24);
/// Between two reminders of a postmortem that is overdue.
pub const REMIND_EVERY: jiff::SignedDuration = jiff::SignedDuration::from_hours(24);

/// One timer of an incident.
struct Row {
    /// When it is due in this state; none: there is none.
    due: Option<Timestamp>,
    /// What it does then.
    then: fn(&Incident, &World, Timestamp) -> Vec<Event>,
}

/// Every timer of an incident: in which states it is set, and what it does. Exhaustive on purpose: a new timer gets its row here, and
/// nowhere else but in `timer.rs` and its words.
fn row(incident: &Incident, kind: TimerKind) -> Row {
    let open = incident.status.is_open();
    // While nothing fires nobody is asked whether they are still on it, but whether it is over; while it is held back, nobody is.
    let ack_check = incident.ack_check.filter(|_| open && !incident.rests());
    let row = |due, then| Row { due, then };
    match kind {
        TimerKind::EscalationStep => row(step_at(incident).filter(|_| open), next_step),
        TimerKind::AckTimeout => match ack_check.filter(|_| incident.held_back.is_none()) {
            Some(AckCheck::Ask { at }) => row(Some(at), ask_the_holder),
            Some(AckCheck::Grace { .. }) | None => row(None, ask_the_holder),
        },
        TimerKind::AckGrace => match ack_check.filter(|_| incident.held_back.is_none()) {
            Some(AckCheck::Grace { until }) => row(Some(until), silent),
            Some(AckCheck::Ask { .. }) | None => row(None, silent),
        },
        TimerKind::UpdateDue => row(incident.next_update.filter(|_| open), update_overdue),
        TimerKind::AutoResolve => row(auto_resolve_at(incident), auto_resolve),
        TimerKind::Contact => row(contact_at(incident).filter(|_| open), |incident, _, now| {
            contact(incident, ContactWhy::Rule, |_, contact| contact.due <= now)
        }),
        TimerKind::PostmortemDue => row(remind_at(incident), remind_postmortem),
        TimerKind::ActionItemDue => row(action_items_at(incident), remind_action_items),
        TimerKind::FiresOn => row(fires_on_due(incident), went_on),
        TimerKind::EndAgain => row(again_at(incident), |incident, world, now| {
            let mut events = tell_again(incident, now);
            events.extend(call_at_end(incident, world, now));
            events
        }),
        TimerKind::FlapCalm => row(incident.flap_over_at(), |incident, _, now| super::flap::over(incident, now)),
        TimerKind::AskToClose => row(asks_to_close_at(incident), ask_to_close),
        // Other subjects have it.
        TimerKind::Due => row(None, |_, _, _| Vec::new()),
    }
}

/// Decides what a timer does when it is due. Timers that no longer fit the state do nothing.
pub(crate) fn decide_timer(incident: &Incident, kind: TimerKind, world: &World, now: Timestamp) -> Vec<Event> {
    let Row { due, then } = row(incident, kind);
    if due.is_some_and(|due| due <= now) { then(incident, world, now) } else { Vec::new() }
}

/// The timers an incident in this state has.
pub fn timers(incident: &Incident) -> Vec<(TimerKind, Timestamp)> {
    let due = |kind| row(incident, kind).due.map(|due| (kind, due));
    TimerKind::ALL.into_iter().filter_map(due).collect()
}

/// When the next step of its policy is taken.
fn step_at(incident: &Incident) -> Option<Timestamp> {
    match incident.escalation.as_ref().map(|run| run.state) {
        Some(EscalationState::Running { due }) if incident.status == IncidentStatus::Triggered => Some(due),
        _ => None,
    }
}

fn ask_the_holder(incident: &Incident, _: &World, now: Timestamp) -> Vec<Event> {
    let holder = incident.acknowledged.as_ref().map(|(holder, _)| holder.clone());
    vec![Event::AckQuestioned { until: now + ACK_GRACE, why: None, holder }]
}

fn update_overdue(incident: &Incident, _: &World, _: Timestamp) -> Vec<Event> {
    let holder = incident.acknowledged.as_ref().map(|(holder, _)| holder);
    vec![Event::UpdateOverdue { whom: incident.commander.as_ref().or(holder).cloned() }]
}

fn auto_resolve(incident: &Incident, world: &World, now: Timestamp) -> Vec<Event> {
    let mut events = stop(incident, StopReason::Resolved, &PageEnd::NotNeeded);
    events.push(resolved(incident, None, None, world, now));
    events
}

fn went_on(incident: &Incident, world: &World, now: Timestamp) -> Vec<Event> {
    let alerts = incident.still_firing();
    let events = fires_on(incident, alerts, world, now);
    if events.is_empty() { vec![Event::WentOn { dedup_key: None, alerts, into: None, silence: None }] } else { events }
}

/// When an unanswered page goes out on one more way.
fn contact_at(incident: &Incident) -> Option<Timestamp> {
    let waiting = incident.open_pages().flat_map(|page| &page.contacts).filter(|contact| !contact.done);
    waiting.map(|contact| contact.due).min()
}

/// Pages cannot go out on Discord: those that nobody answered go out on all other ways at once.
pub(crate) fn contact_now(incident: &Incident, why: ContactWhy) -> Vec<Event> {
    if !incident.status.is_open() {
        return Vec::new();
    }
    // What was to go out at once and is told with the next ring is told then: that is at most a minute.
    contact(incident, why, |page, contact| !page.ways.contains(&contact.via))
}

fn contact(incident: &Incident, why: ContactWhy, is_due: impl Fn(&Page, &Contact) -> bool) -> Vec<Event> {
    let pages = incident.open_pages();
    pages
        .flat_map(|page| page.contacts.iter().map(move |contact| (page, contact)))
        .filter(|(page, contact)| !contact.done && is_due(page, contact))
        .map(|(page, contact)| Event::Contacted { page: page.id, person: page.person.clone(), via: contact.via, why })
        .collect()
}

/// That an incident is over, with the date of its postmortem.
pub(super) fn resolved(
    incident: &Incident,
    by: Option<&Actor>,
    fixed: Option<String>,
    world: &World,
    now: Timestamp,
) -> Event {
    let wanted = world.setup().severity_plan(incident.severity).postmortem.filter(|_| incident.drill.is_none());
    let postmortem_due = wanted.and_then(|after| jiff::SignedDuration::try_from(after).ok()).map(|after| now + after);
    let report = incident.drill.is_some().then(|| crate::drill::report(incident, now));
    let fires_on_at = by.and_then(|_| fires_on_from(incident, world, now));
    Event::Resolved { by: by.cloned(), fixed, postmortem_due, report, fires_on_at }
}

fn remind_postmortem(incident: &Incident, world: &World, _: Timestamp) -> Vec<Event> {
    let resolver = incident.resolution.as_ref().and_then(|resolution| resolution.by.as_ref());
    let whom = incident.commander.as_ref().or(resolver).cloned();
    let missing = crate::postmortem::gaps(incident, world.setup());
    vec![Event::PostmortemReminded { whom, due: incident.postmortem.due, missing }]
}

/// When people are reminded of a postmortem that is not closed.
fn remind_at(incident: &Incident) -> Option<Timestamp> {
    incident.postmortem.remind_at.filter(|_| incident.status == IncidentStatus::Resolved)
}

/// When the owner of an action item is reminded next.
fn action_items_at(incident: &Incident) -> Option<Timestamp> {
    let items = incident.postmortem.action_items.iter().filter(|item| item.done.is_none());
    let soon = items.clone().flat_map(|item| item.remind.iter().copied());
    soon.chain(items.filter(|item| waits(item)).filter_map(action_item_due)).min()
}

fn remind_action_items(incident: &Incident, _: &World, now: Timestamp) -> Vec<Event> {
    let due = incident.postmortem.action_items.iter().filter(|item| waits(item));
    let due = due.filter(|item| action_item_due(item).is_some_and(|at| at <= now));
    let due = due.map(|item| Event::ActionItemReminded { number: item.number });
    let open = incident.postmortem.action_items.iter().filter(|item| item.done.is_none());
    // After an outage of days both mornings may have passed: one message says it.
    let soon = open.filter(|item| item.remind.iter().any(|at| *at <= now));
    soon.map(|item| Event::ActionItemDueSoon { number: item.number }).chain(due).collect()
}

fn waits(item: &ActionItem) -> bool {
    item.done.is_none() && !item.reminded
}

/// The end of the day it is due on, in UTC: a reminder is no deadline, so the zone does not matter.
fn action_item_due(item: &ActionItem) -> Option<Timestamp> {
    let end = item.due.tomorrow().ok()?.to_zoned(jiff::tz::TimeZone::UTC).ok()?;
    Some(end.timestamp())
}

/// Nobody has it still: told again, each time after twice the time.
pub(super) fn tell_again(incident: &Incident, now: Timestamp) -> Vec<Event> {
    let Some(unanswered) = &incident.unanswered else { return Vec::new() };
    let again_at = now + again_after(incident.again_first(), unanswered.told + 1);
    let run = incident.escalation.as_ref().filter(|_| !unanswered.by_hand);
    let policy = run.map(|run| run.policy.clone());
    vec![Event::StillUnanswered { policy, since: unanswered.since, again_at }]
}

/// Nothing fires: whoever has it, or wanted it open, says whether it is over.
fn ask_to_close(incident: &Incident, _: &World, now: Timestamp) -> Vec<Event> {
    let (Some(ask), Some(since)) = (&incident.close_ask, incident.quiet_since) else { return Vec::new() };
    let hours = i64::from(1_u32 << ask.asked.min(6));
    let again_at = now + jiff::SignedDuration::from_hours(hours).min(CLOSE_ASK_AT_MOST);
    let holder = incident.acknowledged.as_ref().map(|(holder, _)| holder);
    let whom = holder.or(incident.kept_open_by.as_ref()).or(incident.commander.as_ref()).cloned();
    vec![Event::AskedToClose { whom, since, again_at }]
}

/// When it is told again that nobody has it.
pub(super) fn again_at(incident: &Incident) -> Option<Timestamp> {
    let untaken = incident.status.is_open() && incident.acknowledged.is_none();
    incident.unanswered.as_ref().filter(|_| untaken).map(|unanswered| unanswered.again_at)
}

/// When somebody is asked to close it because no alert fires any more.
pub(super) fn asks_to_close_at(incident: &Incident) -> Option<Timestamp> {
    let open = incident.status.is_open() && incident.rests();
    let asks = open && (incident.acknowledged.is_some() || incident.kept_open);
    incident.close_ask.as_ref().filter(|_| asks).map(|ask| ask.at)
}

/// Whoever has it was asked and did not answer.
fn silent(incident: &Incident, world: &World, now: Timestamp) -> Vec<Event> {
    expire(incident, HolderGone::Silent, world, now)
}

/// Why somebody does not have an incident any more.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum HolderGone {
    /// They did not answer.
    Silent,
    /// The configuration does not know them any more.
    Removed,
    /// They are no member of the server any more.
    Left,
}

/// Whoever had it does not have it any more, and nothing else follows.
pub(super) fn expired(incident: &Incident, why: HolderGone) -> Event {
    let holder = incident.acknowledged.as_ref().map(|(holder, _)| holder.clone());
    Event::AckExpired { holder, removed: why == HolderGone::Removed, left: why == HolderGone::Left }
}

/// Nobody has it any more. Its policy goes on.
pub(super) fn expire(incident: &Incident, why: HolderGone, world: &World, now: Timestamp) -> Vec<Event> {
    let mut events = vec![expired(incident, why)];
    if !incident.pages(world.setup()) || incident.rests() {
        events.extend(told_unless_somebody_rings(incident, &events, world, now));
        return events;
    }
    let next = next_step(incident, world, now);
    let reaches = next.iter().any(|event| matches!(event, Event::Escalated { .. }));
    if reaches {
        events.extend(next);
    } else {
        // The policy's end: begin again, the holder is asleep.
        events.extend(first_step(incident, &unwilling(incident), world, now));
    }
    events
}

/// When an incident that nobody took closes by itself because no alert fires any more.
pub(super) fn auto_resolve_at(incident: &Incident) -> Option<Timestamp> {
    // Somebody who is called, by hand or because a person raised it, is not hung up on.
    let calls = incident.escalates() || incident.unanswered.is_some();
    let untaken = incident.status == IncidentStatus::Triggered && !incident.kept_open && !calls;
    incident.quiet_since.filter(|_| untaken && incident.rests()).map(|since| since + incident.closes_after)
}

/// When an incident whose last alert is over now will close by itself; none when somebody has it.
pub(super) fn closes_at(incident: &Incident, setup: &Setup, now: Timestamp) -> Option<Timestamp> {
    // What fires again before that is the same incident.
    let after = AUTO_RESOLVE_AFTER.max(super::flap::calm(setup));
    (incident.status == IncidentStatus::Triggered).then(|| now + after)
}

/// When alerts that fire on open it again, although a person ended it.
fn fires_on_due(incident: &Incident) -> Option<Timestamp> {
    let is_over = !incident.status.is_open() && incident.merged_into.is_none();
    incident.fires_on_at.filter(|_| is_over && incident.still_firing() > 0)
}
