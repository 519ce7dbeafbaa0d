//! Another configuration while people are called, and while somebody has it: nobody who is gone from it is waited for; and the end of
//! a policy calls people.

use std::collections::BTreeMap;

use domain::incident::{AskedWhy, PageEnd, PageReason, PersonWhy};
use domain::setup::{AtEnd, ChatName};
use domain::{ChatUserId, Command, Event, Fact, IncidentId, PersonId};

use super::{World, budi};

const ONE: IncidentId = IncidentId(1);

/// Accounts as if everybody had been found: Budi is who acts as him.
fn accounts(all: &[(&str, u64)]) -> BTreeMap<PersonId, ChatUserId> {
    all.iter().map(|(person, user)| ((*person).into(), ChatUserId(*user))).collect()
}

/// Takes a person out of everything.
fn forget(w: &mut World, person: &str) {
    let person: PersonId = person.into();
    w.setup.people.remove(&person);
    for schedule in w.setup.schedules.values_mut() {
        schedule.people.retain(|one| *one != person);
    }
}

fn looks(w: &mut World) -> Vec<Event> {
    let events = w.learn(&Fact::PeopleChanged);
    w.add(ONE, events.clone());
    assert_eq!(w.learn(&Fact::PeopleChanged), [], "once is enough");
    events
}

fn called(w: &World) -> Vec<String> {
    w.one().open_pages().map(|page| page.person.to_string()).collect()
}

#[test]
fn who_is_called_and_not_known_any_more_gives_way_to_the_next_step_at_once() {
    let mut w = World::new();
    w.fires("checkout", "critical");
    assert_eq!(w.learn(&Fact::PeopleChanged), [], "nothing changed");
    forget(&mut w, "budi");
    let events = looks(&mut w);
    assert!(
        matches!(events.first(), Some(Event::PersonChanged { why: PersonWhy::Removed, pages, .. }) if pages.len() == 1),
        "{events:?}"
    );
    assert_eq!(called(&w), ["rina"]);
    assert!(matches!(w.one().pages[0].end, Some((PageEnd::Removed, _))));
}

#[test]
fn the_same_step_of_todays_policy_is_called_in_their_place() {
    let mut w = World::new();
    w.fires("checkout", "critical");
    forget(&mut w, "budi");
    w.setup.schedules.remove("payments");
    let policy = w.setup.escalations.get_mut("payments").unwrap();
    policy.steps[0].targets = vec![domain::setup::PageTarget::Person("dewi".into())];
    looks(&mut w);
    assert_eq!(called(&w), ["dewi"]);
}

#[test]
fn who_is_listed_under_another_name_or_as_another_account_is_called_again() {
    for renamed in [true, false] {
        let mut w = World::new();
        w.accounts = accounts(&[("budi", 1), ("rina", 2)]);
        w.fires("checkout", "critical");
        if renamed {
            let known = w.setup.people.get(&PersonId::from("budi")).cloned().unwrap();
            forget(&mut w, "budi");
            w.setup.people.insert("budi-s".into(), known);
            w.accounts = accounts(&[("budi-s", 1), ("rina", 2)]);
        } else {
            // Swapped: whom the file means is called, not who was mentioned before.
            w.accounts = accounts(&[("budi", 2), ("rina", 1)]);
        }
        let events = looks(&mut w);
        let whom = if renamed { "budi-s" } else { "budi" };
        assert_eq!(called(&w), [whom], "{events:?}");
        assert_eq!(w.one().open_pages().next().unwrap().account, Some(ChatUserId(if renamed { 1 } else { 2 })));
        assert!(!events.iter().any(|event| matches!(event, Event::Escalated { .. })), "the wait of the step goes on");
    }
}

#[test]
fn a_page_whose_every_way_is_gone_goes_out_on_those_of_now() {
    let mut w = World::new();
    let only = |via| vec![domain::setup::ContactRule { via, after: std::time::Duration::ZERO }];
    w.setup.people.get_mut(&PersonId::from("budi")).unwrap().contacts = only(crate::NTFY);
    w.fires("checkout", "critical");
    w.setup.people.get_mut(&PersonId::from("budi")).unwrap().contacts = only(domain::PageVia::Room);
    let events = looks(&mut w);
    assert!(matches!(events.first(), Some(Event::PersonChanged { why: PersonWhy::Ways, .. })), "{events:?}");
    assert_eq!(called(&w), ["budi"]);
}

