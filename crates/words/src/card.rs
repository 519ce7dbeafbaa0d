//! Purpose: the card: everything on it is current, or says since when it is not.

use domain::ChatChannelId;
use domain::incident::{Claims, Flap, Incident, IncidentStatus, Missing, NextPage, Page};
use domain::setup::Language;

use crate::list::{and, grouped, or};
use crate::say::say;
use crate::text::{name, person, room_link, title};
use crate::time::{TimeStyle, relative, timestamp};
use crate::{CardFacts, Names, cut, escape};

/// Alert titles shown on a card; the others are counted.
const SHOWN_ALERTS: usize = 3;

/// What marks a drill wherever it is named: `DRILL`.
pub fn drill_mark(lang: Language) -> String {
    say!(lang, "card-drill")
}

/// First line of the card: `INC-8 · SEV-1 · TRIGGERED`.
pub fn card_headline(incident: &Incident, lang: Language) -> String {
    let drill = incident.drill.as_ref().map(|_| format!(" · {}", say!(lang, "card-drill"))).unwrap_or_default();
    let status = status_word(incident.status, lang).to_uppercase();
    format!("{} · {} · {status}{drill}", incident.id.label(), incident.severity)
}

/// The topic of the channel for the work: `SEV-1 · Checkout errors 12% · owner Payments`: only what seldom
/// changes, because two changes are allowed in ten minutes; who has it stands on the card. Whoever is called into a channel they have never
/// seen reads there what it is about (monzo/response pull request 18).
pub fn channel_topic(incident: &Incident, lang: Language) -> String {
    let drill = incident.drill.as_ref().map(|_| say!(lang, "card-drill"));
    let owner = incident.owner.as_deref().map(|owner| say!(lang, "card-topic-owner", who = name(owner)));
    let what = cut(&title(&incident.title, lang), 600);
    let parts = [drill, Some(incident.severity.to_string()), Some(what), owner];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

/// The card's lines: label and text. Empty ones are left out.
pub fn card_lines(facts: &CardFacts<'_>, names: &dyn Names, lang: Language) -> Vec<(String, String)> {
    let incident = facts.incident;
    let started = format!("{} ({})", relative(incident.opened_at), timestamp(incident.opened_at, TimeStyle::DateTime));
    let lines = [
        (say!(lang, "card-label-impact"), incident.impact.as_deref().map(|impact| cut(&escape(impact), 600))),
        (say!(lang, "card-label-service"), service(incident, lang)),
        (say!(lang, "card-label-started"), Some(started)),
        (say!(lang, "card-label-alerts"), alerts(incident, facts.claims, lang)),
        (say!(lang, "card-label-flaps"), incident.flaps().map(|flap| flaps(flap, lang))),
        (say!(lang, "card-label-commander"), commander(incident, lang)),
        (say!(lang, "card-label-holder"), holder(incident, lang).filter(|_| is_held(incident))),
        (say!(lang, "card-label-paged"), paged(facts, names, lang)),
        (say!(lang, "card-label-silenced"), crate::silence::held_on_card(incident, lang)),
        (say!(lang, "card-label-updates"), updates(incident, lang)),
        (say!(lang, "card-label-resolved"), resolved(incident, lang)),
        (say!(lang, "card-label-closed"), closed(incident, lang)),
        (say!(lang, "card-label-goes-on"), goes_on(incident, facts.other_room)),
        (say!(lang, "card-label-room"), facts.room.map(room_link)),
        (say!(lang, "card-label-links"), Some(facts.links.join(" · "))),
        (say!(lang, "card-label-known"), crate::known::worth_telling(incident, facts.evidence.as_deref(), lang)),
        (say!(lang, "card-label-missing"), missing(incident, lang)),
    ];
    let told = |(label, text): (String, Option<String>)| Some((label, text.filter(|text| !text.is_empty())?));
    lines.into_iter().filter_map(told).collect()
}

/// The card of an incident without a room: one line.
pub fn card_line(incident: &Incident, claims: &Claims, lang: Language) -> String {
    let since = incident.resolution.as_ref().map_or(incident.opened_at, |resolution| resolution.at);
    let alerts =
        if claims.firing + claims.resolved > 1 { alert_counts((claims.firing, claims.resolved), lang) } else { None };
    let mut parts = vec![card_headline(incident, lang), title(&incident.title, lang)];
    parts.extend(service(incident, lang));
    parts.extend(alerts);
    parts.extend(incident.flaps().filter(|flap| flap.times > 0).map(|flap| flaps(flap, lang)));
    parts.extend(claims.holder.as_ref().map(|holder| name(&holder.name)));
    parts.extend(closed(incident, lang));
    parts.extend(incident.merged_into.map(|into| say!(lang, "card-goes-on", incident = into.label())));
    parts.push(relative(since));
    parts.join(" · ")
}

/// A status as people read it.
pub fn status_word(status: IncidentStatus, lang: Language) -> String {
    match status {
        IncidentStatus::Triggered => say!(lang, "card-status-triggered"),
        IncidentStatus::Acknowledged => say!(lang, "card-status-acknowledged"),
        IncidentStatus::Mitigated => say!(lang, "card-status-mitigated"),
        IncidentStatus::Resolved => say!(lang, "card-status-resolved"),
        IncidentStatus::Closed => say!(lang, "card-status-closed"),
    }
}

/// `12 times in 24 minutes, last at 02:14`
fn flaps(flap: &Flap, lang: Language) -> String {
    let (lasted, last) = (crate::duration(flap.lasted(), lang), crate::time::clock(flap.last));
    say!(lang, "card-flaps", number = flap.times, lasted = lasted, last = last)
}

pub(crate) fn service(incident: &Incident, lang: Language) -> Option<String> {
    let service = name(incident.service.as_deref()?);
    Some(match &incident.owner {
        Some(owner) => say!(lang, "text-owner", what = service, owner = name(owner)),
        None => service,
    })
}

/// `3 firing · 1 resolved`
pub(crate) fn alert_counts((firing, resolved): (usize, usize), lang: Language) -> Option<String> {
    let (shown_firing, shown_resolved) = (grouped(firing, lang), grouped(resolved, lang));
    match (firing, resolved) {
        (0, 0) => None,
        (_, 0) => Some(say!(lang, "card-alerts-firing", shown = shown_firing)),
        (0, _) => Some(say!(lang, "card-alerts-all-resolved", number = resolved, shown = shown_resolved)),
        (_, _) => Some(say!(lang, "card-alerts-both", firing = shown_firing, resolved = shown_resolved)),
    }
}

/// The counts, and below them the first titles; those that fire come first.
fn alerts(incident: &Incident, claims: &Claims, lang: Language) -> Option<String> {
    let mut counts = alert_counts((claims.firing, claims.resolved), lang)?;
    if let Some(value) = unsaid_value(incident) {
        counts = format!("{counts} {value}");
    }
    if incident.stale > 0 {
        let stale = say!(lang, "card-alerts-stale", shown = grouped(incident.stale, lang));
        counts = format!("{counts} · {stale}");
    }
    let mut lines = vec![counts];
    if incident.alerts.len() > 1 {
        for alert in incident.alerts.titles().take(SHOWN_ALERTS) {
            let title = with_value(&alert.title, alert.value.as_deref(), lang);
            let line = if alert.firing && claims.firing > 0 {
                title
            } else {
                say!(lang, "card-alert-resolved", title = title)
            };
            lines.push(format!("- {line}"));
        }
        let more = incident.alerts.len().saturating_sub(SHOWN_ALERTS);
        if more > 0 {
            lines.push(format!("- {}", say!(lang, "text-more", shown = grouped(more, lang))));
        }
    }
    Some(lines.join("\n"))
}

/// `Queue age is high · 31 min`: the value stands behind a title that does not say it.
pub(crate) fn with_value(what: &str, value: Option<&str>, lang: Language) -> String {
    match value.filter(|value| !what.contains(value)) {
        Some(value) => format!("{} {}", cut(&title(what, lang), 120), shown_value(value)),
        None => cut(&title(what, lang), 120),
    }
}

/// The value of the only alert, when neither title nor impact say it.
fn unsaid_value(incident: &Incident) -> Option<String> {
    let alert = incident.alerts.titles().next().filter(|_| incident.alerts.len() == 1)?;
    let value = alert.value.as_deref().filter(|value| !alert.title.contains(value))?;
    let said = incident.impact.as_ref().is_some_and(|impact| impact.contains(value));
    (!said).then(|| shown_value(value))
}

/// `· 31 min`. With its dot, because a number at the beginning would be escaped as a list is.
fn shown_value(value: &str) -> String {
    cut(&escape(&format!("· {value}")), 60)
}

fn commander(incident: &Incident, lang: Language) -> Option<String> {
    match &incident.commander {
        Some(commander) => Some(name(&commander.name)),
        None if incident.status.is_open() => Some(say!(lang, "card-no-commander")),
        None => None,
    }
}

pub(crate) fn holder(incident: &Incident, lang: Language) -> Option<String> {
    let (holder, at) = incident.acknowledged.as_ref()?;
    let who = name(&holder.name);
    Some(if incident.status.is_open() { say!(lang, "card-holder", who = who, at = relative(*at)) } else { who })
}

/// `Budi, 1 minute ago · next Rina in 4 minutes`
fn paged(facts: &CardFacts<'_>, names: &dyn Names, lang: Language) -> Option<String> {
    let (incident, claims) = (facts.incident, facts.claims);
    if !incident.status.is_open() {
        return None;
    }
    let open: Vec<&Page> = incident.open_pages().collect();
    let mut parts = Vec::new();
    if let Some(latest) = open.iter().map(|page| page.at).max() {
        let mut people: Vec<String> = Vec::new();
        for page in &open {
            let who = crate::called::who(person(&page.person, names), &page.reason, names, lang);
            let who = match crate::called::unreached(incident, page.id, lang) {
                Some(why) => say!(lang, "card-paged-but", who = who, why = why),
                None => who,
            };
            if !people.contains(&who) {
                people.push(who);
            }
        }
        parts.push(say!(lang, "card-paged", who = cut(&and(&people, lang), 300), at = relative(latest)));
    }
    if let Some(next) = &claims.next {
        parts.push(say!(lang, "card-paged-next", who = next_people(next, names, lang), at = relative(next.at)));
    } else if claims.nobody_left {
        parts.push(say!(lang, "card-nobody-left"));
    }
    (!parts.is_empty()).then(|| parts.join(" · "))
}

/// Everybody whom the next step means.
pub(crate) fn next_people(next: &NextPage, names: &dyn Names, lang: Language) -> String {
    let people: Vec<String> = next.people.iter().map(|one| person(one, names)).collect();
    cut(&and(&people, lang), 300)
}

/// Whoever had what goes on elsewhere has it there, if at all.
const fn is_held(incident: &Incident) -> bool {
    incident.merged_into.is_none()
}

/// `no incident, says Sari: it was a load test`
pub(crate) fn closed(incident: &Incident, lang: Language) -> Option<String> {
    let (by, reason) = incident.dismissed.as_ref()?;
    Some(say!(lang, "card-closed", who = name(&by.name), reason = cut(&escape(reason), 600)))
}

/// `INC-9 #inc-9-checkout`
fn goes_on(incident: &Incident, room: Option<ChatChannelId>) -> Option<String> {
    let into = incident.merged_into?.label();
    Some(match room {
        Some(room) => format!("{into} {}", room_link(room)),
        None => into,
    })
}

fn updates(incident: &Incident, lang: Language) -> Option<String> {
    let Some(last) = incident.updates.last() else {
        return incident.update_overdue.map(|due| say!(lang, "card-updates-overdue-none", due = relative(due)));
    };
    let (number, at) = (incident.updates.len(), relative(last.at));
    if let Some(due) = incident.update_overdue {
        return Some(say!(lang, "card-updates-overdue", number = number, at = at, due = relative(due)));
    }
    Some(match incident.next_update {
        Some(next) => say!(lang, "card-updates-next", number = number, at = at, next = relative(next)),
        None => say!(lang, "card-updates", number = number, at = at),
    })
}

/// `after 21 minutes by Budi: rolled back 4.2`
pub(crate) fn resolved(incident: &Incident, lang: Language) -> Option<String> {
    let resolution = incident.resolution.as_ref()?;
    let after = crate::duration(resolution.at.duration_since(incident.opened_at), lang);
    let how = match &resolution.by {
        Some(by) => say!(lang, "card-resolved-by", after = after, who = name(&by.name)),
        None => say!(lang, "card-resolved", after = after),
    };
    Some(match &resolution.fixed {
        Some(fixed) => format!("{how}: {}", cut(&escape(fixed), 600)),
        None => how,
    })
}

fn missing(incident: &Incident, lang: Language) -> Option<String> {
    let words: Vec<String> = incident.missing.iter().map(|missing| missing_word(*missing, lang)).collect();
    (!words.is_empty()).then(|| say!(lang, "card-missing", what = or(&words, lang)))
}

/// What an alert lacks, in one word.
pub(crate) fn missing_word(missing: Missing, lang: Language) -> String {
    match missing {
        Missing::Service => say!(lang, "card-missing-service"),
        Missing::Owner => say!(lang, "card-missing-owner"),
        Missing::Runbook => say!(lang, "card-missing-runbook"),
        Missing::Value => say!(lang, "card-missing-value"),
        Missing::Severity => say!(lang, "card-missing-severity"),
        Missing::Urgency => say!(lang, "card-missing-urgency"),
        Missing::Title => say!(lang, "card-missing-title"),
        Missing::Meaning => say!(lang, "card-missing-meaning"),
    }
}
