//! Episodes: what fires and ends, told apart by its beginning.

use super::*;
use domain::Sender;
use domain::episode::{Episode, LATE_FOR};

const THREE: &str = "2026-03-02T03:00:00Z";
const FOUR: &str = "2026-03-02T04:00:00Z";

impl World {
    /// Alertmanager `am` tells of an alert of checkout that began then.
    fn am(&mut self, status: AlertStatus, began: &str, severity: &str, title: &str) -> &'static str {
        self.am_of("http://am-0:9093", status, began, severity, title)
    }

    fn am_of(&mut self, sender: &str, status: AlertStatus, began: &str, severity: &str, title: &str) -> &'static str {
        let labels = [("service", "checkout"), ("severity", severity), ("alertname", "Errors")];
        self.hears(AlertReport {
            title: title.to_owned(),
            labels: labels.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect::<Labels>(),
            starts_at: Some(began.parse().unwrap()),
            status,
            sender: Some(Sender { url: Some(sender.to_owned()), ..Sender::default() }),
            ..blank()
        })
    }

    fn status(&self, id: u32) -> IncidentStatus {
        self.incidents[&IncidentId(id)].status
    }

    fn pages_of(&self, id: u32) -> usize {
        self.incidents[&IncidentId(id)].pages.len()
    }

    fn resolve(&mut self) {
        self.does(&budi(), &Command::Resolve { fixed: "restarted".into() }).unwrap();
    }
}

fn blank() -> AlertReport {
    AlertReport {
        integration: "am".into(),
        dedup_key: DedupKey("v1:am:aa01".into()),
        status: AlertStatus::Firing,
        title: "Errors".into(),
        body: None,
        labels: Labels::new(),
        value: None,
        links: Vec::new(),
        runbook_url: None,
        starts_at: None,
        origin: AlertOrigin::Http,
        severity: None,
        candidate: false,
        unmapped: None,
        drill: None,
        sender: None,
    }
}

use AlertStatus::{Firing, Resolved};

#[test]
fn a_firing_of_an_episode_whose_end_was_told_is_late_and_a_later_beginning_is_not() {
    let mut w = World::new();
    assert_eq!(w.am(Firing, THREE, "critical", "Errors"), "opened");
    assert_eq!(w.am(Resolved, THREE, "critical", "Errors"), "resolved");
    // Another replica, which had not heard the end.
    assert_eq!(w.am_of("http://am-1:9093", Firing, THREE, "critical", "Errors"), "late");
    assert_eq!(w.am_of("http://am-1:9093", Resolved, THREE, "critical", "Errors"), "nothing_firing");
    assert_eq!((w.pages_of(1), w.incidents.len()), (1, 1));
    w.passes(30);
    assert_eq!(w.am(Firing, "2026-03-02T03:30:00Z", "critical", "Errors"), "opened");
}

/// Two Prometheus servers see it begin 15 seconds apart, and their Alertmanager keeps the older beginning once it knows both.
#[test]
fn an_end_that_names_an_older_beginning_ends_what_began_before_it() {
    const SECONDS_LATER: &str = "2026-03-02T03:00:15Z";
    let mut w = World::new();
    let over = |w: &mut World, began: &str, ends: &str| {
        let sender = Sender {
            url: Some("http://am-0:9093".to_owned()),
            ends_at: Some(ends.parse().unwrap()),
            ..Sender::default()
        };
        w.hears(AlertReport {
            starts_at: Some(began.parse().unwrap()),
            status: Resolved,
            sender: Some(sender),
            ..blank()
        })
    };
    assert_eq!(w.am(Firing, SECONDS_LATER, "critical", "Errors"), "opened");
    // The end of an earlier firing, on its way for long.
    assert_eq!(over(&mut w, "2026-03-02T02:00:00Z", "2026-03-02T02:30:00Z"), "nothing_firing");
    w.passes(20);
    assert_eq!(over(&mut w, THREE, "2026-03-02T03:20:00Z"), "resolved");
}

