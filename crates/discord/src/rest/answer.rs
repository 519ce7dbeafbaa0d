//! Purpose: reads one HTTP answer: what it says about limits, and whether it is a success or which failure.

use std::sync::Arc;
use std::time::Duration;

use reqwest::header::HeaderMap;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::failure::{Failure, Scope};
use super::limits::Heard;
use super::route::RouteName;

/// A success of Discord.
#[derive(Debug, Clone, PartialEq)]
pub struct Response {
    /// 200, 201, 202 or 204.
    pub status: u16,
    /// The JSON, [`Value::Null`] when the answer had no body.
    pub body: Value,
}

impl Response {
    /// The `id` of what was created or read, if there is one.
    #[must_use]
    pub fn id(&self) -> Option<u64> {
        self.body.get("id")?.as_str()?.parse().ok()
    }

    /// The body as a type. Errors: the JSON does not fit it.
    pub fn parse<T: DeserializeOwned>(self) -> Result<T, serde_json::Error> {
        serde_json::from_value(self.body)
    }
}

/// Texts from outside are cut to this many characters.
const TEXT_CHARS: usize = 300;
/// When something before Discord answers 429 without saying for how long.
const UNKNOWN_WAIT: Duration = Duration::from_secs(30);
/// No header makes us wait longer than this.
const LONGEST_WAIT: Duration = Duration::from_secs(24 * 3600);

/// Judges a complete answer. `body` is `None` when it broke off.
pub(super) fn read(
    route: RouteName,
    status: u16,
    headers: &HeaderMap,
    body: Option<&[u8]>,
) -> (Heard, Result<Response, Failure>) {
    let json: Option<Value> = body.and_then(|bytes| serde_json::from_slice(bytes).ok());
    let message = json.as_ref().and_then(|json| json.get("message")).and_then(Value::as_str);
    let limited = (status == 429).then(|| limited(headers, json.as_ref()));
    let success = (200..300).contains(&status);
    let heard = Heard {
        status,
        bucket: text(headers, "x-ratelimit-bucket").map(Arc::from),
        limit: text(headers, "x-ratelimit-limit").and_then(|n| n.parse().ok()),
        remaining: text(headers, "x-ratelimit-remaining").and_then(|n| n.parse().ok()),
        window: text(headers, "x-ratelimit-reset").and_then(seconds).and_then(|at| u64::try_from(at.as_millis()).ok()),
        reset_after: text(headers, "x-ratelimit-reset-after").and_then(seconds).map(|wait| wait.min(LONGEST_WAIT)),
        limited,
        from_discord: success || message.is_some(),
    };
    let code = json.as_ref().and_then(|json| json.get("code")).and_then(Value::as_u64);
    let outcome = match (status, limited) {
        (200..300, _) => success_body(route, status, body, json),
        (_, Some((scope, retry_after))) => Err(Failure::RateLimited { route, retry_after, scope }),
        (401, None) if message.is_some() => Err(Failure::TokenRejected { route }),
        (500.., None) => match message {
            Some(message) => Err(Failure::Server { route, status, code, message: cut(message) }),
            None => Err(ambiguous(route, status, format!("status {status} without Discord's envelope"))),
        },
        (_, None) => {
            let message = message.map_or_else(|| cut(&first_words(body)), cut);
            let errors = json.as_ref().and_then(|json| json.get("errors")).map(form_errors).unwrap_or_default();
            Err(Failure::Refused { route, status, code, message, errors })
        }
    };
    (heard, outcome)
}

fn success_body(route: RouteName, status: u16, body: Option<&[u8]>, json: Option<Value>) -> Result<Response, Failure> {
    match (body, json) {
        (Some(_), Some(body)) => Ok(Response { status, body }),
        (Some([]), None) => Ok(Response { status, body: Value::Null }),
        (Some(_), None) => Err(ambiguous(route, status, "the answer is not JSON".into())),
        (None, _) => Err(ambiguous(route, status, "the answer broke off".into())),
    }
}

fn ambiguous(route: RouteName, status: u16, reason: String) -> Failure {
    Failure::Ambiguous { route, status: Some(status), reason }
}

/// What a 429 limits and for how long. One without Discord's envelope comes from something before Discord that looks at
/// our address, so it holds for everything.
fn limited(headers: &HeaderMap, json: Option<&Value>) -> (Scope, Duration) {
    let envelope = json.filter(|json| json.get("retry_after").is_some());
    let exact = envelope
        .and_then(|json| json.get("retry_after"))
        .and_then(Value::as_f64)
        .and_then(|wait| Duration::try_from_secs_f64(wait).ok());
    let wait =
        exact.or_else(|| text(headers, "retry-after").and_then(seconds)).unwrap_or(UNKNOWN_WAIT).min(LONGEST_WAIT);
    let says_global = envelope.and_then(|json| json.get("global")).and_then(Value::as_bool).unwrap_or(false);
    let remaining = text(headers, "x-ratelimit-remaining").and_then(|n| n.parse::<u32>().ok());
    let old_message = envelope.and_then(|json| json.get("code")).and_then(Value::as_u64) == Some(30046);
    let scope = match text(headers, "x-ratelimit-scope") {
        Some("global") => Scope::Global,
        _ if says_global || text(headers, "x-ratelimit-global").is_some() || envelope.is_none() => Scope::Global,
        Some("shared") => Scope::Shared,
        _ if remaining.is_some_and(|left| left > 0) || old_message => Scope::SubLimit,
        _ => Scope::User,
    };
    (scope, wait)
}

