//! Purpose: the shapes of answers: which fields of which types, which headers. Never an id, a name or a text.
//!
//! A shape is what a person can send us from a real server. What the sandbox answers is in `sandbox.json`, which a test writes
//! anew; a rehearsal tells what goes beyond it.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// What the sandbox answers to a rehearsal.
const SANDBOX: &str = include_str!("sandbox.json");
/// Headers whose values are kept when they are numbers: they say how often something may be done.
const LIMITS: [&str; 4] = ["x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset-after", "retry-after"];
/// Longest name of a field or header that is kept as it is.
const NAME: usize = 64;

/// The answers to one route with one status.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shape {
    /// Names of headers.
    pub headers: BTreeSet<String>,
    /// Fields by path (`embeds[].title`) and the types seen there.
    pub fields: BTreeMap<String, BTreeSet<String>>,
    /// Numbers that headers of limits held.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub limits: BTreeMap<String, BTreeSet<String>>,
}

/// Shapes by `METHOD route status`; what was refused is by its status alone.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Shapes(pub BTreeMap<String, Shape>);

impl Shapes {
    /// What the sandbox answers.
    #[must_use]
    pub fn of_the_sandbox() -> Self {
        serde_json::from_str(SANDBOX).unwrap_or_default()
    }

    /// Adds an answer.
    pub(super) fn add(&mut self, route: &str, status: u16, headers: &[(&str, &str)], body: Option<&[u8]>) {
        let key = if status < 400 { format!("{route} {status}") } else { format!("refused {status}") };
        let shape = self.0.entry(key).or_default();
        for (name, value) in headers {
            let name = plain(name);
            if LIMITS.contains(&name.as_str()) && value.parse::<f64>().is_ok() {
                shape.limits.entry(name.clone()).or_default().insert((*value).to_owned());
            }
            shape.headers.insert(name);
        }
        match body.map(serde_json::from_slice::<Value>) {
            Some(Ok(json)) => walk(String::new(), &json, &mut shape.fields),
            Some(Err(_)) if body.is_some_and(<[u8]>::is_empty) => {}
            Some(Err(_)) => note(&mut shape.fields, "(not JSON)", "text"),
            None => note(&mut shape.fields, "(broke off)", "text"),
        }
    }

    /// The same without numbers, which differ from run to run.
    #[must_use]
    pub fn without_numbers(mut self) -> Self {
        self.0.values_mut().for_each(|shape| shape.limits.clear());
        self
    }

    /// What these answers have that the known ones lack, as a file that can be sent.
    #[must_use]
    pub fn beyond(&self, known: &Self) -> Value {
        let mut answers = serde_json::Map::new();
        for (key, shape) in &self.0 {
            let other = known.0.get(key);
            let mut told = serde_json::Map::new();
            if other.is_none() {
                told.insert("known".to_owned(), json!(false));
            }
            let lacks = |header: &&String| other.is_none_or(|other| !other.headers.contains(*header));
            let headers: Vec<&String> = shape.headers.iter().filter(lacks).collect();
            if !headers.is_empty() {
                told.insert("headers".to_owned(), json!(headers));
            }
            let mut fields = serde_json::Map::new();
            let mut types = serde_json::Map::new();
            for (path, seen) in &shape.fields {
                match other.and_then(|other| other.fields.get(path)) {
                    None => {
                        fields.insert(path.clone(), json!(seen));
                    }
                    Some(there) if seen.is_subset(there) => {}
                    Some(there) => {
                        types.insert(path.clone(), json!({ "here": seen, "sandbox": there }));
                    }
                }
            }
            if !fields.is_empty() {
                told.insert("fields".to_owned(), Value::Object(fields));
            }
            if !types.is_empty() {
                told.insert("types".to_owned(), Value::Object(types));
            }
            if !shape.limits.is_empty() {
                told.insert("limits".to_owned(), json!(shape.limits));
            }
            if !told.is_empty() {
                answers.insert(key.clone(), Value::Object(told));
            }
        }
        Value::Object(answers)
    }

