use domain::incident::{AlertCounts, Event, EventAt, Missing, PageEnd, PageReason, Similar, StopReason};
use domain::quality::Missing as Lacking;
use domain::routing::{Nearest, PolicyWhy, Reasons, ServiceWhy, Why};
use domain::setup::{Language, RoomKind, Service, Setup, SeverityPlan};
use domain::triage::{Impact, Preview, Urgency};
use domain::{ChatChannelId, Detection, Incident, IncidentId, KnownBy, PageId, PageVia, Place, Severity};

use super::fixture::{acknowledged, at, budi, incident, names, opening, rina, setup, source, timeline};
use super::{in_both, table};
use crate::{CardFacts, LackingRule, TriageQuestion, WhyFacts};

fn nearest(failed: Option<(&str, &str)>) -> Nearest {
    Nearest {
        number: 1,
        conditions: r#"severity="critical""#.into(),
        source: source(),
        severity: Severity::Sev1,
        failed: failed.map(|(condition, had)| (condition.to_owned(), had.to_owned())),
    }
}

fn reasons(nearest: Option<Nearest>) -> Reasons {
    Reasons {
        service: ServiceWhy::Matched { conditions: r#"service=~"checkout|cart""#.into(), source: source() },
        grouped_by: vec!["service=checkout".into()],
        policy: PolicyWhy::Service,
        nearest,
        runbook: Some(r#"service="checkout""#.into()),
        never_ended: None,
    }
}

fn known(by: KnownBy, minutes: Option<i64>) -> Detection {
    Detection { by, since: minutes.map(|minutes| at(-minutes)), evidence: None, confirmed: false }
}

/// What happened, with the opening as a router of today writes it.
fn events(with: impl FnOnce(&mut Event), more: Vec<Event>) -> Vec<EventAt> {
    let mut events = opening();
    if let Event::Opened { labels, reasons: of, detected, group_key, .. } = &mut events[0] {
        *group_key = Some(domain::GroupKey("v1:service=checkout".into()));
        *labels =
            [("severity", "critical"), ("service", "cart"), ("pod", "a-1")].map(|(k, v)| (k.into(), v.into())).into();
        *of = Some(reasons(None));
        *detected = Some(known(KnownBy::Monitor, None));
    }
    with(&mut events[0]);
    timeline(events.into_iter().chain(more).collect())
}

fn why(timeline: &[EventAt], lang: Language) -> String {
    let mut setup = setup();
    setup.routing.escalation = Some("payments".to_owned());
    setup.services.push(Service {
        name: "checkout".to_owned(),
        matchers: Vec::new(),
        owner: None,
        escalation: Some("payments".to_owned()),
        dependents: Vec::new(),
        dashboard: None,
        source: source(),
    });
    let plan = SeverityPlan { page: true, ..setup.severity_plan(Severity::Sev1) };
    setup.severities = [Severity::Sev1, Severity::Sev2, Severity::Sev3].map(|of| (of, plan.clone())).into();
    setup.severities.insert(Severity::Sev4, SeverityPlan { page: false, ..plan });
    why_with(timeline, &setup, lang)
}

fn why_with(timeline: &[EventAt], setup: &Setup, lang: Language) -> String {
    let incident = Incident::replay(IncidentId(8), timeline.iter().cloned()).unwrap();
    let evidence = Some("https://discord.com/channels/1/2/3");
    let facts = WhyFacts {
        incident: &incident,
        timeline,
        setup,
        evidence,
        held_back: None,
        several_senders: 0,
        delivered: &[],
    };
    let text = crate::incident_why(&facts, &names, lang);
    assert!(crate::length(&text) <= 2_000);
    text
}

/// What was configured when it began is not named as if it were so now.
#[test]
fn what_the_configuration_does_not_have_any_more_is_named_as_gone() {
    let mut setup = setup();
    setup.escalations.clear();
    let plan = SeverityPlan { page: true, ..setup.severity_plan(Severity::Sev1) };
    setup.severities = [(Severity::Sev1, plan)].into();
    let gone = why_with(&events(|_| {}, Vec::new()), &setup, Language::En);
    assert!(gone.contains("Pages by the policy payments as it was when this began"), "{gone}");
    setup.escalations.insert("payments".to_owned(), super::fixture::policy());
    let unnamed = why_with(&events(|_| {}, Vec::new()), &setup, Language::En);
    assert!(unnamed.contains("Pages by the policy payments.") && !unnamed.contains("which the service"), "{unnamed}");
}

#[test]
fn every_reason_is_told_most_important_first() {
    in_both(|lang| {
        let two = |event: &mut Event| {
            if let Event::Opened { severity, why, reasons: of, detected, .. } = event {
                *severity = Severity::Sev3;
                *why = Why::NoRule;
                *of = Some(Reasons {
                    service: ServiceWhy::Label,
                    grouped_by: Vec::new(),
                    policy: PolicyWhy::Routing,
                    nearest: Some(nearest(Some((r#"severity="critical""#, "warning")))),
                    runbook: None,
                    never_ended: None,
                });
                *detected = Some(known(KnownBy::UserReport, Some(12)));
            }
        };
        let three = |event: &mut Event| {
            if let Event::Opened { severity, policy, service, reasons: of, .. } = event {
                *severity = Severity::Sev4;
                (*policy, *service) = (None, None);
                let absent = Some(nearest(Some((r#"severity="critical""#, ""))));
                *of = Some(Reasons { nearest: absent, ..Reasons::default() });
            }
        };
        let later = |event: &mut Event| {
            if let Event::Opened { reasons: of, .. } = event {
                *of = Some(reasons(Some(nearest(None))));
            }
        };
        let old = |event: &mut Event| {
            if let Event::Opened { reasons: of, detected, labels, .. } = event {
                (*of, *detected) = (None, None);
                labels.clear();
            }
        };
        let by_hand = Event::Paged {
            page: PageId(2),
            person: "rina".into(),
            reason: PageReason::ByHand { by: budi(), reason: "knows the gateway".into() },
            contacts: Vec::new(),
            ways: Vec::new(),
            account: None,
        };
        let on_call = Event::Paged {
            page: PageId(3),
            person: "rina".into(),
            reason: PageReason::Step {
                policy: "payments".into(),
                position: domain::escalation::Position::START,
                schedule: Some("payments".into()),
                instead_of: None,
            },
            contacts: Vec::new(),
            ways: Vec::new(),
            account: None,
        };
        let busy = vec![
            by_hand,
            on_call,
            Event::PageEnded { page: PageId(2), end: PageEnd::Declined { person: None, next: None } },
            Event::ContactFailed {
                page: PageId(3),
                person: "rina".into(),
                via: PageVia::Direct,
                reason: None,
                unseen: None,
            },
            Event::Triaged { by: rina(), impact: Impact::Few, urgency: Urgency::Later, severity: Severity::Sev3 },
            Event::SeverityChanged {
                from: Severity::Sev1,
                to: Severity::Sev3,
                by: Some(rina()),
                reason: Some("impact: few, urgency: later".into()),
                room: RoomKind::Channel,
                why: None,
            },
            Event::SimilarFound {
                incidents: vec![Similar {
                    id: IncidentId(2),
                    title: "Checkout errors 9 %".into(),
                    fixed: Some("rolled back 4.1".into()),
                    shared_labels: 3,
                    unfinished: Vec::new(),
                }],
            },
        ];
        let dismissed = vec![
            Event::Dismissed { by: budi(), reason: "a planned test".into(), fires_on_at: None },
            Event::EscalationStopped { reason: StopReason::Dismissed },
            Event::PageEnded { page: PageId(1), end: PageEnd::NotNeeded },
        ];
        let merged = vec![Event::MergedInto { into: IncidentId(3), by: budi() }];
        insta::assert_snapshot!(table([
            ("rule, acknowledged", why(&events(|_| {}, acknowledged()), lang)),
            ("no rule, a user first", why(&events(two, busy), lang)),
            ("nobody paged", why(&events(three, vec![]), lang)),
            ("a later rule matches, too", why(&events(later, dismissed), lang)),
            ("merged", why(&events(|_| {}, merged), lang)),
            ("of an older version", why(&events(old, vec![]), lang)),
        ]));
    });
}

#[test]
fn a_long_story_keeps_its_most_important_reasons() {
    let paged = |n: u32| Event::Paged {
        page: PageId(n + 1),
        person: "rina".into(),
        reason: PageReason::ByHand { by: budi(), reason: "word ".repeat(300) },
        contacts: Vec::new(),
        ways: Vec::new(),
        account: None,
    };
    let long = |event: &mut Event| {
        if let Event::Opened { title, labels, .. } = event {
            *title = "word ".repeat(40);
            labels.insert("service".into(), "word ".repeat(100));
        }
    };
    let text = why(&events(long, (1..40).map(paged).collect()), Language::En);
    assert!(text.contains("rule 1 of routing") && text.contains("34 earlier pages"), "{text}");
}

#[test]
fn the_card_says_who_knew_first_only_when_it_was_late_or_not_us() {
    in_both(|lang| {
        let line = |detection| {
            let mut incident = incident(vec![]);
            incident.detected = Some(detection);
            let evidence = Some("https://discord.com/channels/1/2/3".to_owned());
            let claims = domain::incident::claims(&incident, &domain::World::new(super::fixture::setup()));
            let (room, other_room, links) = (None, None, Vec::new());
            let facts = CardFacts { incident: &incident, claims: &claims, room, other_room, links, evidence };
            let label = crate::card_lines(&facts, &names, lang);
            label
                .into_iter()
                .find(|(_, text)| text.contains("channels/1/2/3"))
                .map_or_else(|| "(not told)".to_owned(), |(label, text)| format!("{label}: {text}"))
        };
        insta::assert_snapshot!(table([
            ("monitor at once", line(known(KnownBy::Monitor, Some(0)))),
            ("monitor late", line(known(KnownBy::Monitor, Some(12)))),
            ("user", line(known(KnownBy::UserReport, Some(12)))),
            ("teammate", line(known(KnownBy::Teammate, None))),
            ("outside", line(known(KnownBy::Outside, Some(75)))),
        ]));
    });
}

#[test]
fn triage_asks_two_questions_and_shows_what_would_happen() {
    in_both(|lang| {
        let preview = |to| Preview {
            from: Severity::Sev3,
            to,
            opens: None,
            pages: Vec::new(),
            stops: Vec::new(),
            update_every_minutes: None,
        };
        let shown = |preview: Preview, seen| crate::triage(&incident(vec![]), Some(&preview), seen, &names, lang);
        let raised = Preview {
            opens: Some(RoomKind::Channel),
            pages: vec!["rina".into(), "rina".into()],
            update_every_minutes: Some(30),
            ..preview(Severity::Sev1)
        };
        let hourly = Preview { update_every_minutes: Some(60), ..preview(Severity::Sev2) };
        let lowered = Preview { stops: vec!["budi".into()], ..preview(Severity::Sev4) };
        let again =
            Event::Triaged { by: rina(), impact: Impact::Few, urgency: Urgency::Hours, severity: Severity::Sev1 };
        let choice = |choice: crate::Choice| {
            assert!(crate::length(&choice.label) <= 100 && crate::length(&choice.hint) <= 100, "{choice:?}");
            format!("{} · {}", choice.label, choice.hint)
        };
        let impacts = Impact::ALL.map(|one| choice(crate::impact_choice(one, lang))).join("\n");
        let urgencies = Urgency::ALL.map(|one| choice(crate::urgency_choice(one, lang))).join("\n");
        let question = |question| crate::triage_question(question, lang);
        insta::assert_snapshot!(table([
            ("asked", crate::triage(&incident(vec![]), None, None, &names, lang)),
            ("asked again", crate::triage(&incident(vec![again]), None, None, &names, lang)),
            ("impact", format!("{}\n{impacts}", question(TriageQuestion::Impact))),
            ("urgency", format!("{}\n{urgencies}", question(TriageQuestion::Urgency))),
            ("raised", shown(raised, None)),
            ("lowered", shown(lowered, None)),
            ("same", shown(preview(Severity::Sev3), None)),
            ("nobody else to page", shown(hourly, Some(Severity::Sev3))),
            (
                "nobody to page",
                crate::triage(&incident(acknowledged()), Some(&preview(Severity::Sev4)), None, &names, lang)
            ),
            ("merge", crate::triage_merge(&incident(vec![]), 2, lang)),
            ("into", question(TriageQuestion::Into)),
            ("nothing to merge into", crate::triage_merge(&incident(vec![]), 0, lang)),
            ("below a choice", crate::merge_hint(&incident(vec![]), lang)),
        ]));
    });
}

#[test]
fn merged_rooms_lead_to_each_other() {
    in_both(|lang| {
        let room = Some(ChatChannelId(5));
        let into = Event::MergedInto { into: IncidentId(3), by: budi() };
        let from = Event::Absorbed {
            from: IncidentId(8),
            title: "Login errors".into(),
            by: budi(),
            alerts: Vec::new(),
            more: AlertCounts { new: 1, ..AlertCounts::default() },
            group_keys: Vec::new(),
        };
        let (one, setup) = (incident(vec![]), setup());
        let said = |event: &Event, other_room| {
            let facts = crate::PostFacts { incident: &one, setup: &setup, other_room };
            let said = EventAt { seq: 9, at: at(1), event: event.clone() };
            crate::post(&said, Place::Room, &facts, &names, lang)
        };
        let mut absorbed = incident(vec![]);
        absorbed.absorbed.push(IncidentId(3));
        insta::assert_snapshot!(table([
            ("merged", said(&into, room)),
            ("merged, no room yet", said(&into, None)),
            ("absorbed", said(&from, room)),
            ("answer", crate::merged_answer(&absorbed, room, &["Rina".to_owned()], lang)),
            ("answer, no room yet", crate::merged_answer(&absorbed, None, &[], lang)),
        ]));
    });
}

#[test]
fn the_worst_rules_come_with_what_to_add() {
    in_both(|lang| {
        let rule = |rule: &str, seen, lacks: &[(Missing, usize)], url: Option<&str>| LackingRule {
            rule: rule.into(),
            integration: "alertmanager".into(),
            seen,
            lacks: lacks.to_vec(),
            url: url.map(str::to_owned),
        };
        let all: Vec<(Missing, usize)> = Lacking::ALL.map(|missing| (missing, 1)).to_vec();
        let some = [
            rule(
                "CheckoutErrors",
                12,
                &[(Lacking::Runbook, 12), (Lacking::Owner, 3)],
                Some("https://prometheus.example.com/graph"),
            ),
            rule("**@everyone**", 1, &all, None),
        ];
        let many = vec![rule("CheckoutErrors", 12, &all, Some("https://prometheus.example.com/graph")); 40];
        let many = crate::alert_quality(&many, 480, lang);
        insta::assert_snapshot!(table([
            ("worst", crate::alert_quality(&some, 1_013, lang)),
            ("too many", many.lines().last().unwrap().to_owned()),
            ("all good", crate::alert_quality(&[], 1_000, lang)),
            ("nothing seen", crate::alert_quality(&[], 0, lang)),
        ]));
    });
}
