//! Purpose: what people read is what is so, looked at after every story. The messages that stand in Discord are read as people see
//! them (text, times, what each button carries) and compared with the database: where an incident stands by its timeline, what fires
//! by the table of alerts, when the next step comes by the table of timers, and whom it calls and what a press would do by asking the
//! decider. Nothing of what makes these messages is used.

use std::collections::{BTreeMap, BTreeSet};

use domain::incident::{Event, EventAt, severity_with_room};
use domain::setup::{Language, RoomKind};
use domain::triage::{Impact, Urgency};
use domain::{
    Access, Actor, ChatUserId, Command, Incident, IncidentId, Input, PageId, PersonId, Severity, Subject, Thing,
    TimerKind, Timestamp, World,
};
use serde_json::Value;
use store::{ListFilter, Store};

use super::Story;
use super::control::list;
use super::view::{buttons, text};

/// Incidents of a story that are looked at.
const MOST: u32 = 400;

/// Where an incident stands, by its timeline alone.
struct Told {
    severity: Severity,
    status: &'static str,
    has_room: bool,
    is_drill: bool,
    /// Pages that wait for an answer.
    called: BTreeMap<u32, PersonId>,
    holder: Option<Actor>,
    quiet: bool,
    flaps: bool,
    kept: bool,
    held: bool,
    is_folded: bool,
    merged_into: Option<IncidentId>,
    dismissed: bool,
    /// Somebody said that the impact is over, and nothing came since.
    mitigated: bool,
    overdue: bool,
}

impl Told {
    fn is_open(&self) -> bool {
        matches!(self.status, "triggered" | "acknowledged" | "mitigated")
    }

    fn rests(&self) -> bool {
        self.quiet && !self.flaps
    }

    fn of(timeline: &[EventAt]) -> Self {
        let mut told = Self {
            severity: Severity::Sev5,
            status: "triggered",
            has_room: false,
            is_drill: false,
            called: BTreeMap::new(),
            holder: None,
            quiet: false,
            flaps: false,
            kept: false,
            held: false,
            is_folded: false,
            merged_into: None,
            dismissed: false,
            mitigated: false,
            overdue: false,
        };
        let mut people = BTreeMap::new();
        timeline.iter().for_each(|entry| {
            told.mitigation(&entry.event);
            told.takes(&entry.event, &mut people);
        });
        if told.status == "acknowledged" && told.mitigated {
            told.status = "mitigated";
        }
        told
    }

    /// Whoever said that the impact is over said so of what was: what is raised, merged or fires after a calm is not meant.
    fn mitigation(&mut self, event: &Event) {
        match event {
            Event::Mitigated { .. } => self.mitigated = true,
            Event::MitigationWithdrawn { .. } | Event::Absorbed { .. } | Event::Reopened { .. } => {
                self.mitigated = false
            }
            Event::SeverityChanged { from, to, .. } => self.mitigated &= !to.is_worse_than(*from),
            Event::AlertFired { .. } => self.mitigated &= !self.quiet,
            Event::AlertsCounted { counts } if counts.new + counts.again > 0 => self.mitigated &= !self.quiet,
            Event::UpdateOverdue { .. } => self.overdue = true,
            Event::UpdatePosted { .. } => self.overdue = false,
            _ => {}
        }
    }

