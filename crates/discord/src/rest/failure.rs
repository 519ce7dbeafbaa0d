//! Purpose: every way a request can end without success, as classes the caller branches on.

use std::time::Duration;

use super::route::RouteName;

/// A request that was let through and did not succeed. The texts name the route's template, never its URL, and never
/// the token; texts from outside are cut at 300 characters.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// Nothing was written to the wire: safe to retry, after `retry_after` (zero: at once).
    #[error("{route}: not sent: {reason}")]
    NotSent {
        /// The route.
        route: RouteName,
        /// Wait before the retry.
        retry_after: Duration,
        /// What happened, for people.
        reason: String,
    },
    /// The request left us and no usable answer came: Discord may have applied it. Look before creating again.
    #[error("{route}: no usable answer, may have been applied: {reason}")]
    Ambiguous {
        /// The route.
        route: RouteName,
        /// The HTTP status, when there was one.
        status: Option<u16>,
        /// What happened, for people.
        reason: String,
    },
    /// 429: not applied. The client has already noted the limit; later permits wait for it.
    #[error("{route}: rate limited ({scope:?}) for {} ms", retry_after.as_millis())]
    RateLimited {
        /// The route.
        route: RouteName,
        /// Discord's wait.
        retry_after: Duration,
        /// What is limited.
        scope: Scope,
    },
    /// 4xx (or an unexpected 3xx): not applied, and permanent unless the caller knows better. `code` is Discord's; without
    /// one the answer came from something before Discord (a proxy) and may be worth a later retry.
    #[error("{route}: refused with {status}{}: {message}{}", code_text(*code), errors_text(errors))]
    Refused {
        /// The route.
        route: RouteName,
        /// The HTTP status.
        status: u16,
        /// Discord's JSON error code.
        code: Option<u64>,
        /// Discord's message, or the first words of whatever came.
        message: String,
        /// Form errors as `path: message (CODE)`, joined by `; `; empty when there are none.
        errors: String,
    },
    /// 5xx with Discord's own envelope. Discord may have applied it: for creations treat it as [`Failure::Ambiguous`].
    #[error("{route}: Discord failed with {status}{}: {message}", code_text(*code))]
    Server {
        /// The route.
        route: RouteName,
        /// The HTTP status.
        status: u16,
        /// Discord's JSON error code.
        code: Option<u64>,
        /// Discord's message.
        message: String,
    },
    /// 401: Discord does not know our token (any more). This client sends nothing further.
    #[error("{route}: Discord rejected the bot token")]
    TokenRejected {
        /// The route.
        route: RouteName,
    },
}

impl Failure {
    /// The route that failed.
    #[must_use]
    pub fn route(&self) -> RouteName {
        match self {
            Self::NotSent { route, .. }
            | Self::Ambiguous { route, .. }
            | Self::RateLimited { route, .. }
            | Self::Refused { route, .. }
            | Self::Server { route, .. }
            | Self::TokenRejected { route } => *route,
        }
    }

    /// May Discord have applied the request although we hold no success?
    #[must_use]
    pub fn may_have_been_applied(&self) -> bool {
        match self {
            Self::Ambiguous { .. } | Self::Server { .. } => true,
            Self::NotSent { .. } | Self::RateLimited { .. } | Self::Refused { .. } | Self::TokenRejected { .. } => {
                false
            }
        }
    }

    /// Discord's JSON error code (10008, 160004, ...), when it gave one.
    #[must_use]
    pub fn code(&self) -> Option<u64> {
        match self {
            Self::Refused { code, .. } | Self::Server { code, .. } => *code,
            Self::NotSent { .. } | Self::Ambiguous { .. } | Self::RateLimited { .. } | Self::TokenRejected { .. } => {
                None
            }
        }
    }

    /// How long to wait before a retry, where that is known.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::NotSent { retry_after, .. } | Self::RateLimited { retry_after, .. } => Some(*retry_after),
            Self::Ambiguous { .. } | Self::Refused { .. } | Self::Server { .. } | Self::TokenRejected { .. } => None,
        }
    }
}

/// What a 429 limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Scope {
    /// The bot's own bucket.
    User,
    /// The resource, used up by everybody together; does not count as an invalid request.
    Shared,
    /// Everything the bot sends.
    Global,
    /// A hidden limit of this kind of request only (renames, edits of old messages): the bucket itself had room.
    SubLimit,
}

/// A permit that was not given: nothing was sent and nothing is reserved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no permit ({reason:?}); try again in {} ms", retry_after.as_millis())]
pub struct NotSent {
    /// When it makes sense to ask again: a known time where a limit says one, otherwise an estimate.
    pub retry_after: Duration,
    /// What it would have had to wait for.
    pub reason: Reason,
}

/// Why a permit was not given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Reason {
    /// Its bucket is used up, or others are before it in the bucket.
    Bucket,
    /// Its kind of request is under a sub-limit.
    SubLimit,
    /// Discord paused everything.
    Global,
    /// Our own governor of requests per second, or others of a higher lane.
    Governor,
    /// Too many invalid requests within ten minutes: we stop before Discord bans the address.
    InvalidRequests,
    /// The token was rejected: only a new client with a new token helps.
    TokenRejected,
}

fn code_text(code: Option<u64>) -> String {
    code.map(|code| format!(" (code {code})")).unwrap_or_default()
}

fn errors_text(errors: &str) -> String {
    if errors.is_empty() { String::new() } else { format!(" [{errors}]") }
}
