//! Random histories: whatever happens, and in whatever order, somebody is responsible at every instant, and every alert that fires
//! is in an incident that is open or opens again.

use domain::Sender;
use domain::incident::{Page, Unseen};
use domain::oncall::{OnCallRequest, changed, decide as decide_on_call, decide_configuration, decide_due};
use domain::typed_time::End;
use domain::{Input, PageVia};

use super::judgement::{holds_after, learns, merged};
use super::*;

const PEOPLE: [&str; 3] = ["budi", "rina", "dewi"];
const SERVICES: [&str; 3] = ["checkout", "search", "holes"];
const SEVERITIES: [&str; 3] = ["critical", "warning", "info"];

/// What happens in a history.
#[derive(Clone, Debug)]
enum Deed {
    Fire {
        service: u8,
        name: u8,
        severity: u8,
    },
    End {
        service: u8,
        name: u8,
    },
    /// It goes on and off so often, with so many seconds between.
    Flap {
        service: u8,
        severity: u8,
        times: u8,
        seconds: u16,
    },
    /// Several services at once, for the same person, so many seconds between two.
    Burst {
        severity: u8,
        seconds: u8,
    },
    Act {
        who: u8,
        what: u8,
        incident: u8,
    },
    Call {
        incident: u8,
        person: u8,
    },
    Merge {
        from: u8,
        into: u8,
    },
    Fail {
        incident: u8,
        page: u8,
        via: u8,
    },
    /// Of senders that say when it began: one of two, one of four beginnings, not in order, told late and told again.
    Tell {
        service: u8,
        name: u8,
        sender: u8,
        began: u8,
        fires: bool,
        severity: u8,
    },
    /// Its integration is removed, or nothing was heard of it for so long.
    Expire {
        service: u8,
        name: u8,
    },
    /// Somebody leaves the server: every way of every page of theirs is refused.
    Leave(u8),
    /// Somebody leaves the server, and that is seen before their pages are refused.
    SeenToLeave(u8),
    /// Somebody does not see the room of one of their pages.
    Unseen {
        incident: u8,
        page: u8,
    },
    /// The integration is taken out of the configuration.
    Remove,
    /// Somebody silences alerts.
    Silence {
        service: u8,
        name: u8,
        severity: u8,
        minutes: u8,
    },
    /// Somebody ends a silence.
    Unsilence(u8),
    /// Somebody takes the schedule for an hour.
    TakeOver(u8),
    /// The engine finds something out.
    Learn {
        incident: u8,
        what: u8,
    },
    Reload(u8),
    Wait(u8),
    /// The process did not live, or did not notice how its clock was set.
    Jump(i16),
    /// The clock is set by so many milliseconds, and that is noticed.
    SetClock(i64),
    Restart,
}

fn deeds() -> impl Strategy<Value = Vec<Deed>> {
    let one = prop_oneof![
        4 => (0u8..3, 0u8..4, 0u8..3).prop_map(|(service, name, severity)| Deed::Fire { service, name, severity }),
        3 => (0u8..3, 0u8..4).prop_map(|(service, name)| Deed::End { service, name }),
        3 => (0u8..3, 0u8..3, 1u8..9, 1u16..900)
            .prop_map(|(service, severity, times, seconds)| Deed::Flap { service, severity, times, seconds }),
        1 => (0u8..3, 0u8..30).prop_map(|(severity, seconds)| Deed::Burst { severity, seconds }),
        6 => (0u8..3, 0u8..20, 0u8..3).prop_map(|(who, what, incident)| Deed::Act { who, what, incident }),
        1 => (0u8..3, 0u8..3).prop_map(|(incident, person)| Deed::Call { incident, person }),
        1 => (0u8..3, 0u8..3).prop_map(|(from, into)| Deed::Merge { from, into }),
        2 => (0u8..3, 0u8..6, 0u8..4).prop_map(|(incident, page, via)| Deed::Fail { incident, page, via }),
        4 => (0u8..3, 0u8..3, 0u8..2, 0u8..4, any::<bool>(), 0u8..3).prop_map(
            |(service, name, sender, began, fires, severity)| Deed::Tell { service, name, sender, began, fires, severity }
        ),
        1 => (0u8..3, 0u8..4).prop_map(|(service, name)| Deed::Expire { service, name }),
        1 => (0u8..3).prop_map(Deed::Leave),
        1 => (0u8..3).prop_map(Deed::SeenToLeave),
        1 => (0u8..3, 0u8..6).prop_map(|(incident, page)| Deed::Unseen { incident, page }),
        1 => Just(Deed::Remove),
        3 => (0u8..4, 0u8..5, 0u8..4, 5u8..200)
            .prop_map(|(service, name, severity, minutes)| Deed::Silence { service, name, severity, minutes }),
        1 => (1u8..6).prop_map(Deed::Unsilence),
        1 => (0u8..3).prop_map(Deed::TakeOver),
        1 => (0u8..3, 0u8..4).prop_map(|(incident, what)| Deed::Learn { incident, what }),
        2 => (0u8..13).prop_map(Deed::Reload),
        5 => (1u8..90).prop_map(Deed::Wait),
        1 => (-60i16..60).prop_map(Deed::Jump),
        1 => prop_oneof![-50i64..50, -60_000i64..60_000, -20_000_000i64..20_000_000].prop_map(Deed::SetClock),
        1 => Just(Deed::Restart),
    ];
    proptest::collection::vec(one, 1..40)
}

