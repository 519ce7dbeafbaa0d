//! Purpose: somebody is on call in another's place: the events of such an override, what people may ask, when it ends, and who
//! reads of it. The rotation never changes; an override lies above it until its end.
//!
//! Of several that run, the one given last holds, and when it ends the others go on (asked for in grafana/oncall issue 1021). Who
//! is on call is announced when another person is, not when an override changes nothing (grafana/oncall issue 294).

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::{AmbiguousOffset, Offset, TimeZone};
use jiff::{SignedDuration, ToSpan as _};
use serde::{Deserialize, Serialize};

use super::{InsteadOf, OnCall, Rota, Shift, ShiftChange, before_change, on_call_at, shift_changes};
use crate::effect::Whom;
use crate::incident::EventAt;
use crate::setup::{ChatName, Schedule, Setup};
use crate::{
    Access, Actor, Effect, Lane, PersonId, PlannedEffect, Refusal, Subject, Timer, TimerChange, TimerKind, Timestamp,
    World,
};

/// How long somebody has to say whether they take over.
pub const ANSWER_WITHIN: SignedDuration = SignedDuration::from_hours(1);
/// Days an override may last.
pub const LONGEST_DAYS: i64 = 31;

/// What happens to an override, or to who is on call on a schedule. Stored as JSON: variants and fields are only ever added.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum OnCallEvent {
    /// Somebody took over by themselves.
    Taken {
        /// On which schedule.
        schedule: String,
        /// Who is on call.
        person: PersonId,
        /// Who said so.
        by: Actor,
        /// Until when.
        until: Timestamp,
        /// Who would be on call.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        instead_of: Option<PersonId>,
    },
    /// Somebody is asked to take over.
    Asked {
        /// On which schedule.
        schedule: String,
        /// Who is asked.
        person: PersonId,
        /// Who asks.
        by: Actor,
        /// Until when it would be.
        until: Timestamp,
        /// When the question ends.
        answer_by: Timestamp,
        /// What its buttons carry: the interaction that asked.
        question: u64,
    },
    /// They said yes, and are on call from then on.
    Accepted {
        /// Who would be on call.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        instead_of: Option<PersonId>,
    },
    /// They said no.
    Declined,
    /// They did not answer in time.
    Unanswered,
    /// It ended.
    Over {
        /// Why.
        why: OverWhy,
        /// Who is on call then; none when nobody is.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        then: Option<PersonId>,
        /// The person was on call by it until then: no other lay above it.
        #[serde(default)]
        held: bool,
    },
    /// Of a schedule: another person is on call than before.
    HandedOver {
        /// Who was, as far as it is known.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        from: Option<PersonId>,
        /// Who is; none when nobody is.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        to: Option<PersonId>,
        /// Until when.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        until: Option<Timestamp>,
        /// In whose place, and who said so.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        instead_of: Option<InsteadOf>,
        /// The role that whoever is on call has from now on. It is written down because a later configuration, which names another
        /// one or none, does not know whom to take it from.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        role: Option<ChatName>,
    },
    /// Of a schedule: the shift that runs by its rotation, when that is another one or its rotation was changed.
    ShiftRuns {
        /// Who has it.
        person: PersonId,
        /// Since when.
        since: Timestamp,
        /// Until when.
        until: Timestamp,
        /// The rotation it is part of.
        rota: Rota,
        /// What the change of the rotation changes for whom, in the next weeks.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        changes: Vec<ShiftChange>,
    },
    /// Of a schedule: the configuration does not know it any more.
    ScheduleGone {
        /// Who was to be on call in the next weeks.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        changes: Vec<ShiftChange>,
    },
}

impl OnCallEvent {
    /// What it changes about who is on call in the next weeks, because the configuration was changed.
    pub fn shift_changes(&self) -> &[ShiftChange] {
        match self {
            Self::ShiftRuns { changes, .. } | Self::ScheduleGone { changes } => changes,
            Self::Taken { .. }
            | Self::Asked { .. }
            | Self::Accepted { .. }
            | Self::Declined
            | Self::Unanswered
            | Self::Over { .. }
            | Self::HandedOver { .. } => &[],
        }
    }
}

/// Why an override ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum OverWhy {
    /// Its time was over.
    Time,
    /// Somebody ended it.
    Person {
        /// Who, as shown.
        by: String,
    },
    /// Whoever had taken over left the server.
    Left,
    /// The configuration does not know them any more.
    NotAPerson,
    /// The configuration does not know the schedule any more.
    NoSchedule,
}

/// Where an override stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// The person was asked.
    Asked {
        /// When the question ends.
        answer_by: Timestamp,
    },
    /// The person is on call.
    Runs {
        /// Since when.
        since: Timestamp,
    },
    /// The person said no.
    Declined,
    /// The person did not answer.
    Unanswered,
    /// It ended.
    Over(OverWhy),
}

