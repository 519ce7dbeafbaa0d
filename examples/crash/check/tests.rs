//! Purpose: the checker finds what is wrong, and nothing in what is right.

use std::collections::BTreeMap;

use serde_json::json;

use super::*;
use crate::ledger::{Asked, Away, Deed, Line, Report, Silence, Term, What};
use crate::outside::{Arrived, BY_PUSH};
use crate::seen::Ring;

const OPENED_MS: i64 = 1_767_225_600_000;

fn message(at_ms: i64, content: &str) -> Message {
    let id = u64::try_from(at_ms - 1_420_070_400_000).unwrap() << 22;
    Message { id, content: content.to_owned(), files: Vec::new() }
}

/// One incident as it should be: opened, paged, acknowledged by Rina.
fn world() -> (Ledger, Seen) {
    let position = json!({ "round": 0, "step": 0 });
    let events = [
        json!({ "kind": "opened", "room": "thread" }),
        json!({ "kind": "alert_fired", "dedup_key": "v1:alertmanager:a" }),
        json!({ "kind": "escalated", "position": position, "due": "2026-01-01T00:00:10Z" }),
        json!({ "kind": "paged", "page": 1, "person": "budi" }),
        json!({ "kind": "acknowledged", "by": { "name": "Rina" } }),
        json!({ "kind": "page_ended", "page": 1 }),
    ];
    let entry =
        |(seq, event): (usize, &Value)| json!({ "seq": seq + 1, "at": "2026-01-01T00:00:00.7Z", "event": event });
    let timeline: Vec<Value> = events.iter().enumerate().map(entry).collect();
    let page = || message(OPENED_MS + 100, "SEV-3 INC-1 a is bad");
    let shown = Shown {
        cards: vec!["**Alerts** 1 firing".to_owned()],
        threads: 1,
        room_pages: vec![page()],
        direct_pages: BTreeMap::from([("budi".to_owned(), vec![page()])]),
        posts: vec![
            message(OPENED_MS + 50, "Opened because of an alert."),
            message(OPENED_MS + 900, "Rina acknowledged, <t:1767225600:t>."),
        ],
        record: json!({ "incident": { "number": 1, "status": "acknowledged" }, "timeline": timeline }),
        ..Shown::default()
    };
    let mut ledger = Ledger::default();
    // A world without a silence.
    ledger.beats.since_ms = OPENED_MS + 60_000;
    ledger.reports.push(Report { alert: "a".to_owned(), firing: true, accepted: true, ..Report::default() });
    ledger.deeds.push(Deed {
        person: "rina".to_owned(),
        incident: 1,
        what: What::Acknowledge,
        began_ms: OPENED_MS + 500,
        ended_ms: OPENED_MS + 800,
        end: End::Done,
    });
    (ledger, Seen { incidents: BTreeMap::from([(1, shown)]), ..Seen::default() })
}

/// What the checker says of the world when something in it is changed.
fn says(change: impl FnOnce(&mut Ledger, &mut Shown)) -> Vec<(Kind, String)> {
    let (mut ledger, mut seen) = world();
    change(&mut ledger, seen.incidents.get_mut(&1).unwrap());
    let verdict = check(&ledger, &seen, OPENED_MS + 60_000);
    verdict.violations.into_iter().map(|violation| (violation.kind, violation.sentence)).collect()
}

fn only(kind: Kind, sentence: &str, found: &[(Kind, String)]) {
    assert!(found.len() == 1 && found[0].0 == kind && found[0].1.contains(sentence), "{found:?}");
}

#[test]
fn a_world_that_is_right_is_right() {
    assert_eq!(says(|_, _| {}), []);
}

#[test]
fn what_is_missing_is_lost_and_what_is_there_twice_is_doubled() {
    only(Kind::Doubled, "cards: 2", &says(|_, shown| shown.cards.push(String::new())));
    only(Kind::Lost, "threads: 0", &says(|_, shown| shown.threads = 0));
    only(
        Kind::Doubled,
        "posts of acknowledgements: 2",
        &says(|_, shown| {
            let post = shown.posts[1].clone();
            shown.posts.push(post);
        }),
    );
    only(
        Kind::Doubled,
        "page budi: 2",
        &says(|_, shown| {
            let pages = shown.direct_pages.get_mut("budi").unwrap();
            pages.push(pages[0].clone());
        }),
    );
    only(
        Kind::Lost,
        "alert b",
        &says(|ledger, _| {
            ledger.reports.push(Report { alert: "b".to_owned(), firing: true, accepted: true, ..Report::default() });
        }),
    );
    only(
        Kind::Lost,
        "a note",
        &says(|ledger, _| {
            let mut deed = ledger.deeds[0].clone();
            deed.what = What::Note("a note".to_owned());
            ledger.deeds.push(deed);
        }),
    );
}

