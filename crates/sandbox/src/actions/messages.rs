//! Purpose: messages come, change and go.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::{
    error::{self, Refusal},
    hub::{Core, intents},
    id::Id,
    permissions,
    validate::message::Draft,
    world::{
        Attachment, Channel, Key, Message, Nonce, StoredFile, Table, flags,
        mentions::{self, Mentioned},
        render::{self, Viewer},
    },
};

/// A message about to be posted. The caller has checked that its author may.
pub(crate) struct Post {
    pub(crate) author: Id,
    pub(crate) channel: Id,
    pub(crate) draft: Draft,
    pub(crate) default: mentions::Default,
    pub(crate) kind: u8,
    /// A fixed id: the starter of a forum post shares the thread's.
    pub(crate) id: Option<Id>,
    /// The interaction that it answers.
    pub(crate) interaction: Option<Id>,
    pub(crate) webhook: Option<(Id, String)>,
    pub(crate) ephemeral_for: Option<Id>,
    pub(crate) extra_flags: u64,
}

impl Post {
    pub(crate) fn plain(author: Id, channel: Id, draft: Draft) -> Self {
        Self {
            author,
            channel,
            draft,
            default: mentions::Default::All,
            kind: 0,
            id: None,
            interaction: None,
            webhook: None,
            ephemeral_for: None,
            extra_flags: 0,
        }
    }
}

impl Core {
    /// Whether somebody may post this here; a reason of Discord's when not.
    pub(crate) fn may_post(&self, author: Id, channel: &Channel, draft: &Draft) -> Result<(), Refusal> {
        let bits = permissions::in_channel(&self.world, author, channel);
        if bits & permissions::VIEW_CHANNEL == 0 {
            return Err(error::missing_access());
        }
        if !channel.holds_messages() {
            return Err(if channel.kind == crate::world::FORUM {
                error::forum_needs_thread()
            } else {
                error::non_text_channel()
            });
        }
        if channel.is_dm() {
            let both = channel.recipients.iter().all(|id| self.world.member(*id).is_some());
            let other = channel.recipients.iter().find(|id| **id != author);
            if other.and_then(|other| self.world.users.get(other)).is_none_or(|other| other.dms_closed) {
                return Err(error::cannot_message_user());
            }
            if !both {
                return Err(error::no_mutual_guild());
            }
        }
        let bits = permissions::to_write(&self.world, author, channel);
        let needed =
            if channel.is_thread() { permissions::SEND_MESSAGES_IN_THREADS } else { permissions::SEND_MESSAGES };
        if bits & needed == 0 {
            return Err(error::missing_permissions());
        }
        if let Some(thread) = channel.thread.as_ref().filter(|thread| thread.locked)
            && bits & permissions::MANAGE_THREADS == 0
        {
            return Err(if thread.archived { error::thread_archived() } else { error::thread_locked() });
        }
        let lacks = |wanted: bool, bit: u64| wanted && bits & bit == 0;
        if lacks(!draft.files.is_empty(), permissions::ATTACH_FILES)
            || lacks(draft.reference.is_some(), permissions::READ_MESSAGE_HISTORY)
        {
            return Err(error::missing_permissions());
        }
        if lacks(draft.tts, permissions::SEND_TTS_MESSAGES) {
            return Err(error::missing_permissions());
        }
        Ok(())
    }

    /// The message that this nonce already made within the window, when it may not be made twice.
    pub(crate) fn by_nonce(&self, author: Id, draft: &Draft) -> Option<Result<Id, Refusal>> {
        if !draft.enforce_nonce {
            return None;
        }
        let nonce = draft.nonce_text()?;
        let window = u64::try_from(self.limits.nonce_window.as_millis()).unwrap_or(u64::MAX);
        let now = self.world.now_ms();
        let found = self.world.by_nonce.get(&(author, nonce)).and_then(|id| self.world.nonces.get(id))?;
        if now.saturating_sub(found.at_ms) >= window {
            return None;
        }
        Some(
            self.world
                .message(found.channel_id, found.message_id)
                .map(|message| message.id)
                .ok_or_else(error::unknown_message),
        )
    }

