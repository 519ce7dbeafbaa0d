//! Purpose: alerts: each accepted change is in the record of exactly one incident; each line of chat is asked about once.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::unrung::known;
use super::{Kind, Verdict, room};
use crate::ledger::{End, Ledger};
use crate::seen::Seen;
use crate::world::{list, text};

/// A change of an alert in a record.
#[derive(Clone, Copy, Debug)]
pub(super) struct Recorded {
    pub(super) at: Option<jiff::Timestamp>,
    pub(super) incident: u32,
    seq: u64,
    pub(super) firing: bool,
}

/// What the records say of alerts.
#[derive(Default)]
pub(super) struct Records {
    /// Their changes, by their names, oldest first.
    pub(super) changes: BTreeMap<String, Vec<Recorded>>,
    /// How many fire in each incident, by its record.
    firing: BTreeMap<u32, i64>,
    /// How often each went on in another incident, which only counts it: there its end has no name.
    counted: BTreeMap<String, usize>,
    /// How many an incident counted without a name, because it keeps 64 names.
    unnamed: i64,
}

/// Reads them. `known` are the names that were sent.
pub(super) fn records(seen: &Seen, known: &BTreeSet<&str>) -> Records {
    let mut all = Records::default();
    // An alert that fires on after a person ended its incident joins the open one of its group with its next repetition.
    let mut moved: BTreeSet<(String, u32)> = BTreeSet::new();
    for (&incident, shown) in &seen.incidents {
        let (mut firing, mut nameless): (BTreeSet<String>, i64) = (BTreeSet::new(), 0);
        // Those whose sender never says that they are over end with the incident.
        let mut endless: BTreeSet<String> = BTreeSet::new();
        for entry in list(&shown.record["timeline"]) {
            let event = &entry["event"];
            let key = text(&event["dedup_key"]);
            let name = known.iter().find(|name| key.ends_with(&format!(":{name}")) || key == **name);
            let name = name.map_or_else(|| key.to_owned(), |name| (*name).to_owned());
            let counts = |counts: &Value| {
                let number = |field: &str| counts[field].as_i64().unwrap_or(0);
                number("new") + number("again") - number("resolved")
            };
            match text(&event["kind"]) {
                "absorbed" => {
                    let moved = list(&event["alerts"]).filter(|alert| alert[1]["firing"] == true);
                    let name = |key: &str| known.iter().find(|name| key.ends_with(&format!(":{name}"))).copied();
                    for alert in moved {
                        let name = name(text(&alert[0])).unwrap_or(text(&alert[0])).to_owned();
                        if alert[1]["endless"] == true {
                            endless.insert(name.clone());
                        }
                        firing.insert(name);
                    }
                    nameless += counts(&event["more"]);
                }
                "resolved" => firing.retain(|name| !endless.contains(name)),
                "alerts_counted" => {
                    nameless += counts(event);
                    all.unnamed += event["new"].as_i64().or(event["counts"]["new"].as_i64()).unwrap_or(0);
                }
                "went_on" if event["dedup_key"].is_null() => {
                    for name in std::mem::take(&mut firing) {
                        *all.counted.entry(name).or_default() += 1;
                    }
                    nameless = 0;
                }
                "went_on" => {
                    firing.remove(&name);
                    let into = event["into"].as_u64().and_then(|into| u32::try_from(into).ok());
                    moved.extend(into.map(|into| (name, into)));
                }
                kind @ ("alert_fired" | "alert_resolved") => {
                    let fires = kind == "alert_fired";
                    if event["endless"] == true {
                        endless.insert(name.clone());
                    }
                    if fires {
                        firing.insert(name.clone())
                    } else {
                        firing.remove(&name)
                    };
                    if key != super::hearts::KEY {
                        let (at, seq) = (text(&entry["at"]).parse().ok(), entry["seq"].as_u64().unwrap_or(0));
                        all.changes.entry(name).or_default().push(Recorded { at, incident, seq, firing: fires });
                    }
                }
                _ => {}
            }
        }
        all.firing.insert(incident, i64::try_from(firing.len()).unwrap_or(i64::MAX).saturating_add(nameless));
    }
    for (name, changes) in &mut all.changes {
        changes.sort_by_key(|change| (change.at, change.incident, change.seq));
        in_turn(changes);
        changes.dedup_by(|later, earlier| {
            later.firing && earlier.firing && moved.contains(&(name.clone(), later.incident))
        });
    }
    all
}

