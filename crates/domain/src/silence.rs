//! Purpose: silences: alerts that match ring nobody until an end that is always there. What people may ask, what happens to one,
//! which of them holds an alert back, and who reads of it.
//!
//! How silences bit others: one with an unused label matched everything (prometheus/alertmanager issues 3905, 1897); what still
//! fired when one was over stayed unheard (prometheus/alertmanager issue 2896, elastic/kibana issue 215634, roxy-wi/IncidentRelay
//! issue 41); one held back whatever came later into its group (grafana/oncall issue 2951); people forgot theirs
//! (prometheus/alertmanager issues 730 and 5459). So one names at least one value, is told at both ends, is asked about before its
//! end, holds alerts and not incidents, and at its end whatever fires is decided anew.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

use crate::effect::Whom;
use crate::incident::{EventAt, HeldBack};
use crate::labels::{Matcher, MatcherError};
use crate::routing::Routed;
use crate::typed_time::{BadTime, End, Until, read_time};
use crate::{
    Access, Actor, AlertReport, IncidentId, Labels, PersonId, PlannedEffect, Refusal, Severity, Subject, Timer,
    TimerChange, TimerKind, Timestamp, World,
};

/// How long a proposal waits for a yes.
pub const CONFIRM_WITHIN: SignedDuration = SignedDuration::from_mins(15);
/// How long before its end the owner is asked at most; for short ones it is a tenth of its time.
pub const ASK_BEFORE: SignedDuration = SignedDuration::from_mins(15);
/// What `[Extend 2 h]` adds.
pub const EXTEND_BY: SignedDuration = SignedDuration::from_hours(2);
/// Conditions of one silence.
pub const MOST_MATCHERS: usize = 20;
/// Characters of all conditions together, and of a reason.
pub const TEXT_LIMIT: usize = 1_000;
/// Titles that a silence keeps of what it held back.
pub const KEPT_TITLES: usize = 20;
/// Titles in one of its events.
pub const TITLES_AT_ONCE: usize = 10;

/// What the configuration says of silences.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SilenceRules {
    /// The longest time one may last, from the moment it is made or extended.
    pub longest: std::time::Duration,
}

impl Default for SilenceRules {
    fn default() -> Self {
        Self { longest: std::time::Duration::from_hours(7 * 24) }
    }
}

/// What is silenced, until when and why. Stored as JSON: fields are only ever added.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terms {
    /// Conditions, as text: all of them hold.
    pub matchers: Vec<String>,
    /// Until when; none while nobody has chosen it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
    /// Why.
    pub reason: String,
    /// The worst severity it is made for; none: whatever it matches when it begins.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub severity: Option<Severity>,
}

/// What happens to a silence. Stored as JSON: variants and fields are only ever added.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum SilenceEvent {
    /// Somebody looks at what it would hold back; nothing is silenced yet.
    Proposed {
        /// Who.
        by: Actor,
        /// What.
        terms: Terms,
        /// The incident on whose card it was asked for.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        incident: Option<IncidentId>,
        /// When it is forgotten.
        expires: Timestamp,
    },
    /// The proposal is another one now.
    Changed {
        /// What.
        terms: Terms,
        /// When it is forgotten.
        expires: Timestamp,
    },
    /// It holds from now on.
    Began {
        /// Until when.
        until: Timestamp,
        /// The worst severity it holds back; none: any.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        severity: Option<Severity>,
        /// Alerts that fire and that it matches now.
        #[serde(default)]
        alerts: usize,
        /// Open incidents that it holds back now.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        incidents: Vec<IncidentId>,
    },
    /// Alerts began to be held back.
    Held {
        /// Titles of the first of them.
        titles: Vec<String>,
        /// How many more.
        #[serde(default)]
        more: usize,
    },
    /// It ends later.
    Extended {
        /// Who said so.
        by: Actor,
        /// Until when.
        until: Timestamp,
    },
    /// It ends earlier than it would have.
    Shortened {
        /// Who said so.
        by: Actor,
        /// Until when.
        until: Timestamp,
    },
    /// Its owner is asked whether it ends, if something would fire.
    Asked {
        /// Alerts that would fire.
        alerts: usize,
    },
    /// It is over.
    Over {
        /// Why.
        why: OverWhy,
        /// Alerts that still fired then, and that no other silence holds back.
        #[serde(default)]
        alerts: usize,
        /// Incidents that opened or rang by that.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        rang: Vec<IncidentId>,
    },
    /// The machine's clock was set: its end is moved by as much, so that it lasts as long as was said.
    ClockSet {
        /// By how many milliseconds.
        by_ms: i64,
    },
}

