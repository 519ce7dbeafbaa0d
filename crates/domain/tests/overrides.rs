//! Purpose: who is on call when people take over for a time: ends as people type them, overlaps, handoffs, and the nights on which
//! the clock changes.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use std::sync::Arc;

use domain::oncall::{
    NotPossible, OnCall, OnCallAnswer, OnCallEvent, OnCallRequest, OverWhy, Overrides, changed, decide,
    decide_configuration, decide_due, handed_over,
};
use domain::typed_time::{BadTime, ClockChange, End};
use domain::{Access, Actor, ChatUserId, PersonId, Refusal, Timestamp, World};

const SETUP: &str = r##"version = 1
[discord]
incidents = "#incidents"
[people]
ana = { discord = "ana" }
ben = { discord = "ben" }
cas = { discord = "cas" }
[[schedules]]
name = "shop"
people = ["ana", "ben"]
handoff = "Monday 09:00"
timezone = "Europe/Berlin"
[severities]
SEV-4 = { means = "none", page = false }
[routing]
rules = [{ match = [], severity = "SEV-4" }]
"##;

fn setup(text: &str) -> domain::Setup {
    config::from_text("siaga.toml", text, &[]).unwrap_or_else(|p| panic!("{}", p.render(false))).setup
}

fn at(text: &str) -> Timestamp {
    format!("{text}[Europe/Berlin]").parse::<jiff::Zoned>().unwrap().timestamp()
}

fn actor(name: &str, access: Access) -> Actor {
    Actor { user: ChatUserId(1), name: name.to_owned(), person: Some(PersonId::from(name)), access }
}

/// A world that people change.
struct Told {
    world: World,
}

impl Told {
    fn new() -> Self {
        Self { world: World::new(setup(SETUP)) }
    }

    fn put(&mut self, number: u32, events: Vec<OnCallEvent>, now: Timestamp) {
        let before = self.world.overrides().get(number).cloned();
        let (own, _, _) = changed(number, before.as_deref(), events, now).unwrap();
        let mut overrides = Overrides::clone(self.world.overrides());
        overrides.put(own);
        self.world = self.world.with_overrides(Arc::new(overrides));
    }

    fn asks(&mut self, by: &Actor, request: &OnCallRequest, now: Timestamp) -> Result<OnCallAnswer, Refusal> {
        let decided = decide(&self.world, by, request, 77, now)?;
        for (number, event) in decided.events {
            self.put(number, vec![event], now);
        }
        Ok(decided.answer)
    }

    fn takes(&mut self, who: &str, until: &str, now: &str) -> OnCallAnswer {
        let end = End { until: Some(until.to_owned()), lasts: None };
        let request = OnCallRequest::Take { schedule: "shop".to_owned(), end };
        self.asks(&actor(who, Access::Responder), &request, at(now)).unwrap()
    }

    fn due(&mut self, number: u32, now: Timestamp) {
        let own = self.world.overrides().get(number).cloned().unwrap();
        let events = decide_due(&self.world, &own, now);
        self.put(number, events, now);
    }

    /// `cas instead of ana until 2026-03-03T12:00, then ana`
    fn who(&self, now: &str) -> String {
        let berlin = |at: Timestamp| at.in_tz("Europe/Berlin").unwrap().strftime("%Y-%m-%dT%H:%M").to_string();
        match self.world.on_call("shop", at(now)) {
            OnCall::Person { person, until, next, instead_of } => {
                let instead =
                    instead_of.and_then(|instead| instead.person).map(|person| format!(" instead of {person}"));
                format!("{person}{} until {}, then {next}", instead.unwrap_or_default(), berlin(until))
            }
            OnCall::Gap => "nobody".to_owned(),
        }
    }
}

fn end_of(answer: &OnCallAnswer) -> Timestamp {
    match answer {
        OnCallAnswer::Taken { until, .. } => until.at,
        other => panic!("{other:?}"),
    }
}