fn reload(w: &mut World, what: u8) {
    match what {
        0 => w.setup = World::new().setup,
        1 => {
            w.setup.escalations.remove("payments");
            w.setup.services.iter_mut().for_each(|service| service.escalation = None);
        }
        2 => {
            w.setup.people.remove(&PersonId::from("rina"));
        }
        3 => {
            w.setup.schedules.remove("payments");
        }
        4 => {
            w.setup.severities.remove(&Severity::Sev3);
        }
        5 => w.setup.escalations.values_mut().for_each(|policy| policy.steps.truncate(1)),
        6 => w.setup.routing.escalation = None,
        7 => w.setup.services.iter_mut().for_each(|service| service.escalation = Some("holes".to_owned())),
        8 => {
            w.setup.severities.remove(&Severity::Sev1);
        }
        9 => w.setup.routing.group_by = vec!["service".to_owned(), "alertname".to_owned()],
        10 => {
            w.setup.routing.still_firing_after = Duration::from_secs(60);
            w.setup.routing.flap_calm = Duration::from_secs(1_500);
        }
        11 => w.setup.schedules.values_mut().for_each(|schedule| schedule.people = vec!["dewi".into()]),
        _ => w.setup.services.clear(),
    }
    for own in w.overrides.known().cloned().collect::<Vec<_>>() {
        let event = decide_configuration(&w.world(), &own, w.now);
        overrides(w, event.map(|event| (own.number, event)).into_iter().collect());
    }
    // Rina is a third account in a file of every other kind.
    w.accounts = [("budi", 11), ("rina", 12 + u64::from(what % 2)), ("dewi", 14)]
        .map(|(person, user)| (PersonId::from(person), domain::ChatUserId(user)))
        .into_iter()
        .filter(|(person, _)| w.setup.people.contains_key(person))
        .collect();
    for id in w.incidents.keys().copied().collect::<Vec<_>>() {
        let events = learns(w, &w.incidents[&id], &Fact::PeopleChanged);
        w.add(id, events);
        let again = learns(w, &w.incidents[&id], &Fact::PeopleChanged);
        assert_eq!(again, [], "a configuration is taken in once");
        let incident = &w.incidents[&id];
        let strangers = incident.open_pages().filter(|page| !w.setup.people.contains_key(&page.person)).count();
        assert!(!incident.status.is_open() || strangers == 0, "{} is called for {id}, whom nobody knows", strangers);
    }
}

/// Events of overrides, as the engine takes them in.
fn overrides(w: &mut World, events: Vec<(u32, domain::oncall::OnCallEvent)>) {
    for (number, event) in events {
        let before = w.overrides.get(number).cloned();
        let Some((own, _, _)) = changed(number, before.as_deref(), vec![event], w.now) else { continue };
        let mut all = domain::oncall::Overrides::clone(&w.overrides);
        all.put(own);
        w.overrides = Arc::new(all);
    }
}

/// Overrides whose time is over end.
fn overrides_end(w: &mut World) {
    for own in w.overrides.known().cloned().collect::<Vec<_>>() {
        let events = decide_due(&w.world(), &own, w.now);
        overrides(w, events.into_iter().map(|event| (own.number, event)).collect());
    }
}