fn text<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers.get(name)?.to_str().ok()
}

fn seconds(text: &str) -> Option<Duration> {
    Duration::try_from_secs_f64(text.trim().parse().ok()?).ok()
}

/// Discord's nested form errors as one line.
fn form_errors(errors: &Value) -> String {
    fn walk(at: &str, value: &Value, out: &mut Vec<String>) {
        let Value::Object(fields) = value else { return };
        for (name, inner) in fields {
            if name == "_errors" {
                for error in inner.as_array().into_iter().flatten() {
                    let part = |key| error.get(key).and_then(Value::as_str).unwrap_or_default();
                    out.push(format!("{at}: {} ({})", part("message"), part("code")));
                }
            } else {
                let inner_at = if at.is_empty() { name.clone() } else { format!("{at}.{name}") };
                walk(&inner_at, inner, out);
            }
        }
    }
    let mut out = Vec::new();
    walk("", errors, &mut out);
    cut(&out.join("; "))
}

fn first_words(body: Option<&[u8]>) -> String {
    let body = String::from_utf8_lossy(body.unwrap_or_default());
    body.split_whitespace().collect::<Vec<_>>().join(" ")
}

pub(super) fn cut(text: &str) -> String {
    text.chars().take(TEXT_CHARS).collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic, reason = "tests")]
mod tests {
    use super::*;
    use crate::rest::{ChannelId, Route};

    fn judge(status: u16, pairs: &[(&'static str, &'static str)], body: &str) -> (Heard, Result<Response, Failure>) {
        let headers = pairs.iter().map(|(k, v)| (k.parse().unwrap(), v.parse().unwrap())).collect();
        read(Route::create_message(ChannelId(1)).name(), status, &headers, Some(body.as_bytes()))
    }

    #[test]
    fn each_kind_of_429_has_its_scope_and_its_exact_wait() {
        let body = r#"{"message":"You are being rate limited.","retry_after":0.25,"global":false}"#;
        let scope = |pairs: &[_], body| judge(429, pairs, body).0.limited.unwrap();
        let wait = Duration::from_millis(250);
        assert_eq!(scope(&[("x-ratelimit-remaining", "0"), ("retry-after", "1")], body), (Scope::User, wait));
        assert_eq!(scope(&[("x-ratelimit-remaining", "3")], body), (Scope::SubLimit, wait));
        assert_eq!(
            scope(&[("x-ratelimit-scope", "shared"), ("x-ratelimit-remaining", "3")], body),
            (Scope::Shared, wait)
        );
        assert_eq!(scope(&[("x-ratelimit-global", "true")], body), (Scope::Global, wait));
        assert_eq!(
            scope(&[], r#"{"message":"x","retry_after":1,"global":true}"#),
            (Scope::Global, Duration::from_secs(1))
        );
        assert_eq!(scope(&[("retry-after", "7")], "<html>error 1015</html>"), (Scope::Global, Duration::from_secs(7)));
        assert_eq!(scope(&[("retry-after", "soon")], ""), (Scope::Global, UNKNOWN_WAIT));
        assert_eq!(scope(&[], r#"{"message":"old","code":30046,"retry_after":0.25}"#), (Scope::SubLimit, wait));
    }

    #[test]
    fn form_errors_read_as_one_line_and_long_texts_are_cut() {
        let body = r#"{"message":"Invalid Form Body","code":50035,"errors":{"embeds":{"0":{"title":{"_errors":[{"code":"BASE_TYPE_MAX_LENGTH","message":"Must be 256 or fewer."}]}}}}}"#;
        let failure = judge(400, &[], body).1.unwrap_err();
        assert_eq!(
            failure.to_string(),
            "POST /channels/{channel_id}/messages: refused with 400 (code 50035): Invalid Form Body \
             [embeds.0.title: Must be 256 or fewer. (BASE_TYPE_MAX_LENGTH)]"
        );
        let Failure::Refused { message, code, .. } = judge(403, &[], &"<p>é ".repeat(500)).1.unwrap_err() else {
            unreachable!("403 is a refusal")
        };
        assert_eq!((message.chars().count(), code), (300, None));
    }

    #[test]
    fn a_401_of_a_proxy_does_not_reject_the_token() {
        assert!(matches!(judge(401, &[], "<html>").1, Err(Failure::Refused { status: 401, code: None, .. })));
        assert!(!judge(401, &[], "<html>").0.from_discord);
        assert!(matches!(
            judge(401, &[], r#"{"message":"401: Unauthorized","code":0}"#).1,
            Err(Failure::TokenRejected { .. })
        ));
    }

    #[test]
    fn server_errors_differ_by_their_envelope() {
        assert!(matches!(
            judge(500, &[], r#"{"message":"oops","code":0}"#).1,
            Err(Failure::Server { status: 500, .. })
        ));
        assert!(matches!(judge(502, &[], "<html>").1, Err(Failure::Ambiguous { status: Some(502), .. })));
        assert!(matches!(judge(200, &[], "{\"id\":").1, Err(Failure::Ambiguous { status: Some(200), .. })));
        assert_eq!(judge(204, &[], "").1.unwrap().body, Value::Null);
        assert_eq!(judge(200, &[], r#"{"id":"42"}"#).1.unwrap().id(), Some(42));
    }
}
