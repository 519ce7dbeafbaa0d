//! Purpose: the one writer. Takes people's actions, then due timers, then accepted reports; decides purely; writes once.

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use domain::incident::{AlertOutcome, AskedOpening, Opening};
use domain::{
    Access, Actor, AlertOrigin, AlertReport, Command, Effect, Event, Incident, IncidentId, Input, Lane, Refusal, Setup,
    Severity, Subject, Timer,
};
use futures_util::FutureExt as _;
use store::{JournalMark, JournalRow, StoreError};
use tokio::sync::mpsc;
use tokio::time::Instant;
use tracing::{debug, error, info, warn};

use crate::action::{ActError, Action, ActionOutcome, IncidentRef, Opened, Request};
use crate::book::Overlay;
use crate::handle::{Fact, ForDecider, Shared, Spot};
use crate::lost;
use crate::pace::Pace;
use crate::poison::{Failed, guarded, put_timer_aside, said};
use crate::stop::Phases;
use crate::work::{Changed, Work, question_key, unmapped};

/// Timers taken at once.
const TIMER_BATCH: i64 = 64;
/// The decider looks at the database at least this often, whatever bell was missed.
const POLL: Duration = Duration::from_secs(5);
/// Wait after a failure of the database.
const TROUBLE_WAIT: Duration = Duration::from_millis(500);
/// Incidents a member who is no responder may open per hour.
pub(crate) const OPENED_PER_HOUR: u32 = 3;

pub(crate) struct Decider {
    shared: Arc<Shared>,
    inputs: mpsc::Receiver<ForDecider>,
    pace: Pace,
    phases: Phases,
}

impl Decider {
    pub(crate) fn new(shared: Arc<Shared>, inputs: mpsc::Receiver<ForDecider>, phases: Phases) -> Self {
        Self { shared, inputs, pace: Pace::default(), phases }
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
        let lock = &self.shared.decider_trouble;
        *lock.write().unwrap_or_else(std::sync::PoisonError::into_inner) = trouble;
    }

    /// One round in order of urgency; false when there was nothing to do.
    async fn turn(&mut self) -> store::Result<bool> {
        if let Ok(input) = self.inputs.try_recv() {
            self.input(input).await;
            return Ok(true);
        }
        if self.phases.closing.is_cancelled() {
            return Ok(false);
        }
        let timers = self.shared.store.due_timers(self.shared.clock.now(), TIMER_BATCH).await?;
        if !timers.is_empty() {
            for timer in timers {
                if self.phases.closing.is_cancelled() {
                    break;
                }
                let shared = Arc::clone(&self.shared);
                shared.timer_fires(timer.due);
                match guarded(&shared, self.timer(timer.clone())).await {
                    Ok(()) => {}
                    Err(Failed::Database(error)) => return Err(error),
                    Err(Failed::Poison(why)) => put_timer_aside(&shared, &timer, &why).await?,
                }
            }
            return Ok(true);
        }
        let shared = Arc::clone(&self.shared);
        if let Some(until) = self.pace.rests_until(&shared.accepted, Instant::now()) {
            tokio::select! {
                Some(input) = self.inputs.recv() => self.input(input).await,
                () = tokio::time::sleep_until(until) => {}
                () = self.phases.closing.cancelled() => {}
            }
            return Ok(true);
        }
        let began = Instant::now();
        let rows = shared.store.undecided(self.pace.batch(&shared.accepted)).await?;
        if rows.is_empty() {
            return Ok(false);
        }
        self.journal(&rows).await?;
        self.pace.decided(began, Instant::now(), &shared.accepted);
        Ok(true)
    }

