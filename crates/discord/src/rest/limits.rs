//! Purpose: everything known about Discord's limits at this moment, as plain data: given a time, says what may go, and
//! learns from answers. No waiting and no I/O here.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use domain::Lane;

use super::bucket::{Bucket, Turn};
use super::failure::{Reason, Scope};
use super::route::{Major, RouteName, Target};

/// The bounds we keep by ourselves.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bounds {
    pub(super) per_second: usize,
    pub(super) page_slots: usize,
    pub(super) invalid_brake: usize,
    pub(super) invalid_brake_pages: usize,
}

/// The rate-limit part of one answer.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Heard {
    pub(super) status: u16,
    pub(super) bucket: Option<Arc<str>>,
    pub(super) limit: Option<u32>,
    pub(super) remaining: Option<u32>,
    /// `X-RateLimit-Reset` in milliseconds: tells one window from the next, never compared with our clock.
    pub(super) window: Option<u64>,
    pub(super) reset_after: Option<Duration>,
    pub(super) limited: Option<(Scope, Duration)>,
    /// The answer came from Discord itself and not from something before it.
    pub(super) from_discord: bool,
}

/// May this request go?
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    Go,
    /// Not before `until`, whatever other requests do.
    Until(Instant, Reason),
    /// Others hold the place; look again when one of them ends, or at the instant.
    Held(Option<Instant>, Reason),
}

/// Which bucket a permit holds a place in.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct BucketKey {
    id: BucketId,
    major: Major,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum BucketId {
    /// Discord has not named the bucket (yet): the route stands for it.
    Route(RouteName),
    Named(Arc<str>),
}

/// Ten minutes: the window in which Discord counts invalid requests. Source: Discord docs, "Rate Limits".
const INVALID_WINDOW: Duration = Duration::from_secs(600);
const SECOND: Duration = Duration::from_secs(1);
/// So many of a bucket's places (Discord lets a bot post five messages in five seconds into a channel) are left over by requests
/// that give way.
const PLACES_LEFT: u32 = 2;
/// A bucket nobody used for this long after its reset is forgotten; its next use explores again.
const FORGET_AFTER: Duration = Duration::from_secs(120);

#[derive(Debug)]
pub(super) struct Limits {
    bounds: Bounds,
    names: HashMap<RouteName, Arc<str>>,
    buckets: HashMap<BucketKey, Bucket>,
    sub_limits: HashMap<Target, Instant>,
    paused_until: Option<Instant>,
    token_rejected: bool,
    /// When each request of the last second was sent.
    sent: VecDeque<Instant>,
    /// Permits given and not yet sent: they will count when they go.
    held: usize,
    invalid: VecDeque<Instant>,
    forget_at: Option<Instant>,
}

impl Limits {
    pub(super) fn new(bounds: Bounds) -> Self {
        Self {
            bounds,
            names: HashMap::new(),
            buckets: HashMap::new(),
            sub_limits: HashMap::new(),
            paused_until: None,
            token_rejected: false,
            sent: VecDeque::new(),
            held: 0,
            invalid: VecDeque::new(),
            forget_at: None,
        }
    }

    /// Drops what time has made irrelevant. Call before asking for verdicts.
    pub(super) fn age(&mut self, now: Instant) {
        while self.sent.front().is_some_and(|sent| now.duration_since(*sent) >= SECOND) {
            self.sent.pop_front();
        }
        while self.invalid.front().is_some_and(|at| now.duration_since(*at) >= INVALID_WINDOW) {
            self.invalid.pop_front();
        }
        if self.forget_at.is_none_or(|at| at <= now) {
            self.forget_at = Some(now + FORGET_AFTER);
            self.sub_limits.retain(|_, until| *until > now);
            self.buckets.retain(|_, bucket| !bucket.is_forgettable(now, FORGET_AFTER));
        }
    }

    /// May a request of this lane to this target go at `now`? `gives_way` leaves the bucket's last places to others,
    /// `whole_governor` lends it the slots kept for pages.
    pub(super) fn verdict(
        &self,
        target: &Target,
        lane: Lane,
        gives_way: bool,
        whole_governor: bool,
        now: Instant,
    ) -> Verdict {
        if let Some(stop) = self.stop(lane, now) {
            return stop;
        }
        if let Some(until) = self.sub_limits.get(target).filter(|until| **until > now) {
            return Verdict::Until(*until, Reason::SubLimit);
        }
        let key = self.key(target);
        let keep = if gives_way { PLACES_LEFT } else { 0 };
        match self.buckets.get(&key).map_or(Turn::Go, |bucket| bucket.turn(keep, now)) {
            Turn::Until(at) => return Verdict::Until(at, Reason::Bucket),
            Turn::Held(at) => return Verdict::Held(at, Reason::Bucket),
            Turn::Go => {}
        }
        self.governor(lane == Lane::Page || whole_governor, now)
    }