const WAYS: [PageVia; 4] = [PageVia::Room, PageVia::Direct, crate::NTFY, crate::EMAIL];

/// A page that went out on a way is refused there for good.
fn refuse(w: &mut World, id: IncidentId, page: domain::PageId, via: PageVia) {
    let world = w.world();
    let out = |one: &Page| {
        world.ways_at_once(&one.person).contains(&via) || one.contacts.iter().any(|c| c.via == via && c.done)
    };
    if w.incidents[&id].page(page).is_some_and(out) {
        let fact = Fact::ContactFailed { page, via, reason: "refused".to_owned() };
        let events = learns(w, &w.incidents[&id], &fact);
        w.add(id, events);
    }
}

/// Every alert that fires is in an incident that is open, or that opens again at a time that has a timer, or in a silence.
fn every_alert_is_somewhere(w: &World) -> Result<(), String> {
    for (key, known) in w.alerts.iter().filter(|(_, known)| known.fires()) {
        let incident = known.incident.and_then(|id| w.incidents.get(&id));
        let waits = |incident: &Incident| timers(incident).iter().any(|(kind, _)| *kind == TimerKind::FiresOn);
        let held = known.silence.is_some_and(|number| w.silences.holds(number));
        if !held && !incident.is_some_and(|incident| incident.status.is_open() || waits(incident)) {
            return Err(format!("{} fires, and nothing is open: {known:?} {incident:#?}", key.0));
        }
    }
    Ok(())
}