/// Why a silence is over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum OverWhy {
    /// Its time was over.
    Time,
    /// Somebody ended it.
    Person {
        /// Who.
        by: Actor,
    },
    /// Its owner left the server.
    Left,
    /// The configuration does not know its owner any more.
    NotAPerson,
    /// Nobody said yes to it in time, or whoever proposed it said no.
    NotConfirmed,
}

/// Where a silence stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Nobody has said yes yet.
    Proposed {
        /// When it is forgotten.
        expires: Timestamp,
    },
    /// It holds.
    Runs {
        /// Since when, or since when its end is the one it has.
        since: Timestamp,
        /// Until when.
        until: Timestamp,
    },
    /// It is over.
    Over(OverWhy),
}

/// A silence: the sum of its events.
#[derive(Clone, Debug)]
pub struct Silence {
    /// Its number.
    pub number: u32,
    /// Its owner.
    pub by: Actor,
    /// What is silenced and why.
    pub terms: Terms,
    /// Its conditions; empty when they cannot be read, and then it matches nothing.
    matchers: Vec<Matcher>,
    /// The incident on whose card it was asked for.
    pub incident: Option<IncidentId>,
    /// The worst severity it holds back; none: any.
    pub severity: Option<Severity>,
    /// Where it stands.
    pub standing: Standing,
    /// When it began to hold.
    pub began: Option<Timestamp>,
    /// Its owner was asked whether it ends.
    pub asked: bool,
    /// Alerts it held back so far.
    pub held: usize,
    /// Titles of the first of them.
    pub titles: Vec<String>,
    /// Number of its last event.
    pub last_seq: u32,
}

impl Silence {
    /// Rebuilds a silence; none when the events do not begin as one does.
    pub fn replay(number: u32, events: &[EventAt<SilenceEvent>]) -> Option<Self> {
        let (first, rest) = events.split_first()?;
        let SilenceEvent::Proposed { by, terms, incident, expires } = first.event.clone() else { return None };
        let mut own = Self {
            number,
            by,
            matchers: read_all(&terms.matchers),
            severity: terms.severity,
            terms,
            incident,
            standing: Standing::Proposed { expires },
            began: None,
            asked: false,
            held: 0,
            titles: Vec::new(),
            last_seq: first.seq,
        };
        rest.iter().for_each(|entry| own.apply(entry));
        Some(own)
    }

    fn apply(&mut self, entry: &EventAt<SilenceEvent>) {
        self.last_seq = entry.seq;
        match &entry.event {
            SilenceEvent::Proposed { .. } => {}
            SilenceEvent::Changed { terms, expires } => {
                self.matchers = read_all(&terms.matchers);
                self.severity = terms.severity;
                self.terms = terms.clone();
                self.standing = Standing::Proposed { expires: *expires };
            }
            SilenceEvent::Began { until, severity, alerts: _, incidents: _ } => {
                self.severity = *severity;
                self.began = Some(entry.at);
                self.runs(entry.at, *until);
            }
            SilenceEvent::Held { titles, more } => {
                self.held += titles.len() + more;
                let room = KEPT_TITLES.saturating_sub(self.titles.len());
                self.titles.extend(titles.iter().take(room).cloned());
            }
            SilenceEvent::Extended { until, by: _ } | SilenceEvent::Shortened { until, by: _ } => {
                self.runs(entry.at, *until);
            }
            SilenceEvent::Asked { .. } => self.asked = true,
            SilenceEvent::Over { why, .. } => self.standing = Standing::Over(why.clone()),
            SilenceEvent::ClockSet { by_ms } => {
                let by = SignedDuration::from_millis(*by_ms);
                let moved = |at: Timestamp| at.checked_add(by).unwrap_or(at);
                self.began = self.began.map(moved);
                match &mut self.standing {
                    Standing::Proposed { expires } => *expires = moved(*expires),
                    Standing::Runs { since, until } => (*since, *until) = (moved(*since), moved(*until)),
                    Standing::Over(_) => {}
                }
                self.terms.until = self.until().or(self.terms.until.map(moved));
            }
        }
    }

    fn runs(&mut self, since: Timestamp, until: Timestamp) {
        self.standing = Standing::Runs { since, until };
        self.terms.until = Some(until);
        self.asked = false;
    }

    /// Until when it holds; none when it does not hold.
    pub const fn until(&self) -> Option<Timestamp> {
        match self.standing {
            Standing::Runs { until, .. } => Some(until),
            Standing::Proposed { .. } | Standing::Over(_) => None,
        }
    }

    /// When its owner is asked whether it ends.
    fn asks_at(&self) -> Option<Timestamp> {
        let Standing::Runs { since, until } = self.standing else { return None };
        let before = (until.duration_since(since) / 10).min(ASK_BEFORE);
        Some(until - before).filter(|_| !self.asked)
    }

