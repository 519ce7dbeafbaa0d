//! Every answer of these stories is checked against Discord's own OpenAPI file, when it is there.
//! It is named by DISCORD_OPENAPI, or lies in a sibling folder of the workspace. Without it the stories run unchecked.

use std::{
    collections::{BTreeSet, HashMap},
    path::PathBuf,
    sync::{LazyLock, Mutex},
};

use jsonschema::Validator;
use serde_json::{Value, json};

use crate::harness::Reply;

/// Where documentation and file differ, the documentation counts: a place in the file, what it should be, and why.
const AMENDMENTS: &[(&str, &str, &str)] = &[
    (
        "/components/schemas/InnerErrors/properties/_errors/items",
        r#"{"type":"object","required":["code","message"],"properties":{"code":{"type":"string"},"message":{"type":"string"}}}"#,
        "the file says that codes of form errors are integers; the documentation shows words such as BASE_TYPE_REQUIRED",
    ),
    (
        "/components/schemas/RatelimitedResponse/allOf/0",
        r#"{"type":"object","required":["message"],"properties":{"code":{"type":"integer"},"message":{"type":"string"}}}"#,
        "the file demands a code; the documentation says that a 429 has one sometimes",
    ),
];

/// Operations that answered well, as `GET /users/@me`.
static CHECKED: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());

/// Every operation whose answer was found good so far, by any story of this run.
pub fn checked() -> BTreeSet<String> {
    CHECKED.lock().unwrap().clone()
}

/// Every operation of Discord's file: method, path, its name. `None`: the file is not there.
pub fn operations() -> Option<Vec<(String, String, String)>> {
    const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];
    let paths = BOOK.as_ref()?.document["paths"].as_object()?;
    let mut found = Vec::new();
    for (path, operations) in paths {
        for method in METHODS {
            if let Some(operation) = operations.get(method) {
                let name = operation["operationId"].as_str().unwrap_or("").replace('_', " ");
                found.push((method.to_uppercase(), path.clone(), name));
            }
        }
    }
    Some(found)
}

struct Book {
    document: Value,
    validators: Mutex<HashMap<String, Option<&'static Validator>>>,
}

static BOOK: LazyLock<Option<Book>> = LazyLock::new(|| {
    let named = std::env::var_os("DISCORD_OPENAPI").map(PathBuf::from);
    let beside = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/discord/openapi.json");
    let path = named.unwrap_or(beside);
    match std::fs::read(&path) {
        Ok(bytes) => {
            let mut document: Value = serde_json::from_slice(&bytes).unwrap();
            for (place, schema, reason) in AMENDMENTS {
                *document.pointer_mut(place).expect(reason) = serde_json::from_str(schema).unwrap();
            }
            Some(Book { document, validators: Mutex::default() })
        }
        Err(error) => {
            #[allow(clippy::print_stderr, reason = "whoever runs the tests should know")]
            {
                eprintln!("Discord's OpenAPI file is not there ({error}); answers are not checked against it.");
            }
            None
        }
    }
});

/// The route of a path in the file: the fitting one with the fewest parameters.
fn route(document: &Value, method: &str, path: &str) -> Option<String> {
    let parts: Vec<&str> = path.split('?').next().unwrap().split('/').collect();
    let mut fitting: Vec<&String> = document["paths"]
        .as_object()?
        .iter()
        .filter(|(template, operations)| {
            let wanted: Vec<&str> = template.split('/').collect();
            operations.get(method.to_lowercase()).is_some()
                && wanted.len() == parts.len()
                && wanted
                    .iter()
                    .zip(&parts)
                    .all(|(wanted, part)| wanted.starts_with('{') || *wanted == part.replace("%40", "@"))
        })
        .map(|(template, _)| template)
        .collect();
    fitting.sort_by_key(|template| template.matches('{').count());
    fitting.first().map(|template| (*template).clone())
}

pub fn check(method: &str, path: &str, reply: &Reply) {
    assert_ne!(reply.status, 500, "{method} {path}: {}", reply.text);
    let Some(book) = BOOK.as_ref() else { return };
    let Some(route) = route(&book.document, method, path) else { return };
    let status = reply.status.to_string();
    let key = format!("{method} {route} {status}");
    let validator = {
        let mut validators = book.validators.lock().unwrap();
        *validators.entry(key.clone()).or_insert_with(|| build(&book.document, method, &route, &status))
    };
    if reply.status == 204 {
        assert_eq!(reply.text, "", "{key}: a 204 has no body");
        CHECKED.lock().unwrap().insert(format!("{method} {route}"));
        return;
    }
    assert_eq!(reply.header("content-type"), "application/json", "{key}");
    let Some(validator) = validator else {
        assert!(reply.status >= 400, "{key} is not an answer the file knows");
        return;
    };
    let mistakes: Vec<String> =
        validator.iter_errors(&reply.body).map(|error| format!("{} at {}", error, error.instance_path)).collect();
    assert!(mistakes.is_empty(), "{key}\n{mistakes:#?}\n{}", reply.text);
    if reply.status < 400 {
        CHECKED.lock().unwrap().insert(format!("{method} {route}"));
    }
}

/// The validator of an operation's answer, with the whole document behind its references.
fn build(document: &Value, method: &str, route: &str, status: &str) -> Option<&'static Validator> {
    let responses = &document["paths"][route][method.to_lowercase()]["responses"];
    let mut response = responses.get(status).or_else(|| responses.get(format!("{}XX", &status[..1])))?;
    if let Some(reference) = response["$ref"].as_str() {
        response = document.pointer(reference.trim_start_matches('#'))?;
    }
    let schema = response["content"]["application/json"]["schema"].clone();
    if schema.is_null() {
        return None;
    }
    let whole = json!({ "$schema": "https://json-schema.org/draft/2020-12/schema", "allOf": [schema], "components": document["components"] });
    // Validators live as long as the tests; there are as many as operations.
    Some(Box::leak(Box::new(jsonschema::validator_for(&whole).unwrap())))
}