#[test]
fn ends_are_read_as_local_times_of_the_schedules_zone() {
    let now = "2026-03-03T22:00";
    for (typed, end) in [
        ("23:00", "2026-03-03T23:00"),
        // A night shift: the next six o'clock.
        ("06:00", "2026-03-04T06:00"),
        ("23.30", "2026-03-03T23:30"),
        ("tomorrow 09:00", "2026-03-04T09:00"),
        ("besok 09:00", "2026-03-04T09:00"),
        ("09:00 tomorrow", "2026-03-04T09:00"),
        ("besok pagi", "2026-03-04T09:00"),
        ("2h", "2026-03-04T00:00"),
        ("today 22:30", "2026-03-03T22:30"),
        ("2026-03-10 09:00", "2026-03-10T09:00"),
        ("2026-03-10T09:00", "2026-03-10T09:00"),
    ] {
        let answer = Told::new().takes("cas", typed, now);
        assert_eq!(end_of(&answer), at(end), "{typed}");
    }
    for (typed, hours) in [("2h", 2), ("1d", 24), ("90m", 1), ("2 jam", 2), ("1 hari", 24)] {
        let request = OnCallRequest::Take {
            schedule: "shop".to_owned(),
            end: End { until: None, lasts: Some(typed.to_owned()) },
        };
        let answer = Told::new().asks(&actor("cas", Access::Responder), &request, at(now)).unwrap();
        assert_eq!(end_of(&answer).duration_since(at(now)).as_hours(), hours, "{typed}");
    }
}

#[test]
fn an_end_that_has_passed_is_too_far_or_is_no_time_is_refused_and_changes_nothing() {
    let now = "2026-03-03T22:00";
    let refused = |typed: &str| match Told::new().takes("cas", typed, now) {
        OnCallAnswer::NotPossible(why) => why,
        other => panic!("{typed}: {other:?}"),
    };
    assert_eq!(refused("2026-03-03 21:00"), NotPossible::Time(BadTime::Passed { at: at("2026-03-03T21:00") }));
    assert_eq!(refused("today 22:00"), NotPossible::Time(BadTime::Passed { at: at(now) }));
    assert_eq!(refused("2026-04-04 00:00"), NotPossible::TooLong);
    for typed in ["", "25:00", "2026-02-30 09:00", "30"] {
        assert!(matches!(refused(typed), NotPossible::Time(BadTime::Unreadable { .. })), "{typed}");
    }
    for typed in ["later", "at 3", "nanti"] {
        assert!(matches!(refused(typed), NotPossible::Time(BadTime::Vague { .. })), "{typed}");
    }
    // 31 days are taken, also over a change of the clock.
    assert_eq!(end_of(&Told::new().takes("cas", "2026-04-03 22:00", now)), at("2026-04-03T22:00"));
    for end in [End::default(), End { until: Some("23:00".to_owned()), lasts: Some("2h".to_owned()) }] {
        let request = OnCallRequest::Take { schedule: "shop".to_owned(), end };
        let answer = Told::new().asks(&actor("cas", Access::Responder), &request, at(now)).unwrap();
        assert_eq!(answer, OnCallAnswer::NotPossible(NotPossible::Time(BadTime::OneEnd)));
    }
}

/// grafana/oncall issue 5247: an hour that nobody covered when summer time ended.
#[test]
fn of_an_hour_that_exists_twice_the_later_is_meant_and_one_that_does_not_exist_moves_on() {
    // Summer time ends on 25 October: 02:30 comes at 00:30 UTC and again at 01:30 UTC.
    let answer = Told::new().takes("cas", "2026-10-25 02:30", "2026-10-24T20:00");
    let OnCallAnswer::Taken { until, .. } = answer else { panic!("{answer:?}") };
    assert_eq!(until.at, "2026-10-25T01:30:00Z".parse().unwrap());
    assert_eq!(until.clock, Some(ClockChange::Twice { local: "02:30".into(), offset: "+01:00".into() }));
    // It begins on 29 March: 02:30 does not exist.
    let answer = Told::new().takes("cas", "2026-03-29 02:30", "2026-03-28T20:00");
    let OnCallAnswer::Taken { until, .. } = answer else { panic!("{answer:?}") };
    assert_eq!(until.at, "2026-03-29T01:30:00Z".parse().unwrap());
    let skipped = ClockChange::Skipped { local: "02:30".into(), becomes: "03:30".into(), offset: "+02:00".into() };
    assert_eq!(until.clock, Some(skipped));
}

#[test]
fn an_override_holds_over_a_handoff_until_its_end() {
    let mut told = Told::new();
    let rotation = told.who("2026-03-08T12:00");
    told.takes("cas", "2026-03-10 12:00", "2026-03-08T12:00");
    let (before, after) = if rotation.starts_with("ana") { ("ana", "ben") } else { ("ben", "ana") };
    let end = "until 2026-03-10T12:00";
    assert_eq!(told.who("2026-03-09T08:59"), format!("cas instead of {before} {end}, then {after}"));
    assert_eq!(told.who("2026-03-09T09:00"), format!("cas instead of {after} {end}, then {after}"));
    assert_eq!(told.who("2026-03-10T12:00"), format!("{after} until 2026-03-16T09:00, then {before}"));
}