#[test]
fn what_insists_on_its_old_beginning_for_an_hour_fires() {
    // A sender that always tells the same beginning must not be mute for ever.
    let mut w = World::new();
    w.am(Firing, THREE, "critical", "Errors");
    w.am(Resolved, THREE, "critical", "Errors");
    w.passes(59);
    assert_eq!(w.am(Firing, THREE, "critical", "Errors"), "late");
    w.passes(1);
    assert_eq!(LATE_FOR, jiff::SignedDuration::from_hours(1));
    assert_eq!(w.am(Firing, THREE, "critical", "Errors"), "opened");
}

#[test]
fn an_end_before_its_beginning_opens_nothing_and_its_beginning_does_not_either() {
    let mut w = World::new();
    assert_eq!(w.am(Resolved, THREE, "critical", "Errors"), "nothing_firing");
    assert_eq!(w.alerts.len(), 1, "the end is remembered");
    w.alerts.values_mut().for_each(|known| known.incident = None);
    let known = w.alerts.values().next().unwrap();
    let report = AlertReport { starts_at: Some(THREE.parse().unwrap()), ..blank() };
    assert!(known.late_since(&report, w.now).is_some());
    assert!(w.incidents.is_empty());
}

#[test]
fn after_a_person_ended_it_a_repetition_waits_and_a_later_beginning_opens_at_once() {
    let mut w = World::new();
    w.am(Firing, THREE, "critical", "Errors");
    w.does(&budi(), &Command::Acknowledge).unwrap();
    w.resolve();
    assert_eq!(w.am(Firing, THREE, "critical", "Errors"), "still_fires");
    assert_eq!(w.status(1), IncidentStatus::Resolved);
    assert_eq!(w.am(Firing, FOUR, "critical", "Errors"), "opened");
    assert_eq!(w.pages_of(2), 1);
    let reasons = w.incidents[&IncidentId(2)].reasons.as_ref().unwrap();
    assert_eq!(reasons.never_ended, Some(IncidentId(1)));
}

#[test]
fn alerts_that_fire_on_open_it_again_after_still_firing_after_whether_they_are_repeated_or_not() {
    let mut w = World::new();
    w.am(Firing, THREE, "critical", "Errors");
    w.does(&budi(), &Command::Acknowledge).unwrap();
    w.resolve();
    assert_eq!(w.incidents[&IncidentId(1)].still_firing(), 1);
    w.passes(59);
    assert_eq!((w.status(1), w.pages_of(1)), (IncidentStatus::Resolved, 1));
    w.passes(1);
    assert_eq!((w.status(1), w.pages_of(1)), (IncidentStatus::Triggered, 2));
    assert_eq!(w.am(Firing, THREE, "critical", "Errors"), "repeated");
    // Its end comes after all: nobody has it, and it closes by itself.
    assert_eq!(w.am(Resolved, THREE, "critical", "Errors"), "resolved");
    w.passes(11);
    assert_eq!(w.status(1), IncidentStatus::Resolved);
    w.passes(120);
    assert_eq!((w.status(1), w.incidents.len()), (IncidentStatus::Resolved, 1));
}

#[test]
fn an_end_that_comes_in_time_leaves_it_ended() {
    let mut w = World::new();
    w.am(Firing, THREE, "critical", "Errors");
    w.resolve();
    w.passes(20);
    assert_eq!(w.am(Resolved, THREE, "critical", "Errors"), "resolved");
    w.passes(120);
    assert_eq!((w.status(1), w.pages_of(1)), (IncidentStatus::Resolved, 1));
}

