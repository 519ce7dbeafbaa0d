//! Purpose: whose turn it is when the rotation is changed: nobody's running shift changes because of somebody else, the turns are
//! counted from the start that the file names, and what changes is known before it does.
//!
//! Sources: PagerDuty/terraform-provider-pagerduty issues 215, 341 and 585 (adding or taking away one person put another on call at
//! once) and pull request 1083 (the start is moved so that it does not); opsgenie/terraform-provider-opsgenie issue 185 (added at
//! the end, and the whole order was another one).
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use std::collections::BTreeMap;

use domain::incident::EventAt;
use domain::oncall::{
    LastSaid, OnCall, OnCallEvent, Overrides, Shift, reconfigured, schedule_gone, shift_changes, shift_runs,
    start_to_go_on, start_to_write,
};
use domain::{PersonId, Timestamp, World};
use proptest::prelude::*;

fn setup(schedule: &str) -> domain::Setup {
    let people: Vec<String> = "abcdefgh".chars().map(|p| format!("{p} = {{ discord = \"{p}\" }}")).collect();
    let text = format!(
        "version = 1\n[discord]\nincidents = \"#incidents\"\n[people]\n{}\n{schedule}\n[severities]\n\
         SEV-4 = {{ means = \"none\", page = false }}\n[routing]\nrules = [{{ match = [], severity = \"SEV-4\" }}]\n",
        people.join("\n")
    );
    config::from_text("siaga.toml", &text, &[]).unwrap_or_else(|p| panic!("{}", p.render(false))).setup
}

fn shop(people: &str, more: &str) -> domain::Setup {
    let people: Vec<String> = people.chars().map(|p| format!("{p:?}").replace('\'', "\"")).collect();
    setup(&format!(
        "[[schedules]]\nname = \"shop\"\npeople = [{}]\ntimezone = \"Europe/Berlin\"\n{more}",
        people.join(", ")
    ))
}

fn at(text: &str) -> Timestamp {
    format!("{text}[Europe/Berlin]").parse::<jiff::Zoned>().unwrap().timestamp()
}

/// A bot that keeps what it wrote down.
struct Kept {
    world: World,
    events: Vec<EventAt<OnCallEvent>>,
}

impl Kept {
    fn new(setup: domain::Setup, now: &str) -> Self {
        let mut kept = Self { world: World::new(setup), events: Vec::new() };
        kept.looks(at(now));
        kept
    }

    /// What the bot does at a start, at a handoff and with each configuration.
    fn looks(&mut self, now: Timestamp) -> Option<OnCallEvent> {
        let schedule = self.world.setup().schedules.get("shop")?.clone();
        let event = shift_runs(&self.world, &schedule, now)?;
        self.events.push(EventAt { seq: u32::try_from(self.events.len()).unwrap() + 1, at: now, event: event.clone() });
        self.replayed();
        Some(event)
    }

    fn replayed(&mut self) {
        let mut overrides = Overrides::default();
        overrides.said.insert("shop".into(), LastSaid::replay(&self.events));
        self.world = self.world.with_overrides(overrides);
    }

    fn reloads(&mut self, setup: domain::Setup, now: &str) -> Option<OnCallEvent> {
        self.world = self.world.with_setup(setup);
        self.looks(at(now))
    }

    /// Everything that is in memory only is gone, and the file may be another one.
    fn restarts(&mut self, setup: domain::Setup, now: &str) -> Option<OnCallEvent> {
        self.world = World::new(setup);
        self.replayed();
        self.looks(at(now))
    }

    fn who(&self, when: &str) -> String {
        self.world.on_call("shop", at(when)).person().map_or("nobody".to_owned(), |person| person.0.clone())
    }

    fn shift(&self) -> Option<&Shift> {
        self.world.overrides().said.get("shop")?.shift.as_ref()
    }
}

const FROM: &str = "from = 2026-11-30";
/// In the third week from the start: it is c's turn of three, a's of two.
const NOW: &str = "2026-12-16T12:00";
const HANDOFF: &str = "2026-12-21T09:00";

