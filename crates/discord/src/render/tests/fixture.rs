//! A checkout that fails, its people, its objects in Discord, and what happened.

use std::collections::BTreeMap;
use std::time::Duration;

use domain::escalation::Position;
use domain::incident::{Event, EventAt, Missing, Opener, PageEnd, PageReason, StopReason};
use domain::routing::Why;
use domain::runbook::Runbook;
use domain::setup::{
    AtEnd, ChatName, DiscordSetup, EscalationPolicy, Language, PageTarget, Person, RoomKind, Routing, SeverityPlan,
    SourceRef, Step,
};
use domain::{
    Access, Actor, ChatChannelId, ChatMessageId, ChatRoleId, ChatUserId, GuildId, Incident, IncidentId, Link, PageId,
    Setup, Severity, Thing, Timestamp,
};
use engine::{ObjectRef, Objects};

use crate::directory::Directory;
use crate::render::RenderContext;

pub(super) fn at(minutes: i64) -> Timestamp {
    Timestamp::from_second(1_790_000_000 + minutes * 60).unwrap()
}

pub(super) fn budi() -> Actor {
    Actor { user: ChatUserId(11), name: "Budi".into(), person: Some("budi".into()), access: Access::Responder }
}

fn source() -> SourceRef {
    SourceRef { file: "siaga.toml".into(), line: 61 }
}

fn setup() -> Setup {
    let step = |person: &str| Step { targets: vec![PageTarget::Person(person.into())], wait: Duration::from_secs(300) };
    let person = |id: &str| Person {
        id: id.into(),
        discord: ChatName::Name(id.to_owned()),
        language: None,
        timezone: None,
        addresses: std::collections::BTreeMap::new(),
        contacts: Person::usual_contacts([]),
    };
    let policy = EscalationPolicy {
        name: "payments".into(),
        steps: vec![step("budi"), step("rina")],
        repeat: 0,
        ack_timeout: None,
        at_end: Some(AtEnd {
            page: None,
            post: Some(ChatName::Name("sre".into())),
            mention: Some(ChatName::Name("sre-lead".into())),
            again: None,
        }),
        source: source(),
    };
    let plan = |room, update_every| {
        let (means, postmortem, ack_timeout) = (String::new(), None, None);
        SeverityPlan { means, room, page: true, update_every, postmortem, ack_timeout }
    };
    Setup {
        notes_read: None,
        language: Language::En,
        timezone: jiff::tz::TimeZone::UTC,
        discord: DiscordSetup {
            server: None,
            incidents: ChatName::Name("incidents".into()),
            status: Some(ChatName::Name("incident-status".into())),
            status_lines: domain::setup::StatusLines::default(),
            operators: None,
            category: None,
            access: domain::setup::AccessRoles::default(),
            allowed_hosts: Vec::new(),
        },
        integrations: Vec::new(),
        heartbeats: Vec::new(),
        people: ["budi", "rina"].map(|id| (id.into(), person(id))).into(),
        schedules: BTreeMap::new(),
        escalations: BTreeMap::from([("payments".to_owned(), policy)]),
        services: Vec::new(),
        severities: BTreeMap::from([
            (Severity::Sev1, plan(RoomKind::Channel, Some(Duration::from_secs(1_800)))),
            (Severity::Sev2, plan(RoomKind::Thread, None)),
        ]),
        routing: Routing {
            group_by: Vec::new(),
            rules: Vec::new(),
            escalation: None,
            still_firing_after: domain::setup::Routing::STILL_FIRING_AFTER,
            flap_calm: domain::setup::Routing::FLAP_CALM,
            ring_together: domain::setup::Routing::RING_TOGETHER,
        },
        triage: domain::triage::TriageMatrix::default(),
        public_url: None,
        proxies: Vec::new(),
        watch: None,
        storm: domain::storm::StormRules::default(),
        silences: domain::silence::SilenceRules::default(),
        scenarios: Vec::new(),
        runbooks: vec![Runbook {
            name: "payments-down".into(),
            title: "Payments are down".into(),
            matchers: Vec::new(),
            owner: None,
            reviewed: None,
            url: Some("https://wiki.example.com/payments".into()),
            body: "1. check payment-gateway".into(),
        }],
    }
}

