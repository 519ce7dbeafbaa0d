//! Purpose: the composition root. Settings in, a running bot out; all wiring is in `app`.
//!
//! Nothing here holds rules: those are in `crates/domain`.

#[macro_use]
mod printing;

mod access;
pub mod app;
mod bodies;
#[cfg(feature = "broken")]
mod broken;
pub mod cli;
mod consequences;
mod control;
#[cfg(feature = "crash-points")]
mod crash_points;
pub mod demo;
pub mod doctor;
mod env_file;
pub mod export;
pub mod fire;
pub mod front;
pub mod init;
pub mod kept;
pub mod keys;
mod links;
pub mod lock;
pub mod metrics;
pub mod outbox;
pub mod outside;
pub mod people;
mod random;
mod refusals;
pub mod rehearse;
pub mod reload;
pub mod settings;
#[cfg(feature = "slow-commits")]
mod slow_commits;
pub mod standalone;
mod starts;
pub mod try_payload;
pub mod watching;
