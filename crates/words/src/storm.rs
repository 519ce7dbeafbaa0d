//! Purpose: the board of a storm, the post at its end, and what `/why` says of an incident that was folded.

use std::time::Duration;

use domain::incident::Incident;
use domain::setup::Language;
use domain::storm::{Board, BoardLine};
use jiff::SignedDuration;

use crate::list::grouped;
use crate::say::say;
use crate::text::{name, then, title};
use crate::time::{TimeStyle, clock, relative, timestamp};
use crate::{cut, escape, length};

/// Characters of an incident's title on a board.
const TITLE: usize = 90;
/// Discord's limit for a message.
const MESSAGE: usize = 2_000;

/// First line of a board: `Storm 3 · 1,240 alerts folded`.
pub fn storm_headline(board: &Board, lang: Language) -> String {
    let (number, shown) = (small(board.totals.alerts), many(board.totals.alerts, lang));
    let storm = board.number.to_string();
    match board.ended {
        None => say!(lang, "storm-headline", storm = storm, number = number, shown = shown),
        Some(_) => say!(lang, "storm-headline-over", storm = storm, number = number, shown = shown),
    }
}

/// Why there is a board, in a sentence or two.
pub fn storm_about(board: &Board, lang: Language) -> String {
    match board.ended {
        None => {
            let within = words_of(board.within, lang);
            say!(lang, "storm-what", rooms = board.rooms.to_string(), within = within)
        }
        Some(_) => say!(lang, "storm-what-over"),
    }
}

/// Lines of a board: label and text.
pub fn storm_lines(board: &Board, lang: Language) -> Vec<(String, String)> {
    let totals = &board.totals;
    let since = format!("{} ({})", relative(board.began), timestamp(board.began, TimeStyle::DateTime));
    let mut lines = vec![(say!(lang, "storm-label-since"), since)];
    if let Some(ended) = board.ended {
        lines.push((say!(lang, "storm-label-lasted"), crate::duration(ended.duration_since(board.began), lang)));
    }
    let (firing, over) = (many(totals.firing, lang), many(totals.alerts_over(), lang));
    let mut alerts = vec![say!(lang, "storm-alerts", firing = firing, over = over)];
    if totals.alerts_unfolded > 0 {
        alerts.push(say!(lang, "storm-alerts-unfolded", shown = many(totals.alerts_unfolded, lang)));
    }
    lines.push((say!(lang, "storm-label-alerts"), alerts.join(" · ")));
    let (open, over) = (many(totals.open, lang), many(totals.over, lang));
    let (incidents, services) = (incidents(board, lang), services(board, lang));
    let mut parts =
        vec![say!(lang, "storm-incidents-of", incidents = incidents, services = services, open = open, over = over)];
    if totals.unfolded > 0 {
        parts.push(say!(lang, "storm-incidents-unfolded", shown = many(totals.unfolded, lang)));
    }
    lines.push((say!(lang, "storm-label-incidents"), parts.join(" · ")));
    if board.by_severity.len() > 1 {
        let each = board.by_severity.iter().map(|(severity, count)| format!("{severity}: {}", many(*count, lang)));
        lines.push((say!(lang, "storm-label-open"), each.collect::<Vec<_>>().join(" · ")));
    }
    if board.ended.is_none() {
        lines.push((say!(lang, "storm-label-ends"), say!(lang, "storm-ends", quiet = words_of(board.quiet, lang))));
    }
    lines
}

/// The worst of its incidents, one a line, under a heading; then how many more there are, and how to take one.
pub fn storm_worst(board: &Board, lang: Language) -> Vec<String> {
    if board.worst.is_empty() {
        return vec![say!(lang, "storm-nothing-open")];
    }
    let heading = match board.ended {
        None => say!(lang, "storm-worst"),
        Some(_) => say!(lang, "storm-still-open"),
    };
    let mut lines = vec![format!("**{heading}**")];
    lines.extend(board.worst.iter().map(|incident| line(incident, lang)));
    let more = board.totals.open.saturating_sub(u64::try_from(board.worst.len()).unwrap_or(u64::MAX));
    if more > 0 {
        lines.push(say!(lang, "storm-more", shown = many(more, lang)));
    }
    lines.push(say!(lang, "storm-take"));
    lines
}