    /// When something happens by itself. None when it is over.
    pub fn due(&self) -> Option<Timestamp> {
        match self.standing {
            Standing::Proposed { expires } => Some(expires),
            Standing::Runs { until, .. } => Some(self.asks_at().map_or(until, |asks| asks.min(until))),
            Standing::Over(_) => None,
        }
    }

    /// Its timer, as its state wants it.
    pub fn timer(&self) -> TimerChange {
        let (subject, kind) = (Subject::Silence(self.number), TimerKind::Due);
        match self.due() {
            Some(due) => TimerChange::Set(Timer { subject, kind, due }),
            None => TimerChange::Cancel(subject, kind),
        }
    }

    /// Whether its conditions hold for an alert, whatever its severity. The integration and the service that routing found are
    /// labels, too: a condition that names one is met by either spelling, one that excludes is met by neither.
    pub fn matches(&self, report: &AlertReport, routed: &Routed) -> bool {
        if report.drill.is_some() || self.matchers.is_empty() {
            return false;
        }
        self.matchers.iter().all(|matcher| {
            let found = match matcher.label() {
                "service" => routed.service.as_deref(),
                "integration" => Some(report.integration.0.as_str()),
                _ => None,
            };
            let Some(found) = found else { return matcher.matches(&report.labels) };
            let by_rules = matcher.matches(&Labels::from([(matcher.label().to_owned(), found.to_owned())]));
            match report.labels.contains_key(matcher.label()) {
                false => by_rules,
                true if matcher.excludes() => by_rules && matcher.matches(&report.labels),
                true => by_rules || matcher.matches(&report.labels),
            }
        })
    }

    /// Whether it is made for something of this severity.
    pub fn covers(&self, severity: Severity) -> bool {
        self.severity.is_none_or(|worst| !severity.is_worse_than(worst))
    }

    /// Whether it holds an alert back now.
    fn holds(&self, report: &AlertReport, routed: &Routed) -> bool {
        self.until().is_some() && self.covers(routed.severity) && self.matches(report, routed)
    }
}

fn read_all(texts: &[String]) -> Vec<Matcher> {
    texts.iter().map(|text| Matcher::parse(text)).collect::<Result<_, _>>().unwrap_or_default()
}

/// Silences that hold or wait for a yes.
#[derive(Clone, Debug, Default)]
pub struct Silences {
    known: BTreeMap<u32, Arc<Silence>>,
    /// Number of the newest.
    pub last_number: u32,
}

impl Silences {
    /// None, after so many.
    pub fn after(last_number: u32) -> Self {
        Self { last_number, ..Self::default() }
    }

    /// Takes in how a silence stands now; one that is over is forgotten.
    pub fn put(&mut self, changed: Silence) {
        self.last_number = self.last_number.max(changed.number);
        if changed.due().is_some() {
            self.known.insert(changed.number, Arc::new(changed));
        } else {
            self.known.remove(&changed.number);
        }
    }

    /// Those that hold or wait for a yes, oldest first.
    pub fn known(&self) -> impl Iterator<Item = &Arc<Silence>> {
        self.known.values()
    }

    /// Those that hold.
    pub fn running(&self) -> impl Iterator<Item = &Arc<Silence>> {
        self.known().filter(|own| own.until().is_some())
    }

    /// One of them.
    pub fn get(&self, number: u32) -> Option<&Arc<Silence>> {
        self.known.get(&number)
    }

    /// Whether one holds.
    pub fn holds(&self, number: u32) -> bool {
        self.get(number).is_some_and(|own| own.until().is_some())
    }

    /// The one that holds an alert back: of several, the one that ends last. `routed` is only asked when there is one at all.
    pub fn holding(&self, report: &AlertReport, routed: impl FnOnce() -> Routed) -> Option<u32> {
        if report.drill.is_some() || self.running().next().is_none() {
            return None;
        }
        let routed = routed();
        let matching = self.running().filter(|own| own.holds(report, &routed));
        matching.max_by_key(|own| (own.until(), own.number)).map(|own| own.number)
    }

    /// Of the silences that together hold an incident back, the one that ends first; none when one of them is over.
    pub fn first_to_end(&self, numbers: &BTreeSet<u32>) -> Option<(&Arc<Silence>, Timestamp)> {
        let ends = |number: &u32| self.get(*number).and_then(|own| Some((own, own.until()?)));
        let all: Option<Vec<_>> = numbers.iter().map(ends).collect();
        all?.into_iter().min_by_key(|(own, until)| (*until, own.number))
    }

    /// Whether all of these are made for something of this severity.
    pub fn cover(&self, numbers: &BTreeSet<u32>, severity: Severity) -> bool {
        numbers.iter().all(|number| self.get(*number).is_some_and(|own| own.covers(severity)))
    }
}

