//! Purpose: what is said in rooms, threads and channels.

use domain::incident::{Incident, StopReason};
use domain::routing::Why;
use domain::setup::Language;
use domain::{ChatChannelId, Post};

use crate::list::and;
use crate::say::say;
use crate::text::{PART, heading, name, person, sentence, then};
use crate::time::{clock, relative};
use crate::{Names, cut, escape, escape_lines, link};

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
            then(changed, reason.as_ref().map(|reason| say!(lang, "post-reason", reason = sentence(reason, PART))))
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
        Post::Resolved { by, opened_at, at, fixed } => {
            let after = crate::duration(at.duration_since(*opened_at), lang);
            match (by, fixed) {
                (Some(by), Some(fixed)) => {
                    say!(lang, "post-resolved-how", after = after, who = name(by), how = sentence(fixed, 1_500))
                }
                (Some(by), None) => say!(lang, "post-resolved", after = after, who = name(by)),
                (None, _) => say!(lang, "post-resolved-by-itself", after = after),
            }
        }
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

pub(crate) fn escalation_stopped(reason: StopReason, lang: Language) -> String {
    match reason {
        StopReason::Acknowledged => say!(lang, "post-stopped-acknowledged"),
        StopReason::Resolved => say!(lang, "post-stopped-resolved"),
        StopReason::AllAlertsResolved => say!(lang, "post-stopped-all-alerts-resolved"),
        StopReason::SeverityLowered => say!(lang, "post-stopped-severity-lowered"),
    }
}