/// Asked for in grafana/oncall issue 1021: an override of an override, and the first goes on.
#[test]
fn of_two_the_one_given_last_holds_and_then_the_other_goes_on_if_it_still_runs() {
    let mut told = Told::new();
    let rotation = if told.who("2026-03-03T10:00").starts_with("ana") { "ana" } else { "ben" };
    let other = if rotation == "ana" { "ben" } else { "ana" };
    told.takes("cas", "20:00", "2026-03-03T10:00");
    told.takes(other, "14:00", "2026-03-03T12:00");
    assert_eq!(told.who("2026-03-03T13:00"), format!("{other} instead of cas until 2026-03-03T14:00, then cas"));
    told.due(2, at("2026-03-03T14:00"));
    assert_eq!(
        told.who("2026-03-03T14:00"),
        format!("cas instead of {rotation} until 2026-03-03T20:00, then {rotation}")
    );
    // One that ended while the other held is not come back to.
    let mut told = Told::new();
    told.takes("cas", "13:00", "2026-03-03T10:00");
    told.takes(other, "14:00", "2026-03-03T12:00");
    told.due(1, at("2026-03-03T13:00"));
    assert!(told.who("2026-03-03T13:30").starts_with(other));
    assert!(told.who("2026-03-03T14:00").starts_with(rotation));
}

#[test]
fn until_the_yes_the_giver_stays_on_call_and_only_the_receiver_answers() {
    let mut told = Told::new();
    let now = at("2026-03-03T10:00");
    let rotation = if told.who("2026-03-03T10:00").starts_with("ana") { "ana" } else { "ben" };
    let giver = actor(rotation, Access::None);
    let give = |person: &str| OnCallRequest::Give {
        person: PersonId::from(person),
        schedule: None,
        end: End { until: Some("20:00".to_owned()), lasts: None },
    };
    assert!(matches!(told.asks(&giver, &give("cas"), now).unwrap(), OnCallAnswer::Asked { .. }));
    assert!(told.who("2026-03-03T10:00").starts_with(rotation));
    let yes = OnCallRequest::Answer { number: 1, yes: true };
    let answer = told.asks(&giver, &yes, now).unwrap();
    assert_eq!(answer, OnCallAnswer::NotPossible(NotPossible::NotAsked { person: "cas".into() }));
    assert!(matches!(told.asks(&actor("cas", Access::None), &yes, now).unwrap(), OnCallAnswer::Accepted { .. }));
    assert!(told.who("2026-03-03T10:00").starts_with(&format!("cas instead of {rotation}")));
    // A second press changes nothing.
    assert_eq!(told.asks(&actor("cas", Access::None), &yes, now).unwrap(), OnCallAnswer::Nothing);
    // Who neither is on call nor responds is told what it takes; a responder, that it is not theirs to give.
    let other = actor("nina", Access::Read);
    assert!(matches!(told.asks(&other, &give("ana"), now), Err(Refusal::NotAllowed { .. })));
    let responder = actor("nina", Access::Responder);
    let answer = told.asks(&responder, &give("ana"), now).unwrap();
    assert!(matches!(answer, OnCallAnswer::NotPossible(NotPossible::NotYours { .. })), "{answer:?}");
}

#[test]
fn an_unanswered_question_ends_after_an_hour_and_a_clock_that_is_early_ends_nothing() {
    let mut told = Told::new();
    let rotation = if told.who("2026-03-03T10:00").starts_with("ana") { "ana" } else { "ben" };
    let give = OnCallRequest::Give {
        person: "cas".into(),
        schedule: Some("shop".to_owned()),
        end: End { until: Some("20:00".to_owned()), lasts: None },
    };
    told.asks(&actor(rotation, Access::None), &give, at("2026-03-03T10:00")).unwrap();
    let own = told.world.overrides().get(1).cloned().unwrap();
    assert_eq!(own.due(), Some(at("2026-03-03T11:00")));
    assert_eq!(decide_due(&told.world, &own, at("2026-03-03T10:59")), Vec::new());
    assert_eq!(decide_due(&told.world, &own, at("2026-03-03T11:00")), vec![OnCallEvent::Unanswered]);
    told.due(1, at("2026-03-03T11:00"));
    assert!(told.world.overrides().get(1).is_none());
    assert!(told.who("2026-03-03T11:00").starts_with(rotation));
}

