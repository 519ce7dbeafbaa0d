//! Purpose: the one entrance for everything that is decided about incidents. The world, one input and the instant go in; new
//! events and what the asker is told come out. What events lead to, effects and timers, is planned once per transaction
//! ([`crate::plan`]), because batching carries a storm.

use std::collections::BTreeSet;

use crate::incident::{
    AlertOutcome, ContactWhy, LostWhy, Opening, Similar, Unseen, chat_line_gone, contact_now, decide_command,
    decide_timer, direct_message_refused, fires_on, freeze, goes_on_here, hold_back, holder_left, integration_removed,
    leaves, mend, merge, open, page_undelivered, people_changed, person_left, room_unseen, silence_over, thing_lost,
};
use crate::stages::{Known, Verdict, decide_alert};
use crate::{
    Actor, AlertReport, ChatUserId, Command, DedupKey, Event, Incident, IncidentId, IntegrationName, PageId, PageVia,
    PersonId, Refusal, Thing, TimerKind, Timestamp, World,
};

/// What is decided about incidents.
#[derive(Clone)]
pub enum Input<'a> {
    /// A person does something to one.
    Command {
        /// Which one, as it is.
        incident: &'a Incident,
        /// Who.
        by: &'a Actor,
        /// What.
        command: &'a Command,
    },
    /// A person says that two are one.
    Merge {
        /// The one that ends.
        from: &'a Incident,
        /// The one that goes on.
        into: &'a Incident,
        /// Who.
        by: &'a Actor,
    },
    /// One begins.
    Open(Opening<'a>),
    /// A timer is due. One that no longer fits the state does nothing.
    Timer {
        /// Whose, as it is.
        incident: &'a Incident,
        /// Which.
        kind: TimerKind,
    },
    /// A report of an alert takes its way through the stages.
    Report {
        /// What has arrived.
        report: &'a AlertReport,
        /// What is known of alerts and incidents.
        known: &'a dyn Known,
        /// A person said yes to a candidate.
        approved: bool,
    },
    /// The engine found something out about one.
    Fact {
        /// About which one, as it is.
        incident: &'a Incident,
        /// What.
        fact: &'a Fact,
    },
}

/// What the engine finds out about an incident by itself. Each is taken in once, however often it is found out.
#[derive(Clone, Debug, PartialEq)]
pub enum Fact {
    /// A page did not arrive by direct message: the person takes none.
    DirectFailed {
        /// Which page.
        page: PageId,
    },
    /// A page was refused for good on one of its ways.
    ContactFailed {
        /// Which page.
        page: PageId,
        /// On which way.
        via: PageVia,
        /// Why, without secrets.
        reason: String,
    },
    /// Somebody is no member of the server any more: what Discord carries does not reach them.
    PersonLeft {
        /// Who.
        person: PersonId,
    },
    /// An account is no member of the server any more: whoever it is does not have what they have.
    HolderLeft {
        /// Which.
        user: ChatUserId,
    },
    /// The mention of a page stands where its person does not see it.
    RoomUnseen {
        /// Which page.
        page: PageId,
        /// Why.
        unseen: Unseen,
    },
    /// The configuration is another one than before, or people are other accounts.
    PeopleChanged,
    /// An integration is not configured any more; so many of its alerts fire here.
    IntegrationRemoved {
        /// Its name.
        integration: IntegrationName,
        /// How many.
        alerts: usize,
    },
    /// A thing of it is not in Discord any more.
    ThingGone {
        /// What.
        thing: Thing,
        /// Why.
        why: LostWhy,
    },
    /// It gets no channel of its own.
    ChannelRefused {
        /// Why.
        why: LostWhy,
    },
    /// Past incidents look like it.
    SimilarFound(Vec<Similar>),
    /// Discord cannot be reached.
    DiscordDown,
    /// Pages do not get out although Discord can be reached.
    PagesStuck,
    /// Nobody is responsible for it, and nobody will be told.
    Unheld,
    /// It is seen for the first time since the start: an older version may have started its escalation.
    FirstSeen,
    /// So many of its alerts were not heard of for three of their sender's intervals.
    AlertsStale {
        /// How many.
        alerts: usize,
    },
    /// So many of its alerts fire on although a person ended it, and have done so for long enough.
    AlertsFireOn {
        /// How many.
        alerts: usize,
    },
    /// So many alerts of an incident of its group, which a person ended, fire on: they go on in this one.
    AlertsGoOnHere {
        /// How many.
        alerts: usize,
    },
    /// An alert of it that never ended goes on in another one.
    AlertGoesOn {
        /// Which.
        alert: DedupKey,
        /// Where.
        into: IncidentId,
    },
    /// A message of a watched channel that told of an alert of it was deleted, or says nothing of it any more.
    ChatLineGone {
        /// Which alert.
        alert: DedupKey,
        /// Who wrote the message, as shown.
        who: String,
        /// It was deleted; otherwise it was changed.
        deleted: bool,
        /// No other message says so.
        last: bool,
    },
    /// An alert of it that never ended is held back by a silence from now on.
    AlertSilenced {
        /// Which.
        alert: DedupKey,
        /// By which silence.
        silence: u32,
    },
    /// All its alerts that fire are silenced.
    AllSilenced {
        /// By which silences.
        silences: BTreeSet<u32>,
    },
    /// A silence is over, and not all its alerts that fire are silenced by others.
    SilenceOver {
        /// Which.
        silence: u32,
    },
}