    fn takes(&mut self, event: &Event, people: &mut BTreeMap<u32, PersonId>) {
        match event {
            Event::Opened { severity, room, drill, .. } => {
                (self.severity, self.has_room, self.is_drill) = (*severity, *room != RoomKind::Line, drill.is_some());
            }
            Event::SeverityChanged { to, room, .. } => (self.severity, self.has_room) = (*to, *room != RoomKind::Line),
            Event::Folded { .. } => self.is_folded = true,
            Event::Unfolded { .. } => self.is_folded = false,
            Event::Acknowledged { by, .. } => (self.status, self.holder) = ("acknowledged", Some(by.clone())),
            Event::AckExpired { .. } | Event::AckWithdrawn { .. } => (self.status, self.holder) = ("triggered", None),
            Event::Resolved { by, .. } => {
                self.flaps &= by.is_none() && !self.has_room;
                (self.status, self.holder, self.held) = ("resolved", None, false);
            }
            Event::Dismissed { .. } => {
                (self.status, self.holder, self.dismissed) = ("closed", None, true);
                (self.held, self.flaps) = (false, false);
            }
            Event::MergedInto { into, .. } => {
                (self.status, self.holder, self.merged_into) = ("closed", None, Some(*into));
                (self.held, self.flaps) = (false, false);
            }
            Event::PostmortemClosed { .. } => self.status = "closed",
            Event::Reopened { by, fired_on, .. } => {
                self.flaps &= by.is_none() && fired_on.is_none();
                (self.status, self.holder, self.dismissed) = ("triggered", None, false);
                (self.quiet, self.kept) = (false, false);
            }
            Event::Paged { page, person, .. } => {
                people.insert(page.0, person.clone());
                self.called.insert(page.0, person.clone());
            }
            Event::PageEnded { page, .. } => drop(self.called.remove(&page.0)),
            Event::PageReopened { page } => {
                self.called.extend(people.get(&page.0).map(|person| (page.0, person.clone())));
            }
            Event::AllAlertsResolved { .. } => (self.quiet, self.kept, self.held) = (true, false, false),
            Event::AlertFired { .. } => (self.quiet, self.kept) = (false, false),
            Event::AlertsCounted { counts } if counts.new + counts.again > 0 => {
                (self.quiet, self.kept) = (false, false);
            }
            Event::Absorbed { alerts, more, .. }
                if alerts.iter().any(|(_, alert)| alert.firing) || more.new > more.resolved =>
            {
                (self.quiet, self.kept) = (false, false);
            }
            Event::FlapBegan { .. } => self.flaps = true,
            Event::FlapOver { .. } => self.flaps = false,
            Event::HeldBack { .. } => (self.held, self.flaps) = (true, false),
            Event::HoldOver { .. } | Event::FoundUnheld => self.held = false,
            Event::KeptOpen { .. } => self.kept = true,
            _ => {}
        }
    }
}

/// A message as people see it.
struct Read {
    content: String,
    title: String,
    lines: Vec<String>,
    /// What its buttons carry: verb, incident, spot.
    buttons: Vec<(String, u32, String)>,
}

impl Read {
    fn of(message: &Value) -> Self {
        let embed = &message["embeds"][0];
        let parts = |(_, id): (String, String)| {
            let mut parts = id.split(':').skip(1);
            let (verb, incident, spot) = (parts.next()?, parts.next()?.parse().ok()?, parts.next()?);
            Some((verb.to_owned(), incident, spot.to_owned()))
        };
        Self {
            content: text(&message["content"]),
            title: text(&embed["title"]),
            lines: text(&embed["description"]).lines().map(str::to_owned).collect(),
            buttons: buttons(message).into_iter().filter_map(parts).collect(),
        }
    }

    /// What stands behind a label of the card.
    fn line(&self, label: &str) -> Option<&str> {
        self.lines.iter().find_map(|line| line.strip_prefix(&format!("**{label}** ")))
    }

    fn verbs(&self) -> Vec<&str> {
        self.buttons.iter().map(|(verb, ..)| verb.as_str()).collect()
    }
}

/// The number before a word: `1,204 firing`.
fn number_before(line: &str, word: &str) -> usize {
    let before = line.find(word).map(|at| line[..at].trim_end()).unwrap_or_default();
    let digits: String = before.rsplit(' ').next().unwrap_or_default().chars().filter(char::is_ascii_digit).collect();
    digits.parse().unwrap_or(0)
}

/// Everything that stands in Discord from us, by the number of the message.
type Messages = BTreeMap<u64, Value>;

/// One incident and what is known of it.
struct Looked<'a> {
    incident: &'a Incident,
    told: Told,
    firing: usize,
    timers: BTreeMap<TimerKind, Timestamp>,
    world: &'a World,
    now: Timestamp,
    english: bool,
    /// Names of accounts.
    names: &'a BTreeMap<u64, String>,
}