#[test]
fn what_got_no_answer_may_be_there_or_not() {
    let unanswered = says(|ledger, _| {
        ledger.reports.push(Report { alert: "b".to_owned(), firing: true, accepted: false, ..Report::default() });
        ledger.reports[0].accepted = false;
    });
    assert_eq!(unanswered, []);
}

#[test]
fn nobody_may_be_paged_after_an_acknowledgement_was_answered() {
    only(
        Kind::Doubled,
        "after the acknowledgement",
        &says(|_, shown| {
            shown.room_pages[0] = message(OPENED_MS + 5_000, "SEV-3 INC-1 a is bad");
        }),
    );
}

#[test]
fn a_gap_in_a_timeline_and_a_step_taken_twice_are_seen() {
    only(Kind::Lost, "entry 6 is 7", &says(|_, shown| shown.record["timeline"][5]["seq"] = json!(7)));
    let twice = says(|_, shown| {
        let step = shown.record["timeline"][2]["event"].clone();
        shown.record["timeline"][3]["event"] = step;
    });
    assert!(twice.iter().any(|(kind, says)| *kind == Kind::Doubled && says.contains("taken twice")), "{twice:?}");
}

/// Rina's page went out by push, and arrived at this time.
fn pushed(shown: &mut Shown, times: &[i64]) {
    let timeline = shown.record["timeline"].as_array_mut().unwrap();
    for event in [
        json!({ "kind": "paged", "page": 2, "person": BY_PUSH }),
        json!({ "kind": "contacted", "page": 2, "person": BY_PUSH, "via": "ntfy" }),
    ] {
        let seq = timeline.len() + 1;
        timeline.push(json!({ "seq": seq, "at": "2026-01-01T00:00:00.7Z", "event": event }));
    }
    shown.direct_pages.insert(BY_PUSH.to_owned(), vec![message(OPENED_MS + 100, "SEV-3 INC-1 a is bad")]);
    shown.room_pages.push(message(OPENED_MS + 100, "SEV-3 INC-1 a is bad"));
    let arrived = |at_ms: &i64| Arrived {
        person: BY_PUSH,
        id: "1".to_owned(),
        title: "SEV-3 INC-1 a is bad".to_owned(),
        body: String::new(),
        at_ms: OPENED_MS + at_ms,
    };
    shown.outside.extend(times.iter().map(arrived));
}

#[test]
fn a_page_outside_arrives_and_comes_again_only_around_a_death() {
    let with = |times: &[i64], killed: Option<i64>| {
        says(|ledger, shown| {
            pushed(shown, times);
            ledger.kills.extend(killed.map(|at| (OPENED_MS + at, "at a random moment".to_owned())));
        })
    };
    assert_eq!(with(&[200], None), []);
    only(Kind::Lost, "pages outside Discord to rina: 0", &with(&[], None));
    only(Kind::Doubled, "came again without need", &with(&[200, 400], None));
    only(Kind::Doubled, "came again without need", &with(&[2_200, 2_400], Some(100)));
    assert_eq!(with(&[200, 400], Some(150)), [], "it left before the death and arrived after it");
    assert_eq!(with(&[200, 400], Some(300)), []);
    only(
        Kind::Doubled,
        "pages outside Discord to rina",
        &says(|_, shown| {
            pushed(shown, &[200]);
            shown.outside[0].id = "2".to_owned();
            let mut other = shown.outside[0].clone();
            other.id = "3".to_owned();
            shown.outside.push(other);
        }),
    );
}

#[test]
fn what_one_message_tells_of_many_comes_again_with_fewer_only_around_a_death() {
    let with = |killed: Option<i64>| {
        says(|ledger, shown| {
            pushed(shown, &[200, 400]);
            for (arrived, id) in shown.outside.iter_mut().zip(["1-3", "1-2"]) {
                (arrived.id, arrived.title) =
                    (id.to_owned(), "3 incidents wait for you, the worst is SEV-3".to_owned());
            }
            ledger.kills.extend(killed.map(|at| (OPENED_MS + at, "at a random moment".to_owned())));
        })
    };
    assert_eq!(with(Some(300)), []);
    only(Kind::Doubled, "pages outside Discord to rina: 2", &with(None));
}

