use domain::incident::{Access, Event, EventAt, PageEnd, PageReason, StopReason};
use domain::oncall::OnCall;
use domain::setup::{ChatName, GivenBy, Language, RoomKind};
use domain::{ChatChannelId, IncidentId, PageId, Refusal, Severity};
use jiff::SignedDuration;

use super::fixture::{acknowledged, actor, at, budi, incident, names, opening, policy, rina, runbook, setup};
use super::{in_both, table};

#[test]
fn every_refusal_says_what_to_do_instead() {
    in_both(|lang| {
        let id = IncidentId(7);
        let refusals = [
            ("not a member", Refusal::NotAMember),
            ("no such incident", Refusal::NoSuchIncident { id }),
            ("which incident", Refusal::WhichIncident),
            ("already resolved", Refusal::AlreadyResolved { id }),
            ("already acknowledged", Refusal::AlreadyAcknowledged { id, by: "Budi".into(), at: at(0) }),
            ("already yours", Refusal::AlreadyYours { id }),
            ("no open page", Refusal::NoOpenPage { id }),
            ("not the holder", Refusal::NotTheHolder { id }),
            ("same severity", Refusal::SameSeverity { id, severity: Severity::Sev1 }),
            ("undo over", Refusal::UndoOver { id }),
            ("may not command", Refusal::MayNotCommand { who: "Sari".into() }),
            ("reason needed", Refusal::ReasonNeeded { id, to: Severity::Sev3 }),
            (
                "severity not configured",
                Refusal::SeverityNotConfigured {
                    severity: Severity::Sev5,
                    known: vec![Severity::Sev1, Severity::Sev2],
                },
            ),
            (
                "not a severity",
                Refusal::NotASeverity { text: "bad".into(), known: vec![Severity::Sev1, Severity::Sev2] },
            ),
            ("not a drill", Refusal::NotADrill { id }),
            ("empty", Refusal::Empty { field: "what fixed it" }),
            ("too long", Refusal::TooLong { field: "note", limit: 1_500 }),
            ("nobody left", Refusal::NobodyLeft { id }),
            ("nobody on call", Refusal::NobodyOnCall { target: "payments".into() }),
            ("no such target", Refusal::NoSuchTarget { target: "@everyone".into() }),
            ("nothing to keep open", Refusal::NothingToKeepOpen { id }),
            ("too many opened", Refusal::TooManyOpened { limit: 3 }),
            (
                "no such service",
                Refusal::NoSuchService { name: "chekout".into(), known: vec!["checkout".into(), "login".into()] },
            ),
            ("no services", Refusal::NoSuchService { name: "chekout".into(), known: vec![] }),
            ("candidate opened", Refusal::CandidateAnswered { incident: Some(id) }),
            ("candidate declined", Refusal::CandidateAnswered { incident: None }),
            ("not a person", Refusal::NotAPerson),
            ("bad duration", Refusal::BadDuration { text: "soon".into() }),
            ("no such runbook", Refusal::NoSuchRunbook { name: "payments".into() }),
            ("stale button", Refusal::StaleButton),
            ("foreign server", Refusal::ForeignServer),
            ("no thread", Refusal::NoThread { id }),
        ];
        let cases = refusals.map(|(case, refusal)| (case, crate::refusal(&refusal, lang)));
        insta::assert_snapshot!(table(cases.into_iter().chain([("failed", crate::failed("e-4kq2", lang))])));
    });
}

#[test]
fn a_refusal_for_lack_of_access_says_what_is_needed_and_whom_to_ask() {
    in_both(|lang| {
        let role = |name: &str| ChatName::Name(name.into());
        let ways = [
            ("channel", GivenBy::SeeingChannel(role("incidents"))),
            ("role", GivenBy::Roles(vec![role("sre")])),
            ("roles", GivenBy::Roles(vec![role("sre"), ChatName::Id(7)])),
            ("no role", GivenBy::ServerAdmin),
        ];
        let cases = Access::ALL.into_iter().skip(1).flat_map(|needs| {
            ways.iter().map(move |(way, given_by)| {
                let refusal = Refusal::NotAllowed { needs, given_by: given_by.clone() };
                format!("{needs:?}, {way}: {}", crate::refusal(&refusal, lang))
            })
        });
        insta::assert_snapshot!(cases.collect::<Vec<_>>().join("\n"));
    });
}

/// The private answer when `events` follow on `before`.
fn answer(before: Vec<Event>, events: Vec<Event>, lang: Language) -> String {
    let after = incident(before.into_iter().chain(events.iter().cloned()).collect());
    let entries: Vec<EventAt> = (100..).zip(events).map(|(seq, event)| EventAt { seq, at: at(21), event }).collect();
    crate::answer(&after, &entries, &setup(), &names, lang)
}

