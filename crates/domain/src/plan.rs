//! Purpose: what facts make visible, and which timers they set. One place to read what people will see of each event.

use std::collections::{BTreeMap, BTreeSet};

use crate::effect::Whom;
use crate::incident::{Event, EventAt, Flap, FollowHow, Incident, timers, told_together};
use crate::postmortem::ActionItem;
use crate::setup::{RoomKind, StatusLines};
use crate::{
    ChatUserId, Effect, IncidentId, Lane, PageId, PageVia, PersonId, Place, PlannedEffect, Severity, Thing, Timer,
    TimerChange, TimerKind, Timestamp, World,
};

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
    PlannedEffect::once(format!("inc{incident}:room:card"), Effect::Card { incident }).of_now(name)
}

/// What follows when somebody else is next than the card says, and nothing happened to the incident: who is on call changed, or the
/// configuration. `why` tells one change from another.
pub fn card_shows(incident: IncidentId, why: &str) -> PlannedEffect {
    let name = format!("card:{incident}");
    PlannedEffect::once(format!("inc{incident}:{why}:card"), Effect::Card { incident }).of_now(name)
}

/// Plans effects and timers. `before` is none when the incident just opened; `after` has all `events` applied.
pub fn plan(before: Option<&Incident>, after: &Incident, events: &[EventAt], world: &World) -> Plan {
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
        after,
        world,
        effects: Vec::new(),
        seq: 0,
        count: 0,
        quiet: before.is_some_and(|before| before.quiet_since.is_some()),
        flaps: before.is_some_and(|before| before.flaps().is_some()),
        flapped: seen.and_then(|before| before.flap),
        has_room: seen.map(|before| before.room),
        moved: false,
        is_new: seen.is_none(),
        is_update: false,
        told_directly: before.iter().flat_map(|before| before.told_directly.keys().copied()).collect(),
        impact_is_back: seen.is_some_and(|before| before.mitigated.is_some()) && after.mitigated.is_none(),
        owners: before.map(owners).unwrap_or_default(),
    };
    for entry in events {
        planner.seq = entry.seq;
        planner.count = 0;
        planner.event(entry, events);
    }
    if let Some(before) = seen {
        planner.answered(before);
        planner.promised(before);
        planner.pages_show(before);
    }
    planner.desired_states(seen, events);
    Plan { effects: planner.effects, timers: timer_changes(before, after) }
}

fn owners(incident: &Incident) -> BTreeMap<u32, Option<ChatUserId>> {
    incident.postmortem.action_items.iter().map(|item| (item.number, item.account)).collect()
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
    after: &'a Incident,
    world: &'a World,
    effects: Vec<PlannedEffect>,
    seq: u32,
    count: u32,
    /// Whether no alert fires, as far as the events have been read.
    quiet: bool,
    /// Whether it flaps, as far as the events have been read.
    flaps: bool,
    /// How it flapped before.
    flapped: Option<Flap>,
    /// The room there is, as far as the events have been read.
    has_room: Option<RoomKind>,
    /// A channel takes over from the thread.
    moved: bool,
    /// Nobody has seen it yet.
    is_new: bool,
    /// The event that is looked at is an update for stakeholders.
    is_update: bool,
    /// Stakeholders read that the impact was over, and it is not.
    impact_is_back: bool,
    /// Who heard of it by direct message before: the thread is not in their list.
    told_directly: BTreeSet<ChatUserId>,
    /// Who has each action item, as far as the events have been read.
    owners: BTreeMap<u32, Option<ChatUserId>>,
}

/// Key of the row that says an update where people work, beside the thread.
fn update_in_room(incident: IncidentId, seq: u32) -> String {
    format!("inc{incident}:e{seq}:room")
}

