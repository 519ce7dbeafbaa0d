//! What goes on and off: one incident, whose escalation goes on through it, and nobody is rung without bound.

use domain::incident::{Page, Responsibility, responsibility};

use super::*;

const ONE: IncidentId = IncidentId(1);

impl World {
    /// It fires and ends, `seconds` each.
    fn flaps(&mut self, severity: &str, seconds: i64) {
        self.fires("checkout", severity);
        self.passes_seconds(seconds);
        self.resolves("checkout", severity);
        self.passes_seconds(seconds);
    }
}

/// Seconds from the beginning to each call by a step, or question; the end of a policy has a rhythm of its own.
fn rung(w: &World, began: Timestamp) -> Vec<(String, i64)> {
    by_steps(w).map(|page| (page.person.to_string(), page.at.duration_since(began).as_secs())).collect()
}

fn by_steps(w: &World) -> impl Iterator<Item = &Page> {
    w.one().pages.iter().filter(|page| !page.reason.call().at_end)
}

fn called(w: &World) -> Vec<&str> {
    by_steps(w).map(|page| page.person.as_str()).collect()
}

fn rings(pairs: &[(&str, i64)]) -> Vec<(String, i64)> {
    pairs.iter().map(|(who, at)| ((*who).to_owned(), *at)).collect()
}

#[test]
fn what_goes_on_and_off_rings_each_person_once_and_the_next_one_in_time() {
    let mut w = World::new();
    let began = w.now;
    for _ in 0..12 {
        w.flaps("critical", 5);
    }
    assert_eq!(w.incidents.len(), 1);
    assert_eq!(rung(&w, began), rings(&[("budi", 0)]));
    let flap = *w.one().flaps().unwrap();
    assert_eq!((flap.times, flap.lasted().as_secs()), (11, 105));
    // It ended with an end, and still nobody has said a word.
    assert_eq!(responsibility(w.one(), &w.world(), w.now).as_str(), "ringing");
    w.passes(4);
    assert_eq!(rung(&w, began), rings(&[("budi", 0), ("rina", 300)]));
    let posts = w.posts();
    assert_eq!(posts.iter().filter(|(event, _)| matches!(event, Event::FlapBegan { .. })).count(), 1);
    let said = |event: &Event| matches!(event, Event::AlertFired { .. } | Event::AllAlertsResolved { .. });
    assert_eq!(posts.iter().filter(|(event, _)| said(event)).count(), 1, "{posts:?}");
    // Calm for long enough: over, and nobody is called any more.
    w.passes(6);
    assert!(w.one().flaps().is_none());
    assert_eq!(w.one().status, IncidentStatus::Resolved);
    assert_eq!(w.one().open_pages().count(), 0);
}

#[test]
fn whoever_slept_again_is_rung_once_more_when_it_comes_back_after_the_wait_and_then_the_policy_goes_on() {
    let mut w = World::new();
    let began = w.now;
    for _ in 0..6 {
        w.fires("checkout", "critical");
        w.passes(1);
        w.resolves("checkout", "critical");
        w.passes(7);
    }
    let wait = 300;
    assert_eq!(rung(&w, began), rings(&[("budi", 0), ("budi", 480), ("rina", 480 + wait)]));
    assert_eq!(responsibility(w.one(), &w.world(), w.now).as_str(), "unanswered");
}

#[test]
fn the_end_of_the_policy_is_told_through_flaps_and_each_flap_begins_no_policy() {
    let mut w = World::new();
    for _ in 0..60 {
        w.flaps("critical", 30);
    }
    assert_eq!(called(&w), ["budi", "rina"]);
    assert_eq!(w.paged().len(), 2 + 3 * 2, "the end calls both, each time it is told");
    let told = w.history[&ONE].iter().filter(|entry| matches!(entry.event, Event::StillUnanswered { .. })).count();
    assert_eq!(told, 2, "15 minutes, and 30 minutes later");
}