#[test]
fn turns_are_counted_from_the_start_forwards_and_backwards() {
    let kept = Kept::new(shop("abc", FROM), NOW);
    for (when, who) in [
        ("2026-11-30T08:59", "c"),
        ("2026-11-30T09:00", "a"),
        ("2026-12-07T08:59", "a"),
        ("2026-12-07T09:00", "b"),
        ("2026-12-14T09:00", "c"),
        ("2026-12-21T09:00", "a"),
        ("2026-11-23T09:00", "c"),
        ("2026-11-16T09:00", "b"),
    ] {
        assert_eq!(kept.who(when), who, "{when}");
    }
}

/// A person is an account: what the file calls them may change in the middle of a shift.
#[test]
fn another_name_for_the_same_account_keeps_the_shift_and_changes_nobodys_turns() {
    // c has the shift; whoever is renamed is called h from then on.
    for (new, was) in [("abh", "c"), ("hbc", "a"), ("ahc", "b")] {
        let mut kept = Kept::new(shop("abc", FROM), NOW);
        assert_eq!(kept.who(NOW), "c");
        let mut renamed = shop(new, FROM);
        renamed.people.remove(&PersonId::from(was));
        let names = BTreeMap::from([(PersonId::from(was), PersonId::from("h"))]);
        kept.world = kept.world.with_renamed(names);
        let event = kept.reloads(renamed, "2026-12-17T12:00");
        let now = if was == "c" { "h" } else { "c" };
        assert_eq!(kept.who("2026-12-17T12:00"), now, "{new}");
        assert!(event.is_none_or(|event| event.shift_changes().is_empty()), "nobody's turns are others: {new}");
        assert_eq!(kept.who(HANDOFF), new.chars().next().unwrap().to_string());
    }
}

#[test]
fn a_new_name_for_another_account_is_a_new_person() {
    let mut kept = Kept::new(shop("abc", FROM), NOW);
    kept.reloads(shop("abh", FROM), NOW);
    assert_eq!(kept.who(NOW), "a", "whoever followed c");
}

#[test]
fn appending_inserting_and_removing_others_changes_nobodys_shift_before_the_handoff() {
    // The list now; then; who is on call until the handoff; by the file's start from the handoff on.
    for (old, new, now_and_until, then) in [
        ("ab", "abc", "a", "a"),
        ("abc", "abcd", "c", "d"),
        ("abc", "dabc", "c", "c"),
        ("abc", "adbc", "c", "c"),
        ("abc", "bc", "c", "c"),
        ("abc", "ac", "c", "c"),
        ("abc", "cba", "c", "c"),
        ("abc", "c", "c", "c"),
    ] {
        let mut kept = Kept::new(shop(old, FROM), NOW);
        kept.reloads(shop(new, FROM), "2026-12-16T13:00");
        assert_eq!(kept.who("2026-12-16T13:00"), now_and_until, "{old} -> {new}");
        assert_eq!(kept.who("2026-12-21T08:59"), now_and_until, "{old} -> {new}");
        assert_eq!(kept.who(HANDOFF), then, "{old} -> {new}");
        // The same after a restart, and when the timer of the handoff was looked at.
        kept.restarts(shop(new, FROM), "2026-12-18T03:00");
        assert_eq!(kept.who("2026-12-21T08:59"), now_and_until, "{old} -> {new}, restarted");
        kept.looks(at(HANDOFF));
        assert_eq!(kept.who(HANDOFF), then, "{old} -> {new}, handed over");
    }
}

#[test]
fn a_file_that_was_changed_while_the_bot_was_stopped_keeps_the_shift_too() {
    let mut kept = Kept::new(shop("ab", ""), NOW);
    let before = kept.who(NOW);
    let told = kept.restarts(shop("abcd", ""), "2026-12-17T03:00").unwrap();
    assert_eq!(kept.who("2026-12-21T08:59"), before);
    assert!(!told.shift_changes().is_empty(), "{told:?}");
    assert_eq!(kept.restarts(shop("abcd", ""), "2026-12-17T04:00"), None, "told once");
}

