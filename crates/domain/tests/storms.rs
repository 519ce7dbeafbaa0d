//! Purpose: when a storm begins and ends, what is folded and unfolded, and what is counted: as cases, and over random histories.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use std::time::Duration;

use domain::incident::{AlertCounts, EventAt, Opener};
use domain::plan::plan;
use domain::routing::Why;
use domain::setup::{RoomKind, SeverityPlan};
use domain::storm::{Admission, FoldedBy, Standing, StormRules, Storms, may_fold, unfolding};
use domain::{
    Access, Actor, ChatUserId, DedupKey, Effect, Event, Incident, IncidentId, Labels, Setup, Severity, Timestamp, World,
};
use proptest::prelude::*;

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(1_772_395_800 + seconds).unwrap()
}

fn rules(rooms: u32) -> StormRules {
    StormRules { rooms, ..StormRules::default() }
}

fn setup() -> Setup {
    let text = "version = 1\n[discord]\nincidents = \"#incidents\"\n[severities]\nSEV-4 = { means = \"none\", page = false }\n[routing]\nrules = [{ match = [], severity = \"SEV-4\" }]\n";
    let mut setup = config::from_text("siaga.toml", text, &[]).unwrap_or_else(|p| panic!("{}", p.render(false))).setup;
    let plan = |room, page| {
        let (means, update_every, postmortem, ack_timeout) = (String::new(), None, None, None);
        SeverityPlan { means, room, page, update_every, postmortem, ack_timeout }
    };
    setup.severities.insert(Severity::Sev4, plan(RoomKind::Thread, false));
    setup.severities.insert(Severity::Sev1, plan(RoomKind::Channel, true));
    setup
}

fn opened(severity: Severity, drill: Option<domain::Drill>) -> Event {
    Event::Opened {
        title: "Stock is slow".into(),
        impact: None,
        service: Some("orders".into()),
        owner: None,
        severity,
        room: RoomKind::Thread,
        opener: Opener::Alert { integration: "alertmanager".into() },
        why: Why::NoRule,
        group_key: None,
        links: Vec::new(),
        runbook: None,
        runbook_url: None,
        missing: Vec::new(),
        policy: None,
        labels: Labels::new(),
        reasons: None,
        detected: None,
        drill,
    }
}

fn folded(storm: u32) -> Event {
    Event::Folded { by: FoldedBy { storm, rooms: 10, within_ms: 60_000, source: None } }
}

fn agus() -> Actor {
    Actor { user: ChatUserId(7), name: "Agus".into(), person: None, access: Access::Responder }
}

fn fired(key: &str) -> Event {
    Event::AlertFired {
        dedup_key: DedupKey(key.into()),
        title: "Stock is slow".into(),
        again: false,
        value: None,
        endless: false,
    }
}

#[test]
fn a_storm_begins_with_the_first_one_too_many_and_ends_when_nothing_was_folded_for_a_while() {
    let (rules, mut storms) = (rules(2), Storms::default());
    assert_eq!(storms.admit(&rules, at(0)), Admission::Room);
    assert_eq!(storms.admit(&rules, at(10)), Admission::Room);
    // The first is a minute ago by now, so this is the second again.
    assert_eq!(storms.admit(&rules, at(60)), Admission::Room);
    let Admission::Folded(by) = storms.admit(&rules, at(61)) else { panic!("{storms:?}") };
    assert_eq!((by.storm, by.rooms, by.within_ms), (1, 2, 60_000));
    storms.folded(1, &rules, at(61));
    assert!(matches!(storms.admit(&rules, at(300)), Admission::Folded(FoldedBy { storm: 1, .. })));
    storms.folded(1, &rules, at(300));
    assert_eq!(storms.over(at(599)), None);
    assert_eq!(storms.over(at(600)).map(|over| (over.number, over.alerts)), Some((1, 2)));
    assert_eq!(storms.over(at(601)), None, "it ends once");
    assert_eq!(storms.admit(&rules, at(601)), Admission::Room, "then rooms open as usual");
    assert_eq!(storms.admit(&rules, at(602)), Admission::Room);
    assert!(matches!(storms.admit(&rules, at(603)), Admission::Folded(FoldedBy { storm: 2, .. })));
}