/// An override: the sum of its events.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Override {
    /// Its number.
    pub number: u32,
    /// On which schedule.
    pub schedule: String,
    /// Who is on call, or is asked.
    pub person: PersonId,
    /// Who said so.
    pub by: Actor,
    /// Until when.
    pub until: Timestamp,
    /// Who would have been on call when it began.
    pub instead_of: Option<PersonId>,
    /// What the buttons of its question carry; none when nobody was asked.
    pub question: Option<u64>,
    /// Where it stands.
    pub standing: Standing,
    /// When the person began to be on call by it; none when that never was.
    pub began: Option<Timestamp>,
    /// Number of its last event.
    pub last_seq: u32,
}

impl Override {
    /// Rebuilds an override; none when the events do not begin as one does.
    pub fn replay(number: u32, events: &[EventAt<OnCallEvent>]) -> Option<Self> {
        let (first, rest) = events.split_first()?;
        let mut own = Self::from_first(number, first)?;
        rest.iter().for_each(|entry| own.apply(entry));
        Some(own)
    }

    fn from_first(number: u32, first: &EventAt<OnCallEvent>) -> Option<Self> {
        let last_seq = first.seq;
        match first.event.clone() {
            OnCallEvent::Taken { schedule, person, by, until, instead_of } => {
                let (standing, began) = (Standing::Runs { since: first.at }, Some(first.at));
                let question = None;
                Some(Self { number, schedule, person, by, until, instead_of, question, standing, began, last_seq })
            }
            OnCallEvent::Asked { schedule, person, by, until, answer_by, question } => {
                let (standing, question) = (Standing::Asked { answer_by }, Some(question));
                let (instead_of, began) = (None, None);
                Some(Self { number, schedule, person, by, until, instead_of, question, standing, began, last_seq })
            }
            OnCallEvent::Accepted { .. }
            | OnCallEvent::Declined
            | OnCallEvent::Unanswered
            | OnCallEvent::Over { .. }
            | OnCallEvent::HandedOver { .. }
            | OnCallEvent::ShiftRuns { .. }
            | OnCallEvent::ScheduleGone { .. } => None,
        }
    }

    fn apply(&mut self, entry: &EventAt<OnCallEvent>) {
        self.last_seq = entry.seq;
        match &entry.event {
            OnCallEvent::Accepted { instead_of } => {
                self.instead_of.clone_from(instead_of);
                self.standing = Standing::Runs { since: entry.at };
                self.began = Some(entry.at);
            }
            OnCallEvent::Declined => self.standing = Standing::Declined,
            OnCallEvent::Unanswered => self.standing = Standing::Unanswered,
            OnCallEvent::Over { why, .. } => self.standing = Standing::Over(why.clone()),
            OnCallEvent::Taken { .. }
            | OnCallEvent::Asked { .. }
            | OnCallEvent::HandedOver { .. }
            | OnCallEvent::ShiftRuns { .. }
            | OnCallEvent::ScheduleGone { .. } => {}
        }
    }

    /// When something happens by itself: the question ends, or the override does. None when it is over.
    pub fn due(&self) -> Option<Timestamp> {
        match &self.standing {
            Standing::Asked { answer_by } => Some((*answer_by).min(self.until)),
            Standing::Runs { .. } => Some(self.until),
            Standing::Declined | Standing::Unanswered | Standing::Over(_) => None,
        }
    }

    /// Its timer, as its state wants it.
    pub fn timer(&self) -> TimerChange {
        let (subject, kind) = (Subject::Override(self.number), TimerKind::Due);
        match self.due() {
            Some(due) => TimerChange::Set(Timer { subject, kind, due }),
            None => TimerChange::Cancel(subject, kind),
        }
    }

    /// Whether somebody may end it: responders, and whoever took over.
    pub fn may_end(&self, by: &Actor) -> bool {
        by.access >= Access::Responder || by.person.as_ref() == Some(&self.person)
    }

    fn since(&self) -> Option<Timestamp> {
        match self.standing {
            Standing::Runs { since } => Some(since),
            Standing::Asked { .. } | Standing::Declined | Standing::Unanswered | Standing::Over(_) => None,
        }
    }
}

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

/// What people changed about who is on call: overrides that run or wait for an answer, and what was written down of schedules.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Overrides {
    known: BTreeMap<u32, Arc<Override>>,
    /// Number of the newest.
    pub last_number: u32,
    /// By schedule.
    pub said: BTreeMap<String, LastSaid>,
}

impl Overrides {
    /// None that runs, after so many.
    pub fn after(last_number: u32) -> Self {
        Self { last_number, ..Self::default() }
    }

