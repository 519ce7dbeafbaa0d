//! Purpose: the result of `siaga try`, for people and for programs.

use std::fmt::Write as _;

use domain::incident::Missing;
use domain::routing::Why;
use domain::setup::{AtEnd, ChatName, PageTarget, RoomKind};
use domain::{AlertReport, AlertStatus, Setup};
use serde_json::{Value, json};

use super::{Alert, Round, Route, Tried};

/// Width of the names on the left.
const NAMES: usize = 10;
/// Characters of a longer text that are shown.
const TEXT_CHARS: usize = 300;

/// Aligned text. Everything that came from outside has been cleaned by the intake.
pub(super) fn text(tried: &Tried, setup: &Setup, color: bool) -> String {
    let mut out = String::new();
    let mut heading = match tried.alerts.len() {
        0 => {
            let reason = if tried.skipped > 0 { "its `when` is false" } else { tried.nothing };
            format!("No alert from {}: {reason}", tried.sender)
        }
        1 => format!("1 alert from {}", tried.sender),
        count => format!("{count} alerts from {}", tried.sender),
    };
    if tried.skipped > 0 && !tried.alerts.is_empty() {
        let _ = write!(heading, ", {} skipped because `when` is false", tried.skipped);
    }
    if tried.truncated > 0 {
        let _ = write!(heading, ", {} more left out", tried.truncated);
    }
    let _ = writeln!(out, "{heading}.");
    for (number, alert) in (1..).zip(&tried.alerts) {
        let title = &alert.report.title;
        let title = if color { format!("\x1b[1m{title}\x1b[0m") } else { title.clone() };
        let _ = writeln!(out, "\n{number}. {title}");
        let mut rows = report(&alert.report, setup);
        match &alert.route {
            Some(found) => rows.extend(route(found, setup)),
            None => {
                rows.push(("Route", "it ends the alert with this key; nothing opens and nobody is paged".to_owned()))
            }
        }
        for (name, value) in rows {
            let _ = writeln!(out, "   {name:<NAMES$}{value}");
        }
    }
    out
}

type Row = (&'static str, String);

fn report(report: &AlertReport, setup: &Setup) -> Vec<Row> {
    let mut rows = vec![("Status", status(report.status).to_owned()), ("Key", report.dedup_key.to_string())];
    if let Some(value) = &report.value {
        rows.push(("Value", value.clone()));
    }
    if let Some(body) = &report.body {
        let shown: String = body.split_whitespace().collect::<Vec<_>>().join(" ");
        let cut: String = shown.chars().take(TEXT_CHARS).collect();
        rows.push(("Text", if cut.len() < shown.len() { format!("{cut}…") } else { cut }));
    }
    for (index, (name, value)) in report.labels.iter().enumerate() {
        rows.push((if index == 0 { "Labels" } else { "" }, format!("{name}={value:?}")));
    }
    if let Some(at) = report.starts_at {
        let at = at.to_zoned(setup.timezone.clone()).strftime("%-d %b %Y %H:%M:%S %Z").to_string();
        rows.push(("Began", at));
    }
    if report.candidate {
        rows.push(("Asks", "people are asked in the channel before anything opens".to_owned()));
    }
    if report.unmapped.is_some() {
        rows.push(("Unmapped", "people would see the payload as it came, with secrets taken out".to_owned()));
    }
    rows
}

fn route(route: &Route, setup: &Setup) -> Vec<Row> {
    let routed = &route.routed;
    let owner = routed.owner.as_ref().map_or_else(String::new, |owner| format!(", owner {owner}"));
    let service = match (&routed.service, &route.service_conditions) {
        (Some(name), Some(conditions)) => format!("{name} (matches {conditions}){owner}"),
        (Some(name), None) => format!("{name} (only a label: no [[services]] entry matches)"),
        (None, _) => "none".to_owned(),
    };
    let means = if route.means.is_empty() { String::new() } else { format!(", {}", route.means) };
    let mut rows = vec![
        ("Service", service),
        ("Severity", format!("{}{means}", routed.severity)),
        ("Why", why(&routed.why)),
        (
            "Group",
            match route.joins {
                Some(number) => format!("{} (joins the incident of alert {number})", routed.group_key),
                None => routed.group_key.to_string(),
            },
        ),
        ("Room", room(route.room, &setup.discord.incidents)),
        ("Policy", routed.escalation.clone().unwrap_or_else(|| "none".to_owned())),
    ];
    if route.pages {
        if route.rounds.is_empty() {
            rows.push(("Pages", "nobody can be reached".to_owned()));
        }
        for (index, round) in route.rounds.iter().enumerate() {
            rows.push((if index == 0 { "Pages" } else { "" }, step(round)));
        }
        if route.repeat > 0 {
            let times = if route.repeat == 1 { "once more".to_owned() } else { format!("{} more times", route.repeat) };
            rows.push(("", format!("all of it {times}")));
        }
        if let Some(end) = &route.at_end {
            rows.push(("", at_end(end)));
        }
    } else {
        rows.push(("Pages", format!("nobody: {} pages nobody", routed.severity)));
    }
    rows.push((
        "Runbook",
        match (&routed.runbook, &route.runbook_title) {
            (Some(name), Some(title)) => format!("{name} ({title})"),
            (Some(name), None) => name.clone(),
            (None, _) => "none that matches".to_owned(),
        },
    ));
    for (index, link) in route.links.iter().enumerate() {
        rows.push((if index == 0 { "Links" } else { "" }, format!("{}: {}", link.label, link.url)));
    }
    let missing: Vec<&str> = route.missing.iter().map(|missing| lacks(*missing)).collect();
    let missing = if missing.is_empty() { "nothing".to_owned() } else { missing.join(", ") };
    rows.push(("Missing", missing));
    rows
}

fn status(status: AlertStatus) -> &'static str {
    match status {
        AlertStatus::Firing => "firing",
        AlertStatus::Resolved => "resolved",
    }
}

