//! Purpose: what one transaction will write: decisions applied to copies, with everything they lead to; then one commit.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, PoisonError};

use domain::chat_note::{ChatNote, NoteState};
use domain::episode::{EpisodeEnd, KnownAlert};
use domain::incident::{AlertOutcome, EventAt, Outage, clock_set, next_page, rings_of, set_back, tell_together};
use domain::plan::{card_shows, plan};
use domain::quality::{self, Missing};
use domain::routing::Routed;
use domain::stages::{Known, Reason, Stage, Verdict};
use domain::storm::unfolding;
use domain::{
    AlertOrigin, AlertReport, AlertStatus, ChatMessageId, Decision, DedupKey, Effect, Event, Fact, Incident,
    IncidentId, Input, PersonId, PlannedEffect, Sender, Timestamp, World, decide,
};
use store::{AlertRow, Batch, ChatLineRow, FiringAlert, JournalMark, JournalRow, ReportedAlert, RuleCheck, StoreError};
use tracing::debug;

use crate::book::{Changes, Overlay, Paging};
use crate::flaps::FlapsSeen;
use crate::handle::Shared;
use crate::record::record_of;
use crate::storms::{StormWork, folded_so_far};

/// Characters of a payload that could not be decided.
const UNMAPPED_LIMIT: usize = 16_384;

/// For so long further lines are counted on the message that says that it is known; later ones get one of their own, because that
/// message stands far above them.
const NOTE_COUNTS: jiff::SignedDuration = jiff::SignedDuration::from_mins(10);

/// An incident after a decision, and what was decided.
pub(crate) type Changed = (Arc<Incident>, Vec<EventAt>);

/// What one transaction will write, and what the book will then say.
pub(crate) struct Work {
    pub(crate) world: World,
    /// The same as it was when this began.
    began: World,
    /// Titles of alerts that silences began to hold back, by silence.
    pub(crate) held: BTreeMap<u32, Vec<String>>,
    /// Reports are decided again that were heard before.
    again: bool,
    pub(crate) now: Timestamp,
    pub(crate) wire: Timestamp,
    pub(crate) changes: Changes,
    pub(crate) batch: Batch,
    /// The alerts that reports are about, as they were before.
    pub(crate) known: HashMap<DedupKey, KnownAlert>,
    /// Alerts that fire of the groups whose rest is over.
    rest: Vec<FiringAlert>,
    pub(crate) storms: StormWork,
    discord_down: bool,
    outage: Option<Outage>,
    paging: Paging,
    opened: Vec<IncidentId>,
    /// What this transaction added to incidents; planned once, when all of it is in.
    added: BTreeMap<IncidentId, Added>,
    /// Our messages under chat lines that still count lines.
    notes: Vec<ChatNote>,
    /// The alerts that each question asks about.
    asked: BTreeSet<(String, DedupKey)>,
    /// What follows from no event.
    apart: Vec<PlannedEffect>,
    flaps: FlapsSeen,
}

/// What was added to one incident.
struct Added {
    /// The incident before the first of it; none: it opened.
    before: Option<Arc<Incident>>,
    entries: Vec<EventAt>,
}

impl Work {
    pub(crate) fn new(shared: &Shared) -> Self {
        let world = shared.world();
        let changes = Changes { last_number: shared.book.read().last_number, ..Changes::default() };
        Self {
            began: world.clone(),
            world,
            held: BTreeMap::new(),
            again: false,
            now: shared.clock.now(),
            wire: shared.wire.now(),
            changes,
            batch: Batch::default(),
            known: HashMap::new(),
            rest: Vec::new(),
            storms: StormWork::new(&shared.storms),
            discord_down: shared.discord_is_down(),
            outage: shared.discord.last(),
            paging: shared.book.paging(),
            opened: Vec::new(),
            added: BTreeMap::new(),
            notes: Vec::new(),
            asked: BTreeSet::new(),
            apart: Vec::new(),
            flaps: FlapsSeen::default(),
        }
    }

    /// Decides by the world in which this transaction began.
    pub(crate) fn decide(&self, input: &Input<'_>) -> Decision {
        let decision = decide(&self.world, input, self.now);
        #[cfg(feature = "broken")]
        let decision = crate::broken::spoil(input, decision);
        decision
    }

