//! Purpose: channels, roles and members change; the audit log remembers who did it and why.

use serde_json::{Value, json};

use crate::{
    hub::{Core, intents},
    id::Id,
    permissions,
    world::{Channel, DM, Table, render},
};

impl Core {
    /// CHANNEL_CREATE or CHANNEL_UPDATE, to bots and page.
    pub(crate) fn announce_channel(&mut self, name: &'static str, id: Id) {
        let Some(channel) = self.world.channels.get(&id).cloned() else { return };
        let data = self.world.channel_json(&channel, None);
        self.tell_page(
            if name == "CHANNEL_CREATE" { "channel_create" } else { "channel_update" },
            json!({ "channel": data }),
        );
        self.tell_channel(name, &channel, intents::GUILDS, data);
    }

    /// Bots that lost or gained sight of a channel hear of it as gone or new. `saw`: who saw it before the change.
    pub(crate) fn announce_sight(&mut self, id: Id, saw: &[Id]) {
        let Some(channel) = self.world.channels.get(&id).cloned() else { return };
        let data = self.world.channel_json(&channel, None);
        let bots: Vec<Id> = self.world.bots().map(|(user, _)| user.id).collect();
        for bot in bots {
            let sees = permissions::sees(&self.world, bot, &channel);
            match (saw.contains(&bot), sees) {
                (true, false) => self.tell_bot("CHANNEL_DELETE", bot, intents::GUILDS, data.clone()),
                (false, true) => {
                    self.tell_bot("CHANNEL_CREATE", bot, intents::GUILDS, data.clone());
                    self.tell_threads_of(bot, &channel);
                }
                (true, true) => self.tell_bot("CHANNEL_UPDATE", bot, intents::GUILDS, data.clone()),
                (false, false) => {}
            }
        }
        self.tell_page("channel_update", json!({ "channel": data }));
    }

    /// THREAD_LIST_SYNC: the active threads of a channel that a bot has just come to see.
    fn tell_threads_of(&mut self, bot: Id, channel: &Channel) {
        let threads: Vec<&Channel> = self
            .world
            .channels
            .values()
            .filter(|thread| {
                thread.parent_id == Some(channel.id)
                    && thread.thread.as_ref().is_some_and(|thread| !thread.archived)
                    && permissions::sees(&self.world, bot, thread)
            })
            .collect();
        let members: Vec<Value> = threads
            .iter()
            .filter_map(|thread| {
                let joined = thread.thread.as_ref()?.members.get(&bot)?;
                Some(self.world.thread_member_json(thread.id, bot, *joined, false))
            })
            .collect();
        let data = json!({
            "guild_id": self.world.meta.guild_id, "channel_ids": [channel.id], "members": members,
            "threads": threads.into_iter().map(|thread| self.world.channel_json(thread, None)).collect::<Vec<_>>(),
        });
        self.tell_bot("THREAD_LIST_SYNC", bot, intents::GUILDS, data);
    }

    pub(crate) fn bots_seeing(&self, channel: &Channel) -> Vec<Id> {
        self.world.bots().map(|(user, _)| user.id).filter(|bot| permissions::sees(&self.world, *bot, channel)).collect()
    }

    /// The DM between two accounts; made when there is none.
    pub(crate) fn dm_between(&mut self, one: Id, other: Id) -> Id {
        let found = self
            .world
            .channels
            .values()
            .find(|channel| channel.is_dm() && channel.recipients.contains(&one) && channel.recipients.contains(&other))
            .map(|channel| channel.id);
        if let Some(found) = found {
            return found;
        }
        let id = self.world.next_id();
        self.world.channels.insert(id, Channel { id, kind: DM, recipients: vec![one, other], ..Channel::default() });
        self.world.mark(Table::Channel, id);
        if let Some(channel) = self.world.channels.get(&id) {
            let shown = json!({ "channel": self.world.channel_json(channel, None) });
            self.tell_page("channel_create", shown);
        }
        id
    }

    /// One entry of the audit log. Action numbers: Discord docs, "Audit Log Events".
    pub(crate) fn audit(&mut self, action: u64, by: Id, target: Id, reason: Option<&str>, changes: Value) {
        self.audit_about(action, by, target, reason, changes, Value::Null);
    }

    /// As [`Self::audit`], with the `options` that clients insist on for some actions.
    pub(crate) fn audit_about(
        &mut self,
        action: u64,
        by: Id,
        target: Id,
        reason: Option<&str>,
        changes: Value,
        options: Value,
    ) {
        let id = self.world.next_id();
        let mut entry =
            json!({ "id": id, "action_type": action, "user_id": by, "target_id": target, "changes": changes });
        if let Some(reason) = reason {
            entry["reason"] = json!(reason);
        }
        if !options.is_null() {
            entry["options"] = options;
        }
        let mut told = entry.clone();
        told["guild_id"] = json!(self.world.meta.guild_id);
        let readers: Vec<Id> = self
            .world
            .bots()
            .map(|(bot, _)| bot.id)
            .filter(|bot| permissions::in_guild(&self.world, *bot) & permissions::VIEW_AUDIT_LOG != 0)
            .collect();
        for bot in readers {
            self.tell_bot("GUILD_AUDIT_LOG_ENTRY_CREATE", bot, intents::GUILD_MODERATION, told.clone());
        }
        self.world.audit.insert(id, entry);
        self.world.mark(Table::Audit, id);
        if self.world.audit.len() > self.limits.kept
            && let Some((gone, _)) = self.world.audit.pop_first()
        {
            self.world.mark(Table::Audit, gone);
        }
    }

    /// GUILD_MEMBER_UPDATE, to bots and page.
    pub(crate) fn announce_member(&mut self, user: Id) {
        let Some(mut data) = self.world.users.get(&user).map(render::member) else { return };
        data["guild_id"] = json!(self.world.meta.guild_id);
        self.world.mark(Table::User, user);
        // A bot always hears of itself.
        let bots: Vec<Id> =
            self.world.bots().map(|(bot, _)| bot.id).filter(|bot| self.world.member(*bot).is_some()).collect();
        for bot in bots {
            self.tell_bot(
                "GUILD_MEMBER_UPDATE",
                bot,
                if bot == user { 0 } else { intents::GUILD_MEMBERS },
                data.clone(),
            );
        }
        self.tell_page("world", json!({}));
    }

    /// GUILD_ROLE_CREATE, GUILD_ROLE_UPDATE.
    pub(crate) fn announce_role(&mut self, name: &'static str, role: Id) {
        let Some(shown) = self.world.roles.get(&role).map(render::role) else { return };
        self.world.mark(Table::Role, role);
        let data = json!({ "guild_id": self.world.meta.guild_id, "role": shown });
        self.tell_guild(name, intents::GUILDS, data);
        self.tell_page("world", json!({}));
    }

    /// Position of the highest role somebody has; the owner stands above all.
    pub(crate) fn rank(&self, user: Id) -> i64 {
        if user == self.world.meta.owner_id {
            return i64::MAX;
        }
        let roles = self.world.users.get(&user).map(|user| user.roles.as_slice()).unwrap_or_default();
        roles.iter().filter_map(|role| self.world.roles.get(role)).map(|role| role.position).max().unwrap_or(0)
    }
}
