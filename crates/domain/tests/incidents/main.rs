//! Purpose: the rules of an incident, told as stories on the pure domain: alerts, people and timers in, facts out.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod claims;
mod episodes;
mod flaps;
mod histories;
mod judgement;
mod loop_closes;
mod removed;
mod silences;
mod together;

use std::collections::HashMap;
use std::ops::{Deref, DerefMut};
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use domain::episode::KnownAlert;
use domain::incident::{
    AlertCounts, AlertOutcome, EventAt, Opening, PageEnd, by_todays_clock, clock_set, rings_of, tell_together, timers,
};
use domain::oncall::Overrides;
use domain::plan::plan;
use domain::routing::route;
use domain::setup::{GivenBy, PageTarget};
use domain::silence::Silences;
use domain::stages::{Known, Reason, Stage};
use domain::triage::{Impact, Urgency};
use domain::{
    Access, Actor, AlertOrigin, AlertReport, AlertStatus, ChatUserId, Command, DedupKey, Drill, Effect, Event, Fact,
    GroupKey, Incident, IncidentId, IncidentStatus, Input, Labels, PersonId, Place, Refusal, Setup, Severity,
    TimerKind, Timestamp,
};
use proptest::prelude::*;

const CONFIG: &str = r##"
version = 1
timezone = "UTC"
[discord]
incidents = "#incidents"
category = "Incidents"
status = "#status"
[people]
budi = { discord = "budi" }
rina = { discord = "rina", ntfy_env = "NTFY_RINA", email = "rina@example.com", contact = [{ by = "mention" }, { by = "ntfy", after = "1m" }, { by = "email", after = "2m" }] }
dewi = { discord = "dewi" }
[[schedules]]
name = "empty"
people = []
handoff = "Monday 09:00"
[[schedules]]
name = "payments"
people = ["budi"]
handoff = "Monday 09:00"
[[escalations]]
name = "payments"
steps = [{ page = "on-call:payments", wait = "5m" }, { page = "rina", wait = "5m" }]
ack_timeout = "30m"
[[escalations]]
name = "holes"
steps = [{ page = "on-call:empty", wait = "5m" }, { page = "dewi", wait = "5m" }]
[[services]]
name = "checkout"
match = ['service=~"checkout|cart"']
owner = "Payments"
escalation = "payments"
dependents = ["holes", "customer-care"]
[[services]]
name = "holes"
owner = "Nobody"
escalation = "holes"
[severities]
SEV-1 = { means = "worst", room = "channel", page = true, update_every = "30m", postmortem = "72h" }
SEV-3 = { means = "degraded", room = "thread", page = true }
SEV-4 = { means = "none", room = "line", page = false }
[routing]
group_by = ["service"]
escalation = "payments"
rules = [
  { match = ['severity="critical"'], severity = "SEV-1" },
  { match = ['severity="warning"'], severity = "SEV-3" },
  { match = [], severity = "SEV-4" },
]
"##;

/// The configuration of a world; changed in a copy of its own.
#[derive(Clone)]
struct Held(Arc<Setup>);

impl Deref for Held {
    type Target = Setup;

    fn deref(&self) -> &Setup {
        &self.0
    }
}

impl DerefMut for Held {
    fn deref_mut(&mut self) -> &mut Setup {
        Arc::make_mut(&mut self.0)
    }
}

/// As `CONFIG` says it. A schedule without people is refused by the checker, so the empty one is made here.
static SETUP: LazyLock<Arc<Setup>> = LazyLock::new(|| {
    let text = CONFIG.replace("people = []", "people = [\"budi\"]");
    let mut setup = config::from_text("siaga.toml", &text, &[]).unwrap_or_else(|p| panic!("{}", p.render(false))).setup;
    setup.schedules.get_mut("empty").unwrap().people.clear();
    Arc::new(setup)
});

/// A small world: one configuration, its incidents and alerts, and a clock moved by hand.
struct World {
    setup: Held,
    now: Timestamp,
    incidents: HashMap<IncidentId, Incident>,
    alerts: HashMap<DedupKey, KnownAlert>,
    history: HashMap<IncidentId, Vec<EventAt>>,
    effects: Vec<Effect>,
    drill: Option<Drill>,
    silences: Silences,
    /// What was said last of each alert.
    said: HashMap<DedupKey, AlertReport>,
    /// Where the last report stopped, and why.
    stopped: Option<(Stage, Option<Reason>)>,
    overrides: Arc<Overrides>,
    accounts: std::collections::BTreeMap<PersonId, ChatUserId>,
    /// Pages to the same person are told together, as the engine does it.
    tells_together: bool,
}

impl Known for World {
    fn alert(&self, report: &AlertReport) -> Option<&KnownAlert> {
        self.alerts.get(&report.dedup_key)
    }
    fn open_group(&self, key: &GroupKey) -> Option<&Incident> {
        self.incidents.values().find(|i| i.status.is_open() && i.group_keys().any(|known| known == key))
    }
    fn incident(&self, id: IncidentId) -> Option<&Incident> {
        self.incidents.get(&id)
    }
}