/// When a silence ends, as a button says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choice {
    /// As was proposed.
    AsProposed,
    /// In half an hour.
    HalfHour,
    /// In two hours.
    TwoHours,
    /// At the next 08:00, in the zone of the configuration.
    Morning,
}

/// What people ask about silences.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SilenceRequest {
    /// What would it hold back?
    Propose {
        /// Conditions, as typed.
        matchers: String,
        /// Until when.
        end: End,
        /// Why.
        reason: String,
        /// The worst severity it is made for.
        severity: Option<Severity>,
    },
    /// The same for what fires of an incident; its conditions follow from its alerts.
    ForIncident {
        /// Which.
        incident: IncidentId,
        /// Conditions that all of its alerts which fire meet.
        matchers: Vec<String>,
        /// Its severity.
        severity: Severity,
        /// Why, until somebody says it better.
        reason: String,
    },
    /// A proposal becomes another one.
    Change {
        /// Which.
        number: u32,
        /// Conditions, as typed.
        matchers: String,
        /// Until when: a length, a time, or both as one text.
        end: String,
        /// Why.
        reason: String,
    },
    /// Yes.
    Confirm {
        /// Which proposal.
        number: u32,
        /// Until when.
        choice: Choice,
    },
    /// No.
    Cancel {
        /// Which proposal.
        number: u32,
    },
    /// It ends later.
    Extend {
        /// Which.
        number: u32,
        /// Until when, or how much later.
        end: End,
    },
    /// It ends two hours later: the answer to the question whether it ends, which is answered once.
    ExtendAsked {
        /// Which.
        number: u32,
    },
    /// It ends earlier.
    Shorten {
        /// Which.
        number: u32,
        /// When: a length from now, or a time.
        end: String,
    },
    /// It ends now.
    End {
        /// Which.
        number: u32,
    },
    /// It ends when it ends: the answer to the question.
    LetEnd {
        /// Which.
        number: u32,
    },
    /// Somebody is no member of the server any more.
    Left {
        /// Who.
        person: PersonId,
    },
}

/// What a silence matches of what fires now.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Matches {
    /// Alerts that fire.
    pub alerts: usize,
    /// Open incidents all of whose alerts that fire would be silenced.
    pub incidents: Vec<IncidentId>,
    /// Open incidents that go on, because other alerts of them fire or they are worse.
    pub go_on: Vec<IncidentId>,
    /// Titles of the first alerts.
    pub titles: Vec<String>,
    /// The worst severity among alerts and incidents.
    pub worst: Option<Severity>,
    /// It matches everything that fires, and that is more than one alert.
    pub everything: bool,
}

/// What the asker is told.
#[derive(Clone, Debug, PartialEq)]
pub enum SilenceAnswer {
    /// What it would hold back.
    Proposed {
        /// Number of the proposal.
        number: u32,
        /// What.
        terms: Terms,
        /// Until when, with what the clock does; none while nobody has chosen it.
        until: Option<Until>,
        /// The incident on whose card it was asked for.
        incident: Option<IncidentId>,
        /// What it matches now.
        matches: Matches,
        /// Why a change of it was not possible: it stands as it was.
        problem: Option<Box<NotPossible>>,
    },
    /// What fires of an incident is silenced already.
    Holds {
        /// The silence that ends first.
        number: u32,
        /// What holds the incident back.
        held: Box<HeldBack>,
    },
    /// It holds.
    Began {
        /// Its number.
        number: u32,
        /// Until when.
        until: Timestamp,
        /// What it holds back now.
        matches: Matches,
    },
    /// It ends later.
    Extended {
        /// Its number.
        number: u32,
        /// Until when.
        until: Timestamp,
    },
    /// It ends earlier.
    Shortened {
        /// Its number.
        number: u32,
        /// When.
        until: Timestamp,
    },
    /// It is over.
    Ended {
        /// Its number.
        number: u32,
        /// Alerts that still fire.
        alerts: usize,
        /// Incidents that opened or rang by that.
        rang: Vec<IncidentId>,
    },
    /// It ends when it ends.
    LetEnd {
        /// Its number.
        number: u32,
        /// When.
        until: Timestamp,
    },
    /// The proposal is forgotten.
    Cancelled,
    /// Nothing was to be done.
    Nothing,
    /// It is not possible, and nothing changed.
    NotPossible(NotPossible),
}

