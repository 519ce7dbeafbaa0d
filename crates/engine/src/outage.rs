//! Purpose: Discord cannot be reached. Pages go out on other ways at once; what would have been posted meanwhile becomes
//! one message for each room when Discord is back, so that nobody has to read a flood.

use std::sync::PoisonError;

use domain::{Effect, IncidentId, Lane, PlannedEffect, Post, Timestamp};
use tracing::{info, warn};

use crate::action::ActError;
use crate::handle::{Engine, Fact, NotLearned, Shared};

/// Under this name the database keeps since when Discord cannot be reached.
const DOWN_SINCE: &str = "discord_down_since";

/// Since when Discord could not be reached when the process before this one ended.
pub(crate) async fn down_before(store: &store::Store) -> store::Result<Option<Timestamp>> {
    Ok(store.meta(DOWN_SINCE).await?.and_then(|since| since.parse().ok()))
}

impl Engine {
    /// Since when Discord cannot be reached, if it cannot.
    pub fn discord_down_since(&self) -> Option<Timestamp> {
        *self.shared.discord_down.read().unwrap_or_else(PoisonError::into_inner)
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
                *shared.discord_down.write().unwrap_or_else(PoisonError::into_inner) = Some(now);
                warn!("Discord cannot be reached: pages go out on other ways, everything else waits");
                let told = shared.pages_take_other_ways().await;
                if told.is_err() {
                    // It is said again, and then all of it is done again.
                    *shared.discord_down.write().unwrap_or_else(PoisonError::into_inner) = None;
                }
                told
            }
            (true, Some(since)) => {
                // First one message out of many, then the outbox may go on.
                let rooms = gather(shared, since).await?;
                shared.store.meta_replace(DOWN_SINCE, "").await?;
                *shared.discord_down.write().unwrap_or_else(PoisonError::into_inner) = None;
                info!("Discord is back; {rooms} rooms get one message for what happened meanwhile");
                shared.outbox_bell.notify_one();
                Ok(())
            }
        }
    }
}

impl Shared {
    /// Discord is away: pages of all incidents that nobody answered take their other ways. Doing it again changes nothing.
    pub(crate) async fn pages_take_other_ways(&self) -> Result<(), NotLearned> {
        for incident in self.book.open() {
            self.learn(incident.id, Fact::DiscordDown).await?;
        }
        Ok(())
    }
}

/// Replaces the posts that wait for the same room by one. Answers how many rooms that concerned.
async fn gather(shared: &Shared, since: Timestamp) -> store::Result<usize> {
    let wire = shared.wire.now();
    let mut rooms = 0;
    for (incident, place, rows) in shared.store.waiting_posts().await? {
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
        shared.store.outbox_replace(&ids, &planned, "part of one message after an outage", wire).await?;
        rooms += 1;
    }
    Ok(rooms)
}

fn key(incident: IncidentId, first_row: i64) -> String {
    format!("inc{incident}:outage:{first_row}")
}