impl World {
    fn new() -> Self {
        let (incidents, alerts, history, overrides) = Default::default();
        Self {
            setup: Held(Arc::clone(&SETUP)),
            now: "2026-03-02T03:00:00Z".parse().unwrap(),
            incidents,
            alerts,
            history,
            effects: Vec::new(),
            drill: None,
            silences: Silences::default(),
            said: HashMap::new(),
            stopped: None,
            overrides,
            accounts: std::collections::BTreeMap::new(),
            tells_together: false,
        }
    }

    fn world(&self) -> domain::World {
        domain::World::new(Arc::clone(&self.setup.0))
            .with_overrides(Arc::clone(&self.overrides))
            .with_silences(self.silences.clone())
            .with_accounts(self.accounts.clone())
    }

    /// What is decided about one incident.
    fn decide(&self, input: &Input<'_>) -> Result<Vec<Event>, Refusal> {
        domain::decide(&self.world(), input, self.now).of_one()
    }

    /// What the engine finds out about the first incident.
    fn learn(&self, fact: &Fact) -> Vec<Event> {
        self.decide(&Input::Fact { incident: self.one(), fact }).unwrap()
    }

    /// One ring for pages of several incidents to the same person.
    fn together(&self, id: IncidentId, events: &mut [Event]) {
        let severity = events.iter().rev().find_map(|event| match event {
            Event::Opened { severity, .. } | Event::SeverityChanged { to: severity, .. } => Some(*severity),
            _ => None,
        });
        let Some(severity) = severity.or_else(|| Some(self.incidents.get(&id)?.severity)) else { return };
        let rung = |person: &PersonId, via| {
            let mut rings = Vec::new();
            for other in self.incidents.values().filter(|other| other.id != id) {
                rings.extend(rings_of(other, person, via)?);
            }
            Some(rings)
        };
        tell_together(events, severity, &self.world(), rung, false, self.now);
    }

    fn add(&mut self, id: IncidentId, mut events: Vec<Event>) {
        if self.tells_together {
            self.together(id, &mut events);
        }
        let before = self.incidents.get(&id).cloned();
        let mut after = before.clone();
        let mut entries = Vec::new();
        for event in events {
            let seq = after.as_ref().map_or(0, |i| i.last_seq) + 1;
            let entry = EventAt { seq, at: self.now, event };
            match &mut after {
                Some(incident) => incident.apply(&entry),
                None => after = Incident::from_opened(id, &entry),
            }
            entries.push(entry);
        }
        let after = after.unwrap();
        let planned = plan(before.as_ref(), &after, &entries, &self.world());
        self.effects.extend(planned.effects.into_iter().map(|planned| planned.effect));
        self.history.entry(id).or_default().extend(entries);
        self.incidents.insert(id, after);
    }

