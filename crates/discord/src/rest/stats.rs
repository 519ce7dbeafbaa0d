//! Purpose: what the client has done so far, for metrics and for the list of calls.

use std::collections::BTreeMap;
use std::time::Duration;

use domain::Lane;

use super::answer::Response;
use super::failure::{Failure, Scope};
use super::route::RouteName;

/// A snapshot of the client. Counts are since the client was made.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Stats {
    /// Requests on the wire now.
    pub in_flight: u64,
    /// Calls by route, sorted by route.
    pub routes: Vec<(RouteName, RouteStats)>,
    /// 429 answers by scope.
    pub rate_limited: Vec<(Scope, u64)>,
    /// The lanes in order of service.
    pub lanes: Vec<(Lane, LaneStats)>,
    /// 401, 403 and 429 (not shared) of the last ten minutes; Discord bans the address at 10,000.
    pub invalid_requests: usize,
    /// Buckets remembered now.
    pub known_buckets: usize,
    /// How long everything still waits for a global limit.
    pub paused_for: Option<Duration>,
    /// Discord rejected the token: nothing is sent any more.
    pub token_rejected: bool,
}

/// How the calls of one route ended.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct RouteStats {
    /// Handed to the wire.
    pub sent: u64,
    /// 2xx.
    pub ok: u64,
    /// 429.
    pub rate_limited: u64,
    /// Other 4xx, and 3xx.
    pub refused: u64,
    /// 5xx, time-outs, cuts, and calls whose caller went away: perhaps applied.
    pub in_doubt: u64,
    /// Connection refused and the like: surely not applied.
    pub not_sent: u64,
}

/// What one lane has seen.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct LaneStats {
    /// Waiting for a permit now.
    pub waiting: usize,
    /// Permits given.
    pub granted: u64,
    /// The longest wait for a permit so far.
    pub longest_wait: Duration,
}

#[derive(Debug, Default)]
pub(super) struct Counters {
    in_flight: u64,
    routes: BTreeMap<RouteName, RouteStats>,
    rate_limited: BTreeMap<Scope, u64>,
    lanes: BTreeMap<Lane, LaneStats>,
}

impl Counters {
    pub(super) fn granted(&mut self, lane: Lane, waited: Duration) {
        let lane = self.lanes.entry(lane).or_default();
        lane.granted += 1;
        lane.longest_wait = lane.longest_wait.max(waited);
    }

    pub(super) fn started(&mut self, route: RouteName) {
        self.in_flight += 1;
        self.routes.entry(route).or_default().sent += 1;
    }

    pub(super) fn ended(&mut self, route: RouteName, outcome: &Result<Response, Failure>) {
        self.in_flight = self.in_flight.saturating_sub(1);
        let route = self.routes.entry(route).or_default();
        match outcome {
            Ok(_) => route.ok += 1,
            Err(Failure::RateLimited { scope, .. }) => {
                route.rate_limited += 1;
                *self.rate_limited.entry(*scope).or_default() += 1;
            }
            Err(Failure::Refused { .. } | Failure::TokenRejected { .. }) => route.refused += 1,
            Err(Failure::Ambiguous { .. } | Failure::Server { .. }) => route.in_doubt += 1,
            Err(Failure::NotSent { .. }) => route.not_sent += 1,
        }
    }

    pub(super) fn abandoned(&mut self, route: RouteName) {
        self.in_flight = self.in_flight.saturating_sub(1);
        self.routes.entry(route).or_default().in_doubt += 1;
    }

    /// The counting part of a snapshot; the rest is the caller's.
    pub(super) fn snapshot(&self, waiting: impl Fn(Lane) -> usize) -> Stats {
        let lane =
            |lane: Lane| LaneStats { waiting: waiting(lane), ..self.lanes.get(&lane).copied().unwrap_or_default() };
        Stats {
            in_flight: self.in_flight,
            routes: self.routes.iter().map(|(name, stats)| (*name, *stats)).collect(),
            rate_limited: self.rate_limited.iter().map(|(scope, count)| (*scope, *count)).collect(),
            lanes: Lane::ALL.into_iter().map(|name| (name, lane(name))).collect(),
            ..Stats::default()
        }
    }
}
