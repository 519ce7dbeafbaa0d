//! Purpose: heartbeats: takes beats, and turns a silence that lasted too long into an accepted alert.
//!
//! The database remembers the last beat, what a silence counts from, and whether it was reported. A start extends each by the
//! time nobody watched and no more: beats sent meanwhile are lost, which is no evidence of silence; but a daily backup with a
//! daily restart must still be missed.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use domain::heartbeat::{Heartbeat, gone};
use domain::{Setup, Timestamp};
use store::HeartbeatRow;
use tokio::sync::{Mutex, Notify};
use tokio_util::sync::CancellationToken;
use tracing::{error, info, warn};

use crate::accept::Unavailable;
use crate::handle::{Engine, Shared};

/// Beats so soon after one that is on the disk are not written: the answer promises what is written.
const SAME_BEAT: jiff::SignedDuration = jiff::SignedDuration::from_secs(1);
/// How often it is written down that somebody watches: a crash extends each silence by so much more at the most.
const WATCHED_EVERY: jiff::SignedDuration = jiff::SignedDuration::from_secs(30);
/// Wait after a failure of the database.
const TROUBLE_WAIT: Duration = Duration::from_millis(500);

/// What is held of all heartbeats.
#[derive(Debug)]
pub(crate) struct Heartbeats {
    state: Mutex<State>,
    /// Rung when a due time may have changed: by beats that end a silence, and by a new configuration.
    bell: Notify,
}

#[derive(Debug)]
pub(crate) struct State {
    /// The configuration that `known` follows; none before the first round.
    setup: Option<Arc<Setup>>,
    known: BTreeMap<String, Known>,
    /// Until when it is written down that somebody watched.
    watched: Timestamp,
}

#[derive(Clone, Copy, Debug)]
struct Known {
    /// What its silence counts from.
    since: Timestamp,
    /// Its last beat.
    last: Option<Timestamp>,
    silent: bool,
}

impl Known {
    fn due(&self, heartbeat: &Heartbeat) -> Option<Timestamp> {
        (!self.silent).then(|| heartbeat.due(self.since))
    }
}

impl Heartbeats {
    /// What the database knows, at the start.
    pub(crate) fn resume(rows: Vec<HeartbeatRow>, now: Timestamp) -> Self {
        let known = |row: HeartbeatRow| {
            (row.name, Known { since: row.since.unwrap_or(now), last: row.last, silent: row.silent })
        };
        let known = rows.into_iter().map(known).collect();
        Self { state: Mutex::new(State { setup: None, known, watched: now }), bell: Notify::new() }
    }

    /// Takes in what the database knows, when the clock has been looked at.
    pub(crate) async fn begin(&self, rows: Vec<HeartbeatRow>, now: Timestamp) {
        *self.state.lock().await = Self::resume(rows, now).state.into_inner();
    }

    /// Nobody beats and nothing becomes silent while this is held.
    pub(crate) async fn hold(&self) -> tokio::sync::MutexGuard<'_, State> {
        self.state.lock().await
    }

    /// The configuration changed.
    pub(crate) fn ring(&self) {
        self.bell.notify_one();
    }

    /// Nothing is due, and the configuration is the one that is followed.
    pub(crate) fn is_quiet(&self, setup: &Arc<Setup>, now: Timestamp) -> bool {
        let Ok(state) = self.state.try_lock() else { return false };
        state.setup.as_ref().is_some_and(|followed| Arc::ptr_eq(followed, setup))
            && state.next(setup).is_none_or(|due| due > now)
    }
}

impl State {
    /// The machine's clock was set by so much: silences are counted on. The database knows.
    pub(crate) fn clock_moves(&mut self, by: jiff::SignedDuration) {
        let instants = self.known.values_mut().flat_map(|known| [Some(&mut known.since), known.last.as_mut()]);
        for at in instants.flatten().chain([&mut self.watched]) {
            *at = at.checked_add(by).unwrap_or(*at);
        }
    }

    /// When the next silence is due.
    fn next(&self, setup: &Setup) -> Option<Timestamp> {
        setup.heartbeats.iter().filter_map(|heartbeat| self.known.get(&heartbeat.name)?.due(heartbeat)).min()
    }
}

