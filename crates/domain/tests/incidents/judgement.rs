//! Somebody is responsible at every instant: the decision table of `docs/rules.md` cell by cell, and frozen policies. Random
//! histories are in `histories.rs`.

use domain::incident::{PageReason, Responsibility, responsibility};
use domain::setup::Step;
use domain::{Fact, Input};

use super::*;

const ONE: IncidentId = IncidentId(1);

/// Pages since there were `before`, and whether their person is asked for a sign.
fn rung(w: &World, before: usize) -> Vec<String> {
    w.one()
        .pages
        .iter()
        .skip(before)
        .map(|page| match page.reason {
            PageReason::Holder { .. } => format!("{}, asked", page.person),
            PageReason::Step { .. } | PageReason::ByHand { .. } | PageReason::Guard => page.person.to_string(),
            PageReason::End { .. } => format!("{}, at the end", page.person),
        })
        .collect()
}

fn stands(state: &str) -> World {
    let mut w = World::new();
    w.fires("checkout", "warning");
    match state {
        "ringing" => {}
        "held" => w.does(&budi(), &Command::Acknowledge).unwrap(),
        "unanswered" => w.passes(10),
        "calm" => {
            w.resolves("checkout", "warning");
        }
        "held, calm" => {
            w.does(&budi(), &Command::Acknowledge).unwrap();
            w.resolves("checkout", "warning");
        }
        other => panic!("{other}"),
    }
    let is = responsibility(w.one(), &w.world(), w.now);
    let expected = if state.ends_with("calm") { "calm" } else { state };
    assert_eq!(is.as_str(), expected);
    w
}

fn comes(w: &mut World, what: &str) {
    let raise = Command::SetSeverity { to: Severity::Sev1, reason: None };
    match what {
        "a further alert" => {
            w.report("checkout", "warning", "Slow", AlertStatus::Firing);
        }
        "a milder alert" => {
            w.report("checkout", "info", "Odd", AlertStatus::Firing);
        }
        "a worse alert" => {
            w.report("checkout", "critical", "Down", AlertStatus::Firing);
        }
        "the same fires again" => {
            w.fires("checkout", "warning");
        }
        "raised by somebody else" => w.does(&rina(), &raise).unwrap(),
        "raised by the holder" => w.does(&budi(), &raise).unwrap(),
        "merged in, ringing" => {
            w.fires("search", "warning");
            merge_two(w);
        }
        "merged in, held" => {
            w.fires("search", "warning");
            let two = IncidentId(2);
            let input = Input::Command { incident: &w.incidents[&two], by: &rina(), command: &Command::Acknowledge };
            let events = w.decide(&input).unwrap();
            w.add(two, events);
            merge_two(w);
        }
        other => panic!("{other}"),
    }
}

fn merge_two(w: &mut World) {
    assert!(merged(w, IncidentId(2), ONE, &rina()));
}

pub(super) fn merged(w: &mut World, from: IncidentId, into: IncidentId, by: &Actor) -> bool {
    let input = Input::Merge { from: &w.incidents[&from], into: &w.incidents[&into], by };
    let Ok(decided) = domain::decide(&w.world(), &input, w.now).accepted() else { return false };
    for of in decided {
        w.add(of.incident.unwrap(), of.events);
    }
    true
}

/// What the engine found out about an incident.
pub(super) fn learns(w: &World, incident: &Incident, fact: &Fact) -> Vec<Event> {
    w.decide(&Input::Fact { incident, fact }).unwrap()
}

/// The table of `docs/rules.md`. What cannot come in a state is not in it.
const TABLE: &[(&str, &str, &[&str])] = &[
    ("ringing", "a further alert", &[]),
    ("ringing", "a milder alert", &[]),
    ("ringing", "a worse alert", &[]),
    ("ringing", "raised by somebody else", &[]),
    ("ringing", "merged in, ringing", &[]),
    ("ringing", "merged in, held", &[]),
    ("held", "a further alert", &[]),
    ("held", "a milder alert", &[]),
    ("held", "a worse alert", &["budi, asked"]),
    ("held", "raised by somebody else", &["budi, asked"]),
    ("held", "raised by the holder", &[]),
    ("held", "merged in, ringing", &["budi, asked"]),
    ("held", "merged in, held", &[]),
    ("unanswered", "a further alert", &["budi"]),
    ("unanswered", "a milder alert", &[]),
    ("unanswered", "a worse alert", &["budi"]),
    ("unanswered", "raised by somebody else", &["budi"]),
    ("unanswered", "merged in, ringing", &["budi"]),
    ("unanswered", "merged in, held", &[]),
    ("calm", "a further alert", &["budi"]),
    ("calm", "a worse alert", &["budi"]),
    // Within the wait of the step: whoever was called still is.
    ("calm", "the same fires again", &[]),
    ("calm", "raised by somebody else", &["budi"]),
    ("calm", "merged in, ringing", &["budi"]),
    ("held, calm", "a further alert", &["budi, asked"]),
    ("held, calm", "a worse alert", &["budi, asked"]),
    ("held, calm", "the same fires again", &["budi, asked"]),
    ("held, calm", "raised by somebody else", &["budi, asked"]),
    ("held, calm", "raised by the holder", &[]),
    ("held, calm", "merged in, ringing", &["budi, asked"]),
];

