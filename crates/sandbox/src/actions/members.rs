//! Purpose: people and bots come into the guild and leave it.

use serde_json::{Value, json};

use crate::{
    hub::{Core, intents},
    id::Id,
    world::{Table, render},
};

impl Core {
    /// Comes (back) into the guild: GUILD_MEMBER_ADD, and GUILD_CREATE for a bot. Gives whether anything changed.
    pub(crate) fn join_guild(&mut self, user: Id) -> bool {
        let now = self.world.now_ms();
        let Some(account) = self.world.users.get_mut(&user).filter(|account| account.left) else { return false };
        (account.left, account.joined_ms) = (false, now);
        self.world.mark(Table::User, user);
        if let Some(mut data) = self.world.users.get(&user).map(render::member) {
            data["guild_id"] = json!(self.world.meta.guild_id);
            self.tell_others("GUILD_MEMBER_ADD", user, intents::GUILD_MEMBERS, &data);
        }
        if self.world.is_bot(user) {
            let listens = self.sessions.iter().any(|one| one.bot == user && one.intents & intents::GUILD_MEMBERS != 0);
            let guild = self.world.guild_create(user, listens);
            self.tell_bot("GUILD_CREATE", user, intents::GUILDS, guild);
        }
        self.tell_page("world", json!({}));
        true
    }

    /// Leaves the guild with its threads and roles: GUILD_MEMBER_REMOVE, and GUILD_DELETE for a bot. The owner stays.
    pub(crate) fn leave_guild(&mut self, user: Id) -> bool {
        if user == self.world.meta.owner_id || self.world.member(user).is_none() {
            return false;
        }
        let threads: Vec<Id> = self
            .world
            .channels
            .values()
            .filter(|channel| channel.thread.as_ref().is_some_and(|thread| thread.members.contains_key(&user)))
            .map(|channel| channel.id)
            .collect();
        for thread in threads {
            self.leave_thread(thread, user);
        }
        let bot = self.world.is_bot(user);
        if let Some(account) = self.world.users.get_mut(&user) {
            (account.left, account.nick, account.timeout_until_ms) = (true, None, None);
            // A bot's own role waits for it.
            if !bot {
                account.roles.clear();
            }
        }
        self.world.mark(Table::User, user);
        let data = json!({ "guild_id": self.world.meta.guild_id, "user": self.world.user_json(user) });
        self.tell_others("GUILD_MEMBER_REMOVE", user, intents::GUILD_MEMBERS, &data);
        if bot {
            let gone = json!({ "id": self.world.meta.guild_id });
            self.tell_bot("GUILD_DELETE", user, intents::GUILDS, gone);
        }
        self.tell_page("world", json!({}));
        true
    }

    /// GUILD_BAN_ADD, GUILD_BAN_REMOVE.
    pub(crate) fn announce_ban(&mut self, name: &'static str, user: Id) {
        self.world.mark(Table::Meta, Id(0));
        let data = json!({ "guild_id": self.world.meta.guild_id, "user": self.world.user_json(user) });
        self.tell_guild(name, intents::GUILD_MODERATION, data);
    }

    fn tell_others(&mut self, name: &'static str, user: Id, intent: u64, data: &Value) {
        let bots: Vec<Id> = self
            .world
            .bots()
            .map(|(bot, _)| bot.id)
            .filter(|bot| *bot != user && self.world.member(*bot).is_some())
            .collect();
        for bot in bots {
            self.tell_bot(name, bot, intent, data.clone());
        }
    }
}