    /// Takes in how an override stands now; one that is over is forgotten.
    pub fn put(&mut self, changed: Override) {
        self.last_number = self.last_number.max(changed.number);
        if changed.due().is_some() {
            self.known.insert(changed.number, Arc::new(changed));
        } else {
            self.known.remove(&changed.number);
        }
    }

    /// Those that run or wait for an answer, oldest first.
    pub fn known(&self) -> impl Iterator<Item = &Arc<Override>> {
        self.known.values()
    }

    /// One of them.
    pub fn get(&self, number: u32) -> Option<&Arc<Override>> {
        self.known.get(&number)
    }

    /// The one whose question carries this.
    pub fn asked(&self, question: u64) -> Option<&Arc<Override>> {
        self.known().find(|own| own.question == Some(question))
    }

    /// The one by which somebody is on call on a schedule at an instant.
    pub fn holding(&self, setup: &Setup, schedule: &str, at: Timestamp) -> Option<&Override> {
        self.holds(setup, schedule, at, None).map(|(_, own)| own)
    }

    /// The one that holds at an instant, of those with a smaller claim than `below`: given later means a greater one. Somebody whom
    /// the configuration does not know cannot be on call.
    fn holds(&self, setup: &Setup, schedule: &str, at: Timestamp, below: Option<Claim>) -> Option<(Claim, &Override)> {
        let runs = self.known.values().filter_map(|own| Some(((own.since()?, own.number), own.as_ref())));
        runs.filter(|(claim, own)| {
            own.schedule == schedule && claim.0 <= at && at < own.until && below.is_none_or(|below| *claim < below)
        })
        .filter(|(_, own)| setup.people.contains_key(&own.person))
        .max_by_key(|(claim, _)| *claim)
    }

    /// Who is on call by the rotation of a schedule.
    pub(crate) fn by_rotation(&self, schedule: &Schedule, at: Timestamp) -> OnCall {
        on_call_at(schedule, self.said.get(&schedule.name).and_then(|said| said.shift.as_ref()), at)
    }

    /// Who is on call on a schedule.
    pub(crate) fn on_call(&self, setup: &Setup, schedule: &Schedule, at: Timestamp) -> OnCall {
        let by_rotation = self.by_rotation(schedule, at);
        let Some((claim, own)) = self.holds(setup, &schedule.name, at, None) else { return by_rotation };
        let rotation = |at| self.by_rotation(schedule, at).person().cloned();
        let below = self.holds(setup, &schedule.name, at, Some(claim)).map(|(_, own)| own.person.clone());
        let otherwise = below.or_else(|| by_rotation.person().cloned());
        let after = self.holds(setup, &schedule.name, own.until, None).map(|(_, own)| own.person.clone());
        let next = after.or_else(|| rotation(own.until)).unwrap_or_else(|| own.person.clone());
        let person = otherwise.filter(|person| *person != own.person);
        let instead_of = InsteadOf { person, by: own.by.name.clone(), until: own.until };
        OnCall::Person { person: own.person.clone(), until: own.until, next, instead_of: Some(instead_of) }
    }
}

/// When an override began to run, and its number.
type Claim = (Timestamp, u32);

/// What people ask about who is on call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OnCallRequest {
    /// They take over themselves.
    Take {
        /// On which schedule.
        schedule: String,
        /// Until when.
        end: End,
    },
    /// Somebody else is asked to take over.
    Give {
        /// Who.
        person: PersonId,
        /// On which schedule; the one on which they are on call if absent.
        schedule: Option<String>,
        /// Until when.
        end: End,
    },
    /// An override ends now.
    End {
        /// On which schedule; the only one with an override if absent.
        schedule: Option<String>,
    },
    /// One override ends, if it still runs: what a button asks for.
    EndOne {
        /// Which.
        number: u32,
        /// They were asked whether they mean it.
        sure: bool,
    },
    /// The answer to the question whether they take over.
    Answer {
        /// Of which override.
        number: u32,
        /// Yes or no.
        yes: bool,
    },
    /// Somebody is no member of the server any more.
    Left {
        /// Who.
        person: PersonId,
    },
}

/// The end of an override as people type it: exactly one of both.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct End {
    /// A local time of the schedule's zone: `23:00`, `tomorrow 09:00`, `2026-12-01 09:00`.
    pub until: Option<String>,
    /// How long: `2h`, `1d`.
    pub lasts: Option<String>,
}

/// An instant as people meant it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Until {
    /// When.
    pub at: Timestamp,
    /// The clock changes at that time.
    pub clock: Option<ClockChange>,
}

/// What a change of the clock does to a local time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ClockChange {
    /// It exists twice: the later one is meant, so that nobody is left uncovered.
    Twice {
        /// `02:30`
        local: String,
        /// Offset of the one that is meant: `+01:00`.
        offset: String,
    },
    /// It does not exist: the time after the change is meant.
    Skipped {
        /// `02:30`
        local: String,
        /// What the clock shows then: `03:30`.
        becomes: String,
        /// `+02:00`
        offset: String,
    },
}

