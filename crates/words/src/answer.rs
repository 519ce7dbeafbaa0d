//! Purpose: private answers to what people do: what is true now, and the next step.

use domain::incident::{Event, EventAt, FollowHow, Incident, StopReason};
use domain::setup::Language;
use domain::{ChatChannelId, IncidentId, Setup, Severity, Timestamp};

use crate::Names;
use crate::list::{and, grouped};
use crate::say::say;
use crate::text::{name, person, room_link, sentence, then};
use crate::time::relative;

/// Asks in which timeline a message is kept.
pub fn note_where(lang: Language) -> String {
    say!(lang, "answer-note-where")
}

/// What stands in the list of incidents before one is chosen.
pub fn note_where_hint(lang: Language) -> String {
    say!(lang, "answer-note-where-hint")
}

/// The private answer to whatever was done to an incident. `setup` tells what is next.
pub fn answer(incident: &Incident, events: &[EventAt], setup: &Setup, names: &dyn Names, lang: Language) -> String {
    let paged = paged(events, names);
    let (people, who) = (paged.len(), and(&paged, lang));
    let id = incident.id.label();
    // The first fact is what was asked for; the others follow from it.
    let Some(first) = events.first() else { return say!(lang, "answer-nothing") };
    match &first.event {
        Event::Acknowledged { spared, .. } => {
            let spared = spared.as_ref().map(|who| names.person(who));
            acknowledged_answer(spared.as_deref(), first_step(incident, setup), lang)
        }
        Event::PageEnded { end, .. } if end.end().has_it => {
            let holder = incident.acknowledged.as_ref();
            let holder = holder.map(|(holder, _)| say!(lang, "answer-holder", who = name(&holder.name)));
            then(say!(lang, "answer-helping", incident = id), holder)
        }
        Event::PageEnded { end, .. } if end.end().declined => match people {
            0 if incident.acknowledged.is_some() => say!(lang, "answer-declined"),
            0 => say!(lang, "answer-declined-nobody-left"),
            _ => say!(lang, "answer-declined-paged", number = people, who = who),
        },
        Event::AckWithdrawn { .. } => {
            let resumes = events.iter().find_map(|entry| match entry.event {
                Event::EscalationResumed { due } => Some(due),
                _ => None,
            });
            match resumes {
                _ if people > 0 => say!(lang, "answer-withdrawn-paged", incident = id, number = people, who = who),
                Some(due) => say!(lang, "answer-withdrawn", incident = id, due = relative(due)),
                None => say!(lang, "answer-withdrawn-nobody", incident = id),
            }
        }
        Event::StillOnIt { .. } => say!(lang, "answer-still-on-it", incident = id),
        Event::SeverityChanged { to, .. } => {
            let stopped = events
                .iter()
                .any(|entry| matches!(entry.event, Event::EscalationStopped { reason: StopReason::SeverityLowered }));
            let effect = match people {
                0 => stopped.then(|| say!(lang, "answer-severity-pages-nobody")),
                _ => Some(say!(lang, "answer-paged", number = people, who = who)),
            };
            then(say!(lang, "answer-severity", incident = id, severity = to.to_string()), effect)
        }
        Event::Paged { .. } => say!(lang, "answer-paged-for", number = people, who = who, incident = id),
        Event::Escalated { .. } => say!(lang, "answer-escalated", number = people, who = who, incident = id),
        Event::EscalationEnded { .. } => say!(lang, "answer-nobody-left", incident = id),
        Event::CommanderSet { commander, .. } => {
            say!(lang, "answer-commander", who = name(&commander.name), incident = id)
        }
        Event::UpdatePosted { next, .. } => {
            let number = incident.updates.len();
            match next {
                Some(next) => say!(lang, "answer-update", number = number, next = relative(*next)),
                None => say!(lang, "answer-update-last", number = number),
            }
        }
        Event::Noted { .. } => say!(lang, "answer-noted", incident = id),
        Event::Followed { how, .. } => follow_answer(incident.id, Some(*how), lang),
        // It leaves the list of threads, and is followed otherwise.
        Event::Unfollowed { .. } if events.len() > 1 => {
            answer(incident, events.get(1..).unwrap_or_default(), setup, names, lang)
        }
        Event::Unfollowed { .. } => follow_answer(incident.id, None, lang),
        Event::Mitigated { .. } => {
            let takes = events.iter().any(|entry| matches!(entry.event, Event::Acknowledged { .. }));
            let yours = takes.then(|| say!(lang, "answer-mitigated-yours"));
            then(say!(lang, "answer-mitigated", incident = id), yours)
        }
        Event::MitigationWithdrawn { .. } => say!(lang, "answer-not-mitigated", incident = id),
        Event::KeptOpen { .. } => say!(lang, "answer-kept-open", incident = id),
        Event::Resolved { .. } => resolved(incident, lang),
        Event::EscalationStopped { .. } | Event::PageEnded { .. } if incident.resolution.is_some() => {
            resolved(incident, lang)
        }
        Event::Opened { .. } => opened_answer(incident, None, names, lang),
        Event::Reopened { .. } => {
            let pages = match people {
                0 => say!(lang, "answer-nobody-paged"),
                _ => say!(lang, "answer-paged", number = people, who = who),
            };
            then(say!(lang, "answer-reopened", incident = id), Some(pages))
        }
        Event::Triaged { severity, .. } if incident.severity == *severity && events.len() == 1 => {
            say!(lang, "answer-triaged", incident = id, severity = severity.to_string())
        }
        Event::Triaged { .. } => answer(incident, events.get(1..).unwrap_or_default(), setup, names, lang),
        // It came before what was asked for.
        Event::Unfolded { .. } | Event::ClockSet { .. } | Event::HoldOver { .. } => {
            answer(incident, events.get(1..).unwrap_or_default(), setup, names, lang)
        }
        Event::Dismissed { .. } => {
            let dismissed = say!(lang, "answer-dismissed", incident = id);
            then(dismissed, fires_on_anew(incident, lang))
        }
        Event::MergedInto { .. } => merged_answer(incident, None, &paged, lang),
        // They are said with closing it.
        Event::DetectionConfirmed { .. } | Event::CollateralChecked { .. } if events.len() > 1 => {
            answer(incident, events.get(1..).unwrap_or_default(), setup, names, lang)
        }
        Event::DetectionConfirmed { .. }
        | Event::PostmortemWritten { .. }
        | Event::CollateralChecked { .. }
        | Event::ProofGiven { .. } => say!(lang, "answer-learned", incident = id),
        Event::ActionItemAdded { item, .. } => {
            say!(lang, "answer-action-item", number = item.number.to_string(), incident = id)
        }
        Event::ActionItemChanged { item, .. } => {
            say!(lang, "answer-action-item-changed", number = item.number.to_string(), incident = id)
        }
        Event::ActionItemDeleted { number, .. } => {
            say!(lang, "answer-action-item-deleted", number = number.to_string(), incident = id)
        }
        Event::Corrected { service: Some(_), .. } if incident.escalation.is_some() => {
            say!(lang, "answer-corrected-policy-stays", incident = id)
        }
        Event::Corrected { .. } => say!(lang, "answer-corrected", incident = id),
        Event::ActionItemDone { number, .. } => {
            say!(lang, "answer-action-item-done", number = number.to_string(), incident = id)
        }
        Event::PostmortemClosed { .. } => say!(lang, "answer-postmortem-closed", incident = id),
        Event::Absorbed { .. }
        | Event::Folded { .. }
        | Event::SimilarFound { .. }
        | Event::Contacted { .. }
        | Event::ContactFailed { .. }
        | Event::PersonLeft { .. }
        | Event::PersonChanged { .. }
        | Event::IntegrationRemoved { .. }
        | Event::ThingLost { .. }
        | Event::ActionItemReminded { .. }
        | Event::ActionItemDueSoon { .. }
        | Event::PostmortemReminded { .. }
        | Event::AlertFired { .. }
        | Event::AlertChanged { .. }
        | Event::AlertLate { .. }
        | Event::ChatLineGone { .. }
        | Event::WentOn { .. }
        | Event::AlertsStale { .. }
        | Event::AlertResolved { .. }
        | Event::AlertsCounted { .. }
        | Event::AllAlertsResolved { .. }
        | Event::FlapBegan { .. }
        | Event::FlapOver { .. }
        | Event::PageReopened { .. }
        | Event::EscalationStopped { .. }
        | Event::EscalationResumed { .. }
        | Event::PageEnded { .. }
        | Event::AckQuestioned { .. }
        | Event::AckLimited { .. }
        | Event::AskedToClose { .. }
        | Event::PlanFrozen { .. }
        | Event::StillUnanswered { .. }
        | Event::FoundUnheld
        | Event::HeldBack { .. }
        | Event::AckExpired { .. }
        | Event::UpdateOverdue { .. } => say!(lang, "answer-changed", incident = id),
    }
}

