//! Purpose: the message above the record's files.

use domain::Incident;
use domain::setup::Language;
use serde_json::{Value, json};

use super::quiet;
use crate::rest::File;

/// The silent message that carries the record in the room. It names its files in the order in which they are sent.
pub(crate) fn record(incident: &Incident, files: &[File], lang: Language) -> Value {
    with_record(quiet(&words::record_post(incident, lang)), files)
}

/// A message that carries the record besides what it says.
pub(crate) fn with_record(mut body: Value, files: &[File]) -> Value {
    let named = files.iter().enumerate().map(|(id, file)| json!({ "id": id, "filename": file.name }));
    body["attachments"] = named.collect();
    body
}
