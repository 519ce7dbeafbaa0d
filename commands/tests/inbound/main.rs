//! Purpose: people type, press and fill in; the bot answers. Against a local Discord, over its real protocol.
#![allow(clippy::unwrap_used, clippy::panic, missing_docs, reason = "tests")]

mod commands;
mod directory;
mod gateway;
mod watch;
mod world;
