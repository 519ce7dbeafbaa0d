//! Purpose: the Discord routes an incident bot needs, one constructor each.

use super::route::{ApplicationId, ChannelId, GuildId, Major, MessageId, Method, Route, UserId, percent_encode};

/// Messages, reactions, pins.
impl Route {
    /// Post a message. Safe to repeat for some minutes with `nonce` and `enforce_nonce`.
    #[must_use]
    pub fn create_message(channel: ChannelId) -> Self {
        Self::in_channel(Method::Post, "/channels/{channel_id}/messages", channel, "/messages")
    }

    /// Edit a message of ours.
    #[must_use]
    pub fn edit_message(channel: ChannelId, message: MessageId) -> Self {
        let path = format!("/messages/{message}");
        let mut route = Self::in_channel(Method::Patch, "/channels/{channel_id}/messages/{message_id}", channel, &path);
        route.edits = Some(message);
        route
    }

    /// Delete a message.
    #[must_use]
    pub fn delete_message(channel: ChannelId, message: MessageId) -> Self {
        let path = format!("/messages/{message}");
        Self::in_channel(Method::Delete, "/channels/{channel_id}/messages/{message_id}", channel, &path)
    }

    /// Read one message.
    #[must_use]
    pub fn get_message(channel: ChannelId, message: MessageId) -> Self {
        let path = format!("/messages/{message}");
        Self::in_channel(Method::Get, "/channels/{channel_id}/messages/{message_id}", channel, &path)
    }

    /// Messages newer than `after`, at most `limit` (1 to 100), newest first.
    #[must_use]
    pub fn messages_after(channel: ChannelId, after: MessageId, limit: u8) -> Self {
        let path = format!("/messages?after={after}&limit={}", limit.clamp(1, 100));
        Self::in_channel(Method::Get, "/channels/{channel_id}/messages", channel, &path)
    }

    /// Messages older than `before`, at most `limit` (1 to 100), newest first.
    #[must_use]
    pub fn messages_before(channel: ChannelId, before: MessageId, limit: u8) -> Self {
        let path = format!("/messages?before={before}&limit={}", limit.clamp(1, 100));
        Self::in_channel(Method::Get, "/channels/{channel_id}/messages", channel, &path)
    }

    /// React to a message as the bot. `emoji` is a character or `name:id`.
    #[must_use]
    pub fn add_reaction(channel: ChannelId, message: MessageId, emoji: &str) -> Self {
        let path = format!("/messages/{message}/reactions/{}/@me", percent_encode(emoji));
        Self::in_channel(
            Method::Put,
            "/channels/{channel_id}/messages/{message_id}/reactions/{emoji}/@me",
            channel,
            &path,
        )
    }

    /// Pin a message (the route of 2025, which needs `PIN_MESSAGES`).
    #[must_use]
    pub fn pin_message(channel: ChannelId, message: MessageId) -> Self {
        let path = format!("/messages/pins/{message}");
        Self::in_channel(Method::Put, "/channels/{channel_id}/messages/pins/{message_id}", channel, &path)
    }

    /// Take a pin off.
    #[must_use]
    pub fn unpin_message(channel: ChannelId, message: MessageId) -> Self {
        let path = format!("/messages/pins/{message}");
        Self::in_channel(Method::Delete, "/channels/{channel_id}/messages/pins/{message_id}", channel, &path)
    }
}

/// Channels and threads.
impl Route {
    /// Start the thread of a message. The thread's id is the message's id; a repeat answers 160004.
    #[must_use]
    pub fn start_thread_from_message(channel: ChannelId, message: MessageId) -> Self {
        let path = format!("/messages/{message}/threads");
        Self::in_channel(Method::Post, "/channels/{channel_id}/messages/{message_id}/threads", channel, &path)
    }

    /// Start a thread of its own, or a forum post. Not safe to repeat.
    #[must_use]
    pub fn start_thread(channel: ChannelId) -> Self {
        Self::in_channel(Method::Post, "/channels/{channel_id}/threads", channel, "/threads")
    }

    /// Read a channel or thread.
    #[must_use]
    pub fn get_channel(channel: ChannelId) -> Self {
        Self::in_channel(Method::Get, "/channels/{channel_id}", channel, "")
    }

    /// Change a channel or thread (archive, lock, tags, overwrites). Use [`Route::rename_channel`] when the body
    /// holds a name or topic.
    #[must_use]
    pub fn modify_channel(channel: ChannelId) -> Self {
        Self::in_channel(Method::Patch, "/channels/{channel_id}", channel, "")
    }

    /// Change a channel's name or topic: about two in ten minutes, counted apart from other changes.
    #[must_use]
    pub fn rename_channel(channel: ChannelId) -> Self {
        Self::modify_channel(channel).with_kind("rename")
    }

    /// Delete a channel or thread.
    #[must_use]
    pub fn delete_channel(channel: ChannelId) -> Self {
        Self::in_channel(Method::Delete, "/channels/{channel_id}", channel, "")
    }

    /// Create a channel. Not safe to repeat: put a marker in the topic and look for it first.
    #[must_use]
    pub fn create_guild_channel(guild: GuildId) -> Self {
        Self::in_guild(Method::Post, "/guilds/{guild_id}/channels", guild, "/channels")
    }

    /// All channels of a guild, without threads.
    #[must_use]
    pub fn guild_channels(guild: GuildId) -> Self {
        Self::in_guild(Method::Get, "/guilds/{guild_id}/channels", guild, "/channels")
    }

