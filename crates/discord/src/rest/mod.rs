//! Purpose: the outbound REST client: requests in, outcomes out, in the order of urgency and inside Discord's limits.
//!
//! It knows nothing of incidents and never retries. A request takes two steps, so that the caller can write "sent" to
//! its database between them: [`Client::permit`] waits for the turn and reserves the places, [`Permit::send`] uses them.
//!
//! **Who goes first.** Lanes are served strictly in order: whenever a place is free, the first request of the highest
//! [`Lane`] that may go, goes; within a lane, first come, first served. Two rules soften this. *Page slots*: of the
//! requests per second, the last `page_slots` are open to pages only, so a burst of anything else never delays a page.
//! *The tithe*: once requests of lower lanes have waited `overdue_after` (since they were planned, not since they last asked), every `tithe`-th place goes to the one of them
//! that has waited longest, page slots included; so no lane starves for ever, and a page is overtaken at most once in
//! `tithe` places. A request whose own bucket is blocked holds nobody up: the next that may go is taken. One that *gives way*
//! ([`Route::giving_way`]) leaves the last two places of its bucket to others.
//!
//! **Limits.** Buckets are Discord's own (`X-RateLimit-Bucket` and the major parameter), learned from answers; until one
//! is known a single request explores it. What cannot go before `give_up_after` is told so at once, with the time. Answers
//! to interactions and webhooks are outside these limits and are not sent here.

mod answer;
mod bucket;
mod clock;
mod failure;
mod gate;
mod limits;
mod permit;
mod route;
mod routes;
mod snowflake;
mod stats;
mod tap;
mod wire;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use secrecy::SecretString;
use tokio::time::Instant;

pub use answer::Response;
pub use domain::Lane;
pub use failure::{Failure, NotSent, Reason, Scope};
pub use permit::{Body, File, Permit};
pub use route::{ApplicationId, ChannelId, GuildId, Major, MessageId, Method, Route, RouteName, UserId};
pub use snowflake::{snowflake_at, unix_ms_of};
pub use stats::{LaneStats, RouteStats, Stats};
pub use tap::{Answered, Tap};

use gate::{Queueing, Shared};
use limits::{Bounds, Limits};
use wire::Wire;

/// The client; clones share everything. Waits on tokio's monotonic clock, so it must be used inside a tokio runtime
/// with time and I/O.
#[derive(Clone)]
pub struct Client {
    shared: Arc<Shared>,
}

/// How the client is made. `Debug` never shows the token.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The bot token, without `Bot `.
    pub token: SecretString,
    /// Where requests go.
    pub base: Base,
    /// Hosts besides this machine and Discord that may be given a token that looks real. Default none.
    pub allowed_hosts: Vec<String>,
    /// The project's address in the User-Agent, which Discord demands.
    pub url: String,
    /// The version in the User-Agent.
    pub version: String,
    /// The longest a request may take from sending to the end of the answer; connecting may take half of it. Default 10 s.
    pub timeout: Duration,
    /// Our own bound of requests in any second, 1 to 50. Default 45; Discord's is 50.
    pub per_second: usize,
    /// How many of `per_second` only pages may use, fewer than `per_second`. Default 10.
    pub page_slots: usize,
    /// From when on a waiting request of a lower lane takes part in the tithe. Default 5 s.
    pub overdue_after: Duration,
    /// Every how many places one goes to an overdue request, at least 2. Default 5: in each window of a
    /// channel, which has five, lower lanes that waited have one.
    pub tithe: u32,
    /// Invalid requests (401, 403, 429 that is not shared) within ten minutes at which all but pages stop. Default 2,000;
    /// Discord bans the address at 10,000.
    pub invalid_brake: usize,
    /// The same for pages. Default 6,000.
    pub invalid_brake_pages: usize,
    /// Sees every answer. Default nobody.
    pub tap: Option<Tap>,
}

/// Where requests go, and nowhere else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Base {
    /// The real Discord.
    Discord,
    /// A Discord-compatible server at this address (`http://127.0.0.1:4010`): no proxies, no other host.
    Sandbox(String),
}

