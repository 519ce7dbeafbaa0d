//! Purpose: `/why`: the reasons behind an incident, most important first, in one message.

use domain::incident::{EscalationState, Event, EventAt, Incident, Page, StopReason};
use domain::routing::{Nearest, PolicyWhy, ServiceWhy, Why};
use domain::setup::Language;
use domain::{Opener, PageVia};

use crate::list::{and, grouped};
use crate::say::say;
use crate::text::{name, person, sentence, then, title};
use crate::time::{clock, relative};
use crate::{Names, WhyFacts, cut, escape, length, terms};

/// Discord's limit for a message.
const LIMIT: usize = 2_000;
/// Pages that are explained one by one.
const SHOWN_PAGES: usize = 6;
/// Past incidents that are named.
const SHOWN_PAST: usize = 3;

/// Why it opened, why this severity, why these people, why these alerts; as much as one message holds.
pub fn incident_why(facts: &WhyFacts<'_>, names: &dyn Names, lang: Language) -> String {
    let incident = facts.incident;
    let mut lines = vec![format!("**{}** {}", crate::card_headline(incident, lang), title(&incident.title, lang))];
    lines.push(opened(incident, lang));
    lines.extend(episodes(facts, names, lang));
    lines.extend(incident.held_back.as_ref().map(|held| crate::silence::held_back(held, lang)));
    lines.extend(severity(facts, names, lang));
    lines.extend(crate::storm::storm_why(incident, lang));
    lines.extend(paging(facts, names, lang));
    lines.extend(service(incident, lang));
    lines.extend(ended(incident, lang));
    lines.extend(group(incident, lang));
    let known = crate::known::known_by(incident, facts.evidence, lang);
    lines.extend(known.map(|who| say!(lang, "why-known", who = who)));
    lines.extend(runbook(incident, lang));
    lines.extend(past(incident, lang));
    lines.push(say!(lang, "why-silent"));
    // What does not fit is left out whole: half a reason misleads.
    let mut text = String::new();
    for line in lines.into_iter().map(|line| cut(&line, 600)) {
        if length(&text) + length(&line) < LIMIT {
            if !text.is_empty() {
                text.push('\n');
            }
            text.push_str(&line);
        }
    }
    text
}

fn opened(incident: &Incident, lang: Language) -> String {
    let at = relative(incident.opened_at);
    let opened = match &incident.opener {
        Opener::Alert { integration } => say!(lang, "why-opened-by-alert", at = at, integration = name(integration)),
        Opener::Person { by } => say!(lang, "why-opened-by", at = at, who = name(&by.name)),
    };
    then(opened, incident.drill.as_ref().map(|_| say!(lang, "why-drill")))
}

/// What beginnings and ends of its alerts did: an end that was never told, alerts that fire on, late duplicates, silence.
fn episodes(facts: &WhyFacts<'_>, names: &dyn Names, lang: Language) -> Vec<String> {
    let incident = facts.incident;
    let before = incident.reasons.as_ref().and_then(|reasons| reasons.never_ended);
    let mut lines: Vec<String> =
        before.map(|before| say!(lang, "why-never-ended", incident = before.label())).into_iter().collect();
    let fired_on = |entry: &&EventAt| matches!(entry.event, Event::Reopened { .. });
    let reopened = facts.timeline.iter().rev().find(fired_on);
    lines.extend(reopened.map(|entry| format!("{} {}", clock(entry.at), crate::entry(entry, names, lang))));
    lines.extend(incident.flap.as_ref().map(|flap| crate::post::flap_line(flap, lang)));
    let number = incident.still_firing();
    if let Some(at) = incident.fires_on_at.filter(|_| number > 0) {
        let (shown, at) = (grouped(number, lang), relative(at));
        lines.push(say!(lang, "why-fires-on", number = number, shown = shown, at = at));
    }
    let late = facts.timeline.iter().filter(|entry| matches!(entry.event, Event::AlertLate { .. })).count();
    if late > 0 {
        lines.push(say!(lang, "why-late", number = late, shown = grouped(late, lang)));
    }
    lines.extend(crate::why_alert::of_incident(facts.held_back, facts.several_senders, lang));
    if incident.stale > 0 {
        lines.push(say!(lang, "why-stale", number = incident.stale, shown = grouped(incident.stale, lang)));
    }
    lines
}

