//! Purpose: buttons, selects, modals and Components V2: what may stand where, how long, how many.

use std::collections::HashSet;

use serde_json::{Map, Value, json};

use crate::{error::Problems, id::Id, world::render::without_nulls};

/// What is checked, along the way.
struct Walk<'a> {
    problems: &'a mut Problems,
    custom_ids: HashSet<String>,
    /// Numbers that clients gave to components themselves.
    taken: HashSet<u64>,
    next: u64,
    count: usize,
}

const ROW: u64 = 1;
const BUTTON: u64 = 2;
const STRING_SELECT: u64 = 3;
const TEXT_INPUT: u64 = 4;
const USER_SELECT: u64 = 5;
const CHANNEL_SELECT: u64 = 8;
const SECTION: u64 = 9;
const TEXT_DISPLAY: u64 = 10;
const THUMBNAIL: u64 = 11;
const MEDIA_GALLERY: u64 = 12;
const FILE: u64 = 13;
const SEPARATOR: u64 = 14;
const CONTAINER: u64 = 17;
const LABEL: u64 = 18;

impl<'a> Walk<'a> {
    fn new(list: &[Value], problems: &'a mut Problems) -> Self {
        let mut taken = HashSet::new();
        for component in list {
            each(component, &mut |one| taken.extend(one["id"].as_u64().filter(|id| *id > 0)));
        }
        Self { problems, custom_ids: HashSet::new(), taken, next: 1, count: 0 }
    }
}

/// Checks the components of a message and writes them as Discord stores them.
pub(crate) fn check(list: &[Value], v2: bool, problems: &mut Problems) -> Vec<Value> {
    if !v2 {
        problems.count("components", list.len(), 0, 5);
    }
    let mut walk = Walk::new(list, problems);
    let allowed: &[u64] =
        if v2 { &[ROW, SECTION, TEXT_DISPLAY, MEDIA_GALLERY, FILE, SEPARATOR, CONTAINER] } else { &[ROW] };
    let made =
        list.iter().enumerate().map(|(index, one)| walk.one(one, &format!("components.{index}"), allowed)).collect();
    let count = walk.count;
    if v2 && count > 40 {
        problems.add(
            "components",
            "COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED",
            "The total number of components must be 40 or fewer.",
        );
    }
    made
}

/// Checks the `data` of a modal answer and writes it as a client gets it.
pub(crate) fn check_modal(data: &Value, problems: &mut Problems) -> Value {
    for (key, max) in [("custom_id", 100), ("title", 45)] {
        match data[key].as_str() {
            Some(text) => problems.length(&format!("data.{key}"), text, 1, max),
            None => problems.required(&format!("data.{key}")),
        }
    }
    let list = data["components"].as_array().cloned().unwrap_or_default();
    problems.count("data.components", list.len(), 1, 5);
    let mut walk = Walk::new(&list, problems);
    let components: Vec<Value> = list
        .iter()
        .enumerate()
        .map(|(index, one)| walk.one(one, &format!("data.components.{index}"), &[ROW | MODAL, LABEL, TEXT_DISPLAY]))
        .collect();
    json!({ "custom_id": data["custom_id"], "title": data["title"], "components": components })
}

/// Marks an action row of a modal: it holds a text input instead of buttons.
const MODAL: u64 = 1 << 32;

