//! Purpose: private answers to what people do: what is true now, and the next step.

use domain::escalation::next_person;
use domain::incident::{Event, EventAt, Incident, PageEnd, StopReason};
use domain::{ChatChannelId, IncidentId, PersonId, Setup, Timestamp};

use super::{and, count, name, person, sentence};
use crate::Names;
use crate::time::relative;

pub(crate) fn answer(
    incident: &Incident,
    events: &[EventAt],
    setup: &Setup,
    now: Timestamp,
    names: &dyn Names,
) -> String {
    let paged: Vec<String> = events
        .iter()
        .filter_map(|entry| match &entry.event {
            Event::Paged { person: who, .. } => Some(person(who, names)),
            _ => None,
        })
        .collect();
    let id = incident.id.label();
    // The first fact is what was asked for; the others follow from it.
    let Some(first) = events.first() else { return "Nothing changed.".to_owned() };
    match &first.event {
        Event::Acknowledged { .. } => {
            let spared = spared(incident, events, setup, now).map(|who| names.person(&who));
            let step = first_step(incident, setup);
            acknowledged_answer(spared.as_deref(), step)
        }
        Event::PageEnded { end: PageEnd::Acknowledged { .. }, .. } => match &incident.acknowledged {
            Some((holder, _)) => format!("{id} knows that you help. {} has it.", name(&holder.name)),
            None => format!("{id} knows that you help."),
        },
        Event::PageEnded { end: PageEnd::Declined, .. } => match paged.as_slice() {
            [] if incident.acknowledged.is_some() => "Noted. You need not do anything.".to_owned(),
            [] => "Noted, but nobody is left to page. `/page` calls somebody by name.".to_owned(),
            people => format!("Noted. {} now. You need not do anything.", is_paged(people)),
        },
        Event::AckWithdrawn { .. } => {
            let resumes = events.iter().find_map(|entry| match entry.event {
                Event::EscalationResumed { due } => Some(due),
                _ => None,
            });
            match resumes {
                Some(due) => format!("You no longer have {id}. Escalation goes on {}.", relative(due)),
                None => format!("You no longer have {id}. Nobody is paged; `/page` calls somebody."),
            }
        }
        Event::StillOnIt { .. } => format!("Good. {id} stays yours."),
        Event::SeverityChanged { to, .. } => {
            let stopped = events
                .iter()
                .any(|entry| matches!(entry.event, Event::EscalationStopped { reason: StopReason::SeverityLowered }));
            let effect = match paged.as_slice() {
                [] if stopped => " Escalation stopped: this severity pages nobody.".to_owned(),
                [] => String::new(),
                people => format!(" {}.", is_paged(people)),
            };
            format!("{id} is {to} now.{effect}")
        }
        Event::Paged { .. } => format!("{} for {id}. The room shows the answer.", is_paged(&paged)),
        Event::Escalated { .. } => format!("{} for {id}: the next step of the policy.", is_paged(&paged)),
        Event::EscalationEnded { .. } => format!("Nobody is left to page for {id}. `/page` calls somebody by name."),
        Event::CommanderSet { commander, .. } => {
            format!("{} commands {id}. `/update` tells stakeholders.", name(&commander.name))
        }
        Event::UpdatePosted { next, .. } => match next {
            Some(next) => {
                format!("Update {} is posted. The next one is due {}.", incident.updates.len(), relative(*next))
            }
            None => format!("Update {} is posted. No further one is promised.", incident.updates.len()),
        },
        Event::Noted { .. } => format!("Noted in the timeline of {id}."),
        Event::Followed { .. } => follow_answer(incident.id, true),
        Event::Unfollowed { .. } => follow_answer(incident.id, false),
        Event::KeptOpen { .. } => format!("{id} stays open. `/resolve` ends it."),
        Event::Resolved { .. } => resolved(incident),
        Event::EscalationStopped { .. } | Event::PageEnded { end: PageEnd::NotNeeded, .. }
            if incident.resolution.is_some() =>
        {
            resolved(incident)
        }
        Event::Opened { .. } => opened_answer(incident, None, names),
        Event::Reopened { .. } => format!("{id} is open again."),
        Event::AlertFired { .. }
        | Event::AlertResolved { .. }
        | Event::AllAlertsResolved
        | Event::EscalationStopped { .. }
        | Event::EscalationResumed { .. }
        | Event::PageEnded { .. }
        | Event::DirectMessageFailed { .. }
        | Event::AckQuestioned { .. }
        | Event::AckExpired
        | Event::UpdateOverdue => format!("{id} changed. `/incident show` says how."),
    }
}

