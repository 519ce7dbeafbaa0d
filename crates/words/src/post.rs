//! Purpose: what is said in rooms, threads and channels.

use domain::incident::{
    CategoryTrouble, ContactWhy, Event, EventAt, Flap, Incident, LostWhy, PersonWhy, StopReason, Unseen,
};
use domain::routing::Why;
use domain::setup::Language;
use domain::{Actor, ChatChannelId, PersonId, Place, Setup, Severity, Thing, Timestamp};

use crate::list::{and, grouped};
use crate::say::say;
use crate::text::{PART, change_reason, heading, name, person, room_link, sentence, then, title};
use crate::time::{clock, relative};
use crate::{Names, cut, escape, escape_lines, link, terms};

mod later;

/// Characters of what is brought along from a thread.
const BROUGHT: usize = 1_400;

/// What the sentence of a post looks at besides its event.
#[derive(Clone, Copy, Debug)]
pub struct PostFacts<'a> {
    /// The incident as it is now.
    pub incident: &'a Incident,
    /// For the runbook.
    pub setup: &'a Setup,
    /// Where people work on the other incident of a merge, for them to click on.
    pub other_room: Option<ChatChannelId>,
}

/// A message in a room, thread or channel: what an event says in this place. What is said nowhere as it happens reads as in the
/// timeline.
pub fn post(said: &EventAt, place: Place, facts: &PostFacts<'_>, names: &dyn Names, lang: Language) -> String {
    let incident = facts.incident;
    if place == Place::Status
        && let Some(line) = crate::told::line(said, facts, lang)
    {
        return line;
    }
    match &said.event {
        Event::Opened { .. } | Event::Unfolded { .. } if place == Place::Thread => {
            crate::told::known(incident, names, lang)
        }
        Event::Opened { .. } | Event::Unfolded { .. } => opening(facts, lang),
        Event::Mitigated { by, how } => {
            let after = crate::duration(said.at.duration_since(incident.opened_at), lang);
            let mitigated = say!(lang, "post-mitigated", after = after, who = name(&by.name));
            then(mitigated, how.as_ref().map(|how| say!(lang, "told-done", how = sentence(how, PART))))
        }
        Event::MitigationWithdrawn { by } => say!(lang, "post-not-mitigated", who = name(&by.name)),
        Event::Acknowledged { by, spared, .. } => {
            let spared = spared.as_ref().map(|spared| say!(lang, "post-spared", who = person(spared, names)));
            then(say!(lang, "post-acknowledged", who = name(&by.name), at = clock(said.at)), spared)
        }
        Event::PageEnded { page, end } => {
            let whose = incident.page(*page).map(|page| &page.person);
            crate::called::post_ended(end, whose, names, lang).unwrap_or_else(|| crate::entry(said, names, lang))
        }
        Event::Escalated { gaps, .. } => self::gaps(gaps, lang),
        Event::EscalationEnded { gaps, .. } if place == Place::Room => self::gaps(gaps, lang),
        Event::EscalationEnded { policy: Some(policy), .. } => {
            then(say!(lang, "post-policy-ended", policy = name(policy)), called_at_end(said, incident, names, lang))
        }
        Event::EscalationEnded { policy: None, .. } => say!(lang, "post-no-policy"),
        Event::StillUnanswered { since, .. } => {
            let after = crate::duration(said.at.duration_since(*since), lang);
            then(say!(lang, "post-still-unanswered", after = after), called_at_end(said, incident, names, lang))
        }
        Event::FoundUnheld | Event::HeldBack { .. } | Event::HoldOver { .. } => crate::entry(said, names, lang),
        Event::AckQuestioned { until, holder, why } => {
            let holder = holder.as_ref().or_else(|| incident.acknowledged.as_ref().map(|(holder, _)| holder));
            match (holder.map(|holder| names.address(holder)), why) {
                (Some(who), Some(why)) => {
                    let why = terms::asked(*why, lang);
                    say!(lang, "post-still-yours", who = who, why = why, until = relative(*until))
                }
                (Some(who), None) => say!(lang, "post-still-on-it", who = who, until = relative(*until)),
                (None, _) => crate::entry(said, names, lang),
            }
        }
        Event::AskedToClose { whom: Some(whom), since, .. } => {
            say!(lang, "post-asked-to-close", who = names.address(whom), since = relative(*since))
        }
        Event::AskedToClose { whom: None, since, .. } => {
            say!(lang, "post-asked-to-close-anybody", since = relative(*since))
        }
        Event::AckExpired { holder: Some(holder), removed: true, .. } => {
            say!(lang, "post-ack-removed", who = name(&holder.name))
        }
        Event::AckExpired { holder: Some(holder), left: true, .. } => {
            say!(lang, "post-ack-left", who = name(&holder.name))
        }
        Event::AckExpired { holder: Some(holder), .. } => say!(lang, "post-ack-expired", who = name(&holder.name)),
        Event::AckWithdrawn { by } => say!(lang, "post-ack-withdrawn", who = name(&by.name)),
        Event::SeverityChanged { from, to, by, reason, .. } => {
            let changed = severity_changed(*from, *to, by.as_ref(), lang);
            let reason = reason.as_ref().map(|reason| change_reason(reason, PART, lang));
            then(changed, reason.map(|reason| say!(lang, "post-reason", reason = reason)))
        }
        Event::EscalationStopped { reason } => escalation_stopped(*reason, lang),
        Event::CommanderSet { commander, by } if commander.user == by.user => {
            say!(lang, "post-commander", who = name(&commander.name))
        }
        Event::CommanderSet { commander, by } => {
            say!(lang, "post-commander-by", who = names.address(commander), by = name(&by.name))
        }
        Event::UpdatePosted { by, know, doing, next, number } => {
            let (who, know, doing) = (name(&by.name), sentence(know, PART), sentence(doing, PART));
            let next = match next {
                Some(next) if incident.promises(said.seq) => Some(say!(lang, "post-update-next", at = relative(*next))),
                // What was promised is not any more: it is over, or was kept.
                Some(_) => None,
                None => Some(say!(lang, "post-update-last")),
            };
            let known = u32::try_from(incident.updates.len()).unwrap_or(u32::MAX);
            let number = number.unwrap_or(known);
            then(say!(lang, "post-update", number = number, who = who, know = know, doing = doing), next)
        }
        Event::UpdateOverdue { whom: Some(whom) } => say!(lang, "post-update-overdue", who = names.address(whom)),
        Event::UpdateOverdue { whom: None } => say!(lang, "post-update-overdue-nobody"),
        Event::Noted { by, text, link: source } => {
            let source = source.as_ref().and_then(|url| link(&say!(lang, "post-note-source"), url));
            let note = say!(lang, "post-note", who = name(&by.name), text = cut(&escape_lines(text), 1_300));
            then(note, source.map(|link| format!("({link})")))
        }
        Event::AllAlertsResolved { closes_at: Some(at) } => {
            say!(lang, "post-all-alerts-resolved-closes", at = relative(*at))
        }
        Event::AllAlertsResolved { closes_at: None } => say!(lang, "post-all-alerts-resolved"),
        Event::FlapBegan { .. } => match incident.flap.as_ref().filter(|flap| flap.seq == said.seq) {
            Some(flap) => flap_line(flap, lang),
            None => crate::entry(said, names, lang),
        },
        Event::KeptOpen { by } => say!(lang, "post-kept-open", who = name(&by.name)),
        Event::AlertFired { title: alert, .. } => say!(lang, "post-fires-again", title = sentence(alert, PART)),
        Event::Resolved { report: Some(report), .. } if place == Place::Debrief => later::drill(incident, report, lang),
        Event::Resolved { by, fixed, postmortem_due, .. } => {
            let after = crate::duration(said.at.duration_since(incident.opened_at), lang);
            let due = postmortem_due.map(|due| say!(lang, "post-postmortem-due-soon", due = relative(due)));
            let resolved = match (by.as_ref().map(|by| name(&by.name)), fixed) {
                (Some(who), Some(fixed)) => {
                    say!(lang, "post-resolved-how", after = after, who = who, how = sentence(fixed, 1_500))
                }
                (Some(who), None) => say!(lang, "post-resolved", after = after, who = who),
                (None, _) => say!(lang, "post-resolved-by-itself", after = after),
            };
            then(resolved, due)
        }
        Event::Reopened { by, reason, fired_on } => {
            let reopened = match (by, fired_on) {
                (Some(by), _) => say!(lang, "post-reopened", who = name(&by.name)),
                (None, Some(alerts)) => {
                    say!(lang, "post-reopened-fires-on", number = *alerts, shown = grouped(*alerts, lang))
                }
                (None, None) => say!(lang, "post-reopened-by-alert"),
            };
            then(reopened, reason.as_ref().map(|reason| say!(lang, "post-reason", reason = sentence(reason, PART))))
        }
        Event::Triaged { by, impact, urgency, severity } => {
            let (impact, urgency) = (terms::impact(*impact, lang), terms::urgency(*urgency, lang));
            let (who, severity) = (name(&by.name), severity.to_string());
            say!(lang, "post-triaged", who = who, impact = impact, urgency = urgency, severity = severity)
        }
        Event::Dismissed { by, reason, .. } => {
            say!(lang, "post-dismissed", who = name(&by.name), reason = sentence(reason, PART))
        }
        Event::MergedInto { into, by } => {
            let (who, incident) = (name(&by.name), into.label());
            match facts.other_room.map(room_link) {
                Some(room) => say!(lang, "post-merged-into-room", who = who, incident = incident, room = room),
                None => say!(lang, "post-merged-into", who = who, incident = incident),
            }
        }
        Event::Absorbed { from, title: what, alerts, more, by, .. } => {
            let (who, incident, what) = (name(&by.name), from.label(), title(what, lang));
            let number = alerts.len() + more.new;
            let count = grouped(number, lang);
            let absorbed = say!(
                lang,
                "post-absorbed",
                who = who,
                incident = incident,
                title = what,
                number = number,
                count = count
            );
            let room = facts.other_room.map(room_link);
            then(absorbed, room.map(|room| say!(lang, "post-absorbed-room", room = room)))
        }
        Event::SimilarFound { incidents } => later::similar(incidents, lang),
        Event::Contacted { person: who, via, why, .. } => {
            let (who, via) = (person(who, names), terms::via(*via, lang));
            match why {
                ContactWhy::Rule => say!(lang, "post-contacted", who = who, via = via),
                ContactWhy::DiscordDown => say!(lang, "post-contacted-down", who = who, via = via),
                ContactWhy::Undelivered => say!(lang, "post-contacted-undelivered", who = who, via = via),
                ContactWhy::Stuck => say!(lang, "post-contacted-stuck", who = who, via = via),
            }
        }
        Event::ContactFailed { person: who, unseen: Some(unseen), .. } => match unseen {
            Unseen::Place => say!(lang, "post-room-unseen", who = person(who, names)),
            Unseen::NotLetIn => say!(lang, "post-room-not-let-in", who = person(who, names)),
        },
        Event::ContactFailed { person: who, via, reason: Some(reason), .. } => {
            let (who, via, reason) = (person(who, names), terms::via(*via, lang), sentence(reason, 300));
            say!(lang, "post-contact-failed", who = who, via = via, reason = reason)
        }
        Event::ContactFailed { person: who, reason: None, .. } => {
            say!(lang, "post-direct-message-failed", who = person(who, names))
        }
        Event::PersonLeft { person: who, .. } => say!(lang, "post-person-left", who = person(who, names)),
        Event::PersonChanged { person: who, why, .. } => person_changed(who, why, names, lang),
        Event::IntegrationRemoved { integration, alerts, .. } => {
            let (number, shown) = (*alerts, grouped(*alerts, lang));
            say!(lang, "post-integration-removed", integration = name(integration), number = number, shown = shown)
        }
        Event::ThingLost { thing, why } => lost(*thing, why, lang),
        Event::ChatLineGone { who, title, deleted, fires_on } => {
            chat_line_gone(who, title, (*deleted, *fires_on), lang)
        }
        Event::PostmortemReminded { whom, due, missing } => {
            later::postmortem_due(whom.as_ref(), due.unwrap_or(said.at), missing, names, lang)
        }
        Event::ActionItemReminded { number } => {
            match incident.postmortem.action_items.iter().find(|item| item.number == *number) {
                Some(item) => {
                    let (number, owner) = (item.number.to_string(), name(&item.owner));
                    say!(
                        lang,
                        "post-action-item-due",
                        number = number,
                        what = sentence(&item.what, PART),
                        owner = owner
                    )
                }
                None => crate::entry(said, names, lang),
            }
        }
        Event::PostmortemClosed { by } => say!(lang, "post-postmortem-closed", who = name(&by.name)),
        Event::Folded { .. }
        | Event::AlertResolved { .. }
        | Event::AlertsCounted { .. }
        | Event::EscalationResumed { .. }
        | Event::PlanFrozen { .. }
        | Event::AckLimited { .. }
        | Event::Paged { .. }
        | Event::StillOnIt { .. }
        | Event::AckExpired { holder: None, .. }
        | Event::Followed { .. }
        | Event::Unfollowed { .. }
        | Event::DetectionConfirmed { .. }
        | Event::PostmortemWritten { .. }
        | Event::CollateralChecked { .. }
        | Event::ActionItemAdded { .. }
        | Event::ActionItemDone { .. }
        | Event::ActionItemChanged { .. }
        | Event::ActionItemDeleted { .. }
        | Event::ActionItemDueSoon { .. }
        | Event::Corrected { .. }
        | Event::ProofGiven { .. }
        | Event::AlertChanged { .. }
        | Event::AlertLate { .. }
        | Event::WentOn { .. }
        | Event::AlertsStale { .. }
        | Event::FlapOver { .. }
        | Event::PageReopened { .. }
        | Event::ClockSet { .. } => crate::entry(said, names, lang),
    }
}

