use domain::incident::{AlertCounts, AlertTally, Claims, Event, NextPage, Page, PageEnd, PageReason, PersonWhy};
use domain::setup::{Language, RoomKind};
use domain::{ChatChannelId, Incident, IncidentId, IncidentStatus, PageId, PageVia, Severity, World};

use super::fixture::{acknowledged, at, budi, incident, names, opening, rina, timeline};
use super::{in_both, table};
use crate::{CardFacts, ListHeading, ListLine, ShowFacts, StatusFacts};

fn lines(lines: Vec<(String, String)>) -> String {
    lines.into_iter().map(|(label, text)| format!("{label:<11} {text}")).collect::<Vec<_>>().join("\n")
}

fn card(incident: &Incident, next: bool, lang: Language) -> String {
    let next = next.then(|| NextPage { people: vec!["rina".into()], at: at(5) });
    let claims = Claims { next, ..claims_of(incident) };
    let facts = CardFacts {
        incident,
        claims: &claims,
        room: Some(ChatChannelId(5)),
        other_room: incident.merged_into.map(|_| ChatChannelId(9)),
        links: vec![crate::link("Dashboard", "https://grafana.example.com").unwrap()],
        evidence: None,
    };
    format!("{}\n{}", crate::card_headline(incident, lang), lines(crate::card_lines(&facts, &names, lang)))
}

/// As the configuration of these tests has it.
fn claims_of(incident: &Incident) -> Claims {
    domain::incident::claims(incident, &World::new(super::fixture::setup()))
}

/// Somebody says that it is the same as another one.
fn merged() -> Vec<Event> {
    acknowledged().into_iter().chain([Event::MergedInto { into: IncidentId(9), by: budi() }]).collect()
}

/// Somebody says that it is none.
fn dismissed() -> Vec<Event> {
    let over = Event::Dismissed { by: rina(), reason: "a *load* test".into(), fires_on_at: None };
    acknowledged().into_iter().chain([over]).collect()
}

fn resolved() -> Vec<Event> {
    let over = Event::Resolved {
        by: Some(budi()),
        fixed: Some("rolled back 4.2".into()),
        postmortem_due: None,
        report: None,
        fires_on_at: None,
    };
    acknowledged().into_iter().chain([Event::AlertResolved { dedup_key: "v1:a:1".into() }, over]).collect()
}

fn updated() -> Vec<Event> {
    let update = Event::UpdatePosted {
        by: rina(),
        know: "payments fail".into(),
        doing: "rolling back".into(),
        next: Some(at(60)),
        number: None,
    };
    acknowledged().into_iter().chain([Event::CommanderSet { commander: rina(), by: rina() }, update]).collect()
}

fn line(events: Vec<Event>, lang: Language) -> String {
    let incident = incident(events);
    crate::card_line(&incident, &claims_of(&incident), lang)
}

#[test]
fn the_card_shows_what_is_true_now() {
    in_both(|lang| {
        let mut many = incident(vec![]);
        for n in 0..10_000 {
            many.alerts.fires(
                &domain::DedupKey(format!("k{n}")),
                domain::incident::AlertBrief::firing(&format!("Shop {n} down")),
                false,
            );
        }
        many.alerts.resolves(&domain::DedupKey("k3".to_owned()));
        let mut ended = incident(vec![Event::EscalationEnded {
            policy: Some("payments".into()),
            gaps: vec![],
            plan: None,
            again_at: None,
        }]);
        ended.pages.clear();
        insta::assert_snapshot!(table([
            ("triggered", card(&incident(vec![]), true, lang)),
            ("acknowledged", card(&incident(acknowledged()), false, lang)),
            ("updated", card(&incident(updated()), false, lang)),
            ("resolved", card(&incident(resolved()), false, lang)),
            ("many alerts", card(&many, true, lang)),
            ("nobody left", card(&ended, false, lang)),
            ("line", line(vec![], lang)),
            ("line, resolved", line(resolved(), lang)),
            ("merged", card(&incident(merged()), false, lang)),
            ("dismissed", card(&incident(dismissed()), false, lang)),
            ("line, merged", line(merged(), lang)),
            ("line, dismissed", line(dismissed(), lang)),
        ]));
    });
}

