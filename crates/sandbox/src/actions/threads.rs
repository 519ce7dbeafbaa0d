//! Purpose: threads begin, fall asleep, wake up, gain and lose members.

use serde_json::{Value, json};

use crate::{
    actions::messages::Post,
    hub::{Core, intents},
    id::Id,
    permissions,
    validate::message::Draft,
    world::{Channel, PRIVATE_THREAD, Table, Thread, flags, render},
};

/// A thread about to be made. The caller has checked that its owner may.
pub(crate) struct NewThread {
    pub(crate) id: Id,
    pub(crate) kind: u8,
    pub(crate) name: String,
    pub(crate) parent: Id,
    pub(crate) owner: Id,
    pub(crate) auto_archive_min: u64,
    pub(crate) slow_mode_s: u32,
    pub(crate) invitable: bool,
    pub(crate) tags: Vec<Id>,
}

impl Core {
    /// Makes a thread with its owner in it and tells everybody (THREAD_CREATE with `newly_created`).
    pub(crate) fn create_thread(&mut self, new: NewThread) {
        let now = self.world.now_ms();
        let NewThread { id, kind, name, parent, owner, auto_archive_min, slow_mode_s, invitable, tags } = new;
        let thread = Thread {
            owner_id: owner,
            archived: false,
            locked: false,
            invitable,
            auto_archive_min,
            archive_ms: now,
            created_ms: now,
            active_ms: now,
            message_count: 0,
            total_sent: 0,
            applied_tags: tags,
            members: [(owner, now)].into(),
        };
        let channel = Channel {
            id,
            kind,
            name,
            parent_id: Some(parent),
            slow_mode_s,
            thread: Some(thread),
            ..Channel::default()
        };
        self.world.channels.insert(id, channel.clone());
        self.world.mark(Table::Channel, id);
        if kind == PRIVATE_THREAD {
            // Only its members, and those who manage threads, hear of a private one.
            let mut data = self.world.channel_json(&channel, Some(owner));
            data["newly_created"] = json!(true);
            self.tell_channel("THREAD_CREATE", &channel, intents::GUILDS, data);
        } else {
            let mut data = self.world.channel_json(&channel, None);
            data["newly_created"] = json!(true);
            self.tell_channel("THREAD_CREATE", &channel, intents::GUILDS, data);
        }
        let shown = self.world.channel_json(&channel, None);
        self.tell_page("thread_create", json!({ "thread": shown }));
    }

    /// A thread that starts from a message: the message gets the thread's flag, the thread a line that points back.
    pub(crate) fn thread_from_message(&mut self, new: NewThread) {
        let (parent, id, owner) = (new.parent, new.id, new.owner);
        let author = self.world.message(parent, id).map(|message| message.author_id);
        self.create_thread(new);
        if let Some(message) = self.world.message_mut(parent, id) {
            message.flags |= flags::HAS_THREAD;
        }
        self.announce_message("MESSAGE_UPDATE", parent, id, None);
        let draft = Draft { reference: Some((Some(parent), id)), ..Draft::default() };
        self.post(Post { kind: 21, ..Post::plain(author.unwrap_or(owner), id, draft) });
        self.join_thread(id, &author.into_iter().collect::<Vec<_>>());
    }

