//! Purpose: create a message once: with a nonce while Discord remembers it, after that by looking for it first.

use domain::effect::Text;
use domain::{ChatChannelId, ChatMessageId, Effect, IncidentId, Lane, ReasonCode};
use engine::{ObjectRef, Outcome};
use serde_json::{Value, json};

use super::{Attempt, LOOK_AGAIN, Step, code, dropped, gone};
use crate::custom_id::{CustomId, Spot};
use crate::rest::{Body, ChannelId, Failure, File, MessageId, Route, snowflake_at};

/// How long we trust Discord to remember a nonce. Discord says "the past few minutes"; one is surely inside.
const NONCE_TRUST: jiff::SignedDuration = jiff::SignedDuration::from_secs(60);
/// How far before the attempt the search begins, for clocks that disagree.
const SEARCH_MARGIN_MS: i64 = 120_000;
/// Messages per page of a search; Discord's most.
const PAGE_SIZE: u8 = 100;
/// Pages a search reads before it gives up and says so.
const PAGES: usize = 20;

/// A message was not created.
pub(super) enum NotCreated {
    /// The request failed.
    Failed(Failure),
    /// The attempt ends here for another reason.
    Ended(Outcome),
}

impl Attempt<'_> {
    /// Creates the message, or finds the one an earlier attempt created.
    pub(crate) async fn create_message(&self, channel: ChatChannelId, body: Value) -> Step<ObjectRef> {
        self.create_with_files(channel, body, Vec::new()).await
    }

    /// The same for a message with files.
    pub(super) async fn create_with_files(
        &self,
        channel: ChatChannelId,
        body: Value,
        files: Vec<File>,
    ) -> Step<ObjectRef> {
        match self.try_create(channel, self.with_nonce(body), files).await {
            Ok(object) => Ok(object),
            Err(NotCreated::Failed(failure)) => Err(self.room_gone_or(channel, failure)),
            Err(NotCreated::Ended(outcome)) => Err(outcome),
        }
    }

    pub(super) fn with_nonce(&self, mut body: Value) -> Value {
        #[cfg(feature = "broken")]
        if crate::broken::NONCE_OFF.load(std::sync::atomic::Ordering::Relaxed) {
            return body;
        }
        body["nonce"] = json!(self.job.nonce);
        body["enforce_nonce"] = json!(true);
        body
    }

    /// In a thread that somebody closed and locked it is tried once more when that is open again.
    pub(super) async fn try_create(
        &self,
        channel: ChatChannelId,
        body: Value,
        files: Vec<File>,
    ) -> Result<ObjectRef, NotCreated> {
        match self.create_once(channel, body.clone(), files.clone()).await {
            Err(NotCreated::Failed(failure)) if gone::is_closed(&failure) => {
                let channel = self.job.sent_to.unwrap_or(channel);
                self.open_again(channel, &failure).await.map_err(NotCreated::Ended)?;
                self.create_once(channel, body, files).await
            }
            created => created,
        }
    }

    async fn create_once(
        &self,
        channel: ChatChannelId,
        body: Value,
        files: Vec<File>,
    ) -> Result<ObjectRef, NotCreated> {
        let channel = self.job.sent_to.unwrap_or(channel);
        // What stays as it is leaves each time with the text of the first attempt: by that it is found again.
        let kept = self.job.rendered.as_deref().and_then(|kept| serde_json::from_str(kept).ok());
        let body: Value = kept.unwrap_or(body);
        let rendered = (self.job.effect.row().text == Text::Kept).then(|| body.to_string());
        let rendered = rendered.as_deref();
        if let Some(sent_at) = self.job.sent_at {
            let unwanted = self.job.unwanted;
            if unwanted.is_some() {
                self.surely_over(sent_at).map_err(NotCreated::Ended)?;
            }
            if (unwanted.is_some() || self.job.now.duration_since(sent_at) > NONCE_TRUST)
                && let Some(found) = self.find_own(channel, sent_at, &body).await?
            {
                return Ok(self.object(channel, Some(found)));
            }
            if let Some(reason) = unwanted {
                return Err(NotCreated::Ended(dropped(reason)));
            }
        }
        let body = if files.is_empty() { Body::Json(body) } else { Body::Files { json: body, files } };
        let mut route = Route::create_message(ChannelId(channel.0));
        // The lines of a beginning storm stand in the same channel as the card on which somebody is called.
        if matches!(self.job.effect, Effect::Card { .. }) && self.job.lane > Lane::Card {
            route = route.giving_way();
        }
        let anew = self.anew(&body);
        let response = match (self.guarded(&route, Some(channel), body, rendered).await, anew) {
            // An earlier attempt arrived, and somebody deleted it since. Cards are needed; nobody misses the rest.
            (Err(NotCreated::Failed(failure)), Some(anew)) if is_deleted(&failure) => {
                tracing::debug!(outbox.row = self.job.row, "Made anew under another nonce: {failure}");
                self.guarded(&route, Some(channel), anew, rendered).await?
            }
            (Err(NotCreated::Failed(failure)), None) if is_deleted(&failure) => {
                let reason = ReasonCode::Gone.because(format!("it arrived and was deleted: {failure}"));
                return Err(NotCreated::Ended(Outcome::Dropped { reason }));
            }
            (answered, _) => answered?,
        };
        match response.id() {
            Some(id) => Ok(self.object(channel, Some(ChatMessageId(id)))),
            None => Err(NotCreated::Ended(Outcome::Unknown {
                reason: ReasonCode::Unanswered.because("the message's id is missing"),
                retry_in: LOOK_AGAIN,
            })),
        }
    }

    /// What shows the state of now, for another creation: under a nonce that Discord does not know yet, and the same one each
    /// time. None for what stays as it is.
    fn anew(&self, body: &Body) -> Option<Body> {
        match (&self.job.effect, body) {
            (Effect::Card { .. } | Effect::Status { .. }, Body::Json(json)) => {
                let mut json = json.clone();
                json["nonce"] = json!(format!("{}-2", self.job.nonce));
                Some(Body::Json(json))
            }
            (_, _) => None,
        }
    }

    /// Reads what was written in the channel since shortly before the attempt and looks for this message among ours.
    async fn find_own(
        &self,
        channel: ChatChannelId,
        sent_at: domain::Timestamp,
        body: &Value,
    ) -> Result<Option<ChatMessageId>, NotCreated> {
        let ours = self.directory.bot.map(|bot| bot.0.to_string());
        let from_ms = sent_at.as_millisecond() + self.own.client.discord_now_offset_ms() - SEARCH_MARGIN_MS;
        let mut after = snowflake_at(from_ms);
        for _ in 0..PAGES {
            let route = Route::messages_after(ChannelId(channel.0), MessageId(after), PAGE_SIZE);
            let page = self.send_empty(&route).await.map_err(NotCreated::Failed)?.body;
            let Some(messages) = page.as_array() else { return Ok(None) };
            for message in messages {
                let id: u64 = message["id"].as_str().and_then(|id| id.parse().ok()).unwrap_or_default();
                after = after.max(id);
                let mine = message["author"]["id"].as_str() == ours.as_deref();
                if mine && !self.job.claimed.contains(&ChatMessageId(id)) && looks_like(message, body) {
                    return Ok(Some(ChatMessageId(id)));
                }
            }
            if messages.len() < usize::from(PAGE_SIZE) {
                return Ok(None);
            }
        }
        Err(NotCreated::Ended(Outcome::Unknown {
            reason: ReasonCode::Unanswered
                .because("too many messages since the lost attempt to find out whether it arrived"),
            retry_in: super::BLOCKED_WAIT,
        }))
    }
}