#[test]
fn stakeholders_read_state_impact_and_when_they_hear_more() {
    in_both(|lang| {
        let status = |events| {
            let incident = incident(events);
            let facts = StatusFacts {
                incident: &incident,
                thread: Some(ChatChannelId(6)),
                other_room: incident.merged_into.map(|_| ChatChannelId(9)),
            };
            format!("{}\n{}", crate::status_headline(&incident, lang), lines(crate::status_lines(&facts, lang)))
        };
        insta::assert_snapshot!(table([
            ("triggered", status(vec![])),
            ("acknowledged", status(acknowledged())),
            ("updated", status(updated())),
            ("overdue", status([updated(), vec![Event::UpdateOverdue { whom: Some(budi()) }]].concat())),
            (
                "mitigated",
                status(
                    [acknowledged(), vec![Event::Mitigated { by: budi(), how: Some("rolled back".into()) }]].concat()
                )
            ),
            ("resolved", status(resolved())),
            ("merged", status(merged())),
            ("dismissed", status(dismissed())),
        ]));
    });
}

#[test]
fn a_page_fits_a_lock_screen_and_says_how_it_ended() {
    in_both(|lang| {
        let incident = incident(vec![]);
        let page = |reason, end: Option<PageEnd>| Page {
            ways: Vec::new(),
            account: None,
            id: PageId(1),
            person: "budi".into(),
            at: at(0),
            reason,
            contacts: Vec::new(),
            end: end.map(|end| (end, at(2))),
        };
        let step = || incident.pages[0].reason.clone();
        let by_hand = PageReason::ByHand { by: rina(), reason: "knows the gateway".into() };
        let details = |reason| {
            crate::page_details(
                &incident,
                &page(reason, None),
                Some("Check payment-gateway"),
                Some("https://discord.com/channels/1/5"),
                lang,
            )
            .join("\n")
        };
        let settled = |end| crate::page_settled_line(&incident, &page(step(), end), &names, lang);
        insta::assert_snapshot!(table([
            ("room", crate::page_line(&incident, None, Some("<@11>"), lang)),
            ("direct", crate::page_line(&incident, None, None, lang)),
            ("details", details(step())),
            ("details by hand", details(by_hand)),
            ("acknowledged", settled(Some(PageEnd::Acknowledged { by: "Budi".into() }))),
            ("declined", settled(Some(PageEnd::Declined { person: None, next: None }))),
            ("not needed", settled(Some(PageEnd::NotNeeded))),
            ("removed", settled(Some(PageEnd::Removed))),
            ("called again", settled(Some(PageEnd::HandedOver { to: "budi".into() }))),
            ("still open", settled(None)),
        ]));
    });
}

#[test]
fn catch_me_up_says_impact_who_what_was_tried_and_what_is_next() {
    in_both(|lang| {
        let show = |more: Vec<Event>, next: bool| {
            let events: Vec<Event> = opening().into_iter().chain(more.clone()).collect();
            let (incident, timeline) = (incident(more), timeline(events));
            let facts = ShowFacts {
                incident: &incident,
                timeline: &timeline,
                next: next.then(|| NextPage { people: vec!["rina".into()], at: at(5) }),
                room: Some(ChatChannelId(5)),
                runbook: Some(("Payments are down", Some("Check payment-gateway"))),
                evidence: None,
            };
            crate::incident_show(&facts, &names, lang)
        };
        let noted = || {
            let note =
                |n: u32| Event::Noted { by: budi(), text: format!("try {n}: {}", "word ".repeat(250)), link: None };
            updated().into_iter().chain((0..30).map(note)).collect::<Vec<_>>()
        };
        insta::assert_snapshot!(table([
            ("triggered", show(vec![], true)),
            ("updated", show(updated(), false)),
            ("resolved", show(resolved(), false)),
            ("merged", show(merged(), false)),
            ("dismissed", show(dismissed(), false)),
            ("many long notes", show(noted(), false)),
        ]));
    });
}

