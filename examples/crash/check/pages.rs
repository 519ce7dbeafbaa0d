//! Purpose: pages: each person once for each page on each way, each step once, and nobody after an acknowledgement.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::{Kind, Verdict, events};
use crate::ledger::{End, Ledger, What};
use crate::outside::{Arrived, BY_MAIL, BY_PUSH};
use crate::seen::Shown;
use crate::world::{list, text};

/// A page that was on its way when the acknowledgement was answered may still arrive within this.
const ON_ITS_WAY_MS: i64 = 1_000;
/// A timer that is so much later than promised is lost.
const TIMER_LATE_MS: i64 = 30_000;
/// A step that comes within this is waited for before the checker speaks its verdict.
const SOON_MS: i64 = 60_000;
/// Names of the ways outside Discord. What waits to be told by one direct message with others is a contact, too.
const OUTSIDE: [&str; 2] = ["ntfy", "email"];

/// What is said of a page to somebody who left before the bot knew which account they are.
const NO_MEMBER: &str = " is not a member of the server";

/// Every page once, every step once, and no timer forgotten.
pub(super) fn pages(incident: u32, shown: &Shown, now_ms: i64, verdict: &mut Verdict) {
    let (ended, closed) = (ended(shown), not_by_direct_message(shown));
    let mut decided: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for event in events(shown, "paged") {
        let (all, open) = decided.entry(text(&event["person"])).or_default();
        *all += 1;
        *open += usize::from(event["page"].as_u64().is_none_or(|page| !ended.contains(&page)));
    }
    for (person, (all, open)) in &decided {
        // A page that was answered before it left need not leave any more.
        let direct = shown.direct_pages.get(*person).map_or(0, Vec::len);
        let own = events(shown, "paged").filter(|event| event["person"] == **person);
        let pages = own.filter_map(|event| event["page"].as_u64());
        let closed = pages.filter(|page| closed.contains(page) && !ended.contains(page)).count();
        // Two pages that ring at one instant are told by one message.
        let least = (open - closed).saturating_sub(told_twice(shown, person));
        verdict.count(incident, &format!("direct messages that page {person}"), direct, least, *all);
    }
    for (person, pages) in shown.direct_pages.iter().filter(|(person, _)| !decided.contains_key(person.as_str())) {
        verdict.count(incident, &format!("direct messages that page {person}"), pages.len(), 0, 0);
    }
    let (all, open) = decided.values().fold((0, 0), |(all, open), one| (all + one.0, open + one.1));
    verdict.count(incident, "pages in the room", shown.room_pages.len(), open, all);
    let mut step: Option<&Value> = None;
    let mut due_ms = None;
    for entry in list(&shown.record["timeline"]) {
        let event = &entry["event"];
        match text(&event["kind"]) {
            "escalated" => {
                if step == Some(&event["position"]) {
                    verdict.add(
                        Kind::Doubled,
                        Some(incident),
                        format!("INC-{incident}: step {} was taken twice", event["position"]),
                    );
                }
                step = Some(&event["position"]);
                due_ms = text(&event["due"]).parse::<jiff::Timestamp>().ok().map(|due| due.as_millisecond());
            }
            "escalation_stopped" | "escalation_ended" | "acknowledged" | "resolved" => (step, due_ms) = (None, None),
            _ => {}
        }
    }
    if let Some(due_ms) = due_ms {
        if due_ms + TIMER_LATE_MS < now_ms {
            verdict.add(Kind::Lost, Some(incident), format!("INC-{incident}: the next step was due and was not taken"));
        }
        verdict.goes_on |= due_ms < now_ms + SOON_MS && due_ms + TIMER_LATE_MS >= now_ms;
    }
}

