//! One person, many incidents: which direct messages are told together, and from when the waits count.

use domain::PageVia;
use domain::incident::{Answer, Outage, Ring, ring_of, rings_later, rings_of, tell_together, told_by};

use super::*;

fn at(seconds: i64) -> Timestamp {
    "2026-03-02T03:00:00Z".parse::<Timestamp>().unwrap() + jiff::SignedDuration::from_secs(seconds)
}

fn ring(seconds: i64, severity: Severity) -> Ring {
    Ring { at: at(seconds), severity, answer: Answer::Waits }
}

/// Opens an incident of the policy `payments` for whoever has rung so often, and says after how many seconds its direct message
/// rings, and after how many the next person is called.
fn opens(rung: Option<Vec<Ring>>, severity: &str, seconds: i64) -> (i64, i64) {
    let mut w = World::new();
    w.now = at(seconds);
    w.fires("checkout", severity);
    let id = IncidentId(1);
    let mut events: Vec<Event> = w.history[&id].iter().map(|entry| entry.event.clone()).collect();
    tell_together(&mut events, w.one().severity, &w.world(), |_, _| rung.clone(), false, w.now);
    let mut w = World::new();
    w.now = at(seconds);
    w.add(id, events);
    let due = timers(w.one()).into_iter().find(|(kind, _)| *kind == TimerKind::EscalationStep).unwrap().1;
    let budi = PersonId::from("budi");
    let rings = rings_of(w.one(), &budi, PageVia::Direct).unwrap()[0];
    if rings.at > w.now {
        assert!(told_by(w.one(), &budi, PageVia::Direct, rings.at, None).is_some());
        let direct = |effect: &&Effect| matches!(effect, Effect::Page { via: PageVia::Direct, .. });
        assert_eq!(w.effects.iter().filter(direct).count(), 0);
        w.passes(1);
        assert_eq!(w.effects.iter().filter(direct).count(), 1, "it goes out when it is due");
    }
    (rings.at.duration_since(at(seconds)).as_secs(), due.duration_since(at(seconds)).as_secs())
}

#[test]
fn a_further_page_within_a_minute_rings_with_the_next_ring_and_its_wait_counts_from_there() {
    use Severity::{Sev1, Sev3};
    // Never rung, or long ago, or nothing is known to reach them by direct message.
    assert_eq!(opens(Some(vec![]), "warning", 0), (0, 300));
    assert_eq!(opens(Some(vec![ring(-60, Sev3)]), "warning", 0), (0, 300));
    assert_eq!(opens(None, "warning", 0), (0, 300));
    // Rung ten seconds ago.
    assert_eq!(opens(Some(vec![ring(-10, Sev3)]), "warning", 0), (50, 350));
    // The next ring is set already.
    assert_eq!(opens(Some(vec![ring(-10, Sev3), ring(50, Sev3)]), "warning", 0), (50, 350));
    assert_eq!(opens(Some(vec![ring(-70, Sev3), ring(-10, Sev3)]), "warning", 0), (50, 350));
    // Worse than all they were rung for, and as bad.
    assert_eq!(opens(Some(vec![ring(-10, Sev3)]), "critical", 0), (0, 300));
    assert_eq!(opens(Some(vec![ring(-10, Sev1)]), "critical", 0), (50, 350));
}

#[test]
fn whoever_answered_everything_is_rung_at_once_unless_it_rang_five_times_or_went_away_by_itself() {
    use Severity::{Sev1, Sev3};
    let answered = |seconds| Ring { answer: Answer::Given, ..ring(seconds, Sev3) };
    let ended = |seconds| Ring { answer: Answer::Nobody, ..ring(seconds, Sev3) };
    assert_eq!(opens(Some(vec![answered(-10)]), "warning", 0), (0, 300));
    assert_eq!(opens(Some(vec![answered(-40), answered(-30), answered(-20), answered(-10)]), "warning", 0), (0, 300));
    // Five times within a minute is enough. Two pages of one ring are one.
    let five = [-50, -40, -30, -20, -10];
    assert_eq!(opens(Some(five.map(answered).to_vec()), "warning", 0), (50, 350));
    assert_eq!(opens(Some([-50, -40, -40, -20, -20].map(answered).to_vec()), "warning", 0), (0, 300));
    assert_eq!(opens(Some(five.map(answered).to_vec()), "critical", 0), (0, 300));
    // Something waits: a ring that is set, one that was long ago and is unanswered, one that nobody answered.
    assert_eq!(opens(Some(vec![answered(-10), ring(20, Sev3)]), "warning", 0), (20, 320));
    assert_eq!(opens(Some(vec![answered(-10), ring(-600, Sev3)]), "warning", 0), (50, 350));
    assert_eq!(opens(Some(vec![ended(-10)]), "warning", 0), (50, 350));
    assert_eq!(opens(Some(vec![ended(-70), answered(-10)]), "warning", 0), (0, 300));
    assert_eq!(
        opens(Some(vec![ended(-10), Ring { answer: Answer::Given, ..ring(-5, Sev1) }]), "critical", 0),
        (55, 355)
    );
}

