//! Purpose: the body of a REST call: JSON, or a form with files.

use axum::{
    body::{Body, Bytes},
    extract::{FromRequest, Multipart},
    http::{Request, header},
};
use serde_json::{Value, json};

use crate::{
    error::{self, Refusal},
    validate::message::Upload,
};

/// Largest request. Source: Discord docs, "Uploading Files".
const REQUEST_BYTES: usize = 25 * 1024 * 1024;

/// The JSON body and the files. `null` when there is no body.
pub(super) async fn read(request: Request<Body>) -> Result<(Value, Vec<Upload>), Refusal> {
    let kind =
        request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("").to_owned();
    if kind.starts_with("multipart/form-data") {
        return read_multipart(request).await;
    }
    let bytes: Bytes =
        axum::body::to_bytes(request.into_body(), REQUEST_BYTES).await.map_err(|_| error::body_too_large())?;
    if bytes.is_empty() {
        return Ok((Value::Null, Vec::new()));
    }
    serde_json::from_slice(&bytes).map(|body| (body, Vec::new())).map_err(|_| error::bad_json())
}

async fn read_multipart(request: Request<Body>) -> Result<(Value, Vec<Upload>), Refusal> {
    let mut form = Multipart::from_request(request, &()).await.map_err(|_| error::bad_json())?;
    let (mut body, mut files, mut total) = (json!({}), Vec::new(), 0);
    while let Some(field) = form.next_field().await.map_err(|_| error::bad_json())? {
        let name = field.name().unwrap_or("").to_owned();
        let filename = field.file_name().map(str::to_owned);
        let kind = field.content_type().map(str::to_owned);
        let bytes = field.bytes().await.map_err(|_| error::bad_json())?;
        total += bytes.len();
        if total > REQUEST_BYTES {
            return Err(error::body_too_large());
        }
        if name == "payload_json" {
            body = serde_json::from_slice(&bytes).map_err(|_| error::bad_json())?;
        } else if let Some(filename) = filename {
            let digits: String = name.chars().filter(char::is_ascii_digit).collect();
            let number = digits.parse().unwrap_or(u64::try_from(files.len()).unwrap_or(0));
            let content_type = kind.unwrap_or_else(|| guess_type(&filename).to_owned());
            files.push(Upload { number, filename, content_type, bytes: bytes.to_vec() });
        } else if let (Value::Object(object), Ok(text)) = (&mut body, String::from_utf8(bytes.to_vec())) {
            object.entry(name).or_insert(Value::String(text));
        }
    }
    Ok((body, files))
}

/// The kind of a file, by its name's ending.
pub(crate) fn guess_type(filename: &str) -> &'static str {
    match filename.rsplit_once('.').map(|(_, end)| end.to_ascii_lowercase()).as_deref() {
        Some("png") => "image/png",
        Some("jpg" | "jpeg") => "image/jpeg",
        Some("gif") => "image/gif",
        Some("webp") => "image/webp",
        Some("txt" | "log" | "md") => "text/plain; charset=utf-8",
        Some("json") => "application/json",
        Some("csv") => "text/csv; charset=utf-8",
        _ => "application/octet-stream",
    }
}
