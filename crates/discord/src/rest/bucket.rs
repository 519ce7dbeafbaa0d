//! Purpose: one of Discord's buckets (its name and one major parameter): how many requests may still go, and when more.

use std::time::Duration;

use tokio::time::Instant;

use super::limits::Heard;

/// May a request enter the bucket?
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Turn {
    Go,
    /// Not before this instant.
    Until(Instant),
    /// Requests under way hold the places: when one ends, or at the instant if there is one.
    Held(Option<Instant>),
}

#[derive(Debug)]
pub(super) struct Bucket {
    known: Known,
    /// Permits given and not yet answered. Some of them may already be in Discord's count and some not: all are taken
    /// as not, so that we may wait once too often and never send once too often.
    in_flight: u32,
    blocked_until: Option<Instant>,
    used_at: Instant,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Known {
    /// No answer yet: one request at a time explores.
    Nothing,
    /// Discord answered without limit headers.
    Unlimited,
    Window {
        limit: u32,
        remaining: u32,
        reset_at: Instant,
        /// Discord's own stamp of the window's end, to tell late answers of an old window.
        stamp: Option<u64>,
    },
}

/// Without Discord's stamp, a window ending this much later than the known one is a new one; less is jitter of the wire.
const JITTER: Duration = Duration::from_millis(250);
/// Two stamps this close are of one window: they are made of a clock and of what is left, and both are rounded. Taken for a
/// new window, an answer that comes out of order would give places back that are used.
const STAMP_JITTER_MS: u64 = 50;

impl Bucket {
    pub(super) fn new(now: Instant) -> Self {
        Self { known: Known::Nothing, in_flight: 0, blocked_until: None, used_at: now }
    }

    /// `keep` places of a window are left to more urgent requests, but never more than half of it.
    pub(super) fn turn(&self, keep: u32, now: Instant) -> Turn {
        if let Some(until) = self.blocked_until.filter(|until| *until > now) {
            return Turn::Until(until);
        }
        match self.known {
            Known::Nothing if self.in_flight == 0 => Turn::Go,
            Known::Nothing => Turn::Held(None),
            Known::Unlimited => Turn::Go,
            Known::Window { limit, reset_at, .. } if reset_at <= now => {
                if self.in_flight < limit.max(1) - keep.min(limit / 2) { Turn::Go } else { Turn::Held(None) }
            }
            Known::Window { limit, remaining, reset_at, .. } => match remaining.saturating_sub(keep.min(limit / 2)) {
                0 => Turn::Until(reset_at),
                open if self.in_flight < open => Turn::Go,
                _ => Turn::Held(Some(reset_at)),
            },
        }
    }

    pub(super) fn enter(&mut self, now: Instant) {
        self.in_flight += 1;
        self.used_at = now;
    }

    /// A request ended; `counted` without an answer to say so: Discord may have taken it off.
    pub(super) fn leave(&mut self, counted: bool, now: Instant) {
        self.in_flight = self.in_flight.saturating_sub(1);
        self.used_at = now;
        if let Known::Window { remaining, .. } = &mut self.known
            && counted
        {
            *remaining = remaining.saturating_sub(1);
        }
    }

    pub(super) fn block(&mut self, until: Instant) {
        self.blocked_until = Some(self.blocked_until.map_or(until, |old| old.max(until)));
    }

    /// Takes over what the headers say. Answers arrive in any order: an older window is ignored, within the same
    /// window the smaller count is the later one.
    pub(super) fn learn(&mut self, heard: &Heard, now: Instant) {
        let (Some(limit), Some(left), Some(reset_after)) = (heard.limit, heard.remaining, heard.reset_after) else {
            let success = (200..300).contains(&heard.status);
            if success && self.known == Known::Nothing {
                self.known = Known::Unlimited;
            }
            return;
        };
        let fresh = Known::Window { limit, remaining: left, reset_at: now + reset_after, stamp: heard.window };
        match &mut self.known {
            Known::Nothing | Known::Unlimited => self.known = fresh,
            Known::Window { remaining, reset_at, stamp, .. } => {
                let order = match (heard.window, *stamp) {
                    (Some(new), Some(old)) if new.abs_diff(old) <= STAMP_JITTER_MS => std::cmp::Ordering::Equal,
                    (Some(new), Some(old)) => new.cmp(&old),
                    (None, _) | (_, None) if *reset_at <= now || now + reset_after > *reset_at + JITTER => {
                        std::cmp::Ordering::Greater
                    }
                    (None, _) | (_, None) => std::cmp::Ordering::Equal,
                };
                match order {
                    std::cmp::Ordering::Greater => self.known = fresh,
                    std::cmp::Ordering::Equal => *remaining = left.min(*remaining),
                    std::cmp::Ordering::Less => {}
                }
            }
        }
    }

