//! Purpose: stories against a started sandbox, over HTTP and websocket only, as bots and people would.

#![allow(clippy::unwrap_used, clippy::panic, missing_docs, unreachable_pub, reason = "tests")]

mod conformance;
mod gateway;
mod harness;
mod start;