#[test]
fn who_is_taken_out_of_the_list_gives_the_shift_to_whoever_followed_them_at_once() {
    for (new, heir) in [("ab", "a"), ("ba", "a"), ("bd", "b"), ("d", "d")] {
        let mut kept = Kept::new(shop("abc", FROM), NOW);
        let event = kept.reloads(shop(new, FROM), "2026-12-16T13:00").unwrap();
        assert_eq!(kept.who("2026-12-16T13:00"), heir, "{new}");
        assert_eq!(kept.who("2026-12-21T08:59"), heir, "{new}");
        let first = event.shift_changes().first().cloned().unwrap();
        assert_eq!(
            (first.from, first.before, first.after),
            (at("2026-12-16T13:00"), Some("c".into()), Some(heir.into()))
        );
    }
}

#[test]
fn what_changes_is_said_with_its_times_and_nothing_else_is() {
    let mut kept = Kept::new(shop("ab", FROM), NOW);
    let event = kept.reloads(shop("abc", FROM), "2026-12-16T13:00").unwrap();
    let said: Vec<String> = event
        .shift_changes()
        .iter()
        .map(|change| {
            let day = |at: Timestamp| at.to_zoned(jiff::tz::TimeZone::get("Europe/Berlin").unwrap()).date();
            let (was, is) = (change.before.as_ref().unwrap(), change.after.as_ref().unwrap());
            format!("{} {} {was}->{is}", day(change.from), day(change.until))
        })
        .collect();
    // Weeks from the start: 0 a, 1 b, 2 a (now); then b a b a by the old list, a b c a by the new one.
    assert_eq!(said, ["2026-12-21 2026-12-28 b->a", "2026-12-28 2027-01-04 a->b", "2027-01-04 2027-01-11 b->c"]);
    assert_eq!(kept.reloads(shop("abc", FROM), "2026-12-16T14:00"), None);
    // Another zone of the same handoff, a name of a channel: who is on call does not change.
    let moved = kept.reloads(shop("abc", "from = 2026-11-30\nannounce = \"#on-call\""), "2026-12-16T15:00");
    assert_eq!(moved, None);
}

#[test]
fn a_handoff_that_is_moved_hands_over_once_and_leaves_no_hole() {
    for (handoff, from, until) in [
        // The week behind the handoff is theirs, too, by the moved rotation: one shift to whoever reads it.
        ("Friday 18:00", "2026-12-04", "2026-12-25T18:00"),
        ("Wednesday 10:00", "2026-12-02", "2026-12-23T10:00"),
        ("Monday 15:00", "2026-11-30", "2026-12-21T15:00"),
    ] {
        let mut kept = Kept::new(shop("abc", FROM), NOW);
        kept.reloads(shop("abc", &format!("handoff = {handoff:?}\nfrom = {from}")), "2026-12-16T13:00");
        let OnCall::Person { person, until: so_long, .. } = kept.world.on_call("shop", at("2026-12-16T13:00")) else {
            panic!("a hole")
        };
        assert_eq!((person, so_long), (PersonId::from("c"), at(until)), "{handoff}");
    }
}

#[test]
fn the_line_to_add_changes_nothing_and_the_one_of_a_changed_list_lets_it_go_on() {
    for people in ["a", "ab", "abc", "abcdefg"] {
        let old = shop(people, "");
        let date = start_to_write(&old.schedules["shop"], at(NOW)).unwrap();
        let new = shop(people, &format!("from = {date}"));
        assert_eq!(start_to_write(&new.schedules["shop"], at(NOW)), None);
        let (old, new) = (World::new(old), World::new(new));
        assert_eq!(shift_changes(&old, &new, "shop", at("2026-01-01T00:00")), Vec::new(), "{people}");
        assert_eq!(shift_changes(&old, &new, "shop", at(NOW)), Vec::new(), "{people}");
    }
    let mut kept = Kept::new(shop("abc", FROM), NOW);
    kept.reloads(shop("dabc", FROM), "2026-12-16T13:00");
    let schedule = kept.world.setup().schedules["shop"].clone();
    let (holder, date) = start_to_go_on(&schedule, kept.shift(), at("2026-12-16T13:00")).unwrap();
    assert_eq!(holder, PersonId::from("c"));
    kept.reloads(shop("dabc", &format!("from = {date}")), "2026-12-16T14:00");
    assert_eq!((kept.who("2026-12-16T14:00"), kept.who(HANDOFF)), ("c".to_owned(), "d".to_owned()));
    assert_eq!(start_to_go_on(&kept.world.setup().schedules["shop"], kept.shift(), at("2026-12-16T14:00")), None);
}

