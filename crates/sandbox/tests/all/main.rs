//! Purpose: stories against a started sandbox, over HTTP and websocket only, as bots and people would.

#![allow(clippy::unwrap_used, clippy::panic, missing_docs, unreachable_pub, reason = "tests")]

mod conformance;
mod content;
mod control_api;
mod coverage;
mod events;
mod faults;
mod forms;
mod fuzz;
mod gateway;
mod harness;
mod interactions;
mod limits;
mod messages;
mod people;
mod permissions;
mod rooms;
mod routes;
mod rules;
mod start;
mod state;
mod threads;
mod traps;
mod trouble;
