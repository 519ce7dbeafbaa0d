//! Stories of `siaga rehearse`: the real program against the sandbox, and what is in the sandbox afterwards.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod clean_up;
mod permissions;
mod shapes;
mod whole;
mod world;