fn act(w: &mut World, deed: &Deed) {
    let person = |n: u8| PEOPLE[usize::from(n)];
    let by = |n: u8| actor(person(n), Access::Responder);
    let nth = |w: &World, n: u8| {
        let id = IncidentId(u32::from(n) + 1);
        w.incidents.contains_key(&id).then_some(id)
    };
    match *deed {
        Deed::Fire { service, name, severity } => {
            let (service, severity) = (SERVICES[usize::from(service)], SEVERITIES[usize::from(severity)]);
            w.report(service, severity, &format!("A{name}"), AlertStatus::Firing);
        }
        Deed::End { service, name } => {
            w.report(SERVICES[usize::from(service)], "critical", &format!("A{name}"), AlertStatus::Resolved);
        }
        Deed::Flap { service, severity, times, seconds } => {
            let (service, severity) = (SERVICES[usize::from(service)], SEVERITIES[usize::from(severity)]);
            for _ in 0..times {
                for status in [AlertStatus::Firing, AlertStatus::Resolved] {
                    w.report(service, severity, "Flappy", status);
                    w.passes_seconds(i64::from(seconds));
                }
            }
        }
        Deed::Burst { severity, seconds } => {
            for service in ["cart", "search", "stock"] {
                w.report(service, SEVERITIES[usize::from(severity)], "Burst", AlertStatus::Firing);
                w.passes_seconds(i64::from(seconds));
            }
        }
        Deed::Act { who, what, incident } => {
            let Some(id) = nth(w, incident) else { return };
            let command = match what {
                16 => Command::SetSeverity { to: Severity::Sev3, reason: Some("so so".into()) },
                17 => Command::Acknowledge,
                18 => Command::Mitigate { how: None },
                19 => Command::WithdrawMitigation,
                what => command(what),
            };
            if matches!(command, Command::Reopen { .. }) {
                let key = w.incidents[&id].group_key.clone();
                let twin =
                    |i: &Incident| i.id != id && i.status.is_open() && i.group_keys().any(|k| Some(k) == key.as_ref());
                if w.incidents.values().any(twin) {
                    return;
                }
            }
            let (incident, by) = (&w.incidents[&id], by(who));
            if let Ok(events) = w.decide(&Input::Command { incident, by: &by, command: &command }) {
                w.add(id, events);
            }
        }
        Deed::Call { incident, person: whom } => {
            let Some(id) = nth(w, incident) else { return };
            let targets = vec![PageTarget::Person(person(whom).into())];
            let page = Command::Page { targets, asked: person(whom).into(), reason: "help".into() };
            let (incident, by) = (&w.incidents[&id], by(0));
            if let Ok(events) = w.decide(&Input::Command { incident, by: &by, command: &page }) {
                w.add(id, events);
            }
        }
        Deed::Merge { from, into } => {
            let (Some(from), Some(into)) = (nth(w, from), nth(w, into)) else { return };
            if !merged(w, from, into, &by(0)) {
                return;
            }
            for known in w.alerts.values_mut().filter(|known| known.incident == Some(from)) {
                known.incident = Some(into);
            }
        }
        Deed::Fail { incident, page, via } => {
            let Some(id) = nth(w, incident) else { return };
            let via = WAYS[usize::from(via)];
            let page = domain::PageId(u32::from(page) + 1);
            refuse(w, id, page, via);
        }
        Deed::Tell { service, name, sender, began, fires, severity } => {
            let (service, severity) = (SERVICES[usize::from(service)], SEVERITIES[usize::from(severity)]);
            let labels =
                [("service", service.to_owned()), ("severity", severity.to_owned()), ("alertname", format!("B{name}"))];
            let starts_at = "2026-03-02T03:00:00Z".parse::<Timestamp>().unwrap()
                + jiff::SignedDuration::from_mins(i64::from(began) * 20);
            w.hears(AlertReport {
                status: if fires { AlertStatus::Firing } else { AlertStatus::Resolved },
                labels: labels.into_iter().map(|(k, v)| (k.to_owned(), v)).collect::<Labels>(),
                starts_at: Some(starts_at),
                sender: Some(Sender { url: Some(format!("http://am-{sender}:9093")), ..Sender::default() }),
                ..AlertReport::expired(
                    "am".into(),
                    DedupKey(format!("v1:am:{service}:B{name}")),
                    format!("B{name} on {service}"),
                )
            });
        }
        Deed::Expire { service, name } => {
            for letter in ["A", "B"] {
                let key = DedupKey(format!("v1:am:{}:{letter}{name}", SERVICES[usize::from(service)]));
                if w.alerts.get(&key).is_some_and(KnownAlert::fires) {
                    w.hears(AlertReport::expired("am".into(), key, "gone".to_owned()));
                }
            }
        }
        Deed::Leave(who) => {
            for id in w.incidents.keys().copied().collect::<Vec<_>>() {
                let own: Vec<_> = w.incidents[&id]
                    .open_pages()
                    .filter(|page| page.person.as_str() == person(who))
                    .map(|page| page.id)
                    .collect();
                for (page, via) in own.into_iter().flat_map(|page| WAYS.map(|via| (page, via))) {
                    refuse(w, id, page, via);
                }
            }
        }
        Deed::SeenToLeave(who) => {
            for id in w.incidents.keys().copied().collect::<Vec<_>>() {
                let events = learns(w, &w.incidents[&id], &Fact::PersonLeft { person: person(who).into() });
                w.add(id, events);
                let user = by(who).user;
                let events = learns(w, &w.incidents[&id], &Fact::HolderLeft { user });
                w.add(id, events);
                let has = |incident: &Incident| incident.acknowledged.as_ref().is_some_and(|(by, _)| by.user == user);
                assert!(!w.incidents[&id].status.is_open() || !has(&w.incidents[&id]), "who left has nothing");
            }
        }
        Deed::Unseen { incident, page } => {
            let id = w.incidents.keys().copied().nth(usize::from(incident));
            let page = id.and_then(|id| w.incidents[&id].open_pages().nth(usize::from(page)).map(|page| page.id));
            if let (Some(id), Some(page)) = (id, page) {
                for unseen in [Unseen::Place, Unseen::NotLetIn] {
                    let events = learns(w, &w.incidents[&id], &Fact::RoomUnseen { page, unseen });
                    let again = unseen == Unseen::NotLetIn;
                    assert!(!again || events.is_empty(), "it is taken in once: {events:?}");
                    w.add(id, events);
                }
            }
        }
        Deed::Remove => {
            for id in w.incidents.keys().copied().collect::<Vec<_>>() {
                let fires = w.alerts.values().filter(|known| known.fires() && known.incident == Some(id)).count();
                if fires > 0 {
                    let fact = Fact::IntegrationRemoved { integration: "am".into(), alerts: fires };
                    let events = learns(w, &w.incidents[&id], &fact);
                    w.add(id, events);
                }
            }
            w.alerts.values_mut().filter(|known| known.fires()).for_each(KnownAlert::removed);
        }
        Deed::Silence { service, name, severity, minutes } => {
            let mut matchers: Vec<String> = Vec::new();
            matchers.extend(SERVICES.get(usize::from(service)).map(|service| format!("service=\"{service}\"")));
            matchers.extend((name < 4).then(|| format!("alertname=~\"A{name}|A3\"")));
            let severity = [Some(Severity::Sev3), Some(Severity::Sev1), None, None][usize::from(severity)];
            w.silence(&matchers.join(", "), i64::from(minutes), severity);
        }
        Deed::Unsilence(number) => w.unsilence(u32::from(number)),
        Deed::TakeOver(who) => {
            let end = End { until: None, lasts: Some("1h".to_owned()) };
            let request = OnCallRequest::Take { schedule: "payments".to_owned(), end };
            if w.setup.schedules.contains_key("payments") {
                let decided = decide_on_call(&w.world(), &by(who), &request, 77, w.now).unwrap();
                overrides(w, decided.events);
            }
        }
        Deed::Learn { incident, what } => {
            let Some(id) = nth(w, incident) else { return };
            let fact = [Fact::DiscordDown, Fact::PagesStuck, Fact::FirstSeen, Fact::AlertsStale { alerts: 1 }]
                [usize::from(what)]
            .clone();
            let events = learns(w, &w.incidents[&id], &fact);
            if !events.is_empty() {
                w.add(id, events);
            }
        }
        Deed::Reload(what) => {
            reload(w, what);
            w.keeps_silences();
        }
        Deed::Wait(minutes) => w.passes(i64::from(minutes)),
        Deed::Jump(minutes) => {
            w.now += jiff::SignedDuration::from_mins(i64::from(minutes));
            w.passes(0);
        }
        Deed::SetClock(by_ms) => {
            w.sets_clock(jiff::SignedDuration::from_millis(by_ms));
            w.passes(0);
        }
        Deed::Restart => {
            for (id, incident) in &mut w.incidents {
                *incident = Incident::replay(*id, w.history[id].clone()).unwrap();
            }
        }
    }
}