/// "You have it. Rina will not be paged. First: check payment-gateway."
pub fn acknowledged_answer(spared: Option<&str>, first_step: Option<&str>, lang: Language) -> String {
    let spared = spared.map(|spared| say!(lang, "answer-spared", who = name(spared)));
    let next = match first_step {
        Some(step) => say!(lang, "answer-first", step = sentence(step, 600)),
        None => say!(lang, "answer-tell-others"),
    };
    then(then(say!(lang, "answer-acknowledged"), spared), Some(next))
}

/// Somebody opened an incident.
pub fn opened_answer(incident: &Incident, room: Option<ChatChannelId>, names: &dyn Names, lang: Language) -> String {
    let mut people: Vec<String> = Vec::new();
    for page in incident.open_pages() {
        let who = person(&page.person, names);
        if !people.contains(&who) {
            people.push(who);
        }
    }
    let pages = match people.len() {
        0 => say!(lang, "answer-nobody-paged"),
        number => say!(lang, "answer-paged", number = number, who = and(&people, lang)),
    };
    let (id, severity) = (incident.id.label(), incident.severity.to_string());
    let open = match room.map(room_link) {
        Some(room) => say!(lang, "answer-opened-room", incident = id, severity = severity, room = room),
        None => say!(lang, "answer-opened", incident = id, severity = severity),
    };
    let drill = incident.drill.is_some().then(|| say!(lang, "answer-drill"));
    then(then(open, Some(pages)), drill)
}