/// `- INC-12 · SEV-4 · Stock is slow · orders · 31 alerts, 30 firing`
fn line(incident: &BoardLine, lang: Language) -> String {
    let mut parts = vec![incident.id.label(), incident.severity.to_string(), cut(&title(&incident.title, lang), TITLE)];
    parts.extend(incident.service.as_deref().map(name));
    let (number, shown) = (small(incident.alerts), many(incident.alerts, lang));
    let mut alerts = say!(lang, "storm-line-alerts", number = number, shown = shown);
    if incident.firing != incident.alerts {
        alerts = format!("{alerts}, {}", say!(lang, "storm-line-firing", shown = many(incident.firing, lang)));
    }
    parts.push(alerts);
    format!("- {}", parts.join(" · "))
}

/// The post that says that a storm is over, with what is still open, worst first.
pub fn storm_over(board: &Board, lang: Language) -> String {
    let totals = &board.totals;
    let lasted = crate::duration(board.ended.unwrap_or(board.began).duration_since(board.began), lang);
    let (number, shown) = (small(totals.alerts), many(totals.alerts, lang));
    let alerts = say!(lang, "storm-over-alerts", number = number, shown = shown);
    let (storm, incidents, services) = (board.number.to_string(), incidents(board, lang), services(board, lang));
    let (open, over) = (many(totals.open, lang), many(totals.over, lang));
    let over = say!(
        lang,
        "storm-over",
        storm = storm,
        lasted = lasted,
        alerts = alerts,
        incidents = incidents,
        services = services,
        open = open,
        over = over
    );
    let (number, shown) = (small(totals.unfolded), many(totals.unfolded, lang));
    let unfolded = (totals.unfolded > 0).then(|| say!(lang, "storm-over-unfolded", number = number, shown = shown));
    let mut text = then(then(over, unfolded), Some(say!(lang, "storm-over-again")));
    // A line that does not fit is left out whole; the board has all of them.
    for line in storm_worst(board, lang) {
        if length(&text) + length(&line) < MESSAGE {
            text.push('\n');
            text.push_str(&line);
        }
    }
    text
}

/// Why an incident was folded, and that it no longer is; none when it never was.
pub(crate) fn storm_why(incident: &Incident, lang: Language) -> Option<String> {
    let fold = incident.fold.as_ref()?;
    let (storm, rooms) = (fold.by.storm.to_string(), fold.by.rooms.to_string());
    let within = crate::duration(SignedDuration::from_millis(fold.by.within_ms), lang);
    let why = match &fold.by.source {
        Some(source) => {
            let source = cut(&escape(&source.to_string()), 100);
            say!(lang, "storm-why", storm = storm, rooms = rooms, within = within, source = source)
        }
        None => say!(lang, "storm-why-usual", storm = storm, rooms = rooms, within = within),
    };
    Some(then(why, fold.unfolded.map(|at| say!(lang, "storm-why-unfolded", at = clock(at)))))
}

fn incidents(board: &Board, lang: Language) -> String {
    let count = board.totals.incidents;
    say!(lang, "storm-incidents", number = small(count), shown = many(count, lang))
}

fn services(board: &Board, lang: Language) -> String {
    let count = board.totals.services;
    say!(lang, "storm-services", number = small(count), shown = many(count, lang))
}

fn words_of(time: Duration, lang: Language) -> String {
    crate::duration(SignedDuration::try_from(time).unwrap_or(SignedDuration::MAX), lang)
}

fn many(count: u64, lang: Language) -> String {
    grouped(usize::try_from(count).unwrap_or(usize::MAX), lang)
}

/// For choosing a plural.
fn small(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}
