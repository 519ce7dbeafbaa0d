//! Purpose: application commands: names, descriptions, options, choices, and how many of each.

use std::collections::HashSet;

use serde_json::{Map, Value, json};

use crate::{error::Problems, world::render::without_nulls};

/// Checks a command and writes its parts as Discord answers them, without ids.
pub(crate) fn check(body: &Value, path: &str, problems: &mut Problems) -> Map<String, Value> {
    let from = body.as_object().map(without_nulls).unwrap_or_default();
    let join = |key: &str| if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") };
    let kind = from.get("type").and_then(Value::as_u64).unwrap_or(1);
    if !(1..=3).contains(&kind) {
        problems.choices(&join("type"), "1, 2, 3");
    }
    let mut out = Map::new();
    out.insert("type".to_owned(), json!(kind));
    name(&from, path, kind == 1, problems, &mut out);
    description(&from, path, kind == 1, problems, &mut out);
    out.insert("default_member_permissions".to_owned(), bits(&from, &join("default_member_permissions"), problems));
    for key in ["contexts", "integration_types", "nsfw", "dm_permission", "handler"] {
        if let Some(value) = from.get(key) {
            out.insert(key.to_owned(), value.clone());
        }
    }
    out.entry("integration_types").or_insert_with(|| json!([0]));
    out.entry("nsfw").or_insert_with(|| json!(false));
    let options = from.get("options").and_then(Value::as_array).cloned().unwrap_or_default();
    if kind != 1 && !options.is_empty() {
        problems.add(
            &join("options"),
            "APPLICATION_COMMANDS_CONTEXT_MENU_OPTIONS",
            "Context menu commands cannot have options",
        );
    }
    if !options.is_empty() {
        out.insert("options".to_owned(), json!(self::options(&options, &join("options"), 0, problems)));
    }
    if characters(&out) > 8_000 {
        problems.add(path, "APPLICATION_COMMAND_TOO_LARGE", "Command exceeds maximum size (8000)");
    }
    out
}

fn bits(from: &Map<String, Value>, path: &str, problems: &mut Problems) -> Value {
    match from.get("default_member_permissions") {
        Some(Value::String(text)) if text.parse::<u64>().is_ok() => json!(text),
        Some(Value::Number(number)) if number.is_u64() => json!(number.to_string()),
        Some(_) => {
            problems.add(path, "NUMBER_TYPE_COERCE", "Value is not int.");
            Value::Null
        }
        None => Value::Null,
    }
}

fn valid_name(name: &str) -> bool {
    name.chars().all(|c| {
        c.is_alphanumeric()
            || matches!(c, '-' | '_' | '\'')
            || ('\u{900}'..='\u{97f}').contains(&c)
            || ('\u{e00}'..='\u{e7f}').contains(&c)
    }) && !name.chars().any(char::is_uppercase)
}

fn name(from: &Map<String, Value>, path: &str, chat: bool, problems: &mut Problems, out: &mut Map<String, Value>) {
    let join = |key: &str| if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") };
    match from.get("name").and_then(Value::as_str) {
        Some(name) => {
            one_name(name, &join("name"), chat, problems);
            out.insert("name".to_owned(), json!(name));
        }
        None => problems.required(&join("name")),
    }
    out.insert(
        "name_localizations".to_owned(),
        localizations(from, "name_localizations", &join("name_localizations"), problems, |text, at, problems| {
            one_name(text, at, chat, problems)
        }),
    );
}

fn one_name(name: &str, path: &str, chat: bool, problems: &mut Problems) {
    problems.length(path, name, 1, 32);
    if chat && !valid_name(name) {
        problems.add(path, "APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid");
    }
}

fn description(
    from: &Map<String, Value>,
    path: &str,
    chat: bool,
    problems: &mut Problems,
    out: &mut Map<String, Value>,
) {
    let join = |key: &str| if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") };
    let text = from.get("description").and_then(Value::as_str).unwrap_or("");
    if chat && !from.contains_key("description") {
        problems.required(&join("description"));
    } else if chat {
        problems.length(&join("description"), text, 1, 100);
    } else if !text.is_empty() {
        problems.add(
            &join("description"),
            "APPLICATION_COMMAND_DESCRIPTION_NOT_ALLOWED",
            "Context menu commands cannot have description",
        );
    }
    out.insert("description".to_owned(), json!(if chat { text } else { "" }));
    let made = localizations(
        from,
        "description_localizations",
        &join("description_localizations"),
        problems,
        |text, at, problems| problems.length(at, text, 1, 100),
    );
    out.insert("description_localizations".to_owned(), made);
}

/// The languages Discord knows.
const LOCALES: &[&str] = &[
    "id", "da", "de", "en-GB", "en-US", "es-ES", "es-419", "fr", "hr", "it", "lt", "hu", "nl", "no", "pl", "pt-BR",
    "ro", "fi", "sv-SE", "vi", "tr", "cs", "el", "bg", "ru", "uk", "hi", "th", "zh-CN", "ja", "zh-TW", "ko", "ar",
    "he",
];

fn localizations(
    from: &Map<String, Value>,
    key: &str,
    path: &str,
    problems: &mut Problems,
    check: impl Fn(&str, &str, &mut Problems),
) -> Value {
    let Some(map) = from.get(key).and_then(Value::as_object).filter(|map| !map.is_empty()) else { return Value::Null };
    for (locale, text) in map {
        if !LOCALES.contains(&locale.as_str()) {
            problems.add(&format!("{path}.{locale}"), "LOCALE_TYPE_INVALID", "Invalid locale");
        }
        check(text.as_str().unwrap_or(""), &format!("{path}.{locale}"), problems);
    }
    Value::Object(map.clone())
}

