//! Purpose: Discord cannot be reached. Pages go out on other ways at once; what would have been posted meanwhile becomes
//! one message for each room when Discord is back, so that nobody has to read a flood.

use std::sync::{PoisonError, RwLock};

use domain::incident::{EventAt, Outage};
use domain::{Effect, IncidentId, Place, PlannedEffect, ReasonCode, Said, Timestamp};
use tracing::{info, warn};

use crate::action::ActError;
use crate::decisions::{Fact, NotLearned};
use crate::handle::{Engine, Shared};

/// Under this name the database keeps since when Discord cannot be reached.
const DOWN_SINCE: &str = "discord_down_since";
/// Under this name it keeps the last outage that is over: since when, and when Discord was back.
const LAST_OUTAGE: &str = "discord_last_outage";

/// Since when Discord could not be reached when the process before this one ended.
pub(crate) async fn down_before(store: &store::Store) -> store::Result<Option<Timestamp>> {
    Ok(store.meta(DOWN_SINCE).await?.and_then(|since| since.parse().ok()))
}

/// The last outage that was over when the process before this one ended.
pub(crate) async fn last_before(store: &store::Store) -> store::Result<Option<Outage>> {
    let kept = store.meta(LAST_OUTAGE).await?.unwrap_or_default();
    let outage = kept.split_once(' ').and_then(|(since, back)| {
        let (since, back) = (since.parse().ok()?, back.parse().ok()?);
        Some(Outage { since, back })
    });
    Ok(outage)
}

/// Whether Discord can be reached.
#[derive(Debug)]
pub(crate) struct DiscordReach {
    down_since: RwLock<Option<Timestamp>>,
    last: RwLock<Option<Outage>>,
}

impl DiscordReach {
    /// Since when it could not be reached at the end of the process before this one, and when it last was back.
    pub(crate) const fn new(down_since: Option<Timestamp>, last: Option<Outage>) -> Self {
        Self { down_since: RwLock::new(down_since), last: RwLock::new(last) }
    }

    /// Since when it cannot be reached, by the domain clock.
    fn down_since(&self) -> Option<Timestamp> {
        *self.down_since.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn set(&self, down_since: Option<Timestamp>) {
        *self.down_since.write().unwrap_or_else(PoisonError::into_inner) = down_since;
    }

    /// The last outage that is over.
    pub(crate) fn last(&self) -> Option<Outage> {
        *self.last.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn over(&self, outage: Outage) {
        *self.last.write().unwrap_or_else(PoisonError::into_inner) = Some(outage);
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
                // And one ring out of many: it is written down, so that a restart meanwhile names the same one.
                let outage = Outage::over(since, shared.clock.now());
                let kept = format!("{} {}", outage.since, outage.back);
                shared.store.meta_replace(LAST_OUTAGE, &kept).await?;
                shared.discord.over(outage);
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

/// Posts of one incident that wait, with their rows, in order.
type WaitingPosts = (IncidentId, Vec<(i64, Said)>);

/// Posts by incident; the rest stays as it is. So does what an earlier release planned: it has no number, and leaves by itself.
fn by_incident(waiting: Vec<(i64, Effect)>) -> Vec<WaitingPosts> {
    let mut incidents: Vec<WaitingPosts> = Vec::new();
    for (row, effect) in waiting {
        let Effect::Post { incident, seq: seq @ 1.., place } = effect else { continue };
        let said = (row, Said { seq, place });
        match incidents.last_mut() {
            Some((known, posts)) if *known == incident => posts.push(said),
            _ => incidents.push((incident, vec![said])),
        }
    }
    incidents
}

/// Replaces the posts that wait for the same room by one. Answers how many rooms that concerned.
async fn gather(shared: &Shared, since: Timestamp) -> store::Result<usize> {
    let wire = shared.wire.now();
    let reason = ReasonCode::NotWanted.because("part of one message after an outage");
    let mut rooms = 0;
    for (id, rows) in by_incident(shared.store.outbox_never_sent().await?) {
        let Some(incident) = shared.incident(id).await? else { continue };
        for room in [Place::Room, Place::Thread] {
            // How a drill went, and that nobody answered in one, is said in its room.
            let rows = rows.iter().filter(|(_, said)| said.place.of(&incident) == room);
            let (ids, mut posts): (Vec<i64>, Vec<Said>) = rows.copied().unzip();
            if ids.len() < 2 {
                continue;
            }
            // A question that has run out meanwhile needs no answer any more.
            let seqs: Vec<u32> = posts.iter().map(|said| said.seq).collect();
            let events = shared.store.events_at(id, &seqs).await?;
            posts.retain(|said| {
                let effect = Effect::Post { incident: id, seq: said.seq, place: said.place };
                let said: Vec<EventAt> = events.iter().filter(|entry| entry.seq == said.seq).cloned().collect();
                effect.still_wanted(Some(&incident), &said).is_ok()
            });
            let first = ids.first().copied().unwrap_or_default();
            let outage = Effect::Outage { incident: id, place: room, since, posts };
            let planned = PlannedEffect::once(key(id, first), outage).behind(Some(format!("room:{id}")));
            shared.store.outbox_replace(&ids, &planned, &reason, wire).await?;
            rooms += 1;
        }
    }
    Ok(rooms)
}

fn key(incident: IncidentId, first_row: i64) -> String {
    format!("inc{incident}:outage:{first_row}")
}
