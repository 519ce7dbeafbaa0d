//! Purpose: bytes to JSON, also where they are JSON and a strict reader refuses them.
//!
//! Senders write what their languages allow: half a surrogate pair where a text was cut within an emoji, numbers that no
//! machine holds, bytes that are not UTF-8, nesting without end. A sender that is told "no" drops the alert, so the first
//! three are mended and the last becomes an unmapped report.

use std::borrow::Cow;

use serde::de::IgnoredAny;
use serde_json::Value;

use crate::NotJson;

/// What a body is.
pub(crate) enum Body<'a> {
    /// JSON, with its text.
    Json(Cow<'a, str>, Value),
    /// Text that is none.
    Text(Cow<'a, str>, NotJson),
}

/// Reads a body.
pub(crate) fn body(body: &[u8]) -> Body<'_> {
    match json(body) {
        Ok((text, json)) => Body::Json(text, json),
        Err(mistake) => Body::Text(String::from_utf8_lossy(body), mistake),
    }
}

/// The fields of a form as a JSON body: the field that holds JSON, or all of them as texts.
///
/// Source: Uptime Kuma's webhook with "multipart/form-data" puts its JSON into one field, `data`; Slack-like senders use `payload`.
pub fn form(fields: &[(String, String)]) -> Vec<u8> {
    let holds_json = |text: &String| text.trim_start().starts_with(['{', '[']) && json(text.as_bytes()).is_ok();
    let mut whole = fields.iter().filter(|(_, text)| holds_json(text));
    if let (Some((_, text)), None) = (whole.next(), whole.next()) {
        return text.clone().into_bytes();
    }
    let fields = fields.iter().map(|(name, text)| (name.clone(), Value::from(text.as_str())));
    Value::Object(fields.collect()).to_string().into_bytes()
}

/// Reads bytes as JSON; answers their text, too.
fn json(body: &[u8]) -> Result<(Cow<'_, str>, Value), NotJson> {
    let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
    let refused = match serde_json::from_slice(body) {
        Ok(json) => return Ok((String::from_utf8_lossy(body), json)),
        Err(refused) => refused,
    };
    let text = String::from_utf8_lossy(body);
    // This looks at the grammar alone, at any depth.
    if serde_json::from_str::<IgnoredAny>(&text).is_err() {
        return Err(not_json(&refused));
    }
    let text = mended(&text);
    let read = serde_json::from_str(&text);
    Ok(read.map_or_else(
        // Nobody looked for secrets in it, so nobody is shown it.
        |_| (Cow::Owned(format!("({} bytes of JSON, nested too deep to be read)", body.len())), Value::Null),
        |json| (Cow::Owned(text), json),
    ))
}

fn not_json(error: &serde_json::Error) -> NotJson {
    let (line, column) = (error.line(), error.column());
    let message = error.to_string();
    let message = message.strip_suffix(&format!(" at line {line} column {column}")).unwrap_or(&message).to_owned();
    NotJson { line, column, message }
}

/// The same JSON with halves of surrogate pairs replaced and numbers that are too large as texts.
fn mended(json: &str) -> String {
    let mut out = String::with_capacity(json.len() + 16);
    let mut rest = json;
    let mut in_text = false;
    while let Some(c) = rest.chars().next() {
        let length = match c {
            '"' => {
                in_text = !in_text;
                1
            }
            '\\' if in_text => {
                let (length, whole) = escape(rest);
                if !whole {
                    out.push_str("\\ufffd");
                    rest = &rest[length..];
                    continue;
                }
                length
            }
            '-' | '0'..='9' if !in_text => {
                let ends = |c: char| !matches!(c, '-' | '+' | '.' | 'e' | 'E' | '0'..='9');
                let length = rest.find(ends).unwrap_or(rest.len());
                let number = &rest[..length];
                if number.parse::<f64>().is_ok_and(f64::is_infinite) {
                    out.push_str(&format!("\"{number}\""));
                    rest = &rest[length..];
                    continue;
                }
                length
            }
            c => c.len_utf8(),
        };
        out.push_str(&rest[..length]);
        rest = &rest[length..];
    }
    out
}

/// Bytes of the escape at the start, and whether it stands for a character: half a surrogate pair does not.
fn escape(rest: &str) -> (usize, bool) {
    let unit = |text: &str| text.strip_prefix("\\u").and_then(|hex| u16::from_str_radix(hex.get(..4)?, 16).ok());
    match unit(rest) {
        Some(0xD800..=0xDBFF) => match rest.get(6..).and_then(unit) {
            Some(0xDC00..=0xDFFF) => (12, true),
            Some(_) | None => (6, false),
        },
        Some(0xDC00..=0xDFFF) => (6, false),
        Some(_) => (6, true),
        None => (1 + rest[1..].chars().next().map_or(0, char::len_utf8), true),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn what_only_a_strict_reader_refuses_is_read() {
        for (body, read) in [
            (r#"{"t":"a\ud83d"}"#.as_bytes(), r#"{"t":"a�"}"#),
            (br#"{"t":"\udc00\ud83d\ude00\\ud83d\n"}"#, r#"{"t":"�😀\\ud83d\n"}"#),
            (br#"["\ud83d\ud83d\ude00","\ud83d\u0041"]"#, r#"["�😀","�A"]"#),
            (br#"{"v":1e400,"w":[-1E+999,1]}"#, r#"{"v":"1e400","w":["-1E+999",1]}"#),
            (b"{\"t\":\"caf\xe9 1e400\"}", r#"{"t":"caf� 1e400"}"#),
        ] {
            let (_, json) = json(body).unwrap();
            assert_eq!(json.to_string(), read, "{}", String::from_utf8_lossy(body));
        }
    }

    #[test]
    fn a_form_is_the_json_in_it_or_its_fields() {
        let form = |fields: &[(&str, &str)]| {
            let fields: Vec<_> = fields.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect();
            String::from_utf8(form(&fields)).unwrap()
        };
        assert_eq!(form(&[("data", " {\"msg\":\"down\"}"), ("version", "2")]), " {\"msg\":\"down\"}");
        assert_eq!(form(&[("check", "db"), ("state", "down")]), r#"{"check":"db","state":"down"}"#);
        assert_eq!(form(&[("text", "{not json")]), r#"{"text":"{not json"}"#);
        // Which of two it is, nobody knows.
        assert_eq!(form(&[("a", "{}"), ("b", "[]")]), r#"{"a":"{}","b":"[]"}"#);
    }

    #[test]
    fn json_without_end_is_json_and_a_cut_one_is_not() {
        let deep = "[".repeat(10_000) + &"]".repeat(10_000);
        let (text, value) = json(deep.as_bytes()).unwrap();
        assert_eq!((text.as_ref(), value), ("(20000 bytes of JSON, nested too deep to be read)", Value::Null));
        for body in [&deep[..19_999], "{\"t\":\"\\ud83d", "1e400x", "{\"t\":\"a\nb\"}", ""] {
            assert!(json(body.as_bytes()).is_err(), "{body}");
        }
    }
}