/// How many pages of a person ring at the instant of another one by direct message.
fn told_twice(shown: &Shown, person: &str) -> usize {
    let paged = |entry: &&Value| entry["event"]["kind"] == "paged" && entry["event"]["person"] == person;
    let rings: Vec<i64> = list(&shown.record["timeline"])
        .filter(paged)
        .filter_map(|entry| {
            let wait_ms = list(&entry["event"]["contacts"]).find(|contact| contact[0] == "direct")?[1].as_i64()?;
            Some(text(&entry["at"]).parse::<jiff::Timestamp>().ok()?.as_millisecond() + wait_ms)
        })
        .collect();
    rings.len() - rings.iter().collect::<BTreeSet<_>>().len()
}

/// Pages that need not leave any more: they are over, or whoever they are for left the server.
fn ended(shown: &Shown) -> BTreeSet<u64> {
    let over = events(shown, "page_ended").filter_map(|event| event["page"].as_u64());
    let left = events(shown, "person_left").flat_map(|event| list(&event["pages"])).filter_map(Value::as_u64);
    let nobody = events(shown, "contact_failed").filter(|event| text(&event["reason"]).contains(NO_MEMBER));
    over.chain(left).chain(nobody.filter_map(|event| event["page"].as_u64())).collect()
}

/// Pages of which the bot says that no direct message tells them: whoever they are for takes none, and is rung in the room.
fn not_by_direct_message(shown: &Shown) -> BTreeSet<u64> {
    let failed = events(shown, "contact_failed").filter(|event| event["via"] == "direct");
    failed.filter_map(|event| event["page"].as_u64()).collect()
}

/// Whether the bot died between two arrivals. What left right before a death can arrive right after it.
fn died(ledger: &Ledger, from: &Arrived, to: &Arrived) -> bool {
    ledger.kills.iter().any(|(at, _)| (from.at_ms - ON_ITS_WAY_MS..=to.at_ms).contains(at))
}

/// Messages of one page or several to a person outside Discord, by their id, each as often as it arrived.
fn messages<'a>(shown: &'a Shown, person: &str) -> BTreeMap<&'a str, Vec<&'a Arrived>> {
    let mut messages: BTreeMap<&str, Vec<&Arrived>> = BTreeMap::new();
    for arrived in shown.outside.iter().filter(|arrived| arrived.person == person) {
        messages.entry(arrived.id.as_str()).or_default().push(arrived);
    }
    messages
}

/// When a person was told outside Discord. One message may tell many; when some of them are over, what has no receipt after a death
/// is told by another, which is no second time.
fn tellings(shown: &Shown, ledger: &Ledger, person: &str) -> Vec<i64> {
    let mut first: Vec<&Arrived> =
        messages(shown, person).into_values().filter_map(|times| times.into_iter().next()).collect();
    first.sort_by_key(|arrived| arrived.at_ms);
    let again = |place: usize| {
        let pair = &first[place.saturating_sub(1)..=place];
        pair.len() == 2 && pair.iter().any(|arrived| arrived.is_for_many()) && died(ledger, pair[0], pair[1])
    };
    (0..first.len()).filter(|place| !again(*place)).map(|place| first[place].at_ms).collect()
}

/// Outside Discord each page arrives once. One that arrives again carries the same id, and a death lies in between.
pub(super) fn outside(incident: u32, shown: &Shown, ledger: &Ledger, verdict: &mut Verdict) {
    let ended = ended(shown);
    for person in [BY_PUSH, BY_MAIL] {
        let went: Vec<u64> = events(shown, "contacted")
            .filter(|event| event["person"] == person && OUTSIDE.contains(&text(&event["via"])))
            .filter_map(|event| event["page"].as_u64())
            .collect();
        let open = went.iter().filter(|page| !ended.contains(page)).count();
        let seen = messages(shown, person);
        let what = format!("pages outside Discord to {person}");
        if seen.len() < open {
            verdict.count(incident, &what, seen.len(), open, went.len());
        } else {
            let most = went.len()
                + if seen.values().flatten().any(|one| one.is_for_many()) { due(shown, person, &went) } else { 0 };
            verdict.count(incident, &what, tellings(shown, ledger, person).len(), 0, most);
        }
        for again in seen.values().flat_map(|times| times.windows(2)) {
            let same = again[0].is_for_many() || without_severity(&again[0].title) == without_severity(&again[1].title);
            if !died(ledger, again[0], again[1]) || !same {
                let sentence = format!("INC-{incident}: a page to {person} came again without need: {again:?}");
                verdict.add(Kind::Doubled, Some(incident), sentence);
            }
        }
    }
}

