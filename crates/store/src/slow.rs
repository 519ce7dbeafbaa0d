//! Purpose: a slow disk on purpose, compiled in only by the feature `slow-commits`: the benchmark measures what it costs.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use sqlx::SqliteConnection;

/// How much longer each commit of the writing connection takes, in milliseconds.
pub static COMMIT_MS: AtomicU64 = AtomicU64::new(0);

/// The connection waits in each commit, as for a disk: in SQLite's own thread, with the lock held.
pub(crate) async fn commits(connection: &mut SqliteConnection) -> sqlx::Result<()> {
    connection.lock_handle().await?.set_commit_hook(|| {
        std::thread::sleep(Duration::from_millis(COMMIT_MS.load(Ordering::Relaxed)));
        true
    });
    Ok(())
}
