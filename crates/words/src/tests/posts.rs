use domain::incident::{CategoryTrouble, Event, EventAt, LostWhy, PageEnd, StopReason};
use domain::routing::Why;
use domain::setup::{Language, RoomKind};
use domain::{Actor, Incident, IncidentId, PageId, PageVia, PersonId, Place, Severity, Thing, Timestamp};

use super::fixture::{EN, at, budi, incident, names, opening, rina, rule, setup, source};
use super::{in_both, table};
use crate::{PostFacts, post};

fn no_category(category: Option<&str>, trouble: CategoryTrouble) -> LostWhy {
    LostWhy::NoCategory { category: category.map(str::to_owned), trouble }
}

fn lost(thing: Thing, why: LostWhy) -> Event {
    Event::ThingLost { thing, why }
}

fn changed(from: Severity, to: Severity, by: Option<Actor>, reason: Option<&str>) -> Event {
    Event::SeverityChanged { from, to, by, reason: reason.map(str::to_owned), room: RoomKind::Channel, why: None }
}

fn declined(next: Option<&str>) -> Event {
    let end = PageEnd::Declined { person: Some("budi".into()), next: next.map(PersonId::from) };
    Event::PageEnded { page: PageId(1), end }
}

fn ended(policy: Option<&str>, gaps: &[&str]) -> Event {
    let gaps = gaps.iter().map(|gap| (*gap).to_owned()).collect();
    Event::EscalationEnded { policy: policy.map(str::to_owned), gaps, plan: None, again_at: None }
}

fn update(number: u32, by: Actor, know: &str, doing: &str, next: Option<Timestamp>) -> Event {
    Event::UpdatePosted { by, know: know.into(), doing: doing.into(), next, number: Some(number) }
}

fn resolved(by: Option<Actor>, fixed: Option<&str>) -> Event {
    Event::Resolved { by, fixed: fixed.map(str::to_owned), postmortem_due: None, report: None, fires_on_at: None }
}

fn mitigated() -> Event {
    Event::Mitigated { by: budi(), how: Some("traffic goes elsewhere".into()) }
}

fn dismissed() -> Event {
    Event::Dismissed { by: budi(), reason: "a load test".into(), fires_on_at: None }
}

fn note(by: Actor, text: &str, link: Option<&str>) -> Event {
    Event::Noted { by, text: text.into(), link: link.map(str::to_owned) }
}

/// What an event says in a place, at a minute, in an incident that `alter` made different.
fn said(event: Event, place: Place, minute: i64, alter: impl FnOnce(&mut Incident), lang: Language) -> String {
    let (mut incident, setup) = (incident(vec![]), setup());
    alter(&mut incident);
    let said = EventAt { seq: 9, at: at(minute), event };
    // Whether a promise still holds is asked of the incident.
    if matches!(said.event, Event::UpdatePosted { .. }) {
        incident.apply(&said);
    }
    let facts = PostFacts { incident: &incident, setup: &setup, other_room: None };
    post(&said, place, &facts, &names, lang)
}

