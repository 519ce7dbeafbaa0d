//! Purpose: who is on call, and whom a policy would page; what people are told of overrides.

use domain::oncall::{
    InsteadOf, NotPossible, OnCall, OnCallAnswer, OnCallEvent, OverWhy, Override, ShiftChange, Standing,
};
use domain::setup::{EscalationPolicy, Language};
use domain::{PersonId, Timestamp, World};
use jiff::SignedDuration;

use crate::list::{and, grouped};
use crate::say::say;
use crate::text::{name, person, then};
use crate::time::{TimeStyle, timestamp};
use crate::typed_time::{bad_time, clock_change};
use crate::{Names, plain};

/// Changes of somebody's shifts that one message says; more are counted.
const CHANGES_SHOWN: usize = 8;

/// Who is on call for `what`, until when, and who is next.
pub fn on_call(what: &str, answer: &OnCall, names: &dyn Names, lang: Language) -> String {
    let what = name(what);
    match answer {
        OnCall::Person { person: who, until, next, instead_of } => {
            let (alone, until) = (who == next, timestamp(*until, TimeStyle::WeekdayTime));
            let who = in_place(person(who, names), instead_of.as_ref(), names, lang);
            if instead_of.is_some() {
                say!(lang, "on-call-instead", who = who, what = what, next = person(next, names))
            } else if alone {
                say!(lang, "on-call-alone", who = who, what = what, handoff = until)
            } else {
                say!(lang, "on-call-person", who = who, what = what, until = until, next = person(next, names))
            }
        }
        OnCall::Gap => say!(lang, "on-call-gap", what = what),
    }
}

/// Why Discord does not reach somebody, or not everywhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unreached {
    /// No member of the server is this person.
    NotThere,
    /// They do not see where they would be mentioned.
    Unseen {
        /// The channel or category.
        place: String,
    },
}

