//! Purpose: how often things may be done. Discord does not publish most numbers, so all of them are settings.

use std::time::Duration;

use serde::{Deserialize, Deserializer, de};

/// So many calls within so long.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rate {
    /// Calls allowed in one window.
    pub calls: u32,
    /// Length of the window.
    #[serde(deserialize_with = "time")]
    pub per: Duration,
}

impl Rate {
    /// `calls` within `seconds`.
    pub const fn per_seconds(calls: u32, seconds: u64) -> Self {
        Self { calls, per: Duration::from_secs(seconds) }
    }
}

/// The rate of one route; counted per bot and per channel, guild or webhook of the path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bucket {
    /// HTTP method.
    pub method: String,
    /// Route as Discord's own file writes it, such as `/channels/{channel_id}/messages`.
    pub route: String,
    /// How often.
    pub rate: Rate,
}

/// Every number that Discord may change without notice. Wire clock, except where it says domain clock.
/// `docs/sandbox-limits.toml` says of each default where it comes from.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// All REST calls of one bot, interaction callbacks and follow-ups excepted. Default 50 per second.
    pub global: Rate,
    /// Routes with their own rate.
    #[serde(rename = "bucket", deserialize_with = "buckets")]
    pub buckets: Vec<Bucket>,
    /// Any other route. Default 50 per second.
    pub other: Rate,
    /// Renames of one channel or thread, and topic edits of it, each. Default 2 per 10 minutes.
    pub rename: Rate,
    /// Edits of messages older than one hour (domain clock), per channel. Default 3 per 6 seconds.
    pub old_edit: Rate,
    /// Calls of one bot that end with 401, 403 or 429 (shared ones excepted) before all of its calls are refused.
    /// Default 10,000 per 10 minutes.
    pub invalid_requests: Rate,
    /// How long they are refused then. Default one hour.
    #[serde(deserialize_with = "time")]
    pub ban: Duration,
    /// How long `enforce_nonce` remembers, by the domain clock. Default 3 minutes.
    #[serde(deserialize_with = "time")]
    pub nonce_window: Duration,
    /// How long an interaction may wait for its first answer. Default 3 seconds.
    #[serde(deserialize_with = "time")]
    pub first_response: Duration,
    /// How long an interaction token lives, by the domain clock. Default 15 minutes.
    #[serde(deserialize_with = "time")]
    pub interaction_life: Duration,
    /// Gateway heartbeat interval. Default 41.25 seconds.
    #[serde(deserialize_with = "time")]
    pub heartbeat: Duration,
    /// How long a cut session can be resumed. Default 3 minutes.
    #[serde(deserialize_with = "time")]
    pub resume_window: Duration,
    /// Dispatches kept for a resume. Default 5,000.
    pub replay: usize,
    /// Identifies of one bot in 24 hours; at the next one its sessions end and its token is reset. Default 1,000.
    pub identify_per_day: u32,
    /// Identifies in 5 seconds per bot before op 9; 0 (default) does not count, so that tests may restart a bot.
    pub identify_per_5s: u32,
    /// Frames a client may send in 60 seconds before close code 4008. Default 120.
    pub frames_per_minute: u32,
    /// Messages kept per channel. Default 5,000.
    pub messages_per_channel: usize,
    /// Calls, events, notifications, audit entries and finished interactions kept, each. Default 10,000.
    pub kept: usize,
    /// Channels and categories of the guild, without threads. Default 500.
    pub channels: usize,
    /// Channels in one category. Default 50.
    pub channels_per_category: usize,
    /// Threads that may be active at once. Default 1,000.
    pub active_threads: usize,
    /// Members of one thread. Default 1,000.
    pub thread_members: usize,
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
            invalid_requests: Rate::per_seconds(10_000, 600),
            ban: Duration::from_secs(3_600),
            nonce_window: Duration::from_secs(180),
            first_response: Duration::from_secs(3),
            interaction_life: Duration::from_secs(15 * 60),
            heartbeat: Duration::from_millis(41_250),
            resume_window: Duration::from_secs(180),
            replay: 5_000,
            identify_per_day: 1_000,
            identify_per_5s: 0,
            frames_per_minute: 120,
            messages_per_channel: 5_000,
            kept: 10_000,
            channels: 500,
            channels_per_category: 50,
            active_threads: 1_000,
            thread_members: 1_000,
            pins: 250,
            attachment_bytes: 10 * 1024 * 1024,
        }
    }
}

