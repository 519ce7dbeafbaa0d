//! Purpose: the use cases. Accepts alerts, decides in one writer, remembers, and brings effects outside once.
//!
//! Nothing here names serenity, axum or sqlx types.

mod accept;
mod access;
mod action;
mod book;
mod clock;
mod database;
mod decider;
mod deliver;
mod drills;
mod export;
mod handle;
mod heartbeats;
mod look_back;
mod lost;
mod objects;
mod outage;
mod outbox;
mod pace;
mod past;
mod people;
mod poison;
mod quality;
mod record;
mod report;
mod settle;
mod start;
mod stop;
mod storms;
mod stuck;
mod vitals;
mod work;

pub use access::Reader;
pub use action::{ActError, Action, ActionOutcome, IncidentRef, Opened, Request};
pub use clock::Clock;
pub use database::{DatabaseTrouble, fault_in_words};
pub use deliver::{Deliver, Gate, Job, Outcome, Receipt};
pub use export::record_json;
pub use handle::{Accepted, Engine, Health, IncidentFilter, IncidentLine, Part, Totals, Unavailable};
pub use objects::{ObjectKind, ObjectRef, Objects};
pub use quality::{AlertQuality, RuleLine};
pub use report::{Report, Stats};
pub use start::{Options, Patience, StartError, start};
pub use stop::{Running, StopBudget, Stopped};
pub use vitals::{LaneVitals, Vitals};