    /// What a report comes to, with the events of the incident it reaches.
    pub(crate) fn decide_report(
        &self,
        report: &AlertReport,
        known: &dyn Known,
        approved: bool,
    ) -> (Verdict, Vec<Event>) {
        let decided = self.decide(&Input::Report { report, known, approved }).of_report();
        decided.expect("`domain::decide` answers each report with a verdict")
    }

    pub(crate) fn number(&mut self) -> IncidentId {
        self.changes.last_number += 1;
        IncidentId(self.changes.last_number)
    }

    /// Adds events to an incident (or opens it). What they lead to is planned once for each incident, when everything of the
    /// transaction is in: a storm brings many reports of one incident, which is copied once. `before` is the incident as it was
    /// before the transaction; none: it opens.
    pub(crate) fn add(
        &mut self,
        before: Option<&Arc<Incident>>,
        id: IncidentId,
        events: Vec<Event>,
    ) -> store::Result<()> {
        let mut after = match (self.changes.incidents.remove(&id), before) {
            (Some(own), _) => Some(Arc::unwrap_or_clone(own)),
            (None, Some(before)) => Some(Incident::clone(before)),
            (None, None) => None,
        };
        let mut added =
            self.added.remove(&id).unwrap_or_else(|| Added { before: before.cloned(), entries: Vec::new() });
        match (events.as_slice(), after.as_mut(), added.entries.last_mut()) {
            // Alerts that are only counted are one fact of a transaction, however many they are.
            (
                [Event::AlertsCounted { counts: more }],
                Some(after),
                Some(EventAt { event: Event::AlertsCounted { counts }, at, seq }),
            ) => {
                *counts = counts.and(*more);
                let before = folded_so_far(after);
                after.apply(&EventAt { seq: *seq, at: *at, event: Event::AlertsCounted { counts: *more } });
                self.storms.saw(before, after, &self.world.setup().storm, self.now);
            }
            _ => added.entries.extend(self.apply(&mut after, id, events)),
        }
        let after = Arc::new(after.ok_or_else(|| nothing_opened(id))?);
        self.added.insert(id, added);
        self.changes.put(after);
        Ok(())
    }

    /// What this transaction makes of an incident: as it is then, and what was added.
    pub(crate) fn changed(&self, id: IncidentId) -> store::Result<Changed> {
        let after = self.changes.incidents.get(&id).ok_or_else(|| nothing_opened(id))?;
        let entries = self.added.get(&id).map(|added| added.entries.clone()).unwrap_or_default();
        Ok((Arc::clone(after), entries))
    }

    /// Applies events, and those that follow from them at once.
    fn apply(&mut self, after: &mut Option<Incident>, id: IncidentId, mut events: Vec<Event>) -> Vec<EventAt> {
        if let Some(unfolded) = after.as_ref().and_then(|incident| unfolding(incident, &events)) {
            events.insert(0, unfolded);
        }
        // Written by a clock that was ahead: the incident is brought to the one of now before anything else happens to it.
        if let (Some(first), Some(incident)) = (events.first(), after.as_ref())
            && !matches!(first, Event::ClockSet { .. })
            && let Some(by) = set_back(incident.changed_at, self.now)
        {
            events.insert(0, clock_set(by));
        }
        self.tell_together(after.as_ref(), id, &mut events);
        let folded_before = after.as_ref().and_then(folded_so_far);
        let flapped = after.as_ref().and_then(|incident| incident.flap);
        let mut entries = Vec::with_capacity(events.len());
        let now = self.now;
        let mut take_in = |after: &mut Option<Incident>, event: Event| {
            let seq = after.as_ref().map_or(0, |incident| incident.last_seq) + 1;
            // No entry lies before the one in front of it.
            let before = after.as_ref().map(|incident| incident.changed_at);
            let before = before.filter(|_| !matches!(event, Event::ClockSet { .. }));
            let entry = EventAt { seq, at: before.map_or(now, |before| before.max(now)), event };
            match after {
                Some(incident) => incident.apply(&entry),
                None => *after = Incident::from_opened(id, &entry),
            }
            entries.push(entry);
        };
        let calls = events.iter().any(|event| matches!(event, Event::Paged { .. }));
        events.into_iter().for_each(|event| take_in(after, event));
        // Discord cannot carry this page now: it goes out on the person's other ways at once.
        let mut others = after
            .as_ref()
            .filter(|_| calls && self.discord_down)
            .and_then(|after| self.decide(&Input::Fact { incident: after, fact: &Fact::DiscordDown }).of_one().ok())
            .unwrap_or_default();
        // What is told with the next ring there is told then.
        others.retain(|event| match (event, after.as_ref()) {
            (Event::Contacted { page, via, .. }, Some(after)) => {
                let page = after.page(*page);
                let mut contacts = page.iter().flat_map(|page| &page.contacts);
                contacts.all(|contact| contact.via != *via || contact.due <= now)
                    || page.is_some_and(|page| page.at < now)
            }
            _ => true,
        });
        others.into_iter().for_each(|event| take_in(after, event));
        if let Some(incident) = after.as_ref().filter(|_| !entries.is_empty()) {
            self.storms.saw(folded_before, incident, &self.world.setup().storm, now);
            self.flaps.saw(flapped, incident);
        }
        entries
    }