    /// Posts a message and tells everybody.
    pub(crate) fn post(&mut self, post: Post) -> Id {
        let Post {
            author,
            channel: channel_id,
            mut draft,
            default,
            kind,
            id,
            interaction,
            webhook,
            ephemeral_for,
            extra_flags,
        } = post;
        // Lines that Discord writes itself (pins, new threads) mention and notify nobody.
        let counts = matches!(kind, 0 | 19 | 20 | 23);
        let now = self.world.now_ms();
        let id = id.unwrap_or_else(|| self.world.next_id());
        let attachments = self.store_files(std::mem::take(&mut draft.files), &draft.attachment_notes);
        self.wake_thread(channel_id);
        let Some(channel) = self.world.channels.get(&channel_id).cloned() else { return id };
        let reference = draft.reference.map(|(of, target)| (of.unwrap_or(channel_id), Some(target)));
        let replied = reference
            .filter(|_| kind == 0 && !draft.forward)
            .and_then(|(of, target)| self.world.message(of, target?))
            .map(|target| target.author_id);
        let text = draft.all_text();
        let mentioned = if counts {
            mentions::resolve(&self.world, author, &channel, &text, draft.allowed.as_ref(), default, replied)
        } else {
            Mentioned::default()
        };
        let may_embed = permissions::to_write(&self.world, author, &channel) & permissions::EMBED_LINKS != 0
            || interaction.is_some()
            || webhook.is_some();
        let metadata = interaction
            .and_then(|interaction| self.world.interactions.get(&interaction))
            .map(|interaction| self.world.interaction_metadata(interaction));
        let position = channel.thread.as_ref().map(|thread| thread.message_count);
        let message = Message {
            id,
            channel_id,
            author_id: author,
            kind: if reference.is_some() && kind == 0 && !draft.forward { 19 } else { kind },
            content: draft.content.clone().unwrap_or_default(),
            created_ms: now,
            edited_ms: None,
            flags: draft.flags.unwrap_or(0) | extra_flags,
            tts: draft.tts,
            embeds: if may_embed { draft.embeds.clone().unwrap_or_default() } else { Vec::new() },
            components: draft.components.clone().unwrap_or_default(),
            attachments,
            mentions: mentioned.users.clone(),
            mention_roles: mentioned.roles.clone(),
            mention_everyone: mentioned.everyone,
            pinned_ms: None,
            reference,
            reactions: Vec::new(),
            application_id: interaction.map(|_| author),
            interaction,
            interaction_metadata: metadata,
            webhook: interaction.map(|_| author).or(webhook.as_ref().map(|(id, _)| *id)),
            webhook_name: webhook.map(|(_, name)| name),
            ephemeral_for,
            position,
        };
        let silent = message.flags & flags::SUPPRESS_NOTIFICATIONS != 0;
        self.world.messages.entry(channel_id).or_default().insert(id, message);
        self.world.dirty.insert(Key(Table::Message, channel_id, id));
        if let Some(nonce) = draft.nonce_text().filter(|_| interaction.is_none()) {
            self.world.remember_nonce(Nonce { author_id: author, nonce, channel_id, message_id: id, at_ms: now });
            self.forget_nonces(now);
        }
        if ephemeral_for.is_none() {
            let starter = id == channel_id;
            if let Some(channel) = self.world.channel_mut(channel_id) {
                channel.last_message_id = Some(id);
                if let Some(thread) = &mut channel.thread {
                    thread.active_ms = now;
                    if !starter && (counts || kind == 21) {
                        thread.message_count += u64::from(counts);
                        thread.total_sent += u64::from(counts);
                    }
                }
            }
            self.trim(channel_id);
        }
        if channel.is_thread() && counts && ephemeral_for.is_none() {
            let role_members = self.members_of(&mentioned.roles);
            let joining: Vec<Id> = [author]
                .into_iter()
                .filter(|_| interaction.is_none())
                .chain(mentioned.users.iter().copied())
                .chain(role_members)
                .collect();
            self.join_thread(channel_id, &joining);
        }
        self.announce_message("MESSAGE_CREATE", channel_id, id, draft.nonce.as_ref());
        if counts && ephemeral_for.is_none() && extra_flags & flags::LOADING == 0 {
            self.notify(channel_id, id, &mentioned, silent);
        }
        id
    }

