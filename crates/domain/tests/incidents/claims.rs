//! What a card claims is what the decider would do and what the timeline tells: the pure half of the comparison that stories make with
//! what stands in Discord.

use std::collections::BTreeMap;

use domain::incident::{Asks, Offer, claims, severity_with_room};

use super::*;

/// Where an incident stands, read from its timeline by other rules than those that made its state.
struct Told {
    severity: Severity,
    status: IncidentStatus,
    called: BTreeMap<domain::PageId, PersonId>,
    holder: Option<String>,
}

fn told(history: &[EventAt]) -> Told {
    let mut told =
        Told { severity: Severity::Sev5, status: IncidentStatus::Triggered, called: BTreeMap::new(), holder: None };
    let mut people = BTreeMap::new();
    let (mut mitigated, mut quiet) = (false, false);
    for entry in history {
        // Whoever said that the impact is over said so of what was: what is raised, merged or fires after a calm is not meant.
        mitigated = match &entry.event {
            Event::Mitigated { .. } => true,
            Event::MitigationWithdrawn { .. } | Event::Absorbed { .. } | Event::Reopened { .. } => false,
            Event::SeverityChanged { from, to, .. } => mitigated && !to.is_worse_than(*from),
            Event::AlertFired { .. } => mitigated && !quiet,
            Event::AlertsCounted { counts } => mitigated && !(quiet && counts.new + counts.again > 0),
            _ => mitigated,
        };
        quiet = match &entry.event {
            Event::AllAlertsResolved { .. } => true,
            Event::AlertFired { .. } | Event::Reopened { .. } => false,
            Event::AlertsCounted { counts } => quiet && counts.new + counts.again == 0,
            Event::Absorbed { alerts, more, .. } => {
                quiet && !alerts.iter().any(|(_, alert)| alert.firing) && more.new <= more.resolved
            }
            _ => quiet,
        };
        match &entry.event {
            Event::Opened { severity, .. } => told.severity = *severity,
            Event::SeverityChanged { to, .. } => told.severity = *to,
            Event::Acknowledged { by, .. } => {
                (told.status, told.holder) = (IncidentStatus::Acknowledged, Some(by.name.clone()));
            }
            Event::AckExpired { .. } | Event::AckWithdrawn { .. } | Event::Reopened { .. } => {
                (told.status, told.holder) = (IncidentStatus::Triggered, None);
            }
            Event::Resolved { .. } => (told.status, told.holder) = (IncidentStatus::Resolved, None),
            Event::Dismissed { .. } | Event::MergedInto { .. } | Event::PostmortemClosed { .. } => {
                (told.status, told.holder) = (IncidentStatus::Closed, None);
            }
            Event::Paged { page, person, .. } => {
                people.insert(*page, person.clone());
                told.called.insert(*page, person.clone());
            }
            Event::PageEnded { page, .. } => drop(told.called.remove(page)),
            Event::PageReopened { page } => drop(told.called.insert(*page, people[page].clone())),
            _ => {}
        }
    }
    if told.status == IncidentStatus::Acknowledged && mitigated {
        told.status = IncidentStatus::Mitigated;
    }
    told
}

/// Whom the policy calls when its timer is due and nothing else happens until then; none when that is its end.
fn called_when_due(w: &World, incident: &Incident, due: Timestamp) -> Option<Vec<PersonId>> {
    let input = Input::Timer { incident, kind: TimerKind::EscalationStep };
    let events = domain::decide(&w.world(), &input, due).of_one().unwrap();
    let goes_on = events.iter().any(|event| matches!(event, Event::Escalated { .. }));
    let paged = events.into_iter().filter_map(|event| match event {
        Event::Paged { person, .. } => Some(person),
        _ => None,
    });
    goes_on.then(|| paged.collect())
}

/// Whether whoever an offer concerns may take it.
fn is_taken(w: &World, incident: &Incident, offer: Offer) -> Result<(), Refusal> {
    let agus = actor("agus", Access::Responder);
    let tries = |by: &Actor, command: &Command| {
        w.decide(&Input::Command { incident, by, command }).map(|events| assert!(!events.is_empty(), "{offer:?}"))
    };
    let severity = |to| Command::SetSeverity { to, reason: Some("why".into()) };
    match offer {
        Offer::Acknowledge => tries(&agus, &Command::Acknowledge),
        Offer::Decline => {
            let called = incident.open_pages().next().expect("somebody is called").person.clone();
            tries(&actor(called.as_str(), Access::Responder), &Command::Decline)
        }
        Offer::Update => tries(&agus, &Command::PostUpdate { know: "a".into(), doing: "b".into(), next_in: None }),
        Offer::Resolve => tries(&agus, &Command::Resolve { fixed: "x".into() }),
        Offer::KeepOpen => tries(&agus, &Command::KeepOpen),
        Offer::Triage => {
            tries(&agus, &Command::Triage { impact: Impact::Most, urgency: Urgency::Now, reason: Some("why".into()) })
        }
        Offer::Room => tries(&agus, &severity(severity_with_room(incident, &w.setup).expect("there is one"))),
        Offer::Silence => {
            assert!(incident.held_back.is_none() && incident.alerts.firing() > 0);
            Ok(())
        }
        Offer::Silenced => {
            assert!(incident.held_back.is_some());
            Ok(())
        }
        // They only show.
        Offer::Runbook | Offer::More => Ok(()),
    }
}

