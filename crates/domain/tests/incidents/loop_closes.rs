//! Triage, merge, other ways of a page, postmortem, drills, reasons: what closes the loop.

use domain::incident::{ContactWhy, Unseen};
use domain::postmortem::{Collateral, Gap, Proof};
use domain::routing::{Nearest, PolicyWhy, ServiceWhy};
use domain::triage::preview;
use domain::{KnownBy, PageVia};

use super::*;

/// What merging decides about the one that ends and the one that goes on.
fn merge(from: &Incident, into: &Incident, w: &World) -> Result<[Vec<Event>; 2], Refusal> {
    let decided = domain::decide(&w.world(), &Input::Merge { from, into, by: &budi() }, w.now).accepted()?;
    assert_eq!(decided.iter().map(|of| of.incident).collect::<Vec<_>>(), [Some(from.id), Some(into.id)]);
    let events: Vec<Vec<Event>> = decided.into_iter().map(|of| of.events).collect();
    Ok(events.try_into().unwrap())
}

fn dismiss(reason: &str) -> Command {
    Command::Dismiss { reason: reason.into() }
}

#[test]
fn triage_shows_what_it_would_do_and_then_does_exactly_that() {
    let mut w = World::new();
    w.fires("checkout", "warning");
    assert_eq!(w.one().severity, Severity::Sev3);
    let shown = preview(w.one(), &budi(), Impact::Most, Urgency::Now, &w.world(), w.now).unwrap();
    assert_eq!((shown.from, shown.to), (Severity::Sev3, Severity::Sev1));
    assert_eq!(shown.opens, Some(domain::setup::RoomKind::Channel));
    assert_eq!(shown.update_every_minutes, Some(30));
    assert!(shown.pages.is_empty(), "Budi's phone rings already");
    w.does(&budi(), &Command::Triage { impact: Impact::Most, urgency: Urgency::Now, reason: None }).unwrap();
    assert_eq!(w.one().severity, Severity::Sev1);
    assert_eq!(w.one().triaged, Some((Impact::Most, Urgency::Now)));
}

#[test]
fn a_severity_that_triage_lowers_stops_the_pages_that_are_no_longer_wanted() {
    let mut w = World::new();
    w.fires("checkout", "critical");
    let shown = preview(w.one(), &budi(), Impact::Nobody, Urgency::Later, &w.world(), w.now).unwrap();
    assert_eq!(shown.to, Severity::Sev4);
    assert_eq!(shown.stops, [PersonId::from("budi")]);
    let refused = w.does(&budi(), &Command::Triage { impact: Impact::Nobody, urgency: Urgency::Later, reason: None });
    assert_eq!(refused, Err(Refusal::ReasonNeeded { id: IncidentId(1), to: Severity::Sev4 }));
    w.does(
        &budi(),
        &Command::Triage { impact: Impact::Nobody, urgency: Urgency::Later, reason: Some("a test".into()) },
    )
    .unwrap();
    assert_eq!(w.one().open_pages().count(), 0);
    assert!(!w.has_timer(TimerKind::EscalationStep));
}

#[test]
fn the_matrix_never_names_a_severity_that_is_not_configured() {
    let w = World::new();
    for impact in Impact::ALL {
        for urgency in Urgency::ALL {
            let severity = w.setup.triage.severity(impact, urgency, &w.setup);
            assert!(w.setup.severities.contains_key(&severity), "{impact:?} {urgency:?} {severity}");
        }
    }
    // SEV-2 is not configured: doubt goes upwards.
    assert_eq!(w.setup.triage.severity(Impact::Many, Urgency::Hours, &w.setup), Severity::Sev1);
}

