//! Purpose: whose turn it is in a rotation, the shift that runs and is kept, and what a changed rotation changes for whom.
//!
//! The turn follows from the file alone. Only the shift that runs is remembered: a changed list applies from the next handoff on,
//! so that nobody is on call, or is not any more, from one moment to the next because somebody else was added. Others count
//! anew at once, and people end up on call without knowing (PagerDuty/terraform-provider-pagerduty issues 215, 341 and 585;
//! opsgenie/terraform-provider-opsgenie issue 185), or move the start by hand to avoid it (pull request 1083 of the former).

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use serde::{Deserialize, Serialize};

use super::OnCall;
use crate::PersonId;
use crate::setup::{Schedule, Setup};
use crate::world::World;

/// A Monday long ago: week 0 of a rotation that names no start, so that its order never depends on when the bot was started.
const ANCHOR: Date = jiff::civil::date(2024, 1, 1);
/// Weeks ahead in which it is said what changes: at least, and at most.
const WEEKS: (usize, usize) = (4, 12);
/// Stretches of time that are compared at most; more are not told apart by anybody.
const STRETCHES: usize = 200;

/// One turn by the file.
struct Turn {
    week: i64,
    start: Timestamp,
    until: Timestamp,
}

/// The day of a handoff from which turns are counted.
fn origin(schedule: &Schedule) -> Option<Date> {
    let from = schedule.from.unwrap_or(ANCHOR);
    let ahead = from.weekday().until(schedule.handoff_day);
    from.checked_add(i64::from(ahead).days()).ok()
}

/// The instant of the handoff in the given week after the first. A local time that the clock skips is moved forward by the zone's
/// rules, one that exists twice is taken the first time.
fn handoff(schedule: &Schedule, week: i64) -> Option<Timestamp> {
    let date = origin(schedule)?.checked_add(week.checked_mul(7)?.days()).ok()?;
    let local = DateTime::from_parts(date, schedule.handoff_time);
    local.to_zoned(schedule.timezone.clone()).ok().map(|zoned| zoned.timestamp())
}

fn turn_at(schedule: &Schedule, at: Timestamp) -> Option<Turn> {
    let local = at.to_zoned(schedule.timezone.clone()).date();
    let days = i64::from(origin(schedule)?.until(local).ok()?.get_days());
    // The handoff of this calendar week may lie ahead of `at`, so start one week later and walk back.
    let mut week = days.div_euclid(7) + 1;
    let least = week - 4;
    while week > least {
        match handoff(schedule, week) {
            Some(start) if start <= at => return Some(Turn { week, start, until: handoff(schedule, week + 1)? }),
            Some(_) | None => week -= 1,
        }
    }
    None
}

/// Whose turn a week is.
fn person_of(schedule: &Schedule, week: i64) -> Option<&PersonId> {
    let count = i64::try_from(schedule.people.len()).ok().filter(|count| *count > 0)?;
    schedule.people.get(usize::try_from(week.rem_euclid(count)).ok()?)
}

/// Who is on call at `at` by the file alone. Handoffs are local: they follow the zone through daylight saving changes.
fn by_file(schedule: &Schedule, at: Timestamp) -> OnCall {
    let found = turn_at(schedule, at).and_then(|turn| {
        let (person, next) = (person_of(schedule, turn.week)?, person_of(schedule, turn.week + 1)?);
        Some(OnCall::Person { person: person.clone(), until: turn.until, next: next.clone(), instead_of: None })
    });
    found.unwrap_or(OnCall::Gap)
}

/// Who is on call at `at`: whoever has the shift that runs, as long as the list names them; else by the file.
pub(crate) fn on_call_at(schedule: &Schedule, shift: Option<&Shift>, at: Timestamp) -> OnCall {
    let by_file = by_file(schedule, at);
    let Some(shift) = shift.filter(|shift| shift.since <= at && at < shift.until) else { return by_file };
    if !schedule.people.contains(&shift.person) || by_file.person() == Some(&shift.person) {
        return by_file;
    }
    let person = shift.person.clone();
    match self::by_file(schedule, shift.until) {
        // Their own turn follows: it is one time on call.
        OnCall::Person { person: then, until, next, .. } if then == person => {
            OnCall::Person { person, until, next, instead_of: None }
        }
        then => {
            let next = then.person().unwrap_or(&person).clone();
            OnCall::Person { person, until: shift.until, next, instead_of: None }
        }
    }
}

