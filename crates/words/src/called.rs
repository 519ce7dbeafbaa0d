//! Purpose: why somebody is paged, and how a page ended, wherever people read it: in the timeline, below the page, on the card, in `/why`,
//! outside Discord.

use domain::incident::{Incident, PageEnd, PageReason};
use domain::setup::Language;
use domain::{PageId, PersonId, Timestamp};

use crate::say::say;
use crate::text::{PART, name, page_reason, person};
use crate::time::clock;
use crate::{Names, cut, plain, terms};

/// A person who was paged, and in whose place.
pub(crate) fn who(who: String, reason: &PageReason, names: &dyn Names, lang: Language) -> String {
    crate::on_call::in_place(who, reason.call().instead_of, names, lang)
}

/// On which way of Discord somebody who is called is not reached, and why.
pub(crate) fn unreached(incident: &Incident, page: PageId, lang: Language) -> Option<String> {
    if incident.left.contains(&page) {
        return Some(say!(lang, "card-paged-left"));
    }
    let unseen = incident.unseen.contains_key(&page).then(|| say!(lang, "card-paged-unseen"));
    let closed = incident.direct_failed.contains(&page).then(|| say!(lang, "card-paged-no-direct"));
    let why: Vec<String> = unseen.into_iter().chain(closed).collect();
    (!why.is_empty()).then(|| why.join(", "))
}

/// In the timeline: why somebody was paged.
pub(crate) fn entry_paged(whom: &PersonId, reason: &PageReason, names: &dyn Names, lang: Language) -> String {
    let who = who(person(whom, names), reason, names, lang);
    match reason {
        PageReason::Step { policy, position, schedule, .. } => {
            let (step, policy) = (position.step + 1, name(policy));
            match schedule.as_ref().map(|schedule| name(schedule)) {
                Some(on) => {
                    say!(lang, "entry-paged-schedule", who = who, schedule = on, step = step, policy = policy)
                }
                None => say!(lang, "entry-paged", who = who, step = step, policy = policy),
            }
        }
        PageReason::ByHand { by, reason: why } => {
            let by = name(&by.name);
            say!(lang, "entry-paged-by", who = who, by = by, reason = page_reason(why, PART, lang))
        }
        PageReason::Holder { why } => {
            say!(lang, "entry-paged-holder", who = who, why = terms::asked(*why, lang))
        }
        PageReason::End { policy, .. } => say!(lang, "entry-paged-end", who = who, policy = name(policy)),
        PageReason::Guard => say!(lang, "entry-paged-guard", who = who),
    }
}

/// In the timeline: how a page ended.
pub(crate) fn entry_ended(page: PageId, end: &PageEnd, names: &dyn Names, lang: Language) -> String {
    match end {
        PageEnd::Acknowledged { by } => {
            say!(lang, "entry-page-acknowledged", page = page.to_string(), who = name(by))
        }
        PageEnd::Declined { .. } => say!(lang, "entry-page-declined", page = page.to_string()),
        PageEnd::NotNeeded => say!(lang, "entry-page-not-needed", page = page.to_string()),
        PageEnd::Silenced { by, until } => {
            let until = crate::timestamp(*until, crate::TimeStyle::DateTime);
            say!(lang, "entry-page-silenced", page = page.to_string(), who = name(by), until = until)
        }
        PageEnd::HandedOver { to } => {
            say!(lang, "entry-page-handed-over", page = page.to_string(), who = person(to, names))
        }
        PageEnd::Removed => say!(lang, "entry-page-removed", page = page.to_string()),
    }
}

/// In the room: how a page ended; none when it reads as in the timeline. `whose` page it was.
pub(crate) fn post_ended(end: &PageEnd, whose: Option<&PersonId>, names: &dyn Names, lang: Language) -> Option<String> {
    match end {
        PageEnd::Acknowledged { by } => Some(say!(lang, "post-help-coming", who = name(by))),
        PageEnd::Declined { person: who, next } => {
            let who = person(who.as_ref().or(whose)?, names);
            Some(match next {
                Some(next) => say!(lang, "post-declined", who = who, next = person(next, names)),
                None => say!(lang, "post-declined-nobody", who = who),
            })
        }
        PageEnd::NotNeeded | PageEnd::HandedOver { .. } | PageEnd::Silenced { .. } | PageEnd::Removed => None,
    }
}