/// The row of `docs/rules.md` about bodies nobody could read: a second check of the same integration is not the first one told
/// again. (rcourtman/Pulse issue 1683: of several alerts in one notice the first was told, the rest lost.)
#[test]
fn another_text_that_nobody_could_read_rings_and_the_same_one_does_not_for_an_hour() {
    for (state, expected) in [("ringing", &[][..]), ("held", &["budi, asked"]), ("unanswered", &["budi"])] {
        let mut w = World::new();
        w.unreadable("disk full");
        match state {
            "held" => w.does(&budi(), &Command::Acknowledge).unwrap(),
            "unanswered" => w.passes(10),
            _ => {}
        }
        assert_eq!(responsibility(w.one(), &w.world(), w.now).as_str(), state);
        let before = w.one().pages.len();
        w.unreadable("disk full");
        assert_eq!(rung(&w, before), Vec::<String>::new(), "{state}: the same text");
        w.unreadable("shop DOWN");
        assert_eq!(rung(&w, before), *expected, "{state}");
        holds(&w).unwrap_or_else(|wrong| panic!("{state}: {wrong}"));
    }
    let mut w = World::new();
    w.setup.escalations.get_mut("payments").unwrap().ack_timeout = Some(std::time::Duration::from_hours(6));
    w.unreadable("disk full");
    w.does(&budi(), &Command::Acknowledge).unwrap();
    let before = w.one().pages.len();
    w.passes(59);
    w.unreadable("disk full");
    assert_eq!(rung(&w, before), Vec::<String>::new());
    // An hour counts from when it was heard last.
    w.passes(59);
    w.unreadable("disk full");
    assert_eq!(rung(&w, before), Vec::<String>::new());
    w.passes(60);
    w.unreadable("disk full");
    assert_eq!(rung(&w, before), ["budi, asked"]);
}

#[test]
fn what_comes_to_an_open_incident_rings_whom_the_table_says() {
    for (state, what, expected) in TABLE {
        let mut w = stands(state);
        let before = w.one().pages.len();
        comes(&mut w, what);
        assert_eq!(rung(&w, before), *expected, "{state}: {what}");
        holds(&w).unwrap_or_else(|wrong| panic!("{state}: {what}: {wrong}"));
    }
}

#[test]
fn what_is_reopened_begins_its_policy_anew_whoever_had_it() {
    for taken in [false, true] {
        let mut w = World::new();
        w.fires("checkout", "warning");
        if taken {
            w.does(&rina(), &Command::Acknowledge).unwrap();
        }
        w.does(&rina(), &Command::Resolve { fixed: "restarted".into() }).unwrap();
        let before = w.one().pages.len();
        w.does(&rina(), &Command::Reopen { reason: "not over".into() }).unwrap();
        assert_eq!(rung(&w, before), ["budi"]);
    }
}

#[test]
fn a_holder_who_gives_no_sign_within_the_wait_of_the_step_loses_it_to_the_policy() {
    let mut w = stands("held");
    w.passes(20);
    comes(&mut w, "a worse alert");
    assert_eq!(w.paged(), ["budi", "budi"]);
    // A second worse thing asks nobody twice, and gives no more time.
    w.passes(2);
    comes(&mut w, "merged in, ringing");
    w.passes(2);
    assert_eq!(w.paged(), ["budi", "budi"]);
    w.passes(1);
    assert_eq!(w.paged(), ["budi", "budi", "rina"]);
    assert_eq!(w.one().status, IncidentStatus::Triggered);
}

