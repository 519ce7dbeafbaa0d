//! Purpose: pages: the one line on a lock screen, what stands below it, and how they ended.

use domain::Incident;
use domain::incident::Page;
use domain::setup::Language;

use crate::say::say;
use crate::text::{heading, person, sentence};

use crate::Names;

/// The line of a page, fit for a lock screen. `mention` stands first when the page is a mention. Whoever has it already is asked
/// whether they still do: a second ring that reads as the first one looks like a fault.
pub fn page_line(incident: &Incident, page: Option<&Page>, mention: Option<&str>, lang: Language) -> String {
    let mention = mention.map(|mention| format!("{mention} ")).unwrap_or_default();
    let heading = heading(incident, lang);
    let stop = if heading.ends_with(['.', '!', '?', '…']) { "" } else { "." };
    let heading = format!("{mention}{heading}{stop}");
    match page.is_some_and(|page| page.reason.call().asks_holder) {
        true => say!(lang, "page-line-asked", heading = heading),
        false => say!(lang, "page-line", heading = heading),
    }
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
    lines.push(crate::called::page_why(&page.reason, lang));
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

/// The same in a room where the next line says how it ended: only whom it called, and when.
pub fn page_folded_line(incident: &Incident, page: &Page, names: &dyn Names, lang: Language) -> String {
    let (who, at) = (person(&page.person, names), crate::time::clock(page.at));
    say!(lang, "page-folded", who = who, at = at, heading = heading(incident, lang))
}

/// The line of a page that is over.
pub fn page_settled_line(incident: &Incident, page: &Page, names: &dyn Names, lang: Language) -> String {
    let heading = heading(incident, lang);
    let Some((end, at)) = &page.end else {
        return page_line(incident, Some(page), Some(&person(&page.person, names)), lang);
    };
    crate::called::page_settled(&person(&page.person, names), end, *at, &heading, names, lang)
}
