//! Purpose: the checker: compares the ledger with what Discord shows. It knows nothing of the bot but its sentences.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::ledger::{Deed, End, Ledger, What};
use crate::seen::{Message, Seen, Shown};
use crate::world::{list, text};

/// A page that was on its way when the acknowledgement was answered may still arrive within this.
const ON_ITS_WAY_MS: i64 = 1_000;
/// A timer that is so much later than promised is lost.
const TIMER_LATE_MS: i64 = 30_000;
/// A step that comes within this is waited for before the checker speaks its verdict.
const SOON_MS: i64 = 60_000;

/// What is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    /// Missing, or not in order.
    Lost,
    /// Seen too often, or by somebody who should not have seen it.
    Doubled,
}

/// One broken promise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Violation {
    pub(crate) kind: Kind,
    pub(crate) incident: Option<u32>,
    pub(crate) sentence: String,
}

/// What the checker says.
#[derive(Clone, Debug, Default)]
pub(crate) struct Verdict {
    pub(crate) violations: Vec<Violation>,
    /// An escalation goes on soon: what is seen now is not the end.
    pub(crate) goes_on: bool,
}

impl Verdict {
    fn add(&mut self, kind: Kind, incident: Option<u32>, sentence: String) {
        self.violations.push(Violation { kind, incident, sentence });
    }

    /// Says something unless there are between `least` and `most`.
    fn count(&mut self, incident: u32, what: &str, seen: usize, least: usize, most: usize) {
        let sentence = || format!("INC-{incident}: {what}: {seen} instead of {}", range(least, most));
        if seen < least {
            self.add(Kind::Lost, Some(incident), sentence());
        } else if seen > most {
            self.add(Kind::Doubled, Some(incident), sentence());
        }
    }

    pub(crate) fn number(&self, kind: Kind) -> usize {
        self.violations.iter().filter(|violation| violation.kind == kind).count()
    }
}

fn range(least: usize, most: usize) -> String {
    if least == most { least.to_string() } else { format!("{least} to {most}") }
}

/// Compares.
pub(crate) fn check(ledger: &Ledger, seen: &Seen, now_ms: i64) -> Verdict {
    let mut verdict = Verdict::default();
    for accident in &ledger.accidents {
        verdict.add(Kind::Lost, None, accident.clone());
    }
    for stray in &seen.strays {
        verdict.add(Kind::Doubled, None, format!("a message that belongs to nothing: {stray}"));
    }
    for (&incident, shown) in &seen.incidents {
        objects(incident, shown, &mut verdict);
        timeline(incident, shown, &mut verdict);
        posts(incident, shown, &mut verdict);
        pages(incident, shown, now_ms, &mut verdict);
        deeds(incident, shown, ledger, &mut verdict);
        nobody_after_an_acknowledgement(incident, shown, ledger, &mut verdict);
    }
    alerts(ledger, seen, &mut verdict);
    for deed in ledger.deeds.iter().filter(|deed| deed.end == End::Done) {
        if !seen.incidents.contains_key(&deed.incident) {
            verdict.add(Kind::Lost, Some(deed.incident), format!("INC-{} is gone, {deed:?}", deed.incident));
        }
    }
    verdict
}

fn events<'a>(shown: &'a Shown, kind: &'a str) -> impl Iterator<Item = &'a Value> {
    list(&shown.record["timeline"]).map(|entry| &entry["event"]).filter(move |event| event["kind"] == kind)
}

/// What kind of room the incident came to have.
fn room(shown: &Shown) -> &str {
    let changes = list(&shown.record["timeline"]).map(|entry| text(&entry["event"]["room"]));
    let rank = |room: &&str| ["line", "thread", "channel"].iter().position(|known| known == room);
    changes.filter(|room| rank(room).is_some()).max_by_key(rank).unwrap_or("")
}

/// One card, one thread, one channel where it has one.
fn objects(incident: u32, shown: &Shown, verdict: &mut Verdict) {
    if shown.record["incident"]["number"] != incident {
        verdict.add(Kind::Lost, Some(incident), format!("INC-{incident} is seen but has no record"));
        return;
    }
    let (thread, channel) = match room(shown) {
        "channel" => (1, 1),
        "thread" => (1, 0),
        _ => (0, 0),
    };
    verdict.count(incident, "cards", shown.cards.len(), 1, 1);
    verdict.count(incident, "threads", shown.threads, thread, thread);
    verdict.count(incident, "channels", shown.channels, channel, channel);
    // Without a channel it is made when there is something to tell.
    verdict.count(incident, "stakeholders' messages", shown.statuses, channel, 1);
}

/// Numbered without a gap, times never go back.
fn timeline(incident: u32, shown: &Shown, verdict: &mut Verdict) {
    let mut last = String::new();
    for (place, entry) in list(&shown.record["timeline"]).enumerate() {
        if entry["seq"].as_u64() != u64::try_from(place + 1).ok() {
            verdict.add(Kind::Lost, Some(incident), format!("INC-{incident}: entry {} is {}", place + 1, entry["seq"]));
            return;
        }
        // Times of one form, but with and without a fraction of a second: the seconds are compared.
        let at = text(&entry["at"]).chars().take(19).collect::<String>();
        if at < last {
            verdict.add(
                Kind::Lost,
                Some(incident),
                format!("INC-{incident}: entry {} is older than the one before", place + 1),
            );
        }
        last = at;
    }
}