#[test]
fn any_action_of_the_holder_is_the_sign() {
    let note = Command::Note { text: "looking".into(), link: None };
    for sign in [Command::Acknowledge, Command::StillOnIt, note] {
        let mut w = stands("held");
        comes(&mut w, "a worse alert");
        w.does(&budi(), &sign).unwrap();
        assert_eq!(w.one().open_pages().count(), 0, "the phone need not ring on: {sign:?}");
        w.passes(25);
        assert_eq!(w.one().acknowledged.as_ref().unwrap().0.name, "budi", "{sign:?}");
    }
    // "Can't take it" is an answer, too: the policy goes on at once.
    let mut w = stands("held");
    comes(&mut w, "a worse alert");
    w.does(&budi(), &Command::Decline).unwrap();
    assert_eq!(w.paged(), ["budi", "budi", "rina"]);
}

#[test]
fn a_line_that_somebody_has_becomes_bad_and_its_acknowledgement_no_longer_holds_for_ever() {
    let mut w = World::new();
    w.fires("checkout", "info");
    w.setup.escalations.get_mut("payments").unwrap().ack_timeout = None;
    w.does(&budi(), &Command::Acknowledge).unwrap();
    assert_eq!(responsibility(w.one(), &w.world(), w.now), Responsibility::NotPaging);
    comes(&mut w, "a worse alert");
    assert_eq!(w.paged(), ["budi"]);
    w.does(&budi(), &Command::Acknowledge).unwrap();
    holds(&w).unwrap();
    w.passes(36);
    assert_eq!(w.paged(), ["budi", "budi"], "asked after 30 minutes, and nobody answered");
}

#[test]
fn an_acknowledgement_is_questioned_after_half_an_hour_for_the_worst_and_two_hours_for_the_rest() {
    for (severity, minutes) in [("critical", 30), ("warning", 120)] {
        let mut w = World::new();
        w.setup.escalations.get_mut("payments").unwrap().ack_timeout = None;
        w.fires("checkout", severity);
        w.does(&budi(), &Command::Acknowledge).unwrap();
        let Responsibility::Held { until, .. } = responsibility(w.one(), &w.world(), w.now) else { panic!() };
        assert_eq!(until, w.now + jiff::SignedDuration::from_mins(minutes));
    }
}

#[test]
fn who_has_what_no_longer_fires_is_asked_to_close_it() {
    let mut w = stands("held, calm");
    let asked =
        |w: &World| w.history[&ONE].iter().filter(|entry| matches!(entry.event, Event::AskedToClose { .. })).count();
    w.passes(9);
    assert_eq!(asked(&w), 0);
    w.passes(1);
    assert_eq!(asked(&w), 1);
    w.passes(60);
    assert_eq!(asked(&w), 2);
    w.passes(119);
    assert_eq!(asked(&w), 2, "twice as long each time");
    assert_eq!(
        w.one().status,
        IncidentStatus::Acknowledged,
        "nothing fires, so nobody is asked whether they are on it"
    );
    w.does(&budi(), &Command::KeepOpen).unwrap();
    w.passes(239);
    assert_eq!(asked(&w), 2);
    w.passes(1);
    assert_eq!(asked(&w), 3);
}

#[test]
fn the_end_of_a_policy_is_told_again_after_fifteen_minutes_thirty_and_then_each_hour() {
    let mut w = stands("unanswered");
    let mut gaps = Vec::new();
    for _ in 0..4 {
        let Responsibility::Unanswered { again_at } = responsibility(w.one(), &w.world(), w.now) else { panic!() };
        gaps.push(again_at.duration_since(w.now).as_mins());
        w.passes(gaps[gaps.len() - 1]);
    }
    assert_eq!(gaps, [15, 30, 60, 60]);
    w.does(&rina(), &Command::Acknowledge).unwrap();
    assert!(!w.has_timer(TimerKind::EndAgain));
}

