//! The control API is as its own OpenAPI file says: the same calls, and answers of the described shapes.

use std::{
    collections::{BTreeSet, HashMap},
    sync::{LazyLock, Mutex},
};

use jsonschema::Validator;
use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{Reply, Town};

static DOCUMENT: LazyLock<Value> =
    LazyLock::new(|| serde_json::from_str(include_str!("../../control.openapi.json")).unwrap());
static VALIDATORS: Mutex<Option<HashMap<String, &'static Validator>>> = Mutex::new(None);

/// The path of the file that a call fits; the one with the fewest parameters.
fn template(path: &str) -> Option<&'static str> {
    let parts: Vec<&str> = path.split('?').next().unwrap().split('/').collect();
    let fits = |template: &&String| {
        let wanted: Vec<&str> = template.split('/').collect();
        wanted.len() == parts.len() && wanted.iter().zip(&parts).all(|(one, part)| one.starts_with('{') || one == part)
    };
    let mut fitting: Vec<&String> = DOCUMENT["paths"].as_object().unwrap().keys().filter(fits).collect();
    fitting.sort_by_key(|template| template.matches('{').count());
    fitting.first().map(|template| template.as_str())
}

/// Checks an answer of the control API. `path` begins with `/control`.
pub fn check(method: &Method, path: &str, reply: &Reply) {
    let schema = if reply.status < 400 {
        let Some(template) = template(path) else { return };
        let operation = &DOCUMENT["paths"][template][method.as_str().to_lowercase()];
        operation["responses"]["200"]["content"]["application/json"]["schema"].clone()
    } else {
        assert!(reply.status < 500, "{method} {path}: {}", reply.text);
        json!({ "$ref": "#/components/schemas/Error" })
    };
    assert!(!schema.is_null(), "{method} {path} is not described");
    let validator = *VALIDATORS.lock().unwrap().get_or_insert_default().entry(schema.to_string()).or_insert_with(|| {
        let whole = json!({ "$schema": "https://json-schema.org/draft/2020-12/schema", "allOf": [schema], "components": DOCUMENT["components"] });
        // Validators live as long as the tests; there are as many as shapes.
        Box::leak(Box::new(jsonschema::validator_for(&whole).unwrap()))
    });
    let mistakes: Vec<String> =
        validator.iter_errors(&reply.body).map(|error| format!("{error} at {}", error.instance_path)).collect();
    assert!(mistakes.is_empty(), "{method} {path}\n{mistakes:#?}\n{}", reply.text);
}

#[test]
fn the_file_names_every_call_there_is() {
    let source = include_str!("../../src/control/mod.rs");
    let mut there = BTreeSet::new();
    for part in source.split(".route(").skip(1) {
        let path = part.split('"').nth(1).unwrap();
        let handlers = part.split("\n        .").next().unwrap();
        for method in ["get", "post", "delete"] {
            if !path.contains('*') && handlers.contains(&format!("{method}(")) {
                there.insert(format!("{method} {path}"));
            }
        }
    }
    let mut described = BTreeSet::new();
    for (path, operations) in DOCUMENT["paths"].as_object().unwrap() {
        described.extend(operations.as_object().unwrap().keys().map(|method| format!("{method} {path}")));
    }
    assert_eq!(there.difference(&described).collect::<Vec<_>>(), Vec::<&String>::new(), "not described");
    assert_eq!(described.difference(&there).collect::<Vec<_>>(), Vec::<&String>::new(), "described, and not there");
}

#[tokio::test]
async fn the_sandbox_serves_its_description() {
    let town = Town::start().await;
    let served = town.control(Method::GET, "/openapi.json", Value::Null).await.ok(200);
    assert_eq!(served, *DOCUMENT);
}

/// Every example of the file has the shape that the file asks for.
#[test]
fn the_examples_fit_their_shapes() {
    for (path, operations) in DOCUMENT["paths"].as_object().unwrap() {
        for (method, operation) in operations.as_object().unwrap() {
            let content = &operation["requestBody"]["content"]["application/json"];
            if content["example"].is_null() {
                continue;
            }
            let whole = json!({ "allOf": [content["schema"]], "components": DOCUMENT["components"] });
            let validator = jsonschema::validator_for(&whole).unwrap();
            assert!(validator.is_valid(&content["example"]), "{method} {path}");
        }
    }
}