/// What happened while Discord could not be reached, oldest first, in one message.
pub fn outage(
    since: Timestamp,
    said: &[(EventAt, Place)],
    facts: &PostFacts<'_>,
    names: &dyn Names,
    lang: Language,
) -> String {
    let lines: Vec<String> = said.iter().map(|(entry, place)| post(entry, *place, facts, names, lang)).collect();
    later::outage(since, &lines, lang)
}

/// Why it opened, and the first step of the runbook.
fn opening(facts: &PostFacts<'_>, lang: Language) -> String {
    let runbook = facts.incident.runbook.as_ref();
    let runbook = runbook.and_then(|name| facts.setup.runbooks.iter().find(|runbook| runbook.name == *name));
    let first =
        runbook.and_then(|runbook| Some(say!(lang, "post-first-step", step = sentence(runbook.first_step()?, PART))));
    then(because(facts.incident, lang), first)
}

/// Why it opened, in the words of whoever was woken by it: what the alert said and where, not which rule of which file took it. That is
/// behind the button.
fn because(incident: &Incident, lang: Language) -> String {
    let service = incident.service.as_deref().map(name);
    let alert = || match &service {
        Some(service) => say!(lang, "post-because-alert-on", service = service.as_str()),
        None => say!(lang, "post-because-alert"),
    };
    match &incident.why {
        Why::Rule { conditions, .. } => {
            let (labels, of_service) = plain_conditions(conditions, incident.service.as_deref());
            let labels = cut(&escape(&labels), 200);
            match service.as_deref().filter(|_| of_service || !labels.is_empty()) {
                _ if labels.is_empty() || labels == domain::labels::EVERYTHING => alert(),
                Some(service) => say!(lang, "post-because-labels-on", labels = labels, service = service),
                None => say!(lang, "post-because-labels", labels = labels),
            }
        }
        Why::NoRule => then(alert(), Some(say!(lang, "post-because-no-rule"))),
        Why::Integration { name: integration, .. } => {
            say!(lang, "post-because-integration", integration = name(integration))
        }
        Why::Person { name: who } => say!(lang, "post-because-person", who = name(who)),
        Why::SeverityLabel => say!(lang, "post-because-severity-label"),
        Why::Unmapped => say!(lang, "post-because-unmapped"),
    }
}

