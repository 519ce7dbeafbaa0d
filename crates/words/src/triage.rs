//! Purpose: the two questions of triage, what a choice would do, and the choice of the incident that goes on.

use domain::Severity;
use domain::incident::Incident;
use domain::setup::{Language, RoomKind};
use domain::triage::{Impact, Preview, Urgency};

use crate::list::and;
use crate::say::say;
use crate::text::{named, person, then};
use crate::{Names, cut, terms};

/// What a select asks while nothing is chosen. At most 150 characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TriageQuestion {
    /// How many are hurt.
    Impact,
    /// How fast it must end.
    Urgency,
    /// Which incident goes on.
    Into,
}

/// One choice: its name and a sentence that guides. At most 100 characters each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// What is read in the select.
    pub label: String,
    /// What is read below it.
    pub hint: String,
}

/// What a select asks.
pub fn triage_question(question: TriageQuestion, lang: Language) -> String {
    match question {
        TriageQuestion::Impact => say!(lang, "triage-impact"),
        TriageQuestion::Urgency => say!(lang, "triage-urgency"),
        TriageQuestion::Into => say!(lang, "triage-into"),
    }
}

/// How many are hurt, to choose from.
pub fn impact_choice(impact: Impact, lang: Language) -> Choice {
    let (label, hint) = match impact {
        Impact::Most => (say!(lang, "triage-impact-most"), say!(lang, "triage-impact-most-hint")),
        Impact::Many => (say!(lang, "triage-impact-many"), say!(lang, "triage-impact-many-hint")),
        Impact::Few => (say!(lang, "triage-impact-few"), say!(lang, "triage-impact-few-hint")),
        Impact::Nobody => (say!(lang, "triage-impact-nobody"), say!(lang, "triage-impact-nobody-hint")),
    };
    Choice { label, hint }
}

/// How fast it must end, to choose from.
pub fn urgency_choice(urgency: Urgency, lang: Language) -> Choice {
    let (label, hint) = match urgency {
        Urgency::Now => (say!(lang, "triage-urgency-now"), say!(lang, "triage-urgency-now-hint")),
        Urgency::Hours => (say!(lang, "triage-urgency-hours"), say!(lang, "triage-urgency-hours-hint")),
        Urgency::Later => (say!(lang, "triage-urgency-later"), say!(lang, "triage-urgency-later-hint")),
    };
    Choice { label, hint }
}

/// What stands above the selects. `seen` is the severity under which the person chose, when another one is true by now.
pub fn triage(
    incident: &Incident,
    preview: Option<&Preview>,
    seen: Option<Severity>,
    names: &dyn Names,
    lang: Language,
) -> String {
    let mut lines = vec![format!("**{}** {}", incident.severity, named(incident, lang))];
    if let Some((impact, urgency)) = incident.triaged {
        let (impact, urgency) = (terms::impact(impact, lang), terms::urgency(urgency, lang));
        lines.push(say!(lang, "triage-already", impact = impact, urgency = urgency));
    }
    if seen.is_some_and(|seen| seen != incident.severity) {
        lines.push(say!(lang, "triage-meanwhile", severity = incident.severity.to_string()));
    }
    lines.push(match preview {
        Some(preview) => effects(incident, preview, names, lang),
        None => say!(lang, "triage-ask"),
    });
    lines.join("\n")
}

/// "SEV-1: opens a channel, pages Rina now. Updates every 30 minutes."
pub(crate) fn effects(incident: &Incident, preview: &Preview, names: &dyn Names, lang: Language) -> String {
    let severity = preview.to.to_string();
    if preview.from == preview.to {
        return say!(lang, "triage-same", severity = severity);
    }
    let people = |who: &[domain::PersonId]| {
        let mut named: Vec<String> = Vec::new();
        for who in who.iter().map(|who| person(who, names)) {
            if !named.contains(&who) {
                named.push(who);
            }
        }
        cut(&and(&named, lang), 500)
    };
    let mut effects = Vec::new();
    match preview.opens {
        Some(RoomKind::Channel) => effects.push(say!(lang, "triage-opens-channel")),
        Some(RoomKind::Thread) => effects.push(say!(lang, "triage-opens-thread")),
        Some(RoomKind::Line) | None => {}
    }
    if !preview.pages.is_empty() {
        effects.push(say!(lang, "triage-pages", who = people(&preview.pages)));
    }
    if !preview.stops.is_empty() {
        effects.push(say!(lang, "triage-stops", who = people(&preview.stops)));
    }
    if preview.pages.is_empty() && preview.stops.is_empty() {
        let somebody_is = incident.open_pages().next().is_some();
        effects.push(if somebody_is {
            say!(lang, "triage-pages-nobody-else")
        } else {
            say!(lang, "triage-pages-nobody")
        });
    }
    let updates = preview.update_every_minutes.map(|minutes| match i64::try_from(minutes).unwrap_or(i64::MAX / 60) {
        60 => say!(lang, "triage-updates-hourly"),
        minutes => {
            let every = crate::duration(jiff::SignedDuration::from_mins(minutes), lang);
            say!(lang, "triage-updates", every = every)
        }
    });
    then(say!(lang, "triage-effects", severity = severity, effects = effects.join(", ")), updates)
}

/// What stands above the choice of the incident that goes on.
pub fn triage_merge(incident: &Incident, others: usize, lang: Language) -> String {
    match others {
        0 => say!(lang, "triage-merge-none", incident = incident.id.label()),
        _ => say!(lang, "triage-merge", incident = incident.id.label()),
    }
}

/// An incident to merge into, as the select shows it below its number and title.
pub fn merge_hint(incident: &Incident, lang: Language) -> String {
    let status = crate::status_word(incident.status, lang);
    let text = match &incident.service {
        Some(service) => format!("{status} · {}", crate::plain(service)),
        None => status,
    };
    cut(&text, 100)
}
