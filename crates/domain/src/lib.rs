//! Purpose: what is true. Pure rules: state, input and time go in; facts, refusals and reasons come out.
//!
//! Nothing in this crate is async, does I/O, reads a clock or is random.

pub mod alert;
pub mod chat_note;
pub mod database_fault;
pub mod decision;
pub mod detection;
pub mod drill;
pub mod effect;
pub mod episode;
pub mod escalation;
pub mod heartbeat;
pub mod ids;
pub mod incident;
mod key;
pub mod labels;
pub mod mapping;
pub mod oncall;
pub mod outcome;
pub mod people;
pub mod plan;
pub mod postmortem;
pub mod quality;
pub mod routing;
pub mod runbook;
pub mod scenario;
pub mod setup;
pub mod severity;
pub mod silence;
pub mod stages;
pub mod storm;
pub mod subject;
pub mod thing;
pub mod timer;
pub mod triage;
pub mod typed_time;
mod way;
pub mod world;

pub use alert::{AlertOrigin, AlertReport, AlertStatus, Link, Sender};
pub use database_fault::DatabaseFault;
pub use decision::{Answer, Decision, EventsOf, Fact, Input, decide};
pub use detection::{Detection, KnownBy};
pub use drill::Drill;
pub use effect::{Effect, Lane, Place, PlannedEffect, Said};
pub use ids::{
    ChatChannelId, ChatMessageId, ChatRoleId, ChatUserId, DedupKey, GroupKey, GuildId, IncidentId, IntegrationName,
    PageId, PersonId,
};
pub use incident::{Access, Actor, Command, Event, Incident, IncidentStatus, Opener, Refusal};
pub use labels::{Labels, Matcher};
pub use outcome::{Outcome, Reason, ReasonCode};
pub use people::{Pin, Wrong, accounts, renamed};
pub use setup::Setup;
pub use severity::Severity;
pub use subject::Subject;
pub use thing::Thing;
pub use timer::{Timer, TimerChange, TimerKind};
pub use way::{PageVia, WayId};
pub use world::{Overrides, World};

/// An instant; always UTC inside the domain.
pub use jiff::Timestamp;
