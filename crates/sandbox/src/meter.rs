//! Purpose: counts calls against the limits, by the wire clock.

use std::{
    collections::{HashMap, VecDeque},
    time::{Duration, Instant},
};

use crate::{clock::wire_ms, error::Refusal, id::Id, limits::Rate};

#[derive(Debug)]
struct Window {
    opened: Instant,
    used: u32,
}

/// What a response says about its bucket.
#[derive(Clone, Debug)]
pub(crate) struct Standing {
    pub(crate) limit: u32,
    pub(crate) remaining: u32,
    pub(crate) reset_after_s: f64,
    pub(crate) reset_at_s: f64,
    pub(crate) bucket: String,
}

/// Counts calls against the limits.
#[derive(Debug, Default)]
pub(crate) struct Meter {
    buckets: HashMap<String, Window>,
    hidden: HashMap<String, VecDeque<Instant>>,
    global: HashMap<Id, VecDeque<Instant>>,
    invalid: HashMap<Id, VecDeque<Instant>>,
    banned: HashMap<Id, Instant>,
}

fn seconds(duration: Duration) -> f64 {
    (duration.as_secs_f64() * 1000.0).ceil() / 1000.0
}

impl Meter {
    /// One call against the bot's global limit.
    pub(crate) fn take_global(&mut self, bot: Id, rate: Rate) -> Result<(), Refusal> {
        let recent = self.global.entry(bot).or_default();
        take(recent, rate).map_err(|wait| Refusal::limited(0, seconds(wait), true, "global"))
    }

    /// One invalid request of a bot; one too many and it is banned.
    pub(crate) fn count_invalid(&mut self, bot: Id, rate: Rate, ban: Duration) {
        if take(self.invalid.entry(bot).or_default(), rate).is_err() {
            tracing::warn!(%bot, "The bot made too many invalid requests and is banned");
            self.banned.insert(bot, Instant::now() + ban);
            self.invalid.remove(&bot);
        }
    }

    /// What a banned bot gets: a page of Discord's proxy, whatever it asks.
    pub(crate) fn banned(&mut self, bot: Id) -> Option<Refusal> {
        let until = *self.banned.get(&bot)?;
        let left = until.saturating_duration_since(Instant::now());
        if left.is_zero() {
            self.banned.remove(&bot);
            return None;
        }
        let refusal = Refusal::limited(0, seconds(left), false, "user");
        Some(Refusal { html: true, message: "error code: 1015".to_owned(), ..refusal })
    }

    /// One call against its bucket. The standing is told whether or not the call is allowed.
    pub(crate) fn take_bucket(
        &mut self,
        owner: &str,
        method: &str,
        route: &str,
        major: &str,
        rate: Rate,
    ) -> (Standing, Result<(), Refusal>) {
        if self.buckets.len() > 10_000 {
            self.buckets.retain(|_, window| window.opened.elapsed() < Duration::from_secs(3600));
        }
        let bucket = format!(
            "{:016x}{:016x}",
            crate::id::stable_hash(&format!("{method} {route}")),
            crate::id::stable_hash(route)
        );
        let now = Instant::now();
        let window = self.buckets.entry(format!("{owner}/{bucket}/{major}")).or_insert(Window { opened: now, used: 0 });
        if now.duration_since(window.opened) >= rate.per {
            *window = Window { opened: now, used: 0 };
        }
        let left = rate.per.saturating_sub(now.duration_since(window.opened));
        let allowed = window.used < rate.calls;
        if allowed {
            window.used += 1;
        }
        let reset_after_s = seconds(left);
        #[allow(clippy::cast_precision_loss, reason = "milliseconds of this century fit")]
        let reset_at_s = (wire_ms() as f64 / 1000.0 + reset_after_s).mul_add(1000.0, 0.0).round() / 1000.0;
        let standing =
            Standing { limit: rate.calls, remaining: rate.calls - window.used, reset_after_s, reset_at_s, bucket };
        (standing, if allowed { Ok(()) } else { Err(Refusal::limited(0, reset_after_s, false, "user")) })
    }

    /// One call against a limit that no header tells: renames, topic edits, edits of old messages.
    pub(crate) fn take_hidden(&mut self, key: String, rate: Rate, code: u64) -> Result<(), Refusal> {
        let recent = self.hidden.entry(key).or_default();
        take(recent, rate).map_err(|wait| Refusal::limited(code, seconds(wait), false, "user"))
    }
}

/// A sliding window. Gives the time to wait when it is full.
fn take(recent: &mut VecDeque<Instant>, rate: Rate) -> Result<(), Duration> {
    let now = Instant::now();
    while recent.front().is_some_and(|at| now.duration_since(*at) >= rate.per) {
        recent.pop_front();
    }
    if u32::try_from(recent.len()).unwrap_or(u32::MAX) >= rate.calls {
        return Err(recent.front().map_or(rate.per, |first| rate.per.saturating_sub(now.duration_since(*first))));
    }
    recent.push_back(now);
    Ok(())
}
