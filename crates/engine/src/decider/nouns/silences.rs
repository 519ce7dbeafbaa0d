//! Purpose: silences, as the decider keeps them: at the start and with each configuration, when they begin and end, which alerts and
//! incidents they hold back, and how what they held back is decided anew.
//!
//! What holds an alert back stands with the alert. Breaking a hold is part of the decision that breaks it; that nothing is left but
//! silenced alerts is looked for after each decision about reports.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use domain::incident::{HeldBack, check_access_to};
use domain::routing::route;
use domain::silence::{
    Matches, OverWhy, Silence, SilenceAnswer, SilenceEvent, SilenceRequest, Silences, Standing, TITLES_AT_ONCE,
    changed, common_matchers, decide, decide_configuration, decide_due,
};
use domain::{Access, AlertReport, Fact, Incident, IncidentId, Input, Labels, Refusal, Severity, Subject, Timestamp};
use store::ReportedAlert;
use tracing::{error, info};

use super::NounAnswer;
use crate::access::Reader;
use crate::action::{ActError, Action, ActionOutcome, IncidentRef};
use crate::decider::Decider;
use crate::handle::{Engine, Shared};
use crate::work::Work;

/// Titles of matching alerts that people read before they confirm.
const SHOWN: usize = 3;

/// What a person asks about silences.
#[derive(Clone, Debug)]
pub enum SilenceAsk {
    /// As it is said.
    Request(SilenceRequest),
    /// To silence what fires of an incident; what that is, is looked at.
    Incident(IncidentRef),
}

/// What fires, as far as a silence matches it.
#[derive(Default)]
struct Found {
    /// Alerts it matches, with their severity.
    matching: Vec<(ReportedAlert, AlertReport, Severity)>,
    /// By open incident: how many of its alerts fire, how many of them another silence holds back already, and by which.
    incidents: BTreeMap<IncidentId, Firing>,
    /// How many alerts fire.
    firing: usize,
}

#[derive(Default)]
struct Firing {
    all: usize,
    /// Silenced once this one holds, and by which.
    silenced: usize,
    silences: BTreeSet<u32>,
}

impl Shared {
    /// Silences that hold or wait for a yes, at the start: each has a timer, and what holds alerts back is named by them.
    pub(super) async fn stored_silences(&self) -> store::Result<Silences> {
        let mut numbers: BTreeSet<u32> = BTreeSet::new();
        for (timer, _) in self.store.timers().await? {
            if let Subject::Silence(number) = timer.subject {
                numbers.insert(number);
            }
        }
        numbers.extend(self.store.silenced_counts().await?.iter().map(|count| count.silence));
        let mut silences = Silences::after(self.newest(Subject::Silence).await?);
        for number in numbers {
            let events = self.store.events::<SilenceEvent>(&Subject::Silence(number)).await?;
            if let Some(own) = Silence::replay(number, &events) {
                silences.put(own);
            }
        }
        Ok(silences)
    }
}

impl Work {
    /// Adds events to a silence (or proposes it), with everything they lead to.
    pub(crate) fn silence_changes(&mut self, number: u32, events: Vec<SilenceEvent>) -> store::Result<()> {
        let before = self.world.silences().get(number).cloned();
        let Some((own, entries, effects)) = changed(number, before.as_deref(), events, self.now) else { return Ok(()) };
        let subject = Subject::Silence(number);
        self.batch.events_of(&subject, &entries)?;
        self.batch.effects(&effects)?;
        self.batch.timers(&[own.timer()]);
        self.silence_stands(own);
        Ok(())
    }

    /// From now on what is decided follows how a silence stands.
    fn silence_stands(&mut self, own: Silence) {
        let mut silences = Silences::clone(self.world.silences());
        silences.put(own);
        self.world = self.world.with_silences(silences);
    }

    /// What alerts began to be held back by silences in this transaction is one event of each.
    pub(crate) fn count_held(&mut self) -> store::Result<()> {
        for (number, mut titles) in std::mem::take(&mut self.held) {
            let more = titles.len().saturating_sub(TITLES_AT_ONCE);
            titles.truncate(TITLES_AT_ONCE);
            self.silence_changes(number, vec![SilenceEvent::Held { titles, more }])?;
        }
        Ok(())
    }

    /// What follows from a fact about an incident is added to it.
    fn learn(&mut self, before: &Arc<Incident>, fact: &Fact) -> store::Result<bool> {
        let incident = self.changes.incidents.get(&before.id).unwrap_or(before);
        let events = self.decide(&Input::Fact { incident, fact }).of_one().unwrap_or_default();
        let changes = !events.is_empty();
        if changes {
            self.add(Some(before), before.id, events)?;
        }
        Ok(changes)
    }
}

