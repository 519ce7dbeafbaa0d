//! Purpose: what an effect edits or stands in was deleted by somebody: said as such, so that it is made anew instead of
//! being tried for ever or given up.

use domain::{ChatChannelId, Incident, ReasonCode, Thing};
use engine::{GoneWhy, LostSurface, ObjectRef, Outcome, Receipt};
use serde_json::{Value, json};

use super::{Attempt, Step, code};
use crate::rest::{ChannelId, Failure, MessageId, Route};

/// Whether Discord says that the channel, thread or message is not there.
pub(super) fn is_gone(failure: &Failure) -> bool {
    matches!(failure.code(), Some(code::UNKNOWN_CHANNEL | code::UNKNOWN_MESSAGE))
}

/// Whether Discord says that the thread is closed, or locked.
pub(super) fn is_closed(failure: &Failure) -> bool {
    matches!(failure.code(), Some(code::THREAD_ARCHIVED | code::THREAD_LOCKED))
}

impl Attempt<'_> {
    /// What the failure of an edit of a known thing means.
    pub(super) fn gone_or(&self, kind: Thing, object: &ObjectRef, failure: Failure) -> Outcome {
        if !is_gone(&failure) {
            return self.outcome(&failure);
        }
        deleted(kind, object.clone(), &failure)
    }

    /// The same for what shows the state of now. With its channel the card in it is gone, too, and is not made anew elsewhere.
    pub(super) fn shown_gone_or(&self, kind: Thing, object: &ObjectRef, failure: Failure) -> Outcome {
        match kind {
            Thing::RoomCard if failure.code() == Some(code::UNKNOWN_CHANNEL) => {
                self.room_gone_or(object.channel, failure)
            }
            _ => self.gone_or(kind, object, failure),
        }
    }

    /// The same for a thing by its name.
    pub(super) fn known_gone_or(&self, kind: Thing, failure: Failure) -> Outcome {
        match self.job.objects.get(&kind) {
            Some(object) => self.gone_or(kind, object, failure),
            None => self.outcome(&failure),
        }
    }

    /// What it means that nothing can be hung on the card.
    pub(super) fn card_gone_or(&self, failure: Failure) -> Outcome {
        self.known_gone_or(Thing::Card, failure)
    }

    /// What it means that nothing can be written in a channel or thread. Where an earlier attempt went, the room may have
    /// been made anew since.
    pub(super) fn room_gone_or(&self, channel: ChatChannelId, failure: Failure) -> Outcome {
        let channel = self.job.sent_to.unwrap_or(channel);
        if failure.code() != Some(code::UNKNOWN_CHANNEL) || self.job.incident.is_none() {
            return self.outcome(&failure);
        }
        let rooms = [Thing::Channel, Thing::Thread];
        let known = rooms.iter().find_map(|kind| {
            let object = self.job.objects.get(kind).filter(|object| object.channel == channel)?;
            Some((*kind, object.clone()))
        });
        let before = (self.job.sent_to.is_some() && !self.directory.channels.values().any(|named| *named == channel))
            .then(|| (Thing::Thread, self.object(channel, None)));
        match known.or(before) {
            Some((kind, object)) => deleted(kind, object, &failure),
            None => self.outcome(&failure),
        }
    }

    /// A message that says how something ended; nobody needs it when it was deleted.
    pub(crate) async fn edit_if_there(&self, object: &ObjectRef, body: Value) -> Step<Receipt> {
        match self.edit(object, body.clone()).await {
            Ok(_) => Ok(Receipt::default()),
            Err(failure) if is_closed(&failure) => {
                self.open_again(object.channel, &failure).await?;
                let edited = self.edit(object, body).await;
                edited.map(|_| Receipt::default()).map_err(|failure| self.edit_failed(&failure))
            }
            Err(failure) => Err(self.edit_failed(&failure)),
        }
    }

    /// A thread that somebody closed, and perhaps locked. Posts wake one that is only closed, edits are refused in it; in a locked one
    /// both are (Discord takes nothing that changes it but opening: discord/discord-api-docs issue 6928). That of an open incident is
    /// opened again: people look there for who answered. Where we may not, the work goes on elsewhere. That of one that is over is left
    /// alone.
    pub(super) async fn open_again(&self, channel: ChatChannelId, closed: &Failure) -> Step<()> {
        if self.job.incident.as_ref().is_none_or(|incident| !incident.status.is_open()) {
            return Err(super::dropped("its thread is closed, and the incident is over"));
        }
        match self.unlock(channel).await? {
            true => Ok(()),
            false if self.is_ours(channel) => {
                let reason = ReasonCode::MissingPermission.because(format!("its thread is locked: {closed}"));
                let object = self.object(channel, None);
                Err(Outcome::Lost(LostSurface::Gone { kind: Thing::Thread, object, why: GoneWhy::Locked, reason }))
            }
            false => Err(super::dropped("its thread is locked, and nobody goes on in it")),
        }
    }

    /// The thread of the incident, or where an earlier attempt went.
    fn is_ours(&self, channel: ChatChannelId) -> bool {
        let thread = self.job.objects.get(&Thing::Thread).map(|object| object.channel);
        thread == Some(channel) || self.job.sent_to == Some(channel)
    }

    /// Opens a thread and takes its lock away, so that people can write in it, too; false when we may not.
    async fn unlock(&self, thread: ChatChannelId) -> Step<bool> {
        let route = Route::modify_channel(ChannelId(thread.0));
        // The lock is for whoever manages threads; whoever started one may open it as long as it has none.
        for body in [json!({ "archived": false, "locked": false }), json!({ "archived": false })] {
            match self.send(&route, body).await {
                Ok(_) => return Ok(true),
                Err(Failure::Refused { code: Some(_), .. }) => {}
                Err(failure) => return Err(self.outcome(&failure)),
            }
        }
        Ok(false)
    }

    pub(super) fn edit_failed(&self, failure: &Failure) -> Outcome {
        if is_gone(failure) {
            return Outcome::Dropped {
                reason: ReasonCode::Gone.because(format!("its message was deleted: {failure}")),
            };
        }
        self.outcome(failure)
    }

    /// Whether a thread is there and can be written in, opened again if need be.
    async fn can_be_used(&self, thread: ChatChannelId) -> Step<bool> {
        let found = match self.send_empty(&Route::get_channel(ChannelId(thread.0))).await {
            Ok(found) => found.body,
            Err(failure) if failure.code() == Some(code::UNKNOWN_CHANNEL) => return Ok(false),
            Err(failure) => return Err(self.outcome(&failure)),
        };
        if found["thread_metadata"]["locked"] == json!(true) { self.unlock(thread).await } else { Ok(true) }
    }

    /// The card has carried a thread already. If that one was deleted or is locked, only a new card can carry a new one: the old card
    /// goes, so that an incident has one.
    pub(super) async fn thread_is_there(&self, incident: &Incident) -> Step<()> {
        if !incident.lost.contains_key(&Thing::Thread) {
            return Ok(());
        }
        let Some((channel, message)) = self.card_message() else { return Ok(()) };
        if self.can_be_used(ChatChannelId(message.0)).await? {
            return Ok(());
        }
        self.own.engine.replaces(message);
        let old = Route::delete_message(ChannelId(channel.0), MessageId(message.0));
        match self.send_empty(&old).await {
            Ok(_) => {}
            Err(failure) if is_gone(&failure) => {}
            Err(failure) => {
                // A lost answer may be a yes; everything else surely left the card where it is.
                if !matches!(failure, Failure::Ambiguous { .. } | Failure::Server { .. }) {
                    self.own.engine.keeps(message);
                }
                return Err(self.outcome(&failure));
            }
        }
        let object = self.object(channel, Some(message));
        let reason =
            ReasonCode::Gone.because("the thread of the card cannot be used, and a card carries one thread only");
        Err(Outcome::Lost(LostSurface::Gone { kind: Thing::Card, object, why: GoneWhy::Replaced, reason }))
    }
}

/// Somebody deleted it.
fn deleted(kind: Thing, object: ObjectRef, failure: &Failure) -> Outcome {
    let reason = ReasonCode::Gone.because(failure.to_string());
    Outcome::Lost(LostSurface::Gone { kind, object, why: GoneWhy::Deleted, reason })
}
