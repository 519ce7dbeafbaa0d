//! Purpose: the one writer. Takes people's actions, then due timers, then accepted reports; decides purely; writes once. Where more
//! timers are due than fit into a moment, reports and people take turns with them.

pub(crate) mod integrations;
pub mod nouns;
mod people;

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use domain::{Fact, IncidentId, Input, Setup, Subject, Timer, TimerKind};
use futures_util::FutureExt as _;
use tokio::sync::mpsc;
use tokio::time::Instant;
use tracing::{debug, error, info};

use nouns::Kept;

use crate::action::ActError;
use crate::chat::chat_changed;
use crate::decisions::{ForDecider, Spot};
use crate::episodes::fires_on;
use crate::guard::Guard;
use crate::handle::Shared;
use crate::lost;
use crate::pace::Pace;
use crate::poison::{Failed, guarded, put_timer_aside, said};
use crate::stop::Phases;
use crate::work::Work;

/// Timers taken at once.
const TIMER_BATCH: i64 = 64;
/// How long timers are taken before whoever presses a button, and then reports, have their turn. Each timer is a commit of its own:
/// on a busy disk the timers of twenty incidents took half a minute, in which nothing that broke opened an incident.
const TIMERS_FOR: Duration = Duration::from_millis(250);
/// The decider looks at the database at least this often, whatever bell was missed.
const POLL: Duration = Duration::from_secs(5);
/// Wait after a failure of the database.
const TROUBLE_WAIT: Duration = Duration::from_millis(500);

pub(crate) struct Decider {
    pub(crate) shared: Arc<Shared>,
    inputs: mpsc::Receiver<ForDecider>,
    pace: Pace,
    phases: Phases,
    /// The configuration by which alerts of unknown integrations were ended last.
    integrations_by: Option<Arc<Setup>>,
    kept: Kept,
    /// The configuration by which whoever is called or has something was looked at last, and how often accounts had changed by then.
    people_by: Option<(Arc<Setup>, u64)>,
    guard: Guard,
}

impl Decider {
    pub(crate) fn new(shared: Arc<Shared>, inputs: mpsc::Receiver<ForDecider>, phases: Phases) -> Self {
        Self {
            shared,
            inputs,
            pace: Pace::default(),
            phases,
            integrations_by: None,
            kept: Kept::default(),
            people_by: None,
            guard: Guard::default(),
        }
    }

    /// Runs until nobody has anything more to say. While the engine closes it decides only what it is told: timers and
    /// reports are in the database and wait for the next start.
    pub(crate) async fn run(mut self) {
        while !self.phases.end.is_cancelled() {
            match self.turn().await {
                Ok(true) => {
                    self.trouble(None);
                    self.shared.turn();
                }
                Ok(false) => {
                    self.trouble(None);
                    self.rest().await;
                }
                Err(error) => {
                    match self.shared.database_failed(&error) {
                        // That is said once, by whoever looks after the database.
                        Some(_) => debug!("The decider waits for the database: {error}"),
                        None => error!("The decider is held up: {error}"),
                    }
                    self.trouble(Some(error.to_string()));
                    tokio::time::sleep(TROUBLE_WAIT).await;
                }
            }
        }
        while let Ok(input) = self.inputs.try_recv() {
            self.input(input).await;
        }
    }

    fn trouble(&self, trouble: Option<String>) {
        self.shared.decisions.set_trouble(trouble);
    }

    /// One round in order of urgency; false when there was nothing to do.
    async fn turn(&mut self) -> store::Result<bool> {
        let people = self.keep_accounts().await?;
        self.keep_nouns().await?;
        if let Some(by) = people {
            self.keep_people(by).await?;
        }
        if let Ok(input) = self.inputs.try_recv() {
            self.input(input).await;
            return Ok(true);
        }
        if self.phases.closing.is_cancelled() {
            return Ok(false);
        }
        let now = self.shared.clock.now();
        let timers = self.shared.store.due_timers(now, TIMER_BATCH).await?;
        if !timers.is_empty() {
            let more_wait = self.timers(timers).await?;
            let rests = || self.pace.rests_until(&self.shared.door.commits, Instant::now()).is_some();
            if more_wait && !self.phases.closing.is_cancelled() && !rests() {
                self.reports().await?;
            }
            return Ok(true);
        }
        let shared = Arc::clone(&self.shared);
        if self.guard.look(&shared, now).await? {
            self.guard_nouns().await?;
        }
        if let Some(until) = self.pace.rests_until(&shared.door.commits, Instant::now()) {
            tokio::select! {
                Some(input) = self.inputs.recv() => self.input(input).await,
                () = tokio::time::sleep_until(until) => {}
                () = self.phases.closing.cancelled() => {}
            }
            return Ok(true);
        }
        if self.reports().await? { Ok(true) } else { self.integrations_gone().await }
    }

    /// Due timers, one after the other; true when more of them may be due than had their turn.
    async fn timers(&mut self, timers: Vec<Timer>) -> store::Result<bool> {
        let (began, mut left) = (Instant::now(), timers.len());
        let all = i64::try_from(left).is_ok_and(|due| due < TIMER_BATCH);
        for timer in timers {
            if self.phases.closing.is_cancelled() || began.elapsed() >= TIMERS_FOR {
                break;
            }
            left -= 1;
            let shared = Arc::clone(&self.shared);
            shared.timer_fires(timer.due);
            match guarded(&shared, self.timer(timer.clone())).await {
                Ok(()) => {}
                Err(Failed::Database(error)) => return Err(error),
                Err(Failed::Poison(why)) => put_timer_aside(&shared, &timer, &why).await?,
            }
        }
        Ok(left > 0 || !all)
    }