#[test]
fn two_senders_stand_beside_each_other_and_both_must_end() {
    let mut w = World::new();
    let (east, west) = ("http://east:9093", "http://west:9093");
    assert_eq!(w.am_of(east, Firing, THREE, "critical", "Errors"), "opened");
    assert_eq!(w.am_of(west, Firing, "2026-03-02T03:01:00Z", "critical", "Errors"), "repeated");
    assert_eq!(w.am_of(east, Resolved, THREE, "critical", "Errors"), "ended_one");
    assert!(!w.incidents[&IncidentId(1)].all_alerts_resolved());
    // A late word of the first does not begin it anew.
    assert_eq!(w.am_of(east, Firing, THREE, "critical", "Errors"), "late");
    assert_eq!(w.am_of(west, Resolved, "2026-03-02T03:01:00Z", "critical", "Errors"), "resolved");
    assert!(w.incidents[&IncidentId(1)].all_alerts_resolved());
}

#[test]
fn a_pair_that_tells_the_same_beginning_is_one_sender() {
    let mut w = World::new();
    w.am_of("http://am-0:9093", Firing, THREE, "critical", "Errors");
    assert_eq!(w.am_of("http://am-1:9093", Firing, THREE, "critical", "Errors"), "repeated");
    assert_eq!(w.am_of("http://am-1:9093", Resolved, THREE, "critical", "Errors"), "resolved");
    assert!(w.incidents[&IncidentId(1)].all_alerts_resolved());
}

#[test]
fn a_later_beginning_of_the_same_sender_replaces_the_older_one_and_rings_nobody_while_it_is_open() {
    let mut w = World::new();
    w.am(Firing, THREE, "critical", "Errors");
    w.does(&budi(), &Command::Acknowledge).unwrap();
    w.passes(5);
    assert_eq!(w.am(Firing, "2026-03-02T03:05:00Z", "critical", "Errors"), "repeated");
    assert_eq!((w.status(1), w.pages_of(1)), (IncidentStatus::Acknowledged, 1));
    // The end of the older one, which was on its way, ends nothing.
    assert_eq!(w.am(Resolved, THREE, "critical", "Errors"), "nothing_firing");
    assert_eq!(w.am(Resolved, "2026-03-02T03:05:00Z", "critical", "Errors"), "resolved");
}

#[test]
fn a_worse_repetition_raises_and_pages_and_a_milder_one_is_only_shown() {
    let mut w = World::new();
    w.am(Firing, THREE, "info", "Queue age 4 min");
    assert_eq!(w.pages_of(1), 0);
    assert_eq!(w.am(Firing, THREE, "critical", "Queue age 31 min"), "repeated");
    let incident = w.incidents[&IncidentId(1)].clone();
    assert_eq!((incident.severity, incident.title.as_str()), (Severity::Sev1, "Queue age 31 min"));
    assert_eq!((incident.pages.len(), incident.alert_counts()), (1, (1, 0)));
    assert_eq!(incident.labels["severity"], "critical");
    w.am(Firing, THREE, "warning", "Queue age 9 min");
    let incident = w.incidents[&IncidentId(1)].clone();
    assert_eq!((incident.severity, incident.title.as_str()), (Severity::Sev1, "Queue age 9 min"));
    assert_eq!(incident.pages.len(), 1);
    // What says nothing new is no event.
    let before = incident.last_seq;
    w.am(Firing, THREE, "warning", "Queue age 9 min");
    assert_eq!(w.incidents[&IncidentId(1)].last_seq, before);
}

#[test]
fn a_sender_is_stale_after_three_of_its_intervals_and_only_when_it_was_seen_repeating() {
    let at = |minutes: i64| THREE.parse::<Timestamp>().unwrap() + jiff::SignedDuration::from_mins(minutes);
    let report = AlertReport { starts_at: Some(at(0)), ..blank() };
    let mut known = KnownAlert::default();
    known.heard(&report, None, at(0));
    assert_eq!(known.stale_from(), None);
    // A replica's word, seconds later, is no repetition.
    known.heard(&report, None, at(0) + jiff::SignedDuration::from_secs(10));
    known.heard(&report, None, at(5));
    assert_eq!((known.repeated, known.stale_from()), (1, None));
    known.heard(&report, None, at(10));
    assert_eq!(known.stale_from(), Some(at(25)));
    known.heard(&AlertReport { status: Resolved, ..report.clone() }, None, at(11));
    assert_eq!(known.stale_from(), None);
    // The next episode is measured anew.
    known.heard(&AlertReport { starts_at: Some(at(60)), ..report }, None, at(60));
    assert_eq!((known.repeated, known.stale_from()), (0, None));
}