#[test]
fn without_a_threshold_there_are_no_storms() {
    let mut storms = Storms::default();
    for second in 0..1_000 {
        assert_eq!(storms.admit(&rules(0), at(second)), Admission::Room);
    }
    assert!(storms.openings.is_empty(), "and nothing is remembered for them");
}

#[test]
fn what_pages_and_what_is_a_drill_is_never_folded() {
    let setup = setup();
    assert!(may_fold(&opened(Severity::Sev4, None), &setup));
    assert!(!may_fold(&opened(Severity::Sev1, None), &setup));
    let drill = domain::Drill { scenario: None, participants: Vec::new(), incident: None };
    assert!(!may_fold(&opened(Severity::Sev4, Some(drill)), &setup));
}

#[test]
fn stored_events_of_a_storm_can_be_read() {
    for text in [
        r#"{"kind":"folded","by":{"storm":3,"rooms":10,"within_ms":60000}}"#,
        r#"{"kind":"folded","by":{"storm":3,"rooms":10,"within_ms":60000,"source":{"file":"siaga.toml","line":9}}}"#,
        r#"{"kind":"unfolded","why":"after_storm"}"#,
    ] {
        let event: Event = serde_json::from_str(text).unwrap();
        assert_eq!(serde_json::to_string(&event).unwrap(), text);
    }
    for text in [r#"{"kind":"board","storm":3}"#, r#"{"kind":"storm_over","storm":3}"#] {
        let effect: Effect = serde_json::from_str(text).unwrap();
        assert_eq!((effect.storm(), effect.incident()), (Some(3), None));
    }
}

/// An incident with everything that is decided about it, as the engine applies it.
struct Told {
    incident: Option<Incident>,
    history: Vec<EventAt>,
    setup: Setup,
}

impl Told {
    fn begin() -> Self {
        let mut told = Self { incident: None, history: Vec::new(), setup: setup() };
        assert_eq!(told.add(0, vec![opened(Severity::Sev4, None), folded(1), fired("a")]), Vec::<Effect>::new());
        told
    }

    fn add(&mut self, second: i64, mut events: Vec<Event>) -> Vec<Effect> {
        let before = self.incident.clone();
        if let Some(unfolded) = before.as_ref().and_then(|incident| unfolding(incident, &events)) {
            events.insert(0, unfolded);
        }
        let mut entries = Vec::new();
        for event in events {
            let seq = self.incident.as_ref().map_or(0, |incident| incident.last_seq) + 1;
            let entry = EventAt { seq, at: at(second), event };
            match &mut self.incident {
                Some(incident) => incident.apply(&entry),
                None => self.incident = Incident::from_opened(IncidentId(1), &entry),
            }
            entries.push(entry);
        }
        self.history.extend(entries.iter().cloned());
        let world = World::new(self.setup.clone());
        let planned = plan(before.as_ref(), self.incident.as_ref().unwrap(), &entries, &world);
        planned.effects.into_iter().map(|planned| planned.effect).collect()
    }

    fn now(&self) -> &Incident {
        self.incident.as_ref().unwrap()
    }
}

#[test]
fn whoever_takes_it_gets_everything_that_a_new_incident_has_and_it_counts_no_further() {
    let mut told = Told::begin();
    told.add(1, vec![fired("b")]);
    let effects = told.add(2, vec![Event::Acknowledged { by: agus(), holds_ms: None, update_by: None, spared: None }]);
    let kinds: Vec<&str> = effects.iter().map(Effect::kind).collect();
    assert_eq!(kinds, ["card", "thread", "post", "post"], "card, thread, why, acknowledged");
    told.add(3, vec![fired("c")]);
    assert_eq!(told.now().fold.as_ref().map(|fold| fold.alerts), Some(2));
    assert_eq!(told.now().standing(), Some(Standing::Unfolded));
    let seen = told.add(4, vec![Event::AlertResolved { dedup_key: DedupKey("c".into()) }]);
    assert_eq!(seen.iter().map(Effect::kind).collect::<Vec<_>>(), ["card"], "an edit like any other");
}

