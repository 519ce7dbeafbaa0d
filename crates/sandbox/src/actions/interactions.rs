//! Purpose: interactions from their first moment to their last follow-up.

use serde_json::{Value, json};

use crate::{
    actions::messages::Post,
    error::{self, Problems, Refusal},
    hub::Core,
    id::{Id, stable_text},
    validate::{
        components,
        message::{self, Draft, Form, Upload},
    },
    world::{Interaction, Progress, Table, flags, mentions, render::Viewer},
};

/// What somebody did, before it becomes an interaction.
pub(crate) struct Doing {
    pub(crate) kind: u8,
    pub(crate) application: Id,
    pub(crate) person: Id,
    pub(crate) channel: Id,
    pub(crate) data: Value,
    pub(crate) source: Option<Id>,
    pub(crate) trigger: Option<Id>,
}

impl Core {
    /// Makes the interaction and sends it to the application; its three seconds begin.
    pub(crate) fn interact(&mut self, doing: Doing) -> Id {
        let id = self.world.next_id();
        let Doing { kind, application, person, channel, data, source, trigger } = doing;
        let interaction = Interaction {
            id,
            application_id: application,
            kind,
            token: stable_text(&format!("interaction/{id}/{person}/{application}"), 120),
            person,
            channel_id: channel,
            data,
            source,
            trigger,
            progress: Progress::Waiting,
            answer: String::new(),
            original: None,
            follow_ups: Vec::new(),
            ephemeral: false,
            modal: None,
            submitted: false,
            choices: Vec::new(),
            created_ms: self.world.now_ms(),
        };
        let payload = self.world.interaction_json(&interaction);
        self.world.interactions.insert(id, interaction);
        self.world.mark(Table::Interaction, id);
        if self.world.interactions.len() > self.limits.kept
            && let Some((gone, _)) = self.world.interactions.pop_first()
        {
            self.world.mark(Table::Interaction, gone);
        }
        self.awaited.push(id);
        self.tell_bot("INTERACTION_CREATE", application, 0, payload);
        self.tell_interaction(id);
        id
    }

    fn tell_interaction(&mut self, id: Id) {
        let Some(interaction) = self.world.interactions.get(&id) else { return };
        let told =
            json!({ "id": id, "state": interaction.progress, "person": interaction.person, "type": interaction.kind });
        self.tell_page("interaction", told);
    }

    /// The first answer. Gives the body for `with_response`.
    pub(crate) fn answer(&mut self, id: Id, token: &str, body: &Value, files: Vec<Upload>) -> Result<Value, Refusal> {
        let Some(interaction) = self.world.interactions.get(&id).filter(|interaction| interaction.token == token)
        else {
            return Err(error::unknown_interaction());
        };
        match interaction.progress {
            Progress::Failed => return Err(error::unknown_interaction()),
            Progress::Deferred | Progress::Answered => return Err(error::already_acknowledged()),
            Progress::Waiting => {}
        }
        let (kind, source, channel) = (interaction.kind, interaction.source, interaction.channel_id);
        let Some(callback) = body["type"].as_u64() else {
            return Err(Problems::one("type", "BASE_TYPE_REQUIRED", "This field is required"));
        };
        let fits = match callback {
            1 => true,
            4 | 5 => kind != 4,
            6 | 7 => kind == 3 || (kind == 5 && source.is_some()),
            8 => kind == 4,
            9 => matches!(kind, 2 | 3),
            10 | 12 => false,
            _ => {
                return Err(Problems::one(
                    "type",
                    "BASE_TYPE_CHOICES",
                    "Value must be one of {1, 4, 5, 6, 7, 8, 9, 10, 12}.",
                ));
            }
        };
        if !fits {
            return Err(Problems::one(
                "type",
                "INTERACTION_CALLBACK_TYPE_INVALID",
                "This response type cannot answer this interaction",
            ));
        }
        let data = body.get("data").filter(|data| !data.is_null()).cloned().unwrap_or_else(|| json!({}));
        match callback {
            4 => {
                let draft = message::check(&data, files, Form::Answer, false, self.limits.attachment_bytes)?;
                if draft.is_empty() {
                    return Err(error::empty_message());
                }
                self.answered(id, Progress::Answered, "message");
                self.reply(id, draft, 0, true);
            }
            5 => {
                let ephemeral = data["flags"].as_u64().unwrap_or(0) & flags::EPHEMERAL;
                self.answered(id, Progress::Deferred, "deferred");
                self.reply(id, Draft { flags: Some(ephemeral), ..Draft::default() }, flags::LOADING, true);
            }
            7 => {
                let v2 = source
                    .and_then(|source| self.world.message(channel, source))
                    .is_some_and(|message| message.flags & flags::IS_COMPONENTS_V2 != 0);
                let draft = message::check(&data, files, Form::Edit, v2, self.limits.attachment_bytes)?;
                self.answered(id, Progress::Answered, "update");
                if let Some(interaction) = self.world.interaction_mut(id) {
                    interaction.original = source;
                }
                if let Some(source) = source {
                    self.edit_message(channel, source, draft, mentions::Default::UsersOnly);
                }
            }
            8 => {
                let choices = data["choices"].as_array().cloned().unwrap_or_default();
                check_choices(&choices)?;
                self.answered(id, Progress::Answered, "autocomplete");
                if let Some(interaction) = self.world.interaction_mut(id) {
                    interaction.choices = choices;
                }
            }
            9 => {
                let mut problems = Problems::default();
                let mut modal = components::check_modal(&data, &mut problems);
                problems.finish()?;
                modal["id"] = json!(id);
                self.answered(id, Progress::Answered, "modal");
                let person = self.world.interaction_mut(id).map(|interaction| {
                    interaction.modal = Some(modal.clone());
                    interaction.person
                });
                self.tell_page("modal", json!({ "person": person, "modal": modal }));
            }
            _ => {
                // 6: the message will be edited later, or not at all. 1 is only an acknowledgment.
                self.answered(
                    id,
                    if callback == 6 { Progress::Deferred } else { Progress::Answered },
                    if callback == 6 { "deferred" } else { "message" },
                );
                if let Some(interaction) = self.world.interaction_mut(id) {
                    interaction.original = source;
                }
            }
        }
        Ok(self.callback_json(id, callback))
    }