/// What the asker is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OnCallAnswer {
    /// They are on call.
    Taken {
        /// On which schedule.
        schedule: String,
        /// Until when.
        until: Until,
        /// In whose place.
        instead_of: Option<PersonId>,
    },
    /// The other person is asked.
    Asked {
        /// On which schedule.
        schedule: String,
        /// Who.
        person: PersonId,
        /// Until when it would be.
        until: Until,
        /// When the question ends.
        answer_by: Timestamp,
    },
    /// They said yes.
    Accepted {
        /// On which schedule.
        schedule: String,
        /// Until when.
        until: Timestamp,
    },
    /// They said no.
    Declined {
        /// Who asked, as shown.
        by: String,
    },
    /// The override is over.
    Ended {
        /// On which schedule.
        schedule: String,
        /// Who is on call now; none when nobody is.
        then: Option<PersonId>,
    },
    /// It would end: they are asked whether they mean it.
    SureToEnd {
        /// Which override.
        number: u32,
        /// On which schedule.
        schedule: String,
        /// Who is on call by it.
        person: PersonId,
        /// Until when it would last.
        until: Timestamp,
        /// Who would be on call; none when nobody would.
        then: Option<PersonId>,
    },
    /// Nothing was to be done.
    Nothing,
    /// It is not possible, and nothing changed.
    NotPossible(NotPossible),
}

/// Why it is not possible.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotPossible {
    /// No schedule is called so.
    NoSchedule {
        /// What was typed.
        asked: String,
        /// What there is.
        known: Vec<String>,
    },
    /// It is not clear which schedule is meant.
    WhichSchedule {
        /// Which it could be.
        known: Vec<String>,
    },
    /// The configuration does not know whoever would be on call.
    NotAPerson,
    /// Until when was not said, or twice.
    OneEnd,
    /// The time cannot be read.
    Unreadable {
        /// What was typed.
        text: String,
    },
    /// The end has passed.
    Passed {
        /// It.
        at: Timestamp,
    },
    /// It would last too long.
    TooLong,
    /// They are on call already, so long.
    AlreadyOnCall {
        /// On which schedule.
        schedule: String,
        /// Until when.
        until: Timestamp,
    },
    /// Only who is on call, or an admin, gives it to somebody else.
    NotYours {
        /// On which schedule.
        schedule: String,
        /// Who is on call.
        person: Option<PersonId>,
    },
    /// The person to whom it is given has it.
    SamePerson {
        /// On which schedule.
        schedule: String,
        /// Who.
        person: PersonId,
    },
    /// No override runs.
    NothingToEnd,
    /// Somebody else was asked.
    NotAsked {
        /// Who.
        person: PersonId,
    },
}

/// What a request comes to: events of one override, and what the asker is told. No events: nothing changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decided {
    /// Each with the number of its override.
    pub events: Vec<(u32, OnCallEvent)>,
    /// What the asker is told.
    pub answer: OnCallAnswer,
}

/// Decides what people ask about who is on call. `interaction` is what the buttons of a question carry.
///
/// # Errors
/// [`Refusal::NotAllowed`]; what they may do and cannot is [`OnCallAnswer::NotPossible`].
pub fn decide(
    world: &World,
    by: &Actor,
    request: &OnCallRequest,
    interaction: u64,
    now: Timestamp,
) -> Result<Decided, Refusal> {
    let asked = Asks { world, by, now };
    let decided = match request {
        OnCallRequest::Take { schedule, end } => {
            asked.needs_responder()?;
            asked.take(schedule, end)
        }
        OnCallRequest::Give { person, schedule, end } => asked.give(person, schedule.as_deref(), end, interaction)?,
        OnCallRequest::End { schedule } => asked.end(schedule.as_deref())?,
        OnCallRequest::EndOne { number, sure } => asked.end_one(*number, *sure)?,
        OnCallRequest::Answer { number, yes } => asked.answer(*number, *yes),
        OnCallRequest::Left { person } => Ok(asked.left(person)),
    };
    Ok(decided.unwrap_or_else(|why| Decided { events: Vec::new(), answer: OnCallAnswer::NotPossible(why) }))
}

/// Decides what time does to an override. One that is not due yet stays as it is.
pub fn decide_due(world: &World, own: &Override, now: Timestamp) -> Vec<OnCallEvent> {
    match &own.standing {
        _ if own.due().is_none_or(|due| due > now) => Vec::new(),
        Standing::Asked { .. } => vec![OnCallEvent::Unanswered],
        Standing::Runs { .. } => vec![over(world, own, OverWhy::Time, now)],
        Standing::Declined | Standing::Unanswered | Standing::Over(_) => Vec::new(),
    }
}

