//! Purpose: signed webhooks as Standard Webhooks writes them
//! (<https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md>).
//!
//! About duplicates: `webhook-id` is the same for a repetition, and receivers are asked to take each once. Without it nobody can tell
//! a repetition from another page, as receivers found elsewhere, where bodies differed, too (documenso/documenso issue 3204). Where the address of a
//! webhook is kept, its secret is, too, so both are one value: `https://example.com/page#whsec_...`. What stands behind `#` in an
//! address never leaves this machine with it.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
use domain::{Outcome, ReasonCode, WayId};
use hmac::{Hmac, Mac as _};
use reqwest::{Response, StatusCode, Url, header};
use secrecy::{ExposeSecret as _, SecretString};
use serde::Serialize;
use sha2::Sha256;

use crate::client::{Clients, RETRY, retry_in};
use crate::notifier::{not_yet, refused, unanswered};
use crate::ways::{Line, Opened, Sending, Variables};
use crate::{Message, text, tls};

pub(crate) const ID: WayId = ::ways::webhook::WEBHOOK.id;

const NONE: &str = "This person has no webhook in the settings.";
const NO_ADDRESS: &str = "The webhook address is none: it is written https://example.com/page#whsec_SECRET.";
const NO_HTTP: &str = "The webhook address must begin with https:// or http://.";
const NO_SECRET: &str =
    "The webhook address has no secret behind it: add # and the receiver's secret, which begins with whsec_.";
const BAD_SECRET: &str = "The secret of the webhook is none: after whsec_ it is base64 of 24 to 64 bytes.";

/// What the specification asks of a secret, in bytes.
const SECRET_BYTES: std::ops::RangeInclusive<usize> = 24..=64;

const TITLE_BYTES: usize = 250;
const LINE_BYTES: usize = 4_000;
/// Receivers are asked to take 20 kB.
const LINES_BYTES: usize = 16_000;
/// Less holds not even the sign that something was cut.
const LEAST_BYTES: usize = 4;

/// Sends webhooks.
struct Webhook {
    clients: Clients,
}

/// Opens the way.
pub(crate) fn open(_: &Variables, timeout: Duration) -> Box<dyn Opened> {
    Box::new(Webhook { clients: Clients::new(timeout) })
}

impl Opened for Webhook {
    fn closed(&self, _: bool) -> Option<&'static str> {
        None
    }

    fn no_address(&self) -> &'static str {
        NONE
    }

    fn read(&self, address: &SecretString) -> Result<Box<dyn Line>, &'static str> {
        let (url, secret) = parse(address)?;
        Ok(Box::new(Hook { clients: self.clients.clone(), url, secret }))
    }
}

/// A receiver, and what signs for it.
struct Hook {
    clients: Clients,
    url: Url,
    secret: Secret,
}

/// A key that signs. It cannot be shown.
#[derive(Clone)]
struct Secret(Hmac<Sha256>);

impl Secret {
    fn parse(text: &str) -> Result<Self, &'static str> {
        let base64 = text.strip_prefix("whsec_").ok_or(NO_SECRET)?;
        let key = STANDARD_NO_PAD.decode(base64.trim_end_matches('=')).map_err(|_| BAD_SECRET)?;
        let key = Some(key).filter(|key| SECRET_BYTES.contains(&key.len())).ok_or(BAD_SECRET)?;
        Hmac::new_from_slice(&key).map(Self).map_err(|_| BAD_SECRET)
    }

    /// The value of `webhook-signature`.
    fn sign(&self, id: &str, seconds: &str, body: &str) -> String {
        let parts = [id, ".", seconds, ".", body];
        let signed = parts.into_iter().fold(self.0.clone(), |signed, part| signed.chain_update(part));
        format!("v1,{}", STANDARD.encode(signed.finalize().into_bytes()))
    }
}

fn parse(address: &SecretString) -> Result<(Url, Secret), &'static str> {
    let mut url = Url::parse(address.expose_secret().trim()).map_err(|_| NO_ADDRESS)?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(NO_HTTP);
    }
    let secret = Secret::parse(url.fragment().ok_or(NO_SECRET)?)?;
    url.set_fragment(None);
    Ok((url, secret))
}

/// What a receiver reads.
#[derive(Serialize)]
struct Payload<'a> {
    /// `page`, or `notice` for what names no incident: a page that proves that it arrives, an alarm about Siaga itself.
    #[serde(rename = "type")]
    kind: &'static str,
    timestamp: String,
    data: Data<'a>,
}

#[derive(Serialize)]
struct Data<'a> {
    /// The worst one.
    incident: Option<&'a str>,
    severity: Option<&'a str>,
    /// All that one message tells.
    incidents: &'a [crate::About],
    title: String,
    lines: Vec<String>,
    room_url: Option<&'a str>,
    acknowledge_url: Option<&'a str>,
    urgent: bool,
}