    /// All active threads of a guild.
    #[must_use]
    pub fn active_threads(guild: GuildId) -> Self {
        Self::in_guild(Method::Get, "/guilds/{guild_id}/threads/active", guild, "/threads/active")
    }

    /// Archived public threads of a channel, newest first, at most `limit` (2 to 100). `before` is an ISO 8601 time
    /// as Discord gave it in `archive_timestamp`.
    #[must_use]
    pub fn archived_public_threads(channel: ChannelId, before: Option<&str>, limit: u8) -> Self {
        let mut path = format!("/threads/archived/public?limit={}", limit.clamp(2, 100));
        if let Some(before) = before {
            path.push_str("&before=");
            path.push_str(&percent_encode(before));
        }
        Self::in_channel(Method::Get, "/channels/{channel_id}/threads/archived/public", channel, &path)
    }

    /// Add a person to a thread (204, also when already there).
    #[must_use]
    pub fn add_thread_member(thread: ChannelId, user: UserId) -> Self {
        let path = format!("/thread-members/{user}");
        Self::in_channel(Method::Put, "/channels/{channel_id}/thread-members/{user_id}", thread, &path)
    }

    /// Set what one member may do in a channel. Safe to repeat.
    #[must_use]
    pub fn set_overwrite(channel: ChannelId, user: UserId) -> Self {
        let path = format!("/permissions/{user}");
        Self::in_channel(Method::Put, "/channels/{channel_id}/permissions/{overwrite_id}", channel, &path)
    }

    /// Take a person out of a thread.
    #[must_use]
    pub fn remove_thread_member(thread: ChannelId, user: UserId) -> Self {
        let path = format!("/thread-members/{user}");
        Self::in_channel(Method::Delete, "/channels/{channel_id}/thread-members/{user_id}", thread, &path)
    }

    /// Is this person in the thread? 404 when not.
    #[must_use]
    pub fn get_thread_member(thread: ChannelId, user: UserId) -> Self {
        let path = format!("/thread-members/{user}");
        Self::in_channel(Method::Get, "/channels/{channel_id}/thread-members/{user_id}", thread, &path)
    }

    /// Open (or find) the DM channel with a person. Safe to repeat.
    #[must_use]
    pub fn create_dm() -> Self {
        Self::new(Method::Post, "/users/@me/channels", Major::None, "/users/@me/channels".into())
    }
}

/// Guilds, people, the application.
impl Route {
    /// Read a guild.
    #[must_use]
    pub fn get_guild(guild: GuildId) -> Self {
        Self::in_guild(Method::Get, "/guilds/{guild_id}", guild, "")
    }

    /// All roles of a guild.
    #[must_use]
    pub fn guild_roles(guild: GuildId) -> Self {
        Self::in_guild(Method::Get, "/guilds/{guild_id}/roles", guild, "/roles")
    }

    /// One member.
    #[must_use]
    pub fn get_member(guild: GuildId, user: UserId) -> Self {
        Self::in_guild(Method::Get, "/guilds/{guild_id}/members/{user_id}", guild, &format!("/members/{user}"))
    }

    /// Give a member a role. Safe to repeat.
    #[must_use]
    pub fn add_member_role(guild: GuildId, user: UserId, role: u64) -> Self {
        let path = format!("/members/{user}/roles/{role}");
        Self::in_guild(Method::Put, "/guilds/{guild_id}/members/{user_id}/roles/{role_id}", guild, &path)
    }

    /// Take a role away from a member. Safe to repeat.
    #[must_use]
    pub fn remove_member_role(guild: GuildId, user: UserId, role: u64) -> Self {
        let path = format!("/members/{user}/roles/{role}");
        Self::in_guild(Method::Delete, "/guilds/{guild_id}/members/{user_id}/roles/{role_id}", guild, &path)
    }

    /// Members whose name starts with `query`, at most `limit` (1 to 1,000).
    #[must_use]
    pub fn search_members(guild: GuildId, query: &str, limit: u16) -> Self {
        let path = format!("/members/search?query={}&limit={}", percent_encode(query), limit.clamp(1, 1000));
        Self::in_guild(Method::Get, "/guilds/{guild_id}/members/search", guild, &path)
    }

    /// The guilds the bot is in.
    #[must_use]
    pub fn my_guilds() -> Self {
        Self::new(Method::Get, "/users/@me/guilds", Major::None, "/users/@me/guilds".into())
    }

    /// The bot's own user.
    #[must_use]
    pub fn current_user() -> Self {
        Self::new(Method::Get, "/users/@me", Major::None, "/users/@me".into())
    }

    /// The bot's application.
    #[must_use]
    pub fn current_application() -> Self {
        Self::new(Method::Get, "/applications/@me", Major::None, "/applications/@me".into())
    }

    /// The gateway's address and what is left of today's session starts.
    #[must_use]
    pub fn gateway_bot() -> Self {
        Self::new(Method::Get, "/gateway/bot", Major::None, "/gateway/bot".into())
    }

    /// Replace all commands of the application in a guild.
    #[must_use]
    pub fn overwrite_guild_commands(application: ApplicationId, guild: GuildId) -> Self {
        Self::new(
            Method::Put,
            "/applications/{application_id}/guilds/{guild_id}/commands",
            Major::Guild(guild),
            format!("/applications/{application}/guilds/{guild}/commands"),
        )
    }
}
