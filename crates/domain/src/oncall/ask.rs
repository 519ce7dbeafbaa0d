//! Purpose: what people may ask about who is on call, and what comes of it.

use std::sync::Arc;

use jiff::ToSpan as _;
use jiff::tz::TimeZone;

use super::overrides::over;
use super::{ANSWER_WITHIN, LONGEST_DAYS, OnCall, OnCallEvent, OverWhy, Override, Standing};
use crate::setup::Schedule;
use crate::typed_time::{BadTime, End, Until, read_time};
use crate::{Access, Actor, PersonId, Refusal, Timestamp, World};

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
    /// The time is none.
    Time(BadTime),
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
        self.world.overrides().holding(self.world.setup(), &name, self.now).ok_or(NotPossible::NothingToEnd)
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
    let until = read_time(end, zone, now).map_err(NotPossible::Time)?;
    match now.to_zoned(zone.clone()).checked_add(LONGEST_DAYS.days()) {
        Ok(longest) if until.at <= longest.timestamp() => Ok(until),
        Ok(_) | Err(_) => Err(NotPossible::TooLong),
    }
}