impl Planner<'_> {
    fn id(&self) -> IncidentId {
        self.after.id
    }

    fn push(&mut self, effect: Effect, order: Option<String>) {
        self.count += 1;
        let key = format!("inc{}:e{}:{}", self.id(), self.seq, self.count);
        self.effects.push(PlannedEffect::once(key, effect).behind(order));
    }

    fn state(&mut self, lane: Lane, effect: Effect, name: &str) {
        let supersede = format!("{name}:{}", self.id());
        let key = format!("inc{}:e{}:{name}", self.id(), self.after.last_seq);
        self.effects.push(PlannedEffect::once(key, effect).of_now(supersede).in_lane(lane));
    }

    /// The places where an event is said, as far as the incident has them.
    fn posts(&mut self, entry: &EventAt, all: &[EventAt]) {
        if !self.is_news(entry, all) {
            return;
        }
        let places = entry.event.meaning().post.places;
        self.is_update = matches!(entry.event, Event::UpdatePosted { .. });
        for place in places {
            let wanted = match place {
                Place::Room | Place::PolicyEnd => true,
                // Where the room is the thread, it stands there already.
                Place::Thread => self.after.room == RoomKind::Channel || !places.contains(&Place::Room),
                Place::Status => self.is_told() && self.is_line(&entry.event),
                Place::Debrief => self.after.drill.is_some(),
                // Only what moves the work brings them about.
                Place::Left | Place::Brought => false,
            };
            if wanted {
                self.post(*place);
            }
        }
    }

    /// Whether stakeholders read it as a line of its own: that it ended and how, so that nobody looks for it among all messages; and
    /// that it did not. The rest is edited into its one message.
    fn is_line(&self, event: &Event) -> bool {
        let ends = matches!(
            event,
            Event::Resolved { .. } | Event::Dismissed { .. } | Event::MergedInto { .. } | Event::Reopened { .. }
        );
        ends || self.world.setup().discord.status_lines == StatusLines::All
    }

    /// Whether stakeholders are told of it at all: its severity promised updates, or there was one.
    fn is_told(&self) -> bool {
        let promises = |severity: &Severity| self.world.setup().severity_plan(*severity).update_every.is_some();
        self.has_status() && (self.after.severities.iter().any(promises) || !self.after.updates.is_empty())
    }

    /// What the incident's state or another event of the same moment makes worth saying.
    fn is_news(&mut self, entry: &EventAt, all: &[EventAt]) -> bool {
        let besides = |is: fn(&Event) -> bool| all.iter().any(|other| is(&other.event));
        match &entry.event {
            // A named alert fires first when it was quiet: see `AlertTally::would_name`.
            // What flaps has one line that is edited.
            Event::AlertFired { .. } => std::mem::take(&mut self.quiet) && !self.flaps,
            Event::AllAlertsResolved { .. } => {
                self.quiet = true;
                self.after.status.is_open() && !self.flaps
            }
            Event::FlapBegan { .. } => {
                self.flaps = true;
                true
            }
            Event::FlapOver { .. } | Event::HeldBack { .. } => {
                self.flaps = false;
                true
            }
            // The acknowledgement itself has its own post; a helper's answer has not.
            Event::PageEnded { page, end } if end.end().has_it && self.is_the_holders(*page) => false,
            Event::PageEnded { end, .. } if end.end().has_it => {
                !besides(|event| matches!(event, Event::Acknowledged { .. }))
            }
            // What was to ring at once and is told with others is no further way.
            Event::Contacted { page, via, .. } => self.after.page(*page).is_none_or(|page| !page.ways.contains(via)),
            // A change of severity is posted with the two answers as its reason: once is enough.
            Event::Triaged { .. } => !besides(|event| matches!(event, Event::SeverityChanged { .. })),
            _ => true,
        }
    }

    /// Who has it was asked for a sign by this page: nobody comes to help.
    fn is_the_holders(&self, page: PageId) -> bool {
        self.after.page(page).is_some_and(|page| page.reason.call().asks_holder)
    }

    fn post(&mut self, place: Place) {
        let at = place.of(self.after);
        if !self.after.has_thread() && at != Place::Status && at != Place::PolicyEnd {
            return;
        }
        let order = match at {
            Place::Room | Place::Debrief | Place::Brought => format!("room:{}", self.id()),
            Place::Left => format!("thread:{}", self.id()),
            Place::Thread if self.after.room == RoomKind::Channel => format!("thread:{}", self.id()),
            Place::Thread => format!("room:{}", self.id()),
            Place::Status => format!("status-posts:{}", self.id()),
            Place::PolicyEnd => format!("end:{}", self.id()),
        };
        let (incident, seq) = (self.id(), self.seq);
        if self.is_update && place == Place::Room && self.after.room == RoomKind::Channel {
            // In the rows of older versions another post of an update has the number that this one would have.
            let key = update_in_room(incident, seq);
            self.effects.push(PlannedEffect::once(key, Effect::Post { incident, seq, place }).behind(Some(order)));
        } else {
            self.push(Effect::Post { incident, seq, place }, Some(order));
        }
    }

    fn page(&mut self, page: PageId, person: &PersonId) {
        let incident = self.id();
        // What is told together with others goes out as a way that follows.
        let by_itself = |via: &PageVia| told_together(self.after, page, *via).is_none();
        for via in self.world.ways_at_once(person).into_iter().filter(by_itself) {
            self.contact(incident, page, person, via);
        }
    }

    fn contact(&mut self, incident: IncidentId, page: PageId, person: &PersonId, via: PageVia) {
        let order = format!("page:{incident}:{page}:{}", via.as_str());
        // Who does not see the channel is let in before they are mentioned in it; the same order keeps the two apart.
        if via == PageVia::Room
            && self.after.room == RoomKind::Channel
            && !self.after.lost.contains_key(&Thing::Channel)
        {
            self.push(Effect::Admit { incident, page, person: person.clone() }, Some(order.clone()));
        }
        self.push(Effect::Page { incident, page, person: person.clone(), via }, Some(order));
    }

    /// The messages of a page wait for an answer again: they are edited, which rings nobody, and sent only where that had not happened.
    fn reopen(&mut self, page: PageId) {
        let (incident, world) = (self.id(), self.world);
        let person = self.after.page(page).map(|page| page.person.clone());
        let waits = |via: PageVia| {
            let known = self.after.page(page).map(|page| page.contacts.as_slice()).unwrap_or_default();
            known.iter().any(|contact| contact.via == via && !contact.done)
        };
        let ways: Vec<_> = person.iter().flat_map(|person| world.ways_at_once(person)).collect();
        let ways: Vec<_> = ways.into_iter().filter(|via| via.is_discord() && !waits(*via)).collect();
        for person in person.iter() {
            for via in ways.iter().copied() {
                self.contact(incident, page, person, via);
            }
        }
    }

    fn settle(&mut self, page: PageId) {
        let incident = self.id();
        for via in [PageVia::Room, PageVia::Direct] {
            let order = format!("page:{incident}:{page}:{}", via.as_str());
            self.push(Effect::PageSettled { incident, page, via }, Some(order));
        }
    }

    fn room(&mut self, to: RoomKind) {
        let incident = self.id();
        let from = self.has_room.replace(to);
        let has = |kind: RoomKind| from.is_some_and(|from| from >= kind);
        if to >= RoomKind::Thread && !has(RoomKind::Thread) {
            self.push(Effect::Thread { incident }, None);
        }
        if to >= RoomKind::Channel && !has(RoomKind::Channel) {
            self.push(Effect::Channel { incident }, None);
            self.push(Effect::Pin { incident }, None);
        }
        self.moved |= from == Some(RoomKind::Thread) && to == RoomKind::Channel;
    }

    /// What an event makes visible: what has to be there first, what is said of it, what follows. Most events are only said, and shown
    /// on the card: their row in `incident/meaning.rs` is all there is to decide.
    fn event(&mut self, entry: &EventAt, all: &[EventAt]) {
        self.first(&entry.event);
        self.posts(entry, all);
        self.followers(entry);
        self.then(&entry.event);
    }

    /// Those who follow by direct message. Whoever did it knows.
    fn followers(&mut self, entry: &EventAt) {
        let (incident, seq, after) = (self.id(), entry.seq, self.after);
        let did = entry.event.actor().map(|by| by.user);
        let hear = after.told_directly.iter().filter(|(user, how)| how.hears(&entry.event) && did != Some(**user));
        for user in hear.map(|(user, _)| *user) {
            let key = format!("inc{incident}:e{seq}:follower:{user}");
            let told = PlannedEffect::once(key, Effect::FollowerTold { incident, seq, user });
            self.effects.push(told.behind(Some(format!("follower:{user}"))));
        }
    }

    fn first(&mut self, event: &Event) {
        let incident = self.id();
        match event {
            Event::Opened { room, .. } | Event::SeverityChanged { room, .. } => self.room(*room),
            Event::Unfolded { .. } => self.room(self.after.room),
            Event::Paged { page, person, .. } => self.page(*page, person),
            Event::Contacted { page, person, via, .. } => self.contact(incident, *page, person, *via),
            Event::PageReopened { page } => self.reopen(*page),
            Event::PageEnded { page, .. } => self.settle(*page),
            Event::ThingLost { thing, .. } => self.thing_lost(*thing),
            _ => {}
        }
    }

    fn then(&mut self, event: &Event) {
        let incident = self.id();
        match event {
            Event::Unfolded { .. } => {
                let after = self.after;
                for user in after.in_thread().filter(|_| after.has_thread()) {
                    self.push(Effect::Member { incident, user, add: true }, None);
                }
            }
            Event::Followed { user, how: FollowHow::Thread } => {
                self.push(Effect::Member { incident, user: *user, add: true }, None);
            }
            Event::Unfollowed { user } if !self.told_directly.contains(user) => {
                self.push(Effect::Member { incident, user: *user, add: false }, None);
            }
            // Whoever comes to the new room reads what is known, and whoever is in the old one where to go.
            Event::SeverityChanged { .. } if std::mem::take(&mut self.moved) => {
                self.post(Place::Brought);
                self.post(Place::Left);
            }
            // Whoever gives it to themselves knows.
            Event::ActionItemAdded { by, item } | Event::ActionItemChanged { by, item } => {
                let known = self.owners.insert(item.number, item.account);
                if item.account != Some(by.user) && known.is_none_or(|known| known != item.account) {
                    self.tell_owner(item, Some(by.name.clone()));
                }
            }
            Event::ActionItemDueSoon { number } => {
                if let Some(item) = self.after.postmortem.action_items.iter().find(|item| item.number == *number) {
                    self.tell_owner(item, None);
                }
            }
            // Without a postmortem the message that says how it ended carries the record.
            Event::PostmortemClosed { .. } => self.record(),
            _ => {}
        }
    }

    /// What is needed is made anew.
    fn thing_lost(&mut self, thing: Thing) {
        let incident = self.id();
        match thing {
            Thing::RoomCard => self.push(Effect::Pin { incident }, None),
            Thing::Thread => {
                self.push(Effect::Thread { incident }, None);
                let after = self.after;
                for user in after.in_thread() {
                    self.push(Effect::Member { incident, user, add: true }, None);
                }
            }
            Thing::Card | Thing::Channel | Thing::Status | Thing::Page(..) | Thing::Board => {}
        }
    }

    fn tell_owner(&mut self, item: &ActionItem, given_by: Option<String>) {
        let account = item.account.map(Whom::Account);
        // What is practiced reminds nobody of work.
        if self.after.drill.is_some() {
            return;
        }
        if let Some(to) = item.person.clone().map(Whom::Person).or(account) {
            let incident = self.id();
            self.push(Effect::ItemTold { incident, number: item.number, to, given_by }, None);
        }
    }

    /// The record stands in the room, behind the post that says why it is there.
    fn record(&mut self) {
        if self.after.has_thread() {
            let incident = self.id();
            self.push(Effect::Record { incident }, Some(format!("room:{incident}")));
        }
    }

    /// Questions in the room that were answered, or have no sense any more: their buttons go.
    fn answered(&mut self, before: &Incident) {
        let incident = self.id();
        let over = before.questions.iter().filter(|question| !self.after.is_asked(question.seq));
        let asked: Vec<u32> = over.map(|question| question.seq).filter(|_| self.after.has_thread()).collect();
        for seq in asked {
            self.effects.push(PlannedEffect {
                effect: Effect::PostEdited { incident, seq, post: format!("inc{incident}:e{seq}:1") },
                lane: Lane::Edit,
                key: format!("inc{incident}:e{}:answered:{seq}", self.after.last_seq),
                supersede: None,
                order: Some(format!("room:{incident}")),
            });
        }
    }

    /// No promise outlives its incident: what updates promised for later is taken out where it stands. Elsewhere reminders went on for what
    /// was over (ResultadosDigitais/hellper pull request 68).
    fn promised(&mut self, before: &Incident) {
        let (incident, last_seq) = (self.id(), self.after.last_seq);
        if !before.status.is_open() || self.after.status.is_open() || !self.after.has_thread() {
            return;
        }
        let (last, now) = (before.updates.last().map(|last| last.seq), self.after.changed_at);
        let stands = |next: Timestamp, seq: u32| next > now || last == Some(seq);
        let in_channel = self.after.room == RoomKind::Channel;
        for update in before.updates.iter().filter(|update| update.next.is_some_and(|next| stands(next, update.seq))) {
            let seq = update.seq;
            let thread = if in_channel { format!("thread:{incident}") } else { format!("room:{incident}") };
            let thread = (format!("inc{incident}:e{seq}:1"), thread, "thread");
            let room = in_channel.then(|| (update_in_room(incident, seq), format!("room:{incident}"), "room"));
            for (post, order, place) in std::iter::once(thread).chain(room) {
                self.effects.push(PlannedEffect {
                    effect: Effect::PostEdited { incident, seq, post },
                    lane: Lane::Edit,
                    key: format!("inc{incident}:e{last_seq}:promised:{seq}:{place}"),
                    supersede: None,
                    order: Some(order),
                });
            }
        }
    }

    /// The messages of pages that wait for an answer say how bad it is now, and what it is.
    fn pages_show(&mut self, before: &Incident) {
        let after = self.after;
        if (before.severity, &before.title, &before.impact) == (after.severity, &after.title, &after.impact) {
            return;
        }
        let known = after.open_pages().filter(|page| before.page(page.id).is_some_and(|page| page.end.is_none()));
        for page in known {
            for via in [PageVia::Room, PageVia::Direct] {
                let (incident, page) = (after.id, page.id);
                self.effects.push(PlannedEffect {
                    effect: Effect::PageSettled { incident, page, via },
                    lane: Lane::Edit,
                    key: format!("inc{incident}:e{}:page:{page}:{}", after.last_seq, via.as_str()),
                    supersede: Some(format!("page-shows:{incident}:{page}:{}", via.as_str())),
                    order: Some(format!("page:{incident}:{page}:{}", via.as_str())),
                });
            }
        }
    }

    /// The line that says how it flaps, in the room.
    fn flap_line(&mut self) {
        let incident = self.id();
        let Some(flap) = self.after.flap.filter(|flap| self.flapped.is_some_and(|before| before != *flap)) else {
            return;
        };
        // A line that begins says it all when it leaves.
        if self.after.has_thread() && self.flapped.is_some_and(|before| before.seq == flap.seq) {
            self.effects.push(PlannedEffect {
                effect: Effect::PostEdited { incident, seq: flap.seq, post: format!("inc{incident}:e{}:1", flap.seq) },
                lane: Lane::Edit,
                key: format!("inc{incident}:e{}:flap", self.after.last_seq),
                supersede: Some(format!("flap:{incident}")),
                order: Some(format!("room:{incident}")),
            });
        }
    }

    /// The channel for the work begins with the card, and its topic says what it is.
    fn channel_shows(&mut self, before: Option<&Incident>, opened: bool, events: &[EventAt]) {
        let (incident, after) = (self.id(), self.after);
        if after.room != RoomKind::Channel || after.lost.contains_key(&Thing::Channel) {
            return;
        }
        let is_new = opened || before.is_none_or(|before| before.room != RoomKind::Channel);
        let gone = |entry: &EventAt| matches!(entry.event, Event::ThingLost { thing: Thing::RoomCard, .. });
        if is_new || events.iter().any(|entry| entry.event.meaning().shows_on.card()) {
            let lane = if is_new || events.iter().any(gone) { Lane::Card } else { Lane::Edit };
            self.state(lane, Effect::RoomCard { incident }, "room-card");
        }
        // Two changes of a topic are allowed in ten minutes: it holds only what seldom changes.
        let said = |incident: &Incident| (incident.severity, incident.title.clone());
        if is_new || before.is_some_and(|before| said(before) != said(after)) {
            self.state(Lane::Housekeeping, Effect::Topic { incident }, "topic");
        }
    }

    /// Stakeholders hear of it. A drill must alarm nobody outside, so it has no message in their channel at all.
    fn has_status(&self) -> bool {
        self.world.setup().discord.status.is_some() && self.after.drill.is_none()
    }

    /// Card and stakeholders' message show the state of now: at most one waiting row each.
    fn desired_states(&mut self, before: Option<&Incident>, events: &[EventAt]) {
        let incident = self.id();
        let opened = self.is_new;
        self.flap_line();
        if opened || events.iter().any(|entry| entry.event.meaning().shows_on.card()) {
            let gone = |entry: &EventAt| matches!(entry.event, Event::ThingLost { thing: Thing::Card, .. });
            let is_made = opened || events.iter().any(gone);
            // A card on which nobody is called lets those pass on which somebody is.
            let calls = self.after.escalation.is_some() || !self.after.pages.is_empty();
            let lane = match (is_made, calls) {
                (true, true) => Lane::Card,
                (true, false) | (false, _) => Lane::Shown,
            };
            self.state(lane, Effect::Card { incident }, "card");
        }
        self.channel_shows(before, opened, events);
        // Whoever read that it was bad reads that it is not any more, and how it ended.
        let shows = |entry: &EventAt| entry.event.meaning().shows_on.status();
        if self.is_told() && (opened || self.impact_is_back || events.iter().any(shows)) {
            self.state(Lane::Told, Effect::Status { incident }, "status");
        }
        // What must exist first is planned first: rows of one lane leave in order.
        self.effects.sort_by_key(|planned| match planned.effect {
            Effect::Card { .. } => 0,
            Effect::Thread { .. } => 1,
            Effect::Channel { .. } => 2,
            Effect::RoomCard { .. } => 3,
            _ => 4,
        });
    }
}