#[test]
fn what_is_no_incident_closes_with_a_reason_and_can_be_reopened() {
    let mut w = World::new();
    w.fires("checkout", "critical");
    assert_eq!(w.does(&budi(), &dismiss(" ")), Err(Refusal::Empty { field: "reason" }));
    w.does(&budi(), &dismiss("a load test")).unwrap();
    assert_eq!(w.one().status, IncidentStatus::Closed);
    assert_eq!(w.one().open_pages().count(), 0);
    assert_eq!(w.does(&rina(), &dismiss("again")), Err(Refusal::AlreadyClosed { id: IncidentId(1) }));
    assert_eq!(
        w.does(&rina(), &Command::Resolve { fixed: "x".into() }),
        Err(Refusal::AlreadyClosed { id: IncidentId(1) })
    );
    // What fires on opens a new one after an hour; until then it can be reopened.
    w.passes(50);
    w.does(&rina(), &Command::Reopen { reason: "it was real".into() }).unwrap();
    assert_eq!(w.one().status, IncidentStatus::Triggered);
    assert_eq!(w.paged(), ["budi", "budi"]);
    assert_eq!(
        w.does(&rina(), &Command::Reopen { reason: "twice".into() }),
        Err(Refusal::NotOver { id: IncidentId(1) })
    );
}

#[test]
fn merging_moves_alerts_and_followers_and_stops_the_pages_of_the_one_that_ends() {
    let mut w = World::new();
    w.fires("checkout", "critical");
    w.fires("holes", "warning");
    let (one, two) = (IncidentId(1), IncidentId(2));
    let command = Command::Follow { user: ChatUserId(7), how: domain::incident::FollowHow::Thread };
    let follow = w.decide(&Input::Command { incident: &w.incidents[&two], by: &budi(), command: &command }).unwrap();
    w.add(two, follow);
    let refused = |from, into, w: &World| merge(&w.incidents[&from], &w.incidents[&into], w).unwrap_err();
    assert_eq!(refused(one, one, &w), Refusal::MergeIntoItself { id: one });
    let merged = merge(&w.incidents[&two], &w.incidents[&one], &w).unwrap();
    let [from, into] = merged;
    w.add(two, from);
    w.add(one, into);
    assert_eq!(w.incidents[&two].status, IncidentStatus::Closed);
    assert_eq!(w.incidents[&two].open_pages().count(), 0);
    assert_eq!(w.one().alerts.len(), 2);
    assert_eq!(w.one().followers, [ChatUserId(7)]);
    assert_eq!(refused(one, two, &w), Refusal::MergeTargetOver { id: two });
    assert_eq!(refused(two, one, &w), Refusal::Merged { id: two, into: one });
    // What the other one would have taken in comes here now.
    assert_eq!(w.report("holes", "warning", "Slow", AlertStatus::Firing), "joined");
    assert_eq!(w.one().alerts.len(), 3);
}

#[test]
fn merging_a_worse_one_raises_the_severity_and_calls_when_nobody_has_it() {
    let mut w = World::new();
    w.fires("checkout", "none");
    w.fires("holes", "critical");
    let (one, two) = (IncidentId(1), IncidentId(2));
    let merged = merge(&w.incidents[&two], &w.incidents[&one], &w).unwrap();
    let [_, into] = merged;
    w.add(one, into);
    assert_eq!(w.one().severity, Severity::Sev1);
    assert_eq!(w.paged(), ["budi"]);
}

#[test]
fn an_unanswered_page_goes_out_on_the_persons_other_ways_and_an_answered_one_does_not() {
    let mut w = World::new();
    w.fires("checkout", "critical");
    w.passes(5);
    assert_eq!(w.paged(), ["budi", "rina"]);
    let ways = |w: &World| -> Vec<PageVia> {
        let pages = w.effects.iter().filter_map(|effect| match effect {
            Effect::Page { person, via, .. } if person.as_str() == "rina" => Some(*via),
            _ => None,
        });
        pages.collect()
    };
    assert_eq!(ways(&w), [PageVia::Room]);
    w.passes(1);
    assert_eq!(ways(&w), [PageVia::Room, crate::NTFY]);
    w.does(&rina(), &Command::Acknowledge).unwrap();
    assert!(!w.has_timer(TimerKind::Contact));
    w.passes(10);
    assert_eq!(ways(&w), [PageVia::Room, crate::NTFY]);
}

