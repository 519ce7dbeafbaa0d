//! Purpose: what is wrong when the database says no: something that passes or that an operator mends, or a mistake in what
//! was asked.

use crate::StoreError;

/// A condition of the database itself; whatever is asked fails while it lasts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fault {
    /// Another process holds the lock.
    Busy,
    /// The disk (or the allowed size) is full.
    Full,
    /// It can be read only.
    ReadOnly,
    /// Its content is damaged.
    Damaged,
    /// It answers, but too late.
    Slow,
    /// Input and output fail, or it is gone.
    Unreachable,
}

impl Fault {
    /// Name for metrics and programs.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Busy => "busy",
            Self::Full => "full",
            Self::ReadOnly => "read_only",
            Self::Damaged => "damaged",
            Self::Slow => "slow",
            Self::Unreachable => "unreachable",
        }
    }
}

impl StoreError {
    /// The database's own condition; none when it works and what was asked of it is at fault (a bug, or a row that cannot
    /// be read): asking again would not help.
    #[must_use]
    pub fn fault(&self) -> Option<Fault> {
        match self {
            Self::Database(error) => of(error),
            Self::Unreadable { .. } | Self::Encode(_) => None,
        }
    }
}

/// SQLite's primary result codes. Source: <https://sqlite.org/rescode.html>.
pub(crate) fn of(error: &sqlx::Error) -> Option<Fault> {
    match error {
        sqlx::Error::Database(error) => {
            let code: u32 = error.code()?.parse().ok()?;
            match code & 0xff {
                5 | 6 => Some(Fault::Busy),
                13 => Some(Fault::Full),
                8 => Some(Fault::ReadOnly),
                11 | 26 => Some(Fault::Damaged),
                // No memory, interrupted, input/output, cannot open, locking protocol.
                7 | 9 | 10 | 14 | 15 => Some(Fault::Unreachable),
                _ => None,
            }
        }
        // The one writer was not free in time: whoever has it is stuck.
        sqlx::Error::PoolTimedOut => Some(Fault::Slow),
        sqlx::Error::Io(_) | sqlx::Error::PoolClosed | sqlx::Error::WorkerCrashed => Some(Fault::Unreachable),
        // Everything else is about what was asked. The library may add kinds.
        _ => None,
    }
}