    fn report(&mut self, service: &str, severity: &str, name: &str, status: AlertStatus) -> &'static str {
        let labels = [("service", service), ("severity", severity), ("alertname", name)];
        let report = AlertReport {
            integration: "am".into(),
            dedup_key: DedupKey(format!("v1:am:{service}:{name}")),
            status,
            title: format!("{name} on {service}"),
            body: None,
            labels: labels.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect::<Labels>(),
            value: None,
            links: Vec::new(),
            runbook_url: None,
            starts_at: None,
            origin: AlertOrigin::Http,
            severity: None,
            candidate: false,
            unmapped: None,
            drill: self.drill.clone(),
            sender: None,
        };
        self.hears(report)
    }

    /// A body that nobody could read.
    fn unreadable(&mut self, text: &str) -> &'static str {
        let labels = [("alertname", "UnmappedPayload"), ("integration", "am")];
        self.hears(AlertReport {
            integration: "am".into(),
            dedup_key: DedupKey(format!("v1:am:unmapped:{text}")),
            status: AlertStatus::Firing,
            title: format!("Unmapped payload from am: {text}"),
            body: None,
            labels: labels.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect::<Labels>(),
            value: None,
            links: Vec::new(),
            runbook_url: None,
            starts_at: None,
            origin: AlertOrigin::Http,
            severity: None,
            candidate: false,
            unmapped: Some(text.to_owned()),
            drill: None,
            sender: None,
        })
    }

    /// Decides a report and takes it in, as the engine does.
    fn hears(&mut self, report: AlertReport) -> &'static str {
        let name = self.passes_stages(&report);
        if name == "late" {
            return name;
        }
        if report.status == AlertStatus::Firing {
            self.said.insert(report.dedup_key.clone(), report);
        }
        self.hold_what_is_left();
        name
    }

    /// The same without what is left to be held back.
    fn passes_stages(&mut self, report: &AlertReport) -> &'static str {
        self.passes_stages_again(report, false)
    }

    /// `again`: it was heard before.
    fn passes_stages_again(&mut self, report: &AlertReport, again: bool) -> &'static str {
        let input = Input::Report { report, known: self, approved: false };
        let (verdict, events) = domain::decide(&self.world(), &input, self.now).of_report().unwrap();
        let name = verdict.outcome.as_str();
        self.stopped = Some((verdict.stage, verdict.reason.clone()));
        let known = self.alerts.get(&report.dedup_key).and_then(|known| known.incident);
        let fires = self.alerts.get(&report.dedup_key).is_some_and(KnownAlert::fires);
        let incident = match verdict.outcome {
            AlertOutcome::Opens => Some(IncidentId(u32::try_from(self.incidents.len()).unwrap() + 1)),
            AlertOutcome::Joins { incident }
            | AlertOutcome::Resolves { incident }
            | AlertOutcome::Repeats { incident }
            | AlertOutcome::Reopens { incident }
            | AlertOutcome::StillFires { incident } => Some(incident),
            AlertOutcome::EndsOne { incident } => incident,
            // What it ends may still come.
            AlertOutcome::NothingFiring
                if report.status == AlertStatus::Resolved && (fires || report.starts_at.is_some()) =>
            {
                known
            }
            AlertOutcome::Late { incident } => {
                if let Some(id) = incident {
                    self.add(id, events);
                }
                return name;
            }
            AlertOutcome::Silenced { .. } => None,
            AlertOutcome::NothingFiring | AlertOutcome::Asks => return name,
        };
        if !events.is_empty() {
            self.add(incident.unwrap(), events);
        }
        let fired = self.alerts.get(&report.dedup_key).filter(|known| known.fires());
        let fired_in = fired.filter(|_| report.status == AlertStatus::Firing).and_then(|known| known.incident);
        if let (Some(from), Some(into)) = (fired_in, incident) {
            let fact = Fact::AlertGoesOn { alert: report.dedup_key.clone(), into };
            let events = self.decide(&Input::Fact { incident: &self.incidents[&from], fact: &fact }).unwrap();
            self.add(from, events);
        }
        if let (Some(from), AlertOutcome::Silenced { silence }) = (fired_in, verdict.outcome) {
            let fact = Fact::AlertSilenced { alert: report.dedup_key.clone(), silence };
            let events = self.decide(&Input::Fact { incident: &self.incidents[&from], fact: &fact }).unwrap();
            if !events.is_empty() {
                self.add(from, events);
            }
        }
        let now = self.now;
        let known = self.alerts.entry(report.dedup_key.clone()).or_default();
        if !again {
            known.heard(report, None, now);
        }
        if report.status == AlertStatus::Firing && known.incident != incident {
            known.ended = None;
        }
        known.incident = incident;
        if report.status == AlertStatus::Firing {
            known.silence = verdict.silence;
        }
        known.silence = known.silence.filter(|_| known.fires());
        name
    }

    fn fires(&mut self, service: &str, severity: &str) -> &'static str {
        self.report(service, severity, "Errors", AlertStatus::Firing)
    }

    fn resolves(&mut self, service: &str, severity: &str) -> &'static str {
        self.report(service, severity, "Errors", AlertStatus::Resolved)
    }

    fn does(&mut self, who: &Actor, command: &Command) -> Result<(), Refusal> {
        let id = IncidentId(1);
        if let Command::Reopen { .. } = command {
            let one = &self.incidents[&id];
            let other =
                self.incidents.values().find(|i| i.id != id && i.status.is_open() && i.group_key == one.group_key);
            if let Some(other) = other {
                return Err(Refusal::OpenElsewhere { id, other: other.id });
            }
        }
        let events = self.decide(&Input::Command { incident: &self.incidents[&id], by: who, command })?;
        self.add(id, events);
        Ok(())
    }

    fn passes(&mut self, minutes: i64) {
        self.passes_seconds(minutes * 60);
    }

    fn passes_seconds(&mut self, seconds: i64) {
        let until = self.now + jiff::SignedDuration::from_secs(seconds);
        loop {
            let due = self
                .incidents
                .values()
                .flat_map(|i| timers(i).into_iter().map(|(kind, due)| (due, i.id, kind)))
                .filter(|(due, ..)| *due <= until)
                .min();
            let silence = self.silences.known().filter_map(|own| Some((own.due()?, own.number))).min();
            if let Some((at, number)) = silence.filter(|(at, _)| *at <= until && due.is_none_or(|(due, ..)| *at <= due))
            {
                self.now = self.now.max(at);
                self.silence_due(number);
                continue;
            }
            let Some((due, id, kind)) = due else { break };
            self.now = self.now.max(due);
            let events = match kind {
                TimerKind::FiresOn => self.fires_on(id),
                _ => self.decide(&Input::Timer { incident: &self.incidents[&id], kind }).unwrap(),
            };
            assert!(!events.is_empty(), "a timer that is due and does nothing would spin: {kind:?}");
            self.add(id, events);
        }
        self.now = until;
    }

    /// The machine's clock is set; no time passes.
    fn sets_clock(&mut self, by: jiff::SignedDuration) {
        self.now += by;
        let all: Vec<IncidentId> = self.incidents.keys().copied().collect();
        for id in all {
            self.add(id, vec![clock_set(by)]);
        }
    }

    /// One step of a random history.
    fn step(&mut self, step: &Move) {
        match step {
            Move::Fire(n) => {
                let severity = ["critical", "warning", "info", "critical"][usize::from(*n)];
                self.report("checkout", severity, &format!("A{n}"), AlertStatus::Firing);
            }
            Move::Resolve(n) => {
                self.report("checkout", "critical", &format!("A{n}"), AlertStatus::Resolved);
            }
            Move::Act(who, what) => {
                let who = [budi(), rina(), actor("dewi", Access::Responder)][usize::from(*who)].clone();
                let _ = self.does(&who, &command(*what));
            }
            Move::Wait(minutes) => self.passes(i64::from(*minutes)),
        }
    }

    /// What happened, how many milliseconds ago, and what will happen, how many milliseconds from now: all without saying by
    /// which clock.
    fn without_clock(&self) -> Vec<(u32, Vec<String>)> {
        let from_now = |at: Timestamp| self.now.duration_since(at).as_millis();
        let mut all: Vec<_> = self.incidents.values().collect();
        all.sort_by_key(|incident| incident.id);
        let told = |incident: &&Incident| {
            let timeline = by_todays_clock(self.history[&incident.id].clone());
            let happened = timeline.iter().filter(|entry| !matches!(entry.event, Event::ClockSet { .. }));
            let happened = happened.map(|entry| {
                let event = serde_json::to_value(&entry.event).unwrap();
                format!("{} {}", from_now(entry.at), event["kind"])
            });
            let comes = timers(incident).into_iter().map(|(kind, due)| format!("{} {kind:?}", from_now(due)));
            let state = [format!("opened {}, {:?}", from_now(incident.opened_at), incident.status)];
            (incident.id.0, happened.chain(comes).chain(state).collect())
        };
        all.iter().map(told).collect()
    }

    /// As the engine does it: what fires of an incident is counted, and goes on in the open one of its group if there is one, else
    /// in the same one, else, when that was no incident, in a new one.
    fn fires_on(&mut self, id: IncidentId) -> Vec<Event> {
        let of = |known: &KnownAlert| known.fires() && known.incident == Some(id);
        let alerts = self.alerts.values().filter(|known| of(known)).count();
        assert_eq!(alerts, self.incidents[&id].still_firing());
        if alerts > 0 && self.alerts.values().filter(|known| of(known)).all(|known| known.silence.is_some()) {
            let mut silence = None;
            for known in self.alerts.values_mut().filter(|known| of(known)) {
                known.incident = None;
                silence = known.silence;
            }
            return vec![Event::WentOn { dedup_key: None, alerts, into: None, silence }];
        }
        let other = self.incidents[&id].group_keys().find_map(|key| self.open_group(key)).map(|other| other.id);
        let into = if let Some(into) = other {
            let fact = Fact::AlertsGoOnHere { alerts };
            let events = self.decide(&Input::Fact { incident: &self.incidents[&into], fact: &fact }).unwrap();
            self.add(into, events);
            into
        } else {
            let fact = Fact::AlertsFireOn { alerts };
            let events = self.decide(&Input::Fact { incident: &self.incidents[&id], fact: &fact }).unwrap();
            if !events.is_empty() {
                return events;
            }
            let mut keys: Vec<&DedupKey> = self
                .alerts
                .iter()
                .filter(|(_, known)| of(known) && known.silence.is_none())
                .map(|(key, _)| key)
                .collect();
            keys.sort();
            let report = &self.said[*keys.last().unwrap()];
            let routed = route(&self.setup, report);
            let mut events = self.decide(&Input::Open(Opening::Alert { report, routed: &routed })).unwrap();
            if alerts > 1 {
                events.push(Event::AlertsCounted { counts: AlertCounts { new: alerts - 1, ..AlertCounts::default() } });
            }
            let new = IncidentId(u32::try_from(self.incidents.len()).unwrap() + 1);
            self.add(new, events);
            new
        };
        self.alerts.values_mut().filter(|known| of(known)).for_each(|known| known.incident = Some(into));
        vec![Event::WentOn { dedup_key: None, alerts, into: Some(into), silence: None }]
    }

    fn one(&self) -> &Incident {
        &self.incidents[&IncidentId(1)]
    }

    fn paged(&self) -> Vec<&str> {
        self.one().pages.iter().map(|page| page.person.as_str()).collect()
    }

    fn event(&self, incident: IncidentId, seq: u32) -> &Event {
        &self.history[&incident].iter().find(|entry| entry.seq == seq).unwrap().event
    }

    /// The events that were said, with their places, in order.
    fn posts(&self) -> Vec<(&Event, Place)> {
        let said = self.effects.iter().filter_map(|effect| match effect {
            Effect::Post { incident, seq, place } => Some((*incident, *seq, *place)),
            _ => None,
        });
        said.map(|(incident, seq, place)| (self.event(incident, seq), place)).collect()
    }

    fn has_timer(&self, kind: TimerKind) -> bool {
        timers(self.one()).iter().any(|(known, _)| *known == kind)
    }
}

