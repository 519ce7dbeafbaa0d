//! Purpose: one slash command per file. A command reads its options, says what is meant, and leaves the rest to the
//! engine and the words. Slash commands answer privately; what others must see follows through the room.

mod ack;
mod alerts;
mod choose;
mod commander;
mod drill;
mod escalate;
mod follow;
mod help;
mod incident;
mod incident_later;
mod menu_note;
mod menu_open;
mod mitigate;
mod note;
mod oncall;
mod options;
mod page;
mod postmortem;
mod reference;
mod resolve;
mod runbook;
mod severity;
mod siaga;
mod silence;
mod triage;
mod update;
mod why;

use discord::data::Command;

pub use reference::reference;

/// Everything people can type, in the order of the help.
#[must_use]
pub fn all() -> Vec<Command> {
    vec![
        incident::incident(),
        triage::triage(),
        ack::ack(),
        severity::severity(),
        page::page(),
        escalate::escalate(),
        commander::commander(),
        update::update(),
        mitigate::mitigate(),
        resolve::resolve(),
        postmortem::postmortem(),
        note::note(),
        runbook::runbook(),
        why::why(),
        follow::follow(),
        oncall::oncall(),
        silence::silence(),
        siaga::siaga(),
        alerts::alerts(),
        drill::drill(),
        help::help(),
        menu_open::open_incident(),
        menu_note::add_to_timeline(),
    ]
}

/// The exact body with which the commands are registered.
#[must_use]
pub fn registration() -> serde_json::Value {
    discord::gateway::registration(&all())
}