impl Decider {
    /// At the start and with each new configuration: timers as the state wants them, an end for those whose owner is not configured
    /// any more, and whatever no silence holds back as it is configured now is decided anew.
    pub(super) async fn keep_silences(&mut self) -> store::Result<()> {
        let setup = self.shared.setup();
        if self.kept.silences.as_ref().is_some_and(|by| Arc::ptr_eq(by, &setup)) {
            return Ok(());
        }
        let mut work = Work::new(&self.shared);
        let known: Vec<Arc<Silence>> = work.world.silences().known().cloned().collect();
        for own in known {
            match decide_configuration(&work.world, &own) {
                Some(over) => self.silence_ends(&mut work, &own, over).await?,
                None => work.batch.timers(&[own.timer()]),
            }
        }
        self.release(&mut work, None).await?;
        work.commit(&self.shared).await?;
        self.kept.silences = Some(setup);
        Ok(())
    }

    /// What people ask about silences.
    pub(super) async fn silence(
        &self,
        work: &mut Work,
        action: &Action,
        ask: &SilenceAsk,
    ) -> Result<ActionOutcome, ActError> {
        let failed = |error: store::StoreError| self.shared.failed(&error);
        let for_incident;
        let request = match ask {
            SilenceAsk::Request(request) => request,
            SilenceAsk::Incident(which) => {
                if let Some(answer) = self.silenced_already(work, action, *which).await? {
                    return Ok(ActionOutcome::Noun(NounAnswer::Silence(Box::new(answer))));
                }
                for_incident = self.about_incident(action, *which).await?;
                &for_incident
            }
        };
        let decided = decide(&work.world, &action.by, request, work.now)?;
        let mut answer = decided.answer;
        for (number, event) in decided.events {
            let before = work.world.silences().get(number).cloned();
            match (event, before) {
                (SilenceEvent::Began { until, severity, .. }, Some(own)) => {
                    let matches = self.silence_begins(work, &own, until, severity).await.map_err(failed)?;
                    answer = SilenceAnswer::Began { number, until, matches };
                }
                (over @ SilenceEvent::Over { .. }, Some(own)) => {
                    let (alerts, rang) = self.silence_ends_with(work, &own, over).await.map_err(failed)?;
                    if let SilenceAnswer::Ended { .. } = answer {
                        answer = SilenceAnswer::Ended { number, alerts, rang };
                    }
                }
                (event @ (SilenceEvent::Extended { .. } | SilenceEvent::Shortened { .. }), _) => {
                    work.silence_changes(number, vec![event]).map_err(failed)?;
                    self.holds_differ(work).map_err(failed)?;
                }
                (event, _) => work.silence_changes(number, vec![event]).map_err(failed)?,
            }
        }
        if let SilenceAnswer::Proposed { number, matches, .. } = &mut answer
            && let Some(own) = work.world.silences().get(*number).cloned()
        {
            let found = self.find(work, &own).await.map_err(failed)?;
            *matches = self.matches(work, &own, &found, own.severity.or(found.worst()));
        }
        Ok(ActionOutcome::Noun(NounAnswer::Silence(Box::new(answer))))
    }

    /// What holds an incident back already: whoever looks at it can make that longer or end it.
    async fn silenced_already(
        &self,
        work: &Work,
        action: &Action,
        which: IncidentRef,
    ) -> Result<Option<SilenceAnswer>, ActError> {
        let incident = self.meant(&action.by, which).await?;
        check_access_to(&incident, &action.by, Access::Responder, &self.shared.setup())?;
        let held = incident.held_back.as_ref().filter(|_| incident.status.is_open());
        let first = |held: &HeldBack| work.world.silences().first_to_end(&held.silences).map(|(own, _)| own.number);
        Ok(held.and_then(|held| Some(SilenceAnswer::Holds { number: first(held)?, held: Box::new(held.clone()) })))
    }