/// `depth`: 0 in a command, 1 in a group, 2 in a subcommand.
fn options(list: &[Value], path: &str, depth: u8, problems: &mut Problems) -> Vec<Value> {
    problems.count(path, list.len(), 0, 25);
    let mut names = HashSet::new();
    let mut optional_seen = false;
    let has_subcommands = list.iter().any(|option| matches!(option["type"].as_u64(), Some(1 | 2)));
    list.iter()
        .enumerate()
        .map(|(index, option)| {
            let at = format!("{path}.{index}");
            let from = option.as_object().map(without_nulls).unwrap_or_default();
            let kind = from.get("type").and_then(Value::as_u64).unwrap_or(0);
            let mut out = Map::new();
            out.insert("type".to_owned(), json!(kind));
            name(&from, &at, true, problems, &mut out);
            description(&from, &at, true, problems, &mut out);
            if !names.insert(out.get("name").cloned().unwrap_or_default().to_string()) {
                problems.add(
                    &at,
                    "APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_EXISTS",
                    "Option name already exists in the command",
                );
            }
            let misplaced = match kind {
                1 => depth > 1,
                2 => depth > 0,
                3..=11 => depth == 1 || has_subcommands,
                _ => true,
            };
            if misplaced {
                problems.add(
                    &format!("{at}.type"),
                    "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID",
                    "Sub-commands, groups and values cannot be mixed here",
                );
            }
            if matches!(kind, 1 | 2) {
                let inner = from.get("options").and_then(Value::as_array).cloned().unwrap_or_default();
                let made = options(&inner, &format!("{at}.options"), if kind == 2 { 1 } else { 2 }, problems);
                if !made.is_empty() || kind == 2 {
                    out.insert("options".to_owned(), json!(made));
                }
                return Value::Object(out);
            }
            let required = from.get("required").and_then(Value::as_bool).unwrap_or(false);
            if required && optional_seen {
                problems.add(
                    &format!("{at}.required"),
                    "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID",
                    "Required options must be placed before non-required options",
                );
            }
            optional_seen |= !required;
            if required {
                out.insert("required".to_owned(), json!(true));
            }
            value_option(&from, kind, &at, problems, &mut out);
            Value::Object(out)
        })
        .collect()
}

fn value_option(
    from: &Map<String, Value>,
    kind: u64,
    path: &str,
    problems: &mut Problems,
    out: &mut Map<String, Value>,
) {
    let choices = from.get("choices").and_then(Value::as_array).cloned().unwrap_or_default();
    problems.count(&format!("{path}.choices"), choices.len(), 0, 25);
    let autocomplete = from.get("autocomplete").and_then(Value::as_bool).unwrap_or(false);
    if autocomplete && !choices.is_empty() {
        problems.add(
            &format!("{path}.autocomplete"),
            "APPLICATION_COMMAND_AUTOCOMPLETE_NOT_ALLOWED_WITH_CHOICES",
            "Autocomplete cannot be used with choices",
        );
    }
    if (autocomplete || !choices.is_empty()) && !matches!(kind, 3 | 4 | 10) {
        problems.add(
            path,
            "APPLICATION_COMMAND_OPTION_CHOICES_NOT_ALLOWED",
            "Only strings and numbers can have choices",
        );
    }
    let made: Vec<Value> = choices
        .iter()
        .enumerate()
        .map(|(index, choice)| {
            let at = format!("{path}.choices.{index}");
            let label = choice["name"].as_str().unwrap_or("");
            problems.length(&format!("{at}.name"), label, 1, 100);
            let fits = match kind {
                3 => choice["value"].as_str().is_some_and(|text| text.chars().count() <= 100),
                4 => choice["value"].is_i64() || choice["value"].is_u64(),
                _ => choice["value"].is_number(),
            };
            if !fits {
                problems.add(
                    &format!("{at}.value"),
                    "APPLICATION_COMMAND_OPTION_CHOICE_VALUE_INVALID",
                    "The value does not fit the option's type",
                );
            }
            let localized = choice["name_localizations"].as_object().filter(|map| !map.is_empty()).cloned();
            json!({ "name": label, "name_localizations": localized, "value": choice["value"] })
        })
        .collect();
    if !made.is_empty() {
        out.insert("choices".to_owned(), json!(made));
    }
    if autocomplete {
        out.insert("autocomplete".to_owned(), json!(true));
    }
    let bounds: &[&str] = match kind {
        3 => &["min_length", "max_length"],
        4 | 10 => &["min_value", "max_value"],
        7 => &["channel_types"],
        _ => &[],
    };
    for key in bounds {
        if let Some(value) = from.get(*key).filter(|value| **value != json!([])) {
            out.insert((*key).to_owned(), value.clone());
        }
    }
}

/// Characters of names, descriptions and choice values, each in its longest language.
fn characters(command: &Map<String, Value>) -> usize {
    let longest = |text: &str, localized: &str| {
        let own = command.get(text).and_then(Value::as_str).map_or(0, |text| text.chars().count());
        let others = command
            .get(localized)
            .and_then(Value::as_object)
            .into_iter()
            .flat_map(|map| map.values())
            .filter_map(Value::as_str)
            .map(|text| text.chars().count());
        others.chain([own]).max().unwrap_or(0)
    };
    let mut total = longest("name", "name_localizations") + longest("description", "description_localizations");
    total += command.get("value").and_then(Value::as_str).map_or(0, |text| text.chars().count());
    for key in ["options", "choices"] {
        for inner in command.get(key).and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_object) {
            total += characters(inner);
        }
    }
    total
}