/// How many pages were due outside Discord with others before they were over, and are not recorded to have left: a message for many
/// tells all that ring at its instant. One that was over before its own turn came was told all the same.
fn due(shown: &Shown, person: &str, went: &[u64]) -> usize {
    let at_ms = |entry: &Value| text(&entry["at"]).parse::<jiff::Timestamp>().ok().map(|at| at.as_millisecond());
    let timeline = || list(&shown.record["timeline"]);
    let over_ms = |page: &Value| {
        timeline()
            .find(|entry| entry["event"]["kind"] == "page_ended" && entry["event"]["page"] == *page)
            .and_then(at_ms)
    };
    let is_due = |entry: &&Value| {
        let event = &entry["event"];
        let contact = list(&event["contacts"]).find(|contact| OUTSIDE.contains(&text(&contact[0])));
        let due_ms = contact.and_then(|contact| Some(at_ms(entry)? + contact[1].as_i64()?));
        event["kind"] == "paged"
            && event["person"] == person
            && event["page"].as_u64().is_some_and(|page| !went.contains(&page))
            && due_ms.zip(over_ms(&event["page"])).is_some_and(|(due, over)| due < over)
    };
    timeline().filter(is_due).count()
}

/// The severity is that of now: it may have been raised between two attempts.
fn without_severity(title: &str) -> &str {
    title.strip_prefix("SEV-").map_or(title, |rest| rest.trim_start_matches(|c: char| c.is_ascii_digit()))
}

/// Once an acknowledgement was answered, nobody is paged for that incident, unless somebody asks for it afterwards.
pub(super) fn nobody_after_an_acknowledgement(incident: u32, shown: &Shown, ledger: &Ledger, verdict: &mut Verdict) {
    let answered = ledger
        .deeds
        .iter()
        .filter(|deed| deed.incident == incident && deed.what == What::Acknowledge && deed.end == End::Done);
    let Some(since) = answered.map(|deed| deed.ended_ms).min() else { return };
    let later = events_after_acknowledgement(shown);
    let is_late = |at_ms: i64| at_ms - since > ON_ITS_WAY_MS;
    let mut late = |what: &str, most: usize, times: &mut dyn Iterator<Item = i64>| {
        let count = times.filter(|at_ms| is_late(*at_ms)).count();
        if count > most {
            let sentence = format!(
                "INC-{incident}: {what} after the acknowledgement was answered at {since}: {count} instead of {most}"
            );
            verdict.add(Kind::Doubled, Some(incident), sentence);
        }
    };
    let of = |kind: &'static str, person: &str| {
        let person = person.to_owned();
        later.iter().filter(move |event| event["kind"] == kind && event["person"] == person.as_str())
    };
    let all_of = |kind: &'static str, person: &str| of(kind, person).count();
    for (person, pages) in &shown.direct_pages {
        let mut times = pages.iter().map(crate::seen::Message::made_ms);
        late(&format!("direct messages that page {person}"), all_of("paged", person), &mut times);
    }
    let all = later.iter().filter(|event| event["kind"] == "paged").count();
    late("pages in the room", all, &mut shown.room_pages.iter().map(crate::seen::Message::made_ms));
    for person in [BY_PUSH, BY_MAIL] {
        let went = of("contacted", person).filter(|event| OUTSIDE.contains(&text(&event["via"]))).count();
        let mut times = tellings(shown, ledger, person).into_iter();
        late(&format!("pages outside Discord to {person}"), went, &mut times);
    }
}

/// What stands in the record after the first acknowledgement.
fn events_after_acknowledgement(shown: &Shown) -> Vec<&Value> {
    let all = list(&shown.record["timeline"]).map(|entry| &entry["event"]);
    all.skip_while(|event| event["kind"] != "acknowledged").collect()
}