    /// Conditions that what fires of an incident has in common.
    async fn about_incident(&self, action: &Action, which: IncidentRef) -> Result<SilenceRequest, ActError> {
        let incident = self.meant(&action.by, which).await?;
        check_access_to(&incident, &action.by, Access::Responder, &self.shared.setup())?;
        if !incident.status.is_open() {
            return Err(Refusal::AlreadyResolved { id: incident.id }.into());
        }
        let mut reports: Vec<AlertReport> = Vec::new();
        let of_incident = |alert: ReportedAlert| {
            if alert.firing.alert.incident == Some(incident.id) {
                reports.extend(alert.report);
            }
        };
        self.shared.store.each_firing(of_incident).await.map_err(|error| self.shared.failed(&error))?;
        let matchers = common_matchers(reports.iter().map(|report| (report, incident.service.as_deref())));
        let setup = self.shared.setup();
        let worst = reports.iter().map(|report| route(&setup, report).severity).min();
        let severity = worst.map_or(incident.severity, |worst| worst.min(incident.severity));
        let reason = incident.title.clone();
        Ok(SilenceRequest::ForIncident { incident: incident.id, matchers, severity, reason })
    }

    /// Looks at everything that fires.
    async fn find(&self, work: &Work, own: &Silence) -> store::Result<Found> {
        let mut found = Found::default();
        let setup = work.world.shared_setup();
        let open: BTreeSet<IncidentId> = self.shared.book.open().iter().map(|incident| incident.id).collect();
        let look = |alert: ReportedAlert| {
            found.firing += 1;
            let known = &alert.firing.alert;
            let of = known.incident.filter(|id| open.contains(id));
            let mut holds = known.silence;
            let matching = alert.report.clone().and_then(|report| {
                let routed = route(&setup, &report);
                let holds = own.matches(&report, &routed) && own.covers(routed.severity);
                holds.then_some((report, routed.severity))
            });
            if let Some((report, severity)) = matching {
                holds = holds.or(Some(own.number));
                found.matching.push((alert, report, severity));
            }
            if let Some(id) = of {
                let firing = found.incidents.entry(id).or_default();
                firing.all += 1;
                firing.silenced += usize::from(holds.is_some());
                firing.silences.extend(holds);
            }
        };
        self.shared.store.each_firing(look).await?;
        Ok(found)
    }

    /// What people read of it before they confirm, and after.
    fn matches(&self, work: &Work, own: &Silence, found: &Found, severity: Option<Severity>) -> Matches {
        let covers = |of: Severity| severity.is_none_or(|worst| !of.is_worse_than(worst));
        let touched: BTreeSet<IncidentId> =
            found.matching.iter().filter_map(|(alert, ..)| alert.firing.alert.incident).collect();
        let (mut incidents, mut go_on, mut worst) = (Vec::new(), Vec::new(), None);
        for id in touched {
            let Some(incident) = self.incident_now(work, id).filter(|incident| incident.status.is_open()) else {
                continue;
            };
            worst = worst.into_iter().chain([incident.severity]).min();
            let all = found.incidents.get(&id).is_some_and(|firing| firing.all == firing.silenced);
            if all && covers(incident.severity) { incidents.push(id) } else { go_on.push(id) }
        }
        let worst = found.worst().into_iter().chain(worst).min();
        let titles = found.matching.iter().take(SHOWN).map(|(alert, ..)| alert.firing.title.clone()).collect();
        let everything = found.firing > 1 && found.matching.len() == found.firing && own.began.is_none();
        Matches { alerts: found.matching.len(), incidents, go_on, titles, worst, everything }
    }

    fn incident_now(&self, work: &Work, id: IncidentId) -> Option<Arc<Incident>> {
        work.changes.incidents.get(&id).cloned().or_else(|| self.shared.book.incident(id))
    }

    /// It holds from now on: what fires and matches is held back, and incidents all of whose alerts are.
    async fn silence_begins(
        &self,
        work: &mut Work,
        own: &Silence,
        until: Timestamp,
        severity: Option<Severity>,
    ) -> store::Result<Matches> {
        let found = self.find(work, own).await?;
        // Without a word about it, it is made for what it matches now, and for anything when it matches nothing.
        let severity = severity.or_else(|| self.matches(work, own, &found, None).worst);
        let matches = self.matches(work, own, &found, severity);
        let (alerts, incidents) = (matches.alerts, matches.incidents.clone());
        let mut titles = Vec::new();
        let began = SilenceEvent::Began { until, severity, alerts, incidents: incidents.clone() };
        work.silence_changes(own.number, vec![began])?;
        for (alert, report, _) in found.matching {
            let held_longer = alert.firing.alert.silence.and_then(|other| work.world.silences().get(other)?.until());
            if held_longer.is_some_and(|other| other >= until) {
                continue;
            }
            titles.push(alert.firing.title.clone());
            self.mark(work, &alert, &report, Some(own.number)).await?;
        }
        if !titles.is_empty() {
            work.held.entry(own.number).or_default().extend(titles);
            work.count_held()?;
        }
        for id in &incidents {
            let Some(incident) = self.shared.incident(*id).await? else { continue };
            let mut silences = found.incidents.get(id).map(|firing| firing.silences.clone()).unwrap_or_default();
            silences.insert(own.number);
            silences.retain(|number| work.world.silences().holds(*number));
            work.learn(&incident, &Fact::AllSilenced { silences })?;
        }
        info!(subject = %Subject::Silence(own.number), alerts, "Silence {} begins", own.number);
        Ok(matches)
    }

