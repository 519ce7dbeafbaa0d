//! Silences: what they hold back and until when, what breaks a hold, and that nothing that fires is ever forgotten.

use std::collections::BTreeSet;

use domain::incident::{HoldOverWhy, Responsibility, StopReason, responsibility};
use domain::routing::route;
use domain::silence::{
    Choice, NotPossible, OverWhy, Silence, SilenceAnswer, SilenceEvent, SilenceRequest, Standing, changed,
    common_matchers, decide, decide_configuration, decide_due, over,
};
use domain::typed_time::End;

use super::*;

const ONE: IncidentId = IncidentId(1);

/// What the engine does around the decisions.
impl World {
    fn changes(&mut self, number: u32, event: SilenceEvent) {
        let before = self.silences.get(number).cloned();
        let (own, ..) = changed(number, before.as_deref(), vec![event], self.now).unwrap();
        self.silences.put(own);
    }

    /// Somebody proposes a silence and says yes; answers its number.
    pub(super) fn silence(&mut self, matchers: &str, minutes: i64, severity: Option<Severity>) -> Option<u32> {
        let end = End { until: None, lasts: Some(format!("{minutes}m")) };
        let request = SilenceRequest::Propose { matchers: matchers.into(), end, reason: "deploy".into(), severity };
        let (number, event) = decide(&self.world(), &rina(), &request, self.now).unwrap().events.pop()?;
        self.changes(number, event);
        let request = SilenceRequest::Confirm { number, choice: Choice::AsProposed };
        let (_, began) = decide(&self.world(), &rina(), &request, self.now).unwrap().events.pop()?;
        let SilenceEvent::Began { until, severity, alerts, incidents } = began else { panic!("{began:?}") };
        // Made for what it matches now.
        let own = self.silences.get(number).cloned().unwrap();
        let matching = self.alerts.iter().filter(|(key, known)| {
            known.fires() && own.matches(&self.said[*key], &route(&self.setup, &self.said[*key]))
        });
        let worst = matching.flat_map(|(key, known)| {
            let of = known.incident.map(|id| &self.incidents[&id]).filter(|of| of.status.is_open());
            [Some(route(&self.setup, &self.said[key]).severity), of.map(|of| of.severity)].into_iter().flatten()
        });
        let severity = severity.or(worst.min());
        self.changes(number, SilenceEvent::Began { until, severity, alerts, incidents });
        self.marks();
        self.hold_what_is_left();
        Some(number)
    }

    /// What holds each alert back that fires.
    fn marks(&mut self) {
        let world = self.world();
        let keys: Vec<DedupKey> =
            self.alerts.iter().filter(|(_, known)| known.fires()).map(|(key, _)| key.clone()).collect();
        for key in keys {
            let report = self.said[&key].clone();
            let Some(silence) = world.silences().holding(&report, || route(&self.setup, &report)) else { continue };
            let over = self.alerts[&key].incident.filter(|id| !self.incidents[id].status.is_open());
            if let Some(from) = over {
                let fact = Fact::AlertSilenced { alert: key.clone(), silence };
                let events = self.decide(&Input::Fact { incident: &self.incidents[&from], fact: &fact }).unwrap();
                self.add(from, events);
            }
            let known = self.alerts.get_mut(&key).unwrap();
            known.silence = Some(silence);
            known.incident = known.incident.filter(|_| over.is_none());
        }
    }

    pub(super) fn hold_what_is_left(&mut self) {
        if self.silences.running().next().is_none() {
            return;
        }
        let open: Vec<IncidentId> = self.incidents.values().filter(|i| i.status.is_open()).map(|i| i.id).collect();
        for id in open {
            let firing = self.alerts.values().filter(|known| known.fires() && known.incident == Some(id));
            let by: Option<BTreeSet<u32>> = firing.map(|known| known.silence).collect();
            let Some(silences) = by.filter(|by| !by.is_empty() && self.incidents[&id].held_back.is_none()) else {
                continue;
            };
            let fact = Fact::AllSilenced { silences };
            let events = self.decide(&Input::Fact { incident: &self.incidents[&id], fact: &fact }).unwrap();
            if !events.is_empty() {
                self.add(id, events);
            }
        }
    }

