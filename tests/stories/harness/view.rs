//! Purpose: what people see, as text for snapshots. Ids become names, times become relative to the story's clock;
//! everything else stays as it was sent.

use std::collections::HashMap;

use domain::Timestamp;
use jiff::tz::TimeZone;
use serde_json::Value;

use super::control::list;

/// The flag SUPPRESS_NOTIFICATIONS.
pub(super) const SILENT: u64 = 1 << 12;
const THREAD_CREATED: u64 = 18;
const PINNED: u64 = 6;
const THREAD_STARTER: u64 = 21;

/// Names of everything that has an id.
#[derive(Debug, Default)]
pub(crate) struct Names(HashMap<String, String>);

impl Names {
    pub(crate) fn of(world: &Value) -> Self {
        let mut names = HashMap::new();
        for (kind, field) in [("people", "@"), ("bots", "@"), ("roles", "@"), ("channels", "#"), ("threads", "#")] {
            for one in list(&world[kind]) {
                names.insert(text(&one["id"]), format!("{field}{}", text(&one["name"])));
            }
        }
        names.insert(text(&world["guild"]["id"]), "guild".to_owned());
        Self(names)
    }

    fn name(&self, id: &str) -> String {
        self.0.get(id).cloned().unwrap_or_else(|| "[id]".to_owned())
    }
}

/// Looks at messages at an instant.
pub(crate) struct View<'a> {
    pub(crate) names: &'a Names,
    pub(crate) now: Timestamp,
}

impl View<'_> {
    pub(crate) fn transcript(&self, messages: &[Value]) -> String {
        messages.iter().map(|message| self.message(message)).collect::<Vec<_>>().join("\n")
    }

    /// A message: author and what is special, its text, its embeds, its buttons.
    pub(crate) fn message(&self, message: &Value) -> String {
        let mut marks = Vec::new();
        if message["flags"].as_u64().unwrap_or(0) & SILENT != 0 {
            marks.push("silent".to_owned());
        }
        if message["pinned"] == true {
            marks.push("pinned".to_owned());
        }
        if !message["ephemeral_for"].is_null() {
            marks.push("private".to_owned());
        }
        if let Some(original) = message["referenced_message"]["content"].as_str()
            && message["type"] != THREAD_STARTER
            && message["ephemeral_for"].is_null()
        {
            marks.push(format!("reply to \"{}\"", self.readable(original)));
        }
        let mut author = self.name_of(&message["author"]);
        author.get_mut(..1).into_iter().for_each(str::make_ascii_uppercase);
        let marks = if marks.is_empty() { String::new() } else { format!(" ({})", marks.join(", ")) };
        let mut lines: Vec<String> = match message["type"].as_u64() {
            Some(PINNED) => vec!["pinned a message".to_owned()],
            Some(THREAD_CREATED) => vec![format!("started the thread {}", text(&message["content"]))],
            Some(THREAD_STARTER) => vec!["(its card)".to_owned()],
            Some(1) => vec!["added somebody".to_owned()],
            Some(2) => vec!["took somebody out".to_owned()],
            _ => text(&message["content"]).lines().map(|line| self.readable(line)).collect(),
        };
        for embed in list(&message["embeds"]) {
            let parts = [&embed["title"], &embed["description"]].map(text);
            let fields = list(&embed["fields"]);
            let fields = fields.iter().map(|field| format!("{}: {}", text(&field["name"]), text(&field["value"])));
            let footer = text(&embed["footer"]["text"]);
            let all = parts.into_iter().chain(fields).chain([footer]).filter(|part| !part.is_empty());
            lines.extend(
                all.flat_map(|part| self.readable(&part).lines().map(|line| format!("| {line}")).collect::<Vec<_>>()),
            );
        }
        for select in selects(message) {
            let options = select.options.iter();
            let options = options.map(|(label, _, chosen)| if *chosen { format!("{label}*") } else { label.clone() });
            lines.push(format!("{{{}: {}}}", select.question, options.collect::<Vec<_>>().join(" · ")));
        }
        let buttons = buttons(message);
        if !buttons.is_empty() {
            lines.push(buttons.iter().map(|(label, _)| format!("[{label}]")).collect::<Vec<_>>().join(" "));
        }
        let files: Vec<String> = list(&message["attachments"]).iter().map(|file| text(&file["filename"])).collect();
        if !files.is_empty() {
            lines.push(format!("(files: {})", files.join(", ")));
        }
        // A short text stands beside its author.
        let beside = list(&message["embeds"]).is_empty() && !lines.is_empty();
        let first = if beside { format!(" {}", lines.remove(0)) } else { String::new() };
        let rest: String = lines.iter().map(|line| format!("\n  {line}")).collect();
        format!("{author}{marks}:{first}{rest}")
    }

    /// A form: its title and its fields, required ones with a star, with what is filled in already.
    pub(crate) fn form(&self, modal: &Value) -> String {
        let mut out = format!("form \"{}\"", text(&modal["title"]));
        for input in inputs(modal) {
            let star = if input["required"].as_bool().unwrap_or(true) { "*" } else { "" };
            let value = input["value"].as_str().map(|value| format!(" = {value}")).unwrap_or_default();
            let hint = input["placeholder"].as_str().map(|hint| format!(" ({hint})")).unwrap_or_default();
            out.push_str(&format!("\n  {}{star}{hint}{value}", text(&input["label"])));
        }
        out
    }

    fn name_of(&self, user: &Value) -> String {
        self.names.name(&text(&user["id"])).trim_start_matches('@').to_owned()
    }

    /// Mentions and timestamps as people read them, long numbers as [id].
    pub(crate) fn readable(&self, text: &str) -> String {
        let mut out = String::new();
        let mut rest = text;
        while let Some(start) = rest.find('<') {
            out.push_str(&self.plain(&rest[..start]));
            rest = &rest[start..];
            let special = rest.find('>').and_then(|end| Some((self.special(&rest[1..end])?, end)));
            match special {
                Some((word, end)) => {
                    out.push_str(&word);
                    rest = &rest[end + 1..];
                }
                None => {
                    out.push('<');
                    rest = &rest[1..];
                }
            }
        }
        out.push_str(&self.plain(rest));
        out
    }

    fn special(&self, inner: &str) -> Option<String> {
        if let Some(stamp) = inner.strip_prefix("t:") {
            let (seconds, style) = stamp.split_once(':').unwrap_or((stamp, "f"));
            return Some(self.time(Timestamp::from_second(seconds.parse().ok()?).ok()?, style));
        }
        let id = inner.strip_prefix("@&").or_else(|| inner.strip_prefix(['@', '#']))?.trim_start_matches('!');
        id.parse::<u64>().ok().map(|_| self.names.name(id))
    }

    fn time(&self, at: Timestamp, style: &str) -> String {
        if style == "R" {
            return format!("[{}]", relative(at.duration_since(self.now).as_secs()));
        }
        let local = at.to_zoned(TimeZone::get("Asia/Jakarta").unwrap());
        let pattern = if style.eq_ignore_ascii_case("t") { "%H:%M" } else { "%-d %b %H:%M" };
        format!("[{}]", local.strftime(pattern))
    }

    /// Text without mentions: ids in addresses become names, and the line of the sample configuration may move.
    fn plain(&self, text: &str) -> String {
        let mut out = String::new();
        let mut digits = String::new();
        for c in text.chars().chain(['\0']) {
            if c.is_ascii_digit() {
                digits.push(c);
                continue;
            }
            let is_id = (17..=20).contains(&digits.len());
            let is_line = out.ends_with("siaga.toml:");
            out.push_str(&match (is_id, is_line) {
                (true, _) => self.names.name(&digits),
                (_, true) => "[line]".to_owned(),
                _ => std::mem::take(&mut digits),
            });
            digits.clear();
            match c {
                '\0' => {}
                // What nobody sees must show here.
                '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' => {
                    out.push_str(&format!("[u+{:x}]", u32::from(c)));
                }
                _ => out.push(c),
            }
        }
        out
    }
}

