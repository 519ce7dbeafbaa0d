//! Purpose: what facts make visible, and which timers they set. One place to read what people will see of each event.

mod drill;

use std::collections::BTreeMap;

use crate::incident::{Event, EventAt, Incident, LostWhy, PageEnd, StopReason, Thing, timers};
use crate::setup::RoomKind;
use crate::{
    Effect, IncidentId, Lane, PageId, PageVia, PersonId, Place, PlannedEffect, Post, Timer, TimerChange, TimerKind,
    Timestamp, World,
};

use drill::drill_report;

/// What a decision leads to besides its events.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// Rows for the outbox.
    pub effects: Vec<PlannedEffect>,
    /// Changes of timers.
    pub timers: Vec<TimerChange>,
}

/// What follows when a channel for the work is there, which is no event: the card says where to go. A thread hangs on the card,
/// so nobody has to be told where it is.
pub fn channel_made(incident: IncidentId) -> PlannedEffect {
    let name = format!("card:{incident}");
    PlannedEffect {
        effect: Effect::Card { incident },
        lane: Lane::Edit,
        key: format!("inc{incident}:room:card"),
        supersede: Some(name.clone()),
        order: Some(name),
    }
}

/// Plans effects and timers. `before` is none when the incident just opened; `after` has all `events` applied.
pub fn plan(before: Option<&Incident>, after: &Incident, events: &[EventAt], world: &World, now: Timestamp) -> Plan {
    if events.is_empty() {
        return Plan::default();
    }
    // The storm's board shows it, and nothing else.
    if after.is_folded() {
        return Plan { effects: Vec::new(), timers: timer_changes(before, after) };
    }
    // What was folded has nothing yet that people could see.
    let seen = before.filter(|before| !before.is_folded());
    let mut planner = Planner {
        before,
        after,
        world,
        now,
        effects: Vec::new(),
        seq: 0,
        count: 0,
        quiet: before.is_some_and(|before| before.quiet_since.is_some()),
        has_room: seen.map(|before| before.room),
        is_new: seen.is_none(),
    };
    for entry in events {
        planner.seq = entry.seq;
        planner.count = 0;
        planner.event(entry, events);
    }
    planner.desired_states(events);
    Plan { effects: planner.effects, timers: timer_changes(before, after) }
}

fn timer_changes(before: Option<&Incident>, after: &Incident) -> Vec<TimerChange> {
    let had: BTreeMap<TimerKind, Timestamp> = before.map(timers).unwrap_or_default().into_iter().collect();
    let has: BTreeMap<TimerKind, Timestamp> = timers(after).into_iter().collect();
    let gone =
        had.keys().filter(|kind| !has.contains_key(kind)).map(|kind| TimerChange::Cancel(after.id.into(), *kind));
    let set = has
        .iter()
        .filter(|(kind, due)| had.get(kind) != Some(due))
        .map(|(kind, due)| TimerChange::Set(Timer { subject: after.id.into(), kind: *kind, due: *due }));
    gone.chain(set).collect()
}

struct Planner<'a> {
    before: Option<&'a Incident>,
    after: &'a Incident,
    world: &'a World,
    now: Timestamp,
    effects: Vec<PlannedEffect>,
    seq: u32,
    count: u32,
    /// Whether no alert fires, as far as the events have been read.
    quiet: bool,
    /// The room there is, as far as the events have been read.
    has_room: Option<RoomKind>,
    /// Nobody has seen it yet.
    is_new: bool,
}

