//! Purpose: catch me up: what an incident is, who has it, what was tried, what is next.

use domain::incident::{Audience, EventAt, Incident};
use domain::setup::Language;

use crate::list::grouped;
use crate::say::say;
use crate::text::{PART, name, room_link, sentence, then, title};
use crate::time::{clock, relative};
use crate::{Names, ShowFacts, cut, escape, length, link};

/// Discord's limit for a message.
const LIMIT: usize = 2_000;
/// Latest entries of the timeline that are shown.
const SHOWN_ENTRIES: usize = 8;

/// Catch me up: impact, who has it, what was tried, what is next, links.
pub fn incident_show(facts: &ShowFacts<'_>, names: &dyn Names, lang: Language) -> String {
    let incident = facts.incident;
    let mut head = vec![
        format!("**{}**", crate::card_headline(incident, lang)),
        title(&incident.title, lang),
        match incident.impact.as_deref() {
            Some(impact) => say!(lang, "show-impact", impact = sentence(impact, 300)),
            None => say!(lang, "show-no-impact"),
        },
        who_has_it(incident, lang),
    ];
    head.extend(
        crate::card::alert_counts(domain::incident::alerts_shown(incident), lang)
            .map(|alerts| say!(lang, "show-alerts", alerts = alerts)),
    );
    let known = crate::known::known_by(incident, facts.evidence.as_deref(), lang);
    head.extend(known.map(|who| say!(lang, "show-known", who = who)));
    let mut tail = vec![say!(lang, "show-next", next = next(facts, names, lang))];
    let links = links(facts, lang);
    if !links.is_empty() {
        tail.push(say!(lang, "show-links", links = links.join(" · ")));
    }
    // What was tried gets the room that is left; the latest entries win.
    let fixed: usize = head.iter().chain(&tail).map(|line| length(line) + 1).sum();
    let tried = tried(facts.timeline, LIMIT.saturating_sub(fixed + 40), names, lang);
    let tried = if tried.is_empty() { vec![say!(lang, "show-nothing-tried")] } else { tried };
    let lines: Vec<String> = head.into_iter().chain(tried).chain(tail).collect();
    cut(&lines.join("\n"), LIMIT)
}

fn links(facts: &ShowFacts<'_>, lang: Language) -> Vec<String> {
    let incident = facts.incident;
    let fits = |link: &String| length(link) < 150;
    let known = incident.links.iter().take(3).filter_map(|known| link(&known.label, &known.url)).filter(fits);
    let runbook = incident.runbook_url.as_deref().and_then(|url| link(&say!(lang, "runbook-link"), url)).filter(fits);
    facts.room.map(room_link).into_iter().chain(known).chain(runbook).collect()
}

fn who_has_it(incident: &Incident, lang: Language) -> String {
    if let Some(resolved) = crate::card::resolved(incident, lang) {
        return say!(lang, "show-resolved", how = resolved);
    }
    if let Some(into) = incident.merged_into {
        return say!(lang, "why-merged-into", incident = into.label());
    }
    if let Some((by, reason)) = &incident.dismissed {
        return say!(lang, "post-dismissed", who = name(&by.name), reason = sentence(reason, 300));
    }
    let commands =
        incident.commander.as_ref().map(|commander| say!(lang, "show-commands", who = name(&commander.name)));
    let holder = match crate::card::holder(incident, lang) {
        Some(holder) => say!(lang, "show-holder", holder = holder),
        None => say!(lang, "show-nobody"),
    };
    then(holder, commands)
}

pub(crate) fn tried(timeline: &[EventAt], room: usize, names: &dyn Names, lang: Language) -> Vec<String> {
    let entries: Vec<&EventAt> =
        timeline.iter().filter(|entry| entry.event.meaning().audience == Audience::CatchingUp).collect();
    let mut lines: Vec<String> = Vec::new();
    let mut used = 0;
    for entry in entries.iter().rev().take(SHOWN_ENTRIES) {
        let line = format!("- {} {}", clock(entry.at), cut(&crate::entry(entry, names, lang), 300));
        used += length(&line) + 1;
        if used > room {
            break;
        }
        lines.push(line);
    }
    if lines.is_empty() {
        return lines;
    }
    let hidden = entries.len() - lines.len();
    lines.push(match hidden {
        0 => say!(lang, "show-tried"),
        hidden => say!(lang, "show-tried-earlier", shown = grouped(hidden, lang)),
    });
    lines.reverse();
    lines
}

fn next(facts: &ShowFacts<'_>, names: &dyn Names, lang: Language) -> String {
    let incident = facts.incident;
    if let Some(into) = incident.merged_into {
        return say!(lang, "why-merged-into", incident = into.label());
    }
    if !incident.status.is_open() {
        return say!(lang, "show-next-nothing");
    }
    let mut parts = Vec::new();
    if let Some(next) = &facts.next {
        let who = crate::card::next_people(next, names, lang);
        parts.push(say!(lang, "show-next-page", number = next.people.len(), who = who, at = relative(next.at)));
    }
    if let Some(at) = incident.next_update {
        parts.push(say!(lang, "show-next-update", at = relative(at)));
    }
    if incident.rests() && !incident.kept_open {
        parts.push(say!(lang, "show-next-resolve"));
    }
    if let Some((title, Some(step))) = facts.runbook {
        parts.push(say!(lang, "show-next-step", title = cut(&escape(title), 100), step = sentence(step, PART / 4)));
    }
    if parts.is_empty() {
        parts.push(match incident.acknowledged {
            Some(_) => say!(lang, "show-next-tell"),
            None => say!(lang, "show-next-take"),
        });
    }
    parts.join(" ")
}
