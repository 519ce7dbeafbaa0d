//! Purpose: the timeline as people read it. Who comes first; the time stands beside it, not in it.

use domain::incident::{Event, EventAt, Opener, PageEnd, PageReason};

use super::{PART, and, name, person, sentence, title};
use crate::time::relative;
use crate::{Names, cut, escape};

pub(crate) fn entry(entry: &EventAt, names: &dyn Names) -> String {
    match &entry.event {
        Event::Opened { title: what, severity, opener, .. } => {
            let by = match opener {
                Opener::Alert { integration } => format!("an alert of {}", name(integration)),
                Opener::Person { by } => name(&by.name),
            };
            format!("Opened by {by} as {severity}: {}", title(what))
        }
        Event::AlertFired { title: what, .. } => format!("Alert fires: {}", title(what)),
        Event::AlertResolved { .. } => "An alert resolved.".to_owned(),
        Event::AllAlertsResolved => "All alerts resolved.".to_owned(),
        Event::KeptOpen { by } => format!("{} keeps it open.", name(&by.name)),
        Event::Escalated { policy, position, due, gaps } => {
            let round = if position.round == 0 { String::new() } else { format!(", round {}", position.round + 1) };
            let gaps: Vec<String> = gaps.iter().map(|gap| name(gap)).collect();
            let gaps = if gaps.is_empty() { String::new() } else { format!(" Nobody is on call for {}.", and(&gaps)) };
            format!("Step {}{round} of {}; the next one {}.{gaps}", position.step + 1, name(policy), relative(*due))
        }
        Event::EscalationEnded { policy: Some(policy), .. } => format!("Nobody is left to page on {}.", name(policy)),
        Event::EscalationEnded { policy: None, .. } => "Nobody to page: no policy covers it.".to_owned(),
        Event::EscalationStopped { reason } => format!("Escalation stopped: {}.", super::post::stop_reason(*reason)),
        Event::EscalationResumed { due } => format!("Escalation goes on {}.", relative(*due)),
        Event::Paged { person: who, reason, .. } => match reason {
            PageReason::Step { policy, position } => {
                format!("{} is paged: step {} of {}.", person(who, names), position.step + 1, name(policy))
            }
            PageReason::ByHand { by, reason } => {
                format!("{} is paged by {}: {}", person(who, names), name(&by.name), sentence(reason, PART))
            }
        },
        Event::PageEnded { page, end } => match end {
            PageEnd::Acknowledged { by } => format!("Page {page} answered by {}.", name(by)),
            PageEnd::Declined => format!("Page {page}: cannot take it."),
            PageEnd::NotNeeded => format!("Page {page} no longer needed."),
        },
        Event::DirectMessageFailed { person: who, .. } => {
            format!("The direct message to {} was not delivered.", person(who, names))
        }
        Event::Acknowledged { by, .. } => format!("{} acknowledged.", name(&by.name)),
        Event::AckQuestioned { until } => {
            format!("The holder is asked and has until {} to answer.", crate::time::clock(*until))
        }
        Event::StillOnIt { by } => format!("{} is still on it.", name(&by.name)),
        Event::AckExpired => "The holder did not answer; nobody has it.".to_owned(),
        Event::AckWithdrawn { by } => format!("{} gave it back.", name(&by.name)),
        Event::SeverityChanged { from, to, by, reason, .. } => {
            let by = by.as_ref().map_or_else(|| "An alert".to_owned(), |by| name(&by.name));
            let verb = if to.is_worse_than(*from) { "raised" } else { "lowered" };
            let reason = reason.as_ref().map(|reason| format!(": {}", sentence(reason, PART)));
            format!("{by} {verb} the severity from {from} to {to}{}", reason.unwrap_or_else(|| ".".to_owned()))
        }
        Event::CommanderSet { commander, by } if commander.user == by.user => {
            format!("{} commands.", name(&commander.name))
        }
        Event::CommanderSet { commander, by } => {
            format!("{} commands, says {}.", name(&commander.name), name(&by.name))
        }
        Event::UpdatePosted { by, know, doing, .. } => {
            format!("Update by {}: {} We do: {}", name(&by.name), sentence(know, PART), sentence(doing, PART))
        }
        Event::UpdateOverdue => "The promised update did not come.".to_owned(),
        Event::Noted { by, text, .. } => format!("{}: {}", name(&by.name), cut(&escape(text), 1_500)),
        Event::Followed { user } => format!("<@{user}> follows."),
        Event::Unfollowed { user } => format!("<@{user}> no longer follows."),
        Event::Resolved { by: Some(by), fixed } => {
            let fixed = fixed.as_ref().map(|fixed| format!(": {}", sentence(fixed, 1_500)));
            format!("Resolved by {}{}", name(&by.name), fixed.unwrap_or_else(|| ".".to_owned()))
        }
        Event::Resolved { by: None, .. } => "Resolved: all alerts resolved and nobody had taken it.".to_owned(),
        Event::Reopened { by: Some(by), reason } => {
            let reason = reason.as_ref().map(|reason| format!(": {}", sentence(reason, PART)));
            format!("Reopened by {}{}", name(&by.name), reason.unwrap_or_else(|| ".".to_owned()))
        }
        Event::Reopened { by: None, .. } => "Reopened: an alert fires again.".to_owned(),
    }
}