    pub(super) fn is_forgettable(&self, now: Instant, after: Duration) -> bool {
        let open = match self.known {
            Known::Window { reset_at, .. } => reset_at > now,
            Known::Nothing | Known::Unlimited => false,
        };
        self.in_flight == 0
            && !open
            && self.blocked_until.is_none_or(|until| until <= now)
            && self.used_at + after <= now
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heard(limit: u32, remaining: u32, window: u64, reset_after_ms: u64) -> Heard {
        Heard {
            status: 200,
            limit: Some(limit),
            remaining: Some(remaining),
            window: Some(window),
            reset_after: Some(Duration::from_millis(reset_after_ms)),
            from_discord: true,
            ..Heard::default()
        }
    }

    fn known(limit: u32, remaining: u32, now: Instant) -> Bucket {
        let mut bucket = Bucket::new(now);
        bucket.enter(now);
        bucket.leave(false, now);
        bucket.learn(&heard(limit, remaining, 1000, 1000), now);
        bucket
    }

    #[tokio::test]
    async fn one_request_explores_and_the_rest_waits_for_what_it_learns() {
        let now = Instant::now();
        let mut bucket = Bucket::new(now);
        assert_eq!(bucket.turn(0, now), Turn::Go);
        bucket.enter(now);
        assert_eq!(bucket.turn(0, now), Turn::Held(None));
        bucket.leave(false, now);
        bucket.learn(&heard(5, 4, 1000, 1000), now);
        for _ in 0..4 {
            assert_eq!(bucket.turn(0, now), Turn::Go);
            bucket.enter(now);
        }
        assert_eq!(bucket.turn(0, now), Turn::Held(Some(now + Duration::from_secs(1))));
    }

    #[tokio::test]
    async fn answers_in_the_wrong_order_never_give_a_place_back() {
        let now = Instant::now();
        let mut bucket = known(5, 4, now);
        bucket.enter(now);
        bucket.enter(now);
        bucket.leave(false, now);
        bucket.learn(&heard(5, 2, 1000, 900), now);
        bucket.leave(false, now);
        bucket.learn(&heard(5, 3, 1000, 1300), now);
        bucket.enter(now);
        bucket.enter(now);
        assert_eq!(bucket.turn(0, now), Turn::Held(Some(now + Duration::from_secs(1))));
    }

    #[tokio::test]
    async fn a_stamp_that_is_rounded_another_way_is_no_new_window() {
        let now = Instant::now();
        let mut bucket = known(5, 4, now);
        bucket.learn(&heard(5, 1, 1000, 996), now);
        bucket.learn(&heard(5, 3, 1001, 997), now);
        bucket.enter(now);
        assert_eq!(bucket.turn(0, now), Turn::Held(Some(now + Duration::from_secs(1))));
        bucket.learn(&heard(5, 4, 2000, 1000), now);
        assert_eq!(bucket.turn(0, now), Turn::Go);
    }

    #[tokio::test]
    async fn a_late_answer_of_the_old_window_does_not_touch_the_new_one() {
        let now = Instant::now();
        let mut bucket = known(5, 3, now);
        bucket.learn(&heard(5, 4, 2000, 1000), now);
        bucket.learn(&heard(5, 0, 1000, 1), now);
        assert_eq!(bucket.turn(0, now), Turn::Go);
    }

    #[tokio::test]
    async fn an_empty_window_opens_at_its_reset_for_as_many_as_the_limit() {
        let now = Instant::now();
        let mut bucket = known(2, 0, now);
        let reset = now + Duration::from_secs(1);
        assert_eq!(bucket.turn(0, now), Turn::Until(reset));
        bucket.enter(reset);
        assert_eq!(bucket.turn(0, reset), Turn::Go);
        bucket.enter(reset);
        assert_eq!(bucket.turn(0, reset), Turn::Held(None));
    }

    #[tokio::test]
    async fn a_request_without_an_answer_counts_as_taken() {
        let now = Instant::now();
        let mut bucket = known(5, 1, now);
        bucket.enter(now);
        bucket.leave(true, now);
        assert_eq!(bucket.turn(0, now), Turn::Until(now + Duration::from_secs(1)));
    }

    #[tokio::test]
    async fn places_are_kept_for_the_urgent_in_every_window_and_never_more_than_half() {
        let now = Instant::now();
        let reset = now + Duration::from_secs(1);
        let mut bucket = known(5, 3, now);
        assert_eq!(bucket.turn(2, now), Turn::Go);
        bucket.enter(now);
        assert_eq!(bucket.turn(2, now), Turn::Held(Some(reset)));
        bucket.leave(true, now);
        assert_eq!((bucket.turn(2, now), bucket.turn(0, now)), (Turn::Until(reset), Turn::Go));
        for _ in 0..3 {
            assert_eq!(bucket.turn(2, reset), Turn::Go);
            bucket.enter(reset);
        }
        assert_eq!((bucket.turn(2, reset), bucket.turn(0, reset)), (Turn::Held(None), Turn::Go));
        assert_eq!(known(1, 1, now).turn(2, now), Turn::Go);
    }
}
