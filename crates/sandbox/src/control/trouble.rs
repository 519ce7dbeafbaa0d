//! Purpose: what goes wrong around a bot on order: its gateway, its permissions, its channels, its token, people's DMs.
//! It happens at once (`POST /control/trouble`), or when a fault meets its call.

use std::time::Duration;

use serde::Deserialize;
use serde_json::json;

use super::{Denied, gone, no};
use crate::{
    gateway::sessions::{Order, Session},
    hub::Core,
    id::Id,
    permissions,
    world::{Overwrite, Table, seed},
};

/// One trouble.
#[derive(Clone, Debug, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum Trouble {
    /// The bot's gateway connections behave badly.
    Gateway {
        bot: String,
        #[serde(flatten)]
        how: Gateway,
    },
    /// Permissions are taken from a bot, in one channel or everywhere.
    Revoke { bot: String, permissions: Vec<String>, channel: Option<String> },
    /// Permissions are given (back) to a bot, in one channel or everywhere.
    Grant { bot: String, permissions: Vec<String>, channel: Option<String> },
    /// A channel or thread is deleted, as a person with every permission would. `@path`: the one that the call names.
    DeleteChannel { channel: String },
    /// A channel or category is called something else, as a person with every permission would do.
    RenameChannel { channel: String, name: String },
    /// A message is deleted. `@path`: the one that the call names.
    DeleteMessage { message: String },
    /// A person closes (or opens) their DMs.
    Dms { person: String, closed: bool },
    /// The bot's token stops working; it has a new one.
    ResetToken { bot: String },
}

/// How gateway connections behave badly.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Gateway {
    pub(crate) how: String,
    #[serde(default)]
    pub(crate) resumable: bool,
    pub(crate) code: Option<u16>,
    pub(crate) count: Option<u32>,
    pub(crate) for_ms: Option<u64>,
}

/// What a call names in its path, for troubles that mean it.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Place<'a> {
    pub(crate) channel: Option<&'a str>,
    pub(crate) message: Option<&'a str>,
}

impl Core {
    /// Makes it happen. Errors: a sentence.
    pub(crate) fn make_trouble(&mut self, trouble: &Trouble, place: Place<'_>) -> Result<(), Denied> {
        match trouble {
            Trouble::Gateway { bot, how } => self.trouble_gateway(self.bot_named(bot)?, how).map(|_| ()),
            Trouble::Revoke { bot, permissions, channel } => {
                self.permit(self.bot_named(bot)?, permissions, channel.as_deref(), place, false)
            }
            Trouble::Grant { bot, permissions, channel } => {
                self.permit(self.bot_named(bot)?, permissions, channel.as_deref(), place, true)
            }
            Trouble::DeleteChannel { channel } => {
                let id = self.channel_named(channel, place)?;
                self.delete_channel(id);
                Ok(())
            }
            Trouble::RenameChannel { channel, name } => {
                let id = self.channel_named(channel, place)?;
                if !(1..=100).contains(&name.chars().count()) {
                    return Err(no("A channel's name has 1 to 100 characters."));
                }
                if let Some(channel) = self.world.channel_mut(id) {
                    channel.name.clone_from(name);
                }
                self.announce_channel("CHANNEL_UPDATE", id);
                Ok(())
            }
            Trouble::DeleteMessage { message } => {
                let text = if message == "@path" { place.message.unwrap_or("") } else { message };
                let found = text.parse().ok().and_then(|id: Id| self.world.find_message(id));
                let (channel, id) = found
                    .map(|message| (message.channel_id, message.id))
                    .ok_or_else(|| gone(format!("There is no message {text:?}.")))?;
                self.delete_message(channel, id);
                Ok(())
            }
            Trouble::Dms { person, closed } => {
                let id = self
                    .world
                    .people()
                    .find(|user| user.username == *person || user.id.to_string() == *person)
                    .map(|user| user.id)
                    .ok_or_else(|| gone(format!("There is no person {person:?}.")))?;
                self.close_dms(id, *closed);
                Ok(())
            }
            Trouble::ResetToken { bot } => {
                let id = self.bot_named(bot)?;
                self.reset_token(id);
                Ok(())
            }
        }
    }

    /// The bot of this name or id.
    pub(crate) fn bot_named(&self, name: &str) -> Result<Id, Denied> {
        self.world
            .bots()
            .find(|(user, _)| user.username == name || user.id.to_string() == name)
            .map(|(user, _)| user.id)
            .ok_or_else(|| gone(format!("There is no bot {name:?}.")))
    }

    fn channel_named(&self, name: &str, place: Place<'_>) -> Result<Id, Denied> {
        let name = if name == "@path" { place.channel.unwrap_or("") } else { name };
        self.world
            .channels
            .values()
            .find(|channel| channel.id.to_string() == name || (channel.name == name && !channel.is_dm()))
            .map(|channel| channel.id)
            .ok_or_else(|| gone(format!("There is no channel {name:?}.")))
    }