    /// How many fields, types and headers the known ones lack.
    #[must_use]
    pub fn count_beyond(&self, known: &Self) -> usize {
        let beyond = self.beyond(known);
        let parts = beyond.as_object().into_iter().flat_map(serde_json::Map::values);
        let size = |part: &Value| part.as_array().map(Vec::len).or_else(|| part.as_object().map(serde_json::Map::len));
        parts.flat_map(|told| ["headers", "fields", "types"].map(|name| size(&told[name]).unwrap_or(0))).sum()
    }
}

fn note(fields: &mut BTreeMap<String, BTreeSet<String>>, path: &str, kind: &str) {
    fields.entry(path.to_owned()).or_default().insert(kind.to_owned());
}

fn walk(path: String, value: &Value, fields: &mut BTreeMap<String, BTreeSet<String>>) {
    note(fields, if path.is_empty() { "(whole)" } else { &path }, kind(value));
    match value {
        Value::Object(object) => {
            for (name, inner) in object {
                let name = plain(name);
                walk(if path.is_empty() { name } else { format!("{path}.{name}") }, inner, fields);
            }
        }
        Value::Array(list) => list.iter().for_each(|inner| walk(format!("{path}[]"), inner, fields)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// A name as it is when it is one of a program's, and a mark in its place when it may be somebody's.
fn plain(name: &str) -> String {
    if !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_digit()) {
        return "<number>".to_owned();
    }
    let ours = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'_' | b'-');
    if !name.is_empty() && name.len() <= NAME && name.bytes().all(ours) { name.to_owned() } else { "<name>".to_owned() }
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "fraction",
        Value::Number(_) => "number",
        Value::String(text) if text.len() >= 15 && text.bytes().all(|byte| byte.is_ascii_digit()) => "id",
        Value::String(text) if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) => "digits",
        Value::String(text) if text.parse::<jiff::Timestamp>().is_ok() => "time",
        Value::String(text) if text.starts_with("https://") || text.starts_with("http://") => "address",
        Value::String(_) => "text",
        Value::Array(_) => "list",
        Value::Object(_) => "object",
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn shapes(body: &Value) -> Shapes {
        let mut shapes = Shapes::default();
        let headers = [("x-ratelimit-limit", "5"), ("x-ratelimit-bucket", "abcd1234"), ("set-cookie", "__cf=secret")];
        shapes.add("POST /channels/{channel_id}/messages", 200, &headers, Some(body.to_string().as_bytes()));
        shapes
    }

    #[test]
    fn nothing_that_somebody_wrote_and_no_id_is_in_the_file() {
        let body = json!({
            "id": "1290000000000000001", "content": "the password is hunter2", "author": { "username": "rina" },
            "resolved": { "1290000000000000002": { "Budi Santoso": 1 } }, "timestamp": "2026-03-02T03:10:00+00:00",
            "embeds": [{ "url": "https://intern.example.com/secret" }],
        });
        let file = shapes(&body).beyond(&Shapes::default()).to_string();
        for secret in
            ["1290000000000000001", "1290000000000000002", "hunter2", "rina", "Budi", "intern", "secret", "abcd"]
        {
            assert!(!file.contains(secret), "{secret}: {file}");
        }
        for told in [
            r#""content":["text"]"#,
            r#""id":["id"]"#,
            r#""resolved.<number>.<name>":["number"]"#,
            r#""timestamp":["time"]"#,
            r#""embeds[].url":["address"]"#,
            r#""x-ratelimit-limit":["5"]"#,
            r#""set-cookie""#,
        ] {
            assert!(file.contains(told), "{told}: {file}");
        }
    }

    #[test]
    fn only_what_the_known_answers_lack_is_told() {
        let known = shapes(&json!({ "id": "1290000000000000001", "nonce": null })).without_numbers();
        let here = shapes(&json!({ "id": "1290000000000000001", "nonce": "a", "poll": null }));
        assert_eq!(here.count_beyond(&known), 2);
        assert_eq!(
            here.beyond(&known),
            json!({ "POST /channels/{channel_id}/messages 200": {
                "fields": { "poll": ["null"] }, "types": { "nonce": { "here": ["text"], "sandbox": ["null"] } },
                "limits": { "x-ratelimit-limit": ["5"] },
            }})
        );
        assert_eq!(known.count_beyond(&known), 0);
    }
}
