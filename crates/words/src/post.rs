//! Purpose: what is said in rooms, threads and channels.

use domain::incident::{CategoryTrouble, ContactWhy, Incident, LostWhy, StopReason, Thing};
use domain::routing::Why;
use domain::setup::Language;
use domain::{ChatChannelId, Post};

use crate::list::{and, grouped};
use crate::say::say;
use crate::text::{PART, change_reason, heading, name, person, room_link, sentence, then, title};
use crate::time::{clock, relative};
use crate::{Names, cut, escape, escape_lines, link, terms};

mod later;

/// A message in a room, thread or channel.
pub fn post(post: &Post, names: &dyn Names, lang: Language) -> String {
    match post {
        Post::Why { why: reason, runbook } => {
            let first = runbook.as_ref().map(|(runbook, step)| {
                say!(lang, "post-runbook", title = cut(&escape(runbook), 200), step = sentence(step, PART))
            });
            then(say!(lang, "post-why", why = why(reason, lang)), first)
        }
        Post::Acknowledged { by, at, spared } => {
            let spared = spared.as_ref().map(|spared| say!(lang, "post-spared", who = person(spared, names)));
            then(say!(lang, "post-acknowledged", who = name(by), at = clock(*at)), spared)
        }
        Post::HelpComing { by } => say!(lang, "post-help-coming", who = name(by)),
        Post::Declined { person: who, next: Some(next) } => {
            say!(lang, "post-declined", who = person(who, names), next = person(next, names))
        }
        Post::Declined { person: who, next: None } => say!(lang, "post-declined-nobody", who = person(who, names)),
        Post::Gaps { schedules } => {
            let schedules: Vec<String> = schedules.iter().map(|schedule| name(schedule)).collect();
            say!(lang, "post-gaps", schedules = cut(&and(&schedules, lang), PART))
        }
        Post::PolicyEnded { policy: Some(policy) } => say!(lang, "post-policy-ended", policy = name(policy)),
        Post::PolicyEnded { policy: None } => say!(lang, "post-no-policy"),
        Post::DirectMessageFailed { person: who } => {
            say!(lang, "post-direct-message-failed", who = person(who, names))
        }
        Post::StillOnIt { holder, until } => {
            say!(lang, "post-still-on-it", who = names.address(holder), until = relative(*until))
        }
        Post::AckExpired { holder } => say!(lang, "post-ack-expired", who = name(holder)),
        Post::AckWithdrawn { by } => say!(lang, "post-ack-withdrawn", who = name(by)),
        Post::SeverityChanged { from, to, by, reason } => {
            let raised = to.is_worse_than(*from);
            let (from, to) = (from.to_string(), to.to_string());
            let changed = match by.as_ref().map(|by| name(by)) {
                Some(who) if raised => say!(lang, "post-raised", who = who, from = from, to = to),
                Some(who) => say!(lang, "post-lowered", who = who, from = from, to = to),
                None if raised => say!(lang, "post-raised-by-alert", from = from, to = to),
                None => say!(lang, "post-lowered-by-alert", from = from, to = to),
            };
            let reason = reason.as_ref().map(|reason| change_reason(reason, PART, lang));
            then(changed, reason.map(|reason| say!(lang, "post-reason", reason = reason)))
        }
        Post::EscalationStopped { reason } => escalation_stopped(*reason, lang),
        Post::Commander { commander, by: None } => say!(lang, "post-commander", who = name(commander)),
        Post::Commander { commander, by: Some(by) } => {
            say!(lang, "post-commander-by", who = name(commander), by = name(by))
        }
        Post::Update { number, by, know, doing, next } => {
            let (who, know, doing) = (name(by), sentence(know, PART), sentence(doing, PART));
            let next = match next {
                Some(next) => say!(lang, "post-update-next", at = relative(*next)),
                None => say!(lang, "post-update-last"),
            };
            say!(lang, "post-update", number = *number, who = who, know = know, doing = doing, next = next)
        }
        Post::UpdateOverdue { whom: Some(whom) } => say!(lang, "post-update-overdue", who = names.address(whom)),
        Post::UpdateOverdue { whom: None } => say!(lang, "post-update-overdue-nobody"),
        Post::Note { by, text, link: source } => {
            let source = source.as_ref().and_then(|url| link(&say!(lang, "post-note-source"), url));
            let note = say!(lang, "post-note", who = name(by), text = cut(&escape_lines(text), 1_300));
            then(note, source.map(|link| format!("({link})")))
        }
        Post::AllAlertsResolved { closes_at: Some(at) } => {
            say!(lang, "post-all-alerts-resolved-closes", at = relative(*at))
        }
        Post::AllAlertsResolved { closes_at: None } => say!(lang, "post-all-alerts-resolved"),
        Post::KeptOpen { by } => say!(lang, "post-kept-open", who = name(by)),
        Post::FiresAgain { title: alert } => say!(lang, "post-fires-again", title = sentence(alert, PART)),
        Post::Resolved { by, opened_at, at, fixed, postmortem_due } => {
            let after = crate::duration(at.duration_since(*opened_at), lang);
            let due = postmortem_due.map(|due| say!(lang, "post-postmortem-due-soon", due = relative(due)));
            let resolved = match (by, fixed) {
                (Some(by), Some(fixed)) => {
                    say!(lang, "post-resolved-how", after = after, who = name(by), how = sentence(fixed, 1_500))
                }
                (Some(by), None) => say!(lang, "post-resolved", after = after, who = name(by)),
                (None, _) => say!(lang, "post-resolved-by-itself", after = after),
            };
            then(resolved, due)
        }
        Post::Reopened { by, reason } => {
            let reopened = match by {
                Some(by) => say!(lang, "post-reopened", who = name(by)),
                None => say!(lang, "post-reopened-by-alert"),
            };
            then(reopened, reason.as_ref().map(|reason| say!(lang, "post-reason", reason = sentence(reason, PART))))
        }
        Post::Triaged { by, impact, urgency, severity } => {
            let (impact, urgency) = (terms::impact(*impact, lang), terms::urgency(*urgency, lang));
            let severity = severity.to_string();
            say!(lang, "post-triaged", who = name(by), impact = impact, urgency = urgency, severity = severity)
        }
        Post::Dismissed { by, reason } => {
            say!(lang, "post-dismissed", who = name(by), reason = sentence(reason, PART))
        }
        Post::MergedInto { into, by } => say!(lang, "post-merged-into", who = name(by), incident = into.label()),
        Post::Absorbed { from, title: what, alerts, by } => {
            let (incident, what, number) = (from.label(), title(what, lang), *alerts);
            let count = grouped(number, lang);
            say!(
                lang,
                "post-absorbed",
                who = name(by),
                incident = incident,
                title = what,
                number = number,
                count = count
            )
        }
        Post::Similar { incidents } => later::similar(incidents, lang),
        Post::Contacted { person: who, via, why } => {
            let (who, via) = (person(who, names), terms::via(*via, lang));
            match why {
                ContactWhy::Rule => say!(lang, "post-contacted", who = who, via = via),
                ContactWhy::DiscordDown => say!(lang, "post-contacted-down", who = who, via = via),
                ContactWhy::Undelivered => say!(lang, "post-contacted-undelivered", who = who, via = via),
                ContactWhy::Stuck => say!(lang, "post-contacted-stuck", who = who, via = via),
            }
        }
        Post::ContactFailed { person: who, via, reason } => {
            let (who, via, reason) = (person(who, names), terms::via(*via, lang), sentence(reason, 300));
            say!(lang, "post-contact-failed", who = who, via = via, reason = reason)
        }
        Post::ThingLost { thing, why } => lost(*thing, why, lang),
        Post::PostmortemDue { whom, due, missing } => later::postmortem_due(whom.as_ref(), *due, missing, names, lang),
        Post::ActionItemDue { item } => {
            let (number, what, owner) = (item.number.to_string(), sentence(&item.what, PART), name(&item.owner));
            say!(lang, "post-action-item-due", number = number, what = what, owner = owner)
        }
        Post::PostmortemClosed { by } => say!(lang, "post-postmortem-closed", who = name(by)),
        Post::DrillReport { .. } => later::drill(post, lang),
        Post::Outage { since, posts } => later::outage(*since, posts, names, lang),
    }
}

