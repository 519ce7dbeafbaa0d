//! Purpose: what an effect edits or stands in was deleted by somebody: said as such, so that it is made anew instead of
//! being tried for ever or given up.

use domain::{ChatChannelId, Incident, ReasonCode, Thing};
use engine::{LostSurface, ObjectRef, Outcome, Receipt};
use serde_json::{Value, json};

use super::{Attempt, Step, code};
use crate::rest::{ChannelId, Failure, MessageId, Route};

/// Whether Discord says that the channel, thread or message is not there.
pub(super) fn is_gone(failure: &Failure) -> bool {
    matches!(failure.code(), Some(code::UNKNOWN_CHANNEL | code::UNKNOWN_MESSAGE))
}

impl Attempt<'_> {
    /// What the failure of an edit of a known thing means.
    pub(super) fn gone_or(&self, kind: Thing, object: &ObjectRef, failure: Failure) -> Outcome {
        if !is_gone(&failure) {
            return self.outcome(&failure);
        }
        deleted(kind, object.clone(), &failure)
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
            Err(failure) if failure.code() == Some(code::THREAD_ARCHIVED) => {
                self.edit_in_closed_thread(object, body).await
            }
            Err(failure) => Err(self.edit_failed(&failure)),
        }
    }

    /// Posts wake a closed thread, edits are refused in it. That of an open incident is opened again, locked or not: people look there
    /// for who answered. That of one that is over is left alone.
    async fn edit_in_closed_thread(&self, object: &ObjectRef, body: Value) -> Step<Receipt> {
        if self.job.incident.as_ref().is_none_or(|incident| !incident.status.is_open()) {
            return Err(super::dropped("its thread is closed, and the incident is over"));
        }
        let opened = self.send(&Route::modify_channel(ChannelId(object.channel.0)), json!({ "archived": false })).await;
        opened.map_err(|failure| self.edit_failed(&failure))?;
        let edited = self.edit(object, body).await;
        edited.map(|_| Receipt::default()).map_err(|failure| self.edit_failed(&failure))
    }

    pub(super) fn edit_failed(&self, failure: &Failure) -> Outcome {
        if is_gone(failure) {
            return Outcome::Dropped {
                reason: ReasonCode::Gone.because(format!("its message was deleted: {failure}")),
            };
        }
        self.outcome(failure)
    }

    /// The card has carried a thread already. If that one was deleted, only a new card can carry a new one: the old card
    /// goes, so that an incident has one.
    pub(super) async fn thread_is_there(&self, incident: &Incident) -> Step<()> {
        if !incident.lost.contains_key(&Thing::Thread) {
            return Ok(());
        }
        let Some((channel, message)) = self.card_message() else { return Ok(()) };
        if self.is_there(ChatChannelId(message.0)).await? {
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
        let reason = ReasonCode::Gone.because("the thread of the card was deleted, and a card carries one thread only");
        Err(Outcome::Lost(LostSurface::Gone { kind: Thing::Card, object, replaced: true, reason }))
    }
}

/// Somebody deleted it.
fn deleted(kind: Thing, object: ObjectRef, failure: &Failure) -> Outcome {
    let reason = ReasonCode::Gone.because(failure.to_string());
    Outcome::Lost(LostSurface::Gone { kind, object, replaced: false, reason })
}
