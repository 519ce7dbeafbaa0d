//! Purpose: who is on call, as the decider keeps it: overrides at the start and with each configuration, when they begin and end,
//! pages that follow, and what is announced of schedules.

use std::collections::BTreeSet;
use std::sync::Arc;

use domain::incident::{EventAt, Incident, Page, Unseen, called_in_discord, hand_over};
use domain::oncall::{
    LastSaid, OnCallEvent, OnCallRequest, OverWhy, Override, Overrides, announced, before_change, changed, decide,
    decide_configuration, decide_due, handed_over, schedule_gone, shift_changes_said, shift_runs,
};
use domain::setup::Schedule;
use domain::{
    ChatChannelId, ChatUserId, Fact, IncidentId, PageId, PageVia, PersonId, Subject, Thing, Timer, TimerChange,
    TimerKind, Timestamp, World,
};
use tracing::{info, warn};

use super::NounAnswer;
use crate::action::{ActError, Action, ActionOutcome};
use crate::decider::Decider;
use crate::handle::Engine;
use crate::work::Work;

/// Longest time since an override began for which it may still run: 31 days, an hour for the answer, and changes of the clock.
const LONGEST: jiff::SignedDuration = jiff::SignedDuration::from_hours(32 * 24);

impl Decider {
    /// At the start and with each new configuration: timers as the state wants them, an end for whom or what is not configured
    /// any more, and what changed about who is on call.
    pub(super) async fn keep_on_call(&mut self) -> store::Result<()> {
        let setup = self.shared.setup();
        if self.kept.on_call.as_ref().is_some_and(|by| Arc::ptr_eq(by, &setup)) {
            return Ok(());
        }
        if self.kept.on_call.is_none() {
            let overrides = self.stored_overrides().await?;
            let world = self.shared.world().with_overrides(overrides);
            self.shared.take_changes(&world);
        }
        let mut work = Work::new(&self.shared);
        let known: Vec<Arc<Override>> = work.world.overrides().known().cloned().collect();
        for own in known {
            match decide_configuration(&work.world, &own, work.now) {
                Some(over) => self.change(&mut work, own.number, vec![over])?,
                None => work.batch.timers(&[own.timer()]),
            }
        }
        for schedule in setup.schedules.values() {
            self.shift(&mut work, schedule)?;
        }
        // Of schedules that are gone, too: somebody may still have their role.
        let mut schedules: BTreeSet<String> = work.world.overrides().said.keys().cloned().collect();
        schedules.extend(setup.schedules.keys().cloned());
        for schedule in &schedules {
            self.announce(&mut work, schedule)?;
            self.next_handoff(&mut work, schedule);
        }
        self.schedules_gone(&mut work)?;
        work.commit(&self.shared).await?;
        self.kept.on_call = Some(setup);
        Ok(())
    }

    /// Overrides that run or wait for an answer, and what was said last of each schedule. What runs cannot have begun long ago.
    async fn stored_overrides(&self) -> store::Result<Overrides> {
        let store = &self.shared.store;
        let known = self.shared.newest(Subject::Override).await?;
        let mut overrides = Overrides::after(known);
        let now = self.shared.clock.now();
        for number in (1..=known).rev() {
            let events = store.events::<OnCallEvent>(&Subject::Override(number)).await?;
            if events.first().is_some_and(|first| now.duration_since(first.at) > LONGEST) {
                break;
            }
            if let Some(own) = Override::replay(number, &events) {
                overrides.put(own);
            }
        }
        for subject in store.subjects("handoff").await? {
            let events = store.events::<OnCallEvent>(&subject).await?;
            if let Subject::Handoff(schedule) = subject {
                overrides.said.insert(schedule, LastSaid::replay(&events));
            }
        }
        Ok(overrides)
    }

    /// What people ask about who is on call.
    pub(super) fn on_call(
        &self,
        work: &mut Work,
        action: &Action,
        request: &OnCallRequest,
    ) -> Result<ActionOutcome, ActError> {
        let decided = decide(&work.world, &action.by, request, action.interaction.unwrap_or_default(), work.now)?;
        for (number, event) in decided.events {
            self.change(work, number, vec![event]).map_err(|error| self.shared.failed(&error))?;
        }
        Ok(ActionOutcome::Noun(NounAnswer::OnCall(decided.answer)))
    }

    /// The time of an override has come.
    pub(super) fn override_due(&self, work: &mut Work, number: u32) -> store::Result<()> {
        let Some(own) = work.world.overrides().get(number).cloned() else { return Ok(()) };
        let events = decide_due(&work.world, &own, work.now);
        if events.is_empty() {
            work.batch.timers(&[own.timer()]);
            return Ok(());
        }
        self.change(work, number, events)
    }

