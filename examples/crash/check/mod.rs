//! Purpose: the checker: compares the ledger with what Discord shows. It knows nothing of the bot but its sentences.

mod acknowledged;
mod alerts;
mod deeds;
mod escalations;
mod hearts;
mod letters;
mod merges;
mod pages;
mod silences;
#[cfg(test)]
mod tests;
mod unrung;

pub(crate) use letters::UNDELIVERED;

use std::collections::BTreeMap;

use serde_json::Value;

use crate::ledger::{End, Ledger};
use crate::seen::{Message, Seen, Shown};
use crate::world::{list, text};

/// What is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    /// Missing, or not in order.
    Lost,
    /// Seen too often, or by somebody who should not have seen it.
    Doubled,
    /// Somebody had to be called, and was not.
    Unrung,
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
    /// How often somebody had to be called, for sure, and it was looked whether they were; and why.
    pub(crate) owed: BTreeMap<&'static str, usize>,
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

    fn owed(&mut self, what: &'static str) {
        *self.owed.entry(what).or_default() += 1;
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
        pages::pages(incident, shown, now_ms, &mut verdict);
        pages::outside(incident, shown, ledger, &mut verdict);
        pages::nobody_after_an_acknowledgement(incident, shown, ledger, &mut verdict);
        deeds::deeds(incident, shown, ledger, &mut verdict);
        ends(incident, shown, &mut verdict);
        letters::told(incident, shown, ledger, &mut verdict);
    }
    alerts::alerts(ledger, seen, now_ms, &mut verdict);
    alerts::questions(ledger, seen, &mut verdict);
    merges::merges(seen, &mut verdict);
    hearts::hearts(ledger, seen, now_ms, &mut verdict);
    unrung::unrung(ledger, seen, now_ms, &mut verdict);
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

/// What kind of room the incident had after each entry of its record: 0 is a line, 1 a thread, 2 a channel besides.
fn rooms(shown: &Shown) -> Vec<usize> {
    let rank = |entry: &Value| match text(&entry["event"]["room"]) {
        "thread" => 1,
        "channel" => 2,
        _ => 0,
    };
    let entries: Vec<&Value> = list(&shown.record["timeline"]).collect();
    let mut room = 0;
    let place = |(place, entry): (usize, &&Value)| {
        room = rank(entry).max(room);
        // What another incident brings along may need a bigger room, and that is decided in the same moment; so is a worse alert
        // that comes with the first one, or with the one that opens it again.
        let same = entries[place..].iter().take_while(|other| other["at"] == entry["at"]);
        let brought = if ["absorbed", "opened", "reopened"].contains(&text(&entry["event"]["kind"])) {
            same.map(|other| rank(other)).max()
        } else {
            None
        };
        brought.unwrap_or(0).max(room)
    };
    entries.iter().enumerate().map(place).collect()
}

/// Places at which facts of a kind are told: each in every room that there was, or in at most `most` of them.
fn told(shown: &Shown, kind: &str, most: usize) -> usize {
    let entries = list(&shown.record["timeline"]).zip(rooms(shown));
    entries.filter(|(entry, _)| entry["event"]["kind"] == kind).map(|(_, rooms)| rooms.min(most)).sum()
}

/// How often a channel took over from a thread.
fn moves(shown: &Shown) -> usize {
    let mut room = "";
    let mut moves = 0;
    for event in list(&shown.record["timeline"]).map(|entry| &entry["event"]) {
        let next = text(&event["room"]);
        moves += usize::from(event["kind"] == "severity_changed" && room == "thread" && next == "channel");
        room = if next.is_empty() { room } else { next };
    }
    moves
}

/// Messages that hold these words as a sentence or at their end: "number 1" is no part of "number 12".
fn count(messages: &[Message], words: &str) -> usize {
    let sentence = format!("{words}.");
    messages.iter().filter(|message| message.content.contains(&sentence) || ends_with(message, words)).count()
}

fn ends_with(post: &Message, words: &str) -> bool {
    post.content.trim_end().ends_with(words)
}