    fn members_of(&self, roles: &[Id]) -> Vec<Id> {
        self.world
            .users
            .values()
            .filter(|user| user.roles.iter().any(|role| roles.contains(role)))
            .map(|user| user.id)
            .collect()
    }

    fn forget_nonces(&mut self, now: u64) {
        let window = u64::try_from(self.limits.nonce_window.as_millis()).unwrap_or(u64::MAX);
        while let Some((id, first)) = self.world.nonces.first_key_value()
            && (now.saturating_sub(first.at_ms) > window || self.world.nonces.len() > 10_000)
        {
            let id = *id;
            self.world.forget_nonce(id);
        }
    }

    pub(crate) fn store_files(
        &mut self,
        files: Vec<crate::validate::message::Upload>,
        notes: &[Value],
    ) -> Vec<Attachment> {
        files
            .into_iter()
            .map(|file| {
                let id = self.world.next_id();
                let note = notes.iter().find(|note| {
                    note["id"] == file.number || note["id"].as_str().is_some_and(|text| text == file.number.to_string())
                });
                let filename = note.and_then(|note| note["filename"].as_str()).unwrap_or(&file.filename);
                let filename: String = filename
                    .chars()
                    .map(|c| if c.is_alphanumeric() || matches!(c, '.' | '-' | '_') { c } else { '_' })
                    .collect();
                let attachment = Attachment {
                    id,
                    filename,
                    description: note.and_then(|note| note["description"].as_str()).map(str::to_owned),
                    content_type: file.content_type.clone(),
                    size: u64::try_from(file.bytes.len()).unwrap_or(u64::MAX),
                };
                self.world
                    .files
                    .insert(id, Arc::new(StoredFile { content_type: file.content_type, bytes: file.bytes }));
                self.world.mark(Table::File, id);
                attachment
            })
            .collect()
    }

    /// The oldest messages of a full channel go.
    fn trim(&mut self, channel: Id) {
        let ring = self.world.ring;
        let Some(messages) = self.world.messages.get_mut(&channel) else { return };
        let mut gone = Vec::new();
        while messages.len() > ring {
            gone.extend(messages.pop_first().map(|(_, message)| message));
        }
        for message in gone {
            self.world.dirty.insert(Key(Table::Message, channel, message.id));
            self.drop_files(&message.attachments);
        }
    }

    fn drop_files(&mut self, attachments: &[Attachment]) {
        for attachment in attachments {
            self.world.files.remove(&attachment.id);
            self.world.mark(Table::File, attachment.id);
        }
    }

    /// MESSAGE_CREATE or MESSAGE_UPDATE, to bots and page.
    pub(crate) fn announce_message(&mut self, name: &'static str, channel_id: Id, id: Id, nonce: Option<&Value>) {
        let (Some(channel), Some(message)) =
            (self.world.channels.get(&channel_id).cloned(), self.world.message(channel_id, id))
        else {
            return;
        };
        let ephemeral = message.ephemeral_for;
        let author = message.author_id;
        let mut data = self.world.message_json(message, Viewer(Id(0)));
        if let Some(nonce) = nonce {
            data["nonce"] = nonce.clone();
        }
        let mut for_page = data.clone();
        if !channel.is_dm() && ephemeral.is_none() {
            data["guild_id"] = json!(self.world.meta.guild_id);
            if message.webhook.is_none() || message.application_id.is_some() {
                data["member"] = self.world.users.get(&author).map_or(Value::Null, render::partial_member);
            }
            if let Some(mentions) = data["mentions"].as_array_mut() {
                for mention in mentions {
                    let member = mention["id"]
                        .as_str()
                        .and_then(|id| id.parse().ok())
                        .and_then(|id: Id| self.world.users.get(&id))
                        .map(render::partial_member);
                    if let Some(member) = member {
                        mention["member"] = member;
                    }
                }
            }
        }
        data["channel_type"] = json!(channel.kind);
        match ephemeral {
            Some(person) => {
                // Ephemeral messages reach the application that made them, and the one person.
                self.tell_bot(name, author, intents::DIRECT_MESSAGES, data);
                for_page["ephemeral_for"] = json!(person);
                self.tell_page("ephemeral", json!({ "person": person, "message": for_page }));
            }
            None => {
                let intent = if channel.is_dm() { intents::DIRECT_MESSAGES } else { intents::GUILD_MESSAGES };
                self.tell_channel(name, &channel, intent, data);
                let kind = if name == "MESSAGE_CREATE" { "message_create" } else { "message_update" };
                self.tell_page(kind, json!({ "message": for_page }));
            }
        }
    }