    /// The rotation of a schedule goes on.
    pub(super) fn handoff_due(&self, work: &mut Work, schedule: &str) -> store::Result<()> {
        if let Some(known) = work.world.shared_setup().schedules.get(schedule) {
            self.shift(work, known)?;
        }
        self.announce(work, schedule)?;
        self.next_handoff(work, schedule);
        Ok(())
    }

    /// Adds events to an override (or begins it), with everything they lead to.
    fn change(&self, work: &mut Work, number: u32, events: Vec<OnCallEvent>) -> store::Result<()> {
        let before = work.world.overrides().get(number).cloned();
        let Some((own, entries, effects)) = changed(number, before.as_deref(), events, work.now) else { return Ok(()) };
        work.batch.events_of(&Subject::Override(number), &entries)?;
        work.batch.effects(&effects)?;
        work.batch.timers(&[own.timer()]);
        for entry in &entries {
            self.operators_read(work, &own, &entry.event);
        }
        info!(subject = %Subject::Override(number), schedule = own.schedule, "Override {number} of {}", own.schedule);
        let (schedule, world) = (own.schedule.clone(), work.world.clone());
        // At its end it does not hold any more: who was on call by it is asked for a moment before.
        let moment = work.now.min(own.until - jiff::SignedDuration::from_millis(1));
        let mut overrides = Overrides::clone(world.overrides());
        overrides.put(own);
        work.world = world.with_overrides(overrides);
        self.pages_follow(work, (&world, moment), &schedule)?;
        self.announce(work, &schedule)
    }

    /// Operators read of an end that nobody wanted.
    fn operators_read(&self, work: &mut Work, own: &Override, event: &OnCallEvent) {
        let OnCallEvent::Over { why: why @ (OverWhy::Left | OverWhy::NotAPerson | OverWhy::NoSchedule), then, .. } =
            event
        else {
            return;
        };
        let lang = work.world.setup().language;
        let text = words::override_fell(own, why, then.as_ref(), lang);
        let key = format!("{}:fell", Subject::Override(own.number));
        work.tell_operators(key, text);
    }

    /// Whoever takes over is paged for what the one before was paged for by this schedule, and nobody has.
    fn pages_follow(&self, work: &mut Work, before: (&World, Timestamp), schedule: &str) -> store::Result<()> {
        let who = |world: &World, at| -> Option<PersonId> { world.on_call(schedule, at).person().cloned() };
        let (Some(from), Some(to)) = (who(before.0, before.1), who(&work.world, work.now)) else { return Ok(()) };
        if from == to {
            return Ok(());
        }
        for open in self.shared.book.open() {
            let incident = work.changes.incidents.get(&open.id).unwrap_or(&open);
            let events = hand_over(incident, schedule, &from, &to, &work.world, work.now);
            if !events.is_empty() {
                work.add(Some(&open), open.id, events)?;
            }
        }
        Ok(())
    }

    /// Says who is on call, when that is another person than was said last.
    fn announce(&self, work: &mut Work, name: &str) -> store::Result<()> {
        let Some(event) = handed_over(&work.world, name, work.now) else { return Ok(()) };
        let before = work.world.overrides().said.get(name).cloned().unwrap_or_default();
        let entry = of_schedule(work, name, event)?;
        let setup = work.world.shared_setup();
        work.batch.effects(&announced(name, setup.schedules.get(name), &before, &entry))
    }

    /// Writes down the shift that runs, when that is another one, or its rotation was changed: then whoever's shifts that changes is
    /// told, and the pages of who gives it up at once follow.
    fn shift(&self, work: &mut Work, schedule: &Schedule) -> store::Result<()> {
        let Some(event) = shift_runs(&work.world, schedule, work.now) else { return Ok(()) };
        let before = before_change(&work.world, schedule).unwrap_or_else(|| work.world.clone());
        let entry = of_schedule(work, &schedule.name, event)?;
        work.batch.effects(&shift_changes_said(&work.world, &schedule.name, &entry))?;
        self.pages_follow(work, (&before, work.now), &schedule.name)
    }

    /// Whoever was to be on call on a schedule that is not configured any more is told.
    fn schedules_gone(&self, work: &mut Work) -> store::Result<()> {
        let before = self.kept.on_call.as_ref().map(|setup| work.world.with_setup(Arc::clone(setup)));
        let names: Vec<String> = work.world.overrides().said.keys().cloned().collect();
        for name in names {
            if let Some(event) = schedule_gone(before.as_ref(), &work.world, &name, work.now) {
                let entry = of_schedule(work, &name, event)?;
                work.batch.effects(&shift_changes_said(&work.world, &name, &entry))?;
            }
        }
        Ok(())
    }

    /// The next handoff of a schedule is looked at when it comes.
    fn next_handoff(&self, work: &mut Work, name: &str) {
        let (subject, kind) = (Subject::Handoff(name.to_owned()), TimerKind::Due);
        if let Some(due) = work.world.next_handoff(name, work.now) {
            work.batch.timers(&[TimerChange::Set(Timer { subject, kind, due })]);
        }
    }
}