#[test]
fn a_chat_line_has_no_beginning() {
    let line = AlertReport {
        starts_at: Some(THREE.parse().unwrap()),
        origin: AlertOrigin::Chat {
            channel: domain::ChatChannelId(1),
            message: domain::ChatMessageId(2),
            author: "monitor".into(),
            author_id: domain::ChatUserId(3),
            by_bot: true,
        },
        ..blank()
    };
    assert_eq!(Episode::of(&line), Episode { sender: 0, starts_at: None });
}

#[test]
fn an_alert_that_goes_on_elsewhere_is_not_waited_for_where_it_was() {
    let mut w = World::new();
    w.am(Firing, THREE, "critical", "Errors");
    assert_eq!(w.report("checkout", "critical", "Slow", Firing), "joined");
    w.resolve();
    assert_eq!(w.incidents[&IncidentId(1)].still_firing(), 2);
    // One begins anew and opens the next incident; the other joins that one with its next repetition.
    assert_eq!(w.am(Firing, FOUR, "critical", "Errors"), "opened");
    assert_eq!(w.incidents[&IncidentId(1)].still_firing(), 1);
    assert_eq!(w.report("checkout", "critical", "Slow", Firing), "joined");
    assert_eq!(w.incidents[&IncidentId(1)].still_firing(), 0);
    assert!(timers(&w.incidents[&IncidentId(1)]).iter().all(|(kind, _)| *kind != TimerKind::FiresOn));
    w.am(Resolved, FOUR, "critical", "Errors");
    w.report("checkout", "critical", "Slow", Resolved);
    assert!(w.incidents[&IncidentId(2)].all_alerts_resolved());
}

#[test]
fn what_fires_on_goes_on_in_the_open_incident_of_its_group() {
    let mut w = World::new();
    w.am(Firing, THREE, "critical", "Errors");
    w.resolve();
    w.passes(10);
    assert_eq!(w.report("checkout", "critical", "Slow", Firing), "opened");
    w.passes(60);
    assert_eq!(w.status(1), IncidentStatus::Resolved);
    assert_eq!(w.incidents[&IncidentId(2)].alert_counts(), (2, 0));
    w.am(Resolved, THREE, "critical", "Errors");
    assert_eq!(w.incidents[&IncidentId(2)].alert_counts(), (1, 1));
}

#[test]
fn where_each_report_stopped_and_why_is_part_of_the_decision() {
    let mut w = World::new();
    let at = |text: &str| Some(text.parse().unwrap());
    let identify = |reason| Some((Stage::Identify, Some(reason)));
    assert_eq!(w.am(Resolved, FOUR, "critical", "Errors"), "nothing_firing");
    assert_eq!(w.stopped, identify(Reason::NeverFired));
    w.alerts.clear();

    assert_eq!(w.am(Firing, THREE, "critical", "Errors"), "opened");
    assert_eq!(w.stopped, Some((Stage::Open, None)));
    assert_eq!(w.am(Firing, THREE, "critical", "Errors"), "repeated");
    assert_eq!(w.stopped, identify(Reason::Repetition));
    assert_eq!(w.am_of("http://am-1:9093", Firing, FOUR, "critical", "Errors"), "repeated");
    assert_eq!(w.alerts.values().next().unwrap().beginnings(), 2);
    assert_eq!(w.am(Resolved, THREE, "critical", "Errors"), "ended_one");
    assert_eq!(w.stopped, identify(Reason::OneSenderEnded { others: 1 }));
    assert_eq!(w.am(Resolved, THREE, "critical", "Errors"), "nothing_firing");
    assert_eq!(w.stopped, identify(Reason::OtherBeginning { fires_since: at(FOUR) }));
    let told_at = w.now;
    assert_eq!(w.am_of("http://am-1:9093", Resolved, FOUR, "critical", "Errors"), "resolved");
    assert_eq!(w.stopped, identify(Reason::End));
    w.passes(1);
    assert_eq!(w.am(Firing, FOUR, "critical", "Errors"), "late");
    assert_eq!(w.stopped, identify(Reason::LateDuplicate { told_at }));
    assert_eq!(w.am(Resolved, FOUR, "critical", "Errors"), "nothing_firing");
    assert_eq!(w.stopped, identify(Reason::AlreadyOver { told_at: Some(told_at) }));
}