/// What was decided.
#[derive(Clone, Debug, PartialEq)]
pub struct Decision {
    /// New events, in the order in which they are written. Empty when nothing changes.
    pub events: Vec<EventsOf>,
    /// What the asker is told.
    pub answer: Answer,
}

/// New events of one incident.
#[derive(Clone, Debug, PartialEq)]
pub struct EventsOf {
    /// Which one; none: these open a new one.
    pub incident: Option<IncidentId>,
    /// In order.
    pub events: Vec<Event>,
}

/// What the asker is told besides the events.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// It is done; the events say what changed.
    Done,
    /// It is not done, and nothing changed.
    Refused(Refusal),
    /// What a report came to, and why.
    Came(Box<Verdict>),
}

impl Decision {
    fn of(incident: Option<IncidentId>, events: Vec<Event>) -> Self {
        Self { events: vec![EventsOf { incident, events }], answer: Answer::Done }
    }

    fn refused(refusal: Refusal) -> Self {
        Self { events: Vec::new(), answer: Answer::Refused(refusal) }
    }

    /// The events, each with its incident.
    ///
    /// # Errors
    /// The refusal, if it was refused.
    pub fn accepted(self) -> Result<Vec<EventsOf>, Refusal> {
        match self.answer {
            Answer::Refused(refusal) => Err(refusal),
            Answer::Done | Answer::Came(_) => Ok(self.events),
        }
    }

    /// The events of the one incident that an input is about; of a merge use [`Decision::accepted`].
    ///
    /// # Errors
    /// The refusal, if it was refused.
    pub fn of_one(self) -> Result<Vec<Event>, Refusal> {
        Ok(self.accepted()?.into_iter().next().map(|of| of.events).unwrap_or_default())
    }

    /// What a report came to, with the events of the one incident it reaches; none for every other input.
    pub fn of_report(self) -> Option<(Verdict, Vec<Event>)> {
        match self.answer {
            Answer::Came(verdict) => {
                let events = self.events.into_iter().next().map(|of| of.events).unwrap_or_default();
                Some((*verdict, events))
            }
            Answer::Done | Answer::Refused(_) => None,
        }
    }
}

