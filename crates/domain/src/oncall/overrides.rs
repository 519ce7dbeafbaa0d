//! Purpose: somebody is on call in another's place: the events of such an override, what people may ask, when it ends, and who
//! reads of it. The rotation never changes; an override lies above it until its end.
//!
//! Of several that run, the one given last holds, and when it ends the others go on (asked for in grafana/oncall issue 1021). Who
//! is on call is announced when another person is, not when an override changes nothing (grafana/oncall issue 294).

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

use super::{InsteadOf, LastSaid, OnCall, Rota, ShiftChange, on_call_at};
use crate::effect::Whom;
use crate::incident::EventAt;
use crate::setup::{ChatName, Schedule, Setup};
use crate::{
    Access, Actor, Effect, Lane, PersonId, PlannedEffect, Subject, Timer, TimerChange, TimerKind, Timestamp, World,
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

    pub(super) fn since(&self) -> Option<Timestamp> {
        match self.standing {
            Standing::Runs { since } => Some(since),
            Standing::Asked { .. } | Standing::Declined | Standing::Unanswered | Standing::Over(_) => None,
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
pub(super) fn over(world: &World, own: &Override, why: OverWhy, now: Timestamp) -> OnCallEvent {
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

/// What the events of an override lead to: it, with them applied, and what becomes visible. `before` is none when it begins.
pub fn changed(
    number: u32,
    before: Option<&Override>,
    events: Vec<OnCallEvent>,
    now: Timestamp,
) -> Option<(Override, Vec<EventAt<OnCallEvent>>, Vec<PlannedEffect>)> {
    let entries = EventAt::after(before.map_or(0, |before| before.last_seq), events, now);
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
    let mut say = |to: Whom| effects.push(PlannedEffect::said(&subject, entry.seq, to));
    let is_giver = |person: &PersonId| own.by.person.as_ref() == Some(person);
    let giver = Whom::who_did(&own.by);
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
        effects
            .push(PlannedEffect::once(format!("{subject}:e{}:question", entry.seq), effect).of_now(name).in_lane(lane));
    }
}