#[test]
fn lists_are_one_line_each_and_end_visibly() {
    in_both(|lang| {
        let line = |id: u32, title: &'static str| ListLine {
            id: IncidentId(id),
            severity: Severity::Sev1,
            status: IncidentStatus::Acknowledged,
            title,
            opened_at: at(0),
            resolved_at: None,
            holder: Some("Budi"),
            merged_into: None,
            drill: false,
            fixed: None,
            room: Some(ChatChannelId(5)),
        };
        let practised = ListLine { drill: true, ..line(9, "Login slow") };
        let elsewhere =
            ListLine { merged_into: Some(IncidentId(8)), status: IncidentStatus::Closed, ..line(6, "Login slow") };
        let over = ListLine {
            resolved_at: Some(at(21)),
            status: IncidentStatus::Resolved,
            holder: None,
            fixed: Some("rolled back *4.2*"),
            room: None,
            ..line(7, "Login slow")
        };
        let many: Vec<ListLine<'_>> = (1..100).map(|id| line(id, "Checkout errors 12 %")).collect();
        insta::assert_snapshot!(table([
            ("open", crate::incident_list(ListHeading::Open, None, &[line(8, "Checkout errors 12 %")], 0, lang)),
            ("recent", crate::incident_list(ListHeading::Recent, None, &[over], 0, lang)),
            ("mine", crate::incident_list(ListHeading::Mine, None, &[line(8, "x")], 0, lang)),
            ("merged", crate::incident_list(ListHeading::Recent, None, &[elsewhere], 0, lang)),
            ("drill", crate::incident_list(ListHeading::Found, Some("login"), &[practised], 0, lang)),
            ("nothing found", crate::incident_list(ListHeading::Found, Some("*moon* OR \""), &[], 0, lang)),
            ("nothing open found", crate::incident_list(ListHeading::Open, Some("moon"), &[], 0, lang)),
            ("none open", crate::incident_list(ListHeading::Open, None, &[], 0, lang)),
            ("none ever", crate::incident_list(ListHeading::Recent, None, &[], 0, lang)),
            ("none mine", crate::incident_list(ListHeading::Mine, None, &[], 0, lang)),
            ("many", crate::incident_list(ListHeading::Open, None, &many, 0, lang).lines().last().unwrap().to_owned()),
            ("more than is looked at", crate::incident_list(ListHeading::Open, None, &[line(8, "x")], 1, lang)),
            ("choice", crate::incident_choice(IncidentId(8), Severity::Sev1, "Checkout errors 12 %")),
        ]));
    });
}

