//! Purpose: what a database says, in a form that outlives the code: the expectation beside each golden database.
//!
//! **What must never change:** a name or a value in `expected.json`. When types of the domain change, the functions here learn
//! to read the new ones and go on to write the old words; fields may be added, and those that are not expected are not looked at.

use discord::directory::Directory;
use discord::render::{RenderContext, card};
use domain::incident::{AckCheck, EscalationState, Event, timers};
use domain::setup::ChatName;
use domain::{ChatChannelId, ChatUserId, Effect, Incident, Setup, Subject, Timestamp};
use engine::ObjectRef;
use serde_json::{Map, Value, json};
use store::{ListFilter, Store};

use super::kinds;

/// Rows of the outbox have numbers without large gaps.
const LARGEST_GAP: i64 = 200;

/// Everything people, or a program that goes on with it, can tell from a database.
pub(super) async fn describe(store: &Store, watched: &[ChatChannelId]) -> Value {
    let mut incidents = Map::new();
    for incident in all(store).await {
        let timeline = store.timeline(incident.id).await.unwrap();
        let mut export: Value = serde_json::from_str(&engine::record_json(&incident, &timeline, usize::MAX)).unwrap();
        // A page that did not arrive is one event by now; a closed door was another.
        for entry in export["timeline"].as_array_mut().unwrap() {
            let event = &mut entry["event"];
            if event["kind"] == "contact_failed" && event["reason"].is_null() {
                event["kind"] = json!("direct_message_failed");
            }
        }
        incidents.insert(incident.id.label(), json!({ "export": export, "state": facts(&incident) }));
    }
    let mut seen = Map::new();
    for channel in watched {
        seen.insert(channel.to_string(), json!(store.high_water(*channel).await.unwrap().map(|id| id.to_string())));
    }
    json!({
        "incidents": incidents,
        "timers": timers_of(store).await,
        "outbox": outbox(store).await,
        "journal": journal(store).await,
        "storms": storms(store).await,
        "heartbeats": heartbeats(store).await,
        "seen_messages": seen,
    })
}

/// All incidents, each replayed from its timeline, by number.
pub(super) async fn all(store: &Store) -> Vec<Incident> {
    let mut found = Vec::new();
    let mut lines = store.list(ListFilter::Recent, "", u32::MAX).await.unwrap();
    lines.sort_by_key(|line| line.id);
    for line in lines {
        let timeline = store.timeline(line.id).await.unwrap();
        found.push(
            Incident::replay(line.id, timeline).unwrap_or_else(|| panic!("{} has no beginning", line.id.label())),
        );
    }
    found
}

/// What the export of an incident does not say, and what is decided by it all the same.
fn facts(incident: &Incident) -> Value {
    let alerts: Vec<Value> =
        incident.alerts.named().map(|(key, alert)| json!([key, alert.title, alert.firing])).collect();
    let pages: Vec<Value> = incident
        .pages
        .iter()
        .map(|page| {
            let contacts: Vec<Value> =
                page.contacts.iter().map(|contact| json!([contact.via, contact.due, contact.done])).collect();
            json!({
                "number": page.id, "person": page.person, "at": page.at, "contacts": contacts,
                "end": page.end.as_ref().map(|(end, at)| json!({ "how": end, "at": at })),
            })
        })
        .collect();
    let escalation = incident.escalation.as_ref().map(|run| {
        let (state, due) = match run.state {
            EscalationState::Running { due } => ("running", Some(due)),
            EscalationState::Stopped => ("stopped", None),
            EscalationState::Ended => ("ended", None),
        };
        json!({ "policy": run.policy, "position": run.position, "state": state, "due": due })
    });
    let (check, check_at) = match incident.ack_check {
        Some(AckCheck::Ask { at }) => ("ask", Some(at)),
        Some(AckCheck::Grace { until }) => ("grace", Some(until)),
        None => ("none", None),
    };
    let updates: Vec<Value> = incident
        .updates
        .iter()
        .map(|update| json!({ "by": update.by.name, "at": update.at, "know": update.know, "doing": update.doing, "next": update.next }))
        .collect();
    let lost: Map<String, Value> =
        incident.lost.iter().map(|(thing, times)| (word(&json!(thing)), json!(times))).collect();
    json!({
        "room": incident.room,
        "opener": incident.opener,
        "why": incident.why,
        "reasons": incident.reasons,
        "group_keys": incident.group_keys().collect::<Vec<_>>(),
        "alerts": { "firing": incident.alerts.firing(), "over": incident.alerts.resolved(), "by_name": alerts },
        "links": incident.links,
        "runbook_url": incident.runbook_url,
        "missing": incident.missing,
        "policy": incident.policy,
        "escalation": escalation,
        "pages": pages,
        "holder": incident.acknowledged.as_ref().map(|(by, since)| json!([by, since])),
        "holds_ms": incident.ack_holds.map(|holds| i64::try_from(holds.as_millis()).unwrap()),
        "ack_check": { "next": check, "at": check_at },
        "commander": incident.commander,
        "updates": updates,
        "next_update": incident.next_update,
        "resolved_by": incident.resolution.as_ref().map(|resolution| &resolution.by),
        "followers": incident.followers,
        "direct_failed": incident.direct_failed,
        "contact_failed": incident.contact_failed,
        "lost": lost,
        "kept_open": incident.kept_open,
        "quiet_since": incident.quiet_since,
        "labels": incident.labels,
        "drill": incident.drill,
        "triaged": incident.triaged,
        "dismissed": incident.dismissed,
        "absorbed": incident.absorbed,
        "storm": incident.fold.as_ref().map(|fold| json!({ "by": fold.by, "alerts": fold.alerts, "unfolded": fold.unfolded })),
        "postmortem": { "reminders": incident.postmortem.reminders, "remind_at": incident.postmortem.remind_at },
        "notes": incident.notes,
        "entries": incident.last_seq,
        "changed_at": incident.changed_at,
        "timers": timers(incident).into_iter().map(|(kind, due)| json!([kinds::timer(&kind), due])).collect::<Vec<_>>(),
    })
}