    /// Writes down what holds an alert back; one whose incident is over leaves it.
    async fn mark(
        &self,
        work: &mut Work,
        alert: &ReportedAlert,
        report: &AlertReport,
        silence: Option<u32>,
    ) -> store::Result<()> {
        let mut known = alert.firing.alert.clone();
        known.silence = silence;
        if let (Some(id), Some(silence)) = (known.incident, silence)
            && let Some(incident) = self.shared.incident(id).await?
            && !incident.status.is_open()
        {
            let fact = Fact::AlertSilenced { alert: report.dedup_key.clone(), silence };
            work.learn(&incident, &fact)?;
            known.incident = None;
        }
        work.alert_stands(report, known);
        Ok(())
    }

    /// The time of a silence has come.
    pub(super) async fn silence_due(&self, work: &mut Work, number: u32) -> store::Result<()> {
        let Some(own) = work.world.silences().get(number).cloned() else { return Ok(()) };
        let fires = match own.standing {
            Standing::Runs { until, .. } if until > work.now => self.would_fire(work, number).await?,
            Standing::Runs { .. } | Standing::Proposed { .. } | Standing::Over(_) => 0,
        };
        match decide_due(&own, fires, work.now) {
            Some(over @ SilenceEvent::Over { .. }) => self.silence_ends(work, &own, over).await,
            Some(event) => work.silence_changes(number, vec![event]),
            None => {
                work.batch.timers(&[own.timer()]);
                Ok(())
            }
        }
    }

    /// How many alerts would fire if it ended now.
    async fn would_fire(&self, work: &Work, number: u32) -> store::Result<usize> {
        let without = without(work.world.silences(), number);
        let setup = work.world.shared_setup();
        let silenced = self.shared.store.silenced().await?;
        let fires = |alert: &&ReportedAlert| {
            alert.firing.alert.silence == Some(number)
                && alert
                    .report
                    .as_ref()
                    .is_none_or(|report| without.holding(report, || route(&setup, report)).is_none())
        };
        Ok(silenced.iter().filter(fires).count())
    }

    async fn silence_ends(&self, work: &mut Work, own: &Silence, over: SilenceEvent) -> store::Result<()> {
        self.silence_ends_with(work, own, over).await.map(|_| ())
    }

    /// It is over: whatever it held back and still fires is decided anew. Answers how many alerts that are, and what rang.
    async fn silence_ends_with(
        &self,
        work: &mut Work,
        own: &Silence,
        over: SilenceEvent,
    ) -> store::Result<(usize, Vec<IncidentId>)> {
        let SilenceEvent::Over { why, .. } = over else { return Ok((0, Vec::new())) };
        let (alerts, rang) = if own.until().is_some() {
            let before = work.world.clone();
            work.world = before.with_silences(without(before.silences(), own.number));
            let released = self.release(work, Some(own.number)).await?;
            // What happened to it is written behind what it was.
            let mut silences = Silences::clone(work.world.silences());
            silences.put(own.clone());
            work.world = work.world.with_silences(silences);
            released
        } else {
            (0, Vec::new())
        };
        if matches!(why, OverWhy::Left | OverWhy::NotAPerson) && own.began.is_some() {
            let text = words::silence_fell(own, &why, work.world.setup().language);
            let key = format!("{}:fell", Subject::Silence(own.number));
            work.tell_operators(key, text);
        }
        work.silence_changes(own.number, vec![SilenceEvent::Over { why, alerts, rang: rang.clone() }])?;
        info!(subject = %Subject::Silence(own.number), alerts, "Silence {} is over", own.number);
        Ok((alerts, rang))
    }