    /// What has arrived and is not decided yet, as much as one transaction takes; false when there is nothing.
    async fn reports(&mut self) -> store::Result<bool> {
        let shared = Arc::clone(&self.shared);
        let began = Instant::now();
        let rows = shared.store.undecided(self.pace.batch(&shared.door.commits)).await?;
        if rows.is_empty() {
            return Ok(false);
        }
        self.journal(&rows).await?;
        self.nouns_after_reports().await?;
        self.pace.decided(began, Instant::now(), &shared.door.commits);
        Ok(true)
    }

    async fn rest(&mut self) {
        let shared = Arc::clone(&self.shared);
        let next = shared.store.next_timer().await.ok().flatten();
        shared.decisions.rests(true);
        shared.turn();
        let input = tokio::select! {
            input = self.inputs.recv() => input,
            () = shared.door.bell.notified() => None,
            () = shared.clock.wait_for(next) => None,
            () = tokio::time::sleep(POLL) => None,
            () = self.phases.end.cancelled() => None,
        };
        shared.decisions.rests(false);
        if let Some(input) = input {
            self.input(input).await;
        }
    }

    async fn input(&mut self, input: ForDecider) {
        match input {
            ForDecider::Act(action, answer) => {
                let shared = Arc::clone(&self.shared);
                let done = AssertUnwindSafe(self.act(&action)).catch_unwind().await;
                let result = done.unwrap_or_else(|panic| Err(shared.failed(&said(&*panic))));
                if let Err(ActError::Refused(refusal)) = &result {
                    debug!("Refused: {refusal:?}");
                }
                let _ = answer.send(result);
                // Who lowers what was raised above its silence leaves nothing but silenced alerts behind.
                if let Err(error) = self.hold_what_is_left().await {
                    debug!("What is left to be held back is looked for with the next report: {error}");
                }
            }
            ForDecider::Learned { incident, fact, gone, told } => {
                let shared = Arc::clone(&self.shared);
                let result = match guarded(&shared, self.learned(incident, &fact, gone)).await {
                    Err(Failed::Poison(why)) => {
                        let error_id = shared.error_id();
                        error!(error.id = error_id, "A fact about {} was not taken in: {why}", incident.label());
                        Ok(())
                    }
                    Err(Failed::Database(error)) => Err(error),
                    Ok(()) => Ok(()),
                };
                let _ = told.send(result);
            }
            ForDecider::ChatChanged { message, change, told } => {
                let shared = Arc::clone(&self.shared);
                let result = match guarded(&shared, chat_changed(&shared, message, &change)).await {
                    Err(Failed::Poison(why)) => {
                        error!(error.id = shared.error_id(), "That a line is gone was not taken in: {why}");
                        Ok(())
                    }
                    Err(Failed::Database(error)) => Err(error),
                    Ok(()) => Ok(()),
                };
                let _ = told.send(result);
            }
            ForDecider::ClockSet { by, told } => {
                let shared = Arc::clone(&self.shared);
                self.nouns_follow_clock();
                let result = match guarded(&shared, shared.follow_clock(by)).await {
                    Err(Failed::Poison(why)) => {
                        error!(error.id = shared.error_id(), "The clock could not be followed: {why}");
                        Ok(())
                    }
                    Err(Failed::Database(error)) => Err(error),
                    Ok(()) => Ok(()),
                };
                let _ = told.send(result);
            }
        }
    }

    /// Something the rest of the engine found out. Each fact is taken in once, however often it is found out.
    async fn learned(&mut self, id: IncidentId, fact: &Fact, gone: Option<Spot>) -> store::Result<()> {
        let Some(incident) = self.shared.incident(id).await? else { return Ok(()) };
        let gone = match (fact, gone) {
            (Fact::ThingGone { thing, .. }, Some(was)) => {
                if !lost::is_known(&self.shared, id, *thing, was).await? {
                    return Ok(());
                }
                Some(*thing)
            }
            _ => None,
        };
        let mut work = Work::new(&self.shared);
        let events = work.decide(&Input::Fact { incident: &incident, fact }).of_one().unwrap_or_default();
        if let Some(thing) = gone.filter(|_| !events.is_empty()) {
            lost::forget(&mut work, id, thing);
        }
        work.add(Some(&incident), id, events)?;
        work.commit(&self.shared).await?;
        Ok(())
    }

    async fn timer(&mut self, timer: Timer) -> store::Result<()> {
        let mut work = Work::new(&self.shared);
        // It was due by one reading of the clock; no later one may say that it is not. A clock set back by 20 ms between the two
        // made three of sixty escalations stop for good: the decision said "not yet", and the timer was gone.
        work.now = work.now.max(timer.due);
        work.batch.timer_done(&timer.subject, timer.kind);
        info!(
            subject = %timer.subject,
            timer.kind = timer.kind.as_str(),
            "Timer of {} is due",
            timer.subject.label()
        );
        match timer.subject {
            Subject::Incident(id) => {
                let incident = self.shared.incident(id).await?;
                if let Some(incident) = incident.as_ref().filter(|_| timer.kind == TimerKind::FiresOn) {
                    fires_on(&self.shared, &mut work, incident).await?;
                } else if let Some(incident) = incident {
                    let input = Input::Timer { incident: &incident, kind: timer.kind };
                    let events = work.decide(&input).of_one().unwrap_or_default();
                    let says_something = !events.is_empty();
                    work.add(Some(&incident), id, events)?;
                    let after = work.changed(id).map_or(incident, |(after, _)| after);
                    work.timers_as_wanted(&after, timer.kind, says_something);
                }
            }
            Subject::Storm(_) => work.storms.due(&mut work.batch, work.now),
            other => self.noun_due(&mut work, &other).await?,
        }
        work.commit(&self.shared).await?;
        Ok(())
    }
}
