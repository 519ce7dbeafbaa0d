//! Purpose: the one connection that writes. SQLite has only one writer anyway, and waiting in our own queue is fair and cheap.
//!
//! No pool: a pool asks the connection before and after each use whether it is still there, which costs as much as the statement.

use std::sync::Arc;
use std::time::Duration;

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{Connection as _, SqliteConnection};
use tokio::sync::{MappedMutexGuard, Mutex, MutexGuard};

/// Whoever waits longer for the writer is told that the database is slow.
const PATIENCE: Duration = Duration::from_secs(30);

/// The one connection that writes. Cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct Writer(Arc<Mutex<Option<SqliteConnection>>>);

impl Writer {
    pub(crate) async fn open(options: &SqliteConnectOptions) -> sqlx::Result<Self> {
        let connection = SqliteConnection::connect_with(options).await?;
        Ok(Self(Arc::new(Mutex::new(Some(connection)))))
    }

    /// The connection, when all who asked before have had it.
    ///
    /// # Errors
    /// [`sqlx::Error::PoolTimedOut`] when it is not free in time, [`sqlx::Error::PoolClosed`] when it is closed.
    pub(crate) async fn lock(&self) -> sqlx::Result<MappedMutexGuard<'_, SqliteConnection>> {
        let guard = tokio::time::timeout(PATIENCE, self.0.lock()).await.map_err(|_| sqlx::Error::PoolTimedOut)?;
        MutexGuard::try_map(guard, Option::as_mut).map_err(|_| sqlx::Error::PoolClosed)
    }

    /// Takes the connection away: nobody writes any more.
    pub(crate) async fn take(&self) -> Option<SqliteConnection> {
        self.0.lock().await.take()
    }
}