#[test]
fn a_message_for_many_tells_a_page_that_was_over_before_its_own_turn_if_it_was_due() {
    let with = |over: &str, title: &str| {
        says(|_, shown| {
            pushed(shown, &[800]);
            title.clone_into(&mut shown.outside[0].title);
            let timeline = shown.record["timeline"].as_array_mut().unwrap();
            timeline.retain(|entry| entry["event"]["kind"] != "contacted");
            let paged = timeline.iter_mut().find(|entry| entry["event"]["page"] == 2).unwrap();
            paged["event"]["contacts"] = json!([["ntfy", 50]]);
            timeline.push(
                json!({ "at": over, "event": { "kind": "page_ended", "page": 2, "end": { "kind": "not_needed" } } }),
            );
            for (at, entry) in timeline.iter_mut().enumerate() {
                entry["seq"] = json!(at + 1);
            }
        })
    };
    let many = "2 incidents wait for you, the worst is SEV-3";
    assert_eq!(with("2026-01-01T00:00:00.9Z", many), []);
    let twice = "pages outside Discord to rina: 1 instead of 0";
    only(Kind::Doubled, twice, &with("2026-01-01T00:00:00.74Z", many));
    only(Kind::Doubled, twice, &with("2026-01-01T00:00:00.9Z", "SEV-3 INC-1 a is bad"));
}

#[test]
fn a_line_of_chat_is_asked_about_once() {
    let asked = |questions: &[&str], answer: Option<(bool, End)>| {
        let (mut ledger, mut seen) = world();
        ledger.lines.push(Line { id: 7, alert: "line-1".to_owned(), certain: true, answer });
        let questions = questions.iter().map(|content| message(OPENED_MS, content)).collect();
        seen.questions.insert(7, questions);
        let verdict = check(&ledger, &seen, OPENED_MS + 5_000);
        verdict.violations.into_iter().map(|violation| (violation.kind, violation.sentence)).collect::<Vec<_>>()
    };
    assert_eq!(asked(&["Is this an incident?"], None), []);
    only(Kind::Lost, "questions about line-1: 0", &asked(&[], None));
    only(Kind::Doubled, "questions about line-1: 2", &asked(&["Is this an incident?", "Is this an incident?"], None));
    let declined = Some((false, End::Done));
    only(Kind::Lost, "does not say", &asked(&["Is this an incident?"], declined.clone()));
    assert_eq!(asked(&["Marked as not an incident by Joko."], declined), []);
}

#[test]
fn a_heartbeat_falls_silent_once_for_each_silence_and_its_end_is_recorded() {
    let told = |kinds: &[&str], over: bool, heard_ms: i64| {
        let (mut ledger, mut seen) = world();
        let timeline = seen.incidents.get_mut(&1).unwrap().record["timeline"].as_array_mut().unwrap();
        for kind in kinds {
            let event = json!({ "kind": kind, "dedup_key": "v1:heartbeat:orders" });
            timeline.push(json!({ "seq": timeline.len() + 1, "at": "2026-01-01T00:00:20Z", "event": event }));
        }
        let cards = &mut seen.incidents.get_mut(&1).unwrap().cards;
        cards[0] = "**Alerts** 1 firing, 2 firing".to_owned();
        ledger.beats.since_ms = OPENED_MS;
        ledger.beats.accepted.push((OPENED_MS + heard_ms, OPENED_MS + heard_ms + 1));
        ledger.beats.over = over;
        let verdict = check(&ledger, &seen, OPENED_MS + 60_000);
        verdict.violations.into_iter().map(|violation| (violation.kind, violation.sentence)).collect::<Vec<_>>()
    };
    assert_eq!(told(&["alert_fired"], true, 1_000), []);
    assert_eq!(told(&["alert_fired", "alert_resolved"], false, 59_000), []);
    only(Kind::Lost, "0 silences of the heartbeat instead of 1 to 1", &told(&[], true, 1_000));
    only(Kind::Lost, "0 silences of the heartbeat instead of 1 to 1", &told(&[], false, 59_000));
    only(Kind::Lost, "the end of the heartbeat's silence", &told(&["alert_fired"], false, 59_000));
    only(Kind::Doubled, "in turn", &told(&["alert_resolved", "alert_fired"], true, 1_000));
    only(
        Kind::Doubled,
        "2 silences of the heartbeat instead of 1 to 1",
        &told(&["alert_fired", "alert_resolved", "alert_fired", "alert_resolved"], false, 59_000),
    );
}