/// Why it is not possible.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotPossible {
    /// A condition cannot be read.
    BadMatcher {
        /// What was typed.
        text: String,
        /// What is wrong with it.
        why: MatcherError,
    },
    /// There are too many conditions, or they are too long.
    TooManyMatchers,
    /// It would match everything: no condition names a value.
    Everything,
    /// It needs a reason.
    NoReason,
    /// The reason is too long.
    ReasonTooLong,
    /// Until when cannot be read, has passed, or was not said once.
    Time(BadTime),
    /// It would last too long.
    TooLong {
        /// The longest time there is.
        longest: std::time::Duration,
    },
    /// It would end earlier than it does.
    Earlier {
        /// When it ends.
        until: Timestamp,
    },
    /// It would end later than it does.
    Later {
        /// When it ends.
        until: Timestamp,
    },
    /// The question whether it ends was answered: it holds longer already.
    ExtendedAlready {
        /// Until when.
        until: Timestamp,
    },
    /// A time of day that passed not long ago: nobody knows whether tomorrow is meant.
    JustPassed {
        /// What was typed.
        text: String,
    },
    /// Nothing of the incident fires.
    NothingFires {
        /// Which.
        incident: IncidentId,
    },
    /// There is no such silence that holds.
    NoSilence {
        /// What was asked for.
        number: u32,
        /// Which ones hold.
        known: Vec<u32>,
    },
    /// The proposal is forgotten, or somebody else's.
    NoProposal,
}

/// What a request comes to: events of silences, and what the asker is told. No events: nothing changes.
#[derive(Clone, Debug, PartialEq)]
pub struct Decided {
    /// Each with the number of its silence.
    pub events: Vec<(u32, SilenceEvent)>,
    /// What the asker is told; what it matches is looked at by whoever knows what fires.
    pub answer: SilenceAnswer,
}

/// Decides what people ask about silences.
///
/// # Errors
/// [`Refusal::NotAllowed`]; what they may do and cannot is [`SilenceAnswer::NotPossible`].
pub fn decide(world: &World, by: &Actor, request: &SilenceRequest, now: Timestamp) -> Result<Decided, Refusal> {
    let asks = Asks { world, by, now };
    if let SilenceRequest::Left { person } = request {
        return Ok(asks.left(person));
    }
    if by.access < Access::Responder {
        return Err(world.setup().not_allowed(Access::Responder));
    }
    let decided = match request {
        SilenceRequest::Propose { matchers, end, reason, severity } => asks.propose(matchers, end, reason, *severity),
        SilenceRequest::ForIncident { incident, matchers, severity, reason } => {
            asks.for_incident(*incident, matchers, *severity, reason)
        }
        SilenceRequest::Change { number, matchers, end, reason } => {
            // A slip of the finger loses nothing that was proposed.
            asks.change(*number, matchers, end, reason).or_else(|why| asks.stands(*number, why))
        }
        SilenceRequest::Confirm { number, choice } => asks.confirm(*number, *choice),
        SilenceRequest::Cancel { number } => asks.own_proposal(*number).map(|_| Decided {
            events: vec![(*number, over(OverWhy::NotConfirmed))],
            answer: SilenceAnswer::Cancelled,
        }),
        SilenceRequest::Extend { number, end } => asks.extend(*number, end),
        SilenceRequest::ExtendAsked { number } => asks.extend_asked(*number),
        SilenceRequest::Shorten { number, end } => asks.shorten(*number, end),
        SilenceRequest::End { number } => asks.running(*number).map(|_| Decided {
            events: vec![(*number, over(OverWhy::Person { by: by.clone() }))],
            answer: SilenceAnswer::Ended { number: *number, alerts: 0, rang: Vec::new() },
        }),
        SilenceRequest::LetEnd { number } => asks.running(*number).map(|own| Decided {
            events: Vec::new(),
            answer: SilenceAnswer::LetEnd { number: *number, until: own.until().unwrap_or(now) },
        }),
        SilenceRequest::Left { .. } => Ok(Decided { events: Vec::new(), answer: SilenceAnswer::Nothing }),
    };
    Ok(decided.unwrap_or_else(|why| Decided { events: Vec::new(), answer: SilenceAnswer::NotPossible(why) }))
}

/// Decides what time does to a silence. One that is not due yet stays as it is. `fires` is how many alerts would fire.
pub fn decide_due(own: &Silence, fires: usize, now: Timestamp) -> Option<SilenceEvent> {
    own.due().filter(|due| *due <= now)?;
    match own.standing {
        Standing::Proposed { .. } => Some(over(OverWhy::NotConfirmed)),
        Standing::Runs { until, .. } if until <= now => Some(over(OverWhy::Time)),
        Standing::Runs { .. } => Some(SilenceEvent::Asked { alerts: fires }),
        Standing::Over(_) => None,
    }
}

/// Decides what a new configuration does to a silence: nobody owns it whom it does not know any more.
pub fn decide_configuration(world: &World, own: &Silence) -> Option<SilenceEvent> {
    // Who is listed under another name is still there.
    let listed = |person| world.setup().people.contains_key(person) || world.person_of(own.by.user).is_some();
    let gone = own.by.person.as_ref().is_some_and(|person| !listed(person));
    gone.then(|| over(OverWhy::NotAPerson))
}

