//! Purpose: what people did is there once, in order, and everybody who should reads it.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::{Kind, Verdict, count, ends_with, events, rooms};
use crate::ledger::{Deed, End, Ledger, What};
use crate::seen::Shown;
use crate::world::{list, text};

/// Clocks that are read at different times, and cut to whole milliseconds.
const CLOCKS_MS: i64 = 100;

/// What people did is in the record once and in order; what nobody heard of may be there once or not.
pub(super) fn deeds(incident: u32, shown: &Shown, ledger: &Ledger, verdict: &mut Verdict) {
    let entries: Vec<&Value> = list(&shown.record["timeline"]).map(|entry| &entry["event"]).collect();
    let rooms = rooms(shown);
    let mut places: Vec<(&Deed, usize)> = Vec::new();
    declines(incident, shown, ledger, verdict);
    for deed in ledger.deeds.iter().filter(|deed| deed.incident == incident && deed.what != What::Decline) {
        let found: Vec<usize> = (0..entries.len()).filter(|place| is_of(deed, entries[*place])).collect();
        let found =
            if deed.end == End::Done && deed.what == What::Acknowledge { own(deed, &found, shown) } else { found };
        let (least, most) = match (&deed.end, &deed.what) {
            (End::Done, _) => (1, 1),
            // Many acknowledgements without an answer by one person cannot be told apart.
            (End::Unanswered, What::Acknowledge) | (End::Refused(_), What::Acknowledge) => (0, usize::MAX),
            (End::Unanswered, _) => (0, 1),
            // "That was already done" is only said of what is done.
            (End::Refused(_), _) => (0, 1),
        };
        verdict.count(incident, &format!("entries of {deed:?}"), found.len(), least, most);
        if let (End::Done, Some(place)) = (&deed.end, found.first()) {
            places.push((deed, *place));
        }
        let told: usize = found.iter().filter_map(|place| rooms.get(*place)).map(|room| (*room).min(1)).sum();
        if let What::Note(words) | What::Update(words) | What::Severity(_, words) | What::Reopen(words) = &deed.what {
            let aside = ledger.put_aside.iter().any(|part| words.contains(part.as_str()));
            let posts = count(&shown.posts, words);
            // Who follows the thread reads it there, too.
            let twice = matches!(deed.what, What::Update(_) | What::Reopen(_));
            let both: usize = found.iter().filter_map(|place| rooms.get(*place)).sum();
            let expected = if aside {
                0
            } else if twice {
                both
            } else {
                told
            };
            verdict.count(incident, &format!("posts of {:?}", deed.what), posts, expected, expected);
        }
        if let What::Update(words) = &deed.what {
            let read = count(&shown.told, words);
            verdict.count(incident, &format!("what stakeholders read of {words}"), read, told, found.len());
        }
    }
    let acknowledged = events(shown, "acknowledged").count();
    // Another one only after it was opened again, or whoever had it lost it.
    let ends = ["reopened", "ack_expired", "ack_withdrawn"];
    let most = 1 + ends.iter().map(|end| events(shown, end).count()).sum::<usize>();
    verdict.count(incident, "acknowledgements", acknowledged, 0, most);
    for (one, at) in &places {
        for (other, other_at) in &places {
            if one.ended_ms < other.began_ms && at > other_at {
                let sentence = format!("INC-{incident}: {one:?} stands after {other:?}");
                verdict.add(Kind::Lost, Some(incident), sentence);
            }
        }
    }
    let order: Vec<u64> = places_of_notes(shown, &places);
    if !order.is_sorted() {
        verdict.add(
            Kind::Lost,
            Some(incident),
            format!("INC-{incident}: the room shows notes in another order than the record"),
        );
    }
}

/// Who acknowledges again what was opened again has several entries: a deed has those that were decided while it went on.
fn own(deed: &Deed, found: &[usize], shown: &Shown) -> Vec<usize> {
    let at_ms = |place: &usize| {
        let at = text(&shown.record["timeline"][*place]["at"]).parse::<jiff::Timestamp>();
        at.map_or(0, |at| at.as_millisecond())
    };
    let during = deed.began_ms - CLOCKS_MS..=deed.ended_ms + CLOCKS_MS;
    found.iter().copied().filter(|place| during.contains(&at_ms(place))).collect()
}

/// Whoever could not take it has no open page, and the room says so for each page that ended that way.
fn declines(incident: u32, shown: &Shown, ledger: &Ledger, verdict: &mut Verdict) {
    let pages: BTreeMap<u64, &str> =
        events(shown, "paged").filter_map(|event| Some((event["page"].as_u64()?, text(&event["person"])))).collect();
    let mut ended: BTreeMap<&str, usize> = BTreeMap::new();
    for event in events(shown, "page_ended").filter(|event| event["end"]["kind"] == "declined") {
        let person = event["page"].as_u64().and_then(|page| pages.get(&page).copied()).unwrap_or_default();
        *ended.entry(person).or_default() += 1;
    }
    let of = |person: &str, done: bool| {
        let own = |deed: &&Deed| deed.incident == incident && deed.what == What::Decline && deed.person == person;
        ledger.deeds.iter().filter(own).filter(|deed| !done || deed.end == End::Done).count()
    };
    for person in pages.values().collect::<BTreeSet<_>>() {
        let seen = ended.get(person).copied().unwrap_or_default();
        let most = if of(person, false) == 0 { 0 } else { pages.values().filter(|other| *other == person).count() };
        verdict.count(incident, &format!("pages that {person} could not take"), seen, of(person, true), most);
    }
    let posts = shown.posts.iter().filter(|post| post.content.contains(" cannot take it. ")).count();
    let entries = list(&shown.record["timeline"]).zip(rooms(shown));
    let expected =
        entries.filter(|(entry, _)| entry["event"]["end"]["kind"] == "declined").map(|(_, room)| room.min(1)).sum();
    verdict.count(incident, "posts that somebody cannot take it", posts, expected, expected);
}

/// Ids of the posts of notes, in the order of the record.
fn places_of_notes(shown: &Shown, places: &[(&Deed, usize)]) -> Vec<u64> {
    let mut notes: Vec<(usize, &str)> = places
        .iter()
        .filter_map(|(deed, place)| match &deed.what {
            What::Note(words) => Some((*place, words.as_str())),
            _ => None,
        })
        .collect();
    notes.sort_unstable();
    let post = |words: &str| shown.posts.iter().find(|post| ends_with(post, words)).map(|post| post.id);
    notes.into_iter().filter_map(|(_, words)| post(words)).collect()
}

/// Whether an entry of the record is what somebody did.
fn is_of(deed: &Deed, event: &Value) -> bool {
    let says = |field: &str, words: &String| event[field] == words.as_str();
    match &deed.what {
        What::Acknowledge => {
            event["kind"] == "acknowledged" && text(&event["by"]["name"]).to_lowercase() == deed.person
        }
        What::Page(_, words) => event["kind"] == "paged" && event["reason"]["reason"] == words.as_str(),
        What::Note(words) => event["kind"] == "noted" && says("text", words),
        What::Update(words) => event["kind"] == "update_posted" && says("know", words),
        What::Severity(to, words) => event["kind"] == "severity_changed" && says("reason", words) && event["to"] == *to,
        What::Merge(into) => event["kind"] == "merged_into" && event["into"] == *into,
        What::Reopen(words) => event["kind"] == "reopened" && says("reason", words),
        // Looked at apart: one refusal may end several pages.
        What::Decline => false,
        What::Resolve(words) => event["kind"] == "resolved" && says("fixed", words),
    }
}