fn payload(message: &Message) -> Payload<'_> {
    let Message { id: _, thread: _, about, title, lines, acknowledge, room_url, urgent, footer: _, at } = message;
    let first = about.first();
    let mut left = LINES_BYTES;
    let mut shown = Vec::new();
    for line in lines.iter().map(|line| text::line(line, LINE_BYTES)) {
        let line = text::cut(line, left);
        left = left.saturating_sub(line.len());
        shown.push(line);
        if left < LEAST_BYTES {
            break;
        }
    }
    Payload {
        kind: if first.is_some() { "page" } else { "notice" },
        timestamp: at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
        data: Data {
            incident: first.map(|about| about.incident.as_str()),
            severity: first.map(|about| about.severity.as_str()),
            incidents: about,
            title: text::line(title, TITLE_BYTES),
            lines: shown,
            room_url: room_url.as_deref(),
            acknowledge_url: acknowledge.as_ref().map(|button| button.url.as_str()),
            urgent: *urgent,
        },
    }
}

impl Line for Hook {
    fn send<'a>(&'a self, message: &'a Message) -> Sending<'a> {
        Box::pin(self.try_once(message))
    }
}

impl Hook {
    async fn try_once(&self, message: &Message) -> Outcome<String> {
        let Ok(body) = serde_json::to_string(&payload(message)) else {
            return refused(ReasonCode::Fault, "The webhook could not be written.");
        };
        let (id, seconds) = (text::name_of("webhook", &message.id), message.at.as_second().to_string());
        let request = self
            .clients
            .of(&self.url)
            .post(self.url.clone())
            .header(header::CONTENT_TYPE, "application/json")
            .header("webhook-signature", self.secret.sign(&id, &seconds, &body))
            .header("webhook-id", id)
            .header("webhook-timestamp", seconds)
            .body(body);
        match request.send().await {
            Ok(answer) => answered(&answer),
            Err(error) if error.is_builder() => refused(ReasonCode::Fault, "The webhook could not be written."),
            Err(error) if error.is_connect() && tls::is_refused(&error) => refused(
                ReasonCode::Misconfigured,
                "No encrypted connection to the receiver of the webhook: check its address and its certificate.",
            ),
            Err(error) if error.is_connect() => {
                not_yet(ReasonCode::Unreachable, "The receiver of the webhook could not be reached.", RETRY)
            }
            Err(error) if error.is_timeout() => {
                unanswered("The receiver of the webhook did not answer in time.", RETRY)
            }
            Err(_) => unanswered("The connection to the receiver of the webhook broke before it answered.", RETRY),
        }
    }
}

/// What a status means. What else the receiver says is not read.
fn answered(answer: &Response) -> Outcome<String> {
    let status = answer.status();
    let number = status.as_u16();
    match status {
        _ if status.is_success() => Outcome::Confirmed(format!("The webhook was taken (status {number}).")),
        StatusCode::GONE => {
            refused(ReasonCode::Misconfigured, "The receiver of the webhook is gone for good (status 410).")
        }
        StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE | StatusCode::REQUEST_TIMEOUT => {
            let why = format!("The receiver of the webhook asked us to try later (status {number}).");
            not_yet(ReasonCode::Limited, why, retry_in(answer))
        }
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => refused(
            ReasonCode::Misconfigured,
            format!("The receiver does not take our webhooks: is the secret its own (status {number})?"),
        ),
        StatusCode::NOT_FOUND => {
            refused(ReasonCode::Misconfigured, "Nothing takes webhooks at this address (status 404).")
        }
        _ if status.is_redirection() => refused(
            ReasonCode::Misconfigured,
            format!("The receiver of the webhook has another address than the settings say (status {number})."),
        ),
        _ if status.is_client_error() => {
            refused(ReasonCode::Refused, format!("The receiver did not accept the webhook (status {number})."))
        }
        // It may have failed after it had rung somebody.
        _ => unanswered(format!("The receiver of the webhook failed (status {number})."), RETRY),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::{BAD_SECRET, NO_ADDRESS, NO_HTTP, NO_SECRET, Secret, parse};

    const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    /// Signed by the Python library of Standard Webhooks, version 1.1.0.
    #[test]
    fn a_signature_is_the_one_that_others_make() {
        let signed =
            Secret::parse(SECRET).unwrap().sign("msg_p5jXN8AQM9LwM0D4loKWxJek", "1614265330", "{\"test\": 2432232314}");
        assert_eq!(signed, "v1,5tatmeHZX9+MEe0BLpRnAkuTnprszSui32iw1yJCu8s=");
    }

    #[test]
    fn the_secret_is_taken_from_the_address_and_does_not_leave_with_it() {
        for address in ["https://example.com/page?team=1", "http://127.0.0.1:8000/", "https://user:pass@example.com/x"]
        {
            let (url, _) = parse(&format!(" {address}#{SECRET}\n").into()).unwrap();
            assert_eq!(url.as_str(), address);
        }
        let long = "A".repeat(88);
        for (address, sentence) in [
            ("", NO_ADDRESS),
            ("example.com/page", NO_ADDRESS),
            ("ftp://example.com/page#whsec_x", NO_HTTP),
            ("https://example.com/page", NO_SECRET),
            ("https://example.com/page#MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", NO_SECRET),
            ("https://example.com/page#whsec_", BAD_SECRET),
            ("https://example.com/page#whsec_short", BAD_SECRET),
            ("https://example.com/page#whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2La*aSw", BAD_SECRET),
            (&format!("https://example.com/page#whsec_{long}"), BAD_SECRET),
        ] {
            assert_eq!(parse(&address.to_owned().into()).err(), Some(sentence), "{address}");
        }
    }
}