/// Decides. Pure: the same world, input and instant decide the same.
pub fn decide(world: &World, input: &Input<'_>, now: Timestamp) -> Decision {
    match input {
        Input::Command { incident, by, command } => match decide_command(incident, by, command, world, now) {
            Ok(events) => Decision::of(Some(incident.id), events),
            Err(refusal) => Decision::refused(refusal),
        },
        Input::Merge { from, into, by } => match merge(from, into, by, world, now) {
            Ok(merged) => {
                let ends = EventsOf { incident: Some(from.id), events: merged.from };
                let goes_on = EventsOf { incident: Some(into.id), events: merged.into };
                Decision { events: vec![ends, goes_on], answer: Answer::Done }
            }
            Err(refusal) => Decision::refused(refusal),
        },
        Input::Open(opening) => match open(opening, world, now) {
            Ok(events) => Decision::of(None, events),
            Err(refusal) => Decision::refused(refusal),
        },
        Input::Timer { incident, kind } => Decision::of(Some(incident.id), decide_timer(incident, *kind, world, now)),
        Input::Fact { incident, fact } => Decision::of(Some(incident.id), decide_fact(incident, fact, world, now)),
        Input::Report { report, known, approved } => {
            let (verdict, events) = decide_alert(report, *known, *approved, world, now);
            let incident = match verdict.outcome {
                AlertOutcome::Opens => Some(None),
                AlertOutcome::Joins { incident }
                | AlertOutcome::Repeats { incident }
                | AlertOutcome::Reopens { incident }
                | AlertOutcome::Resolves { incident } => Some(Some(incident)),
                AlertOutcome::Late { incident } => incident.map(Some),
                AlertOutcome::StillFires { .. }
                | AlertOutcome::EndsOne { .. }
                | AlertOutcome::Silenced { .. }
                | AlertOutcome::NothingFiring
                | AlertOutcome::Asks => None,
            };
            let events = incident.map(|incident| EventsOf { incident, events });
            let events = events.filter(|of| !of.events.is_empty()).into_iter().collect();
            Decision { events, answer: Answer::Came(Box::new(verdict)) }
        }
    }
}

fn decide_fact(incident: &Incident, fact: &Fact, world: &World, now: Timestamp) -> Vec<Event> {
    match fact {
        Fact::DirectFailed { page } => direct_message_refused(incident, *page, world, now),
        Fact::ContactFailed { page, via, reason } => page_undelivered(incident, *page, *via, reason, world, now),
        Fact::PersonLeft { person } => person_left(incident, person, world, now),
        Fact::HolderLeft { user } => holder_left(incident, *user, world, now),
        Fact::RoomUnseen { page, unseen } => room_unseen(incident, *page, *unseen, world, now),
        Fact::PeopleChanged => people_changed(incident, world, now),
        Fact::IntegrationRemoved { integration, alerts } => {
            integration_removed(incident, integration, *alerts, world, now)
        }
        Fact::ThingGone { thing, why } => thing_lost(incident, *thing, why.clone()),
        Fact::ChannelRefused { why } => thing_lost(incident, Thing::Channel, why.clone()),
        Fact::SimilarFound(incidents) if incident.similar.is_empty() && !incidents.is_empty() => {
            vec![Event::SimilarFound { incidents: incidents.clone() }]
        }
        Fact::SimilarFound(_) => Vec::new(),
        Fact::DiscordDown => contact_now(incident, ContactWhy::DiscordDown),
        Fact::PagesStuck => contact_now(incident, ContactWhy::Stuck),
        Fact::Unheld => mend(incident, world, now),
        Fact::FirstSeen => freeze(incident, world),
        Fact::AlertsStale { alerts } if incident.status.is_open() && incident.stale != *alerts => {
            vec![Event::AlertsStale { alerts: *alerts }]
        }
        Fact::AlertsStale { .. } => Vec::new(),
        Fact::AlertsFireOn { alerts } => fires_on(incident, *alerts, world, now),
        Fact::AlertsGoOnHere { alerts } => goes_on_here(incident, *alerts, world, now),
        Fact::AlertGoesOn { alert, into } => leaves(incident, alert, Some(*into), None).into_iter().collect(),
        Fact::ChatLineGone { alert, who, deleted, last } => {
            vec![chat_line_gone(incident, alert, who, *deleted, *last)]
        }
        Fact::AlertSilenced { alert, silence } => leaves(incident, alert, None, Some(*silence)).into_iter().collect(),
        Fact::AllSilenced { silences } => hold_back(incident, silences, world),
        Fact::SilenceOver { silence } => silence_over(incident, *silence, world, now),
    }
}