    /// Whoever was rung a moment ago for something else hears of this with the next ring.
    fn tell_together(&self, after: Option<&Incident>, id: IncidentId, events: &mut [Event]) {
        let pages = events.iter().any(|event| matches!(event, Event::Paged { .. }));
        let said = events.iter().rev().find_map(|event| match event {
            Event::Opened { severity, .. } | Event::SeverityChanged { to: severity, .. } => Some(*severity),
            _ => None,
        });
        let severity = said.or_else(|| after.map(|incident| incident.severity));
        let Some(severity) = severity.filter(|_| pages) else { return };
        let paging = self.paging.lock().unwrap_or_else(PoisonError::into_inner);
        let before = paging.values().filter(|known| !self.changes.incidents.contains_key(&known.id));
        let others: Vec<_> = before.chain(self.changes.incidents.values()).filter(|known| known.id != id).collect();
        let rung = |person: &PersonId, via| {
            let mut rings = Vec::new();
            for incident in &others {
                rings.extend(rings_of(incident, person, via)?);
            }
            if let Some(outage) = self.outage {
                rings.iter_mut().for_each(|ring| ring.at = outage.moved(ring.at, via));
            }
            Some(rings)
        };
        tell_together(events, severity, &self.world, rung, self.discord_down, self.now);
    }

    /// What events lead to becomes part of the transaction.
    fn write_down(
        &mut self,
        before: Option<&Arc<Incident>>,
        after: &Incident,
        entries: &[EventAt],
    ) -> store::Result<()> {
        let planned = plan(before.map(AsRef::as_ref), after, entries, &self.world);
        self.batch.events(after, entries)?;
        self.batch.effects(&planned.effects)?;
        self.batch.timers(&planned.timers);
        self.batch.record(record_of(after, before.is_none()));
        // What is folded is looked into when people see it.
        let is_new = before.is_none_or(|before| before.is_folded()) && !after.is_folded();
        if is_new && after.drill.is_none() {
            self.opened.push(after.id);
        }
        Ok(())
    }

    /// Everything that was added is planned.
    fn plan_added(&mut self) -> store::Result<()> {
        for (id, Added { before, entries }) in std::mem::take(&mut self.added) {
            if entries.is_empty() {
                // Nothing happened: the book keeps what it has.
                self.changes.incidents.remove(&id);
            } else if let Some(after) = self.changes.incidents.get(&id).cloned() {
                self.write_down(before.as_ref(), &after, &entries)?;
            }
        }
        Ok(())
    }

    /// The alerts of an incident that was merged are part of the other one from now on.
    pub(crate) fn alerts_move(&mut self, from: IncidentId, into: IncidentId) {
        self.batch.alerts_move(from, into);
    }

    /// Counts what an alert lacks, for the rule it came from.
    fn check(&mut self, report: &AlertReport, routed: Option<&Routed>) {
        let Some(routed) = routed else { return };
        if report.drill.is_some() || !matches!(report.origin, AlertOrigin::Http) {
            return;
        }
        let lacks = quality::check(report, routed);
        self.batch.alert_checked(RuleCheck {
            integration: report.integration.0.clone(),
            rule: quality::rule_of(report),
            url: report.links.iter().find(|link| link.label == "Source").map(|link| link.url.clone()),
            gaps: lacks.into_iter().map(Missing::as_str).collect(),
            at: self.now,
        });
    }