#[test]
fn nobody_is_called_while_another_one_of_the_step_still_is() {
    let mut w = World::new();
    let both = vec![PageTarget::Person("budi".into()), PageTarget::Person("dewi".into())];
    let step = |targets| Step { targets, wait: Duration::from_secs(300) };
    let rina_alone = vec![PageTarget::Person("rina".into())];
    w.setup.escalations.get_mut("payments").unwrap().steps = vec![step(both.clone()), step(rina_alone)];
    w.fires("checkout", "critical");
    w.does(&budi(), &Command::Decline).unwrap();
    assert_eq!(w.paged(), ["budi", "dewi"]);
    w.does(&actor("dewi", Access::Responder), &Command::Decline).unwrap();
    assert_eq!(w.paged(), ["budi", "dewi", "rina"]);

    // At the last step: the end is told when nobody is called any more.
    let mut w = World::new();
    w.setup.escalations.get_mut("payments").unwrap().steps = vec![step(both)];
    w.fires("checkout", "critical");
    w.does(&budi(), &Command::Decline).unwrap();
    assert!(w.one().unanswered.is_none());
    w.does(&actor("dewi", Access::Responder), &Command::Decline).unwrap();
    assert!(w.one().unanswered.is_some());
}

#[test]
fn a_helper_who_cannot_come_moves_no_policy() {
    let mut w = World::new();
    w.fires("checkout", "critical");
    let dewi =
        Command::Page { targets: vec![PageTarget::Person("dewi".into())], asked: "dewi".into(), reason: "help".into() };
    w.does(&rina(), &dewi).unwrap();
    w.does(&actor("dewi", Access::Responder), &Command::Decline).unwrap();
    assert_eq!(w.paged(), ["budi", "dewi"]);
    w.passes(5);
    assert_eq!(w.paged(), ["budi", "dewi", "rina"]);
}

#[test]
fn a_person_paged_by_hand_where_no_policy_waits_is_not_forgotten() {
    let mut w = World::new();
    w.fires("checkout", "info");
    let dewi =
        Command::Page { targets: vec![PageTarget::Person("dewi".into())], asked: "dewi".into(), reason: "help".into() };
    w.does(&rina(), &dewi).unwrap();
    assert_eq!(responsibility(w.one(), &w.world(), w.now).as_str(), "ringing");
    w.passes(15);
    assert_eq!(responsibility(w.one(), &w.world(), w.now).as_str(), "unanswered");
    assert!(w.history[&ONE].iter().any(|entry| matches!(entry.event, Event::StillUnanswered { .. })));
    w.does(&actor("dewi", Access::Responder), &Command::Decline).unwrap();
    assert_eq!(responsibility(w.one(), &w.world(), w.now), Responsibility::NotPaging);
}

#[test]
fn a_policy_that_is_renamed_changed_or_gone_goes_on_as_it_was() {
    let changes: [fn(&mut Setup); 3] = [
        |setup| {
            let mut policy = setup.escalations.remove("payments").unwrap();
            policy.name = "money".to_owned();
            setup.escalations.insert("money".to_owned(), policy);
            setup.services[0].escalation = Some("money".to_owned());
            setup.routing.escalation = None;
        },
        |setup| setup.escalations.get_mut("payments").unwrap().steps.truncate(1),
        |setup| {
            setup.escalations.clear();
            setup.routing.escalation = None;
        },
    ];
    for change in changes {
        let mut w = World::new();
        w.fires("checkout", "critical");
        change(&mut w.setup);
        w.passes(5);
        assert_eq!(w.paged(), ["budi", "rina"]);
    }
}

#[test]
fn a_target_that_vanished_gives_way_to_the_same_step_of_the_policy_of_now_or_to_the_next_step() {
    let step = |person: &str| Step { targets: vec![PageTarget::Person(person.into())], wait: Duration::from_secs(300) };
    let mut w = World::new();
    w.fires("checkout", "critical");
    w.setup.people.remove(&PersonId::from("rina"));
    w.setup.escalations.get_mut("payments").unwrap().steps[1] = step("dewi");
    w.passes(5);
    assert_eq!(w.paged(), ["budi", "dewi"]);

    let mut w = World::new();
    w.setup.escalations.get_mut("payments").unwrap().steps.push(step("dewi"));
    w.fires("checkout", "critical");
    w.setup.people.remove(&PersonId::from("rina"));
    w.setup.escalations.get_mut("payments").unwrap().steps.truncate(1);
    w.passes(5);
    assert_eq!(w.paged(), ["budi", "dewi"], "the next step, at once");
}

#[test]
fn a_severity_that_was_removed_pages_as_it_was_frozen() {
    let mut w = World::new();
    w.fires("checkout", "critical");
    w.setup.severities.remove(&Severity::Sev1);
    w.passes(5);
    assert_eq!(w.paged(), ["budi", "rina"]);
    w.does(&rina(), &Command::Acknowledge).unwrap();
    holds(&w).unwrap();
    w.does(&rina(), &Command::WithdrawAck).unwrap();
    assert_eq!(w.paged(), ["budi", "rina", "rina"], "undo begins the step again at once");
    w.resolves("checkout", "critical");
    w.passes(6);
    w.fires("checkout", "critical");
    assert_eq!(w.paged(), ["budi", "rina", "rina", "rina"], "the wait of the step was over");
}