/// What fixed a drill when nobody says: it was ended. Kept in the timeline as it is.
pub fn drill_ended(lang: Language) -> String {
    say!(lang, "answer-drill-ended")
}

/// Two incidents are one: where it goes on, with the room to click on if there is one. `paged` are who is called for it.
pub fn merged_answer(into: &Incident, room: Option<ChatChannelId>, paged: &[String], lang: Language) -> String {
    let from = into.absorbed.last().map(|from| from.label()).unwrap_or_default();
    let id = into.id.label();
    let merged = match room.map(room_link) {
        Some(room) => say!(lang, "answer-merged-room", from = from, incident = id, room = room),
        None => say!(lang, "answer-merged", from = from, incident = id),
    };
    then(merged, (!paged.is_empty()).then(|| say!(lang, "answer-paged", number = paged.len(), who = and(paged, lang))))
}

/// Names of those who are paged by these facts, as they are shown.
pub fn paged(events: &[EventAt], names: &dyn Names) -> Vec<String> {
    let person = |entry: &EventAt| match &entry.event {
        Event::Paged { person: who, .. } => Some(person(who, names)),
        _ => None,
    };
    events.iter().filter_map(person).collect()
}

/// The note that leads to the message an incident was opened from; kept in the timeline as it is.
pub fn opened_from_message(lang: Language) -> String {
    say!(lang, "answer-opened-from-message")
}

/// Somebody follows, or no longer does.
pub fn follow_answer(incident: IncidentId, follows: Option<FollowHow>, lang: Language) -> String {
    let incident = incident.label();
    match follows {
        Some(FollowHow::Thread) => say!(lang, "answer-followed", incident = incident),
        Some(FollowHow::Direct) => say!(lang, "answer-followed-direct", incident = incident),
        Some(FollowHow::Ends) => say!(lang, "answer-followed-ends", incident = incident),
        None => say!(lang, "answer-unfollowed", incident = incident),
    }
}

/// The same click or command came twice.
pub fn repeated_answer(lang: Language) -> String {
    say!(lang, "answer-repeated")
}

/// A chat line was said not to be an incident.
pub fn declined_candidate_answer(lang: Language) -> String {
    say!(lang, "answer-candidate-declined")
}

/// Responders decide whether it is opened, and where they were asked.
pub fn opening_asked_answer(severity: Severity, asked_in: Option<ChatChannelId>, lang: Language) -> String {
    let severity = severity.to_string();
    match asked_in.map(room_link) {
        Some(channel) => say!(lang, "answer-opening-asked", severity = severity, channel = channel),
        None => say!(lang, "answer-opening-asked-somewhere", severity = severity),
    }
}

/// "3 alerts still fire."; none when no alert fires.
pub fn still_firing(incident: &Incident, lang: Language) -> Option<String> {
    match incident.alert_counts().0 {
        0 => None,
        firing => Some(say!(lang, "answer-still-firing", number = firing, shown = grouped(firing, lang))),
    }
}

fn resolved(incident: &Incident, lang: Language) -> String {
    let Some(resolution) = &incident.resolution else {
        return say!(lang, "answer-is-resolved", incident = incident.id.label());
    };
    let after = crate::duration(resolution.at.duration_since(incident.opened_at), lang);
    then(say!(lang, "answer-resolved", after = after), fires_on(incident, resolution.at, lang))
}

/// "2 alerts still fire: they open it again after 1 hour, unless their end comes."
fn fires_on(incident: &Incident, ended_at: Timestamp, lang: Language) -> Option<String> {
    let Some(at) = incident.fires_on_at else { return still_firing(incident, lang) };
    let (number, after) = (incident.still_firing(), crate::duration(at.duration_since(ended_at), lang));
    Some(say!(lang, "answer-fires-on", number = number, shown = grouped(number, lang), after = after))
}

/// "2 alerts still fire: they open a new incident after 1 hour, unless their end comes."
fn fires_on_anew(incident: &Incident, lang: Language) -> Option<String> {
    let Some(at) = incident.fires_on_at else { return still_firing(incident, lang) };
    let (number, after) = (incident.still_firing(), crate::duration(at.duration_since(incident.changed_at), lang));
    Some(say!(lang, "answer-fires-on-anew", number = number, shown = grouped(number, lang), after = after))
}

fn first_step<'a>(incident: &Incident, setup: &'a Setup) -> Option<&'a str> {
    let name = incident.runbook.as_ref()?;
    setup.runbooks.iter().find(|runbook| runbook.name == *name)?.first_step()
}