#[test]
fn every_deed_has_a_private_answer() {
    in_both(|lang| {
        let answer = |before, events| answer(before, events, lang);
        let by = budi;
        let by_hand = |person: &str| Event::Paged {
            page: PageId(9),
            person: person.into(),
            reason: PageReason::ByHand { by: budi(), reason: "help".into() },
            contacts: Vec::new(),
            ways: Vec::new(),
            account: None,
        };
        let next = || opening().split_off(2);
        let severity = |to| Event::SeverityChanged {
            from: Severity::Sev1,
            to,
            by: Some(budi()),
            reason: None,
            room: RoomKind::Thread,
            why: None,
        };
        let update = |next| Event::UpdatePosted { by: budi(), know: "a".into(), doing: "b".into(), next, number: None };
        let declined = || Event::PageEnded { page: PageId(1), end: PageEnd::Declined { person: None, next: None } };
        let nobody_spared = || Event::Acknowledged { by: budi(), holds_ms: None, update_by: None, spared: None };
        let resolved_until = |fires_on_at| Event::Resolved {
            by: Some(budi()),
            fixed: Some("rolled back".into()),
            postmortem_due: None,
            report: None,
            fires_on_at,
        };
        let resolved = || resolved_until(None);
        let stop = || Event::EscalationStopped { reason: StopReason::Resolved };
        let drill = domain::Incident { drill: Some(domain::Drill::default()), ..incident(vec![]) };
        let cases = [
            ("acknowledge", answer(vec![], acknowledged())),
            ("acknowledge, nobody spared", answer(vec![], vec![nobody_spared()])),
            (
                "help",
                answer(
                    acknowledged(),
                    vec![Event::PageEnded { page: PageId(1), end: PageEnd::Acknowledged { by: "Rina".into() } }],
                ),
            ),
            ("decline", answer(vec![], vec![declined(), by_hand("rina")])),
            (
                "decline, nobody left",
                answer(
                    vec![],
                    vec![declined(), Event::EscalationEnded { policy: None, gaps: vec![], plan: None, again_at: None }],
                ),
            ),
            ("decline, somebody has it", answer(acknowledged(), vec![declined()])),
            (
                "undo",
                answer(
                    acknowledged(),
                    vec![Event::AckWithdrawn { by: by() }, Event::EscalationResumed { due: at(26) }],
                ),
            ),
            ("undo, nobody paged", answer(acknowledged(), vec![Event::AckWithdrawn { by: by() }])),
            ("still on it", answer(acknowledged(), vec![Event::StillOnIt { by: by() }])),
            ("raise", answer(vec![], vec![severity(Severity::Sev1), by_hand("rina")])),
            (
                "lower",
                answer(
                    vec![],
                    vec![severity(Severity::Sev4), Event::EscalationStopped { reason: StopReason::SeverityLowered }],
                ),
            ),
            ("page", answer(vec![], vec![by_hand("rina")])),
            ("page two", answer(vec![], vec![by_hand("rina"), by_hand("budi")])),
            ("escalate", answer(vec![], next())),
            ("commander", answer(vec![], vec![Event::CommanderSet { commander: rina(), by: by() }])),
            ("update", answer(vec![], vec![update(Some(at(51)))])),
            ("last update", answer(vec![], vec![update(None)])),
            ("note", answer(vec![], vec![Event::Noted { by: by(), text: "x".into(), link: None }])),
            (
                "follow",
                answer(vec![], vec![Event::Followed { user: by().user, how: domain::incident::FollowHow::Thread }]),
            ),
            ("unfollow", answer(vec![], vec![Event::Unfollowed { user: by().user }])),
            ("keep open", answer(vec![], vec![Event::KeptOpen { by: by() }])),
            ("resolve while an alert fires", answer(vec![], vec![stop(), resolved_until(Some(at(65)))])),
            ("resolve", answer(vec![Event::AlertResolved { dedup_key: "v1:a:1".into() }], vec![resolved()])),
            ("opened", crate::opened_answer(&incident(vec![]), Some(ChatChannelId(5)), &names, lang)),
            ("opened, nobody paged", crate::opened_answer(&incident(acknowledged()), None, &names, lang)),
            ("drill", crate::opened_answer(&drill, None, &names, lang)),
            ("drill ended", crate::drill_ended(lang)),
            ("repeated", crate::repeated_answer(lang)),
            ("candidate declined", crate::declined_candidate_answer(lang)),
            ("nothing", answer(vec![], vec![])),
        ];
        insta::assert_snapshot!(table(cases));
    });
}

#[test]
fn who_is_on_call_comes_with_until_when_and_who_is_next() {
    in_both(|lang| {
        let person =
            |next: &str| OnCall::Person { person: "budi".into(), until: at(0), next: next.into(), instead_of: None };
        insta::assert_snapshot!(table([
            ("person", crate::on_call("payments", &person("rina"), &names, lang)),
            ("alone", crate::on_call("payments", &person("budi"), &names, lang)),
            ("gap", crate::on_call("payments", &OnCall::Gap, &names, lang)),
            ("none", crate::no_schedules(lang)),
            ("steps", crate::escalation_steps(&policy(), &domain::World::new(setup()), at(0), &names, lang)),
        ]));
    });
}

