//! The whole product with a real program at its edge: Prometheus Alertmanager.
//!
//! It is taken from the path (Debian package `prometheus-alertmanager`). Where it is missing the test says so and
//! passes, unless `SIAGA_REQUIRE` names `alertmanager`.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stderr, reason = "tests")]

#[path = "../stories/harness/mod.rs"]
mod harness;

mod alertmanager;
