//! Purpose: an incident is held back while all its alerts that fire are silenced, and what ends that. A hold stops what rings; it
//! takes the incident from nobody, and at its end somebody is called anew.
//!
//! Elsewhere a silence held the group and not its alerts, so that whatever joined later was unheard, too (grafana/oncall issue
//! 2951), and an escalation that was stopped by one had to be started again by hand (grafana/oncall pull request 3283).

use std::collections::BTreeSet;

use super::paging::{first_step, stop, unwilling};
use super::rings::ask_holder;
use super::{AskedWhy, Event, HeldBack, HoldOverWhy, Incident, PageEnd, StopReason};
use crate::{Severity, Timestamp, World};

/// All alerts of it that fire are silenced by these: what rings is stopped until the first of them ends. Nothing when that is
/// known, or one of them is not made for something as bad as this.
pub(crate) fn hold_back(incident: &Incident, silences: &BTreeSet<u32>, world: &World) -> Vec<Event> {
    let fires = incident.status.is_open() && incident.alerts.firing() > 0 && incident.drill.is_none();
    let known = world.silences();
    let Some((first, until)) = known.first_to_end(silences).filter(|_| fires) else { return Vec::new() };
    if !known.cover(silences, incident.severity) {
        return Vec::new();
    }
    let held = HeldBack { silences: silences.clone(), by: first.by.clone(), until, reason: first.terms.reason.clone() };
    if incident.held_back.as_ref() == Some(&held) {
        return Vec::new();
    }
    let by = first.by.name.clone();
    let mut events = vec![Event::HeldBack { held: Box::new(held) }];
    if incident.held_back.is_none() {
        events.extend(stop(incident, StopReason::Silenced, &PageEnd::Silenced { by, until }));
    }
    events
}

/// It is not held back any more: whoever has it is asked, else its policy begins anew.
pub(crate) fn hold_over(
    incident: &Incident,
    why: HoldOverWhy,
    severity: Severity,
    world: &World,
    now: Timestamp,
) -> Vec<Event> {
    let mut events = vec![Event::HoldOver { why }];
    if !incident.pages(world.setup()) && !world.setup().severity_plan(severity).page {
        return events;
    }
    match &incident.acknowledged {
        Some((holder, _)) => {
            let why = match why {
                HoldOverWhy::Worse => AskedWhy::Worse,
                HoldOverWhy::Raised => AskedWhy::Raised,
                HoldOverWhy::Merged => AskedWhy::Merged,
                HoldOverWhy::Over { .. } | HoldOverWhy::NotSilenced => AskedWhy::SilenceOver,
            };
            events.extend(ask_holder(incident, holder, why, severity, world, now));
        }
        None => events.extend(first_step(incident, &unwilling(incident), world, now)),
    }
    events
}

/// A silence of those that held it back is over. Whoever knows its alerts says whether others still silence all of them.
pub(crate) fn silence_over(incident: &Incident, silence: u32, world: &World, now: Timestamp) -> Vec<Event> {
    let held = incident.status.is_open() && incident.held_back.is_some();
    if !held {
        return Vec::new();
    }
    hold_over(incident, HoldOverWhy::Over { silence }, incident.severity, world, now)
}