    /// Alerts that a silence held back (or any, when none is named) and that none holds back now pass the stages again, by their last
    /// report. Answers how many, and the incidents that opened or rang by it.
    pub(super) async fn release(
        &self,
        work: &mut Work,
        silence: Option<u32>,
    ) -> store::Result<(usize, Vec<IncidentId>)> {
        let setup = work.world.shared_setup();
        let (mut alerts, mut rang, mut broken) = (0, BTreeSet::new(), BTreeMap::new());
        let mut now_by: BTreeMap<IncidentId, BTreeSet<u32>> = BTreeMap::new();
        for found in self.shared.store.silenced().await? {
            let held_by = found.firing.alert.silence;
            let of = found.firing.alert.incident;
            let open = match of {
                Some(id) => self.shared.incident(id).await?.filter(|incident| incident.status.is_open()),
                None => None,
            };
            if silence.is_some() && held_by != silence {
                if let (Some(incident), Some(held_by)) = (&open, held_by) {
                    now_by.entry(incident.id).or_default().insert(held_by);
                }
                continue;
            }
            let report = found.report.clone().unwrap_or_else(|| unreadable(&found));
            let holds = work.world.silences().holding(&report, || route(&setup, &report));
            match (&open, holds) {
                (_, Some(holds)) => {
                    if Some(holds) != held_by {
                        self.mark(work, &found, &report, Some(holds)).await?;
                    }
                    if let Some(incident) = &open {
                        now_by.entry(incident.id).or_default().insert(holds);
                    }
                }
                (Some(incident), None) => {
                    alerts += 1;
                    self.mark(work, &found, &report, None).await?;
                    broken.insert(incident.id, held_by.unwrap_or_default());
                }
                (None, None) => {
                    alerts += 1;
                    // One that a person ended, and that waits for the end of what still fires.
                    if let Some(over) = match of {
                        Some(id) => self.shared.incident(id).await?,
                        None => None,
                    } {
                        self.shared.book.hold(over);
                    }
                    if let Some(id) = work.passes_again(&self.shared, &found, &report)? {
                        rang.insert(id);
                    }
                }
            }
        }
        for incident in self.shared.book.open() {
            let Some(held) = self.incident_now(work, incident.id).and_then(|now| now.held_back.clone()) else {
                continue;
            };
            let over = held.silences.iter().find(|number| !work.world.silences().holds(**number)).copied();
            let over = broken.get(&incident.id).copied().or(over);
            let Some(over) = over else { continue };
            let still = now_by.remove(&incident.id).filter(|_| !broken.contains_key(&incident.id));
            let goes_on = match still {
                Some(silences) => work.learn(&incident, &Fact::AllSilenced { silences })?,
                None => false,
            };
            if !goes_on && work.learn(&incident, &Fact::SilenceOver { silence: over })? {
                rang.insert(incident.id);
            }
        }
        Ok((alerts, rang.into_iter().collect()))
    }

    /// Incidents that are held back say by whom and until when as it is now.
    fn holds_differ(&self, work: &mut Work) -> store::Result<()> {
        for incident in self.shared.book.open() {
            if let Some(held) = &incident.held_back {
                work.learn(&incident, &Fact::AllSilenced { silences: held.silences.clone() })?;
            }
        }
        Ok(())
    }

    /// Incidents of which nothing fires any more but what is silenced are held back from now on.
    pub(in crate::decider) async fn hold_what_is_left(&self) -> store::Result<()> {
        if self.shared.world().silences().running().next().is_none() {
            return Ok(());
        }
        let mut silenced: BTreeMap<IncidentId, (usize, BTreeSet<u32>)> = BTreeMap::new();
        for count in self.shared.store.silenced_counts().await? {
            let Some(id) = count.incident else { continue };
            let of = silenced.entry(id).or_default();
            of.0 += count.alerts;
            of.1.insert(count.silence);
        }
        let mut work = Work::new(&self.shared);
        for (id, (alerts, silences)) in silenced {
            let Some(incident) = self.shared.book.incident(id) else { continue };
            let open = incident.status.is_open() && incident.held_back.is_none();
            if open && self.shared.store.firing_count(id).await? == alerts {
                work.learn(&incident, &Fact::AllSilenced { silences })?;
            }
        }
        work.commit(&self.shared).await?;
        Ok(())
    }

    /// Alerts that a silence holds back which does not hold: that must not be. They are decided anew, and operators are told.
    pub(super) async fn guard_silenced(&self) -> store::Result<()> {
        let lost: usize = {
            let world = self.shared.world();
            let counts = self.shared.store.silenced_counts().await?;
            counts.iter().filter(|count| !world.silences().holds(count.silence)).map(|count| count.alerts).sum()
        };
        if lost == 0 {
            return Ok(());
        }
        error!(alerts = lost, "{lost} alerts were held back by nothing: the guard decides them anew");
        self.shared.unheld.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let mut work = Work::new(&self.shared);
        self.release(&mut work, None).await?;
        let text = words::unheld_alerts(lost, work.world.setup().language);
        let key = format!("unheld-alerts:{}", work.now.as_millisecond());
        work.tell_operators(key, text);
        work.commit(&self.shared).await?;
        Ok(())
    }
}