    pub(super) fn silence_due(&mut self, number: u32) {
        let own = self.silences.get(number).cloned().unwrap();
        match decide_due(&own, 1, self.now).expect("a timer that is due does something") {
            SilenceEvent::Over { why, .. } => self.silence_ends(number, why),
            event => self.changes(number, event),
        }
    }

    pub(super) fn unsilence(&mut self, number: u32) {
        let decided = decide(&self.world(), &budi(), &SilenceRequest::End { number }, self.now).unwrap();
        for (number, event) in decided.events {
            let SilenceEvent::Over { why, .. } = event else { panic!("{event:?}") };
            self.silence_ends(number, why);
        }
    }

    pub(super) fn keeps_silences(&mut self) {
        let known: Vec<_> = self.silences.known().cloned().collect();
        for own in known {
            if let Some(SilenceEvent::Over { why, .. }) = decide_configuration(&self.world(), &own) {
                self.silence_ends(own.number, why);
            }
        }
        self.releases(None);
    }

    fn silence_ends(&mut self, number: u32, why: OverWhy) {
        let ran = self.silences.holds(number);
        self.changes(number, over(why));
        if ran {
            self.releases(Some(number));
        }
    }

    /// What no silence holds back any more is decided anew.
    fn releases(&mut self, ended: Option<u32>) {
        let world = self.world();
        let mut keys: Vec<DedupKey> = self
            .alerts
            .iter()
            .filter(|(_, known)| known.fires() && known.silence.is_some())
            .map(|(key, _)| key.clone())
            .collect();
        keys.sort();
        let mut broken = BTreeSet::new();
        for key in keys {
            let (known, report) = (self.alerts[&key].clone(), self.said[&key].clone());
            if ended.is_some() && known.silence != ended {
                continue;
            }
            let holds = world.silences().holding(&report, || route(&self.setup, &report));
            self.alerts.get_mut(&key).unwrap().silence = holds;
            let open = known.incident.filter(|id| self.incidents[id].status.is_open());
            match (open, holds) {
                (_, Some(_)) => {}
                (Some(id), None) => drop(broken.insert(id)),
                (None, None) => drop(self.passes_stages_again(&report, true)),
            }
        }
        let held: Vec<IncidentId> = self.incidents.values().filter(|i| i.held_back.is_some()).map(|i| i.id).collect();
        for id in held {
            let silences = self.incidents[&id].held_back.as_ref().unwrap().silences.clone();
            let Some(gone) = silences
                .iter()
                .find(|number| !world.silences().holds(**number))
                .copied()
                .or(broken.get(&id).and(ended.or(Some(0))))
            else {
                continue;
            };
            let firing = self.alerts.values().filter(|known| known.fires() && known.incident == Some(id));
            let by: Option<BTreeSet<u32>> = firing.map(|known| known.silence).collect();
            let mut events = Vec::new();
            if let Some(silences) = by.filter(|_| !broken.contains(&id)) {
                let fact = Fact::AllSilenced { silences };
                events = self.decide(&Input::Fact { incident: &self.incidents[&id], fact: &fact }).unwrap();
            }
            if events.is_empty() {
                let fact = Fact::SilenceOver { silence: gone };
                events = self.decide(&Input::Fact { incident: &self.incidents[&id], fact: &fact }).unwrap();
            }
            self.add(id, events);
        }
    }

    fn is(&self) -> Responsibility {
        responsibility(self.one(), &self.world(), self.now)
    }
}

/// Every alert that fires is in an open incident, or waits for the end of a silence, or for the time after which it opens its
/// incident again. What is held back has nothing but silenced alerts.
pub(super) fn every_firing_alert_has_somebody(w: &World) -> Result<(), String> {
    for (key, known) in w.alerts.iter().filter(|(_, known)| known.fires()) {
        let of = known.incident.map(|id| &w.incidents[&id]);
        let held = known.silence.is_some_and(|number| w.silences.holds(number));
        let somebody = match of {
            Some(incident) if incident.status.is_open() => known.silence.is_none() || held,
            // Closed as no incident, or merged: a repetition opens a new one.
            Some(incident) => {
                held || timers(incident).iter().any(|(kind, _)| *kind == TimerKind::FiresOn)
                    || incident.merged_into.is_some()
            }
            None => held,
        };
        if !somebody {
            return Err(format!("{key:?} fires and nobody will hear of it: {known:#?} {of:#?}"));
        }
        if known.silence.is_none() && of.is_some_and(|of| of.held_back.is_some()) {
            return Err(format!("{key:?} is not silenced, and its incident is held back: {of:#?}"));
        }
    }
    Ok(())
}

