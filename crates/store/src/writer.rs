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
pub(crate) struct Writer(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    connection: Mutex<Option<SqliteConnection>>,
    /// Whoever is not a sender waits here for a place in the queue for the connection: only one of them stands in it.
    others: Mutex<()>,
}

impl Writer {
    pub(crate) async fn open(options: &SqliteConnectOptions) -> sqlx::Result<Self> {
        let connection = SqliteConnection::connect_with(options).await?;
        Ok(Self(Arc::new(Inner { connection: Mutex::new(Some(connection)), others: Mutex::new(()) })))
    }

    /// The connection, when those who asked before have had it.
    ///
    /// # Errors
    /// [`sqlx::Error::PoolTimedOut`] when it is not free in time, [`sqlx::Error::PoolClosed`] when it is closed.
    pub(crate) async fn lock(&self) -> sqlx::Result<MappedMutexGuard<'_, SqliteConnection>> {
        in_time(async {
            let _turn = self.0.others.lock().await;
            self.0.connection.lock().await
        })
        .await
    }

    /// The connection for senders, who wait for a commit: before all but one of those who asked before. Many small writes of
    /// deliveries in a row, on a slow disk, would be many commits to wait for.
    ///
    /// # Errors
    /// As [`Writer::lock`].
    pub(crate) async fn lock_first(&self) -> sqlx::Result<MappedMutexGuard<'_, SqliteConnection>> {
        in_time(self.0.connection.lock()).await
    }

    /// Takes the connection away: nobody writes any more.
    pub(crate) async fn take(&self) -> Option<SqliteConnection> {
        self.0.connection.lock().await.take()
    }
}

async fn in_time<'w>(
    waiting: impl Future<Output = MutexGuard<'w, Option<SqliteConnection>>>,
) -> sqlx::Result<MappedMutexGuard<'w, SqliteConnection>> {
    let guard = tokio::time::timeout(PATIENCE, waiting).await.map_err(|_| sqlx::Error::PoolTimedOut)?;
    MutexGuard::try_map(guard, Option::as_mut).map_err(|_| sqlx::Error::PoolClosed)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_sender_waits_for_one_other_however_many_wait() {
        let writer = Writer::open(&SqliteConnectOptions::new().in_memory(true)).await.unwrap();
        let order = Arc::new(std::sync::Mutex::new(Vec::new()));
        let held = writer.lock().await.unwrap();
        let mut tasks = Vec::new();
        for (number, is_sender) in [(0, false), (1, false), (2, false), (3, true)] {
            let (writer, order) = (writer.clone(), Arc::clone(&order));
            tasks.push(tokio::spawn(async move {
                let guard = if is_sender { writer.lock_first().await } else { writer.lock().await };
                order.lock().unwrap().push(number);
                drop(guard.unwrap());
            }));
            // It has asked before the next one does.
            tokio::task::yield_now().await;
        }
        drop(held);
        for task in tasks {
            task.await.unwrap();
        }
        assert_eq!(*order.lock().unwrap(), [0, 3, 1, 2]);
    }
}