    fn answered(&mut self, id: Id, progress: Progress, answer: &str) {
        if let Some(interaction) = self.world.interaction_mut(id) {
            interaction.progress = progress;
            interaction.answer = answer.to_owned();
        }
        self.tell_interaction(id);
    }

    fn callback_json(&self, id: Id, callback: u64) -> Value {
        let Some(interaction) = self.world.interactions.get(&id) else { return Value::Null };
        let mut inner = json!({ "id": id, "type": interaction.kind, "channel_id": interaction.channel_id });
        if self.world.channels.get(&interaction.channel_id).is_some_and(|channel| !channel.is_dm()) {
            inner["guild_id"] = json!(self.world.meta.guild_id);
        }
        let mut body = json!({});
        if let Some(message) =
            interaction.original.and_then(|original| self.world.message(interaction.channel_id, original))
        {
            inner["response_message_id"] = json!(message.id);
            inner["response_message_loading"] = json!(message.flags & flags::LOADING != 0);
            inner["response_message_ephemeral"] = json!(message.ephemeral_for.is_some());
            if matches!(callback, 4 | 7) {
                body["resource"] = json!({ "type": callback, "message": self.world.message_json(message, Viewer(interaction.application_id)) });
            }
        }
        body["interaction"] = inner;
        body
    }

    /// Posts an answer of an interaction. `original`: it is the one that `@original` means.
    fn reply(&mut self, id: Id, mut draft: Draft, extra_flags: u64, original: bool) -> Option<Id> {
        let interaction = self.world.interactions.get(&id)?;
        let (application, person, channel) = (interaction.application_id, interaction.person, interaction.channel_id);
        let ephemeral = draft.flags.unwrap_or(0) & flags::EPHEMERAL != 0;
        draft.nonce = None;
        let kind = match (interaction.kind, interaction.data["type"].as_u64()) {
            (2, Some(1)) => 20,
            (2, _) => 23,
            _ => 0,
        };
        // A button's answer is a reply to the message with the button, unless that one is somebody's own.
        let source = interaction.source.filter(|_| interaction.kind == 3);
        let source = source
            .filter(|source| self.world.message(channel, *source).is_some_and(|source| source.ephemeral_for.is_none()));
        draft.reference = source.map(|source| (Some(channel), source));
        let post = Post {
            kind: if original { kind } else { 0 },
            interaction: Some(id),
            default: mentions::Default::UsersOnly,
            extra_flags,
            ephemeral_for: ephemeral.then_some(person),
            ..Post::plain(application, channel, draft)
        };
        let message = self.post(post);
        if let Some(interaction) = self.world.interaction_mut(id) {
            if original {
                interaction.original = Some(message);
                interaction.ephemeral = ephemeral;
            } else {
                interaction.follow_ups.push(message);
            }
        }
        Some(message)
    }

    /// The interaction that a webhook call means. Dead tokens are told as Discord tells them.
    pub(crate) fn by_webhook_token(&self, application: Id, token: &str) -> Result<Id, Refusal> {
        if !self.world.is_bot(application) {
            return Err(error::unknown_webhook());
        }
        let Some(interaction) = self
            .world
            .interactions
            .values()
            .rev()
            .find(|interaction| interaction.application_id == application && interaction.token == token)
        else {
            return Err(error::invalid_webhook_token());
        };
        let life = u64::try_from(self.limits.interaction_life.as_millis()).unwrap_or(u64::MAX);
        if self.world.now_ms().saturating_sub(interaction.created_ms) > life {
            return Err(error::invalid_webhook_token());
        }
        if matches!(interaction.progress, Progress::Waiting | Progress::Failed) {
            return Err(error::unknown_webhook());
        }
        Ok(interaction.id)
    }