    /// People and bots enter a thread, if they can see it at all.
    pub(crate) fn join_thread(&mut self, thread_id: Id, users: &[Id]) {
        let now = self.world.now_ms();
        let Some(channel) = self.world.channels.get(&thread_id).cloned() else { return };
        let Some(thread) = &channel.thread else { return };
        let parent = channel.parent_id.and_then(|parent| self.world.channels.get(&parent));
        let mut added: Vec<Id> = Vec::new();
        for user in users {
            let sees_parent = parent.is_some_and(|parent| permissions::sees(&self.world, *user, parent));
            if sees_parent && !thread.members.contains_key(user) && !added.contains(user) {
                added.push(*user);
            }
        }
        if added.is_empty() || thread.members.len() + added.len() > self.limits.thread_members {
            return;
        }
        if let Some(thread) = self.world.channel_mut(thread_id).and_then(|channel| channel.thread.as_mut()) {
            thread.members.extend(added.iter().map(|user| (*user, now)));
        }
        self.thread_members_changed(thread_id, &added, &[]);
        // A bot that is added hears of the thread as if it were new.
        let Some(channel) = self.world.channels.get(&thread_id).cloned() else { return };
        for bot in added.into_iter().filter(|user| self.world.is_bot(*user)).collect::<Vec<_>>() {
            if self
                .world
                .channels
                .get(&thread_id)
                .and_then(|channel| channel.thread.as_ref())
                .is_some_and(|thread| thread.owner_id == bot && thread.created_ms == now)
            {
                continue;
            }
            let data = self.world.channel_json(&channel, Some(bot));
            self.tell_bot("THREAD_CREATE", bot, intents::GUILDS, data);
            let mut member = self.world.thread_member_json(thread_id, bot, now, false);
            member["guild_id"] = json!(self.world.meta.guild_id);
            self.tell_bot("THREAD_MEMBER_UPDATE", bot, intents::GUILDS, member);
        }
    }

    pub(crate) fn leave_thread(&mut self, thread_id: Id, user: Id) {
        let removed = self
            .world
            .channel_mut(thread_id)
            .and_then(|channel| channel.thread.as_mut())
            .and_then(|thread| thread.members.remove(&user));
        if removed.is_some() {
            self.thread_members_changed(thread_id, &[], &[user]);
        }
    }

    fn thread_members_changed(&mut self, thread_id: Id, added: &[Id], removed: &[Id]) {
        let Some(channel) = self.world.channels.get(&thread_id).cloned() else { return };
        let Some(thread) = &channel.thread else { return };
        let mut base = json!({ "id": thread_id, "guild_id": self.world.meta.guild_id, "member_count": thread.members.len().min(50) });
        let added_json: Vec<Value> = added
            .iter()
            .map(|user| {
                self.world.thread_member_json(thread_id, *user, thread.members.get(user).copied().unwrap_or(0), true)
            })
            .collect();
        let bots: Vec<(Id, bool)> = self
            .world
            .bots()
            .map(|(user, _)| user.id)
            .filter(|bot| permissions::sees(&self.world, *bot, &channel) || removed.contains(bot))
            .map(|bot| (bot, added.contains(&bot) || removed.contains(&bot)))
            .collect();
        for (bot, concerned) in bots {
            let mut data = base.clone();
            // Without the members intent a bot hears only of itself.
            data["added_members"] = added_json
                .iter()
                .filter(|member| !concerned || member["user_id"] == bot.to_string().as_str())
                .cloned()
                .collect();
            data["removed_member_ids"] = json!(removed);
            let needed = if concerned { intents::GUILDS } else { intents::GUILD_MEMBERS };
            self.tell_bot("THREAD_MEMBERS_UPDATE", bot, needed, data);
        }
        base = self.world.channel_json(&channel, None);
        self.tell_page("thread_update", json!({ "thread": base }));
    }

    /// THREAD_UPDATE, to bots and page.
    pub(crate) fn announce_thread(&mut self, thread_id: Id) {
        let Some(channel) = self.world.channels.get(&thread_id).cloned() else { return };
        let data = self.world.channel_json(&channel, None);
        self.tell_page("thread_update", json!({ "thread": data }));
        self.tell_channel("THREAD_UPDATE", &channel, intents::GUILDS, data);
    }