fn actor(name: &str, access: Access) -> Actor {
    let user = ChatUserId(u64::try_from(name.len()).unwrap() * 1000 + u64::from(name.as_bytes()[0]));
    Actor { user, name: name.to_owned(), person: Some(PersonId::from(name)), access }
}

fn budi() -> Actor {
    actor("budi", Access::Responder)
}

fn rina() -> Actor {
    actor("rina", Access::Responder)
}

#[test]
fn a_repeated_alert_never_opens_a_second_incident() {
    let mut w = World::new();
    assert_eq!(w.fires("checkout", "critical"), "opened");
    assert_eq!(w.fires("checkout", "critical"), "repeated");
    assert_eq!(w.incidents.len(), 1);
    w.does(&budi(), &Command::Resolve { fixed: "rolled back".into() }).unwrap();
    assert_eq!(w.fires("checkout", "critical"), "still_fires", "after somebody resolved by hand");
    assert_eq!(w.incidents.len(), 1);
}

#[test]
fn alerts_of_one_service_share_an_incident_and_other_services_do_not() {
    let mut w = World::new();
    w.fires("checkout", "warning");
    assert_eq!(w.report("cart", "warning", "Slow", AlertStatus::Firing), "joined");
    assert_eq!(w.fires("search", "warning"), "opened");
    assert_eq!(w.one().alert_counts(), (2, 0));
}

