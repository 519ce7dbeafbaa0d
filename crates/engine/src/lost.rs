//! Purpose: a card, thread, channel or stakeholders' message that is not in Discord any more. It is found out by whoever
//! wanted to write there, or told by the gateway, taken in once, and made anew.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use domain::incident::LostWhy;
use domain::{ChatChannelId, ChatMessageId, Effect, IncidentId, Thing};
use tracing::{debug, warn};

use crate::decisions::{NotLearned, Spot};
use crate::deliver::{GoneWhy, Job};
use crate::handle::{Engine, Shared};
use crate::objects::ObjectRef;
use crate::work::Work;

/// So many cards of which we await the end are known at most; each is known for seconds.
const REPLACED_AT_ONCE: usize = 64;

/// Cards we are about to delete ourselves: their end is no news. Each is known until its end is taken in, or Discord refuses.
#[derive(Debug, Default)]
pub(crate) struct ReplacedCards(Mutex<VecDeque<ChatMessageId>>);

impl ReplacedCards {
    fn change<T>(&self, change: impl FnOnce(&mut VecDeque<ChatMessageId>) -> T) -> T {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn expect(&self, card: ChatMessageId) {
        self.change(|cards| {
            cards.retain(|known| *known != card);
            cards.push_back(card);
            if cards.len() > REPLACED_AT_ONCE {
                cards.pop_front();
            }
        });
    }

    fn forget(&self, card: ChatMessageId) {
        self.change(|cards| cards.retain(|known| *known != card));
    }

    fn contains(&self, card: ChatMessageId) -> bool {
        self.change(|cards| cards.contains(&card))
    }
}

/// What becomes of a row whose thing is gone.
pub(crate) enum Lost {
    /// The thing is made anew, or there is another place: the row is tried again.
    TryAgain,
    /// Nobody misses it.
    NotNeeded,
    /// It was deleted so often that it is not made anew.
    TooOften,
}

/// What becomes of a row that found its thing gone.
pub(crate) async fn row(
    shared: &Shared,
    job: &Job,
    thing: Thing,
    object: &ObjectRef,
    why: GoneWhy,
) -> Result<Lost, NotLearned> {
    let Some(incident) = job.incident.as_ref().filter(|_| is_made_anew(thing)) else { return Ok(Lost::NotNeeded) };
    // Who tidies up after an incident does not want its card back.
    let shows = matches!(
        job.effect,
        Effect::Card { .. }
            | Effect::RoomCard { .. }
            | Effect::Topic { .. }
            | Effect::Status { .. }
            | Effect::Pin { .. }
            | Effect::Unpin { .. }
            | Effect::Member { .. }
    );
    if shows && !incident.status.is_open() {
        return Ok(Lost::NotNeeded);
    }
    let (channel, message) = (object.channel, object.message);
    // Another row may find out first what we deleted ourselves.
    let ours = why == GoneWhy::Replaced || message.is_some_and(|message| shared.deliveries.replaced.contains(message));
    let why = match why {
        _ if ours => LostWhy::Replaced,
        GoneWhy::Locked => LostWhy::Locked,
        GoneWhy::Deleted | GoneWhy::Replaced => LostWhy::Deleted,
    };
    shared.learn_gone(incident.id, (thing, why), (channel, message)).await?;
    // From here on it is no thing of the incident any more: whoever finds it gone later has nothing to say.
    if let Some(card) = message.filter(|_| ours) {
        shared.deliveries.replaced.forget(card);
    }
    let still_known =
        shared.objects(&incident.id.into()).await?.get(&thing).is_some_and(|known| is(known, channel, message));
    if still_known {
        return Ok(Lost::TooOften);
    }
    // The new card is pinned by a row of its own.
    let stale = matches!(job.effect, Effect::Pin { .. } | Effect::Unpin { .. });
    Ok(if stale { Lost::NotNeeded } else { Lost::TryAgain })
}

/// Whether a thing that is gone is the one we know; otherwise it is another one by now, and this is known already.
pub(crate) async fn is_known(
    shared: &Shared,
    id: IncidentId,
    thing: Thing,
    (channel, message): Spot,
) -> store::Result<bool> {
    Ok(shared.objects(&id.into()).await?.get(&thing).is_some_and(|known| is(known, channel, message)))
}

/// Nothing is written any more where the thing was.
pub(crate) fn forget(work: &mut Work, id: IncidentId, thing: Thing) {
    warn!(incident.number = id.0, "The {thing} of {} is not in Discord any more", id.label());
    work.batch.object_gone(&id.into(), thing.to_string());
}

impl Engine {
    /// We are about to delete this card ourselves, because a new one takes its place: Discord's word of it is no news.
    pub fn replaces(&self, card: ChatMessageId) {
        self.shared.deliveries.replaced.expect(card);
    }

    /// Discord refused to delete it: it stays, and its end would be news.
    pub fn keeps(&self, card: ChatMessageId) {
        self.shared.deliveries.replaced.forget(card);
    }

    /// Discord says that a channel, thread or message was deleted. Things of incidents that are open are made anew at once,
    /// not only when something is to be written there.
    pub async fn deleted(&self, channel: ChatChannelId, message: Option<ChatMessageId>) {
        if let Err(error) = self.take_in_deletion(channel, message).await {
            // Whoever writes there next finds it out again.
            debug!("A deletion could not be taken in: {error}");
        }
    }

    async fn take_in_deletion(&self, channel: ChatChannelId, message: Option<ChatMessageId>) -> Result<(), NotLearned> {
        let shared = &self.shared;
        if message.is_some_and(|message| shared.deliveries.replaced.contains(message)) {
            return Ok(());
        }
        let found = match message {
            Some(message) => shared.store.owner_of_message(message).await?.map(|(id, _)| id),
            None => shared.place(channel).await?,
        };
        let Some(incident) = found.and_then(|id: IncidentId| shared.book.incident(id)) else { return Ok(()) };
        if !incident.status.is_open() {
            return Ok(());
        }
        for (thing, known) in shared.objects(&incident.id.into()).await? {
            if is_made_anew(thing) && is(&known, channel, message) {
                shared.learn_gone(incident.id, (thing, LostWhy::Deleted), (channel, message)).await?;
            }
        }
        Ok(())
    }
}

fn is(known: &ObjectRef, channel: ChatChannelId, message: Option<ChatMessageId>) -> bool {
    known.channel == channel && known.message == message
}

/// What is made anew when it is gone. A page has other ways, and a board is told to nobody in a room.
const fn is_made_anew(thing: Thing) -> bool {
    match thing {
        Thing::Card | Thing::Thread | Thing::Channel | Thing::RoomCard | Thing::Status => true,
        Thing::Page(..) | Thing::Board => false,
    }
}

#[cfg(test)]
mod tests {
    use domain::ChatMessageId;

    use super::{REPLACED_AT_ONCE, ReplacedCards};

    #[test]
    fn cards_we_replace_are_forgotten_when_that_is_over_and_never_more_than_a_bounded_number() {
        let cards = ReplacedCards::default();
        for card in 0..10_000 {
            cards.expect(ChatMessageId(card));
            cards.expect(ChatMessageId(card));
        }
        assert_eq!(cards.change(|cards| cards.len()), REPLACED_AT_ONCE);
        assert!(cards.contains(ChatMessageId(9_999)) && !cards.contains(ChatMessageId(0)));
        cards.forget(ChatMessageId(9_999));
        assert!(!cards.contains(ChatMessageId(9_999)));
    }
}