fn why(why: &Why) -> String {
    match why {
        Why::Rule { number, conditions, source } => format!("rule {number} of routing ({conditions}), {source}"),
        Why::NoRule => "no rule of routing matches, so it is treated as SEV-3".to_owned(),
        Why::Integration { name, source } => {
            let source = source.as_ref().map_or_else(String::new, |source| format!(", {source}"));
            format!("{name} says so{source}")
        }
        Why::Person { name } => format!("{name} says so"),
        Why::SeverityLabel => "its label `severity` says so".to_owned(),
        Why::Unmapped => "nothing could be read from the payload".to_owned(),
    }
}

fn room(room: RoomKind, incidents: &ChatName) -> String {
    let incidents = chat_name(incidents, '#');
    match room {
        RoomKind::Line => format!("a line in {incidents}"),
        RoomKind::Thread => format!("a card in {incidents} with a thread on it"),
        RoomKind::Channel => format!("a card in {incidents} with a thread on it, and a channel for the work"),
    }
}

fn step(round: &Round) -> String {
    let when = if round.after.is_zero() { "now".to_owned() } else { format!("after {:#}", round.after) };
    let people: Vec<&str> = round.people.iter().map(|person| person.as_str()).collect();
    let gaps: String = round.gaps.iter().map(|gap| format!(" (nobody is on call on {gap})")).collect();
    format!("{when}: {}{gaps}", people.join(", "))
}

fn at_end(end: &AtEnd) -> String {
    let place = end.post.as_ref().map_or_else(|| "its room".to_owned(), |post| chat_name(post, '#'));
    let role = end.mention.as_ref().map_or_else(String::new, |role| format!(", with {}", chat_name(role, '@')));
    let people = match &end.page {
        Some(page) if page.is_empty() => String::new(),
        None if end.mention.is_some() => String::new(),
        None => ", and everybody above is called once more".to_owned(),
        Some(page) => {
            let names: Vec<String> = page.iter().map(target).collect();
            format!(", and {} called once more", names.join(", "))
        }
    };
    format!("at the end: {place} is told{role}{people}")
}

fn target(target: &PageTarget) -> String {
    match target {
        PageTarget::Person(person) => person.to_string(),
        PageTarget::OnCall(schedule) => format!("on-call:{schedule}"),
    }
}

fn chat_name(name: &ChatName, mark: char) -> String {
    match name {
        ChatName::Id(id) => id.to_string(),
        ChatName::Name(name) => format!("{mark}{name}"),
    }
}

fn lacks(missing: Missing) -> &'static str {
    match missing {
        Missing::Service => "a service",
        Missing::Owner => "an owner",
        Missing::Runbook => "a runbook",
        Missing::Value => "a measured value",
        Missing::Severity => "a severity",
        Missing::Urgency => "how urgent it is",
        Missing::Title => "a title that is a sentence",
        Missing::Meaning => "what it means (a description)",
    }
}

/// One document for programs; the report is what the journal would keep.
pub(super) fn json(tried: &Tried) -> Value {
    let alerts: Vec<Value> = tried.alerts.iter().map(alert_json).collect();
    json!({ "from": tried.sender, "alerts": alerts, "skipped": tried.skipped, "left_out": tried.truncated })
}

fn alert_json(alert: &Alert) -> Value {
    let Alert { report, route } = alert;
    let route = route.as_ref().map(|route| {
        let routed = &route.routed;
        let pages =
            |round: &Round| json!({ "after_s": round.after.as_secs(), "people": round.people, "gaps": round.gaps });
        json!({
            "service": routed.service,
            "service_matches": route.service_conditions,
            "owner": routed.owner,
            "severity": routed.severity,
            "why": routed.why,
            "group_key": routed.group_key,
            "joins_alert": route.joins,
            "room": route.room,
            "policy": routed.escalation,
            "pages": if route.pages { route.rounds.iter().map(pages).collect() } else { Vec::new() },
            "runbook": routed.runbook,
            "links": route.links,
            "missing": route.missing,
        })
    });
    json!({ "report": report, "route": route })
}