/// `severity=critical`: conditions without quotation marks, and without the one that names the service; whether that was among them.
fn plain_conditions(conditions: &str, service: Option<&str>) -> (String, bool) {
    let mut of_service = false;
    let mut labels = Vec::new();
    for condition in conditions.split(", ") {
        // Only what is equal reads better without its quotation marks; an expression stays as it is written.
        let equal = condition.split_once("=\"").and_then(|(label, rest)| Some((label, rest.strip_suffix('"')?)));
        match equal {
            Some(("service", value)) if Some(value) == service => of_service = true,
            Some((label, value)) if label.bytes().all(|c| c.is_ascii_alphanumeric() || c == b'_') => {
                labels.push(format!("{label}={value}"));
            }
            _ => labels.push(condition.to_owned()),
        }
    }
    (labels.join(", "), of_service)
}

fn severity_changed(from: Severity, to: Severity, by: Option<&Actor>, lang: Language) -> String {
    let raised = to.is_worse_than(from);
    let (from, to) = (from.to_string(), to.to_string());
    match by.map(|by| name(&by.name)) {
        Some(who) if raised => say!(lang, "post-raised", who = who, from = from, to = to),
        Some(who) => say!(lang, "post-lowered", who = who, from = from, to = to),
        None if raised => say!(lang, "post-raised-by-alert", from = from, to = to),
        None => say!(lang, "post-lowered-by-alert", from = from, to = to),
    }
}