/// Each fact that is told in the room is told there once.
fn posts(incident: u32, shown: &Shown, verdict: &mut Verdict) {
    let (has_thread, rooms) = match room(shown) {
        "channel" => (1, 2),
        "thread" => (1, 1),
        _ => (0, 0),
    };
    let post = |is: &dyn Fn(&str) -> bool| shown.posts.iter().filter(|post| is(&post.content)).count();
    let facts = |kind: &str| events(shown, kind).count();
    let why = post(&|content| content.starts_with("Why: "));
    verdict.count(incident, "posts that say why", why, has_thread, has_thread);
    let acknowledged = post(&|content| content.contains(" acknowledged, <t:"));
    let expected = facts("acknowledged") * has_thread;
    verdict.count(incident, "posts of acknowledgements", acknowledged, expected, expected);
    let resolved = post(&|content| content.starts_with("Resolved after "));
    let expected = facts("resolved") * rooms;
    verdict.count(incident, "posts of its end", resolved, expected, expected);
    let ended = post(&|content| content.contains("nobody is left to page on the policy"));
    let expected = facts("escalation_ended");
    verdict.count(incident, "posts of the policy's end", ended, expected, expected);
    let records = shown.posts.iter().filter(|post| !post.files.is_empty()).count();
    let expected = facts("resolved") * has_thread;
    verdict.count(incident, "records", records, expected, expected);
}