    /// Changes a message as a (checked) draft says; what the draft does not name stays.
    pub(crate) fn edit_message(&mut self, channel_id: Id, id: Id, mut draft: Draft, default: mentions::Default) {
        let now = self.world.now_ms();
        let new_files = self.store_files(std::mem::take(&mut draft.files), &draft.attachment_notes);
        let Some(channel) = self.world.channels.get(&channel_id).cloned() else { return };
        let Some(author) = self.world.message(channel_id, id).map(|message| message.author_id) else { return };
        let text = draft.all_text();
        let mentioned = (draft.content.is_some() || draft.components.is_some() || draft.allowed.is_some()).then(|| {
            let text = if draft.content.is_none() && draft.components.is_none() {
                self.world.message(channel_id, id).map(|message| message.content.clone()).unwrap_or_default()
            } else {
                text
            };
            mentions::resolve(&self.world, author, &channel, &text, draft.allowed.as_ref(), default, None)
        });
        let mut dropped = Vec::new();
        let Some(message) = self.world.message_mut(channel_id, id) else { return };
        if let Some(content) = draft.content {
            message.content = content;
        }
        if let Some(embeds) = draft.embeds {
            message.embeds = embeds;
        }
        if let Some(components) = draft.components {
            message.components = components;
        }
        if let Some(set) = draft.flags {
            let changeable = flags::SUPPRESS_EMBEDS | flags::IS_COMPONENTS_V2;
            message.flags = (message.flags & !flags::SUPPRESS_EMBEDS) | (set & changeable);
        }
        message.flags &= !flags::LOADING;
        if let Some(keep) = draft.keep_attachments {
            let (kept, gone) =
                std::mem::take(&mut message.attachments).into_iter().partition(|one| keep.contains(&one.id));
            (message.attachments, dropped) = (kept, gone);
        }
        message.attachments.extend(new_files);
        if let Some(mentioned) = mentioned {
            message.mentions = mentioned.users;
            message.mention_roles = mentioned.roles;
            message.mention_everyone = mentioned.everyone;
        }
        message.edited_ms = Some(now);
        self.drop_files(&dropped);
        self.announce_message("MESSAGE_UPDATE", channel_id, id, None);
        self.settle_deferred_update(id);
    }

    /// Takes a message out of the world and tells the page; the bots are told by the caller.
    pub(crate) fn remove_message(&mut self, channel_id: Id, id: Id) -> Option<Message> {
        let message = self.world.messages.get_mut(&channel_id)?.remove(&id)?;
        self.world.dirty.insert(Key(Table::Message, channel_id, id));
        self.drop_files(&message.attachments);
        if message.ephemeral_for.is_none()
            && let Some(thread) = self.world.channel_mut(channel_id).and_then(|channel| channel.thread.as_mut())
            && id != channel_id
        {
            thread.message_count = thread.message_count.saturating_sub(1);
        }
        self.tell_page(
            "message_delete",
            json!({ "channel": channel_id, "id": id, "ephemeral_for": message.ephemeral_for }),
        );
        Some(message)
    }

    pub(crate) fn delete_message(&mut self, channel_id: Id, id: Id) {
        let Some(channel) = self.world.channels.get(&channel_id).cloned() else { return };
        let Some(message) = self.remove_message(channel_id, id) else { return };
        let mut data = json!({ "id": id, "channel_id": channel_id });
        if message.ephemeral_for.is_some() {
            self.tell_bot("MESSAGE_DELETE", message.author_id, intents::DIRECT_MESSAGES, data);
            return;
        }
        if !channel.is_dm() {
            data["guild_id"] = json!(self.world.meta.guild_id);
        }
        let intent = if channel.is_dm() { intents::DIRECT_MESSAGES } else { intents::GUILD_MESSAGES };
        self.tell_channel("MESSAGE_DELETE", &channel, intent, data);
    }
}