/// The settings do not make a client.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BuildError {
    /// The sandbox address cannot be used.
    #[error("the sandbox address cannot be used: {0}")]
    Base(&'static str),
    /// A token of the real Discord would leave for somebody else.
    #[error(
        "DISCORD_TOKEN looks like a token of the real Discord, and SIAGA_DISCORD leads to {host}: nothing was sent there. Remove SIAGA_DISCORD; or, if that host is yours, name it in siaga.toml: [discord] allowed_hosts = [\"{host}\"]"
    )]
    ForeignHost {
        /// The host.
        host: String,
    },
    /// The token holds characters no token has.
    #[error("the bot token holds characters that cannot be in a token")]
    Token,
    /// The User-Agent holds characters no header can have.
    #[error("the project address or version cannot be written into a header")]
    UserAgent,
    /// A number is out of its range.
    #[error("{0}")]
    Range(&'static str),
    /// The HTTP library could not start.
    #[error("the HTTP client could not start: {0}")]
    Http(String),
}

impl Settings {
    /// The defaults for this token and server.
    #[must_use]
    pub fn new(token: SecretString, base: Base) -> Self {
        Self {
            token,
            base,
            allowed_hosts: Vec::new(),
            url: env!("CARGO_PKG_REPOSITORY").into(),
            version: env!("CARGO_PKG_VERSION").into(),
            timeout: Duration::from_secs(10),
            per_second: 45,
            page_slots: 10,
            overdue_after: Duration::from_secs(5),
            tithe: 5,
            invalid_brake: 2_000,
            invalid_brake_pages: 6_000,
            tap: None,
        }
    }
}

impl Client {
    /// Makes a client; sends nothing. Errors: see [`BuildError`].
    pub fn new(settings: Settings) -> Result<Self, BuildError> {
        if !(1..=50).contains(&settings.per_second) || settings.page_slots >= settings.per_second {
            return Err(BuildError::Range("per_second must be 1 to 50, and page_slots less than per_second"));
        }
        if settings.tithe < 2 || settings.timeout.is_zero() {
            return Err(BuildError::Range("tithe must be at least 2, and timeout more than nothing"));
        }
        if !(1..10_000).contains(&settings.invalid_brake) || !(1..10_000).contains(&settings.invalid_brake_pages) {
            return Err(BuildError::Range("invalid_brake and invalid_brake_pages must be 1 to 9,999"));
        }
        let wire = Wire::new(&settings)?;
        let limits = Limits::new(Bounds {
            per_second: settings.per_second,
            page_slots: settings.page_slots,
            invalid_brake: settings.invalid_brake,
            invalid_brake_pages: settings.invalid_brake_pages,
        });
        let queueing = Queueing { overdue_after: settings.overdue_after, tithe: settings.tithe };
        Ok(Self { shared: Arc::new(Shared::new(wire, queueing, limits)) })
    }

    /// Waits for the turn of a request of this lane and reserves its places. Errors: [`NotSent`] at once when a known
    /// limit lasts longer than `give_up_after`, otherwise after that time; zero asks "now or not".
    pub async fn permit(&self, lane: Lane, route: &Route, give_up_after: Duration) -> Result<Permit, NotSent> {
        self.shared.permit(lane, route, Duration::ZERO, give_up_after).await
    }

    /// The same for what has been waiting elsewhere for so long, so that it is overdue sooner.
    pub async fn permit_for(
        &self,
        lane: Lane,
        route: &Route,
        waited: Duration,
        give_up_after: Duration,
    ) -> Result<Permit, NotSent> {
        self.shared.permit(lane, route, waited, give_up_after).await
    }

    /// The longest a request may take; a lease must outlast it before anything is sent.
    #[must_use]
    pub fn timeout(&self) -> Duration {
        self.shared.wire.timeout()
    }

    /// Discord's clock minus [`engine::wire_now`], in milliseconds, from `Date` headers; 0 before the first answer. Off by up
    /// to half a second after one answer, less after more.
    #[must_use]
    pub fn discord_now_offset_ms(&self) -> i64 {
        self.shared.lock().offset.ms()
    }

    /// Has Discord rejected the token? Then nothing is sent any more; make a new client with a new token.
    #[must_use]
    pub fn token_rejected(&self) -> bool {
        self.shared.lock().limits.token_rejected()
    }

    /// What has been done so far and what waits.
    #[must_use]
    pub fn stats(&self) -> Stats {
        let now = Instant::now();
        let mut state = self.shared.lock();
        state.limits.age(now);
        Stats {
            invalid_requests: state.limits.invalid_requests(),
            known_buckets: state.limits.known_buckets(),
            paused_for: state.limits.paused_until().and_then(|at| at.checked_duration_since(now)),
            token_rejected: state.limits.token_rejected(),
            ..state.counters.snapshot(|lane| state.waiting(lane))
        }
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("stats", &self.stats()).finish_non_exhaustive()
    }
}
