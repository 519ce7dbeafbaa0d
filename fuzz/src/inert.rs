//! Purpose: what must hold for whatever we show: nobody is called, nothing is hidden, no limit is exceeded.

use discord::custom_id;
use discord::render::limits;
use serde_json::Value;

/// Characters that show nothing or reorder what stands around them.
pub fn hides(c: char) -> bool {
    (c.is_control() && c != '\n' && c != '\t')
        || matches!(c, '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// A text of a report, as the intake hands it on.
pub fn clean(text: &str, most: usize) {
    assert!(!text.chars().any(hides), "something is hidden in {text:?}");
    assert!(text.chars().count() <= most, "{} characters where {most} are allowed", text.chars().count());
}

/// A message or form, as it is sent.
pub fn body(body: &Value) {
    let mut all = Vec::new();
    texts(body, "", &mut all);
    for (text, key, limit) in &all {
        let length = words::length(text);
        assert!(length <= *limit, "{key}: {length} > {limit}: {text}");
    }
    let mut sum = 0;
    for embed in body["embeds"].as_array().into_iter().flatten() {
        let mut parts = Vec::new();
        texts(embed, "", &mut parts);
        sum += parts.iter().map(|(text, _, _)| words::length(text)).sum::<usize>();
    }
    assert!(sum <= limits::EMBED_SUM, "all embeds together have {sum}");
    for (text, _, _) in all.iter().filter(|(_, key, _)| ["content", "title", "description"].contains(key)) {
        shown(text);
    }
    assert!(body["allowed_mentions"]["parse"].as_array().is_none_or(Vec::is_empty), "{}", body["allowed_mentions"]);
    let rows = body["components"].as_array().into_iter().flatten();
    for row in rows {
        let count = row["components"].as_array().map_or(0, Vec::len);
        assert!((1..=limits::BUTTONS_IN_ROW).contains(&count), "{count} controls in a row");
    }
}

/// A text that Discord reads as Markdown: it may call only the people and rooms of the fixture.
pub fn shown(text: &str) {
    let lower = text.to_lowercase();
    assert!(!lower.contains("@everyone") && !lower.contains("@here"), "{text}");
    let overrides = |c: char| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{61c}');
    assert!(!text.contains(overrides), "something is reordered in {text:?}");
    for (at, _) in text.match_indices('<') {
        let escaped = text[..at].ends_with('\\');
        let ours = ["<@1", "<@&9", "<#"].iter().any(|mark| text[at..].starts_with(mark))
            || is_time(&text[at..])
            || is_address(&text[at..]);
        assert!(escaped || ours, "{text:?} calls somebody: {}", &text[at..]);
    }
    for (at, _) in text.match_indices("](") {
        let leads = text[at + 2..].to_lowercase().starts_with("http");
        assert!(text[..at].ends_with('\\') || leads, "{text:?} leads somewhere: {}", &text[at..]);
    }
    assert!(!text.contains("```"), "a fence in {text:?}");
}

/// `<https://..>`: an address without a picture of what is behind it.
fn is_address(text: &str) -> bool {
    let inside = text.strip_prefix("<http").and_then(|rest| rest.split_once('>'));
    inside.is_some_and(|(address, _)| !address.contains(['<', ' ', '\n', '`', '@']))
}

fn is_time(text: &str) -> bool {
    let inside = text.strip_prefix("<t:").and_then(|rest| rest.split_once(":")).filter(|(_, end)| end.len() > 1);
    inside.is_some_and(|(number, end)| {
        number.parse::<i64>().is_ok() && end.get(1..).is_some_and(|end| end.starts_with('>'))
    })
}

fn texts<'a>(body: &'a Value, key: &'a str, out: &mut Vec<(&'a str, &'a str, usize)>) {
    match body {
        Value::String(text) => {
            let limit = match key {
                "content" => limits::CONTENT,
                "title" => limits::EMBED_TITLE,
                "description" => limits::EMBED_DESCRIPTION,
                "text" => limits::EMBED_FOOTER,
                "label" => limits::BUTTON_LABEL,
                "placeholder" => limits::SELECT_PLACEHOLDER,
                "value" => limits::INPUT_TEXT,
                "custom_id" => custom_id::LIMIT,
                _ => usize::MAX,
            };
            out.push((text, key, limit));
        }
        Value::Array(items) => items.iter().for_each(|item| texts(item, key, out)),
        Value::Object(fields) => fields.iter().for_each(|(name, field)| texts(field, name, out)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}
