//! The whole product with a real program at its edge: Prometheus Alertmanager, an SMTP server, nginx and Caddy.
//!
//! Alertmanager is taken from the path (Debian package `prometheus-alertmanager`), the SMTP server is Python's aiosmtpd,
//! the proxies are Debian's `nginx` and `caddy`.
//! Where one is missing the test says so and passes, unless `SIAGA_REQUIRE` names `alertmanager`, `smtp` or `proxy`.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stderr, reason = "tests")]

#[path = "../stories/harness/mod.rs"]
mod harness;

mod alertmanager;
mod mail;
mod proxy;