#[test]
fn nobody_answers_so_the_next_person_is_paged_and_the_end_is_loud() {
    let mut w = World::new();
    w.fires("checkout", "critical");
    assert_eq!(w.paged(), ["budi"]);
    w.passes(4);
    assert_eq!(w.paged(), ["budi"]);
    w.passes(1);
    assert_eq!(w.paged(), ["budi", "rina"]);
    w.passes(5);
    assert_eq!(w.paged(), ["budi", "rina", "budi", "rina"], "the end calls both");
    assert!(
        w.posts().iter().any(|post| matches!(post, (Event::EscalationEnded { policy: Some(_), .. }, Place::PolicyEnd)))
    );
    w.passes(600);
    assert_eq!(w.paged().len(), 26, "both are called again after 15 minutes, 30, and then each hour");
}

#[test]
fn an_acknowledgement_stops_everything() {
    let mut w = World::new();
    w.fires("checkout", "critical");
    w.does(&budi(), &Command::Acknowledge).unwrap();
    assert_eq!(w.one().status, IncidentStatus::Acknowledged);
    assert!(!w.has_timer(TimerKind::EscalationStep));
    assert_eq!(w.one().open_pages().count(), 0);
    let spared = w.posts().into_iter().find_map(|post| match post {
        (Event::Acknowledged { spared, .. }, Place::Room) => spared.clone(),
        _ => None,
    });
    assert_eq!(spared, Some(PersonId::from("rina")));
    w.passes(20);
    assert_eq!(w.paged(), ["budi"]);
}

#[test]
fn who_cannot_take_it_moves_the_page_on_at_once() {
    let mut w = World::new();
    w.fires("checkout", "critical");
    w.does(&budi(), &Command::Decline).unwrap();
    assert_eq!(w.paged(), ["budi", "rina"]);
    assert!(matches!(w.one().pages[0].end, Some((PageEnd::Declined { .. }, _))));
    assert_eq!(w.does(&budi(), &Command::Decline), Err(Refusal::NoOpenPage { id: IncidentId(1) }));
    let mut w = World::new();
    w.fires("checkout", "critical");
    w.does(&budi(), &Command::Decline).unwrap();
    w.does(&rina(), &Command::Decline).unwrap();
    assert!(
        w.posts().iter().any(|post| matches!(post, (Event::EscalationEnded { .. }, Place::PolicyEnd))),
        "nobody is left"
    );
}

#[test]
fn a_gap_in_the_schedule_pages_the_next_step_and_says_so() {
    let mut w = World::new();
    w.fires("holes", "critical");
    assert_eq!(w.paged(), ["dewi"]);
    assert!(
        w.posts().iter().any(|post| matches!(post, (Event::Escalated { gaps, .. }, Place::Room) if gaps == &["empty"]))
    );
}

#[test]
fn a_silent_holder_is_asked_and_then_escalation_resumes() {
    let mut w = World::new();
    w.fires("checkout", "warning");
    w.does(&budi(), &Command::Acknowledge).unwrap();
    w.passes(29);
    w.does(&budi(), &Command::Note { text: "looking".into(), link: None }).unwrap();
    w.passes(29);
    assert!(
        !w.posts().iter().any(|post| matches!(post, (Event::AckQuestioned { holder: Some(_), .. }, Place::Room))),
        "a note is a sign of life"
    );
    w.passes(2);
    assert!(w.posts().iter().any(|post| matches!(post, (Event::AckQuestioned { holder: Some(_), .. }, Place::Room))));
    w.does(&budi(), &Command::StillOnIt).unwrap();
    w.passes(35);
    assert_eq!(w.one().status, IncidentStatus::Triggered, "asked again, and no answer this time");
    assert_eq!(w.paged(), ["budi", "rina"]);
}