#[test]
fn the_timeline_reads_like_a_story() {
    in_both(|lang| {
        let more = [
            Event::Noted { by: budi(), text: "rolling back 4.2".into(), link: None },
            Event::SeverityChanged {
                from: Severity::Sev1,
                to: Severity::Sev2,
                by: Some(budi()),
                reason: Some("one shop".into()),
                room: RoomKind::Channel,
                why: None,
            },
            Event::AckQuestioned { until: at(40), why: None, holder: None },
            Event::AckQuestioned { until: at(40), why: Some(domain::incident::AskedWhy::Worse), holder: None },
            Event::AckLimited { holds_ms: 1_800_000, pages: true },
            Event::AskedToClose { whom: Some(budi()), since: at(40), again_at: at(100) },
            Event::AskedToClose { whom: None, since: at(40), again_at: at(100) },
            Event::StillUnanswered { policy: None, since: at(40), again_at: at(100) },
            Event::FoundUnheld,
            Event::StillOnIt { by: budi() },
            Event::AckExpired { holder: None, removed: false, left: false },
            Event::AckExpired { holder: None, removed: true, left: false },
            Event::AckWithdrawn { by: budi() },
            Event::EscalationResumed { due: at(45) },
            Event::EscalationEnded { policy: Some("payments".into()), gaps: vec![], plan: None, again_at: None },
            Event::EscalationEnded { policy: None, gaps: vec![], plan: None, again_at: None },
            Event::ContactFailed {
                page: PageId(1),
                person: "budi".into(),
                via: PageVia::Direct,
                reason: None,
                unseen: None,
            },
            Event::PageEnded { page: PageId(2), end: PageEnd::Declined { person: None, next: None } },
            Event::PageEnded { page: PageId(3), end: PageEnd::NotNeeded },
            Event::PageEnded { page: PageId(3), end: PageEnd::Removed },
            Event::CommanderSet { commander: rina(), by: budi() },
            Event::UpdateOverdue { whom: None },
            Event::ClockSet { by_ms: -7_200_000 },
            Event::ClockSet { by_ms: 3_000 },
            Event::Followed { user: budi().user, how: domain::incident::FollowHow::Thread },
            Event::Unfollowed { user: budi().user },
            Event::AlertResolved { dedup_key: "v1:a:1".into() },
            Event::AlertsCounted { counts: AlertCounts { new: 4_120, again: 1, resolved: 17, endless: 0 } },
            Event::AlertsCounted { counts: AlertCounts { resolved: 1, ..AlertCounts::default() } },
            Event::AlertChanged {
                dedup_key: "v1:a:1".into(),
                title: "Queue age is high".into(),
                value: Some("31 min".into()),
                card: None,
                endless: None,
            },
            Event::AlertLate { dedup_key: "v1:a:1".into() },
            Event::PersonLeft { person: "budi".into(), pages: vec![PageId(1)] },
            Event::PersonChanged { person: "budi".into(), pages: vec![PageId(1)], why: PersonWhy::Removed },
            Event::PersonChanged {
                person: "budi".into(),
                pages: vec![PageId(1)],
                why: PersonWhy::Renamed { to: "rina".into() },
            },
            Event::PersonChanged { person: "budi".into(), pages: vec![PageId(1)], why: PersonWhy::Account },
            Event::PersonChanged { person: "budi".into(), pages: vec![PageId(1)], why: PersonWhy::Ways },
            Event::IntegrationRemoved { integration: "uptime-kuma".into(), alerts: 1, named: Vec::new() },
            Event::IntegrationRemoved { integration: "uptime-kuma".into(), alerts: 2_120, named: Vec::new() },
            Event::ChatLineGone {
                who: "Sari *".into(),
                title: "Orders @here fail".into(),
                deleted: true,
                fires_on: false,
            },
            Event::ChatLineGone { who: "Sari".into(), title: "Orders fail".into(), deleted: false, fires_on: true },
            Event::AlertsStale { alerts: 2 },
            Event::AlertsStale { alerts: 0 },
            Event::WentOn { dedup_key: None, alerts: 2, into: Some(IncidentId(9)), silence: None },
            Event::WentOn { dedup_key: None, alerts: 2, into: None, silence: None },
            Event::WentOn { dedup_key: Some("v1:a:1".into()), alerts: 1, into: Some(IncidentId(9)), silence: None },
            Event::WentOn { dedup_key: None, alerts: 0, into: None, silence: None },
            Event::Reopened { by: None, reason: None, fired_on: Some(2) },
            Event::FlapBegan { since: at(55), calm_ms: 600_000 },
            Event::PageReopened { page: PageId(1) },
            Event::FlapOver { times: 12, lasted_ms: 1_440_000 },
            Event::FlapOver { times: 1, lasted_ms: 0 },
            Event::AllAlertsResolved { closes_at: None },
            Event::KeptOpen { by: budi() },
            Event::Resolved { by: None, fixed: None, postmortem_due: None, report: None, fires_on_at: None },
            Event::Reopened { by: None, reason: None, fired_on: None },
            Event::Reopened { by: Some(budi()), reason: Some("it is back".into()), fired_on: None },
        ];
        let events = opening().into_iter().chain(updated()).chain(more).chain(resolved()).collect();
        let text: Vec<String> = timeline(events).iter().map(|entry| crate::entry(entry, &names, lang)).collect();
        insta::assert_snapshot!(text.join("\n"));
    });
}

#[test]
fn the_form_to_resolve_warns_while_alerts_fire() {
    in_both(|lang| {
        let mut incident = incident(vec![]);
        let mut labels = Vec::new();
        for firing in [0, 1, 3, 9_999, 1_500_000] {
            incident.alerts = AlertTally::default();
            incident.alerts.count(&AlertCounts { new: firing, ..AlertCounts::default() });
            let label = crate::resolve_label(&incident, lang);
            assert!(crate::length(&label) <= 45, "{label}");
            labels.push(format!("{label} / {}", crate::still_firing(&incident, lang).unwrap_or_default()));
        }
        insta::assert_snapshot!(labels.join("\n"));
    });
}

#[test]
fn outside_words_never_mention_or_format_anything() {
    in_both(|lang| {
        let evil = "**@everyone** <@1> [x](https://evil.example) `x`\n# big";
        let mut incident = incident(updated());
        incident.title = evil.into();
        incident.impact = Some(evil.into());
        incident.service = Some(evil.into());
        incident.owner = Some(evil.into());
        let card = card(&incident, true, lang);
        let facts = StatusFacts { incident: &incident, thread: None, other_room: None };
        let status = lines(crate::status_lines(&facts, lang));
        let line = crate::card_line(&incident, &claims_of(&incident), lang);
        for text in [card, status, crate::page_line(&incident, None, None, lang), line] {
            for bad in ["@everyone", "<@1", "[x](", "**@", "\n# "] {
                assert!(!text.contains(bad), "{bad} in {text}");
            }
        }
    });
}