    async fn rest(&mut self) {
        let shared = Arc::clone(&self.shared);
        let next = shared.store.next_timer().await.ok().flatten();
        shared.decider_idle.store(true, Ordering::SeqCst);
        shared.turn();
        let input = tokio::select! {
            input = self.inputs.recv() => input,
            () = shared.journal_bell.notified() => None,
            () = shared.clock.wait_for(next) => None,
            () = tokio::time::sleep(POLL) => None,
            () = self.phases.end.cancelled() => None,
        };
        shared.decider_idle.store(false, Ordering::SeqCst);
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
            lost::forget(&self.shared, &mut work, id, thing);
        }
        work.add(Some(&incident), id, events)?;
        work.commit(&self.shared).await?;
        Ok(())
    }

    async fn timer(&mut self, timer: Timer) -> store::Result<()> {
        let mut work = Work::new(&self.shared);
        work.batch.timer_done(&timer.subject, timer.kind);
        info!(
            subject = %timer.subject,
            timer.kind = timer.kind.as_str(),
            "Timer of {} is due",
            timer.subject.label()
        );
        match timer.subject {
            Subject::Incident(id) => {
                if let Some(incident) = self.shared.incident(id).await? {
                    let input = Input::Timer { incident: &incident, kind: timer.kind };
                    let events = work.decide(&input).of_one().unwrap_or_default();
                    work.add(Some(&incident), id, events)?;
                }
            }
            Subject::Storm(_) => work.storms.due(&mut work.batch, work.now),
            // Nothing sets one yet: it is gone with this transaction.
            Subject::Override(_) | Subject::Handoff(_) => {}
        }
        work.commit(&self.shared).await?;
        Ok(())
    }

    async fn act(&mut self, action: &Action) -> Result<ActionOutcome, ActError> {
        let shared = Arc::clone(&self.shared);
        let mut work = Work::new(&shared);
        let failed = |error: StoreError| shared.failed(&error);
        let done = match &action.request {
            Request::Incident { which, command } => {
                let incident = self.meant(&action.by, *which).await?;
                if matches!(command, Command::Reopen { .. }) {
                    self.check_reopening(&incident)?;
                }
                let input = Input::Command { incident: &incident, by: &action.by, command };
                let events = work.decide(&input).of_one()?;
                let (incident, events) = work.add(Some(&incident), incident.id, events).map_err(failed)?;
                ActionOutcome::Changed { incident, events }
            }
            Request::Merge { which, into } => {
                let from = self.meant(&action.by, *which).await?;
                let into = self.meant(&action.by, IncidentRef::Number(*into)).await?;
                let merged = work.decide(&Input::Merge { from: &from, into: &into, by: &action.by }).accepted()?;
                let (mut goes_on, mut events) = (Arc::clone(&into), Vec::new());
                for of in merged {
                    let before = if of.incident == Some(from.id) { &from } else { &into };
                    let (after, entries) = work.add(Some(before), before.id, of.events).map_err(failed)?;
                    events.extend(entries);
                    if after.id == into.id {
                        goes_on = after;
                    }
                }
                work.alerts_move(from.id, into.id);
                ActionOutcome::Changed { incident: goes_on, events }
            }
            Request::Open(opened) => self.open(&mut work, action, opened).await?,
            Request::Candidate { journal, open } => {
                self.check_answers(&action.by)?;
                self.candidate(&mut work, &action.by, *journal, *open).await?
            }
            Request::Asked { asked, open } => {
                self.check_answers(&action.by)?;
                self.asked(&mut work, &action.by, *asked, *open).await?
            }
        };
        if let Some(id) = action.interaction {
            work.batch.interaction(id);
        }
        match work.commit(&shared).await {
            Ok(true) => Ok(done),
            Ok(false) => Ok(ActionOutcome::Repeated),
            Err(error) => Err(shared.failed(&error)),
        }
    }

    async fn meant(&self, by: &Actor, which: IncidentRef) -> Result<Arc<Incident>, ActError> {
        let id = match which {
            IncidentRef::Number(id) => id,
            IncidentRef::Place(channel) => self.shared.book.place(channel).ok_or(Refusal::WhichIncident)?,
        };
        let found = self.shared.incident(id).await.map_err(|error| self.shared.failed(&error))?;
        Ok(found.ok_or_else(|| self.shared.no_such_incident(by, id))?)
    }

    /// The same alerts must not be in two open incidents.
    fn check_reopening(&self, incident: &Incident) -> Result<(), ActError> {
        let book = self.shared.book.read();
        let other = incident.group_keys().find_map(|key| book.open_in_group(key)).filter(|other| *other != incident.id);
        match other {
            Some(other) => Err(Refusal::OpenElsewhere { id: incident.id, other }.into()),
            None => Ok(()),
        }
    }

    /// Questions whether something is an incident are answered by whoever may open what pages.
    fn check_answers(&self, by: &Actor) -> Result<(), Refusal> {
        let needs = Access::Page;
        if by.access < needs { Err(self.shared.setup().not_allowed(needs)) } else { Ok(()) }
    }

    /// Opens, or asks responders first: when it would page and whoever opens may not.
    async fn open(&self, work: &mut Work, action: &Action, opened: &Opened) -> Result<ActionOutcome, ActError> {
        let by = &action.by;
        if by.access < Access::Open {
            return Err(work.world.setup().not_allowed(Access::Open).into());
        }
        self.check_openings(by).await?;
        let severity = opened.severity.unwrap_or_else(|| mildest_that_pages(work.world.setup()));
        let pages = work.world.setup().severity_plan(severity).page;
        let (Some(id), true) = (action.interaction, pages && by.access < Access::Page && opened.drill.is_none()) else {
            let (incident, events) = open_by_person(&self.shared, work, by, opened, None)?;
            return Ok(ActionOutcome::Changed { incident, events });
        };
        // What could not be opened is not asked for either.
        work.decide(&Input::Open(opening(by, opened, severity))).accepted()?;
        let asked = AskedOpening {
            by: by.clone(),
            title: opened.title.trim().to_owned(),
            service: opened.service.clone(),
            severity,
            impact: opened.impact.clone(),
            link: opened.link.clone(),
        };
        let question = asked_key(id);
        let (title, who) = (asked.title.clone(), by.name.clone());
        let effect = Effect::OpeningAsked { asked: id, by: who, title, severity };
        work.effect(question.clone(), effect, Lane::Update, Some(question))
            .map_err(|error| self.shared.failed(&error))?;
        work.batch.asked(id, asked);
        Ok(ActionOutcome::OpeningAsked { severity })
    }

    /// The answer to the question about an opening.
    async fn asked(&self, work: &mut Work, by: &Actor, asked: u64, open: bool) -> Result<ActionOutcome, ActError> {
        let shared = &self.shared;
        let failed = |error: StoreError| shared.failed(&error);
        let opening = match shared.store.asked_opening(asked).await.map_err(failed)? {
            Some(asked) if asked.answered => return Err(Refusal::CandidateAnswered { incident: asked.incident }.into()),
            Some(asked) => asked.opening,
            None => return Err(Refusal::StaleButton.into()),
        };
        let done = if open {
            let AskedOpening { by: asker, title, service, severity, impact, link } = opening;
            let opened = Opened { title, service, severity: Some(severity), impact, link, drill: None };
            let text = words::opening_confirmed(&asker.name, work.world.setup().language);
            let confirmed = Event::Noted { by: by.clone(), text, link: None };
            let (incident, events) = open_by_person(shared, work, &asker, &opened, Some(confirmed))?;
            ActionOutcome::Changed { incident, events }
        } else {
            ActionOutcome::CandidateDeclined
        };
        let incident = match &done {
            ActionOutcome::Changed { incident, .. } => Some(incident.id),
            ActionOutcome::CandidateDeclined | ActionOutcome::OpeningAsked { .. } | ActionOutcome::Repeated => None,
        };
        let question = asked_key(asked);
        let settled =
            Effect::CandidateSettled { journal: 0, question: question.clone(), incident, by: by.name.clone() };
        work.effect(format!("{question}:settled"), settled, Lane::Edit, Some(question)).map_err(failed)?;
        work.batch.asked_answered(asked, incident);
        Ok(done)
    }

    async fn check_openings(&self, by: &Actor) -> Result<(), ActError> {
        if by.access >= Access::Responder {
            return Ok(());
        }
        let since = self.shared.clock.now() - jiff::SignedDuration::from_hours(1);
        let store = &self.shared.store;
        let opened = store.opened_since(by.user, since).await.map_err(|error| self.shared.failed(&error))?;
        let asked = store.asked_since(by.user, since).await.map_err(|error| self.shared.failed(&error))?;
        if opened + asked >= i64::from(OPENED_PER_HOUR) {
            return Err(Refusal::TooManyOpened { limit: OPENED_PER_HOUR }.into());
        }
        Ok(())
    }

    async fn candidate(
        &self,
        work: &mut Work,
        by: &Actor,
        journal: i64,
        open: bool,
    ) -> Result<ActionOutcome, ActError> {
        let shared = &self.shared;
        let failed = |error: StoreError| shared.failed(&error);
        let outcome = shared.store.journal_outcome(journal).await.map_err(failed)?;
        let incident = outcome.as_ref().and_then(|outcome| outcome.incident);
        if outcome.and_then(|outcome| outcome.outcome).as_deref() != Some("asked") {
            return Err(Refusal::CandidateAnswered { incident }.into());
        }
        let row = shared.store.journal_row(journal).await.map_err(failed)?;
        let Some(report) = row.and_then(|row| row.report.ok()) else {
            return Err(shared.failed("the report of a candidate cannot be read"));
        };
        let AlertOrigin::Chat { message, .. } = report.origin else {
            return Err(shared.failed("a candidate did not come from chat"));
        };
        let question = question_key(&report, message);
        let settled = |work: &mut Work, incident| {
            let (question, by) = (question.clone(), by.name.clone());
            let (key, order) = (format!("{question}:settled"), Some(question.clone()));
            let effect = Effect::CandidateSettled { journal, question, incident, by };
            work.effect(key, effect, Lane::Edit, order)
        };
        if !open {
            settled(work, None).map_err(failed)?;
            work.batch.journal(JournalMark { id: journal, outcome: "declined", incident: None });
            return Ok(ActionOutcome::CandidateDeclined);
        }
        work.look_up(shared, &[&report]).await.map_err(failed)?;
        let (verdict, events) = {
            let book = shared.book.read();
            let overlay = Overlay { book: &book, known: &work.known, changes: &work.changes };
            work.decide_report(&report, &overlay, true)
        };
        let id = match verdict.outcome {
            AlertOutcome::Opens => work.number(),
            AlertOutcome::Joins { incident } | AlertOutcome::Resolves { incident } => incident,
            AlertOutcome::Repeats { incident } => return Err(Refusal::CandidateAnswered { incident }.into()),
            AlertOutcome::NothingFiring | AlertOutcome::Asks => {
                return Err(Refusal::CandidateAnswered { incident }.into());
            }
        };
        let before = shared.incident(id).await.map_err(failed)?;
        let (incident, events) = work.add(before.as_ref(), id, events).map_err(failed)?;
        work.known(&report, true, Some(id));
        settled(work, Some(id)).map_err(failed)?;
        work.batch.journal(JournalMark { id: journal, outcome: "opened", incident: Some(id) });
        Ok(ActionOutcome::Changed { incident, events })
    }

    /// Decides a batch in one transaction; if that fails, each row alone, so that one bad row stops nobody.
    async fn journal(&mut self, rows: &[JournalRow]) -> store::Result<()> {
        let mut work = self.work_on(rows).await?;
        let decided = catch_unwind(AssertUnwindSafe(|| work.reports(&self.shared, rows)));
        if let Ok(Ok(())) = decided
            && self.written(work).await?
        {
            return Ok(());
        }
        for row in rows {
            self.journal_alone(row).await?;
        }
        Ok(())
    }

    async fn journal_alone(&mut self, row: &JournalRow) -> store::Result<()> {
        let mut work = self.work_on(std::slice::from_ref(row)).await?;
        let decided = catch_unwind(AssertUnwindSafe(|| work.reports(&self.shared, std::slice::from_ref(row))));
        if let Ok(Ok(())) = decided
            && self.written(work).await?
        {
            return Ok(());
        }
        let error_id = self.shared.error_id();
        error!(
            error.id = error_id,
            "Journal row {} could not be decided ({error_id}); it becomes an unmapped alert", row.id
        );
        let text = row.report.as_ref().map_or_else(Clone::clone, |report| format!("{report:?}"));
        let broken = JournalRow { report: Ok(unmapped(row.id, &text, &error_id)), ..row.clone() };
        let mut work = Work::new(&self.shared);
        let decided = catch_unwind(AssertUnwindSafe(|| work.reports(&self.shared, std::slice::from_ref(&broken))));
        if let Ok(Ok(())) = decided
            && self.written(work).await?
        {
            return Ok(());
        }
        let mut work = Work::new(&self.shared);
        work.batch.journal(JournalMark { id: row.id, outcome: "failed", incident: None });
        let text = words::undecided(row.id, &error_id, work.world.setup().language);
        work.effect(
            format!("journal:{}:failed", row.id),
            Effect::Operators { text, everybody: false },
            Lane::Update,
            None,
        )?;
        work.commit(&self.shared).await?;
        Ok(())
    }

    /// Writes; false when what was decided cannot be written, however often it is tried.
    async fn written(&self, work: Work) -> store::Result<bool> {
        match work.commit(&self.shared).await {
            Ok(_) => Ok(true),
            Err(error) if error.fault().is_none() => {
                warn!("A decision could not be written: {error}");
                Ok(false)
            }
            Err(error) => Err(error),
        }
    }

    /// The beginning of a decision about reports: what is known of their alerts.
    async fn work_on(&self, rows: &[JournalRow]) -> store::Result<Work> {
        let mut work = Work::new(&self.shared);
        let reports: Vec<&AlertReport> = rows.iter().filter_map(|row| row.report.as_ref().ok()).collect();
        work.look_up(&self.shared, &reports).await?;
        self.hold_finished(&work).await?;
        Ok(work)
    }

    /// Incidents that are over but whose alerts are resolved now are read back, so that their timeline stays complete.
    async fn hold_finished(&self, work: &Work) -> store::Result<()> {
        let firing_in = work.known.values().filter(|alert| alert.firing).filter_map(|alert| alert.incident);
        let wanted: BTreeSet<IncidentId> = {
            let book = self.shared.book.read();
            firing_in.filter(|id| !book.incidents.contains_key(id)).collect()
        };
        for id in wanted {
            match self.shared.incident(id).await {
                Ok(Some(incident)) => self.shared.book.hold(incident),
                Ok(None) => {}
                // Its alerts end all the same; only its timeline does not say so.
                Err(error) if error.fault().is_none() => warn!("{} cannot be read back: {error}", id.label()),
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }
}

/// Key of the row that asks about an opening.
fn asked_key(asked: u64) -> String {
    format!("asked:{asked}")
}

fn opening<'a>(by: &Actor, opened: &'a Opened, severity: Severity) -> Opening<'a> {
    Opening::Person {
        by: by.clone(),
        title: opened.title.clone(),
        service: opened.service.clone(),
        severity,
        impact: opened.impact.clone(),
        link: opened.link.clone(),
        drill: opened.drill.as_ref(),
    }
}

fn open_by_person(
    shared: &Shared,
    work: &mut Work,
    by: &Actor,
    opened: &Opened,
    confirmed: Option<Event>,
) -> Result<Changed, ActError> {
    let severity = opened.severity.unwrap_or_else(|| mildest_that_pages(work.world.setup()));
    let mut events = work.decide(&Input::Open(opening(by, opened, severity))).of_one()?;
    if let Some(link) = &opened.link {
        let text = words::opened_from_message(work.world.setup().language);
        events.push(Event::Noted { by: by.clone(), text, link: Some(link.clone()) });
    }
    events.extend(confirmed);
    let id = work.number();
    work.add(None, id, events).map_err(|error| shared.failed(&error))
}

fn mildest_that_pages(setup: &Setup) -> Severity {
    let paging = setup.severities.iter().rev().find(|(_, plan)| plan.page).map(|(severity, _)| *severity);
    paging.unwrap_or(Severity::Sev3)
}