#[test]
fn taking_the_acknowledgement_back_lets_escalation_go_on() {
    let mut w = World::new();
    w.fires("checkout", "critical");
    w.does(&budi(), &Command::Acknowledge).unwrap();
    assert_eq!(w.does(&rina(), &Command::WithdrawAck), Err(Refusal::NotTheHolder { id: IncidentId(1) }));
    w.does(&budi(), &Command::WithdrawAck).unwrap();
    assert_eq!(w.paged(), ["budi", "budi"], "the step begins again at once");
    w.passes(5);
    assert_eq!(w.paged(), ["budi", "budi", "rina"]);
}

#[test]
fn two_people_acknowledge_and_the_second_hears_who_was_first() {
    let mut w = World::new();
    w.fires("checkout", "critical");
    w.does(&budi(), &Command::Acknowledge).unwrap();
    assert_eq!(w.does(&budi(), &Command::Acknowledge), Err(Refusal::AlreadyYours { id: IncidentId(1) }));
    let refused = w.does(&rina(), &Command::Acknowledge).unwrap_err();
    assert_eq!(refused, Refusal::AlreadyAcknowledged { id: IncidentId(1), by: "budi".into(), at: w.now });
    let page =
        Command::Page { targets: vec![PageTarget::Person("rina".into())], asked: "rina".into(), reason: "help".into() };
    w.does(&budi(), &page).unwrap();
    w.does(&rina(), &Command::Acknowledge).unwrap();
    assert_eq!(w.one().acknowledged.as_ref().unwrap().0.name, "budi", "the holder stays");
    assert_eq!(w.one().open_pages().count(), 0);
}

#[test]
fn calling_for_help_never_rings_a_phone_that_rings_already() {
    let mut w = World::new();
    w.fires("checkout", "critical");
    w.does(&budi(), &Command::Acknowledge).unwrap();
    w.does(&budi(), &Command::Escalate).unwrap();
    assert_eq!(w.paged(), ["budi", "rina"]);
    assert_eq!(w.does(&budi(), &Command::Escalate), Err(Refusal::NobodyLeft { id: IncidentId(1) }));
    assert_eq!(w.paged(), ["budi", "rina"]);
}

#[test]
fn a_worse_alert_raises_the_severity_and_a_milder_one_does_not_lower_it() {
    let mut w = World::new();
    w.report("checkout", "info", "Odd", AlertStatus::Firing);
    assert_eq!(w.one().severity, Severity::Sev4);
    assert!(w.paged().is_empty());
    w.fires("checkout", "critical");
    assert_eq!(w.one().severity, Severity::Sev1);
    assert_eq!(w.paged(), ["budi"]);
    w.report("checkout", "warning", "Slow", AlertStatus::Firing);
    assert_eq!(w.one().severity, Severity::Sev1);
    assert!(w.effects.iter().any(|e| matches!(e, Effect::Channel { .. })));
}

#[test]
fn lowering_the_severity_needs_a_reason_and_stops_pages_that_are_no_longer_wanted() {
    let mut w = World::new();
    w.fires("checkout", "critical");
    let to = Severity::Sev4;
    let refused = w.does(&budi(), &Command::SetSeverity { to, reason: None }).unwrap_err();
    assert_eq!(refused, Refusal::ReasonNeeded { id: IncidentId(1), to });
    w.does(&budi(), &Command::SetSeverity { to, reason: Some("test traffic".into()) }).unwrap();
    assert_eq!(w.one().open_pages().count(), 0);
    w.passes(60);
    assert_eq!(w.paged(), ["budi"]);
}

#[test]
fn all_alerts_resolved_stops_paging_but_closes_only_what_nobody_took() {
    let mut w = World::new();
    w.fires("checkout", "critical");
    w.resolves("checkout", "critical");
    assert!(!w.has_timer(TimerKind::EscalationStep));
    w.passes(9);
    assert_eq!(w.one().status, IncidentStatus::Triggered);
    w.passes(1);
    assert_eq!(w.one().status, IncidentStatus::Resolved);

    let mut w = World::new();
    w.fires("checkout", "critical");
    w.does(&budi(), &Command::Acknowledge).unwrap();
    w.resolves("checkout", "critical");
    w.passes(20);
    assert_eq!(w.one().status, IncidentStatus::Acknowledged);
}

#[test]
fn an_alert_that_fires_again_before_it_closed_pages_again() {
    let mut w = World::new();
    w.fires("checkout", "critical");
    w.resolves("checkout", "critical");
    w.passes(5);
    assert_eq!(w.fires("checkout", "critical"), "joined");
    assert_eq!(w.paged(), ["budi", "budi"]);
    assert!(w.posts().iter().any(|post| matches!(post, (Event::FlapBegan { .. }, Place::Room))));
    w.passes(6);
    assert_eq!(w.one().status, IncidentStatus::Triggered, "it no longer closes by itself");
}