/// Decides what a new configuration does to an override: whom or what it does not know cannot be on call.
pub fn decide_configuration(world: &World, own: &Override, now: Timestamp) -> Option<OnCallEvent> {
    let setup = world.setup();
    let why = match (setup.schedules.contains_key(&own.schedule), setup.people.contains_key(&own.person)) {
        (true, true) => return None,
        (false, _) => OverWhy::NoSchedule,
        (true, false) => OverWhy::NotAPerson,
    };
    Some(over(world, own, why, now))
}

/// The end of an override, with who is on call from then on.
fn over(world: &World, own: &Override, why: OverWhy, now: Timestamp) -> OnCallEvent {
    let mut without = Overrides::clone(world.overrides());
    without.known.remove(&own.number);
    let above = |other: &Override| {
        let claim = |one: &Override| one.since().map(|since| (since, one.number));
        other.schedule == own.schedule && other.until > now && claim(other) > claim(own)
    };
    let held = own.since().is_some() && !without.known.values().any(|other| above(other));
    let then = world.with_overrides(without).on_call(&own.schedule, now).person().cloned();
    OnCallEvent::Over { why, then, held }
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
    let is_news = !said.told || said.person != to || said.role != role;
    is_news.then_some(OnCallEvent::HandedOver { from: said.person, to, until, instead_of, role })
}

/// The shift that runs on a schedule, when that is not what was written down last, with what a changed rotation changes.
pub fn shift_runs(world: &World, schedule: &Schedule, now: Timestamp) -> Option<OnCallEvent> {
    let last = world.overrides().said.get(&schedule.name).and_then(|said| said.shift.as_ref());
    let shift = Shift::running(schedule, last, now)?;
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

struct Asks<'a> {
    world: &'a World,
    by: &'a Actor,
    now: Timestamp,
}

type Possible = Result<Decided, NotPossible>;