/// The end of a silence; what rings by it is added by whoever knows what fires.
pub fn over(why: OverWhy) -> SilenceEvent {
    SilenceEvent::Over { why, alerts: 0, rang: Vec::new() }
}

struct Asks<'a> {
    world: &'a World,
    by: &'a Actor,
    now: Timestamp,
}

type Possible = Result<Decided, NotPossible>;

impl Asks<'_> {
    fn propose(&self, matchers: &str, end: &End, reason: &str, severity: Option<Severity>) -> Possible {
        let matchers = read_matchers(matchers)?;
        let reason = read_reason(reason)?;
        let until = self.end(end)?;
        let terms = Terms { matchers, until: Some(until.at), reason, severity };
        Ok(self.proposed(None, terms, Some(until), None))
    }

    fn for_incident(&self, incident: IncidentId, matchers: &[String], severity: Severity, reason: &str) -> Possible {
        if matchers.is_empty() {
            return Err(NotPossible::NothingFires { incident });
        }
        let matchers = checked(matchers)?;
        let terms = Terms { matchers, until: None, reason: read_reason(reason)?, severity: Some(severity) };
        Ok(self.proposed(None, terms, None, Some(incident)))
    }

    fn change(&self, number: u32, matchers: &str, end: &str, reason: &str) -> Possible {
        let own = self.own_proposal(number)?;
        let (matchers, reason) = (read_matchers(matchers)?, read_reason(reason)?);
        let until = self.length_or_time(end)?;
        let terms = Terms { matchers, until: Some(until.at), reason, severity: own.terms.severity };
        Ok(self.proposed(Some(number), terms, Some(until), own.incident))
    }

    /// A change was not possible: what was proposed is proposed still.
    fn stands(&self, number: u32, why: NotPossible) -> Possible {
        let Ok(own) = self.own_proposal(number) else { return Err(why) };
        let answer = SilenceAnswer::Proposed {
            number,
            terms: own.terms.clone(),
            until: own.terms.until.map(|at| Until { at, clock: None }),
            incident: own.incident,
            matches: Matches::default(),
            problem: Some(Box::new(why)),
        };
        Ok(Decided { events: Vec::new(), answer })
    }

    /// People type either: `2h` or `08:00`.
    fn length_or_time(&self, typed: &str) -> Result<Until, NotPossible> {
        let as_length = End { until: None, lasts: Some(typed.to_owned()) };
        let as_time = End { until: Some(typed.to_owned()), lasts: None };
        match self.end(&as_length) {
            Err(NotPossible::Time(BadTime::Unreadable { .. })) => self.end(&as_time),
            read => read,
        }
    }

    fn proposed(
        &self,
        number: Option<u32>,
        terms: Terms,
        until: Option<Until>,
        incident: Option<IncidentId>,
    ) -> Decided {
        let expires = self.now + CONFIRM_WITHIN;
        let matches = Matches::default();
        let (number, event) = match number {
            Some(number) => (number, SilenceEvent::Changed { terms: terms.clone(), expires }),
            None => {
                let event = SilenceEvent::Proposed { by: self.by.clone(), terms: terms.clone(), incident, expires };
                (self.world.silences().last_number + 1, event)
            }
        };
        let answer = SilenceAnswer::Proposed { number, terms, until, incident, matches, problem: None };
        Decided { events: vec![(number, event)], answer }
    }

    fn confirm(&self, number: u32, choice: Choice) -> Possible {
        let own = self.own_proposal(number)?;
        let lasts = |text: &str| self.end(&End { until: None, lasts: Some(text.to_owned()) });
        let until = match (choice, own.terms.until) {
            (Choice::AsProposed, Some(until)) if until > self.now => until,
            (Choice::AsProposed, Some(until)) => return Err(NotPossible::Time(BadTime::Passed { at: until })),
            (Choice::AsProposed, None) => return Err(NotPossible::Time(BadTime::OneEnd)),
            (Choice::HalfHour, _) => lasts("30m")?.at,
            (Choice::TwoHours, _) => lasts("2h")?.at,
            (Choice::Morning, _) => self.end(&End { until: Some("08:00".to_owned()), lasts: None })?.at,
        };
        let severity = own.terms.severity;
        let event = SilenceEvent::Began { until, severity, alerts: 0, incidents: Vec::new() };
        let answer = SilenceAnswer::Began { number, until, matches: Matches::default() };
        Ok(Decided { events: vec![(number, event)], answer })
    }

    fn extend(&self, number: u32, end: &End) -> Possible {
        let own = self.running(number)?;
        let now_until = own.until().unwrap_or(self.now);
        // A length is added to the end it has.
        let until = match &end.lasts {
            Some(_) => read_time(end, self.zone(), now_until).map_err(NotPossible::Time)?.at,
            None => {
                let until = self.end(end)?.at;
                self.not_just_passed(end.until.as_deref().unwrap_or_default(), until)?;
                until
            }
        };
        if until <= now_until {
            return Err(NotPossible::Earlier { until: now_until });
        }
        self.bounded(until)?;
        let event = SilenceEvent::Extended { by: self.by.clone(), until };
        Ok(Decided { events: vec![(number, event)], answer: SilenceAnswer::Extended { number, until } })
    }

    /// The button of the question. It adds two hours once, however often it is pressed.
    fn extend_asked(&self, number: u32) -> Possible {
        let own = self.running(number)?;
        if !own.asked {
            return Err(NotPossible::ExtendedAlready { until: own.until().unwrap_or(self.now) });
        }
        self.extend(number, &End { until: None, lasts: Some(format!("{}h", EXTEND_BY.as_hours())) })
    }

    fn shorten(&self, number: u32, typed: &str) -> Possible {
        let own = self.running(number)?;
        let now_until = own.until().unwrap_or(self.now);
        let until = self.length_or_time(typed)?.at;
        self.not_just_passed(typed, until)?;
        if until >= now_until {
            return Err(NotPossible::Later { until: now_until });
        }
        let event = SilenceEvent::Shortened { by: self.by.clone(), until };
        Ok(Decided { events: vec![(number, event)], answer: SilenceAnswer::Shortened { number, until } })
    }

    /// A time of day means the next one. Where nothing is shown before it holds, one that is nearer in the past than in the future may
    /// mean either: `08:00` at five past eight.
    fn not_just_passed(&self, typed: &str, until: Timestamp) -> Result<(), NotPossible> {
        let is_time_of_day = typed.contains([':', '.']) && !typed.trim().contains(['-', ' ']);
        if is_time_of_day && until.duration_since(self.now) > SignedDuration::from_hours(12) {
            return Err(NotPossible::JustPassed { text: typed.trim().to_owned() });
        }
        Ok(())
    }

    /// Whoever left cannot be asked, and nobody else would be: what they silenced is heard again.
    fn left(&self, person: &PersonId) -> Decided {
        let theirs = self.world.silences().known().filter(|own| own.by.person.as_ref() == Some(person));
        let events = theirs.map(|own| (own.number, over(OverWhy::Left))).collect();
        Decided { events, answer: SilenceAnswer::Nothing }
    }

    fn own_proposal(&self, number: u32) -> Result<&Silence, NotPossible> {
        let own = self.world.silences().get(number).filter(|own| own.by.user == self.by.user);
        let waits = |own: &&Arc<Silence>| matches!(own.standing, Standing::Proposed { expires } if expires > self.now);
        own.filter(waits).map(AsRef::as_ref).ok_or(NotPossible::NoProposal)
    }

    fn running(&self, number: u32) -> Result<&Silence, NotPossible> {
        let silences = self.world.silences();
        let own = silences.get(number).filter(|own| own.until().is_some_and(|until| until > self.now));
        let known = || silences.running().map(|own| own.number).collect();
        own.map(AsRef::as_ref).ok_or_else(|| NotPossible::NoSilence { number, known: known() })
    }

    fn zone(&self) -> &jiff::tz::TimeZone {
        self.world.setup().zone_of(self.by.person.as_ref())
    }

    fn end(&self, end: &End) -> Result<Until, NotPossible> {
        let until = read_time(end, self.zone(), self.now).map_err(NotPossible::Time)?;
        self.bounded(until.at)?;
        Ok(until)
    }

    fn bounded(&self, until: Timestamp) -> Result<(), NotPossible> {
        let longest = self.world.setup().silences.longest;
        let at_most = SignedDuration::try_from(longest).ok().and_then(|longest| self.now.checked_add(longest).ok());
        match at_most {
            Some(at_most) if until > at_most => Err(NotPossible::TooLong { longest }),
            Some(_) | None => Ok(()),
        }
    }
}