    /// Plans what follows from no event: questions, and lines for operators.
    pub(crate) fn effect(&mut self, key: String, effect: Effect, order: Option<String>) {
        self.apart.push(PlannedEffect::once(key, effect).behind(order));
    }

    /// A line for the bot's operators, once under this key.
    pub(crate) fn tell_operators(&mut self, key: String, text: String) {
        self.effect(key, Effect::Operators { text, everybody: false }, None);
    }

    /// Takes down what a report says of its alert. `number` is the report's in the journal.
    /// `silence` holds it back.
    pub(crate) fn known(
        &mut self,
        report: &AlertReport,
        number: Option<i64>,
        incident: Option<IncidentId>,
        silence: Option<u32>,
    ) {
        let before = self.changes.alerts.get(&report.dedup_key).or_else(|| self.known.get(&report.dedup_key));
        let mut alert = before.cloned().unwrap_or_default();
        if !self.again {
            alert.heard(report, number, self.now);
        }
        if report.status == AlertStatus::Firing {
            alert.endless = self.world.setup().is_endless(report);
            // It goes on in another incident, or in the same one that is open again.
            if alert.incident != incident {
                alert.ended = None;
            }
        }
        alert.incident = incident;
        alert.silence = match report.status {
            AlertStatus::Firing => silence,
            AlertStatus::Resolved => alert.silence,
        };
        self.alert_stands(report, alert);
    }

    /// Writes down what is known of the alert of a report.
    pub(crate) fn alert_stands(&mut self, report: &AlertReport, mut alert: KnownAlert) {
        alert.silence = alert.silence.filter(|_| alert.fires());
        self.changes.alerts.insert(report.dedup_key.clone(), alert.clone());
        self.batch.alert(AlertRow {
            dedup_key: report.dedup_key.clone(),
            title: report.title.clone(),
            group: report.group_number(),
            alert,
        });
    }

    /// Reads what is known of the alerts that reports are about.
    pub(crate) async fn look_up(&mut self, shared: &Shared, reports: &[&AlertReport]) -> store::Result<()> {
        let keys: Vec<&DedupKey> = reports.iter().map(|report| &report.dedup_key).collect();
        self.known.extend(shared.store.known_alerts(&keys).await?);
        if reports.iter().any(|report| report.candidate || ends_in_chat(report)) {
            self.notes = shared.store.live_chat_notes(self.now - NOTE_COUNTS).await?;
        }
        if reports.iter().any(|report| ends_in_chat(report)) {
            self.asked = shared.store.asked_about().await?.into_iter().collect();
        }
        for group in
            reports.iter().filter(|report| report.ends_rest_of_group()).filter_map(|report| report.group_number())
        {
            let rest = shared.store.firing_in_group(group).await?;
            self.known.extend(rest.iter().map(|alert| (alert.dedup_key.clone(), alert.alert.clone())));
            self.rest.extend(rest);
        }
        Ok(())
    }

    /// Decides accepted reports, and plans what they lead to together: a mistake in either concerns these reports.
    pub(crate) fn reports(&mut self, shared: &Shared, rows: &[JournalRow]) -> store::Result<()> {
        rows.iter().try_for_each(|row| self.report(shared, row))?;
        self.count_held()?;
        self.plan_added()
    }

    /// Decides one accepted report.
    fn report(&mut self, shared: &Shared, row: &JournalRow) -> store::Result<()> {
        let unreadable;
        let report = match &row.report {
            Ok(report) => report,
            Err(text) => {
                unreadable = unmapped(row.id, text, "unreadable");
                &unreadable
            }
        };
        let mark = if report.ends_rest_of_group() {
            self.rest_of_group(shared, report, row.id)?
        } else {
            self.one(shared, report, row.id)?
        };
        debug!(
            journal.row = row.id,
            alert.outcome = mark.outcome,
            alert.stage = mark.stage.map(Stage::as_str),
            incident.number = mark.incident.map(|id| id.0),
            "Report {} {}",
            row.id,
            mark.outcome
        );
        self.batch.journal(mark)
    }

