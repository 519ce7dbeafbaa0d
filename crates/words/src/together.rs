//! Purpose: one direct message for several incidents that wait for one person, and what is said when all are taken at once.

use domain::incident::Page;
use domain::setup::Language;
use domain::{Incident, IncidentId};

use crate::Names;
use crate::cut;
use crate::list::grouped;
use crate::say::say;
use crate::text::{heading, person};

/// Characters of a line: with twenty of them the message is one still.
const LINE: usize = 90;

/// Incidents that the line for many names.
const CROWD: usize = 10;

/// An incident of the message, with the page that it tells.
#[derive(Clone, Copy, Debug)]
pub struct TogetherLine<'a> {
    /// Which.
    pub incident: &'a Incident,
    /// Its page; none when it is not known any more.
    pub page: Option<&'a Page>,
}

/// "3 incidents wait for you: ..." `open` of all `count` still wait; the lines come as they are shown.
pub fn together(lines: &[TogetherLine<'_>], open: usize, count: usize, names: &dyn Names, lang: Language) -> String {
    let mut text = vec![match open {
        0 => say!(lang, "page-together-none"),
        _ => say!(lang, "page-together-wait", number = open, shown = grouped(open, lang)),
    }];
    text.extend(lines.iter().map(|TogetherLine { incident, page }| match page {
        Some(page) if page.end.is_some() => {
            format!("- {}", cut(&crate::page_settled_line(incident, page, names, lang), LINE))
        }
        _ => format!("- {}", cut(&heading(incident, lang), LINE)),
    }));
    let more = count.saturating_sub(lines.len());
    if more > 0 {
        text.push(say!(lang, "page-together-more", number = more, shown = grouped(more, lang)));
    }
    text.join("\n")
}

/// "25 incidents call people, and their cards follow one by one: ..." Worst first; plain text, one line.
pub fn crowd(incidents: &[&Incident], lang: Language) -> String {
    let shown: Vec<String> =
        incidents.iter().take(CROWD).map(|incident| cut(&crate::outside::heading(incident, lang), LINE)).collect();
    let more = incidents.len().saturating_sub(shown.len());
    let mut which = shown.join(", ");
    if more > 0 {
        which = say!(lang, "text-list-more", list = which, shown = grouped(more, lang));
    }
    say!(lang, "page-crowd", shown = grouped(incidents.len(), lang), which = which)
}

/// `Acknowledge INC-8`
pub fn acknowledge_one(id: IncidentId, lang: Language) -> String {
    say!(lang, "button-acknowledge-one", incident = id.label())
}

/// `All 3 that wait for you`, as a suggestion of `/ack`.
pub fn all_choice(count: usize, lang: Language) -> String {
    say!(lang, "page-together-choice", shown = grouped(count, lang))
}

/// "You have all 3: INC-8, INC-9, INC-10. Rina will not be paged."
pub fn acknowledged_all(
    incidents: &[IncidentId],
    spared: &[domain::PersonId],
    names: &dyn Names,
    lang: Language,
) -> String {
    let text = say!(lang, "answer-acknowledged-all", number = incidents.len(), which = which(incidents, lang));
    let spared: Vec<String> = spared.iter().map(|spared| person(spared, names)).collect();
    let spared = (!spared.is_empty()).then(|| say!(lang, "answer-spared", who = crate::list::and(&spared, lang)));
    crate::text::then(text, spared)
}

/// "Taken back: INC-8, INC-9. Whoever their steps name is paged again."
pub fn withdrawn_all(incidents: &[IncidentId], lang: Language) -> String {
    say!(lang, "answer-withdrawn-all", which = which(incidents, lang))
}

pub(crate) fn which(incidents: &[IncidentId], lang: Language) -> String {
    let shown: Vec<String> = incidents.iter().take(10).map(|id| id.label()).collect();
    let more = incidents.len().saturating_sub(shown.len());
    let mut text = shown.join(", ");
    if more > 0 {
        text = format!("{text}, {}", say!(lang, "text-more", shown = grouped(more, lang)));
    }
    text
}