fn severity(facts: &WhyFacts<'_>, names: &dyn Names, lang: Language) -> Vec<String> {
    let incident = facts.incident;
    let first = facts.timeline.iter().find_map(|entry| match &entry.event {
        Event::Opened { severity, .. } => Some(*severity),
        _ => None,
    });
    let first = first.unwrap_or(incident.severity).to_string();
    let why = say!(lang, "why-severity", severity = first, why = crate::why(&incident.why, lang));
    let labels = labels(incident);
    let labels = (!labels.is_empty()).then(|| say!(lang, "why-labels", labels = labels));
    let mut lines = vec![then(why, labels)];
    let nearest = incident.reasons.as_ref().and_then(|reasons| reasons.nearest.as_ref());
    lines.extend(nearest.map(|rule| self::nearest(rule, lang)));
    // What raised it last, and what changed it last: a person may have lowered what an alert had raised.
    let is_raise = |entry: &EventAt| matches!(&entry.event, Event::SeverityChanged { why: Some(_), .. });
    let changes = facts.timeline.iter().filter(|entry| matches!(entry.event, Event::SeverityChanged { .. }));
    let (mut raised, mut changed) = (None, None);
    for entry in changes {
        raised = if is_raise(entry) { Some(entry) } else { raised };
        changed = Some(entry);
    }
    let raised = raised.filter(|raised| changed.is_some_and(|changed| changed.seq != raised.seq));
    for entry in raised.into_iter().chain(changed) {
        let said = format!("{} {}", clock(entry.at), crate::entry(entry, names, lang));
        let rule = match &entry.event {
            Event::SeverityChanged { to, why: Some(why), .. } => {
                Some(say!(lang, "why-severity", severity = to.to_string(), why = crate::why(why, lang)))
            }
            _ => None,
        };
        lines.push(then(said, rule));
    }
    lines
}

/// `severity="warning"` for each label the rules looked at.
fn labels(incident: &Incident) -> String {
    let nearest = incident.reasons.as_ref().and_then(|reasons| reasons.nearest.as_ref());
    let mut looked_at: Vec<&str> = match &incident.why {
        Why::Rule { conditions, .. } => vec![conditions.as_str()],
        Why::NoRule => Vec::new(),
        Why::Integration { .. } | Why::Person { .. } | Why::SeverityLabel | Why::Unmapped => return String::new(),
    };
    looked_at.extend(nearest.map(|rule| rule.conditions.as_str()));
    let mut shown: Vec<String> = Vec::new();
    for (label, sent) in &incident.labels {
        if incident.why == Why::NoRule || looked_at.iter().any(|conditions| mentions(conditions, label)) {
            // The rules see the service that was found, not the sender's spelling of it.
            let found = incident.service.as_ref().filter(|_| label == "service");
            shown.push(format!("{label}=\"{}\"", found.unwrap_or(sent)));
        }
    }
    cut(&escape(&shown.join(", ")), 300)
}

/// Whether conditions as text ask for a label.
fn mentions(conditions: &str, label: &str) -> bool {
    conditions.split(", ").any(|one| one.strip_prefix(label).is_some_and(|rest| rest.starts_with(['=', '!'])))
}

fn nearest(rule: &Nearest, lang: Language) -> String {
    let (number, source) = (rule.number, cut(&escape(&rule.source.to_string()), 100));
    let (conditions, severity) = (cut(&escape(&rule.conditions), 200), rule.severity.to_string());
    let Some((condition, had)) = &rule.failed else {
        return say!(
            lang,
            "why-nearest-later",
            number = number,
            conditions = conditions,
            source = source,
            severity = severity
        );
    };
    let label = name(condition.split(['=', '!']).next().unwrap_or(condition));
    if had.is_empty() {
        say!(
            lang,
            "why-nearest-absent",
            number = number,
            conditions = conditions,
            source = source,
            severity = severity,
            label = label
        )
    } else {
        say!(
            lang,
            "why-nearest",
            number = number,
            conditions = conditions,
            source = source,
            severity = severity,
            label = label,
            value = cut(&escape(had), 100)
        )
    }
}