impl Walk<'_> {
    fn one(&mut self, component: &Value, path: &str, allowed: &[u64]) -> Value {
        let Some(from) = component.as_object().map(without_nulls) else {
            self.problems.add(path, "DICT_TYPE_CONVERT", "Only dictionaries may be used in a DictType");
            return Value::Null;
        };
        self.count += 1;
        let Some(kind) = from.get("type").and_then(Value::as_u64) else {
            self.problems.required(&format!("{path}.type"));
            return Value::Null;
        };
        let place = allowed.iter().find(|one| **one & !MODAL == kind);
        let Some(place) = place else {
            let names: Vec<String> = allowed.iter().map(|one| (one & !MODAL).to_string()).collect();
            self.problems.choices(&format!("{path}.type"), &names.join(", "));
            return Value::Null;
        };
        let mut out = Map::new();
        out.insert("type".to_owned(), json!(kind));
        out.insert("id".to_owned(), json!(self.number(&from)));
        match kind {
            ROW => self.row(&from, path, *place & MODAL != 0, &mut out),
            BUTTON => self.button(&from, path, &mut out),
            STRING_SELECT..=CHANNEL_SELECT if kind != TEXT_INPUT => self.select(&from, kind, path, &mut out),
            TEXT_INPUT => self.text_input(&from, path, &mut out),
            SECTION => {
                let texts = self.children(&from, "components", path, &[TEXT_DISPLAY], 1, 3);
                out.insert("components".to_owned(), texts);
                let accessory = from.get("accessory").cloned().unwrap_or_default();
                let made = self.one(&accessory, &format!("{path}.accessory"), &[BUTTON, THUMBNAIL]);
                out.insert("accessory".to_owned(), made);
            }
            TEXT_DISPLAY => match from.get("content").and_then(Value::as_str) {
                Some(text) => {
                    self.problems.length(&format!("{path}.content"), text, 1, 4_000);
                    out.insert("content".to_owned(), json!(text));
                }
                None => self.problems.required(&format!("{path}.content")),
            },
            CONTAINER => {
                let inner = self.children(
                    &from,
                    "components",
                    path,
                    &[ROW, SECTION, TEXT_DISPLAY, MEDIA_GALLERY, FILE, SEPARATOR],
                    1,
                    39,
                );
                out.insert("components".to_owned(), inner);
                out.insert("accent_color".to_owned(), from.get("accent_color").cloned().unwrap_or(Value::Null));
                out.insert("spoiler".to_owned(), json!(from.get("spoiler").and_then(Value::as_bool).unwrap_or(false)));
            }
            SEPARATOR => {
                out.insert("divider".to_owned(), json!(from.get("divider").and_then(Value::as_bool).unwrap_or(true)));
                out.insert("spacing".to_owned(), json!(from.get("spacing").and_then(Value::as_u64).unwrap_or(1)));
            }
            LABEL => {
                let label = from.get("label").and_then(Value::as_str).unwrap_or("");
                self.problems.length(&format!("{path}.label"), label, 1, 45);
                out.insert("label".to_owned(), json!(label));
                if let Some(description) = from.get("description").and_then(Value::as_str) {
                    self.problems.length(&format!("{path}.description"), description, 0, 100);
                    out.insert("description".to_owned(), json!(description));
                }
                let inner = from.get("component").cloned().unwrap_or_default();
                let made = self.one(
                    &inner,
                    &format!("{path}.component"),
                    &[STRING_SELECT, TEXT_INPUT, USER_SELECT, 6, 7, CHANNEL_SELECT, 19, 21, 22, 23],
                );
                out.insert("component".to_owned(), made);
            }
            // Media, files and the newest modal inputs are kept as they came.
            _ => out.extend(
                from.iter()
                    .filter(|(key, _)| !matches!(key.as_str(), "type" | "id"))
                    .map(|(key, value)| (key.clone(), value.clone())),
            ),
        }
        Value::Object(out)
    }

    /// The number of a component: its own, or the next free one.
    fn number(&mut self, from: &Map<String, Value>) -> u64 {
        if let Some(own) = from.get("id").and_then(Value::as_u64).filter(|id| *id > 0) {
            return own;
        }
        while self.taken.contains(&self.next) {
            self.next += 1;
        }
        self.next += 1;
        self.next - 1
    }

    fn children(
        &mut self,
        from: &Map<String, Value>,
        key: &str,
        path: &str,
        allowed: &[u64],
        min: usize,
        max: usize,
    ) -> Value {
        let list = from.get(key).and_then(Value::as_array).cloned().unwrap_or_default();
        self.problems.count(&format!("{path}.{key}"), list.len(), min, max);
        list.iter().enumerate().map(|(index, one)| self.one(one, &format!("{path}.{key}.{index}"), allowed)).collect()
    }

    fn row(&mut self, from: &Map<String, Value>, path: &str, modal: bool, out: &mut Map<String, Value>) {
        let list = from.get("components").and_then(Value::as_array).cloned().unwrap_or_default();
        let made = if modal {
            self.children(from, "components", path, &[TEXT_INPUT], 1, 1)
        } else {
            self.children(from, "components", path, &[BUTTON, STRING_SELECT, USER_SELECT, 6, 7, CHANNEL_SELECT], 1, 5)
        };
        let selects = list.iter().filter(|one| one["type"].as_u64().is_some_and(|kind| kind != BUTTON)).count();
        if selects > 0 && list.len() > 1 {
            self.problems.add(
                &format!("{path}.components"),
                "COMPONENT_LAYOUT_WIDTH_EXCEEDED",
                "The specified component exceeds the maximum width",
            );
        }
        out.insert("components".to_owned(), made);
    }

    fn custom_id(&mut self, from: &Map<String, Value>, path: &str, out: &mut Map<String, Value>) {
        let at = format!("{path}.custom_id");
        match from.get("custom_id").and_then(Value::as_str) {
            Some(custom_id) => {
                self.problems.length(&at, custom_id, 1, 100);
                if !self.custom_ids.insert(custom_id.to_owned()) {
                    self.problems.add(
                        &at,
                        "COMPONENT_CUSTOM_ID_DUPLICATED",
                        "Component custom id cannot be duplicated",
                    );
                }
                out.insert("custom_id".to_owned(), json!(custom_id));
            }
            None => self.problems.required(&at),
        }
    }

    fn emoji(&mut self, from: &Map<String, Value>, path: &str) -> Option<Value> {
        let emoji =
            from.get("emoji").and_then(Value::as_object).map(without_nulls).filter(|emoji| !emoji.is_empty())?;
        let id = emoji.get("id").and_then(|id| serde_json::from_value::<Id>(id.clone()).ok());
        let name = emoji.get("name").and_then(Value::as_str).unwrap_or("");
        if id.is_none() && (name.is_empty() || name.is_ascii()) {
            self.problems.add(&format!("{path}.emoji.name"), "COMPONENT_INVALID_EMOJI", "Invalid emoji");
        }
        let mut made = json!({ "name": name });
        if let Some(id) = id {
            made["id"] = json!(id);
        }
        Some(made)
    }

    fn button(&mut self, from: &Map<String, Value>, path: &str, out: &mut Map<String, Value>) {
        let style = from.get("style").and_then(Value::as_u64).unwrap_or(0);
        if !(1..=6).contains(&style) {
            self.problems.choices(&format!("{path}.style"), "1, 2, 3, 4, 5, 6");
        }
        out.insert("style".to_owned(), json!(style));
        let label = from.get("label").and_then(Value::as_str).filter(|label| !label.is_empty());
        if let Some(label) = label {
            self.problems.length(&format!("{path}.label"), label, 0, 80);
            out.insert("label".to_owned(), json!(label));
        }
        let emoji = self.emoji(from, path);
        if label.is_none() && emoji.is_none() && style != 6 {
            self.problems.add(
                &format!("{path}.label"),
                "BUTTON_COMPONENT_LABEL_OR_EMOJI_REQUIRED",
                "A button must have a label or an emoji",
            );
        }
        out.extend(emoji.map(|emoji| ("emoji".to_owned(), emoji)));
        if let Some(disabled) = from.get("disabled").and_then(Value::as_bool).filter(|disabled| *disabled) {
            out.insert("disabled".to_owned(), json!(disabled));
        }
        match style {
            5 => {
                match from.get("url").and_then(Value::as_str) {
                    Some(url) => {
                        self.problems.length(&format!("{path}.url"), url, 1, 512);
                        if !["http://", "https://", "discord://"].iter().any(|scheme| url.starts_with(scheme)) {
                            self.problems.add(
                                &format!("{path}.url"),
                                "URL_TYPE_INVALID_SCHEME",
                                "Scheme is not supported. Scheme must be one of ('http', 'https', 'discord').",
                            );
                        }
                        out.insert("url".to_owned(), json!(url));
                    }
                    None => {
                        self.problems.add(&format!("{path}.url"), "BUTTON_COMPONENT_URL_REQUIRED", "A url is required")
                    }
                }
                if from.contains_key("custom_id") {
                    self.problems.add(
                        &format!("{path}.custom_id"),
                        "BUTTON_COMPONENT_CUSTOM_ID_NOT_ALLOWED",
                        "A custom id and url cannot both be specified",
                    );
                }
            }
            6 => _ = out.insert("sku_id".to_owned(), from.get("sku_id").cloned().unwrap_or(Value::Null)),
            _ => {
                if from.contains_key("url") {
                    self.problems.add(
                        &format!("{path}.url"),
                        "BUTTON_COMPONENT_URL_NOT_ALLOWED",
                        "A custom id and url cannot both be specified",
                    );
                }
                self.custom_id(from, path, out);
            }
        }
    }

    fn select(&mut self, from: &Map<String, Value>, kind: u64, path: &str, out: &mut Map<String, Value>) {
        self.custom_id(from, path, out);
        let number = |key: &str| from.get(key).and_then(Value::as_u64);
        let (min, max) = (number("min_values").unwrap_or(1), number("max_values").unwrap_or(1));
        if min > 25 {
            self.problems.add(
                &format!("{path}.min_values"),
                "NUMBER_TYPE_MAX",
                "int value should be less than or equal to 25.",
            );
        }
        if !(1..=25).contains(&max) || max < min {
            self.problems.add(
                &format!("{path}.max_values"),
                "NUMBER_TYPE_BAD_RANGE",
                "int value should be between 1 and 25 and not below min_values.",
            );
        }
        out.insert("min_values".to_owned(), json!(min));
        out.insert("max_values".to_owned(), json!(max));
        if let Some(placeholder) = from.get("placeholder").and_then(Value::as_str) {
            self.problems.length(&format!("{path}.placeholder"), placeholder, 0, 150);
            out.insert("placeholder".to_owned(), json!(placeholder));
        }
        for key in ["disabled", "channel_types", "default_values", "required"] {
            if let Some(value) = from.get(key).filter(|value| **value != json!(false) && **value != json!([])) {
                out.insert(key.to_owned(), value.clone());
            }
        }
        if kind == STRING_SELECT {
            let options = from.get("options").and_then(Value::as_array).cloned().unwrap_or_default();
            self.problems.count(&format!("{path}.options"), options.len(), 1, 25);
            let mut values = HashSet::new();
            let made: Vec<Value> = options
                .iter()
                .enumerate()
                .map(|(index, option)| self.option(option, &format!("{path}.options.{index}"), &mut values))
                .collect();
            out.insert("options".to_owned(), json!(made));
        }
    }

    fn option(&mut self, option: &Value, path: &str, values: &mut HashSet<String>) -> Value {
        let from = option.as_object().map(without_nulls).unwrap_or_default();
        let mut made = Map::new();
        for key in ["label", "value"] {
            match from.get(key).and_then(Value::as_str) {
                Some(text) => {
                    self.problems.length(&format!("{path}.{key}"), text, 1, 100);
                    made.insert(key.to_owned(), json!(text));
                }
                None => self.problems.required(&format!("{path}.{key}")),
            }
        }
        if let Some(value) = from.get("value").and_then(Value::as_str)
            && !values.insert(value.to_owned())
        {
            self.problems.add(
                &format!("{path}.value"),
                "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED",
                "The specified option value is already used",
            );
        }
        if let Some(description) = from.get("description").and_then(Value::as_str) {
            self.problems.length(&format!("{path}.description"), description, 0, 100);
            made.insert("description".to_owned(), json!(description));
        }
        made.extend(self.emoji(&from, path).map(|emoji| ("emoji".to_owned(), emoji)));
        if from.get("default").and_then(Value::as_bool) == Some(true) {
            made.insert("default".to_owned(), json!(true));
        }
        Value::Object(made)
    }

    fn text_input(&mut self, from: &Map<String, Value>, path: &str, out: &mut Map<String, Value>) {
        self.custom_id(from, path, out);
        let style = from.get("style").and_then(Value::as_u64).unwrap_or(0);
        if !(1..=2).contains(&style) {
            self.problems.choices(&format!("{path}.style"), "1, 2");
        }
        out.insert("style".to_owned(), json!(style));
        if let Some(label) = from.get("label").and_then(Value::as_str) {
            self.problems.length(&format!("{path}.label"), label, 1, 45);
        }
        out.insert("label".to_owned(), from.get("label").cloned().unwrap_or(Value::Null));
        for (key, max) in [("placeholder", 100), ("value", 4_000)] {
            if let Some(text) = from.get(key).and_then(Value::as_str) {
                self.problems.length(&format!("{path}.{key}"), text, 0, max);
                out.insert(key.to_owned(), json!(text));
            }
        }
        for (key, low) in [("min_length", 0), ("max_length", 1)] {
            let value = from.get(key).and_then(Value::as_u64);
            if value.is_some_and(|value| !(low..=4_000).contains(&value)) {
                self.problems.add(
                    &format!("{path}.{key}"),
                    "NUMBER_TYPE_BAD_RANGE",
                    format!("int value should be between {low} and 4000."),
                );
            }
            out.insert(key.to_owned(), json!(value));
        }
        out.insert("required".to_owned(), json!(from.get("required").and_then(Value::as_bool).unwrap_or(true)));
    }
}

/// Walks over a component and everything in it.
pub(crate) fn each(component: &Value, visit: &mut dyn FnMut(&Value)) {
    visit(component);
    for inner in component["components"].as_array().into_iter().flatten() {
        each(inner, visit);
    }
    for key in ["accessory", "component"] {
        if component[key].is_object() {
            each(&component[key], visit);
        }
    }
}

/// The texts of text displays.
pub(crate) fn texts(component: &Value, tell: &mut dyn FnMut(&str)) {
    each(component, &mut |one| {
        if one["type"] == TEXT_DISPLAY
            && let Some(text) = one["content"].as_str()
        {
            tell(text);
        }
    });
}

/// Finds the component with this custom id.
pub(crate) fn find(list: &[Value], custom_id: &str) -> Option<Value> {
    let mut found = None;
    for component in list {
        each(component, &mut |one| {
            if one["custom_id"] == custom_id && found.is_none() {
                found = Some(one.clone());
            }
        });
    }
    found
}