impl Planner<'_> {
    fn id(&self) -> IncidentId {
        self.after.id
    }

    fn push(&mut self, lane: Lane, effect: Effect, order: Option<String>) {
        self.count += 1;
        let key = format!("inc{}:e{}:{}", self.id(), self.seq, self.count);
        self.effects.push(PlannedEffect { effect, lane, key, supersede: None, order });
    }

    fn state(&mut self, lane: Lane, effect: Effect, name: &str) {
        let supersede = format!("{name}:{}", self.id());
        let key = format!("inc{}:e{}:{name}", self.id(), self.after.last_seq);
        self.effects.push(PlannedEffect {
            effect,
            lane,
            key,
            supersede: Some(supersede.clone()),
            order: Some(supersede),
        });
    }

    fn post(&mut self, place: Place, post: Post) {
        // A drill is loud for nobody who does not take part.
        let place = if place == Place::PolicyEnd && self.after.drill.is_some() { Place::Room } else { place };
        if !self.after.has_thread() && place != Place::Status && place != Place::PolicyEnd {
            return;
        }
        let order = match place {
            Place::Room => format!("room:{}", self.id()),
            Place::Thread if self.after.room == RoomKind::Channel => format!("thread:{}", self.id()),
            Place::Thread => format!("room:{}", self.id()),
            Place::Status => format!("status-posts:{}", self.id()),
            Place::PolicyEnd => format!("end:{}", self.id()),
        };
        let incident = self.id();
        self.push(Lane::Update, Effect::Post { incident, place, post }, Some(order));
    }

    fn page(&mut self, page: PageId, person: &PersonId) {
        let incident = self.id();
        for via in self.world.ways_at_once(person) {
            self.contact(incident, page, person, via);
        }
    }

    fn contact(&mut self, incident: IncidentId, page: PageId, person: &PersonId, via: PageVia) {
        let order = format!("page:{incident}:{page}:{}", via.as_str());
        self.push(Lane::Page, Effect::Page { incident, page, person: person.clone(), via }, Some(order));
    }

    fn settle(&mut self, page: PageId) {
        let incident = self.id();
        for via in [PageVia::Room, PageVia::Direct] {
            let order = format!("page:{incident}:{page}:{}", via.as_str());
            self.push(Lane::Edit, Effect::PageSettled { incident, page, via }, Some(order));
        }
    }

    fn room(&mut self, to: RoomKind) {
        let incident = self.id();
        let from = self.has_room.replace(to);
        let has = |kind: RoomKind| from.is_some_and(|from| from >= kind);
        if to >= RoomKind::Thread && !has(RoomKind::Thread) {
            self.push(Lane::Card, Effect::Thread { incident }, None);
        }
        if to >= RoomKind::Channel && !has(RoomKind::Channel) {
            self.push(Lane::Card, Effect::Channel { incident }, None);
        }
        if to >= RoomKind::Thread && !has(RoomKind::Thread) {
            self.push(Lane::Housekeeping, Effect::Pin { incident }, None);
        }
    }

    /// What a new incident gets: its room and why it is there.
    fn opened(&mut self, room: RoomKind, why: &crate::routing::Why, runbook: Option<&str>) {
        self.room(room);
        let runbook = runbook.and_then(|name| {
            let runbook = self.world.setup().runbooks.iter().find(|runbook| runbook.name == name)?;
            Some((runbook.title.clone(), runbook.first_step()?.to_owned()))
        });
        self.post(Place::Room, Post::Why { why: why.clone(), runbook });
    }

    fn event(&mut self, entry: &EventAt, all: &[EventAt]) {
        let incident = self.id();
        match &entry.event {
            Event::Opened { room, why, runbook, .. } => self.opened(*room, why, runbook.as_deref()),
            Event::Folded { .. } => {}
            Event::Unfolded { .. } => {
                let after = self.after;
                self.opened(after.room, &after.why, after.runbook.as_deref());
                for user in after.followers.iter().copied().filter(|_| after.has_thread()) {
                    self.push(Lane::Housekeeping, Effect::Member { incident, user, add: true }, None);
                }
            }
            Event::AlertFired { title, .. } => {
                if std::mem::take(&mut self.quiet) {
                    self.post(Place::Room, Post::FiresAgain { title: title.clone() });
                }
            }
            // A named alert fires first when it was quiet: see `AlertTally::would_name`.
            Event::AlertResolved { .. } | Event::AlertsCounted { .. } | Event::StillOnIt { .. } => {}
            Event::AllAlertsResolved => {
                self.quiet = true;
                let closes_at =
                    timers(self.after).into_iter().find(|(kind, _)| *kind == TimerKind::AutoResolve).map(|(_, at)| at);
                if self.after.status.is_open() {
                    self.post(Place::Room, Post::AllAlertsResolved { closes_at });
                }
            }
            Event::KeptOpen { by } => self.post(Place::Room, Post::KeptOpen { by: by.name.clone() }),
            Event::Escalated { gaps, .. } => self.gaps(gaps),
            Event::EscalationEnded { policy, gaps } => {
                self.gaps(gaps);
                self.post(Place::PolicyEnd, Post::PolicyEnded { policy: policy.clone() });
            }
            Event::EscalationStopped { reason } => {
                if *reason == StopReason::SeverityLowered {
                    self.post(Place::Room, Post::EscalationStopped { reason: *reason });
                }
            }
            Event::EscalationResumed { .. } => {}
            Event::Paged { page, person, .. } => self.page(*page, person),
            Event::Contacted { page, person, via, why } => {
                self.contact(incident, *page, person, *via);
                if !via.is_discord() {
                    self.post(Place::Room, Post::Contacted { person: person.clone(), via: *via, why: *why });
                }
            }
            Event::ContactFailed { person, via, reason, .. } => {
                let post = Post::ContactFailed { person: person.clone(), via: *via, reason: reason.clone() };
                self.post(Place::Room, post);
            }
            Event::ThingLost { thing, why } => self.thing_lost(*thing, why),
            Event::PageEnded { page, end } => {
                self.settle(*page);
                self.page_ended(*page, end, all);
            }
            Event::DirectMessageFailed { person, .. } => {
                self.post(Place::Room, Post::DirectMessageFailed { person: person.clone() });
            }
            Event::Acknowledged { by, .. } => {
                let spared = self.spared();
                self.post(Place::Room, Post::Acknowledged { by: by.name.clone(), at: entry.at, spared });
            }
            Event::AckQuestioned { until } => {
                if let Some((holder, _)) = self.after.acknowledged.clone() {
                    self.post(Place::Room, Post::StillOnIt { holder, until: *until });
                }
            }
            Event::AckExpired => {
                if let Some((holder, _)) = self.before.and_then(|before| before.acknowledged.as_ref()) {
                    self.post(Place::Room, Post::AckExpired { holder: holder.name.clone() });
                }
            }
            Event::AckWithdrawn { by } => self.post(Place::Room, Post::AckWithdrawn { by: by.name.clone() }),
            Event::SeverityChanged { from, to, by, reason, room } => {
                self.room(*room);
                let by = by.as_ref().map(|by| by.name.clone());
                self.post(Place::Room, Post::SeverityChanged { from: *from, to: *to, by, reason: reason.clone() });
            }
            Event::CommanderSet { commander, by } => {
                let by = (by.user != commander.user).then(|| by.name.clone());
                self.post(Place::Room, Post::Commander { commander: commander.name.clone(), by });
            }
            Event::UpdatePosted { by, know, doing, next } => {
                let post = Post::Update {
                    number: self.after.updates.len(),
                    by: by.name.clone(),
                    know: know.clone(),
                    doing: doing.clone(),
                    next: *next,
                };
                self.post(Place::Thread, post.clone());
                if self.has_status() {
                    self.post(Place::Status, post);
                }
            }
            Event::UpdateOverdue => {
                let holder = self.after.acknowledged.as_ref().map(|(holder, _)| holder);
                let whom = self.after.commander.as_ref().or(holder).cloned();
                self.post(Place::Room, Post::UpdateOverdue { whom });
            }
            Event::Noted { by, text, link } => {
                self.post(Place::Room, Post::Note { by: by.name.clone(), text: text.clone(), link: link.clone() });
            }
            Event::Followed { user } => {
                self.push(Lane::Housekeeping, Effect::Member { incident, user: *user, add: true }, None);
            }
            Event::Unfollowed { user } => {
                self.push(Lane::Housekeeping, Effect::Member { incident, user: *user, add: false }, None);
            }
            Event::Resolved { by, fixed, postmortem_due } => {
                let post = Post::Resolved {
                    by: by.as_ref().map(|by| by.name.clone()),
                    opened_at: self.after.opened_at,
                    at: entry.at,
                    fixed: fixed.clone(),
                    postmortem_due: *postmortem_due,
                };
                self.post(Place::Room, post.clone());
                if self.after.room == RoomKind::Channel {
                    self.post(Place::Thread, post);
                }
                self.unpin();
                if self.after.drill.is_some() {
                    let report = drill_report(self.after, entry.at);
                    self.post(Place::Room, report);
                }
                // Otherwise the record is complete when the postmortem is closed.
                if postmortem_due.is_none() {
                    self.record();
                }
            }
            Event::Reopened { by, reason } => {
                if self.after.has_thread() {
                    self.push(Lane::Housekeeping, Effect::Pin { incident }, None);
                }
                let by = by.as_ref().map(|by| by.name.clone());
                self.post(Place::Room, Post::Reopened { by, reason: reason.clone() });
            }
            Event::Triaged { by, impact, urgency, severity } => {
                // A change of severity is posted with the two answers as its reason: once is enough.
                if !all.iter().any(|other| matches!(other.event, Event::SeverityChanged { .. })) {
                    let (by, impact, urgency, severity) = (by.name.clone(), *impact, *urgency, *severity);
                    self.post(Place::Room, Post::Triaged { by, impact, urgency, severity });
                }
            }
            Event::Dismissed { by, reason } => {
                self.ends_here(Post::Dismissed { by: by.name.clone(), reason: reason.clone() });
            }
            Event::MergedInto { into, by } => self.ends_here(Post::MergedInto { into: *into, by: by.name.clone() }),
            Event::Absorbed { from, title, by, alerts, more, .. } => {
                let (title, by) = (title.clone(), by.name.clone());
                let alerts = alerts.len() + more.new;
                self.post(Place::Room, Post::Absorbed { from: *from, title, alerts, by });
            }
            Event::SimilarFound { incidents } => {
                self.post(Place::Room, Post::Similar { incidents: incidents.clone() });
            }
            Event::DetectionConfirmed { .. }
            | Event::PostmortemWritten { .. }
            | Event::CollateralChecked { .. }
            | Event::ActionItemAdded { .. }
            | Event::ActionItemDone { .. }
            | Event::ProofGiven { .. }
            | Event::ClockSet { .. } => {}
            Event::ActionItemReminded { number } => {
                let item = self.after.postmortem.action_items.iter().find(|item| item.number == *number);
                if let Some(item) = item.cloned() {
                    self.post(Place::Room, Post::ActionItemDue { item });
                }
            }
            Event::PostmortemReminded => {
                let resolver = self.after.resolution.as_ref().and_then(|resolution| resolution.by.as_ref());
                let whom = self.after.commander.as_ref().or(resolver).cloned();
                let due = self.after.postmortem.due.unwrap_or(entry.at);
                let missing = crate::postmortem::gaps(self.after, self.world.setup());
                self.post(Place::Room, Post::PostmortemDue { whom, due, missing });
            }
            Event::PostmortemClosed { by } => {
                self.post(Place::Room, Post::PostmortemClosed { by: by.name.clone() });
                self.record();
            }
        }
    }

    /// What is needed is made anew, and whoever comes back to an empty room reads why.
    fn thing_lost(&mut self, thing: Thing, why: &LostWhy) {
        let incident = self.id();
        let place = match thing {
            // A card of ours that gave way to a new one is no news, and the stakeholders' message just stands anew.
            Thing::Status => return,
            Thing::Card => {
                if self.after.has_thread() && self.after.status.is_open() {
                    self.push(Lane::Housekeeping, Effect::Pin { incident }, None);
                }
                Place::Room
            }
            Thing::Thread => {
                self.push(Lane::Card, Effect::Thread { incident }, None);
                for user in self.after.followers.clone() {
                    self.push(Lane::Housekeeping, Effect::Member { incident, user, add: true }, None);
                }
                Place::Thread
            }
            Thing::Channel => Place::Room,
        };
        if *why != LostWhy::Replaced {
            self.post(place, Post::ThingLost { thing, why: why.clone() });
        }
    }

    /// It is over without having been solved here: room and stakeholders read why.
    fn ends_here(&mut self, post: Post) {
        self.post(Place::Room, post.clone());
        if self.after.room == RoomKind::Channel {
            self.post(Place::Thread, post);
        }
        self.unpin();
    }

    fn unpin(&mut self) {
        if self.after.has_thread() {
            let incident = self.id();
            self.push(Lane::Housekeeping, Effect::Unpin { incident }, None);
        }
    }

    /// The record stands in the room, behind the post that says why it is there.
    fn record(&mut self) {
        if self.after.has_thread() {
            let incident = self.id();
            self.push(Lane::Housekeeping, Effect::Record { incident }, Some(format!("room:{incident}")));
        }
    }

    fn gaps(&mut self, gaps: &[String]) {
        if !gaps.is_empty() {
            self.post(Place::Room, Post::Gaps { schedules: gaps.to_vec() });
        }
    }

    fn page_ended(&mut self, page: PageId, end: &PageEnd, all: &[EventAt]) {
        let Some(ended) = self.after.page(page) else { return };
        match end {
            PageEnd::Declined => {
                let next = all.iter().find_map(|entry| match &entry.event {
                    Event::Paged { person, .. } => Some(person.clone()),
                    _ => None,
                });
                let post = Post::Declined { person: ended.person.clone(), next };
                self.post(Place::Room, post);
            }
            // The acknowledgement itself has its own post; a helper's answer has not.
            PageEnd::Acknowledged { by } => {
                let taken = all.iter().any(|entry| matches!(entry.event, Event::Acknowledged { .. }));
                if !taken {
                    self.post(Place::Room, Post::HelpComing { by: by.clone() });
                }
            }
            PageEnd::NotNeeded => {}
        }
    }

    /// Who would have been paged next, had nobody acknowledged.
    fn spared(&self) -> Option<PersonId> {
        let before = self.before?;
        let running = before.escalation.as_ref().map(|run| run.state);
        matches!(running, Some(crate::incident::EscalationState::Running { .. }))
            .then(|| self.world.next_person(before, self.now))
            .flatten()
    }

    /// Stakeholders hear of it. A drill must alarm nobody outside, so it has no message in their channel at all.
    fn has_status(&self) -> bool {
        self.world.setup().discord.status.is_some() && self.after.drill.is_none()
    }

    /// Card and stakeholders' message show the state of now: at most one waiting row each.
    fn desired_states(&mut self, events: &[EventAt]) {
        let incident = self.id();
        let opened = self.is_new;
        if opened || events.iter().any(|entry| entry.event.meaning().shows_on.card()) {
            let gone = |entry: &EventAt| matches!(entry.event, Event::ThingLost { thing: Thing::Card, .. });
            let is_made = opened || events.iter().any(gone);
            // A card on which nobody is called lets those pass on which somebody is.
            let calls = self.after.escalation.is_some() || !self.after.pages.is_empty();
            let lane = match (is_made, calls) {
                (true, true) => Lane::Card,
                (true, false) => Lane::Update,
                (false, _) => Lane::Edit,
            };
            self.state(lane, Effect::Card { incident }, "card");
        }
        let told = self.world.setup().severity_plan(self.after.severity).update_every.is_some()
            || !self.after.updates.is_empty();
        let wanted = self.has_status() && told;
        if wanted && (opened || events.iter().any(|entry| entry.event.meaning().shows_on.status())) {
            self.state(Lane::Update, Effect::Status { incident }, "status");
        }
        // What must exist first is planned first: rows of one lane leave in order.
        self.effects.sort_by_key(|planned| match planned.effect {
            Effect::Card { .. } => 0,
            Effect::Thread { .. } => 1,
            Effect::Channel { .. } => 2,
            _ => 3,
        });
    }
}