#[test]
fn an_overdue_update_reminds_once() {
    let mut w = World::new();
    w.fires("checkout", "critical");
    w.does(&budi(), &Command::Acknowledge).unwrap();
    let update = Command::PostUpdate { know: "a".into(), doing: "b".into(), next_in: Some(Duration::from_secs(600)) };
    w.does(&budi(), &update).unwrap();
    w.passes(25);
    let reminders = w.posts().iter().filter(|post| matches!(post, (Event::UpdateOverdue { .. }, Place::Room))).count();
    assert_eq!(reminders, 1);
}

#[test]
fn who_may_not_is_told_what_it_takes_and_a_paged_person_may() {
    let mut w = World::new();
    w.fires("checkout", "critical");
    let refused = w.does(&actor("sari", Access::Open), &Command::Acknowledge).unwrap_err();
    // The configuration names no role for responders: only an admin of the server could.
    assert_eq!(refused, Refusal::NotAllowed { needs: Access::Responder, given_by: GivenBy::ServerAdmin });
    w.does(&actor("budi", Access::Open), &Command::Acknowledge).unwrap();
}

#[test]
fn stored_events_and_effects_of_version_1_can_still_be_read() {
    // Samples of what version 1 writes. A change that cannot read them must bring a migration.
    let events = [
        r#"{"kind":"alert_fired","dedup_key":"v1:am:1","title":"Errors"}"#,
        r#"{"kind":"escalated","policy":"payments","position":{"round":0,"step":1},"due":"2026-03-02T03:05:00Z"}"#,
        r#"{"kind":"paged","page":1,"person":"budi","reason":{"kind":"step","policy":"payments","position":{"round":0,"step":0}}}"#,
        r#"{"kind":"acknowledged","by":{"user":7,"name":"Budi","person":"budi","access":"responder"}}"#,
        r#"{"kind":"severity_changed","from":"SEV-3","to":"SEV-1","by":null,"reason":null,"room":"channel"}"#,
    ];
    for text in events {
        let event: Event = serde_json::from_str(text).unwrap();
        let again: Event = serde_json::from_str(&serde_json::to_string(&event).unwrap()).unwrap();
        assert_eq!(event, again);
    }
    let effects = [
        r#"{"kind":"card","incident":7}"#,
        r#"{"kind":"page","incident":7,"page":1,"person":"budi","via":"direct"}"#,
        r#"{"kind":"post","incident":7,"place":"room","post":{"says":"help_coming","by":"Rina"}}"#,
    ];
    for text in effects {
        let effect: Effect = serde_json::from_str(text).unwrap();
        let again: Effect = serde_json::from_str(&serde_json::to_string(&effect).unwrap()).unwrap();
        assert_eq!(effect, again);
    }
}

#[derive(Clone, Debug)]
enum Move {
    Fire(u8),
    Resolve(u8),
    Act(u8, u8),
    Wait(u8),
}

fn moves() -> impl Strategy<Value = Vec<Move>> {
    let one = prop_oneof![
        (0u8..4).prop_map(Move::Fire),
        (0u8..4).prop_map(Move::Resolve),
        (0u8..3, 0u8..16).prop_map(|(who, what)| Move::Act(who, what)),
        (1u8..40).prop_map(Move::Wait),
    ];
    proptest::collection::vec(one, 1..40)
}

