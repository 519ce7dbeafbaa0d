//! Purpose: alerts whose sender says nothing more. Those that fire on although a person ended their incident open it again; those
//! of senders that never tell ends are over after `resolve_after`; those that were repeated and are not any more are stale.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use domain::incident::{AlertCounts, Opening};
use domain::routing::route;
use domain::{AlertReport, Event, Fact, Incident, IncidentId, Input, TimerKind, Timestamp};
use jiff::SignedDuration;
use tokio_util::sync::CancellationToken;
use tracing::warn;

use crate::decisions::NotLearned;
use crate::handle::{Engine, Shared};
use crate::work::Work;

/// Between two looks for silent alerts.
const LOOK_EVERY: SignedDuration = SignedDuration::from_mins(1);
/// Alerts that end for want of a word in one look; the rest ends in the next ones.
const EXPIRE_AT_ONCE: u32 = 1_000;

/// When alerts that nobody tells of were looked for, and how many are stale.
#[derive(Debug, Default)]
pub(crate) struct QuietSenders {
    looked: Mutex<Option<Timestamp>>,
    stale: AtomicUsize,
}

impl QuietSenders {
    /// There was a look at this minute.
    pub(crate) fn is_quiet(&self, now: Timestamp) -> bool {
        let looked = *self.looked.lock().unwrap_or_else(PoisonError::into_inner);
        // A clock that was set back must not make the next look wait for hours.
        looked.is_some_and(|looked| now.duration_since(looked).abs() < LOOK_EVERY)
    }

    pub(crate) fn stale(&self) -> usize {
        self.stale.load(Ordering::Relaxed)
    }
}

/// Looks until told to stop.
pub(crate) async fn watch(engine: Engine, stop: CancellationToken) {
    let shared = &engine.shared;
    while !stop.is_cancelled() {
        let now = shared.clock.now();
        if !shared.quiet_senders.is_quiet(now) {
            if let Err(error) = look(&engine, now).await
                && error.database().is_some_and(|error| shared.database_failed(error).is_none())
            {
                warn!("Silent alerts could not be looked for: {error}");
            }
            *shared.quiet_senders.looked.lock().unwrap_or_else(PoisonError::into_inner) = Some(now);
            shared.turn();
        }
        tokio::select! {
            () = shared.clock.wait_for(now.checked_add(LOOK_EVERY).ok()) => {}
            () = stop.cancelled() => {}
        }
    }
}

async fn look(engine: &Engine, now: Timestamp) -> Result<(), NotLearned> {
    let shared = &engine.shared;
    let setup = engine.setup();
    let mut expired = Vec::new();
    for integration in setup.integrations.iter().filter(|integration| !integration.tells_ends()) {
        let Some(wait) = integration.resolve_after.and_then(|wait| SignedDuration::try_from(wait).ok()) else {
            continue;
        };
        let before = now.checked_sub(wait).unwrap_or(Timestamp::MIN);
        let unheard = shared.store.unheard_since(&integration.name, before, EXPIRE_AT_ONCE).await?;
        let end = |(key, title)| AlertReport::expired(integration.name.clone(), key, title);
        expired.extend(unheard.into_iter().map(end));
    }
    if let Err(not_now) = engine.accept(expired).await {
        warn!("Alerts that are over without a word end later: {not_now}");
    }
    let stale: BTreeMap<IncidentId, usize> = shared.store.stale(now).await?.into_iter().collect();
    shared.quiet_senders.stale.store(stale.values().sum(), Ordering::Relaxed);
    for incident in shared.book.open() {
        let alerts = stale.get(&incident.id).copied().unwrap_or(0);
        if alerts != incident.stale {
            shared.learn(incident.id, Fact::AlertsStale { alerts }).await?;
        }
    }
    Ok(())
}

/// The time is over. Which of its alerts still fire is in the database: others may have gone on elsewhere meanwhile. They go on in
/// the open incident of their group; else in this one; else, when it was closed, in a new one that names it.
pub(crate) async fn fires_on(shared: &Shared, work: &mut Work, incident: &Arc<Incident>) -> store::Result<()> {
    if incident.status.is_open() {
        return Ok(());
    }
    let (count, last) = shared.store.firing_of(incident.id).await?;
    let Some(last) = last else {
        // What is left of it is silenced, and is decided anew when that ends.
        let silenced = shared.store.silenced_counts().await?;
        let silenced: Vec<_> = silenced.iter().filter(|count| count.incident == Some(incident.id)).collect();
        let alerts = silenced.iter().map(|count| count.alerts).sum();
        let silence = silenced.first().map(|count| count.silence);
        if silence.is_some() {
            work.batch.alerts_leave(incident.id);
        }
        let none = Event::WentOn { dedup_key: None, alerts, into: None, silence };
        work.add(Some(incident), incident.id, vec![none])?;
        return Ok(());
    };
    let elsewhere = {
        let book = shared.book.read();
        let other = incident.group_keys().find_map(|key| book.open_in_group(key));
        other.and_then(|id| book.incidents.get(&id).cloned())
    };
    if let Some(other) = elsewhere {
        let events = learned(work, &other, &Fact::AlertsGoOnHere { alerts: count });
        work.add(Some(&other), other.id, events)?;
        return went_on(work, incident, count, other.id);
    }
    let events = learned(work, incident, &Fact::AlertsFireOn { alerts: count });
    if !events.is_empty() {
        work.add(Some(incident), incident.id, events)?;
        return Ok(());
    }
    let report = match last.alert.report {
        Some(number) => shared.store.journal_row(number).await?.and_then(|row| row.report.ok()),
        None => None,
    };
    // Without its report nobody knows where it goes; then the repetition of its sender decides.
    let Some(report) = report else {
        let input = Input::Timer { incident, kind: TimerKind::FiresOn };
        let events = work.decide(&input).of_one().unwrap_or_default();
        work.add(Some(incident), incident.id, events)?;
        return Ok(());
    };
    let routed = route(work.world.setup(), &report);
    let opening = Opening::Alert { report: &report, routed: &routed };
    let mut events = work.decide(&Input::Open(opening)).of_one().unwrap_or_default();
    if let Some(Event::Opened { reasons: Some(reasons), .. }) = events.first_mut() {
        reasons.never_ended = Some(incident.id);
    }
    if count > 1 {
        events.push(Event::AlertsCounted { counts: AlertCounts { new: count - 1, ..AlertCounts::default() } });
    }
    let id = work.number();
    work.add(None, id, events)?;
    went_on(work, incident, count, id)
}

/// The old incident names the one in which its alerts go on.
fn went_on(work: &mut Work, from: &Arc<Incident>, alerts: usize, into: IncidentId) -> store::Result<()> {
    work.add(Some(from), from.id, vec![Event::WentOn { dedup_key: None, alerts, into: Some(into), silence: None }])?;
    work.alerts_move(from.id, into);
    Ok(())
}

/// What follows from a fact. Nothing refuses one.
fn learned(work: &Work, incident: &Incident, fact: &Fact) -> Vec<Event> {
    work.decide(&Input::Fact { incident, fact }).of_one().unwrap_or_default()
}