#[test]
fn every_post_says_state_who_and_next_step() {
    in_both(|lang| {
        let opened = || opening().remove(0);
        let no_runbook = |incident: &mut Incident| (incident.why, incident.runbook) = (Why::NoRule, None);
        let acknowledged = |spared: Option<&str>| Event::Acknowledged {
            by: budi(),
            holds_ms: None,
            update_by: None,
            spared: spared.map(PersonId::from),
        };
        let help = PageEnd::Acknowledged { by: "Rina".into() };
        let closed_door = Event::ContactFailed {
            page: PageId(1),
            person: "budi".into(),
            via: PageVia::Direct,
            reason: None,
            unseen: None,
        };
        let refused = LostWhy::Refused { reason: "refused with 400 (code 30013)".into() };
        let missing = no_category(Some("Incidents"), CategoryTrouble::Missing);
        let several = no_category(Some("In_cidents"), CategoryTrouble::Several);
        let full = no_category(Some("Incidents"), CategoryTrouble::Full);
        let fires = |title: &str| Event::AlertFired {
            dedup_key: "v1:a:1".into(),
            title: title.into(),
            again: true,
            value: None,
            endless: false,
        };
        let (sev1, sev2, sev3) = (Severity::Sev1, Severity::Sev2, Severity::Sev3);
        let posts = [
            ("why", Place::Room, 1, opened()),
            ("why without runbook", Place::Room, 1, opened()),
            ("acknowledged", Place::Room, 1, acknowledged(Some("rina"))),
            ("acknowledged, nobody spared", Place::Room, 1, acknowledged(None)),
            ("help coming", Place::Room, 1, Event::PageEnded { page: PageId(1), end: help }),
            ("declined", Place::Room, 1, declined(Some("rina"))),
            ("declined, nobody left", Place::Room, 1, declined(None)),
            ("gaps", Place::Room, 1, ended(Some("payments"), &["payments", "login"])),
            ("policy ended", Place::PolicyEnd, 1, ended(Some("payments"), &["payments"])),
            ("no policy", Place::PolicyEnd, 1, ended(None, &[])),
            ("direct message failed", Place::Room, 1, closed_door),
            ("card deleted", Place::Room, 1, lost(Thing::Card, LostWhy::Deleted)),
            ("thread deleted", Place::Thread, 1, lost(Thing::Thread, LostWhy::Deleted)),
            ("channel deleted", Place::Room, 1, lost(Thing::Channel, LostWhy::Deleted)),
            ("channel refused", Place::Room, 1, lost(Thing::Channel, refused)),
            ("no category", Place::Room, 1, lost(Thing::Channel, no_category(None, CategoryTrouble::NotConfigured))),
            ("category missing", Place::Room, 1, lost(Thing::Channel, missing)),
            ("categories of one name", Place::Room, 1, lost(Thing::Channel, several)),
            ("category full", Place::Room, 1, lost(Thing::Channel, full)),
            ("still on it", Place::Room, 1, Event::AckQuestioned { until: at(5), why: None, holder: Some(budi()) }),
            (
                "acknowledgement expired",
                Place::Room,
                1,
                Event::AckExpired { holder: Some(budi()), removed: false, left: false },
            ),
            ("holder removed", Place::Room, 1, Event::AckExpired { holder: Some(budi()), removed: true, left: false }),
            ("acknowledgement withdrawn", Place::Room, 1, Event::AckWithdrawn { by: budi() }),
            ("raised", Place::Room, 1, changed(sev2, sev1, Some(budi()), Some("all of EU"))),
            ("raised by an alert", Place::Room, 1, changed(sev2, sev1, None, None)),
            ("lowered", Place::Room, 1, changed(sev1, sev3, Some(budi()), Some("one shop"))),
            ("escalation stopped", Place::Room, 1, Event::EscalationStopped { reason: StopReason::SeverityLowered }),
            ("commander", Place::Room, 1, Event::CommanderSet { commander: rina(), by: rina() }),
            ("commander by other", Place::Room, 1, Event::CommanderSet { commander: rina(), by: budi() }),
            ("update", Place::Thread, 1, update(1, rina(), "payments fail", "rolling back.", Some(at(30)))),
            ("last update", Place::Thread, 1, update(2, rina(), "a", "b", None)),
            ("update overdue", Place::Room, 1, Event::UpdateOverdue { whom: Some(budi()) }),
            ("update overdue, nobody", Place::Room, 1, Event::UpdateOverdue { whom: None }),
            ("note", Place::Room, 1, note(budi(), "rolling back 4.2\n# now", None)),
            ("note from a message", Place::Room, 1, note(budi(), "see", Some("https://discord.com/channels/1/2/3"))),
            ("all resolved", Place::Room, 1, Event::AllAlertsResolved { closes_at: None }),
            ("all resolved, untaken", Place::Room, 1, Event::AllAlertsResolved { closes_at: Some(at(10)) }),
            ("kept open", Place::Room, 1, Event::KeptOpen { by: budi() }),
            ("fires again", Place::Room, 1, fires("@everyone [x](https://evil.example)")),
            ("resolved", Place::Room, 21, resolved(Some(budi()), Some("rolled back 4.2"))),
            ("resolved without words", Place::Room, 65, resolved(Some(budi()), None)),
            ("resolved by itself", Place::Room, 1, resolved(None, None)),
            ("mitigated", Place::Room, 5, mitigated()),
            ("not mitigated", Place::Room, 6, Event::MitigationWithdrawn { by: rina() }),
            ("what is known", Place::Thread, 1, opened()),
            ("line: update", Place::Status, 1, update(1, rina(), "payments fail", "rolling back.", Some(at(30)))),
            ("line: overdue", Place::Status, 31, Event::UpdateOverdue { whom: Some(budi()) }),
            ("line: mitigated", Place::Status, 5, mitigated()),
            ("line: not mitigated", Place::Status, 6, Event::MitigationWithdrawn { by: rina() }),
            ("line: resolved", Place::Status, 41, resolved(Some(budi()), Some("rolled back 4.2"))),
            ("line: resolved without words", Place::Status, 41, resolved(Some(budi()), None)),
            ("line: resolved by itself", Place::Status, 41, resolved(None, None)),
            ("line: merged", Place::Status, 41, Event::MergedInto { into: IncidentId(9), by: budi() }),
            ("line: false alarm", Place::Status, 41, dismissed()),
            ("line: open again", Place::Status, 41, Event::Reopened { by: None, reason: None, fired_on: None }),
        ];
        insta::assert_snapshot!(table(posts.map(|(case, place, minute, event)| {
            let alter = |incident: &mut Incident| {
                if case == "why without runbook" {
                    no_runbook(incident)
                }
            };
            (case, said(event, place, minute, alter, lang))
        })));
    });
}

