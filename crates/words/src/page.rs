//! Purpose: pages: the one line on a lock screen, what stands below it, and how they ended.

use domain::Incident;
use domain::incident::{Page, PageEnd, PageReason};
use domain::setup::Language;

use crate::say::say;
use crate::text::{heading, name, page_reason, person, sentence};
use crate::time::clock;
use crate::{Names, terms};

/// The line of a page, fit for a lock screen. `mention` stands first when the page is a mention.
pub fn page_line(incident: &Incident, mention: Option<&str>, lang: Language) -> String {
    let mention = mention.map(|mention| format!("{mention} ")).unwrap_or_default();
    let heading = heading(incident, lang);
    let stop = if heading.ends_with(['.', '!', '?', '…']) { "" } else { "." };
    say!(lang, "page-line", heading = format!("{mention}{heading}{stop}"))
}

/// Lines below a page sent as a direct message: why, the first step, and the room's address.
pub fn page_details(
    incident: &Incident,
    page: &Page,
    first_step: Option<&str>,
    room_url: Option<&str>,
    lang: Language,
) -> Vec<String> {
    let mut lines = Vec::new();
    lines.push(match &page.reason {
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
        PageReason::Guard => say!(lang, "page-why-guard"),
    });
    if let Some(impact) = &incident.impact {
        lines.push(say!(lang, "page-impact", impact = sentence(impact, 300)));
    }
    if let Some(step) = first_step {
        lines.push(say!(lang, "page-first", step = sentence(step, 300)));
    }
    if let Some(url) = room_url {
        lines.push(say!(lang, "page-room", url = url));
    }
    lines
}

/// The line of a page that is over.
pub fn page_settled_line(incident: &Incident, page: &Page, names: &dyn Names, lang: Language) -> String {
    let heading = heading(incident, lang);
    match &page.end {
        Some((PageEnd::Acknowledged { by }, at)) => {
            say!(lang, "page-acknowledged", who = name(by), at = clock(*at), heading = heading)
        }
        Some((PageEnd::Declined { .. }, at)) => {
            say!(lang, "page-declined", who = person(&page.person, names), at = clock(*at), heading = heading)
        }
        Some((PageEnd::NotNeeded, at)) => say!(lang, "page-not-needed", at = clock(*at), heading = heading),
        Some((PageEnd::Silenced { by, until }, _)) => {
            let until = crate::timestamp(*until, crate::TimeStyle::DateTime);
            say!(lang, "page-silenced", who = name(by), until = until, heading = heading)
        }
        Some((PageEnd::HandedOver { to }, at)) => {
            say!(lang, "page-handed-over", who = person(to, names), at = clock(*at), heading = heading)
        }
        None => page_line(incident, Some(&person(&page.person, names)), lang),
    }
}