#[test]
fn operators_are_told_once_of_what_was_refused() {
    let with = |lines: usize| {
        says(|ledger, shown| {
            let refused = json!({ "kind": "noted", "text": "nobody gets this" });
            shown.record["timeline"][5]["event"] = refused;
            ledger.refused.push("nobody gets".to_owned());
            shown.notices = vec![message(OPENED_MS, "Could not deliver post of INC-1"); lines];
        })
    };
    assert_eq!(with(1), []);
    only(Kind::Lost, "dead letters: 0", &with(0));
    only(Kind::Doubled, "dead letters: 2", &with(2));
}

/// When a phone rang, in seconds after the first alert was sent.
type Rings<'a> = &'a [(&'static str, i64)];

/// An alert of a service fires and nobody does anything: who had to be called and was not, two minutes later.
fn unrung_of(service: &str, rings: Rings<'_>, change: impl FnOnce(&mut Ledger, &mut Shown)) -> Vec<String> {
    unrung_beside(None, service, rings, change)
}

/// The same, beside a second incident.
fn unrung_beside(
    other: Option<Shown>,
    service: &str,
    rings: Rings<'_>,
    change: impl FnOnce(&mut Ledger, &mut Shown),
) -> Vec<String> {
    let (mut ledger, mut shown) = (Ledger::default(), Shown::default());
    let fired = json!({ "kind": "alert_fired", "dedup_key": "v1:alertmanager:a" });
    shown.record = json!({
        "incident": { "number": 1, "status": "triggered" },
        "timeline": [{ "seq": 1, "at": "2026-01-01T00:00:00.1Z", "event": fired }],
    });
    let ring =
        |(person, at): &(&'static str, i64)| Ring { person: (*person).to_owned(), at_ms: OPENED_MS + at * 1_000 };
    shown.rings = rings.iter().map(ring).collect();
    ledger.starts.push(OPENED_MS - 60_000);
    ledger.reports.push(sent("a", service, "warning", 0));
    change(&mut ledger, &mut shown);
    let told = ledger.silences.iter().flat_map(|silence| {
        let (number, by) = (silence.number, "Joko");
        let began = format!("{by} silenced alerts until <t:1> (silence {number}).");
        [began, format!("Silence {number} of {by} is over.")].map(|content| message(OPENED_MS, &content))
    });
    let silences = told.collect();
    let incidents = std::iter::once((1, shown)).chain(other.map(|other| (2, other))).collect();
    let seen = Seen { incidents, silences, ..Seen::default() };
    let mut verdict = Verdict::default();
    unrung::unrung(&ledger, &seen, OPENED_MS + 120_000, &mut verdict);
    assert!(!verdict.goes_on);
    verdict.violations.into_iter().map(|violation| violation.sentence).collect()
}

fn sent(alert: &str, service: &str, severity: &str, at: i64) -> Report {
    Report {
        alert: alert.to_owned(),
        firing: true,
        accepted: true,
        service: service.to_owned(),
        severity: severity.to_owned(),
        began_ms: OPENED_MS + at * 1_000,
        ended_ms: OPENED_MS + at * 1_000 + 100,
    }
}

fn deed(person: &str, what: What, at: i64) -> Deed {
    let (began_ms, ended_ms) = (OPENED_MS + at * 1_000, OPENED_MS + at * 1_000 + 100);
    Deed { person: person.to_owned(), incident: 1, what, began_ms, ended_ms, end: End::Done }
}

fn one_of(sentence: &str, found: &[String]) {
    assert!(found.len() == 1 && found[0].contains(sentence), "{found:?}");
}

const ALL_IN_TURN: Rings<'_> = &[("rina", 1), ("agus", 11), ("budi", 21)];

#[test]
fn every_step_that_is_due_must_ring_and_in_time() {
    assert_eq!(unrung_of("search", ALL_IN_TURN, |_, _| {}), [""; 0]);
    one_of("called rina", &unrung_of("search", &[("agus", 11), ("budi", 21)], |_, _| {}));
    one_of("step 2", &unrung_of("search", &[("rina", 1), ("budi", 21)], |_, _| {}));
    one_of("step 2", &unrung_of("search", &[("rina", 1), ("agus", 40), ("budi", 21)], |_, _| {}));
    // What somebody has, and what may be over, calls nobody further.
    let taken = |ledger: &mut Ledger, _: &mut Shown| ledger.deeds.push(deed("joko", What::Acknowledge, 5));
    assert_eq!(unrung_of("search", &[("rina", 1)], taken), [""; 0]);
    let perhaps = |ledger: &mut Ledger, _: &mut Shown| {
        ledger.deeds.push(Deed { end: End::Unanswered, ..deed("joko", What::Acknowledge, 5) });
    };
    assert_eq!(unrung_of("search", &[("rina", 1)], perhaps), [""; 0]);
    let refused = |ledger: &mut Ledger, _: &mut Shown| {
        ledger.deeds.push(Deed { end: End::Refused("no".to_owned()), ..deed("joko", What::Acknowledge, 5) });
    };
    assert_eq!(unrung_of("search", &[("rina", 1)], refused).len(), 2);
}

#[test]
fn time_in_which_the_bot_was_dead_is_added_and_no_more() {
    let dead = |rang: i64| {
        unrung_of("search", &[("rina", 1), ("agus", rang), ("budi", rang + 10)], |ledger, _| {
            ledger.kills.push((OPENED_MS + 5_000, "at a random moment".to_owned()));
            ledger.starts.push(OPENED_MS + 40_000);
        })
    };
    assert_eq!(dead(45), [""; 0]);
    assert_eq!(dead(65).len(), 2);
}

#[test]
fn who_cannot_take_it_hands_it_on_at_once() {
    let declines = |ledger: &mut Ledger, _: &mut Shown| ledger.deeds.push(deed("rina", What::Decline, 5));
    assert_eq!(unrung_of("checkout", &[("rina", 1), ("agus", 6)], declines), [""; 0]);
    one_of("rina could not take it", &unrung_of("checkout", &[("rina", 1)], declines));
    assert_eq!(unrung_of("checkout", &[("rina", 1)], |_, _| {}), [""; 0], "half an hour is not over");
}

#[test]
fn what_was_over_and_is_not_calls_from_the_first_step() {
    let reopened = |ledger: &mut Ledger, _: &mut Shown| {
        ledger.deeds.push(deed("joko", What::Resolve("restarted".to_owned()), 2));
        ledger.deeds.push(deed("joko", What::Reopen("it is back".to_owned()), 10));
    };
    assert_eq!(unrung_of("checkout", &[("rina", 1), ("rina", 11)], reopened), [""; 0]);
    one_of("opened it again", &unrung_of("checkout", &[("rina", 1)], reopened));
    let ended = |status: &'static str| {
        move |ledger: &mut Ledger, shown: &mut Shown| {
            ledger.deeds.push(deed("joko", What::Resolve("restarted".to_owned()), 2));
            shown.record["incident"]["status"] = json!(status);
        }
    };
    assert_eq!(unrung_of("checkout", &[("rina", 1), ("rina", 63)], ended("triggered")), [""; 0]);
    one_of("fires on", &unrung_of("checkout", &[("rina", 1)], ended("triggered")));
    let never = unrung_of("checkout", &[("rina", 1)], ended("resolved"));
    assert!(never.iter().any(|says| says.contains("a fires, and INC-1 is over")), "{never:?}");
}

#[test]
fn who_has_what_becomes_worse_is_called_and_without_a_sign_the_next_one_is() {
    let worse = |ledger: &mut Ledger, shown: &mut Shown| {
        ledger.deeds.push(deed("agus", What::Acknowledge, 3));
        ledger.reports.push(sent("b", "search", "critical", 20));
        let fired = json!({ "kind": "alert_fired", "dedup_key": "v1:alertmanager:b" });
        let entry = json!({ "seq": 2, "at": "2026-01-01T00:00:20.1Z", "event": fired });
        shown.record["timeline"].as_array_mut().unwrap().push(entry);
    };
    assert_eq!(unrung_of("search", &[("rina", 1), ("agus", 21), ("budi", 31)], worse), [""; 0]);
    let asked_too_late = unrung_of("search", &[("rina", 1), ("budi", 31)], worse);
    one_of("agus has it, and a worse alert joined", &asked_too_late);
    one_of("gave no sign", &unrung_of("search", &[("rina", 1), ("agus", 21)], worse));
    let sign = |ledger: &mut Ledger, shown: &mut Shown| {
        worse(ledger, shown);
        ledger.deeds.push(deed("agus", What::Note("looking".to_owned()), 25));
    };
    assert_eq!(unrung_of("search", &[("rina", 1), ("agus", 21)], sign), [""; 0]);
}

/// Something that somebody asked for at a second, and that was answered at once.
fn asked(at: i64, end: End) -> Asked {
    Asked { began_ms: OPENED_MS + at * 1_000, ended_ms: OPENED_MS + at * 1_000 + 100, end }
}

fn term(by: &str, at: i64, lasts: i64) -> Term {
    let (by, yes) = (by.to_owned(), asked(at, End::Done));
    let until_ms = (yes.began_ms + lasts * 1_000, yes.ended_ms + lasts * 1_000);
    Term { by, yes, until_ms, longer: Vec::new(), over: None }
}

/// Another alert of the incident.
fn fires(ledger: &mut Ledger, shown: &mut Shown, alert: &str, service: &str, severity: &str, at: i64) {
    ledger.reports.push(sent(alert, service, severity, at));
    let timeline = shown.record["timeline"].as_array_mut().unwrap();
    let fired = json!({ "kind": "alert_fired", "dedup_key": format!("v1:alertmanager:{alert}") });
    timeline.push(json!({ "seq": timeline.len() + 1, "at": format!("2026-01-01T00:00:{at:02}.1Z"), "event": fired }));
}

#[test]
fn what_is_silenced_calls_nobody_until_the_end_of_its_silence_and_then_from_the_first_step() {
    let silenced = |change: fn(&mut Term)| {
        move |ledger: &mut Ledger, _: &mut Shown| {
            let mut term = term("joko", 5, 20);
            change(&mut term);
            ledger.silences.push(Silence { number: 1, service: "quiet".to_owned(), worst: 2, term });
        }
    };
    let all: Rings<'_> = &[("rina", 1), ("rina", 26), ("agus", 36), ("budi", 46)];
    assert_eq!(unrung_of("quiet", all, silenced(|_| {})), [""; 0]);
    one_of("its silence is over", &unrung_of("quiet", &[("rina", 1), ("agus", 36), ("budi", 46)], silenced(|_| {})));
    assert_eq!(unrung_of("quiet", &[("rina", 1)], silenced(|_| {})).len(), 3);
    let inside = &[("rina", 1), ("agus", 11), ("rina", 26), ("agus", 36), ("budi", 46)];
    one_of("agus was called at", &unrung_of("quiet", inside, silenced(|_| {})));
    // Somebody ended it at 12: from then on.
    let ended = silenced(|term| term.over = Some(asked(12, End::Done)));
    assert_eq!(unrung_of("quiet", &[("rina", 1), ("rina", 13), ("agus", 23), ("budi", 33)], ended), [""; 0]);
    assert_eq!(
        unrung_of("quiet", &[("rina", 1), ("rina", 60)], silenced(|term| term.over = Some(asked(12, End::Done)))).len(),
        3
    );
    // What got no answer may hold or not.
    let perhaps = silenced(|term| term.yes.end = End::Unanswered);
    assert_eq!(unrung_of("quiet", ALL_IN_TURN, perhaps), [""; 0]);
    assert_eq!(unrung_of("search", &[("rina", 1)], silenced(|_| {})).len(), 2, "of another service");
}

#[test]
fn what_is_worse_than_its_silence_rings_at_once_and_whoever_has_it_at_the_end() {
    let silence = |ledger: &mut Ledger| {
        let term = term("joko", 5, 20);
        ledger.silences.push(Silence { number: 1, service: "quiet".to_owned(), worst: 2, term });
    };
    let worse = |ledger: &mut Ledger, shown: &mut Shown| {
        silence(ledger);
        fires(ledger, shown, "b", "quiet", "critical", 12);
    };
    assert_eq!(unrung_of("quiet", &[("rina", 1), ("rina", 13), ("agus", 23), ("budi", 33)], worse), [""; 0]);
    let late = unrung_of("quiet", &[("rina", 1), ("rina", 50), ("agus", 60), ("budi", 70)], worse);
    assert_eq!(late.len(), 3, "{late:?}");
    assert!(late.iter().all(|says| says.contains("worse than its silence")), "{late:?}");
    let taken = |ledger: &mut Ledger, _: &mut Shown| {
        ledger.deeds.push(deed("agus", What::Acknowledge, 3));
        silence(ledger);
    };
    assert_eq!(unrung_of("quiet", &[("rina", 1), ("agus", 26)], taken), [""; 0]);
    one_of("agus has it, and its silence is over", &unrung_of("quiet", &[("rina", 1)], taken));
}

#[test]
fn whoever_took_over_is_called_and_whoever_left_is_not_waited_for() {
    let takes = |ledger: &mut Ledger, _: &mut Shown| ledger.overrides.push(term("rina", -10, 100));
    assert_eq!(unrung_of("night-turns-1", &[("rina", 1), ("agus", 11), ("budi", 21)], takes), [""; 0]);
    one_of("called rina by", &unrung_of("night-turns-1", &[("budi", 1), ("agus", 11)], takes)[..1]);
    one_of("called budi by", &unrung_of("night-turns-1", &[("agus", 11), ("budi", 21)], |_, _| {}));
    let follows = |ledger: &mut Ledger, _: &mut Shown| ledger.overrides.push(term("rina", 5, 60));
    let all: Rings<'_> = &[("budi", 1), ("rina", 6), ("agus", 11), ("budi", 21)];
    assert_eq!(unrung_of("night-turns-1", all, follows), [""; 0]);
    one_of("rina took over", &unrung_of("night-turns-1", &[("budi", 1), ("agus", 11), ("budi", 21)], follows));
    let left = |ledger: &mut Ledger, _: &mut Shown| {
        ledger.away.push(Away { person: "maya", left_ms: OPENED_MS - 5_000, back_ms: None });
    };
    assert_eq!(unrung_of("night-away-1", &[("agus", 8), ("budi", 18)], left), [""; 0]);
    one_of("called agus by", &unrung_of("night-away-1", &[("budi", 18)], left)[..1]);
    let left_later = |ledger: &mut Ledger, _: &mut Shown| {
        ledger.away.push(Away { person: "maya", left_ms: OPENED_MS + 5_000, back_ms: None });
    };
    assert_eq!(unrung_of("night-gone-1", &[("maya", 1), ("agus", 15)], left_later), [""; 0]);
    one_of("maya was called, and left", &unrung_of("night-gone-1", &[("maya", 1)], left_later));
    one_of("maya was called, and left", &unrung_of("night-gone-1", &[("maya", 1), ("agus", 60)], left_later));
    // A call that reaches nobody is none, and whoever was away for a moment only may be waited for.
    one_of("called agus by", &unrung_of("night-gone-1", &[("maya", 1)], left));
    let back = |ledger: &mut Ledger, _: &mut Shown| {
        ledger.away.push(Away { person: "maya", left_ms: OPENED_MS + 5_000, back_ms: Some(OPENED_MS + 20_000) });
    };
    assert_eq!(unrung_of("night-gone-1", &[("maya", 1)], back), [""; 0]);
    one_of("called maya by", &unrung_of("night-away-1", &[("agus", 11), ("budi", 21)], |_, _| {}));
}

#[test]
fn what_fires_again_and_again_is_one_incident_and_somebody_is_called_at_last() {
    let flaps = |ledger: &mut Ledger, shown: &mut Shown| {
        let mut end = sent("a", "night-flaps-1", "warning", 2);
        end.firing = false;
        ledger.reports.push(end);
        let over = json!({ "kind": "alert_resolved", "dedup_key": "v1:alertmanager:a" });
        let timeline = shown.record["timeline"].as_array_mut().unwrap();
        timeline.push(json!({ "seq": 2, "at": "2026-01-01T00:00:02.1Z", "event": over }));
        fires(ledger, shown, "a", "night-flaps-1", "warning", 4);
    };
    let all: Rings<'_> = &[("rina", 1), ("agus", 12), ("budi", 24)];
    assert_eq!(unrung_of("night-flaps-1", all, flaps), [""; 0]);
    one_of("at last", &unrung_of("night-flaps-1", &[("rina", 1)], flaps)[..1]);
    // The wait goes on through it, and nobody is rung twice for a step.
    one_of("by the time of step 2", &unrung_of("night-flaps-1", &[("rina", 1), ("rina", 5), ("budi", 24)], flaps));
    one_of("by the time of step 3", &unrung_of("night-flaps-1", &[("rina", 1), ("agus", 12)], flaps));
    let twice = |ledger: &mut Ledger, shown: &mut Shown| {
        flaps(ledger, shown);
        let pages = [1, 5].map(|at| message(OPENED_MS + at * 1_000, "SEV-3 INC-1 a is bad")).to_vec();
        shown.direct_pages.insert("rina".to_owned(), pages);
    };
    one_of("rang rina by 2 direct messages, not 1", &unrung_of("night-flaps-1", all, twice));
    // What came again when nobody knows whether the wait was over may ring once more.
    let killed = |ledger: &mut Ledger, shown: &mut Shown| {
        twice(ledger, shown);
        ledger.kills.push((OPENED_MS + 3_000, "at a random moment".to_owned()));
        ledger.starts.push(OPENED_MS + 3_100);
    };
    assert_eq!(unrung_of("night-flaps-1", all, killed), [""; 0]);
}

#[test]
fn an_end_and_the_next_beginning_that_were_decided_together_have_no_order_in_two_records() {
    let record = |number: u32, events: &[(u32, &str, bool)]| {
        let entries = events.iter().map(|(seq, at, fires)| {
            let kind = if *fires { "alert_fired" } else { "alert_resolved" };
            json!({ "seq": seq, "at": at, "event": { "kind": kind, "dedup_key": "v1:alertmanager:a" } })
        });
        let timeline: Vec<Value> = entries.collect();
        Shown { record: json!({ "incident": { "number": number }, "timeline": timeline }), ..Shown::default() }
    };
    let (first, later) = ("2026-01-01T00:00:00Z", "2026-01-01T00:00:09Z");
    let seen = Seen {
        incidents: BTreeMap::from([
            (1, record(1, &[(23, later, true)])),
            (22, record(22, &[(9, first, true), (30, later, false)])),
        ]),
        ..Seen::default()
    };
    let records = alerts::records(&seen, &["a"].into());
    let told: Vec<(u32, bool)> = records.changes["a"].iter().map(|change| (change.incident, change.firing)).collect();
    assert_eq!(told, [(22, true), (22, false), (1, true)]);
}

#[test]
fn many_at_once_for_one_person_are_few_rings() {
    let rings_of = |messages: [i64; 6], last_at: &str| {
        let (mut ledger, mut seen) = (Ledger::default(), Seen::default());
        ledger.starts.push(OPENED_MS - 60_000);
        for (number, made) in (1_u32..).zip(messages) {
            let (service, alert) = (format!("night-team-burst-1-{number}"), format!("a{number}"));
            ledger.reports.push(sent(&alert, &service, "warning", 0));
            let at = if number == 6 { last_at } else { "2026-01-01T00:00:00.1Z" };
            let fired = json!({ "kind": "alert_fired", "dedup_key": format!("v1:alertmanager:{alert}") });
            let paged = json!({ "kind": "paged", "page": 1, "person": "rina" });
            let timeline = json!([{ "seq": 1, "at": at, "event": fired }, { "seq": 2, "at": at, "event": paged }]);
            let record = json!({ "incident": { "number": number, "status": "triggered" }, "timeline": timeline });
            let page = message(OPENED_MS + made, "SEV-3 is bad");
            let direct_pages = BTreeMap::from([("rina".to_owned(), vec![page])]);
            let rings = ALL_IN_TURN
                .iter()
                .map(|(person, at)| Ring { person: (*person).to_owned(), at_ms: OPENED_MS + at * 1_000 });
            seen.incidents.insert(number, Shown { direct_pages, record, rings: rings.collect(), ..Shown::default() });
        }
        let mut verdict = Verdict::default();
        unrung::unrung(&ledger, &seen, OPENED_MS + 120_000, &mut verdict);
        verdict.violations.into_iter().map(|violation| violation.sentence).collect::<Vec<_>>()
    };
    let at_once = "2026-01-01T00:00:00.2Z";
    assert_eq!(rings_of([100, 2_100, 2_100, 2_100, 2_100, 2_100], at_once), [""; 0]);
    one_of(
        "night-team-burst-1: 6 incidents rang rina 6 times, not 3",
        &rings_of([100, 200, 300, 400, 500, 600], at_once),
    );
    // Decided later, because the bot was dead: rings of their own.
    assert_eq!(rings_of([100, 200, 300, 4_000, 5_000, 9_000], "2026-01-01T00:00:09Z"), [""; 0]);
}

#[test]
fn who_has_what_another_incident_is_merged_into_is_called() {
    let merged = |by: &str, rings: Rings<'_>| {
        let fired = json!({ "kind": "alert_fired", "dedup_key": "v1:alertmanager:o" });
        let into = json!({ "kind": "merged_into", "into": 1 });
        let other = Shown {
            record: json!({
                "incident": { "number": 2, "status": "merged" },
                "timeline": [
                    { "seq": 1, "at": "2026-01-01T00:00:05.1Z", "event": fired },
                    { "seq": 2, "at": "2026-01-01T00:00:13.1Z", "event": into },
                ],
            }),
            rings: vec![Ring { person: "rina".to_owned(), at_ms: OPENED_MS + 6_000 }],
            ..Shown::default()
        };
        unrung_beside(Some(other), "search", rings, |ledger, _| {
            ledger.reports.push(sent("o", "orders", "warning", 5));
            ledger.deeds.push(deed("agus", What::Acknowledge, 3));
            ledger.deeds.push(Deed { incident: 2, ..deed(by, What::Merge(1), 13) });
        })
    };
    assert_eq!(merged("joko", &[("rina", 1), ("agus", 14)]), [""; 0]);
    one_of("INC-2 that nobody had was merged into it", &merged("joko", &[("rina", 1)]));
    assert_eq!(merged("agus", &[("rina", 1)]), [""; 0], "they know");
}
