//! Stories through the edges: real intake, real gateway and REST against the sandbox, people who act by name.
//!
//! Run one: `cargo test --test stories -- a_part_of_its_name`. A failed story prints everything that was in the chat.

mod harness;

mod access;
mod answers;
mod architecture;
mod calm;
mod chat;
mod clocks;
mod closing;
mod commands;
mod corrections;
mod database;
mod departures;
mod drill;
mod episodes;
mod escalation;
mod faults;
mod file_edits;
mod files;
mod first_page;
mod forms;
mod front_door;
mod golden;
mod grafana;
mod heartbeats;
mod hostile;
mod identity;
mod intake;
mod judgement;
mod keys;
mod languages;
mod names;
mod oncall;
mod outside;
mod poison;
mod postmortem;
mod reading;
mod record;
mod reload;
mod restart;
mod rooms;
mod rotation;
mod shown;
mod silences;
mod stakeholders;
mod stopping;
mod storms;
mod together;
mod triage;
mod trials;
mod trouble;
mod unreachable;
mod walk;
mod watching;