/// Every page once, every step once, and no timer forgotten.
fn pages(incident: u32, shown: &Shown, now_ms: i64, verdict: &mut Verdict) {
    let ended: BTreeSet<u64> = events(shown, "page_ended").filter_map(|event| event["page"].as_u64()).collect();
    let mut decided: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for event in events(shown, "paged") {
        let (all, open) = decided.entry(text(&event["person"])).or_default();
        *all += 1;
        *open += usize::from(event["page"].as_u64().is_none_or(|page| !ended.contains(&page)));
    }
    for (person, (all, open)) in &decided {
        // A page that was answered before it left need not leave any more.
        let direct = shown.direct_pages.get(*person).map_or(0, Vec::len);
        verdict.count(incident, &format!("direct messages that page {person}"), direct, *open, *all);
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

/// What people did is in the record once and in order; what nobody heard of may be there once or not.
fn deeds(incident: u32, shown: &Shown, ledger: &Ledger, verdict: &mut Verdict) {
    let entries: Vec<&Value> = list(&shown.record["timeline"]).map(|entry| &entry["event"]).collect();
    let mut places: Vec<(&Deed, usize)> = Vec::new();
    for deed in ledger.deeds.iter().filter(|deed| deed.incident == incident) {
        let found: Vec<usize> = (0..entries.len()).filter(|place| is_of(deed, entries[*place])).collect();
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
        if let What::Note(words) | What::Update(words) = &deed.what {
            // Words end where the sentence does: "number 1" is no part of "number 12".
            let rooms = usize::from(room(shown) == "thread" || room(shown) == "channel");
            let posts = count(&shown.posts, words);
            verdict.count(
                incident,
                &format!("posts of {:?}", deed.what),
                posts,
                found.len() * rooms,
                found.len() * rooms,
            );
            if matches!(deed.what, What::Update(_)) {
                let told = count(&shown.told, words);
                verdict.count(
                    incident,
                    &format!("what stakeholders read of {words}"),
                    told,
                    found.len() * rooms,
                    found.len(),
                );
            }
        }
    }
    let acknowledged = events(shown, "acknowledged").count();
    verdict.count(incident, "acknowledgements", acknowledged, 0, 1);
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

/// Messages that hold these words as a sentence or at their end.
fn count(messages: &[Message], words: &str) -> usize {
    let sentence = format!("{words}.");
    messages.iter().filter(|message| message.content.contains(&sentence) || ends_with(message, words)).count()
}

fn ends_with(post: &Message, words: &str) -> bool {
    post.content.trim_end().ends_with(words)
}

/// Ids of the posts of notes, in the order of the record.
fn places_of_notes(shown: &Shown, places: &[(&Deed, usize)]) -> Vec<u64> {
    let mut notes: Vec<(usize, &str)> = places
        .iter()
        .filter_map(|(deed, place)| match &deed.what {
            What::Note(words) => Some((*place, words.as_str())),
            What::Acknowledge | What::Update(_) | What::Resolve(_) => None,
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
        What::Note(words) => event["kind"] == "noted" && says("text", words),
        What::Update(words) => event["kind"] == "update_posted" && says("know", words),
        What::Resolve(words) => event["kind"] == "resolved" && says("fixed", words),
    }
}

/// Once an acknowledgement was answered, nobody is paged for that incident.
fn nobody_after_an_acknowledgement(incident: u32, shown: &Shown, ledger: &Ledger, verdict: &mut Verdict) {
    let answered = ledger
        .deeds
        .iter()
        .filter(|deed| deed.incident == incident && deed.what == What::Acknowledge && deed.end == End::Done);
    let Some(since) = answered.map(|deed| deed.ended_ms).min() else { return };
    for page in shown.direct_pages.values().flatten().chain(&shown.room_pages) {
        let late = page.made_ms() - since;
        if late > ON_ITS_WAY_MS {
            let sentence = format!("INC-{incident}: a page came {late} ms after the acknowledgement: {}", page.content);
            verdict.add(Kind::Doubled, Some(incident), sentence);
        }
    }
}

/// Every accepted change of an alert is in the record of exactly one incident, in order; a card shows how many fire.
fn alerts(ledger: &Ledger, seen: &Seen, verdict: &mut Verdict) {
    let mut reported: BTreeMap<&str, Vec<(bool, bool)>> = BTreeMap::new();
    for report in &ledger.reports {
        let changes = reported.entry(report.alert.as_str()).or_default();
        if changes.last().is_none_or(|(firing, _)| *firing != report.firing) {
            changes.push((report.firing, report.accepted));
        }
    }
    let mut recorded: BTreeMap<String, Vec<(String, u32, u64, bool)>> = BTreeMap::new();
    for (&incident, shown) in &seen.incidents {
        let mut firing: BTreeSet<&str> = BTreeSet::new();
        for entry in list(&shown.record["timeline"]) {
            let event = &entry["event"];
            let key = text(&event["dedup_key"]);
            match text(&event["kind"]) {
                "alert_fired" => firing.insert(key),
                "alert_resolved" => firing.remove(key),
                _ => continue,
            };
            let name = reported.keys().find(|name| key.ends_with(&format!(":{name}")) || key == **name);
            let name = name.map_or_else(|| key.to_owned(), |name| (*name).to_owned());
            let (at, seq) = (text(&entry["at"]).to_owned(), entry["seq"].as_u64().unwrap_or(0));
            recorded.entry(name).or_default().push((at, incident, seq, event["kind"] == "alert_fired"));
        }
        if shown.record["incident"]["status"] == "triggered" || shown.record["incident"]["status"] == "acknowledged" {
            let card = shown.cards.first().map_or("", String::as_str);
            let line = format!("{} firing", firing.len());
            if !firing.is_empty() && room(shown) != "line" && !card.contains(&line) {
                verdict.add(
                    Kind::Lost,
                    Some(incident),
                    format!("INC-{incident}: the card does not say \"{line}\": {card}"),
                );
            }
        }
    }
    for (alert, changes) in &reported {
        let mut entries = recorded.remove(*alert).unwrap_or_default();
        entries.sort_by_key(|(at, incident, seq, _)| (time(at), *incident, *seq));
        let told: Vec<bool> = entries.iter().map(|(.., firing)| *firing).collect();
        let most: Vec<bool> = changes.iter().map(|(firing, _)| *firing).collect();
        let certain = changes.iter().all(|(_, accepted)| *accepted);
        if told == most || (!certain && told.is_empty()) {
            continue;
        }
        let incident = entries.last().map(|(_, incident, ..)| *incident);
        let kind = if told.len() > most.len() { Kind::Doubled } else { Kind::Lost };
        let where_ = entries.iter().map(|(at, incident, seq, firing)| format!("INC-{incident} {seq} {at} {firing}"));
        let sentence =
            format!("alert {alert}: accepted {most:?} (true is firing), recorded {:?}", where_.collect::<Vec<_>>());
        verdict.add(kind, incident, sentence);
    }
    for (key, entries) in recorded {
        let incident = entries.first().map(|(_, incident, ..)| *incident);
        verdict.add(Kind::Doubled, incident, format!("an alert that nobody sent: {key}"));
    }
}

fn time(at: &str) -> Option<jiff::Timestamp> {
    at.parse().ok()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::ledger::Report;

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
            |(seq, event): (usize, &Value)| json!({ "seq": seq + 1, "at": "2026-01-01T00:00:00Z", "event": event });
        let timeline: Vec<Value> = events.iter().enumerate().map(entry).collect();
        let page = || message(OPENED_MS + 100, "SEV-3 INC-1 a is bad");
        let shown = Shown {
            cards: vec!["**Alerts** 1 firing".to_owned()],
            threads: 1,
            room_pages: vec![page()],
            direct_pages: BTreeMap::from([("budi".to_owned(), vec![page()])]),
            posts: vec![
                message(OPENED_MS + 50, "Why: a rule"),
                message(OPENED_MS + 900, "Rina acknowledged, <t:1767225600:t>."),
            ],
            record: json!({ "incident": { "number": 1, "status": "acknowledged" }, "timeline": timeline }),
            ..Shown::default()
        };
        let mut ledger = Ledger::default();
        ledger.reports.push(Report { alert: "a".to_owned(), firing: true, accepted: true });
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
                ledger.reports.push(Report { alert: "b".to_owned(), firing: true, accepted: true });
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
            ledger.reports.push(Report { alert: "b".to_owned(), firing: true, accepted: false });
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
}
