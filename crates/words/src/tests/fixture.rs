//! A checkout that fails, its people, and what happened.

use std::collections::BTreeMap;
use std::time::Duration;

use domain::Access;
use domain::escalation::Position;
use domain::incident::{Event, EventAt, Missing, Opener, PageReason, StopReason};
use domain::routing::Why;
use domain::runbook::Runbook;
use domain::setup::{
    ChatName, DiscordSetup, EscalationPolicy, Language, PageTarget, RoomKind, Routing, SourceRef, Step,
};
use domain::{Actor, ChatUserId, Incident, IncidentId, Link, PageId, PersonId, Setup, Severity, Timestamp};

pub(super) const EN: Language = Language::En;

pub(super) fn at(minutes: i64) -> Timestamp {
    Timestamp::from_second(1_790_000_000 + minutes * 60).unwrap()
}

pub(super) fn names(person: &PersonId) -> String {
    match person.as_str() {
        "budi" => "Budi".to_owned(),
        "rina" => "Rina".to_owned(),
        other => other.to_owned(),
    }
}

pub(super) fn actor(name: &str, user: u64) -> Actor {
    Actor {
        user: ChatUserId(user),
        name: name.into(),
        person: Some(PersonId(name.to_lowercase())),
        access: Access::Responder,
    }
}

pub(super) fn budi() -> Actor {
    actor("Budi", 11)
}

pub(super) fn rina() -> Actor {
    actor("Rina", 12)
}

pub(super) fn source() -> SourceRef {
    SourceRef { file: "siaga.toml".into(), line: 61 }
}

pub(super) fn runbook() -> Runbook {
    Runbook {
        name: "payments-down".into(),
        title: "Payments are down".into(),
        matchers: Vec::new(),
        owner: Some("Payments".into()),
        reviewed: Some("2026-08-01".parse().unwrap()),
        url: Some("https://wiki.example.com/payments".into()),
        body: "1. Check payment-gateway\n2. Roll back".into(),
    }
}

pub(super) fn policy() -> EscalationPolicy {
    let step = |person: &str| Step { targets: vec![PageTarget::Person(person.into())], wait: Duration::from_secs(300) };
    EscalationPolicy {
        name: "payments".into(),
        steps: vec![step("budi"), step("rina")],
        repeat: 1,
        ack_timeout: None,
        at_end: None,
        source: source(),
    }
}

pub(super) fn setup() -> Setup {
    Setup {
        notes_read: None,
        language: EN,
        timezone: jiff::tz::TimeZone::UTC,
        discord: DiscordSetup {
            server: None,
            incidents: ChatName::Name("incidents".into()),
            status: None,
            status_lines: domain::setup::StatusLines::default(),
            operators: None,
            category: None,
            access: domain::setup::AccessRoles::default(),
            allowed_hosts: Vec::new(),
        },
        integrations: Vec::new(),
        heartbeats: Vec::new(),
        people: BTreeMap::new(),
        schedules: BTreeMap::new(),
        escalations: BTreeMap::from([("payments".to_owned(), policy())]),
        services: Vec::new(),
        severities: BTreeMap::new(),
        routing: Routing {
            group_by: Vec::new(),
            rules: Vec::new(),
            escalation: None,
            still_firing_after: domain::setup::Routing::STILL_FIRING_AFTER,
            flap_calm: domain::setup::Routing::FLAP_CALM,
            ring_together: domain::setup::Routing::RING_TOGETHER,
        },
        runbooks: vec![runbook()],
        triage: domain::triage::TriageMatrix::default(),
        public_url: None,
        proxies: Vec::new(),
        watch: None,
        storm: domain::storm::StormRules::default(),
        silences: domain::silence::SilenceRules::default(),
        scenarios: Vec::new(),
    }
}

pub(super) fn rule() -> Why {
    Why::Rule { number: 1, conditions: r#"severity="critical""#.into(), source: source() }
}

/// What happened when the alert came in.
pub(super) fn opening() -> Vec<Event> {
    vec![
        Event::Opened {
            title: "Checkout errors 12 %".into(),
            impact: Some("Most customers cannot pay".into()),
            service: Some("checkout".into()),
            owner: Some("Payments".into()),
            severity: Severity::Sev1,
            room: RoomKind::Channel,
            opener: Opener::Alert { integration: "alertmanager".into() },
            why: rule(),
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

/// One event per minute.
pub(super) fn timeline(events: Vec<Event>) -> Vec<EventAt> {
    (1..).zip(0..).zip(events).map(|((seq, minute), event)| EventAt { seq, at: at(minute), event }).collect()
}

pub(super) fn incident(more: Vec<Event>) -> Incident {
    let events = opening().into_iter().chain(more).collect();
    Incident::replay(IncidentId(8), timeline(events)).unwrap()
}

pub(super) fn acknowledged() -> Vec<Event> {
    vec![
        Event::Acknowledged { by: budi(), holds_ms: None, update_by: Some(at(30)), spared: Some("rina".into()) },
        Event::EscalationStopped { reason: StopReason::Acknowledged },
        Event::PageEnded { page: PageId(1), end: domain::incident::PageEnd::Acknowledged { by: "Budi".into() } },
    ]
}
