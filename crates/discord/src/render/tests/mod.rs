//! Whole message bodies, as Discord receives them.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod bodies;
mod fixture;
mod hostile;
mod postmortem;
mod triage;
