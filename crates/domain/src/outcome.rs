//! Purpose: how an attempt to bring an effect outside ended, in one spelling for whoever makes the attempt, for the engine and
//! for the store; and why, as a code that is decided by and a text that people read.

use std::convert::Infallible;
use std::fmt;
use std::time::Duration;

/// How an attempt ended. `R` is what the other side gave back. `L` is what was found missing meanwhile, and must be dealt with
/// before the attempt can be written down; by default nothing can be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome<R, L = Infallible> {
    /// It is outside.
    Confirmed(R),
    /// It was surely not applied: something it needs is not there yet, or a limit holds it back.
    NotYet {
        /// Why.
        reason: Reason,
        /// When to try again.
        retry_in: Duration,
    },
    /// It may have been applied: look before repeating.
    Unknown {
        /// Why.
        reason: Reason,
        /// When to look.
        retry_in: Duration,
    },
    /// It cannot be done until a person changes something.
    Refused {
        /// Why.
        reason: Reason,
    },
    /// It is not needed (nothing to edit, nothing changed).
    Dropped {
        /// Why.
        reason: Reason,
    },
    /// Something it stands on is missing.
    Lost(L),
}

impl<R> Outcome<R> {
    /// The same end, said where more can be given back or found missing.
    pub fn map_confirmed<S, L>(self, confirmed: impl FnOnce(R) -> S) -> Outcome<S, L> {
        match self {
            Self::Confirmed(given) => Outcome::Confirmed(confirmed(given)),
            Self::NotYet { reason, retry_in } => Outcome::NotYet { reason, retry_in },
            Self::Unknown { reason, retry_in } => Outcome::Unknown { reason, retry_in },
            Self::Refused { reason } => Outcome::Refused { reason },
            Self::Dropped { reason } => Outcome::Dropped { reason },
        }
    }

    /// What was given back.
    ///
    /// # Errors
    /// Why it is not outside, or not surely.
    pub fn into_confirmed(self) -> Result<R, Reason> {
        match self {
            Self::Confirmed(given) => Ok(given),
            Self::NotYet { reason, .. }
            | Self::Unknown { reason, .. }
            | Self::Refused { reason }
            | Self::Dropped { reason } => Err(reason),
        }
    }
}

/// Why an attempt ended as it did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason {
    /// What is decided by.
    pub code: ReasonCode,
    /// What people read: a phrase or sentence without secrets.
    pub text: String,
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// What an attempt failed for, as far as it is told apart. Stored beside the row of the outbox, and for programs: codes are only
/// ever added.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ReasonCode {
    /// Discord refused it because the bot lacks a permission. Tried again when permissions change.
    MissingPermission,
    /// The person has no account on the server.
    UnknownMember,
    /// The person takes no direct messages from us.
    CannotSendDirect,
    /// The other side refused it for another reason.
    Refused,
    /// A setting is missing or cannot be used: an address, a mail server, a channel's name.
    Misconfigured,
    /// There is no category in which a channel would be seen by those it is meant for.
    NoCategory,
    /// What it edits or stands in was deleted.
    Gone,
    /// What it stands on is not there yet.
    NotThere,
    /// Nobody needs it any more.
    NotWanted,
    /// A limit holds it back, or the other side asked to be left alone for a while.
    Limited,
    /// Something before the other side refused it, or our token is not accepted.
    Blocked,
    /// The other side was not reached: surely not applied.
    Unreachable,
    /// There is no answer, or none that can be used: it may have been applied.
    Unanswered,
    /// It was tried too often without an answer.
    TooManyAttempts,
    /// The database could not take down that it leaves.
    Database,
    /// A fault in Siaga.
    Fault,
}

crate::key::names!(ReasonCode {
    MissingPermission = "missing_permission",
    UnknownMember = "unknown_member",
    CannotSendDirect = "cannot_send_direct",
    Refused = "refused",
    Misconfigured = "misconfigured",
    NoCategory = "no_category",
    Gone = "gone",
    NotThere = "not_there",
    NotWanted = "not_wanted",
    Limited = "limited",
    Blocked = "blocked",
    Unreachable = "unreachable",
    Unanswered = "unanswered",
    TooManyAttempts = "too_many_attempts",
    Database = "database",
    Fault = "fault",
});

impl ReasonCode {
    /// This code with what people read.
    #[must_use]
    pub fn because(self, text: impl Into<String>) -> Reason {
        Reason { code: self, text: text.into() }
    }
}

#[cfg(test)]
mod tests {
    use super::ReasonCode;

    #[test]
    fn every_code_is_read_back_by_its_name_and_one_of_a_newer_version_is_none() {
        for code in ReasonCode::ALL {
            assert_eq!(ReasonCode::parse(code.as_str()), Some(code));
        }
        assert_eq!(ReasonCode::parse("struck_by_lightning"), None);
    }
}