#[test]
fn a_holder_who_is_not_known_any_more_holds_nothing_and_the_policy_goes_on() {
    let mut w = World::new();
    w.accounts = accounts(&[("budi", budi().user.0), ("rina", 2)]);
    w.fires("checkout", "critical");
    w.does(&budi(), &Command::Acknowledge).unwrap();
    forget(&mut w, "budi");
    w.accounts = accounts(&[("rina", 2)]);
    let events = looks(&mut w);
    assert!(matches!(events.first(), Some(Event::AckExpired { removed: true, .. })), "{events:?}");
    assert!(w.one().acknowledged.is_none());
    assert_eq!(called(&w), ["rina"]);
    // Under another name they still have it.
    let mut w = World::new();
    w.fires("checkout", "critical");
    w.does(&budi(), &Command::Acknowledge).unwrap();
    forget(&mut w, "budi");
    w.accounts = accounts(&[("rina", budi().user.0)]);
    assert_eq!(looks(&mut w), []);
    // As another account they are asked there, once.
    w.accounts = accounts(&[("budi", 99)]);
    let entry = w.setup.people[&PersonId::from("dewi")].clone();
    w.setup.people.insert("budi".into(), entry);
    let events = looks(&mut w);
    assert!(
        events.iter().any(|event| matches!(
            event,
            Event::Paged { reason: PageReason::Holder { why: AskedWhy::Account }, account: Some(ChatUserId(99)), .. }
        )),
        "{events:?}"
    );
    assert!(w.one().acknowledged.is_some());
}

#[test]
fn the_end_of_a_policy_calls_whom_its_steps_name_and_again_each_time_it_is_told() {
    let mut w = World::new();
    w.fires("checkout", "critical");
    w.passes(10);
    let at_end = |w: &World| -> Vec<String> {
        let own = w.one().open_pages().filter(|page| matches!(page.reason, PageReason::End { .. }));
        own.map(|page| page.person.to_string()).collect()
    };
    let all = |w: &World| w.one().pages.iter().filter(|page| matches!(page.reason, PageReason::End { .. })).count();
    assert_eq!((at_end(&w), all(&w)), (vec!["budi".to_owned(), "rina".to_owned()], 2));
    w.passes(15);
    assert_eq!((at_end(&w).len(), all(&w)), (2, 4), "in place of the page before");
    w.passes(30);
    w.passes(60);
    w.passes(60);
    assert_eq!(all(&w), 10);
    w.does(&budi(), &Command::Acknowledge).unwrap();
    assert_eq!(at_end(&w), Vec::<String>::new());
}

#[test]
fn the_end_calls_whom_it_names_and_nobody_where_it_says_so_or_mentions_a_role() {
    let called_by = |end: AtEnd| {
        let mut w = World::new();
        w.setup.escalations.get_mut("payments").unwrap().at_end = Some(end);
        w.fires("checkout", "critical");
        w.passes(10);
        let own = w.one().pages.iter().filter(|page| matches!(page.reason, PageReason::End { .. }));
        own.map(|page| page.person.to_string()).collect::<Vec<_>>()
    };
    let end = |page: Option<Vec<domain::setup::PageTarget>>, mention: Option<ChatName>| AtEnd {
        post: None,
        mention,
        page,
        again: None,
    };
    let dewi = || vec![domain::setup::PageTarget::Person("dewi".into())];
    let role = || Some(ChatName::Name("sre-lead".into()));
    assert_eq!(called_by(end(Some(dewi()), None)), ["dewi"]);
    assert_eq!(called_by(end(Some(dewi()), role())), ["dewi"]);
    assert_eq!(called_by(end(Some(Vec::new()), None)), Vec::<String>::new());
    assert_eq!(called_by(end(None, role())), Vec::<String>::new());
    assert_eq!(called_by(end(None, None)), ["budi", "rina"]);
}

#[test]
fn a_policy_of_which_nobody_is_left_ends_with_the_policy_of_routing() {
    let mut w = World::new();
    w.fires("holes", "critical");
    assert_eq!(called(&w), ["dewi"]);
    forget(&mut w, "dewi");
    looks(&mut w);
    // The policy of `[routing]` is `payments`.
    assert_eq!(called(&w), ["budi", "rina"]);
    // Who cannot take it is called at the next telling only when nobody else is left.
    w.does(&budi(), &Command::Decline).unwrap();
    forget(&mut w, "rina");
    looks(&mut w);
    w.passes(15);
    assert!(called(&w).contains(&"budi".to_owned()), "{:?}", called(&w));
}
