//! Purpose: what stakeholders read of an event: one line in their channel or a direct message, and what the thread says at once.
//! A line stands by itself and names its incident; none says that something is resolved which was merged or was none.

use domain::ChatChannelId;
use domain::incident::{Event, EventAt, Incident};
use domain::setup::Language;

use crate::list::and;
use crate::say::say;
use crate::text::{PART, named, person, room_link, sentence, then, title};
use crate::time::relative;
use crate::{Names, PostFacts, cut, escape};

/// What an event says to stakeholders; none when it has nothing for them.
pub(crate) fn line(said: &EventAt, facts: &PostFacts<'_>, lang: Language) -> Option<String> {
    let incident = facts.incident;
    let id = incident.id.label();
    Some(match &said.event {
        Event::UpdatePosted { know, doing, number, .. } => {
            let known = u32::try_from(incident.updates.len()).unwrap_or(u32::MAX);
            let (know, doing) = (sentence(know, PART), sentence(doing, PART));
            say!(lang, "told-update", incident = id, number = number.unwrap_or(known), know = know, doing = doing)
        }
        Event::UpdateOverdue { .. } => {
            let due = relative(incident.update_overdue.unwrap_or(said.at));
            say!(lang, "told-overdue", incident = id, due = due)
        }
        Event::Mitigated { how, .. } => {
            let mitigated = say!(lang, "told-mitigated", incident = id);
            then(mitigated, how.as_ref().map(|how| say!(lang, "told-done", how = sentence(how, PART))))
        }
        Event::MitigationWithdrawn { .. } => say!(lang, "told-not-mitigated", incident = id),
        Event::Resolved { by, fixed, .. } => {
            let after = crate::duration(said.at.duration_since(incident.opened_at), lang);
            match (fixed, by) {
                (Some(fixed), _) => {
                    say!(lang, "told-resolved-how", incident = id, after = after, how = sentence(fixed, PART))
                }
                (None, Some(_)) => say!(lang, "told-resolved", incident = id, after = after),
                (None, None) => say!(lang, "told-resolved-by-itself", incident = id, after = after),
            }
        }
        Event::Dismissed { .. } => say!(lang, "told-false-alarm", incident = id),
        Event::MergedInto { into, .. } => say!(lang, "told-continues", incident = id, into = into.label()),
        Event::Reopened { reason: Some(reason), .. } => {
            say!(lang, "told-open-again-why", incident = id, reason = sentence(reason, PART))
        }
        Event::Reopened { reason: None, .. } => say!(lang, "told-open-again", incident = id),
        _ => return None,
    })
}

/// What somebody who follows reads by direct message: the line, which incident that is, and where its thread is.
pub fn follower_told(
    said: &EventAt,
    facts: &PostFacts<'_>,
    thread: Option<ChatChannelId>,
    names: &dyn Names,
    lang: Language,
) -> String {
    let line = line(said, facts, lang).unwrap_or_else(|| crate::entry(said, names, lang));
    let which = named(facts.incident, lang);
    match thread.map(room_link) {
        Some(thread) => format!("{line}\n{which} {thread}"),
        None => format!("{line}\n{which}"),
    }
}

/// What the thread beside a channel says at once: what is known, for whom it is bad, and who is called.
pub(crate) fn known(incident: &Incident, names: &dyn Names, lang: Language) -> String {
    let (what, severity, since) =
        (title(&incident.title, lang), incident.severity.to_string(), relative(incident.opened_at));
    let mut lines = vec![say!(lang, "told-known", title = what, severity = severity, since = since)];
    if let Some(impact) = &incident.impact {
        lines.push(say!(lang, "told-known-impact", impact = cut(&escape(impact), 600)));
    }
    if let Some(service) = crate::card::service(incident, lang) {
        lines.push(say!(lang, "told-known-service", service = service));
    }
    let mut called: Vec<String> = Vec::new();
    for page in incident.open_pages() {
        let who = person(&page.person, names);
        if !called.contains(&who) {
            called.push(who);
        }
    }
    let now = match called.len() {
        0 => say!(lang, "told-known-nobody"),
        number => say!(lang, "told-known-called", number = number, who = cut(&and(&called, lang), 300)),
    };
    lines.push(then(now, Some(say!(lang, "told-known-follow"))));
    lines.join("\n")
}