#[test]
fn durations_are_read_like_people_say_them() {
    let cases = [
        (0, "0 seconds"),
        (1, "1 second"),
        (59, "59 seconds"),
        (60, "1 minute"),
        (89, "1 minute"),
        (1_260, "21 minutes"),
        // Due in 30 minutes, a moment later.
        (1_798, "30 minutes"),
        (3_571, "1 hour"),
        (3_600, "1 hour"),
        (3_900, "1 hour 5 minutes"),
        (86_369, "23 hours 59 minutes"),
        (86_370, "1 day"),
        (86_400, "1 day"),
        (172_799, "2 days"),
        (180_000, "2 days 2 hours"),
        (-5, "0 seconds"),
    ];
    for (seconds, text) in cases {
        assert_eq!(crate::duration(SignedDuration::from_secs(seconds), Language::En), text);
    }
    for (seconds, text) in [(1, "1 detik"), (1_260, "21 menit"), (3_900, "1 jam 5 menit"), (180_000, "2 hari 2 jam")] {
        assert_eq!(crate::duration(SignedDuration::from_secs(seconds), Language::Id), text);
    }
}

#[test]
fn runbooks_are_found_and_shown() {
    in_both(|lang| {
        let mut old = runbook();
        old.reviewed = Some("2025-01-01".parse().unwrap());
        let mut never = runbook();
        never.reviewed = None;
        never.url = None;
        let past = |id: u32, fixed: Option<&str>| crate::PastIncident {
            id: IncidentId(id),
            title: "Checkout errors 12 %".into(),
            fixed: fixed.map(Into::into),
        };
        let past = [past(3, Some("rolled back *4.1*")), past(2, None), past(1, Some(&"x".repeat(1_500)))];
        insta::assert_snapshot!(table([
            ("list", crate::runbook_list("payments", &[&runbook(), &old], &[], lang)),
            ("list with past incidents", crate::runbook_list("payments", &[&runbook()], &past, lang)),
            ("used", crate::runbook_show(&runbook(), &past, at(0), lang)),
            ("nothing found", crate::runbook_list("moon", &[], &[], lang)),
            ("show", crate::runbook_show(&runbook(), &[], at(0), lang)),
            ("old", crate::runbook_show(&old, &[], at(0), lang)),
            ("never reviewed", crate::runbook_show(&never, &[], at(0), lang)),
            ("missing", crate::runbook_missing(&incident(vec![]), lang)),
        ]));
        let mut long = runbook();
        long.body = "word ".repeat(1_000);
        assert!(crate::length(&crate::runbook_show(&long, &past, at(0), lang)) <= 2_000);
        let many = vec![runbook(); 500];
        let many: Vec<_> = many.iter().collect();
        assert!(crate::length(&crate::runbook_list("x", &many, &past, lang)) <= 2_000);
    });
}

#[test]
fn help_fits_one_screen_and_every_topic_exists() {
    in_both(|lang| {
        let start = [("start", crate::help(None, lang).unwrap())];
        let topics = crate::help_topics().iter().map(|topic| (*topic, crate::help(Some(topic), lang).unwrap()));
        insta::assert_snapshot!(table(start.into_iter().chain(topics)));
        assert_eq!(crate::help(Some("dancing"), lang), None);
    });
}

#[test]
fn operators_read_what_is_wrong_and_what_to_do() {
    in_both(|lang| {
        let room = Some(ChatChannelId(5));
        insta::assert_snapshot!(table([
            ("dead letter", crate::dead_letter("page", Some(IncidentId(8)), "50001: Missing Access", lang)),
            ("unknown name", crate::unknown_name("#incidents", "discord.incidents", lang)),
            ("permission", crate::missing_permission("Pin Messages", room, lang)),
            ("unmapped", crate::unmapped_payload("alertmanager", lang)),
            ("candidate", crate::candidate_question("Users report checkout trouble", lang)),
            ("candidate opened", crate::candidate_settled(Some(IncidentId(9)), room, "Budi", lang)),
            ("candidate declined", crate::candidate_settled(None, None, &actor("Budi", 1).name, lang)),
        ]));
    });
}

#[test]
fn operators_read_why_nothing_of_an_integration_is_taken() {
    use crate::IntakeRefusal::{Key, NotKept, TooLarge, TooSlow, Unreadable};
    in_both(|lang| {
        let minutes = |minutes: u64| std::time::Duration::from_secs(minutes * 60);
        let all = [(Key, 1_200), (Unreadable, 2), (TooLarge, 3), (TooSlow, 4), (NotKept, 5)];
        insta::assert_snapshot!(table([
            ("one", crate::intake_refused("alertmanager", minutes(10), &[(Key, 1)], lang)),
            ("all", crate::intake_refused("uptime-kuma", minutes(75), &all, lang)),
            ("heard", crate::intake_heard("alertmanager", lang)),
        ]));
    });
}