/// Discord knows the nonce, and its message is not there any more.
fn is_deleted(failure: &Failure) -> bool {
    failure.code() == Some(code::UNKNOWN_MESSAGE)
}

/// Whether a message found in a channel is the one this body would create: by the files it carries, by what its buttons belong
/// to, else by an embed's footer, else by its text. A card's buttons change with the state, what they belong to does not.
fn looks_like(message: &Value, body: &Value) -> bool {
    if files(message) != files(body) {
        return false;
    }
    let same_text = || {
        body["content"].as_str().is_some_and(|content| {
            !content.is_empty() && message["content"].as_str().map(str::trim) == Some(content.trim())
        })
    };
    // A message that tells several pages has fewer buttons the more of them were answered: one in common is enough.
    if let Some(Marker::Spot(_, Spot::Page(_))) = marker(body) {
        let wanted: Vec<Marker> = markers(body).collect();
        return markers(message).any(|found| wanted.contains(&found));
    }
    if let Some(marker) = marker(body) {
        let post = matches!(marker, Marker::Spot(_, Spot::Post));
        return self::marker(message) == Some(marker) && (!post || same_text());
    }
    let footer = |value: &Value| value["embeds"][0]["footer"]["text"].as_str().map(str::to_owned);
    if let Some(marker) = footer(body) {
        return footer(message) == Some(marker);
    }
    same_text()
}

