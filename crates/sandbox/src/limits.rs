//! Purpose: how often things may be done. Discord does not publish most numbers, so all of them are settings.

use std::{
    collections::{HashMap, VecDeque},
    time::{Duration, Instant},
};

use crate::{clock::wire_ms, error::Refusal, id::Id};

/// So many calls within so long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// Calls allowed in one window.
    pub calls: u32,
    /// Length of the window.
    pub per: Duration,
}

impl Rate {
    /// `calls` within `seconds`.
    pub const fn per_seconds(calls: u32, seconds: u64) -> Self {
        Self { calls, per: Duration::from_secs(seconds) }
    }
}

/// The rate of one route; counted per bot and per channel, guild or webhook of the path.
#[derive(Clone, Debug)]
pub struct Bucket {
    /// HTTP method.
    pub method: String,
    /// Route as Discord's own file writes it, such as `/channels/{channel_id}/messages`.
    pub route: String,
    /// How often.
    pub rate: Rate,
}

/// Every number that Discord may change without notice. Wire clock, except where it says domain clock.
#[derive(Clone, Debug)]
pub struct Limits {
    /// All REST calls of one bot, interaction callbacks and follow-ups excepted. Default 50 per second.
    pub global: Rate,
    /// Routes with their own rate.
    pub buckets: Vec<Bucket>,
    /// Any other route. Default 50 per second.
    pub other: Rate,
    /// Renames of one channel or thread, and topic edits of it, each. Default 2 per 10 minutes.
    pub rename: Rate,
    /// Edits of messages older than one hour (domain clock), per channel. Default 3 per 6 seconds.
    pub old_edit: Rate,
    /// How long `enforce_nonce` remembers, by the domain clock. Default 3 minutes.
    pub nonce_window: Duration,
    /// How long an interaction may wait for its first answer. Default 3 seconds.
    pub first_response: Duration,
    /// How long an interaction token lives, by the domain clock. Default 15 minutes.
    pub interaction_life: Duration,
    /// Gateway heartbeat interval. Default 41.25 seconds.
    pub heartbeat: Duration,
    /// How long a cut session can be resumed. Default 3 minutes.
    pub resume_window: Duration,
    /// Dispatches kept for a resume. Default 5,000.
    pub replay: usize,
    /// Identifies in 5 seconds per bot before op 9; `None` (default) does not count, so that tests may restart a bot.
    pub identify_per_5s: Option<u32>,
    /// Frames a client may send in 60 seconds before close code 4008. Default 120.
    pub frames_per_minute: u32,
    /// Messages kept per channel. Default 5,000.
    pub messages_per_channel: usize,
    /// Threads that may be active at once. Default 1,000.
    pub active_threads: usize,
    /// Pins per channel. Default 250.
    pub pins: usize,
    /// Largest attachment, in bytes. Default 10 MiB.
    pub attachment_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        let bucket = |method: &str, route: &str, calls, seconds| Bucket {
            method: method.to_owned(),
            route: route.to_owned(),
            rate: Rate::per_seconds(calls, seconds),
        };
        Self {
            global: Rate::per_seconds(50, 1),
            buckets: vec![
                bucket("POST", "/channels/{channel_id}/messages", 5, 5),
                bucket("PATCH", "/channels/{channel_id}/messages/{message_id}", 5, 5),
                bucket("DELETE", "/channels/{channel_id}/messages/{message_id}", 5, 5),
                bucket("PATCH", "/channels/{channel_id}", 10, 15),
                bucket("POST", "/channels/{channel_id}/messages/{message_id}/threads", 20, 10),
                bucket("POST", "/channels/{channel_id}/threads", 20, 10),
                bucket("PUT", "/channels/{channel_id}/messages/{message_id}/reactions/{emoji_name}/@me", 5, 2),
                bucket("PUT", "/channels/{channel_id}/pins/{message_id}", 5, 4),
                bucket("PUT", "/channels/{channel_id}/messages/pins/{message_id}", 5, 4),
                bucket("POST", "/guilds/{guild_id}/channels", 10, 10),
                bucket("POST", "/users/@me/channels", 10, 10),
                bucket("POST", "/webhooks/{webhook_id}/{webhook_token}", 5, 2),
            ],
            other: Rate::per_seconds(50, 1),
            rename: Rate::per_seconds(2, 600),
            old_edit: Rate::per_seconds(3, 6),
            nonce_window: Duration::from_secs(180),
            first_response: Duration::from_secs(3),
            interaction_life: Duration::from_secs(15 * 60),
            heartbeat: Duration::from_millis(41_250),
            resume_window: Duration::from_secs(180),
            replay: 5_000,
            identify_per_5s: None,
            frames_per_minute: 120,
            messages_per_channel: 5_000,
            active_threads: 1_000,
            pins: 250,
            attachment_bytes: 10 * 1024 * 1024,
        }
    }
}

impl Limits {
    /// Limits that are never reached: for tests about something else.
    pub fn unlimited() -> Self {
        let never = Rate::per_seconds(u32::MAX, 1);
        Self {
            global: never,
            buckets: Vec::new(),
            other: never,
            rename: never,
            old_edit: never,
            frames_per_minute: u32::MAX,
            ..Self::default()
        }
    }

    pub(crate) fn bucket(&self, method: &str, route: &str) -> Rate {
        self.buckets
            .iter()
            .find(|bucket| bucket.method == method && bucket.route == route)
            .map_or(self.other, |bucket| bucket.rate)
    }
}

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