/// The card of each incident as it would be shown at an instant.
pub(super) async fn cards(store: &Store, setup: &Setup, now: Timestamp) -> String {
    // Who is who is asked of Discord anew by later releases; here the sandbox's people are called as they were.
    let guild = sandbox::Guild::default().people;
    let known = |person: &domain::setup::Person| {
        let named = guild.iter().find(|one| person.discord == ChatName::Name(one.username.clone()))?;
        Some((person.id.clone(), (ChatUserId(0), named.name.clone())))
    };
    let directory = Directory { people: setup.people.values().filter_map(known).collect(), ..Directory::default() };
    let world = domain::World::new(setup.clone());
    let mut text = String::new();
    for incident in all(store).await {
        let rows = store.objects(&incident.id.into()).await.unwrap().into_iter();
        let object = |row: store::ObjectRow| {
            let kind = row.name.parse().unwrap_or_else(|_| panic!("nothing is called {}", row.name));
            let (channel, message, digest, touched_at) = (row.channel, row.message, row.digest, row.touched_at);
            (kind, ObjectRef { channel, message, digest, touched_at })
        };
        let objects = rows.map(object).collect();
        let incident = Some(&incident);
        let (world, directory, objects) = (&world, &directory, &objects);
        text.push_str(&shown(&card(&RenderContext {
            world,
            directory,
            incident,
            objects,
            now,
            other_room: None,
            outage: None,
        })));
        text.push('\n');
    }
    text
}

/// The texts of a message, without what only programs read.
fn shown(body: &Value) -> String {
    let embed = &body["embeds"][0];
    let mut lines: Vec<String> = [&body["content"], &embed["title"], &embed["description"]].map(word).to_vec();
    for field in embed["fields"].as_array().into_iter().flatten() {
        lines.push(format!("{}: {}", word(&field["name"]), word(&field["value"])));
    }
    lines.retain(|line| !line.is_empty());
    lines.join("\n") + "\n"
}

