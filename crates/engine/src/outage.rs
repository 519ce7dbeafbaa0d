//! Purpose: Discord cannot be reached. Pages go out on other ways at once; what would have been posted meanwhile becomes
//! one message for each room when Discord is back, so that nobody has to read a flood.

use std::sync::{PoisonError, RwLock};

use domain::{Effect, IncidentId, Lane, Place, PlannedEffect, Post, ReasonCode, Timestamp};
use tracing::{info, warn};

use crate::action::ActError;
use crate::decisions::{Fact, NotLearned};
use crate::handle::{Engine, Shared};

/// Under this name the database keeps since when Discord cannot be reached.
const DOWN_SINCE: &str = "discord_down_since";

/// Since when Discord could not be reached when the process before this one ended.
pub(crate) async fn down_before(store: &store::Store) -> store::Result<Option<Timestamp>> {
    Ok(store.meta(DOWN_SINCE).await?.and_then(|since| since.parse().ok()))
}

/// Whether Discord can be reached.
#[derive(Debug)]
pub(crate) struct DiscordReach(RwLock<Option<Timestamp>>);

impl DiscordReach {
    /// Since when it could not be reached at the end of the process before this one.
    pub(crate) const fn new(down_since: Option<Timestamp>) -> Self {
        Self(RwLock::new(down_since))
    }

    /// Since when it cannot be reached, by the domain clock.
    fn down_since(&self) -> Option<Timestamp> {
        *self.0.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn set(&self, down_since: Option<Timestamp>) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = down_since;
    }
}

impl Engine {
    /// Since when Discord cannot be reached, if it cannot.
    pub fn discord_down_since(&self) -> Option<Timestamp> {
        self.shared.discord.down_since()
    }

    /// Says whether Discord can be reached. Repeating what is known changes nothing.
    ///
    /// # Errors
    /// When the database fails; say it again then.
    pub async fn discord_reachable(&self, reachable: bool) -> Result<(), ActError> {
        self.take_in(reachable).await.map_err(|error| self.shared.failed(&error))
    }

    async fn take_in(&self, reachable: bool) -> Result<(), NotLearned> {
        let shared = &self.shared;
        let down_since = self.discord_down_since();
        match (reachable, down_since) {
            (true, None) | (false, Some(_)) => Ok(()),
            (false, None) => {
                let now = shared.clock.now();
                // A restart in the middle of it must not make a flood of what waits.
                shared.store.meta_replace(DOWN_SINCE, &now.to_string()).await?;
                shared.discord.set(Some(now));
                warn!("Discord cannot be reached: pages go out on other ways, everything else waits");
                let told = shared.pages_take_other_ways().await;
                if told.is_err() {
                    // It is said again, and then all of it is done again.
                    shared.discord.set(None);
                }
                told
            }
            (true, Some(since)) => {
                // First one message out of many, then the outbox may go on.
                let rooms = gather(shared, since).await?;
                shared.store.meta_replace(DOWN_SINCE, "").await?;
                shared.discord.set(None);
                info!("Discord is back; {rooms} rooms get one message for what happened meanwhile");
                shared.deliveries.ring();
                Ok(())
            }
        }
    }
}

impl Shared {
    pub(crate) fn discord_is_down(&self) -> bool {
        self.discord.down_since().is_some()
    }

    /// Discord is away: pages of all incidents that nobody answered take their other ways. Doing it again changes nothing.
    pub(crate) async fn pages_take_other_ways(&self) -> Result<(), NotLearned> {
        for incident in self.book.open() {
            self.learn(incident.id, Fact::DiscordDown).await?;
        }
        Ok(())
    }
}

/// Posts of one room that wait, with their rows, in order.
type WaitingPosts = (IncidentId, Place, Vec<(i64, Post)>);

/// Posts to rooms and threads, by room; the rest stays as it is.
fn by_room(waiting: Vec<(i64, Effect)>) -> Vec<WaitingPosts> {
    let mut rooms: Vec<WaitingPosts> = Vec::new();
    for (row, effect) in waiting {
        let Effect::Post { incident, place: place @ (Place::Room | Place::Thread), post } = effect else { continue };
        match rooms.iter_mut().find(|(known, at, _)| *known == incident && *at == place) {
            Some((_, _, posts)) => posts.push((row, post)),
            None => rooms.push((incident, place, vec![(row, post)])),
        }
    }
    rooms
}

/// Replaces the posts that wait for the same room by one. Answers how many rooms that concerned.
async fn gather(shared: &Shared, since: Timestamp) -> store::Result<usize> {
    let wire = shared.wire.now();
    let reason = ReasonCode::NotWanted.because("part of one message after an outage");
    let mut rooms = 0;
    for (incident, place, rows) in by_room(shared.store.outbox_never_sent().await?) {
        if rows.len() < 2 {
            continue;
        }
        let (ids, mut posts): (Vec<i64>, Vec<Post>) = rows.into_iter().unzip();
        // A question that has run out meanwhile needs no answer any more.
        let now = shared.incident(incident).await?;
        posts.retain(|post| {
            let effect = Effect::Post { incident, place: place.clone(), post: post.clone() };
            effect.still_wanted(now.as_deref()).is_ok()
        });
        let first = ids.first().copied().unwrap_or_default();
        let effect = Effect::Post { incident, place, post: Post::Outage { since, posts } };
        let planned = PlannedEffect {
            effect,
            lane: Lane::Update,
            key: key(incident, first),
            supersede: None,
            order: Some(format!("room:{incident}")),
        };
        shared.store.outbox_replace(&ids, &planned, &reason, wire).await?;
        rooms += 1;
    }
    Ok(rooms)
}

fn key(incident: IncidentId, first_row: i64) -> String {
    format!("inc{incident}:outage:{first_row}")
}