    /// Ends all alerts of a group that still fire, as if each had its own report.
    fn rest_of_group(&mut self, shared: &Shared, report: &AlertReport, number: i64) -> store::Result<JournalMark> {
        let rest = std::mem::take(&mut self.rest);
        let mut last = JournalMark {
            id: number,
            outcome: AlertOutcome::NothingFiring.as_str(),
            incident: None,
            stage: Some(Stage::Identify),
            reason: None,
        };
        let reason = Some(Reason::RestOfGroup { alerts: rest.len() });
        for FiringAlert { dedup_key, title, alert } in rest {
            let own = alert.firing.iter().find(|episode| episode.sender == report.sender_number());
            let starts_at = own.or(alert.firing.first()).and_then(|episode| episode.starts_at);
            let sender = report.sender.clone().map(|sender| Sender { rest_is_over: false, ..sender });
            let end = AlertReport { dedup_key, title, starts_at, sender, ..report.clone() };
            last = self.one(shared, &end, number)?;
        }
        Ok(JournalMark { reason, ..last })
    }

    /// What one report does, and what is to be known of it.
    fn one(&mut self, shared: &Shared, report: &AlertReport, number: i64) -> store::Result<JournalMark> {
        let book = shared.book.read();
        let overlay = Overlay { book: &book, known: &self.known, changes: &self.changes };
        let (Verdict { stage, reason, outcome, routed, silence }, mut events) =
            self.decide_report(report, &overlay, false);
        // As it was before this transaction.
        let find = |id: IncidentId| book.incidents.get(&id).cloned();
        let journal = number;
        let number = Some(journal);
        let incident = match outcome {
            AlertOutcome::Opens => {
                self.storms.opens(&mut events, self.world.setup(), self.now);
                let id = self.number();
                self.add(None, id, events)?;
                self.leaves(&find, report, id)?;
                self.check(report, routed.as_ref());
                self.known(report, number, Some(id), silence);
                Some(id)
            }
            AlertOutcome::Joins { incident: id } => {
                let before = find(id);
                if let Some(incident) = self.changes.incidents.get(&id).or(before.as_ref()) {
                    self.storms.joins(incident, &mut events, self.world.setup(), self.now);
                }
                self.add(before.as_ref(), id, events)?;
                self.leaves(&find, report, id)?;
                self.check(report, routed.as_ref());
                self.known(report, number, Some(id), silence);
                Some(id)
            }
            AlertOutcome::Resolves { incident: id }
            | AlertOutcome::Repeats { incident: id }
            | AlertOutcome::Reopens { incident: id } => {
                let before = find(id);
                if !events.is_empty() && (before.is_some() || self.changes.incidents.contains_key(&id)) {
                    self.add(before.as_ref(), id, events)?;
                }
                self.known(report, number, Some(id), silence);
                Some(id)
            }
            AlertOutcome::StillFires { incident } => {
                self.known(report, number, Some(incident), None);
                Some(incident)
            }
            AlertOutcome::EndsOne { incident } => {
                self.known(report, number, incident, silence);
                incident
            }
            AlertOutcome::Silenced { silence } => {
                self.is_silenced(&find, report, number, silence)?;
                None
            }
            AlertOutcome::Late { incident } => {
                if let Some(id) = incident.filter(|_| !events.is_empty()) {
                    self.add(find(id).as_ref(), id, events)?;
                }
                incident
            }
            AlertOutcome::NothingFiring => {
                self.nothing_fires(report, number);
                self.asks_no_more(report, journal);
                None
            }
            AlertOutcome::Asks => {
                self.ask(report, journal, routed.as_ref());
                None
            }
        };
        let said = matches!(outcome, AlertOutcome::Joins { .. } | AlertOutcome::Repeats { .. });
        match incident.filter(|_| said && report.candidate && !self.again) {
            Some(incident) => self.says_known(report, journal, incident),
            None => self.chat_line(report, journal, None),
        }
        Ok(JournalMark { id: journal, outcome: outcome.as_str(), incident, stage: Some(stage), reason })
    }

