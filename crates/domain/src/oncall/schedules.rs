//! Purpose: what is written down of a schedule and said of it: who is on call when another person is, the shift that runs, and what a
//! changed configuration changes for whom.

use std::collections::BTreeSet;

use super::{OnCall, OnCallEvent, Overrides, Shift, ShiftChange, before_change, shift_changes};
use crate::effect::Whom;
use crate::incident::EventAt;
use crate::setup::{ChatName, Schedule};
use crate::{Effect, PersonId, PlannedEffect, Subject, Timestamp, World};

/// What was written down last about a schedule.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LastSaid {
    /// Who was on call when it was said last.
    pub person: Option<PersonId>,
    /// The role they were given.
    pub role: Option<ChatName>,
    /// It was said who is on call.
    pub told: bool,
    /// The shift that runs by the rotation.
    pub shift: Option<Shift>,
    /// Number of the schedule's last event.
    pub seq: u32,
}

impl LastSaid {
    /// Rebuilds it from the events of a schedule.
    pub fn replay(events: &[EventAt<OnCallEvent>]) -> Self {
        let mut last = Self::default();
        events.iter().for_each(|entry| last.apply(entry));
        last
    }

    /// Takes in an event.
    pub fn apply(&mut self, entry: &EventAt<OnCallEvent>) {
        self.seq = entry.seq;
        match &entry.event {
            OnCallEvent::HandedOver { to, role, .. } => {
                self.person.clone_from(to);
                self.role.clone_from(role);
                self.told = true;
            }
            OnCallEvent::ShiftRuns { person, since, until, rota, changes: _ } => {
                let (person, rota) = (person.clone(), rota.clone());
                self.shift = Some(Shift { person, since: *since, until: *until, rota });
            }
            OnCallEvent::ScheduleGone { .. } => self.shift = None,
            OnCallEvent::Taken { .. }
            | OnCallEvent::Asked { .. }
            | OnCallEvent::Accepted { .. }
            | OnCallEvent::Declined
            | OnCallEvent::Unanswered
            | OnCallEvent::Over { .. } => {}
        }
    }
}

/// Whether another person is on call on a schedule than was said last, or whoever is has another role. A schedule that is gone has
/// nobody; one that tells nobody and gives no role is asked only while somebody has a role by it.
pub fn handed_over(world: &World, schedule: &str, now: Timestamp) -> Option<OnCallEvent> {
    let said = world.overrides().said.get(schedule).cloned().unwrap_or_default();
    let known = world.setup().schedules.get(schedule);
    let role = known.and_then(|known| known.role.clone());
    let is_told = known.is_some_and(|known| known.announce.is_some() || known.role.is_some());
    if !is_told && said.role.is_none() {
        return None;
    }
    let (to, until, instead_of) = match world.on_call(schedule, now) {
        OnCall::Person { person, until, instead_of, .. } => (Some(person), Some(until), instead_of),
        OnCall::Gap => (None, None, None),
    };
    // When nothing was said yet, it is said who is on call now.
    let before = said.person.as_ref().map(|person| world.called_now(person));
    let is_news = !said.told || before != to.as_ref() || said.role != role;
    is_news.then_some(OnCallEvent::HandedOver { from: said.person, to, until, instead_of, role })
}

/// The shift that runs on a schedule, when that is not what was written down last, with what a changed rotation changes.
pub fn shift_runs(world: &World, schedule: &Schedule, now: Timestamp) -> Option<OnCallEvent> {
    let last = world.overrides().said.get(&schedule.name).and_then(|said| said.shift.as_ref());
    let called_now = last.map(|last| last.as_called_now(world));
    let shift = Shift::running(schedule, called_now.as_ref(), now)?;
    let same = |last: &Shift| (&last.person, last.until, &last.rota) == (&shift.person, shift.until, &shift.rota);
    if last.is_some_and(same) {
        return None;
    }
    let changes = rotation_changed(world, schedule, &shift, now);
    let Shift { person, since, until, rota } = shift;
    Some(OnCallEvent::ShiftRuns { person, since, until, rota, changes })
}

/// What changes about who is on call when a shift goes on by another rotation than the one it was written down with.
fn rotation_changed(world: &World, schedule: &Schedule, shift: &Shift, now: Timestamp) -> Vec<ShiftChange> {
    let Some(before) = before_change(world, schedule) else { return Vec::new() };
    let mut overrides = Overrides::clone(world.overrides());
    overrides.said.entry(schedule.name.clone()).or_default().shift = Some(shift.clone());
    shift_changes(&before, &world.with_overrides(overrides), &schedule.name, now)
}

/// A schedule of which a shift was written down is not configured any more; none when it is. `before` is the world with the
/// configuration that knew it, as far as that is known.
pub fn schedule_gone(before: Option<&World>, world: &World, schedule: &str, now: Timestamp) -> Option<OnCallEvent> {
    let had_shift = world.overrides().said.get(schedule).is_some_and(|said| said.shift.is_some());
    if !had_shift || world.setup().schedules.contains_key(schedule) {
        return None;
    }
    let changes = before.map(|before| shift_changes(before, world, schedule, now)).unwrap_or_default();
    Some(OnCallEvent::ScheduleGone { changes })
}

/// Whoever's shifts a changed configuration changed reads it, each once.
pub fn shift_changes_said(world: &World, schedule: &str, entry: &EventAt<OnCallEvent>) -> Vec<PlannedEffect> {
    let changes = entry.event.shift_changes().iter();
    let people: BTreeSet<&PersonId> =
        changes.flat_map(|change| [change.before.as_ref(), change.after.as_ref()]).flatten().collect();
    let subject = Subject::Handoff(schedule.to_owned());
    let known = people.into_iter().filter(|person| world.setup().people.contains_key(*person));
    known.map(|person| PlannedEffect::said(&subject, entry.seq, Whom::Person(person.clone()))).collect()
}

/// What becomes visible when another person is on call on a schedule, or has another role by it. `before` is what was said last;
/// `schedule` is none when it is gone.
pub fn announced(
    name: &str,
    schedule: Option<&Schedule>,
    before: &LastSaid,
    entry: &EventAt<OnCallEvent>,
) -> Vec<PlannedEffect> {
    let OnCallEvent::HandedOver { from, to, role, .. } = &entry.event else { return Vec::new() };
    let subject = Subject::Handoff(name.to_owned());
    let mut effects = Vec::new();
    // That the same person has another role is no news for the channel.
    if schedule.is_some_and(|schedule| schedule.announce.is_some()) && (!before.told || from != to) {
        let (key, order) = (format!("{subject}:e{}", entry.seq), Some(subject.to_string()));
        let effect = Effect::Said { subject: subject.clone(), seq: entry.seq, to: Whom::Channel };
        effects.push(PlannedEffect::once(key, effect).behind(order));
    }
    let taken = before.role.iter().flat_map(|role| from.iter().map(move |person| (role, person)));
    let given = role.iter().flat_map(|role| to.iter().map(move |person| (role, person)));
    let mut changes: Vec<(&ChatName, &PersonId)> = taken.collect();
    for change in given {
        if !changes.contains(&change) {
            changes.push(change);
        }
    }
    for (role, person) in changes {
        let shown = match role {
            ChatName::Id(id) => id.to_string(),
            ChatName::Name(name) => name.clone(),
        };
        let name = format!("{subject}:role:{shown}:{person}");
        let effect = Effect::Role { subject: subject.clone(), person: person.clone(), role: Some(role.clone()) };
        let key = format!("{name}:e{}", entry.seq);
        effects.push(PlannedEffect::once(key, effect).of_now(name));
    }
    effects
}
