//! Purpose: what can be wrong with the database itself, as everybody names it: the store finds it out, the engine waits for its
//! end, `words` says it.

/// A condition of the database itself; whatever is asked fails while it lasts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DatabaseFault {
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

impl DatabaseFault {
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