#[test]
fn an_escalation_of_an_older_version_is_frozen_once() {
    let mut w = World::new();
    w.fires("checkout", "critical");
    let mut old = w.history[&ONE].clone();
    for entry in &mut old {
        if let Event::Escalated { plan, .. } = &mut entry.event {
            *plan = None;
        }
    }
    let old = Incident::replay(ONE, old).unwrap();
    let frozen = learns(&w, &old, &Fact::FirstSeen);
    assert!(matches!(frozen.as_slice(), [Event::PlanFrozen { plan }] if plan.steps.len() == 2));
    assert_eq!(learns(&w, w.one(), &Fact::FirstSeen), []);
}

#[test]
fn what_nobody_is_responsible_for_calls_the_policy_for_services_that_name_none() {
    let mut w = stands("ringing");
    // No rule of ours leads here: the timeline is bent by hand.
    w.add(ONE, vec![Event::EscalationStopped { reason: domain::incident::StopReason::Acknowledged }]);
    assert_eq!(responsibility(w.one(), &w.world(), w.now), Responsibility::Nobody);
    let events = learns(&w, w.one(), &Fact::Unheld);
    assert_eq!(events[0], Event::FoundUnheld);
    w.add(ONE, events);
    assert_eq!(w.paged(), ["budi", "budi"]);
    holds(&w).unwrap();
    // A timer that never came is nobody, too.
    let late = w.now + jiff::SignedDuration::from_mins(7);
    assert_eq!(responsibility(w.one(), &w.world(), late), Responsibility::Nobody);
}

#[test]
fn a_drill_without_anybody_calls_whoever_started_it_and_nobody_else() {
    let mut w = World::new();
    w.drill = Some(Drill { participants: vec!["dewi".into()], scenario: None, incident: None });
    w.fires("checkout", "critical");
    w.add(ONE, vec![Event::PageEnded { page: domain::PageId(1), end: PageEnd::NotNeeded }]);
    let mut bent = w.one().clone();
    bent.pages_people = true;
    assert_eq!(responsibility(&bent, &w.world(), w.now), Responsibility::Nobody);
    let called: Vec<_> = learns(&w, &bent, &Fact::Unheld)
        .into_iter()
        .filter_map(|event| if let Event::Paged { person, .. } = event { Some(person.to_string()) } else { None })
        .collect();
    assert_eq!(called, ["dewi"]);
}

/// Every open incident that pages is exactly one of the states, and its instant is one of its timers.
fn holds(w: &World) -> Result<(), String> {
    holds_after(w, false)
}

/// A reload changes on which ways people are called, and which severities page, behind the back of what is called already.
pub(super) fn holds_after(w: &World, reloaded: bool) -> Result<(), String> {
    let world = w.world();
    for incident in w.incidents.values() {
        let is = responsibility(incident, &world, w.now);
        let timers = timers(incident);
        let has = |kinds: &[TimerKind], at| timers.iter().any(|(kind, due)| kinds.contains(kind) && *due == at);
        let timed = match &is {
            Responsibility::Held { until, .. } => has(&[TimerKind::AckTimeout, TimerKind::AckGrace], *until),
            Responsibility::Ringing { reached, due } => {
                if reached.is_empty() && !reloaded {
                    return Err(format!("{} rings nobody: {incident:#?}", incident.id.label()));
                }
                has(&[TimerKind::EscalationStep, TimerKind::EndAgain], *due)
            }
            Responsibility::Unanswered { again_at } => has(&[TimerKind::EndAgain], *again_at),
            Responsibility::Calm { closes_or_asks_at: at } => {
                has(&[TimerKind::AutoResolve, TimerKind::AskToClose, TimerKind::FlapCalm], *at)
            }
            Responsibility::HeldBack { until, .. } => {
                let held = incident.held_back.as_ref().unwrap();
                let due = held.silences.iter().filter_map(|number| world.silences().get(*number)?.until()).min();
                due == Some(*until) && held.silences.iter().all(|number| world.silences().holds(*number))
            }
            Responsibility::NotPaging => !incident.pages_people || !incident.status.is_open(),
            Responsibility::Nobody => false,
        };
        if !timed {
            return Err(format!("{} is {is:?}, with {timers:?}: {incident:#?}", incident.id.label()));
        }
        let fires = incident.alert_counts().0 > 0;
        let pages = world.setup().severities.get(&incident.severity).is_some_and(|plan| plan.page);
        let untaken = incident.status.is_open() && incident.acknowledged.is_none();
        if untaken && fires && pages && is == Responsibility::NotPaging && !reloaded {
            return Err(format!("{} fires, pages, and calls nobody: {incident:#?}", incident.id.label()));
        }
    }
    Ok(())
}

