//! Purpose: `[[integrations]]` of kind json: expressions over a payload, proven to be readable.

use std::collections::BTreeMap;
use std::sync::Arc;

use domain::mapping::{Expression, JsonMapping};
use domain::setup::KeyPlace;
use minijinja::{Environment, ErrorKind, UndefinedBehavior, Value as Jinja};

use crate::places::Span;
use crate::read::{Table, Text, Value};
use crate::{did_you_mean, values};

/// What an expression may name; `item` only with `each`.
const NAMES: [&str; 4] = ["body", "headers", "query", "item"];
/// Labels that have keys of their own, or are always there.
const OWN_LABELS: [&str; 3] = ["integration", "service", "severity"];
/// Steps of the trial run.
const FUEL: u64 = 1_000;

/// Reads the expressions of one integration.
pub(crate) fn read(table: &Table<'_>, keys: Vec<KeyPlace>) -> Option<Arc<JsonMapping>> {
    let each = table.optional("each", |text| expression(text, false));
    let with_item = table.get("each").is_some();
    let optional = |name| table.optional(name, |text| expression(text, with_item));
    let dedup_key = table.required("dedup_key", |text| expression(text, with_item));
    let title = table.required("title", |text| expression(text, with_item));
    let has_key = !keys.is_empty();
    let mapping = JsonMapping {
        keys,
        takes_get: table.boolean_or_default("get"),
        each,
        when: optional("when"),
        dedup_key: dedup_key.clone().unwrap_or_else(|| nothing(table)),
        title: title.clone().unwrap_or_else(|| nothing(table)),
        status: optional("status"),
        severity: optional("severity"),
        service: optional("service"),
        description: optional("description"),
        value: optional("value"),
        url: optional("url"),
        runbook_url: optional("runbook_url"),
        starts_at: optional("starts_at"),
        notice: optional("notice"),
        labels: table.get("labels").map(|value| labels(value, with_item)).unwrap_or_default(),
    };
    (has_key && dedup_key.is_some() && title.is_some()).then(|| Arc::new(mapping))
}

/// Stands where a required expression is missing, while the rest is read for its mistakes.
fn nothing(table: &Table<'_>) -> Expression {
    Expression { text: String::new(), source: table.doc.source_ref(table.span) }
}

fn labels(value: Value<'_>, with_item: bool) -> BTreeMap<String, Expression> {
    let mut labels = BTreeMap::new();
    for (name, value) in value.entries().unwrap_or_default() {
        if OWN_LABELS.contains(&name.text) {
            let help = match name.text {
                "integration" => "it is always the integration's name".to_owned(),
                own => format!("write `{own}` beside `labels`"),
            };
            name.error(format!("the label `{}` is not given here", name.text)).help(help);
        } else if let Some(expression) = value.text().and_then(|text| expression(text, with_item)) {
            labels.insert(name.text.to_owned(), expression);
        }
    }
    labels
}

/// An expression that compiles, names nothing unknown and uses no unknown filter or test.
fn expression(text: Text<'_>, with_item: bool) -> Option<Expression> {
    values::sentence(text)?;
    if text.text.contains("{{") || text.text.contains("{%") {
        text.error("this is a template, not an expression").help(
            "write names without braces and join with `~`: \"body.monitor.name ~ ' is down'\"; a fixed text stands in quotes of its own: \"'critical'\"",
        );
        return None;
    }
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Chainable);
    environment.set_fuel(Some(FUEL));
    let compiled = match environment.compile_expression(text.text) {
        Ok(compiled) => compiled,
        Err(error) => {
            let span = error.range().map_or(text.span, |range| inside(text, range.start, range.end));
            let why = error.detail().map_or_else(|| error.kind().to_string(), str::to_owned);
            text.doc
                .error(span, format!("this expression cannot be read: {why}"))
                .help("an expression is like \"body.monitor.name\" or \"'down' if body.up == false else 'up'\"");
            return None;
        }
    };
    let mut unknown: Vec<String> = compiled.undeclared_variables(false).into_iter().collect();
    unknown.retain(|name| !NAMES.contains(&name.as_str()) || (name == "item" && !with_item));
    unknown.retain(|name| environment.globals().all(|(global, _)| global != name));
    unknown.sort();
    for name in &unknown {
        let at = text.text.find(name.as_str()).unwrap_or_default();
        let help = match (name.as_str(), did_you_mean(name, NAMES)) {
            ("item", _) => "give `each` a list: then `item` is one of it".to_owned(),
            (_, Some(near)) => format!("did you mean `{near}`?"),
            (_, None) => {
                format!("known: body, headers, query, and item with `each`; a text stands in quotes: \"'{name}'\"")
            }
        };
        text.doc.error(inside(text, at, at + name.len()), format!("nothing is named `{name}` here")).help(help);
    }
    if !unknown.is_empty() {
        return None;
    }
    // A filter is looked up when it is used; what else goes wrong without a payload means nothing.
    if let Err(error) = compiled.eval(Jinja::from_pairs(NAMES.map(|name| (name, Jinja::UNDEFINED))))
        && matches!(error.kind(), ErrorKind::UnknownFilter | ErrorKind::UnknownTest | ErrorKind::UnknownFunction)
    {
        let why = error.detail().map_or_else(|| error.kind().to_string(), str::to_owned);
        text.error(format!("this expression cannot work: {why}"))
            .help("filters, tests and functions are minijinja's: default, join, lower, replace, split, tojson, ...");
        return None;
    }
    Some(Expression { text: text.text.to_owned(), source: text.doc.source_ref(text.span) })
}

/// The place of a part of the text, at least one character and on character boundaries.
fn inside(text: Text<'_>, from: usize, to: usize) -> Span {
    let length = text.text.len();
    let from = text.text.floor_char_boundary(from.min(length.saturating_sub(1)));
    text.part(from, text.text.ceil_char_boundary(to.clamp(from + 1, length.max(from + 1))))
}