#[test]
fn what_ends_it_needs_no_room() {
    let mut told = Told::begin();
    let resolved = Event::Resolved {
        by: Some(agus()),
        fixed: Some("restarted".into()),
        postmortem_due: None,
        report: None,
        fires_on_at: None,
    };
    assert_eq!(told.add(1, vec![resolved]), Vec::<Effect>::new());
    assert_eq!(told.now().standing(), Some(Standing::Over));
    let effects = told.add(2, vec![Event::Reopened { by: Some(agus()), reason: None, fired_on: None }]);
    assert!(matches!(effects.first(), Some(Effect::Card { .. })), "whoever reopens it wants to see it: {effects:?}");
}

/// What may happen to a folded incident.
fn happening() -> impl Strategy<Value = Event> {
    prop_oneof![
        6 => "[a-e]".prop_map(|key| fired(&key)),
        3 => "[a-e]".prop_map(|key| Event::AlertResolved { dedup_key: DedupKey(key) }),
        2 => Just(Event::AllAlertsResolved { closes_at: None }),
        2 => (0_usize..9, 0_usize..3, 0_usize..9).prop_map(|(new, again, resolved)| Event::AlertsCounted { counts: AlertCounts { new, again, resolved, endless: 0 } }),
        1 => Just(Event::SeverityChanged { from: Severity::Sev4, to: Severity::Sev3, by: None, reason: None, room: RoomKind::Thread, why: None }),
        1 => Just(Event::Resolved { by: None, fixed: None, postmortem_due: None, report: None, fires_on_at: None }),
        1 => Just(Event::Followed { user: ChatUserId(9), how: domain::incident::FollowHow::Thread }),
        1 => Just(Event::Noted { by: agus(), text: "hm".into(), link: None }),
        1 => Just(Event::EscalationEnded { policy: None, gaps: Vec::new(), plan: None, again_at: None }),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn the_count_is_what_began_to_fire_while_it_was_folded_and_a_replay_says_the_same(
        events in proptest::collection::vec(happening(), 0..40)
    ) {
        let mut told = Told::begin();
        let mut expected = 1;
        for (second, event) in (1..).zip(events) {
            let fires = match &event {
                Event::AlertFired { .. } => 1,
                Event::AlertsCounted { counts } => u32::try_from(counts.new + counts.again).unwrap(),
                _ => 0,
            };
            let was_folded = told.now().is_folded();
            let effects = told.add(second, vec![event]);
            let is_folded = told.now().is_folded();
            expected += if is_folded { fires } else { 0 };
            prop_assert!(!is_folded || effects.is_empty(), "nothing is visible of what is folded: {effects:?}");
            prop_assert!(was_folded || !is_folded, "nothing folds it again");
            if was_folded && !is_folded {
                prop_assert!(matches!(effects.first(), Some(Effect::Card { .. })), "{effects:?}");
            }
        }
        prop_assert_eq!(told.now().fold.as_ref().map(|fold| fold.alerts), Some(expected));
        let replayed = Incident::replay(IncidentId(1), told.history.iter().cloned()).unwrap();
        prop_assert_eq!(&replayed, told.now());
    }

    #[test]
    fn never_more_than_the_threshold_have_rooms_within_the_time_and_a_storm_ends_only_after_quiet(
        rooms in 1_u32..6, steps in proptest::collection::vec((0_i64..90, any::<bool>()), 1..200)
    ) {
        let rules = StormRules { quiet: Duration::from_secs(120), ..rules(rooms) };
        let (mut storms, mut now, mut given) = (Storms::default(), 0, Vec::new());
        let mut last_folded = None;
        for (wait, opens) in steps {
            now += wait;
            if let Some(over) = storms.over(at(now)) {
                let last: i64 = last_folded.unwrap();
                prop_assert!(now - last >= 120, "{over:?} ended {} s after the last", now - last);
            }
            if !opens {
                continue;
            }
            match storms.admit(&rules, at(now)) {
                Admission::Room => given.push(now),
                Admission::Folded(_) => {
                    storms.folded(1, &rules, at(now));
                    last_folded = Some(now);
                }
            }
            let lately = given.iter().filter(|at| now - **at < 60).count();
            prop_assert!(lately <= usize::try_from(rooms).unwrap(), "{lately} rooms within a minute");
        }
    }
}