fn read_reason(reason: &str) -> Result<String, NotPossible> {
    let reason = reason.trim();
    match reason.chars().count() {
        0 => Err(NotPossible::NoReason),
        length if length > TEXT_LIMIT => Err(NotPossible::ReasonTooLong),
        _ => Ok(reason.to_owned()),
    }
}

/// Reads conditions as people type them: one a line, or with commas between them, also in braces as Alertmanager shows them.
fn read_matchers(text: &str) -> Result<Vec<String>, NotPossible> {
    if text.chars().count() > TEXT_LIMIT {
        return Err(NotPossible::TooManyMatchers);
    }
    let text = text.trim();
    let text = text.strip_prefix('{').and_then(|text| text.strip_suffix('}')).unwrap_or(text);
    let (mut parts, mut part, mut quoted, mut escaped) = (Vec::new(), String::new(), false, false);
    for letter in text.chars() {
        match letter {
            ',' | '\n' if !quoted => parts.push(std::mem::take(&mut part)),
            '"' if !escaped => {
                quoted = !quoted;
                part.push(letter);
            }
            _ => part.push(letter),
        }
        escaped = letter == '\\' && !escaped;
    }
    parts.push(part);
    let parts: Vec<String> = parts.iter().map(|part| part.trim().to_owned()).filter(|part| !part.is_empty()).collect();
    checked(&parts)
}

