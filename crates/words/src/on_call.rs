//! Purpose: who is on call, and whom a policy would page.

use domain::oncall::OnCall;
use domain::setup::{EscalationPolicy, Language};
use domain::{Timestamp, World};
use jiff::SignedDuration;

use crate::Names;
use crate::list::{and, grouped};
use crate::say::say;
use crate::text::{name, person};
use crate::time::{TimeStyle, timestamp};

/// Who is on call for `what`, until when, and who is next.
pub fn on_call(what: &str, answer: &OnCall, names: &dyn Names, lang: Language) -> String {
    let what = name(what);
    match answer {
        OnCall::Person { person: who, until, next } => {
            let (who, until, alone) = (person(who, names), timestamp(*until, TimeStyle::WeekdayTime), who == next);
            if alone {
                say!(lang, "on-call-alone", who = who, what = what, handoff = until)
            } else {
                say!(lang, "on-call-person", who = who, what = what, until = until, next = person(next, names))
            }
        }
        OnCall::Gap => say!(lang, "on-call-gap", what = what),
    }
}

/// The steps of a policy as they would page now.
pub fn escalation_steps(
    policy: &EscalationPolicy,
    world: &World,
    now: Timestamp,
    names: &dyn Names,
    lang: Language,
) -> String {
    let mut lines = vec![say!(lang, "on-call-policy", policy = name(&policy.name))];
    for (number, step) in (1..).zip(policy.steps.iter().take(15)) {
        let found = world.people_of(&step.targets, now);
        let mut who: Vec<String> = found.people.iter().map(|who| person(who, names)).collect();
        who.extend(found.gaps.iter().map(|gap| say!(lang, "on-call-step-gap", what = name(gap))));
        let wait = SignedDuration::try_from(step.wait).unwrap_or(SignedDuration::MAX);
        let wait = crate::duration(wait, lang);
        lines.push(say!(lang, "on-call-step", number = number, who = and(&who, lang), wait = wait));
    }
    let more = policy.steps.len().saturating_sub(15);
    if more > 0 {
        lines.push(say!(lang, "on-call-more-steps", number = more, shown = grouped(more, lang)));
    }
    if policy.repeat > 0 {
        lines.push(say!(lang, "on-call-repeat", times = policy.repeat));
    }
    lines.join("\n")
}

/// No schedule is configured.
pub fn no_schedules(lang: Language) -> String {
    say!(lang, "on-call-no-schedules")
}