/// Whom it pages and why, and why it no longer does.
fn paging(facts: &WhyFacts<'_>, names: &dyn Names, lang: Language) -> Vec<String> {
    let incident = facts.incident;
    let mut lines = vec![whom(facts, lang)];
    let gaps: Vec<String> = facts
        .timeline
        .iter()
        .flat_map(|entry| match &entry.event {
            Event::Escalated { gaps, .. } | Event::EscalationEnded { gaps, .. } => gaps.as_slice(),
            _ => &[],
        })
        .map(|schedule| name(schedule))
        .collect();
    let hidden = incident.pages.len().saturating_sub(SHOWN_PAGES);
    if hidden > 0 {
        lines.push(say!(lang, "why-earlier-pages", number = hidden, shown = grouped(hidden, lang)));
    }
    lines.extend(incident.pages.iter().skip(hidden).map(|page| format!("- {}", self::page(facts, page, names, lang))));
    if !gaps.is_empty() {
        lines.push(say!(lang, "why-gaps", schedules = cut(&and(&gaps, lang), 200)));
    }
    let state = incident.escalation.as_ref().map(|run| run.state);
    match state {
        Some(EscalationState::Stopped) => {
            let stopped = facts.timeline.iter().rev().find_map(|entry| match entry.event {
                Event::EscalationStopped { reason } => Some(reason),
                _ => None,
            });
            let spared = facts.timeline.iter().rev().find_map(|entry| match &entry.event {
                Event::Acknowledged { spared, .. } => Some(spared.as_ref()),
                _ => None,
            });
            let spared = spared.flatten().filter(|_| stopped == Some(StopReason::Acknowledged));
            let spared = spared.map(|spared| say!(lang, "post-spared", who = person(spared, names)));
            lines.extend(stopped.map(|reason| then(crate::post::escalation_stopped(reason, lang), spared)));
        }
        // Whoever has it took it after the end, and nobody is to be paged.
        Some(EscalationState::Ended)
            if incident.policy_in_use().is_some() && domain::incident::nobody_left(incident) =>
        {
            lines.push(say!(lang, "why-policy-ended"))
        }
        Some(EscalationState::Running { .. } | EscalationState::Ended) | None => {}
    }
    lines
}

/// The policy and why that one; or why there is none to follow.
fn whom(facts: &WhyFacts<'_>, lang: Language) -> String {
    let (incident, setup) = (facts.incident, facts.setup);
    // A severity that was removed pages as it did.
    let pages = setup.severities.get(&incident.severity).map_or(incident.pages_people, |plan| plan.page);
    if !pages {
        return say!(lang, "why-severity-pages-nobody", severity = incident.severity.to_string());
    }
    let why = incident.reasons.as_ref().map(|reasons| reasons.policy);
    let policy = incident.policy_in_use();
    if let Some(policy) = policy.filter(|policy| !setup.escalations.contains_key(*policy)) {
        return say!(lang, "why-policy-gone", policy = name(policy));
    }
    // What named it then may name another one now.
    let names_it_now = match why {
        Some(PolicyWhy::Service) => {
            let service = incident.service.as_deref().and_then(|service| setup.service(service));
            service.and_then(|service| service.escalation.as_deref()) == policy
        }
        Some(PolicyWhy::Routing) => setup.routing.escalation.as_deref() == policy,
        Some(PolicyWhy::None) | None => true,
    };
    let why = why.filter(|_| names_it_now);
    match (policy.map(name), why) {
        (Some(policy), Some(PolicyWhy::Service)) => say!(lang, "why-policy-service", policy = policy),
        (Some(policy), Some(PolicyWhy::Routing)) => say!(lang, "why-policy-routing", policy = policy),
        (Some(policy), Some(PolicyWhy::None) | None) => say!(lang, "why-policy", policy = policy),
        (None, _) => say!(lang, "why-no-policy"),
    }
}

fn page(facts: &WhyFacts<'_>, page: &Page, names: &dyn Names, lang: Language) -> String {
    let (who, at) = (person(&page.person, names), clock(page.at));
    let why = crate::called::why_paged(who, at, &page.reason, names, lang);
    let end = match &page.end {
        Some((end, _)) => crate::called::why_ended(end, &page.person, names, lang),
        None => say!(lang, "why-page-open"),
    };
    let tried = page.contacts.iter().filter(|contact| contact.done).map(|contact| terms::via(contact.via, lang));
    let tried: Vec<String> = tried.collect();
    let tried = (!tried.is_empty()).then(|| say!(lang, "why-page-tried", ways = and(&tried, lang)));
    then(then(then(why, Some(end)), tried), delivered(facts, page, lang))
}