#[test]
fn whom_or_what_the_configuration_does_not_know_any_more_ends_it_and_calls_nobody_meanwhile() {
    let mut told = Told::new();
    let rotation = if told.who("2026-03-03T10:00").starts_with("ana") { "ana" } else { "ben" };
    told.takes("cas", "20:00", "2026-03-03T10:00");
    let without = SETUP.replace("cas = { discord = \"cas\" }\n", "");
    told.world = told.world.with_setup(setup(&without));
    assert!(told.who("2026-03-03T10:01").starts_with(rotation));
    let own = told.world.overrides().get(1).cloned().unwrap();
    let over = decide_configuration(&told.world, &own, at("2026-03-03T10:01"));
    assert_eq!(over, Some(OnCallEvent::Over { why: OverWhy::NotAPerson, then: Some(rotation.into()), held: true }));
}

#[test]
fn it_is_said_who_is_on_call_when_that_is_somebody_else_and_not_otherwise() {
    let mut told = Told::new();
    let told_in = SETUP.replace("name = \"shop\"", "name = \"shop\"\nannounce = \"#shop\"");
    told.world = told.world.with_setup(setup(&told_in));
    let now = at("2026-03-03T10:00");
    let Some(OnCallEvent::HandedOver { from: None, to: Some(first), .. }) = handed_over(&told.world, "shop", now)
    else {
        panic!("nothing was said yet")
    };
    let mut overrides = Overrides::clone(told.world.overrides());
    overrides.said.insert(
        "shop".into(),
        domain::oncall::LastSaid { person: Some(first.clone()), told: true, seq: 1, ..Default::default() },
    );
    told.world = told.world.with_overrides(Arc::new(overrides));
    assert_eq!(handed_over(&told.world, "shop", now), None);
    // The same person for longer is no news (grafana/oncall issue 294).
    told.takes(first.as_str(), "2026-03-10 12:00", "2026-03-03T10:00");
    assert_eq!(handed_over(&told.world, "shop", now), None);
    assert_eq!(handed_over(&told.world, "shop", at("2026-03-10T11:59")), None);
    told.due(1, at("2026-03-10T12:00"));
    assert!(handed_over(&told.world, "shop", at("2026-03-10T12:00")).is_some());
}

/// grafana/oncall issue 945: nobody could tell why the group of who is on call was not as it should be.
#[test]
fn a_role_goes_with_whoever_is_on_call_and_is_taken_when_the_configuration_names_it_no_more() {
    let named = |role: &str| SETUP.replace("name = \"shop\"", &format!("name = \"shop\"\nrole = \"{role}\""));
    let mut told = Told::new();
    let now = at("2026-03-03T10:00");
    let mut said = domain::oncall::LastSaid::default();
    // What changes: whom a role is given to or taken from.
    let mut changes = |told: &mut Told| -> Vec<String> {
        let Some(event) = handed_over(&told.world, "shop", now) else { return Vec::new() };
        let entry = domain::incident::EventAt { seq: said.seq + 1, at: now, event };
        let effects = domain::oncall::announced("shop", told.world.setup().schedules.get("shop"), &said, &entry);
        said.apply(&entry);
        let mut overrides = Overrides::clone(told.world.overrides());
        overrides.said.insert("shop".into(), said.clone());
        told.world = told.world.with_overrides(Arc::new(overrides));
        let shown = effects.iter().map(|planned| match &planned.effect {
            domain::Effect::Role { person, role: Some(domain::setup::ChatName::Name(role)), .. } => {
                format!("{role} {person}")
            }
            other => other.kind().to_owned(),
        });
        shown.collect()
    };
    let holder = told.world.on_call("shop", now).person().unwrap().to_string();
    let none: Vec<String> = Vec::new();
    told.world = told.world.with_setup(setup(&named("@red")));
    assert_eq!(changes(&mut told), [format!("red {holder}")]);
    assert_eq!(changes(&mut told), none);
    told.world = told.world.with_setup(setup(&named("@blue")));
    assert_eq!(changes(&mut told), [format!("red {holder}"), format!("blue {holder}")]);
    told.world = told.world.with_setup(setup(SETUP));
    assert_eq!(changes(&mut told), [format!("blue {holder}")]);
    assert_eq!(changes(&mut told), none);
    told.world = told.world.with_setup(setup(&named("@blue")));
    assert_eq!(changes(&mut told), [format!("blue {holder}")]);
    // The schedule is gone.
    let mut gone = setup(SETUP);
    gone.schedules.clear();
    told.world = told.world.with_setup(gone);
    assert_eq!(changes(&mut told), [format!("blue {holder}")]);
    assert_eq!(changes(&mut told), none);
}
