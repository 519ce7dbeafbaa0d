//! Purpose: tell a terminal what happens in the chat, message by message, as the person at the screen sees it.

use std::collections::HashMap;
use std::time::Duration;

use serde_json::Value;

use super::control::Control;
use super::people::components;

/// How often the chat is looked at once the story is over.
const LOOK: Duration = Duration::from_millis(700);
/// Characters of a line.
const LINE: usize = 150;

pub(super) struct Narrator {
    control: Control,
    you: String,
    speaks: bool,
    color: bool,
    told: HashMap<String, String>,
}

impl Narrator {
    pub(super) fn new(control: Control, you: String, speaks: bool, color: bool) -> Self {
        Self { control, you, speaks, color, told: HashMap::new() }
    }

    /// A line of the story.
    pub(super) fn say(&self, line: &str) {
        if self.speaks {
            outln!("\n{}", self.paint("1;36", line));
        }
    }

    /// What a person did, and the private answer.
    pub(super) fn private(&self, who: &str, did: &str, answer: &Value) {
        if !self.speaks {
            return;
        }
        outln!("  {} {did}", self.paint("1", who));
        for line in lines(&answer["message"]) {
            outln!("    {}", self.paint("2", &format!("only {who} sees: {line}")));
        }
    }

    /// Takes everything that is there as told.
    pub(super) async fn skip(&mut self) -> anyhow::Result<()> {
        let speaks = std::mem::replace(&mut self.speaks, false);
        let told = self.tell().await;
        self.speaks = speaks;
        told
    }

    /// Tells what is new or changed since the last time.
    pub(super) async fn tell(&mut self) -> anyhow::Result<()> {
        let mut news: Vec<(u64, String, Vec<String>, bool)> = Vec::new();
        for (place, name) in self.control.places(&self.you).await? {
            for message in self.control.messages(&self.you, &place).await? {
                let Some(id) = message["id"].as_str() else { continue };
                let lines = lines(&message);
                // Compared as it was sent: times read differently every second.
                let sent = format!("{}{}{}", message["content"], message["embeds"], message["components"]);
                let known = self.told.insert(id.to_owned(), sent.clone());
                if known.as_ref() == Some(&sent) || lines.is_empty() || !message["ephemeral_for"].is_null() {
                    continue;
                }
                let author =
                    message["author"]["global_name"].as_str().or_else(|| message["author"]["username"].as_str());
                let head = format!("{name}  {}", author.unwrap_or("?"));
                news.push((id.parse().unwrap_or_default(), head, lines, known.is_some()));
            }
        }
        news.sort_by_key(|(id, ..)| *id);
        if self.speaks {
            for (_, head, lines, edited) in news {
                let mark = if edited { " (edited)" } else { "" };
                outln!("  {}{mark}", self.paint("1", &head));
                for line in lines {
                    outln!("    {line}");
                }
            }
        }
        Ok(())
    }

    /// Tells what happens until somebody stops the program.
    pub(super) async fn follow(&mut self) -> anyhow::Result<()> {
        loop {
            self.tell().await?;
            tokio::time::sleep(LOOK).await;
        }
    }

    fn paint(&self, code: &str, text: &str) -> String {
        if self.color { format!("\x1b[{code}m{text}\x1b[0m") } else { text.to_owned() }
    }
}

/// A message as lines of text: content, embeds, buttons.
fn lines(message: &Value) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut add = |text: &str| lines.extend(text.lines().filter(|line| !line.trim().is_empty()).map(readable));
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

/// Discord's marks as a terminal can show them: escapes undone, times as clock times, long lines cut.
fn readable(line: &str) -> String {
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
            text.push_str(&mark_text(mark));
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

fn mark_text(mark: &str) -> String {
    if let Some(time) = mark.strip_prefix("t:") {
        let (second, style) = time.split_once(':').unwrap_or((time, "f"));
        if let Some(at) = second.parse().ok().and_then(|second| domain::Timestamp::from_second(second).ok()) {
            return if style == "R" { relative(at) } else { clock_time(at) };
        }
    }
    match mark.chars().next() {
        Some('/') => mark.split(':').next().unwrap_or(mark).to_owned(),
        Some('@') => "@someone".to_owned(),
        Some('#') => "#room".to_owned(),
        _ => format!("<{mark}>"),
    }
}

fn clock_time(at: domain::Timestamp) -> String {
    at.to_zoned(jiff::tz::TimeZone::system()).strftime("%H:%M:%S").to_string()
}

/// As Discord writes it: in words, and rounded.
fn relative(at: domain::Timestamp) -> String {
    let seconds = at.duration_since(engine::Clock::system().now()).as_secs();
    let (count, unit) = match seconds.unsigned_abs() {
        n @ 0..60 => (n, "second"),
        n @ 60..3_600 => (n / 60, "minute"),
        n => (n / 3_600, "hour"),
    };
    let plural = if count == 1 { "" } else { "s" };
    match seconds {
        -1..=1 => "now".to_owned(),
        ..=-2 => format!("{count} {unit}{plural} ago"),
        _ => format!("in {count} {unit}{plural}"),
    }
}