/// What of a page arrived on which way, and what did not, and why.
fn delivered(facts: &WhyFacts<'_>, page: &Page, lang: Language) -> Option<String> {
    let incident = facts.incident;
    let failed = |via: PageVia| {
        incident.contact_failed.contains(&(page.id, via))
            || (via == PageVia::Direct && incident.direct_failed.contains(&page.id))
    };
    let ways = |ways: Vec<PageVia>| {
        let ways: Vec<String> = ways.into_iter().map(|via| terms::via(via, lang)).collect();
        (!ways.is_empty()).then(|| and(&ways, lang))
    };
    let own = facts.delivered.iter().filter(|(known, via)| *known == page.id && !failed(*via)).map(|(_, via)| *via);
    let arrived = ways(own.collect()).map(|ways| say!(lang, "why-page-delivered", ways = ways));
    let (left, unseen) = (incident.left.contains(&page.id), incident.unseen.contains_key(&page.id));
    // What has a reason of its own is told with it.
    let told = |via: PageVia| (left && via.is_discord()) || (unseen && via == PageVia::Room) || via == PageVia::Direct;
    let failed_ways = incident.contact_failed.iter().filter(|(known, _)| *known == page.id).map(|(_, via)| *via);
    let others = failed_ways.filter(|via| !told(*via)).collect();
    let parts = [
        arrived,
        left.then(|| say!(lang, "why-page-left")),
        unseen.then(|| say!(lang, "why-page-unseen")),
        (failed(PageVia::Direct) && !left).then(|| say!(lang, "why-page-direct-failed")),
        ways(others).map(|ways| say!(lang, "why-page-failed", ways = ways)),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    (!parts.is_empty()).then(|| parts.join(" "))
}

fn service(incident: &Incident, lang: Language) -> Option<String> {
    let reasons = incident.reasons.as_ref()?;
    let service = incident.service.as_deref().map(name);
    Some(match (service, &reasons.service) {
        (Some(service), ServiceWhy::Matched { conditions, source }) => {
            let (conditions, source) = (cut(&escape(conditions), 200), cut(&escape(&source.to_string()), 100));
            say!(lang, "why-service-matched", service = service, conditions = conditions, source = source)
        }
        (Some(service), ServiceWhy::Label) => say!(lang, "why-service-label", service = service),
        (Some(service), ServiceWhy::Person) => say!(lang, "why-service-person", service = service),
        (Some(service), ServiceWhy::None) => service,
        (None, _) => say!(lang, "why-service-none"),
    })
}

/// How it ended, and why it is over although nobody resolved it.
fn ended(incident: &Incident, lang: Language) -> Vec<String> {
    let mut lines = Vec::new();
    if let Some(how) = crate::card::resolved(incident, lang) {
        lines.push(say!(lang, "show-resolved", how = how));
    }
    if let Some((by, reason)) = &incident.dismissed {
        lines.push(say!(lang, "post-dismissed", who = name(&by.name), reason = sentence(reason, 300)));
    }
    if let Some(into) = incident.merged_into {
        lines.push(say!(lang, "why-merged-into", incident = into.label()));
    }
    lines
}

fn group(incident: &Incident, lang: Language) -> Option<String> {
    let reasons = incident.reasons.as_ref()?;
    let key = incident.group_key.as_ref()?;
    let by_name = key.0.split(':').nth(1).is_some_and(|kind| kind.starts_with("alertname="));
    let joins = match reasons.grouped_by.as_slice() {
        [] if by_name => say!(lang, "why-group-name"),
        [] => say!(lang, "why-group-alone"),
        labels => say!(lang, "why-group", labels = cut(&escape(&labels.join(", ")), 200)),
    };
    let number = incident.alerts.len();
    let counted = (number > 1).then(|| say!(lang, "why-group-alerts", number = number, shown = grouped(number, lang)));
    let absorbed: Vec<String> = incident.absorbed.iter().map(|from| from.label()).collect();
    let absorbed = (!absorbed.is_empty()).then(|| say!(lang, "why-absorbed", incidents = and(&absorbed, lang)));
    Some(then(then(joins, counted), absorbed))
}

fn runbook(incident: &Incident, lang: Language) -> Option<String> {
    let runbook = name(incident.runbook.as_deref()?);
    let conditions = incident.reasons.as_ref()?.runbook.as_deref()?;
    Some(say!(lang, "why-runbook", runbook = runbook, conditions = cut(&escape(conditions), 200)))
}

fn past(incident: &Incident, lang: Language) -> Option<String> {
    if incident.similar.is_empty() {
        return None;
    }
    let past = incident.similar.iter().take(SHOWN_PAST).map(|past| {
        let what = format!("{} {}", past.id.label(), cut(&title(&past.title, lang), 80));
        match &past.fixed {
            Some(how) => format!("{what} · {}", say!(lang, "post-similar-fixed", how = sentence(how, 120))),
            None => what,
        }
    });
    Some(say!(lang, "why-past", incidents = past.collect::<Vec<_>>().join("; ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_is_mentioned_as_a_whole_word() {
        assert!(mentions(r#"severity="critical", service="checkout""#, "service"));
        assert!(mentions(r#"team!~"a|b""#, "team"));
        assert!(!mentions(r#"severity="critical""#, "sever"));
        assert!(!mentions("everything", "every"));
    }
}