/// When the shift that runs at `at` ends, whoever follows.
pub(crate) fn next_handoff(schedule: &Schedule, shift: Option<&Shift>, at: Timestamp) -> Option<Timestamp> {
    let turn = turn_at(schedule, at)?;
    let shift = shift.filter(|shift| shift.since <= at && at < shift.until);
    Some(shift.map_or(turn.until, |shift| shift.until.min(turn.until)))
}

/// The rotation of a schedule as it is written down: what whose turn it is follows from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rota {
    /// In order.
    pub people: Vec<PersonId>,
    /// From when turns are counted, if the file says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Date>,
    /// Day of the handoff, counted from Monday.
    pub day: i8,
    /// Time of the handoff.
    pub time: Time,
    /// Name of its zone.
    pub zone: String,
}

impl Rota {
    /// That of a schedule.
    pub fn of(schedule: &Schedule) -> Self {
        Self {
            people: schedule.people.clone(),
            from: schedule.from,
            day: schedule.handoff_day.to_monday_zero_offset(),
            time: schedule.handoff_time,
            zone: zone_name(&schedule.timezone),
        }
    }

    /// The schedule with this rotation instead of its own. None when it cannot be read: by a newer version, say.
    fn in_place_of(&self, schedule: &Schedule) -> Option<Schedule> {
        let timezone = TimeZone::get(&self.zone).ok()?;
        let handoff_day = jiff::civil::Weekday::from_monday_zero_offset(self.day).ok()?;
        let (people, handoff_time) = (self.people.clone(), self.time);
        Some(Schedule { people, from: self.from, handoff_day, handoff_time, timezone, ..schedule.clone() })
    }
}

/// The shift that runs, as it was written down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shift {
    /// Who is on call by the rotation.
    pub person: PersonId,
    /// Since when.
    pub since: Timestamp,
    /// Until when: the next handoff.
    pub until: Timestamp,
    /// The rotation it is part of.
    pub rota: Rota,
}

impl Shift {
    /// The shift that runs at `now`, when `last` is the last that was written down; none when nobody is on call.
    ///
    /// Whoever has it keeps it until the handoff. Who is not in the list any more gives it to whoever followed them, at once.
    pub fn running(schedule: &Schedule, last: Option<&Self>, now: Timestamp) -> Option<Self> {
        let turn = turn_at(schedule, now)?;
        let (person, rota) = (person_of(schedule, turn.week)?, Rota::of(schedule));
        let Some(last) = last.filter(|last| last.since <= now && now < last.until) else {
            return Some(Self { person: person.clone(), since: turn.start, until: turn.until, rota });
        };
        if last.person == *person {
            return Some(Self { person: person.clone(), since: last.since, until: turn.until, rota });
        }
        let until = last.until.min(turn.until);
        if schedule.people.contains(&last.person) {
            return Some(Self { person: last.person.clone(), since: last.since, until, rota });
        }
        let heir = last.heir(&schedule.people).unwrap_or(person).clone();
        Some(Self { person: heir, since: now, until, rota })
    }

    /// The same with everybody as the configuration calls them now: another name for the same account is the same person.
    pub(super) fn as_called_now(&self, world: &World) -> Self {
        let now = |person: &PersonId| world.called_now(person).clone();
        let rota = Rota { people: self.rota.people.iter().map(now).collect(), ..self.rota.clone() };
        Self { person: now(&self.person), rota, ..self.clone() }
    }

    /// Who follows the holder in the old list and is in the new one.
    fn heir(&self, people: &[PersonId]) -> Option<&PersonId> {
        let at = self.rota.people.iter().position(|person| *person == self.person)?;
        let (before, after) = self.rota.people.split_at(at);
        after.iter().skip(1).chain(before).find(|person| people.contains(person))
    }
}

/// A stretch of time in which another person is on call than before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShiftChange {
    /// Its beginning.
    pub from: Timestamp,
    /// Its end.
    pub until: Timestamp,
    /// Who was to be on call; none when nobody was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<PersonId>,
    /// Who is; none when nobody is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<PersonId>,
}