/// The severity of `siaga.toml` that promises updates.
const TOLD: &str = "SEV-1";

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
    verdict.count(incident, "cards in the channel", shown.room_cards, channel, channel);
    verdict.count(incident, "threads", shown.threads, thread, thread);
    verdict.count(incident, "channels", shown.channels, channel, channel);
    // Without a severity that promises updates it is made when there is something to tell. A channel may have come with another
    // incident that had one before it was merged.
    let is_promised = list(&shown.record["timeline"]).map(|entry| &entry["event"]).any(|event| {
        (event["kind"] == "opened" && event["severity"] == TOLD)
            || (event["kind"] == "severity_changed" && event["to"] == TOLD)
    });
    verdict.count(incident, "stakeholders' messages", shown.statuses, channel.min(usize::from(is_promised)), 1);
}

/// Whoever is told of an incident reads each of its ends once, and that it did not end once.
fn ends(incident: u32, shown: &Shown, verdict: &mut Verdict) {
    let lines = [("resolved", " resolved after "), ("merged_into", " continues as "), ("reopened", " is open again")];
    let entries: Vec<&Value> = list(&shown.record["timeline"]).collect();
    let tells = |event: &Value| {
        event["kind"] == "update_posted"
            || (event["kind"] == "opened" && event["severity"] == TOLD)
            || (event["kind"] == "severity_changed" && event["to"] == TOLD)
    };
    for (kind, words) in lines {
        let (mut least, mut most) = (0, 0);
        for (place, entry) in entries.iter().enumerate().filter(|(_, entry)| entry["event"]["kind"] == kind) {
            let before = &entries[..=place];
            // What is decided in the same moment counts; two decisions of one moment cannot be told apart.
            let same = entries[place..].iter().take_while(|other| other["at"] == entry["at"]);
            least += usize::from(before.iter().any(|entry| tells(&entry["event"])));
            most += usize::from(before.iter().chain(same).any(|entry| tells(&entry["event"])));
        }
        let seen = shown.told.iter().filter(|line| line.content.contains(words)).count();
        verdict.count(incident, &format!("what stakeholders read of {kind}"), seen, least, most);
    }
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
    let post = |is: &dyn Fn(&str) -> bool| shown.posts.iter().filter(|post| is(&post.content)).count();
    let why = post(&|content| content.starts_with("Opened because "));
    let expected = told(shown, "opened", 1);
    verdict.count(incident, "posts that say why", why, expected, expected);
    let known = post(&|content| content.starts_with("What is known: "));
    let expected = told(shown, "opened", 2) - told(shown, "opened", 1);
    verdict.count(incident, "posts that say what is known", known, expected, expected);
    let acknowledged = post(&|content| content.contains(" acknowledged, <t:"));
    let expected = told(shown, "acknowledged", 1);
    verdict.count(incident, "posts of acknowledgements", acknowledged, expected, expected);
    // The channel that takes over from a thread is told what is known, and the thread where it goes on.
    let moved = moves(shown);
    verdict.count(incident, "summaries in a new channel", shown.brought.len(), 0, moved);
    let left = post(&|content| content.contains(" The work goes on in <#"));
    verdict.count(incident, "posts of where it goes on", left, moved, moved);
    let resolved = post(&|content| content.starts_with("Resolved after "));
    let expected = told(shown, "resolved", 2);
    verdict.count(incident, "posts of its end", resolved, expected, expected);
    let reopened = post(&|content| content.contains(" opened it again.") || content.starts_with("It is open again: "));
    let expected = told(shown, "reopened", 2);
    verdict.count(incident, "posts of its opening again", reopened, expected, expected);
    let ended = post(&|content| content.contains("nobody is left to page on the policy"));
    let expected = events(shown, "escalation_ended").count();
    verdict.count(incident, "posts of the policy's end", ended, expected, expected);
    let records = shown.posts.iter().filter(|post| !post.files.is_empty()).count();
    // None is needed of an incident that was open again before it left.
    let reopened = events(shown, "reopened").count();
    let most = told(shown, "resolved", 1);
    verdict.count(incident, "records", records, most.saturating_sub(reopened), most);
}