    /// Posting wakes an archived thread.
    pub(crate) fn wake_thread(&mut self, channel_id: Id) {
        let now = self.world.now_ms();
        let asleep = self
            .world
            .channels
            .get(&channel_id)
            .and_then(|channel| channel.thread.as_ref())
            .is_some_and(|thread| thread.archived);
        if asleep && let Some(thread) = self.world.channel_mut(channel_id).and_then(|channel| channel.thread.as_mut()) {
            thread.archived = false;
            thread.archive_ms = now;
            thread.active_ms = now;
            self.announce_thread(channel_id);
        }
    }

    /// Archives the threads in which nobody has spoken for their time.
    pub(crate) fn archive_idle_threads(&mut self) {
        let now = self.world.now_ms();
        let idle: Vec<Id> = self
            .world
            .channels
            .values()
            .filter(|channel| {
                channel.thread.as_ref().is_some_and(|thread| {
                    !thread.archived
                        && channel.flags & 2 == 0
                        && now.saturating_sub(thread.active_ms) >= thread.auto_archive_min * 60_000
                })
            })
            .map(|channel| channel.id)
            .collect();
        for id in idle {
            if let Some(thread) = self.world.channel_mut(id).and_then(|channel| channel.thread.as_mut()) {
                thread.archived = true;
                thread.archive_ms = now;
            }
            self.announce_thread(id);
        }
    }

    pub(crate) fn active_threads(&self) -> usize {
        self.world
            .channels
            .values()
            .filter(|channel| channel.thread.as_ref().is_some_and(|thread| !thread.archived))
            .count()
    }

    /// Deletes a channel or thread with everything in it.
    pub(crate) fn delete_channel(&mut self, id: Id) {
        let Some(channel) = self.world.channels.get(&id).cloned() else { return };
        let threads: Vec<Id> = self
            .world
            .channels
            .values()
            .filter(|other| other.is_thread() && other.parent_id == Some(id))
            .map(|thread| thread.id)
            .collect();
        for thread in threads {
            self.delete_channel(thread);
        }
        let data = if channel.is_thread() {
            json!({ "id": id, "guild_id": self.world.meta.guild_id, "parent_id": channel.parent_id, "type": channel.kind })
        } else {
            self.world.channel_json(&channel, None)
        };
        self.tell_channel(
            if channel.is_thread() { "THREAD_DELETE" } else { "CHANNEL_DELETE" },
            &channel,
            intents::GUILDS,
            data.clone(),
        );
        let (kind, key) = if channel.is_thread() { ("thread_delete", "thread") } else { ("channel_delete", "channel") };
        self.tell_page(kind, json!({ key: data }));
        self.world.channels.remove(&id);
        self.world.messages.remove(&id);
        self.world.mark(Table::Channel, id);
        let orphans: Vec<Id> =
            self.world.channels.values().filter(|other| other.parent_id == Some(id)).map(|other| other.id).collect();
        for orphan in orphans {
            if let Some(channel) = self.world.channel_mut(orphan) {
                channel.parent_id = None;
            }
            self.announce_channel("CHANNEL_UPDATE", orphan);
        }
    }
}

/// The tags of a forum post that exist in the forum.
pub(crate) fn known_tags(forum: &Channel, wanted: &Value) -> Option<Vec<Id>> {
    let wanted: Vec<Id> =
        wanted.as_array().into_iter().flatten().filter_map(|id| serde_json::from_value(id.clone()).ok()).collect();
    wanted.iter().all(|id| forum.tags.iter().any(|tag| tag.id == *id)).then_some(wanted)
}

/// Members of a thread as REST lists them.
pub(crate) fn members_json(core: &Core, channel: &Channel, with_member: bool) -> Vec<Value> {
    let Some(thread) = &channel.thread else { return Vec::new() };
    thread
        .members
        .iter()
        .map(|(user, joined)| core.world.thread_member_json(channel.id, *user, *joined, with_member))
        .map(|mut member| {
            if !with_member && let Some(object) = member.as_object_mut() {
                object.remove("member");
            }
            render::merge(&mut member, json!({}));
            member
        })
        .collect()
}