    /// What stops everything: a rejected token, too many invalid requests, a global pause.
    pub(super) fn stop(&self, lane: Lane, now: Instant) -> Option<Verdict> {
        if self.token_rejected {
            return Some(Verdict::Until(now + INVALID_WINDOW, Reason::TokenRejected));
        }
        let brake = match lane {
            Lane::Page => self.bounds.invalid_brake_pages,
            Lane::Card | Lane::Update | Lane::Edit | Lane::Housekeeping | Lane::Shown | Lane::Told => {
                self.bounds.invalid_brake
            }
        };
        if let Some(over) = self.invalid.len().checked_sub(brake) {
            let until = self.invalid.get(over).map_or(now, |at| *at + INVALID_WINDOW);
            return Some(Verdict::Until(until, Reason::InvalidRequests));
        }
        self.paused_until.filter(|until| *until > now).map(|until| Verdict::Until(until, Reason::Global))
    }

    fn governor(&self, whole: bool, now: Instant) -> Verdict {
        let slots = if whole { self.bounds.per_second } else { self.bounds.per_second - self.bounds.page_slots };
        let used = self.sent.len() + self.held;
        if used < slots {
            return Verdict::Go;
        }
        // The place is free when so many of those sent are a second old; if that is not enough, permits must end first.
        let free_at = self.sent.get(used - slots).map(|sent| *sent + SECOND);
        Verdict::Held(free_at.filter(|at| *at > now), Reason::Governor)
    }

    /// Takes a place in the bucket and in the governor.
    pub(super) fn reserve(&mut self, target: &Target, now: Instant) -> BucketKey {
        let key = self.key(target);
        self.buckets.entry(key.clone()).or_insert_with(|| Bucket::new(now)).enter(now);
        self.held += 1;
        key
    }

    /// A permit goes onto the wire.
    pub(super) fn sending(&mut self, now: Instant) {
        self.held = self.held.saturating_sub(1);
        self.sent.push_back(now);
    }

    /// A permit ended without being sent.
    pub(super) fn give_back(&mut self, key: &BucketKey, now: Instant) {
        self.held = self.held.saturating_sub(1);
        self.leave(key, false, now);
    }

    /// A request ended and no headers came back. `counted`: Discord may have counted it.
    pub(super) fn unheard(&mut self, key: &BucketKey, counted: bool, now: Instant) {
        self.leave(key, counted, now);
    }

    /// A request ended with an answer.
    pub(super) fn learn(&mut self, key: &BucketKey, target: &Target, heard: &Heard, now: Instant) {
        self.leave(key, !heard.from_discord, now);
        if let Some(name) = &heard.bucket {
            self.names.insert(target.name, name.clone());
        }
        let key = self.key(target);
        let bucket = self.buckets.entry(key).or_insert_with(|| Bucket::new(now));
        bucket.learn(heard, now);
        match heard.limited {
            Some((Scope::Global, wait)) => {
                let until = now + wait;
                self.paused_until = Some(self.paused_until.map_or(until, |old| old.max(until)));
            }
            Some((Scope::SubLimit, wait)) => {
                self.sub_limits.insert(*target, now + wait);
            }
            Some((Scope::User | Scope::Shared, wait)) => bucket.block(now + wait),
            None => {}
        }
        match (heard.status, heard.limited) {
            (429, Some((Scope::Shared, _))) => {}
            (401 | 403 | 429, _) => self.invalid.push_back(now),
            _ => {}
        }
        self.token_rejected |= heard.status == 401 && heard.from_discord;
    }

    pub(super) fn token_rejected(&self) -> bool {
        self.token_rejected
    }

    pub(super) fn paused_until(&self) -> Option<Instant> {
        self.paused_until
    }

    pub(super) fn invalid_requests(&self) -> usize {
        self.invalid.len()
    }

    pub(super) fn known_buckets(&self) -> usize {
        self.buckets.len()
    }

