//! Purpose: plays the scenarios of drills: their alerts become accepted reports, their people's messages become notes.
//!
//! A drill is found by its incident, so it needs no memory of its own: after a restart what is still to come is played at
//! its time, counted from the opening. What would have happened while we were down is left out.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use domain::scenario::{Happening, Scenario};
use domain::{
    Access, Actor, AlertReport, AlertStatus, ChatUserId, Command, DedupKey, Drill, Incident, IncidentId, Setup,
    Timestamp,
};
use tokio::sync::{Mutex, Notify};
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

use crate::action::{ActError, Action, IncidentRef, Request};
use crate::clock::Clock;
use crate::handle::Engine;

/// Wait after something could not be played.
const TROUBLE_WAIT: Duration = Duration::from_millis(500);

/// What is held of all drills.
#[derive(Debug, Default)]
pub(crate) struct Drills {
    state: Mutex<BTreeMap<IncidentId, Playing>>,
    /// An incident that is a drill changed, and nobody has looked yet.
    changed: AtomicBool,
    bell: Notify,
}

/// One drill.
#[derive(Debug)]
struct Playing {
    to_come: VecDeque<(Timestamp, Step)>,
    /// By how much the clock had been set when these instants were read from it.
    clock_set: jiff::SignedDuration,
    /// Alerts that were fired: they end with the drill.
    fired: BTreeMap<DedupKey, AlertReport>,
}

#[derive(Clone, Debug)]
enum Step {
    Report(Box<AlertReport>),
    Says { who: String, text: String },
}

impl Drills {
    /// A drill opened, changed or ended.
    pub(crate) fn ring(&self) {
        self.changed.store(true, Ordering::SeqCst);
        self.bell.notify_one();
    }

    /// Nothing is due, and every drill is known.
    pub(crate) fn is_quiet(&self, clock: &Clock) -> bool {
        let Ok(state) = self.state.try_lock() else { return false };
        !self.changed.load(Ordering::SeqCst) && next(&state, clock).is_none_or(|due| due > clock.now())
    }
}

fn next(state: &BTreeMap<IncidentId, Playing>, clock: &Clock) -> Option<Timestamp> {
    state.values().filter_map(|playing| playing.next(clock)).min()
}

impl Playing {
    /// When the next step is due, by the clock as it is now.
    fn next(&self, clock: &Clock) -> Option<Timestamp> {
        let (at, _) = self.to_come.front()?;
        let moved = clock.set_so_far().saturating_sub(self.clock_set);
        Some(at.checked_add(moved).unwrap_or(*at))
    }

    fn new(
        incident: &Incident,
        scenario: &Scenario,
        drill: &Drill,
        since: Option<Timestamp>,
        clock_set: jiff::SignedDuration,
    ) -> Self {
        let step = |(offset, what): (Duration, Happening<'_>)| {
            let at = incident.opened_at + jiff::SignedDuration::try_from(offset).ok()?;
            let step = match what {
                Happening::Fires(alert) => {
                    Step::Report(Box::new(alert.report(incident.id, AlertStatus::Firing, drill, at)))
                }
                Happening::Resolves(alert) => {
                    Step::Report(Box::new(alert.report(incident.id, AlertStatus::Resolved, drill, at)))
                }
                Happening::Says(message) => {
                    Step::Says { who: format!("{} (#{})", message.by, message.channel), text: message.says.clone() }
                }
            };
            Some((at, step))
        };
        let steps = scenario.happenings().into_iter().filter_map(step);
        let to_come = steps.filter(|(at, _)| since.is_none_or(|since| *at > since)).collect();
        // After a restart the alerts that fire are known from the incident.
        let firing: BTreeSet<&DedupKey> =
            incident.alerts.named().filter(|(_, alert)| alert.firing).map(|(key, _)| key).collect();
        let all = scenario
            .alerts
            .iter()
            .map(|alert| alert.report(incident.id, AlertStatus::Resolved, drill, incident.opened_at));
        let fired = all.filter(|report| firing.contains(&report.dedup_key));
        Self { to_come, clock_set, fired: fired.map(|report| (report.dedup_key.clone(), report)).collect() }
    }
}

