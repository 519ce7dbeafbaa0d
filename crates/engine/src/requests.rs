//! Purpose: what people ask for, decided: commands to incidents, openings, answers to questions.

use std::sync::Arc;

use domain::chat_note::{ChatNote, NoteState};
use domain::incident::{AlertOutcome, AskedOpening, Opening};
use domain::stages::{Reason, Stage};
use domain::{
    Access, Actor, AlertOrigin, AlertReport, Command, Effect, Event, Incident, IncidentId, Input, Refusal, Setup,
    Severity, Timestamp,
};
use store::{JournalMark, StoreError};

use crate::action::{ActError, Action, ActionOutcome, IncidentRef, Opened, Request};
use crate::book::Overlay;
use crate::decider::Decider;
use crate::handle::Shared;
use crate::nouns::NounRequest;
use crate::work::{Changed, Work, question_key};

/// Incidents a member who is no responder may open per hour.
pub(crate) const OPENED_PER_HOUR: u32 = 3;

impl Decider {
    /// Decides what a person asks for, and writes it.
    pub(crate) async fn act(&mut self, action: &Action) -> Result<ActionOutcome, ActError> {
        let shared = Arc::clone(&self.shared);
        let mut work = Work::new(&shared);
        let failed = |error: StoreError| shared.failed(&error);
        let done = match &action.request {
            Request::Incident { which, command } => {
                let incident = self.meant(&action.by, *which).await?;
                if matches!(command, Command::Reopen { .. } | Command::UndoDismiss) {
                    self.check_reopening(&incident)?;
                }
                let input = Input::Command { incident: &incident, by: &action.by, command };
                let events = work.decide(&input).of_one()?;
                work.add(Some(&incident), incident.id, events).map_err(failed)?;
                let (incident, events) = work.changed(incident.id).map_err(failed)?;
                ActionOutcome::Changed { incident, events }
            }
            Request::AcknowledgeAll { called_by } => {
                let waits = self.waiting_for(&action.by, *called_by);
                self.each(&mut work, &action.by, waits, &Command::Acknowledge)?
            }
            Request::WithdrawAll { with } => {
                let with = self.meant(&action.by, IncidentRef::Number(*with)).await?;
                let taken = self.taken_with(&action.by, &with);
                self.each(&mut work, &action.by, taken, &Command::WithdrawAck)?
            }
            Request::Merge { which, into } => {
                let from = self.meant(&action.by, *which).await?;
                let into = self.meant(&action.by, IncidentRef::Number(*into)).await?;
                let merged = work.decide(&Input::Merge { from: &from, into: &into, by: &action.by }).accepted()?;
                for of in merged {
                    let before = if of.incident == Some(from.id) { &from } else { &into };
                    work.add(Some(before), before.id, of.events).map_err(failed)?;
                }
                work.alerts_move(from.id, into.id);
                let (_, events) = work.changed(from.id).map_err(failed)?;
                let (into, more) = work.changed(into.id).map_err(failed)?;
                ActionOutcome::Changed { incident: into, events: events.into_iter().chain(more).collect() }
            }
            Request::Open(opened) => self.open(&mut work, action, opened).await?,
            Request::Candidate { journal, open } => {
                self.check_answers(&action.by)?;
                self.candidate(&mut work, &action.by, *journal, *open).await?
            }
            Request::Noun(request) => self.noun(&mut work, action, request).await?,
            Request::Asked { asked, open } => match NounRequest::answers(&work.world, *asked, *open) {
                Some(request) => self.noun(&mut work, action, &request).await?,
                None => {
                    self.check_answers(&action.by)?;
                    self.asked(&mut work, &action.by, *asked, *open).await?
                }
            },
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

    /// Open incidents in which a page waits for this person that was decided until then.
    fn waiting_for(&self, by: &Actor, called_by: Option<Timestamp>) -> Vec<Arc<Incident>> {
        let waits =
            |incident: &Arc<Incident>| by.person.as_ref().is_some_and(|person| incident.waits_for(person, called_by));
        self.shared.book.open().into_iter().filter(waits).collect()
    }

    /// Open incidents that this person took in the same moment as this one.
    fn taken_with(&self, by: &Actor, with: &Incident) -> Vec<Arc<Incident>> {
        let at = with.acknowledged.as_ref().map(|(_, at)| *at);
        let taken = |incident: &Arc<Incident>| {
            let own = incident.acknowledged.as_ref().filter(|(holder, _)| holder.user == by.user);
            own.is_some_and(|(_, when)| Some(*when) == at)
        };
        self.shared.book.open().into_iter().filter(taken).collect()
    }

    /// Does the same to several incidents, in one transaction. What refuses is left out; the refusal is told when all do.
    fn each(
        &self,
        work: &mut Work,
        by: &Actor,
        mut incidents: Vec<Arc<Incident>>,
        command: &Command,
    ) -> Result<ActionOutcome, ActError> {
        incidents.sort_by_key(|incident| (incident.severity, incident.id));
        let needs = Access::Responder;
        if incidents.is_empty() && by.access < needs {
            return Err(work.world.setup().not_allowed(needs).into());
        }
        let mut refused = Refusal::NothingWaits;
        let mut changed = Vec::new();
        for incident in incidents {
            match work.decide(&Input::Command { incident: &incident, by, command }).of_one() {
                Ok(events) => {
                    work.add(Some(&incident), incident.id, events).map_err(|error| self.shared.failed(&error))?;
                    changed.push(work.changed(incident.id).map_err(|error| self.shared.failed(&error))?);
                }
                Err(why) => refused = why,
            }
        }
        if changed.is_empty() { Err(refused.into()) } else { Ok(ActionOutcome::ChangedAll { changed }) }
    }

    pub(crate) async fn meant(&self, by: &Actor, which: IncidentRef) -> Result<Arc<Incident>, ActError> {
        let id = match which {
            IncidentRef::Number(id) => id,
            IncidentRef::Place(channel) => {
                let found = self.shared.place(channel).await.map_err(|error| self.shared.failed(&error))?;
                found.ok_or(Refusal::WhichIncident)?
            }
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
        work.effect(question.clone(), effect, Some(question));
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
            _ => None,
        };
        let question = asked_key(asked);
        let settled =
            Effect::CandidateSettled { journal: 0, question: question.clone(), incident, by: by.name.clone() };
        work.effect(format!("{question}:settled"), settled, Some(question));
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
        // Everybody who said so is answered with it.
        let note = shared.store.chat_note_of_row(journal).await.map_err(failed)?;
        let others = match &note {
            Some(note) => shared.store.rows_of_chat_note(&note.key).await.map_err(failed)?,
            None => Vec::new(),
        };
        let others: Vec<i64> = others.into_iter().filter(|row| *row != journal).collect();
        let settled = |work: &mut Work, incident: Option<IncidentId>| match &note {
            Some(note) => {
                let state = if incident.is_some() { NoteState::Opened } else { NoteState::Declined };
                let by = Some(by.name.clone());
                work.batch.chat_note_stands(ChatNote { state, incident, by, ..note.clone() });
                // Not the row of a line: those have counted already.
                work.note_shows(&note.key, -journal);
            }
            // An earlier release asked it.
            None => {
                let (question, by) = (question_key(&report, message), by.name.clone());
                let (key, order) = (format!("{question}:settled"), Some(question.clone()));
                let effect = Effect::CandidateSettled { journal, question, incident, by };
                work.effect(key, effect, order);
            }
        };
        if !open {
            settled(work, None);
            for id in std::iter::once(journal).chain(others) {
                let (stage, reason) = (Some(Stage::Candidate), Some(Reason::Declined { by: by.name.clone() }));
                let mark = JournalMark { id, outcome: "declined", incident: None, stage, reason };
                work.batch.journal(mark).map_err(failed)?;
            }
            return Ok(ActionOutcome::CandidateDeclined);
        }
        let id = self.approved(work, &report, journal, None).await?;
        for row in others {
            let found = shared.store.journal_row(row).await.map_err(failed)?;
            if let Some(other) = found.and_then(|row| row.report.ok()) {
                self.approved(work, &other, row, Some(id)).await?;
            }
        }
        let (incident, events) = work.changed(id).map_err(failed)?;
        settled(work, Some(id));
        Ok(ActionOutcome::Changed { incident, events })
    }

    /// A person said yes to a line: it opens, joins, or is in `known` already, which a line before it opened.
    async fn approved(
        &self,
        work: &mut Work,
        report: &AlertReport,
        journal: i64,
        known: Option<IncidentId>,
    ) -> Result<IncidentId, ActError> {
        let shared = &self.shared;
        let failed = |error: StoreError| shared.failed(&error);
        work.look_up(shared, &[report]).await.map_err(failed)?;
        let (verdict, events) = {
            let book = shared.book.read();
            let overlay = Overlay { book: &book, known: &work.known, changes: &work.changes };
            work.decide_report(report, &overlay, true)
        };
        let id = match verdict.outcome {
            AlertOutcome::Opens => work.number(),
            AlertOutcome::Joins { incident }
            | AlertOutcome::Resolves { incident }
            | AlertOutcome::Reopens { incident } => incident,
            AlertOutcome::Repeats { incident } | AlertOutcome::StillFires { incident } if known.is_some() => incident,
            AlertOutcome::Repeats { incident } | AlertOutcome::StillFires { incident } => {
                return Err(Refusal::CandidateAnswered { incident: Some(incident) }.into());
            }
            AlertOutcome::NothingFiring
            | AlertOutcome::Late { .. }
            | AlertOutcome::EndsOne { .. }
            | AlertOutcome::Silenced { .. }
            | AlertOutcome::Asks => match known {
                Some(known) => return Ok(known),
                None => return Err(Refusal::CandidateAnswered { incident: None }.into()),
            },
        };
        if !events.is_empty() {
            let before = shared.incident(id).await.map_err(failed)?;
            work.add(before.as_ref(), id, events).map_err(failed)?;
        }
        work.known(report, Some(journal), Some(id), None);
        let (stage, reason) = (Some(verdict.stage), verdict.reason);
        let mark = JournalMark { id: journal, outcome: "opened", incident: Some(id), stage, reason };
        work.batch.journal(mark).map_err(failed)?;
        Ok(id)
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
    let changed = work.add(None, id, events).and_then(|()| work.changed(id));
    changed.map_err(|error| shared.failed(&error))
}

fn mildest_that_pages(setup: &Setup) -> Severity {
    let paging = setup.severities.iter().rev().find(|(_, plan)| plan.page).map(|(severity, _)| *severity);
    paging.unwrap_or(Severity::Sev3)
}
