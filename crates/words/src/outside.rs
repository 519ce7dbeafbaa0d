//! Purpose: what reaches people outside Discord: pages on other ways, and the page behind their link. Plain text.

use std::sync::Arc;

use domain::incident::Page;
use domain::setup::Language;
use domain::{Incident, IncidentId, Timestamp};
use jiff::tz::TimeZone;

use crate::list::grouped;
use crate::say::say;
use crate::{cut, plain};

/// Incidents of which the page behind a link tells, and characters of a line.
const SHOWN: usize = 20;
const LINE: usize = 120;

/// A page of text with one question or answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutsideText {
    /// The first line.
    pub title: String,
    /// What stands below it.
    pub lines: Vec<String>,
}

/// What the page behind a link says.
#[derive(Clone, Debug)]
pub enum LinkText<'a> {
    /// The question, with a button.
    Ask(&'a Incident),
    /// The same for all that waits for somebody.
    AskAll(&'a [Arc<Incident>]),
    /// The person has all of these now.
    TakenAll(&'a [IncidentId]),
    /// The person has it now.
    Taken(IncidentId),
    /// The person had it already.
    Yours(IncidentId),
    /// Somebody else has it.
    Other(IncidentId, &'a str),
    /// It is over.
    Over(IncidentId),
    /// The second one goes on in its place.
    Merged(IncidentId, IncidentId),
    /// This page was answered or is no longer wanted.
    Answered(IncidentId),
    /// The link was good until then.
    Expired(IncidentId, Timestamp),
    /// Nobody here signed it, or a part of it is missing.
    Foreign,
    /// It failed; the id is in the log.
    Failed(&'a str),
}

/// The label of the button that acknowledges.
pub fn outside_acknowledge(lang: Language) -> String {
    say!(lang, "outside-acknowledge")
}

/// The label of the button on the page behind the link.
pub fn link_button(lang: Language) -> String {
    say!(lang, "outside-link-button")
}

/// A page as a phone shows it: `SEV-1 INC-8 Checkout errors 12 %`, then why, the harm, the first step.
pub fn outside_page(
    incident: &Incident,
    page: &Page,
    first_step: Option<&str>,
    has_link: bool,
    lang: Language,
) -> OutsideText {
    let mut lines = vec![crate::called::outside_why(&page.reason, lang)];
    let impact = incident.impact.as_deref().map(|impact| cut(&plain(impact), 300));
    lines.extend(impact.map(|impact| say!(lang, "outside-impact", impact = impact)));
    lines.extend(first_step.map(|step| say!(lang, "outside-first", step = cut(&plain(step), 300))));
    if !has_link {
        lines.push(say!(lang, "outside-no-link", command = "/ack"));
    }
    OutsideText { title: heading(incident, lang), lines }
}

/// One page for several incidents that wait for one person: `incidents` are shown, worst first, of `count`.
pub fn outside_together(incidents: &[&Incident], count: usize, has_link: bool, lang: Language) -> OutsideText {
    let worst = incidents.first().map(|incident| heading(incident, lang)).unwrap_or_default();
    let title = say!(lang, "outside-together", number = count, shown = grouped(count, lang), worst = worst);
    let mut lines = listed(incidents, count, lang);
    if !has_link {
        lines.push(say!(lang, "outside-together-no-link", command = "/ack"));
    }
    OutsideText { title, lines }
}

/// A line for each, and how many more there are.
fn listed(incidents: &[&Incident], count: usize, lang: Language) -> Vec<String> {
    let mut lines: Vec<String> = incidents.iter().map(|incident| cut(&heading(incident, lang), LINE)).collect();
    let more = count.saturating_sub(lines.len());
    if more > 0 {
        lines.push(say!(
            lang,
            "outside-together-more",
            number = more,
            shown = grouped(more, lang),
            command = "/incident list"
        ));
    }
    lines
}

/// The label of the button that takes all that waits.
pub fn outside_acknowledge_all(lang: Language) -> String {
    say!(lang, "button-acknowledge-all")
}

/// Why somebody gets it, in small print.
pub fn outside_footer(incident: IncidentId, lang: Language) -> String {
    say!(lang, "outside-footer", incident = incident.label())
}

/// A page that only proves that it arrives.
pub fn outside_test(who: &str, lang: Language) -> OutsideText {
    let line = say!(lang, "outside-test-line", who = cut(&plain(who), 64));
    OutsideText { title: say!(lang, "outside-test-title"), lines: vec![line] }
}

/// What the page behind a link says. Times are in `zone`, with its name.
pub fn link_text(text: &LinkText<'_>, zone: &TimeZone, lang: Language) -> OutsideText {
    let (title, lines) = match text {
        LinkText::Ask(incident) => (
            say!(lang, "outside-link-ask", incident = incident.id.label()),
            vec![say!(lang, "outside-link-ask-line", heading = heading(incident, lang))],
        ),
        LinkText::AskAll(incidents) => {
            let (number, shown) = (incidents.len(), grouped(incidents.len(), lang));
            let told: Vec<&Incident> = incidents.iter().take(SHOWN).map(|incident| &**incident).collect();
            (say!(lang, "outside-link-ask-all", number = number, shown = shown), listed(&told, number, lang))
        }
        LinkText::TakenAll(ids) => {
            let which = crate::together::which(ids, lang);
            (
                say!(lang, "answer-acknowledged-all", number = ids.len(), which = which),
                vec![say!(lang, "outside-link-taken-all-line")],
            )
        }
        LinkText::Taken(id) => {
            (say!(lang, "outside-link-taken", incident = id.label()), vec![say!(lang, "outside-link-taken-line")])
        }
        LinkText::Yours(id) => {
            (say!(lang, "outside-link-yours", incident = id.label()), vec![say!(lang, "outside-link-taken-line")])
        }
        LinkText::Other(id, who) => (
            say!(lang, "outside-link-other", who = cut(&plain(who), 64), incident = id.label()),
            vec![say!(lang, "outside-link-other-line")],
        ),
        LinkText::Over(id) => {
            (say!(lang, "outside-link-over", incident = id.label()), vec![say!(lang, "outside-link-over-line")])
        }
        LinkText::Merged(id, into) => (
            say!(lang, "outside-link-merged", incident = id.label(), into = into.label()),
            vec![say!(lang, "outside-link-merged-line", into = into.label())],
        ),
        LinkText::Answered(id) => {
            (say!(lang, "outside-link-answered"), vec![say!(lang, "outside-link-answered-line", incident = id.label())])
        }
        LinkText::Expired(id, until) => {
            let until = until.to_zoned(zone.clone()).strftime("%Y-%m-%d %H:%M %Z").to_string();
            (
                say!(lang, "outside-link-expired"),
                vec![say!(lang, "outside-link-expired-line", until = until, incident = id.label())],
            )
        }
        LinkText::Foreign => (say!(lang, "outside-link-foreign"), vec![say!(lang, "outside-link-foreign-line")]),
        LinkText::Failed(error) => {
            (say!(lang, "outside-link-failed"), vec![say!(lang, "outside-link-failed-line", error = *error)])
        }
    };
    OutsideText { title, lines }
}

pub(crate) fn heading(incident: &Incident, lang: Language) -> String {
    let drill = incident.drill.as_ref().map(|_| format!("{} ", say!(lang, "card-drill"))).unwrap_or_default();
    let title = cut(&plain(&incident.title), 200);
    format!("{drill}{} {} {title}", incident.severity, incident.id.label())
}
