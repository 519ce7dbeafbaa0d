//! Purpose: the machine's clock was set. Everything an incident knows of time moves with it, so that what was to happen after a
//! wait still happens after that wait, and how long something took stays true.
//!
//! An instant that was written while the clock was two days ahead is two days wrong: left alone, the next step comes in two
//! days. The same mistake held up other schedulers for as long as the clock was off (quartznet #1508, systemd #43116, dbader
//! schedule #323). So that it cannot be made for one of many instants, the state is taken apart here field by field: a new field
//! does not compile before somebody has said whether it moves.

use jiff::SignedDuration;

use super::{
    AckCheck, CloseAsk, Contact, EscalationRun, EscalationState, Event, EventAt, Flap, HeldBack, Incident, Mitigation,
    Page, Resolution, StatusUpdate, Unanswered,
};
use crate::Timestamp;
use crate::postmortem::{ActionItem, Postmortem};
use crate::storm::Fold;

/// By how little entries of an incident may lie before each other without the clock having been set: below that they get the
/// instant of the entry before.
pub const CLOCK_TOLERANCE: SignedDuration = SignedDuration::from_secs(2);

/// By how much the clock was set back since this instant was read from it; none when it was not, or by so little that it does
/// not matter.
pub fn set_back(written: Timestamp, now: Timestamp) -> Option<SignedDuration> {
    let ahead = written.duration_since(now);
    (ahead > CLOCK_TOLERANCE).then(|| -ahead)
}

/// The fact that the clock was set by so much.
pub fn clock_set(by: SignedDuration) -> Event {
    Event::ClockSet { by_ms: i64::try_from(by.as_millis()).unwrap_or(i64::MAX) }
}

/// A timeline as it reads by the clock as it is now: what happened before the clock was set is moved by as much. No entry of it
/// lies before the entry in front of it. For people and durations only: [`Incident::replay`] takes what is stored.
#[must_use]
pub fn by_todays_clock(mut timeline: Vec<EventAt>) -> Vec<EventAt> {
    let mut later = SignedDuration::ZERO;
    for entry in timeline.iter_mut().rev() {
        shift(&mut entry.at, later);
        if let Event::ClockSet { by_ms } = entry.event {
            later = later.saturating_add(SignedDuration::from_millis(by_ms));
        }
    }
    timeline
}

fn shift(at: &mut Timestamp, by: SignedDuration) {
    *at = at.checked_add(by).unwrap_or(*at);
}

fn shift_some(at: &mut Option<Timestamp>, by: SignedDuration) {
    if let Some(at) = at {
        shift(at, by);
    }
}

impl Incident {
    /// The clock was set by so much.
    pub(super) fn clock_moves(&mut self, by: SignedDuration) {
        let Self {
            opened_at,
            escalation,
            pages,
            acknowledged,
            updates,
            next_update,
            update_overdue,
            mitigated,
            ended_at,
            resolution,
            quiet_since,
            held_back,
            flap,
            ack_check,
            unanswered,
            close_ask,
            postmortem,
            first_acknowledged_at,
            fires_on_at,
            fold,
            // The instant of the fact itself: by the new clock.
            changed_at: _,
            // By the sender's clock, or as somebody told it.
            detected: _,
            // No instants.
            title_corrected: _,
            impact_corrected: _,
            // Lengths, not instants.
            ack_holds: _,
            closes_after: _,
            // Nothing of time in these.
            id: _,
            title: _,
            impact: _,
            service: _,
            owner: _,
            severity: _,
            severities: _,
            lowered_from: _,
            status: _,
            room: _,
            opener: _,
            why: _,
            group_key: _,
            alerts: _,
            links: _,
            runbook: _,
            runbook_url: _,
            missing: _,
            policy: _,
            commander: _,
            followers: _,
            told_directly: _,
            direct_failed: _,
            contact_failed: _,
            left: _,
            unseen: _,
            lost: _,
            kept_open: _,
            kept_open_by: _,
            pages_people: _,
            labels: _,
            reasons: _,
            drill: _,
            triaged: _,
            dismissed: _,
            merged_into: _,
            absorbed: _,
            more_groups: _,
            similar: _,
            questions: _,
            notes: _,
            last_seq: _,
            lead: _,
            stale: _,
        } = self;
        shift(opened_at, by);
        if let Some(EscalationRun { state, policy: _, position: _, plan: _, pages_before: _ }) = escalation {
            match state {
                EscalationState::Running { due } => shift(due, by),
                EscalationState::Stopped | EscalationState::Ended => {}
            }
        }
        for Page { at, contacts, end, id: _, person: _, reason: _, ways: _, account: _ } in pages {
            shift(at, by);
            for Contact { due, via: _, done: _ } in contacts {
                shift(due, by);
            }
            if let Some((how, ended)) = end {
                shift(ended, by);
                if let Some(until) = how.instant() {
                    shift(until, by);
                }
            }
        }
        if let Some((_, since)) = acknowledged {
            shift(since, by);
        }
        for StatusUpdate { at, next, by: _, know: _, doing: _, seq: _ } in updates {
            shift(at, by);
            shift_some(next, by);
        }
        shift_some(next_update, by);
        shift_some(update_overdue, by);
        shift_some(ended_at, by);
        if let Some(Mitigation { at, by: _, how: _ }) = mitigated {
            shift(at, by);
        }
        if let Some(Resolution { at, by: _, fixed: _ }) = resolution {
            shift(at, by);
        }
        shift_some(quiet_since, by);
        if let Some(Flap { since, last, over_at, seq: _, times: _, calm: _ }) = flap {
            shift(since, by);
            shift(last, by);
            shift_some(over_at, by);
        }
        if let Some(HeldBack { until, silences: _, by: _, reason: _ }) = held_back {
            shift(until, by);
        }
        if let Some(Unanswered { since, again_at, told: _, by_hand: _ }) = unanswered {
            shift(since, by);
            shift(again_at, by);
        }
        if let Some(CloseAsk { at, asked: _ }) = close_ask {
            shift(at, by);
        }
        match ack_check {
            Some(AckCheck::Ask { at }) => shift(at, by),
            Some(AckCheck::Grace { until }) => shift(until, by),
            None => {}
        }
        shift_some(first_acknowledged_at, by);
        shift_some(fires_on_at, by);
        if let Some(Fold { unfolded, by: _, alerts: _ }) = fold {
            shift_some(unfolded, by);
        }
        let Postmortem {
            due,
            remind_at,
            closed,
            action_items,
            last_item: _,
            core_problem: _,
            root_cause: _,
            lessons: _,
            collateral: _,
            proof: _,
            reminders: _,
        } = postmortem;
        shift_some(due, by);
        shift_some(remind_at, by);
        if let Some((_, at)) = closed {
            shift(at, by);
        }
        // The day it is due on, and the mornings of the reminders, are a date of people's calendar: it does not move.
        for ActionItem { done, number: _, what: _, owner: _, account: _, person: _, due: _, remind: _, reminded: _ } in
            action_items
        {
            shift_some(done, by);
        }
    }
}