/// Adds an event to the timeline of a schedule.
fn of_schedule(work: &mut Work, name: &str, event: OnCallEvent) -> store::Result<EventAt<OnCallEvent>> {
    let mut overrides = Overrides::clone(work.world.overrides());
    let said = overrides.said.entry(name.to_owned()).or_default();
    let entry = EventAt { seq: said.seq + 1, at: work.now, event };
    said.apply(&entry);
    work.batch.events_of(&Subject::Handoff(name.to_owned()), std::slice::from_ref(&entry))?;
    work.world = work.world.with_overrides(overrides);
    Ok(entry)
}

/// A mention of somebody who is called, as it stands in a room.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mention {
    /// Of which incident.
    pub incident: IncidentId,
    /// For which page.
    pub page: PageId,
    /// Of whom.
    pub person: PersonId,
    /// Whoever sees this channel sees it.
    pub seen_by: ChatChannelId,
    /// That is a channel made for the incident.
    pub own_channel: bool,
}

impl Engine {
    /// Whom Discord is to reach now, because they are called. Nobody while Discord cannot be reached: nothing can be found out about
    /// them then, and their other ways are taken anyway.
    pub fn called(&self) -> BTreeSet<PersonId> {
        if self.shared.discord_is_down() {
            return BTreeSet::new();
        }
        let world = self.world();
        self.shared.book.open().iter().flat_map(|incident| called_in_discord(incident, &world)).collect()
    }

    /// Accounts that have an open incident: they answer for it as long as they are in the server. Who acknowledged by a link before
    /// Discord told us who they are, or plays a part in a drill, has none.
    pub fn holders(&self) -> BTreeSet<ChatUserId> {
        if self.shared.discord_is_down() {
            return BTreeSet::new();
        }
        let holder = |incident: &Arc<Incident>| incident.acknowledged.as_ref().map(|(holder, _)| holder.user);
        self.shared.book.open().iter().filter_map(holder).filter(|user| user.0 != 0).collect()
    }

    /// Discord says that this account is no member any more: it has nothing any more. False when that could not be written.
    pub async fn holder_left(&self, user: ChatUserId) -> bool {
        let theirs =
            |incident: &&Arc<Incident>| incident.acknowledged.as_ref().is_some_and(|(holder, _)| holder.user == user);
        for incident in self.shared.book.open().iter().filter(theirs) {
            if let Err(error) = self.shared.learn(incident.id, Fact::HolderLeft { user }).await {
                warn!(incident.number = incident.id.0, "That the holder left was not written: {error}");
                return false;
            }
        }
        true
    }

    /// Mentions of people who are called, as they stand in rooms, of those that `wanted` asks for.
    pub async fn mentions(&self, wanted: impl Fn(IncidentId, PageId) -> bool) -> Vec<Mention> {
        let mut mentions = Vec::new();
        if self.shared.discord_is_down() {
            return mentions;
        }
        for incident in self.shared.book.open() {
            let calls = |page: &&Page| {
                !incident.contact_failed.contains(&(page.id, PageVia::Room)) && wanted(incident.id, page.id)
            };
            let called: Vec<&Page> = incident.open_pages().filter(calls).collect();
            if called.is_empty() {
                continue;
            }
            // What cannot be read now is looked at again in a moment.
            let Ok(objects) = self.objects(incident.id).await else { continue };
            let place = |thing| objects.get(&thing).map(|object| object.channel);
            for page in called {
                let Some(stands) = place(Thing::Page(page.id, PageVia::Room)) else { continue };
                // A thread is seen by whoever sees the channel its card stands in.
                let of_thread = place(Thing::Card).filter(|_| place(Thing::Thread) == Some(stands));
                mentions.push(Mention {
                    incident: incident.id,
                    page: page.id,
                    person: page.person.clone(),
                    seen_by: of_thread.unwrap_or(stands),
                    own_channel: place(Thing::Channel) == Some(stands),
                });
            }
        }
        mentions
    }

    /// The mention of a page stands where its person does not see it.
    pub async fn room_unseen(&self, incident: IncidentId, page: PageId, unseen: Unseen) {
        if let Err(error) = self.shared.learn(incident, Fact::RoomUnseen { page, unseen }).await {
            warn!(incident.number = incident.0, "That a page is not seen was not written: {error}");
        }
    }

    /// Discord says that this person is no member any more: what it carried for them did not reach them. False when that could not be
    /// written: it is found out again at the next look.
    pub async fn has_left(&self, person: &PersonId) -> bool {
        let world = self.world();
        let open = self.shared.book.open();
        for incident in open.iter().filter(|incident| called_in_discord(incident, &world).contains(person)) {
            let fact = Fact::PersonLeft { person: person.clone() };
            if let Err(error) = self.shared.learn(incident.id, fact).await {
                warn!(person = %person, "That {person} cannot be called in Discord was not written: {error}");
                return false;
            }
        }
        true
    }
}