/// What two incidents wrote down at the same instant has no order between them: an end and the next beginning that were decided
/// together come in turn.
fn in_turn(changes: &mut [Recorded]) {
    for at in 1..changes.len() {
        let before = changes[at - 1];
        let same = |one: &Recorded| one.at == changes[at].at;
        if changes[at].firing == before.firing
            && let Some(other) =
                changes[at..].iter().take_while(|one| same(one)).position(|one| one.firing != before.firing)
            && changes[at + other].incident != changes[at].incident
        {
            changes[at..=at + other].rotate_right(1);
        }
    }
}

/// Every accepted change of an alert is in the record of exactly one incident, in order; a card shows how many fire.
pub(super) fn alerts(ledger: &Ledger, seen: &Seen, now_ms: i64, verdict: &mut Verdict) {
    let mut reported: BTreeMap<&str, Vec<(bool, bool)>> = BTreeMap::new();
    for report in &ledger.reports {
        let changes = reported.entry(report.alert.as_str()).or_default();
        if changes.last().is_none_or(|(firing, _)| *firing != report.firing) {
            changes.push((report.firing, report.accepted));
        }
    }
    let mut records = records(seen, &reported.keys().copied().collect());
    let silences = known(ledger, seen, now_ms);
    for (&incident, shown) in &seen.incidents {
        let firing = records.firing.get(&incident).copied().unwrap_or(0);
        if shown.record["incident"]["status"] == "triggered" || shown.record["incident"]["status"] == "acknowledged" {
            let card = shown.cards.first().map_or("", String::as_str);
            let line = format!("{firing} firing");
            if firing > 0 && room(shown) != "line" && !card.contains(&line) {
                verdict.add(
                    Kind::Lost,
                    Some(incident),
                    format!("INC-{incident}: the card does not say \"{line}\": {card}"),
                );
            }
        }
    }
    for (alert, changes) in &reported {
        let entries = records.changes.remove(*alert).unwrap_or_default();
        let told: Vec<bool> = entries.iter().map(|entry| entry.firing).collect();
        let most: Vec<bool> = changes.iter().map(|(firing, _)| *firing).collect();
        let certain = changes.iter().all(|(_, accepted)| *accepted);
        let nameless = records.counted.get(*alert).copied().unwrap_or(0);
        if told.is_empty() && records.unnamed > 0 {
            // As many as were counted may have no name of their own, and no more.
            records.unnamed -= 1;
            continue;
        }
        if told == most || (!certain && told.is_empty()) || only_ends_are_missing(&told, &most, nameless) {
            continue;
        }
        if silences.kept(alert, &told, &most) {
            continue;
        }
        let incident = entries.last().map(|entry| entry.incident);
        let kind = if told.len() > most.len() { Kind::Doubled } else { Kind::Lost };
        let sentence = format!("alert {alert}: accepted {most:?} (true is firing), recorded {entries:?}");
        verdict.add(kind, incident, sentence);
    }
    for (key, entries) in records.changes {
        let incident = entries.first().map(|entry| entry.incident);
        verdict.add(Kind::Doubled, incident, format!("an alert that nobody sent: {key}"));
    }
}

/// True when what is recorded lacks at most so many ends, and nothing else.
fn only_ends_are_missing(told: &[bool], most: &[bool], ends: usize) -> bool {
    let (mut place, mut missing) = (0, 0);
    for firing in most {
        if told.get(place) == Some(firing) {
            place += 1;
        } else if *firing {
            return false;
        } else {
            missing += 1;
        }
    }
    place == told.len() && missing <= ends
}

/// A line in the watched channel is asked about once, and the question says what became of it.
pub(super) fn questions(ledger: &Ledger, seen: &Seen, verdict: &mut Verdict) {
    for line in &ledger.lines {
        let questions = seen.questions.get(&line.id).map_or(&[][..], Vec::as_slice);
        let (seen, least) = (questions.len(), usize::from(line.certain));
        let sentence = || format!("questions about {}: {seen} instead of {least} to 1", line.alert);
        if seen < least {
            verdict.add(Kind::Lost, None, sentence());
        } else if seen > 1 {
            verdict.add(Kind::Doubled, None, sentence());
        }
        let (Some((is_one, End::Done)), Some(question)) = (&line.answer, questions.first()) else { continue };
        let says = if *is_one { " opened " } else { "Marked as not an incident by " };
        if !question.content.contains(says) {
            let sentence =
                format!("the question about {} does not say \"{}\": {}", line.alert, says.trim(), question.content);
            verdict.add(Kind::Lost, None, sentence);
        }
    }
    for (line, questions) in &seen.questions {
        if ledger.lines.iter().all(|known| known.id != *line) {
            verdict.add(Kind::Doubled, None, format!("questions about nothing: {questions:?}"));
        }
    }
}