/// Said below who is on call: why Discord does not reach somebody.
pub fn on_call_unreached(who: &PersonId, why: &Unreached, names: &dyn Names, lang: Language) -> String {
    let who = person(who, names);
    match why {
        Unreached::NotThere => say!(lang, "on-call-not-there", who = who),
        Unreached::Unseen { place } => say!(lang, "on-call-unseen", who = who, place = name(place)),
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

/// A person, and in whose place they are on call: `Rina (instead of Budi, by Rina, until 23:00)`.
pub(crate) fn in_place(who: String, instead: Option<&InsteadOf>, names: &dyn Names, lang: Language) -> String {
    let Some(InsteadOf { person: whom, by, until }) = instead else { return who };
    let (by, until) = (name(by), at(*until));
    match whom {
        Some(whom) => say!(lang, "on-call-in-place", who = who, whom = person(whom, names), by = by, until = until),
        None => say!(lang, "on-call-by", who = who, by = by, until = until),
    }
}

/// The private answer to a request about who is on call.
pub fn on_call_answer(answer: &OnCallAnswer, names: &dyn Names, lang: Language) -> String {
    match answer {
        OnCallAnswer::Taken { schedule, until, instead_of } => {
            let (what, end) = (name(schedule), at(until.at));
            let taken = match instead_of {
                Some(whom) => {
                    say!(lang, "on-call-taken-from", what = what, until = end, whom = person(whom, names))
                }
                None => say!(lang, "on-call-taken", what = what, until = end),
            };
            then(taken, until.clock.as_ref().map(|clock| clock_change(clock, lang)))
        }
        OnCallAnswer::Asked { schedule, person: who, until, answer_by } => {
            let (what, who, end) = (name(schedule), person(who, names), at(until.at));
            let asked = say!(lang, "on-call-asked", who = who, what = what, until = end, answer = at(*answer_by));
            then(asked, until.clock.as_ref().map(|clock| clock_change(clock, lang)))
        }
        OnCallAnswer::Accepted { schedule, until } => {
            say!(lang, "on-call-accepted", what = name(schedule), until = at(*until))
        }
        OnCallAnswer::Declined { by } => say!(lang, "on-call-declined", who = name(by)),
        OnCallAnswer::Ended { schedule, then: Some(who) } => {
            say!(lang, "on-call-ended", what = name(schedule), who = person(who, names))
        }
        OnCallAnswer::Ended { schedule, then: None } => say!(lang, "on-call-ended-nobody", what = name(schedule)),
        OnCallAnswer::SureToEnd { schedule, person: who, until, then: next, .. } => {
            let (who, what, until) = (person(who, names), name(schedule), at(*until));
            let asked = say!(lang, "on-call-sure", who = who, what = what.as_str(), until = until);
            let next = match next {
                Some(next) => say!(lang, "on-call-sure-then", who = person(next, names), what = what),
                None => say!(lang, "on-call-sure-nobody", what = what),
            };
            then(asked, Some(next))
        }
        OnCallAnswer::Nothing => say!(lang, "on-call-nothing"),
        OnCallAnswer::NotPossible(why) => not_possible(why, names, lang),
    }
}

/// The button that ends an override; with the schedule where there are several.
pub fn end_override(schedule: Option<&str>, lang: Language) -> String {
    match schedule {
        Some(schedule) => say!(lang, "on-call-end-of", what = plain(schedule)),
        None => say!(lang, "on-call-end"),
    }
}

/// The button of whoever was asked whether they mean it.
pub fn end_override_now(lang: Language) -> String {
    say!(lang, "on-call-end-now")
}

fn not_possible(why: &NotPossible, names: &dyn Names, lang: Language) -> String {
    let listed = |known: &[String]| {
        let shown: Vec<String> = known.iter().take(10).map(|schedule| name(schedule)).collect();
        and(&shown, lang)
    };
    match why {
        NotPossible::NoSchedule { asked, known } => {
            say!(lang, "on-call-no-schedule", name = name(asked), known = listed(known))
        }
        NotPossible::WhichSchedule { known } => say!(lang, "on-call-which-schedule", known = listed(known)),
        NotPossible::NotAPerson => say!(lang, "on-call-not-a-person"),
        NotPossible::Time(why) => bad_time(why, lang),
        NotPossible::TooLong => say!(lang, "on-call-too-long", days = domain::oncall::LONGEST_DAYS),
        NotPossible::AlreadyOnCall { schedule, until } => {
            say!(lang, "on-call-already", what = name(schedule), until = at(*until))
        }
        NotPossible::NotYours { schedule, person: Some(who) } => {
            say!(lang, "on-call-not-yours", what = name(schedule), who = person(who, names))
        }
        NotPossible::NotYours { schedule, person: None } => {
            say!(lang, "on-call-not-yours-nobody", what = name(schedule))
        }
        NotPossible::SamePerson { schedule, person: who } => {
            say!(lang, "on-call-same-person", what = name(schedule), who = person(who, names))
        }
        NotPossible::NothingToEnd => say!(lang, "on-call-nothing-to-end"),
        NotPossible::NotAsked { person: who } => say!(lang, "on-call-not-asked", who = person(who, names)),
    }
}

/// The question whether somebody takes over, as it stands now, and what its buttons say; none of them when it is over.
pub fn on_call_question(own: &Override, names: &dyn Names, lang: Language) -> (String, Option<(String, String)>) {
    let (by, what, until) = (name(&own.by.name), name(&own.schedule), at(own.until));
    let question = say!(lang, "on-call-question", by = by.as_str(), what = what.as_str(), until = until.as_str());
    let said = match &own.standing {
        Standing::Asked { answer_by } => {
            let text = then(question, Some(say!(lang, "on-call-question-until", until = at(*answer_by))));
            return (text, Some((say!(lang, "on-call-yes"), say!(lang, "on-call-no"))));
        }
        Standing::Runs { .. } => say!(lang, "on-call-question-yes", who = person(&own.person, names)),
        Standing::Declined => say!(lang, "on-call-question-no", who = person(&own.person, names)),
        Standing::Unanswered => say!(lang, "on-call-question-unanswered"),
        Standing::Over(_) => say!(lang, "on-call-question-over"),
    };
    (then(question, Some(said)), None)
}

/// An event of an override, said to somebody whom it concerns; `reader` is the person, if they are one.
pub fn override_said(
    own: &Override,
    event: &OnCallEvent,
    reader: Option<&PersonId>,
    names: &dyn Names,
    lang: Language,
) -> String {
    let (who, by, what) = (person(&own.person, names), name(&own.by.name), name(&own.schedule));
    let until = at(own.until);
    let replaced = |whom: &Option<PersonId>| whom.is_some() && whom.as_ref() == reader;
    match event {
        OnCallEvent::Taken { instead_of, .. } | OnCallEvent::Accepted { instead_of } if replaced(instead_of) => {
            say!(lang, "on-call-said-instead", who = who, what = what, until = until, by = by)
        }
        OnCallEvent::Taken { .. } | OnCallEvent::Accepted { .. } => {
            say!(lang, "on-call-said-yes", who = who, what = what, until = until)
        }
        OnCallEvent::Declined => say!(lang, "on-call-said-no", who = who, what = what),
        OnCallEvent::Unanswered => say!(lang, "on-call-said-unanswered", who = who, what = what),
        OnCallEvent::Over { why, then: after, .. } => {
            let why = over_why(why, &who, lang);
            let now = match after {
                Some(after) if Some(after) == reader => say!(lang, "on-call-said-yours", what = what),
                Some(after) => say!(lang, "on-call-said-theirs", what = what, who = person(after, names)),
                None => say!(lang, "on-call-said-nobody", what = what),
            };
            then(why, Some(now))
        }
        OnCallEvent::Asked { .. } => say!(lang, "on-call-question", by = by, what = what, until = until),
        OnCallEvent::HandedOver { .. } | OnCallEvent::ShiftRuns { .. } | OnCallEvent::ScheduleGone { .. } => {
            handoff_said(&own.schedule, event, names, lang)
        }
    }
}

/// What a changed configuration changes about the shifts of one person, said to them.
pub fn shift_changes_said(
    schedule: &str,
    event: &OnCallEvent,
    reader: &PersonId,
    names: &dyn Names,
    lang: Language,
) -> String {
    let what = name(schedule);
    let mine = |change: &&ShiftChange| [&change.before, &change.after].into_iter().flatten().any(|who| who == reader);
    let changes: Vec<&ShiftChange> = event.shift_changes().iter().filter(mine).collect();
    let line = |change: &&ShiftChange| {
        let (from, until) = (at(change.from), at(change.until));
        let other = |who: &Option<PersonId>| who.as_ref().map(|who| person(who, names));
        match (change.after.as_ref() == Some(reader), other(&change.before), other(&change.after)) {
            (true, Some(was), _) => {
                say!(lang, "on-call-changed-yours", what = what.as_str(), from = from, until = until, was = was)
            }
            (true, None, _) => say!(lang, "on-call-changed-new", what = what.as_str(), from = from, until = until),
            (false, _, Some(now)) => {
                say!(lang, "on-call-changed-theirs", what = what.as_str(), from = from, until = until, who = now)
            }
            (false, _, None) => {
                say!(lang, "on-call-changed-nobody", what = what.as_str(), from = from, until = until)
            }
        }
    };
    let mut lines = vec![say!(lang, "on-call-changed")];
    lines.extend(changes.iter().take(CHANGES_SHOWN).map(line));
    let more = changes.len().saturating_sub(CHANGES_SHOWN);
    if more > 0 {
        lines.push(say!(lang, "on-call-changed-more", number = more, shown = grouped(more, lang)));
    }
    lines.join("\n")
}

/// Who is on call on a schedule from now on, for everybody. Names nobody so that they are notified.
pub fn handoff_said(schedule: &str, event: &OnCallEvent, names: &dyn Names, lang: Language) -> String {
    let what = name(schedule);
    match event {
        OnCallEvent::HandedOver { to: Some(to), until, instead_of, .. } => {
            let who = person(to, names);
            match (instead_of, until) {
                (Some(instead), _) => {
                    let who = in_place(who, Some(instead), names, lang);
                    say!(lang, "on-call-announced-instead", who = who, what = what)
                }
                (None, Some(until)) => {
                    let until = timestamp(*until, TimeStyle::WeekdayTime);
                    say!(lang, "on-call-announced", who = who, what = what, until = until)
                }
                (None, None) => say!(lang, "on-call-announced-instead", who = who, what = what),
            }
        }
        _ => say!(lang, "on-call-announced-nobody", what = what),
    }
}

/// An override that nobody ended and that cannot go on, for operators.
pub fn override_fell(own: &Override, why: &OverWhy, after: Option<&PersonId>, lang: Language) -> String {
    let who = own.person.as_str();
    let what = own.schedule.as_str();
    let now = match after {
        Some(after) => say!(lang, "on-call-fell-then", what = what, who = after.as_str()),
        None => say!(lang, "on-call-fell-nobody", what = what),
    };
    then(over_why(why, who, lang), Some(now))
}

fn over_why(why: &OverWhy, who: &str, lang: Language) -> String {
    match why {
        OverWhy::Time => say!(lang, "on-call-over-time", who = who),
        OverWhy::Person { by } => say!(lang, "on-call-over-person", who = who, by = name(by)),
        OverWhy::Left => say!(lang, "on-call-over-left", who = who),
        OverWhy::NotAPerson => say!(lang, "on-call-over-not-a-person", who = who),
        OverWhy::NoSchedule => say!(lang, "on-call-over-no-schedule", who = who),
    }
}

fn at(at: Timestamp) -> String {
    timestamp(at, TimeStyle::DateTime)
}
