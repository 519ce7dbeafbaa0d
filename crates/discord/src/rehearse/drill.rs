//! Purpose: the incident of a rehearsal: a drill that nobody but the runner is part of, with a number no incident will ever have,
//! and the configuration in which the places of the rehearsal stand for the real ones.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use domain::escalation::Position;
use domain::incident::{Event, EventAt, Opener, PageEnd, PageReason, StopReason};
use domain::routing::Why;
use domain::setup::{AtEnd, ChatName, EscalationPolicy, Language, PageTarget, RoomKind, SourceRef, Step};
use domain::storm::{Board, BoardTotals};
use domain::{
    Access, Actor, ChatMessageId, ChatRoleId, ChatUserId, Drill, Incident, IncidentId, PageId, PersonId, Setup,
    Severity, Timestamp, World,
};
use engine::{ActError, Objects};

use super::place::Place;
use super::server::Server;
use crate::deliver::{Knows, Later};
use crate::people::Asked;

/// A number that no incident, storm or journal row of a server will ever have: whoever presses a button is told that there is
/// no such incident, and what is left over is found by it.
pub(super) const NUMBER: u32 = 999_999_999;
/// The page.
pub(super) const PAGE: PageId = PageId(1);
/// The policy of its escalation.
const POLICY: &str = "rehearsal";

/// What happens to the incident.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Act {
    /// It opens and the runner is paged.
    Opens,
    /// The runner has it.
    Acknowledged,
    /// It is over.
    Resolved,
}

/// The incident and what its delivery asks.
pub(super) struct Script {
    world: World,
    by: Actor,
    now: Mutex<Timestamp>,
    timeline: Mutex<Vec<EventAt>>,
}

impl Script {
    pub(super) fn new(server: &Server, setup: &Setup, place: Option<&Place>) -> Self {
        let runner = &server.runner;
        let by = Actor {
            user: ChatUserId(runner.user),
            name: runner.name.clone(),
            person: Some(runner.person.id.clone()),
            access: Access::Admin,
        };
        let world = World::new(rehearsing(server, setup, place));
        Self { world, by, now: Mutex::new(Timestamp::UNIX_EPOCH), timeline: Mutex::default() }
    }

    pub(super) fn runner(&self) -> &Actor {
        &self.by
    }

    /// From here on it is this late.
    pub(super) fn set_now(&self, now: Timestamp) {
        *self.now.lock().unwrap_or_else(PoisonError::into_inner) = now;
    }

    /// Something happens.
    pub(super) fn act(&self, act: Act) {
        let (now, lang) = (self.now(), self.world.setup().language);
        let events = match act {
            Act::Opens => self.opening(now, lang),
            Act::Acknowledged => vec![
                Event::Acknowledged { by: self.by.clone(), holds_ms: None, update_by: None, spared: None },
                Event::EscalationStopped { reason: StopReason::Acknowledged },
                Event::PageEnded { page: PAGE, end: PageEnd::Acknowledged { by: self.by.name.clone() } },
            ],
            Act::Resolved => {
                vec![Event::Resolved {
                    by: Some(self.by.clone()),
                    fixed: None,
                    postmortem_due: None,
                    report: None,
                    fires_on_at: None,
                }]
            }
        };
        let mut timeline = self.timeline.lock().unwrap_or_else(PoisonError::into_inner);
        for event in events {
            let seq = u32::try_from(timeline.len()).unwrap_or(0) + 1;
            timeline.push(EventAt { seq, at: now, event });
        }
    }

    fn opening(&self, now: Timestamp, lang: Language) -> Vec<Event> {
        let severity = self.world.setup().severities.keys().next_back().copied().unwrap_or(Severity::Sev3);
        vec![
            Event::Opened {
                title: words::rehearsal_title(lang),
                impact: None,
                service: None,
                owner: None,
                severity,
                room: RoomKind::Channel,
                opener: Opener::Person { by: self.by.clone() },
                why: Why::Person { name: self.by.name.clone() },
                group_key: None,
                links: Vec::new(),
                runbook: None,
                runbook_url: None,
                missing: Vec::new(),
                policy: Some(POLICY.to_owned()),
                labels: domain::Labels::new(),
                reasons: None,
                detected: None,
                drill: Some(Drill { participants: self.by.person.clone().into_iter().collect(), ..Drill::default() }),
            },
            Event::Escalated {
                policy: POLICY.to_owned(),
                position: Position::START,
                due: now + jiff::SignedDuration::from_mins(30),
                gaps: Vec::new(),
                plan: None,
            },
            Event::Paged {
                page: PAGE,
                person: self.world.setup().people.keys().next().cloned().unwrap_or_else(|| POLICY.into()),
                reason: PageReason::Step {
                    policy: POLICY.to_owned(),
                    position: Position::START,
                    schedule: None,
                    instead_of: None,
                },
                contacts: Vec::new(),
                ways: Vec::new(),
                account: None,
            },
        ]
    }

