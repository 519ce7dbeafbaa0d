//! Purpose: what is said in rooms, threads and channels.

use domain::incident::{Incident, StopReason};
use domain::routing::Why;
use domain::{ChatChannelId, Post};

use super::{PART, and, heading, name, person, sentence, title};
use crate::time::{clock, relative};
use crate::{Names, cut, escape, escape_lines, link};

pub(crate) fn post(post: &Post, names: &dyn Names) -> String {
    match post {
        Post::Why { why: reason, runbook } => {
            let first = match runbook {
                Some((runbook, step)) => format!(" Runbook {}, step 1: {}", cut(&escape(runbook), 200), sentence(step, PART)),
                None => String::new(),
            };
            format!("Why: {}.{first}", why(reason))
        }
        Post::Acknowledged { by, at, spared } => {
            let spared = spared.as_ref().map(|spared| format!(" {} will not be paged.", person(spared, names)));
            format!("{} acknowledged, {}.{}", name(by), clock(*at), spared.unwrap_or_default())
        }
        Post::HelpComing { by } => format!("{} answered the page and helps.", name(by)),
        Post::Declined { person: who, next } => match next {
            Some(next) => format!("{} cannot take it. {} is paged now.", person(who, names), person(next, names)),
            None => format!("{} cannot take it. `/escalate` or `/page` calls somebody else.", person(who, names)),
        },
        Post::Gaps { schedules } => {
            let schedules: Vec<String> = schedules.iter().map(|schedule| name(schedule)).collect();
            format!("Nobody is on call for {}, so the next step was taken at once.", cut(&and(&schedules), PART))
        }
        Post::PolicyEnded { policy: Some(policy) } => {
            format!("Nobody has this, and nobody is left to page on the policy {}. Take it with `/ack`, or call somebody with `/page`.", name(policy))
        }
        Post::PolicyEnded { policy: None } => {
            "Nobody has this, and nobody is paged: no escalation policy covers it. Take it with `/ack`, or call somebody with `/page`.".to_owned()
        }
        Post::DirectMessageFailed { person: who } => {
            format!("{} was paged here, but the direct message was not delivered. Use another way to reach them if it is urgent.", person(who, names))
        }
        Post::StillOnIt { holder, until } => {
            format!("{}, are you still on it? Without an answer escalation goes on {}.", names.address(holder), relative(*until))
        }
        Post::AckExpired { holder } => {
            format!("{} did not answer, so nobody has it now. `/ack` takes it.", name(holder))
        }
        Post::AckWithdrawn { by } => format!("{} gave it back. Nobody has it now. `/ack` takes it.", name(by)),
        Post::SeverityChanged { from, to, by, reason } => {
            let verb = if to.is_worse_than(*from) { "raised" } else { "lowered" };
            let reason = reason.as_ref().map(|reason| format!(" Reason: {}", sentence(reason, PART))).unwrap_or_default();
            match by {
                Some(by) => format!("{} {verb} the severity from {from} to {to}.{reason}", name(by)),
                None => format!("An alert {verb} the severity from {from} to {to}.{reason}"),
            }
        }
        Post::EscalationStopped { reason } => format!("Escalation stopped: {}.", stop_reason(*reason)),
        Post::Commander { commander, by: None } => format!("{} commands.", name(commander)),
        Post::Commander { commander, by: Some(by) } => format!("{} commands, says {}.", name(commander), name(by)),
        Post::Update { number, by, know, doing, next } => {
            let next = match next {
                Some(next) => format!("Next update {}.", relative(*next)),
                None => "No further update is promised.".to_owned(),
            };
            format!("Update {number} · {} · We know: {} We do: {} {next}", name(by), sentence(know, PART), sentence(doing, PART))
        }
        Post::UpdateOverdue { whom: Some(whom) } => format!("{}, the promised update is due. `/update` writes it.", names.address(whom)),
        Post::UpdateOverdue { whom: None } => "The promised update is due, and nobody has this. `/ack` takes it, `/update` writes it.".to_owned(),
        Post::Note { by, text, link: source } => {
            let source = source.as_ref().and_then(|url| link("message", url)).map(|link| format!(" ({link})"));
            format!("Note by {}: {}{}", name(by), cut(&escape_lines(text), 1_300), source.unwrap_or_default())
        }
        Post::AllAlertsResolved { closes_at: Some(at) } => {
            format!("All alerts resolved. Nobody had taken it, so it closes by itself {} unless you keep it open.", relative(*at))
        }
        Post::AllAlertsResolved { closes_at: None } => "All alerts resolved. It stays open until somebody resolves it.".to_owned(),
        Post::KeptOpen { by } => format!("{} keeps it open. `/resolve` ends it.", name(by)),
        Post::FiresAgain { title: alert } => format!("An alert fires again: {}", sentence(alert, PART)),
        Post::Resolved { by, opened_at, at, fixed } => {
            let after = super::duration::duration(at.duration_since(*opened_at));
            match (by, fixed) {
                (Some(by), Some(fixed)) => format!("Resolved after {after} by {}: {}", name(by), sentence(fixed, 1_500)),
                (Some(by), None) => format!("Resolved after {after} by {}.", name(by)),
                (None, _) => format!("Resolved after {after}: all alerts resolved and nobody had taken it."),
            }
        }
    }
}

pub(crate) fn elsewhere(incident: &Incident, room: Option<ChatChannelId>) -> String {
    let room = room.map(|room| format!(" <#{room}>")).unwrap_or_default();
    format!("{}{room}: ", heading(incident))
}

pub(crate) fn why(why: &Why) -> String {
    match why {
        Why::Rule { number, conditions, source } => {
            let conditions =
                if conditions.is_empty() { String::new() } else { format!(" ({})", cut(&escape(conditions), 200)) };
            format!("rule {number} of routing{conditions}, {}", cut(&escape(&source.to_string()), 100))
        }
        Why::NoRule => "no routing rule matched, so it is treated as SEV-3".to_owned(),
        Why::Integration { name: integration, source } => {
            let source = source.as_ref().map(|source| format!(", {}", cut(&escape(&source.to_string()), 100)));
            format!("the integration {} says so{}", name(integration), source.unwrap_or_default())
        }
        Why::Person { name: who } => format!("opened by {}", name(who)),
        Why::Unmapped => "the payload has an unknown shape, so nothing could be read from it".to_owned(),
    }
}

pub(super) fn stop_reason(reason: StopReason) -> &'static str {
    match reason {
        StopReason::Acknowledged => "somebody has it",
        StopReason::Resolved => "it is resolved",
        StopReason::AllAlertsResolved => "all alerts resolved",
        StopReason::SeverityLowered => "this severity pages nobody",
    }
}

/// `INC-8 Checkout errors 12 %`, for sentences that name an incident.
pub(super) fn named(incident: &Incident) -> String {
    format!("{} {}", incident.id.label(), title(&incident.title))
}