fn directory() -> Directory {
    Directory {
        guild: Some(GuildId(1)),
        roles: BTreeMap::from([("sre-lead".to_owned(), ChatRoleId(90))]),
        people: BTreeMap::from([
            ("budi".into(), (ChatUserId(11), "Budi".to_owned())),
            ("rina".into(), (ChatUserId(12), "Rina".to_owned())),
        ]),
        ..Directory::default()
    }
}

fn objects() -> Objects {
    let object =
        |channel, message| ObjectRef { channel: ChatChannelId(channel), message, digest: None, touched_at: at(0) };
    Objects::from([
        (Thing::Card, object(4, Some(ChatMessageId(6)))),
        (Thing::Thread, object(6, None)),
        (Thing::Channel, object(5, None)),
    ])
}

pub(super) struct World {
    pub(super) world: domain::World,
    pub(super) directory: Directory,
    pub(super) objects: Objects,
    pub(super) incident: Incident,
}

impl World {
    /// The world after these facts, one per minute.
    pub(super) fn after(more: Vec<Event>) -> Self {
        let events = opening().into_iter().chain(more);
        let timeline = (1..).zip(0..).zip(events).map(|((seq, minute), event)| EventAt { seq, at: at(minute), event });
        let incident = Incident::replay(IncidentId(8), timeline).unwrap();
        Self { world: domain::World::new(setup()), directory: directory(), objects: objects(), incident }
    }

    pub(super) fn cx(&self) -> RenderContext<'_> {
        RenderContext {
            world: &self.world,
            directory: &self.directory,
            incident: Some(&self.incident),
            objects: &self.objects,
            now: at(30),
            other_room: None,
            outage: None,
        }
    }
}

fn opening() -> Vec<Event> {
    vec![
        Event::Opened {
            title: "Checkout errors 12 %".into(),
            impact: Some("Most customers cannot pay".into()),
            service: Some("checkout".into()),
            owner: Some("Payments".into()),
            severity: Severity::Sev1,
            room: RoomKind::Channel,
            opener: Opener::Alert { integration: "alertmanager".into() },
            why: Why::Rule { number: 1, conditions: r#"severity="critical""#.into(), source: source() },
            group_key: None,
            links: vec![Link { label: "Dashboard".into(), url: "https://grafana.example.com/d/checkout".into() }],
            runbook: Some("payments-down".into()),
            runbook_url: None,
            missing: vec![Missing::Value],
            policy: Some("payments".into()),
            labels: domain::Labels::new(),
            reasons: None,
            detected: None,
            drill: None,
        },
        Event::AlertFired {
            dedup_key: "v1:a:1".into(),
            title: "Checkout errors 12 %".into(),
            again: false,
            value: None,
            endless: false,
        },
        Event::Escalated {
            policy: "payments".into(),
            position: Position::START,
            due: at(5),
            gaps: Vec::new(),
            plan: None,
        },
        Event::Paged {
            page: PageId(1),
            person: "budi".into(),
            reason: PageReason::Step {
                policy: "payments".into(),
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

pub(super) fn acknowledged() -> Vec<Event> {
    vec![
        Event::Acknowledged { by: budi(), holds_ms: None, update_by: Some(at(30)), spared: None },
        Event::EscalationStopped { reason: StopReason::Acknowledged },
        Event::PageEnded { page: PageId(1), end: PageEnd::Acknowledged { by: "Budi".into() } },
    ]
}

pub(super) fn quiet() -> Vec<Event> {
    let all = [Event::AlertResolved { dedup_key: "v1:a:1".into() }, Event::AllAlertsResolved { closes_at: None }];
    acknowledged().into_iter().chain(all).collect()
}

pub(super) fn resolved() -> Vec<Event> {
    let over = Event::Resolved {
        by: Some(budi()),
        fixed: Some("rolled back 4.2".into()),
        postmortem_due: None,
        report: None,
        fires_on_at: None,
    };
    quiet().into_iter().chain([over]).collect()
}
