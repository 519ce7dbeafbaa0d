//! Purpose: what is wrong when the database says no: something that passes or that an operator mends, or a mistake in what
//! was asked.

use domain::DatabaseFault;

use crate::StoreError;

impl StoreError {
    /// The database's own condition; none when it works and what was asked of it is at fault (a bug, or a row that cannot
    /// be read): asking again would not help.
    #[must_use]
    pub fn fault(&self) -> Option<DatabaseFault> {
        match self {
            Self::Database(error) => of(error),
            Self::Unreadable { .. } | Self::Encode(_) => None,
        }
    }
}

/// SQLite's primary result codes. Source: <https://sqlite.org/rescode.html>.
pub(crate) fn of(error: &sqlx::Error) -> Option<DatabaseFault> {
    match error {
        sqlx::Error::Database(error) => {
            let code: u32 = error.code()?.parse().ok()?;
            match code & 0xff {
                5 | 6 => Some(DatabaseFault::Busy),
                13 => Some(DatabaseFault::Full),
                8 => Some(DatabaseFault::ReadOnly),
                11 | 26 => Some(DatabaseFault::Damaged),
                // No memory, interrupted, input/output, cannot open, locking protocol.
                7 | 9 | 10 | 14 | 15 => Some(DatabaseFault::Unreachable),
                _ => None,
            }
        }
        // The one writer was not free in time: whoever has it is stuck.
        sqlx::Error::PoolTimedOut => Some(DatabaseFault::Slow),
        sqlx::Error::Io(_) | sqlx::Error::PoolClosed | sqlx::Error::WorkerCrashed => Some(DatabaseFault::Unreachable),
        // Everything else is about what was asked. The library may add kinds.
        _ => None,
    }
}