    /// The incident that an alert which never ended was in before no longer waits for its end. `find` knows incidents as they were
    /// before this transaction.
    fn leaves(
        &mut self,
        find: &dyn Fn(IncidentId) -> Option<Arc<Incident>>,
        report: &AlertReport,
        into: IncidentId,
    ) -> store::Result<()> {
        let known = self.changes.alerts.get(&report.dedup_key).or_else(|| self.known.get(&report.dedup_key));
        let Some(from) = known.filter(|known| known.fires()).and_then(|known| known.incident) else { return Ok(()) };
        let before = find(from);
        let Some(incident) = self.changes.incidents.get(&from).or(before.as_ref()) else { return Ok(()) };
        let fact = Fact::AlertGoesOn { alert: report.dedup_key.clone(), into };
        let events = self.decide(&Input::Fact { incident, fact: &fact }).of_one().unwrap_or_default();
        if events.is_empty() { Ok(()) } else { self.add(before.as_ref(), from, events) }
    }

    /// A silence holds it back: it is part of no incident, and one that is over no longer waits for its end.
    fn is_silenced(
        &mut self,
        find: &dyn Fn(IncidentId) -> Option<Arc<Incident>>,
        report: &AlertReport,
        number: Option<i64>,
        silence: u32,
    ) -> store::Result<()> {
        let known = self.changes.alerts.get(&report.dedup_key).or_else(|| self.known.get(&report.dedup_key));
        let fired = known.filter(|known| known.fires());
        let is_new = fired.is_none_or(|known| known.silence != Some(silence));
        if let Some(from) = fired.and_then(|known| known.incident) {
            let before = find(from);
            let fact = Fact::AlertSilenced { alert: report.dedup_key.clone(), silence };
            let events = self
                .changes
                .incidents
                .get(&from)
                .or(before.as_ref())
                .map(|incident| self.decide(&Input::Fact { incident, fact: &fact }).of_one().unwrap_or_default());
            if let Some(events) = events.filter(|events| !events.is_empty()) {
                self.add(before.as_ref(), from, events)?;
            }
        }
        if is_new {
            self.held.entry(silence).or_default().push(report.title.clone());
        }
        self.known(report, number, None, Some(silence));
        Ok(())
    }

    /// An alert that a silence held back is decided again by its last report, as if it had just come. Answers the incident that
    /// opened or rang by it.
    pub(crate) fn passes_again(
        &mut self,
        shared: &Shared,
        found: &ReportedAlert,
        report: &AlertReport,
    ) -> store::Result<Option<IncidentId>> {
        let known = KnownAlert { silence: None, ..found.firing.alert.clone() };
        let number = known.report.unwrap_or_default();
        self.known.insert(report.dedup_key.clone(), known.clone());
        self.alert_stands(report, known);
        self.again = true;
        let passed = self.one(shared, report, number);
        self.again = false;
        let mark = passed?;
        let (outcome, incident) = (mark.outcome, mark.incident);
        if outcome == AlertOutcome::Asks.as_str() {
            // The answer to the question looks for it there.
            self.batch.journal(mark)?;
        }
        Ok(incident.filter(|_| AlertOutcome::rings(outcome)))
    }

    /// An end of what does not fire is kept all the same: what it ends may still come.
    fn nothing_fires(&mut self, report: &AlertReport, number: Option<i64>) {
        let known = self.changes.alerts.get(&report.dedup_key).or_else(|| self.known.get(&report.dedup_key));
        let incident = known.and_then(|known| known.incident);
        // A person ended its incident, and its sender has lost sight of it: nobody will ever tell more.
        if let Some(known) =
            known.filter(|known| report.is_lost_from_sight() && known.fires() && known.silence.is_none())
        {
            let mut over = known.clone();
            over.firing.clear();
            over.ended = Some(EpisodeEnd::Incident);
            self.alert_stands(report, over);
            return;
        }
        let is_news = known.is_some_and(KnownAlert::fires) || report.starts_at.is_some();
        if report.status == AlertStatus::Resolved && is_news {
            self.known(report, number, incident, None);
        }
    }