/// The same, with the room of the other incident it names, for people to click on.
pub fn post_with_room(post: &Post, other: Option<ChatChannelId>, names: &dyn Names, lang: Language) -> String {
    match (post, other.map(room_link)) {
        (Post::MergedInto { into, by }, Some(room)) => {
            say!(lang, "post-merged-into-room", who = name(by), incident = into.label(), room = room)
        }
        (Post::Absorbed { .. }, Some(room)) => {
            then(self::post(post, names, lang), Some(say!(lang, "post-absorbed-room", room = room)))
        }
        (_, _) => self::post(post, names, lang),
    }
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
        Why::Unmapped => say!(lang, "post-why-unmapped"),
    }
}

/// A thing of the incident that is not in Discord any more, and what follows.
pub(crate) fn lost(thing: Thing, why: &LostWhy, lang: Language) -> String {
    match (thing, why) {
        (_, LostWhy::Refused { reason }) => say!(lang, "post-channel-refused", reason = sentence(reason, 300)),
        (_, LostWhy::NoCategory { category, trouble }) => {
            let category = name(category.as_deref().unwrap_or_default());
            match trouble {
                CategoryTrouble::NotConfigured => say!(lang, "post-category-not-configured"),
                CategoryTrouble::Missing => say!(lang, "post-category-missing", category = category),
                CategoryTrouble::Several => say!(lang, "post-category-several", category = category),
            }
        }
        (Thing::Card, LostWhy::Deleted) => say!(lang, "post-card-deleted"),
        (Thing::Card, LostWhy::Replaced) => say!(lang, "post-card-replaced"),
        (Thing::Thread, LostWhy::Deleted | LostWhy::Replaced) => say!(lang, "post-thread-deleted"),
        (Thing::Channel, LostWhy::Deleted | LostWhy::Replaced) => say!(lang, "post-channel-deleted"),
        (Thing::Status, LostWhy::Deleted | LostWhy::Replaced) => say!(lang, "post-status-deleted"),
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
    }
}
