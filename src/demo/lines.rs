//! Purpose: a message of Discord's as lines that a terminal can show.

use std::collections::HashMap;

use serde_json::Value;

use super::people::components;

/// Characters of a line.
const LINE: usize = 150;

/// What people and places are called, by id.
pub(super) type Names = HashMap<String, String>;

/// A message as lines of text: content, embeds, buttons.
pub(super) fn lines(message: &Value, names: &Names) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut add = |text: &str| {
        lines.extend(text.lines().filter(|line| !line.trim().is_empty()).map(|line| readable(line, names)));
    };
    add(message["content"].as_str().unwrap_or_default());
    for embed in message["embeds"].as_array().into_iter().flatten() {
        add(embed["title"].as_str().unwrap_or_default());
        add(embed["description"].as_str().unwrap_or_default());
        for field in embed["fields"].as_array().into_iter().flatten() {
            let value = field["value"].as_str().unwrap_or_default();
            add(&format!("{:<10} {value}", field["name"].as_str().unwrap_or_default()));
        }
    }
    let buttons: Vec<String> = message["components"]
        .as_array()
        .into_iter()
        .flatten()
        .flat_map(|row| row["components"].as_array().cloned().unwrap_or_default())
        .filter_map(|button| button["label"].as_str().map(|label| format!("[{label}]")))
        .collect();
    if !buttons.is_empty() {
        add(&buttons.join(" "));
    }
    for menu in components(message).iter().filter(|component| component["options"].is_array()) {
        let options = menu["options"].as_array().into_iter().flatten();
        let options: Vec<&str> = options.filter_map(|option| option["label"].as_str()).collect();
        add(&format!("[{}: {}]", menu["placeholder"].as_str().unwrap_or("choose"), options.join(" / ")));
    }
    lines
}

/// A message as one line: what it says first, of a card its title too, and what can be pressed where there is room.
pub(super) fn gist(message: &Value, names: &Names) -> Option<String> {
    let all = lines(message, names);
    let (pressed, said): (Vec<&String>, Vec<&String>) = all.iter().partition(|line| line.starts_with('['));
    let is_card = message["content"].as_str().unwrap_or_default().is_empty();
    let goes_on = is_card || said.first().is_some_and(|first| first.ends_with(':'));
    let said: Vec<&str> = said.into_iter().take(if goes_on { 2 } else { 1 }).map(String::as_str).collect();
    let mut gist = said.join(if is_card { " · " } else { " " });
    if let Some(pressed) = pressed.first().filter(|pressed| gist.chars().count() + pressed.chars().count() < LINE) {
        gist = format!("{gist} {pressed}");
    }
    Some(gist.trim().to_owned()).filter(|gist| !gist.is_empty())
}

/// Discord's marks as a terminal can show them: escapes undone, times as clock times, names for ids, long lines cut.
fn readable(line: &str, names: &Names) -> String {
    let mut text = String::new();
    let mut rest = line;
    while let Some(at) = rest.find(['<', '\\', '*', '`']) {
        text.push_str(&rest[..at]);
        rest = &rest[at..];
        if let Some(escaped) = rest.strip_prefix('\\') {
            let mut characters = escaped.chars();
            text.extend(characters.next());
            rest = characters.as_str();
        } else if let Some((mark, after)) = rest.strip_prefix('<').and_then(|inner| inner.split_once('>')) {
            text.push_str(&mark_text(mark, names));
            rest = after;
        } else {
            if rest.starts_with('<') {
                text.push('<');
            }
            rest = &rest[1..];
        }
    }
    text.push_str(rest);
    if text.chars().count() > LINE {
        text = text.chars().take(LINE).chain(['…']).collect();
    }
    text
}

fn mark_text(mark: &str, names: &Names) -> String {
    if let Some(time) = mark.strip_prefix("t:") {
        let (second, style) = time.split_once(':').unwrap_or((time, "f"));
        if let Some(at) = second.parse().ok().and_then(|second| domain::Timestamp::from_second(second).ok()) {
            return if style == "R" { relative(at) } else { clock_time(at) };
        }
    }
    match mark.chars().next() {
        Some('/') => mark.split(':').next().unwrap_or(mark).to_owned(),
        Some('@') => {
            names.get(mark.trim_start_matches(['@', '!', '&'])).map_or("@someone".to_owned(), |name| format!("@{name}"))
        }
        Some('#') => names.get(&mark[1..]).cloned().unwrap_or_else(|| "#room".to_owned()),
        _ => format!("<{mark}>"),
    }
}

fn clock_time(at: domain::Timestamp) -> String {
    at.to_zoned(jiff::tz::TimeZone::system()).strftime("%H:%M:%S").to_string()
}

/// As Discord writes it: in words, and rounded.
fn relative(at: domain::Timestamp) -> String {
    let seconds = at.duration_since(engine::Clock::system().now()).as_secs();
    let seconds_long = seconds.unsigned_abs();
    let (minutes, hours) = ((seconds_long + 30) / 60, (seconds_long + 1_800) / 3_600);
    let (count, unit) = match (seconds_long, minutes) {
        (0..60, _) => (seconds_long, "second"),
        (_, 0..60) => (minutes, "minute"),
        _ => (hours, "hour"),
    };
    let plural = if count == 1 { "" } else { "s" };
    match seconds {
        -1..=1 => "now".to_owned(),
        ..=-2 => format!("{count} {unit}{plural} ago"),
        _ => format!("in {count} {unit}{plural}"),
    }
}