impl Asks<'_> {
    fn needs_responder(&self) -> Result<(), Refusal> {
        if self.by.access >= Access::Responder {
            return Ok(());
        }
        Err(self.world.setup().not_allowed(Access::Responder))
    }

    fn next_number(&self) -> u32 {
        self.world.overrides().last_number + 1
    }

    /// The configured person who asks.
    fn person(&self) -> Result<PersonId, NotPossible> {
        let known = self.by.person.clone().filter(|person| self.world.setup().people.contains_key(person));
        known.ok_or(NotPossible::NotAPerson)
    }

    fn schedule(&self, name: &str) -> Result<&Schedule, NotPossible> {
        let schedules = &self.world.setup().schedules;
        let name = name.trim().trim_start_matches("on-call:");
        let found = schedules.values().find(|schedule| schedule.name.eq_ignore_ascii_case(name));
        let known = || schedules.keys().cloned().collect();
        found.ok_or_else(|| NotPossible::NoSchedule { asked: name.to_owned(), known: known() })
    }

    fn take(&self, schedule: &str, end: &End) -> Possible {
        let (person, schedule) = (self.person()?, self.schedule(schedule)?);
        let until = read_end(end, &schedule.timezone, self.now)?;
        let instead_of = match self.world.on_call(&schedule.name, self.now) {
            OnCall::Person { person: holder, until: so_long, .. } if holder == person && so_long >= until.at => {
                return Err(NotPossible::AlreadyOnCall { schedule: schedule.name.clone(), until: so_long });
            }
            OnCall::Person { person: holder, .. } => Some(holder).filter(|holder| *holder != person),
            OnCall::Gap => None,
        };
        let (schedule, by) = (schedule.name.clone(), self.by.clone());
        let answer =
            OnCallAnswer::Taken { schedule: schedule.clone(), until: until.clone(), instead_of: instead_of.clone() };
        let event = OnCallEvent::Taken { schedule, person, by, until: until.at, instead_of };
        Ok(Decided { events: vec![(self.next_number(), event)], answer })
    }

    fn give(&self, person: &PersonId, schedule: Option<&str>, end: &End, question: u64) -> Result<Possible, Refusal> {
        let setup = self.world.setup();
        let holds = |name: &str| {
            let holder = self.world.on_call(name, self.now).person().cloned();
            holder.is_some() && holder == self.by.person
        };
        let own: Vec<&String> = setup.schedules.keys().filter(|name| holds(name)).collect();
        // Who has nothing to give needs what responders have to be told more than that.
        if own.is_empty() {
            self.needs_responder()?;
        }
        let admin = self.by.access >= Access::Admin;
        let all: Vec<&String> = setup.schedules.keys().collect();
        let candidates = if own.is_empty() { &all } else { &own };
        let meant = match (schedule, candidates.as_slice()) {
            (Some(name), _) => self.schedule(name),
            (None, [one]) => self.schedule(one),
            (None, several) => {
                Err(NotPossible::WhichSchedule { known: several.iter().map(|name| (*name).clone()).collect() })
            }
        };
        Ok(meant.and_then(|schedule| {
            let holder = self.world.on_call(&schedule.name, self.now).person().cloned();
            let name = || schedule.name.clone();
            if !admin && !holds(&schedule.name) {
                return Err(NotPossible::NotYours { schedule: name(), person: holder });
            }
            if !setup.people.contains_key(person) {
                return Err(NotPossible::NotAPerson);
            }
            if holder.as_ref() == Some(person) {
                return Err(NotPossible::SamePerson { schedule: name(), person: person.clone() });
            }
            let until = read_end(end, &schedule.timezone, self.now)?;
            let answer_by = (self.now + ANSWER_WITHIN).min(until.at);
            let answer =
                OnCallAnswer::Asked { schedule: name(), person: person.clone(), until: until.clone(), answer_by };
            let (person, by) = (person.clone(), self.by.clone());
            let event = OnCallEvent::Asked { schedule: name(), person, by, until: until.at, answer_by, question };
            Ok(Decided { events: vec![(self.next_number(), event)], answer })
        }))
    }

    fn end(&self, schedule: Option<&str>) -> Result<Possible, Refusal> {
        let runs: Vec<&Arc<Override>> = self.world.overrides().known().filter(|own| own.since().is_some()).collect();
        let own = |own: &Override| self.by.person.as_ref() == Some(&own.person);
        // Whoever took over may always let go.
        if !runs.iter().any(|known| own(known)) {
            self.needs_responder()?;
        }
        Ok(self.end_of(&runs, schedule).and_then(|ends| {
            if self.by.access < Access::Responder && !own(ends) {
                return Err(NotPossible::NothingToEnd);
            }
            let (event, then) = self.ended(ends);
            let answer = OnCallAnswer::Ended { schedule: ends.schedule.clone(), then };
            Ok(Decided { events: vec![(ends.number, event)], answer })
        }))
    }

    /// The end of one by a person, and who is on call then.
    fn ended(&self, own: &Override) -> (OnCallEvent, Option<PersonId>) {
        let event = over(self.world, own, OverWhy::Person { by: self.by.name.clone() }, self.now);
        let then = match &event {
            OnCallEvent::Over { then, .. } => then.clone(),
            _ => None,
        };
        (event, then)
    }

    /// The button stays where it was put up: what ended meanwhile is over, and a later override is not meant.
    fn end_one(&self, number: u32, sure: bool) -> Result<Possible, Refusal> {
        let runs = self.world.overrides().get(number).filter(|own| own.since().is_some());
        if !runs.is_some_and(|own| own.may_end(self.by)) {
            self.needs_responder()?;
        }
        let Some(own) = runs else { return Ok(Err(NotPossible::NothingToEnd)) };
        let (schedule, (event, then)) = (own.schedule.clone(), self.ended(own));
        Ok(Ok(if sure {
            Decided { events: vec![(number, event)], answer: OnCallAnswer::Ended { schedule, then } }
        } else {
            let (person, until) = (own.person.clone(), own.until);
            let answer = OnCallAnswer::SureToEnd { number, schedule, person, until, then };
            Decided { events: Vec::new(), answer }
        }))
    }

    /// The one that holds on the schedule that is meant.
    fn end_of<'a>(&'a self, runs: &[&'a Arc<Override>], schedule: Option<&str>) -> Result<&'a Override, NotPossible> {
        let name = match schedule {
            Some(name) => self.schedule(name)?.name.clone(),
            None => {
                let mut known: Vec<String> = runs.iter().map(|own| own.schedule.clone()).collect();
                known.sort();
                known.dedup();
                match known.as_slice() {
                    [] => return Err(NotPossible::NothingToEnd),
                    [one] => one.clone(),
                    _ => return Err(NotPossible::WhichSchedule { known }),
                }
            }
        };
        let holds = self.world.overrides().holds(self.world.setup(), &name, self.now, None);
        holds.map(|(_, own)| own).ok_or(NotPossible::NothingToEnd)
    }

    fn answer(&self, number: u32, yes: bool) -> Possible {
        let Some(own) = self.world.overrides().get(number) else {
            return Ok(Decided { events: Vec::new(), answer: OnCallAnswer::Nothing });
        };
        if self.by.person.as_ref() != Some(&own.person) {
            return Err(NotPossible::NotAsked { person: own.person.clone() });
        }
        if !matches!(own.standing, Standing::Asked { .. }) || own.due().is_none_or(|due| due <= self.now) {
            return Ok(Decided { events: Vec::new(), answer: OnCallAnswer::Nothing });
        }
        let (event, answer) = if yes {
            let holder = self.world.on_call(&own.schedule, self.now).person().cloned();
            let instead_of = holder.filter(|holder| *holder != own.person);
            let answer = OnCallAnswer::Accepted { schedule: own.schedule.clone(), until: own.until };
            (OnCallEvent::Accepted { instead_of }, answer)
        } else {
            (OnCallEvent::Declined, OnCallAnswer::Declined { by: own.by.name.clone() })
        };
        Ok(Decided { events: vec![(number, event)], answer })
    }

    /// Whoever left cannot be called: the rotation's person is on call again (grafana/oncall issue 4343: an override of a deleted
    /// user called nobody and could not be taken away).
    fn left(&self, person: &PersonId) -> Decided {
        let theirs = self.world.overrides().known().filter(|own| own.person == *person);
        let events = theirs.map(|own| (own.number, over(self.world, own, OverWhy::Left, self.now))).collect();
        Decided { events, answer: OnCallAnswer::Nothing }
    }
}