    /// Whoever asks whether something is an incident that its own line says to be over asks nothing any more.
    fn asks_no_more(&mut self, report: &AlertReport, journal: i64) {
        if !ends_in_chat(report) {
            return;
        }
        let about = |(_, alert): &&(String, DedupKey)| *alert == report.dedup_key;
        let questions: Vec<String> = self.asked.iter().filter(about).map(|(question, _)| question.clone()).collect();
        for question in questions {
            self.asked.remove(&(question.clone(), report.dedup_key.clone()));
            if self.asked.iter().any(|(other, _)| *other == question) {
                continue;
            }
            let asking = |note: &&mut ChatNote| note.key == question && note.state == NoteState::Asking;
            if let Some(note) = self.notes.iter_mut().find(asking) {
                note.state = NoteState::Over;
                self.batch.chat_note_stands(note.clone());
                self.note_shows(&question, journal);
            }
        }
    }

    fn ask(&mut self, report: &AlertReport, journal: i64, routed: Option<&Routed>) {
        match report.origin {
            AlertOrigin::Chat { channel, message, .. } => {
                let about = routed.map_or_else(|| report.dedup_key.to_string(), |routed| routed.group_key.0.clone());
                let asked = |note: &&ChatNote| note.state == NoteState::Asking && note.about == about;
                let asked = self.notes.iter().find(asked).map(|note| note.key.clone());
                if let Some(asked) = asked.filter(|asked| *asked != question_key(report, message)) {
                    self.chat_line(report, journal, Some(asked.clone()));
                    return self.note_shows(&asked, journal);
                }
                let effect = Effect::Candidate { journal, title: report.title.clone(), channel, message };
                let key = question_key(report, message);
                self.effect(key.clone(), effect, Some(key.clone()));
                self.note(key, NoteState::Asking, about, (report, journal), None);
            }
            AlertOrigin::Http => {
                let text = words::candidate_without_line(journal, &report.title, self.world.setup().language);
                self.tell_operators(format!("candidate:{journal}"), text);
            }
        }
    }

    /// A line about what an open incident is about: who wrote it reads that it is known, without a sound. Lines that come soon
    /// after it are counted on the same message.
    fn says_known(&mut self, report: &AlertReport, journal: i64, incident: IncidentId) {
        let AlertOrigin::Chat { channel, message, .. } = report.origin else { return };
        let same = |note: &&ChatNote| {
            note.state == NoteState::Known && note.incident == Some(incident) && note.channel == channel
        };
        if let Some(key) = self.notes.iter().find(same).map(|note| note.key.clone()) {
            self.chat_line(report, journal, Some(key.clone()));
            return self.note_shows(&key, journal);
        }
        let key = format!("known:{message}:{incident}");
        let effect = Effect::Known { note: key.clone(), incident, channel, message };
        self.effect(key.clone(), effect, Some(key.clone()));
        self.note(key, NoteState::Known, String::new(), (report, journal), Some(incident));
    }

    /// A message of ours will stand under a line.
    fn note(
        &mut self,
        key: String,
        state: NoteState,
        about: String,
        (report, journal): (&AlertReport, i64),
        incident: Option<IncidentId>,
    ) {
        let AlertOrigin::Chat { channel, .. } = report.origin else { return };
        let (title, at, by, people) = (report.title.clone(), self.now, None, Vec::new());
        let note = ChatNote { key: key.clone(), about, state, journal, title, channel, at, incident, by, people };
        self.batch.chat_note(note.clone());
        self.notes.push(note);
        self.chat_line(report, journal, Some(key));
    }

    /// What a line said is written down, with the message of ours that stands for it.
    fn chat_line(&mut self, report: &AlertReport, journal: i64, note: Option<String>) {
        let AlertOrigin::Chat { channel, message, author_id, author, .. } = &report.origin else { return };
        if self.again {
            return;
        }
        // Its end may come with the same reports.
        if let Some(question) = note.as_ref().filter(|_| report.status == AlertStatus::Firing) {
            self.asked.insert((question.clone(), report.dedup_key.clone()));
        }
        self.batch.chat_line(ChatLineRow {
            message: *message,
            dedup_key: report.dedup_key.clone(),
            channel: *channel,
            author: *author_id,
            author_name: author.clone(),
            journal,
            note,
            resolved: report.status == AlertStatus::Resolved,
            said_at: report.starts_at.unwrap_or(self.now),
        });
    }