/// In the thread that people leave: where the work goes on. Elsewhere a priority was raised in one channel, and the other one, in which
/// it had been raised first, never heard of it (DFE-Digital/slack-incident-bot issue 60).
pub fn left(said: &EventAt, room: ChatChannelId, lang: Language) -> String {
    let goes_on = say!(lang, "post-left", room = room_link(room));
    match &said.event {
        Event::SeverityChanged { from, to, by, .. } => {
            then(severity_changed(*from, *to, by.as_ref(), lang), Some(goes_on))
        }
        _ => goes_on,
    }
}

/// In the channel that takes over from a thread: what is known so far. `before` is the timeline until then.
pub fn brought(
    before: &[EventAt],
    incident: &Incident,
    thread: Option<ChatChannelId>,
    names: &dyn Names,
    lang: Language,
) -> String {
    let thread = thread.map(room_link).unwrap_or_default();
    let impact = incident.impact.as_deref();
    let impact = impact.map(|impact| say!(lang, "show-impact", impact = sentence(impact, 300)));
    let tried = crate::show::tried(before, BROUGHT, names, lang);
    let first = match tried.is_empty() {
        true => say!(lang, "post-brought-nothing", thread = thread),
        false => say!(lang, "post-brought", thread = thread),
    };
    // The first line of what was tried is a heading, which this one is already.
    let tried = tried.into_iter().filter(|line| line.starts_with("- "));
    std::iter::once(first).chain(impact).chain(tried).collect::<Vec<_>>().join("\n")
}

