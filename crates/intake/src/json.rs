//! Purpose: turn JSON of any shape into alert reports, by the expressions of the configuration.
//!
//! An expression sees `body`, `headers`, `query` and, with `each`, `item`. Fields that look like secrets are blanked
//! first, and what showed us a key is not there at all. Each evaluation has a bounded number of steps, which also bounds
//! the data it can make. What cannot be evaluated becomes an unmapped report that says why.

use std::collections::BTreeMap;

use domain::mapping::{Expression, JsonMapping};
use domain::{AlertOrigin, AlertReport, AlertStatus, IntegrationName, Link, Sender, Timestamp};
use minijinja::value::{Serde, ValueKind};
use minijinja::{Environment, ErrorKind, UndefinedBehavior, Value};

use crate::read::Body;
use crate::unmapped::Broken;
use crate::{Parsed, clean, key, read, unmapped};

/// Most alerts of one body; what is beyond is counted, and every report says so.
pub const ITEMS: usize = 500;
/// Steps of one evaluation; 64 bytes of data are a step, too.
const FUEL: u64 = 20_000;
/// Depth of nested calls in one expression.
const RECURSION: usize = 64;
/// Longest reason why an expression could not be evaluated, in characters.
const REASON_CHARS: usize = 300;
/// From this number on, an instant is meant in milliseconds: seconds reach it in the year 5138.
const MILLISECONDS_FROM: f64 = 1e11;

/// Headers that hold keys.
const SECRET_HEADERS: [&str; 3] = ["authorization", "proxy-authorization", "cookie"];
/// The parameter of the address that holds a key.
const SECRET_PARAMETER: &str = "key";

/// Words that mean the alert is over, and `false` and `0` with them. Everything else is firing: a word that nobody
/// thought of must not end an alert.
pub const RESOLVED_WORDS: [&str; 24] = [
    "resolved",
    "resolve",
    "ok",
    "up",
    "recovered",
    "recovery",
    "closed",
    "close",
    "success",
    "healthy",
    "normal",
    "clear",
    "cleared",
    "inactive",
    "completed",
    "complete",
    "succeeded",
    "passed",
    "restored",
    "fixed",
    "ended",
    "good",
    "false",
    "0",
];

/// Parts of one body that are no alerts and whose texts are kept.
const SKIPPED_TEXTS: usize = 3;
/// Characters of each.
const SKIPPED_CHARS: usize = 2_000;

/// What came with a body.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Envelope {
    /// Headers; names in any case.
    pub headers: Vec<(String, String)>,
    /// Parameters of the address.
    pub query: Vec<(String, String)>,
}

/// Reads a body by a mapping. Items for which `when` is false are counted as skipped. A body that is no JSON becomes one unmapped
/// report with the place of the mistake.
pub fn parse(integration: &IntegrationName, mapping: &JsonMapping, body: &[u8], envelope: &Envelope) -> Parsed {
    let (text, mut json) = match read::body(body) {
        Body::Json(text, json) => (text, json),
        Body::Text(text, mistake) => return unmapped::not_json(integration, &text, mistake),
    };
    unmapped::redact(&mut json);
    let environment = environment();
    let reader = Reader { integration, mapping, environment: &environment };
    let mut scope = BTreeMap::from([
        ("body", Value::from(Serde(&json))),
        ("headers", pairs(envelope.headers.iter().filter(|(name, _)| !is_secret_header(name)), true)),
        ("query", pairs(envelope.query.iter().filter(|(name, _)| name != SECRET_PARAMETER), false)),
    ]);
    let whole = |reason: String| {
        let report = unmapped::report(integration, &text, &json, &[sentence(&reason)]);
        Parsed { reports: vec![report], ..Parsed::default() }
    };
    let Some(each) = &mapping.each else {
        return match reader.alert(&scope, &[]) {
            Ok(Some(report)) => Parsed { reports: vec![report], ..Parsed::default() },
            Ok(None) => Parsed { skipped: 1, skipped_texts: vec![skipped_text(&json)], ..Parsed::default() },
            Err(failure) => whole(failure.reason),
        };
    };
    let list = match reader.evaluate("each", each, &scope) {
        Ok(list) if matches!(list.kind(), ValueKind::Seq | ValueKind::Iterable) => list,
        Ok(other) => return whole(format!("each ({}) gives {}, not a list", each.source, kind(&other))),
        Err(failure) => return whole(failure.reason),
    };
    let items: Vec<Value> = match list.try_iter() {
        Ok(items) => items.take(ITEMS + 1).collect(),
        Err(error) => return whole(failure("each", each, &error).reason),
    };
    let left_out = if items.len() > ITEMS { list.len().map_or(1, |length| length.saturating_sub(ITEMS)) } else { 0 };
    let notices: Vec<String> = (left_out > 0)
        .then(|| format!("{left_out} more alerts came in the same body and are not kept."))
        .into_iter()
        .collect();

    let mut parsed = Parsed { truncated: left_out as u64, ..Parsed::default() };
    let mut broken = Broken::default();
    let count = items.len().min(ITEMS);
    for (done, item) in items.into_iter().take(ITEMS).enumerate() {
        let shown = serde_json::to_value(&item).unwrap_or_default();
        scope.insert("item", item);
        match reader.alert(&scope, &notices) {
            Ok(Some(report)) => parsed.reports.push(report),
            Ok(None) => {
                parsed.skipped += 1;
                if parsed.skipped_texts.len() < SKIPPED_TEXTS {
                    parsed.skipped_texts.push(skipped_text(&shown));
                }
            }
            Err(Failure { reason, exhausted }) => {
                parsed.reports.extend(broken.take(integration, &shown, &reason, &notices));
                if exhausted {
                    // The others would take as long: a body must not keep us busy.
                    broken.share(count - done - 1);
                    break;
                }
            }
        }
    }
    parsed.reports.extend(broken.rest(integration, &text, &json, &notices));
    parsed
}