/// The world with another configuration: the shifts that run go on by its rules.
#[must_use]
pub fn reconfigured(world: &World, setup: impl Into<std::sync::Arc<Setup>>, now: Timestamp) -> World {
    let world = world.with_setup(setup);
    let mut overrides = super::Overrides::clone(world.overrides());
    for (name, schedule) in &world.setup().schedules {
        let said = overrides.said.entry(name.clone()).or_default();
        let last = said.shift.as_ref().map(|shift| shift.as_called_now(&world));
        said.shift = Shift::running(schedule, last.as_ref(), now);
    }
    world.with_overrides(overrides)
}

/// The world as it was when the shift of a schedule was written down last; none when its rotation is the same.
pub fn before_change(world: &World, schedule: &Schedule) -> Option<World> {
    let shift = world.overrides().said.get(&schedule.name)?.shift.as_ref()?.as_called_now(world);
    if shift.rota == Rota::of(schedule) {
        return None;
    }
    let mut setup = Setup::clone(world.setup());
    setup.schedules.insert(schedule.name.clone(), shift.rota.in_place_of(schedule)?);
    Some(world.with_setup(setup))
}

/// When another person is on call on a schedule than before, from now on and for some weeks.
pub fn shift_changes(before: &World, after: &World, schedule: &str, now: Timestamp) -> Vec<ShiftChange> {
    let people = |world: &World| world.setup().schedules.get(schedule).map_or(0, |schedule| schedule.people.len());
    let weeks = (people(before).max(people(after)) + 1).clamp(WEEKS.0, WEEKS.1);
    let hours = i64::try_from(weeks).unwrap_or(4).saturating_mul(7 * 24);
    let end = now.checked_add(jiff::SignedDuration::from_hours(hours)).unwrap_or(Timestamp::MAX);
    let mut changes: Vec<ShiftChange> = Vec::new();
    let mut at = now;
    for _ in 0..STRETCHES {
        if at >= end {
            break;
        }
        let stretch = |world: &World| match world.on_call(schedule, at) {
            OnCall::Person { person, until, .. } => (Some(person), until),
            OnCall::Gap => (None, Timestamp::MAX),
        };
        let ((was, was_until), (is, is_until)) = (stretch(before), stretch(after));
        let until = was_until.min(is_until);
        if was != is {
            match changes.last_mut().filter(|last| last.until == at && last.before == was && last.after == is) {
                Some(last) => last.until = until,
                None => changes.push(ShiftChange { from: at, until, before: was, after: is }),
            }
        }
        at = until;
    }
    changes
}

/// The date for `from` that changes nothing, for a schedule that names no start.
pub fn start_to_write(schedule: &Schedule, at: Timestamp) -> Option<Date> {
    if schedule.from.is_some() {
        return None;
    }
    let count = i64::try_from(schedule.people.len()).ok().filter(|count| *count > 0)?;
    let turn = turn_at(schedule, at)?;
    origin(schedule)?.checked_add((turn.week - turn.week.rem_euclid(count)).checked_mul(7)?.days()).ok()
}

/// Whoever keeps the shift that runs although it is not their turn by the file, and the date for `from` by which the order goes on
/// after them. None when it is their turn.
pub fn start_to_go_on(schedule: &Schedule, shift: Option<&Shift>, at: Timestamp) -> Option<(PersonId, Date)> {
    let turn = turn_at(schedule, at)?;
    let holder = on_call_at(schedule, shift, at).person().cloned()?;
    if person_of(schedule, turn.week) == Some(&holder) {
        return None;
    }
    let index = i64::try_from(schedule.people.iter().position(|person| *person == holder)?).ok()?;
    let date = origin(schedule)?.checked_add((turn.week - index).checked_mul(7)?.days()).ok()?;
    Some((holder, date))
}

fn zone_name(zone: &TimeZone) -> String {
    zone.iana_name().unwrap_or("UTC").to_owned()
}

/// An instant as a terminal shows it, in the zone of a schedule: `Mon 2026-12-07 09:00`.
pub fn local_time(at: Timestamp, zone: &TimeZone) -> String {
    at.to_zoned(zone.clone()).strftime("%a %Y-%m-%d %H:%M").to_string()
}
