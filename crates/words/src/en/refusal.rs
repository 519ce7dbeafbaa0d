//! Purpose: why something was not done, and what to do instead.

use domain::incident::Access;
use domain::{IncidentStatus, Refusal};

use super::{and, name};
use crate::time::relative;

pub(crate) fn refusal(refusal: &Refusal) -> String {
    match refusal {
        Refusal::NotAllowed { needs } => match needs {
            Access::Member => "Only members of this server can do this. `/help access` says who may do what.".to_owned(),
            Access::Responder => {
                "Only responders can do this. `/help access` says how to become one; `/incident open` works for everybody.".to_owned()
            }
            Access::Admin => "Only admins can do this. `/help access` says who may do what.".to_owned(),
        },
        Refusal::NoSuchIncident { id } => format!("There is no {}. `/incident list` shows what there is.", id.label()),
        Refusal::WhichIncident => {
            "Which incident? Use the command in its room, or choose one with the option `incident`.".to_owned()
        }
        Refusal::AlreadyResolved { id } => {
            format!("{} is already {}. If it happens again, `/incident open` opens a new one.", id.label(), super::card::status_word(IncidentStatus::Resolved))
        }
        Refusal::AlreadyAcknowledged { id, by, at } => {
            let by = name(by);
            format!("{by} has {} since {}. To help, write in its room; to call more people, use `/page`.", id.label(), relative(*at))
        }
        Refusal::AlreadyYours { id } => {
            format!("You already have {}. `/update` tells the others, `/resolve` ends it.", id.label())
        }
        Refusal::NoOpenPage { id } => {
            format!("No page of {} waits for your answer. `/ack` takes it, `/escalate` pages the next person.", id.label())
        }
        Refusal::NotTheHolder { id } => {
            format!("You do not have {}. `/incident show` says who has it; `/ack` takes it if nobody does.", id.label())
        }
        Refusal::SameSeverity { id, severity } => {
            format!("{} already is {severity}. `/severity` takes another level.", id.label())
        }
        Refusal::ReasonNeeded { id, to } => {
            format!("Lowering {} to {to} needs a reason: fill in `reason` of `/severity`.", id.label())
        }
        Refusal::SeverityNotConfigured { severity, known } => {
            let known: Vec<String> = known.iter().map(ToString::to_string).collect();
            format!("{severity} is not used here. `/severity` knows {}.", and(&known))
        }
        Refusal::NotASeverity { text, known } => {
            let known: Vec<String> = known.iter().map(ToString::to_string).collect();
            format!("{} is not a severity. `/severity` knows {}.", name(text), and(&known))
        }
        Refusal::Empty { field } => format!("The field \"{field}\" is empty. Write something and send it again."),
        Refusal::TooLong { field, limit } => {
            format!("The field \"{field}\" takes at most {} characters. Shorten it and send it again.", super::grouped(*limit))
        }
        Refusal::NobodyLeft { id } => {
            format!("Nobody is left to page for {}: the policy has no further step. `/page` pages somebody by name.", id.label())
        }
        Refusal::NobodyOnCall { target } => {
            format!("Nobody is on call for {}. `/page` with a person's name pages that person.", name(target))
        }
        Refusal::NoSuchTarget { target } => {
            format!("No person, service or schedule is called {}. `/page` suggests names while you type.", name(target))
        }
        Refusal::NothingToKeepOpen { id } => {
            format!("{} is open anyway: an alert still fires, or somebody kept it open. `/resolve` ends it.", id.label())
        }
        Refusal::TooManyOpened { limit } => {
            format!("You opened {} in the last hour; more is not possible. Use `/note` in one of them, or ask a responder.", super::count(usize::try_from(*limit).unwrap_or(usize::MAX), "incident", "incidents"))
        }
        Refusal::NoSuchService { name: asked, known } => {
            let shown: Vec<String> = known.iter().take(10).map(|service| name(service)).collect();
            let more = known.len().saturating_sub(shown.len());
            let more = if more == 0 { String::new() } else { format!(" and {} more", super::grouped(more)) };
            if shown.is_empty() {
                format!("No service is called {}, and none is configured. Use `/incident open` without `service`.", name(asked))
            } else {
                format!("No service is called {}. `/incident open` knows {}{more}.", name(asked), shown.join(", "))
            }
        }
        Refusal::CandidateAnswered { incident } => match incident {
            Some(id) => format!("This was already answered: it is {}. `/incident show` says more.", id.label()),
            None => "This was already answered: not an incident. `/incident open` opens one.".to_owned(),
        },
        Refusal::NotAPerson => "That is a bot or somebody outside this server. Choose a person of this server.".to_owned(),
        Refusal::BadDuration { text } => {
            format!("\"{}\" is not a duration. Write minutes, like `30`, or `45m`, `2h`.", name(text))
        }
        Refusal::NoSuchRunbook { name: asked } => {
            format!("No runbook is called {}. `/runbook search` finds them by words.", name(asked))
        }
        Refusal::StaleButton => "This button is from an older version and no longer works. `/incident show` has new ones.".to_owned(),
        Refusal::ForeignServer => "This bot works in its home server only. Use the command there.".to_owned(),
        Refusal::NoThread { id } => {
            format!("{} has no room yet. The button Open a room under its card makes one.", id.label())
        }
    }
}

pub(crate) fn failed(error_id: &str) -> String {
    format!("That did not work; nothing was changed. Try once more. It is logged as `{}`.", error_id.replace('`', ""))
}