#[test]
fn whoever_has_what_flaps_is_asked_once() {
    let mut w = World::new();
    w.fires("checkout", "critical");
    w.does(&budi(), &Command::Acknowledge).unwrap();
    w.resolves("checkout", "critical");
    for _ in 0..20 {
        w.flaps("critical", 20);
    }
    // Asked when it began; without a sign the policy went on, though in that moment nothing fired.
    assert_eq!(called(&w), ["budi", "budi", "rina"]);
    let mut w = World::new();
    w.fires("checkout", "critical");
    w.does(&budi(), &Command::Acknowledge).unwrap();
    w.resolves("checkout", "critical");
    for n in 0..20 {
        w.flaps("critical", 20);
        if n == 0 {
            w.does(&budi(), &Command::StillOnIt).unwrap();
        }
    }
    assert_eq!(w.paged(), ["budi", "budi"]);
    assert!(matches!(responsibility(w.one(), &w.world(), w.now), Responsibility::Held { .. }));
}

#[test]
fn the_message_of_a_page_waits_again_and_is_not_sent_again() {
    let mut w = World::new();
    w.fires("checkout", "critical");
    w.resolves("checkout", "critical");
    assert_eq!(w.one().open_pages().count(), 0);
    w.fires("checkout", "critical");
    let open: Vec<_> = w.one().open_pages().map(|page| page.id.0).collect();
    assert_eq!(open, [1], "the page there was");
    w.does(&budi(), &Command::Acknowledge).unwrap();
    assert_eq!(w.one().status, IncidentStatus::Acknowledged);
}

#[test]
fn a_line_that_flaps_is_one_incident() {
    let mut w = World::new();
    for _ in 0..5 {
        w.flaps("info", 20);
    }
    assert_eq!(w.incidents.len(), 1);
    assert_eq!(w.one().flap.unwrap().times, 4);
    // Later it is another one.
    w.passes(11);
    w.flaps("info", 20);
    assert_eq!(w.incidents.len(), 2);
}

#[test]
fn what_fires_again_before_the_configured_calm_is_the_same_incident() {
    let mut w = World::new();
    w.setup.routing.flap_calm = Duration::from_secs(1_800);
    w.flaps("critical", 30);
    w.passes(25);
    w.flaps("critical", 30);
    assert_eq!(w.incidents.len(), 1);
    assert_eq!(w.paged(), ["budi", "budi"], "its wait was over long ago");
    w.passes(31);
    assert_eq!(w.one().status, IncidentStatus::Resolved);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]
    /// Whatever its rhythm: while nobody answers, each person of the policy is rung twice at most by its steps, its end rings
    /// each of them when it is told and not more, the second one is called in time, and one incident takes it all in.
    #[test]
    fn no_rhythm_rings_without_bound(moments in proptest::collection::vec((1i64..500, 1i64..500), 1..60)) {
        let mut w = World::new();
        let began = w.now;
        for (on, off) in &moments {
            w.fires("checkout", "critical");
            w.passes_seconds(*on);
            w.resolves("checkout", "critical");
            w.passes_seconds(*off);
        }
        prop_assert_eq!(w.incidents.len(), 1);
        for who in ["budi", "rina"] {
            prop_assert!(called(&w).iter().filter(|paged| **paged == who).count() <= 2, "{:?}", w.paged());
            let told = |event: &Event| matches!(event, Event::EscalationEnded { .. } | Event::StillUnanswered { .. });
            let told = w.history[&ONE].iter().filter(|entry| told(&entry.event)).count();
            let ends = w.one().pages.iter().filter(|page| page.person.as_str() == who && page.reason.call().at_end);
            prop_assert!(ends.count() <= told);
        }
        let lasted = w.now.duration_since(began).as_secs();
        if moments.len() > 1 && lasted > 1_200 {
            prop_assert!(w.paged().contains(&"rina"), "{:?}", w.paged());
        }
    }
}