    /// Our message under a line is brought up to date; one edit that waits is enough. `journal` is the row that changed it.
    pub(crate) fn note_shows(&mut self, note: &str, journal: i64) {
        let (key, effect) = (format!("{note}:shows:{journal}"), Effect::NoteShows { note: note.to_owned() });
        let supersede = Some(format!("{note}:shows"));
        let planned = PlannedEffect::once(key, effect).behind(Some(note.to_owned()));
        self.apart.push(PlannedEffect { supersede, ..planned });
    }

    /// The card says who is next as of now, although nothing happened to the incident.
    pub(crate) fn card_shows(&mut self, id: IncidentId) {
        let why = format!("next:{}", self.wire.as_millisecond());
        self.apart.push(card_shows(id, &why));
    }

    /// Where people changed who is on call, cards name whoever is next now.
    fn show_who_is_next(&mut self, shared: &Shared) {
        if self.world.same_changes(&self.began) {
            return;
        }
        let is_other = |open: &Incident| next_page(open, &self.began) != next_page(open, &self.world);
        let open = shared.book.open();
        let others: Vec<IncidentId> =
            open.iter().filter(|open| !open.is_folded() && is_other(open)).map(|open| open.id).collect();
        others.into_iter().for_each(|id| self.card_shows(id));
    }

    /// Writes, then makes it visible, then wakes whoever brings it outside. False when the interaction was a repetition.
    pub(crate) async fn commit(mut self, shared: &Shared) -> store::Result<bool> {
        self.count_held()?;
        self.plan_added()?;
        self.show_who_is_next(shared);
        self.batch.effects(&self.apart)?;
        self.storms.write_down(
            &mut self.batch,
            &self.changes,
            shared,
            &self.world.setup().storm,
            (self.now, self.wire),
        )?;
        if self.batch.is_empty() {
            return Ok(true);
        }
        let publishing = shared.decisions.publishing.write().await;
        // Nobody else decides meanwhile, so that it is known a moment before it is written harms nobody; what could not be written
        // is not true.
        let before = (!self.world.same_changes(&self.began)).then(|| shared.take_changes(&self.world));
        let written = shared.store.commit(&self.batch, self.now, self.wire).await;
        if let Some(before) = before.filter(|_| !matches!(written, Ok(true))) {
            shared.take_changes(&before);
        }
        let written = written?;
        if written {
            let drills = self.changes.incidents.values().any(|incident| incident.drill.is_some());
            shared.book.publish(self.changes);
            self.storms.publish(&shared.storms);
            shared.flaps.add(self.flaps);
            drop(publishing);
            if drills {
                shared.drills.ring();
            }
            if self.batch.has_effects() {
                shared.deliveries.ring();
            }
            shared.look_back(self.opened);
        }
        Ok(written)
    }
}

fn nothing_opened(id: IncidentId) -> StoreError {
    use serde::de::Error;
    StoreError::Unreadable {
        what: "decision",
        id: id.label(),
        source: serde_json::Error::custom("the first event of an incident must open it"),
    }
}

/// A line of a watched channel that says that something is over.
fn ends_in_chat(report: &AlertReport) -> bool {
    report.status == AlertStatus::Resolved && matches!(report.origin, AlertOrigin::Chat { .. })
}

/// Key of the row that asks about a chat line: a line that is read twice (after a restart) is asked about once.
pub(crate) fn question_key(report: &AlertReport, message: ChatMessageId) -> String {
    format!("candidate:{message}:{}", report.dedup_key)
}

/// An alert made of an input that could not be decided.
pub(crate) fn unmapped(row: i64, text: &str, error_id: &str) -> AlertReport {
    AlertReport {
        integration: "journal".into(),
        dedup_key: DedupKey(format!("v1:journal:{row}")),
        status: AlertStatus::Firing,
        title: format!("Unmapped input (journal row {row}, {error_id})"),
        body: None,
        labels: domain::Labels::new(),
        value: None,
        links: Vec::new(),
        runbook_url: None,
        starts_at: None,
        origin: AlertOrigin::Http,
        severity: None,
        candidate: false,
        unmapped: Some(text.chars().take(UNMAPPED_LIMIT).collect()),
        drill: None,
        sender: None,
    }
}
