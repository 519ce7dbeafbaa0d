//! Purpose: what a route is: method, template, rate-limit parameter and path. The routes themselves: `routes`.

use std::fmt;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::snowflake::unix_ms_of;

/// One request's address: where it goes and which limits it shares. Made by its constructors only, so a path
/// holds nothing but numbers and percent-encoded text.
#[derive(Clone, PartialEq, Eq)]
pub struct Route {
    name: RouteName,
    major: Major,
    kind: &'static str,
    path: String,
    pub(super) edits: Option<MessageId>,
    pub(super) gives_way: bool,
}

/// A route without its ids: what logs, metrics and error texts show. Prints as `POST /channels/{channel_id}/messages`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RouteName {
    /// The HTTP method.
    pub method: Method,
    /// The path with `{...}` in place of ids, without `/api/v10`.
    pub template: &'static str,
}

/// The methods Discord uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[allow(missing_docs, reason = "the names of HTTP")]
pub enum Method {
    Get,
    Post,
    Put,
    Patch,
    Delete,
}

/// The top-level resource that splits a bucket. Webhook routes, Discord's third kind, are not sent by this client.
/// Source: Discord docs, "Rate Limits".
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Major {
    /// The route has none: all its requests share one bucket.
    None,
    /// A channel or thread.
    Channel(ChannelId),
    /// A guild.
    Guild(GuildId),
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(pub u64);

        impl From<u64> for $name {
            fn from(id: u64) -> Self {
                Self(id)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    )+};
}

ids! {
    /// A channel, thread or DM channel.
    ChannelId,
    /// A message; a thread started from a message has the same number as [`ChannelId`].
    MessageId,
    /// A guild (server).
    GuildId,
    /// A user or member.
    UserId,
    /// The application of the bot.
    ApplicationId,
}

/// What a limit is counted by: [`Route`] without the path.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Target {
    pub(super) name: RouteName,
    pub(super) major: Major,
    pub(super) kind: &'static str,
}

/// Discord counts edits of messages older than this apart (error 30046); a minute early is cheaper than a minute late.
const OLD_MESSAGE_MS: i64 = 59 * 60 * 1000;

impl Route {
    pub(super) fn new(method: Method, template: &'static str, major: Major, path: String) -> Self {
        Self { name: RouteName { method, template }, major, kind: "", path, edits: None, gives_way: false }
    }

    pub(super) fn in_channel(method: Method, template: &'static str, channel: ChannelId, rest: &str) -> Self {
        Self::new(method, template, Major::Channel(channel), format!("/channels/{channel}{rest}"))
    }

    pub(super) fn in_guild(method: Method, template: &'static str, guild: GuildId, rest: &str) -> Self {
        Self::new(method, template, Major::Guild(guild), format!("/guilds/{guild}{rest}"))
    }

    /// Says that this request counts against a hidden limit of its own ("rename", "topic"), so that when Discord
    /// refuses it with a sub-limit only requests of the same kind wait.
    #[must_use]
    pub fn with_kind(mut self, kind: &'static str) -> Self {
        self.kind = kind;
        self
    }

    /// Leaves the last places of its bucket to requests that do not give way: where a flurry of small things is posted in the
    /// same place as what people wait for, that would otherwise wait for the bucket's next window.
    #[must_use]
    pub fn giving_way(mut self) -> Self {
        self.gives_way = true;
        self
    }

    /// The route without its ids.
    #[must_use]
    pub fn name(&self) -> RouteName {
        self.name
    }

    /// The resource that splits its bucket.
    #[must_use]
    pub fn major(&self) -> Major {
        self.major
    }

    /// The path below `/api/v10`, with ids and query.
    pub(super) fn path(&self) -> &str {
        &self.path
    }

    /// What limits are counted by, at `discord_now_ms`: an edit of an old message is a kind of its own.
    pub(super) fn target(&self, discord_now_ms: i64) -> Target {
        let old = self.edits.is_some_and(|id| unix_ms_of(id.0) < discord_now_ms - OLD_MESSAGE_MS);
        let kind = if old && self.kind.is_empty() { "old message" } else { self.kind };
        Target { name: self.name, major: self.major, kind }
    }
}

impl fmt::Debug for Route {
    /// The name and the major parameter; never the path, which may hold what people typed.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Route({}, {:?})", self.name, self.major)
    }
}

impl fmt::Display for RouteName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.method.as_str(), self.template)
    }
}

impl fmt::Debug for RouteName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Method {
    /// The method as HTTP writes it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }
}

/// What stays as it is inside a path or a query: letters, digits and `-._~`.
const KEPT: AsciiSet = NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Everything but letters, digits and `-._~` as `%XX` of its UTF-8.
pub(super) fn percent_encode(text: &str) -> String {
    utf8_percent_encode(text, &KEPT).to_string()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic, reason = "tests")]
mod tests {
    use super::*;
    use crate::rest::snowflake_at;

    #[test]
    fn what_people_typed_cannot_leave_its_place_in_the_path() {
        let search = Route::search_members(GuildId(1), "../../@me?x=#&y", 5);
        assert_eq!(search.path(), "/guilds/1/members/search?query=..%2F..%2F%40me%3Fx%3D%23%26y&limit=5");
        let reaction = Route::add_reaction(ChannelId(1), MessageId(2), "👀/..");
        assert_eq!(reaction.path(), "/channels/1/messages/2/reactions/%F0%9F%91%80%2F../@me");
        assert!(!format!("{search:?}").contains("@me"));
    }

    #[test]
    fn pins_use_the_new_route() {
        assert_eq!(Route::pin_message(ChannelId(1), MessageId(2)).path(), "/channels/1/messages/pins/2");
        let name = Route::unpin_message(ChannelId(1), MessageId(2)).name();
        assert_eq!(name.to_string(), "DELETE /channels/{channel_id}/messages/pins/{message_id}");
    }

    #[test]
    fn an_edit_of_an_old_message_is_a_kind_of_its_own() {
        let now = 1_800_000_000_000;
        let young = Route::edit_message(ChannelId(1), MessageId(snowflake_at(now - 60_000)));
        let old = Route::edit_message(ChannelId(1), MessageId(snowflake_at(now - 2 * 3_600_000)));
        assert_eq!(young.target(now).kind, "");
        assert_eq!(old.target(now).kind, "old message");
        assert_eq!(Route::rename_channel(ChannelId(1)).target(now).kind, "rename");
    }
}