#[test]
fn without_discord_all_other_ways_are_taken_at_once_and_only_once() {
    let mut w = World::new();
    w.fires("checkout", "critical");
    w.passes(5);
    let events = w.learn(&Fact::DiscordDown);
    let ways: Vec<PageVia> = events
        .iter()
        .map(|event| match event {
            Event::Contacted { via, why: ContactWhy::DiscordDown, .. } => *via,
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(ways, [crate::NTFY, crate::EMAIL]);
    w.add(IncidentId(1), events);
    assert!(w.learn(&Fact::DiscordDown).is_empty());
    assert!(!w.has_timer(TimerKind::Contact));
}

#[test]
fn a_postmortem_is_closed_only_when_it_says_everything() {
    let mut w = World::new();
    w.fires("checkout", "critical");
    let close = Command::ClosePostmortem { confirms: false };
    assert_eq!(w.does(&budi(), &close), Err(Refusal::NotOver { id: IncidentId(1) }));
    w.does(&budi(), &Command::Acknowledge).unwrap();
    w.does(&budi(), &Command::Resolve { fixed: "rolled back".into() }).unwrap();
    let units = || vec!["customer-care".to_owned(), "holes".to_owned()];
    let Err(Refusal::PostmortemIncomplete { missing, .. }) = w.does(&budi(), &close) else { panic!("refused") };
    let all = [
        Gap::CoreProblem,
        Gap::RootCause,
        Gap::Lessons,
        Gap::Collateral { units: units() },
        Gap::ActionItems,
        Gap::Proof,
        Gap::Detection,
    ];
    assert_eq!(missing, all);
    let write = |root: &str| Command::WritePostmortem {
        core_problem: "Payments failed.".into(),
        root_cause: root.into(),
        lessons: "Test the gateway.".into(),
        item: None,
        proof: None,
    };
    assert_eq!(w.does(&budi(), &write("payments  failed")), Err(Refusal::SameAsCoreProblem { id: IncidentId(1) }));
    w.does(&budi(), &write("The gateway's certificate ran out.")).unwrap();
    let check = |affected: &[&str], clear: &[&str]| Command::CheckCollateral {
        affected: affected.iter().map(|unit| (*unit).to_owned()).collect(),
        clear: clear.iter().map(|unit| (*unit).to_owned()).collect(),
    };
    let unknown = Refusal::NoSuchDependent { name: "moon".into(), known: units() };
    assert_eq!(w.does(&budi(), &check(&["moon"], &[])), Err(unknown));
    w.does(&budi(), &check(&["customer-care"], &["holes"])).unwrap();
    assert_eq!(w.one().postmortem.collateral["holes"], Collateral::Clear);
    let due = |date: &str| Command::AddActionItem {
        what: "Renew by machine".into(),
        owner: Some(rina()),
        due: date.parse().unwrap(),
    };
    let past = Refusal::DateInThePast { date: "2026-03-01".parse().unwrap() };
    assert_eq!(w.does(&budi(), &due("2026-03-01")), Err(past));
    w.does(&budi(), &due("2026-03-09")).unwrap();
    let link = |url: &str| Command::GiveProof(Proof::Changed { url: url.into() });
    assert!(matches!(w.does(&budi(), &link("javascript:alert(1)")), Err(Refusal::NotALink { .. })));
    w.does(&budi(), &link("https://git.example.com/rules/42")).unwrap();
    let detected = Command::ConfirmDetection { known_by: KnownBy::UserReport, lag_minutes: Some(12), link: None };
    w.does(&budi(), &detected).unwrap();
    assert_eq!(w.one().detected.as_ref().unwrap().lag(w.one().opened_at).unwrap().as_mins(), 12);
    let records = |w: &World| w.effects.iter().filter(|effect| matches!(effect, Effect::Record { .. })).count();
    assert_eq!(records(&w), 0, "there is no record of what is not finished");
    w.does(&budi(), &close).unwrap();
    assert_eq!(w.one().status, IncidentStatus::Closed);
    assert_eq!(records(&w), 1);
    assert!(!w.has_timer(TimerKind::PostmortemDue));
    assert_eq!(w.does(&budi(), &close), Err(Refusal::AlreadyClosed { id: IncidentId(1) }));
    // Work goes on after the book is closed: its owner is reminded once, and it can be ticked off.
    w.passes(9 * 24 * 60);
    let told = |w: &World| w.effects.iter().filter(|effect| matches!(effect, Effect::ItemTold { .. })).count();
    assert_eq!(told(&w), 3, "once when it was given to her, the day before and on the day");
    let reminders =
        || w.posts().into_iter().filter(|post| matches!(post, (Event::ActionItemReminded { .. }, Place::Room))).count();
    assert_eq!(reminders(), 1);
    w.does(&rina(), &Command::FinishActionItem { number: 1 }).unwrap();
    assert_eq!(
        w.does(&rina(), &Command::FinishActionItem { number: 1 }),
        Err(Refusal::NoSuchActionItem { id: IncidentId(1), number: 1 })
    );
}

#[test]
fn one_form_and_one_yes_close_a_postmortem() {
    let mut w = World::new();
    w.fires("checkout", "critical");
    w.does(&budi(), &Command::Acknowledge).unwrap();
    w.does(&budi(), &Command::Resolve { fixed: "rolled back".into() }).unwrap();
    let write = Command::WritePostmortem {
        core_problem: "Payments failed.".into(),
        root_cause: "The gateway's certificate ran out.".into(),
        lessons: "Test the gateway.".into(),
        item: Some(("Renew by machine".into(), "2026-03-09".parse().unwrap())),
        proof: Some(Proof::Changed { url: "https://git.example.com/rules/42".into() }),
    };
    let yes = Command::ClosePostmortem { confirms: true };
    // What has to be written first is not covered by a yes.
    assert!(matches!(w.does(&budi(), &yes), Err(Refusal::PostmortemIncomplete { .. })));
    w.does(&budi(), &write).unwrap();
    assert_eq!(w.one().postmortem.action_items[0].owner, budi().name);
    // What somebody found stays found.
    let affected = Command::CheckCollateral { affected: vec!["customer-care".into()], clear: vec![] };
    w.does(&rina(), &affected).unwrap();
    let Err(Refusal::PostmortemIncomplete { missing, .. }) =
        w.does(&budi(), &Command::ClosePostmortem { confirms: false })
    else {
        panic!("refused")
    };
    assert_eq!(missing, [Gap::Collateral { units: vec!["holes".into()] }, Gap::Detection]);
    w.does(&budi(), &yes).unwrap();
    assert_eq!(w.one().status, IncidentStatus::Closed);
    assert_eq!(w.one().postmortem.collateral["customer-care"], Collateral::Affected);
    assert_eq!(w.one().postmortem.collateral["holes"], Collateral::Clear);
    assert!(w.one().detected.as_ref().is_some_and(|known| known.confirmed && known.by == KnownBy::Monitor));
}

#[test]
fn an_overdue_postmortem_is_asked_for_once_a_day_until_it_is_closed() {
    let mut w = World::new();
    w.fires("checkout", "critical");
    w.does(&budi(), &Command::Acknowledge).unwrap();
    w.resolves("checkout", "critical");
    w.does(&budi(), &Command::Resolve { fixed: "rolled back".into() }).unwrap();
    let asked = |w: &World| {
        w.posts().into_iter().filter(|post| matches!(post, (Event::PostmortemReminded { .. }, Place::Room))).count()
    };
    w.passes(71 * 60);
    assert_eq!(asked(&w), 0);
    w.passes(61);
    assert_eq!(asked(&w), 1);
    w.passes(48 * 60);
    assert_eq!(asked(&w), 3);
    w.does(&rina(), &Command::Reopen { reason: "again".into() }).unwrap();
    assert!(!w.has_timer(TimerKind::PostmortemDue));
}

#[test]
fn a_drill_meets_no_real_alert_and_pages_only_who_takes_part() {
    let mut w = World::new();
    w.fires("checkout", "critical");
    w.drill = Some(Drill { participants: vec!["dewi".into()], scenario: None, incident: None });
    assert_eq!(w.report("checkout", "critical", "Practice", AlertStatus::Firing), "opened");
    let drill = &w.incidents[&IncidentId(2)];
    let people: Vec<&str> = drill.pages.iter().map(|page| page.person.as_str()).collect();
    assert_eq!(people, ["dewi"], "the policy knows nobody who takes part, so those who do are called");
    w.passes(60);
    let drill = &w.incidents[&IncidentId(2)];
    assert!(drill.pages.iter().all(|page| page.person.as_str() == "dewi"));
    assert!(matches!(merge(drill, w.one(), &w), Err(Refusal::MergeDrill { .. })));
    let call =
        Command::Page { targets: vec![PageTarget::Person("rina".into())], asked: "rina".into(), reason: "help".into() };
    assert_eq!(
        w.decide(&Input::Command { incident: drill, by: &budi(), command: &call }),
        Err(Refusal::NotInDrill { target: "rina".into() })
    );
}

#[test]
fn an_incident_knows_why_it_is_what_it_is() {
    let mut w = World::new();
    w.fires("cart", "warning");
    let reasons = w.one().reasons.clone().unwrap();
    assert!(matches!(reasons.service, ServiceWhy::Matched { .. }));
    assert_eq!(reasons.grouped_by, ["service=checkout"]);
    assert_eq!(reasons.policy, PolicyWhy::Service);
    let Some(Nearest { number: 1, severity: Severity::Sev1, failed: Some((condition, had)), .. }) = reasons.nearest
    else {
        panic!("the rule before it missed by one condition")
    };
    assert_eq!((condition.as_str(), had.as_str()), (r#"severity="critical""#, "warning"));
    assert_eq!(w.one().detected.as_ref().unwrap().by, KnownBy::Monitor);
    assert_eq!(w.one().labels["service"], "cart");
}

#[test]
fn the_record_is_brought_once_it_is_over_and_only_into_a_room() {
    let mut w = World::new();
    w.fires("checkout", "warning");
    w.does(&budi(), &Command::Resolve { fixed: "restarted".into() }).unwrap();
    let record = Effect::Record { incident: IncidentId(1) };
    assert!(!w.effects.contains(&record), "the message of its end carries it");
    assert_eq!(record.still_wanted(Some(w.one()), &[]), Ok(()));
    w.does(&budi(), &Command::Reopen { reason: "not over".into() }).unwrap();
    assert_eq!(record.still_wanted(Some(w.one()), &[]), Err("the incident is open again"));
    let mut w = World::new();
    w.fires("checkout", "info");
    w.does(&budi(), &Command::Resolve { fixed: "nothing".into() }).unwrap();
    assert!(!w.effects.contains(&record), "a line has no room");
}

/// Grafana OnCall issue 1503: one person could not be notified, and nobody was.
#[test]
fn who_left_the_server_is_called_on_other_ways_at_once_and_without_one_the_next_step_is() {
    let mut w = World::new();
    w.fires("checkout", "critical");
    let left = |w: &mut World, person: &str| {
        let events = w.learn(&Fact::PersonLeft { person: person.into() });
        w.add(IncidentId(1), events.clone());
        events
    };
    assert_eq!(left(&mut w, "rina"), [], "who is not called is no news");
    // Budi has no other way: Rina is called, who has ntfy and mail.
    let events = left(&mut w, "budi");
    assert!(matches!(events.first(), Some(Event::PersonLeft { pages, .. }) if pages.len() == 1), "{events:?}");
    assert_eq!(w.paged(), ["budi", "rina"]);
    assert_eq!(left(&mut w, "budi"), [], "once is enough");
    let events = left(&mut w, "rina");
    assert!(
        matches!(
            events.as_slice(),
            [Event::PersonLeft { .. }, Event::Contacted { via: crate::NTFY, why: ContactWhy::Undelivered, .. }]
        ),
        "{events:?}"
    );
    assert_eq!(domain::incident::called_in_discord(w.one(), &w.world()), Vec::<domain::PersonId>::new());
}

/// Grafana OnCall pull request 1144: the channel read that somebody is not in it, and they did not.
#[test]
fn a_mention_that_is_not_seen_is_a_page_that_did_not_arrive() {
    let mut w = World::new();
    w.fires("checkout", "critical");
    let page = w.one().open_pages().next().unwrap().id;
    let unseen = |w: &mut World| {
        let events = w.learn(&Fact::RoomUnseen { page, unseen: Unseen::Place });
        w.add(IncidentId(1), events.clone());
        events
    };
    // Budi has the direct message: he is waited for.
    assert!(matches!(unseen(&mut w).as_slice(), [Event::ContactFailed { unseen: Some(Unseen::Place), .. }]));
    assert_eq!(unseen(&mut w), [], "once is enough");
    assert_eq!(w.paged(), ["budi"]);
    let events = w.learn(&Fact::DirectFailed { page });
    w.add(IncidentId(1), events);
    assert_eq!(w.paged(), ["budi", "rina"], "nothing is left that could reach him");
}

/// keephq/keep issue 639: an alert is still somebody's who is not around.
#[test]
fn a_holder_who_left_the_server_has_nothing_any_more_and_the_policy_goes_on() {
    let mut w = World::new();
    w.fires("checkout", "critical");
    w.does(&budi(), &Command::Acknowledge).unwrap();
    assert_eq!(w.learn(&Fact::HolderLeft { user: rina().user }), [], "who has nothing is no news");
    let events = w.learn(&Fact::HolderLeft { user: budi().user });
    assert!(matches!(events.first(), Some(Event::AckExpired { left: true, removed: false, .. })), "{events:?}");
    w.add(IncidentId(1), events);
    assert_eq!(w.paged(), ["budi", "rina"]);
    assert_eq!(w.learn(&Fact::HolderLeft { user: budi().user }), []);
}

/// What an integration told is over when it is taken out of the configuration, with one sentence for all of it.
#[test]
fn alerts_of_an_integration_that_is_gone_end_and_an_incident_of_only_them_is_calm() {
    for only in [true, false] {
        let mut w = World::new();
        w.fires("checkout", "critical");
        w.fires("cart", "critical");
        let other = if only { "am" } else { "another" };
        let alerts = if only { 2 } else { 0 };
        let events = w.learn(&Fact::IntegrationRemoved { integration: other.into(), alerts });
        w.add(IncidentId(1), events.clone());
        assert!(
            matches!(&events[0], Event::IntegrationRemoved { alerts: told, named, .. } if (*told, named.len()) == (alerts, alerts))
        );
        assert_eq!(w.one().quiet_since.is_some(), only, "{events:?}");
        assert_eq!(w.one().alerts.firing(), 2 - alerts);
    }
}

#[test]
fn a_page_that_is_refused_takes_its_next_way_and_after_the_last_one_the_next_step() {
    let mut w = World::new();
    w.fires("checkout", "critical");
    w.passes(5);
    assert_eq!(w.paged(), ["budi", "rina"]);
    let budi = w.one().pages[0].id;
    let rina = w.one().pages[1].id;
    let refused = |w: &mut World, page, via| {
        let events = w.learn(&Fact::ContactFailed { page, via, reason: "refused".into() });
        w.add(IncidentId(1), events.clone());
        events
    };
    // Rina's mention is refused: ntfy at once, then mail; Budi's phone may still ring, so nobody else is called.
    let via = |events: &[Event]| match events {
        [Event::ContactFailed { .. }, Event::Contacted { via, why: ContactWhy::Undelivered, .. }] => *via,
        other => panic!("{other:?}"),
    };
    assert_eq!(via(&refused(&mut w, rina, PageVia::Room)), crate::NTFY);
    assert_eq!(refused(&mut w, rina, PageVia::Room), [], "once is enough");
    assert_eq!(via(&refused(&mut w, rina, crate::NTFY)), crate::EMAIL);
    assert!(matches!(refused(&mut w, rina, crate::EMAIL).as_slice(), [Event::ContactFailed { .. }]));
    assert!(matches!(refused(&mut w, budi, PageVia::Direct).as_slice(), [Event::ContactFailed { .. }]));
    let events = refused(&mut w, budi, PageVia::Room);
    assert!(matches!(events.as_slice(), [Event::ContactFailed { .. }, Event::EscalationEnded { .. }]), "{events:?}");
    assert!(
        w.posts().iter().any(|post| matches!(post, (Event::EscalationEnded { .. }, Place::PolicyEnd))),
        "nobody is left"
    );
}

#[test]
fn what_was_dismissed_by_mistake_is_taken_back_for_a_minute_by_who_did_it() {
    let mut w = World::new();
    w.fires("checkout", "critical");
    w.does(&rina(), &dismiss("no")).unwrap();
    assert_eq!(w.does(&budi(), &Command::UndoDismiss), Err(Refusal::UndoOver { id: IncidentId(1) }), "Rina did it");
    w.does(&rina(), &Command::UndoDismiss).unwrap();
    assert_eq!((w.one().status, w.one().dismissed.is_some()), (IncidentStatus::Triggered, false));
    assert_eq!(w.paged(), ["budi", "budi"], "the policy begins anew");
    w.does(&rina(), &dismiss("no")).unwrap();
    w.passes_seconds(61);
    assert_eq!(w.does(&rina(), &Command::UndoDismiss), Err(Refusal::UndoOver { id: IncidentId(1) }));
    assert!(matches!(w.does(&rina(), &Command::Reopen { reason: "yes".into() }), Ok(())));
    assert_eq!(w.does(&rina(), &Command::UndoDismiss), Err(Refusal::NotOver { id: IncidentId(1) }));
}

#[test]
fn whoever_had_it_and_dismissed_it_by_mistake_has_it_again_and_nobody_is_called() {
    let mut w = World::new();
    w.fires("checkout", "critical");
    w.does(&budi(), &Command::Acknowledge).unwrap();
    w.does(&budi(), &dismiss("no")).unwrap();
    w.does(&budi(), &Command::UndoDismiss).unwrap();
    assert_eq!(w.one().status, IncidentStatus::Acknowledged);
    assert_eq!(w.paged(), ["budi"]);
}

#[test]
fn only_who_may_act_is_named_commander_and_of_a_drill_only_who_takes_part() {
    let mut w = World::new();
    w.fires("checkout", "critical");
    let name = |commander: Actor| Command::SetCommander { commander };
    let refused = w.does(&rina(), &name(actor("sari", Access::Read)));
    assert_eq!(refused, Err(Refusal::MayNotCommand { who: "sari".into() }));
    w.does(&rina(), &name(actor("budi", Access::Read))).expect("whoever was paged may");
    w.drill = Some(Drill { participants: vec!["dewi".into()], scenario: None, incident: None });
    w.fires("search", "critical");
    let drill = w.incidents[&IncidentId(2)].clone();
    let tries = |commander: Actor| {
        let command = name(commander);
        w.decide(&Input::Command { incident: &drill, by: &rina(), command: &command })
    };
    let refused = tries(actor("agus", Access::Responder)).unwrap_err();
    assert_eq!(refused, Refusal::NotInDrill { target: "agus".into() });
    tries(actor("dewi", Access::Responder)).expect("Dewi takes part");
}

/// Somebody said why it is milder; the monitor says once a minute what it said before. Only what is worse than what they knew overrules
/// them, or an alert that they did not know.
#[test]
fn what_a_person_lowered_is_not_raised_by_what_they_knew() {
    let mut w = World::new();
    w.fires("cart", "warning");
    let was = w.one().severity;
    let lower = Command::SetSeverity { to: Severity::Sev4, reason: Some("only the test shop".into()) };
    w.does(&budi(), &lower).unwrap();
    w.report("cart", "warning", "Errors", AlertStatus::Firing);
    w.report("cart", "warning", "Errors", AlertStatus::Resolved);
    w.report("cart", "warning", "Errors", AlertStatus::Firing);
    assert_eq!(w.one().severity, Severity::Sev4);
    assert_eq!(w.one().open_pages().count(), 0);
    w.report("cart", "warning", "Another", AlertStatus::Firing);
    assert_eq!(w.one().severity, was, "nobody judged this one");
    w.does(&budi(), &lower).unwrap();
    w.report("cart", "critical", "Errors", AlertStatus::Firing);
    assert_eq!(w.one().severity, Severity::Sev1, "it is worse than what they knew");
}