#[test]
fn a_line_that_ends_with_its_alerts_ends_the_pages_by_hand_of_whoever_had_it() {
    let mut w = World::new();
    w.fires("checkout", "info");
    w.does(&budi(), &Command::Acknowledge).unwrap();
    w.does(&budi(), &Command::Escalate).unwrap();
    w.resolves("checkout", "info");
    assert_eq!(w.one().status, IncidentStatus::Resolved);
    assert_eq!(w.one().open_pages().count(), 0);
    // Opened again, nobody waits for an answer of whoever was paged then.
    w.does(&budi(), &Command::Reopen { reason: "it is back".into() }).unwrap();
    holds_after(&w, false).unwrap();
}

#[test]
fn who_was_paged_by_hand_and_cannot_be_reached_is_not_waited_for_when_the_acknowledgement_ends() {
    let expires = |w: &mut World| w.passes(35);
    let is_undone = |w: &mut World| w.does(&budi(), &Command::WithdrawAck).unwrap();
    for ends in [expires as fn(&mut World), is_undone] {
        let mut w = World::new();
        w.fires("checkout", "info");
        w.does(&budi(), &Command::Acknowledge).unwrap();
        w.does(&budi(), &Command::Escalate).unwrap();
        act(&mut w, &Deed::Leave(0));
        ends(&mut w);
        assert!(w.history[&IncidentId(1)].iter().any(|entry| matches!(entry.event, Event::StillUnanswered { .. })));
        holds_after(&w, false).unwrap();
    }
}