/// Plays until told to stop.
pub(crate) async fn play(engine: Engine, stop: CancellationToken) {
    // Drills that are open now were begun by an earlier start.
    let began = Some(engine.now());
    let mut state = engine.shared.drills.state.lock().await;
    meet(&mut state, &engine, began);
    drop(state);
    while !stop.is_cancelled() {
        let round = round(&engine).await;
        engine.shared.turn();
        let next = match round {
            Ok(next) => next,
            Err(reason) => {
                warn!("A drill waits: {reason}");
                tokio::select! {
                    () = tokio::time::sleep(TROUBLE_WAIT) => {}
                    () = stop.cancelled() => {}
                }
                continue;
            }
        };
        tokio::select! {
            () = engine.shared.clock.wait_for(next) => {}
            () = engine.shared.drills.bell.notified() => {}
            () = stop.cancelled() => {}
        }
    }
}

/// Takes in drills that are not known yet.
fn meet(state: &mut BTreeMap<IncidentId, Playing>, engine: &Engine, since: Option<Timestamp>) {
    let setup: Arc<Setup> = engine.setup();
    for incident in engine.open_incidents() {
        let Some(drill) = incident.drill.as_ref().filter(|_| !state.contains_key(&incident.id)) else { continue };
        let Some(scenario) = drill.scenario.as_ref().and_then(|name| setup.scenario(name)) else { continue };
        info!(incident.number = incident.id.0, "{} plays the scenario {}", incident.id.label(), scenario.name);
        state.insert(incident.id, Playing::new(&incident, scenario, drill, since, engine.shared.clock.set_so_far()));
    }
}

/// Plays what is due and answers when the next thing is.
async fn round(engine: &Engine) -> Result<Option<Timestamp>, String> {
    let drills = &engine.shared.drills;
    let mut state = drills.state.lock().await;
    drills.changed.store(false, Ordering::SeqCst);
    meet(&mut state, engine, None);
    let open: BTreeSet<IncidentId> = engine.open_incidents().iter().map(|incident| incident.id).collect();
    // One that is over is kept, or its beginning would be played again when it is reopened.
    for (_, playing) in state.iter_mut().filter(|(id, _)| !open.contains(id)) {
        playing.to_come.clear();
        // Nothing is left firing: nobody else would ever end it.
        let ends = playing.fired.values().cloned().collect();
        engine.accept(ends).await.map_err(|error| error.to_string())?;
        playing.fired.clear();
    }
    let clock = &engine.shared.clock;
    for (id, playing) in state.iter_mut() {
        while playing.next(clock).is_some_and(|due| due <= clock.now()) {
            let Some((_, step)) = playing.to_come.front() else { break };
            perform(engine, *id, step).await?;
            if let Some((_, Step::Report(report))) = playing.to_come.pop_front() {
                let end = AlertReport { status: AlertStatus::Resolved, ..*report.clone() };
                match report.status {
                    AlertStatus::Firing => playing.fired.insert(report.dedup_key.clone(), end),
                    AlertStatus::Resolved => playing.fired.remove(&report.dedup_key),
                };
            }
        }
    }
    Ok(next(&state, clock))
}

async fn perform(engine: &Engine, id: IncidentId, step: &Step) -> Result<(), String> {
    match step {
        Step::Report(report) => {
            engine.accept(vec![AlertReport::clone(report)]).await.map_err(|error| error.to_string())?;
        }
        Step::Says { who, text } => {
            let by = Actor { user: ChatUserId(0), name: who.clone(), person: None, access: Access::Responder };
            let command = Command::Note { text: text.clone(), link: None };
            let what = Request::Incident { which: IncidentRef::Number(id), command };
            match engine.act(Action { interaction: None, by, request: what }).await {
                // Refused: it ended this moment.
                Ok(_) | Err(ActError::Refused(_)) => {}
                Err(error @ ActError::Failed { .. }) => return Err(error.to_string()),
            }
        }
    }
    Ok(())
}