impl Story {
    /// What people read and is not so; see the top of this file.
    pub(crate) async fn disagreements(&self) -> Vec<String> {
        let engine = &self.bot().engine;
        let store = Store::open_beside(&self.database()).await.unwrap();
        let mut messages = Messages::new();
        for (_, _, all) in self.all_places().await {
            let ours = all.into_iter().filter(|message| text(&message["author"]["username"]) == "siaga");
            messages.extend(ours.filter_map(|message| Some((text(&message["id"]).parse().ok()?, message))));
        }
        let server = self.control.get("/world").await;
        let names: BTreeMap<u64, String> = list(&server["people"])
            .iter()
            .filter_map(|one| Some((text(&one["id"]).parse().ok()?, text(&one["name"]))))
            .collect();
        let (world, all_timers) = (engine.world(), store.timers().await.unwrap());
        let mut wrong = Vec::new();
        for line in store.list(ListFilter::Recent, "", MOST).await.unwrap() {
            let id = line.id;
            let Some(incident) = engine.incident(id).await.unwrap() else { continue };
            let told = Told::of(&store.timeline(id).await.unwrap());
            // Of what is over, only those count whose end is still to come; in a drill nobody tells it.
            let firing = match (told.is_open(), told.is_drill) {
                (true, _) => store.firing_count(id).await.unwrap(),
                (false, false) => store.firing_of(id).await.unwrap().0,
                (false, true) => 0,
            };
            let of_it = all_timers.iter().filter(|(timer, _)| timer.subject == Subject::Incident(id));
            let looked = Looked {
                incident: &incident,
                told,
                firing,
                timers: of_it.map(|(timer, _)| (timer.kind, timer.due)).collect(),
                world: &world,
                now: self.now(),
                english: world.setup().language == Language::En,
                names: &names,
            };
            let mut found = Vec::new();
            if line.severity != looked.told.severity || line.status != looked.told.status {
                found.push(format!("lists say {} {}", line.severity, line.status));
            }
            for (thing, object) in engine.objects(id).await.unwrap() {
                let Some(message) = object.message.and_then(|message| messages.get(&message.0)) else { continue };
                let read = Read::of(message);
                match thing {
                    Thing::Card | Thing::RoomCard => looked.card(&read, &mut found),
                    Thing::Status => looked.status(&read, &mut found),
                    Thing::Page(page, _) => looked.page(page, &read, &mut found),
                    Thing::Thread | Thing::Channel | Thing::Board => {}
                }
            }
            looked.promises(&engine.objects(id).await.unwrap(), &messages, &mut found);
            for message in messages.values() {
                looked.buttons(&Read::of(message), &mut found);
            }
            wrong.extend(found.into_iter().map(|what| format!("{}: {what}", id.label())));
        }
        store.close().await;
        wrong
    }
}