fn command(what: u8) -> Command {
    match what {
        0 | 1 => Command::Acknowledge,
        2 => Command::Decline,
        3 => Command::WithdrawAck,
        4 => Command::StillOnIt,
        5 => Command::SetSeverity { to: Severity::Sev1, reason: None },
        6 => Command::SetSeverity { to: Severity::Sev4, reason: Some("no".into()) },
        7 => Command::Escalate,
        8 => Command::PostUpdate { know: "a".into(), doing: "b".into(), next_in: Some(Duration::from_secs(60)) },
        9 => Command::Resolve { fixed: "x".into() },
        10 => Command::KeepOpen,
        11 => Command::Triage { impact: Impact::Few, urgency: Urgency::Later, reason: None },
        12 => Command::Triage { impact: Impact::Most, urgency: Urgency::Now, reason: None },
        13 => Command::Dismiss { reason: "no".into() },
        14 => Command::Reopen { reason: "yes".into() },
        _ => Command::Note { text: "n".into(), link: None },
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]
    #[test]
    fn whatever_happens_the_rules_hold(moves in moves()) {
        let mut w = World::new();
        w.fires("checkout", "critical");
        for step in moves {
            w.step(&step);
            for incident in w.incidents.values() {
                // The timeline alone rebuilds the incident.
                let again = Incident::replay(incident.id, w.history[&incident.id].clone()).unwrap();
                prop_assert_eq!(&again, incident);
                // Nobody is paged by the policy while somebody has it, and nothing ticks once it is over.
                let ticking = timers(incident).iter().any(|(kind, _)| *kind == TimerKind::EscalationStep);
                prop_assert!(!ticking || incident.status == IncidentStatus::Triggered);
                let later = [TimerKind::PostmortemDue, TimerKind::ActionItemDue, TimerKind::FiresOn];
                prop_assert!(incident.status.is_open() || timers(incident).iter().all(|(kind, _)| later.contains(kind)));
                prop_assert!(incident.status.is_open() || incident.open_pages().count() == 0);
                prop_assert_eq!(incident.acknowledged.is_some() && incident.status.is_open(), incident.status == IncidentStatus::Acknowledged);
                // Somebody is always responsible: a paging incident that is open, firing and untaken either waits for an answer or has reached its loud end.
                let paging = w.setup.severity_plan(incident.severity).page;
                let (firing, _) = incident.alert_counts();
                if paging && firing > 0 && incident.status == IncidentStatus::Triggered && !incident.kept_open {
                    let ended = incident.escalation.as_ref().is_some_and(|run| run.state == domain::incident::EscalationState::Ended);
                    prop_assert!(ticking || ended, "{:?}", incident.escalation);
                }
                // Open incidents of one group are never two.
                let twins = w.incidents.values().filter(|other| other.status.is_open() && other.group_key == incident.group_key).count();
                prop_assert!(!incident.status.is_open() || twins == 1);
            }
        }
    }

    /// Whatever the machine's clock is set to and however often, everything happens as it would have, after the time that it
    /// would have taken: in the world of the steady clock and in that of the other one.
    #[test]
    fn a_clock_that_is_set_changes_nothing_that_happens(
        moves in prop::collection::vec((moves(), -200_000_000_i64..200_000_000), 1..8)
    ) {
        let (mut steady, mut other) = (World::new(), World::new());
        steady.fires("checkout", "critical");
        other.fires("checkout", "critical");
        for (moves, by_ms) in moves {
            for step in moves.iter().take(8) {
                steady.step(step);
                other.step(step);
            }
            other.sets_clock(jiff::SignedDuration::from_millis(by_ms));
            prop_assert_eq!(steady.without_clock(), other.without_clock());
            for incident in other.incidents.values() {
                let history = &other.history[&incident.id];
                prop_assert_eq!(&Incident::replay(incident.id, history.clone()).unwrap(), incident);
                // Read by today's clock, no entry lies before the one in front of it.
                let read = by_todays_clock(history.clone());
                prop_assert!(read.is_sorted_by_key(|entry| entry.at));
            }
        }
    }

    /// However many alerts there are and whoever of them has a name, the numbers are those of a simple list.
    #[test]
    fn alerts_are_counted_exactly(moves in prop::collection::vec((0..200_u8, prop::bool::weighted(0.7)), 0..1_500)) {
        let mut w = World::new();
        w.fires("checkout", "critical");
        w.does(&budi(), &Command::Acknowledge).unwrap();
        let mut list = HashMap::from([("Errors".to_owned(), true)]);
        for (name, fires) in moves {
            let name = format!("A{name}");
            let status = if fires { AlertStatus::Firing } else { AlertStatus::Resolved };
            w.report("checkout", "critical", &name, status);
            if fires || list.contains_key(&name) {
                list.insert(name, fires);
            }
        }
        let firing = list.values().filter(|fires| **fires).count();
        prop_assert_eq!(w.one().alert_counts(), (firing, list.len() - firing));
        prop_assert_eq!(&Incident::replay(IncidentId(1), w.history[&IncidentId(1)].clone()).unwrap(), w.one());
    }

    /// A storm is planned once for all reports of a transaction; people see what they would have seen one by one.
    #[test]
    fn reports_planned_together_are_seen_as_if_planned_one_by_one(moves in prop::collection::vec((0..4_u8, any::<bool>()), 0..40)) {
        let mut w = World::new();
        w.fires("checkout", "critical");
        for (name, fires) in moves {
            let status = if fires { AlertStatus::Firing } else { AlertStatus::Resolved };
            w.report("checkout", "critical", &format!("A{name}"), status);
        }
        let id = IncidentId(1);
        let together = plan(None, &w.incidents[&id], &w.history[&id], &w.world());
        let seen = |effects: Vec<Effect>| -> Vec<String> {
            let state = |effect: &Effect| {
                matches!(
                    effect,
                    Effect::Card { .. }
                        | Effect::RoomCard { .. }
                        | Effect::Topic { .. }
                        | Effect::Status { .. }
                        | Effect::PostEdited { .. }
                )
            };
            let once = |effect: &Effect| !state(effect);
            let mut all: Vec<String> = effects.into_iter().filter(once).map(|effect| format!("{effect:?}")).collect();
            all.sort();
            all
        };
        let cards = together.effects.iter().filter(|planned| matches!(planned.effect, Effect::Card { .. })).count();
        prop_assert_eq!(cards, 1);
        prop_assert_eq!(seen(together.effects.into_iter().map(|planned| planned.effect).collect()), seen(w.effects.clone()));
    }
}

/// Ways outside Discord, by the ids that the configuration above gives people.
const NTFY: domain::PageVia = way("ntfy");
const EMAIL: domain::PageVia = way("email");

const fn way(id: &str) -> domain::PageVia {
    domain::PageVia::Way(domain::WayId::new(id).unwrap())
}