    /// Does something to the connections of a bot. Gives how many.
    pub(crate) fn trouble_gateway(&mut self, bot: Id, how: &Gateway) -> Result<usize, Denied> {
        let keep = self.limits.replay;
        let mut connected: Vec<&mut Session> =
            self.sessions.iter_mut().filter(|session| session.bot == bot && session.connection.is_some()).collect();
        if connected.is_empty() {
            let name = self.world.users.get(&bot).map_or("", |user| &user.username);
            return Err(Denied(409, format!("The bot {name} is not connected.")));
        }
        let count = connected.len();
        let times = how.count.unwrap_or(1);
        let op = |op: u8, data: serde_json::Value| {
            Order::Send(json!({ "t": null, "s": null, "op": op, "d": data }).to_string().into())
        };
        let code = how.code.unwrap_or(4000);
        let wait = Duration::from_millis(how.for_ms.unwrap_or(1_000));
        for session in &mut connected {
            match how.how.as_str() {
                "cut" => session.order(Order::Cut),
                "reconnect" => session.order(op(7, json!(null))),
                "invalid" => session.order(op(9, json!(how.resumable))),
                "close" if (1000..5000).contains(&code) => session.order(Order::Close(code, "Closed on order.")),
                "silence" => session.tricks.silent = true,
                "duplicate" => session.tricks.doubled = times,
                "reorder" => session.tricks.swapped = times,
                "delay" => session.tricks.hold(wait),
                "flush" => session.let_go(keep),
                other => {
                    return Err(no(format!(
                        "`how` is cut, reconnect, invalid, close, silence, duplicate, reorder, delay or flush, not {other:?}."
                    )));
                }
            }
        }
        if matches!(how.how.as_str(), "reorder" | "delay") {
            self.held = Some(wait + Duration::from_millis(1));
        }
        if how.how == "invalid" && !how.resumable {
            self.sessions.retain(|session| session.bot != bot);
        } else if how.how == "invalid" {
            // The connection stays open, without its session: the client resumes on it or on another.
            for session in self.sessions.iter_mut().filter(|session| session.bot == bot) {
                session.connection = None;
                session.left.get_or_insert_with(std::time::Instant::now);
            }
        }
        Ok(count)
    }

    fn permit(
        &mut self,
        bot: Id,
        names: &[String],
        channel: Option<&str>,
        place: Place<'_>,
        allow: bool,
    ) -> Result<(), Denied> {
        let mut bits = 0;
        for name in names {
            bits |= permissions::bit(name).ok_or_else(|| no(format!("There is no permission {name:?}.")))?;
        }
        let Some(channel) = channel else {
            let role = self.world.roles.values_mut().find(|role| role.bot == Some(bot));
            let role = role.ok_or_else(|| gone("The bot has no role of its own."))?;
            role.permissions = if allow { role.permissions | bits } else { role.permissions & !bits };
            let id = role.id;
            self.announce_role("GUILD_ROLE_UPDATE", id);
            return Ok(());
        };
        let id = self.channel_named(channel, place)?;
        // Threads have the overwrites of their channel.
        let id = self
            .world
            .channels
            .get(&id)
            .filter(|channel| channel.is_thread())
            .and_then(|channel| channel.parent_id)
            .unwrap_or(id);
        let Some(channel) = self.world.channels.get(&id).cloned() else { return Ok(()) };
        let saw = self.bots_seeing(&channel);
        if let Some(channel) = self.world.channel_mut(id) {
            if !channel.overwrites.iter().any(|one| one.id == bot) {
                channel.overwrites.push(Overwrite { id: bot, kind: 1, allow: 0, deny: 0 });
            }
            for own in channel.overwrites.iter_mut().filter(|one| one.id == bot) {
                if allow {
                    (own.allow, own.deny) = (own.allow | bits, own.deny & !bits);
                } else {
                    (own.allow, own.deny) = (own.allow & !bits, own.deny | bits);
                }
            }
        }
        self.announce_sight(id, &saw);
        Ok(())
    }

    /// Whether a person takes DMs from bots.
    pub(crate) fn close_dms(&mut self, person: Id, closed: bool) {
        if let Some(user) = self.world.users.get_mut(&person) {
            user.dms_closed = closed;
        }
        self.world.mark(Table::User, person);
        self.tell_page("world", json!({}));
    }

    /// The bot's token is another from now on, and its sessions end with 4004.
    pub(crate) fn reset_token(&mut self, bot: Id) {
        let stamp = self.world.next_id();
        if let Some(account) = self.world.users.get_mut(&bot).and_then(|user| user.bot.as_mut()) {
            account.token = seed::token(bot, &stamp.to_string());
            account.resets += 1;
        }
        self.world.mark(Table::User, bot);
        for session in self.sessions.iter().filter(|session| session.bot == bot) {
            session.order(Order::Close(4004, "Authentication failed."));
        }
        self.sessions.retain(|session| session.bot != bot);
        self.tell_page("world", json!({}));
        tracing::warn!(bot = %bot, "The bot's token was reset");
    }
}