/// Names of the files a message carries.
fn files(message: &Value) -> Vec<&str> {
    let all = message["attachments"].as_array().map(Vec::as_slice).unwrap_or_default();
    all.iter().filter_map(|file| file["filename"].as_str()).collect()
}

/// What the buttons of a message belong to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Marker {
    Spot(IncidentId, Spot),
    Candidate(i64),
    Asked(u64),
}

fn marker(message: &Value) -> Option<Marker> {
    markers(message).next()
}

fn markers(message: &Value) -> impl Iterator<Item = Marker> {
    custom_ids(message).filter_map(|id| match CustomId::parse(id)? {
        CustomId::Button { incident, spot, .. } => Some(Marker::Spot(incident, spot)),
        CustomId::Candidate { journal, .. } => Some(Marker::Candidate(journal)),
        CustomId::Asked { asked, .. } => Some(Marker::Asked(asked)),
        // What a noun says and asks may be said several times: it is known by its text.
        CustomId::Noun(_) => None,
        // These stand on private answers, which no delivery makes.
        CustomId::Form(_)
        | CustomId::Again { .. }
        | CustomId::Keep { .. }
        | CustomId::Item { .. }
        | CustomId::Triage(_)
        | CustomId::Sure(_)
        | CustomId::Pick { .. }
        | CustomId::Postmortem { .. } => None,
    })
}

fn custom_ids(message: &Value) -> impl Iterator<Item = &str> {
    let rows = message["components"].as_array().map(Vec::as_slice).unwrap_or_default();
    rows.iter()
        .flat_map(|row| row["components"].as_array().map(Vec::as_slice).unwrap_or_default())
        .filter_map(|component| component["custom_id"].as_str())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::looks_like;

    #[test]
    fn a_lost_message_is_known_by_button_or_footer_or_text() {
        let button = |id: &str| json!({ "content": "x", "components": [{ "components": [{ "custom_id": id }] }] });
        assert!(looks_like(&button("v1:ack:7:p1"), &button("v1:ack:7:p1")));
        assert!(!looks_like(&button("v1:ack:7:p2"), &button("v1:ack:7:p1")));
        assert!(looks_like(&button("v1:ack:7:card"), &button("v1:update:7:card")));
        assert!(!looks_like(&button("v1:ack:8:card"), &button("v1:ack:7:card")));
        assert!(looks_like(&button("v1:resolve:7:post"), &button("v1:resolve:7:post")));
        let footer = |text: &str| json!({ "embeds": [{ "footer": { "text": text } }] });
        assert!(looks_like(&footer("INC-7 status"), &footer("INC-7 status")));
        assert!(!looks_like(&footer("INC-8 status"), &footer("INC-7 status")));
        assert!(looks_like(&json!({ "content": "Budi has it." }), &json!({ "content": "Budi has it. " })));
        assert!(!looks_like(&json!({ "content": "" }), &json!({ "content": "" })));
        let record = |name: &str| json!({ "content": "Record", "attachments": [{ "filename": name }] });
        assert!(looks_like(&record("inc-7.md"), &record("inc-7.md")));
        assert!(!looks_like(&record("inc-8.md"), &record("inc-7.md")));
        assert!(!looks_like(&json!({ "content": "Record" }), &record("inc-7.md")));
    }
}