/// What was sent, as it is kept for whoever looks why no alert was made of it. Its secrets are taken out already.
fn skipped_text(sent: &serde_json::Value) -> String {
    clean::line(&sent.to_string(), SKIPPED_CHARS)
}

/// Why an alert could not be made.
struct Failure {
    /// A clause for a sentence.
    reason: String,
    /// It took too many steps.
    exhausted: bool,
}

impl From<String> for Failure {
    fn from(reason: String) -> Self {
        Self { reason, exhausted: false }
    }
}

type Scope = BTreeMap<&'static str, Value>;

struct Reader<'a> {
    integration: &'a IntegrationName,
    mapping: &'a JsonMapping,
    environment: &'a Environment<'static>,
}

impl Reader<'_> {
    /// One alert; none when `when` says that it is none.
    fn alert(&self, scope: &Scope, notices: &[String]) -> Result<Option<AlertReport>, Failure> {
        let JsonMapping {
            keys: _,
            takes_get: _,
            each: _,
            when,
            dedup_key,
            title,
            status,
            severity,
            service,
            description,
            value,
            url,
            runbook_url,
            starts_at,
            notice,
            labels,
        } = self.mapping;
        if let Some(when) = when {
            let wanted = self.evaluate("when", when, scope)?;
            if wanted.is_undefined() {
                // A mistyped name must not drop alerts in silence.
                return Err(format!("when ({}) gives nothing", when.source).into());
            }
            if !wanted.is_true() {
                return Ok(None);
            }
        }
        let own_key = self.text("dedup_key", Some(dedup_key), scope)?.filter(|key| !clean::line(key, 1).is_empty());
        let own_key = own_key.ok_or_else(|| format!("dedup_key ({}) gives nothing", dedup_key.source))?;
        let title = self.text("title", Some(title), scope)?.map(|title| clean::line(&title, clean::TITLE_CHARS));
        let status = match status {
            Some(status) => read_status(&self.evaluate("status", status, scope)?),
            None => AlertStatus::Firing,
        };
        let mut sent = vec![("integration".to_owned(), self.integration.to_string())];
        for (name, expression) in [("severity", severity), ("service", service)] {
            sent.extend(self.text(name, expression.as_ref(), scope)?.map(|value| (name.to_owned(), value)));
        }
        for (name, expression) in labels {
            sent.extend(self.text(name, Some(expression), scope)?.map(|value| (name.clone(), value)));
        }
        let clean::CleanLabels { labels, left_out } =
            clean::labels(sent.iter().map(|(name, value)| (name.as_str(), value.as_str())));
        let mut notices = notices.to_vec();
        if left_out > 0 {
            notices.push(format!("{left_out} more labels were sent and are not kept."));
        }
        let value = self.text("value", value.as_ref(), scope)?.map(|value| clean::line(&value, clean::VALUE_CHARS));
        let url = self.text("url", url.as_ref(), scope)?.as_deref().and_then(clean::http_url);
        Ok(Some(AlertReport {
            integration: self.integration.clone(),
            dedup_key: key::from_sender(self.integration, &own_key),
            status,
            title: title
                .filter(|title| !title.is_empty())
                .unwrap_or_else(|| format!("Alert from {}", self.integration)),
            body: clean::body_with_notices(self.text("description", description.as_ref(), scope)?.as_deref(), &notices),
            labels,
            value: value.filter(|value| !value.is_empty()),
            links: url.map(|url| Link { label: "Source".to_owned(), url }).into_iter().collect(),
            runbook_url: self.text("runbook_url", runbook_url.as_ref(), scope)?.as_deref().and_then(clean::http_url),
            starts_at: match starts_at {
                Some(starts_at) => read_time(&self.evaluate("starts_at", starts_at, scope)?),
                None => None,
            },
            origin: AlertOrigin::Http,
            severity: None,
            candidate: false,
            unmapped: None,
            drill: None,
            sender: match notice {
                Some(notice) if self.evaluate("notice", notice, scope)?.is_true() => {
                    Some(Sender { no_end: true, ..Sender::default() })
                }
                Some(_) | None => None,
            },
        }))
    }

    /// A text; none when there is no expression, or it gives nothing.
    fn text(&self, name: &str, expression: Option<&Expression>, scope: &Scope) -> Result<Option<String>, Failure> {
        let Some(expression) = expression else { return Ok(None) };
        let value = self.evaluate(name, expression, scope)?;
        match value.kind() {
            ValueKind::Undefined | ValueKind::None => Ok(None),
            ValueKind::Bool | ValueKind::Number | ValueKind::String => {
                Ok(Some(value.to_string()).filter(|text| !text.is_empty()))
            }
            _ => Err(format!("{name} ({}) gives {}, not a text", expression.source, kind(&value)).into()),
        }
    }

    fn evaluate(&self, name: &str, expression: &Expression, scope: &Scope) -> Result<Value, Failure> {
        let failed = |error: minijinja::Error| failure(name, expression, &error);
        let compiled = self.environment.compile_expression_owned(expression.text.clone()).map_err(failed)?;
        compiled.eval(Value::from_pairs(scope.iter().map(|(name, value)| (*name, value.clone())))).map_err(failed)
    }
}