    fn leave(&mut self, key: &BucketKey, counted: bool, now: Instant) {
        if let Some(bucket) = self.buckets.get_mut(key) {
            bucket.leave(counted, now);
        }
    }

    fn key(&self, target: &Target) -> BucketKey {
        let id =
            self.names.get(&target.name).map_or(BucketId::Route(target.name), |name| BucketId::Named(name.clone()));
        BucketKey { id, major: target.major }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic, reason = "tests")]
mod tests {
    use super::*;
    use crate::rest::{ChannelId, Route};

    const BOUNDS: Bounds = Bounds { per_second: 6, page_slots: 2, invalid_brake: 3, invalid_brake_pages: 5 };

    fn post(channel: u64) -> Target {
        Route::create_message(ChannelId(channel)).target(0)
    }

    fn go(limits: &Limits, target: &Target, lane: Lane, now: Instant) -> bool {
        limits.verdict(target, lane, false, false, now) == Verdict::Go
    }

    #[tokio::test]
    async fn the_governor_keeps_its_last_slots_for_pages_in_every_second() {
        let (mut limits, start) = (Limits::new(BOUNDS), Instant::now());
        for channel in 0..4 {
            assert!(go(&limits, &post(channel), Lane::Card, start));
            limits.reserve(&post(channel), start);
            limits.sending(start + Duration::from_millis(channel * 100));
        }
        let now = start + Duration::from_millis(400);
        limits.age(now);
        let freed = Verdict::Held(Some(start + SECOND), Reason::Governor);
        assert_eq!(limits.verdict(&post(9), Lane::Card, false, false, now), freed);
        assert_eq!(limits.verdict(&post(9), Lane::Card, false, true, now), Verdict::Go);
        for channel in 10..12 {
            assert!(go(&limits, &post(channel), Lane::Page, now));
            limits.reserve(&post(channel), now);
        }
        assert!(!go(&limits, &post(12), Lane::Page, now));
        limits.age(start + SECOND);
        assert!(go(&limits, &post(12), Lane::Page, start + SECOND));
        assert!(!go(&limits, &post(12), Lane::Card, start + SECOND));
    }

    #[tokio::test]
    async fn invalid_requests_brake_others_before_pages_and_shared_limits_do_not_count() {
        let (mut limits, now) = (Limits::new(BOUNDS), Instant::now());
        let answer = |limits: &mut Limits, heard: Heard, now| {
            let key = limits.reserve(&post(1), now);
            limits.sending(now);
            limits.learn(&key, &post(1), &heard, now);
        };
        let refused = Heard { status: 403, from_discord: true, ..Heard::default() };
        let wait = Duration::from_millis(1);
        let shared = Heard { status: 429, limited: Some((Scope::Shared, wait)), ..refused.clone() };
        answer(&mut limits, shared, now);
        assert_eq!(limits.invalid_requests(), 0);
        for minute in 0..5 {
            let at = now + Duration::from_secs(minute * 60);
            assert_eq!(limits.stop(Lane::Card, at).is_some(), minute >= 3);
            assert_eq!(limits.stop(Lane::Page, at), None);
            answer(&mut limits, refused.clone(), at);
        }
        let at = now + Duration::from_secs(300);
        assert_eq!(limits.stop(Lane::Page, at), Some(Verdict::Until(now + INVALID_WINDOW, Reason::InvalidRequests)));
        limits.age(now + INVALID_WINDOW);
        assert_eq!(limits.stop(Lane::Page, now + INVALID_WINDOW), None);
    }

    #[tokio::test]
    async fn a_bucket_nobody_uses_is_forgotten_and_one_that_is_blocked_is_not() {
        let (mut limits, now) = (Limits::new(BOUNDS), Instant::now());
        for (channel, wait) in [(1, 1), (2, 600)] {
            let key = limits.reserve(&post(channel), now);
            limits.sending(now);
            let limited = Some((Scope::User, Duration::from_secs(wait)));
            limits.learn(&key, &post(channel), &Heard { status: 429, limited, ..Heard::default() }, now);
        }
        assert_eq!(limits.known_buckets(), 2);
        limits.age(now + Duration::from_secs(200));
        assert_eq!(limits.known_buckets(), 1);
        assert!(!go(&limits, &post(2), Lane::Page, now + Duration::from_secs(300)));
    }
}