/// What every card claims is so.
pub(super) fn are_true(w: &World) -> Result<(), String> {
    for incident in w.incidents.values() {
        let (claims, told) = (claims(incident, &w.world()), told(&w.history[&incident.id]));
        let label = incident.id.label();
        let open = incident.status.is_open();
        let check = |is_so: bool, what: &str| {
            if is_so { Ok(()) } else { Err(format!("{label}: {what} is claimed otherwise: {claims:?}")) }
        };
        check(claims.severity == told.severity, "the severity")?;
        check(claims.status == told.status, "the status")?;
        check(claims.holder.as_ref().map(|holder| &holder.name) == told.holder.as_ref(), "who has it")?;
        let mut called: Vec<&PersonId> = told.called.values().filter(|_| open).collect();
        called.sort();
        called.dedup();
        let mut claimed: Vec<&PersonId> = claims.called.iter().collect();
        claimed.sort();
        check(claimed == called, "who is called")?;
        // What fires, counted alert by alert.
        let fires = w.alerts.values().filter(|known| known.fires() && known.incident == Some(incident.id)).count();
        check(claims.firing == fires, &format!("what fires ({fires})"))?;
        let due = timers(incident).into_iter().find(|(kind, _)| *kind == TimerKind::EscalationStep);
        let next = due.and_then(|(_, due)| Some((called_when_due(w, incident, due)?, due)));
        check(claims.next.clone().map(|next| (next.people, next.at)) == next, &format!("who is next ({next:?})"))?;
        let has = |kind| timers(incident).iter().any(|(known, _)| *known == kind);
        check(!claims.nobody_left || has(TimerKind::EndAgain) && due.is_none(), "that nobody is left")?;
        for offer in &claims.offers {
            let taken = is_taken(w, incident, *offer);
            taken.map_err(|refusal| format!("{label}: {offer:?} is offered and refused: {refusal:?}"))?;
        }
        for question in &incident.questions {
            let answered = match question.asks {
                Asks::WhetherOver => is_taken(w, incident, Offer::KeepOpen),
                Asks::WhetherStillOnIt => {
                    let holder = &incident.acknowledged.as_ref().expect("somebody is asked").0;
                    w.decide(&Input::Command { incident, by: holder, command: &Command::StillOnIt }).map(drop)
                }
                Asks::Postmortem | Asks::Nothing => Ok(()),
            };
            answered.map_err(|refusal| format!("{label}: {question:?} is asked, and no answer taken: {refusal:?}"))?;
        }
    }
    Ok(())
}

#[test]
fn whoever_cannot_take_it_is_not_named_as_the_next_one() {
    let mut w = World::new();
    w.fires("checkout", "critical");
    let next = |w: &World| claims(w.one(), &w.world()).next.map(|next| next.people);
    assert_eq!(next(&w), Some(vec![PersonId::from("rina")]));
    // Rina is paged by hand before her turn, and cannot.
    let page =
        Command::Page { targets: vec![PageTarget::Person("rina".into())], asked: "rina".into(), reason: "help".into() };
    w.does(&budi(), &page).unwrap();
    w.does(&rina(), &Command::Decline).unwrap();
    assert_ne!(next(&w), Some(vec![PersonId::from("rina")]));
    are_true(&w).unwrap();
}

#[test]
fn the_alerts_of_what_was_merged_fire_in_the_other_one_only() {
    let mut w = World::new();
    w.fires("checkout", "critical");
    w.fires("search", "warning");
    assert!(judgement::merged(&mut w, IncidentId(2), IncidentId(1), &budi()));
    w.alerts.values_mut().for_each(|known| known.incident = Some(IncidentId(1)));
    let counts = |id: &IncidentId| {
        let claims = claims(&w.incidents[id], &w.world());
        (claims.firing, claims.resolved)
    };
    assert_eq!([counts(&IncidentId(2)), counts(&IncidentId(1))], [(0, 0), (2, 0)]);
    are_true(&w).unwrap();
}

#[test]
fn whoever_kept_it_open_and_is_asked_again_can_say_the_same_again() {
    let mut w = World::new();
    w.fires("checkout", "critical");
    w.does(&budi(), &Command::Acknowledge).unwrap();
    w.resolves("checkout", "critical");
    assert_eq!(w.one().questions.len(), 1);
    w.does(&budi(), &Command::KeepOpen).unwrap();
    assert!(w.one().questions.is_empty());
    assert!(w.does(&budi(), &Command::KeepOpen).is_err());
    w.passes(4 * 60 + 1);
    assert_eq!(w.one().questions.len(), 1);
    w.does(&budi(), &Command::KeepOpen).unwrap();
    assert!(w.one().questions.is_empty());
    are_true(&w).unwrap();
}