fn answer(w: &World, by: &Actor, request: &SilenceRequest) -> SilenceAnswer {
    decide(&w.world(), by, request, w.now).unwrap().answer
}

/// Pressed twice, it adds two hours once.
#[test]
fn the_question_whether_it_ends_is_answered_once() {
    let mut w = World::new();
    w.fires("checkout", "warning");
    let number = w.silence(r#"service="checkout""#, 120, None).unwrap();
    let extend = SilenceRequest::ExtendAsked { number };
    assert!(matches!(answer(&w, &rina(), &extend), SilenceAnswer::NotPossible(NotPossible::ExtendedAlready { .. })));
    w.changes(number, SilenceEvent::Asked { alerts: 1 });
    let (_, event) = decide(&w.world(), &rina(), &extend, w.now).unwrap().events.pop().unwrap();
    assert!(
        matches!(&event, SilenceEvent::Extended { until, .. } if *until == w.now + jiff::SignedDuration::from_hours(4))
    );
    w.changes(number, event);
    assert!(matches!(answer(&w, &rina(), &extend), SilenceAnswer::NotPossible(NotPossible::ExtendedAlready { .. })));
}

fn proposes(matchers: &str, lasts: &str) -> SilenceRequest {
    let end = End { until: None, lasts: Some(lasts.into()) };
    SilenceRequest::Propose { matchers: matchers.into(), end, reason: "deploy".into(), severity: None }
}

/// prometheus/alertmanager issues 1897 and 3905: an unused label, or an empty one, silenced everything.
#[test]
fn what_would_match_everything_is_refused_and_so_is_what_never_ends() {
    let w = World::new();
    for all in [
        "",
        "   ",
        "{}",
        r#"example!~"silence1.+""#,
        r#"alertname=~".*""#,
        r#"alertname=~".+""#,
        r#"alertname!="""#,
        r#"severity!="info""#,
        r#"alertname=~".+", job=~".*", team!="x""#,
    ] {
        let refused = answer(&w, &budi(), &proposes(all, "2h"));
        assert_eq!(refused, SilenceAnswer::NotPossible(NotPossible::Everything), "{all}");
    }
    for bad in ["checkout", r#"service="checkout"#, r#"service=~"(""#, r#"="x""#] {
        let refused = answer(&w, &budi(), &proposes(bad, "2h"));
        assert!(matches!(refused, SilenceAnswer::NotPossible(NotPossible::BadMatcher { .. })), "{bad}: {refused:?}");
    }
    for (end, too_long) in [("169h", true), ("soon", false), ("-2h", false), ("0h", false)] {
        let refused = answer(&w, &budi(), &proposes(r#"service="checkout""#, end));
        let SilenceAnswer::NotPossible(why) = &refused else { panic!("{end}: {refused:?}") };
        assert_eq!(matches!(why, NotPossible::TooLong { .. }), too_long, "{end}: {why:?}");
    }
    let never = SilenceRequest::Propose {
        matchers: r#"service="checkout""#.into(),
        end: End::default(),
        reason: "x".into(),
        severity: None,
    };
    assert!(matches!(answer(&w, &budi(), &never), SilenceAnswer::NotPossible(NotPossible::Time(_))));
    let why = SilenceRequest::Propose {
        matchers: r#"service="checkout""#.into(),
        end: End { until: None, lasts: Some("2h".into()) },
        reason: "  ".into(),
        severity: None,
    };
    assert_eq!(answer(&w, &budi(), &why), SilenceAnswer::NotPossible(NotPossible::NoReason));
    let refused = decide(&w.world(), &actor("sari", Access::Page), &proposes(r#"service="checkout""#, "2h"), w.now);
    assert!(matches!(refused, Err(Refusal::NotAllowed { needs: Access::Responder, .. })));
}

#[test]
fn conditions_are_read_as_alertmanager_shows_them_and_a_comma_in_quotes_parts_nothing() {
    let w = World::new();
    for (typed, kept) in [
        (r#"{service="checkout", alertname=~"A|B"}"#, vec![r#"service="checkout""#, r#"alertname=~"A|B""#]),
        ("service=checkout\nenv!=\"dev\"", vec![r#"service="checkout""#, r#"env!="dev""#]),
        (r#"alertname="a, \"b\", c""#, vec![r#"alertname="a, \"b\", c""#]),
    ] {
        let answer = answer(&w, &budi(), &proposes(typed, "2h"));
        let SilenceAnswer::Proposed { terms, .. } = &answer else { panic!("{typed}: {answer:?}") };
        assert_eq!(terms.matchers, kept, "{typed}");
    }
}

#[test]
fn a_service_is_named_by_its_label_or_by_routing_and_excluded_by_both() {
    let mut w = World::new();
    // The label says cart; routing knows it as checkout.
    w.report("cart", "critical", "Errors", AlertStatus::Firing);
    let (key, report) = w.said.iter().next().map(|(key, report)| (key.clone(), report.clone())).unwrap();
    let matches = |text: &str| {
        let events = decide(&w.world(), &budi(), &proposes(text, "2h"), w.now).unwrap().events;
        let [(number, event)] = events.as_slice() else { panic!("{text}") };
        let (own, ..) = changed(*number, None, vec![event.clone()], w.now).unwrap();
        own.matches(&report, &route(&w.setup, &report))
    };
    for yes in
        [r#"service="cart""#, r#"service="checkout""#, r#"integration="am""#, r#"integration="am", service=~"check.*""#]
    {
        assert!(matches(yes), "{yes} {key:?}");
    }
    for no in [
        r#"service="search""#,
        r#"integration="am", service!="checkout""#,
        r#"integration="am", service!="cart""#,
        r#"integration="other""#,
    ] {
        assert!(!matches(no), "{no}");
    }
}

#[test]
fn a_silence_stops_what_rings_and_at_its_end_the_policy_begins_anew() {
    let mut w = World::new();
    w.fires("checkout", "critical");
    let number = w.silence(r#"service="checkout""#, 60, None).unwrap();
    let held = w.one().held_back.clone().unwrap();
    assert_eq!(
        (held.by.name.as_str(), held.reason.as_str(), held.silences),
        ("rina", "deploy", BTreeSet::from([number]))
    );
    assert!(matches!(w.one().pages[0].end, Some((PageEnd::Silenced { .. }, _))));
    let stopped = w.history[&ONE].iter().any(|e| e.event == Event::EscalationStopped { reason: StopReason::Silenced });
    assert!(stopped && !w.has_timer(TimerKind::EscalationStep));
    let Responsibility::HeldBack { owner, until } = w.is() else { panic!("{:?}", w.is()) };
    assert_eq!((owner.name.as_str(), until), ("rina", w.now + jiff::SignedDuration::from_mins(60)));
    w.passes(59);
    assert_eq!(w.paged(), ["budi"]);
    assert_eq!(w.fires("checkout", "critical"), "repeated", "it is silenced and part of what is open");
    w.passes(1);
    assert_eq!(w.paged(), ["budi", "budi"]);
    assert!(w.history[&ONE].iter().any(|e| e.event == Event::HoldOver { why: HoldOverWhy::Over { silence: number } }));
    w.passes(5);
    assert_eq!(w.paged(), ["budi", "budi", "rina"], "and goes on");
}

/// elastic/kibana issue 215634, roxy-wi/IncidentRelay issue 41, prometheus/alertmanager issue 2896: what began meanwhile and still
/// fires at the end is heard, without a word of its sender.
#[test]
fn what_began_under_a_silence_opens_at_its_end_if_it_still_fires_and_not_if_it_is_over() {
    let mut w = World::new();
    w.silence(r#"service="checkout""#, 60, None).unwrap();
    assert_eq!(w.fires("checkout", "critical"), "silenced");
    assert_eq!(w.report("checkout", "critical", "Slow", AlertStatus::Firing), "silenced");
    assert_eq!(w.fires("checkout", "critical"), "silenced");
    assert_eq!(w.fires("search", "critical"), "opened", "others ring");
    w.report("checkout", "critical", "Slow", AlertStatus::Resolved);
    assert_eq!(w.incidents.len(), 1);
    w.passes(60);
    assert_eq!(w.incidents.len(), 2);
    let second = &w.incidents[&IncidentId(2)];
    assert_eq!((second.service.as_deref(), second.alert_counts()), (Some("checkout"), (1, 0)));
    assert_eq!(second.open_pages().count(), 1);
    every_firing_alert_has_somebody(&w).unwrap();
}

#[test]
fn somebody_ends_it_or_its_owner_leaves_the_configuration_and_it_rings_at_once() {
    let mut w = World::new();
    let number = w.silence(r#"service="checkout""#, 60, None).unwrap();
    w.fires("checkout", "critical");
    w.unsilence(number);
    assert_eq!(w.paged(), ["budi"]);
    let mut w = World::new();
    w.silence(r#"service="checkout""#, 60, None).unwrap();
    w.fires("checkout", "critical");
    assert!(w.incidents.is_empty());
    w.setup.people.remove(&PersonId::from("rina"));
    w.keeps_silences();
    assert_eq!(w.paged(), ["budi"]);
    assert_eq!(w.silences.known().count(), 0);
}

/// grafana/oncall issue 2951: what comes into a group that was silenced was silenced, too.
#[test]
fn a_new_alert_that_no_silence_matches_breaks_the_hold_and_it_is_held_back_again_when_that_is_over() {
    let mut w = World::new();
    w.fires("checkout", "warning");
    w.silence(r#"service="checkout", alertname="Errors""#, 60, None).unwrap();
    assert!(w.one().held_back.is_some());
    assert_eq!(w.report("checkout", "warning", "Slow", AlertStatus::Firing), "joined");
    assert_eq!(w.paged(), ["budi", "budi"]);
    assert!(w.history[&ONE].iter().any(|e| e.event == Event::HoldOver { why: HoldOverWhy::NotSilenced }));
    w.report("checkout", "warning", "Slow", AlertStatus::Resolved);
    assert!(w.one().held_back.is_some() && w.one().open_pages().count() == 0);
    w.passes(60);
    assert_eq!(w.paged(), ["budi", "budi", "budi"]);
}

#[test]
fn a_worse_severity_breaks_the_hold_unless_the_silence_was_made_for_it() {
    let mut w = World::new();
    w.fires("checkout", "warning");
    w.silence(r#"service="checkout""#, 60, None).unwrap();
    assert_eq!(w.fires("checkout", "critical"), "repeated");
    assert_eq!((w.one().severity, w.paged().len()), (Severity::Sev1, 2), "the same alert says worse");
    assert!(w.one().held_back.is_none());
    every_firing_alert_has_somebody(&w).unwrap();

    let mut w = World::new();
    w.fires("checkout", "warning");
    w.silence(r#"service="checkout""#, 60, None).unwrap();
    assert_eq!(w.report("checkout", "critical", "Slow", AlertStatus::Firing), "joined", "another one is worse");
    assert_eq!(w.paged().len(), 2);

    let mut w = World::new();
    w.fires("checkout", "warning");
    w.silence(r#"service="checkout""#, 60, Some(Severity::Sev1)).unwrap();
    assert_eq!(w.fires("checkout", "critical"), "repeated");
    assert_eq!(w.report("checkout", "critical", "Slow", AlertStatus::Firing), "silenced");
    assert_eq!((w.one().severity, w.paged().len()), (Severity::Sev1, 1));
    assert!(w.one().held_back.is_some());

    let mut w = World::new();
    w.fires("checkout", "warning");
    w.silence(r#"service="checkout""#, 60, None).unwrap();
    w.does(&budi(), &Command::SetSeverity { to: Severity::Sev1, reason: None }).unwrap();
    assert_eq!(w.paged().len(), 2, "a person raises it");
    w.hold_what_is_left();
    assert!(w.one().held_back.is_none());
}

#[test]
fn whoever_has_it_keeps_it_is_not_asked_meanwhile_and_is_rung_at_the_end() {
    let mut w = World::new();
    w.fires("checkout", "warning");
    w.does(&budi(), &Command::Acknowledge).unwrap();
    w.silence(r#"service="checkout""#, 300, None).unwrap();
    assert!(matches!(w.is(), Responsibility::HeldBack { .. }));
    w.passes(299);
    assert!(!w.posts().iter().any(|post| matches!(post, (Event::AckQuestioned { .. }, _))));
    assert_eq!(w.paged(), ["budi"]);
    w.passes(1);
    assert_eq!(w.paged(), ["budi", "budi"], "asked for a sign");
    assert!(matches!(w.is(), Responsibility::Held { .. }));
    w.passes(5);
    assert_eq!(w.paged(), ["budi", "budi", "rina"], "no sign: the policy goes on");
}

#[test]
fn nothing_fires_any_more_so_it_is_calm_and_what_fires_again_is_held_back() {
    let mut w = World::new();
    w.fires("checkout", "critical");
    w.silence(r#"service="checkout""#, 60, None).unwrap();
    w.resolves("checkout", "critical");
    assert!(matches!(w.is(), Responsibility::Calm { .. }));
    assert_eq!(w.fires("checkout", "critical"), "silenced");
    w.passes(10);
    assert_eq!(w.one().status, IncidentStatus::Resolved);
    w.passes(50);
    assert_eq!(w.incidents.len(), 2);
    every_firing_alert_has_somebody(&w).unwrap();
}

#[test]
fn a_person_ends_what_is_held_back_and_the_end_of_the_silence_still_counts() {
    let mut w = World::new();
    w.fires("checkout", "critical");
    w.silence(r#"service="checkout""#, 180, None).unwrap();
    w.does(&budi(), &Command::Resolve { fixed: "x".into() }).unwrap();
    every_firing_alert_has_somebody(&w).unwrap();
    w.passes(90);
    assert_eq!(w.one().status, IncidentStatus::Resolved, "what fires on is silenced");
    every_firing_alert_has_somebody(&w).unwrap();
    w.passes(90);
    assert_eq!(w.incidents.len(), 2);
    assert_eq!(w.incidents[&IncidentId(2)].open_pages().count(), 1);
}

#[test]
fn two_silences_hold_it_until_the_last_is_over() {
    let mut w = World::new();
    w.fires("checkout", "critical");
    w.report("checkout", "critical", "Slow", AlertStatus::Firing);
    w.silence(r#"service="checkout", alertname="Errors""#, 30, None).unwrap();
    assert!(w.one().held_back.is_none(), "one of two alerts is silenced");
    w.silence(r#"service="checkout""#, 60, None).unwrap();
    assert!(w.one().held_back.is_some());
    w.passes(45);
    let Responsibility::HeldBack { until, .. } = w.is() else { panic!("{:?}", w.is()) };
    assert_eq!(until, w.now + jiff::SignedDuration::from_mins(15));
    assert_eq!(w.paged(), ["budi"]);
    w.passes(15);
    assert_eq!(w.paged(), ["budi", "budi"]);
}

#[test]
fn merging_never_turns_a_ringing_into_silence() {
    let mut w = World::new();
    w.fires("checkout", "warning");
    w.silence(r#"service="checkout""#, 60, None).unwrap();
    w.fires("search", "warning");
    let input = Input::Merge { from: &w.incidents[&IncidentId(2)], into: w.one(), by: &rina() };
    let merged = domain::decide(&w.world(), &input, w.now).accepted().unwrap();
    for of in merged {
        w.add(of.incident.unwrap(), of.events);
    }
    assert!(w.one().held_back.is_none());
    assert_eq!(w.paged().len(), 2);
}

#[test]
fn the_owner_is_asked_before_the_end_and_anew_after_more_time() {
    let mut w = World::new();
    w.fires("checkout", "critical");
    let number = w.silence(r#"service="checkout""#, 300, None).unwrap();
    let asked = |w: &World| w.silences.get(number).unwrap().asked;
    w.passes(284);
    assert!(!asked(&w));
    w.passes(1);
    assert!(asked(&w), "a quarter of an hour before");
    let extend = SilenceRequest::Extend { number, end: End { until: None, lasts: Some("2h".into()) } };
    let (_, event) = decide(&w.world(), &budi(), &extend, w.now).unwrap().events.pop().unwrap();
    w.changes(number, event);
    assert!(!asked(&w));
    let own = w.silences.get(number).unwrap();
    assert_eq!(own.until(), Some(w.now + jiff::SignedDuration::from_mins(135)), "added to the end it had");
    let earlier = SilenceRequest::Extend { number, end: End { until: Some("today 08:10".into()), lasts: None } };
    assert!(matches!(answer(&w, &budi(), &earlier), SilenceAnswer::NotPossible(_)));
    // A short one: a tenth of its time before.
    let short = w.silence(r#"service="search""#, 10, None).unwrap();
    assert_eq!(w.silences.get(short).unwrap().due(), Some(w.now + jiff::SignedDuration::from_mins(9)));
}

#[test]
fn a_proposal_silences_nothing_is_its_askers_own_and_is_forgotten() {
    let mut w = World::new();
    let (number, event) =
        decide(&w.world(), &budi(), &proposes(r#"service="checkout""#, "2h"), w.now).unwrap().events.pop().unwrap();
    w.changes(number, event);
    assert_eq!(w.fires("checkout", "critical"), "opened");
    let yes = SilenceRequest::Confirm { number, choice: Choice::AsProposed };
    assert_eq!(answer(&w, &rina(), &yes), SilenceAnswer::NotPossible(NotPossible::NoProposal));
    assert!(matches!(answer(&w, &budi(), &yes), SilenceAnswer::Began { .. }));
    assert!(matches!(
        answer(&w, &budi(), &SilenceRequest::End { number }),
        SilenceAnswer::NotPossible(NotPossible::NoSilence { .. })
    ));
    w.passes(15);
    assert!(w.silences.get(number).is_none());
    assert_eq!(answer(&w, &budi(), &yes), SilenceAnswer::NotPossible(NotPossible::NoProposal));
}

#[test]
fn a_silence_is_the_sum_of_its_events_and_moves_with_the_clock() {
    let mut w = World::new();
    let number = w.silence(r#"service="checkout""#, 60, None).unwrap();
    let before = w.silences.get(number).cloned().unwrap();
    let (moved, ..) =
        changed(number, Some(&before), vec![SilenceEvent::ClockSet { by_ms: -7_200_000 }], w.now).unwrap();
    let by = jiff::SignedDuration::from_hours(2);
    assert_eq!(moved.until(), before.until().map(|until| until - by));
    assert!(matches!(moved.standing, Standing::Runs { since, .. } if since == w.now - by));
    let stored = r#"{"kind":"proposed","by":{"user":7,"name":"Rina","person":"rina","access":"responder"},"terms":{"matchers":["service=\"checkout\""],"reason":"deploy"},"expires":"2026-03-02T03:15:00Z"}"#;
    let event: SilenceEvent = serde_json::from_str(stored).unwrap();
    assert!(Silence::replay(3, &[EventAt { seq: 1, at: w.now, event }]).is_some());
    assert!(Silence::replay(3, &[EventAt { seq: 1, at: w.now, event: over(OverWhy::Time) }]).is_none());
}

#[test]
fn the_card_proposes_what_all_its_alerts_have_in_common() {
    let mut w = World::new();
    w.fires("checkout", "critical");
    let common = |w: &World| {
        let mut reports: Vec<_> = w.said.values().collect();
        reports.sort_by(|a, b| a.dedup_key.cmp(&b.dedup_key));
        common_matchers(reports.into_iter().map(|report| (report, Some("checkout"))))
    };
    assert_eq!(common(&w), [r#"alertname="Errors""#, r#"service="checkout""#]);
    w.report("checkout", "warning", "Slow", AlertStatus::Firing);
    assert_eq!(common(&w), [r#"service="checkout""#]);
    assert!(common_matchers([]).is_empty());
}
