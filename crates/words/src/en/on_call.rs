//! Purpose: who is on call, and whom a policy would page.

use domain::escalation::people_of;
use domain::oncall::OnCall;
use domain::setup::EscalationPolicy;
use domain::{Setup, Timestamp};
use jiff::SignedDuration;

use super::{and, name, person};
use crate::Names;
use crate::time::{TimeStyle, timestamp};

pub(crate) fn on_call(what: &str, answer: &OnCall, names: &dyn Names) -> String {
    let what = name(what);
    match answer {
        OnCall::Person { person: who, until, next } if who == next => {
            format!(
                "{} is on call for {what}, alone in the rotation; the next handoff is {}.",
                person(who, names),
                timestamp(*until, TimeStyle::WeekdayTime)
            )
        }
        OnCall::Person { person: who, until, next } => {
            let until = timestamp(*until, TimeStyle::WeekdayTime);
            format!("{} is on call for {what} until {until}; then {}.", person(who, names), person(next, names))
        }
        OnCall::Gap => format!(
            "Nobody is on call for {what}. A page goes to the next step of its policy; `/page` calls somebody by name."
        ),
    }
}

pub(crate) fn escalation_steps(policy: &EscalationPolicy, setup: &Setup, now: Timestamp, names: &dyn Names) -> String {
    let mut lines = vec![format!("The policy {} pages:", name(&policy.name))];
    for (number, step) in (1..).zip(policy.steps.iter().take(15)) {
        let found = people_of(setup, &step.targets, now);
        let mut who: Vec<String> = found.people.iter().map(|who| person(who, names)).collect();
        who.extend(found.gaps.iter().map(|gap| format!("nobody (no one is on call for {})", name(gap))));
        let wait = SignedDuration::try_from(step.wait).unwrap_or(SignedDuration::MAX);
        lines.push(format!("{number}. {}, then waits {}", and(&who), super::duration::duration(wait)));
    }
    if policy.steps.len() > 15 {
        lines.push(format!("and {} more", super::count(policy.steps.len() - 15, "step", "steps")));
    }
    match policy.repeat {
        0 => {}
        1 => lines.push("All of it once more if nobody answers.".to_owned()),
        times => lines.push(format!("All of it {times} times more if nobody answers.")),
    }
    lines.join("\n")
}

pub(crate) fn no_schedules() -> String {
    "No schedule is configured, so nobody is on call. `/page` calls somebody by name.".to_owned()
}