fn says(w: &World, labels: &[(&str, &str)], key: &str) -> domain::AlertReport {
    let mut report = w.said.values().next().unwrap().clone();
    report.dedup_key = DedupKey(format!("v1:am:{key}"));
    report.unmapped = None;
    report.labels = labels.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    report
}

#[test]
fn a_comma_in_a_value_parts_no_group() {
    let mut w = World::new();
    w.fires("checkout", "warning");
    w.setup.routing.group_by = vec!["service".to_owned(), "env".to_owned()];
    let one = says(&w, &[("service", "a,env=b")], "1");
    let other = says(&w, &[("service", "a"), ("env", "b")], "2");
    assert_eq!(w.hears(one.clone()), "opened");
    assert_eq!(w.hears(other), "opened", "they are not the same");
    assert_eq!(w.hears(says(&w, &[("service", "a,env=b")], "3")), "joined");
    // Labels that are called as what stands for something else.
    w.setup.routing.group_by = vec!["unmapped".to_owned(), "alert".to_owned()];
    w.unreadable("text");
    assert_eq!(w.hears(says(&w, &[("unmapped", "am")], "4")), "opened");
    assert_eq!(w.hears(says(&w, &[("alert", "v1:am:9")], "5")), "opened");
}

/// An older release wrote the key of a group without marks. What it opened keeps its group.
#[test]
fn what_an_older_release_opened_keeps_its_group() {
    let mut w = World::new();
    w.fires("checkout", "warning");
    w.setup.routing.group_by = vec!["service".to_owned(), "env".to_owned()];
    assert_eq!(w.hears(says(&w, &[("service", "a,env=b")], "1")), "opened");
    let opened = w.incidents.get_mut(&IncidentId(2)).unwrap();
    assert_eq!(opened.group_key, Some(GroupKey(r"v1:service=a\,env=b".to_owned())));
    opened.group_key = Some(GroupKey("v1:service=a,env=b".to_owned()));
    assert_eq!(w.hears(says(&w, &[("service", "a,env=b")], "2")), "joined");
    // The other group that had this key is not let in.
    w.incidents.get_mut(&IncidentId(2)).unwrap().reasons.as_mut().unwrap().grouped_by =
        vec!["service=a".to_owned(), "env=b".to_owned()];
    assert_eq!(w.hears(says(&w, &[("service", "a,env=b")], "3")), "opened");
}

/// A chat line that says SEV-1 means it; so does a label.
#[test]
fn a_severity_in_our_own_words_means_the_same_from_every_source() {
    let mut w = World::new();
    w.fires("checkout", "warning");
    let severity = |w: &World, labels: &[(&str, &str)]| {
        let routed = domain::routing::route(&w.setup, &says(w, labels, "1"));
        (routed.severity, routed.why == domain::routing::Why::SeverityLabel)
    };
    assert_eq!(severity(&w, &[("severity", "SEV-1")]), (Severity::Sev1, true));
    assert_eq!(severity(&w, &[("severity", " sev-3 ")]), (Severity::Sev3, true));
    assert_eq!(severity(&w, &[("severity", "critical")]), (Severity::Sev1, false));
    // SEV-2 is not configured, and `1` is no word of ours: the rules decide.
    assert_eq!(severity(&w, &[("severity", "SEV-2")]), (Severity::Sev4, false));
    assert_eq!(severity(&w, &[("severity", "1")]), (Severity::Sev4, false));
    // A rule that asks for the label decides as ever.
    let rule = domain::setup::RoutingRule {
        matchers: vec![domain::labels::Matcher::equals("severity", "SEV-1")],
        severity: Severity::Sev3,
        source: w.setup.routing.rules[0].source.clone(),
    };
    w.setup.routing.rules.insert(0, rule);
    assert_eq!(severity(&w, &[("severity", "SEV-1")]), (Severity::Sev3, false));
}