    /// A follow-up. The first one after a deferred answer takes the place of "thinking…".
    pub(crate) fn follow_up(&mut self, id: Id, body: &Value, files: Vec<Upload>) -> Result<Id, Refusal> {
        let draft = message::check(body, files, Form::Answer, false, self.limits.attachment_bytes)?;
        if draft.is_empty() {
            return Err(error::empty_message());
        }
        if let Some(loading) = self.loading(id) {
            self.finish_deferred(id, loading, draft);
            return Ok(loading);
        }
        let message = self.reply(id, draft, 0, false).ok_or_else(error::unknown_webhook)?;
        if let Some(interaction) = self.world.interaction_mut(id)
            && interaction.progress == Progress::Deferred
        {
            interaction.progress = Progress::Answered;
        }
        self.tell_interaction(id);
        Ok(message)
    }

    fn loading(&self, id: Id) -> Option<Id> {
        let interaction = self.world.interactions.get(&id)?;
        let message = self.world.message(interaction.channel_id, interaction.original?)?;
        (message.flags & flags::LOADING != 0).then_some(message.id)
    }

    fn finish_deferred(&mut self, id: Id, message: Id, draft: Draft) {
        let Some(channel) = self.world.interactions.get(&id).map(|interaction| interaction.channel_id) else { return };
        self.set_v2(channel, message, &draft);
        self.edit_message(channel, message, draft, mentions::Default::UsersOnly);
        // "thinking…" that becomes an answer does not count as edited.
        if let Some(message) = self.world.message_mut(channel, message) {
            message.edited_ms = None;
        }
        self.answered_late(id);
    }

    fn set_v2(&mut self, channel: Id, message: Id, draft: &Draft) {
        if draft.is_v2()
            && let Some(message) = self.world.message_mut(channel, message)
        {
            message.flags |= flags::IS_COMPONENTS_V2;
        }
    }

    /// A button that was only acknowledged is answered once its message changes, however that happens.
    pub(crate) fn settle_deferred_update(&mut self, message: Id) {
        let recent = self.world.interactions.values().rev().take(200);
        let waiting: Vec<Id> = recent
            .filter(|one| {
                one.progress == Progress::Deferred && one.original == Some(message) && one.source == Some(message)
            })
            .map(|one| one.id)
            .collect();
        for id in waiting {
            self.answered_late(id);
        }
    }

    fn answered_late(&mut self, id: Id) {
        if let Some(interaction) = self.world.interaction_mut(id)
            && interaction.progress == Progress::Deferred
        {
            interaction.progress = Progress::Answered;
        }
        self.tell_interaction(id);
    }

    /// Which message of an interaction a path means: `@original` or an id.
    pub(crate) fn interaction_message(&self, id: Id, which: &str) -> Result<(Id, Id), Refusal> {
        let interaction = self.world.interactions.get(&id).ok_or_else(error::unknown_webhook)?;
        let message = match which {
            "@original" => interaction.original,
            other => other
                .parse()
                .ok()
                .filter(|message| interaction.original == Some(*message) || interaction.follow_ups.contains(message)),
        };
        let message = message
            .and_then(|message| self.world.message(interaction.channel_id, message))
            .ok_or_else(error::unknown_message)?;
        Ok((interaction.channel_id, message.id))
    }

    pub(crate) fn edit_answer(
        &mut self,
        id: Id,
        which: &str,
        body: &Value,
        files: Vec<Upload>,
    ) -> Result<(Id, Id), Refusal> {
        let (channel, message_id) = self.interaction_message(id, which)?;
        let before = self.world.message(channel, message_id).ok_or_else(error::unknown_message)?;
        let v2 = before.flags & flags::IS_COMPONENTS_V2 != 0;
        let draft = message::check(body, files, Form::Edit, v2, self.limits.attachment_bytes)?;
        if before.flags & flags::LOADING != 0 {
            if draft.is_empty() {
                return Err(error::empty_message());
            }
            self.finish_deferred(id, message_id, draft);
        } else {
            let leaves_nothing = draft.content.as_deref().unwrap_or(&before.content).is_empty()
                && draft.embeds.as_ref().unwrap_or(&before.embeds).is_empty()
                && draft.components.as_ref().unwrap_or(&before.components).is_empty()
                && draft.files.is_empty()
                && draft.keep_attachments.as_ref().map_or(before.attachments.is_empty(), Vec::is_empty);
            if leaves_nothing {
                return Err(error::empty_message());
            }
            self.set_v2(channel, message_id, &draft);
            self.edit_message(channel, message_id, draft, mentions::Default::UsersOnly);
            self.answered_late(id);
        }
        Ok((channel, message_id))
    }
}

fn check_choices(choices: &[Value]) -> Result<(), Refusal> {
    let mut problems = Problems::default();
    problems.count("data.choices", choices.len(), 0, 25);
    for (index, choice) in choices.iter().enumerate() {
        problems.length(&format!("data.choices.{index}.name"), choice["name"].as_str().unwrap_or(""), 1, 100);
        if let Some(text) = choice["value"].as_str() {
            problems.length(&format!("data.choices.{index}.value"), text, 0, 100);
        } else if !choice["value"].is_number() {
            problems.required(&format!("data.choices.{index}.value"));
        }
    }
    problems.finish()
}