#[test]
fn what_was_to_ring_while_discord_was_gone_is_one_ring_when_it_is_back() {
    let mut w = World::new();
    w.now = at(0);
    w.fires("checkout", "warning");
    let person = PersonId::from("budi");
    let page = w.one().pages[0].id;
    let over = |since, back| Some(Outage::over(at(since), at(back)));
    let direct = |outage| ring_of(w.one(), page, PageVia::Direct, outage);
    assert_eq!(direct(None), None, "by itself");
    assert_eq!(direct(over(-20, -10)), None, "Discord was back by then");
    assert_eq!(direct(over(10, 20)), None, "it had rung");
    assert_eq!(direct(over(0, 20)), None, "and in the moment in which it began");
    assert_eq!(direct(over(-10, 600)), Some(at(600)));
    assert_eq!(ring_of(w.one(), page, crate::NTFY, over(-10, 600)), None, "other ways had no outage");
    assert!(rings_later(w.one(), page, over(-10, 600)) && !rings_later(w.one(), page, None));
    assert_eq!(told_by(w.one(), &person, PageVia::Direct, at(600), over(-10, 600)), Some(page));
    // What was answered meanwhile, on another way, is not told any more.
    w.now = at(300);
    w.does(&budi(), &Command::Acknowledge).unwrap();
    assert_eq!(told_by(w.one(), &person, PageVia::Direct, at(600), over(-10, 600)), None);
    assert_eq!(told_by(w.one(), &person, PageVia::Direct, at(200), over(-10, 200)), Some(page));
}

#[test]
fn ways_that_follow_are_told_together_too_and_without_discord_they_follow_at_once() {
    let mut w = World::new();
    let setup = w.world();
    let paged = |rung: Vec<Ring>, down| {
        let (reason, ways) = (domain::incident::PageReason::Guard, vec![PageVia::Room, PageVia::Direct]);
        let (page, contacts) = (domain::PageId(1), vec![(crate::NTFY, 90_000)]);
        let mut events = [Event::Paged { page, person: "budi".into(), reason, contacts, account: None, ways }];
        let on = |_: &PersonId, via| Some(if via == crate::NTFY { rung.clone() } else { Vec::new() });
        tell_together(&mut events, Severity::Sev3, &setup, on, down, at(0));
        let [Event::Paged { contacts, .. }] = events else { panic!() };
        contacts
    };
    assert_eq!(paged(vec![], false), [(crate::NTFY, 90_000)]);
    // Another one will ring there after 80 s: this one with the next, a minute later.
    assert_eq!(paged(vec![ring(80, Severity::Sev3)], false), [(crate::NTFY, 140_000)]);
    assert_eq!(paged(vec![ring(80, Severity::Sev3), ring(140, Severity::Sev3)], false), [(crate::NTFY, 140_000)]);
    assert_eq!(paged(vec![ring(20, Severity::Sev3)], false), [(crate::NTFY, 90_000)]);
    assert_eq!(paged(vec![], true), [(crate::NTFY, 0)]);
    assert_eq!(paged(vec![ring(-10, Severity::Sev3)], true), [(crate::NTFY, 50_000)]);
    w.now = at(0);
}

/// Clocks count in nanoseconds, and what is stored in milliseconds: found by killed bots, whose rings fell apart.
#[test]
fn pages_of_one_ring_name_the_same_instant_whatever_the_clock_says_between_two_milliseconds() {
    let mut w = World::new();
    w.now += jiff::SignedDuration::from_nanos(100_123_456);
    let setup = w.world();
    let told_at = |now: Timestamp| {
        let reason = domain::incident::PageReason::Guard;
        let page = domain::PageId(1);
        let (account, ways) = (None, vec![PageVia::Room, PageVia::Direct]);
        let mut events = [Event::Paged { page, person: "budi".into(), reason, contacts: vec![], account, ways }];
        let rung = vec![ring(0, Severity::Sev3)];
        tell_together(&mut events, Severity::Sev3, &setup, |_, _| Some(rung.clone()), false, now);
        let [Event::Paged { contacts, .. }] = &events else { panic!() };
        let wait = i64::try_from(contacts[0].1).unwrap();
        // As it is kept, and as it is read back.
        let stored = Timestamp::from_millisecond(now.as_millisecond()).unwrap();
        [now, stored].map(|at| (at + jiff::SignedDuration::from_millis(wait)).as_millisecond())
    };
    let nanos = |nanos: i64| at(10) + jiff::SignedDuration::from_nanos(nanos);
    let all = [nanos(0), nanos(1), nanos(999_999), nanos(1_000_001), nanos(7_654_321)].map(told_at);
    assert!(all.iter().all(|told| *told == [at(60).as_millisecond(); 2]), "{all:?}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]
    /// Whatever comes when: nobody waits longer than a minute to be rung, and of what is not worse there is one ring a minute.
    #[test]
    fn nobody_waits_longer_than_a_minute(gaps in proptest::collection::vec((0i64..40, any::<bool>()), 1..40)) {
        let setup = World::new();
        let mut known: Vec<Ring> = Vec::new();
        let mut seconds = 0;
        for (gap, bad) in gaps {
            seconds += gap;
            let severity = if bad { Severity::Sev1 } else { Severity::Sev3 };
            let reason = domain::incident::PageReason::Guard;
            let mut events = [Event::Paged { page: domain::PageId(1), person: "budi".into(), reason, contacts: vec![], account: None, ways: vec![PageVia::Direct] }];
            tell_together(&mut events, severity, &setup.world(), |_, _| Some(known.clone()), false, at(seconds));
            let [Event::Paged { contacts, .. }] = &events else { panic!() };
            let wait = contacts.first().map_or(0, |(_, wait)| i64::try_from(*wait).unwrap() / 1_000);
            prop_assert!((0..=60).contains(&wait));
            known.push(ring(seconds + wait, severity));
        }
        let mut rings: Vec<i64> = known.iter().filter(|ring| ring.severity == Severity::Sev3).map(|ring| ring.at.duration_since(at(0)).as_secs()).collect();
        rings.sort_unstable();
        rings.dedup();
        prop_assert!(rings.windows(2).all(|two| two[1] - two[0] >= 60 || known.iter().any(|k| k.severity == Severity::Sev1)), "{rings:?}");
    }
}