    /// The incident as it is now.
    pub(super) fn incident(&self) -> Option<Incident> {
        let timeline = self.timeline.lock().unwrap_or_else(PoisonError::into_inner).clone();
        Incident::replay(IncidentId(NUMBER), timeline)
    }

    /// The board of a storm that nobody has seen.
    pub(super) fn board(&self) -> Board {
        let rules = &self.world.setup().storm;
        Board {
            number: NUMBER,
            began: self.now(),
            ended: None,
            rooms: rules.rooms,
            within: rules.within,
            quiet: rules.quiet,
            revision: 1,
            totals: BoardTotals::default(),
            by_severity: Vec::new(),
            worst: Vec::new(),
        }
    }
}

impl Knows for Script {
    fn world(&self) -> World {
        self.world.clone()
    }

    fn now(&self) -> Timestamp {
        *self.now.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn objects(&self, _incident: IncidentId) -> Later<'_, Option<Objects>> {
        Box::pin(std::future::ready(None))
    }

    fn told_by(&self, _person: &PersonId, _at: Timestamp) -> Vec<(Arc<Incident>, domain::PageId)> {
        Vec::new()
    }

    fn rang(&self, _via: domain::PageVia, _pages: usize) {}

    fn last_outage(&self) -> Option<domain::incident::Outage> {
        None
    }

    fn timeline(&self, _incident: IncidentId) -> Later<'_, Result<Vec<EventAt>, ActError>> {
        let timeline = self.timeline.lock().unwrap_or_else(PoisonError::into_inner).clone();
        Box::pin(std::future::ready(Ok(timeline)))
    }

    fn replaces(&self, _card: ChatMessageId) {}

    fn keeps(&self, _card: ChatMessageId) {}

    /// Only the runner is called, whose account is known from the beginning.
    fn account<'a>(&'a self, person: &'a PersonId) -> Later<'a, Asked> {
        Box::pin(std::future::ready(Asked::Nobody(format!("{person} does not take part in the rehearsal"))))
    }

    fn roles<'a>(&'a self, _person: &'a PersonId) -> Later<'a, Option<Vec<ChatRoleId>>> {
        Box::pin(std::future::ready(None))
    }

    fn pinned<'a>(&'a self, _person: &'a PersonId) -> Later<'a, Option<ChatUserId>> {
        Box::pin(std::future::ready(None))
    }
}

/// The configuration with the rehearsal's places in it, and nobody but the runner.
fn rehearsing(server: &Server, real: &Setup, place: Option<&Place>) -> Setup {
    let mut setup = real.clone();
    let runner = &server.runner.person;
    setup.people = BTreeMap::from([(runner.id.clone(), runner.clone())]);
    if let Some(place) = place {
        let id = |room: Option<&super::place::Room>| room.map(|room| ChatName::Id(room.id));
        setup.discord.incidents = ChatName::Id(place.cards.id);
        setup.discord.status = id(place.status.as_ref());
        setup.discord.operators = id(place.operators.as_ref());
        setup.discord.category = id(place.category.as_ref());
    }
    let end = AtEnd {
        post: Some(setup.discord.incidents.clone()),
        mention: server.bot_role.map(ChatName::Id),
        page: Some(Vec::new()),
        again: None,
    };
    let policy = EscalationPolicy {
        name: POLICY.to_owned(),
        steps: vec![Step { targets: vec![PageTarget::Person(runner.id.clone())], wait: Duration::from_secs(1_800) }],
        repeat: 0,
        ack_timeout: None,
        at_end: Some(end),
        source: SourceRef { file: POLICY.to_owned(), line: 1 },
    };
    setup.escalations = BTreeMap::from([(POLICY.to_owned(), policy)]);
    setup
}