pub(crate) fn acknowledged_answer(spared: Option<&str>, first_step: Option<&str>) -> String {
    let mut text = "You have it.".to_owned();
    if let Some(spared) = spared {
        text.push_str(&format!(" {} will not be paged.", name(spared)));
    }
    match first_step {
        Some(step) => text.push_str(&format!(" First: {}", sentence(step, 600))),
        None => text.push_str(" `/update` tells the others what you know."),
    }
    text
}

pub(crate) fn opened_answer(incident: &Incident, room: Option<ChatChannelId>, names: &dyn Names) -> String {
    let room = room.map(|room| format!(" in <#{room}>")).unwrap_or_default();
    let mut people: Vec<String> = Vec::new();
    for page in incident.open_pages() {
        let who = person(&page.person, names);
        if !people.contains(&who) {
            people.push(who);
        }
    }
    let pages = if people.is_empty() {
        " Nobody is paged; `/page` calls somebody.".to_owned()
    } else {
        format!(" {}.", is_paged(&people))
    };
    format!("{} is open as {}{room}.{pages}", incident.id.label(), incident.severity)
}

pub(crate) fn follow_answer(incident: IncidentId, follows: bool) -> String {
    if follows {
        format!("You follow {}: its thread is in your list. `/follow stop:True` ends it.", incident.label())
    } else {
        format!("You no longer follow {}.", incident.label())
    }
}

pub(crate) fn repeated_answer() -> String {
    "That was already done. `/incident show` says how things stand.".to_owned()
}

pub(crate) fn declined_candidate_answer() -> String {
    "Not an incident. The question is settled; nothing was opened.".to_owned()
}

pub(crate) fn still_firing(incident: &Incident) -> Option<String> {
    match incident.alert_counts().0 {
        0 => None,
        1 => Some("1 alert still fires.".to_owned()),
        firing => Some(format!("{} still fire.", count(firing, "alert", "alerts"))),
    }
}

fn resolved(incident: &Incident) -> String {
    let Some(resolution) = &incident.resolution else { return format!("{} is resolved.", incident.id.label()) };
    let after = super::duration::duration(resolution.at.duration_since(incident.opened_at));
    let warning =
        still_firing(incident).map(|text| format!(" {text} If one ends and begins anew, a new incident opens."));
    format!("Resolved after {after}.{}", warning.unwrap_or_default())
}

fn is_paged(people: &[String]) -> String {
    format!("{} {} paged", and(people), if people.len() == 1 { "is" } else { "are" })
}

/// Who would have been paged next, had the person not acknowledged.
fn spared(incident: &Incident, events: &[EventAt], setup: &Setup, now: Timestamp) -> Option<PersonId> {
    let stopped =
        events.iter().any(|entry| matches!(entry.event, Event::EscalationStopped { reason: StopReason::Acknowledged }));
    let run = incident.escalation.as_ref().filter(|_| stopped)?;
    next_person(setup, setup.escalations.get(&run.policy)?, run.position, now)
}

fn first_step<'a>(incident: &Incident, setup: &'a Setup) -> Option<&'a str> {
    let name = incident.runbook.as_ref()?;
    setup.runbooks.iter().find(|runbook| runbook.name == *name)?.first_step()
}