#[test]
fn later_stages_say_why_too() {
    let mut w = World::new();
    w.fires("checkout", "critical");
    w.report("checkout", "critical", "Latency", AlertStatus::Firing);
    assert_eq!(w.stopped, Some((Stage::Group, Some(Reason::OpenIncident))));
    w.resolve();
    let opens_at = w.now + jiff::SignedDuration::from_hours(1);
    assert_eq!(w.fires("checkout", "critical"), "still_fires");
    assert_eq!(w.stopped, Some((Stage::FiresOn, Some(Reason::EndedByPerson { opens_at }))));
    let report = AlertReport { candidate: true, ..blank() };
    assert_eq!(w.hears(report), "asked");
    assert_eq!(w.stopped, Some((Stage::Candidate, Some(Reason::Question))));
    let over = Drill { participants: vec!["dewi".into()], scenario: None, incident: Some(IncidentId(1)) };
    let report = AlertReport { drill: Some(over), ..blank() };
    assert_eq!(w.hears(report), "nothing_firing");
    assert_eq!(w.stopped, Some((Stage::Group, Some(Reason::DrillOver))));
}

/// What is stored is read by every later version: a name stays.
#[test]
fn a_reason_is_stored_by_a_name_that_stays() {
    let now = "2026-03-02T03:00:00Z".parse().unwrap();
    let all = [
        (Reason::Repetition, r#"{"code":"repetition"}"#),
        (Reason::LateDuplicate { told_at: now }, r#"{"code":"late_duplicate","told_at":"2026-03-02T03:00:00Z"}"#),
        (Reason::End, r#"{"code":"end"}"#),
        (Reason::OneSenderEnded { others: 2 }, r#"{"code":"one_sender_ended","others":2}"#),
        (Reason::RestOfGroup { alerts: 3 }, r#"{"code":"rest_of_group","alerts":3}"#),
        (Reason::NeverFired, r#"{"code":"never_fired"}"#),
        (Reason::AlreadyOver { told_at: None }, r#"{"code":"already_over","told_at":null}"#),
        (
            Reason::OtherBeginning { fires_since: Some(now) },
            r#"{"code":"other_beginning","fires_since":"2026-03-02T03:00:00Z"}"#,
        ),
        (Reason::OpenIncident, r#"{"code":"open_incident"}"#),
        (Reason::DrillOver, r#"{"code":"drill_over"}"#),
        (Reason::EndedByPerson { opens_at: now }, r#"{"code":"ended_by_person","opens_at":"2026-03-02T03:00:00Z"}"#),
        (Reason::FiredOn, r#"{"code":"fired_on"}"#),
        (Reason::Question, r#"{"code":"question"}"#),
        (Reason::Declined { by: "Budi".into() }, r#"{"code":"declined","by":"Budi"}"#),
    ];
    for (reason, text) in all {
        assert_eq!(serde_json::to_string(&reason).unwrap(), text);
        assert_eq!(serde_json::from_str::<Reason>(text).unwrap(), reason);
    }
    for stage in Stage::ALL {
        assert_eq!(Stage::parse(stage.as_str()), Some(stage));
    }
}
