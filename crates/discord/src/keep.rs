//! Purpose: "Add to timeline" on a message that stands in no incident's room: which incident it belongs to is asked by a select. The
//! message may be gone by the answer, and without the intent for contents nobody could read it a second time, so the text travels in the
//! question itself.

use domain::incident::TEXT_LIMIT;
use domain::{Access, ChatChannelId, ChatMessageId, Command, IncidentId, Refusal};
use engine::{ActError, IncidentFilter, IncidentRef, Request};
use serde_json::json;
use serenity::model::application::ComponentInteraction;
use serenity::model::channel::Message;

use crate::actor::Asker;
use crate::answer::{Answer, Outcome, Replier};
use crate::components::value;
use crate::custom_id::CustomId;
use crate::data::Data;
use crate::mentions;
use crate::render::{self, limits};

impl Data {
    /// Keeps a message in the timeline of the incident whose room it stands in; else asks which.
    ///
    /// # Errors
    /// They may not, there is no incident to choose, or the database failed.
    pub async fn keep(&self, message: &Message, asker: &Asker) -> Outcome {
        let text = mentions::said(message, &self.directory.get());
        let who = message.author.global_name.as_deref().unwrap_or(&message.author.name);
        let text = if text.is_empty() { String::new() } else { words::cut(&format!("{who}: {text}"), TEXT_LIMIT) };
        let (channel, id) = (ChatChannelId(message.channel_id.get()), ChatMessageId(message.id.get()));
        match self.number(IncidentRef::Place(asker.channel)).await {
            Ok(incident) => self.note(asker, incident, text, channel, id).await,
            Err(ActError::Refused(Refusal::WhichIncident)) => self.ask_where(&text, channel, id, asker).await,
            Err(error) => Err(error),
        }
    }

    async fn note(
        &self,
        asker: &Asker,
        incident: IncidentId,
        text: String,
        channel: ChatChannelId,
        message: ChatMessageId,
    ) -> Outcome {
        let command = Command::Note { text, link: self.message_url(channel, message) };
        self.act(asker, Request::Incident { which: IncidentRef::Number(incident), command }).await
    }

    /// The question, with those that are open first, newest on top, and then those that are over.
    async fn ask_where(&self, text: &str, channel: ChatChannelId, message: ChatMessageId, asker: &Asker) -> Outcome {
        let by = self.actor(asker).await?;
        let reader = self.engine.reader(&by);
        let mut open = reader.open_incidents();
        open.retain(|incident| reader.check(incident, Access::Responder).is_ok());
        open.sort_by_key(|incident| std::cmp::Reverse(incident.id));
        let mut known: Vec<(IncidentId, String)> =
            open.iter().map(|one| (one.id, words::incident_choice(one.id, one.severity, &one.title))).collect();
        // Who only was called for one of these reads no list of the others.
        if reader.has(Access::Responder).is_ok() {
            let most = u32::try_from(limits::SELECT_OPTIONS).unwrap_or(u32::MAX);
            for line in reader.list(IncidentFilter::Recent, None, most).await? {
                if !known.iter().any(|(id, _)| *id == line.id) {
                    known.push((line.id, words::incident_choice(line.id, line.severity, &line.title)));
                }
            }
        } else if known.is_empty() {
            reader.has(Access::Responder)?;
        }
        if known.is_empty() {
            return Err(Refusal::WhichIncident.into());
        }
        let lang = self.language(asker);
        let options = known
            .into_iter()
            .take(limits::SELECT_OPTIONS)
            .map(|(id, shown)| json!({ "label": words::cut(&shown, limits::OPTION_TEXT), "value": id.0.to_string() }));
        let menu = json!({
            "type": 3,
            "custom_id": CustomId::Keep { channel: channel.0, message: message.0 }.to_string(),
            "placeholder": words::cut(&words::note_where_hint(lang), limits::SELECT_PLACEHOLDER),
            "options": options.collect::<Vec<_>>(),
            "min_values": 1,
            "max_values": 1,
        });
        Ok(Answer::Message(json!({
            "content": words::note_where(lang),
            "embeds": [{ "description": render::fenced(text) }],
            "components": [{ "type": 1, "components": [menu] }],
        })))
    }
}

/// The incident was chosen.
pub(crate) async fn chosen(
    data: &Data,
    replier: Replier,
    asker: &Asker,
    interaction: &ComponentInteraction,
    (channel, message): (u64, u64),
) {
    let incident = value(&interaction.data.kind).and_then(|number| number.parse().ok()).map(IncidentId);
    let Some(incident) = incident else { return replier.refuse(Refusal::StaleButton).await };
    let embed = interaction.message.embeds.last().and_then(|embed| embed.description.as_deref());
    let text = render::unfenced(embed.unwrap_or_default());
    replier
        .replacing_when_done()
        .answer(data.note(asker, incident, text, ChatChannelId(channel), ChatMessageId(message)))
        .await;
}
