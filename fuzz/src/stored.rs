//! Purpose: targets of what people do and of what is read from the database: commands full of hostile text; reports, effects and
//! events as JSON, of whatever version.

use std::time::Duration;

use domain::incident::{Event, EventAt, Incident};
use domain::postmortem::Proof;
use domain::setup::{Language, PageTarget};
use domain::triage::{Impact, Urgency};
use domain::{Access, Actor, AlertReport, ChatUserId, Command, Effect, KnownBy, Severity};

use super::{shown, world};

/// One JSON text a line. Events make one incident; whatever can be read is shown and can be written again.
pub fn stored(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let mut events = Vec::new();
    for line in text.lines().take(40) {
        if let Ok(report) = serde_json::from_str::<AlertReport>(line) {
            let _ = domain::routing::route(&world::SETUP, &report);
        }
        if let Ok(effect) = serde_json::from_str::<Effect>(line) {
            let (incident, timeline) = shown::opened("Checkout errors");
            // A post names an event, and this one was made up.
            if !matches!(effect, Effect::Post { .. }) {
                shown::effect(&effect, &incident, &timeline);
            }
        }
        if let Ok(event) = serde_json::from_str::<Event>(line) {
            let written = serde_json::to_string(&event).unwrap();
            let again: Event = serde_json::from_str(&written).unwrap();
            assert_eq!(serde_json::to_string(&again).unwrap(), written);
            events.push(event);
        }
    }
    if events.is_empty() {
        return;
    }
    let first = shown::opened("Checkout errors").1.remove(0).event;
    if !matches!(events[0], Event::Opened { .. }) {
        events.insert(0, first);
    }
    let Some((incident, timeline)) = world::after(events) else { return };
    told(&incident, &timeline);
}

/// Everything that shows an incident and its timeline.
fn told(incident: &Incident, timeline: &[EventAt]) {
    let names = |person: &domain::PersonId| person.to_string();
    for entry in timeline {
        for lang in [Language::En, Language::Id] {
            super::inert::shown(&words::entry(entry, &names, lang));
        }
    }
    let plan = domain::plan::plan(None, incident, timeline, &world::WORLD);
    for planned in &plan.effects {
        shown::effect(&planned.effect, incident, timeline);
    }
    for (kind, _) in domain::incident::timers(incident) {
        let _ = domain::decide(&world::WORLD, &domain::Input::Timer { incident, kind }, world::now());
    }
    shown::everywhere(incident);
    shown::record(incident, timeline);
}

/// A whole life of an incident in which everybody says the text, as far as it is allowed.
pub fn commands(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    // Discord takes no longer one from anybody.
    let (incident, timeline) = life(&text[..text.floor_char_boundary(8_000)]);
    told(&incident, &timeline);
}

/// What a life comes to.
pub fn life(text: &str) -> (Incident, Vec<EventAt>) {
    let by = Actor { user: ChatUserId(11), name: text.to_owned(), person: Some(text.into()), access: Access::Admin };
    let (mut incident, mut timeline) = shown::opened(text);
    for command in script(text, &by) {
        let input = domain::Input::Command { incident: &incident, by: &by, command: &command };
        let Ok(events) = domain::decide(&world::WORLD, &input, world::now()).of_one() else { continue };
        let before = incident.clone();
        let first = timeline.len();
        for event in events {
            let entry = EventAt { seq: incident.last_seq + 1, at: world::now(), event };
            incident.apply(&entry);
            timeline.push(entry);
        }
        let plan = domain::plan::plan(Some(&before), &incident, &timeline[first..], &world::WORLD);
        for planned in &plan.effects {
            shown::effect(&planned.effect, &incident, &timeline);
        }
    }
    (incident, timeline)
}

fn script(text: &str, by: &Actor) -> Vec<Command> {
    let s = || text.to_owned();
    let list = || vec![s(), "orders".to_owned()];
    vec![
        Command::Acknowledge,
        Command::Note { text: s(), link: Some(s()) },
        Command::SetSeverity { to: Severity::Sev1, reason: Some(s()) },
        Command::Page { targets: vec![PageTarget::Person(text.into())], asked: s(), reason: s() },
        Command::Page { targets: vec![PageTarget::Person("rina".into())], asked: s(), reason: s() },
        Command::SetCommander { commander: by.clone() },
        Command::PostUpdate { know: s(), doing: s(), next_in: Some(Duration::from_secs(600)) },
        Command::Mitigate { how: Some(s()) },
        Command::Follow { user: by.user, how: domain::incident::FollowHow::Direct },
        Command::Triage { impact: Impact::ALL[0], urgency: Urgency::ALL[0], reason: None },
        Command::WithdrawAck,
        Command::Decline,
        Command::Escalate,
        Command::Acknowledge,
        Command::StillOnIt,
        Command::Resolve { fixed: s() },
        Command::Reopen { reason: s() },
        Command::Resolve { fixed: s() },
        Command::ConfirmDetection { known_by: KnownBy::Outside, lag_minutes: Some(u32::MAX), link: Some(s()) },
        Command::WritePostmortem {
            core_problem: s(),
            root_cause: s(),
            lessons: s(),
            item: Some((s(), jiff::civil::date(9999, 12, 31))),
            proof: Some(Proof::Refused { reason: s() }),
        },
        Command::CheckCollateral { affected: list(), clear: list() },
        Command::AddActionItem { what: s(), owner: None, due: jiff::civil::date(9999, 12, 31) },
        Command::FinishActionItem { number: 1 },
        Command::GiveProof(Proof::Changed { url: s() }),
        Command::GiveProof(Proof::Refused { reason: s() }),
        Command::ClosePostmortem { confirms: true },
        Command::Dismiss { reason: s() },
        Command::UndoDismiss,
    ]
}