/// Nobody was on call on these schedules; the next step was taken.
fn gaps(schedules: &[String], lang: Language) -> String {
    let schedules: Vec<String> = schedules.iter().map(|schedule| name(schedule)).collect();
    say!(lang, "post-gaps", schedules = cut(&and(&schedules, lang), PART))
}

/// What stands before a post outside the incident's own room: number, severity, title and where the room is.
pub fn elsewhere(incident: &Incident, room: Option<ChatChannelId>, lang: Language) -> String {
    let room = room.map(|room| format!(" <#{room}>")).unwrap_or_default();
    format!("{}{room}: ", heading(incident, lang))
}

/// Why an incident has its severity, without a period.
pub fn why(why: &Why, lang: Language) -> String {
    match why {
        Why::Rule { number, conditions, source } => {
            let source = cut(&escape(&source.to_string()), 100);
            if conditions.is_empty() {
                say!(lang, "post-why-rule", number = *number, source = source)
            } else {
                let conditions = cut(&escape(conditions), 200);
                say!(lang, "post-why-rule-conditions", number = *number, conditions = conditions, source = source)
            }
        }
        Why::NoRule => say!(lang, "post-why-no-rule"),
        Why::Integration { name: integration, source: Some(source) } => {
            let source = cut(&escape(&source.to_string()), 100);
            say!(lang, "post-why-integration-source", integration = name(integration), source = source)
        }
        Why::Integration { name: integration, source: None } => {
            say!(lang, "post-why-integration", integration = name(integration))
        }
        Why::Person { name: who } => say!(lang, "post-why-person", who = name(who)),
        Why::SeverityLabel => say!(lang, "post-why-severity-label"),
        Why::Unmapped => say!(lang, "post-why-unmapped"),
    }
}

/// A thing of the incident that is not in Discord any more, and what follows.
/// A message in chat that told of an alert is gone.
pub(crate) fn chat_line_gone(who: &str, alert: &str, (deleted, fires_on): (bool, bool), lang: Language) -> String {
    let (who, alert) = (name(who), cut(&title(alert, lang), 200));
    let what = if deleted {
        say!(lang, "post-chat-line-deleted", who = who, alert = alert)
    } else {
        say!(lang, "post-chat-line-changed", who = who, alert = alert)
    };
    if fires_on { format!("{what} {}", say!(lang, "post-chat-line-fires-on")) } else { what }
}