#[test]
fn long_texts_of_people_are_cut_visibly_and_fit_a_message() {
    in_both(|lang| {
        let long = "*".repeat(1_500);
        let by = || Actor { name: "*".repeat(1_500), ..budi() };
        let url = format!("https://x.example/{}", "a".repeat(400));
        let posts = [
            update(9_999, by(), &long, &long, Some(at(1))),
            note(by(), &long, Some(&url)),
            resolved(Some(by()), Some(&long)),
            changed(Severity::Sev1, Severity::Sev2, Some(by()), Some(&long)),
            ended(None, &[long.as_str(); 40]),
            opening().remove(0),
        ];
        let alter = |incident: &mut Incident| incident.why = Why::Person { name: long.clone() };
        for event in posts {
            let text = said(event, Place::Room, 9_999, alter, lang);
            assert!(crate::length(&text) <= 2_000, "{} characters", crate::length(&text));
            assert!(text.contains('…'));
        }
    });
}

#[test]
fn every_reason_for_a_severity_is_named() {
    in_both(|lang| {
        let reasons = [
            ("rule", rule()),
            ("rule without conditions", Why::Rule { number: 4, conditions: String::new(), source: source() }),
            ("no rule", Why::NoRule),
            ("integration", Why::Integration { name: "support-chat".into(), source: Some(source()) }),
            ("integration that is gone", Why::Integration { name: "support-chat".into(), source: None }),
            ("person", Why::Person { name: "Budi".into() }),
            ("unmapped", Why::Unmapped),
        ];
        insta::assert_snapshot!(table(reasons.map(|(case, why)| (case, crate::why(&why, lang)))));
    });
}

#[test]
fn a_post_elsewhere_names_its_incident() {
    insta::assert_snapshot!(crate::elsewhere(&incident(vec![]), Some(domain::ChatChannelId(5)), EN), @"SEV-1 INC-8 Checkout errors 12 % <#5>: ");
}
