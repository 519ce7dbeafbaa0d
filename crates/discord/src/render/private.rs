//! Purpose: private answers: seen by one person, with the buttons that make sense now.

use domain::setup::{Language, RoomKind};
use domain::{ChatUserId, Incident, IncidentId, IncidentStatus, PersonId, Setup};
use serde_json::{Value, json};
use words::{Button, Names};

use super::{buttons, limits};
use crate::custom_id::{Chosen, CustomId, Spot, TriageId, TriageStep, Verb};

/// A private answer: the `data` of a response that only the person who asked sees.
pub fn private(content: &str, components: &Value) -> Value {
    json!({
        "content": words::cut(content, limits::CONTENT),
        "components": components,
        "allowed_mentions": { "parse": [] },
        "flags": limits::EPHEMERAL,
    })
}

/// Under "You have it.": what comes next, and Undo, last: a phone that lags shows a button under a thumb that meant another one
/// (mitodl/release-script issue 198: that released to production).
pub fn acknowledged_components(incident: &Incident, setup: &Setup, lang: Language) -> Value {
    // What has a channel of its own is coordinated by somebody, and most often that is whoever came first.
    let commands = incident.commander.is_none() && setup.severity_plan(incident.severity).room == RoomKind::Channel;
    let next: &[Verb] = if commands {
        &[Verb::Update, Verb::TakeCommand, Verb::Note, Verb::Runbook, Verb::Undo]
    } else {
        &[Verb::Update, Verb::Note, Verb::Runbook, Verb::Undo]
    };
    buttons::row(next, incident.id, Spot::Answer, lang)
}

/// Under "Update 1 is posted.": whoever tells stakeholders may have that to tell, too.
pub fn updated_components(incident: IncidentId, lang: Language) -> Value {
    buttons::row(&[Verb::Mitigate], incident, Spot::Answer, lang)
}

/// Under what stakeholders read of the impact: Undo.
pub fn mitigated_components(incident: IncidentId, lang: Language) -> Value {
    buttons::row(&[Verb::Unmitigate], incident, Spot::Answer, lang)
}

/// Under "You have all 3.": the worst of them, and Undo, of all.
pub fn acknowledged_all_components(one: IncidentId, lang: Language) -> Value {
    let label = |verb| (verb == Verb::More).then(|| one.label());
    buttons::row_with(&[Verb::More, Verb::UndoAll], one, Spot::Answer, lang, label)
}

/// Under "Noted. Rina is paged.": the incident, and Undo.
pub fn declined_components(incident: IncidentId, lang: Language) -> Value {
    buttons::row(&[Verb::More, Verb::UndoDecline], incident, Spot::Answer, lang)
}

/// Under "It is closed: no incident.": the incident, and Undo, which says whom it pages.
pub fn dismissed_components(incident: IncidentId, pages: &[PersonId], names: &dyn Names, lang: Language) -> Value {
    let label = |verb| (verb == Verb::UndoDismiss).then(|| words::undo_button(pages, names, lang));
    buttons::row_with(&[Verb::More, Verb::UndoDismiss], incident, Spot::Answer, lang, label)
}

/// Under `/incident show` and More: what this person can do now. Who `may` not act is offered nothing that would be refused.
pub fn more_components(incident: &Incident, viewer: ChatUserId, may: bool, lang: Language) -> Value {
    let holds = incident.acknowledged.as_ref().is_some_and(|(holder, _)| holder.user == viewer);
    let quiet = incident.rests() && !incident.kept_open;
    if incident.status.is_open() && may {
        return desk(incident, holds, quiet, lang);
    }
    buttons::row(&[Verb::Runbook], incident.id, Spot::Answer, lang)
}

/// All that a responder does with an open incident, without typing a command: first what is likely now, then whom to call and how bad it
/// is, then what is seldom needed. Undo is the last of all.
fn desk(incident: &Incident, holds: bool, quiet: bool, lang: Language) -> Value {
    let first: &[Verb] = match incident.status {
        IncidentStatus::Triggered if quiet => &[Verb::Resolve, Verb::KeepOpen, Verb::Runbook],
        IncidentStatus::Triggered => &[Verb::Acknowledge, Verb::Resolve, Verb::Runbook],
        IncidentStatus::Acknowledged => &[Verb::Update, Verb::Mitigate, Verb::Resolve, Verb::Runbook],
        _ => &[Verb::Update, Verb::Resolve, Verb::Runbook],
    };
    let second = &[Verb::Page, Verb::Severity, Verb::Triage, Verb::Commander, Verb::Note];
    let silence = (incident.alerts.firing() > 0 && incident.drill.is_none())
        .then_some(if incident.held_back.is_some() { Verb::Silenced } else { Verb::Silence });
    let row = |verbs: &[Verb]| buttons::row(verbs, incident.id, Spot::Answer, lang)[0].clone();
    // What is merged is chosen from a list, as in triage.
    let merge = TriageId { incident: incident.id, chosen: Chosen::default(), step: TriageStep::Merge };
    let merge = buttons::button(Button::Merge, buttons::SECONDARY, &CustomId::Triage(merge), lang);
    let escalate = incident.escalation.as_ref().map(|_| Verb::Escalate);
    let alone = |verb: Option<Verb>| verb.map(|verb| row(&[verb])["components"][0].clone());
    let undo = holds.then_some(Verb::Undo);
    let third = [alone(escalate), alone(silence), alone(Some(Verb::Edit)), Some(merge), alone(undo)];
    let third: Vec<Value> = third.into_iter().flatten().collect();
    let third = json!({ "type": 1, "components": third });
    json!([row(first), row(second), third])
}