/// Reads until when somebody is on call in another's place.
fn read_end(end: &End, zone: &TimeZone, now: Timestamp) -> Result<Until, NotPossible> {
    let until = read_time(end, zone, now)?;
    match now.to_zoned(zone.clone()).checked_add(LONGEST_DAYS.days()) {
        Ok(longest) if until.at <= longest.timestamp() => Ok(until),
        Ok(_) | Err(_) => Err(NotPossible::TooLong),
    }
}

/// Reads until when, from `now` on.
pub(crate) fn read_time(end: &End, zone: &TimeZone, now: Timestamp) -> Result<Until, NotPossible> {
    let local = now.to_zoned(zone.clone());
    let until = match (end.until.as_deref(), end.lasts.as_deref()) {
        (Some(text), None) => read_local(text, zone, now)?,
        (None, Some(text)) => {
            let unreadable = || NotPossible::Unreadable { text: text.to_owned() };
            let span: jiff::Span = in_english(text).parse().map_err(|_| unreadable())?;
            let at = local.checked_add(span).map_err(|_| unreadable())?.timestamp();
            Until { at, clock: None }
        }
        (None, None) | (Some(_), Some(_)) => return Err(NotPossible::OneEnd),
    };
    if until.at <= now {
        return Err(NotPossible::Passed { at: until.at });
    }
    Ok(until)
}

/// `2 jam` and `1 hari` are said in English for the reader of spans.
fn in_english(text: &str) -> String {
    let words = [("jam", "hours"), ("menit", "minutes"), ("hari", "days"), ("minggu", "weeks")];
    words.iter().fold(text.trim().to_lowercase(), |text, (word, known)| text.replace(word, known))
}

/// Reads a local time: `23:00` is the next one, `tomorrow 09:00`, `2026-12-01 09:00`.
fn read_local(text: &str, zone: &TimeZone, now: Timestamp) -> Result<Until, NotPossible> {
    let unreadable = || NotPossible::Unreadable { text: text.to_owned() };
    let typed = text.trim().to_lowercase();
    let mut words: Vec<&str> = typed.split_whitespace().collect();
    // As programs write it: `2026-12-01T09:00`.
    if let [one] = words.as_slice()
        && let Some((date, time)) = one.split_once('t').filter(|(date, _)| date.parse::<Date>().is_ok())
    {
        words = vec![date, time];
    }
    let today = now.to_zoned(zone.clone()).date();
    let tomorrow = || today.tomorrow().map_err(|_| unreadable());
    let at = |date: Date, time: &str| {
        let time: Time = time.replace('.', ":").parse().map_err(|_| unreadable())?;
        resolve(DateTime::from_parts(date, time), zone).ok_or_else(unreadable)
    };
    match words.as_slice() {
        [time] => match at(today, time)? {
            until if until.at > now => Ok(until),
            _ => at(tomorrow()?, time),
        },
        ["today", time] | ["hari", "ini", time] => at(today, time),
        ["tomorrow" | "besok", time] => at(tomorrow()?, time),
        [date, time] => at(date.parse().map_err(|_| unreadable())?, time),
        _ => Err(unreadable()),
    }
}

/// The instant of a local time. Of two the later, so that nobody is left uncovered; one that does not exist is moved forward by
/// what the clock skips. (grafana/oncall issue 5247: an hour nobody covered when summer time ended.)
fn resolve(local: DateTime, zone: &TimeZone) -> Option<Until> {
    let ambiguous = zone.to_ambiguous_zoned(local);
    let change = ambiguous.offset();
    let zoned = match change {
        AmbiguousOffset::Fold { .. } => ambiguous.later(),
        AmbiguousOffset::Unambiguous { .. } | AmbiguousOffset::Gap { .. } => ambiguous.compatible(),
    }
    .ok()?;
    let shown = |time: Time| time.strftime("%H:%M").to_string();
    let clock = match change {
        AmbiguousOffset::Unambiguous { .. } => None,
        AmbiguousOffset::Fold { after, .. } => {
            Some(ClockChange::Twice { local: shown(local.time()), offset: offset(after) })
        }
        AmbiguousOffset::Gap { .. } => Some(ClockChange::Skipped {
            local: shown(local.time()),
            becomes: shown(zoned.time()),
            offset: offset(zoned.offset()),
        }),
    };
    Some(Until { at: zoned.timestamp(), clock })
}