/// Below the line of a page: why.
pub(crate) fn page_why(reason: &PageReason, lang: Language) -> String {
    match reason {
        PageReason::Step { policy, position, .. } => {
            let (step, policy) = (position.step + 1, name(policy));
            match position.round {
                0 => say!(lang, "page-why-step", step = step, policy = policy),
                round => say!(lang, "page-why-round", step = step, round = round + 1, policy = policy),
            }
        }
        PageReason::ByHand { by, reason: why } => {
            say!(lang, "page-why-asked", who = name(&by.name), reason = page_reason(why, 400, lang))
        }
        PageReason::Holder { why } => say!(lang, "page-why-holder", why = terms::asked(*why, lang)),
        PageReason::End { policy, .. } => say!(lang, "page-why-end", policy = name(policy)),
        PageReason::Guard => say!(lang, "page-why-guard"),
    }
}

/// The line of a page that is over.
pub(crate) fn page_settled(
    whose: &str,
    end: &PageEnd,
    at: Timestamp,
    heading: &str,
    names: &dyn Names,
    lang: Language,
) -> String {
    let at = clock(at);
    match end {
        PageEnd::Acknowledged { by } => {
            say!(lang, "page-acknowledged", who = name(by), at = at, heading = heading)
        }
        PageEnd::Declined { .. } => say!(lang, "page-declined", who = whose, at = at, heading = heading),
        PageEnd::NotNeeded => say!(lang, "page-not-needed", at = at, heading = heading),
        PageEnd::Silenced { by, until } => {
            let until = crate::timestamp(*until, crate::TimeStyle::DateTime);
            say!(lang, "page-silenced", who = name(by), until = until, heading = heading)
        }
        PageEnd::Removed => say!(lang, "page-removed", who = whose, at = at, heading = heading),
        PageEnd::HandedOver { to } if person(to, names) == whose => {
            say!(lang, "page-called-again", who = whose, at = at, heading = heading)
        }
        PageEnd::HandedOver { to } => {
            say!(lang, "page-handed-over", who = person(to, names), at = at, heading = heading)
        }
    }
}

/// In `/why`: why somebody was paged.
pub(crate) fn why_paged(whom: String, at: String, reason: &PageReason, names: &dyn Names, lang: Language) -> String {
    let who = who(whom, reason, names, lang);
    match reason {
        PageReason::Step { policy, position, schedule, .. } => {
            let (step, policy) = (position.step + 1, name(policy));
            match schedule.as_deref().map(name) {
                Some(schedule) => {
                    say!(
                        lang,
                        "why-page-schedule",
                        who = who,
                        at = at,
                        schedule = schedule,
                        step = step,
                        policy = policy
                    )
                }
                None => say!(lang, "why-page-named", who = who, at = at, step = step, policy = policy),
            }
        }
        PageReason::ByHand { by, reason } => {
            let reason = page_reason(reason, 150, lang);
            say!(lang, "why-page-by-hand", who = who, at = at, by = name(&by.name), reason = reason)
        }
        PageReason::Holder { why } => {
            say!(lang, "why-page-holder", who = who, at = at, why = terms::asked(*why, lang))
        }
        PageReason::End { policy, .. } => {
            say!(lang, "why-page-end", who = who, at = at, policy = name(policy))
        }
        PageReason::Guard => say!(lang, "why-page-guard", who = who, at = at),
    }
}

/// In `/why`: how a page ended.
pub(crate) fn why_ended(end: &PageEnd, whose: &PersonId, names: &dyn Names, lang: Language) -> String {
    match end {
        PageEnd::Acknowledged { by } => say!(lang, "why-page-answered", who = name(by)),
        PageEnd::Declined { .. } => say!(lang, "why-page-declined"),
        PageEnd::NotNeeded => say!(lang, "why-page-not-needed"),
        PageEnd::Silenced { by, .. } => say!(lang, "why-page-silenced", who = name(by)),
        PageEnd::Removed => say!(lang, "why-page-removed"),
        PageEnd::HandedOver { to } if to == whose => say!(lang, "why-page-called-again"),
        PageEnd::HandedOver { to } => say!(lang, "why-page-handed-over", who = person(to, names)),
    }
}

/// Outside Discord: why.
pub(crate) fn outside_why(reason: &PageReason, lang: Language) -> String {
    match reason {
        PageReason::Step { policy, position, .. } => {
            say!(lang, "outside-why-step", step = position.step + 1, policy = cut(&plain(policy), 64))
        }
        PageReason::ByHand { by, reason } => {
            say!(lang, "outside-why-asked", who = cut(&plain(&by.name), 64), reason = cut(&plain(reason), 400))
        }
        PageReason::Holder { why } => say!(lang, "outside-why-holder", why = terms::asked(*why, lang)),
        PageReason::End { policy, .. } => say!(lang, "outside-why-end", policy = cut(&plain(policy), 64)),
        PageReason::Guard => say!(lang, "outside-why-guard"),
    }
}
