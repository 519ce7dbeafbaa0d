//! Purpose: the REST client against a real HTTP server that behaves like Discord by script.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod limits;
mod order;
mod server;
mod wire;