impl Engine {
    /// A heartbeat was heard of; it is on the disk when this answers with the time of the next one at the latest.
    /// None when no heartbeat has this name.
    ///
    /// # Errors
    /// [`Unavailable`] when the database cannot take it; then it does not count.
    pub async fn beat(&self, name: &str) -> Result<Option<Timestamp>, Unavailable> {
        let shared = &self.shared;
        let setup = self.setup();
        let Some(heartbeat) = setup.heartbeat(name) else { return Ok(None) };
        let heard = shared.heartbeats.state.lock().await.heard(shared, heartbeat).await;
        shared.turn();
        heard.map(Some).map_err(|error| {
            let fault = shared.database_failed(&error);
            if fault.is_none() {
                error!("A beat of {name} could not be kept: {error}");
            }
            shared.unavailable(fault)
        })
    }
}

impl State {
    async fn heard(&mut self, shared: &Shared, heartbeat: &Heartbeat) -> store::Result<Timestamp> {
        let now = shared.clock.now();
        let known = self.known.get(&heartbeat.name).filter(|known| !known.silent).and_then(|known| known.last);
        if let Some(last) = known
            && now >= last
            && now.duration_since(last) < SAME_BEAT
        {
            return Ok(heartbeat.due(last));
        }
        let is_over = shared.store.heartbeat_heard(&heartbeat.name, now, &heartbeat.heard_again()).await?;
        self.known.insert(heartbeat.name.clone(), Known { since: now, last: Some(now), silent: false });
        if is_over {
            info!(heartbeat.name = heartbeat.name, "Heartbeat {} is heard again", heartbeat.name);
            shared.door.bell.notify_one();
            shared.heartbeats.bell.notify_one();
        }
        Ok(heartbeat.due(now))
    }

    /// Follows the configuration and reports what has been silent for too long; answers when to look again.
    async fn round(&mut self, shared: &Shared) -> store::Result<Option<Timestamp>> {
        let setup = shared.setup();
        let now = shared.clock.now();
        if !self.setup.as_ref().is_some_and(|followed| Arc::ptr_eq(followed, &setup)) {
            self.follow(shared, &setup, now).await?;
        }
        for heartbeat in &setup.heartbeats {
            let Some(known) = self.known.get_mut(&heartbeat.name) else { continue };
            if known.due(heartbeat).is_none_or(|due| due > now) {
                continue;
            }
            let report = heartbeat.silent(known.since, known.last, &setup.timezone);
            if shared.store.heartbeat_silent(&heartbeat.name, now, &report).await? {
                info!(heartbeat.name = heartbeat.name, "Heartbeat {} is silent", heartbeat.name);
                shared.door.bell.notify_one();
            }
            known.silent = true;
        }
        if !setup.heartbeats.is_empty() && self.watched.duration_since(now).abs() >= WATCHED_EVERY {
            shared.store.heartbeats_watched(now).await?;
            self.watched = now;
        }
        let look_again = now.checked_add(WATCHED_EVERY).ok().filter(|_| !setup.heartbeats.is_empty());
        Ok([self.next(&setup), look_again].into_iter().flatten().min())
    }

    async fn follow(&mut self, shared: &Shared, setup: &Arc<Setup>, now: Timestamp) -> store::Result<()> {
        let removed: Vec<String> = self.known.keys().filter(|name| setup.heartbeat(name).is_none()).cloned().collect();
        for name in removed {
            if shared.store.heartbeat_forget(&name, now, &gone(&name)).await? {
                info!(heartbeat.name = name, "Heartbeat {name} was silent and is no longer configured");
                shared.door.bell.notify_one();
            }
            self.known.remove(&name);
        }
        for heartbeat in &setup.heartbeats {
            if !self.known.contains_key(&heartbeat.name) {
                shared.store.heartbeat_known(&heartbeat.name, now).await?;
                self.known.insert(heartbeat.name.clone(), Known { since: now, last: None, silent: false });
            }
        }
        self.setup = Some(Arc::clone(setup));
        Ok(())
    }
}

/// Watches until told to stop.
pub(crate) async fn watch(shared: Arc<Shared>, stop: CancellationToken) {
    while !stop.is_cancelled() {
        let round = shared.heartbeats.state.lock().await.round(&shared).await;
        shared.turn();
        let next = match round {
            Ok(next) => next,
            Err(error) => {
                warn!("The heartbeats wait for the database: {error}");
                tokio::select! {
                    () = tokio::time::sleep(TROUBLE_WAIT) => {}
                    () = stop.cancelled() => {}
                }
                continue;
            }
        };
        tokio::select! {
            () = shared.clock.wait_for(next) => {}
            () = shared.heartbeats.bell.notified() => {}
            () = stop.cancelled() => {}
        }
    }
    let setup = shared.setup();
    if !setup.heartbeats.is_empty()
        && let Err(error) = shared.store.heartbeats_watched(shared.clock.now()).await
    {
        warn!("It could not be written down until when heartbeats were watched: {error}");
    }
}