#[test]
fn a_schedule_that_is_gone_tells_whoever_had_turns_once() {
    let mut kept = Kept::new(shop("ab", FROM), NOW);
    let before = kept.world.clone();
    kept.world = kept.world.with_setup(setup(""));
    let gone = schedule_gone(Some(&before), &kept.world, "shop", at(NOW)).unwrap();
    let OnCallEvent::ScheduleGone { changes } = &gone else { panic!("{gone:?}") };
    assert!(changes.iter().all(|change| change.before.is_some() && change.after.is_none()), "{changes:?}");
    kept.events.push(EventAt { seq: 2, at: at(NOW), event: gone });
    kept.replayed();
    assert_eq!(schedule_gone(Some(&before), &kept.world, "shop", at(NOW)), None);
}

#[test]
fn a_start_that_is_no_day_of_the_handoff_is_refused_with_the_day_to_write() {
    let text = "version = 1\n[discord]\nincidents = \"#incidents\"\n[people]\na = { discord = \"a\" }\n[[schedules]]\nname = \"shop\"\npeople = [\"a\"]\nfrom = 2026-12-01\n[severities]\nSEV-4 = { means = \"none\", page = false }\n[routing]\nrules = [{ match = [], severity = \"SEV-4\" }]\n";
    let said = config::from_text("siaga.toml", text, &[]).map(|_| ()).unwrap_err().render(false);
    assert!(said.contains("2026-12-01 is a Tuesday, and the handoff is on Monday"), "{said}");
    assert!(said.contains("write 2026-12-07"), "{said}");
}

/// The list with people added and taken away, never `holder`.
fn edited(list: &str, holder: char, edits: &[(bool, usize, char)]) -> String {
    let mut list: Vec<char> = list.chars().collect();
    for (add, place, who) in edits {
        let at = place % (list.len() + 1);
        match (add, list.iter().position(|one| one == who)) {
            (true, None) => list.insert(at, *who),
            (false, Some(found)) if *who != holder => drop(list.remove(found)),
            _ => {}
        }
    }
    list.into_iter().collect()
}

fn by(world: &World, at: Timestamp) -> Option<PersonId> {
    world.on_call("shop", at).person().cloned()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    /// Whatever is done to the others, at whatever hour, through restarts: whoever is on call stays so until the handoff; then it is
    /// as the file alone says; and what a reload said beforehand is what comes.
    #[test]
    fn nobodys_running_shift_changes_because_of_others(
        hours in 0_i64..5_000,
        people in 1_usize..6,
        with_from: bool,
        edits in proptest::collection::vec((any::<bool>(), 0_usize..8, prop::sample::select("abcdefgh".chars().collect::<Vec<_>>())), 1..8),
        restart: bool,
        later in 1_i64..160,
    ) {
        let list: String = "abcdefgh".chars().take(people).collect();
        let from = if with_from { FROM } else { "" };
        let now = at("2026-03-01T00:00") + jiff::SignedDuration::from_hours(hours);
        let mut kept = Kept { world: World::new(shop(&list, from)), events: Vec::new() };
        kept.looks(now);
        let OnCall::Person { person: holder, until, .. } = kept.world.on_call("shop", now) else { panic!("a hole") };
        let new = edited(&list, holder.0.chars().next().unwrap(), &edits);
        let announced = reconfigured(&kept.world, shop(&new, from), now);
        if restart {
            kept.world = World::new(shop(&new, from));
            kept.replayed();
        } else {
            kept.world = kept.world.with_setup(shop(&new, from));
        }
        kept.looks(now);
        let by_file = World::new(shop(&new, from));
        for instant in [now, until - jiff::SignedDuration::from_millis(1)] {
            prop_assert_eq!(by(&kept.world, instant), Some(holder.clone()), "{} -> {}", list, new);
        }
        let mut instant = until;
        for _ in 0..later {
            prop_assert_eq!(by(&kept.world, instant), by(&by_file, instant));
            prop_assert_eq!(by(&announced, instant), by(&by_file, instant));
            kept.looks(instant);
            instant += jiff::SignedDuration::from_hours(11);
        }
    }
}