/// The conditions as they are kept, if there are not too many, all can be read, and they do not match everything.
fn checked(texts: &[String]) -> Result<Vec<String>, NotPossible> {
    if texts.len() > MOST_MATCHERS {
        return Err(NotPossible::TooManyMatchers);
    }
    let read = |text: &String| Matcher::parse(text).map_err(|why| NotPossible::BadMatcher { text: text.clone(), why });
    let matchers: Vec<Matcher> = texts.iter().map(read).collect::<Result<_, _>>()?;
    if !matchers.iter().any(Matcher::names_a_value) {
        return Err(NotPossible::Everything);
    }
    Ok(matchers.iter().map(Matcher::to_string).collect())
}

/// Conditions that what fires of an incident has in common: what people would write by hand.
pub fn common_matchers<'a>(reports: impl IntoIterator<Item = (&'a AlertReport, Option<&'a str>)>) -> Vec<String> {
    const TELLING: [&str; 7] = ["alertname", "service", "cluster", "namespace", "env", "region", "instance"];
    let mut common: Option<Labels> = None;
    for (report, service) in reports {
        let mut labels: Labels = report.labels.clone();
        // A severity that rises is for the severity of the silence to stop.
        labels.retain(|name, value| name != "severity" && !value.is_empty());
        labels.entry("integration".to_owned()).or_insert_with(|| report.integration.0.clone());
        if let Some(service) = service {
            labels.entry("service".to_owned()).or_insert_with(|| service.to_owned());
        }
        common = Some(match common {
            None => labels,
            Some(mut common) => {
                common.retain(|name, value| labels.get(name) == Some(value));
                common
            }
        });
    }
    let mut common = common.unwrap_or_default();
    if common.contains_key("alertname") || common.contains_key("service") {
        common.retain(|name, _| TELLING.contains(&name.as_str()));
    }
    let matcher = |(name, value): (&String, &String)| Matcher::equals(name, value).to_string();
    common.iter().map(matcher).take(MOST_MATCHERS).collect()
}

/// What events lead to: the silence with them applied, and what becomes visible. `before` is none when it is proposed.
pub fn changed(
    number: u32,
    before: Option<&Silence>,
    events: Vec<SilenceEvent>,
    now: Timestamp,
) -> Option<(Silence, Vec<EventAt<SilenceEvent>>, Vec<PlannedEffect>)> {
    let entries = EventAt::after(before.map_or(0, |before| before.last_seq), events, now);
    let own = match before {
        Some(before) => {
            let mut own = before.clone();
            entries.iter().for_each(|entry| own.apply(entry));
            own
        }
        None => Silence::replay(number, &entries)?,
    };
    let effects = entries.iter().flat_map(|entry| tell(&own, entry)).collect();
    Some((own, entries, effects))
}

/// Who reads an event of a silence. Whoever did it has an answer already.
fn tell(own: &Silence, entry: &EventAt<SilenceEvent>) -> Vec<PlannedEffect> {
    let subject = Subject::Silence(own.number);
    let owner = || Whom::who_did(&own.by);
    let to = match &entry.event {
        SilenceEvent::Began { .. } | SilenceEvent::Extended { .. } | SilenceEvent::Shortened { .. } => {
            vec![Whom::Channel]
        }
        SilenceEvent::Asked { alerts } if *alerts > 0 => vec![owner()],
        SilenceEvent::Over { .. } if own.began.is_none() => Vec::new(),
        SilenceEvent::Over { why: OverWhy::Person { by }, .. } if by.user != own.by.user => {
            vec![Whom::Channel, owner()]
        }
        SilenceEvent::Over { .. } => vec![Whom::Channel],
        SilenceEvent::Proposed { .. }
        | SilenceEvent::Changed { .. }
        | SilenceEvent::Held { .. }
        | SilenceEvent::Asked { .. }
        | SilenceEvent::ClockSet { .. } => Vec::new(),
    };
    let say = |to: Whom| {
        // What is said in the channel stands in the order in which it happened.
        let order = (to == Whom::Channel).then(|| subject.to_string());
        PlannedEffect::said(&subject, entry.seq, to).behind(order)
    };
    to.into_iter().map(say).collect()
}