/// The limits file cannot be used; the text says why, with line and column.
#[derive(Debug, thiserror::Error)]
#[error("the limits file cannot be used: {0}")]
pub struct LimitsError(String);

impl Limits {
    /// Reads a limits file (`docs/sandbox-limits.toml` explains each setting). What it does not name keeps its default.
    /// Errors: not TOML, unknown settings, times and routes that cannot be read.
    pub fn from_toml(text: &str) -> Result<Self, LimitsError> {
        let limits: Self = toml::from_str(text).map_err(|error| LimitsError(error.to_string()))?;
        let unknown = limits.buckets.iter().find(|bucket| !crate::rest::routes::known(&bucket.method, &bucket.route));
        match unknown {
            Some(Bucket { method, route, .. }) => Err(LimitsError(format!("there is no route {method} {route}"))),
            None => Ok(limits),
        }
    }

    /// Limits that are never reached: for tests about something else.
    pub fn unlimited() -> Self {
        let never = Rate::per_seconds(u32::MAX, 1);
        Self {
            global: never,
            buckets: Vec::new(),
            other: never,
            rename: never,
            old_edit: never,
            invalid_requests: never,
            identify_per_day: 1_000_000,
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

/// A time as a number with its unit: `500ms`, `3s`, `10m`, `24h`.
fn time<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
    let text = String::deserialize(deserializer)?;
    let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let (number, unit) = text.split_at(digits);
    let wrong = || de::Error::custom(format!("{text:?} is not a time; write it like 500ms, 3s, 10m or 24h"));
    let number: u64 = number.parse().map_err(|_| wrong())?;
    let ms = match unit.trim() {
        "ms" => 1,
        "s" => 1_000,
        "m" => 60_000,
        "h" => 3_600_000,
        _ => return Err(wrong()),
    };
    number.checked_mul(ms).map(Duration::from_millis).ok_or_else(wrong)
}

/// The default buckets, with those of the file in their place or after them.
fn buckets<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Bucket>, D::Error> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Line {
        method: String,
        route: String,
        calls: u32,
        #[serde(deserialize_with = "time")]
        per: Duration,
    }
    let mut all = Limits::default().buckets;
    for Line { method, route, calls, per } in Vec::<Line>::deserialize(deserializer)? {
        let method = method.to_ascii_uppercase();
        all.retain(|bucket| bucket.method != method || bucket.route != route);
        all.push(Bucket { method, route, rate: Rate { calls, per } });
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn the_documented_file_is_the_default_and_names_every_setting() {
        let text = include_str!("../../../docs/sandbox-limits.toml");
        assert_eq!(Limits::from_toml(text).unwrap(), Limits::default());
        let named: toml::Table = toml::from_str(text).unwrap();
        // What the program calls a setting is what its debug text shows.
        let shown = format!("{:#?}", Limits::default());
        let settings = shown.lines().filter_map(|line| {
            line.strip_prefix("    ").filter(|line| line.starts_with(char::is_alphabetic))?.split_once(':')
        });
        for (name, _) in settings {
            let name = if name == "buckets" { "bucket" } else { name };
            assert!(named.contains_key(name), "{name} is not in the file");
        }
    }

    #[test]
    fn a_file_changes_what_it_names() {
        let limits = Limits::from_toml(
            "global = { calls = 7, per = \"2s\" }\n[[bucket]]\nmethod = \"post\"\nroute = \"/channels/{channel_id}/messages\"\ncalls = 1\nper = \"1m\"",
        )
        .unwrap();
        assert_eq!(limits.global, Rate::per_seconds(7, 2));
        assert_eq!(limits.bucket("POST", "/channels/{channel_id}/messages"), Rate::per_seconds(1, 60));
        assert_eq!(limits.buckets.len(), Limits::default().buckets.len());
        assert_eq!(limits.pins, 250);
    }

    #[test]
    fn mistakes_are_told_with_their_place() {
        let told = |text: &str| Limits::from_toml(text).unwrap_err().to_string();
        assert!(told("pins = 1\nheartbeat = \"soon\"").contains("line 2"), "{}", told("heartbeat = \"soon\""));
        assert!(told("heartbeat = \"soon\"").contains("500ms"));
        assert!(told("pin = 1").contains("pin"));
        assert!(told("[[bucket]]\nmethod = \"GET\"\nroute = \"/x\"\ncalls = 1\nper = \"1s\"").contains("GET /x"));
    }
}
