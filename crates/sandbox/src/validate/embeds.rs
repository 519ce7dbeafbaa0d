//! Purpose: embeds: their limits one by one, and 6,000 characters over all of them.

use serde_json::{Map, Value, json};

use crate::{clock, error::Problems, world::render::without_nulls};

/// Checks the embeds and writes them as Discord stores them.
pub(crate) fn check(list: &[Value], problems: &mut Problems) -> Vec<Value> {
    problems.count("embeds", list.len(), 0, 10);
    let mut total = 0;
    let embeds = list
        .iter()
        .enumerate()
        .map(|(index, embed)| one(embed, &format!("embeds.{index}"), problems, &mut total))
        .collect();
    if total > 6_000 {
        problems.add("embeds", "MAX_EMBED_SIZE_EXCEEDED", "Embed size exceeds maximum size of 6000");
    }
    embeds
}

fn text(
    from: &Map<String, Value>,
    key: &str,
    path: &str,
    max: usize,
    problems: &mut Problems,
    total: &mut usize,
) -> Option<String> {
    match from.get(key)? {
        Value::String(text) => {
            let text = text.trim().to_owned();
            problems.length(&format!("{path}.{key}"), &text, 0, max);
            *total += text.chars().count();
            Some(text).filter(|text| !text.is_empty())
        }
        Value::Number(number) => Some(number.to_string()),
        _ => {
            problems.add(&format!("{path}.{key}"), "STRING_TYPE_CONVERT", "Could not interpret value as string.");
            None
        }
    }
}

fn url(from: &Map<String, Value>, key: &str, path: &str, attachments: bool, problems: &mut Problems) -> Option<String> {
    let text = from.get(key)?.as_str()?;
    if text.is_empty() {
        return None;
    }
    problems.length(&format!("{path}.{key}"), text, 0, 2_048);
    let known = text.starts_with("http://")
        || text.starts_with("https://")
        || (attachments && text.starts_with("attachment://"));
    if !known {
        let schemes = if attachments { "('http', 'https', 'attachment')" } else { "('http', 'https')" };
        let scheme = text.split_once("://").map_or("", |(scheme, _)| scheme);
        problems.add(
            &format!("{path}.{key}"),
            "URL_TYPE_INVALID_SCHEME",
            format!("Scheme \"{scheme}\" is not supported. Scheme must be one of {schemes}."),
        );
    } else if text.split_once("://").is_some_and(|(_, rest)| rest.is_empty() || rest.contains(char::is_whitespace)) {
        problems.add(&format!("{path}.{key}"), "URL_TYPE_INVALID_URL", "Not a well formed URL.");
    }
    Some(text.to_owned())
}

fn one(embed: &Value, path: &str, problems: &mut Problems, total: &mut usize) -> Value {
    let Some(from) = embed.as_object().map(without_nulls) else {
        problems.add(path, "DICT_TYPE_CONVERT", "Only dictionaries may be used in a DictType");
        return Value::Null;
    };
    let mut out = Map::new();
    out.insert("type".to_owned(), json!("rich"));
    if let Some(url) = url(&from, "url", path, false, problems) {
        out.insert("url".to_owned(), json!(url));
    }
    for (key, max) in [("title", 256), ("description", 4_096)] {
        if let Some(text) = text(&from, key, path, max, problems, total) {
            out.insert(key.to_owned(), json!(text));
        }
    }
    if let Some(color) = from.get("color") {
        match color.as_u64().or_else(|| color.as_str().and_then(|text| text.parse().ok())) {
            Some(color) if color <= 0xff_ffff => _ = out.insert("color".to_owned(), json!(color)),
            Some(_) => problems.add(
                &format!("{path}.color"),
                "NUMBER_TYPE_MAX",
                "int value should be less than or equal to 16777215.",
            ),
            None => problems.add(&format!("{path}.color"), "NUMBER_TYPE_COERCE", "Value is not int."),
        }
    }
    if let Some(timestamp) = from.get("timestamp") {
        match timestamp.as_str().and_then(clock::parse_iso) {
            Some(ms) => _ = out.insert("timestamp".to_owned(), json!(clock::iso(ms))),
            None => problems.add(
                &format!("{path}.timestamp"),
                "DATETIME_TYPE_PARSE",
                format!("Could not parse {timestamp}. Should be ISO8601."),
            ),
        }
    }
    if let Some(fields) = from.get("fields").and_then(Value::as_array) {
        problems.count(&format!("{path}.fields"), fields.len(), 0, 25);
        let fields: Vec<Value> = fields
            .iter()
            .enumerate()
            .map(|(index, field)| one_field(field, &format!("{path}.fields.{index}"), problems, total))
            .collect();
        if !fields.is_empty() {
            out.insert("fields".to_owned(), json!(fields));
        }
    }
    if let Some(author) = from.get("author").and_then(Value::as_object).map(without_nulls) {
        let at = format!("{path}.author");
        let mut made = Map::new();
        match text(&author, "name", &at, 256, problems, total) {
            Some(name) => _ = made.insert("name".to_owned(), json!(name)),
            None => problems.required(&format!("{at}.name")),
        }
        for (key, attachments) in [("url", false), ("icon_url", true)] {
            if let Some(url) = url(&author, key, &at, attachments, problems) {
                made.insert(key.to_owned(), json!(url));
            }
        }
        out.insert("author".to_owned(), Value::Object(made));
    }
    if let Some(footer) = from.get("footer").and_then(Value::as_object).map(without_nulls) {
        let at = format!("{path}.footer");
        let mut made = Map::new();
        match text(&footer, "text", &at, 2_048, problems, total) {
            Some(text) => _ = made.insert("text".to_owned(), json!(text)),
            None => problems.required(&format!("{at}.text")),
        }
        if let Some(url) = url(&footer, "icon_url", &at, true, problems) {
            made.insert("icon_url".to_owned(), json!(url));
        }
        out.insert("footer".to_owned(), Value::Object(made));
    }
    for key in ["image", "thumbnail"] {
        if let Some(picture) = from.get(key).and_then(Value::as_object).map(without_nulls)
            && let Some(url) = url(&picture, "url", &format!("{path}.{key}"), true, problems)
        {
            out.insert(key.to_owned(), json!({ "url": url }));
        }
    }
    Value::Object(out)
}

fn one_field(field: &Value, path: &str, problems: &mut Problems, total: &mut usize) -> Value {
    let from = field.as_object().map(without_nulls).unwrap_or_default();
    let mut made = Map::new();
    for (key, max) in [("name", 256), ("value", 1_024)] {
        match text(&from, key, path, max, problems, total) {
            Some(text) => _ = made.insert(key.to_owned(), json!(text)),
            None => problems.required(&format!("{path}.{key}")),
        }
    }
    made.insert("inline".to_owned(), json!(from.get("inline").and_then(Value::as_bool).unwrap_or(false)));
    Value::Object(made)
}