impl Found {
    fn worst(&self) -> Option<Severity> {
        self.matching.iter().map(|(_, _, severity)| *severity).min()
    }
}

fn without(silences: &Silences, number: u32) -> Silences {
    let mut left = Silences::after(silences.last_number);
    silences.known().filter(|own| own.number != number).for_each(|own| left.put(Silence::clone(own)));
    left
}

/// What is left of an alert whose last report cannot be read: nobody knows where it goes, so everybody may see it.
fn unreadable(found: &ReportedAlert) -> AlertReport {
    let number = found.firing.alert.report.unwrap_or_default();
    let mut report = crate::work::unmapped(number, "its last report cannot be read", "unreadable");
    report.dedup_key = found.firing.dedup_key.clone();
    report.title.clone_from(&found.firing.title);
    report.labels = Labels::new();
    report
}

/// What people can look at.
#[derive(Clone, Debug)]
pub struct SilenceView {
    /// The silence.
    pub silence: Arc<Silence>,
    /// Alerts it holds back now.
    pub firing: usize,
    /// Alerts that it matches and another silence holds back.
    pub by_others: usize,
    /// Titles of the first of all of these.
    pub titles: Vec<String>,
    /// Open incidents that it holds back.
    pub incidents: Vec<IncidentId>,
}

impl Reader<'_> {
    /// Silences that hold, the one that ends first at the beginning.
    ///
    /// # Errors
    /// They may not read, or the database fails.
    pub async fn silences(&self) -> Result<Vec<SilenceView>, ActError> {
        self.may_read()?;
        self.engine.running_silences().await
    }

    /// One silence, also one that is over.
    ///
    /// # Errors
    /// They may not read, or the database fails.
    pub async fn silence(&self, number: u32) -> Result<Option<SilenceView>, ActError> {
        self.may_read()?;
        self.engine.silence(number).await
    }
}

impl Engine {
    async fn running_silences(&self) -> Result<Vec<SilenceView>, ActError> {
        let mut running: Vec<Arc<Silence>> = self.world().silences().running().cloned().collect();
        running.sort_by_key(|own| (own.until(), own.number));
        let mut views = Vec::new();
        for own in running {
            views.push(self.silence_view(own, 0).await?);
        }
        Ok(views)
    }

    async fn silence(&self, number: u32) -> Result<Option<SilenceView>, ActError> {
        let known = self.world().silences().get(number).cloned();
        let own = match known {
            Some(own) => Some(own),
            None => {
                let subject = Subject::Silence(number);
                let events = self.shared.store.events(&subject).await.map_err(|error| self.failed(&error))?;
                Silence::replay(number, &events).map(Arc::new)
            }
        };
        match own.filter(|own| own.began.is_some()) {
            Some(own) => self.silence_view(own, 10).await.map(Some),
            None => Ok(None),
        }
    }

    async fn silence_view(&self, silence: Arc<Silence>, shown: usize) -> Result<SilenceView, ActError> {
        let setup = self.setup();
        let (mut firing, mut by_others, mut titles) = (0, 0, Vec::new());
        if silence.until().is_some() {
            for alert in self.shared.store.silenced().await.map_err(|error| self.failed(&error))? {
                let by_this = alert.firing.alert.silence == Some(silence.number);
                // Another one that ends later holds it back: this one does so all the same.
                let matches = |report: &AlertReport| {
                    let routed = route(&setup, report);
                    silence.covers(routed.severity) && silence.matches(report, &routed)
                };
                if !by_this && !alert.report.as_ref().is_some_and(matches) {
                    continue;
                }
                if by_this {
                    firing += 1;
                } else {
                    by_others += 1;
                }
                if titles.len() < shown {
                    titles.push(alert.firing.title);
                }
            }
        }
        let held = |incident: &Arc<Incident>| {
            incident.held_back.as_ref().is_some_and(|held| held.silences.contains(&silence.number))
        };
        let incidents = self.open_incidents().iter().filter(|open| held(open)).map(|open| open.id).collect();
        Ok(SilenceView { silence, firing, by_others, titles, incidents })
    }
}