/// Labels and `custom_id`s of a message's buttons.
pub(crate) fn buttons(message: &Value) -> Vec<(String, String)> {
    let rows = list(&message["components"]);
    let all = rows.iter().flat_map(|row| list(&row["components"]));
    all.filter(|component| component["type"] == 2)
        .map(|button| (text(&button["label"]), text(&button["custom_id"])))
        .collect()
}

/// A select as people see it.
pub(super) struct Select {
    /// What it asks.
    pub(super) question: String,
    pub(super) custom_id: String,
    /// Label, value, and whether it is chosen.
    pub(super) options: Vec<(String, String, bool)>,
}

/// The selects of a message, top to bottom.
pub(super) fn selects(message: &Value) -> Vec<Select> {
    let rows = list(&message["components"]);
    let all = rows.iter().flat_map(|row| list(&row["components"]));
    all.filter(|component| component["type"] == 3)
        .map(|select| Select {
            question: text(&select["placeholder"]),
            custom_id: text(&select["custom_id"]),
            options: list(&select["options"])
                .iter()
                .map(|option| (text(&option["label"]), text(&option["value"]), option["default"] == true))
                .collect(),
        })
        .collect()
}

/// The text inputs of a form, top to bottom.
pub(crate) fn inputs(modal: &Value) -> Vec<Value> {
    list(&modal["components"]).iter().flat_map(|row| list(&row["components"])).collect()
}

fn relative(seconds: i64) -> String {
    let size = seconds.unsigned_abs();
    let (hours, minutes, rest) = (size / 3600, size / 60 % 60, size % 60);
    let parts: Vec<String> = [(hours, "h"), (minutes, "min"), (rest, "s")]
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, unit)| format!("{count} {unit}"))
        .collect();
    match seconds {
        0 => "now".to_owned(),
        1.. => format!("in {}", parts.join(" ")),
        _ => format!("{} ago", parts.join(" ")),
    }
}

pub(crate) fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
