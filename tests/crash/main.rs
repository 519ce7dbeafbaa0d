//! Purpose: the bot is killed with SIGKILL at the worst moments; what people then see in Discord must be whole and single.
//!
//! Sandbox and bot are processes of their own. A fault of the sandbox holds one call, either before it took effect
//! (`received`) or after it (`applied`, the answer is withheld); the bot is killed, the call is dropped, the bot starts
//! again on its database. Judged is only what Discord shows to others, never what the bot has written down.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod ends;
mod moments;
mod processes;
mod reload;
mod sandbox;
mod storm;
mod table;
mod world;

use tokio::sync::{Semaphore, SemaphorePermit};

/// Worlds at once: each is two processes.
static AT_ONCE: Semaphore = Semaphore::const_new(4);

/// Waits for a place to run a world in.
async fn place() -> SemaphorePermit<'static> {
    AT_ONCE.acquire().await.unwrap()
}