impl Looked<'_> {
    fn card(&self, read: &Read, wrong: &mut Vec<String>) {
        let told = &self.told;
        let head = if read.title.is_empty() { &read.content } else { &read.title };
        let mut expect = |is_so: bool, what: String| {
            if !is_so {
                wrong.push(format!("the card {what}; it reads: {head} {:?} {:?}", read.lines, read.verbs()));
            }
        };
        let mut parts = head.split(" · ").map(str::trim);
        expect(parts.next() == Some(&self.incident.id.label()), "has another number".into());
        expect(parts.next() == Some(&told.severity.to_string()), format!("is not {}", told.severity));
        let status = parts.next().unwrap_or_default().to_lowercase();
        let known = [
            ("triggered", "baru"),
            ("acknowledged", "ditangani"),
            ("mitigated", "mereda"),
            ("resolved", "selesai"),
            ("closed", "ditutup"),
        ];
        let word = known.iter().find(|(en, id)| status == *en || status == *id).map(|(en, _)| *en);
        // What it says was written in the language of then.
        let english = self.english && word == Some(status.as_str());
        expect(word == Some(told.status), format!("is not {}", told.status));
        self.card_buttons(read, &mut expect);
        if !english || read.title.is_empty() {
            return;
        }
        let alerts = read.line("Alerts").unwrap_or_default();
        let firing = number_before(alerts, " firing");
        expect(firing == self.firing, format!("does not say that {} fire", self.firing));
        let resolved = match (told.merged_into, told.is_drill && !told.is_open()) {
            (Some(_), _) => 0,
            (None, true) => self.incident.alerts.len(),
            (None, false) => self.incident.alerts.resolved(),
        };
        expect(number_before(alerts, " resolved") == resolved, format!("does not say that {resolved} are resolved"));
        // The first one that is named fires, if any does.
        let first = read.lines.iter().find(|line| line.starts_with("- "));
        let is_over = first.is_some_and(|line| line.ends_with("(resolved)"));
        expect(!is_over || self.firing == 0, "names an alert first that is over".into());
        let paged = read.line("Paged").unwrap_or_default();
        let (called, next) = match paged.split_once("next ") {
            Some((called, next)) => (called, Some(next)),
            None => (paged, None),
        };
        for person in told.called.values().filter(|_| told.is_open()) {
            let name = self.name(person);
            // Whoever left is called as the configuration calls them.
            let is_named = called.to_lowercase().contains(&name.to_lowercase());
            expect(is_named, format!("does not say that {name} is called"));
        }
        let called_any = called.contains("<t:");
        expect(told.is_open() && !told.called.is_empty() || !called_any, "says that somebody is called".into());
        let due = self.next();
        let claimed = next.and_then(|next| {
            let (who, at) = next.split_once("<t:")?;
            Some((who.trim().to_owned(), at.split(':').next()?.parse::<i64>().ok()?))
        });
        let named = match (&due, &claimed) {
            (None, None) => true,
            (Some((people, at)), Some((who, claimed))) => {
                at.as_second() == *claimed
                    && people.iter().all(|person| who.to_lowercase().contains(&self.name(person).to_lowercase()))
            }
            (Some(_), None) | (None, Some(_)) => false,
        };
        expect(named, format!("does not say who is next: {due:?}"));
        let ends = self.timers.contains_key(&TimerKind::EndAgain);
        expect(ends || !paged.contains("nobody is left"), "says that nobody is left to page".into());
        let holder = read.line("Has it");
        let claims = holder.is_some_and(|line| line.contains("since"));
        expect(claims == (told.holder.is_some() && told.is_open()), "is wrong about whether somebody has it".into());
        if let (Some(actor), Some(line)) = (told.holder.as_ref().filter(|_| claims), holder) {
            let plain = actor.name.chars().all(|c| c.is_ascii_alphanumeric() || c == ' ');
            expect(!plain || line.contains(&actor.name), format!("does not say that {} has it", actor.name));
        }
        expect(told.held == read.line("Silenced").is_some(), "is wrong about whether it is silenced".into());
        let goes_on = read.line("Goes on in");
        let into = told.merged_into.map(|into| into.label());
        expect(
            goes_on.map(|line| line.split(' ').next().unwrap_or_default()) == into.as_deref(),
            format!("does not say where it goes on: {into:?}"),
        );
        expect(told.dismissed == read.line("Closed").is_some(), "is wrong about whether it was an incident".into());
    }

    /// Which buttons stand on the card: those of where it stands, and no other.
    fn card_buttons(&self, read: &Read, expect: &mut impl FnMut(bool, String)) {
        let told = &self.told;
        let has: BTreeSet<&str> = read.verbs().into_iter().collect();
        let mut meant: BTreeSet<&str> = BTreeSet::new();
        if !told.is_open() {
            meant.insert("more");
        } else if told.has_room && told.rests() && !told.kept {
            meant.extend(["resolve", "keep"]);
        } else if told.has_room && matches!(told.status, "acknowledged" | "mitigated") {
            meant.extend(["update", "resolve", "more"]);
        } else if told.has_room {
            meant.extend(["ack", "runbook"]);
            meant.extend((!told.called.is_empty()).then_some("decline"));
        }
        if told.is_open() && self.firing > 0 && !told.is_drill {
            meant.insert(if told.held { "silenced" } else { "silence" });
        }
        // Whether somebody said how bad it is, and whether a line can have a room, is asked of the decider below.
        let free = ["triage", "room"];
        let (has, meant) = match told.has_room || !told.is_open() {
            true => (has.into_iter().filter(|verb| !free.contains(verb)).collect::<BTreeSet<_>>(), meant),
            false => return,
        };
        expect(has == meant, format!("has not the buttons {meant:?}"));
    }

    fn status(&self, read: &Read, wrong: &mut Vec<String>) {
        let told = &self.told;
        let state = read.lines.first().cloned().unwrap_or_default();
        let was_none = told.dismissed || told.merged_into.is_some();
        if state.contains(&told.severity.to_string()) == was_none {
            wrong.push(format!("stakeholders do not read that it is {}: {state}", told.severity));
        }
        if !self.english {
            return;
        }
        let (open, into) = (state.contains("open."), told.merged_into.map(|into| into.label()));
        if open != told.is_open() {
            wrong.push(format!("stakeholders are wrong about whether it is open ({}): {state}", told.status));
        }
        let called = !told.called.is_empty() && told.status == "triggered";
        if state.contains("being called") && !called {
            wrong.push(format!("stakeholders read that people are called: {state}"));
        }
        if state.contains("impact is over") != (told.mitigated && told.is_open()) {
            wrong.push(format!("stakeholders are wrong about whether the impact is over: {state}"));
        }
        let next = read.line("Next update");
        if next.is_some() != told.is_open()
            || next.is_some_and(|next| next.contains("overdue")) != told.overdue && told.is_open()
        {
            wrong.push(format!("stakeholders are wrong about when they hear more: {next:?} {state}"));
        }
        if into.is_some_and(|into| !state.contains(&into))
            || (state.contains("resolved") && told.status == "closed" && (told.dismissed || told.merged_into.is_some()))
        {
            wrong.push(format!("stakeholders do not read how it ended: {state}"));
        }
    }

    /// No promise of an update outlives its incident.
    fn promises(&self, objects: &engine::Objects, messages: &Messages, wrong: &mut Vec<String>) {
        if self.told.is_open() {
            return;
        }
        let rooms = [Thing::Thread, Thing::Channel].iter().filter_map(|thing| objects.get(thing));
        for room in rooms.map(|object| object.channel.to_string()) {
            let promise = messages.values().filter(|message| text(&message["channel_id"]) == room);
            let promise = promise.map(|message| text(&message["content"]));
            // What was due before the end reads as what it was, but for the last one.
            let lasts = |said: &String| {
                let due =
                    said.split_once("Next update <t:").and_then(|(_, due)| due.split(':').next()?.parse::<i64>().ok());
                said.starts_with("Update ") && due.is_some_and(|due| due > self.now.as_second())
            };
            wrong.extend(promise.filter(lasts).map(|said| format!("a promise outlives it: {said}")));
        }
    }

    /// The message of a page: as long as it waits for an answer it says how bad it is now, and has buttons.
    fn page(&self, page: PageId, read: &Read, wrong: &mut Vec<String>) {
        let waits = self.told.called.contains_key(&page.0) && self.told.is_open();
        let own = format!("p{page}");
        let has = read.buttons.iter().any(|(_, incident, spot)| *incident == self.incident.id.0 && *spot == own);
        // One message may tell many pages, more than it names and has buttons for.
        let tells_many = read.content.lines().nth(1).is_some_and(|line| line.starts_with("- "));
        if waits && !has && !tells_many || !waits && has {
            wrong.push(format!(
                "page {page} {} for an answer: {} {:?}",
                if waits { "waits" } else { "does not wait" },
                read.content,
                read.verbs()
            ));
        }
        let heading = format!("{} {}", self.told.severity, self.incident.id.label());
        if waits && !tells_many && !read.content.contains(&heading) {
            wrong.push(format!("page {page} does not say {heading}: {}", read.content));
        }
    }

    /// Every button of it that stands anywhere does what it says, for whom it is meant.
    fn buttons(&self, read: &Read, wrong: &mut Vec<String>) {
        for (verb, incident, spot) in &read.buttons {
            if *incident != self.incident.id.0 || !(spot == "card" || spot == "post" || spot.starts_with('p')) {
                continue;
            }
            if let Err(why) = self.does(verb, spot) {
                wrong.push(format!("[{verb}] on {spot} does nothing, {why}: {} {}", read.title, read.content));
            }
        }
    }

    fn does(&self, verb: &str, spot: &str) -> Result<(), String> {
        let told = &self.told;
        let page: Option<u32> = spot.strip_prefix('p').and_then(|page| page.parse().ok());
        if let Some(page) = page.filter(|page| !told.called.contains_key(page)) {
            return Err(format!("page {page} is over"));
        }
        let person = match page {
            Some(page) => told.called.get(&page).cloned(),
            None if verb == "decline" => told.called.values().next().cloned(),
            None => None,
        };
        let by = match (verb, &told.holder) {
            ("still", Some(holder)) => holder.clone(),
            _ => Actor { user: ChatUserId(1), name: "somebody".into(), person, access: Access::Admin },
        };
        let only_if = |is_so: bool, why: &str| if is_so { Ok(()) } else { Err(why.to_owned()) };
        let command = match verb {
            "ack" | "ack-all" => Command::Acknowledge,
            "decline" => Command::Decline,
            "update" => Command::PostUpdate { know: "a".into(), doing: "b".into(), next_in: None },
            "resolve" => {
                only_if(spot != "post" || told.rests() && told.is_open(), "it fires")?;
                Command::Resolve { fixed: "x".into() }
            }
            "keep" => Command::KeepOpen,
            "still" => {
                only_if(self.timers.contains_key(&TimerKind::AckGrace), "nobody is asked")?;
                Command::StillOnIt
            }
            "triage" => Command::Triage { impact: Impact::Most, urgency: Urgency::Now, reason: Some("why".into()) },
            "room" => {
                let to = severity_with_room(self.incident, self.world.setup()).ok_or("no severity has a room")?;
                Command::SetSeverity { to, reason: None }
            }
            "silence" => return only_if(told.is_open() && self.firing > 0 && !told.held, "nothing fires"),
            "silenced" => return only_if(told.held, "nothing is silenced"),
            "postmortem" => return only_if(!told.is_open(), "it is open"),
            "more" | "runbook" | "why" => return Ok(()),
            other => return Err(format!("nobody knows [{other}]")),
        };
        let input = Input::Command { incident: self.incident, by: &by, command: &command };
        match domain::decide(self.world, &input, self.now).of_one() {
            Ok(events) => only_if(!events.is_empty(), "nothing happens"),
            Err(refusal) => Err(format!("{refusal:?}")),
        }
    }

    /// Whom the policy calls next and when, if nothing else happens: the timer of the database, and what the decider does then.
    fn next(&self) -> Option<(Vec<PersonId>, Timestamp)> {
        let due = *self.timers.get(&TimerKind::EscalationStep)?;
        let input = Input::Timer { incident: self.incident, kind: TimerKind::EscalationStep };
        let events = domain::decide(self.world, &input, due).of_one().ok()?;
        let goes_on = events.iter().any(|event| matches!(event, Event::Escalated { .. }));
        let paged = events.into_iter().filter_map(|event| match event {
            Event::Paged { person, .. } => Some(person),
            _ => None,
        });
        goes_on.then(|| (paged.collect(), due))
    }

    /// How a person is called in Discord, as far as a name without special characters can be looked for.
    fn name(&self, person: &PersonId) -> String {
        let known = self.world.account(person).and_then(|account| self.names.get(&account.0)).cloned();
        known.filter(|name| name.chars().all(|c| c.is_ascii_alphanumeric() || c == ' ')).unwrap_or_default()
    }
}