/// `+01:00`
fn offset(offset: Offset) -> String {
    let minutes = offset.seconds() / 60;
    let sign = if minutes < 0 { '-' } else { '+' };
    format!("{sign}{:02}:{:02}", minutes.abs() / 60, minutes.abs() % 60)
}

/// What the events of an override lead to: it, with them applied, and what becomes visible. `before` is none when it begins.
pub fn changed(
    number: u32,
    before: Option<&Override>,
    events: Vec<OnCallEvent>,
    now: Timestamp,
) -> Option<(Override, Vec<EventAt<OnCallEvent>>, Vec<PlannedEffect>)> {
    let first = before.map_or(1, |before| before.last_seq + 1);
    let entries: Vec<_> = (first..).zip(events).map(|(seq, event)| EventAt { seq, at: now, event }).collect();
    let own = match before {
        Some(before) => {
            let mut own = before.clone();
            entries.iter().for_each(|entry| own.apply(entry));
            own
        }
        None => Override::replay(number, &entries)?,
    };
    let mut effects = Vec::new();
    for entry in &entries {
        tell(&own, entry, &mut effects);
    }
    Some((own, entries, effects))
}

/// Who reads an event of an override. Whoever did it has an answer already.
fn tell(own: &Override, entry: &EventAt<OnCallEvent>, effects: &mut Vec<PlannedEffect>) {
    let subject = Subject::Override(own.number);
    let key = |what: &str| format!("{subject}:e{}:{what}", entry.seq);
    let mut say = |to: Whom| {
        let key = key(&format!("{to}"));
        let effect = Effect::Said { subject: subject.clone(), seq: entry.seq, to };
        effects.push(PlannedEffect::once(key, effect));
    };
    let is_giver = |person: &PersonId| own.by.person.as_ref() == Some(person);
    let giver = match &own.by.person {
        Some(person) => Whom::Person(person.clone()),
        None => Whom::Account(own.by.user),
    };
    match &entry.event {
        OnCallEvent::Taken { instead_of, .. } => {
            instead_of.iter().for_each(|person| say(Whom::Person(person.clone())));
        }
        OnCallEvent::Asked { .. } => {}
        OnCallEvent::Accepted { instead_of } => {
            say(giver);
            instead_of.iter().filter(|person| !is_giver(person)).for_each(|person| say(Whom::Person(person.clone())));
        }
        OnCallEvent::Declined | OnCallEvent::Unanswered => say(giver),
        // What nobody accepted ends for whoever asked; what changes nothing is no news.
        OnCallEvent::Over { .. } if own.question.is_some() && own.began.is_none() => say(giver),
        OnCallEvent::Over { held: false, then, .. } if then.as_ref() == Some(&own.person) => {}
        OnCallEvent::Over { why, then, held } => {
            if !matches!(why, OverWhy::Left | OverWhy::NotAPerson) {
                say(Whom::Person(own.person.clone()));
            }
            let back = then.iter().filter(|then| *held && **then != own.person);
            back.for_each(|then| say(Whom::Person(then.clone())));
        }
        OnCallEvent::HandedOver { .. } | OnCallEvent::ShiftRuns { .. } | OnCallEvent::ScheduleGone { .. } => {}
    }
    if own.question.is_some() {
        let (name, person) = (format!("{subject}:question"), own.person.clone());
        let lane = if matches!(entry.event, OnCallEvent::Asked { .. }) { Lane::Update } else { Lane::Edit };
        let effect = Effect::Question { subject: subject.clone(), person };
        effects.push(PlannedEffect::once(key("question"), effect).of_now(name).in_lane(lane));
    }
}

/// Whoever's shifts a changed configuration changed reads it, each once.
pub fn shift_changes_said(world: &World, schedule: &str, entry: &EventAt<OnCallEvent>) -> Vec<PlannedEffect> {
    let changes = entry.event.shift_changes().iter();
    let people: std::collections::BTreeSet<&PersonId> =
        changes.flat_map(|change| [change.before.as_ref(), change.after.as_ref()]).flatten().collect();
    let subject = Subject::Handoff(schedule.to_owned());
    let known = people.into_iter().filter(|person| world.setup().people.contains_key(*person));
    let said = known.map(|person| {
        let to = Whom::Person(person.clone());
        let key = format!("{subject}:e{}:{to}", entry.seq);
        let effect = Effect::Said { subject: subject.clone(), seq: entry.seq, to };
        PlannedEffect::once(key, effect)
    });
    said.collect()
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