/// How many histories are tried: a few each time, 100,000 when `HISTORIES` says so (built with optimization: some ten minutes).
fn histories() -> ProptestConfig {
    #[allow(clippy::disallowed_methods, reason = "a longer run is asked for by hand")]
    let cases = std::env::var("HISTORIES").ok().and_then(|cases| cases.parse().ok());
    ProptestConfig {
        cases: cases.unwrap_or(512),
        max_shrink_iters: 20_000,
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

/// What must happen in the histories for them to say anything, by the events that it leads to: a deed that finds nothing to do is none.
const KINDS: [&str; 17] = [
    "flaps",
    "flaps no more",
    "sees somebody leave",
    "finds somebody removed from the file",
    "finds somebody under another account",
    "finds a way refused",
    "reaches the end of a policy",
    "tells that end again",
    "is ended by a person",
    "is opened again",
    "merges",
    "is held back by a silence",
    "is held back no more",
    "tells several pages by one ring",
    "has somebody give no sign",
    "has an integration removed",
    "goes on elsewhere",
];

/// The kinds of a history, by their places in `KINDS`.
fn kinds_of(w: &World) -> std::collections::BTreeSet<usize> {
    use domain::incident::PersonWhy;
    let kind = |event: &Event| match event {
        Event::FlapBegan { .. } => Some(0),
        Event::FlapOver { .. } => Some(1),
        Event::PersonLeft { .. } => Some(2),
        Event::PersonChanged { why: PersonWhy::Removed, .. } => Some(3),
        Event::PersonChanged { why: PersonWhy::Account, .. } => Some(4),
        Event::ContactFailed { .. } => Some(5),
        Event::EscalationEnded { .. } => Some(6),
        Event::StillUnanswered { .. } => Some(7),
        Event::Resolved { by: Some(_), .. } => Some(8),
        Event::Reopened { .. } => Some(9),
        Event::MergedInto { .. } => Some(10),
        Event::HeldBack { .. } => Some(11),
        Event::HoldOver { .. } => Some(12),
        Event::AckExpired { .. } => Some(14),
        Event::IntegrationRemoved { .. } => Some(15),
        Event::WentOn { .. } => Some(16),
        _ => None,
    };
    let mut kinds: std::collections::BTreeSet<usize> =
        w.history.values().flatten().filter_map(|entry| kind(&entry.event)).collect();
    let mut rings: Vec<(&PersonId, Timestamp, IncidentId)> = Vec::new();
    for incident in w.incidents.values() {
        let told = |page: &Page| domain::incident::told_together(incident, page.id, PageVia::Direct);
        rings.extend(incident.pages.iter().filter_map(|page| Some((&page.person, told(page)?, incident.id))));
    }
    let shared = |one: &(&PersonId, Timestamp, IncidentId)| {
        rings.iter().any(|other| (one.0, one.1) == (other.0, other.1) && one.2 != other.2)
    };
    if rings.iter().any(shared) {
        kinds.insert(13);
    }
    kinds
}

/// In how many of so many histories each kind happened; a kind in fewer than one of a hundred is a defect of the generator.
#[allow(clippy::print_stdout, reason = "whoever runs many wants to see how often each happened")]
fn every_kind_happens(counts: &[usize], cases: u32) {
    let told: Vec<String> =
        KINDS.iter().zip(counts).map(|(kind, count)| format!("{count} of {cases} histories: one {kind}")).collect();
    println!("{}", told.join("\n"));
    let least = usize::try_from(cases / 100).unwrap();
    let rare: Vec<&String> =
        told.iter().zip(counts).filter(|(_, count)| **count < least).map(|(told, _)| told).collect();
    assert!(rare.is_empty(), "the generator makes too few of these: {rare:#?}");
}

#[test]
fn somebody_is_responsible_at_every_instant_of_random_histories() {
    let config = histories();
    let cases = config.cases;
    let counts = std::cell::RefCell::new(vec![0; KINDS.len()]);
    let mut runner = proptest::test_runner::TestRunner::new(config);
    let ran = runner.run(&deeds(), |deeds| {
        let mut w = World::new();
        w.tells_together = true;
        w.fires("checkout", "critical");
        let mut reloaded = false;
        for deed in deeds {
            act(&mut w, &deed);
            // Who is responsible is asked when no timer is due: one that was put off until now closes what is calm, say.
            w.passes(0);
            overrides_end(&mut w);
            reloaded |= matches!(deed, Deed::Reload(_));
            let held = holds_after(&w, reloaded);
            prop_assert!(held.is_ok(), "after {deed:?}: {}", held.unwrap_err());
            let somewhere = every_alert_is_somewhere(&w).and_then(|()| silences::every_firing_alert_has_somebody(&w));
            prop_assert!(somewhere.is_ok(), "after {deed:?}: {}", somewhere.unwrap_err());
            let claimed = claims::are_true(&w);
            prop_assert!(claimed.is_ok(), "after {deed:?}: {}", claimed.unwrap_err());
        }
        let kinds = kinds_of(&w);
        kinds.into_iter().for_each(|kind| counts.borrow_mut()[kind] += 1);
        Ok(())
    });
    if let Err(error) = ran {
        panic!("{error}\n{runner}");
    }
    every_kind_happens(&counts.borrow(), cases);
}