/// A stored name as text.
fn word(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// Timers as they are stored, by what they belong to.
async fn timers_of(store: &Store) -> Vec<String> {
    let timers = store.due_timers(Timestamp::MAX, i64::MAX).await.unwrap();
    let mut lines: Vec<String> = timers
        .into_iter()
        .map(|timer| {
            let owner = match &timer.subject {
                Subject::Storm(_) => "storm".to_owned(),
                other => other.label(),
            };
            format!("{owner} {} {}", kinds::timer(&timer.kind), timer.due)
        })
        .collect();
    lines.sort();
    lines
}

/// Every row of the outbox: its number, what it is, where it stands, whose it is; of those that are not outside also why.
async fn outbox(store: &Store) -> Vec<String> {
    let mut lines = Vec::new();
    let (mut id, mut missing) = (1, 0);
    while missing < LARGEST_GAP {
        match store.letter(id).await.unwrap() {
            Some(letter) => {
                missing = 0;
                let effect =
                    letter.effect.unwrap_or_else(|text| panic!("row {id} of the outbox cannot be read: {text}"));
                let mut line = format!("{id} {} {}", named(&effect, &letter.stored), kinds::state(&letter.state));
                letter
                    .subject
                    .iter()
                    .filter_map(Subject::incident)
                    .for_each(|incident| line.push_str(&format!(" {}", incident.label())));
                letter.reason.iter().for_each(|reason| line.push_str(&format!(": {reason}")));
                lines.push(line);
            }
            None => missing += 1,
        }
        id += 1;
    }
    lines
}

/// What a post of an earlier release said.
fn said(stored: &str) -> Option<String> {
    let stored: Value = serde_json::from_str(stored).unwrap();
    stored["post"]["says"].as_str().map(str::to_owned)
}

/// What an effect is, and of a page its way, of a post what it says.
fn named(effect: &Effect, stored: &str) -> String {
    match effect {
        Effect::Page { via, .. } => format!("page/{}", via.as_str()),
        Effect::Post { seq, .. } => format!("post/{}", said(stored).unwrap_or_else(|| seq.to_string())),
        other => kinds::effect(other).to_owned(),
    }
}

/// Every accepted report and what became of it.
async fn journal(store: &Store) -> Vec<String> {
    let (accepted, ..) = store.totals().await.unwrap();
    let mut lines = Vec::new();
    for id in 1..=accepted {
        let row = store.journal_row(id).await.unwrap().unwrap_or_else(|| panic!("report {id} is not there"));
        let report = row.report.unwrap_or_else(|text| panic!("report {id} cannot be read: {text}"));
        let outcome = store.journal_outcome(id).await.unwrap().unwrap();
        let unmapped = if report.unmapped.is_some() { " (unmapped)" } else { "" };
        let incident = outcome.incident.map(|incident| format!(" {}", incident.label())).unwrap_or_default();
        let became = outcome.outcome.unwrap_or_else(|| "undecided".to_owned());
        lines.push(format!("{id} {} {}{unmapped}: {became}{incident}", report.integration, report.dedup_key));
    }
    lines
}

/// Every storm.
async fn storms(store: &Store) -> Vec<Value> {
    let last = store.storms(Timestamp::UNIX_EPOCH).await.unwrap().storms.last_number;
    let mut found = Vec::new();
    for number in 1..=last {
        let board =
            store.board(number, u32::MAX).await.unwrap().unwrap_or_else(|| panic!("storm {number} is not there"));
        let totals = board.totals;
        let worst: Vec<Value> =
            board.worst.iter().map(|line| json!([line.id.label(), line.alerts, line.firing])).collect();
        found.push(json!({
            "number": board.number, "began": board.began, "ended": board.ended, "rooms": board.rooms,
            "within_s": board.within.as_secs(), "quiet_s": board.quiet.as_secs(),
            "alerts": totals.alerts, "firing": totals.firing, "incidents": totals.incidents, "open": totals.open,
            "over": totals.over, "unfolded": totals.unfolded, "worst": worst,
        }));
    }
    found
}

/// Every heartbeat.
async fn heartbeats(store: &Store) -> Vec<Value> {
    let rows = store.heartbeats().await.unwrap();
    rows.iter().map(|row| json!({ "name": row.name, "last": row.last, "missed": row.silent })).collect()
}

/// Whether everything that is expected is there. What is there besides was added by a later release.
pub(super) fn differences(expected: &Value, found: &Value) -> Vec<String> {
    let mut differences = Vec::new();
    compare("", expected, found, &mut differences);
    differences
}

fn compare(at: &str, expected: &Value, found: &Value, into: &mut Vec<String>) {
    match (expected, found) {
        // What is not there says the same as nothing.
        (Value::Object(expected), Value::Object(found)) => {
            for (name, value) in expected {
                compare(&format!("{at}/{name}"), value, found.get(name).unwrap_or(&Value::Null), into);
            }
        }
        (Value::Array(expected), Value::Array(found)) => {
            for (number, value) in expected.iter().enumerate() {
                compare(&format!("{at}/{number}"), value, found.get(number).unwrap_or(&Value::Null), into);
            }
            for value in found.iter().skip(expected.len()) {
                into.push(format!("{at} has more than expected: {value}"));
            }
        }
        _ if expected == found => {}
        _ => into.push(format!("{at} is {found}, expected was {expected}")),
    }
}

/// All names of a kind that a database holds.
pub(super) async fn names(store: &Store) -> Names {
    let mut names = Names::default();
    for incident in all(store).await {
        let timeline = store.timeline(incident.id).await.unwrap();
        names.events.extend(timeline.iter().map(|entry| kinds::event(&entry.event)));
        for entry in &timeline {
            match &entry.event {
                Event::Paged { reason, .. } => names.calls.push(kinds::call(reason)),
                Event::PageEnded { end, .. } => names.ends.push(kinds::end(end)),
                _ => {}
            }
        }
    }
    names.timers.extend(
        store.due_timers(Timestamp::MAX, i64::MAX).await.unwrap().iter().map(|timer| kinds::timer(&timer.kind)),
    );
    let (accepted, ..) = store.totals().await.unwrap();
    for id in 1..=accepted {
        names.outcomes.extend(store.journal_outcome(id).await.unwrap().and_then(|row| row.outcome));
    }
    let (mut id, mut missing) = (1, 0);
    while missing < LARGEST_GAP {
        let letter = store.letter(id).await.unwrap();
        (id, missing) = (id + 1, if letter.is_some() { 0 } else { missing + 1 });
        let Some(letter) = letter else { continue };
        names.states.push(kinds::state(&letter.state));
        let Ok(effect) = letter.effect else { continue };
        names.effects.push(kinds::effect(&effect));
        names.posts.extend(said(&letter.stored));
    }
    names
}

/// What a golden database shows besides names, and this one does not.
pub(super) fn scenes_missing(database: &Value) -> Vec<String> {
    let list = |name: &str| database[name].as_array().cloned().unwrap_or_default();
    let line = |name: &str, part: &str| list(name).iter().any(|line| word(line).contains(part));
    let any = |name: &str, is: &dyn Fn(&Value) -> bool| list(name).iter().any(is);
    let facts = database["incidents"].as_object().into_iter().flat_map(|incidents| incidents.values());
    let facts: Vec<&Value> = facts.map(|incident| &incident["export"]["incident"]).collect();
    let incident = |is: &dyn Fn(&Value) -> bool| facts.iter().any(|facts| is(facts));
    let over = |facts: &Value| ["resolved", "closed"].contains(&facts["status"].as_str().unwrap_or_default());
    let scenes = [
        ("a report that nobody has decided", line("journal", ": undecided")),
        ("a report that nobody could read", line("journal", "(unmapped)")),
        ("a line of chat that a person declined", line("journal", ": declined")),
        ("a storm that is over", any("storms", &|storm| storm["ended"].is_string())),
        ("a storm that goes on", any("storms", &|storm| storm["ended"].is_null())),
        ("a heartbeat that was missed", any("heartbeats", &|heartbeat| heartbeat["missed"] == true)),
        ("a heartbeat that beats", any("heartbeats", &|heartbeat| heartbeat["missed"] == false)),
        ("a drill that is over", incident(&|facts| facts["drill"] == true && over(facts))),
        ("a drill that goes on", incident(&|facts| facts["drill"] == true && !over(facts))),
        ("an incident that was merged", incident(&|facts| !facts["merged_into"].is_null())),
        ("a postmortem that is closed", incident(&|facts| facts["postmortem"]["closed"] == true)),
        ("a page by ntfy", line("outbox", " page/ntfy ")),
        ("a page by mail", line("outbox", " page/email ")),
        ("a message that was seen", database["seen_messages"].as_object().is_some_and(|seen| !seen.is_empty())),
    ];
    scenes.into_iter().filter(|(_, is_there)| !is_there).map(|(what, _)| what.to_owned()).collect()
}

/// What a database holds, by name.
#[derive(Default)]
pub(super) struct Names {
    events: Vec<&'static str>,
    calls: Vec<&'static str>,
    ends: Vec<&'static str>,
    effects: Vec<&'static str>,
    posts: Vec<String>,
    timers: Vec<&'static str>,
    states: Vec<&'static str>,
    outcomes: Vec<String>,
}

impl Names {
    /// What golden database `number` should hold and does not.
    pub(super) fn missing(&self, number: u32) -> Vec<String> {
        let outcomes = self.outcomes.iter().map(String::as_str).collect();
        let all = [
            ("event", kinds::EVENTS, &self.events),
            ("reason for a page", kinds::CALLS, &self.calls),
            ("end of a page", kinds::ENDS, &self.ends),
            ("effect", kinds::EFFECTS, &self.effects),
            ("timer", kinds::TIMERS, &self.timers),
            ("state of a row", kinds::STATES, &self.states),
            ("outcome of a report", kinds::OUTCOMES, &outcomes),
        ];
        let mut missing = Vec::new();
        for (what, known, held) in all {
            let lacks = known.iter().filter(|(name, since)| *since <= number && !held.contains(name));
            missing.extend(lacks.map(|(name, _)| format!("{what} {name}")));
        }
        let lacks = kinds::OLD_POSTS.iter().filter(|name| number == 1 && !self.posts.iter().any(|held| held == *name));
        missing.extend(lacks.map(|name| format!("post {name}")));
        missing
    }
}