fn environment() -> Environment<'static> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_fuel(Some(FUEL));
    environment.set_recursion_limit(RECURSION);
    // It would show everything there is.
    environment.remove_global("debug");
    environment
}

fn failure(name: &str, expression: &Expression, error: &minijinja::Error) -> Failure {
    let exhausted = error.kind() == ErrorKind::OutOfFuel;
    let why = match error.detail() {
        _ if exhausted => "it takes too many steps".to_owned(),
        // Where it is shown, backticks would have to be escaped.
        Some(detail) => clean::line(detail, REASON_CHARS).replace('`', "\""),
        None => error.kind().to_string(),
    };
    Failure { reason: format!("{name} ({}) cannot be evaluated: {why}", expression.source), exhausted }
}

fn sentence(reason: &str) -> String {
    format!("The payload could not be read: {reason}.")
}

fn kind(value: &Value) -> &'static str {
    match value.kind() {
        ValueKind::Undefined | ValueKind::None => "nothing",
        ValueKind::Bool => "true or false",
        ValueKind::Number => "a number",
        ValueKind::String => "a text",
        ValueKind::Seq | ValueKind::Iterable => "a list",
        ValueKind::Map => "a table",
        _ => "something else",
    }
}

fn pairs<'a>(pairs: impl Iterator<Item = &'a (String, String)>, lower: bool) -> Value {
    let name = |name: &str| if lower { name.to_ascii_lowercase() } else { name.to_owned() };
    Value::from_pairs(pairs.map(|(key, value)| (name(key), value.as_str())))
}

fn is_secret_header(name: &str) -> bool {
    SECRET_HEADERS.iter().any(|secret| name.eq_ignore_ascii_case(secret))
}

fn read_status(value: &Value) -> AlertStatus {
    let text = match value.kind() {
        ValueKind::Bool | ValueKind::Number | ValueKind::String => value.to_string(),
        _ => String::new(),
    };
    let word = text.trim();
    if RESOLVED_WORDS.iter().any(|resolved| word.eq_ignore_ascii_case(resolved)) {
        AlertStatus::Resolved
    } else {
        AlertStatus::Firing
    }
}

/// An instant: RFC 3339, or seconds or milliseconds since 1970, as a number or a text. Nothing began before 1970.
fn read_time(value: &Value) -> Option<Timestamp> {
    let text = match value.kind() {
        ValueKind::Number | ValueKind::String => value.to_string(),
        _ => return None,
    };
    let at = match text.trim().parse::<f64>() {
        Ok(number) if number.is_finite() => {
            let millis = if number.abs() >= MILLISECONDS_FROM { number } else { number * 1_000.0 };
            #[expect(clippy::cast_possible_truncation, reason = "a cast saturates, and jiff refuses what is too large")]
            Timestamp::from_millisecond(millis.round() as i64).ok()
        }
        Ok(_) | Err(_) => text.trim().parse().ok(),
    };
    at.filter(|at| *at > Timestamp::UNIX_EPOCH)
}
