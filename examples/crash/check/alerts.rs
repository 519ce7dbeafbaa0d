//! Purpose: alerts: each accepted change is in the record of exactly one incident; each line of chat is asked about once.

use std::collections::{BTreeMap, BTreeSet};

use super::{Kind, Verdict, room};
use crate::ledger::{End, Ledger};
use crate::seen::Seen;
use crate::world::{list, text};

/// Every accepted change of an alert is in the record of exactly one incident, in order; a card shows how many fire.
pub(super) fn alerts(ledger: &Ledger, seen: &Seen, verdict: &mut Verdict) {
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
            if event["kind"] == "absorbed" {
                let moved = list(&event["alerts"]).filter(|alert| alert[1]["firing"] == true);
                firing.extend(moved.map(|alert| text(&alert[0])));
            }
            match text(&event["kind"]) {
                "alert_fired" => firing.insert(key),
                "alert_resolved" => firing.remove(key),
                _ => continue,
            };
            if key == super::hearts::KEY {
                continue;
            }
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
        let says = if *is_one { " opened " } else { "Not an incident, says " };
        if !question.content.contains(says) {
            let sentence = format!("the question about {} does not say{says}: {}", line.alert, question.content);
            verdict.add(Kind::Lost, None, sentence);
        }
    }
    for (line, questions) in &seen.questions {
        if ledger.lines.iter().all(|known| known.id != *line) {
            verdict.add(Kind::Doubled, None, format!("questions about nothing: {questions:?}"));
        }
    }
}