pub(crate) fn lost(thing: Thing, why: &LostWhy, lang: Language) -> String {
    match (thing, why) {
        (_, LostWhy::Refused { reason }) => say!(lang, "post-channel-refused", reason = sentence(reason, 300)),
        (_, LostWhy::NoCategory { category, trouble }) => {
            let category = name(category.as_deref().unwrap_or_default());
            match trouble {
                CategoryTrouble::NotConfigured => say!(lang, "post-category-not-configured"),
                CategoryTrouble::Missing => say!(lang, "post-category-missing", category = category),
                CategoryTrouble::Several => say!(lang, "post-category-several", category = category),
                CategoryTrouble::Full => say!(lang, "post-category-full", category = category),
            }
        }
        (Thing::Card | Thing::RoomCard, LostWhy::Deleted) => say!(lang, "post-card-deleted"),
        (Thing::Card | Thing::RoomCard, LostWhy::Replaced) => say!(lang, "post-card-replaced"),
        (Thing::Thread, LostWhy::Deleted | LostWhy::Replaced) => say!(lang, "post-thread-deleted"),
        (Thing::Thread, LostWhy::Locked) => say!(lang, "post-thread-locked"),
        (_, LostWhy::Locked) => say!(lang, "post-message-deleted"),
        (Thing::Channel, LostWhy::Deleted | LostWhy::Replaced) => say!(lang, "post-channel-deleted"),
        (Thing::Status, LostWhy::Deleted | LostWhy::Replaced) => say!(lang, "post-status-deleted"),
        (Thing::Page(..) | Thing::Board, LostWhy::Deleted | LostWhy::Replaced) => say!(lang, "post-message-deleted"),
    }
}

pub(crate) fn escalation_stopped(reason: StopReason, lang: Language) -> String {
    match reason {
        StopReason::Acknowledged => say!(lang, "post-stopped-acknowledged"),
        StopReason::Resolved => say!(lang, "post-stopped-resolved"),
        StopReason::AllAlertsResolved => say!(lang, "post-stopped-all-alerts-resolved"),
        StopReason::SeverityLowered => say!(lang, "post-stopped-severity-lowered"),
        StopReason::Dismissed => say!(lang, "post-stopped-dismissed"),
        StopReason::Merged => say!(lang, "post-stopped-merged"),
        StopReason::Silenced => say!(lang, "post-stopped-silenced"),
    }
}

/// What a configuration says of somebody who is called.
pub(crate) fn person_changed(who: &PersonId, why: &PersonWhy, names: &dyn Names, lang: Language) -> String {
    let who = person(who, names);
    match why {
        PersonWhy::Removed => say!(lang, "post-person-removed", who = who),
        PersonWhy::Renamed { to } => say!(lang, "post-person-renamed", who = who, to = person(to, names)),
        PersonWhy::Account => say!(lang, "post-person-account", who = who),
        PersonWhy::Ways => say!(lang, "post-person-ways", who = who),
    }
}

/// Who is called once more with the end of a policy, if anybody is.
fn called_at_end(said: &EventAt, incident: &Incident, names: &dyn Names, lang: Language) -> Option<String> {
    let pages = incident.pages.iter().filter(|page| page.at == said.at);
    let pages = pages.filter(|page| page.reason.call().at_end);
    let who: Vec<String> = pages.map(|page| person(&page.person, names)).collect();
    (!who.is_empty()).then(|| say!(lang, "post-called-at-end", who = and(&who, lang)))
}
/// "Flaps: 12 times in 24 minutes, last at 02:14. The escalation goes on."
pub(crate) fn flap_line(flap: &Flap, lang: Language) -> String {
    let (times, last, lasted) = (flap.times, clock(flap.last), crate::duration(flap.lasted(), lang));
    match flap.over_at {
        None if flap.times <= 1 => say!(lang, "post-flaps-once", last = last),
        None => say!(lang, "post-flaps", number = times, lasted = lasted, last = last),
        Some(_) => say!(lang, "post-flapped", number = times, lasted = lasted, last = last),
    }
}
